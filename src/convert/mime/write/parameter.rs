//! Header fields with parameters: Content-Type and Content-Disposition (RFC 2045, 5.1; RFC 2183; RFC 2231).
//!
//! A parameter has a line of its own and is not folded, since some readers take the fold into the value. ASCII goes as a token
//! or a quoted string; the rest as `name*=utf-8''caf%C3%A9`, cut into `name*0*`, `name*1*` only where a line would become too
//! long, which fewer readers understand. The encoded words in quotes that older programs write are asked for by
//! [`MimeOptions::encoded_word_names`](super::MimeOptions): RFC 2047 forbids them.

use super::words::{self, Charset};

/// Longest value that stays in one piece.
const PIECE_MAX: usize = 900;

/// A field under construction.
#[derive(Debug, Clone)]
pub(super) struct Parameterized(String);

impl Parameterized {
    /// `Content-Type: text/plain`
    pub(super) fn new(name: &str, value: &str) -> Self {
        Parameterized(format!("{name}: {value}"))
    }

    /// Adds a parameter.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        let value = words::clean(value);
        if value.is_ascii() && value.len() <= PIECE_MAX && !value.contains("=?") {
            let is_token = !value.is_empty() && value.bytes().all(is_token);
            let value = if is_token { value } else { words::quoted(&value) };
            return self.push(&format!("{name}={value}"));
        }
        let encoded: Vec<String> = value.chars().map(percent).collect();
        let length: usize = encoded.iter().map(String::len).sum();
        if length <= PIECE_MAX {
            return self.push(&format!("{name}*=utf-8''{}", encoded.concat()));
        }
        let mut number = 0usize;
        let mut piece = String::from("utf-8''");
        for c in encoded {
            if piece.len().saturating_add(c.len()) > PIECE_MAX {
                self = self.push(&format!("{name}*{number}*={piece}"));
                number = number.saturating_add(1);
                piece.clear();
            }
            piece.push_str(&c);
        }
        self.push(&format!("{name}*{number}*={piece}"))
    }

    /// Adds a parameter whose text outside ASCII stands as encoded words in quotes.
    pub(super) fn with_encoded_words(self, name: &str, value: &str) -> Self {
        let value = words::clean(value);
        if value.is_ascii() && !value.contains("=?") {
            return self.with(name, &value);
        }
        // A fold between the words is white space between encoded words, which is none.
        let words = words::encoded_words(&value, Charset::UTF_8).replace(' ', "\r\n ");
        self.push(&format!("{name}=\"{words}\""))
    }

    fn push(mut self, parameter: &str) -> Self {
        let line = self.0.rsplit("\r\n").next().map_or(0, str::len);
        self.0.push_str(if line.saturating_add(parameter.len()) > 74 { ";\r\n " } else { "; " });
        self.0.push_str(parameter);
        self
    }

    /// Appends the field with its line end.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

/// `token` of RFC 2045, 5.1.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}

/// A character as RFC 2231's `attribute-char` or escaped.
fn percent(c: char) -> String {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '!' | '#' | '$' | '&' | '+' | '^' | '`' | '{' | '|' | '}')
    {
        return c.to_string();
    }
    let mut buffer = [0; 4];
    c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    fn written(parameter: &Parameterized) -> String {
        let mut out = Vec::new();
        parameter.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tokens_quoted_strings_and_extended_values() {
        for (value, expected) in [
            ("a.txt", "x/y; n=a.txt\r\n"),
            ("", "x/y; n=\"\"\r\n"),
            ("a b\"c\\d.txt", "x/y; n=\"a b\\\"c\\\\d.txt\"\r\n"),
            ("caf\u{e9} 100%.txt", "x/y; n*=utf-8''caf%C3%A9%20100%25.txt\r\n"),
            ("a\r\nX: y", "x/y; n=\"a X: y\"\r\n"),
            ("=?utf-8?Q?x?=", "x/y; n*=utf-8''%3D%3Futf-8%3FQ%3Fx%3F%3D\r\n"),
        ] {
            assert_eq!(written(&Parameterized::new("T", "x/y").with("n", value)), format!("T: {expected}"));
        }
        let both = Parameterized::new("T", "x/y").with_encoded_words("n", "J\u{f6}rg.txt");
        assert_eq!(written(&both), "T: x/y; n=\"=?utf-8?Q?J=C3=B6rg=2Etxt?=\"\r\n");
    }

    #[test]
    fn what_is_too_long_for_a_line_is_cut_between_characters() {
        let name = "\u{65e5}".repeat(300);
        let field = written(&Parameterized::new("Content-Disposition", "attachment").with("filename", &name));
        assert!(field.contains("filename*0*=utf-8''%E6") && field.contains("filename*2*=%E6"), "{field}");
        assert!(field.lines().all(|line| line.len() <= 998));
        let read = MessageStream::new(field.strip_prefix("Content-Disposition:").unwrap().as_bytes()).parse_content_type();
        assert_eq!(read.as_content_type().unwrap().attribute("filename"), Some(name.as_str()));
    }

    proptest! {
        #[test]
        fn other_programs_read_what_was_written(name in "\\PC{1,40}") {
            let cleaned = words::clean(&name);
            prop_assume!(!cleaned.is_empty());
            let field = written(&Parameterized::new("T", "attachment").with("filename", &name));
            prop_assert!(field.is_ascii());
            let read = MessageStream::new(field.strip_prefix("T:").unwrap().as_bytes()).parse_content_type();
            prop_assert_eq!(read.as_content_type().unwrap().attribute("filename"), Some(cleaned.as_str()));
        }
    }
}
