//! What became of the messages: counted, said, and as JSON.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use winmail::Code;
use winmail::convert::mime::account::Loss;
use winmail::convert::mime::filter::Outcome as Stream;

use crate::read;
use crate::style::Shown;
use crate::{Streams, value_of};

use super::item::Said;
use super::plan::Origin;
use super::target::Known;
use super::{ConvertArgs, OnLoss, ReportForm};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Converted,
    /// There was nothing to convert; it was copied.
    Unchanged,
    /// Its result is there already.
    Skipped,
    /// It is no item that the format has.
    LeftOut,
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Outcome::Converted => "converted",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
            Outcome::LeftOut => "left-out",
            Outcome::Failed => "failed",
        }
    }
}

/// A message that is done.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) number: usize,
    pub(super) origin: Origin,
    pub(super) output: Option<PathBuf>,
    pub(super) outcome: Outcome,
    pub(super) error: Option<String>,
    pub(super) said: Said,
    /// What the thread that prints is to write behind the results before it.
    pub(super) joined: Option<Vec<u8>>,
    pub(super) known: Option<Known>,
    /// Nothing more can be written, as where a disk is full.
    pub(super) ends_all: bool,
}

impl Done {
    pub(super) fn new(number: usize, origin: Origin) -> Self {
        Done {
            number,
            origin,
            output: None,
            outcome: Outcome::Failed,
            error: None,
            said: Said::default(),
            joined: None,
            known: None,
            ends_all: false,
        }
    }

    /// How much memory it holds until it is written.
    pub(super) fn size(&self) -> usize {
        self.joined.as_ref().map_or(0, Vec::len)
    }

    /// Makes it one that could not be written.
    pub(super) fn fail(&mut self, error: &io::Error) {
        self.ends_all =
            matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::ReadOnlyFilesystem);
        (self.output, self.outcome, self.error) = (None, Outcome::Failed, Some(crate::failure::words(error)));
    }
}

/// How many messages ended how. `Display` is the last line for the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    converted: u64,
    unchanged: u64,
    skipped: u64,
    left_out: u64,
    pub(super) failed: u64,
    /// Of those that were converted.
    pub(super) defects: u64,
    /// Of those with defects: in which nothing is lost by them.
    whole: u64,
    /// Those with a stream that stays.
    kept: u64,
    /// Those whose conversion was not complete.
    incomplete: u64,
}

impl Summary {
    pub(super) fn count(&mut self, done: &Done) {
        let add = |count: &mut u64, what: bool| *count = count.saturating_add(u64::from(what));
        add(
            match done.outcome {
                Outcome::Converted => &mut self.converted,
                Outcome::Unchanged => &mut self.unchanged,
                Outcome::Skipped => &mut self.skipped,
                Outcome::LeftOut => &mut self.left_out,
                Outcome::Failed => &mut self.failed,
            },
            true,
        );
        let has_defects = done.outcome != Outcome::Failed && read::has_defects(&done.said.report);
        add(&mut self.defects, has_defects);
        add(&mut self.whole, has_defects && read::is_whole(&done.said.report));
        add(&mut self.kept, !done.said.kept.is_empty());
        add(&mut self.incomplete, !done.said.losses.is_empty());
    }

    pub(super) fn all(&self) -> u64 {
        [self.converted, self.unchanged, self.skipped, self.left_out, self.failed].into_iter().fold(0, u64::saturating_add)
    }

