//! `winmail policy apply`: the mails that a message becomes, one for each form that some recipient needs.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::json;

use winmail::policy::Format;
use winmail::policy::apply::{Submission, apply, facts};

use super::super::failure;
use super::super::flags;
use super::super::output_dir::OutputDir;
use super::super::read::{self, ReadArgs};
use super::super::style::{Shown, Style};
use super::super::{EXIT_FAILED, Streams, worse};
use super::message::{self, Addresses};
use super::{Failure, FileArgs, Outcome, read_policy};
use winmail::safe_name::sanitize;

/// Arguments of `winmail policy apply`.
#[derive(Debug, Clone, clap::Args)]
pub struct ApplyArgs {
    /// The message: a mail, or TNEF (winmail.dat); - is standard input
    #[arg(value_name = "MESSAGE")]
    message: PathBuf,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Replace files that are there
    #[arg(long, short)]
    force: bool,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    file: FileArgs,
    /// Print JSON: an array with an object a mail
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// So many facts that a mail has not are said one by one.
const MOST_LOSSES: usize = 10;

/// A word for file names.
fn word(format: Format) -> &'static str {
    match format {
        Format::Tnef => "tnef",
        Format::MimeHtmlText => "html-text",
        Format::MimeHtml => "html",
        Format::MimeText => "text",
        Format::Plain => "plain",
        _ => "mail",
    }
}

pub(super) fn run(args: &ApplyArgs, style: Style, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let options = args.read.options();
    let loaded = message::load(&args.message, &args.read, streams.stdin)?;
    let mut report = loaded.message.report().clone();
    let (from, to) = args.addresses.or_those_of(&loaded.message)?;
    let mut charset = None;
    let facts = facts(&loaded.message, &mut charset);
    let submission = Submission { from: &from, to: &to, message: &loaded.message, facts, original: loaded.mail_with_tnef() };
    let outgoing = apply(&file.policy, &submission, &options)
        .map_err(|error| Failure::Said(format!("{}: {error}", args.message.display())))?;

    let mut folder = OutputDir::create(&args.output, args.force).map_err(|error| Failure::Said(failure::words(&error)))?;
    for one in &outgoing {
        report.append(&one.report, &options);
    }
    let mut code = read::exit_code(&report);
    let mut all = Vec::new();
    for (number, one) in outgoing.iter().enumerate() {
        let format = one.decision.format();
        let name = sanitize(&format!("{}-{}.eml", number.saturating_add(1), word(format)), "mail.eml");
        let path = match folder.write(&name, &one.mail) {
            Ok(written) => folder.path().join(written.file_name.as_str()),
            Err(error) => {
                writeln!(streams.err, "winmail: {}: {}", Shown(name.as_str()), failure::words(&error))?;
                code = worse(code, EXIT_FAILED);
                continue;
            }
        };
        let winner = if one.decision.tnef.value { one.decision.tnef.winner() } else { one.decision.encoding.winner() };
        let why = winner.map(super::explain::why).unwrap_or_default();
        if args.json {
            all.push(json!({
                "file": path.to_string_lossy(),
                "format": format.as_str(),
                "recipients": one.recipients,
                "why": why,
                "charset": one.decision.charset.value.map(|charset| charset.name()),
                "losses": one.losses,
            }));
            continue;
        }
        let path = path.to_string_lossy().into_owned();
        writeln!(streams.out, "{}: {} ({})", style.bold(Shown(&path)), format, Shown(&why))?;
        for recipient in &one.recipients {
            writeln!(streams.out, "  {}", Shown(recipient))?;
        }
        for loss in one.losses.iter().take(MOST_LOSSES) {
            writeln!(streams.out, "  not in it: {}", Shown(&loss.to_string()))?;
        }
        if let Some(more) = one.losses.len().checked_sub(MOST_LOSSES).filter(|more| *more > 0) {
            writeln!(streams.out, "  not in it: {more} more (--json has all)")?;
        }
    }
    if args.json {
        crate::json_out::pretty(streams.out, &all)?;
    }
    // Each mail that is made may say the same.
    let mut said = HashSet::new();
    for text in report.diagnostics().iter().map(flags::said) {
        if !said.contains(&text) {
            writeln!(streams.err, "winmail: {}", Shown(&text))?;
            said.insert(text);
        }
    }
    Ok(code)
}
