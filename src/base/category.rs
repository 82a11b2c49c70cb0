//! What a diagnostic is about for whoever has to act: [`Category`].

use std::fmt;

use super::diag::Code;

/// Category of a defect: its meaning for people.
///
/// ```
/// use winmail::Code;
/// use winmail::base::Category;
///
/// assert_eq!(Code::TextBehindNul.category(), Category::Security);
/// assert_eq!(Code::AttributeTruncated.category(), Category::Loss);
/// assert_eq!(Code::MissingTerminator.category().as_str(), "cosmetic");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Programs may see different things in the file, or somebody hides something in it: what one scans another may not show.
    Security,
    /// Something of a text, a file or a fact is missing, or may be damaged.
    Loss,
    /// A specification is broken; other programs may stumble, and nothing is missing.
    Interoperability,
    /// Nobody notices.
    Cosmetic,
}

impl Category {
    /// Lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Security => "security",
            Category::Loss => "loss",
            Category::Interoperability => "interoperability",
            Category::Cosmetic => "cosmetic",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Code {
    /// Returns what it means for people.
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Code::AttributeOrder
            | Code::ConflictingBody
            | Code::ConflictingContent
            | Code::ConflictingFact
            | Code::DuplicateAttribute
            | Code::DuplicateProperty
            | Code::MimeCorrelatorMismatch
            | Code::MimeDuplicateField
            | Code::RtfLinkRemoved
            | Code::RtfTrailingText
            | Code::TextBehindNul => Category::Security,
            Code::AttributeTruncated
            | Code::BytesSkipped
            | Code::CalendarAttachmentLeftOut
            | Code::CalendarFactLeftOut
            | Code::CalendarRuleLeftOut
            | Code::CalendarRuleUnsupported
            | Code::CalendarUnclosed
            | Code::CalendarValueInvalid
            | Code::CalendarZoneUnknown
            | Code::ChecksumMismatch
            | Code::ChecksumMissing
            | Code::CompoundBrokenChain
            | Code::CompoundInvalidDirectory
            | Code::CompoundLostEntry
            | Code::ConversionIncomplete
            | Code::InvalidAttributeLength
            | Code::InvalidNestedStream
            | Code::InvalidRowCount
            | Code::ItemFactLeftOut
            | Code::ItemInstanceUnmatched
            | Code::ItemStructureUnreadable
            | Code::LimitReached
            | Code::LineEndsCollapsed
            | Code::MimeAttachmentWithoutData
            | Code::MimeCharactersReplaced
            | Code::MimeInvalidEncoding
            | Code::MimeMissingBoundary
            | Code::MimeNoHeader
            | Code::MimeResourceForkLeftOut
            | Code::MimeUnclosedMultipart
            | Code::MimeUndecodableText
            | Code::MimeUnknownCharset
            | Code::MimeUnknownEncoding
            | Code::MimeUnreadableTnef
            | Code::MsgInvalidStorage
            | Code::MsgMissingProperties
            | Code::MsgMissingStream
            | Code::MsgNotAMessage
            | Code::NestingTooDeep
            | Code::PropertyCountMismatch
            | Code::PropertyTruncated
            | Code::RtfBinaryTruncated
            | Code::RtfCompressedSizeMismatch
            | Code::RtfCrcMismatch
            | Code::RtfHeaderTruncated
            | Code::RtfTruncated
            | Code::RtfUnclosedGroup
            | Code::RtfUndecodableText
            | Code::RtfUnknownCompressionType
            | Code::RtfUnsupportedCodePage
            | Code::RtfUnwrittenReference
            | Code::UndecodableText
            | Code::UnknownPropertyType
            | Code::UnsupportedCodePage
            | Code::VCardAttachmentLeftOut => Category::Loss,
            Code::HtmlCharsetConflict
            | Code::MimePartLeftOut
            | Code::MimeTextOutsideParts
            | Code::MissingOemCodepage
            | Code::MissingTerminator
            | Code::MsgCountMismatch
            | Code::MsgSizeMismatch
            | Code::NonZeroPadding
            | Code::RtfTrailingBytes
            | Code::TrailingLineEnd
            | Code::UnknownAttribute => Category::Cosmetic,
            _ => Category::Interoperability,
        }
    }
}
