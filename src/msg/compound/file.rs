//! Reading: entries by the storage that they are in, streams as bytes.
//!
//! Every sector chain and every tree is walked by what is there, never by what is declared: a chain ends where it comes back, a tree
//! visits each entry once. What does not fit is a [`Fault`] and not an error.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::len64;
use crate::base::{Offset, steps};

use super::entry::{self, Entry, EntryKind};
use super::header::{CUTOFF, END_OF_CHAIN, FREE, Header, MAX_SECTOR, MINI_SHIFT};
use super::sectors::{Broken, Sectors, Table};

/// Something that is wrong with a compound file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Kind of the defect.
    pub code: Code,
    /// Offset in the file.
    pub offset: u64,
    /// Finding, in words.
    pub detail: String,
}

/// The bytes of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamData<'a> {
    /// Bytes that are there: borrowed if its sectors follow each other.
    pub bytes: Cow<'a, [u8]>,
    /// Place where its first byte stands in the file; 0 of an empty one.
    pub offset: u64,
    /// Says whether all of it is there.
    pub is_whole: bool,
}

/// A compound file: storages, and streams in them.
///
/// ```
/// use winmail::msg::{CompoundFile, CompoundWriter};
///
/// let mut writer = CompoundWriter::new();
/// writer.stream(CompoundWriter::ROOT, "CONTENTS", b"abc");
/// let bytes = writer.to_bytes()?;
/// let file = CompoundFile::open(&bytes)?;
/// let stream = file.children(file.root()).next().unwrap();
/// assert_eq!(stream.name(), "CONTENTS");
/// assert_eq!(file.read(stream).bytes.as_ref(), b"abc");
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompoundFile<'a> {
    pub(super) sectors: Sectors<'a>,
    version: u16,
    pub(super) fat: Table,
    pub(super) mini_fat: Table,
    /// The sectors of the mini stream.
    pub(super) mini: Vec<u32>,
    pub(super) entries: Vec<Entry<'a>>,
    /// The entries of all storages, each storage's together and in order.
    pub(super) order: Vec<usize>,
    /// Of each entry, where its children stand in `order`.
    children: Vec<Range<usize>>,
    faults: Vec<Fault>,
}

impl<'a> CompoundFile<'a> {
    /// Reads header, tables and directory.
    ///
    /// # Errors
    /// Malformed if the input does not start as a compound file does, or has no directory.
    pub fn open(input: &'a [u8]) -> Result<Self> {
        let refused = |message: &'static str| Error::malformed(Code::CompoundInvalidHeader, 0, message);
        let header = Header::parse(input).ok_or_else(|| refused("no header of a compound file (OLE)"))?;
        let mut faults = Vec::new();
        let shift = match (header.shift, header.version) {
            (9 | 12, _) => u32::from(header.shift),
            (_, 4) => 12,
            _ => 9,
        };
        if (u32::from(header.shift), header.mini_shift, header.cutoff) != (shift, 6, 4096) || !matches!(header.version, 3 | 4) {
            let detail = format!(
                "version {}, sectors of 2^{} and 2^{} bytes, short streams up to {} bytes",
                header.version, header.shift, header.mini_shift, header.cutoff
            );
            faults.push(Fault { code: Code::CompoundInvalidHeader, offset: 24, detail });
        }
        let sectors = Sectors { input, shift };
        let mut broken = |what: &str, offset: u64, broken: Option<Broken>| {
            let Some(broken) = broken else { return };
            let detail = format!("the chain of {what} {}", said(broken));
            faults.push(Fault { code: Code::CompoundBrokenChain, offset, detail });
        };
        let (fat, fault) = Table::fat(sectors, &header);
        broken("the file allocation table", 68, fault);
        let (directory, fault) = sectors.chain(header.first_directory, &fat);
        broken("the directory", 48, fault);
        let mini_fat = if header.first_mini_fat <= MAX_SECTOR {
            let (chain, fault) = sectors.chain(header.first_mini_fat, &fat);
            broken("the mini FAT", 60, fault);
            Table { sectors: chain }
        } else {
            Table::default()
        };
        let mut entries = Vec::new();
        for sector in directory {
            let place = sectors.place(sector).unwrap_or_default();
            for (number, bytes) in sectors.get(sector).unwrap_or_default().chunks_exact(entry::SIZE).enumerate() {
                let offset = (Offset::from(place) + number.saturating_mul(entry::SIZE)).get();
                entries.extend(Entry::parse(bytes, offset, entries.len()));
            }
        }
        let root = entries.first().ok_or_else(|| refused("the compound file (OLE) has no directory"))?;
        let mini = if root.start <= MAX_SECTOR {
            let (chain, fault) = sectors.chain(root.start, &fat);
            broken("short streams", root.offset, fault);
            chain
        } else {
            Vec::new()
        };
        if header.version != 4 {
            // Old writers leave garbage in the high half.
            entries.iter_mut().for_each(|entry| entry.length &= 0xFFFF_FFFF);
        }
        let mut file = CompoundFile {
            sectors,
            version: header.version,
            fat,
            mini_fat,
            mini,
            children: vec![0..0; entries.len()],
            entries,
            order: Vec::new(),
            faults,
        };
        file.sort_entries();
        Ok(file)
    }

