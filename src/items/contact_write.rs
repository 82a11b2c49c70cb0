//! A contact, written to properties ([MS-OXOCNTC] 2.2.1): the inverse of `contact`.

use crate::base::context::Ctx;
use crate::base::wire::Wire;
use crate::base::{DateTime, FileTime, Result};
use crate::message::{Attachment, Message};
use crate::{named, tags};

use super::common::{left_out, put};
use super::contact::{Contact, EmailAddress, PHONES, Phone, PostalAddress, SLOTS, Slot};
use super::person::{Person, entry_id};

/// PidLidFileUnderId: as somebody wants it.
const FILED_BY_HAND: i32 = -1;
/// PidLidFileUnderId: not filed at all.
const NOT_FILED: i32 = 0;

impl Contact {
    pub(super) fn write(&self, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
        let mut message = Message::new("IPM.Contact");
        self.common.write(&mut message)?;
        self.common.write_uid(&self.uid, None, &mut message);
        self.write_texts(&mut message);
        self.write_phones(&mut message, ctx)?;
        self.write_emails(&mut message, ctx)?;
        self.write_addresses(&mut message);
        self.write_days(&mut message);
        self.further.iter().for_each(|(field, text)| field.set(&mut message, text));
        let fields =
            [named::CONTACT_USER_FIELD1, named::CONTACT_USER_FIELD2, named::CONTACT_USER_FIELD3, named::CONTACT_USER_FIELD4];
        for (n, text) in self.user_fields.iter().enumerate() {
            match fields.get(n) {
                Some(field) => message.set(*field, text.as_str()),
                None => left_out(format!("the field {text}: there are four"), ctx)?,
            }
        }
        self.write_binaries(&mut message, ctx)?;
        // [MS-OXOCNTC] 2.2.1: what Outlook asks of each contact.
        message.set(named::FILE_UNDER_ID, if self.file_as.is_some() { FILED_BY_HAND } else { NOT_FILED });
        message.set(named::AUTO_LOG, false);
        message.set(named::SIDE_EFFECTS, 0x10);
        message.set(tags::ICON_INDEX, 0x200);
        Ok(message)
    }

    fn write_texts(&self, message: &mut Message<'_>) {
        for (tag, text) in [
            (tags::DISPLAY_NAME, &self.name),
            (tags::TRANSMITTABLE_DISPLAY_NAME, &self.name),
            (tags::SURNAME, &self.surname),
            (tags::GIVEN_NAME, &self.given_name),
            (tags::MIDDLE_NAME, &self.middle_name),
            (tags::DISPLAY_NAME_PREFIX, &self.prefix),
            (tags::GENERATION, &self.suffix),
            (tags::NICKNAME, &self.nickname),
            (tags::COMPANY_NAME, &self.company),
            (tags::DEPARTMENT_NAME, &self.department),
            (tags::TITLE, &self.title),
            (tags::PROFESSION, &self.profession),
            (tags::OFFICE_LOCATION, &self.office),
            (tags::MANAGER_NAME, &self.manager),
            (tags::ASSISTANT, &self.assistant),
            (tags::SPOUSE_NAME, &self.spouse),
            (tags::HOBBIES, &self.hobbies),
            (tags::PERSONAL_HOME_PAGE, &self.home_page),
            (tags::BUSINESS_HOME_PAGE, &self.business_page),
        ] {
            put(message, tag, text.as_deref());
        }
        for (tag, text) in [
            (named::YOMI_FIRST_NAME, &self.yomi_given_name),
            (named::YOMI_LAST_NAME, &self.yomi_surname),
            (named::FILE_UNDER, &self.file_as),
            (named::INSTANT_MESSAGING_ADDRESS, &self.im_address),
            (named::HTML, &self.business_page),
            (named::FREE_BUSY_LOCATION, &self.free_busy),
        ] {
            put(message, tag, text.as_deref());
        }
        put(message, tags::CHILDRENS_NAMES, Some(self.children.as_slice()).filter(|names| !names.is_empty()));
        put(message, tags::GENDER, self.gender);
    }

