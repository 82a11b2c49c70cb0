//! Bodies as files: which forms are written, and pictures that a browser finds beside the page.

use std::borrow::Cow;
use std::collections::HashMap;

use winmail::Message;
use winmail::message::html::{self, SafeHtml, meta_charset};
use winmail::message::{Body, BodyKind};
use winmail::rtf::Part;
use winmail::{CodePage, ReadOptions, Report};

/// A form to write the body in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BodyForm {
    /// What the message holds, RTF decompressed; where that is all, also the HTML and text it carries or looks like
    Stored,
    /// HTML: the message's own, or out of its RTF
    Html,
    /// Plain text: the message's own, or out of its RTF or HTML
    Text,
    /// RTF, decompressed
    Rtf,
    /// No body
    None,
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// What people see, and nothing that runs, loads or asks.
    Safe,
    /// What the sender wrote, byte for byte.
    Original,
}

/// A file to write.
#[derive(Debug)]
pub(crate) struct BodyFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Of a picture that the page behind it shows.
    pub(crate) content_id: Option<String>,
    /// What is not in a page that was made safe, in words.
    pub(crate) left_out: Option<String>,
}

impl BodyFile {
    fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        BodyFile { name: name.to_owned(), bytes: bytes.into(), content_id: None, left_out: None }
    }

    /// Whether the file is a page whose links to pictures are to be led to files.
    pub(crate) fn is_page(&self) -> bool {
        self.name == PAGE
    }
}

/// The name of a body in HTML.
const PAGE: &str = "body.html";

/// The UTF-8 byte order mark: it outweighs what a `<meta>` claims.
const MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// The bodies of a message in the wanted forms, pictures before the page that shows them. `Err` is a form that could not be
/// made, with the reason; the others are there all the same.
pub(crate) fn files(
    message: &Message<'_>,
    forms: &[BodyForm],
    pages: Pages,
    options: &ReadOptions,
    report: &mut Report,
) -> Vec<Result<BodyFile, String>> {
    let mut files: Vec<Result<BodyFile, String>> = Vec::new();
    for form in forms {
        let made = match form {
            BodyForm::None => Vec::new(),
            BodyForm::Stored => stored(message, pages, options, report),
            BodyForm::Html => page(message, pages, options, report),
            BodyForm::Text => match message.text() {
                Ok(None) => Vec::new(),
                Ok(Some(found)) => {
                    report.append(&found.report, options);
                    vec![Ok(BodyFile::new("body.txt", found.text))]
                }
                Err(error) => vec![Err(refused(&error, options, report))],
            },
            BodyForm::Rtf => match message.rtf() {
                Ok(None) => Vec::new(),
                Ok(Some(found)) => {
                    report.append(&found.report, options);
                    vec![Ok(BodyFile::new("body.rtf", found.bytes))]
                }
                Err(error) => vec![Err(refused(&error, options, report))],
            },
        };
        // Two forms may come to the same file.
        let there: Vec<String> = files.iter().flatten().map(|file| file.name.clone()).collect();
        files.extend(made.into_iter().filter(|file| !file.as_ref().is_ok_and(|file| there.contains(&file.name))));
    }
    files
}

/// The words of an error, what was found before it being said.
fn refused(error: &winmail::Error, options: &ReadOptions, report: &mut Report) -> String {
    report.append(error.report(), options);
    error.to_string()
}

fn stored(message: &Message<'_>, pages: Pages, options: &ReadOptions, report: &mut Report) -> Vec<Result<BodyFile, String>> {
    let bodies = message.bodies();
    let has = |kind| bodies.iter().any(|body| body.kind() == kind);
    let mut files = Vec::new();
    let mut is_safe = false;
    for body in &bodies {
        match body {
            Body::Html { .. } | Body::HtmlText(_) if pages == Pages::Safe => {
                if !std::mem::replace(&mut is_safe, true) {
                    files.extend(page(message, pages, options, report));
                }
            }
            Body::Text(text) => files.push(Ok(BodyFile::new("body.txt", text.as_bytes()))),
            Body::Html { bytes, .. } => files.push(Ok(BodyFile::new(PAGE, *bytes))),
            Body::HtmlText(text) => files.push(Ok(unicode_page(text))),
            Body::RtfCompressed(bytes) => {
                match message.rtf() {
                    Ok(rtf) => files.extend(rtf.map(|found| {
                        report.append(&found.report, options);
                        Ok(BodyFile::new("body.rtf", found.bytes))
                    })),
                    Err(error) => {
                        let error = refused(&error, options, report);
                        files.push(Err(format!("{error}; the RTF is written as it stands, compressed")));
                        files.push(Ok(BodyFile::new("body.rtf.lzfu", *bytes)));
                        continue;
                    }
                }
                // Said already if the RTF is damaged.
                let mut again = Report::new();
                if !has(BodyKind::Html) {
                    files.extend(page(message, pages, options, &mut again));
                }
                if !has(BodyKind::Text) && !has(BodyKind::Html) {
                    let found = message.native_text().ok().flatten();
                    let found = found.filter(|found| found.kind == BodyKind::Text && !found.text.trim().is_empty());
                    files.extend(found.map(|found| Ok(BodyFile::new("body.txt", found.text))));
                }
            }
            other => files.push(Err(format!("a body of the kind {:?} is not written", other.kind()))),
        }
    }
    files
}

