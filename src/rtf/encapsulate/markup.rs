//! The pieces of HTML's text for RTF: references, white space, and what is neither.

use crate::html::references::{self, Where};

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextPiece<'h> {
    /// `&...;`
    Reference(&'h str),
    /// Spaces, tabs and line ends.
    Space(&'h str),
    /// Text without any of these.
    Text(&'h str),
    /// A `<`, `>` or `&` that stands for itself.
    Stray(&'h str),
}

/// The pieces of text between markup; together they are the text.
pub(super) struct TextPieces<'h> {
    rest: &'h str,
}

impl<'h> TextPieces<'h> {
    pub(super) fn new(text: &'h str) -> Self {
        TextPieces { rest: text }
    }

    fn take(&mut self, length: Option<usize>) -> &'h str {
        let (taken, rest) = length.and_then(|length| self.rest.split_at_checked(length)).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

impl<'h> Iterator for TextPieces<'h> {
    type Item = TextPiece<'h>;

    fn next(&mut self) -> Option<TextPiece<'h>> {
        match self.rest.chars().next()? {
            '<' | '>' => Some(TextPiece::Stray(self.take(Some(1)))),
            '&' => match references::reference(self.rest, Where::Text) {
                Some((length, _)) => Some(TextPiece::Reference(self.take(Some(length)))),
                None => Some(TextPiece::Stray(self.take(Some(1)))),
            },
            c if is_space(c) => Some(TextPiece::Space(self.take(self.rest.find(|c| !is_space(c))))),
            _ => Some(TextPiece::Text(self.take(self.rest.find(|c| is_space(c) || matches!(c, '<' | '>' | '&'))))),
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_text() {
        assert_eq!(
            TextPieces::new("5 < &amp; &x\u{e9}>").collect::<Vec<_>>(),
            [
                TextPiece::Text("5"),
                TextPiece::Space(" "),
                TextPiece::Stray("<"),
                TextPiece::Space(" "),
                TextPiece::Reference("&amp;"),
                TextPiece::Space(" "),
                TextPiece::Stray("&"),
                TextPiece::Text("x\u{e9}"),
                TextPiece::Stray(">"),
            ]
        );
    }
}
