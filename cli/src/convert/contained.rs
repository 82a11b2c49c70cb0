//! A page that is one file: HTML that runs and loads nothing, with the message's own pictures in it as `data:` addresses.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use winmail::Message;
use winmail::base::size;
use winmail::message::html;

/// Formats of pictures that hold nothing but points.
const PICTURES: &[(&str, &[u8])] = &[
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xFF\xD8\xFF"),
    ("image/gif", b"GIF8"),
    ("image/bmp", b"BM"),
    ("image/webp", b"RIFF"),
    ("image/x-icon", b"\0\0\x01\0"),
];

/// The page. `limit`: how long the pictures in it may be together, each as often as it is shown.
///
/// # Errors
/// They are longer.
pub(super) fn page(text: &str, message: &Message<'_>, limit: u64) -> Result<String, String> {
    let rich = message.rich_text().ok().flatten().map(|made| made.parts).unwrap_or_default();
    let attached =
        message.attachments.iter().filter_map(|one| Some((one.shown_id()?.trim_matches(['<', '>']).to_owned(), one.data())));
    let drawn = rich.iter().map(|part| (part.content_id.clone(), part.bytes.as_slice()));
    let pictures: HashMap<String, &[u8]> = drawn.chain(attached).collect();
    let safe = html::safe(text).html;
    let (mut room, mut is_full) = (limit, false);
    let whole = html::with_parts_at(safe.as_bytes(), |id| {
        let bytes = pictures.get(id)?;
        let (kind, _) = PICTURES.iter().find(|(_, start)| bytes.starts_with(start))?;
        match room.checked_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX)) {
            Some(left) if !is_full => {
                room = left;
                Some(format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes)))
            }
            _ => {
                is_full = true;
                None
            }
        }
    });
    if is_full {
        let limit = size::format(limit);
        return Err(format!("the pictures of the page are longer than {limit}; --max-output raises that"));
    }
    Ok(String::from_utf8_lossy(&whole).into_owned())
}

#[cfg(test)]
mod tests {
    use winmail::Attachment;
    use winmail::mapi::tags;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

    fn message() -> Message<'static> {
        let mut message = Message::new("IPM.Note");
        for (id, bytes) in [("a@b", PNG), ("s", b"<svg onload=alert(1)>".as_slice())] {
            let mut one = Attachment::from_bytes("a.png", bytes);
            one.properties.set(tags::ATTACH_CONTENT_ID, id);
            message.attachments.push(one);
        }
        message
    }

    #[test]
    fn pictures_stand_in_the_page_and_nothing_else_does() {
        let text =
            "<script>x</script><img src=\"cid:a@b\"><img src='CID:a%40b'><img src=cid:s><img src=\"https://example.org/x.png\">";
        let made = page(text, &message(), 1 << 20).unwrap();
        let data = format!("data:image/png;base64,{}", BASE64_STANDARD.encode(PNG));
        assert_eq!(made.matches(&data).count(), 2, "{made}");
        assert!(!made.contains("script") && !made.contains("https:") && !made.contains("svg"), "{made}");
        // Making it safe again takes nothing away.
        assert_eq!(html::safe(&made).html.matches(&data).count(), 2);
    }

    #[test]
    fn pictures_count_as_often_as_they_are_shown() {
        let text = "<img src=\"cid:a@b\">".repeat(100);
        let length = u64::try_from(PNG.len()).unwrap();
        assert!(page(&text, &message(), 100 * length).is_ok());
        let error = page(&text, &message(), 100 * length - 1).unwrap_err();
        assert!(error.contains("--max-output"), "{error}");
    }
}
