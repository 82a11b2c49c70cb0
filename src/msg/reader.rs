//! The view of a .msg: objects, the properties of each with what is wrong with them, and the objects within.
//!
//! The streams that are there decide, not what a list says of them: a value whose stream no list names is handed out all the same.

use std::borrow::Cow;
use std::cell::Cell;

use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{le_u32, length, peek};
use crate::base::{Bytes, Offset};
use crate::mapi::{NameKind, Object, PropId, PropName, PropTag, PropType, PropValue};
use uuid::Uuid;

use super::compound::{CompoundFile, CompoundWriter, Entry, SIGNATURE, StreamData};
use super::fault::{Kind, MsgFault};
use super::name::Name;
use super::named::{ENTRIES, GUIDS, Names, STRINGS};
use super::property_list::{Counts, ListEntry, Owner};
use super::value::{self, Place};

/// PidTagAttachDataObject, which is a storage where it is a message or an OLE object.
const ATTACHED: PropTag = PropTag(0x3701_000D);
/// PidTagAttachDataBinary.
const ATTACHED_BYTES: PropTag = PropTag(0x3701_0102);

/// A .msg.
#[derive(Debug)]
pub struct MsgReader<'a> {
    file: CompoundFile<'a>,
    names: Names,
    /// How many bytes of streams may still be read: many streams of a crafted file may claim the same sectors.
    budget: Cell<u64>,
}

/// How many times its own length a file may have in streams. In a sound one no stream is longer than the file, and each is read once.
const OVERLAP: u64 = 4;

impl<'a> MsgReader<'a> {
    /// Opens a .msg.
    ///
    /// # Errors
    /// Malformed if the input is no compound file, or another one: a .doc, say.
    pub fn open(input: &'a [u8]) -> Result<Self> {
        let file = CompoundFile::open(input)?;
        let mut reader =
            MsgReader { budget: Cell::new(file.input_length().saturating_mul(OVERLAP)), file, names: Names::default() };
        let is = |entry: &Entry<'_>| Name::parse(entry.name_bytes());
        let root = reader.file.root();
        let parts = reader.file.children(root).filter_map(is);
        if !parts.into_iter().any(|name| matches!(name, Name::Properties | Name::Value(_, None))) {
            return Err(Error::malformed(Code::MsgNotAMessage, 0, not_a_message(&reader.file)));
        }
        let names = reader.file.children(root).find(|entry| is(entry) == Some(Name::NamedProperties));
        if let Some(names) = names {
            let stream = |wanted: PropTag| {
                let found = reader.file.children(names).find(|entry| is(entry) == Some(Name::Value(wanted, None)));
                found.map(|entry| reader.read(entry).bytes).unwrap_or_default()
            };
            reader.names = Names::parse(&stream(GUIDS), &stream(ENTRIES), &stream(STRINGS));
        }
        Ok(reader)
    }

    /// Returns whether an input starts as a .msg does, and as other compound files do.
    #[must_use]
    pub fn is_compound(input: &[u8]) -> bool {
        input.starts_with(&SIGNATURE)
    }

    /// The container.
    #[must_use]
    pub fn compound_file(&self) -> &CompoundFile<'a> {
        &self.file
    }

    /// Returns the name of a named property; `None` if it is missing or damaged.
    pub(crate) fn name(&self, id: PropId) -> Option<&PropName<'static>> {
        self.names.get(id)
    }

    /// Returns whether it is a template (.oft).
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.file.root().class_id() == super::writer::TEMPLATE_CLASS_ID
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> MsgObject<'_, 'a> {
        MsgObject::new(self, self.file.root(), Owner::Message)
    }

    fn read(&self, entry: &Entry<'_>) -> StreamData<'a> {
        let mut budget = self.budget.get();
        let data = self.file.read_within(entry, &mut budget);
        self.budget.set(budget);
        data
    }
}

