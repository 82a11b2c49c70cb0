//! From an input to a message: what the input is, and how its bytes are kept without a copy.
//!
//! A TNEF stream and a .msg are read in the `bytes` object that Python has them in, and the values of the message are ranges of it.
//! What is decoded first (base64, a stream in a mail) becomes a new object. A mail is read as a message of its own, whose
//! values are not ranges of anything.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};
use winmail::convert::mime::{self, MimeReadOptions, mbox};
use winmail::input::{self, Loaded};
use winmail::msg::MsgReader;
use winmail::{Message, ReadOptions, tnef};

use crate::error::{exception, said};

/// A message, and what it was read from.
pub struct Source {
    /// The message.
    pub message: Message<'static>,
    /// What the input is: "tnef", "msg" or "mail".
    pub format: &'static str,
    /// Which part of the input the stream is, in words.
    pub part: Option<String>,
    /// What values of the message are ranges of.
    pub origin: Option<Py<PyBytes>>,
    /// The mail that the message is.
    pub mail: Option<PyBackedBytes>,
}

/// The bytes of any object that has some; those of `bytes` are not copied.
pub fn bytes_of<'py>(data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    let copy = PyMemoryView::from(data)?.call_method0("tobytes")?;
    Ok(copy.cast_into::<PyBytes>()?)
}

/// Reads the file at a path; what is wrong with it is an `OSError` as Python raises it.
pub fn read_file<'py>(path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let read = path.py().import("winmail_tnef._values")?.call_method1("read", (path,))?;
    Ok(read.cast_into::<PyBytes>()?)
}

/// The message in an input of any kind that holds one.
pub fn read(bytes: &Bound<'_, PyBytes>, options: &ReadOptions) -> PyResult<Source> {
    let py = bytes.py();
    let data = bytes.as_bytes();
    if data.starts_with(&tnef::SIGNATURE_BYTES) || MsgReader::is_compound(data) {
        return stream(bytes, options, None, false);
    }
    if input::is_mail_or_mbox(data) {
        return mail(bytes, options);
    }
    let mut found = detect(bytes, options);
    match found.pop() {
        Some(only) if found.is_empty() => loaded(py, only, options),
        _ => {
            let count = found.len().saturating_add(1);
            Err(said(py, "MalformedError", &format!("the input holds {count} TNEF streams; streams() reads each")))
        }
    }
}

/// The TNEF streams in an input of any kind, each as a message of its own.
pub fn streams(bytes: &Bound<'_, PyBytes>, options: &ReadOptions) -> PyResult<Vec<Source>> {
    let data = bytes.as_bytes();
    if data.starts_with(&tnef::SIGNATURE_BYTES) || MsgReader::is_compound(data) {
        return stream(bytes, options, None, false).map(|source| vec![source]);
    }
    let found = detect(bytes, options).into_iter().filter(|loaded| !loaded.is_something_else() && loaded.looks_like_tnef);
    found.map(|only| loaded(bytes.py(), only, options)).collect()
}

fn detect(bytes: &Bound<'_, PyBytes>, options: &ReadOptions) -> Vec<Loaded> {
    let data = bytes.as_bytes();
    bytes.py().detach(|| input::detect(data.to_vec(), &options.limits))
}

fn loaded(py: Python<'_>, loaded: Loaded, options: &ReadOptions) -> PyResult<Source> {
    let options = loaded.reading(options);
    let is_something_else = loaded.is_something_else();
    stream(&PyBytes::new(py, &loaded.bytes), &options, loaded.part(), is_something_else)
}

/// Reads a stream where it is.
fn stream(bytes: &Bound<'_, PyBytes>, options: &ReadOptions, part: Option<String>, is_something_else: bool) -> PyResult<Source> {
    let py = bytes.py();
    let held = PyBackedBytes::from(bytes.clone());
    let format = if MsgReader::is_compound(&held) { "msg" } else { "tnef" };
    match py.detach(|| Message::from_shared(held, options)) {
        Ok(message) => Ok(Source { message, format, part, origin: Some(bytes.clone().unbind()), mail: None }),
        Err(error) => {
            let hint = if is_something_else || format == "msg" { input::hint(bytes.as_bytes()) } else { None };
            Err(exception(py, &error, hint))
        }
    }
}

/// Reads a mail: its header, its parts, and the TNEF in it.
fn mail(bytes: &Bound<'_, PyBytes>, options: &ReadOptions) -> PyResult<Source> {
    let py = bytes.py();
    let data = bytes.as_bytes();
    let mails: Vec<_> = py.detach(|| mbox::messages_in(data).take(2).collect());
    let [only] = mails.as_slice() else {
        return Err(said(py, "MalformedError", "the input is an mbox of several mails; mails() takes them apart"));
    };
    let bytes = if only.len() == data.len() { bytes.clone() } else { PyBytes::new(py, only) };
    let held = PyBackedBytes::from(bytes);
    let options = MimeReadOptions::new(options.clone()).with_any_correlator(true);
    match py.detach(|| mime::read(&held, &options)) {
        Ok(message) => Ok(Source { message, format: "mail", part: None, origin: None, mail: Some(held) }),
        Err(error) => Err(exception(py, &error, None)),
    }
}

/// The bytes as Python sees them: a range of `origin` where they are one, else a copy.
pub fn view<'py>(py: Python<'py>, origin: Option<&Py<PyBytes>>, bytes: &[u8]) -> PyResult<Bound<'py, PyMemoryView>> {
    if let Some(origin) = origin {
        let origin = origin.bind(py);
        let whole = origin.as_bytes();
        // Addresses tell, as the message reads where the object is.
        let from = bytes.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        let end = from.saturating_add(bytes.len());
        if whole.get(from..end).is_some_and(|part| std::ptr::eq(part, bytes)) {
            let all = PyMemoryView::from(origin)?;
            let part = all.get_item(pyo3::types::PySlice::new(py, signed(from), signed(end), 1))?;
            return Ok(part.cast_into::<PyMemoryView>()?);
        }
    }
    PyMemoryView::from(&PyBytes::new(py, bytes))
}

/// No object of Python is longer than this can say.
fn signed(length: usize) -> isize {
    isize::try_from(length).unwrap_or(isize::MAX)
}
