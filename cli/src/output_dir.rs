//! A folder that files are written into, each whole or not at all.
//!
//! What holds, whatever the input:
//!
//! - The folder is opened once, and everything is written relative to that handle ([`super::folder`]): what is renamed or linked
//!   inside it, or around it, meanwhile leads no file out. Where the standard library has no such handles (Windows), names count.
//! - Every file is one component under the folder, since only a [`SafeName`] is taken.
//! - A file gets its name when it is complete. If the data ends in an error, or the program does, nothing is left. This does not
//!   guard against a loss of power: that would take a sync for each file.
//! - Two files of one run never share a name, also where a file system takes different names for one: the second becomes
//!   `a (2).txt`. Names are compared by [`collision_key`], and what is in the way is compared by identity with what this run has
//!   written (an 8.3 alias on NTFS: `LONGNA~1.TXT` for `long name.txt`). Which number a name gets does not depend on what was in
//!   the folder before, so that a second run meets its own files and not new numbers.
//! - What was in the folder before is not touched, and the write fails with [`io::ErrorKind::AlreadyExists`]. With `force` a file
//!   is replaced in one step and keeps its mode, a folder or device never. Subfolders are treated like files: one that was there
//!   before is entered with `force` only, as otherwise a mail could choose where in the user's home its files go.
//! - A symbolic link that has the name is in the way like a file; it is replaced or refused, never followed. The folder itself is
//!   the user's choice and may be a link.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use winmail::FileTime;
use winmail::safe_name::{SafeName, collision_key};

use super::archive::Archive;
use super::failure;
use super::folder::{Draft, Folder, Identity, Kind};

/// A folder that files are written into. The module's documentation says what it guarantees.
#[derive(Debug)]
pub struct OutputDir {
    path: PathBuf,
    place: Place,
    force: bool,
    /// [`collision_key`] of every name given out in this run, whether it could be written or not.
    taken: HashSet<String>,
    /// The next number to try, by [`SafeName::series_key`]: thousands of equal names are numbered in linear time.
    next_number: HashMap<String, u32>,
    written: HashSet<Identity>,
}

/// Where files go.
#[derive(Debug)]
enum Place {
    /// Nothing is to be written.
    Nowhere,
    Folder(Folder),
    /// An archive, and the folder in it, with a slash behind it.
    Archive(Archive, String),
}

/// A file or folder that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name in the folder.
    pub file_name: SafeName,
    /// The name that was asked for, where that was taken by an earlier file of this run.
    pub renamed_from: Option<SafeName>,
}

