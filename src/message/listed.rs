//! Property lists and rows on their way into a message: each property is judged while it is at hand ([MS-OXTNEF] 2.1.3.4).

use std::collections::HashMap;

use crate::base::CodePage;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::error::Result;
use crate::base::input::len64;
use crate::base::limits::Resource;
use crate::mapi::{Object, PropId, PropTag, PropValue, Property, PropertyBag, Source, tags};
use crate::tnef::plain::PlainProperty;
use crate::tnef::{PropertyList, PropertyPiece, PropertyRef, Rows};

/// How many properties attributes may add to a list, mostly: else the list would have to be moved.
const LEGACY: usize = 8;

/// Reads a list whose end is known, and judges it. Where the limit of properties ended that, the result says from which offset
/// on the list was not read. `seen` is told of each property and where its data starts.
pub(super) fn property_list<'a>(
    ctx: &mut Ctx<'_>,
    list: &PropertyList<'a>,
    set: &mut PropertyBag<'a>,
    doubtful: &mut bool,
    seen: impl FnMut(PropId, &dyn Fn() -> u64),
) -> Result<Option<u64>> {
    walk::<true>(ctx, list, set, doubtful, seen)
}

/// The same; if `SHORT`, properties of which there is nothing to say go their own way, which finds the same in a third of the time.
#[inline(always)]
fn walk<'a, const SHORT: bool>(
    ctx: &mut Ctx<'_>,
    list: &PropertyList<'a>,
    set: &mut PropertyBag<'a>,
    doubtful: &mut bool,
    mut seen: impl FnMut(PropId, &dyn Fn() -> u64),
) -> Result<Option<u64>> {
    let mut count = 0u64;
    let mut lost = false;
    // Whether there may be a tag that stands twice is found on the way.
    let (mut few, mut many) = (SeenIds::<32>::default(), (list.room() > 64).then(|| Box::new(SeenIds::<512>::default())));
    let mut is_seen = |id: PropId| match &mut many {
        _ if id.is_named() => false,
        Some(many) => many.is_again(id),
        None => few.is_again(id),
    };
    let mut is_again = false;
    *doubtful |= !set.is_empty();
    set.reserve(list.room().saturating_add(LEGACY));
    let mut pieces = list.pieces();
    loop {
        while let Some(property) = if SHORT { add_plain(ctx, || pieces.next_plain(), set) } else { None } {
            count = count.saturating_add(1);
            is_again |= is_seen(property.tag.id());
            seen(property.tag.id(), &|| property.data_offset());
        }
        let Some(piece) = pieces.next() else { break };
        match piece {
            PropertyPiece::Property(property) => {
                count = count.saturating_add(1);
                lost |= property.is_truncated();
                is_again |= is_seen(property.tag().id());
                let stopped = add(ctx, &property, set, doubtful)?;
                if stopped.is_some() {
                    *doubtful = true;
                    return Ok(stopped);
                }
                seen(property.tag().id(), &|| property.data_offset());
            }
            PropertyPiece::Lost { code, tag, bytes, offset } => {
                lost = true;
                let length = bytes.len();
                let detail = match (code, tag) {
                    (Code::TrailingPropertyBytes, _) => format!("{length} bytes after the last property are no property"),
                    (Code::UnknownPropertyType, Some(tag)) => {
                        format!("property {tag} has unknown type 0x{:04X}; {length} bytes skipped", tag.prop_type().0)
                    }
                    (_, Some(tag)) => format!("property {tag} runs past the end of its list; {length} bytes skipped"),
                    (_, None) => format!("{length} bytes are no property"),
                };
                ctx.defect(code, offset, len64(bytes), detail)?;
            }
        }
    }
    if count != u64::from(list.declared_count()) && !lost {
        let detail = format!("{} properties declared, {count} found", list.declared_count());
        ctx.defect(Code::PropertyCountMismatch, list.offset(), 4, detail)?;
    }
    *doubtful |= is_again && set.has_tag_twice();
    Ok(None)
}

/// The ids of a list: a bit for each or, in a table of fewer words than 1,024, for all that have the same low bits. The number of
/// words is a power of two.
struct SeenIds<const WORDS: usize> {
    words: [u64; WORDS],
}

