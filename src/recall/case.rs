//! What a diagnosis is made of: the recall with what is known besides, and a message that it may be for.

use crate::policy::Policy;

use super::environment::Environment;
use super::item::Item;
use super::located::Located;
use super::message_trace::TraceEvent;

/// Case that is asked about: the request, the messages, the surroundings.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Case<'c> {
    /// The recall request.
    pub recall: &'c Item,
    /// The message as it was sent, if it is there.
    pub original: Option<&'c Item>,
    /// Facts known of the organization.
    pub environment: &'c Environment,
    /// The settings that decide about TNEF.
    pub policy: Option<&'c Policy>,
}

impl<'c> Case<'c> {
    /// The rows of the message trace that are of this message and, where they name one, for this recipient.
    pub(super) fn traced(&self, delivered: Option<&Item>, recipient: Option<&Located<String>>) -> Vec<&'c TraceEvent> {
        let id = [self.original, delivered].into_iter().flatten().find_map(|item| item.facts.message_id.as_ref());
        let Some((trace, id)) = self.environment.trace.as_ref().zip(id) else { return Vec::new() };
        trace.events_of(&id.value, recipient.map(|found| found.value.as_str()))
    }
}

/// A message that the recall may be for.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// Name that the caller gave it.
    pub name: String,
    /// The message, or why it cannot be read.
    pub item: Result<Item, String>,
    /// Says whether its mailbox says that it has been read: the flag of a Maildir, a Status header.
    pub read: Option<Located<bool>>,
    /// The folder in which it lies.
    pub folder: Option<Located<String>>,
}

impl Candidate {
    /// A candidate without read state or folder.
    #[must_use]
    pub fn new(item: Item) -> Self {
        Candidate { name: item.name.clone(), item: Ok(item), read: None, folder: None }
    }

    /// A candidate that cannot be read.
    #[must_use]
    pub fn unreadable(name: &str, reason: &str) -> Self {
        Candidate { name: name.to_owned(), item: Err(reason.to_owned()), read: None, folder: None }
    }
}
