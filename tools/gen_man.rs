//! Man pages and shell completions out of the command line's definition: `cargo run --example gen_man`.
//!
//! They are committed, so that packages need not run the program they package; the test fails when they are stale.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use clap_complete::Shell;

/// Paths below `docs`, and what belongs there.
fn files() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    // The version stands in the title of each page; it would make them stale without need.
    let mut command = winmail::cli::command().version(None::<&str>);
    command.build();
    man(&command, &mut files)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut winmail::cli::command(), "winmail", &mut script);
        let name = match shell {
            Shell::Zsh => "_winmail".to_owned(),
            Shell::PowerShell => "_winmail.ps1".to_owned(),
            shell => format!("winmail.{shell}"),
        };
        files.insert(format!("completions/{name}"), script);
    }
    Ok(files)
}

/// A page for a command and one for each of those below it.
fn man(command: &clap::Command, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).manual("winmail").render(&mut page)?;
    files.insert(format!("man/{name}.1"), page);
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        man(command, files)?;
    }
    Ok(())
}

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn main() -> io::Result<()> {
    for folder in ["man", "completions"] {
        let folder = docs().join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    for (name, contents) in files()? {
        fs::write(docs().join(name), contents)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_completions_are_those_of_the_command_line() {
        let files = files().unwrap();
        assert!(files.len() > 10);
        for (name, contents) in &files {
            let there = fs::read(docs().join(name)).unwrap_or_default();
            assert!(there == *contents, "docs/{name} is stale: cargo run --example gen_man");
        }
        for folder in ["man", "completions"] {
            for entry in fs::read_dir(docs().join(folder)).unwrap() {
                let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
                assert!(files.contains_key(&name), "docs/{name} is left over: cargo run --example gen_man");
            }
        }
    }
}
