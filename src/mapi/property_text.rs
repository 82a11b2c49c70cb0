//! Properties as text that people type: `PR_SUBJECT=text`, `0x6900001F=text`, `PSETID_Common/0x8503=true`.
//!
//! The name is anything that the dictionary finds; `NAME@PtypString` gives a type where the dictionary has none or another. The
//! value is read by the type:
//!
//! | type | value |
//! |---|---|
//! | text | as it is |
//! | integers, error codes | decimal or `0x` and hexadecimal |
//! | boolean | `true`, `false`, `yes`, `no`, `1`, `0` |
//! | floating point | decimal |
//! | currency | decimal, four digits behind the point at most |
//! | time | `2023-11-14`, `2023-11-14T22:13:20Z`, with `+01:00` instead of `Z`, and fractions of a second; UTC without either |
//! | GUID | `{00062008-0000-0000-C000-000000000046}` |
//! | binary | hexadecimal digits |
//! | multiple | values separated by `;` |

use uuid::Uuid;

use crate::base::wire::Wire;
use crate::base::{DateTime, FileTime};
use crate::mapi::dictionary::{self, Match};
use crate::mapi::{NameKind, PropId, PropName, PropTag, PropType, PropValue, PropertyBag, Utf16};

/// A property that somebody named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its tag.
    Tag(PropTag),
    /// By its name, with a type.
    Named(PropName<'static>, PropType),
}

impl Target {
    /// The property that `spec` names.
    pub fn parse(spec: &str) -> Result<Target, String> {
        let (name, wanted) = match spec.rsplit_once('@') {
            Some((name, prop_type)) => (name, Some(parse_type(prop_type)?)),
            None => (spec, None),
        };
        let digits = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")).filter(|digits| digits.len() == 8);
        let raw = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).map(PropTag);
        let target = match dictionary::find(name).into_iter().next() {
            _ if raw.is_some_and(|tag| tag.id().is_named()) => {
                return Err(format!("{name} is the placeholder of a named property; give its set and name"));
            }
            // The type that was typed counts, whatever the dictionary says.
            found if raw.is_some() => Target::Tag(raw.or(found.map(|f| tag_of(&f))).unwrap_or(PropTag(0))),
            Some(Match::Tag(entry)) => Target::Tag(entry.tag),
            Some(Match::Named(entry)) => Target::Named(entry.tag.to_name(), entry.tag.prop_type),
            None => match (parse_name(name), wanted) {
                (Some(name), Some(prop_type)) => Target::Named(name, prop_type),
                (Some(_), None) => return Err(format!("{name} is not in the dictionary; add its type, as in {name}@PtypString")),
                (None, _) => match (id(name), wanted) {
                    (Some(id), Some(prop_type)) => Target::Tag(PropTag::new(id, prop_type)),
                    _ => return Err(format!("no property is called {name:?}; dictionary::search finds names")),
                },
            },
        };
        Ok(match (target, wanted) {
            (Target::Tag(tag), Some(wanted)) => Target::Tag(tag.with_type(wanted)),
            (Target::Named(name, _), Some(wanted)) => Target::Named(name, wanted),
            (target, None) => target,
        })
    }

    /// Returns the type of its value.
    #[must_use]
    pub fn prop_type(&self) -> PropType {
        match self {
            Target::Tag(tag) => tag.prop_type(),
            Target::Named(_, prop_type) => *prop_type,
        }
    }

    /// Sets it in `set`.
    pub fn set(&self, set: &mut PropertyBag<'_>, value: PropValue<'static>) {
        match self {
            Target::Tag(tag) => set.set(*tag, value),
            Target::Named(name, prop_type) => set.set_name(name, *prop_type, value),
        }
    }

    /// Removes it from `set`, whatever its type there; whether it was there.
    pub fn unset(&self, set: &mut PropertyBag<'_>) -> bool {
        let before = set.len();
        match self {
            Target::Tag(tag) => {
                if set.remove(*tag).is_none() {
                    set.remove_id(tag.id());
                }
            }
            Target::Named(name, _) => set.retain(|property| property.name.as_deref() != Some(name)),
        }
        set.len() < before
    }
}

/// `NAME=VALUE`.
pub fn assignment(text: &str) -> Result<(Target, PropValue<'static>), String> {
    let (spec, value) = text.split_once('=').ok_or_else(|| format!("{text:?} is not NAME=VALUE"))?;
    let target = Target::parse(spec)?;
    let value = parse_value(target.prop_type(), value).map_err(|error| format!("{spec}: {error}"))?;
    Ok((target, value))
}

fn tag_of(found: &Match) -> PropTag {
    match found {
        Match::Tag(entry) => entry.tag,
        Match::Named(entry) => PropTag::new(PropId(0x8000), entry.tag.prop_type),
    }
}

fn id(text: &str) -> Option<PropId> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    u16::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 4).map(PropId).filter(|id| !id.is_named())
}

fn parse_type(text: &str) -> Result<PropType, String> {
    let called = |prop_type: &&PropType| {
        [prop_type.name(), prop_type.mapi_name()].into_iter().flatten().any(|name| name.eq_ignore_ascii_case(text))
    };
    PropType::KNOWN.iter().find(called).copied().ok_or_else(|| format!("no type is called {text:?}; PtypString is one"))
}

