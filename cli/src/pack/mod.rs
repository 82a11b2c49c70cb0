//! `winmail pack`: a stream out of the JSON of `winmail dump --json`, or out of parts on the command line.
//!
//! The output is written whole or not at all.

mod parts;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::edit::WriteArgs;
use super::style::Shown;
use super::{EXIT_FAILED, EXIT_OK, Streams, failure, files, flags, foreign, foreign_item, output_dir, read};
use winmail::base::size;

/// Arguments of `winmail pack`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "`winmail dump --json a.dat | winmail pack - -o b.dat` writes the same bytes again. In the JSON between them \
    anything may be changed: see docs/dump-json.md.\n\
    `winmail pack --subject Hi --to jane@example.org --text hi.txt --attach a.pdf -o winmail.dat` makes a new message."
)]
pub struct PackArgs {
    /// JSON as `winmail dump --json` writes it, a calendar (.ics) or a card (.vcf); - is standard input
    #[arg(value_name = "FILE.json", required_unless_present = "parts", conflicts_with = "parts")]
    json: Option<PathBuf>,
    /// Where to write the stream; - is standard output
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    force: bool,
    /// Which of the files in the JSON, if it holds several; the first is 1
    #[arg(long, value_name = "N", requires = "json")]
    number: Option<usize>,
    /// Largest JSON to read into memory, as in 500k, 64MiB, 2G
    #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "4GiB")]
    max_size: u64,
    #[command(flatten)]
    parts: parts::PartsArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Packs; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &PackArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let result = match &args.json {
        Some(json) => match packed(json, args, streams) {
            Ok(bytes) => write(args, streams, |out| Ok(out.write_all(&bytes)?)),
            Err(error) => Err(Failure::Said(format!("{}: {error}", read::display_name(json)))),
        },
        None => match args.parts.make() {
            Ok(made) => write(args, streams, |out| {
                made.message.write_tnef_with(&args.write.options(), out, &mut |number| made.open(number))
            }),
            Err(error) => Err(Failure::Said(error)),
        },
    };
    match result {
        Ok(()) => Ok(EXIT_OK),
        Err(Failure::Said(error)) => {
            writeln!(streams.err, "winmail: {}", Shown(&error))?;
            Ok(EXIT_FAILED)
        }
        Err(Failure::Io(error)) => Err(error),
    }
}

/// Why there is no output.
enum Failure {
    /// Something to tell the user.
    Said(String),
    /// Standard output failed.
    Io(io::Error),
}

/// Writes the output to where it is to go; to a file whole or not at all.
fn write(
    args: &PackArgs,
    streams: &mut Streams<'_>,
    fill: impl FnOnce(&mut dyn Write) -> winmail::Result<()>,
) -> Result<(), Failure> {
    if args.output != Path::new("-") {
        let written = output_dir::write_file(&args.output, args.force, |out| {
            fill(out).map_err(|error| failure::of_system(&error).unwrap_or_else(|| io::Error::other(error)))
        });
        return written.map_err(|error| Failure::Said(error.to_string()));
    }
    if streams.out_is_terminal {
        let mut bytes = Vec::new();
        fill(&mut bytes).map_err(|error| match failure::of_system(&error) {
            Some(error) => Failure::Said(failure::words(&error)),
            None => Failure::Said(error.to_string()),
        })?;
        return foreign::write(streams, &bytes).map_err(Failure::Io);
    }
    fill(streams.out).map_err(|error| match failure::of_system(&error) {
        Some(error) => Failure::Io(error),
        None => Failure::Said(error.to_string()),
    })
}

fn packed(json: &Path, args: &PackArgs, streams: &mut Streams<'_>) -> Result<Vec<u8>, String> {
    let bytes = files::read(json, streams.stdin, args.max_size).map_err(|error| read::unreadable(&error))?;
    if let Some((message, report)) = foreign_item::read(&bytes, &winmail::ReadOptions::lenient())? {
        for found in report.diagnostics() {
            let said = writeln!(streams.err, "winmail: {}: {}", read::display_name(json), Shown(&found.to_string()));
            said.map_err(|error| error.to_string())?;
        }
        return message.to_tnef(&args.write.options()).map_err(|error| error.to_string());
    }
    winmail::json::unpack(&bytes, args.number).map_err(|error| flags::said(&error))
}
