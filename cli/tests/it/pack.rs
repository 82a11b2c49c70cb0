//! `winmail pack`: what `dump --json` writes becomes the same bytes again, for every file of the corpus and under any damage; what is
//! changed in between arrives, with lengths, counts and checksums that fit; what makes no sense is refused at its place.

use std::ffi::OsString;
use std::fs;

use crate::support::tnef_samples;
use serde_json::{Value, json};
use winmail::mapi::{Object, PropName, PropTag, PropValue, String8, Utf16, named, tags};
use winmail::tnef::{AttrId, Level, PropertyListWriter, Reader, Writer, checksum};
use winmail::{FileTime, Message, ReadOptions};
use winmail_cli::{EXIT_FAILED, EXIT_OK, Streams};

fn run(args: &[&str], mut input: &[u8]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["winmail"].iter().chain(args).map(OsString::from);
    let mut streams = Streams { stdin: &mut input, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = winmail_cli::run(args, &mut streams);
    (code, out, String::from_utf8(err).unwrap())
}

fn dump(input: &[u8]) -> Value {
    let (_, out, err) = run(&["dump", "--json", "-"], input);
    serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {err}"))
}

fn pack(json: &Value) -> Result<Vec<u8>, String> {
    let (code, out, err) = run(&["pack", "-", "-o", "-"], json.to_string().as_bytes());
    if code == EXIT_OK {
        assert_eq!(err, "");
        return Ok(out);
    }
    assert_eq!((code, out.len()), (EXIT_FAILED, 0));
    Err(err.strip_prefix("winmail: standard input: ").unwrap_or(&err).trim_end().to_owned())
}

fn assert_identical(name: &str, input: &[u8]) {
    let (_, json, _) = run(&["dump", "--json", "-"], input);
    let (code, packed, err) = run(&["pack", "-", "-o", "-"], &json);
    assert_eq!((code, err.as_str()), (EXIT_OK, ""), "{name}");
    assert!(packed == input, "{name}: the bytes are not the same");
}

/// A message with the things that have a form of their own in JSON.
fn example() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), 7).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0").unwrap();
    writer.attribute(Level::MESSAGE, AttrId::SUBJECT, b"caf\xE9\0").unwrap();
    writer.attribute(Level::MESSAGE, AttrId::DATE_SENT, &[0xE7, 7, 11, 0, 14, 0, 22, 0, 13, 0, 20, 0, 2, 0]).unwrap();
    let mut row = PropertyListWriter::new();
    row.push(tags::DISPLAY_NAME, None, &PropValue::from("Jane")).unwrap();
    let table = [&1u32.to_le_bytes()[..], &row.into_bytes()].concat();
    writer.attribute(Level::MESSAGE, AttrId::RECIP_TABLE, &table).unwrap();
    let mut list = PropertyListWriter::new();
    let tag = |tag: u32| PropTag(tag);
    list.push(tags::SUBJECT, None, &PropValue::from("Hi")).unwrap();
    list.push(tag(0x6001_0003), None, &PropValue::Integer32(-1)).unwrap();
    list.push(tag(0x6002_001E), None, &PropValue::String8(String8(b"caf\xE9\0"[..].into()))).unwrap();
    list.push(tag(0x6003_001E), None, &PropValue::String8(String8(b"no NUL"[..].into()))).unwrap();
    list.push(tag(0x6004_001F), None, &PropValue::String(Utf16(b"\x00\xD8\0\0"[..].into()))).unwrap();
    list.push(tag(0x6005_0040), None, &PropValue::Time(FileTime(133_444_736_000_000_000))).unwrap();
    list.push(tag(0x6006_0005), None, &PropValue::Floating64(f64::NAN)).unwrap();
    list.push(tag(0x6007_0102), None, &PropValue::Binary((0..9).collect())).unwrap();
    list.push(tag(0x6008_0014), None, &PropValue::Integer64(i64::MIN)).unwrap();
    list.push(tag(0x6009_0004), None, &PropValue::Floating32(0.1)).unwrap();
    let keywords: PropName<'_> = named::KEYWORDS.to_name();
    let values = PropValue::Multiple(vec![PropValue::from("Red"), PropValue::from("Blue")]);
    list.push(tag(0x8000_101F), Some(&keywords), &values).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list.into_bytes()).unwrap();
    writer.into_inner()
}

const PROPERTIES: usize = 7;

