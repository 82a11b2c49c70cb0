//! HTML bytes as text: which character set they are in ([MS-OXBBODY], HTML's own rules where a property is silent).

use crate::base::CodePage;
use crate::base::codepage::Decoded;

/// How far into the bytes a `<meta>` is looked for; browsers look as far.
const META_SEARCH: usize = 1024;

/// Decodes HTML: by a byte order mark, else by `property` (PidTagInternetCodepage), else by `<meta>`, else as UTF-8 if it is
/// that, else by `fallback`.
///
/// The property comes before the markup because mail systems that convert a body set it and leave the markup as it was. Its
/// value 1200 (UTF-16) is not allowed for HTML and does not count; what is really UTF-16 has a byte order mark.
#[must_use]
pub fn decode(bytes: &[u8], property: Option<CodePage>, fallback: CodePage) -> Decoded<'_> {
    let (mark, page) = code_page(bytes, property, fallback);
    page.decode_or_latin1(bytes.get(mark..).unwrap_or_default())
}

/// How long the byte order mark is, and the code page that [`decode`] reads the HTML by.
pub(crate) fn code_page(bytes: &[u8], property: Option<CodePage>, fallback: CodePage) -> (usize, CodePage) {
    let marks: [(&[u8], u32); 3] = [(&[0xEF, 0xBB, 0xBF], 65001), (&[0xFF, 0xFE], 1200), (&[0xFE, 0xFF], 1201)];
    if let Some((mark, page)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return (mark.len(), CodePage(*page));
    }
    let usable = |page: &CodePage| page.is_supported() && !page.is_wide();
    let declared = property.filter(usable).or_else(|| meta_charset(bytes).filter(usable));
    let valid = || if std::str::from_utf8(bytes).is_ok() { CodePage::UTF_8 } else { fallback };
    (0, declared.unwrap_or_else(valid))
}

/// The character set of a `<meta charset=…>` or `<meta http-equiv=Content-Type content="…; charset=…">`.
#[must_use]
pub fn meta_charset(bytes: &[u8]) -> Option<CodePage> {
    let head = bytes.get(..META_SEARCH).unwrap_or(bytes).to_ascii_lowercase();
    let mut rest = head.as_slice();
    while let Some(after) = behind(rest, b"<meta") {
        rest = after;
        let tag = rest.split(|byte| *byte == b'>').next().unwrap_or(rest);
        let Some(value) = behind(tag, b"charset").map(<[u8]>::trim_ascii_start) else { continue };
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value).trim_ascii_start();
        let end = value.iter().position(|byte| matches!(byte, b'"' | b'\'' | b';' | b' ' | b'\t' | b'\r' | b'\n' | b'/'));
        let name = std::str::from_utf8(value.get(..end.unwrap_or(value.len()))?).ok()?;
        if let Some(page) = CodePage::from_name(name) {
            return Some(page);
        }
    }
    None
}

/// How deep elements may be nested for the library that makes text of HTML: its time grows with the square of the depth.
#[cfg(feature = "html")]
pub(crate) const NESTING_MAX: usize = 1_000;
/// How long HTML may be for that library; it takes some seconds for as much.
#[cfg(feature = "html")]
pub(crate) const LENGTH_MAX: usize = 4 << 20;

/// Elements that do not nest: they have no end tag, or one that may be left out.
#[cfg(feature = "html")]
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "param",
    "source", "td", "th", "tr", "track", "wbr",
];

/// How deep elements nest at most, by counting start and end tags; an upper bound for markup that closes what it opens.
#[cfg(feature = "html")]
pub(crate) fn nesting(html: &str) -> usize {
    let (mut depth, mut most) = (std::num::Saturating(0usize), 0);
    for tag in html.split('<').skip(1) {
        let closing = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if name.is_empty() || FLAT.iter().any(|flat| flat.eq_ignore_ascii_case(name)) {
            continue;
        }
        if closing {
            depth -= 1;
        } else {
            depth += 1;
        }
        most = most.max(depth.0);
    }
    most
}

/// What stands between tags, a line for each run: for HTML that is too deep or too long to be understood.
#[cfg(feature = "html")]
pub(crate) fn strip_tags(html: &str) -> String {
    let mut text = String::new();
    for (number, part) in html.split('<').enumerate() {
        // What precedes the first tag is text; behind that, what follows the end of each.
        let run = if number == 0 { Some(part) } else { part.split_once('>').map(|(_, run)| run) };
        let run = run.unwrap_or_default().trim();
        if !run.is_empty() {
            text.push_str(run);
            text.push_str("\r\n");
        }
    }
    text
}

/// What follows the first `needle`.
fn behind<'h>(haystack: &'h [u8], needle: &[u8]) -> Option<&'h [u8]> {
    let at = haystack.windows(needle.len()).position(|window| window == needle)?;
    haystack.get(at..)?.get(needle.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_in_both_of_its_forms() {
        let table: [(&[u8], Option<u32>); 7] = [
            (b"<html><meta charset=\"windows-1251\">", Some(1251)),
            (b"<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=iso-8859-2\">", Some(28592)),
            (b"<meta name=x><meta charset = utf-8 />", Some(65001)),
            (b"<meta charset='koi8-r'>", Some(20866)),
            (b"<meta charset=nonsense><meta charset=utf-8>", Some(65001)),
            (b"<meta charset>", None),
            (b"charset=utf-8", None),
        ];
        for (html, page) in table {
            assert_eq!(meta_charset(html), page.map(CodePage), "{}", String::from_utf8_lossy(html));
        }
    }

    #[cfg(feature = "html")]
    #[test]
    fn nesting_counts_what_nests() {
        assert_eq!(nesting("<html><body><p>a<br><p>b<ul><li>c<li>d</ul></body></html>"), 3);
        assert_eq!(nesting(&"<td>".repeat(9)), 0);
        assert_eq!(nesting(&"<B>".repeat(9)), 9);
        assert_eq!(strip_tags("a<b>c</b >d<e"), "a\r\nc\r\nd\r\n");
    }

    #[test]
    fn mark_then_property_then_meta_then_utf8_then_fallback() {
        let text =
            |bytes: &[u8], property: Option<u32>| decode(bytes, property.map(CodePage), CodePage::WINDOWS_1252).text.into_owned();
        assert_eq!(text(b"\xEF\xBB\xBF\xC3\xA9", Some(1252)), "\u{e9}");
        assert_eq!(text(b"\xFF\xFEa\0", Some(1252)), "a");
        assert_eq!(text(b"<meta charset=utf-8>\xE9", Some(1252)), "<meta charset=utf-8>\u{e9}");
        assert_eq!(text(b"<meta charset=windows-1251>\xE9", None), "<meta charset=windows-1251>\u{439}");
        assert_eq!(text(b"<meta charset=windows-1251>\xE9", Some(1200)), "<meta charset=windows-1251>\u{439}");
        assert_eq!(text(b"\xC3\xA9", None), "\u{e9}");
        assert_eq!(text(b"\xE9", None), "\u{e9}");
    }
}
