//! Finding properties by what people type: a name of any kind, a tag, an id, a LID.

use std::str::FromStr;

use uuid::Uuid;

use crate::base::error::{Error, ErrorKind, Result};

use super::super::generated::{named_properties, properties};
use super::super::name::NamedKind;
use super::super::tag::{PropId, PropTag, PropType};
use super::row::{NamedRow, Row};
use super::{Entry, Key, NamedEntry, cmp_without_case, entries, entries_for_id, equal_names, named_entries, set_by_name};

/// A property that a query names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// A tagged property.
    Tag(Entry),
    /// A named property.
    Named(NamedEntry),
}

impl Match {
    /// The canonical name, else the first of the others.
    #[must_use]
    pub fn best_name(&self) -> &'static str {
        match self {
            Match::Tag(entry) => entry.best_name(),
            Match::Named(entry) => entry.best_name(),
        }
    }

    /// The type that the dictionary gives the property.
    #[must_use]
    pub fn prop_type(&self) -> PropType {
        match self {
            Match::Tag(entry) => entry.tag.prop_type(),
            Match::Named(entry) => entry.tag.prop_type,
        }
    }
}

/// The prefixes that a short form (`SearchKey`) leaves out.
const PREFIXES: [&str; 6] = ["PidTag", "PidLid", "PidName", "PR_", "dispid", "ptag"];

/// How Outlook's filters and `PropertyAccessor` write properties: `proptag/0x0037001F`, `id/{set}/820D0040`, `string/{set}/name`.
const DASL: &str = "http://schemas.microsoft.com/mapi/";

/// The properties that `query` names, in any case; tagged ones first, then what the specification lists before what it does not.
///
/// * names: `PidTagSearchKey`, `SearchKey`, `PR_SEARCH_KEY`, `PR_SUBJECT_W`, `PidLidAppointmentStartWhole`, `dispidApptStartWhole`,
///   `PidNameKeywords`, and the string of a named property, `Keywords`;
/// * numbers: a tag `0x300B0102`, an id `0x300B`, a LID `0x820D`; without the `0x`, four or eight digits that are no name. A tag whose
///   type no entry has stands for its id;
/// * a set and a number or string: `PSETID_Appointment/0x820D`, `{00062002-0000-0000-C000-000000000046}/0x820D`;
/// * the same as Outlook's filters write it, `http://schemas.microsoft.com/mapi/proptag/0x0037001F`.
#[must_use]
pub fn find(query: &str) -> Vec<Match> {
    let query = query.trim();
    let mut found = Vec::new();
    if query.is_empty() {
        return found;
    }
    find_name(query, &mut found);
    if let Some(stem) = without_string_suffix(query) {
        find_name(stem, &mut found);
    }
    for prefix in PREFIXES {
        find_name(&format!("{prefix}{query}"), &mut found);
    }
    if let Some(dasl) = strip_prefix_without_case(query, DASL) {
        find_dasl(dasl, &mut found);
    } else if let Some((set, rest)) = split_set(query) {
        find_in_set(set, rest, &mut found);
    } else if let Some(digits) = strip_prefix_without_case(query, "0x") {
        find_number(digits, &mut found);
    } else if found.is_empty() && matches!(query.len(), 4 | 8) {
        find_number(query, &mut found);
    }
    found.sort_by_key(|found| match found {
        Match::Tag(entry) => (0, entry.rank()),
        Match::Named(entry) => (1, entry.rank()),
    });
    found
}

