//! The questions of a decision, each with its answer: for callers that show all of them or pick some.

use super::decide::Decision;
use super::gates::{REMOTE_DOMAINS, SET_REMOTE_DOMAIN};
use super::resolved::{ChainStep, Source, StepOutcome};
use super::setting::{SettingValue, words};
use super::{Charset, Resolved};

words! {
    /// A question that a decision answers.
    pub enum Topic {
        /// Says whether it leaves as TNEF.
        Tnef = "tnef",
        /// The form without TNEF.
        Encoding = "encoding",
        /// How attachments of a Macintosh stand in it.
        Attachments = "attachments",
        /// The character set.
        Charset = "charset",
        /// What replaces shift_jis.
        ShiftJis = "shift_jis",
        /// How much of the text must fit the character set.
        Coverage = "coverage",
        /// The transfer encoding of 7-bit text.
        ByteEncoder = "byte_encoder",
        /// The width of lines.
        Wrap = "wrap",
        /// What From shows.
        SenderName = "sender_name",
        /// Out-of-office replies for people outside.
        OutOfOfficeExternal = "out_of_office_external",
        /// Out-of-office replies for people inside.
        OutOfOfficeInternal = "out_of_office_internal",
        /// Out-of-office replies of old clients.
        OutOfOfficeLegacy = "out_of_office_legacy",
        /// Replies by rules.
        AutomaticReply = "automatic_reply",
        /// Forwards by rules and by the option of an owner.
        AutomaticForward = "automatic_forward",
        /// Delivery reports.
        DeliveryReport = "delivery_report",
        /// Non-delivery reports.
        NonDeliveryReport = "non_delivery_report",
        /// Their diagnostic section.
        NdrDiagnostics = "ndr_diagnostics",
        /// Word that a meeting was forwarded.
        MeetingForwardNotification = "meeting_forward_notification",
        /// Summary TNEF.
        Stnef = "stnef",
    }
}

impl Topic {
    /// The question in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Topic::Tnef => "TNEF",
            Topic::Encoding => "without TNEF",
            Topic::Attachments => "Macintosh attachments",
            Topic::Charset => "character set",
            Topic::ShiftJis => "instead of shift_jis",
            Topic::Coverage => "characters that must fit, %",
            Topic::ByteEncoder => "encoding of 7-bit text",
            Topic::Wrap => "wrapped at",
            Topic::SenderName => "From shows",
            Topic::OutOfOfficeExternal => "out of office, external",
            Topic::OutOfOfficeInternal => "out of office, internal",
            Topic::OutOfOfficeLegacy => "out of office, old clients",
            Topic::AutomaticReply => "automatic replies",
            Topic::AutomaticForward => "automatic forwards",
            Topic::DeliveryReport => "delivery reports",
            Topic::NonDeliveryReport => "non-delivery reports",
            Topic::NdrDiagnostics => "diagnostics in those reports",
            Topic::MeetingForwardNotification => "meeting-forward notifications",
            Topic::Stnef => "summary TNEF",
        }
    }

    /// The page of Microsoft's that documents the rule, by its title.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Topic::Tnef => "TNEF conversion options in Exchange Online",
            Topic::Encoding | Topic::Wrap | Topic::Charset => "Message format and transmission in Exchange Online",
            Topic::Attachments => "Set-MailContact",
            Topic::ShiftJis | Topic::Coverage | Topic::ByteEncoder | Topic::SenderName | Topic::NdrDiagnostics => {
                SET_REMOTE_DOMAIN
            }
            Topic::Stnef => "TNEF conversion options in Exchange Online",
            _ => REMOTE_DOMAINS,
        }
    }

    /// Returns whether it is about a message that is made without anybody writing it; what else such a message must pass is in
    /// [`Gates`](super::Gates).
    #[must_use]
    pub fn is_automatic(self) -> bool {
        matches!(
            self,
            Topic::OutOfOfficeExternal
                | Topic::OutOfOfficeInternal
                | Topic::OutOfOfficeLegacy
                | Topic::AutomaticReply
                | Topic::AutomaticForward
                | Topic::DeliveryReport
                | Topic::NonDeliveryReport
                | Topic::NdrDiagnostics
                | Topic::MeetingForwardNotification
        )
    }
}

