//! Everything that an automatic message must pass on its way out, and not the remote domain alone.
//!
//! | message | gates |
//! |---|---|
//! | out-of-office reply | the mailbox (state, audience, ExternalOofOptions), the remote domain (AllowedOOFType), mail flow rules |
//! | reply by a rule | the remote domain (AutoReplyEnabled), mail flow rules |
//! | forward by an inbox rule or by the owner's option | the remote domain (AutoForwardEnabled), the outbound spam policy, mail flow rules |
//! | forward that an administrator set up for a mailbox | the outbound spam policy, perhaps the remote domain, mail flow rules |
//! | delivery report, read receipt | the remote domain (DeliveryReportEnabled), mail flow rules |
//! | non-delivery report | the remote domain (NDREnabled) |
//! | word that a meeting was forwarded | the remote domain (MeetingForwardNotificationEnabled) |
//!
//! Gates are independent: one that blocks blocks, whatever the others say ("Control automatic external email forwarding in Microsoft
//! 365"). What no import held is not known, and is never taken for open.

use std::borrow::Cow;
use std::fmt;

use super::decide::{Decision, Delivery, Verdict};
use super::organization::{AutoForwardingMode, AutoReplyState, ExternalAudience, ExternalOofOptions, ForSender, MailboxSettings};
use super::policy_set::Policy;
use super::remote_domain::{Edition, RemoteDomainSetting};
use super::resolved::Resolved;
use super::setting::{SettingValue, words};

words! {
    /// Effect of a gate on a message.
    pub enum Passage {
        /// It lets it through.
        Passes = "passes",
        /// It stops it.
        Blocked = "blocked",
        /// What it does is not known here.
        NotKnown = "not known here",
    }

    /// Kind of a gate.
    pub enum GateKind {
        /// The remote domain that applies.
        RemoteDomain = "remote domain",
        /// The outbound spam policy of Exchange Online that is for the sender.
        OutboundSpamPolicy = "outbound spam policy",
        /// Mail flow rules, also called transport rules.
        MailFlowRules = "mail flow rules",
        /// The mailbox whose message it is.
        Mailbox = "mailbox",
        /// The organization's transport settings.
        Organization = "organization",
    }

    /// A message that is made without anybody writing it.
    pub enum Automatic {
        /// The out-of-office reply for people outside.
        OutOfOffice = "out-of-office reply",
        /// A reply by an inbox rule.
        RuleReply = "automatic reply",
        /// A forward by an inbox rule, or by the option of the owner of a mailbox.
        UserForward = "automatic forward",
        /// A forward that an administrator set up for a mailbox.
        AdministratorForward = "forward by an administrator",
        /// A delivery report that was asked for.
        DeliveryReport = "delivery report",
        /// A read receipt that was asked for.
        ReadReceipt = "read receipt",
        /// A non-delivery report.
        NonDeliveryReport = "non-delivery report",
        /// The notice that mail is late.
        DelayReport = "delay report",
        /// The notice that tells an organizer outside that somebody forwarded the meeting.
        MeetingForwardNotification = "meeting-forward notification",
    }
}

/// One gate, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Gate<'p> {
    /// Kind.
    pub kind: GateKind,
    /// Its name, where there are several: that of the remote domain, of the policy, of the mailbox.
    pub name: Cow<'p, str>,
    /// Effect on the message.
    pub passage: Passage,
    /// The setting, as Exchange spells it; empty where no single one decides.
    pub setting: &'static str,
    /// Its value; empty where it is not set or not known.
    pub value: Cow<'p, str>,
    /// Reason, or something worth knowing; may be empty.
    pub note: &'static str,
    /// The command that shows it.
    pub look: &'static str,
    /// The page that documents it, by its title.
    pub source: &'static str,
}

impl fmt::Display for Gate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        write!(f, ": {}", self.passage)?;
        match (self.setting, &*self.value) {
            ("", _) => {}
            (setting, "") => write!(f, ", {setting}")?,
            (setting, value) => write!(f, ", {setting} = {value}")?,
        }
        if !self.note.is_empty() {
            write!(f, " ({})", self.note)?;
        }
        if self.passage == Passage::NotKnown {
            write!(f, ": look at {}", self.look)?;
        }
        Ok(())
    }
}

/// The gates of one kind of automatic message, in the order in which they are met.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Gates<'p> {
    /// The message.
    pub message: Automatic,
    /// Its gates.
    pub gates: Vec<Gate<'p>>,
}

impl<'p> Gates<'p> {
    /// Returns what all of them come to: blocked where one blocks, not known where one is not known, else through.
    #[must_use]
    pub fn passage(&self) -> Passage {
        let any = |passage| self.gates.iter().any(|gate| gate.passage == passage);
        match (any(Passage::Blocked), any(Passage::NotKnown)) {
            (true, _) => Passage::Blocked,
            (false, true) => Passage::NotKnown,
            (false, false) => Passage::Passes,
        }
    }

