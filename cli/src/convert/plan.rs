//! What is to be converted, one message after another, whatever it stands in: files, folders to any depth, Maildirs, mboxes, tar
//! archives, and each of these in the others. Known before, and without, any conversion.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use winmail::convert::mime::mbox::Separator;

use crate::failure;
use crate::files;
use crate::read::{self, ReadArgs};
use crate::walk::{Entry, Folders, Passed, Step, Walk};

use super::ConvertArgs;
use super::mbox_reader::MboxReader;
use super::state::State;
use super::tar::{self, Member};

/// A message to convert.
#[derive(Debug)]
pub(super) struct Item {
    /// From 0, without gaps.
    pub(super) number: usize,
    pub(super) origin: Origin,
    /// Where its bytes are, or why there are none.
    pub(super) source: Result<Source, String>,
}

/// Where a message comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// The file.
    pub(super) file: PathBuf,
    /// Its name in a tar archive.
    pub(super) member: Option<String>,
    /// Which mail of an mbox, from 1.
    pub(super) mail: Option<usize>,
    /// Where it is in the file.
    pub(super) offset: u64,
    /// The folders that it belongs into.
    pub(super) folders: Folders,
    /// Its name without what a Maildir and formats add.
    pub(super) stem: String,
    /// What its mailbox knows of it.
    pub(super) state: State,
    /// When it came, as far as its mailbox knows.
    pub(super) time: Option<SystemTime>,
    /// The line in front of it in an mbox.
    pub(super) separator: Option<Separator>,
    /// Whether its name is that of a file in a Maildir.
    pub(super) is_maildir: bool,
}

impl Origin {
    /// Where in the file it is, in words.
    pub(super) fn place(&self) -> Option<String> {
        let mail = self.mail.map(|mail| format!("mail {mail}"));
        let parts: Vec<String> = self.member.iter().cloned().chain(mail).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// A name for messages.
    pub(super) fn name(&self) -> String {
        let place = self.place().map(|place| format!(", {}", crate::style::Shown(&place))).unwrap_or_default();
        format!("{}{place}", read::display_name(&self.file))
    }
}

/// Where the bytes of a message are.
#[derive(Debug)]
pub(super) enum Source {
    File(PathBuf),
    /// A part of a file or of what came by standard input.
    Part(Store, u64, u64),
    Memory(Vec<u8>),
}

impl Source {
    /// The bytes of the message.
    pub(super) fn bytes(self, args: &ReadArgs) -> Result<Vec<u8>, String> {
        let read = match self {
            Source::Memory(bytes) => Ok(bytes),
            Source::File(path) => files::read(&path, &mut io::empty(), args.max_size),
            Source::Part(store, offset, length) => {
                store.open(offset, length).and_then(|mut part| files::read(Path::new("-"), &mut part, args.max_size))
            }
        };
        read.map_err(|error| read::unreadable(&error))
    }
}

/// Where many messages are.
#[derive(Debug, Clone)]
pub(super) enum Store {
    File(PathBuf),
    Memory(Arc<Vec<u8>>),
}

/// Bytes that several readers share.
#[derive(Debug, Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Store {
    fn open(&self, offset: u64, length: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Store::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Box::new(file.take(length))
            }
            Store::Memory(bytes) => {
                let mut cursor = Cursor::new(Shared(Arc::clone(bytes)));
                cursor.set_position(offset);
                Box::new(cursor.take(length))
            }
        })
    }

    fn members(&self) -> io::Result<(Vec<Member>, Passed, Option<io::Error>)> {
        Ok(match self {
            Store::File(path) => tar::members(io::BufReader::new(File::open(path)?)),
            Store::Memory(bytes) => tar::members(Cursor::new(Shared(Arc::clone(bytes)))),
        })
    }
}

