//! Property lists: attMsgProps, attAttachment, rows of attRecipTable ([MS-OXTNEF] 2.1.3.4).
//!
//! ```text
//! u32  count
//! count times:
//!   u16  type, u16  id
//!   for ids from 0x8000:  16 bytes property set, u32 kind, then
//!     kind 0: u32 number    kind 1: u32 length, UTF-16LE text, padding
//!   value                   see `prop_value`
//! ```
//!
//! The strict walk ends at the first property that cannot be read. The recovering one goes on at the next place from which
//! properties fill the list exactly to its end: a multiple of four or, where there is none, any, since text conversion and lost
//! bytes shift what follows. Text, bytes and objects with a length that leads past the end, or past properties that fill the
//! list, are what there is of them up to there. It reads on behind a count that is too small if properties fill the rest.

use nom::Parser;
use nom::bytes::complete::take;

use crate::base::diag::Code;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::{Cursor, Nom, le_u16, le_u32, len64, length, padding, peek};
use crate::base::output::Emit;
use crate::base::{Offset, steps};
use crate::mapi::value_bytes::guid;
use crate::mapi::{NameKind, Object, PropId, PropName, PropTag, PropType, PropValue, Utf16};

use super::prop_value::{self, Values};

/// How many properties and values the recovering walk may look at to find where a list of `length` bytes goes on: every place twice, and
/// as many properties as long lists have.
pub(crate) fn search_steps(length: usize) -> usize {
    (Offset::from(length) * 2 + 10_000).index()
}

/// A property of a list: a view that borrows from the input.
///
/// Kept small, because walking a list is mostly moving these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyRef<'a> {
    wire: &'a [u8],
    offset: u64,
    /// Where in `wire` the value starts.
    value: usize,
    tag: PropTag,
    /// Bytes of padding at the end of `wire`, behind the value; none where the value is cut.
    padding: u8,
    truncated: bool,
}

impl<'a> PropertyRef<'a> {
    /// The tag. Where [`PropertyRef::name`] is set, its id is a placeholder.
    #[must_use]
    pub fn tag(&self) -> PropTag {
        self.tag
    }

    /// The name of a named property.
    #[must_use]
    pub fn name(&self) -> Option<PropName<'a>> {
        if !self.tag.id().is_named() {
            return None;
        }
        name(self.wire.get(4..)?).ok().map(|(_, name)| name)
    }

    /// Offset of the tag in the outermost input.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The encoded value, from its count or first byte to its last padding.
    #[must_use]
    #[inline]
    pub fn encoded_value(&self) -> &'a [u8] {
        let end = self.wire.len().saturating_sub(usize::from(self.padding));
        self.wire.get(self.value..end).unwrap_or_default()
    }

    /// Everything that the property takes: tag, name, value, padding.
    #[must_use]
    pub fn wire(&self) -> &'a [u8] {
        self.wire
    }

    /// Offset in the outermost input of a slice of this property, such as the data of its value.
    #[must_use]
    pub fn offset_of(&self, part: &[u8]) -> u64 {
        // Addresses, because the slices are what is left of the input; a slice from elsewhere gives the property's offset.
        let distance = part.as_ptr().addr().wrapping_sub(self.wire.as_ptr().addr());
        let distance = if distance <= self.wire.len() { distance } else { 0 };
        (Offset::from(self.offset) + distance).get()
    }

    /// Offset in the outermost input of the data of a binary value or an object, behind count, length and interface id; of other
    /// properties that of the tag.
    pub(crate) fn data_offset(&self) -> u64 {
        match self.values().next() {
            Some(PropValue::Object(Object { data, .. }) | PropValue::Binary(data)) => self.offset_of(&data),
            _ => self.offset,
        }
    }

    /// Returns whether the list, or the place where it goes on, came before the end of the value; what there is of it is the value.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The values one after the other: one for single-valued types. Does not allocate.
    #[must_use]
    #[inline]
    pub fn values(&self) -> Values<'a> {
        Values::new(self.tag.prop_type(), self.encoded_value())
    }

    /// The value; a list, which allocates, for multi-valued types.
    #[must_use]
    #[inline]
    pub fn value(&self) -> PropValue<'a> {
        prop_value::decode(self.tag.prop_type(), self.encoded_value()).unwrap_or(PropValue::Unspecified)
    }

    /// The count field of a variable-size property; `None` for types that have none.
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        match prop_value::size(self.tag.prop_type()) {
            prop_value::Size::Counted | prop_value::Size::CountedFixed(_) => Some(self.values().count_left()),
            _ => None,
        }
    }

    /// Whether there is nothing to say of the encoding: a single value, whole, zeros for padding, text that is UTF-16, an
    /// object with its interface. `false` says nothing.
    #[inline]
    pub(crate) fn is_plain(&self, value: &PropValue<'_>) -> bool {
        if self.truncated {
            return false;
        }
        let encoded = self.encoded_value();
        // What follows a single value is its padding, where the count is 1 and all values of the type have a length.
        let counted = |length: usize| {
            let padding = encoded.get(length.saturating_add(8)..).unwrap_or_default();
            padding.iter().all(|byte| *byte == 0) && peek(le_u32, encoded) == Some(1)
        };
        match value {
            PropValue::String(text) => text.has_no_surrogate() && counted(text.0.len()),
            PropValue::String8(text) => counted(text.0.len()),
            PropValue::Binary(bytes) => counted(bytes.len()),
            PropValue::Boolean(_) | PropValue::Integer16(_) => encoded.get(2..).is_some_and(|padding| padding == [0, 0]),
            PropValue::Unspecified
            | PropValue::Null
            | PropValue::Integer32(_)
            | PropValue::Integer64(_)
            | PropValue::Floating32(_)
            | PropValue::Floating64(_)
            | PropValue::Currency(_)
            | PropValue::FloatingTime(_)
            | PropValue::ErrorCode(_)
            | PropValue::Time(_)
            | PropValue::Guid(_) => true,
            _ => false,
        }
    }

    /// Returns whether all padding of the value is zero.
    #[must_use]
    pub fn padding_is_zero(&self) -> bool {
        prop_value::padding_is_zero(self.tag.prop_type(), self.encoded_value())
    }
}

