//! `winmail extract`: attachments and bodies into a folder.
//!
//! Attachments keep their names as far as a file system can hold them ([`super::safe_name`]). An embedded message becomes a
//! folder with its stream (`winmail.dat`; out of a .msg `message.msg`), its attachments and its bodies, and so does a stream that is attached as a file. Of an
//! OLE object the compound file is written, of a Macintosh's file the data fork and, where there is a resource fork,
//! `NAME.appledouble`; what a signature is around stands beside the signed whole; a reference to a file elsewhere becomes a page that shows the link, `NAME.html`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use winmail::convert::mime::{self, MacBinary, MimeReadOptions};
use winmail::message::{Body, Content, MessageKind, MsgWriteOptions};
use winmail::msg::MsgReader;
use winmail::tnef::SIGNATURE;
use winmail::{Attachment, FileTime, Limits, Message, ReadOptions, Report, input};

use super::archive::Unfinished;
use super::bodies::{self, BodyForm, Pages};
use super::chosen::Chosen;
use super::folder::Draft;
use super::item;
use super::large::{Data, Pieces};
use super::manifest::{Kind, Manifest, Origin, Source};
use super::output_dir::{ExtractSummary, NewFile, OutputDir, Written};
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::Shown;
use super::{EXIT_OK, EXIT_USAGE, Streams, failure, foreign, signed, worse};
use winmail::base::size;
use winmail::safe_name::{SafeName, sanitize};

/// How many streams that are attached as files are opened within each other.
const STREAMS_DEPTH: usize = 4;

