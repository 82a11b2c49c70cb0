//! A mail as the tree of its parts (RFC 2045, RFC 2046 5), by place and not by content.
//!
//! ```text
//! header fields, empty line, body
//! body of multipart/*:       preamble, --boundary, part, --boundary, part, --boundary--, epilogue
//! body of message/rfc822:    a mail
//! ```
//!
//! One pass over the lines, whatever is in them: a line that starts with `--` is compared with the boundaries that are open.
//! Nesting and the number of parts are bounded; what lies behind a bound stays whole as the body of one part.
//!
//! Tolerated, with a diagnostic: a boundary that is not declared or does not occur, multiparts that do not end, a field twice,
//! lines in the header that are no fields, a missing empty line. A line that ends a part belongs to the boundary.

use std::ops::Range;

use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::limits::Resource;
use crate::base::{CodePage, Limits, Result};

use super::field::{Field, MediaType};
use super::transfer::{Encoding, Transferred};

/// How deep parts may be nested in parts; reading a level recurses. Real mail nests less than ten.
const DEPTH: usize = Limits::MAX_DEPTH;

/// A part of a mail, or the mail.
#[derive(Debug)]
pub(in crate::convert::mime) struct Entity<'m> {
    /// Header fields in their order.
    pub(in crate::convert::mime) fields: Vec<Field<'m>>,
    /// The header as it stands, without the empty line behind it.
    pub(in crate::convert::mime) header: &'m [u8],
    /// All of it from the first field to the end of its body.
    pub(in crate::convert::mime) whole: &'m [u8],
    /// The body, still encoded.
    pub(in crate::convert::mime) body: &'m [u8],
    /// Where the entity starts in what it was read from.
    pub(in crate::convert::mime) offset: u64,
    /// What the body is; `text/plain` where the header does not say.
    pub(in crate::convert::mime) media: MediaType,
    /// Whether the header says what the body is.
    pub(in crate::convert::mime) typed: bool,
    pub(in crate::convert::mime) kind: Kind<'m>,
}

/// What is inside of an entity.
#[derive(Debug)]
pub(in crate::convert::mime) enum Kind<'m> {
    /// Nothing that has a structure.
    Leaf,
    /// The parts of a multipart.
    Multipart(Vec<Entity<'m>>),
    /// A mail that is not encoded.
    Message(Box<Entity<'m>>),
}

impl<'m> Entity<'m> {
    /// Reads a mail. `page` is that of 8-bit text in headers.
    ///
    /// # Errors
    /// Those of strict reading.
    pub(in crate::convert::mime) fn read(ctx: &mut Ctx<'_>, mail: &'m [u8], page: CodePage) -> Result<Entity<'m>> {
        // A line that an mbox has in front of each mail.
        let start = if mail.starts_with(b"From ") || mail.starts_with(b">From ") { line_end(mail, 0) } else { 0 };
        let mut parser = Parser { mail, page, boundaries: Vec::new() };
        let (entity, _) = parser.entity(ctx, start, MediaType::new("text", "plain"))?;
        Ok(entity)
    }

    /// The first field of a name.
    pub(in crate::convert::mime) fn field(&self, name: &str) -> Option<&Field<'m>> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// The parts of a multipart; none of anything else.
    pub(in crate::convert::mime) fn parts(&self) -> &[Entity<'m>] {
        match &self.kind {
            Kind::Multipart(parts) => parts,
            _ => &[],
        }
    }

    /// The Content-Disposition: `inline`, `attachment`, and its parameters.
    pub(in crate::convert::mime) fn disposition(&self, page: CodePage) -> Option<MediaType> {
        self.field("Content-Disposition")?.media_type(page)
    }

    /// The Content-ID without its angle brackets.
    pub(in crate::convert::mime) fn content_id(&self, page: CodePage) -> Option<String> {
        let id = self.field("Content-ID")?.unfolded(page);
        let id = id.trim().trim_start_matches('<').trim_end_matches('>').trim();
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// The body, decoded; damage is reported.
    ///
    /// # Errors
    /// Those of strict reading.
    pub(in crate::convert::mime) fn decoded(&self, ctx: &mut Ctx<'_>, page: CodePage) -> Result<Transferred<'m>> {
        let value = self.field("Content-Transfer-Encoding").map(|field| field.unfolded(page));
        let encoding = Encoding::of(value.as_deref());
        let at = self.body_offset();
        let length = u64::try_from(self.body.len()).unwrap_or(u64::MAX);
        if encoding == Encoding::Unknown {
            let detail = format!("the transfer encoding {:?} is not known", value.unwrap_or_default());
            ctx.defect(Code::MimeUnknownEncoding, at, length, detail)?;
        }
        let found = encoding.decode(self.body);
        if found.damaged > 0 {
            let detail = format!("{} bytes of the encoded text mean nothing", found.damaged);
            ctx.defect(Code::MimeInvalidEncoding, at, length, detail)?;
        }
        Ok(found)
    }

    /// Where the body starts in what the entity was read from.
    pub(in crate::convert::mime) fn body_offset(&self) -> u64 {
        let before = self.whole.len().saturating_sub(self.body.len());
        self.offset.saturating_add(u64::try_from(before).unwrap_or(0))
    }
}

/// Why an entity ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A boundary of this level of the stack; `close` if it is the last one; reading goes on at `next`.
    Boundary { level: usize, close: bool, next: usize },
    /// The mail ends.
    Mail,
}

struct Parser<'m> {
    mail: &'m [u8],
    page: CodePage,
    /// The boundaries that are open, outermost first.
    boundaries: Vec<Vec<u8>>,
}

