//! Attributes: ids, levels and framing ([MS-OXTNEF] 2.1.3.2, 2.1.3.3).
//!
//! ```text
//! u8   level      1 message, 2 attachment
//! u32  id         low word number, high word legacy data type; all 32 bits count
//! u32  length     of the data
//! ...  data       no padding behind it
//! u16  checksum   sum of the data bytes modulo 65536
//! ```

use std::fmt;

use nom::Parser;

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::diag::Code;
use crate::base::input::{Nom, le_u8, le_u32};

/// Bytes of an attribute before its data: level, id, length.
pub(crate) const HEADER_LENGTH: usize = 9;
/// Bytes of an attribute after its data.
pub(crate) const CHECKSUM_LENGTH: usize = 2;

/// Level of an attribute: the message, or an attachment. Every byte is representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Level(pub u8);

impl Level {
    /// lvlMessage.
    pub const MESSAGE: Level = Level(1);
    /// lvlAttachment.
    pub const ATTACHMENT: Level = Level(2);

    /// Returns whether it is one of the two that the specification knows.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        matches!(self, Level::MESSAGE | Level::ATTACHMENT)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Level::MESSAGE => f.write_str("message"),
            Level::ATTACHMENT => f.write_str("attachment"),
            Level(other) => write!(f, "level {other}"),
        }
    }
}

/// Layout of an attribute's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Nothing is specified.
    None,
    /// 8-bit text and a NUL.
    Text,
    /// A TRP block: display name and address.
    Trp,
    /// Two counted strings: display name and address.
    CountedStrings,
    /// DTR: seven 16-bit numbers.
    Date,
    /// One byte of message status bits.
    Status,
    /// 16 bits: 1 high, 2 normal, 3 low.
    Priority,
    /// 16 bits, zero or not.
    Boolean,
    /// 32 bits.
    Integer32,
    /// Hexadecimal digits and a NUL.
    Hex,
    /// Two 32-bit code page numbers.
    CodePages,
    /// RENDDATA.
    RendData,
    /// A property list.
    Properties,
    /// A recipient table.
    Recipients,
    /// Bytes.
    Bytes,
}

/// An attribute id, all 32 bits of it. Every value is representable; the known ones are constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttrId(pub u32);

macro_rules! attributes {
    ($($konst:ident $id:literal $name:literal $level:ident $layout:ident;)*) => {
        impl AttrId {
            $(#[doc = concat!("`", $name, "`.")] #[doc(alias = $name)] pub const $konst: AttrId = AttrId($id);)*

            /// Every id that is known.
            pub const KNOWN: &[AttrId] = &[$(AttrId($id)),*];

            const fn row(self) -> Option<&'static (&'static str, Level, Layout)> {
                match self.0 { $($id => Some(&($name, Level::$level, Layout::$layout)),)* _ => None }
            }
        }
    };
}

attributes! {
    NULL 0x0000_0000 "attNull" MESSAGE None;
    FROM 0x0000_8000 "attFrom" MESSAGE Trp;
    SUBJECT 0x0001_8004 "attSubject" MESSAGE Text;
    DATE_SENT 0x0003_8005 "attDateSent" MESSAGE Date;
    DATE_RECD 0x0003_8006 "attDateRecd" MESSAGE Date;
    MESSAGE_STATUS 0x0006_8007 "attMessageStatus" MESSAGE Status;
    MESSAGE_CLASS 0x0007_8008 "attMessageClass" MESSAGE Text;
    MESSAGE_ID 0x0001_8009 "attMessageID" MESSAGE Hex;
    PARENT_ID 0x0001_800A "attParentID" MESSAGE Hex;
    CONVERSATION_ID 0x0001_800B "attConversationID" MESSAGE Hex;
    BODY 0x0002_800C "attBody" MESSAGE Text;
    PRIORITY 0x0004_800D "attPriority" MESSAGE Priority;
    ATTACH_DATA 0x0006_800F "attAttachData" ATTACHMENT Bytes;
    ATTACH_TITLE 0x0001_8010 "attAttachTitle" ATTACHMENT Text;
    ATTACH_META_FILE 0x0006_8011 "attAttachMetaFile" ATTACHMENT Bytes;
    ATTACH_CREATE_DATE 0x0003_8012 "attAttachCreateDate" ATTACHMENT Date;
    ATTACH_MODIFY_DATE 0x0003_8013 "attAttachModifyDate" ATTACHMENT Date;
    DATE_MODIFIED 0x0003_8020 "attDateModified" MESSAGE Date;
    ATTACH_TRANSPORT_FILENAME 0x0006_9001 "attAttachTransportFilename" ATTACHMENT Text;
    ATTACH_REND_DATA 0x0006_9002 "attAttachRendData" ATTACHMENT RendData;
    MSG_PROPS 0x0006_9003 "attMsgProps" MESSAGE Properties;
    RECIP_TABLE 0x0006_9004 "attRecipTable" MESSAGE Recipients;
    ATTACHMENT 0x0006_9005 "attAttachment" ATTACHMENT Properties;
    OEM_CODEPAGE 0x0006_9007 "attOemCodepage" MESSAGE CodePages;
    TNEF_VERSION 0x0008_9006 "attTnefVersion" MESSAGE Integer32;
    DATE_START 0x0003_0006 "attDateStart" MESSAGE Date;
    DATE_END 0x0003_0007 "attDateEnd" MESSAGE Date;
    AID_OWNER 0x0005_0008 "attAidOwner" MESSAGE Integer32;
    REQUEST_RES 0x0004_0009 "attRequestRes" MESSAGE Boolean;
    OWNER 0x0006_0000 "attOwner" MESSAGE CountedStrings;
    SENT_FOR 0x0006_0001 "attSentFor" MESSAGE CountedStrings;
    DELEGATE 0x0006_0002 "attDelegate" MESSAGE Bytes;
    ORIGINAL_MESSAGE_CLASS 0x0007_0006 "attOriginalMessageClass" MESSAGE Text;
    // The grammar of [MS-OXTNEF] 2.1.3.3.2 prints 0x00070600; TNEF.H and every real stream that was seen (`one-file`,
    // `two-files`, `long-filename` of the field's common corpus) have 0x00070006. Both are read, only the latter is written.
    ORIGINAL_MESSAGE_CLASS_OXTNEF 0x0007_0600 "attOriginalMessageClass" MESSAGE Text;
}

