//! `winmail recall match`: which of many messages a recall asks for.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use winmail::recall::compare_request;
use winmail::recall::{Candidate, FactComparison, Item, Similarity};

use super::super::read::ReadArgs;
use super::super::style::{Shown, Style};
use super::super::{EXIT_FAILED, EXIT_OK, Streams};
use super::{EXIT_NOT_FOUND, EXIT_NOT_KNOWN, Failure, Outcomes, agreements_json, item_json, load, print_json};

/// Arguments of `winmail recall match`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct MatchArgs {
    /// The recall request: TNEF, or a mail that carries it
    #[arg(long, value_name = "FILE")]
    recall: PathBuf,
    /// Where to look: files, folders, Maildirs, mboxes
    #[arg(value_name = "FOLDER", required = true)]
    folders: Vec<PathBuf>,
    /// Also show what does not match
    #[arg(long, short)]
    all: bool,
    /// Print JSON: an object with an array of candidates
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// How a candidate matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// It has the key.
    Key,
    /// It has two keys, or the recall names two, and one pair is equal.
    Doubtful,
    /// It has no key or another, and everything else speaks for it.
    Likely,
    /// It is another message.
    No,
    /// It cannot be read.
    Unreadable,
}

impl Match {
    fn as_str(self) -> &'static str {
        match self {
            Match::Key => "search key",
            Match::Doubtful => "one of two keys",
            Match::Likely => "by all but the key",
            Match::No => "no",
            Match::Unreadable => "unreadable",
        }
    }
}

pub(super) fn run(args: &MatchArgs, style: Style, streams: &mut Streams<'_>) -> Outcomes {
    let recall = load::one(&args.recall, &args.read, streams.stdin)?;
    let Some(request) = recall.request.as_ref() else {
        let class = recall.class.as_ref().map_or("no message class", |class| &class.value);
        return Err(Failure::Said(format!("{}: no recall request and no report on one: {class}", recall.name)));
    };
    if request.keys.is_empty() {
        writeln!(streams.err, "winmail: {}: names no search key; only likely messages can be found", recall.name)?;
    }
    if !args.json {
        for key in &request.keys {
            writeln!(streams.out, "{} asks for {}", style.bold(Shown(&recall.name)), Shown(&key.to_string()))?;
        }
    }
    let mut counts = [0_u64; 5];
    let mut all = Vec::new();
    let Streams { stdin, out, .. } = streams;
    load::each(&args.folders, &args.read, *stdin, &mut |candidate| -> io::Result<()> {
        let (how, facts) = judge(&recall, &candidate);
        let count = match how {
            Match::Key => counts.first_mut(),
            Match::Doubtful => counts.get_mut(1),
            Match::Likely => counts.get_mut(2),
            Match::No => counts.get_mut(3),
            Match::Unreadable => counts.get_mut(4),
        };
        if let Some(count) = count {
            *count = count.saturating_add(1);
        }
        if how == Match::No && !args.all {
            return Ok(());
        }
        if args.json {
            all.push(json(&candidate, how, &facts));
            return Ok(());
        }
        print(&candidate, how, &facts, style, *out)
    })?;
    let [found, doubtful, likely, no, unreadable] = counts;
    if args.json {
        let counts = json!({ "by_key": found, "doubtful": doubtful, "likely": likely, "others": no, "unreadable": unreadable });
        print_json(&json!({ "recall": item_json(&recall), "candidates": all, "counts": counts }), streams)?;
    } else {
        let total = [found, doubtful, likely, no, unreadable].iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        writeln!(
            streams.out,
            "{total} messages: {found} by search key, {doubtful} by one of two keys, {likely} by all but the key, {no} others, \
             {unreadable} unreadable"
        )?;
    }
    Ok(if found > 0 {
        EXIT_OK
    } else if doubtful > 0 {
        EXIT_NOT_KNOWN
    } else if unreadable > 0 {
        // What could not be read may be it.
        EXIT_FAILED
    } else {
        EXIT_NOT_FOUND
    })
}

fn judge(recall: &Item, candidate: &Candidate) -> (Match, Vec<FactComparison>) {
    let Ok(item) = &candidate.item else { return (Match::Unreadable, Vec::new()) };
    let facts = compare_request(recall, &item.facts);
    let targets = recall.request.as_ref().map(|request| request.keys.as_slice()).unwrap_or_default();
    let mut pairs = targets.iter().flat_map(|target| item.keys.iter().map(move |own| target.value.matches(&own.value)));
    let first = pairs.next();
    let how = match (first, first.is_some_and(|first| pairs.all(|equal| equal == first))) {
        (Some(true), true) => Match::Key,
        (Some(_), false) => Match::Doubtful,
        _ if Similarity::of(&facts).is_like() && !item.is_request() => Match::Likely,
        _ => Match::No,
    };
    (how, facts)
}

fn print(candidate: &Candidate, how: Match, facts: &[FactComparison], style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let word = match how {
        Match::Key => style.cyan(how.as_str()),
        Match::No => style.dim(how.as_str()),
        Match::Doubtful | Match::Likely => style.yellow(how.as_str()),
        Match::Unreadable => style.red(how.as_str()),
    };
    write!(out, "{word:<18} {}", style.bold(Shown(&candidate.name)))?;
    match &candidate.item {
        Err(reason) => writeln!(out, ": {}", Shown(reason)),
        Ok(item) => {
            let keys: Vec<String> = item.keys.iter().map(ToString::to_string).collect();
            let keys = if keys.is_empty() { format!("no search key, {}", item.form) } else { keys.join(", ") };
            let subject = item.facts.subject.as_ref().map(|subject| format!(" {:?}", subject.value)).unwrap_or_default();
            let same: Vec<&str> = facts.iter().filter(|fact| fact.agrees).map(|fact| fact.fact.describe()).collect();
            let same = if same.is_empty() { String::new() } else { format!("; the same: {}", same.join(", ")) };
            writeln!(out, "{}: {}", Shown(&subject), Shown(&format!("{keys}{same}")))
        }
    }
}

fn json(candidate: &Candidate, how: Match, facts: &[FactComparison]) -> Value {
    json!({
        "name": candidate.name,
        "match": how.as_str().replace(' ', "-"),
        "error": candidate.item.as_ref().err(),
        "item": candidate.item.as_ref().ok().map(item_json),
        "facts": agreements_json(facts),
        "read": candidate.read.as_ref().map(|read| read.value),
        "folder": candidate.folder.as_ref().map(|folder| &folder.value),
    })
}
