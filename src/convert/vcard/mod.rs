//! [MS-OXVCARD], RFC 2426 and RFC 6350: contacts and distribution lists as vCard, which address books of all makers read.
//!
//! [`read()`] takes 2.1, 3.0 and 4.0, with the words of all makers for what a number or an address is for.
//!
//! [`write()`] makes version 3.0, which Outlook and phones read, unless 4.0 is asked for. A distribution list becomes a group: `KIND` and
//! `MEMBER` in 4.0, what Apple made of these in 3.0, and in both its members as text for people.

mod contact;
mod group;
mod read;
mod read_contact;
#[cfg(test)]
mod tests;
mod write;

pub use read::{CardRead, is_card, read};
pub use write::{Card, VCardOptions, VCardVersion, write};
