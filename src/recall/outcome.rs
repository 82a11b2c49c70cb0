//! What the conditions come to: a table whose rows cite their source or say that they are our inference.
//!
//! Of the rows of [`RULES`] the first that holds decides. Where conditions are not known, every outcome counts that some
//! completion of them has ([`possible`]), so that a diagnosis never states a guess.
//!
//! [`SOURCES`] says what the short names of sources stand for.

use std::fmt;

use super::condition::{Condition, Verdict};

/// Outcome: what becomes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Outcome {
    /// It will be deleted.
    WillBeDeleted,
    /// It stays, and the recipient is told that the sender wanted it back.
    RecipientIsTold,
    /// It stays, and only the sender's report says so.
    StaysInPlace,
    /// The recall does not find it.
    CannotBeFound,
    /// It cannot be recalled at all.
    NotApplicable,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 5] =
        [Outcome::WillBeDeleted, Outcome::RecipientIsTold, Outcome::StaysInPlace, Outcome::CannotBeFound, Outcome::NotApplicable];

    /// The outcome as JSON has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::WillBeDeleted => "will-be-deleted",
            Outcome::RecipientIsTold => "recipient-is-told",
            Outcome::StaysInPlace => "stays-in-place",
            Outcome::CannotBeFound => "cannot-be-found",
            Outcome::NotApplicable => "not-applicable",
        }
    }

    /// The outcome in words, as the end of "the message ...".
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Outcome::WillBeDeleted => "will be deleted",
            Outcome::RecipientIsTold => "will stay, and the recipient is told that the sender wanted it back",
            Outcome::StaysInPlace => "will stay, and only the sender's report says so",
            Outcome::CannotBeFound => "cannot be found by the recall",
            Outcome::NotApplicable => "cannot be recalled at all",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// The conditions, each known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Known {
    /// The search keys are equal.
    pub key: bool,
    /// Both have Exchange mailboxes in one organization.
    pub organization: bool,
    /// The message is unread.
    pub unread: bool,
    /// Request and message lie in one folder.
    pub folder: bool,
    /// The message is not protected.
    pub unprotected: bool,
    /// The cloud recall of Exchange Online is on.
    pub cloud: bool,
    /// True if the recall also takes what has been read.
    pub recall_read: bool,
}

/// State of the conditions, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdicts {
    /// Verdict on the key, as in [`Known`].
    pub key: Verdict,
    /// Verdict on the organization, as in [`Known`].
    pub organization: Verdict,
    /// Verdict on whether it is unread, as in [`Known`].
    pub unread: Verdict,
    /// Verdict on the folder, as in [`Known`].
    pub folder: Verdict,
    /// Verdict on protection, as in [`Known`].
    pub unprotected: Verdict,
    /// The route kept TNEF. It decides only where the keys are not known: without TNEF the copy gets a key of its own.
    pub route: Verdict,
    /// Verdict on whether it is a recall in the cloud, as in [`Known`].
    pub cloud: Verdict,
    /// Verdict on whether read messages are recalled, as in [`Known`].
    pub recall_read: Verdict,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Rule {
    /// Case in which it holds, in words.
    pub when: &'static str,
    /// Outcome of the row.
    pub outcome: Outcome,
    /// The condition that decides.
    pub condition: Condition,
    /// Source that documents it, or why we think so.
    pub source: &'static str,
    /// Says whether it is documented; else it is our inference.
    pub documented: bool,
    #[cfg_attr(feature = "serde", serde(skip))]
    holds: fn(&Known) -> bool,
}

/// Meanings of the short names in [`Rule::source`].
pub const SOURCES: [(&str, &str); 5] = [
    ("LEARN", "https://learn.microsoft.com/exchange/mail-flow-best-practices/work-with-cloud-based-message-recall"),
    ("SUPPORT", "support.microsoft.com, \"Recall an Outlook email message\""),
    ("OFFICE", "Office help, \"How message recall works\", the table of scenarios"),
    ("VENDOR", "https://support.exclaimer.com/hc/en-gb/articles/6486568324765 and 6739198496413"),
    ("CODETWO", "codetwo.com/admins-blog, on message recall in Microsoft 365, \"Encrypted emails support\""),
];