#[inline]
pub(crate) fn tag(input: &[u8]) -> Nom<'_, PropTag> {
    (le_u16, le_u16).map(|(prop_type, id)| PropTag::new(PropId(id), PropType(prop_type))).parse(input)
}

pub(crate) fn name(input: &[u8]) -> Nom<'_, PropName<'_>> {
    let (rest, set) = take(16usize).parse(input)?;
    let (set, _) = guid(set).ok_or(nom::Err::Error(()))?;
    let (rest, kind) = le_u32(rest)?;
    match kind {
        0 => le_u32.map(|lid| PropName { set, kind: NameKind::Lid(lid) }).parse(rest),
        1 => {
            let (rest, declared) = le_u32(rest)?;
            let (rest, text) = take(length(declared)).parse(rest)?;
            let (rest, _) = take(padding(text.len())).parse(rest)?;
            Ok((rest, PropName { set, kind: NameKind::String(Utf16(text.into())) }))
        }
        _ => Err(nom::Err::Error(())),
    }
}

/// Goes over a name without making one.
#[inline]
pub(super) fn skip_name(input: &[u8]) -> Nom<'_, ()> {
    let (rest, (_, kind)) = (take(16usize), le_u32).parse(input)?;
    match kind {
        0 => le_u32.map(|_| ()).parse(rest),
        1 => {
            let (rest, declared) = le_u32(rest)?;
            let text = length(declared);
            let (rest, _) = (take(text), take(padding(text))).parse(rest)?;
            Ok((rest, ()))
        }
        _ => Err(nom::Err::Error(())),
    }
}

/// Why a property could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) code: Code,
    pub(crate) tag: Option<PropTag>,
}

/// One property at the cursor; on failure the cursor stays.
#[inline]
pub(crate) fn property<'a>(cursor: &mut Cursor<'a>) -> std::result::Result<PropertyRef<'a>, Unreadable> {
    let mut unbounded = usize::MAX;
    property_within(cursor, &mut unbounded)
}

