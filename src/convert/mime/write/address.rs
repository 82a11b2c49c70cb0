//! Addresses ([MS-OXCMAIL] 2.1.1): groups of properties and recipient rows as mailboxes of RFC 5322.
//!
//! The SMTP address of a group, in order: the e-mail address if its type is SMTP, the SMTP address property, a one-off entry id of
//! type SMTP. What has none is encapsulated as Exchange does it, `IMCEAEX-_O=ORG_OU=...@domain`, so that nothing of the address is
//! lost. A name without any address stands as an empty group, `Jane Doe:;`, which is the one form that RFC 5322 has for it.

use crate::base::punycode;
use crate::convert::mime::token::{self, is_atext};
use crate::convert::mime::words::{self, Charset};
use crate::mapi::entry_id::OneOffEntryId;
use crate::mapi::{EntryId, PropTag, PropertyBag, tags};

/// Longest address that is written.
const ADDRESS_MAX: usize = 800;

/// The tags of a group of address properties.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    name: PropTag,
    entry_id: PropTag,
    address_type: PropTag,
    address: PropTag,
    smtp: PropTag,
}

impl Group {
    /// Who sent the mail.
    pub(super) const SENDER: Group = Group {
        name: tags::SENDER_NAME,
        entry_id: tags::SENDER_ENTRY_ID,
        address_type: tags::SENDER_ADDRESS_TYPE,
        address: tags::SENDER_EMAIL_ADDRESS,
        smtp: tags::SENDER_SMTP_ADDRESS,
    };
    /// In whose name it was sent.
    pub(super) const SENT_REPRESENTING: Group = Group {
        name: tags::SENT_REPRESENTING_NAME,
        entry_id: tags::SENT_REPRESENTING_ENTRY_ID,
        address_type: tags::SENT_REPRESENTING_ADDRESS_TYPE,
        address: tags::SENT_REPRESENTING_EMAIL_ADDRESS,
        smtp: tags::SENT_REPRESENTING_SMTP_ADDRESS,
    };
    /// Who wants the read receipt.
    pub(super) const READ_RECEIPT: Group = Group {
        name: tags::READ_RECEIPT_NAME,
        entry_id: tags::READ_RECEIPT_ENTRY_ID,
        address_type: tags::READ_RECEIPT_ADDRESS_TYPE,
        address: tags::READ_RECEIPT_EMAIL_ADDRESS,
        smtp: tags::READ_RECEIPT_SMTP_ADDRESS,
    };
    /// Who got it.
    pub(super) const RECEIVED_BY: Group = Group {
        name: tags::RECEIVED_BY_NAME,
        entry_id: tags::RECEIVED_BY_ENTRY_ID,
        address_type: tags::RECEIVED_BY_ADDRESS_TYPE,
        address: tags::RECEIVED_BY_EMAIL_ADDRESS,
        smtp: tags::RECEIVED_BY_SMTP_ADDRESS,
    };
    /// In whose name it was got.
    pub(super) const RECEIVED_REPRESENTING: Group = Group {
        name: tags::RECEIVED_REPRESENTING_NAME,
        entry_id: tags::RECEIVED_REPRESENTING_ENTRY_ID,
        address_type: tags::RECEIVED_REPRESENTING_ADDRESS_TYPE,
        address: tags::RECEIVED_REPRESENTING_EMAIL_ADDRESS,
        smtp: tags::RECEIVED_REPRESENTING_SMTP_ADDRESS,
    };
    /// A row of the recipient table.
    pub(super) const RECIPIENT: Group = Group {
        name: tags::DISPLAY_NAME,
        entry_id: tags::ENTRY_ID,
        address_type: tags::ADDRESS_TYPE,
        address: tags::EMAIL_ADDRESS,
        smtp: tags::SMTP_ADDRESS,
    };

