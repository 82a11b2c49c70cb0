//! Sectors, and the tables that chain them ([MS-CFB] 2.3-2.5): FAT, DIFAT, mini FAT.
//!
//! Tables are looked up where they stand in the input. What is kept is the list of their sectors, one number for at least 512 bytes
//! that are there.

use crate::base::input::{le_u32, peek};
use crate::base::{Offset, steps};

use super::header::{END_OF_CHAIN, FREE, Header, MAX_SECTOR};

/// The input as sectors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sectors<'a> {
    pub(super) input: &'a [u8],
    /// The base two logarithm of the size of a sector.
    pub(super) shift: u32,
}

/// How a chain of sectors ended that did not end as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It comes back to a sector that it had.
    Loop,
    /// It leads to a sector that is not there.
    Outside(u32),
}

impl<'a> Sectors<'a> {
    /// The size of a sector.
    pub(super) fn size(self) -> usize {
        1usize.checked_shl(self.shift).unwrap_or(usize::MAX)
    }

    /// How many sectors there are; the last one may be cut.
    pub(super) fn count(self) -> usize {
        // The header takes as much as a sector.
        self.input.len().div_ceil(self.size()).saturating_sub(1)
    }

    /// Where a sector starts.
    pub(super) fn place(self, sector: u32) -> Option<usize> {
        let index = usize::try_from(sector).ok().filter(|index| *index < self.count())?;
        index.checked_add(1)?.checked_mul(self.size())
    }

    /// The bytes of a sector, fewer at the end of an input that was cut.
    pub(super) fn get(self, sector: u32) -> Option<&'a [u8]> {
        let rest = self.input.get(self.place(sector)?..)?;
        Some(rest.get(..self.size()).unwrap_or(rest))
    }

    /// The sectors of a chain in their order, each once.
    pub(super) fn chain(self, start: u32, fat: &Table) -> (Vec<u32>, Option<Broken>) {
        let mut chain = Vec::new();
        let mut seen = vec![false; self.count()];
        let mut sector = start;
        while sector != END_OF_CHAIN {
            match usize::try_from(sector).ok().and_then(|index| seen.get_mut(index)) {
                None => return (chain, Some(Broken::Outside(sector))),
                Some(true) => return (chain, Some(Broken::Loop)),
                Some(seen) => *seen = true,
            }
            chain.push(sector);
            sector = fat.next(self, sector);
        }
        (chain, None)
    }
}

/// A table of numbers, one a sector, in sectors of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) sectors: Vec<u32>,
}

impl Table {
    /// What follows a sector in its chain; free if the table does not say.
    pub(super) fn next(&self, sectors: Sectors<'_>, sector: u32) -> u32 {
        steps::count(1);
        let place = Offset::from(sector) * 4;
        let within = sectors.size().saturating_sub(1);
        let number = || {
            let holder = self.sectors.get(place.index().checked_shr(sectors.shift)?)?;
            peek(le_u32, sectors.get(*holder)?.get(place.index() & within..)?)
        };
        number().unwrap_or(FREE)
    }

    /// The FAT: the sectors that the header and the chain of DIFAT sectors name, as far as there are sectors to tell of.
    pub(super) fn fat(sectors: Sectors<'_>, header: &Header) -> (Table, Option<Broken>) {
        let needed = sectors.count().div_ceil(sectors.size() / 4);
        let mut found: Vec<u32> = header.difat.iter().copied().take_while(|sector| *sector <= MAX_SECTOR).take(needed).collect();
        let mut seen = vec![false; sectors.count()];
        let mut next = header.first_difat;
        while found.len() < needed && next <= MAX_SECTOR {
            let Some(bytes) = sectors.get(next) else { return (Table { sectors: found }, Some(Broken::Outside(next))) };
            match usize::try_from(next).ok().and_then(|index| seen.get_mut(index)) {
                Some(seen) if !*seen => *seen = true,
                _ => return (Table { sectors: found }, Some(Broken::Loop)),
            }
            let mut numbers = bytes.chunks(4).map(|number| peek(le_u32, number).unwrap_or(FREE));
            let here = numbers.by_ref().take((sectors.size() / 4).saturating_sub(1));
            let left = needed.saturating_sub(found.len());
            found.extend(here.filter(|sector| *sector <= MAX_SECTOR).take(left));
            next = bytes.get(sectors.size().saturating_sub(4)..).and_then(|last| peek(le_u32, last)).unwrap_or(END_OF_CHAIN);
        }
        (Table { sectors: found }, None)
    }
}