impl<const WORDS: usize> Default for SeenIds<WORDS> {
    fn default() -> Self {
        SeenIds { words: [0; WORDS] }
    }
}

impl<const WORDS: usize> SeenIds<WORDS> {
    /// Whether `id` may have been there before.
    #[inline(always)]
    fn is_again(&mut self, id: PropId) -> bool {
        let (bit, place) = (1u64 << (id.0 & 63), usize::from(id.0 >> 6) & WORDS.wrapping_sub(1));
        self.words.get_mut(place).is_some_and(|word| std::mem::replace(word, *word | bit) & bit != 0)
    }
}

/// Adds a property of which there is nothing to say, if there is one, and another may be read.
#[inline(always)]
fn add_plain<'a>(
    ctx: &mut Ctx<'_>,
    next: impl FnOnce() -> Option<PlainProperty<'a>>,
    set: &mut PropertyBag<'a>,
) -> Option<PlainProperty<'a>> {
    if ctx.budget.properties() == 0 {
        return None;
    }
    let property = next()?;
    ctx.budget.spend_properties(1);
    push_plain(&property, set);
    Some(property)
}

#[inline(always)]
fn push_plain<'a>(property: &PlainProperty<'a>, set: &mut PropertyBag<'a>) {
    let source = Source::List { offset: property.offset };
    let name = property.name().map(Box::new);
    set.push(Property { tag: property.tag, name, value: property.value(), source });
}

/// Judges a property and adds it to `set`; returns its offset if the limit of properties is reached.
pub(super) fn add<'a>(
    ctx: &mut Ctx<'_>,
    property: &PropertyRef<'a>,
    set: &mut PropertyBag<'a>,
    doubtful: &mut bool,
) -> Result<Option<u64>> {
    if let Err(error) = ctx.budget.take(Resource::Properties, property.offset()) {
        ctx.limit(error)?;
        return Ok(Some(property.offset()));
    }
    let source = Source::List { offset: property.offset() };
    let name = property.name().map(Box::new);
    let value = property.value();
    if !property.is_plain(&value) {
        judge(ctx, property, &value)?;
    }
    *doubtful |= is_doubtful(&value);
    set.push(Property { tag: property.tag(), name, value, source });
    Ok(None)
}

/// The next row of a table, if there is nothing to say of any of its properties, and where it starts; else the walk stays where it is.
#[inline]
pub(super) fn plain_row<'a>(ctx: &mut Ctx<'_>, rows: &mut Rows<'a>) -> Option<(PropertyBag<'a>, u64)> {
    if ctx.budget.recipients() == 0 {
        return None;
    }
    let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
    let mut ids = SeenIds::<16>::default();
    let most = ctx.budget.properties();
    let offset = rows.next_plain(|list, property| {
        if set.is_empty() {
            set.reserve(list.room());
        }
        push_plain(property, &mut set);
        // What may stand twice is compared, and what the limit ends is said.
        let is_again = !property.tag.id().is_named() && ids.is_again(property.tag.id());
        !is_again && set.len() <= most
    })?;
    ctx.budget.take(Resource::Recipients, offset).ok()?;
    ctx.budget.spend_properties(set.len());
    Some((set, offset))
}

/// Reads a row of a table, all of whose properties can be read; the result is that of [`property_list`].
pub(super) fn row_properties<'a>(
    ctx: &mut Ctx<'_>,
    list: &PropertyList<'a>,
    set: &mut PropertyBag<'a>,
    doubtful: &mut bool,
) -> Result<Option<u64>> {
    set.reserve(list.room());
    for property in list.iter().flatten() {
        let stopped = add(ctx, &property, set, doubtful)?;
        if stopped.is_some() {
            return Ok(stopped);
        }
    }
    Ok(None)
}

/// Whether [`undecodable`] may have something to say of a value: text outside ASCII in a code page, or behind a NUL. Asked while the value
/// is at hand, as to go over a long list again takes a tenth of the time that reading takes.
#[inline]
pub(super) fn is_doubtful(value: &PropValue<'_>) -> bool {
    match value {
        PropValue::String(text) => !text.behind_nul().is_empty(),
        PropValue::String8(text) => !text.text_bytes().is_ascii() || !text.behind_nul().is_empty(),
        PropValue::Multiple(values) => values.iter().any(is_doubtful),
        _ => false,
    }
}

