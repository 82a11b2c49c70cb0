//! Cards, read: vCard 2.1, 3.0 and 4.0 ([MS-OXVCARD] 2.1.3, RFC 2426, RFC 6350), with the types in all spellings that are about.

use std::collections::HashMap;

use crate::base::context::{Ctx, reported};
use crate::base::{Code, ReadOptions, Report, Result};
use crate::convert::line_reader::{Component, Line, begins_with, components};
use crate::items::{DistributionList, Item, Member, Person};
use crate::message::Message;

use super::read_contact::{common, contact};

/// Contents of a file of cards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CardRead {
    /// A contact or a distribution list for each card, in their order.
    pub messages: Vec<Message<'static>>,
    /// Defects that were found, and what no item has. Places are those of the file; the details have line numbers.
    pub report: Report,
}

/// Returns whether an input is cards: it begins with BEGIN:VCARD.
#[must_use]
pub fn is_card(bytes: &[u8]) -> bool {
    begins_with(bytes, "VCARD")
}

/// Reads cards.
///
/// ```
/// use winmail::convert::vcard;
/// use winmail::{ReadOptions, tags};
///
/// let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Jane Doe\r\nTEL;CELL;VOICE:+1 555 0100\r\nEND:VCARD\r\n";
/// let read = vcard::read(text.as_bytes(), &ReadOptions::lenient())?;
/// assert_eq!(read.messages[0].get(tags::DISPLAY_NAME).as_deref(), Some("Jane Doe"));
/// assert_eq!(read.messages[0].get(tags::MOBILE_TELEPHONE_NUMBER).as_deref(), Some("+1 555 0100"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// Those of strict reading; a limit that is reached.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<CardRead> {
    let (messages, report) = reported(options, |ctx| {
        let mut messages = Vec::new();
        for card in components(bytes, ctx)?.iter().filter(|component| component.name == "VCARD") {
            let item = if is_group(card) {
                Item::DistributionList(Box::new(list(card, ctx)?))
            } else {
                Item::Contact(Box::new(contact(card, ctx)?))
            };
            let written = item.to_message(options)?;
            ctx.adopt(&written.report);
            messages.push(written.message);
        }
        Ok(messages)
    })?;
    Ok(CardRead { messages, report })
}

fn is_group(card: &Component) -> bool {
    let kind = card.text("KIND").or_else(|| card.text("X-ADDRESSBOOKSERVER-KIND")).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("group")
}

/// A list. The names of members stand in its note, where this program writes them.
fn list(card: &Component, ctx: &mut Ctx<'_>) -> Result<DistributionList> {
    let mut list = DistributionList::new(card.text("FN").unwrap_or_default().trim());
    list.common = common(card);
    list.common.subject.clone_from(&list.name);
    list.uid = card.text("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    let note = list.common.text.clone().unwrap_or_default();
    let named = note.lines().filter_map(|line| line.trim_end().strip_suffix('>')?.rsplit_once(" <"));
    let names: HashMap<&str, &str> = named.map(|(name, address)| (address, name)).collect();
    let members = |line: &&Line| matches!(line.name.as_str(), "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER");
    for line in card.lines.iter().filter(members) {
        let value = line.text();
        match Person::of_uri("", value.trim()) {
            Some(person) => {
                let address = person.address.clone().unwrap_or_default();
                let name = names.get(address.as_str()).copied().unwrap_or_default();
                list.members.push(Member::new(Person::new(name, address)));
            }
            None => line.defect(Code::CalendarFactLeftOut, "names no Internet address", ctx)?,
        }
    }
    // The note repeats the members for people to read; they are not its own text.
    let shown = list.members.iter().map(|member| member.person.describe()).collect::<Vec<_>>().join("\n");
    let plain = note.replace("\r\n", "\n");
    if let Some(own) = plain.trim_end().strip_suffix(shown.as_str()).filter(|_| !shown.is_empty()) {
        list.common.text = Some(own.trim_end().replace('\n', "\r\n")).filter(|own| !own.is_empty());
    }
    Ok(list)
}
