//! `winmail policy import` and `export`: between what Exchange exports, settings files and command lines.

use std::io::Write;
use std::path::PathBuf;

use winmail::policy::import::{self, ExportFormat};
use winmail::policy::{Edition, Policy, SettingValue, export};

use super::super::style::Shown;
use super::super::{EXIT_OK, Streams};
use super::{Failure, FileArgs, Outcome, read_bytes, read_policy};

/// Arguments of `winmail policy import`.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// Exports: Export-Csv, ConvertTo-Json, Export-Clixml, text of Format-List or Format-Table, Microsoft365DSC; or a folder of them; -
    /// is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write the settings file here; it must not be there yet
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Whose defaults hold: ExchangeOnline or OnPremises [default: what the exports say, else ExchangeOnline]
    #[arg(long, value_parser = edition)]
    edition: Option<Edition>,
    /// The format, where it is not to be guessed
    #[arg(long, value_enum)]
    format: Option<Kind>,
}

/// Arguments of `winmail policy export`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Write command lines for the Exchange Management Shell instead of TOML
    #[arg(long)]
    commands: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// ConvertTo-Json
    Json,
    /// Export-Csv
    Csv,
    /// Export-Clixml
    Clixml,
    /// Text of Format-List
    FormatList,
    /// Text of Format-Table
    FormatTable,
    /// Microsoft365DSC
    Dsc,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).ok_or_else(|| format!("allowed is {}", Edition::allowed()))
}

/// What in a folder may be an export.
const EXTENSIONS: &[&str] = &["csv", "json", "xml", "clixml", "txt", "log", "ps1"];

/// The files, with folders replaced by the exports in them.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let said = |error: std::io::Error| Failure::Said(format!("{}: {}", path.display(), crate::failure::words(&error)));
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(said)? {
            let file = entry.map_err(said)?.path();
            let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
            if file.is_file() && EXTENSIONS.contains(&extension.as_str()) {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            let message = format!("{}: no export in this folder: expected files in {}", path.display(), EXTENSIONS.join(", "));
            return Err(Failure::Said(message));
        }
        inside.sort();
        all.extend(inside);
    }
    Ok(all)
}

pub(super) fn import(args: &ImportArgs, streams: &mut Streams<'_>) -> Outcome {
    let mut read = Vec::new();
    for path in files(&args.files)? {
        read.push((path.display().to_string(), read_bytes(&path, streams.stdin)?));
    }
    let said = args.edition.or_else(|| read.iter().find_map(|(_, bytes)| import::edition(bytes)));
    if said.is_none() {
        let message = "the exports do not say whether they are from Exchange Online: taken as such, with its defaults (--edition OnPremises)";
        writeln!(streams.err, "winmail: {message}")?;
    }
    let mut policy = Policy::new(said.unwrap_or(Edition::ExchangeOnline));
    let format = args.format.map(|format| match format {
        Kind::Json => ExportFormat::Json,
        Kind::Csv => ExportFormat::Csv,
        Kind::Clixml => ExportFormat::Clixml,
        Kind::FormatList => ExportFormat::FormatList,
        Kind::FormatTable => ExportFormat::FormatTable,
        Kind::Dsc => ExportFormat::Dsc,
    });
    for (name, bytes) in &read {
        // Of a folder, exports that found nothing are as they should be.
        if args.files.len() < read.len()
            && bytes.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf | b'[' | b']'))
        {
            writeln!(streams.err, "winmail: {}: empty", Shown(name))?;
            continue;
        }
        let found = import::import(&mut policy, name, bytes, format)?;
        let counts = [
            ("remote domains", found.remote_domains),
            ("accepted domains", found.accepted_domains),
            ("recipients", found.recipients),
            ("recipients without settings", found.without_settings),
            ("other settings", found.others),
            ("left out", found.left_out.len()),
        ];
        let counts: Vec<String> =
            counts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what} {count}")).collect();
        writeln!(streams.err, "winmail: {}: {}", Shown(name), counts.join(", "))?;
        for one in found.left_out.iter().take(SHOWN) {
            let line = one.line.map(|line| format!(":{line}")).unwrap_or_default();
            writeln!(streams.err, "winmail: {}{line}: left out: {}", Shown(name), Shown(&one.reason))?;
        }
        for note in &found.notes {
            writeln!(streams.err, "winmail: {}: {note}", Shown(name))?;
        }
    }
    // Only when every file was read: nothing half imported is written.
    let text = export::toml(&policy);
    match &args.output {
        Some(path) => {
            let said = |error: std::io::Error| Failure::Said(format!("{}: {}", path.display(), crate::failure::words(&error)));
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(said)?;
            file.write_all(text.as_bytes()).map_err(said)?;
        }
        None => write!(streams.out, "{text}")?,
    }
    Ok(EXIT_OK)
}

/// How many of the records that were left out are named.
const SHOWN: usize = 10;

pub(super) fn export(args: &ExportArgs, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let text = if args.commands { export::commands(&file.policy) } else { export::toml(&file.policy) };
    write!(streams.out, "{text}")?;
    Ok(EXIT_OK)
}
