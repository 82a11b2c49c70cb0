use super::*;
use crate::base::WriteOptions;
use crate::base::error::ErrorKind;
use crate::mapi::corpus;
use crate::message::Content;

const OPTIONS: fn() -> ReadOptions = ReadOptions::lenient;

fn html_of(message: &Message<'_>) -> String {
    message.html().unwrap().unwrap().text
}

fn rtf_of(message: &Message<'_>) -> Vec<u8> {
    message.rtf().unwrap().unwrap().bytes
}

fn compressed(rtf: &[u8]) -> PropValue<'static> {
    PropValue::Binary(lzfu::compress(rtf, Mode::Reference).unwrap().into())
}

#[test]
fn all_forms_change_together() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "old");
    message.properties.set(tags::HTML, PropValue::Binary(b"<html><body>old</body></html>".into()));
    message.properties.set(tags::RTF_COMPRESSED, compressed(&encapsulate::from_html("<html><body>old</body></html>")));
    message.properties.set(tags::RTF_SYNC_BODY_CRC, PropValue::Integer32(1));
    let changed = message.edit_body(&BodyEdit::html(Place::Append, "<p>n\u{e9}w</p>").with_text("n\u{e9}w\n")).unwrap();
    assert_eq!(changed, [BodyKind::Text, BodyKind::Html, BodyKind::Rtf]);
    assert_eq!(message.properties.str(tags::BODY).unwrap(), "old\r\nn\u{e9}w\r\n");
    let html = "<html><body>old<p>n\u{e9}w</p></body></html>";
    assert_eq!(message.properties.bytes(tags::HTML), Some(html.as_bytes()));
    assert_eq!(crate::rtf::deencapsulate(&rtf_of(&message), &ReadOptions::strict()).unwrap().text, html);
    assert!(message.properties.get(tags::RTF_SYNC_BODY_CRC).is_none());
    message.edit_body(&BodyEdit::text(Place::Replace, "a < b")).unwrap();
    assert_eq!(message.properties.str(tags::BODY).unwrap(), "a < b");
    assert_eq!(message.properties.bytes(tags::HTML), Some(&b"<html><body><div>a &lt; b</div>\r\n</body></html>"[..]));
}

#[test]
fn eight_bit_text_stays_eight_bit_while_it_can() {
    let mut message = Message::new("IPM.Note");
    let text = |bytes: &'static [u8]| PropValue::String8(String8(bytes.into()));
    message.properties.set(tags::BODY, text(b"caf\xE9\r\n\0"));
    message.edit_body(&BodyEdit::text(Place::Prepend, "\u{e9}")).unwrap();
    assert_eq!(message.properties.get(tags::BODY), Some(&text(b"\xE9\r\ncaf\xE9\r\n\0")));
    message.edit_body(&BodyEdit::text(Place::Append, "\u{416}")).unwrap();
    assert_eq!(message.properties.get(tags::BODY), Some(&PropValue::from("\u{e9}\r\ncaf\u{e9}\r\n\u{416}")));
}

#[test]
fn a_message_without_body_gets_what_the_edit_has() {
    let mut message = Message::new("IPM.Note");
    assert_eq!(message.edit_body(&BodyEdit::html(Place::Append, "<p>\u{416}</p>")).unwrap(), [BodyKind::Html]);
    assert_eq!(html_of(&message), "<p>\u{416}</p>");
    let mut message = Message::new("IPM.Note");
    assert_eq!(message.edit_body(&BodyEdit::text(Place::Append, "x")).unwrap(), [BodyKind::Text]);
}

#[test]
fn rich_text_gets_a_paragraph_and_damaged_rtf_is_refused() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::RTF_COMPRESSED, compressed(br"{\rtf1\ansi\pard old\par}"));
    message.edit_body(&BodyEdit::text(Place::Append, "new")).unwrap();
    let text = crate::rtf::text::to_text(&rtf_of(&message), &OPTIONS()).unwrap().text;
    assert_eq!(text.split_whitespace().collect::<Vec<_>>(), ["old", "new"]);
    let mut cut = message.properties.bytes(tags::RTF_COMPRESSED).unwrap().to_vec();
    cut.truncate(cut.len() - 5);
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(cut.into()));
    message.properties.set(tags::BODY, "old");
    let before = message.clone();
    let error = message.edit_body(&BodyEdit::text(Place::Append, "new")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert_eq!(message, before);
}

#[test]
fn attachments_are_removed_by_name() {
    let mut message = Message::new("IPM.Note");
    for name in ["a.txt", "b.txt", "A.TXT"] {
        message.attachments.push(Attachment::from_bytes(name, name.as_bytes().to_vec()));
    }
    let removed = message.remove_attachments("A.txt");
    assert_eq!(removed.iter().map(|a| a.data().to_vec()).collect::<Vec<_>>(), [b"a.txt".to_vec(), b"A.TXT".to_vec()]);
    assert_eq!(message.attachments.len(), 1);
}

/// What an edit of the body of real messages changes, and that it is there when they are read again.
#[test]
fn real_bodies_change_and_nothing_else_does() {
    let body = [tags::BODY, tags::HTML, tags::BODY_HTML, tags::RTF_COMPRESSED].map(|tag| tag.id().0);
    let sync = [0x1006, 0x1007, 0x1008, 0x1010, 0x1011];
    let (mut done, mut refused) = (0, 0);
    for (name, bytes) in corpus::files("tnef") {
        let Ok(source) = Message::from_tnef(&bytes) else { continue };
        for edit in [
            BodyEdit::html(Place::Append, "<p>Disclaimer \u{20AC}</p>").with_text("Disclaimer \u{20AC}\n"),
            BodyEdit::text(Place::Prepend, "Disclaimer \u{20AC}\n"),
        ] {
            let mut message = source.clone();
            let changed = match message.edit_body(&edit) {
                Ok(changed) => changed,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Malformed, "{name} {error}");
                    refused += 1;
                    continue;
                }
            };
            let written = message.to_tnef(&WriteOptions::default()).unwrap();
            let again = Message::from_tnef(&written).unwrap();
            for kind in &changed {
                let found = match kind {
                    BodyKind::Text => again.properties.str(tags::BODY).unwrap().into_owned(),
                    BodyKind::Html => html_of(&again),
                    BodyKind::Rtf => {
                        let rtf = rtf_of(&again);
                        crate::rtf::deencapsulate(&rtf, &OPTIONS()).unwrap().text
                    }
                };
                assert!(found.contains("Disclaimer"), "{name} {kind:?}");
                assert!(found.contains('\u{20AC}') || found.contains("&#8364;"), "{name} {kind:?}");
            }
            let others = |message: &Message<'_>| -> Vec<(u32, String)> {
                let kept = message.properties.iter().filter(|p| !body.contains(&p.tag.id().0) && !sync.contains(&p.tag.id().0));
                // The property that says how new HTML is encoded.
                let kept = kept.filter(|p| p.tag != tags::INTERNET_CODEPAGE || source.properties.get(tags::HTML).is_some());
                kept.map(|p| (p.tag.0, format!("{:?} {:?}", p.name, p.value))).collect()
            };
            assert_eq!(others(&source), others(&again), "{name}");
            let data = |message: &Message<'_>| -> Vec<Vec<u8>> {
                message
                    .attachments
                    .iter()
                    .map(|a| match &a.content {
                        Content::Message(m) => m.source().to_vec(),
                        c => c.bytes().to_vec(),
                    })
                    .collect()
            };
            assert!(data(&source) == data(&again), "{name}");
            done += 1;
        }
    }
    println!("{done} edits, {refused} refused because of damaged RTF");
}
