//! Contacts ([MS-OXOCNTC] 2.2.1).

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::{DateTime, FileTime, Result};
use crate::mapi::typed::{Named, Tag};
use crate::message::Message;
use crate::{named, tags};

use super::common::{Common, named_text, text};
use super::person::one_off;

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Contact {
    /// Facts that items of all kinds have; the body is the notes about somebody.
    pub common: Common,
    /// Identifier.
    pub uid: String,
    /// The name as it is shown.
    pub name: Option<String>,
    /// The family name.
    pub surname: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// Further names.
    pub middle_name: Option<String>,
    /// `Dr.`
    pub prefix: Option<String>,
    /// `Jr.`
    pub suffix: Option<String>,
    /// The nickname.
    pub nickname: Option<String>,
    /// Sound of the given name, in Japanese.
    pub yomi_given_name: Option<String>,
    /// Sound of the family name, in Japanese.
    pub yomi_surname: Option<String>,
    /// The name that the contact is filed under.
    pub file_as: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The title of the job.
    pub title: Option<String>,
    /// The profession.
    pub profession: Option<String>,
    /// The room or building.
    pub office: Option<String>,
    /// The manager's name.
    pub manager: Option<String>,
    /// The assistant's name.
    pub assistant: Option<String>,
    /// The spouse's name.
    pub spouse: Option<String>,
    /// The children's names.
    pub children: Vec<String>,
    /// Hobbies.
    pub hobbies: Option<String>,
    /// The day of birth; the year 1604 means that none is known.
    pub birthday: Option<DateTime>,
    /// The day of the wedding; the year as that of the birthday.
    pub anniversary: Option<DateTime>,
    /// PidTagGender: 1 female, 2 male.
    pub gender: Option<i16>,
    /// The e-mail addresses, three at most.
    pub emails: Vec<EmailAddress>,
    /// Numbers of telephones and the like.
    pub phones: Vec<(Phone, String)>,
    /// The address at home.
    pub home: PostalAddress,
    /// The address at work.
    pub work: PostalAddress,
    /// Another address.
    pub other: PostalAddress,
    /// The address of instant messaging.
    pub im_address: Option<String>,
    /// A page of somebody's own.
    pub home_page: Option<String>,
    /// A page at work.
    pub business_page: Option<String>,
    /// Place where it is said when somebody is free.
    pub free_busy: Option<String>,
    /// Further fields of Outlook.
    pub further: Vec<(ContactField, String)>,
    /// Four fields for whatever one likes.
    pub user_fields: Vec<String>,
    /// The picture, as it is attached.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::option"))]
    pub photo: Option<Vec<u8>>,
    /// Certificates (X.509, DER).
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::list"))]
    pub certificates: Vec<Vec<u8>>,
}

/// An e-mail address of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EmailAddress {
    /// Name that is shown for it; often name and address.
    pub display_name: String,
    /// The Internet address; `None` for others, as those of an Exchange organization.
    pub address: Option<String>,
    /// An address of another kind, where no Internet address is known: `/o=Org/cn=...` within an Exchange organization.
    pub other_address: Option<String>,
}

/// Postal address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PostalAddress {
    /// All of it in lines.
    pub formatted: Option<String>,
    /// The post office box.
    pub box_number: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The state or province.
    pub state: Option<String>,
    /// The postal code.
    pub code: Option<String>,
    /// The country.
    pub country: Option<String>,
}

