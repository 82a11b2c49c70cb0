//! What an input may cost. Public numbers, each with its reason, and the crate-private `Budget` that they are spent from.

use super::error::{Error, Result};
use super::size;

/// Bounds on what reading may cost. They are shared by a message and all messages nested in it.
///
/// None of them is needed against a declared size: nothing is ever reserved because a header asks for it. They bound what
/// bytes that really exist can be blown up to. All are settable; [`Limits::UNLIMITED`] switches them off.
///
/// ```
/// use winmail::{Attachment, Limits, Message, ReadOptions};
///
/// let mut message = Message::new("IPM.Note");
/// message.attachments.push(Attachment::from_bytes("a.txt", "a"));
/// message.attachments.push(Attachment::from_bytes("b.txt", "b"));
/// let stream = message.to_tnef(&Default::default())?;
/// let mut limits = Limits::default();
/// limits.attachments = 1;
/// let read = Message::read(&stream, &ReadOptions::lenient().with_limits(limits))?;
/// assert_eq!(read.attachments.len(), 1);
/// assert_eq!(read.report().diagnostics()[0].detail, "limit of attachments (1) reached: Limits::attachments");
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Limits {
    /// Depth to which messages may be nested in messages. Default 100: Exchange refuses to deliver more than 30 levels of
    /// embedded messages, and reading recurses once a level. At most [`Limits::MAX_DEPTH`] is honoured.
    pub depth: usize,
    /// Attributes over all nested messages. Default 1,000,000: an attribute takes at least 11 bytes, a model node about 100.
    pub attributes: usize,
    /// Properties over all lists, rows and nested messages. Default 2,000,000: a property takes at least 4 bytes, a model
    /// node about 150. The largest lists that were reported in the wild have some ten thousand.
    pub properties: usize,
    /// Rows over all recipient tables. Default 500,000: Exchange's own ceiling for recipients of one message is below it.
    pub recipients: usize,
    /// Attachments over all nested messages. Default 100,000.
    pub attachments: usize,
    /// Diagnostics that are kept; the rest is counted. Default 1,000.
    pub diagnostics: usize,
    /// Bytes that decompression and conversion may produce, over all nested messages. Default 256 MiB: compressed RTF
    /// expands by up to 8 times its size.
    pub output: u64,
    /// Bytes of one message-level attribute that the stream reader may hold in memory; attachment data is not held.
    /// Default 64 MiB.
    pub held: u64,
    /// Groups of RTF that may be open at once; further ones are read, but what they change outlasts them. Default 100,000: a
    /// real body nests some dozens, and an open group takes up to 100 bytes while it is open.
    pub rtf_groups: usize,
    /// What `output` was at first, where it is what is left of that.
    pub(crate) whole_output: Option<u64>,
}

impl Limits {
    /// No limits but [`Limits::MAX_DEPTH`].
    pub const UNLIMITED: Limits = Limits {
        depth: usize::MAX,
        attributes: usize::MAX,
        properties: usize::MAX,
        recipients: usize::MAX,
        attachments: usize::MAX,
        diagnostics: usize::MAX,
        output: u64::MAX,
        held: u64::MAX,
        rtf_groups: usize::MAX,
        whole_output: None,
    };

    /// The deepest nesting that reading follows whatever [`Limits::depth`] says. Reading a level recurses; this many levels
    /// fit the smallest stack in common use (512 KiB) even in a build without optimisation; for writing them such a build
    /// needs the 2 MiB that Rust gives a thread.
    pub const MAX_DEPTH: usize = 128;

    /// The same with what is left of the output that `whole` allows.
    #[cfg(feature = "mime")]
    #[must_use]
    pub(crate) fn with_output_left(&self, left: u64, whole: &Limits) -> Limits {
        Limits { output: left, whole_output: Some(whole.whole_output.unwrap_or(whole.output)), ..self.clone() }
    }

    /// Says that messages are nested deeper than is followed.
    pub(crate) fn nesting_reached(&self) -> String {
        match self.depth {
            depth if depth <= Limits::MAX_DEPTH => reached("nesting", &count(depth), "depth"),
            _ => reached("nesting", &count(Limits::MAX_DEPTH), "MAX_DEPTH"),
        }
    }

