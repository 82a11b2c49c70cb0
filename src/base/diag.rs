//! Diagnostics: every defect has a stable code, a severity, a place and a documented recovery.
//!
//! [`CATALOGUE`] is the one table of them; `docs/diagnostics.md` and `winmail check` show the same rows.

use std::borrow::Cow;
use std::fmt;

bitflags::bitflags! {
    /// The sixteen defect classes of Exchange's `TnefComplianceStatus`, so that an administrator can compare what
    /// Exchange said with what we say. Names are Exchange's; the numeric values are ours alone.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ComplianceStatus: u16 {
        /// One or more attributes are invalid.
        const INVALID_ATTRIBUTE = 0x0001;
        /// An attribute stands on the wrong level.
        const INVALID_ATTRIBUTE_LEVEL = 0x0002;
        /// The length of an attribute is wrong.
        const INVALID_ATTRIBUTE_LENGTH = 0x0004;
        /// The stream is cut.
        const STREAM_TRUNCATED = 0x0008;
        /// The signature is wrong.
        const INVALID_TNEF_SIGNATURE = 0x0010;
        /// The version is wrong.
        const INVALID_TNEF_VERSION = 0x0020;
        /// The message class is invalid.
        const INVALID_MESSAGE_CLASS = 0x0040;
        /// The row count of the recipient table is wrong.
        const INVALID_ROW_COUNT = 0x0080;
        /// An attribute has an invalid value.
        const INVALID_ATTRIBUTE_VALUE = 0x0100;
        /// There are too many attributes.
        const ATTRIBUTE_OVERFLOW = 0x0200;
        /// A checksum is wrong.
        const INVALID_ATTRIBUTE_CHECKSUM = 0x0400;
        /// The code page is not supported.
        const INVALID_MESSAGE_CODEPAGE = 0x0800;
        /// A property type is unknown.
        const UNSUPPORTED_PROPERTY_TYPE = 0x1000;
        /// A property's length is wrong.
        const INVALID_PROPERTY_LENGTH = 0x2000;
        /// A date is invalid.
        const INVALID_DATE = 0x4000;
        /// Messages are nested too deep.
        const NESTING_TOO_DEEP = 0x8000;
    }
}

impl ComplianceStatus {
    /// Exchange's member names of the classes that are set; `Compliant` when none is.
    pub fn exchange_names(self) -> impl Iterator<Item = &'static str> {
        const NAMES: [(ComplianceStatus, &str); 16] = [
            (ComplianceStatus::INVALID_ATTRIBUTE, "InvalidAttribute"),
            (ComplianceStatus::INVALID_ATTRIBUTE_LEVEL, "InvalidAttributeLevel"),
            (ComplianceStatus::INVALID_ATTRIBUTE_LENGTH, "InvalidAttributeLength"),
            (ComplianceStatus::STREAM_TRUNCATED, "StreamTruncated"),
            (ComplianceStatus::INVALID_TNEF_SIGNATURE, "InvalidTnefSignature"),
            (ComplianceStatus::INVALID_TNEF_VERSION, "InvalidTnefVersion"),
            (ComplianceStatus::INVALID_MESSAGE_CLASS, "InvalidMessageClass"),
            (ComplianceStatus::INVALID_ROW_COUNT, "InvalidRowCount"),
            (ComplianceStatus::INVALID_ATTRIBUTE_VALUE, "InvalidAttributeValue"),
            (ComplianceStatus::ATTRIBUTE_OVERFLOW, "AttributeOverflow"),
            (ComplianceStatus::INVALID_ATTRIBUTE_CHECKSUM, "InvalidAttributeChecksum"),
            (ComplianceStatus::INVALID_MESSAGE_CODEPAGE, "InvalidMessageCodepage"),
            (ComplianceStatus::UNSUPPORTED_PROPERTY_TYPE, "UnsupportedPropertyType"),
            (ComplianceStatus::INVALID_PROPERTY_LENGTH, "InvalidPropertyLength"),
            (ComplianceStatus::INVALID_DATE, "InvalidDate"),
            (ComplianceStatus::NESTING_TOO_DEEP, "NestingTooDeep"),
        ];
        let compliant = self.is_empty().then_some("Compliant");
        compliant.into_iter().chain(NAMES.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name))
    }
}

/// Weight of a defect.
///
/// ```
/// use winmail::{Code, Severity};
///
/// assert_eq!(Code::ChecksumMismatch.severity(), Severity::Error);
/// assert!(Severity::Error > Severity::Warning && Severity::Warning > Severity::Info);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is lost and nothing is wrong by the specification's letter.
    Info,
    /// The specification is broken, but the meaning is clear and nothing is lost.
    Warning,
    /// Something may be lost or wrong. Strict reading stops here.
    Error,
}

