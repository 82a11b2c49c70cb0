//! The pages of `recall explain --html` and `recall trace --html`: the conditions with what speaks for each, the route as a line of
//! servers with the key above each place and the break where it changed, commands, and what is not known.

use winmail::recall::{
    Change, Condition, Diagnosis, Hop, Item, KeyFate, KeyState, Outcome, RouteSegment, Trace, Verdict, Weight,
};

use super::{Page, Tone};
use crate::flags;

/// The page of `recall explain`. It grows copy by copy.
pub struct Explained {
    page: Page,
    copies: usize,
}

/// How many copies a page shows at most.
const COPIES: usize = 200;

impl Explained {
    /// A page about a recall.
    #[must_use]
    pub fn new(recall: &Item) -> Explained {
        let mut page = Page::new(&format!("What becomes of the message that {} recalls", recall.name));
        if let Some(subject) = recall.request.as_ref().and_then(|request| request.original_subject.as_ref()) {
            page.paragraph(&format!("Subject of the recalled message: {}", subject.value));
        }
        Explained { page, copies: 0 }
    }

    /// Adds a delivered copy.
    pub fn copy(&mut self, original: Option<&Item>, copy: Option<&Item>, diagnosis: &Diagnosis) {
        self.copies = self.copies.saturating_add(1);
        if self.copies > COPIES {
            return;
        }
        let page = &mut self.page;
        page.part(&diagnosis.name);
        page.verdict(tone_of(diagnosis.outcome()), &sentence(&diagnosis.conclusion));
        page.section("The seven conditions");
        page.steps();
        for (number, row) in (1..).zip(&diagnosis.rows) {
            let number: usize = number;
            let (tone, word) = match (row.weight, row.verdict) {
                (Weight::Waived, _) => (Tone::Plain, "not needed: cloud recall"),
                (_, Verdict::Met) => (Tone::Good, "met"),
                (Weight::Explains, Verdict::NotMet) => (Tone::Doubt, "not met; explains"),
                (_, Verdict::NotMet) => (Tone::Bad, "not met"),
                (_, Verdict::NotKnown) => (Tone::Doubt, "not known"),
            };
            let what = format!("{number}. {}", row.condition.describe());
            page.step(tone, &what, word, row.evidence.iter().map(flags::said).collect::<Vec<_>>());
        }
        page.end_steps();
        if let Some((original, copy)) = original.zip(copy) {
            if let Some(segment) = &diagnosis.route {
                page.section("The way from the original to the copy");
                page.route();
                place(page, original, None);
                leg(page, segment);
                place(page, copy, Some(segment));
                page.end_route();
            }
        }
        remedies(page, diagnosis);
        if !diagnosis.notes.is_empty() {
            page.section("Notes");
            page.list(&diagnosis.notes);
        }
        unknown(page, diagnosis);
    }

    /// The whole page.
    #[must_use]
    pub fn end(mut self) -> String {
        let more = self.copies.saturating_sub(COPIES);
        if more > 0 {
            self.page.paragraph(&format!("{more} more copies are not shown; the text and --json have them."));
        }
        self.page.end()
    }
}

fn tone_of(outcome: Option<Outcome>) -> Tone {
    match outcome {
        Some(Outcome::WillBeDeleted) => Tone::Good,
        Some(_) => Tone::Bad,
        None => Tone::Doubt,
    }
}

/// Words with a capital letter.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// A sentence with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{}{end}", capital(text))
}

fn remedies(page: &mut Page, diagnosis: &Diagnosis) {
    let remedies = diagnosis.remedies();
    if remedies.is_empty() {
        return;
    }
    page.section("What to do");
    for (row, advice) in remedies.iter().filter_map(|row| Some((row, row.remedy.as_ref()?))) {
        let commands = advice.commands();
        let said = flags::said(advice);
        // A sentence that is nothing but its commands is not said twice.
        if commands.join("; ") == said {
            page.paragraph(&format!("{}:", capital(&row.aim())));
        } else {
            page.paragraph(&sentence(&format!("{}: {said}", row.aim())));
        }
        page.commands(&commands);
    }
}

