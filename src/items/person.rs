//! People of an item: who organizes, who takes part ([MS-OXOCAL] 2.2.1, [MS-OXCMSG] 2.2.3.1.2).

use crate::base::{CodePage, FileTime};
use crate::mapi::entry_id::OneOffEntryId;
use crate::mapi::typed::{Named, Tag};
use crate::mapi::{EntryId, OneOffFlags, PropValue, PropertyBag, RecipientType, SearchKey, tags as untyped};
use crate::message::{Message, Recipient};
use crate::{named, tags};

/// Somebody with a name, or an address, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Person {
    /// The name; may be empty.
    pub name: String,
    /// The Internet address, if one is known. Addresses within an Exchange organization (`/o=...`) do not count.
    pub address: Option<String>,
    /// An address of another kind, where no Internet address is known: `/o=Org/cn=...` within an Exchange organization.
    pub other_address: Option<String>,
}

/// Role of somebody who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Role {
    /// Has to be there.
    Required,
    /// May be there.
    Optional,
    /// A room, or a thing.
    Resource,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Attendee {
    /// Person.
    pub person: Person,
    /// Role in the meeting.
    pub role: Role,
    /// PidTagRecipientTrackStatus: 0 nothing, 1 organizer, 2 tentative, 3 accepted, 4 declined, 5 no answer.
    pub response: i32,
    /// Time at which the answer came.
    pub response_time: Option<FileTime>,
}

/// PidTagRecipientFlags: the message goes to whoever the row stands for.
const SENDABLE: i32 = 0x1;
/// PidTagRecipientFlags: the row is that of the organizer.
const ORGANIZER: i32 = 0x2;
/// PidTagRecipientFlags: not in this instance of a series.
const REMOVED: i32 = 0x20;

/// An address that an Internet mail program can use.
fn is_address(text: &str) -> bool {
    let (local, domain) = text.split_once('@').unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';' | '\\');
    !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(odd) && !text.starts_with('/')
}

fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let text =
        text.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(text, |_| text.get(7..).unwrap_or(text));
    is_address(text).then(|| text.to_owned())
}

/// The address in a one-off entry id, if it is one of the Internet.
pub(super) fn one_off(bytes: &[u8], page: CodePage) -> Option<Person> {
    let EntryId::OneOff(id) = EntryId::parse(bytes) else { return None };
    let smtp = id.address_type(page).eq_ignore_ascii_case("SMTP");
    let found = address(&id.email_address(page)).filter(|_| smtp);
    let other = Some(id.email_address(page)).filter(|address| found.is_none() && !address.is_empty());
    Some(Person { name: own_name(id.display_name(page), found.as_deref()), address: found, other_address: other })
}

/// A name; where nobody knew one, the address stands for it.
fn own_name(name: String, address: Option<&str>) -> String {
    if address.is_some_and(|address| address.eq_ignore_ascii_case(&name)) { String::new() } else { name }
}

/// The type of addresses of an Exchange organization.
const EXCHANGE: &str = "EX";

/// The entry id of somebody that no directory knows.
pub(super) fn entry_id(person: &Person) -> Option<Vec<u8>> {
    let (kind, address) = person.typed_address()?;
    EntryId::OneOff(OneOffEntryId::new(person.shown_name(), kind, address, OneOffFlags::empty())).to_bytes().ok()
}

/// A group of properties that says who somebody is.
struct Group {
    name: Tag<str>,
    address_type: Tag<str>,
    address: Tag<str>,
    smtp: Tag<str>,
    entry_id: Tag<[u8]>,
    search_key: Tag<[u8]>,
}

const REPRESENTING: Group = Group {
    name: tags::SENT_REPRESENTING_NAME,
    address_type: tags::SENT_REPRESENTING_ADDRESS_TYPE,
    address: tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    smtp: tags::SENT_REPRESENTING_SMTP_ADDRESS,
    entry_id: tags::SENT_REPRESENTING_ENTRY_ID,
    search_key: tags::SENT_REPRESENTING_SEARCH_KEY,
};

