//! Tags that know the type of their value, so that the wrong type does not compile ([MS-OXCDATA] 2.11.1).
//!
//! [`Tag`] and [`Named`] are what `winmail::tags` and `winmail::named` list; the types in their angle brackets are those of the
//! values:
//!
//! | type | read as | set with |
//! |---|---|---|
//! | `str` | `Cow<str>` | `&str`, `String`, `&String` |
//! | `i16`, `i32`, `i64`, `f32`, `f64`, `bool`, [`FileTime`], [`Uuid`] | itself | itself ([`FileTime`] also of `SystemTime`) |
//! | `[u8]` | `&[u8]` | `&[u8]`, `Vec<u8>`, `&[u8; N]` |
//! | [`Multiple<T>`] | `Vec` of these | a `Vec`, an array or a slice of these |
//! | [`Other`] | `&PropValue` | [`PropValue`] |

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use uuid::Uuid;

use crate::base::FileTime;

use super::bag::PropertyBag;
use super::name::NamedTag;
use super::tag::PropTag;
use super::value::PropValue;

/// A property's tag with the type of its value.
pub struct Tag<T: ?Sized>(PropTag, PhantomData<fn(&T)>);

/// A named property with the type of its value.
pub struct Named<T: ?Sized>(NamedTag, PhantomData<fn(&T)>);

/// Several values of a type.
pub struct Multiple<T: ?Sized>(PhantomData<fn(&T)>);

/// A type of value that has no type of its own here: objects, restrictions, rule actions, error codes, floating times.
pub struct Other(());

impl<T: ?Sized> Tag<T> {
    pub(super) const fn new(raw: u32) -> Self {
        Tag(PropTag(raw), PhantomData)
    }

    /// Returns the tag without the type.
    #[must_use]
    pub const fn untyped(self) -> PropTag {
        self.0
    }
}

impl<T: ?Sized> Named<T> {
    pub(super) const fn new(tag: NamedTag) -> Self {
        Named(tag, PhantomData)
    }

    /// Returns the named tag without the type.
    #[must_use]
    pub const fn untyped(self) -> NamedTag {
        self.0
    }
}

impl<T: ?Sized> Clone for Tag<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Tag<T> {}

impl<T: ?Sized> Clone for Named<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Named<T> {}

impl<T: ?Sized> fmt::Debug for Tag<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl<T: ?Sized> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_name().canonical_name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0.to_name()),
        }
    }
}

impl<T: ?Sized> From<Tag<T>> for PropTag {
    fn from(tag: Tag<T>) -> Self {
        tag.0
    }
}

impl<T: ?Sized> From<Named<T>> for NamedTag {
    fn from(tag: Named<T>) -> Self {
        tag.0
    }
}

/// A type of value, as it is read.
pub trait ValueType {
    /// What a value of the type is read as.
    type Read<'v>;

    /// Reads a value; `None` if it is of another type.
    fn read<'v>(value: &'v PropValue<'_>, set: &'v PropertyBag<'_>) -> Option<Self::Read<'v>>;
}

/// Conversion into a value of the type `T`.
pub trait IntoValue<T: ?Sized> {
    /// Makes the value.
    fn into_value(self) -> PropValue<'static>;
}

/// A property of which the type is known: a [`Tag`] or a [`Named`].
pub trait TypedProperty: Copy {
    /// The type of its value.
    type Type: ValueType + ?Sized;

    /// Reads it from a set; `None` if it is missing or has another type there.
    fn get_from<'s>(self, set: &'s PropertyBag<'_>) -> Option<<Self::Type as ValueType>::Read<'s>>;

    /// Sets it in a set.
    fn set_in(self, set: &mut PropertyBag<'_>, value: PropValue<'static>);

    /// Removes it from a set; returns whether it was there.
    fn remove_from(self, set: &mut PropertyBag<'_>) -> bool;
}

impl<T: ValueType + ?Sized> TypedProperty for Tag<T> {
    type Type = T;

