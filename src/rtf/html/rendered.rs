//! HTML made of RTF, with its pictures.

use crate::base::Report;

/// HTML made of RTF.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenderedHtml {
    /// A whole HTML document; encode it as UTF-8, which it declares.
    pub html: String,
    /// Files that the document refers to by `cid:`, and those that belong to it besides.
    pub parts: Vec<Part>,
    /// Places of attachments, marked by `\objattph`: bytes of `html` that precede it. The n-th place belongs to the n-th
    /// visible attachment in the order of PidTagRenderingPosition ([MS-OXCMSG] 2.2.2.16). Something may be inserted there.
    pub attachment_places: Vec<usize>,
    /// Defects that were found in the RTF.
    pub report: Report,
}

/// A picture or an object's data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// For the header `Content-ID`, without angle brackets; `img` elements refer to it.
    pub content_id: String,
    /// Media type.
    pub mime: &'static str,
    /// A file name.
    pub name: String,
    /// The file. Bitmaps have got the file header that RTF leaves out.
    pub bytes: Vec<u8>,
}
