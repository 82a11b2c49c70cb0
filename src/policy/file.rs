//! The settings file: TOML with comments.
//!
//! ```toml
//! edition = "ExchangeOnline"            # or "OnPremises"
//! accepted_domains = ["fabrikam.com"]   # the organization's own
//!
//! [[remote_domain]]
//! Name = "Contoso"
//! DomainName = "*.contoso.com"
//! TNEFEnabled = false                   # true, false, or "" for "as the user settings have it"
//!
//! [[recipient]]
//! Kind = "MailContact"                  # or "MailUser"
//! Address = "bob@contoso.com"
//! UseMapiRichTextFormat = "Always"
//!
//! [[sender]]                            # without Address: every sender
//! Address = "alice@fabrikam.com"
//! InternetMessageFormat = "RichText"
//!
//! [organization]                        # Get-TransportConfig, Get-OrganizationConfig
//! ExternalDelayDsnEnabled = true
//!
//! [[outbound_spam_policy]]              # Get-HostedOutboundSpamFilterPolicy, with its rule
//! Name = "Default"
//! AutoForwardingMode = "Automatic"
//!
//! [[mailbox]]                           # Get-MailboxAutoReplyConfiguration, Get-Mailbox
//! Address = "alice@fabrikam.com"
//! AutoReplyState = "Enabled"
//!
//! [[contact]]                           # of a sender; without Sender: of every sender
//! Sender = "alice@fabrikam.com"
//! Address = "bob@contoso.com"
//! InternetRecipientFormat = "PlainTextOnly"
//! ```
//!
//! A record for `*` changes the built-in one, whose name is always `Default`. `Known` of a remote domain lists the settings that its
//! export held; whether the others have their defaults is not known. `Aliases` are a recipient's other addresses. A file is read whole
//! or not at all.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use toml_edit::{ArrayOfTables, Document, Item, Table, Value};

use super::address::address_in;
use super::domain::{DomainPattern, PatternKind};
use super::organization::{MailboxSetting, MailboxSettings, OrganizationSetting, OutboundSpamPolicy, OutboundSpamSetting};
use super::policy_set::{Policy, RecipientRecord};
use super::recipient::{RecipientKind, RecipientSetting, RecipientSettings};
use super::remote_domain::{Edition, RemoteDomain, RemoteDomainSetting};
use super::sender::{SenderContactSetting, SenderContactSettings, SenderSetting, SenderSettings};
#[cfg(feature = "serde")]
use super::serialized;
use super::setting::{BadValue, SettingValue};

/// Fault in a file of settings: where it is, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsError {
    /// The file, as the caller called it.
    pub file: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<usize>,
    /// The record, counted from 1, where the format has no lines to speak of.
    pub record: Option<usize>,
    /// Fault, and what is allowed.
    pub message: String,
}

