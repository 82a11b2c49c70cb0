//! What is there: the facts of a mail that is about to be written, in the form in which they are looked for.

use std::collections::HashSet;

use crate::base::Limits;
use crate::convert::mime::find::is_mail_file;
use crate::convert::mime::mailbox::mailboxes_and_groups;
use crate::convert::mime::structure::{Entity, EntityKind, Structure, field, fields, parameters};
use crate::convert::mime::transfer::{TransferEncoding, base64, uu_blocks};
use crate::convert::mime::undeclared::Undeclared;
use crate::convert::mime::words;
use crate::tnef::SIGNATURE_BYTES;

use super::digest::Digest;
use super::mail::{ENCODED_DEPTH, digest_of_field, is_text, said, text_of};
use super::words::{Said, Word, hash};

/// What was found in a mail.
#[derive(Default)]
pub(super) struct Shelf {
    /// The bodies of all parts, as they stand.
    pub(super) raw: HashSet<Digest>,
    /// The files, decoded, and the streams in texts.
    pub(super) files: HashSet<Digest>,
    /// Files that are not encoded, and mails and signed parts as a whole, by their lines.
    pub(super) lines: HashSet<Digest>,
    /// The words of each text.
    pub(super) texts: Vec<Vec<Word>>,
    /// The texts of each mail that shows several, by number: one that came in may have been cut in two, with something between.
    pub(super) mails: Vec<Vec<usize>>,
    /// Those of texts that are attached.
    pub(super) attached: Vec<Vec<Word>>,
    /// The texts by the hashes of all their words.
    pub(super) hashes: HashSet<u64>,
    /// Where links lead.
    pub(super) links: HashSet<String>,
    /// The header fields.
    pub(super) fields: HashSet<Digest>,
    /// What the fields of reports hold in base64.
    pub(super) keys: HashSet<Digest>,
    /// What subjects say.
    pub(super) subjects: Vec<Vec<Word>>,
    /// The addresses of all header fields, in lower case.
    pub(super) addresses: HashSet<String>,
    /// The names of all header fields with addresses.
    pub(super) names: HashSet<u64>,
    /// The same as words, for names of which more is shown.
    pub(super) people: Vec<Vec<Word>>,
    /// What calendars and cards say.
    #[cfg(feature = "items")]
    pub(super) items: super::found::Items,
}

/// Parts that say to whom something came, in fields.
const REPORTS: [&str; 4] = [
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/global-disposition-notification",
];

/// Fields of addresses.
const PEOPLE: [&str; 12] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Sender",
    "Reply-To",
    "Resent-From",
    "Resent-To",
    "Resent-Cc",
    "Disposition-Notification-To",
    "Return-Receipt-To",
    "X-MS-Exchange-Organization-Recipients",
];

impl Shelf {
    /// That of a mail.
    pub(super) fn of(mail: &[u8]) -> Self {
        let mut shelf = Shelf::default();
        shelf.add(mail, ENCODED_DEPTH);
        shelf
    }

    fn add(&mut self, mail: &[u8], depth: usize) {
        let structure = Structure::of(mail, &Limits::UNLIMITED);
        let mut shown = Vec::new();
        for (index, entity) in structure.entities.iter().enumerate() {
            if structure.message_of(index) == index {
                self.header(mail, entity);
            }
            match entity.kind {
                EntityKind::Leaf => self.leaf(mail, entity, depth, &mut shown),
                // Signed parts and mails that stand in a mail as they are; those within them are theirs.
                EntityKind::Message => self.whole(mail, entity),
                EntityKind::Multipart if entity.content_type == "multipart/signed" => self.whole(mail, entity),
                EntityKind::Multipart => {}
            }
        }
        if shown.len() > 1 {
            self.mails.push(shown);
        }
    }

    /// A part that is whole in itself, by its lines.
    fn whole(&mut self, mail: &[u8], entity: &Entity) {
        self.lines.insert(Digest::of_lines(mail.get(entity.body.clone()).unwrap_or_default()));
    }

