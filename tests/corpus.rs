//! The corpus of real and hostile streams: what others assert about it, decided where they disagree; time, memory, and that
//! no byte goes unaccounted for.

mod support;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Sample, md5, sha256, tnef_sample, tnef_samples};
use winmail::mapi::PropType;
use winmail::message::{Body, Content};
use winmail::tnef::{AttrId, AttributeValue, Piece, PropertyList, PropertyPiece, Reader, RecipientTable, Row};
use winmail::{Attachment, Message, ReadOptions, Report};

/// How long one run over one file may take: a second. Without optimisation the same code takes ten times as long and more,
/// and tests run side by side on two cores, so an unoptimised build gets ten.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

/// What reading may hold at its peak, besides the input: this many times its length ...
const MEMORY_FACTOR: u64 = 8;
/// ... and this many bytes, for the first blocks of small vectors and a thousand diagnostics.
const MEMORY_BASE: u64 = 64 << 10;

fn timed<T>(what: &str, name: &str, f: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = f();
    let taken = start.elapsed();
    assert!(taken < TIME, "{what} {name} takes {taken:?}");
    result
}

fn lenient(bytes: &[u8]) -> (winmail::Result<Message<'_>>, Report) {
    let mut report = Report::new();
    let message = Message::read(bytes, &ReadOptions::lenient(), &mut report);
    (message, report)
}

#[test]
fn every_file_is_read_in_time_and_within_memory() {
    for Sample { name, bytes, .. } in tnef_samples() {
        let bound = MEMORY_BASE + MEMORY_FACTOR * bytes.len() as u64;
        for options in [ReadOptions::lenient(), ReadOptions::strict()] {
            let used = allocation_counter::measure(|| {
                timed("reading", &name, || {
                    let mut report = Report::new();
                    let result = Message::read(&bytes, &options, &mut report);
                    // What fails says so in the report as well.
                    assert!(result.is_ok() || !report.is_empty(), "{name}");
                    for diagnostic in report.diagnostics() {
                        let end = diagnostic.offset + diagnostic.length;
                        assert!(end <= bytes.len() as u64, "{name}: {diagnostic}");
                    }
                });
            });
            if std::env::var_os("SHOW").is_some() { println!("{name} {} {} {:.2}", bytes.len(), used.bytes_max, used.bytes_max as f64 / bytes.len().max(1) as f64); }
            assert!(used.bytes_max <= bound, "{name}: {} bytes for {}", used.bytes_max, bytes.len());
        }
    }
}

#[cfg(feature = "cli")]
#[test]
fn every_verb_takes_every_file_in_time() {
    for Sample { name, path, bytes } in tnef_samples() {
        let folder = tempfile::tempdir().unwrap();
        let (readable, report) = lenient(&bytes);
        let readable = readable.is_ok();
        let defects = report.worst() > Some(winmail::Severity::Info);
        let expected = if !readable { 1 } else if defects { 3 } else { 0 };
        for verb in ["list", "check", "extract"] {
            let out = folder.path().join(verb);
            let mut args = vec![verb.into(), path.clone().into_os_string()];
            if verb == "extract" {
                args.extend(["--output".into(), out.into_os_string()]);
            }
            let run = timed(verb, &name, || support::winmail(args));
            assert_eq!(run.code, expected, "{verb} {name}: {}{}", run.out, run.err);
            assert_eq!(run.code == 1, run.out.is_empty() || !run.err.is_empty(), "{verb} {name} fails without a word");
        }
    }
}
