//! Finding TNEF in what people have: the one place that knows how.
//!
//! That is a TNEF stream, with or without junk in front; the base64 of one, as it is copied out of a mail's source; a uuencoded
//! one; an Outlook message (.msg); a mail with one or several; an mbox; a folder or Maildir of all of these. Other files are handed on
//! as they are, so that the reader says what is wrong with them; [`hint`] adds what it looks like.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::base::{CodePage, Limits, ReadOptions, Wrapper};
use crate::convert::mime::filter::item_of_mail;
use crate::convert::mime::find::{self, Place, TnefPart, Unseen};
use crate::convert::mime::mbox;
use crate::convert::mime::structure::Structure;
use crate::message::Message;
use crate::tnef::SIGNATURE_BYTES;
use crate::tnef::header::contains_signature;

/// How far into the input a signature is looked for.
const JUNK_MAX: usize = 64 * 1024;
/// Where one ends at the latest.
const JUNK_END: usize = JUNK_MAX + SIGNATURE_BYTES.len();

/// The first bytes of a compound file (OLE), as Outlook's .msg is one.
const COMPOUND: &[u8; 8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Base64 of the signature: its first five characters; the sixth holds bits of what follows. In base64url the fourth is `-`.
const BASE64_START: &[u8; 5] = b"eJ8+I";
const BASE64URL_START: &[u8; 5] = b"eJ8-I";

/// An input, unwrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The TNEF stream, or whatever the input is.
    pub bytes: Vec<u8>,
    /// Wrapper that the bytes were taken out of.
    pub wrapper: Wrapper,
    /// Says whether the bytes hold a TNEF signature within their first 64 KiB.
    pub looks_like_tnef: bool,
    /// Of a mail in which no TNEF was found: why there may be some.
    pub unseen: Option<Unseen>,
    /// Of a stream in a mail: the code page of its 8-bit strings, should it name none.
    pub code_page: Option<CodePage>,
    /// The header of the mail that the stream stands in; empty where there is none.
    pub header: Vec<u8>,
}

impl Loaded {
    /// Returns which part of the input this is, in words; `None` where it is all of it.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        self.wrapper.part()
    }

    /// A stream that is the whole input.
    #[must_use]
    pub fn raw(bytes: Vec<u8>) -> Self {
        Loaded { bytes, wrapper: Wrapper::Raw, looks_like_tnef: true, unseen: None, code_page: None, header: Vec::new() }
    }

    /// The options to read the stream with: a page that the mail around it names comes before the caller's.
    #[must_use]
    pub fn reading(&self, options: &ReadOptions) -> ReadOptions {
        let mut options = options.clone();
        options.default_code_page = self.code_page.or(options.default_code_page);
        options
    }

    /// The meeting, task or other item that the stream is, with what the mail around it says of it: who sent it, to whom, what it is
    /// about. `None` where there is no mail, or the message is no item.
    #[must_use]
    pub fn item<'m>(&self, message: &Message<'m>, options: &ReadOptions) -> Option<Message<'m>> {
        item_of_mail(message, &self.header, options)
    }

    /// Returns whether the bytes are an Outlook message (.msg), and not another compound file (OLE).
    #[cfg(feature = "msg")]
    #[must_use]
    pub fn is_msg(&self) -> bool {
        crate::msg::MsgReader::open(&self.bytes).is_ok()
    }

    /// Returns `false`: without the feature `msg` nothing is one.
    #[cfg(not(feature = "msg"))]
    #[must_use]
    pub fn is_msg(&self) -> bool {
        false
    }

    /// Returns whether nothing in the input is, or says that it is, TNEF, or may hide some.
    #[must_use]
    pub fn is_something_else(&self) -> bool {
        self.wrapper == Wrapper::Raw && !self.looks_like_tnef && self.unseen.is_none() && !self.is_msg()
    }
}

