//! Messages as rows of tables, as the program's `table` writes them.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use winmail_cli::table::{NAMES, Rows};

use crate::options::read_options;
use crate::source::bytes_of;

/// The rows of the messages in an input, which is called `file`: the lines of JSON of each table, by its name.
///
/// `error` is why the input cannot be opened; then `data` is not looked at. What cannot be read is a row of `messages`.
#[pyfunction]
#[pyo3(signature = (file, data, error=None, **keywords))]
pub fn table_rows<'py>(
    file: String,
    data: &Bound<'py, PyAny>,
    error: Option<&str>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let py = data.py();
    let options = read_options(keywords)?;
    let bytes = bytes_of(data)?;
    let bytes = bytes.as_bytes();
    let rows = py.detach(|| {
        let mut rows = Rows::default();
        match error {
            Some(error) => rows.unreadable(&file, error),
            None => rows.add(&file, bytes.to_vec(), &options),
        }
        rows
    });
    let tables = PyDict::new(py);
    for (name, lines) in NAMES.iter().zip(&rows.tables) {
        tables.set_item(name, PyBytes::new(py, lines))?;
    }
    Ok(tables)
}
