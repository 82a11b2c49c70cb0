//! Everything that is set: remote domains, recipients, senders, accepted domains; and the decision for an address.

use std::collections::{BTreeMap, HashMap};

use crate::base::{Error, ErrorKind, Result};

use super::address::{address_in, address_key, domain_of};
use super::decide::{Decision, Delivery, MessageFacts, decide};
use super::domain::{DomainPattern, PatternKind};
use super::organization::{MailboxSettings, OrganizationSettings, OutboundSpamPolicy};
use super::recipient::{RecipientKind, RecipientSettings};
use super::remote_domain::Edition;
use super::remote_domains::RemoteDomains;
use super::sender::{SenderContactSettings, SenderSettings};
#[cfg(feature = "serde")]
use super::serialized;

/// A mail contact or mail user.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RecipientRecord {
    /// Kind of the recipient.
    pub kind: RecipientKind,
    /// The address that mail goes to: ExternalEmailAddress.
    pub address: String,
    /// The other addresses that it is found by: PrimarySmtpAddress, EmailAddresses. Mail to them goes to `address`.
    pub aliases: Vec<String>,
    /// Settings.
    pub settings: RecipientSettings,
}

impl RecipientRecord {
    /// A recipient without settings.
    #[must_use]
    pub fn new(kind: RecipientKind, address: impl Into<String>) -> Self {
        RecipientRecord { kind, address: address.into(), aliases: Vec::new(), settings: RecipientSettings::default() }
    }

    /// Sets further addresses by which it is found.
    #[must_use]
    pub fn with_aliases(mut self, aliases: impl IntoIterator<Item = String>) -> Self {
        self.aliases = aliases.into_iter().collect();
        self
    }

    /// Sets the settings.
    #[must_use]
    pub fn with_settings(mut self, settings: RecipientSettings) -> Self {
        self.settings = settings;
        self
    }
}

/// All settings of an organization.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Policy {
    /// Edition whose defaults hold.
    pub edition: Edition,
    /// The organization's own domains.
    pub accepted_domains: Vec<DomainPattern>,
    /// The remote domains.
    pub domains: RemoteDomains,
    recipients: Vec<RecipientRecord>,
    #[cfg_attr(feature = "serde", serde(skip))]
    by_address: HashMap<String, usize>,
    /// Settings of every sender.
    pub everyone: SenderSettings,
    senders: BTreeMap<String, SenderSettings>,
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialized::contacts"))]
    contacts: BTreeMap<(String, String), SenderContactSettings>,
    /// Settings for the whole organization.
    pub organization: OrganizationSettings,
    outbound_spam: Vec<OutboundSpamPolicy>,
    #[cfg_attr(feature = "serde", serde(skip))]
    by_spam_policy: HashMap<String, usize>,
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialized::mailboxes"))]
    mailboxes: Vec<(String, MailboxSettings)>,
    #[cfg_attr(feature = "serde", serde(skip))]
    by_mailbox: HashMap<String, usize>,
}

impl Policy {
    /// Returns the defaults of an edition, and nothing else.
    #[must_use]
    pub fn new(edition: Edition) -> Self {
        Policy {
            edition,
            accepted_domains: Vec::new(),
            domains: RemoteDomains::default(),
            recipients: Vec::new(),
            by_address: HashMap::new(),
            everyone: SenderSettings::default(),
            senders: BTreeMap::new(),
            contacts: BTreeMap::new(),
            organization: OrganizationSettings::default(),
            outbound_spam: Vec::new(),
            by_spam_policy: HashMap::new(),
            mailboxes: Vec::new(),
            by_mailbox: HashMap::new(),
        }
    }

    /// Adds an outbound spam policy, or what else is set in the one of that name. They are asked in the order in which they came.
    pub fn add_outbound_spam_policy(&mut self, policy: OutboundSpamPolicy) {
        let key = policy.name.to_ascii_lowercase();
        match self.by_spam_policy.get(&key).and_then(|&at| self.outbound_spam.get_mut(at)) {
            Some(known) => known.settings.fill(policy.settings),
            None => {
                self.by_spam_policy.insert(key, self.outbound_spam.len());
                self.outbound_spam.push(policy);
            }
        }
    }

    /// Returns whether there is an outbound spam policy of that name.
    pub(super) fn has_outbound_spam_policy(&self, name: &str) -> bool {
        self.by_spam_policy.contains_key(&name.to_ascii_lowercase())
    }

    /// The outbound spam policies; empty where none is known.
    #[must_use]
    pub fn outbound_spam_policies(&self) -> &[OutboundSpamPolicy] {
        &self.outbound_spam
    }

    /// Adds a mailbox, or what else is set for the one with that address.
    pub fn add_mailbox(&mut self, address: &str, settings: MailboxSettings) {
        let key = address_key(address);
        match self.by_mailbox.get(&key).and_then(|&at| self.mailboxes.get_mut(at)) {
            Some((_, known)) => known.fill(settings),
            None => {
                self.by_mailbox.insert(key, self.mailboxes.len());
                self.mailboxes.push((address.to_owned(), settings));
            }
        }
    }

    /// The mailboxes of which something is known, by address, in the order in which they came.
    pub fn mailboxes(&self) -> impl Iterator<Item = (&str, &MailboxSettings)> {
        self.mailboxes.iter().map(|(address, settings)| (address.as_str(), settings))
    }

