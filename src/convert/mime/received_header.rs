//! The header with which a message was received: PidTagTransportMessageHeaders ([MS-OXOMSG] 2.2.1.61), and where that is missing the one
//! at the front of PidTagMimeSkeleton ([MS-OXCMSG] 2.2.1.28): the mail without what the properties have.

use std::borrow::Cow;

use crate::mapi::{PropertyBag, tags};

/// Fields of a skeleton that do not count: the properties have them, and may have been changed since ([MS-OXCMAIL] 2.1.3.5.1).
const REGENERATED: [&str; 7] = [
    "Keywords",
    "Importance",
    "Priority",
    "X-MSMail-Priority",
    "X-Priority",
    "X-Message-Flag",
    "X-ExchangeMime-Skeleton-Content-Id",
];

/// The header of a message, up to the first empty line.
pub(super) fn text<'s>(properties: &'s PropertyBag<'_>) -> Option<Cow<'s, str>> {
    properties.str(tags::TRANSPORT_MESSAGE_HEADERS).or_else(|| of_skeleton(properties).map(Cow::Owned))
}

fn of_skeleton(properties: &PropertyBag<'_>) -> Option<String> {
    let skeleton = properties.bytes(tags::MIME_SKELETON)?;
    let mut header = String::new();
    let mut is_wanted = false;
    for line in skeleton.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_end().is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            is_wanted = !REGENERATED.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        }
        if is_wanted {
            match std::str::from_utf8(line) {
                Ok(line) => header.push_str(line),
                Err(_) => header.push_str(&properties.code_page().decode(line)?.text),
            }
        }
    }
    (!header.is_empty()).then_some(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::CodePage;
    use crate::mapi::PropValue;

    #[test]
    fn the_header_of_a_skeleton_counts_where_no_other_is() {
        let mut properties = PropertyBag::new(CodePage(1252));
        assert_eq!(text(&properties), None);
        for (skeleton, expected) in [
            (&b""[..], None),
            (b"\r\nFrom: of a part\r\n", None),
            (b"X-Priority: 1\r\n\r\n", None),
            (
                b"Received: from a\r\n\tby b\r\nImportance: high\r\n (folded)\r\nFrom: a@x.org\r\n\r\n--b\r\nContent-Type: text/plain\r\n",
                Some("Received: from a\r\n\tby b\r\nFrom: a@x.org\r\n"),
            ),
            (b"X-A: caf\xC3\xA9\nX-B: caf\xE9\n", Some("X-A: caf\u{E9}\nX-B: caf\u{E9}\n")),
        ] {
            properties.set(tags::MIME_SKELETON, PropValue::Binary(skeleton.into()));
            assert_eq!(text(&properties).as_deref(), expected, "{}", skeleton.escape_ascii());
        }
        properties.set(tags::TRANSPORT_MESSAGE_HEADERS, "X-C: 1\r\n");
        assert_eq!(text(&properties).as_deref(), Some("X-C: 1\r\n"));
    }
}
