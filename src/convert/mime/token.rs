//! The tokens of structured fields (RFC 5322 3.2, with the obsolete forms of 4.1): atoms, quoted strings, comments, and phrases
//! made of them.
//!
//! ```text
//! Jane "J\"D" Doe (at home) <j@x>      Atom, Quoted(J"D), Atom, Comment(at home), Sign(<), Atom, Sign(>), blanks between
//! ```
//!
//! Tolerated: everything. Encoded words are whole wherever they stand, whatever signs are in them; quoted strings and comments
//! that do not end go to the end of the text. Each character is looked at a bounded number of times.

use super::undeclared::Undeclared;
use super::words::{self, Charset, WordFinder};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::convert::mime) enum Token<'t> {
    /// White space and control characters.
    Blank,
    /// What stands between all others, as it stands.
    Atom(&'t str),
    /// What stands between quotes, its quoted pairs resolved, its folds undone.
    Quoted(String),
    /// What stands between parentheses, those within it included.
    Comment(String),
    /// One of the signs that were asked for.
    Sign(char),
}

/// The tokens of a text.
#[derive(Debug, Clone)]
pub(in crate::convert::mime) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    signs: &'static str,
    words: WordFinder<'t>,
}

impl<'t> Tokens<'t> {
    /// With the signs that separate atoms, besides blanks, quotes and parentheses.
    pub(in crate::convert::mime) fn new(text: &'t str, signs: &'static str) -> Self {
        Tokens { text, at: 0, signs, words: WordFinder::new(text) }
    }

    /// Where the next token starts.
    pub(in crate::convert::mime) fn place(&self) -> usize {
        self.at
    }

    /// Goes on at a place that was passed already.
    pub(in crate::convert::mime) fn go_back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Goes on with other signs.
    pub(in crate::convert::mime) fn with_signs(&mut self, signs: &'static str) {
        self.signs = signs;
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at = self.at.saturating_add(c.len_utf8());
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c: char| !wanted(c)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
        rest.get(..length).unwrap_or_default()
    }