    /// The tags, for those who ask which properties are written.
    pub(super) fn tags(self) -> [PropTag; 5] {
        [self.name, self.entry_id, self.address_type, self.address, self.smtp]
    }
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mailbox {
    /// The name that is shown; empty if there is none.
    pub(super) name: String,
    /// An address that RFC 5322 allows; empty if there is none.
    pub(super) address: String,
    /// Whether the address stands for one that is no Internet address, or is missing.
    pub(super) made_up: bool,
}

impl Mailbox {
    /// Of an Internet address; `None` if it is of another kind.
    pub(super) fn new(name: &str, address: &str) -> Option<Self> {
        Some(Mailbox { name: words::clean(name), address: addr_spec(address)?, made_up: false })
    }

    /// Of an element of an address list; `None` if it is nothing.
    pub(super) fn of_header(name: &str, address: &str, domain: &str) -> Option<Self> {
        if let Some(found) = Mailbox::new(name, address) {
            return Some(found);
        }
        let (name, address) = (words::clean(name), words::clean(address));
        if let Some(made) = encapsulate("SMTP", &address, domain) {
            return Some(Mailbox { name, address: made, made_up: true });
        }
        // What is too long to be encapsulated is shown.
        let name = words::clean(&format!("{name} {address}"));
        (!name.is_empty()).then_some(Mailbox { name, address: String::new(), made_up: true })
    }

    /// Of a group; `None` if it has neither name nor address.
    pub(super) fn of_group(properties: &PropertyBag<'_>, group: Group, domain: &str) -> Option<Self> {
        let text = |tag| properties.str(tag).map(|text| words::clean(&text)).filter(|text| !text.is_empty());
        let entry_id = properties.bytes(group.entry_id).map(EntryId::parse);
        // An address of a contact holds another entry id.
        let entry_id = match &entry_id {
            Some(EntryId::Contact(id)) => Some(id.contact()),
            Some(EntryId::Wrapped(id)) => Some(id.member()),
            _ => entry_id.clone(),
        };
        let one_off = match &entry_id {
            Some(EntryId::OneOff(id)) => Some(Parts::of_one_off(id, properties)),
            _ => None,
        };
        let own = Parts {
            name: text(group.name).unwrap_or_default(),
            address_type: text(group.address_type).unwrap_or_default(),
            address: text(group.address).unwrap_or_default(),
        };
        let dn = match entry_id {
            Some(EntryId::AddressBook(id)) => String::from_utf8_lossy(id.x500_dn.text_bytes()).into_owned(),
            _ => String::new(),
        };
        let directory = Parts { name: String::new(), address_type: "EX".to_owned(), address: dn };
        let smtp = text(group.smtp).unwrap_or_default();
        let is_smtp = |parts: &Parts| parts.address_type.is_empty() || parts.address_type.eq_ignore_ascii_case("SMTP");
        let internet = [
            addr_spec(&own.address).filter(|_| is_smtp(&own)),
            addr_spec(&smtp),
            one_off.as_ref().filter(|parts| is_smtp(parts)).and_then(|parts| addr_spec(&parts.address)),
        ];
        let name = [Some(&own), one_off.as_ref()].into_iter().flatten().map(|parts| &parts.name).find(|name| !name.is_empty());
        let name = name.cloned().unwrap_or_default();
        if let Some(address) = internet.into_iter().flatten().next() {
            return Some(Mailbox { name, address, made_up: false });
        }
        let others = [Some(&own), one_off.as_ref(), Some(&directory)].into_iter().flatten();
        let address = others.clone().find_map(|parts| encapsulate(&parts.address_type, &parts.address, domain));
        let shown = others.map(|parts| &parts.address).find(|address| !address.is_empty());
        let name = if name.is_empty() { shown.cloned().unwrap_or_default() } else { name };
        let address = address.unwrap_or_default();
        (!name.is_empty() || !address.is_empty()).then_some(Mailbox { name, address, made_up: true })
    }

    /// Of an entry id that stands alone, with a name for those that have none; `None` if nothing is known of it.
    pub(super) fn of_entry_id(bytes: &[u8], name: &str, properties: &PropertyBag<'_>, domain: &str) -> Option<Self> {
        let mut group = PropertyBag::new(properties.code_page());
        if !name.is_empty() {
            group.set(tags::DISPLAY_NAME, name);
        }
        group.set(tags::ENTRY_ID, crate::mapi::PropValue::Binary(bytes.into()));
        Mailbox::of_group(&group, Group::RECIPIENT, domain)
    }