/// The properties one of whose names, or whose description, contains `text` in any case. With `*` (anything) or `?` (one character) in
/// it, `text` is a pattern for a whole name. In the order of the tables, tagged ones first.
#[must_use]
pub fn search(text: &str) -> Vec<Match> {
    let wanted = text.trim().to_ascii_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let pattern = wanted.contains(['*', '?']);
    let name_fits = |name: &str| {
        let name = name.to_ascii_lowercase();
        if pattern { glob(wanted.as_bytes(), name.as_bytes()) } else { name.contains(&wanted) }
    };
    let description_fits = |description: Option<&str>| {
        !pattern && description.is_some_and(|description| description.to_ascii_lowercase().contains(&wanted))
    };
    let tagged = entries().filter(|entry| entry.names().any(name_fits) || description_fits(entry.description));
    let named = named_entries().filter(|entry| {
        let string = match entry.tag.name {
            NamedKind::String(string) => Some(string),
            NamedKind::Lid(_) => None,
        };
        entry.names().chain(string).any(name_fits) || description_fits(entry.description)
    });
    tagged.map(Match::Tag).chain(named.map(Match::Named)).collect()
}

/// Whether `text` is what `pattern` describes. Goes back only to the last `*`, so the work is at most the product of the lengths.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', after)), _) => {
                retry = Some((after, text));
                pattern = after;
            }
            (Some((expected, after)), Some((byte, rest))) if expected == byte || *expected == b'?' => {
                (pattern, text) = (after, rest);
            }
            (None, None) => return true,
            _ => match retry {
                // The star takes one byte more.
                Some((after, [_, rest @ ..])) => {
                    retry = Some((after, rest));
                    (pattern, text) = (after, rest);
                }
                _ => return false,
            },
        }
    }
}

fn add(found: &mut Vec<Match>, new: Match) {
    if !found.contains(&new) {
        found.push(new);
    }
}

/// The entries of which `name` is a whole name.
fn find_name(name: &str, found: &mut Vec<Match>) {
    let tagged = |entry: u16| properties::ROWS.get(usize::from(entry)).map(Row::entry);
    let key = |(entry, number): &(u16, u8)| tagged(*entry).and_then(|entry| tag_name(&entry, *number));
    for (entry, _) in equal_range(properties::NAMES, key, name) {
        tagged(*entry).into_iter().for_each(|entry| add(found, Match::Tag(entry)));
    }
    let named = |entry: u16| named_properties::ROWS.get(usize::from(entry)).map(NamedRow::entry);
    let key = |(entry, number): &(u16, u8)| named(*entry).and_then(|entry| named_name(&entry, *number));
    for (entry, _) in equal_range(named_properties::NAMES, key, name) {
        named(*entry).into_iter().for_each(|entry| add(found, Match::Named(entry)));
    }
}

/// The part of an index of names that is `name`.
fn equal_range<'a>(index: &'a [(u16, u8)], key: impl Fn(&(u16, u8)) -> Option<&'static str>, name: &str) -> &'a [(u16, u8)] {
    let order = |at: &(u16, u8)| cmp_without_case(key(at).unwrap_or_default(), name);
    let start = index.partition_point(|at| order(at).is_lt());
    let end = index.partition_point(|at| order(at).is_le());
    index.get(start..end).unwrap_or_default()
}

/// The name with a number of the generated index: 0 is the canonical name, 1 the first alternate.
fn tag_name(entry: &Entry, number: u8) -> Option<&'static str> {
    match number.checked_sub(1) {
        None => entry.canonical_name,
        Some(alternate) => entry.alternate_names.get(usize::from(alternate)),
    }
}

/// As [`tag_name`]; 255 is the string that identifies the property.
fn named_name(entry: &NamedEntry, number: u8) -> Option<&'static str> {
    match (number, entry.tag.name) {
        (u8::MAX, NamedKind::String(string)) => Some(string),
        (0, _) => entry.canonical_name,
        (number, _) => entry.alternate_names.get(usize::from(number.checked_sub(1)?)),
    }
}

/// `PR_SUBJECT` for `PR_SUBJECT_W` or `PR_SUBJECT_A`: the headers have such a pair for every text, the lists only for some.
fn without_string_suffix(name: &str) -> Option<&str> {
    strip_prefix_without_case(name, "PR_")?;
    let (stem, suffix) = name.split_at_checked(name.len().checked_sub(2)?)?;
    ["_A", "_W"].iter().any(|known| suffix.eq_ignore_ascii_case(known)).then_some(stem)
}