impl AttrId {
    /// The specification's name, if the id is known.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self.row() {
            Some((name, _, _)) => Some(*name),
            None => None,
        }
    }

    /// The level on which the attribute belongs, if the id is known and its level fixed (attNull's is not).
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self.row() {
            Some((_, level, _)) if self.0 != 0 => Some(*level),
            _ => None,
        }
    }

    /// What is wrong with an attribute of this id on `level`.
    pub(crate) fn level_fault(self, level: Level) -> Option<String> {
        match self.level() {
            Some(expected) if expected != level => Some(format!("level byte is {}, {self} belongs to {expected}", level.0)),
            None if !level.is_valid() => Some(format!("level byte is {}", level.0)),
            _ => None,
        }
    }

    /// Returns how the data is laid out; [`Layout::None`] for unknown ids.
    #[must_use]
    pub const fn layout(self) -> Layout {
        match self.row() {
            Some((_, _, layout)) => *layout,
            None => Layout::None,
        }
    }

    /// Maps a bare attribute number (high word zero) to the attribute with that number on `level`.
    ///
    /// Some third-party writers put the number alone into the stream (`minimal_attachment` of the field's common corpus).
    #[must_use]
    pub fn from_number_alone(self, level: Level) -> Option<AttrId> {
        if self.0 > 0xFFFF || self.is_known() {
            return None;
        }
        let mut all = AttrId::KNOWN.iter().filter(|id| id.0 & 0xFFFF == self.0 && id.level() == Some(level));
        match (all.next(), all.next()) {
            (Some(id), None) => Some(*id),
            _ => None,
        }
    }

    /// Returns whether a specification names the id.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.row().is_some()
    }
}

impl fmt::Display for AttrId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

/// Way in which the end of an attribute's data was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// At the place that the declared length gives.
    Declared,
    /// The declared length is wrong; the data ends where its checksum says so.
    Repaired,
    /// The data lost as many CRs as it is shorter than declared, which its checksum confirms: text conversion.
    LineEndsCollapsed,
    /// The declared length is wrong; the data is taken up to the next attribute.
    Estimated,
    /// The stream ends before the declared length.
    Truncated,
}

impl Framing {
    /// What is wrong with the framing of `found` bytes of data where `declared` were to be.
    pub(crate) fn fault(self, declared: u32, found: u64) -> Option<(Code, String)> {
        Some(match self {
            Framing::Declared => return None,
            Framing::Repaired | Framing::Estimated => {
                (Code::InvalidAttributeLength, format!("{declared} bytes declared, {found} found"))
            }
            Framing::LineEndsCollapsed => {
                let missing = u64::from(declared).saturating_sub(found);
                (Code::LineEndsCollapsed, format!("{missing} CRs are missing from {declared} bytes"))
            }
            Framing::Truncated => (Code::AttributeTruncated, format!("{declared} bytes declared, stream ends after {found}")),
        })
    }

    /// Returns the word for it: `declared`, `repaired`, `line-ends-collapsed`, `estimated` or `truncated`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Framing::Declared => "declared",
            Framing::Repaired => "repaired",
            Framing::LineEndsCollapsed => "line-ends-collapsed",
            Framing::Estimated => "estimated",
            Framing::Truncated => "truncated",
        }
    }
}

