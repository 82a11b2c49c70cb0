//! Which texts a mail shows, what the body of a stream says beside them, and what becomes of that.

use std::collections::BTreeMap;

use crate::base::context::Ctx;
use crate::base::{CodePage, ReadOptions, Report};
use crate::convert::mime::find::file_name;
use crate::convert::mime::structure::{Entity, EntityKind, Structure, field, parameters};
use crate::convert::mime::write::{BodyForms, MimeOptions};
use crate::message::{BodyKind, Message};

use super::texts::Said;

/// A text that a mail shows: a part, or those that are alternatives of each other.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The parts, and what each says.
    pub(super) parts: Vec<(usize, Said)>,
    /// Whether one of them is HTML.
    pub(super) has_html: bool,
}

/// What the body of a stream says in each of its forms; forms that say nothing are missing.
#[derive(Debug)]
pub(in crate::convert::mime) struct Body {
    text: Option<Said>,
    /// If it is to be shown as HTML, or there is no text.
    html: Option<Said>,
    shows_html: bool,
}

/// What becomes of the body of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    /// It is left out: it is missing, or the mail shows it already.
    LeftOut,
    /// It is put in, and the mail's own texts stay.
    Beside,
    /// It takes the place of the text beside it.
    Instead,
    /// It becomes an alternative of the text beside it.
    Alternative,
}

impl Shown {
    /// Whether nothing is said.
    pub(super) fn is_blank(&self) -> bool {
        self.parts.iter().all(|(_, said)| said.is_blank())
    }

    /// The texts of the message in a mail whose root is `root`, but for parts that are, or hold, streams.
    pub(super) fn of_message(mail: &[u8], structure: &Structure, root: usize, is_stream: impl Fn(usize) -> bool) -> Vec<Shown> {
        let mut found: Vec<Shown> = Vec::new();
        let mut groups: BTreeMap<usize, usize> = BTreeMap::new();
        for (entity, said) in texts_of(mail, structure) {
            if structure.message_of(entity) != root || is_stream(entity) {
                continue;
            }
            let around = structure.ancestors(entity).find(|(_, entity)| entity.content_type == "multipart/alternative");
            let group = around.map_or(entity, |(index, _)| index);
            let place = *groups.entry(group).or_insert_with(|| {
                found.push(Shown::default());
                found.len().saturating_sub(1)
            });
            let has_html = structure.entities.get(entity).is_some_and(|entity| entity.content_type == "text/html");
            if let Some(text) = found.get_mut(place) {
                text.has_html |= has_html;
                text.parts.push((entity, said));
            }
        }
        found
    }
}

impl Body {
    /// That of a message.
    pub(in crate::convert::mime) fn of(message: &Message<'_>, read: &ReadOptions, mime: &MimeOptions) -> Self {
        // What is wrong with the body is said when it is written.
        let report = &mut Report::new();
        let text = message.text_within(None, &mut Ctx::new(read, report)).ok().flatten();
        let from = text.as_ref().map(|text| text.from);
        let text = text.map(|found| Said::of_text(&found.text));
        let html = message.html_within(&mut Ctx::new(read, report)).ok().flatten();
        let html = html.filter(|html| html.from == BodyKind::Html || mime.rich_text_as_html);
        let html = html.map(|html| match &text {
            // The text was made of it.
            Some(text) if from == Some(html.from) => text.clone().with_markup(&html.text),
            _ => Said::of_html(&html.text),
        });
        let (text, html) = (text.filter(|said| !said.is_blank()), html.filter(|said| !said.is_blank()));
        let wants_html = matches!(mime.bodies, BodyForms::HtmlAndText | BodyForms::Html | BodyForms::Best);
        let shows_html = html.is_some() && wants_html;
        let html = html.filter(|_| wants_html || text.is_none());
        Body { text, html, shows_html }
    }

    /// Whether nothing is said.
    pub(in crate::convert::mime) fn is_blank(&self) -> bool {
        self.text.is_none() && self.html.is_none()
    }

