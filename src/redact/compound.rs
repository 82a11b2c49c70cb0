//! Compound files in their place: Outlook messages, property by property; OLE objects and documents, stream by stream. What belongs to no
//! stream, in sectors that are not in use and behind the ends of streams, becomes zeros.

use std::ops::Range;

use crate::base::wire::Wire;
use crate::base::{CodePage, Offset};
use crate::mapi::{NameKind, PropId, PropTag, PropType, PropValue, String8, Utf16, dictionary, tags};
use crate::message::{Content, Message};
use crate::msg::{CompoundFile, Entry, MsgReader, Name, NameEntry, Owner, unused_bytes};

use super::slots::{self, Encoding};
use super::words::{is_known, words};
use super::{Treatment, Work, treatment};

/// Words in names of storages and streams that programs give.
const NAMES: &str = "\
attachdesc attachment attachpres attachstg bindata bodytext book catalog compobj contents current currentuser data dataspaces dir \
docinfo documentsummaryinformation dsig embeddings encryptedpackage encryptioninfo equation escher escherdelaystm escherstm fileheader \
hwpsummaryinformation info item list macros mailattachment mailstream mbd module msodatastore native objectpool objinfo ole ole10native olepres package \
pictures prjpics project projectlk projectwm properties prvimage prvtext quill quillsub srp storage summaryinformation table thisworkbook user \
vba visiodocument visioinformation worddocument workbook xcb";

/// What a storage is, and the message that it is or is a part of.
#[derive(Debug, Clone, Copy)]
enum Holds<'m> {
    Message(Owner, Option<&'m Message<'m>>),
    /// A recipient, or an attachment with a message in it.
    Part(Option<&'m Message<'m>>),
    /// Streams of another program.
    Other,
}

/// A storage that is still to be gone through.
struct Due<'m> {
    index: usize,
    holds: Holds<'m>,
    page: CodePage,
    html_page: Option<CodePage>,
}

/// A compound file that is being redacted.
struct Container<'c, 'a> {
    file: &'c CompoundFile<'a>,
    /// Where it starts in the output.
    offset: Offset,
    /// How many bytes of streams may still be read: those of a crafted file may share their sectors.
    budget: u64,
}

impl Container<'_, '_> {
    fn read(&mut self, entry: &Entry<'_>) -> Vec<u8> {
        self.file.read_within(entry, &mut self.budget).bytes.into_owned()
    }

    /// Puts bytes where a stream stands.
    fn write(&self, entry: &Entry<'_>, bytes: &[u8], out: &mut [u8]) {
        let (size, places) = self.file.pieces(entry, bytes.len());
        for (piece, place) in bytes.chunks(size.max(1)).zip(places) {
            let to = (self.offset + Offset::from(place)).index();
            if let Some(to) = out.get_mut(to..).and_then(|rest| rest.get_mut(..piece.len())) {
                to.copy_from_slice(piece);
            }
        }
    }
}