    /// As an element of an address list.
    pub(super) fn to_text(&self, charset: Charset) -> String {
        // The name of those that have none is the address as it was given.
        let is_address = self.name == self.address || addr_spec(&self.name).is_some_and(|name| name == self.address);
        let name = if is_address { "" } else { self.name.as_str() };
        match (name.is_empty(), self.address.is_empty()) {
            (true, _) => self.address.clone(),
            (false, false) => format!("{} <{}>", token::phrase(name, charset), self.address),
            (false, true) => format!("{}:;", token::phrase_before_sign(name, charset)),
        }
    }
}

/// The strings of an address.
struct Parts {
    name: String,
    address_type: String,
    address: String,
}

impl Parts {
    fn of_one_off(id: &OneOffEntryId<'_>, properties: &PropertyBag<'_>) -> Self {
        let page = properties.code_page();
        Parts {
            name: words::clean(&id.display_name(page)),
            address_type: words::clean(&id.address_type(page)),
            address: words::clean(&id.email_address(page)),
        }
    }
}

/// An address as `addr-spec` of RFC 5322, 3.4.1, with the characters of RFC 6532; `None` if it is invalid.
///
/// A domain outside ASCII stands as DNS has it. What cannot stand so stays as it is, as a local part outside ASCII does.
pub(super) fn addr_spec(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let text = match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("SMTP:") => text.get(5..)?,
        _ => text,
    };
    let (local, domain) = text.rsplit_once('@')?;
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if text.len() > ADDRESS_MAX || local.is_empty() || local.contains(is_break) {
        return None;
    }
    // Letters of an A-label are more than those that they stand for.
    let fits = |ascii: &String| ascii.len().saturating_add(local.len()) < ADDRESS_MAX;
    let in_dns = (!domain.is_ascii()).then(|| punycode::to_ascii(domain)).flatten().filter(fits);
    let domain = in_dns.as_deref().unwrap_or(domain);
    let is_character = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => is_atext(byte),
        _ => !c.is_whitespace() && !is_break(c),
    };
    let is_dot_atom = |text: &str| text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_character));
    let is_literal = |text: &str| {
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-".contains(&byte)))
    };
    if !is_dot_atom(domain) && !is_literal(domain) {
        return None;
    }
    let inner = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    let local = match inner {
        _ if is_dot_atom(local) => local.to_owned(),
        Some(inner) => token::quoted(&inner.replace("\\\"", "\"").replace("\\\\", "\\")),
        None => token::quoted(local),
    };
    Some(format!("{local}@{domain}")).filter(|address| address.len() <= ADDRESS_MAX)
}