/// `SET/0x8503` or `SET/name`, the set by its name or GUID.
fn parse_name(text: &str) -> Option<PropName<'static>> {
    let (set, rest) = text.split_once('/')?;
    let bare = set.strip_prefix('{').and_then(|set| set.strip_suffix('}')).unwrap_or(set);
    let set = dictionary::set_by_name(set).or_else(|| Uuid::try_parse(bare).ok())?;
    let lid = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let kind = lid.map_or_else(|| NameKind::String(Utf16::from(rest)), NameKind::Lid);
    Some(PropName { set, kind })
}

/// The value that `text` is for a type.
pub fn parse_value(prop_type: PropType, text: &str) -> Result<PropValue<'static>, String> {
    if prop_type.is_multiple() {
        let values = text.split(';').filter(|_| !text.is_empty()).map(|text| parse_value(prop_type.single(), text));
        return values.collect::<Result<_, _>>().map(PropValue::Multiple);
    }
    let not = |what: &str| format!("{text:?} is not {what}");
    Ok(match prop_type {
        // What is set is Unicode; writing makes it 8-bit nowhere.
        PropType::STRING | PropType::STRING8 => PropValue::from(text),
        PropType::INTEGER16 => {
            let number = integer(text, 16).ok_or_else(|| not("a 16-bit number"))?;
            PropValue::Integer16(i16::read_le(first_bytes(number)))
        }
        PropType::INTEGER32 => {
            let number = integer(text, 32).ok_or_else(|| not("a 32-bit number"))?;
            PropValue::Integer32(i32::read_le(first_bytes(number)))
        }
        PropType::INTEGER64 => {
            let number = integer(text, 64).ok_or_else(|| not("a 64-bit number"))?;
            PropValue::Integer64(i64::read_le(first_bytes(number)))
        }
        PropType::ERROR_CODE => {
            let number = integer(text, 32).ok_or_else(|| not("a 32-bit number"))?;
            PropValue::ErrorCode(u32::read_le(first_bytes(number)))
        }
        PropType::BOOLEAN => PropValue::Boolean(match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => true,
            "false" | "no" | "0" => false,
            _ => return Err(not("true or false")),
        }),
        PropType::FLOATING32 => PropValue::Floating32(text.parse().map_err(|_| not("a number"))?),
        PropType::FLOATING64 => PropValue::Floating64(text.parse().map_err(|_| not("a number"))?),
        PropType::FLOATING_TIME => {
            let (date, _) = date_time(text).ok_or_else(|| not("a date, as in 2023-11-14T22:13:20"))?;
            PropValue::FloatingTime(date.to_floating_time())
        }
        PropType::CURRENCY => PropValue::Currency(currency(text).ok_or_else(|| not("a number with four decimals at most"))?),
        PropType::TIME => PropValue::Time(time(text).ok_or_else(|| not("a time, as in 2023-11-14T22:13:20Z"))?),
        PropType::GUID => PropValue::Guid(Uuid::try_parse(text).map_err(|_| not("a GUID"))?),
        PropType::BINARY => {
            let bytes = crate::base::hex::decode(text.as_bytes()).ok_or_else(|| not("an even number of hexadecimal digits"))?;
            PropValue::Binary(bytes.into())
        }
        PropType::NULL => PropValue::Null,
        other => return Err(format!("a property of type {other} cannot be given as text")),
    })
}

/// A number that `bits` can hold with or without a sign.
fn integer(text: &str, bits: u32) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let number = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?,
        None => digits.parse::<u64>().ok()?,
    };
    let number = if negative { i128::from(number).checked_neg()? } else { i128::from(number) };
    let (least, most) = (1i128.checked_shl(bits.checked_sub(1)?)?.checked_neg()?, 1i128.checked_shl(bits)?);
    (least..most).contains(&number).then_some(number)
}

fn first_bytes<const N: usize>(number: i128) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(number.le_bytes()).for_each(|(to, from)| *to = from);
    bytes
}

/// A decimal in ten-thousandths.
fn currency(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let negative = whole.starts_with('-');
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 4 || whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = format!("{whole}{fraction:0<4}").parse::<i64>().ok()?;
    if negative { number.checked_neg() } else { Some(number) }
}

/// A date with or without a time of day, and what is left behind it.
fn date_time(text: &str) -> Option<(DateTime, &str)> {
    let number = |text: Option<&str>, length: usize| {
        let text = text.filter(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))?;
        text.parse::<u16>().ok()
    };
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (number(parts.next(), 4)?, number(parts.next(), 2)?, number(parts.next(), 2)?);
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return Some((DateTime::new(year, month, day, 0, 0, 0)?, rest));
    };
    let (hour_minute, rest) = rest.split_at_checked(5)?;
    let (hour, minute) = hour_minute.split_once(':')?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => rest.split_at_checked(2)?,
        None => ("00", rest),
    };
    let (hour, minute, second) = (number(Some(hour), 2)?, number(Some(minute), 2)?, number(Some(second), 2)?);
    Some((DateTime::new(year, month, day, hour, minute, second)?, rest))
}

