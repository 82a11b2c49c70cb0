//! `winmail list`: what is inside, for people who have never seen MAPI.

use std::io::{self, Write};

use serde_json::json;

use winmail::mapi::{RecipientType, tags};
use winmail::message::{Body, Content};
use winmail::{Attachment, FileTime, Message, Recipient};

use super::extract;
use super::item;
use super::json_out::Elements;
use super::large::{Data, Pieces};
use super::list_json::{FileJson, MessageJson, SCHEMA};
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_OK, Streams, worse};
use winmail::base::size;

/// Arguments of `winmail list`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "The schema of the JSON is stable: see docs/list-json.md.")]
pub struct ListArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Print JSON: an array with an object a file
    #[arg(long)]
    json: bool,
    /// Print JSON: a line with an object a file
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
    /// Print the names of the attachments alone, one a line, as `winmail extract` takes and writes them
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    names: bool,
    /// With --names, end each with a NUL and not with a line end
    #[arg(long, requires = "names")]
    null: bool,
    /// Also read what attachments over 1 MiB in inputs over 8 MiB hold, to verify their checksums
    #[arg(long)]
    checksums: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Lists the files; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &ListArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut array = (args.json || args.jsonl).then(|| Elements::new(args.jsonl));
    let large = if args.checksums { Data::Verify } else { Data::Skip };
    let mut inputs = Inputs::new(&args.files, &args.read).with_large(large);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let (file, part) = (input.file.to_string_lossy().into_owned(), input.part());
        let loaded = match input.loaded {
            Ok(loaded) => loaded,
            Err(message) => {
                code = worse(code, read::FAILED);
                writeln!(streams.err, "winmail: {name}: {message}")?;
                if let Some(array) = &mut array {
                    array.add(streams.out, &json!({ "schema": SCHEMA, "file": file, "part": part, "error": message }))?;
                }
                continue;
            }
        };
        match Message::read(&loaded.bytes, &loaded.reading(&args.read.showing())) {
            Ok(message) => {
                let report = &message.verdict();
                code = worse(code, read::exit_code(report));
                if args.names {
                    names(&message, if args.null { "\0" } else { "\n" }, streams.out)?;
                } else if let Some(array) = &mut array {
                    let json = MessageJson::new(&message, &input.pieces);
                    let one =
                        FileJson { schema: SCHEMA, file: &file, part, error: None, size: input.length, message: json, report };
                    array.add(streams.out, &one)?;
                } else {
                    write!(streams.out, "{}: ", style.bold(&name))?;
                    print(&message, &input.pieces, style, 1, streams.out)?;
                    if let Some(defects) = read::defect_count(report) {
                        writeln!(streams.out, "  {}", style.yellow(format!("{defects}: `winmail check` shows them")))?;
                    }
                }
            }
            Err(error) => {
                code = worse(code, read::FAILED);
                let message = read::failure(&error, &loaded);
                writeln!(streams.err, "winmail: {name}: {}", Shown(&message))?;
                if let Some(array) = &mut array {
                    array.add(streams.out, &json!({ "schema": SCHEMA, "file": file, "part": part, "error": message }))?;
                }
            }
        }
    }
    inputs.say_passed(streams.err)?;
    if let Some(array) = array {
        array.end(streams.out)?;
    }
    Ok(code)
}

/// The names of attachments, those of messages within included.
fn names(message: &Message<'_>, end: &str, out: &mut dyn Write) -> io::Result<()> {
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Message(nested) => names(nested, end, out)?,
            _ => write!(out, "{}{end}", extract::name(attachment))?,
        }
    }
    Ok(())
}

/// What a body is, and its size in bytes as the message holds it.
pub(crate) fn body_words(body: &Body<'_>) -> (&'static str, usize) {
    match body {
        Body::Text(text) => ("text", text.len()),
        Body::Html { bytes, .. } => ("HTML", bytes.len()),
        Body::HtmlText(text) => ("HTML", text.len()),
        Body::RtfCompressed(bytes) => ("compressed RTF", bytes.len()),
        _ => ("body", 0),
    }
}

pub(crate) fn sender(message: &Message<'_>) -> Option<String> {
    let properties = &message.properties;
    let name = properties.str(tags::SENT_REPRESENTING_NAME).or_else(|| properties.str(tags::SENDER_NAME));
    let address = properties
        .str(tags::SENDER_SMTP_ADDRESS)
        .or_else(|| properties.str(tags::SENT_REPRESENTING_EMAIL_ADDRESS))
        .or_else(|| properties.str(tags::SENDER_EMAIL_ADDRESS));
    match (name, address) {
        (Some(name), Some(address)) if name != address => Some(format!("{name} <{address}>")),
        (Some(one), _) | (None, Some(one)) => Some(one.into_owned()),
        (None, None) => None,
    }
    .filter(|sender| !sender.is_empty())
}

/// When it was sent, or else delivered.
pub(crate) fn sent_time(message: &Message<'_>) -> Option<FileTime> {
    let properties = &message.properties;
    properties
        .time(tags::CLIENT_SUBMIT_TIME)
        .or_else(|| properties.time(tags::MESSAGE_DELIVERY_TIME))
        .filter(|time| time.is_date())
}

