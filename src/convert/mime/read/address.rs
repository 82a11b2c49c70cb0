//! Addresses of header fields as properties ([MS-OXCMAIL] 2.2.3.1): the groups of a message and the rows of its recipients.
//!
//! A group is a name, an entry id, a type, an address in the form of the type, an SMTP address and a search key. What comes from
//! a header has the type SMTP, a one-off entry id and the search key `SMTP:ADDRESS`. Without a name, the address is the name.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::convert::mime::mailbox::Mailbox;
use crate::mapi::{FlatEntryList, PropTag, PropValue, PropertyBag, RecipientType, tags};
use crate::message::{Message, Recipient};

use super::field::Field;

/// The tags of a group.
pub(in crate::convert::mime) struct Group {
    name: PropTag,
    entry_id: PropTag,
    address_type: PropTag,
    email_address: PropTag,
    smtp_address: PropTag,
    search_key: PropTag,
}

/// Who sent the mail: From.
pub(in crate::convert::mime) const SENT_REPRESENTING: Group = Group {
    name: tags::SENT_REPRESENTING_NAME,
    entry_id: tags::SENT_REPRESENTING_ENTRY_ID,
    address_type: tags::SENT_REPRESENTING_ADDRESS_TYPE,
    email_address: tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    smtp_address: tags::SENT_REPRESENTING_SMTP_ADDRESS,
    search_key: tags::SENT_REPRESENTING_SEARCH_KEY,
};

/// Who sent it in the name of From: Sender.
pub(in crate::convert::mime) const SENDER: Group = Group {
    name: tags::SENDER_NAME,
    entry_id: tags::SENDER_ENTRY_ID,
    address_type: tags::SENDER_ADDRESS_TYPE,
    email_address: tags::SENDER_EMAIL_ADDRESS,
    smtp_address: tags::SENDER_SMTP_ADDRESS,
    search_key: tags::SENDER_SEARCH_KEY,
};

/// Who is told that it was read: Disposition-Notification-To.
pub(in crate::convert::mime) const READ_RECEIPT: Group = Group {
    name: tags::READ_RECEIPT_NAME,
    entry_id: tags::READ_RECEIPT_ENTRY_ID,
    address_type: tags::READ_RECEIPT_ADDRESS_TYPE,
    email_address: tags::READ_RECEIPT_EMAIL_ADDRESS,
    smtp_address: tags::READ_RECEIPT_SMTP_ADDRESS,
    search_key: tags::READ_RECEIPT_SEARCH_KEY,
};

/// Who got it.
pub(in crate::convert::mime) const RECEIVED_BY: Group = Group {
    name: tags::RECEIVED_BY_NAME,
    entry_id: tags::RECEIVED_BY_ENTRY_ID,
    address_type: tags::RECEIVED_BY_ADDRESS_TYPE,
    email_address: tags::RECEIVED_BY_EMAIL_ADDRESS,
    smtp_address: tags::RECEIVED_BY_SMTP_ADDRESS,
    search_key: tags::RECEIVED_BY_SEARCH_KEY,
};

impl Group {
    /// Sets the group to what a header says.
    pub(in crate::convert::mime) fn set(&self, properties: &mut PropertyBag<'_>, mailbox: &Mailbox) {
        let made = row(RecipientType::TO, mailbox).properties;
        let pairs = [
            (self.name, tags::DISPLAY_NAME),
            (self.entry_id, tags::ENTRY_ID),
            (self.address_type, tags::ADDRESS_TYPE),
            (self.email_address, tags::EMAIL_ADDRESS),
            (self.smtp_address, tags::SMTP_ADDRESS),
            (self.search_key, tags::SEARCH_KEY),
        ];
        for (to, from) in pairs {
            if let Some(value) = made.get(from) {
                properties.set(to, value.clone());
            }
        }
    }

    /// The tags, name first.
    pub(in crate::convert::mime) fn tags(&self) -> [PropTag; 6] {
        [self.name, self.entry_id, self.address_type, self.email_address, self.smtp_address, self.search_key]
    }
}

/// A row of the recipient table.
pub(in crate::convert::mime) fn row(recipient_type: RecipientType, mailbox: &Mailbox) -> Recipient<'static> {
    Recipient::smtp(recipient_type, &mailbox.name, &mailbox.address)
}

/// The addresses of a field; what is no address is said.
///
/// # Errors
/// Those of strict reading.
pub(in crate::convert::mime) fn mailboxes(ctx: &mut Ctx<'_>, field: &Field<'_>) -> Result<Vec<Mailbox>> {
    let found = field.mailboxes();
    if let Some(odd) = found.iter().find(|mailbox| !mailbox.address.contains('@')) {
        let shown = if odd.address.is_empty() { &odd.name } else { &odd.address };
        ctx.defect(Code::MimeInvalidAddress, field.offset, 0, format!("{shown:?} in {} is no address", field.name))?;
    }
    Ok(found)
}

/// Adds rows for the addresses of To, Cc or Bcc, and their names to PidTagDisplayTo or its kin.
pub(in crate::convert::mime) fn add_recipients(message: &mut Message<'static>, kind: RecipientType, found: &[Mailbox]) {
    message.recipients.extend(found.iter().map(|mailbox| row(kind, mailbox)));
    let shown = match kind {
        RecipientType::TO => tags::DISPLAY_TO,
        RecipientType::CC => tags::DISPLAY_CC,
        _ => tags::DISPLAY_BCC,
    };
    let before = message.properties.str(shown).map(Cow::into_owned);
    let names = found.iter().map(|mailbox| if mailbox.name.is_empty() { &mailbox.address } else { &mailbox.name });
    let all: Vec<&str> = before.iter().map(String::as_str).chain(names.map(String::as_str)).collect();
    message.properties.set(shown, all.join("; ").as_str());
}

/// PidTagReplyRecipientEntries and PidTagReplyRecipientNames.
pub(in crate::convert::mime) fn set_reply_to(properties: &mut PropertyBag<'_>, found: &[Mailbox]) {
    let rows: Vec<_> = found.iter().map(|mailbox| row(RecipientType::TO, mailbox)).collect();
    let entries = rows.iter().filter_map(|row| row.properties.bytes(tags::ENTRY_ID));
    let list = FlatEntryList { entries: entries.map(|entry| Cow::Owned(entry.to_vec())).collect(), ..FlatEntryList::default() };
    let names: Vec<_> = rows.iter().filter_map(Recipient::display_name).collect();
    // Only more than 4 GiB of entries have no list.
    if let Ok(bytes) = list.to_bytes() {
        properties.set(tags::REPLY_RECIPIENT_ENTRIES, PropValue::Binary(bytes.into()));
        properties.set(tags::REPLY_RECIPIENT_NAMES, names.join("; ").as_str());
    }
}
