//! Content lines, read: iCalendar (RFC 5545 3.1, RFC 6868), vCalendar 1.0 and vCard 2.1 to 4.0.
//!
//! Lines end with CR LF, LF or CR; a blank begins the rest of a line. What is quoted-printable goes on after `=` at the end of a line.
//! Text is UTF-8, else what CHARSET says, else windows-1252. Nothing is copied more often than a line is long.

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::limits::Resource;
use crate::base::{Code, CodePage, Result};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// In capitals, without the group in front of it.
    pub(crate) name: String,
    /// Names in capitals, and values without quotes. A value without a name (vCard 2.1) is a TYPE.
    parameters: Vec<(String, String)>,
    /// As it stands: escapes are the reader's of the field.
    pub(crate) value: String,
    /// The number of the line, from 1 on.
    pub(crate) number: u32,
    /// Where it starts.
    pub(crate) offset: u64,
}

impl Line {
    /// The first value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter, also those that a comma separates.
    pub(crate) fn parameters<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l str> {
        let all = self.parameters.iter().filter(move |(found, _)| found == name);
        all.flat_map(|(_, value)| value.split(',')).map(str::trim)
    }

    /// Whether a parameter has this value; case does not count.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.parameters(name).any(|found| found.eq_ignore_ascii_case(value))
    }

    /// The value as text.
    pub(crate) fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The value as texts between separators.
    pub(crate) fn list(&self, separator: char) -> impl Iterator<Item = String> + '_ {
        split(&self.value, separator).into_iter().map(unescape)
    }

    /// A defect of this line.
    pub(crate) fn defect(&self, code: Code, detail: &str, ctx: &mut Ctx<'_>) -> Result<()> {
        ctx.defect(code, self.offset, 0, format!("line {}: {} {detail}", self.number, self.name))
    }
}

/// Whether an input begins with BEGIN of this component, behind a byte order mark and white space.
pub(crate) fn begins_with(bytes: &[u8], component: &str) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let is = |part: Option<&[u8]>, text: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(text.as_bytes()));
    let name = bytes.get("BEGIN:".len()..).and_then(|rest| rest.get(..component.len()));
    is(bytes.get(.."BEGIN:".len()), "BEGIN:") && is(name, component)
}

/// A text without its escapes.
pub(crate) fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

/// The parts between separators that are not escaped.
pub(crate) fn split(value: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in value.char_indices() {
        match c {
            '\\' => {
                escaped = !escaped;
                continue;
            }
            _ if c == separator && !escaped => {
                parts.push(value.get(start..at).unwrap_or_default());
                start = at.saturating_add(c.len_utf8());
            }
            _ => {}
        }
        escaped = false;
    }
    parts.push(value.get(start..).unwrap_or_default());
    parts
}

/// The value of a parameter without quotes and without the escapes of RFC 6868.
fn parameter(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => continue,
            ('^', Some('n')) => out.push('\n'),
            ('^', Some('^')) => out.push('^'),
            ('^', Some('\'')) => out.push('"'),
            _ => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    out
}

/// The lines of an input as they stand: number, place, bytes without the end.
struct Physical<'b> {
    bytes: &'b [u8],
    at: usize,
    number: u32,
}

impl<'b> Iterator for Physical<'b> {
    type Item = (u32, usize, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let end = match rest.get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let start = self.at;
        self.at = start.saturating_add(length).saturating_add(end);
        self.number = self.number.saturating_add(1);
        Some((self.number, start, rest.get(..length).unwrap_or_default()))
    }
}

/// Reads all lines of an input.
pub(crate) fn lines(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<Vec<Line>> {
    let bytes = as_utf8(bytes);
    let mut found = Vec::new();
    let mut physical = Physical { bytes: &bytes, at: 0, number: 0 }.peekable();
    while let Some((number, start, first)) = physical.next() {
        let mut line = Cow::Borrowed(first);
        loop {
            let is_quoted = line.ends_with(b"=") && is_quoted_printable(first);
            let Some((_, _, next)) = physical.peek() else { break };
            match next {
                _ if is_quoted => {
                    let line = line.to_mut();
                    line.pop();
                    line.extend_from_slice(next);
                }
                [b' ' | b'\t', rest @ ..] => line.to_mut().extend_from_slice(rest),
                _ => break,
            }
            physical.next();
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let offset = u64::try_from(start).unwrap_or(u64::MAX);
        if let Err(error) = ctx.budget.take(Resource::Properties, offset) {
            ctx.limit(error)?;
            break;
        }
        match parse(&line, number, offset) {
            Some(line) => found.push(line),
            None => ctx.defect(Code::CalendarLineUnreadable, offset, 0, format!("line {number}"))?,
        }
    }
    Ok(found)
}

/// UTF-16 as UTF-8; a byte order mark is passed over.
fn as_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(CodePage(1200).decode_or_latin1(rest).text.into_owned().into_bytes()),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(CodePage(1201).decode_or_latin1(rest).text.into_owned().into_bytes()),
        _ => Cow::Borrowed(bytes),
    }
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default();
    head.to_ascii_uppercase().windows(16).any(|window| window == b"QUOTED-PRINTABLE")
}

