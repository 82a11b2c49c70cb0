//! What every verb that reads TNEF does first: options, loading, reading, and saying what went wrong.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use winmail::base::Category;
use winmail::convert::mime::find::Unseen;
use winmail::{Code, Severity};
use winmail::{CodePage, Compliance, Limits, ReadOptions, Report};

use super::files;
use super::flags;
use super::large::{self, Data, Pieces, Skeleton};
use super::style::Shown;
use super::walk::{Passed, Step, Walk};
use super::{EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, Streams, worse};
use winmail::Message;
use winmail::base::Wrapper;
use winmail::base::size;
use winmail::input::{self, Loaded};

/// Options of all verbs that read.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadArgs {
    /// Stop at the first error instead of recovering
    #[arg(long)]
    pub strict: bool,
    /// Code page of 8-bit text, as a number or name (1251, windows-1251). Verbs that show or extract read by it whatever the file says;
    /// verbs that write a message (convert, edit, redact) read by it what names none
    #[arg(long, value_name = "PAGE", value_parser = code_page)]
    pub code_page: Option<CodePage>,
    /// Largest input to read into memory, as in 500k, 64MiB, 2G
    #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "4GiB")]
    pub max_size: u64,
    /// How deep messages may be nested in messages
    #[arg(long, value_name = "N", default_value_t = Limits::default().depth)]
    pub max_depth: usize,
    /// How many attributes to read
    #[arg(long, value_name = "N", default_value_t = Limits::default().attributes)]
    pub max_attributes: usize,
    /// How many properties to read
    #[arg(long, value_name = "N", default_value_t = Limits::default().properties)]
    pub max_properties: usize,
    /// How many recipients to read
    #[arg(long, value_name = "N", default_value_t = Limits::default().recipients)]
    pub max_recipients: usize,
    /// How many attachments to read
    #[arg(long, value_name = "N", default_value_t = Limits::default().attachments)]
    pub max_attachments: usize,
    /// Largest result of decompression
    #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "256MiB")]
    pub max_output: u64,
}

pub(super) fn code_page(text: &str) -> Result<CodePage, String> {
    let page = text.parse().ok().map(CodePage).or_else(|| CodePage::from_name(text));
    match page {
        Some(page) if page.is_fit_for_strings() => Ok(page),
        Some(page) => Err(format!("code page {page} cannot decode 8-bit text")),
        None => Err(format!("no code page is called {text:?}")),
    }
}

impl ReadArgs {
    /// The options of verbs that show what is there: the user's code page counts more than what the file says.
    #[must_use]
    pub fn showing(&self) -> ReadOptions {
        let mut options = self.options();
        options.code_page = self.code_page;
        options
    }

    /// The library's options.
    #[must_use]
    pub fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::lenient();
        if self.strict {
            options.compliance = Compliance::Strict;
        }
        options.default_code_page = self.code_page;
        options.limits.depth = self.max_depth;
        options.limits.attributes = self.max_attributes;
        options.limits.properties = self.max_properties;
        options.limits.recipients = self.max_recipients;
        options.limits.attachments = self.max_attachments;
        options.limits.output = self.max_output;
        options
    }
}

/// The files of a verb, and `-` for standard input.
#[derive(Debug, Clone, clap::Args)]
pub struct FilesArgs {
    /// Files to read: TNEF (winmail.dat), an Outlook message (.msg), a mail or mbox with TNEF, a folder or Maildir of these; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// A name for messages: the path, or "standard input".
#[must_use]
pub fn display_name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { Shown(&file.to_string_lossy()).to_string() }
}

/// Loads a file that holds one stream; what is wrong is a sentence for the user.
///
/// # Errors
/// The sentence.
pub fn load(file: &Path, args: &ReadArgs, stdin: &mut dyn Read) -> Result<Loaded, String> {
    only(load_all(file, args, stdin)?)
}

/// The one stream of an input; what is wrong is a sentence for the user.
///
/// # Errors
/// The sentence.
pub(super) fn only(mut streams: Vec<Loaded>) -> Result<Loaded, String> {
    match streams.pop() {
        Some(only) if streams.is_empty() => Ok(only),
        _ => Err(format!("holds {} TNEF streams; extract the one that is meant", streams.len().saturating_add(1))),
    }
}

fn load_all(file: &Path, args: &ReadArgs, stdin: &mut dyn Read) -> Result<Vec<Loaded>, String> {
    files::load(file, stdin, args.max_size, &args.options().limits).map_err(|error| unreadable(&error))
}

/// A stream to work on, or why there is none.
#[derive(Debug)]
pub struct Input {
    /// The file that it is in.
    pub file: PathBuf,
    /// The stream, or a sentence for the user.
    pub loaded: Result<Loaded, String>,
    /// How long the stream is, and what is not in `loaded` because of that.
    pub length: u64,
    /// The data that `loaded` has marks for.
    pub pieces: Pieces,
}

