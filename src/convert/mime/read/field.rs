//! Header fields of mail (RFC 5322 2.2) and what their values say.
//!
//! Tolerated: a field without a space behind the colon or with one before it, 8-bit text ([`Undeclared`]), a last line without
//! its end. The value of a field keeps its bytes and folding.

use crate::base::{Code, FileTime};
use crate::convert::mime::date::ZonedDate;
use crate::convert::mime::mailbox::{self, Mailbox};
use crate::convert::mime::parameter::MediaType;
use crate::convert::mime::undeclared::Undeclared;
use crate::convert::mime::{token, words};

/// A header field as it stands in the mail.
#[derive(Debug, Clone, Copy)]
pub(in crate::convert::mime) struct Field<'m> {
    /// The name, in the case in which it stands.
    pub(in crate::convert::mime) name: &'m str,
    /// The value with its folding, without the line end behind it.
    raw: &'m [u8],
    /// Where the field starts.
    pub(in crate::convert::mime) offset: u64,
    /// What its text outside ASCII is in.
    pages: Undeclared,
}

impl<'m> Field<'m> {
    /// Reads a line and its continuations as a field; `None` if they are something else.
    pub(in crate::convert::mime) fn parse(lines: &'m [u8], offset: u64, pages: Undeclared) -> Option<Field<'m>> {
        let colon = lines.iter().position(|byte| *byte == b':')?;
        let (name, rest) = lines.split_at_checked(colon)?;
        let name = name.trim_ascii_end();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let raw = rest.strip_prefix(b":")?;
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        Some(Field { name: std::str::from_utf8(name).ok()?, raw, offset, pages })
    }

    /// Whether the field has this name, whatever the case.
    pub(in crate::convert::mime) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value on one line, not decoded any further.
    pub(in crate::convert::mime) fn unfolded(&self) -> String {
        let text = self.pages.text(self.raw);
        let mut out = String::with_capacity(text.len());
        text.split(['\r', '\n', '\0']).for_each(|part| out.push_str(part));
        out.trim().to_owned()
    }

    /// The value as text, encoded words decoded.
    pub(in crate::convert::mime) fn text(&self) -> String {
        let text = words::decode(&self.unfolded(), self.pages).into_owned();
        if text.contains('\0') { text.replace('\0', "") } else { text }
    }

    /// What is wrong with the encoded words of the value.
    pub(in crate::convert::mime) fn defect(&self) -> Option<Code> {
        memchr::memmem::find(self.raw, b"=?").and_then(|_| words::defect(&self.unfolded(), self.pages))
    }

    /// The addresses, those of groups included.
    pub(in crate::convert::mime) fn mailboxes(&self) -> Vec<Mailbox> {
        mailbox::mailboxes(&self.unfolded(), self.pages)
    }

    /// The phrases of a list, encoded words decoded.
    pub(in crate::convert::mime) fn phrases(&self) -> Vec<String> {
        token::phrases(&self.unfolded(), self.pages)
    }

    /// The date in UTC; `None` where it is missing or no day of the calendar.
    pub(in crate::convert::mime) fn date(&self) -> Option<FileTime> {
        ZonedDate::parse(&self.pages.text(self.raw))?.utc()
    }

    /// The type or disposition with its parameters.
    pub(in crate::convert::mime) fn media_type(&self) -> MediaType {
        MediaType::parse(&self.pages.text(self.raw), self.pages)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(text: &str) -> Field<'_> {
        Field::parse(text.as_bytes(), 0, Undeclared::default()).unwrap()
    }

    #[test]
    fn a_field_is_a_name_and_a_value() {
        let found = field("SUBJECT : a\r\n b\r\n");
        assert_eq!((found.name, found.unfolded().as_str()), ("SUBJECT", "a b"));
        assert_eq!(field("a:").unfolded(), "");
        for text in ["no field", ": x", "a b: c", "\u{e9}: c"] {
            assert!(Field::parse(text.as_bytes(), 0, Undeclared::default()).is_none(), "{text}");
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
            assert_eq!(field(&format!("Subject: {value}\r\n")).text(), expected, "{value}");
        }
        assert_eq!(Field::parse(b"Subject: caf\xE9\r\n", 0, Undeclared::default()).unwrap().text(), "caf\u{e9}");
    }

    #[test]
    fn types_and_their_parameters() {
        let name = |text: &str| {
            let found = field(&format!("Content-Type: {text}")).media_type();
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
                let field = Field::parse(&lines, 0, Undeclared::default()).unwrap();
                let _ = (field.text(), field.mailboxes(), field.date(), field.media_type());
            }
        }
    }
}
