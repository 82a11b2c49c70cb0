//! Integers of the wire go in and out through `base` alone.

use std::fs;
use std::path::{Path, PathBuf};

/// Files that turn numbers into bytes by themselves, and why they may.
const ALLOWED: &[(&str, &str)] = &[("convert/mime/filter/splice.rs", "a length goes into the hash that a boundary is made of")];

/// What does it.
const WORDS: &[&str] =
    &["from_le_bytes", "to_le_bytes", "from_be_bytes", "to_be_bytes", "from_ne_bytes", "to_ne_bytes", "byteorder"];

/// The words that stand in the part of a file before its tests, and not in a comment.
fn found(code: &str) -> Vec<&'static str> {
    let code = code.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    let lines = code.lines().filter_map(|line| line.split("//").next());
    lines.flat_map(|line| WORDS.iter().copied().filter(move |word| line.contains(word))).collect()
}

#[test]
fn numbers_become_bytes_in_base_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 200, "only {} sources found", files.len());
    let (mut wrong, mut in_base, mut allowed) = (Vec::new(), 0, Vec::new());
    for file in files {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        if name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        for word in found(&fs::read_to_string(&file).unwrap()) {
            match ALLOWED.iter().find(|(path, _)| *path == name) {
                _ if name.starts_with("base/") => in_base += 1,
                Some((path, _)) => allowed.push(*path),
                None => wrong.push(format!("{name}: {word}")),
            }
        }
    }
    assert!(in_base > 5, "only {in_base} places found in base");
    assert!(wrong.is_empty(), "numbers become bytes outside of base:\n{}", wrong.join("\n"));
    for (path, reason) in ALLOWED {
        assert!(allowed.contains(path), "{path} no longer needs to be allowed ({reason})");
    }
}

#[test]
fn what_is_no_code_is_not_looked_at() {
    assert_eq!(
        found("let a = b.to_le_bytes(); // c.to_be_bytes()\n#[cfg(test)]\nmod tests { u16::from_be_bytes }"),
        ["to_le_bytes"]
    );
}

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
