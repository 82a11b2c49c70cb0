//! What the bytes of a compound file are besides the streams that it hands out.

use std::ops::Range;

use crate::base::input::{le_u32, peek};

use super::entry::{self, Entry, EntryKind, NAME_MAX};
use super::file::CompoundFile;
use super::header::{Header, MAX_SECTOR};

/// The bytes of the header that the format reserves.
const RESERVED: Range<usize> = 34..40;
/// The header.
const HEADER: usize = 512;

impl<'a> CompoundFile<'a> {
    /// All entries of the directory, those in no storage too.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// Where header, tables and directory stand, each byte that says something once or more often.
    pub(crate) fn structure(&self) -> Vec<Range<usize>> {
        let input = self.sectors.input;
        let mut places = vec![0..RESERVED.start, RESERVED.end..HEADER.min(input.len())];
        let tables =
            [&self.fat.sectors, &self.mini_fat.sectors, &self.difat()].into_iter().flatten().copied().collect::<Vec<u32>>();
        let whole = |sector: u32| {
            let place = self.sectors.place(sector)?;
            Some(place..place.saturating_add(self.sectors.size()).min(input.len()))
        };
        places.extend(tables.into_iter().filter_map(whole));
        for entry in &self.entries {
            let start = usize::try_from(entry.offset).unwrap_or(usize::MAX);
            places.push(start..start.saturating_add(entry::SIZE).min(input.len()));
        }
        places
    }

    /// The sectors of the DIFAT.
    fn difat(&self) -> Vec<u32> {
        let mut found = Vec::new();
        let mut seen = vec![false; self.sectors.count()];
        let mut next = Header::parse(self.sectors.input).map_or(u32::MAX, |header| header.first_difat);
        while next <= MAX_SECTOR {
            match usize::try_from(next).ok().and_then(|index| seen.get_mut(index)) {
                Some(seen) if !*seen => *seen = true,
                _ => break,
            }
            found.push(next);
            let last = |bytes: &[u8]| bytes.get(self.sectors.size().saturating_sub(4)..).and_then(|last| peek(le_u32, last));
            next = self.sectors.get(next).and_then(last).unwrap_or(u32::MAX);
        }
        found
    }

    /// The bytes of the directory where names of entries that are in a storage do not reach: what stands there is left from before.
    pub(crate) fn left_of_names(&self) -> Vec<Range<usize>> {
        let mut is_there = vec![false; self.entries.len()];
        for index in self.order.iter().copied().chain([0]) {
            if let Some(there) = is_there.get_mut(index) {
                *there = true;
            }
        }
        let length = NAME_MAX.saturating_add(1).saturating_mul(2);
        let left = self.entries.iter().zip(is_there).map(|(entry, is_there)| {
            let start = usize::try_from(entry.offset).unwrap_or(usize::MAX);
            let named = if is_there && entry.kind != EntryKind::Free { entry.name.len() } else { 0 };
            start.saturating_add(named)..start.saturating_add(length)
        });
        left.filter(|place| !place.is_empty()).collect()
    }

    /// Numbers in FAT and mini FAT for sectors that are not there.
    pub(crate) fn left_of_tables(&self) -> Vec<Range<usize>> {
        let minis = self.mini.len().saturating_mul(self.sectors.size()) >> super::header::MINI_SHIFT;
        let mut left = Vec::new();
        for (table, count) in [(&self.fat, self.sectors.count()), (&self.mini_fat, minis)] {
            let mut behind = count.saturating_mul(4);
            for sector in &table.sectors {
                let used = behind.min(self.sectors.size());
                behind = behind.saturating_sub(used);
                let Some(place) = self.sectors.place(*sector) else { continue };
                left.push(place.saturating_add(used)..place.saturating_add(self.sectors.size()).min(self.sectors.input.len()));
            }
        }
        left.retain(|place| !place.is_empty());
        left
    }
}
