//! Pictures in rich text, by a search of its own (Rich Text Format Specification 1.9.1, "Pictures"): `{\pict\pngblip 89504e47...}`.

use memchr::memmem::Finder;

use crate::convert::mime::account::digest::Digest;
use crate::rtf::token::hex_digit;

/// The pictures that every program shows: PNG, JPEG, GIF. Metafiles stand beside them for old programs.
const SHOWN: [&[u8]; 3] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8"];

/// How many pictures of one text are looked for.
const PICTURES_MAX: usize = 1_000;

/// Returns the digests of the pictures in a text. Those in the marks of lists are not among them.
pub(super) fn pictures(rtf: &[u8]) -> Vec<Digest> {
    const WORD: &[u8] = br"\pict";
    const MARKS: &[u8] = br"{\*\listpicture";
    let marks =
        Finder::new(MARKS).find(rtf).map(|start| start..start.saturating_add(group(rtf.get(start.saturating_add(1)..)).0));
    let mut found = Vec::new();
    let mut behind = 0usize;
    for start in Finder::new(WORD).find_iter(rtf) {
        let rest = rtf.get(start.saturating_add(WORD.len())..).unwrap_or_default();
        let is_longer_word = rest.first().is_some_and(u8::is_ascii_alphabetic);
        // A backslash that stands for itself.
        let backslashes = rtf.get(..start).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'\\').count();
        let is_text = backslashes % 2 == 1;
        // What is in a picture is no other picture; so that no byte is looked at twice.
        if start < behind || is_longer_word || is_text || marks.as_ref().is_some_and(|marks| marks.contains(&start)) {
            continue;
        }
        let (length, bytes) = group(Some(rest));
        behind = start.saturating_add(length);
        if SHOWN.iter().any(|magic| bytes.starts_with(magic)) && found.len() < PICTURES_MAX {
            found.push(Digest::of(&bytes));
        }
    }
    found
}

/// How long the group is of which this is the rest, and the bytes in it: digits of its own, and `\bin`. Groups in it say how the picture
/// stands.
fn group(rest: Option<&[u8]>) -> (usize, Vec<u8>) {
    let text = rest.unwrap_or_default();
    let mut bytes = Vec::new();
    let mut half = None;
    let mut depth = 0usize;
    let mut at = 0usize;
    while let Some(byte) = text.get(at) {
        at = at.saturating_add(1);
        match byte {
            b'{' => depth = depth.saturating_add(1),
            b'}' if depth == 0 => break,
            b'}' => depth = depth.saturating_sub(1),
            b'\\' => {
                let word = text.get(at..).unwrap_or_default();
                let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let (name, number) = word.split_at_checked(letters).unwrap_or_default();
                let digits = number.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
                let parameter = number.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
                // A symbol is one character; a blank ends a word, and is part of it.
                let blank = usize::from(letters > 0 && number.get(digits) == Some(&b' '));
                at = at
                    .saturating_add(letters)
                    .saturating_add(digits)
                    .saturating_add(blank)
                    .saturating_add(usize::from(letters == 0));
                if name == b"bin" {
                    let end = at.saturating_add(parameter.unwrap_or(0)).min(text.len());
                    if depth == 0 {
                        bytes.extend_from_slice(text.get(at..end).unwrap_or_default());
                    }
                    at = end;
                }
            }
            byte if depth == 0 => {
                if let Some(digit) = hex_digit(*byte) {
                    match half.take() {
                        None => half = Some(digit),
                        Some(high) => bytes.push(high << 4 | digit),
                    }
                }
            }
            _ => {}
        }
    }
    (at, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n and the rest of it";
    const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0 and the rest of it";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().enumerate().map(|(n, byte)| format!("{byte:02x}{}", if n % 7 == 6 { "\r\n" } else { "" })).collect()
    }

    #[test]
    fn pictures_of_all_writings() {
        let jpeg = [&br"{\pict\jpegblip\bin23 "[..], JPEG, b"}"].concat();
        assert_eq!(JPEG.len(), 23);
        let text = [
            format!(r"{{\rtf1{{\*\listpicture{{\pict\pngblip {}}}}}", hex(b"\x89PNG mark")).as_bytes(),
            format!(r"{{\*\shppict{{\pict{{\*\picprop{{\sp{{\sn a}}{{\sv 12}}}}}}\picw32\pngblip {}}}}}", hex(PNG)).as_bytes(),
            format!(r"{{\nonshppict{{\pict\wmetafile8 {}}}}}\pictures and \\pict", hex(b"\x01\0\x09\0")).as_bytes(),
            &jpeg,
            b"}",
        ]
        .concat();
        assert_eq!(pictures(&text), [Digest::of(PNG), Digest::of(JPEG)]);
        assert_eq!(pictures(br"{\rtf1 none{\pict\pngblip"), []);
        assert_eq!(pictures(br"{\rtf1{\pict\bin99999999999999999999 x"), []);
        assert_eq!(pictures(br"{\rtf1{\pict\bin9999 "), []);
    }

    #[test]
    fn many_are_read_once() {
        let text = [b"{\\rtf1".to_vec(), b"{\\pict ".repeat(200_000)].concat();
        assert_eq!(pictures(&text), []);
    }
}