fn nest(inner: Vec<u8>) -> Vec<u8> {
    let object = PropValue::Object(Object { interface: Some(Object::IMESSAGE), data: inner.into() });
    let mut list = PropertyListWriter::new();
    list.push(PropTag(0x3705_0003), None, &PropValue::Integer32(5)).unwrap();
    list.push(PropTag(0x3701_000D), None, &object).unwrap();
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]).unwrap();
    let rend = [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 32, 0, 32, 0, 0, 0, 0, 0];
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rend).unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &list.into_bytes()).unwrap();
    writer.into_inner()
}

/// Reads a stream that has no error.
fn sound(bytes: &[u8]) -> Message<'_> {
    assert!(Reader::new(bytes).unwrap().attributes().all(|attribute| attribute.is_ok()));
    Message::read(bytes, &ReadOptions::strict()).unwrap()
}

#[test]
fn every_sample_comes_back() {
    for sample in tnef_samples() {
        if Message::from_tnef(&sample.bytes).is_ok() {
            assert_identical(&sample.name, &sample.bytes);
        }
    }
}

/// A list takes a value without its padding for one that is cut there, if others follow; by itself it looks whole.
#[test]
fn a_value_that_is_cut_within_its_padding_comes_back() {
    let value: Vec<u8> = (1..=20).chain([0, 0]).collect();
    let cut = [&[0x02, 0x01, 0x71, 0, 1, 0, 0, 0, 22, 0, 0, 0][..], &value].concat();
    let list = [&[2, 0, 0, 0][..], &cut, &[0x03, 0, 0x26, 0, 1, 0, 0, 0]].concat();
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list).unwrap();
    let input = writer.into_inner();
    let dumped = dump(&input);
    assert!(dumped.to_string().contains("\"size\":20"), "{dumped}");
    assert_identical("cut", &input);
}

#[test]
fn no_damage_is_lost() {
    let whole = nest(example());
    let changed = (6..whole.len()).map(|position| {
        let mut input = whole.clone();
        input[position] ^= [0x01, 0x80, 0xFF][position % 3];
        input
    });
    let cut = (6..whole.len()).step_by(3).map(|length| whole[..length].to_vec());
    for (number, input) in changed.chain(cut).enumerate() {
        assert_identical(&number.to_string(), &input);
    }
}

#[test]
fn the_deepest_nesting_comes_back() {
    let mut input = example();
    for _ in 0..200 {
        input = nest(input);
    }
    let (_, json, _) = run(&["dump", "--json", "--max-depth", "1000", "-"], &input);
    let (code, packed, err) = run(&["pack", "-", "-o", "-"], &json);
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    assert!(packed == input);
}

#[test]
fn a_changed_value_arrives_and_everything_fits() {
    let input = nest(example());
    let mut json = dump(&input);
    {
        let pieces = &mut json[0]["messages"][1]["pieces"];
        let properties = &mut pieces[PROPERTIES]["properties"];
        properties[0]["value"]["text"] = json!("Hello, world");
        properties[1]["value"] = json!(12);
        properties[2]["value"]["text"] = json!("na\u{ef}ve");
        properties[10]["values"].as_array_mut().unwrap().push(json!({ "text": "Green" }));
        // Beside `hex`: that goes, and what it meant counts.
        let subject = pieces[4].as_object_mut().unwrap();
        subject.remove("hex");
        subject["value"]["text"] = json!("th\u{e9}");
        let date = pieces[5].as_object_mut().unwrap();
        date.remove("hex");
        date["value"]["year"] = json!(2024);
        // A new row, with its kind alone.
        let row =
            json!({ "piece": "row", "properties": [{ "piece": "property", "tag": "0x3001001F", "value": { "text": "Joe" } }] });
        pieces[6]["rows"].as_array_mut().unwrap().push(row);
        let time = json!({ "piece": "property", "tag": "0x600A0040", "value": { "iso": "2023-11-14T22:13:20Z" } });
        pieces[PROPERTIES]["properties"].as_array_mut().unwrap().push(time);
    }
    // An attribute, with its name alone.
    let priority = json!({ "piece": "attribute", "level": 1, "id": "0x0004800D", "value": { "priority": 1 } });
    json[0]["messages"][1]["pieces"].as_array_mut().unwrap().push(priority);
    let bytes = pack(&json).unwrap();
    let message = sound(&bytes);
    let winmail::message::Content::Message(inner) = &message.attachments[0].content else { panic!("no message") };
    assert_eq!(inner.subject().unwrap(), "Hello, world");
    assert_eq!(inner.properties.integer(PropTag(0x6001_0003)), Some(12));
    assert_eq!(inner.properties.str(PropTag(0x6002_001E)).unwrap(), "na\u{ef}ve");
    assert_eq!(inner.properties.time(PropTag(0x600A_0040)), Some(FileTime(133_444_736_000_000_000)));
    assert_eq!(inner.properties.integer(tags::IMPORTANCE), Some(2));
    assert_eq!(inner.recipients.len(), 2);
    let Some(PropValue::Multiple(keywords)) = inner.properties.named(&named::KEYWORDS) else { panic!("no keywords") };
    assert_eq!(keywords.len(), 3);
    let attributes: Vec<_> = Reader::new(inner.source()).unwrap().attributes().map(Result::unwrap).collect();
    let data = |id: AttrId| attributes.iter().find(|attribute| attribute.id() == id).unwrap().data();
    assert_eq!(data(AttrId::SUBJECT), b"th\xE9\0");
    assert_eq!(data(AttrId::DATE_SENT)[..2], 2024u16.to_le_bytes());
    // What was not touched is as it was.
    assert!(bytes.starts_with(&input[..6 + 15]));
}

