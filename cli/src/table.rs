//! `winmail table IN... -o DIR`: messages as rows of five tables, schema version 1 (docs/table.md), a JSON object a line.
//!
//! [`Rows`] makes them, of an input at a time and in the order of the inputs, so that memory does not grow with their number. What cannot
//! be read is a row of `messages` with `error`.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use winmail::convert::mime::{self, MimeReadOptions, mbox};
use winmail::input::{self, Loaded};
use winmail::mapi::{NameKind, PropTag, PropValue, PropertyBag, Source, dictionary, tags};
use winmail::message::{BodyKind, Content};
use winmail::safe_name::sanitize;
use winmail::{Attachment, FileTime, Message, ReadOptions, Report};

use super::digits::hex;
use super::folder::{Draft, Folder};
use super::output_dir::OutputDir;
use super::read::{self, ReadArgs};
use super::style::Shown;
use super::walk::{Passed, Step, Walk};
use super::{EXIT_FAILED, EXIT_OK, Streams, files, worse};

pub mod columns;

/// The tables, in the order in which [`Lines`] has them.
pub const NAMES: [&str; 5] = ["messages", "attachments", "properties", "recipients", "diagnostics"];

/// Longer binary values are not in the rows; `size` says how long they are.
const BINARY_MAX: usize = 64 << 10;

/// Arguments of `winmail table`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Writes messages, attachments, properties, recipients and diagnostics, each a file DIR/NAME.ndjson with a JSON object a\n\
    line. What cannot be read is a row of messages with its error. docs/table.md says what the columns are.\n\n\
    duckdb -c \"select subject, count(*) from 'DIR/messages.ndjson' group by all\""
)]
pub struct TableArgs {
    /// Mails, mboxes, TNEF (winmail.dat), Outlook messages (.msg), and folders of these, with those in them; - is standard input
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,
    /// Folder to write into, made if it is not there
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Replace files that are there
    #[arg(long, short)]
    force: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Writes the tables; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &TableArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut folder = OutputDir::create(&args.output, args.force)?;
    let place = Folder::open(folder.path())?;
    let tables = NAMES.iter().map(|_| place.draft().map(BufWriter::new)).collect::<io::Result<Vec<_>>>()?;
    let options = args.read.options();
    let mut output = Output { args: &args.read, options, tables, messages: 0, failed: 0, code: EXIT_OK };
    let mut passed = Passed::default();
    for input in &args.inputs {
        if !input.is_dir() {
            output.add(input, streams)?;
            continue;
        }
        let mut walk = match Walk::new(input, Some(folder.path())) {
            Ok(walk) => walk,
            Err(error) => {
                output.say(input, &read::unreadable(&error), streams)?;
                continue;
            }
        };
        for step in walk.by_ref() {
            match step {
                Step::File(entry) => output.add(&entry.path, streams)?,
                Step::Unreadable(path, error) => output.say(&path, &read::unreadable(&error), streams)?,
            }
        }
        passed.add(&walk.passed());
    }
    if !passed.is_empty() {
        writeln!(streams.err, "winmail: not looked at: {passed}")?;
    }
    let Output { tables, messages, failed, code, .. } = output;
    for (name, output) in NAMES.iter().zip(tables) {
        let file = output.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Err(error) = folder.adopt(&sanitize(&format!("{name}.ndjson"), "table.ndjson"), file, None) {
            writeln!(streams.err, "winmail: {error}")?;
            return Ok(EXIT_FAILED);
        }
    }
    writeln!(
        streams.out,
        "{messages} messages, {failed} not readable; five tables written to {}",
        Shown(&args.output.to_string_lossy())
    )?;
    Ok(code)
}

/// What is written, and what came of it.
struct Output<'a> {
    args: &'a ReadArgs,
    options: ReadOptions,
    tables: Vec<BufWriter<Draft>>,
    messages: u64,
    failed: u64,
    code: u8,
}

