//! `winmail edit` changes what it was told to and nothing else, and `winmail diff` says so: on real RTF, HTML and text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::{Run, Sample, tnef_samples, winmail};
use winmail::Message;
use winmail::mapi::PropTag;
use winmail::tnef::{AttrId, AttributeValue, Piece, PropertyPiece, Reader};

/// What an edit of the body may change. Outlook's figures about RTF go with it, and attBody stands for PidTagBody.
const BODY: [&str; 9] = [
    "PidTagBody",
    "PidTagBodyHtml",
    "PidTagHtml",
    "PidTagRtfCompressed",
    "attBody",
    "PidTagRtfSyncBodyCrc",
    "PidTagRtfSyncBodyCount",
    "PidTagRtfSyncBodyTag",
    "PidTagRtfSyncPrefixCount",
];
const MORE: [&str; 2] = ["PidTagRtfSyncTrailingCount", "PidTagInternetCodepage"];

fn is_body(path: &str) -> bool {
    BODY.contains(&path) || MORE.contains(&path)
}

fn edit(sample: &Sample, output: &Path, more: &[&str]) -> Run {
    let args = [&["edit", sample.path.to_str().unwrap(), "-o", output.to_str().unwrap(), "--force"], more].concat();
    winmail(args)
}

fn diff(one: &Path, other: &Path) -> (u8, serde_json::Value) {
    let run = winmail(["diff", "--json", one.to_str().unwrap(), other.to_str().unwrap()]);
    (run.code, serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{}: {error}: {}", one.display(), run.err)))
}

/// The stream in its smallest parts: attributes by id and data, message properties one by one by tag and wire bytes. Read by the
/// view alone, which knows nothing of editing.
fn parts(bytes: &[u8]) -> Vec<(Option<PropTag>, AttrId, Vec<u8>)> {
    let mut parts = Vec::new();
    for piece in Reader::pieces(bytes) {
        let attribute = match piece {
            Piece::Attribute(attribute) => attribute,
            Piece::Lost(lost) => {
                parts.push((None, AttrId(0), lost.bytes.to_vec()));
                continue;
            }
            _ => continue,
        };
        match attribute.value() {
            Ok(AttributeValue::Properties(list)) if attribute.id() == AttrId::MSG_PROPS => {
                for piece in list.pieces() {
                    match piece {
                        PropertyPiece::Property(property) => {
                            parts.push((Some(property.tag()), attribute.id(), property.wire().to_vec()));
                        }
                        PropertyPiece::Lost { bytes, .. } => parts.push((None, attribute.id(), bytes.to_vec())),
                    }
                }
            }
            _ => parts.push((None, attribute.id(), attribute.data().to_vec())),
        }
    }
    parts
}

#[test]
fn appended_html_changes_the_body_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (html, output) = (folder.path().join("sig.html"), folder.path().join("out.tnef"));
    std::fs::write(&html, "<p>-- <br><b>J\u{e4}ne</b> <i>&amp; S\u{f8}n</i></p>").unwrap();
    let (mut forms, mut refused) = (BTreeMap::new(), Vec::new());
    for sample in tnef_samples() {
        let run = edit(&sample, &output, &["--append-html", html.to_str().unwrap()]);
        if run.code == 1 || run.code == 2 {
            assert!(!run.err.is_empty() && run.out.is_empty(), "{}", sample.name);
            refused.push((sample.name.clone(), run.err));
            continue;
        }
        let (code, value) = diff(&sample.path, &output);
        assert_eq!(code, 1, "{}", sample.name);
        let changed: BTreeSet<&str> =
            value["differences"].as_array().unwrap().iter().map(|found| found["path"].as_str().unwrap()).collect();
        assert!(changed.iter().all(|path| is_body(path)), "{}: {changed:?}", sample.name);
        // What is printed is the same, and the search key.
        for path in &changed {
            assert!(run.out.lines().any(|line| line.contains(path)), "{}: {path} in {}", sample.name, run.out);
        }
        let key = run.out.lines().last().unwrap();
        assert!(key.starts_with("PR_SEARCH_KEY: ") && key.ends_with(" (unchanged)"), "{}: {key}", sample.name);

        // The same by the bytes: everything that is no body is there, as it was, in its order. Lists with crafted damage are
        // written so that they read the same, which is not always byte for byte.
        let after = std::fs::read(&output).unwrap();
        let rest = |bytes: &[u8]| -> Vec<_> {
            let is_body = |tag: Option<PropTag>, id: AttrId| match tag {
                Some(tag) => tag.name().is_some_and(is_body),
                None => id == AttrId::BODY,
            };
            parts(bytes).into_iter().filter(|(tag, id, _)| !is_body(*tag, *id)).collect()
        };
        let (before, now) = (rest(&sample.bytes), rest(&after));
        let crafted = ["fuzz-", "poc-", "oom"].iter().any(|crafted| sample.name.starts_with(crafted));
        assert!(crafted || before == now, "{}", sample.name);

        // And the new text is in every form there is.
        let message = Message::from_tnef(&after).unwrap();
        let text = message.text().unwrap().unwrap();
        assert!(text.text.contains("J\u{e4}ne & S\u{f8}n"), "{}: {:?}", sample.name, text.text);
        for form in ["PidTagBody", "PidTagHtml", "PidTagRtfCompressed"] {
            *forms.entry(form).or_insert(0) += usize::from(changed.contains(form));
        }
    }
    println!("{forms:?}; refused: {refused:#?}");
    if crate::support::corpus().is_some() {
        assert!(forms.values().all(|count| *count >= 2), "{forms:?}");
    }
}
