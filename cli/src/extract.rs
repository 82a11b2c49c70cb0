//! `winmail extract`: attachments and bodies into a folder.
//!
//! Attachments keep their names as far as a file system can hold them ([`super::safe_name`]). An embedded message becomes a
//! folder with its stream (`winmail.dat`; out of a .msg `message.msg`), its attachments and its bodies, and so does a stream that is attached as a file. Of an
//! OLE object the compound file is written, of a Macintosh's file the data fork and, where there is a resource fork,
//! `NAME.appledouble`; a reference to a file elsewhere becomes a page that shows the link, `NAME.html`.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use winmail::convert::mime::MacBinary;
use winmail::message::{Content, MsgWriteOptions};
use winmail::tnef::SIGNATURE;
use winmail::{Attachment, Message};
use winmail::{ReadOptions, Report};

use super::bodies::{self, BodyForm};
use super::item;
use super::large::{Data, Pieces};
use super::output_dir::{ExtractSummary, OutputDir, Written};
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::Shown;
use super::{EXIT_OK, Streams, worse};
use winmail::base::size;
use winmail::safe_name::{SafeName, sanitize};

/// How many streams that are attached as files are opened within each other.
const STREAMS_DEPTH: usize = 4;

/// Arguments of `winmail extract`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExtractArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Replace files that are there
    #[arg(long, short)]
    force: bool,
    /// Forms of the body to write, as in html,text
    #[arg(long, value_name = "FORM", value_enum, value_delimiter = ',', default_value = "stored")]
    body: Vec<BodyForm>,
    /// Do not name the files that are written
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Extracts the files; the result is the exit code.
///
/// # Errors
/// Those of the writers to the terminal. What goes wrong with a file is said and counted, and the next one is taken.
pub fn run(args: &ExtractArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut summary = ExtractSummary::new(&args.output);
    let mut folder = None;
    let mut inputs = Inputs::new(&args.files, &args.read).with_large(Data::Spill(args.output.clone()));
    while let Some(mut input) = inputs.next(streams.stdin) {
        let name = input.name();
        let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? else { continue };
        let options = loaded.reading(&args.read.options());
        let message = match Message::read(&loaded.bytes, &options) {
            Ok(message) => message,
            Err(error) => {
                read::say_failure(&error, &loaded, &name, &mut code, streams)?;
                continue;
            }
        };
        let mut report = message.report().clone();
        if folder.is_none() {
            match OutputDir::create(&args.output, args.force) {
                Ok(made) => folder = Some(made),
                Err(error) => {
                    writeln!(streams.err, "winmail: {}: {error}", args.output.display())?;
                    return Ok(read::FAILED);
                }
            }
        }
        if let Some(folder) = &mut folder {
            let mut job = Job {
                args,
                options: &options,
                report: &mut report,
                summary: &mut summary,
                streams: &mut *streams,
                pictures: HashMap::new(),
                pieces: &mut input.pieces,
                item: loaded.item(&message, &options),
                depth: 0,
            };
            job.message(folder, &message)?;
        }
        code = worse(code, read::exit_code(&report));
        if let Some(defects) = read::defect_count(&report) {
            writeln!(streams.err, "winmail: {name}: {defects}: `winmail check` shows them")?;
        }
    }
    if !summary.is_complete() {
        code = worse(code, read::FAILED);
    }
    writeln!(streams.out, "{summary}")?;
    Ok(code)
}

struct Job<'j, 's> {
    args: &'j ExtractArgs,
    options: &'j ReadOptions,
    report: &'j mut Report,
    summary: &'j mut ExtractSummary,
    streams: &'j mut Streams<'s>,
    /// File names of the message's pictures by Content-ID.
    pictures: HashMap<String, String>,
    /// Attachment data that is in files already.
    pieces: &'j mut Pieces,
    /// The item that the stream is, with what the mail around it says of it.
    item: Option<Message<'j>>,
    /// How many streams are around the message that were files.
    depth: usize,
}

impl Job<'_, '_> {
    /// Attachments first: they keep their names, and a body gives way to an attachment called `body.txt`.
    fn message(&mut self, folder: &mut OutputDir, message: &Message<'_>) -> io::Result<()> {
        let around = std::mem::take(&mut self.pictures);
        self.contents(folder, message)?;
        self.pictures = around;
        Ok(())
    }

