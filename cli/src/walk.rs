//! Folders to any depth: which files in them may hold messages, and in which folder of an archive they stand.
//!
//! A Maildir is what has `cur` and `new`: its mails are in these two, the folders of Maildir++ beside them (`.Archive.2025` is
//! `Archive/2025`). Links are not followed, and neither they nor devices, sockets and pipes are opened; `tmp` holds what is still
//! coming in. All of that is counted ([`Passed`]), so that it can be said. Walking needs as much memory as the names of one folder
//! at each level take.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use winmail::input;
use winmail::tnef::SIGNATURE;

/// The folders around a message, outermost first, by the names that people know them by.
pub type Folders = Arc<[String]>;

/// A file that may hold messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub path: PathBuf,
    /// The folders between it and where the walk began.
    pub folders: Folders,
    /// Whether it is a mail of a Maildir, and then whether it is in `new`.
    pub maildir: Option<bool>,
}

/// A step of a walk.
#[derive(Debug)]
pub enum Step {
    /// A file.
    File(Entry),
    /// A folder that cannot be read, and why.
    Unreadable(PathBuf, io::Error),
}

/// What was passed over. `Display` names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Symbolic links.
    pub links: u64,
    /// Devices, sockets, pipes.
    pub special: u64,
    /// Mails in `tmp` of a Maildir.
    pub unfinished: u64,
    /// Files in which mail programs keep accounts of their own.
    pub indexes: u64,
}

impl Passed {
    /// Whether nothing was passed over that somebody may miss.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Passed { indexes: self.indexes, ..Passed::default() }
    }

    /// Adds what another walk passed over.
    pub fn add(&mut self, other: &Passed) {
        let fields = [
            (&mut self.links, other.links),
            (&mut self.special, other.special),
            (&mut self.unfinished, other.unfinished),
            (&mut self.indexes, other.indexes),
        ];
        for (field, more) in fields {
            *field = field.saturating_add(more);
        }
    }
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.links, "symbolic link", "symbolic links"),
            (self.special, "device, socket or pipe", "devices, sockets or pipes"),
            (self.unfinished, "unfinished delivery in tmp", "unfinished deliveries in tmp"),
            (self.indexes, "index file of a mail program", "index files of mail programs"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, more)| format!("{count} {}", if *count == 1 { one } else { more }))
            .collect();
        f.write_str(&parts.join(", "))
    }
}

/// Goes through a folder and those in it, by name.
#[derive(Debug)]
pub struct Walk {
    levels: Vec<Level>,
    /// A folder that is not entered, as it is written into.
    except: Option<PathBuf>,
    passed: Passed,
}

/// A folder that is open.
#[derive(Debug)]
struct Level {
    path: PathBuf,
    folders: Folders,
    /// `cur` or `new` of a Maildir.
    maildir: Option<bool>,
    /// Whether it has `cur` and `new`.
    is_maildir: bool,
    entries: VecDeque<(OsString, Kind)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    Link,
    Special,
}

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Self {
        if kind.is_symlink() {
            Kind::Link
        } else if kind.is_dir() {
            Kind::Folder
        } else if kind.is_file() {
            Kind::File
        } else {
            Kind::Special
        }
    }
}

impl Level {
    fn open(path: PathBuf, folders: Folders, maildir: Option<bool>) -> io::Result<Self> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            entries.push((entry.file_name(), entry.file_type().map_or(Kind::Special, Kind::from)));
        }
        entries.sort_by(|one: &(OsString, Kind), other| one.0.cmp(&other.0));
        let has = |name: &str| entries.iter().any(|(found, kind)| found == OsStr::new(name) && *kind == Kind::Folder);
        let is_maildir = maildir.is_none() && has("cur") && has("new");
        Ok(Level { path, folders, maildir, is_maildir, entries: entries.into() })
    }
}

impl Walk {
    /// Begins at a folder, which may be a link: it is the user's choice. `except` is not entered.
    ///
    /// # Errors
    /// Those of reading the folder.
    pub fn new(folder: &Path, except: Option<&Path>) -> io::Result<Self> {
        let level = Level::open(folder.to_owned(), Folders::default(), None)?;
        let except = except.and_then(|path| fs::canonicalize(path).ok());
        Ok(Walk { levels: vec![level], except, passed: Passed::default() })
    }

    /// What has been passed over so far.
    #[must_use]
    pub fn passed(&self) -> Passed {
        self.passed
    }

