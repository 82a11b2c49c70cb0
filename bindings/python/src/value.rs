//! Values of properties as objects of Python.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use winmail::FileTime;
use winmail::mapi::{PropValue, PropertyBag};

/// A value; `bag` knows the code page of its text.
pub fn to_python<'py>(py: Python<'py>, bag: &PropertyBag<'_>, value: &PropValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        PropValue::Integer16(number) => number.into_bound_py_any(py),
        PropValue::Integer32(number) => number.into_bound_py_any(py),
        PropValue::Integer64(number) => number.into_bound_py_any(py),
        PropValue::Floating32(number) => number.into_bound_py_any(py),
        PropValue::Floating64(number) | PropValue::FloatingTime(number) => number.into_bound_py_any(py),
        PropValue::Currency(number) => helpers(py)?.call_method1("currency", (*number,)),
        PropValue::ErrorCode(code) => code.into_bound_py_any(py),
        PropValue::Boolean(value) => value.into_bound_py_any(py),
        PropValue::String8(_) | PropValue::String(_) => bag.text_of(value).unwrap_or_default().into_bound_py_any(py),
        PropValue::Time(time) => self::time(py, *time),
        PropValue::Guid(guid) => helpers(py)?.call_method1("guid", (guid.to_string(),)),
        PropValue::Multiple(values) => {
            let values = values.iter().map(|value| to_python(py, bag, value)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyTuple::new(py, values)?.into_any())
        }
        value => match value.as_bytes() {
            Some(bytes) => Ok(PyBytes::new(py, bytes).into_any()),
            None => Ok(py.None().into_bound(py)),
        },
    }
}

/// A time in UTC, to the microsecond; the number itself where it is no date that Python has.
pub fn time(py: Python<'_>, time: FileTime) -> PyResult<Bound<'_, PyAny>> {
    helpers(py)?.call_method1("time", (time.0,))
}

fn helpers(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import("winmail_tnef._values")
}
