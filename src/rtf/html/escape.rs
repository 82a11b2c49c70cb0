//! Text in HTML. Nothing of the RTF reaches the HTML but through here or as a number.

use std::borrow::Cow;

/// The reference to a character that is markup of HTML.
pub(crate) fn reference(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// Appends text: markup escaped, and spaces such that as many are seen as there are.
///
/// `after_space` says whether what precedes ends with a space or starts a line, and is updated.
pub(super) fn push_text(html: &mut String, text: &str, after_space: &mut bool) {
    for c in text.chars() {
        let space = c == ' ';
        match c {
            ' ' if *after_space => html.push_str("&nbsp;"),
            '\u{A0}' => html.push_str("&nbsp;"),
            '\t' => html.push_str("<span style=\"white-space:pre\">\t</span>"),
            // Controls are no characters of HTML.
            c if c.is_control() => {}
            // Nor are these.
            '\u{FDD0}'..='\u{FDEF}' => {}
            c => push(html, c),
        }
        // After a no-break space a plain one is seen.
        *after_space = space && !*after_space;
    }
}

/// Appends the value of an attribute in double quotation marks.
pub(crate) fn push_attribute(html: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '"' => html.push_str("&quot;"),
            c if c.is_control() => {}
            c => push(html, c),
        }
    }
}

fn push(html: &mut String, c: char) {
    match reference(c) {
        Some(reference) => html.push_str(reference),
        None => html.push(c),
    }
}

/// The target of a link, if it is a place in the text, or its scheme is one that does nothing but open what it names: http, https, ftp,
/// mailto, and tel, which asks before it calls. `www.` without a scheme is http.
///
/// Not `file:`, by which opening a link sends the reader's credentials to a server of the sender's choice, and not
/// `javascript:` and its like.
pub(super) fn safe_link(target: &str) -> Option<Cow<'_, str>> {
    let target = target.trim();
    if target.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www.")) {
        return Some(Cow::Owned(format!("http://{target}")));
    }
    let is_place = target.len() > 1 && target.starts_with('#');
    let scheme = target.split_once(':').map_or("", |(scheme, _)| scheme);
    let known = ["http", "https", "ftp", "mailto", "tel"].into_iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_place || known).then_some(Cow::Borrowed(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_spaces_stay() {
        for (text, html) in [
            ("a<b>&\"", "a&lt;b&gt;&amp;\""),
            ("a b", "a b"),
            ("a  b   c", "a &nbsp;b &nbsp; c"),
            ("a\u{0}\u{1B}b\u{A0}", "ab&nbsp;"),
        ] {
            let mut out = String::new();
            push_text(&mut out, text, &mut false);
            assert_eq!(out, html);
        }
        let mut out = String::new();
        push_text(&mut out, " x", &mut true);
        assert_eq!(out, "&nbsp;x");
    }

    #[test]
    fn only_harmless_links_are_links() {
        for (target, safe) in [
            ("https://example.org/", true),
            (" MAILTO:a@example.org", true),
            ("javascript:alert(1)", false),
            ("java\tscript:alert(1)", false),
            ("data:text/html,x", false),
            ("file://server/share", false),
            ("\\\\server\\share", false),
            ("www.example.org", true),
            ("tel:+49301234", true),
            ("#place", true),
            ("#", false),
            ("callto:x", false),
        ] {
            assert_eq!(safe_link(target).is_some(), safe, "{target}");
        }
    }
}