const SENDER: Group = Group {
    name: tags::SENDER_NAME,
    address_type: tags::SENDER_ADDRESS_TYPE,
    address: tags::SENDER_EMAIL_ADDRESS,
    smtp: tags::SENDER_SMTP_ADDRESS,
    entry_id: tags::SENDER_ENTRY_ID,
    search_key: tags::SENDER_SEARCH_KEY,
};

impl Group {
    fn read(&self, message: &Message<'_>) -> Option<Person> {
        let properties = &message.properties;
        let text = |tag: Tag<str>| message.get(tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let id = message.get(self.entry_id).and_then(|bytes| one_off(bytes, properties.code_page()));
        let smtp = text(self.address_type).is_none_or(|kind| kind.eq_ignore_ascii_case("SMTP"));
        let found = text(self.smtp).and_then(|text| address(&text));
        let found = found.or_else(|| text(self.address).filter(|_| smtp).and_then(|text| address(&text)));
        let found = found.or_else(|| id.as_ref()?.address.clone());
        let name = text(self.name).or_else(|| id.map(|id| id.name)).unwrap_or_default();
        let other = text(self.address).filter(|_| found.is_none());
        Some(Person { other_address: other, ..Person::some(name, found)? })
    }

    fn write(&self, person: &Person, message: &mut Message<'_>) {
        message.set(self.name, person.shown_name());
        let Some((kind, address)) = person.typed_address() else { return };
        message.set(self.address_type, kind);
        message.set(self.address, address);
        message.set(self.search_key, SearchKey::address(kind, address).bytes().to_vec());
        if person.address.is_some() {
            message.set(self.smtp, address);
        }
        if let Some(id) = entry_id(person) {
            message.set(self.entry_id, id);
        }
    }
}

/// Writes whoever a message is from, and whoever sent it for them.
pub(super) fn write_from(from: Option<&Person>, delegate: Option<&Person>, message: &mut Message<'_>) {
    if let Some(from) = from {
        REPRESENTING.write(from, message);
        SENDER.write(delegate.unwrap_or(from), message);
    }
}

impl Person {
    /// Somebody with a name, which may be empty, and an Internet address.
    #[must_use]
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Person {
        let address = address.into();
        Person { name: own_name(name.into(), Some(&address)), address: Some(address), other_address: None }
    }

    /// Somebody of whom nothing but the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Person {
        Person { name: name.into(), address: None, other_address: None }
    }

    fn some(name: String, address: Option<String>) -> Option<Person> {
        let name = own_name(name, address.as_deref());
        (!name.is_empty() || address.is_some()).then_some(Person { name, address, other_address: None })
    }

    /// Somebody by a URI (`mailto:jane@example.com`) or a bare address; `None` if it is neither.
    #[must_use]
    pub fn of_uri(name: &str, uri: &str) -> Option<Person> {
        // `xmpp:jane@example.com` is no address that mail goes to.
        address(uri).filter(|address| !address.contains(':')).map(|address| Person::new(name.trim(), address))
    }

