//! Output that is not copied together before it is written: pieces of the source, of the model's values, what is made anew, and
//! room for data that is read while it is written.

use std::borrow::Cow;
use std::io::{Read, Write};

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::len64;
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::tnef::writer::copy_summed;
use crate::tnef::{AttrId, Level};

/// Slices shorter than this are copied: a chunk of its own costs more.
const SMALL: usize = 512;

/// A tail of this length becomes a chunk when its rope is appended: copying it for every message around it would cost more.
const LARGE: usize = 16 << 10;

/// Bytes in chunks, most of them borrowed, and behind them a vector that grows.
#[derive(Debug, Clone, Default)]
pub(super) struct Rope<'m> {
    chunks: Vec<Chunk<'m>>,
    tail: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Chunk<'m> {
    Bytes {
        bytes: Cow<'m, [u8]>,
        /// The sum of the bytes, where it was asked for. Nested messages ask once for each message around them.
        sum: Option<u16>,
    },
    /// So many bytes that are not here yet.
    Deferred(u64),
    /// The checksum of an attribute with data that is not here yet: the sum of all its other data.
    Sum(u16),
}

impl Chunk<'_> {
    fn len(&self) -> u64 {
        match self {
            Chunk::Bytes { bytes, .. } => len64(bytes),
            Chunk::Deferred(length) => *length,
            Chunk::Sum(_) => 2,
        }
    }
}

/// Opens what the next stretch of deferred data is read from.
pub(super) type Open<'o, 'r> = dyn FnMut() -> Result<Box<dyn Read + 'r>> + 'o;

impl<'m> Rope<'m> {
    /// So many bytes that are read when the rope is written.
    pub(super) fn deferred(length: u64) -> Self {
        Rope { chunks: vec![Chunk::Deferred(length)], tail: Vec::new() }
    }

    /// Whether some bytes are read when the rope is written.
    pub(super) fn is_deferred(&self) -> bool {
        self.chunks.iter().any(|chunk| matches!(chunk, Chunk::Deferred(_)))
    }

    /// Appends bytes without copying them, unless they are few.
    pub(super) fn borrow(&mut self, bytes: &'m [u8]) {
        if bytes.len() < SMALL {
            self.tail.extend_from_slice(bytes);
        } else {
            self.close();
            self.chunks.push(Chunk::Bytes { bytes: Cow::Borrowed(bytes), sum: None });
        }
    }

    /// A vector to append to.
    pub(super) fn own(&mut self) -> &mut Vec<u8> {
        &mut self.tail
    }

    /// Appends another rope.
    pub(super) fn append(&mut self, mut other: Rope<'m>) {
        if other.tail.len() >= LARGE {
            other.close();
        }
        if !other.chunks.is_empty() {
            self.close();
            self.chunks.append(&mut other.chunks);
            self.tail = other.tail;
        } else {
            self.tail.append(&mut other.tail);
        }
    }

    /// Makes what was appended a chunk.
    fn close(&mut self) {
        if !self.tail.is_empty() {
            self.chunks.push(Chunk::Bytes { bytes: Cow::Owned(std::mem::take(&mut self.tail)), sum: None });
        }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        (self.chunks.iter().map(|chunk| Offset::from(chunk.len())).sum::<Offset>() + self.tail.len()).get()
    }

    /// The checksum of the bytes that are here.
    pub(super) fn sum(&mut self) -> u16 {
        self.chunks.iter_mut().fold(checksum(&self.tail), |total, chunk| match chunk {
            Chunk::Bytes { bytes, sum } => total.wrapping_add(*sum.get_or_insert_with(|| checksum(bytes))),
            Chunk::Deferred(_) | Chunk::Sum(_) => total,
        })
    }

