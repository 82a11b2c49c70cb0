//! HTML of RTF that never was HTML: what Outlook's rich text looks like, for readers that take none. Rich Text Format
//! Specification 1.9.1.
//!
//! | RTF | HTML |
//! |---|---|
//! | paragraphs, alignment, indents, spacing, borders | `div` with a style |
//! | bold, italic, underline, strike, super, sub | `b i u s sup sub` |
//! | fonts, sizes, colours, highlights, capitals | `span` with a style; what most of the text has stands on `body` |
//! | tab stops, with their lines | boxes as wide as the way to the stop |
//! | `\listtext`, `\pntext`, `\ls` with the list tables | `ul`, `ol`; where these cannot show the mark as it is, the mark as text |
//! | `\trowd` ... `\row`, nested too | `table` |
//! | `HYPERLINK` fields | `a`, for http, https, ftp, mailto, tel and places in the text |
//! | `\bkmkstart` | `<a id="...">` |
//! | `\pict` | `img` with a `cid:` link, and a part; metafiles are parts too, though browsers show only their name |
//! | `\objattph` | nothing; the place is told |
//! | `\*\background` | the background of `body`, a colour or a gradient |
//!
//! Hidden and deleted text is left out. Headers and footers of pages are. Everything that comes from the RTF is escaped or a
//! number; there are no scripts, no other links, nothing that is loaded from elsewhere.

use super::state::{Purpose, Reader};
use crate::base::context::{Ctx, reported};
use crate::base::{ReadOptions, Result};

mod background;
mod character;
mod color;
mod converter;
mod escape;
mod face;
mod inline;
mod list;
mod paragraph;
mod picture;
mod rendered;
mod table;
mod tabs;

use converter::Converter;
pub(crate) use escape::{push_attribute, reference};
pub use rendered::{Part, RenderedHtml};

/// The HTML of `rtf`, which is not compressed. For RTF that carries HTML, [`deencapsulate`](super::deencapsulate()) gives that
/// instead.
///
/// # Errors
///
/// In strict mode, what breaks the format such that something may be lost, and reaching a limit. In lenient mode none.
///
/// ```
/// use winmail::{ReadOptions, rtf};
/// let rtf = br"{\rtf1\ansi\deff0{\fonttbl{\f0\fswiss Arial;}}\f0\fs20 a {\b bold} <word>\par}";
/// let made = rtf::to_html(rtf, &ReadOptions::lenient())?;
/// assert!(made.html.contains("<div>a <b>bold</b> &lt;word&gt;</div>"));
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn to_html(rtf: &[u8], options: &ReadOptions) -> Result<RenderedHtml> {
    let (html, report) = reported(options, |ctx| to_html_in(rtf, ctx))?;
    Ok(RenderedHtml { report, ..html })
}

