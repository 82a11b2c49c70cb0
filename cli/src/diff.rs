//! `winmail diff A B`: what differs between two messages, by meaning.
//!
//! Compared are facts, not bytes: text as text whichever encoding it has, properties by tag or name in whatever order, recipients
//! by address, attachments by name and contents, embedded messages all the way down. Lengths, checksums, padding and the ids of
//! named properties do not count.
//!
//! The exit code is that of `diff`: 0 the same, 1 different, 2 trouble.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use winmail::Message;
use winmail::message::diff::{Difference, differences};

use super::read::{self, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_OK, Streams, failure};
use winmail::input::Loaded;

/// Both are the same, that is. The other two codes of `diff` have other meanings in this program.
const EXIT_DIFFERENT: u8 = 1;
const EXIT_TROUBLE: u8 = 2;

/// Arguments of `winmail diff`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Exit codes: 0 the same, 1 different, 2 trouble.")]
pub struct DiffArgs {
    /// The one file; - is standard input
    #[arg(value_name = "A")]
    one: PathBuf,
    /// The other file
    #[arg(value_name = "B")]
    other: PathBuf,
    /// Print JSON: an object with the differences, described in docs/diff-json.md
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Compares two files; the result is the exit code.
///
/// # Errors
/// Those of standard error. That standard output fails is trouble, and said; that nobody reads it any more changes nothing.
pub fn run(args: &DiffArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let found = match compared(args, streams.stdin) {
        Ok(found) => found,
        Err(message) => {
            writeln!(streams.err, "winmail: {message}")?;
            return Ok(EXIT_TROUBLE);
        }
    };
    match print(args, &found, style, streams.out) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            writeln!(streams.err, "winmail: {}", failure::words(&error))?;
            Ok(EXIT_TROUBLE)
        }
        _ if found.is_empty() => Ok(EXIT_OK),
        _ => Ok(EXIT_DIFFERENT),
    }
}

/// The differences, or what is wrong with which file.
fn compared(args: &DiffArgs, stdin: &mut dyn Read) -> Result<Vec<Difference>, String> {
    if [&args.one, &args.other].iter().all(|file| file.as_path() == Path::new("-")) {
        return Err("only one of the two can be standard input".to_owned());
    }
    let mut load =
        |file: &Path| read::load(file, &args.read, stdin).map_err(|message| format!("{}: {message}", read::display_name(file)));
    let (one, other) = (load(&args.one)?, load(&args.other)?);
    let one = parsed(args, &args.one, &one)?;
    Ok(differences(&one, &parsed(args, &args.other, &other)?))
}

fn parsed<'l>(args: &DiffArgs, file: &Path, loaded: &'l Loaded) -> Result<Message<'l>, String> {
    Message::read(&loaded.bytes, &loaded.reading(&args.read.options()))
        .map_err(|error| format!("{}: {}", read::display_name(file), Shown(&read::failure(&error, loaded))))
}

fn print(args: &DiffArgs, found: &[Difference], style: Style, out: &mut dyn Write) -> io::Result<()> {
    if args.json {
        let value = json!({
            "schema": "winmail-diff/1",
            "a": args.one.to_string_lossy(),
            "b": args.other.to_string_lossy(),
            "same": found.is_empty(),
            "differences": found.iter().map(json).collect::<Vec<_>>(),
        });
        super::json_out::pretty(out, &value)?;
    } else {
        for difference in found {
            writeln!(out, "{}", line(difference, style))?;
        }
    }
    out.flush()
}

/// Writes a difference as a line for people.
pub(crate) fn line(difference: &Difference, style: Style) -> String {
    let path = style.bold(Shown(&difference.path));
    match (&difference.one, &difference.other) {
        (Some(one), Some(other)) => format!("~ {path}: {} -> {}", Shown(one), Shown(other)),
        (Some(one), None) => format!("- {path}: {}", Shown(one)),
        (None, other) => format!("+ {path}: {}", Shown(other.as_deref().unwrap_or_default())),
    }
}

fn json(difference: &Difference) -> Value {
    json!({ "path": difference.path, "kind": difference.kind(), "a": difference.one, "b": difference.other })
}

#[cfg(test)]
mod tests {
    use super::*;
    use winmail::WriteOptions;
    use winmail::mapi::{RecipientType, tags};
    use winmail::{Attachment, Recipient};

    fn message() -> Message<'static> {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::SUBJECT, "one");
        message.recipients.push(Recipient::smtp(RecipientType::TO, "Jane", "jane@example.com"));
        message.recipients.push(Recipient::smtp(RecipientType::CC, "Joe", "joe@example.com"));
        message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
        message.attachments.push(Attachment::from_message(Message::new("IPM.Note")));
        message
    }

    #[test]
    fn trouble_and_difference_have_codes_of_their_own() {
        struct Broken(io::ErrorKind);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(self.0.into())
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.into_os_string()
        };
        let one = file("one", &message().to_tnef(&WriteOptions::default()).unwrap());
        let other = file("other", &Message::new("IPM.Note").to_tnef(&WriteOptions::default()).unwrap());
        let nonsense = file("nonsense", b"nonsense");
        let code = |one: &std::ffi::OsStr, other: &std::ffi::OsStr, out: &mut dyn Write| {
            let mut err = Vec::new();
            let mut streams = Streams { stdin: &mut io::empty(), out, err: &mut err, out_is_terminal: false };
            let args = ["winmail".as_ref(), "diff".as_ref(), one, other].map(ToOwned::to_owned);
            let code = super::super::run(args, &mut streams);
            (code, String::from_utf8(err).unwrap())
        };
        assert_eq!(code(&one, &one, &mut Vec::new()), (0, String::new()));
        assert_eq!(code(&one, &other, &mut Vec::new()), (1, String::new()));
        assert_eq!(code(&one, &other, &mut Broken(io::ErrorKind::BrokenPipe)), (1, String::new()));
        let (full, said) = code(&one, &other, &mut Broken(io::ErrorKind::StorageFull));
        assert_eq!((full, said.starts_with("winmail: ")), (2, true));
        let (wrong, said) = code(&one, &nonsense, &mut Vec::new());
        assert_eq!((wrong, said.contains("nonsense")), (2, true), "{said}");
        assert_eq!(code("-".as_ref(), "-".as_ref(), &mut Vec::new()).0, 2);
    }
}
