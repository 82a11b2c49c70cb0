//! `winmail policy`: what may leave, in which format, for whom, and why.

mod apply;
mod check;
mod collect;
mod convert;
mod edit;
mod explain;
mod message;
mod show;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use winmail::policy::file::{self, PolicyFile};

use super::style::Style;
use super::{EXIT_FAILED, Streams};

/// The name of the settings file where none is given.
const DEFAULT_FILE: &str = "policy.toml";

/// The largest file of settings or exports that is read.
const MAX_FILE: u64 = 256 << 20;

/// Arguments of `winmail policy`.
#[derive(Debug, Clone, clap::Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    verb: PolicyVerb,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum PolicyVerb {
    /// Say what becomes of a message to each recipient, and which setting decides
    Explain(explain::ExplainArgs),
    /// Write the mails that a message becomes: one for each form that some recipient needs
    Apply(apply::ApplyArgs),
    /// Show the settings that hold
    Show(show::ShowArgs),
    /// Say what is contradictory, shadowed, dangerous or pointless
    Check(check::CheckArgs),
    /// Print a PowerShell script that only reads, and writes all that bears on mail into a folder
    Collect(collect::CollectArgs),
    /// Turn exports of Get-RemoteDomain, Get-MailContact and others, or a folder of them, into a settings file
    Import(convert::ImportArgs),
    /// Write settings as TOML or as command lines for the Exchange Management Shell
    Export(convert::ExportArgs),
    /// Change a setting of a remote domain or recipient; comments stay
    Set(edit::SetArgs),
    /// Add a remote domain
    Add(edit::AddArgs),
    /// Remove a remote domain or recipient
    Remove(edit::RemoveArgs),
}

/// Which settings file.
#[derive(Debug, Clone, clap::Args)]
struct FileArgs {
    /// Settings file; - is standard input
    #[arg(long, short, value_name = "FILE", default_value = DEFAULT_FILE)]
    policy: PathBuf,
}

/// Runs one of the verbs; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &PolicyArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let result = match &args.verb {
        PolicyVerb::Explain(args) => explain::run(args, style, streams),
        PolicyVerb::Apply(args) => apply::run(args, style, streams),
        PolicyVerb::Show(args) => show::run(args, style, streams),
        PolicyVerb::Check(args) => check::run(args, style, streams),
        PolicyVerb::Collect(args) => collect::run(args, streams),
        PolicyVerb::Import(args) => convert::import(args, streams),
        PolicyVerb::Export(args) => convert::export(args, streams),
        PolicyVerb::Set(args) => edit::set(args, streams),
        PolicyVerb::Add(args) => edit::add(args, streams),
        PolicyVerb::Remove(args) => edit::remove(args, streams),
    };
    match result {
        Ok(code) => Ok(code),
        Err(Failure::Output(error)) => Err(error),
        Err(Failure::Said(message)) => {
            writeln!(streams.err, "winmail: {}", super::style::Shown(&message))?;
            Ok(EXIT_FAILED)
        }
    }
}

/// Why a verb stops: the output failed, or something that people are told in a sentence.
enum Failure {
    Output(io::Error),
    Said(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl From<file::SettingsError> for Failure {
    fn from(error: file::SettingsError) -> Self {
        Failure::Said(error.to_string())
    }
}

type Outcome = Result<u8, Failure>;

fn read_bytes(path: &Path, stdin: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    let said = |error: io::Error| Failure::Said(format!("{}: {}", path.display(), crate::failure::words(&error)));
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        stdin.take(MAX_FILE).read_to_end(&mut bytes).map_err(said)?;
    } else {
        std::fs::File::open(path).map_err(said)?.take(MAX_FILE).read_to_end(&mut bytes).map_err(said)?;
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) >= MAX_FILE {
        return Err(Failure::Said(format!("{}: larger than {}", path.display(), winmail::base::size::format(MAX_FILE))));
    }
    Ok(bytes)
}

fn read_text(path: &Path, stdin: &mut dyn Read) -> Result<String, Failure> {
    let bytes = read_bytes(path, stdin)?;
    Ok(file::decode(&path.display().to_string(), &bytes)?)
}

fn read_policy(args: &FileArgs, stdin: &mut dyn Read) -> Result<PolicyFile, Failure> {
    if args.policy == Path::new(DEFAULT_FILE) && !args.policy.exists() {
        let message = format!(
            "no settings: there is no {DEFAULT_FILE} here. `--policy FILE` names another, `winmail policy import` makes one of what \
             Get-RemoteDomain exports, and an empty file stands for Exchange's defaults"
        );
        return Err(Failure::Said(message));
    }
    read_named(args, stdin)
}

/// The settings, or where the usual file is not there, the defaults of Exchange Online; the second is whether these are taken.
fn read_policy_or_defaults(args: &FileArgs, stdin: &mut dyn Read) -> Result<(PolicyFile, bool), Failure> {
    if args.policy == Path::new(DEFAULT_FILE) && !args.policy.exists() {
        return Ok((file::read(DEFAULT_FILE, "")?, true));
    }
    Ok((read_named(args, stdin)?, false))
}

fn read_named(args: &FileArgs, stdin: &mut dyn Read) -> Result<PolicyFile, Failure> {
    let text = read_text(&args.policy, stdin)?;
    // Windows editors put a byte order mark before UTF-8.
    Ok(file::read(&args.policy.display().to_string(), text.trim_start_matches('\u{feff}'))?)
}

#[cfg(test)]
mod findings;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod tests;