/// [`to_html`], sharing the budget and the report of the message that the RTF stands in.
pub(crate) fn to_html_in(rtf: &[u8], ctx: &mut Ctx<'_>) -> Result<RenderedHtml> {
    let mut converter = Converter::new(face::most_used(rtf, ctx.options));
    let mut reader = Reader::new(rtf, Purpose::Rich, ctx)?;
    while let Some(event) = reader.next(ctx)? {
        converter.event(event, &reader, ctx)?;
        if converter.full {
            break;
        }
    }
    Ok(converter.finish(&reader, ctx))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(body: &str) -> RenderedHtml {
        let rtf = format!(
            r"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{{\f0\fswiss A;}}{{\f1\fmodern Mono;}}{{\f2\fcharset2 Symbol;}}}}{{\colortbl;\red255\green0\blue0;}}{body}}}"
        );
        to_html(rtf.as_bytes(), &ReadOptions::strict()).unwrap()
    }

    fn body(rtf: &str) -> String {
        let html = render(rtf).html;
        let (_, body) = html.split_once("<body style=\"font-family:'A',sans-serif;font-size:12pt\">\n").expect(&html);
        body.strip_suffix("</body>\n</html>\n").unwrap().to_owned()
    }

    #[test]
    fn the_table_of_this_module() {
        for (rtf, html) in [
            (r"one\par two", "<div>one</div>\n<div>two</div>\n"),
            (r"one\par\par two", "<div>one</div>\n<div><br></div>\n<div>two</div>\n"),
            (
                r"\pard\qc\li720\fi-360\sa200 text\par",
                "<div style=\"text-align:center;margin-left:36pt;text-indent:-18pt;margin-bottom:10pt\">text</div>\n",
            ),
            (
                r"text {\b b{\i bi}}\ul u\ulnone{\strike s}{\super 2}",
                "<div>text <b>b</b><b><i>bi</i></b><u>u</u><s>s</s><sup>2</sup></div>\n",
            ),
            (
                r"plain text {\f1\fs20\cf1 x}{\highlight1 y}",
                "<div>plain text <span style=\"font-family:'Mono',monospace;font-size:10pt;color:#ff0000\">x</span>\
                 <span style=\"background-color:#ff0000\">y</span></div>\n",
            ),
            (r"a<b>&\'e9  {\f2\'b7}{\v hidden}\line z", "<div>a&lt;b&gt;&amp;é &nbsp;•<br>\nz</div>\n"),
            (
                r#"a {\field{\*\fldinst{HYPERLINK "http://x.org/?a&b"}}{\fldrslt{\ul link}}} b"#,
                "<div>a <a href=\"http://x.org/?a&amp;b\">link</a> b</div>\n",
            ),
            (r#"text {\field{\*\fldinst HYPERLINK "javascript:x"}{\fldrslt link}}"#, "<div>text link</div>\n"),
            (
                r#"text {\field{\*\fldinst HYPERLINK \\l "part"}{\fldrslt on}} {\*\bkmkstart _GoBack}{\*\bkmkstart part}b{\*\bkmkend part}"#,
                "<div>text <a href=\"#part\">on</a> <a id=\"part\"></a>b</div>\n",
            ),
            (
                r#"text {\field{\*\fldinst HYPERLINK "www.example.org"}{\fldrslt w}}"#,
                "<div>text <a href=\"http://www.example.org\">w</a></div>\n",
            ),
            (
                r"{\listtext \'95\tab}\ls1 text\par{\listtext a)\tab}\ls1\ilvl1 sub\par{\listtext \'95\tab}\pard\ls1 two\par",
                "\n<ul style=\"margin-top:0;margin-bottom:0;list-style-type:disc\">\n<li>text\n\
                 <ul style=\"margin-top:0;margin-bottom:0;list-style-type:none\">\n<li>a)&nbsp;sub</li>\n</ul>\n</li>\n<li>two</li>\n</ul>\n",
            ),
            (r#"text {\field{\*\fldinst SYMBOL 183 \\f Symbol}{\fldrslt }}"#, "<div>text •</div>\n"),
            (r"text\par\pard\rtlpar x\par", "<div>text</div>\n<div dir=\"rtl\">x</div>\n"),
            (
                r"{\pntext\f2\'b7\tab}\li360 text\par{\pntext o\tab}\li720 two\par\pard end",
                "\n<ul style=\"margin-top:0;margin-bottom:0;list-style-type:disc\">\n<li>text\n\
                 <ul style=\"margin-top:0;margin-bottom:0;list-style-type:circle\">\n<li>two</li>\n</ul>\n</li>\n</ul>\n<div>end</div>\n",
            ),
            (
                r"{\listtext 3.\tab}text\par{\listtext 5.\tab}five\par",
                "\n<ol start=\"3\" style=\"margin-top:0;margin-bottom:0\">\n<li>text</li>\n<li value=\"5\">five</li>\n</ol>\n",
            ),
            (r"{\listtext 1)\tab}text\par", "<div>1)&emsp;text</div>\n"),
            (
                r"\fi-360\li720{\listtext 1)\tab}text\par",
                "<div style=\"margin-left:36pt;text-indent:-18pt\">\
                 <span style=\"display:inline-block;text-indent:0;min-width:18pt\">1)&nbsp;</span>text</div>\n",
            ),
            // Outlook's own text of a task: the name hangs, its value stands at the stop, from which there is none but the default.
            (
                r"\fi-2400\li2400\tx2400{\b Owner:}\tab  a\tab b\par",
                "<div style=\"margin-left:120pt;text-indent:-120pt\">\
                 <span style=\"display:inline-block;text-indent:0;min-width:120pt\"><b>Owner:</b>&nbsp;</span>\
                 <span style=\"display:inline-block;text-indent:0;min-width:24pt\">&nbsp;a&nbsp;</span>b</div>\n",
            ),
            (
                r"\tqc\tx4000\tqr\tldot\tx8000 \tab ab\tab 9\line c\par",
                "<div><span style=\"display:inline-flex;text-indent:0;width:206pt\"><span style=\"flex:1\">&nbsp;</span>\
                 <span>ab</span></span><span style=\"display:inline-flex;text-indent:0;width:194pt\">\
                 <span style=\"flex:1;border-bottom:1px dotted\">&nbsp;</span><span>9</span></span><br>\nc</div>\n",
            ),
            (
                r"{\*\listtable{\list{\listlevel\levelnfc0\levelstartat3{\leveltext\'02\'00.;}{\levelnumbers\'01;}}\listid7}}{\*\listoverridetable{\listoverride\listid7\ls1}}\ls1 a\par b\par\pard c\par",
                "\n<ol start=\"3\" style=\"margin-top:0;margin-bottom:0\">\n<li>a</li>\n<li>b</li>\n</ol>\n<div>c</div>\n",
            ),
            (
                r"\trowd\cellx2000\cellx4000\pard\intbl a\cell b\cell\row\trowd\cellx4000\clcbpat1 c\cell\row\pard end",
                "<table style=\"border-collapse:collapse\">\n\
                 <tr><td style=\"width:100pt;padding:0 5.4pt;vertical-align:top\"><div>a</div>\n</td>\
                 <td style=\"width:100pt;padding:0 5.4pt;vertical-align:top\"><div>b</div>\n</td></tr>\n\
                 <tr><td colspan=\"2\" style=\"width:200pt;padding:0 5.4pt;vertical-align:top\"><div>c</div>\n</td></tr>\n</table>\n\
                 <div>end</div>\n",
            ),
        ] {
            assert_eq!(body(rtf), html, "{rtf}");
        }
    }

    #[test]
    fn pictures_are_parts() {
        let made = render(
            r"text {\*\shppict{\pict\pngblip\picwgoal1500\pichgoal750 8950\'0a4e47}}{\nonshppict{\pict\wmetafile8 00}}{\pict\emfblip\bin3 abc}",
        );
        assert!(
            made.html.contains("text <img src=\"cid:image1.png@rtf\" width=\"100\" height=\"50\" alt=\"\">"),
            "{}",
            made.html
        );
        assert!(made.html.contains("<img src=\"cid:image2.emf@rtf\" alt=\"image2.emf\">"));
        let parts: Vec<_> = made.parts.iter().map(|part| (part.content_id.as_str(), part.mime, part.bytes.as_slice())).collect();
        assert_eq!(parts, [("image1.png@rtf", "image/png", &b"\x89PNG"[..]), ("image2.emf@rtf", "image/emf", b"abc")]);
    }

    #[test]
    fn attachments_are_placed() {
        let made = render(r"one\objattph\'20two{\*\objattph  } <!--objattph-->\par");
        let shown: Vec<&str> = made.attachment_places.iter().map(|place| made.html.get(*place..).unwrap()).collect();
        assert_eq!(shown.len(), 2);
        assert!(shown[0].starts_with(" two") && shown[1].starts_with(" &lt;!--objattph--&gt;"), "{shown:?}");
        // A paragraph with a place and a space is as high as any, though nothing may be put there.
        assert!(render(r"one\par{\*\objattph } \par").html.contains("<div>&nbsp;</div>"));
    }

    #[test]
    fn white_text_has_its_background() {
        let made = render(r"{\*\background{\shp{\*\shpinst{\sp{\sn fillColor}{\sv 255}}{\sp{\sn fillType}{\sv 0}}}}}text");
        assert!(made.html.contains("background-color:#ff0000;font-size:12pt\">"), "{}", made.html);
    }
}
