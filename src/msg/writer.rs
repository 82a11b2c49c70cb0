//! Properties into the streams of a .msg: lists, values, names.

use std::borrow::Cow;
use std::collections::HashSet;

use uuid::Uuid;

use crate::base::error::{Error, ErrorKind, Result};
use crate::base::output::Emit;
use crate::mapi::{PropName, PropTag, PropType, PropValue};

use super::compound::{CompoundFile, CompoundWriter, StorageId};
use super::name::Name;
use super::named::NamesWriter;
use super::property_list::{Counts, ListEntry, Owner};
use super::value::{self, Place};

/// The class of a .msg.
pub(crate) const MESSAGE_CLASS_ID: Uuid = Uuid::from_u128(0x00020D0B_0000_0000_C000_000000000046);
/// The class of a template, .oft.
pub(crate) const TEMPLATE_CLASS_ID: Uuid = Uuid::from_u128(0x0006F046_0000_0000_C000_000000000046);

/// Readable and writable: what nearly all properties are.
const FLAGS: u32 = 6;
/// PidTagAttachDataObject.
const ATTACHED: PropTag = PropTag(0x3701_000D);
/// PidTagAttachDataBinary.
const ATTACHED_BYTES: PropTag = PropTag(0x3701_0102);

/// A .msg that is being made.
#[derive(Debug)]
pub(crate) struct MsgWriter<'d> {
    compound: CompoundWriter<'d>,
    names: NamesWriter,
}

impl<'d> MsgWriter<'d> {
    pub(crate) fn new(class_id: Uuid) -> Self {
        let mut compound = CompoundWriter::new();
        compound.set_class_id(CompoundWriter::ROOT, class_id);
        MsgWriter { compound, names: NamesWriter::default() }
    }

    /// Adds the storage of a recipient.
    pub(crate) fn recipient(&mut self, message: StorageId, number: u32) -> StorageId {
        self.compound.storage(message, &Name::Recipient(number).text())
    }

    /// Adds the storage of an attachment.
    pub(crate) fn attachment(&mut self, message: StorageId, number: u32) -> StorageId {
        self.compound.storage(message, &Name::Attachment(number).text())
    }

    /// The container, with the names of properties in it.
    pub(crate) fn finish(mut self) -> CompoundWriter<'d> {
        let names = self.compound.storage(CompoundWriter::ROOT, &Name::NamedProperties.text());
        for (tag, bytes) in self.names.finish() {
            self.compound.stream(names, &Name::Value(tag, None).text(), bytes);
        }
        self.compound
    }
}

/// An object that is being made.
#[derive(Debug)]
pub(crate) struct ObjectWriter {
    storage: StorageId,
    list: Vec<u8>,
    seen: HashSet<PropTag>,
}

impl ObjectWriter {
    pub(crate) fn new(storage: StorageId, owner: Owner, counts: Counts) -> Self {
        let mut list = Vec::new();
        counts.emit(owner, &mut list);
        ObjectWriter { storage, list, seen: HashSet::new() }
    }

    fn entry(&mut self, tag: PropTag, value: [u8; 8]) {
        ListEntry { tag, flags: FLAGS, value, offset: 0 }.emit(&mut self.list);
    }

    /// Adds the entry of a value in a stream.
    fn sized(&mut self, tag: PropTag, size: usize, reserved: u8) -> Result<()> {
        let size = u32::try_from(size).map_err(|_| Error::new(ErrorKind::Unencodable, "a property of more than 4 GiB"))?;
        let mut value = Vec::with_capacity(8);
        value.emit_u32(size);
        value.emit_u32(u32::from(reserved));
        self.entry(tag, value.first_chunk().copied().unwrap_or_default());
        Ok(())
    }

