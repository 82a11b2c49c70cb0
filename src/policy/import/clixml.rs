//! `Export-Clixml`: [MS-PSRP] 2.2.5, serialized objects.
//!
//! ```text
//! <Objs><Obj RefId="0"><TN>..</TN><ToString>..</ToString>
//!   <Props> <S N="Name">..</S> <B N="NDREnabled">true</B> <Nil N="TNEFEnabled"/>
//!           <Obj N="AllowedOOFType"><ToString>External</ToString><I32>0</I32></Obj> </Props>
//!   <MS> members added by PowerShell, of the same forms </MS>
//! </Obj></Objs>
//! ```
//!
//! A property that is an object stands for its `ToString`, or else for the number that it holds. Characters that XML cannot hold are `_x000A_`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::record::{Fault, Property, Record};

/// How deep elements may be nested. PowerShell writes two levels of objects unless asked for more, three elements each.
const MAX_DEPTH: usize = 200;

/// The depth of an object in `Objs`, of its property bag, and of a property.
const OBJECT: usize = 2;
const BAG: usize = 3;
const PROPERTY: usize = 4;
/// The depth of an item in a list that is a property.
const ITEM: usize = 6;

pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::default();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let line = text.get(..at).map_or(0, |before| before.matches('\n').count()).saturating_add(1);
        let fault = |message: String| Fault { line: Some(line), message };
        match reader.read_event().map_err(|error| fault(format!("not CLIXML: {error}")))? {
            Event::Start(start) => walk.open(&start, line).map_err(fault)?,
            Event::Empty(start) => {
                walk.open(&start, line).map_err(fault)?;
                walk.close();
            }
            Event::End(_) => walk.close(),
            Event::Text(part) => {
                let part = part.decode().map_err(|error| fault(format!("not CLIXML: {error}")))?;
                walk.text.push_str(&part);
            }
            Event::CData(part) => {
                let part = part.decode().map_err(|error| fault(format!("not CLIXML: {error}")))?;
                walk.text.push_str(&part);
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|error| fault(format!("not CLIXML: {error}")))?;
                let known = quick_xml::escape::unescape(&format!("&{name};")).map(std::borrow::Cow::into_owned);
                walk.text.push_str(&known.map_err(|error| fault(format!("not CLIXML: {error}")))?);
            }
            Event::Eof if walk.path.is_empty() => return Ok(walk.records),
            Event::Eof => return Err(fault("not CLIXML: the file ends inside an element".to_owned())),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Walk {
    path: Vec<String>,
    records: Vec<Record>,
    /// The property that is being read.
    property: Option<Property>,
    text: String,
}

impl Walk {
    fn open(&mut self, start: &BytesStart<'_>, line: usize) -> Result<(), String> {
        let element = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        if self.path.is_empty() && element != "Objs" {
            return Err(format!("not CLIXML: the outermost element is {element}, expected Objs"));
        }
        if self.path.len() >= MAX_DEPTH {
            return Err(format!("elements are nested more than {MAX_DEPTH} deep"));
        }
        self.path.push(element);
        self.text.clear();
        if self.path.len() == OBJECT {
            self.records.push(Record { line: Some(line), ..Record::default() });
        }
        if self.path.len() == PROPERTY && self.in_bag() {
            let name = start.try_get_attribute("N").map_err(|error| format!("not CLIXML: {error}"))?;
            if let Some(name) = name {
                let name = unescape(&String::from_utf8_lossy(&name.value));
                self.property = Some(Property { name, value: None, line: Some(line) });
            }
        }
        Ok(())
    }

    /// Whether the path goes through the properties of an object and not, say, its type names.
    fn in_bag(&self) -> bool {
        self.path.get(BAG.saturating_sub(1)).is_some_and(|bag| bag == "Props" || bag == "MS")
    }

    fn close(&mut self) {
        let depth = self.path.len();
        let element = self.path.pop().unwrap_or_default();
        if let Some(property) = &mut self.property {
            let own = depth == PROPERTY && !matches!(element.as_str(), "Obj" | "Nil" | "Ref");
            let inside = depth == PROPERTY.saturating_add(1);
            let shown = inside && element == "ToString";
            // That of an enumeration, should it have no name.
            let number = inside && property.value.is_none() && matches!(element.as_str(), "I32" | "I64" | "U32" | "By");
            // The items of a list, as of addresses.
            let item = depth == ITEM && element == "S" && self.path.last().is_some_and(|list| list == "LST");
            if own || shown || number {
                property.value = Some(unescape(&self.text));
            } else if item {
                let value =
                    property.value.take().filter(|value| !value.starts_with("Microsoft.") && !value.starts_with("System."));
                let item = unescape(&self.text);
                property.value = Some(value.map_or_else(|| item.clone(), |value| format!("{value} {item}")));
            }
        }
        if depth == PROPERTY {
            if let (Some(property), Some(record)) = (self.property.take(), self.records.last_mut()) {
                record.properties.push(property);
            }
        }
        self.text.clear();
    }
}

/// `_x000A_` back to the character; an underscore before an `x` is itself written so.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let escaped = rest.strip_prefix("_x").and_then(|tail| tail.split_at_checked(4)).and_then(|(digits, tail)| {
            let unit = u16::from_str_radix(digits, 16).ok()?;
            Some((unit, tail.strip_prefix('_')?))
        });
        if let Some((unit, tail)) = escaped {
            units.push(unit);
            rest = tail;
            continue;
        }
        out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        let mut chars = rest.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    out
}

#[cfg(test)]
mod tests {
    use super::unescape;

    /// The escapes of [MS-PSRP] 2.2.5.3.2.
    #[test]
    fn escapes_are_undone() {
        for (text, plain) in
            [("a_x000A_b", "a\nb"), ("_x005F_x000A_", "_x000A_"), ("_xD834__xDD1E_", "\u{1d11e}"), ("a_xb", "a_xb"), ("_x", "_x")]
        {
            assert_eq!(unescape(text), plain);
        }
    }
}
