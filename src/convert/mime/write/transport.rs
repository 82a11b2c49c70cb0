//! The header that a message was received with, PidTagTransportMessageHeaders ([MS-OXCMAIL] 2.1.3.2), as fields of the mail to be
//! written.
//!
//! The property is text of whoever stored the message. It is cut into fields, unfolded, and each is written anew: addresses,
//! dates and ids as what they say, any other as text. What describes the old body (`Content-`, MIME-Version), what belongs to
//! Exchange alone (X-MS-Exchange-Organization-, -Forest-) and what speaks of the TNEF part is left out.

use std::collections::BTreeMap;

use crate::convert::mime::date::ZonedDate;
use crate::convert::mime::mailbox::{self, Entry};
use crate::convert::mime::parameter::is_token;
use crate::convert::mime::token;
use crate::convert::mime::undeclared::Undeclared;
use crate::convert::mime::words::{self, Charset};

use super::address::Mailbox;

/// A field, unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
}

/// Fields whose values are lists of recipients: several of a name are one.
const RECIPIENTS: [&str; 3] = ["To", "Cc", "Bcc"];
const ADDRESSES: [&str; 12] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Resent-From",
    "Resent-Sender",
    "Resent-To",
    "Resent-Cc",
    "Disposition-Notification-To",
    "Return-Receipt-To",
];
const DATES: [&str; 2] = ["Date", "Resent-Date"];
const IDS: [&str; 4] = ["Message-ID", "In-Reply-To", "References", "Resent-Message-ID"];
/// RFC 5322, 3.6: fields that occur once.
const ONCE: [&str; 4] = ["Subject", "Thread-Topic", "Thread-Index", "Importance"];
const LEFT_OUT: [&str; 6] = ["MIME-Version", "X-MS-TNEF-Correlator", "X-MS-Has-Attach", "X-MimeOLE", "Lines", "Resent-Bcc"];
const LEFT_OUT_STARTS: [&str; 3] = ["Content-", "X-MS-Exchange-Organization-", "X-MS-Exchange-Forest-"];

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a field of this name may stand in the mail besides those of the body.
pub(super) fn is_wanted(name: &str) -> bool {
    let starts = |start: &&str| name.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    is_name(name) && !is_one_of(name, &LEFT_OUT) && !LEFT_OUT_STARTS.iter().any(starts)
}

/// A field name (RFC 5322, 3.6.8), of the characters that all programs take.
pub(super) fn is_name(name: &str) -> bool {
    (1..=76).contains(&name.len()) && name.bytes().all(is_token)
}

/// The fields of a header block, in order. What is no field, and what follows an empty line, does not count.
pub(super) fn fields(block: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut open = false;
    let start = block.trim_start_matches(['\r', '\n']);
    for line in start.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(last) = fields.last_mut().filter(|_| open) {
                last.value.push(' ');
                last.value.push_str(line.trim());
            }
            continue;
        }
        open = false;
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim_end();
        if is_name(name) {
            fields.push(Field { name: name.to_owned(), value: value.trim().to_owned() });
            open = true;
        }
    }
    fields
}

