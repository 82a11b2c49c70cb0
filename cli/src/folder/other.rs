//! Folders by path, where the standard library knows no handles of them.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::{Kind, draft_name};

/// A folder by its path.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// Which file it is: the path with the name that the folder has for it; the standard library gives out no file ids here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity(PathBuf);

/// A file under a temporary name. If it gets no other, nothing stays of it.
#[derive(Debug)]
pub struct Draft(NamedTempFile);

impl Folder {
    /// A folder of the user's choice.
    ///
    /// # Errors
    /// It is another kind of entry.
    pub fn open(path: &Path) -> io::Result<Folder> {
        if fs::metadata(path)?.is_dir() { Ok(Folder(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Makes a folder in this one.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; others as the system has them.
    pub fn make(&self, name: impl AsRef<Path>) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    /// A folder in this one that is no link.
    ///
    /// # Errors
    /// It is another kind of entry.
    pub fn enter(&self, name: impl AsRef<Path>) -> io::Result<Folder> {
        match self.kind(&name)? {
            Some(Kind::Folder) => Ok(Folder(self.0.join(name))),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// What has a name here; `None` if nothing has.
    ///
    /// # Errors
    /// As the system has them.
    pub fn kind(&self, name: impl AsRef<Path>) -> io::Result<Option<Kind>> {
        match fs::symlink_metadata(self.0.join(name)) {
            Ok(metadata) if metadata.is_symlink() => Ok(Some(Kind::Link)),
            Ok(metadata) if metadata.is_dir() => Ok(Some(Kind::Folder)),
            Ok(metadata) if metadata.is_file() => Ok(Some(Kind::File)),
            Ok(_) => Ok(Some(Kind::Special)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Which file has a name here.
    #[must_use]
    pub fn identity(&self, name: impl AsRef<Path>) -> Option<Identity> {
        let path = self.0.join(name);
        let metadata = fs::symlink_metadata(&path).ok()?;
        if metadata.is_symlink() { None } else { fs::canonicalize(path).ok().map(Identity) }
    }

    /// A file to be written here.
    ///
    /// # Errors
    /// As the system has them.
    pub fn draft(&self) -> io::Result<Draft> {
        let name = draft_name();
        tempfile::Builder::new().prefix(name.trim_end_matches(".tmp")).suffix(".tmp").tempfile_in(&self.0).map(Draft)
    }

    /// Gives a draft its name here, unless something has it: then it comes back with the error.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; others as the system has them.
    pub fn publish(&self, draft: Draft, name: impl AsRef<Path>) -> Result<(), (io::Error, Draft)> {
        match draft.0.persist_noclobber(self.0.join(name)) {
            Ok(_) => Ok(()),
            Err(error) => Err((error.error, Draft(error.file))),
        }
    }

    /// Puts a draft in the place of a file.
    ///
    /// # Errors
    /// Something that is no file has the name. Others as the system has them.
    pub fn replace(&self, draft: Draft, name: impl AsRef<Path>) -> io::Result<()> {
        match self.kind(&name)? {
            Some(Kind::Special) => return Err(io::Error::other("is no file that could be replaced")),
            Some(Kind::Folder) => return Err(io::ErrorKind::IsADirectory.into()),
            _ => {}
        }
        draft.0.persist(self.0.join(name)).map(drop).map_err(|error| error.error)
    }
}

impl Draft {
    /// Sets the time of the last change.
    ///
    /// # Errors
    /// As the system has them.
    pub fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.0.as_file().set_modified(time)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Read for Draft {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}
