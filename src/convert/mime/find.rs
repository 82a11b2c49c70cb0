//! Finding TNEF in a mail ([MS-OXCMAIL] 2.1.3, 2.2.3; facts on names seen in the wild).
//!
//! A part holds TNEF if its type says so, or if its bytes do, whatever it is called; so does a uuencoded file in a text, and all of
//! this in a message that is encoded, which none should be, or attached as a file. Found parts carry exact byte ranges, so that a
//! filter can replace them and leave every other byte alone.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::base::Offset;
use crate::base::diag::Code;
use crate::base::{CodePage, Limits, ReadOptions, Result};
use crate::message::Message;
use crate::tnef::SIGNATURE_BYTES;

use super::parameter::Parameters;
use super::structure::{Entity, EntityKind, Structure, field, fields, unfolded};
use super::transfer::{TransferEncoding, uu_blocks};
use super::undeclared::{self, Undeclared};
use super::words;

/// How many encoded messages within each other are looked into. Real mails have one.
const ENCODED_DEPTH: usize = 4;

/// How many fields of one name are asked for the name of a part.
const FIELDS_MAX: usize = 8;

/// The field that ties a mail to its TNEF part.
const CORRELATOR: &str = "X-MS-TNEF-Correlator";

/// Place of a TNEF stream in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// It is a part of its own, or the whole body of a message.
    Part,
    /// It is a uuencoded file in a text that is not encoded otherwise. `whole` is the file with its `begin` and `end` lines.
    UuBlock,
    /// It is a uuencoded file in a text that is encoded once more. The ranges are those of the text's part.
    EncodedUuBlock,
    /// It is in a message that is encoded as a whole, which [RFC 2046] 5.2.1 forbids, or attached as a file of another type. The
    /// ranges are those of that message's body.
    EncodedMessage,
}

/// Reason that forbids changing a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// It is in a `multipart/signed`.
    Signed,
    /// It is in a `multipart/encrypted`.
    Encrypted,
}

/// A TNEF stream in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TnefPart<'a> {
    /// Index of its part in [`Found::structure`], or of the part that it is in.
    pub entity: usize,
    /// Place where it stands.
    pub place: Place,
    /// The header fields of the part; empty for [`Place::UuBlock`].
    pub header: Range<usize>,
    /// The encoded stream.
    pub body: Range<usize>,
    /// All that is to be replaced where the stream is: from behind the delimiter line before it up to the line end that belongs to
    /// the one behind it.
    pub whole: Range<usize>,
    /// Of a uuencoded file: where it stands in the decoded text of its part, `begin` and `end` lines included. Else empty.
    pub in_text: Range<usize>,
    /// Encoding of the stream: what the header says, or what is plainly so where that is wrong.
    pub encoding: TransferEncoding,
    /// The stream.
    pub data: Cow<'a, [u8]>,
    /// The part's file name, as far as it has one.
    pub name: Option<String>,
    /// The part's section number, as in `2.1`; empty of the mail's own body.
    pub section: String,
    /// Says whether the part is in something signed or encrypted.
    pub protection: Option<Protection>,
    /// X-MS-TNEF-Correlator of the message that the part belongs to.
    pub correlator: Option<String>,
    /// The code page of the stream's 8-bit strings, should it name none: what the mail says of its own text.
    pub code_page: Option<CodePage>,
}

impl TnefPart<'_> {
    /// Returns whether the stream begins as TNEF does.
    #[must_use]
    pub fn has_signature(&self) -> bool {
        self.data.starts_with(&SIGNATURE_BYTES)
    }

    /// The options to read the stream with: a page that the mail names comes before the caller's.
    #[must_use]
    pub fn reading(&self, options: &ReadOptions) -> ReadOptions {
        let mut options = options.clone();
        options.default_code_page = self.code_page.or(options.default_code_page);
        options
    }

    /// The part in words, for people: `part 2 (winmail.dat)`.
    #[must_use]
    pub fn describe(&self) -> String {
        let place = match (self.section.as_str(), self.place) {
            ("", Place::Part) => "the body".to_owned(),
            ("", _) => "in the body".to_owned(),
            (section, Place::Part) => format!("part {section}"),
            (section, _) => format!("in part {section}"),
        };
        match &self.name {
            Some(name) => format!("{place} ({name})"),
            None => place,
        }
    }
}

/// Streams that were found in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Found<'a> {
    /// The streams, in the order in which they stand.
    pub parts: Vec<TnefPart<'a>>,
    /// All parts of the mail.
    pub structure: Structure,
    /// Says whether a limit kept a part of the mail from being looked at.
    pub incomplete: bool,
    unseen: Option<Unseen>,
}

