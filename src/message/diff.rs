//! What differs between two messages, by meaning.
//!
//! Compared are facts, not bytes: text as text whichever encoding it has, properties by tag or name in whatever order, recipients
//! by address, attachments by name and contents, embedded messages all the way down. Lengths, checksums, padding and the ids of
//! named properties do not count.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::Hash;

use crate::base::{Escaped, Offset, ReadOptions, size};
use crate::mapi::sets::PS_INTERNET_HEADERS;
use crate::mapi::{NameKind, PropName, PropTag, PropType, PropValue, Property, PropertyBag, Utf16, dictionary, tags};
use crate::rtf::lzfu;
use crate::tnef::{AttrId, Attribute, AttributeValue, Layout, Level, Piece};

use super::{Attachment, Content, Message, Recipient};

/// A difference between two messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Place, from the outside in: `attachment[0] > PidTagDisplayName`.
    pub path: String,
    /// The fact in the first message; `None` if it is not there.
    pub one: Option<String>,
    /// The fact in the second message; `None` if it is not there.
    pub other: Option<String>,
}

impl Difference {
    /// `added`, `removed` or `changed`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.one, &self.other) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

impl fmt::Display for Difference {
    /// Writes `~ path: a -> b`, `- path: a` or `+ path: b`, escaped for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.one, &self.other) {
            (Some(one), Some(other)) => write!(f, "~ {}: {} -> {}", Escaped(&self.path), Escaped(one), Escaped(other)),
            (Some(one), None) => write!(f, "- {}: {}", Escaped(&self.path), Escaped(one)),
            (None, other) => write!(f, "+ {}: {}", Escaped(&self.path), Escaped(other.as_deref().unwrap_or_default())),
        }
    }
}

/// Returns what differs between two messages.
#[must_use]
pub fn differences(one: &Message<'_>, other: &Message<'_>) -> Vec<Difference> {
    let mut differ = Differ { path: Vec::new(), found: Vec::new() };
    differ.messages(one, other);
    differ.found
}

/// A comparison under way.
struct Differ {
    path: Vec<String>,
    found: Vec<Difference>,
}

impl Differ {
    fn within(&mut self, step: String, f: impl FnOnce(&mut Self)) {
        self.path.push(step);
        f(self);
        self.path.pop();
    }

    fn push(&mut self, name: String, one: Option<String>, other: Option<String>) {
        let path = self.path.iter().cloned().chain([name]).collect::<Vec<_>>().join(" > ");
        self.found.push(Difference { path, one, other });
    }

    fn compare(&mut self, name: &str, one: Option<String>, other: Option<String>) {
        if one != other {
            self.push(name.to_owned(), one, other);
        }
    }

    fn messages(&mut self, one: &Message<'_>, other: &Message<'_>) {
        self.compare("code page", Some(one.code_page().to_string()), Some(other.code_page().to_string()));
        let (mut left, mut right) = (Attributes::new(one), Attributes::new(other));
        self.attributes(std::mem::take(&mut left.message), std::mem::take(&mut right.message));
        self.properties(&one.properties, &other.properties, false);
        self.recipients(&one.recipients, &other.recipients);
        self.attachments((one, left), (other, right));
    }

    /// The legacy attributes of the messages themselves, or of an attachment of each. Lists, tables and attachment data are
    /// compared as what they hold.
    fn attributes(&mut self, one: Values, other: Values) {
        for (id, value) in &one.all {
            self.compare(&id.to_string(), Some(value.clone()), other.get(*id).cloned());
        }
        for (id, value) in other.all.iter().filter(|(id, _)| one.get(*id).is_none()) {
            self.push(id.to_string(), None, Some(value.clone()));
        }
    }