#[test]
fn what_was_wrong_stays_wrong() {
    let mut input = example();
    input[19] ^= 0xFF; // the checksum of attTnefVersion
    let mut json = dump(&input);
    assert_eq!(json[0]["messages"][0]["pieces"][1]["checksum"]["stored"], 0xFE);
    // Its data changes, the checksum stays what it was; the count of the list is made wrong.
    let pieces = &mut json[0]["messages"][0]["pieces"];
    let version = pieces[1].as_object_mut().unwrap();
    version.remove("hex");
    version["value"] = json!(0x0002_0000);
    pieces[PROPERTIES]["declared_count"] = json!(99);
    pieces[4]["declared_length"] = json!(4000);
    pieces[5]["checksum"] = json!({ "stored": 77 });
    let bytes = pack(&json).unwrap();
    assert_eq!(bytes.len(), input.len());
    let again = dump(&bytes);
    assert!(again[0]["diagnostics"].as_array().unwrap().iter().any(|found| found["code"] == "property-count-mismatch"));
    let mut expected = input.clone();
    expected[15..19].copy_from_slice(&[0, 0, 2, 0]);
    let at = |text: &[u8]| input.windows(text.len()).position(|window| window == text).unwrap();
    let subject = at(b"caf\xE9\0");
    expected[subject - 4..subject].copy_from_slice(&4000u32.to_le_bytes());
    let date = at(&[0xE7, 7, 11, 0]);
    expected[date + 14..date + 16].copy_from_slice(&77u16.to_le_bytes());
    let list = at(&[11, 0, 0, 0, 0x1F, 0, 0x37, 0]);
    expected[list..list + 4].copy_from_slice(&99u32.to_le_bytes());
    // The sum of the list fitted, so it fits again.
    let end = expected.len() - 2;
    let sum = checksum(&expected[list..end]);
    expected[end..].copy_from_slice(&sum.to_le_bytes());
    assert_eq!(bytes, expected);
}

/// Sets or, with null for a value, removes what stands at a pointer.
fn change(json: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
    match (parent, value) {
        (Value::Object(map), Value::Null) => drop(map.remove(key).unwrap()),
        (Value::Object(map), value) => drop(map.insert(key.to_owned(), value)),
        (Value::Array(items), value) => items[key.parse::<usize>().unwrap()] = value,
        (other, _) => panic!("{pointer}: {other}"),
    }
}

