//! `winmail dump`: the whole tree, every byte of it: attributes, properties, rows, nested messages, and bytes outside of these.
//!
//! Two forms of one walk: `text` for people, `json` for programs. The walk is that of [`Message::pieces`], of
//! [`PropertyList::pieces`](winmail::tnef::PropertyList::pieces) and of
//! [`RecipientTable::rows`](winmail::tnef::RecipientTable::rows), each of which covers its input without gap; what the message
//! model adds is the code page of 8-bit text and which bytes are a nested message.

mod msg;
mod structure;
mod table;
mod text;
mod value;

use std::io;

use serde_json::json;

use winmail::Message;
use winmail::json;

use super::json_out::Elements;
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_OK, EXIT_USAGE, Streams, worse};

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
    /// Print JSON: a line with an object a file
    #[arg(long, conflicts_with_all = ["hex", "full", "json"])]
    jsonl: bool,
    /// Also show every byte, 16 a line
    #[arg(long, short = 'x')]
    hex: bool,
    /// Show values whole, however long they are, and what the structures of calendar items in them say
    #[arg(long)]
    full: bool,
    /// Print a property a line, with tabs between: file, place, tag, set, id or name in it, name, type, value, meaning
    #[arg(long, conflicts_with_all = ["hex", "full", "json", "jsonl"])]
    tsv: bool,
    /// Print this property alone, as --tsv does: a name, tag or id as `winmail props` takes them; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with_all = ["hex", "full", "json", "jsonl"])]
    property: Vec<String>,
    /// With --json or --jsonl, leave out the bytes of values longer than 64 bytes
    #[arg(long, conflicts_with_all = ["hex", "full", "tsv", "property"])]
    no_data: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Dumps the files; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &DumpArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    if args.json || args.jsonl {
        run_json(args, streams)
    } else if args.tsv || !args.property.is_empty() {
        run_table(args, streams)
    } else {
        run_text(args, style, streams)
    }
}

fn run_table(args: &DumpArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let wanted = match table::Wanted::new(&args.property) {
        Ok(wanted) => wanted,
        Err(name) => {
            let name = Shown(&name);
            writeln!(streams.err, "winmail: no property is called \"{name}\"; `winmail props --search {name}` looks for some")?;
            return Ok(EXIT_USAGE);
        }
    };
    let mut code = EXIT_OK;
    let mut count = 0usize;
    writeln!(streams.out, "{}", table::HEAD)?;
    let mut inputs = Inputs::new(&args.files, &args.read);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? else { continue };
        match Message::read(&loaded.bytes, &loaded.reading(&args.read.options())) {
            Ok(message) => {
                code = worse(code, read::exit_code(&message.verdict()));
                count = count.saturating_add(table::print(&name, &message, &wanted, streams.out)?);
            }
            Err(error) => read::say_failure(&error, &loaded, &name, &mut code, streams)?,
        }
    }
    inputs.say_passed(streams.err)?;
    // As with grep: what was asked for is nowhere.
    if count == 0 && !args.property.is_empty() {
        writeln!(streams.err, "winmail: no message has it")?;
        code = worse(code, read::FAILED);
    }
    Ok(code)
}

fn run_text(args: &DumpArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut inputs = Inputs::new(&args.files, &args.read);
    let mut first = true;
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? else { continue };
        if let Some(note) = read::wrapper_note(&loaded) {
            writeln!(streams.err, "winmail: {name}: {note}")?;
        }
        match Message::read(&loaded.bytes, &loaded.reading(&args.read.showing())) {
            Ok(message) => {
                let report = message.report();
                code = worse(code, read::exit_code(&message.verdict()));
                if !std::mem::take(&mut first) {
                    writeln!(streams.out)?;
                }
                let options = text::Options { style, hex: args.hex, full: args.full };
                if loaded.is_msg() {
                    msg::print(&name, &loaded.bytes, &message, options, streams.out).map_err(io::Error::from)?;
                } else {
                    text::print(&name, &message, report, options, streams.out)?;
                }
            }
            Err(error) => read::say_failure(&error, &loaded, &name, &mut code, streams)?,
        }
    }
    Ok(code)
}

/// Writes file after file, so that memory follows the largest one and not their sum.
fn run_json(args: &DumpArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut array = Elements::new(args.jsonl);
    let mut inputs = Inputs::new(&args.files, &args.read);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.file.to_string_lossy().into_owned();
        let shown = input.name();
        let part = input.part();
        let failure = match input.loaded {
            Err(message) => message,
            Ok(loaded) => match Message::read(&loaded.bytes, &loaded.reading(&args.read.showing())) {
                Ok(message) => {
                    let report = message.report();
                    code = worse(code, read::exit_code(&message.verdict()));
                    if loaded.is_msg() {
                        let value = msg::json(&name, &loaded.bytes, &message, args.no_data).map_err(io::Error::from)?;
                        array.add(streams.out, &value)?;
                        continue;
                    }
                    let file =
                        json::File::new(&name, &loaded.bytes, &loaded.wrapper, &message, report).without_data(args.no_data);
                    array.add(streams.out, &file)?;
                    continue;
                }
                Err(error) => read::failure(&error, &loaded),
            },
        };
        code = worse(code, read::FAILED);
        writeln!(streams.err, "winmail: {}: {}", shown, Shown(&failure))?;
        let value = json!({ "schema": json::SCHEMA, "file": name, "part": part, "error": failure });
        array.add(streams.out, &value)?;
    }
    array.end(streams.out)?;
    Ok(code)
}