fn strip_prefix_without_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Up to eight hexadecimal digits: up to four are an id, eight a tag, any number a LID.
fn find_number(digits: &str, found: &mut Vec<Match>) {
    let Some(number) = hex(digits) else { return };
    match u16::try_from(number) {
        Ok(id) if digits.len() <= 4 => entries_for_id(PropId(id)).for_each(|entry| add(found, Match::Tag(entry))),
        _ if digits.len() == 8 => find_tag(PropTag(number), found),
        _ => {}
    }
    let lids = named_entries().filter(|entry| entry.tag.name == NamedKind::Lid(number));
    lids.for_each(|entry| add(found, Match::Named(entry)));
}

fn find_tag(tag: PropTag, found: &mut Vec<Match>) {
    let all = entries_for_id(tag.id());
    let typed = |entry: &Entry| entry.tag.same_property(tag);
    let any_typed = all.clone().any(|entry| typed(&entry));
    all.filter(|entry| !any_typed || typed(entry)).for_each(|entry| add(found, Match::Tag(entry)));
}

fn hex(digits: &str) -> Option<u32> {
    // from_str_radix alone would take a sign.
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// `{guid}/rest`, `guid/rest`, `PSETID_Name/rest`; a colon serves as well.
fn split_set(query: &str) -> Option<(Uuid, &str)> {
    let (set, rest) = query.split_once(['/', ':'])?;
    Some((set_by_name(set).or_else(|| parse_guid(set))?, rest))
}

fn parse_guid(text: &str) -> Option<Uuid> {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let mut digits = String::with_capacity(32);
    for (index, group) in text.split('-').enumerate() {
        if Some(&group.len()) != [8, 4, 4, 4, 12].get(index) {
            return None;
        }
        digits.push_str(group);
    }
    let valid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u128::from_str_radix(&digits, 16).ok().filter(|_| valid).map(Uuid::from_u128)
}

fn find_in_set(set: Uuid, rest: &str, found: &mut Vec<Match>) {
    if let Some(lid) = strip_prefix_without_case(rest, "0x").and_then(hex) {
        equal_names(set, Key::Lid(lid)).for_each(|entry| add(found, Match::Named(entry)));
    }
    equal_names(set, Key::String(rest)).for_each(|entry| add(found, Match::Named(entry)));
}

fn find_dasl(path: &str, found: &mut Vec<Match>) {
    if let Some(tag) = strip_prefix_without_case(path, "proptag/0x") {
        find_number(tag, found);
    } else if let Some((set, rest)) = strip_prefix_without_case(path, "string/").and_then(split_set) {
        equal_names(set, Key::String(rest)).for_each(|entry| add(found, Match::Named(entry)));
    } else if let Some((set, rest)) = strip_prefix_without_case(path, "id/").and_then(split_set) {
        // The LID in the high half, as if it were a property id; the type in the low one.
        let digits = strip_prefix_without_case(rest, "0x").unwrap_or(rest);
        let lid = if digits.len() == 8 { hex(digits).map(|number| PropTag(number).id().0.into()) } else { hex(digits) };
        if let Some(lid) = lid {
            equal_names(set, Key::Lid(lid)).for_each(|entry| add(found, Match::Named(entry)));
        }
    }
}

impl FromStr for PropTag {
    type Err = Error;

    /// Finds a tag by any of its names (`PidTagSubject`, `PR_SUBJECT`) or by its number (`0x0037001F`).
    fn from_str(text: &str) -> Result<Self> {
        let number =
            text.strip_prefix("0x").filter(|digits| digits.len() == 8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let named = || {
            find(text).into_iter().find_map(|found| match found {
                Match::Tag(entry) => Some(entry.tag),
                Match::Named(_) => None,
            })
        };
        let found = number.map(PropTag).or_else(named);
        found.ok_or_else(|| Error::new(ErrorKind::Unsupported, format!("no property tag is called {text:?}")))
    }
}
