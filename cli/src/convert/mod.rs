//! `winmail convert`: many mails and streams into another format, on all cores.
//!
//! The names of the files are given out in the order of the inputs before anything is converted, so that they do not depend on how
//! fast what is. A journal says what is the result of which message, so that a second run goes on from there. Each file is written
//! under another name and renamed when it is whole, so that a run that was killed leaves no half of one. One thread prints, and writes
//! what goes into one file; the others convert. How far they may be ahead of it is bounded, so that memory is.

mod args;
mod contained;
mod folders;
mod item;
mod journal;
mod mbox_reader;
mod plan;
mod progress;
mod state;
mod summary;
mod tar;
mod target;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use winmail::base::size;
use winmail::convert::mime::mbox::{self, Separator};

pub(crate) use args::{CardVersion, OnLoss};
pub use args::{ConvertArgs, Format, ReportForm};

use super::interrupt::{self, Interrupts};
use super::{EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, EXIT_USAGE, Streams, failure, files, foreign, memory};
use item::Converted;
use plan::{Item, Origin, Plan};
use progress::Progress;
use summary::{Done, Notes, Outcome, Summary};
use target::{Delivered, Place, Target};

/// How many results are handed to the thread that prints at once, at most, and after which time there are enough.
const BATCH: usize = 32;
const SOON: Duration = Duration::from_millis(50);
/// How many results, and how many bytes of them, may wait for one that takes long.
const MOST_WAITING: usize = 4096;
const MOST_BYTES: usize = 64 << 20;

/// Converts the inputs; the result is the exit code.
///
/// # Errors
/// Those of the writers to the terminal. What goes wrong with a message is said and counted, and the next one is taken.
pub fn run(args: &ConvertArgs, streams: &mut Streams<'_>) -> io::Result<u8> {
    let args = &args.clone().by_name();
    let interrupts = interrupt::watch();
    if args.to == Format::Maildir && args.is_piped() {
        writeln!(streams.err, "winmail: a Maildir is a folder and cannot go to standard output; -o DIR writes one")?;
        return Ok(EXIT_USAGE);
    }
    if args.self_contained && args.to != Format::Html {
        writeln!(streams.err, "winmail: --self-contained is for pages: --to html; mails carry their pictures with them")?;
        return Ok(EXIT_USAGE);
    }
    // Standard input belongs to this thread.
    let piped = args.inputs.iter().any(|file| file == Path::new("-"));
    let stdin = if piped { Some(files::read(Path::new("-"), streams.stdin, args.read.max_size)) } else { None };
    let mut plan = Plan::new(args, stdin, (!args.is_piped()).then(|| args.output.clone()));
    let many = matches!(args.to, Format::Mbox | Format::Jsonl | Format::Ics | Format::Vcf);
    if args.is_piped() && !many && plan.count(1) > 1 {
        writeln!(
            streams.err,
            "winmail: there are several messages, and one alone can go to standard output; -o DIR takes them all"
        )?;
        return Ok(EXIT_USAGE);
    }
    let single = is_file_of(args) && plan.count(1) == 1;
    let target = match Target::open(args, single) {
        Ok(target) => target,
        Err(error) => {
            writeln!(streams.err, "winmail: {error}")?;
            return Ok(EXIT_FAILED);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let limit = memory::limit();
    let fitting = limit.and_then(|limit| usize::try_from(memory::jobs(limit)).ok()).unwrap_or(usize::MAX);
    let jobs = args.jobs.map_or(cores.min(fitting), usize::from);
    let longest = limit.map_or(u64::MAX, |limit| memory::longest(limit, u64::try_from(jobs).unwrap_or(u64::MAX)));
    let shown = streams.out_is_terminal && !args.quiet && args.report == ReportForm::Text && io::stderr().is_terminal();
    let run = Run {
        args,
        target,
        longest,
        interrupts,
        queue: Mutex::new(Queue { plan, printed: 0, given: 0, waiting: 0 }),
        turn: Condvar::new(),
        is_over: AtomicBool::new(false),
    };
    let mut printer = Printer {
        run: &run,
        progress: Progress::new(shown),
        shown,
        summary: Summary::default(),
        notes: Notes::default(),
        end: if let Target::Joined(joined) = &run.target { joined.end() } else { 0 },
        stopped: None,
    };
    std::thread::scope(|scope| -> io::Result<()> {
        // Bounded, so that results do not pile up where output is slow. Several at once: the thread that prints is not to take a
        // core from the others for each message.
        let (sender, receiver) = mpsc::sync_channel::<Vec<Done>>(jobs.saturating_mul(4));
        for _ in 0..jobs {
            let (sender, run) = (sender.clone(), &run);
            scope.spawn(move || run.convert(&sender));
        }
        drop(sender);
        let printed = receiver.into_iter().flatten().try_for_each({
            // In the order of the inputs, whoever was faster.
            let mut waiting = BTreeMap::new();
            let mut next = 0usize;
            let printer = &mut printer;
            let streams = &mut *streams;
            move |done| {
                waiting.insert(done.number, done);
                while let Some(done) = waiting.remove(&next) {
                    next = next.saturating_add(1);
                    printer.print(done, streams)?;
                }
                Ok(())
            }
        });
        // Where nobody reads on, the others end too.
        run.is_over.store(true, Ordering::Relaxed);
        printed
    })?;
    printer.finish(streams)
}

/// Whether the output has the name of a file of the format.
fn is_file_of(args: &ConvertArgs) -> bool {
    let is_stream = args.extension() == "tnef" && args.names_a_stream();
    let is_named = args.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(args.extension()));
    (is_named || is_stream) && args.to != Format::Maildir && !args.output.is_dir()
}

/// What all threads share.
struct Run<'a> {
    args: &'a ConvertArgs,
    target: Target,
    /// How large a message may be.
    longest: u64,
    interrupts: &'static Interrupts,
    queue: Mutex<Queue>,
    turn: Condvar,
    /// Nothing more is begun.
    is_over: AtomicBool,
}

