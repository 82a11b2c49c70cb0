//! The first guesses of somebody who knows Rust and not this library: they compile, and they mean what one thinks.

use std::io;
use std::time::{Duration, SystemTime};

use winmail::mapi::{PropTag, PropValue, PropertyBag, SearchKey};
use winmail::{Attachment, CodePage, ErrorKind, FileTime, Message, WriteOptions, named, tags};

#[test]
fn values_are_set_as_they_are_at_hand() {
    let mut message = Message::new("IPM.Note");
    message.set_subject("x");
    message.set(tags::SUBJECT, String::from("Figures"));
    message.set(tags::IMPORTANCE, 2);
    message.set(tags::READ_RECEIPT_REQUESTED, true);
    message.set(tags::CLIENT_SUBMIT_TIME, SystemTime::UNIX_EPOCH);
    message.set(tags::HTML, b"<p>".to_vec());
    message.set(named::KEYWORDS, vec!["a", "b"]);
    assert_eq!(message.get(tags::SUBJECT).as_deref(), Some("Figures"));
    assert_eq!(message.get(tags::IMPORTANCE), Some(2));
    assert_eq!(message.get(tags::READ_RECEIPT_REQUESTED), Some(true));
    assert_eq!(message.get(tags::CLIENT_SUBMIT_TIME), Some(FileTime(116_444_736_000_000_000)));
    assert_eq!(message.get(tags::HTML), Some(&b"<p>"[..]));
    assert_eq!(message.get(named::KEYWORDS).unwrap(), ["a", "b"]);
    // They survive being written and read.
    let bytes = message.to_tnef(&WriteOptions::canonical()).unwrap();
    let again = Message::try_from(&bytes[..]).unwrap();
    assert_eq!(again.get(tags::IMPORTANCE), Some(2));
    assert_eq!(again.get(named::KEYWORDS).unwrap(), ["a", "b"]);
}

#[test]
fn values_are_asked_for_and_shown() {
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, "Figures \u{2713}");
    let subject = winmail::mapi::tags::SUBJECT;
    assert_eq!(message.properties[subject].to_string(), "\"Figures \u{2713}\"");
    assert_eq!(message.properties[winmail::mapi::tags::BODY], PropValue::Null);
    let shown = format!("{:?}", message.properties);
    assert!(shown.contains("PidTagSubject(0x0037001F)") && shown.contains("Figures \u{2713}"), "{shown}");
    assert_eq!(format!("{:?}", winmail::mapi::String8(b"caf\xe9\0"[..].into())), r#"String8("caf\xe9\x00")"#);
    assert_eq!(format!("{:?}", PropTag(0x9999_0003)), "PropTag(0x99990003)");
}

#[test]
fn texts_are_parsed() {
    assert_eq!("PidTagSubject".parse::<PropTag>().unwrap(), PropTag::from(0x0037_001F));
    assert_eq!("0x0037001F".parse::<PropTag>().unwrap(), winmail::mapi::tags::SUBJECT);
    assert!("PidTagNonsense".parse::<PropTag>().is_err());
    assert_eq!("windows-1252".parse::<CodePage>().unwrap(), CodePage(1252));
    assert_eq!("1251".parse::<CodePage>().unwrap(), CodePage(1251));
    assert!("nonsense".parse::<CodePage>().is_err());
    let key = "00112233445566778899AABBCCDDEEFF".parse::<SearchKey>().unwrap();
    assert_eq!(key.bytes().len(), 16);
    assert!("xyz".parse::<SearchKey>().is_err());
}

#[cfg(feature = "policy")]
#[test]
fn settings_are_parsed() {
    use winmail::policy::Edition;

    assert_eq!("exchangeonline".parse::<Edition>().unwrap(), Edition::ExchangeOnline);
    assert!("ExchangeTomorrow".parse::<Edition>().is_err());
}

#[test]
fn times_go_both_ways() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_500);
    // By Python: (datetime(2023,11,14,22,13,20) - datetime(1601,1,1)) in ticks of 100 ns, and half a second.
    assert_eq!(FileTime::from(time), FileTime(133_444_736_005_000_000));
    assert_eq!(SystemTime::from(FileTime::from(time)), time);
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(SystemTime::from(FileTime::from(before)), before);
}

#[test]
fn collections_collect() {
    let pairs = [(winmail::mapi::tags::SUBJECT, PropValue::from("a")), (winmail::mapi::tags::IMPORTANCE, PropValue::from(1))];
    let mut set: PropertyBag<'_> = pairs.into_iter().collect();
    set.extend([(winmail::mapi::tags::SUBJECT, PropValue::from("b"))]);
    assert_eq!((set.len(), set.str(winmail::mapi::tags::SUBJECT).as_deref()), (2, Some("b")));
    let copy: PropertyBag<'_> = set.iter().cloned().collect();
    assert_eq!(copy.len(), 2);
    for property in &set {
        assert!(copy.property(property.tag).is_some());
    }
}

#[test]
fn errors_become_those_of_io() {
    let nonsense = Message::from_tnef(b"nonsense").unwrap_err();
    assert_eq!(nonsense.kind(), ErrorKind::Malformed);
    let text = nonsense.to_string();
    let error = io::Error::from(nonsense);
    assert_eq!((error.kind(), error.to_string()), (io::ErrorKind::InvalidData, text));
    let failed = io::Error::from(winmail::Error::from(io::Error::from(io::ErrorKind::NotFound)));
    assert_eq!(failed.kind(), io::ErrorKind::NotFound);
}

#[test]
fn attachments_are_made_of_text_or_bytes() {
    let text = Attachment::from_bytes("a.txt", "text".as_bytes());
    assert_eq!((text.file_name().as_deref(), text.data()), (Some("a.txt"), &b"text"[..]));
}
