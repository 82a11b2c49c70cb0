//! What a stranger wrote, handed out as it is: to a pipe byte for byte, to a terminal so that it cannot play tricks.

use std::io;

use winmail::base::Escaped;

use super::Streams;

/// Writes bytes of a message to standard output. On a terminal they are text: control characters other than line ends and tabs,
/// and those that turn the writing direction, are escapes there, and what is no UTF-8 is a replacement character.
///
/// # Errors
/// Those of the writer.
pub fn write(streams: &mut Streams<'_>, bytes: &[u8]) -> io::Result<()> {
    if !streams.out_is_terminal {
        return streams.out.write_all(bytes);
    }
    streams.out.write_all(harmless(&String::from_utf8_lossy(bytes)).as_bytes())
}

/// As [`write`], a text that ends in a line end.
///
/// # Errors
/// Those of the writer.
pub fn write_text(streams: &mut Streams<'_>, text: &str) -> io::Result<()> {
    write(streams, text.as_bytes())?;
    if text.ends_with('\n') { Ok(()) } else { writeln!(streams.out) }
}

/// Text of several lines without what a terminal would obey.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            // A mark at the start is nothing to see.
            '\u{FEFF}' if shown.is_empty() => {}
            c if Escaped::is_needed(c) => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(terminal: bool, bytes: &[u8]) -> Vec<u8> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdin: &mut io::empty(), out: &mut out, err: &mut err, out_is_terminal: terminal };
        write(&mut streams, bytes).unwrap();
        out
    }

    #[test]
    fn a_terminal_gets_no_character_that_it_obeys() {
        let every: String = ('\0'..='\u{2FFF}').chain(['\u{FEFF}']).collect();
        let shown = String::from_utf8(written(true, every.as_bytes())).unwrap();
        let raw = shown.chars().find(|&c| Escaped::is_needed(c) && !matches!(c, '\n' | '\t'));
        assert_eq!(raw, None, "{raw:?} is raw");
        let shown = written(true, b"\xEF\xBB\xBFa\x1b[2Jb\r\nc\td\re\xFF\xC2\x9B");
        assert_eq!(String::from_utf8(shown).unwrap(), "a\\u{1b}[2Jb\nc\td\\re\u{FFFD}\\u{9b}");
    }

    #[test]
    fn a_pipe_gets_every_byte() {
        let every: Vec<u8> = (0..=255).collect();
        assert_eq!(written(false, &every), every);
    }
}
