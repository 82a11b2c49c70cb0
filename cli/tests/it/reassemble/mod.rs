//! Turns the JSON of `winmail dump --json` back into the bytes that it was made from, by what `docs/dump-json.md` says and
//! nothing else. It proves that the schema is sufficient, and is what `winmail pack` is measured by.

use serde_json::Value;
use uuid::Uuid;
use winmail::mapi::{NameKind, Object, PropName, PropTag, PropValue, String8, Utf16};
use winmail::tnef::PropertyListWriter;
use winmail::{CodePage, FileTime};

/// The TNEF stream of a file's object.
pub fn stream(file: &Value) -> Vec<u8> {
    assert_eq!(file["schema"], "winmail-dump/1");
    assert_eq!(file["lossless"], true);
    message(file, 0)
}

fn message(file: &Value, index: usize) -> Vec<u8> {
    let message = &file["messages"][index];
    assert_eq!(message["index"], index);
    let mut out = Vec::new();
    for piece in array(&message["pieces"]) {
        let start = out.len();
        match text(&piece["piece"]) {
            "header" => {
                out.extend(prefixed(&piece["signature"]).to_le_bytes());
                if let Some(key) = piece["key"].as_u64() {
                    out.extend(u16::try_from(key).unwrap().to_le_bytes());
                }
            }
            "attribute" => attribute(file, message, piece, &mut out),
            "lost" => out.extend(hex(&piece["hex"])),
            other => panic!("unknown piece {other}"),
        }
        assert_eq!(number(&piece["length"]), (out.len() - start) as u64, "{piece:#}");
        assert_eq!(number(&piece["offset"]), number(&message["offset"]) + start as u64);
    }
    assert_eq!(number(&message["length"]), out.len() as u64);
    out
}

fn attribute(file: &Value, message: &Value, piece: &Value, out: &mut Vec<u8>) {
    let mut data = Vec::new();
    if let Some(properties) = piece.get("properties") {
        data.extend(u32::try_from(number(&piece["declared_count"])).unwrap().to_le_bytes());
        list(file, message, properties, &mut data);
    } else if let Some(rows) = piece.get("rows") {
        data.extend(u32::try_from(number(&piece["declared_count"])).unwrap().to_le_bytes());
        for row in array(rows) {
            match text(&row["piece"]) {
                "row" => {
                    data.extend(u32::try_from(number(&row["declared_count"])).unwrap().to_le_bytes());
                    list(file, message, &row["properties"], &mut data);
                }
                "lost" => data.extend(hex(&row["hex"])),
                other => panic!("unknown piece {other}"),
            }
        }
    } else {
        data = bytes(file, piece);
    }
    out.push(u8::try_from(number(&piece["level"])).unwrap());
    out.extend(prefixed(&piece["id"]).to_le_bytes());
    out.extend(u32::try_from(number(&piece["declared_length"])).unwrap().to_le_bytes());
    out.extend(&data);
    if let Some(stored) = piece["checksum"]["stored"].as_u64() {
        out.extend(u16::try_from(stored).unwrap().to_le_bytes());
    }
}

fn list(file: &Value, message: &Value, properties: &Value, out: &mut Vec<u8>) {
    for piece in array(properties) {
        let start = out.len();
        match text(&piece["piece"]) {
            "property" => out.extend(property(file, message, piece)),
            "lost" => out.extend(hex(&piece["hex"])),
            other => panic!("unknown piece {other}"),
        }
        assert_eq!(number(&piece["length"]), (out.len() - start) as u64, "{piece:#}");
    }
}

