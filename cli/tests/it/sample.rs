//! `winmail sample`: every shape is what its entry says, comes out the same for the same seed, and stands in `testdata/`.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::winmail;
use serde_json::Value;
use winmail::base::CATALOGUE;
use winmail::mapi::{PropType, PropValue};
use winmail::tnef::{AttrId, AttributeValue, ChecksumState, Piece, Reader};
use winmail::{Code, Message, Severity, WriteOptions};
use winmail_cli::{EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, EXIT_USAGE};
use winmail_tools::sample::{SHAPES, Shape};

fn bytes(shape: &Shape, seed: u64) -> Vec<u8> {
    let mut out = Vec::new();
    shape.write(seed, None, &mut out).unwrap_or_else(|error| panic!("{}: {error}", shape.name));
    out
}

fn named(name: &str) -> &'static Shape {
    SHAPES.iter().find(|shape| shape.name == name).unwrap()
}

fn testdata() -> PathBuf {
    crate::support::testdata()
}

#[test]
fn testdata_is_what_the_generator_makes() {
    let mut there: HashSet<String> = fs::read_dir(testdata())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".dat"))
        .collect();
    let mut stale = Vec::new();
    for shape in SHAPES {
        let name = format!("{}.dat", shape.name);
        if fs::read(testdata().join(&name)).ok() != Some(bytes(shape, 0)) {
            stale.push(name.clone());
        }
        there.remove(&name);
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run `cargo run -- sample all -o testdata --force`");
    assert!(there.is_empty(), "nothing makes {there:?}");
}