impl Severity {
    /// Lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row of the [`CATALOGUE`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// Its stable name in kebab case.
    pub name: &'static str,
    /// Severity.
    pub severity: Severity,
    /// Exchange's compliance classes that it belongs to; empty where Exchange has none.
    pub status: ComplianceStatus,
    /// The section of the specification that is broken.
    pub section: &'static str,
    /// Action of a lenient reader.
    pub recovery: &'static str,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $code:ident $name:literal $severity:ident [$($status:ident)?] $section:literal $recovery:literal;)*) => {
        /// The stable name of a kind of defect. Display gives the kebab-case name.
        ///
        /// ```
        /// use winmail::Code;
        ///
        /// assert_eq!(Code::ChecksumMismatch.to_string(), "checksum-mismatch");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $code,)* }

        /// Every code with its severity, section and recovery, in the order of the reader's work.
        pub const CATALOGUE: &[CodeInfo] = &[$(CodeInfo {
            code: Code::$code,
            name: $name,
            severity: Severity::$severity,
            status: catalogue!(@status $($status)?),
            section: $section,
            recovery: $recovery,
        },)*];

        impl Code {
            /// The code's row of the [`CATALOGUE`].
            #[must_use]
            pub const fn info(self) -> CodeInfo {
                match self { $(Code::$code => CodeInfo {
                    code: Code::$code,
                    name: $name,
                    severity: Severity::$severity,
                    status: catalogue!(@status $($status)?),
                    section: $section,
                    recovery: $recovery,
                },)* }
            }
        }
    };
    (@status) => { ComplianceStatus::empty() };
    (@status $status:ident) => { ComplianceStatus::$status };
}