    /// Whether the text, and the HTML, of another body say what this does not say in any form.
    pub(in crate::convert::mime) fn lacks(&self, other: &Body) -> (bool, bool) {
        let is_said = |said: &Said, form: &Said| said.equals(form) || said.contains(form);
        let lacks = |form: &Said| !self.forms().any(|own| is_said(own, form));
        let html = other.html.as_ref().filter(|form| lacks(form));
        let text = other.text.as_ref().filter(|form| lacks(form) && !html.is_some_and(|html| is_said(html, form)));
        (text.is_some(), html.is_some())
    }

    /// What is said, in all forms.
    pub(super) fn forms(&self) -> impl Iterator<Item = &Said> {
        self.text.iter().chain(&self.html)
    }

    /// What becomes of it beside the texts that the mail shows. `neighbour` is the part that it can be joined with.
    pub(super) fn beside(&self, own: &[&Shown], neighbour: Option<usize>) -> Bodies {
        // Outlook writes bodies of nothing but an empty line.
        if self.is_blank() {
            return Bodies::LeftOut;
        }
        if let Some(neighbour) = neighbour {
            let mut texts = own.iter().flat_map(|text| &text.parts);
            let text = texts.find(|(part, _)| *part == neighbour).map(|(_, said)| said);
            let Some(text) = text.filter(|text| !text.is_blank()) else { return Bodies::Instead };
            // The stream's text is not put in then, so that it may say nothing else.
            if self.shows_html && self.forms().any(|form| form.equals(text)) && self.text_is(|said| said.equals(text)) {
                return Bodies::Alternative;
            }
            // All that the mail says is in the stream, and more.
            let is_less = |form: &Said| form.contains(text) && !form.equals(text);
            if self.forms().any(is_less) {
                return Bodies::Instead;
            }
        }
        if own.iter().any(|text| self.is_shown(text)) { Bodies::LeftOut } else { Bodies::Beside }
    }

    /// Whether the text is missing, or like this, or what the HTML says.
    fn text_is(&self, like: impl Fn(&Said) -> bool) -> bool {
        self.text
            .as_ref()
            .is_none_or(|text| like(text) || self.shows_html && self.html.as_ref().is_some_and(|html| html.equals(text)))
    }

    /// Whether a text of the mail says all that this says, in the same forms.
    fn is_shown(&self, shown: &Shown) -> bool {
        let says = |form: &Said| shown.parts.iter().any(|(_, own)| own.equals(form) || !self.shows_html && own.contains(form));
        match &self.html {
            Some(html) if self.shows_html => shown.has_html && says(html) && self.text_is(says),
            _ => self.forms().all(says),
        }
    }
}

/// The texts that a mail shows, and what they say.
pub(super) fn texts_of(mail: &[u8], structure: &Structure) -> Vec<(usize, Said)> {
    let texts = structure.entities.iter().enumerate().filter(|(_, entity)| is_shown(mail, entity));
    let said = texts.map(|(index, entity)| {
        let bytes = entity.encoding.decode(mail.get(entity.body.clone()).unwrap_or_default());
        let text = charset(mail, entity).decode_or_latin1(&bytes).text;
        (index, if entity.content_type == "text/html" { Said::of_html(&text) } else { Said::of_text(&text) })
    });
    said.collect()
}

/// Whether a part is a text for the reader and no attachment.
pub(super) fn is_shown(mail: &[u8], entity: &Entity) -> bool {
    let is_attachment = || {
        field(mail, entity.header.clone(), "Content-Disposition")
            .map(|field| parameters(field.value))
            .is_some_and(|parsed| parsed.main.eq_ignore_ascii_case("attachment"))
    };
    entity.kind == EntityKind::Leaf
        && matches!(entity.content_type.as_str(), "text/plain" | "text/html")
        && !is_attachment()
        && file_name(mail, entity).is_none()
}

/// The character set of a part; UTF-8 where it says none that is known.
pub(super) fn charset(mail: &[u8], entity: &Entity) -> CodePage {
    field(mail, entity.header.clone(), "Content-Type")
        .map(|field| parameters(field.value))
        .and_then(|parsed| parsed.parameter("charset").and_then(CodePage::from_name))
        .unwrap_or(CodePage::UTF_8)
}
