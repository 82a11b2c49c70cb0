//! `winmail FILE`, and `winmail show`: a message as a person reads it.

use std::io;

use winmail::mapi::tags;
use winmail::message::Content;
use winmail::{Attachment, FileTime, Message, Report};

use super::large::{Data, Pieces};
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{self, Shown, Style};
use super::{EXIT_OK, Streams, foreign, item, list, local_time, worse};
use winmail::base::size;

/// Lines of prose are no longer than this, however wide the terminal is.
pub(crate) const MOST_COLUMNS: usize = 100;

/// How many people of one kind are named.
const MOST_PEOPLE: usize = 10;

/// Arguments of `winmail show`.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    #[command(flatten)]
    files: FilesArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Shows the messages; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &ShowArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut first = true;
    let mut files = 0usize;
    let mut inputs = Inputs::new(&args.files, &args.read).with_large(Data::Skip);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? else { continue };
        let message = match Message::read(&loaded.bytes, &loaded.reading(&args.read.showing())) {
            Ok(message) => message,
            Err(error) => {
                read::say_failure(&error, &loaded, &name, &mut code, streams)?;
                continue;
            }
        };
        if !std::mem::take(&mut first) {
            writeln!(streams.out)?;
        }
        let verdict = message.verdict();
        // What showing it finds, the verdict has.
        let mut report = Report::new();
        let mut page = Page { style, pieces: &input.pieces, streams: &mut *streams, width: style::width(), files: 0 };
        page.message(&name, &message, &mut report)?;
        files = files.saturating_add(page.files);
        code = worse(code, read::exit_code(&verdict));
        if let Some(defects) = read::defect_count(&verdict) {
            let line = format!("{defects}: `winmail check` shows what is wrong");
            writeln!(streams.out, "\n{}", style.yellow(line))?;
        }
    }
    inputs.say_passed(streams.err)?;
    if files > 0 && streams.out_is_terminal {
        writeln!(streams.out, "\n{}", style.dim("`winmail extract FILE -o FOLDER` writes the files into a folder."))?;
    }
    Ok(code)
}

struct Page<'p, 's> {
    style: Style,
    pieces: &'p Pieces,
    streams: &'p mut Streams<'s>,
    width: usize,
    /// How many files can be had.
    files: usize,
}

impl Page<'_, '_> {
    fn message(&mut self, name: &str, message: &Message<'_>, report: &mut Report) -> io::Result<()> {
        writeln!(self.streams.out, "{}: {}", self.style.bold(name), message.kind().describe())?;
        self.facts(message)?;
        self.text(message, report)?;
        self.attachments(message, 0)
    }

    fn row(&mut self, name: &str, value: &str) -> io::Result<()> {
        writeln!(self.streams.out, "  {} {}", self.style.cyan(format!("{name:<11}")), Shown(value))
    }

    fn facts(&mut self, message: &Message<'_>) -> io::Result<()> {
        let filled =
            |text: Option<std::borrow::Cow<'_, str>>| text.map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty());
        if let Some(subject) = filled(message.subject()) {
            self.row("subject", &subject)?;
        } else if let Some(topic) = filled(message.properties.str(tags::CONVERSATION_TOPIC)) {
            // In a mail's own winmail.dat the subject is in the mail's header.
            self.row("subject", &format!("{topic} (from the conversation topic)"))?;
        }
        if let Some(sender) = list::sender(message) {
            self.row("from", &sender)?;
        }
        let mut shown: Vec<(String, usize)> = Vec::new();
        for recipient in &message.recipients {
            let kind =
                recipient.recipient_type().map_or_else(|| "recipient".to_owned(), |kind| kind.role().to_string().to_lowercase());
            let count = match shown.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => {
                    *count = count.saturating_add(1);
                    *count
                }
                None => {
                    shown.push((kind.clone(), 1));
                    1
                }
            };
            if count > MOST_PEOPLE {
                continue;
            }
            let name = recipient.display_name().unwrap_or_default();
            match recipient.smtp_address().or_else(|| recipient.address()) {
                // An address within Exchange tells people nothing.
                Some(address) if address != name && address.contains('@') => self.row(&kind, &format!("{name} <{address}>"))?,
                Some(address) if name.is_empty() => self.row(&kind, &address)?,
                _ => self.row(&kind, &name)?,
            }
        }
        for (kind, count) in shown.iter().filter(|(_, count)| *count > MOST_PEOPLE) {
            self.row(kind, &format!("... and {} more", count.saturating_sub(MOST_PEOPLE)))?;
        }
        if let Some(time) = list::sent_time(message) {
            self.row("sent", &time_words(time))?;
        }
        for (name, value) in item::rows(message) {
            self.row(name, &value)?;
        }
        Ok(())
    }

    fn text(&mut self, message: &Message<'_>, report: &mut Report) -> io::Result<()> {
        match message.text_of_width(self.width.min(MOST_COLUMNS)) {
            Ok(Some(found)) => {
                report.append(&found.report, message.read_options());
                let text = foreign::harmless(&found.text);
                let text = text.trim_matches(['\n', ' ', '\t']);
                if !text.is_empty() {
                    writeln!(self.streams.out, "\n{text}")?;
                }
            }
            Ok(None) => {}
            Err(error) => {
                report.append(error.report(), message.read_options());
                writeln!(self.streams.err, "winmail: the text cannot be read: {}", Shown(&error.to_string()))?;
            }
        }
        Ok(())
    }

    fn attachments(&mut self, message: &Message<'_>, depth: usize) -> io::Result<()> {
        if message.attachments.is_empty() {
            return Ok(());
        }
        if depth == 0 {
            writeln!(self.streams.out, "\n{}", self.style.bold("Attachments"))?;
        }
        for attachment in &message.attachments {
            self.attachment(attachment, depth)?;
        }
        Ok(())
    }

    fn attachment(&mut self, attachment: &Attachment<'_>, depth: usize) -> io::Result<()> {
        let indent = "  ".repeat(depth.saturating_add(1));
        let name = attachment.file_name().unwrap_or_default();
        let name = if name.is_empty() { "(without a name)".to_owned() } else { Shown(&name).to_string() };
        let name = self.style.bold(name);
        let bytes = size::format(self.pieces.length(attachment.data()));
        match &attachment.content {
            Content::Message(nested) => {
                writeln!(self.streams.out, "{indent}{name}  {}", nested.kind().describe())?;
                self.attachments(nested, depth.saturating_add(1))
            }
            Content::None => match attachment.reference() {
                Some(reference) => writeln!(
                    self.streams.out,
                    "{indent}{name}  only a link, the file is not inside: {}",
                    Shown(&reference.target)
                ),
                None => writeln!(self.streams.out, "{indent}{name}  {}", list::attachment_words(attachment)),
            },
            _ => {
                self.files = self.files.saturating_add(1);
                let words = match list::attachment_words(attachment) {
                    "file" => String::new(),
                    "inline file" => "  in the text".to_owned(),
                    words => format!("  {words}"),
                };
                let kind = attachment.mime_tag().filter(|kind| !kind.is_empty()).map(|kind| format!("  {}", Shown(&kind)));
                writeln!(self.streams.out, "{indent}{name}  {bytes}{}{words}", kind.unwrap_or_default())
            }
        }
    }
}

/// When it was, by this computer's clock.
fn time_words(time: FileTime) -> String {
    local_time::words(time).unwrap_or_else(|| time.to_string())
}
