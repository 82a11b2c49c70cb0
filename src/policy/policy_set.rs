//! Everything that is set: remote domains, recipients, senders, accepted domains; and the decision for an address.

use std::collections::HashMap;

use crate::base::{Error, ErrorKind, Result};

use super::decide::{Decision, MessageFacts, Question, decide};
use super::domain::{self, DomainPattern, PatternKind};
use super::recipient::{RecipientKind, RecipientSettings};
use super::remote_domain::Edition;
use super::remote_domains::RemoteDomains;
use super::sender::{SenderContactSettings, SenderSettings};

/// A mail contact or mail user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRecord {
    /// Which of the two.
    pub kind: RecipientKind,
    /// The address that mail goes to.
    pub address: String,
    /// What is set.
    pub settings: RecipientSettings,
}

/// All settings of an organization.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whose defaults hold.
    pub edition: Edition,
    /// The organization's own domains.
    pub accepted_domains: Vec<DomainPattern>,
    /// The remote domains.
    pub domains: RemoteDomains,
    recipients: Vec<RecipientRecord>,
    by_address: HashMap<String, usize>,
    /// What every sender has set.
    pub everyone: SenderSettings,
    senders: HashMap<String, SenderSettings>,
    contacts: HashMap<(String, String), SenderContactSettings>,
}

impl Policy {
    /// Nothing but the defaults of an edition.
    #[must_use]
    pub fn new(edition: Edition) -> Self {
        Policy {
            edition,
            accepted_domains: Vec::new(),
            domains: RemoteDomains::default(),
            recipients: Vec::new(),
            by_address: HashMap::new(),
            everyone: SenderSettings::default(),
            senders: HashMap::new(),
            contacts: HashMap::new(),
        }
    }

    /// Adds a recipient; `false` where its address is there already, and nothing is changed.
    pub fn add_recipient(&mut self, record: RecipientRecord) -> bool {
        let key = address_key(&record.address);
        if self.by_address.contains_key(&key) {
            return false;
        }
        self.by_address.insert(key, self.recipients.len());
        self.recipients.push(record);
        true
    }

    /// The recipients, in the order in which they came.
    #[must_use]
    pub fn recipients(&self) -> &[RecipientRecord] {
        &self.recipients
    }

    /// The recipient with that address.
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

    /// Whether an address is in an accepted domain.
    #[must_use]
    pub fn is_inside(&self, address: &str) -> bool {
        let domain = domain_of(address);
        // A star would make everybody an insider; an accepted domain of that kind is refused when files are read.
        self.accepted_domains.iter().any(|accepted| *accepted.kind() != PatternKind::All && accepted.matches(domain))
    }

    /// Everything that bears on a message from one address to another. An empty `from` is nobody.
    ///
    /// # Errors
    /// Malformed if `to` is no address of the Internet, or `from` is neither that nor empty.
    pub fn question<'p>(&'p self, from: &str, to: &'p str, message: MessageFacts<'p>) -> Result<Question<'p>> {
        let wrong = if is_address(to) { (!from.is_empty() && !is_address(from)).then_some(from) } else { Some(to) };
        if let Some(address) = wrong {
            return Err(Error::new(ErrorKind::Malformed, format!("{address:?} is no address: expected name@domain")));
        }
        Ok(self.question_of(from, to, message))
    }

    /// The same for addresses that are known to be some.
    pub(crate) fn question_of<'p>(&'p self, from: &str, to: &'p str, message: MessageFacts<'p>) -> Question<'p> {
        let inside = self.is_inside(to);
        let (sender_key, contact_key) = (address_key(from), address_key(to));
        let own = self.senders.get(&sender_key);
        let contact = self.contacts.get(&(sender_key, contact_key.clone()));
        Question {
            edition: self.edition,
            domain: (!inside).then(|| self.domains.find(domain_of(to))),
            address: to,
            recipient: self.recipient(to).map(|record| &record.settings),
            sender: own.map_or_else(|| self.everyone.clone(), |own| own.or(&self.everyone)),
            contact: contact.or_else(|| self.contacts.get(&(String::new(), contact_key))),
            message,
        }
    }

    /// What becomes of a message from one address to another.
    ///
    /// # Errors
    /// Those of [`Policy::question`]: no address, no answer.
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
        self.question(from, to, message).map(|question| decide(&question))
    }
}

/// Whether a text is `name@domain`.
fn is_address(text: &str) -> bool {
    let domain = |domain: &str| !domain.is_empty() && !domain.contains(|c: char| c.is_whitespace() || c.is_control());
    text.trim().rsplit_once('@').is_some_and(|(local, rest)| !local.is_empty() && domain(rest))
}

/// The domain of an address: what stands behind the last `@`, or all of it.
#[must_use]
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

/// An address as it is compared: without regard to case, the domain as DNS has it.
fn address_key(address: &str) -> String {
    let address = address.trim();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", local.to_lowercase(), domain::normal(domain)),
        None => address.to_lowercase(),
    }
}
