//! Writing: all sizes are known before the first byte, so that a file goes out in one pass.
//!
//! The order is fixed: header, FAT, DIFAT, directory, mini FAT, mini stream, and then the streams of 4,096 bytes and more in the order in
//! which they were added. Times are zero, and so is every byte that holds nothing, so that the same contents give the same file.

use std::borrow::Cow;
use std::io::{Read, Write};

use uuid::Uuid;

use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::len64;
use crate::base::output::Emit;

use super::entry::{self, EntryKind, NAME_MAX, Record, compare, units};
use super::file::CompoundFile;
use super::header::{CUTOFF, DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR, FREE, Header, IN_HEADER, MAX_SECTOR, MINI_SHIFT};

/// A storage of a file that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StorageId(usize);

/// What a node holds.
#[derive(Debug, Clone)]
enum Data<'d> {
    Storage,
    Bytes(Cow<'d, [u8]>),
    /// So many bytes that are read when it is written.
    Deferred(u64),
}

#[derive(Debug, Clone)]
struct Node<'d> {
    name: Vec<u16>,
    parent: usize,
    class_id: Uuid,
    data: Data<'d>,
}

impl Node<'_> {
    fn length(&self) -> u64 {
        match &self.data {
            Data::Storage => 0,
            Data::Bytes(bytes) => len64(bytes),
            Data::Deferred(length) => *length,
        }
    }

    fn is_stream(&self) -> bool {
        !matches!(self.data, Data::Storage)
    }

    /// Whether it stands in the mini stream.
    fn is_short(&self) -> bool {
        self.is_stream() && (1..CUTOFF).contains(&self.length())
    }

    fn is_long(&self) -> bool {
        self.length() >= CUTOFF
    }
}

/// A compound file that is being made.
#[derive(Debug, Clone)]
pub struct CompoundWriter<'d> {
    nodes: Vec<Node<'d>>,
}

impl Default for CompoundWriter<'_> {
    fn default() -> Self {
        CompoundWriter::new()
    }
}

/// The largest file of version 3 ([MS-CFB] 2.6.1).
const LARGEST_SMALL: u64 = 1 << 31;

impl<'d> CompoundWriter<'d> {
    /// The outermost storage.
    pub const ROOT: StorageId = StorageId(0);

