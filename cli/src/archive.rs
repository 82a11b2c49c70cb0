//! A ZIP archive in the place of a folder: the same names, each file whole, and the archive whole or not at all.

use std::fmt;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use winmail::FileTime;
use zip::result::ZipError;
use zip::write::{ExtendedFileOptions, FileOptions};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::folder::Draft;
use super::output_dir::{self, NewFile};

/// An archive that is being written; what is a clone writes into the same one.
#[derive(Clone)]
pub struct Archive {
    /// None once it is complete.
    writer: Arc<Mutex<Option<ZipWriter<Sink>>>>,
    /// A file could not be written whole, so that there is nothing to be completed.
    is_broken: Arc<AtomicBool>,
}

/// Where an archive goes when it is complete.
#[derive(Debug)]
pub struct Unfinished {
    archive: Archive,
    target: NewFile,
}

/// A file that takes everything without a word when the archive is given up: as it goes, the writer ends the archive, and would complain
/// on standard error.
struct Sink {
    draft: Draft,
    is_given_up: Arc<AtomicBool>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_given_up.load(Ordering::Relaxed) { Ok(bytes.len()) } else { self.draft.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_given_up.load(Ordering::Relaxed) { Ok(()) } else { self.draft.flush() }
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.draft.seek(to)
    }
}

/// The id of the field with times in seconds from 1970 on, and its flag for the time of the last change.
const TIMES: u16 = 0x5455;
const MODIFIED: u8 = 1;

impl Unfinished {
    /// Begins an archive at a path. Nothing has the name before [`finish`](Self::finish).
    ///
    /// # Errors
    /// Something has the name and `force` is not set; those of the system.
    pub fn begin(path: &Path, force: bool) -> io::Result<Unfinished> {
        output_dir::is_a_name(path, "a file")?;
        let (target, draft) = NewFile::begin(path, force)?;
        let is_broken = Arc::new(AtomicBool::new(false));
        let sink = Sink { draft, is_given_up: Arc::clone(&is_broken) };
        let archive = Archive { writer: Arc::new(Mutex::new(Some(ZipWriter::new(sink)))), is_broken };
        Ok(Unfinished { archive, target })
    }

    /// What files are put into.
    #[must_use]
    pub fn archive(&self) -> Archive {
        self.archive.clone()
    }

    /// The folder that the archive goes into.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.target.folder()
    }

    /// Writes the directory of the archive and gives it its name.
    ///
    /// # Errors
    /// Those of the system; then nothing is left.
    pub fn finish(self) -> io::Result<()> {
        let done = self.end();
        done.map_err(|error| self.target.about(&error))
    }

    fn end(&self) -> io::Result<()> {
        if self.archive.is_broken.load(Ordering::Relaxed) {
            return Err(io::Error::other("not written, as not all that is to be in it could be"));
        }
        let mut writer = self.archive.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sink = writer.take().ok_or_else(complete)?.finish().map_err(system)?;
        sink.flush()?;
        self.target.finish(sink.draft)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.archive.is_broken.store(true, Ordering::Relaxed);
    }
}

impl Archive {
    /// Adds a file. With `time`, that of its last change, else that of 1 January 1980, the first that ZIP has.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&self, name: &str, time: Option<FileTime>, data: &mut dyn io::Read, length: u64) -> io::Result<()> {
        let mut options: FileOptions<'_, ExtendedFileOptions> =
            FileOptions::default().compression_method(CompressionMethod::Deflated).large_file(length >= u64::from(u32::MAX));
        options = options.unix_permissions(0o644).last_modified_time(time.and_then(dos_time).unwrap_or_default());
        if let Some(seconds) = time.and_then(|time| i32::try_from(time.unix_seconds()).ok()) {
            let mut field = vec![MODIFIED];
            field.extend(seconds.to_le_bytes());
            options.add_extra_data(TIMES, field.into_boxed_slice(), false).map_err(system)?;
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = writer.as_mut().ok_or_else(complete)?;
        let added = writer.start_file(name, options).map_err(system).and_then(|()| io::copy(data, writer).map(drop));
        if added.is_err() {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        added
    }
}

/// The system's error, where it is one.
fn system(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

fn complete() -> io::Error {
    io::Error::other("the archive is complete")
}

/// A time in UTC as DOS had it.
fn dos_time(time: FileTime) -> Option<DateTime> {
    let date = time.date_time()?;
    let [month, day, hour, minute, second] =
        [date.month(), date.day(), date.hour(), date.minute(), date.second()].map(|part| u8::try_from(part).unwrap_or_default());
    DateTime::from_date_and_time(date.year(), month, day, hour, minute, second).ok()
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn an_archive_appears_whole_with_names_bytes_and_times() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.zip");
        let made = Unfinished::begin(&path, false).unwrap();
        let time = FileTime::from_unix(1_700_000_000, 0);
        let long = vec![b'x'; 100_000];
        made.archive().add("é/long.txt", time, &mut &long[..], 100_000).unwrap();
        made.archive().add("empty", None, &mut &b""[..], 0).unwrap();
        assert!(!path.exists());
        made.finish().unwrap();
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
        let mut read = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!(read.file_names().collect::<Vec<_>>(), ["é/long.txt", "empty"]);
        let mut file = read.by_name("é/long.txt").unwrap();
        // 2023-11-14 22:13:20 UTC.
        let stored = file.last_modified().unwrap();
        assert_eq!((stored.year(), stored.month(), stored.day(), stored.hour(), stored.second()), (2023, 11, 14, 22, 20));
        assert!(file.extra_data().unwrap().windows(5).any(|bytes| bytes == [&[1][..], &1_700_000_000i32.to_le_bytes()].concat()));
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        assert!(content == long && file.compressed_size() < 1_000);
    }

    #[test]
    fn what_is_there_stays_and_what_fails_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.zip");
        std::fs::write(&path, "old").unwrap();
        assert_eq!(Unfinished::begin(&path, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        drop(Unfinished::begin(&path, true).unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        Unfinished::begin(&path, true).unwrap().finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap().len(), 22, "the end of central directory alone");
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn without_one_of_its_files_there_is_no_archive() {
        struct Broken(bool);
        impl io::Read for Broken {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    Err(io::Error::other("broken"))
                } else {
                    bytes.fill(1);
                    Ok(bytes.len())
                }
            }
        }
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.zip");
        let made = Unfinished::begin(&path, false).unwrap();
        made.archive().add("a", None, &mut &b"a"[..], 1).unwrap();
        assert!(made.archive().add("b", None, &mut Broken(false), 9).is_err());
        let error = made.finish().unwrap_err();
        assert!(error.to_string().contains("a.zip") && error.to_string().contains("not written"), "{error}");
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
    }
}
