//! What an import found, counted, and what it left out.

/// Result of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Imported {
    /// Remote domains.
    pub remote_domains: usize,
    /// Mail contacts and mail users.
    pub recipients: usize,
    /// Recipients that have none of the settings, and were left out.
    pub without_settings: usize,
    /// Accepted domains.
    pub accepted_domains: usize,
    /// Settings of the organization, outbound spam policies and mailboxes.
    pub others: usize,
    /// Records that were left out although they say something, with the reason.
    pub left_out: Vec<LeftOut>,
    /// Remarks on the file: guesses that were made.
    pub notes: Vec<String>,
}

impl Imported {
    /// How many records the file had.
    pub(super) fn records(&self) -> usize {
        [self.remote_domains, self.recipients, self.without_settings, self.accepted_domains, self.others, self.left_out.len()]
            .into_iter()
            .fold(0, usize::saturating_add)
    }
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LeftOut {
    /// The record, counted from 1.
    pub record: usize,
    /// The line on which it begins, where there is one.
    pub line: Option<usize>,
    /// Reason why it was left out.
    pub reason: String,
}
