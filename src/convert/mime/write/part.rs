//! The tree of parts and its bytes: multipart (RFC 2046, 5.1), message/rfc822 (5.2.1), single parts.
//!
//! Boundaries are `=_` and a number made of the contents, the same for the same message. Neither base64 nor quoted-printable can
//! hold `=_`, BinHex no `=` at all, and text with `--` at the start of a line does not go as 7bit; what is signed is searched, and another number
//! taken where it has a line that starts so.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::base::Offset;
use crate::base::input::len64;
use crate::convert::mime::fnv::Fnv;
use crate::convert::mime::item::ItemPart;
use crate::convert::mime::parameter::Parameterized;

use super::encoding::TransferEncoding;

/// A part: its header fields but those of its structure, and its contents.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    /// Whole fields with their line ends. For multiparts without Content-Type, for single ones with all.
    pub(super) header: Vec<u8>,
    pub(super) contents: Contents<'a>,
}

#[derive(Debug, Clone)]
pub(super) enum Contents<'a> {
    /// Data, to be encoded.
    Data(Cow<'a, [u8]>, TransferEncoding),
    /// Data that stands in the mail byte for byte: what is signed.
    Raw(Cow<'a, [u8]>),
    /// `multipart/subtype`, with parameters besides the boundary.
    Multipart { subtype: &'static str, parameters: Vec<(&'static str, String)>, children: Vec<Part<'a>> },
    /// A mail: its header and its tree.
    Message { header: Vec<u8>, root: Box<Part<'a>> },
}

impl<'a> Part<'a> {
    /// A single part.
    pub(super) fn data(content_type: &Parameterized, data: Cow<'a, [u8]>, encoding: TransferEncoding) -> Self {
        let mut header = Vec::new();
        content_type.write(&mut header);
        Parameterized::new("Content-Transfer-Encoding", encoding.name_for(&data)).write(&mut header);
        Part { header, contents: Contents::Data(data, encoding) }
    }

    /// The calendar or card of an item.
    pub(super) fn item(item: ItemPart) -> Part<'static> {
        let encoding = TransferEncoding::of_seven_bit(item.text.as_bytes());
        let mut part = Part::data(&item.content_type, Cow::Owned(item.text.into_bytes()), encoding);
        if let Some(disposition) = &item.disposition {
            disposition.write(&mut part.header);
        }
        part
    }

    /// A multipart; the only child itself where there is but one.
    pub(super) fn multipart(subtype: &'static str, mut children: Vec<Part<'a>>) -> Self {
        match (children.pop(), children.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                children.extend(last);
                Part::multipart_of(subtype, Vec::new(), children)
            }
        }
    }

    /// A multipart, however many children there are.
    pub(super) fn multipart_of(subtype: &'static str, parameters: Vec<(&'static str, String)>, children: Vec<Part<'a>>) -> Self {
        Part { header: Vec::new(), contents: Contents::Multipart { subtype, parameters, children } }
    }

    /// The media type that a `multipart/related` names as that of its root.
    pub(super) fn media_type(&self) -> String {
        if let Contents::Multipart { subtype, .. } = &self.contents {
            return format!("multipart/{subtype}");
        }
        let header = String::from_utf8_lossy(&self.header);
        let value = header.lines().find_map(|line| line.strip_prefix("Content-Type:")).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_owned()
    }

    /// The children of a `multipart/mixed`.
    pub(super) fn mixed_children(&mut self) -> Option<&mut Vec<Part<'a>>> {
        match &mut self.contents {
            Contents::Multipart { subtype: "mixed", children, .. } => Some(children),
            _ => None,
        }
    }

    /// Whether a mail in it has addresses outside ASCII in its header (RFC 6532).
    fn is_eight_bit(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| {
            if let Contents::Message { header, .. } = &part.contents {
                found |= !header.is_ascii();
            }
        });
        found
    }

    fn walk(&self, visit: &mut impl FnMut(&Part<'a>)) {
        visit(self);
        match &self.contents {
            Contents::Multipart { children, .. } => children.iter().for_each(|child| child.walk(visit)),
            Contents::Message { root, .. } => root.walk(visit),
            Contents::Data(..) | Contents::Raw(_) => {}
        }
    }
}

/// Writes parts, each multipart with a boundary of its own.
#[derive(Debug)]
pub(super) struct Serializer {
    stem: String,
    used: usize,
}

impl Serializer {
    /// For the tree of `root`, under the mail header `header`.
    pub(super) fn new(header: &[u8], root: &Part<'_>) -> Self {
        /// How much of the data at each end goes into the number. The search makes it unique, not the number.
        const SAMPLE: usize = 4096;
        let mut hash = Fnv::default();
        hash.add(header);
        root.walk(&mut |part| {
            hash.add(&part.header);
            if let Contents::Data(data, _) | Contents::Raw(data) = &part.contents {
                hash.add_number(len64(data));
                hash.add(data.get(..SAMPLE).unwrap_or(data));
                hash.add((Offset::of(data) - SAMPLE).tail(data).unwrap_or_default());
            }
            if let Contents::Message { header, .. } = &part.contents {
                hash.add(header);
            }
        });
        let mut taken = BTreeSet::new();
        root.walk(&mut |part| {
            if let Contents::Raw(data) = &part.contents {
                taken.extend(data.split(|byte| *byte == b'\n').filter_map(number_of));
            }
        });
        // Ends: there are more numbers than lines.
        while taken.contains(&hash.0) {
            hash.0 = hash.0.wrapping_add(1);
        }
        Serializer { stem: format!("=_{:016x}", hash.0), used: 0 }
    }

