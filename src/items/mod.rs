//! Layer 4: items of a calendar, a task list, an address book, a journal, as data.
//!
//! Such an item is a message whose contents are properties. [`Item::read`] gathers them from a [`Message`](crate::Message), by what
//! they mean: an [`Appointment`] has a start in a [`Zone`], a [`Contact`] has addresses. Nothing is converted here; the
//! formats that calendars and address books read stand above (`convert::icalendar`, `convert::vcard`).
//!
//! A structure that cannot be read is a diagnostic, and the item is what the rest says.

mod appointment;
#[cfg(feature = "mime")]
mod carried;
mod common;
mod contact;
mod contact_write;
mod item;
mod journal;
mod list;
mod person;
mod series;
mod task;
#[cfg(test)]
mod tests;
mod windows_zones;
mod zone;
mod zone_rules;

pub use appointment::{Appointment, AppointmentKind, Times};
#[cfg(feature = "mime")]
#[cfg(feature = "mime")]
pub(crate) use carried::beyond;
#[cfg(feature = "mime")]
#[cfg(feature = "mime")]
pub(crate) use carried::{Fate, fate, is_beyond};
pub use common::{Common, Reminder};
pub use contact::{Contact, ContactField, EmailAddress, Phone, PostalAddress};
pub use item::{Item, ItemRead, ItemWritten};
pub use journal::{Journal, StickyNote};
pub use list::{DistributionList, Member};
pub use person::{Attendee, Person, Role};
pub use series::{ChangedInstance, Series};
pub use task::{Task, TaskKind};
pub use zone::{Zone, ZoneRule};