impl<'m> Parser<'m> {
    fn slice(&self, range: Range<usize>) -> &'m [u8] {
        self.mail.get(range).unwrap_or_default()
    }

    fn entity(&mut self, ctx: &mut Ctx<'_>, start: usize, default: MediaType) -> Result<(Entity<'m>, End)> {
        let header = self.header(ctx, start)?;
        let fields = header.fields;
        let declared = fields.iter().find(|field| field.is("Content-Type"));
        // Without a slash, RFC 2045 5.2 makes it text/plain; what stands there is kept in the field.
        let declared = declared.and_then(|field| field.media_type(self.page)).filter(|media| !media.sub.is_empty());
        let typed = declared.is_some();
        let mut entity = Entity {
            fields,
            header: self.slice(start..header.end),
            whole: &[],
            body: &[],
            offset: offset(start),
            media: declared.unwrap_or(default),
            typed,
            kind: Kind::Leaf,
        };
        let body = header.body;
        let (end, stop) = match header.stop {
            Some(stop) => (body, stop),
            None => self.body(ctx, &mut entity, body)?,
        };
        entity.body = self.slice(body..end);
        entity.whole = self.slice(start..end);
        Ok((entity, stop))
    }

    /// Reads the body: where it ends, and why.
    fn body(&mut self, ctx: &mut Ctx<'_>, entity: &mut Entity<'m>, body: usize) -> Result<(usize, End)> {
        let value = entity.field("Content-Transfer-Encoding").map(|field| field.unfolded(self.page));
        let encoding = Encoding::of(value.as_deref());
        let multipart = entity.media.main == "multipart";
        let message = entity.media.is("message", "rfc822") || entity.media.is("message", "global");
        let structured = multipart || (message && encoding == Encoding::Identity);
        if !structured {
            return Ok(self.skip(body));
        }
        if self.boundaries.len() >= DEPTH {
            ctx.defect(Code::NestingTooDeep, offset(body), 0, format!("parts are nested more than {DEPTH} deep"))?;
            return Ok(self.skip(body));
        }
        if message {
            // An open boundary that no line has counts the level, since boundaries have no line end inside.
            self.boundaries.push(b"\n".to_vec());
            let result = self.entity(ctx, body, MediaType::new("text", "plain"));
            self.boundaries.pop();
            let (inner, stop) = result?;
            let end = body.saturating_add(inner.whole.len());
            entity.kind = Kind::Message(Box::new(inner));
            return Ok((end, stop));
        }
        let Some(boundary) = entity.media.parameter("boundary").map(|text| text.trim_end().as_bytes().to_vec()) else {
            ctx.defect(Code::MimeMissingBoundary, entity.offset, 0, "a multipart does not say what separates its parts")?;
            return Ok(self.skip(body));
        };
        let default =
            if entity.media.sub == "digest" { MediaType::new("message", "rfc822") } else { MediaType::new("text", "plain") };
        self.boundaries.push(boundary);
        let result = self.parts(ctx, body, &default);
        self.boundaries.pop();
        let (parts, end, stop) = result?;
        match parts {
            Some(parts) => entity.kind = Kind::Multipart(parts),
            None => ctx.defect(Code::MimeMissingBoundary, offset(body), 0, "the boundary of a multipart does not occur")?,
        }
        Ok((end, stop))
    }

    /// The parts between the boundaries on top of the stack; `None` if the first is not there.
    fn parts(&mut self, ctx: &mut Ctx<'_>, body: usize, default: &MediaType) -> Result<(Option<Vec<Entity<'m>>>, usize, End)> {
        let own = self.boundaries.len().saturating_sub(1);
        let mut parts = Vec::new();
        let (preamble, mut stop) = self.skip(body);
        let End::Boundary { level, .. } = stop else { return Ok((None, preamble, stop)) };
        if level != own {
            return Ok((None, preamble, stop));
        }
        let mut end = preamble;
        let is_note = |text: &[u8]| text.trim_ascii().is_empty() || text.to_ascii_lowercase().windows(4).any(|w| w == b"mime");
        if !is_note(self.slice(body..preamble)) {
            let length = offset(preamble.saturating_sub(body));
            ctx.defect(Code::MimeTextOutsideParts, offset(body), length, "text stands in front of the first part")?;
        }
        loop {
            match stop {
                End::Boundary { level, close: false, next } if level == own => {
                    if let Err(error) = ctx.budget.take(Resource::Attachments, offset(next)) {
                        ctx.limit(error)?;
                        // The rest stays whole, boundaries included.
                        let rest = self.rest(next);
                        let media = MediaType::new("application", "octet-stream");
                        let (fields, header, at) = (Vec::new(), &[][..], offset(next));
                        let kind = Kind::Leaf;
                        parts.push(Entity { fields, header, whole: rest, body: rest, offset: at, media, typed: false, kind });
                        return Ok((Some(parts), self.mail.len(), End::Mail));
                    }
                    let (part, why) = self.entity(ctx, next, default.clone())?;
                    end = next.saturating_add(part.whole.len());
                    parts.push(part);
                    stop = why;
                }
                End::Boundary { level, close: true, next } if level == own => {
                    // Behind its end, only the boundaries around it count.
                    let closed = self.boundaries.pop();
                    let (epilogue, why) = self.skip(next);
                    self.boundaries.extend(closed);
                    if !self.slice(next..epilogue).trim_ascii().is_empty() {
                        let length = offset(epilogue.saturating_sub(next));
                        ctx.defect(Code::MimeTextOutsideParts, offset(next), length, "text stands behind the last part")?;
                    }
                    return Ok((Some(parts), epilogue, why));
                }
                _ => {
                    ctx.defect(Code::MimeUnclosedMultipart, offset(end), 0, "a multipart ends without its last boundary")?;
                    return Ok((Some(parts), end, stop));
                }
            }
        }
    }

    fn rest(&self, start: usize) -> &'m [u8] {
        self.mail.get(start..).unwrap_or_default()
    }

    /// From `start` to the next boundary or the end of the mail: where the text ends, and why.
    fn skip(&self, start: usize) -> (usize, End) {
        let mut at = start;
        while at < self.mail.len() {
            if let Some(end) = self.boundary(at) {
                return (before_line_end(self.mail, start, at), end);
            }
            at = line_end(self.mail, at);
        }
        (self.mail.len(), End::Mail)
    }

    /// The boundary that the line at `at` is.
    fn boundary(&self, at: usize) -> Option<End> {
        let rest = self.rest(at).strip_prefix(b"--")?;
        if self.boundaries.is_empty() {
            return None;
        }
        let next = line_end(self.mail, at);
        let line = rest.get(..next.saturating_sub(at).saturating_sub(2)).unwrap_or(rest).trim_ascii_end();
        for (level, boundary) in self.boundaries.iter().enumerate().rev() {
            match line.strip_prefix(boundary.as_slice()) {
                Some(b"") => return Some(End::Boundary { level, close: false, next }),
                Some(b"--") => return Some(End::Boundary { level, close: true, next }),
                _ => {}
            }
        }
        None
    }

    fn header(&self, ctx: &mut Ctx<'_>, start: usize) -> Result<Header<'m>> {
        let mut fields: Vec<Field<'m>> = Vec::new();
        let mut at = start;
        loop {
            let next = line_end(self.mail, at);
            let line = self.slice(at..next);
            if line.is_empty() {
                return Ok(Header { fields, end: at, body: at, stop: None });
            }
            if matches!(line, b"\n" | b"\r\n") {
                return Ok(Header { fields, end: at, body: next, stop: None });
            }
            if let Some(stop) = self.boundary(at) {
                return Ok(Header { fields, end: at, body: before_line_end(self.mail, start, at), stop: Some(stop) });
            }
            let mut end = next;
            while matches!(self.mail.get(end), Some(b' ' | b'\t')) {
                end = line_end(self.mail, end);
            }
            if let Some(field) = Field::parse(self.slice(at..end), offset(at)) {
                if ONCE.iter().any(|name| field.is(name)) && fields.iter().any(|earlier| earlier.is(field.name)) {
                    let detail = format!("the field {} stands there twice", field.name);
                    ctx.defect(Code::MimeDuplicateField, offset(at), offset(end.saturating_sub(at)), detail)?;
                }
                fields.push(field);
            } else {
                // A line among fields is junk; else the empty line is missing and this is the body.
                let goes_on = Field::parse(self.slice(end..line_end(self.mail, end)), 0).is_some() && !fields.is_empty();
                let detail = if goes_on { "a line in the header is no field" } else { "the header ends without an empty line" };
                ctx.defect(Code::MimeInvalidHeader, offset(at), offset(next.saturating_sub(at)), detail)?;
                if !goes_on {
                    return Ok(Header { fields, end: at, body: at, stop: None });
                }
            }
            at = end;
        }
    }
}

