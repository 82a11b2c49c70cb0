//! New text inside RTF that was written as RTF, without touching the rest of it.

use std::num::Saturating;

use crate::base::Offset;
use crate::base::wire;
use crate::rtf::token::{TokenKind, Tokens};

/// A paragraph of text. What it looks like is the reader's default.
fn paragraph(text: &str) -> Vec<u8> {
    let mut out = b"{\\pard\\plain ".to_vec();
    let text = text.replace("\r\n", "\n");
    for c in text.strip_suffix('\n').unwrap_or(&text).chars() {
        match c {
            '\n' => out.extend_from_slice(b"\\par\r\n"),
            '\t' => out.extend_from_slice(b"\\tab "),
            '\\' | '{' | '}' => out.extend([b'\\', u8::try_from(c).unwrap_or(b'?')]),
            ' '..='~' => out.extend(u8::try_from(c)),
            c if c.is_control() => {}
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    let number = wire::signed::<u16, i16>(*unit);
                    out.extend_from_slice(format!("\\uc1\\u{number}?").as_bytes());
                }
            }
        }
    }
    out.extend_from_slice(b"\\par}");
    out
}

/// The text as a paragraph before the end of the document's group.
pub(super) fn appended(rtf: &[u8], text: &str) -> Vec<u8> {
    let mut depth = Saturating(0usize);
    let mut end = rtf.len();
    for token in Tokens::new(rtf) {
        match token.kind {
            TokenKind::GroupStart => depth += 1,
            TokenKind::GroupEnd => {
                depth -= 1;
                if depth.0 == 0 {
                    end = Offset::from(token.offset).index();
                    break;
                }
            }
            _ => {}
        }
    }
    let paragraph = [b"\\par\r\n".to_vec(), paragraph(text)].concat();
    spliced(rtf, end, &paragraph)
}

/// The text as a paragraph before the first paragraph of the document: behind the header, which is groups and control words.
pub(super) fn prepended(rtf: &[u8], text: &str) -> Vec<u8> {
    /// What starts the document behind the header.
    const STARTS: [&str; 6] = ["pard", "par", "plain", "sectd", "trowd", "uc"];
    let mut depth = Saturating(0usize);
    let mut place = None;
    // A group of the header starts with `\*` or one of a few words.
    let mut group_start = None;
    for token in Tokens::new(rtf) {
        let offset = Offset::from(token.offset).index();
        if let Some(start) = group_start.take() {
            const HEADER: [&str; 7] = ["fonttbl", "colortbl", "stylesheet", "info", "listtable", "listoverridetable", "rsidtbl"];
            let header = match token.kind {
                TokenKind::Symbol(b'*') => true,
                TokenKind::Word { name, .. } => HEADER.contains(&name),
                _ => false,
            };
            if !header {
                place = Some(start);
                break;
            }
        }
        match token.kind {
            TokenKind::GroupStart => {
                depth += 1;
                if depth.0 == 2 {
                    group_start = Some(offset);
                }
            }
            TokenKind::GroupEnd => {
                depth -= 1;
                if depth.0 == 0 {
                    place = Some(offset);
                    break;
                }
            }
            TokenKind::Word { name, .. } if depth.0 == 1 && STARTS.contains(&name) => {
                place = Some(offset);
                break;
            }
            TokenKind::Text(_) | TokenKind::Byte(_) | TokenKind::Binary { .. } if depth.0 == 1 => {
                place = Some(offset);
                break;
            }
            _ => {}
        }
    }
    let paragraph = [paragraph(text), b"\r\n".to_vec()].concat();
    spliced(rtf, place.unwrap_or(rtf.len()), &paragraph)
}

fn spliced(rtf: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let (before, after) = rtf.split_at_checked(at).unwrap_or((rtf, &[]));
    [before, new, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_go_before_and_behind() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}\uc1\pard\plain\f0 old\par}";
        assert_eq!(
            String::from_utf8(prepended(rtf, "a{b}\n\u{20AC}\n")).unwrap(),
            "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}{\\pard\\plain a\\{b\\}\\par\r\n\\uc1\\u8364?\\par}\r\n\
             \\uc1\\pard\\plain\\f0 old\\par}"
        );
        assert_eq!(
            String::from_utf8(appended(rtf, "new")).unwrap(),
            "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}\\uc1\\pard\\plain\\f0 old\\par\\par\r\n{\\pard\\plain new\\par}}"
        );
        assert_eq!(prepended(br"{\rtf1{\b old}}", "x"), b"{\\rtf1{\\pard\\plain x\\par}\r\n{\\b old}}");
        assert_eq!(prepended(br"{\rtf1 old}", "x"), b"{\\rtf1 {\\pard\\plain x\\par}\r\nold}");
    }
}
