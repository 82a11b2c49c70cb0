//! The accountant over the corpus: nothing is missing in any conversion, sound notes lose their stream, and no fewer do than before.

use winmail::convert::mime::filter::{Action, FilterOptions, Outcome, anew, filter};
use winmail::convert::mime::find::find;
use winmail::message::{Body, Content, MessageKind, html};
use winmail::{Limits, Message, ReadOptions, Severity};

use crate::support;

/// How many streams of the corpus are gone after a conversion. A change that makes it less has to say why.
const GONE: usize = 132;

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
        && message.report().worst() != Some(Severity::Error)
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
}
