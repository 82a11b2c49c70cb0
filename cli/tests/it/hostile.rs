//! The hostile corpus (`HOSTILE.md` in it), our own damaged samples and every input that fuzzing found: each verb takes each file
//! within 100 ms and 64 MiB, and says what is wrong with it.
//!
//! What is measured does not depend on what else the machine does: the processor time of the thread that works, not the clock on
//! the wall; memory that is asked for, counted allocation by allocation. And each file is given to the program itself in a process
//! that the system lets have 64 MiB of address space, code and stack included, and one second of processor time.
//! An unoptimised build, which takes some ten to fifty times as long, gets ten times the time; an optimised one
//! (`cargo test --release --test hostile`) gets what is promised.
#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a file may take.
const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 100 });
const MEMORY: u64 = 64 << 20;

/// What each file must give: how `check` ends, and codes that are in its report.
///
/// The codes are what the page says was done to the file, or made other programs fall over.
const NAMED: &[(&str, u8, &[&str])] = &[
    // The value of attTnefVersion is empty.
    ("tnef/ytnef-oob-TNEFVersion-SwapWord.tnef", 3, &["invalid-attribute-size"]),
    // A count of values that would take gigabytes.
    ("tnef/oom.tnef", 3, &["property-truncated"]),
    ("tnef/poc-asarubbo-00241-ytnef-nullptr-MAPIPrint.tnef", 3, &["property-truncated"]),
    // A string without its zero, printed.
    ("tnef/poc-asarubbo-00242-ytnef-heapoverflow-PrintTNEF.tnef", 0, &["missing-terminator"]),
    ("tnef/poc-asarubbo-00245-ytnef-heapoverflow-SwapDWord.tnef", 3, &["property-count-mismatch"]),
    // Data of another attribute, read as a property list.
    ("tnef/poc-asarubbo-00246-ytnef-memallocfailures.tnef", 3, &["unknown-property-type"]),
    // A property id, read as the length of a name.
    ("tnef/poc-bingosxs-TNEFFreeMapiProps-Invalid-read.tnef", 3, &["property-truncated"]),
    // A date that is too short.
    ("tnef/poc-bingosxs-TNEFDateHandler_overrun.tnef", 3, &["invalid-attribute-size"]),
    // A text without its zero; the writer of this text body has none.
    ("tnef/poc-bingosxs-18-TNEFDefaultHandler.tnef", 0, &[]),
    ("tnef/poc-bestshow-invalid-memory-read-in_SwapDWord.tnef", 3, &["property-truncated"]),
    ("tnef/poc-bestshow-heap-buffer-overflow-in_TNEFFillMapi_ytnef458.tnef", 3, &["property-truncated"]),
    // Well-formed: the overflow was in how the other program counted.
    ("tnef/poc-bestshow-heap-buffer-overflow-in_TNEFFillMapi_ytnef543.tnef", 0, &[]),
    ("tnef/poc-bestshow-heap-buffer-overflow-in_PrintTNEF.tnef", 3, &["invalid-attribute-level"]),
    // The byte of garbage is a line feed.
    ("tnef/garbage-at-end.tnef", 0, &["trailing-line-end"]),
    ("tnef/bad_checksum.tnef", 3, &["checksum-missing"]),
    ("tnef/badchecksum-actually-bad-signature.tnef", 3, &["invalid-signature"]),
    ("tnef/empty-file.tnef", 1, &["invalid-signature"]),
    ("tnef/signature-only.tnef", 3, &["missing-tnef-version"]),
    ("tnef/minimal_attachment.tnef", 3, &["missing-tnef-version", "trailing-bytes"]),
    ("tnef/invalid-checksum.tnef", 3, &["checksum-mismatch"]),
    ("tnef/convert-tnef-badsum.tnef", 3, &["checksum-mismatch"]),
    ("tnef/kde-mapi_attach_data_obj-bitflip.tnef", 3, &["checksum-mismatch"]),
    ("tnef/duplicate_filename.tnef", 3, &["checksum-mismatch"]),
    ("tnef/IPM-DistList.tnef", 3, &["checksum-mismatch"]),
    ("tnef/clam.tnef", 3, &["checksum-mismatch"]),
    ("tnef/attachments-crlf-stripped.tnef", 3, &["line-ends-collapsed"]),
    ("tnef/panic-crlf-stripped.tnef", 3, &["line-ends-collapsed"]),
    ("tnef/bug52400-winmail-simple.tnef", 0, &["trailing-line-end"]),
    ("tnef/bug52400-winmail-with-attachments.tnef", 0, &["trailing-line-end"]),
    ("tnef/aspose-tnefWithMsgInside.tnef", 0, &["trailing-line-end"]),
    // Outlook messages whose containers were fuzzed: what is sound of them is read.
    ("msg/poi-clusterfuzz-testcase-minimized-POIHSMFFuzzer-4735011465854976.msg", 3, &["compound-invalid-directory"]),
    ("msg/poi-clusterfuzz-testcase-minimized-POIHSMFFuzzer-4848576776503296.msg", 3, &["msg-missing-stream"]),
    ("msg/poi-clusterfuzz-testcase-minimized-POIHSMFFuzzer-5336473854148608.msg", 3, &["compound-invalid-directory"]),
    // Sound ones that made other programs fall over.
    ("msg/poi-53784_fails.msg", 0, &[]),
    ("msg/poi-lots-of-recipients.msg", 0, &[]),
    ("msg/msgextractor-unicode.msg", 0, &[]),
];

