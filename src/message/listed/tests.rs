use super::*;
use crate::mapi::sets::{PS_PUBLIC_STRINGS, PSETID_COMMON};
use crate::mapi::{NameKind, PropName, PropType};
use crate::tnef::{PropertyListWriter, Row};
use crate::{FileTime, Message, ReadOptions, Report};

/// Every kind of property that may be plain, next to each other and next to others.
fn samples() -> Vec<(PropTag, Option<PropName<'static>>, PropValue<'static>)> {
    let named = |set, kind| Some(PropName { set, kind });
    let unnamed = |tag: u32, value| (PropTag(tag), None, value);
    vec![
        unnamed(0x0037_001F, PropValue::from("a text of some length, so that eight bytes are taken at once")),
        unnamed(0x0070_001F, PropValue::from("caf\u{e9} \u{1F600}")),
        unnamed(0x1000_001E, PropValue::String8(crate::mapi::String8(b"eight bits\0".into()))),
        unnamed(0x0C1A_001E, PropValue::String8(crate::mapi::String8(b"\xE4\0".into()))),
        unnamed(0x0017_0003, PropValue::Integer32(-2)),
        unnamed(0x0023_000B, PropValue::Boolean(true)),
        unnamed(0x0039_0040, PropValue::Time(FileTime(0x01DA_1747_0000_0000))),
        unnamed(0x300B_0102, PropValue::Binary(b"SMTP:A@B\0".as_slice().into())),
        unnamed(0x6001_0002, PropValue::Integer16(7)),
        unnamed(0x6002_1003, PropValue::Multiple(vec![PropValue::Integer32(1), PropValue::Integer32(2)])),
        (PropTag(0x8000_000B), named(PSETID_COMMON, NameKind::Lid(0x8503)), PropValue::Boolean(false)),
        (PropTag(0x8001_001F), named(PS_PUBLIC_STRINGS, NameKind::String("Keywords".into())), PropValue::from("red")),
        unnamed(0x3FFD_0003, PropValue::Integer32(1252)),
        unnamed(0x0E1D_001F, PropValue::from("")),
    ]
}

fn list() -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    for (tag, name, value) in samples() {
        list.push(tag, name.as_ref(), &value).unwrap();
    }
    list.into_bytes()
}

/// What reading makes of a list, with and without the way for properties of which there is nothing to say.
fn both_ways(data: &[u8], compare: impl Fn(&[u8], bool) -> String) {
    for (position, change) in (0..data.len()).flat_map(|position| [1, 0x80, 0xD8, 0xFF].map(|change| (position, change))) {
        let mut changed = data.to_vec();
        changed[position] ^= change;
        assert_eq!(compare(&changed, true), compare(&changed, false), "byte {position} ^ {change}");
    }
    for length in 4..=data.len() {
        assert_eq!(compare(&data[..length], true), compare(&data[..length], false), "{length} bytes");
    }
}

#[test]
fn a_list_reads_the_same_whether_plain_properties_go_their_own_way_or_not() {
    both_ways(&list(), |data, is_short| {
        let options = ReadOptions::lenient();
        let mut report = Report::new();
        let mut ctx = Ctx::new(&options, &mut report);
        let (mut set, mut doubtful) = (PropertyBag::new(CodePage::WINDOWS_1252), false);
        let list = PropertyList::new(data, 100).unwrap();
        let mut offsets = Vec::new();
        let seen = |id: PropId, offset: &dyn Fn() -> u64| offsets.push((id, offset()));
        let stopped = if is_short {
            walk::<true>(&mut ctx, &list, &mut set, &mut doubtful, seen)
        } else {
            walk::<false>(&mut ctx, &list, &mut set, &mut doubtful, seen)
        }
        .unwrap();
        undecodable(&mut ctx, &set, "list", None).unwrap();
        format!("{set:?} {stopped:?} {offsets:?} {:?}", report.diagnostics())
    });
}