    fn contents(&mut self, folder: &mut OutputDir, message: &Message<'_>) -> io::Result<()> {
        // That of the outermost message; those within it are whole.
        let item = self.item.take();
        for attachment in message.attachments.iter().filter(|attachment| !item::has(message, attachment)) {
            self.attachment(folder, attachment)?;
        }
        for file in bodies::files(message, &self.args.body, self.options, self.report) {
            match file {
                Ok(mut file) => {
                    if file.is_page() {
                        file.bytes = bodies::with_pictures(&file.bytes, &self.pictures).into_owned();
                    }
                    let name = sanitize(&file.name, "picture");
                    let result = folder.write(&name, &file.bytes);
                    if let (Some(id), Ok(written)) = (file.content_id, &result) {
                        self.pictures.insert(id, written.file_name.as_str().to_owned());
                    }
                    self.record(folder.path(), &name, result, file.bytes.len())?;
                }
                Err(reason) => writeln!(self.streams.err, "winmail: body: {}", Shown(&reason))?,
            }
        }
        // What calendars and address books read.
        match item::file(item.as_ref().unwrap_or(message)) {
            None => Ok(()),
            Some(Ok(file)) => {
                let name = sanitize(&file.name, "item");
                let result = folder.write(&name, &file.bytes);
                self.record(folder.path(), &name, result, file.bytes.len())
            }
            Some(Err(reason)) => writeln!(self.streams.err, "winmail: item: {}", Shown(&reason)),
        }
    }

    fn attachment(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let name = name(attachment);
        match &attachment.content {
            Content::Message(message) => self.embedded(folder, &name, message),
            // The interface id in front is no part of what other programs open.
            Content::Object(object) => {
                let result = folder.write(&name, &object.data);
                self.record(folder.path(), &name, result, object.data.len())
            }
            Content::None if attachment.reference().is_some() => self.reference(folder, attachment),
            Content::Bytes(bytes) if attachment.is_mac_binary() && MacBinary::parse(bytes).is_some() => {
                self.reference(folder, attachment)?;
                MacBinary::parse(bytes).map_or(Ok(()), |forks| self.mac_file(folder, attachment, &forks))
            }
            Content::Bytes(bytes) if bytes.starts_with(&SIGNATURE.to_le_bytes()) && self.depth < STREAMS_DEPTH => {
                self.reference(folder, attachment)?;
                // A stream as a file: what cannot be read, or holds nothing, is the file that it is.
                let inner = Message::read(bytes, self.options).ok();
                let inner = inner.filter(|inner| !inner.attachments.is_empty() || !inner.bodies().is_empty());
                let Some(inner) = inner else {
                    let result = folder.write(&name, bytes);
                    return self.record(folder.path(), &name, result, bytes.len());
                };
                self.report.append(inner.report(), self.options);
                self.depth = self.depth.saturating_add(1);
                let done = self.embedded(folder, &name, &inner);
                self.depth = self.depth.saturating_sub(1);
                done
            }
            _ => {
                self.reference(folder, attachment)?;
                let data = attachment.data();
                let length = self.pieces.length(data);
                let result = match self.pieces.take(data) {
                    Some(file) => folder.adopt(&name, file),
                    None => folder.write(&name, data),
                };
                if let (Some(id), Ok(written)) = (attachment.shown_id(), &result) {
                    self.pictures.insert(id.trim_matches(['<', '>']).to_owned(), written.file_name.as_str().to_owned());
                }
                self.record_length(folder.path(), &name, result, length)
            }
        }
    }

    /// A message becomes a folder with its stream and what is in it.
    fn embedded(&mut self, folder: &mut OutputDir, name: &SafeName, message: &Message<'_>) -> io::Result<()> {
        match folder.subdir(name) {
            Ok(mut inner) => {
                match message.source() {
                    // A message in a .msg has no stream; it becomes a .msg of its own.
                    [] => match message.to_msg(&MsgWriteOptions::default()) {
                        Ok(bytes) => {
                            let name = sanitize("message.msg", "message.msg");
                            let result = inner.write(&name, &bytes);
                            self.record(inner.path(), &name, result, bytes.len())?;
                        }
                        Err(error) => {
                            writeln!(self.streams.err, "winmail: {}: {}", Shown(name.as_str()), Shown(&error.to_string()))?
                        }
                    },
                    source => {
                        let stream = sanitize("winmail.dat", "winmail.dat");
                        let result = inner.write(&stream, source);
                        self.record(inner.path(), &stream, result, source.len())?;
                    }
                }
                self.message(&mut inner, message)
            }
            Err(error) => {
                // Nothing of it can be written: its stream, its attachments, its bodies.
                let files = count(message, &self.args.body, self.options);
                for _ in 0..files {
                    self.summary.record::<(), &io::Error>(&Err(&error));
                }
                writeln!(self.streams.err, "winmail: {name}: {error}", name = Shown(name.as_str()))
            }
        }
    }