impl Output<'_> {
    /// Adds what is in a file.
    fn add(&mut self, path: &Path, streams: &mut Streams<'_>) -> io::Result<()> {
        let file = path.to_string_lossy().into_owned();
        let mut rows = Rows::<Lines>::default();
        match files::read(path, streams.stdin, self.args.max_size) {
            Ok(bytes) => rows.add(&file, bytes, &self.options),
            Err(error) => rows.unreadable(&file, &read::unreadable(&error)),
        }
        for error in &rows.errors {
            self.say(path, error, streams)?;
        }
        self.messages = self.messages.saturating_add(rows.count);
        self.failed = self.failed.saturating_add(u64::try_from(rows.errors.len()).unwrap_or(u64::MAX));
        for (output, table) in self.tables.iter_mut().zip(&rows.tables.0) {
            output.write_all(table)?;
        }
        Ok(())
    }

    fn say(&mut self, path: &Path, error: &str, streams: &mut Streams<'_>) -> io::Result<()> {
        self.code = worse(self.code, EXIT_FAILED);
        writeln!(streams.err, "winmail: {}: {}", read::display_name(path), Shown(error))
    }
}

/// What rows become.
pub trait Sink {
    /// Adds a row, a struct, to the table of a number.
    fn push(&mut self, table: usize, row: &impl Serialize);
}

/// Lines of JSON of each table, in the order of [`NAMES`].
#[derive(Debug, Default)]
pub struct Lines(pub [Vec<u8>; NAMES.len()]);

impl Sink for Lines {
    /// What has string keys and no numbers that JSON lacks cannot fail.
    fn push(&mut self, table: usize, row: &impl Serialize) {
        if let Some(table) = self.0.get_mut(table) {
            if serde_json::to_writer(&mut *table, row).is_ok() {
                table.push(b'\n');
            }
        }
    }
}

/// Rows of the five tables.
#[derive(Debug, Default)]
pub struct Rows<S> {
    /// What they became.
    pub tables: S,
    /// How many messages there are, those within others included.
    pub count: u64,
    /// Why inputs could not be read; their rows are there.
    pub errors: Vec<String>,
}

impl<S: Sink> Rows<S> {
    /// Adds what is in an input: every mail of an mbox, every stream, every message within.
    pub fn add(&mut self, file: &str, bytes: Vec<u8>, options: &ReadOptions) {
        if input::is_mail_or_mbox(&bytes) {
            let mails = mbox::messages_in(&bytes);
            let mail_options = MimeReadOptions::new(options.clone()).with_any_correlator(true);
            for (number, mail) in mails.enumerate() {
                let place = Place::outermost(file, number, "mail", Some(mail));
                match mime::read(mail, &mail_options) {
                    Ok(message) => self.outermost(&place, &message),
                    Err(error) => self.failed(&place, &error.to_string(), error.report()),
                }
            }
            return;
        }
        for (number, loaded) in input::detect(bytes, &options.limits).into_iter().enumerate() {
            self.stream(file, number, &loaded, options);
        }
    }

    /// Adds an input that could not be opened.
    pub fn unreadable(&mut self, file: &str, error: &str) {
        self.failed(&Place::outermost(file, 0, "none", None), error, &Report::new());
    }

    fn stream(&mut self, file: &str, number: usize, loaded: &Loaded, options: &ReadOptions) {
        let format = if loaded.is_msg() { "msg" } else { "tnef" };
        let place = Place::outermost(file, number, format, Some(&loaded.bytes));
        match Message::read(&loaded.bytes, &loaded.reading(options)) {
            Ok(message) => self.outermost(&place, &message),
            Err(error) => self.failed(&place, &read::failure(&error, loaded), error.report()),
        }
    }

    fn outermost(&mut self, place: &Place, message: &Message<'_>) {
        self.diagnostics(&place.id, message.report());
        self.message(place, message);
    }

