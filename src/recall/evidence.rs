//! What speaks for or against a condition: data, whose sentence `Display` makes.

use std::fmt;

use crate::mapi::SearchKey;
use crate::policy::remedy::OWN_DOMAIN;

use super::compare::{Fact, FactComparison, Similarity};
use super::environment::{MailboxKind, Switch};
use super::hops::Clue;
use super::located::Located;
use super::message_trace::TraceEvent;

/// A search key and where it was found.
type Key = Located<SearchKey<'static>>;

/// One of the three messages of a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Role {
    /// The recall request.
    Recall,
    /// The message as it was sent.
    Original,
    /// The message as it was delivered.
    Delivered,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Recall => "the recall",
            Role::Original => "the original",
            Role::Delivered => "the delivered copy",
        })
    }
}

/// The two settings of an organization about cloud recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RecallSetting {
    /// `MessageRecallEnabled`: cloud recall is on.
    MessageRecallEnabled,
    /// `RecallReadMessagesEnabled`: it also takes what has been read.
    RecallReadMessagesEnabled,
}

impl RecallSetting {
    /// The name that `Set-OrganizationConfig` has for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RecallSetting::MessageRecallEnabled => "MessageRecallEnabled",
            RecallSetting::RecallReadMessagesEnabled => "RecallReadMessagesEnabled",
        }
    }

    fn means(self, switch: Switch) -> &'static str {
        match (self, switch) {
            (RecallSetting::MessageRecallEnabled, Switch::Default) => ", which means true",
            (RecallSetting::MessageRecallEnabled, Switch::NotKnown) => "; where it is not set in Exchange Online it means true",
            (RecallSetting::MessageRecallEnabled, Switch::On | Switch::Off) => "",
            (RecallSetting::RecallReadMessagesEnabled, Switch::Default) => {
                ", which means true: what has been read is recalled, too"
            }
            (RecallSetting::RecallReadMessagesEnabled, Switch::NotKnown) => "; where it is not set it means true",
            (RecallSetting::RecallReadMessagesEnabled, Switch::On) => ": what has been read is recalled, too",
            (RecallSetting::RecallReadMessagesEnabled, Switch::Off) => ": what has been read stays",
        }
    }
}

/// Evidence for or against a condition. `Display` says it in a sentence.
///
/// ```
/// use winmail::recall::{Evidence, Located};
///
/// let sender = Evidence::Sender(Located::new("jane@fabrikam.com".to_owned(), "header From"));
/// assert_eq!(sender.to_string(), "sender jane@fabrikam.com (header From)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Evidence {
    /// A message has a search key; the recall: asks for one.
    Key {
        /// Which message.
        of: Role,
        /// The key, and the first place that has it.
        key: Key,
        /// The other places that have it.
        also: Vec<String>,
    },
    /// A message has no search key; the recall: names none.
    NoKey {
        /// Which message.
        of: Role,
        /// Why there is none; empty where that is not known.
        why: &'static str,
    },
    /// Two places of one message have different keys.
    KeysDiffer {
        /// Which message.
        of: Role,
        /// The first.
        one: Key,
        /// The first that differs from it.
        other: Key,
    },
    /// A file cannot be read.
    Unreadable {
        /// Its name.
        name: String,
        /// The error.
        reason: String,
    },
    /// The delivered copy has another key than the recall asks for, and this is what else it shares with the message.
    OtherKey {
        /// Whether it is known that the key changed on the way: the recall asks for the key that the original has.
        changed: bool,
        /// What the copy was compared with: the original, or what the recall request says of it.
        with: Role,
        /// What the comparison comes to.
        similarity: Similarity,
        /// The facts that both have.
        facts: Vec<FactComparison>,
    },
    /// The recall asks for another message than the original that was given.
    OtherOriginal,
    /// A header field suggests something.
    Clue(Clue),
    /// A row of the message trace.
    Trace(TraceEvent),
    /// The sender.
    Sender(Located<String>),
    /// The recipient whose mailbox it is about.
    Recipient(Located<String>),
    /// The recipient is not known.
    NoRecipient {
        /// How many the message has.
        of: usize,
    },
    /// What the recipient's mailbox is; `None`: the organization is taken to have it, as the domain is accepted.
    Mailbox(Option<MailboxKind>),
    /// The recipient's organization lets the sender's recall.
    CrossTenantRecall,
    /// A domain is not the organization's.
    OutsideDomain {
        /// Whose: the sender's, else the recipient's.
        of_sender: bool,
    },
    /// The recipient's domain belongs to a provider of private mailboxes.
    ConsumerDomain,
    /// The organization's domains are not known.
    NoAcceptedDomains {
        /// Whether sender and recipient have one domain.
        one_domain: bool,
    },
    /// Says whether the message has been read, and where that is said.
    Read(Located<bool>),
    /// The flag of a TNEF stream that says "read". It is the sender's and says nothing of the mailbox.
    ReadFlag(Located<bool>),
    /// The mailbox alone knows whether it has been read.
    ReadNotKnown,
    /// The folder of the message.
    Folder(Located<String>),
    /// The folder of the recall request, as it was given.
    RecallFolder(String),
    /// The folders of both are known to the mailbox alone.
    FoldersNotKnown,
    /// A sign of rights protection.
    Protected {
        /// The file.
        name: String,
        /// The sign.
        sign: Located<String>,
    },
    /// A sensitivity label, which need not protect.
    Label {
        /// The file.
        name: String,
        /// The label.
        label: Located<String>,
    },
    /// There is no sign of rights protection.
    NotProtected,
    /// Neither the copy nor the original can be read.
    NothingReadable,
    /// It was given whether internal mail leaves Exchange on its way.
    Connector(bool),
    /// What the remote domains say of mail that leaves Exchange for the recipient.
    RemoteDomain {
        /// Whether it keeps TNEF.
        tnef: bool,
        /// The remote domain that applies.
        name: String,
        /// The setting that decides; empty where none does.
        why: String,
    },
    /// Microsoft's pages differ on remote domains for the organization's own domains.
    OwnDomain,
    /// The settings of the remote domains are not known.
    NoRemoteDomains,
    /// The key arrived as it was sent.
    KeyArrived,
    /// Between servers of one organization Exchange always uses TNEF.
    InsideIsTnef,
    /// The key changed, so something on the way made the message anew.
    MadeAnew,
    /// The settings matter only where internal mail leaves Exchange, which is not known.
    ConnectorNotKnown,
    /// The recipient's mailbox is on an Exchange server, which has no cloud recall.
    NoCloudRecall,
    /// A setting of the organization.
    Setting {
        /// Which.
        setting: RecallSetting,
        /// Its value.
        value: Switch,
    },
    /// How old the message was when it was recalled, against `MessageRecallMaxRecallableAge`.
    Age {
        /// Its age in seconds, if known.
        seconds: Option<u64>,
        /// The limit in seconds.
        limit: u64,
    },
    /// The recipient's Outlook carries the recall out.
    ByOutlook,
}