/// What a compound file is that is no .msg.
fn not_a_message(file: &CompoundFile<'_>) -> String {
    const KNOWN: [(&str, &str); 13] = [
        ("WordDocument", "a Word document (.doc)"),
        ("Workbook", "an Excel workbook (.xls)"),
        ("Book", "an Excel workbook (.xls)"),
        ("PowerPoint Document", "a PowerPoint presentation (.ppt)"),
        ("VisioDocument", "a Visio drawing (.vsd)"),
        ("Catalog", "a cache of pictures (Thumbs.db)"),
        ("Props9", "a Project plan (.mpp)"),
        ("EncryptedPackage", "an encrypted Office document"),
        ("Quill", "a Publisher document (.pub)"),
        ("\u{5}HwpSummaryInformation", "a Hangul document (.hwp)"),
        ("\u{4840}\u{3F7F}\u{4164}\u{422F}\u{4836}", "a Windows Installer package (.msi)"),
        ("\u{1}Ole10Native", "an OLE object"),
        ("\u{1}CompObj", "an OLE object"),
    ];
    let names: Vec<String> = file.children(file.root()).map(Entry::name).collect();
    let known = KNOWN.iter().find(|(name, _)| names.iter().any(|found| found.eq_ignore_ascii_case(name)));
    match known {
        Some((_, what)) => format!("is no Outlook message but {what}"),
        None if names.is_empty() => "is a compound file (OLE) with nothing in it".to_owned(),
        None => "is a compound file (OLE) but no Outlook message".to_owned(),
    }
}

/// A message, a recipient or an attachment.
#[derive(Debug)]
pub struct MsgObject<'r, 'a> {
    reader: &'r MsgReader<'a>,
    storage: &'r Entry<'a>,
    owner: Owner,
    list: Option<StreamData<'a>>,
    /// Where the pieces of the list stand, and how long each is, if they do not follow each other.
    pieces: Option<(usize, Vec<u64>)>,
    /// Sorted by tag and number.
    values: Vec<(PropTag, Option<u32>, &'r Entry<'a>)>,
    recipients: Vec<(u32, &'r Entry<'a>)>,
    attachments: Vec<(u32, &'r Entry<'a>)>,
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MsgProperty<'a> {
    /// Its tag.
    pub tag: PropTag,
    /// The name of a named property. Where it is missing or damaged, the id in a property set of zeros.
    pub name: Option<PropName<'a>>,
    /// Its value; `None` if nothing of it is there.
    pub value: Option<PropValue<'a>>,
    /// Place where its entry stands in the file, or its stream if there is no entry.
    pub offset: u64,
    /// Faults of it.
    pub faults: Vec<MsgFault>,
}

/// Contents of an attachment.
#[derive(Debug)]
#[non_exhaustive]
pub enum MsgContent<'r, 'a> {
    /// Nothing.
    None,
    /// A file.
    Bytes(StreamData<'a>),
    /// A message.
    Message(Box<MsgObject<'r, 'a>>),
    /// An OLE object: the storage.
    Storage(&'r Entry<'a>),
    /// Another object.
    Object(Object<'a>),
}

impl<'r, 'a> MsgObject<'r, 'a> {
    fn new(reader: &'r MsgReader<'a>, storage: &'r Entry<'a>, owner: Owner) -> Self {
        let mut object = MsgObject {
            reader,
            storage,
            owner,
            list: None,
            pieces: None,
            values: Vec::new(),
            recipients: Vec::new(),
            attachments: Vec::new(),
        };
        for entry in reader.file.children(storage) {
            match Name::parse(entry.name_bytes()) {
                Some(Name::Properties) if !entry.is_storage() && object.list.is_none() => {
                    let list = reader.read(entry);
                    let is_copied = matches!(list.bytes, Cow::Owned(_));
                    object.pieces = is_copied.then(|| reader.file.pieces(entry, list.bytes.len()));
                    object.list = Some(list);
                }
                Some(Name::Value(tag, index)) => object.values.push((tag, index, entry)),
                Some(Name::Recipient(index)) if entry.is_storage() => object.recipients.push((index, entry)),
                Some(Name::Attachment(index)) if entry.is_storage() => object.attachments.push((index, entry)),
                _ => {}
            }
        }
        // Sorting keeps those of one name in their order, of which the first counts.
        object.values.sort_by_key(|(tag, index, _)| (*tag, *index));
        object.recipients.sort_by_key(|(index, _)| *index);
        object.attachments.sort_by_key(|(index, _)| *index);
        object
    }

    /// Returns whose object it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Its storage.
    #[must_use]
    pub fn storage(&self) -> &'r Entry<'a> {
        self.storage
    }

    /// Returns whether there is a list of its properties, and it is whole.
    #[must_use]
    pub fn has_list(&self) -> bool {
        self.list.as_ref().is_some_and(|list| list.is_whole)
    }

    /// Returns whether its storage holds nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.has_list() && self.reader.compound_file().children(self.storage()).next().is_none()
    }

    /// Returns what a message says about its recipients and attachments.
    #[must_use]
    pub fn counts(&self) -> Option<Counts> {
        Counts::parse(&self.list.as_ref()?.bytes).filter(|_| self.owner != Owner::Part)
    }

    /// Its recipients, with the numbers of their storages.
    pub fn recipients(&self) -> impl ExactSizeIterator<Item = (u32, MsgObject<'r, 'a>)> + '_ {
        self.recipients.iter().map(|(index, entry)| (*index, MsgObject::new(self.reader, entry, Owner::Part)))
    }

