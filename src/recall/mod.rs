//! Layer 6: will a recall find the message, and if not, why.
//!
//! Outlook's recall names the message that is to go by its PR_SEARCH_KEY. The key lives in TNEF and inside Exchange; mail that a
//! connector turns into plain MIME on its way is stored under a new key, and the recall fails with no word about the cause.
//!
//! | item | what it knows |
//! |---|---|
//! | [`open`] | what a file is: a TNEF stream, a mail that carries one, a plain mail |
//! | [`Located`] | a value with its place; what several places say of one key |
//! | [`Item`] | a message as a recall sees it: its keys, what else tells it from others, each with its place |
//! | [`Request`] | what a recall asks for; making one |
//! | [`compare`] | whether two messages are one, by everything but the key |
//! | [`Protection`] | rights protection |
//! | [`hops`] | the way that a mail took, by its headers |
//! | [`trace`] | where on the way a key was lost |
//! | [`MessageTrace`] | what Exchange Online's message trace says |
//! | [`Environment`] | what is known of the organization |
//! | [`Case`] | what a diagnosis is made of |
//! | [`Condition`] | the seven conditions, each met, not met or not known |
//! | [`outcomes`] | what the conditions come to, by a table that cites its sources |
//! | [`diagnose`] | all of it together |
//!
//! What is not known stays not known: a diagnosis names every outcome that is still possible.
//!
//! ```
//! use winmail::recall::{Candidate, Case, Condition, Item, Outcome, Environment, Verdict, diagnose};
//! use winmail::{Message, ReadOptions, WriteOptions};
//!
//! // An ordinary message in the place of the request: Outlook and Exchange act on IPM.Outlook.Recall alone.
//! let stream = Message::new("IPM.Note").to_tnef(&WriteOptions::default())?;
//! let read = |name| Item::read(name, &stream, &ReadOptions::lenient());
//! let (request, copy) = (read("request")?, read("copy")?);
//! let case = Case { recall: &request, original: None, environment: &Environment::default(), policy: None };
//! let diagnosis = diagnose(&case, &Candidate::new(copy));
//! assert_eq!(diagnosis.outcome(), Some(Outcome::NotApplicable));
//! let unread = diagnosis.rows.iter().find(|row| row.condition == Condition::Unread).unwrap();
//! assert_eq!(unread.verdict, Verdict::NotKnown);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The recall protocol is not published. Where the key stands in a recall request is known from real ones ([`Request`]).

mod advice;
mod case;
pub(crate) mod compare;
mod condition;
pub(crate) mod diagnose;
pub(crate) mod environment;
mod evidence;
pub(crate) mod hops;
pub(crate) mod item;
mod judge;
mod located;
mod message_trace;
pub(crate) mod outcome;
pub(crate) mod protected;
pub(crate) mod request;
pub(crate) mod source;
pub(crate) mod trace;

pub use advice::Advice;
pub use case::{Candidate, Case};
pub use compare::{Fact, FactComparison, Similarity, compare, compare_request};
pub use condition::{Condition, ConditionRow, Verdict, Weight};
pub use diagnose::{Diagnosis, diagnose};
pub use environment::{Environment, Mailbox, MailboxKind, Switch, time_span};
pub use evidence::{Evidence, RecallSetting, Role};
pub use hops::{Clue, Hop, clues, detour, hops};
pub use item::{Facts, Item};
pub use located::{KeyState, Located};
pub use message_trace::{MessageTrace, TraceEvent};
pub use outcome::{Known, Outcome, RULES, Rule, SOURCES, Verdicts, depends_on, outcomes, possible, rule};
pub use protected::Protection;
pub use request::{RECALL_CLASS, RECALL_MESSAGE_CLASS, RECALL_SEARCH_KEY, Request, RequestError, RequestFacts};
pub use source::{Form, Headers, ParsedFile, PartFacts, open};
pub use trace::{Change, KeyFate, RouteSegment, Trace, trace};
