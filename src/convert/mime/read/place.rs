//! Which part of a mail is its body and which are attachments ([MS-OXCMAIL] 2.2.3.3, 2.2.3.4; RFC 2046 5.1, RFC 2387).
//!
//! | multipart | body | the rest |
//! |---|---|---|
//! | alternative | the last HTML, the last plain text, with what belongs to them | attachments |
//! | related | out of the root: the part of `start`, else the first | shown in the body |
//! | all others | out of the first part that has one | attachments |
//!
//! A part is a body if it is plain text or HTML and is not to be an attachment. Apple's programs cut a text where an image
//! stands in it; of their mails the pieces of plain text are joined.

use super::entity::{Entity, Kind};

/// The parts of a mail by what they are for.
#[derive(Debug, Default)]
pub(super) struct Placed<'e, 'm> {
    /// Plain text: one part, or several that are to be joined.
    pub(super) text: Vec<&'e Entity<'m>>,
    /// The same as HTML.
    pub(super) html: Option<&'e Entity<'m>>,
    /// All others that have contents, in their order.
    pub(super) attachments: Vec<Part<'e, 'm>>,
    /// Signed parts that are not the whole mail: the signature is kept, but what it is of is not.
    pub(super) signed: Vec<&'e Entity<'m>>,
    /// The text in which the TNEF stands that was taken as the message.
    pub(super) uuencoded: Option<&'e Entity<'m>>,
}

/// A part that is an attachment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'e, 'm> {
    pub(super) entity: &'e Entity<'m>,
    /// Whether it stands beside the body in a multipart/related.
    pub(super) related: bool,
}

impl Placed<'_, '_> {
    fn has_body(&self) -> bool {
        self.html.is_some() || !self.text.is_empty()
    }
}

/// Sorts the parts of a mail.
pub(super) fn place<'e, 'm>(mail: &'e Entity<'m>) -> Placed<'e, 'm> {
    let mut placer = Placer { join: is_apple(mail) };
    placer.place(mail, true, false)
}

/// Whether a program of Apple's wrote the mail ([MS-OXCMAIL] 2.2.3.3, aggregate bodies).
fn is_apple(mail: &Entity<'_>) -> bool {
    let fields =
        mail.fields.iter().filter(|field| ["MIME-Version", "X-Mailer", "X-User-Agent"].iter().any(|name| field.is(name)));
    let mut values = fields.map(|field| field.unfolded().to_ascii_lowercase());
    values.any(|value| ["apple", "ipad", "ipod"].iter().any(|word| value.contains(word)))
}

struct Placer {
    join: bool,
}

impl Placer {
    /// `body`: whether the body may come out of this part. `related`: whether it stands beside a body.
    fn place<'e, 'm>(&mut self, entity: &'e Entity<'m>, body: bool, related: bool) -> Placed<'e, 'm> {
        let mut placed = Placed::default();
        match &entity.kind {
            Kind::Multipart(parts) => match entity.media.sub.as_str() {
                "alternative" if body => self.alternative(parts, &mut placed),
                "related" if body => self.related(entity, parts, &mut placed),
                sub => {
                    if sub == "signed" {
                        placed.signed.push(entity);
                    }
                    self.mixed(parts, body, related, &mut placed);
                }
            },
            Kind::Leaf if body && self.is_body(entity) => {
                if entity.media.is("text", "html") {
                    placed.html = Some(entity);
                } else {
                    placed.text.push(entity);
                }
            }
            _ => placed.attachments.push(Part { entity, related }),
        }
        placed
    }

    /// Whether a part without parts can be a body.
    fn is_body(&self, entity: &Entity<'_>) -> bool {
        // A multipart without a boundary is the text that it is.
        let text = entity.media.is("text", "plain") || entity.media.is("text", "html") || entity.media.main == "multipart";
        let disposition = entity.disposition();
        let attached = disposition.as_ref().is_some_and(|found| found.main == "attachment");
        let named = entity.media.parameter("name").is_some()
            || disposition.as_ref().is_some_and(|found| found.parameter("filename").is_some());
        // Programs that show a text file in place give it a name; a body has none.
        text && !attached && !named
    }

