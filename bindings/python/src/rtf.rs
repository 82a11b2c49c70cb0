//! RTF on its own: compressed ([MS-OXRTFCP]), and as HTML or text ([MS-OXRTFEX]).

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use winmail::ReadOptions;
use winmail::rtf::lzfu::{self, Mode};
use winmail::rtf::{self, Encapsulation};

use crate::error::exception;
use crate::options::read_options;
use crate::source::bytes_of;

/// Decompresses RTF, as PidTagRtfCompressed holds it. A wrong checksum or size raises with `strict=True`.
#[pyfunction]
#[pyo3(signature = (data, **keywords))]
pub fn decompress<'py>(data: &Bound<'py, PyAny>, keywords: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyBytes>> {
    let py = data.py();
    let options = read_options(keywords)?;
    let bytes = bytes_of(data)?;
    let bytes = bytes.as_bytes();
    let made = py.detach(|| lzfu::decompress(bytes, &options)).map_err(|error| exception(py, &error, None))?;
    Ok(PyBytes::new(py, &made.bytes))
}

/// Compresses RTF.
///
/// `mode`: "reference" as the specification does, "outlook" byte for byte as Outlook does, "dense" in the fewest bytes,
/// "store" not at all.
#[pyfunction]
#[pyo3(signature = (data, *, mode="reference"))]
pub fn compress<'py>(data: &Bound<'py, PyAny>, mode: &str) -> PyResult<Bound<'py, PyBytes>> {
    let py = data.py();
    let mode = match mode {
        "reference" => Some(Mode::Reference),
        "outlook" => Some(Mode::Outlook),
        "dense" => Some(Mode::Dense),
        "store" => None,
        _ => return Err(PyValueError::new_err(format!("no mode is called {mode:?}: reference, outlook, dense or store"))),
    };
    let bytes = bytes_of(data)?;
    let bytes = bytes.as_bytes();
    let made = py.detach(|| match mode {
        Some(mode) => lzfu::compress(bytes, mode),
        None => lzfu::store(bytes),
    });
    Ok(PyBytes::new(py, &made.map_err(|error| exception(py, &error, None))?))
}

/// RTF as HTML: the HTML that it carries, else HTML made of it. `data` is RTF, compressed or not.
#[pyfunction]
#[pyo3(signature = (data, **keywords))]
pub fn to_html(data: &Bound<'_, PyAny>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
    convert(data, keywords, |rtf, options| match rtf::encapsulation(rtf) {
        Encapsulation::Html => rtf::deencapsulate(rtf, options).map(|found| found.text),
        _ => rtf::to_html(rtf, options).map(|made| made.html),
    })
}

/// RTF as text: the text that it carries, else its own. `data` is RTF, compressed or not.
#[pyfunction]
#[pyo3(signature = (data, **keywords))]
pub fn to_text(data: &Bound<'_, PyAny>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
    convert(data, keywords, |rtf, options| match rtf::encapsulation(rtf) {
        Encapsulation::Text => rtf::deencapsulate(rtf, options).map(|found| found.text),
        _ => rtf::to_text(rtf, options).map(|made| made.text),
    })
}

/// What RTF carries: "html", "text", or None if it is rich text of its own. `data` is RTF, compressed or not.
#[pyfunction]
pub fn carries(data: &Bound<'_, PyAny>) -> PyResult<Option<&'static str>> {
    let mut found = None;
    convert(data, None, |rtf, _| {
        found = match rtf::encapsulation(rtf) {
            Encapsulation::Html => Some("html"),
            Encapsulation::Text => Some("text"),
            Encapsulation::None => None,
        };
        Ok(String::new())
    })?;
    Ok(found)
}

fn convert(
    data: &Bound<'_, PyAny>,
    keywords: Option<&Bound<'_, PyDict>>,
    made: impl FnOnce(&[u8], &ReadOptions) -> winmail::Result<String> + Send,
) -> PyResult<String> {
    let py = data.py();
    let options = read_options(keywords)?;
    let bytes = bytes_of(data)?;
    let bytes = bytes.as_bytes();
    py.detach(|| {
        if is_compressed(bytes) {
            let plain = lzfu::decompress(bytes, &options)?;
            return made(&plain.bytes, &options);
        }
        made(bytes, &options)
    })
    .map_err(|error| exception(py, &error, None))
}

/// Whether the header's third field says so: `LZFu` or `MELA`.
fn is_compressed(bytes: &[u8]) -> bool {
    !bytes.starts_with(b"{\\rtf") && bytes.get(8..12).is_some_and(|magic| magic == b"LZFu" || magic == b"MELA")
}
