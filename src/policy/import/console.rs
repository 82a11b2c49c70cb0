//! What stands in tickets: the output of `Format-List` and `Format-Table`, and blocks of Microsoft365DSC.
//!
//! ```text
//! Name       : Default          Name    DomainName AllowedOOFType      EXORemoteDomain "Default"
//! DomainName : *                ----    ---------- --------------      {
//!                               Default *          External                DomainName = "*";
//! ```
//!
//! Lines of a prompt around them are passed over. A value that the console cut short (`...`) is an error where it is a setting.

use super::record::{Fault, Property, Record};

/// A line of `Format-List`: the name, and the value.
fn listed(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    // A blank stands before the colon, or the name is as long as its column; a prompt (`PS C:\>`) is neither.
    let plain = !name.is_empty() && name.chars().all(word) && (value.is_empty() || value.starts_with(' '));
    plain.then_some((name, value.trim()))
}

/// Whether a line is the dashes under the names of a table.
fn dashes(line: &str) -> bool {
    let line = line.trim();
    line.contains("--") && line.bytes().all(|b| b == b'-' || b == b' ')
}

/// Whether the text is the output of `Format-List`.
pub(super) fn is_list(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(20);
    lines.any(|line| !line.starts_with(' ') && line.contains(" :") && listed(line).is_some())
}

/// Whether the text is the output of `Format-Table`.
pub(super) fn is_table(text: &str) -> bool {
    text.lines().filter(|line| !line.trim().is_empty()).take(20).any(dashes)
}

/// The objects of `Format-List`. One ends at an empty line, or where a name comes again.
pub(super) fn list(text: &str) -> Result<Vec<Record>, Fault> {
    let mut records: Vec<Record> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        let at = number.saturating_add(1);
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        if line.starts_with(' ') {
            // The rest of a value that did not fit the width.
            let last = records.last_mut().filter(|_| open).and_then(|record| record.properties.last_mut());
            if let Some(value) = last.and_then(|property| property.value.as_mut()) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = listed(line) else {
            // A prompt, or somebody's words around the output.
            open = false;
            continue;
        };
        let again = records.last().is_some_and(|record| record.has(name));
        if !open || again {
            records.push(Record { line: Some(at), ..Record::default() });
            open = true;
        }
        if let Some(record) = records.last_mut() {
            let value = (!value.is_empty()).then(|| value.to_owned());
            record.properties.push(Property { name: name.to_owned(), value, line: Some(at) });
        }
    }
    Ok(records)
}

/// The objects of `Format-Table`, by the columns of its dashes.
pub(super) fn table(text: &str) -> Result<Vec<Record>, Fault> {
    let mut records = Vec::new();
    let mut columns: Vec<(String, usize)> = Vec::new();
    let mut before = "";
    for (number, line) in text.lines().enumerate() {
        let at = number.saturating_add(1);
        if dashes(line) {
            let starts = starts(line);
            let names: Vec<String> = cells(before, &starts).into_iter().map(str::to_owned).collect();
            columns = names.into_iter().zip(starts).collect();
        } else if line.trim().is_empty() {
            columns.clear();
        } else if !columns.is_empty() {
            let starts: Vec<usize> = columns.iter().map(|(_, start)| *start).collect();
            let mut record = Record { line: Some(at), ..Record::default() };
            for ((name, _), value) in columns.iter().zip(cells(line, &starts)) {
                let value = (!value.is_empty()).then(|| value.to_owned());
                record.properties.push(Property { name: name.clone(), value, line: None });
            }
            records.push(record);
        }
        before = line;
    }
    Ok(records)
}

/// Where the runs of dashes begin, in characters.
fn starts(line: &str) -> Vec<usize> {
    let mut last = ' ';
    let mut starts = Vec::new();
    for (at, c) in line.chars().enumerate() {
        if c == '-' && last == ' ' {
            starts.push(at);
        }
        last = c;
    }
    starts
}

/// The cells of a line. A number stands at the right end of its column and may begin before the dashes do: such a cell begins at the
/// blank before it.
fn cells<'l>(line: &'l str, starts: &[usize]) -> Vec<&'l str> {
    let places: Vec<usize> = line.char_indices().map(|(at, _)| at).chain(std::iter::once(line.len())).collect();
    let byte = |at: usize| places.get(at).copied().unwrap_or(line.len());
    let mut bounds: Vec<usize> = Vec::with_capacity(starts.len().saturating_add(1));
    for &start in starts {
        let mut at = byte(start);
        let before = line.get(..at).unwrap_or_default();
        if !before.is_empty() && !before.ends_with(' ') && line.get(at..).is_some_and(|rest| !rest.starts_with(' ')) {
            at = before.rfind(' ').map_or(at, |blank| blank.saturating_add(1));
        }
        bounds.push(at.max(bounds.last().copied().unwrap_or_default()));
    }
    bounds.push(line.len());
    bounds
        .windows(2)
        .map(|pair| {
            line.get(pair.first().copied().unwrap_or_default()..pair.last().copied().unwrap_or_default())
                .unwrap_or_default()
                .trim()
        })
        .collect()
}