/// Arguments of `winmail extract`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExtractArgs {
    /// Files to read: TNEF (winmail.dat), an Outlook message (.msg), a mail or mbox with TNEF, a folder or Maildir of these; - is
    /// standard input. Behind the first one, words that are no such files are patterns such as '*.pdf': only what they name is written
    #[arg(value_name = "FILE|PATTERN", required = true)]
    files: Vec<PathBuf>,
    /// Folder to write into; made if it is not there. With several inputs each has a folder of its own in it. - writes the one file
    /// that is chosen to standard output
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Write a ZIP archive in the place of a folder
    #[arg(long, value_name = "ZIP", conflicts_with = "output")]
    zip: Option<PathBuf>,
    /// Write a line of JSON about each file that is written: its place, its SHA-256, which bytes of which stream it is; - is standard output
    #[arg(long, value_name = "JSONL")]
    manifest: Option<PathBuf>,
    /// Give files the times that the message has for them
    #[arg(long)]
    times: bool,
    /// Replace files that are there
    #[arg(long, short)]
    force: bool,
    /// Forms of the body to write, as in html,text
    #[arg(long, value_name = "FORM", value_enum, value_delimiter = ',', default_value = "stored")]
    body: Vec<BodyForm>,
    /// Write HTML as the sender wrote it, byte for byte, with scripts, forms and pictures from elsewhere
    #[arg(long)]
    html_original: bool,
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
    let (files, patterns) = args.inputs();
    let to_stdout = args.output == Path::new("-");
    // Without patterns, standard output is for an attachment.
    let mut chosen = Chosen::new(patterns, !to_stdout);
    let mut code = EXIT_OK;
    let mut summary = ExtractSummary::new(args.zip.as_ref().unwrap_or(&args.output));
    if to_stdout && args.manifest.is_some() {
        writeln!(streams.err, "winmail: -o - writes the file alone; for --manifest name a folder: -o DIR")?;
        return Ok(EXIT_USAGE);
    }
    let Ends { zip, manifest: manifest_file } = match args.ends() {
        Ok(ends) => ends,
        Err(error) => {
            writeln!(streams.err, "winmail: {}", failure::words(&error))?;
            return Ok(read::FAILED);
        }
    };
    let mut manifest = args.manifest.is_some().then(Manifest::default);
    let mut folder = zip.as_ref().map(|zip| OutputDir::archive(zip.archive()));
    let mut collected = to_stdout.then(Vec::new);
    let mut inputs = Inputs::new(&files, &args.read);
    // A manifest says which bytes of the stream each file is, of the whole stream.
    if !to_stdout && manifest.is_none() {
        let around = zip.as_ref().map_or_else(|| args.output.clone(), Unfinished::folder);
        inputs = inputs.with_large(Data::Spill(around));
    }
    let mut ahead = inputs.next(streams.stdin);
    let mut several = files.files.len() > 1 || files.files.iter().any(|file| file.is_dir());
    while let Some(mut input) = ahead.take() {
        let name = input.name();
        if !several {
            ahead = inputs.next(streams.stdin);
            several = ahead.is_some();
        }
        let part = input.part();
        if let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? {
            let options = loaded.reading(&args.read.showing());
            match Message::read(&loaded.bytes, &options) {
                Ok(message) => {
                    let verdict = message.verdict();
                    // What writing finds, the verdict has.
                    let mut report = Report::new();
                    let made = match &mut folder {
                        Some(folder) => folder,
                        None if to_stdout => folder.insert(OutputDir::planned(&args.output, args.force)),
                        None => match OutputDir::create(&args.output, args.force) {
                            Ok(made) => folder.insert(made),
                            Err(error) => {
                                writeln!(streams.err, "winmail: {}", failure::words(&error))?;
                                return Ok(read::FAILED);
                            }
                        },
                    };
                    let source = Source::new(&input.file, &loaded, &verdict);
                    let mut job = Job {
                        args,
                        source: &source,
                        manifest: &mut manifest,
                        place: Vec::new(),
                        options: &options,
                        report: &mut report,
                        summary: &mut summary,
                        streams: &mut *streams,
                        pictures: HashMap::new(),
                        pieces: &mut input.pieces,
                        item: loaded.item(&message, &options),
                        depth: 0,
                        unpacked: 0,
                        chosen: &mut chosen,
                        whole: false,
                        collected: &mut collected,
                    };
                    if several && !to_stdout {
                        job.in_own_folder(made, &folder_name(&input.file, part.as_deref()), &message)?;
                    } else {
                        job.message(made, &message)?;
                    }
                    code = worse(code, read::exit_code(&verdict));
                    if let Some(defects) = read::defect_count(&verdict) {
                        writeln!(streams.err, "winmail: {name}: {defects}: `winmail check` shows them")?;
                    }
                }
                Err(error) => read::say_failure(&error, &loaded, &name, &mut code, streams)?,
            }
        }
        if ahead.is_none() {
            ahead = inputs.next(streams.stdin);
        }
    }
    inputs.say_passed(streams.err)?;
    if !summary.is_complete() {
        code = worse(code, read::FAILED);
    }
    let missed = chosen.missed();
    for pattern in &missed {
        let there = chosen.seen().iter().map(|name| format!("\"{}\"", Shown(name))).collect::<Vec<_>>().join(", ");
        let there = if there.is_empty() { "nothing".to_owned() } else { there };
        writeln!(streams.err, "winmail: nothing is called \"{}\"; there is {there}", Shown(pattern))?;
    }
    if !missed.is_empty() {
        code = worse(code, read::FAILED);
    }
    // Of an archive or a manifest that is not whole nothing is left.
    let ended = zip.map_or(Ok(()), |zip| if summary.found() == 0 { Ok(()) } else { zip.finish() });
    let ended = ended.and_then(|()| match (&manifest, manifest_file) {
        (Some(manifest), Some((target, mut draft))) => {
            draft.write_all(manifest.lines()).and_then(|()| target.finish(draft)).map_err(|error| target.about(&error))
        }
        _ => Ok(()),
    });
    if let Err(error) = ended {
        writeln!(streams.err, "winmail: {}", failure::words(&error))?;
        return Ok(read::FAILED);
    }
    match collected {
        None if args.manifest_to_stdout() => {
            streams.out.write_all(manifest.as_ref().map_or(&[], |manifest| manifest.lines()))?;
            writeln!(streams.err, "{summary}")?;
        }
        None => writeln!(streams.out, "{summary}")?,
        Some(files) => code = worse(code, one_to_stdout(&files, !missed.is_empty(), streams)?),
    }
    Ok(code)
}

