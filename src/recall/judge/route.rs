//! Condition 6: the route keeps TNEF, and with it the search key.

use crate::policy::decide::MessageFacts;
use crate::policy::{Policy, RemoteDomain, domain_of};

use super::super::advice::Advice;
use super::super::case::Case;
use super::super::compare::Similarity;
use super::super::condition::{Condition, ConditionRow, Verdict};
use super::super::evidence::Evidence;
use super::super::hops::clues;
use super::super::item::Item;
use super::super::located::Located;

/// Whether internal mail leaves Exchange on its way, if that is known, and what says so.
fn connector(case: &Case<'_>, delivered: Option<&Item>, recipient: Option<&Located<String>>) -> (Option<bool>, Vec<Evidence>) {
    if let Some(leaves) = case.environment.connector {
        return (Some(leaves), vec![Evidence::Connector(leaves)]);
    }
    if let Some(event) = case.traced(delivered, recipient).into_iter().find(|event| event.is_outside()) {
        return (Some(true), vec![Evidence::Trace(event.clone())]);
    }
    let clues = delivered.map(|item| clues(&item.headers)).unwrap_or_default();
    let outside: Vec<Evidence> = clues.into_iter().filter(|clue| clue.outside).map(Evidence::Clue).collect();
    ((!outside.is_empty()).then_some(true), outside)
}

pub(super) fn judge(
    case: &Case<'_>,
    delivered: Option<&Item>,
    key: Verdict,
    similarity: Similarity,
    sender: Option<&Located<String>>,
    recipient: Option<&Located<String>>,
) -> ConditionRow {
    let row = |verdict, evidence, advice| ConditionRow::new(Condition::RouteKeepsTnef, verdict, evidence, advice);
    let (connector, mut evidence) = connector(case, delivered, recipient);
    let setting = case.policy.zip(recipient).map(|(policy, recipient)| Setting::of(policy, sender, &recipient.value));
    // Where mail stays inside, what would become of it outside does not count.
    if let Some(setting) = setting.as_ref().filter(|_| connector != Some(false)) {
        evidence.push(setting.evidence.clone());
        // The remedy is one that Microsoft's pages and signature services see differently.
        let own = case.policy.zip(recipient).is_some_and(|(policy, recipient)| policy.is_inside(&recipient.value));
        if own && !setting.tnef {
            evidence.push(Evidence::OwnDomain);
        }
    }
    if key == Verdict::Met {
        evidence.push(Evidence::KeyArrived);
        let advice = setting.filter(|setting| !setting.tnef && connector == Some(true)).map(|setting| setting.advice);
        return row(Verdict::Met, evidence, advice);
    }
    let changed = key == Verdict::NotMet && similarity.is_like();
    let general = || Advice::GiveSettings { domain: recipient.map(|found| domain_of(&found.value).to_owned()) };
    match (connector, setting) {
        (Some(false), _) => {
            evidence.push(Evidence::InsideIsTnef);
            row(Verdict::Met, evidence, None)
        }
        (_, Some(setting)) if setting.tnef => row(Verdict::Met, evidence, None),
        (Some(true), Some(setting)) => row(Verdict::NotMet, evidence, Some(setting.advice)),
        (None, Some(setting)) if changed => {
            evidence.push(Evidence::MadeAnew);
            row(Verdict::NotMet, evidence, Some(setting.advice))
        }
        (None, Some(setting)) => {
            evidence.push(Evidence::ConnectorNotKnown);
            row(Verdict::NotKnown, evidence, Some(setting.advice))
        }
        (_, None) if changed => {
            evidence.push(Evidence::MadeAnew);
            row(Verdict::NotMet, evidence, Some(general()))
        }
        (_, None) => {
            evidence.push(Evidence::NoRemoteDomains);
            row(Verdict::NotKnown, evidence, Some(general()))
        }
    }
}

/// What the remote domains say of mail that leaves Exchange for somebody, whether the domain is the organization's or not.
struct Setting {
    tnef: bool,
    evidence: Evidence,
    advice: Advice,
}

impl Setting {
    fn of(policy: &Policy, sender: Option<&Located<String>>, to: &str) -> Setting {
        let from = sender.map_or("", |found| found.value.as_str());
        let domain = domain_of(to);
        let record: &RemoteDomain = policy.domains.find(domain);
        let mut delivery = policy.delivery_of(from, to, MessageFacts::default());
        // A connector takes the mail out of Exchange: the remote domain is asked even for an accepted domain.
        delivery.domain = Some(record);
        let decision = crate::policy::decide(&delivery);
        let why = decision.tnef.winner().map_or_else(String::new, |step| {
            let value = if step.value.is_empty() { String::new() } else { format!(" = {}", step.value) };
            format!("{}: {}{value}", step.source, step.setting)
        });
        let tnef = decision.tnef.value;
        // Default is for everybody else, too, who would get winmail.dat.
        let remote_domain = (!record.is_built_in()).then(|| record.name.clone());
        Setting {
            tnef,
            evidence: Evidence::RemoteDomain { tnef, name: record.name.clone(), why },
            advice: Advice::KeepTnef { domain: domain.to_owned(), remote_domain },
        }
    }
}