impl OutputDir {
    /// Opens the folder; makes it, and the folders above it, if it does not exist.
    ///
    /// `force`: replace files that were there before.
    ///
    /// # Errors
    /// The folder cannot be made, or something that is no folder has its name; they name the folder.
    pub fn create(path: impl Into<PathBuf>, force: bool) -> io::Result<OutputDir> {
        let path = path.into();
        is_a_name(&path, "a folder")?;
        let folder = fs::create_dir_all(&path).and_then(|()| Folder::open(&path)).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists || error.kind() == io::ErrorKind::NotADirectory {
                let why = format!("{} is no folder, or there is a file in its place; -o takes a folder", path.display());
                return failure::named(error.kind(), why);
            }
            failure::about(&path.display().to_string(), &error)
        })?;
        Ok(OutputDir::new(path, Place::Folder(folder), force))
    }

    /// A folder in which nothing is to be written: it gives out names alone, and need not be there.
    #[must_use]
    pub fn planned(path: impl Into<PathBuf>, force: bool) -> OutputDir {
        OutputDir::new(path.into(), Place::Nowhere, force)
    }

    /// The top of an archive. Files in it have the names that they would have in a folder; none is there before.
    #[must_use]
    pub fn archive(archive: Archive) -> OutputDir {
        OutputDir::new(PathBuf::new(), Place::Archive(archive, String::new()), false)
    }

    fn new(path: PathBuf, place: Place, force: bool) -> OutputDir {
        OutputDir { path, place, force, taken: HashSet::new(), next_number: HashMap::new(), written: HashSet::new() }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn folder(&self) -> io::Result<&Folder> {
        match &self.place {
            Place::Folder(folder) => Ok(folder),
            Place::Nowhere | Place::Archive(..) => Err(io::Error::other("nothing is to be written")),
        }
    }

    fn identity(&self, name: &SafeName) -> Option<Identity> {
        self.folder().ok().and_then(|folder| folder.identity(name.as_str()))
    }

    /// Writes a file of these bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]: the file was there before this run, and is as it was. Others: as the system has them.
    /// Either way the name stays taken for this run.
    pub fn write(&mut self, name: &SafeName, data: &[u8]) -> io::Result<Written> {
        self.write_with(name, |out| out.write_all(data))
    }

    /// Writes a file of what `fill` writes. An error from `fill` is handed back as it is, and no file appears.
    ///
    /// # Errors
    /// As [`write`](Self::write), and those of `fill`.
    pub fn write_with(&mut self, name: &SafeName, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Written> {
        let candidate = self.next_free(name)?;
        let draft = filled(self.folder()?, fill)?;
        self.persist(name, candidate, draft)
    }

    /// As [`write`](Self::write), with the time of the last change.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_dated(&mut self, name: &SafeName, data: &[u8], time: Option<FileTime>) -> io::Result<Written> {
        if let Place::Archive(archive, folder) = &self.place {
            let (archive, folder) = (archive.clone(), folder.clone());
            let candidate = self.next_free(name)?;
            let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
            archive.add(&format!("{folder}{candidate}"), time, &mut &data[..], length)?;
            return Ok(self.written(name, candidate));
        }
        let candidate = self.next_free(name)?;
        let draft = filled(self.folder()?, |out| out.write_all(data))?;
        dated(&draft, time)?;
        self.persist(name, candidate, draft)
    }

    /// Gives a file its name that was made in this folder, or in one around it, before its name was known.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn adopt(&mut self, name: &SafeName, mut file: Draft, time: Option<FileTime>) -> io::Result<Written> {
        let candidate = self.next_free(name)?;
        if let Place::Archive(archive, folder) = &self.place {
            let length = file.seek(SeekFrom::End(0))?;
            file.rewind()?;
            archive.add(&format!("{folder}{candidate}"), time, &mut file, length)?;
            return Ok(self.written(name, candidate));
        }
        dated(&file, time)?;
        self.persist(name, candidate, file)
    }

    fn persist(&mut self, name: &SafeName, mut candidate: SafeName, mut draft: Draft) -> io::Result<Written> {
        loop {
            let folder = self.folder()?;
            match folder.publish(draft, candidate.as_str()) {
                Ok(()) => return Ok(self.written(name, candidate)),
                Err((error, _)) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                // Each turn meets one more file of this run, so this ends.
                Err((_, back)) if self.is_ours(&candidate) => {
                    draft = back;
                    candidate = self.next_free(name)?;
                }
                Err((_, back)) if self.force => {
                    folder.replace(back, candidate.as_str())?;
                    return Ok(self.written(name, candidate));
                }
                Err(_) => return Err(already_exists(&self.path.join(candidate.as_str()))),
            }
        }
    }

    /// Gives out a name, to be written to later, on another thread if need be.
    ///
    /// # Errors
    /// No number is left for the name.
    pub fn reserve(&mut self, name: &SafeName) -> io::Result<Slot> {
        let name = self.next_free(name)?;
        Ok(Slot(self.path.join(name.as_str())))
    }

    /// Makes a folder in this one, by the same rules, for files that may have the same names as those here.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]: something has this name since before this run; with `force`, something that is not a
    /// folder. Others: as the system has them.
    pub fn subdir(&mut self, name: &SafeName) -> io::Result<OutputDir> {
        loop {
            let candidate = self.next_free(name)?;
            let target = self.path.join(candidate.as_str());
            if let Place::Archive(archive, folder) = &self.place {
                let place = Place::Archive(archive.clone(), format!("{folder}{candidate}/"));
                return Ok(OutputDir::new(target, place, self.force));
            }
            let folder = self.folder()?;
            match folder.make(candidate.as_str()) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Err(_) if self.is_ours(&candidate) => continue,
                // Of the name itself, so that a link to a folder is no folder.
                Err(_) if !(self.force && folder.kind(candidate.as_str())? == Some(Kind::Folder)) => {
                    return Err(already_exists(&target));
                }
                _ => {}
            }
            let inner = folder.enter(candidate.as_str())?;
            self.written(name, candidate);
            return Ok(OutputDir::new(target, Place::Folder(inner), self.force));
        }
    }

    /// The first of `name`, `name (2)`, `name (3)`, … that this run has not given out yet; gives it out.
    fn next_free(&mut self, name: &SafeName) -> io::Result<SafeName> {
        if self.taken.insert(collision_key(name)) {
            return Ok(name.clone());
        }
        let next = self.next_number.entry(name.series_key()).or_insert(2);
        loop {
            let candidate = name.numbered(*next);
            *next = next.checked_add(1).ok_or_else(|| io::Error::other(format!("no number is left for {name}")))?;
            if self.taken.insert(collision_key(&candidate)) {
                return Ok(candidate);
            }
        }
    }

    fn written(&mut self, asked: &SafeName, file_name: SafeName) -> Written {
        let identity = self.identity(&file_name);
        self.written.extend(identity);
        let renamed_from = (file_name != *asked).then(|| asked.clone());
        Written { file_name, renamed_from }
    }

    fn is_ours(&self, name: &SafeName) -> bool {
        self.identity(name).is_some_and(|identity| self.written.contains(&identity))
    }
}