    fn leaf(&mut self, mail: &[u8], entity: &Entity, depth: usize, shown: &mut Vec<usize>) {
        let body = mail.get(entity.body.clone()).unwrap_or_default();
        self.raw.insert(Digest::of(body));
        let is_mail = entity.is_encoded_message() || is_mail_file(mail, entity);
        let is_report = REPORTS.contains(&entity.content_type.as_str());
        let is_item = matches!(entity.content_type.as_str(), "text/calendar" | "text/vcard");
        if !is_text(entity) && !is_mail && !is_report && !is_item && entity.encoding == TransferEncoding::Base64 {
            self.files.insert(Digest::of_decoded(entity.encoding, body));
            self.other_encodings(body, entity.encoding);
            return;
        }
        let data = entity.encoding.decode(body);
        self.files.insert(Digest::of(&data));
        if entity.encoding != TransferEncoding::Base64 {
            self.lines.insert(Digest::of_lines(&data));
            if memchr::memmem::find(&data, b"begin ").is_some() {
                self.files.extend(uu_blocks(&data).map(|block| Digest::of(&block.data)));
            }
        }
        if !data.starts_with(&SIGNATURE_BYTES) {
            self.other_encodings(body, entity.encoding);
        }
        if is_mail && depth > 0 {
            self.add(&data, depth.saturating_sub(1));
        }
        if is_report {
            self.report(&data);
        }
        #[cfg(feature = "items")]
        if is_item {
            self.item(&data);
        }
        if is_text(entity) {
            let mut found = said(mail, entity, &data);
            if entity.content_type == "text/plain" {
                found = found.with_bare_links(&String::from_utf8_lossy(&data));
            }
            self.links.extend(found.links);
            if is_attached(mail, entity) {
                self.attached.push(found.words);
            } else {
                shown.push(self.texts.len());
                self.hashes.insert(hash(&found.words));
                self.texts.push(found.words);
            }
        }
    }

    /// A calendar or a card, with the files in it.
    #[cfg(feature = "items")]
    fn item(&mut self, data: &[u8]) {
        let files = self.items.add(&String::from_utf8_lossy(data));
        self.files.extend(files);
        self.links.extend(std::mem::take(&mut self.items.links));
    }

    /// The people in a report: `Final-Recipient: rfc822; joe@example.net`, `X-Display-Name: Joe`.
    fn report(&mut self, data: &[u8]) {
        for field in fields(data, 0..data.len()) {
            self.keys.insert(Digest::of(&base64(field.value)));
            let value = words::decode(&text_of(&field), Undeclared::default()).into_owned();
            let address = value.split_once(';').map_or(value.as_str(), |(_, address)| address).trim();
            self.person(&value, address);
        }
    }

    /// A stream whose encoding its header does not name, or not rightly.
    fn other_encodings(&mut self, body: &[u8], declared: TransferEncoding) {
        let text = body.trim_ascii_start();
        let others = [
            (TransferEncoding::Base64, text.starts_with(b"eJ8+I")),
            (TransferEncoding::Uuencode, text.starts_with(b"begin ")),
            (TransferEncoding::QuotedPrintable, text.starts_with(b"x=9F") || text.starts_with(b"x=9f")),
            (TransferEncoding::Identity, body.starts_with(&SIGNATURE_BYTES)),
        ];
        for (encoding, _) in others.into_iter().filter(|(encoding, plausible)| *plausible && *encoding != declared) {
            self.files.insert(Digest::of(&encoding.decode(body)));
        }
    }

    fn header(&mut self, mail: &[u8], entity: &Entity) {
        let pages = Undeclared::new(entity.text_page, None);
        for field in fields(mail, entity.header.clone()) {
            self.fields.insert(digest_of_field(&field));
            let value = text_of(&field);
            if PEOPLE.iter().any(|name| field.is(name)) {
                for mailbox in mailboxes_and_groups(&value, pages) {
                    self.person(&mailbox.name, &mailbox.address);
                }
            } else if ["Subject", "Thread-Topic", "Content-Description"].iter().any(|name| field.is(name)) {
                self.subjects.push(Said::of_text(&words::decode(&value, pages)).words);
            }
        }
    }

    fn person(&mut self, name: &str, address: &str) {
        let address = address.to_lowercase();
        self.addresses.extend(unwrapped(&address));
        if let Some((local, domain)) = address.rsplit_once('@') {
            self.addresses.insert(format!("{local}@{}", crate::base::punycode::to_unicode(domain)));
        }
        self.addresses.insert(address);
        let words = Said::of_text(name).words;
        if !words.is_empty() {
            // What is no address of the Internet may be shown as a name.
            self.addresses.insert(name.trim().to_lowercase());
            self.names.insert(hash(&words));
            self.people.push(words);
        }
    }
}

/// Whether a text is a file and not shown.
fn is_attached(mail: &[u8], entity: &Entity) -> bool {
    field(mail, entity.header.clone(), "Content-Disposition")
        .map(|field| parameters(field.value))
        .is_some_and(|parsed| parsed.main.eq_ignore_ascii_case("attachment"))
}

/// An address that Exchange encapsulates, `imceaex-_o=org_cn=jane+20doe@domain`, in lower case.
fn unwrapped(address: &str) -> Option<String> {
    let (_, rest) = address.strip_prefix("imcea")?.split_once('-')?;
    let (local, _) = rest.rsplit_once('@')?;
    let mut bytes = Vec::with_capacity(local.len());
    let mut rest = local.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        let digits = tail.get(..2).filter(|_| *byte == b'+').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => bytes.push(if *byte == b'_' { b'/' } else { *byte }),
        }
    }
    Some(String::from_utf8_lossy(&bytes).to_lowercase())
}