/// What quoted-printable stands for. It never is longer.
fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let pair = after.get(..2).filter(|_| *byte == b'=').and_then(crate::base::hex::decode);
        match pair {
            Some(pair) => {
                out.extend(pair);
                rest = after.get(2..).unwrap_or_default();
            }
            None => out.push(*byte),
        }
    }
    out
}

/// Where the value begins, and where parameters do.
fn parse(line: &[u8], number: u32, offset: u64) -> Option<Line> {
    let (mut quoted, mut marks, mut colon) = (false, Vec::new(), None);
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b';' if !quoted => marks.push(at),
            b':' if !quoted => {
                colon = Some(at);
                break;
            }
            _ => {}
        }
    }
    // A quote without an end is text.
    let colon = colon.or_else(|| line.iter().position(|byte| *byte == b':'))?;
    marks.retain(|mark| *mark < colon);
    let ends = marks.iter().copied().skip(1).chain([colon]);
    let name = line.get(..marks.first().copied().unwrap_or(colon))?;
    let name = std::str::from_utf8(name).ok()?.trim();
    let name = name.rsplit('.').next()?.to_ascii_uppercase();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let mut parameters = Vec::new();
    for (start, end) in marks.iter().zip(ends) {
        let text = decoded(line.get(start.saturating_add(1)..end).unwrap_or_default(), None);
        match text.split_once('=') {
            Some((name, value)) => parameters.push((name.trim().to_ascii_uppercase(), parameter(value))),
            None if text.eq_ignore_ascii_case("QUOTED-PRINTABLE") || text.eq_ignore_ascii_case("BASE64") => {
                parameters.push(("ENCODING".to_owned(), text.to_ascii_uppercase()));
            }
            None => parameters.push(("TYPE".to_owned(), text.into_owned())),
        }
    }
    let value = line.get(colon.saturating_add(1)..).unwrap_or_default();
    let mut line = Line { name, parameters, value: String::new(), number, offset };
    let page = line.parameter("CHARSET").and_then(CodePage::from_name);
    line.value = match line.is("ENCODING", "QUOTED-PRINTABLE") {
        // What it stands for is text: line ends in it are no escapes.
        true => decoded(&unquoted(value), page).replace("\r\n", "\n").replace('\n', "\\n"),
        false => decoded(value, page).into_owned(),
    };
    Some(line)
}

fn decoded(bytes: &[u8], page: Option<CodePage>) -> Cow<'_, str> {
    match (page, std::str::from_utf8(bytes)) {
        (Some(page), _) if page.is_supported() => page.decode_or_latin1(bytes).text,
        (_, Ok(text)) => Cow::Borrowed(text),
        _ => CodePage::WINDOWS_1252.decode_or_latin1(bytes).text,
    }
}

/// A component: what stands between BEGIN and END.
#[derive(Debug, Default)]
pub(crate) struct Component {
    pub(crate) name: String,
    /// The line with BEGIN.
    pub(crate) number: u32,
    pub(crate) offset: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) parts: Vec<Component>,
}

/// How deep components are followed. Nothing that means anything is deeper than an alarm in an event in a calendar.
const DEPTH: usize = 6;

impl Component {
    /// The first line of a name.
    pub(crate) fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    pub(crate) fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    pub(crate) fn named<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Component> {
        self.parts.iter().filter(move |part| part.name == name)
    }

    /// The text of a line; `None` if the line is missing or empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.line(name).map(Line::text).filter(|text| !text.trim().is_empty())
    }
}