/// Joins the recipient fields of a name and drops repetitions of fields that occur once.
pub(super) fn merged(fields: Vec<Field>) -> Vec<Field> {
    let mut out: Vec<Field> = Vec::with_capacity(fields.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for field in fields {
        let name = field.name.to_ascii_lowercase();
        let once =
            [&ADDRESSES[..], &DATES, &IDS, &ONCE].iter().any(|names| is_one_of(&name, names)) && !name.starts_with("resent-");
        match places.get(&name).and_then(|place| out.get_mut(*place)).filter(|_| once) {
            Some(earlier) if is_one_of(&name, &RECIPIENTS) => {
                earlier.value.push_str(", ");
                earlier.value.push_str(&field.value);
            }
            Some(_) => {}
            None => {
                places.insert(name, out.len());
                out.push(field);
            }
        }
    }
    out
}

/// The value of a field, written anew; `None` if it is not what its name says.
///
/// `domain` is that of addresses which are no Internet addresses.
pub(super) fn value(field: &Field, charset: Charset, domain: &str) -> Option<String> {
    if is_one_of(&field.name, &ADDRESSES) {
        return list(&elements(&field.value, domain), charset);
    }
    if is_one_of(&field.name, &DATES) {
        return self::date(&field.value);
    }
    if is_one_of(&field.name, &IDS) {
        return ids(&field.value);
    }
    let text = words::clean(&field.value);
    Some(words::unstructured(&words::decode(&text, Undeclared::default()), charset))
}

/// An element of a list of addresses.
#[derive(Debug, Clone)]
pub(super) enum Element {
    One(Mailbox),
    /// A group (RFC 5322, 3.4): its name, and its members, if it has any.
    Group(String, Vec<Mailbox>),
}

impl Element {
    /// As it is written; `None` if it says nothing.
    pub(super) fn to_text(&self, charset: Charset) -> Option<String> {
        let (name, members) = match self {
            Element::One(one) => return Some(one.to_text(charset)),
            Element::Group(name, members) => (name, members),
        };
        let members: Vec<String> = members.iter().map(|member| member.to_text(charset)).collect();
        match (name.is_empty(), members.is_empty()) {
            (true, true) => None,
            (true, false) => Some(members.join(", ")),
            (false, true) => Some(format!("{}:;", token::phrase_before_sign(name, charset))),
            (false, false) => Some(format!("{}: {};", token::phrase_before_sign(name, charset), members.join(", "))),
        }
    }
}

/// The elements of a list of addresses, groups as groups.
pub(super) fn elements(value: &str, domain: &str) -> Vec<Element> {
    let of = |one: &mailbox::Mailbox| Mailbox::of_header(&one.name, &one.address, domain);
    // A label of a charset that is not known stays as it stands: this text is not that of a mail which names one.
    let found = mailbox::entries(&words::clean(value), Undeclared::default()).into_iter().filter_map(|entry| match entry {
        Entry::Mailbox(one) => of(&one).map(Element::One),
        Entry::Group(name, members) => Some(Element::Group(words::clean(&name), members.iter().filter_map(of).collect())),
    });
    found.collect()
}

/// A list of addresses as it is written; `None` if it says nothing.
pub(super) fn list(elements: &[Element], charset: Charset) -> Option<String> {
    let texts: Vec<String> = elements.iter().filter_map(|element| element.to_text(charset)).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn date(value: &str) -> Option<String> {
    ZonedDate::parse(value).map(ZonedDate::to_text)
}

/// Message ids, each with its brackets; `None` if there are none.
pub(super) fn ids(value: &str) -> Option<String> {
    /// Longest id that is written: a line must hold it.
    const ID_MAX: usize = 900;
    let is_id = |id: &str| {
        !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
    };
    let mut found: Vec<String> = Vec::new();
    for part in value.split('<').skip(1) {
        let id: String = part.split('>').next().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        if is_id(&id) {
            found.push(format!("<{id}>"));
        }
    }
    // Some write ids without brackets.
    if found.is_empty() {
        found.extend(value.split_whitespace().filter(|id| is_id(id) && id.contains('@')).map(|id| format!("<{id}>")));
    }
    (!found.is_empty()).then(|| found.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(block: &str) -> Vec<String> {
        let wanted = merged(fields(block)).into_iter().filter(|field| is_wanted(&field.name));
        let value = |field: Field| Some(format!("{}: {}", field.name, value(&field, Charset::UTF_8, "example.net")?));
        wanted.filter_map(value).collect()
    }

    #[test]
    fn fields_are_unfolded_and_written_anew() {
        for (block, expected) in [
            ("Subject: a\r\n b\r\n\tc\r\n", &["Subject: a b c"][..]),
            ("Microsoft Mail Internet Headers Version 2.0\r\nX-A: 1\r\n", &["X-A: 1"]),
            ("X-A: 1\n\nX-B: 2\n", &["X-A: 1"]),
            (
                "Content-Type: text/html\r\nMIME-Version: 1.0\r\nX-MS-Exchange-Organization-SCL: 1\r\nX-MS-TNEF-Correlator: <x>",
                &[],
            ),
            ("Bad Name: x\r\n folded\r\nX\u{e9}: y\r\n: z\r\nX-A : 1\r\n", &["X-A: 1"]),
            ("Subject: =?utf-8?Q?caf=C3=A9?=", &["Subject: =?utf-8?Q?caf=C3=A9?="]),
            ("Subject: =?iso-8859-1?Q?caf=E9?= x\r\nSubject: second", &["Subject: =?utf-8?Q?caf=C3=A9_x?="]),
            (
                "To: \"Doe, Jane\" <j@x.org>, k@x.org\r\nTo: =?utf-8?Q?J=C3=B6rg?= <l@x.org>",
                &["To: \"Doe, Jane\" <j@x.org>, k@x.org, =?utf-8?Q?J=C3=B6rg?= <l@x.org>"],
            ),
            ("To: undisclosed-recipients:;", &["To: undisclosed-recipients:;"]),
            ("Date: Tue, 14 Nov 2023 22:13:20 +0100 (CET)", &["Date: Tue, 14 Nov 2023 22:13:20 +0100"]),
            ("Date: yesterday", &[]),
            ("Message-ID: a@b\r\nReferences: <a@b>\r\n <c @d> junk", &["Message-ID: <a@b>", "References: <a@b> <c@d>"]),
            ("X-A: 1\rBcc: v@x.org", &["X-A: 1 Bcc: v@x.org"]),
        ] {
            assert_eq!(written(block), expected, "{block}");
        }
    }
}
