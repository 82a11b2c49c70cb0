//! Input from a reader, with a window into what follows: the streaming twin of [`Cursor`](super::input::Cursor).
//!
//! What [`Lookahead::look`] shows depends on the input alone and never on how the reader splits it, so decisions made on it
//! do not either. The buffer grows with what really arrives. An I/O error leaves everything as it was, so that the call can
//! be repeated (as after [`ErrorKind::WouldBlock`]); interrupted reads are retried.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use super::checksum::checksum;
use super::offset::Offset;

/// Bytes by which the buffer grows, and that are read at a time.
const CHUNK: usize = 64 << 10;

/// From this size on, a caller's buffer is read into directly.
const DIRECT: usize = 8 << 10;

/// The next bytes of an input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    /// As many as were asked for, or all that are left.
    pub(crate) bytes: &'a [u8],
    /// Whether there are more behind them. If not, `bytes` are the rest of the input.
    pub(crate) open: bool,
}

pub(crate) struct Lookahead<R> {
    inner: R,
    /// `start..end` holds what was read and not yet taken.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    place: Offset,
}

impl<R> Lookahead<R> {
    /// `inner` stands at `offset` of the outermost input.
    pub(crate) fn new(inner: R, offset: u64) -> Self {
        Lookahead { inner, buffer: Vec::new(), start: 0, end: 0, ended: false, place: offset.into() }
    }

    /// Offset of the next byte in the outermost input, as a number for public interfaces.
    pub(crate) fn offset(&self) -> u64 {
        self.place.get()
    }

    /// Place of the next byte in the outermost input.
    pub(crate) fn place(&self) -> Offset {
        self.place
    }

    /// What was read and not yet taken. Its length depends on how the reader splits its data.
    pub(crate) fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Takes up to `count` of the bytes that were looked at.
    pub(crate) fn take(&mut self, count: usize) -> &[u8] {
        let from = self.start;
        self.start = from.saturating_add(count).min(self.end);
        let taken = self.buffer.get(from..self.start).unwrap_or_default();
        self.place += taken.len();
        taken
    }

    /// Bytes that the buffer has room for.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// The reader. What was read ahead of it is dropped.
    pub(crate) fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Lookahead<R> {
    /// Shows the next `count` bytes without taking them.
    pub(crate) fn look(&mut self, count: usize) -> io::Result<Look<'_>> {
        // One more, to know whether the input ends here.
        let wanted = count.saturating_add(1);
        while self.buffered().len() < wanted && !self.ended {
            self.fill(wanted)?;
        }
        let buffered = self.buffered();
        let open = buffered.len() > count;
        Ok(Look { bytes: buffered.get(..count).unwrap_or(buffered), open })
    }

    /// One read into the buffer.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() && self.start >= self.buffer.len() / 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.buffered().len());
        }
        if self.end == self.buffer.len() {
            // Twice what has arrived at most, whatever was wanted.
            let target = self.end.saturating_mul(2).min(self.start.saturating_add(wanted));
            self.buffer.resize(target.max(self.end.saturating_add(CHUNK)), 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let cap = wanted.max(CHUNK).min(room.len());
        let read = read_retrying(&mut self.inner, room.get_mut(..cap).unwrap_or_default())?;
        self.ended = read == 0;
        self.end = self.end.saturating_add(read).min(self.buffer.len());
        Ok(())
    }

    /// Takes up to `limit` bytes into `out`; none are left (or asked for) if that returns zero. Large reads pass the buffer by.
    pub(crate) fn read(&mut self, out: &mut [u8], limit: Offset) -> io::Result<usize> {
        let cap = limit.index().min(out.len());
        let out = out.get_mut(..cap).unwrap_or_default();
        if out.is_empty() {
            return Ok(0);
        }
        if self.buffered().is_empty() {
            if self.ended {
                return Ok(0);
            }
            if out.len() >= DIRECT {
                let read = read_retrying(&mut self.inner, out)?;
                self.ended = read == 0;
                self.place += read;
                return Ok(read);
            }
            self.fill(CHUNK)?;
        }
        let taken = self.take(out.len());
        for (to, from) in out.iter_mut().zip(taken) {
            *to = *from;
        }
        Ok(taken.len())
    }

    /// Takes up to `limit` bytes and says how many there were and what their sum is. Each read counts as soon as it happens:
    /// `progress` gets length and sum, and an error loses nothing.
    pub(crate) fn drain(&mut self, limit: Offset, mut progress: impl FnMut(usize, u16)) -> io::Result<()> {
        let mut left = limit;
        while left > Offset::START {
            if self.buffered().is_empty() {
                if self.ended {
                    return Ok(());
                }
                self.fill(CHUNK)?;
            }
            let taken = self.take(left.index());
            left -= taken.len();
            progress(taken.len(), checksum(taken));
        }
        Ok(())
    }
}