/// A question with its answer, whatever its type.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ResolvedTopic<'d, 'p> {
    /// The question.
    pub topic: Topic,
    /// The answer as text.
    pub value: String,
    /// Steps of the decision, in order.
    pub chain: &'d [ChainStep<'p>],
}

impl<'d, 'p> ResolvedTopic<'d, 'p> {
    fn new<T: SettingValue>(topic: Topic, answer: &'d Resolved<'p, T>) -> Self {
        ResolvedTopic { topic, value: answer.value.text(), chain: &answer.chain }
    }

    /// The step that decided.
    #[must_use]
    pub fn winner(&self) -> Option<&'d ChainStep<'p>> {
        self.chain.iter().find(|step| step.outcome == StepOutcome::Won)
    }

    /// Returns whether nothing that is set decided it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.winner().is_none_or(|step| matches!(step.source, Source::Default | Source::Organization))
    }
}

/// The question, the answer and the setting that decided, in a line.
impl std::fmt::Display for ResolvedTopic<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.topic.title(), self.value)?;
        self.winner().map_or(Ok(()), |step| write!(f, ", as {step}"))
    }
}

impl<'p> Decision<'p> {
    /// Every question with its answer, in a fixed order.
    pub fn answers<'d>(&'d self) -> impl Iterator<Item = ResolvedTopic<'d, 'p>> + use<'d, 'p> {
        let [external, internal, legacy] = &self.out_of_office;
        let charset = self.charset.value.map_or("by the text", Charset::name).to_owned();
        let coverage = self.coverage.value.0.unwrap_or(100).to_string();
        [
            ResolvedTopic::new(Topic::Tnef, &self.tnef),
            ResolvedTopic::new(Topic::Encoding, &self.encoding),
            ResolvedTopic::new(Topic::Attachments, &self.attachments),
            ResolvedTopic { value: charset, ..ResolvedTopic::new(Topic::Charset, &self.charset) },
            ResolvedTopic::new(Topic::ShiftJis, &self.shift_jis),
            ResolvedTopic { value: coverage, ..ResolvedTopic::new(Topic::Coverage, &self.coverage) },
            ResolvedTopic::new(Topic::ByteEncoder, &self.byte_encoder),
            ResolvedTopic::new(Topic::Wrap, &self.wrap),
            ResolvedTopic::new(Topic::SenderName, &self.sender_name),
            ResolvedTopic::new(Topic::OutOfOfficeExternal, external),
            ResolvedTopic::new(Topic::OutOfOfficeInternal, internal),
            ResolvedTopic::new(Topic::OutOfOfficeLegacy, legacy),
            ResolvedTopic::new(Topic::AutomaticReply, &self.automatic_reply),
            ResolvedTopic::new(Topic::AutomaticForward, &self.automatic_forward),
            ResolvedTopic::new(Topic::DeliveryReport, &self.delivery_report),
            ResolvedTopic::new(Topic::NonDeliveryReport, &self.non_delivery_report),
            ResolvedTopic::new(Topic::NdrDiagnostics, &self.ndr_diagnostics),
            ResolvedTopic::new(Topic::MeetingForwardNotification, &self.meeting_forward_notification),
            ResolvedTopic::new(Topic::Stnef, &self.stnef),
        ]
        .into_iter()
    }

    /// The step behind the form in which the message leaves: what decided about TNEF, unless that is a default and something that is set
    /// chose the form without it.
    #[must_use]
    pub fn reason(&self) -> Option<&ChainStep<'p>> {
        let set = |step: &&ChainStep<'_>| !matches!(step.source, Source::Default);
        let tnef = self.tnef.winner();
        match tnef.filter(set) {
            Some(step) => Some(step),
            None => self.encoding.winner().filter(set).or(tnef),
        }
    }
}

/// The form in which the message leaves, and why, in a sentence.
impl std::fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.format())?;
        self.reason().map_or(Ok(()), |step| write!(f, ", as {step}"))
    }
}
