//! Bytes that are no text: keys, entry ids, files, and what nobody knows.

use crate::base::CodePage;
use crate::base::Offset;
use crate::base::input::{be_u32, le_u32, length, padding, peek};
use crate::base::wire::Wire;
use crate::mapi::entry_id::ProviderUid;

use super::html;
use super::pseudonym::Pseudonyms;
use super::rtf;
use super::slots::{self, Coder, Encoding, Places};

/// Text by its code page.
pub(super) fn text(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    slots::text(bytes, Encoding::Page(page), names);
}

/// A key: an entry id, a search key, a message id. Equal keys stay equal, and those that are text are replaced as text, so that
/// the address in a search key stays the address in the properties.
pub(super) fn key(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    let provider = bytes.get(4..).and_then(|rest| rest.first_chunk::<16>()).map(|uid| ProviderUid(*uid));
    match provider {
        Some(ProviderUid::ONE_OFF) if bytes.len() >= 24 => {
            let is_wide = bytes.get(23).is_some_and(|flags| flags & 0x80 != 0);
            let encoding = if is_wide { Encoding::Utf16 } else { Encoding::Page(page) };
            slots::text(bytes.get_mut(24..).unwrap_or_default(), encoding, names);
        }
        Some(ProviderUid::ADDRESS_BOOK) if bytes.len() >= 28 => text(bytes.get_mut(28..).unwrap_or_default(), page, names),
        _ if bytes.starts_with(&GLOBAL_OBJECT) && bytes.len() > 40 => {
            // Class id, date of an exception, time of creation, zeros, length; then the id.
            key(bytes.get_mut(40..).unwrap_or_default(), page, names);
        }
        Some(uid) if uid.name().is_some() => opaque(bytes.get_mut(20..).unwrap_or_default(), names),
        _ if is_text(bytes) => text(bytes, page, names),
        _ => opaque(bytes, names),
    }
}

/// The class id of a PidLidGlobalObjectId ([MS-OXOCAL] 2.2.1.27).
const GLOBAL_OBJECT: [u8; 16] = [0x04, 0, 0, 0, 0x82, 0, 0xE0, 0, 0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 0x08];

/// PidTagConversationIndex: the GUID is replaced, the times in it and behind it stay.
pub(super) fn conversation_index(bytes: &mut [u8], names: &mut Pseudonyms) {
    if let Some(guid) = bytes.get_mut(6..22) {
        opaque(guid, names);
    }
}

/// A list of entry ids: count, size, and each with its length and padding ([MS-OXCDATA] 2.3.3).
pub(super) fn entry_list(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    let Some(mut rest) = bytes.get_mut(8..) else { return opaque(bytes, names) };
    while !rest.is_empty() {
        let length = length(peek(le_u32, rest).unwrap_or(0));
        if rest.get(4..).is_some_and(|entry| length > entry.len()) {
            return mixed(rest, page, names);
        }
        let (entry, behind) = rest.get_mut(4..).and_then(|rest| rest.split_at_mut_checked(length)).unwrap_or_default();
        key(entry, page, names);
        rest = behind.get_mut(padding(length)..).unwrap_or_default();
    }
}

pub(super) fn opaque(bytes: &mut [u8], names: &mut Pseudonyms) {
    let opaque = names.opaque(bytes);
    bytes.copy_from_slice(&opaque);
}

/// Whether bytes are printable ASCII, perhaps with NULs at the end.
fn is_text(bytes: &[u8]) -> bool {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at.saturating_add(1));
    let text = bytes.get(..end).unwrap_or_default();
    text.len() > 3 && text.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Bytes that may hold structures: only what looks like text is replaced, words of three letters or more, 8-bit or UTF-16.
pub(super) fn mixed(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    // In pieces, since places cost many times what the bytes do. A word across an edge is two.
    bytes.chunks_mut(64 << 10).for_each(|piece| mixed_piece(piece, page, names));
}

