//! `winmail register`: opening winmail.dat by a double click, for this user.

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop;
#[cfg(any(target_os = "macos", all(unix, test)))]
mod macos;
#[cfg(windows)]
mod windows;

use std::io;

use crate::style::Shown;
use crate::{EXIT_FAILED, EXIT_OK, Streams, failure};

/// Arguments of `winmail register`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "For this user alone. On Linux it writes two files below XDG_DATA_HOME (else ~/.local/share): the type of winmail.dat, \
    and this program as one that opens it. On Windows it writes to the registry, below HKEY_CURRENT_USER\\Software\\Classes: files \
    .tnef, and this program in \"Open with\" of files .dat. On macOS it makes the application winmail in ~/Applications, for \"Open with\"."
)]
pub struct RegisterArgs {
    /// Take away again what was written
    #[arg(long)]
    undo: bool,
}

/// Writes what the system needs, or takes it away; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &RegisterArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    match change(args.undo) {
        Ok(changed) => {
            for what in &changed {
                let done = if args.undo { "removed" } else { "written" };
                writeln!(streams.out, "{done}: {}", Shown(what))?;
            }
            if changed.is_empty() {
                writeln!(streams.out, "nothing was registered")?;
            }
            Ok(EXIT_OK)
        }
        Err(error) => {
            writeln!(streams.err, "winmail: {}", failure::words(&error))?;
            Ok(EXIT_FAILED)
        }
    }
}

/// Registers the program, or takes that back; the result is the names of what was written or removed.
#[cfg(all(unix, not(target_os = "macos")))]
fn change(undo: bool) -> io::Result<Vec<String>> {
    let home = desktop::data_home()?;
    let paths = if undo { desktop::undo(&home) } else { desktop::register(&home) };
    Ok(paths?.iter().map(|path| path.to_string_lossy().into_owned()).collect())
}

/// Registers the program, or takes that back; the result is the names of what was written or removed.
#[cfg(target_os = "macos")]
fn change(undo: bool) -> io::Result<Vec<String>> {
    let home = std::env::var_os("HOME").ok_or_else(|| io::Error::other("HOME does not say where to"))?;
    let folder = std::path::Path::new(&home).join("Applications");
    let path = if undo { macos::undo(&folder)? } else { Some(macos::register(&folder, &std::env::current_exe()?)?) };
    Ok(path.iter().map(|path| path.to_string_lossy().into_owned()).collect())
}

/// Registers the program, or takes that back; the result is the names of what was written or removed.
#[cfg(windows)]
fn change(undo: bool) -> io::Result<Vec<String>> {
    if undo { windows::undo() } else { windows::register(&std::env::current_exe()?) }
}

#[cfg(not(any(unix, windows)))]
fn change(_undo: bool) -> io::Result<Vec<String>> {
    Err(io::Error::other("this system has no programs for types of files"))
}
