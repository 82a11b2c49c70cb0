//! Desktops of freedesktop.org: a type and a program in files below XDG_DATA_HOME ([Shared MIME-info Database], [Desktop Entry]).
//!
//! [Shared MIME-info Database]: https://specifications.freedesktop.org/shared-mime-info-spec/latest/
//! [Desktop Entry]: https://specifications.freedesktop.org/desktop-entry-spec/latest/

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure;
use crate::output_dir::write_file;

/// The type of files, by name and by first bytes.
const TYPE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/vnd.ms-tnef">
    <comment>Outlook attachments (winmail.dat)</comment>
    <alias type="application/ms-tnef"/>
    <magic priority="60"><match type="little32" offset="0" value="0x223e9f78"/></magic>
    <glob pattern="winmail.dat" weight="80"/>
    <glob pattern="*.tnef"/>
  </mime-type>
</mime-info>
"#;

/// Where files of this user's programs are (XDG Base Directory): relative paths do not count there.
pub(super) fn data_home() -> io::Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .ok_or_else(|| io::Error::other("neither XDG_DATA_HOME nor HOME says where to"))
}

fn files(home: &Path) -> [PathBuf; 2] {
    [home.join("mime/packages/winmail.xml"), home.join("applications/winmail.desktop")]
}

/// Writes the files; the result is their paths.
pub(super) fn register(home: &Path) -> io::Result<Vec<PathBuf>> {
    let program = std::env::current_exe()?;
    let entry = entry(&program)?;
    let files = files(home);
    for (path, text) in files.iter().zip([TYPE, &entry]) {
        let folder = path.parent().unwrap_or(home);
        std::fs::create_dir_all(folder).map_err(|error| failure::about(&folder.display().to_string(), &error))?;
        write_file(path, true, |out| out.write_all(text.as_bytes()))?;
    }
    update(home);
    Ok(files.to_vec())
}

/// The program as desktops know it.
fn entry(program: &Path) -> io::Result<String> {
    let path = program.to_str().filter(|path| !path.contains(|c: char| c.is_control()));
    let path = path.ok_or_else(|| io::Error::other("the path of this program cannot stand in a desktop entry"))?;
    // Desktop Entry Specification, "The Exec key": within quotes these have a backslash, which the type of the value doubles; `%` stands twice.
    let mut quoted = String::new();
    for c in path.chars() {
        match c {
            '"' | '`' | '$' => quoted.extend(["\\\\", c.encode_utf8(&mut [0; 4])]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=winmail\nComment=Open what Outlook put into winmail.dat\nExec=\"{quoted}\" open %f\n\
         Icon=mail-attachment\nTerminal=false\nNoDisplay=true\nMimeType=application/vnd.ms-tnef;application/ms-tnef;\n"
    ))
}

/// Takes away what [`register`] wrote; another program's files of these names stay.
pub(super) fn undo(home: &Path) -> io::Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for (path, start) in files(home).into_iter().zip([TYPE, "[Desktop Entry]\nType=Application\nName=winmail\n"]) {
        match std::fs::read_to_string(&path) {
            Ok(text) if text.starts_with(start) => {}
            Ok(_) => return Err(io::Error::other(format!("{} was changed, and stays", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failure::about(&path.display().to_string(), &error)),
        }
        std::fs::remove_file(&path).map_err(|error| failure::about(&path.display().to_string(), &error))?;
        removed.push(path);
    }
    if !removed.is_empty() {
        update(home);
    }
    Ok(removed)
}

/// Has the desktop's indexes made anew. Where these programs are missing, desktops look by themselves, if later.
fn update(home: &Path) {
    for (program, folder) in [("update-mime-database", "mime"), ("update-desktop-database", "applications")] {
        let folder = home.join(folder);
        let quiet = Command::new(program).arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = quiet;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_taken_away_again() {
        let temp = tempfile::tempdir().unwrap();
        let made = register(temp.path()).unwrap();
        let entry = std::fs::read_to_string(&made[1]).unwrap();
        let program = std::env::current_exe().unwrap();
        assert!(entry.contains(&format!("Exec=\"{}\" open %f\n", program.display())), "{entry}");
        assert!(std::fs::read_to_string(&made[0]).unwrap().contains("0x223e9f78"));
        // Again, as after an update of the program.
        register(temp.path()).unwrap();
        assert_eq!(undo(temp.path()).unwrap(), made);
        assert!(undo(temp.path()).unwrap().is_empty() && made.iter().all(|path| !path.exists()));
        std::fs::write(&made[1], "[Desktop Entry]\nName=mine\n").unwrap();
        assert!(undo(temp.path()).is_err() && made[1].exists());
    }

    #[test]
    fn a_path_is_quoted_as_the_key_asks() {
        let entry = entry(Path::new("/a b/$x`\"\\%f")).unwrap();
        assert!(entry.contains("Exec=\"/a b/\\\\$x\\\\`\\\\\"\\\\\\\\%%f\" open %f\n"), "{entry}");
        assert!(super::entry(Path::new("/a\nExec=evil")).is_err());
    }
}