/// A name in a folder that is one file's: [`OutputDir::reserve`]. What the module promises holds, but for second names that a file
/// system has for files of the same run.
#[derive(Debug, Clone)]
pub struct Slot(PathBuf);

impl Slot {
    /// Where the file goes.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

fn filled(folder: &Folder, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Draft> {
    let mut draft = folder.draft()?;
    let mut buffer = BufWriter::new(&mut draft);
    fill(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    Ok(draft)
}

fn dated(draft: &Draft, time: Option<FileTime>) -> io::Result<()> {
    time.map_or(Ok(()), |time| draft.set_modified(time.into()))
}

fn put(folder: &Folder, draft: Draft, name: &OsStr, force: bool, path: &Path) -> io::Result<()> {
    match folder.publish(draft, name) {
        Ok(()) => Ok(()),
        Err((error, _)) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err((_, back)) if force => folder.replace(back, name),
        Err(_) => Err(already_exists(path)),
    }
}

/// Writes one file into a folder that is open, whole or not at all. Without `force` what has the name stays; with it, a file or link
/// is replaced. `path` is what errors name.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]; others as the system has them.
pub fn write_in(folder: &Folder, name: &str, force: bool, path: &Path, data: &[u8]) -> io::Result<()> {
    let written = filled(folder, |out| out.write_all(data)).and_then(|draft| put(folder, draft, OsStr::new(name), force, path));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => error,
        _ => failure::about(&path.display().to_string(), &error),
    })
}

/// Writes one file at a path of the user's choice, whole or not at all. Without `force` a file that is there stays. With it, the
/// file that a link leads to is replaced and keeps its mode, and what is no file, as a device or a pipe, is written into.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]; those of `fill` and of the system, and they name the file.
pub fn write_file(target: &Path, force: bool, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if !force && target.symlink_metadata().is_ok() {
        return Err(already_exists(target));
    }
    write_at(target, force, fill).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => error,
        _ => failure::about(&target.display().to_string(), &error),
    })
}

/// A file at a path of the user's choice that is written step by step, and has no name before it is complete.
#[derive(Debug)]
pub struct NewFile {
    folder: Folder,
    path: PathBuf,
    force: bool,
}

