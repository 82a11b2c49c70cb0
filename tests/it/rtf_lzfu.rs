//! Compressed RTF through the public API: the specification's examples, real streams, properties.
//!
//! The oracle is the scan of the specification written down as plainly as possible: every place of the dictionary is tried
//! at every position.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use winmail::rtf::lzfu::{CompType, Header, Mode, PRESET, compress, crc, decompress, store};
use winmail::{Code, ErrorKind, Limits, ReadOptions, Report, Result};

const MODES: [Mode; 3] = [Mode::Reference, Mode::Outlook, Mode::Dense];

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn strict(input: &[u8]) -> Result<Vec<u8>> {
    let found = decompress(input, &ReadOptions::strict())?;
    assert!(found.report.is_empty(), "{:?}", found.report);
    Ok(found.bytes)
}

fn lenient(input: &[u8]) -> (Vec<u8>, Report) {
    let found = decompress(input, &ReadOptions::lenient()).unwrap();
    (found.bytes, found.report)
}

fn codes(report: &Report) -> Vec<Code> {
    report.diagnostics().iter().map(|d| d.code).collect()
}

/// A header that fits the contents.
fn wrap(contents: &[u8], raw_size: usize) -> Vec<u8> {
    let header = Header {
        comp_size: u32::try_from(contents.len() + 12).unwrap(),
        raw_size: u32::try_from(raw_size).unwrap(),
        comp_type: CompType::COMPRESSED,
        crc: crc(contents),
    };
    [&header.emit(), contents].concat()
}

// ---------------------------------------------------------------------------------------------------------------- vectors

/// [MS-OXRTFCP] 3.1 and 3.2, and the forms that the sections on the format allow.
#[test]
fn examples_of_the_specification() {
    let hello = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
    let hello_packed = hex("2d000000 2b000000 4c5a4675 f1c5c7a7
        03000a00 72637067 31323542 320af320 68656c09 00206277 05b06c64 7d0a800f a0");
    let wxyz = b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";
    let wxyz_packed = hex("1a000000 1c000000 4c5a4675 e2d44b51 41000420 5758595a 0d6e7d01 0eb0");
    let empty_packed = hex("0f000000 00000000 4c5a4675 27d7ca10 010cf0");
    for (raw, packed) in [(&hello[..], &hello_packed), (&wxyz[..], &wxyz_packed), (b"", &empty_packed)] {
        assert_eq!(strict(packed).unwrap(), raw);
        assert_eq!(compress(raw, Mode::Reference).unwrap(), *packed);
        assert!(compress(raw, Mode::Dense).unwrap().len() <= packed.len());
    }
    for (raw, packed) in [(&hello[..], hello_packed), (&wxyz[..], wxyz_packed)] {
        assert_eq!(compress(raw, Mode::Outlook).unwrap(), packed);
    }

    let stored = hex("13000000 07000000 4d454c41 00000000 7b5c727466317d");
    assert_eq!(strict(&stored).unwrap(), b"{\\rtf1}");
    assert_eq!(store(b"{\\rtf1}").unwrap(), stored);
    assert_eq!(strict(&store(b"").unwrap()).unwrap(), b"");
}

/// The writer behind the specification gives the empty document a NUL and says 0 bytes.
#[test]
fn both_forms_of_the_empty_document_are_read() {
    let long = wrap(&hex("02000d00"), 0);
    assert_eq!(strict(&long).unwrap(), b"");
    assert_eq!(compress(b"", Mode::Outlook).unwrap(), long);
    assert_eq!(compress(b"", Mode::Dense).unwrap(), wrap(&hex("010cf0"), 0));
}

// ----------------------------------------------------------------------------------------------------------------- damage

#[test]
fn strict_stops_where_lenient_reports_and_goes_on() {
    let good = compress(b"{\\rtf1 some text, some more text}", Mode::Reference).unwrap();
    let text = strict(&good).unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = good.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    let size = |delta: i64| u32::try_from(i64::try_from(good.len()).unwrap() - 4 + delta).unwrap().to_le_bytes();
    type Case<'a> = (&'a str, Vec<u8>, &'a [u8], &'a [Code]);
    let cases: [Case<'_>; 10] = [
        ("one byte short of a header", good[..15].to_vec(), b"", &[Code::RtfHeaderTruncated]),
        ("no header but RTF", b"{\\rtf1 x}".to_vec(), b"{\\rtf1 x}", &[Code::RtfHeaderTruncated]),
        ("no header but long RTF", b"{\\rtf1 0123456789}".to_vec(), b"{\\rtf1 0123456789}", &[Code::RtfUnknownCompressionType]),
        ("unknown type, checksum fits", with(8, b"LZFx"), &text, &[Code::RtfUnknownCompressionType]),
        ("checksum", with(12, b"\0\0\0\0"), &text, &[Code::RtfCrcMismatch]),
        ("size too small", with(0, &size(-1)), &text, &[Code::RtfCompressedSizeMismatch]),
        ("size smaller than a header", with(0, &[11, 0, 0, 0]), &text, &[Code::RtfCompressedSizeMismatch]),
        ("size too large", with(0, &size(1)), &text, &[Code::RtfCompressedSizeMismatch]),
        ("reference into the void", wrap(&hex("03 fff0 0d10"), 2), b"\0{", &[Code::RtfUnwrittenReference]),
        ("no end marker", wrap(b"\0{\\rtf1}", 7), b"{\\rtf1}", &[Code::RtfTruncated]),
    ];
    for (name, input, raw, expected) in cases {
        let (found, report) = lenient(&input);
        assert_eq!((&found[..], &codes(&report)[..]), (raw, expected), "{name}");
        let error = decompress(&input, &ReadOptions::strict()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, Some(expected[0])), "{name}");
        assert_eq!(codes(error.report()), expected[..1], "{name}");
    }
}

