//! Attachments that stand in the text of rich text ([MS-OXCMSG] 2.2.2.16 PidTagRenderingPosition, [MS-OXRTFEX]).
//!
//! `\objattph` says where an attachment stands, the order of the rendering positions says which. The position itself counts
//! rendered characters and is not needed. Attachments that are hidden or have the position 0xFFFFFFFF stand in no place.
//!
//! A picture of a type that browsers show is shown, by its Content-ID or one that is made of its place; everything else is named
//! `<<name>>`, as Outlook names it where it turns rich text into plain text.

use std::borrow::Cow;

use crate::mapi::tags;
use crate::rtf::html::{RenderedHtml, push_attribute};

use super::{Attachment, Content, Message};

/// The position of an attachment that stands in no place of the text.
const NOWHERE: u32 = 0xFFFF_FFFF;

/// What browsers show in `img`.
const SHOWN: &[&str] = &["image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/x-png", "image/bmp"];

impl<'a> Message<'a> {
    /// The attachments that `\objattph` in the RTF body stands for: the n-th for the n-th of these.
    #[must_use]
    pub fn placed_attachments(&self) -> Vec<&Attachment<'a>> {
        let mut placed: Vec<(u32, &Attachment<'a>)> = self
            .attachments
            .iter()
            .filter(|attachment| attachment.properties.boolean(tags::ATTACHMENT_HIDDEN) != Some(true))
            .filter_map(|attachment| Some((attachment.rendering_position()?, attachment)))
            .filter(|(position, _)| *position != NOWHERE)
            .collect();
        placed.sort_by_key(|(position, _)| *position);
        placed.into_iter().map(|(_, attachment)| attachment).collect()
    }

    /// Puts names into plain text. `places` are the bytes of `text` that precede each place, ascending.
    pub(super) fn name_attachments(&self, text: &mut String, places: &[usize]) {
        let marks = self.placed_attachments().into_iter().map(|attachment| format!("<<{}>>", name(attachment)));
        insert(text, places, marks);
    }

    /// Puts pictures and names into HTML that was made of the RTF body.
    pub(super) fn show_attachments(&self, made: &mut RenderedHtml) {
        let marks = self.placed_attachments().into_iter().map(|attachment| {
            let name = escape(&name(attachment));
            match attachment.shown_id().filter(|_| is_shown(attachment)) {
                Some(id) => format!("<img src=\"cid:{}\" alt=\"{name}\">", escape(&id)),
                None => format!("&lt;&lt;{name}&gt;&gt;"),
            }
        });
        let places = insert(&mut made.html, &made.attachment_places, marks);
        made.attachment_places = places;
    }
}

impl Attachment<'_> {
    /// The id by which HTML shows the attachment (`cid:`): its Content-ID, else for a picture in the text of rich text one made of its place.
    #[must_use]
    pub fn shown_id(&self) -> Option<Cow<'_, str>> {
        let own = self.content_id().filter(|id| !id.trim().is_empty());
        own.or_else(|| {
            let position = self.rendering_position().filter(|position| *position != NOWHERE && is_shown(self))?;
            Some(Cow::Owned(format!("picture-{position}-{}@winmail.invalid", self.number)))
        })
    }
}

fn is_shown(attachment: &Attachment<'_>) -> bool {
    let media_type = attachment.media_type();
    matches!(attachment.content, Content::Bytes(_)) && SHOWN.contains(&&*media_type)
}

fn name(attachment: &Attachment<'_>) -> String {
    let name = attachment.file_name().or_else(|| attachment.properties.str(tags::DISPLAY_NAME));
    name.map_or_else(|| "attachment".to_owned(), |name| name.chars().filter(|c| !c.is_control()).collect())
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    push_attribute(&mut escaped, text);
    escaped
}

/// Inserts a mark at each place; surplus places stay empty. Returns where what follows each place then stands.
fn insert(text: &mut String, places: &[usize], marks: impl Iterator<Item = String>) -> Vec<usize> {
    let mut made = String::with_capacity(text.len());
    let mut after = Vec::with_capacity(places.len());
    let mut copied = 0;
    let mut marks = marks.fuse();
    for place in places {
        made.push_str(text.get(copied..*place).unwrap_or_default());
        copied = copied.max(*place);
        made.push_str(&marks.next().unwrap_or_default());
        after.push(made.len());
    }
    made.push_str(text.get(copied..).unwrap_or_default());
    *text = made;
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::{PropTag, PropValue};
    use crate::rtf::lzfu;

    fn attachment(name: &str, position: u32, more: &[(PropTag, &str)]) -> Attachment<'static> {
        let mut attachment = Attachment::from_bytes(name, b"x".to_vec());
        let position = i32::from_le_bytes(position.to_le_bytes());
        attachment.properties.set(tags::RENDERING_POSITION, PropValue::Integer32(position));
        for (tag, text) in more {
            attachment.properties.set(*tag, *text);
        }
        attachment
    }

    fn message(rtf: &[u8], attachments: Vec<Attachment<'static>>) -> Message<'static> {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(lzfu::store(rtf).unwrap().into()));
        message.attachments = attachments;
        message
    }

    #[test]
    fn the_nth_place_belongs_to_the_nth_position() {
        let rtf = br"{\rtf1\ansi one {\*\objattph  }two \objattph\'20three {\*\objattph  }\par}";
        let mut hidden = attachment("hidden.png", 1, &[]);
        hidden.properties.set(tags::ATTACHMENT_HIDDEN, PropValue::Boolean(true));
        let message = message(
            rtf,
            vec![
                attachment("second & last.doc", 20, &[]),
                hidden,
                attachment("nowhere.doc", NOWHERE, &[]),
                attachment("first.png", 4, &[(tags::ATTACH_MIME_TAG, "image/png"), (tags::ATTACH_CONTENT_ID, "a\"b@c")]),
            ],
        );
        assert_eq!(message.attachments[3].shown_id().as_deref(), Some("a\"b@c"));
        let html = message.html().unwrap().unwrap().text;
        assert!(html.contains("one <img src=\"cid:a&quot;b@c\" alt=\"first.png\">two"), "{html}");
        assert!(html.contains("&lt;&lt;second &amp; last.doc&gt;&gt; three"), "{html}");
        assert!(!html.contains("hidden") && !html.contains("nowhere"), "{html}");
        let text = message.text().unwrap().unwrap().text;
        assert_eq!(text, "one <<first.png>>two <<second & last.doc>> three \r\n");
        assert_eq!(message.native_text().unwrap().unwrap().text, text);
    }

    #[test]
    fn a_picture_without_an_id_is_shown_too() {
        let message = message(br"{\rtf1\ansi one {\*\objattph  }two\par}", vec![attachment("pic.png", 4, &[])]);
        let id = message.attachments[0].shown_id().unwrap().into_owned();
        let html = message.html().unwrap().unwrap().text;
        assert!(html.contains(&format!("one <img src=\"cid:{id}\" alt=\"pic.png\">two")), "{html}");
        assert_eq!(attachment("a.doc", 4, &[]).shown_id(), None);
        assert_eq!(attachment("pic.png", NOWHERE, &[]).shown_id(), None);
    }

    #[test]
    fn places_are_told_behind_what_was_put_there() {
        let mut text = "abc".to_owned();
        let places = insert(&mut text, &[0, 1, 3], ["[1]".to_owned(), "[2]".to_owned()].into_iter());
        assert_eq!((text.as_str(), places), ("[1]a[2]bc", vec![3, 7, 9]));
    }
}
