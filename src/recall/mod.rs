//! Layer 6: will a recall find the message, and if not, why.
//!
//! Outlook's recall names the message that is to go by its PR_SEARCH_KEY. The key lives in TNEF and inside Exchange; mail that a
//! connector turns into plain MIME on its way is stored under a new key, and the recall fails with no word about the cause.
//!
//! | file | what it knows |
//! |---|---|
//! | [`source`] | what a file is: a TNEF stream, a mail that carries one, a plain mail |
//! | `found` | a value with its place; what several places say of one key |
//! | [`item`] | a message as a recall sees it: its keys, what else tells it from others, each with its place |
//! | [`request`] | what a recall asks for; making one |
//! | [`compare`](mod@compare) | whether two messages are one, by everything but the key |
//! | [`protected`] | rights protection |
//! | [`hops`] | the way that a mail took, by its headers |
//! | [`trace`](mod@trace) | where on the way a key was lost |
//! | [`surroundings`] | what is known of the organization |
//! | `case` | what a diagnosis is made of |
//! | `condition` | the seven conditions, each met, not met or not known; `judge` judges them |
//! | [`outcome`] | what the conditions come to, by a table that cites its sources |
//! | [`diagnose`](mod@diagnose) | all of it together |
//!
//! What is not known stays not known: a diagnosis names every outcome that is still possible.
//!
//! The recall protocol is not published. Where the key stands in a recall request is known from real ones ([`request`]).

mod case;
pub mod compare;
mod condition;
pub mod diagnose;
mod found;
pub mod hops;
pub mod item;
mod judge;
pub mod outcome;
pub mod protected;
pub mod request;
pub mod source;
pub mod surroundings;
pub mod trace;

pub use case::{Candidate, Case};
pub use compare::{Agreement, Likeness, compare};
pub use condition::{Condition, ConditionRow, Verdict, Weight};
pub use diagnose::{Diagnosis, diagnose};
pub use found::{Found, KeyState};
pub use hops::Hop;
pub use item::Item;
pub use outcome::{Outcome, Rule};
pub use request::{Request, RequestFacts};
pub use source::Form;
pub use surroundings::{MailboxKind, Surroundings};
pub use trace::{Change, Fate, Trace, trace};
