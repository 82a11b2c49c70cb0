//! The accountant over the corpus: nothing is missing in any conversion, sound notes lose their stream, and no fewer do than before.

use winmail::convert::mime::filter::{Action, FilterOptions, Outcome, anew, filter};
use winmail::convert::mime::find::find;
use winmail::message::{Body, Content, MessageKind, html};
use winmail::{Limits, Message, ReadOptions, Severity};

use crate::support;

/// How many streams of the corpus are gone after a conversion. A change that makes it less has to say why: there were 132 before damaged rich text
/// and second contents kept theirs.
const GONE: usize = 129;

/// The streams that stay, but for those of fuzzers, each with its reason and what it would lose. Of a damaged one nobody knows what it said
/// before: a sum that does not fit, or a length, says that bytes are others by now, and the stream is the evidence.
const KEPT: &[(&str, &str, &str)] = &[
    ("attachments-crlf-stripped.tnef", "damaged", "line ends were taken out of its files, and nobody can put them back"),
    ("badchecksum-actually-bad-signature.tnef", "damaged", "its signature is another one"),
    ("convert-tnef-badsum.tnef", "damaged", "the sum of an attribute does not fit its bytes"),
    ("corr-differs.eml", "other-mail", "its key is that of another mail"),
    ("damaged.eml", "damaged", "the sum of a file does not fit its bytes"),
    ("data-both-differ.tnef", "damaged", "a file has two contents, of which a mail has one"),
    ("duplicate_filename.tnef", "damaged", "the sum of an attribute does not fit its bytes"),
    ("embedded-mime-not-tnef.tnef", "damaged", "what should be a message within is something else"),
    ("invalid-checksum.tnef", "damaged", "sums do not fit, and its rich text is cut off"),
    ("lkml-2002-outlook-recall.eml", "item", "a recall lives by the key of the mail that it recalls"),
    ("lkml-2002-outlook-recall.tnef", "item", "a recall lives by the key of the mail that it recalls"),
    ("lkml-2020-outlook-recall-cp65001.eml", "item", "a recall lives by the key of the mail that it recalls"),
    ("lkml-2020-outlook-recall-cp65001.tnef", "item", "a recall lives by the key of the mail that it recalls"),
    ("ms-oxtnef-spec-example-mtgrespn.tnef", "item", "no calendar can be made of the fragment that the specification shows"),
    (
        "msg2tnef-msgreaderjs-Lanch_time_every_friday_in_2023_chgs2.tnef",
        "item",
        "a changed instance has a file, which no calendar has a place for",
    ),
    ("mtgreq.tnef", "item", "bytes follow its global object id, which no calendar has a place for"),
    ("oom.tnef", "damaged", "a property is cut off"),
    ("recall.eml", "item", "a recall lives by the key of the mail that it recalls"),
    ("roundcube-tnef1.eml", "other-mail", "its key is that of another mail"),
    ("roundcube-tnef3.eml", "other-mail", "its key is that of another mail"),
    ("two-datas.eml", "damaged", "a file has two contents, of which a mail has one"),
    ("ytnef-oob-TNEFVersion-SwapWord.tnef", "damaged", "an attribute has a level that does not exist"),
];

/// Whether a sample is of a fuzzer, or made to break a program.
fn is_of_a_fuzzer(name: &str) -> bool {
    ["fuzz", "poc"].iter().any(|word| name.contains(word))
}

/// Whether a stream is a note that a mail can say whole: sound, of the plain class, with nothing else in it.
fn is_sound_note(stream: &[u8]) -> bool {
    let Ok(message) = Message::read(stream, &ReadOptions::lenient()) else { return false };
    let is_note = |message: &Message<'_>| message.class().is_some_and(|class| class.eq_ignore_ascii_case("IPM.Note"));
    let holds_items = message.attachments.iter().any(|attachment| match &attachment.content {
        Content::Message(inner) => !is_note(inner) || !inner.attachments.is_empty(),
        _ => false,
    });
    // HTML that its character set cannot decode is damage, too.
    let is_decodable = message.bodies().iter().all(|body| match body {
        Body::Html { bytes, code_page } => !html::decode(bytes, *code_page, message.code_page()).malformed,
        _ => true,
    });
    is_decodable
        && message.verdict().worst() <= Some(Severity::Info)
        && is_note(&message)
        && message.kind() == MessageKind::Mail
        && !holds_items
}

#[test]
fn nothing_of_the_corpus_is_missing() {
    let Some(corpus) = support::corpus() else { return };
    let options = FilterOptions::default();
    let mut gone = 0;
    let mut kept = Vec::new();
    let mut reasons = Vec::new();
    let mut others = 0;
    for folder in ["eml", "tnef", "items/eml", "items/tnef", "field"] {
        let Ok(entries) = std::fs::read_dir(corpus.join(folder)) else { continue };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let bytes = match file.extension().and_then(|extension| extension.to_str()) {
                Some("eml" | "tnef") => std::fs::read(&file).unwrap(),
                _ => continue,
            };
            let (outcomes, losses, streams): (Vec<Outcome>, _, Vec<Vec<u8>>) = if name.ends_with(".eml") {
                let filtered = filter(&bytes, &options);
                let found = find(&bytes, &Limits::default());
                (filtered.outcomes, filtered.losses, found.parts.iter().map(|part| part.data.to_vec()).collect())
            } else {
                let Ok(made) = anew(&bytes, &options) else { continue };
                (made.outcomes, made.losses, vec![bytes])
            };
            assert!(losses.is_empty(), "{name}: {losses:?}");
            for (outcome, stream) in outcomes.iter().zip(&streams) {
                gone += usize::from(outcome.action == Action::Replaced);
                others += usize::from(outcome.action == Action::Replaced && !is_of_a_fuzzer(&name));
                if let Some(reason) = outcome.reason().filter(|_| !is_of_a_fuzzer(&name)) {
                    reasons.push((name.clone(), reason.code().to_owned()));
                }
                let is_foreign = outcome.reason().is_some_and(|reason| reason.code() == "other-mail");
                if outcome.action != Action::Replaced && !is_foreign && is_sound_note(stream) {
                    kept.push(format!("{name}: {}", outcome.action));
                }
            }
        }
    }
    assert!(kept.is_empty(), "sound notes whose stream stays:\n{}", kept.join("\n"));
    assert!(gone >= GONE, "{gone} streams are gone; it were {GONE}");
    println!("{gone} streams are gone");
    // A corpus that has more files, or fewer, says so here.
    let expected: Vec<(String, String)> = KEPT.iter().map(|(name, code, _)| ((*name).to_owned(), (*code).to_owned())).collect();
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons, expected);
    assert!(others >= 3 * reasons.len(), "{others} of {}", others + reasons.len());
}
