//! An ordered set of properties with look-up by tag, by id and by name.

use std::borrow::Cow;

use crate::base::bytes::{Copies, Keep};
use crate::base::{CodePage, FileTime, steps};

use super::name::{NamedTag, PropName};
use super::tag::{PropId, PropTag, PropType};
use super::value::PropValue;

/// Origin of a property of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A property list of the input; the absolute offset of its tag.
    List {
        /// Offset in the outermost input.
        offset: u64,
    },
    /// A legacy attribute of the input; the absolute offset of its data. Dates from attributes have no time zone.
    Attribute {
        /// Offset in the outermost input.
        offset: u64,
    },
    /// Not read: computed or set by a caller.
    Made,
}

/// A property: tag, name if it is a named one, and value.
#[derive(Debug, Clone, PartialEq)]
pub struct Property<'a> {
    /// The tag. Its id is a placeholder where `name` is set.
    pub tag: PropTag,
    /// The name of a named property; boxed, as lists of properties are long, and most have no name.
    pub name: Option<Box<PropName<'a>>>,
    /// The value.
    pub value: PropValue<'a>,
    /// Origin.
    pub source: Source,
}

impl Property<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Property<'static> {
        self.keep(&Copies)
    }

    fn keep(self, keep: &impl Keep) -> Property<'static> {
        let name = self.name.map(|name| Box::new(name.keep(keep)));
        Property { tag: self.tag, name, value: self.value.keep(keep), source: self.source }
    }
}

/// Properties in the order of the input. Where one occurs twice, look-up finds the first.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyBag<'a> {
    items: Vec<Property<'a>>,
    code_page: CodePage,
}

impl<'a> PropertyBag<'a> {
    /// An empty set whose 8-bit strings are in `code_page`.
    #[must_use]
    pub fn new(code_page: CodePage) -> Self {
        PropertyBag { items: Vec::new(), code_page }
    }

    /// The code page of PtypString8 values.
    #[must_use]
    pub fn code_page(&self) -> CodePage {
        self.code_page
    }

    pub(crate) fn set_code_page(&mut self, code_page: CodePage) {
        self.code_page = code_page;
    }

    /// Adds a property at the end.
    pub fn push(&mut self, property: Property<'a>) {
        self.items.push(property);
    }

    /// Makes room for more properties.
    pub(crate) fn reserve(&mut self, additional: usize) {
        self.items.reserve(additional);
    }

    /// Whether two properties without a name have one tag. Does not compare values, and is fast where the answer is no.
    pub(crate) fn has_tag_twice(&self) -> bool {
        let tags = || self.items.iter().filter(|property| property.name.is_none()).map(|property| property.tag.0);
        if self.items.len() <= 16 {
            return tags().enumerate().any(|(n, tag)| tags().take(n).any(|earlier| earlier == tag));
        }
        let mut sorted: Vec<u32> = tags().collect();
        sorted.sort_unstable();
        sorted.windows(2).any(|pair| pair.first() == pair.last())
    }

    /// Sets the property of `tag`. Where there is one it keeps its place, and further ones of the same tag are removed; else it
    /// is added at the end. The two string types are interchangeable; the property gets that of the value.
    ///
    /// The value is not compared with the tag's type: writing does, and says so.
    pub fn set(&mut self, tag: PropTag, value: impl Into<PropValue<'a>>) {
        let value = value.into();
        let tag = fitting(tag, &value);
        let mut value = Some(value);
        steps::count(self.items.len());
        self.items.retain_mut(|p| {
            if p.name.is_some() || !p.tag.same_property(tag) {
                return true;
            }
            value.take().map(|value| (p.tag, p.value) = (tag, value)).is_some()
        });
        self.items.extend(value.map(|value| Property { tag, name: None, value, source: Source::Made }));
    }

    /// Sets a named property, as [`PropertyBag::set`] does. Its id is chosen when it is written.
    pub fn set_named(&mut self, named: &NamedTag, value: impl Into<PropValue<'a>>) {
        self.set_name(&named.to_name(), named.prop_type, value.into());
    }