/// Reason why a mail in which no TNEF was found may hold some. Display says it to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unseen {
    /// A limit kept parts of it from being looked at.
    Limit,
    /// A part has two Content-Type fields. The first one counts; by another one it is TNEF, or has parts.
    OtherType,
    /// A multipart does not say what separates its parts, or that does not occur, and words in it speak of TNEF.
    Boundary,
}

impl Unseen {
    /// The diagnostic that says so.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Unseen::Limit => Code::LimitReached,
            Unseen::OtherType => Code::MimeDuplicateField,
            Unseen::Boundary => Code::MimeMissingBoundary,
        }
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unseen::Limit => {
                "the mail has more parts, or nests deeper, than the limits allow: Limits::attachments, Limits::depth"
            }
            Unseen::OtherType => "a part of the mail has two Content-Type fields that differ, of which the first one counts",
            Unseen::Boundary => {
                "a multipart of the mail does not say rightly what separates its parts, and there seems to be TNEF in it"
            }
        })
    }
}

impl Found<'_> {
    /// Returns why there may be TNEF in the mail although none was found; `None` if some was, or nothing speaks for it.
    #[must_use]
    pub fn unseen(&self) -> Option<Unseen> {
        self.unseen
    }

    /// Reads each stream.
    pub fn messages<'f>(&'f self, options: &'f ReadOptions) -> impl Iterator<Item = (&'f TnefPart<'f>, Result<Message<'f>>)> {
        self.parts.iter().map(move |part| (part, Message::read(&part.data, &part.reading(options))))
    }
}

/// Locates every TNEF stream in a mail. Takes time and memory in proportion to the mail; [`Limits::depth`] levels of
/// nesting are followed, [`Limits::attachments`] parts looked at.
///
/// ```
/// let mail = b"Subject: x\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==\r\n";
/// let found = winmail::convert::mime::find::find(mail, &winmail::Limits::default());
/// assert_eq!(found.parts[0].data.as_ref(), [0x78, 0x9F, 0x3E, 0x22]);
/// ```
#[must_use]
pub fn find<'a>(mail: &'a [u8], limits: &Limits) -> Found<'a> {
    find_within(mail, limits, Some(ENCODED_DEPTH))
}

/// As [`find`], without a look into encoded messages.
pub(super) fn find_outside<'a>(mail: &'a [u8], limits: &Limits) -> Found<'a> {
    find_within(mail, limits, None)
}

/// As [`find`]; so many encoded messages within each other are looked into.
fn find_within<'a>(mail: &'a [u8], limits: &Limits, depth: Option<usize>) -> Found<'a> {
    let structure = Structure::of(mail, limits);
    let mut parts = Vec::new();
    let mut incomplete = structure.incomplete;
    // Text whose files are looked for: what is decoded is bounded by the mail, what is found by the limit.
    for (index, entity) in structure.entities.iter().enumerate() {
        if entity.kind != EntityKind::Leaf && has_parts(&structure, index) {
            continue;
        }
        if parts.len() >= limits.attachments {
            incomplete = true;
            break;
        }
        let before = parts.len();
        if let Some(part) = leaf(mail, index, entity) {
            parts.push(part);
        } else if entity.content_type.starts_with("text/") {
            uuencoded(mail, index, entity, limits.attachments, &mut parts);
        } else if let Some(depth) = depth.filter(|_| entity.is_encoded_message() || is_mail_file(mail, entity)) {
            incomplete |= encoded_message(mail, index, entity, limits, depth, &mut parts);
        }
        for part in parts.iter_mut().skip(before) {
            part.section = structure.section(index);
            part.protection = protection(&structure, index).or(part.protection);
            part.code_page = part.code_page.or(entity.text_page.and_then(undeclared::of_stream));
            if part.place != Place::EncodedMessage {
                part.correlator = correlator(mail, &structure, index);
            }
        }
    }
    let unseen = if parts.is_empty() { unseen(mail, &structure, incomplete) } else { None };
    Found { parts, structure, incomplete, unseen }
}

/// Why there may be TNEF where none was found.
fn unseen(mail: &[u8], structure: &Structure, incomplete: bool) -> Option<Unseen> {
    if incomplete {
        return Some(Unseen::Limit);
    }
    let hides = |kind: &String| is_tnef_type(kind) || kind.starts_with("multipart/") || kind.starts_with("message/");
    structure.entities.iter().enumerate().find_map(|(index, entity)| {
        if entity.other_types.iter().any(hides) {
            return Some(Unseen::OtherType);
        }
        let is_whole = entity.content_type.starts_with("multipart/") && !has_parts(structure, index);
        (is_whole && speaks_of_tnef(mail.get(entity.body.clone())?)).then_some(Unseen::Boundary)
    })
}

