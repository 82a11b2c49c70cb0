//! `Export-Csv`: a line of names and a line an object; Windows PowerShell puts `#TYPE ...` before them, Excel `sep=;`. The delimiter is
//! a comma, or with `-UseCulture` and after Excel a semicolon or a tab. Null and empty are the same here. Excel also writes true and
//! false in its own language, adds empty rows, and turns large numbers into powers of ten.

use super::record::{Fault, Property, Record};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Names by which a first line is known as that of an export.
const NAMES: &[&str] = &["DomainName", "Name", "Identity", "ExternalEmailAddress", "PrimarySmtpAddress", "AutoForwardingMode"];

/// Whether the text is rows with a line of names above.
pub(super) fn is_csv(text: &str) -> bool {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words = || head.split([',', ';', '\t']).map(|word| word.trim().trim_matches('"'));
    head.starts_with("#TYPE")
        || head.starts_with("sep=")
        || (words().count() > 1 && words().any(|word| NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))))
}

pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    // The reader is told where the lines begin, so that its numbers are those of the file.
    let (mut skipped, mut rest) = (0usize, text);
    let mut named = None;
    while let Some((first, tail)) = rest.split_once('\n') {
        let first = first.trim_end();
        let separator = first.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        if !(first.starts_with("#TYPE") || separator.is_some() || first.is_empty()) {
            break;
        }
        named = named.or(separator);
        (skipped, rest) = (skipped.saturating_add(1), tail);
    }
    let head = rest.lines().next().unwrap_or_default();
    let delimiter = named.or_else(|| {
        DELIMITERS.into_iter().max_by_key(|delimiter| (head.bytes().filter(|b| b == delimiter).count(), *delimiter == b','))
    });
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(rest.as_bytes());
    // The reader counts from where its buffer was: lines are counted here, by the places of the rows.
    let ends: Vec<usize> = rest.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    let line_at = |at: u64| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        // Blank bytes and line ends before the row are counted to it.
        let skip = rest.get(at..).map_or(0, |row| row.len().saturating_sub(row.trim_start_matches(['\r', '\n']).len()));
        ends.partition_point(|&end| end < at.saturating_add(skip)).saturating_add(1).saturating_add(skipped)
    };
    let fault =
        |error: ::csv::Error| Fault { line: error.position().map(|at| line_at(at.byte())), message: format!("not CSV: {error}") };
    let names: Vec<String> = reader.headers().map_err(fault)?.iter().map(|name| name.trim().to_owned()).collect();
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(fault)?;
        let line = row.position().map(|at| line_at(at.byte()));
        // Rows that Excel added at the end.
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if row.len() < names.len() || row.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
            let message = format!("not CSV: the row has {} cells, and the line of names has {}", row.len(), names.len());
            return Err(Fault { line, message });
        }
        let value = |text: &str| (!text.is_empty()).then(|| after_excel(text).to_owned());
        let properties = names.iter().cloned().zip(row.iter().map(value));
        let properties = properties.map(|(name, value)| Property { name, value, line: None }).collect();
        records.push(Record { line, properties, ..Record::default() });
    }
    Ok(records)
}

/// What Excel made of a value, back: true, false and "unlimited" in the languages of Windows, and 2147483647 as a power of ten.
fn after_excel(text: &str) -> &str {
    const TRUE: &[&str] = &[
        "WAHR",
        "VRAI",
        "VERDADERO",
        "VERDADEIRO",
        "VERO",
        "WAAR",
        "PRAWDA",
        "SANT",
        "SAND",
        "SANN",
        "TOSI",
        "PRAVDA",
        "IGAZ",
        "DO\u{11e}RU",
        "\u{418}\u{421}\u{422}\u{418}\u{41d}\u{410}",
    ];
    const FALSE: &[&str] = &[
        "FALSCH",
        "FAUX",
        "FALSO",
        "ONWAAR",
        "FA\u{141}SZ",
        "FALSKT",
        "FALSK",
        "USANN",
        "EP\u{c4}TOSI",
        "NEPRAVDA",
        "HAMIS",
        "YANLI\u{15e}",
        "\u{41b}\u{41e}\u{416}\u{42c}",
    ];
    const UNLIMITED: &[&str] =
        &["Unbegrenzt", "Illimit\u{e9}", "Ilimitado", "Illimitato", "Onbeperkt", "Unbeschr\u{e4}nkt", "Obegr\u{e4}nsad"];
    let any = |words: &[&str]| words.iter().any(|word| word.to_lowercase() == text.to_lowercase());
    match text {
        _ if text.len() > 40 => text,
        "2,15E+09" | "2.15E+09" | "2,147483647E+09" | "2.147483647E+09" | "2,14748E+09" | "2.14748E+09" => "2147483647",
        _ if any(TRUE) => "True",
        _ if any(FALSE) => "False",
        _ if any(UNLIMITED) => "Unlimited",
        _ => text,
    }
}