/// Gives out messages, one after another.
#[derive(Debug)]
pub(super) struct Plan {
    inputs: VecDeque<PathBuf>,
    /// Whether there are several, so that each that holds several messages has a folder.
    are_several: bool,
    stdin: Option<io::Result<Vec<u8>>>,
    max_size: u64,
    /// The folder that is written to.
    output: Option<PathBuf>,
    /// Whether mailboxes are made, so that what belongs to an mbox and not to its mails is taken off.
    to_mailbox: bool,
    walk: Option<(Walk, Folders)>,
    archive: Option<Archive>,
    mbox: Option<Mbox>,
    /// What was looked at before its turn.
    ahead: VecDeque<Item>,
    given: usize,
    passed: Passed,
}

#[derive(Debug)]
struct Archive {
    file: PathBuf,
    store: Store,
    members: VecDeque<Member>,
    /// The folder that all of it belongs into.
    folders: Folders,
    failed: Option<String>,
}

#[derive(Debug)]
struct Mbox {
    reader: MboxReader,
    origin: Origin,
    length: u64,
    done: usize,
}

impl Plan {
    pub(super) fn new(args: &ConvertArgs, stdin: Option<io::Result<Vec<u8>>>, output: Option<PathBuf>) -> Self {
        Plan {
            inputs: args.inputs.iter().cloned().collect(),
            are_several: args.inputs.len() > 1,
            stdin,
            max_size: args.read.max_size,
            output,
            to_mailbox: matches!(args.to, super::Format::Mbox | super::Format::Maildir),
            walk: None,
            archive: None,
            mbox: None,
            ahead: VecDeque::new(),
            given: 0,
            passed: Passed::default(),
        }
    }

    /// How many messages there are, as far as is known.
    pub(super) fn total(&self) -> usize {
        let mbox = self.mbox.as_ref().map_or(0, |mbox| {
            // As many to a byte as up to here.
            let done = u128::try_from(mbox.done).unwrap_or(0);
            let all = done.saturating_mul(u128::from(mbox.length)).checked_div(u128::from(mbox.reader.offset())).unwrap_or(0);
            usize::try_from(all.saturating_sub(done)).unwrap_or(usize::MAX)
        });
        let archive = self.archive.as_ref().map_or(0, |archive| archive.members.len());
        let walk = self.walk.as_ref().map_or(0, |(walk, _)| walk.waiting());
        [self.given, self.ahead.len(), self.inputs.len(), archive, walk, mbox].into_iter().fold(0, usize::saturating_add)
    }

    /// What was passed over.
    pub(super) fn passed(&self) -> Passed {
        let mut passed = self.passed;
        if let Some((walk, _)) = &self.walk {
            passed.add(&walk.passed());
        }
        passed
    }

    /// How many messages there are, if not more than `most`; they stay to be given out.
    pub(super) fn count(&mut self, most: usize) -> usize {
        while self.ahead.len() <= most {
            let Some(item) = self.find() else { break };
            self.ahead.push_back(item);
        }
        self.ahead.len()
    }

    pub(super) fn next(&mut self) -> Option<Item> {
        let mut item = self.ahead.pop_front().or_else(|| self.find())?;
        item.number = self.given;
        self.given = self.given.saturating_add(1);
        Some(item)
    }

