//! Inputs too large to be held: the data of attachments goes to files of its own, or is passed over, while the stream comes in.

use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use winmail::ReadOptions;
use winmail::tnef::{SIGNATURE, skeleton};

use super::folder::{Draft, Folder};

/// Inputs shorter than this are read into memory.
pub const LARGE_INPUT: u64 = 8 << 20;

/// What becomes of large data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// It is passed over: only its length is wanted. Its checksum is not verified.
    Skip,
    /// It is read for its checksum only.
    Verify,
    /// It is written to a file in this folder, which is made if need be.
    Spill(PathBuf),
}

/// The data that a skeleton has marks for.
pub type Pieces = skeleton::SpilledData<Draft>;

/// A stream without its large data.
pub type Skeleton = skeleton::Skeleton<Draft>;

impl Data {
    /// Hands the library's form of it on.
    fn with<T>(&self, f: impl FnOnce(&mut skeleton::Data<'_, Draft>) -> io::Result<T>) -> io::Result<T> {
        match self {
            Data::Skip => f(&mut skeleton::Data::Skip),
            Data::Verify => f(&mut skeleton::Data::Verify),
            Data::Spill(folder) => f(&mut skeleton::Data::Spill(&mut || {
                std::fs::create_dir_all(folder)?;
                Folder::open(folder)?.draft()
            })),
        }
    }
}

/// The skeleton of a file. `None` if it is short, no TNEF stream, or damaged: such files are read into memory.
///
/// # Errors
/// Those of reading and writing.
pub fn load_file(path: &Path, options: &ReadOptions, data: &Data) -> io::Result<Option<Skeleton>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() < LARGE_INPUT {
        return Ok(None);
    }
    let mut signature = [0; 4];
    file.read_exact(&mut signature)?;
    if signature != SIGNATURE.to_le_bytes() {
        return Ok(None);
    }
    file.rewind()?;
    let made = data.with(|data| Skeleton::of_seekable(file, options, data, drawn()))?;
    Ok(made.filter(|made| !made.damaged))
}

/// The skeleton of standard input, or what was read of it where it is short or no TNEF stream.
///
/// # Errors
/// Those of reading and writing.
pub fn load_stdin(stdin: &mut dyn Read, options: &ReadOptions, data: &Data) -> io::Result<Result<Skeleton, Vec<u8>>> {
    let mut first = Vec::new();
    (&mut *stdin).take(LARGE_INPUT).read_to_end(&mut first)?;
    let short = u64::try_from(first.len()).map_or(true, |length| length < LARGE_INPUT);
    if short || !first.starts_with(&SIGNATURE.to_le_bytes()) {
        return Ok(Err(first));
    }
    let input = io::Cursor::new(&first).chain(stdin);
    let made = data.with(|data| Skeleton::of_read(input, options, data, drawn()))?;
    Ok(made.ok_or_else(Vec::new))
}

/// Random bytes.
fn drawn() -> [u8; 16] {
    // The standard library seeds each of these from the system's randomness.
    let halves = [0, 0].map(|_: u8| RandomState::new().build_hasher().finish());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(halves.iter().flat_map(|half| half.to_le_bytes())).for_each(|(to, from)| *to = from);
    bytes
}
