//! Judges the seven conditions of a recall: each met, not met or not known, with what speaks for that and what to do.

mod mailbox;
mod organization;
mod protection;
mod route;
mod same_key;

use crate::policy::domain_of;

use super::case::{Candidate, Case};
use super::compare::{FactComparison, Similarity};
use super::condition::{Condition, ConditionRow, Verdict, Weight};
use super::environment::Switch;
use super::item::Item;
use super::located::Located;
use super::outcome::Verdicts;

/// The seven rows, and whether cloud recall takes what has been read.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// Says whether sender and recipient are known to have one domain.
    pub one_domain: bool,
    pub rows: Vec<ConditionRow>,
    pub verdicts: Verdicts,
    pub similarity: Similarity,
    pub comparisons: Vec<FactComparison>,
}

/// Judges a candidate.
pub(super) fn judge(case: &Case<'_>, candidate: &Candidate, comparisons: Vec<FactComparison>) -> Judged {
    let similarity = Similarity::of(&comparisons);
    let delivered = candidate.item.as_ref().ok();
    let sender = sender(case, delivered);
    let recipient = recipient(case, delivered);
    let mailbox = case.environment.mailbox(recipient.as_ref().map(|found| found.value.as_str()));
    let key = same_key::judge(case, candidate, similarity, &comparisons);
    let cloud = mailbox::cloud_recall(case, &mailbox);
    let recall_read = match case.environment.recall_read_messages_enabled {
        Switch::On | Switch::Default => Verdict::Met,
        Switch::Off => Verdict::NotMet,
        Switch::NotKnown => Verdict::NotKnown,
    };
    let route = route::judge(case, delivered, key.verdict, similarity, sender.as_ref(), recipient.as_ref());
    let rows = [
        key,
        organization::judge(case, delivered, &mailbox, sender.as_ref(), recipient.as_ref()),
        mailbox::unread(case, candidate, &mailbox),
        mailbox::same_folder(candidate, &mailbox),
        protection::judge(case, delivered),
        route,
        cloud,
    ];
    let [key, organization, unread, folder, unprotected, route, cloud] = rows.each_ref().map(|row| row.verdict);
    let verdicts = Verdicts { key, organization, unread, folder, unprotected, route, cloud, recall_read };
    let mut rows = Vec::from(rows);
    for row in &mut rows {
        row.weight = weight(row.condition, &verdicts);
    }
    let domains = sender.as_ref().zip(recipient.as_ref()).map(|(from, to)| (domain_of(&from.value), domain_of(&to.value)));
    let one_domain = domains.is_some_and(|(from, to)| from.eq_ignore_ascii_case(to));
    Judged { one_domain, rows, verdicts, similarity, comparisons }
}

fn weight(condition: Condition, verdicts: &Verdicts) -> Weight {
    let cloud = verdicts.cloud == Verdict::Met;
    match condition {
        Condition::SameFolder | Condition::NotProtected if cloud => Weight::Waived,
        Condition::Unread if cloud && verdicts.recall_read == Verdict::Met => Weight::Waived,
        Condition::RouteKeepsTnef if verdicts.key != Verdict::NotKnown => Weight::Explains,
        Condition::CloudRecall if verdicts.cloud == Verdict::NotMet => Weight::Explains,
        _ => Weight::Decides,
    }
}

fn sender(case: &Case<'_>, delivered: Option<&Item>) -> Option<Located<String>> {
    let given = case.environment.sender.clone().map(|address| Located::new(address, "given"));
    let items = [Some(case.recall), case.original, delivered].into_iter().flatten();
    given.or_else(|| items.filter_map(|item| item.facts.sender.clone()).next())
}

/// The recipient whose mailbox it is about: the one that is given, else the only one that the mail has.
fn recipient(case: &Case<'_>, delivered: Option<&Item>) -> Option<Located<String>> {
    if let Some(address) = &case.environment.recipient {
        return Some(Located::new(address.clone(), "given"));
    }
    let delivered_to = delivered.and_then(|item| item.headers.first("Delivered-To"));
    if let Some(address) = delivered_to.map(str::trim).filter(|address| !address.is_empty()) {
        return Some(Located::new(address.to_owned(), "header Delivered-To"));
    }
    let items = [delivered, case.original, Some(case.recall)].into_iter().flatten();
    let with_recipients = items.map(|item| &item.facts.recipients).find(|all| !all.is_empty())?;
    match with_recipients.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