/// Judges the encoding of one property that is not plain.
#[cold]
fn judge(ctx: &mut Ctx<'_>, property: &PropertyRef<'_>, value: &PropValue<'_>) -> Result<()> {
    let (tag, offset) = (property.tag(), property.offset());
    let length = len64(property.wire());
    if property.is_truncated() {
        let detail = format!("property {tag} is cut; {} bytes of it are there", property.wire().len());
        ctx.defect(Code::PropertyTruncated, offset, 0, detail)?;
    }
    if !tag.prop_type().is_multiple() {
        match property.count() {
            Some(count) if count != 1 => {
                ctx.defect(Code::InvalidValueCount, offset, length, format!("property {tag} has {count} values"))?;
            }
            _ => {}
        }
    }
    if !property.padding_is_zero() {
        ctx.defect(Code::NonZeroPadding, offset, length, format!("padding of property {tag} is not zero"))?;
    }
    let values = match value {
        PropValue::Multiple(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    for value in values {
        match value {
            PropValue::String(text) if text.0.len() % 2 != 0 => {
                let detail = format!("property {tag} has {} bytes of UTF-16", text.0.len());
                ctx.defect(Code::OddUnicodeLength, offset, length, detail)?;
            }
            PropValue::String(text) if !text.is_valid() => {
                ctx.defect(Code::UndecodableText, offset, length, format!("property {tag} has an unpaired surrogate"))?;
            }
            PropValue::Object(Object { interface: None, .. }) => {
                ctx.defect(Code::InvalidObject, offset, length, format!("property {tag} is too short for an interface id"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Says which 8-bit strings of a set its code page cannot decode, which hide text behind a NUL, and which properties contradict each
/// other.
pub(super) fn undecodable(ctx: &mut Ctx<'_>, set: &PropertyBag<'_>, name: &'static str, index: Option<usize>) -> Result<()> {
    // Asked of every set: lists without a tag that stands twice, which is nearly all, are told without a table.
    let mut first: Option<HashMap<PropTag, &PropValue<'_>>> = set.has_tag_twice().then(HashMap::new);
    for property in set {
        let offset = match property.source {
            Source::List { offset } | Source::Attribute { offset } => offset,
            Source::Made => continue,
        };
        let values = match &property.value {
            PropValue::Multiple(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            let behind = match value {
                PropValue::String8(text) => text.behind_nul(),
                PropValue::String(text) => text.behind_nul(),
                _ => &[],
            };
            if !behind.is_empty() {
                let detail = format!("property {} has {} bytes behind the NUL that ends its text", property.tag, behind.len());
                ctx.within(name, index, |ctx| ctx.defect(Code::TextBehindNul, offset, len64(behind), detail))?;
            }
            let PropValue::String8(text) = value else { continue };
            if !text.text_bytes().is_ascii() && set.code_page().decode_or_latin1(text.text_bytes()).malformed {
                let detail = format!("property {} has bytes that code page {} does not have", property.tag, set.code_page());
                ctx.within(name, index, |ctx| ctx.defect(Code::UndecodableText, offset, len64(&text.0), detail))?;
            }
        }
        let Some(first) = &mut first else { continue };
        if property.name.is_none() {
            match first.get(&property.tag) {
                Some(value) if **value != property.value => {
                    let detail = format!("property {} occurs again with another value", property.tag);
                    let code = match property.tag.id() {
                        id if id == tags::ATTACH_DATA_BINARY.id() => Code::ConflictingContent,
                        id if [tags::BODY.id(), tags::HTML.id(), tags::RTF_COMPRESSED.id()].contains(&id) => {
                            Code::ConflictingBody
                        }
                        _ => Code::DuplicateProperty,
                    };
                    ctx.within(name, index, |ctx| ctx.defect(code, offset, 0, detail))?;
                }
                Some(_) => {}
                None => {
                    first.insert(property.tag, &property.value);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