impl SettingsError {
    /// An error at a line of a file, if it has lines.
    #[must_use]
    pub fn new(file: &str, line: Option<usize>, message: impl Into<String>) -> Self {
        SettingsError { file: file.to_owned(), line, record: None, message: message.into() }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(record) = self.record {
            write!(f, ": record {record}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for SettingsError {}

/// A settings file that was read: what it sets, and where each record stands.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PolicyFile {
    /// Settings.
    pub policy: Policy,
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialized::lines"))]
    lines: HashMap<RecordKey, usize>,
}

/// Key of a record, by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RecordKey {
    /// A remote domain, by name.
    RemoteDomain(String),
    /// A setting of a remote domain, by name and setting.
    RemoteDomainSetting(String, RemoteDomainSetting),
    /// A recipient, by address.
    Recipient(String),
}

impl PolicyFile {
    /// The line of a record, counted from 1, where the file has it.
    #[must_use]
    pub fn line(&self, key: &RecordKey) -> Option<usize> {
        self.lines.get(key).copied()
    }
}

/// The text of a settings file: UTF-8 or UTF-16, with or without a byte order mark, as `>` of Windows PowerShell writes UTF-16.
///
/// # Errors
/// [`SettingsError`] with the line of the first bytes that are neither.
pub fn decode(file: &str, bytes: &[u8]) -> Result<String, SettingsError> {
    let (encoding, name) = match bytes {
        [0xfe, 0xff, ..] => (encoding_rs::UTF_16BE, "UTF-16"),
        [0xff, 0xfe, ..] => (encoding_rs::UTF_16LE, "UTF-16"),
        [0, b, ..] if *b != 0 => (encoding_rs::UTF_16BE, "UTF-16"),
        [b, 0, ..] if *b != 0 => (encoding_rs::UTF_16LE, "UTF-16"),
        _ => (encoding_rs::UTF_8, "UTF-8"),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if !broken {
        return Ok(text.into_owned());
    }
    let right = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let before = bytes.get(..right).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
    let line = (name == "UTF-8").then_some(line);
    Err(SettingsError { file: file.to_owned(), line, record: None, message: format!("not {name}, which a settings file is") })
}

/// Reads a settings file; `file` is its name for messages.
///
/// # Errors
/// [`SettingsError`] with the line and what is allowed.
pub fn read(file: &str, text: &str) -> Result<PolicyFile, SettingsError> {
    let ends: Vec<usize> = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    let lines = Lines { file, ends: &ends };
    let document = Document::parse(text).map_err(|error| lines.error(error.span(), error.message().to_owned()))?;
    let mut reader = Reader { lines, policy: Policy::new(Edition::ExchangeOnline), places: HashMap::new() };
    reader.root(document.as_table())?;
    Ok(PolicyFile { policy: reader.policy, lines: reader.places })
}

/// The file and its lines.
#[derive(Clone, Copy)]
struct Lines<'t> {
    file: &'t str,
    /// Where the lines end, in their order: a line is looked up and not counted, as every record asks for its own.
    ends: &'t [usize],
}

impl Lines<'_> {
    fn line(&self, span: Option<Range<usize>>) -> Option<usize> {
        let start = span?.start;
        Some(self.ends.partition_point(|&end| end < start).saturating_add(1))
    }

    fn error(&self, span: Option<Range<usize>>, message: impl Into<String>) -> SettingsError {
        SettingsError { file: self.file.to_owned(), line: self.line(span), record: None, message: message.into() }
    }
}

const ROOT: &str = "edition, accepted_domains, [[remote_domain]], [[recipient]], [[sender]], [[contact]], [organization], \
    [[outbound_spam_policy]], [[mailbox]]";

/// Keys that take a list of texts.
const LISTS: &[&str] = &["Known", "Aliases", "From", "SenderDomainIs", "FromMemberOf"];

struct Reader<'t> {
    lines: Lines<'t>,
    policy: Policy,
    places: HashMap<RecordKey, usize>,
}

/// Reads one record of a list: its keys, and where it stands.
type ReadRecord<R> = fn(&mut R, Vec<Entry>, Option<Range<usize>>) -> Result<(), SettingsError>;