/// The components of an input.
pub(crate) fn components(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<Vec<Component>> {
    let mut open: Vec<Component> = vec![Component::default()];
    // How many are open that are too deep to mean anything.
    let mut beyond = 0_usize;
    let close = |open: &mut Vec<Component>| {
        if let Some(done) = open.pop() {
            match open.last_mut() {
                Some(outer) => outer.parts.push(done),
                None => open.push(done),
            }
        }
    };
    for line in lines(bytes, ctx)? {
        match line.name.as_str() {
            "BEGIN" if open.len() > DEPTH => {
                if beyond == 0 {
                    line.defect(Code::CalendarLineUnreadable, "is nested too deep", ctx)?;
                }
                beyond = beyond.saturating_add(1);
            }
            "BEGIN" => {
                let name = line.value.trim().to_ascii_uppercase();
                open.push(Component { name, number: line.number, offset: line.offset, ..Component::default() });
            }
            "END" if beyond > 0 => beyond = beyond.saturating_sub(1),
            "END" => {
                let name = line.value.trim().to_ascii_uppercase();
                match open.iter().skip(1).rposition(|component| component.name == name) {
                    // What is open within it ends with it.
                    Some(at) => {
                        while open.len() > at.saturating_add(1) {
                            close(&mut open);
                        }
                    }
                    None => line.defect(Code::CalendarLineUnreadable, "ends nothing", ctx)?,
                }
            }
            _ if beyond > 0 => {}
            _ => {
                if let Some(component) = open.last_mut() {
                    component.lines.push(line);
                }
            }
        }
    }
    while open.len() > 1 {
        if let Some(last) = open.last() {
            ctx.defect(Code::CalendarUnclosed, last.offset, 0, format!("line {}: {} has no end", last.number, last.name))?;
        }
        close(&mut open);
    }
    Ok(open.pop().map(|root| root.parts).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::context::reported;
    use crate::base::{Limits, ReadOptions};

    fn read(text: &[u8]) -> Vec<Line> {
        reported(&ReadOptions::lenient(), |ctx| lines(text, ctx)).unwrap().0
    }

    #[test]
    fn lines_are_unfolded_and_taken_apart() {
        let found = read(b"DESCR\r\n IPTION;ALTREP=\"cid:a;b\";X=^'y^':a\\, b\\nc\r\n d\nitem1.tel;HOME;VOICE:1\r");
        assert_eq!((found[0].name.as_str(), found[0].number, found[0].parameter("ALTREP")), ("DESCRIPTION", 1, Some("cid:a;b")));
        assert_eq!((found[0].parameter("X"), found[0].text().as_str()), (Some("\"y\""), "a, b\ncd"));
        assert_eq!((found[1].name.as_str(), found[1].number), ("TEL", 4));
        assert!(found[1].is("TYPE", "home") && found[1].is("TYPE", "voice"));
        assert_eq!(split("a\\,b,c,,d\\\\,e", ','), ["a\\,b", "c", "", "d\\\\", "e"]);
    }

    #[test]
    fn quoted_printable_and_character_sets() {
        let found = read(b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FC=\r\n=DFe=0D=0Ab\r\nNEXT:1\r\nN:caf\xE9\r\n");
        assert_eq!(found[0].text(), "Gr\u{fc}\u{df}e\nb");
        assert_eq!((found[1].name.as_str(), found[1].number), ("NEXT", 3));
        assert_eq!(found[2].value, "caf\u{e9}");
        assert_eq!(unquoted(b"a=4g=4"), b"a=4g=4");
    }

    #[test]
    fn components_end_with_what_is_around_them() {
        let text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nno field\nEND:X\n";
        let (found, report) = reported(&ReadOptions::lenient(), |ctx| components(text, ctx)).unwrap();
        let events: Vec<_> = found[0].named("VEVENT").map(|event| event.text("UID").unwrap()).collect();
        assert_eq!(events, ["1", "2"]);
        let said: Vec<_> = report.diagnostics().iter().map(|found| found.detail.as_str()).collect();
        assert_eq!(said, ["line 8", "line 9: END ends nothing", "line 6: VEVENT has no end", "line 1: VCALENDAR has no end"]);
    }

    #[test]
    fn nesting_and_number_of_lines_are_bounded() {
        let deep = "BEGIN:X\n".repeat(100_000);
        let (found, report) = reported(&ReadOptions::lenient(), |ctx| components(deep.as_bytes(), ctx)).unwrap();
        assert_eq!((found.len(), report.diagnostics()[0].code), (1, Code::CalendarLineUnreadable));
        let limits = Limits { properties: 3, ..Limits::default() };
        let options = ReadOptions::lenient().with_limits(limits);
        let (found, report) = reported(&options, |ctx| lines(b"A:1\nB:2\nC:3\nD:4\nE:5\n", ctx)).unwrap();
        assert_eq!((found.len(), report.diagnostics()[0].code), (3, Code::LimitReached));
    }
}
