//! An answer with its reasons: every setting that was looked at, in the order of precedence, and which one won.

use std::borrow::Cow;
use std::fmt;

/// Place of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Source<'p> {
    /// The organization: its accepted domains, and what holds inside it whatever is set.
    Organization,
    /// The remote domain of that name.
    RemoteDomain(&'p str),
    /// The mail contact or mail user.
    Recipient(&'p str),
    /// The message itself.
    Message,
    /// The sender's contact.
    SenderContact(&'p str),
    /// The sender's Outlook.
    Sender,
    /// What holds where nothing is set.
    Default,
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Organization => f.write_str("organization"),
            Source::RemoteDomain(name) => write!(f, "remote domain {name}"),
            Source::Recipient(address) => write!(f, "recipient {address}"),
            Source::Message => f.write_str("message"),
            Source::SenderContact(address) => write!(f, "sender's contact {address}"),
            Source::Sender => f.write_str("sender"),
            Source::Default => f.write_str("default"),
        }
    }
}

/// Outcome of one step: what became of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum StepOutcome {
    /// It decided.
    Won,
    /// It decided together with the step that won: it lets that one hold, or says what exactly that one means.
    Joined,
    /// It says something, but one before it decided.
    Overridden,
    /// It says nothing.
    NotSet,
    /// It is not known whether it says anything: the export did not hold it.
    NotKnown,
    /// It says something that does not bear on this message.
    NotApplicable,
}

impl StepOutcome {
    /// The outcome in words, as JSON has it with hyphens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            StepOutcome::Won => "won",
            StepOutcome::Joined => "joined",
            StepOutcome::Overridden => "overridden",
            StepOutcome::NotSet => "not-set",
            StepOutcome::NotKnown => "not-known",
            StepOutcome::NotApplicable => "not-applicable",
        }
    }
}

/// A setting that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChainStep<'p> {
    /// Place where it stands.
    pub source: Source<'p>,
    /// Its name.
    pub setting: &'static str,
    /// Its value, as it is set; empty where it is not.
    pub value: Cow<'static, str>,
    /// Outcome of the step.
    pub outcome: StepOutcome,
    /// Value that it gives, or why it does not count; may be empty.
    pub note: &'static str,
}

/// Where the setting stands, what it is, and what that means, in a line.
impl fmt::Display for ChainStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.setting)?;
        if self.outcome == StepOutcome::NotKnown {
            f.write_str(" is not in the export")?;
        } else if !self.value.is_empty() {
            write!(f, " = {}", self.value)?;
        }
        if !self.note.is_empty() {
            write!(f, " ({})", self.note)?;
        }
        Ok(())
    }
}

/// A value and the settings looked at for it, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Resolved<'p, T> {
    /// The answer.
    pub value: T,
    /// Steps that were looked at. Exactly one step has won. What neither won nor joined can be taken away, and the value stays.
    pub chain: Vec<ChainStep<'p>>,
}

impl<'p, T> Resolved<'p, T> {
    /// The step that decided.
    #[must_use]
    pub fn winner(&self) -> Option<&ChainStep<'p>> {
        self.chain.iter().find(|step| step.outcome == StepOutcome::Won)
    }

    /// Returns whether nothing that is not known stands before the step that decided. Else the answer is a default, and what the export did not
    /// hold may make it another one.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.unknown().is_none()
    }

    /// The first setting that is not known and could decide.
    #[must_use]
    pub fn unknown(&self) -> Option<&ChainStep<'p>> {
        self.chain.iter().take_while(|step| step.outcome != StepOutcome::Won).find(|step| step.outcome == StepOutcome::NotKnown)
    }

    /// The steps without which the answer could be another: the one that won, and those that joined it.
    pub fn deciding(&self) -> impl Iterator<Item = &ChainStep<'p>> {
        self.chain.iter().filter(|step| matches!(step.outcome, StepOutcome::Won | StepOutcome::Joined))
    }

    /// The steps that say something and did not decide.
    pub fn overridden(&self) -> impl Iterator<Item = &ChainStep<'p>> {
        self.chain.iter().filter(|step| step.outcome == StepOutcome::Overridden)
    }
}

/// An answer in the making: steps are added from the strongest to the weakest, and the first that says something wins.
pub(super) struct Chain<'p, T> {
    value: Option<T>,
    steps: Vec<ChainStep<'p>>,
}

impl<'p, T> Chain<'p, T> {
    pub(super) fn new() -> Self {
        Chain { value: None, steps: Vec::with_capacity(4) }
    }

    /// A step that says `value`, if it says anything.
    pub(super) fn step(
        &mut self,
        source: Source<'p>,
        setting: &'static str,
        text: impl Into<Cow<'static, str>>,
        value: Option<T>,
        note: &'static str,
    ) {
        let outcome = match (&value, &self.value) {
            (None, _) => StepOutcome::NotSet,
            (Some(_), None) => StepOutcome::Won,
            (Some(_), Some(_)) => StepOutcome::Overridden,
        };
        if outcome == StepOutcome::Won {
            self.value = value;
        }
        self.steps.push(ChainStep { source, setting, value: text.into(), outcome, note });
    }

    /// A setting that is not known.
    pub(super) fn not_known(&mut self, source: Source<'p>, setting: &'static str, note: &'static str) {
        self.steps.push(ChainStep { source, setting, value: Cow::Borrowed(""), outcome: StepOutcome::NotKnown, note });
    }

    /// A step that says how the one that won is meant.
    pub(super) fn join(
        &mut self,
        source: Source<'p>,
        setting: &'static str,
        text: impl Into<Cow<'static, str>>,
        note: &'static str,
    ) {
        self.steps.push(ChainStep { source, setting, value: text.into(), outcome: StepOutcome::Joined, note });
    }

    /// The setting that won so far.
    pub(super) fn won(&self) -> Option<&'static str> {
        self.steps.iter().find(|step| step.outcome == StepOutcome::Won).map(|step| step.setting)
    }

    /// A step that is set and does not bear on the delivery.
    pub(super) fn skip(
        &mut self,
        source: Source<'p>,
        setting: &'static str,
        text: impl Into<Cow<'static, str>>,
        note: &'static str,
    ) {
        self.steps.push(ChainStep { source, setting, value: text.into(), outcome: StepOutcome::NotApplicable, note });
    }

    /// The last step, which always says something.
    pub(super) fn finish(
        mut self,
        source: Source<'p>,
        setting: &'static str,
        text: impl Into<Cow<'static, str>>,
        value: T,
        note: &'static str,
    ) -> Resolved<'p, T> {
        let outcome = if self.value.is_none() { StepOutcome::Won } else { StepOutcome::Overridden };
        self.steps.push(ChainStep { source, setting, value: text.into(), outcome, note });
        Resolved { value: self.value.unwrap_or(value), chain: self.steps }
    }
}
