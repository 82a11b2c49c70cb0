//! HTML and plain text out of the RTF they were encapsulated in: [MS-OXRTFEX] 2.1.3.
//!
//! ```text
//! {\rtf1\ansi\ansicpg1252\fromhtml1 ...
//! {\*\htmltag84 <b>}                    the original HTML, in the document's code page
//! \htmlrtf {\b \htmlrtf0                only for readers of RTF: dropped, but fonts are tracked
//! world                                 text of both worlds, in the font's code page
//! \htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}
//! {\*\mhtmltag84 <...>}                 a rewritten link: dropped
//! ```
//!
//! The result is Unicode. Where [MS-OXRTFEX] has a control word stand for an entity (`\lquote` for `&lsquo;`), the character
//! itself comes out; it means the same wherever markup is read, and is right where markup is not (styles, comments). The
//! `charset` that a `<meta>` of the HTML names is that of the original message, and is left as it is.
//!
//! Tolerated: `\rtf`, `\rtf0`; `\fromhtml1` behind the tenth token, as long as only groups and control words precede it and no
//! font table; `\line` inside `\*\htmltag`; text behind the last group; `}` too many,
//! groups that are not closed, and text before the first group.

use super::output::Output;
use super::state::{Destination, Event, Purpose, Reader};
use super::text;
use super::token::{TokenKind, Tokens};
use crate::base::context::{Ctx, reported};
use crate::base::{ReadOptions, Report, Result};

/// Content that RTF carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encapsulation {
    /// HTML (`\fromhtml1`).
    Html,
    /// Plain text (`\fromtext`).
    Text,
    /// Nothing: it was written as RTF.
    None,
}

/// Content that was taken out of RTF.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deencapsulated {
    /// Kind of text that the RTF carries.
    pub kind: Encapsulation,
    /// The HTML or the plain text. Of RTF that carries neither, its text as [`text::to_text`] gives it. Lines end with CR LF
    /// where the RTF ends them.
    pub text: String,
    /// Places of attachments, marked by `\objattph`: bytes of `text` that precede it. The n-th place belongs to the n-th
    /// visible attachment in the order of PidTagRenderingPosition ([MS-OXCMSG] 2.2.2.16).
    pub attachment_places: Vec<usize>,
    /// Defects that were found in the RTF.
    pub report: Report,
}

/// How many tokens [MS-OXRTFEX] 2.1.3.1 lets precede `\fromhtml1` or `\fromtext`, itself included.
const TOKENS: usize = 10;
/// How many we look at. Control words alone, so that ordinary RTF ends the search long before.
const TOLERATED_TOKENS: usize = 100;

/// Returns what `rtf` carries, by its first ten tokens ([MS-OXRTFEX] 2.1.3.1).
///
/// Tolerated: the mark may come later, as long as nothing but `{` and control words precede it, and no font table.
///
/// ```
/// use winmail::rtf::{Encapsulation, encapsulation};
/// assert_eq!(encapsulation(br"{\rtf1\ansi\fromhtml1 \deff0"), Encapsulation::Html);
/// assert_eq!(encapsulation(br"{\rtf1\ansi\fromtext \deff0"), Encapsulation::Text);
/// assert_eq!(encapsulation(br"{\rtf1\ansi\deff0{\fonttbl"), Encapsulation::None);
/// ```
#[must_use]
pub fn encapsulation(rtf: &[u8]) -> Encapsulation {
    let tokens = Tokens::behind_mark(rtf).filter(|token| token.kind != TokenKind::LineEnd);
    for token in tokens.take(TOLERATED_TOKENS.max(TOKENS)) {
        match token.kind {
            TokenKind::GroupStart => {}
            TokenKind::Word { name: "fromhtml", parameter: Some(1) } => return Encapsulation::Html,
            TokenKind::Word { name: "fromtext", .. } => return Encapsulation::Text,
            TokenKind::Word { name: "fonttbl", .. } => break,
            TokenKind::Word { .. } => {}
            _ => break,
        }
    }
    Encapsulation::None
}

/// Takes the HTML or the plain text out of `rtf`, which is not compressed.
///
/// # Errors
///
/// In strict mode, what breaks the format such that text may be lost, and reaching a limit. In lenient mode none.
///
/// ```
/// use winmail::rtf::{Encapsulation, deencapsulate};
/// use winmail::ReadOptions;
/// let rtf = br"{\rtf1\ansi\fromhtml1{\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 caf\'e9\htmlrtf }\htmlrtf0{\*\htmltag92 </b>}}";
/// let found = deencapsulate(rtf, &ReadOptions::lenient())?;
/// assert_eq!(found.kind, Encapsulation::Html);
/// assert_eq!(found.text, "<b>café</b>");
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn deencapsulate(rtf: &[u8], options: &ReadOptions) -> Result<Deencapsulated> {
    let (found, report) = reported(options, |ctx| deencapsulate_in(rtf, ctx))?;
    Ok(Deencapsulated { report, ..found })
}

