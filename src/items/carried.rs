//! What becomes of the properties of an item where it becomes a calendar or a card: the one list of it.
//!
//! `docs/items.md` shows the same list. Whoever writes a mail lets the stream of an item go if nothing of it is beyond this list
//! ([`beyond`]); whoever checks that mail looks for each property where the list says that it is.

use crate::mapi::name::NameKind;
use crate::mapi::sets::{
    PS_PUBLIC_STRINGS, PSETID_ADDRESS, PSETID_APPOINTMENT, PSETID_LOG, PSETID_MEETING, PSETID_NOTE, PSETID_TASK,
};
use crate::mapi::{NamedTag, PropTag, PropType, PropValue, Property, PropertyBag, named, tags};
use crate::message::MessageKind;

/// Words for a number.
pub(crate) type Word = fn(i64) -> Option<String>;

/// What becomes of a property.
#[derive(Clone, Copy, Debug)]
// The list in docs/items.md is made of them.
#[cfg_attr(not(test), allow(dead_code))]
pub(crate) enum Fate {
    /// Its text stands in one of these fields; in any of them where none is named.
    Text(&'static [&'static str]),
    /// Its time is that of one of these fields.
    Time(&'static [&'static str]),
    /// Its day is that of one of these fields.
    Day(&'static [&'static str]),
    /// The field has this word for its number.
    Number(&'static str, Word),
    /// The people whom its text names take part.
    People,
    /// It is the identity.
    Identity,
    /// The rule and its exceptions.
    Series,
    /// The rules of a zone: the times say whether it is the right one.
    Zone,
    /// The members of a list.
    Members,
    /// An e-mail address.
    Address,
    /// It follows from others.
    Derived(&'static str),
    /// Nobody outside Exchange and Outlook can do anything with it.
    Worthless(&'static str),
}

/// A property of the list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    Named(NamedTag),
    Tag(PropTag),
}

type Row = (Which, Fate);

const fn n(tag: NamedTag) -> Which {
    Which::Named(tag)
}

const fn t(tag: PropTag) -> Which {
    Which::Tag(tag)
}

use Fate::{Address, Day, Derived, Identity, Members, Number, People, Series, Text, Time, Worthless, Zone};

/// Anywhere in the part.
const ANY: Fate = Text(&[]);
const TEL: Fate = Text(&["TEL", "X-MS-TEL"]);
const ADR: Fate = Text(&["ADR", "LABEL"]);
const OUTLOOK: Fate = Worthless("how Outlook shows or keeps the item");
const FAX: Fate = Derived("the fax numbers");
const ATTENDEES: Fate = People;
const OLD: Fate = Worthless("what the meeting was before an update");
const NETMEETING: Fate = Worthless("settings of NetMeeting");
const ASSIGNING: Fate = Worthless("bookkeeping of Outlook on who has a copy of the task");
const CODE: Fate = Derived("the country");

fn busy(number: i64) -> Option<String> {
    let words = ["FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"];
    words.get(usize::try_from(number).ok()?).map(|word| (*word).to_owned())
}

fn plain(number: i64) -> Option<String> {
    Some(number.to_string())
}

fn counted(number: i64) -> Option<String> {
    (number > 0).then(|| number.to_string())
}

fn minutes(number: i64) -> Option<String> {
    (number > 0).then(|| format!("PT{number}M"))
}

fn color(number: i64) -> Option<String> {
    let words = ["blue", "green", "pink", "yellow", "white"];
    words.get(usize::try_from(number).ok()?).map(|word| (*word).to_owned())
}

/// dispidReferredBy and dispidEmailList: Outlook has them, the specification does not.
const REFERRED_BY: NamedTag = NamedTag::lid(PSETID_ADDRESS, 0x800E, PropType::STRING);
const EMAIL_LIST: NamedTag = NamedTag::lid(PSETID_ADDRESS, 0x8027, PropType::MULTIPLE_INTEGER32);

/// What items of all kinds have.
const ALL: &[Row] = &[
    (n(named::KEYWORDS), Text(&["CATEGORIES"])),
    (n(named::CONTACTS), Text(&["CONTACT", "X-MICROSOFT-CONTACT"])),
    (n(named::COMPANIES), Text(&["X-MICROSOFT-COMPANY"])),
    (n(named::MILEAGE), Text(&["X-MICROSOFT-MILEAGE"])),
    (n(named::BILLING), Text(&["X-MICROSOFT-BILLING"])),
    (t(tags::START_DATE), Derived("the start")),
    (t(tags::END_DATE), Derived("the end")),
];

const APPOINTMENT: &[Row] = &[
    (n(named::APPOINTMENT_START_WHOLE), Time(&["DTSTART", "X-MS-OLK-ORIGINALSTART"])),
    (n(named::APPOINTMENT_END_WHOLE), Time(&["DTEND", "DTSTART", "X-MS-OLK-ORIGINALEND"])),
    (n(named::APPOINTMENT_PROPOSED_START_WHOLE), Time(&["DTSTART"])),
    (n(named::APPOINTMENT_PROPOSED_END_WHOLE), Time(&["DTEND", "DTSTART"])),
    (n(named::EXCEPTION_REPLACE_TIME), Time(&["RECURRENCE-ID"])),
    (n(named::APPOINTMENT_SEQUENCE_TIME), Time(&["X-MS-OLK-APPTSEQTIME"])),
    (n(named::APPOINTMENT_REPLY_TIME), Time(&["X-MICROSOFT-CDO-REPLYTIME"])),
    (n(named::LOCATION), Text(&["LOCATION"])),
    (n(named::WHERE), Text(&["LOCATION"])),
    (n(named::LOCATION_URL), ANY),
    (n(named::APPOINTMENT_RECUR), Series),
    (n(named::GLOBAL_OBJECT_ID), Identity),
    (n(named::CLEAN_GLOBAL_OBJECT_ID), Derived("the identity")),
    (n(named::INBOUND_ICAL_STREAM), Derived("the item, which was made of it")),
    (n(named::TIME_ZONE_STRUCT), Zone),
    (n(named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR), Zone),
    (n(named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY), Zone),
    (n(named::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY), Zone),
    (n(named::BUSY_STATUS), Number("X-MICROSOFT-CDO-BUSYSTATUS", busy)),
    (n(named::APPOINTMENT_SEQUENCE), Number("SEQUENCE", plain)),
    (t(tags::OWNER_APPOINTMENT_ID), Number("X-MICROSOFT-CDO-OWNERAPPTID", counted)),
    (n(named::TO_ATTENDEES_STRING), ATTENDEES),
    (n(named::CC_ATTENDEES_STRING), ATTENDEES),
    (n(named::ALL_ATTENDEES_STRING), ATTENDEES),
    (n(named::REQUIRED_ATTENDEES), ATTENDEES),
    (n(named::OPTIONAL_ATTENDEES), ATTENDEES),
    (n(named::RESOURCE_ATTENDEES), ATTENDEES),
    (n(named::ALL_ATTENDEES_LIST), Derived("the attendees")),
    (n(named::TIME_ZONE_DESCRIPTION), Derived("the zone")),
    (n(named::RECURRENCE_PATTERN), Derived("the series")),
    (n(named::CLIP_START), Derived("the series")),
    (n(named::CLIP_END), Derived("the series")),
    (n(named::APPOINTMENT_START_DATE), Derived("the start")),
    (n(named::APPOINTMENT_START_TIME), Derived("the start")),
    (n(named::APPOINTMENT_END_DATE), Derived("the end")),
    (n(named::APPOINTMENT_END_TIME), Derived("the end")),
    (n(named::ATTENDEE_CRITICAL_CHANGE), Derived("DTSTAMP, the time that calendars go by")),
    (n(named::OWNER_CRITICAL_CHANGE), Derived("DTSTAMP, the time that calendars go by")),
    (n(named::APPOINTMENT_UPDATE_TIME), Worthless("when a copy was last brought up to date")),
    (n(named::APPOINTMENT_MESSAGE_CLASS), OUTLOOK),
    (n(named::APPOINTMENT_REPLY_NAME), Worthless("whose mailbox the copy is in")),
    (n(named::OWNER_NAME), Worthless("whose mailbox the copy is in")),
    (n(named::ORIGINAL_STORE_ENTRY_ID), Worthless("where the copy is kept")),
    (n(named::LINKED_TASK_ITEMS), Worthless("where other items are kept")),
    (n(named::OLD_LOCATION), OLD),
    (n(named::OLD_WHEN_START_WHOLE), OLD),
    (n(named::OLD_WHEN_END_WHOLE), OLD),
    (n(named::DIRECTORY), NETMEETING),
    (n(named::ORGANIZER_ALIAS), NETMEETING),
    (n(named::COLLABORATE_DOC), NETMEETING),
    (n(named::NET_SHOW_URL), NETMEETING),
    (n(named::ONLINE_PASSWORD), NETMEETING),
];

const TASK: &[Row] = &[
    (n(named::TASK_START_DATE), Day(&["DTSTART", "DUE"])),
    (n(named::TASK_DUE_DATE), Day(&["DUE", "DTSTART"])),
    (n(named::TASK_DATE_COMPLETED), Day(&["COMPLETED"])),
    (n(named::TASK_RECURRENCE), Series),
    (n(named::TASK_OWNER), Text(&["X-MICROSOFT-TASK-OWNER"])),
    (n(named::TASK_ASSIGNER), Text(&["X-MICROSOFT-TASK-ASSIGNER"])),
    (n(named::TASK_ROLE), Text(&["X-MICROSOFT-TASK-ROLE"])),
    (n(named::TASK_ACTUAL_EFFORT), Number("X-MICROSOFT-TASK-ACTUAL-WORK", minutes)),
    (n(named::TASK_ESTIMATED_EFFORT), Number("X-MICROSOFT-TASK-TOTAL-WORK", minutes)),
    (n(named::TASK_LAST_DELEGATE), ASSIGNING),
    (n(named::TASK_LAST_USER), ASSIGNING),
    (n(named::TASK_LAST_UPDATE), ASSIGNING),
    (n(named::TASK_ASSIGNERS), ASSIGNING),
];

const CONTACT: &[Row] = &[
    (t(tags::GENERATION), Text(&["N"])),
    (t(tags::GIVEN_NAME), Text(&["N"])),
    (t(tags::SURNAME), Text(&["N"])),
    (t(tags::MIDDLE_NAME), Text(&["N"])),
    (t(tags::DISPLAY_NAME_PREFIX), Text(&["N"])),
    (t(tags::NICKNAME), Text(&["NICKNAME"])),
    (n(named::YOMI_FIRST_NAME), Text(&["X-PHONETIC-FIRST-NAME"])),
    (n(named::YOMI_LAST_NAME), Text(&["X-PHONETIC-LAST-NAME"])),
    (n(named::YOMI_COMPANY_NAME), Text(&["X-PHONETIC-ORG"])),
    (n(named::FILE_UNDER), Text(&["X-FILE-AS", "FN"])),
    (t(tags::COMPANY_NAME), Text(&["ORG"])),
    (t(tags::DEPARTMENT_NAME), Text(&["ORG"])),
    (n(named::DEPARTMENT), ANY),
    (t(tags::TITLE), Text(&["TITLE"])),
    (t(tags::PROFESSION), Text(&["ROLE"])),
    (t(tags::OFFICE_LOCATION), Text(&["X-MS-OL-OFFICE", "ADR"])),
    (t(tags::MANAGER_NAME), Text(&["X-MS-MANAGER"])),
    (t(tags::ASSISTANT), Text(&["X-MS-ASSISTANT"])),
    (t(tags::SPOUSE_NAME), Text(&["X-MS-SPOUSE", "RELATED"])),
    (t(tags::CHILDRENS_NAMES), Text(&["X-MS-CHILD", "RELATED"])),
    (t(tags::HOBBIES), Text(&["X-MS-INTERESTS"])),
    (t(tags::GOVERNMENT_ID_NUMBER), Text(&["X-MS-GOVERNMENT-ID"])),
    (t(tags::CUSTOMER_ID), Text(&["X-MS-CUSTOMER-ID"])),
    (t(tags::ACCOUNT), Text(&["X-MS-ACCOUNT"])),
    (t(tags::ORGANIZATIONAL_ID_NUMBER), Text(&["X-MS-ORGANIZATIONAL-ID"])),
    (t(tags::REFERRED_BY_NAME), Text(&["X-MS-REFERRED-BY"])),
    (t(tags::COMPUTER_NETWORK_NAME), Text(&["X-MS-COMPUTER-NETWORK"])),
    (t(tags::FTP_SITE), Text(&["X-MS-FTP-SITE"])),
    (t(tags::LANGUAGE), Text(&["X-MS-LANGUAGE"])),
    (t(tags::KEYWORD), Text(&["X-MS-KEYWORD"])),
    (t(tags::LOCATION), Text(&["X-MS-LOCATION"])),
    (t(tags::INITIALS), Text(&["X-MS-INITIALS"])),
    (t(tags::BIRTHDAY), Day(&["BDAY"])),
    (n(named::BIRTHDAY_LOCAL), Day(&["BDAY"])),
    (t(tags::WEDDING_ANNIVERSARY), Day(&["X-ANNIVERSARY", "ANNIVERSARY"])),
    (n(named::WEDDING_ANNIVERSARY_LOCAL), Day(&["X-ANNIVERSARY", "ANNIVERSARY"])),
    (t(tags::CALLBACK_TELEPHONE_NUMBER), TEL),
    (t(tags::BUSINESS_TELEPHONE_NUMBER), TEL),
    (t(tags::HOME_TELEPHONE_NUMBER), TEL),
    (t(tags::PRIMARY_TELEPHONE_NUMBER), TEL),
    (t(tags::BUSINESS2_TELEPHONE_NUMBER), TEL),
    (t(tags::MOBILE_TELEPHONE_NUMBER), TEL),
    (t(tags::RADIO_TELEPHONE_NUMBER), TEL),
    (t(tags::CAR_TELEPHONE_NUMBER), TEL),
    (t(tags::OTHER_TELEPHONE_NUMBER), TEL),
    (t(tags::PAGER_TELEPHONE_NUMBER), TEL),
    (t(tags::PRIMARY_FAX_NUMBER), TEL),
    (t(tags::BUSINESS_FAX_NUMBER), TEL),
    (t(tags::HOME_FAX_NUMBER), TEL),
    (t(tags::TELEX_NUMBER), TEL),
    (t(tags::ISDN_NUMBER), TEL),
    (t(tags::ASSISTANT_TELEPHONE_NUMBER), TEL),
    (t(tags::HOME2_TELEPHONE_NUMBER), TEL),
    (t(tags::TELECOMMUNICATIONS_DEVICE_FOR_DEAF_TELEPHONE_NUMBER), TEL),
    (t(tags::COMPANY_MAIN_TELEPHONE_NUMBER), TEL),
    (n(named::HOME_ADDRESS), ADR),
    (n(named::WORK_ADDRESS), ADR),
    (n(named::OTHER_ADDRESS), ADR),
    (n(named::WORK_ADDRESS_STREET), ADR),
    (n(named::WORK_ADDRESS_CITY), ADR),
    (n(named::WORK_ADDRESS_STATE), ADR),
    (n(named::WORK_ADDRESS_POSTAL_CODE), ADR),
    (n(named::WORK_ADDRESS_COUNTRY), ADR),
    (n(named::WORK_ADDRESS_POST_OFFICE_BOX), ADR),
    (t(tags::POSTAL_ADDRESS), ADR),
    (t(tags::STREET_ADDRESS), ADR),
    (t(tags::LOCALITY), ADR),
    (t(tags::STATE_OR_PROVINCE), ADR),
    (t(tags::POSTAL_CODE), ADR),
    (t(tags::COUNTRY), ADR),
    (t(tags::POST_OFFICE_BOX), ADR),
    (t(tags::HOME_ADDRESS_CITY), ADR),
    (t(tags::HOME_ADDRESS_COUNTRY), ADR),
    (t(tags::HOME_ADDRESS_POSTAL_CODE), ADR),
    (t(tags::HOME_ADDRESS_STATE_OR_PROVINCE), ADR),
    (t(tags::HOME_ADDRESS_STREET), ADR),
    (t(tags::HOME_ADDRESS_POST_OFFICE_BOX), ADR),
    (t(tags::OTHER_ADDRESS_CITY), ADR),
    (t(tags::OTHER_ADDRESS_COUNTRY), ADR),
    (t(tags::OTHER_ADDRESS_POSTAL_CODE), ADR),
    (t(tags::OTHER_ADDRESS_STATE_OR_PROVINCE), ADR),
    (t(tags::OTHER_ADDRESS_STREET), ADR),
    (t(tags::OTHER_ADDRESS_POST_OFFICE_BOX), ADR),
    (n(named::EMAIL1_EMAIL_ADDRESS), Address),
    (n(named::EMAIL2_EMAIL_ADDRESS), Address),
    (n(named::EMAIL3_EMAIL_ADDRESS), Address),
    (n(named::EMAIL1_DISPLAY_NAME), Derived("name and address")),
    (n(named::EMAIL2_DISPLAY_NAME), Derived("name and address")),
    (n(named::EMAIL3_DISPLAY_NAME), Derived("name and address")),
    (n(named::EMAIL1_ADDRESS_TYPE), Derived("the address")),
    (n(named::EMAIL2_ADDRESS_TYPE), Derived("the address")),
    (n(named::EMAIL3_ADDRESS_TYPE), Derived("the address")),
    (n(named::EMAIL1_ORIGINAL_DISPLAY_NAME), Derived("the address")),
    (n(named::EMAIL2_ORIGINAL_DISPLAY_NAME), Derived("the address")),
    (n(named::EMAIL3_ORIGINAL_DISPLAY_NAME), Derived("the address")),
    (n(named::EMAIL1_ORIGINAL_ENTRY_ID), Derived("the address")),
    (n(named::EMAIL2_ORIGINAL_ENTRY_ID), Derived("the address")),
    (n(named::EMAIL3_ORIGINAL_ENTRY_ID), Derived("the address")),
    (n(named::INSTANT_MESSAGING_ADDRESS), Text(&["X-MS-IMADDRESS", "IMPP"])),
    (t(tags::PERSONAL_HOME_PAGE), Text(&["URL"])),
    (t(tags::BUSINESS_HOME_PAGE), Text(&["URL"])),
    (n(named::HTML), Text(&["URL"])),
    (n(named::FREE_BUSY_LOCATION), Text(&["FBURL"])),
    (n(named::CONTACT_USER_FIELD1), Text(&["X-MS-TEXT"])),
    (n(named::CONTACT_USER_FIELD2), Text(&["X-MS-TEXT"])),
    (n(named::CONTACT_USER_FIELD3), Text(&["X-MS-TEXT"])),
    (n(named::CONTACT_USER_FIELD4), Text(&["X-MS-TEXT"])),
    (n(named::FAX1_ADDRESS_TYPE), FAX),
    (n(named::FAX2_ADDRESS_TYPE), FAX),
    (n(named::FAX3_ADDRESS_TYPE), FAX),
    (n(named::FAX1_EMAIL_ADDRESS), FAX),
    (n(named::FAX2_EMAIL_ADDRESS), FAX),
    (n(named::FAX3_EMAIL_ADDRESS), FAX),
    (n(named::FAX1_DISPLAY_NAME), FAX),
    (n(named::FAX2_DISPLAY_NAME), FAX),
    (n(named::FAX3_DISPLAY_NAME), FAX),
    (n(named::FAX1_ORIGINAL_DISPLAY_NAME), FAX),
    (n(named::FAX2_ORIGINAL_DISPLAY_NAME), FAX),
    (n(named::FAX3_ORIGINAL_DISPLAY_NAME), FAX),
    (n(named::FAX1_ORIGINAL_ENTRY_ID), FAX),
    (n(named::FAX2_ORIGINAL_ENTRY_ID), FAX),
    (n(named::FAX3_ORIGINAL_ENTRY_ID), FAX),
    (n(named::FAX1_ENTRY_ID), FAX),
    (n(named::FAX2_ENTRY_ID), FAX),
    (n(named::FAX3_ENTRY_ID), FAX),
    (n(named::HOME_ADDRESS_COUNTRY_CODE), CODE),
    (n(named::WORK_ADDRESS_COUNTRY_CODE), CODE),
    (n(named::OTHER_ADDRESS_COUNTRY_CODE), CODE),
    (n(named::ADDRESS_COUNTRY_CODE), CODE),
    (n(named::ADDRESS_BOOK_PROVIDER_EMAIL_LIST), Derived("the addresses")),
    (t(tags::CONTACT_ADDRESS_TYPES), Derived("the addresses")),
    (t(tags::TRANSMITTABLE_DISPLAY_NAME), Derived("the name")),
    (t(tags::ORIGINAL_DISPLAY_NAME), Derived("the name")),
    (t(tags::ORIGINAL_ENTRY_ID), OUTLOOK),
    (t(tags::ORIGINAL_SEARCH_KEY), OUTLOOK),
    (n(REFERRED_BY), Text(&["X-MS-REFERRED-BY"])),
    (n(EMAIL_LIST), Derived("the addresses")),
    (n(named::FILE_UNDER_LIST), OUTLOOK),
    (n(named::CONTACT_ITEM_DATA), OUTLOOK),
    (n(named::BUSINESS_CARD_DISPLAY_DEFINITION), OUTLOOK),
    (n(named::BUSINESS_CARD_CARD_PICTURE), OUTLOOK),
    (n(named::BIRTHDAY_EVENT_ENTRY_ID), OUTLOOK),
    (n(named::ANNIVERSARY_EVENT_ENTRY_ID), OUTLOOK),
];

const LIST: &[Row] = &[
    (n(named::DISTRIBUTION_LIST_NAME), Text(&["FN"])),
    (n(named::DISTRIBUTION_LIST_MEMBERS), Members),
    (n(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS), Members),
    (n(named::DISTRIBUTION_LIST_STREAM), Members),
    (n(named::FILE_UNDER), Derived("the name")),
    (n(named::FILE_UNDER_LIST), OUTLOOK),
    (n(named::CONTACT_ITEM_DATA), OUTLOOK),
    (n(named::ADDRESS_BOOK_PROVIDER_EMAIL_LIST), Derived("the addresses")),
    (t(tags::TRANSMITTABLE_DISPLAY_NAME), Derived("the name")),
];

const JOURNAL: &[Row] = &[
    (n(named::LOG_TYPE), Text(&["X-OUTLOOK-LOGTYPE"])),
    (n(named::LOG_TYPE_DESC), ANY),
    (n(named::LOG_START), Time(&["DTSTART"])),
    (n(named::LOG_END), Time(&["X-DTEND"])),
    (n(named::LOG_DURATION), Number("X-DURATION", minutes)),
];

const NOTE: &[Row] = &[(n(named::NOTE_COLOR), Number("COLOR", color))];

impl Which {
    fn is(self, property: &Property<'_>) -> bool {
        match (self, &property.name) {
            (Which::Named(tag), Some(name)) => name.matches(&tag),
            (Which::Tag(tag), None) => tag.id() == property.tag.id(),
            _ => false,
        }
    }
}

/// The rows for items of a kind.
fn rows(kind: MessageKind) -> &'static [Row] {
    match kind {
        MessageKind::Contact => CONTACT,
        MessageKind::DistributionList => LIST,
        MessageKind::Task | MessageKind::TaskRequest => TASK,
        MessageKind::Journal => JOURNAL,
        MessageKind::Note => NOTE,
        _ => APPOINTMENT,
    }
}