catalogue! {
    /// The first four bytes are not 78 9F 3E 22.
    InvalidSignature "invalid-signature" Error [INVALID_TNEF_SIGNATURE] "[MS-OXTNEF] 2.1.3.1"
        "if an attribute with a right checksum follows, the stream is read all the same";
    /// Bytes stand before the signature.
    BytesBeforeSignature "bytes-before-signature" Error [INVALID_TNEF_SIGNATURE] "[MS-OXTNEF] 2.1.3.1"
        "reading starts at the signature";
    /// attTnefVersion is absent.
    MissingTnefVersion "missing-tnef-version" Warning [INVALID_TNEF_VERSION] "[MS-OXTNEF] 2.1.3.5.1" "version 0x00010000 is assumed";
    /// attTnefVersion has a value other than 0x00010000.
    InvalidTnefVersion "invalid-tnef-version" Warning [INVALID_TNEF_VERSION] "[MS-OXTNEF] 2.1.3.5.1" "the number is ignored";
    /// attOemCodepage is absent or zero.
    MissingOemCodepage "missing-oem-codepage" Info [] "[MS-OXTNEF] 2.1.3.5.2"
        "PidTagMessageCodepage, then PidTagInternetCodepage, then 1252 decode the 8-bit strings";
    /// A code page that text cannot be decoded by.
    UnsupportedCodePage "unsupported-code-page" Warning [INVALID_MESSAGE_CODEPAGE] "[MS-OXTNEF] 2.1.3.5.2"
        "the text is shown by the next code page in the order of precedence; its bytes are kept";
    /// The level byte contradicts the attribute's id, or is neither 1 nor 2.
    InvalidAttributeLevel "invalid-attribute-level" Error [INVALID_ATTRIBUTE_LEVEL] "[MS-OXTNEF] 2.1.3.2" "the id decides";
    /// An attribute id that no specification names.
    UnknownAttribute "unknown-attribute" Info [] "[MS-OXTNEF] 2.1.3.3" "kept as bytes";
    /// An attribute id whose high word, the legacy type, is zero.
    UntypedAttribute "untyped-attribute" Warning [INVALID_ATTRIBUTE] "[MS-OXTNEF] 2.1.3.3" "the number alone decides";
    /// The declared length of an attribute is wrong; where the attribute really ends was found by its checksum or by what follows.
    InvalidAttributeLength "invalid-attribute-length" Error [INVALID_ATTRIBUTE_LENGTH] "[MS-OXTNEF] 2.1.3.2"
        "the data up to the next plausible attribute is used";
    /// The stream ends inside an attribute.
    AttributeTruncated "attribute-truncated" Error [STREAM_TRUNCATED] "[MS-OXTNEF] 2.1.3.2" "the data that is there is used";
    /// The stream ends before the checksum of its last attribute.
    ChecksumMissing "checksum-missing" Warning [STREAM_TRUNCATED] "[MS-OXTNEF] 2.1.3.2" "the data is used unverified";
    /// The checksum does not fit the data.
    ChecksumMismatch "checksum-mismatch" Error [INVALID_ATTRIBUTE_CHECKSUM] "[MS-OXTNEF] 2.1.3.2" "the data is used";
    /// The data is shorter than declared by as many bytes as it has LFs without CR: the stream went through text conversion.
    LineEndsCollapsed "line-ends-collapsed" Error [INVALID_ATTRIBUTE_LENGTH] "[MS-OXTNEF] 2.1.3.2"
        "the data is used as it is; CRs cannot be put back where LF and CR LF were mixed";
    /// Bytes that belong to no attribute were skipped.
    BytesSkipped "bytes-skipped" Error [INVALID_ATTRIBUTE] "[MS-OXTNEF] 2.1.3.2" "reading goes on at the next plausible attribute";
    /// Bytes after the last attribute.
    TrailingBytes "trailing-bytes" Warning [INVALID_ATTRIBUTE_LEVEL] "[MS-OXTNEF] 2.1.3" "kept, not interpreted";
    /// A line end after the last attribute, as mail systems add it.
    TrailingLineEnd "trailing-line-end" Info [] "[MS-OXTNEF] 2.1.3" "ignored";
    /// A message attribute stands after attachments have begun.
    AttributeOrder "attribute-order" Info [] "[MS-OXTNEF] 2.1.3" "accepted";
    /// A message attribute occurs twice.
    DuplicateAttribute "duplicate-attribute" Warning [] "[MS-OXTNEF] 2.1.3" "the last one counts; property lists are joined";
    /// An attribute is too short or too long for its layout.
    InvalidAttributeSize "invalid-attribute-size" Warning [INVALID_ATTRIBUTE_LENGTH] "[MS-OXTNEF] 2.1.3.3" "what fits the layout is decoded";
    /// An attribute's value is outside its range.
    InvalidAttributeValue "invalid-attribute-value" Warning [INVALID_ATTRIBUTE_VALUE] "[MS-OXTNEF] 2.1.3.3" "kept as bytes, not decoded";
    /// A date that no calendar has.
    InvalidDate "invalid-date" Warning [INVALID_DATE] "[MS-OXTNEF] 2.1.3.3.5" "treated as absent; the bytes are kept";
    /// The message class is empty or not printable.
    InvalidMessageClass "invalid-message-class" Warning [INVALID_MESSAGE_CLASS] "[MS-OXTNEF] 2.1.3.3.1" "the text is kept as it is";
    /// An attachment attribute appeared without attAttachRendData before it.
    MissingAttachRendData "missing-attach-rend-data" Warning [INVALID_ATTRIBUTE] "[MS-OXTNEF] 2.1.3.3.15" "an attachment is opened for it";
    /// The number of properties differs from the declared count.
    PropertyCountMismatch "property-count-mismatch" Error [INVALID_ATTRIBUTE_VALUE] "[MS-OXTNEF] 2.1.3.4" "all properties found are used";
    /// A property's value or name runs past the end of its list.
    PropertyTruncated "property-truncated" Error [INVALID_PROPERTY_LENGTH] "[MS-OXTNEF] 2.1.3.4"
        "what is there of it is used, or the list goes on at the next place from which properties fill it to its end";
    /// A property type whose size is not known.
    UnknownPropertyType "unknown-property-type" Error [UNSUPPORTED_PROPERTY_TYPE] "[MS-OXTNEF] 2.1.3.4"
        "the list goes on at the next place from which properties fill it to its end";
    /// Bytes after the last property of a list.
    TrailingPropertyBytes "trailing-property-bytes" Warning [INVALID_ATTRIBUTE_LENGTH] "[MS-OXTNEF] 2.1.3.4" "kept, not interpreted";
    /// A single-valued variable-size property with a count other than 1.
    InvalidValueCount "invalid-value-count" Warning [INVALID_PROPERTY_LENGTH] "[MS-OXTNEF] 2.1.3.4" "the first value counts";
    /// Padding that is not zero.
    NonZeroPadding "non-zero-padding" Info [] "[MS-OXTNEF] 2.1.3.4" "ignored; the bytes are kept";
    /// A UTF-16 string with an odd number of bytes.
    OddUnicodeLength "odd-unicode-length" Warning [INVALID_PROPERTY_LENGTH] "[MS-OXTNEF] 2.1.3.4" "the last byte is not decoded";
    /// A string without a terminating NUL.
    MissingTerminator "missing-terminator" Info [] "[MS-OXTNEF] 2.1.3.4" "accepted";
    /// Text that its code page cannot decode.
    UndecodableText "undecodable-text" Warning [INVALID_ATTRIBUTE_VALUE] "[MS-OXTNEF] 2.1.3.3"
        "what cannot be decoded is shown as U+FFFD; the bytes are kept";
    /// Text behind the NUL that ends a string.
    TextBehindNul "text-behind-nul" Warning [INVALID_ATTRIBUTE_VALUE] "[MS-OXCDATA] 2.11.1"
        "no reader shows it; the bytes are kept";
    /// Property and markup name different character sets for HTML, or one that cannot be right.
    HtmlCharsetConflict "html-charset-conflict" Info [] "[MS-OXBBODY] 2.1"
        "UTF-8 if the bytes are that, else what can decode them, the property first";
    /// A property occurs twice in one list with different values.
    DuplicateProperty "duplicate-property" Info [] "[MS-OXTNEF] 2.1.3.4" "the first one counts";
    /// An attribute and a property say different things about the same fact.
    ConflictingFact "conflicting-fact" Info [] "[MS-OXTNEF] 2.1.3.4" "the property counts";
    /// An attachment has two contents that differ, as attAttachData and PidTagAttachDataBinary.
    ConflictingContent "conflicting-content" Warning [] "[MS-OXTNEF] 2.1.3.3.15"
        "the property's counts, of two properties the first; what a scanner looks at may be the other one";
    /// A message has two texts that differ in one form, as attBody and PidTagBody.
    ConflictingBody "conflicting-body" Warning [] "[MS-OXTNEF] 2.1.3.3.12"
        "the property's counts, of two properties the first; what a scanner looks at may be the other one";
    /// The recipient table has more or fewer rows than it declares.
    InvalidRowCount "invalid-row-count" Error [INVALID_ROW_COUNT] "[MS-OXTNEF] 2.1.3.5.3" "all rows found are used";
    /// A PtypObject too short for its interface id, or with an unknown one.
    InvalidObject "invalid-object" Warning [INVALID_PROPERTY_LENGTH] "[MS-OXTNEF] 2.1.3.4" "kept as bytes";
    /// An embedded message is not a TNEF stream.
    InvalidNestedStream "invalid-nested-stream" Error [INVALID_TNEF_SIGNATURE] "[MS-OXTNEF] 2.1.3.4" "handed out as bytes";
    /// Messages are nested deeper than the limit.
    NestingTooDeep "nesting-too-deep" Error [NESTING_TOO_DEEP] "Limits::depth" "the innermost message is handed out as bytes";
    /// A limit was reached; what came before it is used.
    LimitReached "limit-reached" Error [ATTRIBUTE_OVERFLOW] "Limits" "what was read before is used; the rest is kept as bytes";
    /// The header of a compound file, or the lack of one.
    CompoundInvalidHeader "compound-invalid-header" Error [] "[MS-CFB] 2.2" "sizes that the format has are taken";
    /// A chain of sectors ends early, comes back to itself, or leads out of the file.
    CompoundBrokenChain "compound-broken-chain" Error [] "[MS-CFB] 2.3" "what is there of the stream is used";
    /// An entry of the directory that leads nowhere, stands twice in the tree, or is no storage and no stream.
    CompoundInvalidDirectory "compound-invalid-directory" Error [] "[MS-CFB] 2.6" "passed over; a name ends at its NUL";
    /// An entry of the directory that is in use and in no storage.
    CompoundLostEntry "compound-lost-entry" Warning [] "[MS-CFB] 2.6.4" "not read";
    /// A compound file that is no Outlook message.
    MsgNotAMessage "msg-not-a-message" Error [] "[MS-OXMSG] 2.2" "not read";
    /// A message, recipient or attachment without its list of properties.
    MsgMissingProperties "msg-missing-properties" Error [] "[MS-OXMSG] 2.4" "the streams that are there are read as properties";
    /// A property whose stream is missing.
    MsgMissingStream "msg-missing-stream" Error [] "[MS-OXMSG] 2.4.2.2" "the property is left out";
    /// A stream with a value that no list of properties names.
    MsgUnlistedStream "msg-unlisted-stream" Warning [] "[MS-OXMSG] 2.4" "read as a property";
    /// The size of a value differs from that of its stream.
    MsgSizeMismatch "msg-size-mismatch" Info [] "[MS-OXMSG] 2.4.2.2" "the stream counts";
    /// A named property whose name is missing or damaged.
    MsgUnknownName "msg-unknown-name" Warning [] "[MS-OXMSG] 2.2.3" "its number in a property set of zeros stands for the name";
    /// The number of recipients or attachments differs from the declared one.
    MsgCountMismatch "msg-count-mismatch" Info [] "[MS-OXMSG] 2.4.1.1" "all that are there are used";
    /// A storage that is attached cannot be read whole.
    MsgInvalidStorage "msg-invalid-storage" Error [] "[MS-OXMSG] 2.2.2.2" "what is there of it is used";
    /// Compressed RTF is shorter than its header.
    RtfHeaderTruncated "rtf-header-truncated" Error [] "[MS-OXRTFCP] 2.1.3.1.1" "bare RTF is used as it is; otherwise the text is empty";
    /// Compressed RTF that is neither LZFu nor MELA.
    RtfUnknownCompressionType "rtf-unknown-compression-type" Error [] "[MS-OXRTFCP] 2.1.3.1.1"
        "bare RTF is used as it is; contents whose checksum fits are decompressed; otherwise the text is empty";
    /// COMPSIZE does not fit the contents.
    RtfCompressedSizeMismatch "rtf-compressed-size-mismatch" Error [] "[MS-OXRTFCP] 2.1.3.1.1"
        "the end marker or, uncompressed, the end of the data decides";
    /// RAWSIZE does not fit the text.
    RtfSizeMismatch "rtf-size-mismatch" Warning [] "[MS-OXRTFCP] 2.1.3.1.1" "the whole text is used";
    /// The checksum of compressed RTF does not fit.
    RtfCrcMismatch "rtf-crc-mismatch" Error [] "[MS-OXRTFCP] 2.1.3.1.1" "the text is used";
    /// Compressed RTF ends before its end marker.
    RtfTruncated "rtf-truncated" Error [] "[MS-OXRTFCP] 2.2" "the text up to there is used";
    /// A reference to a part of the dictionary that was never written.
    RtfUnwrittenReference "rtf-unwritten-reference" Error [] "[MS-OXRTFCP] 2.2" "zeros are read there";
    /// Bytes after the contents of compressed RTF.
    RtfTrailingBytes "rtf-trailing-bytes" Info [] "[MS-OXRTFCP] 2.1.3.1.1" "ignored as padding";
    /// RTF does not begin with `{\rtf`.
    RtfMissingSignature "rtf-missing-signature" Warning [] "[MS-OXRTFEX] 2.1.3.1" "read as RTF all the same";
    /// RTF ends inside its groups.
    RtfUnclosedGroup "rtf-unclosed-group" Error [] "[MS-OXRTFEX] 2.1.3" "the text up to there is used";
    /// A `}` without its `{`.
    RtfSurplusGroupEnd "rtf-surplus-group-end" Warning [] "[MS-OXRTFEX] 2.1.3" "ignored";
    /// Something other than white space and zeros stands behind the outermost group of RTF.
    RtfTrailingText "rtf-trailing-text" Info [] "[MS-OXRTFEX] 2.1.3" "ignored";
    /// A control symbol of RTF is cut or lacks its digits.
    RtfInvalidToken "rtf-invalid-token" Warning [] "[MS-OXRTFEX] 2.1.3" "the backslash and what belongs to it are ignored";
    /// `\bin` declares more bytes than follow.
    RtfBinaryTruncated "rtf-binary-truncated" Error [] "[MS-OXRTFEX] 2.1.3" "the bytes that are there are used";
    /// A code page of an RTF document or of one of its fonts is not supported.
    RtfUnsupportedCodePage "rtf-unsupported-code-page" Warning [] "[MS-OXRTFEX] 2.1.3.1.4"
        "the text is decoded as UTF-8 if it is valid, else as windows-1252";
    /// Text of RTF that its code page cannot decode, or half a surrogate pair.
    RtfUndecodableText "rtf-undecodable-text" Warning [] "[MS-OXRTFEX] 2.1.3.1.4" "what cannot be decoded is shown as U+FFFD";
    /// A link in RTF whose scheme is not http, https, ftp or mailto.
    RtfLinkRemoved "rtf-link-removed" Info [] "[ECMA-376] 17.16.5.25" "HTML made of the RTF keeps the text and not the link";
    /// A mail without a single header field.
    MimeNoHeader "mime-no-header" Error [] "RFC 5322 2.2" "not read as mail; inside another mail, handed out as bytes";
    /// A line in the header of a mail or part that is no field, or no empty line behind the header.
    MimeInvalidHeader "mime-invalid-header" Warning [] "RFC 5322 2.2"
        "a line between fields is ignored; any other one begins the body";
    /// A field that a header has once stands there twice.
    MimeDuplicateField "mime-duplicate-field" Warning [] "RFC 5322 3.6" "the first one counts";
    /// A multipart whose boundary is not declared or does not occur.
    MimeMissingBoundary "mime-missing-boundary" Error [] "RFC 2046 5.1.1" "all of it is text, or an attachment";
    /// A multipart without the boundary that ends it.
    MimeUnclosedMultipart "mime-unclosed-multipart" Warning [] "RFC 2046 5.1.1" "the parts that are there are used";
    /// Text in front of the first part of a multipart, or behind the last.
    MimeTextOutsideParts "mime-text-outside-parts" Info [] "RFC 2046 5.1.1" "ignored, as mail programs do";
    /// A Content-Transfer-Encoding that no specification knows.
    MimeUnknownEncoding "mime-unknown-encoding" Warning [] "RFC 2045 6.1" "the body is taken as it stands";
    /// Base64 or quoted-printable that is damaged.
    MimeInvalidEncoding "mime-invalid-encoding" Error [] "RFC 2045 6.7, 6.8" "what means nothing is passed over";
    /// A character set that is not known.
    MimeUnknownCharset "mime-unknown-charset" Warning [] "RFC 2045 5.1"
        "the text is decoded as UTF-8 if it is valid, else as what the mail names or windows-1252; encoded words stay as they stand";
    /// Text of a mail that its character set cannot decode.
    MimeUndecodableText "mime-undecodable-text" Warning [] "RFC 2045 5.1" "what cannot be decoded is shown as U+FFFD";
    /// A date in a header that no calendar has.
    MimeInvalidDate "mime-invalid-date" Warning [] "RFC 5322 3.3" "treated as absent";
    /// An address field with something that is no address.
    MimeInvalidAddress "mime-invalid-address" Warning [] "RFC 5322 3.4" "kept as a name without an address";
    /// A field whose value means nothing.
    MimeInvalidValue "mime-invalid-value" Info [] "[MS-OXCMAIL] 2.2.3.2" "treated as absent";
    /// X-MS-TNEF-Correlator and PidTagTnefCorrelationKey differ: the TNEF is that of another mail.
    MimeCorrelatorMismatch "mime-correlator-mismatch" Error [] "[MS-OXCMAIL] 2.2.3.4.3"
        "the mail is read without its TNEF, which stays an attachment, unless the caller wants it all the same";
    /// The TNEF that a mail carries cannot be read.
    MimeUnreadableTnef "mime-unreadable-tnef" Error [] "[MS-OXCMAIL] 2.2.3.4.3"
        "the mail is read without its TNEF, which stays an attachment";
    /// A part says nothing that the message has not got already, and is left out.
    MimePartLeftOut "mime-part-left-out" Info [] "[MS-OXCMAIL] 2.2.3.4" "not in the message";
    /// Something that came in is missing in what was made of it.
    ConversionIncomplete "conversion-incomplete" Error [] "RFC 5322"
        "the stream stays beside what was made of it; please report it with the mail";
    /// Properties for which MIME has no place.
    MimePropertiesLeftOut "mime-properties-left-out" Info [] "[MS-OXCMAIL] 2.1" "the mail goes without them";
    /// An address that is no Internet address, as that of a user of an Exchange organization.
    MimeAddressNotSmtp "mime-address-not-smtp" Info [] "[MS-OXCMAIL] 2.1.1"
        "it is encapsulated, IMCEAEX-...@winmail.invalid; where there is no address at all, the name stands alone";
    /// A header field that cannot be written as it is.
    MimeInvalidField "mime-invalid-field" Warning [] "[RFC 5322] 2.2" "the field is left out, or made of properties";
    /// An attachment without data: a reference to a file elsewhere, or one that lost it.
    MimeAttachmentWithoutData "mime-attachment-without-data" Warning [] "[MS-OXCMSG] 2.2.2.9" "an empty part stands for it";
    /// A message of an S/MIME class without one attachment that holds the signed or encrypted mail.
    MimeInvalidSmime "mime-invalid-smime" Warning [] "[MS-OXOSMIME] 2.1" "converted as any other message";
    /// A signed mail with bytes outside ASCII, which cannot be encoded without breaking the signature.
    MimeEightBit "mime-8bit" Warning [] "[RFC 8551] 3.1.3" "the bytes leave as they are";
    /// Characters that the character set of the mail does not have, where so few are let go that it is kept.
    MimeCharactersReplaced "mime-characters-replaced" Warning [] "[MS-OXCMAIL] 2.1.3.3"
        "plain text has question marks for them, HTML character references";
    /// A file of a Macintosh with a resource fork, in a form that has no place for one.
    MimeResourceForkLeftOut "mime-resource-fork-left-out" Warning [] "[MS-OXCMAIL] 2.1.3.4.2" "the data fork is written";
    /// An attachment that claims to be a MacBinary file and is something else.
    MimeInvalidMacBinary "mime-invalid-macbinary" Warning [] "[MS-OXCMAIL] 2.1.3.4" "written as any other file";
    /// A structure of an item, as a recurrence or a time zone, that cannot be read.
    ItemStructureUnreadable "item-structure-unreadable" Warning [] "[MS-OXOCAL] 2.2.1" "treated as absent; the bytes are kept";
    /// A series of appointments that does not say in which time zone it is.
    ItemZoneUnknown "item-zone-unknown" Warning [] "[MS-OXOCAL] 2.2.1.39"
        "what its first instance is ahead of UTC counts for all instances";
    /// What is attached for changed instances of a series belongs to none of them.
    ItemInstanceUnmatched "item-instance-unmatched" Warning [] "[MS-OXOCAL] 2.2.10" "the recurrence alone says what is changed";
    /// The members of a distribution list were changed without its checksum.
    ItemListChanged "item-list-changed" Info [] "[MS-OXOCNTC] 2.2.2.2.3" "the members are used";
    /// Something of an item has no property, or more values than there are properties.
    ItemFactLeftOut "item-fact-left-out" Warning [] "[MS-OXOCAL] 2.2.1" "the message goes without it";
    /// A line of a calendar or a card that is no field, or stands where it means nothing.
    CalendarLineUnreadable "calendar-line-unreadable" Warning [] "RFC 5545 3.1" "passed over";
    /// A component of a calendar, or a card, without its END.
    CalendarUnclosed "calendar-unclosed" Warning [] "RFC 5545 3.6" "it ends with what is around it";
    /// A date, a number or another value of a calendar or a card that cannot be read.
    CalendarValueInvalid "calendar-value-invalid" Warning [] "RFC 5545 3.3" "treated as absent";
    /// An event or a task without an identity.
    CalendarUidMissing "calendar-uid-missing" Warning [] "RFC 5545 3.8.4.7"
        "none is made up: the identity follows from subject and start";
    /// A time in a zone whose rules the calendar does not have and nobody knows, or in no zone at all.
    CalendarZoneUnknown "calendar-zone-unknown" Warning [] "RFC 5545 3.8.3.1" "taken as UTC";
    /// A rule that no series of MAPI has.
    CalendarRuleUnsupported "calendar-rule-unsupported" Error [] "[MS-OXCICAL] 2.1.3.2.2" "the first instance alone is read";
    /// A rule that no series of MAPI has, and whose days one has: every n days, without those that are missing.
    CalendarRuleAsDays "calendar-rule-as-days" Info [] "RFC 5545 3.8.5" "its days are kept one by one";
    /// Something of a calendar or a card that no item has.
    CalendarFactLeftOut "calendar-fact-left-out" Info [] "[MS-OXCICAL] 2.1.3.1.1" "not in the item";
    /// A series that no rule of iCalendar describes: of another calendar, or one that counts from when a task was done.
    CalendarRuleLeftOut "calendar-rule-left-out" Error [] "[MS-OXCICAL] 2.1.3.2.2" "the first instance alone is written";
    /// Somebody who organizes or takes part, and has no Internet address.
    CalendarAddressMissing "calendar-address-missing" Info [] "[MS-OXCICAL] 2.1.3.1.1.20.2" "the name is written, with `invalid:nomail`";
    /// An attachment that a calendar has no place for.
    CalendarAttachmentLeftOut "calendar-attachment-left-out" Warning [] "[MS-OXCICAL] 2.1.3.1.1.20.1" "not in the calendar";
    /// An item without a date where iCalendar asks for one.
    CalendarDateMissing "calendar-date-missing" Error [] "RFC 5545 3.6.1" "written without a date";
    /// An address or a member of a list that is no Internet address.
    VCardAddressMissing "vcard-address-missing" Info [] "[MS-OXVCARD] 2.1.3.6" "the address is left out; a member is named in the note";
    /// An attachment that is no picture of the contact.
    VCardAttachmentLeftOut "vcard-attachment-left-out" Warning [] "[MS-OXVCARD] 2.1.3" "not in the card";
}

