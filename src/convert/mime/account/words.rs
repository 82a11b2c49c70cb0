//! What a text says: its words in order, and where its links lead.

use std::collections::HashSet;

use crate::convert::mime::fnv::Fnv;
use crate::convert::mime::markup::{bracketed, values};
use crate::html::references::{Where, decoded};
use crate::html::{Piece, Pieces};

use super::dropped::{is_hidden, is_inline, is_internal, is_invisible, is_label};

/// The longest link that is looked for.
const LINK_MAX: usize = 4096;

/// A word, by its hash. The lowest bit says that it may be missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word(u32);

impl Word {
    /// Whether it is the same word.
    pub(super) fn is(self, other: Word) -> bool {
        self.0 | 1 == other.0 | 1
    }

    /// Whether it may be missing.
    pub(super) fn may_miss(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What a text says.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// The words.
    pub(super) words: Vec<Word>,
    /// Where links lead, normalised.
    pub(super) links: HashSet<String>,
}

impl Said {
    /// What plain text says. Links between `<` and `>` or `[` and `]` are no words.
    pub(super) fn of_text(text: &str) -> Self {
        let mut reader = Reader::default();
        reader.run(text);
        reader.end('\n');
        reader.said
    }

    /// What HTML says.
    pub(super) fn of_html(html: &str) -> Self {
        let mut markup = Markup { reader: Reader::default() };
        markup.read(html);
        markup.reader.end('\n');
        markup.reader.said
    }

    /// Adds the addresses that stand in a text without brackets.
    pub(super) fn with_bare_links(mut self, text: &str) -> Self {
        let mark = memchr::memmem::Finder::new("://");
        let mut at = 0usize;
        while let Some(found) = text.get(at..).and_then(|rest| mark.find(rest.as_bytes())) {
            let colon = at.saturating_add(found);
            at = colon.saturating_add(3);
            let scheme = text.get(..colon).unwrap_or_default().bytes().rev().take(12).take_while(u8::is_ascii_alphabetic).count();
            let rest = text.get(colon.saturating_sub(scheme)..).unwrap_or_default();
            let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | ')' | ']');
            let end =
                rest.char_indices().take(LINK_MAX).find(|(_, c)| is_end(*c)).map_or(rest.len().min(LINK_MAX), |(end, _)| end);
            self.link(rest.get(..end).unwrap_or_default());
        }
        self
    }

    /// How many words have to be there.
    pub(super) fn is_blank(&self) -> bool {
        self.words.iter().all(|word| word.may_miss())
    }

    fn link(&mut self, link: &str) {
        if link.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cid:")) {
            return;
        }
        let link = normal_link(link);
        if !link.is_empty() && !is_internal(&link) {
            self.links.insert(link);
        }
    }
}

/// A link for comparison.
pub(super) fn normal_link(link: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'&' | b'<' | b'>');
    if link.bytes().all(is_plain) {
        return link.trim_end_matches('/').to_ascii_lowercase();
    }
    // Within an address browsers drop tabs and line ends, and write other blanks and controls as their bytes.
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    let mut normal = String::with_capacity(link.len());
    for c in link.trim_matches(is_blank).chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')) {
        match c {
            c if is_blank(c) || matches!(c, '<' | '>') => {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| normal.push_str(&format!("%{byte:02x}")));
            }
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal.trim_end_matches('/').to_owned()
}

/// The hash of a whole sequence of words, those that may be missing left out.
pub(super) fn hash(words: &[Word]) -> u64 {
    let mut hash = Fnv::default();
    words.iter().filter(|word| !word.may_miss()).for_each(|word| hash.add_number(u64::from(word.0 | 1)));
    hash.0
}

/// Whether a character is a word by itself: scripts without blanks are broken anywhere.
fn is_alone(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0xD7FF | 0xF900..=0xFAFF | 0x20000..)
}

/// Text while it is read.
#[derive(Default)]
struct Reader {
    said: Said,
    hash: Fnv,
    /// The word at hand, as long as it may be a label.
    word: String,
    in_word: bool,
    /// Whether a word was seen in this line.
    in_line: bool,
    /// Whether the word at hand is the first one of its line.
    is_first: bool,
    /// Whether a point or a bracket behind the first word was the last character.
    labelled: bool,
}

impl Reader {
    /// Text, or a run of it.
    fn run(&mut self, text: &str) {
        let mut rest = text;
        loop {
            // Most text is letters and digits of ASCII, and what stands between them.
            let ascii = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if ascii > 0 {
                let (word, behind) = rest.split_at_checked(ascii).unwrap_or_default();
                self.letters(word);
                rest = behind;
            }
            let Some(c) = rest.chars().next() else { return };
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            let end = match c {
                '<' => Some('>'),
                '[' => Some(']'),
                _ => None,
            };
            if let Some((link, behind)) = end.and_then(|end| bracketed(rest, end)) {
                self.end(' ');
                self.said.link(link);
                rest = behind;
                continue;
            }
            self.take(c);
        }
    }

    /// A character that is no letter or digit of ASCII.
    fn take(&mut self, c: char) {
        if c.is_ascii() {
            return self.end(c);
        }
        if is_invisible(c) {
            return;
        }
        if !c.is_alphanumeric() {
            return self.end(c);
        }
        if is_alone(c) {
            self.end(c);
        }
        self.begin();
        let mut buffer = [0; 4];
        for c in c.to_lowercase() {
            self.add(c.encode_utf8(&mut buffer));
        }
        if is_alone(c) {
            self.end(c);
        }
    }