/// What becomes of a property of an item of a kind; `None` if the list does not have it.
pub(crate) fn fate(kind: MessageKind, property: &Property<'_>) -> Option<Fate> {
    let found = rows(kind).iter().chain(ALL).find(|(which, _)| which.is(property)).map(|(_, fate)| *fate);
    // The times of a proposal that was declined or taken are history.
    let is_proposal = |name: &NamedTag| property.name.as_ref().is_some_and(|found| found.matches(name));
    let is_reply = matches!(kind, MessageKind::MeetingTentative | MessageKind::MeetingDeclined);
    let proposed = [named::APPOINTMENT_PROPOSED_START_WHOLE, named::APPOINTMENT_PROPOSED_END_WHOLE];
    if !is_reply && proposed.iter().any(is_proposal) {
        return Some(Worthless("the history of proposals"));
    }
    found
}

/// Whether a property says something: dates, texts, bytes.
fn says(property: &Property<'_>) -> bool {
    match &property.value {
        PropValue::String(text) => !text.to_text().is_empty(),
        PropValue::String8(text) => !text.text_bytes().is_empty(),
        PropValue::Time(time) => time.is_date(),
        PropValue::Binary(bytes) => !bytes.is_empty(),
        PropValue::Multiple(values) => !values.is_empty(),
        _ => false,
    }
}

