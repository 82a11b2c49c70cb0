//! Mail: finding TNEF in it, and the filter.

use winmail::convert::mime::account;
use winmail::convert::mime::filter::{self, Action, FilterOptions};
use winmail::convert::mime::find::{Place, find};
use winmail::convert::mime::structure::{EntityKind, Structure};
use winmail::message::Content;
use winmail::message::MessageKind;
use winmail::{Limits, Message, ReadOptions};

/// A mail, or a stream in mails of several makes.
pub fn filter(input: &[u8]) {
    check(input);
    if input.starts_with(&[0x78, 0x9F, 0x3E, 0x22]) {
        alone(input);
        check(&[b"Subject: x\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n", input].concat());
        let before = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=winmail-fuzz\r\n\r\n--winmail-fuzz\r\n\r\nhello\r\n\
            --winmail-fuzz\r\nContent-Type: application/ms-tnef\r\n\r\n";
        check(&[before, input, b"\r\n--winmail-fuzz--\r\n"].concat());
    }
}

/// A mail made of a stream has all that it says, or holds it.
pub(crate) fn alone(stream: &[u8]) {
    let Ok(made) = filter::anew(stream, &FilterOptions::default()) else { return };
    if made.outcomes.len() == 1 {
        let losses = account::losses_of_stream(stream, &made.mail, &ReadOptions::lenient());
        assert!(losses.is_empty(), "{losses:?}: {}", String::from_utf8_lossy(&made.mail));
    }
}

fn check(mail: &[u8]) {
    let limits = Limits::default();
    let found = find(mail, &limits);
    for part in &found.parts {
        let ranges = [&part.header, &part.body, &part.whole];
        assert!(ranges.iter().all(|range| range.start <= range.end && range.end <= mail.len()), "{part:?}");
        if part.place == Place::Part {
            assert!(part.whole.start == part.header.start && part.whole.end == part.body.end);
            assert!(part.header.end <= part.body.start);
        }
    }
    let filtered = filter::filter(mail, &FilterOptions::default());
    let opened = filtered.outcomes.len() > found.parts.len();
    let Some(out) = filtered.mail.map(|changed| changed.to_vec()) else { return };
    if !opened {
        // The accountant was asked before; what it missed is there now.
        let losses = account::losses(mail, &out, &ReadOptions::lenient());
        assert!(losses.is_empty(), "{losses:?}: {}", String::from_utf8_lossy(&out));
    }
    assert!(filtered.outcomes.iter().any(|outcome| !matches!(outcome.action, Action::Left(_))));
    let after = Structure::of(&out, &Limits::UNLIMITED);
    if after.incomplete {
        return;
    }
    for (part, outcome) in found.parts.iter().zip(&filtered.outcomes) {
        if matches!(outcome.action, Action::Left(_)) {
            continue;
        }
        let message = Message::read(&part.data, &ReadOptions::lenient()).expect("it was converted");
        let mut files = Vec::new();
        collect(&message, &mut files);
        for file in files {
            let is_root = message.kind() == MessageKind::SecureMail && is_root(&out, &file);
            assert!(is_root || !is_lost(&file, &out, &after), "{} bytes are lost: {}", file.len(), String::from_utf8_lossy(&out));
        }
    }
}

/// Whether the body of a signed message is in a mail as it is, but for line ends, which are those of the mail. Its header is among
/// that of the mail.
fn is_root(mail: &[u8], file: &[u8]) -> bool {
    let without_cr = |bytes: &[u8]| bytes.iter().copied().filter(|&b| b != b'\r').collect::<Vec<u8>>();
    let (mail, file) = (without_cr(mail), without_cr(file));
    let body = file.windows(2).position(|window| window == b"\n\n").map_or(&file[..], |end| &file[end..]);
    let body = body.trim_ascii_end();
    body.is_empty() || mail.windows(body.len()).any(|window| window == body)
}

/// Whether the bytes of a file stand nowhere in a mail.
pub(crate) fn is_lost(file: &[u8], mail: &[u8], structure: &Structure) -> bool {
    // A text gets a line end.
    let is = |other: &[u8]| other == file || other.strip_suffix(b"\r\n").or(other.strip_suffix(b"\n")) == Some(file);
    let mut leaves = structure.entities.iter().filter(|entity| entity.kind == EntityKind::Leaf);
    // A signed message stands in the mail as it is.
    !leaves.any(|entity| is(&entity.encoding.decode(&mail[entity.body.clone()])))
        && !mail.windows(file.len().max(1)).any(|window| window == file)
}

/// Whether a file may be a stream, or a mail with one in it.
fn may_be_opened(file: &[u8]) -> bool {
    file.starts_with(&[0x78, 0x9F, 0x3E, 0x22])
        || file.windows(4).any(|word| word == b"tnef")
        || file.windows(5).any(|word| word == b"eJ8+I")
}

/// The contents of all files, at any depth.
pub(crate) fn collect(message: &Message<'_>, files: &mut Vec<Vec<u8>>) {
    for attachment in &message.attachments {
        match &attachment.content {
            // The pieces of these have encodings of their own; a stream, and a mail with one, are opened.
            Content::Bytes(bytes) if !attachment.is_mac_binary() && !may_be_opened(bytes) => files.push(bytes.to_vec()),
            Content::Message(nested) => collect(nested, files),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_is_kept() {
        super::filter(include_bytes!("../../testdata/winmail.dat"));
        super::filter(include_bytes!("../../testdata/signed.dat"));
        super::filter(b"Content-Type: application/ms-tnef\n\nx\x9F>\"");
    }
}
