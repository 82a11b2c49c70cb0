//! A message: what it is, what it says, what is in it.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use winmail::mapi::{PropTag, tags};
use winmail::message::BodyKind;

use crate::attachment::{Attachment, Recipient};
use crate::error::exception;
use crate::options::read_options;
use crate::place::{Holder, Place};
use crate::property::Properties;
use crate::report::{self, Diagnostic, Loss};
use crate::{convert, source, value};

/// A message: out of TNEF (winmail.dat), a mail, or Outlook's own file (.msg).
///
/// `Message.open(path)` and `Message.from_bytes(data)` read one. Nothing in it can be changed; it can go to other threads.
#[pyclass(module = "winmail_tnef", frozen)]
pub struct Message {
    place: Place,
}

impl Message {
    pub fn new(place: Place) -> Self {
        Message { place }
    }

    fn text_of(&self, tags: &[PropTag]) -> PyResult<Option<String>> {
        let bag = &self.place.message()?.properties;
        Ok(tags.iter().filter_map(|tag| bag.str(*tag)).find(|text| !text.is_empty()).map(|text| text.into_owned()))
    }

    fn time_of<'py>(&self, py: Python<'py>, tag: PropTag) -> PyResult<Option<Bound<'py, PyAny>>> {
        let time = self.place.message()?.properties.time(tag).filter(|time| time.is_date());
        time.map(|time| value::time(py, time)).transpose()
    }

    /// A body, and where it came from; `kind` is one of the names of `Message.body`.
    fn find_body(&self, py: Python<'_>, kind: &str) -> PyResult<Option<Body>> {
        let message = self.place.message()?;
        let found = py.detach(|| {
            Some(match kind {
                "native" => message.native_text(),
                "html" => message.html(),
                "text" => message.text(),
                _ => return None,
            })
        });
        let Some(found) = found else {
            return Err(PyValueError::new_err(format!("no body is called {kind:?}: native, html or text")));
        };
        let found = found.map_err(|error| exception(py, &error, None))?;
        Ok(found.map(|found| Body {
            kind: kind_name(found.kind),
            source: kind_name(found.from),
            text: found.text,
            diagnostics: report::diagnostics(&found.report),
        }))
    }
}

fn kind_name(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Text => "text",
        BodyKind::Html => "html",
        BodyKind::Rtf => "rtf",
        _ => "other",
    }
}

/// A body of a message.
#[pyclass(module = "winmail_tnef", frozen, get_all)]
pub struct Body {
    /// What it is: "html" or "text".
    kind: &'static str,
    /// The body that it was taken out of: "html", "text" or "rtf".
    source: &'static str,
    /// The text.
    text: String,
    /// What was found wrong while it was decoded.
    diagnostics: Vec<Diagnostic>,
}

#[pymethods]
impl Body {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<Body {} out of {}: {} characters>", self.kind, self.source, self.text.chars().count())
    }
}

#[pymethods]
impl Message {
    /// Reads the message in a file: TNEF, its base64, a mail, or .msg.
    ///
    /// Keywords: `strict` raises at the first error instead of recovering; `code_page` is that of 8-bit text where the
    /// input names none; `max_depth`, `max_attributes`, `max_properties`, `max_recipients`, `max_attachments`,
    /// `max_diagnostics` and `max_output` are limits.
    #[classmethod]
    #[pyo3(signature = (path, **keywords))]
    fn open(_class: &Bound<'_, PyType>, path: &Bound<'_, PyAny>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Message> {
        let options = read_options(keywords)?;
        Ok(Message::new(Place::outermost(source::read(&source::read_file(path)?, &options)?)))
    }

    /// Reads the message in bytes: of any object that has some. Keywords as with `open`.
    #[classmethod]
    #[pyo3(signature = (data, **keywords))]
    fn from_bytes(
        _class: &Bound<'_, PyType>,
        data: &Bound<'_, PyAny>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Message> {
        let options = read_options(keywords)?;
        Ok(Message::new(Place::outermost(source::read(&source::bytes_of(data)?, &options)?)))
    }

    /// What it was read from: "tnef", "msg" or "mail".
    #[getter]
    fn format(&self) -> &'static str {
        self.place.source.format
    }

    /// Which part of the input it is, in words; None where it is all of it.
    #[getter]
    fn part(&self) -> Option<&str> {
        self.place.source.part.as_deref().filter(|_| self.place.path.is_empty())
    }

    /// The subject; None if there is none, as in a mail's own winmail.dat, whose subject is in the mail.
    #[getter]
    fn subject(&self) -> PyResult<Option<String>> {
        Ok(self.place.message()?.subject().map(|text| text.into_owned()))
    }

    /// The message class: "IPM.Note", "IPM.Appointment" ...
    #[getter]
    fn message_class(&self) -> PyResult<Option<String>> {
        Ok(self.place.message()?.class().map(|text| text.into_owned()))
    }

