//! Layer 5: what may leave, in which format, for whom, and why: the settings of Exchange's remote domains, of mail contacts
//! and mail users and of the sender's Outlook, with the precedence that Exchange documents.

pub mod answer;
#[cfg(feature = "mime")]
pub mod apply;
pub mod charset;
pub mod check;
pub mod decide;
#[cfg(test)]
mod decide_tests;
pub mod domain;
pub mod edit;
pub mod export;
pub mod file;
pub mod import;
pub mod policy_set;
pub mod recipient;
pub mod remote_domain;
pub mod remote_domains;
pub mod sender;
pub(crate) mod setting;

pub use answer::{Answer, Outcome, Source, Step};
pub use charset::Charset;
pub use check::{FaultKind, PolicyFault, check};
pub use decide::{Decision, Format, MessageFacts, NativeBody, Question, Verdict, decide};
pub use domain::DomainPattern;
pub use file::{PolicyFile, RecordKey, SettingsError};
pub use policy_set::{Policy, RecipientRecord};
pub use recipient::{RecipientKind, RecipientSetting, RecipientSettings};
pub use remote_domain::{Edition, RemoteDomain, RemoteDomainSetting, RemoteDomainSettings};
pub use remote_domains::{DomainsError, RemoteDomains};
pub use sender::{SenderContactSetting, SenderContactSettings, SenderSetting, SenderSettings};
pub use setting::{BadValue, SettingValue};
