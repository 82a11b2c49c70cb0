//! `winmail edit IN -o OUT`: changes what is named and nothing else, and says what changed.
//!
//! The output is read again, and what is printed is what differs. It is written whole or not at all, and only if everything that
//! was asked for could be done. With `-o -` the stream goes to standard output and what changed to standard error.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use winmail::base::{LegacyAttributes, WriteMode};
use winmail::message::edit::{BodyEdit, Place};
use winmail::message::{Content, html};
use winmail::{Attachment, Message};
use winmail::{CodePage, WriteOptions};

use super::container::{self, ContainerArgs};
use super::diff;
use super::flags;
use super::foreign;
use super::output_dir;
use super::read::{self, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_FAILED, Streams};
use winmail::mapi::property_text::{self, Target};

/// Arguments of `winmail edit`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "PROPERTY is any name that `winmail props` finds, a tag (0x6900001F), or SET/NAME@PtypString.\n\
    VALUE is read by the property's type: text as it is, numbers, true or false, times as 2023-11-14T22:13:20Z,\n\
    bytes in hexadecimal, several values separated by semicolons.")]
pub struct EditArgs {
    /// The file to change; - is standard input. Of a mail, what it carries is the result
    #[arg(value_name = "IN")]
    file: PathBuf,
    /// Where to write the result; - is standard output
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    force: bool,
    /// Set a property
    #[arg(long, value_name = "PROPERTY=VALUE", value_parser = assignment)]
    set: Vec<(Target, winmail::mapi::PropValue<'static>)>,
    /// Remove a property
    #[arg(long, value_name = "PROPERTY")]
    unset: Vec<String>,
    #[command(flatten)]
    body: BodyFiles,
    /// Attach a file
    #[arg(long, value_name = "FILE")]
    add_attachment: Vec<PathBuf>,
    /// Remove the attachments of this name
    #[arg(long, value_name = "NAME")]
    remove_attachment: Vec<String>,
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// `NAME=VALUE`.
pub(super) fn assignment(text: &str) -> Result<(Target, winmail::mapi::PropValue<'static>), String> {
    property_text::assignment(text).map_err(|error| flags::said(&error))
}

/// New text for the body. HTML is made of text, and text of HTML, where only one is given.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Body")]
struct BodyFiles {
    /// Text in UTF-8 to put behind the body
    #[arg(long, value_name = "FILE")]
    append_text: Option<PathBuf>,
    /// HTML to put behind the body
    #[arg(long, value_name = "FILE")]
    append_html: Option<PathBuf>,
    /// Text in UTF-8 to put before the body
    #[arg(long, value_name = "FILE")]
    prepend_text: Option<PathBuf>,
    /// HTML to put before the body
    #[arg(long, value_name = "FILE")]
    prepend_html: Option<PathBuf>,
    /// Text in UTF-8 to put in the body's place
    #[arg(long, value_name = "FILE")]
    replace_text: Option<PathBuf>,
    /// HTML to put in the body's place
    #[arg(long, value_name = "FILE")]
    replace_html: Option<PathBuf>,
}

impl BodyFiles {
    /// The edits in the order in which they make sense.
    fn edits(&self) -> Result<Vec<BodyEdit>, String> {
        let places = [
            (Place::Replace, &self.replace_text, &self.replace_html),
            (Place::Prepend, &self.prepend_text, &self.prepend_html),
            (Place::Append, &self.append_text, &self.append_html),
        ];
        let mut edits = Vec::new();
        for (place, text, html) in places {
            let text = text.as_deref().map(text_file).transpose()?;
            let html = html.as_deref().map(html_file).transpose()?;
            edits.extend(match (text, html) {
                (None, None) => None,
                (Some(text), None) => Some(BodyEdit::text(place, &text)),
                (None, Some(html)) => Some(BodyEdit::html(place, &html)),
                (Some(text), Some(html)) => Some(BodyEdit::html(place, &html).with_text(&text)),
            });
        }
        Ok(edits)
    }
}

/// How to write.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Writing")]
pub struct WriteArgs {
    /// Write everything anew, in the recommended form, instead of keeping what is not changed as it is
    #[arg(long)]
    canonical: bool,
    /// Which legacy attributes to write for what is new
    #[arg(long, value_enum, default_value_t = Legacy::Exchange, value_name = "AS")]
    legacy: Legacy,
    /// Code page of 8-bit text to write; text that does not fit becomes Unicode
    #[arg(long, value_name = "PAGE", value_parser = read::code_page)]
    write_code_page: Option<CodePage>,
    /// PidTagTnefCorrelationKey: the text of the mail's X-MS-TNEF-Correlator
    #[arg(long, value_name = "TEXT")]
    correlator: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Legacy {
    /// None: pure encapsulation
    None,
    /// As Exchange 2007 and later
    Exchange,
    /// As Outlook
    Outlook,
}

impl WriteArgs {
    pub(super) fn options(&self) -> WriteOptions {
        let legacy = match self.legacy {
            Legacy::None => LegacyAttributes::None,
            Legacy::Exchange => LegacyAttributes::Exchange,
            Legacy::Outlook => LegacyAttributes::Outlook,
        };
        let mut options = WriteOptions::mirror().with_legacy(legacy);
        if self.canonical {
            options.mode = WriteMode::Canonical;
        }
        options.code_page = self.write_code_page;
        match &self.correlator {
            Some(correlator) => options.with_correlation_key(correlator),
            None => options,
        }
    }
}

/// Edits a file; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &EditArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let name = read::display_name(&args.file);
    match edited(args, style, streams) {
        Ok(code) => Ok(code),
        Err(Failure::Said(message)) => {
            writeln!(streams.err, "winmail: {name}: {}", Shown(&message))?;
            Ok(EXIT_FAILED)
        }
        Err(Failure::Io(error)) => Err(error),
    }
}

/// Why there is no output.
enum Failure {
    /// Something to tell the user.
    Said(String),
    /// Standard output or standard error failed.
    Io(io::Error),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure::Said(message)
    }
}

/// Whether what was written reads as what was meant. Recovery reads damage by what stands around it, so that a change may make it
/// read otherwise.
fn reads_as(again: &Message<'_>, meant: &Message<'_>) -> bool {
    let same = |(again, meant): (&Attachment<'_>, &Attachment<'_>)| match &meant.content {
        Content::Bytes(bytes) => again.data() == &**bytes,
        _ => true,
    };
    again.search_key() == meant.search_key()
        && again.attachments.len() == meant.attachments.len()
        && again.attachments.iter().zip(&meant.attachments).all(same)
}

fn edited(args: &EditArgs, style: Style, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let loaded = read::load(&args.file, &args.read, streams.stdin)?;
    let options = loaded.reading(&args.read.options());
    let source = Message::read(&loaded.bytes, &options).map_err(|error| read::failure(&error, &loaded))?;
    let report = source.report();
    let mut message = source.clone();
    let in_sync = change(&mut message, args)?;
    let bytes = args.container.written(&message, &loaded, &args.output, &args.write.options())?;
    // What is said is what the output says, not what was meant.
    let again = Message::read(&bytes, &options).map_err(|error| format!("cannot read the result: {error}"))?;

    if !reads_as(&again, &message) {
        let text = "what is damaged in the input would hide a part of the change: --canonical writes everything anew";
        return Err(text.to_owned().into());
    }

    let to_stdout = args.output == Path::new("-");
    if to_stdout {
        foreign::write(streams, &bytes).map_err(Failure::Io)?;
    } else {
        output_dir::write_file(&args.output, args.force, |out| out.write_all(&bytes)).map_err(|error| error.to_string())?;
    }
    let out: &mut dyn Write = if to_stdout { streams.err } else { streams.out };
    print(&source, &again, bytes == loaded.bytes, style, out).map_err(Failure::Io)?;
    if !in_sync {
        let note = "the pattern of the series (PidLidAppointmentRecur) keeps its own times";
        writeln!(streams.err, "winmail: {}: {note}", read::display_name(&args.file)).map_err(Failure::Io)?;
    }
    if let Some(note) = read::wrapper_note(&loaded) {
        writeln!(streams.err, "winmail: {}: {note}", read::display_name(&args.file)).map_err(Failure::Io)?;
    }
    if let Some(note) = container::note(&bytes) {
        writeln!(streams.err, "winmail: {}: {note}", read::display_name(&args.output)).map_err(Failure::Io)?;
    }
    Ok(read::exit_code(report))
}

/// Does what the arguments ask for, or says why that is impossible.
///
/// Returns whether all copies of what was set say the same now.
fn change(message: &mut Message<'_>, args: &EditArgs) -> Result<bool, String> {
    for spec in &args.unset {
        if !Target::parse(spec).map_err(|error| flags::said(&error))?.unset(&mut message.properties) {
            return Err(format!("there is no {spec} to remove"));
        }
    }
    let mut in_sync = true;
    for (target, value) in &args.set {
        // Some facts stand in several properties, which a change of one alone would make contradict each other.
        in_sync &= message.set_everywhere(target, value.clone());
    }
    for edit in args.body.edits()? {
        message.edit_body(&edit).map_err(|error| format!("the body cannot be changed: {error}"))?;
    }
    for name in &args.remove_attachment {
        if message.remove_attachments(name).is_empty() {
            let names = message.attachments.iter().filter_map(Attachment::file_name).collect::<Vec<_>>().join(", ");
            let there = if names.is_empty() { "there are none with names".to_owned() } else { format!("there are {names}") };
            return Err(format!("no attachment is called {name:?}; {there}"));
        }
    }
    for file in &args.add_attachment {
        let data = fs::read(file).map_err(|error| format!("{}: {}", file.display(), crate::failure::words(&error)))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| format!("{} has no file name", file.display()))?;
        message.attachments.push(Attachment::from_bytes(&name, data));
    }
    Ok(in_sync)
}

