//! Safe HTML, asked of what comes out and by a grammar of its own: tags, with attributes in quotation marks, and text.

use winmail::message::html::safe;

/// Whatever the HTML, what is made of it has tags of one form alone, none that does something, and stays as it is if it is made again.
pub fn safe_html(input: &[u8]) {
    let html = String::from_utf8_lossy(input);
    let made = safe(&html);
    check(&made.html);
    let again = safe(&made.html);
    check(&again.html);
    assert!(again.active == 0 && again.links == 0 && again.pictures == 0, "{html:?} -> {:?}", made.html);
    // What is written for one character is no longer than this; then the head, and a note for each picture.
    let most = html.len().saturating_mul(8).saturating_add(400).saturating_add(made.pictures.saturating_mul(400));
    assert!(made.html.len() <= most, "{} bytes of {}", made.html.len(), html.len());
}

fn check(html: &str) {
    let mut rest = html;
    if rest.trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
        rest = &rest[rest.find('>').expect("a declaration ends") + 1..];
    }
    // A style sheet has brackets between selectors.
    let mut is_style = false;
    while let Some(at) = rest.find('<') {
        assert!(is_style || !rest[..at].contains('>'), "a bracket in text: {html:?}");
        let end = rest[at..].find('>').expect("a tag ends") + at;
        tag(&rest[at + 1..end], html);
        is_style = rest[at + 1..end].starts_with("style");
        rest = &rest[end + 1..];
    }
}

/// `name key="value" key="value"`, or `/name`.
fn tag(tag: &str, html: &str) {
    let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    let name = name.strip_prefix('/').unwrap_or(name);
    assert!(
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b':'),
        "{tag:?} of {html:?}"
    );
    let refused =
        ["script", "iframe", "frame", "object", "embed", "form", "input", "link", "base", "svg", "math", "noscript", "textarea"];
    assert!(!refused.contains(&name), "{tag:?} of {html:?}");
    while !attributes.is_empty() {
        let (key, value) = attributes.split_once("=\"").expect("an attribute has a value");
        let (value, behind) = value.split_once('"').expect("a value ends");
        assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{key:?} of {html:?}");
        assert!(!key.starts_with("on") && !value.contains(['<', '>', '`']), "{tag:?} of {html:?}");
        let start = value.split(':').next().unwrap_or_default();
        match key {
            "href" => assert!(
                value.starts_with('#') || (value.contains(':') && !["javascript", "vbscript", "data", "file"].contains(&start))
            ),
            "src" => assert!(matches!(start, "cid" | "data"), "{tag:?} of {html:?}"),
            "style" => assert!(!value.to_lowercase().contains("url(") && !value.contains('\\'), "{tag:?} of {html:?}"),
            "http-equiv" => assert_eq!(value, "Content-Security-Policy"),
            _ => assert!(!["srcset", "action", "background", "srcdoc", "ping", "data"].contains(&key), "{tag:?} of {html:?}"),
        }
        attributes = behind.strip_prefix(' ').unwrap_or(behind);
    }
}