    fn get_from<'s>(self, set: &'s PropertyBag<'_>) -> Option<T::Read<'s>> {
        T::read(set.get(self.0)?, set)
    }

    fn set_in(self, set: &mut PropertyBag<'_>, value: PropValue<'static>) {
        set.set(self.0, value);
    }

    fn remove_from(self, set: &mut PropertyBag<'_>) -> bool {
        set.remove(self.0).is_some()
    }
}

impl<T: ValueType + ?Sized> TypedProperty for Named<T> {
    type Type = T;

    fn get_from<'s>(self, set: &'s PropertyBag<'_>) -> Option<T::Read<'s>> {
        T::read(set.named(&self.0)?, set)
    }

    fn set_in(self, set: &mut PropertyBag<'_>, value: PropValue<'static>) {
        set.set_named(&self.0, value);
    }

    fn remove_from(self, set: &mut PropertyBag<'_>) -> bool {
        set.remove_named(&self.0).is_some()
    }
}

impl ValueType for str {
    type Read<'v> = Cow<'v, str>;

    fn read<'v>(value: &'v PropValue<'_>, set: &'v PropertyBag<'_>) -> Option<Cow<'v, str>> {
        set.text_of(value)
    }
}

impl ValueType for [u8] {
    type Read<'v> = &'v [u8];

    fn read<'v>(value: &'v PropValue<'_>, _: &'v PropertyBag<'_>) -> Option<&'v [u8]> {
        match value {
            PropValue::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl ValueType for Other {
    type Read<'v> = PropValue<'v>;

    fn read<'v>(value: &'v PropValue<'_>, _: &'v PropertyBag<'_>) -> Option<PropValue<'v>> {
        Some(value.clone())
    }
}

impl<T: ValueType + ?Sized> ValueType for Multiple<T> {
    type Read<'v> = Vec<T::Read<'v>>;

    fn read<'v>(value: &'v PropValue<'_>, set: &'v PropertyBag<'_>) -> Option<Self::Read<'v>> {
        match value {
            PropValue::Multiple(values) => values.iter().map(|value| T::read(value, set)).collect(),
            _ => None,
        }
    }
}

impl IntoValue<Other> for PropValue<'static> {
    fn into_value(self) -> PropValue<'static> {
        self
    }
}

/// Types whose values are read and set as themselves.
macro_rules! plain {
    ($($rust:ty: $variant:ident,)*) => {$(
        impl ValueType for $rust {
            type Read<'v> = $rust;

            fn read<'v>(value: &'v PropValue<'_>, _: &'v PropertyBag<'_>) -> Option<$rust> {
                match value {
                    PropValue::$variant(value) => Some(*value),
                    _ => None,
                }
            }
        }

        impl IntoValue<$rust> for $rust {
            fn into_value(self) -> PropValue<'static> {
                PropValue::$variant(self)
            }
        }

        impl From<$rust> for PropValue<'_> {
            fn from(value: $rust) -> Self {
                PropValue::$variant(value)
            }
        }
    )*};
}

plain! {
    i16: Integer16,
    i32: Integer32,
    i64: Integer64,
    f32: Floating32,
    f64: Floating64,
    bool: Boolean,
    FileTime: Time,
    Uuid: Guid,
}

/// What stands for a value of a type: `from` is made `into`, by the expression.
macro_rules! made_of {
    ($($kind:ty: $from:ty, |$value:ident| $made:expr;)*) => {$(
        impl IntoValue<$kind> for $from {
            fn into_value(self) -> PropValue<'static> {
                let $value = self;
                $made
            }
        }
    )*};
}

made_of! {
    str: &str, |text| PropValue::from(text);
    str: String, |text| PropValue::from(text.as_str());
    str: &String, |text| PropValue::from(text.as_str());
    str: Cow<'_, str>, |text| PropValue::from(&*text);
    [u8]: Vec<u8>, |bytes| PropValue::Binary(bytes.into());
    [u8]: &[u8], |bytes| PropValue::Binary(bytes.to_vec().into());
    FileTime: SystemTime, |time| PropValue::Time(FileTime::from(time));
}

