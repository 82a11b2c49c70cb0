//! Condition 2: sender and recipient have mailboxes in one Exchange organization.

use crate::policy::domain_of;

use super::super::advice::Advice;
use super::super::case::Case;
use super::super::condition::{Condition, ConditionRow, Verdict};
use super::super::environment::{Mailbox, MailboxKind};
use super::super::evidence::Evidence;
use super::super::item::Item;
use super::super::located::Located;

/// Providers whose mailboxes belong to people and not to organizations.
const CONSUMER: [&str; 14] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
];

fn is_inside(case: &Case<'_>, address: &str) -> Option<bool> {
    let own = &case.environment.accepted_domains;
    let of_policy = case.policy.filter(|policy| !policy.accepted_domains.is_empty());
    if own.is_empty() && of_policy.is_none() {
        return None;
    }
    let domain = domain_of(address);
    Some(own.iter().any(|accepted| accepted.matches(domain)) || of_policy.is_some_and(|policy| policy.is_inside(address)))
}

pub(super) fn judge(
    case: &Case<'_>,
    delivered: Option<&Item>,
    mailbox: &Mailbox,
    sender: Option<&Located<String>>,
    recipient: Option<&Located<String>>,
) -> ConditionRow {
    let row = |verdict, evidence, advice| ConditionRow::new(Condition::Organization, verdict, evidence, advice);
    let mut evidence = Vec::new();
    evidence.extend(sender.cloned().map(Evidence::Sender));
    evidence.push(match recipient {
        Some(found) => Evidence::Recipient(found.clone()),
        None => Evidence::NoRecipient { of: delivered.map(|item| item.facts.recipients.len()).unwrap_or_default() },
    });
    let (Some(sender), Some(recipient)) = (sender, recipient) else {
        return row(Verdict::NotKnown, evidence, Some(Advice::NamePeople));
    };
    if mailbox.kind == Some(MailboxKind::Other) {
        evidence.push(Evidence::Mailbox(mailbox.kind));
        return row(Verdict::NotMet, evidence, Some(Advice::AskRecipient));
    }
    let inside = [is_inside(case, &sender.value), is_inside(case, &recipient.value)];
    let consumer = CONSUMER.iter().any(|known| domain_of(&recipient.value).eq_ignore_ascii_case(known));
    evidence.extend(case.traced(delivered, Some(recipient)).into_iter().cloned().map(Evidence::Trace));
    match inside {
        [Some(true), Some(true)] => {
            evidence.push(Evidence::Mailbox(mailbox.kind));
            row(Verdict::Met, evidence, None)
        }
        [_, Some(false)] if case.environment.cross_tenant_recall == Some(true) => {
            evidence.push(Evidence::CrossTenantRecall);
            row(Verdict::Met, evidence, None)
        }
        [_, Some(false)] => {
            evidence.push(Evidence::OutsideDomain { of_sender: false });
            row(Verdict::NotMet, evidence, Some(Advice::AskRecipient))
        }
        _ if consumer => {
            evidence.push(Evidence::ConsumerDomain);
            row(Verdict::NotMet, evidence, Some(Advice::AskRecipient))
        }
        [Some(false), _] => {
            evidence.push(Evidence::OutsideDomain { of_sender: true });
            row(Verdict::NotMet, evidence, Some(Advice::NameSender))
        }
        _ => {
            let one_domain = domain_of(&sender.value).eq_ignore_ascii_case(domain_of(&recipient.value));
            evidence.push(Evidence::NoAcceptedDomains { one_domain });
            row(Verdict::NotKnown, evidence, Some(Advice::NameDomains))
        }
    }
}
