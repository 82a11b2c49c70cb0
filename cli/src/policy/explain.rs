//! `winmail policy explain`: what becomes of a message to each recipient, and which setting decides.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use winmail::policy::apply::{facts, facts_for};
use winmail::policy::{
    Decision, Delivery, Gate, GateKind, Gates, MessageFacts, NativeBody, Passage, Policy, RemoteDomainSetting, SettingValue,
    StepOutcome, Topic,
};

use super::super::Streams;
use super::super::read::{self, ReadArgs};
use super::super::style::{Shown, Style};
use super::super::ticket::{self, PageArgs};
use super::message::{self, Addresses};
use super::{Failure, FileArgs, Outcome, read_policy_or_defaults};

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
    /// A line a recipient
    #[arg(long, conflicts_with_all = ["verbose", "json"])]
    brief: bool,
    /// Also show defaults, the settings that did not decide, and every gate of automatic messages
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON: an array with an object a recipient
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

fn native(text: &str) -> Result<NativeBody, String> {
    NativeBody::parse(text).ok_or_else(|| format!("allowed is {}", NativeBody::allowed()))
}

pub(super) fn run(args: &ExplainArgs, style: Style, streams: &mut Streams<'_>) -> Outcome {
    let (file, assumed) = read_policy_or_defaults(&args.file, streams.stdin)?;
    let policy = &file.policy;
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
            (Some(from), to) if !to.is_empty() => {
                (message::bare(&from)?, to.iter().map(|one| message::bare(one)).collect::<Result<_, _>>()?)
            }
            _ => return Err(Failure::Said("give --from and --to, or a message that has a sender and recipients".to_owned())),
        },
    };
    // Other names of a set are understood as in mail.
    let alias =
        args.charset.as_deref().map(|name| winmail::CodePage::from_name(name).and_then(winmail::CodePage::name).unwrap_or(name));
    let known = MessageFacts::default()
        .with_native(args.native.unwrap_or(known.native))
        .with_charset(alias.or(known.charset))
        .with_send_rich(args.send_rich.or(known.send_rich));
    let mut all = Vec::new();
    // Recipients that get the same for the same reasons are one.
    let mut groups: Vec<(ticket::policy::Group<'_, '_>, Told)> = Vec::new();
    for to in &recipients {
        let known = match loaded.as_ref().filter(|_| args.send_rich.is_none()) {
            Some(loaded) => facts_for(&loaded.message, &known, to),
            None => known.clone(),
        };
        let delivery = policy.delivery(&from, to, known).map_err(|error| Failure::Said(error.to_string()))?;
        let decision = winmail::policy::decide(&delivery);
        if args.json {
            all.push(json(to, policy, &delivery, &decision));
        }
        if args.json && !args.page.is_wanted() {
            continue;
        }
        let told = tell(args.verbose, to, policy, &delivery, &decision);
        match groups.iter_mut().find(|(_, known)| *known == told) {
            Some((group, _)) => group.to.push(to),
            None => {
                let verdict = told.verdict.clone();
                groups.push((ticket::policy::Group { to: vec![to], verdict, delivery, decision }, told));
            }
        }
    }
    let guesses: Vec<&str> = [
        (
            assumed,
            "no settings file: these are the documented defaults of Exchange Online, not the settings of your organization",
        ),
        (
            loaded.is_none() && args.native.is_none(),
            "no message given: taken as written in HTML (--native rich-text, --native plain-text)",
        ),
    ]
    .into_iter()
    .filter_map(|(holds, said)| holds.then_some(said))
    .collect();
    if args.page.is_wanted() {
        let groups: Vec<_> = groups.iter().map(|(group, _)| group).collect();
        args.page.write(&ticket::policy::page(&file, &from, &guesses, &groups), streams.out)?;
        if args.page.is_instead() {
            return Ok(loaded.as_ref().map_or(crate::EXIT_OK, |loaded| read::exit_code(loaded.message.report())));
        }
    }
    if args.json {
        crate::json_out::pretty(streams.out, &all)?;
        return Ok(loaded.map_or(crate::EXIT_OK, |loaded| read::exit_code(loaded.message.report())));
    }
    if args.brief {
        for to in &recipients {
            if let Some((_, told)) = groups.iter().find(|(group, _)| group.to.contains(&to.as_str())) {
                writeln!(streams.out, "{}: {}", style.bold(Shown(to)), Shown(&told.verdict))?;
            }
        }
    } else {
        for (group, told) in &groups {
            told.write(&group.to.join(", "), style, streams)?;
        }
    }
    for guess in guesses {
        writeln!(streams.err, "winmail: {guess}")?;
    }
    Ok(loaded.map_or(crate::EXIT_OK, |loaded| read::exit_code(loaded.message.report())))
}