#[test]
fn unknown_type_with_uncompressed_rtf_or_with_nothing_to_go_by() {
    let mut stored = store(b"{\\rtf1 text}").unwrap();
    stored[8..12].copy_from_slice(b"????");
    assert_eq!(lenient(&stored).0, b"{\\rtf1 text}");
    stored[16] = b'x';
    assert_eq!(lenient(&stored).0, b"");
}

#[test]
fn raw_size_is_a_warning_and_padding_an_information() {
    let good = compress(b"{\\rtf1 text}", Mode::Reference).unwrap();
    for raw_size in [0u32, 11, 13, u32::MAX] {
        let mut input = good.clone();
        input[4..8].copy_from_slice(&raw_size.to_le_bytes());
        for options in [ReadOptions::lenient(), ReadOptions::strict()] {
            let found = decompress(&input, &options).unwrap();
            assert_eq!(found.bytes, b"{\\rtf1 text}", "{raw_size}");
            assert_eq!(codes(&found.report), [Code::RtfSizeMismatch], "{raw_size}");
        }
    }
    let padded = [&good[..], &[0, 0, 0]].concat();
    let found = decompress(&padded, &ReadOptions::strict()).unwrap();
    let report = found.report;
    assert_eq!(found.bytes, b"{\\rtf1 text}");
    assert_eq!(codes(&report), [Code::RtfTrailingBytes]);
    assert_eq!((report.diagnostics()[0].offset, report.diagnostics()[0].length), (u64::try_from(good.len()).unwrap(), 3));

    // Padding inside the contents is covered by the checksum and is nothing to speak of.
    let inside = wrap(&[&good[16..], &[0]].concat(), 12);
    assert_eq!(strict(&inside).unwrap(), b"{\\rtf1 text}");
}