    /// Sets the property that has a name and a type, which need not be known at compile time.
    pub fn set_name(&mut self, name: &PropName<'_>, prop_type: PropType, value: PropValue<'a>) {
        let tag = fitting(PropTag::new(PropId(0x8000), prop_type), &value);
        let mut value = Some(value);
        steps::count(self.items.len());
        self.items.retain_mut(|p| {
            if p.name.as_deref() != Some(name) || !p.tag.with_type(prop_type).same_property(p.tag) {
                return true;
            }
            value.take().map(|value| (p.tag, p.value) = (p.tag.with_type(tag.prop_type()), value)).is_some()
        });
        let name = name.clone().into_owned();
        self.items.extend(value.map(|value| Property { tag, name: Some(Box::new(name)), value, source: Source::Made }));
    }

    /// Removes the property of `tag`, all of them if there are several, and returns the first. The two string types are
    /// interchangeable, other types must agree.
    pub fn remove(&mut self, tag: PropTag) -> Option<Property<'a>> {
        self.take(|p| p.name.is_none() && p.tag.same_property(tag))
    }

    /// Removes the properties of `id`, whatever their types, and returns the first.
    pub fn remove_id(&mut self, id: PropId) -> Option<Property<'a>> {
        self.take(|p| p.name.is_none() && p.tag.id() == id)
    }

    /// Removes a named property, as [`PropertyBag::remove`] does.
    pub fn remove_named(&mut self, named: &NamedTag) -> Option<Property<'a>> {
        let same = |name: &PropName<'_>| name.matches(named);
        self.take(|p| p.name.as_deref().is_some_and(same) && p.tag.with_type(named.prop_type).same_property(p.tag))
    }

    /// Keeps the properties for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Property<'a>) -> bool) {
        self.items.retain(keep);
    }

    fn take(&mut self, mut wanted: impl FnMut(&Property<'a>) -> bool) -> Option<Property<'a>> {
        steps::count(self.items.len());
        let first = self.items.iter().position(&mut wanted).map(|at| self.items.remove(at));
        self.items.retain(|p| !wanted(p));
        first
    }

    /// All properties, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Property<'a>> {
        self.items.iter()
    }

    /// Returns all properties, for a search.
    fn searched(&self) -> impl Iterator<Item = &Property<'a>> {
        self.items.iter().inspect(|_| steps::count(1))
    }

    /// Returns how many properties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The property of `tag`; the two string types are interchangeable, other types must agree.
    #[must_use]
    pub fn property(&self, tag: PropTag) -> Option<&Property<'a>> {
        self.searched().find(|p| p.name.is_none() && p.tag.same_property(tag))
    }

    /// The value of `tag`; the two string types are interchangeable, other types must agree.
    #[must_use]
    pub fn get(&self, tag: PropTag) -> Option<&PropValue<'a>> {
        self.property(tag).map(|p| &p.value)
    }

    /// The first property of `id`, whatever its type. Named properties have no id of their own: see [`PropertyBag::named`].
    #[must_use]
    pub fn by_id(&self, id: PropId) -> Option<&Property<'a>> {
        self.searched().find(|p| p.name.is_none() && p.tag.id() == id)
    }

    /// The value of a named property; the two string types are interchangeable, other types must agree.
    #[must_use]
    pub fn named(&self, named: &NamedTag) -> Option<&PropValue<'a>> {
        self.searched()
            .find(|p| {
                p.name.as_deref().is_some_and(|name| name.matches(named)) && p.tag.with_type(named.prop_type).same_property(p.tag)
            })
            .map(|p| &p.value)
    }

    /// The text of a string property, decoded, up to its first NUL.
    #[must_use]
    pub fn str(&self, tag: PropTag) -> Option<Cow<'_, str>> {
        self.text_of(self.get(tag)?)
    }

    /// The text of a named string property, decoded, up to its first NUL.
    #[must_use]
    pub fn named_str(&self, named: &NamedTag) -> Option<Cow<'_, str>> {
        self.text_of(self.named(named)?)
    }

    /// The text of a string value of this set, decoded, up to its first NUL; `None` for values of other types.
    #[must_use]
    pub fn text_of<'v>(&self, value: &'v PropValue<'_>) -> Option<Cow<'v, str>> {
        match value {
            PropValue::String(text) => Some(Cow::Owned(text.to_text())),
            PropValue::String8(text) => Some(self.code_page.decode_or_latin1(text.text_bytes()).text),
            _ => None,
        }
    }

    /// The value of an integer property of any width.
    #[must_use]
    pub fn integer(&self, tag: PropTag) -> Option<i64> {
        self.get(tag)?.as_i64()
    }

    /// The code page that an integer property names.
    pub(crate) fn page(&self, tag: PropTag) -> Option<CodePage> {
        u32::try_from(self.integer(tag)?).ok().map(CodePage)
    }

    /// The value of a boolean property.
    #[must_use]
    pub fn boolean(&self, tag: PropTag) -> Option<bool> {
        match self.get(tag)? {
            PropValue::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The bytes of a binary property or object.
    #[must_use]
    pub fn bytes(&self, tag: PropTag) -> Option<&[u8]> {
        self.get(tag)?.as_bytes()
    }

    /// The value of a time property.
    #[must_use]
    pub fn time(&self, tag: PropTag) -> Option<FileTime> {
        match self.get(tag)? {
            PropValue::Time(value) => Some(*value),
            _ => None,
        }
    }

    /// The property's value if its id is `id` and its type is `prop_type`, single or multiple.
    #[must_use]
    pub fn values(&self, id: PropId, prop_type: PropType) -> Option<&[PropValue<'a>]> {
        let property = self.by_id(id).filter(|p| p.tag.prop_type().single() == prop_type.single())?;
        Some(match &property.value {
            PropValue::Multiple(values) => values,
            single => std::slice::from_ref(single),
        })
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> PropertyBag<'static> {
        self.keep(&Copies)
    }

    pub(crate) fn keep(self, keep: &impl Keep) -> PropertyBag<'static> {
        PropertyBag { items: self.items.into_iter().map(|property| property.keep(keep)).collect(), code_page: self.code_page }
    }
}