/// The same in a search, looking at no more than `steps` values.
#[inline]
pub(crate) fn property_within<'a>(
    cursor: &mut Cursor<'a>,
    steps: &mut usize,
) -> std::result::Result<PropertyRef<'a>, Unreadable> {
    steps::count(1);
    // On plain slices: the cursor moves once, at the end.
    let (input, offset) = (cursor.rest(), cursor.offset());
    let (rest, tag) = tag(input).map_err(|_| Unreadable { code: Code::PropertyTruncated, tag: None })?;
    let truncated = |_| Unreadable { code: Code::PropertyTruncated, tag: Some(tag) };
    let size = prop_value::size(tag.prop_type());
    if size == prop_value::Size::Unknown {
        return Err(Unreadable { code: Code::UnknownPropertyType, tag: Some(tag) });
    }
    let rest = if tag.id().is_named() { skip_name(rest).map_err(truncated)?.0 } else { rest };
    let value = input.len().saturating_sub(rest.len());
    let length = prop_value::extent(size, rest, steps).ok_or_else(|| truncated(nom::Err::Error(())))?;
    let wire = cursor.take_up_to(value.saturating_add(length));
    Ok(PropertyRef { wire, offset, value, tag, padding: 0, truncated: false })
}

/// The property that fills `cursor`, whatever its length says: single-valued text, bytes or object of which there is a part.
/// Where it is `followed` by others, its padding is there as well.
pub(crate) fn cut_property<'a>(cursor: &mut Cursor<'a>, followed: bool) -> Option<PropertyRef<'a>> {
    let start = *cursor;
    let mut at = start;
    let tag = at.parse(tag)?;
    if prop_value::size(tag.prop_type()) != prop_value::Size::Counted || tag.prop_type().is_multiple() {
        return None;
    }
    if tag.id().is_named() {
        at.parse(skip_name)?;
    }
    let value = at.rest();
    let (_, (count, declared)) = (le_u32, le_u32).parse(value).ok()?;
    if count != 1 || value.len() <= 8 {
        return None;
    }
    let pad = if followed { padding(length(declared)) } else { 0 };
    let (data, tail) = value.split_at_checked(value.len().checked_sub(pad)?)?;
    let is_padding = data.len() >= 8 && tail.iter().all(|byte| *byte == 0);
    cursor.take_rest();
    Some(PropertyRef {
        wire: start.rest(),
        offset: start.offset(),
        value: start.rest().len().saturating_sub(value.len()),
        tag,
        padding: if is_padding { u8::try_from(pad).unwrap_or(0) } else { 0 },
        truncated: true,
    })
}

/// A property list in memory. Making one costs nothing; the walks are lazy and do not allocate.
#[derive(Debug, Clone, Copy)]
pub struct PropertyList<'a> {
    count: u32,
    items: Cursor<'a>,
}

impl<'a> PropertyList<'a> {
    /// The list that `data` holds, which stands at `offset` of the outermost input.
    ///
    /// # Errors
    /// Malformed if there are not even four bytes.
    pub fn new(data: &'a [u8], offset: u64) -> Result<Self> {
        let mut items = Cursor::new(data, offset);
        let count = items.parse(le_u32).ok_or_else(|| {
            Error::malformed(Code::PropertyTruncated, offset, format!("{} bytes are no property list", data.len()))
        })?;
        Ok(PropertyList { count, items })
    }

    /// The declared number of properties.
    #[must_use]
    pub fn declared_count(&self) -> u32 {
        self.count
    }

    /// Offset of the count in the outermost input.
    #[must_use]
    pub fn offset(&self) -> u64 {
        (self.items.place() - 4).get()
    }

    /// How many properties to make room for: as many as are declared and as there may be bytes for, within reason.
    pub(crate) fn room(&self) -> usize {
        // Most take eight bytes or more, and a list that says too much of itself costs little.
        length(self.count).min(self.items.rest().len() / 8).min(1024)
    }

    /// The properties, as many as declared. Ends after the first error.
    #[must_use]
    pub fn iter(&self) -> Properties<'a> {
        Properties { cursor: self.items, left: self.count }
    }

    /// The list as pieces that cover all of it behind its count, whatever is in it.
    #[must_use]
    pub fn pieces(&self) -> PropertyPieces<'a> {
        PropertyPieces { cursor: self.items, left: self.count, steps: search_steps(self.items.rest().len()) }
    }
}

impl<'a> IntoIterator for PropertyList<'a> {
    type Item = Result<PropertyRef<'a>>;
    type IntoIter = Properties<'a>;

    fn into_iter(self) -> Properties<'a> {
        self.iter()
    }
}

/// The strict walk over a property list.
#[derive(Debug, Clone)]
pub struct Properties<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) left: u32,
}

