//! What comes out of pages of all kinds; and that nothing else can.

use proptest::prelude::*;

use super::*;

fn made(html: &str) -> String {
    let made = safe(html).html;
    let text = made.replacen(HEAD, "", 1);
    assert!(text.len() < made.len(), "no head: {made}");
    text
}

/// What a stranger must not find, asked of the pieces of what comes out and not of how it was made.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let html = html.replacen(HEAD, "", 1);
    let mut is_style = false;
    for piece in Pieces::new(&html) {
        match piece {
            Piece::Tag(tag) => {
                let name = tag.name.to_ascii_lowercase();
                is_style = name == "style";
                if ACTIVE.contains(&name.as_str()) || name == "meta" {
                    faults.push(format!("element {name}"));
                }
                for attribute in tag.attributes() {
                    let key = attribute.name.to_ascii_lowercase();
                    let value = value_of(&attribute).to_lowercase();
                    let value: String = value.chars().filter(|c| *c > ' ').collect();
                    if key.starts_with("on") || ["srcset", "action", "background", "ping", "srcdoc"].contains(&key.as_str()) {
                        faults.push(format!("attribute {key}"));
                    }
                    if key == "href"
                        && !["http:", "https:", "mailto:", "#", "ftp", "tel", "cid", "mid", "news", "s", "geo", "x", "callto"]
                            .iter()
                            .any(|good| value.starts_with(good))
                    {
                        faults.push(format!("link {value}"));
                    }
                    if key == "src"
                        && (value.contains("//") && !value.starts_with("data:image/") && !value.starts_with("cid:")
                            || value.contains('\\'))
                    {
                        faults.push(format!("picture {value}"));
                    }
                    if key == "style" && (value.contains("url(") || value.contains("expression(") || value.contains('\\')) {
                        faults.push(format!("style {value}"));
                    }
                }
            }
            Piece::Raw(text) if !is_style => {
                if text.contains('<') {
                    faults.push(format!("text {text}"));
                }
            }
            Piece::Raw(css) => {
                let css = css.to_lowercase();
                if css.contains("url(") || css.contains("@import") || css.contains("expression(") || css.contains('\\') {
                    faults.push(format!("style sheet {css}"));
                }
            }
            Piece::Declaration(raw) => {
                if !raw.to_lowercase().starts_with("<!doctype") {
                    faults.push(format!("declaration {raw}"));
                }
            }
            Piece::Text(text) => {
                if text.contains('<') {
                    faults.push(format!("text {text}"));
                }
            }
        }
    }
    faults
}

#[test]
fn lists_are_in_order() {
    for list in [ELEMENTS, ATTRIBUTES, ACTIVE] {
        assert!(list.is_sorted(), "{list:?}");
    }
}

#[test]
fn what_people_read_stays_as_it_looks() {
    let html = "<html xmlns:o=\"urn:x\"><head><title>T &amp; U</title><style>p {color:red}</style></head><body lang=EN-US link='#0563C1'>\
        <p class=MsoNormal style='margin:0;mso-x:y'>1 &lt; 2 <b>b</b><o:p>&nbsp;</o:p></p><img width=10 src=\"cid:a@b\" alt=\"x &quot;y&quot;\">\
        <a href=\"https://a.example/?x=1&amp;y=2\">a</a></body></html>";
    assert_eq!(
        made(html),
        "<html><head><title>T &amp; U</title><style>p {color:red}\n</style></head><body lang=\"EN-US\" link=\"#0563C1\">\
        <p class=\"MsoNormal\" style=\"margin:0;mso-x:y\">1 &lt; 2 <b>b</b><o:p>&nbsp;</o:p></p><img src=\"cid:a@b\" width=\"10\" alt=\"x &quot;y&quot;\">\
        <a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noopener noreferrer\">a</a></body></html>"
    );
    assert!(!safe(html).is_changed());
    assert!(safe("<!DOCTYPE html><p>x").html.starts_with("<!DOCTYPE html><meta charset=\"utf-8\">"));
}

