//! `winmail pack`: a stream out of the JSON of `winmail dump --json`, or out of parts on the command line.
//!
//! The output is written whole or not at all.

mod json;
mod node;
mod value;

use std::io;
use std::path::{Path, PathBuf};

use super::style::Shown;
use super::{EXIT_FAILED, EXIT_OK, Streams, input, output_dir, read, size};

/// Arguments of `winmail pack`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "`winmail dump --json a.dat | winmail pack - -o b.dat` writes the same bytes again. In the JSON between them \
    anything may be changed: see docs/dump-json.md."
)]
pub struct PackArgs {
    /// JSON as `winmail dump --json` writes it; - is standard input
    #[arg(value_name = "FILE.json")]
    json: PathBuf,
    /// Where to write the stream; - is standard output
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    force: bool,
    /// Which of the files in the JSON, if it holds several; the first is 1
    #[arg(long, value_name = "N")]
    number: Option<usize>,
    /// Largest JSON to read into memory, as in 500k, 64MiB, 2G
    #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "4GiB")]
    max_size: u64,
}

/// Packs; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &PackArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    match packed(args, streams) {
        Ok(bytes) if args.output == Path::new("-") => {
            streams.out.write_all(&bytes)?;
            Ok(EXIT_OK)
        }
        Ok(bytes) => match output_dir::write_file(&args.output, args.force, |out| out.write_all(&bytes)) {
            Ok(()) => Ok(EXIT_OK),
            Err(error) => failed(&error.to_string(), streams),
        },
        Err(error) => failed(&format!("{}: {error}", read::display_name(&args.json)), streams),
    }
}

fn failed(what: &str, streams: &mut Streams<'_>) -> io::Result<u8> {
    writeln!(streams.err, "winmail: {}", Shown(what))?;
    Ok(EXIT_FAILED)
}

fn packed(args: &PackArgs, streams: &mut Streams<'_>) -> Result<Vec<u8>, String> {
    let bytes = input::read(&args.json, streams.stdin, args.max_size).map_err(|error| read::unreadable(&error))?;
    let document = serde_json::from_slice(&bytes).map_err(|error| format!("not valid JSON: {error}"))?;
    json::stream(&document, args.number)
}
