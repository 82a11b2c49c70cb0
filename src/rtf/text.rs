//! Plain text of any RTF, as one reads it: what is hidden is left out, symbol fonts become Unicode, cells of a table are set
//! apart by tabs, a link is followed by its target. Rich Text Format Specification 1.9.1; [MS-OXRTFEX] leaves this open.

use super::field;
use super::list_table::{ListTable, Mark};
use super::numbering::Numbering;
use super::output::Output;
use super::state::{Destination, Event, Group, Purpose, Reader};
use crate::base::context::{Ctx, reported};
use crate::base::{ReadOptions, Report, Result};

/// Text of RTF.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlainText {
    /// The text; lines end with CR LF.
    pub text: String,
    /// Places of attachments, marked by `\objattph`: bytes of `text` that precede it.
    pub attachment_places: Vec<usize>,
    /// Defects that were found in the RTF.
    pub report: Report,
}

/// The text of `rtf`, which is not compressed and may carry HTML, text or neither. Of RTF that carries HTML it is the text
/// that readers of RTF show.
///
/// # Errors
///
/// In strict mode, what breaks the format such that text may be lost, and reaching a limit. In lenient mode none.
///
/// ```
/// use winmail::{ReadOptions, rtf};
/// let rtf = br"{\rtf1\ansi{\fonttbl{\f1\fcharset2 Wingdings;}}Done {\f1 \'fc}\par}";
/// let plain = rtf::to_text(rtf, &ReadOptions::lenient())?;
/// assert_eq!(plain.text, "Done ✔\r\n");
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn to_text(rtf: &[u8], options: &ReadOptions) -> Result<PlainText> {
    let (text, report) = reported(options, |ctx| to_text_in(rtf, ctx))?;
    Ok(PlainText { report, ..text })
}

/// A field that is open.
struct OpenField {
    depth: usize,
    /// Where its result begins in the output.
    start: usize,
    instruction: String,
}

/// [`to_text`], sharing the budget and the report of the message that the RTF stands in.
pub(crate) fn to_text_in(rtf: &[u8], ctx: &mut Ctx<'_>) -> Result<PlainText> {
    let mut reader = Reader::new(rtf, Purpose::ReadableText, ctx)?;
    let mut output = Output::default();
    let mut attachment_places = Vec::new();
    let mut fields: Vec<OpenField> = Vec::new();
    let mut lists = Lists::default();
    // Footnotes, which stand at the end.
    let mut notes: Vec<String> = Vec::new();
    while let Some(event) = reader.next(ctx)? {
        let offset = reader.offset();
        let group = reader.group();
        if let Some(field) = fields.last_mut() {
            field::append_event(&mut field.instruction, &event, group.destination);
        }
        if let Some(mark) = lists.before(&event, group, &reader) {
            output.push(&mark.text, offset, ctx)?;
            output.push(mark.follow, offset, ctx)?;
        }
        let wanted = matches!(group.destination, Destination::Body | Destination::ListText) && !group.hidden;
        match event {
            Event::Destination(Destination::Note) if !group.hidden => {
                notes.push(String::new());
                output.push(&format!("[{}]", notes.len()), offset, ctx)?;
            }
            Event::Text(text) if group.destination == Destination::Note => note(&mut notes, &text),
            Event::Char(c) if group.destination == Destination::Note => note(&mut notes, c.encode_utf8(&mut [0; 4])),
            Event::Word(name, _) if group.destination == Destination::Note => note(&mut notes, white_space(name)),
            Event::Attachment => attachment_places.push(output.text.len()),
            Event::Word("field", _) if wanted => {
                fields.push(OpenField { depth: reader.depth(), start: output.text.len(), instruction: String::new() });
            }
            Event::Close(_) => {
                while fields.last().is_some_and(|field| field.depth > reader.depth()) {
                    if let Some(field) = fields.pop() {
                        end_field(&field, &mut output, offset, ctx)?;
                    }
                }
            }
            Event::Text(text) if wanted => output.push(&text, offset, ctx)?,
            Event::Char(c) if wanted => output.push(c.encode_utf8(&mut [0; 4]), offset, ctx)?,
            Event::Word(name, _) if wanted => output.push(white_space(name), offset, ctx)?,
            _ => {}
        }
        if output.is_full() {
            break;
        }
    }
    for (number, note) in notes.iter().enumerate() {
        let number = number.saturating_add(1);
        let before = match output.text.is_empty() {
            true => "",
            false if output.text.ends_with('\n') => "\r\n",
            false => "\r\n\r\n",
        };
        output.push(&format!("{before}[{number}] {}\r\n", note.trim()), reader.offset(), ctx)?;
    }
    Ok(PlainText { text: output.finish(ctx), attachment_places, report: Report::new() })
}

