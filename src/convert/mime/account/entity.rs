//! Character references of HTML: those that stand for letters, and those that would be read as words if they were not known.

use std::borrow::Cow;

/// The Latin 1 letters from U+00C0 on, in order.
const LATIN_1: [&str; 64] = [
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave",
    "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave",
    "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig",
    "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute",
    "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// The signs of Latin 1 from U+00A0 on, in order.
const SIGNS: [&str; 32] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg",
    "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14",
    "frac12", "frac34", "iquest",
];

const OTHERS: [(&str, char); 35] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("OElig", '\u{152}'),
    ("oelig", '\u{153}'),
    ("Scaron", '\u{160}'),
    ("scaron", '\u{161}'),
    ("Yuml", '\u{178}'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("ndash", '-'),
    ("mdash", '-'),
    ("lsquo", '\''),
    ("rsquo", '\''),
    ("sbquo", '\''),
    ("ldquo", '"'),
    ("rdquo", '"'),
    ("bdquo", '"'),
    ("dagger", '\u{2020}'),
    ("Dagger", '\u{2021}'),
    ("bull", '\u{2022}'),
    ("hellip", '\u{2026}'),
    ("permil", '\u{2030}'),
    ("lsaquo", '<'),
    ("rsaquo", '>'),
    ("euro", '\u{20AC}'),
    ("trade", '\u{2122}'),
    ("rarr", '\u{2192}'),
];

/// Text with its character references decoded.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        match reference(after) {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that is referred to, and what is behind the reference.
fn reference(text: &str) -> Option<(char, &str)> {
    const LONGEST: usize = 10;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = text.bytes().take(LONGEST).take_while(is_part).count();
    let (name, behind) = text.split_at_checked(length)?;
    let behind = behind.strip_prefix(';').unwrap_or(behind);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((char::from_u32(code)?, behind));
    }
    let at = |table: &[&str], first: u32| {
        let place = table.iter().position(|known| *known == name)?;
        char::from_u32(first.saturating_add(u32::try_from(place).ok()?))
    };
    let other = || OTHERS.iter().find(|(known, _)| *known == name).map(|(_, c)| *c);
    let found = other().or_else(|| at(&LATIN_1, 0xC0)).or_else(|| at(&SIGNS, 0xA0))?;
    Some((found, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_by_name_and_number() {
        for (text, expected) in [
            ("caf&eacute; &amp; t&#xe9; &#233;", "caf\u{e9} & t\u{e9} \u{e9}"),
            ("&nbsp;&yuml;&szlig;&iquest;", "\u{a0}\u{ff}\u{df}\u{bf}"),
            ("a & b &unknown; &#xD800; &", "a & b &unknown; &#xD800; &"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
