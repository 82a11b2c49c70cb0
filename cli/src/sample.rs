//! `winmail sample`: makes sample files, or lists what can be made. The generator is that of `winmail-tools`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use winmail_tools::sample::{SHAPES, Shape};

use super::style::{Shown, Style};
use super::{EXIT_FAILED, EXIT_OK, EXIT_USAGE, Streams, failure, output_dir};
use winmail::base::size;

/// Arguments of `winmail sample`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a shape, lists the shapes. The same seed makes the same bytes.")]
pub struct SampleArgs {
    /// What to make; all makes every shape
    #[arg(value_name = "SHAPE", requires = "output")]
    shape: Option<String>,
    /// The folder to write SHAPE.dat into; - is standard output, for one shape
    #[arg(long, short, value_name = "DIR", requires = "shape")]
    output: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long, short)]
    force: bool,
    /// What keys, data and numbers are drawn from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// For shapes that have a size: how many, or for big how many bytes, as in 500k, 64MiB, 4G
    #[arg(long, value_name = "N", value_parser = size::parse, requires = "shape")]
    size: Option<u64>,
}

/// Makes samples, or lists them; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &SampleArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let (Some(name), Some(folder)) = (&args.shape, &args.output) else {
        let width = SHAPES.iter().map(|shape| shape.name.len()).max().unwrap_or(0);
        for shape in SHAPES {
            writeln!(streams.out, "{}  {}", style.bold(format_args!("{:width$}", shape.name)), shape.about)?;
        }
        return Ok(EXIT_OK);
    };
    let all = name == "all";
    let shapes: Vec<&Shape> = SHAPES.iter().filter(|shape| all || shape.name == name).collect();
    let wrong = if shapes.is_empty() {
        Some(format!("no shape is called {name:?}; `winmail sample` lists them"))
    } else if args.size.is_some() && (all || shapes.iter().any(|shape| shape.size.is_none())) {
        Some(format!("{name} has no size"))
    } else if all && folder == Path::new("-") {
        Some("standard output takes one shape".to_owned())
    } else {
        None
    };
    if let Some(wrong) = wrong {
        writeln!(streams.err, "winmail: {}", Shown(&wrong))?;
        return Ok(EXIT_USAGE);
    }
    for shape in shapes {
        let made = if folder == Path::new("-") {
            match shape.write(args.seed, args.size, streams.out) {
                Ok(()) => Ok(()),
                Err(error) => match failure::of_system(&error) {
                    Some(error) => return Err(error),
                    None => Err(error.to_string()),
                },
            }
        } else {
            make(shape, folder, args).map_err(|error| failure::words(&error))
        };
        match made {
            Ok(()) if folder == Path::new("-") => {}
            Ok(()) => writeln!(streams.out, "{}", Shown(&path(shape, folder).display().to_string()))?,
            Err(error) => {
                writeln!(streams.err, "winmail: {}: {}", shape.name, Shown(&error))?;
                return Ok(EXIT_FAILED);
            }
        }
    }
    Ok(EXIT_OK)
}

fn path(shape: &Shape, folder: &Path) -> PathBuf {
    folder.join(shape.name).with_extension("dat")
}

/// Makes the file of one sample; it appears whole or not at all.
fn make(shape: &Shape, folder: &Path, args: &SampleArgs) -> io::Result<()> {
    output_dir::OutputDir::create(folder, args.force)?;
    let write = |out: &mut dyn Write| {
        let made = shape.write(args.seed, args.size, out);
        made.map_err(|error| failure::of_system(&error).unwrap_or_else(|| io::Error::other(error)))
    };
    output_dir::write_file(&path(shape, folder), args.force, write)
}