/// Whether a part has others in it. What says so and has none may be something else.
fn has_parts(structure: &Structure, index: usize) -> bool {
    structure.entities.get(index.saturating_add(1)).is_some_and(|next| next.parent == Some(index))
}

/// Whether a header of a TNEF part, or a stream, seems to stand in bytes that are no part.
fn speaks_of_tnef(bytes: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"ms-tnef", b"winmail.dat", b"eJ8+I", &SIGNATURE_BYTES];
    words.iter().any(|word| memchr::memmem::find(bytes, word).is_some())
}

/// A part that is TNEF.
fn leaf<'a>(mail: &'a [u8], index: usize, entity: &Entity) -> Option<TnefPart<'a>> {
    let is_declared = is_tnef_type(&entity.content_type);
    let body = mail.get(entity.body.clone())?;
    let name = || file_name(mail, entity);
    if !is_declared {
        // The signature is looked for first: it is cheap, and hardly any part has it.
        if !may_start_with_signature(entity.encoding, body) {
            return None;
        }
    }
    let (encoding, data) = decode(entity.encoding, body);
    if !is_declared {
        // Of two fields the first counts, unless the bytes side with another one.
        let is_declared_again = entity.other_types.iter().any(|kind| is_tnef_type(kind));
        let is_named = || name().is_some_and(|name| is_tnef_name(&name));
        // A text in which a file is uuencoded is a text.
        let is_text =
            entity.content_type.starts_with("text/") && encoding == TransferEncoding::Uuencode && encoding != entity.encoding;
        if is_text && !is_named() {
            return None;
        }
        if !data.starts_with(&SIGNATURE_BYTES) || !is_stream(&data) && !is_declared_again && !is_named() {
            return None;
        }
    }
    Some(TnefPart {
        entity: index,
        place: Place::Part,
        header: entity.header.clone(),
        body: entity.body.clone(),
        whole: entity.whole.clone(),
        in_text: 0..0,
        encoding,
        data,
        name: name(),
        section: String::new(),
        protection: None,
        correlator: None,
        code_page: None,
    })
}

/// The files in a text that are TNEF.
fn uuencoded<'a>(mail: &'a [u8], index: usize, entity: &Entity, limit: usize, parts: &mut Vec<TnefPart<'a>>) {
    let Some(body) = mail.get(entity.body.clone()) else { return };
    let encoded = entity.encoding != TransferEncoding::Identity;
    // Decoding every text for the sake of a rare case is dear; in quoted-printable the word can be seen.
    if entity.encoding == TransferEncoding::QuotedPrintable && memchr::memmem::find(body, b"begin ").is_none() {
        return;
    }
    let text = entity.encoding.decode(body);
    for block in uu_blocks(&text) {
        let name = String::from_utf8_lossy(&block.name).into_owned();
        if !block.data.starts_with(&SIGNATURE_BYTES) || parts.len() >= limit {
            continue;
        }
        let at = |offset: usize| (Offset::from(entity.body.start) + offset).index();
        let range = if encoded { entity.body.clone() } else { at(block.range.start)..at(block.range.end) };
        parts.push(TnefPart {
            entity: index,
            place: if encoded { Place::EncodedUuBlock } else { Place::UuBlock },
            header: range.start..range.start,
            body: range.clone(),
            whole: range,
            in_text: block.range,
            encoding: TransferEncoding::Uuencode,
            data: block.data.into(),
            name: Some(name),
            section: String::new(),
            protection: None,
            correlator: None,
            code_page: None,
        });
    }
}

/// The streams in a message that is encoded; says whether something was not looked at.
fn encoded_message<'a>(
    mail: &'a [u8],
    index: usize,
    entity: &Entity,
    limits: &Limits,
    depth: usize,
    parts: &mut Vec<TnefPart<'a>>,
) -> bool {
    // Each level is another copy.
    let Some(depth) = depth.checked_sub(1) else { return true };
    let message = entity.encoding.decode(mail.get(entity.body.clone()).unwrap_or_default());
    let limits = Limits { attachments: limits.attachments.saturating_sub(parts.len()), ..limits.clone() };
    let found = find_within(&message, &limits, Some(depth));
    parts.extend(found.parts.into_iter().map(|part| TnefPart {
        entity: index,
        place: Place::EncodedMessage,
        header: entity.body.start..entity.body.start,
        body: entity.body.clone(),
        whole: entity.body.clone(),
        in_text: 0..0,
        data: part.data.into_owned().into(),
        ..part
    }));
    found.incomplete
}

/// Whether a body, by its first bytes, is worth decoding.
fn may_start_with_signature(encoding: TransferEncoding, body: &[u8]) -> bool {
    let start = body.get(..256).unwrap_or(body);
    let text = start.trim_ascii_start();
    let shown: [&[u8]; 5] = [&SIGNATURE_BYTES, b"eJ8+I", b"begin ", b"x=9F", b"x=9f"];
    shown.iter().any(|first| text.starts_with(first)) || encoding.decode(start).starts_with(&SIGNATURE_BYTES)
}

