//! `Export-Csv`: a line of names and a line an object; Windows PowerShell puts `#TYPE ...` before them. The delimiter is a
//! comma, or with `-UseCulture` a semicolon or a tab. Null and empty are the same here.

use super::record::{Fault, Property, Record};

pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    // The reader is told where the lines begin, so that its numbers are those of the file.
    let (skipped, rest) = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#TYPE") => (1, rest),
        _ => (0, text),
    };
    let head = rest.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| (head.bytes().filter(|b| b == delimiter).count(), *delimiter == b','))
        .unwrap_or(b',');
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(rest.as_bytes());
    let fault = |error: ::csv::Error| {
        let line = error.position().and_then(|at| usize::try_from(at.line()).ok()).map(|line| line.saturating_add(skipped));
        Fault { line, message: format!("not CSV: {error}") }
    };
    let names: Vec<String> = reader.headers().map_err(fault)?.iter().map(str::to_owned).collect();
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(fault)?;
        let line = row.position().and_then(|at| usize::try_from(at.line()).ok()).map(|line| line.saturating_add(skipped));
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let properties = names.iter().cloned().zip(row.iter().map(value));
        let properties = properties.map(|(name, value)| Property { name, value, line: None }).collect();
        records.push(Record { line, properties });
    }
    Ok(records)
}