/// A point in time; without a zone, UTC.
fn time(text: &str) -> Option<FileTime> {
    let (date, rest) = date_time(text)?;
    let ticks = FileTime::from_date_time(date)?.0;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, zone) = rest.split_at_checked(end).filter(|(digits, _)| (1..=7).contains(&digits.len()))?;
            (format!("{digits:0<7}").parse::<u64>().ok()?, zone)
        }
        None => (0, rest),
    };
    let minutes = match zone {
        "" | "Z" | "z" => 0,
        zone => {
            let (sign, offset) = zone.split_at_checked(1)?;
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
            match sign {
                "+" => minutes,
                "-" => minutes.checked_neg()?,
                _ => return None,
            }
        }
    };
    let offset = minutes.checked_mul(600_000_000)?;
    ticks.checked_add(fraction)?.checked_add_signed(offset.checked_neg()?).map(FileTime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Bytes;
    use crate::mapi::tags;

    #[test]
    fn values_are_read_by_their_type() {
        let value = |prop_type, text| parse_value(prop_type, text).unwrap();
        assert_eq!(value(PropType::STRING, "a=b"), PropValue::from("a=b"));
        assert_eq!(value(PropType::INTEGER16, "-32768"), PropValue::Integer16(-32768));
        assert_eq!(value(PropType::INTEGER16, "0xFFFF"), PropValue::Integer16(-1));
        assert_eq!(value(PropType::INTEGER32, "0x80000000"), PropValue::Integer32(i32::MIN));
        assert_eq!(value(PropType::INTEGER64, "18446744073709551615"), PropValue::Integer64(-1));
        assert_eq!(value(PropType::BOOLEAN, "Yes"), PropValue::Boolean(true));
        assert_eq!(value(PropType::CURRENCY, "-1.5"), PropValue::Currency(-15000));
        assert_eq!(value(PropType::BINARY, "00ffAB"), PropValue::Binary(Bytes::borrowed(&[0, 255, 0xAB])));
        assert_eq!(value(PropType::FLOATING_TIME, "1900-01-01T06:00"), PropValue::FloatingTime(2.25));
        // By Python: (datetime(2023,11,14,22,13,20) - datetime(1601,1,1)) in ticks of 100 ns.
        for text in ["2023-11-14T22:13:20Z", "2023-11-14T22:13:20", "2023-11-14T23:43:20+01:30", "2023-11-14 22:13:20.0000000"] {
            assert_eq!(value(PropType::TIME, text), PropValue::Time(FileTime(133_444_736_000_000_000)), "{text}");
        }
        assert_eq!(
            value(PropType::MULTIPLE_STRING, "Red;Blue"),
            PropValue::Multiple(vec![PropValue::from("Red"), PropValue::from("Blue")])
        );
        assert_eq!(value(PropType::MULTIPLE_INTEGER32, ""), PropValue::Multiple(vec![]));
        let wrong = [
            (PropType::INTEGER16, "65536"),
            (PropType::INTEGER32, "-2147483649"),
            (PropType::INTEGER32, ""),
            (PropType::BOOLEAN, "maybe"),
            (PropType::BINARY, "0"),
            (PropType::TIME, "2023-02-29"),
            (PropType::TIME, "2023-11-14T22:13:20 Z"),
            (PropType::CURRENCY, "1.00001"),
            (PropType::GUID, "x"),
            (PropType::OBJECT, "x"),
            (PropType::MULTIPLE_INTEGER32, "1;x"),
        ];
        for (prop_type, text) in wrong {
            assert!(parse_value(prop_type, text).is_err(), "{prop_type} {text}");
        }
    }

    #[test]
    fn properties_are_found_by_any_name() {
        for spec in ["PR_SUBJECT", "pidtagsubject", "Subject", "0x0037001F"] {
            assert_eq!(Target::parse(spec), Ok(Target::Tag(tags::SUBJECT)), "{spec}");
        }
        assert_eq!(Target::parse("0x6900@PtypBinary"), Ok(Target::Tag(PropTag(0x6900_0102))));
        assert_eq!(Target::parse("0x69000102"), Ok(Target::Tag(PropTag(0x6900_0102))));
        let named = Target::parse("PSETID_Common/0x8503").unwrap();
        assert!(matches!(named, Target::Named(PropName { kind: NameKind::Lid(0x8503), .. }, PropType::BOOLEAN)), "{named:?}");
        let own = Target::parse("PS_PUBLIC_STRINGS/mine@PT_LONG").unwrap();
        assert!(matches!(own, Target::Named(PropName { kind: NameKind::String(_), .. }, PropType::INTEGER32)), "{own:?}");
        for wrong in ["PS_PUBLIC_STRINGS/mine", "nonsense", "PR_SUBJECT@PT_NONSENSE", "0x8000001F", ""] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
        let error = assignment("PR_IMPORTANCE=high").unwrap_err();
        assert_eq!(error, "PR_IMPORTANCE: \"high\" is not a 32-bit number");
    }
}
