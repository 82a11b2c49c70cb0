//! The part of a mail that a calendar or an address book reads: what an item says ([MS-OXCMAIL] 2.1.3.6, RFC 6047 2.4).
//!
//! | item | part | where it stands |
//! |---|---|---|
//! | of a calendar | `text/calendar; method=REQUEST` | the last alternative of the text, where programs act on it |
//! | of an address book | `text/vcard` | an attachment |

use std::borrow::Cow;

use crate::base::Report;
use crate::message::Message;

use super::parameter::Parameterized;

/// The part of an item.
#[derive(Debug, Clone)]
pub(in crate::convert::mime) struct ItemPart {
    /// Its type.
    pub(in crate::convert::mime) content_type: Parameterized,
    /// How it is shown, if it is a file.
    pub(in crate::convert::mime) disposition: Option<Parameterized>,
    /// What it holds.
    pub(in crate::convert::mime) text: String,
    /// The name for it as a file.
    pub(in crate::convert::mime) name: Cow<'static, str>,
    /// What was found wrong in the item, and what the part cannot express.
    #[cfg_attr(not(feature = "items"), allow(dead_code))]
    report: Report,
}

impl ItemPart {
    /// That of a message; `None` of what is no item, or says nothing that a program could show.
    pub(in crate::convert::mime) fn of(message: &Message<'_>) -> Option<Self> {
        message.kind().is_item().then(|| made::part(message)).flatten()
    }

    /// Whether it is a calendar, which stands among the alternatives of the text.
    pub(in crate::convert::mime) fn is_calendar(&self) -> bool {
        self.disposition.is_none()
    }

    /// What tells which item it is, as [`identity`] does of any calendar.
    pub(in crate::convert::mime) fn identity(&self) -> Option<String> {
        self.is_calendar().then(|| identity(self.text.as_bytes())).flatten()
    }

    /// What of the item it does not say, in words; `None` if it says all.
    pub(in crate::convert::mime) fn lost(&self, message: &Message<'_>) -> Option<String> {
        made::lost(self, message)
    }
}

/// Which item a calendar is, and what is wanted with it: method, identifiers, version. Two calendars of which this is the same are shown
/// as one item by those who read them.
pub(in crate::convert::mime) fn identity(calendar: &[u8]) -> Option<String> {
    made::identity(calendar)
}

#[cfg(not(feature = "items"))]
mod made {
    //! Without the feature there are none.

    use super::{ItemPart, Message};

    pub(super) fn part(_: &Message<'_>) -> Option<ItemPart> {
        None
    }

    pub(super) fn lost(_: &ItemPart, _: &Message<'_>) -> Option<String> {
        None
    }

    pub(super) fn identity(_: &[u8]) -> Option<String> {
        None
    }
}

#[cfg(feature = "items")]
mod made {
    //! By the writers of calendars and cards.

    use std::collections::BTreeSet;

    use crate::base::context::Ctx;
    use crate::base::{Code, ReadOptions, Report};
    use crate::convert::icalendar::{self, CalendarOptions};
    use crate::convert::line_reader::components;
    use crate::convert::vcard::{self, VCardOptions};
    use crate::items::beyond;
    use crate::message::{Content, MessageKind};

    use super::{ItemPart, Message, Parameterized};

    /// What of an item is lost or doubtful in its part.
    const LOSSES: [Code; 7] = [
        Code::ItemStructureUnreadable,
        Code::ItemZoneUnknown,
        Code::ItemInstanceUnmatched,
        Code::ItemListChanged,
        Code::CalendarDateMissing,
        Code::CalendarRuleLeftOut,
        Code::VCardAddressMissing,
    ];

    pub(super) fn part(message: &Message<'_>) -> Option<ItemPart> {
        // Files are parts of the mail.
        let options = CalendarOptions::default().with_attachments(false);
        if let Ok(Some(calendar)) = icalendar::write(message, &options) {
            if calendar.report.contains(Code::CalendarDateMissing) {
                return None;
            }
            let kind = Parameterized::new("Content-Type", "text/calendar").with("charset", "utf-8");
            let content_type = kind.with("method", calendar.method.as_str()).with("name", "invite.ics");
            let (text, report) = (calendar.text, calendar.report);
            return Some(ItemPart { content_type, disposition: None, text, name: "invite.ics".into(), report });
        }
        let card = vcard::write(message, &VCardOptions::default()).ok()??;
        let clean: String = card.name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
        let name = format!("{clean}.vcf");
        let content_type = Parameterized::new("Content-Type", "text/vcard").with("charset", "utf-8");
        let disposition = Parameterized::new("Content-Disposition", "attachment").with("filename", &name);
        Some(ItemPart { content_type, disposition: Some(disposition), text: card.text, name: name.into(), report: card.report })
    }

    pub(super) fn lost(part: &ItemPart, message: &Message<'_>) -> Option<String> {
        let wrong = part.report.diagnostics().iter().find(|diagnostic| LOSSES.contains(&diagnostic.code));
        wrong
            .map(|wrong| wrong.detail.to_string())
            .or_else(|| beyond(message.kind(), &message.properties))
            .or_else(|| lost_of_instances(message))
    }

    pub(super) fn identity(calendar: &[u8]) -> Option<String> {
        let (options, mut report) = (ReadOptions::lenient(), Report::new());
        let found = components(calendar, &mut Ctx::new(&options, &mut report)).ok()?;
        let calendar = found.into_iter().find(|one| one.name == "VCALENDAR")?;
        let method = calendar.text("METHOD").unwrap_or_default().trim().to_ascii_uppercase();
        let items = calendar.parts.iter().filter(|part| matches!(part.name.as_str(), "VEVENT" | "VTODO" | "VJOURNAL"));
        let version = |part: &crate::convert::line_reader::Component| part.text("SEQUENCE").unwrap_or_else(|| "0".to_owned());
        let ids: BTreeSet<String> =
            items.filter_map(|part| Some(format!("{} {}", part.text("UID")?.trim(), version(part).trim()))).collect();
        (!ids.is_empty()).then(|| format!("{method}\n{}", ids.into_iter().collect::<Vec<_>>().join("\n")))
    }

    /// What changed instances of a series have that the calendar does not say.
    fn lost_of_instances(message: &Message<'_>) -> Option<String> {
        message.attachments.iter().filter(|attachment| attachment.is_instance()).find_map(|attachment| {
            let Content::Message(inner) = &attachment.content else { return None };
            if !inner.attachments.is_empty() {
                return Some("a file of a changed instance".to_owned());
            }
            beyond(MessageKind::Appointment, &inner.properties)
        })
    }
}