impl<'a> Iterator for Properties<'a> {
    type Item = Result<PropertyRef<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match property(&mut self.cursor) {
            Ok(property) => Some(Ok(property)),
            Err(unreadable) => {
                self.left = 0;
                Some(Err(unreadable.into_error(self.cursor.offset())))
            }
        }
    }
}

impl Unreadable {
    #[cold]
    fn into_error(self, offset: u64) -> Error {
        let what = self.tag.map_or_else(|| "property".to_owned(), |tag| format!("property {tag}"));
        let message = match self.code {
            Code::UnknownPropertyType => format!("{what} has an unknown type"),
            _ => format!("{what} runs past the end of its list"),
        };
        Error::malformed(self.code, offset, message)
    }
}

/// A piece of a property list.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyPiece<'a> {
    /// A property.
    Property(PropertyRef<'a>),
    /// Bytes that no property could be read from.
    Lost {
        /// Why: of unknown type, or past the end, or behind the last property.
        code: Code,
        /// The tag that stands there, if there are bytes for one.
        tag: Option<PropTag>,
        /// The bytes.
        bytes: &'a [u8],
        /// Their offset in the outermost input.
        offset: u64,
    },
}

/// The recovering walk over a property list.
#[derive(Debug, Clone)]
pub struct PropertyPieces<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) left: u32,
    /// Properties that searches may still look at.
    steps: usize,
}

impl<'a> PropertyPieces<'a> {
    /// A walk that goes on where a stream reader stands, between two properties, with all of the rest of the list in memory.
    pub(crate) fn resume(rest: Cursor<'a>, left: u32, steps: usize) -> Self {
        PropertyPieces { cursor: rest, left, steps }
    }

    /// How many properties are still declared and may still be looked at.
    pub(crate) fn progress(&self) -> (u32, usize) {
        (self.left, self.steps)
    }

    /// Whether properties that make sense lead from `cursor` exactly to the end of the list.
    fn leads_to_end(&mut self, cursor: Cursor<'a>) -> bool {
        let mut cursor = cursor;
        while cursor.rest().len() >= 4 {
            let Some(steps) = self.steps.checked_sub(1) else { return false };
            self.steps = steps;
            match property_within(&mut cursor, &mut self.steps) {
                // Zeros would read as endless PtypUnspecified.
                Ok(property) if property.tag.id().0 != 0 && property.tag.prop_type() != PropType::UNSPECIFIED => {}
                _ => return false,
            }
        }
        cursor.rest().is_empty()
    }

    /// The first place from `from` on, in steps of `step`, from which properties lead to the end of the list.
    fn resync(&mut self, from: Cursor<'a>, step: usize) -> Option<Cursor<'a>> {
        let mut at = from;
        while at.rest().len() > 4 && self.steps > 0 {
            if self.leads_to_end(at) {
                return Some(at);
            }
            at.take_up_to(step);
        }
        None
    }

    /// What stands between `start` and where the list goes on, or its end; moves there.
    fn skip(&mut self, start: Cursor<'a>) -> Cursor<'a> {
        let (mut aligned, mut any) = (start, start);
        aligned.take_up_to(4);
        any.take_up_to(1);
        let next = self.resync(aligned, 4).or_else(|| self.resync(any, 1));
        self.cursor = next.unwrap_or_else(|| {
            aligned.take_rest();
            aligned
        });
        start.before(&self.cursor)
    }

    /// Whether what follows at `cursor` looks like what is still to come. Cheap: it is asked behind every text, binary or object.
    #[inline]
    pub(super) fn looks_right(cursor: &Cursor<'a>, left: u32) -> bool {
        if left == 0 {
            return true;
        }
        peek(le_u32, cursor.rest()).map(PropTag).is_some_and(|tag| {
            let known = prop_value::size(tag.prop_type()) != prop_value::Size::Unknown;
            tag.id().0 != 0 && known && tag.prop_type() != PropType::UNSPECIFIED
        })
    }

    /// Whether as many properties as are still declared fill the rest of the list. Then it is what it says, whatever it looks
    /// like.
    fn is_as_declared(&mut self, left: u32) -> bool {
        let mut cursor = self.cursor;
        for _ in 0..left {
            let Some(steps) = self.steps.checked_sub(1) else { return false };
            self.steps = steps;
            if property_within(&mut cursor, &mut self.steps).is_err() {
                return false;
            }
        }
        cursor.rest().is_empty()
    }

    /// The property at `start` again, if its length leads past others that fill the rest of the list.
    fn shortened(&mut self, start: Cursor<'a>, property: &PropertyRef<'a>) -> Option<PropertyRef<'a>> {
        let mut from = start;
        // Behind tag, name, count and length.
        from.take_up_to(property.value);
        from.take_up_to(8);
        let next = self.resync(from, 1).filter(|next| next.rest().len() > self.cursor.rest().len())?;
        let cut = cut_property(&mut start.before(&next), true)?;
        self.cursor = next;
        Some(cut)
    }
}

impl<'a> Iterator for PropertyPieces<'a> {
    type Item = PropertyPiece<'a>;

