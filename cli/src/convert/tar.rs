//! The files in a tar archive, by place: nothing is unpacked, and nothing is read before its turn.

use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use crate::walk::{Folders, Passed};

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its whole name in the archive.
    pub(super) name: String,
    /// The folders around it, as people know them.
    pub(super) folders: Folders,
    /// Its name in them.
    pub(super) file_name: String,
    /// Whether it is a mail of a Maildir, and then whether it is in `new`.
    pub(super) maildir: Option<bool>,
    pub(super) offset: u64,
    pub(super) length: u64,
    /// When it was changed, in seconds from 1970 on.
    pub(super) time: Option<u64>,
}

/// Whether the first bytes of a file are those of a tar archive.
pub(super) fn is_tar(start: &[u8]) -> bool {
    start.get(257..262) == Some(b"ustar")
}

/// The files in an archive, in its order, and what is passed over. What cannot be read any more is an error behind what was found.
pub(super) fn members(input: impl Read + Seek) -> (Vec<Member>, Passed, Option<io::Error>) {
    let (mut members, mut passed) = (Vec::new(), Passed::default());
    let mut archive = ::tar::Archive::new(input);
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return (members, passed, Some(error)),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return (members, passed, Some(error)),
        };
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        let count = if kind.is_symlink() || kind.is_hard_link() {
            &mut passed.links
        } else if !(kind.is_file() || kind.is_contiguous()) {
            &mut passed.special
        } else {
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            match placed(&name) {
                Some((folders, file_name, maildir)) => {
                    let (offset, length) = (entry.raw_file_position(), entry.size());
                    let time = entry.header().mtime().ok();
                    members.push(Member { name, folders, file_name, maildir, offset, length, time });
                    continue;
                }
                None => &mut passed.unfinished,
            }
        };
        *count = count.saturating_add(1);
    }
    (members, passed, None)
}

/// Where a name in an archive belongs; `None` for what stands in `tmp` of a Maildir.
fn placed(name: &str) -> Option<(Folders, String, Option<bool>)> {
    let mut parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let file_name = parts.pop().unwrap_or_default().to_owned();
    // What begins with a time is a file of a Maildir and not of a folder that happens to be called so.
    let is_delivered = file_name.starts_with(|first: char| first.is_ascii_digit());
    let maildir = match parts.last() {
        Some(&"cur") => Some(false),
        Some(&"new") => Some(true),
        Some(&"tmp") if is_delivered => return None,
        _ => None,
    };
    if maildir.is_some() {
        parts.pop();
    }
    let mut folders = Vec::new();
    for part in parts {
        match part.strip_prefix('.') {
            Some(dotted) => folders.extend(dotted.split('.').filter(|part| !part.is_empty()).map(str::to_owned)),
            None => folders.push(part.to_owned()),
        }
    }
    Some((Arc::from(folders), file_name, maildir))
}

/// The name of an archive without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_an_archive() {
        let mut builder = ::tar::Builder::new(Vec::new());
        let long = format!("deep/{}/m.eml", "x".repeat(150));
        for (name, text) in
            [("M/cur/1:2,S", "one"), ("M/.A.B/new/2", "two"), ("M/tmp/3", "three"), ("./a.eml", "four"), (long.as_str(), "five")]
        {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mtime(1_700_000_000);
            builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(::tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, "link", "/etc/passwd").unwrap();
        let bytes = builder.into_inner().unwrap();
        assert!(is_tar(&bytes));
        let (found, passed, error) = members(io::Cursor::new(&bytes));
        assert!(error.is_none());
        let text = |member: &Member| {
            let start = usize::try_from(member.offset).unwrap();
            String::from_utf8_lossy(&bytes[start..start + usize::try_from(member.length).unwrap()]).into_owned()
        };
        let found: Vec<_> = found.iter().map(|m| (m.folders.join("/"), m.file_name.clone(), m.maildir, text(m))).collect();
        let expected = [
            ("M", "1:2,S", Some(false), "one"),
            ("M/A/B", "2", Some(true), "two"),
            ("", "a.eml", None, "four"),
            (&long[..155], "m.eml", None, "five"),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(folder, name, maildir, text)| (folder.to_owned(), name.to_owned(), maildir, text.to_owned()))
            .collect();
        assert_eq!(found, expected);
        assert_eq!(passed, Passed { links: 1, unfinished: 1, ..Passed::default() });
        // Cut: what is whole is there.
        let (found, _, error) = members(io::Cursor::new(&bytes[..1500]));
        assert!(error.is_some() && !found.is_empty());
    }
}
