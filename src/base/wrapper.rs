//! What a TNEF stream was taken out of, for reports.

/// Container from which a TNEF stream was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapper {
    /// Nothing: the bytes are the input.
    Raw,
    /// Base64 or base64url text.
    Base64 {
        /// Bytes of input after the base64 text that are neither part of it nor white space. Not zero: something was left out,
        /// or the text is damaged there and the stream ends early.
        ignored: usize,
    },
    /// A mail, or a uuencoded file.
    Mail {
        /// Which mail of an mbox, from 1.
        mail: Option<usize>,
        /// The part in words: `part 2 (winmail.dat)`.
        part: String,
        /// Whether a limit kept other parts of the mail from being looked at.
        incomplete: bool,
    },
}

impl Wrapper {
    /// Returns which part of the input this is, in words; `None` where it is all of it.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        match self {
            Wrapper::Mail { mail: Some(mail), part, .. } => Some(format!("mail {mail}, {part}")),
            Wrapper::Mail { mail: None, part, .. } => Some(part.clone()),
            Wrapper::Raw | Wrapper::Base64 { .. } => None,
        }
    }
}
