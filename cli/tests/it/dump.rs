//! `winmail dump`: the worked example of the format's description, and every file of the corpus through both outputs and back.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use winmail::mapi::{Object, PropTag, PropValue, String8, Utf16};
use winmail::tnef::{AttrId, Level, PropertyListWriter, Writer};
use winmail::{FileTime, Message};
use winmail_cli::{EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, Streams};

/// The 383 bytes of the worked example: message class IPM.Note, subject "Hi", submit time 2023-11-14 22:13:20 UTC, normal
/// priority, a named boolean (PSETID_Common LID 0x8503 = false), Keywords = Red, Blue, one attachment a.txt = "abc".
const EXAMPLE: &str = "
    789f3e22 2301
    01 06900800 04000000 00000100 0100
    01 07900600 08000000 e404000000000000 e800
    01 08800700 18000000 49504d2e4d6963726f736f6674204d61696c2e4e6f746500 3108
    01 0d800400 02000000 0200 0200
    01 05800300 0e000000 e7070b000e0016000d0014000200 4001
    01 03900600 9c000000
        050000001f003700010000000600000048006900000000000b001b0e01000000
        4000390000006dc64717da010b0000800820060000000000c000000000000046
        0000000003850000000000001f1001802903020000000000c000000000000046
        01000000120000004b006500790077006f007200640073000000000002000000
        0800000052006500640000000a00000042006c007500650000000000
        7a0e
    02 02900600 0e000000 0100ffffffff2000200000000000 3d04
    02 0f800600 03000000 616263 2601
    02 10800100 06000000 612e74787400 ef01
    02 05900600 24000000
        0200000003000537010000001f000737010000000c00000061002e007400780074000000
        9b02";