/// The tag with the string type that the value has.
fn fitting(tag: PropTag, value: &PropValue<'_>) -> PropTag {
    match value.prop_type() {
        Some(prop_type) if prop_type.is_string() && tag.with_type(prop_type).same_property(tag) => tag.with_type(prop_type),
        _ => tag,
    }
}

impl<'s, 'a> IntoIterator for &'s PropertyBag<'a> {
    type Item = &'s Property<'a>;
    type IntoIter = std::slice::Iter<'s, Property<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<'a> Extend<Property<'a>> for PropertyBag<'a> {
    fn extend<I: IntoIterator<Item = Property<'a>>>(&mut self, properties: I) {
        self.items.extend(properties);
    }
}

impl<'a> Extend<(PropTag, PropValue<'a>)> for PropertyBag<'a> {
    /// Sets each of them.
    fn extend<I: IntoIterator<Item = (PropTag, PropValue<'a>)>>(&mut self, properties: I) {
        properties.into_iter().for_each(|(tag, value)| self.set(tag, value));
    }
}

impl<'a> std::ops::Index<PropTag> for PropertyBag<'a> {
    type Output = PropValue<'a>;

    /// The value of a property as [`PropertyBag::get`] finds it; [`PropValue::Null`] where it is missing.
    fn index(&self, tag: PropTag) -> &PropValue<'a> {
        self.get(tag).unwrap_or(&PropValue::Null)
    }
}

impl<'a> FromIterator<Property<'a>> for PropertyBag<'a> {
    /// Collects properties; 8-bit text among them is read as windows-1252.
    fn from_iter<I: IntoIterator<Item = Property<'a>>>(properties: I) -> Self {
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        set.extend(properties);
        set
    }
}

