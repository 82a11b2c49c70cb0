//! A folder that is held open: whatever is renamed around it, files go into this one.
//!
//! Names are single components. Nothing here follows a link that has the name. A file is written as a [`Draft`], which has no name
//! until it is complete; on Linux it has none in the file system either (`O_TMPFILE`), so that nothing is left of it however the
//! program ends. Where a file system cannot do that, a draft has a name of its own, `.winmail-XXXXXXXX.tmp`, which goes when the
//! program ends by itself. The same holds for the moment in which a draft replaces a file.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{Draft, Folder, Identity};

#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub use other::{Draft, Folder, Identity};

/// What has a name in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, wherever it leads.
    Link,
    /// A device, a pipe, a socket.
    Special,
}

/// A name for a draft, different each time.
fn draft_name() -> String {
    use std::hash::{BuildHasher, RandomState};
    // The standard library seeds each of these from the system's randomness.
    format!(".winmail-{:016x}.tmp", RandomState::new().hash_one(0u8))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    #[test]
    fn a_draft_has_no_name_until_it_is_complete() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        let count = || fs::read_dir(temp.path()).unwrap().count();
        let mut draft = folder.draft().unwrap();
        draft.write_all(b"one").unwrap();
        #[cfg(target_os = "linux")]
        assert_eq!(count(), 0);
        drop(draft);
        assert_eq!(count(), 0);
        for (text, expected) in [("one", true), ("two", false)] {
            let mut draft = folder.draft().unwrap();
            draft.write_all(text.as_bytes()).unwrap();
            assert_eq!(folder.publish(draft, "a").is_ok(), expected);
        }
        assert_eq!((count(), fs::read(temp.path().join("a")).unwrap()), (1, b"one".to_vec()));
        let mut draft = folder.draft().unwrap();
        draft.write_all(b"three").unwrap();
        folder.replace(draft, "a").unwrap();
        assert_eq!((count(), fs::read(temp.path().join("a")).unwrap()), (1, b"three".to_vec()));
    }

    #[test]
    fn what_has_a_name_is_told_without_following_links() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        folder.make("sub").unwrap();
        fs::write(temp.path().join("file"), "x").unwrap();
        assert_eq!(folder.kind("sub").unwrap(), Some(Kind::Folder));
        assert_eq!(folder.kind("file").unwrap(), Some(Kind::File));
        assert_eq!(folder.kind("none").unwrap(), None);
        assert!(folder.make("sub").is_err() && folder.enter("file").is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(temp.path().join("sub"), temp.path().join("link")).unwrap();
            assert_eq!(folder.kind("link").unwrap(), Some(Kind::Link));
            assert!(folder.enter("link").is_err());
        }
        assert!(folder.enter("sub").is_ok());
    }

    /// The folder is swapped for a link after it was opened: what is written goes to where it was opened.
    #[test]
    #[cfg(unix)]
    fn a_folder_that_is_swapped_for_a_link_is_still_the_one() {
        let temp = tempfile::tempdir().unwrap();
        let path = |name: &str| temp.path().join(name);
        fs::create_dir(path("out")).unwrap();
        fs::create_dir(path("victim")).unwrap();
        let folder = Folder::open(&path("out")).unwrap();
        folder.make("sub").unwrap();
        let sub = folder.enter("sub").unwrap();
        fs::rename(path("out/sub"), path("moved")).unwrap();
        std::os::unix::fs::symlink(path("victim"), path("out/sub")).unwrap();
        for name in ["a", "b"] {
            let mut draft = sub.draft().unwrap();
            draft.write_all(b"x").unwrap();
            sub.publish(draft, name).map_err(|(error, _)| error).unwrap();
        }
        assert_eq!(fs::read_dir(path("victim")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(path("moved")).unwrap().count(), 2);
        assert!(folder.enter("sub").is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_replaced_file_keeps_its_mode_and_a_new_one_has_the_usual() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        let path = temp.path().join("a");
        for mode in [0o600, 0o640, 0o444, 0o666] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let mut draft = folder.draft().unwrap();
            draft.write_all(b"new").unwrap();
            folder.replace(draft, "a").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
            fs::remove_file(&path).unwrap();
        }
    }
}
