//! A loss as data.

use std::fmt;
use std::ops::Range;

/// A fact that came in and is missing in what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Loss {
    /// Kind of fact.
    pub code: LossCode,
    /// The fact, for people: the first words of a text, an address, a file with its size.
    pub subject: String,
    /// The part of the mail that it came in: `part 2 (winmail.dat)`, or `the mail` for what the mail says itself.
    pub part: String,
    /// Place where it stands: in the decoded stream, or in the mail for what the mail says itself. `None` where that is not known.
    pub range: Option<Range<u64>>,
}

impl Loss {
    /// A loss in the part that is named.
    pub(in crate::convert::mime) fn new(code: LossCode, subject: String, part: &str, range: Option<Range<u64>>) -> Self {
        Loss { code, subject, part: part.to_owned(), range }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}: {}", self.code.describe(), self.part, self.subject)
    }
}

/// The kinds of facts that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LossCode {
    /// A text: a body in one of its forms, a text of the mail.
    Text,
    /// The bytes of a file.
    File,
    /// The target of a link, or the place of a file that is not in the message.
    Link,
    /// A person: a name, an address.
    Person,
    /// A subject.
    Subject,
    /// A header field of the mail.
    #[cfg_attr(feature = "serde", serde(rename = "header-field"))]
    Field,
    /// What a class lives by: voting buttons, the key of a recall, a form's fields, a meeting's dates.
    Property,
    /// More facts than are counted.
    Uncounted,
}

impl LossCode {
    /// A stable name, for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LossCode::Text => "text",
            LossCode::File => "file",
            LossCode::Link => "link",
            LossCode::Person => "person",
            LossCode::Subject => "subject",
            LossCode::Field => "header-field",
            LossCode::Property => "property",
            LossCode::Uncounted => "uncounted",
        }
    }

    /// Returns the code in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            LossCode::Text => "a text",
            LossCode::File => "a file",
            LossCode::Link => "a link",
            LossCode::Person => "a person",
            LossCode::Subject => "a subject",
            LossCode::Field => "a header field",
            LossCode::Property => "a property",
            LossCode::Uncounted => "facts that were not counted",
        }
    }
}

impl fmt::Display for LossCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
