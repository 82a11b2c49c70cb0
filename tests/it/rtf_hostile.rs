//! Hostile RTF: bounded time and memory, the text that was there, a diagnostic that says what was wrong and where.

use proptest::prelude::*;
use winmail::rtf::{Deencapsulated, Encapsulation, deencapsulate, encapsulation, to_html, to_text};
use winmail::{Code, ErrorKind, Limits, ReadOptions, Report};

fn read(rtf: &[u8]) -> (Deencapsulated, Report) {
    let found = deencapsulate(rtf, &ReadOptions::lenient()).unwrap();
    let report = found.report.clone();
    (found, report)
}

#[test]
fn a_million_open_groups() {
    let mut rtf = br"{\rtf1\ansi\fromhtml1 before ".to_vec();
    rtf.extend(std::iter::repeat_n(b'{', 1_000_000));
    rtf.extend(b"inside");
    let (found, report) = read(&rtf);
    assert_eq!(found.text, "before inside");
    assert!(report.contains(Code::LimitReached) && report.contains(Code::RtfUnclosedGroup));
    // With all of them closed again, and a destination past the limit that is skipped.
    rtf.extend(br"{\*\unknown not this}");
    rtf.extend(std::iter::repeat_n(b'}', 1_000_000));
    rtf.extend(b" after}");
    let (found, report) = read(&rtf);
    assert_eq!(found.text, "before inside after");
    assert!(!report.contains(Code::RtfUnclosedGroup));
    // The limit is the caller's.
    let limits = Limits::UNLIMITED;
    let found = deencapsulate(&rtf, &ReadOptions::strict().with_limits(limits)).unwrap();
    let report = &found.report;
    assert_eq!((found.text.as_str(), report.is_empty()), ("before inside after", true));
    let error = deencapsulate(&rtf, &ReadOptions::strict()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn binary_past_the_end() {
    let (found, report) = read(br"{\rtf1\ansi\fromtext text\bin2147483647 rest");
    assert_eq!(found.text, "text");
    let diagnostic = &report.diagnostics()[0];
    assert_eq!((diagnostic.code, diagnostic.offset), (Code::RtfBinaryTruncated, 25));
    assert_eq!(diagnostic.detail, "\\bin declares 2147483647 bytes, 4 follow");
}

#[test]
fn unknown_code_pages() {
    // EBCDIC is no page that RTF can be in; 31337 is nothing. What is UTF-8 is taken for it.
    for page in [500, 31337] {
        let (found, report) = read(format!("{{\\rtf1\\ansi\\ansicpg{page}\\fromtext caf\\'e9 \\'e2\\'80\\'99}}").as_bytes());
        assert_eq!(found.text, "café â€™");
        assert_eq!(report.diagnostics()[0].code, Code::RtfUnsupportedCodePage);
        let (found, _) = read(format!("{{\\rtf1\\ansi\\ansicpg{page}\\fromtext it\\'e2\\'80\\'99s}}").as_bytes());
        assert_eq!(found.text, "it’s");
    }
}

#[test]
fn output_is_limited() {
    let mut limits = Limits::default();
    limits.output = 10;
    let options = ReadOptions::lenient().with_limits(limits);
    let found = deencapsulate(br"{\rtf1\ansi\fromtext 1234\par 5678\par 90}", &options).unwrap();
    assert_eq!(found.text, "1234\r\n5678");
    assert!(found.report.contains(Code::LimitReached));
}

#[test]
fn cut_anywhere() {
    let rtf = br"{\rtf1\ansi\ansicpg932\fromhtml1{\fonttbl{\f0\fcharset128 A;}}\f0{\*\htmltag64 <p>}\'83\'65\u8364 ?\bin3 abc{\*\x y}\par end}";
    let (whole, _) = read(rtf);
    assert_eq!(whole.text, "<p>テ€\r\nend");
    for cut in 0..rtf.len() {
        let (found, report) = read(&rtf[..cut]);
        // A cut number is another number, half a character none: the last one may differ.
        let mut sure = found.text.clone();
        sure.pop();
        assert!(found.kind == Encapsulation::None || whole.text.starts_with(&sure), "{cut}: {found:?}");
        assert!(!report.is_empty(), "{cut}");
    }
}

#[test]
fn not_rtf_at_all() {
    for bytes in [&b""[..], b"}", b"plain text", b"\\", b"\xFF\xFE", b"}}}}{{{{\\*\\*\\*"] {
        let (found, report) = read(bytes);
        assert_eq!(found.kind, Encapsulation::None);
        assert!(report.contains(Code::RtfMissingSignature));
    }
    assert_eq!(read(b"plain text").0.text, "plain text");
}

/// The HTML is well nested, of harmless elements and attributes, whatever the RTF was.
fn check_html(rtf: &[u8]) {
    let made = to_html(rtf, &ReadOptions::lenient()).unwrap();
    for place in &made.attachment_places {
        assert!(made.html.is_char_boundary(*place));
    }
    let mut open: Vec<&str> = Vec::new();
    let body = made.html.strip_prefix("<!DOCTYPE html>").unwrap();
    for tag in body.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(!text.contains('>'), "{text:?} in {}", made.html);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{}", made.html);
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        const KNOWN: [&str; 22] = [
            "html", "head", "meta", "body", "div", "span", "b", "i", "u", "s", "sup", "sub", "a", "br", "ul", "ol", "li",
            "table", "tr", "td", "img", "p",
        ];
        assert!(KNOWN.contains(&name), "{name}");
        let mut rest = attributes;
        while let Some((attribute, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').unwrap();
            let safe = match attribute.trim() {
                "href" => {
                    ["http:", "https:", "ftp:", "mailto:"].iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme))
                }
                "src" => value.starts_with("cid:"),
                "style" => !value.contains("url") && !value.contains("expression") && !value.contains("&quot;"),
                known => {
                    ["dir", "alt", "width", "height", "colspan", "rowspan", "charset", "type", "start", "value"].contains(&known)
                }
            };
            assert!(safe, "{attribute}={value:?}");
            rest = after;
        }
        assert_eq!(rest.trim(), "");
        if !["br", "img", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty());
}

/// A named shape of RTF, of any size.
type Shape = (&'static str, fn(usize) -> Vec<u8>);

const SHAPES: &[Shape] = &[
    ("open groups", |n| [br"{\rtf1\ansi\fromhtml1".to_vec(), vec![b'{'; n]].concat()),
    ("groups", |n| [br"{\rtf1\ansi\fromhtml1".to_vec(), b"{}".repeat(n / 2)].concat()),
    ("surplus ends", |n| [br"{\rtf1\ansi\fromhtml1\htmlrtf".to_vec(), vec![b'}'; n]].concat()),
    ("fonts", |n| {
        let fonts: String = (0..n / 12).map(|n| format!("{{\\f{n} A;}}")).collect();
        format!("{{\\rtf1\\ansi\\fromtext{{\\fonttbl{fonts}}}text}}").into_bytes()
    }),
    ("surrogates", |n| [br"{\rtf1\ansi\fromtext\uc0 ".to_vec(), br"\u-10179 a".repeat(n / 10)].concat()),
    ("long word", |n| [br"{\rtf1\ansi\fromtext\".to_vec(), vec![b'a'; n]].concat()),
    ("long number", |n| [br"{\rtf1\ansi\fromtext\a".to_vec(), vec![b'9'; n]].concat()),
    ("bytes", |n| [br"{\rtf1\ansi\fromtext ".to_vec(), br"\'83".repeat(n / 4)].concat()),
    ("nested fields", |n| {
        let field = br#"{\field{\*\fldinst HYPERLINK "http://example.org/"}{\fldrslt a"#;
        [br"{\rtf1\ansi ".to_vec(), field.repeat(n / field.len())].concat()
    }),
    ("cells", |n| {
        [br"{\rtf1\ansi\trowd ".to_vec(), br"\cellx1".repeat(n / 12), br"\cell".repeat(n / 12), b"\\row".to_vec()].concat()
    }),
    ("rows", |n| [br"{\rtf1\ansi\trowd ".to_vec(), br"\cellx1".repeat(n / 14), br"\cell\row\cellx2".repeat(n / 36)].concat()),
    ("nested tables", |n| [br"{\rtf1\ansi ".to_vec(), br"\itap20 a\par\itap0 b\par ".repeat(n / 26)].concat()),
    ("lists", |n| [br"{\rtf1\ansi\ls1 ".to_vec(), br"{\listtext o}\li1 \par{\listtext 1.}\li0 \par ".repeat(n / 44)].concat()),
    ("looks", |n| [br"{\rtf1\ansi ".to_vec(), br"\b\i\ul a\plain b".repeat(n / 17)].concat()),
];

/// Memory that is asked for in all, as what is copied again and again shows there; `tools/growth.py` measures processor time.
#[test]
fn memory_in_all_is_linear() {
    for (name, make) in SHAPES {
        let used = |size: usize| {
            let rtf = make(size);
            let used = allocation_counter::measure(|| {
                read(&rtf);
                to_text(&rtf, &ReadOptions::lenient()).unwrap();
                to_html(&rtf, &ReadOptions::lenient()).unwrap();
            });
            used.bytes_total
        };
        let (small, large) = (used(5_000), used(50_000));
        println!("{name}: {small} bytes for 5 KB, {large} for 50 KB");
        assert!(large < small * 20, "{name}: {small} bytes for 5 KB, {large} for 50 KB");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(rtf in proptest::collection::vec(any::<u8>(), 0..300)) {
        read(&rtf);
        to_text(&rtf, &ReadOptions::lenient()).unwrap();
        check_html(&rtf);
    }

    #[test]
    fn arbitrary_rtf_never_panics(pieces in proptest::collection::vec(piece(), 0..60)) {
        for start in [r"{\rtf1\ansi\fromhtml1 ", r"{\rtf1\ansi\fromtext ", r"{\rtf1\ansi "] {
            let rtf = format!("{start}{}", pieces.concat());
            read(rtf.as_bytes());
            to_text(rtf.as_bytes(), &ReadOptions::lenient()).unwrap();
            let _ = deencapsulate(rtf.as_bytes(), &ReadOptions::strict());
            let _ = encapsulation(rtf.as_bytes());
            check_html(rtf.as_bytes());
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "{", "}", r"\*", r"{\fonttbl{\f1\fcharset128 A;}{\f2\fcharset2 Symbol;}}", r"\f1 ", r"\f2 ", r"\uc0 ", r"\uc2 ", r"\u-10179 ",
            r"\u-8704 ?", r"\u8364 ?", r"\'83", r"\'e9", r"\'", r"\htmlrtf ", r"\htmlrtf0 ", r"{\*\htmltag64 <p>}", r"{\*\mhtmltag <p>}",
            r"\par ", r"\tab ", r"\~", r"\_", r"\bin3 abc", r"\bin99 ", r"{\upr{a}{\*\ud b}}", r"{\field{\*\fldinst HYPERLINK ", r"{\fldrslt ",
            r"\objattph ", r"{\*\objattph}", r"\plain ", r"\v ", r"\trowd\cellx100 ", r"\intbl ", r"\cell ", r"\row ", r"{\pict\pngblip 00",
            r"{\listtext 1.\tab}", r"\ilvl1 ", r"\ls1 ", r"\b ", r"\b0 ", r"\cf1 ", r"{\colortbl;\red1\green2\blue3;}", r"\itap2 ",
            r"\nestcell ", r"{\*\nesttableprops\trowd\cellx99\nestrow}", r"\clvmgf ", r"\clvmrg ", r"\qc ", r"\li720 ", r"\ansicpg0 ",
            r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt c}}}", r"{\object{\*\objdata 00}{\result r}}", r"\rtlpar ", "\\\n",
        ]).prop_map(str::to_owned),
        1 => "[a-z<>&\\\\{}'0-9 é\\r\\n-]{0,6}",
    ]
}
