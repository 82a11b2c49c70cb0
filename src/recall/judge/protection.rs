//! Condition 5: the message is not protected.

use super::super::advice::Advice;
use super::super::case::Case;
use super::super::condition::{Condition, ConditionRow, Verdict};
use super::super::evidence::Evidence;
use super::super::item::Item;

pub(super) fn judge(case: &Case<'_>, delivered: Option<&Item>) -> ConditionRow {
    let row = |verdict, evidence, advice| ConditionRow::new(Condition::NotProtected, verdict, evidence, advice);
    let items: Vec<&Item> = [delivered, case.original].into_iter().flatten().collect();
    if items.is_empty() {
        return row(Verdict::NotKnown, vec![Evidence::NothingReadable], None);
    }
    let sign = |item: &Item| {
        let name = item.name.clone();
        item.protection.signs.clone().into_iter().map(move |sign| Evidence::Protected { name: name.clone(), sign })
    };
    let signs: Vec<Evidence> = items.iter().flat_map(|item| sign(item)).collect();
    if !signs.is_empty() {
        return row(Verdict::NotMet, signs, Some(Advice::RevokeAccess));
    }
    let label = |item: &Item| {
        let name = item.name.clone();
        item.protection.labels.clone().into_iter().map(move |label| Evidence::Label { name: name.clone(), label })
    };
    let labels = items.iter().flat_map(|item| label(item));
    row(Verdict::Met, labels.chain([Evidence::NotProtected]).collect(), None)
}
