//! Whom the header that a message was received with names: the addresses of people of whom the properties have one of another
//! system alone.

use std::collections::HashMap;

use crate::convert::mime::mailbox::mailboxes;
use crate::convert::mime::received_header;
use crate::convert::mime::structure::{fields, unfolded};
use crate::convert::mime::undeclared::Undeclared;
use crate::mapi::PropertyBag;

use super::words::{Said, Word, hash};

/// The people of a header.
#[derive(Default)]
pub(super) struct Received {
    /// Who sent it: From and Sender.
    senders: Vec<String>,
    /// Addresses of those who got it, by the words of the name.
    recipients: HashMap<u64, Vec<String>>,
}

impl Received {
    /// Those of a message.
    pub(super) fn of(set: &PropertyBag<'_>) -> Self {
        /// How many addresses one name is looked up for.
        const SAME_MAX: usize = 8;
        let mut out = Received::default();
        let Some(header) = received_header::text(set) else { return out };
        for field in fields(header.as_bytes(), 0..header.len()) {
            let is = |names: &[&str]| names.iter().any(|name| field.is(name));
            let is_sender = is(&["From", "Sender"]);
            if !is_sender && !is(&["To", "Cc", "Bcc"]) {
                continue;
            }
            let value = unfolded(field.value);
            for found in mailboxes(&String::from_utf8_lossy(&value), Undeclared::default()) {
                let address = found.address.to_lowercase();
                if address.is_empty() {
                    continue;
                }
                if is_sender {
                    out.senders.push(address);
                    continue;
                }
                let same = out.recipients.entry(hash(&Said::of_text(&found.name).words)).or_default();
                if same.len() < SAME_MAX {
                    same.push(address);
                }
            }
        }
        out
    }

    /// Those of who sent it.
    pub(super) fn of_sender(&self) -> &[String] {
        &self.senders
    }

    /// Those of somebody of this name who got it.
    pub(super) fn of_recipient(&self, name: &[Word]) -> &[String] {
        match name.is_empty() {
            true => &[],
            false => self.recipients.get(&hash(name)).map(Vec::as_slice).unwrap_or_default(),
        }
    }
}