#[test]
fn what_makes_no_sense_is_refused_at_its_place() {
    let inner = "/0/messages/1/pieces";
    let table: &[(&str, Value, &str)] = &[
        ("/0/schema", json!("winmail-dump/2"), ".[0].schema: the schema \"winmail-dump/2\" is not \"winmail-dump/1\""),
        ("/0/schema", Value::Null, ".[0]: has no field `schema`"),
        ("/0/messages", json!({}), ".[0].messages: an object where an array must stand"),
        ("/0/messages", json!([]), ".[0].messages: there is no message"),
        ("/0/error", json!("no such file"), ".[0].error: the file could not be dumped: no such file"),
        ("/0/messages/1/index", json!(3), ".[0].messages[1].index: message 3 stands in place 1"),
        (
            "/0/messages/1/code_page",
            json!("x"),
            ".[0].messages[1].code_page: the text \"x\" where a number from 0 to 4294967295 must stand",
        ),
        (
            "/0/messages/0/pieces/0/signature",
            json!("223E9F78"),
            ".[0].messages[0].pieces[0].signature: the text \"223E9F78\" where 0x and up to eight hexadecimal digits must stand",
        ),
        (
            "/0/messages/0/pieces/3/properties/1/value/message",
            json!(0),
            ".[0].messages[0].pieces[3].properties[1].value.message: message 0 cannot hold message 0: only later ones",
        ),
        (
            "/0/messages/0/pieces/3/properties/1/value/message",
            json!(2),
            ".[0].messages[0].pieces[3].properties[1].value.message: there is no message 2",
        ),
        (
            "/0/messages/0/pieces/3/properties/1/value/message",
            Value::Null,
            ".[0].messages[0].pieces[3].properties[1].value: has no field `hex`",
        ),
        ("/0/messages/0/pieces/3", json!({"piece": "lost", "hex": ""}), ".[0].messages[1]: no message refers to it"),
        ("/1/piece", json!("lots"), ".[0].messages[1].pieces[1].piece: there is no piece \"lots\" in a message"),
        ("/1/hex", json!("0000010"), ".[0].messages[1].pieces[1].hex: 7 hexadecimal digits are no whole number of bytes"),
        ("/1/hex", json!("0000x100"), ".[0].messages[1].pieces[1].hex: character 5 is no hexadecimal digit: 'x'"),
        (
            "/1/hex",
            json!("00000200"),
            ".[0].messages[1].pieces[1]: `value` and `hex` do not say the same; `hex` counts: change it, or remove it and `value` counts",
        ),
        (
            "/1/value",
            json!(131_072),
            ".[0].messages[1].pieces[1]: `value` and `hex` do not say the same; `hex` counts: change it, or remove it and `value` counts",
        ),
        ("/1/level", json!(256), ".[0].messages[1].pieces[1].level: 256 where a number from 0 to 255 must stand"),
        (
            "/1/declared_length",
            json!(-1),
            ".[0].messages[1].pieces[1].declared_length: -1 where a number from 0 to 4294967295 must stand",
        ),
        (
            "/1/declared_length",
            json!(4_294_967_296_u64),
            ".[0].messages[1].pieces[1].declared_length: 4294967296 where a number from 0 to 4294967295 must stand",
        ),
        ("/1/length", json!(10), ".[0].messages[1].pieces[1].length: an attribute takes at least 11 bytes"),
        (
            "/1/checksum/stored",
            json!(65536),
            ".[0].messages[1].pieces[1].checksum.stored: 65536 where a number from 0 to 65535 must stand",
        ),
        (
            "/4/value/text",
            json!("x"),
            ".[0].messages[1].pieces[4]: `value` and `hex` do not say the same; `hex` counts: change it, or remove it and `value` counts",
        ),
        ("/7/hex", json!("00"), ".[0].messages[1].pieces[7]: both `properties` and `hex` say what the data is"),
        (
            "/7/properties/0/tag",
            json!("0x00370003"),
            ".[0].messages[1].pieces[7].properties[0].type: says PtypString, but the tag 0x00370003 says PtypInteger32",
        ),
        (
            "/7/properties/0/tag",
            json!("0x8037001F"),
            ".[0].messages[1].pieces[7].properties[0]: the id of 0x8037001F is that of a named property, and `named` is not there",
        ),
        ("/7/properties/0/value", json!(5), ".[0].messages[1].pieces[7].properties[0].value: 5 where an object must stand"),
        (
            "/7/properties/0/value/text",
            json!("a\0b"),
            ".[0].messages[1].pieces[7].properties[0].value.text: a NUL would end the text; write it as `hex`",
        ),
        (
            "/7/properties/1/value",
            json!("5"),
            ".[0].messages[1].pieces[7].properties[1].value: the text \"5\" where a 32-bit number must stand",
        ),
        (
            "/7/properties/1/value",
            json!(2_147_483_648_u64),
            ".[0].messages[1].pieces[7].properties[1].value: 2147483648 where a 32-bit number must stand",
        ),
        (
            "/7/properties/2/value/text",
            json!("\u{416}"),
            ".[0].messages[1].pieces[7].properties[2].value.text: code page 1252 (windows-1252) has no character U+0416 '\u{416}'; a Unicode type (PtypString) has them all",
        ),
        (
            "/7/properties/3/value/text",
            json!("changed"),
            ".[0].messages[1].pieces[7].properties[3].value: `text` and `hex` do not say the same; `hex` counts: change it, or remove it and `text` counts",
        ),
        (
            "/7/properties/5/value/iso",
            json!("2024-01-01T00:00:00Z"),
            ".[0].messages[1].pieces[7].properties[5].value: `iso` and `filetime` do not say the same; `filetime` counts: change it, or remove it and `iso` counts",
        ),
        (
            "/7/properties/6/value/hex",
            json!("00"),
            ".[0].messages[1].pieces[7].properties[6].value.hex: a PtypFloating64 has 8 bytes",
        ),
        (
            "/7/properties/8/value",
            json!("9223372036854775808"),
            ".[0].messages[1].pieces[7].properties[8].value: the text \"9223372036854775808\" where the digits of a 64-bit number must stand",
        ),
        (
            "/7/properties/9/value",
            json!(1e300),
            ".[0].messages[1].pieces[7].properties[9].value: the number does not fit 32 bits",
        ),
        ("/7/properties/10/values", Value::Null, ".[0].messages[1].pieces[7].properties[10]: has no field `values`"),
        (
            "/7/properties/10/named/set",
            json!("x"),
            ".[0].messages[1].pieces[7].properties[10].named.set: the text \"x\" where a GUID must stand",
        ),
    ];
    let good = dump(&nest(example()));
    for (pointer, value, expected) in table {
        let mut json = good.clone();
        let pointer = if pointer.starts_with("/0") { (*pointer).to_owned() } else { format!("{inner}{pointer}") };
        change(&mut json, &pointer, value.clone());
        let error = pack(&json).expect_err(&pointer);
        assert_eq!(error, *expected, "{pointer}");
    }
}