/// Compressed RTF: how `rtf decompress` ends, and a code that it says.
const RTF: &[(&str, u8, &str)] = &[
    ("bad-comptype-1.lzfu", 1, "rtf-unknown-compression-type"),
    ("bad-comptype-2.lzfu", 1, "rtf-unknown-compression-type"),
    ("bad-comptype-3.lzfu", 1, "rtf-unknown-compression-type"),
    ("short-15-bytes.lzfu", 1, "rtf-header-truncated"),
    ("kde-lzfu-partial-header.lzfu", 1, "rtf-header-truncated"),
    ("kde-lzfu-header-only.lzfu", 1, "rtf-truncated"),
    ("lzfu-compsize-too-small-0f.lzfu", 3, "rtf-compressed-size-mismatch"),
    ("mela-compsize-too-small-0b.lzfu", 3, "rtf-compressed-size-mismatch"),
    ("mela-rawsize-too-big.lzfu", 3, "rtf-size-mismatch"),
    ("poi-first-8-tokens.lzfu", 3, "rtf-crc-mismatch"),
    ("poi-first-16-tokens.lzfu", 3, "rtf-crc-mismatch"),
    ("roundcube-truncated-1.lzfu", 1, "rtf-truncated"),
    ("roundcube-truncated-3.lzfu", 3, "rtf-truncated"),
];

/// Every verb that the promise is about, with what stands behind the file.
const VERBS: [(&str, &[&str]); 5] =
    [("check", &["--json"]), ("list", &[]), ("list", &["--json"]), ("dump", &["--json"]), ("extract", &["--output"])];

/// Processor time of this thread.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("time does not run backwards")
}

/// Runs the program's code in this process, within the bounds.
fn bounded(what: &str, args: &[OsString]) -> crate::support::Run {
    let mut run = None;
    let start = processor_time();
    let used = allocation_counter::measure(|| run = Some(crate::support::winmail(args.iter().cloned())));
    let taken = processor_time() - start;
    assert!(taken <= TIME, "{what}: {taken:?} of processor time");
    assert!(used.bytes_max <= MEMORY, "{what}: {} bytes at the peak", used.bytes_max);
    run.unwrap()
}

/// All verbs over one file, in this process.
fn all_verbs(file: &Path) {
    let name = file.file_name().unwrap().to_string_lossy();
    let folder = tempfile::tempdir().unwrap();
    let mut codes = Vec::new();
    for (verb, more) in VERBS {
        let mut args = vec![OsString::from(verb), file.into()];
        args.extend(more.iter().map(OsString::from));
        if verb == "extract" {
            args.push(folder.path().join("out").into());
        }
        let run = bounded(&format!("{verb} {name}"), &args);
        assert!(matches!(run.code, 0 | 1 | 3), "{verb} {name}: {} {}", run.code, run.err);
        // `list` nests its JSON as the messages are nested, which is deeper than this parser goes unless it is told to.
        if more.contains(&"--json") && verb != "list" {
            serde_json::from_str::<serde_json::Value>(&run.out).unwrap_or_else(|error| panic!("{verb} {name}: {error}"));
        }
        codes.push(run.code);
    }
    // Bodies are unpacked when they are extracted, which may find one defect more.
    let extracted = codes.pop().unwrap();
    assert!(codes.iter().all(|code| *code == codes[0]), "{name}: {codes:?}");
    assert!(extracted == codes[0] || (codes[0], extracted) == (0, 3), "{name}: {codes:?} {extracted}");
}