#[test]
fn what_does_something_goes() {
    for (html, expected) in [
        ("a<script>alert('<b>')</script>b", "ab"),
        ("<p onclick=x onmouseover='y'>a</p>", "<p>a</p>"),
        ("<svg/onload=alert(1)>", ""),
        ("<svg><style><img src=x onerror=y></style><text>a</text></svg>b", "<style></style>ab"),
        ("<math><mtext></p><script>x</script></math>b", "</p>b"),
        ("<form action=http://a><input name=x>Name <button>Go</button></form>", "Name Go"),
        ("<iframe src=file:///etc/passwd>x</iframe>a", "a"),
        ("<meta http-equiv=refresh content='0;url=http://a'>a", "a"),
        ("<base href=http://a><link rel=stylesheet href=http://a>a", "a"),
        ("<object data=x><embed src=y>b</object>a", "ba"),
        ("<a href='java&#10;script:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href=\\\\host\\share>a</a>", "<a>a</a>"),
        ("<img src=http://t.example/x.gif width=1 height=1>a", "a"),
        (
            "<img src=http://t.example/x.gif alt='Our <b>logo'>",
            "<span style=\"border:1px dotted;font-size:small\">[picture from t.example not loaded: Our &lt;b&gt;logo]</span>",
        ),
        ("<body background=http://a onload=x>a", "<body>a"),
        ("<!--[if mso]><script>x</script><![endif]--><![if !mso]>a<![endif]>", "a"),
        ("<p style='background:url(http://a)'>a", "<p style=\"background:none\">a"),
        ("<textarea><script>x</script></textarea>", "&lt;script&gt;x&lt;/script&gt;"),
        ("<title></title><script>x</script>a", "<title></title>a"),
        (
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">a",
            "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\">a",
        ),
        ("<p id='a\"b`c'>", "<p id=\"a&quot;b&#96;c\">"),
        ("a < b <3 <p", "a &lt; b &lt;3 &lt;p"),
        ("<style>p{}</style ><style>a{b:c}", "<style></style><style>a {b:c}\n"),
        ("<v:imagedata src=http://a o:href=\"http://a\"/>", "<v:imagedata>"),
    ] {
        assert_eq!(made(html), expected, "{html}");
        assert_eq!(faults(&safe(html).html), Vec::<String>::new(), "{html}");
    }
    let all = safe("<script></script><p onclick=x><a href=file:x><img src=//a/b>");
    assert_eq!((all.active, all.links, all.pictures), (2, 1, 1));
}

/// What is safe stays as it is.
#[test]
fn making_it_safe_twice_changes_nothing() {
    for html in
        ["<p style='a:b' title='&lt;'>x &amp; &lt;b&gt;</p><img src=http://a alt=b>", "<style>p{a:b}</style>", "a<b", "<ul><li>x"]
    {
        let once = safe(html).html;
        let again = safe(&once).html;
        assert_eq!(again.replacen(HEAD, "", 1), once.replacen(HEAD, "", 1), "{html}");
    }
}

proptest! {
    /// Whatever is put together of what matters to browsers.
    #[test]
    fn nothing_gets_through(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<", ">", "</", "/>", "\"", "'", "=", " ", "\n", "\t", "\0", "&", "&lt;", "&#x3c;", "&#0;", "-->", "<!--", "<!", "<?", "]]>", "<![CDATA[",
        "script", "<script>", "</script>", "style", "<style>", "</style>", "<img src=", "<a href=", "javascript:", "http://a", "cid:x", "//h",
        "\\\\h", "onload=", " style=", "url(", ")", "{", "}", ";", ":", "@import ", "\\", "/*", "*/", "expression(", "<svg>", "</svg>", "<math>",
        "<title>", "</title>", "<textarea>", "<noscript>", "<iframe>", "<p ", "x", "é", "<object>", "</object>", "<xml>", "`",
    ]), 0..40)) {
        let html = parts.concat();
        let made = safe(&html).html;
        prop_assert_eq!(faults(&made), Vec::<String>::new(), "{} -> {}", html, made);
    }
}