    fn properties(&mut self, one: &PropertyBag<'_>, other: &PropertyBag<'_>, is_attachment: bool) {
        let data = [tags::ATTACH_DATA_BINARY.id(), tags::ATTACH_DATA_OBJECT.id()];
        let compared =
            |property: &&Property<'_>| !(is_attachment && property.name.is_none() && data.contains(&property.tag.id()));
        let page = |tag: &PropTag| *tag != tags::MESSAGE_CODEPAGE || one.code_page() == other.code_page();
        let is_container = |property: &Property<'_>| CONTAINER.iter().filter(|tag| page(tag)).any(|tag| is_plain(property, *tag));
        let mut counterparts = HashMap::new();
        for candidate in other {
            counterparts.entry(identity(candidate)).or_insert(candidate);
        }
        let mut seen = HashSet::new();
        for property in one.iter().filter(compared) {
            // Where one occurs again, the first counts.
            if !seen.insert(identity(property)) {
                continue;
            }
            match counterparts.get(&identity(property)).copied() {
                Some(counterpart) if same(one, property, other, counterpart) => {}
                Some(_) if is_plain(property, tags::STORE_SUPPORT_MASK) => {}
                Some(counterpart) if is_body(property) => {
                    let (left, right) = (body_bytes(property), body_bytes(counterpart));
                    if left != right {
                        let (before, after) = parting(&left, &right);
                        self.push(name_of(property), Some(before), Some(after));
                    }
                }
                None if is_container(property) => {}
                found => {
                    let (mut before, mut after) = (shown(one, property), found.map(|found| shown(other, found)));
                    if let (Some(after), Some(found)) = (&mut after, found) {
                        tell_apart(&mut before, after, (one, property), (other, found));
                    }
                    self.push(name_of(property), Some(before), after);
                }
            }
        }
        for property in other.iter().filter(compared) {
            if seen.insert(identity(property)) && !is_container(property) {
                self.push(name_of(property), None, Some(shown(other, property)));
            }
        }
    }

    fn recipients(&mut self, one: &[Recipient<'_>], other: &[Recipient<'_>]) {
        let pairs = paired(one, other, recipient_key);
        for (left, right) in pairs {
            match (left.and_then(|n| Some((n, one.get(n)?))), right.and_then(|n| Some((n, other.get(n)?)))) {
                (Some((number, left)), Some((_, right))) => {
                    self.within(format!("recipient[{number}]"), |differ| {
                        differ.properties(&left.properties, &right.properties, false);
                    });
                }
                (Some((number, left)), None) => self.push(format!("recipient[{number}]"), Some(recipient_line(left)), None),
                (None, Some((number, right))) => self.push(format!("recipient[{number}]"), None, Some(recipient_line(right))),
                (None, None) => {}
            }
        }
    }

    fn attachments(&mut self, one: (&Message<'_>, Attributes), other: (&Message<'_>, Attributes)) {
        let ((one, mut left_values), (other, mut right_values)) = (one, other);
        let pairs = paired(&one.attachments, &other.attachments, |attachment| attachment.file_name().map(Cow::into_owned));
        for (left, right) in pairs {
            let left = left.and_then(|number| Some((number, one.attachments.get(number)?)));
            let right = right.and_then(|number| Some((number, other.attachments.get(number)?)));
            match (left, right) {
                (Some((number, left)), Some((counterpart, right))) => {
                    self.within(format!("attachment[{number}]"), |differ| {
                        differ.attributes(left_values.of_attachment(number), right_values.of_attachment(counterpart));
                        differ.attachment(left, right);
                    });
                }
                (Some((number, left)), None) => self.push(format!("attachment[{number}]"), Some(attachment_line(left)), None),
                (None, Some((number, right))) => self.push(format!("attachment[{number}]"), None, Some(attachment_line(right))),
                (None, None) => {}
            }
        }
    }

    fn attachment(&mut self, one: &Attachment<'_>, other: &Attachment<'_>) {
        self.properties(&one.properties, &other.properties, true);
        let (left, right) = (&one.content, &other.content);
        match (left, right) {
            (Content::Message(left), Content::Message(right)) => {
                self.within("message".to_owned(), |differ| differ.messages(left, right))
            }
            _ if left == right => {}
            #[cfg(feature = "msg")]
            (Content::Object(left), Content::Object(right))
                if left.interface == right.interface && is_same_storage(&left.data, &right.data) => {}
            _ => {
                let (mut before, after) = (content_line(left), content_line(right));
                let equal = left.bytes().iter().zip(right.bytes()).take_while(|(one, other)| one == other).count();
                if matches!((left, right), (Content::Bytes(_), Content::Bytes(_)) | (Content::Object(_), Content::Object(_))) {
                    before = format!("{before} (the first {equal} are equal)");
                }
                self.push("contents".to_owned(), Some(before), Some(after));
            }
        }
    }
}

/// What a container says of itself, or a store of what it holds: whether its text is Unicode and in which code page, the state of a
/// message, the number of a recipient or attachment. One that is in one of two messages alone is no difference, and what a store supports
/// never is one.
const CONTAINER: [PropTag; 5] =
    [tags::STORE_SUPPORT_MASK, tags::MESSAGE_CODEPAGE, tags::MESSAGE_FLAGS, tags::ROWID, tags::ATTACH_NUMBER];