/// Writes the one file that is chosen; the result is the exit code.
fn one_to_stdout(files: &[(String, Vec<u8>)], said: bool, streams: &mut Streams<'_>) -> io::Result<u8> {
    match files {
        [(_, bytes)] => foreign::write(streams, bytes).map(|()| EXIT_OK),
        [] => {
            if !said {
                writeln!(streams.err, "winmail: there is no file to write to standard output")?;
            }
            Ok(read::FAILED)
        }
        many => {
            let names = many.iter().map(|(name, _)| format!("\"{}\"", Shown(name))).collect::<Vec<_>>().join(", ");
            writeln!(streams.err, "winmail: standard output takes one file; name one of {names}")?;
            Ok(EXIT_USAGE)
        }
    }
}

impl ExtractArgs {
    /// The inputs, and the patterns that stand behind them.
    fn inputs(&self) -> (FilesArgs, Vec<String>) {
        let is_input = |(at, file): &(usize, &PathBuf)| *at == 0 || *file == Path::new("-") || may_hold_messages(file);
        let (files, patterns): (Vec<_>, Vec<_>) = self.files.iter().enumerate().partition(is_input);
        let files = files.into_iter().map(|(_, file)| file.clone()).collect();
        (FilesArgs { files }, patterns.into_iter().map(|(_, pattern)| pattern.to_string_lossy().into_owned()).collect())
    }

    fn manifest_to_stdout(&self) -> bool {
        self.manifest.as_deref() == Some(Path::new("-"))
    }

    /// Begins what is complete at the end alone.
    fn ends(&self) -> io::Result<Ends> {
        let zip = self.zip.as_ref().map(|path| Unfinished::begin(path, self.force)).transpose()?;
        let manifest = self.manifest.as_ref().filter(|_| !self.manifest_to_stdout());
        let manifest = manifest.map(|path| NewFile::begin(path, self.force)).transpose()?;
        Ok(Ends { zip, manifest })
    }

    fn pages(&self) -> Pages {
        if self.html_original { Pages::Original } else { Pages::Safe }
    }
}

/// Whether a path is there, and no regular file that starts as something else than messages do: what was extracted a moment ago has the
/// name that is asked for.
fn may_hold_messages(path: &Path) -> bool {
    let Ok(file) = path.metadata() else { return path.symlink_metadata().is_ok() };
    if !file.is_file() {
        return true;
    }
    let mut start = Vec::new();
    if File::open(path).and_then(|file| file.take(64 << 10).read_to_end(&mut start)).is_err() {
        return true;
    }
    MsgReader::is_compound(&start)
        || input::is_mail_or_mbox(&start)
        || input::detect(start, &Limits::default()).iter().any(|found| !found.is_something_else())
}

/// Files that get their names at the end.
struct Ends {
    zip: Option<Unfinished>,
    manifest: Option<(NewFile, Draft)>,
}

/// The folder of one input among several.
fn folder_name(file: &Path, part: Option<&str>) -> SafeName {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    // Maildir puts flags behind a colon.
    let stem = stem.split(":2,").next().unwrap_or_default();
    let stem = if stem == "-" { "stdin" } else { stem };
    match part {
        Some(part) => sanitize(&format!("{stem}, {part}").replace(['/', '\\'], "_"), "message"),
        None => sanitize(stem, "message"),
    }
}

struct Job<'j, 's> {
    args: &'j ExtractArgs,
    source: &'j Source<'j>,
    manifest: &'j mut Option<Manifest>,
    /// The numbers of the attachments around, from the outside in.
    place: Vec<usize>,
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
    chosen: &'j mut Chosen,
    /// Whether a message around is wanted as a whole.
    whole: bool,
    /// Where files go that are for standard output.
    collected: &'j mut Option<Vec<(String, Vec<u8>)>>,
    /// Bytes of bodies that were decompressed.
    unpacked: u64,
}

