//! The program `winmail`: one file a verb, over the library [`winmail`].
//!
//! Writers are passed in, so that verbs are tested without a process.
//!
//! Exit codes: 0 clean, 1 failed, 2 wrong usage, 3 read, but with defects. Of several files the worst counts, in the order
//! 0, 3, 1. Output that nobody reads any more (a closed pipe) is no error.
//!
//! `diff` alone has the exit codes of its namesake: 0 the same, 1 different, 2 trouble. Defects do not count there: what they are is
//! for `check` to say, and a script that compares wants to know one thing. `filter` has an exit code of its own, and `recall`
//! says its outcome by them.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::string_slice
    )
)]

mod archive;
mod bodies;
mod body;
mod check;
mod chosen;
mod container;
mod convert;
mod diff;
mod digits;
mod dump;
mod edit;
mod examples;
mod extract;
mod failure;
mod files;
mod filled;
mod filter;
mod flags;
mod folder;
mod foreign;
mod foreign_item;
mod interrupt;
mod item;
mod json_out;
mod large;
mod limits;
mod list;
mod list_json;
mod local_time;
mod man;
mod manifest;
mod memory;
mod open;
mod output_dir;
mod pack;
mod pager;
mod policy;
mod props;
mod read;
mod recall;
mod redact;
mod register;
mod rtf;
mod rtf_convert;
mod sample;
mod show;
mod signed;
mod standard_output;
mod style;
mod suggest;
pub mod table;
mod ticket;
mod verb_list;
mod walk;

use std::ffi::OsString;
use std::io::{self, Read, Write};

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, Parser};

pub use interrupt::leave_signals;
pub use standard_output::standard_output;
use style::ColorWhen;

/// Everything went well.
pub const EXIT_OK: u8 = 0;
/// Something could not be read or written.
pub const EXIT_FAILED: u8 = 1;
/// The command line is wrong.
pub const EXIT_USAGE: u8 = 2;
/// Everything was read, but the input has defects.
pub const EXIT_DEFECTS: u8 = 3;

/// Look into TNEF (winmail.dat) and take out what is inside.
#[derive(Debug, Parser)]
#[command(name = "winmail", version, about, max_term_width = 200)]
#[command(after_help = "Exit codes: 0 clean, 1 failed, 2 wrong usage, 3 read with defects.\n\
    FILE may be TNEF (winmail.dat), its base64, an Outlook message (.msg), a mail or mbox that carries it, a folder or Maildir of these, or - for \
    standard input.")]
struct GlobalArgs {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    color: ColorWhen,
}