/// Result of comparing an attribute's checksum with its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChecksumState {
    /// It does.
    Match,
    /// It does not.
    Mismatch {
        /// The checksum in the stream.
        stored: u16,
        /// The sum of the data.
        computed: u16,
    },
    /// The stream ends before it.
    Missing,
}

impl fmt::Display for ChecksumState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChecksumState::Match => f.write_str("checksum fits"),
            ChecksumState::Mismatch { stored, computed } => write!(f, "checksum is 0x{stored:04x}, computed 0x{computed:04x}"),
            ChecksumState::Missing => f.write_str("stream ends before the checksum"),
        }
    }
}

/// An attribute of a stream: a view that borrows from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub(crate) level: Level,
    pub(crate) id: AttrId,
    pub(crate) declared_length: u32,
    pub(crate) data: &'a [u8],
    pub(crate) checksum: Option<u16>,
    /// The sum of the data, where a walk has computed it already.
    pub(crate) computed: Option<u16>,
    pub(crate) offset: u64,
    pub(crate) framing: Framing,
}

impl<'a> Attribute<'a> {
    /// The level byte as it stands in the stream; [`AttrId::level`] says which it should be.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> AttrId {
        self.id
    }

    /// An attribute that stands in no stream: to read data that is about to be written.
    pub(crate) fn of_data(id: AttrId, data: &'a [u8]) -> Self {
        Attribute {
            level: id.level().unwrap_or(Level::MESSAGE),
            id,
            declared_length: u32::try_from(data.len()).unwrap_or(u32::MAX),
            data,
            checksum: None,
            computed: None,
            offset: 0,
            framing: Framing::Declared,
        }
    }

    /// The attribute under the id by which it is read: some writers leave out the high word.
    #[must_use]
    pub fn as_read(self) -> Self {
        self.id.from_number_alone(self.level).map_or(self, |id| self.with_id(id))
    }

    /// The same attribute under another id.
    pub(crate) fn with_id(self, id: AttrId) -> Self {
        Attribute { id, ..self }
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The length in bytes that the header declares.
    #[must_use]
    pub fn declared_length(&self) -> u32 {
        self.declared_length
    }

    /// Offset of the level byte in the outermost input.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Offset of the data in the outermost input.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        (Offset::from(self.offset) + HEADER_LENGTH).get()
    }

    /// Where the data stands in the outermost input.
    pub(crate) fn data_range(&self) -> std::ops::Range<u64> {
        let start = self.data_offset();
        start..(Offset::from(start) + self.data.len()).get()
    }

    /// Returns how many bytes of the stream the attribute takes: header, data, and the checksum as far as it is there.
    #[must_use]
    pub fn wire_length(&self) -> u64 {
        let checksum = if self.checksum.is_some() { CHECKSUM_LENGTH } else { 0 };
        (Offset::of(self.data) + HEADER_LENGTH + checksum).get()
    }

    /// Returns how the end of the data was found.
    #[must_use]
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// The checksum in the stream; `None` if the stream ends before it.
    #[must_use]
    pub fn stored_checksum(&self) -> Option<u16> {
        self.checksum
    }

    /// Returns the sum of the data, which the checksum should be. The cost is that of reading the data once, unless the walk
    /// that the attribute comes from ([`Reader::pieces`](super::Reader::pieces)) has summed it.
    #[must_use]
    pub fn computed_checksum(&self) -> u16 {
        self.computed.unwrap_or_else(|| checksum(self.data))
    }

    /// Compares the checksum with the sum of the data, at the cost of [`Attribute::computed_checksum`].
    #[must_use]
    pub fn checksum_state(&self) -> ChecksumState {
        match self.checksum {
            None => ChecksumState::Missing,
            Some(stored) => match self.computed_checksum() {
                computed if computed == stored => ChecksumState::Match,
                computed => ChecksumState::Mismatch { stored, computed },
            },
        }
    }
}

/// The nine bytes before an attribute's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AttributeHeader {
    pub(crate) level: Level,
    pub(crate) id: AttrId,
    pub(crate) length: u32,
}

