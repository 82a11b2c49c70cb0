//! Damage: a sound mail with one thing wrong each, and one with several.

use winmail::mapi::{Object, PropTag, PropValue, Utf16, tags};
use winmail::tnef::{AttrId, Reader, checksum};
use winmail::{Error, Result};

use super::mail::{CSV, winmail};
use super::recipe::{Recipe, Stream, binary, date, hex_text, list, number, rend_data, table, text, text8};

/// The mail that is damaged.
fn mail(recipe: &Recipe) -> Result<Stream> {
    let properties = list(&[
        (tags::IMPORTANCE, number(1)),
        (PropTag(0x0037_001E), text8(b"Hello\0")),
        (tags::SEARCH_KEY, binary(recipe.key(1))),
    ])?;
    Stream::mail()?
        .message(AttrId::PRIORITY, &2u16.to_le_bytes())?
        .message(AttrId::SUBJECT, b"Hello\0")?
        .message(AttrId::BODY, b"one\r\ntwo\r\nthree\r\n\0")?
        .message(AttrId::MSG_PROPS, &properties)?
        .file("notes.txt", b"These are the notes.\r\n")
}

/// Where an attribute stands: its start, its data, its end.
struct Place {
    start: usize,
    data: std::ops::Range<usize>,
}

fn lost() -> Error {
    std::io::Error::other("the sample has not what is to be damaged").into()
}

/// The first attribute with an id.
fn place(bytes: &[u8], id: AttrId) -> Result<Place> {
    let mut attributes = Reader::new(bytes)?.attributes().flatten();
    let found = attributes.find(|attribute| attribute.id() == id).ok_or_else(lost)?;
    let at = |offset: u64| usize::try_from(offset).map_err(|_| lost());
    let data = at(found.data_offset())?;
    Ok(Place { start: at(found.offset())?, data: data..data.checked_add(found.data().len()).ok_or_else(lost)? })
}

/// Changes the byte at `at`, counted from `from`.
fn change(bytes: &mut [u8], from: usize, at: usize, to: impl FnOnce(u8) -> u8) -> Result<()> {
    let byte = from.checked_add(at).and_then(|at| bytes.get_mut(at)).ok_or_else(lost)?;
    *byte = to(*byte);
    Ok(())
}

/// The sound mail, after `damage` to the attribute with an id.
fn damaged_at(recipe: &Recipe, id: AttrId, damage: impl FnOnce(&mut Vec<u8>, Place) -> Result<()>) -> Result<Vec<u8>> {
    let mut bytes = mail(recipe)?.into_bytes();
    let place = place(&bytes, id)?;
    damage(&mut bytes, place)?;
    Ok(bytes)
}

/// A mail with a property list of which `damage` makes a bad one; its checksum is right.
fn damaged_list(properties: &[(PropTag, PropValue<'_>)], damage: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<Vec<u8>> {
    let mut data = list(properties)?;
    damage(&mut data)?;
    Ok(Stream::mail()?.message(AttrId::MSG_PROPS, &data)?.into_bytes())
}

/// A mail with one more attribute, or another value of one.
fn with(id: AttrId, data: &[u8]) -> Result<Vec<u8>> {
    Ok(Stream::mail()?.message(id, data)?.into_bytes())
}

/// Offsets within an attribute ([MS-OXTNEF] 2.1.3.2), and within a list with one property of text ([MS-OXTNEF] 2.1.3.4).
const LENGTH: usize = 5;
const FIRST_PROPERTY: usize = 4;
const COUNT_OF_VALUES: usize = 8;
const LENGTH_OF_TEXT: usize = 12;

/// A wrong checksum, a wrong length, bytes between attributes, and its end cut off.
pub(super) fn several(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut bytes = winmail(recipe)?;
    let find = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|window| window == text).ok_or_else(lost);
    // Of the attachment's title the checksum.
    let title = find(&bytes, b"QUARTA~1.CSV\0")?;
    change(&mut bytes, title, 13, |byte| byte ^ 0xFF)?;
    // Of attAttachData of the CSV file the length.
    let data = find(&bytes, CSV)?;
    change(&mut bytes, data.checked_sub(4).ok_or_else(lost)?, 0, |byte| byte ^ 0x40)?;
    // Before the second attachment: its RENDDATA, and the header of its title.
    let second = find(&bytes, b"logo.png\0")?.checked_sub(9 + 2 + 14 + 9).ok_or_else(lost)?;
    bytes.splice(second..second, *b"-- scanned by a gateway --\r\n");
    bytes.truncate(bytes.len().saturating_sub(40));
    Ok(bytes)
}

pub(super) fn checksum_wrong(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::BODY, |bytes, place| change(bytes, place.data.end, 0, |byte| byte ^ 0x55))
}

pub(super) fn data_changed(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::ATTACH_DATA, |bytes, place| change(bytes, place.data.start, 3, |byte| byte ^ 0x20))
}

pub(super) fn length_long(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::BODY, |bytes, place| change(bytes, place.start, LENGTH, |byte| byte.wrapping_add(3)))
}