impl Job<'_, '_> {
    /// Into a folder of its own, which comes with the first file.
    fn in_own_folder(&mut self, folder: &mut OutputDir, name: &SafeName, message: &Message<'_>) -> io::Result<()> {
        match folder.subdir(name) {
            Ok(mut inner) => self.message(&mut inner, message),
            Err(error) => {
                self.summary.record::<(), &io::Error>(&Err(&error));
                writeln!(self.streams.err, "winmail: {}: {}", Shown(name.as_str()), failure::words(&error))
            }
        }
    }

    /// Whether a file is wanted.
    fn wants(&mut self, name: &SafeName, is_body: bool) -> bool {
        self.whole || self.chosen.takes(name.as_str(), is_body)
    }

    /// Writes a file; its name in the folder where it was written.
    fn put(
        &mut self,
        folder: &mut OutputDir,
        name: &SafeName,
        bytes: &[u8],
        left_out: Option<&str>,
        origin: &Origin,
    ) -> io::Result<Option<String>> {
        if let Some(collected) = self.collected {
            collected.push((name.as_str().to_owned(), bytes.to_vec()));
            return Ok(None);
        }
        let result = folder.write_dated(name, bytes, self.time(origin));
        let written = result.as_ref().ok().map(|written| written.file_name.as_str().to_owned());
        if let (Some(manifest), Some(written)) = (self.manifest.as_mut(), &written) {
            let path = folder.path().strip_prefix(&self.args.output).unwrap_or(folder.path()).join(written);
            // As a ZIP has it, on each system.
            let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            manifest.add(self.source, &self.place, &path, bytes, origin)?;
        }
        self.record_length(folder.path(), name, result, u64::try_from(bytes.len()).unwrap_or(u64::MAX), left_out)?;
        Ok(written)
    }