impl Input {
    fn new(file: &Path, loaded: Result<Loaded, String>) -> Self {
        let length = loaded.as_ref().map_or(0, |loaded| u64::try_from(loaded.bytes.len()).unwrap_or(u64::MAX));
        Input { file: file.to_owned(), loaded, length, pieces: Pieces::default() }
    }

    fn large(file: &Path, skeleton: Skeleton) -> Self {
        let Skeleton { bytes, pieces, length, .. } = skeleton;
        let loaded = Loaded::raw(bytes);
        Input { file: file.to_owned(), loaded: Ok(loaded), length, pieces }
    }

    /// A name for messages: the file's, and which part of it.
    #[must_use]
    pub fn name(&self) -> String {
        match self.part() {
            Some(part) => format!("{}, {}", display_name(&self.file), Shown(&part)),
            None => display_name(&self.file),
        }
    }

    /// Which part of the file it is, in words; `None` where it is all of it.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        self.loaded.as_ref().ok().and_then(Loaded::part)
    }
}

/// The streams in all files of a verb, one after another; of a file that holds several, and of a folder, each.
#[derive(Debug)]
pub struct Inputs<'a> {
    args: &'a ReadArgs,
    files: std::slice::Iter<'a, PathBuf>,
    folder: Option<Folder>,
    ready: VecDeque<Input>,
    large: Option<Data>,
    passed: Passed,
}

/// A folder whose files are worked on, to any depth. Those without TNEF are passed over.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    files: Walk,
    found: bool,
}

impl<'a> Inputs<'a> {
    /// Of the files on the command line.
    #[must_use]
    pub fn new(files: &'a FilesArgs, args: &'a ReadArgs) -> Self {
        Inputs { args, files: files.files.iter(), folder: None, ready: VecDeque::new(), large: None, passed: Passed::default() }
    }

    /// Keeps the attachment data of large streams out of memory. Strict reading stops where all of the stream says so, and
    /// reads all of it.
    #[must_use]
    pub fn with_large(mut self, data: Data) -> Self {
        self.large = Some(data).filter(|_| !self.args.strict);
        self
    }

    /// The next stream. It does not hold on to standard input, as an iterator would.
    pub fn next(&mut self, stdin: &mut dyn Read) -> Option<Input> {
        loop {
            if let Some(input) = self.ready.pop_front() {
                return Some(input);
            }
            if let Some(folder) = &mut self.folder {
                let Some(step) = folder.files.next() else {
                    let Folder { path, found, files } = self.folder.take()?;
                    self.passed.add(&files.passed());
                    if found {
                        continue;
                    }
                    return Some(Input::new(
                        &path,
                        Err("no file in this folder holds TNEF (winmail.dat) or is an Outlook message".to_owned()),
                    ));
                };
                let file = match step {
                    Step::File(entry) => entry.path,
                    Step::Unreadable(path, error) => return Some(Input::new(&path, Err(unreadable(&error)))),
                };
                let loaded = match self.load(&file, stdin) {
                    Ok(loaded) => loaded,
                    Err(input) => {
                        if let Some(folder) = &mut self.folder {
                            folder.found = true;
                        }
                        return Some(*input);
                    }
                };
                if loaded.as_ref().is_ok_and(|streams| streams.iter().all(Loaded::is_something_else)) {
                    continue;
                }
                if let Some(folder) = &mut self.folder {
                    folder.found = true;
                }
                self.take(&file, loaded);
                continue;
            }
            let file = self.files.next()?;
            if !file.is_dir() {
                match self.load(file, stdin) {
                    Ok(loaded) => self.take(file, loaded),
                    Err(input) => return Some(*input),
                }
                continue;
            }
            match Walk::new(file, None) {
                Ok(files) => self.folder = Some(Folder { path: file.clone(), files, found: false }),
                Err(error) => return Some(Input::new(file, Err(unreadable(&error)))),
            }
        }
    }

    /// Says what of the folders was not looked at; for the end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn say_passed(&self, err: &mut dyn io::Write) -> io::Result<()> {
        if self.passed.is_empty() { Ok(()) } else { writeln!(err, "winmail: not looked at: {}", self.passed) }
    }

    /// What is in a file, or, in place of an error, the one stream in a large one.
    fn load(&self, file: &Path, stdin: &mut dyn Read) -> Result<Result<Vec<Loaded>, String>, Box<Input>> {
        let Some(data) = &self.large else { return Ok(load_all(file, self.args, stdin)) };
        let options = self.args.options();
        if file != Path::new("-") {
            return match large::load_file(file, &options, data) {
                Ok(Some(skeleton)) => Err(Box::new(Input::large(file, skeleton))),
                Ok(None) => Ok(load_all(file, self.args, stdin)),
                Err(error) => Ok(Err(unreadable(&error))),
            };
        }
        match large::load_stdin(stdin, &options, data) {
            Ok(Ok(skeleton)) => Err(Box::new(Input::large(file, skeleton))),
            Ok(Err(first)) => Ok(load_all(file, self.args, &mut io::Cursor::new(first).chain(stdin))),
            Err(error) => Ok(Err(unreadable(&error))),
        }
    }

    fn take(&mut self, file: &Path, loaded: Result<Vec<Loaded>, String>) {
        match loaded {
            Ok(streams) => {
                self.ready.extend(streams.into_iter().map(|loaded| Input::new(file, Ok(loaded))));
            }
            Err(message) => self.ready.push_back(Input::new(file, Err(message))),
        }
    }
}

