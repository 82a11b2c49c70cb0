//! Bodies as parts ([MS-OXCMAIL] 2.1.3.3, [MS-OXBBODY]).
//!
//! | the sender wrote | parts |
//! |---|---|
//! | plain text | `text/plain` |
//! | HTML, alone or in RTF | `text/plain`, `text/html` |
//! | rich text | `text/plain`, `text/html` made of it, its pictures |

use crate::base::Offset;
use crate::base::context::Ctx;
use crate::base::input::len64;
use crate::base::{Report, Result};
use crate::convert::mime::{flowed, words};
use crate::message::{Body, BodyKind, Message};
use crate::rtf::html::Part as Picture;

use super::encoding::canonical_lines;
use super::inline::{header_id, header_url};
use super::options::BodyForms;
use super::part::Part;
use super::text::TextKind;
use super::writer::Writer;
use crate::mapi::{named, tags};

/// What the lines of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Lines {
    /// Those that the sender wrote.
    #[default]
    Own,
    /// The paragraphs of another form of which it was made.
    Paragraphs,
    /// What a mail had as flowed lines.
    Flowed,
}

/// The bodies that are to be written.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// Plain text.
    pub(super) text: Option<String>,
    /// What the lines of the text are.
    pub(super) lines: Lines,
    /// HTML.
    pub(super) html: Option<String>,
    /// The pictures of HTML that was made of rich text.
    pub(super) pictures: Vec<Picture>,
}

impl Writer<'_> {
    /// The bodies that the options ask for.
    pub(super) fn bodies(&mut self, message: &Message<'_>) -> Result<Bodies> {
        let wanted = match self.wanted_bodies() {
            BodyForms::None => return Ok(Bodies::default()),
            _ if self.uuencodes() => BodyForms::Text,
            wanted => wanted,
        };
        let native = message.native_body();
        let mut bodies = Bodies::default();
        if wanted != BodyForms::Text {
            self.html(message, native, &mut bodies)?;
        }
        let html_is_best = bodies.html.is_some() && native != Some(BodyKind::Text);
        if bodies.html.is_none() || wanted == BodyForms::HtmlAndText || (wanted == BodyForms::Best && !html_is_best) {
            // What is wrong with the RTF was said when HTML was made of it.
            let has_html = bodies.html.is_some();
            // Lines that are made are made as short as they are to be: to wrap them again would leave every second one short.
            let width = self.options.line_wrap.filter(|width| *width > 0).map(usize::from);
            let text = match has_html {
                true => {
                    let mut said = Report::new();
                    let read = self.read_options();
                    message.text_within(width, &mut Ctx::new(&read, &mut said))?
                }
                false => self.budgeted(|ctx| message.text_within(width, ctx))?,
            };
            bodies.lines = match &text {
                Some(body) if body.from != BodyKind::Text => Lines::Paragraphs,
                _ if came_flowed(message) => Lines::Flowed,
                _ => Lines::Own,
            };
            bodies.text = text.map(|body| body.text);
        }
        if wanted == BodyForms::Best && bodies.text.is_some() {
            (bodies.html, bodies.pictures) = (None, Vec::new());
        }
        // A text that says nothing is not worth an alternative.
        if bodies.html.is_some() && bodies.text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            bodies.text = None;
        }
        Ok(bodies)
    }

    fn html(&mut self, message: &Message<'_>, native: Option<BodyKind>, bodies: &mut Bodies) -> Result<()> {
        if native == Some(BodyKind::Rtf) {
            let rich = self.budgeted(|ctx| message.rich_text_within(ctx))?;
            if let Some(rich) = rich {
                if self.options.rich_text_as_html {
                    self.ctx.budget.spend_output(length(&rich.html));
                    bodies.html = Some(rich.html);
                    bodies.pictures = rich.parts;
                }
                return Ok(());
            }
        }
        // Plain text is what the sender wrote, and RTF beside it only what a program made of it.
        let own = message.bodies().iter().any(|body| matches!(body, Body::Html { .. } | Body::HtmlText(_)));
        if native == Some(BodyKind::Text) && !own {
            return Ok(());
        }
        bodies.html = self.budgeted(|ctx| message.html_within(ctx))?.map(|body| body.text);
        self.ctx.budget.spend_output(bodies.html.as_deref().map_or(0, length));
        Ok(())
    }

    /// A part of plain text. Where no width is asked for, paragraphs become flowed lines; what the sender wrote stays as it is.
    pub(super) fn text_part<'m>(&mut self, text: &str, lines: Lines) -> Result<Part<'m>> {
        let text = canonical_lines(text);
        if let Some(width) = self.options.line_wrap.filter(|width| *width > 0) {
            return self.text_in_charset(TextKind::Plain, &wrap(&text, usize::from(width)), "");
        }
        let flowed = match lines {
            _ if self.options.line_wrap.is_some() => None,
            Lines::Own => None,
            Lines::Paragraphs => flowed::made(&text),
            Lines::Flowed => Some(flowed::flowed(&text)),
        };
        match flowed {
            Some(flowed) => self.text_in_charset(TextKind::Flowed, &flowed, ""),
            None => self.text_in_charset(TextKind::Plain, &text, ""),
        }
    }

    /// A part of HTML, with the Content-ID and Content-Location of the body.
    pub(super) fn html_part<'m>(&mut self, message: &Message<'_>, html: &str) -> Result<Part<'m>> {
        let mut part = self.text_in_charset(TextKind::Html, &canonical_lines(html), "")?;
        if let Some(id) = message.properties.str(tags::BODY_CONTENT_ID).as_deref().and_then(header_id) {
            words::field("Content-ID", &id, &mut part.header);
        }
        if let Some(url) = message.properties.str(tags::BODY_CONTENT_LOCATION).as_deref().and_then(header_url) {
            words::field("Content-Location", url, &mut part.header);
        }
        Ok(part)
    }

    /// The text, and the HTML if there is any, as parts.
    pub(super) fn body_parts<'m>(&mut self, message: &Message<'_>, bodies: &Bodies) -> Result<Vec<Part<'m>>> {
        let mut parts = Vec::new();
        if let Some(text) = &bodies.text {
            parts.push(self.text_part(text, bodies.lines)?);
        }
        if let Some(html) = &bodies.html {
            parts.push(self.html_part(message, html)?);
        }
        Ok(parts)
    }
}