#[test]
fn hex_of_a_whole_property_counts_and_must_agree() {
    // A boolean of 2 is written as bytes.
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    let list = [&1u32.to_le_bytes()[..], &[0x0B, 0, 0x1B, 0x0E, 2, 0, 0, 0]].concat();
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list).unwrap();
    let input = writer.into_inner();
    let mut json = dump(&input);
    let at = "/0/messages/0/pieces/1/properties/0";
    assert_eq!(json.pointer(at).unwrap()["hex"], "0b001b0e02000000");
    change(&mut json, &format!("{at}/value"), json!(false));
    let error = pack(&json).unwrap_err();
    assert!(error.starts_with(".[0].messages[0].pieces[1].properties[0]: `value` and `hex` do not say the same"), "{error}");
    change(&mut json, &format!("{at}/hex"), Value::Null);
    assert_eq!(sound(&pack(&json).unwrap()).properties.boolean(tags::HAS_ATTACHMENTS), Some(false));
}

#[test]
fn what_is_no_dump_is_said_to_be_none() {
    let table: &[(&[u8], &str)] = &[
        (b"[{", "not valid JSON: EOF while parsing an object at line 1 column 2"),
        (b"5", "not the JSON of `winmail dump --json`: neither an array nor an object"),
        (b"[]", "the dump holds 0 files, none of which has that number"),
        (b"{}", "has no field `schema`"),
        (b"[5]", ".[0]: 5 where an object must stand"),
    ];
    for (input, expected) in table {
        let (code, out, err) = run(&["pack", "-", "-o", "-"], input);
        assert_eq!((code, out.len()), (EXIT_FAILED, 0));
        assert_eq!(err, format!("winmail: standard input: {expected}\n"));
    }
    let long = PropValue::Binary(vec![7; 65].into());
    let mut list = PropertyListWriter::new();
    list.push(PropTag(0x6001_0102), None, &long).unwrap();
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list.into_bytes()).unwrap();
    let (_, out, _) = run(&["dump", "--json", "--no-data", "-"], &writer.into_inner());
    let error = pack(&serde_json::from_slice(&out).unwrap()).unwrap_err();
    assert_eq!(error, ".[0].messages[0].pieces[1].properties[0].value.hex: the bytes were left out of the dump, by --no-data");
}