/// The stream of an input that is named `name`. Where there is none, that is said and makes `code` that of a failure.
///
/// # Errors
/// Those of the writers.
pub fn stream_of(
    loaded: Result<Loaded, String>,
    name: &str,
    code: &mut u8,
    streams: &mut Streams<'_>,
) -> io::Result<Option<Loaded>> {
    match loaded {
        Ok(loaded) => Ok(Some(loaded)),
        Err(message) => {
            *code = worse(*code, FAILED);
            writeln!(streams.err, "winmail: {name}: {message}")?;
            Ok(None)
        }
    }
}

/// Says that a stream could not be read as a message, and makes `code` that of a failure.
///
/// # Errors
/// Those of the writers.
pub fn say_failure(
    error: &winmail::Error,
    loaded: &Loaded,
    name: &str,
    code: &mut u8,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    *code = worse(*code, FAILED);
    writeln!(streams.err, "winmail: {name}: {}", Shown(&failure(error, loaded)))
}

/// Why an input could not be read.
#[must_use]
pub fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::FileTooLarge => format!("{error}; --max-size raises it"),
        _ => super::failure::words(error),
    }
}

/// What to say where reading failed.
#[must_use]
pub fn failure(error: &winmail::Error, loaded: &Loaded) -> String {
    if let Some(why) = loaded.unseen {
        let why = flags::said(&why);
        return format!("is a mail message in which no TNEF (winmail.dat) was found, but not all was looked at: {why}");
    }
    // A mail is no broken stream.
    if loaded.is_something_else() {
        if let Some(hint) = input::hint(&loaded.bytes).filter(|hint| hint.contains("mail message")) {
            return hint.to_owned();
        }
    }
    // That the first byte is where it is no stream goes without saying.
    let mut text = match error.code() {
        Some(Code::InvalidSignature) => error.message().to_owned(),
        // It says what the file is.
        Some(Code::MsgNotAMessage) => return error.message().to_owned(),
        _ => flags::said(error),
    };
    if !loaded.looks_like_tnef {
        if let Some(hint) = input::hint(&loaded.bytes) {
            text.push_str("; ");
            text.push_str(hint);
        }
    }
    text
}

/// What to say of an input that was unwrapped with a remainder.
#[must_use]
pub fn wrapper_note(loaded: &Loaded) -> Option<String> {
    match loaded.wrapper {
        Wrapper::Base64 { ignored } if ignored > 0 => Some(format!("{ignored} bytes behind the base64 text were ignored")),
        Wrapper::Mail { incomplete: true, .. } => {
            Some(format!("not all parts of the mail were looked at: {}", flags::said(&Unseen::Limit)))
        }
        _ => None,
    }
}

/// What reading a message found, whether it succeeded or failed.
pub(crate) fn report_of<'r>(read: &'r winmail::Result<Message<'_>>) -> &'r Report {
    read.as_ref().map_or_else(winmail::Error::report, Message::report)
}

/// Whether a report says that something is wrong.
#[must_use]
pub fn has_defects(report: &Report) -> bool {
    matches!(report.worst(), Some(Severity::Warning | Severity::Error))
}

/// Whether texts and attachments are whole for all that a report says.
#[must_use]
pub fn is_whole(report: &Report) -> bool {
    report.omitted() == 0
        && !report.diagnostics().iter().any(|found| {
            found.severity() > Severity::Info && matches!(found.code.category(), Category::Loss | Category::Security)
        })
}

/// The exit code that a report of a successful reading means.
#[must_use]
pub fn exit_code(report: &Report) -> u8 {
    match report.worst() {
        Some(Severity::Warning | Severity::Error) => EXIT_DEFECTS,
        _ => EXIT_OK,
    }
}

/// The exit code of a file that could not be read.
pub const FAILED: u8 = EXIT_FAILED;

/// One line on what is wrong: `3 errors and 1 warning`; `None` if there is neither.
#[must_use]
pub fn defect_count(report: &Report) -> Option<String> {
    let count = |severity| report.diagnostics().iter().filter(|d| d.severity() == severity).count();
    let plural = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts: Vec<String> =
        [plural(count(Severity::Error), "error"), plural(count(Severity::Warning), "warning")].into_iter().flatten().collect();
    let more = if report.omitted() > 0 { format!(", and {} more that are not kept", report.omitted()) } else { String::new() };
    (!parts.is_empty()).then(|| format!("{}{more}", parts.join(" and ")))
}
