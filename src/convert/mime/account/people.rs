//! The people of a message: who sent it, in whose name, who got it, who is to get the answer.

use crate::mapi::{EntryId, FlatEntryList, PropTag, PropertyBag, tags};

use super::fact::{Needle, Section, place};
use super::loss::LossCode;
use super::received::Received;
use super::words::{Said, Word};

/// Name, entry id, type of the address, address, SMTP address.
type Group = [PropTag; 5];

const SENDER: Group =
    [tags::SENDER_NAME, tags::SENDER_ENTRY_ID, tags::SENDER_ADDRESS_TYPE, tags::SENDER_EMAIL_ADDRESS, tags::SENDER_SMTP_ADDRESS];
const SENT_REPRESENTING: Group = [
    tags::SENT_REPRESENTING_NAME,
    tags::SENT_REPRESENTING_ENTRY_ID,
    tags::SENT_REPRESENTING_ADDRESS_TYPE,
    tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    tags::SENT_REPRESENTING_SMTP_ADDRESS,
];
const RECIPIENT: Group = [tags::DISPLAY_NAME, tags::ENTRY_ID, tags::ADDRESS_TYPE, tags::EMAIL_ADDRESS, tags::SMTP_ADDRESS];

/// Adds the people of a message.
pub(super) fn of_message(set: &PropertyBag<'_>, recipients: &[PropertyBag<'_>], bcc: bool, section: &mut Section) {
    /// The role in PidTagRecipientType, and blind copies.
    const ROLE: i64 = 0xF;
    const BLIND: i64 = 3;
    let received = Received::of(set);
    for group in [SENDER, SENT_REPRESENTING] {
        person(set, group, |_| received.of_sender(), section);
    }
    for row in recipients {
        let is_blind = row.integer(tags::RECIPIENT_TYPE).is_some_and(|kind| kind & ROLE == BLIND);
        if bcc || !is_blind {
            person(row, RECIPIENT, |name| received.of_recipient(name), section);
        }
    }
    if recipients.is_empty() {
        // All that is known of them.
        for tag in [tags::DISPLAY_TO, tags::DISPLAY_CC] {
            let names = set.str(tag).unwrap_or_default();
            for name in names.split(';').map(str::trim).filter(|name| !name.is_empty()) {
                section.add(LossCode::Person, shown(name), name, place(set, tag.id()));
            }
        }
    }
    answers(set, section);
}

/// Adds the people of a delivery report, whom a message did or did not reach: no header names them.
pub(super) fn of_report(recipients: &[PropertyBag<'_>], section: &mut Section) {
    for row in recipients {
        person(row, RECIPIENT, |_| &[], section);
    }
}

/// Somebody of a list of names, or of addresses.
fn shown(name: &str) -> Needle {
    match name.contains('@') && !name.contains(' ') {
        true => Needle::Person { addresses: vec![name.to_lowercase()], name: Vec::new() },
        false => Needle::Person { addresses: Vec::new(), name: Said::of_text(name).words },
    }
}

/// Who is to get the answer: entry ids and names, which belong together where there are as many.
fn answers(set: &PropertyBag<'_>, section: &mut Section) {
    let names = set.str(tags::REPLY_RECIPIENT_NAMES).unwrap_or_default().into_owned();
    let names: Vec<&str> = names.split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
    let entries = set.bytes(tags::REPLY_RECIPIENT_ENTRIES).and_then(|bytes| FlatEntryList::parse(bytes).ok());
    let entries = entries.map(|list| list.entries).unwrap_or_default();
    let range = place(set, tags::REPLY_RECIPIENT_NAMES.id());
    if entries.is_empty() {
        for name in names {
            section.add(LossCode::Person, shown(name), name, range.clone());
        }
        return;
    }
    for entry in &entries {
        if let EntryId::OneOff(id) = EntryId::parse(entry) {
            let address = id.email_address(set.code_page()).trim().to_lowercase();
            if !address.is_empty() {
                let needle = Needle::Person { addresses: vec![address.clone()], name: Vec::new() };
                section.add(LossCode::Person, needle, &address, range.clone());
            }
        }
    }
}

/// Somebody, as properties say: addresses in lower case, the name's words, and both for people.
pub(super) struct Known {
    pub(super) addresses: Vec<String>,
    pub(super) name: Vec<Word>,
    pub(super) subject: String,
}

/// Whoever a recipient row stands for.
#[cfg(feature = "items")]
pub(super) fn recipient(row: &PropertyBag<'_>) -> Option<Known> {
    known(row, RECIPIENT)
}

fn known(set: &PropertyBag<'_>, [name, entry_id, _, address, smtp]: Group) -> Option<Known> {
    let text = |tag| set.str(tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let shown = text(name);
    let mut addresses: Vec<String> = [text(address), text(smtp)].into_iter().flatten().collect();
    match set.bytes(entry_id).map(EntryId::parse) {
        Some(EntryId::OneOff(id)) => {
            let address = id.email_address(set.code_page());
            addresses.extend(Some(address.trim().to_owned()).filter(|address| !address.is_empty()));
        }
        Some(EntryId::AddressBook(id)) if addresses.is_empty() => {
            let dn = String::from_utf8_lossy(id.x500_dn.text_bytes()).trim().to_owned();
            addresses.extend(Some(dn).filter(|dn| !dn.is_empty()));
        }
        _ => {}
    }
    let subject = match (&shown, addresses.first()) {
        (Some(shown), Some(address)) => format!("{shown} <{address}>"),
        (Some(only), None) | (None, Some(only)) => only.clone(),
        (None, None) => return None,
    };
    // A name that is the address says nothing more.
    let says_more = |shown: &String| !addresses.iter().any(|address| address.eq_ignore_ascii_case(shown));
    let name = shown.filter(says_more).map(|shown| Said::of_text(&shown).words).unwrap_or_default();
    let addresses: Vec<String> = addresses.into_iter().map(|address| address.to_lowercase()).collect();
    (!addresses.is_empty() || !name.is_empty()).then_some(Known { addresses, name, subject })
}

/// Adds somebody; `others` are the addresses that the header has for the name.
fn person<'r>(set: &PropertyBag<'_>, group: Group, others: impl Fn(&[Word]) -> &'r [String], section: &mut Section) {
    if let Some(Known { mut addresses, name, subject }) = known(set, group) {
        if !addresses.is_empty() && !addresses.iter().any(|address| address.contains('@')) {
            addresses.extend_from_slice(others(&name));
        }
        section.add(LossCode::Person, Needle::Person { addresses, name }, &subject, place(set, group[0].id()));
    }
}
