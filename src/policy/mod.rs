//! Layer 5: what may leave, in which format, for whom, and why: the settings of Exchange's remote domains, of mail contacts
//! and mail users and of the sender's Outlook, with the precedence that Exchange documents.

pub mod charset;
pub mod domain;
pub mod recipient;
pub mod remote_domain;
pub mod remote_domains;
pub mod sender;
pub(crate) mod setting;

pub use charset::Charset;
pub use domain::DomainPattern;
pub use recipient::{RecipientKind, RecipientSetting, RecipientSettings};
pub use remote_domain::{Edition, RemoteDomain, RemoteDomainSetting, RemoteDomainSettings};
pub use remote_domains::{DomainsError, RemoteDomains};
pub use sender::{SenderContactSetting, SenderContactSettings, SenderSetting, SenderSettings};
pub use setting::{BadValue, SettingValue};
