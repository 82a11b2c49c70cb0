//! What a conversion has done, so that the next run goes on from there: a line of JSON a message.
//!
//! A message is known by its bytes (SHA-256), the folder its result goes to, and the options; never by a name. A folder has its journal
//! in `.winmail-journal.jsonl`, a file `NAME` in `.NAME.winmail-journal.jsonl` beside it. A line is written when its result is in place:
//! a run that is killed in between finds a result without a line, and compares. The last line may be torn; it is taken off. The lock on
//! the file keeps a second run out while the first one works, and ends with it, however that ends.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::walk::JOURNAL;

/// A digest as it stands in the journal: 64 digits.
pub(super) type Digest = [u8; 32];

/// The SHA-256 of bytes.
pub(super) fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// The file that the message was in.
    pub(super) source: String,
    /// Where it was in there.
    pub(super) offset: u64,
    /// The digest of its bytes.
    pub(super) sha256: String,
    /// The digest of the options.
    pub(super) options: String,
    /// The folder of the archive that it was in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) folder: String,
    /// What was written, by its name in the folder that is written to.
    pub(super) output: String,
    /// The digest of that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) result: String,
    /// Of a file that holds many: where the message ends in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<u64>,
}

/// What a run before this one made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) output: String,
    pub(super) result: String,
    /// Whether the options are the same now.
    pub(super) is_same: bool,
}

/// The journal of a folder or a file.
#[derive(Debug)]
pub(super) struct Journal {
    /// `None` where nothing is to be written.
    file: Option<File>,
    options: String,
    entries: HashMap<Key, Vec<Entry>>,
    /// Of a file that holds many: how often it has a message, made with the options of now and with others. There may be millions.
    joined: HashMap<Key, [u32; 2]>,
    outputs: HashSet<String>,
    /// Of a file that holds many: how long it is.
    end: u64,
    /// How long the journal itself is.
    length: u64,
}

/// A message and the folder it is in: half a digest of both.
type Key = [u8; 16];

fn key(folder: &str, sha256: &str) -> Key {
    let whole = digest(format!("{folder}\0{sha256}").as_bytes());
    let mut key = Key::default();
    key.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    key
}

/// Where the journal of an output is.
pub(super) fn path_of(output: &Path, is_folder: bool) -> PathBuf {
    if is_folder {
        return output.join(JOURNAL);
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(output.file_name().unwrap_or_default());
    name.push(JOURNAL);
    output.with_file_name(name)
}

impl Journal {
    /// Opens a journal, or begins one; `anew` forgets what is in it. With `is_written` it is locked. What a file that holds many really
    /// has is `length`: lines of more are taken off, too.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn open(path: &Path, options: &str, anew: bool, is_written: bool, length: u64) -> Result<Self, String> {
        let said = |error: io::Error| format!("{}: {}", path.display(), crate::failure::words(&error));
        let mut journal = Journal {
            file: None,
            options: options.to_owned(),
            entries: HashMap::new(),
            joined: HashMap::new(),
            outputs: HashSet::new(),
            end: 0,
            length: 0,
        };
        let mut file = if is_written {
            let mut file = OpenOptions::new();
            file.read(true).write(true).create(true).truncate(false);
            #[cfg(windows)]
            std::os::windows::fs::OpenOptionsExt::share_mode(&mut file, 0);
            let file = file.open(path).map_err(said)?;
            lock_soon(&file).map_err(|error| match error.kind() {
                io::ErrorKind::WouldBlock => format!("{}: another run is writing there", path.display()),
                _ => said(error),
            })?;
            file
        } else {
            match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(journal),
                Err(error) => return Err(said(error)),
            }
        };
        if anew && is_written {
            file.set_len(0).map_err(said)?;
        }
        let sound = if anew { 0 } else { journal.load(BufReader::new(&file), length).map_err(said)? };
        if is_written {
            file.set_len(sound).map_err(said)?;
            file.seek(SeekFrom::End(0)).map_err(said)?;
            journal.file = Some(file);
            journal.length = sound;
        }
        Ok(journal)
    }

    /// Reads the lines; how long the sound part is.
    fn load(&mut self, mut input: impl BufRead, length: u64) -> io::Result<u64> {
        let mut sound = 0u64;
        let mut by_output: HashMap<String, (Key, Entry)> = HashMap::new();
        let mut text = Vec::new();
        loop {
            text.clear();
            let read = input.read_until(b'\n', &mut text)?;
            let Some(line) = text.strip_suffix(b"\n").and_then(|text| serde_json::from_slice::<Line>(text).ok()) else { break };
            if line.end.is_some_and(|end| end > length || end < self.end) {
                break;
            }
            sound = sound.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            let key = key(&line.folder, &line.sha256);
            let entry = Entry { is_same: line.options == self.options, output: line.output, result: line.result };
            match line.end {
                Some(end) => {
                    self.end = end;
                    let [same, other] = self.joined.entry(key).or_default();
                    let count = if entry.is_same { same } else { other };
                    *count = count.saturating_add(1);
                }
                // Written again, the last one counts.
                None => {
                    by_output.insert(entry.output.clone(), (key, entry));
                }
            }
        }
        for (output, (key, entry)) in by_output {
            self.outputs.insert(output);
            self.entries.entry(key).or_default().push(entry);
        }
        Ok(sound)
    }

    /// How much of a file that holds many has lines here.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Whether something in it was made with other options.
    pub(super) fn has_other_options(&self) -> bool {
        self.entries.values().flatten().any(|entry| !entry.is_same) || self.joined.values().any(|[_, other]| *other > 0)
    }

    /// What was made of a message; each result is given out once, so that a message that is there twice has two.
    pub(super) fn take(&mut self, folder: &str, sha256: &str) -> Option<Entry> {
        let key = key(folder, sha256);
        if let Some([same, other]) = self.joined.get_mut(&key) {
            let is_same = *same > 0;
            let count = if is_same { same } else { other };
            *count = count.checked_sub(1)?;
            return Some(Entry { output: String::new(), result: String::new(), is_same });
        }
        let entries = self.entries.get_mut(&key)?;
        let same = entries.iter().position(|entry| entry.is_same).unwrap_or(0);
        (!entries.is_empty()).then(|| entries.swap_remove(same))
    }

    /// Whether an output is the result of some message.
    pub(super) fn has_output(&self, output: &str) -> bool {
        self.outputs.contains(output)
    }

    /// The digest of the options of this run.
    pub(super) fn options(&self) -> &str {
        &self.options
    }

    /// Adds a line.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn add(&mut self, line: &Line) -> io::Result<()> {
        if line.end.is_none() {
            self.outputs.insert(line.output.clone());
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        if let Err(error) = file.write_all(&text) {
            // Half a line would take the next one with it.
            file.set_len(self.length)?;
            file.seek(SeekFrom::Start(self.length))?;
            return Err(error);
        }
        self.length = self.length.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        Ok(())
    }
}

