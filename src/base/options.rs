//! How to read and write: strict or lenient, limits, code page, mirror or canonical.

use super::codepage::CodePage;
use super::limits::Limits;

/// Strictness: whether a defect ends reading.
///
/// ```
/// use winmail::{Compliance, Message, ReadOptions};
///
/// let mut options = ReadOptions::default();
/// assert_eq!(options.compliance, Compliance::Lenient);
/// options.compliance = Compliance::Strict;
/// let mut stream = Message::new("IPM.Note").to_tnef(&Default::default())?;
/// *stream.last_mut().unwrap() ^= 1; // of a checksum
/// assert!(Message::read(&stream, &ReadOptions::lenient()).is_ok());
/// assert!(Message::read(&stream, &options).is_err());
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compliance {
    /// Record a diagnostic, recover, go on.
    #[default]
    Lenient,
    /// A defect of severity *error* becomes an [`Error`](crate::Error).
    Strict,
}

/// Options of reading.
///
/// ```
/// use winmail::{CodePage, Limits, ReadOptions};
///
/// let mut limits = Limits::default();
/// limits.depth = 5;
/// let options = ReadOptions::lenient().with_limits(limits).with_default_code_page(CodePage(1251));
/// # assert_eq!(options.limits.depth, 5);
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Strict or lenient. Default lenient.
    pub compliance: Compliance,
    /// Limits of reading.
    pub limits: Limits,
    /// The code page of 8-bit strings where the stream names none, nor the mail that it is in. Default: PidTagMessageCodepage,
    /// then PidTagInternetCodepage, then 1252.
    pub default_code_page: Option<CodePage>,
    /// The code page that all 8-bit text and HTML is read by, whatever the input says. For text that was written in another page than its
    /// input names; what replaces an original must not be made with it.
    pub code_page: Option<CodePage>,
}

impl ReadOptions {
    /// Lenient, default limits.
    #[must_use]
    pub fn lenient() -> Self {
        ReadOptions::default()
    }

    /// Strict, default limits.
    #[must_use]
    pub fn strict() -> Self {
        ReadOptions { compliance: Compliance::Strict, ..ReadOptions::default() }
    }

    /// Sets the limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets a code page that counts more than what the input says.
    #[must_use]
    pub fn with_code_page(mut self, code_page: CodePage) -> Self {
        self.code_page = Some(code_page);
        self
    }

    /// Sets the code page for streams that name none.
    #[must_use]
    pub fn with_default_code_page(mut self, code_page: CodePage) -> Self {
        self.default_code_page = Some(code_page);
        self
    }
}

/// Form of a written message: as it was read, or as the specification recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WriteMode {
    /// What was read and not changed is copied byte for byte, order and damage included. A message that was never read is
    /// written as [`WriteMode::Canonical`] does.
    #[default]
    Mirror,
    /// Everything is written anew: the recommended order, right lengths and checksums, zero padding, unique ids of named
    /// properties. What is in the stream and not in the model is not written, but for attributes that no specification names.
    Canonical,
}

/// Facts that are also written as legacy attributes, beside the property lists that always have them.
///
/// What a message has in a legacy attribute alone stays there, unless this is [`LegacyAttributes::None`]: a date of an
/// attribute has no time zone, and a property would claim one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LegacyAttributes {
    /// None but those that the format demands: pure encapsulation. Attachment data goes into attAttachment.
    None,
    /// As Exchange 2007 and later: class, subject, priority, dates and search key of every message.
    #[default]
    Exchange,
    /// As Outlook: class, priority, date and what belongs to meetings; in embedded messages nearly everything.
    Outlook,
}

/// Options of writing.
///
/// ```
/// use winmail::{Message, WriteOptions};
///
/// let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
/// let message = Message::from_tnef(&bytes)?;
/// assert_eq!(message.to_tnef(&WriteOptions::default())?, bytes, "what was not changed keeps its bytes");
/// assert_ne!(message.to_tnef(&WriteOptions::canonical())?, bytes, "all of it as the specification recommends");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// Mirror or canonical. Default mirror.
    pub mode: WriteMode,
    /// Legacy attributes to write: in canonical mode, and in mirror mode for what is new. Default as Exchange.
    pub legacy: LegacyAttributes,
    /// The code page of 8-bit strings, written into attOemCodepage. Strings with characters that it does not have become
    /// Unicode properties. Default: the message's own.
    pub code_page: Option<CodePage>,
    /// The legacy attachment key. Default: the message's own, else 1.
    pub key: Option<u16>,
    /// PidTagTnefCorrelationKey of the outermost message, with its terminating NUL. Default: what the message has.
    pub correlation_key: Option<Vec<u8>>,
}

impl WriteOptions {
    /// Returns what was read and not changed is written as it was; the same as `default()`.
    #[must_use]
    pub fn mirror() -> Self {
        WriteOptions::default()
    }

    /// Everything anew, in the recommended form.
    #[must_use]
    pub fn canonical() -> Self {
        WriteOptions { mode: WriteMode::Canonical, ..WriteOptions::default() }
    }

    /// Sets the legacy attributes.
    #[must_use]
    pub fn with_legacy(mut self, legacy: LegacyAttributes) -> Self {
        self.legacy = legacy;
        self
    }

    /// Sets the code page for 8-bit strings.
    #[must_use]
    pub fn with_code_page(mut self, code_page: CodePage) -> Self {
        self.code_page = Some(code_page);
        self
    }

    /// Sets the legacy attachment key.
    #[must_use]
    pub fn with_key(mut self, key: u16) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets PidTagTnefCorrelationKey: the text of the X-MS-TNEF-Correlator header; the NUL is added.
    #[must_use]
    pub fn with_correlation_key(mut self, correlator: &str) -> Self {
        self.correlation_key = Some([correlator.as_bytes(), &[0]].concat());
        self
    }
}