    /// The gate that decides: the first that blocks, else the first that is not known.
    #[must_use]
    pub fn deciding(&self) -> Option<&Gate<'p>> {
        let first = |passage| self.gates.iter().find(|gate| gate.passage == passage);
        first(Passage::Blocked).or_else(|| first(Passage::NotKnown)).or_else(|| self.gates.first())
    }
}

/// Pages, by their titles.
pub(super) const REMOTE_DOMAINS: &str = "Remote domains in Exchange Online";
pub(super) const SET_REMOTE_DOMAIN: &str = "Set-RemoteDomain";
pub(super) const FORWARDING: &str = "Control automatic external email forwarding in Microsoft 365";
pub(super) const RULES: &str = "Mail flow rules (transport rules) in Exchange Online";
pub(super) const AUTO_REPLY: &str = "Set-MailboxAutoReplyConfiguration";
pub(super) const MAILBOX: &str = "Set-Mailbox";
pub(super) const TRANSPORT: &str = "Set-TransportConfig";

impl Policy {
    /// The gates of every automatic message that `delivery.from` would send to the recipient, in a fixed order.
    ///
    /// ```
    /// use winmail::policy::{Automatic, GateKind, MessageFacts, Passage, decide, file};
    ///
    /// let settings = "[[remote_domain]]\nName = \"Default\"\nDomainName = \"*\"\nAutoForwardEnabled = false\n";
    /// let policy = file::read("policy.toml", settings)?.policy;
    /// let delivery = policy.delivery("jane@fabrikam.com", "bob@contoso.com", MessageFacts::default())?;
    /// let gates = policy.gates(&delivery, &decide(&delivery));
    /// let forward = gates.iter().find(|gates| gates.message == Automatic::UserForward).unwrap();
    /// assert_eq!(forward.passage(), Passage::Blocked);
    /// assert_eq!(forward.deciding().unwrap().kind, GateKind::RemoteDomain);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn gates<'p>(&'p self, delivery: &Delivery<'p>, decision: &Decision<'p>) -> Vec<Gates<'p>> {
        let way = Way { policy: self, delivery };
        let remote = |answer: &Resolved<'p, Verdict>, setting, note, source| way.remote(answer, setting, note, source);
        use RemoteDomainSetting as S;
        let forwards = remote(
            &decision.automatic_forward,
            S::AutoForwardEnabled,
            "inbox rules and the forwarding option of Outlook on the web; the forward is made, then dropped with no error to anyone",
            REMOTE_DOMAINS,
        );
        let mut all = vec![
            (Automatic::OutOfOffice, way.out_of_office(decision)),
            (
                Automatic::RuleReply,
                vec![remote(
                    &decision.automatic_reply,
                    S::AutoReplyEnabled,
                    "replies by rules; it also overrides what Set-MailboxAutoReplyConfiguration sets up, says the page",
                    REMOTE_DOMAINS,
                )],
            ),
            (Automatic::UserForward, vec![forwards.clone(), way.outbound_spam()]),
            (Automatic::AdministratorForward, way.administrator_forward(forwards)),
            (
                Automatic::DeliveryReport,
                vec![remote(
                    &decision.delivery_report,
                    S::DeliveryReportEnabled,
                    "overrides what the sender asked for",
                    REMOTE_DOMAINS,
                )],
            ),
            (
                Automatic::ReadReceipt,
                vec![remote(
                    &decision.delivery_report,
                    S::DeliveryReportEnabled,
                    "Example 1 of Set-RemoteDomain says that it suppresses read receipts; the overview names delivery reports alone",
                    SET_REMOTE_DOMAIN,
                )],
            ),
            (
                Automatic::NonDeliveryReport,
                vec![remote(&decision.non_delivery_report, S::NdrEnabled, "the only way to stop these reports", REMOTE_DOMAINS)],
            ),
            (Automatic::DelayReport, way.delay(decision)),
            (
                Automatic::MeetingForwardNotification,
                vec![remote(&decision.meeting_forward_notification, S::MeetingForwardNotificationEnabled, "", REMOTE_DOMAINS)],
            ),
        ];
        // Mail flow rules see what is forwarded or replied; reports of the system do not pass them.
        for (message, gates) in &mut all {
            let seen = matches!(
                message,
                Automatic::OutOfOffice | Automatic::RuleReply | Automatic::UserForward | Automatic::AdministratorForward
            );
            if seen && delivery.domain.is_some() {
                gates.push(way.rules());
            }
        }
        all.into_iter().map(|(message, gates)| Gates { message, gates }).collect()
    }
}

struct Way<'q, 'p> {
    policy: &'p Policy,
    delivery: &'q Delivery<'p>,
}

