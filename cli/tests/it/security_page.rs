//! SECURITY.md names a test for each sentence that promises something; this looks for the tests.

use std::fs;
use std::path::Path;

#[test]
fn every_promise_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(page) = fs::read_to_string(root.join("SECURITY.md")) else {
        println!("skipped: SECURITY.md is not there");
        return;
    };
    let promises = page.split("\n## What we promise\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut named = 0;
    for promise in promises.split("\n- ").skip(1) {
        // A list within a promise belongs to it.
        let held = promise.split("\n  - ").collect::<Vec<_>>();
        for sentence in if held.len() > 1 { &held[1..] } else { &held[..] } {
            let tests: Vec<&str> = sentence.split('`').skip(1).step_by(2).filter(|word| word.contains("::")).collect();
            assert!(!tests.is_empty(), "no test holds: {sentence}");
            for test in tests {
                let (file, name) = test.split_once("::").unwrap();
                let source = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
                let at = source.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("{file} has no {name}"));
                // What is above the function: attributes and comments.
                let above = source[..at].rsplit("\n\n").next().unwrap();
                assert!(above.contains("#[test]") || above.contains("proptest!"), "{test} is no test");
                named += 1;
            }
        }
    }
    assert!(named >= 20, "{named}");
}

/// The lint is forbidden for the workspace, every package but the Python binding takes it over, and no source allows it again.
#[test]
fn the_compiler_refuses_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(workspace) = fs::read_to_string(root.join("Cargo.toml")).map(|text| text.replace("\r\n", "\n")) else { return };
    if !workspace.contains("[workspace.lints.rust]") {
        println!("skipped: the package stands alone");
        return;
    }
    assert!(workspace.contains("[workspace.lints.rust]\nunsafe_code = \"forbid\"\n"));
    for manifest in ["Cargo.toml", "cli/Cargo.toml", "tools/Cargo.toml"] {
        let text = fs::read_to_string(root.join(manifest)).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest}");
    }
}

#[test]
fn the_limits_are_those_of_the_library() {
    let Ok(page) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../SECURITY.md")) else { return };
    let limits = winmail::Limits::default();
    let thousands = |number: usize| winmail::base::size::grouped(u64::try_from(number).unwrap());
    let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    for (what, limit) in [
        ("nesting of messages", format!("{} (at most {})", limits.depth, winmail::Limits::MAX_DEPTH)),
        ("attributes", thousands(limits.attributes)),
        ("properties", thousands(limits.properties)),
        ("recipients", thousands(limits.recipients)),
        ("attachments", thousands(limits.attachments)),
        ("bytes that decompression may make", mebibytes(limits.output)),
        ("diagnostics kept (the rest is counted)", thousands(limits.diagnostics)),
        ("bytes of one attribute that the stream reader holds", mebibytes(limits.held)),
        ("groups of rich text that are open at once", thousands(limits.rtf_groups)),
    ] {
        assert!(page.contains(&format!("\n| {what} | {limit} |\n")), "{what}: {limit}");
    }
    assert_eq!(page.matches("\n| ").count(), 10, "a row more than these");
}