    /// How many names the open folders still have.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.levels.iter().map(|level| level.entries.len()).fold(0, usize::saturating_add)
    }

    fn enter(&mut self, name: &OsStr) -> Option<Step> {
        let level = self.levels.last()?;
        let path = level.path.join(name);
        if self.except.is_some() && fs::canonicalize(&path).ok() == self.except {
            return None;
        }
        let shown = name.to_string_lossy();
        let (folders, maildir) = match (level.is_maildir, shown.as_ref()) {
            (true, "cur") => (Arc::clone(&level.folders), Some(false)),
            (true, "new") => (Arc::clone(&level.folders), Some(true)),
            (true, "tmp") => {
                let files = fs::read_dir(&path).map_or(0, Iterator::count);
                self.passed.unfinished = self.passed.unfinished.saturating_add(u64::try_from(files).unwrap_or(u64::MAX));
                return None;
            }
            (true, dotted) if dotted.starts_with('.') => {
                let parts = dotted.split('.').filter(|part| !part.is_empty()).map(str::to_owned);
                (level.folders.iter().cloned().chain(parts).collect(), None)
            }
            // Thunderbird keeps what is under `Archives` in `Archives.sbd`.
            (_, name) => {
                let name = name.strip_suffix(".sbd").filter(|name| !name.is_empty()).unwrap_or(name);
                (level.folders.iter().cloned().chain([name.to_owned()]).collect(), None)
            }
        };
        match Level::open(path.clone(), folders, maildir) {
            Ok(level) => {
                self.levels.push(level);
                None
            }
            Err(error) => Some(Step::Unreadable(path, error)),
        }
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let level = self.levels.last_mut()?;
            let Some((name, kind)) = level.entries.pop_front() else {
                self.levels.pop();
                continue;
            };
            let count = match kind {
                Kind::Folder => {
                    if let Some(failed) = self.enter(&name) {
                        return Some(failed);
                    }
                    continue;
                }
                Kind::Link => &mut self.passed.links,
                Kind::Special => &mut self.passed.special,
                Kind::File => {
                    let path = level.path.join(&name);
                    // Beside `cur` and `new` servers keep lists of their own.
                    if !is_index(&name) && (!level.is_maildir || starts_as_message(&path)) {
                        let (folders, maildir) = (Arc::clone(&level.folders), level.maildir);
                        return Some(Step::File(Entry { path, folders, maildir }));
                    }
                    &mut self.passed.indexes
                }
            };
            *count = count.saturating_add(1);
        }
    }
}

/// The name that journals of `winmail convert` end in.
pub const JOURNAL: &str = ".winmail-journal.jsonl";

/// Whether a file of this name is one that a mail program, a desktop or `winmail convert` keeps for itself.
fn is_index(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let temporary = name.starts_with(".winmail-") && name.ends_with(".tmp");
    temporary
        || name.ends_with(".msf")
        || name.ends_with(JOURNAL)
        || matches!(name.as_ref(), ".DS_Store" | "Thumbs.db" | "desktop.ini" | "maildirfolder")
}

/// Whether the first bytes of a file are those of a mail, an mbox, a stream or an Outlook message.
fn starts_as_message(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut start));
    read.is_ok()
        && (input::is_mail_or_mbox(&start)
            || start.starts_with(&SIGNATURE.to_le_bytes())
            || start.starts_with(b"\xD0\xCF\x11\xE0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `folders: name`, and how a Maildir has it.
    fn found(walk: &mut Walk) -> Vec<(String, Option<bool>)> {
        walk.map(|step| match step {
            Step::File(entry) => {
                let name = entry.path.file_name().unwrap().to_str().unwrap();
                (format!("{}: {name}", entry.folders.join("/")), entry.maildir)
            }
            Step::Unreadable(path, error) => panic!("{}: {error}", path.display()),
        })
        .collect()
    }

    #[test]
    fn maildirs_with_the_folders_beside_them() {
        let temp = tempfile::tempdir().unwrap();
        let mail = "Subject: x\n\nx\n";
        for name in
            ["cur/1:2,S", "new/2", "tmp/3", ".Archive.2025/cur/4:2,", ".Archive.2025/new/.keep", "plain/cur/5", "plain/new/6"]
        {
            write(temp.path(), name, mail);
        }
        write(temp.path(), "dovecot-uidlist", "3 V1 N2\n");
        write(temp.path(), "loose.eml", mail);
        let mut walk = Walk::new(temp.path(), None).unwrap();
        let expected = [
            ("Archive/2025: 4:2,", Some(false)),
            ("Archive/2025: .keep", Some(true)),
            (": 1:2,S", Some(false)),
            (": loose.eml", None),
            (": 2", Some(true)),
            ("plain: 5", Some(false)),
            ("plain: 6", Some(true)),
        ];
        assert_eq!(found(&mut walk), expected.map(|(name, maildir)| (name.to_owned(), maildir)));
        assert_eq!(walk.passed(), Passed { unfinished: 1, indexes: 1, ..Passed::default() });
        assert_eq!(walk.passed().to_string(), "1 unfinished delivery in tmp, 1 index file of a mail program");
    }

    #[test]
    fn folders_to_any_depth_but_the_one_that_is_written_to() {
        let temp = tempfile::tempdir().unwrap();
        for name in ["b", "a/deep/er/c", "Mail.sbd/2024", "Mail.msf", "out/d"] {
            write(temp.path(), name, "x");
        }
        let mut walk = Walk::new(temp.path(), Some(&temp.path().join("out"))).unwrap();
        let names: Vec<_> = found(&mut walk).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Mail: 2024", "a/deep/er: c", ": b"]);
        assert_eq!(walk.passed(), Passed { indexes: 1, ..Passed::default() });
    }

    #[cfg(unix)]
    #[test]
    fn links_and_sockets_are_not_opened() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), "in/a", "x");
        let folder = temp.path().join("in");
        for (target, name) in [(folder.join("a"), "file"), (folder.clone(), "circle"), (temp.path().join("absent"), "broken")] {
            std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
        }
        let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
        let mut walk = Walk::new(&folder, None).unwrap();
        assert_eq!(found(&mut walk).len(), 1);
        assert_eq!(walk.passed(), Passed { links: 3, special: 1, ..Passed::default() });
        // What the user names may be a link.
        assert_eq!(found(&mut Walk::new(&folder.join("circle"), None).unwrap()).len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let temp = tempfile::tempdir().unwrap();
        assert!(Walk::new(&temp.path().join("absent"), None).is_err());
    }
}
