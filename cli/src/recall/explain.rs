//! `winmail recall explain`: what becomes of a delivered message, condition by condition, and what to do.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use winmail::recall::Hop;
use winmail::recall::SOURCES;
use winmail::recall::{Candidate, Case, ConditionRow, Diagnosis, Outcome, Verdict, Weight, diagnose};

use super::super::flags;
use super::super::read::ReadArgs;
use super::super::style::{Shown, Style};
use super::super::ticket::PageArgs;
use super::super::ticket::recall::Explained;
use super::super::{EXIT_FAILED, EXIT_OK, Streams};
use super::given::GivenArgs;
use super::{Outcomes, agreements_json, exit_code, item_json, load, print_json, worse};

/// Arguments of `winmail recall explain`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ExplainArgs {
    /// The recall request: TNEF, or a mail that carries it
    #[arg(long, value_name = "FILE")]
    recall: PathBuf,
    /// The message as it was sent, from Sent Items
    #[arg(long, value_name = "FILE")]
    original: Option<PathBuf>,
    /// The message as it was delivered: files, folders, Maildirs, mboxes
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    delivered: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    /// Also show the rows of the table of outcomes that may decide, where several may
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

pub(super) fn run(args: &ExplainArgs, style: Style, streams: &mut Streams<'_>) -> Outcomes {
    let (environment, policy) = args.given.read(streams.stdin)?;
    let recall = load::one(&args.recall, &args.read, streams.stdin)?;
    let original = args.original.as_ref().map(|file| load::one(file, &args.read, streams.stdin)).transpose()?;
    let case = Case { recall: &recall, original: original.as_ref(), environment: &environment, policy: policy.as_ref() };
    let mut code = EXIT_OK;
    let mut all = Vec::new();
    let mut page = args.page.is_wanted().then(|| Explained::new(&recall));
    let Streams { stdin, out, .. } = streams;
    load::each(&args.delivered, &args.read, *stdin, &mut |candidate| -> io::Result<()> {
        let diagnosis = diagnose(&case, &candidate);
        let own = if candidate.item.is_err() { EXIT_FAILED } else { exit_code(diagnosis.outcome()) };
        code = worse(code, own);
        if let Some(page) = &mut page {
            page.copy(original.as_ref(), candidate.item.as_ref().ok(), &diagnosis);
        }
        if args.json {
            all.push(json(&candidate, &diagnosis));
            return Ok(());
        }
        if args.page.is_instead() {
            return Ok(());
        }
        print(&diagnosis, args.verbose, style, *out)
    })?;
    if let Some(page) = page {
        args.page.write(&page.end(), streams.out)?;
    }
    if args.json && !args.page.is_instead() {
        let value = json!({
            "recall": item_json(&recall),
            "original": original.as_ref().map(item_json),
            "delivered": all,
        });
        print_json(&value, streams)?;
    }
    Ok(code)
}

fn print(diagnosis: &Diagnosis, verbose: bool, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let heading = match (diagnosis.outcome(), diagnosis.likely) {
        (Some(outcome), _) => outcome.describe().to_owned(),
        (None, Some(likely)) => format!("most likely {likely}"),
        (None, None) if diagnosis.outcomes.is_empty() => "a report".to_owned(),
        (None, None) => "it cannot be told".to_owned(),
    };
    let painted = match diagnosis.outcome() {
        Some(Outcome::WillBeDeleted) => style.cyan(heading),
        None => style.yellow(heading),
        Some(_) => style.red(heading),
    };
    writeln!(out, "{}: {painted}", style.bold(Shown(&diagnosis.name)))?;
    for (number, row) in (1..).zip(&diagnosis.rows) {
        print_row(number, row, style, out)?;
    }
    writeln!(out, "\nConclusion: {}.", Shown(&diagnosis.conclusion))?;
    if verbose || diagnosis.outcome().is_some() {
        print_rules(diagnosis, style, out)?;
    }
    let remedies = diagnosis.remedies();
    if !remedies.is_empty() {
        writeln!(out, "\nWhat to do:")?;
        for row in remedies {
            writeln!(out, "  {}:", row.aim())?;
            if let Some(remedy) = &row.remedy {
                writeln!(out, "    {}", Shown(&flags::said(remedy)))?;
            }
        }
    }
    if let Some(way) = diagnosis.route.as_ref().filter(|way| !way.hops.is_empty()) {
        writeln!(out, "\nThe way from original to copy, by its headers:")?;
        for hop in &way.hops {
            writeln!(out, "  {}", Shown(&hop.describe()))?;
        }
    }
    if !diagnosis.notes.is_empty() {
        writeln!(out, "\nNotes:")?;
        for note in &diagnosis.notes {
            writeln!(out, "  {}", Shown(note))?;
        }
    }
    writeln!(out)
}

