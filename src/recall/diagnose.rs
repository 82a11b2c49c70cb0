//! Will the recall find the message, and if not, why.

use super::advice::Advice;
use super::case::{Candidate, Case};
use super::compare::{FactComparison, Similarity, compare, compare_request};
use super::condition::{Condition, ConditionRow, Verdict, Weight};
use super::item::Item;
use super::judge::{Judged, judge};
use super::located::KeyState;
use super::outcome::{Outcome, Rule, Verdicts, depends_on, outcomes, possible};
use super::trace::{RouteSegment, step};
use crate::message::MessageKind;

/// Diagnosis of a candidate: what becomes of it.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Diagnosis {
    /// The candidate.
    pub name: String,
    /// The seven conditions, in their order.
    pub rows: Vec<ConditionRow>,
    /// Verdicts, condition by condition.
    pub verdicts: Verdicts,
    /// The rows of the table of outcomes that may decide. Empty where the request is no recall.
    pub rules: Vec<&'static Rule>,
    /// The outcomes that are possible; one where enough is known.
    pub outcomes: Vec<Outcome>,
    /// The outcome under the documented defaults of Exchange Online, where what is known leaves several.
    pub likely: Option<Outcome>,
    /// Assumptions behind it.
    pub assumed: Vec<&'static str>,
    /// The conclusion in a sentence.
    pub conclusion: String,
    /// Conditions whose verdict is not known and would change the outcome.
    pub depends_on: Vec<Condition>,
    /// Says whether the copy is the original by everything but the key.
    pub similarity: Similarity,
    /// Facts that both share, and those that differ.
    pub comparisons: Vec<FactComparison>,
    /// From the original to the copy, where the original is there.
    pub route: Option<RouteSegment>,
    /// Remarks on the recall request, the original and the copy.
    pub notes: Vec<String>,
}

impl Diagnosis {
    /// The outcome, where there is but one.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.outcomes.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The rows as reasons, the heaviest first: what decides and is not met, what decides and is not known, what explains, what
    /// is met, what is waived.
    #[must_use]
    pub fn reasons(&self) -> Vec<&ConditionRow> {
        let deciding = self.rules.first().map(|rule| rule.condition);
        let rank = |row: &ConditionRow| match (row.weight, row.verdict) {
            (Weight::Decides, _) if Some(row.condition) == deciding && self.outcomes.len() == 1 => 0,
            (Weight::Decides, Verdict::NotMet) => 1,
            (Weight::Explains, Verdict::NotMet) => 2,
            (Weight::Decides, Verdict::NotKnown) => 3,
            (Weight::Explains, Verdict::NotKnown) => 4,
            (Weight::Decides | Weight::Explains, Verdict::Met) => 5,
            (Weight::Waived, _) => 6,
        };
        let mut rows: Vec<&ConditionRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| rank(row));
        rows
    }

    /// The conditions for which something is to be done ([`ConditionRow::remedy`]), the heaviest reason first.
    #[must_use]
    pub fn remedies(&self) -> Vec<&ConditionRow> {
        if self.outcome() == Some(Outcome::WillBeDeleted) {
            return Vec::new();
        }
        let rows = self.reasons().into_iter().filter(|row| row.weight != Weight::Waived);
        let bears = |row: &ConditionRow| row.verdict == Verdict::NotMet || self.depends_on.contains(&row.condition);
        rows.filter(|row| row.remedy.is_some() && bears(row)).collect()
    }
}

/// Says what becomes of a candidate, and why.
#[must_use]
pub fn diagnose(case: &Case<'_>, candidate: &Candidate) -> Diagnosis {
    let delivered = candidate.item.as_ref().ok();
    let comparisons = match (case.original, delivered) {
        (Some(original), Some(delivered)) => compare(&original.facts, &delivered.facts),
        (None, Some(delivered)) => compare_request(case.recall, &delivered.facts),
        (_, None) => Vec::new(),
    };
    let Judged { one_domain, rows, verdicts, similarity, comparisons } = judge(case, candidate, comparisons);
    let mut notes = notes(case, candidate);
    let mut diagnosis = Diagnosis {
        name: candidate.name.clone(),
        rows,
        verdicts,
        rules: Vec::new(),
        outcomes: vec![Outcome::NotApplicable],
        likely: None,
        assumed: Vec::new(),
        conclusion: String::new(),
        depends_on: Vec::new(),
        similarity,
        comparisons,
        route: case.original.zip(delivered).map(|(original, delivered)| step(0, original, delivered)),
        notes: Vec::new(),
    };
    if case.recall.is_request() {
        diagnosis.rules = possible(&verdicts);
        diagnosis.outcomes = outcomes(&diagnosis.rules);
        diagnosis.depends_on = depends_on(&verdicts);
        if diagnosis.outcomes.len() > 1 {
            (diagnosis.likely, diagnosis.assumed) = likely(&verdicts, one_domain);
        }
        diagnosis.conclusion = conclusion(&diagnosis);
    } else if case.recall.kind == MessageKind::RecallReport {
        // What the mailbox answered is what became of the message, and no guess.
        let class = case.recall.class.as_ref().map(|class| class.value.to_ascii_lowercase()).unwrap_or_default();
        let says = match class.rsplit('.').next() {
            Some("success") => "the recall succeeded",
            Some("failure") => "the recall failed",
            _ => "a recall was answered",
        };
        diagnosis.outcomes = Vec::new();
        diagnosis.conclusion = format!("{} is the report of a recall: it says that {says}", case.recall.name);
        notes.push("a report answers a recall; what the recall asked for is in the request, IPM.Outlook.Recall".to_owned());
    } else {
        let class = case
            .recall
            .class
            .as_ref()
            .map_or_else(|| "it has no message class".to_owned(), |class| format!("its class is {class}"));
        diagnosis.conclusion =
            format!("{} is no recall request: {class}; Outlook and Exchange act on IPM.Outlook.Recall alone", case.recall.name);
        if case.recall.class.is_none() {
            notes.push("a recall request that travelled as plain mail is an ordinary mail about a recall".to_owned());
            notes.push(format!("what to do: {}", Advice::KeepOffConnector));
        }
    }
    diagnosis.notes = notes;
    diagnosis
}