/// Facts in words, with commas.
fn list(facts: &[FactComparison], agrees: bool) -> String {
    let facts = facts.iter().filter(|one| one.agrees == agrees).map(|one| Fact::describe(one.fact));
    facts.collect::<Vec<_>>().join(", ")
}

fn other_key(
    f: &mut fmt::Formatter<'_>,
    changed: bool,
    with: Role,
    similarity: Similarity,
    facts: &[FactComparison],
) -> fmt::Result {
    let differing = facts.iter().filter(|one| !one.agrees);
    if similarity == Similarity::Different {
        let facts = differing.map(|one| format!("{} is {} and {}", one.fact, one.one.value, one.other.value));
        return write!(f, "the copy is {similarity}: {}", facts.collect::<Vec<_>>().join("; "));
    }
    if !similarity.is_like() {
        return write!(f, "{similarity}");
    }
    if changed {
        f.write_str("the key was changed on the way: ")?;
    }
    let compared = if with == Role::Original { "the original" } else { "what the recall request says" };
    write!(f, "by all else the copy is {similarity} as {compared} (the same: {}", list(facts, true))?;
    if differing.count() > 0 {
        write!(f, "; not the same: {}", list(facts, false))?;
    }
    f.write_str(")")
}

fn key(f: &mut fmt::Formatter<'_>, of: Role, key: &Key, also: &[String]) -> fmt::Result {
    let verb = if of == Role::Recall { "asks for" } else { "has" };
    write!(f, "{of} {verb} {} ({}", key.value, key.at)?;
    for place in also {
        write!(f, ", also {place}")?;
    }
    f.write_str(")")
}

fn age(f: &mut fmt::Formatter<'_>, seconds: Option<u64>, limit: u64) -> fmt::Result {
    let days = |seconds: u64| seconds / 86_400;
    let Some(seconds) = seconds else {
        return write!(f, "MessageRecallMaxRecallableAge is {} days; how old the message was is not known", days(limit));
    };
    let verdict = if seconds > limit { "too old: cloud recall refuses it" } else { "young enough" };
    write!(f, "the message was {} days old, MessageRecallMaxRecallableAge is {} days: {verdict}", days(seconds), days(limit))
}

