//! `winmail redact IN -o OUT`: the same stream without what is personal in it, to be handed in where something fails on it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use winmail::base::LegacyAttributes;
use winmail::input::Loaded;
use winmail::redact::{Redaction, redact};
use winmail::{Message, WriteOptions};

use super::container::ContainerArgs;
use super::foreign;
use super::output_dir;
use super::read::{self, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_FAILED, EXIT_OK, Streams};

/// Arguments of `winmail redact`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Texts, names, addresses, the contents of attachments, keys and ids are replaced by others of the same\n\
    length and shape, equal ones by equal ones; structure and damage stay as they are.\n\
    Look at the result before you hand it on: `winmail dump OUT` shows all that is in it.")]
pub struct RedactArgs {
    /// The file to redact; - is standard input. Of a mail, what it carries is the result
    #[arg(value_name = "IN")]
    file: PathBuf,
    /// Where to write the result; - is standard output
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    force: bool,
    /// Number that decides what comes instead, for files that belong together. Keep it to yourself: with it, guesses at what was
    /// there can be tried. A new one each time if it is not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Redacts a file; the result is the exit code. Defects of the input do not count: they are what it is about.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &RedactArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let name = read::display_name(&args.file);
    let to_stdout = args.output == Path::new("-");
    let result = read::load(&args.file, &args.read, streams.stdin).and_then(|loaded| {
        let seed = args.seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let redaction = redacted(&loaded, seed, args)?;
        if !to_stdout {
            output_dir::write_file(&args.output, args.force, |out| out.write_all(&redaction.bytes))
                .map_err(|error| error.to_string())?;
        }
        Ok((redaction, read::wrapper_note(&loaded)))
    });
    let (redaction, note) = match result {
        Ok(result) => result,
        Err(message) => {
            writeln!(streams.err, "winmail: {name}: {}", Shown(&message))?;
            return Ok(EXIT_FAILED);
        }
    };
    if to_stdout {
        foreign::write(streams, &redaction.bytes)?;
    }
    if let Some(note) = note {
        writeln!(streams.err, "winmail: {name}: {note}")?;
    }
    let out: &mut dyn Write = if to_stdout { streams.err } else { streams.out };
    writeln!(out, "{} {}", style.bold("replaced:"), list(&redaction.replaced))?;
    writeln!(out, "{} {}", style.bold("kept:"), list(&redaction.kept))?;
    writeln!(
        out,
        "{} numbers, times, flags and GUIDs; names of known properties; markup, styles and fonts that everybody has; words such as http, com, pdf",
        style.bold("kept everywhere:")
    )?;
    Ok(EXIT_OK)
}

/// In the container in which it came nothing moves; in another one it is written anew first.
fn redacted(loaded: &Loaded, seed: u64, args: &RedactArgs) -> Result<Redaction, String> {
    let options = loaded.reading(&args.read.options());
    let failure = |error: winmail::Error| read::failure(&error, loaded);
    if args.container.chosen(&args.output, loaded).is_that_of(loaded) {
        return redact(&loaded.bytes, seed, &options).map_err(failure);
    }
    let message = Message::read(&loaded.bytes, &options).map_err(failure)?;
    let write = WriteOptions::canonical().with_legacy(LegacyAttributes::None);
    let bytes = args.container.written(&message, loaded, &args.output, &write)?;
    redact(&bytes, seed, &options).map_err(failure)
}

fn list(names: &BTreeMap<String, usize>) -> String {
    let shown = |(name, count): (&String, &usize)| match count {
        1 => Shown(name).to_string(),
        count => format!("{} ({count})", Shown(name)),
    };
    if names.is_empty() { "nothing".to_owned() } else { names.iter().map(shown).collect::<Vec<_>>().join(", ") }
}