/// What is said of a recipient, in lines.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    verdict: String,
    /// Lines, each with how much it counts.
    lines: Vec<(Weight, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Title,
    Plain,
    /// For those who want to know all.
    Aside,
}

impl Told {
    fn write(&self, to: &str, style: Style, streams: &mut Streams<'_>) -> std::io::Result<()> {
        writeln!(streams.out, "{}: {}", style.bold(Shown(to)), Shown(&self.verdict))?;
        for (weight, line) in &self.lines {
            match weight {
                Weight::Title => writeln!(streams.out, "  {}", style.bold(Shown(line)))?,
                Weight::Plain => writeln!(streams.out, "  {}", Shown(line))?,
                Weight::Aside => writeln!(streams.out, "  {}", style.dim(Shown(line)))?,
            }
        }
        Ok(())
    }
}

/// Settings of a remote domain that have no answer of their own, as they bear neither on the form nor on automatic messages.
const OTHERS: &[RemoteDomainSetting] = &[
    RemoteDomainSetting::IsInternal,
    RemoteDomainSetting::TrustedMailInboundEnabled,
    RemoteDomainSetting::TrustedMailOutboundEnabled,
    RemoteDomainSetting::TargetDeliveryDomain,
    RemoteDomainSetting::IsCoexistenceDomain,
    RemoteDomainSetting::SmtpDaneMandatoryModeEnabled,
    RemoteDomainSetting::MessageCountThreshold,
];

/// The answer, why, what automatic messages may do, what could still decide, and what would change it.
fn tell(verbose: bool, to: &str, policy: &Policy, delivery: &Delivery<'_>, decision: &Decision<'_>) -> Told {
    let place = match delivery.domain {
        None => "inside the organization".to_owned(),
        Some(domain) => format!("remote domain {}", domain.name),
    };
    let undecided = policy.undecided(delivery, decision);
    let sure = if undecided.is_empty() { "" } else { "most likely " };
    let mut verdict = format!("{sure}{} ({place})", decision.format());
    if let Some(step) = decision.reason() {
        verdict.push_str(&format!(", as {step}"));
    }
    if let Some(kind) = delivery.kind.filter(|_| !delivery.address.eq_ignore_ascii_case(to)) {
        verdict.push_str(&format!("; {kind}, mail goes to {}", delivery.address));
    }
    let mut told = Told { verdict, lines: Vec::new() };
    let mut say = |weight, line: String| told.lines.push((weight, line));
    for answer in decision.answers() {
        let first = answer.topic == Topic::Tnef;
        let shown = verbose || first || (!answer.is_default() && !answer.topic.is_automatic());
        if !shown {
            continue;
        }
        let why = answer.winner().map(ToString::to_string).unwrap_or_default();
        say(Weight::Plain, format!("{:<30} {:<24} {why}", answer.topic.title(), answer.value));
        for step in answer.chain.iter().filter(|step| verbose && step.outcome != StepOutcome::Won) {
            say(Weight::Aside, format!("{:<55} {}: {step}", "", step.outcome.as_str()));
        }
    }
    if let Some(domain) = delivery.domain {
        for &setting in OTHERS {
            if verbose || domain.settings.text(setting).is_some() {
                let value = domain.effective(setting, policy.edition);
                let known = if domain.is_known(setting) { "" } else { "  not in the export: its default" };
                say(Weight::Plain, format!("{:<30} {value}{known}", setting.as_str()));
            }
        }
    }
    let gates = policy.gates(delivery, decision);
    // Inside nothing stops them but the mailbox itself.
    let told_of = verbose || delivery.domain.is_some();
    if told_of {
        say(Weight::Title, "automatic messages to this recipient".to_owned());
    }
    for one in gates.iter().filter(|_| told_of) {
        let (passage, gate) = summary(one);
        say(
            Weight::Plain,
            format!("{:<30} {passage:<24} {}", one.message.as_str(), gate.map(ToString::to_string).unwrap_or_default()),
        );
        for gate in one.gates.iter().filter(|_| verbose) {
            say(Weight::Aside, format!("{:<55} {gate} [{}]", "", gate.source));
        }
    }
    if delivery.domain.is_some() {
        say(
            Weight::Aside,
            "not checked: mail flow rules, which may stop or redirect any of these (Get-TransportRule)".to_owned(),
        );
    }
    if !undecided.is_empty() {
        say(Weight::Title, "what could still decide".to_owned());
        for one in &undecided {
            say(Weight::Plain, format!("  {one}"));
        }
    }
    let remedies = policy.remedies(delivery, decision, &gates);
    if !remedies.is_empty() {
        say(Weight::Title, "to change it".to_owned());
    }
    for remedy in &remedies {
        let caution = if remedy.caution.is_empty() { String::new() } else { format!(" ({})", remedy.caution) };
        say(Weight::Plain, format!("{}{caution}", remedy.effect));
        for command in &remedy.commands {
            say(Weight::Plain, format!("    {command}"));
        }
    }
    told
}

