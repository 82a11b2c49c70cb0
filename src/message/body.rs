//! The bodies that a message carries, as they stand ([MS-OXCMSG] 2.2.1.56).

use std::borrow::Cow;

use crate::base::CodePage;
use crate::mapi::{PropId, PropValue, tags};

use super::Message;

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyFormat {
    /// Plain text: PidTagBody.
    Text,
    /// HTML: PidTagHtml or PidTagBodyHtml.
    Html,
    /// Compressed RTF: PidTagRtfCompressed.
    Rtf,
}

/// A body as the message holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body<'m> {
    /// Plain text, decoded.
    Text(Cow<'m, str>),
    /// HTML as bytes; `code_page` is that of PidTagInternetCodepage, which says how to read them.
    Html {
        /// The bytes, without the NUL that some writers put behind them.
        bytes: &'m [u8],
        /// PidTagInternetCodepage.
        code_page: Option<CodePage>,
    },
    /// HTML as text: PidTagBodyHtml.
    HtmlText(Cow<'m, str>),
    /// The container of compressed RTF.
    RtfCompressed(&'m [u8]),
}

impl Body<'_> {
    /// The form.
    #[must_use]
    pub fn format(&self) -> BodyFormat {
        match self {
            Body::Text(_) => BodyFormat::Text,
            Body::Html { .. } | Body::HtmlText(_) => BodyFormat::Html,
            Body::RtfCompressed(_) => BodyFormat::Rtf,
        }
    }
}

impl Message<'_> {
    /// The bodies that the message carries: text, HTML, RTF, in this order; empty ones are left out.
    #[must_use]
    pub fn bodies(&self) -> Vec<Body<'_>> {
        /// 0x1013 is PidTagHtml as PtypBinary and PidTagBodyHtml as a string.
        const HTML: PropId = PropId(0x1013);
        let mut bodies = Vec::new();
        if let Some(text) = self.properties.str(tags::BODY).filter(|text| !text.is_empty()) {
            bodies.push(Body::Text(text));
        }
        match self.properties.by_id(HTML).map(|property| &property.value) {
            Some(PropValue::Binary(bytes)) => {
                let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
                let code_page = self.properties.integer(tags::INTERNET_CODEPAGE);
                let code_page = code_page.and_then(|number| u32::try_from(number).ok()).map(CodePage);
                if !bytes.is_empty() {
                    bodies.push(Body::Html { bytes, code_page });
                }
            }
            Some(value) => {
                if let Some(text) = self.properties.text_of(value).filter(|text| !text.is_empty()) {
                    bodies.push(Body::HtmlText(text));
                }
            }
            None => {}
        }
        if let Some(rtf) = self.properties.bytes(tags::RTF_COMPRESSED).filter(|rtf| !rtf.is_empty()) {
            bodies.push(Body::RtfCompressed(rtf));
        }
        bodies
    }
}
