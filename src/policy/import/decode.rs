//! What an export is as text: its encoding, and files that are no text at all.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::record::Fault;

/// Text out of bytes.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Whether the encoding is a guess, as nothing in the file names it.
    pub(super) guessed: bool,
}

/// Files that people take for exports, by what they begin with.
const BINARY: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "this is an Excel workbook (.xlsx) or another ZIP file: save it as CSV, or export it again with Export-Csv"),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook (.xls): save it as CSV, or export it again with Export-Csv"),
    (b"%PDF", "this is a PDF file: export it again with Export-Csv"),
    (b"\x1f\x8b", "this is a gzip file: unpack it first"),
];

/// Decodes a text: in the encoding of its byte order mark, else UTF-16 where its zero bytes say so, else UTF-8. Other bytes are
/// taken as Windows-1252, as Excel and Notepad save it in much of the world; that is a guess.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Fault> {
    if let Some((_, what)) = BINARY.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(Fault { line: None, message: (*what).to_owned() });
    }
    let encoding = match bytes {
        [0xef, 0xbb, 0xbf, ..] => UTF_8,
        [0xfe, 0xff, ..] => UTF_16BE,
        [0xff, 0xfe, ..] => UTF_16LE,
        [0, b, ..] if *b != 0 => UTF_16BE,
        [b, 0, ..] if *b != 0 => UTF_16LE,
        _ => UTF_8,
    };
    let (text, _, broken) = encoding.decode(bytes);
    if !broken {
        return Ok(Decoded { text: text.into_owned(), guessed: false });
    }
    if encoding != UTF_8 || bytes.contains(&0) {
        return Err(Fault { line: None, message: format!("not text: neither {} nor an 8-bit encoding", encoding.name()) });
    }
    Ok(Decoded { text: WINDOWS_1252.decode(bytes).0.into_owned(), guessed: true })
}
