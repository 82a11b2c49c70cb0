//! Header fields of mail (RFC 5322 2.2, RFC 2045 5, RFC 2047, RFC 2231) and what their values say.
//!
//! Where a field starts and ends is found here; what stands in it is `mail-parser`'s work. Tolerated: a field without a space
//! behind the colon or with one before it, 8-bit text without encoding (UTF-8, else the code page for undeclared text), a last
//! line without its end. The value of a field keeps its bytes and folding.

use std::borrow::Cow;

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use crate::base::{CodePage, DateTime, FileTime};

/// A header field as it stands in the mail.
#[derive(Debug, Clone, Copy)]
pub(in crate::convert::mime) struct Field<'m> {
    /// The name, in the case in which it stands.
    pub(in crate::convert::mime) name: &'m str,
    /// The value with its folding, without the line end behind it.
    raw: &'m [u8],
    /// Where the field starts.
    pub(in crate::convert::mime) offset: u64,
}

/// A name and an address, one of which may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::convert::mime) struct Mailbox {
    pub(in crate::convert::mime) name: String,
    pub(in crate::convert::mime) address: String,
}

/// A Content-Type or Content-Disposition: a value and parameters. All but the values of parameters is in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::convert::mime) struct MediaType {
    /// `text`; of a disposition, all of it.
    pub(in crate::convert::mime) main: String,
    /// `plain`.
    pub(in crate::convert::mime) sub: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// A type without parameters.
    pub(in crate::convert::mime) fn new(main: &str, sub: &str) -> Self {
        MediaType { main: main.to_owned(), sub: sub.to_owned(), parameters: Vec::new() }
    }

    /// Whether this is the type, both halves in lower case.
    pub(in crate::convert::mime) fn is(&self, main: &str, sub: &str) -> bool {
        self.main == main && self.sub == sub
    }

    /// The value of a parameter, whose name is in lower case; an empty one does not count.
    pub(in crate::convert::mime) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// `text/plain`.
    pub(in crate::convert::mime) fn essence(&self) -> String {
        if self.sub.is_empty() { self.main.clone() } else { format!("{}/{}", self.main, self.sub) }
    }
}

impl<'m> Field<'m> {
    /// The field that a line and its continuations are; `None` if they are none.
    pub(in crate::convert::mime) fn parse(lines: &'m [u8], offset: u64) -> Option<Field<'m>> {
        let colon = lines.iter().position(|byte| *byte == b':')?;
        let (name, rest) = lines.split_at_checked(colon)?;
        let name = name.trim_ascii_end();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let raw = rest.strip_prefix(b":")?;
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        Some(Field { name: std::str::from_utf8(name).ok()?, raw, offset })
    }

    /// Whether the field has this name, whatever the case.
    pub(in crate::convert::mime) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value as `mail-parser` takes it: UTF-8, with a line end. Unfolded, as it drops the blank at a fold between quotes.
    fn line(&self, page: CodePage) -> Vec<u8> {
        let text = decoded(self.raw, page);
        text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).chain(*b"\r\n").collect()
    }

    /// The value on one line, not decoded any further.
    pub(in crate::convert::mime) fn unfolded(&self, page: CodePage) -> String {
        let text = decoded(self.raw, page);
        let mut out = String::with_capacity(text.len());
        text.split(['\r', '\n', '\0']).for_each(|part| out.push_str(part));
        out.trim().to_owned()
    }

    /// The value as text, encoded words decoded.
    pub(in crate::convert::mime) fn text(&self, page: CodePage) -> String {
        let line = self.line(page);
        match MessageStream::new(&line).parse_unstructured() {
            HeaderValue::Text(text) => text.chars().filter(|c| *c != '\0').collect(),
            _ => String::new(),
        }
    }

    /// The addresses, those of groups included.
    pub(in crate::convert::mime) fn mailboxes(&self, page: CodePage) -> Vec<Mailbox> {
        super::mailbox::mailboxes(&self.unfolded(page))
    }

    /// The date in UTC; `None` where there is none that a calendar has.
    pub(in crate::convert::mime) fn date(&self, page: CodePage) -> Option<FileTime> {
        date(&decoded(self.raw, page))
    }

    /// The type or disposition with its parameters; `None` if it is too long to be one.
    pub(in crate::convert::mime) fn media_type(&self, page: CodePage) -> Option<MediaType> {
        /// Joining the pieces of a parameter takes quadratic time.
        const LONGEST: usize = 16 * 1024;
        if self.raw.len() > LONGEST {
            return None;
        }
        let line = self.line(page);
        let HeaderValue::ContentType(found) = MessageStream::new(&line).parse_content_type() else { return None };
        let parameters = found.attributes.unwrap_or_default();
        let parameters = parameters.into_iter().map(|parameter| {
            let value = parameter.value.chars().filter(|c| *c != '\0').collect();
            (parameter.name.to_ascii_lowercase(), value)
        });
        Some(MediaType {
            main: found.c_type.trim().to_ascii_lowercase(),
            sub: found.c_subtype.unwrap_or_default().trim().to_ascii_lowercase(),
            parameters: parameters.collect(),
        })
    }
}