    /// Its attachments, with the numbers of their storages.
    pub fn attachments(&self) -> impl ExactSizeIterator<Item = (u32, MsgObject<'r, 'a>)> + '_ {
        self.attachments.iter().map(|(index, entry)| (*index, MsgObject::new(self.reader, entry, Owner::Part)))
    }

    /// The stream or storage of a value.
    fn value_entry(&self, tag: PropTag, index: Option<u32>) -> Option<&'r Entry<'a>> {
        let place = self.values.partition_point(|(found, number, _)| (*found, *number) < (tag, index));
        self.values.get(place).filter(|(found, number, _)| (*found, *number) == (tag, index)).map(|(_, _, entry)| *entry)
    }

    /// Returns what an attachment holds.
    #[must_use]
    pub fn content(&self) -> MsgContent<'r, 'a> {
        if let Some(entry) = self.value_entry(ATTACHED, None) {
            if !entry.is_storage() {
                let object = value::whole(PropType::OBJECT, self.reader.read(entry).bytes.into());
                if let Some(PropValue::Object(object)) = object {
                    return MsgContent::Object(object);
                }
            }
            let message = MsgObject::new(self.reader, entry, Owner::Embedded);
            return if message.list.is_some() { MsgContent::Message(Box::new(message)) } else { MsgContent::Storage(entry) };
        }
        match self.value_entry(ATTACHED_BYTES, None).filter(|entry| !entry.is_storage()) {
            Some(entry) => MsgContent::Bytes(self.reader.read(entry)),
            None => MsgContent::None,
        }
    }

    /// The storage of an embedded message or OLE object.
    pub(crate) fn embedded_storage(&self) -> Option<&'r Entry<'a>> {
        self.value_entry(ATTACHED, None)
    }

    /// The contents of a storage as a compound file of its own, and whether all of it could be read.
    ///
    /// # Errors
    /// Unencodable if names in it are such as no compound file has.
    pub fn storage_file(&self, storage: &Entry<'a>) -> Result<(Vec<u8>, bool)> {
        let mut writer = CompoundWriter::new();
        let mut budget = self.reader.budget.get();
        let is_whole = writer.copy_within(CompoundWriter::ROOT, &self.reader.file, storage, &mut budget);
        self.reader.budget.set(budget);
        let bytes = writer.to_bytes()?;
        Ok((bytes, is_whole))
    }

    /// Its properties: those of the list in their order, then those that only have a stream. What an attachment holds is not among them.
    pub fn properties(&self) -> impl Iterator<Item = MsgProperty<'a>> + '_ {
        let list = self.list.as_ref().map(|list| list.bytes.as_ref()).unwrap_or_default();
        let start = self.list.as_ref().map_or(0, |list| list.offset);
        let (entries, _) = ListEntry::all(list, self.owner);
        let listed: Vec<ListEntry> = entries.collect();
        let mut tags: Vec<PropTag> = listed.iter().map(|entry| entry.tag).collect();
        tags.sort_unstable();
        let is_content = |tag: PropTag| self.owner == Owner::Part && (tag == ATTACHED || tag == ATTACHED_BYTES);
        let unlisted = self.values.iter().filter(move |(tag, index, entry)| {
            index.is_none() && !entry.is_storage() && !is_content(*tag) && tags.binary_search(tag).is_err()
        });
        let listed = listed.into_iter().filter(move |entry| !is_content(entry.tag));
        let place = move |at: usize| match &self.pieces {
            None => (Offset::from(start) + at).get(),
            Some((size, places)) => {
                let piece = at.checked_div(*size).and_then(|piece| places.get(piece)).copied().unwrap_or_default();
                (Offset::from(piece) + at.checked_rem(*size).unwrap_or_default()).get()
            }
        };
        let listed = listed.map(move |entry| self.property(&entry, place(entry.offset)));
        listed.chain(unlisted.map(|(tag, _, entry)| self.unlisted(*tag, entry)))
    }

    /// How many bytes follow the last property of the list.
    pub(crate) fn rest_of_list(&self) -> usize {
        self.list.as_ref().map_or(0, |list| ListEntry::all(&list.bytes, self.owner).1)
    }

    fn property(&self, entry: &ListEntry, offset: u64) -> MsgProperty<'a> {
        let tag = entry.tag;
        let mut faults = Vec::new();
        let value = match value::place(tag.prop_type()) {
            None => {
                faults.push(MsgFault::new(tag, Kind::UnknownType));
                None
            }
            Some(Place::Entry) => value::fixed(tag.prop_type(), &entry.value),
            Some(place) => self.streamed(tag, place, self.value_entry(tag, None), Some(&entry.value), &mut faults),
        };
        MsgProperty { tag, name: self.name(tag, &mut faults), value, offset, faults }
    }

    fn unlisted(&self, tag: PropTag, entry: &Entry<'a>) -> MsgProperty<'a> {
        let mut faults = vec![MsgFault::new(tag, Kind::Unlisted)];
        let value = match value::place(tag.prop_type()) {
            None | Some(Place::Entry) => None,
            Some(place) => self.streamed(tag, place, Some(entry), None, &mut faults),
        };
        MsgProperty { tag, name: self.name(tag, &mut faults), value, offset: entry.offset(), faults }
    }

    fn name(&self, tag: PropTag, faults: &mut Vec<MsgFault>) -> Option<PropName<'a>> {
        let id = tag.id();
        if !id.is_named() {
            return None;
        }
        Some(self.reader.names.get(id).cloned().unwrap_or_else(|| {
            faults.push(MsgFault::new(tag, Kind::NoName));
            PropName { set: Uuid::nil(), kind: NameKind::Lid(u32::from(id.0)) }
        }))
    }

    /// A value that is not in the list but in `entry`.
    fn streamed(
        &self,
        tag: PropTag,
        place: Place,
        entry: Option<&Entry<'a>>,
        declared: Option<&[u8; 8]>,
        faults: &mut Vec<MsgFault>,
    ) -> Option<PropValue<'a>> {
        let prop_type = tag.prop_type();
        let declared = declared.and_then(|value| peek(le_u32, value));
        let Some(entry) = entry else {
            // Text that is empty needs no stream.
            if declared.is_some_and(|size| size <= 2) && prop_type.is_string() && !prop_type.is_multiple() {
                return value::whole(prop_type, Bytes::default());
            }
            faults.push(MsgFault::new(tag, Kind::NoStream));
            return None;
        };
        if entry.is_storage() {
            let (bytes, is_whole) = self.storage_file(entry).ok()?;
            if !is_whole {
                faults.push(MsgFault::new(tag, Kind::PartOfStorage));
            }
            return Some(PropValue::Object(Object { interface: Some(Object::ISTORAGE), data: bytes.into() }));
        }
        let data = self.reader.read(entry);
        let mut cut = |data: &StreamData<'_>, entry: &Entry<'_>| {
            if !data.is_whole {
                faults.push(MsgFault::new(tag, Kind::Cut { found: data.bytes.len(), length: entry.length() }));
            }
        };
        cut(&data, entry);
        match place {
            Place::Entry => None,
            Place::Stream => {
                let found = data.bytes.len();
                let is_right =
                    |size: usize| size == value::declared_size(prop_type, found) || prop_type.is_string() && size == found;
                if data.is_whole && prop_type != PropType::OBJECT && declared.is_some_and(|size| !is_right(length(size))) {
                    faults.push(MsgFault::new(tag, Kind::Size { found, declared: declared.unwrap_or_default() }));
                }
                value::whole(prop_type, data.bytes.into())
            }
            Place::Row(size) => {
                let values = data.bytes.chunks_exact(size).filter_map(|value| value::fixed(prop_type.single(), value));
                Some(PropValue::Multiple(values.collect()))
            }
            Place::Streams(size) => {
                let count = data.bytes.len().checked_div(size).unwrap_or_default();
                // The streams that there are, which may be fewer than the lengths.
                let first = self.values.partition_point(|(found, number, _)| (*found, *number) < (tag, Some(0)));
                let streams = self.values.get(first..).unwrap_or_default().iter().take_while(|(found, _, _)| *found == tag);
                let mut values = Vec::new();
                for (_, number, entry) in streams {
                    let number = number.map_or(usize::MAX, length);
                    if number >= count || entry.is_storage() || number < values.len() {
                        continue;
                    }
                    if number > values.len() {
                        break;
                    }
                    let data = self.reader.read(entry);
                    cut(&data, entry);
                    values.extend(value::whole(prop_type.single(), data.bytes.into()));
                }
                if values.len() < count {
                    faults.push(MsgFault::new(tag, Kind::Values { count, found: values.len() }));
                }
                Some(PropValue::Multiple(values))
            }
        }
    }
}
