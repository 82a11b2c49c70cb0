//! What an attribute's data means: every attribute of [MS-OXTNEF] 2.1.3.3 as a typed value.

use nom::Parser;
use nom::combinator::opt;

use std::borrow::Cow;

use crate::base::CodePage;
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::hex;
use crate::base::input::{Nom, le_u16, le_u32};
use crate::mapi::String8;

use super::attribute::{AttrId, Attribute, Layout};
use super::dtr::Dtr;
use super::message_status::{MessageStatus, Priority};
use super::props::PropertyList;
use super::recip_table::RecipientTable;
use super::rend_data::RendData;
use super::trp::{NameAndAddress, Trp};

/// The version that attTnefVersion must have.
pub const VERSION: u32 = 0x0001_0000;

/// The data of attOemCodepage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OemCodePages {
    /// The code page of all 8-bit strings of the stream.
    pub primary: CodePage,
    /// Zero; absent in some streams.
    pub secondary: Option<CodePage>,
}

/// A binary value as hexadecimal digits: attMessageID, attParentID, attConversationID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HexText<'a>(pub &'a [u8]);

impl HexText<'_> {
    /// The bytes that the digits before the first NUL stand for, either case; `None` for an odd number of digits or other
    /// characters.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        hex::decode(self.0.split(|byte| *byte == 0).next().unwrap_or_default())
    }
}

