//! What a text says: its words in order, whatever the markup, white space and line breaks.
//!
//! Links between `<` and `>` or `[` and `]`, which mail programs put behind the words of a link in plain text, are no words; they
//! are compared by themselves.

use std::collections::BTreeSet;

use crate::convert::mime::markup::{bracketed, values};
use crate::html::{Piece, Pieces};
use crate::message::text_of_html;

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    /// The letters and digits of all words, in lower case, one word behind the other: lines are broken within words of scripts
    /// that know no blanks.
    letters: String,
    /// Where in `letters` each word begins.
    starts: Vec<usize>,
    /// The addresses of links.
    links: BTreeSet<String>,
    /// Whether a picture is shown.
    has_picture: bool,
}

impl Said {
    /// What plain text says.
    pub(super) fn of_text(text: &str) -> Self {
        let mut said = Said::default();
        let mut in_word = false;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            if let Some((link, behind)) =
                matches!(c, '<' | '[').then(|| bracketed(after, if c == '<' { '>' } else { ']' })).flatten()
            {
                said.link(link);
                rest = behind;
                in_word = false;
                continue;
            }
            rest = after;
            if !c.is_alphanumeric() {
                in_word = false;
                continue;
            }
            if !in_word {
                said.starts.push(said.letters.len());
                in_word = true;
            }
            said.letters.extend(c.to_lowercase());
        }
        said
    }

    /// What HTML says.
    pub(super) fn of_html(html: &str) -> Self {
        Said::of_text(&text_of_html(html)).with_markup(html)
    }

    /// What HTML says, of which this is the text.
    pub(super) fn with_markup(mut self, html: &str) -> Self {
        for piece in Pieces::new(html) {
            let Piece::Tag(tag) = piece else { continue };
            self.has_picture |= tag.is("img");
            values(tag, &["href"]).for_each(|link| self.link(&link));
        }
        self
    }

    fn link(&mut self, link: &str) {
        let link: String = link.chars().filter(|c| !c.is_whitespace()).collect();
        if !link.is_empty() && !link.starts_with("cid:") {
            self.links.insert(link.trim_end_matches('/').to_ascii_lowercase());
        }
    }

    /// Whether nothing is said, and nothing shown.
    pub(super) fn is_blank(&self) -> bool {
        self.letters.is_empty() && !self.has_picture
    }

    /// Whether both say the same. The labels of lists, which are made anew with each conversion, do not count.
    pub(super) fn equals(&self, other: &Said) -> bool {
        if self.letters == other.letters {
            return true;
        }
        let (own, others): (Vec<_>, Vec<_>) = (self.words().collect(), other.words().collect());
        let (mut at, mut there) = (0usize, 0usize);
        loop {
            let pair = (own.get(at), others.get(there));
            let next = (own.get(at.saturating_add(1)), others.get(there.saturating_add(1)));
            match pair {
                (None, None) => return true,
                (Some(one), Some(two)) if one == two => (at, there) = (at.saturating_add(1), there.saturating_add(1)),
                // Only what the other has not: another number in its place says something else.
                (Some(one), two) if is_label(one) && next.0 == two => at = at.saturating_add(1),
                (one, Some(two)) if is_label(two) && next.1 == one => there = there.saturating_add(1),
                _ => return false,
            }
        }
    }

    /// Whether all that `other` says is in this, word behind word, and its links too.
    pub(super) fn contains(&self, other: &Said) -> bool {
        if !other.links.is_subset(&self.links) || other.has_picture && !self.has_picture {
            return false;
        }
        let starts_word = |at: usize| at == self.letters.len() || self.starts.binary_search(&at).is_ok();
        let mut found = self.letters.match_indices(&other.letters);
        found.any(|(at, found)| starts_word(at) && starts_word(at.saturating_add(found.len())))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.letters.len()]);
        self.starts.iter().zip(ends).map(|(&start, end)| self.letters.get(start..end).unwrap_or_default())
    }
}

/// Whether a word may be the number or the bullet of a list.
fn is_label(word: &str) -> bool {
    word.len() == 1 || word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Said {
        Said::of_text(text)
    }

    #[test]
    fn the_same_said_in_other_ways() {
        for (one, two) in [
            ("One, two  three.", "one\r\ntwo three"),
            ("see here <https://example.com/a?b>", "See [here]"),
            ("a picture [cid:image001.png@01D] of it", "a picture of it"),
            ("1. first\n2. second", "first second"),
            ("\u{65e5}\u{672c}\n\u{8a9e}", "\u{65e5}\u{672c}\u{8a9e}"),
        ] {
            assert!(text(one).equals(&text(two)) && text(two).equals(&text(one)), "{one} {two}");
        }
        for (one, two) in [
            ("one two", "one two three"),
            ("do not pay", "do pay"),
            ("caution one two", "one two"),
            ("", "xx yy"),
            ("pay 100 now", "pay 200 now"),
        ] {
            assert!(!text(one).equals(&text(two)), "{one} {two}");
        }
        assert!(Said::of_html("<p>caf&eacute; <b>o</b>ne</p><style>p{}</style>").equals(&text("caf\u{e9} one")));
    }

    #[test]
    fn a_part_of_what_another_says() {
        for (all, part, is_part) in [
            ("one two three", "two three", true),
            ("one two three", "one three", false),
            ("Noah", "No", false),
            ("one", "", true),
            ("one two", "two <http://x.org>", false),
            ("one <http://x.org/> two", "one <http://x.org>", true),
        ] {
            assert_eq!(text(all).contains(&text(part)), is_part, "{all} {part}");
        }
        let page = Said::of_html("<a href=\"http://x.org/?a&amp;b\">one</a> two <img src=x>");
        assert!(page.contains(&text("one <http://x.org/?a&b>")));
        assert!(!page.is_blank() && !text("one two").contains(&page));
        assert!(Said::of_html("<div>&nbsp;<br></div>").is_blank());
    }
}
