//! Condition 1: the search keys of the recall and of the copy are equal.

use crate::mapi::SearchKey;

use super::super::advice::Advice;
use super::super::case::{Candidate, Case};
use super::super::compare::{FactComparison, Similarity};
use super::super::condition::{Condition, ConditionRow, Verdict};
use super::super::evidence::{Evidence, Role};
use super::super::hops::clues;
use super::super::item::Item;
use super::super::located::{KeyState, Located};

/// Whether all, none or some of the pairs are equal.
fn all_equal(targets: &[Located<SearchKey<'static>>], own: &[Located<SearchKey<'static>>]) -> Option<bool> {
    let mut pairs = targets.iter().flat_map(|target| own.iter().map(move |own| target.value.matches(&own.value)));
    let first = pairs.next()?;
    pairs.all(|equal| equal == first).then_some(first)
}

/// What an item says of its own key.
fn key_of(of: Role, item: &Item) -> Option<Evidence> {
    match item.key() {
        KeyState::None => item.no_key().map(|why| Evidence::NoKey { of, why }),
        KeyState::One(key) => Some(Evidence::Key { of, key: key.clone(), also: Vec::new() }),
        KeyState::Differ(one, other) => Some(Evidence::KeysDiffer { of, one: one.clone(), other: other.clone() }),
    }
}

/// What the recall asks for.
fn target(targets: &[Located<SearchKey<'static>>]) -> Evidence {
    match KeyState::of(targets) {
        KeyState::None => Evidence::NoKey { of: Role::Recall, why: "" },
        KeyState::One(key) => {
            let also = targets.iter().skip(1).map(|other| other.at.clone()).collect();
            Evidence::Key { of: Role::Recall, key: key.clone(), also }
        }
        KeyState::Differ(one, other) => Evidence::KeysDiffer { of: Role::Recall, one: one.clone(), other: other.clone() },
    }
}

pub(super) fn judge(
    case: &Case<'_>,
    candidate: &Candidate,
    similarity: Similarity,
    comparisons: &[FactComparison],
) -> ConditionRow {
    let row = |verdict, evidence, advice| ConditionRow::new(Condition::SameKey, verdict, evidence, advice);
    let targets = case.recall.request.as_ref().map(|request| request.keys.as_slice()).unwrap_or_default();
    let mut evidence = vec![target(targets)];
    let delivered = match &candidate.item {
        Ok(item) => item,
        Err(reason) => {
            evidence.push(Evidence::Unreadable { name: candidate.name.clone(), reason: reason.clone() });
            return row(Verdict::NotKnown, evidence, Some(Advice::GiveReadableCopy));
        }
    };
    evidence.extend(key_of(Role::Delivered, delivered));
    evidence.extend(case.original.and_then(|original| key_of(Role::Original, original)));
    let equal = all_equal(targets, &delivered.keys);
    if equal == Some(false) {
        let target_is_original = case.original.and_then(|item| all_equal(targets, &item.keys));
        evidence.push(Evidence::OtherKey {
            changed: target_is_original == Some(true),
            with: if case.original.is_some() { Role::Original } else { Role::Recall },
            similarity,
            facts: comparisons.to_vec(),
        });
        if target_is_original == Some(false) {
            evidence.push(Evidence::OtherOriginal);
        }
        evidence.extend(clues(&delivered.headers).into_iter().map(Evidence::Clue));
        let advice = if similarity == Similarity::Different {
            Advice::FindTheMessage
        } else if case.environment.connector == Some(false) {
            Advice::FindWhatMadeItAnew
        } else {
            Advice::KeepOffConnector
        };
        return row(Verdict::NotMet, evidence, Some(advice));
    }
    let advice = equal.is_none().then_some(Advice::ReadKeyInMailbox { lost: delivered.keys.is_empty() });
    row(Verdict::of(equal), evidence, advice)
}
