//! How attachments are named that an HTML body shows ([MS-OXCMAIL] 2.1.3.4.2).

use crate::convert::mime::words;

/// A Content-ID as the header field has it, with its brackets; `None` if it cannot stand there.
pub(super) fn header_id(id: &str) -> Option<String> {
    let id = words::clean(id);
    let id = id.trim_start_matches('<').trim_end_matches('>').trim();
    let fits = !id.is_empty() && id.len() <= 900 && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte));
    fits.then(|| format!("<{id}>"))
}

/// A URL as the header field has it; `None` if it cannot stand there.
pub(super) fn header_url(url: &str) -> Option<&str> {
    let url = url.trim();
    let fits = !url.is_empty() && url.len() <= 900 && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte));
    fits.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_urls_that_fit_a_header() {
        assert_eq!(header_id("<a@b>").as_deref(), Some("<a@b>"));
        assert_eq!(header_id(" a@b\0"), Some("<a@b>".to_owned()));
        for id in ["", "a b", "caf\u{e9}", "a>b<c"] {
            assert_eq!(header_id(id), None, "{id}");
        }
        assert_eq!(header_url("http://example.com/a?b"), Some("http://example.com/a?b"));
        assert_eq!(header_url("two words"), None);
    }
}
