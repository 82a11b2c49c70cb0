//! Text and bytes on one line for people: cut where they are long, and foreign characters escaped.

use std::fmt;

use super::escape::Escaped;
use super::hex;

/// Characters of a text, or of a list of values, that a line shows.
pub const TEXT_MAX: usize = 56;
/// Bytes that a line shows.
pub const BYTES_MAX: usize = 16;

/// Text in quotes. Of a long one the start is shown, and how many bytes it takes where it was found.
///
/// ```
/// use winmail::base::BriefText;
///
/// assert_eq!(BriefText { text: "a\nb", size: 8, whole: false }.to_string(), r#""a\nb""#);
/// let long = "x".repeat(60);
/// assert!(BriefText { text: &long, size: 122, whole: false }.to_string().ends_with("xx\"\u{2026} 122 bytes"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct BriefText<'a> {
    /// The text.
    pub text: &'a str,
    /// Its bytes where it was found.
    pub size: usize,
    /// True if nothing is cut.
    pub whole: bool,
}

impl fmt::Display for BriefText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = self.text.char_indices().nth(TEXT_MAX).filter(|_| !self.whole);
        match cut.and_then(|(cut, _)| self.text.get(..cut)) {
            Some(start) => write!(f, "\"{}\"\u{2026} {} bytes", Escaped(start), self.size),
            None => write!(f, "\"{}\"", Escaped(self.text)),
        }
    }
}

/// Length of some bytes, and the bytes; of many the first ones.
///
/// ```
/// use winmail::base::BriefBytes;
///
/// assert_eq!(BriefBytes { bytes: b"\x00\x1f", whole: false }.to_string(), "2 bytes 00 1f");
/// assert_eq!(BriefBytes { bytes: b"", whole: false }.to_string(), "empty");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct BriefBytes<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// True if nothing is cut.
    pub whole: bool,
}

impl fmt::Display for BriefBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let max = if self.whole { usize::MAX } else { BYTES_MAX };
        let pairs = HexPairs { bytes: self.bytes, max };
        match self.bytes.len() {
            0 => f.write_str("empty"),
            1 => write!(f, "1 byte {pairs}"),
            count => write!(f, "{count} bytes {pairs}"),
        }
    }
}

/// Bytes as hexadecimal pairs, `00 1f`: the first `max` of them, and an ellipsis for the rest.
#[derive(Debug, Clone, Copy)]
pub struct HexPairs<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Number of them that are shown.
    pub max: usize,
}

impl fmt::Display for HexPairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.bytes.get(..self.max).unwrap_or(self.bytes);
        for (index, some) in shown.chunks(BYTES_MAX).enumerate() {
            // Sixteen at once: with a write for each byte, a dump of many values would do little else.
            let mut pairs = [[b' '; 3]; BYTES_MAX];
            for (pair, byte) in pairs.iter_mut().zip(some) {
                *pair = [b' ', hex::digit(byte >> 4), hex::digit(byte & 0xF)];
            }
            let text = pairs.get(..some.len()).unwrap_or_default().as_flattened();
            let text = if index == 0 { text.get(1..).unwrap_or_default() } else { text };
            f.write_str(std::str::from_utf8(text).unwrap_or_default())?;
        }
        if self.bytes.len() > self.max { f.write_str(" \u{2026}") } else { Ok(()) }
    }
}
