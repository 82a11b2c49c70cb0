//! `winmail convert`: many mails and streams into another format, on all cores.
//!
//! The names of the files are given out in the order of the inputs before anything is converted, so that they do not depend on how
//! fast what is: a second run finds what a first one wrote and goes on from there. Each file is written under another name and
//! renamed when it is whole, so that a run that was killed leaves no half of one. One thread prints; the others convert.

mod item;
mod plan;
mod progress;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use winmail::base::size;
use winmail::convert::icalendar::ZoneNames;
use winmail::convert::mime::account::Loss;
use winmail::convert::mime::filter::Outcome as Stream;
use winmail::{Code, Report, Severity};

use super::output_dir::OutputDir;
use super::read::{self, ReadArgs};
use super::style::Shown;
use super::{EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, Streams, failure, files, foreign, memory, worse};
use item::{Converted, Said};
use plan::{Item, Plan};
use progress::Progress;

/// A format to convert into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A mail that every program reads; one without TNEF stays as it is
    Eml,
    /// TNEF (winmail.dat): a mail that carries it, or the stream alone
    Tnef,
    /// Outlook's own file (.msg)
    Msg,
    /// Everything, as `winmail dump --json` shows it
    Json,
    /// The body as HTML
    Html,
    /// The body as plain text
    Text,
    /// iCalendar of an appointment, an invitation, a task, a journal entry or a note
    Ics,
    /// vCard of a contact or a distribution list
    Vcf,
}

/// How time zones are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Zones {
    /// As the item does: W. Europe Standard Time
    Windows,
    /// As the IANA database does: Europe/Berlin
    Iana,
    /// Times in UTC; series keep their zone
    Utc,
}

impl From<Zones> for ZoneNames {
    fn from(zones: Zones) -> Self {
        match zones {
            Zones::Windows => ZoneNames::Windows,
            Zones::Iana => ZoneNames::Iana,
            Zones::Utc => ZoneNames::Utc,
        }
    }
}

/// The version of vCard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CardVersion {
    /// Which Outlook and phones read
    #[value(name = "3.0")]
    V3,
    /// The newest
    #[value(name = "4.0")]
    V4,
}

/// How to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportForm {
    /// Sentences on standard error for what went wrong
    Text,
    /// One JSON object a line on standard output for every message
    Json,
}

/// What is done where a conversion would lose something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnLoss {
    /// Keep winmail.dat beside what was converted; the exit code is 3
    Keep,
    /// Do not write the message; it counts as failed
    Fail,
    /// Write it all the same, and say what is missing; the exit code is 3
    Warn,
}

/// What `--to tnef` makes.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(required = false, multiple = false)]
pub struct TnefForm {
    /// With --to tnef: a mail with winmail.dat in it [default]
    #[arg(long)]
    mail: bool,
    /// With --to tnef: the stream alone
    #[arg(long)]
    bare: bool,
    /// With --to tnef: a mail that is the stream, in binary, as Exchange servers send it to each other
    #[arg(long)]
    stnef: bool,
}

/// Arguments of `winmail convert`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Inputs are mails, mboxes, TNEF streams (winmail.dat), Outlook messages (.msg), folders and Maildirs of these.\n\
    With --to eml a mail becomes what `winmail filter` makes of it. What no mail can express (meetings, contacts, tasks, voting \
    buttons, forms) and what is damaged keeps its winmail.dat beside what was converted; this is said, counted, and no defect.\n\
    What comes out is compared with what came in: texts, files, links, people. Should something be missing, winmail.dat stays too, \
    and the exit code is 3; --on-loss says what else is to be done.\n\
    A file that is there already is skipped, so that a run that was stopped can be repeated."
)]
pub struct ConvertArgs {
    /// Files and folders to convert; - is standard input
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,
    /// Folder to write into, made if it is not there; - writes one single message to standard output
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Format to convert into
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Format,
    #[command(flatten)]
    tnef: TnefForm,
    /// With --to tnef: also write the body as RTF, for old readers
    #[arg(long)]
    rtf: bool,
    /// With --to ics: how the zones of times are named
    #[arg(long, value_name = "NAMES", value_enum, default_value_t = Zones::Windows)]
    zones: Zones,
    /// With --to vcf: the version of the card
    #[arg(long, value_name = "VERSION", value_enum, default_value_t = CardVersion::V3)]
    vcard: CardVersion,
    /// Name blind copies in mails and streams
    #[arg(long)]
    bcc: bool,
    /// How many messages to convert at once [default: as many as there are cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write again what is there
    #[arg(long, short)]
    force: bool,
    /// With --to eml: leave mails alone that have a DKIM or ARC signature, which a change may break
    #[arg(long)]
    leave_signed: bool,
    /// With --to eml: what to do if something of a message would be lost
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = OnLoss::Keep)]
    on_loss: OnLoss,
    /// Write nothing; say what would become of each message, and what it would lose
    #[arg(long)]
    dry_run: bool,
    /// How to report
    #[arg(long, value_name = "FORM", value_enum, default_value_t = ReportForm::Text)]
    report: ReportForm,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// How many results are handed to the thread that prints at once, at most, and after which time there are enough.
