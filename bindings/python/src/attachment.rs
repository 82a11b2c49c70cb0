//! Attachments and recipients.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};
use winmail::message::Content;
use winmail::safe_name::sanitize;

use crate::message::Message;
use crate::place::{Holder, Place};
use crate::property::Properties;
use crate::source;

/// A file, a message or an object in a message.
#[pyclass(module = "winmail_tnef", frozen)]
pub struct Attachment {
    place: Place,
}

impl Attachment {
    pub fn new(place: Place) -> Self {
        Attachment { place }
    }
}

/// How many numbers are tried for a file whose name is taken.
const NUMBERS: u32 = 10_000;

#[pymethods]
impl Attachment {
    /// The file name as the sender gave it, which may be a path or worse; None if there is none. See `safe_name`.
    #[getter]
    fn name(&self) -> PyResult<Option<String>> {
        Ok(self.place.attachment()?.file_name().map(|name| name.into_owned()))
    }

    /// The file name as one that no file system takes for anything else: no path, no device, nothing hidden.
    #[getter]
    fn safe_name(&self) -> PyResult<String> {
        let attachment = self.place.attachment()?;
        let fallback = match attachment.extension() {
            Some(extension) => format!("attachment.{extension}"),
            None => "attachment.bin".to_owned(),
        };
        let fallback = sanitize(&fallback, "attachment.bin");
        Ok(sanitize(&attachment.file_name().unwrap_or_default(), fallback.as_str()).into_string())
    }

    /// The MIME type: what the message says, else what name and first bytes tell, else "application/octet-stream".
    #[getter]
    fn mime_type(&self) -> PyResult<String> {
        Ok(self.place.attachment()?.media_type().into_owned())
    }

    /// The Content-ID by which an HTML body refers to it, without angle brackets; None if it has none.
    #[getter]
    fn content_id(&self) -> PyResult<Option<String>> {
        Ok(self.place.attachment()?.content_id().map(|id| id.into_owned()))
    }

    /// Whether the body shows it in place.
    #[getter]
    fn inline(&self) -> PyResult<bool> {
        Ok(self.place.attachment()?.is_inline())
    }

    /// What it holds: "file", "message", "object", or "nothing" (a reference to a file elsewhere, or data that was lost).
    #[getter]
    fn kind(&self) -> PyResult<&'static str> {
        Ok(match &self.place.attachment()?.content {
            Content::Bytes(_) | Content::Deferred(_) => "file",
            Content::Message(_) => "message",
            Content::Object(_) => "object",
            _ => "nothing",
        })
    }

    /// PidTagAttachMethod: 1 by value, 2 to 4 and 7 references, 5 a message, 6 an OLE object; None if nothing says so.
    #[getter]
    fn method(&self) -> PyResult<Option<u32>> {
        Ok(self.place.attachment()?.method().map(|method| method.0))
    }

    /// The contents.
    ///
    /// Of a TNEF stream this is a part of its bytes, and nothing is copied; what a .msg scatters over its sectors, and what a
    /// mail encodes, is a copy. Of an embedded message it is its TNEF stream, empty where it has none of its own.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyMemoryView>> {
        source::view(py, self.place.source.origin.as_ref(), self.place.attachment()?.data())
    }

    /// The contents as bytes of their own.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.place.attachment()?.data()))
    }

    /// How many bytes of contents there are.
    #[getter]
    fn size(&self) -> PyResult<usize> {
        Ok(self.place.attachment()?.data().len())
    }

    /// The message in it, or None.
    #[getter]
    fn message(&self) -> PyResult<Option<Message>> {
        Ok(match &self.place.attachment()?.content {
            Content::Message(_) => Some(Message::new(self.place.clone())),
            _ => None,
        })
    }

    /// Where it is: the numbers of attachments from the outermost message, from 0.
    #[getter]
    fn path(&self) -> Vec<usize> {
        self.place.path.clone()
    }

    /// All of its properties.
    #[getter]
    fn properties(&self) -> Properties {
        Properties::new(self.place.clone(), Holder::Attachment)
    }

    /// Writes the contents into a folder, under `safe_name`, with a number if a file of this name is there; returns its path.
    ///
    /// A file that is there is never overwritten, and no link is followed.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<PathBuf> {
        let name = sanitize(&self.safe_name()?, "attachment.bin");
        let data = self.place.attachment()?.data();
        py.detach(|| {
            for number in 1..=NUMBERS {
                let path = folder.join(if number == 1 { name.as_str().to_owned() } else { name.numbered(number).into_string() });
                match OpenOptions::new().write(true).create_new(true).open(&path) {
                    Ok(mut file) => {
                        file.write_all(data)?;
                        return Ok(path);
                    }
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
            }
            Err(std::io::Error::new(ErrorKind::AlreadyExists, "too many files of this name"))
        })
        .map_err(PyErr::from)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<Attachment {:?}: {}, {} bytes>", self.name()?.unwrap_or_default(), self.kind()?, self.size()?))
    }
}

/// Somebody whom a message went to.
#[pyclass(module = "winmail_tnef", frozen, get_all)]
pub struct Recipient {
    /// "To", "Cc", "Bcc" or "originator"; None if the row does not say.
    kind: Option<String>,
    /// The name that is shown.
    name: Option<String>,
    /// The address, of the type `address_type`: of an Exchange recipient no mail address.
    address: Option<String>,
    /// "SMTP", "EX" ...
    address_type: Option<String>,
    /// The mail address, where the row has one.
    smtp_address: Option<String>,
    /// All of its properties.
    properties: Py<Properties>,
}

impl Recipient {
    /// All recipients of a message.
    pub fn all(py: Python<'_>, place: &Place) -> PyResult<Vec<Recipient>> {
        let made = place.message()?.recipients.iter().enumerate().map(|(index, recipient)| {
            Ok(Recipient {
                kind: recipient.recipient_type().map(|kind| kind.role().to_string()),
                name: recipient.display_name().map(|text| text.into_owned()),
                address: recipient.address().map(|text| text.into_owned()),
                address_type: recipient.address_type().map(|text| text.into_owned()),
                smtp_address: recipient.smtp_address().map(|text| text.into_owned()),
                properties: Py::new(py, Properties::new(place.clone(), Holder::Recipient(index)))?,
            })
        });
        made.collect()
    }
}

#[pymethods]
impl Recipient {
    fn __repr__(&self) -> String {
        let address = self.smtp_address.as_deref().or(self.address.as_deref()).unwrap_or_default();
        format!("<Recipient {}: {} <{address}>>", self.kind.as_deref().unwrap_or("?"), self.name.as_deref().unwrap_or_default())
    }
}
