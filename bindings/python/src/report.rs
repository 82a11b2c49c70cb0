//! What was found wrong, and what a conversion would lose, as objects that cannot be changed.

use pyo3::prelude::*;
use winmail::Report;
use winmail::convert::mime::account;
use winmail::convert::mime::filter;

/// Something that is wrong with an input.
///
/// `code` is stable; docs/diagnostics.md says of each what it means. `str()` is a sentence.
#[pyclass(module = "winmail_tnef", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// What it is: a name that stays.
    #[pyo3(get)]
    code: &'static str,
    /// How bad it is: "error", "warning" or "info".
    #[pyo3(get)]
    severity: &'static str,
    /// Where it is in the outermost input, in bytes.
    #[pyo3(get)]
    offset: u64,
    /// How many bytes it concerns.
    #[pyo3(get)]
    length: u64,
    /// The way from the outermost stream to the structure.
    #[pyo3(get)]
    path: String,
    /// What there is to say about this one.
    #[pyo3(get)]
    detail: String,
    /// The sentence.
    text: String,
}

#[pymethods]
impl Diagnostic {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<Diagnostic {} {} at {}: {}>", self.severity, self.code, self.offset, self.detail)
    }
}

/// The diagnostics of a report.
pub fn diagnostics(report: &Report) -> Vec<Diagnostic> {
    let made = report.diagnostics().iter().map(|found| Diagnostic {
        code: found.code.name(),
        severity: found.severity().as_str(),
        offset: found.offset,
        length: found.length,
        path: found.path.to_string(),
        detail: found.detail.clone(),
        text: found.to_string(),
    });
    made.collect()
}

/// Something of a message that is missing in what was made of it.
#[pyclass(module = "winmail_tnef", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Loss {
    /// What it is: "text", "file", "link", "person" ...
    #[pyo3(get)]
    code: &'static str,
    /// That in words.
    #[pyo3(get)]
    description: &'static str,
    /// The part of the input that has it.
    #[pyo3(get)]
    part: String,
    /// Which one it is: its name or its beginning.
    #[pyo3(get)]
    subject: String,
    /// The sentence.
    text: String,
}

#[pymethods]
impl Loss {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<Loss {} {:?} in {}>", self.code, self.subject, self.part)
    }
}

/// What an accountant found missing.
pub fn losses(found: &[account::Loss]) -> Vec<Loss> {
    let made = found.iter().map(|loss| Loss {
        code: loss.code.name(),
        description: loss.code.describe(),
        part: loss.part.clone(),
        subject: loss.subject.clone(),
        text: loss.to_string(),
    });
    made.collect()
}

/// What became of a TNEF stream in a mail.
#[pyclass(module = "winmail_tnef", frozen, get_all)]
#[derive(Clone)]
pub struct Outcome {
    /// "replaced", "kept" (it stays beside what was made of it) or "left" (as it was).
    action: &'static str,
    /// The part of the mail that it is.
    part: String,
    /// Why it is still there; None if it is not.
    reason: Option<String>,
    /// What was found wrong with it.
    diagnostics: Vec<Diagnostic>,
}

#[pymethods]
impl Outcome {
    fn __repr__(&self) -> String {
        match &self.reason {
            Some(reason) => format!("<Outcome {}: {} ({reason})>", self.part, self.action),
            None => format!("<Outcome {}: {}>", self.part, self.action),
        }
    }
}

/// What became of the streams.
pub fn outcomes(found: &[filter::Outcome]) -> Vec<Outcome> {
    let made = found.iter().map(|outcome| Outcome {
        action: outcome.action.name(),
        part: outcome.part.clone(),
        reason: outcome.reason().map(ToString::to_string),
        diagnostics: diagnostics(&outcome.report),
    });
    made.collect()
}