    /// Messages within are as deep as reading goes: `Limits::MAX_DEPTH`.
    fn message(&mut self, place: &Place, message: &Message<'_>) {
        self.count = self.count.saturating_add(1);
        let bag = &message.properties;
        let text = |tags: &[PropTag]| tags.iter().filter_map(|tag| bag.str(*tag)).find(|text| !text.is_empty()).map(String::from);
        let time = |tag| bag.time(tag).and_then(Moment::new);
        let row = MessageRow {
            message_id: &place.id,
            file: &place.file,
            format: place.format,
            sha256: place.sha256.as_deref(),
            parent: place.parent.as_deref(),
            parent_seq: place.parent_seq,
            class: message.class().map(String::from),
            subject: message.subject().map(String::from),
            sender_name: text(&[tags::SENT_REPRESENTING_NAME, tags::SENDER_NAME]),
            sender_address: text(&[tags::SENDER_SMTP_ADDRESS, tags::SENT_REPRESENTING_EMAIL_ADDRESS, tags::SENDER_EMAIL_ADDRESS]),
            internet_message_id: text(&[tags::INTERNET_MESSAGE_ID]),
            sent: time(tags::CLIENT_SUBMIT_TIME),
            received: time(tags::MESSAGE_DELIVERY_TIME),
            search_key: message.search_key().map(|key| Octets(Cow::Owned(key.bytes().to_vec()))),
            conversation_index: bag.bytes(tags::CONVERSATION_INDEX).map(|bytes| Octets(Cow::Borrowed(bytes))),
            code_page: Some(message.code_page().0),
            native_body: message.native_body().map(|kind| match kind {
                BodyKind::Text => "text",
                BodyKind::Html => "html",
                _ => "rtf",
            }),
            text: message.text().ok().flatten().map(|body| body.text),
            html: message.html().ok().flatten().map(|body| body.text),
            attachments: len(message.attachments.len()),
            recipients: len(message.recipients.len()),
            bytes_lost: message.report().bytes_lost(),
            error: None,
        };
        self.tables.push(0, &row);
        self.properties(&place.id, "message", None, bag);
        for (seq, recipient) in message.recipients.iter().enumerate() {
            let seq = len(seq);
            let row = RecipientRow {
                message_id: &place.id,
                seq,
                kind: recipient.recipient_type().map(|kind| kind.role().to_string()),
                name: recipient.display_name().map(String::from),
                address: recipient.address().map(String::from),
                address_type: recipient.address_type().map(String::from),
                smtp: recipient.smtp_address().map(String::from),
            };
            self.tables.push(3, &row);
            self.properties(&place.id, "recipient", Some(seq), &recipient.properties);
        }
        for (seq, attachment) in message.attachments.iter().enumerate() {
            self.attachment(place, len(seq), attachment);
        }
    }

    fn attachment(&mut self, place: &Place, seq: u64, attachment: &Attachment<'_>) {
        let inner = match &attachment.content {
            Content::Message(message) => Some((place.within(seq, message), message)),
            _ => None,
        };
        let data = attachment.data();
        let has_data = !data.is_empty() || matches!(attachment.content, Content::Bytes(_));
        let row = AttachmentRow {
            message_id: &place.id,
            seq,
            kind: match &attachment.content {
                Content::Bytes(_) | Content::Deferred(_) => "file",
                Content::Message(_) => "message",
                Content::Object(_) => "object",
                _ => "nothing",
            },
            name: attachment.file_name().map(String::from),
            mime_type: attachment.media_type().into_owned(),
            content_id: attachment.content_id().map(String::from),
            inline: attachment.is_inline(),
            method: attachment.method().map(|method| method.0),
            size: len(data.len()),
            sha256: has_data.then(|| hex(&Sha256::digest(data))),
            nested_message_id: inner.as_ref().map(|(place, _)| place.id.clone()),
        };
        self.tables.push(1, &row);
        self.properties(&place.id, "attachment", Some(seq), &attachment.properties);
        if let Some((place, message)) = inner {
            self.message(&place, message);
        }
    }