/// Offsets: the signature and key take 6 bytes, an attribute 11 and its data, a property what its layout says.
const EXAMPLE_TEXT: &str = "\
standard input: 383 bytes, mail \"Hi\"
offset  lvl  attribute                     bytes  value
0x0000       signature, key                    6  0x223e9f78, key 0x0123
0x0006  msg  attTnefVersion                    4  0x00010000
0x0015  msg  attOemCodepage                    8  1252 (windows-1252)
0x0028  msg  attMessageClass                  24  \"IPM.Microsoft Mail.Note\" = IPM.Note
0x004b  msg  attPriority                       2  2 = normal
0x0058  msg  attDateSent                      14  2023-11-14T22:13:20 (time zone not recorded)
0x0071  msg  attMsgProps                     156  5 properties
0x007e    PidTagSubject           0x0037001F PtypString          \"Hi\"
0x0092    PidTagHasAttachments    0x0E1B000B PtypBoolean         true
0x009a    PidTagClientSubmitTime  0x00390040 PtypTime            2023-11-14T22:13:20Z
0x00a6    PidLidReminderSet       0x8000000B PtypBoolean         false  PSETID_Common/0x8503
0x00c6    PidNameKeywords         0x8001101F PtypMultipleString  [\"Red\", \"Blue\"]  PS_PUBLIC_STRINGS/Keywords
0x0118  att  attAttachRendData                14  atypFile, not in the text, 32 x 32
0x0131  att  attAttachData                     3  \"abc\"
0x013f  att  attAttachTitle                    6  \"a.txt\"
0x0150  att  attAttachment                    36  2 properties
0x015d    PidTagAttachMethod        0x37050003 PtypInteger32  1 = by value
0x0165    PidTagAttachLongFilename  0x3707001F PtypString     \"a.txt\"
";

fn example() -> Vec<u8> {
    let digits: Vec<u8> = EXAMPLE.bytes().filter(u8::is_ascii_hexdigit).collect();
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    assert_eq!(bytes.len(), 383);
    bytes
}

/// Runs `winmail dump ARGS -` with `input` on standard input: exit code, output, messages.
fn dump(args: &[&str], mut input: &[u8]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["winmail", "dump"].iter().chain(args).chain(&["-"]).map(OsString::from);
    let mut streams = Streams { stdin: &mut input, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = winmail_cli::run(args, &mut streams);
    (code, out, String::from_utf8(err).unwrap())
}

fn json(args: &[&str], input: &[u8]) -> Value {
    let (_, out, _) = dump(&[&["--json"], args].concat(), input);
    let all: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1);
    all[0].clone()
}

fn lossless(input: &[u8]) -> Value {
    let value = json(&[], input);
    assert!(crate::reassemble::stream(&value) == input, "the JSON does not give back the bytes: {value:#}");
    value
}

/// What the lines of `--hex` hold, in their order, each of which must stand at its offset.
fn bytes_of_hex_lines(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.lines() {
        let Some((columns, _)) = line.split_once('|') else { continue };
        let mut words = columns.split_whitespace();
        let Some(offset) = words.next().and_then(|word| word.strip_prefix("0x")) else { continue };
        let row: Option<Vec<u8>> = words.map(|word| u8::from_str_radix(word, 16).ok().filter(|_| word.len() == 2)).collect();
        let Some(row) = row.filter(|row| !row.is_empty()) else { continue };
        assert_eq!(usize::from_str_radix(offset, 16), Ok(bytes.len()), "{line}");
        bytes.extend(row);
    }
    bytes
}

fn attributes(list: &[(Level, AttrId, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    for (level, id, data) in list {
        writer.attribute(*level, *id, data).unwrap();
    }
    writer.into_inner()
}

fn properties(list: &[(u32, PropValue<'_>)]) -> Vec<u8> {
    let mut writer = PropertyListWriter::new();
    for (tag, value) in list {
        writer.push(PropTag(*tag), None, value).unwrap();
    }
    writer.into_bytes()
}

/// A message with `inner` as its only attachment.
fn nest(inner: Vec<u8>) -> Vec<u8> {
    let object = PropValue::Object(Object { interface: Some(Object::IMESSAGE), data: inner.into() });
    let list = properties(&[(0x3705_0003, PropValue::Integer32(5)), (0x3701_000D, object)]);
    attributes(&[
        (Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]),
        (Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 32, 0, 32, 0, 0, 0, 0, 0]),
        (Level::ATTACHMENT, AttrId::ATTACHMENT, &list),
    ])
}

/// The corpus: every TNEF file in it; none, and a line that says so, where there is no corpus.
fn corpus() -> Vec<PathBuf> {
    let root = std::env::var_os("WINMAIL_CORPUS").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    if !root.exists() {
        println!("no corpus at {}: skipped", root.display());
        return Vec::new();
    }
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("tnef")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus is empty");
    files
}

#[test]
fn the_worked_example_for_people() {
    let (code, out, err) = dump(&[], &example());
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    assert_eq!(String::from_utf8(out).unwrap(), EXAMPLE_TEXT);
}

#[test]
fn the_worked_example_as_json_is_the_one_in_the_documentation() {
    let Some(page) = crate::support::page("dump-json.md") else { return };
    let (_, block) = page.split_once("```json\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let mut expected: Value = serde_json::from_str(block).unwrap();
    expected[0]["file"] = "-".into();
    assert_eq!(lossless(&example()), expected[0]);
}

/// Every name of a field in a value; those of diagnostics are described with `check --json`.
fn fields(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                into.insert(key.clone());
                if key != "diagnostics" {
                    fields(value, into);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, into)),
        _ => {}
    }
}

fn assert_documented(fields: &BTreeSet<String>) {
    let Some(page) = crate::support::page("dump-json.md") else { return };
    for field in fields {
        assert!(page.contains(&format!("`{field}`")), "{field} is not documented");
    }
}

#[test]
fn hex_shows_every_byte_once_and_in_order() {
    for input in [example(), nest(example()), nest(nest(example()))] {
        let (_, out, _) = dump(&["--hex"], &input);
        let text = String::from_utf8(out).unwrap();
        assert!(bytes_of_hex_lines(&text) == input, "{text}");
    }
}

#[test]
fn every_type_of_value_comes_back() {
    let values = [
        (0x6001_0002, PropValue::Integer16(-2)),
        (0x6002_0003, PropValue::Integer32(i32::MIN)),
        (0x6003_0004, PropValue::Floating32(1.1)),
        (0x6004_0004, PropValue::Floating32(f32::NAN)),
        (0x6005_0005, PropValue::Floating64(0.1 + 0.2)),
        (0x6006_0005, PropValue::Floating64(f64::NEG_INFINITY)),
        (0x6007_0005, PropValue::Floating64(-0.0)),
        (0x6008_0005, PropValue::Floating64(f64::from_bits(0x7FF8_0000_0000_1234))),
        (0x6009_0005, PropValue::Floating64(f64::from_bits(1))),
        (0x600A_0006, PropValue::Currency(i64::MIN)),
        (0x600B_0007, PropValue::FloatingTime(45_244.925_925_925_93)),
        (0x600C_000A, PropValue::ErrorCode(0x8004_010F)),
        (0x600D_0014, PropValue::Integer64(i64::MAX)),
        (0x600E_0040, PropValue::Time(FileTime(u64::MAX))),
        (0x600F_001F, PropValue::String(Utf16(b"H\0i\0".as_slice().into()))),
        (0x6010_001F, PropValue::String(Utf16(b"\x00\xD8a\0\0\0".as_slice().into()))),
        (0x6011_001F, PropValue::String(Utf16(b"a\0\0\0hidden".as_slice().into()))),
        (0x6012_001F, PropValue::String(Utf16::from("\u{FFFD}\u{1F600}\"\\\n\u{1}"))),
        (0x6013_001E, PropValue::String8(String8(b"caf\xE9\0".as_slice().into()))),
        (0x6014_001E, PropValue::String8(String8(b"no end".as_slice().into()))),
        (0x6015_001E, PropValue::String8(String8(b"\x81\x8D\0".as_slice().into()))),
        (0x6016_0102, PropValue::Binary(vec![0; 3].into())),
        (0x6017_000D, PropValue::Object(Object { interface: None, data: b"short".as_slice().into() })),
        (0x6018_00FB, PropValue::ServerId(b"x".as_slice().into())),
        (0x6019_0000, PropValue::Unspecified),
        (0x601A_1014, PropValue::Multiple(vec![PropValue::Integer64(1 << 60), PropValue::Integer64(-1)])),
        (0x601B_101E, PropValue::Multiple(vec![])),
    ];
    let input = attributes(&[(Level::MESSAGE, AttrId::MSG_PROPS, &properties(&values))]);
    let value = lossless(&input);
    let shown = |index: usize| &value["messages"][0]["pieces"][1]["properties"][index];
    assert_eq!(shown(0)["value"], -2);
    assert_eq!(shown(4)["value"], 0.300_000_000_000_000_04);
    assert_eq!(shown(5)["value"]["number"], "-inf");
    assert_eq!(shown(9)["value"], "-9223372036854775808");
    assert_eq!(shown(9)["meaning"], "-922337203685477.5808");
    assert_eq!(shown(10)["meaning"], "2023-11-14T22:13:20");
    assert_eq!(shown(13)["value"]["iso"], Value::Null);
    assert_eq!(shown(14)["value"]["text"], "Hi");
    assert_eq!(shown(14)["value"]["hex"], "48006900");
    assert!(shown(17)["value"].get("hex").is_none());
    assert_eq!(shown(18)["value"]["text"], "caf\u{e9}");
    assert!(shown(18)["value"].get("hex").is_none());
    // All these are encoded as they should be.
    assert!((0..values.len()).all(|index| shown(index).get("hex").is_none()));
}

#[test]
fn an_encoding_that_is_not_the_usual_one_comes_back() {
    // (0x0E1B000B, value): a boolean with padding, and one that is neither 0 nor 1; a string with two values.
    let list = [
        &[3, 0, 0, 0][..],
        &[0x0B, 0, 0x1B, 0x0E, 1, 0, 0xCC, 0xCC],
        &[0x0B, 0, 0x1B, 0x0E, 2, 0, 0, 0],
        &[0x1F, 0, 0x37, 0, 2, 0, 0, 0, 4, 0, 0, 0, b'a', 0, 0, 0, 4, 0, 0, 0, b'b', 0, 0, 0],
    ];
    let input = attributes(&[(Level::MESSAGE, AttrId::MSG_PROPS, &list.concat())]);
    let value = lossless(&input);
    let properties = value["messages"][0]["pieces"][1]["properties"].as_array().unwrap();
    assert_eq!(properties.len(), 3);
    assert!(properties.iter().all(|property| property["hex"].is_string()));
    assert_eq!(properties[0]["hex"], "0b001b0e0100cccc");
}

#[test]
fn no_damage_is_lost() {
    let whole = nest(example());
    let changed = (6..whole.len()).map(|position| {
        let mut input = whole.clone();
        input[position] ^= [0x01, 0x80, 0xFF][position % 3];
        input
    });
    let cut = (6..whole.len()).map(|length| whole[..length].to_vec());
    for input in changed.chain(cut) {
        lossless(&input);
        let (_, out, _) = dump(&["--hex"], &input);
        assert!(bytes_of_hex_lines(&String::from_utf8(out).unwrap()) == input);
    }
}

#[test]
fn nested_messages_stand_side_by_side() {
    let mut input = example();
    for _ in 0..60 {
        input = nest(input);
    }
    let value = lossless(&input);
    let messages = value["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 61);
    for (index, message) in messages.iter().enumerate().skip(1) {
        assert_eq!(message["parent"], index - 1);
    }
    assert_eq!(messages[60]["subject"], "Hi");
    let mut all = BTreeSet::new();
    fields(&value, &mut all);
    assert_documented(&all);
    let (code, out, _) = dump(&["--hex"], &input);
    assert_eq!(code, EXIT_OK);
    assert!(bytes_of_hex_lines(&String::from_utf8(out).unwrap()) == input);
}

#[test]
fn the_deepest_nesting_fits_the_stack() {
    let mut input = example();
    for _ in 0..260 {
        input = nest(input);
    }
    for args in [&["--json", "--max-depth", "1000"][..], &["--max-depth", "1000"]] {
        let (code, out, _) = dump(args, &input);
        assert_eq!(code, EXIT_DEFECTS);
        assert!(!out.is_empty());
    }
}

#[test]
fn data_can_be_left_out() {
    let long = PropValue::Binary(vec![7; 65].into());
    let short = PropValue::Binary(vec![7; 64].into());
    let list = properties(&[(0x6001_0102, long), (0x6002_0102, short)]);
    let input = attributes(&[(Level::MESSAGE, AttrId::MSG_PROPS, &list)]);
    let value = json(&["--no-data"], &input);
    assert_eq!(value["lossless"], false);
    let properties = &value["messages"][0]["pieces"][1]["properties"];
    assert_eq!(properties[0]["value"]["hex"], Value::Null);
    assert_eq!(properties[0]["value"]["size"], 65);
    assert_eq!(properties[1]["value"]["hex"].as_str().unwrap().len(), 128);
}

#[test]
fn full_shows_what_else_is_cut() {
    let text = "a line of text that is longer than what a line of the dump has room for\r\nsecond line\r\n";
    let list = properties(&[(0x1000_001F, PropValue::from(text)), (0x6001_0102, PropValue::Binary((0..40).collect()))]);
    let input = attributes(&[(Level::MESSAGE, AttrId::MSG_PROPS, &list)]);
    let (_, cut, _) = dump(&[], &input);
    let cut = String::from_utf8(cut).unwrap();
    assert!(cut.contains("longer than what a line of the du\"\u{2026} 174 bytes") && !cut.contains("second line"), "{cut}");
    assert!(cut.contains("40 bytes 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f \u{2026}"), "{cut}");
    let (_, full, _) = dump(&["--full"], &input);
    let full = String::from_utf8(full).unwrap();
    assert!(full.contains("\n            \"second line\\r\\n\"\n"), "{full}");
    assert!(full.contains("20 21 22 23 24 25 26 27"), "{full}");
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let mut input = example();
    input[15] ^= 1; // the first byte of attTnefVersion's data
    let (code, out, _) = dump(&[], &[&input[..], b"\0\0junk"].concat());
    let text = String::from_utf8(out).unwrap();
    assert_eq!(code, EXIT_DEFECTS);
    assert!(text.contains("attTnefVersion"), "{text}");
    assert!(text.contains("! checksum is 0x0001"), "{text}");
    assert!(text.contains("0x017f  lost: 6 bytes, trailing-bytes: 00 00 6a 75 6e 6b\n"), "{text}");
    assert!(text.ends_with("`winmail check` shows them\n"), "{text}");
}

#[test]
fn what_is_no_tnef_fails_in_both_forms() {
    let (code, out, err) = dump(&[], b"GIF89a, certainly");
    assert_eq!((code, out.as_slice()), (EXIT_FAILED, &b""[..]));
    assert!(err.starts_with("winmail: standard input: not a TNEF stream"), "{err}");
    let (code, out, _) = dump(&["--json"], b"GIF89a, certainly");
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(code, EXIT_FAILED);
    assert!(value[0]["error"].as_str().unwrap().starts_with("not a TNEF stream"));
    assert!(value[0].get("messages").is_none());
}

#[test]
fn the_corpus_comes_back_from_json_whose_fields_are_documented() {
    let mut all = BTreeSet::new();
    for file in corpus() {
        let input = fs::read(&file).unwrap();
        let is_tnef = Message::from_tnef(&input).is_ok();
        let (code, out, _) = dump(&["--json"], &input);
        assert_eq!(code == EXIT_FAILED, !is_tnef, "{}", file.display());
        let value: Value = serde_json::from_slice(&out).unwrap();
        fields(&value, &mut all);
        if is_tnef {
            assert!(crate::reassemble::stream(&value[0]) == input, "{}", file.display());
        }
    }
    assert_documented(&all);
}

#[test]
fn the_corpus_stands_in_the_hex_dump() {
    for file in corpus() {
        let input = fs::read(&file).unwrap();
        let is_tnef = Message::from_tnef(&input).is_ok();
        let (code, out, _) = dump(&["--hex"], &input);
        assert_eq!(code == EXIT_FAILED, !is_tnef, "{}", file.display());
        let text = String::from_utf8(out).unwrap();
        // No foreign text may move the cursor or turn the writing direction.
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202E}')), "{}", file.display());
        if is_tnef {
            assert!(bytes_of_hex_lines(&text) == input, "{}", file.display());
        }
        let (code, _, _) = dump(&["--full"], &input);
        assert_eq!(code == EXIT_FAILED, !is_tnef, "{}", file.display());
    }
}
