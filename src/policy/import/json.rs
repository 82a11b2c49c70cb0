//! `ConvertTo-Json`: an object, or an array of them.
//!
//! A value that is an object is wrapped: `{"value": 1, "Value": "External"}` for enumerations, `{"Domain": "contoso.com",
//! "Address": "*.contoso.com", ...}` for the domain, `{"IsUnlimited": true, "Value": ...}` for sizes. The outermost document
//! may itself be `{"value": [...], "Count": 2}`, as Windows PowerShell wraps arrays.

use serde_json::Value;

use super::{Fault, Record};

pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| Fault { line: Some(error.line()), message: format!("not JSON: {error}") })?;
    let objects = match document {
        Value::Array(objects) => objects,
        Value::Object(ref map) if map.contains_key("Count") && map.len() == 2 => match map.get("value") {
            Some(Value::Array(objects)) => objects.clone(),
            _ => vec![document],
        },
        Value::Object(_) => vec![document],
        _ => return Err(Fault { line: Some(1), message: "neither an object nor an array of objects".to_owned() }),
    };
    let mut records = Vec::new();
    for object in objects {
        let Value::Object(map) = object else {
            return Err(Fault { line: None, message: "the array holds something that is no object".to_owned() });
        };
        let properties = map.into_iter().map(|(name, value)| (name, scalar(&value))).collect();
        records.push(Record { line: None, properties });
    }
    Ok(records)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
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
