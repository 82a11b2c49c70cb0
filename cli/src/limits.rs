//! `winmail help limits`: the options that say how much is read, which no help but this one carries.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::Command;
use winmail::Limits;
use winmail::base::size;

/// Options that nobody needs for a file that somebody wrote, by their ids.
const TUCKED: [&str; 6] = ["max_depth", "max_attributes", "max_properties", "max_recipients", "max_attachments", "max_output"];

/// The command with these options out of its help; they are taken all the same, and man pages have them.
pub fn tucked_away(command: Command) -> Command {
    let has_any = command.get_arguments().any(|argument| TUCKED.contains(&argument.get_id().as_str()));
    if !has_any {
        return command;
    }
    let help = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string).unwrap_or_default();
    let command = command.mut_args(|argument| {
        let is_tucked = TUCKED.contains(&argument.get_id().as_str());
        if is_tucked { argument.hide_short_help(true).hide_long_help(true) } else { argument }
    });
    command.after_long_help(format!("{help}\n\n`winmail help limits` lists the options that limit what is read."))
}

/// Whether it is `winmail help limits`.
pub fn are_asked_for(args: &[OsString]) -> bool {
    matches!(args, [_, help, limits] if help == "help" && limits == "limits")
}

/// Prints them.
///
/// # Errors
/// Those of the writer.
pub fn explain(out: &mut dyn Write) -> io::Result<()> {
    let limits = Limits::default();
    let rows = [
        ("--max-size SIZE", "4 GiB".to_owned(), "the largest input that is read into memory"),
        ("--max-depth N", limits.depth.to_string(), "how deep messages are nested in messages; at most 128"),
        ("--max-attributes N", limits.attributes.to_string(), "how many attributes are read"),
        ("--max-properties N", limits.properties.to_string(), "how many properties are read"),
        ("--max-recipients N", limits.recipients.to_string(), "how many recipients are read"),
        ("--max-attachments N", limits.attachments.to_string(), "how many attachments are read"),
        ("--max-output SIZE", size::format(limits.output), "the largest result of decompression"),
    ];
    writeln!(
        out,
        "What is read of a file has limits, so that a hostile one cannot fill memory. A file that somebody wrote keeps below them."
    )?;
    writeln!(out, "Where one is reached, that is said, and the exit code is 3. Every command that reads takes these options:\n")?;
    for (option, default, about) in rows {
        writeln!(out, "  {option:<21} {about} (default: {default})")?;
    }
    writeln!(out, "\nSizes are as in 500k, 64MiB, 2G.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_short_and_the_limits_are_elsewhere() {
        let mut command = crate::command();
        let help = command.find_subcommand_mut("extract").unwrap().render_long_help().to_string();
        assert!(
            !help.contains("--max-attributes") && help.contains("winmail help limits") && help.contains("Examples:"),
            "{help}"
        );
        let mut out = Vec::new();
        explain(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for option in TUCKED {
            assert!(text.contains(&format!("--{}", option.replace('_', "-"))), "{option}");
        }
        assert!(are_asked_for(&["winmail", "help", "limits"].map(OsString::from)));
    }

    #[test]
    fn a_hidden_option_is_taken() {
        let args = ["winmail", "list", "a", "--max-depth", "3"].map(OsString::from);
        assert!(crate::Invocation::parse(args).is_ok());
    }
}
