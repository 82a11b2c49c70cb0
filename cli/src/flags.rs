//! What the library's names of settings are on the command line. The library says `Limits::depth`, whoever uses it, and people
//! who use the program type `--max-depth`.

use std::fmt::Display;

/// The library's name, and what stands for it here.
const FLAGS: &[(&str, &str)] = &[
    // Of all verbs that read.
    ("Limits::depth", "--max-depth"),
    ("Limits::attributes", "--max-attributes"),
    ("Limits::properties", "--max-properties"),
    ("Limits::recipients", "--max-recipients"),
    ("Limits::attachments", "--max-attachments"),
    ("Limits::output", "--max-output"),
    // Of verbs that write a .msg.
    ("MsgWriteOptions::beyond_limits", "--beyond-limits"),
    // Of `recall`.
    ("Case::policy", "--policy"),
    ("Environment::sender", "--from"),
    ("Environment::recipient", "--to"),
    ("Environment::accepted_domains", "--accepted-domain"),
    ("Environment::connector", "--connector"),
    ("Mailbox::read", "--read, --unread"),
    ("Mailbox::folder", "--folder"),
    ("Mailbox::recall_folder", "--recall-folder"),
    ("compare_request", "winmail recall match"),
    // Of `edit` and `pack`.
    ("dictionary::search", "`winmail props`"),
    ("unpack::number", "--number"),
    ("File::without_data", "--no-data"),
    ("JSON of a dump", "JSON of `winmail dump --json`"),
];

/// A text of the library with the command line's words for the settings that it names.
pub fn said(text: &(impl Display + ?Sized)) -> String {
    let text = text.to_string();
    let mut said = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let within = said.ends_with(is_of_name) || said.ends_with("::");
        let found = FLAGS.iter().filter(|_| !within).find_map(|(name, flag)| {
            let behind = rest.strip_prefix(name)?;
            (!behind.starts_with(is_of_name) && !behind.starts_with("::")).then_some((behind, *flag))
        });
        rest = match found {
            Some((behind, flag)) => {
                said.push_str(flag);
                behind
            }
            None => {
                said.push(c);
                rest.strip_prefix(c).unwrap_or_default()
            }
        };
    }
    said
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_become_flags_and_nothing_else_changes() {
        for (text, expected) in [
            ("", ""),
            ("nothing to say: é, Limits, Limits::", "nothing to say: é, Limits, Limits::"),
            ("limit of nesting (3) reached: Limits::depth", "limit of nesting (3) reached: --max-depth"),
            ("Limits::attachments, Limits::depth.", "--max-attachments, --max-depth."),
            ("MyLimits::depth Limits::depths base::Limits::depth", "MyLimits::depth Limits::depths base::Limits::depth"),
            ("look (Mailbox::folder, Mailbox::recall_folder)", "look (--folder, --recall-folder)"),
            ("(Mailbox::read): Limits::depth: no", "(--read, --unread): --max-depth: no"),
            ("Limits::depth::x", "Limits::depth::x"),
        ] {
            assert_eq!(said(text), expected);
        }
    }

    /// The long flags of a command and of those below it, and the commands themselves.
    fn words(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
        let name = format!("{before}{}", command.get_name());
        found.extend(command.get_arguments().filter_map(|argument| Some(format!("--{}", argument.get_long()?))));
        for verb in command.get_subcommands() {
            words(verb, &format!("{name} "), found);
        }
        found.insert(name);
    }

    #[test]
    fn the_program_has_all_of_them() {
        let mut known = BTreeSet::new();
        words(&crate::command(), "", &mut known);
        let text = FLAGS.iter().map(|(_, flag)| *flag).collect::<Vec<_>>().join(", ");
        for flag in text.split([' ', ',', '`']).filter(|word| word.starts_with("--")) {
            assert!(known.contains(flag), "{flag}");
        }
        for verb in ["winmail recall match", "winmail props", "winmail dump"] {
            assert!(known.contains(verb) && text.contains(verb), "{verb}");
        }
    }

    /// Every name is that of something in the library. A name that the library no longer has does not compile here.
    #[test]
    fn the_library_has_all_of_them() {
        use winmail::Limits;
        use winmail::recall::{Environment, Mailbox};

        let Limits { depth: _, attributes: _, properties: _, recipients: _, attachments: _, output: _, .. } = Limits::default();
        let Environment { sender: _, recipient: _, accepted_domains: _, connector: _, .. } = Environment::default();
        let Mailbox { read: _, folder: _, recall_folder: _, .. } = Mailbox::default();
        let _ = |case: &winmail::recall::Case<'_>| case.policy.is_some();
        let _ = (winmail::recall::compare_request, winmail::mapi::dictionary::search, winmail::json::unpack);
        let _ = winmail::json::File::without_data;
    }
}