    /// Of most kinds there is room for one number; of second ones for several.
    fn write_phones(&self, message: &mut Message<'_>, ctx: &mut Ctx<'_>) -> Result<()> {
        for (kind, tag) in PHONES {
            let mut numbers = self.phones.iter().filter(|(phone, _)| phone == kind).map(|(_, number)| number.as_str());
            let several = match kind {
                Phone::Business2 => Some(tags::BUSINESS2_TELEPHONE_NUMBERS),
                Phone::Home2 => Some(tags::HOME2_TELEPHONE_NUMBERS),
                _ => None,
            };
            let Some(first) = numbers.next() else { continue };
            let rest: Vec<&str> = numbers.collect();
            match several {
                Some(several) if !rest.is_empty() => {
                    message.set(several, [&[first], rest.as_slice()].concat());
                    continue;
                }
                _ => message.set(*tag, first),
            }
            for number in rest {
                left_out(format!("the number {number} ({kind:?}): there is room for one"), ctx)?;
            }
        }
        Ok(())
    }

    fn write_emails(&self, message: &mut Message<'_>, ctx: &mut Ctx<'_>) -> Result<()> {
        for (n, email) in self.emails.iter().enumerate() {
            match SLOTS.get(n) {
                Some(slot) => email.write(slot, message),
                None => {
                    let address = email.address.as_deref().or(email.other_address.as_deref()).unwrap_or_default();
                    left_out(format!("the address {address}: there is room for three"), ctx)?;
                }
            }
        }
        // The list of the slots that are there, and the same as bits.
        let slots: Vec<i32> = (0..3).take(self.emails.len()).collect();
        let bits = [0, 0b1, 0b11, 0b111].get(slots.len()).copied().unwrap_or(0b111);
        message.set(named::ADDRESS_BOOK_PROVIDER_ARRAY_TYPE, bits);
        if !slots.is_empty() {
            message.set(named::ADDRESS_BOOK_PROVIDER_EMAIL_LIST, slots);
        }
        Ok(())
    }

    fn write_addresses(&self, message: &mut Message<'_>) {
        let parts = |address: &PostalAddress| {
            let PostalAddress { box_number, street, city, state, code, country, .. } = address.clone();
            [box_number, street, city, state, code, country]
        };
        let home = [
            tags::HOME_ADDRESS_POST_OFFICE_BOX,
            tags::HOME_ADDRESS_STREET,
            tags::HOME_ADDRESS_CITY,
            tags::HOME_ADDRESS_STATE_OR_PROVINCE,
            tags::HOME_ADDRESS_POSTAL_CODE,
            tags::HOME_ADDRESS_COUNTRY,
        ];
        let other = [
            tags::OTHER_ADDRESS_POST_OFFICE_BOX,
            tags::OTHER_ADDRESS_STREET,
            tags::OTHER_ADDRESS_CITY,
            tags::OTHER_ADDRESS_STATE_OR_PROVINCE,
            tags::OTHER_ADDRESS_POSTAL_CODE,
            tags::OTHER_ADDRESS_COUNTRY,
        ];
        let work = [
            named::WORK_ADDRESS_POST_OFFICE_BOX,
            named::WORK_ADDRESS_STREET,
            named::WORK_ADDRESS_CITY,
            named::WORK_ADDRESS_STATE,
            named::WORK_ADDRESS_POSTAL_CODE,
            named::WORK_ADDRESS_COUNTRY,
        ];
        let mailing = [
            tags::POST_OFFICE_BOX,
            tags::STREET_ADDRESS,
            tags::LOCALITY,
            tags::STATE_OR_PROVINCE,
            tags::POSTAL_CODE,
            tags::COUNTRY,
        ];
        for (tag, text) in home.into_iter().zip(parts(&self.home)).chain(other.into_iter().zip(parts(&self.other))) {
            put(message, tag, text);
        }
        for (tag, text) in work.into_iter().zip(parts(&self.work)) {
            put(message, tag, text);
        }
        for (tag, address) in
            [(named::HOME_ADDRESS, &self.home), (named::WORK_ADDRESS, &self.work), (named::OTHER_ADDRESS, &self.other)]
        {
            put(message, tag, address.formatted.as_deref());
        }
        // The mailing address is a copy of one of them (PidLidPostalAddressId): 1 home, 2 work, 3 other.
        let copied = [(2, &self.work), (1, &self.home), (3, &self.other)].into_iter().find(|(_, address)| !address.is_empty());
        message.set(named::POSTAL_ADDRESS_ID, copied.map_or(0, |(id, _)| id));
        if let Some((_, address)) = copied {
            for (tag, text) in mailing.into_iter().zip(parts(address)) {
                put(message, tag, text);
            }
            put(message, tags::POSTAL_ADDRESS, address.formatted.as_deref());
        }
    }

