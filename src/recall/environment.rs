//! What is known of the organization, the mailboxes and the way between them, from a TOML file or from a caller.
//!
//! ```toml
//! accepted_domains = ["fabrikam.com"]  # the organization's own
//! edition = "ExchangeOnline"           # or "OnPremises"
//! connector = true                     # internal mail leaves Exchange and comes back: signatures, archiving, filtering
//! MessageRecallEnabled = true          # Get-OrganizationConfig; "" where it shows nothing
//! RecallReadMessagesEnabled = ""
//! MessageRecallMaxRecallableAge = "30.00:00:00"   # days.hours:minutes:seconds
//! CrossTenantRecallEnabled = false     # of the recipient's organization, with the sender's on its list
//!
//! [[mailbox]]
//! Address = "bob@fabrikam.com"
//! Kind = "ExchangeOnline"              # or "Exchange", or "Other": POP, IMAP, another system
//! Read = false                         # whether the message has been read
//! Folder = "Inbox"                     # where the message lies
//! RecallFolder = "Inbox"               # where the recall request arrived
//! ```
//!
//! Whatever is left out is not known.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use super::message_trace::MessageTrace;
use crate::policy::domain::{DomainPattern, PatternKind};
use crate::policy::remote_domain::Edition;
use crate::policy::{SettingValue, SettingsError};

/// Kind of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum MailboxKind {
    /// In Exchange Online.
    ExchangeOnline,
    /// On an Exchange server of the organization's own.
    Exchange,
    /// Anything else.
    Other,
}

impl MailboxKind {
    /// All kinds.
    pub const ALL: [MailboxKind; 3] = [MailboxKind::ExchangeOnline, MailboxKind::Exchange, MailboxKind::Other];

    /// The kind as files and flags spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MailboxKind::ExchangeOnline => "ExchangeOnline",
            MailboxKind::Exchange => "Exchange",
            MailboxKind::Other => "Other",
        }
    }

    /// Reads the spelling of files and flags; case does not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

/// A switch of the organization that may be left at its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Switch {
    /// Nobody said what it is.
    #[default]
    NotKnown,
    /// It has no value: what Exchange makes of that holds.
    Default,
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Reads `true`, `false`, their PowerShell forms, and the empty text or `$null` for "no value".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.eq_ignore_ascii_case("$null") || text.eq_ignore_ascii_case("default") {
            return Some(Switch::Default);
        }
        bool::parse(text).map(|on| if on { Switch::On } else { Switch::Off })
    }

    /// The value in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Switch::NotKnown => "not known",
            Switch::Default => "not set",
            Switch::On => "true",
            Switch::Off => "false",
        }
    }
}

/// Facts of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Mailbox {
    /// Its address.
    pub address: String,
    /// Kind.
    pub kind: Option<MailboxKind>,
    /// Says whether the message has been read in it.
    pub read: Option<bool>,
    /// The folder in which the message lies.
    pub folder: Option<String>,
    /// The folder in which the recall request arrived.
    pub recall_folder: Option<String>,
}

/// Facts besides the messages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Environment {
    /// The organization's own domains, besides those of the policy.
    pub accepted_domains: Vec<DomainPattern>,
    /// Exchange Online or on-premises.
    pub edition: Option<Edition>,
    /// Says whether mail between people inside leaves Exchange on its way.
    pub connector: Option<bool>,
    /// MessageRecallEnabled: cloud recall at all.
    pub message_recall_enabled: Switch,
    /// RecallReadMessagesEnabled: cloud recall of what has been read.
    pub recall_read_messages_enabled: Switch,
    /// MessageRecallMaxRecallableAge in seconds: how old a message may be for cloud recall.
    pub max_recallable_age: Option<u64>,
    /// CrossTenantRecallEnabled of the recipient's organization, for the sender's.
    pub cross_tenant_recall: Option<bool>,
    /// The sender's address, where mail does not say it rightly.
    pub sender: Option<String>,
    /// The recipient's address, where mail does not say it rightly.
    pub recipient: Option<String>,
    /// The message trace of the original.
    pub trace: Option<MessageTrace>,
    /// Mailboxes.
    pub mailboxes: Vec<Mailbox>,
    /// Settings of every mailbox that says nothing else; its address does not count.
    pub any_mailbox: Mailbox,
}

const ROOT: &str = "accepted_domains, edition, connector, MessageRecallEnabled, RecallReadMessagesEnabled, \
    MessageRecallMaxRecallableAge, CrossTenantRecallEnabled, [[mailbox]]";
const MAILBOX: &str = "Address, Kind, Read, Folder, RecallFolder";

impl Environment {
    /// Returns what is known of the mailbox with that address, and where it says nothing, of any.
    #[must_use]
    pub fn mailbox(&self, address: Option<&str>) -> Mailbox {
        let own = address.and_then(|address| self.mailboxes.iter().find(|one| one.address.eq_ignore_ascii_case(address.trim())));
        let own = own.cloned().unwrap_or_default();
        let any = &self.any_mailbox;
        Mailbox {
            address: own.address,
            kind: own.kind.or(any.kind),
            read: own.read.or(any.read),
            folder: own.folder.or_else(|| any.folder.clone()),
            recall_folder: own.recall_folder.or_else(|| any.recall_folder.clone()),
        }
    }