/// The lock, if not at once then soon: a program that is being started has all that is open for a moment, locks among it.
fn lock_soon(file: &File) -> io::Result<()> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(25);
    for _ in 1..TRIES {
        match lock(file) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    lock(file)
}

#[cfg(unix)]
fn lock(file: &File) -> io::Result<()> {
    match rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        // A file system that has no locks is no reason not to write.
        Err(rustix::io::Errno::NOTSUP | rustix::io::Errno::NOLCK | rustix::io::Errno::INVAL) => Ok(()),
        locked => Ok(locked?),
    }
}

/// Nobody else can open the file (Windows), or nothing is known of locks.
#[cfg(not(unix))]
fn lock(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sha256: &str, output: &str, end: Option<u64>) -> Line {
        Line {
            source: "s".to_owned(),
            offset: 0,
            sha256: sha256.to_owned(),
            options: "o".to_owned(),
            folder: String::new(),
            output: output.to_owned(),
            result: String::new(),
            end,
        }
    }

    #[test]
    fn a_message_is_known_by_its_bytes_as_often_as_it_is_there() {
        let temp = tempfile::tempdir().unwrap();
        let path = path_of(temp.path(), true);
        let mut journal = Journal::open(&path, "o", false, true, 0).unwrap();
        for (sha256, output) in [("a", "1"), ("a", "2"), ("b", "3"), ("c", "3")] {
            journal.add(&line(sha256, output, None)).unwrap();
        }
        assert!(Journal::open(&path, "o", false, true, 0).unwrap_err().contains("another run"));
        drop(journal);
        // A line that was torn is no line, and the next one begins where it began.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"source\":\"s\"").unwrap();
        let mut journal = Journal::open(&path, "other", false, true, 0).unwrap();
        let outputs: HashSet<_> = [journal.take("", "a"), journal.take("", "a")].map(|entry| entry.unwrap().output).into();
        assert_eq!(outputs, ["1", "2"].map(str::to_owned).into());
        assert_eq!((journal.take("", "a"), journal.take("", "b"), journal.take("x", "c")), (None, None, None));
        assert!(!journal.take("", "c").unwrap().is_same && journal.has_output("3") && !journal.has_output("4"));
        journal.add(&line("d", "4", None)).unwrap();
        drop(journal);
        assert!(Journal::open(&path, "o", false, true, 0).unwrap().take("", "d").is_some());
        assert!(Journal::open(&path, "o", true, true, 0).unwrap().take("", "d").is_none());
    }

    #[test]
    fn lines_of_more_than_a_file_has_are_taken_off() {
        let temp = tempfile::tempdir().unwrap();
        let path = path_of(&temp.path().join("all.mbox"), false);
        assert_eq!(path.file_name().unwrap(), ".all.mbox.winmail-journal.jsonl");
        let mut journal = Journal::open(&path, "o", false, true, 0).unwrap();
        for (sha256, end) in [("a", 10), ("b", 20), ("c", 30)] {
            journal.add(&line(sha256, "all.mbox", Some(end))).unwrap();
        }
        drop(journal);
        let mut journal = Journal::open(&path, "o", false, true, 25).unwrap();
        assert_eq!((journal.end(), journal.take("", "c")), (20, None));
        assert!(journal.take("", "b").is_some());
    }
}
