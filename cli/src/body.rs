//! `winmail body`: the text of a message on standard output.

use std::io;

use winmail::Message;
use winmail::message::html::naming_utf8;
use winmail::message::{BodyKind, BodyText};

use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::show::MOST_COLUMNS;
use super::style::{self, Shown};
use super::{EXIT_OK, Streams, failure, foreign, pager, worse};

/// Arguments of `winmail body`.
#[derive(Debug, Clone, clap::Args)]
pub struct BodyArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// As HTML, in UTF-8
    #[arg(long, group = "form")]
    html: bool,
    /// As plain text, in UTF-8; made out of HTML or RTF where the message has none
    #[arg(long, group = "form")]
    text: bool,
    /// As RTF
    #[arg(long, group = "form")]
    rtf: bool,
    /// In the form in which the sender wrote it (the default, but on a terminal, which gets text)
    #[arg(long, group = "form")]
    native: bool,
    /// On a terminal, show it by the program that PAGER names, else by less
    #[arg(long)]
    pager: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// The lines that tell messages apart, as those of `head` and `tail`; in HTML a comment.
struct Heads {
    /// Before the first one too.
    wanted: bool,
    html: bool,
}

impl Heads {
    fn next(&mut self, name: &str, streams: &mut Streams<'_>) -> io::Result<()> {
        let wanted = std::mem::replace(&mut self.wanted, true);
        match (wanted, self.html) {
            (false, _) => Ok(()),
            (true, true) => writeln!(streams.out, "<!-- {} -->", Shown(&name.replace("--", "- - "))),
            (true, false) => writeln!(streams.out, "==> {} <==", Shown(name)),
        }
    }
}

/// HTML as it is printed, in UTF-8 and saying so.
fn declared(mut html: BodyText) -> BodyText {
    if html.kind == BodyKind::Html {
        html.text = naming_utf8(&html.text).into_owned();
    }
    html
}

/// Prints the bodies; the result is the exit code: failed where a message has none in the wanted form.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &BodyArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    if !(args.pager && streams.out_is_terminal) {
        return print(args, streams);
    }
    match pager::start(std::env::var_os("PAGER").as_deref()) {
        Ok(mut shown) => {
            let mut to_pager =
                Streams { stdin: &mut *streams.stdin, out: &mut shown, err: &mut *streams.err, out_is_terminal: true };
            let printed = print(args, &mut to_pager);
            shown.wait()?;
            // Whoever leaves the pager has seen enough.
            printed.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(EXIT_OK) } else { Err(error) })
        }
        Err(error) => {
            writeln!(streams.err, "winmail: {}; PAGER names another one", failure::words(&error))?;
            Ok(read::FAILED)
        }
    }
}

fn print(args: &BodyArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    // Without a wish, a terminal gets what a person reads.
    let readable = streams.out_is_terminal && !(args.html || args.rtf || args.native || args.text);
    let mut heads = Heads { wanted: args.files.files.len() > 1, html: args.html };
    let mut inputs = Inputs::new(&args.files, &args.read);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let Some(loaded) = read::stream_of(input.loaded, &name, &mut code, streams)? else { continue };
        let options = loaded.reading(&args.read.showing());
        let found = Message::read(&loaded.bytes, &options).and_then(|message| {
            let report = message.verdict();
            let text = |found: Option<BodyText>| found.map(|found| (found.text.into_bytes(), found.report));
            let found = if args.rtf {
                message.rtf()?.map(|rtf| (rtf.bytes, rtf.report))
            } else if args.html {
                text(message.html()?.map(declared))
            } else if readable {
                text(message.text_of_width(style::width().min(MOST_COLUMNS))?)
            } else if args.text {
                text(message.text()?)
            } else {
                text(message.native_text()?.map(declared))
            };
            Ok(found.map(|(body, _)| (body, report)))
        });
        match found {
            Ok(Some((body, report))) => {
                heads.next(&name, streams)?;
                if args.rtf {
                    foreign::write(streams, &body)?;
                } else {
                    foreign::write_text(streams, &String::from_utf8_lossy(&body))?;
                }
                code = worse(code, read::exit_code(&report));
                if let Some(defects) = read::defect_count(&report) {
                    writeln!(streams.err, "winmail: {name}: {defects}: `winmail check` shows them")?;
                }
            }
            Ok(None) => {
                code = worse(code, read::FAILED);
                let form = if args.rtf {
                    "RTF body"
                } else if args.html {
                    "HTML body"
                } else {
                    "body"
                };
                writeln!(streams.err, "winmail: {name}: the message has no {form}")?;
            }
            Err(error) => read::say_failure(&error, &loaded, &name, &mut code, streams)?,
        }
    }
    inputs.say_passed(streams.err)?;
    Ok(code)
}