    /// The name, or the address of whom no name is known.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        let address = || self.address.as_deref().or(self.other_address.as_deref()).unwrap_or_default();
        if self.name.is_empty() { address() } else { &self.name }
    }

    /// The entry id of a member of a list; one without an address has a name alone.
    pub(super) fn list_entry_id(&self) -> Option<Vec<u8>> {
        let named = || EntryId::OneOff(OneOffEntryId::new(&self.name, "", "", OneOffFlags::empty())).to_bytes().ok();
        entry_id(self).or_else(named)
    }

    fn typed_address(&self) -> Option<(&'static str, &str)> {
        let other = || Some((EXCHANGE, self.other_address.as_deref()?));
        self.address.as_deref().map(|address| ("SMTP", address)).or_else(other)
    }

    /// A row of the recipient table.
    fn row(&self, kind: RecipientType, flags: i32) -> Recipient<'static> {
        let mut row = match self.typed_address() {
            Some((address_type, address)) => Recipient::one_off(kind, self.shown_name(), address_type, address),
            None => {
                let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
                properties.set(untyped::RECIPIENT_TYPE, PropValue::Integer32(crate::base::wire::signed(kind.0)));
                properties.set(untyped::DISPLAY_NAME, self.name.as_str());
                Recipient::new(properties)
            }
        };
        row.properties.set(untyped::RECIPIENT_FLAGS, PropValue::Integer32(flags));
        row
    }

    /// A name as lists of attendees have it, sometimes with the address behind it: `Jane Doe (jane@example.com)`.
    fn shown(text: &str) -> Option<Person> {
        let text = text.trim();
        if let Some(address) = address(text) {
            return Person::some(String::new(), Some(address));
        }
        let split = text.strip_suffix([')', '>']).and_then(|text| text.rsplit_once(['(', '<']));
        match split.and_then(|(name, inside)| Some((name.trim(), address(inside)?))) {
            Some((name, address)) => Person::some(name.to_owned(), Some(address)),
            None => Person::some(text.to_owned(), None),
        }
    }

    /// Whoever a row of the recipient table stands for.
    #[must_use]
    pub fn of_recipient(recipient: &Recipient<'_>) -> Option<Person> {
        let properties = &recipient.properties;
        let id = properties.bytes(untyped::ENTRY_ID).and_then(|bytes| one_off(bytes, properties.code_page()));
        let found = recipient.smtp_address().and_then(|text| address(&text)).or_else(|| id?.address);
        let name = recipient.display_name().unwrap_or_default().trim().to_owned();
        let other = recipient.address().map(|text| text.trim().to_owned()).filter(|text| found.is_none() && !text.is_empty());
        Some(Person { other_address: other, ..Person::some(name, found)? })
    }

    /// Whoever the message is from.
    #[must_use]
    pub fn from(message: &Message<'_>) -> Option<Person> {
        REPRESENTING.read(message).or_else(|| SENDER.read(message))
    }

    /// Whoever sent it for somebody else; `None` if nobody did.
    #[must_use]
    pub fn delegate(message: &Message<'_>) -> Option<Person> {
        let (from, sender) = (REPRESENTING.read(message)?, SENDER.read(message)?);
        let same = match (&from.address, &sender.address) {
            (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
            _ => true,
        };
        (!same).then_some(sender)
    }

    /// Name and address as people write them: `Jane Doe <jane@example.com>`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.address {
            Some(address) if self.name.is_empty() || self.name == *address => address.clone(),
            Some(address) => format!("{} <{address}>", self.name),
            None => self.name.clone(),
        }
    }
}

impl Attendee {
    /// Somebody who has to be there and has not answered.
    #[must_use]
    pub fn new(person: Person) -> Attendee {
        Attendee { person, role: Role::Required, response: 0, response_time: None }
    }

    fn row(&self) -> Recipient<'static> {
        let kind = match self.role {
            Role::Required => RecipientType::TO,
            Role::Optional => RecipientType::CC,
            Role::Resource => RecipientType::BCC,
        };
        let mut row = self.person.row(kind, SENDABLE);
        row.properties.set(untyped::RECIPIENT_TRACK_STATUS, PropValue::Integer32(self.response));
        if let Some(time) = self.response_time {
            row.properties.set(untyped::RECIPIENT_TRACK_STATUS_TIME, PropValue::Time(time));
        }
        row
    }
}

/// Writes the recipient table: whoever organizes, then who takes part.
pub(super) fn write_rows(organizer: Option<&Person>, attendees: &[Attendee], message: &mut Message<'static>) {
    let organizing = organizer.map(|person| person.row(RecipientType::TO, SENDABLE | ORGANIZER));
    message.recipients.extend(organizing.into_iter().chain(attendees.iter().map(Attendee::row)));
}

/// Writes to whom an answer goes.
pub(super) fn write_recipient(to: Option<&Person>, message: &mut Message<'static>) {
    message.recipients.extend(to.map(|person| person.row(RecipientType::TO, SENDABLE)));
}

