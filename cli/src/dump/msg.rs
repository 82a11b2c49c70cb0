//! The dump of an Outlook message (.msg): storages and properties, for people and as JSON. It is shown and not packed again.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Value, json};

use winmail::base::HexPairs;
use winmail::mapi::{NameKind, PropValue, dictionary};
use winmail::msg::{CompoundFile, Entry, MsgContent, MsgObject, MsgProperty, MsgReader};
use winmail::{CodePage, Limits, Message};

use super::text::{Options, headline};
use crate::style::Shown;

/// The schema of the JSON.
const SCHEMA: &str = "winmail-msg/1";
/// The widest name that a column is laid out for.
const NAME_MAX: usize = 40;
/// Properties whose columns are laid out together: a file may claim as many as it has bytes.
const BLOCK: usize = 1000;
/// Bytes of a value from which on `--no-data` leaves them out.
const DATA_MAX: usize = 64;

/// Prints the objects of a file; `message` is what was read of it.
pub(super) fn print(
    name: &str,
    bytes: &[u8],
    message: &Message<'_>,
    options: Options,
    out: &mut dyn Write,
) -> winmail::Result<()> {
    let reader = MsgReader::open(bytes)?;
    let file = reader.compound_file();
    writeln!(out, "{}: {} bytes, {}", options.style.bold(name), bytes.len(), headline(message))?;
    let class_id = file.root().class_id();
    writeln!(out, "{}", options.style.dim(format!("compound file of version {}, class {class_id}", file.version())))?;
    let digits = format!("{:x}", bytes.len()).len().max(4);
    let faults_left = Limits::default().diagnostics;
    let mut printer = Printer { out, options, digits, faults_left };
    printer.message(&reader, &reader.message(), Some(message), message.code_page(), 0)?;
    if let Some(defects) = crate::read::defect_count(message.report()) {
        writeln!(printer.out, "{}", options.style.yellow(format!("{defects}: `winmail check` shows them")))?;
    }
    Ok(())
}

struct Printer<'p> {
    out: &'p mut dyn Write,
    options: Options,
    digits: usize,
    /// How many faults are shown yet: as many as a report keeps. The last line has the number of all.
    faults_left: usize,
}