impl NewFile {
    /// Begins a file; what is written goes into the draft.
    ///
    /// # Errors
    /// As [`write_file`]. What is no file, as a device, is not written into.
    pub fn begin(path: &Path, force: bool) -> io::Result<(NewFile, Draft)> {
        if !force && path.symlink_metadata().is_ok() {
            return Err(already_exists(path));
        }
        let named = |error: io::Error| failure::about(&path.display().to_string(), &error);
        let path = if path.exists() { fs::canonicalize(path).map_err(named)? } else { path.to_owned() };
        if path.is_dir() || path.file_name().is_none() {
            return Err(named(io::ErrorKind::IsADirectory.into()));
        }
        let file = NewFile { folder: Folder::open(parent(&path)).map_err(named)?, path: path.clone(), force };
        let draft = file.folder.draft().map_err(named)?;
        Ok((file, draft))
    }

    /// An error with the name of the file.
    #[must_use]
    pub fn about(&self, error: &io::Error) -> io::Error {
        failure::about(&self.path.display().to_string(), error)
    }

    /// The folder that it goes into.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        parent(&self.path).to_owned()
    }

    /// Gives a draft of the folder the name.
    ///
    /// # Errors
    /// As [`write_file`].
    pub fn finish(&self, draft: Draft) -> io::Result<()> {
        put(&self.folder, draft, self.path.file_name().unwrap_or_default(), self.force, &self.path)
    }
}

/// The folder of a file.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_at(target: &Path, force: bool, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let metadata = if force { fs::metadata(target).ok() } else { None };
    if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // `/dev/stdout` is what it leads to, also where that is a file.
    let is_stream = metadata.is_some() && (target.starts_with("/dev") || target.starts_with("/proc"));
    if is_stream || metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(target)?);
        fill(&mut out)?;
        return out.flush();
    }
    let real = if metadata.is_some() { fs::canonicalize(target)? } else { target.to_owned() };
    let Some(name) = real.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no name of a file"));
    };
    let path = parent(&real);
    let folder = Folder::open(path).map_err(|error| failure::about(&format!("the folder {}", path.display()), &error))?;
    let draft = filled(&folder, fill)?;
    put(&folder, draft, name, force, target)
}

fn already_exists(path: &Path) -> io::Error {
    failure::named(io::ErrorKind::AlreadyExists, format!("{} exists already; --force replaces files", path.display()))
}

/// Refuses `-`, which elsewhere stands for standard output.
///
/// # Errors
/// If it is that.
pub fn is_a_name(path: &Path, wanted: &str) -> io::Result<()> {
    if path == Path::new("-") {
        let why = format!("- is standard output, and {wanted} is wanted here; ./- names one");
        return Err(failure::named(io::ErrorKind::InvalidInput, why));
    }
    Ok(())
}

/// What came of an extraction: how many files there were, how many were written, how many were not.
///
/// `Display` is the last line for the user: `3 files found, 2 written to out, 1 failed`. The numbers are made by
/// [`record`](Self::record) alone, so that they cannot contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractSummary {
    folder: PathBuf,
    written: u64,
    failed: u64,
}

impl ExtractSummary {
    /// Nothing found yet. `folder` is named in the line.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> ExtractSummary {
        ExtractSummary { folder: folder.into(), written: 0, failed: 0 }
    }

    /// Counts one file that was found: written if `result` is `Ok`, else failed.
    pub fn record<T, E>(&mut self, result: &Result<T, E>) {
        let count = if result.is_ok() { &mut self.written } else { &mut self.failed };
        *count = count.saturating_add(1);
    }

    /// How many files there were.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.written.saturating_add(self.failed)
    }

    /// Whether every file that was found was written; for the exit code.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed == 0
    }
}

