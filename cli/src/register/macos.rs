//! macOS: an application that hands the program the files that it is asked to open. Finder starts applications only, and an event tells
//! them which files; osacompile(1), which every macOS has, makes an application of a script that answers the event.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure;

/// A line of the script by which [`undo`] knows it.
const MARK: &str = "-- made by winmail register";
/// Where the script is in the application.
const SCRIPT: &str = "Contents/Resources/Scripts/main.scpt";

/// Makes the application in `folder`; the result is its path.
pub(super) fn register(folder: &Path, program: &Path) -> io::Result<PathBuf> {
    let script = script(program)?;
    undo(folder)?;
    std::fs::create_dir_all(folder).map_err(|error| failure::about(&folder.display().to_string(), &error))?;
    let application = path(folder);
    said(Command::new("osacompile").arg("-o").arg(&application).arg("-e").arg(script))?;
    Ok(application)
}

/// Removes the application, if it is that of [`register`].
pub(super) fn undo(folder: &Path) -> io::Result<Option<PathBuf>> {
    let application = path(folder);
    if !application.exists() {
        return Ok(None);
    }
    if !said(Command::new("osadecompile").arg(application.join(SCRIPT))).is_ok_and(|text| text.contains(MARK)) {
        return Err(io::Error::other(format!("{} is another application, and stays", application.display())));
    }
    std::fs::remove_dir_all(&application).map_err(|error| failure::about(&application.display().to_string(), &error))?;
    Ok(Some(application))
}

fn path(folder: &Path) -> PathBuf {
    folder.join("winmail.app")
}

/// The script in AppleScript, in whose texts a quotation mark and a backslash have a backslash before them.
fn script(program: &Path) -> io::Result<String> {
    let program = program.to_str().filter(|path| !path.contains(char::is_control));
    let program = program.ok_or_else(|| io::Error::other("the path of this program cannot stand in a script"))?;
    let program = program.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!(
        "{MARK}\non open theFiles\n\trepeat with theFile in theFiles\n\t\tdo shell script quoted form of \"{program}\" & \" open -- \" & \
         quoted form of POSIX path of theFile\n\tend repeat\nend open\n"
    ))
}

/// What a program prints.
fn said(command: &mut Command) -> io::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| failure::about(&name, &error))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{name}: {}", why.trim_end())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_as_scripts_ask() {
        let script = script(Path::new("/a b/it's \"x\"\\y")).unwrap();
        assert!(script.contains("quoted form of \"/a b/it's \\\"x\\\"\\\\y\" & \" open -- \""), "{script}");
        assert!(super::script(Path::new("/a\nb")).is_err());
    }

    #[test]
    fn the_application_is_made_where_the_system_can() {
        let temp = tempfile::tempdir().unwrap();
        match register(temp.path(), Path::new("/bin/winmail")) {
            Ok(made) => assert_eq!(undo(temp.path()).unwrap(), Some(made)),
            Err(error) => assert!(cfg!(not(target_os = "macos")) && error.to_string().starts_with("osacompile: "), "{error}"),
        }
        assert!(!path(temp.path()).exists());
    }

    #[test]
    fn another_application_stays() {
        let temp = tempfile::tempdir().unwrap();
        assert_eq!(undo(temp.path()).unwrap(), None);
        std::fs::create_dir(path(temp.path())).unwrap();
        assert!(undo(temp.path()).is_err() && path(temp.path()).exists());
    }
}