/// The decoded data of an attribute. Borrows from the input and does not allocate.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AttributeValue<'a> {
    /// attNull, or an id that no specification names.
    Unknown(&'a [u8]),
    /// 8-bit text in the stream's code page.
    Text(String8<'a>),
    /// attFrom.
    Trp(Trp<'a>),
    /// attOwner, attSentFor.
    NameAndAddress(NameAndAddress<'a>),
    /// A date without time zone.
    Date(Dtr),
    /// attMessageStatus.
    Status(MessageStatus),
    /// attPriority.
    Priority(Priority),
    /// attRequestRes.
    Boolean(bool),
    /// attTnefVersion, attAidOwner.
    Integer32(u32),
    /// attMessageID, attParentID, attConversationID.
    Hex(HexText<'a>),
    /// attOemCodepage.
    CodePages(OemCodePages),
    /// attAttachRendData.
    RendData(RendData),
    /// attMsgProps, attAttachment.
    Properties(PropertyList<'a>),
    /// attRecipTable.
    Recipients(RecipientTable<'a>),
    /// attAttachData, attAttachMetaFile, attDelegate.
    Bytes(&'a [u8]),
}

fn code_pages(input: &[u8]) -> Nom<'_, OemCodePages> {
    (le_u32, opt(le_u32))
        .map(|(primary, secondary)| OemCodePages { primary: CodePage(primary), secondary: secondary.map(CodePage) })
        .parse(input)
}

impl<'a> Attribute<'a> {
    /// Decodes the data by the attribute's id.
    ///
    /// # Errors
    /// Malformed with [`Code::InvalidAttributeSize`] if the data is shorter than its layout.
    pub fn value(&self) -> Result<AttributeValue<'a>> {
        let data = self.data();
        let short = || {
            let message = format!("{} bytes are too few for {}", data.len(), self.id());
            Error::malformed(Code::InvalidAttributeSize, self.data_offset(), message)
        };
        fn number<'a, T>(mut parser: impl Parser<&'a [u8], Output = T, Error = ()>, data: &'a [u8]) -> Option<T> {
            parser.parse(data).ok().map(|(_, value)| value)
        }
        Ok(match self.id().layout() {
            Layout::None => AttributeValue::Unknown(data),
            Layout::Text => AttributeValue::Text(String8(data.into())),
            Layout::Trp => AttributeValue::Trp(Trp::parse(data).ok_or_else(short)?),
            Layout::CountedStrings => AttributeValue::NameAndAddress(NameAndAddress::parse_counted(data).ok_or_else(short)?),
            Layout::Date => AttributeValue::Date(Dtr::parse(data).ok_or_else(short)?),
            Layout::Status => AttributeValue::Status(MessageStatus::from_bits_retain(*data.first().ok_or_else(short)?)),
            Layout::Priority => AttributeValue::Priority(Priority(number(le_u16, data).ok_or_else(short)?)),
            Layout::Boolean => AttributeValue::Boolean(number(le_u16, data).ok_or_else(short)? != 0),
            Layout::Integer32 => AttributeValue::Integer32(number(le_u32, data).ok_or_else(short)?),
            Layout::Hex => AttributeValue::Hex(HexText(data)),
            Layout::CodePages => AttributeValue::CodePages(number(code_pages, data).ok_or_else(short)?),
            Layout::RendData if data.is_empty() => AttributeValue::RendData(RendData::default()),
            Layout::RendData => AttributeValue::RendData(RendData::parse(data).ok_or_else(short)?),
            Layout::Properties => AttributeValue::Properties(PropertyList::new(data, self.data_offset())?),
            Layout::Recipients => AttributeValue::Recipients(RecipientTable::new(data, self.data_offset())?),
            Layout::Bytes => AttributeValue::Bytes(data),
        })
    }

    /// Returns how many bytes the layout has, where that is fixed.
    #[must_use]
    pub fn expected_length(&self) -> Option<usize> {
        match self.id().layout() {
            Layout::Date => Some(Dtr::LENGTH),
            Layout::RendData => Some(RendData::LENGTH),
            Layout::Status => Some(1),
            Layout::Priority | Layout::Boolean => Some(2),
            Layout::Integer32 => Some(4),
            Layout::CodePages => Some(8),
            _ => None,
        }
    }
}

/// Where a stream says that its attributes are, `attAttachment` and so on: used in paths.
pub(crate) fn path_name(id: AttrId) -> Cow<'static, str> {
    id.name().map_or_else(|| Cow::Owned(id.to_string()), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tnef::{Framing, Level};

    fn attribute(id: AttrId, data: &[u8]) -> Attribute<'_> {
        let level = id.level().unwrap_or(Level::MESSAGE);
        Attribute {
            level,
            id,
            declared_length: 0,
            data,
            checksum: Some(0),
            computed: None,
            offset: 0,
            framing: Framing::Declared,
        }
    }

    #[test]
    fn every_fixed_layout_refuses_short_data_and_nothing_else() {
        for id in AttrId::KNOWN {
            for length in 0..40 {
                let data = vec![0u8; length];
                let attribute = attribute(*id, &data);
                let short = attribute.value().is_err();
                match attribute.expected_length() {
                    // RENDDATA of length 0 was seen and counts as all defaults; a code page may stand alone.
                    Some(_) if id.layout() == Layout::RendData && length == 0 => assert!(!short),
                    Some(_) if id.layout() == Layout::CodePages => assert_eq!(short, length < 4),
                    Some(expected) => assert_eq!(short, length < expected, "{id} {length}"),
                    None => {}
                }
            }
        }
    }

    #[test]
    fn hex_digits_of_either_case_up_to_the_nul() {
        assert_eq!(HexText(b"0aFF\0junk").to_bytes(), Some(vec![0x0A, 0xFF]));
        assert_eq!(HexText(b"").to_bytes(), Some(vec![]));
        assert_eq!(HexText(b"0a1\0").to_bytes(), None);
        assert_eq!(HexText(b"0g\0").to_bytes(), None);
        assert_eq!(HexText("0\u{e9}".as_bytes()).to_bytes(), None);
    }

    #[test]
    fn code_pages_may_lack_the_second() {
        let value = attribute(AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0]).value().unwrap();
        assert!(
            matches!(value, AttributeValue::CodePages(pages) if pages.primary == CodePage(1252) && pages.secondary.is_none())
        );
    }
}