#[test]
fn one_of_several_is_chosen_and_nothing_is_left_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (one, two) = (example(), nest(example()));
    fs::write(path("one"), &one).unwrap();
    fs::write(path("two"), &two).unwrap();
    let (_, json, _) = run(&["dump", "--json", &path("one"), &path("two")], b"");
    fs::write(path("both.json"), &json).unwrap();
    let (code, _, err) = run(&["pack", &path("both.json"), "-o", &path("out")], b"");
    assert_eq!(code, EXIT_FAILED);
    assert!(err.ends_with("both.json: the dump holds 2 files; --number says which one to pack\n"), "{err}");
    assert!(!fs::exists(path("out")).unwrap());
    assert_eq!(run(&["pack", &path("both.json"), "--number", "2", "-o", &path("out")], b"").0, EXIT_OK);
    assert!(fs::read(path("out")).unwrap() == two);
    // What is there stays unless --force says otherwise.
    let (code, _, err) = run(&["pack", &path("both.json"), "--number", "1", "-o", &path("out")], b"");
    assert_eq!(code, EXIT_FAILED);
    assert!(err.contains("exists already"), "{err}");
    assert!(fs::read(path("out")).unwrap() == two);
    assert_eq!(run(&["pack", &path("both.json"), "--number", "1", "-f", "-o", &path("out")], b"").0, EXIT_OK);
    assert!(fs::read(path("out")).unwrap() == one);
    let (code, _, err) = run(&["pack", &path("absent.json"), "-o", &path("new")], b"");
    assert_eq!(code, EXIT_FAILED);
    assert!(err.ends_with("absent.json: no such file\n"), "{err}");
    assert!(!fs::exists(path("new")).unwrap());
    assert!(fs::read_dir(folder.path()).unwrap().count() == 4, "a temporary file is left");
}

/// A folder, and paths in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn file(&self, name: &str, contents: &[u8]) -> String {
        fs::write(self.path(name), contents).unwrap();
        self.path(name)
    }
}