/// A key of a table with its text and where it stands.
struct Entry {
    key: String,
    text: String,
    span: Option<Range<usize>>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Table) -> Result<(), SettingsError> {
        for (key, item) in root {
            let span = root.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            match (key, item) {
                ("edition", _) => {
                    let text = self.scalar(key, item, span.clone())?;
                    self.policy.edition = Edition::parse(&text).ok_or_else(|| {
                        self.lines.error(span, format!("edition cannot be {text:?}: allowed is {}", Edition::allowed()))
                    })?;
                }
                ("accepted_domains", Item::Value(Value::Array(array))) => {
                    for value in array {
                        let text = value.as_str().unwrap_or_default();
                        let pattern = DomainPattern::parse(text).map_err(|error| {
                            self.lines.error(value.span(), format!("accepted_domains cannot hold {value}: {error}"))
                        })?;
                        if *pattern.kind() == PatternKind::All {
                            return Err(self
                                .lines
                                .error(value.span(), "accepted_domains cannot hold *: nobody would be outside"));
                        }
                        self.policy.accepted_domains.push(pattern);
                    }
                }
                ("remote_domain", Item::ArrayOfTables(tables)) => self.each(tables, Self::remote_domain)?,
                ("recipient", Item::ArrayOfTables(tables)) => self.each(tables, Self::recipient)?,
                ("sender", Item::ArrayOfTables(tables)) => self.each(tables, Self::sender)?,
                ("contact", Item::ArrayOfTables(tables)) => self.each(tables, Self::contact)?,
                ("outbound_spam_policy", Item::ArrayOfTables(tables)) => self.each(tables, Self::outbound_spam_policy)?,
                ("mailbox", Item::ArrayOfTables(tables)) => self.each(tables, Self::mailbox)?,
                ("organization", Item::Table(table)) => {
                    for entry in self.entries(table)? {
                        let Some(setting) = OrganizationSetting::from_name(&entry.key) else {
                            return Err(self.unknown(&entry, &[], OrganizationSetting::ALL.iter().map(|s| s.as_str())));
                        };
                        let stored = self.policy.organization.store(setting, &entry.text);
                        stored.map_err(|error| self.bad(entry.span.clone(), &error))?;
                    }
                }
                _ => return Err(self.lines.error(span, format!("{key} is not known in this form: allowed is {ROOT}"))),
            }
        }
        // Exchange Online takes a remote domain for an accepted domain, and signature services ask for one, as it decides about
        // mail that leaves through their connector (support.exclaimer.com 6739198496413).
        let refused = self.policy.edition == Edition::OnPremises;
        for domain in self.policy.domains.iter().filter(|domain| refused && !domain.is_built_in()) {
            if self.policy.accepted_domains.contains(domain.pattern()) {
                let line = self.places.get(&RecordKey::RemoteDomain(domain.name.clone()));
                return Err(SettingsError {
                    file: self.lines.file.to_owned(),
                    line: line.copied(),
                    record: None,
                    message: format!("{} is an accepted domain and cannot be a remote domain", domain.pattern()),
                });
            }
        }
        Ok(())
    }

    fn each(&mut self, tables: &ArrayOfTables, one: ReadRecord<Self>) -> Result<(), SettingsError> {
        for table in tables {
            let entries = self.entries(table)?;
            one(self, entries, table.span())?;
        }
        Ok(())
    }

    fn entries(&self, table: &Table) -> Result<Vec<Entry>, SettingsError> {
        let mut entries = Vec::new();
        for (key, item) in table {
            let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            let text = self.scalar(key, item, span.clone())?;
            entries.push(Entry { key: key.to_owned(), text, span });
        }
        Ok(entries)
    }

    fn scalar(&self, key: &str, item: &Item, span: Option<Range<usize>>) -> Result<String, SettingsError> {
        match item {
            Item::Value(Value::String(text)) => Ok(text.value().clone()),
            Item::Value(Value::Boolean(value)) => Ok(value.value().to_string()),
            Item::Value(Value::Integer(value)) => Ok(value.value().to_string()),
            // Of names and addresses, which have no blanks.
            Item::Value(Value::Array(array)) if LISTS.iter().any(|list| list.eq_ignore_ascii_case(key)) => {
                let items: Option<Vec<&str>> = array.iter().map(Value::as_str).collect();
                items.map(|items| items.join(" ")).ok_or_else(|| self.lines.error(span, format!("{key} takes a list of texts")))
            }
            _ => Err(self.lines.error(span, format!("{key} takes a text, true or false, or a whole number"))),
        }
    }

    /// Takes an entry out, by name without regard to case.
    fn take(entries: &mut Vec<Entry>, name: &str) -> Option<Entry> {
        let at = entries.iter().position(|entry| entry.key.eq_ignore_ascii_case(name))?;
        Some(entries.remove(at))
    }

    fn need(&self, entries: &mut Vec<Entry>, name: &str, span: Option<Range<usize>>) -> Result<Entry, SettingsError> {
        Self::take(entries, name).ok_or_else(|| self.lines.error(span, format!("the record has no {name}")))
    }

    fn bad(&self, span: Option<Range<usize>>, error: &BadValue) -> SettingsError {
        self.lines.error(span, error.to_string())
    }

    fn unknown(&self, entry: &Entry, keys: &[&'static str], settings: impl Iterator<Item = &'static str>) -> SettingsError {
        let allowed: Vec<&str> = keys.iter().copied().chain(settings).collect();
        self.lines.error(entry.span.clone(), format!("{} is not known: allowed is {}", entry.key, allowed.join(", ")))
    }

    fn place(&mut self, key: RecordKey, span: Option<Range<usize>>) {
        if let Some(line) = self.lines.line(span) {
            self.places.entry(key).or_insert(line);
        }
    }

    fn remote_domain(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let pattern_entry = self.need(&mut entries, "DomainName", span.clone())?;
        let pattern = DomainPattern::parse(&pattern_entry.text).map_err(|error| {
            self.lines.error(pattern_entry.span.clone(), format!("DomainName {:?}: {error}", pattern_entry.text))
        })?;
        let name = match Self::take(&mut entries, "Name") {
            Some(entry) => entry.text,
            None if *pattern.kind() == PatternKind::All => "Default".to_owned(),
            None => pattern.as_str().to_owned(),
        };
        let name = if *pattern.kind() == PatternKind::All { "Default".to_owned() } else { name };
        let mut domain = RemoteDomain::new(name.clone(), pattern);
        if let Some(entry) = Self::take(&mut entries, "Known") {
            let known = entry.text.split_whitespace().map(|one| {
                RemoteDomainSetting::from_name(one).ok_or_else(|| {
                    self.lines.error(
                        entry.span.clone(),
                        format!("Known cannot hold {one:?}: allowed are the settings of a remote domain"),
                    )
                })
            });
            domain = domain.with_known(known.collect::<Result<Vec<_>, _>>()?);
        }
        self.place(RecordKey::RemoteDomain(name.clone()), span.clone());
        for entry in entries {
            let Some(setting) = RemoteDomainSetting::from_name(&entry.key) else {
                let names = RemoteDomainSetting::ALL.iter().map(|s| s.as_str());
                return Err(self.unknown(&entry, &["Name", "DomainName", "Known"], names));
            };
            domain.settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
            self.place(RecordKey::RemoteDomainSetting(name.clone(), setting), entry.span);
        }
        let seen = |domain: &RemoteDomain| domain.settings != RemoteDomain::built_in().settings || domain.name != "Default";
        let added = if domain.is_built_in() && !seen(self.policy.domains.default_domain()) {
            self.policy.domains.replace_default(domain)
        } else {
            self.policy.domains.insert(domain)
        };
        added.map_err(|error| self.lines.error(span, error.to_string()))
    }

    fn recipient(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let address = self.address(&mut entries, span.clone())?;
        let kind = match Self::take(&mut entries, "Kind") {
            None => RecipientKind::MailContact,
            Some(entry) => RecipientKind::parse(&entry.text).ok_or_else(|| {
                let allowed = RecipientKind::allowed();
                self.lines.error(entry.span.clone(), format!("Kind cannot be {:?}: allowed is {allowed}", entry.text))
            })?,
        };
        let mut aliases = Vec::new();
        if let Some(entry) = Self::take(&mut entries, "Aliases") {
            for one in entry.text.split_whitespace() {
                let wrong = || self.lines.error(entry.span.clone(), format!("{one:?} is no address: expected name@domain"));
                aliases.push(address_in(one).ok_or_else(wrong)?.to_owned());
            }
        }
        let mut settings = RecipientSettings::default();
        for entry in entries {
            let Some(setting) = RecipientSetting::from_name(&entry.key) else {
                let names = RecipientSetting::ALL.iter().map(|s| s.as_str());
                return Err(self.unknown(&entry, &["Address", "Kind", "Aliases"], names));
            };
            settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
        }
        settings.check().map_err(|message| self.lines.error(span.clone(), format!("{address}: {message}")))?;
        self.place(RecordKey::Recipient(address.clone()), span.clone());
        if self.policy.add_recipient(RecipientRecord { kind, address: address.clone(), aliases, settings }) {
            Ok(())
        } else {
            Err(self.lines.error(span, format!("another recipient has the address {address}")))
        }
    }

    fn outbound_spam_policy(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let mut policy = OutboundSpamPolicy::new(self.need(&mut entries, "Name", span.clone())?.text);
        for entry in entries {
            let Some(setting) = OutboundSpamSetting::from_name(&entry.key) else {
                return Err(self.unknown(&entry, &["Name"], OutboundSpamSetting::ALL.iter().map(|s| s.as_str())));
            };
            policy.settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
        }
        if self.policy.has_outbound_spam_policy(&policy.name) {
            return Err(self.lines.error(span, format!("there is another outbound spam policy {:?}", policy.name)));
        }
        self.policy.add_outbound_spam_policy(policy);
        Ok(())
    }

    fn mailbox(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let address = self.address(&mut entries, span.clone())?;
        let mut settings = MailboxSettings::default();
        for entry in entries {
            let Some(setting) = MailboxSetting::from_name(&entry.key) else {
                return Err(self.unknown(&entry, &["Address"], MailboxSetting::ALL.iter().map(|s| s.as_str())));
            };
            settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
        }
        if self.policy.mailbox(&address).is_some() {
            return Err(self.lines.error(span, format!("there is another record for the mailbox {address}")));
        }
        self.policy.add_mailbox(&address, settings);
        Ok(())
    }

    fn sender(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let address = Self::take(&mut entries, "Address").map(|entry| entry.text);
        let mut settings = SenderSettings::default();
        for entry in entries {
            let Some(setting) = SenderSetting::from_name(&entry.key) else {
                return Err(self.unknown(&entry, &["Address"], SenderSetting::ALL.iter().map(|s| s.as_str())));
            };
            settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
        }
        let new = match &address {
            Some(address) => self.policy.add_sender(address, settings),
            None if self.policy.everyone == SenderSettings::default() => {
                self.policy.everyone = settings;
                true
            }
            None => false,
        };
        let who = address.as_deref().unwrap_or("every sender");
        if new { Ok(()) } else { Err(self.lines.error(span, format!("there is another record for {who}"))) }
    }

    fn contact(&mut self, mut entries: Vec<Entry>, span: Option<Range<usize>>) -> Result<(), SettingsError> {
        let address = self.address(&mut entries, span.clone())?;
        let sender = Self::take(&mut entries, "Sender").map(|entry| entry.text).unwrap_or_default();
        let mut settings = SenderContactSettings::default();
        for entry in entries {
            let Some(setting) = SenderContactSetting::from_name(&entry.key) else {
                let names = SenderContactSetting::ALL.iter().map(|s| s.as_str());
                return Err(self.unknown(&entry, &["Address", "Sender"], names));
            };
            settings.store(setting, &entry.text).map_err(|error| self.bad(entry.span.clone(), &error))?;
        }
        if self.policy.add_contact(&sender, &address, settings) {
            Ok(())
        } else {
            Err(self.lines.error(span, format!("there is another record for the contact {address} of the same sender")))
        }
    }

    fn address(&self, entries: &mut Vec<Entry>, span: Option<Range<usize>>) -> Result<String, SettingsError> {
        let entry = self.need(entries, "Address", span)?;
        match address_in(&entry.text) {
            Some(address) => Ok(address.to_owned()),
            None => Err(self.lines.error(entry.span, format!("{:?} is no address: expected name@domain", entry.text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\nedition = \"OnPremises\"\naccepted_domains = [\"fabrikam.com\"]\n\n\
        [[remote_domain]]\nDomainName = \"*\"\nAutoReplyEnabled = true\n\n\
        [[remote_domain]]\nName = \"Contoso\"\nDomainName = \"*.contoso.com\"\nTNEFEnabled = false # recall?\nLineWrapSize = 78\n\n\
        [[recipient]]\nKind = \"MailUser\"\nAddress = \"bob@contoso.com\"\nUseMapiRichTextFormat = \"Always\"\n\n\
        [[sender]]\nInternetMessageFormat = \"RichText\"\n\n\
        [[contact]]\nAddress = \"eve@contoso.com\"\nInternetRecipientFormat = \"PlainTextOnly\"\n";

    #[test]
    fn a_file_is_read() {
        let file = read("p.toml", FILE).unwrap();
        let policy = &file.policy;
        assert_eq!(policy.edition, Edition::OnPremises);
        assert!(policy.is_inside("a@FABRIKAM.com") && !policy.is_inside("a@x.fabrikam.com"));
        assert_eq!(policy.domains.default_domain().settings.auto_reply_enabled, Some(true));
        let contoso = policy.domains.find("a.contoso.com");
        assert_eq!(contoso.settings.text(RemoteDomainSetting::LineWrapSize).as_deref(), Some("78"));
        assert_eq!(policy.recipient("BOB@Contoso.com").unwrap().kind, RecipientKind::MailUser);
        assert_eq!(file.line(&RecordKey::RemoteDomain("Contoso".to_owned())), Some(9));
        let key = RecordKey::RemoteDomainSetting("Contoso".to_owned(), RemoteDomainSetting::TnefEnabled);
        assert_eq!(file.line(&key), Some(12));
        assert!(!policy.decide("x@fabrikam.com", "bob@contoso.com", Default::default()).unwrap().tnef.value);
    }

    /// (file, line, what the message must hold)
    #[test]
    fn what_is_wrong_has_its_line_and_what_is_allowed() {
        for (text, line, holds) in [
            ("edition = \"Cloud\"", 1, "allowed is ExchangeOnline, OnPremises"),
            ("\nediton = 1", 2, "allowed is edition"),
            ("a = ", 1, ""),
            ("accepted_domains = [\"*\"]", 1, "nobody"),
            ("[[remote_domain]]\nName = \"x\"", 1, "no DomainName"),
            ("[[remote_domain]]\nDomainName = \"a.*.b\"", 2, "star"),
            ("[[remote_domain]]\nDomainName = \"a.b\"\nTnef = true", 3, "TNEFEnabled"),
            ("[[remote_domain]]\nDomainName = \"a.b\"\nLineWrapSize = 133", 3, "0 to 132"),
            ("[[remote_domain]]\nDomainName = \"a.b\"\nLineWrapSize = 7.5", 3, "whole number"),
            ("[[remote_domain]]\nDomainName = \"a.b\"\n[[remote_domain]]\nName=\"y\"\nDomainName = \"A.B\"", 3, "already"),
            ("[[remote_domain]]\nDomainName = \"*\"\nNDREnabled = true\n[[remote_domain]]\nDomainName = \"*\"", 4, "Default"),
            (
                "edition = \"OnPremises\"\naccepted_domains = [\"a.b\"]\n[[remote_domain]]\nDomainName = \"a.b\"",
                3,
                "accepted domain",
            ),
            ("[[recipient]]\nAddress = \"bob\"", 2, "name@domain"),
            ("[[recipient]]\nAddress = \"b@c\"\nMessageFormat = \"Text\"", 1, "MessageBodyFormat Text"),
            ("[[recipient]]\nAddress = \"b@c\"\n[[recipient]]\nAddress = \"B@C\"", 3, "another recipient"),
        ] {
            let error = read("p.toml", text).unwrap_err();
            assert_eq!(error.line, Some(line), "{text}: {error}");
            assert!(error.message.contains(holds), "{text}: {error}");
            assert!(error.to_string().starts_with(&format!("p.toml:{line}: ")), "{error}");
        }
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        let policy = read("p.toml", "# nothing\n").unwrap().policy;
        assert_eq!(policy.domains.iter().count(), 1);
        assert_eq!(policy.domains.default_domain(), &RemoteDomain::built_in());
    }
}