/// The table. The first row that holds decides; the last always does.
pub const RULES: &[Rule] = &[
    Rule {
        when: "sender and recipient are not in one organization",
        outcome: Outcome::NotApplicable,
        condition: Condition::Organization,
        source: "SUPPORT: both need Microsoft 365 or Exchange mailboxes in one organization",
        documented: true,
        holds: |known| !known.organization,
    },
    Rule {
        when: "classic recall, and the message is protected",
        outcome: Outcome::NotApplicable,
        condition: Condition::NotProtected,
        source: "SUPPORT: messages protected by Azure Information Protection cannot be recalled; CODETWO: cloud recall takes \
            encrypted messages since October 2024",
        documented: true,
        holds: |known| !known.unprotected && !known.cloud,
    },
    Rule {
        when: "the search keys differ",
        outcome: Outcome::CannotBeFound,
        condition: Condition::SameKey,
        source: "VENDOR: recall matches by the search key; that cloud recall does so too is not said by LEARN",
        documented: true,
        holds: |known| !known.key,
    },
    Rule {
        when: "cloud recall, also of what has been read",
        outcome: Outcome::WillBeDeleted,
        condition: Condition::CloudRecall,
        source: "LEARN: RecallReadMessagesEnabled, which is on where it is not set; the agent deletes from the mailbox, and \
            that no folder is excepted is our inference",
        documented: true,
        holds: |known| known.cloud && known.recall_read,
    },
    Rule {
        when: "cloud recall of unread messages, and it is unread",
        outcome: Outcome::WillBeDeleted,
        condition: Condition::Unread,
        source: "LEARN: RecallReadMessagesEnabled keeps it from messages that have been read, and from no others",
        documented: true,
        holds: |known| known.cloud && known.unread,
    },
    Rule {
        when: "cloud recall of unread messages, and it has been read",
        outcome: Outcome::StaysInPlace,
        condition: Condition::Unread,
        source: "inference: LEARN says that it is not recalled, and that Exchange takes the request out of the mail, so that \
            there is nothing that could tell the recipient",
        documented: false,
        holds: |known| known.cloud,
    },
    Rule {
        when: "classic recall, and the request is in another folder than the message",
        outcome: Outcome::RecipientIsTold,
        condition: Condition::SameFolder,
        source: "OFFICE: in separate folders the recipient gets a message that a recall failed, whatever has been read",
        documented: true,
        holds: |known| !known.folder,
    },
    Rule {
        when: "classic recall, in one folder and unread",
        outcome: Outcome::WillBeDeleted,
        condition: Condition::Unread,
        source: "OFFICE: the message is deleted when Outlook processes the request or the recipient opens it",
        documented: true,
        holds: |known| known.unread,
    },
    Rule {
        when: "classic recall, in one folder and read",
        outcome: Outcome::RecipientIsTold,
        condition: Condition::Unread,
        source: "OFFICE: the recipient is told that the sender wants to delete the message, and it stays",
        documented: true,
        holds: |_| true,
    },
];

/// The row that decides.
#[must_use]
pub fn rule(known: &Known) -> Option<&'static Rule> {
    RULES.iter().find(|rule| (rule.holds)(known))
}

/// The seven conditions of [`Known`] as verdicts, in the order of its fields.
fn asked(verdicts: &Verdicts) -> [Verdict; 7] {
    // A copy that came without TNEF got a new key: that it is not equal is inferred where it cannot be seen.
    let key = match (verdicts.key, verdicts.route) {
        (Verdict::NotKnown, Verdict::NotMet) => Verdict::NotMet,
        (key, _) => key,
    };
    [key, verdicts.organization, verdicts.unread, verdicts.folder, verdicts.unprotected, verdicts.cloud, verdicts.recall_read]
}

fn has(bits: u8, number: u32) -> bool {
    bits & 1_u8.wrapping_shl(number) != 0
}

fn known(bits: u8) -> Known {
    Known {
        key: has(bits, 0),
        organization: has(bits, 1),
        unread: has(bits, 2),
        folder: has(bits, 3),
        unprotected: has(bits, 4),
        cloud: has(bits, 5),
        recall_read: has(bits, 6),
    }
}

/// What the conditions may be, as bits in the order of the fields of [`Known`].
fn completions(verdicts: &Verdicts) -> impl Iterator<Item = u8> + use<> {
    let asked = asked(verdicts);
    (0_u8..128).filter(move |bits| {
        (0_u32..).zip(asked).all(|(number, verdict)| match verdict {
            Verdict::Met => has(*bits, number),
            Verdict::NotMet => !has(*bits, number),
            Verdict::NotKnown => true,
        })
    })
}

/// The rows that decide in some completion of what is not known, in the order of the table.
#[must_use]
pub fn possible(verdicts: &Verdicts) -> Vec<&'static Rule> {
    let mut found = [false; RULES.len()];
    for bits in completions(verdicts) {
        let known = known(bits);
        let at = RULES.iter().position(|rule| (rule.holds)(&known));
        if let Some(seen) = at.and_then(|at| found.get_mut(at)) {
            *seen = true;
        }
    }
    RULES.iter().zip(found).filter(|(_, seen)| *seen).map(|(rule, _)| rule).collect()
}

/// The conditions that are not known and on which, with the others some way or other, the outcome depends.
#[must_use]
pub fn depends_on(verdicts: &Verdicts) -> Vec<Condition> {
    const ORDER: [Condition; 7] = [
        Condition::SameKey,
        Condition::Organization,
        Condition::Unread,
        Condition::SameFolder,
        Condition::NotProtected,
        Condition::CloudRecall,
        Condition::CloudRecall,
    ];
    let outcome = |bits: u8| rule(&known(bits)).map(|rule| rule.outcome);
    let mut found: Vec<Condition> = Vec::new();
    for ((number, verdict), condition) in (0_u32..).zip(asked(verdicts)).zip(ORDER) {
        let flipped = |bits: u8| bits ^ 1_u8.wrapping_shl(number);
        let bears = verdict == Verdict::NotKnown && completions(verdicts).any(|bits| outcome(bits) != outcome(flipped(bits)));
        if bears && !found.contains(&condition) {
            found.push(condition);
            // What is not known of the key may follow from what is not known of the route.
            if condition == Condition::SameKey && verdicts.route == Verdict::NotKnown {
                found.push(Condition::RouteKeepsTnef);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The outcomes of rows, without repetition, in the order of [`Outcome`].
#[must_use]
pub fn outcomes(rules: &[&'static Rule]) -> Vec<Outcome> {
    Outcome::ALL.into_iter().filter(|outcome| rules.iter().any(|rule| rule.outcome == *outcome)).collect()
}

#[cfg(test)]
mod tests;
