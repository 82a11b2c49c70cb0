//! `winmail policy explain`: what becomes of a message to each recipient, and which setting decides.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use winmail::policy::apply::{facts, facts_for};
use winmail::policy::{Answer, Outcome as StepOutcome};
use winmail::policy::{Charset, SettingValue};
use winmail::policy::{Decision, MessageFacts, NativeBody};

use super::super::Streams;
use super::super::read::{self, ReadArgs};
use super::super::style::{Shown, Style};
use super::message::{self, Addresses};
use super::{Failure, FileArgs, Outcome, read_policy};

/// Arguments of `winmail policy explain`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// A message to explain: a mail, or TNEF (winmail.dat); what the options say counts more than what it says
    #[arg(value_name = "MESSAGE")]
    message: Option<PathBuf>,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    file: FileArgs,
    /// The body that the message was written with [default: the message's, else html]
    #[arg(long, value_name = "BODY", value_parser = native)]
    native: Option<NativeBody>,
    /// The character set that the message names
    #[arg(long, value_name = "CHARSET")]
    charset: Option<String>,
    /// What the message says of TNEF for its recipients (PidLidUseTnef, PidTagSendRichInfo)
    #[arg(long, value_name = "BOOL")]
    send_rich: Option<bool>,
    /// Also show the settings that did not decide
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON: an array with an object a recipient
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    read: ReadArgs,
}

fn native(text: &str) -> Result<NativeBody, String> {
    NativeBody::parse(text).ok_or_else(|| format!("allowed is {}", NativeBody::allowed()))
}

/// The questions of a decision with their answers, as text.
struct Row<'d> {
    key: &'static str,
    title: &'static str,
    value: String,
    chain: &'d [winmail::policy::Step<'d>],
}

fn row<'d, T: SettingValue>(key: &'static str, title: &'static str, answer: &'d Answer<'_, T>) -> Row<'d> {
    Row { key, title, value: answer.value.text(), chain: &answer.chain }
}

fn rows<'d>(decision: &'d Decision<'_>) -> Vec<Row<'d>> {
    let [external, internal, legacy] = &decision.out_of_office;
    let charset = decision.charset.value.map_or("by the text", Charset::name);
    let coverage = decision.coverage.value.0.unwrap_or(100).to_string();
    vec![
        row("tnef", "TNEF", &decision.tnef),
        row("encoding", "without TNEF", &decision.encoding),
        row("attachments", "Macintosh attachments", &decision.attachments),
        Row { value: charset.to_owned(), ..row("charset", "character set", &decision.charset) },
        row("shift_jis", "instead of shift_jis", &decision.shift_jis),
        Row { value: coverage, ..row("coverage", "characters that must fit, %", &decision.coverage) },
        row("byte_encoder", "encoding of 7-bit text", &decision.byte_encoder),
        row("wrap", "wrapped at", &decision.wrap),
        row("sender_name", "From shows", &decision.sender_name),
        row("out_of_office_external", "out of office, external", external),
        row("out_of_office_internal", "out of office, internal", internal),
        row("out_of_office_legacy", "out of office, old clients", legacy),
        row("automatic_reply", "automatic replies", &decision.automatic_reply),
        row("automatic_forward", "automatic forwards", &decision.automatic_forward),
        row("delivery_report", "delivery reports", &decision.delivery_report),
        row("non_delivery_report", "non-delivery reports", &decision.non_delivery_report),
        row("ndr_diagnostics", "their diagnostics", &decision.ndr_diagnostics),
        row("meeting_forward_notification", "meeting-forward notifications", &decision.meeting_forward_notification),
        row("stnef", "summary TNEF", &decision.stnef),
    ]
}

pub(super) fn run(args: &ExplainArgs, style: Style, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let (mut addresses, mut path) = (args.addresses.clone(), args.message.clone());
    // `--to A B MESSAGE`: what is no address and is a file is the message.
    if path.is_none() && addresses.to.last().is_some_and(|last| !last.contains('@') && Path::new(last).is_file()) {
        path = addresses.to.pop().map(PathBuf::from);
    }
    let mut charset = None;
    let mut known = MessageFacts::default();
    let loaded = match &path {
        Some(path) => Some(message::load(path, &args.read, streams.stdin)?),
        None => None,
    };
    let (from, recipients) = match &loaded {
        Some(loaded) => {
            known = facts(&loaded.message, &mut charset);
            addresses.or_those_of(&loaded.message)?
        }
        None => match (addresses.from, addresses.to) {
            (Some(from), to) if !to.is_empty() => (from, to),
            _ => return Err(Failure::Said("give --from and --to, or a message that has a sender and recipients".to_owned())),
        },
    };
    let known = MessageFacts {
        native: args.native.unwrap_or(known.native),
        charset: args.charset.as_deref().or(known.charset),
        send_rich: args.send_rich.or(known.send_rich),
    };
    let mut all = Vec::new();
    for to in &recipients {
        let known = match loaded.as_ref().filter(|_| args.send_rich.is_none()) {
            Some(loaded) => facts_for(&loaded.message, &known, to),
            None => known.clone(),
        };
        let question = file.policy.question(&from, to, known).map_err(|error| Failure::Said(error.to_string()))?;
        let decision = winmail::policy::decide(&question);
        let domain = question.domain.map(|domain| domain.name.as_str());
        if args.json {
            all.push(json(&from, to, domain, &decision));
            continue;
        }
        let domain = domain.map_or_else(|| "inside the organization".to_owned(), |name| format!("remote domain {name}"));
        writeln!(streams.out, "{}: {} ({})", style.bold(Shown(to)), decision.format(), Shown(&domain))?;
        for row in rows(&decision) {
            let winner = row.chain.iter().find(|step| step.outcome == StepOutcome::Won);
            let why = winner.map(|step| why(step)).unwrap_or_default();
            writeln!(streams.out, "  {:<30} {:<24} {}", row.title, row.value, Shown(&why))?;
            if args.verbose {
                for step in row.chain.iter().filter(|step| step.outcome != StepOutcome::Won) {
                    let line = format!("{}: {}", step.outcome.as_str(), self::why(step));
                    writeln!(streams.out, "  {:<55} {}", "", style.dim(Shown(&line)))?;
                }
            }
        }
    }
    if args.json {
        serde_json::to_writer_pretty(&mut *streams.out, &all).map_err(std::io::Error::from)?;
        writeln!(streams.out)?;
    }
    Ok(loaded.map_or(crate::EXIT_OK, |loaded| read::exit_code(loaded.message.report())))
}

/// Where a setting stands, what it is, and what that means.
pub(super) fn why(step: &winmail::policy::Step<'_>) -> String {
    let mut text = format!("{}: {}", step.source, step.setting);
    if !step.value.is_empty() {
        text.push_str(&format!(" = {}", step.value));
    }
    if !step.note.is_empty() {
        text.push_str(&format!(" ({})", step.note));
    }
    text
}

fn json(from: &str, to: &str, domain: Option<&str>, decision: &Decision<'_>) -> Value {
    let mut answers = serde_json::Map::new();
    for row in rows(decision) {
        let chain: Vec<Value> = row
            .chain
            .iter()
            .map(|step| {
                json!({
                    "source": step.source.to_string(),
                    "setting": step.setting,
                    "value": step.value,
                    "outcome": step.outcome.as_str(),
                    "note": step.note,
                })
            })
            .collect();
        answers.insert(row.key.to_owned(), json!({ "value": row.value, "chain": chain }));
    }
    json!({ "from": from, "to": to, "remote_domain": domain, "format": decision.format().as_str(), "answers": answers })
}
