//! `winmail check`: bodies, facts that stand twice, categories, and what the exit code is of.

use std::path::Path;

use winmail::mapi::{PropTag, PropValue, Utf16};
use winmail::rtf::lzfu::{Mode, compress};
use winmail::tnef::{AttrId, Level, PropertyListWriter, Writer};
use winmail_cli::{EXIT_DEFECTS, EXIT_OK};

use crate::support::{winmail, winmail_on};

const RTF: u32 = 0x1009_0102;
const BODY: u32 = 0x1000_001F;
const DATA: u32 = 0x3701_0102;

/// A stream of these attributes.
fn stream(attributes: &[(Level, AttrId, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]).unwrap();
    for (level, id, data) in attributes {
        writer.attribute(*level, *id, data).unwrap();
    }
    writer.into_inner()
}

fn list(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    let value = match tag {
        BODY => PropValue::String(Utf16(value.into())),
        _ => PropValue::Binary(value.into()),
    };
    list.push(PropTag(tag), None, &value).unwrap();
    list.into_bytes()
}

const REND_DATA: &[u8] = &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 32, 0, 32, 0, 0, 0, 0, 0];

/// Three streams, each with something else wrong: a body that is damaged, a file with two contents, a length of no account.
fn inputs(folder: &Path) -> [String; 3] {
    let mut rtf = compress(b"{\\rtf1 words and words and words}", Mode::Reference).unwrap();
    // The checksum in the header; the text itself is whole.
    rtf[12] ^= 1;
    let body = list(RTF, &rtf);
    let file = list(DATA, b"another");
    let streams = [
        stream(&[(Level::MESSAGE, AttrId::MSG_PROPS, &body)]),
        stream(&[
            (Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, REND_DATA),
            (Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"a.txt\0"),
            (Level::ATTACHMENT, AttrId::ATTACH_DATA, b"one"),
            (Level::ATTACHMENT, AttrId::ATTACHMENT, &file),
        ]),
        stream(&[(Level::MESSAGE, AttrId::PRIORITY, &[9, 0])]),
    ];
    let mut numbers = 0..;
    streams.map(|stream| {
        let path = folder.join(format!("{}.dat", numbers.next().unwrap()));
        std::fs::write(&path, stream).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

#[test]
fn what_is_damaged_or_stands_twice_is_said_with_its_category() {
    let temp = tempfile::tempdir().unwrap();
    let inputs = inputs(temp.path());
    for (input, code, category) in [
        (&inputs[0], "rtf-crc-mismatch", "loss"),
        (&inputs[1], "conflicting-content", "security"),
        (&inputs[2], "invalid-attribute-value", "interoperability"),
    ] {
        let run = winmail(["check", input.as_str()]);
        assert_eq!(run.code, EXIT_DEFECTS, "{}", run.out);
        assert!(run.out.contains(&format!("{code} ({category}) at byte ")), "{}", run.out);
        let json: serde_json::Value = serde_json::from_str(&winmail(["check", "--json", input.as_str()]).out).unwrap();
        let found = json[0]["diagnostics"].as_array().unwrap();
        assert!(found.iter().any(|found| found["code"] == code && found["category"] == category), "{json}");
    }
}

/// What is wrong with RTF is said once, however many forms of the body are made of it.
#[test]
fn a_defect_of_a_body_is_said_once() {
    let temp = tempfile::tempdir().unwrap();
    let rtf = compress(b"{\\rtf1 words {\\b and words", Mode::Reference).unwrap();
    let path = temp.path().join("open.dat");
    std::fs::write(&path, stream(&[(Level::MESSAGE, AttrId::MSG_PROPS, &list(RTF, &rtf))])).unwrap();
    let (path, out) = (path.to_str().unwrap(), temp.path().join("out"));
    let run = winmail(["check", path]);
    assert!(run.code == EXIT_DEFECTS && run.out.contains(": 1 error\n"), "{}", run.out);
    assert!(run.out.contains("2 groups are open at the end"), "{}", run.out);
    for args in [&["extract", path, "-o", out.to_str().unwrap()][..], &["body", path]] {
        let run = winmail(args.iter().copied());
        assert!(run.code == EXIT_DEFECTS && run.err.contains(": 1 error: "), "{args:?}: {}", run.err);
    }
}

/// The filter lets nothing go of what `check` says may be lost, or is another file than the one that is shown.
#[test]
fn the_filter_keeps_and_names_what_check_calls_damaged() {
    let temp = tempfile::tempdir().unwrap();
    let [rtf, two_contents, _] = inputs(temp.path());
    let body = list(BODY, b"p\0a\0y\09\0\0\0");
    let two_texts = temp.path().join("texts.dat");
    let texts = stream(&[(Level::MESSAGE, AttrId::BODY, b"pay 1\0"), (Level::MESSAGE, AttrId::MSG_PROPS, &body)]);
    std::fs::write(&two_texts, texts).unwrap();
    for path in [rtf.as_str(), &two_contents, two_texts.to_str().unwrap()] {
        let stream = std::fs::read(path).unwrap();
        let head = b"Subject: x\nMIME-Version: 1.0\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n";
        let (code, out, err) = winmail_on(["filter"], &[&head[..], &stream].concat());
        assert!(code == EXIT_OK && err.contains("converted, and kept: it is damaged"), "{path}: {err}");
        let held = out.windows(stream.len()).any(|part| part == stream);
        assert!(held, "{path}: {}", String::from_utf8_lossy(&out));
        assert_eq!(winmail(["check", path]).code, EXIT_DEFECTS);
        // As well where it came alone.
        let made = temp.path().join("made.eml");
        let run = winmail(["convert", path, "-o", made.to_str().unwrap(), "--to", "eml", "-f"]);
        assert!(run.code == EXIT_DEFECTS && run.out.contains("1 with winmail.dat kept"), "{path}: {}", run.out);
    }
}

#[test]
fn fail_on_chooses_what_the_exit_code_is_of() {
    let temp = tempfile::tempdir().unwrap();
    let inputs = inputs(temp.path());
    for (what, expected) in [
        ("any", [EXIT_DEFECTS, EXIT_DEFECTS, EXIT_DEFECTS]),
        ("loss", [EXIT_DEFECTS, EXIT_DEFECTS, EXIT_OK]),
        ("security", [EXIT_OK, EXIT_DEFECTS, EXIT_OK]),
    ] {
        let codes = inputs.each_ref().map(|input| winmail(["check", "--fail-on", what, input.as_str()]).code);
        assert_eq!(codes, expected, "{what}: {}", winmail(["check", "-v", inputs[0].as_str()]).out);
    }
}