impl<const N: usize> IntoValue<[u8]> for &[u8; N] {
    fn into_value(self) -> PropValue<'static> {
        PropValue::Binary(self.to_vec().into())
    }
}

impl<T: ?Sized, V: IntoValue<T>> IntoValue<Multiple<T>> for Vec<V> {
    fn into_value(self) -> PropValue<'static> {
        PropValue::Multiple(self.into_iter().map(V::into_value).collect())
    }
}

impl<T: ?Sized, V: IntoValue<T>, const N: usize> IntoValue<Multiple<T>> for [V; N] {
    fn into_value(self) -> PropValue<'static> {
        PropValue::Multiple(self.into_iter().map(V::into_value).collect())
    }
}

impl<T: ?Sized, V: IntoValue<T> + Clone> IntoValue<Multiple<T>> for &[V] {
    fn into_value(self) -> PropValue<'static> {
        PropValue::Multiple(self.iter().cloned().map(V::into_value).collect())
    }
}

impl From<String> for PropValue<'_> {
    fn from(text: String) -> Self {
        PropValue::from(text.as_str())
    }
}

impl<'a> From<Vec<u8>> for PropValue<'a> {
    fn from(bytes: Vec<u8>) -> Self {
        PropValue::Binary(bytes.into())
    }
}

impl<'a> From<&'a [u8]> for PropValue<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        PropValue::Binary(bytes.into())
    }
}

impl<'a> From<Vec<&str>> for PropValue<'a> {
    /// Makes several strings.
    fn from(texts: Vec<&str>) -> Self {
        PropValue::Multiple(texts.into_iter().map(PropValue::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::CodePage;
    use crate::mapi::generated::{typed_named, typed_tags};
    use crate::mapi::{PropId, String8, named, tags};

    #[test]
    fn values_come_back_as_they_were_set() {
        let mut set = PropertyBag::new(CodePage(1251));
        typed_tags::SUBJECT.set_in(&mut set, IntoValue::<str>::into_value("Привет"));
        typed_tags::IMPORTANCE.set_in(&mut set, 2.into_value());
        typed_named::KEYWORDS.set_in(&mut set, ["red", "blue"].into_value());
        assert_eq!(typed_tags::SUBJECT.get_from(&set).as_deref(), Some("Привет"));
        assert_eq!(typed_tags::IMPORTANCE.get_from(&set), Some(2));
        assert_eq!(typed_named::KEYWORDS.get_from(&set).unwrap(), ["red", "blue"]);
        // The same by the untyped way.
        assert_eq!(set.integer(tags::IMPORTANCE), Some(2));
        assert_eq!(set.named(&named::KEYWORDS), Some(&PropValue::from(vec!["red", "blue"])));
        assert!(typed_tags::IMPORTANCE.remove_from(&mut set) && !typed_tags::IMPORTANCE.remove_from(&mut set));
        assert!(typed_named::KEYWORDS.remove_from(&mut set));
        assert_eq!(set.len(), 1);
    }

    #[test]
    fn text_is_decoded_and_another_type_is_missing() {
        let mut set = PropertyBag::new(CodePage(1251));
        set.set(tags::SUBJECT, PropValue::String8(String8(b"\xCF\xF0\0".into())));
        assert_eq!(typed_tags::SUBJECT.get_from(&set).as_deref(), Some("Пр"));
        set.set(PropTag::new(PropId(0x0017), tags::SUBJECT.prop_type()), "high");
        assert_eq!(typed_tags::IMPORTANCE.get_from(&set), None);
    }

    #[test]
    fn debug_gives_the_name() {
        assert_eq!(format!("{:?} {:?}", typed_tags::SUBJECT, typed_named::KEYWORDS), "PidTagSubject PidNameKeywords");
    }
}