fn unknown(page: &mut Page, diagnosis: &Diagnosis) {
    let open: Vec<String> = diagnosis
        .rows
        .iter()
        .filter(|row| row.verdict == Verdict::NotKnown && row.weight != Weight::Waived)
        .map(|row| format!("Whether {}", row.condition.describe()))
        .collect();
    let assumed = diagnosis.assumed.iter().map(|one| format!("Assumed: {one}"));
    let all: Vec<String> = open.into_iter().chain(assumed).chain([rules()]).collect();
    page.section("Not checked, or not known");
    page.list(&all);
}

fn rules() -> String {
    let number = Condition::ALL.iter().position(|one| *one == Condition::SameFolder).map_or(0, |at| at.saturating_add(1));
    format!("Inbox rules and rules of Outlook that move messages (condition {number}): Get-InboxRule")
}

/// The search key of an item in words.
fn key(item: &Item) -> String {
    match item.key() {
        KeyState::None => "no search key".to_owned(),
        KeyState::One(key) => key.value.to_string(),
        KeyState::Differ(one, other) => format!("{} and {}", one.value, other.value),
    }
}

fn place(page: &mut Page, item: &Item, before: Option<&RouteSegment>) {
    let tone = match before.map(|segment| segment.change) {
        Some(Change::Changed | Change::Gone) => Tone::Bad,
        Some(Change::Kept) => Tone::Good,
        _ => Tone::Plain,
    };
    page.place(&item.name, &format!("{}, {}", item.form, item.kind.describe()), &key(item), tone);
}

fn leg(page: &mut Page, segment: &RouteSegment) {
    let broken = matches!(segment.change, Change::Changed | Change::Gone);
    let suspects = segment.suspects();
    for hop in &segment.hops {
        let suspect = broken && suspects.contains(&hop);
        page.server(
            hop.by.as_deref().unwrap_or("a server without a name"),
            &server(hop),
            if suspect { Tone::Bad } else { Tone::Plain },
        );
    }
    let (tone, said) = match segment.change {
        Change::Kept => (Tone::Good, "the key was kept between these two"),
        Change::Changed => (Tone::Bad, "the key was changed between these two"),
        Change::Gone => (Tone::Bad, "the key was lost between these two"),
        Change::Appeared => (Tone::Doubt, "a key appeared"),
        Change::Absent => (Tone::Doubt, "neither has a key"),
        _ => (Tone::Doubt, "cannot be told"),
    };
    page.leg(tone, said);
}

fn server(hop: &Hop) -> String {
    let kind = if hop.exchange { "Exchange" } else { "not Exchange" };
    let with = hop.with.as_deref().map(|with| format!(", {with}")).unwrap_or_default();
    let date = hop.date.as_deref().map(|date| format!(", {date}")).unwrap_or_default();
    format!("{kind}{with}{date}")
}

/// The page of `recall trace`.
#[must_use]
pub fn trace_page(items: &[Item], trace: &Trace, fate: &str) -> String {
    let mut page = Page::new("Where the search key of the message was kept or lost");
    let tone = match trace.fate {
        KeyFate::Kept => Tone::Good,
        KeyFate::Broken { .. } | KeyFate::Gone { .. } => Tone::Bad,
        _ => Tone::Doubt,
    };
    page.verdict(tone, fate);
    page.part("The way");
    page.route();
    for (at, item) in items.iter().enumerate() {
        place(&mut page, item, at.checked_sub(1).and_then(|before| trace.steps.get(before)));
        if let Some(step) = trace.steps.get(at) {
            leg(&mut page, step);
        }
    }
    page.end_route();
    let clues: Vec<String> = trace
        .steps
        .iter()
        .flat_map(|step| step.clues.iter().map(|clue| format!("Header {} suggests: {}", clue.header, clue.says)))
        .collect();
    if !clues.is_empty() {
        page.part("What the header fields suggest");
        page.list(&clues);
    }
    let notes: Vec<String> =
        items.iter().flat_map(|item| item.notes.iter().map(|note| format!("{}: {note}", item.name))).collect();
    if !notes.is_empty() {
        page.part("Notes");
        page.list(&notes);
    }
    page.part("Not checked");
    page.list([
        "What happened between two files that were not given",
        "Header fields can be written by anybody: they are hints, not proof",
    ]);
    page.end()
}