    fn write_days(&self, message: &mut Message<'_>) {
        for (local, utc, day) in [
            (named::BIRTHDAY_LOCAL, tags::BIRTHDAY, self.birthday),
            (named::WEDDING_ANNIVERSARY_LOCAL, tags::WEDDING_ANNIVERSARY, self.anniversary),
        ] {
            let time: Option<FileTime> = day.and_then(|day: DateTime| FileTime::from_date_time(day));
            put(message, local, time);
            put(message, utc, time);
        }
    }

    /// The picture and certificates.
    fn write_binaries(&self, message: &mut Message<'static>, ctx: &mut Ctx<'_>) -> Result<()> {
        message.set(named::HAS_PICTURE, self.photo.is_some());
        if let Some(photo) = &self.photo {
            let mut attachment = Attachment::from_bytes("ContactPicture.jpg", photo.clone());
            attachment.properties.set(tags::ATTACHMENT_CONTACT_PHOTO.untyped(), true);
            attachment.properties.set(tags::ATTACHMENT_HIDDEN.untyped(), false);
            message.attachments.push(attachment);
        }
        let mut certificates: Vec<Vec<u8>> = Vec::new();
        for certificate in &self.certificates {
            match certificate {
                // A sequence of DER with a length of two bytes says itself what it is.
                whole if whole.starts_with(&[0x30, 0x82]) => certificates.push(whole.clone()),
                other => match u16::try_from(other.len()).ok().and_then(|length| length.checked_add(4)) {
                    Some(length) => certificates.push([&[3, 0], length.le_bytes().as_slice(), other.as_slice()].concat()),
                    None => left_out("a certificate that is longer than its property", ctx)?,
                },
            }
        }
        put(message, tags::USER_X509_CERTIFICATE, Some(certificates).filter(|all| !all.is_empty()));
        Ok(())
    }
}

impl EmailAddress {
    /// An Internet address.
    #[must_use]
    pub fn new(display_name: impl Into<String>, address: impl Into<String>) -> EmailAddress {
        EmailAddress { display_name: display_name.into(), address: Some(address.into()), other_address: None }
    }

    fn write(&self, slot: &Slot, message: &mut Message<'_>) {
        let (display, kind, address, original, id) = slot;
        let (word, text) = match (&self.address, &self.other_address) {
            (Some(address), _) => ("SMTP", address),
            (None, Some(other)) => ("EX", other),
            (None, None) => return,
        };
        message.set(*display, self.display_name.as_str());
        message.set(*kind, word);
        message.set(*address, text.as_str());
        if self.address.is_some() {
            // What is shown falls back to it, and nobody said that.
            if !self.display_name.is_empty() {
                message.set(*original, text.as_str());
            }
            let person = Person::new(self.display_name.as_str(), text.as_str());
            if let Some(bytes) = entry_id(&person) {
                message.set(*id, bytes);
            }
        }
    }
}