/// What is to be done, and how far that is.
struct Queue {
    plan: Plan,
    given: usize,
    printed: usize,
    /// Bytes of results that wait to be written.
    waiting: usize,
}

impl Queue {
    fn is_full(&self) -> bool {
        self.given.saturating_sub(self.printed) >= MOST_WAITING || self.waiting >= MOST_BYTES
    }
}

impl Run<'_> {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || self.interrupts.signal().is_some()
    }

    /// Converts one message after another, until there are no more.
    fn convert(&self, sender: &mpsc::SyncSender<Vec<Done>>) {
        let mut batch = Vec::new();
        let mut sent = Instant::now();
        loop {
            let mut queue = self.queue();
            // What waits for its turn must not wait here.
            while batch.is_empty() && queue.is_full() && !self.is_stopped() {
                queue = self.turn.wait_timeout(queue, SOON).unwrap_or_else(PoisonError::into_inner).0;
            }
            let must_send = queue.is_full() || batch.len() >= BATCH || sent.elapsed() >= SOON;
            if must_send && !batch.is_empty() {
                drop(queue);
                if sender.send(std::mem::take(&mut batch)).is_err() {
                    return;
                }
                sent = Instant::now();
                continue;
            }
            let item = if self.is_stopped() { None } else { queue.plan.next() };
            let Some(item) = item else { break };
            queue.given = queue.given.saturating_add(1);
            // In order, so that names are the same in each run.
            let place = self.target.reserve(&item.origin);
            drop(queue);
            let done = self.work(item, place);
            if done.ends_all {
                self.is_over.store(true, Ordering::Relaxed);
            }
            if done.size() > 0 {
                let mut queue = self.queue();
                queue.waiting = queue.waiting.saturating_add(done.size());
            }
            batch.push(done);
        }
        // Nobody reads on if this fails.
        let _ = sender.send(batch);
    }

    /// Converts a message and hands its result on.
    fn work(&self, item: Item, place: Result<Place, String>) -> Done {
        let Item { number, origin, source } = item;
        let mut done = Done::new(number, origin);
        // A defect of ours in one mail is to cost this mail only.
        let worked = catch_unwind(AssertUnwindSafe(|| {
            let (place, source) = (place?, source?);
            self.try_work(&mut done, place, source)
        }));
        let worked = worked.unwrap_or_else(|_| Err("internal error; please report it with the mail".to_owned()));
        if let Err(error) = worked {
            (done.output, done.outcome, done.error) = (None, Outcome::Failed, Some(error));
        }
        done
    }

    fn try_work(&self, done: &mut Done, place: Place, source: plan::Source) -> Result<(), String> {
        let args = self.args;
        let mut bytes = source.bytes(&args.read)?;
        if u64::try_from(bytes.len()).map_or(true, |length| length > self.longest) {
            return Err(format!("passed over: the memory that there is does not allow more than {}", size::format(self.longest)));
        }
        if args.to == Format::Maildir && done.origin.separator.is_some() {
            bytes = state::without_fields(&bytes).to_vec();
        }
        let known = self.target.known(&done.origin, &bytes);
        if let Some(there) = known.as_ref().and_then(|known| self.target.there(known)) {
            (done.output, done.outcome) = (Some(there), Outcome::Skipped);
            return Ok(());
        }
        let converted = item::convert(args, &done.origin, &bytes, &mut done.said)?;
        let (made, outcome) = match converted {
            Converted::Made(made) => (made, Outcome::Converted),
            Converted::Same(made) => (made, Outcome::Unchanged),
            Converted::LeftOut(why) => {
                (done.outcome, done.error) = (Outcome::LeftOut, Some(why));
                return Ok(());
            }
        };
        let made = if args.to == Format::Mbox { framed(&done.origin, &made) } else { made };
        match self.target.deliver(&done.origin, place, known.as_ref(), made) {
            Ok(Delivered::Written(path)) => (done.output, done.outcome) = (Some(path), outcome),
            Ok(Delivered::There(path)) => (done.output, done.outcome) = (Some(path), Outcome::Skipped),
            Ok(Delivered::Joined(made)) => {
                done.output = if args.is_piped() { None } else { Some(args.output.clone()) };
                (done.outcome, done.joined, done.known) = (outcome, Some(made), known);
            }
            Err(error) => done.fail(&error),
        }
        Ok(())
    }
}

