//! Parts of which the rest is elsewhere: `message/partial`, a piece of a mail, and `message/external-body`, which says where a body is
//! (RFC 2046, 5.2.2 and 5.2.3). That stands in the parameters of their type.

use std::borrow::Cow;

use crate::convert::mime::parameter::Parameterized;
use crate::convert::mime::structure::parameters;
use crate::mapi::{PropertyBag, named};
use crate::message::Attachment;

use super::encoding::TransferEncoding;
use super::part::Part;

/// The parameters of `message/partial`, and of `message/external-body` (RFC 2046, 5.2.3; RFC 2017).
const PARTIAL: [&str; 3] = ["id", "number", "total"];
const EXTERNAL: [&str; 11] =
    ["access-type", "url", "expiration", "size", "permission", "name", "site", "directory", "mode", "server", "subject"];

/// Content-Type of a piece of a mail, or of what says where a body is, with the parameters that it lives by; `None` for other types.
pub(super) fn content_type(properties: &PropertyBag<'_>) -> Option<Parameterized> {
    let own = properties.named_str(&named::CONTENT_TYPE)?;
    let own = parameters(own.as_bytes());
    let names: &[&str] = match (own.main.as_str(), own.sub.as_str()) {
        ("message", "partial") => &PARTIAL,
        ("message", "external-body") => &EXTERNAL,
        _ => return None,
    };
    let mut content_type = Parameterized::new("Content-Type", &format!("message/{}", own.sub));
    for name in names {
        if let Some(value) = own.parameter(name) {
            content_type = content_type.with(name, value);
        }
    }
    Some(content_type)
}

/// An attachment that is such a part; `None` for all others.
pub(super) fn part<'m>(attachment: &Attachment<'_>, data: &'m [u8]) -> Option<Part<'m>> {
    let content_type = content_type(&attachment.properties)?;
    Some(Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::Identity))
}