    /// Finds which entries each storage has.
    fn sort_entries(&mut self) {
        let mut seen = vec![false; self.entries.len()];
        let mut storages = vec![0usize];
        if let Some(root) = seen.first_mut() {
            *root = true;
        }
        let mut next = 0usize;
        while let Some(storage) = storages.get(next).copied() {
            next = next.saturating_add(1);
            let first = self.order.len();
            let Some(parent) = self.entries.get(storage) else { continue };
            // In order, without recursion: a tree that is a list may be as deep as it has entries.
            let mut open = vec![(parent.child, false)];
            while let Some((number, is_due)) = open.pop() {
                steps::count(1);
                if number == FREE {
                    continue;
                }
                let index = usize::try_from(number).unwrap_or(usize::MAX);
                let Some(entry) = self.entries.get(index) else {
                    let detail = format!("entry {storage} leads to entry {number} of {}", self.entries.len());
                    self.faults.push(Fault { code: Code::CompoundInvalidDirectory, offset: parent.offset, detail });
                    continue;
                };
                if is_due {
                    match entry.kind {
                        EntryKind::Storage => storages.push(index),
                        EntryKind::Stream => {}
                        _ => {
                            let detail = format!("entry {number} is neither storage nor stream");
                            self.faults.push(Fault { code: Code::CompoundInvalidDirectory, offset: entry.offset, detail });
                            continue;
                        }
                    }
                    if !entry.name_is_sound {
                        let detail = format!("the name of entry {number} has an impossible length");
                        self.faults.push(Fault { code: Code::CompoundInvalidDirectory, offset: entry.offset, detail });
                    }
                    self.order.push(index);
                    continue;
                }
                match seen.get_mut(index) {
                    Some(seen) if !*seen => *seen = true,
                    _ => {
                        let detail = format!("entry {number} stands twice in the tree");
                        self.faults.push(Fault { code: Code::CompoundInvalidDirectory, offset: entry.offset, detail });
                        continue;
                    }
                }
                open.push((entry.right, false));
                open.push((number, true));
                open.push((entry.left, false));
            }
            if let Some(range) = self.children.get_mut(storage) {
                *range = first..self.order.len();
            }
        }
        let is_lost = |entry: &&Entry<'_>| !matches!(entry.kind, EntryKind::Free) && seen.get(entry.index) == Some(&false);
        let lost: Vec<&Entry<'_>> = self.entries.iter().filter(is_lost).collect();
        if let Some(first) = lost.first() {
            let detail = format!("{} entries are in no storage, the first is {:?}", lost.len(), first.name());
            self.faults.push(Fault { code: Code::CompoundLostEntry, offset: first.offset, detail });
        }
    }

    /// The major version: 3, or 4 with sectors of 4,096 bytes.
    #[must_use]
    pub fn version(&self) -> u16 {
        self.version
    }

