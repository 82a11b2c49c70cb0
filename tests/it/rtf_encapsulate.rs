//! HTML and text into RTF and back.

use proptest::prelude::*;
use winmail::ReadOptions;
use winmail::rtf::{Encapsulation, deencapsulate, encapsulate, to_text};

/// What [MS-OXRTFEX] cannot carry: which line end it was.
fn with_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

fn check(rtf: &[u8], kind: Encapsulation, expected: &str) {
    assert!(rtf.is_ascii());
    let back = deencapsulate(rtf, &ReadOptions::strict()).unwrap();
    let report = &back.report;
    assert_eq!((back.kind, back.text), (kind, with_line_ends(expected)));
    assert!(report.is_empty(), "{:?}", report.diagnostics());
}

fn check_html(html: &str) {
    check(&encapsulate::from_html(html), Encapsulation::Html, html);
}

#[test]
fn html_comes_back() {
    for html in [
        "",
        "text",
        "<html><head><title>a & b</title><style>p{margin:0}</style></head>\r\n<body>\r\n<p>Hello <b>world</b></p></body></html>\r\n",
        "<!DOCTYPE html>\n<!-- {\\rtf} -->&nbsp;&copy;&unknown; 5 < 6 && 7 > 6",
        "<pre>a\n  b\tc\n</pre>d  e\t f",
        "<a href=\"https://example.org/?a=1&amp;b={2}\\\">x</a><a>y</a><a href=z>open",
        "<ol><li>one<ul><li>two</ul><li>three</ol><table><tr><th>a<td>b</table><center>c</center><hr><br/>",
        "café € 😀 \u{F0B7}\u{FEFF}\u{0}\u{80}\u{9F}",
        "<b><i></b></i></b><unclosed attribute='",
        "<script>if (a < b) { x = '</p>' }</script>",
    ] {
        check_html(html);
    }
}

#[test]
fn readers_of_rtf_see_the_looks() {
    let rtf = encapsulate::from_html(
        "<body>\n<p>Hello  <b>bold</b> &amp;&nbsp;<i>x</i></p>\n<ul><li>one</li><li>two</li></ul><a href='https://example.org/'>here</a></body>",
    );
    let shown = to_text(&rtf, &ReadOptions::strict()).unwrap().text;
    assert_eq!(shown, "Hello bold &\u{A0}x\r\n•\tone\r\n•\ttwo\r\nhere <https://example.org/>");
    let source = String::from_utf8(rtf).unwrap();
    assert!(source.contains(r"{\*\htmltag84 <b>}\htmlrtf \b\htmlrtf0 bold"), "{source}");
    // The first visible text comes behind an empty marker, the mark of HTML within ten tokens.
    assert!(source.starts_with(r"{\rtf1\ansi\ansicpg1252\fromhtml1 "), "{source}");
    assert!(source.find(r"{\*\htmltag64}").unwrap() < source.find("Hello").unwrap());
}

#[test]
fn real_html_comes_back() {
    let Some(corpus) = std::env::var_os("WINMAIL_CORPUS") else {
        let local = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        return real_html_in(&local);
    };
    real_html_in(std::path::Path::new(&corpus));
}

fn real_html_in(corpus: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(corpus.join("rtf")) else {
        println!("no corpus at {}: skipped", corpus.display());
        return;
    };
    let mut count = 0;
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|extension| extension == "html") {
            check_html(&std::fs::read_to_string(&path).unwrap());
            count += 1;
        }
    }
    assert!(count > 0, "the corpus has no HTML");
}

proptest! {
    #[test]
    fn any_text_comes_back(text in any::<String>()) {
        check(&encapsulate::from_text(&text), Encapsulation::Text, &text);
    }

    #[test]
    fn text_of_rtf_letters_comes_back(text in "[\\\\{}'*a-c0-9 \\-\r\n\t€é😀\u{0}]{0,60}") {
        check(&encapsulate::from_text(&text), Encapsulation::Text, &text);
    }

    #[test]
    fn any_string_comes_back_as_html(html in any::<String>()) {
        check_html(&html);
    }

    #[test]
    fn html_of_pieces_comes_back(pieces in proptest::collection::vec(piece(), 0..40)) {
        check_html(&pieces.concat());
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<html>",
            "<head>",
            "</head>",
            "<body>",
            "</body>",
            "</html>",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<a href='x\\y\"'>",
            "</a>",
            "<br>",
            "<ol>",
            "<ul>",
            "<li>",
            "</li>",
            "</ol>",
            "</ul>",
            "<table>",
            "<tr>",
            "<td>",
            "<th>",
            "</table>",
            "<pre>",
            "</pre>",
            "<style>",
            "</style>",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<!DOCTYPE html>",
            "&nbsp;",
            "&amp",
            "&#128512;",
            "<h1>",
            "</h1>",
            "<hr>",
            "<center>",
            "<img alt='{a}\n\\'>",
            "<p align=\"",
            "<",
            ">",
            "&",
            "\r",
            "\n",
            "\r\n",
            "\t",
            "  ",
            "{",
            "}",
            "\\",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9 é€\\\\{}\r\n]{0,8}",
    ]
}