    fn next(&mut self) -> Option<PropertyPiece<'a>> {
        if self.cursor.rest().is_empty() {
            return None;
        }
        if self.left == 0 && self.leads_to_end(self.cursor) {
            // The count is too small. What follows are properties all the way, so the question need not be asked again.
            self.left = u32::MAX;
        }
        if self.left == 0 {
            let (offset, bytes) = (self.cursor.offset(), self.cursor.take_rest());
            return Some(PropertyPiece::Lost { code: Code::TrailingPropertyBytes, tag: None, bytes, offset });
        }
        let start = self.cursor;
        let left = self.left.saturating_sub(1);
        let piece = match property(&mut self.cursor) {
            Ok(property) => {
                let counted = prop_value::size(property.tag.prop_type()) == prop_value::Size::Counted;
                let doubtful = counted && !PropertyPieces::looks_right(&self.cursor, left) && !self.is_as_declared(left);
                let again = if doubtful { self.shortened(start, &property) } else { None };
                PropertyPiece::Property(again.unwrap_or(property))
            }
            Err(Unreadable { code, tag }) => {
                let mut skipped = self.skip(start);
                let followed = !self.cursor.rest().is_empty();
                let cut = if code == Code::PropertyTruncated { cut_property(&mut skipped, followed) } else { None };
                match cut {
                    Some(property) => PropertyPiece::Property(property),
                    None => PropertyPiece::Lost { code, tag, bytes: skipped.rest(), offset: skipped.offset() },
                }
            }
        };
        self.left = left;
        Some(piece)
    }
}

/// Appends one property.
///
/// # Errors
/// Unencodable if the value does not fit the tag's type, if a named id has no name or the reverse, or a length overflows.
pub(crate) fn emit(out: &mut Vec<u8>, tag: PropTag, name: Option<&PropName<'_>>, value: &PropValue<'_>) -> Result<()> {
    out.emit_u16(tag.prop_type().0);
    out.emit_u16(tag.id().0);
    match (tag.id().is_named(), name) {
        (false, None) => {}
        (true, Some(name)) => emit_name(out, name)?,
        (true, None) => {
            return Err(Error::new(ErrorKind::Unencodable, format!("property {tag} has an id of the named range and no name")));
        }
        (false, Some(name)) => {
            return Err(Error::new(ErrorKind::Unencodable, format!("property {tag} has the name {name} and an id below 0x8000")));
        }
    }
    prop_value::emit(out, tag, value)
}

fn emit_name(out: &mut Vec<u8>, name: &PropName<'_>) -> Result<()> {
    out.emit_bytes(&name.set.to_bytes_le());
    match &name.kind {
        NameKind::Lid(lid) => {
            out.emit_u32(0);
            out.emit_u32(*lid);
        }
        NameKind::String(text) => {
            out.emit_u32(1);
            let mark = out.emit_length_mark();
            let start = out.len();
            out.emit_bytes(&text.0);
            out.fill_length(mark).ok_or_else(|| Error::new(ErrorKind::Unencodable, "property name longer than 4 GiB"))?;
            out.emit_pad4(start);
        }
    }
    Ok(())
}

impl PropertyPiece<'_> {
    /// Returns how many bytes of the list it takes. Over all pieces, and four for the count, that is the length of the list.
    #[must_use]
    pub fn wire_length(&self) -> u64 {
        match self {
            PropertyPiece::Property(property) => len64(property.wire),
            PropertyPiece::Lost { bytes, .. } => len64(bytes),
        }
    }
}

#[cfg(test)]
mod tests;
