//! The accountant: is everything that came in still in what goes out?
//!
//! It knows nothing of the plan ([`super::filter`]) and nothing of the model ([`crate::Message`]). Its one side walks the view of
//! each stream and the structure of the mail that came in, and writes down facts; its other side takes apart the bytes that are
//! about to be written, and looks for them.
//!
//! | fact | found by |
//! |---|---|
//! | a text, at every depth, in every form that the stream has | its words, in order, in a text that is shown |
//! | a file, a picture in rich text | length and checksum of a decoded part |
//! | a link, the place of a file elsewhere | its target, in markup or in a text |
//! | a person | an address in a header, and the name |
//! | a subject, a header field | the words of a subject; the field as it stands |
//! | what an item says: dates, people, places, numbers, members | a calendar or card, expanded by itself |
//! | what another class lives by | the stream alone |
//!
//! A stream that is still in the output, byte for byte, has all of its facts there. What may be dropped is listed in [`DROPPED`],
//! and nowhere else. All of it takes time in proportion to what comes in and goes out, and holds digests and words, no files.

mod check;
mod class;
mod digest;
mod dropped;
mod fact;
#[cfg(feature = "items")]
mod found;
#[cfg(feature = "items")]
mod item;
#[cfg(feature = "items")]
mod item_needle;
mod ledger;
#[cfg(feature = "items")]
mod lines;
mod loss;
mod mail;
mod people;
mod pictures;
mod received;
#[cfg(feature = "items")]
mod series;
mod shelf;
mod stream;
#[cfg(test)]
mod tests;
mod words;

pub use dropped::{DROPPED, Dropped};
pub(super) use ledger::Ledger;
pub use ledger::{losses, losses_of_stream};
pub use loss::{Loss, LossCode};