fn mixed_piece(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    let encodings = [Encoding::Utf16, Encoding::Page(page)];
    for (encoding, shift) in encodings.into_iter().zip([2usize, 1]) {
        for start in 0..shift {
            let Some(part) = bytes.get_mut(start..) else { continue };
            let mut coders = [Coder::new(encoding)];
            let [coder] = &mut coders;
            let mut slots = coder.slots(part);
            // Pairs of bytes are nearly always some letter, so of UTF-16 only letters in a row of the same script count.
            let wanted = |c: char| match encoding {
                Encoding::Utf16 => c.is_alphabetic() && u32::from(c) < 0x600,
                Encoding::Page(_) => c.is_alphabetic() || c.is_ascii_digit(),
            };
            slots.iter_mut().for_each(|slot| slot.free &= wanted(slot.c));
            for run in slots.chunk_by_mut(|one, next| one.free == next.free) {
                let letters = run.iter().filter(|slot| slot.c.is_alphabetic()).count();
                if letters < 3 {
                    run.iter_mut().for_each(|slot| slot.free = false);
                }
            }
            Places { bytes: part, coders: &mut coders, units: &[] }.replace(&slots, names);
        }
    }
}

/// A file: text, RTF and HTML as such; of a picture in PNG the chunks stay; of all others the first bytes, which say what they
/// are.
pub(super) fn file(bytes: &mut [u8], page: CodePage, names: &mut Pseudonyms) {
    let head: Vec<u8> = bytes.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let markup: [&[u8]; 4] = [b"<html", b"<!doctype html", b"<head", b"<body"];
    if bytes.starts_with(PNG) {
        png(bytes, names);
    } else if bytes.starts_with(b"{\\rtf") {
        rtf::rtf(bytes, page, names);
    } else if bytes.starts_with(&[0xFF, 0xFE]) && bytes.len() > 2 {
        slots::text(bytes.get_mut(2..).unwrap_or_default(), Encoding::Utf16, names);
    } else if is_prose(bytes) {
        let page = if std::str::from_utf8(bytes).is_ok() { CodePage::UTF_8 } else { page };
        if markup.iter().any(|tag| head.windows(tag.len()).any(|part| part == *tag)) {
            web_page(bytes, Encoding::Page(page), names);
        } else {
            text(bytes, page, names);
        }
    } else {
        let magic: [&[u8]; 8] = [
            b"PK\x03\x04",
            b"%PDF-",
            b"GIF89a",
            b"GIF87a",
            &[0xFF, 0xD8, 0xFF, 0xE0],
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
            &[0xD7, 0xCD, 0xC6, 0x9A],
            b"BM",
        ];
        let kept = magic.iter().find(|magic| bytes.starts_with(magic)).map_or(0, |magic| magic.len());
        opaque(bytes.get_mut(kept..).unwrap_or_default(), names);
    }
}

/// Whether bytes are a text in some 8-bit code page: no control characters but those that texts have.
fn is_prose(bytes: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0C | 0x1A | 0x1B);
    let high = bytes.iter().filter(|byte| **byte >= 0x7F).count();
    !bytes.iter().any(control) && (std::str::from_utf8(bytes).is_ok() || high <= bytes.len() / 2)
}

/// HTML in its place.
pub(super) fn web_page(bytes: &mut [u8], encoding: Encoding, names: &mut Pseudonyms) {
    /// Places cost many times what the bytes do.
    const LONGEST: usize = 4 << 20;
    if bytes.len() > LONGEST {
        return slots::text(bytes, encoding, names);
    }
    let mut coders = [Coder::new(encoding)];
    let [coder] = &mut coders;
    let mut slots = coder.slots(bytes);
    let order: Vec<usize> = (0..slots.len()).collect();
    html::mark(&mut slots, &order, bytes);
    Places { bytes, coders: &mut coders, units: &[] }.replace(&slots, names);
}

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// A PNG: the chunks keep their lengths and types, and the picture's size; all other data is replaced. A checksum that was right
/// is made right again.
fn png(bytes: &mut [u8], names: &mut Pseudonyms) {
    let mut rest = bytes.get_mut(PNG.len()..).unwrap_or_default();
    loop {
        // Length, type, data, checksum; the checksum is that of type and data.
        let covered = Offset::from(peek(be_u32, rest).unwrap_or(0)) + 4;
        if Offset::of(rest) < covered + 8 {
            return opaque(rest, names);
        }
        let (chunk, behind) = rest.get_mut(4..).and_then(|rest| rest.split_at_mut_checked(covered.index())).unwrap_or_default();
        let (sum, behind) = behind.split_at_mut_checked(4).unwrap_or_default();
        let was_right = crc32(chunk).be_bytes() == *sum;
        if !chunk.starts_with(b"IHDR") {
            opaque(chunk.get_mut(4..).unwrap_or_default(), names);
        }
        if was_right {
            sum.copy_from_slice(&crc32(chunk).be_bytes());
        }
        rest = behind;
    }
}

