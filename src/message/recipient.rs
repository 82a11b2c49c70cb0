//! A row of the recipient table ([MS-OXCMSG] 2.2.3.1.2).

use std::borrow::Cow;
use std::fmt;

use crate::mapi::{PropertySet, tags};

/// PidTagRecipientType without its flags: 0 originator, 1 To, 2 Cc, 3 Bcc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecipientKind(pub u32);

impl RecipientKind {
    /// MAPI_ORIG.
    pub const ORIGINATOR: RecipientKind = RecipientKind(0);
    /// MAPI_TO.
    pub const TO: RecipientKind = RecipientKind(1);
    /// MAPI_CC.
    pub const CC: RecipientKind = RecipientKind(2);
    /// MAPI_BCC.
    pub const BCC: RecipientKind = RecipientKind(3);
}

impl fmt::Display for RecipientKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            RecipientKind::ORIGINATOR => f.write_str("From"),
            RecipientKind::TO => f.write_str("To"),
            RecipientKind::CC => f.write_str("Cc"),
            RecipientKind::BCC => f.write_str("Bcc"),
            RecipientKind(other) => write!(f, "type {other}"),
        }
    }
}

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

    /// To, Cc or Bcc; `None` if the row does not say. Flags (resend only, already delivered) are masked off.
    #[must_use]
    pub fn kind(&self) -> Option<RecipientKind> {
        let value = self.properties.integer(tags::RECIPIENT_TYPE)?;
        u32::try_from(value & 0x0FFF_FFFF).ok().map(RecipientKind)
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
