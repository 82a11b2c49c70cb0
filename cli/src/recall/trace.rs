//! `winmail recall trace`: one message at several places of its way, and where its search key was lost.

use std::path::PathBuf;

use serde_json::{Value, json};

use winmail::recall::RouteSegment;
use winmail::recall::{Change, Item, KeyFate, Similarity, trace};

use super::super::read::ReadArgs;
use super::super::style::{Shown, Style};
use super::super::ticket::PageArgs;
use super::super::ticket::recall::trace_page;
use super::super::{EXIT_OK, Streams};
use super::explain::hop_json;
use super::{EXIT_NOT_FOUND, EXIT_NOT_KNOWN, Outcomes, agreements_json, item_json, load, print_json};

/// Arguments of `winmail recall trace`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct TraceArgs {
    /// The message at two or more places, in the order of its way
    #[arg(value_name = "FILE", required = true, num_args = 2..)]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

pub(super) fn run(args: &TraceArgs, style: Style, streams: &mut Streams<'_>) -> Outcomes {
    let mut items = Vec::new();
    for file in &args.files {
        items.push(load::one(file, &args.read, streams.stdin)?);
    }
    let followed = trace(&items);
    let said = fate(followed.fate, &items);
    if args.page.is_wanted() {
        args.page.write(&trace_page(&items, &followed, &said), streams.out)?;
    }
    if args.page.is_instead() {
        // The page says it.
    } else if args.json {
        let steps: Vec<Value> = followed.steps.iter().map(step_json).collect();
        let value = json!({
            "items": items.iter().map(item_json).collect::<Vec<_>>(),
            "steps": steps,
            "fate": fate_json(followed.fate),
        });
        print_json(&value, streams)?;
    } else {
        for (number, item) in items.iter().enumerate() {
            print_item(item, style, streams)?;
            if let Some(step) = followed.steps.get(number) {
                print_step(step, style, streams)?;
            }
        }
        writeln!(streams.out, "{said}")?;
    }
    Ok(match followed.fate {
        KeyFate::Kept => EXIT_OK,
        KeyFate::Broken { .. } => EXIT_NOT_FOUND,
        _ => EXIT_NOT_KNOWN,
    })
}

fn fate(fate: KeyFate, items: &[Item]) -> String {
    let name = |at: usize| items.get(at).map(|item| Shown(&item.name).to_string()).unwrap_or_default();
    match fate {
        KeyFate::Kept => "The key was kept.".to_owned(),
        KeyFate::Broken { last_seen, gone_at, other_at } if gone_at == other_at => {
            format!("The key changed between {} and {}.", name(last_seen), name(gone_at))
        }
        KeyFate::Broken { last_seen, gone_at, other_at } => {
            format!("The key was lost between {} and {}; {} has another.", name(last_seen), name(gone_at), name(other_at))
        }
        KeyFate::Gone { last_seen } => format!(
            "The key was seen last in {}. What comes behind it has none: it was lost there, or left out where the mail was saved.",
            name(last_seen)
        ),
        KeyFate::Different { one, other } => format!("{} and {} are different messages.", name(one), name(other)),
        _ => "Whether the key was kept cannot be told.".to_owned(),
    }
}

fn fate_json(fate: KeyFate) -> Value {
    match fate {
        KeyFate::Kept => json!({ "is": "kept" }),
        KeyFate::Broken { last_seen, gone_at, other_at } => {
            json!({ "is": "broken", "last_seen": last_seen, "gone_at": gone_at, "other_at": other_at })
        }
        KeyFate::Gone { last_seen } => json!({ "is": "gone", "last_seen": last_seen }),
        KeyFate::Different { one, other } => json!({ "is": "different", "one": one, "other": other }),
        _ => json!({ "is": "not-known" }),
    }
}

fn print_item(item: &Item, style: Style, streams: &mut Streams<'_>) -> std::io::Result<()> {
    writeln!(streams.out, "{}: {}, {}", style.bold(Shown(&item.name)), item.form, item.kind.describe())?;
    for key in &item.keys {
        writeln!(streams.out, "  key {}", Shown(&key.to_string()))?;
    }
    if let Some(why) = item.no_key() {
        writeln!(streams.out, "  {}", style.yellow(why))?;
    }
    for note in &item.notes {
        writeln!(streams.out, "  {}", style.dim(Shown(note)))?;
    }
    Ok(())
}

fn print_step(step: &RouteSegment, style: Style, streams: &mut Streams<'_>) -> std::io::Result<()> {
    let word = match step.change {
        Change::Kept => style.cyan(step.change),
        Change::Changed | Change::Gone => style.red(step.change),
        _ => style.yellow(step.change),
    };
    writeln!(streams.out, "    | key {word}; {}", step.similarity)?;
    if step.similarity == Similarity::Different {
        for one in step.comparisons.iter().filter(|one| !one.agrees) {
            let line = format!("{}: {}, then {}", one.fact, one.one, one.other);
            writeln!(streams.out, "    | {}", Shown(&line))?;
        }
    }
    for hop in &step.hops {
        writeln!(streams.out, "    | passed {}", Shown(&hop.describe()))?;
    }
    for clue in &step.clues {
        writeln!(streams.out, "    | {}", Shown(&format!("header {} suggests: {}", clue.header, clue.says)))?;
    }
    if matches!(step.change, Change::Changed | Change::Gone) && !step.hops.is_empty() {
        let suspects: Vec<&str> =
            step.suspects().into_iter().map(|hop| hop.by.as_deref().unwrap_or("a server without a name")).collect();
        writeln!(streams.out, "    | the headers suggest: {}", Shown(&suspects.join(", ")))?;
    }
    Ok(())
}

fn step_json(step: &RouteSegment) -> Value {
    json!({
        "from": step.from,
        "change": step.change.as_str(),
        "similarity": step.similarity.describe(),
        "facts": agreements_json(&step.comparisons),
        "hops": step.hops.iter().map(hop_json).collect::<Vec<_>>(),
        "suspects": step.suspects().into_iter().map(hop_json).collect::<Vec<_>>(),
        "clues": step.clues.iter().map(|clue| json!({ "header": clue.header, "says": clue.says })).collect::<Vec<_>>(),
    })
}
