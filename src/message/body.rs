//! The bodies that a message carries, as they stand ([MS-OXCMSG] 2.2.1.56).

use std::borrow::Cow;

use crate::base::CodePage;
use crate::mapi::{PropId, PropValue, tags};

use super::{Message, html};

/// The form of a body. [MS-OXBBODY] decides which of those that a message carries is the real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
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
    pub fn kind(&self) -> BodyKind {
        match self {
            Body::Text(_) => BodyKind::Text,
            Body::Html { .. } | Body::HtmlText(_) => BodyKind::Html,
            Body::RtfCompressed(_) => BodyKind::Rtf,
        }
    }
}

/// PidTagNativeBody ([MS-OXBBODY] 2.1.1): the form that the body was written in.
const NATIVE_PLAIN: i64 = 1;
const NATIVE_RTF: i64 = 2;
const NATIVE_HTML: i64 = 3;

/// Which body is the real one, by what is there and whether the RTF is in sync ([MS-OXBBODY] 2.1.3.1).
///
/// | text | RTF | HTML | in sync | best |
/// |---|---|---|---|---|
/// | yes | no | no | | text |
/// | yes | yes | no | yes | RTF |
/// | yes | yes | no | no | text |
/// | any | yes | yes | yes | RTF |
/// | any | yes | yes | no | HTML |
/// | any | no | yes | | HTML |
/// | no | yes | no | | RTF |
fn best(text: bool, rtf: bool, html: bool, in_sync: bool) -> Option<BodyKind> {
    match (text, rtf, html, in_sync) {
        (false, false, false, _) => None,
        (_, true, _, true) | (false, true, false, false) => Some(BodyKind::Rtf),
        (_, _, true, _) => Some(BodyKind::Html),
        (true, _, false, _) => Some(BodyKind::Text),
    }
}

impl Message<'_> {
    /// Returns which of the bodies is the real one: the one that PidTagNativeBody names if it is there, else by presence and
    /// PidTagRtfInSync. `None` if there is no body.
    ///
    /// RTF may itself carry HTML or text: see [`crate::rtf`].
    #[must_use]
    pub fn native_body(&self) -> Option<BodyKind> {
        let bodies = self.bodies();
        let has = |kind| bodies.iter().any(|body| body.kind() == kind);
        let native = match self.properties.integer(tags::NATIVE_BODY) {
            Some(NATIVE_PLAIN) => Some(BodyKind::Text),
            Some(NATIVE_RTF) => Some(BodyKind::Rtf),
            Some(NATIVE_HTML) => Some(BodyKind::Html),
            _ => None,
        };
        let in_sync = self.properties.boolean(tags::RTF_IN_SYNC) == Some(true);
        native.filter(|kind| has(*kind)).or_else(|| best(has(BodyKind::Text), has(BodyKind::Rtf), has(BodyKind::Html), in_sync))
    }

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
                let bytes = html::without_nul(bytes);
                let code_page = self.properties.page(tags::INTERNET_CODEPAGE);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_body_by_presence_and_sync() {
        use BodyKind::{Html, Rtf, Text};
        // Every row of [MS-OXBBODY] 2.1.3.1, each "any" both ways.
        let table = [
            ((false, false, false, false), None),
            ((true, false, false, false), Some(Text)),
            ((true, false, false, true), Some(Text)),
            ((true, true, false, true), Some(Rtf)),
            ((true, true, false, false), Some(Text)),
            ((false, true, true, true), Some(Rtf)),
            ((true, true, true, true), Some(Rtf)),
            ((false, true, true, false), Some(Html)),
            ((true, true, true, false), Some(Html)),
            ((false, false, true, false), Some(Html)),
            ((true, false, true, true), Some(Html)),
            ((false, true, false, false), Some(Rtf)),
            ((false, true, false, true), Some(Rtf)),
        ];
        for ((text, rtf, html, in_sync), kind) in table {
            assert_eq!(best(text, rtf, html, in_sync), kind, "{text} {rtf} {html} {in_sync}");
        }
    }
}
