//! Lists of addresses (RFC 5322 3.4, with the obsolete forms of 4.4; RFC 2047 5).
//!
//! ```text
//! Jane Doe <jane@example.com>, "Doe, J" <j@x>, joe@x (Joe), Team: a@x, b@x;, =?utf-8?q?J=C3=B6rg?= <j@x>
//! ```
//!
//! Tolerated: encoded words between quotes, a name in front of an address without brackets, `;` between addresses, brackets and
//! quotes that do not end, routes (`<@a:b@c>`). Nothing that stands in a list is lost: what is no address is a name.

use std::ops::Range;

use super::token::{Token, Tokens, quoted};
use super::undeclared::Undeclared;
use super::words;

/// A name and an address, one of which may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::convert::mime) struct Mailbox {
    pub(in crate::convert::mime) name: String,
    pub(in crate::convert::mime) address: String,
}

/// What ends a word of a list.
const SIGNS: &str = ",;<:";

/// An element of a list of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::convert::mime) enum Entry {
    Mailbox(Mailbox),
    /// A group (RFC 5322, 3.4): its name, and its members, if it has any.
    Group(String, Vec<Mailbox>),
}

/// The mailboxes in a value that is unfolded; those of groups too.
pub(in crate::convert::mime) fn mailboxes(value: &str, pages: Undeclared) -> Vec<Mailbox> {
    flat(value, pages, false)
}

/// The same, and for each group that has none a name without an address.
pub(in crate::convert::mime) fn mailboxes_and_groups(value: &str, pages: Undeclared) -> Vec<Mailbox> {
    flat(value, pages, true)
}

fn flat(value: &str, pages: Undeclared, groups: bool) -> Vec<Mailbox> {
    let mut out = Vec::new();
    for entry in entries(value, pages) {
        match entry {
            Entry::Mailbox(mailbox) => out.push(mailbox),
            Entry::Group(name, members) if members.is_empty() && groups && !name.is_empty() => {
                out.push(Mailbox { name, address: String::new() });
            }
            Entry::Group(_, members) => out.extend(members),
        }
    }
    out
}

/// The elements of a list in a value that is unfolded.
pub(in crate::convert::mime) fn entries(value: &str, pages: Undeclared) -> Vec<Entry> {
    let mut out = Out::default();
    let mut current = Current::default();
    let mut tokens = Tokens::new(value, SIGNS);
    let mut blank = false;
    while let Some(token) = tokens.next() {
        match token {
            Token::Blank => {
                blank = true;
                continue;
            }
            Token::Sign(',') => out.add(std::mem::take(&mut current).finish(pages)),
            Token::Sign(';') => {
                out.add(std::mem::take(&mut current).finish(pages));
                out.end_group();
            }
            Token::Quoted(text) => current.words.push(Word { text, quoted: true, blank }),
            Token::Comment(text) => current.comment = Some(text),
            Token::Sign('<') => {
                // A comma is missing between two addresses; the words between them are the name of the second.
                if current.address.is_some() {
                    let words = current.words.split_off(current.named.min(current.words.len()));
                    out.add(std::mem::replace(&mut current, Current { words, ..Current::default() }).finish(pages));
                }
                current.named = current.words.len();
                current.address = Some(bracketed(&mut tokens));
            }
            // What stands in front is the name of a group, and no part of an address.
            Token::Sign(':') if current.address.is_none() && !current.words.iter().any(|word| word.text.contains('@')) => {
                out.end_group();
                out.group = Some((phrase(&current.words, pages), Vec::new()));
                current = Current::default();
            }
            Token::Sign(sign) => current.push(sign.encode_utf8(&mut [0; 4]), blank),
            Token::Atom(text) => current.push(text, blank),
        }
        blank = false;
    }
    out.add(current.finish(pages));
    out.end_group();
    out.entries
}

/// What was found, and the group that is open.
#[derive(Default)]
struct Out {
    entries: Vec<Entry>,
    group: Option<(String, Vec<Mailbox>)>,
}

impl Out {
    fn add(&mut self, found: Vec<Mailbox>) {
        match &mut self.group {
            Some((_, members)) => members.extend(found),
            None => self.entries.extend(found.into_iter().map(Entry::Mailbox)),
        }
    }

