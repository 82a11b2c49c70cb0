//! What must hold of the message model, of compressed RTF and of RTF, whatever the input.

use winmail::message::Content;
use winmail::rtf::lzfu::{self, Mode};
use winmail::rtf::{deencapsulate, to_html, to_text};
use winmail::{Message, ReadOptions};

/// Reading succeeds or says that this is no TNEF; lenient keeps all that strict keeps; offsets stay inside the input.
pub fn message(data: &[u8]) {
    let lenient = Message::read(data, &ReadOptions::lenient());
    let report = lenient.as_ref().map_or_else(winmail::Error::report, Message::report);
    for diagnostic in report.diagnostics() {
        assert!(diagnostic.offset <= data.len() as u64, "{diagnostic}");
    }
    if let Ok(strict) = Message::read(data, &ReadOptions::strict()) {
        // As text: NaN equals nothing, not even itself.
        let lenient = lenient.as_ref().ok().map(|message| format!("{message:?}"));
        assert_eq!(Some(format!("{strict:?}")), lenient, "strict and lenient read the same stream differently");
    }
    let Ok(message) = lenient else { return };
    if message.source().is_empty() {
        // Outlook's .msg has no stream to cover.
        return visit(&message);
    }
    let covered: u64 = message.pieces().map(|piece| piece.wire_length()).sum();
    assert_eq!(covered, data.len() as u64);
    visit(&message);
}

fn visit(message: &Message<'_>) {
    let _ = (message.kind(), message.subject(), message.search_key().map(|key| key.to_string()));
    for recipient in &message.recipients {
        let _ = (recipient.recipient_type(), recipient.display_name(), recipient.smtp_address());
    }
    for form in [message.native_text(), message.html(), message.text()] {
        form.expect("lenient reading of a body does not fail");
    }
    for attachment in &message.attachments {
        let _ = (attachment.file_name(), attachment.mime_tag(), attachment.is_inline(), attachment.is_mac_binary());
        if let Content::Message(nested) = &attachment.content {
            visit(nested);
        }
    }
}

/// Lenient decompression does not fail and keeps to the greatest possible expansion; compression is undone by decompression.
pub fn lzfu(data: &[u8]) {
    let options = ReadOptions::lenient();
    if let Ok(found) = lzfu::decompress(data, &options) {
        let raw = found.bytes;
        assert!(raw.len() <= data.len().saturating_mul(17), "{} bytes out of {}", raw.len(), data.len());
    }
    for mode in [Mode::Reference, Mode::Outlook, Mode::Dense] {
        let compressed = lzfu::compress(data, mode).expect("short input");
        let found = lzfu::decompress(&compressed, &ReadOptions::strict()).expect("our own output");
        assert_eq!(found.bytes, data);
        assert!(found.report.is_empty(), "{:?}", found.report.diagnostics());
    }
}

/// Lenient reading of RTF does not fail.
pub fn rtf(data: &[u8]) {
    let options = ReadOptions::lenient();
    deencapsulate(data, &options).expect("lenient");
    to_text(data, &options).expect("lenient");
    to_html(data, &options).expect("lenient");
}