    /// The encoded word that stands here.
    fn encoded_word(&mut self) -> Option<&'t str> {
        let end = self.words.end_of_word(self.at)?;
        let found = self.text.get(self.at..end)?;
        self.at = end;
        Some(found)
    }

    fn atom(&mut self) -> &'t str {
        let start = self.at;
        let signs = self.signs;
        loop {
            self.take_while(|c| c != '=' && !is_blank(c) && !matches!(c, '"' | '(') && !signs.contains(c));
            if self.encoded_word().is_some() {
                continue;
            }
            if !self.rest().starts_with('=') || signs.contains('=') {
                break;
            }
            self.next_char();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Up to the quote that ends it.
    fn quoted(&mut self) -> String {
        let mut out = String::new();
        loop {
            out.push_str(self.take_while(|c| !matches!(c, '"' | '\\' | '=' | '\r' | '\n')));
            // Encoded words have no business here, and a quote in them even less; some writers put both.
            if let Some(word) = self.encoded_word() {
                out.push_str(word);
                continue;
            }
            match self.next_char() {
                None | Some('"') => return out,
                Some('\\') => out.extend(self.next_char()),
                Some('\r' | '\n') => {}
                Some(c) => out.push(c),
            }
        }
    }

    /// Up to the parenthesis that ends it.
    fn comment(&mut self) -> String {
        let mut out = String::new();
        let mut depth = 1usize;
        while let Some(c) = self.next_char() {
            match c {
                '\\' => {
                    out.extend(self.next_char());
                    continue;
                }
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
            out.push(c);
        }
        out.trim().to_owned()
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let first = self.rest().chars().next()?;
        Some(match first {
            c if is_blank(c) => {
                self.take_while(is_blank);
                Token::Blank
            }
            '"' => {
                self.next_char();
                Token::Quoted(self.quoted())
            }
            '(' => {
                self.next_char();
                Token::Comment(self.comment())
            }
            c if self.signs.contains(c) && self.words.end_of_word(self.at).is_none() => {
                self.next_char();
                Token::Sign(c)
            }
            _ => Token::Atom(self.atom()),
        })
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The phrases of a list that commas separate, encoded words decoded.
pub(in crate::convert::mime) fn phrases(text: &str, pages: Undeclared) -> Vec<String> {
    let mut found = vec![String::new()];
    for token in Tokens::new(text, ",") {
        match (token, found.last_mut()) {
            (Token::Sign(_), _) => found.push(String::new()),
            (Token::Blank, Some(phrase)) => phrase.push(' '),
            (Token::Atom(text), Some(phrase)) => phrase.push_str(text),
            (Token::Quoted(text), Some(phrase)) => phrase.push_str(&text),
            (Token::Comment(text), Some(phrase)) => phrase.push_str(&format!("({text})")),
            (_, None) => {}
        }
    }
    let decoded = found.iter().map(|phrase| words::decode(phrase.trim(), pages).into_owned());
    decoded.filter(|phrase| !phrase.is_empty()).collect()
}

/// A display name or keyword: atoms, a quoted string, or encoded words.
pub(in crate::convert::mime) fn phrase(text: &str, charset: Charset) -> String {
    let text = words::clean(text);
    if !words::is_plain(&text) {
        return words::encoded_words(&text, charset);
    }
    let is_atoms = text.split(' ').all(|word| !word.is_empty() && word.bytes().all(is_atext));
    if is_atoms { text } else { quoted(&text) }
}

/// A phrase that a sign follows, from which RFC 2047, section 5 (3), wants encoded words apart.
pub(in crate::convert::mime) fn phrase_before_sign(text: &str, charset: Charset) -> String {
    let mut phrase = phrase(text, charset);
    if phrase.ends_with("?=") {
        phrase.push(' ');
    }
    phrase
}

/// A quoted string of ASCII text (RFC 5322, 3.2.4).
pub(in crate::convert::mime) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// `atext` of RFC 5322, 3.2.3.
pub(in crate::convert::mime) fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = |token: Token<'_>| match token {
            Token::Blank => " ".to_owned(),
            Token::Atom(atom) => format!("[{atom}]"),
            Token::Quoted(text) => format!("\"{text}\""),
            Token::Comment(text) => format!("({text})"),
            Token::Sign(sign) => sign.to_string(),
        };
        Tokens::new(text, "<>,=").map(shown).collect()
    }

    #[test]
    fn tokens() {
        for (text, expected) in [
            ("", ""),
            ("Jane \"J\\\"D\" Doe (at (home)) <j@x>", "[Jane] \"J\"D\" [Doe] (at (home)) <[j@x]>"),
            ("a,b = c\td", "[a],[b] = [c] [d]"),
            ("=?utf-8?Q?a,<b>\"?=,c", "[=?utf-8?Q?a,<b>\"?=],[c]"),
            ("x=?utf-8?Q?,?=y=?", "[x=?utf-8?Q?,?=y]=[?]"),
            ("\"=?utf-8?Q?a\"b?=\"c", "\"=?utf-8?Q?a\"b?=\"[c]"),
            ("\"a\r\n b\\", "\"a b\""),
            ("(a \\) b", "(a ) b)"),
            ("\u{e4}\u{3000}\u{f6}", "[\u{e4}] [\u{f6}]"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn phrases_are_atoms_or_quoted_or_encoded() {
        for (text, expected) in [
            ("Jane Doe", "Jane Doe"),
            ("Doe, Jane", "\"Doe, Jane\""),
            ("J. \"X\" \\ Doe", "\"J. \\\"X\\\" \\\\ Doe\""),
            ("a  b", "\"a  b\""),
            ("J\u{f6}rg", "=?utf-8?Q?J=C3=B6rg?="),
        ] {
            assert_eq!(phrase(text, Charset::UTF_8), expected);
        }
    }
}
