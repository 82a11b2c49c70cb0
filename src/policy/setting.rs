//! What a setting is: a name as Exchange spells it, a value or none, and what may be written.
//!
//! [`settings!`] makes from one table both the record (a field a setting, `None` where it is not set) and the enumeration of
//! its settings, by which files, exports and the command line address them. [`words!`] makes the enumerations that are values.

use super::charset::Charset;

/// A value of a setting: how it is read and shown.
pub trait SettingValue: Sized {
    /// Reads the text of a file, an export or a command line. `None` where it is not one of the values.
    fn parse(text: &str) -> Option<Self>;
    /// The text that [`SettingValue::parse`] reads back: `true`, `External`, `unlimited`, empty for "no value".
    fn text(&self) -> String;
    /// What may be written, for people: `true or false`.
    fn allowed() -> String;
}

impl SettingValue for bool {
    fn parse(text: &str) -> Option<Self> {
        // `$true` is what scripts write, `True` what Export-Csv does.
        let text = text.strip_prefix('$').unwrap_or(text);
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn allowed() -> String {
        "true or false".to_owned()
    }
}

/// A text that may be anything.
impl SettingValue for String {
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }

    fn allowed() -> String {
        "any text".to_owned()
    }
}

impl SettingValue for i32 {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn allowed() -> String {
        format!("a whole number from {} to {}", i32::MIN, i32::MAX)
    }
}

/// A character set, or none.
impl SettingValue for Option<Charset> {
    fn parse(text: &str) -> Option<Self> {
        if is_null(text) { Some(None) } else { Charset::from_name(text).map(Some) }
    }

    fn text(&self) -> String {
        self.map(|charset| charset.name().to_owned()).unwrap_or_default()
    }

    fn allowed() -> String {
        let names: Vec<&str> = Charset::all().map(Charset::name).collect();
        format!("empty or one of {}", names.join(", "))
    }
}

/// Whether the text says that there is no value: empty, or PowerShell's `$null`.
pub(crate) fn is_null(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("$null")
}

/// A text that is no value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BadValue {
    /// The setting, as Exchange spells it.
    pub setting: &'static str,
    /// Value as it was written.
    pub value: String,
    /// Values that may be written.
    pub allowed: String,
}

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cannot be {:?}: allowed is {}", self.setting, self.value, self.allowed)
    }
}

impl std::error::Error for BadValue {}

/// Enumerations with names: `words! { /// doc  pub enum E { /// doc  Variant = "Name" | "alias", ... } }`.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal $(| $alias:literal)*,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name as settings spell it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            /// As settings spell it.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::policy::setting::BadValue;

            /// Reads a name as settings spell it, in any case.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                use $crate::policy::setting::{BadValue, SettingValue};
                SettingValue::parse(text).ok_or_else(|| BadValue {
                    setting: stringify!($name),
                    value: text.to_owned(),
                    allowed: <Self as SettingValue>::allowed(),
                })
            }
        }

        impl $crate::policy::setting::SettingValue for $name {
            fn parse(text: &str) -> Option<Self> {
                $(if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* { return Some($name::$variant); })+
                None
            }

            fn text(&self) -> String {
                self.as_str().to_owned()
            }

            fn allowed() -> String {
                // No value is written as an empty text, which people would not see.
                let names: Vec<&str> =
                    Self::ALL.iter().map(|value| value.as_str()).map(|name| if name.is_empty() { "\"\"" } else { name }).collect();
                names.join(", ")
            }
        }
    )+};
}
pub(crate) use words;

/// A record of settings and the enumeration of their names.
macro_rules! settings {
    ($(#[$meta:meta])* pub struct $record:ident, pub enum $names:ident {
        $($(#[$fmeta:meta])* $field:ident, $variant:ident = $text:literal: $type:ty,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[non_exhaustive]
        pub struct $record { $($(#[$fmeta])* #[cfg_attr(feature = "serde", serde(rename = $text))] pub $field: Option<$type>,)+ }

        #[doc = concat!("The settings of [`", stringify!($record), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[non_exhaustive]
        pub enum $names { $(#[doc = concat!("`", $text, "`")] #[cfg_attr(feature = "serde", serde(rename = $text))] $variant,)+ }

        impl $names {
            /// Every setting, in the order of the documentation.
            pub const ALL: &'static [$names] = &[$($names::$variant),+];

            /// The name as Exchange spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($names::$variant => $text,)+ }
            }

            /// The setting of that name, without regard to case.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|setting| setting.as_str().eq_ignore_ascii_case(name))
            }

            /// Returns what may be written.
            #[must_use]
            pub fn allowed(self) -> String {
                match self { $($names::$variant => <$type as $crate::policy::setting::SettingValue>::allowed(),)+ }
            }
        }

        impl $record {
            /// The text of a setting, or `None` where it is not set.
            #[must_use]
            pub fn text(&self, setting: $names) -> Option<String> {
                match setting { $($names::$variant => self.$field.as_ref().map($crate::policy::setting::SettingValue::text),)+ }
            }

            /// The settings that are set, each with its text, in the order of the documentation.
            pub fn iter(&self) -> impl Iterator<Item = ($names, String)> + '_ {
                $names::ALL.iter().filter_map(|&setting| Some((setting, self.text(setting)?)))
            }

            /// Sets a value from text.
            ///
            /// # Errors
            /// `BadValue` says what is allowed.
            pub fn with(mut self, setting: $names, text: &str) -> Result<Self, $crate::policy::setting::BadValue> {
                self.store(setting, text).map(|()| self)
            }

            /// Stores a value from text, and nothing else.
            ///
            /// # Errors
            /// `BadValue` says what is allowed.
            pub fn store(&mut self, setting: $names, text: &str) -> Result<(), $crate::policy::setting::BadValue> {
                let read = match setting {
                    $($names::$variant => <$type as $crate::policy::setting::SettingValue>::parse(text).map(|value| self.$field = Some(value)),)+
                };
                read.ok_or_else(|| $crate::policy::setting::BadValue {
                    setting: setting.as_str(),
                    value: text.to_owned(),
                    allowed: setting.allowed(),
                })
            }

            /// Takes over what the other one sets.
            #[allow(dead_code)] // not every record is filled from several exports
            pub(crate) fn fill(&mut self, other: Self) {
                $(if other.$field.is_some() { self.$field = other.$field; })+
            }

            /// Takes a setting back to its default.
            pub fn unset(&mut self, setting: $names) {
                match setting { $($names::$variant => self.$field = None,)+ }
            }
        }
    };
}
pub(crate) use settings;
