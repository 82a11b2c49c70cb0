//! `winmail open`: what is inside in a new folder, and the folder on the screen, as a double click should.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{ArgMatches, Args, FromArgMatches};

use winmail::safe_name::sanitize;

use super::extract::{self, ExtractArgs};
use super::style::Shown;
use super::{EXIT_FAILED, Streams, failure, read};

/// Arguments of `winmail open`.
#[derive(Debug, Clone, clap::Args)]
pub struct OpenArgs {
    /// The file: TNEF (winmail.dat), an Outlook message (.msg), a mail with TNEF
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder in which the new one is made; where temporary files go if it is not given
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Only say where the folder is
    #[arg(long)]
    no_show: bool,
}

/// Extracts into a new folder and shows it; the result is the exit code, that of extracting.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &OpenArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let folder = match new_folder(args) {
        Ok(folder) => folder,
        Err(error) => {
            writeln!(streams.err, "winmail: {}", failure::words(&error))?;
            return Ok(EXIT_FAILED);
        }
    };
    let Some(extracting) = extracting(&args.file, &folder) else { return Ok(EXIT_FAILED) };
    let code = extract::run(&extracting, streams)?;
    let is_empty = std::fs::read_dir(&folder).map_or(true, |mut inside| inside.next().is_none());
    if is_empty {
        // It was new, and nothing is in it.
        let _ = std::fs::remove_dir(&folder);
        return Ok(code);
    }
    if !args.no_show {
        if let Err(error) = show(&folder) {
            let why = failure::words(&error);
            writeln!(
                streams.err,
                "winmail: the folder cannot be shown here: {why}; open it yourself: {}",
                Shown(&folder.to_string_lossy())
            )?;
        }
    }
    Ok(code)
}

/// A folder that nobody else has or can look into.
fn new_folder(args: &OpenArgs) -> io::Result<PathBuf> {
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let name = sanitize(&stem, "message");
    let around = args.folder.clone().unwrap_or_else(std::env::temp_dir);
    std::fs::create_dir_all(&around).map_err(|error| failure::about(&around.display().to_string(), &error))?;
    let prefix = format!("{}.", name.as_str());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let made = builder.tempdir_in(&around);
    made.map(tempfile::TempDir::keep).map_err(|error| failure::about(&around.display().to_string(), &error))
}

/// What `winmail extract FILE -o FOLDER --body html,text` means.
fn extracting(file: &Path, folder: &Path) -> Option<ExtractArgs> {
    let command = ExtractArgs::augment_args(clap::Command::new("extract"));
    let words = ["extract".as_ref(), "--body".as_ref(), "html,text".as_ref(), "-o".as_ref(), folder.as_os_str()];
    let words = words.into_iter().chain(["--".as_ref(), file.as_os_str()]);
    let mut matches: ArgMatches = command.try_get_matches_from(words).ok()?;
    ExtractArgs::from_arg_matches_mut(&mut matches).ok()
}

/// Starts what the system has for folders.
fn show(folder: &Path) -> io::Result<()> {
    let program = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        let has_screen =
            ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|set| !set.is_empty()));
        if !has_screen {
            return Err(io::Error::other("there is no screen"));
        }
        "xdg-open"
    };
    let started = Command::new(program).arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map(drop).map_err(|error| failure::about(&read::display_name(Path::new(program)), &error))
}
