//! A row of the recipient table ([MS-OXCMSG] 2.2.3.1.2).

use std::borrow::Cow;

use crate::base::CodePage;
use crate::base::bytes::{Copies, Keep};
use crate::base::wire;
use crate::mapi::entry_id::OneOffEntryId;
use crate::mapi::{EntryId, OneOffFlags, PropValue, PropertyBag, RecipientType, SearchKey, tags};

/// A recipient: its properties, and the ones that everyone asks for.
///
/// ```
/// use winmail::Recipient;
/// use winmail::mapi::RecipientType;
///
/// let recipient = Recipient::one_off(RecipientType::TO, "Jane Doe", "SMTP", "jane@example.org");
/// assert_eq!(recipient.display_name().as_deref(), Some("Jane Doe"));
/// assert_eq!(recipient.smtp_address().as_deref(), Some("jane@example.org"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recipient<'a> {
    /// All properties of the row.
    pub properties: PropertyBag<'a>,
    /// Where the row stands in the stream that it was read from.
    pub(super) origin: Option<u64>,
}

impl<'a> Recipient<'a> {
    /// A recipient of these properties.
    #[must_use]
    pub fn new(properties: PropertyBag<'a>) -> Self {
        Recipient { properties, origin: None }
    }

    /// A recipient that no directory knows, with the usual properties of a row, a one-off entry id and the search key of the
    /// address among them.
    ///
    /// `address_type` is `SMTP`, `EX`, `FAX`...; a NUL ends a text.
    #[must_use]
    pub fn one_off(recipient_type: RecipientType, display_name: &str, address_type: &str, address: &str) -> Recipient<'static> {
        /// MAPI_MAILUSER of PidTagObjectType.
        const MAIL_USER: i32 = 6;
        let address_type = address_type.to_ascii_uppercase();
        let entry_id = OneOffEntryId::new(display_name, &address_type, address, OneOffFlags::empty());
        let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
        properties.set(tags::RECIPIENT_TYPE, PropValue::Integer32(wire::signed(recipient_type.0)));
        properties.set(tags::DISPLAY_NAME, display_name);
        properties.set(tags::ADDRESS_TYPE, address_type.as_str());
        properties.set(tags::EMAIL_ADDRESS, address);
        // Only entry ids that hold a length or a list can fail to have bytes.
        if let Ok(bytes) = EntryId::OneOff(entry_id).to_bytes() {
            properties.set(tags::ENTRY_ID, PropValue::Binary(bytes.into()));
        }
        let key = SearchKey::address(&address_type, address);
        properties.set(tags::SEARCH_KEY, PropValue::Binary(key.bytes().to_vec().into()));
        properties.set(tags::OBJECT_TYPE, PropValue::Integer32(MAIL_USER));
        properties.set(tags::DISPLAY_TYPE, PropValue::Integer32(0));
        if address_type == "SMTP" {
            properties.set(tags::SMTP_ADDRESS, address);
        }
        Recipient::new(properties)
    }

    /// A recipient with an Internet address; `display_name` may be empty, then the address is shown.
    #[must_use]
    pub fn smtp(recipient_type: RecipientType, display_name: &str, address: &str) -> Recipient<'static> {
        let shown = if display_name.is_empty() { address } else { display_name };
        Recipient::one_off(recipient_type, shown, "SMTP", address)
    }

    /// To, Cc or Bcc, and flags; `None` if the row does not say.
    #[must_use]
    pub fn recipient_type(&self) -> Option<RecipientType> {
        let value = self.properties.integer(tags::RECIPIENT_TYPE)?;
        // A 32-bit property that is signed by type and unsigned by meaning.
        u32::try_from(value & 0xFFFF_FFFF).ok().map(RecipientType)
    }

    /// The display name.
    #[must_use]
    pub fn display_name(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::DISPLAY_NAME)
    }

    /// The address type, `SMTP` or `EX`.
    #[must_use]
    pub fn address_type(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::ADDRESS_TYPE)
    }

    /// The address in the form of its type.
    #[must_use]
    pub fn address(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::EMAIL_ADDRESS)
    }

    /// The SMTP address: PidTagSmtpAddress, else the address if its type is SMTP.
    #[must_use]
    pub fn smtp_address(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::SMTP_ADDRESS).filter(|address| !address.is_empty()).or_else(|| {
            let smtp = self.address_type().is_some_and(|address_type| address_type.eq_ignore_ascii_case("SMTP"));
            self.address().filter(|_| smtp)
        })
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Recipient<'static> {
        self.keep(&Copies)
    }

    pub(super) fn keep(self, keep: &impl Keep) -> Recipient<'static> {
        Recipient { properties: self.properties.keep(keep), origin: self.origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_off_recipient_has_entry_id_and_search_key() {
        let recipient = Recipient::smtp(RecipientType::CC, "", "Jane@example.com");
        assert_eq!(recipient.recipient_type(), Some(RecipientType::CC));
        assert_eq!(recipient.display_name().unwrap(), "Jane@example.com");
        assert_eq!(recipient.smtp_address().unwrap(), "Jane@example.com");
        assert_eq!(recipient.properties.bytes(tags::SEARCH_KEY), Some(&b"SMTP:JANE@EXAMPLE.COM\0"[..]));
        // [MS-OXCDATA] 2.2.5.1: flags, the provider's UID, version, flags with the Unicode bit, three strings.
        let id = recipient.properties.bytes(tags::ENTRY_ID).unwrap();
        assert_eq!(id[4..20], [0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0, 0xDD, 1, 0x0F, 0x54, 2]);
        let EntryId::OneOff(one_off) = EntryId::parse(id) else { panic!("{id:?}") };
        assert_eq!(one_off.email_address(CodePage::WINDOWS_1252), "Jane@example.com");
        assert_eq!(one_off.address_type(CodePage::WINDOWS_1252), "SMTP");
    }
}