    fn find(&mut self) -> Option<Item> {
        loop {
            if self.mbox.is_some() {
                match self.mail() {
                    Some(item) => return Some(item),
                    None => self.mbox = None,
                }
                continue;
            }
            if let Some(archive) = &mut self.archive {
                let Some(member) = archive.members.pop_front() else {
                    let archive = self.archive.take()?;
                    match archive.failed {
                        Some(why) => return Some(failed(archive.file, why)),
                        None => continue,
                    }
                };
                let (folders, name) = (joined(&archive.folders, &member.folders), member.file_name);
                let origin =
                    Origin { file: archive.file.clone(), member: Some(member.name), offset: member.offset, ..Origin::default() };
                let time = member.time.and_then(|time| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time)));
                let store = archive.store.clone();
                let origin = named(Origin { time, ..origin }, &name, folders, member.maildir);
                if let Some(item) = self.part(origin, store, member.offset, member.length) {
                    return Some(item);
                }
                continue;
            }
            if let Some((walk, folders)) = &mut self.walk {
                let Some(step) = walk.next() else {
                    if let Some((walk, _)) = self.walk.take() {
                        self.passed.add(&walk.passed());
                    }
                    continue;
                };
                match step {
                    Step::Unreadable(path, error) => return Some(failed(path, read::unreadable(&error))),
                    Step::File(Entry { path, folders: inside, maildir }) => {
                        let folders = joined(folders, &inside);
                        if let Some(item) = self.file(path, folders, maildir) {
                            return Some(item);
                        }
                    }
                }
                continue;
            }
            let input = self.inputs.pop_front()?;
            if let Some(item) = self.input(input) {
                return Some(item);
            }
        }
    }

    /// Opens what stands on the command line.
    fn input(&mut self, input: PathBuf) -> Option<Item> {
        if input == Path::new("-") {
            let bytes = match self.stdin.take() {
                Some(Ok(bytes)) => bytes,
                Some(Err(error)) => return Some(failed(input, read::unreadable(&error))),
                None => return Some(failed(input, "standard input can be read once only".to_owned())),
            };
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let origin = named(Origin { file: input, ..Origin::default() }, "stdin", Folders::default(), None);
            return self.part(origin, Store::Memory(Arc::new(bytes)), 0, length);
        }
        if !input.is_dir() {
            return self.file(input, Folders::default(), None);
        }
        match Walk::new(&input, self.output.as_deref()) {
            Ok(walk) => {
                let name = input.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
                self.walk = Some((walk, self.own_folder(name)));
                None
            }
            Err(error) => Some(failed(input, read::unreadable(&error))),
        }
    }

    /// The folder of an input that holds several messages.
    fn own_folder(&self, name: Option<String>) -> Folders {
        name.filter(|_| self.are_several).into_iter().collect()
    }

    /// A file: a message, or what holds several.
    fn file(&mut self, path: PathBuf, folders: Folders, maildir: Option<bool>) -> Option<Item> {
        let metadata = path.metadata();
        // A pipe can be read once only, and is not told apart from its first bytes.
        if metadata.as_ref().is_ok_and(|metadata| !metadata.is_file()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let origin = named(Origin { file: path.clone(), ..Origin::default() }, &name, folders, maildir);
            return match files::read(&path, &mut io::empty(), self.max_size) {
                Ok(bytes) => {
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    self.part(origin, Store::Memory(Arc::new(bytes)), 0, length)
                }
                Err(error) => Some(Item { number: 0, origin, source: Err(read::unreadable(&error)) }),
            };
        }
        let time = metadata.as_ref().ok().and_then(|metadata| metadata.modified().ok());
        let length = metadata.map_or(u64::MAX, |metadata| metadata.len());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut start = Vec::new();
        // What cannot be opened is said when it is converted.
        let _ = File::open(&path).and_then(|file| file.take(512).read_to_end(&mut start));
        let origin = named(Origin { file: path.clone(), time, ..Origin::default() }, &name, folders, maildir);
        let store = Store::File(path.clone());
        match holds_several(&start) {
            true => self.several(origin, store, 0, length, &start),
            false => Some(Item { number: 0, origin, source: Ok(Source::File(path)) }),
        }
    }

    /// A part of a file, or standard input.
    fn part(&mut self, origin: Origin, store: Store, offset: u64, length: u64) -> Option<Item> {
        let mut start = Vec::new();
        let _ = store.open(offset, length.min(512)).and_then(|mut part| part.read_to_end(&mut start));
        match holds_several(&start) {
            true => self.several(origin, store, offset, length, &start),
            false => Some(Item { number: 0, origin, source: Ok(Source::Part(store, offset, length)) }),
        }
    }

    /// Opens an mbox or a tar archive.
    fn several(&mut self, mut origin: Origin, store: Store, offset: u64, length: u64, start: &[u8]) -> Option<Item> {
        let is_input = self.walk.is_none() && self.archive.is_none();
        if tar::is_tar(start) {
            if self.archive.is_some() {
                return Some(Item { number: 0, origin, source: Err("is a tar archive in another; unpack it first".to_owned()) });
            }
            return match store.members() {
                Ok((members, passed, error)) => {
                    self.passed.add(&passed);
                    let name = Some(tar::stem(&origin.file)).filter(|_| is_input);
                    let own = self.own_folder(name);
                    let folders = joined(&origin.folders, &own);
                    let failed = error.map(|error| format!("the archive cannot be read to its end: {}", failure::words(&error)));
                    self.archive = Some(Archive { file: origin.file, store, members: members.into(), folders, failed });
                    None
                }
                Err(error) => Some(Item { number: 0, origin, source: Err(read::unreadable(&error)) }),
            };
        }
        let input = match store.open(offset, length) {
            Ok(input) => input,
            Err(error) => return Some(Item { number: 0, origin, source: Err(read::unreadable(&error)) }),
        };
        let mut reader = MboxReader::new(input, self.max_size);
        let first = match reader.next()? {
            Ok(mail) => mail,
            Err(error) => return Some(Item { number: 0, origin, source: Err(read::unreadable(&error)) }),
        };
        if reader.is_done() {
            // A mail that somebody saved with its line: all of it is the mail, but where mailboxes are made.
            if !self.to_mailbox {
                return Some(Item { number: 0, origin, source: Ok(Source::Part(store, offset, length)) });
            }
            return Some(self.of_mbox(Origin { mail: None, ..origin }, first, offset));
        }
        if is_input {
            let own = self.own_folder(Some(origin.stem.clone()));
            origin.folders = joined(&origin.folders, &own);
        }
        let item = self.of_mbox(Origin { mail: Some(1), ..origin.clone() }, first, offset);
        self.mbox = Some(Mbox { reader, origin: Origin { offset, ..origin }, length, done: 1 });
        Some(item)
    }

    /// The next mail of the mbox that is open.
    fn mail(&mut self) -> Option<Item> {
        let mbox = self.mbox.as_mut()?;
        let mail = mbox.reader.next()?;
        mbox.done = mbox.done.saturating_add(1);
        let (origin, base) = (Origin { mail: Some(mbox.done), ..mbox.origin.clone() }, mbox.origin.offset);
        Some(match mail {
            Ok(mail) => self.of_mbox(origin, mail, base),
            Err(error) => Item { number: 0, origin, source: Err(read::unreadable(&error)) },
        })
    }

    fn of_mbox(&self, mut origin: Origin, mail: super::mbox_reader::Mail, base: u64) -> Item {
        let separator = mail.separator();
        origin.offset = base.saturating_add(mail.offset);
        let seconds = separator.date.map(winmail::FileTime::unix_seconds).and_then(|seconds| u64::try_from(seconds).ok());
        origin.time = seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        origin.separator = Some(separator);
        origin.state = State::of_mbox(&mail.bytes);
        // A line that was quoted because of where it stood is itself again elsewhere.
        let bytes = match winmail::convert::mime::mbox::unquoted(&mail.bytes) {
            std::borrow::Cow::Borrowed(_) => mail.bytes,
            std::borrow::Cow::Owned(bytes) => bytes,
        };
        Item { number: 0, origin, source: Ok(Source::Memory(bytes)) }
    }
}

/// Whether a file that starts so may hold several messages.
fn holds_several(start: &[u8]) -> bool {
    start.starts_with(b"From ") || tar::is_tar(start)
}

fn joined(one: &Folders, other: &Folders) -> Folders {
    if one.is_empty() {
        return Arc::clone(other);
    }
    one.iter().chain(other.iter()).cloned().collect()
}

/// What a file's name says of it.
fn named(origin: Origin, name: &str, folders: Folders, maildir: Option<bool>) -> Origin {
    // Flags change when a mail is read, and are no part of its name.
    let (base, state) = State::of_maildir(name, maildir.unwrap_or(true));
    let stem = match maildir {
        Some(_) => base.to_owned(),
        None => Path::new(base).file_stem().unwrap_or_default().to_string_lossy().into_owned(),
    };
    Origin { stem, folders, state, is_maildir: maildir.is_some(), ..origin }
}

fn failed(file: PathBuf, why: String) -> Item {
    Item { number: 0, origin: Origin { file, ..Origin::default() }, source: Err(why) }
}