#[test]
fn a_message_is_made_of_parts() {
    let folder = Folder::new();
    let text = folder.file("body.txt", "caf\u{e9}\nsecond line\n".as_bytes());
    let html = folder.file("body.html", b"<p>caf&eacute;</p>");
    let rtf = folder.file("body.rtf", b"{\\rtf1\\ansi caf\\'e9}");
    let (one, two) = (folder.file("a.csv", &[b'x'; 200_000]), folder.file("\u{dc}bersicht.txt", b""));
    let out = folder.path("winmail.dat");
    let args = [
        "pack",
        "--subject",
        "Figures \u{20ac}",
        "--from",
        "Jane Doe <jane@example.org>",
        "--to",
        "joe@example.net",
        "--to",
        "\"Doe, Ann\" <ann@example.net>",
        "--cc",
        "Boss <EX:/o=x/cn=boss>",
        "--bcc",
        "b@example.net",
        "--text",
        &text,
        "--html",
        &html,
        "--rtf",
        &rtf,
        "--attach",
        &one,
        "--attach",
        &two,
        "--date",
        "2023-11-14T22:13:20Z",
        "--message-id",
        "figures@example.org",
        "--set",
        "PR_IMPORTANCE=2",
        "--set",
        "PSETID_Common/0x8503=true",
        "-o",
        &out,
    ];
    assert_eq!(run(&args, b""), (EXIT_OK, Vec::new(), String::new()));
    let bytes = fs::read(&out).unwrap();
    let message = Message::read(&bytes, &ReadOptions::strict()).unwrap();
    let report = message.report();
    assert!(report.is_empty(), "{:?}", report.diagnostics());
    let str = |tag| message.properties.str(tag).unwrap_or_default().into_owned();
    assert_eq!(message.class().as_deref(), Some("IPM.Note"));
    assert_eq!(str(tags::SUBJECT), "Figures \u{20ac}");
    assert_eq!(str(tags::INTERNET_MESSAGE_ID), "<figures@example.org>");
    assert_eq!(message.properties.time(tags::CLIENT_SUBMIT_TIME), Some(FileTime(133_444_736_000_000_000)));
    assert_eq!(message.properties.integer(tags::IMPORTANCE), Some(2));
    assert_eq!(message.properties.named(&named::REMINDER_SET), Some(&PropValue::Boolean(true)));
    for (name, address, key) in [
        (tags::SENDER_NAME, tags::SENDER_EMAIL_ADDRESS, tags::SENDER_SEARCH_KEY),
        (tags::SENT_REPRESENTING_NAME, tags::SENT_REPRESENTING_EMAIL_ADDRESS, tags::SENT_REPRESENTING_SEARCH_KEY),
    ] {
        assert_eq!((str(name).as_str(), str(address).as_str()), ("Jane Doe", "jane@example.org"));
        assert_eq!(message.properties.bytes(key), Some(&b"SMTP:JANE@EXAMPLE.ORG\0"[..]));
    }
    let rows: Vec<_> = message
        .recipients
        .iter()
        .map(|row| {
            (row.recipient_type().unwrap().0, row.display_name().unwrap().into_owned(), row.address().unwrap().into_owned())
        })
        .collect();
    let row = |number: u32, name: &str, address: &str| (number, name.to_owned(), address.to_owned());
    assert_eq!(
        rows,
        [
            row(1, "joe@example.net", "joe@example.net"),
            row(1, "Doe, Ann", "ann@example.net"),
            row(2, "Boss", "/o=x/cn=boss"),
            row(3, "b@example.net", "b@example.net")
        ]
    );
    assert_eq!(str(tags::DISPLAY_TO), "joe@example.net; Doe, Ann");
    assert_eq!(str(tags::BODY), "caf\u{e9}\r\nsecond line\r\n");
    assert_eq!(message.properties.bytes(tags::HTML), Some(&b"<p>caf&eacute;</p>"[..]));
    assert_eq!(message.rtf().unwrap().unwrap().bytes, b"{\\rtf1\\ansi caf\\'e9}"[..]);
    let files: Vec<_> = message.attachments.iter().map(|a| (a.file_name().unwrap().into_owned(), a.data().len())).collect();
    assert_eq!(files, [("a.csv".to_owned(), 200_000), ("\u{dc}bersicht.txt".to_owned(), 0)]);
    assert_identical("parts", &bytes);

    // In other forms, to standard output.
    let (code, bytes, err) =
        run(&["pack", "--class", "IPM.Task", "--text", &text, "--legacy", "none", "--write-code-page", "1251", "-o", "-"], b"");
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    let message = sound(&bytes);
    assert_eq!((message.class().as_deref(), message.code_page().0), (Some("IPM.Task"), 1251));
    assert!(message.properties.bytes(tags::HTML).is_none() && message.properties.bytes(tags::RTF_COMPRESSED).is_none());
}

#[test]
fn parts_that_cannot_be_used_leave_nothing_behind() {
    let folder = Folder::new();
    let latin1 = folder.file("latin1.txt", b"caf\xE9");
    let (absent, out, there) = (folder.path("absent"), folder.path("out"), folder.file("there", b"old"));
    let sub = folder.0.path().to_string_lossy().into_owned();
    let table: &[(&[&str], u8, &str)] = &[
        (&["-o", &out], 2, "required arguments were not provided"),
        (&["-", "--subject", "x", "-o", &out], 2, "cannot be used with"),
        (&["--subject", "x"], 2, "--output <OUT>"),
        (&["--text", &absent, "-o", &out], 1, "absent: no such file"),
        (&["--attach", &absent, "-o", &out], 1, "absent: no such file"),
        (&["--attach", &sub, "-o", &out], 1, "is a folder"),
        (&["--text", &latin1, "-o", &out], 1, "latin1.txt: not UTF-8"),
        (&["--rtf", &latin1, "-o", &out], 1, "latin1.txt: neither RTF nor compressed RTF"),
        (&["--to", "Jane", "-o", &out], 2, "neither an address as jane@example.org"),
        (&["--date", "yesterday", "-o", &out], 2, "yesterday"),
        (&["--subject", "x", "--set", "PR_NONSENSE=1", "-o", &out], 2, "no property is called"),
        (&["--subject", "x", "-o", &there], 1, "exists already; --force replaces files"),
        (&["--subject", "x", "-o", &folder.path("no/such")], 1, "no such file"),
    ];
    for (args, code, expected) in table {
        let run = run(&[&["pack"], *args].concat(), b"");
        assert_eq!((run.0, run.1.len()), (*code, 0), "{args:?}: {}", run.2);
        assert!(run.2.contains(expected), "{args:?}: {}", run.2);
    }
    assert_eq!(fs::read(&there).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 2, "something is left behind");
}