struct Header<'m> {
    fields: Vec<Field<'m>>,
    /// Where the fields end.
    end: usize,
    /// Where the body starts.
    body: usize,
    /// The boundary that ends the entity in its header.
    stop: Option<End>,
}

/// Fields that RFC 5322 3.6 and RFC 2045 allow once.
const ONCE: &[&str] = &[
    "From",
    "Sender",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-ID",
];

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

/// Behind the line end of the line at `at`.
fn line_end(mail: &[u8], at: usize) -> usize {
    let rest = mail.get(at..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(mail.len(), |length| at.saturating_add(length).saturating_add(1))
}

/// The line end in front of a boundary at `at` belongs to the boundary, but not what is before `start`.
fn before_line_end(mail: &[u8], start: usize, at: usize) -> usize {
    let text = mail.get(start..at).unwrap_or_default();
    let shorter = text.strip_suffix(b"\n").map_or(text, |text| text.strip_suffix(b"\r").unwrap_or(text));
    start.saturating_add(shorter.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::{ReadOptions, Report};

    /// The tree as text: `mixed(plain:"x" rfc822(plain:"y"))`, and the codes of the report.
    fn tree(mail: &[u8]) -> (String, Vec<&'static str>) {
        fn show(entity: &Entity<'_>) -> String {
            match &entity.kind {
                Kind::Leaf => format!("{}:{:?}", entity.media.sub, String::from_utf8_lossy(entity.body)),
                Kind::Multipart(parts) => {
                    format!("{}({})", entity.media.sub, parts.iter().map(show).collect::<Vec<_>>().join(" "))
                }
                Kind::Message(inner) => format!("{}({})", entity.media.sub, show(inner)),
            }
        }
        let options = ReadOptions::lenient();
        let mut report = Report::new();
        let entity = Entity::read(&mut Ctx::new(&options, &mut report), mail, CodePage::WINDOWS_1252).unwrap();
        (show(&entity), report.diagnostics().iter().map(|found| found.code.name()).collect())
    }

    const MIXED: &str = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"x\"\n\n";

    #[test]
    fn trees() {
        let table: [(&str, &str, &[&str]); 16] = [
            ("A: b\n\nbody\n", "plain:\"body\\n\"", &[]),
            ("From a@b Mon Jan 1\nA: b\r\n\r\nbody", "plain:\"body\"", &[]),
            ("A: b\n", "plain:\"\"", &[]),
            ("--x\n\none\n--x\nContent-Type: text/html\n\ntwo\n\n--x--\n", "mixed(plain:\"one\" html:\"two\\n\")", &[]),
            ("This is a multi-part message in MIME format.\n--x\n\n\n--x--", "mixed(plain:\"\")", &[]),
            ("--x\nA: b\n--x--", "mixed(plain:\"\")", &[]),
            ("--xy\n--x \t\n\none\n--xy\n--x--\n", "mixed(plain:\"one\\n--xy\")", &["mime-text-outside-parts"]),
            ("--x\n\none\n", "mixed(plain:\"one\\n\")", &["mime-unclosed-multipart"]),
            ("--y\n\none\n", "mixed:\"--y\\n\\none\\n\"", &["mime-missing-boundary"]),
            ("--x\n\none\n--x--\nfooter\n", "mixed(plain:\"one\")", &["mime-text-outside-parts"]),
            (
                "--x\nContent-Type: multipart/related; boundary=y\n\n--y\n\none\n--y--\n\n--x\n\ntwo\n--x--\n",
                "mixed(related(plain:\"one\") plain:\"two\")",
                &[],
            ),
            (
                "--x\nContent-Type: multipart/related; boundary=y\n\n--y\n\none\n--x\n\ntwo\n--x--\n",
                "mixed(related(plain:\"one\") plain:\"two\")",
                &["mime-unclosed-multipart"],
            ),
            ("--x\nContent-Type: message/rfc822\n\nSubject: in\n\nbody\n--x--\n", "mixed(rfc822(plain:\"body\"))", &[]),
            (
                "--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgo=\n--x--\n",
                "mixed(rfc822:\"QTogYgo=\")",
                &[],
            ),
            (
                "--x\nContent-Type: text/html\njunk\nContent-Type: text/css\n\none\n--x--\n",
                "mixed(html:\"one\")",
                &["mime-invalid-header", "mime-duplicate-field"],
            ),
            ("--x\nno field\nnor this\n--x--\n", "mixed(plain:\"no field\\nnor this\")", &["mime-invalid-header"]),
        ];
        for (text, expected, codes) in table {
            let mail =
                if text.starts_with("A:") || text.starts_with("From ") { text.to_owned() } else { format!("{MIXED}{text}") };
            assert_eq!(tree(mail.as_bytes()), (expected.to_owned(), codes.to_vec()), "{text}");
            // With CR LF the same tree, but for the line ends inside.
            let crlf = mail.replace("\r\n", "\n").replace('\n', "\r\n");
            assert_eq!(tree(crlf.as_bytes()).0.replace("\\r", ""), expected, "{crlf}");
        }
        let digest = "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: in\n\nbody\n--x--\n";
        assert_eq!(tree(digest.as_bytes()).0, "digest(rfc822(plain:\"body\"))");
        assert_eq!(tree(b"Content-Type: multipart/mixed\n\n--x").1, ["mime-missing-boundary"]);
    }

    #[test]
    fn nesting_and_parts_are_bounded() {
        let mut deep = String::from("A: b\n");
        for level in 0..1_000 {
            deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        let (_, codes) = tree(deep.as_bytes());
        assert!(codes.contains(&"nesting-too-deep"), "{codes:?}");
        let (_, codes) = tree("Content-Type: message/rfc822\n\n".repeat(100_000).as_bytes());
        assert_eq!(codes, ["nesting-too-deep"]);
        let many = format!("{MIXED}{}", "--x\n".repeat(200_000));
        let (shown, codes) = tree(many.as_bytes());
        assert!(codes.contains(&"limit-reached") && shown.len() > 100_000, "{codes:?}");
    }

    proptest! {
        #[test]
        fn every_body_lies_within_its_parent(text in "(--|x|y|\n|\r\n|: |a|Content-Type: multipart/mixed; boundary=[xy]\n|Content-Type: message/rfc822\n){0,60}") {
            fn check(entity: &Entity<'_>) {
                assert!(entity.whole.ends_with(entity.body));
                let inside = |inner: &Entity<'_>| {
                    let body = entity.body.as_ptr_range();
                    let whole = inner.whole.as_ptr_range();
                    assert!(inner.whole.is_empty() || (body.start <= whole.start && whole.end <= body.end));
                    check(inner);
                };
                match &entity.kind {
                    Kind::Leaf => {}
                    Kind::Multipart(parts) => parts.iter().for_each(inside),
                    Kind::Message(inner) => inside(inner),
                }
            }
            let options = ReadOptions::lenient();
            let mut report = Report::new();
            let entity = Entity::read(&mut Ctx::new(&options, &mut report), text.as_bytes(), CodePage::WINDOWS_1252).unwrap();
            check(&entity);
        }
    }
}
