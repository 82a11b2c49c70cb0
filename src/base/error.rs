//! The crate's one error type: who must act ([`ErrorKind`]), where ([`Error::offset`], [`Error::path`]) and what.

use std::borrow::Cow;
use std::fmt;

use super::diag::{Code, Path, Report};

/// `Result` with the crate's [`Error`].
///
/// ```
/// fn subject(stream: &[u8]) -> winmail::Result<Option<String>> {
///     Ok(winmail::Message::from_tnef(stream)?.subject().map(|subject| subject.into_owned()))
/// }
/// assert!(subject(b"no stream").is_err());
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Kind of an error, by who can do something about it.
///
/// ```
/// use winmail::{ErrorKind, Message};
///
/// match Message::from_tnef(b"no stream").map_err(|error| error.kind()) {
///     Err(ErrorKind::Malformed) => println!("ask whoever sent it"),
///     Err(ErrorKind::Limit) => println!("read it again with other limits"),
///     Err(other) => println!("{other:?}"),
///     Ok(_) => unreachable!(),
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks its specification. Ask whoever made it, or read it leniently.
    Malformed,
    /// A limit of [`Limits`](crate::Limits) was reached. Raise the limit, or refuse the input.
    Limit,
    /// The input uses something that this crate does not handle.
    Unsupported,
    /// The caller's model holds something that the output format has no place for.
    Unencodable,
    /// Reading or writing failed underneath; [`std::error::Error::source`] has the cause.
    Io,
}

impl ErrorKind {
    /// The kind in lower case, as messages and JSON show it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Malformed => "malformed",
            ErrorKind::Limit => "limit",
            ErrorKind::Unsupported => "unsupported",
            ErrorKind::Unencodable => "unencodable",
            ErrorKind::Io => "io",
        }
    }
}

/// An error: its kind, the offset in the outermost input, the path to the structure, and a sentence.
///
/// ```
/// use winmail::{Code, Message, ReadOptions};
///
/// let error = Message::read(b"no stream", &ReadOptions::lenient()).unwrap_err();
/// assert_eq!((error.code(), error.offset()), (Some(Code::InvalidSignature), Some(0)));
/// assert_eq!(error.report().diagnostics().len(), 1, "what was found before it failed");
/// ```
///
/// One pointer wide, so that `Result` stays small on the paths where nothing goes wrong.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    code: Option<Code>,
    offset: Option<u64>,
    path: Path,
    message: Cow<'static, str>,
    source: Option<std::io::Error>,
    report: Report,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Inner {
            kind,
            code: None,
            offset: None,
            path: Path::default(),
            message: message.into(),
            source: None,
            report: Report::new(),
        }))
    }

    pub(crate) fn malformed(code: Code, offset: u64, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Error::new(ErrorKind::Malformed, message);
        error.0.code = Some(code);
        error.0.offset = Some(offset);
        error
    }

    pub(crate) fn limit(message: impl Into<Cow<'static, str>>, offset: u64) -> Self {
        Error::new(ErrorKind::Limit, message).with_code(Code::LimitReached).with_offset(offset)
    }

    pub(crate) fn with_code(mut self, code: Code) -> Self {
        self.0.code = Some(code);
        self
    }

    pub(crate) fn with_offset(mut self, offset: u64) -> Self {
        self.0.offset = Some(offset);
        self
    }

    pub(crate) fn with_path(mut self, path: Path) -> Self {
        self.0.path = path;
        self
    }

    /// The same one step further in: `name` is put before the path.
    pub(crate) fn within(mut self, name: impl Into<Cow<'static, str>>, index: Option<usize>) -> Self {
        self.0.path.prepend(name, index);
        self
    }

    /// The same with what was found before it.
    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = report;
        self
    }

    /// Returns what reading found before it failed, the failure included where it is a defect of the input.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Returns who must act.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The diagnostic code of the defect, where the error is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.0.code
    }

    /// Offset in bytes from the start of the outermost input, where there is one.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// The way from the outermost stream to the structure, e.g. `attAttachment[2] > PidTagAttachDataObject`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The sentence alone, without kind, offset and path.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(offset) = self.0.offset {
            write!(f, " at byte {offset} (0x{offset:x})")?;
        }
        if !self.0.path.is_empty() {
            write!(f, " in {}", self.0.path)?;
        }
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("code", &self.0.code)
            .field("offset", &self.0.offset)
            .field("path", &self.0.path.to_string())
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source)
    }
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        let mut error = Error::new(ErrorKind::Io, "input or output failed");
        error.0.source = Some(source);
        error
    }
}

impl From<Error> for std::io::Error {
    /// Hands a failure underneath on as it was; anything else is invalid data, with the whole error in it.
    fn from(mut error: Error) -> Self {
        match error.0.source.take() {
            Some(source) => source,
            None => std::io::Error::new(std::io::ErrorKind::InvalidData, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn display_says_what_where_and_in_which_structure() {
        let mut path = Path::default();
        path.push("attAttachment", Some(2));
        path.push("PidTagAttachDataObject", None);
        let error = Error::malformed(Code::PropertyTruncated, 74, "property value ends after the data").with_path(path);
        assert_eq!(
            error.to_string(),
            "property value ends after the data at byte 74 (0x4a) in attAttachment[2] > PidTagAttachDataObject"
        );
    }

    #[test]
    fn io_errors_keep_their_source() {
        let error = Error::from(std::io::Error::other("disk on fire"));
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(error.to_string(), "input or output failed: disk on fire");
    }
}
