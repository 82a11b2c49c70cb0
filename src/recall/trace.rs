//! One message at several places of its way: between which of them its search key was lost or changed, and which hops lie there.

use std::fmt;

use super::compare::{FactComparison, Similarity, compare};
use super::hops::{Clue, Hop, clues, hops};
use super::item::Item;
use super::located::KeyState;

/// Fate of the key between two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Change {
    /// Both have it, and it is the same.
    Kept,
    /// Both have one, and it is another.
    Changed,
    /// Only the first has one. Mail that was saved from a mailbox has none even where the mailbox does.
    Gone,
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
            Change::Gone => "gone",
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
            (KeyState::One(_), KeyState::None) => Change::Gone,
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
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RouteSegment {
    /// Number of the first item; the second follows it.
    pub from: usize,
    /// Fate of the key.
    pub change: Change,
    /// Says whether both are one message.
    pub similarity: Similarity,
    /// Comparison of the two.
    pub comparisons: Vec<FactComparison>,
    /// The hops that the second has and the first has not, in the order of the way.
    pub hops: Vec<Hop>,
    /// Clues of headers that only the second has.
    pub clues: Vec<Clue>,
}

impl RouteSegment {
    /// Returns the hops that most likely changed the key: outside Exchange, else all. Exchange hands messages on
    /// with their properties; this is our inference from that.
    #[must_use]
    pub fn suspects(&self) -> Vec<&Hop> {
        let outside: Vec<&Hop> = self.hops.iter().filter(|hop| !hop.exchange).collect();
        if outside.is_empty() { self.hops.iter().collect() } else { outside }
    }
}

/// A message followed on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Trace {
    /// A step for each pair of neighbours.
    pub steps: Vec<RouteSegment>,
    /// Fate of the key after all steps.
    pub fate: KeyFate,
}

/// Fate of a key on the way. The numbers are those of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum KeyFate {
    /// Wherever a key was seen it is the same, the last place included.
    Kept,
    /// It was there, then not there any more or another, and at last another.
    Broken {
        /// The last place that has it.
        last_seen: usize,
        /// The next place, which does not.
        gone_at: usize,
        /// The place that has another.
        other_at: usize,
    },
    /// It was there, and no key is seen any more: lost, or left out where the mail was saved.
    Gone {
        /// The last place that has it.
        last_seen: usize,
    },
    /// The items are different messages.
    Different {
        /// A place.
        one: usize,
        /// Another place, at which there is another message.
        other: usize,
    },
    /// No key is seen, or one that differs in itself.
    NotKnown,
}

/// Follows a message through the items in the order in which they are given.
#[must_use]
pub fn trace(items: &[Item]) -> Trace {
    let steps = items.iter().zip(items.iter().skip(1)).enumerate();
    Trace { steps: steps.map(|(from, (one, other))| step(from, one, other)).collect(), fate: fate(items) }
}

fn fate(items: &[Item]) -> KeyFate {
    let mut seen: Option<(usize, &Item)> = None;
    for (at, item) in items.iter().enumerate() {
        if matches!(item.key(), KeyState::Differ(..)) {
            return KeyFate::NotKnown;
        }
        if let Some((before, earlier)) = seen {
            if Similarity::of(&compare(&earlier.facts, &item.facts)) == Similarity::Different {
                return KeyFate::Different { one: before, other: at };
            }
            if Change::between(earlier.key(), item.key()) == Change::Changed {
                return KeyFate::Broken { last_seen: before, gone_at: before.saturating_add(1), other_at: at };
            }
        }
        if matches!(item.key(), KeyState::One(_)) {
            seen = Some((at, item));
        }
    }
    match seen {
        None => KeyFate::NotKnown,
        Some((last_seen, _)) if last_seen.saturating_add(1) < items.len() => KeyFate::Gone { last_seen },
        // The first place is where the way begins: a key that appears later says nothing of what was before.
        Some(_) if items.first().is_some_and(|first| first.keys.is_empty()) => KeyFate::NotKnown,
        Some(_) => KeyFate::Kept,
    }
}

pub(super) fn step(from: usize, one: &Item, other: &Item) -> RouteSegment {
    let comparisons = compare(&one.facts, &other.facts);
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
    RouteSegment {
        from,
        change: Change::between(one.key(), other.key()),
        similarity: Similarity::of(&comparisons),
        comparisons,
        hops: new,
        clues: clues(&other.headers).into_iter().filter(|clue| !known.contains(clue)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ReadOptions;
    use crate::mapi::{PropValue, tags};
    use crate::{Message, WriteOptions};

    /// A message with this key and Message-ID; a plain mail for the key 0.
    fn item(key: u8, id: &str) -> Item {
        let bytes = if key == 0 {
            format!("From: alice@fabrikam.com\r\nMessage-ID: <{id}@fabrikam.com>\r\n\r\nx\r\n").into_bytes()
        } else {
            let mut message = Message::new("IPM.Note");
            message.properties.set(tags::INTERNET_MESSAGE_ID, format!("<{id}@fabrikam.com>").as_str());
            message.properties.set(tags::SEARCH_KEY, PropValue::Binary(vec![key; 16].into()));
            message.to_tnef(&WriteOptions::default()).unwrap()
        };
        Item::read("m", &bytes, &ReadOptions::lenient()).unwrap()
    }

    #[test]
    fn the_fate_of_a_key_follows_from_where_it_is_seen() {
        for (keys, fate) in [
            (&[1, 1][..], KeyFate::Kept),
            // What was saved without its key in between says nothing.
            (&[1, 0, 1], KeyFate::Kept),
            (&[1, 2], KeyFate::Broken { last_seen: 0, gone_at: 1, other_at: 1 }),
            (&[1, 1, 0, 2, 2], KeyFate::Broken { last_seen: 1, gone_at: 2, other_at: 3 }),
            (&[1, 0], KeyFate::Gone { last_seen: 0 }),
            (&[1, 1, 0, 0], KeyFate::Gone { last_seen: 1 }),
            (&[0, 1], KeyFate::NotKnown),
            (&[0, 0], KeyFate::NotKnown),
            (&[0, 1, 2], KeyFate::Broken { last_seen: 1, gone_at: 2, other_at: 2 }),
        ] {
            let items: Vec<Item> = keys.iter().map(|key| item(*key, "1")).collect();
            assert_eq!(trace(&items).fate, fate, "{keys:?}");
        }
        assert_eq!(trace(&[item(1, "1"), item(2, "2")]).fate, KeyFate::Different { one: 0, other: 1 });
        assert_eq!(trace(&[]), Trace { steps: Vec::new(), fate: KeyFate::NotKnown });
    }

    #[test]
    fn new_hops_are_those_that_the_second_has_more() {
        let with = |received: &[&str]| {
            let headers: String = received.iter().map(|by| format!("Received: from x by {by} with SMTP; date\r\n")).collect();
            Item::read("m", format!("{headers}From: a@b.c\r\n\r\nx\r\n").as_bytes(), &ReadOptions::lenient()).unwrap()
        };
        let step = step(0, &with(&["a"]), &with(&["c", "EX.outlook.com", "a", "a"]));
        let by = |hops: &[&Hop]| hops.iter().filter_map(|hop| hop.by.clone()).collect::<Vec<_>>();
        assert_eq!(by(&step.hops.iter().collect::<Vec<_>>()), ["a", "EX.outlook.com", "c"]);
        assert_eq!(by(&step.suspects()), ["a", "c"]);
    }
}