    /// Whether there is not one result, old or new.
    pub(super) fn is_empty(&self) -> bool {
        self.all() == self.left_out
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages = if self.all() == 1 { "message" } else { "messages" };
        write!(f, "{} {messages}: {} converted, {} unchanged", self.all(), self.converted, self.unchanged)?;
        for (count, what) in [
            (self.skipped, "there already"),
            (self.left_out, "left out"),
            (self.kept, "with winmail.dat kept"),
            (self.incomplete, "not complete"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        write!(f, ", {} with defects", self.defects)?;
        if self.whole > 0 {
            write!(f, " (texts and attachments are whole in {})", if self.whole == self.defects { "all" } else { "some" })?;
        }
        write!(f, ", {} failed", self.failed)
    }
}

/// What is to be said of single messages: at once, or, of the first, when the summary is there.
#[derive(Debug, Default)]
pub(super) struct Notes {
    first: VecDeque<String>,
    more: u64,
}

/// How many lines are kept for the end.
const MOST: usize = 20;

impl Notes {
    fn add(&mut self, args: &ConvertArgs, note: String, streams: &mut Streams<'_>) -> io::Result<()> {
        if args.quiet {
            return Ok(());
        }
        if args.notes {
            return writeln!(streams.err, "winmail: {note}");
        }
        if self.first.len() < MOST {
            self.first.push_back(note);
        } else {
            self.more = self.more.saturating_add(1);
        }
        Ok(())
    }

    /// Says what was kept.
    pub(super) fn finish(&mut self, err: &mut dyn Write) -> io::Result<()> {
        for note in self.first.drain(..) {
            writeln!(err, "winmail: {note}")?;
        }
        match self.more {
            0 => Ok(()),
            more => writeln!(err, "winmail: and {more} more lines of this kind; --notes shows all of them"),
        }
    }
}

/// Says what became of a message.
pub(super) fn say(args: &ConvertArgs, done: &Done, notes: &mut Notes, streams: &mut Streams<'_>) -> io::Result<()> {
    if args.report == ReportForm::Json {
        let mut line = json!({
            "file": done.origin.file.to_string_lossy(),
            "member": done.origin.member,
            "mail": done.origin.mail,
            "offset": done.origin.offset,
            "output": done.output.as_ref().map(|path| path.to_string_lossy()),
            "result": done.outcome.as_str(),
            "error": done.error,
            "kept": done.said.kept.iter().map(kept).collect::<Vec<_>>(),
            "losses": done.said.losses.iter().map(loss).collect::<Vec<_>>(),
        });
        let mut report = done.said.report.clone();
        report.append(&done.said.status, &args.read.options());
        if let (Value::Object(line), Value::Object(report)) = (&mut line, value_of(&report)) {
            line.extend(report);
        }
        // Standard output may be what the messages go to.
        let out: &mut dyn Write = if args.is_piped() { streams.err } else { streams.out };
        return crate::json_out::line(out, &line);
    }
    let name = done.origin.name();
    if let Some(error) = &done.error {
        match done.outcome {
            Outcome::LeftOut => notes.add(args, format!("{name}: {}", Shown(error)), streams)?,
            _ => writeln!(streams.err, "winmail: {name}: {}", Shown(error))?,
        }
    } else if let Some(defects) = read::defect_count(&done.said.report) {
        let whole = if read::is_whole(&done.said.report) { ", texts and attachments are whole" } else { "" };
        notes.add(args, format!("{name}: {defects}{whole}; --report json shows what it is"), streams)?;
    }
    if args.dry_run && !args.quiet {
        let out: &mut dyn Write = if args.is_piped() { streams.err } else { streams.out };
        writeln!(out, "{name}: {}", done.outcome.as_str())?;
    }
    if let Some(note) = done.said.note {
        notes.add(args, format!("{name}: the result {note}"), streams)?;
    }
    for stream in &done.said.kept {
        notes.add(args, format!("{name}: {}: {}", Shown(&stream.part), Shown(&stream.action.to_string())), streams)?;
    }
    let verb = if args.on_loss == OnLoss::Keep { "winmail.dat stays for" } else { "this loses" };
    for loss in &done.said.losses {
        notes.add(args, format!("{name}: {}: {verb} {}", Code::ConversionIncomplete, Shown(&loss.to_string())), streams)?;
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

/// Says which messages were passed over, if anybody may miss them.
pub(super) fn say_passed(passed: &crate::walk::Passed, err: &mut dyn Write) -> io::Result<()> {
    if passed.is_empty() { Ok(()) } else { writeln!(err, "winmail: passed over: {passed}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use winmail::Report;

    #[test]
    fn the_last_line() {
        let mut summary = Summary::default();
        assert!(summary.is_empty());
        for outcome in [Outcome::Converted, Outcome::LeftOut, Outcome::Skipped] {
            summary.count(&Done { outcome, ..Done::new(0, Origin::default()) });
        }
        assert_eq!(
            summary.to_string(),
            "3 messages: 1 converted, 0 unchanged, 1 there already, 1 left out, 0 with defects, 0 failed"
        );
        let mut damaged = Done { outcome: Outcome::Converted, ..Done::new(0, Origin::default()) };
        damaged.said.report = Report::new();
        damaged.said.report.add(Code::MissingTnefVersion, "x", &winmail::ReadOptions::lenient()).unwrap();
        summary.count(&damaged);
        assert!(summary.to_string().contains("1 with defects (texts and attachments are whole in all), 0 failed"), "{summary}");
    }
}
