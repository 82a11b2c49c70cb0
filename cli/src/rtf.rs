//! `winmail rtf`: compressed RTF as a filter, from a file or standard input to standard output. Its conversions are in
//! [`super::rtf_convert`].

use std::io::{self, Read, Write};
use std::path::PathBuf;

use winmail::rtf::lzfu::{self, Mode};
use winmail::{Limits, ReadOptions, Report};

use super::rtf_convert::Conversion;
use super::style::Shown;
use super::{EXIT_FAILED, EXIT_OK, files, flags, read};
use winmail::base::size;

/// Arguments of `winmail rtf`.
#[derive(Debug, Clone, clap::Args)]
pub struct RtfArgs {
    #[command(subcommand)]
    verb: Verb,
}

impl RtfArgs {
    /// The conversion that is asked for, unless it is a matter of compression.
    #[must_use]
    pub fn conversion(&self) -> Option<&Conversion> {
        match &self.verb {
            Verb::Convert(conversion) => Some(conversion),
            Verb::Decompress { .. } | Verb::Compress { .. } => None,
        }
    }
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Verb {
    /// Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output
    Decompress {
        /// Stop at the first error instead of writing what can be decoded
        #[arg(long)]
        strict: bool,
        /// Largest result of decompression
        #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "256MiB")]
        max_output: u64,
        /// Largest input to read into memory, as in 500k, 64MiB, 2G
        #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "4GiB")]
        max_size: u64,
        /// File to read; - is standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Write RTF as compressed RTF to standard output, as the specification's procedure does
    Compress {
        /// As few bytes as possible
        #[arg(long, group = "mode")]
        dense: bool,
        /// Byte for byte what Outlook would write
        #[arg(long, group = "mode")]
        outlook: bool,
        /// Do not compress, only put the header before it
        #[arg(long, group = "mode")]
        store: bool,
        /// Largest input to read into memory, as in 500k, 64MiB, 2G
        #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "4GiB")]
        max_size: u64,
        /// File to read; - is standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    #[command(flatten)]
    Convert(Conversion),
}

/// Writes the output to `out`, and defects, one a line, to `err`; the result is the exit code: failed where nothing came out
/// of a damaged input.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &RtfArgs, stdin: &mut dyn Read, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    let (Verb::Decompress { file, max_size, .. } | Verb::Compress { file, max_size, .. }) = &args.verb else {
        // Conversions have a file and options of their own.
        return Ok(EXIT_FAILED);
    };
    let name = read::display_name(file);
    let input = match files::read(file, stdin, *max_size) {
        Ok(input) => input,
        Err(error) => {
            writeln!(err, "winmail: {name}: {}", read::unreadable(&error))?;
            return Ok(EXIT_FAILED);
        }
    };
    let written = |bytes| (bytes, Report::new());
    let result = match &args.verb {
        Verb::Decompress { strict, max_output, .. } => {
            let options = if *strict { ReadOptions::strict() } else { ReadOptions::lenient() };
            let mut limits = Limits::default();
            limits.output = *max_output;
            lzfu::decompress(&input, &options.with_limits(limits)).map(|found| (found.bytes, found.report))
        }
        Verb::Compress { store: true, .. } => lzfu::store(&input).map(written),
        Verb::Compress { dense: true, .. } => lzfu::compress(&input, Mode::Dense).map(written),
        Verb::Compress { outlook: true, .. } => lzfu::compress(&input, Mode::Outlook).map(written),
        _ => lzfu::compress(&input, Mode::Reference).map(written),
    };
    match result {
        Ok((output, report)) => {
            out.write_all(&output)?;
            for diagnostic in report.diagnostics() {
                writeln!(err, "winmail: {name}: {}", Shown(&flags::said(diagnostic)))?;
            }
            let code = read::exit_code(&report);
            Ok(if output.is_empty() && code != EXIT_OK { EXIT_FAILED } else { code })
        }
        Err(error) => {
            writeln!(err, "winmail: {name}: {}", Shown(&flags::said(&error)))?;
            Ok(EXIT_FAILED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EXIT_DEFECTS;
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
            assert_eq!((code, err.as_str()), (EXIT_OK, ""));
            let expected = mode.map_or_else(|| lzfu::store(TEXT), |mode| lzfu::compress(TEXT, mode)).unwrap();
            assert_eq!(packed, expected, "{arguments:?}");
            assert_eq!(rtf(&["decompress"], &packed), (EXIT_OK, TEXT.to_vec(), String::new()));
        }
    }

    #[test]
    fn files_are_read_and_missing_ones_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.lzfu");
        std::fs::write(&path, lzfu::compress(TEXT, Mode::Outlook).unwrap()).unwrap();
        let (code, out, _) = rtf(&["decompress", path.to_str().unwrap()], b"not read");
        assert_eq!((code, out), (EXIT_OK, TEXT.to_vec()));
        let missing = folder.path().join("missing.lzfu");
        let (code, out, err) = rtf(&["decompress", missing.to_str().unwrap()], b"");
        assert_eq!((code, out.len()), (EXIT_FAILED, 0));
        assert!(err.starts_with("winmail: ") && err.ends_with("missing.lzfu: no such file\n"), "{err}");
    }

    #[test]
    fn damage_is_told_and_what_was_decoded_is_written() {
        let packed = lzfu::compress(TEXT, Mode::Reference).unwrap();
        let cut = &packed[..packed.len() - 4];
        let (code, out, err) = rtf(&["decompress"], cut);
        assert_eq!(code, EXIT_DEFECTS);
        assert!(TEXT.starts_with(&out) && out.len() > 30);
        assert!(err.contains("winmail: standard input: error rtf-truncated: "), "{err}");
        let (code, out, err) = rtf(&["decompress", "--strict"], cut);
        assert_eq!((code, out.len()), (EXIT_FAILED, 0));
        assert!(err.contains("compressed size 45"), "{err}");
        let (code, out, err) = rtf(&["decompress", "--max-output", "20"], &packed);
        assert_eq!((code, &out[..]), (EXIT_DEFECTS, &TEXT[..20]));
        assert!(err.contains("limit-reached"), "{err}");
        assert_eq!(rtf(&["decompress", "--max-size", "20"], &packed).0, EXIT_FAILED);
        // Nothing at all came out of it.
        assert_eq!(rtf(&["decompress"], b"abc").0, EXIT_FAILED);
    }
}