/// What the gates come to, and the one that decides; rules, which are never known, are left to the last line.
fn summary<'g, 'p>(gates: &'g Gates<'p>) -> (&'static str, Option<&'g Gate<'p>>) {
    let known = || gates.gates.iter().filter(|gate| gate.kind != GateKind::MailFlowRules);
    let first = |passage| known().find(|gate| gate.passage == passage);
    match (first(Passage::Blocked), first(Passage::NotKnown)) {
        (Some(gate), _) => (Passage::Blocked.as_str(), Some(gate)),
        (None, Some(gate)) => (Passage::NotKnown.as_str(), Some(gate)),
        (None, None) => (Passage::Passes.as_str(), known().next_back()),
    }
}

/// Where a setting stands, what it is, and what that means.
pub(super) fn why(step: &winmail::policy::ChainStep<'_>) -> String {
    step.to_string()
}

fn json(to: &str, policy: &Policy, delivery: &Delivery<'_>, decision: &Decision<'_>) -> Value {
    let mut answers = serde_json::Map::new();
    for answer in decision.answers() {
        let chain: Vec<Value> = answer
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
        let value = json!({ "value": answer.value, "chain": chain, "documented_in": answer.topic.source() });
        answers.insert(answer.topic.as_str().to_owned(), value);
    }
    let gates = policy.gates(delivery, decision);
    let automatic: Vec<Value> = gates
        .iter()
        .map(|one| {
            let gates: Vec<Value> = one
                .gates
                .iter()
                .map(|gate| {
                    json!({
                        "gate": gate.kind.as_str(),
                        "name": gate.name,
                        "passage": gate.passage.as_str(),
                        "setting": gate.setting,
                        "value": gate.value,
                        "note": gate.note,
                        "look": gate.look,
                        "documented_in": gate.source,
                    })
                })
                .collect();
            json!({ "message": one.message.as_str(), "passage": one.passage().as_str(), "gates": gates })
        })
        .collect();
    let remedies: Vec<Value> = policy
        .remedies(delivery, decision, &gates)
        .iter()
        .map(|one| json!({ "effect": one.effect, "commands": one.commands, "caution": one.caution }))
        .collect();
    let others: serde_json::Map<String, Value> = delivery.domain.map_or_else(serde_json::Map::new, |domain| {
        OTHERS.iter().map(|one| (one.as_str().to_owned(), domain.effective(*one, policy.edition).into())).collect()
    });
    json!({
        "from": delivery.from,
        "to": to,
        "delivered_to": delivery.address,
        "remote_domain": delivery.domain.map(|domain| domain.name.as_str()),
        "format": decision.format().as_str(),
        "answers": answers,
        "automatic": automatic,
        "other_settings": others,
        "could_still_decide": policy.undecided(delivery, decision),
        "remedies": remedies,
    })
}