/// The checksum of a PNG chunk: CRC-32 with inverted start and end. That of compressed RTF has the same polynomial and neither.
fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    }) ^ u32::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(bytes: &[u8], f: impl Fn(&mut [u8], &mut Pseudonyms)) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        f(&mut bytes, &mut Pseudonyms::collector(3).replacer());
        bytes
    }

    #[test]
    fn the_checksum_is_that_of_png() {
        // The IEND chunk of every PNG.
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn keys_that_are_text_follow_the_text() {
        let page = CodePage::WINDOWS_1252;
        let address = replaced(b"jane.doe@contoso.com", |bytes, names| text(bytes, page, names));
        let search_key = replaced(b"SMTP:JANE.DOE@CONTOSO.COM\0", |bytes, names| key(bytes, page, names));
        assert_eq!(search_key, [b"SMTP:", &*address.to_ascii_uppercase(), b"\0"].concat());
        let mut one_off = vec![0; 4];
        one_off.extend(ProviderUid::ONE_OFF.0);
        one_off.extend([0, 0, 1, 0x90]);
        one_off.extend("Jane\0SMTP\0jane.doe@contoso.com\0".encode_utf16().flat_map(u16::to_le_bytes));
        let out = replaced(&one_off, |bytes, names| key(bytes, page, names));
        assert_eq!(out[..24], one_off[..24]);
        let units: Vec<u16> = out[24..].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units).unwrap();
        assert!(text.ends_with(&format!("\0SMTP\0{}\0", String::from_utf8(address).unwrap())), "{text}");
    }

    #[test]
    fn a_reply_keeps_the_index_of_its_conversation() {
        let index: Vec<u8> = (1..=27).collect();
        let (first, reply) = (replaced(&index[..22], conversation_index), replaced(&index, conversation_index));
        assert_eq!(first, reply[..22]);
        assert_eq!((&first[..6], &reply[22..]), (&index[..6], &index[22..]));
        assert_ne!(first, index[..22]);
    }

    #[test]
    fn of_unknown_bytes_the_words_go() {
        let page = CodePage::WINDOWS_1252;
        let wide: Vec<u8> = "Jane".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [&b"\x01\x00\x1E\x30Doe\x00\x02\x06\x90ab\x03"[..], &wide, b"\x07"].concat();
        let out = replaced(&bytes, |bytes, names| mixed(bytes, page, names));
        assert_eq!((&out[..4], &out[7..14]), (&bytes[..4], &bytes[7..14]));
        assert_eq!(out.last(), Some(&7));
        assert!(out[4..7].iter().all(u8::is_ascii_alphabetic) && out[4..7] != *b"Doe");
        assert!(!out.windows(8).any(|part| part == wide));
    }

    #[test]
    fn a_picture_keeps_its_chunks() {
        let chunk = |kind: &[u8], data: &[u8]| {
            let covered = [kind, data].concat();
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            [&length[..], &covered, &crc32(&covered).to_be_bytes()].concat()
        };
        let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        let png = [PNG, &header, &chunk(b"tEXt", b"Author\0Jane Doe"), &chunk(b"IEND", b""), b"behind"].concat();
        let out = replaced(&png, |bytes, names| file(bytes, CodePage::WINDOWS_1252, names));
        let start = PNG.len() + header.len();
        assert_eq!(out[..start + 8], png[..start + 8]);
        let covered = &out[start + 4..start + 8 + 15];
        assert_eq!(out[start + 23..start + 27], crc32(covered).to_be_bytes());
        assert!(!out.windows(4).any(|part| part == b"Jane" || part == b"beh"));
        assert_eq!(out.len(), png.len());
    }
}