/// A name that a list of names can hold: nothing separates in it, and it is not taken for name and address.
fn is_listable(name: &str) -> bool {
    !name.contains(';')
        && Person::shown(name).is_some_and(|person| person.name == name || person.address.as_deref() == Some(name))
}

/// Writes the lists of names that Outlook shows. What comes back are the names that they could not hold.
pub(super) fn write_lists<'p>(attendees: &'p [Attendee], others: &'p [String], message: &mut Message<'_>) -> Vec<&'p str> {
    let named = |role: Option<Role>| {
        let of_role = attendees.iter().filter(move |who| role.is_none_or(|role| who.role == role));
        of_role.map(|who| who.person.shown_name()).filter(|name| is_listable(name)).collect::<Vec<_>>()
    };
    let (others, lost): (Vec<&str>, Vec<&str>) = others.iter().map(String::as_str).partition(|name| is_listable(name));
    let all = named(None).into_iter().chain(others).collect();
    let lists = [
        (named::TO_ATTENDEES_STRING, named(Some(Role::Required))),
        (named::CC_ATTENDEES_STRING, named(Some(Role::Optional))),
        (named::RESOURCE_ATTENDEES, named(Some(Role::Resource))),
        (named::ALL_ATTENDEES_STRING, all),
    ];
    for (property, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        message.set(property, names.join("; "));
    }
    lost
}

fn row_flags(properties: &PropertyBag<'_>) -> i32 {
    properties.integer(untyped::RECIPIENT_FLAGS).and_then(|flags| i32::try_from(flags).ok()).unwrap_or(0)
}

/// Whoever the recipient table says organizes the meeting.
pub(super) fn organizing_row(message: &Message<'_>) -> Option<Person> {
    let row = message.recipients.iter().find(|row| row_flags(&row.properties) & ORGANIZER != 0)?;
    Person::of_recipient(row)
}

/// The first one to whom the message goes.
pub(super) fn first_recipient(message: &Message<'_>) -> Option<Person> {
    let to = |row: &&Recipient<'_>| row.recipient_type().is_none_or(|kind| kind.role() == RecipientType::TO);
    message.recipients.iter().find(to).and_then(Person::of_recipient)
}

/// The lists of names that Outlook shows.
const LISTS: [(Named<str>, Role); 6] = [
    (named::TO_ATTENDEES_STRING, Role::Required),
    (named::CC_ATTENDEES_STRING, Role::Optional),
    (named::REQUIRED_ATTENDEES, Role::Required),
    (named::OPTIONAL_ATTENDEES, Role::Optional),
    (named::RESOURCE_ATTENDEES, Role::Resource),
    (named::ALL_ATTENDEES_STRING, Role::Required),
];

/// The names in the lists of attendees that stand for nobody of these people.
pub(super) fn other_names(message: &Message<'_>, organizer: Option<&Person>, attendees: &[Attendee]) -> Vec<String> {
    let known = attendees.iter().map(|attendee| &attendee.person).chain(organizer);
    let mut seen: std::collections::HashSet<String> = known
        .flat_map(|person| [Some(person.name.to_lowercase()), person.address.as_ref().map(|at| at.to_lowercase())])
        .flatten()
        .collect();
    let mut found = Vec::new();
    for (list, _) in LISTS {
        let text = message.get(list).unwrap_or_default();
        for person in text.split(';').filter_map(Person::shown) {
            let is_known = person.address.as_ref().is_some_and(|at| seen.contains(&at.to_lowercase()));
            let name = if person.name.is_empty() { person.address.unwrap_or_default() } else { person.name };
            if seen.insert(name.to_lowercase()) && !is_known {
                found.push(name);
            }
        }
    }
    found
}

