//! Errors of the library as exceptions. Their classes are in Python (`_errors.py`), where they can be subclassed with fields.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use winmail::{Error, ErrorKind};

use crate::report;

/// The exception for an error; `hint` says what the input probably is instead.
pub fn exception(py: Python<'_>, error: &Error, hint: Option<&str>) -> PyErr {
    build(py, error, hint).unwrap_or_else(|failed| failed)
}

fn build(py: Python<'_>, error: &Error, hint: Option<&str>) -> PyResult<PyErr> {
    let class = match error.kind() {
        ErrorKind::Malformed => "MalformedError",
        ErrorKind::Limit => "LimitError",
        ErrorKind::Unsupported => "UnsupportedError",
        ErrorKind::Unencodable => "UnencodableError",
        _ => "WinmailError",
    };
    let text = match hint {
        Some(hint) => format!("{error}; the input {hint}"),
        None => error.to_string(),
    };
    let fields = PyDict::new(py);
    fields.set_item("code", error.code().map(|code| code.name()))?;
    fields.set_item("offset", error.offset())?;
    fields.set_item("path", error.path().to_string())?;
    fields.set_item("diagnostics", report::diagnostics(error.report()))?;
    Ok(PyErr::from_value(py.import("winmail_tnef._errors")?.getattr(class)?.call((text,), Some(&fields))?))
}

/// An exception that is only a sentence.
pub fn said(py: Python<'_>, class: &str, text: &str) -> PyErr {
    let made = py.import("winmail_tnef._errors").and_then(|errors| errors.getattr(class)?.call1((text,)));
    made.map_or_else(|failed| failed, PyErr::from_value)
}