/// Appends to the last note.
fn note(notes: &mut [String], text: &str) {
    if let Some(note) = notes.last_mut() {
        field::append(note, text);
    }
}

/// The lists that paragraphs belong to.
#[derive(Default)]
struct Lists {
    table: ListTable,
    numbering: Numbering,
    /// `\ls` and `\ilvl`, which groups save.
    current: (i32, u8),
    saved: Vec<(i32, u8)>,
    /// The paragraph has a mark, or had text before it came to one.
    begun: bool,
    /// Its mark is written out.
    marked: bool,
}

impl Lists {
    /// Follows what happens. The mark that stands before it: of a paragraph that has none in its text, before that text.
    fn before(&mut self, event: &Event<'_>, group: Group, reader: &Reader<'_>) -> Option<Mark> {
        self.numbering.event(event, group.destination);
        match (event, group.destination) {
            (Event::Open, _) => self.saved.push(self.current),
            (Event::Close(_), _) => self.current = self.saved.pop().unwrap_or_default(),
            (Event::Destination(Destination::ListText), _) => self.marked = true,
            (Event::Word(name, parameter), Destination::ListTable) => self.table.word(name, *parameter),
            (Event::Text(text), Destination::LevelText) => self.table.level_text(text),
            (Event::Char(c), Destination::LevelText) => self.table.level_text(c.encode_utf8(&mut [0; 4])),
            (Event::Word(name, parameter), Destination::Body) => match *name {
                "pard" => self.current = (0, 0),
                "ls" => self.current.0 = parameter.unwrap_or(0),
                "ilvl" => self.current.1 = u8::try_from(parameter.unwrap_or(0).clamp(0, 8)).unwrap_or(0),
                "par" | "sect" | "page" | "cell" | "nestcell" | "row" | "nestrow" => (self.begun, self.marked) = (false, false),
                _ => {}
            },
            (Event::Text(_) | Event::Char(_), Destination::Body) if !group.hidden && !self.begun => {
                self.begun = true;
                let (list, level) = self.current;
                let mark = if list > 0 { self.table.next(list, level, reader) } else { None };
                let numbered = || self.numbering.mark().map(|text| Mark { text, follow: "\t" });
                let mark = mark.or_else(numbered);
                return mark.filter(|_| !self.marked);
            }
            _ => {}
        }
        None
    }
}

/// Longest text of a link that is searched for its target.
const MAX_SEARCHED: usize = 4096;

/// What a control word is in plain text.
fn white_space(word: &str) -> &'static str {
    match word {
        "par" | "line" | "softline" | "row" | "nestrow" | "sect" | "page" | "column" => "\r\n",
        "tab" | "cell" | "nestcell" => "\t",
        _ => "",
    }
}