/// Whether a property is one that only items have.
fn is_of_items(property: &Property<'_>) -> bool {
    let of_set = |set| [PSETID_APPOINTMENT, PSETID_TASK, PSETID_ADDRESS, PSETID_MEETING, PSETID_LOG, PSETID_NOTE].contains(&set);
    match &property.name {
        Some(name) => of_set(name.set),
        None => {
            let id = property.tag.id();
            id == tags::START_DATE.id() || id == tags::END_DATE.id() || (0x3A00..0x3A65).contains(&id.0)
        }
    }
}

/// Whether a property is a field that somebody added to an item, which Outlook names by a string.
fn is_own_field(property: &Property<'_>) -> bool {
    let Some(name) = property.name.as_ref().filter(|name| name.set == PS_PUBLIC_STRINGS) else { return false };
    let NameKind::String(text) = &name.kind else { return false };
    let text = text.to_text().to_ascii_lowercase();
    let of_programs = ["http:", "urn:", "x-", "keywords", "content-"].iter().any(|start| text.starts_with(start));
    !of_programs
}

/// Whether an item says something by a property that the list does not have.
pub(crate) fn is_beyond(kind: MessageKind, property: &Property<'_>) -> bool {
    says(property) && (is_of_items(property) || is_own_field(property)) && fate(kind, property).is_none()
}

