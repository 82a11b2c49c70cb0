//! The fuzz targets' checks over inputs that are there: what fuzzing found (`testdata/malformed`, a folder a target), its seeds, our
//! own samples, the corpus, and what fuzzing left in `fuzz/corpus`. No nightly toolchain is needed for this.
//!
//! Every check gets every file, whichever target found it.

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, unused_imports)]
mod checks;

use std::path::{Path, PathBuf};

/// Samples longer than this are left to other tests: the fuzzers' inputs are no longer than 4 KiB, and checks of many passes over
/// an unoptimised build take their time.
const LONGEST: u64 = if cfg!(debug_assertions) { 16 << 10 } else { 256 << 10 };

/// Of the files that fuzzing left, at most so many a target; `REPLAY_KEPT` says otherwise, and `REPLAY_TARGET` which target alone
/// (`fuzz/coverage.sh` does both).
const KEPT: usize = 200;

type Target = (&'static str, fn(&[u8]));

/// The targets of `fuzz/fuzz_targets` by name, each doing what that file does.
const TARGETS: [Target; 21] = [
    ("edit", checks::edit),
    ("filter", checks::filter),
    ("ics_read", checks::ics_read),
    ("items", checks::items),
    ("lzfu", checks::lzfu),
    ("message", checks::message),
    ("mime", checks::mime),
    ("msg_read", checks::msg_read),
    ("msg_roundtrip", checks::msg_roundtrip),
    ("pack", checks::pack),
    ("pieces", |data| {
        checks::pieces(data);
        checks::pieces(&checks::with_right_checksums(data));
        checks::property_list(data);
    }),
    ("policy_import", checks::policy_import),
    ("property_stream", |data| {
        // As the target has it, and whole, split in a way of our own.
        if let Some((input, held, sizes, read)) = checks::with_split(data) {
            checks::property_streams(input, held, sizes, read);
        }
        checks::property_streams(data, 64, &[1, 255, 0, 7], 5);
    }),
    ("redact", checks::redact),
    ("rtf", checks::rtf),
    ("safe_html", checks::safe_html),
    ("safe_name", checks::safe_name),
    ("stream_reader", |data| {
        if let Some((input, held, sizes, read)) = checks::with_split(data) {
            checks::stream_reader(input, held, sizes, read);
            checks::stream_reader(&checks::with_right_checksums(input), held, sizes, read);
        }
        checks::stream_reader(data, 64, &[1, 255, 0, 7], 5);
    }),
    ("structures", checks::structures),
    ("vcf_read", checks::vcf_read),
    ("write", checks::write),
];

/// The files below a folder, in order; none where it is absent.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Gives files to every target. The name of the file that is worked on is printed, so that a failing test shows it.
fn replay(files: &[PathBuf]) {
    // Side by side, for there are many.
    std::thread::scope(|scope| {
        let half = files.len().div_ceil(2).max(1);
        for part in files.chunks(half) {
            scope.spawn(move || {
                for file in part {
                    let bytes = std::fs::read(file).unwrap();
                    for (name, target) in TARGETS {
                        let result = std::panic::catch_unwind(|| target(&bytes));
                        assert!(result.is_ok(), "the checks of {name} fail on {}", file.display());
                    }
                }
            });
        }
    });
}

fn short(path: &Path) -> bool {
    path.metadata().unwrap().len() <= LONGEST
}

#[test]
fn what_fuzzing_found_stays_mended() {
    let found = below(&root("testdata/malformed"));
    let inputs: Vec<PathBuf> =
        found.into_iter().filter(|path| path.file_name().is_some_and(|name| name != "README.md")).collect();
    assert!(inputs.len() >= 4, "{inputs:?}");
    for input in &inputs {
        let folder = input.parent().and_then(Path::file_name).unwrap().to_string_lossy();
        assert!(TARGETS.iter().any(|(name, _)| *name == folder), "{} belongs to no target", input.display());
    }
    replay(&inputs);
}

#[test]
fn seeds_and_samples_hold() {
    let samples = below(&root("testdata")).into_iter().filter(|path| path.extension().is_some_and(|found| found == "dat"));
    let files: Vec<PathBuf> = below(&root("fuzz/seeds")).into_iter().chain(samples).filter(|path| short(path)).collect();
    assert!(files.len() > 50, "{}", files.len());
    replay(&files);
}

#[test]
fn the_corpus_holds() {
    let corpus = std::env::var_os("WINMAIL_CORPUS").map_or_else(|| root("../shared/corpus"), PathBuf::from);
    if !corpus.is_dir() {
        println!("skipped: no corpus at {}", corpus.display());
        return;
    }
    let folders = ["tnef", "eml", "rtf", "items/ics", "items/vcf"];
    let files: Vec<PathBuf> = folders.iter().flat_map(|folder| below(&corpus.join(folder))).filter(|path| short(path)).collect();
    assert!(files.len() > 100, "{}", files.len());
    // Every one where that is fast, else each fourth: the hostile ones are much alike.
    let step = if cfg!(debug_assertions) { 4 } else { 1 };
    replay(&files.into_iter().step_by(step).collect::<Vec<_>>());
}

#[test]
fn what_fuzzing_kept_holds() {
    let most = std::env::var("REPLAY_KEPT").map_or(KEPT, |number| number.parse().unwrap());
    let only = std::env::var("REPLAY_TARGET").ok();
    for (name, target) in TARGETS {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let kept = below(&root("fuzz/corpus").join(name));
        let step = kept.len().div_ceil(most).max(1);
        for file in kept.iter().filter(|path| short(path)).step_by(step) {
            println!("{}", file.display());
            target(&std::fs::read(file).unwrap());
        }
    }
}

#[test]
fn every_target_is_replayed() {
    for file in below(&root("fuzz/fuzz_targets")) {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name} is not replayed");
    }
}
