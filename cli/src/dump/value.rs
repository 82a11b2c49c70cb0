//! Values for people: one line each, cut where they are long, every foreign character escaped.

use std::borrow::Cow;

use crate::style::Shown;
use winmail::CodePage;
use winmail::base::{BriefBytes, BriefText, HexPairs};
use winmail::mapi::PropValue;
use winmail::tnef::{AttributeValue, Dtr, NameAndAddress, PropertyRef, class_name};

use winmail::message::meaning;

/// Characters of a meaning that a line shows.
const TEXT_MAX: usize = 56;
/// Bytes of binary data that go with their line.
const BYTES_MAX: usize = 16;
/// Bytes from which on ASCII is taken for text rather than for chance.
const ASCII_MIN: usize = 3;

/// A value as it is to be printed.
pub(super) enum Rendered<'v> {
    /// On the line.
    Line(String),
    /// What there is to say of a text on the line, and its lines, below it.
    Text(String, Cow<'v, str>),
    /// What there is to say of bytes on the line, and the bytes, below it.
    Bytes(String, &'v [u8]),
}

/// How values are rendered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Renderer {
    pub(super) code_page: CodePage,
    /// Nothing is cut.
    pub(super) full: bool,
}

impl Renderer {
    /// The value of a property, with what it means.
    pub(super) fn property<'v>(self, property: &PropertyRef<'_>, value: &'v PropValue<'v>) -> Rendered<'v> {
        let meaning = meaning::describe(property, value);
        match value {
            PropValue::String(text) => self.text(Cow::Owned(text.to_text()), text.0.len()),
            PropValue::String8(text) => self.text(self.code_page.decode_or_latin1(text.text_bytes()).text, text.0.len()),
            PropValue::Binary(bytes)
            | PropValue::ServerId(bytes)
            | PropValue::Restriction(bytes)
            | PropValue::RuleAction(bytes) => self.bytes(bytes, meaning.as_deref()),
            _ => {
                let line = value.display(self.code_page).whole(self.full).to_string();
                Rendered::Line(match meaning {
                    Some(meaning) => format!("{line} = {}", Shown(&meaning)),
                    None => line,
                })
            }
        }
    }

    /// The value of an attribute that is neither list nor table.
    pub(super) fn attribute<'v>(self, value: &'v AttributeValue<'v>, is_class: bool) -> Rendered<'v> {
        Rendered::Line(match value {
            AttributeValue::Text(text) => {
                let decoded = self.code_page.decode_or_latin1(text.text_bytes()).text;
                let class = class_name::to_mapi(&decoded).to_owned();
                if is_class && class != decoded {
                    format!("\"{}\" = {}", Shown(&decoded), Shown(&class))
                } else {
                    return self.text(decoded, text.0.len());
                }
            }
            AttributeValue::Trp(triple) => self.name_and_address(&triple.who),
            AttributeValue::NameAndAddress(who) => self.name_and_address(who),
            AttributeValue::Date(date) => date_line(date),
            AttributeValue::Status(status) => {
                let words = status.words();
                let words = if words.is_empty() { "none".to_owned() } else { words.join(" | ") };
                format!("0x{:02x} = {words}", status.bits())
            }
            AttributeValue::Priority(priority) => match priority.name() {
                Some(name) => format!("{} = {name}", priority.0),
                None => priority.0.to_string(),
            },
            AttributeValue::Boolean(value) => value.to_string(),
            AttributeValue::Integer32(value) => format!("0x{value:08x}"),
            AttributeValue::Hex(hex) => match hex.to_bytes() {
                Some(bytes) => HexPairs { bytes: &bytes, max: usize::MAX }.to_string(),
                None => return self.bytes(hex.0, None),
            },
            AttributeValue::CodePages(pages) => match pages.secondary {
                Some(secondary) if secondary.0 != 0 => format!("{}, secondary {secondary}", pages.primary),
                _ => pages.primary.to_string(),
            },
            AttributeValue::RendData(rend) => {
                let kind = rend.attach_type.name().map_or_else(|| format!("type {}", rend.attach_type.0), str::to_owned);
                let position = match rend.position {
                    u32::MAX => "not in the text".to_owned(),
                    position => format!("at character {position}"),
                };
                let flags = match rend.flags.bits() {
                    0 => String::new(),
                    1 => ", MacBinary".to_owned(),
                    bits => format!(", flags 0x{bits:08x}"),
                };
                format!("{kind}, {position}, {} x {}{flags}", rend.width, rend.height)
            }
            AttributeValue::Bytes(bytes) | AttributeValue::Unknown(bytes) => return self.bytes(bytes, None),
            // Their contents are printed line by line.
            _ => String::new(),
        })
    }

    fn text<'v>(self, text: Cow<'v, str>, bytes: usize) -> Rendered<'v> {
        if self.full && text.contains('\n') {
            Rendered::Text(counted(bytes), text)
        } else {
            Rendered::Line(BriefText { text: &text, size: bytes, whole: self.full }.to_string())
        }
    }

    fn bytes<'v>(self, bytes: &'v [u8], meaning: Option<&str>) -> Rendered<'v> {
        if let Some(text) = ascii(bytes) {
            return self.text(Cow::Borrowed(text), bytes.len());
        }
        let line = match meaning {
            Some(meaning) => {
                let cut = meaning.char_indices().nth(TEXT_MAX).filter(|_| !self.full);
                let start = cut.and_then(|(cut, _)| meaning.get(..cut));
                let more = if start.is_some() { "\u{2026}" } else { "" };
                format!("{} = {}{more}", counted(bytes.len()), Shown(start.unwrap_or(meaning)))
            }
            None if self.full && bytes.len() > BYTES_MAX => counted(bytes.len()),
            None => BriefBytes { bytes, whole: self.full }.to_string(),
        };
        if self.full && bytes.len() > BYTES_MAX { Rendered::Bytes(line, bytes) } else { Rendered::Line(line) }
    }

    fn name_and_address(self, who: &NameAndAddress<'_>) -> String {
        let decode = |bytes| self.code_page.decode_or_latin1(bytes).text;
        format!("\"{}\" <{}>", Shown(&decode(who.display_name.text_bytes())), Shown(&decode(who.address.text_bytes())))
    }
}

fn date_line(date: &Dtr) -> String {
    match date.to_date_time() {
        Some(date) => format!("{date} (time zone not recorded)"),
        None => format!(
            "no date: {}-{}-{} {}:{}:{}, weekday {}",
            date.year, date.month, date.day, date.hour, date.minute, date.second, date.day_of_week
        ),
    }
}

pub(super) fn counted(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// Bytes as text if they are printable ASCII, line ends and tabs included, and at most one NUL behind them.
fn ascii(bytes: &[u8]) -> Option<&str> {
    let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7E | b'\r' | b'\n' | b'\t');
    if text.len() < ASCII_MIN || !text.iter().all(printable) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}