/// MELA: writers forget the 12 in COMPSIZE or count it into RAWSIZE; the checksum is not looked at.
#[test]
fn sizes_of_uncompressed_rtf_are_taken_as_far_as_they_go() {
    let make = |comp_size, raw_size, crc, body: &[u8]| {
        [&Header { comp_size, raw_size, comp_type: CompType::UNCOMPRESSED, crc }.emit(), body].concat()
    };
    let body = b"{\\rtf1 x}";
    let cases: [(Vec<u8>, &[u8], &[Code]); 7] = [
        (make(21, 9, 0, body), body, &[]),
        (make(21, 9, 0xCE12_DF20, body), body, &[]),
        (make(9, 9, 0, body), body, &[Code::RtfCompressedSizeMismatch]),
        (make(21, 21, 0, body), body, &[Code::RtfSizeMismatch]),
        (make(21, 9, 0, b"{\\rtf1 x}\0\0"), body, &[Code::RtfTrailingBytes]),
        (make(23, 9, 0, b"{\\rtf1 x}\0\0"), body, &[]),
        (make(u32::MAX, u32::MAX, 0, body), body, &[Code::RtfCompressedSizeMismatch, Code::RtfSizeMismatch]),
    ];
    for (input, raw, expected) in cases {
        let (found, report) = lenient(&input);
        assert_eq!((&found[..], &codes(&report)[..]), (raw, expected), "{input:02X?}");
    }
}

#[test]
fn a_header_that_claims_4_gb_reserves_nothing() {
    // 17 bytes of contents cannot make more than 136 of text, whatever the header says.
    let mut input = wrap(&hex("fe 41 0cf0 0cff 0cff 0cff 0cff 0cff 0cff"), 0);
    input[..8].fill(0xFF);
    let (raw, report) = lenient(&input);
    assert!(raw.capacity() < 1000, "{}", raw.capacity());
    assert!(report.contains(Code::RtfCompressedSizeMismatch));
    let mut stored = store(b"{\\rtf1}").unwrap();
    stored[..8].fill(0xFF);
    let (raw, _) = lenient(&stored);
    assert_eq!(raw, b"{\\rtf1}");
    assert!(raw.capacity() < 100);
}

#[test]
fn the_output_limit_holds_to_the_byte() {
    let text = vec![b'a'; 10_000];
    let mut limits = Limits::default();
    for (packed, name) in [(compress(&text, Mode::Dense).unwrap(), "LZFu"), (store(&text).unwrap(), "MELA")] {
        for limit in [0, 1, 135, 136, 153, 9_999, 10_000] {
            limits.output = limit;
            let options = ReadOptions::lenient().with_limits(limits.clone());
            let found = decompress(&packed, &options).unwrap();
            let (raw, report) = (found.bytes, found.report);
            assert_eq!(raw.len(), usize::try_from(limit).unwrap(), "{name}");
            assert!(text.starts_with(&raw));
            // Besides the text there is room for the preset dictionary and for one run.
            assert!(raw.capacity() <= raw.len() + 400, "{name} {limit}: {}", raw.capacity());
            assert_eq!(codes(&report), if limit < 10_000 { vec![Code::LimitReached] } else { vec![] }, "{name} {limit}");
            let options = ReadOptions::strict().with_limits(limits.clone());
            let result = decompress(&packed, &options);
            match limit {
                10_000 => assert_eq!(result.unwrap().bytes, text),
                _ => assert_eq!(result.unwrap_err().kind(), ErrorKind::Limit),
            }
        }
    }
    // A header that says too little does not get around it.
    let mut packed = compress(&text, Mode::Dense).unwrap();
    packed[4..8].fill(0);
    limits.output = 5_000;
    let raw = decompress(&packed, &ReadOptions::lenient().with_limits(limits)).unwrap();
    assert_eq!(raw.bytes.len(), 5_000);
    assert_eq!(codes(&raw.report), [Code::LimitReached]);
}

