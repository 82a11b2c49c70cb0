//! One message at several places of its way: between which of them its search key was lost or changed, and which hops lie there.

use std::fmt;

use super::compare::{Agreement, Likeness, compare};
use super::hops::{Clue, Hop, clues, hops};
use super::item::{Item, KeyState};

/// What became of the key between two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Both have it, and it is the same.
    Kept,
    /// Both have one, and it is another.
    Changed,
    /// Only the first has one. Mail that was saved from a mailbox has none even where the mailbox does.
    Lost,
    /// Only the second has one.
    Appeared,
    /// Neither has one.
    Absent,
    /// One of the two has keys that differ in themselves.
    Unclear,
}

impl Change {
    /// The change as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Kept => "kept",
            Change::Changed => "changed",
            Change::Lost => "lost",
            Change::Appeared => "appeared",
            Change::Absent => "absent",
            Change::Unclear => "unclear",
        }
    }

    fn between(one: KeyState<'_>, other: KeyState<'_>) -> Change {
        match (one, other) {
            (KeyState::Differ(..), _) | (_, KeyState::Differ(..)) => Change::Unclear,
            (KeyState::None, KeyState::None) => Change::Absent,
            (KeyState::None, KeyState::One(_)) => Change::Appeared,
            (KeyState::One(_), KeyState::None) => Change::Lost,
            (KeyState::One(one), KeyState::One(other)) if one.value.matches(&other.value) => Change::Kept,
            (KeyState::One(_), KeyState::One(_)) => Change::Changed,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From one place to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Number of the first item; the second follows it.
    pub from: usize,
    /// What became of the key.
    pub change: Change,
    /// Whether both are one message.
    pub likeness: Likeness,
    /// What they share and what not.
    pub agreements: Vec<Agreement>,
    /// The hops that the second has and the first has not, in the order of the way.
    pub hops: Vec<Hop>,
    /// What headers of the second suggest that the first does not have.
    pub clues: Vec<Clue>,
}

impl Step {
    /// Those of the hops that are most likely to have changed the key: outside Exchange, else all. Exchange hands messages on
    /// with their properties; this is our inference from that.
    #[must_use]
    pub fn suspects(&self) -> Vec<&Hop> {
        let outside: Vec<&Hop> = self.hops.iter().filter(|hop| !hop.exchange).collect();
        if outside.is_empty() { self.hops.iter().collect() } else { outside }
    }
}

/// A message followed on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// A step for each pair of neighbours.
    pub steps: Vec<Step>,
}

impl Trace {
    /// The first step at which the key did not survive. Different messages have different keys, and that breaks nothing.
    #[must_use]
    pub fn broken_at(&self) -> Option<&Step> {
        let broken = |step: &&Step| matches!(step.change, Change::Changed | Change::Lost);
        self.steps.iter().find(|step| broken(step) && step.likeness != Likeness::Different)
    }
}

/// Follows a message through the items in the order in which they are given.
#[must_use]
pub fn trace(items: &[Item]) -> Trace {
    let steps = items.iter().zip(items.iter().skip(1)).enumerate();
    Trace { steps: steps.map(|(from, (one, other))| step(from, one, other)).collect() }
}

pub(super) fn step(from: usize, one: &Item, other: &Item) -> Step {
    let agreements = compare(&one.facts, &other.facts);
    let mut before: Vec<String> = hops(&one.headers).into_iter().map(|hop| hop.text).collect();
    let mut new = Vec::new();
    for hop in hops(&other.headers) {
        // A header that occurs twice stands for two passages.
        match before.iter().position(|text| *text == hop.text) {
            Some(at) => drop(before.swap_remove(at)),
            None => new.push(hop),
        }
    }
    let known = clues(&one.headers);
    Step {
        from,
        change: Change::between(one.key(), other.key()),
        likeness: Likeness::of(&agreements),
        agreements,
        hops: new,
        clues: clues(&other.headers).into_iter().filter(|clue| !known.contains(clue)).collect(),
    }
}
