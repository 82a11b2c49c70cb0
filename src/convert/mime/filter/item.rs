//! The calendar or card of an item that came in a mail ([MS-OXCMAIL] 2.1.3.6).
//!
//! The stream of a mail has no recipients: who organizes a meeting and who takes part stands in the mail's header.

use crate::base::ReadOptions;
use crate::convert::mime::item::ItemPart;
use crate::convert::mime::read::{self, MimeReadOptions, merge};
use crate::message::Message;

/// An item with what the header of the mail that it came in says of it; `None` of what is no item, or without a header.
pub(crate) fn item_of_mail<'m>(message: &Message<'m>, header: &[u8], options: &ReadOptions) -> Option<Message<'m>> {
    if !message.kind().is_item() || header.trim_ascii().is_empty() {
        return None;
    }
    let outer = read::read(&[header, b"\r\n"].concat(), &MimeReadOptions::new(options.clone()).with_tnef(false)).ok()?;
    Some(merge(options, message.clone(), outer))
}

/// The part of such an item; `None` of what is no item.
pub(super) fn of_mail(message: &Message<'_>, header: &[u8], options: &ReadOptions) -> Option<ItemPart> {
    match item_of_mail(message, header, options) {
        Some(merged) => ItemPart::of(&merged),
        None => ItemPart::of(message),
    }
}
