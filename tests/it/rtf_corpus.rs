//! RTF of the corpus against what other projects' tests expect of it: `NAME.rtf` with `NAME.html` or `NAME.txt`.
//!
//! Compared exactly, but for what the sources' own tests normalise:
//! - `bbottema-*`: CR LF to LF, and no white space at the end (its files end with a line end that its test strips); its text mode
//!   makes HTML of plain text, which is undone here.
//! - `rtfde-*`: CR LF to LF, as that program writes LF.
//! - `rtf-stream-parser-*`: nothing.

use std::path::{Path, PathBuf};

use winmail::rtf::{Encapsulation, deencapsulate, encapsulation, to_text};
use winmail::{Code, ReadOptions};

/// Pairs that differ, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "rtf-stream-parser-45-attempt-to-preserve-spaces-to-better-match-outlo",
        "the source's option htmlPreserveSpaces, off by default, makes no-break spaces of the spaces that the RTF has",
    ),
    (
        "rtfde-multiple-encodings",
        "the text is the mail's own and asserted by no test of the source's; the RTF, made from it, itself has U+FFFD and `=AD`, the \
         remains of a quoted-printable line end inside a character",
    ),
];

/// Where the expectation holds for an option of the source's that makes readable text, it is our `text::to_text` that must
/// fulfil it: `replaceSymbolFontChars` shows symbol fonts as Unicode.
const READABLE: &[&str] = &[
    "rtf-stream-parser-54-treat-0xf000-0xf0ff-the-same-as-0x0000-0x00ff-wh",
    "rtf-stream-parser-55-allow-text-escapes-and-non-ascii-in-font-names",
];

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from)
        .join("rtf");
    if !folder.is_dir() {
        println!("no corpus at {}: skipped", folder.display());
        return None;
    }
    Some(folder)
}

/// The RTF files, by name without extension.
fn samples(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut samples: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rtf"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    samples.sort();
    assert!(!samples.is_empty(), "the corpus has no RTF");
    samples
}

fn read(rtf: &[u8]) -> String {
    deencapsulate(rtf, &ReadOptions::lenient()).unwrap().text
}

/// Undoes the HTML that bbottema/rtf-to-html makes of plain text.
fn unwrap_html(html: &str) -> String {
    let text = html.trim_end().strip_prefix("<html><body><div style=\"white-space:pre-wrap\">").unwrap();
    let text = text.strip_suffix("</div></body></html>").unwrap();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn pairs() {
    let Some(folder) = corpus() else { return };
    let (mut pairs, mut same) = (0, 0);
    let mut wrong = Vec::new();
    for (name, rtf) in samples(&folder) {
        for extension in ["html", "txt"] {
            let Ok(expected) = std::fs::read_to_string(folder.join(format!("{name}.{extension}"))) else { continue };
            let readable = READABLE.contains(&name.as_str());
            let mut ours = if readable { to_text(&rtf, &ReadOptions::lenient()).unwrap().text } else { read(&rtf) };
            let mut expected = expected;
            if name.starts_with("bbottema-") {
                if encapsulation(&rtf) == Encapsulation::Text {
                    expected = unwrap_html(&expected);
                }
                ours = ours.replace("\r\n", "\n").trim_end().to_owned();
                expected = expected.replace("\r\n", "\n").trim_end().to_owned();
            } else if name.starts_with("rtfde-") {
                ours = ours.replace("\r\n", "\n");
                expected = expected.replace("\r\n", "\n");
            }
            pairs += 1;
            let difference = DIFFERENCES.iter().find(|(known, _)| *known == name);
            match (ours == expected, difference) {
                (true, None) => same += 1,
                (true, Some(_)) => wrong.push(format!("{name}: listed as different, but the same")),
                (false, Some((_, reason))) => println!("{name}: {reason}"),
                (false, None) => wrong.push(format!("{name}:\n  ours     {ours:?}\n  expected {expected:?}")),
            }
        }
    }
    println!("{same} of {pairs} pairs are the same");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pairs > 0, "the corpus has no pairs");
}

#[test]
fn what_the_sources_assert_without_an_expected_file() {
    let Some(folder) = corpus() else { return };
    let sample = |name: &str| std::fs::read(folder.join(name)).unwrap();
    // RTFDE, test_nbs_a0: five `&nbsp;` in the HTML, three U+00A0 in the text. Three of the five are bytes A0 in text, which
    // RTFDE writes as the entity and we as the character that the byte is: Outlook keeps entities of the HTML as such.
    let html = read(&sample("rtfde-nbs_a0-html.rtf"));
    assert_eq!((html.matches("&nbsp;").count(), html.matches('\u{A0}').count()), (2, 3));
    assert_eq!(read(&sample("rtfde-nbs_a0-txt.rtf")).matches('\u{A0}').count(), 3);
    assert_eq!(read(&sample("rtfde-test_data-text.rtf")), "body\r\n");
    // A user-defined character of code page 950, for which RTFDE expects a decoding error and Word shows one glyph. It is no
    // character that Unicode has.
    let found = deencapsulate(&sample("rtfde-windows_950.rtf"), &ReadOptions::lenient()).unwrap();
    let report = &found.report;
    assert!(found.text.starts_with("Hello \u{FFFD}"), "{}", found.text);
    assert!(report.contains(Code::RtfUndecodableText));
}

#[test]
fn nothing_but_cut_samples_breaks_strict_reading() {
    let Some(folder) = corpus() else { return };
    let refused: Vec<String> = samples(&folder)
        .into_iter()
        .filter(|(_, rtf)| deencapsulate(rtf, &ReadOptions::strict()).is_err())
        .map(|(name, _)| name)
        .collect();
    // All of them end inside their groups.
    assert_eq!(
        refused,
        [
            "poi-first-16-tokens",
            "poi-first-8-tokens",
            "rtf-stream-parser-05-warn-if-root-rtf-group-not-fully-closed",
            "rtfde-multiple-encodings"
        ]
    );
}
