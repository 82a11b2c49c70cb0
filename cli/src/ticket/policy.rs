//! The page of `policy explain --html`: the answer for each group of recipients, the ladder of settings, automatic messages, commands,
//! and a matrix of remote domains and settings with what is dangerous in it.

use winmail::policy::file::{PolicyFile, RecordKey};
use winmail::policy::{
    ChainStep, Decision, Delivery, FaultKind, Gates, Passage, Policy, PolicyFault, RemoteDomain, RemoteDomainSetting, StepOutcome,
};

use super::{Cell, Page, Tone};

/// A group of recipients for whom the same holds for the same reasons.
pub struct Group<'g, 'p> {
    /// Their addresses.
    pub to: Vec<&'g str>,
    /// The answer in a sentence.
    pub verdict: String,
    /// What was asked for the first of them.
    pub delivery: Delivery<'p>,
    /// What was decided.
    pub decision: Decision<'p>,
}

/// How many rows a matrix has at most. A tenant with more has them in `policy show`.
const ROWS: usize = 200;

/// Settings that the matrix always has; others where a domain of it sets them.
const ALWAYS: [RemoteDomainSetting; 7] = [
    RemoteDomainSetting::TnefEnabled,
    RemoteDomainSetting::ContentType,
    RemoteDomainSetting::CharacterSet,
    RemoteDomainSetting::AutoForwardEnabled,
    RemoteDomainSetting::AutoReplyEnabled,
    RemoteDomainSetting::AllowedOofType,
    RemoteDomainSetting::NdrEnabled,
];

/// The page.
#[must_use]
pub fn page(file: &PolicyFile, from: &str, assumed: &[&str], groups: &[&Group<'_, '_>]) -> String {
    let policy = &file.policy;
    let mut page = Page::new(&format!("How mail from {from} leaves the organization"));
    for one in assumed {
        page.paragraph(&format!("Assumed: {one}."));
    }
    for group in groups {
        one(&mut page, policy, group);
    }
    let faults = winmail::policy::check(policy);
    matrix(&mut page, policy, &faults, groups);
    if !faults.is_empty() {
        page.section("Remarks on the settings");
        page.steps();
        for fault in faults.iter().take(ROWS) {
            page.step(tone_of(fault.kind), &fault.message, fault.kind.as_str(), [fault.remedy]);
        }
        page.end_steps();
        rest(&mut page, faults.len(), "remarks", "winmail policy check");
    }
    page.part("Not checked");
    page.list([
        "Mail flow rules, which may stop, redirect or change any of these messages: Get-TransportRule",
        "Settings of Outlook and of contacts in it, which no export holds",
        "What the servers of the recipient do with the message",
    ]);
    page.end()
}

fn tone_of(kind: FaultKind) -> Tone {
    match kind {
        FaultKind::Dangerous | FaultKind::Contradictory => Tone::Bad,
        FaultKind::Shadowed | FaultKind::Notable => Tone::Doubt,
        _ => Tone::Plain,
    }
}

/// Says what a table leaves out.
fn rest(page: &mut Page, all: usize, of: &str, verb: &str) {
    let more = all.saturating_sub(ROWS);
    if more > 0 {
        page.paragraph(&format!("{more} more {of} are not shown: {verb} has them."));
    }
}

fn one(page: &mut Page, policy: &Policy, group: &Group<'_, '_>) {
    let Group { to, verdict, delivery, decision } = group;
    page.part(&to.join(", "));
    let undecided = policy.undecided(delivery, decision);
    page.verdict(if undecided.is_empty() { Tone::Plain } else { Tone::Doubt }, verdict);
    page.section("The ladder: what is asked about TNEF (winmail.dat), the strongest first");
    ladder(page, &decision.tnef.chain);
    page.section("The form without TNEF");
    ladder(page, &decision.encoding.chain);
    let gates = policy.gates(delivery, decision);
    if delivery.domain.is_some() {
        automatic(page, &gates);
    }
    if !undecided.is_empty() {
        page.section("What could still decide");
        page.list(&undecided);
    }
    let remedies = policy.remedies(delivery, decision, &gates);
    if !remedies.is_empty() {
        page.section("To change it");
    }
    for remedy in &remedies {
        let caution = if remedy.caution.is_empty() { String::new() } else { format!(" ({})", remedy.caution) };
        page.paragraph(&format!("{}{caution}:", remedy.effect));
        page.commands(&remedy.commands);
    }
}