impl Code {
    /// The stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// Returns how much it matters.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.info().severity
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A step of a [`Path`]: a structure's name as its specification spells it, and its number where there are several.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Segment {
    /// `attAttachment`, `PidTagAttachDataObject`, `row`...
    pub name: Cow<'static, str>,
    /// Zero-based number among its kind, where it has one.
    pub index: Option<usize>,
}

/// The way from the outermost stream to a structure: `attAttachment[2] > PidTagAttachDataObject > attMsgProps`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(Vec<Segment>);

impl Path {
    pub(crate) fn push(&mut self, name: impl Into<Cow<'static, str>>, index: Option<usize>) {
        self.0.push(Segment { name: name.into(), index });
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    pub(crate) fn prepend(&mut self, name: impl Into<Cow<'static, str>>, index: Option<usize>) {
        self.0.insert(0, Segment { name: name.into(), index });
    }

    /// Returns whether the path leads nowhere: the outermost stream itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps from the outside in.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(" > ")?;
            }
            f.write_str(&segment.name)?;
            if let Some(index) = segment.index {
                write!(f, "[{index}]")?;
            }
        }
        Ok(())
    }
}

/// A defect that was found: what, where, and a sentence with the values.
///
/// ```
/// let stream = winmail::Message::new("IPM.Note").to_tnef(&Default::default())?;
/// let message = winmail::Message::from_tnef(&stream[..stream.len() - 1])?;
/// for diagnostic in message.report().diagnostics() {
///     eprintln!("{}: {} at byte {}: {}", diagnostic.path, diagnostic.code, diagnostic.offset, diagnostic.detail);
/// }
/// # assert!(!message.report().is_empty());
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Kind of the defect.
    pub code: Code,
    /// First byte concerned, counted in the outermost input (or, below a decompression named in the path, in its output).
    pub offset: u64,
    /// Number of bytes concerned; 0 where it is a place and not a stretch.
    pub length: u64,
    /// The structure.
    pub path: Path,
    /// Finding, with its values; lower case, no full stop.
    pub detail: String,
}

