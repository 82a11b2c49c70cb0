//! A row of the recipient table ([MS-OXCMSG] 2.2.3.1.2).

use std::borrow::Cow;

use crate::mapi::{PropertySet, RecipientType, tags};

/// A recipient: its properties, and the ones that everyone asks for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recipient<'a> {
    /// All properties of the row.
    pub properties: PropertySet<'a>,
}

impl<'a> Recipient<'a> {
    /// A recipient of these properties.
    #[must_use]
    pub fn new(properties: PropertySet<'a>) -> Self {
        Recipient { properties }
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
        Recipient { properties: self.properties.into_owned() }
    }
}
