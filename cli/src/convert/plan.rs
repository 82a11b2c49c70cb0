//! What is to be converted, in order, and the name of each result: known before, and without, any conversion.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files;
use crate::output_dir::{OutputDir, Slot};
use crate::read::{self, ReadArgs};
use winmail::convert::mime::mbox;
use winmail::safe_name::sanitize;

use super::{ConvertArgs, Format};

/// A message to convert.
#[derive(Debug)]
pub(super) struct Item {
    /// From 0, without gaps.
    pub(super) number: usize,
    pub(super) file: PathBuf,
    /// Which mail of an mbox, from 1.
    pub(super) mail: Option<usize>,
    /// Where the result goes, or why there will be none.
    pub(super) slot: Result<Slot, String>,
    pub(super) source: Source,
}

/// Where the bytes of a message are.
#[derive(Debug)]
pub(super) enum Source {
    File(PathBuf),
    Memory(Arc<Vec<u8>>, Range<usize>),
}

impl Source {
    /// The bytes of the message.
    pub(super) fn bytes(&self, args: &ReadArgs) -> Result<Vec<u8>, String> {
        match self {
            Source::File(path) => files::read(path, &mut io::empty(), args.max_size).map_err(|error| read::unreadable(&error)),
            Source::Memory(bytes, range) => Ok(bytes.get(range.clone()).unwrap_or_default().to_vec()),
        }
    }
}

/// Gives out messages, one after another.
#[derive(Debug)]
pub(super) struct Plan {
    files: VecDeque<PathBuf>,
    stdin: Option<io::Result<Vec<u8>>>,
    max_size: u64,
    extension: &'static str,
    folder: OutputDir,
    given: usize,
    /// The mails of the mbox that is open.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: PathBuf,
    bytes: Arc<Vec<u8>>,
    ranges: VecDeque<Range<usize>>,
    done: usize,
}

impl Plan {
    pub(super) fn new(args: &ConvertArgs, stdin: Option<io::Result<Vec<u8>>>, folder: OutputDir) -> Self {
        let extension = match (args.to, args.tnef.bare) {
            (Format::Tnef, true) => "tnef",
            (Format::Tnef, false) | (Format::Eml, _) => "eml",
            (Format::Msg, _) => "msg",
            (Format::Json, _) => "json",
            (Format::Html, _) => "html",
            (Format::Text, _) => "txt",
            (Format::Ics, _) => "ics",
            (Format::Vcf, _) => "vcf",
        };
        let mut files = VecDeque::new();
        for file in &args.inputs {
            match file.is_dir().then(|| files::files_in(file)) {
                Some(Ok(inside)) => files.extend(inside),
                // It is said where the file is opened.
                Some(Err(_)) | None => files.push_back(file.clone()),
            }
        }
        Plan { files, stdin, max_size: args.read.max_size, extension, folder, given: 0, open: None }
    }

    /// How many messages there are, as far as is known.
    pub(super) fn total(&self) -> usize {
        let open = self.open.as_ref().map_or(0, |open| open.ranges.len());
        self.given.saturating_add(self.files.len()).saturating_add(open)
    }

    pub(super) fn next(&mut self) -> Option<Item> {
        if let Some(open) = &mut self.open {
            if let Some(range) = open.ranges.pop_front() {
                open.done = open.done.saturating_add(1);
                let (file, mail) = (open.file.clone(), open.done);
                let source = Source::Memory(Arc::clone(&open.bytes), range);
                return Some(self.item(file, Some(mail), source));
            }
            self.open = None;
        }
        let file = self.files.pop_front()?;
        if file == Path::new("-") {
            return match self.stdin.take() {
                Some(Ok(bytes)) => self.split(file, bytes),
                Some(Err(error)) => Some(self.failed(file, read::unreadable(&error))),
                None => Some(self.failed(file, "standard input can be read once only".to_owned())),
            };
        }
        if !starts_as_mbox(&file) {
            let source = Source::File(file.clone());
            return Some(self.item(file, None, source));
        }
        match files::read(&file, &mut io::empty(), self.max_size) {
            Ok(bytes) => self.split(file, bytes),
            Err(error) => Some(self.failed(file, read::unreadable(&error))),
        }
    }

    /// The first message of a file that may hold several.
    fn split(&mut self, file: PathBuf, bytes: Vec<u8>) -> Option<Item> {
        let ranges: VecDeque<_> = mails(&bytes).into();
        let bytes = Arc::new(bytes);
        if ranges.len() <= 1 {
            let all = 0..bytes.len();
            return Some(self.item(file, None, Source::Memory(bytes, all)));
        }
        self.open = Some(Open { file, bytes, ranges, done: 0 });
        self.next()
    }

    fn item(&mut self, file: PathBuf, mail: Option<usize>, source: Source) -> Item {
        let stem = if file == Path::new("-") { "stdin".into() } else { file.file_stem().unwrap_or_default().to_string_lossy() };
        // Maildir puts flags behind a colon, which change when a mail is read.
        let stem = stem.split(":2,").next().unwrap_or_default();
        let name = match mail {
            Some(mail) => format!("{stem}-{mail:05}.{}", self.extension),
            None => format!("{stem}.{}", self.extension),
        };
        let name = sanitize(&name, &format!("message.{}", self.extension));
        let slot = self.folder.reserve(&name).map_err(|error| error.to_string());
        let number = self.given;
        self.given = self.given.saturating_add(1);
        Item { number, file, mail, slot, source }
    }

    fn failed(&mut self, file: PathBuf, why: String) -> Item {
        let source = Source::File(file.clone());
        Item { slot: Err(why), ..self.item(file, None, source) }
    }
}

/// Where the mails of an mbox are; one range for anything else.
pub(super) fn mails(bytes: &[u8]) -> Vec<Range<usize>> {
    mbox::ranges(bytes).collect()
}

/// Whether a file is opened to see how many mails are in it. What cannot be opened is said when it is converted.
fn starts_as_mbox(file: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 5];
    std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"From "
}
