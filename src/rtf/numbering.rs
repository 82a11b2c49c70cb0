//! Numbers and bullets of paragraphs as Word 6 and RichEdit write them, `{\*\pn\pnlvlbody\pndec\pnstart3{\pntxta.}}`: Rich Text Format
//! Specification 1.9.1, "Bullets and Numbering". They hold until `\pard`.

use super::number_format::push_number;
use super::state::{Destination, Event};

/// The numbering of the current paragraphs.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbering {
    is_on: bool,
    /// How numbers are written, as `\levelnfc` has it; `None` for bullets.
    style: Option<i32>,
    next: u32,
    before: String,
    after: String,
}

/// The longest text before or behind a number.
const TEXT_MAX: usize = 64;

impl Numbering {
    /// Follows what happens.
    pub(super) fn event(&mut self, event: &Event<'_>, destination: Destination) {
        match (event, destination) {
            (Event::Destination(Destination::Numbering), _) => *self = Numbering { is_on: true, next: 1, ..Numbering::default() },
            (Event::Word("pard", _), Destination::Body) => self.is_on = false,
            (Event::Word(name, parameter), Destination::Numbering) => match *name {
                "pndec" | "pncard" | "pnord" => self.style = Some(0),
                "pnucltr" => self.style = Some(3),
                "pnlcltr" => self.style = Some(4),
                "pnucrm" => self.style = Some(1),
                "pnlcrm" => self.style = Some(2),
                "pnstart" => self.next = parameter.and_then(|start| u32::try_from(start).ok()).unwrap_or(1),
                // Nothing is numbered.
                "pnlvlcont" => self.is_on = false,
                _ => {}
            },
            (Event::Text(text), Destination::NumberingBefore) if self.before.len() < TEXT_MAX => self.before.push_str(text),
            (Event::Char(c), Destination::NumberingBefore) if self.before.len() < TEXT_MAX => self.before.push(*c),
            (Event::Text(text), Destination::NumberingAfter) if self.after.len() < TEXT_MAX => self.after.push_str(text),
            (Event::Char(c), Destination::NumberingAfter) if self.after.len() < TEXT_MAX => self.after.push(*c),
            _ => {}
        }
    }

    /// The mark of the next paragraph, and counts it.
    pub(super) fn mark(&mut self) -> Option<String> {
        if !self.is_on {
            return None;
        }
        let mut mark = self.before.clone();
        if let Some(style) = self.style {
            push_number(&mut mark, self.next, style);
            self.next = self.next.saturating_add(1);
        }
        mark.push_str(&self.after);
        Some(if mark.is_empty() { "\u{2022}".to_owned() } else { mark })
    }
}
