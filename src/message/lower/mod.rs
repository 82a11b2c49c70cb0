//! From the model to a stream ([MS-OXTNEF] 2.1.3, 3.2): [`Message::to_tnef`].
//!
//! There are two ways. `mirror` compares the message with the stream that it was read from, copies what is the same, damage
//! included, and makes the rest anew. `canonical` makes everything anew; new messages and attachments have only this way.
//! `encode` is what both share: properties into lists, with the code page and the ids of named properties of the stream.
//!
//! Everything is encoded before the first byte is written, so that a message that cannot be encoded leaves nothing behind. Large
//! values are not copied for that: a [`Rope`] borrows them from the message.

mod canonical;
mod encode;
#[cfg(test)]
mod generated;
mod mirror;
mod rope;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{Read, Write};

use crate::base::error::{Error, ErrorKind};
use crate::base::{Result, WriteMode, WriteOptions};
use crate::mapi::{PropValue, PropertyBag, tags};

use super::{Content, Message};
use rope::Rope;

impl Message<'_> {
    /// The message as a TNEF stream. The bytes are those of the stream that it was read from, but for what was changed
    /// ([`WriteMode::Mirror`]), or all new ([`WriteMode::Canonical`]).
    ///
    /// In mirror mode a property that a legacy attribute holds, too, is changed and removed in both.
    ///
    /// # Errors
    /// Unencodable, with the path to the property, for what the format has no place for: a value that is not of its
    /// tag's type, text that its code page cannot decode and that is to go into another one, more than 4 GiB of data.
    pub fn to_tnef(&self, options: &WriteOptions) -> Result<Vec<u8>> {
        let properties = self.outermost_properties(options);
        let rope = self.lowered(&properties, options, None, 0)?;
        self.nothing_deferred()?;
        let mut out = Vec::with_capacity(usize::try_from(rope.len()).unwrap_or(0));
        rope.write(&mut out, &mut || Ok(Box::new(std::io::empty())))?;
        Ok(out)
    }

    /// Writes the message as a TNEF stream, as [`Message::to_tnef`] makes it. Attachment data is not copied.
    ///
    /// # Errors
    /// As [`Message::to_tnef`], and then nothing has been written; Io.
    pub fn write_tnef(&self, options: &WriteOptions, out: &mut dyn Write) -> Result<()> {
        self.nothing_deferred()?;
        self.write_tnef_with(options, out, &mut |_| Ok(Box::new(std::io::empty())))
    }

    /// Writes the message as a TNEF stream, with the data of deferred attachments ([`Content::Deferred`]) from what `open` opens,
    /// in constant memory. `open` is called with the number of an attachment in [`Message::attachments`] when its turn comes;
    /// what it opens is read once, up to the length that the attachment has. In a stream that was read and is damaged, what is
    /// damaged is repaired or left out if data is deferred.
    ///
    /// ```
    /// use winmail::{Attachment, Message, WriteOptions};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.attachments.push(Attachment::deferred("a.txt", 3));
    /// let mut out = Vec::new();
    /// message.write_tnef_with(&WriteOptions::default(), &mut out, &mut |_| Ok(Box::new(&b"abc"[..])))?;
    /// assert_eq!(Message::from_tnef(&out)?.attachments[0].data(), b"abc");
    /// # Ok::<(), winmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Message::to_tnef`], and then nothing has been written; Io, also if data ends early.
    pub fn write_tnef_with<'r>(
        &self,
        options: &WriteOptions,
        out: &mut dyn Write,
        open: &mut dyn FnMut(usize) -> std::io::Result<Box<dyn Read + 'r>>,
    ) -> Result<()> {
        let properties = self.outermost_properties(options);
        let rope = self.lowered(&properties, options, None, 0)?;
        // The attachments of the output are in the order of the model.
        let mut deferred = self.deferred();
        let mut current = None;
        let result = rope.write(out, &mut || {
            current = deferred.next();
            Ok(open(current.unwrap_or_default())?)
        });
        result.map_err(|error| match current {
            Some(number) => error.within("attAttachment", Some(number)),
            None => error,
        })
    }

    /// The numbers of the attachments whose data is not in memory.
    fn deferred(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.attachments.iter().enumerate();
        all.filter(|(_, attachment)| matches!(attachment.content, Content::Deferred(_))).map(|(number, _)| number)
    }

    fn nothing_deferred(&self) -> Result<()> {
        match self.deferred().next() {
            None => Ok(()),
            Some(number) => {
                let error = Error::new(ErrorKind::Unencodable, "the data is deferred, and there is nothing to read it from");
                Err(error.within("attAttachment", Some(number)))
            }
        }
    }

    /// The properties with the correlation key that the options ask for.
    fn outermost_properties(&self, options: &WriteOptions) -> Cow<'_, PropertyBag<'_>> {
        let Some(key) = &options.correlation_key else { return Cow::Borrowed(&self.properties) };
        let mut properties = self.properties.clone();
        properties.set(tags::TNEF_CORRELATION_KEY, PropValue::Binary(key.clone().into()));
        Cow::Owned(properties)
    }

    /// The stream of the message. `outer_key` is the key of the message around it, `depth` their number.
    fn lowered<'m>(
        &'m self,
        properties: &'m PropertyBag<'_>,
        options: &WriteOptions,
        outer_key: Option<u16>,
        depth: usize,
    ) -> Result<Rope<'m>> {
        if options.mode == WriteMode::Canonical || self.source.is_empty() {
            return canonical::message(self, properties, options, outer_key, depth);
        }
        let changed = mirror::message(self, properties, options, depth)?;
        Ok(changed.unwrap_or_else(|| {
            let mut rope = Rope::default();
            rope.borrow(self.source());
            rope
        }))
    }
}