    fn end_group(&mut self) {
        self.entries.extend(self.group.take().map(|(name, members)| Entry::Group(name, members)));
    }
}

/// A word of a name, or of an address without brackets.
#[derive(Debug)]
struct Word {
    text: String,
    quoted: bool,
    /// Whether a blank stands in front of it.
    blank: bool,
}

#[derive(Debug, Default)]
struct Current {
    words: Vec<Word>,
    /// How many of the words stand in front of the address.
    named: usize,
    address: Option<String>,
    comment: Option<String>,
}

impl Current {
    /// Adds to the word before, or as a new one.
    fn push(&mut self, text: &str, blank: bool) {
        match self.words.last_mut().filter(|last| !last.quoted && !blank) {
            Some(last) => last.text.push_str(text),
            None => self.words.push(Word { text: text.to_owned(), quoted: false, blank }),
        }
    }

    /// The mailbox that it is; of addresses without brackets that no comma separates, each of them.
    fn finish(mut self, pages: Undeclared) -> Vec<Mailbox> {
        let mut out = Vec::new();
        if let Some(address) = self.address.take() {
            let words = std::mem::take(&mut self.words);
            out.extend(self.mailbox(&words, address, pages));
            return out;
        }
        let mut ranges = Vec::new();
        let mut end = 0usize;
        while let Some(range) = self.bare(end) {
            end = range.end;
            ranges.push(range);
        }
        let mut words = std::mem::take(&mut self.words).into_iter();
        let mut at = 0usize;
        let last = ranges.len().saturating_sub(1);
        for (number, range) in ranges.into_iter().enumerate() {
            let mut name: Vec<Word> = words.by_ref().take(range.start.saturating_sub(at)).collect();
            let text = |word: Word| if word.quoted { quoted(&word.text) } else { word.text };
            let address = words.by_ref().take(range.len()).map(text).collect();
            at = range.end;
            if number == last {
                name.extend(words.by_ref());
                out.extend(self.mailbox(&name, address, pages));
            } else {
                out.extend(Current::default().mailbox(&name, address, pages));
            }
        }
        let rest: Vec<Word> = words.collect();
        if !rest.is_empty() || out.is_empty() {
            out.extend(self.mailbox(&rest, String::new(), pages));
        }
        out
    }

    fn mailbox(&self, words: &[Word], address: String, pages: Undeclared) -> Option<Mailbox> {
        let name = phrase(words, pages);
        let comment = || self.comment.as_deref().map(|text| words::decode(text, pages).into_owned());
        let name = if name.is_empty() { comment().unwrap_or_default() } else { name };
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let found = Mailbox { name: name.trim().to_owned(), address };
        (!found.name.is_empty() || !found.address.is_empty()).then_some(found)
    }

    /// Which words from `from` on are an address without brackets: `"joe smith"@x`, `joe @ x`.
    fn bare(&self, from: usize) -> Option<Range<usize>> {
        let words = &self.words;
        let at = words.iter().skip(from).position(|word| !word.quoted && word.text.contains('@'))?.saturating_add(from);
        let glued = |number: usize| words.get(number).is_some_and(|word| !word.blank);
        let of = |number: usize| words.get(number).map_or("", |word| word.text.as_str());
        let (mut start, mut end) = (at, at.saturating_add(1));
        // A local part between quotes, or blanks around the sign.
        while start > from && (glued(start) || of(start).starts_with('@')) {
            start = start.saturating_sub(1);
        }
        let goes_on = |end: usize| {
            let (last, next) = (of(end.saturating_sub(1)), of(end));
            glued(end) || last.ends_with('@') || last == "." || next.starts_with('.')
        };
        while end < words.len() && goes_on(end) {
            end = end.saturating_add(1);
        }
        Some(start..end)
    }
}

/// The text of a name: words that are not quoted may be encoded.
fn phrase(all: &[Word], pages: Undeclared) -> String {
    let mut out = String::new();
    let mut plain = String::new();
    for word in all {
        if word.quoted {
            out.push_str(&words::decode(&std::mem::take(&mut plain), pages));
            if word.blank && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&words::decode(&word.text, pages));
            continue;
        }
        if word.blank && !(out.is_empty() && plain.is_empty()) {
            if plain.is_empty() {
                out.push(' ');
            } else {
                plain.push(' ');
            }
        }
        plain.push_str(&word.text);
    }
    out.push_str(&words::decode(&plain, pages));
    out
}