    /// The page that shows where the file is, if the attachment refers to one.
    fn reference(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let Some(reference) = attachment.reference() else { return Ok(()) };
        let name = sanitize(&reference.file_name(), "link.html");
        if matches!(attachment.content, Content::None) {
            let target = Shown(&reference.target);
            writeln!(
                self.streams.err,
                "winmail: {}: only a reference to \"{target}\", the file is not inside",
                Shown(&reference.name)
            )?;
        }
        let page = reference.to_html();
        let result = folder.write(&name, page.as_bytes());
        self.record(folder.path(), &name, result, page.len())
    }

    /// A file of a Macintosh: its data fork, and what only a Macintosh reads beside it.
    fn mac_file(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>, forks: &MacBinary<'_>) -> io::Result<()> {
        let own = attachment.file_name().unwrap_or_default();
        let name = sanitize(&own, &forks.file_name());
        let result = folder.write(&name, forks.data_fork);
        self.record(folder.path(), &name, result, forks.data_fork.len())?;
        if forks.resource_fork.is_empty() {
            return Ok(());
        }
        let beside = sanitize(&format!("{}.appledouble", name.as_str()), "file.appledouble");
        let double = forks.apple_double();
        let result = folder.write(&beside, &double);
        self.record(folder.path(), &beside, result, double.len())
    }

    fn record(&mut self, folder: &Path, name: &SafeName, result: io::Result<Written>, bytes: usize) -> io::Result<()> {
        self.record_length(folder, name, result, u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    fn record_length(&mut self, folder: &Path, name: &SafeName, result: io::Result<Written>, bytes: u64) -> io::Result<()> {
        self.summary.record(&result);
        match result {
            Ok(_) if self.args.quiet => Ok(()),
            Ok(written) => {
                let path = folder.join(written.file_name.as_str());
                let bytes = size::format(bytes);
                write!(self.streams.out, "{} ({bytes})", Shown(&path.to_string_lossy()))?;
                if let Some(wanted) = written.renamed_from {
                    write!(self.streams.out, ", the name \"{}\" was taken", Shown(wanted.as_str()))?;
                }
                writeln!(self.streams.out)
            }
            Err(error) => writeln!(self.streams.err, "winmail: {}: {error}", Shown(name.as_str())),
        }
    }
}

/// A name that a file system can hold.
fn name(attachment: &Attachment<'_>) -> SafeName {
    let number = attachment.number().saturating_add(1);
    let fallback = match &attachment.content {
        Content::Message(message) => message.subject().filter(|subject| !subject.is_empty()).map_or_else(
            || format!("message-{number}"),
            |subject| sanitize(&subject.replace(['/', '\\'], "_"), "message").into_string(),
        ),
        Content::Object(_) => format!("object-{number}"),
        _ => match attachment.extension() {
            Some(extension) => format!("attachment-{number}.{extension}"),
            None => format!("attachment-{number}"),
        },
    };
    let given = attachment.file_name().unwrap_or_default();
    let given = match &attachment.content {
        // A message becomes a folder, and a folder is no .msg file.
        Content::Message(_) => given.strip_suffix(".msg").unwrap_or(&given).replace(['/', '\\'], "_"),
        _ => given.into_owned(),
    };
    sanitize(&given, &fallback)
}

/// How many files a message makes.
fn count(message: &Message<'_>, forms: &[BodyForm], options: &ReadOptions) -> usize {
    let bodies = bodies::files(message, forms, options, &mut Report::new()).iter().flatten().count();
    let own = message.attachments.iter().filter(|attachment| !item::has(message, attachment));
    let attachments = own.map(|attachment| match &attachment.content {
        Content::Message(nested) => count(nested, forms, options),
        _ => 1,
    });
    let item = usize::from(item::file(message).is_some());
    attachments.fold(bodies.saturating_add(item).saturating_add(1), usize::saturating_add)
}
