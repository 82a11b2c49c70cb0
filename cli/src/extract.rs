//! `winmail extract`: attachments and bodies into a folder.
//!
//! Attachments keep their names as far as a file system can hold them ([`super::safe_name`]). An embedded message becomes a
//! folder with its stream (`winmail.dat`), its attachments and its bodies. An OLE object's value is written as it stands, with
//! the interface id in front, and beside it the compound file alone as `NAME.ole`, which other programs can open.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use winmail::base::{ReadOptions, Report};
use winmail::mapi::{Object, tags};
use winmail::message::{Attachment, Content, Message};

use super::bodies::{self, BodyForm};
use super::large::{Data, Pieces};
use super::output_dir::{ExtractSummary, OutputDir, Written};
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::Shown;
use super::{EXIT_OK, Streams, worse};
use winmail::base::size;
use winmail::safe_name::{SafeName, sanitize};

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
        let mut report = Report::new();
        let loaded = match input.loaded {
            Ok(loaded) => loaded,
            Err(message) => {
                code = worse(code, read::FAILED);
                writeln!(streams.err, "winmail: {name}: {message}")?;
                continue;
            }
        };
        let options = loaded.reading(&args.read.options());
        let message = match Message::read(&loaded.bytes, &options, &mut report) {
            Ok(message) => message,
            Err(error) => {
                code = worse(code, read::FAILED);
                writeln!(streams.err, "winmail: {name}: {}", Shown(&read::failure(&error, &loaded)))?;
                continue;
            }
        };
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
        for attachment in &message.attachments {
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
        Ok(())
    }

    fn attachment(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let name = name(attachment);
        match &attachment.content {
            Content::Message(message) => match folder.subdir(&name) {
                Ok(mut inner) => {
                    let stream = sanitize("winmail.dat", "winmail.dat");
                    let result = inner.write(&stream, message.source());
                    self.record(inner.path(), &stream, result, message.source().len())?;
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
            },
            Content::Object(object) => {
                let interface = object.interface.map(|interface| interface.to_bytes_le());
                let length = object.data.len().saturating_add(interface.map_or(0, |bytes| bytes.len()));
                let result = folder.write_with(&name, |out| {
                    if let Some(interface) = &interface {
                        out.write_all(interface)?;
                    }
                    out.write_all(&object.data)
                });
                self.record(folder.path(), &name, result, length)?;
                if object.interface == Some(Object::ISTORAGE) {
                    let storage = sanitize(&format!("{}.ole", name.as_str()), "object.ole");
                    let result = folder.write(&storage, &object.data);
                    self.record(folder.path(), &storage, result, object.data.len())?;
                }
                Ok(())
            }
            Content::None if attachment.method().is_some_and(|method| matches!(method.0, 2..=4 | 7)) => {
                let path = attachment.properties.str(tags::ATTACH_LONG_PATHNAME);
                let path = path.or_else(|| attachment.properties.str(tags::ATTACH_PATHNAME)).unwrap_or_default();
                let name = Shown(name.as_str());
                writeln!(self.streams.err, "winmail: {name}: only a reference to \"{}\", the file is not inside", Shown(&path))
            }
            _ => {
                let data = attachment.data();
                let length = self.pieces.length(data);
                let result = match self.pieces.take(data) {
                    Some(file) => folder.adopt(&name, file),
                    None => folder.write(&name, data),
                };
                if let (Some(id), Ok(written)) = (attachment.content_id(), &result) {
                    self.pictures.insert(id.trim_matches(['<', '>']).to_owned(), written.file_name.as_str().to_owned());
                }
                self.record_length(folder.path(), &name, result, length)
            }
        }
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
        _ => format!("attachment-{number}"),
    };
    let given = attachment.file_name().unwrap_or_default();
    let given = match &attachment.content {
        // A message becomes a folder, and a folder is no .msg file.
        Content::Message(_) => given.strip_suffix(".msg").unwrap_or(&given),
        _ => &given,
    };
    sanitize(given, &fallback)
}

/// How many files a message makes.
fn count(message: &Message<'_>, forms: &[BodyForm], options: &ReadOptions) -> usize {
    let bodies = bodies::files(message, forms, options, &mut Report::new()).iter().flatten().count();
    let attachments = message.attachments.iter().map(|attachment| match &attachment.content {
        Content::Message(nested) => count(nested, forms, options),
        Content::Object(object) if object.interface == Some(Object::ISTORAGE) => 2,
        _ => 1,
    });
    attachments.fold(bodies.saturating_add(1), usize::saturating_add)
}
