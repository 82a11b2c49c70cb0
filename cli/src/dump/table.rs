//! `dump --tsv`: a property a line, for `cut`, `awk`, `grep` and spreadsheets; `--property` chooses some.

use std::io::{self, Write};

use crate::style::Shown;
use winmail::base::HexPairs;
use winmail::mapi::dictionary::{self, Match};
use winmail::mapi::{ErrorCode, NameKind, NamedKind, PropId, PropValue, Property, PropertyBag, value_name};
use winmail::message::Content;
use winmail::{CodePage, Message};

/// The first line.
pub(super) const HEAD: &str = "file\twhere\ttag\tset\tid_or_name\tname\ttype\tvalue\tmeaning";

/// The properties that are wanted; all where none is named.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    matches: Vec<Match>,
    ids: Vec<PropId>,
}

impl Wanted {
    /// By names as `winmail props` takes them, or ids.
    ///
    /// # Errors
    /// The name that nothing has.
    pub(super) fn new(names: &[String]) -> Result<Self, String> {
        let mut wanted = Wanted::default();
        for name in names {
            let matches = dictionary::find(name);
            // An id that nobody knows may be in the file all the same.
            let digits =
                name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")).filter(|digits| matches!(digits.len(), 4 | 8));
            let id = digits.and_then(|digits| u16::from_str_radix(digits.get(..4)?, 16).ok()).map(PropId);
            if matches.is_empty() && id.is_none() {
                return Err(name.clone());
            }
            wanted.matches.extend(matches);
            wanted.ids.extend(id);
        }
        Ok(wanted)
    }

    fn takes(&self, property: &Property<'_>) -> bool {
        if self.matches.is_empty() && self.ids.is_empty() {
            return true;
        }
        let known = self.matches.iter().any(|found| match (found, property.name.as_deref()) {
            (Match::Tag(entry), None) => entry.tag.id() == property.tag.id(),
            (Match::Named(entry), Some(name)) => {
                name.set == entry.tag.set
                    && match (&name.kind, entry.tag.name) {
                        (NameKind::Lid(lid), NamedKind::Lid(wanted)) => *lid == wanted,
                        (NameKind::String(text), NamedKind::String(wanted)) => text.to_text().eq_ignore_ascii_case(wanted),
                        _ => false,
                    }
            }
            _ => false,
        });
        known || self.ids.contains(&property.tag.id())
    }
}

/// Writes the lines of a message and of those within it; how many they are.
pub(super) fn print(file: &str, message: &Message<'_>, wanted: &Wanted, out: &mut dyn Write) -> io::Result<usize> {
    let mut printer = Printer { file: cell(file), page: message.code_page(), wanted, out, count: 0 };
    printer.message(message, "")?;
    Ok(printer.count)
}

struct Printer<'p> {
    file: String,
    page: CodePage,
    wanted: &'p Wanted,
    out: &'p mut dyn Write,
    count: usize,
}

impl Printer<'_> {
    fn message(&mut self, message: &Message<'_>, around: &str) -> io::Result<()> {
        self.page = message.code_page();
        self.bag(&message.properties, &format!("{around}message"))?;
        for (number, recipient) in message.recipients.iter().enumerate() {
            self.bag(&recipient.properties, &format!("{around}recipient[{number}]"))?;
        }
        for attachment in &message.attachments {
            let place = format!("{around}attachment[{}]", attachment.number());
            self.bag(&attachment.properties, &place)?;
            if let Content::Message(inner) = &attachment.content {
                self.message(inner, &format!("{place}/"))?;
                self.page = message.code_page();
            }
        }
        Ok(())
    }

    fn bag(&mut self, bag: &PropertyBag<'_>, place: &str) -> io::Result<()> {
        for property in bag.iter().filter(|property| self.wanted.takes(property)) {
            let canonical = dictionary::canonical_name(property.tag, property.name.as_deref()).unwrap_or_default();
            let (set, id) = match property.name.as_deref() {
                None => (String::new(), String::new()),
                Some(name) => {
                    let set = dictionary::set_name(name.set).map_or_else(|| name.set.to_string(), str::to_owned);
                    let id = match &name.kind {
                        NameKind::Lid(lid) => format!("0x{lid:04X}"),
                        NameKind::String(text) => cell(&text.to_text()),
                    };
                    (set, id)
                }
            };
            let value = self.value(bag, &property.value);
            let meaning = meaning(property).map(|text| cell(&text)).unwrap_or_default();
            let (file, tag, kind) = (&self.file, property.tag, property.tag.prop_type());
            writeln!(self.out, "{file}\t{place}\t{tag}\t{set}\t{id}\t{canonical}\t{kind}\t{value}\t{meaning}")?;
            self.count = self.count.saturating_add(1);
        }
        Ok(())
    }

    /// Texts as they are, bytes as hexadecimal digits, several values with `; ` between.
    fn value(&self, bag: &PropertyBag<'_>, value: &PropValue<'_>) -> String {
        match value {
            PropValue::Multiple(values) => values.iter().map(|value| self.value(bag, value)).collect::<Vec<_>>().join("; "),
            PropValue::String(_) | PropValue::String8(_) => cell(&bag.text_of(value).unwrap_or_default()),
            PropValue::Integer16(_) | PropValue::Integer32(_) | PropValue::Integer64(_) => {
                value.as_i64().map(|number| number.to_string()).unwrap_or_default()
            }
            value => match value.as_bytes() {
                Some(bytes) => HexPairs { bytes, max: usize::MAX }.to_string().replace(' ', ""),
                None => cell(&value.display(self.page).whole(true).to_string()),
            },
        }
    }
}

fn meaning(property: &Property<'_>) -> Option<String> {
    match &property.value {
        PropValue::ErrorCode(code) => ErrorCode(*code).name().map(str::to_owned),
        value if property.name.is_none() => value_name(property.tag, value.as_i64()?).map(String::from),
        _ => None,
    }
}

/// What stands in a cell: a tab, a line end or a backslash is an escape, and so is what a terminal obeys.
fn cell(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n");
    Shown(&text).to_string()
}