/// The address up to `>`, without blanks, comments and the route in front. A bracket that does not end, ends where the address
/// does.
fn bracketed(tokens: &mut Tokens<'_>) -> String {
    let mut out = String::new();
    // What may be the end of the address: where it stands, and how much of the address comes before it.
    let mut end: Option<(usize, usize)> = None;
    tokens.with_signs("<>,;");
    let closed = loop {
        let at = tokens.place();
        match tokens.next() {
            None => break false,
            Some(Token::Sign('>')) => break true,
            Some(Token::Sign('<')) => {
                end.get_or_insert((at, out.len()));
                break false;
            }
            Some(Token::Sign(sign)) => {
                end.get_or_insert((at, out.len()));
                out.push(sign);
            }
            Some(Token::Blank) if !out.is_empty() => {
                end.get_or_insert((at, out.len()));
            }
            Some(Token::Blank | Token::Comment(_)) => {}
            Some(Token::Quoted(text)) => out.push_str(&quoted(&text)),
            Some(Token::Atom(text)) => out.push_str(text),
        }
    };
    tokens.with_signs(SIGNS);
    if let Some((at, length)) = end.filter(|_| !closed) {
        tokens.go_back_to(at);
        out.truncate(length);
    }
    match out.split_once(':') {
        Some((route, address)) if route.starts_with('@') => address.to_owned(),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // By RFC 5322 A.1 and A.5, RFC 2047 8, and Python's `email.headerregistry`.
    #[test]
    fn lists() {
        let table: [(&str, &[(&str, &str)]); 36] = [
            ("", &[]),
            ("jdoe@machine.example", &[("", "jdoe@machine.example")]),
            ("\"Joe Q. Public\" <john.q.public@example.com>", &[("Joe Q. Public", "john.q.public@example.com")]),
            (
                "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
                &[("Mary Smith", "mary@x.test"), ("", "jdoe@example.org"), ("Who?", "one@y.test")],
            ),
            (
                "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
                &[("", "boss@nil.test"), ("Giant; \"Big\" Box", "sysservices@example.net")],
            ),
            (
                "A Group:Ed Jones <joe@where.test>,joe2@where.test,John <jdoe@one.test>;",
                &[("Ed Jones", "joe@where.test"), ("", "joe2@where.test"), ("John", "jdoe@one.test")],
            ),
            ("Undisclosed recipients:;", &[]),
            ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", &[("Pete", "pete@silly.test")]),
            ("Mary Smith <@machine.tld:mary@example.net>", &[("Mary Smith", "mary@example.net")]),
            ("jdoe @test . example", &[("", "jdoe@test.example")]),
            ("joe@x.org (Joe)", &[("Joe", "joe@x.org")]),
            ("Jane \"JD\" Doe <j@x>", &[("Jane JD Doe", "j@x")]),
            ("a \"quoted\" name a \"quoted\" name <j@x>", &[("a quoted name a quoted name", "j@x")]),
            ("=?UTF-8?Q?J=C3=B6rg?= <j@x.de>, a@b", &[("J\u{f6}rg", "j@x.de"), ("", "a@b")]),
            ("=?utf-8?q?a?= =?utf-8?q?b?= c <j@x>", &[("ab c", "j@x")]),
            ("=?utf-8?q?a?= \"b c\" <j@x>", &[("a b c", "j@x")]),
            ("=?utf-8?Q?a_\"=C3=B6,_<b>?= <j@x>", &[("a \"\u{f6}, <b>", "j@x")]),
            ("\"=?utf-8?Q?a_\"=C3=B6?=\" <j@x>", &[("a \"\u{f6}", "j@x")]),
            ("\"=?utf-8?q?=C3=A4?=\" <j@x>", &[("\u{e4}", "j@x")]),
            ("\"M\u{fc}ller, J\" <m@x.de>", &[("M\u{fc}ller, J", "m@x.de")]),
            ("\"joe smith\"@x.org", &[("", "\"joe smith\"@x.org")]),
            ("Joe joe@x.org", &[("Joe", "joe@x.org")]),
            ("joe@x.org Joe", &[("Joe", "joe@x.org")]),
            ("joe@x.org Ann ann@x.org", &[("", "joe@x.org"), ("Ann", "ann@x.org")]),
            ("A <a@x, B <b@x>, <c@x", &[("A", "a@x"), ("B", "b@x"), ("", "c@x")]),
            ("A <a@x B <b@x>", &[("A", "a@x"), ("B", "b@x")]),
            ("<Doe,John@x>, <@a,@b:c@d>", &[("", "Doe,John@x"), ("", "c@d")]),
            ("\"Pri =?utf-8?Q?=C3=A4?= =?utf-8?Q?=C3=B6?= x\" <p@x>", &[("Pri \u{e4}\u{f6} x", "p@x")]),
            (
                "\u{418}\u{432}\u{430}\u{43d} <\u{438}@\u{43f}.\u{440}\u{444}>, i@\u{43f}.\u{440}\u{444}",
                &[("\u{418}\u{432}\u{430}\u{43d}", "\u{438}@\u{43f}.\u{440}\u{444}"), ("", "i@\u{43f}.\u{440}\u{444}")],
            ),
            ("a@x; b@x", &[("", "a@x"), ("", "b@x")]),
            ("A <a@x> B <b@x>", &[("A", "a@x"), ("B", "b@x")]),
            ("nobody", &[("nobody", "")]),
            ("<j@x", &[("", "j@x")]),
            ("\"open <j@x>", &[("open <j@x>", "")]),
            ("=?not? <j@x>", &[("=?not?", "j@x")]),
            (",, ,", &[]),
        ];
        for (value, expected) in table {
            let found = mailboxes(value, Undeclared::default());
            let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
            assert_eq!(found, expected, "{value}");
        }
    }

    /// Optimised this takes some milliseconds; with time by the square of the text it would take minutes.
    #[test]
    fn long_lists_take_time_in_proportion() {
        for part in ["a@b ", "<a@b ", "<,", "<,=?a?q?", "=?a?q? ", "=?a?q?", "\"=?a?q?", "(", "a:", "a b@c,"] {
            let value = part.repeat(50_000);
            assert!(mailboxes(&value, Undeclared::default()).len() <= 50_000, "{part}");
        }
    }

    #[test]
    fn groups_without_mailboxes() {
        let found = mailboxes_and_groups("Undisclosed recipients:;, Team: a@x;, Last:", Undeclared::default());
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
        assert_eq!(found, [("Undisclosed recipients", ""), ("", "a@x"), ("Last", "")]);
    }

    /// The examples of RFC 5322, appendix A.1.3.
    #[test]
    fn groups_keep_their_members() {
        let one = |name: &str, address: &str| Mailbox { name: name.to_owned(), address: address.to_owned() };
        let members = vec![one("Ed Jones", "joe@where.test"), one("", "john@one.test")];
        let found = entries("A Group:Ed Jones <joe@where.test>,john@one.test;, a@x", Undeclared::default());
        assert_eq!(found, [Entry::Group("A Group".to_owned(), members), Entry::Mailbox(one("", "a@x"))]);
        assert_eq!(
            entries("Undisclosed recipients:;", Undeclared::default()),
            [Entry::Group("Undisclosed recipients".to_owned(), vec![])]
        );
    }

    proptest! {
        #[test]
        fn names_between_quotes_come_back(name in "[ -~\u{e4}\u{4e2d}]{1,30}", address in "[a-z]{1,9}@[a-z]{1,9}") {
            prop_assume!(!name.contains("=?") && name.trim() == name);
            let value = format!("x@y, \"{}\" <{address}>, z@y", name.replace('\\', "\\\\").replace('"', "\\\""));
            let found = mailboxes(&value, Undeclared::default());
            prop_assert_eq!(found.len(), 3);
            prop_assert_eq!(&found[1], &Mailbox { name, address });
        }

        #[test]
        fn anything_ends(value in "[a@<>:;,\"()\\\\ =?.]{0,60}") {
            let _ = mailboxes(&value, Undeclared::default());
        }
    }
}
