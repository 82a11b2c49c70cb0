//! Settings of the sender's Outlook: internet format, per-contact format, UUENCODE, wrapping, character set.
//!
//! Outlook has no names for scripts here; the names are those of its dialogs, run together.

use super::charset::Charset;
use super::remote_domain::LineWrap;
use super::setting::{settings, words};

words! {
    /// Form that rich text gets when it goes to people outside.
    pub enum InternetMessageFormat {
        /// HTML. Outlook's default.
        ConvertToHtml = "ConvertToHtml",
        /// Plain text.
        ConvertToPlainText = "ConvertToPlainText",
        /// TNEF.
        RichText = "RichText",
    }

    /// Form that a contact of the sender's gets (Outlook 2010 and older).
    pub enum InternetRecipientFormat {
        /// As InternetMessageFormat has it. The default.
        LetOutlookDecide = "LetOutlookDecide",
        /// Plain text.
        PlainTextOnly = "PlainTextOnly",
        /// TNEF.
        RichText = "RichText",
    }

    /// Encoding of a message to a contact of the sender's (Outlook 2010 and older).
    pub enum InternetRecipientEncoding {
        /// MIME with plain text.
        MimeText = "MimeText",
        /// MIME with HTML and plain text.
        MimeTextAndHtml = "MimeTextAndHtml",
        /// MIME with HTML.
        MimeHtml = "MimeHtml",
        /// Plain text with UUENCODE.
        UuEncode = "UuEncode",
        /// Plain text with BinHex.
        BinHex = "BinHex",
    }
}

settings! {
    /// Settings of a sender; `None` is "not set".
    pub struct SenderSettings, pub enum SenderSetting {
        /// What becomes of rich text.
        internet_message_format, InternetMessageFormat = "InternetMessageFormat": InternetMessageFormat,
        /// Whether attachments of plain text are in the text, as UUENCODE.
        uuencode_plain_text, UuencodePlainText = "UuencodePlainText": bool,
        /// The width that plain text is wrapped at.
        wrap_plain_text, WrapPlainText = "WrapPlainText": LineWrap,
        /// The character set of everything that is sent; empty for Outlook's choice by contents.
        preferred_charset, PreferredCharset = "PreferredCharset": Option<Charset>,
    }
}

settings! {
    /// Settings of a sender for one contact; `None` is "not set".
    pub struct SenderContactSettings, pub enum SenderContactSetting {
        /// What the contact gets.
        internet_recipient_format, InternetRecipientFormat = "InternetRecipientFormat": InternetRecipientFormat,
        /// How messages to the contact are encoded.
        internet_recipient_encoding, InternetRecipientEncoding = "InternetRecipientEncoding": InternetRecipientEncoding,
    }
}

impl SenderSettings {
    /// These settings, and where one is not set that of `less`.
    #[must_use]
    pub fn or(&self, less: &SenderSettings) -> SenderSettings {
        SenderSettings {
            internet_message_format: self.internet_message_format.or(less.internet_message_format),
            uuencode_plain_text: self.uuencode_plain_text.or(less.uuencode_plain_text),
            wrap_plain_text: self.wrap_plain_text.or(less.wrap_plain_text),
            preferred_charset: self.preferred_charset.or(less.preferred_charset),
        }
    }
}