    /// Whether the bytes are these.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        self.len() == len64(bytes)
            && bytes.ends_with(&self.tail)
            && self.chunks.iter().all(|chunk| {
                let Chunk::Bytes { bytes, .. } = chunk else { return false };
                let Some((start, end)) = rest.split_at_checked(bytes.len()) else { return false };
                rest = end;
                // The same bytes in the same place need not be looked at.
                std::ptr::eq(start, &**bytes) || start == &**bytes
            })
    }

    /// The bytes that are here, in one place.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let chunks = self.chunks.iter().map(|chunk| match chunk {
            Chunk::Bytes { bytes, .. } => &**bytes,
            Chunk::Deferred(_) | Chunk::Sum(_) => &[],
        });
        chunks.chain([&*self.tail]).collect::<Vec<_>>().concat()
    }

    /// Writes the bytes, and those that are not here from what `open` opens, one after the other.
    pub(super) fn write(&self, out: &mut dyn Write, open: &mut Open<'_, '_>) -> Result<()> {
        let mut read = 0;
        for chunk in &self.chunks {
            match chunk {
                Chunk::Bytes { bytes, .. } => out.write_all(bytes)?,
                Chunk::Deferred(length) => read = copy_summed(&mut *open()?, *length, out)?,
                Chunk::Sum(known) => out.write_all(&known.wrapping_add(read).le_bytes())?,
            }
        }
        out.write_all(&self.tail)?;
        Ok(())
    }

    /// The attribute that has these bytes as data: header, data, checksum.
    pub(super) fn framed(mut self, level: Level, id: AttrId) -> Result<Rope<'m>> {
        let length = u32::try_from(self.len())
            .map_err(|_| Error::new(ErrorKind::Unencodable, format!("{id} has more than 4 GiB of data")))?;
        let mut rope = Rope::default();
        let header = rope.own();
        header.emit_u8(level.0);
        header.emit_u32(id.0);
        header.emit_u32(length);
        let sum = self.sum();
        let deferred = self.is_deferred();
        rope.append(self);
        if deferred {
            rope.close();
            rope.chunks.push(Chunk::Sum(sum));
        } else {
            rope.own().emit_u16(sum);
        }
        Ok(rope)
    }
}

impl From<Vec<u8>> for Rope<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Rope { chunks: Vec::new(), tail: bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rope_is_its_bytes() {
        let long = vec![7; SMALL];
        let mut rope = Rope::default();
        assert!(rope.is(b""));
        rope.borrow(b"abc");
        rope.borrow(&long);
        rope.own().extend_from_slice(b"de");
        let whole = [b"abc", &long[..], b"de"].concat();
        assert!(rope.is(&whole) && !rope.is(&whole[1..]) && !rope.is(&[&whole[..], b"x"].concat()));
        assert_eq!(rope.len(), len64(&whole));
        assert_eq!(rope.sum(), checksum(&whole));
        rope.own().push(1);
        assert_eq!(rope.sum(), checksum(&whole).wrapping_add(1), "the sum follows what is appended");
    }

    #[test]
    fn deferred_data_is_summed_while_it_is_written() {
        let mut rope = Rope::from(b"ab".to_vec());
        rope.append(Rope::deferred(3));
        rope.own().extend_from_slice(b"c");
        let mut rope = rope.framed(Level::ATTACHMENT, AttrId::ATTACH_DATA).unwrap();
        assert!(rope.is_deferred() && rope.len() == 9 + 6 + 2);
        rope.append(Rope::from(b"end".to_vec()));
        let mut out = Vec::new();
        rope.write(&mut out, &mut || Ok(Box::new(&b"xyz and more"[..]))).unwrap();
        let sum = checksum(b"abxyzc").to_le_bytes();
        assert_eq!(out, [b"\x02\x0F\x80\x06\x00\x06\x00\x00\x00abxyzc", &sum[..], b"end"].concat());
        assert!(!rope.is(&out));
        let error = rope.write(&mut Vec::new(), &mut || Ok(Box::new(&b"xy"[..]))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn framed_is_an_attribute() {
        let rope = Rope::from(b"abc".to_vec()).framed(Level::ATTACHMENT, AttrId::ATTACH_DATA).unwrap();
        let mut out = Vec::new();
        rope.write(&mut out, &mut || unreachable!()).unwrap();
        // attAttachData of the digest's worked example.
        assert_eq!(out, b"\x02\x0F\x80\x06\x00\x03\x00\x00\x00abc\x26\x01");
    }
}