fn print(source: &Message<'_>, again: &Message<'_>, identical: bool, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let found = winmail::message::diff::differences(source, again);
    for difference in &found {
        writeln!(out, "{}", diff::line(difference, style))?;
    }
    if found.is_empty() {
        writeln!(out, "{}", if identical { "no change: the bytes are the same" } else { "no change but in how it is written" })?;
    }
    let key = |message: &Message<'_>| message.search_key().map_or_else(|| "none".to_owned(), |key| key.to_string());
    let (before, after) = (key(source), key(again));
    if before == after {
        writeln!(out, "PR_SEARCH_KEY: {} (unchanged)", Shown(&before))
    } else {
        writeln!(out, "PR_SEARCH_KEY: {} -> {}", Shown(&before), Shown(&after))
    }
}

fn read_file(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {}", file.display(), crate::failure::words(&error)))
}

fn text_file(file: &Path) -> Result<String, String> {
    let text = String::from_utf8(read_file(file)?).map_err(|_| format!("{}: not UTF-8", file.display()))?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned())
}

fn html_file(file: &Path) -> Result<String, String> {
    Ok(html::decode(&read_file(file)?, None, CodePage::WINDOWS_1252).text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use winmail::mapi::{PropValue, tags};

    struct Run {
        code: u8,
        out: String,
        err: String,
    }

    fn winmail(args: &[&str], stdin: &[u8]) -> Run {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stdin = stdin;
        let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
        let args = ["winmail"].iter().chain(args).map(std::ffi::OsString::from);
        let code = super::super::run(args, &mut streams);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Run { code, out: text(out), err: text(err) }
    }

    fn message() -> Vec<u8> {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::SUBJECT, "old");
        message.properties.set(tags::SEARCH_KEY, PropValue::Binary(winmail::Bytes::borrowed(&[0xAB; 16])));
        message.properties.set(tags::BODY, "text\r\n");
        message.properties.set(tags::HTML, PropValue::Binary(b"<html><body>text</body></html>".into()));
        message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
        message.to_tnef(&WriteOptions::default()).unwrap()
    }

    #[test]
    fn an_edit_says_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(path("in"), message()).unwrap();
        fs::write(path("sig.html"), "<p>-- <b>Jane</b></p>").unwrap();
        fs::write(path("b.txt"), "b").unwrap();
        let (input, output, html, attachment) = (path("in"), path("out"), path("sig.html"), path("b.txt"));
        let args = ["edit", &input, "-o", &output, "--set", "PR_SUBJECT=new", "--set", "PSETID_Common/0x8503=true"];
        let more = ["--append-html", &html, "--add-attachment", &attachment, "--remove-attachment", "A.TXT"];
        let run = winmail(&[&args[..], &more].concat(), b"");
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let lines: Vec<&str> = run.out.lines().collect();
        assert!(lines.contains(&"~ PidTagSubject: \"old\" -> \"new\""), "{}", run.out);
        assert!(lines.contains(&"~ attSubject: \"old\" -> \"new\""), "{}", run.out);
        assert!(lines.contains(&"+ PidLidReminderSet: true"), "{}", run.out);
        assert!(lines.iter().any(|line| line.starts_with("~ PidTagBody: ") && line.contains("Jane")), "{}", run.out);
        assert!(lines.iter().any(|line| line.starts_with("~ PidTagHtml: ")), "{}", run.out);
        assert_eq!(lines.last(), Some(&"PR_SEARCH_KEY: ABABABABABABABABABABABABABABABAB (unchanged)"));
        let bytes = fs::read(path("out")).unwrap();
        let again = Message::from_tnef(&bytes).unwrap();
        assert_eq!(again.properties.bytes(tags::HTML), Some(&b"<html><body>text<p>-- <b>Jane</b></p></body></html>"[..]));
        assert_eq!(again.attachments.iter().map(|a| a.data().to_vec()).collect::<Vec<_>>(), [b"b".to_vec()]);

        let named = winmail(&["edit", &input, "-o", &output, "--force", "--set", "PR_SEARCH_KEY=00FF"], b"");
        assert_eq!(named.out.lines().last(), Some("PR_SEARCH_KEY: ABABABABABABABABABABABABABABABAB -> 00FF"));
    }

    /// The place of an appointment stands in two properties, its start in four and in the pattern of a series.
    #[test]
    fn copies_of_a_fact_change_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let mut message = Message::new("IPM.Appointment");
        let start = winmail::FileTime(133_000_000_000_000_000);
        for name in [winmail::named::APPOINTMENT_START_WHOLE, winmail::named::COMMON_START, winmail::named::CLIP_START] {
            message.set(name, start);
        }
        message.set(winmail::named::LOCATION, "Room 1");
        message.set(winmail::named::WHERE, "Room 1");
        fs::write(path("single"), message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
        message.set(winmail::named::APPOINTMENT_RECUR, &[0u8; 8]);
        fs::write(path("series"), message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
        for (name, changed, note) in [("single", 5, ""), ("series", 4, "the pattern of the series")] {
            let (input, output) = (path(name), path(&format!("{name}.out")));
            let args = ["--set", "PidLidWhere=Room 2", "--set", "PidLidCommonStart=2026-10-05T09:00:00Z"];
            let run = winmail(&[&["edit", &input, "-o", &output], &args[..]].concat(), b"");
            assert_eq!(run.out.lines().filter(|line| line.starts_with("~ PidLid")).count(), changed, "{}", run.out);
            assert!(run.err.contains(note) && run.err.is_empty() == note.is_empty(), "{}", run.err);
        }
    }

    #[test]
    fn nothing_is_written_where_something_cannot_be_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(path("in"), message()).unwrap();
        fs::write(path("there"), "old").unwrap();
        // A subject that code page 932 does not decode.
        let mut japanese = WriteOptions::canonical();
        japanese.code_page = Some(CodePage(932));
        let japanese = Message::from_tnef(&message()).unwrap().to_tnef(&japanese).unwrap();
        let mut undecodable = Message::from_tnef(&japanese).unwrap();
        undecodable.properties.set(tags::SUBJECT_PREFIX, PropValue::String8(winmail::mapi::String8(b"\x81\0".into())));
        fs::write(path("932"), undecodable.to_tnef(&WriteOptions::mirror()).unwrap()).unwrap();
        fs::write(path("latin1.txt"), b"caf\xE9").unwrap();
        let (input, output, there, absent, latin1) = (path("in"), path("out"), path("there"), path("absent"), path("latin1.txt"));
        let table: [(&[&str], u8, &str); 10] = [
            (&["-o", &output, "--append-text", &latin1], 1, "latin1.txt: not UTF-8"),
            (&["-o", &output, "--set", "PR_NONSENSE=x"], 2, "no property is called \"PR_NONSENSE\""),
            (&["-o", &output, "--correlator", "x", "--set", "0x69010003@PtypBoolean=2"], 2, "is not true or false"),
            (&["-o", &output, "--unset", "PR_SENDER_NAME"], 1, "there is no PR_SENDER_NAME to remove"),
            (&["-o", &output, "--remove-attachment", "x"], 1, "no attachment is called \"x\"; there are a.txt"),
            (&["-o", &output, "--add-attachment", &absent], 1, "absent"),
            (&["-o", &output, "--append-text", &absent], 1, "absent"),
            (&["-o", &output, "--set", "PR_IMPORTANCE=high"], 2, "is not a 32-bit number"),
            (&["-o", &output, "--set", "0x69000003@PtypString=x", "--set", "0x69010FFF=x"], 2, "cannot be given as text"),
            (&["-o", &there, "--set", "PR_SUBJECT=x"], 1, "exists already"),
        ];
        for (args, code, message) in table {
            let run = winmail(&[&["edit", &input], args].concat(), b"");
            assert_eq!(run.code, code, "{args:?} {}", run.err);
            assert!(run.err.contains(message), "{args:?} {}", run.err);
            let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(left.len(), 4, "{left:?}");
        }
        assert_eq!(fs::read(path("there")).unwrap(), b"old");
        let run = winmail(&["edit", &path("932"), "-o", &output, "--canonical", "--write-code-page", "1252"], b"");
        assert_eq!(run.code, 1, "{}", run.out);
        assert!(run.err.contains("PidTagSubjectPrefix"), "{}", run.err);
        let run = winmail(&["edit", &absent, "-o", &output], b"");
        assert_eq!((run.code, run.err.as_str()), (1, format!("winmail: {absent}: no such file\n").as_str()));
        assert!(!Path::new(&output).exists());
    }

    #[test]
    fn without_an_edit_the_bytes_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out").to_string_lossy().into_owned();
        let run = winmail(&["edit", "-", "-o", &output], &message());
        assert!(run.out.starts_with("no change: the bytes are the same\n"), "{}", run.out);
        assert_eq!(fs::read(&output).unwrap(), message());
        let run = winmail(&["edit", "-", "-o", &output, "--force", "--canonical", "--legacy", "none"], &message());
        assert!(run.out.contains("- attSubject: \"old\"\n"), "{}", run.out);
        let same = winmail(&["diff", &output, &output], b"");
        assert_eq!((same.code, same.out.as_str()), (0, ""));
        let different = winmail(&["diff", "-", &output, "--json"], &message());
        assert_eq!(different.code, 1);
        let value: serde_json::Value = serde_json::from_str(&different.out).unwrap();
        assert_eq!(value["same"], false);
        assert_eq!(value["differences"][0]["kind"], "removed");
        assert_eq!(winmail(&["diff", "-", "/nonexistent"], &message()).code, 2);
        assert_eq!(winmail(&["diff", "-", &output], b"nonsense").code, 2);
    }
}
