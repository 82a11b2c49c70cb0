//! Changing a message: its body in all the forms in which it is there, and its attachments by name.
//!
//! Properties and recipients mostly need no help: [`PropertyBag::set`](crate::mapi::PropertyBag::set),
//! [`PropertyBag::remove`](crate::mapi::PropertyBag::remove) and the vectors of the model do it. The body needs some, since one
//! text stands in up to three properties, which are to stay in sync ([MS-OXBBODY]); for a subject, or an appointment's times and place, there
//! is [`Message::set_everywhere`].
//!
//! Nothing here touches PR_SEARCH_KEY, PidTagTnefCorrelationKey or PidTagConversationIndex.

mod fact;
mod html;
mod place;
mod rtf;

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::{CodePage, ReadOptions, Report, Result};
use crate::mapi::{PropId, PropTag, PropValue, String8, Utf16, tags};
use crate::rtf::encapsulate;
use crate::rtf::lzfu::{self, Mode};
use crate::rtf::{Encapsulation, deencapsulate};
use crate::tnef::{AttrId, AttributeValue, Piece};

use super::body::BodyKind;
use super::content::text_of_html;
use super::{Attachment, Message};

pub use place::Place;

/// New text for a body, in one form or two that say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyEdit {
    /// Place where it goes.
    pub place: Place,
    /// Body as plain text. Made out of `html` if absent.
    pub text: Option<String>,
    /// Body as HTML, a fragment or a document, of whose body the contents count. Made out of `text` if absent.
    pub html: Option<String>,
}

impl BodyEdit {
    /// New plain text.
    #[must_use]
    pub fn text(place: Place, text: &str) -> Self {
        BodyEdit { place, text: Some(text.to_owned()), html: None }
    }

    /// New HTML.
    #[must_use]
    pub fn html(place: Place, html: &str) -> Self {
        BodyEdit { place, text: None, html: Some(html.to_owned()) }
    }

    /// Sets the form in plain text.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    fn as_text(&self) -> String {
        match &self.text {
            Some(text) => with_crlf(text),
            None => with_crlf(&text_of_html(html::contents(self.html.as_deref().unwrap_or_default()))),
        }
    }

    /// The HTML, and whether it is that of the caller.
    fn as_html(&self) -> Cow<'_, str> {
        match &self.html {
            Some(html) => Cow::Borrowed(html),
            None => Cow::Owned(html::of_text(self.text.as_deref().unwrap_or_default())),
        }
    }
}

/// PidTagHtml as PtypBinary and PidTagBodyHtml as a string.
const HTML: PropId = PropId(0x1013);