/// Whether a message was a mail whose text was flowed lines.
fn came_flowed(message: &Message<'_>) -> bool {
    let own = message.properties.named_str(&named::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    own.starts_with("text/plain") && own.contains("format=flowed")
}

fn length(text: &str) -> u64 {
    len64(text.as_bytes())
}

/// Text with lines of at most `width` characters, broken at blanks; words that are longer stay whole. Quoted lines keep as they
/// are: broken, they would say something else.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive("\r\n") {
        let (line, end) = line.strip_suffix("\r\n").map_or((line, ""), |line| (line, "\r\n"));
        if line.starts_with('>') || line.chars().count() <= width {
            out.push_str(line);
            out.push_str(end);
            continue;
        }
        let mut column = Offset::START;
        for (number, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if number > 0 {
                if column + length + 1 > Offset::from(width) && column > Offset::START {
                    out.push_str("\r\n");
                    column = Offset::START;
                } else {
                    out.push(' ');
                    column += 1;
                }
            }
            out.push_str(word);
            column += length;
        }
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_at_blanks() {
        for (text, expected) in [
            ("one two three\r\n", "one two\r\nthree\r\n"),
            ("exactly8\r\nx", "exactly8\r\nx"),
            ("a-long-word b", "a-long-word\r\nb"),
            ("> one two three\r\n", "> one two three\r\n"),
            ("", ""),
        ] {
            assert_eq!(wrap(text, 8), expected, "{text}");
        }
    }
}