/// The verbs: their arguments and what they are for.
///
/// `#[derive(Subcommand)]` would define the arguments of all verbs at each start, which takes longer than to list a small file.
/// Here those of a verb are defined when its turn comes.
macro_rules! verbs {
    ($($(#[doc = $about:literal])+ $verb:ident $name:literal $args:ty,)+) => {
        #[derive(Debug)]
        enum Verb {
            $($(#[doc = $about])+ $verb($args),)+
        }

        impl Verb {
            /// Adds the verbs to a command. `eager`: with their arguments at once.
            fn define(command: Command, eager: bool) -> Command {
                command$(.subcommand({
                    const ABOUT: &str = concat!($($about),+);
                    let arguments = |command| {
                        // The type's own documentation is not for users.
                        let command = <$args as clap::Args>::augment_args(command).about(ABOUT.trim_ascii()).long_about(None);
                        limits::tucked_away(examples::add(command, $name))
                    };
                    let verb = Command::new($name).about(ABOUT.trim_ascii());
                    if eager { arguments(verb) } else { verb.defer(arguments) }
                }))+
            }

            fn from_matches(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
                let (name, mut matches) = matches.remove_subcommand().unwrap_or_default();
                match name.as_str() {
                    $($name => <$args>::from_arg_matches_mut(&mut matches).map(Verb::$verb),)+
                    _ => Err(clap::Error::new(ErrorKind::MissingSubcommand)),
                }
            }
        }
    };
}

verbs! {
    /// Show a message as one reads it: who, when, what, text, attachments. `winmail FILE` does the same
    Show "show" show::ShowArgs,
    /// Show what is inside: kind, subject, bodies, attachments
    List "list" list::ListArgs,
    /// Write attachments and bodies into a folder
    Extract "extract" extract::ExtractArgs,
    /// Write what is inside into a new folder, and show that folder
    Open "open" open::OpenArgs,
    /// Print the body of a message
    Body "body" body::BodyArgs,
    /// Make other formats of many mails and streams: eml, mbox, Maildir, tnef, msg, json, html, text
    Convert "convert" convert::ConvertArgs,
    /// Write messages as rows of tables: messages, attachments, properties, recipients, diagnostics
    Table "table" table::TableArgs,
    /// Say what is wrong with a file
    Check "check" check::CheckArgs,
    /// Show everything: every attribute and property, with offsets
    Dump "dump" dump::DumpArgs,
    /// Pass a mail from standard input to standard output, with what is in its winmail.dat in the place of it
    Filter "filter" filter::FilterArgs,
    /// Change a message: properties, body, attachments, and nothing else
    Edit "edit" Box<edit::EditArgs>,
    /// Make a winmail.dat: of text, files and addresses, or of a dump's JSON
    Pack "pack" Box<pack::PackArgs>,
    /// Say what differs between two messages
    Diff "diff" diff::DiffArgs,
    /// Replace what is personal in a file, so that it can be handed in
    Redact "redact" redact::RedactArgs,
    /// Make sample files, sound and damaged, of every corner of the format
    Sample "sample" sample::SampleArgs,
    /// Look up properties by name, tag or number
    Props "props" props::PropsArgs,
    /// Compress, decompress and convert RTF bodies
    Rtf "rtf" rtf::RtfArgs,
    /// Say what may leave, in which format, for whom, and why
    Policy "policy" policy::PolicyArgs,
    /// Say whether a recall will find its message, and if not, why
    Recall "recall" recall::RecallArgs,
    /// Have winmail.dat opened by a double click, for this user
    Register "register" register::RegisterArgs,
    /// Print man pages, or write them into a folder
    Man "man" man::ManArgs,
    /// Print the completion script of a shell
    Completions "completions" man::CompletionsArgs,
}

/// Where a verb reads from and writes to.
pub struct Streams<'s> {
    /// Standard input.
    pub stdin: &'s mut dyn Read,
    /// Standard output.
    pub out: &'s mut dyn Write,
    /// Standard error.
    pub err: &'s mut dyn Write,
    /// Whether `out` is a terminal that takes colours.
    pub out_is_terminal: bool,
}

/// The program's command line, for what is made out of it: man pages and shell completions.
#[must_use]
pub fn command() -> clap::Command {
    Verb::define(root(), true)
}

fn root() -> Command {
    examples::add(GlobalArgs::command(), "").subcommand_required(true).arg_required_else_help(true)
}

/// A command line that was understood.
pub struct Invocation {
    global: GlobalArgs,
    verb: Verb,
}

impl Invocation {
    /// Understands a command line; the first argument is the program's name.
    ///
    /// # Errors
    /// Wrong usage; also where help or the version is asked for.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let args: Vec<OsString> = args.into_iter().collect();
        // Behind a verb the help of the program itself is not asked for, and to lay it out costs a tenth of a start.
        let is_verb = args.get(1).is_some_and(|first| first != "help" && !first.as_encoded_bytes().starts_with(b"-"));
        let define = || if is_verb { Verb::define(root(), false) } else { verb_list::grouped(Verb::define(root(), false)) };
        let read = |args: &[OsString]| define().try_get_matches_from(args);
        let mut matches = match read(&args) {
            Err(error) if error.kind() == ErrorKind::InvalidSubcommand => match suggest::instead(&args) {
                suggest::Instead::Show(args) => read(&args)?,
                suggest::Instead::Say(why) => return Err(root().error(ErrorKind::InvalidSubcommand, why)),
                suggest::Instead::Nothing => return Err(error),
            },
            read => read?,
        };
        Ok(Invocation { global: GlobalArgs::from_arg_matches_mut(&mut matches)?, verb: Verb::from_matches(&mut matches)? })
    }

    /// Does what it says, as often as it is called; the result is the exit code.
    pub fn run(&self, streams: &mut Streams<'_>) -> u8 {
        let style = style::Style::new(self.global.color, streams.out_is_terminal, std::env::var_os("NO_COLOR").as_deref());
        let result = match &self.verb {
            // It alone must not take a closed pipe for success.
            Verb::Filter(args) => return filter::run(args, streams),
            Verb::Show(args) => show::run(args, style, streams),
            Verb::List(args) => list::run(args, style, streams),
            Verb::Extract(args) => extract::run(args, streams),
            Verb::Open(args) => open::run(args, streams),
            Verb::Body(args) => body::run(args, streams),
            Verb::Convert(args) => convert::run(args, streams),
            Verb::Table(args) => table::run(args, streams),
            Verb::Check(args) => check::run(args, style, streams),
            Verb::Dump(args) => dump::run(args, style, streams),
            Verb::Rtf(args) => match args.conversion() {
                Some(conversion) => rtf_convert::run(conversion, streams),
                None if streams.out_is_terminal => {
                    let mut made = Vec::new();
                    rtf::run(args, streams.stdin, &mut made, streams.err)
                        .and_then(|code| foreign::write(streams, &made).map(|()| code))
                }
                None => rtf::run(args, streams.stdin, streams.out, streams.err),
            },
            Verb::Edit(args) => edit::run(args, style, streams),
            Verb::Pack(args) => pack::run(args, streams),
            Verb::Sample(args) => sample::run(args, style, streams),
            Verb::Diff(args) => diff::run(args, style, streams),
            Verb::Redact(args) => redact::run(args, style, streams),
            Verb::Props(args) if streams.out_is_terminal && !args.json => {
                let mut lines = Vec::new();
                props::run(args, &mut lines, streams.err)
                    .and_then(|code| filled::write(&String::from_utf8_lossy(&lines), style::width(), streams.out).map(|()| code))
            }
            Verb::Props(args) => props::run(args, streams.out, streams.err),
            Verb::Policy(args) => policy::run(args, style, streams),
            Verb::Recall(args) => recall::run(args, style, streams),
            Verb::Register(args) => register::run(args, streams),
            Verb::Man(args) => man::run(args, streams),
            Verb::Completions(args) => man::complete(args, streams),
        };
        // `diff` has flushed, and its exit code does not change when nobody reads on.
        let flushed = if matches!(self.verb, Verb::Diff(_)) { Ok(()) } else { streams.out.flush() };
        match result.and_then(|code| flushed.map(|()| code)) {
            Ok(code) => code,
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => EXIT_OK,
            Err(error) => {
                // Nothing is left to be done if this fails too.
                let about = if failure::is_named(&error) { "" } else { "standard output: " };
                let _ = writeln!(streams.err, "winmail: {about}{}", failure::words(&error));
                EXIT_FAILED
            }
        }
    }
}

/// Runs the program; the result is the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    if limits::are_asked_for(&args) {
        let written = limits::explain(streams.out).and_then(|()| streams.out.flush());
        return if written.is_ok() { EXIT_OK } else { EXIT_FAILED };
    }
    match Invocation::parse(args) {
        Ok(invocation) => invocation.run(streams),
        Err(error) => {
            let text = error.render();
            // Help and version are asked for and go to standard output; all else is wrong usage.
            let (code, written) = if error.use_stderr() {
                (EXIT_USAGE, write!(streams.err, "{text}"))
            } else {
                (EXIT_OK, write!(streams.out, "{text}").and_then(|()| streams.out.flush()))
            };
            if written.is_ok() { code } else { EXIT_FAILED }
        }
    }
}

/// The worse of two exit codes.
pub(crate) fn worse(one: u8, other: u8) -> u8 {
    let rank = |code: u8| match code {
        EXIT_OK => 0,
        EXIT_DEFECTS => 1,
        _ => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// Data of the library as JSON. What has string keys and no numbers that JSON lacks cannot fail.
pub(crate) fn value_of(data: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(data).unwrap_or_default()
}

/// A length as the offsets of the library count.
pub(crate) fn len64(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