/// All verbs over one file, each a process that has 64 MiB of address space and a second of processor time.
fn all_processes(file: &Path) {
    const SCRIPT: &str = r#"
        ulimit -v 65536 -t 1 || exit 99
        "$0" check --json "$1" > /dev/null; check=$?
        "$0" list "$1" > /dev/null; list=$?
        "$0" dump --json "$1" > /dev/null; dump=$?
        "$0" extract --output "$2" "$1" > /dev/null; extract=$?
        echo $check $list $dump $extract"#;
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("bash")
        .args(["-c", SCRIPT, env!("CARGO_BIN_EXE_winmail")])
        .args([file, &folder.path().join("out")])
        .output()
        .unwrap();
    let codes = String::from_utf8(output.stdout).unwrap();
    assert!(
        matches!(codes.trim(), "0 0 0 0" | "0 0 0 3" | "1 1 1 1" | "3 3 3 3"),
        "{}: {codes:?} {}",
        file.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The files of a folder whose names start like this.
fn files(folder: &Path, start: &str) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let starts = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
    let mut files: Vec<PathBuf> = paths.filter(|path| path.is_file() && starts(path)).collect();
    files.sort();
    files
}

/// All files that the promise is about: those that are named, the fuzzer's, and the largest.
fn hostile() -> Vec<PathBuf> {
    let Some(corpus) = crate::support::corpus() else { return Vec::new() };
    let named = NAMED.iter().map(|(file, ..)| corpus.join(file)).filter(|path| path.exists());
    let fuzzed = files(&corpus.join("tnef"), "fuzz-");
    let largest = ["horde-TnefAttachmentsMultiple", "bad_checksum", "christmas", "MAPI_OBJECT"];
    let largest = largest.iter().map(|name| corpus.join(format!("tnef/{name}.tnef"))).filter(|path| path.exists());
    let all: Vec<PathBuf> = named.chain(fuzzed).chain(largest).collect();
    assert!(all.len() > 100, "{} hostile files in {}", all.len(), corpus.display());
    all
}

fn own() -> Vec<PathBuf> {
    let testdata = crate::support::testdata();
    let malformed = testdata.join("malformed");
    if !malformed.is_dir() {
        println!("skipped: the package stands alone, without testdata/malformed");
        return files(&testdata, "");
    }
    let folders = std::fs::read_dir(malformed).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = folders.flat_map(|folder| files(&folder, "")).collect();
    assert!(found.len() >= 4, "{found:?}");
    [files(&testdata, ""), found].concat()
}

#[test]
fn every_verb_keeps_to_its_time_and_memory() {
    // What only the first use of something takes is no file's.
    all_verbs(&crate::support::testdata().join("note.dat"));
    for file in hostile().iter().chain(&own()) {
        all_verbs(file);
    }
}

#[test]
fn every_process_keeps_to_its_time_and_memory() {
    for file in hostile() {
        all_processes(&file);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut seen = 0;
    for &(file, code, expected) in NAMED {
        let path = corpus.join(file);
        if !path.exists() {
            continue;
        }
        seen += 1;
        let run = crate::support::winmail([OsString::from("check"), "--json".into(), path.into()]);
        assert_eq!(run.code, code, "{file}: {}", run.out);
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let codes: Vec<&str> = json[0]["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
        for code in expected {
            assert!(codes.contains(code), "{file}: {codes:?}");
        }
    }
    for &(file, code, expected) in RTF {
        let path = corpus.join("rtf").join(file);
        if !path.exists() {
            continue;
        }
        seen += 1;
        let run = bounded(file, &["rtf".into(), "decompress".into(), path.into()]);
        assert_eq!(run.code, code, "{file}: {}", run.err);
        assert!(run.err.contains(expected), "{file}: {}", run.err);
    }
    assert!(seen > 30, "{seen}");
}

/// Whoever adds a file to the page adds it here.
#[test]
fn every_file_of_the_page_is_in_the_table() {
    let Some(corpus) = crate::support::corpus() else { return };
    let page = std::fs::read_to_string(corpus.join("HOSTILE.md")).unwrap();
    let words = page.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '|'));
    let named: Vec<&str> =
        words.filter(|word| word.starts_with("tnef/") && word.ends_with(".tnef") && !word.contains('*')).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        assert!(NAMED.iter().any(|(file, ..)| *file == name), "{name} is not in the table");
    }
}

/// What deeply nested RTF that another project bounds by a second takes: a thousand levels.
#[test]
fn a_thousand_groups_within_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep.rtf");
    std::fs::write(&file, format!("{{\\rtf1\\ansi\\fromhtml1 {}text{}}}", "{".repeat(1000), "}".repeat(1000))).unwrap();
    let run = bounded("a thousand groups", &["rtf".into(), "to-text".into(), file.into()]);
    assert_eq!((run.code, run.out.trim_end()), (0, "text"), "{}", run.err);
}

/// The stream that no sample is: one that declares the most that can be declared, and is short.
#[test]
fn a_declared_length_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for length in [0x7FFF_FFFFu32, 0xFFFF_FFFF] {
        let file = folder.path().join(format!("{length}.dat"));
        let mut stream = b"\x78\x9F\x3E\x22\x01\x00\x02\x0F\x80\x06\x00".to_vec();
        stream.extend(length.to_le_bytes());
        stream.extend(b"some bytes");
        std::fs::write(&file, stream).unwrap();
        all_verbs(&file);
        all_processes(&file);
    }
}