#[test]
fn every_truncation_yields_a_prefix() {
    let text = sample_text(6_000, 7);
    for mode in MODES {
        let packed = compress(&text, mode).unwrap();
        let mut longest = 0;
        for length in 0..packed.len() {
            let (raw, report) = lenient(&packed[..length]);
            assert!(text.starts_with(&raw), "{length}");
            assert!(!report.is_empty(), "{length}");
            assert!(raw.len() >= longest, "{length}");
            longest = raw.len();
            assert!(decompress(&packed[..length], &ReadOptions::strict()).is_err(), "{length}");
        }
        // Only the end marker was missing.
        assert_eq!(longest, text.len());
    }
}

// ----------------------------------------------------------------------------------------------------------- real streams

/// The folder with real samples, if there is one.
fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("WINMAIL_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
    };
    if !folder.is_dir() {
        println!("no corpus at {}: skipped", folder.display());
        return None;
    }
    Some(folder)
}

/// Every `NAME.lzfu` of the corpus, with its `NAME.rtf` if it has one.
fn pairs(folder: &Path) -> Vec<(String, Vec<u8>, Option<Vec<u8>>)> {
    let mut pairs: Vec<_> = std::fs::read_dir(folder.join("rtf"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lzfu"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap(), std::fs::read(path.with_extension("rtf")).ok())
        })
        .collect();
    pairs.sort();
    assert!(pairs.len() >= 20, "{} streams in {}", pairs.len(), folder.display());
    pairs
}

/// Streams without an expected text: what lenient reading makes of them.
const BROKEN: &[(&str, &[u8], &[Code])] = &[
    ("bad-comptype-1", b"", &[Code::RtfUnknownCompressionType]),
    ("bad-comptype-2", b"", &[Code::RtfUnknownCompressionType]),
    ("bad-comptype-3", b"", &[Code::RtfUnknownCompressionType]),
    // A header alone, that announces 202 bytes of contents.
    ("kde-lzfu-header-only", b"", &[Code::RtfCompressedSizeMismatch, Code::RtfCrcMismatch, Code::RtfTruncated]),
    ("kde-lzfu-partial-header", b"", &[Code::RtfHeaderTruncated]),
    // COMPSIZE says 3 bytes of contents where 33 are, with a checksum that fits all 33: the text is whole.
    ("lzfu-compsize-too-small-0f", b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", &[Code::RtfCompressedSizeMismatch]),
    // COMPSIZE does not even count the header; RAWSIZE says 1 byte, and it is there.
    ("mela-compsize-too-small-0b", b"A", &[Code::RtfCompressedSizeMismatch]),
    // Cut after a control byte, and after a literal.
    ("roundcube-truncated-1", b"", &[Code::RtfTruncated]),
    ("roundcube-truncated-3", b"\0", &[Code::RtfTruncated]),
    ("short-15-bytes", b"", &[Code::RtfHeaderTruncated]),
];

/// Streams with an expected text that are not flawless, and what is wrong with them. All others read strictly.
const FLAWED: &[(&str, &[Code])] = &[
    // The source tests its decompressor on the first runs of a stream: the text is cut where the stream is.
    ("poi-first-8-tokens", &[Code::RtfCompressedSizeMismatch, Code::RtfCrcMismatch, Code::RtfTruncated]),
    ("poi-first-16-tokens", &[Code::RtfCompressedSizeMismatch, Code::RtfCrcMismatch, Code::RtfTruncated]),
    // COMPSIZE without the 12 bytes of the header that it has to count.
    ("msgreader-MELA", &[Code::RtfCompressedSizeMismatch]),
    // RAWSIZE with the 12 bytes of the header that it must not count.
    ("mela-rawsize-too-big", &[Code::RtfSizeMismatch]),
];

#[test]
fn real_streams_decompress_to_what_the_sources_agree_on() {
    let Some(folder) = corpus() else { return };
    let (mut matched, mut total) = (0, 0);
    for (name, packed, expected) in pairs(&folder) {
        let (raw, report) = lenient(&packed);
        match expected {
            Some(expected) => {
                total += 1;
                matched += usize::from(raw == expected);
                let flaws = FLAWED.iter().find(|row| row.0 == name).map_or(&[][..], |row| row.1);
                assert_eq!(codes(&report), flaws, "{name}");
                assert!(raw == expected, "{name}");
            }
            None => {
                let (_, text, defects) = BROKEN.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("{name} is new"));
                assert_eq!((&raw[..], &codes(&report)[..]), (*text, *defects), "{name}");
            }
        }
    }
    println!("{matched} of {total} real streams decompress to the text that the sources give");
    // msgreader-LZFu.upstream-lfcr.rtf has no stream beside it: it is what a reader gives whose preset dictionary has LF CR
    // where the specification has CR LF; every other source contradicts it.
    assert!(matched == total && total > 15, "{matched} of {total}");
}

