//! Which attributes belong to one attachment ([MS-OXTNEF] 2.1.3.3): reading asks, and writing in order to be read the same.
//!
//! attAttachRendData starts an attachment. In streams that lack it, so does an attribute that the attachment has already, and, where
//! something was lost in between, whatever follows attAttachment, which is an attachment's last.

use crate::tnef::{AttrId, Attribute, AttributeValue};

/// The rule, with what it has to know of the attachment so far.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// Whether an attachment has started.
    open: bool,
    /// The known attributes of the last attachment; there are few, and each stands here once.
    seen: Vec<AttrId>,
    /// Whether the last attachment has its property list.
    has_list: bool,
    /// Whether something was lost since the last attribute of an attachment.
    damage: bool,
}

impl Grouping {
    /// Bytes were found that are no attribute.
    pub(super) fn lost(&mut self) {
        self.damage = true;
    }

    /// Whether an attribute of attachments, under its full id, starts one.
    pub(super) fn starts(&mut self, attribute: &Attribute<'_>) -> bool {
        let id = attribute.id();
        let starts = id == AttrId::ATTACH_REND_DATA || !self.open || self.seen.contains(&id) || (self.has_list && self.damage);
        if starts {
            self.open = true;
            self.has_list = false;
            self.seen.clear();
        }
        self.damage = !id.is_known();
        if id.is_known() && !self.seen.contains(&id) {
            self.seen.push(id);
        }
        if id == AttrId::ATTACHMENT && matches!(attribute.value(), Ok(AttributeValue::Properties(_))) {
            self.has_list = true;
        }
        starts
    }
}