#[test]
fn the_short_way_is_taken() {
    let data = list();
    let plain: Vec<_> = {
        let list = PropertyList::new(&data, 0).unwrap();
        let mut pieces = list.pieces();
        let mut plain = Vec::new();
        loop {
            match pieces.next_plain() {
                Some(property) => plain.push(property.tag),
                None if pieces.next().is_none() => break plain,
                None => {}
            }
        }
    };
    let others = [PropType::INTEGER16, PropType::MULTIPLE_INTEGER32];
    let expected: Vec<_> = samples()
        .into_iter()
        .map(|(tag, ..)| tag)
        .filter(|tag| !others.contains(&tag.prop_type()) && ![0x0070_001F, 0x0C1A_001E].contains(&tag.0))
        .collect();
    assert_eq!(plain, expected);
}

#[test]
fn a_table_reads_the_same_whether_plain_rows_go_their_own_way_or_not() {
    let mut table = 3u32.to_le_bytes().to_vec();
    for number in 0..3 {
        let mut row = PropertyListWriter::new();
        row.push(tags::RECIPIENT_TYPE, None, &PropValue::Integer32(1 + number)).unwrap();
        row.push(tags::DISPLAY_NAME, None, &PropValue::from("A name")).unwrap();
        row.push(tags::OBJECT_TYPE, None, &PropValue::Integer32(6)).unwrap();
        table.extend(row.into_bytes());
    }
    both_ways(&table, |data, is_short| {
        let options = ReadOptions::lenient();
        let mut report = Report::new();
        let mut ctx = Ctx::new(&options, &mut report);
        let table = crate::tnef::RecipientTable::new(data, 100).unwrap();
        let (mut rows, mut found) = (table.rows(), String::new());
        loop {
            if let Some((set, offset)) = is_short.then(|| plain_row(&mut ctx, &mut rows)).flatten() {
                found += &format!("{offset} {set:?}\n");
                continue;
            }
            match rows.next() {
                Some(Row::Properties { list, offset, .. }) => {
                    let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
                    row_properties(&mut ctx, &list, &mut set, &mut false).unwrap();
                    undecodable(&mut ctx, &set, "row", None).unwrap();
                    found += &format!("{offset} {set:?}\n");
                }
                Some(lost) => found += &format!("{lost:?}\n"),
                None => break,
            }
        }
        format!("{found} {:?}", report.diagnostics())
    });
}

#[test]
fn limits_end_the_short_way_where_they_end_the_other() {
    let data = list();
    for most in 0..samples().len() {
        let read = |is_short| {
            let mut options = ReadOptions::lenient();
            options.limits.properties = most;
            let mut report = Report::new();
            let mut ctx = Ctx::new(&options, &mut report);
            let (mut set, mut doubtful) = (PropertyBag::new(CodePage::WINDOWS_1252), false);
            let list = PropertyList::new(&data, 100).unwrap();
            let nothing = |_: PropId, _: &dyn Fn() -> u64| {};
            let stopped = if is_short {
                walk::<true>(&mut ctx, &list, &mut set, &mut doubtful, nothing)
            } else {
                walk::<false>(&mut ctx, &list, &mut set, &mut doubtful, nothing)
            }
            .unwrap();
            assert!(doubtful && set.len() == most, "{most}");
            (stopped, format!("{set:?} {:?}", report.diagnostics()))
        };
        assert_eq!(read(true), read(false), "{most}");
    }
}

#[test]
fn a_limit_of_recipients_ends_a_table_of_plain_rows() {
    let mut message = Message::new("IPM.Note");
    for name in ["a@example.org", "b@example.org", "c@example.org"] {
        message.recipients.push(crate::Recipient::smtp(crate::mapi::RecipientType::TO, "", name));
    }
    let stream = message.to_tnef(&crate::WriteOptions::default()).unwrap();
    for most in 0..3 {
        let mut options = ReadOptions::lenient();
        options.limits.recipients = most;
        let read = Message::read(&stream, &options).unwrap();
        assert_eq!(read.recipients.len(), most);
        assert_eq!(read.report().diagnostics().len(), 1, "{most}");
    }
}