/// The stream, and how it is really written.
///
/// Mails go through hands that encode again or forget to say so. Where what the header says does not lead to the signature and
/// something else plainly does, that is it.
fn decode(declared: TransferEncoding, body: &[u8]) -> (TransferEncoding, Cow<'_, [u8]>) {
    let data = declared.decode(body);
    if data.starts_with(&SIGNATURE_BYTES) {
        return (declared, data);
    }
    if body.starts_with(&SIGNATURE_BYTES) {
        return (TransferEncoding::Identity, Cow::Borrowed(body));
    }
    let text = body.trim_ascii_start();
    let others = [
        (TransferEncoding::Base64, text.starts_with(b"eJ8+I")),
        (TransferEncoding::Uuencode, text.starts_with(b"begin ")),
        (TransferEncoding::QuotedPrintable, text.starts_with(b"x=9F") || text.starts_with(b"x=9f")),
    ];
    for (encoding, plausible) in others {
        if plausible && encoding != declared {
            let other = encoding.decode(body);
            if other.starts_with(&SIGNATURE_BYTES) {
                return (encoding, other);
            }
        }
    }
    (declared, data)
}

/// The name of a part: `filename` of Content-Disposition, else `name` of Content-Type; of the first field that has one.
pub(crate) fn file_name(mail: &[u8], entity: &Entity) -> Option<String> {
    let pages = Undeclared::new(entity.text_page, None);
    let of = |field_name: &str, parameter: &str| {
        let mut all = fields(mail, entity.header.clone()).filter(|field| field.is(field_name)).take(FIELDS_MAX);
        all.find_map(|field| {
            let name = Parameters::parse(&pages.text(field.value)).text(parameter, pages)?;
            Some(name.trim().to_owned()).filter(|name| !name.is_empty())
        })
    };
    of("Content-Disposition", "filename").or_else(|| of("Content-Type", "name"))
}

/// The registered type, and the one that some programs write.
fn is_tnef_type(content_type: &str) -> bool {
    matches!(content_type, "application/ms-tnef" | "application/vnd.ms-tnef")
}

/// Whether bytes are a stream, whatever they are called: behind signature and key an attribute of one of the two levels begins
/// ([MS-OXTNEF] 2.1.3.2), or nothing.
fn is_stream(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE_BYTES) && bytes.len() >= 6 && matches!(bytes.get(6), None | Some(1 | 2))
}

/// Whether a file may be a stream, or a mail with one in it: cheap, and a hint only.
pub(super) fn may_hold_tnef(file: &[u8]) -> bool {
    /// How much of a mail is looked at for a sign of a header.
    const HEADER: usize = 4096;
    let start = file.get(..HEADER).unwrap_or(file);
    is_stream(file) || memchr::memmem::find(start, b": ").is_some() && speaks_of_tnef(file)
}

/// Whether a part is a mail that was attached as any other file.
pub(super) fn is_mail_file(mail: &[u8], entity: &Entity) -> bool {
    let is_encoded = matches!(entity.encoding, TransferEncoding::Base64 | TransferEncoding::QuotedPrintable);
    entity.kind == EntityKind::Leaf
        && is_encoded
        && file_name(mail, entity).is_some_and(|name| name.to_ascii_lowercase().ends_with(".eml"))
}

/// Names under which TNEF travels: winmail.dat and its copies, win.dat, ATTnnnnn.dat, noname.
fn is_tnef_name(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    if name == "noname" || name == "win.dat" {
        return true;
    }
    let Some(stem) = name.strip_suffix(".dat") else { return name.ends_with(".tnef") };
    let number = stem.strip_prefix("att");
    stem.starts_with("winmail") || number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn protection(structure: &Structure, index: usize) -> Option<Protection> {
    structure.ancestors(index).find_map(|(_, entity)| match entity.content_type.as_str() {
        "multipart/signed" => Some(Protection::Signed),
        "multipart/encrypted" => Some(Protection::Encrypted),
        _ => None,
    })
}

fn correlator(mail: &[u8], structure: &Structure, index: usize) -> Option<String> {
    let message = structure.entities.get(structure.message_of(index))?;
    let value = unfolded(field(mail, message.header.clone(), CORRELATOR)?.value);
    let value = words::decode(&String::from_utf8_lossy(&value), Undeclared::default()).into_owned();
    // A comment behind the id.
    let id = value.split_once('>').filter(|(id, behind)| id.starts_with('<') && behind.trim_start().starts_with('('));
    let value = id.map_or(value.clone(), |(id, _)| format!("{id}>"));
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