pub(super) fn length_short(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::BODY, |bytes, place| change(bytes, place.start, LENGTH, |byte| byte.wrapping_sub(3)))
}

pub(super) fn length_huge(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::BODY, |bytes, place| {
        (0..4usize).try_for_each(|at| change(bytes, place.start, LENGTH.saturating_add(at), |_| 0xFF))
    })
}

/// Cut in the data of an attachment.
pub(super) fn truncated(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::ATTACH_DATA, |bytes, place| {
        bytes.truncate(place.data.start.saturating_add(7));
        Ok(())
    })
}

/// Cut in the header of an attribute.
pub(super) fn truncated_header(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::ATTACH_DATA, |bytes, place| {
        bytes.truncate(place.start.saturating_add(4));
        Ok(())
    })
}

/// Cut before the checksum of the last attribute.
pub(super) fn truncated_checksum(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut bytes = mail(recipe)?.into_bytes();
    bytes.truncate(bytes.len().saturating_sub(2));
    Ok(bytes)
}

/// The signature and nothing more.
pub(super) fn signature_only(_: &Recipe) -> Result<Vec<u8>> {
    Ok(vec![0x78, 0x9F, 0x3E, 0x22])
}

/// Every CR LF became LF, wherever it stood.
pub(super) fn crlf_collapsed(recipe: &Recipe) -> Result<Vec<u8>> {
    let bytes = mail(recipe)?.into_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if !(*first == b'\r' && after.first() == Some(&b'\n')) {
            out.push(*first);
        }
        rest = after;
    }
    Ok(out)
}

pub(super) fn trailing_bytes(recipe: &Recipe) -> Result<Vec<u8>> {
    Ok([mail(recipe)?.into_bytes(), b"and more".to_vec()].concat())
}

pub(super) fn trailing_line_end(recipe: &Recipe) -> Result<Vec<u8>> {
    Ok([mail(recipe)?.into_bytes(), b"\r\n".to_vec()].concat())
}

pub(super) fn bytes_before(recipe: &Recipe) -> Result<Vec<u8>> {
    Ok([b"-- scanned by a gateway --\n".to_vec(), mail(recipe)?.into_bytes()].concat())
}

pub(super) fn bytes_between(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::BODY, |bytes, place| {
        bytes.splice(place.start..place.start, *b"-- scanned --");
        Ok(())
    })
}

pub(super) fn bad_signature(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut bytes = mail(recipe)?.into_bytes();
    change(&mut bytes, 0, 3, |byte| byte ^ 0x10)?;
    Ok(bytes)
}

pub(super) fn missing_version(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::bare()?
        .message(AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0])?
        .message(AttrId::SUBJECT, b"Hello\0")?
        .into_bytes())
}

pub(super) fn bad_version(_: &Recipe) -> Result<Vec<u8>> {
    let stream = Stream::bare()?.message(AttrId::TNEF_VERSION, &[0, 0, 2, 0])?;
    Ok(stream.message(AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0])?.message(AttrId::SUBJECT, b"Hello\0")?.into_bytes())
}

pub(super) fn missing_code_page(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::in_code_page(0)?.message(AttrId::SUBJECT, b"caf\xE9\0")?.into_bytes())
}

pub(super) fn unsupported_code_page(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::in_code_page(1200)?.message(AttrId::SUBJECT, b"caf\xE9\0")?.into_bytes())
}

pub(super) fn unknown_attribute(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut stream = mail(recipe)?.into_bytes();
    let at = place(&stream, AttrId::ATTACH_REND_DATA)?.start;
    let data = recipe.bytes(9, 30);
    let length = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
    let attribute = [&[1u8, 0x77, 0x77, 6, 0][..], &length, &data, &checksum(&data).to_le_bytes()].concat();
    stream.splice(at..at, attribute);
    Ok(stream)
}

/// Ids without the word for the type, as some writers have them.
pub(super) fn untyped_attribute(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::SUBJECT, |bytes, place| change(bytes, place.start, 3, |_| 0))
}

pub(super) fn wrong_level(recipe: &Recipe) -> Result<Vec<u8>> {
    damaged_at(recipe, AttrId::SUBJECT, |bytes, place| change(bytes, place.start, 0, |_| 2))
}

pub(super) fn attribute_order(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::mail()?.file("a.txt", b"abc")?.message(AttrId::SUBJECT, b"Hello\0")?.into_bytes())
}

pub(super) fn duplicate_attribute(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::mail()?.message(AttrId::SUBJECT, b"One\0")?.message(AttrId::SUBJECT, b"Two\0")?.into_bytes())
}

pub(super) fn attribute_size(_: &Recipe) -> Result<Vec<u8>> {
    with(AttrId::DATE_SENT, &[date(9, 30), vec![0; 2]].concat())
}

pub(super) fn attribute_value(_: &Recipe) -> Result<Vec<u8>> {
    with(AttrId::PRIORITY, &9u16.to_le_bytes())
}

pub(super) fn bad_date(_: &Recipe) -> Result<Vec<u8>> {
    let mut data = date(9, 30);
    change(&mut data, 2, 0, |_| 13)?;
    with(AttrId::DATE_SENT, &data)
}