fn property(file: &Value, message: &Value, piece: &Value) -> Vec<u8> {
    if let Some(wire) = piece.get("hex") {
        return hex(wire);
    }
    if let Some(before) = piece.get("hex_before") {
        let nested = self::message(file, usize::try_from(number(&piece["value"]["message"])).unwrap());
        return [hex(before), nested, hex(&piece["hex_after"])].concat();
    }
    let tag = PropTag(prefixed(&piece["tag"]));
    let name = piece.get("named").map(|named| PropName {
        set: Uuid::parse_str(text(&named["set"])).unwrap(),
        kind: match named.get("lid") {
            Some(lid) => NameKind::Lid(u32::try_from(number(lid)).unwrap()),
            None => NameKind::String(Utf16::from(text(&named["string"]))),
        },
    });
    let code_page = CodePage(u32::try_from(number(&message["code_page"])).unwrap());
    let prop_type = text(&piece["type"]);
    let value = match piece.get("values") {
        Some(values) => {
            let prop_type = prop_type.replace("PtypMultiple", "Ptyp");
            PropValue::Multiple(array(values).iter().map(|value| one(file, code_page, &prop_type, value)).collect())
        }
        None => one(file, code_page, prop_type, &piece["value"]),
    };
    let mut list = PropertyListWriter::new();
    list.push(tag, name.as_ref(), &value).unwrap();
    list.into_bytes().split_off(4)
}

fn one(file: &Value, code_page: CodePage, prop_type: &str, value: &Value) -> PropValue<'static> {
    match prop_type {
        "PtypUnspecified" => PropValue::Unspecified,
        "PtypNull" => PropValue::Null,
        "PtypInteger16" => PropValue::Integer16(i16::try_from(value.as_i64().unwrap()).unwrap()),
        "PtypInteger32" => PropValue::Integer32(i32::try_from(value.as_i64().unwrap()).unwrap()),
        "PtypErrorCode" => PropValue::ErrorCode(u32::try_from(number(value)).unwrap()),
        "PtypBoolean" => PropValue::Boolean(value.as_bool().unwrap()),
        "PtypInteger64" => PropValue::Integer64(text(value).parse().unwrap()),
        "PtypCurrency" => PropValue::Currency(text(value).parse().unwrap()),
        "PtypFloating32" => PropValue::Floating32(match value.get("hex") {
            Some(bits) => f32::from_le_bytes(hex(bits).try_into().unwrap()),
            None => value.as_f64().unwrap() as f32,
        }),
        "PtypFloating64" => PropValue::Floating64(double(value)),
        "PtypFloatingTime" => PropValue::FloatingTime(double(value)),
        "PtypTime" => PropValue::Time(FileTime(text(&value["filetime"]).parse().unwrap())),
        "PtypGuid" => PropValue::Guid(Uuid::parse_str(text(value)).unwrap()),
        "PtypString" => PropValue::String(match value.get("hex") {
            Some(bytes) => Utf16(hex(bytes).into()),
            None => Utf16::from(text(&value["text"])),
        }),
        "PtypString8" => PropValue::String8(String8(match value.get("hex") {
            Some(bytes) => hex(bytes).into(),
            None => {
                let mut bytes = code_page.encode(text(&value["text"])).unwrap().bytes;
                bytes.push(0);
                bytes.into()
            }
        })),
        "PtypBinary" => PropValue::Binary(bytes(file, value).into()),
        "PtypServerId" => PropValue::ServerId(bytes(file, value).into()),
        "PtypRestriction" => PropValue::Restriction(bytes(file, value).into()),
        "PtypRuleAction" => PropValue::RuleAction(bytes(file, value).into()),
        "PtypObject" => PropValue::Object(Object {
            interface: value["interface"].as_str().map(|interface| Uuid::parse_str(interface).unwrap()),
            data: bytes(file, value).into(),
        }),
        other => panic!("unknown type {other}"),
    }
}

/// `hex`, or the message whose number stands in its place.
fn bytes(file: &Value, value: &Value) -> Vec<u8> {
    match value.get("message") {
        Some(index) => {
            let before = value.get("hex_before").map(hex).unwrap_or_default();
            [before, message(file, usize::try_from(number(index)).unwrap())].concat()
        }
        None => hex(&value["hex"]),
    }
}

fn double(value: &Value) -> f64 {
    match value.get("hex") {
        Some(bits) => f64::from_le_bytes(hex(bits).try_into().unwrap()),
        None => value.as_f64().unwrap(),
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no string: {value}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// `0x0037001F`.
fn prefixed(value: &Value) -> u32 {
    u32::from_str_radix(text(value).strip_prefix("0x").unwrap(), 16).unwrap()
}

fn hex(value: &Value) -> Vec<u8> {
    let digits = text(value).as_bytes();
    assert!(digits.len() % 2 == 0 && digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