    /// A file with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        let name = "Root Entry".encode_utf16().collect();
        CompoundWriter { nodes: vec![Node { name, parent: usize::MAX, class_id: Uuid::nil(), data: Data::Storage }] }
    }

    /// Says which class a storage is of.
    pub fn set_class_id(&mut self, storage: StorageId, class_id: Uuid) {
        if let Some(node) = self.nodes.get_mut(storage.0) {
            node.class_id = class_id;
        }
    }

    /// Adds a storage.
    pub fn storage(&mut self, parent: StorageId, name: &str) -> StorageId {
        self.add(parent, name.encode_utf16().collect(), Data::Storage)
    }

    /// Adds a stream.
    pub fn stream(&mut self, parent: StorageId, name: &str, bytes: impl Into<Cow<'d, [u8]>>) {
        self.add(parent, name.encode_utf16().collect(), Data::Bytes(bytes.into()));
    }

    /// Adds a stream of `length` bytes that are read when the file is written.
    pub fn deferred(&mut self, parent: StorageId, name: &str, length: u64) {
        self.add(parent, name.encode_utf16().collect(), Data::Deferred(length));
    }

    fn add(&mut self, parent: StorageId, name: Vec<u16>, data: Data<'d>) -> StorageId {
        self.nodes.push(Node { name, parent: parent.0, class_id: Uuid::nil(), data });
        StorageId(self.nodes.len().saturating_sub(1))
    }

    /// Copies what is in a storage of another file: all entries in it at every depth, with their classes, and its own class. Of entries of
    /// one name the first is copied. Returns whether all of it could be read.
    pub fn copy(&mut self, into: StorageId, file: &CompoundFile<'d>, from: &entry::Entry<'_>) -> bool {
        self.copy_within(into, file, from, &mut file.input_length())
    }

    /// The same, but no more than `budget` bytes of streams, which are taken off.
    pub(crate) fn copy_within(
        &mut self,
        into: StorageId,
        file: &CompoundFile<'d>,
        from: &entry::Entry<'_>,
        budget: &mut u64,
    ) -> bool {
        self.set_class_id(into, from.class_id());
        let mut is_whole = true;
        let mut open = vec![(into, from.clone())];
        while let Some((parent, storage)) = open.pop() {
            let name = |child: &entry::Entry<'_>| units(child.name_bytes()).take(NAME_MAX).collect::<Vec<u16>>();
            let mut children: Vec<_> = file.children(&storage).map(|child| (name(child), child)).collect();
            // The tree of a damaged file need not be in order.
            children.sort_by(|one, other| compare(&one.0, &other.0));
            let count = children.len();
            children.dedup_by(|one, other| compare(&one.0, &other.0).is_eq());
            is_whole &= count == children.len();
            for (name, child) in children {
                if child.is_storage() {
                    let made = self.add(parent, name, Data::Storage);
                    self.set_class_id(made, child.class_id());
                    open.push((made, child.clone()));
                } else {
                    let data = file.read_within(child, budget);
                    is_whole &= data.is_whole;
                    self.add(parent, name, Data::Bytes(data.bytes));
                }
            }
        }
        is_whole
    }

    /// The file.
    ///
    /// # Errors
    /// As [`CompoundWriter::write`]; Unencodable if something is deferred.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let plan = Plan::new(&self.nodes)?;
        let mut out = Vec::with_capacity(usize::try_from(plan.length()).unwrap_or(0));
        let nothing = || Error::new(ErrorKind::Unencodable, "the data is deferred, and there is nothing to read it from");
        plan.write(&self.nodes, &mut out, &mut |_| Err(nothing()))?;
        Ok(out)
    }

    /// Writes the file. `open` is called for each deferred stream, with its number among them in the order in which they were added; what
    /// it opens is read up to the length that was given. Short ones come first.
    ///
    /// # Errors
    /// Unencodable for a name of more than 31 UTF-16 units, one that is empty or has one of `/ \ : !` in it, and for two of one name in a
    /// storage: then nothing has been written. Io, also if data ends early.
    pub fn write<'r>(&self, out: &mut dyn Write, open: &mut dyn FnMut(usize) -> Result<Box<dyn Read + 'r>>) -> Result<()> {
        Plan::new(&self.nodes)?.write(&self.nodes, out, open)
    }
}

/// The size of the parts, in sectors, and the tree.
#[derive(Debug)]
struct Plan {
    /// 512 or 4,096.
    sector: u64,
    fat: u64,
    difat: u64,
    directory: u64,
    mini_fat: u64,
    mini_stream: u64,
    /// Sectors of the mini stream.
    minis: u64,
    long: u64,
    links: Vec<Links>,
}

/// The place of an entry in the tree of its storage.
#[derive(Debug, Clone, Copy)]
struct Links {
    is_black: bool,
    left: u32,
    right: u32,
    child: u32,
}

fn too_large() -> Error {
    Error::new(ErrorKind::Unencodable, "more than a compound file can hold")
}

