//! Lists of addresses (RFC 5322 3.4, with the obsolete forms of 4.4; RFC 2047 5).
//!
//! ```text
//! Jane Doe <jane@example.com>, "Doe, J" <j@x>, joe@x (Joe), Team: a@x, b@x;, =?utf-8?q?J=C3=B6rg?= <j@x>
//! ```
//!
//! `mail-parser` loses blanks between words and quotes (`Jane "JD" Doe`), hence this. Tolerated: encoded words between quotes, a
//! name in front of an address without brackets, `;` between addresses, brackets and quotes that do not end, routes (`<@a:b@c>`).

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::field::Mailbox;

/// The mailboxes in a value that is unfolded; those of groups too.
pub(in crate::convert::mime) fn mailboxes(value: &str) -> Vec<Mailbox> {
    list(value, false)
}

/// The same, and for each group that has none a name without an address.
pub(in crate::convert::mime) fn mailboxes_and_groups(value: &str) -> Vec<Mailbox> {
    list(value, true)
}

fn list(value: &str, groups: bool) -> Vec<Mailbox> {
    let mut out = Vec::new();
    // The name of the group that is open, and how many mailboxes came before it.
    let mut group: Option<(String, usize)> = None;
    let empty = |group: &mut Option<(String, usize)>, out: &mut Vec<Mailbox>| {
        if let Some((name, before)) = group.take().filter(|_| groups) {
            if before == out.len() && !name.is_empty() {
                out.push(Mailbox { name, address: String::new() });
            }
        }
    };
    let mut current = Current::default();
    let mut rest = value.chars();
    let mut blank = false;
    while let Some(c) = rest.next() {
        match c {
            ',' => out.extend(std::mem::take(&mut current).finish()),
            ';' => {
                out.extend(std::mem::take(&mut current).finish());
                empty(&mut group, &mut out);
            }
            '"' => current.push(Word { text: quoted(&mut rest, '"'), quoted: true, blank }),
            '(' => current.comment = Some(comment(&mut rest)),
            '<' => {
                // A comma is missing between two addresses; the words between them are the name of the second.
                if current.address.is_some() {
                    let words = current.words.split_off(current.named.min(current.words.len()));
                    out.extend(std::mem::replace(&mut current, Current { words, ..Current::default() }).finish());
                }
                current.named = current.words.len();
                current.address = Some(bracketed(&mut rest));
            }
            // What stands in front is the name of a group, and no part of an address.
            ':' if current.address.is_none() && !current.words.iter().any(|word| word.text.contains('@')) => {
                group = Some((phrase(&current.words), out.len()));
                current = Current::default();
            }
            c if c.is_whitespace() || c.is_control() => {
                blank = true;
                continue;
            }
            // What is encoded is a whole, whatever signs some writers leave in it.
            '=' if encoded_word(rest.as_str()).is_some() => {
                let length = encoded_word(rest.as_str()).unwrap_or(0);
                let text: String = std::iter::once(c).chain(rest.by_ref().take(length)).collect();
                match current.words.last_mut().filter(|last| !last.quoted && !blank) {
                    Some(last) => last.text.push_str(&text),
                    None => current.push(Word { text, quoted: false, blank }),
                }
            }
            c => match current.words.last_mut().filter(|last| !last.quoted && !blank) {
                Some(last) => last.text.push(c),
                None => current.push(Word { text: c.to_string(), quoted: false, blank }),
            },
        }
        blank = false;
    }
    out.extend(current.finish());
    empty(&mut group, &mut out);
    out
}

/// How many characters of an encoded word stand behind its first sign (RFC 2047 2): `?utf-8?q?text?=`.
fn encoded_word(rest: &str) -> Option<usize> {
    let (charset, behind) = rest.strip_prefix('?')?.split_once('?')?;
    let (encoding, behind) = behind.split_once('?')?;
    let (text, _) = behind.split_once("?=")?;
    let token = |text: &str| !text.contains([' ', '\t', '<', '>', ',', '@']);
    let valid = token(charset) && matches!(encoding, "q" | "Q" | "b" | "B") && !text.contains([' ', '\t']);
    // Three question marks and the last two signs.
    let length = [charset, encoding, text].iter().map(|part| part.chars().count()).fold(5, usize::saturating_add);
    valid.then_some(length)
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
    fn push(&mut self, word: Word) {
        self.words.push(word);
    }

    fn finish(mut self) -> Option<Mailbox> {
        let address = match self.address.take() {
            Some(address) => address,
            None => self.bare().unwrap_or_default(),
        };
        let name = phrase(&self.words);
        let name = if name.is_empty() { self.comment.map(|text| decoded(&text)).unwrap_or_default() } else { name };
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let found = Mailbox { name: name.trim().to_owned(), address };
        (!found.name.is_empty() || !found.address.is_empty()).then_some(found)
    }

    /// Takes an address without brackets out of the words: `"joe smith"@x`, `joe @ x`.
    fn bare(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.quoted && word.text.contains('@'))?;
        let glued = |words: &[Word], number: usize| words.get(number).is_some_and(|word| !word.blank);
        let (mut start, mut end) = (at, at.saturating_add(1));
        let of = |words: &[Word], number: usize| words.get(number).map(|word| word.text.clone()).unwrap_or_default();
        // A local part between quotes, or blanks around the sign.
        while start > 0 && (glued(&self.words, start) || of(&self.words, start).starts_with('@')) {
            start = start.saturating_sub(1);
        }
        let goes_on = |words: &[Word], end: usize| {
            let (last, next) = (of(words, end.saturating_sub(1)), of(words, end));
            glued(words, end) || last.ends_with('@') || last == "." || next.starts_with('.')
        };
        while end < self.words.len() && goes_on(&self.words, end) {
            end = end.saturating_add(1);
        }
        let words: Vec<Word> = self.words.drain(start..end).collect();
        let text = |word: &Word| if word.quoted { requoted(&word.text) } else { word.text.clone() };
        Some(words.iter().map(text).collect())
    }
}

