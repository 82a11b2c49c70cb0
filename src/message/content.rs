//! The message's text in the form that is wanted, out of the body that is there ([MS-OXBBODY], [MS-OXRTFEX]).

use crate::base::context::{Ctx, reported};
use crate::base::{Code, CodePage, Report, Result};
use crate::html::text::of_html;
use crate::rtf::deencapsulate::{self, Deencapsulated, Encapsulation};
use crate::rtf::html::RenderedHtml;
use crate::rtf::lzfu::Decompressed;
use crate::rtf::{self, lzfu};

use super::Message;
use super::body::{Body, BodyKind};
use super::html;

/// A body as text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyText {
    /// Kind of `text`: plain text or HTML. RTF is bytes and comes from [`Message::rtf`].
    pub kind: BodyKind,
    /// The text, in Unicode.
    pub text: String,
    /// The body of the message that it was taken out of.
    pub from: BodyKind,
    /// Defects that were found while it was taken out.
    pub report: Report,
}

impl BodyText {
    fn new(kind: BodyKind, text: String, from: BodyKind) -> Self {
        BodyText { kind, text, from, report: Report::new() }
    }
}

impl Message<'_> {
    /// The body that the sender wrote, in the form in which it was written: HTML, or plain text. Outlook's rich text that
    /// carries neither comes as its text.
    ///
    /// # Errors
    /// Those of strict reading where RTF is damaged.
    pub fn native_text(&self) -> Result<Option<BodyText>> {
        self.reported(|ctx| match self.native_body() {
            None => Ok(None),
            Some(BodyKind::Text) => Ok(self.own_text()),
            Some(BodyKind::Html) => self.own_html(ctx),
            Some(BodyKind::Rtf) => self.text_in_rtf(ctx),
        })
    }

    /// Runs `f` with the options of the message, and puts what was found wrong into what it found.
    fn reported(&self, f: impl FnOnce(&mut Ctx<'_>) -> Result<Option<BodyText>>) -> Result<Option<BodyText>> {
        let (found, report) = reported(self.read_options(), f)?;
        Ok(found.map(|found| BodyText { report, ..found }))
    }

    /// The body as HTML: the message's own, or the one that its RTF carries, or what rich text that carries none looks like.
    /// The one that [`Message::native_body`] names comes first. `None` where there is none; HTML is not made out of plain text,
    /// nor of RTF that carries plain text.
    ///
    /// Pictures inside rich text are referred to by `cid:`; [`Message::rich_text`] has them.
    ///
    /// # Errors
    /// Those of strict reading where RTF is damaged.
    pub fn html(&self) -> Result<Option<BodyText>> {
        self.reported(|ctx| self.html_within(ctx))
    }

    /// [`Message::html`], with the budget and the report of what the message stands in.
    pub(crate) fn html_within(&self, ctx: &mut Ctx<'_>) -> Result<Option<BodyText>> {
        // RTF is unpacked and read once, so that what is wrong with it is said once.
        let is_native = self.native_body() == Some(BodyKind::Rtf);
        if !is_native {
            if let Some(found) = self.own_html(ctx)? {
                return Ok(Some(found));
            }
        }
        let rtf = self.rtf_within(ctx)?;
        let carried = rtf.as_deref().map(deencapsulate::encapsulation);
        if let (Some(rtf), Some(Encapsulation::Html)) = (&rtf, carried) {
            let found = deencapsulate::deencapsulate_in(rtf, ctx)?;
            return Ok(Some(BodyText::new(BodyKind::Html, self.shown(found), BodyKind::Rtf)));
        }
        if is_native {
            if let Some(found) = self.own_html(ctx)? {
                return Ok(Some(found));
            }
        }
        match (rtf, carried) {
            (Some(rtf), Some(Encapsulation::None)) => {
                Ok(Some(BodyText::new(BodyKind::Html, self.rendered(&rtf, ctx)?.html, BodyKind::Rtf)))
            }
            _ => Ok(None),
        }
    }

    /// Outlook's rich text that carries neither HTML nor plain text, as HTML with its pictures. `None` for all other bodies.
    ///
    /// # Errors
    /// Those of strict reading where RTF is damaged.
    pub fn rich_text(&self) -> Result<Option<RenderedHtml>> {
        let (found, report) = reported(self.read_options(), |ctx| self.rich_text_within(ctx))?;
        Ok(found.map(|found| RenderedHtml { report, ..found }))
    }

    /// [`Message::rich_text`], with the budget and the report of what the message stands in.
    pub(crate) fn rich_text_within(&self, ctx: &mut Ctx<'_>) -> Result<Option<RenderedHtml>> {
        let Some(rtf) = self.rtf_within(ctx)? else { return Ok(None) };
        match deencapsulate::encapsulation(&rtf) {
            Encapsulation::None => self.rendered(&rtf, ctx).map(Some),
            Encapsulation::Html | Encapsulation::Text => Ok(None),
        }
    }

    /// RTF that carries no other body, as HTML with the message's pictures.
    fn rendered(&self, rtf: &[u8], ctx: &mut Ctx<'_>) -> Result<RenderedHtml> {
        let mut made = rtf::html::to_html_in(rtf, ctx)?;
        self.show_attachments(&mut made);
        Ok(made)
    }

    /// The body as plain text: the message's own, else that of its RTF, else what a reader of its HTML sees: with the
    /// targets of links behind them, and lines as long as the paragraphs.
    ///
    /// # Errors
    /// Those of strict reading where RTF is damaged.
    pub fn text(&self) -> Result<Option<BodyText>> {
        self.reported(|ctx| self.text_within(None, ctx))
    }

    /// Returns the text of [`Message::text`]; text made of HTML has lines of at most so many characters, other text those that it has.
    ///
    /// # Errors
    /// As [`Message::text`].
    pub fn text_of_width(&self, width: usize) -> Result<Option<BodyText>> {
        self.reported(|ctx| self.text_within(Some(width), ctx))
    }

    /// [`Message::text_of_width`], with the budget and the report of what the message stands in.
    pub(crate) fn text_within(&self, width: Option<usize>, ctx: &mut Ctx<'_>) -> Result<Option<BodyText>> {
        if let Some(found) = self.own_text() {
            return Ok(Some(found));
        }
        let html = match self.own_html(ctx)? {
            Some(html) => Some(html),
            None => {
                let Some(rtf) = self.rtf_within(ctx)? else { return Ok(None) };
                match deencapsulate::deencapsulate_in(&rtf, ctx)? {
                    found if found.kind == Encapsulation::Html => Some(BodyText::new(BodyKind::Html, found.text, BodyKind::Rtf)),
                    found => return Ok(Some(BodyText::new(BodyKind::Text, self.shown(found), BodyKind::Rtf))),
                }
            }
        };
        let Some(html) = html else { return Ok(None) };
        Ok(Some(BodyText::new(BodyKind::Text, of_html(&html.text, width), html.from)))
    }

    /// The body as RTF: PidTagRtfCompressed, decompressed.
    ///
    /// # Errors
    /// Those of strict reading where the container is damaged.
    pub fn rtf(&self) -> Result<Option<Decompressed>> {
        let (found, report) = reported(self.read_options(), |ctx| self.rtf_within(ctx))?;
        Ok(found.map(|bytes| Decompressed { bytes, report }))
    }

    pub(super) fn rtf_within(&self, ctx: &mut Ctx<'_>) -> Result<Option<Vec<u8>>> {
        let bodies = self.bodies();
        let compressed = bodies.iter().find_map(|body| match body {
            Body::RtfCompressed(bytes) => Some(*bytes),
            _ => None,
        });
        ctx.within("PidTagRtfCompressed", None, |ctx| compressed.map(|bytes| lzfu::decompress_within(ctx, bytes, 0)).transpose())
    }

    fn own_text(&self) -> Option<BodyText> {
        self.bodies().into_iter().find_map(|body| match body {
            Body::Text(text) => Some(BodyText::new(BodyKind::Text, text.into_owned(), BodyKind::Text)),
            _ => None,
        })
    }

    /// The message's own HTML as text, with a word where its declarations of the character set cannot all be right.
    fn own_html(&self, ctx: &mut Ctx<'_>) -> Result<Option<BodyText>> {
        let bodies = self.bodies();
        let text = match bodies.iter().find(|body| body.kind() == BodyKind::Html) {
            Some(Body::Html { bytes, .. }) if self.read_options().code_page.is_some() => {
                html::decode_with(self.read_options(), bytes, None, self.code_page()).text.into_owned()
            }
            Some(Body::Html { bytes, code_page }) => {
                let charset = html::charset(bytes, *code_page, self.code_page());
                if let Some((property, meta)) = charset.conflict {
                    let said = |page: Option<CodePage>| page.map_or_else(|| "nothing".to_owned(), |page| page.to_string());
                    let (property, meta) = (said(property), said(meta));
                    let detail = format!("PidTagInternetCodepage says {property}, <meta> {meta}; read as {}", charset.page);
                    ctx.within("PidTagHtml", None, |ctx| ctx.defect(Code::HtmlCharsetConflict, 0, 0, detail))?;
                }
                html::decode(bytes, *code_page, self.code_page()).text.into_owned()
            }
            Some(Body::HtmlText(text)) => text.clone().into_owned(),
            _ => return Ok(None),
        };
        Ok(Some(BodyText::new(BodyKind::Html, text, BodyKind::Html)))
    }

    /// What the RTF carries: HTML, plain text, or the text that it shows.
    fn text_in_rtf(&self, ctx: &mut Ctx<'_>) -> Result<Option<BodyText>> {
        let Some(rtf) = self.rtf_within(ctx)? else { return Ok(None) };
        let found = deencapsulate::deencapsulate_in(&rtf, ctx)?;
        let kind = if found.kind == Encapsulation::Html { BodyKind::Html } else { BodyKind::Text };
        Ok(Some(BodyText::new(kind, self.shown(found), BodyKind::Rtf)))
    }

    /// The text; of rich text with the names of the attachments that stand in it.
    fn shown(&self, found: Deencapsulated) -> String {
        let mut text = found.text;
        if found.kind == Encapsulation::None {
            self.name_attachments(&mut text, &found.attachment_places);
        }
        text
    }
}

