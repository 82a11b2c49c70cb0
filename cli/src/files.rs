//! Inputs of the program: files, folders, Maildirs, standard input. What they hold is for [`winmail::input`] to find out.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use winmail::Limits;
use winmail::base::size;
use winmail::input::{Loaded, detect};

use super::failure;
use super::walk::{Step, Walk};

/// Reads a file, or `stdin` if `source` is `-`, and finds the streams in it.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if there are more than `max_bytes`; those of opening and reading.
pub fn load(source: &Path, stdin: &mut dyn Read, max_bytes: u64, limits: &Limits) -> io::Result<Vec<Loaded>> {
    read(source, stdin, max_bytes).map(|bytes| detect(bytes, limits))
}

/// The files in a folder and those in it, by name, as [`Walk`] finds them. A folder in it that cannot be read is an error.
///
/// # Errors
/// Those of reading folders.
pub fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Walk::new(folder, None)?
        .map(|step| match step {
            Step::File(entry) => Ok(entry.path),
            Step::Unreadable(path, error) => Err(failure::about(&path.display().to_string(), &error)),
        })
        .collect()
}

/// Reads a file, or `stdin` if `source` is `-`, as it is.
///
/// # Errors
/// As [`load`].
pub fn read(source: &Path, stdin: &mut dyn Read, max_bytes: u64) -> io::Result<Vec<u8>> {
    if source == Path::new("-") {
        return read_limited(stdin, 0, max_bytes);
    }
    let mut file = File::open(source)?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    read_limited(&mut file, length, max_bytes)
}

/// `length` is what is expected, if anything.
fn read_limited(input: &mut dyn Read, length: u64, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Some bytes more, in which the end is found. Where there is no room, reading says so.
    let room = usize::try_from(length.min(max_bytes)).map_or(0, |length| length.saturating_add(64));
    let _ = bytes.try_reserve(room);
    // One more than is allowed tells an input that just fits from one that does not.
    let read = input.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(read).map_or(true, |read| read > max_bytes) {
        let message = format!("the input is larger than the limit of {}", size::format(max_bytes));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use winmail::base::Wrapper;

    use super::*;

    /// A signature, a key, and the first attribute of the smallest streams: level 1, attTnefVersion, 4 bytes, 0x00010000.
    const STREAM: [u8; 21] = [
        0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00, 0x01, 0x06, 0x90, 0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01,
        0x00,
    ];

    #[test]
    fn loads_files_and_standard_input() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("winmail.dat");
        std::fs::write(&file, STREAM).unwrap();
        let load =
            |source: &Path, max| super::load(source, &mut &b"eJ8+Ig=="[..], max, &Limits::default()).map(|mut all| all.remove(0));
        assert_eq!(load(&file, 21).unwrap(), Loaded::raw(STREAM.to_vec()));
        assert_eq!(
            load(Path::new("-"), 8).unwrap(),
            Loaded { wrapper: Wrapper::Base64 { ignored: 0 }, ..Loaded::raw(STREAM[..4].to_vec()) }
        );
        assert_eq!(load(&file, u64::MAX).unwrap(), Loaded::raw(STREAM.to_vec()));
        for (source, max) in [(file.as_path(), 20), (Path::new("-"), 7)] {
            let error = load(source, max).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
            assert_eq!(error.to_string(), format!("the input is larger than the limit of {max} bytes"));
        }
        assert_eq!(load(&folder.path().join("absent"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(load(folder.path(), 9).is_err());
    }

    #[test]
    fn the_limit_is_kept_while_reading() {
        // An endless input must not be read to its end.
        let error = super::load(Path::new("-"), &mut io::repeat(0), 1 << 20, &Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), "the input is larger than the limit of 1 MiB");
    }

    #[test]
    fn folders() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        let names = || {
            let files = files_in(folder.path()).unwrap();
            let name = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
            files.iter().map(name).collect::<Vec<_>>()
        };
        ["b", "a", "cur/1:2,S"].into_iter().for_each(write);
        assert_eq!(names(), ["a", "b", "cur/1:2,S"]);
        // A Maildir now: its mails, and what else looks like one.
        ["new/2", "tmp/3"].into_iter().for_each(write);
        assert_eq!(names(), ["cur/1:2,S", "new/2"]);
        assert!(files_in(&folder.path().join("absent")).is_err());
    }
}
