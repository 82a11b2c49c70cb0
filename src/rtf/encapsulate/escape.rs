//! Characters as RTF: Rich Text Format Specification 1.9.1, "Unicode RTF" and "Special Characters". `\uc1` is assumed.

use crate::base::wire;

/// Appends a character of text. Line ends and tabs are the caller's.
pub(super) fn push_char(rtf: &mut String, c: char) {
    match c {
        '\\' | '{' | '}' => {
            rtf.push('\\');
            rtf.push(c);
        }
        ' '..='~' => rtf.push(c),
        // Latin 1 is windows-1252 but for C1; controls are themselves.
        '\u{0}'..='\u{1F}' | '\u{7F}' | '\u{A0}'..='\u{FF}' => push_hex(rtf, c),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let signed = wire::signed::<u16, i16>(*unit);
                rtf.push_str(&format!("\\u{signed}?"));
            }
        }
    }
}

fn push_hex(rtf: &mut String, c: char) {
    rtf.push_str(&format!("\\'{:02x}", u32::from(c)));
}

/// Appends text for `\*\htmltag` groups and the like: with line ends as `\par` and tabs as `\tab`.
pub(super) fn push_text(rtf: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\t' => rtf.push_str("\\tab "),
            '\r' | '\n' => {
                if c == '\r' {
                    rest.next_if_eq(&'\n');
                }
                rtf.push_str("\\par ");
            }
            c => push_char(rtf, c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_their_rtf() {
        for (text, rtf) in [
            ("a{b}\\", r"a\{b\}\\"),
            ("é\u{A0}", r"\'e9\'a0"),
            ("\u{80}€", r"\u128?\u8364?"),
            ("😀", r"\u-10179?\u-8704?"),
            ("\u{0}\u{1F}", r"\'00\'1f"),
            ("a\tb\r\nc\rd\ne", r"a\tab b\par c\par d\par e"),
        ] {
            let mut out = String::new();
            push_text(&mut out, text);
            assert_eq!(out, rtf);
        }
    }
}
