//! A value with the place where it was found, and what several places say of one search key.

use std::fmt;

use crate::mapi::SearchKey;

/// A value and the place where it was found: `part 2 > PidTagSearchKey`, `header Message-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub at: String,
}

impl<T> Located<T> {
    /// A value at a place.
    #[must_use]
    pub fn new(value: T, at: impl Into<String>) -> Self {
        Located { value, at: at.into() }
    }
}

/// The value, then its place.
impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.at)
    }
}

/// Comparison of what several places say of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum KeyState<'i> {
    /// There is no key.
    None,
    /// One key, and the first place that has it.
    One(&'i Located<SearchKey<'static>>),
    /// Two that differ: the first, and the first that is another.
    Differ(&'i Located<SearchKey<'static>>, &'i Located<SearchKey<'static>>),
}

impl<'i> KeyState<'i> {
    /// Returns what the places say, the strongest first.
    #[must_use]
    pub fn of(keys: &'i [Located<SearchKey<'static>>]) -> Self {
        let Some(first) = keys.first() else { return KeyState::None };
        match keys.iter().find(|other| other.value.bytes() != first.value.bytes()) {
            Some(other) => KeyState::Differ(first, other),
            None => KeyState::One(first),
        }
    }
}
