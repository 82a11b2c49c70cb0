//! Whether a part is shown in its place (RFC 2183, 2.1). MAPI has no property for that, so that a field of the attachment keeps it, under
//! the name that header fields of messages have.

use crate::mapi::{NamedTag, PropType, sets};
use crate::message::Attachment;

const DISPOSITION: NamedTag = NamedTag::string(sets::PS_INTERNET_HEADERS, "content-disposition", PropType::STRING);

/// Notes that a mail shows the attachment in its place.
pub(super) fn set_inline(attachment: &mut Attachment<'_>) {
    attachment.properties.set_named(&DISPOSITION, "inline");
}

/// Whether a mail showed the attachment in its place.
pub(super) fn is_inline(attachment: &Attachment<'_>) -> bool {
    attachment.properties.named_str(&DISPOSITION).is_some_and(|value| value.trim().eq_ignore_ascii_case("inline"))
}