/// The body as HTML, and before it the pictures that stand in rich text.
fn page(message: &Message<'_>, pages: Pages, options: &ReadOptions, report: &mut Report) -> Vec<Result<BodyFile, String>> {
    let found = match message.html() {
        Ok(Some(found)) => found,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![Err(refused(&error, options, report))],
    };
    report.append(&found.report, options);
    if found.from == BodyKind::Html && pages == Pages::Safe {
        return vec![Ok(safe_page(&found.text))];
    }
    if found.from == BodyKind::Html {
        // The message's own: its bytes as they stand.
        return message
            .bodies()
            .iter()
            .filter_map(|body| match body {
                Body::Html { bytes, .. } => Some(Ok(BodyFile::new(PAGE, *bytes))),
                Body::HtmlText(text) => Some(Ok(unicode_page(text))),
                _ => None,
            })
            .collect();
    }
    let parts = message.rich_text().ok().flatten().map(|made| made.parts).unwrap_or_default();
    let picture = |part: Part| BodyFile { name: part.name, bytes: part.bytes, content_id: Some(part.content_id), left_out: None };
    let page = if pages == Pages::Safe { safe_page(&found.text) } else { unicode_page(&found.text) };
    parts.into_iter().map(picture).chain([page]).map(Ok).collect()
}

/// HTML that loads and runs nothing.
fn safe_page(text: &str) -> BodyFile {
    let made = html::safe(text);
    let left_out = left_out(&made);
    BodyFile { left_out, ..BodyFile::new(PAGE, made.html) }
}

/// What is not in the page any more.
fn left_out(made: &SafeHtml) -> Option<String> {
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts: Vec<String> = [
        counted(made.pictures, "picture from elsewhere", "pictures from elsewhere"),
        counted(made.links, "link to a file or program", "links to files or programs"),
        counted(made.active, "script, form or frame", "scripts, forms or frames"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// HTML that is Unicode by now, whatever its `<meta>` says.
fn unicode_page(text: &str) -> BodyFile {
    let says_otherwise = meta_charset(text.as_bytes()) != Some(CodePage::UTF_8);
    let mark = if says_otherwise && !text.is_ascii() { MARK } else { &[] };
    BodyFile::new(PAGE, [mark, text.as_bytes()].concat())
}

/// Puts file names in the place of references to pictures that were written.
pub(crate) fn with_pictures<'b>(page: &'b [u8], pictures: &HashMap<String, String>) -> Cow<'b, [u8]> {
    html::with_parts_at(page, |id| pictures.get(id).map(|name| percent_encoded(name)))
}

/// A file name as a relative link.
fn percent_encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> HashMap<String, String> {
        HashMap::from([("a@b".to_owned(), "my logo.png".to_owned())])
    }

    #[test]
    fn links_lead_to_the_files_that_were_written_and_no_other() {
        let html = b"<img src=\"cid:a@b\"><img src='CID:a%40b'><img src=cid:x@y> cid:a@b";
        let expected = b"<img src=\"my%20logo.png\"><img src='my%20logo.png'><img src=cid:x@y> cid:a@b";
        assert_eq!(with_pictures(html, &pictures()).as_ref(), expected);
        assert!(matches!(with_pictures(b"no link \xFF", &pictures()), Cow::Borrowed(_)));
    }

    #[test]
    fn a_mark_outweighs_a_meta_that_is_no_longer_true() {
        assert_eq!(
            unicode_page("<meta charset=windows-1251>\u{439}").bytes,
            "\u{feff}<meta charset=windows-1251>\u{439}".as_bytes()
        );
        assert_eq!(unicode_page("<meta charset=utf-8>\u{439}").bytes, "<meta charset=utf-8>\u{439}".as_bytes());
        assert_eq!(unicode_page("<b>plain</b>").bytes, b"<b>plain</b>");
    }
}
