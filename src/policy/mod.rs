//! Layer 5: what may leave, in which format, for whom, and why: the settings of Exchange's remote domains, of mail contacts
//! and mail users and of the sender's Outlook, with the precedence that Exchange documents.

mod address;
#[cfg(feature = "mime")]
pub mod apply;
pub(crate) mod charset;
pub(crate) mod check;
pub(crate) mod decide;
#[cfg(test)]
mod decide_tests;
pub(crate) mod domain;
pub mod edit;
pub mod export;
pub mod file;
mod gates;
pub mod import;
mod organization;
pub(crate) mod policy_set;
pub(crate) mod recipient;
pub(crate) mod remedy;
pub(crate) mod remote_domain;
pub(crate) mod remote_domains;
pub(crate) mod resolved;
pub(crate) mod sender;
#[cfg(feature = "serde")]
mod serialized;
pub(crate) mod setting;
mod topic;

pub use address::{address_in, domain_of};
pub use charset::Charset;
pub use check::{FaultKind, PolicyFault, check};
pub use decide::{AttachmentEncoding, Decision, Delivery, Format, MessageFacts, NativeBody, SenderName, Verdict, decide};
pub use domain::{DomainPattern, MAX_DOMAIN, PatternError, PatternKind, normal, suffixes};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use file::{RecordKey, SettingsError};
pub use gates::{Automatic, Gate, GateKind, Gates, Passage};
pub use organization::{
    AutoForwardingMode, AutoReplyState, ExternalAudience, ExternalOofOptions, MailboxSetting, MailboxSettings,
    OrganizationSetting, OrganizationSettings, OutboundSpamPolicy, OutboundSpamSetting, OutboundSpamSettings,
};
pub use policy_set::{Policy, RecipientRecord};
pub use recipient::{
    MacAttachmentFormat, MessageBodyFormat, MessageFormat, RecipientKind, RecipientSetting, RecipientSettings,
    UseMapiRichTextFormat,
};
pub use remedy::Remedy;
pub use remote_domain::{
    AllowedOofType, ByteEncoder, ContentType, Coverage, Edition, LineWrap, MAX_NAME, RemoteDomain, RemoteDomainSetting,
    RemoteDomainSettings, ShiftJisCodePage, TnefEnabled, TransferEncoding,
};
pub use remote_domains::{DomainsError, RemoteDomains};
pub use resolved::{ChainStep, Resolved, Source, StepOutcome};
pub use sender::{
    InternetMessageFormat, InternetRecipientEncoding, InternetRecipientFormat, SenderContactSetting, SenderContactSettings,
    SenderSetting, SenderSettings,
};
pub use setting::{BadValue, SettingValue};
pub use topic::{ResolvedTopic, Topic};