/// A mail as it stands in an mbox: its line, what its Maildir knew of it, the mail, an empty line.
fn framed(origin: &Origin, mail: &[u8]) -> Vec<u8> {
    let separator = origin.separator.clone().unwrap_or_else(|| {
        let mut separator = Separator::of_mail(mail);
        let time = origin.time.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let time = time.and_then(|time| winmail::FileTime::from_unix(i64::try_from(time.as_secs()).ok()?, 0));
        // A Maildir's file has the time of delivery.
        separator.date = if origin.is_maildir { time.or(separator.date) } else { separator.date.or(time) };
        separator
    });
    let mut made = format!("{separator}\n");
    if origin.is_maildir {
        made.push_str(&origin.state.fields());
    }
    let mut made = made.into_bytes();
    made.extend_from_slice(&mbox::quoted(mail));
    if !made.ends_with(b"\n") {
        made.push(b'\n');
    }
    made.push(b'\n');
    made
}

/// Prints what became of messages, and writes what goes into one file.
struct Printer<'r, 'a> {
    run: &'r Run<'a>,
    progress: Progress,
    shown: bool,
    summary: Summary,
    notes: Notes,
    /// How long the one file is.
    end: u64,
    /// Why no more was written.
    stopped: Option<String>,
}

impl Printer<'_, '_> {
    fn print(&mut self, mut done: Done, streams: &mut Streams<'_>) -> io::Result<()> {
        let args = self.run.args;
        let size = done.size();
        if self.stopped.is_some() && done.joined.is_some() {
            // Behind what could not be written nothing more is. The next run takes it, so that it is no failure.
            self.leave_queue(size);
            return Ok(());
        }
        if let Some(made) = done.joined.take().filter(|_| !args.dry_run) {
            match (&self.run.target, done.known.take()) {
                (Target::Joined(joined), Some(known)) => {
                    if let Err(error) = joined.add(&done.origin, &known, &made, &mut self.end) {
                        done.fail(&error);
                        done.ends_all = true;
                    }
                }
                _ => foreign::write(streams, &made)?,
            }
        }
        if done.ends_all {
            self.stopped = self.stopped.take().or(done.error.clone());
            self.run.is_over.store(true, Ordering::Relaxed);
        }
        self.summary.count(&done);
        let total = self.leave_queue(size);
        if done.error.is_some() || args.notes {
            self.progress.clear(streams.err)?;
        }
        summary::say(args, &done, &mut self.notes, streams)?;
        self.progress.show(self.summary.all(), total, self.summary.failed, streams.err)
    }