pub(super) fn bad_class(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::of_class(b"IPM.\x07\0")?.message(AttrId::SUBJECT, b"Hello\0")?.into_bytes())
}

pub(super) fn no_terminator(_: &Recipe) -> Result<Vec<u8>> {
    with(AttrId::SUBJECT, b"Hello")
}

pub(super) fn undecodable_text(_: &Recipe) -> Result<Vec<u8>> {
    // 0x81 leads a pair in code page 932, and 0x20 ends none.
    Ok(Stream::in_code_page(932)?.message(AttrId::SUBJECT, b"\x81\x20\0")?.into_bytes())
}

pub(super) fn text_behind_nul(_: &Recipe) -> Result<Vec<u8>> {
    let text: Vec<u8> = "visible\0hidden\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let body = (tags::BODY, PropValue::String(Utf16(text.into())));
    Ok(Stream::mail()?.message(AttrId::MSG_PROPS, &list(&[body])?)?.into_bytes())
}

pub(super) fn missing_rend_data(_: &Recipe) -> Result<Vec<u8>> {
    Ok(Stream::mail()?.part(AttrId::ATTACH_TITLE, b"a.txt\0")?.part(AttrId::ATTACH_DATA, b"abc")?.into_bytes())
}

pub(super) fn conflicting_fact(recipe: &Recipe) -> Result<Vec<u8>> {
    let stream = Stream::mail()?.message(AttrId::MESSAGE_ID, &hex_text(&recipe.key(1)))?;
    Ok(stream.message(AttrId::MSG_PROPS, &list(&[(tags::SEARCH_KEY, binary(recipe.key(2)))])?)?.into_bytes())
}

fn subject() -> (PropTag, PropValue<'static>) {
    (tags::SUBJECT, text("Hello"))
}

fn importance() -> (PropTag, PropValue<'static>) {
    (tags::IMPORTANCE, number(1))
}

pub(super) fn property_count(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[importance(), subject()], |data| change(data, 0, 0, |count| count.wrapping_add(1)))
}

pub(super) fn property_truncated(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[subject(), importance()], |data| change(data, 0, LENGTH_OF_TEXT, |_| 0xF0))
}

pub(super) fn unknown_type(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[importance(), subject()], |data| {
        change(data, FIRST_PROPERTY, 0, |_| 0xAD)?;
        change(data, FIRST_PROPERTY, 1, |_| 0x0B)
    })
}

pub(super) fn trailing_property_bytes(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[importance()], |data| {
        data.extend([0; 4]);
        Ok(())
    })
}

pub(super) fn value_count(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[subject()], |data| {
        data.extend([4, 0, 0, 0, b'x', 0, 0, 0]);
        change(data, 0, COUNT_OF_VALUES, |_| 2)
    })
}

pub(super) fn padding(_: &Recipe) -> Result<Vec<u8>> {
    let receipt = (tags::READ_RECEIPT_REQUESTED, PropValue::Boolean(true));
    damaged_list(&[receipt], |data| change(data, FIRST_PROPERTY, 7, |_| 9))
}

pub(super) fn odd_unicode(_: &Recipe) -> Result<Vec<u8>> {
    let odd = PropValue::String(Utf16(b"H\0i\0\0\0\0".into()));
    damaged_list(&[(tags::SUBJECT, odd)], |_| Ok(()))
}

pub(super) fn duplicate_property(_: &Recipe) -> Result<Vec<u8>> {
    damaged_list(&[importance(), (tags::IMPORTANCE, number(2))], |_| Ok(()))
}

pub(super) fn row_count(_: &Recipe) -> Result<Vec<u8>> {
    let mut rows = table(&[list(&[(tags::RECIPIENT_TYPE, number(1)), (tags::DISPLAY_NAME, text("Joe"))])?]);
    change(&mut rows, 0, 0, |count| count.wrapping_add(1))?;
    with(AttrId::RECIP_TABLE, &rows)
}

fn with_object(interface: Option<uuid::Uuid>, data: &[u8]) -> Result<Vec<u8>> {
    let object = Object { interface, data: data.to_vec().into() };
    let properties = list(&[(tags::ATTACH_METHOD, number(5)), (tags::ATTACH_DATA_OBJECT, PropValue::Object(object))])?;
    Ok(Stream::mail()?.part(AttrId::ATTACH_REND_DATA, &rend_data())?.part(AttrId::ATTACHMENT, &properties)?.into_bytes())
}

pub(super) fn bad_object(_: &Recipe) -> Result<Vec<u8>> {
    with_object(None, b"abc")
}

pub(super) fn bad_nested(_: &Recipe) -> Result<Vec<u8>> {
    with_object(Some(Object::IMESSAGE), b"no stream at all")
}

/// Damage within a nested message.
pub(super) fn damaged_nested(recipe: &Recipe) -> Result<Vec<u8>> {
    with_object(Some(Object::IMESSAGE), &checksum_wrong(recipe)?)
}

/// More levels than reading follows.
pub(super) fn too_deep(recipe: &Recipe) -> Result<Vec<u8>> {
    super::structure::deep(&Recipe { size: 101, ..*recipe })
}