    /// What the class says that it is, in words.
    #[getter]
    fn kind(&self) -> PyResult<&'static str> {
        Ok(self.place.message()?.kind().describe())
    }

    /// The name of who sent it.
    #[getter]
    fn sender_name(&self) -> PyResult<Option<String>> {
        self.text_of(&[tags::SENT_REPRESENTING_NAME, tags::SENDER_NAME])
    }

    /// The address of who sent it: the mail address where the message has one.
    #[getter]
    fn sender_address(&self) -> PyResult<Option<String>> {
        self.text_of(&[tags::SENDER_SMTP_ADDRESS, tags::SENT_REPRESENTING_EMAIL_ADDRESS, tags::SENDER_EMAIL_ADDRESS])
    }

    /// When it was sent, in UTC.
    #[getter]
    fn sent<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.time_of(py, tags::CLIENT_SUBMIT_TIME)
    }

    /// When it was delivered, in UTC.
    #[getter]
    fn received<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.time_of(py, tags::MESSAGE_DELIVERY_TIME)
    }

    /// The number of the code page of its 8-bit text.
    #[getter]
    fn code_page(&self) -> PyResult<u32> {
        Ok(self.place.message()?.code_page().0)
    }

    /// The body as text, made of HTML or RTF where there is no other; None if there is no body.
    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.find_body(py, "text")?.map(|body| body.text))
    }

    /// The body as HTML: its own, that in RTF, or made of RTF; None if there is none.
    #[getter]
    fn html(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.find_body(py, "html")?.map(|body| body.text))
    }

    /// The body as RTF, decompressed; None if there is none.
    #[getter]
    fn rtf<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, pyo3::types::PyBytes>>> {
        let message = self.place.message()?;
        let found = py.detach(|| message.rtf()).map_err(|error| exception(py, &error, None))?;
        Ok(found.map(|found| pyo3::types::PyBytes::new(py, &found.bytes)))
    }

    /// A body with where it came from and what was wrong with it: "native" (what the sender wrote), "html" or "text".
    #[pyo3(signature = (kind = "native"))]
    fn body(&self, py: Python<'_>, kind: &str) -> PyResult<Option<Body>> {
        self.find_body(py, kind)
    }

    /// The attachments of this message, not of those within it.
    #[getter]
    fn attachments(&self) -> PyResult<Vec<Attachment>> {
        let count = self.place.message()?.attachments.len();
        Ok((0..count).map(|index| Attachment::new(self.place.of_attachment(index))).collect())
    }

    /// The attachments of this message and of all messages within it; `Attachment.path` says where each is.
    fn all_attachments(&self) -> PyResult<Vec<Attachment>> {
        let found = self.place.message()?.all_attachments().map(|(path, _)| {
            let place = path.into_iter().fold(self.place.clone(), |place, index| place.of_attachment(index));
            Attachment::new(place)
        });
        Ok(found.collect())
    }

    /// The rows of the recipient table. Of a mail's own winmail.dat it is empty: they are in the mail.
    #[getter]
    fn recipients(&self, py: Python<'_>) -> PyResult<Vec<Recipient>> {
        Recipient::all(py, &self.place)
    }

    /// All of its properties.
    #[getter]
    fn properties(&self) -> Properties {
        Properties::new(self.place.clone(), Holder::Message)
    }

    /// What reading found wrong, here and in the messages within; of a message in another one they stand there.
    #[getter]
    fn diagnostics(&self) -> PyResult<Vec<Diagnostic>> {
        Ok(report::diagnostics(self.place.message()?.report()))
    }

    /// How many diagnostics there were more than `max_diagnostics`.
    #[getter]
    fn diagnostics_omitted(&self) -> PyResult<usize> {
        Ok(self.place.message()?.report().omitted())
    }

    /// How many bytes of the input could not be read as anything.
    #[getter]
    fn bytes_lost(&self) -> PyResult<u64> {
        Ok(self.place.message()?.report().bytes_lost())
    }

    /// What would be missing in a mail made of it; nearly always nothing. `to_eml` keeps winmail.dat where there is something.
    fn losses(&self, py: Python<'_>) -> PyResult<Vec<Loss>> {
        Ok(report::losses(&convert::eml(py, &self.place)?.losses))
    }

    /// The message as a mail (MIME), as the program's `convert --to eml` makes it: a `Mail`, which is bytes that know what became of
    /// the TNEF.
    fn to_eml<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::eml(py, &self.place)?.into_python(py)
    }

    /// The message as TNEF. What was read from TNEF comes out byte for byte.
    ///
    /// `form`: "bare" is the stream alone, "mail" a mail with winmail.dat in it, "stnef" one that is the stream, as Exchange servers
    /// send it to each other. `canonical`: written anew, with nothing that was damaged.
    #[pyo3(signature = (form = "bare", *, canonical = false))]
    fn to_tnef<'py>(&self, py: Python<'py>, form: &str, canonical: bool) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
        convert::tnef(py, self.place.message()?, form, canonical)
    }

    /// The message as Outlook's own file (.msg).
    fn to_msg<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
        convert::msg(py, self.place.message()?)
    }

    /// iCalendar of an appointment, an invitation, a task, a journal entry or a note; None for anything else.
    ///
    /// `zones`: "windows" or "iana" names of time zones.
    #[pyo3(signature = (*, zones = "windows"))]
    fn ics(&self, py: Python<'_>, zones: &str) -> PyResult<Option<String>> {
        convert::ics(py, self.place.message()?, zones)
    }

    /// vCard of a contact or a distribution list; None for anything else. `version`: "3.0" or "4.0".
    #[pyo3(signature = (*, version = "3.0"))]
    fn vcf(&self, py: Python<'_>, version: &str) -> PyResult<Option<String>> {
        convert::vcf(py, self.place.message()?, version)
    }

    fn __repr__(&self) -> PyResult<String> {
        let message = self.place.message()?;
        let subject = message.subject().unwrap_or_default();
        Ok(format!("<Message {subject:?}: {}, {} attachments>", message.kind().describe(), message.attachments.len()))
    }
}
