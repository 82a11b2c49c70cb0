//! Lists: the bullets and numbers of `\listtext` and `\pntext`, and items as HTML. Rich Text Format
//! Specification 1.9.1, "Bullets and Numbering", "List Tables".

use crate::rtf::number_format::ROMAN;

/// What is written before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// The same for every item.
    Bullet(char),
    /// A number, and how it is written.
    Number(Numbering, u32),
    /// One that HTML's lists cannot show: the item's text begins with it.
    Text,
}

/// How numbers are written: the `type` of `ol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    Decimal,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
}

impl Numbering {
    fn html_type(self) -> &'static str {
        match self {
            Numbering::Decimal => "1",
            Numbering::LowerLetter => "a",
            Numbering::UpperLetter => "A",
            Numbering::LowerRoman => "i",
            Numbering::UpperRoman => "I",
        }
    }
}

/// The marker that a list text says; `None` if HTML's lists cannot show it as it is.
///
/// `expected` is what the list that is open at this depth counts on with: it tells the letter i from the number.
pub(super) fn marker(text: &str, expected: Option<(Numbering, u32)>) -> Option<Marker> {
    let text = text.trim();
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        if !c.is_alphanumeric() || c == 'o' {
            return Some(Marker::Bullet(c));
        }
    }
    let number = text.strip_suffix('.')?;
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Marker::Number(Numbering::Decimal, number.parse().ok()?));
    }
    let upper = number.bytes().all(|byte| byte.is_ascii_uppercase());
    let lower = number.bytes().all(|byte| byte.is_ascii_lowercase());
    if !(upper || lower) {
        return None;
    }
    let (letters, romans) =
        if upper { (Numbering::UpperLetter, Numbering::UpperRoman) } else { (Numbering::LowerLetter, Numbering::LowerRoman) };
    let letter = match number.to_ascii_lowercase().as_bytes() {
        [letter] => Some(u32::from(letter.wrapping_sub(b'a')).saturating_add(1)),
        _ => None,
    };
    let roman = roman(&number.to_ascii_lowercase());
    match (letter, roman) {
        (Some(letter), _) if expected == Some((letters, letter)) => Some(Marker::Number(letters, letter)),
        (_, Some(roman)) if expected == Some((romans, roman)) || letter.is_none() || roman == 1 => {
            Some(Marker::Number(romans, roman))
        }
        (Some(letter), _) => Some(Marker::Number(letters, letter)),
        _ => None,
    }
}

/// The value of a Roman number, if it is written as one writes it.
fn roman(text: &str) -> Option<u32> {
    let mut rest = text;
    let mut value = 0u32;
    for (digit, worth) in ROMAN {
        // Digits for five are written once, others up to three times.
        for _ in 0..if matches!(digit, "m" | "c" | "x" | "i") { 3 } else { 1 } {
            let Some(after) = rest.strip_prefix(digit) else { break };
            rest = after;
            value = value.saturating_add(worth);
        }
    }
    (rest.is_empty() && value > 0).then_some(value)
}

/// A list that is open in the HTML.
#[derive(Debug)]
struct OpenList {
    /// How far it is indented: by level or by twips.
    indent: i32,
    marker: Marker,
    /// The next number.
    next: u32,
}

/// The lists that are open in a stretch of HTML, the outermost first; each has an open item.
#[derive(Debug, Default)]
pub(super) struct OpenLists(Vec<OpenList>);

/// Added to indents in twips, so that no level of a list is one.
pub(super) const LEVELS: i32 = 100;

/// Deepest nesting of lists.
const MAX_LISTS: usize = 9;

impl OpenLists {
    /// What the list at an indent counts on with.
    pub(super) fn expected(&self, indent: i32) -> Option<(Numbering, u32)> {
        let list = self.0.iter().rev().find(|list| list.indent <= indent)?;
        match list.marker {
            Marker::Number(numbering, _) if list.indent == indent => Some((numbering, list.next)),
            _ => None,
        }
    }

    /// Whether lists are open whose indents are levels.
    pub(super) fn has_levels(&self) -> bool {
        self.0.last().is_some_and(|list| list.indent < LEVELS)
    }

    /// Takes lists that are indented by twips for levels: an item that says its level follows.
    pub(super) fn become_levels(&mut self) {
        for (list, level) in self.0.iter_mut().zip(0..).filter(|(list, _)| list.indent >= LEVELS) {
            list.indent = level;
        }
    }

