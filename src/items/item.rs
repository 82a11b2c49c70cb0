//! What a message is, as an item.

use crate::base::context::reported;
use crate::base::{ReadOptions, Report, Result};
use crate::message::{Message, MessageKind};

use super::appointment::{Appointment, AppointmentKind};
use super::contact::Contact;
use super::journal::{Journal, StickyNote};
use super::list::DistributionList;
use super::task::{Task, TaskKind};

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Item {
    /// An appointment, or what is sent about a meeting.
    Appointment(Box<Appointment>),
    /// A task, or what is sent about one.
    Task(Box<Task>),
    /// A contact.
    Contact(Box<Contact>),
    /// A personal distribution list.
    DistributionList(Box<DistributionList>),
    /// A journal entry.
    Journal(Box<Journal>),
    /// A sticky note.
    Note(Box<StickyNote>),
}

/// An item with what was found wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ItemRead {
    /// The item.
    pub item: Item,
    /// Defects that were found.
    pub report: Report,
}

/// A message that was made of an item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemWritten {
    /// The message.
    pub message: Message<'static>,
    /// Diagnostics: what the item says and no property has.
    pub report: Report,
}

impl Item {
    /// Makes the message that the item is, with all that Outlook asks of its class. Files are the caller's to attach.
    ///
    /// ```
    /// use winmail::items::{Contact, Item};
    /// use winmail::{ReadOptions, tags};
    ///
    /// let mut contact = Contact::new();
    /// contact.name = Some("Jane Doe".into());
    /// let written = Item::Contact(Box::new(contact)).to_message(&ReadOptions::lenient())?;
    /// assert_eq!(written.message.class().as_deref(), Some("IPM.Contact"));
    /// assert_eq!(written.message.get(tags::DISPLAY_NAME).as_deref(), Some("Jane Doe"));
    /// # Ok::<(), winmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// A structure that cannot be written, as a zone of more rules than its count can say.
    pub fn to_message(&self, options: &ReadOptions) -> Result<ItemWritten> {
        let (message, report) = reported(options, |ctx| match self {
            Item::Appointment(appointment) => appointment.write(ctx),
            Item::Task(task) => task.write(ctx),
            Item::Contact(contact) => contact.write(ctx),
            Item::DistributionList(list) => list.write(ctx),
            Item::Journal(journal) => journal.write(),
            Item::Note(note) => note.write(),
        })?;
        Ok(ItemWritten { message, report })
    }

    /// Reads a message as an item; `None` if its class is not that of an item.
    ///
    /// ```
    /// use winmail::items::Item;
    /// use winmail::{Message, named};
    ///
    /// let mut message = Message::new("IPM.StickyNote");
    /// message.set(named::NOTE_COLOR, 3);
    /// let Some(read) = Item::read(&message)? else { unreachable!() };
    /// let Item::Note(note) = read.item else { unreachable!() };
    /// assert_eq!(note.color_name(), Some("yellow"));
    /// assert!(Item::read(&Message::new("IPM.Note"))?.is_none());
    /// # Ok::<(), winmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of strict reading where a body is damaged.
    pub fn read(message: &Message<'_>) -> Result<Option<ItemRead>> {
        let (item, report) = reported(message.read_options(), |ctx| {
            if let Some(kind) = AppointmentKind::of(message) {
                return Ok(Some(Item::Appointment(Box::new(Appointment::read(kind, message, ctx)?))));
            }
            if let Some(kind) = TaskKind::of(message) {
                return Ok(Some(Item::Task(Box::new(Task::read(kind, message, ctx)?))));
            }
            Ok(Some(match message.kind() {
                MessageKind::Contact => Item::Contact(Box::new(Contact::read(message, ctx)?)),
                MessageKind::DistributionList => Item::DistributionList(Box::new(DistributionList::read(message, ctx)?)),
                MessageKind::Journal => Item::Journal(Box::new(Journal::read(message, ctx)?)),
                MessageKind::Note => Item::Note(Box::new(StickyNote::read(message, ctx)?)),
                _ => return Ok(None),
            }))
        })?;
        Ok(item.map(|item| ItemRead { item, report }))
    }
}
