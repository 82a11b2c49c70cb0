//! `winmail man` and `winmail completions`: what packages ship, out of the command line's definition.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

use super::{EXIT_OK, Streams, command, output_dir};

/// Arguments of `winmail man`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a folder, prints the page of winmail itself: `winmail man | man -l -`.")]
pub struct ManArgs {
    /// The folder to write a page a command into; it is made if it is missing
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Arguments of `winmail completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "For this shell alone, in bash: `source <(winmail completions bash)`.")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes man pages; the result is the exit code.
///
/// # Errors
/// Those of writing.
pub fn run(args: &ManArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let pages = pages()?;
    match &args.folder {
        None => streams.out.write_all(pages.get("winmail.1").map(Vec::as_slice).unwrap_or_default())?,
        Some(folder) => write_pages(folder, &pages)?,
    }
    Ok(EXIT_OK)
}

fn write_pages(folder: &Path, pages: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, page) in pages {
        // They are made by the program and made anew: an older page is replaced.
        output_dir::write_file(&folder.join(name), true, |out| out.write_all(page))?;
    }
    Ok(())
}

/// Prints a completion script; the result is the exit code.
///
/// # Errors
/// Those of writing.
pub fn complete(args: &CompletionsArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    streams.out.write_all(&script(args.shell))?;
    Ok(EXIT_OK)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "winmail", &mut script);
    script
}

/// File names and man pages: one for the program and one for each command.
fn pages() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut pages = BTreeMap::new();
    // The version stands in the title of each page; it would make committed pages stale without need.
    let mut command = command().version(None::<&str>);
    command.build();
    page(&command, &mut pages)?;
    Ok(pages)
}

/// A page for a command and one for each of those below it.
fn page(command: &clap::Command, pages: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page_text = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).manual("winmail").render(&mut page_text)?;
    pages.insert(format!("{name}.1"), page_text);
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        page(command, pages)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    /// Runs the program; it must exit with 0 and say nothing on standard error.
    fn printed(args: &[&str]) -> Vec<u8> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdin: &mut io::empty(), out: &mut out, err: &mut err, out_is_terminal: false };
        assert_eq!(crate::run(args.iter().map(Into::into), &mut streams), EXIT_OK);
        assert_eq!(String::from_utf8(err).unwrap(), "");
        out
    }

    #[test]
    fn a_page_a_command_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("new/man");
        for _ in 0..2 {
            assert!(printed(&["winmail", "man", pages.to_str().unwrap()]).is_empty());
        }
        let count = std::fs::read_dir(&pages).unwrap().count();
        let verbs = command().get_subcommands().count();
        assert!(count > verbs, "{count} pages for {verbs} verbs");
        let own = std::fs::read(pages.join("winmail.1")).unwrap();
        assert!(own.starts_with(b".ie"), "roff");
        assert_eq!(own, printed(&["winmail", "man"]));
        assert!(pages.join("winmail-policy-explain.1").is_file());
    }

    #[test]
    fn every_shell_has_a_script_that_knows_the_verbs() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(printed(&["winmail", "completions", &shell.to_string()])).unwrap();
            assert!(script.contains("extract") && script.contains("recall"), "{shell}");
        }
    }
}