impl fmt::Display for ExtractSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = if self.found() == 1 { "file" } else { "files" };
        write!(f, "{} {files} found, {} written to {}", self.found(), self.written, self.folder.display())?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use winmail::safe_name::sanitize;

    #[test]
    fn a_folder_is_not_called_as_standard_output_is() {
        let error = OutputDir::create("-", false).unwrap_err();
        assert_eq!(error.to_string(), "- is standard output, and a folder is wanted here; ./- names one");
        assert!(!Path::new("-").exists());
    }

    fn name(text: &str) -> SafeName {
        sanitize(text, "attachment")
    }

    /// Name and content of everything in a folder, in order.
    fn listing(folder: &Path) -> Vec<(String, String)> {
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let content = fs::read_to_string(entry.path()).unwrap_or_else(|_| "(folder)".to_owned());
                (entry.file_name().into_string().unwrap(), content)
            })
            .collect();
        all.sort();
        all
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|&(name, content)| (name.to_owned(), content.to_owned())).collect()
    }

    #[test]
    fn writes_into_a_new_folder() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/b");
        let mut out = OutputDir::create(&folder, false).unwrap();
        let written = out.write(&name("x.txt"), b"one").unwrap();
        assert_eq!(written, Written { file_name: name("x.txt"), renamed_from: None });
        assert_eq!(out.path(), folder);
        assert_eq!(listing(&folder), pairs(&[("x.txt", "one")]));
    }

    #[test]
    fn the_folder_may_exist_but_not_be_a_file() {
        let temp = tempfile::tempdir().unwrap();
        OutputDir::create(temp.path(), false).unwrap();
        let file = temp.path().join("file");
        fs::write(&file, "old").unwrap();
        assert!(OutputDir::create(&file, true).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    }

    #[test]
    fn equal_names_are_all_kept() {
        for force in [false, true] {
            let temp = tempfile::tempdir().unwrap();
            let mut out = OutputDir::create(temp.path(), force).unwrap();
            let names = ["a.txt", "a (2).txt", "a.txt", "A.TXT", "a.txt", "ä", "a\u{308}", "../ä"];
            let written: Vec<_> = names.iter().map(|text| out.write(&name(text), text.as_bytes()).unwrap()).collect();
            let expected = pairs(&[
                ("A (4).TXT", "A.TXT"),
                ("a (2).txt", "a (2).txt"),
                ("a (3).txt", "a.txt"),
                ("a (5).txt", "a.txt"),
                ("a.txt", "a.txt"),
                ("a\u{308} (2)", "a\u{308}"),
                ("ä", "ä"),
                ("ä (3)", "../ä"),
            ]);
            assert_eq!(listing(temp.path()), expected);
            assert_eq!(written[1].renamed_from, None);
            assert_eq!(written[3], Written { file_name: name("A (4).TXT"), renamed_from: Some(name("A.TXT")) });
        }
    }

    #[test]
    fn what_was_there_is_replaced_with_force_only() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("a.txt"), "old").unwrap();
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        let error = out.write(&name("a.txt"), b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert!(error.to_string().contains("a.txt"), "{error}");
        out.write(&name("a.txt"), b"second").unwrap();
        assert_eq!(listing(temp.path()), pairs(&[("a (2).txt", "second"), ("a.txt", "old")]));

        // The second run meets the files of the first, by the same numbers.
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        for _ in 0..2 {
            assert_eq!(out.write(&name("a.txt"), b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        let mut out = OutputDir::create(temp.path(), true).unwrap();
        out.write(&name("a.txt"), b"one").unwrap();
        out.write(&name("a.txt"), b"two").unwrap();
        assert_eq!(listing(temp.path()), pairs(&[("a (2).txt", "two"), ("a.txt", "one")]));
    }

    #[test]
    fn a_folder_in_the_way_is_not_replaced() {
        for force in [false, true] {
            let temp = tempfile::tempdir().unwrap();
            fs::create_dir(temp.path().join("a")).unwrap();
            let mut out = OutputDir::create(temp.path(), force).unwrap();
            assert!(out.write(&name("a"), b"new").is_err());
            assert_eq!(listing(temp.path()), pairs(&[("a", "(folder)")]));
        }
    }

    #[test]
    fn a_failing_writer_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("b"), "old").unwrap();
        let mut out = OutputDir::create(temp.path(), true).unwrap();
        for file in ["a", "b"] {
            let error = out
                .write_with(&name(file), |out| {
                    out.write_all(&[b'x'; 100_000])?;
                    Err(io::Error::new(io::ErrorKind::InvalidData, "damaged"))
                })
                .unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::InvalidData, "damaged"));
        }
        assert_eq!(listing(temp.path()), pairs(&[("b", "old")]));
    }

    #[test]
    fn streams_more_than_a_buffer() {
        let temp = tempfile::tempdir().unwrap();
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        out.write_with(&name("a"), |out| (0..100_000).try_for_each(|i| writeln!(out, "{i}"))).unwrap();
        let expected: String = (0..100_000).map(|i| format!("{i}\n")).collect();
        assert_eq!(listing(temp.path()), pairs(&[("a", &expected)]));
    }

    #[test]
    fn a_single_file_is_written_whole_or_not_at_all() {
        let temp = tempfile::tempdir().unwrap();
        let target = temp.path().join("out");
        let fails = |out: &mut dyn Write| out.write_all(b"half").and(Err(io::Error::other("no more")));
        assert!(write_file(&target, true, fails).is_err());
        assert_eq!(listing(temp.path()), pairs(&[]));
        write_file(&target, false, |out| out.write_all(b"one")).unwrap();
        let error = write_file(&target, false, |out| out.write_all(b"two")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        write_file(&target, true, |out| out.write_all(b"three")).unwrap();
        assert_eq!(listing(temp.path()), pairs(&[("out", "three")]));
    }

    #[test]
    fn subfolders_follow_the_same_rules() {
        let temp = tempfile::tempdir().unwrap();
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        out.write(&name("m"), b"file").unwrap();
        let mut second = out.subdir(&name("M")).unwrap();
        second.write(&name("m"), b"inner").unwrap();
        assert_eq!(second.path(), temp.path().join("M (2)"));
        assert_eq!(listing(temp.path()), pairs(&[("M (2)", "(folder)"), ("m", "file")]));
        assert_eq!(listing(second.path()), pairs(&[("m", "inner")]));

        // From before: refused, or entered with force; a file is never replaced by a folder.
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        assert_eq!(out.subdir(&name("M (2)")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let mut out = OutputDir::create(temp.path(), true).unwrap();
        out.subdir(&name("M (2)")).unwrap().write(&name("m"), b"again").unwrap();
        assert_eq!(listing(second.path()), pairs(&[("m", "again")]));
        assert_eq!(out.subdir(&name("m")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(temp.path().join("m")).unwrap(), "file");
    }

    #[test]
    fn ten_thousand_equal_names_are_fast() {
        let temp = tempfile::tempdir().unwrap();
        let mut out = OutputDir::create(temp.path(), false).unwrap();
        for _ in 0..10_000 {
            out.write(&name("a.txt"), b"x").unwrap();
        }
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 10_000);
        assert!(temp.path().join("a (10000).txt").exists());
    }

    /// Numbering alone, in the shapes that make it quadratic if every name has a counter of its own: equal names, names that are
    /// equal only where their stems are cut, names that look numbered already.
    #[test]
    fn numbering_is_linear() {
        let temp = tempfile::tempdir().unwrap();
        let shapes: [&dyn Fn(u32) -> String; 3] =
            [&|_| "x".repeat(300), &|i| format!("{}{:05}.txt", "x".repeat(246), i / 2), &|i| format!("a ({}).txt", i % 1000)];
        for shape in shapes {
            let mut out = OutputDir::create(temp.path(), false).unwrap();
            let names: HashSet<_> = (0..2_000).map(|i| collision_key(&out.next_free(&name(&shape(i))).unwrap())).collect();
            assert_eq!(names.len(), 2_000);
            let tries: u32 = out.next_number.values().map(|next| next - 2).sum();
            assert!(tries <= 4_000, "{tries}");
        }
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        #[test]
        fn a_link_in_the_way_is_not_followed() {
            let outside = tempfile::tempdir().unwrap();
            let victim = outside.path().join("victim");
            fs::write(&victim, "old").unwrap();
            let temp = tempfile::tempdir().unwrap();
            symlink(&victim, temp.path().join("a")).unwrap();
            symlink(outside.path().join("absent"), temp.path().join("b")).unwrap();
            symlink(outside.path(), temp.path().join("d")).unwrap();

            let mut out = OutputDir::create(temp.path(), false).unwrap();
            for link in ["a", "b", "d"] {
                assert_eq!(out.write(&name(link), b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
                assert!(temp.path().join(link).is_symlink());
            }
            for force in [false, true] {
                let mut out = OutputDir::create(temp.path(), force).unwrap();
                assert_eq!(out.subdir(&name("d")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
                assert_eq!(out.subdir(&name("b")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            }
            let mut out = OutputDir::create(temp.path(), true).unwrap();
            for link in ["a", "b", "d"] {
                out.write(&name(link), b"new").unwrap();
                assert!(!temp.path().join(link).is_symlink());
            }
            assert_eq!(listing(temp.path()), pairs(&[("a", "new"), ("b", "new"), ("d", "new")]));
            assert_eq!(listing(outside.path()), pairs(&[("victim", "old")]));
        }

        #[test]
        fn the_folder_may_be_a_link() {
            let temp = tempfile::tempdir().unwrap();
            fs::create_dir(temp.path().join("real")).unwrap();
            symlink(temp.path().join("real"), temp.path().join("link")).unwrap();
            OutputDir::create(temp.path().join("link"), false).unwrap().write(&name("a"), b"x").unwrap();
            assert_eq!(listing(&temp.path().join("real")), pairs(&[("a", "x")]));
        }

        #[test]
        fn permissions_are_those_of_any_new_file() {
            let temp = tempfile::tempdir().unwrap();
            fs::write(temp.path().join("plain"), "x").unwrap();
            let mut out = OutputDir::create(temp.path(), false).unwrap();
            out.write(&name("ours"), b"x").unwrap();
            let mode = |file: &str| fs::metadata(temp.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode("ours"), mode("plain"));
        }

        /// A second name for a file of this run, as an NTFS 8.3 alias is: a hard link stands in for it.
        #[test]
        fn another_name_of_our_own_file_is_not_overwritten() {
            for force in [false, true] {
                let temp = tempfile::tempdir().unwrap();
                let mut out = OutputDir::create(temp.path(), force).unwrap();
                out.write(&name("long name.txt"), b"one").unwrap();
                fs::hard_link(temp.path().join("long name.txt"), temp.path().join("LONGNA~1.TXT")).unwrap();
                let written = out.write(&name("LONGNA~1.TXT"), b"two").unwrap();
                assert_eq!(written.file_name.as_str(), "LONGNA~1 (2).TXT");
                fs::remove_file(temp.path().join("LONGNA~1.TXT")).unwrap();
                assert_eq!(listing(temp.path()), pairs(&[("LONGNA~1 (2).TXT", "two"), ("long name.txt", "one")]));
            }
        }
    }

    #[test]
    fn the_summary_says_what_happened() {
        let mut summary = ExtractSummary::new("out");
        assert_eq!(summary.to_string(), "0 files found, 0 written to out");
        summary.record(&Ok::<_, ()>(()));
        assert_eq!(summary.to_string(), "1 file found, 1 written to out");
        assert!(summary.is_complete());
        summary.record(&Ok::<_, ()>(()));
        summary.record(&Err::<(), _>(()));
        assert_eq!(summary.to_string(), "3 files found, 2 written to out, 1 failed");
        assert_eq!((summary.found(), summary.written, summary.failed, summary.is_complete()), (3, 2, 1, false));
    }
}
