//! Properties of which there is nothing to say ([MS-OXTNEF] 2.1.3.4), which nearly all are: whole, of a usual type, a single value,
//! zeros for padding, text that needs no second look.
//!
//! They are read in one go, from tag to value. [`super::props`] reads the others, and may read these as well: with the same result.

use crate::base::input::{Cursor, le_u16, le_u32, le_u64, length, padding};
use crate::base::steps;
use crate::base::wire::signed;
use crate::base::{FileTime, Offset};
use crate::mapi::{PropName, PropTag, PropType, PropValue, String8, Utf16};

use super::props::{Properties, PropertyList, PropertyPieces, name, skip_name, tag};
use super::recip_table::Rows;

/// A property of which there is nothing to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainProperty<'a> {
    pub(crate) tag: PropTag,
    /// Offset of the tag in the outermost input.
    pub(crate) offset: u64,
    /// What follows the tag: the name, where there is one, and the value.
    behind_tag: &'a [u8],
    value: PlainValue<'a>,
}

#[derive(Debug, Clone, Copy)]
enum PlainValue<'a> {
    Integer32(u32),
    Time(u64),
    Boolean(bool),
    String(&'a [u8]),
    String8(&'a [u8]),
    Binary(&'a [u8]),
}

impl<'a> PlainProperty<'a> {
    /// The name of a named property.
    #[inline(always)]
    pub(crate) fn name(&self) -> Option<PropName<'a>> {
        if self.tag.id().is_named() { name(self.behind_tag).ok().map(|(_, name)| name) } else { None }
    }

    /// The value.
    #[inline(always)]
    pub(crate) fn value(&self) -> PropValue<'a> {
        match self.value {
            PlainValue::Integer32(value) => PropValue::Integer32(signed(value)),
            PlainValue::Time(value) => PropValue::Time(FileTime(value)),
            PlainValue::Boolean(value) => PropValue::Boolean(value),
            PlainValue::String(bytes) => PropValue::String(Utf16(bytes.into())),
            PlainValue::String8(bytes) => PropValue::String8(String8(bytes.into())),
            PlainValue::Binary(bytes) => PropValue::Binary(bytes.into()),
        }
    }

    /// Offset of the bytes of a binary value, of other properties that of the tag.
    pub(crate) fn data_offset(&self) -> u64 {
        match self.value {
            PlainValue::Binary(bytes) => {
                let before = bytes.as_ptr().addr().wrapping_sub(self.behind_tag.as_ptr().addr());
                (Offset::from(self.offset) + 4usize + before).get()
            }
            _ => self.offset,
        }
    }

    /// The property at the cursor, which moves past it; where the cursor stays, there may be one of another kind.
    #[inline(always)]
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        steps::count(1);
        let (input, offset) = (cursor.rest(), cursor.offset());
        let (behind_tag, tag) = tag(input).ok()?;
        let rest = if tag.id().is_named() { skip_name(behind_tag).ok()?.0 } else { behind_tag };
        let (rest, value) = match tag.prop_type() {
            PropType::INTEGER32 => le_u32(rest).map(|(rest, value)| (rest, PlainValue::Integer32(value))).ok()?,
            PropType::TIME => le_u64(rest).map(|(rest, value)| (rest, PlainValue::Time(value))).ok()?,
            PropType::BOOLEAN => {
                let (rest, value) = le_u16(rest).ok()?;
                let (rest, padding) = le_u16(rest).ok()?;
                if padding != 0 {
                    return None;
                }
                (rest, PlainValue::Boolean(value != 0))
            }
            PropType::STRING => {
                let (rest, bytes) = counted(rest)?;
                if !Utf16::is_plain_text(bytes) {
                    return None;
                }
                (rest, PlainValue::String(bytes))
            }
            PropType::STRING8 => {
                let (rest, bytes) = counted(rest)?;
                if !String8::is_plain_text(bytes) {
                    return None;
                }
                (rest, PlainValue::String8(bytes))
            }
            PropType::BINARY => {
                let (rest, bytes) = counted(rest)?;
                (rest, PlainValue::Binary(bytes))
            }
            _ => return None,
        };
        cursor.take_up_to(input.len().saturating_sub(rest.len()));
        Some(PlainProperty { tag, offset, behind_tag, value })
    }
}

/// A single counted value with its padding. Returns what follows, and the bytes.
#[inline(always)]
fn counted(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (rest, count) = le_u32(input).ok()?;
    let (rest, declared) = le_u32(rest).ok()?;
    let (bytes, rest) = rest.split_at_checked(length(declared))?;
    let (padding, rest) = rest.split_at_checked(padding(bytes.len()))?;
    (count == 1 && padding.iter().all(|byte| *byte == 0)).then_some((rest, bytes))
}

impl<'a> PropertyPieces<'a> {
    /// The next piece, if it is a plain property; else the walk stays where it is.
    #[inline(always)]
    pub(crate) fn next_plain(&mut self) -> Option<PlainProperty<'a>> {
        let left = self.left.checked_sub(1)?;
        let mut cursor = self.cursor;
        let property = PlainProperty::read(&mut cursor)?;
        let is_counted = matches!(property.value, PlainValue::String(_) | PlainValue::String8(_) | PlainValue::Binary(_));
        if is_counted && !PropertyPieces::looks_right(&cursor, left) {
            return None;
        }
        (self.cursor, self.left) = (cursor, left);
        Some(property)
    }
}

impl<'a> Properties<'a> {
    /// The next property, if it is a plain one; else the walk stays where it is.
    #[inline(always)]
    pub(crate) fn next_plain(&mut self) -> Option<PlainProperty<'a>> {
        let left = self.left.checked_sub(1)?;
        let property = PlainProperty::read(&mut self.cursor)?;
        self.left = left;
        Some(property)
    }
}

impl<'a> Rows<'a> {
    /// The next row, if all of its properties are plain: as many as are declared, and where it starts. Hands each to `push` and goes
    /// past the row if `push` takes all; else the walk stays where it is.
    #[inline(always)]
    pub(crate) fn next_plain(&mut self, mut push: impl FnMut(&PropertyList<'a>, &PlainProperty<'a>) -> bool) -> Option<u64> {
        let left = self.left.checked_sub(1)?;
        let list = PropertyList::new(self.cursor.rest(), self.cursor.offset()).ok()?;
        let mut properties = list.iter();
        for _ in 0..list.declared_count() {
            let property = properties.next_plain()?;
            if !push(&list, &property) {
                return None;
            }
        }
        (self.cursor, self.left) = (properties.cursor, left);
        Some(list.offset())
    }
}
