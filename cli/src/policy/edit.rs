//! `winmail policy set`, `add`, `remove`: changes to a settings file that keep its comments.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use winmail::policy::edit::{Change, apply};

use super::super::{EXIT_OK, Streams};
use super::{Failure, FileArgs, Outcome, read_text};

/// Arguments of `winmail policy set`.
#[derive(Debug, Clone, clap::Args)]
pub struct SetArgs {
    /// The remote domain, by name, or the recipient, by address
    #[arg(value_name = "WHO")]
    who: String,
    /// Settings with their values: TNEFEnabled=false; without a value (TNEFEnabled) back to the default
    #[arg(value_name = "SETTING[=VALUE]", required = true)]
    settings: Vec<String>,
    #[command(flatten)]
    file: FileArgs,
}

/// Arguments of `winmail policy add`.
#[derive(Debug, Clone, clap::Args)]
pub struct AddArgs {
    /// The name of the new remote domain
    #[arg(value_name = "NAME")]
    name: String,
    /// Its pattern: contoso.com, or *.contoso.com with all children
    #[arg(value_name = "DOMAIN")]
    domain: String,
    /// Settings with their values
    #[arg(value_name = "SETTING=VALUE")]
    settings: Vec<String>,
    #[command(flatten)]
    file: FileArgs,
}

/// Arguments of `winmail policy remove`.
#[derive(Debug, Clone, clap::Args)]
pub struct RemoveArgs {
    /// The remote domain, by name, or the recipient, by address
    #[arg(value_name = "WHO")]
    who: String,
    #[command(flatten)]
    file: FileArgs,
}

fn change(who: &str, word: &str) -> Change {
    let (setting, value) = match word.split_once('=') {
        Some((setting, value)) => (setting.to_owned(), Some(value.to_owned())),
        None => (word.to_owned(), None),
    };
    if who.contains('@') {
        Change::SetRecipient { address: who.to_owned(), setting, value }
    } else {
        Change::SetDomain { name: who.to_owned(), setting, value }
    }
}

pub(super) fn set(args: &SetArgs, streams: &mut Streams<'_>) -> Outcome {
    let changes: Vec<Change> = args.settings.iter().map(|word| change(&args.who, word)).collect();
    rewrite(&args.file.policy, &changes, false, streams)
}

pub(super) fn add(args: &AddArgs, streams: &mut Streams<'_>) -> Outcome {
    let mut changes = vec![Change::AddDomain { name: args.name.clone(), domain: args.domain.clone() }];
    changes.extend(args.settings.iter().map(|word| match change("", word) {
        Change::SetDomain { setting, value, .. } => Change::SetDomain { name: args.name.clone(), setting, value },
        other => other,
    }));
    rewrite(&args.file.policy, &changes, true, streams)
}

pub(super) fn remove(args: &RemoveArgs, streams: &mut Streams<'_>) -> Outcome {
    let who = args.who.clone();
    let change = if who.contains('@') { Change::RemoveRecipient { address: who } } else { Change::RemoveDomain { name: who } };
    rewrite(&args.file.policy, &[change], false, streams)
}

/// How long a change waits for another one of the same file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps others from changing a settings file between the time it is read and the time it is replaced: a file beside it that only one
/// can make. Gone when it is dropped.
struct Lock(PathBuf);

impl Lock {
    fn take(target: &Path) -> Result<Lock, Failure> {
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.lock"));
        let begun = Instant::now();
        loop {
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(Lock(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    let message = format!(
                        "{} is being changed by another program; if there is none, remove {}",
                        target.display(),
                        path.display()
                    );
                    return Err(Failure::Said(message));
                }
                Err(error) => return Err(Failure::Said(format!("{}: {}", path.display(), crate::failure::words(&error)))),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever cannot remove it could not make it either.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Changes a file in place, by way of a new one beside it, so that it is never half written. Standard input is changed to
/// standard output.
fn rewrite(path: &Path, changes: &[Change], may_be_new: bool, streams: &mut Streams<'_>) -> Outcome {
    let piped = path.as_os_str() == "-";
    // A link stays one: what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let _lock = if piped || !(path.exists() || may_be_new) { None } else { Some(Lock::take(&target)?) };
    let old = if may_be_new && !piped && !path.exists() { String::new() } else { read_text(path, streams.stdin)? };
    let (mark, body) = match old.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", old.as_str()),
    };
    let (new, notes) = apply(&path.display().to_string(), body, changes)?;
    for note in notes {
        writeln!(streams.err, "winmail: {note}")?;
    }
    if piped {
        write!(streams.out, "{mark}{new}")?;
        return Ok(EXIT_OK);
    }
    let said = |error: std::io::Error| Failure::Said(format!("{}: {}", path.display(), crate::failure::words(&error)));
    let text = format!("{mark}{new}");
    if !path.exists() {
        // Fails where somebody else was faster.
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(said)?;
        file.write_all(text.as_bytes()).map_err(said)?;
        return Ok(EXIT_OK);
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".winmail-").tempfile_in(folder).map_err(said)?;
    temporary.write_all(text.as_bytes()).and_then(|()| temporary.as_file().sync_all()).map_err(said)?;
    let permissions = std::fs::metadata(&target).map_err(said)?.permissions();
    temporary.as_file().set_permissions(permissions).map_err(said)?;
    temporary.persist(&target).map_err(|error| said(error.error))?;
    Ok(EXIT_OK)
}
