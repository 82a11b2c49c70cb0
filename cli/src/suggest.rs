//! A word that stands in the place of a verb and is not one: a file, or what other programs call it.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::Path;

/// What to do instead.
#[derive(Debug, PartialEq, Eq)]
pub enum Instead {
    /// This command line: the words are files to show.
    Show(Vec<OsString>),
    /// This is wrong, and what to type.
    Say(String),
    /// What was to be said anyway.
    Nothing,
}

/// Words that people try, and the verb that does it.
const WORDS: &[(&str, &[&str])] = &[
    ("show", &["view", "info", "read", "display", "cat", "print", "preview"]),
    ("list", &["ls", "l", "tree", "inspect", "attachments", "contents"]),
    ("extract", &["x", "e", "unpack", "unzip", "save", "decode", "get", "export"]),
    ("body", &["text", "html", "message"]),
    ("convert", &["to-eml", "eml", "mime", "msg", "transform"]),
    ("check", &["verify", "validate", "test", "lint", "repair"]),
    ("dump", &["headers", "header", "properties", "raw", "debug", "mapi"]),
    ("edit", &["set", "change", "modify"]),
    ("pack", &["create", "make", "new", "compose", "encode", "write"]),
    ("redact", &["anonymize", "anonymise", "scrub"]),
    ("diff", &["compare", "cmp"]),
    ("props", &["lookup", "property", "tag"]),
    ("--version", &["version"]),
];

/// Options of the program itself that take a value.
const WITH_VALUE: &[&str] = &["--color"];

/// What to do where the first word is no verb. The first argument is the program's name.
pub fn instead(args: &[OsString]) -> Instead {
    let Some(at) = first_word(args) else { return Instead::Nothing };
    let Some(word) = args.get(at) else { return Instead::Nothing };
    if word == "-" || Path::new(word).exists() {
        let mut args = args.to_vec();
        let dropped = cfg!(windows) && is_dropped(&args) && std::io::stdout().is_terminal();
        args.insert(at, OsString::from(if dropped { "open" } else { "show" }));
        return Instead::Show(args);
    }
    let text = word.to_string_lossy();
    let lower = text.to_lowercase();
    if let Some((verb, _)) = WORDS.iter().find(|(_, words)| words.contains(&lower.as_str())) {
        return Instead::Say(format!("there is no command '{lower}'\n\n  tip: 'winmail {verb}' does that"));
    }
    let looks_like_file = text.contains(['.', '/', '\\']);
    if looks_like_file {
        let shown = winmail::base::Escaped(&text);
        return Instead::Say(format!("'{shown}' is no command, and there is no such file"));
    }
    Instead::Nothing
}

/// Whether a file was dropped on the program, or opened with it: its whole path is given, and nothing else. The window that Windows
/// makes for the program closes as soon as it ends.
fn is_dropped(args: &[OsString]) -> bool {
    matches!(args, [_, file] if Path::new(file).is_absolute())
}

/// Where the first argument is that is no option.
fn first_word(args: &[OsString]) -> Option<usize> {
    let mut is_value = false;
    args.iter().enumerate().skip(1).find_map(|(at, arg)| {
        if std::mem::take(&mut is_value) {
            return None;
        }
        let is_option = arg != OsStr::new("-") && arg.to_str().is_some_and(|arg| arg.starts_with('-'));
        is_value = arg.to_str().is_some_and(|arg| WITH_VALUE.contains(&arg));
        (!is_option).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(all: &[&str]) -> Vec<OsString> {
        std::iter::once("winmail").chain(all.iter().copied()).map(OsString::from).collect()
    }

    #[test]
    fn a_whole_path_alone_is_a_file_that_was_dropped() {
        let whole = std::env::temp_dir().join("winmail.dat");
        let whole = whole.to_str().unwrap();
        assert!(is_dropped(&args(&[whole])));
        assert!(
            !is_dropped(&args(&["winmail.dat"])) && !is_dropped(&args(&[whole, whole])) && !is_dropped(&args(&["show", whole]))
        );
    }

    #[test]
    fn a_file_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view");
        std::fs::write(&path, "x").unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(
            instead(&args(&["--color", "never", path, "b"])),
            Instead::Show(args(&["--color", "never", "show", path, "b"]))
        );
        assert_eq!(instead(&args(&["-"])), Instead::Show(args(&["show", "-"])));
    }

    #[test]
    fn words_of_other_programs_lead_to_ours() {
        let verbs: Vec<String> = crate::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
        for (verb, words) in WORDS {
            assert!(verb.starts_with("--") || verbs.iter().any(|known| known == verb), "{verb}");
            for word in *words {
                assert!(!verbs.iter().any(|known| known == word), "{word}");
                assert!(matches!(instead(&args(&[word])), Instead::Say(said) if said.contains(&format!("winmail {verb}"))));
            }
        }
        assert!(matches!(instead(&args(&["absent.dat"])), Instead::Say(said) if said.contains("no such file")));
        assert_eq!(instead(&args(&["lst"])), Instead::Nothing);
    }
}