    /// Letters and digits of ASCII.
    fn letters(&mut self, word: &str) {
        self.begin();
        for byte in word.bytes() {
            self.hash.add(&[byte.to_ascii_lowercase()]);
        }
        self.keep(word);
    }

    fn begin(&mut self) {
        if !self.in_word {
            (self.in_word, self.is_first, self.in_line) = (true, !self.in_line, true);
            self.hash = Fnv::default();
            self.word.clear();
        }
        self.labelled = false;
    }

    fn add(&mut self, text: &str) {
        self.hash.add(text.as_bytes());
        self.keep(text);
    }

    /// Keeps the first word of a line, as long as it may be a label.
    fn keep(&mut self, text: &str) {
        const LABEL_MAX: usize = 8;
        if self.is_first && self.word.len() < LABEL_MAX {
            let start = text.char_indices().nth(LABEL_MAX).map_or(text, |(at, _)| text.get(..at).unwrap_or_default());
            self.word.extend(start.chars().map(|c| c.to_ascii_lowercase()));
        }
    }

    /// A character that is part of no word.
    fn end(&mut self, c: char) {
        if self.in_word {
            self.in_word = false;
            // Both halves, as a text may have millions of words.
            let folded = (self.hash.0 ^ self.hash.0.wrapping_shr(32)) & 0xFFFF_FFFE;
            self.said.words.push(Word(u32::try_from(folded).unwrap_or_default()));
            self.labelled = self.is_first && matches!(c, '.' | ')') && is_label(&self.word);
            // The bullets that programs write as letters of symbol fonts.
            if self.is_first && self.word.len() == 1 && (c == '\t' || self.word == "o" && c.is_whitespace()) {
                self.mark();
            }
        } else if self.labelled {
            self.labelled = false;
            if c.is_whitespace() {
                self.mark();
            }
        }
        if matches!(c, '\n' | '\r') {
            self.in_line = false;
        }
    }

    /// The last word may be missing.
    fn mark(&mut self) {
        if let Some(word) = self.said.words.last_mut() {
            word.0 |= 1;
        }
    }
}

/// HTML while its tags are taken out.
struct Markup {
    reader: Reader,
}

impl Markup {
    fn read(&mut self, html: &str) {
        let mut is_hidden_text = false;
        for piece in Pieces::new(html) {
            match piece {
                Piece::Raw(_) if is_hidden_text => {}
                Piece::Text(text) | Piece::Raw(text) => self.text(text),
                Piece::Declaration(_) => self.reader.end('\n'),
                Piece::Tag(tag) => {
                    if !is_inline(tag.name) {
                        self.reader.end('\n');
                    }
                    values(tag, &["href", "src"]).for_each(|link| self.reader.said.link(&link));
                    is_hidden_text = is_hidden(tag.name);
                }
            }
        }
    }

    /// A run of text: its line ends are blanks.
    fn text(&mut self, run: &str) {
        if !run.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | b'&')) {
            return self.reader.run(run);
        }
        let run = decoded(run, Where::Text);
        for (number, line) in run.split(['\r', '\n']).enumerate() {
            if number > 0 {
                self.reader.end(' ');
            }
            self.reader.run(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::steps;

    fn same(one: &Said, two: &Said) -> bool {
        hash(&one.words) == hash(&two.words)
    }

    #[test]
    fn words_of_text_and_html() {
        for (text, html) in [
            ("One, two\r\nthree.", "<p>one <b>tw</b>o</p>three"),
            ("caf\u{e9} x", "<title>no</title>caf&eacute;<br>x<style>p{}</style><!-- no -->"),
            ("a b", "<td>a</td><td>b</td>"),
            ("1. first\r\n2. second", "<ol><li>first</li><li>second</li></ol>"),
            ("see <http://x.org/a>", "<a href='http://x.org/a'>see</a>"),
            ("\u{65e5}\u{672c}\r\n\u{8a9e}", "\u{65e5}\u{672c}\u{8a9e}"),
            ("a < b", "a &lt; b"),
        ] {
            assert!(same(&Said::of_text(text), &Said::of_html(html)), "{text}: {html}");
        }
        for (one, two) in [("one two", "one"), ("pay 100", "pay 200"), ("No. We do", "We do"), ("ab c", "a bc")] {
            assert!(!same(&Said::of_text(one), &Said::of_text(two)), "{one}: {two}");
        }
    }

    #[test]
    fn links_of_all_kinds() {
        let links = |said: Said| {
            let mut links: Vec<_> = said.links.into_iter().collect();
            links.sort();
            links
        };
        assert_eq!(links(Said::of_text("a <https://X.org/?a&b> [cid:x@y] <mailto:j@x>")), ["https://x.org/?a&b", "mailto:j@x"]);
        let html = "<a href=\"http://x.org/?a&amp;b\">a</a><img src=cid:x><img src='http://y.org/p.png'><a href=\"#top\">";
        assert_eq!(links(Said::of_html(html)), ["http://x.org/?a&b", "http://y.org/p.png"]);
        assert_eq!(links(Said::default().with_bare_links("at http://x.org/a, or (ftp://y/)")), ["ftp://y", "http://x.org/a,"]);
    }

    #[test]
    fn markup_that_ends_nowhere_takes_work_in_proportion() {
        for piece in ["<a ", "<a =\"", "<style>", "<!--", "&amp", "<a href="] {
            let html = |size: usize| piece.repeat(size);
            steps::assert_linear(piece, 5_000, |size| Said::of_html(&html(size)));
        }
    }
}
