//! Messages out of files, folders, Maildirs and mboxes, with what those know of them: whether they were read, and the folder.

use std::io::Read;
use std::path::Path;

use winmail::convert::mime::mbox;
use winmail::recall::{Candidate, Item, Located};
use winmail::tnef::SIGNATURE;

use winmail::base::Wrapper;
use winmail::input;

use super::super::flags;
use super::super::read::{self, ReadArgs};
use crate::files;

/// Reads a file that holds one message.
///
/// # Errors
/// A sentence for the user.
pub(super) fn one(file: &Path, args: &ReadArgs, stdin: &mut dyn Read) -> Result<Item, String> {
    let name = read::display_name(file);
    let bytes = bytes(file, args, stdin).map_err(|reason| format!("{name}: {reason}"))?;
    let mails = mbox::ranges(&bytes).take(2).count();
    if mails > 1 {
        return Err(format!("{name}: holds several mails; give the one that is meant"));
    }
    let mail = mbox::messages_in(&bytes).next().unwrap_or(&bytes);
    item(&name, mail, args).map_err(|reason| format!("{name}: {reason}"))
}

/// Every message in files, folders, Maildirs and mboxes, one after another.
///
/// # Errors
/// Those of `visit`.
pub(super) fn each<E>(
    files: &[std::path::PathBuf],
    args: &ReadArgs,
    stdin: &mut dyn Read,
    visit: &mut dyn FnMut(Candidate) -> Result<(), E>,
) -> Result<(), E> {
    for file in files {
        if !file.is_dir() {
            in_file(file, args, stdin, visit)?;
            continue;
        }
        match files::files_in(file) {
            Ok(inside) if inside.is_empty() => {
                visit(Candidate::unreadable(&read::display_name(file), "the folder has no files"))?;
            }
            Ok(inside) => inside.iter().try_for_each(|file| in_file(file, args, stdin, visit))?,
            Err(error) => visit(Candidate::unreadable(&read::display_name(file), &read::unreadable(&error)))?,
        }
    }
    Ok(())
}

fn in_file<E>(
    file: &Path,
    args: &ReadArgs,
    stdin: &mut dyn Read,
    visit: &mut dyn FnMut(Candidate) -> Result<(), E>,
) -> Result<(), E> {
    let name = read::display_name(file);
    let bytes = match bytes(file, args, stdin) {
        Ok(bytes) => bytes,
        Err(reason) => return visit(Candidate::unreadable(&name, &reason)),
    };
    let is_mbox = bytes.starts_with(b"From ");
    for (number, mail) in (1_usize..).zip(mbox::messages_in(&bytes)) {
        let name = if is_mbox { format!("{name}, mail {number}") } else { name.clone() };
        let mut candidate = match item(&name, mail, args) {
            Ok(item) => Candidate::new(item),
            Err(reason) => Candidate::unreadable(&name, &reason),
        };
        (candidate.read, candidate.folder) = maildir_state(file);
        if is_mbox {
            candidate.read = candidate.item.as_ref().ok().and_then(mbox_state);
        }
        visit(candidate)?;
    }
    Ok(())
}

fn bytes(file: &Path, args: &ReadArgs, stdin: &mut dyn Read) -> Result<Vec<u8>, String> {
    files::read(file, stdin, args.max_size).map_err(|error| read::unreadable(&error))
}

/// A message out of a mail, an Outlook file, a TNEF stream, or the base64 of one.
fn item(name: &str, bytes: &[u8], args: &ReadArgs) -> Result<Item, String> {
    let options = args.options();
    let failed = match Item::read(name, bytes, &options) {
        Ok(item) => return Ok(with_flags(item)),
        Err(error) => error,
    };
    let loaded = input::detect(bytes.to_vec(), &options.limits).into_iter().next();
    let stream = loaded.as_ref().filter(|loaded| loaded.looks_like_tnef).and_then(|loaded| match loaded.wrapper {
        // The reader knows what to do with junk in front; here the stream has to begin somewhere.
        Wrapper::Raw => {
            let signature = SIGNATURE.to_le_bytes();
            let at = loaded.bytes.windows(signature.len()).position(|window| window == signature)?;
            loaded.bytes.get(at..)
        }
        _ => Some(loaded.bytes.as_slice()),
    });
    if let Some(stream) = stream.filter(|stream| *stream != bytes) {
        return Item::read(name, stream, &options).map(with_flags).map_err(|error| flags::said(&error));
    }
    let hint = input::hint(bytes).map(|hint| format!("; {hint}")).unwrap_or_default();
    Err(format!("{}{hint}", flags::said(&failed)))
}

/// The same with notes in the words of the command line.
fn with_flags(mut item: Item) -> Item {
    item.notes.iter_mut().for_each(|note| *note = flags::said(note));
    item
}

