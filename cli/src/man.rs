//! `winmail man` and `winmail completions`: what packages ship, out of the command line's definition.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use clap_complete::Shell;
use winmail::mapi::dictionary;
use winmail::policy::{RecipientSetting, RemoteDomainSetting};
use winmail_tools::sample::SHAPES;

use super::{EXIT_OK, Streams, command, examples, output_dir};

/// Arguments of `winmail man`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a folder, prints the page of winmail itself: `winmail man | man -l -`.")]
pub struct ManArgs {
    /// The folder to write a page a command into; it is made if it is missing
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Arguments of `winmail completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "For this shell alone, in bash: `source <(winmail completions bash)`.")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes man pages; the result is the exit code.
///
/// # Errors
/// Those of writing.
pub fn run(args: &ManArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let pages = pages()?;
    match &args.folder {
        None => streams.out.write_all(pages.get("winmail.1").map(Vec::as_slice).unwrap_or_default())?,
        Some(folder) => write_pages(folder, &pages)?,
    }
    Ok(EXIT_OK)
}

fn write_pages(folder: &Path, pages: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    output_dir::OutputDir::create(folder, true)?;
    for (name, page) in pages {
        // They are made by the program and made anew: an older page is replaced.
        output_dir::write_file(&folder.join(name), true, |out| out.write_all(page))?;
    }
    Ok(())
}

/// Prints a completion script; the result is the exit code.
///
/// # Errors
/// Those of writing.
pub fn complete(args: &CompletionsArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    streams.out.write_all(&script(args.shell))?;
    Ok(EXIT_OK)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    let mut command = if shell == Shell::Bash { command() } else { with_names(command()) };
    clap_complete::generate(shell, &mut command, "winmail", &mut script);
    match (shell, String::from_utf8(script)) {
        (Shell::Bash, Ok(text)) => for_bash(&text).into_bytes(),
        (Shell::Fish, Ok(text)) => for_fish(text).into_bytes(),
        (_, Ok(text)) => text.into_bytes(),
        (_, Err(error)) => error.into_bytes(),
    }
}

/// The names of samples.
fn samples() -> Vec<&'static str> {
    SHAPES.iter().map(|shape| shape.name).chain(["all"]).collect()
}

/// The names of properties, those of the specification and the old ones.
fn properties() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = dictionary::entries().flat_map(|entry| entry.names()).collect();
    names.extend(dictionary::named_entries().flat_map(|entry| entry.names()));
    names.retain(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    names.sort_unstable();
    names.dedup();
    names
}

/// Settings of remote domains and recipients, each with its values: `TNEFEnabled=true`; with none where they cannot be listed.
fn settings() -> Vec<String> {
    let domains = RemoteDomainSetting::ALL.iter().map(|setting| (setting.as_str(), setting.allowed()));
    let recipients = RecipientSetting::ALL.iter().map(|setting| (setting.as_str(), setting.allowed()));
    let mut words = Vec::new();
    for (name, allowed) in domains.chain(recipients) {
        // `true or false`, `A, B, ""`; others are sentences.
        let values: Vec<&str> =
            allowed.split(", ").flat_map(|part| part.split(" or ")).filter(|value| *value != "\"\"").collect();
        if values.iter().any(|value| value.contains(' ') || value.bytes().all(|byte| byte.is_ascii_digit())) {
            words.push(format!("{name}="));
        } else {
            words.extend(values.iter().map(|value| format!("{name}={value}")));
        }
    }
    words.sort();
    words.dedup();
    words
}

/// The command line with the names that its arguments take. They are not looked at where it is read: there the dictionary knows more
/// names, and near ones.
fn with_names(command: Command) -> Command {
    // What clap takes lives as long as the program, which ends when the script is printed.
    let words: Vec<&'static str> = settings().into_iter().map(|word| &*word.leak()).collect();
    let named = |names: Vec<&'static str>| move |argument: Arg| argument.value_parser(PossibleValuesParser::new(names));
    let shapes = named(samples());
    let queries = named(properties());
    command
        .mut_subcommand("sample", |verb| verb.mut_arg("shape", shapes))
        .mut_subcommand("props", |verb| verb.mut_arg("queries", queries))
        .mut_subcommand("policy", |policy| {
            let set = |verb: Command| {
                verb.mut_arg("settings", |argument| argument.value_parser(PossibleValuesParser::new(words.clone())))
            };
            policy.mut_subcommand("set", set).mut_subcommand("add", set)
        })
}

/// How bash completes settings: it takes `=` for a word of its own, so that behind it the value alone is wanted. As the word to complete it
/// then passes nothing.
const SETTINGS: &str = r#"            local setting="" value="${cur}"
            if [[ "${COMP_WORDS[COMP_CWORD]}" == "=" ]]; then setting="${COMP_WORDS[COMP_CWORD-1]}"; value=""
            elif [[ "${COMP_WORDS[COMP_CWORD-1]}" == "=" ]]; then setting="${COMP_WORDS[COMP_CWORD-2]}"; fi
            local words="@WORDS@"
            if [[ -n "${setting}" ]]; then
                local word values=""
                for word in ${words}; do [[ "${word%%=*}" == "${setting}" ]] && values+=" ${word#*=}"; done
                COMPREPLY=( $(compgen -W "${values}" -- "${value}") )
            elif [[ ${COMP_CWORD} -gt 3 ]]; then
                COMPREPLY=( $(compgen -W "${words}" -- "${cur}") )
                [[ ${#COMPREPLY[@]} -gt 1 ]] && compopt -o nospace 2>/dev/null
            fi
"#;

/// What bash offers at the end of each command.
const OFFER: &str = "            COMPREPLY=( $(compgen -W \"${opts}\" -- \"${cur}\") )";

/// In bash an empty word gets files, or the names that a command takes, and not the `-` that all options begin with.
fn for_bash(script: &str) -> String {
    let mut made = String::with_capacity(script.len());
    let (mut is_leaf, mut is_setting, mut names) = (false, false, None);
    for line in script.lines() {
        let label = line.strip_prefix("        winmail").and_then(|label| label.strip_suffix(')'));
        if let Some(label) = label.filter(|label| !label.contains(' ')) {
            let verb = label.strip_prefix("__subcmd__").unwrap_or_default();
            is_setting = matches!(verb, "policy__subcmd__set" | "policy__subcmd__add");
            is_leaf = !matches!(verb, "" | "policy" | "recall" | "rtf") && !verb.starts_with("help") && !verb.ends_with("__help");
            names = match verb {
                "sample" => Some(samples().join(" ")),
                "props" => Some(properties().join(" ")),
                _ => None,
            };
        }
        let is_check = line.trim_start().starts_with("if [[ ${cur} == -* || ${COMP_CWORD} -eq ");
        if is_check && is_leaf {
            made.push_str("            if [[ ${cur} == -* ]] ; then\n");
            continue;
        }
        // The last line of a command: what it offers where no option is wanted.
        if is_leaf && line == OFFER {
            if is_setting {
                made.push_str(&SETTINGS.replace("@WORDS@", &settings().join(" ")));
            }
            if let Some(names) = &names {
                made.push_str(&OFFER.replace("${opts}", names));
                made.push('\n');
            }
            continue;
        }
        made.push_str(line);
        made.push('\n');
    }
    made
}

/// For fish clap_complete offers no values of arguments that are no options.
fn for_fish(mut script: String) -> String {
    let words = [
        ("__fish_winmail_using_subcommand sample", samples().join(" ")),
        ("__fish_winmail_using_subcommand props", properties().join(" ")),
        ("__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from set add", settings().join(" ")),
    ];
    for (when, words) in words {
        script.push_str(&format!("complete -c winmail -n \"{when}\" -f -a \"{words}\"\n"));
    }
    script
}

/// File names and man pages: one for the program and one for each command.
fn pages() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut pages = BTreeMap::new();
    // The version stands in the title of each page; it would make committed pages stale without need.
    let mut command = command().version(None::<&str>);
    command.build();
    page(&command, &mut pages)?;
    Ok(pages)
}

/// The sections that are not made of arguments.
fn more(command: &Command, verb: &str) -> String {
    let mut text = String::new();
    if let Some(notes) = command.get_after_help() {
        text.push_str(&format!(".SH NOTES\n{}\n", roff(&notes.to_string())));
    }
    // Commands below a command have those of the one above.
    let above = verb.split('-').next().unwrap_or_default();
    text.push_str(".SH \"EXIT STATUS\"\n");
    for (code, about) in examples::exit_status(above) {
        text.push_str(&format!(".TP\n\\fB{}\\fR\n{}\n", roff(code), roff(about)));
    }
    if !examples::of(verb).is_empty() {
        text.push_str(".SH EXAMPLES\n");
        for (line, about) in examples::of(verb) {
            text.push_str(&format!(".TP\n\\fB{}\\fR\n{}\n", roff(line), roff(about)));
        }
    }
    let pages: Vec<String> = examples::see_also(verb).iter().map(|page| format!("\\fB{}\\fR(1)", roff(page))).collect();
    text.push_str(&format!(".SH \"SEE ALSO\"\n{}\n", pages.join(", ")));
    text
}

/// Text that roff takes for nothing else.
fn roff(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    let guarded: Vec<String> =
        escaped.lines().map(|line| if line.starts_with('.') { format!("\\&{line}") } else { line.to_owned() }).collect();
    guarded.join("\n")
}

/// A page for a command and one for each of those below it.
fn page(command: &clap::Command, pages: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page_text = Vec::new();
    let verb = name.strip_prefix("winmail-").unwrap_or(if name == "winmail" { "" } else { name.as_str() });
    // What stands there only for those who ask for help.
    let plain = command.clone().after_long_help(None::<&str>).after_help(None::<&str>);
    let man = clap_mangen::Man::new(plain).title(name.to_uppercase()).manual("winmail");
    man.render_title(&mut page_text)?;
    man.render_name_section(&mut page_text)?;
    man.render_synopsis_section(&mut page_text)?;
    man.render_description_section(&mut page_text)?;
    man.render_options_section(&mut page_text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page_text)?;
    }
    page_text.extend(more(command, verb).into_bytes());
    pages.insert(format!("{name}.1"), page_text);
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        page(command, pages)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    /// Runs the program; it must exit with 0 and say nothing on standard error.
    fn printed(args: &[&str]) -> Vec<u8> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdin: &mut io::empty(), out: &mut out, err: &mut err, out_is_terminal: false };
        assert_eq!(crate::run(args.iter().map(Into::into), &mut streams), EXIT_OK);
        assert_eq!(String::from_utf8(err).unwrap(), "");
        out
    }

    #[test]
    fn a_page_a_command_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("new/man");
        for _ in 0..2 {
            assert!(printed(&["winmail", "man", pages.to_str().unwrap()]).is_empty());
        }
        let count = std::fs::read_dir(&pages).unwrap().count();
        let verbs = command().get_subcommands().count();
        assert!(count > verbs, "{count} pages for {verbs} verbs");
        let own = std::fs::read(pages.join("winmail.1")).unwrap();
        assert!(own.starts_with(b".ie"), "roff");
        assert_eq!(own, printed(&["winmail", "man"]));
        assert!(pages.join("winmail-policy-explain.1").is_file());
    }

    #[test]
    fn every_shell_has_a_script_that_knows_the_verbs() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(printed(&["winmail", "completions", &shell.to_string()])).unwrap();
            assert!(script.contains("extract") && script.contains("recall"), "{shell}");
        }
    }

    /// Bash itself is asked what it offers behind words.
    #[test]
    #[cfg(unix)]
    fn bash_offers_files_and_names_on_an_empty_word() {
        if std::process::Command::new("bash").arg("--version").output().is_err() {
            println!("skipped: no bash");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("winmail.bash");
        std::fs::write(&path, printed(&["winmail", "completions", "bash"])).unwrap();
        let offered = |words: &[&str]| {
            // As bash itself does, which passes no word where that is `=`.
            let script = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); word=\"${COMP_WORDS[COMP_CWORD]}\"; \
                _winmail winmail \"${word#=}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
            let out = std::process::Command::new("bash")
                .args(["--norc", "-c", script, "bash"])
                .arg(&path)
                .args(words)
                .output()
                .unwrap();
            String::from_utf8(out.stdout).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        // Nothing of its own: then bash offers files.
        for words in
            [&["winmail", "list", ""][..], &["winmail", "list", "a.dat", ""], &["winmail", "convert", ""], &["winmail", "x.d"]]
        {
            assert_eq!(offered(words), Vec::<String>::new(), "{words:?}");
        }
        assert_eq!(offered(&["winmail", "list", "--nu"]), ["--null"]);
        assert_eq!(offered(&["winmail", "extr"]), ["extract"]);
        assert_eq!(offered(&["winmail", "sample", "neste"]), ["nested"]);
        assert!(offered(&["winmail", "sample", ""]).iter().any(|name| name == "all"));
        assert!(offered(&["winmail", "props", "PR_SEARCH_K"]).iter().any(|name| name == "PR_SEARCH_KEY"));
        assert!(offered(&["winmail", "policy", ""]).iter().any(|name| name == "explain"));
        assert_eq!(offered(&["winmail", "policy", "set", "Partner", "TNEFEn"]), ["TNEFEnabled=false", "TNEFEnabled=true"]);
        // As bash splits TNEFEnabled= and TNEFEnabled=f.
        assert_eq!(offered(&["winmail", "policy", "set", "Partner", "TNEFEnabled", "="]), ["false", "true"]);
        assert_eq!(offered(&["winmail", "policy", "set", "Partner", "TNEFEnabled", "=", "f"]), ["false"]);
        assert_eq!(offered(&["winmail", "policy", "set", "b@partner.com", "MessageFormat", "=", "M"]), ["Mime"]);
        assert!(offered(&["winmail", "policy", "set", ""]).is_empty());
    }

    #[test]
    fn pages_have_what_people_look_for() {
        for (name, page) in pages().unwrap() {
            let page = String::from_utf8(page).unwrap();
            assert!(
                page.contains(".SH \"EXIT STATUS\"") && page.contains(".SH \"SEE ALSO\"") && !page.contains(".SH EXTRA"),
                "{name}"
            );
        }
        let page = String::from_utf8(pages().unwrap().remove("winmail-extract.1").unwrap()).unwrap();
        assert!(page.contains(".SH EXAMPLES") && page.contains("winmail extract winmail.dat \\(aq*.pdf\\(aq"), "{page}");
    }
}