fn ladder(page: &mut Page, chain: &[ChainStep<'_>]) {
    page.steps();
    for step in chain {
        let (tone, word) = match step.outcome {
            StepOutcome::Won => (Tone::Good, "decides"),
            StepOutcome::Joined => (Tone::Good, "decides with it"),
            StepOutcome::Overridden => (Tone::Plain, "overridden"),
            StepOutcome::NotKnown => (Tone::Doubt, "not in the export"),
            StepOutcome::NotApplicable => (Tone::Plain, "does not apply"),
            _ => (Tone::Plain, "not set"),
        };
        let what = match &*step.value {
            "" => step.setting.to_owned(),
            value => format!("{} = {value}", step.setting),
        };
        page.step(tone, &what, word, [step.source.to_string().as_str(), step.note]);
    }
    page.end_steps();
}

fn automatic(page: &mut Page, gates: &[Gates<'_>]) {
    page.section("Automatic messages to this recipient");
    page.steps();
    for one in gates {
        let known: Vec<_> = one.gates.iter().filter(|gate| gate.passage != Passage::Passes).collect();
        let passage = one.passage();
        // Rules are never known here; they are under "Not checked" and are no doubt of their own.
        let doubt = known.iter().any(|gate| gate.kind != winmail::policy::GateKind::MailFlowRules);
        let (tone, word) = match passage {
            Passage::Blocked => (Tone::Bad, "blocked"),
            Passage::NotKnown if doubt => (Tone::Doubt, "not known here"),
            _ => (Tone::Good, "passes"),
        };
        let lines = known.iter().filter(|gate| gate.kind != winmail::policy::GateKind::MailFlowRules).map(ToString::to_string);
        page.step(tone, one.message.as_str(), word, lines.collect::<Vec<_>>());
    }
    page.end_steps();
}

/// The domains that the recipients are in, those with remarks and `Default` first, then the others.
fn rows<'p>(policy: &'p Policy, faults: &[PolicyFault], groups: &[&Group<'_, '_>]) -> Vec<&'p RemoteDomain> {
    let applies = |domain: &RemoteDomain| {
        domain.is_built_in()
            || groups.iter().any(|group| group.delivery.domain.is_some_and(|one| one.name == domain.name))
            || faults.iter().any(|fault| name_of(fault) == Some(domain.name.as_str()))
    };
    let (mut first, others): (Vec<&RemoteDomain>, Vec<&RemoteDomain>) = policy.domains.iter().partition(|domain| applies(domain));
    first.extend(others);
    first
}

fn name_of(fault: &PolicyFault) -> Option<&str> {
    match &fault.key {
        RecordKey::RemoteDomain(name) | RecordKey::RemoteDomainSetting(name, _) => Some(name),
        _ => None,
    }
}

fn matrix(page: &mut Page, policy: &Policy, faults: &[PolicyFault], groups: &[&Group<'_, '_>]) {
    page.part("The remote domains and their settings");
    let domains = rows(policy, faults, groups);
    let shown = domains.get(..ROWS).unwrap_or(&domains);
    let is_set = |setting: RemoteDomainSetting| shown.iter().any(|domain| domain.settings.text(setting).is_some());
    let others = RemoteDomainSetting::ALL.iter().copied().filter(|one| !ALWAYS.contains(one) && is_set(*one));
    let settings: Vec<RemoteDomainSetting> = ALWAYS.into_iter().chain(others).collect();
    let head: Vec<&str> = ["Remote domain", "for"].into_iter().chain(settings.iter().map(|setting| setting.as_str())).collect();
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|domain| {
            let pattern = domain.pattern().to_string();
            let mut row = vec![Cell::new(domain.name.as_str(), Tone::Plain), Cell::new(pattern, Tone::Plain)];
            row.extend(settings.iter().map(|setting| cell(policy, domain, *setting, faults)));
            row
        })
        .collect();
    let caption = "Bold: set. Grey: not set, the default holds. \u{26a0}\u{fe0e}: see the remarks. ?: not in the export.";
    page.table(caption, &head, &rows);
    rest(page, domains.len(), "remote domains", "winmail policy show");
}

fn cell(policy: &Policy, domain: &RemoteDomain, setting: RemoteDomainSetting, faults: &[PolicyFault]) -> Cell {
    let fault = faults
        .iter()
        .filter(|fault| matches!(&fault.key, RecordKey::RemoteDomainSetting(name, of) if *name == domain.name && *of == setting));
    let worst = fault.map(|fault| tone_of(fault.kind)).find(|tone| *tone == Tone::Bad);
    let value = match domain.effective(setting, policy.edition) {
        value if value.is_empty() => "\u{2013}".to_owned(),
        value => value,
    };
    let tone = match worst {
        Some(tone) => tone,
        None if !domain.is_known(setting) => Tone::Doubt,
        None if domain.settings.text(setting).is_some() => Tone::Good,
        None => Tone::Plain,
    };
    Cell::new(value, tone)
}