/// What a Maildir says by where a file is and what it is called: `cur/...:2,FS`.
fn maildir_state(file: &Path) -> (Option<Located<bool>>, Option<Located<String>>) {
    let part = |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let parent = file.parent();
    let Some(folder) = parent.and_then(Path::parent).filter(|folder| folder.join("new").is_dir() && folder.join("cur").is_dir())
    else {
        return (None, None);
    };
    let read = match part(parent).as_deref() {
        Some("new") => Some(Located::new(false, "the Maildir has it in new")),
        Some("cur") => {
            let name = part(Some(file)).unwrap_or_default();
            let flags = name.rsplit_once(":2,").or_else(|| name.rsplit_once("!2,")).or_else(|| name.rsplit_once(";2,"));
            let seen = flags.is_some_and(|(_, flags)| flags.contains('S'));
            let says = if seen { "the Maildir's flag S is set" } else { "the Maildir's flag S is not set" };
            Some(Located::new(seen, says))
        }
        _ => None,
    };
    let name = part(Some(folder)).map(|name| name.trim_start_matches('.').to_owned()).filter(|name| !name.is_empty());
    (read, name.map(|name| Located::new(name, "the Maildir's name")))
}

/// What mail programs write into an mbox: `Status: RO`, `X-Mozilla-Status: 0001`.
fn mbox_state(item: &Item) -> Option<Located<bool>> {
    if let Some(status) = item.headers.first("Status") {
        return Some(Located::new(status.contains('R'), "header Status"));
    }
    const READ: u32 = 1;
    let status = item.headers.first("X-Mozilla-Status")?;
    let bits = u32::from_str_radix(status.trim(), 16).ok()?;
    Some(Located::new(bits & READ != 0, "header X-Mozilla-Status"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Args {
        #[command(flatten)]
        read: ReadArgs,
    }

    fn args() -> ReadArgs {
        Args::parse_from(["x"]).read
    }

    fn all(path: &Path) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut visit = |candidate| {
            found.push(candidate);
            Ok::<(), ()>(())
        };
        each(&[path.to_owned()], &args(), &mut std::io::empty(), &mut visit).unwrap();
        found
    }

    #[test]
    fn a_maildir_says_what_was_read_and_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(".Projects");
        for name in ["new/1", "cur/2:2,", "cur/3:2,FS", "tmp/4"] {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "From: a@b.c\r\n\r\n").unwrap();
        }
        let found = all(&folder);
        let mut read: Vec<_> = found.iter().map(|one| one.read.as_ref().unwrap().value).collect();
        read.sort_unstable();
        assert_eq!(read, [false, false, true]);
        assert!(found.iter().all(|one| one.folder.as_ref().unwrap().value == "Projects"));
    }

    #[test]
    fn an_mbox_is_read_mail_by_mail() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("mbox");
        let from = "From a@b.c Mon Mar  2 10:00:00 2026";
        let text = format!(
            "{from}\nFrom: a@b.c\nStatus: RO\n\nx\n\n{from}\nFrom: a@b.c\nStatus: O\n\nx\n\n{from}\nFrom: a@b.c\n\
             X-Mozilla-Status: 0001\n\nx\n\n{from}\nFrom: a@b.c\n\nx\n"
        );
        std::fs::write(&file, text).unwrap();
        let found = all(&file);
        let read: Vec<_> = found.iter().map(|one| one.read.as_ref().map(|read| read.value)).collect();
        assert_eq!(read, [Some(true), Some(false), Some(true), None]);
        assert!(found.iter().all(|one| one.item.is_ok()));
        assert!(found.last().unwrap().name.ends_with("mbox, mail 4"));
        assert!(one(&file, &args(), &mut std::io::empty()).unwrap_err().contains("several mails"));
    }

    #[test]
    fn what_cannot_be_read_is_a_candidate_with_a_reason() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a.zip"), b"PK\x03\x04").unwrap();
        std::fs::create_dir(root.path().join("empty")).unwrap();
        for (path, reason) in
            [("a.zip", "looks like a ZIP archive"), ("none", "no such file"), ("empty", "the folder has no files")]
        {
            let found = all(&root.path().join(path));
            assert!(matches!(found.as_slice(), [one] if one.item.as_ref().unwrap_err().contains(reason)), "{path}: {found:?}");
        }
    }

    #[test]
    fn base64_and_junk_in_front_are_unwrapped() {
        let stream = winmail::Message::new("IPM.Note").to_tnef(&winmail::WriteOptions::default()).unwrap();
        let junk = [b"\0\0junk".as_slice(), &stream].concat();
        let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &stream).into_bytes();
        for bytes in [stream, junk, base64] {
            let item = item("m", &bytes, &args()).unwrap();
            assert_eq!(item.class.unwrap().value, "IPM.Note");
        }
    }
}