/// A date of RFC 5322 3.3 in UTC.
pub(in crate::convert::mime) fn date(text: &str) -> Option<FileTime> {
    let line = format!("{}\r\n", text.trim());
    let HeaderValue::DateTime(found) = MessageStream::new(line.as_bytes()).parse_date() else { return None };
    // A leap second is the one before it.
    let second = found.second.min(59);
    let fields = [found.month, found.day, found.hour, found.minute, second].map(u16::from);
    let [month, day, hour, minute, second] = fields;
    let local = FileTime::from_date_time(DateTime::new(found.year, month, day, hour, minute, second)?)?;
    let minutes = i64::from(found.tz_hour).checked_mul(60)?.checked_add(i64::from(found.tz_minute))?;
    let seconds = minutes.checked_mul(60)?;
    let utc = local.unix_seconds();
    let utc = if found.tz_before_gmt { utc.checked_add(seconds)? } else { utc.checked_sub(seconds)? };
    FileTime::from_unix(utc, 0).filter(|time| time.is_date())
}

/// Bytes of a header: UTF-8 if they are that, else in `page`.
pub(in crate::convert::mime) fn decoded(bytes: &[u8], page: CodePage) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => page.decode_or_latin1(bytes).text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: CodePage = CodePage::WINDOWS_1252;

    fn field(text: &str) -> Field<'_> {
        Field::parse(text.as_bytes(), 0).unwrap()
    }

    #[test]
    fn a_field_is_a_name_and_a_value() {
        let found = field("SUBJECT : a\r\n b\r\n");
        assert_eq!((found.name, found.unfolded(PAGE).as_str()), ("SUBJECT", "a b"));
        assert_eq!(field("a:").unfolded(PAGE), "");
        for text in ["no field", ": x", "a b: c", "\u{e9}: c"] {
            assert!(Field::parse(text.as_bytes(), 0).is_none(), "{text}");
        }
    }

    // Values by RFC 2047 8, RFC 2231 3 and 4, RFC 5322 A, and by Python's `email`.
    #[test]
    fn text() {
        let table = [
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?UTF-8?B?w6TDtsO8?= x", "\u{e4}\u{f6}\u{fc} x"),
            ("plain\r\n folded", "plain folded"),
            ("=?koi8-r?B?8NLJ18XU?=", "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}"),
            ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\u{65e5}\u{672c}"),
        ];
        for (value, expected) in table {
            assert_eq!(field(&format!("Subject: {value}\r\n")).text(PAGE), expected, "{value}");
        }
        assert_eq!(Field::parse(b"Subject: caf\xE9\r\n", 0).unwrap().text(PAGE), "caf\u{e9}");
    }

    #[test]
    fn dates() {
        let table = [
            ("Fri, 21 Nov 1997 09:55:06 -0600", Some("1997-11-21T15:55:06Z")),
            ("21 Nov 97 09:55:06 GMT", Some("1997-11-21T09:55:06Z")),
            ("Tue, 1 Jul 2003 10:52:37 +0530 (IST)", Some("2003-07-01T05:22:37Z")),
            ("Sat, 31 Dec 2016 23:59:60 +0000", Some("2016-12-31T23:59:59Z")),
            ("Thu, 30 Feb 2023 00:00:00 +0000", None),
            ("yesterday", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(date(value).map(|time| time.to_string()).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn types_and_their_parameters() {
        let name = |text: &str| {
            let found = field(&format!("Content-Type: {text}")).media_type(PAGE).unwrap();
            (found.essence(), found.parameter("name").unwrap_or_default().to_owned())
        };
        let table = [
            ("Text/Plain; charset=utf-8", "text/plain", ""),
            ("application/x; NAME=\"a b.txt\"", "application/x", "a b.txt"),
            ("application/x; name*0=\"a\";\r\n name*1=\"b\"", "application/x", "ab"),
            ("application/x; name*=UTF-8''%e2%82%ac%20rates", "application/x", "\u{20ac} rates"),
            ("application/x; name*0*=us-ascii'en'This%20is; name*1=\" it\"", "application/x", "This is it"),
            ("application/x; name=\"=?UTF-8?B?w6QudHh0?=\"", "application/x", "\u{e4}.txt"),
        ];
        for (text, essence, expected) in table {
            assert_eq!(name(text), (essence.to_owned(), expected.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read(value in proptest::collection::vec(any::<u8>(), 0..200), syntax in "[a=?*';:<>@,\"\\\\()% \r\n]{0,80}") {
            for value in [value, syntax.into_bytes()] {
                let lines = [b"X: ", &value[..]].concat();
                let field = Field::parse(&lines, 0).unwrap();
                let _ = (field.text(PAGE), field.mailboxes(PAGE), field.date(PAGE), field.media_type(PAGE));
            }
        }
    }
}