    /// Says that more would be made than may be.
    pub(crate) fn output_reached(&self) -> String {
        reached("output", &size::format(self.whole_output.unwrap_or(self.output)), "output")
    }

    /// Says that more groups of RTF are open than may be.
    pub(crate) fn rtf_groups_reached(&self) -> String {
        reached("open RTF groups", &count(self.rtf_groups), "rtf_groups")
    }
}

/// The text for every limit: what it bounds, how much of it there may be, which field sets it.
fn reached(what: &str, most: &str, field: &str) -> String {
    format!("limit of {what} ({most}) reached: Limits::{field}")
}

fn count(most: usize) -> String {
    size::grouped(u64::try_from(most).unwrap_or(u64::MAX))
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 100,
            attributes: 1_000_000,
            properties: 2_000_000,
            recipients: 500_000,
            attachments: 100_000,
            diagnostics: 1_000,
            output: 256 << 20,
            held: 64 << 20,
            rtf_groups: 100_000,
            whole_output: None,
        }
    }
}

/// What is left of the [`Limits`]; consumed across nested messages.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    left: Limits,
    whole: Limits,
}

/// Names one of the countable limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Attributes,
    Properties,
    Recipients,
    Attachments,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Budget { left: limits.clone(), whole: limits.clone() }
    }

    /// How many properties may still be read.
    #[inline(always)]
    pub(crate) fn properties(&self) -> usize {
        self.left.properties
    }

    /// How many recipients may still be read.
    #[inline(always)]
    pub(crate) fn recipients(&self) -> usize {
        self.left.recipients
    }

    /// Takes properties that were read.
    #[inline(always)]
    pub(crate) fn spend_properties(&mut self, count: usize) {
        self.left.properties = self.left.properties.saturating_sub(count);
    }

    /// Takes one of `resource`, or says which limit is reached.
    #[inline]
    pub(crate) fn take(&mut self, resource: Resource, offset: u64) -> Result<()> {
        let (left, whole, name) = match resource {
            Resource::Attributes => (&mut self.left.attributes, self.whole.attributes, "attributes"),
            Resource::Properties => (&mut self.left.properties, self.whole.properties, "properties"),
            Resource::Recipients => (&mut self.left.recipients, self.whole.recipients, "recipients"),
            Resource::Attachments => (&mut self.left.attachments, self.whole.attachments, "attachments"),
        };
        match left.checked_sub(1) {
            Some(rest) => {
                *left = rest;
                Ok(())
            }
            None => Err(Error::limit(reached(name, &count(whole), name), offset)),
        }
    }

    /// How many bytes of output may still be produced.
    pub(crate) fn output(&self) -> u64 {
        self.left.output
    }

    /// Spends bytes of output that were produced.
    pub(crate) fn spend_output(&mut self, bytes: u64) {
        self.left.output = self.left.output.saturating_sub(bytes);
    }

    /// How deep a message may still nest.
    pub(crate) fn depth(&self) -> usize {
        self.left.depth.min(Limits::MAX_DEPTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ErrorKind;

    #[test]
    fn a_budget_runs_out() {
        let mut budget = Budget::new(&Limits { attributes: 1_000, ..Limits::default() });
        for _ in 0..1_000 {
            assert!(budget.take(Resource::Attributes, 0).is_ok());
        }
        let error = budget.take(Resource::Attributes, 22).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(error.to_string(), "limit of attributes (1,000) reached: Limits::attributes at byte 22 (0x16)");
        assert!(budget.take(Resource::Properties, 0).is_ok());
    }

    #[cfg(feature = "mime")]
    #[test]
    fn what_is_left_of_the_output_is_not_the_limit() {
        let limits = Limits { output: 64 << 20, ..Limits::default() };
        let left = Limits::default().with_output_left(1_000, &limits);
        let less = left.with_output_left(10, &left);
        assert_eq!((left.output, less.output), (1_000, 10));
        for limits in [limits, left, less] {
            assert_eq!(limits.output_reached(), "limit of output (64 MiB) reached: Limits::output");
        }
    }
}