impl<'a> FromIterator<(PropTag, PropValue<'a>)> for PropertyBag<'a> {
    /// Collects values; 8-bit text among them is read as windows-1252.
    fn from_iter<I: IntoIterator<Item = (PropTag, PropValue<'a>)>>(properties: I) -> Self {
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        set.extend(properties);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::{String8, Utf16};
    use uuid::Uuid;

    fn made<'a>(tag: u32, value: PropValue<'a>) -> Property<'a> {
        Property { tag: PropTag(tag), name: None, value, source: Source::Made }
    }

    #[test]
    fn look_up_by_tag_takes_either_string_type() {
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        set.push(made(0x0037_001E, PropValue::String8(String8(b"caf\xE9\0".into()))));
        set.push(made(0x0037_001F, PropValue::String(Utf16::from("second"))));
        assert_eq!(set.str(PropTag(0x0037_001F)).unwrap(), "caf\u{e9}");
        assert!(set.get(PropTag(0x0037_0003)).is_none());
        assert!(set.by_id(PropId(0x0037)).is_some());
    }

    #[test]
    fn set_keeps_the_place_and_leaves_one_of_a_kind() {
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        let listed = Source::List { offset: 7 };
        set.push(Property { source: listed, ..made(0x0037_001E, PropValue::String8(String8(b"old\0".into()))) });
        set.push(made(0x0017_0003, PropValue::Integer32(1)));
        set.push(made(0x0037_001F, PropValue::String(Utf16::from("older"))));
        set.set(PropTag(0x0037_001F), "new");
        let tags: Vec<_> = set.iter().map(|p| (p.tag.0, p.source)).collect();
        assert_eq!(tags, [(0x0037_001F, listed), (0x0017_0003, Source::Made)]);
        assert_eq!(set.str(PropTag(0x0037_001F)).unwrap(), "new");
        set.set(PropTag(0x0037_001F), PropValue::String8(String8(b"8-bit\0".into())));
        assert_eq!(set.iter().next().unwrap().tag, PropTag(0x0037_001E));
        set.set(PropTag(0x3001_001F), "added");
        assert_eq!(set.len(), 3);
        assert!(set.remove(PropTag(0x0037_001F)).is_some());
        assert!(set.remove(PropTag(0x0037_001F)).is_none());
        assert!(set.remove(PropTag(0x0017_000B)).is_none());
        assert!(set.remove_id(PropId(0x0017)).is_some());
        assert_eq!(set.len(), 1);
    }

    #[test]
    fn named_properties_are_set_and_removed_by_name() {
        let named = NamedTag::lid(Uuid::from_u128(8), 0x8503, PropType::BOOLEAN);
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        set.push(Property {
            tag: PropTag(0x8123_000B),
            name: Some(Box::new(named.to_name())),
            ..made(0, PropValue::Boolean(true))
        });
        set.set_named(&named, PropValue::Boolean(false));
        assert_eq!(
            set.iter().map(|p| (p.tag, &p.value)).collect::<Vec<_>>(),
            [(PropTag(0x8123_000B), &PropValue::Boolean(false))]
        );
        set.set_named(&NamedTag::string(Uuid::from_u128(8), "x", PropType::STRING), "text");
        assert_eq!(set.len(), 2);
        assert!(set.remove_named(&named).is_some());
        assert!(set.remove_named(&named).is_none());
        assert_eq!(set.len(), 1);
    }

    #[test]
    fn look_up_by_name_ignores_the_placeholder_id() {
        let named = NamedTag::lid(Uuid::from_u128(8), 0x8503, PropType::BOOLEAN);
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        set.push(Property {
            tag: PropTag(0x8123_000B),
            name: Some(Box::new(named.to_name())),
            value: PropValue::Boolean(true),
            source: Source::Made,
        });
        assert_eq!(set.named(&named), Some(&PropValue::Boolean(true)));
        assert!(set.get(PropTag(0x8123_000B)).is_none());
        assert!(set.named(&NamedTag { prop_type: PropType::INTEGER32, ..named }).is_none());
    }
}
