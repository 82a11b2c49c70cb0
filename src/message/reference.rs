//! Attachments that are not in the message: a path, or an address on the web ([MS-OXCMSG] 2.2.2.9, afByReference,
//! afByReferenceOnly, afByWebReference).

use crate::html::references::escape;
use crate::mapi::tags;

use super::{Attachment, Content};

/// Place of a file that is not in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Name of the file.
    pub name: String,
    /// Place: a path or a URL.
    pub target: String,
}

impl Attachment<'_> {
    /// Returns where the file is, if the attachment only refers to it, or refers to it besides having a copy.
    ///
    /// PidTagAttachLongPathname, else PidTagAttachPathname, for the methods that refer (2, 3, 4 and 7), and for what has no data.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        let refers = self.method().is_some_and(|method| matches!(method.0, 2..=4 | 7));
        if !refers && !matches!(self.content, Content::None) {
            return None;
        }
        let paths = [tags::ATTACH_LONG_PATHNAME, tags::ATTACH_PATHNAME].map(|tag| self.properties.str(tag));
        let target = paths.into_iter().flatten().map(|text| text.trim().to_owned()).find(|text| !text.is_empty())?;
        let own = self.file_name().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let last = || target.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("link").to_owned();
        Some(Reference { name: own.unwrap_or_else(last), target })
    }
}

impl Reference {
    /// Returns what a file that shows the link is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.html", self.name)
    }

    /// A page in UTF-8 that shows the link. Only addresses of the web and of file servers can be followed.
    #[must_use]
    pub fn to_html(&self) -> String {
        let (name, target) = (escape(&self.name), escape(&self.target));
        let link = match self.url() {
            Some(url) => format!("<a href=\"{}\">{target}</a>", escape(&url)),
            None => target,
        };
        format!(
            "<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"><title>{name}</title></head>\r\n\
             <body><p>{name} is not in the message. It is here: {link}</p></body></html>\r\n"
        )
    }

    fn url(&self) -> Option<String> {
        let starts = |scheme: &str| self.target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if ["http://", "https://", "ftp://", "file:"].iter().any(|scheme| starts(scheme)) {
            return Some(self.target.clone());
        }
        let share = self.target.strip_prefix("\\\\")?;
        Some(format!("file://{}", share.replace('\\', "/").replace('%', "%25").replace(' ', "%20").replace('#', "%23")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::AttachMethod;

    fn attachment(method: u32, content: Content<'static>, target: &str) -> Attachment<'static> {
        let mut attachment = Attachment::new(AttachMethod(method), content);
        attachment.properties.set(tags::ATTACH_LONG_PATHNAME, target);
        attachment
    }

    #[test]
    fn what_refers_and_to_what() {
        let refers = |method, content, target| attachment(method, content, target).reference().map(|found| found.target);
        for method in [2, 3, 4, 7] {
            assert_eq!(refers(method, Content::None, "x"), Some("x".to_owned()));
            assert_eq!(refers(method, Content::Bytes(b"copy".into()), "x"), Some("x".to_owned()));
        }
        assert_eq!(refers(1, Content::None, " x "), Some("x".to_owned()));
        // The path on the sender's disk of what is in the message says nothing.
        assert_eq!(refers(1, Content::Bytes(b"data".into()), "C:\\x"), None);
        assert_eq!(refers(7, Content::None, " "), None);
        assert_eq!(attachment(7, Content::None, "https://x.org/a/Plan.docx").reference().unwrap().file_name(), "Plan.docx.html");
    }

    #[test]
    fn pages_that_show_the_link() {
        let page = |target: &str| Reference { name: "a <b>".to_owned(), target: target.to_owned() }.to_html();
        assert!(
            page("https://x.org/?a&b\"").contains("<a href=\"https://x.org/?a&amp;b&quot;\">https://x.org/?a&amp;b&quot;</a>")
        );
        assert!(page("\\\\server\\a share\\x").contains("<a href=\"file://server/a%20share/x\">\\\\server\\a share\\x</a>"));
        let script = page("javascript:alert(1)");
        assert!(script.contains("here: javascript:alert(1)") && !script.contains("href") && script.contains("a &lt;b&gt;"));
    }
}