/// The first property by which an item says something that neither calendar nor card has, in words.
pub(crate) fn beyond(kind: MessageKind, properties: &PropertyBag<'_>) -> Option<String> {
    properties.iter().find(|property| is_beyond(kind, property)).map(|property| match &property.name {
        Some(name) => name.canonical_name().map_or_else(|| name.to_string(), str::to_owned),
        None => property.tag.name().map_or_else(|| property.tag.to_string(), str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "<!-- The list of src/items/carried.rs; UPDATE_DOCS=1 cargo test writes it. -->\n";
    const END: &str = "<!-- End of the list. -->\n";

    fn name(which: Which) -> String {
        match which {
            Which::Named(tag) => {
                let name = tag.to_name();
                name.canonical_name().map_or_else(|| name.to_string(), str::to_owned)
            }
            Which::Tag(tag) => tag.name().map_or_else(|| tag.to_string(), str::to_owned),
        }
    }

    fn words(fate: Fate) -> String {
        let fields = |fields: &[&str]| match fields {
            [] => "in some field".to_owned(),
            fields => fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" or "),
        };
        match fate {
            Text(names) | Time(names) | Day(names) => fields(names),
            Number(name, _) => fields(&[name]),
            People => "`ATTENDEE`, `ORGANIZER`, or `X-MICROSOFT-ATTENDEE-NAME`".into(),
            Identity => "`UID`".into(),
            Series => "`RRULE`, `EXDATE`, components with `RECURRENCE-ID`".into(),
            Zone => "`VTIMEZONE`".into(),
            Members => "`MEMBER` or `X-ADDRESSBOOKSERVER-MEMBER`, and `NOTE`".into(),
            Address => "`EMAIL`".into(),
            Derived(from) => format!("follows from {from}"),
            Worthless(why) => format!("dropped: {why}"),
        }
    }

    fn list() -> String {
        let mut out = String::new();
        let tables = [
            ("All items", ALL),
            ("Appointments and messages about meetings", APPOINTMENT),
            ("Tasks", TASK),
            ("Contacts", CONTACT),
            ("Distribution lists", LIST),
            ("Journal entries", JOURNAL),
            ("Sticky notes", NOTE),
        ];
        for (title, rows) in tables {
            out.push_str(&format!("\n### {title}\n\n| property | in iCalendar or vCard |\n|---|---|\n"));
            // Those that become the same, on one line, where the first of them stands.
            let mut lines: Vec<(String, Vec<String>)> = Vec::new();
            for (which, fate) in rows {
                let words = words(*fate);
                match lines.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, names)) => names.push(name(*which)),
                    None => lines.push((words, vec![name(*which)])),
                }
            }
            for (words, names) in lines {
                out.push_str(&format!("| {} | {words} |\n", names.join(", ")));
            }
        }
        out.push('\n');
        out
    }

    #[test]
    fn the_documentation_has_the_list() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/items.md");
        // The package of the library alone has no documentation.
        let Ok(text) = std::fs::read_to_string(path) else { return };
        let (before, rest) = text.split_once(START).expect("the start of the list");
        let (found, after) = rest.split_once(END).expect("the end of the list");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, format!("{before}{START}{}{END}{after}", list())).unwrap();
            return;
        }
        assert!(found == list(), "docs/items.md is stale: UPDATE_DOCS=1 cargo test writes it");
    }

    #[test]
    fn no_property_is_listed_twice_for_a_kind() {
        for rows in [APPOINTMENT, TASK, CONTACT, LIST, JOURNAL, NOTE] {
            let mut names: Vec<String> = rows.iter().chain(ALL).map(|(which, _)| name(*which)).collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
