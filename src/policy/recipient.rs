//! Settings of mail contacts and mail users: the five parameters that `Set-MailContact` and `Set-MailUser` share.

use super::setting::{settings, words};

words! {
    /// Kind of object that the recipient is.
    pub enum RecipientKind {
        /// `Get-MailContact`
        MailContact = "MailContact",
        /// `Get-MailUser`
        MailUser = "MailUser",
    }

    /// Setting that decides whether the recipient gets TNEF.
    pub enum UseMapiRichTextFormat {
        /// Every message as TNEF.
        Always = "Always",
        /// No TNEF; rich text becomes plain text.
        Never = "Never",
        /// The remote domain decides, then the sender. The default.
        UseDefaultSettings = "UseDefaultSettings",
    }

    /// Plain text or MIME.
    pub enum MessageFormat {
        /// Plain text, attachments as UUENCODE or BinHex.
        Text = "Text",
        /// MIME. The default.
        Mime = "Mime",
    }

    /// Bodies of a MIME message.
    pub enum MessageBodyFormat {
        /// Plain text alone.
        Text = "Text",
        /// HTML alone.
        Html = "Html",
        /// Both. The default.
        TextAndHtml = "TextAndHtml",
    }

    /// Form in which attachments of the Macintosh leave.
    pub enum MacAttachmentFormat {
        /// BinHex. The default.
        BinHex = "BinHex",
        /// UUENCODE: plain text only.
        UuEncode = "UuEncode",
        /// AppleSingle: MIME only.
        AppleSingle = "AppleSingle",
        /// AppleDouble: MIME only.
        AppleDouble = "AppleDouble",
    }
}

settings! {
    /// Settings of a recipient; `None` is "not set".
    pub struct RecipientSettings, pub enum RecipientSetting {
        /// Whether the recipient gets TNEF.
        use_mapi_rich_text_format, UseMapiRichTextFormat = "UseMapiRichTextFormat": UseMapiRichTextFormat,
        /// Whether the three formats beat remote domain and sender.
        use_prefer_message_format, UsePreferMessageFormat = "UsePreferMessageFormat": bool,
        /// Plain text or MIME.
        message_format, MessageFormat = "MessageFormat": MessageFormat,
        /// Which bodies a MIME message has.
        message_body_format, MessageBodyFormat = "MessageBodyFormat": MessageBodyFormat,
        /// How attachments of the Macintosh leave.
        mac_attachment_format, MacAttachmentFormat = "MacAttachmentFormat": MacAttachmentFormat,
    }
}

impl RecipientSettings {
    /// The formats that hold, defaults included: message, body, Macintosh attachments.
    #[must_use]
    pub fn formats(&self) -> (MessageFormat, MessageBodyFormat, MacAttachmentFormat) {
        (
            self.message_format.unwrap_or(MessageFormat::Mime),
            self.message_body_format.unwrap_or(MessageBodyFormat::TextAndHtml),
            self.mac_attachment_format.unwrap_or(MacAttachmentFormat::BinHex),
        )
    }

    /// Returns whether the formats go together.
    ///
    /// # Errors
    /// A sentence with what is allowed. MIME takes every body and all but UuEncode; Text takes the body Text, and BinHex or
    /// UuEncode.
    pub fn check(&self) -> Result<(), &'static str> {
        match self.formats() {
            (MessageFormat::Mime, _, MacAttachmentFormat::UuEncode) => Err(
                "MessageFormat Mime does not go with MacAttachmentFormat UuEncode: allowed is BinHex, AppleSingle, AppleDouble",
            ),
            (MessageFormat::Text, MessageBodyFormat::Html | MessageBodyFormat::TextAndHtml, _) => {
                Err("MessageFormat Text needs MessageBodyFormat Text, to be set in the same step")
            }
            (MessageFormat::Text, _, MacAttachmentFormat::AppleSingle | MacAttachmentFormat::AppleDouble) => {
                Err("MessageFormat Text takes MacAttachmentFormat BinHex or UuEncode only")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination against the table "allowed combinations" of Set-MailContact.
    #[test]
    fn formats_go_together_as_documented() {
        let allowed = |message: MessageFormat, body: MessageBodyFormat, mac: MacAttachmentFormat| match message {
            MessageFormat::Mime => ["BinHex", "AppleSingle", "AppleDouble"].contains(&mac.as_str()),
            MessageFormat::Text => body.as_str() == "Text" && ["BinHex", "UuEncode"].contains(&mac.as_str()),
        };
        let mut seen = 0;
        for &message in MessageFormat::ALL {
            for &body in MessageBodyFormat::ALL {
                for &mac in MacAttachmentFormat::ALL {
                    let settings = RecipientSettings {
                        message_format: Some(message),
                        message_body_format: Some(body),
                        mac_attachment_format: Some(mac),
                        ..RecipientSettings::default()
                    };
                    assert_eq!(settings.check().is_ok(), allowed(message, body, mac), "{message} {body} {mac}");
                    seen += usize::from(settings.check().is_ok());
                }
            }
        }
        assert_eq!(seen, 9 + 2);
        assert_eq!(RecipientSettings::default().check(), Ok(()));
    }
}