fn read(read: bool) -> &'static str {
    if read { "it has been read" } else { "it has not been read" }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Key { of, key: at, also } => key(f, *of, at, also),
            Evidence::NoKey { of: Role::Recall, .. } => f.write_str("the recall request names no search key"),
            Evidence::NoKey { of, why } => write!(f, "{of}: {why}"),
            Evidence::KeysDiffer { of, one, other } => {
                let verb = if *of == Role::Recall { "names" } else { "has" };
                write!(f, "{of} {verb} two keys that differ: {one} and {other}; which one counts is not known")
            }
            Evidence::Unreadable { name, reason } => write!(f, "{name} cannot be read: {reason}"),
            Evidence::OtherKey { changed, with, similarity, facts } => other_key(f, *changed, *with, *similarity, facts),
            Evidence::OtherOriginal => f.write_str("the recall asks for another message than the original that was given"),
            Evidence::Clue(clue) => write!(f, "header {} suggests: {}", clue.header, clue.says),
            Evidence::Trace(event) => write!(f, "message trace: {event}"),
            Evidence::Sender(sender) => write!(f, "sender {sender}"),
            Evidence::Recipient(recipient) => write!(f, "recipient {recipient}"),
            Evidence::NoRecipient { of: 0 | 1 } => f.write_str("the recipient is not known"),
            Evidence::NoRecipient { of } => write!(f, "one of {of} recipients; which one is not known"),
            Evidence::Mailbox(Some(MailboxKind::Other)) => f.write_str("the recipient's mailbox is not an Exchange mailbox"),
            Evidence::Mailbox(Some(kind)) => write!(f, "the recipient's mailbox is {}", kind.as_str()),
            Evidence::Mailbox(None) => {
                f.write_str("both are in accepted domains, and are assumed to have mailboxes in the organization")
            }
            Evidence::CrossTenantRecall => {
                f.write_str("the recipient's organization lets the sender's recall (CrossTenantRecallEnabled)")
            }
            Evidence::OutsideDomain { of_sender } => {
                let whose = if *of_sender { "sender" } else { "recipient" };
                write!(f, "the {whose}'s domain is not one of the organization's")
            }
            Evidence::ConsumerDomain => f.write_str("the recipient's domain belongs to a provider of private mailboxes"),
            Evidence::NoAcceptedDomains { one_domain } => {
                let of = if *one_domain { "both have one domain" } else { "they have different domains" };
                write!(f, "{of}; the organization's domains are not known")
            }
            Evidence::Read(said) => write!(f, "{}: {}", said.at, read(said.value)),
            Evidence::ReadFlag(flag) => {
                let set = if flag.value { "set" } else { "not set" };
                write!(f, "mfRead is {set} ({}), which in TNEF is the sender's and says nothing of the mailbox", flag.at)
            }
            Evidence::ReadNotKnown => f.write_str("whether it has been read is known to the mailbox alone"),
            Evidence::Folder(folder) => write!(f, "the message is in {folder}"),
            Evidence::RecallFolder(folder) => write!(f, "the recall request is in {folder} (given)"),
            Evidence::FoldersNotKnown => f.write_str("the folders of both are known to the mailbox alone"),
            Evidence::Protected { name, sign } => write!(f, "{name}: {sign}"),
            Evidence::Label { name, label } => write!(f, "{name}: {label}"),
            Evidence::NotProtected => f.write_str("no sign of rights protection"),
            Evidence::NothingReadable => f.write_str("neither the copy nor the original can be read"),
            Evidence::Connector(leaves) => {
                let leaves = if *leaves { "leaves" } else { "does not leave" };
                write!(f, "given: internal mail {leaves} Exchange on its way")
            }
            Evidence::RemoteDomain { tnef, name, why } => {
                let becomes = if *tnef { "keeps TNEF" } else { "loses TNEF" };
                write!(f, "mail that leaves Exchange for the recipient {becomes}: remote domain {name} decides ({why})")
            }
            Evidence::OwnDomain => f.write_str(OWN_DOMAIN),
            Evidence::NoRemoteDomains => f.write_str("the settings of the remote domains are not known"),
            Evidence::KeyArrived => f.write_str("the key arrived as it was sent, so the route kept what carries it"),
            Evidence::InsideIsTnef => f.write_str("between servers of one organization Exchange always uses TNEF"),
            Evidence::MadeAnew => f.write_str("the key changed, so something on the way made the message anew"),
            Evidence::ConnectorNotKnown => f.write_str(
                "this matters only where internal mail leaves Exchange on its way, which is not known (Environment::connector)",
            ),
            Evidence::NoCloudRecall => f.write_str("the recipient's mailbox is on an Exchange server, which has no cloud recall"),
            Evidence::Setting { setting, value } => {
                write!(f, "{} is {}{}", setting.as_str(), value.describe(), setting.means(*value))
            }
            Evidence::Age { seconds, limit } => age(f, *seconds, *limit),
            Evidence::ByOutlook => f.write_str("so the recipient's Outlook carries the recall out: conditions 3 and 4 count"),
        }
    }
}