/// Whole streams inside the samples: where "LZFu" stands in one of them, and strict reading of what follows succeeds.
fn embedded(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for kind in ["rtf", "tnef", "msg"] {
        let mut paths: Vec<_> = std::fs::read_dir(folder.join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let bytes = std::fs::read(&path).unwrap();
            let places = bytes.windows(4).enumerate().filter(|(_, four)| *four == b"LZFu").map(|(at, _)| at);
            for start in places.filter_map(|at| at.checked_sub(8)) {
                let Some(header) = Header::parse(&bytes[start..]) else { continue };
                let end = start + 4 + usize::try_from(header.comp_size).unwrap();
                let Some(stream) = bytes.get(start..end) else { continue };
                let whole = decompress(stream, &ReadOptions::strict()).is_ok_and(|found| found.report.is_empty());
                if whole && !found.iter().any(|(_, known)| known == stream) {
                    found.push((path.file_name().unwrap().to_string_lossy().into_owned(), stream.to_vec()));
                }
            }
        }
    }
    found
}

/// What Outlook and Exchange wrote comes out again as it was: share asked for and reached, 100 %.
#[test]
fn outlook_mode_writes_what_outlook_wrote() {
    let Some(folder) = corpus() else { return };
    let streams = embedded(&folder);
    assert!(streams.len() > 20, "{} streams", streams.len());
    let (mut same_as_specified, mut dense, mut original) = (0, 0, 0);
    for (name, stream) in &streams {
        let raw = strict(stream).unwrap();
        let [reference, outlook, denser] = MODES.map(|mode| compress(&raw, mode).unwrap());
        assert!(outlook == *stream, "{name}: {} bytes of {}", outlook.len(), stream.len());
        same_as_specified += usize::from(reference == *stream);
        dense += denser.len();
        original += stream.len();
        assert!(denser.len() <= reference.len().min(stream.len()), "{name}");
        assert!(reference.len() <= stream.len() + 2, "{name}: {} {}", reference.len(), stream.len());
    }
    println!(
        "all {} real streams are Outlook mode's byte for byte, {same_as_specified} of them the specification's too (Outlook breaks \
         ties otherwise); dense mode takes {dense} bytes for their {original}",
        streams.len()
    );
}

// ------------------------------------------------------------------------------------------------------------- the oracle

/// A token: a literal byte, or a place in the dictionary and a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(u8),
    Reference(usize, usize),
}