const BATCH: usize = 32;
const SOON: Duration = Duration::from_millis(50);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Converted,
    /// There was nothing to convert; it was copied.
    Unchanged,
    /// Its file is there already.
    Skipped,
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Outcome::Converted => "converted",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "failed",
        }
    }
}

/// A message that is done.
#[derive(Debug)]
struct Done {
    number: usize,
    file: PathBuf,
    mail: Option<usize>,
    output: Option<PathBuf>,
    outcome: Outcome,
    error: Option<String>,
    said: Said,
}

/// How many messages ended how. `Display` is the last line for the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Summary {
    converted: u64,
    unchanged: u64,
    skipped: u64,
    failed: u64,
    /// Of those that were converted.
    defects: u64,
    /// Those with a stream that stays.
    kept: u64,
    /// Those whose conversion was not complete.
    incomplete: u64,
}

impl Summary {
    fn count(&mut self, done: &Done) {
        let count = match done.outcome {
            Outcome::Converted => &mut self.converted,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Failed => &mut self.failed,
        };
        *count = count.saturating_add(1);
        if done.outcome != Outcome::Failed && has_defects(&done.said.report) {
            self.defects = self.defects.saturating_add(1);
        }
        if !done.said.kept.is_empty() {
            self.kept = self.kept.saturating_add(1);
        }
        if !done.said.losses.is_empty() {
            self.incomplete = self.incomplete.saturating_add(1);
        }
    }

    fn all(&self) -> u64 {
        [self.converted, self.unchanged, self.skipped, self.failed].into_iter().fold(0, u64::saturating_add)
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages = if self.all() == 1 { "message" } else { "messages" };
        write!(f, "{} {messages}: {} converted, {} unchanged", self.all(), self.converted, self.unchanged)?;
        if self.skipped > 0 {
            write!(f, ", {} there already", self.skipped)?;
        }
        if self.kept > 0 {
            write!(f, ", {} with winmail.dat kept", self.kept)?;
        }
        if self.incomplete > 0 {
            write!(f, ", {} not complete", self.incomplete)?;
        }
        write!(f, ", {} with defects, {} failed", self.defects, self.failed)
    }
}

fn has_defects(report: &Report) -> bool {
    matches!(report.worst(), Some(Severity::Warning | Severity::Error))
}

