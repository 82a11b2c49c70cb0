//! The calendar or card of an item that came in a mail ([MS-OXCMAIL] 2.1.3.6).
//!
//! The stream of a mail has no recipients: who organizes a meeting and who takes part stands in the mail's header.

use std::collections::HashSet;

use crate::base::ReadOptions;
use crate::convert::mime::item::{ItemPart, identity};
use crate::convert::mime::read::{self, MimeReadOptions, merge};
use crate::convert::mime::structure::{EntityKind, Structure};
use crate::message::Message;

/// An item with what the header of the mail that it came in says of it; `None` of what is no item, or without a header.
pub(crate) fn item_of_mail<'m>(message: &Message<'m>, header: &[u8], options: &ReadOptions) -> Option<Message<'m>> {
    if !message.kind().is_item() || header.trim_ascii().is_empty() {
        return None;
    }
    let outer = read::read(&[header, b"\r\n"].concat(), &MimeReadOptions::new(options.clone()).with_tnef(false)).ok()?;
    // The header alone has no body.
    Some(merge(message.clone(), outer, true))
}

/// The part of such an item; `None` of what is no item.
pub(super) fn of_mail(message: &Message<'_>, header: &[u8], options: &ReadOptions) -> Option<ItemPart> {
    match item_of_mail(message, header, options) {
        Some(merged) => ItemPart::of(&merged),
        None => ItemPart::of(message),
    }
}

/// The calendars that a mail has of its own: of which of its messages, and which items. A calendar of a stream that is the same item is no
/// second one; what it says beyond that is looked for when all is done, as everything is.
pub(super) fn calendars(mail: &[u8], structure: &Structure) -> HashSet<(usize, String)> {
    let parts = structure.entities.iter().enumerate();
    let calendars = parts.filter(|(_, part)| part.kind == EntityKind::Leaf && part.content_type == "text/calendar");
    let identities = calendars.filter_map(|(index, part)| {
        let data = part.encoding.decode(mail.get(part.body.clone()).unwrap_or_default());
        Some((structure.message_of(index), identity(&data)?))
    });
    identities.collect()
}