/// The procedure of [MS-OXRTFCP] 2.3.3.2.1 as it stands there, dictionary and all. Where its own writing into the
/// dictionary made it see a match that the reader will not have, the first longest that is one is taken; how often is told.
fn specified(raw: &[u8]) -> (Vec<Token>, usize) {
    let text = [&PRESET[..], raw].concat();
    let mut dictionary = [0u8; 4096];
    let (mut write, mut end) = (PRESET.len(), PRESET.len());
    dictionary[..write].copy_from_slice(&PRESET);
    let (mut tokens, mut misled) = (Vec::new(), 0);
    let mut at = 0;
    while at < raw.len() {
        let longest = (raw.len() - at).min(17);
        let last = write;
        let mut place = if end == 4096 { (write + 1) % 4096 } else { 0 };
        let (mut best, mut best_place) = (0, 0);
        loop {
            let (mut length, mut from, before) = (0, place, best);
            while length < longest && dictionary[from] == raw[at + length] {
                length += 1;
                if length > before {
                    dictionary[write] = raw[at + length - 1];
                    write = (write + 1) % 4096;
                    end = (end + 1).min(4096);
                }
                from = (from + 1) % 4096;
            }
            if length > best {
                (best, best_place) = (length, place);
            }
            place = (place + 1) % 4096;
            if place == last || best == 17 {
                break;
            }
        }
        if best == 0 {
            dictionary[write] = raw[at];
            write = (write + 1) % 4096;
            end = (end + 1).min(4096);
        }
        // The reader's view: positions instead of places.
        let here = at + PRESET.len();
        let from = |place: usize| here - (here - place) % 4096;
        if best >= 2 && (0..best).any(|n| text[from(best_place) + n] != text[here + n]) {
            misled += 1;
            (best, best_place) = (0, 0);
            for from in here.saturating_sub(4095)..here {
                let length = (0..longest).take_while(|n| text[from + n] == text[here + n]).count();
                if length > best {
                    (best, best_place) = (length, from % 4096);
                }
            }
            // The dictionary as it is for the reader: what was written for nothing is taken back.
            for position in (here + best).saturating_sub(4096)..here + best.max(1) {
                dictionary[position % 4096] = text[position];
            }
            write = (here + best.max(1)) % 4096;
        }
        tokens.push(if best < 2 { Token::Literal(raw[at]) } else { Token::Reference(best_place, best) });
        at += best.max(1);
    }
    tokens.push(Token::Reference(write, 2));
    (tokens, misled)
}

fn emit(tokens: &[Token], raw_size: usize) -> Vec<u8> {
    let mut contents = Vec::new();
    for run in tokens.chunks(8) {
        let at = contents.len();
        contents.push(0);
        for (n, token) in run.iter().enumerate() {
            match *token {
                Token::Literal(byte) => contents.push(byte),
                Token::Reference(place, length) => {
                    contents[at] |= 1 << n;
                    contents.extend(u16::try_from((place << 4) | (length - 2)).unwrap().to_be_bytes());
                }
            }
        }
    }
    wrap(&contents, raw_size)
}

/// Text with some structure: words from a small vocabulary, numbers, repeats from far back.
fn sample_text(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    let words: [&[u8]; 12] = [
        b"\\par\r\n",
        b"\\pard\\plain\\f0\\fs20 ",
        b"{\\b ",
        b"}",
        b"the ",
        b"and ",
        b"recipient",
        b", ",
        b"\\'e9",
        b" of",
        b"\\htmlrtf0 ",
        b"\xFF\x00",
    ];
    let mut text = Vec::new();
    while text.len() < length {
        match next() % 16 {
            n @ 0..12 => text.extend(words[n]),
            12 | 13 => text.extend(format!("{}", next() % 100_000).bytes()),
            14 => text.extend((0..next() % 9).map(|n| b'a' + u8::try_from(n).unwrap())),
            _ => {
                let from = next() % (text.len() + 1);
                let to = (from + next() % 40).min(text.len());
                text.extend_from_within(from..to);
            }
        }
    }
    text.truncate(length);
    text
}

/// Our output against the oracle, there and back, and the modes among each other. Returns how often the specification's
/// procedure was misled.
fn check(raw: &[u8]) -> usize {
    let (tokens, misled) = specified(raw);
    let [reference, outlook, dense] = MODES.map(|mode| compress(raw, mode).unwrap());
    assert!(reference == emit(&tokens, raw.len()), "differs from the specification's scan: {raw:02X?}");
    assert!(dense.len() <= reference.len().min(outlook.len()));
    for packed in [&reference, &outlook, &dense] {
        assert!(strict(packed).unwrap() == raw, "does not come back: {raw:02X?}");
    }
    misled
}

