use super::*;
use crate::tnef::{AttrId, ChecksumState, Level, Reader};

#[test]
fn bytes_before_the_signature_are_one_piece() {
    let input = b"From: x\r\n\r\n\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00";
    let pieces: Vec<_> = Reader::pieces(input).take(9).collect();
    assert!(matches!(pieces[0], Piece::Lost(Lost { code: Code::BytesBeforeSignature, bytes, offset: 0 }) if bytes.len() == 11));
    assert_eq!(pieces[1], Piece::Header(Header { signature: SIGNATURE, key: Some(1), offset: 11 }));
    assert!(matches!(pieces[2], Piece::Attribute(a) if a.offset() == 17 && a.checksum_state() == ChecksumState::Match));
    assert_eq!(pieces.len(), 3);
}

fn stream() -> Vec<u8> {
    let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
    let attributes: [(Level, AttrId, &[u8]); 4] = [
        (Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]),
        (Level::MESSAGE, AttrId::SUBJECT, b"A subject\0"),
        (Level::ATTACHMENT, AttrId::ATTACH_DATA, b"line\r\nline\r\n"),
        (Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"a.txt\0"),
    ];
    for (level, id, data) in attributes {
        writer.attribute(level, id, data).unwrap();
    }
    writer.into_inner()
}

#[test]
fn a_chain_behind_a_broken_one_is_found() {
    // No signature; behind the first two attributes stands one with a wrong checksum, whose length leads to the last one.
    let stream = stream();
    let mut input = stream[6..].to_vec();
    let (data, title) = (15 + 21, 15 + 21 + 23);
    assert_eq!((&input[data..data + 5], &input[title..title + 5]), (&[2, 0x0F, 0x80, 6, 0][..], &[2, 0x10, 0x80, 1, 0][..]));
    input[title - 1] ^= 0x55;
    let pieces: Vec<_> = Reader::pieces(&input).take(9).collect();
    let expected = |piece: &Piece<'_>| matches!(piece, Piece::Attribute(a) if a.id() == AttrId::ATTACH_TITLE && a.checksum_state() == ChecksumState::Match);
    assert!(pieces.last().is_some_and(expected), "{pieces:?}");
}

/// No gap, no overlap, whatever the input.
fn assert_covered(input: &[u8], what: &str) {
    let mut end = 0;
    for piece in Reader::pieces(input) {
        let offset = match piece {
            Piece::Header(header) => header.offset,
            Piece::Attribute(attribute) => attribute.offset(),
            Piece::Lost(lost) => lost.offset,
        };
        assert_eq!(offset, end, "{what}: {piece:?}");
        assert!(piece.wire_length() > 0, "{what}");
        end = offset + piece.wire_length();
    }
    assert_eq!(end, len64(input), "{what}");
}

#[test]
fn a_cr_that_a_checksum_lost_costs_no_byte_of_the_data() {
    // The sum of the data is 0x0d79 (low byte first, so that the CR is the second) or 0x790d.
    for (sum, left) in [(0x0d79u16, 0x79), (0x790d, 0x79)] {
        let mut data = vec![0xFF; usize::from(sum / 0xFF)];
        data.push(u8::try_from(sum % 0xFF).unwrap());
        let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, &data).unwrap();
        let mut stream = writer.into_inner();
        let at = stream.iter().rposition(|byte| *byte == b'\r').unwrap();
        assert!(at + 2 >= stream.len(), "the CR is in the checksum");
        stream.remove(at);
        let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"a.txt\0").unwrap();
        stream.extend_from_slice(&writer.into_inner()[6..]);

        let pieces: Vec<_> = Reader::pieces(&stream).collect();
        let [Piece::Header(_), Piece::Attribute(first), Piece::Lost(lost), Piece::Attribute(second)] = &pieces[..] else {
            panic!("{pieces:?}")
        };
        assert_eq!((first.data(), first.stored_checksum(), first.framing()), (&data[..], None, Framing::Declared));
        assert_eq!(lost.bytes, [left]);
        assert_eq!((second.data(), second.checksum_state()), (&b"a.txt\0"[..], ChecksumState::Match));
        assert_covered(&stream, "half a checksum");
    }
}

#[test]
fn pieces_cover_a_stream_that_lost_a_stretch() {
    let good = stream();
    for from in 0..good.len() {
        for to in from..=good.len() {
            let bad = [&good[..from], &good[to..]].concat();
            assert_covered(&bad, &format!("without {from}..{to}"));
        }
    }
}

#[test]
fn pieces_cover_an_attribute_with_no_room_for_its_checksum() {
    // Header of attSubject with a declared length, some bytes, and the attributes of the stream.
    for length in 0..4u8 {
        for between in 0..4 {
            let mut bad = SIGNATURE_BYTES.to_vec();
            bad.extend([1, 0, 1, 4, 0x80, 1, 0, length, 0, 0, 0]);
            bad.extend(std::iter::repeat_n(b'x', between));
            bad.extend(&stream()[6..]);
            assert_covered(&bad, &format!("{length} declared, {between} there"));
        }
    }
}

#[test]
fn pieces_cover_a_stream_with_a_wrong_byte() {
    let good = stream();
    for position in 0..good.len() {
        for change in [1, 2, 3, 0x10, 0x80, 0xFF] {
            let mut bad = good.clone();
            bad[position] ^= change;
            assert_covered(&bad, &format!("{position} ^ {change}"));
        }
    }
}
