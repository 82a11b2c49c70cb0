//! The list of verbs in `winmail --help`: grouped by whom they are for.

use std::fmt::Write;

use clap::Command;

use super::style;

/// The groups, and the verbs of each in the order in which one meets them.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Open a winmail.dat", &["show", "list", "extract", "open", "body", "register"]),
    ("Many mails, and mail routes", &["convert", "table", "filter"]),
    ("Change and make messages", &["edit", "pack", "redact"]),
    ("Exchange: settings and recalls", &["policy", "recall"]),
    ("Look closer", &["check", "dump", "diff", "props", "rtf", "sample"]),
    ("The program itself", &["man", "completions", "help"]),
];

/// The most columns of the text, where the terminal has them, and those of the names with their indent.
const MOST: usize = 200;
const NAMES: usize = 15;

/// The command with a help that lists its verbs in groups.
pub fn grouped(command: Command) -> Command {
    let mut list = String::new();
    let width = style::width().min(MOST);
    for (title, verbs) in GROUPS {
        let _ = writeln!(list, "{title}:");
        for verb in verbs {
            let about = command.find_subcommand(verb).and_then(Command::get_about).map(ToString::to_string);
            // clap adds `help` when it reads the command line.
            let about = about.unwrap_or_else(|| "Print this help, or that of a command; `winmail help limits`".to_owned());
            let mut line = format!("  {verb:<width$}", width = NAMES.saturating_sub(2));
            for word in about.split_whitespace() {
                if line.len().saturating_add(word.len()) > width {
                    let _ = writeln!(list, "{}", line.trim_end());
                    line = " ".repeat(NAMES);
                }
                let _ = write!(line, "{word} ");
            }
            let _ = writeln!(list, "{}", line.trim_end());
        }
        list.push('\n');
    }
    command.help_template(format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{list}Options:\n{{options}}{{after-help}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_is_in_one_group() {
        let command = crate::command();
        let mut grouped: Vec<&str> =
            GROUPS.iter().flat_map(|(_, verbs)| *verbs).copied().filter(|verb| *verb != "help").collect();
        let mut all: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn the_help_lists_the_groups_within_eighty_columns() {
        let help = grouped(crate::command()).render_help().to_string();
        for (title, verbs) in GROUPS {
            assert!(help.contains(&format!("\n{title}:\n  {}", verbs[0])), "{help}");
        }
        let list = help.split("<COMMAND>").nth(1).unwrap().split("Options:").next().unwrap();
        assert!(list.lines().all(|line| line.len() <= 80), "{list}");
        assert_eq!(list.matches("\n  extract ").count(), 1);
    }
}