impl Diagnostic {
    /// Returns how much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} at byte {}", self.severity(), self.code, self.detail, self.offset)?;
        if self.length > 0 {
            write!(f, "..{}", self.offset.saturating_add(self.length))?;
        }
        if !self.path.is_empty() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

/// The defects found while reading. What was read carries it ([`Message::report`](crate::Message::report)), and so does an error
/// ([`Error::report`](crate::Error::report)).
///
/// It keeps the first [`Limits::diagnostics`](crate::Limits::diagnostics) of them and counts the rest.
///
/// ```
/// let stream = winmail::Message::new("IPM.Note").to_tnef(&Default::default())?;
/// assert!(winmail::Message::from_tnef(&stream)?.report().is_empty());
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
    status: ComplianceStatus,
    worst: Option<Severity>,
    bytes_lost: u64,
}

impl Report {
    /// An empty report. Does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Report { diagnostics: Vec::new(), omitted: 0, status: ComplianceStatus::empty(), worst: None, bytes_lost: 0 }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic, keep: usize) {
        if self.count(diagnostic.code, diagnostic.length, keep) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Counts a defect over `length` bytes; whether a diagnostic of it is among the first `keep`, which are kept.
    fn count(&mut self, code: Code, length: u64, keep: usize) -> bool {
        self.status |= code.info().status;
        self.worst = self.worst.max(Some(code.severity()));
        if matches!(
            code,
            Code::BytesSkipped
                | Code::TrailingBytes
                | Code::TrailingLineEnd
                | Code::UnknownPropertyType
                | Code::PropertyTruncated
                | Code::TrailingPropertyBytes
                | Code::InvalidSignature
                | Code::BytesBeforeSignature
        ) {
            self.bytes_lost = self.bytes_lost.saturating_add(length);
        }
        let is_kept = self.diagnostics.len() < keep;
        if !is_kept {
            self.omitted = self.omitted.saturating_add(1);
        }
        is_kept
    }

