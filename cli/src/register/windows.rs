//! Windows: a program for a type of files, below `HKEY_CURRENT_USER\Software\Classes` (File Types, Programmatic Identifiers).
//!
//! Windows chooses the program by the extension, so that winmail.dat alone cannot have one. Many programs write files `.dat`: this one
//! is only offered for them, by "Open with". Files `.tnef` are opened by it unless another program has them.

use std::io;
use std::path::Path;

use windows_registry::{CURRENT_USER, Key};

/// The key that holds the classes of this user.
const CLASSES: &str = r"Software\Classes";
/// The class of the files: its name in the registry.
const CLASS: &str = "winmail.tnef";
/// What "Open with" shows for the program.
const PROGRAM: &str = r"Applications\winmail.exe";
/// Where in a class the command stands.
const COMMAND: &str = r"shell\open\command";
/// The extension whose files are opened, and all that are offered.
const OPENED: &str = ".tnef";
const OFFERED: &[&str] = &[".dat", ".tnef"];

/// Writes the keys; the result is their paths.
pub(super) fn register(program: &Path) -> io::Result<Vec<String>> {
    let program = program.to_str().filter(|path| !path.contains('"'));
    let program = program.ok_or_else(|| io::Error::other("the path of this program cannot stand in the registry"))?;
    let classes = CURRENT_USER.create(CLASSES)?;
    let class = classes.create(CLASS)?;
    class.set_string("", "Outlook attachments (winmail.dat)")?;
    for name in [CLASS, PROGRAM] {
        let command = classes.create(format!(r"{name}\{COMMAND}"))?;
        command.set_string("", format!("\"{program}\" open \"%1\""))?;
    }
    let supported = classes.create(format!(r"{PROGRAM}\SupportedTypes"))?;
    for extension in OFFERED {
        supported.set_string(extension, "")?;
        classes.create(format!(r"{extension}\OpenWithProgids"))?.set_string(CLASS, "")?;
    }
    let opened = classes.create(OPENED)?;
    if default_of(&opened).is_none() {
        opened.set_string("", CLASS)?;
    }
    Ok([CLASS, PROGRAM].into_iter().chain(OFFERED.iter().copied()).map(full).collect())
}

/// Takes away what [`register`] wrote; the keys of extensions stay where other programs have something in them.
pub(super) fn undo() -> io::Result<Vec<String>> {
    let Ok(classes) = CURRENT_USER.options().read().write().open(CLASSES) else { return Ok(Vec::new()) };
    let mut removed = Vec::new();
    for extension in OFFERED {
        let programs = format!(r"{extension}\OpenWithProgids");
        let Ok(key) = classes.options().read().write().open(&programs) else { continue };
        if key.get_type(CLASS).is_err() {
            continue;
        }
        key.remove_value(CLASS)?;
        removed.push(full(extension));
        remove_if_empty(&classes, &programs)?;
        let opened = classes.options().read().write().open(extension)?;
        if default_of(&opened).as_deref() == Some(CLASS) {
            opened.remove_value("")?;
        }
        remove_if_empty(&classes, extension)?;
    }
    for name in [CLASS, PROGRAM] {
        if classes.open(name).is_ok() {
            classes.remove_tree(name)?;
            removed.push(full(name));
        }
    }
    Ok(removed)
}

fn default_of(key: &Key) -> Option<String> {
    key.get_string("").ok().filter(|value| !value.is_empty())
}

fn remove_if_empty(classes: &Key, name: &str) -> io::Result<()> {
    let key = classes.open(name)?;
    if key.keys()?.next().is_none() && key.values()?.next().is_none() {
        classes.remove_tree(name)?;
    }
    Ok(())
}

fn full(name: &str) -> String {
    format!(r"HKEY_CURRENT_USER\{CLASSES}\{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_taken_away_again() {
        let made = register(Path::new(r"C:\a b\winmail.exe")).unwrap();
        let classes = CURRENT_USER.open(CLASSES).unwrap();
        let command = classes.open(format!(r"{CLASS}\{COMMAND}")).unwrap().get_string("").unwrap();
        assert_eq!(command, r#""C:\a b\winmail.exe" open "%1""#);
        let mut removed = undo().unwrap();
        removed.sort();
        let mut made = made;
        made.sort();
        assert_eq!(removed, made);
        assert!(undo().unwrap().is_empty() && classes.open(CLASS).is_err() && classes.open(OPENED).is_err());
    }
}
