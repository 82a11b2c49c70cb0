//! Where in a message something is: objects of Python hold that, and what was read stays one tree.

use std::sync::Arc;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use winmail::mapi::PropertyBag;
use winmail::message::Content;
use winmail::{Attachment, Message};

use crate::source::Source;

/// An attachment, or the message in it; with an empty path the outermost message.
#[derive(Clone)]
pub struct Place {
    /// What was read.
    pub source: Arc<Source>,
    /// The way by numbers of attachments.
    pub path: Vec<usize>,
}

/// Who has the properties.
#[derive(Clone, Copy)]
pub enum Holder {
    Message,
    Attachment,
    Recipient(usize),
}

impl Place {
    /// The outermost message.
    pub fn outermost(source: Source) -> Self {
        Place { source: Arc::new(source), path: Vec::new() }
    }

    /// An attachment of the message at this place.
    pub fn of_attachment(&self, index: usize) -> Self {
        let mut path = self.path.clone();
        path.push(index);
        Place { source: Arc::clone(&self.source), path }
    }

    /// The message.
    pub fn message(&self) -> PyResult<&Message<'static>> {
        if self.path.is_empty() {
            return Ok(&self.source.message);
        }
        match &self.attachment()?.content {
            Content::Message(message) => Ok(message),
            _ => Err(gone()),
        }
    }

    /// The attachment.
    pub fn attachment(&self) -> PyResult<&Attachment<'static>> {
        self.source.message.attachment_at(&self.path).ok_or_else(gone)
    }

    /// The properties that one of them has.
    pub fn bag(&self, holder: Holder) -> PyResult<&PropertyBag<'static>> {
        Ok(match holder {
            Holder::Message => &self.message()?.properties,
            Holder::Attachment => &self.attachment()?.properties,
            Holder::Recipient(index) => &self.message()?.recipients.get(index).ok_or_else(gone)?.properties,
        })
    }
}

/// Cannot happen, as what was read does not change.
fn gone() -> PyErr {
    PyIndexError::new_err("no such part of the message")
}