/// The target of a link, where the text does not say it; the character of a symbol field without a result.
fn end_field(field: &OpenField, output: &mut Output, offset: u64, ctx: &mut Ctx<'_>) -> Result<()> {
    let result = output.text.get(field.start..).unwrap_or_default();
    match field::parse(&field.instruction) {
        Some(field::Field::Hyperlink(target)) => {
            let bare = target.strip_prefix("mailto:").unwrap_or(&target);
            let bare = bare.strip_suffix('/').unwrap_or(bare);
            // A longer result is not searched, so that nested fields cost no more than their bytes.
            let said = result.len() > MAX_SEARCHED || result.contains(bare);
            if bare.is_empty() || said || target.starts_with('#') {
                return Ok(());
            }
            output.push(&format!(" <{target}>"), offset, ctx)
        }
        Some(field::Field::Symbol { shown, .. }) if result.trim().is_empty() => {
            output.push(shown.encode_utf8(&mut [0; 4]), offset, ctx)
        }
        Some(field::Field::Text(text)) if result.trim().is_empty() => output.push(&text, offset, ctx),
        Some(field::Field::Ruby { base, reading }) if result.trim().is_empty() => {
            output.push(&format!("{base}({reading})"), offset, ctx)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        let rtf = format!(r"{{\rtf1\ansi{{\fonttbl{{\f0 A;}}{{\f1\fcharset2 Wingdings;}}{{\f2\fcharset2 Other;}}}}{body}}}");
        to_text(rtf.as_bytes(), &ReadOptions::strict()).unwrap().text
    }

    #[test]
    fn text_as_one_reads_it() {
        for (body, expected) in [
            (r"\trowd\cellx1\cellx2 a\cell b\cell\row", "a\tb\t\r\n"),
            (r"{\listtext\f1\'a7\tab}item\par", "▪\titem\r\n"),
            (r"a{\v hidden}b\v c\plain d\deleted e\deleted0 f", "abdf"),
            (r"{\f1\'4a\u74 ?\u-4022 ?}{\f2 J\u-4022 ?}", "☺☺☺JJ"),
            (r"{\header h}{\footer f}a{\footnote n\par m}t", "a[1]t\r\n\r\n[1] n\r\nm\r\n"),
            (r"\pard{\*\pn\pnlvlbody\pnucrm\pnstart3{\pntxtb (}{\pntxta )}}a\par b\par\pard c", "(III)\ta\r\n(IV)\tb\r\nc"),
            (r"{\loch\*\cs7 a} b{\*\unknown c}", "a b"),
            (r"{\mmath{\*\moMath{\mr E=m}{\msSup{\msSupPr{\mctrlPr x}}{\me{\mr c}}{\msup{\mr 2}}}}}", "E=mc2"),
            (r"{\*\do\dpx1{\dptxbxtext boxed}}", "boxed"),
            (r"{\themedata 504b}a", "a"),
            (r"{\fonttbl{\f7 Arial Cyr;}}\f7 \'cf\'f0", "\u{41f}\u{440}"),
            (r"a\_b\-c", "a\u{2011}b\u{AD}c"),
            (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt in a box}}{\shprslt old}}", "in a box"),
            ("a\\\nb", "a\r\nb"),
        ] {
            assert_eq!(text(body), expected, "{body}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(to_text("\u{feff}{\\rtf1 a}".as_bytes(), &ReadOptions::strict()).unwrap().text, "a");
    }

    /// OpenOffice's bullet in a font that it calls Japanese (Apache Tika's testRTFListLibreOffice), and words that are split by `\loch`
    /// and `\dbch` as Word does.
    #[test]
    fn single_bytes_are_read_so_where_the_font_cannot() {
        let table = r"{\fonttbl{\f0 A;}{\f3\fcharset128 OpenSymbol;}}";
        let read = |body: &str| {
            let rtf = format!("{{\\rtf1\\ansi\\ansicpg1252{table}{body}}}");
            to_text(rtf.as_bytes(), &ReadOptions::lenient()).map(|found| (found.text, found.report.is_empty())).unwrap()
        };
        for (body, expected, is_sound) in [
            (r"{\listtext\pard\plain \loch\f3 \'95\tab}one", "\u{2022}\tone", true),
            (r"\f3\loch caf\'e9.\dbch \'93\'fa", "caf\u{e9}.\u{65e5}", true),
            // What the font can decode is its own, as some say \loch in front of everything.
            (r"\f3\loch\'93\'fa", "\u{65e5}", true),
            (r"\f3 \'95\tab x", "\u{fffd}\tx", false),
            (r"{\loch a}\f3 \'95\tab x", "a\u{fffd}\tx", false),
        ] {
            assert_eq!(read(body), (expected.to_owned(), is_sound), "{body}");
        }
    }

    #[test]
    fn links_are_followed_by_what_they_do_not_say() {
        let link =
            |target: &str, shown: &str| text(&format!(r#"{{\field{{\*\fldinst HYPERLINK "{target}"}}{{\fldrslt {shown}}}}}."#));
        assert_eq!(link("https://example.org/", "here"), "here <https://example.org/>.");
        assert_eq!(link("https://example.org/", "https://example.org"), "https://example.org.");
        assert_eq!(link("mailto:a@example.org", "a@example.org"), "a@example.org.");
        assert_eq!(text(r#"{\field{\*\fldinst SYMBOL 74 \\f "Wingdings" \\s 11}{\fldrslt}}"#), "☺");
        assert_eq!(text(r"{\field{\*\fldinst PAGE}{\fldrslt 7}}"), "7");
    }
}
