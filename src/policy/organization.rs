//! Settings beside those of remote domains that bear on what leaves: the organization's, those of outbound spam policies, and those of a
//! mailbox.
//!
//! Sources: `Set-HostedOutboundSpamFilterPolicy`, `Set-TransportConfig`, `Set-OrganizationConfig`, `Set-MailboxAutoReplyConfiguration`,
//! `Set-Mailbox`.

use super::address::address_key;
use super::setting::{settings, words};

words! {
    /// Permission for mail that is forwarded automatically to people outside.
    pub enum AutoForwardingMode {
        /// As the service has it. The default; it once meant On and means Off today.
        Automatic = "Automatic",
        /// It goes.
        On = "On",
        /// It is returned with 550 5.7.520.
        Off = "Off",
    }

    /// State of a mailbox's automatic replies.
    pub enum AutoReplyState {
        /// It does not. The default.
        Disabled = "Disabled",
        /// It does.
        Enabled = "Enabled",
        /// It does between two times.
        Scheduled = "Scheduled",
    }

    /// People outside who get the automatic reply of a mailbox.
    pub enum ExternalAudience {
        /// Nobody.
        None = "None",
        /// Who is among the mailbox's contacts.
        Known = "Known",
        /// Everybody. The default.
        All = "All",
    }

    /// Permission of a mailbox to have an automatic reply for people outside.
    pub enum ExternalOofOptions {
        /// It may. The default.
        External = "External",
        /// It may not.
        InternalOnly = "InternalOnly",
    }
}

settings! {
    /// Settings of an outbound spam policy; `None` is "not set".
    pub struct OutboundSpamSettings, pub enum OutboundSpamSetting {
        /// Whether mail that is forwarded automatically may go outside.
        auto_forwarding_mode, AutoForwardingMode = "AutoForwardingMode": AutoForwardingMode,
        /// Whether it is the policy of everybody whom no other policy is for.
        is_default, IsDefault = "IsDefault": bool,
        /// Whether the rule of the policy is on.
        state, State = "State": String,
        /// The place of its rule: lower numbers are asked first.
        priority, Priority = "Priority": i32,
        /// The senders that its rule is for: addresses with blanks between them.
        from, From = "From": String,
        /// The domains of senders that its rule is for.
        sender_domain_is, SenderDomainIs = "SenderDomainIs": String,
        /// The groups of senders that its rule is for.
        from_member_of, FromMemberOf = "FromMemberOf": String,
    }
}

settings! {
    /// Settings of a mailbox; `None` is "not known".
    pub struct MailboxSettings, pub enum MailboxSetting {
        /// Whether it sends automatic replies.
        auto_reply_state, AutoReplyState = "AutoReplyState": AutoReplyState,
        /// Who outside gets them.
        external_audience, ExternalAudience = "ExternalAudience": ExternalAudience,
        /// Whether it may have one for people outside.
        external_oof_options, ExternalOofOptions = "ExternalOofOptions": ExternalOofOptions,
        /// Where an administrator or its owner has its mail forwarded.
        forwarding_smtp_address, ForwardingSmtpAddress = "ForwardingSmtpAddress": String,
        /// The recipient object to which an administrator has its mail forwarded.
        forwarding_address, ForwardingAddress = "ForwardingAddress": String,
        /// Whether it keeps what is forwarded.
        deliver_to_mailbox_and_forward, DeliverToMailboxAndForward = "DeliverToMailboxAndForward": bool,
    }
}

settings! {
    /// Settings of the whole organization; `None` is "not known".
    pub struct OrganizationSettings, pub enum OrganizationSetting {
        /// Whether people outside learn that their mail is late.
        external_delay_dsn_enabled, ExternalDelayDsnEnabled = "ExternalDelayDsnEnabled": bool,
        /// Whether reports to people outside are HTML.
        external_dsn_send_html, ExternalDsnSendHtml = "ExternalDsnSendHtml": bool,
        /// Whether categories of messages are removed.
        clear_categories, ClearCategories = "ClearCategories": bool,
        /// Whether a signed message under a disclaimer is attached as a mail.
        convert_disclaimer_wrapper_to_eml, ConvertDisclaimerWrapperToEml = "ConvertDisclaimerWrapperToEml": bool,
        /// Whether unknown header fields become properties.
        header_promotion_mode, HeaderPromotionModeSetting = "HeaderPromotionModeSetting": String,
        /// Cloud recall at all; empty where it has no value.
        message_recall_enabled, MessageRecallEnabled = "MessageRecallEnabled": String,
        /// Cloud recall of what has been read; empty where it has no value.
        recall_read_messages_enabled, RecallReadMessagesEnabled = "RecallReadMessagesEnabled": String,
        /// The age up to which a message can be recalled.
        message_recall_max_recallable_age, MessageRecallMaxRecallableAge = "MessageRecallMaxRecallableAge": String,
    }
}

/// An outbound spam policy with the rule that says for whom it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OutboundSpamPolicy {
    /// Its name.
    pub name: String,
    /// Settings.
    pub settings: OutboundSpamSettings,
}

/// Whether a policy is for a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForSender {
    Yes,
    No,
    NotKnown,
}

impl OutboundSpamPolicy {
    /// A policy without settings.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        OutboundSpamPolicy { name: name.into(), settings: OutboundSpamSettings::default() }
    }

    /// Returns whether it is the policy of everybody whom no other policy is for.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.settings.is_default.unwrap_or_else(|| self.name.eq_ignore_ascii_case("Default"))
    }

    /// Whether its rule is for a sender. Without a rule it is not known for whom it is; who is in a group is never known here.
    pub(super) fn is_for(&self, sender: &str) -> ForSender {
        let set = &self.settings;
        if set.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("Disabled")) {
            return ForSender::No;
        }
        let (key, domain) = (address_key(sender), super::domain_of(sender));
        let items = |text: &Option<String>| -> Vec<String> {
            text.as_deref()
                .map(|text| text.split([' ', ',', ';', '{', '}']).filter(|one| !one.is_empty()).map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let (from, domains, groups) = (items(&set.from), items(&set.sender_domain_is), items(&set.from_member_of));
        if from.is_empty() && domains.is_empty() && groups.is_empty() {
            return ForSender::NotKnown;
        }
        // Several kinds of condition must all hold.
        let mut verdict = ForSender::Yes;
        if !from.is_empty() && !from.iter().any(|one| address_key(super::address_in(one).unwrap_or(one)) == key) {
            verdict = ForSender::No;
        }
        if !domains.is_empty() && !domains.iter().any(|one| super::domain::normal(one) == super::domain::normal(domain)) {
            verdict = ForSender::No;
        }
        if verdict == ForSender::Yes && !groups.is_empty() {
            verdict = ForSender::NotKnown;
        }
        verdict
    }
}