fn print_rules(diagnosis: &Diagnosis, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for rule in &diagnosis.rules {
        let basis = if rule.documented { "documented, " } else { "our " };
        writeln!(out, "  {}", style.dim(format!("{}: {} ({basis}{})", rule.when, rule.outcome, rule.source)))?;
    }
    for (short, source) in SOURCES.iter().filter(|(short, _)| diagnosis.rules.iter().any(|rule| rule.source.contains(short))) {
        writeln!(out, "  {}", style.dim(format!("{short}: {source}")))?;
    }
    Ok(())
}

fn print_row(number: usize, row: &ConditionRow, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let verdict = match row.verdict {
        Verdict::Met => style.cyan(row.verdict),
        Verdict::NotMet => style.red(row.verdict),
        Verdict::NotKnown => style.yellow(row.verdict),
    };
    // Two of the seven are not good or bad in themselves.
    let weight = match row.weight {
        Weight::Explains => " (explains)",
        Weight::Waived => " (not needed: cloud recall)",
        _ => "",
    };
    writeln!(out, "  {number} {verdict:<10} {}{}", row.condition.describe(), style.dim(weight))?;
    for line in &row.evidence {
        writeln!(out, "    {}", style.dim(Shown(&flags::said(line))))?;
    }
    Ok(())
}

fn json(candidate: &Candidate, diagnosis: &Diagnosis) -> Value {
    let rows: Vec<Value> = (1..)
        .zip(&diagnosis.rows)
        .map(|(number, row): (usize, _)| {
            json!({
                "number": number,
                "condition": row.condition.as_str(),
                "verdict": row.verdict.describe().replace(' ', "-"),
                "weight": row.weight.as_str(),
                "evidence": row.evidence.iter().map(flags::said).collect::<Vec<_>>(),
                "remedy": row.remedy.as_ref().map(flags::said),
            })
        })
        .collect();
    let rules: Vec<Value> = diagnosis
        .rules
        .iter()
        .map(|rule| json!({ "when": rule.when, "outcome": rule.outcome.as_str(), "documented": rule.documented, "source": rule.source }))
        .collect();
    let remedies: Vec<Value> = diagnosis
        .remedies()
        .into_iter()
        .filter_map(|row| Some((row, row.remedy.as_ref()?)))
        .map(|(row, remedy)| {
            json!({ "condition": row.condition.describe(), "remedy": flags::said(remedy), "commands": remedy.commands() })
        })
        .collect();
    json!({
        "name": diagnosis.name,
        "error": candidate.item.as_ref().err(),
        "item": candidate.item.as_ref().ok().map(item_json),
        "outcome": diagnosis.outcome().map(Outcome::as_str),
        "likely": diagnosis.likely.map(Outcome::as_str),
        "assumed": diagnosis.assumed,
        "possible": diagnosis.outcomes.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>(),
        "depends_on": diagnosis.depends_on.iter().map(|condition| condition.as_str()).collect::<Vec<_>>(),
        "conclusion": diagnosis.conclusion,
        "conditions": rows,
        "reasons": diagnosis.reasons().into_iter().map(|row| row.condition.as_str()).collect::<Vec<&str>>(),
        "rules": rules,
        "remedies": remedies,
        "similarity": diagnosis.similarity.describe(),
        "facts": agreements_json(&diagnosis.comparisons),
        "hops": diagnosis.route.as_ref().map(|way| way.hops.iter().map(hop_json).collect::<Vec<_>>()),
        "notes": diagnosis.notes,
    })
}

pub(super) fn hop_json(hop: &Hop) -> Value {
    json!({ "from": hop.from, "by": hop.by, "with": hop.with, "date": hop.date, "exchange": hop.exchange })
}