#[test]
fn every_shape_is_listed_and_checked_as_its_entry_says() {
    let mut wrong = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    for shape in SHAPES {
        for seed in [0, 7] {
            let path = folder.path().join(shape.name);
            fs::write(&path, bytes(shape, seed)).unwrap();
            let path = path.to_str().unwrap();
            let check = winmail(["check", "--json", path]);
            let found: Value = serde_json::from_str(&check.out).unwrap();
            let codes: BTreeSet<&str> =
                found[0]["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
            let expected: BTreeSet<&str> = shape.codes.iter().map(|code| code.name()).collect();
            let list = winmail(["list", path]);
            let input = fs::read(path).unwrap();
            let message = Message::from_tnef(&input).unwrap();
            let (kind, attachments) = (message.kind(), message.attachments.len());
            if codes != expected || kind != shape.kind || attachments != shape.attachments {
                wrong.push(format!("{} {seed}: {codes:?} {kind:?} {attachments}", shape.name));
            }
            if !list.out.contains(shape.kind.describe()) || list.code != check.code {
                wrong.push(format!("{}: {} {}", shape.name, list.code, list.out));
            }
            let defects = shape.codes.iter().any(|code| code.info().severity != Severity::Info);
            if check.code != if defects { EXIT_DEFECTS } else { EXIT_OK } {
                wrong.push(format!("{}: exit code {}", shape.name, check.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_diagnostic_of_reading_has_a_shape() {
    let made: HashSet<Code> = SHAPES.iter().flat_map(|shape| shape.codes).copied().collect();
    // Rich text and mails are no part of reading TNEF, and a limit is a choice of whoever reads.
    let elsewhere = |name: &str| {
        ["calendar-", "compound-", "conversion-", "html-", "item-", "mime-", "msg-", "rtf-", "vcard-"]
            .iter()
            .any(|other| name.starts_with(other))
            || ["limit-reached", "conflicting-content", "conflicting-body"].contains(&name)
    };
    let missing: Vec<_> =
        CATALOGUE.iter().filter(|info| !elsewhere(info.name) && !made.contains(&info.code)).map(|info| info.name).collect();
    assert!(missing.is_empty(), "no shape has {missing:?}");
    let names: HashSet<_> = SHAPES.iter().map(|shape| shape.name).collect();
    assert_eq!(names.len(), SHAPES.len());
}

#[test]
fn every_attribute_and_every_type_is_there() {
    let sample = bytes(named("attributes"), 0);
    let ids: HashSet<AttrId> = Reader::new(&sample).unwrap().attributes().map(|attribute| attribute.unwrap().id()).collect();
    // attNull stands for nothing, and one attribute has two numbers.
    let others = [AttrId::NULL, AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF];
    let missing: Vec<_> = AttrId::KNOWN.iter().filter(|id| !ids.contains(id) && !others.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");

    let sample = bytes(named("property-types"), 0);
    let attribute = Reader::new(&sample).unwrap().attributes().map(Result::unwrap).last().unwrap();
    let Ok(AttributeValue::Properties(list)) = attribute.value() else { panic!("no list") };
    let types: HashSet<PropType> = list.iter().map(|property| property.unwrap().tag().prop_type()).collect();
    assert!(PropType::KNOWN.iter().all(|prop_type| types.contains(prop_type)), "{types:?}");
}

#[test]
fn what_is_sound_is_sound_byte_by_byte() {
    for shape in SHAPES.iter().filter(|shape| shape.codes.is_empty()) {
        let sample = bytes(shape, 3);
        for piece in Reader::pieces(&sample) {
            match piece {
                Piece::Header(_) => {}
                Piece::Attribute(attribute) => assert_eq!(attribute.checksum_state(), ChecksumState::Match, "{}", shape.name),
                _ => panic!("{}: {piece:?}", shape.name),
            }
        }
        // What is sound can be written anew, and says the same then.
        let message = Message::from_tnef(&sample).unwrap();
        let anew = message.to_tnef(&WriteOptions::canonical()).unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        let again = Message::from_tnef(&anew).unwrap();
        assert_eq!((again.subject(), again.class()), (message.subject(), message.class()), "{}", shape.name);
        assert_eq!(again.attachments.len(), message.attachments.len(), "{}", shape.name);
        let data =
            |message: &Message<'_>| message.attachments.iter().map(|a| a.file_name().map(String::from)).collect::<Vec<_>>();
        assert_eq!(data(&again), data(&message), "{}", shape.name);
    }
}

#[test]
fn text_in_code_pages_says_what_the_unicode_beside_it_says() {
    for shape in SHAPES.iter().filter(|shape| shape.name.starts_with("code-page-")) {
        let sample = bytes(shape, 0);
        let message = Message::from_tnef(&sample).unwrap();
        assert_eq!(Some(message.code_page().0), shape.name.rsplit_once('-').unwrap().1.parse().ok());
        let body = message.properties.str(winmail::mapi::tags::BODY).unwrap();
        assert!(!body.is_ascii(), "{body}");
        assert_eq!(message.subject().unwrap(), body, "{}", shape.name);
        assert_eq!(message.attachments[0].file_name().unwrap(), body, "{}", shape.name);
        assert_eq!(message.recipients[0].display_name().unwrap(), body, "{}", shape.name);
    }
}

#[test]
fn seeds_and_sizes_count() {
    for shape in SHAPES {
        assert!(bytes(shape, 5) == bytes(shape, 5), "{}", shape.name);
    }
    assert!(bytes(named("winmail"), 5) != bytes(named("winmail"), 6));
    let sized = |name: &str, size: u64| {
        let mut out = Vec::new();
        named(name).write(1, Some(size), &mut out).map(|()| out)
    };
    let properties = sized("many-properties", 2000).unwrap();
    assert!(Message::from_tnef(&properties).unwrap().properties.len() > 2000);
    assert_eq!(Message::from_tnef(&sized("many-recipients", 7).unwrap()).unwrap().recipients.len(), 7);
    assert_eq!(Message::from_tnef(&sized("many-attachments", 7).unwrap()).unwrap().attachments.len(), 7);
    let deep = sized("deep", 90).unwrap();
    let read = Message::read(&deep, &winmail::ReadOptions::lenient()).unwrap();
    assert!(read.report().is_empty(), "{:?}", read.report());
    assert_eq!(Message::from_tnef(&sized("big", 1_000_003).unwrap()).unwrap().attachments[0].data().len(), 1_000_003);
    assert!(sized("big", 1 << 32).is_err());
}

#[test]
fn a_big_sample_never_is_in_memory() {
    let mut sink = std::io::sink();
    let used = allocation_counter::measure(|| named("big").write(0, Some(20 << 20), &mut sink).unwrap());
    assert!(used.bytes_max < 1 << 20, "{}", used.bytes_max);
}

#[test]
fn the_verb_writes_lists_and_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/folder");
    let out = out.to_str().unwrap();
    let list = winmail(["sample"]);
    assert_eq!((list.code, list.out.lines().count()), (EXIT_OK, SHAPES.len()));
    assert!(list.out.starts_with("winmail "), "{}", list.out);

    let run = winmail(["sample", "all", "-o", out, "--seed", "9"]);
    assert_eq!((run.code, run.out.lines().count(), run.err.as_str()), (EXIT_OK, SHAPES.len(), ""));
    for shape in SHAPES {
        let path = Path::new(out).join(format!("{}.dat", shape.name));
        assert!(fs::read(path).unwrap() == bytes(shape, 9), "{}", shape.name);
    }
    let table: &[(&[&str], u8, &str)] = &[
        (&["winmail", "-o", out], EXIT_FAILED, "exists already; --force replaces files"),
        (&["winmail", "-o", out, "--force"], EXIT_OK, ""),
        (&["nonsense", "-o", out], EXIT_USAGE, "no shape is called \"nonsense\""),
        (&["winmail"], EXIT_USAGE, "--output <DIR>"),
        (&["winmail", "-o", out, "--size", "5"], EXIT_USAGE, "winmail has no size"),
        (&["all", "-o", out, "--size", "5"], EXIT_USAGE, "all has no size"),
        (&["all", "-o", "-"], EXIT_USAGE, "standard output takes one shape"),
        (&["big", "-o", out, "--force", "--size", "5G"], EXIT_FAILED, "more than 4 GiB of data"),
    ];
    for (args, code, expected) in table {
        let run = winmail([&["sample"], *args].concat());
        assert_eq!(run.code, *code, "{args:?}: {}", run.err);
        assert!(run.err.contains(expected), "{args:?}: {}", run.err);
    }
    // What failed left nothing, and what was there stays.
    assert_eq!(fs::read_dir(out).unwrap().count(), SHAPES.len());
    assert!(fs::read(Path::new(out).join("big.dat")).unwrap() == bytes(named("big"), 9));
}

#[test]
fn values_of_the_types_are_those_that_were_meant() {
    let sample = bytes(named("property-types"), 0);
    let message = Message::from_tnef(&sample).unwrap();
    let all: Vec<&PropValue<'_>> = message.properties.iter().map(|property| &property.value).collect();
    for wanted in [
        PropValue::Integer16(i16::MIN),
        PropValue::Integer32(i32::MAX),
        PropValue::Floating64(f64::NEG_INFINITY),
        PropValue::Currency(i64::MIN),
        PropValue::ErrorCode(0x8004_010F),
        PropValue::from("caf\u{e9} \u{1F600}"),
        PropValue::Multiple(vec![PropValue::Boolean(true)]),
    ] {
        // PtypMultipleBoolean is no type.
        assert_eq!(all.contains(&&wanted), !matches!(wanted, PropValue::Multiple(_)), "{wanted:?}");
    }
}
