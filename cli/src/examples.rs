//! Examples of every command, for `--help` and man pages.

use clap::Command;

/// A command line and what it is for.
type Example = (&'static str, &'static str);

/// By the names of commands, without `winmail`.
const EXAMPLES: &[(&str, &[Example])] = &[
    ("show", &[("winmail winmail.dat", "who wrote what to whom, and which files are inside")]),
    (
        "list",
        &[
            ("winmail list winmail.dat", "what is inside"),
            ("winmail list --names mail.eml", "the names of the attachments, one a line"),
            ("winmail list --json Maildir | jq -r '.[].message.subject'", "the subjects of a folder of mails"),
        ],
    ),
    (
        "table",
        &[
            ("winmail table Maildir -o tables", "every message, attachment, property and recipient as a row"),
            ("duckdb -c \"select class, count(*) from 'tables/messages.ndjson' group by 1\"", "how many messages of which class"),
        ],
    ),
    (
        "extract",
        &[
            ("winmail extract winmail.dat -o out", "attachments and bodies into the folder out"),
            ("winmail extract winmail.dat '*.pdf'", "the PDFs alone"),
            ("winmail extract winmail.dat report.pdf -o - > report.pdf", "one file to standard output"),
            ("winmail extract Maildir -o out", "a folder a mail"),
            ("winmail extract winmail.dat --zip out.zip", "an archive"),
            (
                "winmail extract a.dat -o out --times --manifest out.jsonl",
                "with the times of the files, and a record of where each comes from",
            ),
        ],
    ),
    ("open", &[("winmail open winmail.dat", "what is inside, in a new folder that is shown")]),
    (
        "body",
        &[
            ("winmail body winmail.dat", "the text; in a pipe what the sender wrote"),
            ("winmail body --html winmail.dat > body.html", "the HTML"),
            ("winmail body --pager winmail.dat", "page by page"),
        ],
    ),
    (
        "convert",
        &[
            ("winmail convert winmail.dat --to eml -o out", "a mail that every program reads"),
            ("winmail convert Maildir --to eml -o clean", "all mails of a folder, without winmail.dat"),
            ("winmail convert message.msg --to eml -o - > message.eml", "one file to standard output"),
            (
                "winmail convert winmail.dat --to html --self-contained -o page.html",
                "one page with its pictures, which loads nothing",
            ),
        ],
    ),
    (
        "check",
        &[("winmail check winmail.dat", "what is wrong with it, and where"), ("winmail check -v winmail.dat", "remarks too")],
    ),
    (
        "dump",
        &[
            ("winmail dump winmail.dat", "every attribute and property"),
            ("winmail dump --json winmail.dat | jq -r '.. | .name? // empty'", "all names, for programs"),
            ("winmail dump --jsonl *.dat", "a line of JSON a file"),
            ("winmail dump --tsv winmail.dat > properties.tsv", "all properties in a table"),
            ("winmail dump --property PidTagSubject Maildir", "one property of many messages"),
        ],
    ),
    ("filter", &[("winmail filter < mail.eml > clean.eml", "the mail with what was in its winmail.dat")]),
    (
        "edit",
        &[
            ("winmail edit a.dat -o b.dat --set PidTagSubject=Minutes", "another subject"),
            ("winmail edit a.dat -o - --set PidTagImportance=2 > b.dat", "to standard output"),
        ],
    ),
    (
        "pack",
        &[
            ("winmail pack --subject Minutes --text note.txt -o winmail.dat", "a new message"),
            ("winmail pack dump.json -o winmail.dat", "what `winmail dump --json` wrote, as a stream again"),
        ],
    ),
    ("diff", &[("winmail diff a.dat b.dat", "what differs")]),
    ("redact", &[("winmail redact winmail.dat -o safe.dat", "the same file without what is personal, for a bug report")]),
    (
        "sample",
        &[("winmail sample", "the names of the samples"), ("winmail sample nested -o samples", "one of them, into a folder")],
    ),
    (
        "props",
        &[
            ("winmail props PR_SUBJECT", "what a name stands for"),
            ("winmail props 0x0037001F", "what a tag is called"),
            ("winmail props --search reminder", "names with a word in them"),
            ("winmail props PSETID_Meeting", "a whole property set"),
            ("winmail props PidTagMessageFlags=0x11", "what a value means"),
            ("winmail props 0x8004010F", "what an error code is called"),
        ],
    ),
    (
        "rtf",
        &[
            ("winmail rtf decompress body.rtf.lzfu > body.rtf", "compressed RTF as RTF"),
            ("winmail rtf to-text body.rtf", "the text in RTF"),
        ],
    ),
    (
        "policy",
        &[
            ("winmail policy import RemoteDomains.csv > policy.toml", "an export of Exchange as a settings file"),
            ("winmail policy explain --from a@contoso.com --to b@partner.com", "what b gets, and why"),
        ],
    ),
    (
        "policy-explain",
        &[
            ("winmail policy explain --from a@contoso.com --to b@partner.com", "what b gets, and why"),
            ("winmail policy explain message.msg", "of a message, for its own recipients"),
        ],
    ),
    ("policy-apply", &[("winmail policy apply message.msg -o out", "the mails that leave, one for each form that is needed")]),
    ("policy-show", &[("winmail policy show", "the settings of policy.toml"), ("winmail policy show --all", "the defaults too")]),
    ("policy-check", &[("winmail policy check", "what contradicts what, and which entry never counts")]),
    ("policy-collect", &[("winmail policy collect > collect.ps1", "a script for PowerShell, which only reads")]),
    (
        "policy-import",
        &[
            ("winmail policy import RemoteDomains.csv -o policy.toml", "one export"),
            ("winmail policy import winmail-policy > policy.toml", "the folder that `winmail policy collect` had made"),
        ],
    ),
    ("policy-export", &[("winmail policy export --commands", "command lines that set what policy.toml says")]),
    (
        "policy-set",
        &[
            ("winmail policy set Partner TNEFEnabled=false", "a remote domain, by its name"),
            ("winmail policy set b@partner.com UseMapiRichTextFormat=Never", "a recipient"),
            ("winmail policy set Partner TNEFEnabled", "back to the default"),
        ],
    ),
    ("policy-add", &[("winmail policy add Partner *.partner.com TNEFEnabled=false", "a remote domain and all below it")]),
    ("policy-remove", &[("winmail policy remove Partner", "a remote domain")]),
    (
        "recall-explain",
        &[
            ("winmail recall explain --recall r.msg --original o.msg --delivered d.msg", "which condition fails"),
            (
                "winmail recall explain --recall r.msg --delivered d.msg --unread --policy policy.toml",
                "with what is known of the mailbox",
            ),
        ],
    ),
    ("recall-match", &[("winmail recall match --recall recall.msg Maildir", "the message that is to go")]),
    ("recall-trace", &[("winmail recall trace sent.msg journal.eml delivered.msg", "where the key was lost")]),
    ("recall-request", &[("winmail recall request sent.msg -o recall.dat", "a recall, for tests")]),
    ("recall", &[("winmail recall explain --recall recall.eml --delivered inbox.eml", "whether the recall finds its message")]),
    ("register", &[("winmail register", "winmail.dat opens by a double click"), ("winmail register --undo", "no more")]),
    ("man", &[("winmail man | man -l -", "the page of winmail")]),
    ("completions", &[("source <(winmail completions bash)", "for this shell alone")]),
    (
        "",
        &[
            ("winmail winmail.dat", "see what is inside"),
            ("winmail extract winmail.dat -o out", "take the attachments out"),
            ("winmail convert Maildir --to eml -o clean", "turn mails with winmail.dat into plain ones"),
        ],
    ),
];