    fn boundary(&mut self) -> String {
        self.used = self.used.saturating_add(1);
        // Ends in a sign so that none is the beginning of another.
        format!("{}.{:x}=_", self.stem, self.used)
    }

    /// The header of a part and its body.
    pub(super) fn split(&mut self, part: &Part<'_>) -> (Vec<u8>, Vec<u8>) {
        let mut header = Vec::new();
        let boundary = self.header(part, &mut header);
        let mut length = Offset::START;
        part.walk(&mut |part| {
            length += part.header.len();
            length += 200;
            if let Contents::Data(data, encoding) = &part.contents {
                length += encoding.estimate(data.len());
            }
        });
        let mut body = Vec::with_capacity(length.index());
        self.body(part, boundary, &mut body);
        if !body.is_empty() && !body.ends_with(b"\r\n") {
            body.extend_from_slice(b"\r\n");
        }
        (header, body)
    }

    /// A whole mail, of its header and its root.
    pub(super) fn mail(mut self, mut mail: Vec<u8>, root: &Part<'_>) -> Vec<u8> {
        let (header, body) = self.split(root);
        mail.reserve_exact((Offset::of(&header) + body.len() + 2).index());
        mail.extend_from_slice(&header);
        mail.extend_from_slice(b"\r\n");
        mail.extend_from_slice(&body);
        mail
    }

    fn header(&mut self, part: &Part<'_>, out: &mut Vec<u8>) -> String {
        let mut boundary = String::new();
        if let Contents::Multipart { subtype, parameters, .. } = &part.contents {
            boundary = self.boundary();
            let mut content_type = Parameterized::new("Content-Type", &format!("multipart/{subtype}"));
            for (name, value) in parameters {
                content_type = content_type.with(name, value);
            }
            content_type.with("boundary", &boundary).write(out);
        }
        out.extend_from_slice(&part.header);
        if part.is_eight_bit() {
            Parameterized::new("Content-Transfer-Encoding", "8bit").write(out);
        }
        boundary
    }

    fn body(&mut self, part: &Part<'_>, boundary: String, out: &mut Vec<u8>) {
        match &part.contents {
            Contents::Data(data, encoding) => encoding.encode(data, out),
            Contents::Raw(data) => out.extend_from_slice(data),
            Contents::Multipart { children, .. } => {
                for child in children {
                    // The line end in front of a boundary belongs to it.
                    if out.last().is_some_and(|last| *last != b'\n') {
                        out.extend_from_slice(b"\r\n");
                    }
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    let inner = self.header(child, out);
                    out.extend_from_slice(b"\r\n");
                    let start = out.len();
                    self.body(child, inner, out);
                    // Line ends of these are not part of what they hold; any other is.
                    let ended =
                        matches!(child.contents, Contents::Data(_, TransferEncoding::Base64) | Contents::Multipart { .. });
                    if !ended || out.len() == start {
                        out.extend_from_slice(b"\r\n");
                    }
                }
                out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
            }
            Contents::Message { header, root } => {
                out.extend_from_slice(header);
                let inner = self.header(root, out);
                out.extend_from_slice(b"\r\n");
                self.body(root, inner, out);
            }
        }
    }
}

/// The number of a boundary line that a message of ours could have.
fn number_of(line: &[u8]) -> Option<u64> {
    let digits = line.strip_prefix(b"--=_")?.get(..16)?;
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part<'_> {
        let content_type = Parameterized::new("Content-Type", "text/plain");
        Part::data(&content_type, Cow::Borrowed(text.as_bytes()), TransferEncoding::Identity)
    }

    fn written(part: &Part<'_>) -> String {
        let (header, body) = Serializer::new(b"", part).split(part);
        String::from_utf8([header, b"\r\n".to_vec(), body].concat()).unwrap()
    }

    #[test]
    fn a_multipart_keeps_what_its_children_hold() {
        let tree = Part::multipart("mixed", vec![text("no line end"), text("line end\r\n"), text("")]);
        let bytes = written(&tree);
        assert_eq!(bytes, written(&tree));
        let mail = mail_parser::MessageParser::new().parse(bytes.as_bytes()).unwrap();
        let texts: Vec<_> = mail.parts.iter().skip(1).map(|part| part.text_contents().unwrap()).collect();
        assert_eq!(texts, ["no line end", "line end\r\n", ""]);
        assert_eq!(Part::multipart("mixed", vec![text("one")]).media_type(), "text/plain");
    }

    fn raw(held: &str) -> Part<'static> {
        // The number is made of the first and last bytes, so that what stands between them does not change it.
        let data = format!("{}\r\n{held}\r\n{}", "a".repeat(5000), "z".repeat(5000));
        Part { header: Vec::new(), contents: Contents::Raw(Cow::Owned(data.into_bytes())) }
    }

    #[test]
    fn a_boundary_that_signed_data_holds_is_not_taken() {
        let stem = |held: &str| Serializer::new(b"", &Part::multipart("mixed", vec![raw(held), text("")])).stem;
        let free = stem(&"x".repeat(26));
        assert_eq!(stem(&format!(" --{free}.1=_ ")), free);
        let other = stem(&format!("--{free}.1=_  "));
        assert!(other != free && other.starts_with("=_") && other.len() == free.len());
    }

    #[test]
    fn no_boundary_is_the_beginning_of_another() {
        let mut serializer = Serializer::new(b"", &text(""));
        let boundaries: Vec<_> = (0..40).map(|_| serializer.boundary()).collect();
        for one in &boundaries {
            assert_eq!(boundaries.iter().filter(|other| other.starts_with(one.as_str())).count(), 1);
        }
    }
}
