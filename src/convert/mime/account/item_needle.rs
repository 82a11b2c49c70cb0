//! What finds the facts of an item in calendars and cards.

use super::words::Word;

/// What is looked for in calendars and cards.
#[derive(Debug)]
pub(super) enum ItemNeedle {
    /// Words in one of these fields; in any of them where none is named.
    Words { fields: &'static [&'static str], words: Vec<Word> },
    /// Somebody: one of the addresses, and the name; with an answer.
    Person { addresses: Vec<String>, name: Vec<Word>, state: Option<&'static str> },
    /// A time in UTC, in one of these fields.
    Instant { fields: &'static [&'static str], seconds: i64 },
    /// A day.
    Day { fields: &'static [&'static str], seconds: i64, is_local: bool },
    /// A value as it stands.
    Value { field: &'static str, text: String },
    /// Time at which instances start, on the clock; and in UTC by each zone that the item names.
    Series { starts: Vec<i64>, utc: Vec<Vec<i64>>, is_task: bool },
    /// An instance that was removed.
    Removed { local: i64 },
    /// A changed instance.
    Changed { original: i64, start: i64, end: i64 },
}