/// The examples of a command; `""` is the program itself.
pub fn of(verb: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(name, _)| *name == verb).map_or(&[], |(_, examples)| examples)
}

/// What a command exits with.
pub fn exit_status(verb: &str) -> &'static [(&'static str, &'static str)] {
    match verb {
        "diff" => &[("0", "the same"), ("1", "different"), ("2", "trouble")],
        "filter" => &[("0", "the mail was written, whole"), ("2", "wrong usage"), ("75", "it was not: keep it and try again")],
        "recall" => &[
            ("0, 4, 5, 6", "of explain: deleted, the recipient is told, it stays, it cannot be found"),
            ("1", "failed"),
            ("2", "wrong usage"),
        ],
        "show" | "list" | "table" | "extract" | "open" | "body" | "convert" | "check" | "dump" | "edit" | "rtf" | "" => {
            &[("0", "clean"), ("1", "failed"), ("2", "wrong usage"), ("3", "read, but with defects")]
        }
        _ => &[("0", "done"), ("1", "failed"), ("2", "wrong usage")],
    }
}

/// Pages that say more of what a command is about.
pub fn see_also(verb: &str) -> &'static [&'static str] {
    match verb {
        "" => &["winmail-show", "winmail-extract", "winmail-convert", "winmail-filter"],
        "show" => &["winmail-list", "winmail-extract", "winmail-body"],
        "list" => &["winmail-show", "winmail-extract", "winmail-dump"],
        "extract" | "open" => &["winmail-list", "winmail-body", "winmail-convert"],
        "convert" => &["winmail-filter", "winmail-extract"],
        "filter" => &["winmail-convert"],
        "check" => &["winmail-dump", "winmail-redact"],
        "dump" => &["winmail-pack", "winmail-props", "winmail-list"],
        "edit" | "pack" => &["winmail-dump", "winmail-props", "winmail-diff"],
        _ => &["winmail"],
    }
}

