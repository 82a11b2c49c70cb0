//! Whether two messages are one, by everything but the search key.
//!
//! None of this makes a recall work. It tells "another message" from "this message under another key", which is what a
//! connector leaves behind. How the facts are weighed is our inference: a Message-ID and a correlation key are made for one
//! message; conversation, subject, sender and time together are hardly ever those of two.

use std::fmt;

use super::item::{Facts, Item};
use super::located::Located;

/// A fact that two messages may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Fact {
    /// Message-ID.
    MessageId,
    /// The text that ties TNEF and mail.
    CorrelationKey,
    /// The GUID of the conversation index.
    Conversation,
    /// Time at which it was sent.
    SubmitTime,
    /// The subject.
    Subject,
    /// The sender.
    Sender,
}

impl Fact {
    /// The fact in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Fact::MessageId => "Message-ID",
            Fact::CorrelationKey => "TNEF correlation key",
            Fact::Conversation => "conversation index",
            Fact::SubmitTime => "submit time",
            Fact::Subject => "subject",
            Fact::Sender => "sender",
        }
    }

    /// Returns whether it is made for one message.
    #[must_use]
    pub fn is_strong(self) -> bool {
        matches!(self, Fact::MessageId | Fact::CorrelationKey)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// A fact that both messages have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FactComparison {
    /// Fact that is compared.
    pub fact: Fact,
    /// Says whether it is the same.
    pub agrees: bool,
    /// Value in the first.
    pub one: Located<String>,
    /// Value in the second.
    pub other: Located<String>,
}

/// Strength of the signs that two messages are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Similarity {
    /// A fact that is made for one message is the same.
    Same,
    /// Two or more weaker facts are the same, and none differs.
    Probable,
    /// Facts differ, and too few are the same.
    Different,
    /// Too little is known.
    Unknown,
}

impl Similarity {
    /// The similarity in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Similarity::Same => "the same message",
            Similarity::Probable => "probably the same message",
            Similarity::Different => "another message",
            Similarity::Unknown => "too little is known to tell whether it is the same message",
        }
    }

    /// Returns whether it speaks for one message.
    #[must_use]
    pub fn is_like(self) -> bool {
        matches!(self, Similarity::Same | Similarity::Probable)
    }

    /// Weighs facts.
    #[must_use]
    pub fn of(comparisons: &[FactComparison]) -> Self {
        let count = |strong: bool, agrees: bool| {
            comparisons.iter().filter(|one| one.fact.is_strong() == strong && one.agrees == agrees).count()
        };
        if count(true, true) > 0 {
            Similarity::Same
        } else if count(false, true) >= 2 && count(false, false) == 0 {
            // With another Message-ID it is what a connector makes that sends the message anew.
            Similarity::Probable
        } else if count(true, false) > 0 || count(false, false) > 0 {
            Similarity::Different
        } else {
            Similarity::Unknown
        }
    }
}

impl fmt::Display for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// Returns what two messages share and what not, the strongest facts first. Facts that only one has do not count.
#[must_use]
pub fn compare(one: &Facts, other: &Facts) -> Vec<FactComparison> {
    let mut all = Vec::new();
    let mut text = |fact, one: &Option<Located<String>>, other: &Option<Located<String>>, equal: fn(&str, &str) -> bool| {
        if let (Some(one), Some(other)) = (one, other) {
            all.push(FactComparison { fact, agrees: equal(&one.value, &other.value), one: one.clone(), other: other.clone() });
        }
    };
    text(Fact::MessageId, &one.message_id, &other.message_id, |a, b| a.trim() == b.trim());
    text(Fact::CorrelationKey, &one.correlation, &other.correlation, |a, b| a.trim() == b.trim());
    text(Fact::Conversation, &shown(&one.conversation), &shown(&other.conversation), |a, b| a == b);
    text(Fact::Subject, &one.subject, &other.subject, same_text);
    text(Fact::Sender, &one.sender, &other.sender, same_text);
    if let (Some(one), Some(other)) = (&one.submit_time, &other.submit_time) {
        // Mail has whole seconds.
        let agrees = one.value.unix_seconds() == other.value.unix_seconds();
        let shown = |time: &Located<crate::base::FileTime>| Located::new(time.value.to_string(), time.at.clone());
        all.push(FactComparison { fact: Fact::SubmitTime, agrees, one: shown(one), other: shown(other) });
    }
    all
}

/// Returns what a recall request and a message share: the conversation, the subject without "Recall: ", the sender. The request's
/// Message-ID and time are its own.
#[must_use]
pub fn compare_request(request: &Item, other: &Facts) -> Vec<FactComparison> {
    let subject = request.request.as_ref().and_then(|facts| facts.original_subject.clone());
    let own = Facts {
        conversation: request.facts.conversation.clone(),
        subject: subject.or_else(|| {
            // "Recall: " is translated in other languages; none of them has a colon within the word.
            let found = request.facts.subject.as_ref()?;
            let rest = found.value.split_once(": ").map_or(found.value.as_str(), |(_, rest)| rest);
            Some(Located::new(rest.to_owned(), found.at.clone()))
        }),
        sender: request.facts.sender.clone(),
        ..Facts::default()
    };
    compare(&own, other)
}

fn shown<T: fmt::Display>(found: &Option<Located<T>>) -> Option<Located<String>> {
    found.as_ref().map(|found| Located::new(found.value.to_string(), found.at.clone()))
}

fn same_text(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileTime;

    fn facts(id: &str, conversation: u128, subject: &str, sender: &str, second: i64) -> Facts {
        let found = |text: &str| (!text.is_empty()).then(|| Located::new(text.to_owned(), "here"));
        Facts {
            message_id: found(id),
            conversation: (conversation != 0).then(|| Located::new(uuid::Uuid::from_u128(conversation), "here")),
            subject: found(subject),
            sender: found(sender),
            submit_time: FileTime::from_unix(second, 0).filter(|_| second != 0).map(|time| Located::new(time, "here")),
            ..Facts::default()
        }
    }

    #[test]
    fn similarity_follows_from_what_agrees() {
        let one = facts("<1@a>", 7, "Figures  of Q3", "Alice@fabrikam.com", 1_700_000_000);
        for (other, similarity) in [
            (facts("<1@a>", 0, "", "", 0), Similarity::Same),
            // A connector that changed the subject.
            (facts("<1@a>", 7, "[EXT] Figures of Q3", "alice@fabrikam.com", 1_700_000_000), Similarity::Same),
            // One that sent it anew.
            (facts("<2@a>", 7, "figures of q3", "alice@fabrikam.com", 0), Similarity::Probable),
            (facts("", 7, "", "alice@fabrikam.com", 0), Similarity::Probable),
            // A reply in the conversation.
            (facts("<2@a>", 7, "RE: Figures of Q3", "bob@fabrikam.com", 1_700_000_100), Similarity::Different),
            (facts("<2@a>", 0, "", "", 0), Similarity::Different),
            (facts("", 7, "", "", 0), Similarity::Unknown),
            (Facts::default(), Similarity::Unknown),
        ] {
            assert_eq!(Similarity::of(&compare(&one, &other)), similarity, "{other:?}");
            assert_eq!(Similarity::of(&compare(&other, &one)), similarity, "{other:?}");
        }
    }
}