/// Whether the text holds blocks of Microsoft365DSC.
pub(super) fn is_dsc(text: &str) -> bool {
    text.lines().any(|line| block(line).is_some())
}

/// The kind of object of a block's first line: `EXORemoteDomain "..."`.
fn block(line: &str) -> Option<&str> {
    let kind = line.trim_start().strip_prefix("EXO")?;
    let (kind, name) = kind.split_once(' ')?;
    name.trim_start().starts_with(['"', '\'']).then_some(kind)
}

/// The objects of Microsoft365DSC. `Identity` is their name.
pub(super) fn dsc(text: &str) -> Result<Vec<Record>, Fault> {
    let mut records: Vec<Record> = Vec::new();
    let mut inside = false;
    // The lines of an array that is not closed yet.
    let mut array = false;
    for (number, line) in text.lines().enumerate() {
        let at = number.saturating_add(1);
        let words = line.trim();
        if let Some(kind) = block(line) {
            records.push(Record { line: Some(at), kind: Some(kind.to_owned()), ..Record::default() });
            (inside, array) = (true, false);
        } else if words.starts_with('}') {
            inside = false;
        } else if let Some(record) = records.last_mut().filter(|_| inside) {
            if array {
                if let Some(value) = record.properties.last_mut().and_then(|property| property.value.as_mut()) {
                    value.push(' ');
                    value.push_str(&literal(words));
                }
                array = !words.contains(')');
                continue;
            }
            let Some((name, value)) = words.split_once('=') else { continue };
            array = value.trim_start().starts_with("@(") && !value.contains(')');
            let value = value.trim().trim_end_matches(';').trim_end();
            let null = value.eq_ignore_ascii_case("$null");
            let value = (!null).then(|| literal(value)).filter(|value| !value.is_empty());
            record.properties.push(Property { name: name.trim().to_owned(), value, line: Some(at) });
        }
    }
    Ok(records)
}

/// A literal of PowerShell without its quotes; the items of an array with blanks between them.
fn literal(text: &str) -> String {
    let text = text.trim().trim_end_matches(';').trim_start_matches("@(").trim_end_matches(')').trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"')) {
        return inner.to_owned();
    }
    text.split(',').map(|one| one.trim().trim_matches(['"', '\''])).filter(|one| !one.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(records: &[Record]) -> Vec<Vec<(&str, &str)>> {
        records
            .iter()
            .map(|record| {
                record.properties.iter().map(|one| (one.name.as_str(), one.value.as_deref().unwrap_or_default())).collect()
            })
            .collect()
    }

    #[test]
    fn lists_are_read_with_the_prompt_around_them() {
        let text = "PS C:\\> Get-RemoteDomain | fl\n\n\nDomainName : *\nName       : Default\n\nDomainName : a.b\nLong       : {one,\n             two}\n\
            Name       : A\nDomainName : c.d\n\nPS C:\\>\n";
        assert!(is_list(text));
        let records = list(text).unwrap();
        assert_eq!(
            pairs(&records),
            [
                vec![("DomainName", "*"), ("Name", "Default")],
                vec![("DomainName", "a.b"), ("Long", "{one, two}"), ("Name", "A")],
                vec![("DomainName", "c.d")],
            ]
        );
        assert_eq!(records.iter().map(|one| one.line).collect::<Vec<_>>(), [Some(4), Some(7), Some(11)]);
    }

    #[test]
    fn tables_are_read_by_their_columns() {
        let text = "\nName           DomainName    LineWrapSize AllowedOOFType\n----           ----------    ------------ --------------\n\
            Default        *                Unlimited External\nNorth and East *.n.example             78 \n\n";
        assert!(is_table(text) && !is_list(text));
        assert_eq!(
            pairs(&table(text).unwrap()),
            [
                vec![("Name", "Default"), ("DomainName", "*"), ("LineWrapSize", "Unlimited"), ("AllowedOOFType", "External")],
                vec![("Name", "North and East"), ("DomainName", "*.n.example"), ("LineWrapSize", "78"), ("AllowedOOFType", "")],
            ]
        );
    }

    #[test]
    fn blocks_are_read() {
        let text = "Node localhost\n{\n    EXORemoteDomain \"EXORemoteDomain-Default\"\n    {\n        Identity = \"Default\";\n        \
            AutoForwardEnabled = $False;\n        CharacterSet = $null;\n        X = @(\"a\",\n            \"b\");\n    }\n}\n";
        assert!(is_dsc(text));
        let records = dsc(text).unwrap();
        assert_eq!(records[0].kind.as_deref(), Some("RemoteDomain"));
        assert_eq!(
            pairs(&records),
            [vec![("Identity", "Default"), ("AutoForwardEnabled", "$False"), ("CharacterSet", ""), ("X", "a b")]]
        );
    }
}