    /// Makes room for another message; the result is how many there are, where that is shown.
    fn leave_queue(&self, size: usize) -> usize {
        let total = {
            let mut queue = self.run.queue();
            queue.printed = queue.printed.saturating_add(1);
            queue.waiting = queue.waiting.saturating_sub(size);
            if self.shown { queue.plan.total() } else { 0 }
        };
        self.run.turn.notify_all();
        total
    }

    /// Says how it ended; the result is the exit code.
    fn finish(mut self, streams: &mut Streams<'_>) -> io::Result<u8> {
        let (args, run) = (self.run.args, self.run);
        self.progress.clear(streams.err)?;
        let signal = run.interrupts.signal();
        let (total, passed) = {
            let queue = run.queue();
            (queue.plan.total(), queue.plan.passed())
        };
        let was_cut = signal.is_some() || self.stopped.is_some();
        if let Target::Joined(joined) = &run.target {
            if !was_cut {
                if let Err(error) = joined.finish() {
                    writeln!(streams.err, "winmail: {}: {}", args.output.display(), failure::words(&error))?;
                    return Ok(EXIT_FAILED);
                }
            }
        }
        let mut place = args.output.display().to_string();
        if let (Target::Joined(joined), true) = (&run.target, was_cut) {
            place = joined.part().display().to_string();
        }
        let summary = &self.summary;
        if !args.quiet {
            match (args.report, args.is_piped()) {
                // What goes through a pipe is one message, or says itself how much it is.
                (ReportForm::Text, true) => {}
                (ReportForm::Text, false) => writeln!(streams.out, "{summary}, in {place}")?,
                (ReportForm::Json, _) => writeln!(streams.err, "{summary}, in {place}")?,
            }
            streams.out.flush()?;
            self.notes.finish(streams.err)?;
            summary::say_passed(&passed, streams.err)?;
        }
        if was_cut {
            let mut text = String::new();
            let why = match signal {
                Some(signal) => format!("stopped by {}", signal.name),
                None => format!("stopped: {}", self.stopped.unwrap_or_default()),
            };
            // Writing to a text does not fail.
            let _ = write!(text, "{why}: {} of {} messages are done", summary.all().saturating_sub(summary.failed), total);
            let go_on = if args.is_piped() { "" } else { ", and what is done is whole; the same command goes on from there" };
            writeln!(streams.err, "winmail: {text}{go_on}")?;
            return Ok(signal.map_or(EXIT_FAILED, |signal| signal.exit_code));
        }
        if summary.is_empty() {
            let what = if summary.all() == 0 { "no message was found" } else { "no message is an item of this format" };
            let inputs = args.inputs.iter().map(|file| super::read::display_name(file)).collect::<Vec<_>>().join(", ");
            writeln!(streams.err, "winmail: {inputs}: {what}")?;
            return Ok(EXIT_FAILED);
        }
        Ok(match (summary.failed, summary.defects) {
            (0, 0) => EXIT_OK,
            (0, _) => EXIT_DEFECTS,
            _ => EXIT_FAILED,
        })
    }
}
