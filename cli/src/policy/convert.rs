//! `winmail policy import` and `export`: between what Exchange exports, settings files and command lines.

use std::path::PathBuf;

use winmail::policy::import::{self, ExportFormat};
use winmail::policy::{Edition, Policy, SettingValue, export};

use super::super::{EXIT_OK, Streams};
use super::{FileArgs, Outcome, read_bytes, read_policy};

/// Arguments of `winmail policy import`.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// Exports by ConvertTo-Json, Export-Csv or Export-Clixml; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Whose defaults hold: ExchangeOnline or OnPremises
    #[arg(long, default_value = "ExchangeOnline", value_parser = edition)]
    edition: Edition,
    /// The format, where it is not to be guessed
    #[arg(long, value_enum)]
    format: Option<Format>,
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
enum Format {
    /// ConvertTo-Json
    Json,
    /// Export-Csv
    Csv,
    /// Export-Clixml
    Clixml,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).ok_or_else(|| format!("allowed is {}", Edition::allowed()))
}

pub(super) fn import(args: &ImportArgs, streams: &mut Streams<'_>) -> Outcome {
    let mut policy = Policy::new(args.edition);
    let format = args.format.map(|format| match format {
        Format::Json => ExportFormat::Json,
        Format::Csv => ExportFormat::Csv,
        Format::Clixml => ExportFormat::Clixml,
    });
    for path in &args.files {
        let bytes = read_bytes(path, streams.stdin)?;
        let name = path.display().to_string();
        let found = import::import(&mut policy, &name, &bytes, format)?;
        let (domains, recipients, bare) = (found.remote_domains, found.recipients, found.without_settings);
        writeln!(streams.err, "winmail: {name}: remote domains {domains}, recipients {recipients}, without settings {bare}")?;
    }
    // Only when every file was read: nothing half imported is written.
    write!(streams.out, "{}", export::toml(&policy))?;
    Ok(EXIT_OK)
}

pub(super) fn export(args: &ExportArgs, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let text = if args.commands { export::commands(&file.policy) } else { export::toml(&file.policy) };
    write!(streams.out, "{text}")?;
    Ok(EXIT_OK)
}