/// Converts the inputs; the result is the exit code.
///
/// # Errors
/// Those of the writers to the terminal. What goes wrong with a message is said and counted, and the next one is taken.
pub fn run(args: &ConvertArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    if args.output == Path::new("-") {
        return to_stdout(args, streams);
    }
    // Standard input belongs to this thread.
    let piped = args.inputs.iter().any(|file| file == Path::new("-"));
    let stdin = if piped { Some(files::read(Path::new("-"), streams.stdin, args.read.max_size)) } else { None };
    let folder =
        if args.dry_run { Ok(OutputDir::planned(&args.output, args.force)) } else { OutputDir::create(&args.output, args.force) };
    let folder = match folder {
        Ok(folder) => folder,
        Err(error) => {
            writeln!(streams.err, "winmail: {}", failure::words(&error))?;
            return Ok(EXIT_FAILED);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let limit = memory::limit();
    let fitting = limit.and_then(|limit| usize::try_from(memory::jobs(limit)).ok()).unwrap_or(usize::MAX);
    let jobs = args.jobs.map_or(cores.min(fitting), usize::from);
    let longest = limit.map_or(u64::MAX, |limit| memory::longest(limit, u64::try_from(jobs).unwrap_or(u64::MAX)));
    let shown = streams.out_is_terminal && !args.quiet && args.report == ReportForm::Text && io::stderr().is_terminal();
    let mut progress = Progress::new(shown);
    let plan = Mutex::new(Plan::new(args, stdin, folder));
    let mut summary = Summary::default();
    std::thread::scope(|scope| -> io::Result<()> {
        // Bounded, so that results do not pile up where output is slow. Several at once: the thread that prints is not to take a
        // core from the others for each message.
        let (sender, receiver) = mpsc::sync_channel::<Vec<Done>>(jobs.saturating_mul(4));
        for _ in 0..jobs {
            let (sender, plan) = (sender.clone(), &plan);
            scope.spawn(move || {
                // The lock is let go before the work starts. A plan that was poisoned has nothing to give.
                let take = || plan.lock().ok().and_then(|mut plan| plan.next());
                let mut batch = Vec::new();
                let mut sent = Instant::now();
                while let Some(item) = take() {
                    batch.push(work(args, item, longest));
                    if batch.len() >= BATCH || sent.elapsed() >= SOON {
                        if sender.send(std::mem::take(&mut batch)).is_err() {
                            return;
                        }
                        sent = Instant::now();
                    }
                }
                // Nobody reads on if this fails.
                let _ = sender.send(batch);
            });
        }
        drop(sender);
        // In the order of the inputs, whoever was faster.
        let mut waiting = BTreeMap::new();
        let mut next = 0usize;
        for done in receiver.into_iter().flatten() {
            waiting.insert(done.number, done);
            while let Some(done) = waiting.remove(&next) {
                next = next.saturating_add(1);
                summary.count(&done);
                let total = if shown { plan.lock().map_or(0, |plan| plan.total()) } else { 0 };
                // Where nobody reads on, the others notice that the receiver is gone.
                if done.error.is_some() || !done.said.report.is_empty() || !done.said.kept.is_empty() {
                    progress.clear(streams.err)?;
                }
                say(args, &done, streams)?;
                progress.show(summary.all(), total, summary.failed, streams.err)?;
            }
        }
        Ok(())
    })?;
    progress.clear(streams.err)?;
    if !args.quiet {
        match args.report {
            ReportForm::Text => writeln!(streams.out, "{summary}, in {}", args.output.display())?,
            ReportForm::Json => writeln!(streams.err, "{summary}, in {}", args.output.display())?,
        }
    }
    Ok(match (summary.failed, summary.defects) {
        (0, 0) => EXIT_OK,
        (0, _) => EXIT_DEFECTS,
        _ => EXIT_FAILED,
    })
}

/// Converts a message and writes its file.
fn work(args: &ConvertArgs, item: Item, longest: u64) -> Done {
    let Item { number, file, mail, slot, source } = item;
    let mut done = Done { number, file, mail, output: None, outcome: Outcome::Failed, error: None, said: Said::default() };
    let slot = match slot {
        Ok(slot) => slot,
        Err(error) => {
            done.error = Some(error);
            return done;
        }
    };
    done.output = Some(slot.path().to_owned());
    if slot.is_taken() {
        done.outcome = Outcome::Skipped;
        return done;
    }
    // A defect of ours in one mail is to cost this mail only.
    let made = catch_unwind(AssertUnwindSafe(|| {
        let bytes = source.bytes(&args.read)?;
        if u64::try_from(bytes.len()).map_or(true, |length| length > longest) {
            return Err(format!("passed over: the memory that there is does not allow more than {}", size::format(longest)));
        }
        item::convert(args, &bytes, &mut done.said)
    }));
    let made = made.unwrap_or_else(|_| Err("internal error; please report it with the mail".to_owned()));
    let written = made.and_then(|made| {
        let bytes = match &made {
            Converted::Made(bytes) | Converted::Same(bytes) => bytes,
        };
        if !args.dry_run {
            slot.write(bytes).map_err(|error| failure::words(&error))?;
        }
        Ok(if matches!(made, Converted::Made(_)) { Outcome::Converted } else { Outcome::Unchanged })
    });
    match written {
        Ok(outcome) => done.outcome = outcome,
        Err(error) => (done.output, done.error) = (None, Some(error)),
    }
    done
}

/// Says what became of a message.
fn say(args: &ConvertArgs, done: &Done, streams: &mut Streams<'_>) -> io::Result<()> {
    if args.report == ReportForm::Json {
        let mut line = json!({
            "file": done.file.to_string_lossy(),
            "mail": done.mail,
            "output": done.output.as_ref().map(|path| path.to_string_lossy()),
            "result": done.outcome.as_str(),
            "error": done.error,
            "kept": done.said.kept.iter().map(kept).collect::<Vec<_>>(),
            "losses": done.said.losses.iter().map(loss).collect::<Vec<_>>(),
        });
        let mut report = done.said.report.clone();
        report.append(&done.said.status, &args.read.options());
        if let (Value::Object(line), Value::Object(report)) = (&mut line, super::value_of(&report)) {
            line.extend(report);
        }
        return super::json_out::line(streams.out, &line);
    }
    let name = match done.mail {
        Some(mail) => format!("{}, mail {mail}", read::display_name(&done.file)),
        None => read::display_name(&done.file),
    };
    if let Some(error) = &done.error {
        writeln!(streams.err, "winmail: {name}: {}", Shown(error))?;
    } else if let Some(defects) = read::defect_count(&done.said.report).filter(|_| !args.quiet) {
        writeln!(streams.err, "winmail: {name}: {defects}; --report json shows them")?;
    }
    if args.dry_run && !args.quiet {
        writeln!(streams.out, "{name}: {}", done.outcome.as_str())?;
    }
    say_kept(args, &name, &done.said, streams)
}

/// Says which streams stay, and why.
fn say_kept(args: &ConvertArgs, name: &str, said: &Said, streams: &mut Streams<'_>) -> io::Result<()> {
    for stream in said.kept.iter().filter(|_| !args.quiet) {
        writeln!(streams.err, "winmail: {name}: {}: {}", Shown(&stream.part), Shown(&stream.action.to_string()))?;
    }
    let verb = if args.on_loss == OnLoss::Keep { "winmail.dat stays for" } else { "this loses" };
    for loss in said.losses.iter().filter(|_| !args.quiet) {
        writeln!(streams.err, "winmail: {name}: {}: {verb} {}", Code::ConversionIncomplete, Shown(&loss.to_string()))?;
    }
    Ok(())
}

/// A loss, for programs.
fn loss(loss: &Loss) -> Value {
    json!({
        "code": loss.code.name(),
        "part": loss.part,
        "subject": loss.subject,
        "offset": loss.range.as_ref().map(|range| range.start),
        "length": loss.range.as_ref().map(|range| range.end.saturating_sub(range.start)),
    })
}

/// A stream that stays, for programs.
fn kept(stream: &Stream) -> Value {
    json!({
        "part": stream.part,
        "offset": stream.range.start,
        "length": stream.range.len(),
        "action": stream.action.name(),
        "reason": stream.reason().map(|reason| reason.code()),
        "detail": stream.reason().map(ToString::to_string),
    })
}

/// One message to standard output.
fn to_stdout(args: &ConvertArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let [file] = args.inputs.as_slice() else {
        writeln!(streams.err, "winmail: only one input can go to standard output; -o DIR takes several")?;
        return Ok(super::EXIT_USAGE);
    };
    let name = read::display_name(file);
    let mut said = Said::default();
    let made = files::read(file, streams.stdin, args.read.max_size).map_err(|error| read::unreadable(&error)).and_then(|bytes| {
        match plan::mails(&bytes).len() {
            0 | 1 => item::convert(args, &bytes, &mut said),
            n => Err(format!("holds {n} mails; -o DIR writes a file for each")),
        }
    });
    match made {
        Ok(Converted::Made(bytes) | Converted::Same(bytes)) => {
            if !args.dry_run {
                foreign::write(streams, &bytes)?;
            }
            say_kept(args, &name, &said, streams)?;
            if let Some(defects) = read::defect_count(&said.report).filter(|_| !args.quiet) {
                writeln!(streams.err, "winmail: {name}: {defects}: `winmail check` shows them")?;
            }
            Ok(worse(EXIT_OK, read::exit_code(&said.report)))
        }
        Err(error) => {
            writeln!(streams.err, "winmail: {name}: {}", Shown(&error))?;
            Ok(EXIT_FAILED)
        }
    }
}
