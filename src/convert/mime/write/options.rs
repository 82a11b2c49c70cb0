//! How a message is written as MIME.

use crate::base::{CodePage, Limits};

/// Bodies that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BodyForms {
    /// Plain text and, where the message has any, HTML.
    #[default]
    HtmlAndText,
    /// HTML alone; plain text where there is none.
    Html,
    /// Plain text alone.
    Text,
    /// The one that the sender wrote.
    Best,
    /// None: attachments alone, those that a body would show too. Messages within the message keep theirs.
    None,
}

/// Encoding of attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AttachmentForm {
    /// As parts of a multipart.
    #[default]
    Mime,
    /// As UUENCODE behind the plain text, for readers that know no MIME. The body is plain text then, whatever
    /// [`MimeOptions::bodies`] says, and as it is in its character set: 8-bit, where that is.
    Uuencode,
}

/// Form of files of the Macintosh, MacBinary in the message ([MS-OXCMAIL] 2.1.3.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MacFileForm {
    /// `multipart/appledouble` (RFC 1740): what only a Macintosh reads, and the data fork, which everybody reads.
    #[default]
    AppleDouble,
    /// `application/applefile` (RFC 1740): both forks in one file.
    AppleSingle,
    /// `application/mac-binhex40` (RFC 1741): both forks as text. With [`AttachmentForm::Uuencode`], in the body.
    BinHex,
}

/// Encoding of text in a 7-bit character set, as ByteEncoderTypeFor7BitCharsets of a remote domain has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SevenBitText {
    /// As other text: as it is where nothing on the way can harm it, else quoted-printable or base64.
    #[default]
    Suitable,
    /// As it is; quoted-printable where lines are longer than SMTP allows, or would be taken for something else.
    SevenBit,
    /// Quoted-printable.
    QuotedPrintable,
    /// Base64.
    Base64,
}

/// Options of writing a message as MIME.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MimeOptions {
    /// Bodies that are written. Default HTML and plain text.
    pub bodies: BodyForms,
    /// Encoding of attachments. Default as parts.
    pub attachments: AttachmentForm,
    /// Encoding of files of the Macintosh. Default AppleDouble.
    pub mac_files: MacFileForm,
    /// The character set of texts and of header fields. A text that it does not have all of goes in UTF-8. Default UTF-8.
    pub charset: CodePage,
    /// Percentage of the characters of a body that must be in `charset` for it to be kept, as RequiredCharsetCoverage of a
    /// remote domain has it. What is not in it is a character reference in HTML and a question mark in plain text, with a
    /// diagnostic. Default 100: nothing is lost.
    pub charset_coverage: u8,
    /// Encoding of HTML in a 7-bit character set.
    pub seven_bit_html: SevenBitText,
    /// Encoding of plain text in a 7-bit character set.
    pub seven_bit_text: SevenBitText,
    /// The column at which lines of plain text are wrapped, as LineWrapSize of a remote domain has it: 1 to 132. 0 leaves
    /// paragraphs in one line. Default `None`: paragraphs have soft ends of lines (format=flowed), which readers join again.
    pub line_wrap: Option<u8>,
    /// True to use the header that the message was received with where there is one, PidTagTransportMessageHeaders or the one in
    /// PidTagMimeSkeleton; its fields come before those made of properties. Default yes.
    pub transport_headers: bool,
    /// Says whether blind copies are named. Default no: who has the mail would learn of them.
    pub bcc: bool,
    /// Says whether HTML is made of Outlook's rich text where a message has nothing else. Default yes.
    pub rich_text_as_html: bool,
    /// True to write names of files outside ASCII also as encoded words in Content-Type, for readers that know no RFC 2231. RFC
    /// 2047 forbids them there. Default no.
    pub encoded_word_names: bool,
    /// The domain of addresses that stand for ones that are no Internet addresses, `IMCEAEX-...@domain`. Default
    /// `winmail.invalid`, which no mail can be sent to.
    pub encapsulation_domain: String,
    /// Limits of conversion.
    pub limits: Limits,
}

impl Default for MimeOptions {
    fn default() -> Self {
        MimeOptions {
            bodies: BodyForms::default(),
            attachments: AttachmentForm::default(),
            mac_files: MacFileForm::default(),
            charset: CodePage::UTF_8,
            charset_coverage: 100,
            seven_bit_html: SevenBitText::default(),
            seven_bit_text: SevenBitText::default(),
            line_wrap: None,
            transport_headers: true,
            bcc: false,
            rich_text_as_html: true,
            encoded_word_names: false,
            encapsulation_domain: "winmail.invalid".to_owned(),
            limits: Limits::default(),
        }
    }
}