    /// Returns what is known of the mailbox with that address.
    #[must_use]
    pub fn mailbox(&self, address: &str) -> Option<&MailboxSettings> {
        self.by_mailbox.get(&address_key(address)).and_then(|&at| self.mailboxes.get(at)).map(|(_, settings)| settings)
    }

    /// Adds a recipient; `false` where its address is there already, and nothing is changed. An alias that another recipient has stays
    /// with that one.
    pub fn add_recipient(&mut self, record: RecipientRecord) -> bool {
        let key = address_key(&record.address);
        if self.by_address.contains_key(&key) {
            return false;
        }
        let at = self.recipients.len();
        self.by_address.insert(key, at);
        for alias in &record.aliases {
            self.by_address.entry(address_key(alias)).or_insert(at);
        }
        self.recipients.push(record);
        true
    }

    /// The recipients, in the order in which they came.
    #[must_use]
    pub fn recipients(&self) -> &[RecipientRecord] {
        &self.recipients
    }

    /// The recipient with that address, be it the one that mail goes to or another one of its own.
    #[must_use]
    pub fn recipient(&self, address: &str) -> Option<&RecipientRecord> {
        self.by_address.get(&address_key(address)).and_then(|&at| self.recipients.get(at))
    }

    /// Adds what one sender has set; `false` where the sender is there already, and nothing is changed.
    pub fn add_sender(&mut self, address: &str, settings: SenderSettings) -> bool {
        let key = address_key(address);
        let new = !self.senders.contains_key(&key);
        if new {
            self.senders.insert(key, settings);
        }
        new
    }

    /// Adds what a sender (empty: every sender) has set for a contact; `false` where it is there already.
    pub fn add_contact(&mut self, sender: &str, contact: &str, settings: SenderContactSettings) -> bool {
        let key = (address_key(sender), address_key(contact));
        let new = !self.contacts.contains_key(&key);
        if new {
            self.contacts.insert(key, settings);
        }
        new
    }

    /// Returns whether an address is in an accepted domain.
    #[must_use]
    pub fn is_inside(&self, address: &str) -> bool {
        let domain = domain_of(address);
        let domain = &*super::domain::normal(domain);
        // A star would make everybody an insider; an accepted domain of that kind is refused when files are read.
        self.accepted_domains.iter().any(|accepted| *accepted.kind() != PatternKind::All && accepted.matches(domain))
    }

    /// Everything that bears on a message from one address to another. An empty `from` is nobody. Addresses may have display names:
    /// `Bob <bob@contoso.com>`.
    ///
    /// # Errors
    /// Malformed if `to` is no address of the Internet, or `from` is neither that nor empty.
    pub fn delivery<'p>(&'p self, from: &str, to: &'p str, message: MessageFacts<'p>) -> Result<Delivery<'p>> {
        fn address(text: &str) -> Result<&str> {
            let wrong = || Error::new(ErrorKind::Malformed, format!("{text:?} is no address: expected name@domain"));
            address_in(text).ok_or_else(wrong)
        }
        let from = if from.is_empty() { from } else { address(from)? };
        Ok(self.delivery_of(from, address(to)?, message))
    }

    /// The same for addresses that are known to be some.
    pub(crate) fn delivery_of<'p>(&'p self, from: &str, to: &'p str, message: MessageFacts<'p>) -> Delivery<'p> {
        let record = self.recipient(to);
        // Whatever address was written, mail to a contact or mail user goes to its external one, and that decides.
        let address = record.map_or(to, |record| record.address.as_str());
        let inside = self.is_inside(address);
        let (sender_key, contact_key) = (address_key(from), address_key(to));
        let own = self.senders.get(&sender_key);
        let contact = self.contacts.get(&(sender_key, contact_key.clone()));
        Delivery {
            edition: self.edition,
            domain: (!inside).then(|| self.domains.find(domain_of(address))),
            from: from.to_owned().into(),
            address,
            kind: record.map(|record| record.kind),
            recipient: record.map(|record| &record.settings),
            sender: own.map_or_else(|| self.everyone.clone(), |own| own.or(&self.everyone)),
            contact: contact.or_else(|| self.contacts.get(&(String::new(), contact_key))),
            message,
        }
    }

    /// Returns what becomes of a message from one address to another.
    ///
    /// # Errors
    /// Those of [`Policy::delivery`]: no address, no answer.
    ///
    /// ```
    /// use winmail::policy::{MessageFacts, file};
    ///
    /// let settings = "[[remote_domain]]\nName = \"Contoso\"\nDomainName = \"contoso.com\"\nTNEFEnabled = false\n";
    /// let policy = file::read("policy.toml", settings)?.policy;
    /// let decision = policy.decide("jane@fabrikam.com", "bob@contoso.com", MessageFacts::default())?;
    /// assert!(!decision.tnef.value);
    /// assert!(policy.decide("jane@fabrikam.com", "nonsense", MessageFacts::default()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide<'p>(&'p self, from: &str, to: &'p str, message: MessageFacts<'p>) -> Result<Decision<'p>> {
        self.delivery(from, to, message).map(|delivery| decide(&delivery))
    }
}
