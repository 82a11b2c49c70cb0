//! The native half of the Python package `winmail_tnef`. What users import is in `python/winmail_tnef`.
//!
//! A file is one class or one group of functions. The interpreter is let go (`detach`) wherever something is read, converted or written;
//! what was read never changes, so that objects can go to other threads. There is no `unsafe` here: bytes are shared with Python as
//! objects of its own.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

mod attachment;
mod convert;
mod error;
mod message;
mod options;
mod place;
mod program;
mod property;
mod report;
mod rtf;
mod source;
mod table;
mod value;

/// The TNEF streams in an input of any kind, each as a message of its own: several mails, or several streams in one.
///
/// Of a mail only the streams count, not its header and its other parts. Keywords as with `Message.open`.
#[pyfunction]
#[pyo3(signature = (data, **keywords))]
fn streams(data: &Bound<'_, PyAny>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<message::Message>> {
    let options = options::read_options(keywords)?;
    let found = source::streams(&source::bytes_of(data)?, &options)?;
    Ok(found.into_iter().map(|source| message::Message::new(place::Place::outermost(source))).collect())
}

/// The mails of an mbox, one after the other; of anything else itself.
#[pyfunction]
fn mails<'py>(data: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let bytes = source::bytes_of(data)?;
    let data = bytes.as_bytes();
    let py = bytes.py();
    let ranges: Vec<_> = py.detach(|| winmail::convert::mime::mbox::ranges(data).collect());
    Ok(ranges.into_iter().filter_map(|range| data.get(range)).map(|mail| PyBytes::new(py, mail)).collect())
}

/// The native half of `winmail_tnef`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::attachment::{Attachment, Recipient};
    #[pymodule_export]
    use super::convert::filter_mail;
    #[pymodule_export]
    use super::message::{Body, Message};
    #[pymodule_export]
    use super::program::{main, run};
    #[pymodule_export]
    use super::property::{Properties, Property, PropertyIterator};
    #[pymodule_export]
    use super::report::{Diagnostic, Loss, Outcome};
    #[pymodule_export]
    use super::rtf::{carries, compress, decompress, to_html, to_text};
    #[pymodule_export]
    use super::table::{TableBatches, table_rows};
    #[pymodule_export]
    use super::{mails, streams};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
