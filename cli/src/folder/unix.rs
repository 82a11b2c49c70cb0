//! Folders by handle: every file is opened, linked and renamed relative to it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{self, AtFlags, CWD, FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::Errno;

use super::{Kind, draft_name};

/// A folder that is held open.
#[derive(Debug, Clone)]
pub struct Folder(Arc<OwnedFd>);

/// Which file or folder it is, wherever it goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity(u64, u64);

/// A file that has no name yet. If it gets none, nothing stays of it.
#[derive(Debug)]
pub struct Draft {
    file: File,
    /// Its folder and its name there, where the file system takes no file without one.
    named: Option<(Folder, String)>,
}

/// What any program's new file has: the system takes the umask off.
const NEW_FILE: Mode = Mode::from_raw_mode(0o666);

impl Folder {
    /// Opens a folder of the user's choice, which may be a link to one.
    ///
    /// # Errors
    /// As the system has them.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let handle = fs::openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Folder(Arc::new(handle)))
    }

    /// Makes a folder in this one.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; others as the system has them.
    pub fn make(&self, name: impl AsRef<Path>) -> io::Result<()> {
        Ok(fs::mkdirat(&*self.0, name.as_ref(), Mode::from_raw_mode(0o777))?)
    }

    /// Opens a folder in this one that is no link.
    ///
    /// # Errors
    /// As the system has them.
    pub fn enter(&self, name: impl AsRef<Path>) -> io::Result<Folder> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Folder(Arc::new(fs::openat(&*self.0, name.as_ref(), flags, Mode::empty())?)))
    }

    fn stat(&self, name: impl AsRef<Path>) -> io::Result<Option<Stat>> {
        match fs::statat(&*self.0, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What has a name here; `None` if nothing has.
    ///
    /// # Errors
    /// As the system has them.
    pub fn kind(&self, name: impl AsRef<Path>) -> io::Result<Option<Kind>> {
        Ok(self.stat(name)?.map(|stat| match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Special,
        }))
    }

    /// Which file has a name here.
    #[must_use]
    #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions, reason = "the types differ between systems")]
    pub fn identity(&self, name: impl AsRef<Path>) -> Option<Identity> {
        let stat = self.stat(name).ok().flatten()?;
        Some(Identity(u64::try_from(stat.st_dev).ok()?, u64::try_from(stat.st_ino).ok()?))
    }

    /// A file to be written here, or in a folder of the same file system.
    ///
    /// # Errors
    /// As the system has them.
    pub fn draft(&self) -> io::Result<Draft> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Ok(file) = fs::openat(&*self.0, ".", OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, NEW_FILE) {
            return Ok(Draft { file: File::from(file), named: None });
        }
        self.named_draft()
    }

    fn named_draft(&self) -> io::Result<Draft> {
        loop {
            let name = draft_name();
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match fs::openat(&*self.0, &name, flags, NEW_FILE) {
                Ok(file) => return Ok(Draft { file: File::from(file), named: Some((self.clone(), name)) }),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives a draft its name here, unless something has it: then it comes back with the error.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; others as the system has them.
    pub fn publish(&self, draft: Draft, name: impl AsRef<Path>) -> Result<(), (io::Error, Draft)> {
        let name = name.as_ref();
        match self.link(&draft, name) {
            // A named draft loses its other name as it is dropped.
            Ok(()) => Ok(()),
            Err(Errno::EXIST) => Err((Errno::EXIST.into(), draft)),
            // No links here (FAT, some of FUSE and network shares), or no /proc to name the draft by.
            Err(_) => self.over_placeholder(draft, name),
        }
    }

    /// Gives a draft one more name.
    fn link(&self, draft: &Draft, name: &Path) -> Result<(), Errno> {
        match &draft.named {
            Some((folder, own)) => fs::linkat(&*folder.0, own, &*self.0, name, AtFlags::empty()),
            None => {
                use std::os::fd::AsRawFd;
                let own = format!("/proc/self/fd/{}", draft.file.as_raw_fd());
                fs::linkat(CWD, own, &*self.0, name, AtFlags::SYMLINK_FOLLOW)
            }
        }
    }

    /// As [`publish`](Self::publish), by making an empty file first, which fails if something has the name, and replacing that.
    fn over_placeholder(&self, draft: Draft, name: &Path) -> Result<(), (io::Error, Draft)> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        if let Err(error) = fs::openat(&*self.0, name, flags, NEW_FILE) {
            return Err((error.into(), draft));
        }
        self.rename(draft, name).map_err(|(error, draft)| {
            // The name is ours, as it was free a moment ago; if it cannot be removed, the first error is still the one to tell.
            let _ = fs::unlinkat(&*self.0, name, AtFlags::empty());
            (error, draft)
        })
    }

    fn rename(&self, draft: Draft, name: &Path) -> Result<(), (io::Error, Draft)> {
        let mut draft = draft.with_name(self)?;
        let renamed = match &draft.named {
            Some((folder, own)) => fs::renameat(&*folder.0, own, &*self.0, name),
            None => Err(Errno::NOENT),
        };
        match renamed {
            Ok(()) => {
                draft.named = None;
                Ok(())
            }
            Err(error) => Err((error.into(), draft)),
        }
    }

    /// Puts a draft in the place of a file, in one step, with the mode and, as far as the system allows it, the owner that the
    /// file had. A link is replaced and not followed.
    ///
    /// # Errors
    /// Something that is no file has the name: a device is not for a message to write to. Others as the system has them.
    pub fn replace(&self, draft: Draft, name: impl AsRef<Path>) -> io::Result<()> {
        let name = name.as_ref();
        match self.kind(name)? {
            Some(Kind::Special) => return Err(io::Error::other("is no file that could be replaced")),
            Some(Kind::Folder) => return Err(io::ErrorKind::IsADirectory.into()),
            _ => {}
        }
        if let Some(stat) = self.stat(name)?.filter(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile) {
            draft.become_like(&stat)?;
        }
        self.rename(draft, name).map_err(|(error, _)| error)
    }
}

impl Draft {
    /// Sets when it was changed last.
    ///
    /// # Errors
    /// As the system has them.
    pub fn set_modified(&self, time: std::time::SystemTime) -> io::Result<()> {
        self.file.set_modified(time)
    }

    /// Takes over mode and owner. A mode that is not the owner's own stays no wider than it was.
    fn become_like(&self, stat: &Stat) -> io::Result<()> {
        let own = fs::fstat(&self.file)?;
        let mut mode = Mode::from_raw_mode(stat.st_mode) & Mode::from_raw_mode(0o7777);
        let differ = (own.st_uid, own.st_gid) != (stat.st_uid, stat.st_gid);
        if differ && fs::fchown(&self.file, Some(Uid::from_raw(stat.st_uid)), Some(Gid::from_raw(stat.st_gid))).is_err() {
            mode &= Mode::from_raw_mode(0o777);
            let group = own.st_gid == stat.st_gid || fs::fchown(&self.file, None, Some(Gid::from_raw(stat.st_gid))).is_ok();
            if !group {
                mode &= Mode::from_raw_mode(0o707);
            }
        }
        Ok(fs::fchmod(&self.file, mode)?)
    }

    /// The draft under a name of its own in a folder.
    fn with_name(mut self, folder: &Folder) -> Result<Draft, (io::Error, Draft)> {
        if self.named.is_some() {
            return Ok(self);
        }
        loop {
            let name = draft_name();
            match folder.link(&self, Path::new(&name)) {
                Ok(()) => {
                    self.named = Some((folder.clone(), name));
                    return Ok(self);
                }
                Err(Errno::EXIST) => {}
                Err(_) => break,
            }
        }
        // It cannot be linked: what it holds goes into one that has a name.
        let copied = folder.named_draft().and_then(|mut copy| {
            self.file.rewind()?;
            io::copy(&mut self.file, &mut copy.file)?;
            let stat = fs::fstat(&self.file)?;
            fs::fchmod(&copy.file, Mode::from_raw_mode(stat.st_mode) & Mode::from_raw_mode(0o7777))?;
            Ok(copy)
        });
        copied.map_err(|error| (error, self))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some((folder, name)) = &self.named {
            // Nothing is left to be done if this fails.
            let _ = fs::unlinkat(&*folder.0, name, AtFlags::empty());
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for Draft {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(folder: &Folder, named: bool, content: &[u8]) -> Draft {
        let mut draft = if named { folder.named_draft() } else { folder.draft() }.unwrap();
        draft.write_all(content).unwrap();
        draft
    }

    /// What a file system without links, without nameless files, and a system without `/proc` come to.
    #[test]
    fn the_ways_around_what_a_system_cannot_do() {
        for named in [false, true] {
            let temp = tempfile::tempdir().unwrap();
            let folder = Folder::open(temp.path()).unwrap();
            folder.over_placeholder(draft(&folder, named, b"one"), Path::new("a")).unwrap();
            let (error, back) = folder.over_placeholder(draft(&folder, named, b"two"), Path::new("a")).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            drop(back);
            folder.publish(draft(&folder, named, b"three"), "b").unwrap();
            folder.replace(draft(&folder, named, b"four"), "b").unwrap();
            let mut names: Vec<_> = std::fs::read_dir(temp.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, ["a", "b"]);
            assert_eq!(std::fs::read(temp.path().join("a")).unwrap(), b"one");
            assert_eq!(std::fs::read(temp.path().join("b")).unwrap(), b"four");
        }
    }

    #[test]
    fn a_device_or_folder_is_not_replaced() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        folder.make("folder").unwrap();
        fs::mknodat(&*folder.0, "pipe", FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        for name in ["folder", "pipe"] {
            let kind = folder.kind(name).unwrap();
            assert!(folder.replace(draft(&folder, false, b"x"), name).is_err(), "{name}");
            assert_eq!(folder.kind(name).unwrap(), kind);
        }
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 2);
    }
}