    /// The time that a file gets.
    fn time(&self, origin: &Origin) -> Option<FileTime> {
        origin.modified.filter(|_| self.args.times || self.args.zip.is_some())
    }

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
            self.place.push(attachment.number());
            self.attachment(folder, attachment)?;
            if message.kind() == MessageKind::SecureMail {
                self.signed(folder, attachment)?;
            }
            self.place.pop();
        }
        // The limit of what decompression may make holds for all messages together.
        let is_packed = message.bodies().iter().any(|body| matches!(body, Body::RtfCompressed(_)));
        let limit = self.options.limits.output;
        let files = if is_packed && self.unpacked > limit {
            let limit = size::format(limit);
            vec![Err(format!("not written, as the bodies before it came to more than {limit} already; --max-output raises that"))]
        } else {
            bodies::files(message, &self.args.body, self.args.pages(), self.options, self.report)
        };
        for file in files {
            match file {
                Ok(mut file) => {
                    if is_packed {
                        self.unpacked = self.unpacked.saturating_add(u64::try_from(file.bytes.len()).unwrap_or(u64::MAX));
                    }
                    if file.is_page() {
                        file.bytes = bodies::with_pictures(&file.bytes, &self.pictures).into_owned();
                    }
                    let name = sanitize(&file.name, "picture");
                    if !self.wants(&name, true) {
                        continue;
                    }
                    let kind = if file.content_id.is_some() { Kind::Picture } else { Kind::Body };
                    let origin = Origin::message(kind, message);
                    let written = self.put(folder, &name, &file.bytes, file.left_out.as_deref(), &origin)?;
                    if let (Some(id), Some(written)) = (file.content_id, written) {
                        self.pictures.insert(id, written);
                    }
                }
                Err(reason) => writeln!(self.streams.err, "winmail: body: {}", Shown(&reason))?,
            }
        }
        // What calendars and address books read.
        match item::file(item.as_ref().unwrap_or(message)) {
            None => Ok(()),
            Some(Ok(file)) => {
                let name = sanitize(&file.name, "item");
                let origin = Origin::message(Kind::Item, message);
                if self.wants(&name, true) { self.put(folder, &name, &file.bytes, None, &origin).map(drop) } else { Ok(()) }
            }
            Some(Err(reason)) => writeln!(self.streams.err, "winmail: item: {}", Shown(&reason)),
        }
    }

    fn attachment(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let name = name(attachment);
        let origin = Origin::attachment(Kind::Attachment, attachment);
        match &attachment.content {
            Content::Message(message) => self.embedded(folder, &name, message, attachment),
            // The interface id in front is no part of what other programs open.
            Content::Object(object) => {
                if self.wants(&name, false) {
                    self.put(folder, &name, &object.data, None, &origin).map(drop)
                } else {
                    Ok(())
                }
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
                    let wanted = self.wants(&name, false);
                    return if wanted { self.put(folder, &name, bytes, None, &origin).map(drop) } else { Ok(()) };
                };
                self.report.append(inner.report(), self.options);
                self.depth = self.depth.saturating_add(1);
                let done = self.embedded(folder, &name, &inner, attachment);
                self.depth = self.depth.saturating_sub(1);
                done
            }
            _ => {
                self.reference(folder, attachment)?;
                if !self.wants(&name, false) {
                    return Ok(());
                }
                let data = attachment.data();
                let length = self.pieces.length(data);
                let written = match self.pieces.take(data) {
                    Some(file) => {
                        let result = folder.adopt(&name, file, self.time(&origin));
                        let written = result.as_ref().ok().map(|written| written.file_name.as_str().to_owned());
                        self.record_length(folder.path(), &name, result, length, None)?;
                        written
                    }
                    None => self.put(folder, &name, data, None, &origin)?,
                };
                if let (Some(id), Some(written)) = (attachment.shown_id(), written) {
                    self.pictures.insert(id.trim_matches(['<', '>']).to_owned(), written);
                }
                Ok(())
            }
        }
    }

    /// What a signature is around, beside the signed whole.
    fn signed(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let Some(inner) = signed::content(attachment.data()).filter(|_| self.depth < STREAMS_DEPTH) else { return Ok(()) };
        match mime::read(inner, &MimeReadOptions::default()) {
            Ok(inner) => {
                self.depth = self.depth.saturating_add(1);
                let done = self.message(folder, &inner);
                self.depth = self.depth.saturating_sub(1);
                done
            }
            Err(error) => writeln!(self.streams.err, "winmail: what is signed cannot be read: {}", Shown(&error.to_string())),
        }
    }

    /// A message becomes a folder with its stream and what is in it.
    fn embedded(
        &mut self,
        folder: &mut OutputDir,
        name: &SafeName,
        message: &Message<'_>,
        attachment: &Attachment<'_>,
    ) -> io::Result<()> {
        let is_named = self.chosen.is_limited() && self.wants(name, false);
        if self.collected.is_some() || (self.chosen.is_limited() && !is_named && !self.whole) {
            // Of what is chosen one by one, folders do not matter.
            if let (true, Some(collected), source) = (is_named, self.collected.as_mut(), message.source()) {
                collected.push((name.as_str().to_owned(), source.to_vec()));
            }
            return self.message(folder, message);
        }
        let around = self.whole;
        self.whole |= is_named;
        let mut origin = Origin::attachment(Kind::Message, attachment);
        origin.modified = Origin::message(Kind::Message, message).modified.or(origin.modified);
        let done = self.embedded_whole(folder, name, message, &origin);
        self.whole = around;
        done
    }

    fn embedded_whole(
        &mut self,
        folder: &mut OutputDir,
        name: &SafeName,
        message: &Message<'_>,
        origin: &Origin,
    ) -> io::Result<()> {
        match folder.subdir(name) {
            Ok(mut inner) => {
                match message.source() {
                    // A message in a .msg has no stream; it becomes a .msg of its own.
                    [] => match message.to_msg(&MsgWriteOptions::default()) {
                        Ok(bytes) => {
                            self.put(&mut inner, &sanitize("message.msg", "message.msg"), &bytes, None, origin)?;
                        }
                        Err(error) => {
                            writeln!(self.streams.err, "winmail: {}: {}", Shown(name.as_str()), Shown(&error.to_string()))?
                        }
                    },
                    source => {
                        self.put(&mut inner, &sanitize("winmail.dat", "winmail.dat"), source, None, origin)?;
                    }
                }
                self.message(&mut inner, message)
            }
            Err(error) => {
                // Nothing of it can be written: its stream, its attachments, its bodies.
                let files = count(message, &self.args.body, self.args.pages(), self.options);
                for _ in 0..files {
                    self.summary.record::<(), &io::Error>(&Err(&error));
                }
                writeln!(self.streams.err, "winmail: {}: {}", Shown(name.as_str()), failure::words(&error))
            }
        }
    }

    /// The page that shows where the file is, if the attachment refers to one.
    fn reference(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>) -> io::Result<()> {
        let Some(reference) = attachment.reference() else { return Ok(()) };
        let name = sanitize(&reference.file_name(), "link.html");
        if !self.wants(&name, false) {
            return Ok(());
        }
        if matches!(attachment.content, Content::None) {
            let target = Shown(&reference.target);
            writeln!(
                self.streams.err,
                "winmail: {}: only a reference to \"{target}\", the file is not inside",
                Shown(&reference.name)
            )?;
        }
        let page = reference.to_html();
        self.put(folder, &name, page.as_bytes(), None, &Origin::attachment(Kind::Link, attachment)).map(drop)
    }

    /// A file of a Macintosh: its data fork, and what only a Macintosh reads beside it.
    fn mac_file(&mut self, folder: &mut OutputDir, attachment: &Attachment<'_>, forks: &MacBinary<'_>) -> io::Result<()> {
        let own = attachment.file_name().unwrap_or_default();
        let name = sanitize(&own, &forks.file_name());
        if !self.wants(&name, false) {
            return Ok(());
        }
        self.put(folder, &name, forks.data_fork, None, &Origin::attachment(Kind::Attachment, attachment))?;
        if forks.resource_fork.is_empty() || self.collected.is_some() {
            return Ok(());
        }
        let beside = sanitize(&format!("{}.appledouble", name.as_str()), "file.appledouble");
        let double = forks.apple_double();
        self.put(folder, &beside, &double, None, &Origin::attachment(Kind::ResourceFork, attachment)).map(drop)
    }

    fn record_length(
        &mut self,
        folder: &Path,
        name: &SafeName,
        result: io::Result<Written>,
        bytes: u64,
        left_out: Option<&str>,
    ) -> io::Result<()> {
        self.summary.record(&result);
        match result {
            Ok(_) if self.args.quiet || self.args.manifest_to_stdout() => Ok(()),
            Ok(written) => {
                let path = folder.join(written.file_name.as_str());
                let bytes = size::format(bytes);
                write!(self.streams.out, "{} ({bytes})", Shown(&path.to_string_lossy()))?;
                if let Some(wanted) = written.renamed_from {
                    write!(self.streams.out, ", the name \"{}\" was taken", Shown(wanted.as_str()))?;
                }
                if let Some(left_out) = left_out {
                    write!(self.streams.out, ", without {left_out} (--html-original keeps all)")?;
                }
                writeln!(self.streams.out)
            }
            Err(error) => writeln!(self.streams.err, "winmail: {}: {}", Shown(name.as_str()), failure::words(&error)),
        }
    }
}

/// A name that a file system can hold.
pub(crate) fn name(attachment: &Attachment<'_>) -> SafeName {
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
fn count(message: &Message<'_>, forms: &[BodyForm], pages: Pages, options: &ReadOptions) -> usize {
    let bodies = bodies::files(message, forms, pages, options, &mut Report::new()).iter().flatten().count();
    let own = message.attachments.iter().filter(|attachment| !item::has(message, attachment));
    let attachments = own.map(|attachment| match &attachment.content {
        Content::Message(nested) => count(nested, forms, pages, options),
        _ => 1,
    });
    let item = usize::from(item::file(message).is_some());
    attachments.fold(bodies.saturating_add(item).saturating_add(1), usize::saturating_add)
}