/// The text of a name: words that are not quoted may be encoded.
fn phrase(words: &[Word]) -> String {
    let mut out = String::new();
    let mut plain = String::new();
    for word in words {
        if word.quoted {
            out.push_str(&decoded(&std::mem::take(&mut plain)));
            if word.blank && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&if word.text.contains("=?") { decoded(&word.text) } else { word.text.clone() });
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
    out.push_str(&decoded(&plain));
    out
}

/// Text with its encoded words decoded.
fn decoded(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let line = format!("{text}\r\n");
    match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(decoded) => decoded.into_owned(),
        _ => text.to_owned(),
    }
}

/// Up to `end`, which a backslash protects.
fn quoted(rest: &mut std::str::Chars<'_>, end: char) -> String {
    let mut out = String::new();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.extend(rest.next()),
            // Encoded words have no business here, and a quote in them even less; some writers put both.
            '=' => {
                let length = encoded_word(rest.as_str()).unwrap_or(0);
                out.extend(std::iter::once(c).chain(rest.by_ref().take(length)));
            }
            c if c == end => break,
            c => out.push(c),
        }
    }
    out
}

/// Up to the parenthesis that ends it; those inside it are kept.
fn comment(rest: &mut std::str::Chars<'_>) -> String {
    let mut out = String::new();
    let mut depth = 1usize;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                out.extend(rest.next());
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

/// The address up to `>`, without blanks, comments and the route in front.
fn bracketed(rest: &mut std::str::Chars<'_>) -> String {
    let mut out = String::new();
    while let Some(c) = rest.next() {
        match c {
            '>' => break,
            '"' => out.push_str(&requoted(&quoted(rest, '"'))),
            '(' => drop(comment(rest)),
            c if c.is_whitespace() || c.is_control() => {}
            c => out.push(c),
        }
    }
    match out.split_once(':') {
        Some((route, address)) if route.starts_with('@') => address.to_owned(),
        _ => out,
    }
}

/// A local part between quotes, as it must stand in an address.
fn requoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // By RFC 5322 A.1 and A.5, RFC 2047 8, and Python's `email.headerregistry`.
    #[test]
    fn lists() {
        let table: [(&str, &[(&str, &str)]); 29] = [
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
            ("a@x; b@x", &[("", "a@x"), ("", "b@x")]),
            ("A <a@x> B <b@x>", &[("A", "a@x"), ("B", "b@x")]),
            ("nobody", &[("nobody", "")]),
            ("<j@x", &[("", "j@x")]),
            ("\"open <j@x>", &[("open <j@x>", "")]),
            ("=?not? <j@x>", &[("=?not?", "j@x")]),
            (",, ,", &[]),
        ];
        for (value, expected) in table {
            let found = mailboxes(value);
            let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn groups_without_mailboxes() {
        let found = mailboxes_and_groups("Undisclosed recipients:;, Team: a@x;, Last:");
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
        assert_eq!(found, [("Undisclosed recipients", ""), ("", "a@x"), ("Last", "")]);
    }

    proptest! {
        #[test]
        fn names_between_quotes_come_back(name in "[ -~\u{e4}\u{4e2d}]{1,30}", address in "[a-z]{1,9}@[a-z]{1,9}") {
            prop_assume!(!name.contains("=?") && name.trim() == name);
            let value = format!("x@y, \"{}\" <{address}>, z@y", name.replace('\\', "\\\\").replace('"', "\\\""));
            let found = mailboxes(&value);
            prop_assert_eq!(found.len(), 3);
            prop_assert_eq!(&found[1], &Mailbox { name, address });
        }

        #[test]
        fn anything_ends(value in "[a@<>:;,\"()\\\\ =?.]{0,60}") {
            let _ = mailboxes(&value);
        }
    }
}