    fn properties(&mut self, id: &str, owner: &'static str, owner_seq: Option<u64>, bag: &PropertyBag<'_>) {
        for property in bag {
            let (guid, id_or_name) = match property.name.as_deref() {
                Some(name) => (
                    Some(name.set.to_string()),
                    Some(match &name.kind {
                        NameKind::Lid(number) => format!("0x{number:08X}"),
                        NameKind::String(text) => text.to_text(),
                    }),
                ),
                None => (None, None),
            };
            let canonical = dictionary::canonical_name(property.tag, property.name.as_deref());
            let (values, is_list) = match &property.value {
                PropValue::Multiple(values) => (values.as_slice(), true),
                value => (std::slice::from_ref(value), false),
            };
            for (position, value) in values.iter().enumerate() {
                let mut row = PropertyRow {
                    message_id: id,
                    owner,
                    owner_seq,
                    tag: property.tag.0,
                    name: canonical,
                    guid: guid.as_deref(),
                    id_or_name: id_or_name.as_deref(),
                    r#type: property.tag.prop_type().to_string(),
                    position: is_list.then(|| len(position)),
                    offset: match property.source {
                        Source::List { offset } | Source::Attribute { offset } => Some(offset),
                        _ => None,
                    },
                    ..PropertyRow::default()
                };
                row.fill(bag, value);
                self.tables.push(2, &row);
            }
        }
    }

    fn diagnostics(&mut self, id: &str, report: &Report) {
        for (seq, found) in report.diagnostics().iter().enumerate() {
            let row = DiagnosticRow {
                message_id: id,
                seq: len(seq),
                code: found.code.name(),
                severity: found.severity().as_str(),
                offset: found.offset,
                length: found.length,
                path: found.path.to_string(),
                detail: &found.detail,
            };
            self.tables.push(4, &row);
        }
    }

    fn failed(&mut self, place: &Place, error: &str, report: &Report) {
        let row = MessageRow {
            message_id: &place.id,
            file: &place.file,
            format: place.format,
            sha256: place.sha256.as_deref(),
            bytes_lost: report.bytes_lost(),
            error: Some(error),
            ..MessageRow::default()
        };
        self.tables.push(0, &row);
        self.diagnostics(&place.id, report);
        self.errors.push(error.to_owned());
    }
}

/// Which message it is.
struct Place {
    id: String,
    file: String,
    format: &'static str,
    sha256: Option<String>,
    parent: Option<String>,
    parent_seq: Option<u64>,
}

impl Place {
    fn outermost(file: &str, number: usize, format: &'static str, bytes: Option<&[u8]>) -> Self {
        Place {
            id: format!("{file}#{number}"),
            file: file.to_owned(),
            format,
            sha256: bytes.map(|bytes| hex(&Sha256::digest(bytes))),
            parent: None,
            parent_seq: None,
        }
    }

    fn within(&self, seq: u64, message: &Message<'_>) -> Self {
        let stream = message.source();
        Place {
            id: format!("{}/{seq}", self.id),
            file: self.file.clone(),
            format: self.format,
            sha256: (!stream.is_empty()).then(|| hex(&Sha256::digest(stream))),
            parent: Some(self.id.clone()),
            parent_seq: Some(seq),
        }
    }
}

#[derive(Serialize, Default)]
struct MessageRow<'r> {
    message_id: &'r str,
    file: &'r str,
    format: &'static str,
    sha256: Option<&'r str>,
    parent: Option<&'r str>,
    parent_seq: Option<u64>,
    class: Option<String>,
    subject: Option<String>,
    sender_name: Option<String>,
    sender_address: Option<String>,
    internet_message_id: Option<String>,
    sent: Option<Moment>,
    received: Option<Moment>,
    search_key: Option<Octets<'r>>,
    conversation_index: Option<Octets<'r>>,
    code_page: Option<u32>,
    native_body: Option<&'static str>,
    text: Option<String>,
    html: Option<String>,
    attachments: u64,
    recipients: u64,
    bytes_lost: u64,
    error: Option<&'r str>,
}

