//! What a text says: its words in order, and where its links lead.

use std::collections::HashSet;

use crate::convert::mime::fnv::Fnv;

use super::dropped::{is_hidden, is_inline, is_internal, is_invisible, is_label};
use super::entity::decoded;

/// What begins a link in plain text.
const SCHEMES: [&str; 9] = ["http://", "https://", "mailto:", "cid:", "file:", "ftp://", "tel:", "sip:", "callto:"];
/// The longest link that is looked for.
const LINK_MAX: usize = 4096;
/// How often the bytes of HTML are looked at, at most: markup that closes nothing must not take time by the square.
const LOOKS: usize = 8;

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
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'&';
    if link.bytes().all(is_plain) {
        return link.trim_end_matches('/').to_ascii_lowercase();
    }
    let link: String = decoded(link).chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let link = link.to_ascii_lowercase();
    link.trim_end_matches('/').to_owned()
}

/// The hash of a whole sequence of words, those that may be missing left out.
pub(super) fn hash(words: &[Word]) -> u64 {
    let mut hash = Fnv::default();
    words.iter().filter(|word| !word.may_miss()).for_each(|word| hash.add_number(u64::from(word.0 | 1)));
    hash.0
}

/// The link that stands before `end`, and what is behind that.
fn bracketed(text: &str, end: char) -> Option<(&str, &str)> {
    let scheme = |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    SCHEMES.iter().find(|one| scheme(one))?;
    let (at, _) = text.char_indices().take(LINK_MAX).find(|(_, c)| *c == end || matches!(c, ' ' | '\t'))?;
    let (link, behind) = text.split_at_checked(at)?;
    Some((link, behind.strip_prefix(end)?))
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
        let lower = html.to_ascii_lowercase();
        let bytes = lower.as_bytes();
        let mut looks = bytes.len().saturating_mul(LOOKS);
        let mut at = 0usize;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
            let start = at.saturating_add(found);
            self.text(html.get(at..start).unwrap_or_default());
            let rest = bytes.get(start..).unwrap_or_default();
            if rest.starts_with(b"<!--") {
                self.reader.end('\n');
                at = memchr::memmem::find(rest, b"-->").map_or(bytes.len(), |end| start.saturating_add(end).saturating_add(3));
                continue;
            }
            let is_tag = rest.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'));
            let end = if is_tag { tag_end(rest, &mut looks) } else { None };
            let Some(end) = end else {
                // No tag: the character alone is passed over.
                self.reader.end(' ');
                at = start.saturating_add(1);
                continue;
            };
            let tag = start..start.saturating_add(end);
            at = tag.end.saturating_add(1);
            let inner = lower.get(tag.start.saturating_add(1)..tag.end).unwrap_or_default();
            let is_end_tag = inner.starts_with('/');
            let name = inner.trim_start_matches('/');
            let name = name.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
            if !is_inline(name) {
                self.reader.end('\n');
            }
            if !is_end_tag {
                self.attributes(html.get(tag.clone()).unwrap_or_default(), lower.get(tag).unwrap_or_default());
            }
            if !is_end_tag && is_hidden(name) && !inner.ends_with('/') {
                let close = format!("</{name}");
                let rest = bytes.get(at..).unwrap_or_default();
                let end = memchr::memmem::find(rest, close.as_bytes());
                looks = looks.saturating_sub(end.unwrap_or(rest.len()));
                if let Some(end) = end.filter(|_| looks > 0) {
                    at = at.saturating_add(end);
                }
            }
        }
        self.text(html.get(at..).unwrap_or_default());
    }

    /// A run of text: its line ends are blanks.
    fn text(&mut self, run: &str) {
        if !run.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | b'&')) {
            return self.reader.run(run);
        }
        let run = decoded(run);
        for (number, line) in run.split(['\r', '\n']).enumerate() {
            if number > 0 {
                self.reader.end(' ');
            }
            self.reader.run(line);
        }
    }

    /// The links in a tag.
    fn attributes(&mut self, tag: &str, lower: &str) {
        if !lower.contains('=') {
            return;
        }
        for name in ["href", "src"] {
            for (at, _) in lower.match_indices(name).take(8) {
                let value = tag.get(at.saturating_add(name.len())..).unwrap_or_default().trim_start();
                let Some(value) = value.strip_prefix('=').map(str::trim_start) else { continue };
                let end: &[char] = match value.chars().next() {
                    Some('"') => &['"'],
                    Some('\'') => &['\''],
                    _ => &[' ', '>', '\t', '\r', '\n'],
                };
                let value = value.trim_start_matches(['"', '\'']);
                let link = value.split(end).next().unwrap_or_default();
                self.reader.said.link(link);
            }
        }
    }
}

/// Where the tag ends that begins here; quotes behind `=` hide what is in them.
fn tag_end(tag: &[u8], looks: &mut usize) -> Option<usize> {
    let mut at = 1usize;
    let mut after_sign = false;
    while let Some(&byte) = tag.get(at) {
        *looks = looks.checked_sub(1)?;
        match byte {
            b'>' => return Some(at),
            b'"' | b'\'' if after_sign => {
                let rest = tag.get(at.saturating_add(1)..).unwrap_or_default();
                let close = memchr::memchr(byte, rest);
                *looks = looks.saturating_sub(close.unwrap_or(rest.len()));
                at = at.saturating_add(close.map_or(0, |close| close.saturating_add(1)));
                after_sign = false;
            }
            b'=' => after_sign = true,
            byte if byte.is_ascii_whitespace() => {}
            _ => after_sign = false,
        }
        at = at.saturating_add(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn markup_that_ends_nowhere_takes_no_time() {
        for piece in ["<a ", "<a =\"", "<style>", "<!--", "&amp", "<a href="] {
            let html = piece.repeat(200_000);
            let start = std::time::Instant::now();
            let _ = Said::of_html(&html);
            assert!(start.elapsed().as_secs() < 20, "{piece}");
        }
    }
}
