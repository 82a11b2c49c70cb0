//! What a tag says of its looks (CSS 2.2, in `style`, and HTML's own attributes), as far as text depends on it.

use std::borrow::Cow;

use crate::html::Tag;
use crate::html::references::{Where, decoded};

/// What matters of the looks of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// It is not shown.
    pub(super) hidden: bool,
    /// The first font of its text, in lower case.
    pub(super) font: Option<String>,
    /// White space counts.
    pub(super) preformatted: bool,
    /// The mark of list items: a keyword, or a text in quotation marks.
    pub(super) list: Option<String>,
    /// No empty line above and below.
    pub(super) is_tight: bool,
}

impl Style {
    /// What the attributes of a start tag say.
    pub(super) fn of(tag: Tag<'_>) -> Self {
        let mut style = Style::default();
        if tag.raw.len() <= tag.name.len().saturating_add(2) {
            return style;
        }
        for attribute in tag.attributes() {
            let value = || decoded(attribute.value.unwrap_or_default(), Where::Attribute);
            match attribute.name {
                name if name.eq_ignore_ascii_case("style") => style.declarations(&value()),
                name if name.eq_ignore_ascii_case("hidden") => style.hidden = true,
                name if name.eq_ignore_ascii_case("face") => style.font = first_font(&value()).or(style.font),
                // The paragraphs of Word stand without empty lines, by a rule that it always writes.
                name if name.eq_ignore_ascii_case("class") => style.is_tight |= value().trim_start().starts_with("Mso"),
                _ => {}
            }
        }
        style
    }

    fn declarations(&mut self, text: &str) {
        let (mut is_low, mut is_cut) = (false, false);
        for declaration in split(text) {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim();
            let lower = value.to_ascii_lowercase();
            let lower = lower.trim_end_matches("!important").trim_end();
            let is_zero = || {
                let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
                !digits.is_empty() && digits.parse::<f32>().is_ok_and(|number| number == 0.0)
            };
            match name.trim().to_ascii_lowercase().as_str() {
                "display" => self.hidden |= lower == "none",
                "visibility" => self.hidden |= lower == "hidden",
                "opacity" | "font-size" => self.hidden |= is_zero(),
                "max-height" | "height" => is_low |= is_zero(),
                "overflow" => is_cut |= lower == "hidden",
                "font-family" => self.font = first_font(value),
                // The size stands before the families; without one it is no font.
                "font" => self.font = font_of_shorthand(value).or(self.font.take()),
                "white-space" => self.preformatted = lower.starts_with("pre"),
                "list-style-type" => self.list = Some(value.to_owned()),
                "list-style" => self.list = Some(value.split_whitespace().next().unwrap_or_default().to_owned()),
                "margin" => self.is_tight |= is_zero() || lower.split_whitespace().next().is_some_and(starts_with_zero),
                "margin-bottom" => self.is_tight |= is_zero(),
                _ => {}
            }
        }
        self.hidden |= is_low && is_cut;
    }
}

fn starts_with_zero(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    digits.parse::<f32>().is_ok_and(|number| number == 0.0)
}

/// Declarations, at the semicolons that are in no quotation marks.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    text.split(move |c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        c == ';' && quote.is_none()
    })
}

fn first_font(families: &str) -> Option<String> {
    let first = families.split(',').next()?.trim().trim_matches(['"', '\'']).trim().to_ascii_lowercase();
    (!first.is_empty()).then_some(first)
}

/// The first family of `font: bold 7pt "Times New Roman", serif`: what follows the size.
fn font_of_shorthand(value: &str) -> Option<String> {
    let mut rest = value;
    while let Some((word, after)) = rest.trim_start().split_once(char::is_whitespace) {
        rest = after;
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return first_font(rest);
        }
    }
    None
}

/// The value of an attribute, decoded.
pub(super) fn value<'h>(tag: Tag<'h>, name: &str) -> Option<Cow<'h, str>> {
    tag.attribute(name).map(|value| decoded(value, Where::Attribute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Piece, Pieces};

    fn style(html: &str) -> Style {
        let Some(Piece::Tag(tag)) = Pieces::new(html).next() else { panic!("no tag") };
        Style::of(tag)
    }

    #[test]
    fn what_is_hidden() {
        for (html, hidden) in [
            ("<div style=\"display:none\">", true),
            ("<div style='DISPLAY : none !important; color:red'>", true),
            ("<div hidden>", true),
            ("<div style=\"font-size:0px\">", true),
            ("<div style=\"font-size:0.8em\">", false),
            ("<div style=\"max-height:0;overflow:hidden\">", true),
            ("<div style=\"max-height:0\">", false),
            ("<div style=\"opacity:0\">", true),
            ("<div style=\"visibility:hidden\">", true),
            ("<div style=\"display:block\">", false),
            // Only Word hides it, and text must not hide what others show.
            ("<div style=\"mso-hide:all\">", false),
            ("<div title=\"display:none\">", false),
        ] {
            assert_eq!(style(html).hidden, hidden, "{html}");
        }
    }

    #[test]
    fn fonts() {
        for (html, font) in [
            ("<font face=\"Wingdings\">", Some("wingdings")),
            ("<span style='font-family:\"Segoe UI Symbol\",Wingdings'>", Some("segoe ui symbol")),
            ("<span style='font:7.0pt \"Times New Roman\"'>", Some("times new roman")),
            ("<span style='font:inherit'>", None),
            ("<span style=\"font-family:&quot;Symbol&quot;\">", Some("symbol")),
        ] {
            assert_eq!(style(html).font.as_deref(), font, "{html}");
        }
    }
}