/// The encapsulation of an address that is no Internet address; `None` if there is nothing to encapsulate or it gets too long.
fn encapsulate(address_type: &str, address: &str, domain: &str) -> Option<String> {
    let is_type = (1..=8).contains(&address_type.len()) && address_type.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_type || address.is_empty() {
        return None;
    }
    let mut out = format!("IMCEA{}-", address_type.to_ascii_uppercase());
    for byte in address.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'=' => out.push(char::from(byte)),
            b'/' => out.push('_'),
            byte => out.push_str(&format!("+{byte:02X}")),
        }
    }
    addr_spec(&format!("{out}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::CodePage;
    use crate::mapi::PropValue;
    use crate::mapi::entry_id::{AddressBookEntryId, OneOffFlags};

    #[test]
    fn addresses_that_mail_allows() {
        for (text, expected) in [
            ("jane@example.com", Some("jane@example.com")),
            (" <SMTP:jane.doe+x@sub.example.com> ", Some("jane.doe+x@sub.example.com")),
            ("jane doe@example.com", Some("\"jane doe\"@example.com")),
            ("\"a \\\"b\"@example.com", Some("\"a \\\"b\"@example.com")),
            ("a@b@example.com", Some("\"a@b\"@example.com")),
            ("jane@[192.0.2.1]", Some("jane@[192.0.2.1]")),
            ("root", None),
            ("@example.com", None),
            ("jane@", None),
            ("jane@exa mple.com", None),
            // RFC 6532 3.2: a local part stays as it is; `"пример.рф".encode("idna")` of Python.
            ("j\u{f6}rg@example.com", Some("j\u{f6}rg@example.com")),
            (
                "\u{438}\u{432}\u{430}\u{43d}@\u{41f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}",
                Some("\u{438}\u{432}\u{430}\u{43d}@xn--e1afmkfd.xn--p1ai"),
            ),
            ("ivan@\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}\u{3002}\u{440}\u{444}", Some("ivan@xn--e1afmkfd.xn--p1ai")),
            ("j\u{f6}rg m@example.com", Some("\"j\u{f6}rg m\"@example.com")),
            ("a\u{2028}b@example.com", None),
            ("a@b\u{3000}\u{fc}.c", None),
            ("a\r\nBcc: b@example.com", None),
            ("/O=ORG/OU=SITE/CN=RECIPIENTS/CN=JANE", None),
        ] {
            assert_eq!(addr_spec(text).as_deref(), expected, "{text}");
        }
    }

    fn set(pairs: &[(PropTag, &str)]) -> PropertyBag<'static> {
        let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
        for (tag, text) in pairs {
            properties.set(*tag, *text);
        }
        properties
    }

    fn text(properties: &PropertyBag<'_>) -> String {
        let mailbox = Mailbox::of_group(properties, Group::RECIPIENT, "example.net");
        mailbox.map(|mailbox| mailbox.to_text(Charset::UTF_8)).unwrap_or_default()
    }

    #[test]
    fn the_address_of_a_group_in_the_order_of_the_specification() {
        const NAME: PropTag = tags::DISPLAY_NAME;
        const DN: &str = "/O=ORG/CN=Jane Doe";
        for (pairs, expected) in [
            (&[(NAME, "Jane"), (tags::ADDRESS_TYPE, "SMTP"), (tags::EMAIL_ADDRESS, "j@x.org")][..], "Jane <j@x.org>"),
            (&[(tags::EMAIL_ADDRESS, "j@x.org"), (NAME, "j@x.org")], "j@x.org"),
            (
                &[(NAME, "Doe, Jane"), (tags::ADDRESS_TYPE, "EX"), (tags::EMAIL_ADDRESS, DN), (tags::SMTP_ADDRESS, "j@x.org")],
                "\"Doe, Jane\" <j@x.org>",
            ),
            (
                &[(NAME, "Jane"), (tags::ADDRESS_TYPE, "EX"), (tags::EMAIL_ADDRESS, DN)],
                "Jane <IMCEAEX-_O=ORG_CN=Jane+20Doe@example.net>",
            ),
            (&[(NAME, "Jane Doe")], "Jane Doe:;"),
            (&[(NAME, "J\u{f6}rg")], "=?utf-8?Q?J=C3=B6rg?= :;"),
            (&[], ""),
        ] {
            assert_eq!(text(&set(pairs)), expected);
        }
    }

    #[test]
    fn entry_ids_where_there_are_no_strings() {
        let bytes = |id: EntryId<'_>| PropValue::Binary(id.to_bytes().unwrap().into());
        let one_off = OneOffEntryId::new("Jane", "SMTP", "j@x.org", OneOffFlags::empty());
        let mut properties = set(&[]);
        properties.set(tags::ENTRY_ID, bytes(EntryId::OneOff(one_off)));
        assert_eq!(text(&properties), "Jane <j@x.org>");
        let mut properties = set(&[(tags::DISPLAY_NAME, "Jane")]);
        properties.set(tags::ENTRY_ID, bytes(EntryId::AddressBook(AddressBookEntryId::new(0, "/O=X/CN=J"))));
        assert_eq!(text(&properties), "Jane <IMCEAEX-_O=X_CN=J@example.net>");
    }
}