/// Whether a property without a name has this id.
fn is_plain(property: &Property<'_>, tag: PropTag) -> bool {
    property.name.is_none() && property.tag.id() == tag.id()
}

/// Whether two compound files hold the same, however that is laid out in them.
#[cfg(feature = "msg")]
fn is_same_storage(one: &[u8], other: &[u8]) -> bool {
    use crate::msg::{CompoundFile, CompoundWriter};
    let normal = |bytes: &[u8]| {
        let file = CompoundFile::open(bytes).ok()?;
        let mut writer = CompoundWriter::new();
        let is_whole = writer.copy(CompoundWriter::ROOT, &file, file.root());
        writer.to_bytes().ok().filter(|_| is_whole)
    };
    normal(one).is_some_and(|one| normal(other) == Some(one))
}

/// Pairs of places: those of one key in their order, then those that are left over by their order, as long as both sides have
/// some.
fn paired<T, K: Hash + Eq>(one: &[T], other: &[T], key: impl Fn(&T) -> K) -> Vec<(Option<usize>, Option<usize>)> {
    let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (number, item) in other.iter().enumerate() {
        places.entry(key(item)).or_default().push_back(number);
    }
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    for (number, item) in one.iter().enumerate() {
        pairs.push((Some(number), places.get_mut(&key(item)).and_then(VecDeque::pop_front)));
    }
    let mut free: Vec<usize> = places.into_values().flatten().collect();
    free.sort_unstable();
    // A lone one on either side is the same under another name only if nothing else is left.
    let lone: Vec<usize> = pairs.iter().enumerate().filter(|(_, pair)| pair.1.is_none()).map(|(n, _)| n).collect();
    if let ([lone], [left]) = (lone.as_slice(), free.as_slice()) {
        if let Some(pair) = pairs.get_mut(*lone).filter(|_| one.len() == other.len()) {
            pair.1 = Some(*left);
            free.clear();
        }
    }
    pairs.extend(free.into_iter().map(|number| (None, Some(number))));
    pairs
}

/// Attributes as text, in their order; the last of each id counts.
#[derive(Debug, Default)]
struct Values {
    all: Vec<(AttrId, String)>,
    places: HashMap<AttrId, usize>,
}

impl Values {
    fn get(&self, id: AttrId) -> Option<&String> {
        self.places.get(&id).and_then(|place| self.all.get(*place)).map(|(_, value)| value)
    }

    fn set(&mut self, id: AttrId, value: String) {
        let place = *self.places.entry(id).or_insert(self.all.len());
        match self.all.get_mut(place) {
            Some(known) => known.1 = value,
            None => self.all.push((id, value)),
        }
    }
}

/// The attributes that are no lists, of the message and of each of its attachments.
struct Attributes {
    message: Values,
    attachments: HashMap<usize, Values>,
}

impl Attributes {
    fn new(message: &Message<'_>) -> Self {
        let extents = message.attachments.iter().enumerate();
        let mut extents: Vec<_> = extents.filter_map(|(number, a)| Some((a.extent(message)?, number))).collect();
        extents.sort_unstable_by_key(|(extent, _)| extent.start);
        let mut found = Attributes { message: Values::default(), attachments: HashMap::new() };
        for piece in message.pieces() {
            let Piece::Attribute(attribute) = piece else { continue };
            let id = attribute.id();
            if matches!(id.layout(), Layout::Properties | Layout::Recipients) || id == AttrId::ATTACH_DATA {
                continue;
            }
            if id.level().unwrap_or(attribute.level()) == Level::MESSAGE {
                found.message.set(id, attribute_text(message, &attribute));
                continue;
            }
            let offset = attribute.offset();
            let extent = extents.partition_point(|(extent, _)| extent.start <= offset).checked_sub(1);
            if let Some((_, number)) = extent.and_then(|at| extents.get(at)).filter(|(extent, _)| extent.contains(&offset)) {
                found.attachments.entry(*number).or_default().set(id, attribute_text(message, &attribute));
            }
        }
        found
    }

    /// Those of an attachment; they are handed out once.
    fn of_attachment(&mut self, number: usize) -> Values {
        self.attachments.remove(&number).unwrap_or_default()
    }
}

