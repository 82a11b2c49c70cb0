//! A mail as the tree of its parts, and what is wrong with them (RFC 2045, RFC 2046 5): [`Structure`] with the fields read.
//!
//! Tolerated, with a diagnostic: a boundary that is not declared or does not occur, multiparts that do not end, a field twice, a
//! missing empty line. What lies behind a limit stays whole as the body of one part.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::error::{Error, ErrorKind};
use crate::base::{Offset, Result};
use crate::convert::mime::find::{self, TnefPart, Unseen};
use crate::convert::mime::parameter::MediaType;
use crate::convert::mime::structure::{self, EntityKind, fields};
use crate::convert::mime::transfer::{TransferEncoding, next_line};
use crate::convert::mime::undeclared::Undeclared;

use super::field::Field;

/// A part of a mail, or the mail.
#[derive(Debug)]
pub(in crate::convert::mime) struct Entity<'m> {
    /// Header fields in their order.
    pub(in crate::convert::mime) fields: Vec<Field<'m>>,
    /// The header as it stands, without the empty line behind it and without an mbox line in front.
    pub(in crate::convert::mime) header: &'m [u8],
    /// The body, still encoded.
    pub(in crate::convert::mime) body: &'m [u8],
    /// Where header and body start in what the entity was read from.
    pub(in crate::convert::mime) offset: u64,
    pub(in crate::convert::mime) body_offset: u64,
    /// What the body is; `text/plain` where the header does not say.
    pub(in crate::convert::mime) media: MediaType,
    pub(in crate::convert::mime) kind: Kind<'m>,
    /// What text outside ASCII is in that does not say so.
    pub(in crate::convert::mime) pages: Undeclared,
    /// The TNEF streams that this part is or that stand in its text.
    pub(in crate::convert::mime) tnef: Vec<TnefPart<'m>>,
    encoding: TransferEncoding,
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
    /// Reads a mail.
    ///
    /// # Errors
    /// Those of strict reading.
    pub(in crate::convert::mime) fn read(ctx: &mut Ctx<'_>, mail: &'m [u8]) -> Result<Entity<'m>> {
        let limits = &ctx.options.limits;
        let found = find::find_outside(mail, limits);
        if found.incomplete {
            ctx.limit(Error::new(ErrorKind::Limit, Unseen::Limit.to_string()).with_code(Code::LimitReached))?;
        }
        let places = found.structure.entities;
        let mut streams = found.parts;
        // From the last to the first: the parts of a part come behind it.
        let mut inner: Vec<Vec<Entity<'m>>> = places.iter().map(|_| Vec::new()).collect();
        for (index, place) in places.iter().enumerate().rev() {
            let mut parts = inner.pop().unwrap_or_default();
            parts.reverse();
            let mut entity = Entity::at(ctx, mail, place)?;
            entity.kind = entity.inside(ctx, mail, place, parts, found.incomplete)?;
            while streams.last().is_some_and(|stream| stream.entity == index) {
                entity.tnef.extend(streams.pop());
            }
            entity.tnef.reverse();
            match place.parent.and_then(|parent| inner.get_mut(parent)) {
                Some(siblings) => siblings.push(entity),
                None => return Ok(entity),
            }
        }
        // No structure is without its first entity.
        Err(Error::new(ErrorKind::Malformed, "the mail has no parts"))
    }

    /// A part without its parts.
    fn at(ctx: &mut Ctx<'_>, mail: &'m [u8], place: &structure::Entity) -> Result<Entity<'m>> {
        let mut start = place.header.start;
        let mut header = slice(mail, place.header.clone());
        // A line that an mbox has in front of each mail.
        if place.parent.is_none() && (header.starts_with(b"From ") || header.starts_with(b">From ")) {
            next_line(slice(mail, 0..place.header.end), &mut start);
            header = slice(mail, start..place.header.end);
        }
        let pages = Undeclared::new(place.text_page, ctx.options.default_code_page);
        let mut found: Vec<Field<'m>> = Vec::new();
        for field in fields(mail, start..place.header.end) {
            let field_length = field.range.len();
            let Some(field) = Field::parse(slice(mail, field.range.clone()), offset(field.range.start), pages) else { continue };
            if ONCE.iter().any(|name| field.is(name)) && found.iter().any(|earlier| earlier.is(field.name)) {
                let detail = format!("the field {} stands there twice", field.name);
                ctx.defect(Code::MimeDuplicateField, field.offset, 0, detail)?;
            }
            if let Some(code) = field.defect() {
                ctx.defect(
                    code,
                    field.offset,
                    offset(field_length),
                    format!("{} has encoded words that are not valid", field.name),
                )?;
            }
            found.push(field);
        }
        if place.body.start == place.header.end && !place.body.is_empty() {
            let at = offset(place.body.start);
            ctx.defect(Code::MimeInvalidHeader, at, 0, "the header ends without an empty line")?;
        }
        let declared = found.iter().find(|field| field.is("Content-Type")).map(|field| field.media_type());
        // Without a slash, RFC 2045 5.2 makes it text/plain; what stands there is kept in the transport headers.
        let (main, sub) = place.content_type.split_once('/').unwrap_or(("text", "plain"));
        Ok(Entity {
            fields: found,
            header,
            body: slice(mail, place.body.clone()),
            offset: offset(start),
            body_offset: offset(place.body.start),
            media: match declared {
                Some(media) if !media.main.is_empty() && !media.sub.is_empty() => media,
                Some(media) => media.with_type(main, sub),
                None => MediaType::new(main, sub),
            },
            kind: Kind::Leaf,
            pages,
            tnef: Vec::new(),
            encoding: place.encoding,
        })
    }

    /// What is inside of the entity, of which `parts` were found.
    fn inside(
        &self,
        ctx: &mut Ctx<'_>,
        mail: &'m [u8],
        place: &structure::Entity,
        mut parts: Vec<Entity<'m>>,
        incomplete: bool,
    ) -> Result<Kind<'m>> {
        match place.kind {
            EntityKind::Message => Ok(parts.pop().map_or(Kind::Leaf, |inner| Kind::Message(Box::new(inner)))),
            EntityKind::Multipart if parts.is_empty() => {
                ctx.defect(Code::MimeMissingBoundary, self.body_offset, 0, "the boundary of a multipart does not occur")?;
                Ok(Kind::Leaf)
            }
            EntityKind::Multipart => {
                let rest = self.around(ctx, mail, place, &parts)?;
                if incomplete {
                    parts.extend(rest);
                }
                Ok(Kind::Multipart(parts))
            }
            _ => {
                if self.media.main == "multipart" && !incomplete {
                    let detail = "a multipart does not say what separates its parts";
                    ctx.defect(Code::MimeMissingBoundary, self.body_offset, 0, detail)?;
                }
                Ok(Kind::Leaf)
            }
        }
    }

    /// What stands in front of the first part and behind the last one. The result is what is there in place of parts that were
    /// not looked at.
    fn around(
        &self,
        ctx: &mut Ctx<'_>,
        mail: &'m [u8],
        place: &structure::Entity,
        parts: &[Entity<'m>],
    ) -> Result<Option<Entity<'m>>> {
        let boundary = self.media.parameter("boundary").unwrap_or_default().trim_end().as_bytes();
        let first = parts.first().map_or(self.body_offset, |part| part.offset);
        let first = Offset::from(first).index().max(place.body.start);
        let preamble = slice(mail, place.body.start..first);
        let preamble = preamble
            .rsplit(|byte| *byte == b'\n')
            .nth(1)
            .map_or(preamble, |line| Offset::START.until(Offset::of(preamble) - line.len() - 1, preamble).unwrap_or_default());
        // The usual note to programs that know no MIME.
        let is_note = preamble.to_ascii_lowercase().windows(4).any(|word| word == b"mime");
        if !is_note && !preamble.trim_ascii().is_empty() {
            let detail = "text stands in front of the first part";
            ctx.defect(Code::MimeTextOutsideParts, self.body_offset, offset(preamble.len()), detail)?;
        }
        let last = parts.last().map_or(Offset::START, |part| Offset::from(part.body_offset) + part.body.len());
        let last = last.index().min(place.body.end);
        let behind = slice(mail, last..place.body.end);
        let mut epilogue = behind;
        while let Some(byte) = epilogue.first().filter(|byte| matches!(byte, b'\r' | b'\n')) {
            epilogue = epilogue.strip_prefix(&[*byte]).unwrap_or_default();
        }
        let closing = [b"--", boundary, b"--"].concat();
        let Some(epilogue) = epilogue.strip_prefix(closing.as_slice()) else {
            ctx.defect(Code::MimeUnclosedMultipart, offset(last), 0, "a multipart ends without its last boundary")?;
            return Ok((!behind.trim_ascii().is_empty()).then(|| self.rest(behind, last)));
        };
        if !epilogue.trim_ascii().is_empty() {
            let detail = "text stands behind the last part";
            ctx.defect(Code::MimeTextOutsideParts, offset(last), offset(epilogue.len()), detail)?;
        }
        Ok(None)
    }

    /// Bytes that were not looked into, as a part.
    fn rest(&self, bytes: &'m [u8], at: usize) -> Entity<'m> {
        Entity {
            fields: Vec::new(),
            header: &[],
            body: bytes,
            offset: offset(at),
            body_offset: offset(at),
            media: MediaType::new("application", "octet-stream"),
            kind: Kind::Leaf,
            pages: self.pages,
            tnef: Vec::new(),
            encoding: TransferEncoding::Identity,
        }
    }

    /// The first field of a name.
    pub(in crate::convert::mime) fn field(&self, name: &str) -> Option<&Field<'m>> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// The Content-Disposition: `inline`, `attachment`, and its parameters.
    pub(in crate::convert::mime) fn disposition(&self) -> Option<MediaType> {
        Some(self.field("Content-Disposition")?.media_type())
    }

    /// The Content-ID without its angle brackets.
    pub(in crate::convert::mime) fn content_id(&self) -> Option<String> {
        let id = self.field("Content-ID")?.unfolded();
        let id = id.trim().trim_start_matches('<').trim_end_matches('>').trim();
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// The body, decoded; damage is reported.
    ///
    /// # Errors
    /// Those of strict reading.
    pub(in crate::convert::mime) fn decoded(&self, ctx: &mut Ctx<'_>) -> Result<Cow<'m, [u8]>> {
        const IDENTITIES: [&str; 5] = ["7bit", "8bit", "binary", "7-bit", "8-bit"];
        let length = offset(self.body.len());
        let value = self.field("Content-Transfer-Encoding").map(|field| field.unfolded()).unwrap_or_default();
        let token = value.split([';', ' ', '(']).next().unwrap_or_default().trim_matches('"');
        let identity = token.is_empty() || IDENTITIES.iter().any(|known| token.eq_ignore_ascii_case(known));
        if self.encoding == TransferEncoding::Identity && !identity {
            let detail = format!("the transfer encoding {token:?} is not known");
            ctx.defect(Code::MimeUnknownEncoding, self.body_offset, length, detail)?;
        }
        let damaged = damage(self.encoding, self.body);
        if damaged > 0 {
            let detail = format!("{damaged} bytes of the encoded text mean nothing");
            ctx.defect(Code::MimeInvalidEncoding, self.body_offset, length, detail)?;
        }
        Ok(self.encoding.decode(self.body))
    }
}

/// How many bytes of an encoded text mean nothing in its encoding.
fn damage(encoding: TransferEncoding, body: &[u8]) -> usize {
    match encoding {
        TransferEncoding::Base64 => {
            let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
            let known = |byte: &u8| digit(byte) || byte.is_ascii_whitespace() || *byte == b'=';
            // A last digit that is alone holds no byte.
            let lone = usize::from(!body.contains(&b'=') && body.iter().filter(|byte| digit(byte)).count() % 4 == 1);
            body.iter().filter(|byte| !known(byte)).count().saturating_add(lone)
        }
        TransferEncoding::QuotedPrintable => {
            let behind_signs =
                body.iter().enumerate().filter(|(_, byte)| **byte == b'=').filter_map(|(at, _)| body.get(at..)?.get(1..));
            let is_damaged = |rest: &&[u8]| {
                let escape = matches!(rest, [one, two, ..] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit());
                let line = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
                !escape && !matches!(line, None | Some(b'\n'))
            };
            behind_signs.filter(is_damaged).count()
        }
        _ => 0,
    }
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
    Offset::from(at).get()
}

fn slice(mail: &[u8], range: Range<usize>) -> &[u8] {
    mail.get(range).unwrap_or_default()
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
        let entity = Entity::read(&mut Ctx::new(&options, &mut report), mail).unwrap();
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
                "--x\nContent-Type: text/html\nContent-Type: text/css\n\none\n--x--\n",
                "mixed(html:\"one\")",
                &["mime-duplicate-field"],
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
        assert!(codes.contains(&"limit-reached"), "{codes:?}");
        let (_, codes) = tree("Content-Type: message/rfc822\n\n".repeat(100_000).as_bytes());
        assert_eq!(codes, ["limit-reached"]);
        let many = format!("{MIXED}{}", "--x\n".repeat(200_000));
        let (shown, codes) = tree(many.as_bytes());
        assert!(codes.contains(&"limit-reached") && shown.len() > 100_000, "{codes:?}");
    }

    proptest! {
        #[test]
        fn any_mail_is_read(text in "(--|x|y|\n|\r\n|: |a|=|Content-Type: multipart/mixed; boundary=[xy]\n|Content-Type: message/rfc822\n){0,60}") {
            let _ = tree(text.as_bytes());
        }

        #[test]
        fn what_a_writer_encodes_is_undamaged(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut text = Vec::new();
            mail_builder::encoders::base64::base64_encode_mime(&bytes, &mut text, false).unwrap();
            prop_assert_eq!(damage(TransferEncoding::Base64, &text), 0);
            text.clear();
            mail_builder::encoders::quoted_printable::quoted_printable_encode(&bytes, &mut text, true).unwrap();
            prop_assert_eq!(damage(TransferEncoding::QuotedPrintable, &text), 0);
        }
    }

    #[test]
    fn damage_is_counted() {
        for (encoding, text, damaged) in [
            (TransferEncoding::Base64, "Zm9v!YmFy", 1),
            (TransferEncoding::Base64, "Zm9vY", 1),
            (TransferEncoding::Base64, "Zg==\r\nZm8=", 0),
            (TransferEncoding::QuotedPrintable, "50 = 5=0 =G1 =", 3),
            (TransferEncoding::QuotedPrintable, "a=3D=e4 =  \r\n", 0),
            (TransferEncoding::Identity, "=!", 0),
        ] {
            assert_eq!(damage(encoding, text.as_bytes()), damaged, "{text}");
        }
    }
}