fn passage(verdict: Verdict) -> Passage {
    if verdict == Verdict::Sent { Passage::Passes } else { Passage::Blocked }
}

impl<'p> Way<'_, 'p> {
    fn remote(
        &self,
        answer: &Resolved<'p, Verdict>,
        setting: RemoteDomainSetting,
        note: &'static str,
        source: &'static str,
    ) -> Gate<'p> {
        let Some(domain) = self.delivery.domain else {
            return Gate {
                kind: GateKind::Organization,
                name: Cow::Borrowed(""),
                passage: passage(answer.value),
                setting: "accepted domain",
                value: Cow::Owned(super::domain_of(self.delivery.address).to_owned()),
                note: "remote domains are for recipients outside",
                look: "Get-AcceptedDomain",
                source,
            };
        };
        let value = answer.winner().map(|step| step.value.clone()).unwrap_or_default();
        let unknown = !answer.is_known();
        Gate {
            kind: GateKind::RemoteDomain,
            name: Cow::Borrowed(&domain.name),
            passage: if unknown { Passage::NotKnown } else { passage(answer.value) },
            setting: setting.as_str(),
            value: if unknown { Cow::Borrowed("") } else { value },
            note: if unknown { "not in the export" } else { note },
            look: "Get-RemoteDomain",
            source,
        }
    }

    fn rules(&self) -> Gate<'p> {
        Gate {
            kind: GateKind::MailFlowRules,
            name: Cow::Borrowed(""),
            passage: Passage::NotKnown,
            setting: "",
            value: Cow::Borrowed(""),
            note: "a rule may stop the message, or send it elsewhere",
            look: "Get-TransportRule",
            source: RULES,
        }
    }

    /// The outbound spam policy that is for the sender: the first whose rule is, else the default one.
    fn outbound_spam(&self) -> Gate<'p> {
        let gate = |name: &'p str, passage, value: Cow<'p, str>, note| Gate {
            kind: GateKind::OutboundSpamPolicy,
            name: Cow::Borrowed(name),
            passage,
            setting: "AutoForwardingMode",
            value,
            note,
            look: "Get-HostedOutboundSpamFilterPolicy",
            source: FORWARDING,
        };
        if self.delivery.domain.is_none() {
            return gate("", Passage::Passes, Cow::Borrowed(""), "forwards inside the organization are not affected");
        }
        if self.policy.edition == Edition::OnPremises {
            return gate(
                "",
                Passage::Passes,
                Cow::Borrowed(""),
                "a setting of Exchange Online, which this organization does not have",
            );
        }
        let doubt = "a policy whose rule may be for the sender; Get-HostedOutboundSpamFilterRule says for whom it is";
        let mut special: Vec<_> = self.policy.outbound_spam_policies().iter().filter(|policy| !policy.is_default()).collect();
        special.sort_by_key(|policy| policy.settings.priority);
        for policy in special {
            match policy.is_for(&self.delivery.from) {
                ForSender::No => {}
                ForSender::NotKnown => return gate(&policy.name, Passage::NotKnown, Cow::Borrowed(""), doubt),
                ForSender::Yes => return self.mode(&gate, &policy.name, policy.settings.auto_forwarding_mode),
            }
        }
        match self.policy.outbound_spam_policies().iter().find(|policy| policy.is_default()) {
            Some(policy) => self.mode(&gate, &policy.name, policy.settings.auto_forwarding_mode),
            None => {
                let note = "the default, Automatic, returns forwards to outside with 550 5.7.520";
                gate("", Passage::NotKnown, Cow::Borrowed(""), note)
            }
        }
    }

    fn mode(
        &self,
        gate: &impl Fn(&'p str, Passage, Cow<'p, str>, &'static str) -> Gate<'p>,
        name: &'p str,
        mode: Option<AutoForwardingMode>,
    ) -> Gate<'p> {
        match mode {
            None => gate(name, Passage::NotKnown, Cow::Borrowed(""), "not in the export; the default, Automatic, blocks"),
            Some(AutoForwardingMode::On) => gate(name, Passage::Passes, Cow::Borrowed("On"), ""),
            Some(mode) => gate(
                name,
                Passage::Blocked,
                Cow::Borrowed(mode.as_str()),
                "forwards to outside are returned with 550 5.7.520, whatever the remote domain allows",
            ),
        }
    }

    /// Forwarding that an administrator set up: the outbound spam policy holds for it; whether the remote domain does, Microsoft's pages
    /// contradict each other.
    fn administrator_forward(&self, mut remote: Gate<'p>) -> Vec<Gate<'p>> {
        if remote.kind == GateKind::RemoteDomain && remote.passage == Passage::Blocked {
            remote.passage = Passage::NotKnown;
            remote.note = "the page says that forwarding by administrators is not affected by it; an earlier text of the page \
                (OfficeDocs-Exchange issue 1856) said that it is: try it";
        } else if remote.kind == GateKind::RemoteDomain {
            remote.note = "mailbox forwarding by administrators is not affected by it, says the page";
        }
        let mut gates = vec![remote, self.outbound_spam()];
        let mailbox = self.policy.mailbox(&self.delivery.from);
        if let Some(to) =
            mailbox.and_then(|mailbox| mailbox.forwarding_smtp_address.as_ref().or(mailbox.forwarding_address.as_ref()))
        {
            gates.insert(
                0,
                self.mailbox_gate(
                    "ForwardingSmtpAddress",
                    Passage::Passes,
                    Cow::Owned(to.clone()),
                    "the mailbox has one",
                    MAILBOX,
                ),
            );
        }
        gates
    }

    fn mailbox_gate(
        &self,
        setting: &'static str,
        passage: Passage,
        value: Cow<'p, str>,
        note: &'static str,
        source: &'static str,
    ) -> Gate<'p> {
        let look = if source == MAILBOX { "Get-Mailbox" } else { "Get-MailboxAutoReplyConfiguration" };
        let name = Cow::Owned(self.delivery.from.to_string());
        Gate { kind: GateKind::Mailbox, name, passage, setting, value, note, look, source }
    }

    fn out_of_office(&self, decision: &Decision<'p>) -> Vec<Gate<'p>> {
        let none = MailboxSettings::default();
        let set = self.policy.mailbox(&self.delivery.from).unwrap_or(&none);
        let inside = self.delivery.domain.is_none();
        let text = |value: Option<&'static str>| Cow::Borrowed(value.unwrap_or_default());
        let (state, note) = match set.auto_reply_state {
            None => {
                (Passage::NotKnown, "off unless the owner or an administrator turned it on; a reply goes to each sender once")
            }
            Some(AutoReplyState::Disabled) => (Passage::Blocked, "the mailbox makes no reply"),
            Some(AutoReplyState::Enabled) => (Passage::Passes, "to each sender once"),
            Some(AutoReplyState::Scheduled) => (Passage::NotKnown, "between StartTime and EndTime"),
        };
        let value = text(set.auto_reply_state.map(AutoReplyState::as_str));
        let mut gates = vec![self.mailbox_gate("AutoReplyState", state, value, note, AUTO_REPLY)];
        if !inside {
            let (audience, note) = match set.external_audience {
                None => (Passage::NotKnown, "All, None, or Known: senders among the mailbox's contacts"),
                Some(ExternalAudience::None) => (Passage::Blocked, "nobody outside gets a reply"),
                Some(ExternalAudience::Known) => (Passage::NotKnown, "senders among the mailbox's contacts alone get one"),
                Some(ExternalAudience::All) => (Passage::Passes, ""),
            };
            let value = text(set.external_audience.map(ExternalAudience::as_str));
            gates.push(self.mailbox_gate("ExternalAudience", audience, value, note, AUTO_REPLY));
            let (options, note) = match set.external_oof_options {
                None => (Passage::NotKnown, "External unless an administrator set InternalOnly"),
                Some(ExternalOofOptions::InternalOnly) => (Passage::Blocked, "the mailbox has no reply for people outside"),
                Some(ExternalOofOptions::External) => (Passage::Passes, ""),
            };
            let value = text(set.external_oof_options.map(ExternalOofOptions::as_str));
            gates.push(self.mailbox_gate("ExternalOofOptions", options, value, note, MAILBOX));
        }
        let [external, internal, _] = &decision.out_of_office;
        let internal_domain = self.delivery.domain.is_some_and(super::RemoteDomain::is_internal);
        let note = "overrides what the owner and administrators set up";
        let answer = if inside || internal_domain { internal } else { external };
        gates.push(self.remote(answer, RemoteDomainSetting::AllowedOofType, note, REMOTE_DOMAINS));
        gates
    }

    fn delay(&self, decision: &Decision<'p>) -> Vec<Gate<'p>> {
        let set = self.policy.organization.external_delay_dsn_enabled;
        let organization = Gate {
            kind: GateKind::Organization,
            name: Cow::Borrowed(""),
            passage: match set {
                Some(true) => Passage::Passes,
                Some(false) => Passage::Blocked,
                None => Passage::NotKnown,
            },
            setting: "ExternalDelayDsnEnabled",
            value: Cow::Owned(set.map(|set| set.text()).unwrap_or_default()),
            note: if set.is_none() { "true by default" } else { "" },
            look: "Get-TransportConfig",
            source: TRANSPORT,
        };
        let mut gates = vec![self.remote(&decision.non_delivery_report, RemoteDomainSetting::NdrEnabled, "", REMOTE_DOMAINS)];
        if self.delivery.domain.is_some() {
            gates.push(organization);
        }
        gates
    }
}