/// The streams in an input; at least one. What is no TNEF comes back as it is, with `looks_like_tnef` false.
#[must_use]
pub fn detect(bytes: Vec<u8>, limits: &Limits) -> Vec<Loaded> {
    // What stands in a compound file by chance or as an attachment is not looked for.
    if bytes.starts_with(COMPOUND) {
        return vec![Loaded { looks_like_tnef: false, ..Loaded::raw(bytes) }];
    }
    if !bytes.starts_with(&SIGNATURE_BYTES) {
        if let Some((stream, ignored)) = decode_base64(&bytes) {
            return vec![Loaded { wrapper: Wrapper::Base64 { ignored }, ..Loaded::raw(stream) }];
        }
    }
    let looks_like_tnef = has_signature(&bytes);
    let mut unseen = None;
    // The signature is near the beginning of a mail too if its body is TNEF without any encoding. A stream behind fields of a part
    // alone (Content-Type ...) is a stream with junk in front: it is read, and written again, with the junk.
    let is_whole_mail = || bytes.starts_with(b"From ") || has_field(first_page(&bytes), &MAIL_FIELDS);
    if !looks_like_tnef || !bytes.starts_with(&SIGNATURE_BYTES) && is_whole_mail() {
        let (found, why) = in_mails(&bytes, limits);
        if !found.is_empty() {
            return found;
        }
        // What is no mail is not said to be one.
        unseen = why.filter(|_| is_mail_or_mbox(&bytes));
    }
    vec![Loaded { looks_like_tnef, unseen, ..Loaded::raw(bytes) }]
}

fn has_signature(bytes: &[u8]) -> bool {
    contains_signature(bytes.get(..JUNK_END).unwrap_or(bytes))
}

/// The streams in a mail, or in all mails of an mbox; and why there may be more in one that has none.
fn in_mails(bytes: &[u8], limits: &Limits) -> (Vec<Loaded>, Option<Unseen>) {
    let several = mbox::ranges(bytes).nth(1).is_some();
    let mut streams = Vec::new();
    let mut unseen = None;
    for (index, mail) in mbox::messages_in(bytes).enumerate() {
        let found = find::find(mail, limits);
        let incomplete = found.incomplete;
        let headers: Vec<Vec<u8>> = found.parts.iter().map(|part| header_around(mail, &found.structure, part)).collect();
        unseen = unseen.or(found.unseen());
        streams.extend(found.parts.into_iter().zip(headers).map(|(part, header)| Loaded {
            wrapper: Wrapper::Mail { mail: several.then(|| index.saturating_add(1)), part: part.describe(), incomplete },
            looks_like_tnef: has_signature(&part.data),
            bytes: part.data.into_owned(),
            unseen: None,
            code_page: part.code_page,
            header,
        }));
    }
    (streams, unseen)
}

/// The header of the mail that a part is in; that of an encoded one is not at hand.
fn header_around(mail: &[u8], structure: &Structure, part: &TnefPart<'_>) -> Vec<u8> {
    if part.place == Place::EncodedMessage {
        return Vec::new();
    }
    let root = structure.entities.get(structure.message_of(part.entity));
    root.and_then(|root| mail.get(root.header.clone())).unwrap_or_default().to_vec()
}

/// The TNEF stream that the text is the base64 of, and how many bytes of text are behind it.
///
/// White space may stand anywhere, as lines are broken and indented in many ways; padding may be missing.
fn decode_base64(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
    let mut visible = text.iter().copied().filter(|b| !b.is_ascii_whitespace());
    let start: Vec<u8> = visible.by_ref().take(BASE64_START.len()).collect();
    let alphabet = match <&[u8; 5]>::try_from(start.as_slice()) {
        Ok(BASE64_START) => alphabet::STANDARD,
        Ok(BASE64URL_START) => alphabet::URL_SAFE,
        _ => return None,
    };
    let mut digits = start;
    let mut rest = visible.skip_while(|&b| {
        let digit = alphabet.as_str().as_bytes().contains(&b);
        if digit {
            digits.push(b);
        }
        digit
    });
    let ignored = rest.by_ref().skip_while(|&b| b == b'=').count();
    // One digit alone holds six bits and no byte: what is cut off there was not a byte yet.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    // Where a text was cut, the last digit may hold bits of the byte that is missing.
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    let bytes = GeneralPurpose::new(&alphabet, config).decode(&digits).ok()?;
    bytes.starts_with(&SIGNATURE_BYTES).then_some((bytes, ignored))
}