    /// Adds a property. Of several with one tag the first counts.
    ///
    /// # Errors
    /// Unencodable if the value is not of the tag's type, or the format has no place for it.
    pub(crate) fn property<'d>(
        &mut self,
        msg: &mut MsgWriter<'d>,
        tag: PropTag,
        name: Option<&PropName<'_>>,
        value: Cow<'d, PropValue<'d>>,
    ) -> Result<()> {
        let prop_type = tag.prop_type();
        let tag = match name {
            Some(name) => PropTag::new(msg.names.id(name)?, prop_type),
            None => tag,
        };
        if !self.seen.insert(tag) {
            return Ok(());
        }
        let mismatch = || Error::new(ErrorKind::Unencodable, format!("value of property {tag} is not of type {prop_type}"));
        let place = value::place(prop_type).ok_or_else(|| {
            Error::new(ErrorKind::Unencodable, format!("type {prop_type} of property {tag} has no place in a .msg"))
        })?;
        let is_of = |value: &PropValue<'_>, wanted: PropType| value.prop_type() == Some(wanted);
        let rows = match (value.as_ref(), prop_type.is_multiple()) {
            (PropValue::Multiple(values), true) if values.iter().all(|value| is_of(value, prop_type.single())) => {
                values.as_slice()
            }
            (PropValue::Multiple(_), _) | (_, true) => return Err(mismatch()),
            (single, false) if is_of(single, prop_type) => std::slice::from_ref(single),
            _ => return Err(mismatch()),
        };
        let stream = |index| Name::Value(tag, index).text();
        match place {
            Place::Entry => {
                let mut bytes = Vec::with_capacity(8);
                rows.iter().try_for_each(|value| value::emit_fixed(&mut bytes, value)).ok_or_else(mismatch)?;
                bytes.resize(8, 0);
                self.entry(tag, bytes.first_chunk().copied().unwrap_or_default());
            }
            Place::Row(_) => {
                let mut bytes = Vec::new();
                rows.iter().try_for_each(|value| value::emit_fixed(&mut bytes, value)).ok_or_else(mismatch)?;
                self.sized(tag, bytes.len(), 0)?;
                msg.compound.stream(self.storage, &stream(None), bytes);
            }
            Place::Streams(width) => {
                let mut lengths = Vec::new();
                for (index, value) in (0u32..).zip(rows) {
                    let mut bytes = value::stream_bytes(value).ok_or_else(mismatch)?.into_owned();
                    match prop_type.single() {
                        PropType::STRING8 => bytes.push(0),
                        PropType::STRING => bytes.extend([0, 0]),
                        _ => {}
                    }
                    lengths.emit_u32(u32::try_from(bytes.len()).map_err(|_| mismatch())?);
                    lengths.extend(std::iter::repeat_n(0, width.saturating_sub(4)));
                    msg.compound.stream(self.storage, &stream(Some(index)), bytes);
                }
                self.sized(tag, lengths.len(), 0)?;
                msg.compound.stream(self.storage, &stream(None), lengths);
            }
            Place::Stream => {
                let bytes = match value {
                    Cow::Borrowed(value) => value::stream_bytes(value).ok_or_else(mismatch)?,
                    Cow::Owned(value) => Cow::Owned(value::stream_bytes(&value).ok_or_else(mismatch)?.into_owned()),
                };
                self.sized(tag, value::declared_size(prop_type, bytes.len()), 0)?;
                msg.compound.stream(self.storage, &stream(None), bytes);
            }
        }
        Ok(())
    }

    /// Adds the bytes of a file.
    pub(crate) fn attached_bytes<'d>(&mut self, msg: &mut MsgWriter<'d>, bytes: &'d [u8]) -> Result<()> {
        self.sized(ATTACHED_BYTES, bytes.len(), 0)?;
        msg.compound.stream(self.storage, &Name::Value(ATTACHED_BYTES, None).text(), bytes);
        Ok(())
    }

    /// Adds a file whose bytes come when it is written.
    pub(crate) fn attached_later(&mut self, msg: &mut MsgWriter<'_>, length: u64) -> Result<()> {
        self.sized(ATTACHED_BYTES, usize::try_from(length).unwrap_or(usize::MAX), 0)?;
        msg.compound.deferred(self.storage, &Name::Value(ATTACHED_BYTES, None).text(), length);
        Ok(())
    }

    /// Adds the storage of an embedded message.
    pub(crate) fn attached_message(&mut self, msg: &mut MsgWriter<'_>) -> Result<StorageId> {
        self.attached_storage(msg, 1)
    }

    /// Adds an OLE object; returns whether it is a compound file. Other bytes have no place in a storage.
    pub(crate) fn attached_object<'d>(&mut self, msg: &mut MsgWriter<'d>, compound_file: &'d [u8]) -> Result<bool> {
        let Ok(file) = CompoundFile::open(compound_file) else { return Ok(false) };
        let storage = self.attached_storage(msg, 4)?;
        msg.compound.copy(storage, &file, file.root());
        Ok(true)
    }

    /// Adds another object: interface id and data.
    pub(crate) fn attached_other<'d>(&mut self, msg: &mut MsgWriter<'d>, object: PropValue<'d>) -> Result<()> {
        self.property(msg, ATTACHED, None, Cow::Owned(object))
    }

    fn attached_storage(&mut self, msg: &mut MsgWriter<'_>, kind: u8) -> Result<StorageId> {
        self.sized(ATTACHED, usize::try_from(u32::MAX).unwrap_or(usize::MAX), kind)?;
        Ok(msg.compound.storage(self.storage, &Name::Value(ATTACHED, None).text()))
    }

    /// Adds the list.
    pub(crate) fn finish(self, msg: &mut MsgWriter<'_>) {
        msg.compound.stream(self.storage, &Name::Properties.text(), self.list);
    }
}