    fn mixed<'e, 'm>(&mut self, parts: &'e [Entity<'m>], body: bool, related: bool, placed: &mut Placed<'e, 'm>) {
        for part in parts {
            let join = self.join && placed.html.is_none() && part.media.is("text", "plain") && self.is_body(part);
            let found = self.place(part, body && (!placed.has_body() || join), related);
            placed.html = placed.html.or(found.html);
            placed.text.extend(found.text);
            placed.attachments.extend(found.attachments);
            placed.signed.extend(found.signed);
        }
    }

    fn related<'e, 'm>(&mut self, entity: &Entity<'m>, parts: &'e [Entity<'m>], placed: &mut Placed<'e, 'm>) {
        let start = entity.media.parameter("start").map(|id| id.trim_matches(['<', '>', ' ']));
        let root = start.and_then(|start| parts.iter().position(|part| part.content_id().as_deref() == Some(start)));
        let root = root.unwrap_or(0);
        for (number, part) in parts.iter().enumerate() {
            let found = self.place(part, number == root, number != root);
            placed.html = placed.html.or(found.html);
            placed.text.extend(found.text);
            placed.attachments.extend(found.attachments);
            placed.signed.extend(found.signed);
        }
    }

    fn alternative<'e, 'm>(&mut self, parts: &'e [Entity<'m>], placed: &mut Placed<'e, 'm>) {
        let mut found: Vec<Placed<'e, 'm>> = parts.iter().map(|part| self.place(part, true, false)).collect();
        // Those that are not chosen say the same in another way; they are kept as attachments and not dropped.
        let html = found.iter().rposition(|one| one.html.is_some());
        let text = found.iter().rposition(|one| !one.text.is_empty());
        for (number, one) in found.iter_mut().enumerate() {
            if Some(number) == html {
                placed.html = one.html;
            } else {
                placed.attachments.extend(one.html.map(|entity| Part { entity, related: false }));
            }
            if Some(number) == text {
                placed.text = std::mem::take(&mut one.text);
            } else {
                placed.attachments.extend(one.text.iter().map(|entity| Part { entity, related: false }));
            }
            placed.attachments.append(&mut one.attachments);
            placed.signed.append(&mut one.signed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::context::Ctx;
    use crate::base::{ReadOptions, Report};

    /// A part: a type with parameters, and what is in it.
    fn part(media: &str, inner: &[String]) -> String {
        match inner {
            [] => format!("Content-Type: {media}\n\n{}", media.len()),
            inner => {
                let boundary = format!("b{}", media.len() + inner.concat().len());
                let parts: String = inner.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
                format!("Content-Type: {media}; boundary={boundary}\n\n{parts}--{boundary}--\n")
            }
        }
    }

    fn leaf(media: &str) -> String {
        part(media, &[])
    }

    #[test]
    fn bodies_and_attachments() {
        let plain = || leaf("text/plain");
        let html = || leaf("text/html");
        let image = || leaf("image/png");
        let alternative = || part("multipart/alternative", &[plain(), html()]);
        let related = || part("multipart/related", &[html(), image()]);
        // A mail; its plain text and HTML; its attachments, with `*` where they stand beside the body.
        let table: Vec<(String, &str, &str, &str)> = vec![
            (plain(), "plain", "", ""),
            (html(), "", "html", ""),
            (leaf("application/pdf"), "", "", "pdf"),
            (alternative(), "plain", "html", ""),
            (part("multipart/mixed", &[alternative(), image()]), "plain", "html", "png"),
            (part("multipart/mixed", &[plain(), plain()]), "plain", "", "plain"),
            (part("multipart/mixed", &[image(), plain()]), "plain", "", "png"),
            (part("multipart/mixed", &[leaf("text/plain; name=a.txt"), plain()]), "plain", "", "plain"),
            (related(), "", "html", "png*"),
            (part("multipart/related", &[alternative(), image()]), "plain", "html", "png*"),
            (part("multipart/alternative", &[plain(), related()]), "plain", "html", "png*"),
            (part("multipart/alternative", &[plain(), html(), leaf("text/calendar")]), "plain", "html", "calendar"),
            (part("multipart/alternative", &[html(), plain(), leaf("text/html")]), "plain", "html", "html"),
            (part("multipart/x-new", &[plain(), image()]), "plain", "", "png"),
            (part("multipart/related; start=\"<r>\"", &[image(), format!("Content-ID: <r>\n{}", html())]), "", "html", "png*"),
            (
                format!("X-Mailer: Apple Mail (2.0)\n{}", part("multipart/mixed", &[plain(), image(), plain()])),
                "plain plain",
                "",
                "png",
            ),
            ("Content-Disposition: attachment\nContent-Type: text/plain\n\nx".to_owned(), "", "", "plain"),
            ("Subject: x\n\nx".to_owned(), "plain", "", ""),
            (
                part("multipart/mixed", &[part("multipart/signed", &[plain(), leaf("application/pgp-signature")]), plain()]),
                "plain",
                "",
                "pgp-signature plain",
            ),
        ];
        for (mail, text, html, attachments) in table {
            let options = ReadOptions::lenient();
            let mut report = Report::new();
            let entity = Entity::read(&mut Ctx::new(&options, &mut report), mail.as_bytes()).unwrap();
            let placed = place(&entity);
            let sub = |entity: &&Entity<'_>| entity.media.sub.clone();
            let star = |part: &Part<'_, '_>| format!("{}{}", part.entity.media.sub, if part.related { "*" } else { "" });
            assert_eq!(placed.text.iter().map(sub).collect::<Vec<_>>().join(" "), text, "{mail}");
            assert_eq!(placed.html.iter().map(sub).collect::<Vec<_>>().join(" "), html, "{mail}");
            assert_eq!(placed.attachments.iter().map(star).collect::<Vec<_>>().join(" "), attachments, "{mail}");
            assert!(report.is_empty(), "{report:?}");
        }
    }
}