macro_rules! phones {
    ($($(#[$doc:meta])* $kind:ident $tag:ident;)*) => {
        /// Purpose of a number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum Phone { $($(#[$doc])* $kind,)* }

        pub(super) const PHONES: &[(Phone, Tag<str>)] = &[$((Phone::$kind, tags::$tag),)*];
    };
}

phones! {
    /// The main one.
    Primary PRIMARY_TELEPHONE_NUMBER;
    /// At work.
    Business BUSINESS_TELEPHONE_NUMBER;
    /// A second one at work.
    Business2 BUSINESS2_TELEPHONE_NUMBER;
    /// At home.
    Home HOME_TELEPHONE_NUMBER;
    /// A second one at home.
    Home2 HOME2_TELEPHONE_NUMBER;
    /// A mobile one.
    Mobile MOBILE_TELEPHONE_NUMBER;
    /// In the car.
    Car CAR_TELEPHONE_NUMBER;
    /// Another one.
    Other OTHER_TELEPHONE_NUMBER;
    /// A pager.
    Pager PAGER_TELEPHONE_NUMBER;
    /// ISDN.
    Isdn ISDN_NUMBER;
    /// Telex.
    Telex TELEX_NUMBER;
    /// The main fax.
    PrimaryFax PRIMARY_FAX_NUMBER;
    /// The fax at work.
    BusinessFax BUSINESS_FAX_NUMBER;
    /// The fax at home.
    HomeFax HOME_FAX_NUMBER;
    /// The assistant's.
    Assistant ASSISTANT_TELEPHONE_NUMBER;
    /// For calling back.
    Callback CALLBACK_TELEPHONE_NUMBER;
    /// The company's.
    Company COMPANY_MAIN_TELEPHONE_NUMBER;
    /// Radio.
    Radio RADIO_TELEPHONE_NUMBER;
    /// A teletypewriter for the deaf.
    Text TELECOMMUNICATIONS_DEVICE_FOR_DEAF_TELEPHONE_NUMBER;
}

macro_rules! fields {
    ($($(#[$doc:meta])* $kind:ident $name:literal $property:ident::$tag:ident $read:expr;)*) => {
        /// A field of a contact for which no address book but Outlook's has a place.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum ContactField { $($(#[$doc])* $kind,)* }

        impl ContactField {
            /// Its name in a card: `X-MS-CUSTOMER-ID`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(ContactField::$kind => $name,)* }
            }

            /// The field of a name in a card.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                [$(ContactField::$kind,)*].into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
            }

            /// Sets the property of the field.
            pub(super) fn set(self, message: &mut Message<'_>, text: &str) {
                match self { $(ContactField::$kind => message.set($property::$tag, text),)* }
            }
        }

        fn further(message: &Message<'_>) -> Vec<(ContactField, String)> {
            [$((ContactField::$kind, $read(message)),)*].into_iter().filter_map(|(field, text)| Some((field, text?))).collect()
        }
    };
}

fields! {
    /// The number of a passport or the like.
    GovernmentId "X-MS-GOVERNMENT-ID" tags::GOVERNMENT_ID_NUMBER |message| text(message, tags::GOVERNMENT_ID_NUMBER);
    /// The number as a customer.
    CustomerId "X-MS-CUSTOMER-ID" tags::CUSTOMER_ID |message| text(message, tags::CUSTOMER_ID);
    /// The account.
    Account "X-MS-ACCOUNT" tags::ACCOUNT |message| text(message, tags::ACCOUNT);
    /// The number within an organization.
    OrganizationalId "X-MS-ORGANIZATIONAL-ID" tags::ORGANIZATIONAL_ID_NUMBER |message| text(message, tags::ORGANIZATIONAL_ID_NUMBER);
    /// Who brought one together.
    ReferredBy "X-MS-REFERRED-BY" tags::REFERRED_BY_NAME |message| text(message, tags::REFERRED_BY_NAME).or_else(|| referred_by(message));
    /// The computer network.
    ComputerNetwork "X-MS-COMPUTER-NETWORK" tags::COMPUTER_NETWORK_NAME |message| text(message, tags::COMPUTER_NETWORK_NAME);
    /// A site with files.
    FtpSite "X-MS-FTP-SITE" tags::FTP_SITE |message| text(message, tags::FTP_SITE);
    /// The language.
    Language "X-MS-LANGUAGE" tags::LANGUAGE |message| text(message, tags::LANGUAGE);
    /// A keyword.
    Keyword "X-MS-KEYWORD" tags::KEYWORD |message| text(message, tags::KEYWORD);
    /// Where somebody is.
    Location "X-MS-LOCATION" tags::LOCATION |message| text(message, tags::LOCATION);
    /// The first letters of the names.
    Initials "X-MS-INITIALS" tags::INITIALS |message| text(message, tags::INITIALS);
    /// How the company's name sounds, in Japanese.
    YomiCompany "X-PHONETIC-ORG" named::YOMI_COMPANY_NAME |message| named_text(message, named::YOMI_COMPANY_NAME);
    /// The department, where only the older field has it.
    Department "X-MS-DEPARTMENT" named::DEPARTMENT |message| named_text(message, named::DEPARTMENT).filter(|_| text(message, tags::DEPARTMENT_NAME).is_none());
}

/// dispidReferredBy, which Outlook writes and no specification has.
fn referred_by(message: &Message<'_>) -> Option<String> {
    use crate::mapi::{NamedTag, PropType, sets::PSETID_ADDRESS};
    let tag = NamedTag::lid(PSETID_ADDRESS, 0x800E, PropType::STRING);
    message.properties.named_str(&tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A slot for an e-mail address: display name, type, address, the name it had first, entry id.
pub(super) type Slot = (Named<str>, Named<str>, Named<str>, Named<str>, Named<[u8]>);

pub(super) const SLOTS: [Slot; 3] = [
    (
        named::EMAIL1_DISPLAY_NAME,
        named::EMAIL1_ADDRESS_TYPE,
        named::EMAIL1_EMAIL_ADDRESS,
        named::EMAIL1_ORIGINAL_DISPLAY_NAME,
        named::EMAIL1_ORIGINAL_ENTRY_ID,
    ),
    (
        named::EMAIL2_DISPLAY_NAME,
        named::EMAIL2_ADDRESS_TYPE,
        named::EMAIL2_EMAIL_ADDRESS,
        named::EMAIL2_ORIGINAL_DISPLAY_NAME,
        named::EMAIL2_ORIGINAL_ENTRY_ID,
    ),
    (
        named::EMAIL3_DISPLAY_NAME,
        named::EMAIL3_ADDRESS_TYPE,
        named::EMAIL3_EMAIL_ADDRESS,
        named::EMAIL3_ORIGINAL_DISPLAY_NAME,
        named::EMAIL3_ORIGINAL_ENTRY_ID,
    ),
];

fn email(message: &Message<'_>, slot: &Slot) -> Option<EmailAddress> {
    let (display, kind, address, original, entry_id) = slot;
    let at = |text: &String| text.contains('@') && !text.starts_with('/');
    let kind = named_text(message, *kind).unwrap_or_default();
    let own = named_text(message, *address);
    // The address of an Exchange organization is no Internet address; Outlook keeps that as the original name.
    let found = match kind.to_ascii_uppercase().as_str() {
        "SMTP" | "" => own.clone().filter(at),
        "FAX" => return None,
        _ => named_text(message, *original).filter(at),
    };
    let found = found.or_else(|| one_off(message.get(*entry_id)?, message.code_page())?.address);
    let display_name = named_text(message, *display).or_else(|| named_text(message, *original)).unwrap_or_default();
    let other_address = own.clone().filter(|_| found.is_none());
    (found.is_some() || own.is_some()).then_some(EmailAddress { display_name, address: found, other_address })
}

/// A day: as it is stored in local form, or the midnight that is nearest.
fn day(message: &Message<'_>, local: Named<FileTime>, utc: Tag<FileTime>) -> Option<DateTime> {
    if let Some(local) = message.get(local).filter(|time| time.is_date()) {
        return local.date_time();
    }
    const HALF_DAY: u64 = 432_000_000_000;
    let time = message.get(utc).filter(|time| time.is_date())?;
    FileTime(time.0.checked_add(HALF_DAY)?).date_time()
}

/// The certificate in Microsoft's list of tags (tag, length with both, value), or what is one itself.
fn certificate(bytes: &[u8]) -> Option<Vec<u8>> {
    /// A DER sequence with a length of two bytes, as every certificate is.
    const SEQUENCE: [u8; 2] = [0x30, 0x82];
    const CERTIFICATE: u16 = 3;
    if bytes.starts_with(&SEQUENCE) {
        return Some(bytes.to_vec());
    }
    let mut input = crate::base::input::Cursor::new(bytes, 0);
    loop {
        let tag = input.parse(crate::base::input::le_u16)?;
        let length = usize::from(input.parse(crate::base::input::le_u16)?.checked_sub(4)?);
        let value = input.take(length)?;
        if tag == CERTIFICATE {
            return Some(value.to_vec());
        }
    }
}

/// The attached picture.
fn photo(message: &Message<'_>) -> Option<Vec<u8>> {
    let has = message.get(named::HAS_PICTURE) == Some(true);
    let found = message.attachments.iter().find(|attachment| {
        let name = attachment.file_name().unwrap_or_default().to_ascii_lowercase();
        attachment.properties.boolean(tags::ATTACHMENT_CONTACT_PHOTO.untyped()) == Some(true)
            || has && (name.starts_with("contactpicture.") || name.starts_with("contactphoto."))
    })?;
    Some(found.data().to_vec()).filter(|data| !data.is_empty())
}

impl PostalAddress {
    /// Returns whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == PostalAddress::default()
    }

    /// Returns whether nothing but all of it in lines is known.
    #[must_use]
    pub fn has_no_parts(&self) -> bool {
        PostalAddress { formatted: None, ..self.clone() }.is_empty()
    }
}

impl Contact {
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Contact> {
        let common = Common::read(message, ctx)?;
        let get = |tag| text(message, tag);
        let get_named = |tag| named_text(message, tag);
        let mut phones: Vec<(Phone, String)> = Vec::new();
        for (kind, tag) in PHONES {
            // The address book has several second numbers.
            let several = match kind {
                Phone::Business2 => message.get(tags::BUSINESS2_TELEPHONE_NUMBERS),
                Phone::Home2 => message.get(tags::HOME2_TELEPHONE_NUMBERS),
                _ => None,
            };
            let numbers = several.into_iter().flatten().map(Cow::into_owned).chain(get(*tag));
            phones.extend(numbers.filter(|number| !number.trim().is_empty()).map(|number| (*kind, number)));
        }
        let mut work = PostalAddress {
            formatted: get_named(named::WORK_ADDRESS),
            box_number: get_named(named::WORK_ADDRESS_POST_OFFICE_BOX),
            street: get_named(named::WORK_ADDRESS_STREET),
            city: get_named(named::WORK_ADDRESS_CITY),
            state: get_named(named::WORK_ADDRESS_STATE),
            code: get_named(named::WORK_ADDRESS_POSTAL_CODE),
            country: get_named(named::WORK_ADDRESS_COUNTRY),
        };
        let home = PostalAddress {
            formatted: get_named(named::HOME_ADDRESS),
            box_number: get(tags::HOME_ADDRESS_POST_OFFICE_BOX),
            street: get(tags::HOME_ADDRESS_STREET),
            city: get(tags::HOME_ADDRESS_CITY),
            state: get(tags::HOME_ADDRESS_STATE_OR_PROVINCE),
            code: get(tags::HOME_ADDRESS_POSTAL_CODE),
            country: get(tags::HOME_ADDRESS_COUNTRY),
        };
        let other = PostalAddress {
            formatted: get_named(named::OTHER_ADDRESS),
            box_number: get(tags::OTHER_ADDRESS_POST_OFFICE_BOX),
            street: get(tags::OTHER_ADDRESS_STREET),
            city: get(tags::OTHER_ADDRESS_CITY),
            state: get(tags::OTHER_ADDRESS_STATE_OR_PROVINCE),
            code: get(tags::OTHER_ADDRESS_POSTAL_CODE),
            country: get(tags::OTHER_ADDRESS_COUNTRY),
        };
        if work.is_empty() && home.is_empty() && other.is_empty() {
            // The mailing address repeats one of the three, unless it is all there is.
            work = PostalAddress {
                formatted: get(tags::POSTAL_ADDRESS),
                box_number: get(tags::POST_OFFICE_BOX),
                street: get(tags::STREET_ADDRESS),
                city: get(tags::LOCALITY),
                state: get(tags::STATE_OR_PROVINCE),
                code: get(tags::POSTAL_CODE),
                country: get(tags::COUNTRY),
            };
        }
        let fields =
            [named::CONTACT_USER_FIELD1, named::CONTACT_USER_FIELD2, named::CONTACT_USER_FIELD3, named::CONTACT_USER_FIELD4];
        let many = |tag| message.get(tag).into_iter().flatten().map(Cow::into_owned);
        Ok(Contact {
            uid: common.uid(message, None),
            name: get(tags::DISPLAY_NAME),
            surname: get(tags::SURNAME),
            given_name: get(tags::GIVEN_NAME),
            middle_name: get(tags::MIDDLE_NAME),
            prefix: get(tags::DISPLAY_NAME_PREFIX),
            suffix: get(tags::GENERATION),
            nickname: get(tags::NICKNAME),
            yomi_given_name: get_named(named::YOMI_FIRST_NAME),
            yomi_surname: get_named(named::YOMI_LAST_NAME),
            file_as: get_named(named::FILE_UNDER),
            company: get(tags::COMPANY_NAME),
            department: get(tags::DEPARTMENT_NAME),
            title: get(tags::TITLE),
            profession: get(tags::PROFESSION),
            office: get(tags::OFFICE_LOCATION),
            manager: get(tags::MANAGER_NAME),
            assistant: get(tags::ASSISTANT),
            spouse: get(tags::SPOUSE_NAME),
            children: many(tags::CHILDRENS_NAMES).filter(|name| !name.trim().is_empty()).collect(),
            hobbies: get(tags::HOBBIES),
            birthday: day(message, named::BIRTHDAY_LOCAL, tags::BIRTHDAY),
            anniversary: day(message, named::WEDDING_ANNIVERSARY_LOCAL, tags::WEDDING_ANNIVERSARY),
            gender: message.get(tags::GENDER).filter(|gender| matches!(gender, 1 | 2)),
            emails: SLOTS.iter().filter_map(|slot| email(message, slot)).collect(),
            phones,
            home,
            work,
            other,
            im_address: get_named(named::INSTANT_MESSAGING_ADDRESS),
            home_page: get(tags::PERSONAL_HOME_PAGE),
            business_page: get(tags::BUSINESS_HOME_PAGE).or_else(|| get_named(named::HTML)),
            free_busy: get_named(named::FREE_BUSY_LOCATION),
            further: further(message),
            user_fields: fields.into_iter().filter_map(get_named).collect(),
            photo: photo(message),
            certificates: message.get(tags::USER_X509_CERTIFICATE).into_iter().flatten().filter_map(certificate).collect(),
            common,
        })
    }

    /// A contact of whom nothing is known as yet.
    #[must_use]
    pub fn new() -> Contact {
        Contact::default()
    }

    /// The name as it is shown, or the best that there is: names, the company, an address.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let parts = [&self.given_name, &self.middle_name, &self.surname];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        let joined = Some(parts.join(" ")).filter(|name| !name.is_empty());
        let subject = Some(self.common.subject.clone()).filter(|subject| !subject.is_empty());
        let email = self.emails.iter().find_map(|email| email.address.clone());
        let found = self.name.clone().or(subject).or(joined).or_else(|| self.company.clone()).or(email);
        found.unwrap_or_else(|| "Contact".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_exchange_gives_way_to_the_name_it_had_first() {
        let mut message = Message::new("IPM.Contact");
        message.set(named::EMAIL1_ADDRESS_TYPE, "EX");
        message.set(named::EMAIL1_EMAIL_ADDRESS, "/o=Org/cn=jane");
        message.set(named::EMAIL1_ORIGINAL_DISPLAY_NAME, "jane@example.com");
        message.set(named::EMAIL1_DISPLAY_NAME, "Jane");
        let found = email(&message, &SLOTS[0]).unwrap();
        assert_eq!((found.display_name.as_str(), found.address.as_deref()), ("Jane", Some("jane@example.com")));
        message.set(named::EMAIL1_ORIGINAL_DISPLAY_NAME, "Jane");
        assert_eq!(email(&message, &SLOTS[0]).unwrap().address, None);
        assert_eq!(email(&message, &SLOTS[1]), None);
    }

    #[test]
    fn certificates_are_taken_out_of_their_list() {
        assert_eq!(certificate(b"\x01\0\x05\0x\x03\0\x06\0ab"), Some(b"ab".to_vec()));
        assert_eq!(certificate(b"\x30\x82\0\x01x"), Some(b"\x30\x82\0\x01x".to_vec()));
        for wrong in [&b""[..], b"\x03\0\x03\0", b"\x03\0\xFF\0ab", b"\x01\0\x04\0"] {
            assert_eq!(certificate(wrong), None);
        }
    }

    #[test]
    fn a_birthday_is_the_nearest_day() {
        let mut message = Message::new("IPM.Contact");
        // 22:00 UTC on 14 May is 15 May in Berlin.
        let stored = DateTime::new(1980, 5, 14, 22, 0, 0).and_then(FileTime::from_date_time).unwrap();
        message.set(tags::BIRTHDAY, stored);
        let found = day(&message, named::BIRTHDAY_LOCAL, tags::BIRTHDAY).unwrap();
        assert_eq!((found.month(), found.day()), (5, 15));
    }
}