/// Adds the examples to the long help of a command and of those below it.
pub fn add(command: Command, verb: &str) -> Command {
    let below = EXAMPLES.iter().filter_map(|(name, _)| name.strip_prefix(verb)?.strip_prefix('-'));
    let below = below.filter(|_| !verb.is_empty());
    let command = below
        .fold(command, |command, name| command.mut_subcommand(name, |inner| with_examples(inner, &format!("{verb}-{name}"))));
    with_examples(command, verb)
}

fn with_examples(command: Command, verb: &str) -> Command {
    let examples = of(verb);
    if examples.is_empty() {
        return command;
    }
    let mut text = command.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    text.push_str("Examples:\n");
    for (line, about) in examples {
        text.push_str(&format!("  {line}\n      {about}\n"));
    }
    // Commands below a command have its codes.
    if !verb.is_empty() && !verb.contains('-') && !text.contains("Exit codes") {
        let codes: Vec<String> = exit_status(verb).iter().map(|(code, about)| format!("{code} {about}")).collect();
        text.push_str(&format!("\nExit codes: {}.", codes.join(", ")));
    }
    command.after_long_help(text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a command line up to where the shell has something else.
    fn words(line: &str) -> Vec<String> {
        let line = line.split([';', '|', '>', '<']).next().unwrap_or_default();
        line.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect()
    }

    #[test]
    fn every_command_has_examples_that_it_takes() {
        for command in crate::command().get_subcommands() {
            assert!(!of(command.get_name()).is_empty(), "{}", command.get_name());
            for inner in command.get_subcommands().filter(|_| matches!(command.get_name(), "policy" | "recall")) {
                let name = format!("{}-{}", command.get_name(), inner.get_name());
                assert!(!of(&name).is_empty(), "{name}");
                let help = inner.get_after_long_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains(of(&name)[0].0), "{name}: {help}");
            }
        }
        for (verb, examples) in EXAMPLES {
            for (line, _) in *examples {
                if !line.starts_with("winmail") || *line == "winmail winmail.dat" {
                    continue;
                }
                let parsed = crate::Invocation::parse(words(line).into_iter().map(Into::into));
                assert!(parsed.is_ok(), "{verb}: {line}: {}", parsed.err().map(|error| error.to_string()).unwrap_or_default());
            }
        }
    }

    #[test]
    fn pages_that_are_named_are_there() {
        let verbs: Vec<String> = crate::command().get_subcommands().map(|verb| format!("winmail-{}", verb.get_name())).collect();
        for (verb, _) in EXAMPLES {
            for page in see_also(verb) {
                assert!(*page == "winmail" || verbs.iter().any(|known| known == page), "{page}");
            }
        }
    }
}
