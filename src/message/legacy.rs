//! What attributes say that property lists do not ([MS-OXTNEF] 2.1.3.3).

use std::borrow::Cow;

use crate::base::CodePage;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::error::Result;
use crate::base::input::len64;
use crate::mapi::{PropValue, Property, PropertyBag, tags};
use crate::tnef::value::path_name;
use crate::tnef::{AttrId, Attribute, mapping};

use super::listed::is_doubtful;

/// The attributes of a message that count, the last of each id, in their order.
pub(super) fn effective<'b, 'a>(attributes: &'b [Attribute<'a>]) -> Cow<'b, [Attribute<'a>]> {
    // A stream has a dozen attributes, which are compared sooner than sorted.
    let is_again = |(place, one): (usize, &Attribute<'_>)| attributes.iter().take(place).any(|two| one.id() == two.id());
    if attributes.len() <= 16 && !attributes.iter().enumerate().any(is_again) {
        return Cow::Borrowed(attributes);
    }
    let order = by_id(attributes);
    if order.windows(2).all(|pair| matches!(pair, [(one, _), (two, _)] if one != two)) {
        return Cow::Borrowed(attributes);
    }
    let mut counting: Vec<usize> =
        order.chunk_by(|(one, _), (two, _)| one == two).filter_map(|same| same.last()).map(|(_, index)| *index).collect();
    counting.sort_unstable();
    counting.into_iter().filter_map(|index| attributes.get(index)).copied().collect()
}

/// Whether an attribute is attMessageClass, which decides what attOwner is and so comes before the others.
pub(super) fn is_class(attribute: &Attribute<'_>) -> bool {
    attribute.id() == AttrId::MESSAGE_CLASS
}

/// Ids and places of attributes, in the order of ids and then of places: a list is short, and sorted sooner than hashed.
fn by_id(attributes: &[Attribute<'_>]) -> Vec<(AttrId, usize)> {
    let mut order: Vec<(AttrId, usize)> =
        attributes.iter().enumerate().map(|(index, attribute)| (attribute.id(), index)).collect();
    order.sort_unstable();
    order
}

/// Returns, in their order, the attributes before which another has the same id.
pub(super) fn again<'b, 'a>(attributes: &'b [Attribute<'a>]) -> Vec<&'b Attribute<'a>> {
    let order = by_id(attributes);
    let mut again: Vec<usize> = order
        .chunk_by(|(one, _), (two, _)| one == two)
        .flat_map(|same| same.get(1..).unwrap_or_default())
        .map(|(_, index)| *index)
        .collect();
    again.sort_unstable();
    again.into_iter().filter_map(|index| attributes.get(index)).collect()
}

/// Adds to `set` what `attributes` say and the list does not. Returns whether any of that [`is_doubtful`].
pub(super) fn add_legacy<'a, 'b>(
    ctx: &mut Ctx<'_>,
    set: &mut PropertyBag<'a>,
    attributes: impl IntoIterator<Item = &'b Attribute<'a>>,
    class: &str,
) -> Result<bool>
where
    'a: 'b,
{
    let mut doubtful = false;
    for attribute in attributes {
        let mut result = Ok(());
        mapping::each_property(attribute, class, |property| {
            if result.is_ok() {
                result = add(ctx, set, attribute, property).map(|is_doubtful| doubtful |= is_doubtful);
            }
        });
        result?;
    }
    Ok(doubtful)
}

/// Adds one property, or compares it with what the list has. Returns whether it was added and [`is_doubtful`].
#[inline]
fn add<'a>(ctx: &mut Ctx<'_>, set: &mut PropertyBag<'a>, attribute: &Attribute<'a>, property: Property<'a>) -> Result<bool> {
    let Some(listed) = set.by_id(property.tag.id()) else {
        let doubtful = is_doubtful(&property.value);
        set.push(property);
        return Ok(doubtful);
    };
    // Identity is what recall and threading depend on; for dates and names a difference is the rule.
    let identity = [tags::SEARCH_KEY, tags::CONVERSATION_KEY, tags::PARENT_KEY];
    if identity.contains(&property.tag) && listed.value != property.value {
        let detail = format!("{} says {} otherwise than the property list", attribute.id(), property.tag);
        ctx.within(path_name(attribute.id()), None, |ctx| {
            ctx.defect(Code::ConflictingFact, attribute.data_offset(), len64(attribute.data()), detail)
        })?;
    }
    if attribute.id() == AttrId::BODY && is_another_text(attribute.data(), &listed.value, set.code_page()) {
        let detail = format!("{} has another text than {}", attribute.id(), property.tag);
        ctx.within(path_name(attribute.id()), None, |ctx| {
            ctx.defect(Code::ConflictingBody, attribute.data_offset(), len64(attribute.data()), detail)
        })?;
    }
    Ok(false)
}

/// Whether 8-bit text says something else than a property. Blanks and line ends do not count, nor what stands for characters that
/// the code page does not have.
fn is_another_text(text: &[u8], listed: &PropValue<'_>, page: CodePage) -> bool {
    let visible = |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(|byte| *byte > b' ').collect() };
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    match listed {
        PropValue::String8(other) => visible(text) != visible(other.text_bytes()),
        PropValue::String(other) => {
            let Some(encoded) = page.encode(&other.to_text()) else { return false };
            if encoded.unmappable == 0 {
                return visible(text) != visible(&encoded.bytes);
            }
            // What a writer puts for the others is its choice: `?`, or letters that look alike.
            let words = |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(u8::is_ascii_alphanumeric).collect() };
            let (text, other) = (words(text), words(&encoded.bytes));
            let mut rest = text.iter();
            let is_within = other.iter().all(|byte| rest.any(|found| found == byte));
            let more = text.len().saturating_sub(other.len());
            !is_within || more > encoded.unmappable.saturating_mul(3)
        }
        _ => false,
    }
}