    /// Returns what is wrong with header, tables and directory.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The outermost storage.
    #[must_use]
    pub fn root(&self) -> &Entry<'a> {
        // There is one, or the file would not have been opened.
        self.entries.first().unwrap_or(const { &EMPTY })
    }

    /// The entries of a storage, in the order of the tree.
    pub fn children(&self, storage: &Entry<'_>) -> impl Iterator<Item = &Entry<'a>> {
        let range = self.children.get(storage.index).cloned().unwrap_or_default();
        steps::count(range.len());
        self.order.get(range).unwrap_or_default().iter().filter_map(|index| self.entries.get(*index))
    }

    /// The length of the file.
    pub(crate) fn input_length(&self) -> u64 {
        len64(self.sectors.input)
    }

    /// Reads a stream. A storage has no bytes.
    #[must_use]
    pub fn read(&self, entry: &Entry<'_>) -> StreamData<'a> {
        // A chain that loops ends with the declared length, and after so many bytes as the file has.
        self.read_within(entry, &mut self.input_length())
    }

    /// Reads a stream, but no more than `budget` bytes, and takes off what was read: many streams may claim the same sectors.
    pub(crate) fn read_within(&self, entry: &Entry<'_>, budget: &mut u64) -> StreamData<'a> {
        let wanted = if entry.kind == EntryKind::Stream { entry.length } else { 0 };
        let is_short = wanted < CUTOFF;
        let size = if is_short { 1usize << MINI_SHIFT } else { self.sectors.size() };
        let input = self.sectors.input;
        let mut left = Offset::from(wanted.min(*budget)).index();
        let mut sector = entry.start;
        let mut offset = None;
        let mut run = 0..0;
        let mut copied: Vec<u8> = Vec::new();
        while left > 0 && sector <= MAX_SECTOR {
            let place = if is_short { self.mini_place(sector) } else { self.sectors.place(sector) };
            let Some(place) = place else { break };
            let end = place.saturating_add(size.min(left)).min(input.len());
            offset.get_or_insert(place);
            if place == run.end {
                run.end = end;
            } else {
                copied.extend_from_slice(input.get(run.clone()).unwrap_or_default());
                run = place..end;
            }
            let taken = end.saturating_sub(place);
            left = left.saturating_sub(taken);
            if left > 0 && taken < size {
                break;
            }
            sector = if is_short { self.mini_fat.next(self.sectors, sector) } else { self.fat.next(self.sectors, sector) };
        }
        let last = input.get(run).unwrap_or_default();
        let bytes = if copied.is_empty() {
            Cow::Borrowed(last)
        } else {
            copied.extend_from_slice(last);
            Cow::Owned(copied)
        };
        *budget = budget.saturating_sub(len64(&bytes));
        StreamData { is_whole: len64(&bytes) == wanted, offset: Offset::from(offset.unwrap_or_default()).get(), bytes }
    }

    /// Where the pieces of a stream stand in the file, of which `length` bytes were read, and how long each is.
    pub(crate) fn pieces(&self, entry: &Entry<'_>, length: usize) -> (usize, Vec<u64>) {
        let is_short = entry.length < CUTOFF;
        let size = if is_short { 1usize << MINI_SHIFT } else { self.sectors.size() };
        let table = if is_short { &self.mini_fat } else { &self.fat };
        let mut sector = entry.start;
        let mut places = Vec::new();
        for _ in 0..length.div_ceil(size) {
            let place = if is_short { self.mini_place(sector) } else { self.sectors.place(sector) };
            places.push(Offset::from(place.unwrap_or_default()).get());
            sector = table.next(self.sectors, sector);
        }
        (size, places)
    }

    /// Where a sector of the mini stream starts in the file.
    fn mini_place(&self, sector: u32) -> Option<usize> {
        let place = Offset::from(sector) * (1 << MINI_SHIFT);
        let holder = self.mini.get(place.index().checked_shr(self.sectors.shift)?)?;
        let within = place.index() & self.sectors.size().saturating_sub(1);
        self.sectors.place(*holder)?.checked_add(within).filter(|place| *place < self.sectors.input.len())
    }
}

const EMPTY: Entry<'static> = Entry {
    name: &[],
    name_is_sound: true,
    kind: EntryKind::Root,
    left: FREE,
    right: FREE,
    child: FREE,
    class_id: uuid::Uuid::nil(),
    start: END_OF_CHAIN,
    length: 0,
    offset: 0,
    index: usize::MAX,
};

fn said(broken: Broken) -> String {
    match broken {
        Broken::Loop => "comes back to where it was".to_owned(),
        Broken::Outside(sector) => format!("leads to sector 0x{sector:x}, which is not there"),
    }
}