    /// Reads a file; `file` is its name for messages.
    ///
    /// # Errors
    /// [`SettingsError`] with the line and what is allowed.
    pub fn read(file: &str, text: &str) -> Result<Environment, SettingsError> {
        let reader = Reader { file, text };
        let document = Document::parse(text).map_err(|error| reader.error(error.span(), error.message().to_owned()))?;
        reader.root(document.as_table())
    }
}

/// The seconds of a time span as PowerShell writes it: `[days.]hours:minutes:seconds`.
#[must_use]
pub fn time_span(text: &str) -> Option<u64> {
    let (days, rest) = text.trim().split_once('.').unwrap_or(("0", text.trim()));
    let mut parts = rest.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let whole = days.parse::<u64>().ok()?.checked_mul(24)?.checked_add(hours)?.checked_mul(60)?.checked_add(minutes)?;
    let whole = whole.checked_mul(60)?.checked_add(seconds)?;
    (parts.next().is_none() && minutes < 60 && seconds < 60).then_some(whole)
}

#[derive(Clone, Copy)]
struct Reader<'t> {
    file: &'t str,
    text: &'t str,
}

impl Reader<'_> {
    fn error(&self, span: Option<Range<usize>>, message: impl Into<String>) -> SettingsError {
        let before = span.and_then(|span| self.text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count().saturating_add(1));
        SettingsError { file: self.file.to_owned(), line, record: None, message: message.into() }
    }

    fn root(&self, root: &Table) -> Result<Environment, SettingsError> {
        let mut all = Environment::default();
        for (key, item) in root {
            let span = root.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            match (key, item) {
                ("accepted_domains", Item::Value(Value::Array(array))) => {
                    for value in array {
                        all.accepted_domains.push(self.domain(value)?);
                    }
                }
                ("edition", _) => {
                    let text = self.text_of(key, item, &span)?;
                    let edition = Edition::parse(&text);
                    all.edition = Some(edition.ok_or_else(|| self.bad(key, &text, &Edition::allowed(), span))?);
                }
                ("connector", _) => all.connector = Some(self.bool_of(key, item, &span)?),
                ("CrossTenantRecallEnabled", _) => all.cross_tenant_recall = Some(self.bool_of(key, item, &span)?),
                ("MessageRecallEnabled", _) => all.message_recall_enabled = self.switch(key, item, &span)?,
                ("RecallReadMessagesEnabled", _) => all.recall_read_messages_enabled = self.switch(key, item, &span)?,
                ("MessageRecallMaxRecallableAge", _) => {
                    let text = self.text_of(key, item, &span)?;
                    let allowed = "days.hours:minutes:seconds, 30.00:00:00, or \"\" where it has no value";
                    all.max_recallable_age = match text.as_str() {
                        "" => None,
                        _ => Some(time_span(&text).ok_or_else(|| self.bad(key, &text, allowed, span))?),
                    };
                }
                ("mailbox", Item::ArrayOfTables(tables)) => {
                    for table in tables {
                        all.mailboxes.push(self.mailbox(table)?);
                    }
                }
                _ => return Err(self.error(span, format!("{key} is not known in this form: allowed is {ROOT}"))),
            }
        }
        Ok(all)
    }

    fn domain(&self, value: &Value) -> Result<DomainPattern, SettingsError> {
        let pattern = DomainPattern::parse(value.as_str().unwrap_or_default());
        match pattern {
            Ok(pattern) if *pattern.kind() != PatternKind::All => Ok(pattern),
            Ok(_) => Err(self.error(value.span(), "accepted_domains cannot hold *: nobody would be outside")),
            Err(error) => Err(self.error(value.span(), format!("accepted_domains cannot hold {value}: {error}"))),
        }
    }

    fn mailbox(&self, table: &Table) -> Result<Mailbox, SettingsError> {
        let mut mailbox = Mailbox::default();
        for (key, item) in table {
            let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            match key {
                "Address" => mailbox.address = self.text_of(key, item, &span)?.trim().to_owned(),
                "Kind" => {
                    let text = self.text_of(key, item, &span)?;
                    let kind = MailboxKind::parse(&text);
                    mailbox.kind = Some(
                        kind.ok_or_else(|| self.bad(key, &text, &MailboxKind::ALL.map(MailboxKind::as_str).join(", "), span))?,
                    );
                }
                "Read" => mailbox.read = Some(self.bool_of(key, item, &span)?),
                "Folder" => mailbox.folder = Some(self.text_of(key, item, &span)?),
                "RecallFolder" => mailbox.recall_folder = Some(self.text_of(key, item, &span)?),
                _ => return Err(self.error(span, format!("{key} is not known: allowed is {MAILBOX}"))),
            }
        }
        if mailbox.address.is_empty() {
            return Err(self.error(table.span(), "the mailbox has no Address"));
        }
        Ok(mailbox)
    }

    fn text_of(&self, key: &str, item: &Item, span: &Option<Range<usize>>) -> Result<String, SettingsError> {
        match item {
            Item::Value(Value::String(text)) => Ok(text.value().clone()),
            Item::Value(Value::Boolean(value)) => Ok(value.value().to_string()),
            _ => Err(self.error(span.clone(), format!("{key} takes a text, or true or false"))),
        }
    }

    fn bool_of(&self, key: &str, item: &Item, span: &Option<Range<usize>>) -> Result<bool, SettingsError> {
        let text = self.text_of(key, item, span)?;
        bool::parse(&text).ok_or_else(|| self.bad(key, &text, "true or false", span.clone()))
    }

    fn switch(&self, key: &str, item: &Item, span: &Option<Range<usize>>) -> Result<Switch, SettingsError> {
        let text = self.text_of(key, item, span)?;
        let allowed = "true, false, or \"\" where Get-OrganizationConfig shows no value";
        Switch::parse(&text).ok_or_else(|| self.bad(key, &text, allowed, span.clone()))
    }

    fn bad(&self, key: &str, text: &str, allowed: &str, span: Option<Range<usize>>) -> SettingsError {
        self.error(span, format!("{key} cannot be {text:?}: allowed is {allowed}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "accepted_domains = [\"fabrikam.com\", \"*.fabrikam.net\"]\nedition = \"ExchangeOnline\"\nconnector = true\n\
        MessageRecallEnabled = true\nRecallReadMessagesEnabled = \"\"\nCrossTenantRecallEnabled = false\n\n[[mailbox]]\n\
        Address = \"bob@fabrikam.com\"\nKind = \"exchangeonline\"\nRead = false\nFolder = \"Inbox\"\nRecallFolder = \"Inbox\"\n";

    #[test]
    fn a_file_is_read() {
        let all = Environment::read("s.toml", FILE).unwrap();
        assert_eq!(all.accepted_domains.len(), 2);
        assert_eq!(
            (all.edition, all.connector, all.cross_tenant_recall),
            (Some(Edition::ExchangeOnline), Some(true), Some(false))
        );
        assert_eq!((all.message_recall_enabled, all.recall_read_messages_enabled), (Switch::On, Switch::Default));
        let bob = all.mailbox(Some("Bob@Fabrikam.com"));
        assert_eq!((bob.kind, bob.read, bob.folder.as_deref()), (Some(MailboxKind::ExchangeOnline), Some(false), Some("Inbox")));
        assert_eq!(all.mailbox(Some("eve@fabrikam.com")), Mailbox::default());
        assert_eq!(Environment::read("s.toml", ""), Ok(Environment::default()));
    }

    #[test]
    fn faults_name_the_line_and_what_is_allowed() {
        for (text, line, part) in [
            ("connector = 1", 1, "connector takes a text, or true or false"),
            ("\nconnector = \"maybe\"", 2, "allowed is true or false"),
            ("MessageRecallEnabled = \"on\"", 1, "allowed is true, false, or \"\""),
            ("accepted_domains = [\"*\"]", 1, "nobody would be outside"),
            ("accepted_domains = [\"a b\"]", 1, "cannot hold"),
            ("MessageRecallMaxRecallableAge = \"30\"", 1, "30.00:00:00"),
            ("accepted_domains = \"a.b\"", 1, "allowed is accepted_domains"),
            ("edition = \"Exchange\"", 1, "allowed is"),
            ("[[mailbox]]\nKind = \"Gmail\"", 2, "allowed is ExchangeOnline, Exchange, Other"),
            ("[[mailbox]]\nRead = true", 1, "no Address"),
            ("[[mailbox]]\nAddress = \"a@b.c\"\nreads = true", 3, "allowed is Address"),
            ("a = ", 1, ""),
        ] {
            let error = Environment::read("s.toml", text).unwrap_err();
            assert_eq!(error.line, Some(line), "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn time_spans_are_read() {
        for (text, seconds) in [
            ("365.00:00:00", Some(31_536_000)),
            ("01:02:03", Some(3_723)),
            ("1.00:00:01", Some(86_401)),
            ("30", None),
            ("1:2", None),
            ("00:60:00", None),
            ("99999999999999999999.00:00:00", None),
        ] {
            assert_eq!(time_span(text), seconds, "{text}");
        }
    }

    #[test]
    fn what_holds_for_any_mailbox_fills_gaps() {
        let mut all = Environment::read("s.toml", FILE).unwrap();
        all.any_mailbox = Mailbox { kind: Some(MailboxKind::Other), read: Some(true), ..Mailbox::default() };
        assert_eq!(all.mailbox(Some("bob@fabrikam.com")).read, Some(false));
        assert_eq!(all.mailbox(None).kind, Some(MailboxKind::Other));
    }
}