impl Work<'_> {
    /// A compound file at an offset; whether it could be read.
    pub(super) fn compound(&mut self, input: &[u8], offset: Offset, page: CodePage, depth: usize) -> bool {
        /// In a sound file no stream is longer than the file, and each is read once.
        const OVERLAP: u64 = 4;
        let deeper = depth.saturating_add(1);
        if deeper > self.options.limits.depth {
            return false;
        }
        let Ok(file) = CompoundFile::open(input) else { return false };
        let reader = MsgReader::open(input).ok();
        let message = reader.as_ref().and_then(|_| Message::read(input, self.options).ok());
        self.blank(&file, input, offset);
        let mut container = Container { file: &file, offset, budget: Offset::of(input).get().saturating_mul(OVERLAP) };
        let (holds, page, html_page) = match &message {
            Some(message) => {
                let html_page = message.properties.page(tags::INTERNET_CODEPAGE);
                (Holds::Message(Owner::Message, Some(message)), message.code_page(), html_page)
            }
            None => (Holds::Other, page, None),
        };
        let around = self.html_page;
        let mut open = vec![Due { index: 0, holds, page, html_page }];
        while let Some(due) = open.pop() {
            let Some(storage) = file.entries().get(due.index) else { continue };
            self.html_page = due.html_page;
            let children: Vec<&Entry<'_>> = file.children(storage).collect();
            let inner = nested(&children, due.holds);
            for entry in children {
                let name = Name::parse(entry.name_bytes()).filter(|_| !matches!(due.holds, Holds::Other));
                if !entry.is_storage() {
                    self.entry(&mut container, reader.as_ref(), entry, name, &due, deeper);
                    continue;
                }
                let next = |holds| Due { index: entry.index(), holds, page: due.page, html_page: due.html_page };
                open.push(match (name, due.holds) {
                    (Some(Name::Recipient(_)), _) => next(Holds::Part(None)),
                    (Some(Name::Attachment(_)), _) => {
                        next(Holds::Part(inner.iter().find(|(index, _)| *index == entry.index()).and_then(|(_, inner)| *inner)))
                    }
                    (Some(Name::Value(..)), Holds::Part(Some(message))) => Due {
                        index: entry.index(),
                        holds: Holds::Message(Owner::Embedded, Some(message)),
                        page: message.code_page(),
                        html_page: message.properties.page(tags::INTERNET_CODEPAGE),
                    },
                    (Some(Name::NamedProperties), Holds::Message(Owner::Message, _)) => {
                        self.names(&mut container, reader.as_ref(), entry);
                        continue;
                    }
                    (name, _) => {
                        if name.is_none() {
                            self.entry_name(entry, offset);
                        }
                        next(Holds::Other)
                    }
                });
            }
        }
        self.html_page = around;
        true
    }

    /// Makes zeros of all that is no stream, no table and no name.
    fn blank(&mut self, file: &CompoundFile<'_>, input: &[u8], offset: Offset) {
        let mut structure = file.structure();
        structure.sort_by_key(|place| place.start);
        let mut fill = |place: Range<usize>, with: u8| {
            let place = (offset + place.start).index()..(offset + place.end).index();
            self.out.get_mut(place).unwrap_or_default().fill(with);
        };
        let mut end = 0usize;
        for place in structure {
            if place.start > end {
                fill(end..place.start, 0);
            }
            end = end.max(place.end);
        }
        fill(end..input.len().max(end), 0);
        file.left_of_names().into_iter().for_each(|place| fill(place, 0));
        // The number of a sector that is free.
        file.left_of_tables().into_iter().for_each(|place| fill(place, 0xFF));
    }

    /// Redacts bytes by themselves.
    fn apart(&mut self, bytes: Vec<u8>, f: impl FnOnce(&mut Self)) -> Vec<u8> {
        let around = std::mem::replace(&mut self.out, bytes);
        f(self);
        std::mem::replace(&mut self.out, around)
    }

    /// A stream.
    fn entry(
        &mut self,
        container: &mut Container<'_, '_>,
        reader: Option<&MsgReader<'_>>,
        entry: &Entry<'_>,
        name: Option<Name>,
        due: &Due<'_>,
        depth: usize,
    ) {
        let bytes = container.read(entry);
        let page = due.page;
        let done = match (name, due.holds) {
            (Some(Name::Properties), Holds::Message(owner, _)) => self.list_of(bytes, owner),
            (Some(Name::Properties), Holds::Part(_)) => self.list_of(bytes, Owner::Part),
            (Some(Name::Value(tag, index)), _) => {
                let name = reader.filter(|_| tag.id().is_named()).and_then(|reader| reader.name(tag.id()));
                self.msg_value(bytes, tag, index, name, page, depth)
            }
            _ => {
                self.entry_name(entry, container.offset);
                self.apart(bytes.clone(), |work| {
                    work.file(&bytes, Offset::START, "streams of objects and documents", page, depth)
                })
            }
        };
        container.write(entry, &done, &mut self.out);
    }

    /// A list of properties: of each entry the bytes that say nothing.
    fn list_of(&mut self, mut list: Vec<u8>, owner: Owner) -> Vec<u8> {
        for place in unused_bytes(&list.clone(), owner) {
            list.get_mut(place).unwrap_or_default().fill(0);
        }
        list
    }

    /// The value of a property, or one of its values.
    fn msg_value(
        &mut self,
        bytes: Vec<u8>,
        tag: PropTag,
        index: Option<u32>,
        name: Option<&crate::mapi::PropName<'_>>,
        page: CodePage,
        depth: usize,
    ) -> Vec<u8> {
        let shown = dictionary::canonical_name(tag, name).map_or_else(|| tag.to_string(), ToOwned::to_owned);
        let single = tag.prop_type().single();
        let is_lengths = tag.prop_type().is_multiple() && index.is_none();
        if is_lengths || matches!(single, PropType::GUID) || bytes.is_empty() {
            return bytes;
        }
        let source = bytes.clone();
        let value = match single {
            PropType::STRING => PropValue::String(Utf16(source.as_slice().into())),
            PropType::STRING8 => PropValue::String8(String8(source.as_slice().into())),
            _ => PropValue::Binary(source.as_slice().into()),
        };
        let how = match single {
            PropType::OBJECT => Treatment::File,
            _ => treatment(tag, name, &shown),
        };
        self.apart(bytes, |work| work.value(how, &value, &source, Offset::START, &shown, page, depth))
    }

    /// The storage with the names of properties: names that no specification has, and what is between names. The streams by which names
    /// are looked up have sums of these.
    fn names(&mut self, container: &mut Container<'_, '_>, reader: Option<&MsgReader<'_>>, storage: &Entry<'_>) {
        let Some(reader) = reader else { return };
        let children: Vec<&Entry<'_>> = container.file.children(storage).filter(|entry| !entry.is_storage()).collect();
        let find = |wanted: PropTag| {
            children.iter().find(|entry| Name::parse(entry.name_bytes()) == Some(Name::Value(wanted, None))).copied()
        };
        let (strings, entries) = (find(NameEntry::STRINGS), find(NameEntry::ENTRIES));
        let list = entries.map(|entry| container.read(entry)).unwrap_or_default();
        let old = strings.map(|entry| container.read(entry)).unwrap_or_default();
        let mut new = vec![0; old.len()];
        let mut sums: Vec<(u32, u32)> = Vec::new();
        for (id, entry) in (0x8000..=0xFFFEu16).map(PropId).zip(NameEntry::all(&list)) {
            let Some(place) = entry.text(&old) else { continue };
            let length_field = place.start.saturating_sub(4)..place.start;
            for kept in [length_field, place.clone()] {
                let from = old.get(kept.clone()).unwrap_or_default();
                new.get_mut(kept).unwrap_or_default().copy_from_slice(from);
            }
            let name = reader.name(id);
            let is_text = name.is_some_and(|name| matches!(name.kind, NameKind::String(_)));
            if is_text && name.is_some_and(|name| name.canonical_name().is_none()) {
                let text = old.get(place.clone()).unwrap_or_default().to_vec();
                let done = self.apart(text.clone(), |work| {
                    let said = "names of properties that no specification names";
                    work.replace(Offset::START, text.len(), said, |bytes, names| slots::text(bytes, Encoding::Utf16, names));
                });
                sums.push((crate::rtf::lzfu::crc(&text), crate::rtf::lzfu::crc(&done)));
                new.get_mut(place).unwrap_or_default().copy_from_slice(&done);
            }
        }
        sums.sort_unstable();
        for entry in children {
            let name = Name::parse(entry.name_bytes());
            let done = match name {
                Some(Name::Value(NameEntry::STRINGS, None)) => new.clone(),
                Some(Name::Value(tag, None)) => {
                    let mut bytes = container.read(entry);
                    if tag != NameEntry::GUIDS && tag != NameEntry::ENTRIES {
                        for number in bytes.chunks_exact_mut(8).filter_map(|entry| entry.first_chunk_mut::<4>()) {
                            let sum = u32::read_le(*number);
                            let place = sums.partition_point(|(old, _)| *old < sum);
                            if let Some((_, new)) = sums.get(place).filter(|(old, _)| *old == sum) {
                                *number = new.le_bytes();
                            }
                        }
                    }
                    bytes
                }
                _ => {
                    let bytes = container.read(entry);
                    self.apart(bytes.clone(), |work| work.lost(&bytes, Offset::START, CodePage::WINDOWS_1252))
                }
            };
            container.write(entry, &done, &mut self.out);
        }
    }

    /// The name of a storage or stream of another program, unless all programs give it.
    fn entry_name(&mut self, entry: &Entry<'_>, offset: Offset) {
        let name = entry.name();
        let is_own = |word: &str| {
            let stem = word.trim_matches(|c: char| c.is_ascii_digit()).to_lowercase();
            is_known(word) || NAMES.split_ascii_whitespace().any(|known| known == stem)
        };
        if Name::parse(entry.name_bytes()).is_some() || words(&name).all(|(_, word)| is_own(word)) {
            return;
        }
        let said = "names of storages and streams";
        self.replace(offset + Offset::from(entry.offset()), entry.name_bytes().len(), said, |bytes, names| {
            slots::text(bytes, Encoding::Utf16, names);
        });
    }
}

/// The messages in the attachments of a storage, by the number of the entry: attachments stand in the order of their numbers.
fn nested<'m>(children: &[&Entry<'_>], holds: Holds<'m>) -> Vec<(usize, Option<&'m Message<'m>>)> {
    let Holds::Message(_, Some(message)) = holds else { return Vec::new() };
    let mut storages: Vec<(u32, usize)> = Vec::new();
    for entry in children.iter().filter(|entry| entry.is_storage()) {
        if let Some(Name::Attachment(number)) = Name::parse(entry.name_bytes()) {
            storages.push((number, entry.index()));
        }
    }
    storages.sort_by_key(|(number, _)| *number);
    let inner = message.attachments.iter().map(|attachment| match &attachment.content {
        Content::Message(inner) => Some(&**inner),
        _ => None,
    });
    storages.into_iter().map(|(_, index)| index).zip(inner).collect()
}