fn attribute_text(message: &Message<'_>, attribute: &Attribute<'_>) -> String {
    let text = |bytes: &[u8]| quoted(&message.code_page().decode_or_latin1(bytes).text);
    match attribute.value() {
        Ok(AttributeValue::Text(value)) => text(value.text_bytes()),
        Ok(AttributeValue::Trp(triple)) => {
            format!("{} {}", text(triple.who.display_name.text_bytes()), text(triple.who.address.text_bytes()))
        }
        Ok(AttributeValue::NameAndAddress(who)) => {
            format!("{} {}", text(who.display_name.text_bytes()), text(who.address.text_bytes()))
        }
        Ok(AttributeValue::Date(date)) => date.to_date_time().map_or_else(|| hex(attribute.data()), |date| date.to_string()),
        Ok(AttributeValue::Integer32(number)) => format!("0x{number:08x}"),
        Ok(AttributeValue::Boolean(value)) => value.to_string(),
        Ok(AttributeValue::Priority(priority)) => priority.0.to_string(),
        Ok(AttributeValue::CodePages(pages)) => pages.primary.to_string(),
        Ok(AttributeValue::Hex(digits)) => digits.to_bytes().map_or_else(|| hex(attribute.data()), |bytes| hex(&bytes)),
        _ => hex(attribute.data()),
    }
}

/// What makes a property the same one: its id, or its name; the two kinds of text are one type.
fn identity<'p>(property: &'p Property<'_>) -> (Option<Cow<'p, PropName<'p>>>, PropTag) {
    let prop_type = property.tag.prop_type();
    let prop_type = match prop_type.single() {
        PropType::STRING8 => PropType(PropType::STRING.0 | (prop_type.0 & PropType::MULTIPLE_FLAG)),
        _ => prop_type,
    };
    match property.name.as_deref() {
        // Names of header fields have no case.
        Some(PropName { set, kind: NameKind::String(text) }) if *set == PS_INTERNET_HEADERS => {
            let kind = NameKind::String(Utf16::from(text.to_text().to_ascii_lowercase().as_str()));
            (Some(Cow::Owned(PropName { set: *set, kind })), PropTag(0).with_type(prop_type))
        }
        Some(name) => (Some(Cow::Borrowed(name)), PropTag(0).with_type(prop_type)),
        None => (None, property.tag.with_type(prop_type)),
    }
}

/// The canonical name, else tag or set and name.
pub(crate) fn name_of(property: &Property<'_>) -> String {
    let known = dictionary::canonical_name(property.tag, property.name.as_deref());
    known
        .map_or_else(|| property.name.as_deref().map_or_else(|| property.tag.to_string(), ToString::to_string), ToOwned::to_owned)
}

