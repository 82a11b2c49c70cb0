//! What systems say of files, in words: without numbers, for a sentence that names the file before it.

use std::{fmt, io};

/// The words of an error, lower case at the start, without "(os error 21)".
#[must_use]
pub fn words(error: &io::Error) -> String {
    if let io::ErrorKind::IsADirectory = error.kind() {
        return "is a folder".to_owned();
    }
    let text = error.to_string();
    let Some((words, _)) = error.raw_os_error().and_then(|_| text.rsplit_once(" (os error ")) else { return text };
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// An error of the same kind that names what it is about.
#[must_use]
pub fn about(what: &str, error: &io::Error) -> io::Error {
    named(error.kind(), format!("{what}: {}", words(error)))
}

/// An error whose text names what it is about.
#[must_use]
pub fn named(kind: io::ErrorKind, text: String) -> io::Error {
    io::Error::new(kind, Named(text))
}

/// Whether an error names what it is about. One that does not is of the only stream that has no name.
#[must_use]
pub fn is_named(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Named>())
}

#[derive(Debug)]
struct Named(String);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Named {}

/// The system's error that made the library stop, if it was that.
#[must_use]
pub fn of_system(error: &winmail::Error) -> Option<io::Error> {
    let cause = std::error::Error::source(error)?.downcast_ref::<io::Error>()?;
    Some(cause.raw_os_error().map_or_else(|| io::Error::new(cause.kind(), cause.to_string()), io::Error::from_raw_os_error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn numbers_of_the_system_are_left_out() {
        assert_eq!(words(&io::Error::from_raw_os_error(28)), "no space left on device");
        assert_eq!(words(&io::Error::from_raw_os_error(21)), "is a folder");
        assert_eq!(words(&io::Error::other("Said (os error 3)")), "Said (os error 3)");
        let error = about("a.txt", &io::Error::from_raw_os_error(13));
        assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::PermissionDenied, "a.txt: permission denied"));
        assert!(is_named(&error) && !is_named(&io::Error::from_raw_os_error(13)) && !is_named(&io::Error::other("a")));
    }
}