    /// Ends all lists.
    pub(super) fn end(&mut self, html: &mut String) {
        while self.0.pop().map(|list| end_list(html, &list)).is_some() {}
    }

    /// Starts an item; its content goes to `html` next, and its end is written by what follows.
    pub(super) fn item(&mut self, html: &mut String, indent: i32, marker: Marker, css: &str) {
        let ends = |list: &OpenList| list.indent > indent || (list.indent == indent && !goes_on(list.marker, marker));
        while self.0.last().is_some_and(ends) {
            if let Some(list) = self.0.pop() {
                end_list(html, &list);
            }
        }
        if self.0.last().is_none_or(|list| list.indent < indent) && self.0.len() < MAX_LISTS {
            let next = start_list(html, marker);
            self.0.push(OpenList { indent, marker, next });
        } else {
            html.push_str("</li>\n");
        }
        let Some(list) = self.0.last_mut() else { return };
        html.push_str("<li");
        if let Marker::Number(_, number) = marker {
            if number != list.next {
                html.push_str(&format!(" value=\"{number}\""));
                list.next = number;
            }
        }
        if !css.is_empty() {
            html.push_str(&format!(" style=\"{css}\""));
        }
        html.push('>');
        list.next = list.next.saturating_add(1);
    }
}

/// Whether an item belongs to the list.
fn goes_on(list: Marker, item: Marker) -> bool {
    match (list, item) {
        (Marker::Bullet(one), Marker::Bullet(other)) => one == other,
        (Marker::Number(one, _), Marker::Number(other, _)) => one == other,
        (Marker::Text, Marker::Text) => true,
        _ => false,
    }
}

fn end_list(html: &mut String, list: &OpenList) {
    html.push_str(if matches!(list.marker, Marker::Number(..)) { "</li>\n</ol>\n" } else { "</li>\n</ul>\n" });
}

/// Starts a list; its first number.
fn start_list(html: &mut String, marker: Marker) -> u32 {
    const STYLE: &str = "margin-top:0;margin-bottom:0";
    match marker {
        Marker::Bullet(c) => {
            let kind = match c {
                '•' | '·' | '●' | '\u{2219}' => "disc".to_owned(),
                'o' | '◦' | '○' | '⚪' => "circle".to_owned(),
                '▪' | '■' | '§' | '◾' => "square".to_owned(),
                // A string in CSS: none of these can end it or the attribute.
                c if c.is_control() || matches!(c, '\'' | '"' | '\\' | '<' | '>' | '&') => "disc".to_owned(),
                c => format!("'{c} '"),
            };
            html.push_str(&format!("\n<ul style=\"{STYLE};list-style-type:{kind}\">\n"));
            1
        }
        Marker::Text => {
            html.push_str(&format!("\n<ul style=\"{STYLE};list-style-type:none\">\n"));
            1
        }
        Marker::Number(numbering, first) => {
            html.push_str("\n<ol");
            if numbering != Numbering::Decimal {
                html.push_str(&format!(" type=\"{}\"", numbering.html_type()));
            }
            if first != 1 {
                html.push_str(&format!(" start=\"{first}\""));
            }
            html.push_str(&format!(" style=\"{STYLE}\">\n"));
            first
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Numbering::*;

    #[test]
    fn markers_that_html_can_show() {
        let number = |numbering, value| Some(Marker::Number(numbering, value));
        for (text, expected, marker_) in [
            ("•\t", None, Some(Marker::Bullet('•'))),
            ("o\t", None, Some(Marker::Bullet('o'))),
            ("3.\t", None, number(Decimal, 3)),
            ("c.", None, number(LowerLetter, 3)),
            ("C.", None, number(UpperLetter, 3)),
            ("i.", None, number(LowerRoman, 1)),
            ("i.", Some((LowerLetter, 9)), number(LowerLetter, 9)),
            ("v.", Some((LowerRoman, 5)), number(LowerRoman, 5)),
            ("v.", Some((LowerLetter, 22)), number(LowerLetter, 22)),
            ("XIV.", None, number(UpperRoman, 14)),
            ("iiii.", None, None),
            ("3)", None, None),
            ("(a)", None, None),
            ("1.2.", None, None),
            ("", None, None),
            (".", None, Some(Marker::Bullet('.'))),
        ] {
            assert_eq!(marker(text, expected), marker_, "{text}");
        }
    }
}