/// Who takes part: the rows of the recipient table, or the names that the item shows.
pub(super) fn attendees(message: &Message<'_>) -> Vec<Attendee> {
    let rows = message.recipients.iter().filter_map(|row| {
        let role = match row.recipient_type().map(RecipientType::role) {
            Some(RecipientType::ORIGINATOR) => return None,
            Some(RecipientType::CC) => Role::Optional,
            Some(RecipientType::BCC) => Role::Resource,
            _ => Role::Required,
        };
        if row_flags(&row.properties) & (ORGANIZER | REMOVED) != 0 {
            return None;
        }
        let number = row.properties.integer(untyped::RECIPIENT_TRACK_STATUS);
        let response = number.and_then(|number| i32::try_from(number).ok()).unwrap_or(0);
        let response_time = row.properties.time(untyped::RECIPIENT_TRACK_STATUS_TIME).filter(|time| time.is_date());
        Some(Attendee { person: Person::of_recipient(row)?, role, response, response_time })
    });
    let rows: Vec<Attendee> = rows.collect();
    if !message.recipients.is_empty() {
        return rows;
    }
    let mut found: Vec<Attendee> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let shown = LISTS.iter().map(|(list, role)| (message.get(*list).unwrap_or_default(), *role));
    // A meeting that was not sent as yet has nothing but what is shown of it; the organizer is shown, too.
    let displayed = [(tags::DISPLAY_TO, Role::Required), (tags::DISPLAY_CC, Role::Optional)];
    let displayed = displayed.into_iter().map(|(list, role)| (message.get(list).unwrap_or_default(), role));
    let from = Person::from(message);
    for (text, role) in shown.chain(displayed) {
        for person in text.split(';').filter_map(Person::shown) {
            if from.as_ref().is_some_and(|from| !person.name.is_empty() && from.name.eq_ignore_ascii_case(&person.name)) {
                continue;
            }
            // The lists repeat each other.
            if seen.insert(person.describe().to_lowercase()) {
                found.push(Attendee { person, role, response: 0, response_time: None });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_addresses() {
        let table = [
            ("Jane Doe (jane@example.com)", "Jane Doe", Some("jane@example.com")),
            (" jane@example.com ", "", Some("jane@example.com")),
            ("Jane <jane@example.com>", "Jane", Some("jane@example.com")),
            ("asposeemail test3", "asposeemail test3", None),
            ("Room (2nd floor)", "Room (2nd floor)", None),
            ("/o=Org/cn=x@y", "/o=Org/cn=x@y", None),
        ];
        for (text, name, address) in table {
            let person = Person::shown(text).unwrap();
            assert_eq!((person.name.as_str(), person.address.as_deref()), (name, address));
        }
        assert_eq!(Person::shown(" "), None);
    }

    #[test]
    fn lists_of_attendees_are_read_once() {
        let mut message = Message::new("IPM.Schedule.Meeting.Request");
        message.set(named::TO_ATTENDEES_STRING, "A (a@example.com); B");
        message.set(named::CC_ATTENDEES_STRING, "C");
        message.set(named::ALL_ATTENDEES_STRING, "A (a@example.com); B; C; D");
        let all: Vec<_> = attendees(&message).into_iter().map(|who| (who.person.describe(), who.role)).collect();
        let expected =
            [("A <a@example.com>", Role::Required), ("B", Role::Required), ("C", Role::Optional), ("D", Role::Required)];
        assert_eq!(all, expected.map(|(name, role)| (name.to_owned(), role)));
    }

    #[test]
    fn an_address_of_exchange_is_none_of_the_internet() {
        let mut message = Message::new("IPM.Appointment");
        message.set(tags::SENT_REPRESENTING_NAME, "Jane");
        message.set(tags::SENT_REPRESENTING_ADDRESS_TYPE, "EX");
        message.set(tags::SENT_REPRESENTING_EMAIL_ADDRESS, "/O=ORG/CN=JANE");
        let other_address = Some("/O=ORG/CN=JANE".into());
        assert_eq!(Person::from(&message), Some(Person { name: "Jane".into(), address: None, other_address }));
        message.set(tags::SENT_REPRESENTING_SMTP_ADDRESS, "jane@example.com");
        assert_eq!(Person::from(&message).unwrap().describe(), "Jane <jane@example.com>");
    }
}
