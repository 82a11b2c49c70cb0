//! What the parts of a message need to know of the whole, in writing and in reading.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::base::{Bytes, CodePage};
use crate::mapi::String8;
use crate::message::Message;
use crate::message::embedded::Embedded;

use super::form::Hex;
use super::place::{At, Wrong};

/// Values up to so many bytes are shown by `--no-data` too.
const DATA_MAX: usize = 64;

/// A message that was found, and the number of the one that it was found in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'m> {
    pub(super) message: &'m Message<'m>,
    pub(super) parent: Option<usize>,
}

/// The messages found so far; each is written when its turn comes, and finds those within it.
pub(super) type Found<'m> = Rc<RefCell<Vec<Listed<'m>>>>;

/// The message that is being written.
#[derive(Debug)]
pub(super) struct Source<'m> {
    pub(super) found: Found<'m>,
    pub(super) index: usize,
    pub(super) code_page: CodePage,
    pub(super) embedded: Embedded<'m>,
    pub(super) no_data: bool,
}

impl<'m> Source<'m> {
    /// The number of a nested message that was just come upon.
    pub(super) fn list(&self, message: &'m Message<'m>) -> usize {
        let mut found = self.found.borrow_mut();
        found.push(Listed { message, parent: Some(self.index) });
        found.len().saturating_sub(1)
    }

    /// Bytes, which may be left out.
    pub(super) fn hex<'v>(&self, bytes: impl Into<Bytes<'v>>) -> Hex<'v> {
        let bytes = bytes.into();
        Hex((!self.no_data || bytes.len() <= DATA_MAX).then_some(bytes))
    }
}

/// Text in a code page, up to its end.
pub(super) fn decoded<'v>(code_page: CodePage, text: &'v String8<'_>) -> Cow<'v, str> {
    code_page.decode_or_latin1(text.text_bytes()).text
}

/// A message that has been packed.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    /// The length that the dump says it had.
    pub(super) dumped: Option<u64>,
}

/// The message that is being packed.
#[derive(Debug)]
pub(super) struct Target<'d> {
    pub(super) index: usize,
    pub(super) code_page: CodePage,
    /// The messages behind it, but for those that are in others by now.
    pub(super) done: &'d mut [Option<Packed>],
}

impl Target<'_> {
    /// Takes the message with a number.
    pub(super) fn take(&mut self, number: usize) -> Result<Packed, Wrong> {
        if number <= self.index {
            let index = self.index;
            return Err(Wrong::new(format_args!("message {index} cannot hold message {number}: only later ones")));
        }
        let message = self.done.get_mut(number).ok_or_else(|| Wrong::new(format_args!("there is no message {number}")))?;
        message.take().ok_or_else(|| Wrong::new(format_args!("message {number} stands elsewhere, too")))
    }

    /// What `hex` says, or the message in its place and what stands before it.
    pub(super) fn bytes(
        &mut self,
        hex: Option<Hex<'_>>,
        before: Option<Hex<'_>>,
        message: Option<usize>,
    ) -> Result<Vec<u8>, Wrong> {
        let Some(number) = message else { return Ok(hex.ok_or_else(|| Wrong::missing("hex"))?.into_bytes()) };
        let mut bytes = self.take(number).at("message")?.bytes;
        if let Some(before) = before {
            bytes.splice(0..0, before.into_bytes());
        }
        Ok(bytes)
    }
}

/// Text in a code page.
pub(super) fn encoded(code_page: CodePage, text: &str) -> Result<Vec<u8>, Wrong> {
    without_nul(text)?;
    let Some(encoded) = code_page.encode(text) else {
        return Err(Wrong::new(format_args!("text cannot be written in code page {code_page}; write it as `hex`")));
    };
    if encoded.unmappable == 0 {
        return Ok(encoded.bytes);
    }
    let foreign = text.chars().find(|c| {
        let mut buffer = [0; 4];
        code_page.encode(c.encode_utf8(&mut buffer)).is_none_or(|encoded| encoded.unmappable > 0)
    });
    let foreign = foreign.map_or_else(String::new, |c| format!(" U+{:04X} {c:?}", u32::from(c)));
    Err(Wrong::new(format_args!("code page {code_page} has no character{foreign}; a Unicode type (PtypString) has them all")))
}

/// NUL ends a text, and what is behind it would be lost.
pub(super) fn without_nul(text: &str) -> Result<&str, Wrong> {
    if text.contains('\0') { Err(Wrong::new("a NUL would end the text; write it as `hex`")) } else { Ok(text) }
}

/// That what stands beside `hex` is what the bytes mean.
pub(super) fn agree(field: &str, said: bool) -> Result<(), Wrong> {
    if said {
        return Ok(());
    }
    Err(Wrong::new(format_args!(
        "`{field}` and `hex` do not say the same; `hex` counts: change it, or remove it and `{field}` counts"
    )))
}
