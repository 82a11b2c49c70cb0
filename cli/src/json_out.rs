//! JSON on standard output. What a terminal would obey stands in it as an escape, which means the same to programs.

use std::io::{self, Write};

use serde::Serialize;
use winmail::base::Escaped;

/// Takes JSON and writes it with escapes for control characters and those that turn the writing direction. Outside of strings
/// JSON has nothing but ASCII, so what is beyond stands in a string.
pub struct JsonOut<'w>(pub &'w mut dyn Write);

impl Write for JsonOut<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.write_all(text).map(|()| text.len())
    }

    /// The serializer hands on whole characters.
    fn write_all(&mut self, text: &[u8]) -> io::Result<()> {
        let is_plain = |byte: &u8| !matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF);
        if text.iter().all(is_plain) {
            return self.0.write_all(text);
        }
        let Ok(text) = std::str::from_utf8(text) else { return self.0.write_all(text) };
        let mut escaped = String::with_capacity(text.len().saturating_add(16));
        for c in text.chars() {
            // Line ends are those between values: in strings they are escapes by now.
            if Escaped::is_needed(c) && !c.is_ascii_whitespace() {
                let mut units = [0; 2];
                escaped.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
            } else {
                escaped.push(c);
            }
        }
        self.0.write_all(escaped.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a value over several lines, and the end of the last one.
///
/// # Errors
/// Those of the writer.
pub fn pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(JsonOut(&mut *out), value)?;
    writeln!(out)
}

/// Writes a value over several lines, as deep as an element of an array stands.
fn element(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut out = Indented { out: JsonOut(out), is_start: true };
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)
}

/// Puts two blanks before each line. In JSON line ends stand between values alone.
struct Indented<'w> {
    out: JsonOut<'w>,
    is_start: bool,
}

impl Write for Indented<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.write_all(text).map(|()| text.len())
    }

    fn write_all(&mut self, text: &[u8]) -> io::Result<()> {
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if std::mem::replace(&mut self.is_start, line.ends_with(b"\n")) {
                self.out.write_all(b"  ")?;
            }
            self.out.write_all(line)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a value on one line.
///
/// # Errors
/// Those of the writer.
pub fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(JsonOut(&mut *out), value)?;
    writeln!(out)
}

/// Objects one after the other: a line each, or the elements of an array, written as they come so that they are not held.
pub struct Elements {
    is_lines: bool,
    is_first: bool,
}

impl Elements {
    /// Nothing is written before the first one.
    #[must_use]
    pub fn new(is_lines: bool) -> Self {
        Elements { is_lines, is_first: true }
    }

    /// Writes one.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn add(&mut self, out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
        if self.is_lines {
            return line(out, value);
        }
        write!(out, "{}", if std::mem::take(&mut self.is_first) { "[\n" } else { ",\n" })?;
        element(out, value)
    }

    /// Closes the array.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        match (self.is_lines, self.is_first) {
            (true, _) => Ok(()),
            (false, true) => writeln!(out, "[]"),
            (false, false) => writeln!(out, "\n]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_means_the_same() {
        let every: String = ('\0'..='\u{2FFF}').chain(['\u{FEFF}', '\u{1F600}', '\u{E0041}']).collect();
        let value = json!({ "k\u{202E}\u{9B}": every, "n": [1, 2.5, null], "plain": "d\u{F6}\u{4E2D}" });
        type Writes = fn(&mut dyn Write, &Value) -> io::Result<()>;
        for write in [pretty as Writes, line] {
            let mut out = Vec::new();
            write(&mut out, &value).unwrap();
            let text = String::from_utf8(out).unwrap();
            let raw = text.chars().find(|&c| Escaped::is_needed(c) && c != '\n');
            assert_eq!(raw, None, "{raw:?} is raw");
            assert!(text.contains("\\u202e\\u009b") && text.contains("d\u{F6}\u{4E2D}") && text.contains('\u{1F600}'));
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }
}
