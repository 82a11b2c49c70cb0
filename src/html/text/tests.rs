//! What HTML says as text, by the kinds of mail that it is in.

use super::of_html;
use crate::base::steps;

fn check(table: &[(&str, &str)]) {
    for (html, text) in table {
        assert_eq!(of_html(html, None), *text, "{html}");
    }
}

#[test]
fn white_space_lines_and_paragraphs() {
    check(&[
        ("<p>one &amp; <b>two</b></p><p>three</p>", "one & two\n\nthree"),
        ("  a\r\n b\t c ", "a b c"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("a<br></p><p>b", "a\n\nb"),
        // Outlook on the web and Gmail.
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        // Word.
        ("<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb"),
        ("<p style='margin:0'>a</p><p style='margin:0cm 0cm 0.1pt'>b</p>", "a\nb"),
        ("a&nbsp; b", "a  b"),
        ("<h1>T</h1>x", "T\n\nx"),
        ("so<wbr>li&shy;tude", "solitude"),
        ("<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd"),
        ("a<span style=\"white-space:pre\">\t</span>b", "a\tb"),
        ("a<hr>b", "a\n----------------------------------------\nb"),
        ("<title>no</title><style>p{}</style><script>x</script>yes<!-- no -->", "yes"),
        ("<textarea>a\n b</textarea>", "a\n b"),
        (
            "<q>a</q> <ruby>\u{6f22}<rp>(</rp><rt>\u{304b}\u{3093}</rt><rp>)</rp></ruby>",
            "\u{201c}a\u{201d} \u{6f22}(\u{304b}\u{3093})",
        ),
        ("5 < 6 &lt;b&gt;", "5 < 6 <b>"),
        ("", ""),
    ]);
}

#[test]
fn links() {
    check(&[
        ("Please <a href=\"http://x.org/?a&amp;b\">click here</a>.", "Please click here <http://x.org/?a&b>."),
        ("<a href='http://x.org/'>http://x.org</a> <a href=mailto:a@x.org>a@x.org</a>", "http://x.org a@x.org"),
        ("<a href='http://evil.org/'>http://bank.org</a>", "http://bank.org <http://evil.org/>"),
        ("<a href=http://x.org><img src=a alt='Logo'></a>", "[Logo] <http://x.org>"),
        ("<a href=http://x.org><img src=a></a>b", "<http://x.org>b"),
        ("<a href='#top'>up</a><a name=x>y</a><a href='javascript:a()'>z</a>", "upyz"),
        // Word cuts a link in two.
        ("<a href=http://x.org>one</a><a href=http://x.org> two</a>, three", "one two <http://x.org>, three"),
        ("<a href=http://x.org><div>one</div></a><div>two</div>", "one <http://x.org>\ntwo"),
        ("<a href='http://x.org/a b>'>c</a>", "c <http://x.org/a%20b%3E>"),
        ("<a href=http://x.org>a", "a <http://x.org>"),
        // What Chromium and Firefox show as the address: only tabs and line ends fall out.
        ("<a href=' http://x.org/a\tb\r\nc\u{7f}d\u{a0}e\u{1} '>x</a>", "x <http://x.org/abc%7Fd%C2%A0e>"),
        ("<map><area href=http://x.org alt=One></map>", "One <http://x.org>"),
    ]);
}

#[test]
fn lists() {
    check(&[
        ("<ul><li>a<li>b</ul>", "* a\n* b"),
        ("<ol start=3><li>a</li><li>b<ul><li>c</li></ul></li><li value=9>d</li></ol>e", "3. a\n4. b\n   - c\n9. d\n\ne"),
        ("<ol type=a><li>a<li>b</ol>", "a. a\nb. b"),
        ("<ol style='list-style-type:upper-roman'><li>a<li>b</ol>", "I. a\nII. b"),
        ("<ul style='list-style-type:\"\u{2013} \"'><li>a</ul>", "\u{2013} a"),
        ("<ul style='list-style:none'><li>a</ul>", "a"),
        ("<ul><li><p>a</p><p>b</p></ul>", "* a\n\n  b"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
    ]);
}

#[test]
fn tables() {
    check(&[
        // Data: columns.
        ("<table border=1><tr><th>Name<th>Sum</tr><tr><td>Ann</td><td>5</td></tr></table>", "Name  Sum\nAnn   5"),
        ("<table><tr><td>a</td><td></td><td>b</td></tr><tr><td>cc</td><td>d</td><td>e</td></tr></table>", "a      b\ncc  d  e"),
        ("<table><tr><td colspan=2>head</td></tr><tr><td>a</td><td>b</td></tr></table>", "head\na  b"),
        // Layout: paragraphs.
        ("<table><tr><td><table><tr><td><p>one</p><p>two</p></td></tr></table></td></tr></table>", "one\n\ntwo"),
        ("<table><tr><td>left<br>left</td><td>right<br>right</td></tr></table>", "left\nleft\n\nright\nright"),
        ("a<table><tr><td>b</table>c", "a\nb\nc"),
        ("<table>x<tr><td>a</td>y</tr></table>", "x\na  y"),
        ("<td>a</td><td>b</td>", "a\nb"),
        ("<table><caption>C</caption><tr><td>a<td>b</table>", "C\na  b"),
    ]);
    let long = "word ".repeat(20);
    let html = format!("<table border=1><tr><td>{long}</td><td>b</td></tr></table>");
    assert_eq!(of_html(&html, None), format!("{}\tb", long.trim_end()));
    let html = format!("<table><tr><td>{long}</td><td>b</td></tr></table>");
    assert_eq!(of_html(&html, None), format!("{}\nb", long.trim_end()));
}

#[test]
fn quotations_forms_and_what_is_hidden() {
    check(&[
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n\n> > c\n\nd"),
        ("<div style=\"display:none\">preheader<div>x</div></div><p>a</p>", "a"),
        ("<span hidden>a<span>b</span>c</span>d", "d"),
        // Where nothing else is there, it is shown.
        ("<div style='display:none'>only</div>", "only"),
        ("<p style=display:none>a<p>b", "b"),
        ("<table><tr style='display:none'><td>a</td></tr><tr><td>b</td></tr></table>", "b"),
        ("<input type=checkbox checked>a<input type=radio>b<input type=submit value=Send>", "[x]a[ ]b[Send]"),
        ("<select><option>a<option>b</select>", "a\nb"),
        ("<img alt='a\n b' src=x><img src=y>", "[a b]"),
    ]);
}

/// The charts of the fonts: J is a smile in Wingdings, `ü` a tick; the middle dot of Symbol is a bullet.
#[test]
fn symbol_fonts() {
    check(&[
        ("Hi <font face=Wingdings>J</font> J", "Hi \u{263a} J"),
        ("<span style='font-family:Wingdings'>\u{fc}\u{f04a}<b></span>J</b>", "\u{2714}\u{263a}J"),
        (
            "<p><span style='font-family:Symbol'>\u{b7}<span style='font:7.0pt \"Times New Roman\"'>&nbsp; a</span></span>b</p>",
            "\u{2022}  ab",
        ),
    ]);
}

#[test]
fn lines_of_a_width() {
    let html = "<blockquote>one two three four five six</blockquote><ol><li>one two three four five six</ol>";
    assert_eq!(of_html(html, Some(1)), "> one two three four\n> five six\n\n1. one two three\n   four five six");
}

/// Many of each: searches take steps in proportion.
#[test]
fn broken_and_deep_markup() {
    for piece in [
        "<div>",
        "</div>",
        "<b>",
        "<b></i>",
        "<p>",
        "<li>",
        "<ul><li>",
        "<blockquote>",
        "<table><tr><td>",
        "<table>",
        "<td>",
        "<tr>",
        "<a href=x>",
        "<span style='font-family:wingdings'>",
        "<span hidden>",
        "<q>",
        "<select><option>",
        "<a <",
        "<a b=\"",
        "<!--",
        "<title>",
        "&",
        "&a",
        "<table><td>x</td>",
        "<ol><li>x</li>",
        "<font><p>",
        "</b><b>",
        "<br>",
        "<rt>",
        "<pre>\n",
    ] {
        let html = format!("start {}end", piece.repeat(20_000));
        let text = of_html(&html, None);
        assert!(text.starts_with("start") || piece.starts_with("<a b"), "{piece}: {text:.80}");
        assert!(text.len() < html.len().saturating_mul(3), "{piece}: {}", text.len());
        steps::assert_linear(piece, 2_000, |count| of_html(&piece.repeat(count), None));
    }
}