    /// As [`Report::push`] of what `make` makes, which is not called for a diagnostic that is not kept.
    pub(crate) fn push_with(&mut self, code: Code, length: u64, keep: usize, make: impl FnOnce() -> Diagnostic) {
        if self.count(code, length, keep) {
            self.diagnostics.push(make());
        }
    }

    /// Takes over what another report has, what it did not keep included, each diagnostic as `change` gives it.
    pub(crate) fn absorb(&mut self, other: &Report, keep: usize, change: impl Fn(&Diagnostic) -> Diagnostic) {
        let bytes_lost = self.bytes_lost.saturating_add(other.bytes_lost);
        for diagnostic in &other.diagnostics {
            self.push(change(diagnostic), keep);
        }
        self.omitted = self.omitted.saturating_add(other.omitted);
        self.bytes_lost = bytes_lost;
        self.status |= other.status;
        self.worst = self.worst.max(other.worst);
    }

    /// Takes over these of another report's diagnostics, and of the others that they were.
    pub(crate) fn take_new(&mut self, new: Vec<Diagnostic>, other: &Report, keep: usize) {
        // Where all that was kept is known, so is what was not, but for how bad it is.
        if !new.is_empty() {
            self.omitted = self.omitted.saturating_add(other.omitted);
        }
        new.into_iter().for_each(|diagnostic| self.push(diagnostic, keep));
        self.worst = self.worst.max(other.worst);
        self.status |= other.status;
    }