impl<R: Read + Seek> Lookahead<R> {
    /// Goes over up to `limit` bytes without reading them. Returns how many there were.
    pub(crate) fn skip(&mut self, limit: Offset) -> io::Result<Offset> {
        let left = limit - self.buffered().len();
        let mut skipped = Offset::START;
        if left > Offset::START && !self.ended {
            // Seeking past the end succeeds, so the end has to be asked for.
            let here = Offset::from(self.inner.stream_position()?);
            let end = Offset::from(self.inner.seek(SeekFrom::End(0))?);
            let target = (here + left).min(end.max(here));
            self.inner.seek(SeekFrom::Start(target.get()))?;
            skipped = target - here;
        }
        let buffered = self.take(limit.index()).len();
        self.place += skipped;
        Ok(skipped + buffered)
    }
}

fn read_retrying(inner: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(out) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A reader that claims more than it was given room for is broken; what it did not write does not exist.
            result => return result.map(|read| read.min(out.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_shows_the_same_however_the_input_is_split() {
        struct OneByOne<'a>(&'a [u8]);
        impl Read for OneByOne<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let cap = out.len().min(1);
                self.0.read(&mut out[..cap])
            }
        }
        let data: Vec<u8> = (0..300_000u32).map(|n| u8::try_from(n % 253).unwrap()).collect();
        let mut whole = Lookahead::new(&data[..], 0);
        let mut split = Lookahead::new(OneByOne(&data), 0);
        for (look, take) in [(10, 3), (100_000, 99_999), (5, 5), (200_000, 150_000), (60_000, 1), (1 << 30, 1 << 30)] {
            let expected_open = data.len() - usize::try_from(whole.offset()).unwrap() > look;
            for input in [&mut whole as &mut dyn Probe, &mut split] {
                let at = usize::try_from(input.at()).unwrap();
                let (bytes, open) = input.probe(look);
                assert_eq!(bytes, data[at..(at + look).min(data.len())]);
                assert_eq!(open, expected_open);
                input.drop_some(take);
            }
        }
        assert_eq!((whole.offset(), split.offset()), (300_000, 300_000));
    }

    trait Probe {
        fn at(&self) -> u64;
        fn probe(&mut self, count: usize) -> (Vec<u8>, bool);
        fn drop_some(&mut self, count: usize);
    }

    impl<R: Read> Probe for Lookahead<R> {
        fn at(&self) -> u64 {
            self.offset()
        }
        fn probe(&mut self, count: usize) -> (Vec<u8>, bool) {
            let look = self.look(count).unwrap();
            (look.bytes.to_vec(), look.open)
        }
        fn drop_some(&mut self, count: usize) {
            self.take(count);
        }
    }

    #[test]
    fn a_declared_size_reserves_nothing() {
        let mut input = Lookahead::new(&[1u8, 2, 3][..], 0);
        assert_eq!(input.look(3 << 30).unwrap().bytes, [1, 2, 3]);
        assert!(input.buffer.capacity() <= 2 * CHUNK);
    }

    #[test]
    fn skipping_ends_at_the_end_of_the_input() {
        let mut input = Lookahead::new(io::Cursor::new(vec![7u8; 200_000]), 0);
        input.look(10).unwrap();
        let mut skip = |limit: u64| input.skip(limit.into()).unwrap().get();
        assert_eq!(skip(5), 5);
        assert_eq!(skip(190_000), 190_000);
        assert_eq!(input.look(2).unwrap().bytes, [7, 7]);
        assert_eq!(input.skip(Offset::from(1u64 << 40)).unwrap().get(), 9_995);
        assert_eq!(input.offset(), 200_000);
        assert!(input.look(1).unwrap().bytes.is_empty());
    }
}