/// Returns what an input probably is that is no TNEF, as the end of a sentence; `None` if it cannot be told.
#[must_use]
pub fn hint(bytes: &[u8]) -> Option<&'static str> {
    const MAGICS: [(&[u8], &str); 10] = [
        (COMPOUND, "looks like an Outlook .msg or an old Office file"),
        (b"PK\x03\x04", "looks like a ZIP archive or an Office document"),
        (b"%PDF-", "looks like a PDF document"),
        (b"\xFF\xD8\xFF", "looks like a JPEG image"),
        (b"\x89PNG\r\n\x1A\n", "looks like a PNG image"),
        (b"GIF8", "looks like a GIF image"),
        (b"\x1F\x8B", "looks like gzip data; decompress it first"),
        (b"!BDN", "looks like an Outlook .pst or .ost file"),
        (b"{\\rtf", "looks like an RTF document"),
        (b"From ", "looks like an mbox of mail messages without TNEF (winmail.dat)"),
    ];
    if bytes.is_empty() {
        return Some("is empty");
    }
    if bytes.iter().all(|&b| b == 0) {
        return Some("holds nothing but zeros");
    }
    let found = MAGICS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, hint)| hint);
    found.or_else(|| text_hint(bytes))
}

fn text_hint(bytes: &[u8]) -> Option<&'static str> {
    let page = first_page(bytes);
    if is_mail(page) {
        return Some("is a mail message without TNEF (winmail.dat)");
    }
    let starts_with = |text: &str| page.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()));
    if starts_with("<!doctype html") || starts_with("<html") {
        return Some("looks like an HTML page");
    }
    if is_uuencoded(page) {
        return Some("looks like uuencoded data that is no TNEF");
    }
    let is_control = |&b: &u8| b < 0x20 && !b.is_ascii_whitespace() || b == 0x7F;
    (!page.iter().any(is_control)).then_some("looks like text")
}

/// Returns whether an input is a mail or an mbox, with TNEF or without.
#[must_use]
pub fn is_mail_or_mbox(bytes: &[u8]) -> bool {
    !bytes.starts_with(&SIGNATURE_BYTES) && (bytes.starts_with(b"From ") || is_mail(first_page(bytes)))
}

/// A page is enough to tell what a text is; a character that is cut at its end does no harm.
fn first_page(bytes: &[u8]) -> &[u8] {
    let page = bytes.get(..4096).unwrap_or(bytes);
    page.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(page).trim_ascii_start()
}

/// Whether the text starts as [RFC 5322] headers: each line up to the first empty one is a field or goes on with the one before,
/// and one of them is a field that no other format has.
fn is_mail(page: &[u8]) -> bool {
    has_field(page, &MAIL_FIELDS) || has_field(page, &["MIME-Version", "Content-Type", "Content-Transfer-Encoding"])
}

/// Fields that a mail has, and a part of one has not.
const MAIL_FIELDS: [&str; 8] =
    ["Received", "Return-Path", "Delivered-To", "From", "To", "Subject", "Message-ID", "DKIM-Signature"];

fn has_field(page: &[u8], fields: &[&str]) -> bool {
    let mut known = false;
    let mut lines = page.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
    while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|&b| b == b':') else {
            // The page's last line may be cut short.
            return known && lines.peek().is_none();
        };
        let name = line.get(..colon).unwrap_or_default();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return false;
        }
        known |= fields.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes()));
    }
    known
}