#[test]
fn reference_mode_is_the_specification_around_the_wrap() {
    // The dictionary is full after 3889 bytes and wraps again each 4096.
    for length in (0..40).chain(3_887..3_892).chain([4_095, 4_096, 4_097, 7_984, 7_985, 7_986, 12_300]) {
        check(&sample_text(length, u64::try_from(length).unwrap() + 1));
    }
    // Beyond a block of the index.
    check(&sample_text(60_000, 3));
}

#[test]
fn reference_mode_is_the_specification_on_lopsided_text() {
    for raw in [
        vec![b'a'; 9_000],
        b"ab".repeat(4_500),
        b"aaaaaaaaaaaaaaab".repeat(600),
        (0..=255).cycle().take(9_000).collect(),
        (0..9_000u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect(),
        // Runs of one letter that never end the same way: many candidates, no match of 17.
        (0..700u32).flat_map(|n| [&b"aaaaaaaaaaaa"[..], &n.wrapping_mul(40_503).to_le_bytes()[..2]].concat()).collect(),
    ] {
        check(&raw);
    }
}

/// The text that leads the specification's procedure astray once the dictionary is full: after "aaca" was matched at the
/// oldest place and written over the following ones, "aaca" seems to stand there once more, with a "d" behind it.
#[test]
fn where_the_specification_would_corrupt_the_text_a_real_match_is_taken() {
    let filler = |count: u32| (0..count).map(|n| (n.wrapping_mul(37).to_le_bytes()[0] % 64) | 0x80);
    // 3,889 bytes fill the dictionary, so that "x" comes to place 0, and is about to be overwritten when "aacad" comes.
    let raw: Vec<u8> = filler(3_889).chain(*b"xaacacad").chain(filler(4_096 - 8)).chain(*b"aacad").collect();
    assert_eq!(check(&raw), 1);
    let theirs = compressed_rtf::compress_rtf(&raw.iter().map(|byte| char::from(*byte)).collect::<String>()).unwrap();
    assert_ne!(strict(&theirs).unwrap(), raw, "the crate that follows the specification's procedure corrupts it");
}

#[test]
fn reference_mode_writes_what_the_crate_compressed_rtf_writes() {
    for (length, seed) in [(1, 1), (300, 2), (3_000, 3), (5_000, 4), (12_000, 5)] {
        let raw: Vec<u8> = sample_text(length, seed);
        let text: String = raw.iter().map(|byte| char::from(*byte)).collect();
        let theirs = compressed_rtf::compress_rtf(&text).unwrap();
        assert!(strict(&theirs).unwrap() == raw);
        assert!(compress(&raw, Mode::Reference).unwrap() == theirs, "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reference_mode_is_the_specification_on_small_alphabets(
        letters in 1u8..6,
        raw in prop::collection::vec(0u8..60, 0..9_000),
    ) {
        // Few letters, unequally frequent, so that matches are long and many.
        let raw: Vec<u8> = raw.into_iter().map(|n| b'a' + (n % (n % 7 + 1)).min(letters)).collect();
        check(&raw);
    }

    #[test]
    fn short_texts_of_any_bytes_come_back(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&raw);
        prop_assert!(strict(&store(&raw).unwrap()).unwrap() == raw);
    }

    #[test]
    fn any_contents_decompress_to_something_bounded(
        contents in prop::collection::vec(any::<u8>(), 0..600),
        raw_size in 0usize..3_000,
    ) {
        let (raw, _) = lenient(&wrap(&contents, raw_size));
        prop_assert!(raw.len() <= contents.len() * 8);
        let _ = decompress(&contents, &ReadOptions::lenient());
    }
}
