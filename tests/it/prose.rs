//! Words in comments and pages that readers stumble over, and what to write instead.
//!
//! "None" as a predicate ("an address that is none") is the most common one: it sends the reader back to look for what it stands for.
//! `None if there is none` is plain, and so is Rust's `None`.

use std::fs;
use std::path::{Path, PathBuf};

/// Constructions in lower case, and what to write.
const PHRASES: &[(&str, &str)] = &[
    ("of which nothing", "empty, without ..., not known yet"),
    ("none as yet", "no error so far"),
    ("that there are none of", "missing, removed"),
    ("that there is none of", "missing, removed"),
    ("which is not so", "except, but not"),
];

/// What is wrong with a line of prose: the words, and what to write.
fn wrong_with(line: &str) -> Option<(String, &'static str)> {
    // What stands between backticks is quoted.
    let line: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let lower = line.to_lowercase();
    if let Some((words, instead)) = PHRASES.iter().find(|(words, _)| lower.contains(words)) {
        return Some(((*words).to_owned(), instead));
    }
    let words: Vec<&str> =
        line.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '`')).collect();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| **word == "none") {
        let before = |steps: usize| at.checked_sub(steps).and_then(|at| words.get(at)).map_or("", |word| *word);
        let verb = before(1);
        if matches!(verb, "is" | "are" | "was" | "were" | "be")
            && !before(2).eq_ignore_ascii_case("there")
            && before(3) != "there"
        {
            return Some((format!("{} {verb} {word}", before(2)), "missing, invalid, other, no ..."));
        }
    }
    None
}

/// The prose of a file with the numbers of its lines: of Rust what is a comment, of a page what is no code.
fn prose(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    let mut in_code = false;
    let lines = (1..).zip(text.lines()).filter_map(|(number, line)| {
        if is_rust {
            let line = line.trim_start();
            return line.starts_with("//").then(|| (number, line.trim_start_matches(['/', '!', ' ']).to_owned()));
        }
        in_code ^= line.trim_start().starts_with("```");
        (!in_code).then(|| (number, line.to_owned()))
    });
    lines.collect()
}

#[test]
fn comments_and_pages_say_what_is_meant() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    // Of the package alone, `src` and the pages beside it are there.
    for folder in
        ["src", "cli/src", "cli/tests", "tests", "tools/src", "bindings/python/src", "fuzz/src", "docs", "benches", "examples"]
    {
        collect(&root.join(folder), &mut files);
    }
    files.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
            .map(|name| root.join(name))
            .into_iter()
            .filter(|path| path.exists()),
    );
    assert!(files.len() > 200, "only {} files found", files.len());
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("tests/it/prose.rs")) {
        for (number, line) in prose(file) {
            if let Some((words, instead)) = wrong_with(&line) {
                wrong.push(format!("{}:{number}: \"{words}\" (write: {instead})", file.strip_prefix(root).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_predicate_is_found_and_a_missing_thing_is_not() {
    for bad in [
        "an address that is none of the Internet",
        "`None` if it is none.",
        "Hex digits that are none",
        "An item of which nothing is known",
    ] {
        assert!(wrong_with(bad).is_some(), "{bad}");
    }
    for good in [
        "`None` if there is none.",
        "where there are none",
        "Whether there really is none",
        "if x is None",
        "none of them is lost",
    ] {
        assert!(wrong_with(good).is_none(), "{good}");
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            found.push(path);
        }
    }
}

/// Words with which no documentation of a public function, type or constant begins: it says what the thing is or does.
const QUESTIONS: &[&str] = &["What", "Whether", "How", "Which", "Where", "Why", "Who", "When", "Whose", "Whom"];

#[test]
fn documentation_begins_with_a_noun_or_a_verb() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let mut first: Option<(usize, &str)> = None;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if let Some(words) = line.strip_prefix("///") {
                first = first.or(Some((number, words.trim())));
            } else if !line.starts_with("#[") {
                // Functions, types, constants, fields.
                if let Some((number, words)) = first.take().filter(|_| line.starts_with("pub ")) {
                    let word = words.split([' ', ',', '.']).next().unwrap();
                    if QUESTIONS.contains(&word) || words.starts_with("The same") {
                        wrong.push(format!("{}:{number}: {words}", path.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