#[derive(Serialize)]
struct AttachmentRow<'r> {
    message_id: &'r str,
    seq: u64,
    kind: &'static str,
    name: Option<String>,
    mime_type: String,
    content_id: Option<String>,
    inline: bool,
    method: Option<u32>,
    size: u64,
    sha256: Option<String>,
    nested_message_id: Option<String>,
}

#[derive(Serialize, Default)]
struct PropertyRow<'r> {
    message_id: &'r str,
    owner: &'static str,
    owner_seq: Option<u64>,
    tag: u32,
    name: Option<&'static str>,
    guid: Option<&'r str>,
    id_or_name: Option<&'r str>,
    r#type: String,
    position: Option<u64>,
    value_text: Option<Cow<'r, str>>,
    value_int: Option<i64>,
    value_real: Option<f64>,
    value_bool: Option<bool>,
    value_time: Option<Moment>,
    value_binary: Option<Octets<'r>>,
    size: Option<u64>,
    offset: Option<u64>,
}

impl<'r> PropertyRow<'r> {
    fn fill(&mut self, bag: &PropertyBag<'_>, value: &'r PropValue<'_>) {
        match value {
            PropValue::Integer16(_) | PropValue::Integer32(_) | PropValue::Integer64(_) => self.value_int = value.as_i64(),
            PropValue::ErrorCode(code) => self.value_int = Some(i64::from(*code)),
            // It counts ten-thousandths.
            PropValue::Currency(number) => self.value_int = Some(*number),
            PropValue::Floating32(number) => self.value_real = Some(f64::from(*number)),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) => self.value_real = Some(*number),
            PropValue::Boolean(value) => self.value_bool = Some(*value),
            PropValue::Guid(guid) => self.value_text = Some(Cow::Owned(guid.to_string())),
            PropValue::String(_) | PropValue::String8(_) => self.value_text = bag.text_of(value),
            PropValue::Time(time) => {
                self.value_time = Moment::new(*time);
                self.value_int = Some(i64::from_le_bytes(time.0.to_le_bytes()));
            }
            value => {
                let Some(bytes) = value.as_bytes() else { return };
                self.size = Some(len(bytes.len()));
                self.value_binary = (bytes.len() <= BINARY_MAX).then_some(Octets(Cow::Borrowed(bytes)));
            }
        }
    }
}

#[derive(Serialize)]
struct RecipientRow<'r> {
    message_id: &'r str,
    seq: u64,
    kind: Option<String>,
    name: Option<String>,
    address: Option<String>,
    address_type: Option<String>,
    smtp: Option<String>,
}

#[derive(Serialize)]
struct DiagnosticRow<'r> {
    message_id: &'r str,
    seq: u64,
    code: &'static str,
    severity: &'static str,
    offset: u64,
    length: u64,
    path: String,
    detail: &'r str,
}

fn len(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A date and time to the microsecond, which is what engines have: text in JSON, microseconds since 1970 in columns.
struct Moment(FileTime);

impl Moment {
    /// `None` where it is no date.
    fn new(time: FileTime) -> Option<Self> {
        time.date_time().map(|_| Moment(time))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let micros = self.0.subsec_nanos() / 1000;
        if !serializer.is_human_readable() {
            return serializer.serialize_i64(self.0.unix_seconds().saturating_mul(1_000_000).saturating_add(micros.into()));
        }
        match self.0.date_time() {
            Some(date) => serializer.collect_str(&format_args!("{date}.{micros:06}Z")),
            None => serializer.serialize_none(),
        }
    }
}

/// Bytes: hexadecimal digits in JSON.
struct Octets<'r>(Cow<'r, [u8]>);

impl Serialize for Octets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.serialize_str(&hex(&self.0)) } else { serializer.serialize_bytes(&self.0) }
    }
}