impl Plan {
    fn new(nodes: &[Node<'_>]) -> Result<Plan> {
        let links = links(nodes)?;
        let mut plan = Plan::of_sector(nodes, 512, links)?;
        if plan.length() > LARGEST_SMALL {
            plan = Plan::of_sector(nodes, 4096, plan.links)?;
        }
        Ok(plan)
    }

    fn of_sector(nodes: &[Node<'_>], sector: u64, links: Vec<Links>) -> Result<Plan> {
        let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX);
        let sum = |sizes: &mut dyn Iterator<Item = u64>| sizes.fold(0u64, u64::saturating_add);
        let minis = sum(&mut nodes.iter().filter(|node| node.is_short()).map(|node| node.length().div_ceil(1 << MINI_SHIFT)));
        let long = sum(&mut nodes.iter().filter(|node| node.is_long()).map(|node| node.length().div_ceil(sector)));
        let directory = count.saturating_mul(len64(&[0; entry::SIZE])).div_ceil(sector);
        let mini_fat = minis.saturating_mul(4).div_ceil(sector);
        let mini_stream = (minis << MINI_SHIFT).div_ceil(sector);
        let data = [directory, mini_fat, mini_stream, long].into_iter().fold(0, u64::saturating_add);
        let numbers = sector / 4;
        let (mut fat, mut difat) = (0u64, 0u64);
        loop {
            let needed = data.saturating_add(fat).saturating_add(difat).div_ceil(numbers);
            let chained = needed.saturating_sub(u64::try_from(IN_HEADER).unwrap_or(0)).div_ceil(numbers.saturating_sub(1));
            if (needed, chained) == (fat, difat) {
                break;
            }
            (fat, difat) = (needed, chained);
            if fat > u64::from(MAX_SECTOR) {
                return Err(too_large());
            }
        }
        let plan = Plan { sector, fat, difat, directory, mini_fat, mini_stream, minis, long, links };
        if plan.sectors() > u64::from(MAX_SECTOR) {
            return Err(too_large());
        }
        Ok(plan)
    }

    fn sectors(&self) -> u64 {
        [self.fat, self.difat, self.directory, self.mini_fat, self.mini_stream, self.long]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    fn length(&self) -> u64 {
        self.sectors().saturating_add(1).saturating_mul(self.sector)
    }

    fn write<'r>(
        &self,
        nodes: &[Node<'_>],
        out: &mut dyn Write,
        open: &mut dyn FnMut(usize) -> Result<Box<dyn Read + 'r>>,
    ) -> Result<()> {
        let mut out = Sink { out, buffer: Vec::new(), written: 0 };
        let number = |sector: u64| u32::try_from(sector).map_err(|_| too_large());
        let directory = self.fat.saturating_add(self.difat);
        let mini_fat = directory.saturating_add(self.directory);
        let mini_stream = mini_fat.saturating_add(self.mini_fat);
        let long = mini_stream.saturating_add(self.mini_stream);
        let start = |start: u64, length: u64| if length == 0 { Ok(END_OF_CHAIN) } else { number(start) };
        let is_small = self.sector == 512;
        let in_header = self.fat.min(u64::try_from(IN_HEADER).unwrap_or(0));
        Header {
            version: if is_small { 3 } else { 4 },
            shift: if is_small { 9 } else { 12 },
            mini_shift: 6,
            cutoff: 4096,
            directory_sectors: if is_small { 0 } else { number(self.directory)? },
            fat_sectors: number(self.fat)?,
            first_directory: number(directory)?,
            first_mini_fat: start(mini_fat, self.mini_fat)?,
            mini_fat_sectors: number(self.mini_fat)?,
            first_difat: start(self.fat, self.difat)?,
            difat_sectors: number(self.difat)?,
            difat: (0..number(in_header)?).collect(),
        }
        .emit(&mut out.buffer);
        out.pad(self.sector)?;

        // The FAT: each part is a chain of sectors that follow each other.
        for _ in 0..self.fat {
            out.number(FAT_SECTOR)?;
        }
        for _ in 0..self.difat {
            out.number(DIFAT_SECTOR)?;
        }
        let streams = nodes.iter().filter(|node| node.is_long()).map(|node| node.length().div_ceil(self.sector));
        out.chains([self.directory, self.mini_fat, self.mini_stream].into_iter().chain(streams), directory)?;
        out.fill(FREE, self.sector)?;

        let chained = self.sector / 4;
        let mut next = u64::try_from(IN_HEADER).unwrap_or(0);
        for sector in 1..=self.difat {
            let end = next.saturating_add(chained.saturating_sub(1));
            for holder in next..end {
                out.number(if holder < self.fat { number(holder)? } else { FREE })?;
            }
            next = end;
            out.number(if sector == self.difat { END_OF_CHAIN } else { number(self.fat.saturating_add(sector))? })?;
        }

        let (mut next_mini, mut next_long) = (0u64, long);
        for (index, (node, links)) in nodes.iter().zip(&self.links).enumerate() {
            let length = node.length();
            let (kind, start, length) = match node.data {
                Data::Storage if index == 0 => (EntryKind::Root, start(mini_stream, self.mini_stream)?, self.minis << MINI_SHIFT),
                Data::Storage => (EntryKind::Storage, 0, 0),
                _ if length == 0 => (EntryKind::Stream, END_OF_CHAIN, 0),
                _ => {
                    let (next, size) = match node.is_short() {
                        true => (&mut next_mini, 1 << MINI_SHIFT),
                        false => (&mut next_long, self.sector),
                    };
                    let start = number(*next)?;
                    *next = next.saturating_add(length.div_ceil(size));
                    (EntryKind::Stream, start, length)
                }
            };
            let Links { is_black, left, right, child } = *links;
            let class_id = node.class_id;
            Record { name: &node.name, kind, is_black, left, right, child, class_id, start, length }.emit(&mut out.buffer);
            out.flush_if_large()?;
        }
        while out.is_within(self.sector) {
            Record::FREE.emit(&mut out.buffer);
        }

        let shorts = nodes.iter().filter(|node| node.is_short()).map(|node| node.length().div_ceil(1 << MINI_SHIFT));
        out.chains(shorts, 0)?;
        out.fill(FREE, self.sector)?;
        for is_short in [true, false] {
            let mut deferred = 0usize;
            for node in nodes {
                let number = deferred;
                deferred = deferred.saturating_add(usize::from(matches!(node.data, Data::Deferred(_))));
                if if is_short { !node.is_short() } else { !node.is_long() } {
                    continue;
                }
                match &node.data {
                    Data::Storage => {}
                    Data::Bytes(bytes) => out.bytes(bytes)?,
                    Data::Deferred(length) => {
                        let copied = open(number).and_then(|mut from| out.copy(&mut *from, *length));
                        copied.map_err(|error| placed(error, nodes, node))?;
                    }
                }
                out.pad(if is_short { 1 << MINI_SHIFT } else { self.sector })?;
            }
            out.pad(self.sector)?;
        }
        out.flush()
    }
}

/// An error in a stream, with the names of the storages that it is in.
fn placed(mut error: Error, nodes: &[Node<'_>], node: &Node<'_>) -> Error {
    let mut at = Some(node).filter(|node| node.parent < nodes.len());
    while let Some(node) = at {
        error = error.within(String::from_utf16_lossy(&node.name), None);
        // A parent is there before what is in it; the outermost has none.
        at = nodes.get(node.parent).filter(|parent| parent.parent < nodes.len());
    }
    error
}

/// The trees of all storages: each is balanced, and all of its levels are black but the last, if that is not full.
fn links(nodes: &[Node<'_>]) -> Result<Vec<Links>> {
    let mut links = vec![Links { is_black: true, left: FREE, right: FREE, child: FREE }; nodes.len()];
    let mut children: Vec<usize> = (1..nodes.len()).collect();
    let name = |index: usize| nodes.get(index).map(|node| node.name.as_slice()).unwrap_or_default();
    let parent = |index: usize| nodes.get(index).map_or(usize::MAX, |node| node.parent);
    children.sort_by(|one, other| parent(*one).cmp(&parent(*other)).then_with(|| compare(name(*one), name(*other))));
    for group in children.chunk_by(|one, other| parent(*one) == parent(*other)) {
        for (index, next) in group.iter().zip(group.iter().skip(1).map(Some).chain([None])) {
            let own = name(*index);
            let shown = || String::from_utf16_lossy(own);
            if own.is_empty() || own.len() > NAME_MAX {
                return Err(Error::new(
                    ErrorKind::Unencodable,
                    format!("name {:?} is empty or too long for a compound file", shown()),
                ));
            }
            if own.iter().any(|unit| [u16::from(b'/'), u16::from(b'\\'), u16::from(b':'), u16::from(b'!')].contains(unit)) {
                return Err(Error::new(ErrorKind::Unencodable, format!("name {:?} is not allowed in a compound file", shown())));
            }
            if next.is_some_and(|next| compare(own, name(*next)).is_eq()) {
                return Err(Error::new(ErrorKind::Unencodable, format!("two entries of a storage are called {:?}", shown())));
            }
        }
        let last = group.len().checked_ilog2().unwrap_or(0);
        let is_full = group.len().saturating_add(1).is_power_of_two();
        let top = subtree(group, 0, (!is_full).then_some(last), &mut links);
        if let Some(links) = group.first().and_then(|first| links.get_mut(parent(*first))) {
            links.child = top;
        }
    }
    Ok(links)
}

/// Links a sorted run of entries; returns the topmost. Recurses as deep as the tree, which is balanced.
fn subtree(run: &[usize], depth: u32, red: Option<u32>, links: &mut [Links]) -> u32 {
    let (left, right) = run.split_at(run.len() / 2);
    let Some((middle, right)) = right.split_first() else { return FREE };
    let left = subtree(left, depth.saturating_add(1), red, links);
    let right = subtree(right, depth.saturating_add(1), red, links);
    if let Some(own) = links.get_mut(*middle) {
        (own.left, own.right, own.is_black) = (left, right, red != Some(depth));
    }
    u32::try_from(*middle).unwrap_or(FREE)
}

/// The output, with a buffer before it.
struct Sink<'o> {
    out: &'o mut dyn Write,
    buffer: Vec<u8>,
    written: u64,
}

const BUFFER: usize = 64 * 1024;

impl Sink<'_> {
    fn position(&self) -> u64 {
        self.written.saturating_add(len64(&self.buffer))
    }

    fn is_within(&self, size: u64) -> bool {
        self.position().next_multiple_of(size) != self.position()
    }

    fn flush(&mut self) -> Result<()> {
        self.out.write_all(&self.buffer)?;
        self.written = self.position();
        self.buffer.clear();
        Ok(())
    }

    fn flush_if_large(&mut self) -> Result<()> {
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn number(&mut self, number: u32) -> Result<()> {
        self.buffer.emit_u32(number);
        self.flush_if_large()
    }

    /// Chains of so many sectors each, one behind the other from `start` on.
    fn chains(&mut self, lengths: impl IntoIterator<Item = u64>, start: u64) -> Result<()> {
        let mut next = start;
        for length in lengths {
            for left in (0..length).rev() {
                next = next.saturating_add(1);
                self.number(if left == 0 { END_OF_CHAIN } else { u32::try_from(next).map_err(|_| too_large())? })?;
            }
        }
        Ok(())
    }

    /// The number up to a multiple of `size` bytes.
    fn fill(&mut self, number: u32, size: u64) -> Result<()> {
        while self.is_within(size) {
            self.number(number)?;
        }
        Ok(())
    }

    /// Zeros up to a multiple of `size` bytes.
    fn pad(&mut self, size: u64) -> Result<()> {
        let missing = self.position().next_multiple_of(size).saturating_sub(self.position());
        self.buffer.extend(std::iter::repeat_n(0, usize::try_from(missing).unwrap_or(0)));
        self.flush_if_large()
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() < BUFFER {
            self.buffer.extend_from_slice(bytes);
            return self.flush_if_large();
        }
        self.flush()?;
        self.out.write_all(bytes)?;
        self.written = self.written.saturating_add(len64(bytes));
        Ok(())
    }

    fn copy(&mut self, from: &mut dyn Read, length: u64) -> Result<()> {
        self.flush()?;
        let copied = std::io::copy(&mut from.take(length), self.out)?;
        self.written = self.written.saturating_add(copied);
        if copied < length {
            let message = format!("the data ends {} bytes early", length.saturating_sub(copied));
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, message).into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// Every stream with its path, as another program reads them.
    fn read_by_other(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut file = cfb::CompoundFile::open_strict(std::io::Cursor::new(bytes)).unwrap();
        let paths: Vec<_> =
            file.walk().filter(|entry| entry.is_stream()).map(|entry| entry.path().to_str().unwrap().to_owned()).collect();
        let mut read = |path: String| {
            let mut bytes = Vec::new();
            file.open_stream(&path).unwrap().read_to_end(&mut bytes).unwrap();
            (path, bytes)
        };
        let mut streams: Vec<_> = paths.into_iter().map(&mut read).collect();
        streams.sort();
        streams
    }

    fn read_by_us(file: &CompoundFile<'_>, storage: &entry::Entry<'_>, path: &str, found: &mut Vec<(String, Vec<u8>)>) {
        for child in file.children(storage) {
            let path = format!("{path}/{}", child.name());
            if child.is_storage() {
                read_by_us(file, child, &path, found);
            } else {
                let data = file.read(child);
                assert!(data.is_whole, "{path}");
                found.push((path, data.bytes.into_owned()));
            }
        }
    }

    fn data(length: usize) -> Vec<u8> {
        (0..length).map(|n| u8::try_from(n.wrapping_mul(31) >> 3 & 0xFF).unwrap()).collect()
    }

    fn same_for_both(writer: &CompoundWriter<'_>, expected: usize) -> Vec<u8> {
        let bytes = writer.to_bytes().unwrap();
        let file = CompoundFile::open(&bytes).unwrap();
        assert_eq!(file.faults(), []);
        let mut ours = Vec::new();
        read_by_us(&file, file.root(), "", &mut ours);
        ours.sort();
        assert_eq!(ours.len(), expected);
        assert!(ours == read_by_other(&bytes));
        bytes
    }

    #[test]
    fn streams_of_every_size_are_read_by_another_program() {
        let mut writer = CompoundWriter::new();
        let lengths = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 10_000, 100_000];
        let inner = writer.storage(CompoundWriter::ROOT, "inner");
        writer.set_class_id(inner, Uuid::from_u128(7));
        for (number, length) in lengths.into_iter().enumerate() {
            writer.stream(CompoundWriter::ROOT, &format!("stream {number}"), data(length));
            writer.stream(inner, &format!("\u{1}a{number}"), data(length));
        }
        let bytes = same_for_both(&writer, 2 * lengths.len());
        let file = CompoundFile::open(&bytes).unwrap();
        let found = file.children(file.root()).find(|entry| entry.is_storage()).unwrap();
        assert_eq!(found.class_id(), Uuid::from_u128(7));
        // A copy is the same file again, apart from the storage's name.
        let mut copy = CompoundWriter::new();
        assert!(copy.copy(CompoundWriter::ROOT, &file, file.root()));
        same_for_both(&copy, 2 * lengths.len());
    }

    #[test]
    fn trees_of_every_size_are_sound() {
        // The other program checks colours and order.
        for count in (0..40).chain([1_000]) {
            let mut writer = CompoundWriter::new();
            for number in 0..count {
                writer.stream(CompoundWriter::ROOT, &format!("{}", number * 7919), &b"x"[..]);
            }
            same_for_both(&writer, count);
        }
    }

    #[test]
    fn a_file_that_needs_sectors_for_the_table_of_its_tables() {
        // 109 sectors of the FAT in the header tell of 7,143,936 bytes.
        for length in [7_000_000, 7_143_936, 16_000_000] {
            let mut writer = CompoundWriter::new();
            writer.stream(CompoundWriter::ROOT, "long", data(length));
            writer.stream(CompoundWriter::ROOT, "short", data(100));
            same_for_both(&writer, 2);
        }
    }

    #[test]
    fn names_that_no_compound_file_has_are_refused() {
        for name in ["", "a/b", "a:b", "a!", "a\\", &"x".repeat(32)] {
            let mut writer = CompoundWriter::new();
            writer.stream(CompoundWriter::ROOT, name, &b""[..]);
            assert_eq!(writer.to_bytes().unwrap_err().kind(), ErrorKind::Unencodable, "{name}");
        }
        let mut writer = CompoundWriter::new();
        writer.stream(CompoundWriter::ROOT, "Same", &b""[..]);
        writer.stream(CompoundWriter::ROOT, "sAME", &b""[..]);
        assert_eq!(writer.to_bytes().unwrap_err().kind(), ErrorKind::Unencodable);
    }

    #[test]
    fn data_may_come_when_it_is_written() {
        let (mut now, mut later) = (CompoundWriter::new(), CompoundWriter::new());
        let lengths = [0usize, 100, 5_000];
        for length in lengths {
            now.stream(CompoundWriter::ROOT, &length.to_string(), data(length));
            later.deferred(CompoundWriter::ROOT, &length.to_string(), u64::try_from(length).unwrap());
        }
        let mut out = Vec::new();
        later.write(&mut out, &mut |number| Ok(Box::new(std::io::Cursor::new(data(lengths[number]))))).unwrap();
        assert!(out == now.to_bytes().unwrap());
        let early = later.write(&mut Vec::new(), &mut |_| Ok(Box::new(&b"abc"[..]))).unwrap_err();
        assert_eq!(early.kind(), ErrorKind::Io);
    }

    #[test]
    fn the_plan_of_a_large_file_is_of_version_4() {
        let mut writer = CompoundWriter::new();
        writer.deferred(CompoundWriter::ROOT, "large", LARGEST_SMALL);
        let plan = Plan::new(&writer.nodes).unwrap();
        assert_eq!(plan.sector, 4096);
    }
}
