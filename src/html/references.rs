//! Character references (the HTML standard, 13.2.5.72 to 13.2.5.80, 13.5 "Named character references").
//!
//! The table of names is the standard's; `tools/html_references.py` writes it.

use std::borrow::Cow;

use crate::base::steps;

/// A line for each name, in order: the name, a comma if it needs no semicolon or else a blank, its code points.
const TABLE: &str = include_str!("references.txt");

/// The longest name; more letters are not looked at.
const NAME_MAX: usize = 31;
/// The longest name that needs no semicolon.
const BARE_NAME_MAX: usize = 6;
/// The longest number; more digits than that are as many as are not a character.
const DIGITS_MAX: usize = 32;

/// Whether text or the value of an attribute is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// In text.
    Text,
    /// In an attribute's value, where `&copy=` in an address is text.
    Attribute,
}

/// Text with its references decoded.
pub(crate) fn decoded(text: &str, place: Where) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..first).unwrap_or_default());
    let mut rest = text.get(first..).unwrap_or_default();
    while !rest.is_empty() {
        let length = match reference(rest, place) {
            Some((length, characters)) => {
                out.push_str(&characters);
                length
            }
            None => {
                let next = rest.match_indices('&').map(|(at, _)| at).find(|at| *at > 0).unwrap_or(rest.len());
                steps::count(next);
                out.push_str(rest.get(..next).unwrap_or_default());
                next
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(out)
}

/// How long the reference is that begins here, at its `&`, and what it stands for.
pub(crate) fn reference(text: &str, place: Where) -> Option<(usize, String)> {
    let after = text.strip_prefix('&')?;
    if let Some(number) = after.strip_prefix('#') {
        return numeric(number).map(|(length, c)| (length.saturating_add(2), c.to_string()));
    }
    let letters = after.bytes().take(NAME_MAX).take_while(u8::is_ascii_alphanumeric).count();
    let name = after.get(..letters)?;
    let behind = after.as_bytes().get(letters);
    if behind == Some(&b';') {
        if let Some((characters, _)) = named(name) {
            return Some((letters.saturating_add(2), characters));
        }
    }
    // Old names are known without a semicolon, with more letters behind them.
    let is_part = |length: usize| place == Where::Attribute && (length < letters || behind == Some(&b'='));
    (2..=letters.min(BARE_NAME_MAX)).rev().find_map(|length| {
        let (characters, is_bare) = named(name.get(..length)?)?;
        (is_bare && !is_part(length)).then(|| (length.saturating_add(1), characters))
    })
}

/// How long a number with its semicolon is, and the character; a surrogate or none at all is U+FFFD, and C1 is windows-1252.
fn numeric(number: &str) -> Option<(usize, char)> {
    let (radix, mark) = if number.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let digits = number.get(mark..)?;
    let count = digits.bytes().take(DIGITS_MAX).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let code = u32::from_str_radix(digits.get(..count).filter(|digits| !digits.is_empty())?, radix).unwrap_or(u32::MAX);
    let c = match code {
        0 => '\u{FFFD}',
        0x80..=0x9F => {
            u8::try_from(code).ok().and_then(windows_1252).unwrap_or_else(|| char::from_u32(code).unwrap_or('\u{FFFD}'))
        }
        _ => char::from_u32(code).unwrap_or('\u{FFFD}'),
    };
    let semicolon = usize::from(digits.as_bytes().get(count) == Some(&b';'));
    Some((mark.saturating_add(count).saturating_add(semicolon), c))
}

fn windows_1252(byte: u8) -> Option<char> {
    const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];
    let c = crate::base::CodePage::WINDOWS_1252.decode(&[byte])?.text.chars().next();
    c.filter(|_| !UNDEFINED.contains(&byte))
}

/// What a name stands for, and whether it needs no semicolon: a binary search over the lines of the table.
fn named(name: &str) -> Option<(String, bool)> {
    let (mut low, mut high) = (0usize, TABLE.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = TABLE.get(low..middle)?.rfind('\n').map_or(low, |end| low.saturating_add(end).saturating_add(1));
        let line = TABLE.get(start..)?.split('\n').next()?;
        let end = line.find([',', ' '])?;
        let (known, rest) = line.split_at_checked(end)?;
        match known.cmp(name) {
            std::cmp::Ordering::Less => low = start.saturating_add(line.len()).saturating_add(1),
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Equal => {
                let codes = rest.get(1..)?.split('+').map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
                return Some((codes.collect::<Option<String>>()?, rest.starts_with(',')));
            }
        }
    }
    None
}

/// Text as HTML, in an element or in an attribute between double quotation marks: nothing in it is markup.
///
/// ```
/// assert_eq!(winmail::message::html::escape("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_found() {
        let mut count = 0;
        for line in TABLE.lines() {
            let name = line.split([',', ' ']).next().unwrap();
            assert!(name.len() <= NAME_MAX);
            let (characters, bare) = named(name).unwrap();
            assert!(!characters.is_empty() && (!bare || name.len() <= BARE_NAME_MAX), "{line}");
            count += 1;
        }
        // As many as the standard has with a semicolon.
        assert_eq!(count, 2125);
        assert_eq!(named("nosuch"), None);
        assert_eq!(named(""), None);
        assert_eq!(named("zzzz"), None);
    }

    /// As the HTML standard's tokenizer has them; Python's `html.unescape` agrees on those in text.
    #[test]
    fn references_by_name_and_number() {
        for (text, expected) in [
            ("caf&eacute; &amp; t&#xe9; &#233;", "caf\u{e9} & t\u{e9} \u{e9}"),
            ("&nbsp;&yuml;&szlig;&iquest;&CounterClockwiseContourIntegral;", "\u{a0}\u{ff}\u{df}\u{bf}\u{2233}"),
            ("a & b &unknown; &", "a & b &unknown; &"),
            ("&#xD800;&#0;&#x110000;&#99999999999999;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&#150;&#128;&#x81;&#65", "\u{2013}\u{20ac}\u{81}A"),
            ("&copy2026 &notit; &amplt;", "\u{a9}2026 \u{ac}it; &lt;"),
            ("&notin; &acE;", "\u{2209} \u{223e}\u{333}"),
            ("&#;&#x;&;", "&#;&#x;&;"),
        ] {
            assert_eq!(decoded(text, Where::Text), expected, "{text}");
        }
        for (value, expected) in
            [("?a=1&amp;b=2&copy=3&copyright=4&lt", "?a=1&b=2&copy=3&copyright=4<"), ("&copy;=&reg", "\u{a9}=\u{ae}")]
        {
            assert_eq!(decoded(value, Where::Attribute), expected, "{value}");
        }
    }
}
