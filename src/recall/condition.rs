//! The seven conditions of a recall, and what is known of each: the data that judging, the table of outcomes and the diagnosis share.

use std::fmt;

use super::advice::Advice;
use super::evidence::Evidence;

/// A condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Condition {
    /// The search keys are equal.
    SameKey,
    /// Both have Exchange mailboxes in one organization.
    Organization,
    /// The message is unread.
    Unread,
    /// Request and message lie in one folder.
    SameFolder,
    /// The message is not protected.
    NotProtected,
    /// The route kept TNEF.
    RouteKeepsTnef,
    /// Exchange Online recalls by itself.
    CloudRecall,
}

impl Condition {
    /// All conditions, in their order.
    pub const ALL: [Condition; 7] = [
        Condition::SameKey,
        Condition::Organization,
        Condition::Unread,
        Condition::SameFolder,
        Condition::NotProtected,
        Condition::RouteKeepsTnef,
        Condition::CloudRecall,
    ];

    /// The condition as JSON has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Condition::SameKey => "same-search-key",
            Condition::Organization => "same-organization",
            Condition::Unread => "unread",
            Condition::SameFolder => "same-folder",
            Condition::NotProtected => "not-protected",
            Condition::RouteKeepsTnef => "route-keeps-tnef",
            Condition::CloudRecall => "cloud-recall",
        }
    }

    /// The condition in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Condition::SameKey => "the search keys are equal",
            Condition::Organization => "sender and recipient are in one Exchange organization",
            Condition::Unread => "the message is unread",
            Condition::SameFolder => "recall request and message are in one folder",
            Condition::NotProtected => "the message is not protected",
            Condition::RouteKeepsTnef => "the route keeps TNEF",
            Condition::CloudRecall => "Exchange Online recalls by itself (cloud recall)",
        }
    }
}

/// Knowledge of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Verdict {
    /// It is met.
    Met,
    /// It is not met.
    NotMet,
    /// It is not known.
    NotKnown,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Verdict; 3] = [Verdict::Met, Verdict::NotMet, Verdict::NotKnown];

    /// The verdict in words; JSON has it with hyphens.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::NotKnown => "not known",
        }
    }

    pub(super) fn of(known: Option<bool>) -> Verdict {
        known.map_or(Verdict::NotKnown, |met| if met { Verdict::Met } else { Verdict::NotMet })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.describe())
    }
}

/// Bearing of a condition on the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Weight {
    /// It decides.
    Decides,
    /// It says why another one is as it is, or changes what others mean.
    Explains,
    /// It does not bear: another one makes it needless.
    Waived,
}

impl Weight {
    /// The weight as JSON has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Weight::Decides => "decides",
            Weight::Explains => "explains",
            Weight::Waived => "waived",
        }
    }
}

/// A row of the table that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ConditionRow {
    /// The condition.
    pub condition: Condition,
    /// Facts known of it.
    pub verdict: Verdict,
    /// Weight that it has for the outcome.
    pub weight: Weight,
    /// Evidence for the verdict.
    pub evidence: Vec<Evidence>,
    /// Advice where it is not met, or how to know more.
    pub remedy: Option<Advice>,
}

impl ConditionRow {
    /// Returns what its remedy is for, in words: to have the condition met, or to learn whether it is.
    #[must_use]
    pub fn aim(&self) -> String {
        let aim = if self.verdict == Verdict::NotKnown { "to learn whether" } else { "so that" };
        format!("{aim} {}", self.condition.describe())
    }

    pub(super) fn new(condition: Condition, verdict: Verdict, evidence: Vec<Evidence>, remedy: Option<Advice>) -> Self {
        ConditionRow { condition, verdict, weight: Weight::Decides, evidence, remedy }
    }
}