/// [`deencapsulate`], sharing the budget and the report of the message that the RTF stands in.
pub(crate) fn deencapsulate_in(rtf: &[u8], ctx: &mut Ctx<'_>) -> Result<Deencapsulated> {
    let kind = encapsulation(rtf);
    let purpose = match kind {
        Encapsulation::Html => Purpose::Html,
        Encapsulation::Text => Purpose::Text,
        Encapsulation::None => {
            let text::PlainText { text, attachment_places, report } = text::to_text_in(rtf, ctx)?;
            return Ok(Deencapsulated { kind, text, attachment_places, report });
        }
    };
    let mut reader = Reader::new(rtf, purpose, ctx)?;
    let mut output = Output::default();
    let mut attachment_places = Vec::new();
    while let Some(event) = reader.next(ctx)? {
        let offset = reader.offset();
        let wanted = matches!(reader.group().destination, Destination::Body | Destination::HtmlTag | Destination::ListText);
        // Markup stands in \htmltag; a bracket outside was typed.
        let is_typed = kind == Encapsulation::Html && reader.group().destination != Destination::HtmlTag;
        match event {
            Event::Attachment => attachment_places.push(output.text.len()),
            Event::Text(text) if wanted && is_typed && text.contains(['<', '>']) => {
                output.push(&text.replace('<', "&lt;").replace('>', "&gt;"), offset, ctx)?;
            }
            Event::Text(text) if wanted => output.push(&text, offset, ctx)?,
            Event::Char(c) if wanted => output.push(c.encode_utf8(&mut [0; 4]), offset, ctx)?,
            Event::Word("par" | "line", _) if wanted => output.push("\r\n", offset, ctx)?,
            Event::Word("tab", _) if wanted => output.push("\t", offset, ctx)?,
            _ => {}
        }
        if output.is_full() {
            break;
        }
    }
    Ok(Deencapsulated { kind, text: output.finish(ctx), attachment_places, report: Report::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Code;

    fn read(rtf: &str) -> Deencapsulated {
        deencapsulate(rtf.as_bytes(), &ReadOptions::strict()).unwrap()
    }

    #[test]
    fn the_mark_is_looked_for_in_control_words_only() {
        for (rtf, kind) in [
            (r"{\rtf1\ansi\fromhtml1", Encapsulation::Html),
            (r"{\rtf\ansi\fromhtml1", Encapsulation::Html),
            ("\u{feff}{\\rtf1\\fromhtml1", Encapsulation::Html),
            ("{\\rtf1\r\n\\ansi\r\n\\fromtext", Encapsulation::Text),
            // The parameter must be 1.
            (r"{\rtf1\ansi\fromhtml", Encapsulation::None),
            (r"{\rtf1\ansi\fromhtml0", Encapsulation::None),
            // The tenth token by [MS-OXRTFEX], and the eleventh.
            (r"{\rtf1\a\b\c\d\e\f\g\fromhtml1", Encapsulation::Html),
            (r"{\rtf1\a\b\c\d\e\f\g\h\fromhtml1", Encapsulation::Html),
            (r"{\rtf1\ansi{\fonttbl}\fromhtml1", Encapsulation::None),
            (r"{\rtf1\ansi text\fromhtml1", Encapsulation::None),
            (r"{\rtf1\ansi\'41\fromhtml1", Encapsulation::None),
            (r"{\rtf1\ansi{\*\x\fromhtml1", Encapsulation::None),
        ] {
            assert_eq!(encapsulation(rtf.as_bytes()), kind, "{rtf}");
        }
    }

    #[test]
    fn html_by_the_tables_of_ms_oxrtfex() {
        for (body, html) in [
            // The example of a toggle's scope.
            (r"\htmlrtf a{b\htmlrtf0 c}d\htmlrtf0 e", "ce"),
            // Inside \*\htmltag.
            (r"{\*\htmltag84 <a title='\{\}\\'>}", r"<a title='{}\'>"),
            (r"{\*\htmltag 1}{\*\htmltag64}{\*\htmltag0 \par }", "1\r\n"),
            (r"{\*\htmltag241 a\par b\line c\tab d}", "a\r\nb\r\nc\td"),
            (r"{\*\htmltag84 \lquote\rquote\ldblquote\rdblquote\bullet\endash\emdash\~\_}", "‘’“”•–—\u{A0}\u{AD}"),
            ("{\\*\\htmltag84 a\r\nb\\b c}", "abc"),
            (r"{\*\htmltag84 \uc2\u8364 ??x}", "€x"),
            // Outside of it, where brackets are text.
            (r"From: Anna <anna@example.com>", "From: Anna &lt;anna@example.com&gt;"),
            (r"a\par b\line c\tab d\{\}\\<&>", "a\r\nb\r\nc\td{}\\&lt;&&gt;"),
            (r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}}{\info{\author A}}{\*\x y}{\pict 00ff}z", "z"),
            (r"{\*\mhtmltag84 <img src=x>}{\*\htmltag84 <img src=y>}", "<img src=y>"),
            (r"\b bold\b0  plain", "bold plain"),
            // An unknown destination without a star is no destination.
            (r"{\unknown text}", "text"),
            (r"\u8364 ?\u-10179 ?\u-8704 ?\u55357 ?\u56832 ?", "€😀😀"),
            (r"{\listtext 1.\tab}{\pntext\'b7\tab}x", "x"),
            (r"{\upr{ansi}{\*\ud u\u8364 ?}}", "u€"),
            // The fonts' code pages; a trail byte that is an escaped backslash.
            (r"{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset128 B;}{\f2\fcharset0\cpg1253 C;}}\f0 \'e0\f1 \'83\\\f2 \'e0", "аソΰ"),
            // Fonts are tracked where text is not.
            (r"{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\htmlrtf\f1\htmlrtf0 \'e0{\f0 \'e0}\plain \'e0", "аàà"),
            // Inside \*\htmltag the document's code page counts, not the font's.
            (r"{\fonttbl{\f1\fcharset204 B;}}\f1{\*\htmltag84 \'e0}", "à"),
        ] {
            let rtf = format!(r"{{\rtf1\ansi\ansicpg1252\fromhtml1 {body}}}");
            assert_eq!(read(&rtf).text, html, "{rtf}");
        }
    }

    #[test]
    fn character_set_words_name_the_code_page() {
        for (words, text) in
            [(r"\ansi", "é"), (r"\mac", "È"), (r"\pc", "Θ"), (r"\pca", "Ú"), (r"\pc\ansicpg1251", "й"), (r"\ansicpg1251\pc", "й")]
        {
            assert_eq!(read(&format!(r"{{\rtf1{words}\fromtext \'e9}}")).text, text, "{words}");
        }
    }

    #[test]
    fn attachments_are_placed_by_bytes_of_text() {
        let found = read(r"{\rtf1\ansi\fromtext \'e9{\*\objattph  }b\objattph\'20c\par}");
        assert_eq!(found.text, "éb c\r\n");
        assert_eq!(found.attachment_places, [2, 3]);
    }

    #[test]
    fn ordinary_rtf_gives_its_text() {
        let found = read(r"{\rtf1\ansi\deff0{\fonttbl{\f0 A;}}a\par b}");
        assert_eq!((found.kind, found.text.as_str()), (Encapsulation::None, "a\r\nb"));
    }

    #[test]
    fn a_brace_too_many_where_nothing_is_shown_is_no_end() {
        let found = read(r"{\rtf1\ansi\fromhtml1 a\htmlrtf }}}b\htmlrtf0 c}");
        assert_eq!(found.text, "ac");
        let rtf = br"{\rtf1\ansi\fromhtml1 a}b";
        let found = deencapsulate(rtf, &ReadOptions::lenient()).unwrap();
        assert_eq!(found.text, "a");
        assert!(found.report.contains(Code::RtfTrailingText));
    }

    #[test]
    fn half_a_pair_is_a_replacement_character_where_it_stands() {
        for (body, text) in [
            (r"\u-10179 ?x", "\u{FFFD}x"),
            (r"\u-10179 ?\u233 ?", "\u{FFFD}é"),
            (r"\u-8704 ?x", "\u{FFFD}x"),
            (r"\u-10179 ?", "\u{FFFD}"),
            (r"\u-10179 ?more than is held back\u-8704 ?", "\u{FFFD}more than is held back\u{FFFD}"),
            // More fallback characters than \uc announces.
            (r"\u-10179 ??\u-8704 ??", "😀??"),
            (r"\u-10179 ?x\par y", "\u{FFFD}x\r\ny"),
        ] {
            assert_eq!(read(&format!(r"{{\rtf1\ansi\fromtext {body}}}")).text, text, "{body}");
        }
    }
}