/// The text that a reader of HTML sees, in lines as long as its paragraphs.
pub(crate) fn text_of_html(html: &str) -> String {
    of_html(html, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::{PropTag, PropValue, Property, Source, Utf16, tags};
    use crate::tnef::{AttrId, Level, PropertyListWriter, Writer};

    fn stream(properties: &[(PropTag, PropValue<'_>)]) -> Vec<u8> {
        let mut list = PropertyListWriter::new();
        for (tag, value) in properties {
            list.push(*tag, None, value).unwrap();
        }
        let mut writer = Writer::new(Vec::new(), 1).unwrap();
        writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list.into_bytes()).unwrap();
        writer.into_inner()
    }

    fn rtf(raw: &[u8]) -> (PropTag, PropValue<'static>) {
        (tags::RTF_COMPRESSED, PropValue::Binary(lzfu::store(raw).unwrap().into()))
    }

    fn html(bytes: &'static [u8]) -> (PropTag, PropValue<'static>) {
        (tags::HTML, PropValue::Binary(bytes.into()))
    }

    fn read(bytes: &[u8]) -> (Option<BodyText>, Option<BodyText>, Option<BodyText>) {
        let message = Message::from_tnef(bytes).unwrap();
        (message.native_text().unwrap(), message.html().unwrap(), message.text().unwrap())
    }

    const ENCAPSULATED: &[u8] = br"{\rtf1\ansi\fromhtml1{\*\htmltag84 <b>}x{\*\htmltag92 </b>}}";

    #[test]
    fn html_in_rtf_is_html() {
        let (native, html, _) = read(&stream(&[rtf(ENCAPSULATED)]));
        let expected = Some(BodyText::new(BodyKind::Html, "<b>x</b>".to_owned(), BodyKind::Rtf));
        assert_eq!(native, expected);
        assert_eq!(html, expected);
    }

    #[test]
    fn the_real_body_comes_first() {
        let own = [html(b"<i>own</i>"), rtf(ENCAPSULATED)];
        assert_eq!(read(&stream(&own)).1.unwrap().text, "<i>own</i>");
        let in_sync = [html(b"<i>own</i>"), rtf(ENCAPSULATED), (tags::RTF_IN_SYNC, PropValue::Boolean(true))];
        assert_eq!(read(&stream(&in_sync)).1.unwrap().text, "<b>x</b>");
    }

    #[test]
    fn rich_text_that_carries_nothing_comes_as_its_text() {
        let (native, html, text) = read(&stream(&[rtf(br"{\rtf1\ansi caf\'e9\par}")]));
        assert_eq!(native.unwrap().text, "caf\u{e9}\r\n");
        assert!(html.unwrap().text.contains("caf\u{e9}"));
        assert_eq!(text.unwrap().text, "caf\u{e9}\r\n");
    }

    #[test]
    fn text_is_made_of_html_where_there_is_none() {
        let (_, _, text) = read(&stream(&[html(b"<p>one &amp; <b>two</b></p><p>three</p>")]));
        assert_eq!(text.unwrap().text.trim_end(), "one & two\n\nthree");
    }

    #[test]
    fn depth_and_size_change_nothing() {
        let deep = format!("<style>p{{color:red}}</style>{}a &amp; b", "<div>".repeat(100_000));
        assert_eq!(text_of_html(&deep), "a & b");
        let large = format!("<style>p{{color:red}}</style>a &amp; b<img src=\"data:image/png;base64,{}\">", "A".repeat(4 << 20));
        assert_eq!(text_of_html(&large), "a & b");
    }

    #[test]
    fn a_property_set_has_no_body_without_properties() {
        let property =
            Property { tag: tags::SUBJECT, name: None, value: PropValue::String(Utf16::from("x")), source: Source::Made };
        assert_eq!(read(&stream(&[(property.tag, property.value)])), (None, None, None));
    }
}