/// `begin`, a file mode in octal, a name.
fn is_uuencoded(page: &[u8]) -> bool {
    let Some(mode) = page.strip_prefix(b"begin ").and_then(|rest| rest.split(|&b| b == b' ').next()) else { return false };
    (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..=b'7').contains(b))
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    /// A signature, a key, and the first attribute of the smallest streams: level 1, attTnefVersion, 4 bytes, 0x00010000.
    const STREAM: [u8; 21] = [
        0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00, 0x01, 0x06, 0x90, 0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01,
        0x00,
    ];

    /// What is found in bytes that hold one stream, or none.
    fn detect(bytes: Vec<u8>) -> Loaded {
        let mut streams = super::detect(bytes, &Limits::default());
        assert_eq!(streams.len(), 1);
        streams.pop().unwrap()
    }

    fn raw(bytes: &[u8], looks_like_tnef: bool) -> Loaded {
        Loaded { looks_like_tnef, ..Loaded::raw(bytes.to_vec()) }
    }

    fn base64(bytes: &[u8], ignored: usize) -> Loaded {
        Loaded { wrapper: Wrapper::Base64 { ignored }, ..Loaded::raw(bytes.to_vec()) }
    }

    /// The text in lines of `width` characters.
    fn lines(text: &str, width: usize, end: &str) -> String {
        text.as_bytes().chunks(width).map(|line| format!("{}{end}", std::str::from_utf8(line).unwrap())).collect()
    }

    #[test]
    fn streams_stay_as_they_are() {
        assert_eq!(detect(STREAM.to_vec()), raw(&STREAM, true));
        assert_eq!(detect(SIGNATURE_BYTES.to_vec()), raw(&SIGNATURE_BYTES, true));
        for (junk, found) in [(1, true), (JUNK_MAX, true), (JUNK_MAX + 1, false)] {
            let mut bytes = vec![b'\n'; junk];
            bytes.extend(STREAM);
            assert_eq!(detect(bytes.clone()), raw(&bytes, found), "{junk}");
        }
    }

    #[test]
    fn base64_is_decoded() {
        let text = BASE64_STANDARD.encode(STREAM);
        assert_eq!(text, "eJ8+IgEAAQaQCAAEAAAAAAABAAEA");
        for end in ["", "\n", "\r\n", "\r", " \r\n\t"] {
            for width in [1, 4, 7, 76] {
                assert_eq!(detect(lines(&text, width, end).into_bytes()), base64(&STREAM, 0), "{width} {end:?}");
            }
        }
        for text in [format!("\r\n\n {text}\n\n"), format!("\u{FEFF}{text}")] {
            assert_eq!(detect(text.into_bytes()), base64(&STREAM, 0));
        }
        assert_eq!(detect(b"eJ8-IgEAAQaQCAAEAAAAAAABAAEA".to_vec()), base64(&STREAM, 0));
    }

    #[test]
    fn padding_may_be_missing_or_wrong() {
        // One byte more makes two characters and "==".
        let stream = [&STREAM[..], &[0xFF]].concat();
        let text = "eJ8+IgEAAQaQCAAEAAAAAAABAAEA/w";
        for padding in ["", "=", "==", "===", "=\r\n="] {
            assert_eq!(detect(format!("{text}{padding}\r\n").into_bytes()), base64(&stream, 0), "{padding:?}");
        }
        // Cut within a byte: the whole bytes are there.
        assert_eq!(detect(b"eJ8+IgEAAQaQCAAEAAAAAAABAAEA/".to_vec()), base64(&STREAM, 0));
        assert_eq!(detect(b"eJ8+Ig".to_vec()), base64(&SIGNATURE_BYTES, 0));
        assert_eq!(detect(b"eJ8+Iv".to_vec()), base64(&SIGNATURE_BYTES, 0));
    }

    #[test]
    fn what_follows_base64_is_counted() {
        let text = "eJ8+IgEAAQaQCAAEAAAAAAABAAEA";
        assert_eq!(detect(format!("{text}\r\n--boundary--\r\n").into_bytes()), base64(&STREAM, 12));
        assert_eq!(detect(format!("{text}==\nmore").into_bytes()), base64(&STREAM, 4));
        assert_eq!(detect(b"eJ8+IgEA!AQaQCAAE".to_vec()), base64(&STREAM[..6], 9));
    }

    #[test]
    fn what_is_neither_comes_back() {
        for bytes in [&b""[..], b"eJ8+", b"eJ8+I", b"eJ8+IAAA", b"eJ8+I!", b"aGVsbG8=", b"x\x9F\x3E", b"hello", b"\xEF\xBB\xBF"] {
            assert_eq!(detect(bytes.to_vec()), raw(bytes, false), "{bytes:?}");
        }
    }

    #[test]
    fn hints() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (&[0; 100], "zeros"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", ".msg"),
            (b"PK\x03\x04\x14\0", "ZIP"),
            (b"%PDF-1.7\n%\xE2\xE3", "PDF"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "JPEG"),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "PNG"),
            (b"\x1F\x8B\x08\0", "gzip"),
            (b"{\\rtf1\\ansi", "RTF"),
            (b"<!DOCTYPE html>\n<html>", "HTML"),
            (b"\xEF\xBB\xBF\r\n<HTML><body>", "HTML"),
            (b"From a@example.org Mon Jan  1 00:00:00 2024\nSubject: x\n", "mbox"),
            (b"Received: from a by b;\r\n\tMon, 1 Jan 2024\r\nSubject: x\r\n\r\nbody", "mail"),
            (b"X-Spam: no\nfrom: a@example.org\nContent-Ty", "mail"),
            (b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig", "mail"),
            (b"begin 644 winmail.dat\nM>)\\^(@", "uuencoded"),
            (b"Dear all,\nsubject: none\n", "text"),
            (b"key: value\nother: value\n", "text"),
            (b"begin the beguine", "text"),
            ("Grüße aus Köln".as_bytes(), "text"),
        ] {
            assert!(hint(bytes).is_some_and(|hint| hint.contains(word)), "{word}: {:?}", hint(bytes));
        }
        for bytes in [&b"\x01\x02\x03"[..], b"MZ\x90\0\x03", &STREAM] {
            assert_eq!(hint(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn streams_in_mails() {
        let part = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n\
            eJ8+IgEAAQaQCAAEAAAAAAABAAEA\n";
        let mail =
            format!("Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nhi\n--a\n{part}\n--a\n{part}\n--a--\n");
        let names = |input: &str| {
            let streams = super::detect(input.as_bytes().to_vec(), &Limits::default());
            assert!(streams.iter().all(|stream| stream.bytes == STREAM && stream.looks_like_tnef));
            streams.iter().map(|stream| stream.part().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(names(&mail), ["part 2 (winmail.dat)", "part 3 (winmail.dat)"]);
        assert_eq!(names(&format!("Subject: x\n{part}")), ["the body (winmail.dat)"]);
        let from = "From a@example.org Mon Jan  1 00:00:00 2024";
        assert_eq!(names(&format!("{from}\nSubject: x\n{part}")), ["the body (winmail.dat)"]);
        assert_eq!(
            names(&format!("{from}\nSubject: none\n\nhi\n\n{from}\n{mail}\n{from}\nSubject: x\n{part}")),
            ["mail 2, part 2 (winmail.dat)", "mail 2, part 3 (winmail.dat)", "mail 3, the body (winmail.dat)"]
        );
        // python3 -c 'import uu' of the stream.
        assert_eq!(names("begin 644 winmail.dat\n5>)\\^(@$``0:0\"``$```````!``$`\n`\nend\n"), ["in the body (winmail.dat)"]);
        // STNEF: the signature within the first bytes does not make the header junk in front of a stream.
        let binary = [b"Subject: x\nContent-Type: application/ms-tnef\n\n".as_slice(), &STREAM].concat();
        assert_eq!(detect(binary).part().as_deref(), Some("the body"));
        // The fields of a part alone do.
        let part = [b"Content-Type: application/ms-tnef\n\n".as_slice(), &STREAM].concat();
        assert_eq!(detect(part.clone()), raw(&part, true));
        // Nothing in it: the mail as it is.
        let plain = b"Subject: x\n\nhi\n";
        assert!(detect(plain.to_vec()).is_something_else());
        assert_eq!(detect(plain.to_vec()), raw(plain, false));
    }

    #[test]
    fn real_samples() {
        let corpus = std::env::var_os("WINMAIL_CORPUS")
            .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), std::path::PathBuf::from);
        if !corpus.is_dir() {
            println!("skipped: no corpus at {}", corpus.display());
            return;
        }
        let files = |kind: &str, ending: &str| {
            let files: Vec<_> = std::fs::read_dir(corpus.join(kind))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == ending))
                .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
                .collect();
            assert!(!files.is_empty(), "no files in {kind}");
            files
        };
        for (path, bytes) in files("tnef", "tnef") {
            let has_signature = bytes.windows(4).take(JUNK_MAX + 1).any(|window| window == SIGNATURE_BYTES);
            assert_eq!(detect(bytes.clone()), raw(&bytes, has_signature), "{path}");
            if bytes.starts_with(&SIGNATURE_BYTES) {
                let text = lines(&BASE64_STANDARD.encode(&bytes), 76, "\r\n");
                assert_eq!(detect(text.into_bytes()), base64(&bytes, 0), "{path}");
            }
        }
        for (path, bytes) in files("eml", "eml") {
            assert!(hint(&bytes).is_some_and(|hint| hint.contains("mail")), "{path}: {:?}", hint(&bytes));
        }
        for (path, bytes) in files("msg", "msg") {
            assert!(hint(&bytes).is_some_and(|hint| hint.contains(".msg")), "{path}: {:?}", hint(&bytes));
        }
    }

    proptest! {
        #[test]
        fn base64_comes_back_whole(
            tail in proptest::collection::vec(any::<u8>(), 0..200),
            width in 1usize..80,
            end in proptest::sample::select(vec!["", "\n", "\r\n"]),
            cut in 0usize..3,
        ) {
            let stream = [&SIGNATURE_BYTES[..], &tail].concat();
            let text = lines(&BASE64_STANDARD.encode(&stream), width, end);
            prop_assert_eq!(detect(text.clone().into_bytes()), base64(&stream, 0));
            prop_assert_eq!(detect(text.replace('=', "").into_bytes()), base64(&stream, 0));
            prop_assert_eq!(detect(BASE64_URL_SAFE_NO_PAD.encode(&stream).into_bytes()), base64(&stream, 0));
            // Cut anywhere: a prefix of the stream.
            let digits = BASE64_STANDARD.encode(&stream).replace('=', "");
            let short = &digits[..digits.len().saturating_sub(cut).max(6)];
            let loaded = detect(short.as_bytes().to_vec());
            prop_assert!(loaded.looks_like_tnef && stream.starts_with(&loaded.bytes));
            prop_assert_eq!(loaded.bytes.len(), short.len() * 3 / 4);
        }

        #[test]
        fn any_bytes_are_handled(bytes in proptest::collection::vec(any::<u8>(), 0..300), start in any::<bool>()) {
            let bytes = if start { [b"eJ8+Ig", &bytes[..]].concat() } else { bytes };
            let _ = hint(&bytes);
            let loaded = detect(bytes.clone());
            if loaded.wrapper == Wrapper::Raw {
                prop_assert_eq!(loaded.bytes, bytes);
            }
        }
    }
}
