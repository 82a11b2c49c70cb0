//! Messages into other formats, and mails through the filter: by the same plan as the program.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use winmail::convert::icalendar::{self, CalendarOptions, ZoneNames};
use winmail::convert::mime::account::Loss;
use winmail::convert::mime::filter::{FilterOptions, Outcome, anew, filter};
use winmail::convert::mime::{EncapsulateOptions, TnefForm, encapsulate};
use winmail::convert::vcard::{self, VCardOptions, VCardVersion};
use winmail::message::MsgWriteOptions;
use winmail::{Message, WriteOptions};

use crate::error::exception;
use crate::options::read_options;
use crate::place::Place;
use crate::{report, source};

/// A mail, and what became of the streams in it.
pub struct Made {
    pub mail: Vec<u8>,
    pub changed: bool,
    pub refused: Option<String>,
    pub breaks_signature: bool,
    pub outcomes: Vec<Outcome>,
    pub losses: Vec<Loss>,
}

impl Made {
    /// As `winmail_tnef.Mail`.
    pub fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let fields = PyDict::new(py);
        fields.set_item("changed", self.changed)?;
        fields.set_item("refused", self.refused)?;
        fields.set_item("breaks_signature", self.breaks_signature)?;
        fields.set_item("outcomes", PyList::new(py, report::outcomes(&self.outcomes))?.to_tuple())?;
        fields.set_item("losses", PyList::new(py, report::losses(&self.losses))?.to_tuple())?;
        py.import("winmail_tnef._values")?.getattr("Mail")?.call((PyBytes::new(py, &self.mail),), Some(&fields))
    }
}

/// The message at a place as a mail.
pub fn eml(py: Python<'_>, place: &Place) -> PyResult<Made> {
    let message = place.message()?;
    if let Some(mail) = place.source.mail.as_ref().filter(|_| place.path.is_empty()) {
        let mut options = FilterOptions::default();
        options.read = message.read_options().clone();
        return Ok(py.detach(|| filtered(mail, &options)));
    }
    py.detach(|| {
        let options = place.source.message.read_options();
        let mut plan = FilterOptions::default();
        plan.read = options.clone();
        // The plan is for streams; that of a .msg is made.
        let made;
        let stream = if message.source().is_empty() {
            made = message.to_tnef(&WriteOptions::default())?;
            &made
        } else {
            message.source()
        };
        let done = anew(stream, &plan)?;
        Ok(Made {
            mail: done.mail,
            changed: true,
            refused: None,
            breaks_signature: false,
            outcomes: done.outcomes,
            losses: done.losses,
        })
    })
    .map_err(|error: winmail::Error| exception(py, &error, None))
}

fn filtered(mail: &[u8], options: &FilterOptions) -> Made {
    let done = filter(mail, options);
    Made {
        changed: done.mail.is_some(),
        mail: done.mail.as_ref().map_or_else(|| mail.to_vec(), |changed| changed.to_vec()),
        refused: done.refused.map(|refusal| refusal.to_string()),
        breaks_signature: done.breaks_signature,
        outcomes: done.outcomes,
        losses: done.losses,
    }
}

pub fn tnef<'py>(py: Python<'py>, message: &Message<'_>, form: &str, canonical: bool) -> PyResult<Bound<'py, PyBytes>> {
    let options = if canonical { WriteOptions::canonical() } else { WriteOptions::mirror() };
    let form = match form {
        "bare" => None,
        "mail" => Some(TnefForm::Mail),
        "stnef" => Some(TnefForm::Stnef),
        _ => return Err(PyValueError::new_err(format!("no form of TNEF is called {form:?}: bare, mail or stnef"))),
    };
    let made = py.detach(|| match form {
        None => message.to_tnef(&options),
        Some(form) => encapsulate(message, &EncapsulateOptions::new(form).with_write(options)).map(|written| written.bytes),
    });
    Ok(PyBytes::new(py, &made.map_err(|error| exception(py, &error, None))?))
}

pub fn msg<'py>(py: Python<'py>, message: &Message<'_>) -> PyResult<Bound<'py, PyBytes>> {
    let made = py.detach(|| message.to_msg(&MsgWriteOptions::default()));
    Ok(PyBytes::new(py, &made.map_err(|error| exception(py, &error, None))?))
}

pub fn ics(py: Python<'_>, message: &Message<'_>, zones: &str) -> PyResult<Option<String>> {
    let zones = match zones {
        "windows" => ZoneNames::Windows,
        "iana" => ZoneNames::Iana,
        _ => return Err(PyValueError::new_err(format!("no names of zones are called {zones:?}: windows or iana"))),
    };
    let made = py.detach(|| icalendar::write(message, &CalendarOptions::default().with_zones(zones)));
    Ok(made.map_err(|error| exception(py, &error, None))?.map(|calendar| calendar.text))
}

pub fn vcf(py: Python<'_>, message: &Message<'_>, version: &str) -> PyResult<Option<String>> {
    let version = match version {
        "3.0" => VCardVersion::V3,
        "4.0" => VCardVersion::V4,
        _ => return Err(PyValueError::new_err(format!("no version of vCard is {version:?}: 3.0 or 4.0"))),
    };
    let made = py.detach(|| vcard::write(message, &VCardOptions::default().with_version(version)));
    Ok(made.map_err(|error| exception(py, &error, None))?.map(|card| card.text))
}

/// Replaces the TNEF in a mail by what is in it, as the program's `filter` does. A mail without TNEF comes back as it is.
///
/// The result is a `Mail`: bytes with `changed`, `outcomes` (what became of each stream), `losses`, `refused` and
/// `breaks_signature`. Keywords beside those of reading: `keep_original`, `attachments_only`, `only_with_attachments`,
/// `ignore_correlator`, `leave_signed`, and `add_fields`, a list of header fields for mails that are changed.
#[pyfunction]
#[pyo3(signature = (mail, *, keep_original=false, attachments_only=false, only_with_attachments=false, ignore_correlator=false,
    leave_signed=false, add_fields=vec![], **keywords))]
#[expect(clippy::too_many_arguments, reason = "they are keywords")]
pub fn filter_mail<'py>(
    mail: &Bound<'py, PyAny>,
    keep_original: bool,
    attachments_only: bool,
    only_with_attachments: bool,
    ignore_correlator: bool,
    leave_signed: bool,
    add_fields: Vec<String>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = mail.py();
    let mut options = FilterOptions::default();
    options.read = read_options(keywords)?;
    options.keep_original = keep_original;
    options.attachments_only = attachments_only;
    options.only_with_attachments = only_with_attachments;
    options.ignore_correlator = ignore_correlator;
    options.leave_signed = leave_signed;
    for field in &add_fields {
        let name = field.split_once(':').map_or("", |(name, _)| name);
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        let is_line = field.len() <= 998 && field.bytes().all(|byte| byte == b' ' || byte == b'\t' || byte.is_ascii_graphic());
        if !is_name || !is_line {
            return Err(PyValueError::new_err(format!("{field:?} is no header field: a name, a colon, and a value in ASCII")));
        }
    }
    options.add_fields = add_fields;
    let bytes = source::bytes_of(mail)?;
    let data = bytes.as_bytes();
    py.detach(|| filtered(data, &options)).into_python(py)
}
