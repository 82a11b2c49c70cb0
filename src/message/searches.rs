//! Tests: what searches cost that look from every place for where things go on. Each input once took time with the square of its length,
//! or would in a plainer reader.

use crate::base::steps;
use crate::base::wire::Wire;
use crate::tnef::{AttrId, Level, Writer};
use crate::{Message, ReadOptions};

const HEADER: [u8; 6] = [0x78, 0x9F, 0x3E, 0x22, 1, 0];

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().le_bytes()
}

fn stream(id: AttrId, data: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, id, data).unwrap();
    writer.into_inner()
}

/// Headers of multi-valued properties, each of which claims all the empty values that follow; behind a property of an unknown type, so
/// that a search sets in.
fn claim(size: usize) -> Vec<u8> {
    [&[0x02, 0x11, 1, 0][..], &word((size / 2 - size / 5) / 4)].concat()
}

const BROKEN: [u8; 8] = [0xAD, 0x0B, 1, 0, 0, 0, 0, 0];

fn list(size: usize) -> Vec<u8> {
    let data = [&word(5)[..], &BROKEN, &claim(size).repeat(size / 16), &vec![0; size / 2]].concat();
    stream(AttrId::MSG_PROPS, &data)
}

/// The same as rows of a table.
fn rows(size: usize) -> Vec<u8> {
    let row = [&word(1)[..], &claim(size)].concat();
    stream(AttrId::RECIP_TABLE, &[&word(5)[..], &word(1), &BROKEN, &row.repeat(size / 24), &vec![0; size / 2]].concat())
}

fn plausible(left: usize) -> Vec<u8> {
    [&[1][..], &AttrId::BODY.0.le_bytes(), &word(left)].concat()
}

/// Attributes that fit the rest, with wrong sums: each might be the start of a chain.
fn chains(size: usize) -> Vec<u8> {
    let mut chains = [&HEADER[..], &plausible(size)].concat();
    while chains.len() < size {
        chains.extend(plausible((size - chains.len()).saturating_sub(11)));
    }
    chains
}

/// Messages within each other, deeper than any is read: what is too deep is bytes.
fn nested(size: usize) -> Vec<u8> {
    let mut inner = stream(AttrId::BODY, &vec![b'x'; size]);
    for _ in 0..20 {
        // Count, method 5, tag, count, length, interface: [MS-OXTNEF] 2.1.3.4.
        let head = [2, 0, 0, 0, 3, 0, 5, 0x37, 5, 0, 0, 0, 0x0D, 0, 1, 0x37, 1, 0, 0, 0];
        let pad = vec![0; inner.len().wrapping_neg() % 4];
        let data = [&head[..], &word(inner.len() + 16), &crate::mapi::Object::IMESSAGE.to_bytes_le(), &inner, &pad].concat();
        let mut writer = Writer::new(Vec::new(), 1).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &[0; 14]).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &data).unwrap();
        inner = writer.into_inner();
    }
    inner
}

#[test]
fn crafted_damage_costs_work_in_proportion_to_the_input() {
    type Make = fn(usize) -> Vec<u8>;
    let shapes: [(&str, Make); 7] = [
        ("list", list),
        ("rows", rows),
        ("chains", chains),
        ("signatures", |size| [&HEADER[..], &HEADER[..4].repeat(size / 4)].concat()),
        ("headers", |size| [&HEADER[..], &plausible(11).repeat(size / 9)].concat()),
        ("levels", |size| [&HEADER[..], &vec![1; size]].concat()),
        ("damaged and nested", |size| {
            let mut bytes = nested(size);
            // A wrong length of the outermost: the walk has to find where it ends.
            bytes[6 + 5 + 14 + 2 + 4 + 5] ^= 1;
            bytes
        }),
    ];
    for (what, make) in shapes {
        steps::assert_linear(what, 1 << 17, |size| Message::read(&make(size), &ReadOptions::lenient()).map(Message::into_owned));
    }
}