fn notes(case: &Case<'_>, candidate: &Candidate) -> Vec<String> {
    let of = |what: &str, item: &Item| item.notes.iter().map(|note| format!("{what}: {note}")).collect::<Vec<_>>();
    let mut all = of("recall", case.recall);
    all.extend(case.original.map(|item| of("original", item)).unwrap_or_default());
    match &candidate.item {
        Ok(item) => all.extend(of("delivered copy", item)),
        Err(reason) => all.push(format!("delivered copy: cannot be read: {reason}")),
    }
    for event in case.traced(candidate.item.as_ref().ok(), None).iter().filter(|event| event.is_not_delivered()) {
        all.push(format!("message trace: {event}: there may be no copy in the mailbox"));
    }
    let own = case.original.map(Item::key);
    let target = case.recall.request.as_ref().map(|request| request.key());
    if let (Some(KeyState::One(own)), Some(KeyState::One(target))) = (own, target) {
        if !own.value.matches(&target.value) {
            all.push(format!("the recall asks for {target}, and the original has {own}: the recall is for another message"));
        }
    }
    all
}

fn conclusion(diagnosis: &Diagnosis) -> String {
    let number =
        |condition: Condition| Condition::ALL.iter().position(|one| *one == condition).map_or(0, |at| at.saturating_add(1));
    match diagnosis.outcome() {
        Some(outcome) => {
            let rules: Vec<&str> = diagnosis.rules.iter().map(|rule| rule.when).collect();
            let mut text = format!("the message {outcome}: {}", rules.join(", or "));
            let inferred = diagnosis.verdicts.key == Verdict::NotKnown && outcome == Outcome::CannotBeFound;
            if inferred {
                text = format!(
                    "the message {outcome}: its route loses TNEF, and with it the search key (inferred: the keys cannot be compared)"
                );
            }
            if outcome == Outcome::WillBeDeleted && diagnosis.verdicts.cloud == Verdict::NotMet {
                text.push_str("; the recipient's Outlook for Windows has to process the request");
            }
            let changed = diagnosis.verdicts.key == Verdict::NotMet && outcome == Outcome::CannotBeFound;
            if changed && diagnosis.similarity.is_like() {
                text.push_str("; the key was changed on the way");
            } else if changed && diagnosis.similarity == Similarity::Different {
                text.push_str("; this is another message");
            }
            text
        }
        None => {
            let outcomes: Vec<&str> = diagnosis.outcomes.iter().map(|outcome| outcome.describe()).collect();
            let depends =
                diagnosis.depends_on.iter().map(|condition| format!("{} ({})", number(*condition), condition.describe()));
            let known = format!(
                "it cannot be told: the message {}; that depends on what is not known of condition {}",
                outcomes.join(", or "),
                depends.collect::<Vec<_>>().join(", ")
            );
            match diagnosis.likely {
                Some(likely) => format!(
                    "most likely the message {likely}, by what is documented where nothing is set ({}). Beyond that {known}",
                    diagnosis.assumed.join("; ")
                ),
                None => known,
            }
        }
    }
}

/// The outcome under the documented defaults of Exchange Online, and what was assumed for it.
fn likely(verdicts: &Verdicts, one_domain: bool) -> (Option<Outcome>, Vec<&'static str>) {
    let mut filled = *verdicts;
    let mut assumed = Vec::new();
    let mut assume = |verdict: &mut Verdict, what: &'static str| {
        if *verdict == Verdict::NotKnown {
            *verdict = Verdict::Met;
            assumed.push(what);
        }
    };
    assume(&mut filled.cloud, "cloud recall is on, as MessageRecallEnabled without a value means true");
    assume(&mut filled.recall_read, "it takes what has been read, as RecallReadMessagesEnabled without a value means true");
    if one_domain {
        assume(&mut filled.organization, "sender and recipient have one domain and so one organization");
    }
    assume(&mut filled.unprotected, "the message is not protected");
    match outcomes(&possible(&filled)).as_slice() {
        [only] => (Some(*only), assumed),
        _ => (None, Vec::new()),
    }
}

#[cfg(test)]
mod tests;
