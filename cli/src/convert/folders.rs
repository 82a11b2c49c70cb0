//! The folders of an output by handle: each is opened once, and what goes into it is written relative to that.
//!
//! What is renamed or linked in the output meanwhile leads no file out of it. A folder in it that is a link is not entered.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::folder::Folder;

/// How many folders are held open: a process may have some hundred files.
const OPEN_MAX: usize = 64;

/// A folder, and those in it.
#[derive(Debug)]
pub(super) struct OpenFolders {
    root: Folder,
    open: Mutex<HashMap<Vec<String>, Folder>>,
}

impl OpenFolders {
    /// Those in a folder of the user's choice.
    ///
    /// # Errors
    /// As the system has them.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        Ok(OpenFolders { root: Folder::open(root)?, open: Mutex::default() })
    }

    /// The folder of these names, each in the one before it. What is not there is made.
    ///
    /// # Errors
    /// Something else has the name of a folder, a link to one included; others as the system has them.
    pub(super) fn get(&self, names: &[&str]) -> io::Result<Folder> {
        let key: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        // A thread that is gone has left whole entries.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = open.get(&key) {
            return Ok(found.clone());
        }
        let mut folder = self.root.clone();
        for name in names {
            match folder.make(name) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => folder = folder.enter(name)?,
            }
        }
        if open.len() >= OPEN_MAX {
            open.clear();
        }
        open.insert(key, folder.clone());
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn put(folders: &OpenFolders, names: &[&str], text: &str) -> io::Result<()> {
        let folder = folders.get(names)?;
        let mut draft = folder.draft()?;
        draft.write_all(text.as_bytes())?;
        folder.publish(draft, "file").map_err(|(error, _)| error)
    }

    #[test]
    fn more_folders_than_are_held_open() {
        let temp = tempfile::tempdir().unwrap();
        let folders = OpenFolders::open(temp.path()).unwrap();
        let names: Vec<String> = (0..3 * OPEN_MAX).map(|number| number.to_string()).collect();
        for name in &names {
            put(&folders, &["a", name], name).unwrap();
            assert!(folders.open.lock().unwrap().len() <= OPEN_MAX);
        }
        for name in &names {
            assert_eq!(&fs::read_to_string(temp.path().join("a").join(name).join("file")).unwrap(), name);
            assert_eq!(put(&folders, &["a", name], "x").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        assert!(put(&folders, &["a", "0", "file"], "x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_renamed_or_linked_meanwhile_leads_nowhere() {
        let temp = tempfile::tempdir().unwrap();
        let (out, other) = (temp.path().join("out"), temp.path().join("other"));
        fs::create_dir_all(&out).unwrap();
        fs::create_dir_all(&other).unwrap();
        let folders = OpenFolders::open(&out).unwrap();
        std::os::unix::fs::symlink(&other, out.join("link")).unwrap();
        assert!(put(&folders, &["link"], "x").is_err());
        // Somebody puts a link in the place of the output.
        fs::rename(&out, temp.path().join("moved")).unwrap();
        std::os::unix::fs::symlink(&other, &out).unwrap();
        put(&folders, &["a"], "x").unwrap();
        assert!(temp.path().join("moved/a/file").is_file());
        assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    }
}