impl Printer<'_> {
    fn start(&mut self, offset: u64, indent: usize) -> io::Result<()> {
        let digits = self.digits;
        write!(self.out, "{}  {:indent$}", self.options.style.dim(format_args!("0x{offset:0digits$x}")), "")
    }

    fn head(&mut self, entry: &Entry<'_>, what: &str, indent: usize) -> io::Result<()> {
        self.start(entry.offset(), indent)?;
        writeln!(self.out, "{}", self.options.style.bold(what))
    }

    fn message(
        &mut self,
        reader: &MsgReader<'_>,
        object: &MsgObject<'_, '_>,
        message: Option<&Message<'_>>,
        page: CodePage,
        depth: usize,
    ) -> io::Result<()> {
        let indent = depth.saturating_mul(4);
        let page = message.map_or(page, Message::code_page);
        self.head(object.storage(), "message", indent)?;
        self.properties(object, page, indent.saturating_add(2))?;
        for (number, row) in object.recipients() {
            self.head(row.storage(), &format!("recipient {number}"), indent.saturating_add(2))?;
            self.properties(&row, page, indent.saturating_add(4))?;
        }
        for (position, (number, part)) in object.attachments().enumerate() {
            self.head(part.storage(), &format!("attachment {number}"), indent.saturating_add(2))?;
            self.properties(&part, page, indent.saturating_add(4))?;
            match part.content() {
                MsgContent::Message(inner) if depth < Limits::MAX_DEPTH => {
                    let nested = message.and_then(|message| message.attachments.get(position));
                    let nested = nested.and_then(|nested| match &nested.content {
                        winmail::message::Content::Message(nested) => Some(&**nested),
                        _ => None,
                    });
                    self.message(reader, &inner, nested, page, depth.saturating_add(1))?;
                }
                MsgContent::Bytes(data) => {
                    self.start(data.offset, indent.saturating_add(4))?;
                    writeln!(self.out, "file of {} bytes", data.bytes.len())?;
                }
                MsgContent::Storage(entry) => {
                    self.start(entry.offset(), indent.saturating_add(4))?;
                    writeln!(self.out, "storage of class {}", entry.class_id())?;
                    for (path, entry) in entries(reader.compound_file(), entry) {
                        self.start(entry.offset(), indent.saturating_add(6))?;
                        writeln!(self.out, "{}, {} bytes", Shown(&path), entry.length())?;
                    }
                }
                MsgContent::Object(object) => {
                    self.start(part.storage().offset(), indent.saturating_add(4))?;
                    writeln!(self.out, "object of {} bytes", object.data.len())?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Prints properties in columns, which are laid out for [`BLOCK`] of them at once.
    fn properties(&mut self, object: &MsgObject<'_, '_>, page: CodePage, indent: usize) -> io::Result<()> {
        let mut rest = object.properties().map(|property| (label(&property), property));
        let mut block = Vec::new();
        loop {
            block.extend(rest.by_ref().take(BLOCK));
            if block.is_empty() {
                return Ok(());
            }
            let width = block.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0).min(NAME_MAX);
            for (label, property) in block.drain(..) {
                self.property(&label, width, &property, page, indent)?;
            }
        }
    }

    fn property(
        &mut self,
        label: &str,
        width: usize,
        property: &MsgProperty<'_>,
        page: CodePage,
        indent: usize,
    ) -> io::Result<()> {
        self.start(property.offset, indent)?;
        let prop_type = property.tag.prop_type();
        match &property.value {
            Some(value) => {
                let value = value.display(page).whole(self.options.full);
                writeln!(self.out, "{label:<width$}  {}  {prop_type:<12}  {value}", property.tag)?;
            }
            None => writeln!(self.out, "{label:<width$}  {}  {prop_type:<12}  ", property.tag)?,
        }
        for fault in property.faults.iter().take(self.faults_left) {
            self.faults_left = self.faults_left.saturating_sub(1);
            self.start(property.offset, indent.saturating_add(2))?;
            writeln!(self.out, "{}", self.options.style.red(format_args!("! {}: {fault}", fault.code())))?;
        }
        Ok(())
    }
}

/// The name of a property: the specification's, else set and number or string, else the id.
fn label(property: &MsgProperty<'_>) -> Cow<'static, str> {
    match (dictionary::canonical_name(property.tag, property.name.as_ref()), &property.name) {
        (Some(name), _) => name.into(),
        (None, Some(name)) => Shown(&name.to_string()).to_string().into(),
        (None, None) => property.tag.id().to_string().into(),
    }
}

/// All streams in a storage, with their paths.
fn entries<'f, 'a>(file: &'f CompoundFile<'a>, storage: &Entry<'a>) -> Vec<(String, &'f Entry<'a>)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), storage.clone())];
    while let Some((path, storage)) = open.pop() {
        for child in file.children(&storage) {
            let path = format!("{path}/{}", child.name());
            if child.is_storage() {
                open.push((path, child.clone()));
            } else {
                found.push((path, child));
            }
        }
    }
    found
}

/// A file as JSON.
pub(super) fn json(name: &str, bytes: &[u8], message: &Message<'_>, no_data: bool) -> winmail::Result<Value> {
    let reader = MsgReader::open(bytes)?;
    let file = reader.compound_file();
    let mut value = json!({
        "schema": SCHEMA,
        "file": name,
        "length": bytes.len(),
        "version": file.version(),
        "class_id": file.root().class_id().to_string(),
        "code_page": message.code_page().0,
        "message": object_json(&reader, &reader.message(), message.code_page(), no_data, 0),
    });
    if let (Value::Object(value), Value::Object(report)) = (&mut value, crate::value_of(message.report())) {
        value.extend(report);
    }
    Ok(value)
}

fn object_json(reader: &MsgReader<'_>, object: &MsgObject<'_, '_>, page: CodePage, no_data: bool, depth: usize) -> Value {
    let part = |part: &MsgObject<'_, '_>| object_json(reader, part, page, no_data, depth);
    let properties: Vec<Value> = object.properties().map(|property| property_json(&property, page, no_data)).collect();
    let mut value = json!({ "offset": object.storage().offset(), "properties": properties });
    let is_part = object.owner() == winmail::msg::Owner::Part;
    let Value::Object(fields) = &mut value else { return value };
    if !is_part {
        let recipients: Vec<Value> = object.recipients().map(|(_, row)| part(&row)).collect();
        let attachments: Vec<Value> = object.attachments().map(|(_, attachment)| part(&attachment)).collect();
        fields.insert("recipients".to_owned(), recipients.into());
        fields.insert("attachments".to_owned(), attachments.into());
    }
    match object.content() {
        MsgContent::Message(inner) if is_part && depth < Limits::MAX_DEPTH => {
            fields.insert("message".to_owned(), object_json(reader, &inner, page, no_data, depth.saturating_add(1)));
        }
        MsgContent::Bytes(data) if is_part => {
            fields.insert("data".to_owned(), data_json(&data.bytes, no_data));
        }
        MsgContent::Storage(entry) if is_part => {
            let streams = entries(reader.compound_file(), entry);
            let streams: Vec<Value> =
                streams.iter().map(|(path, entry)| json!({ "path": path, "length": entry.length() })).collect();
            fields.insert("storage".to_owned(), json!({ "class_id": entry.class_id().to_string(), "streams": streams }));
        }
        MsgContent::Object(object) if is_part => {
            fields.insert("data".to_owned(), data_json(&object.data, no_data));
        }
        _ => {}
    }
    value
}

fn property_json(property: &MsgProperty<'_>, page: CodePage, no_data: bool) -> Value {
    let named = property.name.as_ref().map(|name| match &name.kind {
        NameKind::Lid(lid) => json!({ "set": name.set.to_string(), "lid": lid }),
        NameKind::String(text) => json!({ "set": name.set.to_string(), "string": text.to_text() }),
    });
    json!({
        "offset": property.offset,
        "tag": property.tag.to_string(),
        "type": property.tag.prop_type().to_string(),
        "name": dictionary::canonical_name(property.tag, property.name.as_ref()),
        "named": named,
        "value": property.value.as_ref().map(|value| value_json(value, page, no_data)),
    })
}

fn data_json(bytes: &[u8], no_data: bool) -> Value {
    match no_data && bytes.len() > DATA_MAX {
        true => json!({ "length": bytes.len() }),
        false => json!({ "length": bytes.len(), "hex": HexPairs { bytes, max: usize::MAX }.to_string().replace(' ', "") }),
    }
}

fn value_json(value: &PropValue<'_>, page: CodePage, no_data: bool) -> Value {
    match value {
        PropValue::Integer16(number) => json!(number),
        PropValue::Integer32(number) => json!(number),
        PropValue::Integer64(number) => json!(number),
        PropValue::Boolean(value) => json!(value),
        PropValue::String(text) => json!(text.to_text()),
        PropValue::String8(text) => json!(page.decode_or_latin1(text.text_bytes()).text),
        PropValue::Multiple(values) => values.iter().map(|value| value_json(value, page, no_data)).collect(),
        other => match other.as_bytes() {
            Some(bytes) => data_json(bytes, no_data),
            None => json!(other.display(page).whole(true).to_string()),
        },
    }
}