    /// The diagnostics, in the order in which they were found.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns how many diagnostics were counted but not kept.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Exchange's compliance classes of everything found, kept or not.
    #[must_use]
    pub fn status(&self) -> ComplianceStatus {
        self.status
    }

    /// The worst severity found, kept or not.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.worst
    }

    /// Bytes that belong to no structure that could be read: skipped, before the signature, or after the end.
    #[must_use]
    pub fn bytes_lost(&self) -> u64 {
        self.bytes_lost
    }

    /// Returns whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty() && self.omitted == 0
    }

    /// Returns whether a diagnostic of this code was kept.
    #[must_use]
    pub fn contains(&self, code: Code) -> bool {
        self.diagnostics.iter().any(|d| d.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogue_names_are_unique_kebab_case_and_complete() {
        let mut names: Vec<&str> = CATALOGUE.iter().map(|row| row.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(before, names.len());
        for row in CATALOGUE {
            assert!(row.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", row.name);
            assert!(!row.section.is_empty() && !row.recovery.is_empty(), "{}", row.name);
            assert_eq!(row.code.info().name, row.name);
        }
    }

    #[test]
    fn every_exchange_class_is_reachable() {
        let all = CATALOGUE.iter().fold(ComplianceStatus::empty(), |all, row| all | row.status);
        assert_eq!(all, ComplianceStatus::all());
        assert_eq!(ComplianceStatus::all().exchange_names().count(), 16);
        assert_eq!(ComplianceStatus::empty().exchange_names().collect::<Vec<_>>(), ["Compliant"]);
    }

    #[test]
    fn report_counts_what_it_does_not_keep() {
        let mut report = Report::new();
        for n in 0..5 {
            let detail = format!("{n}");
            report.push(Diagnostic { code: Code::BytesSkipped, offset: n, length: 2, path: Path::default(), detail }, 3);
        }
        assert_eq!(report.diagnostics().len(), 3);
        assert_eq!(report.omitted(), 2);
        assert_eq!(report.bytes_lost(), 10);
        assert_eq!(report.worst(), Some(Severity::Error));
        assert_eq!(report.status(), ComplianceStatus::INVALID_ATTRIBUTE);
    }
}
