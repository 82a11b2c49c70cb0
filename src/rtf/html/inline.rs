//! The inside of a paragraph: text and the elements around it. Elements are closed and opened anew where the look changes, so
//! that they are always nested rightly.

use super::character::{Character, points};
use super::color::ColorTable;
use super::escape::{push_attribute, push_text};
use crate::base::symbol_font;
use crate::rtf::state::{Font, FontCharset};

/// A paragraph under construction.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) html: String,
    /// How the text at the end looks; its elements are open.
    open: Option<Open>,
    /// Whether a further space would not be seen.
    after_space: bool,
}

#[derive(Debug)]
struct Open {
    look: Character,
    /// Whether there is an `a`, a `span`.
    link: bool,
    span: bool,
}

impl Default for Inline {
    fn default() -> Self {
        Inline { html: String::new(), open: None, after_space: true }
    }
}

/// What looks are seen against.
pub(super) struct Context<'c> {
    pub(super) colors: &'c ColorTable,
    pub(super) links: &'c [String],
    /// Font and size that need not be said.
    pub(super) base: (Option<i32>, u16),
}

impl Inline {
    /// Appends text of a look; `font` is the look's.
    pub(super) fn text(&mut self, text: &str, look: Character, font: Option<&Font>, context: &Context<'_>) {
        if self.open.as_ref().is_none_or(|open| open.look != look) {
            self.close();
            self.start(look, font, context);
        }
        push_text(&mut self.html, text, &mut self.after_space);
    }

    /// Appends HTML that belongs to a link, within that.
    pub(super) fn linked(&mut self, html: &str, look: Character, font: Option<&Font>, context: &Context<'_>) {
        if self.open.as_ref().is_none_or(|open| open.look != look) {
            self.close();
            self.start(look, font, context);
        }
        self.raw(html);
    }

    /// Appends HTML.
    pub(super) fn raw(&mut self, html: &str) {
        self.html.push_str(html);
        self.after_space = false;
    }

    /// Appends a line break.
    pub(super) fn line_break(&mut self) {
        self.html.push_str("<br>\n");
        self.after_space = true;
    }

    /// Ends what a tab ends.
    pub(super) fn segment(&mut self) {
        self.close();
        self.after_space = true;
    }

    fn start(&mut self, look: Character, font: Option<&Font>, context: &Context<'_>) {
        let number = usize::try_from(look.link).unwrap_or(usize::MAX).checked_sub(1);
        let target = number.and_then(|number| context.links.get(number));
        if let Some(target) = target {
            self.html.push_str("<a href=\"");
            push_attribute(&mut self.html, target);
            self.html.push_str("\">");
        }
        let mut css = String::new();
        let (base_font, base_size) = context.base;
        if let Some(family) = font.filter(|_| look.font != base_font).and_then(family) {
            css.push_str(&family);
        }
        if look.half_points() != base_size {
            css.push_str(&format!("font-size:{};", points(i32::from(look.half_points()), 2)));
        }
        css.push_str(&look.css(context.colors));
        css.pop();
        let span = !css.is_empty();
        if span {
            self.html.push_str("<span style=\"");
            push_attribute(&mut self.html, &css);
            self.html.push_str("\">");
        }
        for element in look.elements() {
            self.html.push_str(&format!("<{element}>"));
        }
        self.open = Some(Open { look, link: target.is_some(), span });
    }

    /// Closes what is open.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        for element in open.look.elements().rev() {
            self.html.push_str(&format!("</{element}>"));
        }
        self.html.push_str(if open.span { "</span>" } else { "" });
        self.html.push_str(if open.link { "</a>" } else { "" });
    }
}

/// What Windows' font list puts behind the name of a font for a character set.
const CHARSETS: [&str; 12] = [
    " CE",
    " Cyr",
    " CYR",
    " Greek",
    " Tur",
    " TUR",
    " Baltic",
    " (Hebrew)",
    " (Arabic)",
    " (Vietnamese)",
    " (Thai)",
    " Western",
];

/// The CSS declaration of a font, with a semicolon; `None` for one that is not to be named: symbol fonts whose characters have
/// become Unicode.
pub(super) fn family(font: &Font) -> Option<String> {
    let name = CHARSETS.iter().find_map(|charset| font.name.strip_suffix(charset)).unwrap_or(&font.name);
    if font.charset == FontCharset::Symbol && symbol_font::known(name).is_some() {
        return None;
    }
    // Nothing that could end the name or the declaration.
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).collect();
    let name = name.trim();
    match (name, font.family) {
        ("", None) => None,
        ("", Some(family)) => Some(format!("font-family:{family};")),
        (name, None) => Some(format!("font-family:'{name}';")),
        (name, Some(family)) => Some(format!("font-family:'{name}',{family};")),
    }
}
