//! `winmail dump`: the whole tree, every byte of it: attributes, properties, rows, nested messages, and what is none of these.
//!
//! Two forms of one walk: `text` for people, `json` for programs. The walk is that of [`Message::pieces`], of
//! [`PropertyList::pieces`](crate::tnef::PropertyList::pieces) and of
//! [`RecipientTable::rows`](crate::tnef::RecipientTable::rows), each of which covers its input without gap; what the message
//! model adds is the code page of 8-bit text and which bytes are a nested message.

pub(crate) mod json;
mod text;
mod value;
mod words;

use std::io;

use serde::Serializer;
use serde::ser::SerializeSeq;
use serde_json::json;

use crate::base::Report;
use crate::base::input::len64;
use crate::mapi::{Object, PropValue};
use crate::message::{Content, Message};
use crate::tnef::{Attribute, PropertyRef};

use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_OK, Streams, worse};

pub(super) use json::{SCHEMA, attribute_value};

/// Arguments of `winmail dump`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "A line an attribute, indented below it a line a property: offset, name, tag, type, value. Offsets are those \
    in the TNEF stream, also within nested messages. The JSON is lossless and its schema stable: see docs/dump-json.md."
)]
pub struct DumpArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Print JSON: an array with an object a file
    #[arg(long, conflicts_with_all = ["hex", "full"])]
    json: bool,
    /// Also show every byte, 16 a line
    #[arg(long, short = 'x')]
    hex: bool,
    /// Show values whole, however long they are
    #[arg(long)]
    full: bool,
    /// With --json, leave out the bytes of values longer than 64 bytes
    #[arg(long, requires = "json")]
    no_data: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Dumps the files; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &DumpArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    if args.json { run_json(args, streams) } else { run_text(args, style, streams) }
}

fn run_text(args: &DumpArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut inputs = Inputs::new(&args.files, &args.read);
    let mut first = true;
    while let Some(input) = inputs.next(streams.stdin) {
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
        if let Some(note) = read::wrapper_note(&loaded) {
            writeln!(streams.err, "winmail: {name}: {note}")?;
        }
        match Message::read(&loaded.bytes, &args.read.options(), &mut report) {
            Ok(message) => {
                code = worse(code, read::exit_code(&report));
                if !std::mem::take(&mut first) {
                    writeln!(streams.out)?;
                }
                text::print(&name, &message, &report, text::Options { style, hex: args.hex, full: args.full }, streams.out)?;
            }
            Err(error) => {
                code = worse(code, read::FAILED);
                writeln!(streams.err, "winmail: {name}: {}", Shown(&read::failure(&error, &loaded)))?;
            }
        }
    }
    Ok(code)
}

/// Writes file after file, so that memory follows the largest one and not their sum.
fn run_json(args: &DumpArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut serializer = serde_json::Serializer::pretty(&mut *streams.out);
    let mut all = serializer.serialize_seq(None)?;
    let mut inputs = Inputs::new(&args.files, &args.read);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.file.to_string_lossy().into_owned();
        let shown = input.name();
        let part = input.part();
        let mut report = Report::new();
        let failure = match input.loaded {
            Err(message) => message,
            Ok(loaded) => match Message::read(&loaded.bytes, &args.read.options(), &mut report) {
                Ok(message) => {
                    code = worse(code, read::exit_code(&report));
                    all.serialize_element(&json::File::new(&name, &loaded, &message, &report, args.no_data))?;
                    continue;
                }
                Err(error) => read::failure(&error, &loaded),
            },
        };
        code = worse(code, read::FAILED);
        writeln!(streams.err, "winmail: {}: {}", shown, Shown(&failure))?;
        all.serialize_element(&json!({ "schema": json::SCHEMA, "file": name, "part": part, "error": failure }))?;
    }
    SerializeSeq::end(all)?;
    writeln!(streams.out)?;
    Ok(code)
}

/// The nested messages of a message, by where their streams start.
struct Embedded<'m> {
    by_offset: Vec<(u64, &'m Message<'m>)>,
}

/// A nested message within a value: the value's bytes are those before it, and its stream.
struct Found<'m, 'v> {
    before: &'v [u8],
    message: &'m Message<'m>,
}

impl<'m> Embedded<'m> {
    fn of(message: &'m Message<'_>) -> Self {
        let nested = message.attachments.iter().filter_map(|attachment| match &attachment.content {
            Content::Message(nested) => Some((nested.offset(), &**nested)),
            _ => None,
        });
        let mut by_offset: Vec<(u64, &'m Message<'m>)> = nested.collect();
        by_offset.sort_by_key(|(offset, _)| *offset);
        Embedded { by_offset }
    }

    /// The message that the value `data` at `offset` holds: all of it, or all behind an interface id.
    fn find<'v>(&self, offset: u64, data: &'v [u8]) -> Option<Found<'m, 'v>> {
        const INTERFACE_ID: usize = 16;
        [0, INTERFACE_ID].into_iter().find_map(|skip| {
            let (before, stream) = data.split_at_checked(skip)?;
            let start = offset.checked_add(len64(before))?;
            let index = self.by_offset.binary_search_by_key(&start, |(offset, _)| *offset).ok()?;
            let (_, message) = self.by_offset.get(index)?;
            // Offsets alone would do, were it not for a value that ends before the message that was read from it.
            (message.source().len() == stream.len()).then_some(Found { before, message })
        })
    }

    /// The message that a property holds.
    fn in_property<'v>(&self, property: &PropertyRef<'_>, value: &'v PropValue<'_>) -> Option<Found<'m, 'v>> {
        let data: &[u8] = match value {
            PropValue::Object(Object { data, .. }) => data,
            PropValue::Binary(data) => data,
            _ => return None,
        };
        if self.by_offset.is_empty() || data.is_empty() {
            return None;
        }
        self.find(property.offset_of(data), data)
    }

    /// The message that attAttachData holds.
    fn in_attribute<'v>(&self, attribute: &Attribute<'v>) -> Option<Found<'m, 'v>> {
        if self.by_offset.is_empty() || attribute.data().is_empty() {
            return None;
        }
        self.find(attribute.data_offset(), attribute.data())
    }
}

/// The attribute under the id by which it is read: some writers leave out the high word.
fn as_read(attribute: Attribute<'_>) -> Attribute<'_> {
    match attribute.id().from_number_alone(attribute.level()) {
        Some(id) => attribute.with_id(id),
        None => attribute,
    }
}
