//! Messages as rows of tables, as the program's `table` writes them: lines of JSON, or columns in Arrow's layout.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use winmail_cli::table::columns::{Batches, Column, Columns, Kind};
use winmail_cli::table::{Lines, NAMES, Rows, Sink};

use crate::options::read_options;
use crate::source::bytes_of;

/// The rows of the messages in an input, which is called `file`: the lines of JSON of each table, by its name.
///
/// `error` is why the input cannot be opened; then `data` is not looked at. What cannot be read is a row of `messages`.
#[pyfunction]
#[pyo3(signature = (file, data, error=None, **keywords))]
pub fn table_rows<'py>(
    file: &str,
    data: &Bound<'py, PyAny>,
    error: Option<&str>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let py = data.py();
    let mut lines = Lines::default();
    add(&mut lines, file, data, error, keywords)?;
    let tables = PyDict::new(py);
    for (name, lines) in NAMES.iter().zip(&lines.0) {
        tables.set_item(name, PyBytes::new(py, lines))?;
    }
    Ok(tables)
}

/// Adds the rows of an input. What is refused leaves the rows before it where they are.
fn add<S: Sink + Default + Send>(
    tables: &mut S,
    file: &str,
    data: &Bound<'_, PyAny>,
    error: Option<&str>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let options = read_options(keywords)?;
    let bytes = bytes_of(data)?;
    let bytes = bytes.as_bytes();
    data.py().detach(|| {
        let mut rows = Rows { tables: std::mem::take(tables), ..Rows::default() };
        match error {
            Some(error) => rows.unreadable(file, error),
            None => rows.add(file, bytes.to_vec(), &options),
        }
        *tables = rows.tables;
    });
    Ok(())
}

/// The rows of many inputs, in batches of about as many bytes.
///
/// A batch is a list of tables, a table a list of columns, a column a tuple: how many rows, and the bytes of their bits, offsets (None
/// where there are none) and values as Arrow has them; None in the place of bytes where no row has a value.
///
/// It is for one thread at a time; another one gets an exception.
#[pyclass(module = "winmail_tnef")]
pub struct TableBatches {
    batches: Batches,
}

#[pymethods]
impl TableBatches {
    #[new]
    fn new(limit: usize) -> Self {
        TableBatches { batches: Batches::of_bytes(limit) }
    }

    /// Adds the rows of an input, as `table_rows` makes them; the result is the batches that are complete.
    #[pyo3(signature = (file, data, error=None, **keywords))]
    fn add<'py>(
        &mut self,
        file: &str,
        data: &Bound<'py, PyAny>,
        error: Option<&str>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Vec<Bound<'py, PyList>>> {
        add(&mut self.batches, file, data, error, keywords)?;
        self.complete(data.py())
    }

    /// The rows that are in no complete batch.
    fn rest<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyList>>> {
        self.batches.complete();
        self.complete(py)
    }
}

impl TableBatches {
    /// The batches that are complete, once.
    fn complete<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyList>>> {
        std::mem::take(&mut self.batches.complete).iter().map(|batch| shown(py, batch)).collect()
    }
}

fn shown<'py>(py: Python<'py>, batch: &[Columns]) -> PyResult<Bound<'py, PyList>> {
    let tables = batch.iter().map(|table| {
        let columns = table.iter().map(|column| buffers(py, column)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, columns)
    });
    PyList::new(py, tables.collect::<PyResult<Vec<_>>>()?)
}

fn buffers<'py>(py: Python<'py>, column: &Column) -> PyResult<Bound<'py, PyTuple>> {
    let has_value = (column.kind != Kind::Unknown).then(|| PyBytes::new(py, &column.has_value));
    let ends = (column.kind == Kind::Bytes).then(|| PyBytes::new(py, &column.ends));
    (column.rows, has_value, ends, PyBytes::new(py, &column.values)).into_pyobject(py)
}
