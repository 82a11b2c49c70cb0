//! Keywords as options of the library: how strictly to read, and how much.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use winmail::{CodePage, ReadOptions};

/// The options that the keywords `strict`, `code_page` and `max_*` mean.
pub fn read_options(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<ReadOptions> {
    let mut options = ReadOptions::lenient();
    let Some(keywords) = keywords else { return Ok(options) };
    for (name, value) in keywords {
        let name: String = name.extract()?;
        // None is the default of each.
        if value.is_none() {
            continue;
        }
        let limits = &mut options.limits;
        match name.as_str() {
            "strict" => {
                if value.is_truthy()? {
                    options.compliance = ReadOptions::strict().compliance;
                }
            }
            "code_page" => options.default_code_page = Some(code_page(&value)?),
            "max_depth" => limits.depth = value.extract()?,
            "max_attributes" => limits.attributes = value.extract()?,
            "max_properties" => limits.properties = value.extract()?,
            "max_recipients" => limits.recipients = value.extract()?,
            "max_attachments" => limits.attachments = value.extract()?,
            "max_diagnostics" => limits.diagnostics = value.extract()?,
            "max_output" => limits.output = value.extract()?,
            _ => return Err(PyTypeError::new_err(format!("unexpected keyword argument {name:?}"))),
        }
    }
    Ok(options)
}

/// A code page by its number or its name, one that 8-bit text can be in.
fn code_page(value: &Bound<'_, PyAny>) -> PyResult<CodePage> {
    let text: String = if value.is_instance_of::<PyString>() { value.extract()? } else { value.extract::<u32>()?.to_string() };
    let page = text.parse().ok().map(CodePage).or_else(|| CodePage::from_name(&text));
    match page {
        Some(page) if page.is_fit_for_strings() => Ok(page),
        _ => Err(PyValueError::new_err(format!("no code page of 8-bit text is called {text:?}"))),
    }
}