fn same(one: &PropertyBag<'_>, left: &Property<'_>, other: &PropertyBag<'_>, right: &Property<'_>) -> bool {
    let same = |left: &PropValue<'_>, right: &PropValue<'_>| match (one.text_of(left), other.text_of(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left.identical(right),
    };
    match (&left.value, &right.value) {
        (PropValue::Multiple(left), PropValue::Multiple(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (left, right) => same(left, right),
    }
}

/// Characters of a text, and bytes of a value, that are shown.
const TEXT_MAX: usize = 60;
const BYTES_MAX: usize = 24;

/// A value in a few words.
pub(crate) fn shown(set: &PropertyBag<'_>, property: &Property<'_>) -> String {
    let one = |value: &PropValue<'_>| match value {
        PropValue::String(_) | PropValue::String8(_) => quoted(&set.text_of(value).unwrap_or_default()),
        PropValue::Unspecified | PropValue::Null => "nothing".to_owned(),
        PropValue::Integer16(number) => number.to_string(),
        PropValue::Integer32(number) => number.to_string(),
        PropValue::Integer64(number) => number.to_string(),
        PropValue::Floating32(number) => number.to_string(),
        PropValue::Floating64(number) | PropValue::FloatingTime(number) => number.to_string(),
        PropValue::Currency(number) => format!("{number} / 10000"),
        PropValue::ErrorCode(code) => format!("0x{code:08x}"),
        PropValue::Boolean(value) => value.to_string(),
        PropValue::Time(time) => time.to_string(),
        PropValue::Guid(guid) => format!("{{{guid}}}"),
        value => value.as_bytes().map_or_else(|| "values".to_owned(), hex),
    };
    match &property.value {
        _ if is_body(property) => quoted(&String::from_utf8_lossy(&body_bytes(property))),
        PropValue::Multiple(values) => values.iter().map(one).collect::<Vec<_>>().join("; "),
        value => one(value),
    }
}

/// Says where two values part that look the same because both are cut.
fn tell_apart(
    before: &mut String,
    after: &mut String,
    one: (&PropertyBag<'_>, &Property<'_>),
    other: (&PropertyBag<'_>, &Property<'_>),
) {
    if before != after {
        return;
    }
    let bytes = |(set, property): (&PropertyBag<'_>, &Property<'_>)| match set.text_of(&property.value) {
        Some(text) => text.into_owned().into_bytes(),
        None => property.value.as_bytes().unwrap_or_default().to_vec(),
    };
    (*before, *after) = parting(&bytes(one), &bytes(other));
}

/// Whether the property is a body that is held as bytes.
fn is_body(property: &Property<'_>) -> bool {
    property.name.is_none() && [tags::HTML, tags::RTF_COMPRESSED].contains(&property.tag)
}

/// The bytes of a body; of RTF what is compressed, which can be compressed in many ways.
fn body_bytes<'p>(property: &'p Property<'_>) -> Cow<'p, [u8]> {
    let bytes = property.value.as_bytes().unwrap_or_default();
    let decompressed =
        (property.tag == tags::RTF_COMPRESSED).then(|| lzfu::decompress(bytes, &ReadOptions::strict()).ok()).flatten();
    decompressed.map_or(Cow::Borrowed(bytes), |found| Cow::Owned(found.bytes))
}

/// Two values from where they differ.
fn parting(left: &[u8], right: &[u8]) -> (String, String) {
    let equal = left.iter().zip(right).take_while(|(one, other)| one == other).count();
    let tail = |bytes: &[u8]| {
        let rest = bytes.get(equal..).unwrap_or_default();
        let shown = String::from_utf8_lossy(rest.get(..TEXT_MAX).unwrap_or(rest)).into_owned();
        format!("{} bytes, from byte {equal} {shown:?}", bytes.len())
    };
    (tail(left), tail(right))
}

fn quoted(text: &str) -> String {
    let length = text.chars().count();
    if length <= TEXT_MAX {
        return format!("\"{text}\"");
    }
    format!("\"{}...\" ({length} characters)", text.chars().take(TEXT_MAX).collect::<String>())
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().take(BYTES_MAX).map(|byte| format!("{byte:02X}")).collect();
    if bytes.len() <= BYTES_MAX { digits } else { format!("{digits}... ({} bytes)", bytes.len()) }
}

fn recipient_key(recipient: &Recipient<'_>) -> (Option<String>, Option<u32>) {
    let address = recipient.smtp_address().or_else(|| recipient.address()).or_else(|| recipient.display_name());
    (address.map(|address| address.to_lowercase()), recipient.recipient_type().map(|kind| kind.role().0))
}

fn recipient_line(recipient: &Recipient<'_>) -> String {
    let name = recipient.display_name().unwrap_or_default();
    let address = recipient.smtp_address().or_else(|| recipient.address()).unwrap_or_default();
    let role = recipient.recipient_type().map(|kind| format!("{}: ", kind.role())).unwrap_or_default();
    format!("{role}{name} <{address}>")
}

fn attachment_line(attachment: &Attachment<'_>) -> String {
    let name = attachment.file_name().unwrap_or_default();
    format!("{} {}", quoted(&name), content_line(&attachment.content))
}

fn content_line(content: &Content<'_>) -> String {
    match content {
        Content::None => "no data".to_owned(),
        Content::Message(message) => format!("message {}", quoted(&message.subject().unwrap_or_default())),
        Content::Object(object) => format!("object, {}", bytes_line(object.data.len())),
        Content::Bytes(bytes) => bytes_line(bytes.len()),
        Content::Deferred(length) => format!("{length} bytes"),
    }
}

fn bytes_line(length: usize) -> String {
    let length = Offset::from(length).get();
    if length < 1024 { format!("{length} bytes") } else { format!("{} ({length} bytes)", size::format(length)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::WriteOptions;
    use crate::mapi::RecipientType;

    fn message() -> Message<'static> {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::SUBJECT, "one");
        message.recipients.push(Recipient::smtp(RecipientType::TO, "Jane", "jane@example.com"));
        message.recipients.push(Recipient::smtp(RecipientType::CC, "Joe", "joe@example.com"));
        message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
        message.attachments.push(Attachment::from_message(Message::new("IPM.Note")));
        message
    }

    fn lines(one: &Message<'_>, other: &Message<'_>) -> Vec<String> {
        differences(one, other).iter().map(|difference| difference.to_string()).collect()
    }

    #[test]
    fn the_same_facts_are_the_same_however_they_are_written() {
        let bytes = message().to_tnef(&WriteOptions::default()).unwrap();
        let one = Message::from_tnef(&bytes).unwrap();
        let canonical = one.to_tnef(&WriteOptions::canonical().with_key(7)).unwrap();
        assert_ne!(bytes, canonical);
        assert_eq!(lines(&one, &Message::from_tnef(&canonical).unwrap()), Vec::<String>::new());
        let mut text = one.clone();
        let value = PropValue::String8(crate::mapi::String8(b"one\0".into()));
        text.properties.set(tags::SUBJECT, value);
        assert_eq!(lines(&one, &text), Vec::<String>::new());
    }

    #[test]
    fn attributes_of_attachments_count() {
        let bytes = message().to_tnef(&WriteOptions::default()).unwrap();
        let title = bytes.windows(5).rposition(|found| found == b"a.txt").unwrap();
        let mut other = bytes.clone();
        // Without its checksum, which stands behind it.
        other[title] = b'b';
        let (one, other) = (Message::from_tnef(&bytes).unwrap(), Message::from_tnef(&other).unwrap());
        let found = lines(&one, &other);
        assert_eq!(found, ["~ attachment[0] > attAttachTitle: \"a.txt\" -> \"b.txt\""]);
    }

    #[test]
    fn bodies_are_compared_as_what_they_say() {
        let rtf = |text: &[u8], mode| PropValue::Binary(lzfu::compress(text, mode).unwrap().into());
        let text = b"{\\rtf1 abc abc abc abc abd abd abd}";
        let (mut one, mut other) = (Message::new("IPM.Note"), Message::new("IPM.Note"));
        one.properties.set(tags::RTF_COMPRESSED, rtf(text, lzfu::Mode::Reference));
        other.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(lzfu::store(text).unwrap().into()));
        assert_eq!(lines(&one, &other), Vec::<String>::new());
        other.properties.set(tags::RTF_COMPRESSED, rtf(b"{\\rtf1 abc abc xyz}", lzfu::Mode::Reference));
        let expected =
            "~ PidTagRtfCompressed: 35 bytes, from byte 15 \"abc abc abd abd abd}\" -> 19 bytes, from byte 15 \"xyz}\"";
        assert_eq!(lines(&one, &other), [expected]);
    }

    #[test]
    fn differences_say_where_and_what() {
        let one = message();
        let mut other = message();
        other.properties.set(tags::SUBJECT, "two\n");
        other.properties.set(tags::IMPORTANCE, PropValue::Integer32(2));
        other.recipients.remove(0);
        other.recipients[0].properties.set(tags::DISPLAY_NAME, "Joseph");
        other.attachments[0].content = Content::Bytes(b"abd".into());
        if let Content::Message(inner) = &mut other.attachments[1].content {
            inner.properties.set(tags::SUBJECT, "inner");
        }
        other.attachments.push(Attachment::from_bytes("b.bin", vec![0; 3000]));
        assert_eq!(
            lines(&one, &other),
            [
                "~ PidTagSubject: \"one\" -> \"two\\n\"",
                "+ PidTagImportance: 2",
                "- recipient[0]: To: Jane <jane@example.com>",
                "~ recipient[1] > PidTagDisplayName: \"Joe\" -> \"Joseph\"",
                "~ attachment[0] > contents: 3 bytes (the first 2 are equal) -> 3 bytes",
                "+ attachment[1] > message > PidTagSubject: \"inner\"",
                "+ attachment[2]: \"b.bin\" 2.9 KiB (3000 bytes)",
            ]
        );
        let long = |tail: &str| {
            let mut message = Message::new("IPM.Note");
            message.properties.set(tags::BODY, format!("{}{tail}", "x".repeat(100)).as_str());
            message
        };
        assert_eq!(
            lines(&long("a"), &long("b")),
            ["~ PidTagBody: 101 bytes, from byte 100 \"a\" -> 101 bytes, from byte 100 \"b\""]
        );
    }
}
