//! Lists and the marks of their items (the HTML standard, 4.4.5 to 4.4.8; CSS Lists 3).

use super::style::{Style, value};
use crate::html::Tag;

/// A list that is open.
#[derive(Debug, Clone)]
pub(super) struct List {
    kind: Kind,
    next: i32,
    step: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    None,
    Mark(String),
    Decimal,
    Letters { upper: bool },
    Roman { upper: bool },
}

/// Bullets by the depth of the list.
const BULLETS: [&str; 3] = ["*", "-", "+"];

impl List {
    /// The list of an `ol`, `ul`, `menu` or `dir`, so many others deep.
    pub(super) fn of(tag: Tag<'_>, style: &Style, depth: usize) -> Self {
        let is_ordered = tag.is("ol");
        let own = if is_ordered { Kind::Decimal } else { Kind::Mark(bullet(depth).to_owned()) };
        let reversed = tag.attributes().any(|attribute| attribute.name.eq_ignore_ascii_case("reversed"));
        let start = value(tag, "start").and_then(|start| start.trim().parse().ok());
        let kind = kind(tag, style).unwrap_or(own);
        List { kind, next: start.unwrap_or(1), step: if reversed && start.is_some() { -1 } else { 1 } }
    }

    /// The mark of the next item, with the blank behind it; `None` if items have none.
    pub(super) fn mark(&mut self, tag: Tag<'_>, style: &Style) -> Option<String> {
        if let Some(number) = value(tag, "value").and_then(|number| number.trim().parse().ok()) {
            self.next = number;
        }
        let number = self.next;
        self.next = number.saturating_add(self.step);
        let own = kind(tag, style);
        let label = match own.as_ref().unwrap_or(&self.kind) {
            Kind::None => return None,
            Kind::Mark(mark) => return Some(format!("{} ", mark.trim_end())),
            Kind::Decimal => number.to_string(),
            Kind::Letters { upper } => letters(number, *upper),
            Kind::Roman { upper } => roman(number, *upper),
        };
        Some(format!("{label}. "))
    }
}

/// The bullet of a list so many others deep.
pub(super) fn bullet(depth: usize) -> &'static str {
    BULLETS.get(depth.min(BULLETS.len().saturating_sub(1))).copied().unwrap_or("*")
}

/// What the tag says of the mark.
fn kind(tag: Tag<'_>, style: &Style) -> Option<Kind> {
    // The values of `type` differ in case alone.
    let attribute = value(tag, "type").and_then(|kind| match kind.trim() {
        "1" => Some(Kind::Decimal),
        "a" => Some(Kind::Letters { upper: false }),
        "A" => Some(Kind::Letters { upper: true }),
        "i" => Some(Kind::Roman { upper: false }),
        "I" => Some(Kind::Roman { upper: true }),
        _ => None,
    });
    let styled = style.list.as_deref().and_then(|list| {
        if let Some(text) = list.strip_prefix(['"', '\'']) {
            let mark: String = text.trim_end_matches(['"', '\'']).chars().take(8).collect();
            return (!mark.contains('\\')).then_some(Kind::Mark(mark));
        }
        match list.to_ascii_lowercase().as_str() {
            "none" => Some(Kind::None),
            "decimal" | "decimal-leading-zero" => Some(Kind::Decimal),
            "lower-alpha" | "lower-latin" => Some(Kind::Letters { upper: false }),
            "upper-alpha" | "upper-latin" => Some(Kind::Letters { upper: true }),
            "lower-roman" => Some(Kind::Roman { upper: false }),
            "upper-roman" => Some(Kind::Roman { upper: true }),
            "disc" => Some(Kind::Mark("*".to_owned())),
            "circle" => Some(Kind::Mark("o".to_owned())),
            "square" => Some(Kind::Mark("-".to_owned())),
            _ => None,
        }
    });
    styled.or(attribute)
}

/// 1 is `a`, 27 is `aa`.
fn letters(number: i32, upper: bool) -> String {
    let Some(mut rest) = u32::try_from(number).ok().filter(|number| *number > 0) else { return number.to_string() };
    let first = if upper { b'A' } else { b'a' };
    let mut letters = Vec::new();
    while rest > 0 {
        rest = rest.saturating_sub(1);
        let digit = u8::try_from(rest.checked_rem(26).unwrap_or_default()).unwrap_or_default();
        letters.push(char::from(first.saturating_add(digit)));
        rest = rest.checked_div(26).unwrap_or_default();
    }
    letters.iter().rev().collect()
}

fn roman(number: i32, upper: bool) -> String {
    const SIGNS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest = rest.saturating_sub(value);
        }
    }
    if upper { text.to_ascii_uppercase() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_letters() {
        for (number, small, great) in [(1, "a", "I"), (4, "d", "IV"), (26, "z", "XXVI"), (28, "ab", "XXVIII"), (0, "0", "0")] {
            assert_eq!(letters(number, false), small);
            assert_eq!(roman(number, true), great);
        }
        assert_eq!(letters(703, true), "AAA");
        assert_eq!(roman(1994, false), "mcmxciv");
        assert_eq!(roman(4000, false), "4000");
    }
}