impl<'a> Message<'a> {
    /// Changes the body in every form in which the message has it: text, HTML, and RTF. The result names them.
    ///
    /// RTF that carries HTML or text is made anew to carry the new one. To RTF that carries neither, the text is added as a
    /// paragraph; to replace it, RTF that carries the new body takes its place. A message without a body gets the forms that
    /// the edit has. HTML stays in its character set; characters that this does not have become references (`&#8364;`).
    ///
    /// Outlook's figures about text and RTF (PidTagRtfSyncBodyCrc and its kin) no longer hold and are removed.
    ///
    /// # Errors
    /// Malformed if there is RTF and it cannot be read without loss; the message is as it was then.
    pub fn edit_body(&mut self, edit: &BodyEdit) -> Result<Vec<BodyKind>> {
        let has_text = self.properties.str(tags::BODY).is_some_and(|text| !text.is_empty());
        let has_html = self.properties.by_id(HTML).is_some();
        let has_rtf = self.properties.bytes(tags::RTF_COMPRESSED).is_some_and(|rtf| !rtf.is_empty());
        let none = !(has_text || has_html || has_rtf);
        let mut changed = Vec::new();
        // What can fail comes first.
        let rtf = if has_rtf { Some(self.edited_rtf(edit)?) } else { None };
        let text = if has_text || (none && edit.text.is_some()) { Some(self.edited_text(edit)?) } else { None };
        let html = if has_html || (none && edit.html.is_some()) { Some(self.edited_html(edit)) } else { None };
        if let Some(text) = text {
            self.properties.set(tags::BODY, text);
            changed.push(BodyKind::Text);
        }
        if let Some((tag, html)) = html {
            if !has_html && self.properties.integer(tags::INTERNET_CODEPAGE).is_none() {
                let page = i32::try_from(self.new_html_page().0).unwrap_or(65001);
                self.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(page));
            }
            self.properties.set(tag, html);
            changed.push(BodyKind::Html);
        }
        if let Some(rtf) = rtf {
            self.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(rtf.into()));
            changed.push(BodyKind::Rtf);
        }
        let stale = [
            tags::RTF_SYNC_BODY_CRC,
            tags::RTF_SYNC_BODY_COUNT,
            tags::RTF_SYNC_BODY_TAG,
            tags::RTF_SYNC_PREFIX_COUNT,
            tags::RTF_SYNC_TRAILING_COUNT,
        ];
        for tag in stale {
            self.properties.remove(tag);
        }
        Ok(changed)
    }

    fn edited_text(&self, edit: &BodyEdit) -> Result<PropValue<'a>> {
        let new = edit.as_text();
        let old = self.properties.get(tags::BODY);
        if let Some(PropValue::String8(old)) = old {
            // The bytes stay also where they are no valid text.
            let page = self.properties.code_page();
            let undecodable = page.decode_or_latin1(old.text_bytes()).malformed;
            if let Some(encoded) = page.encode(&new).filter(|encoded| encoded.unmappable == 0 || undecodable) {
                let mut bytes = joined(edit.place, old.text_bytes(), &encoded.bytes, b"\r\n", |text| text.ends_with(b"\n"));
                bytes.push(0);
                return Ok(PropValue::String8(String8(bytes.into())));
            }
        }
        let old = self.properties.str(tags::BODY).unwrap_or_default();
        let bytes = joined(edit.place, old.as_bytes(), new.as_bytes(), b"\r\n", |text| text.ends_with(b"\n"));
        Ok(PropValue::String(Utf16::from(&*String::from_utf8_lossy(&bytes))))
    }

    fn edited_html(&self, edit: &BodyEdit) -> (PropTag, PropValue<'a>) {
        let new = edit.as_html();
        match self.properties.by_id(HTML).map(|property| (property.tag, &property.value)) {
            Some((_, PropValue::Binary(old))) => {
                let property = self.properties.page(tags::INTERNET_CODEPAGE);
                let bytes = html::edited_bytes(edit.place, old, &new, property, self.code_page());
                (tags::HTML, PropValue::Binary(bytes.into()))
            }
            Some((tag, value)) => {
                let old = self.properties.text_of(value).unwrap_or_default();
                let bytes = html::edited(edit.place, old.as_bytes(), new.as_bytes());
                (tag, PropValue::String(Utf16::from(&*String::from_utf8_lossy(&bytes))))
            }
            None => {
                let page = self.properties.page(tags::INTERNET_CODEPAGE).filter(|page| page.is_fit_for_strings());
                let page = page.unwrap_or_else(|| self.new_html_page());
                (tags::HTML, PropValue::Binary(html::encoded(&new, page).into()))
            }
        }
    }

    /// The code page of HTML that is added: UTF-8, unless naming that in PidTagInternetCodepage would give the message's 8-bit
    /// text another code page, because nothing before it in the order of [`Message::code_page`] says which.
    fn new_html_page(&self) -> CodePage {
        if self.states_code_page() { CodePage::UTF_8 } else { self.code_page() }
    }

    /// Whether [`Message::code_page`] is said by something that comes before PidTagInternetCodepage, so that a change of that changes
    /// no 8-bit text.
    pub(crate) fn states_code_page(&self) -> bool {
        self.source.is_empty()
            || self.properties.page(tags::MESSAGE_CODEPAGE).is_some_and(CodePage::is_fit_for_strings)
            || self.pieces().any(|piece| match piece {
                Piece::Attribute(attribute) if attribute.id() == AttrId::OEM_CODEPAGE => {
                    matches!(attribute.value(), Ok(AttributeValue::CodePages(pages)) if pages.primary.is_fit_for_strings())
                }
                _ => false,
            })
    }

    fn edited_rtf(&self, edit: &BodyEdit) -> Result<Vec<u8>> {
        // Strictly: what is damaged would be lost for good.
        let strict = ReadOptions::strict().with_limits(self.read_options().limits.clone());
        let rtf = self.rtf_within(&mut Ctx::new(&strict, &mut Report::new()))?.unwrap_or_default();
        let new = match deencapsulate::encapsulation(&rtf) {
            Encapsulation::Html => {
                let old = crate::rtf::deencapsulate(&rtf, &strict)?.text;
                let html = html::edited(edit.place, old.as_bytes(), edit.as_html().as_bytes());
                encapsulate::from_html(&String::from_utf8_lossy(&html))
            }
            Encapsulation::Text => {
                let old = crate::rtf::deencapsulate(&rtf, &strict)?.text;
                let new = edit.as_text();
                let text = joined(edit.place, old.as_bytes(), new.as_bytes(), b"\r\n", |text| text.ends_with(b"\n"));
                encapsulate::from_text(&String::from_utf8_lossy(&text))
            }
            Encapsulation::None => match edit.place {
                Place::Append => rtf::appended(&rtf, &edit.as_text()),
                Place::Prepend => rtf::prepended(&rtf, &edit.as_text()),
                Place::Replace if edit.html.is_some() => encapsulate::from_html(&edit.as_html()),
                Place::Replace => encapsulate::from_text(&edit.as_text()),
            },
        };
        lzfu::compress(&new, Mode::Reference)
    }

    /// Removes the attachments that have this file name, in any case, and returns them.
    pub fn remove_attachments(&mut self, file_name: &str) -> Vec<Attachment<'a>> {
        let wanted = file_name.to_lowercase();
        let attachments = std::mem::take(&mut self.attachments);
        let named = |attachment: &Attachment<'_>| attachment.file_name().is_some_and(|name| name.to_lowercase() == wanted);
        let (removed, kept) = attachments.into_iter().partition(named);
        self.attachments = kept;
        removed
    }
}

/// New and old in the order of `place`, with `separator` between them unless `ends` says that the first has an end.
fn joined(place: Place, old: &[u8], new: &[u8], separator: &[u8], ends: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (first, second) = match place {
        Place::Replace => return new.to_vec(),
        Place::Prepend => (new, old),
        Place::Append => (old, new),
    };
    let separator = if first.is_empty() || ends(first) { &[] } else { separator };
    [first, separator, second].concat()
}

/// Lines that end with CR LF, however they ended.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests;
