//! The fields of a report as they came (RFC 3464, RFC 8098). Not all of them have properties: those of second recipients, times, what
//! programs add. They are kept as they are in a property of our own, and written again while they still say what the message says.

use crate::mapi::{NamedTag, PropType, sets};
use crate::message::Message;

/// The property: the text of the part for programs.
pub(super) const FIELDS: NamedTag = NamedTag::string(sets::PS_PUBLIC_STRINGS, "winmail-report-fields", PropType::STRING);

/// The longest text that is kept.
const LENGTH_MAX: usize = 256 << 10;

/// The fields of a report as a text that can be kept: ASCII, with CR LF.
pub(super) fn kept(fields: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(fields).ok().filter(|text| text.len() <= LENGTH_MAX)?;
    let is_plain = |byte: u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~');
    text.bytes().all(is_plain).then(|| text.lines().map(|line| format!("{line}\r\n")).collect())
}

/// The kept fields of a message, if the people in them are those of whom the message says so.
pub(super) fn of(message: &Message<'_>, people: &[String]) -> Option<String> {
    let text = message.properties.named_str(&FIELDS).and_then(|text| kept(text.as_bytes()))?;
    let mut found = Vec::new();
    let mut original = None;
    for line in text.lines().chain([""]) {
        let Some((name, value)) = line.split_once(':') else {
            // The end of a group.
            if line.is_empty() {
                found.extend(original.take());
            }
            continue;
        };
        let address = || value.rsplit(';').next().unwrap_or(value).trim().to_owned();
        match name.trim() {
            name if name.eq_ignore_ascii_case("Final-Recipient") => original = Some(address()),
            name if name.eq_ignore_ascii_case("Original-Recipient") => _ = original.get_or_insert_with(address),
            _ => {}
        }
    }
    let same = found.len() == people.len() && found.iter().zip(people).all(|(one, other)| one.eq_ignore_ascii_case(other));
    same.then_some(text)
}
