//! A card as a whole.

use crate::base::context::reported;
use crate::base::{Error, ErrorKind, Report, Result};
use crate::convert::content_line::Lines;
use crate::items::Item;
use crate::message::Message;

use super::{contact, group};

/// The version of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VCardVersion {
    /// 3.0 (RFC 2426).
    #[default]
    V3,
    /// 4.0 (RFC 6350).
    V4,
}

/// Options of writing a card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct VCardOptions {
    /// The version. Default 3.0.
    pub version: VCardVersion,
}

impl VCardOptions {
    /// Sets the version.
    #[must_use]
    pub fn with_version(mut self, version: VCardVersion) -> Self {
        self.version = version;
        self
    }
}

/// A card that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Card {
    /// The card, in UTF-8 with CR LF.
    pub text: String,
    /// The name of whoever it is.
    pub name: String,
    /// Defects that were found in the item, and what a card cannot express.
    pub report: Report,
}

const PRODUCT: &str = concat!("-//winmail//winmail ", env!("CARGO_PKG_VERSION"), "//EN");

/// Writes a contact or a distribution list as a card. `None` if the message is neither.
///
/// ```
/// use winmail::convert::vcard::{self, VCardOptions};
/// use winmail::{Message, tags};
///
/// let mut message = Message::new("IPM.Contact");
/// message.set(tags::DISPLAY_NAME, "Jane Doe");
/// message.set(tags::MOBILE_TELEPHONE_NUMBER, "+1 555 0100");
/// let card = vcard::write(&message, &VCardOptions::default())?.unwrap();
/// assert!(card.text.contains("\r\nTEL;TYPE=cell:+1 555 0100\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the card would be longer than [`Limits::output`](crate::Limits::output), and those of
/// strict reading.
pub fn write(message: &Message<'_>, options: &VCardOptions) -> Result<Option<Card>> {
    let reading = message.read_options();
    let Some(read) = Item::read(message)? else { return Ok(None) };
    let name = match &read.item {
        Item::Contact(contact) => contact.shown_name(),
        Item::DistributionList(list) => list.name.clone(),
        _ => return Ok(None),
    };
    let (text, report) = reported(reading, |ctx| {
        ctx.adopt(&read.report);
        let mut lines = Lines::new(reading.limits.output);
        lines.line("BEGIN", &[], "VCARD");
        lines.line("VERSION", &[], if options.version == VCardVersion::V4 { "4.0" } else { "3.0" });
        lines.line("PRODID", &[], PRODUCT);
        let is_4 = options.version == VCardVersion::V4;
        match &read.item {
            Item::Contact(contact) => contact::write(contact, message, is_4, &mut lines, ctx)?,
            Item::DistributionList(list) => group::write(list, is_4, &mut lines, ctx)?,
            _ => {}
        }
        lines.line("END", &[], "VCARD");
        if lines.is_full() {
            return Err(Error::new(ErrorKind::Limit, reading.limits.output_reached()));
        }
        Ok(lines.into_text())
    })?;
    Ok(Some(Card { text, name, report }))
}