pub(crate) fn sent(message: &Message<'_>) -> Option<String> {
    sent_time(message).map(|time| time.to_string())
}

/// What an attachment is, in a few words.
pub(crate) fn attachment_words(attachment: &Attachment<'_>) -> &'static str {
    match &attachment.content {
        Content::Message(_) => "message",
        Content::Object(object) => match object.interface_name() {
            Some("IMessage") => "unreadable message",
            Some("IStorage") => "OLE object",
            _ => "object",
        },
        Content::None => match attachment.method().map(|method| method.0) {
            Some(2..=4 | 7) => "reference",
            _ => "no data",
        },
        Content::Bytes(_) if attachment.is_inline() => "inline file",
        _ => "file",
    }
}

/// A line for each recipient.
fn print_recipients(recipients: &[Recipient<'_>], label: impl Fn(&str) -> String, out: &mut dyn Write) -> io::Result<()> {
    // There may be thousands, and most have the role of the one before.
    let (mut labelled, mut start) = (None, String::new());
    for recipient in recipients {
        let role = recipient.recipient_type().map(RecipientType::role);
        if labelled != Some(role) {
            start = label(&role.map_or_else(|| "recipient".to_owned(), |role| role.to_string().to_lowercase()));
            labelled = Some(role);
        }
        let name = recipient.display_name().unwrap_or_default();
        match recipient.smtp_address().or_else(|| recipient.address()) {
            Some(address) if address != name && !address.is_empty() => {
                writeln!(out, "{start}{} <{}>", Shown(&name), Shown(&address))?;
            }
            _ => writeln!(out, "{start}{}", Shown(&name))?,
        }
    }
    Ok(())
}

fn print(message: &Message<'_>, pieces: &Pieces, style: Style, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    let subject = message.subject();
    let subject = subject.as_deref().filter(|subject| !subject.is_empty());
    match subject {
        Some(subject) => writeln!(out, "{} \"{}\"", message.kind().describe(), Shown(subject))?,
        // In a mail's own winmail.dat the subject is in the mail's header.
        None => writeln!(out, "{}, no subject inside", message.kind().describe())?,
    }
    let label = |name: &str| format!("{indent}{} ", style.cyan(format!("{name:<11}")));
    let mut row = |name: &str, value: std::fmt::Arguments<'_>| writeln!(out, "{}{value}", label(name));
    if let Some(class) = message.class() {
        row("class", format_args!("{}", Shown(&class)))?;
    }
    if let (None, Some(topic)) = (subject, message.properties.str(tags::CONVERSATION_TOPIC).filter(|topic| !topic.is_empty())) {
        row("topic", format_args!("{}", Shown(&topic)))?;
    }
    if let Some(sender) = sender(message) {
        row("from", format_args!("{}", Shown(&sender)))?;
    }
    print_recipients(&message.recipients, label, out)?;
    let mut row = |name: &str, value: std::fmt::Arguments<'_>| writeln!(out, "{}{value}", label(name));
    if let Some(sent) = sent(message) {
        row("sent", format_args!("{sent}"))?;
    }
    for (name, value) in item::rows(message) {
        row(name, format_args!("{}", Shown(&value)))?;
    }
    let bodies = message.bodies();
    for body in &bodies {
        let (words, bytes) = body_words(body);
        row("body", format_args!("{words}, {}", size::format(u64::try_from(bytes).unwrap_or(u64::MAX))))?;
    }
    // The calendar of a series has its changed instances.
    let attachments: Vec<_> = message.attachments.iter().filter(|attachment| !item::has(message, attachment)).collect();
    if attachments.is_empty() {
        let inside = match (message.kind(), bodies.is_empty()) {
            (_, false) => "none; the message itself is what is inside",
            (_, true) => "none, and no body: only the message's properties are inside (`winmail dump` shows them)",
        };
        return row("attachments", format_args!("{inside}"));
    }
    for attachment in attachments {
        let name = attachment.file_name().unwrap_or_default();
        let words = attachment_words(attachment);
        let bytes = size::format(pieces.length(attachment.data()));
        let quoted = if name.is_empty() { "without a name".to_owned() } else { format!("\"{}\"", Shown(&name)) };
        let mut row = |value: std::fmt::Arguments<'_>| writeln!(out, "{}{value}", label("attachment"));
        match &attachment.content {
            Content::Message(nested) => {
                // A message in a .msg has no bytes of its own.
                match nested.source() {
                    [] => row(format_args!("{quoted}, {words}:"))?,
                    _ => row(format_args!("{quoted}, {words}, {bytes}:"))?,
                }
                write!(out, "{indent}  ")?;
                print(nested, pieces, style, depth.saturating_add(2), out)?;
            }
            Content::None => row(format_args!("{quoted}, {words}"))?,
            _ => match attachment.mime_tag() {
                Some(mime) => row(format_args!("{quoted}, {words}, {bytes}, {}", Shown(&mime)))?,
                None => row(format_args!("{quoted}, {words}, {bytes}"))?,
            },
        }
    }
    Ok(())
}