impl AttributeHeader {
    pub(crate) fn parse(input: &[u8]) -> Nom<'_, AttributeHeader> {
        (le_u8, le_u32, le_u32)
            .map(|(level, id, length)| AttributeHeader { level: Level(level), id: AttrId(id), length })
            .parse(input)
    }

    /// A level and an id that the specification knows: what an attribute's start looks like. attNull is never written, and
    /// looks like any run of zeros.
    pub(crate) fn is_plausible(&self) -> bool {
        self.level.is_valid() && self.id.is_known() && self.id != AttrId::NULL
    }

    /// What may be taken for an attribute if its checksum holds or another one follows.
    pub(crate) fn is_acceptable(&self) -> bool {
        self.level.is_valid() || (self.id.is_known() && self.id != AttrId::NULL)
    }

    /// Bytes from the level to the checksum, as declared.
    pub(crate) fn wire_length(&self) -> u64 {
        (Offset::from(self.length) + HEADER_LENGTH + CHECKSUM_LENGTH).get()
    }

    /// Whether the layout is one whose data may be long. Dates and numbers never are.
    pub(crate) fn may_be_long(&self) -> bool {
        self.id != AttrId::NULL
            && matches!(self.id.layout(), Layout::None | Layout::Text | Layout::Properties | Layout::Recipients | Layout::Bytes)
    }

    /// Whether data that ends out of sight may be believed in: on the id's own level, and no longer than its kind gets.
    pub(crate) fn is_sensible(&self) -> bool {
        self.id.level() == Some(self.level) && (self.length <= 0xFFFF || self.may_be_long())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_digests_table_is_known_by_name_and_level() {
        // The ids and levels of [MS-OXTNEF] 2.1.3.3, name by name.
        let rows = [
            (0x0008_9006, "attTnefVersion", 1),
            (0x0006_9007, "attOemCodepage", 1),
            (0x0007_8008, "attMessageClass", 1),
            (0x0007_0006, "attOriginalMessageClass", 1),
            (0x0007_0600, "attOriginalMessageClass", 1),
            (0x0000_8000, "attFrom", 1),
            (0x0001_8004, "attSubject", 1),
            (0x0003_8005, "attDateSent", 1),
            (0x0003_8006, "attDateRecd", 1),
            (0x0003_8020, "attDateModified", 1),
            (0x0006_8007, "attMessageStatus", 1),
            (0x0001_8009, "attMessageID", 1),
            (0x0001_800A, "attParentID", 1),
            (0x0001_800B, "attConversationID", 1),
            (0x0002_800C, "attBody", 1),
            (0x0004_800D, "attPriority", 1),
            (0x0006_0000, "attOwner", 1),
            (0x0006_0001, "attSentFor", 1),
            (0x0006_0002, "attDelegate", 1),
            (0x0003_0006, "attDateStart", 1),
            (0x0003_0007, "attDateEnd", 1),
            (0x0005_0008, "attAidOwner", 1),
            (0x0004_0009, "attRequestRes", 1),
            (0x0006_9004, "attRecipTable", 1),
            (0x0006_9003, "attMsgProps", 1),
            (0x0006_9002, "attAttachRendData", 2),
            (0x0001_8010, "attAttachTitle", 2),
            (0x0006_800F, "attAttachData", 2),
            (0x0006_8011, "attAttachMetaFile", 2),
            (0x0003_8012, "attAttachCreateDate", 2),
            (0x0003_8013, "attAttachModifyDate", 2),
            (0x0006_9001, "attAttachTransportFilename", 2),
            (0x0006_9005, "attAttachment", 2),
        ];
        for (id, name, level) in rows {
            assert_eq!(AttrId(id).to_string(), name);
            assert_eq!(AttrId(id).level(), Some(Level(level)), "{name}");
        }
        assert_eq!(AttrId::KNOWN.len(), rows.len() + 1, "and attNull");
        assert_eq!(AttrId::NULL.level(), None);
    }

    #[test]
    fn all_bits_of_an_id_count() {
        assert_ne!(AttrId::DATE_START.name(), AttrId::ORIGINAL_MESSAGE_CLASS.name());
        assert_eq!(AttrId(0x0001_9003).to_string(), "0x00019003");
        assert!(!AttrId(0x0001_9003).is_known());
    }

    #[test]
    fn a_number_alone_means_the_one_attribute_that_has_it() {
        assert_eq!(AttrId(0x800F).from_number_alone(Level::ATTACHMENT), Some(AttrId::ATTACH_DATA));
        assert_eq!(AttrId(0x800F).from_number_alone(Level::MESSAGE), None);
        // attDateStart and attOriginalMessageClass share the number.
        assert_eq!(AttrId(0x0006).from_number_alone(Level::MESSAGE), None);
        assert_eq!(AttrId::FROM.from_number_alone(Level::MESSAGE), None);
        assert_eq!(AttrId(0x0001_800F).from_number_alone(Level::ATTACHMENT), None);
    }

    #[test]
    fn parse_header_of_the_specifications_first_attribute() {
        let bytes = [1, 6, 0x90, 8, 0, 4, 0, 0, 0];
        let (rest, header) = AttributeHeader::parse(&bytes).unwrap();
        assert!(rest.is_empty());
        assert_eq!(header, AttributeHeader { level: Level::MESSAGE, id: AttrId::TNEF_VERSION, length: 4 });
        assert!(AttributeHeader::parse(&bytes[..8]).is_err());
    }
}
