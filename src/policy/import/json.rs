//! `ConvertTo-Json` and the REST service: an object, or an array of them.
//!
//! A value that is an object is wrapped: `{"value": 1, "Value": "External"}` for enumerations, `{"Domain": "contoso.com",
//! "Address": "*.contoso.com", ...}` for the domain, `{"IsUnlimited": true, "Value": ...}` for sizes. The outermost document
//! may itself be `{"value": [...], ...}`, as Windows PowerShell wraps arrays and the REST service its answers; and there may be several.

use serde_json::Value;

use super::record::{Fault, Property, Record};

pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    let wrong = |error: serde_json::Error| Fault { line: Some(error.line()), message: format!("not JSON: {error}") };
    // Several documents may stand one after the other: a line each, say.
    let documents =
        serde_json::Deserializer::from_str(text).into_iter::<Value>().collect::<Result<Vec<Value>, _>>().map_err(wrong)?;
    let (mut depth, mut objects) = (0, Vec::new());
    for document in documents {
        match document {
            Value::Array(items) => {
                depth = 1;
                objects.extend(items);
            }
            Value::Object(mut map) => match map.get_mut("value").filter(|value| value.is_array()).map(Value::take) {
                // What wraps the objects: the REST service, or Windows PowerShell with a count beside.
                Some(Value::Array(items)) => {
                    depth = 2;
                    objects.extend(items);
                }
                _ => objects.push(Value::Object(map)),
            },
            // What nobody found.
            Value::Null => {}
            _ => return Err(Fault { line: Some(1), message: "neither an object nor an array of objects".to_owned() }),
        }
    }
    let mut lines = lines(text, depth).into_iter();
    let mut records = Vec::new();
    for object in objects {
        let Value::Object(map) = object else {
            return Err(Fault { line: None, message: "the array holds something that is no object".to_owned() });
        };
        let (line, own) = lines.next().map_or((None, Vec::new()), |(line, own)| (Some(line), own));
        let line_of = |name: &str| own.iter().rev().find(|(known, _)| *known == name).map(|(_, line)| *line);
        let properties =
            map.into_iter().map(|(name, value)| Property { value: scalar(&name, &value), line: line_of(&name), name });
        records.push(Record { line, properties: properties.collect(), ..Record::default() });
    }
    Ok(records)
}

/// The lines on which the objects of a depth begin, and those of their keys. The text is JSON.
fn lines(text: &str, depth: usize) -> Vec<(usize, Vec<(String, usize)>)> {
    let mut objects: Vec<(usize, Vec<(String, usize)>)> = Vec::new();
    let (mut line, mut level) = (1usize, 0usize);
    // The string that began last: where, and on which line; and the whole one that may be a key.
    let (mut begun, mut escaped) = (None, false);
    let mut key: Option<(&str, usize)> = None;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(start) = begun {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    key = text.get(start..=at).map(|string| (string, line));
                    begun = None;
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'\n' => line = line.saturating_add(1),
            b'"' => begun = Some(at),
            b'{' | b'[' => {
                if level == depth && byte == b'{' {
                    objects.push((line, Vec::new()));
                }
                level = level.saturating_add(1);
            }
            b'}' | b']' => level = level.saturating_sub(1),
            b':' if level == depth.saturating_add(1) => {
                if let (Some((string, line)), Some((_, keys))) = (key.take(), objects.last_mut()) {
                    keys.extend(serde_json::from_str::<String>(string).ok().map(|name| (name, line)));
                }
            }
            _ => {}
        }
    }
    objects
}

/// Properties that are lists of texts.
const LISTS: &[&str] = &["EmailAddresses", "From", "SenderDomainIs", "FromMemberOf"];

fn scalar(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Array(items) if LISTS.contains(&name) => {
            let texts: Vec<String> = items.iter().filter_map(|item| scalar("", item)).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        Value::Null | Value::Array(_) => None,
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            if map.get("IsUnlimited") == Some(&Value::Bool(true)) {
                return Some("unlimited".to_owned());
            }
            // The pattern with its star comes before the bare domain; the name of an enumeration before its number.
            let keys = ["Address", "AddressString", "SmtpAddress", "Value", "value", "Domain"];
            keys.into_iter().filter_map(|key| map.get(key)).find_map(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        }
    }
}
