//! `winmail rtf`: compressed RTF as a filter, from a file or standard input to standard output.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::base::{Error, ReadOptions, Report};
use crate::rtf::lzfu::{self, Mode};

/// All is well.
const DONE: u8 = 0;
/// The input could not be read to the end, or not be written.
const FAILED: u8 = 1;

/// Decompress or compress RTF bodies ([MS-OXRTFCP])
#[derive(Debug, Args)]
pub struct RtfArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output
    Decompress {
        /// Stop at the first damage instead of writing what can be decoded
        #[arg(long)]
        strict: bool,
        /// Compressed RTF; "-" is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Write RTF as compressed RTF to standard output
    Compress {
        /// The smallest output, instead of the specification's
        #[arg(long)]
        dense: bool,
        /// The output that Outlook would write, byte for byte
        #[arg(long, conflicts_with = "dense")]
        outlook: bool,
        /// Do not compress, only put the header before it
        #[arg(long, conflicts_with_all = ["dense", "outlook"])]
        store: bool,
        /// RTF; "-" is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

/// Runs the verb. The output goes to `out`, and defects, one a line, to `err`. Returns the exit code: 0, or 1 where the input
/// could not be read or nothing could be made of it.
///
/// # Errors
///
/// Where `out` or `err` cannot be written.
pub fn run(args: &RtfArgs, stdin: &mut dyn Read, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    let (Verb::Decompress { file, .. } | Verb::Compress { file, .. }) = &args.verb;
    let input = match read(file, stdin) {
        Ok(input) => input,
        Err(error) => {
            writeln!(err, "winmail: {}: {error}", file.display())?;
            return Ok(FAILED);
        }
    };
    let mut report = Report::new();
    let result = match &args.verb {
        Verb::Decompress { strict, .. } => {
            let options = if *strict { ReadOptions::strict() } else { ReadOptions::lenient() };
            lzfu::decompress(&input, &options, &mut report)
        }
        Verb::Compress { store: true, .. } => lzfu::store(&input),
        Verb::Compress { dense: true, .. } => lzfu::compress(&input, Mode::Dense),
        Verb::Compress { outlook: true, .. } => lzfu::compress(&input, Mode::Outlook),
        Verb::Compress { .. } => lzfu::compress(&input, Mode::Reference),
    };
    for diagnostic in report.diagnostics() {
        writeln!(err, "winmail: {}: {diagnostic}", file.display())?;
    }
    match result {
        Ok(output) => {
            out.write_all(&output)?;
            Ok(if output.is_empty() && !report.is_empty() { FAILED } else { DONE })
        }
        Err(error) => fail(&error, file, err),
    }
}

fn fail(error: &Error, file: &Path, err: &mut dyn Write) -> io::Result<u8> {
    writeln!(err, "winmail: {}: {error}", file.display())?;
    Ok(FAILED)
}

fn read(file: &Path, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut input = Vec::new();
    if file.as_os_str() == "-" {
        stdin.read_to_end(&mut input)?;
    } else {
        File::open(file)?.read_to_end(&mut input)?;
    }
    Ok(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        args: RtfArgs,
    }

    /// Exit code, standard output and standard error of `winmail rtf ARGUMENTS`.
    fn rtf(arguments: &[&str], mut input: &[u8]) -> (u8, Vec<u8>, String) {
        let command = Command::try_parse_from(["rtf"].iter().chain(arguments)).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&command.args, &mut input, &mut out, &mut err).unwrap();
        (code, out, String::from_utf8(err).unwrap())
    }

    const TEXT: &[u8] = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";

    #[test]
    fn arguments_are_well_formed() {
        Command::command().debug_assert();
        assert!(Command::try_parse_from(["rtf", "compress", "--dense", "--store"]).is_err());
        assert!(Command::try_parse_from(["rtf"]).is_err());
    }

    #[test]
    fn every_way_of_compressing_comes_back() {
        for (arguments, mode) in [
            (&["compress"][..], Some(Mode::Reference)),
            (&["compress", "-"], Some(Mode::Reference)),
            (&["compress", "--dense"], Some(Mode::Dense)),
            (&["compress", "--outlook"], Some(Mode::Outlook)),
            (&["compress", "--store"], None),
        ] {
            let (code, packed, err) = rtf(arguments, TEXT);
            assert_eq!((code, err.as_str()), (DONE, ""));
            let expected = mode.map_or_else(|| lzfu::store(TEXT), |mode| lzfu::compress(TEXT, mode)).unwrap();
            assert_eq!(packed, expected, "{arguments:?}");
            assert_eq!(rtf(&["decompress"], &packed), (DONE, TEXT.to_vec(), String::new()));
        }
    }

    #[test]
    fn files_are_read_and_missing_ones_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.lzfu");
        std::fs::write(&path, lzfu::compress(TEXT, Mode::Outlook).unwrap()).unwrap();
        let (code, out, _) = rtf(&["decompress", path.to_str().unwrap()], b"not read");
        assert_eq!((code, out), (DONE, TEXT.to_vec()));
        let missing = folder.path().join("missing.lzfu");
        let (code, out, err) = rtf(&["decompress", missing.to_str().unwrap()], b"");
        assert_eq!((code, out.len()), (FAILED, 0));
        assert!(err.starts_with("winmail: ") && err.contains("missing.lzfu: "), "{err}");
    }

    #[test]
    fn damage_is_told_and_what_was_decoded_is_written() {
        let packed = lzfu::compress(TEXT, Mode::Reference).unwrap();
        let cut = &packed[..packed.len() - 4];
        let (code, out, err) = rtf(&["decompress"], cut);
        assert_eq!(code, DONE);
        assert!(TEXT.starts_with(&out) && out.len() > 30);
        assert!(err.contains("winmail: -: error rtf-truncated: "), "{err}");
        let (code, out, err) = rtf(&["decompress", "--strict"], cut);
        assert_eq!((code, out.len()), (FAILED, 0));
        assert!(err.contains("compressed size 45"), "{err}");
        // Nothing at all came out of it.
        assert_eq!(rtf(&["decompress"], b"abc").0, FAILED);
    }
}
