//! Fields, `{\field{\*\fldinst HYPERLINK "https://example.org/"}{\fldrslt here}}`: what their instructions say. Rich Text
//! Format Specification 1.9.1, "Fields"; [ECMA-376] part 1, 17.16.5, for the instructions.

use super::equation::{self, Equation};
use super::state::{Destination, Event};
use crate::base::wire::Wire;
use crate::base::{CodePage, symbol_font};

/// A field that means something in HTML or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// `HYPERLINK`: its target; `#name` for a place in the document.
    Hyperlink(String),
    /// `SYMBOL`: a character of a font.
    Symbol {
        /// The character to show.
        shown: char,
        /// The font that it must be shown in, where it is not in Unicode.
        font: Option<String>,
    },
    /// What a field without a result shows: an equation, the choice in a form, the text of a button.
    Text(String),
    /// A phonetic guide: characters and how they are read.
    Ruby {
        /// The characters.
        base: String,
        /// How they are read.
        reading: String,
    },
}

/// Longest instruction that is kept: URLs in use have some thousand characters.
const MAX_INSTRUCTION: usize = 64 << 10;

/// Appends to an instruction.
pub(super) fn append(instruction: &mut String, text: &str) {
    if instruction.len().saturating_add(text.len()) <= MAX_INSTRUCTION {
        instruction.push_str(text);
    }
}

/// Appends what an event within an instruction says.
pub(super) fn append_event(instruction: &mut String, event: &Event<'_>, destination: Destination) {
    match (event, destination) {
        (Event::Text(text), Destination::FieldInstruction) => append(instruction, text),
        (Event::Char(c), Destination::FieldInstruction) => append(instruction, c.encode_utf8(&mut [0; 4])),
        // Words and choices of forms become switches.
        (Event::Word(name, parameter), Destination::FormField) => {
            append(instruction, &format!(" \\{name}{}", parameter.unwrap_or_default()));
        }
        (Event::Destination(Destination::FormChoice), _) => append(instruction, " \\choice \""),
        (Event::Text(text), Destination::FormChoice) => append(instruction, &text.replace('\\', "\\\\").replace('"', "\\\"")),
        (Event::Char(c), Destination::FormChoice) => append(instruction, c.encode_utf8(&mut [0; 4])),
        (Event::Close(closed), _) if closed.destination == Destination::FormChoice && destination != Destination::FormChoice => {
            append(instruction, "\"");
        }
        _ => {}
    }
}

/// Reads an instruction; `None` for fields of which only the result counts.
pub(super) fn parse(instruction: &str) -> Option<Field> {
    let mut arguments = Arguments(instruction);
    let name = arguments.next()?.text;
    if name.eq_ignore_ascii_case("HYPERLINK") {
        let mut target = String::new();
        let mut place = None;
        while let Some(argument) = arguments.next() {
            match argument.switch() {
                Some('l') => place = arguments.next().map(|place| place.text),
                // Switches with an argument: tool tip, frame.
                Some('o' | 't') => {
                    arguments.next();
                }
                Some(_) => {}
                None if target.is_empty() => target = argument.text,
                None => {}
            }
        }
        if let Some(place) = place {
            target.push('#');
            target.push_str(&place);
        }
        return (!target.is_empty()).then_some(Field::Hyperlink(target));
    }
    if name.eq_ignore_ascii_case("SYMBOL") {
        let number = arguments.next()?.text;
        let code: u32 = match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        let mut font = None;
        let mut page = Some(CodePage::WINDOWS_1252);
        while let Some(argument) = arguments.next() {
            match argument.switch() {
                Some('f') => font = arguments.next().map(|font| font.text),
                Some('u') => page = None,
                Some('j') => page = Some(CodePage(932)),
                _ => {}
            }
        }
        let known = font.as_deref().and_then(|font| symbol_font::to_unicode(font, u8::try_from(code & 0xFFF).ok()?));
        return Some(match known {
            Some(shown) => Field::Symbol { shown, font: None },
            None => Field::Symbol { shown: page.and_then(|page| in_page(code, page)).or(char::from_u32(code))?, font },
        });
    }
    if name.eq_ignore_ascii_case("EQ") {
        return Some(match equation::parse(arguments.0) {
            Equation::Text(text) => Field::Text(text),
            Equation::Ruby { base, reading } => Field::Ruby { base, reading },
        });
    }
    if name.eq_ignore_ascii_case("FORMCHECKBOX") || name.eq_ignore_ascii_case("FORMDROPDOWN") {
        return form(arguments, name.eq_ignore_ascii_case("FORMCHECKBOX")).map(Field::Text);
    }
    if name.eq_ignore_ascii_case("MACROBUTTON") {
        // The first argument is the name of the macro.
        arguments.next()?;
        return Some(Field::Text(arguments.0.trim().to_owned()));
    }
    None
}

/// What a code shows that is one or two bytes of a page.
fn in_page(code: u32, page: CodePage) -> Option<char> {
    let bytes = code.be_bytes();
    let bytes = bytes.get(if code > 0xFF { 2 } else { 3 }..)?;
    let decoded = page.decode(bytes).filter(|decoded| code <= 0xFFFF && !decoded.malformed)?;
    let mut chars = decoded.text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The state of a box, or the choice of a list.
fn form(arguments: Arguments<'_>, is_box: bool) -> Option<String> {
    /// `\ffres` of what nobody has changed.
    const UNCHANGED: usize = 25;
    let (mut result, mut default, mut choices) = (None, 0usize, Vec::new());
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let number = |name: &str| argument.text.strip_prefix(name).and_then(|number| number.parse::<usize>().ok());
        if let Some(number) = number("\\ffres") {
            result = Some(number).filter(|number| *number != UNCHANGED);
        } else if let Some(number) = number("\\ffdefres") {
            default = number;
        } else if argument.text == "\\choice" && !argument.quoted {
            choices.extend(arguments.next().map(|choice| choice.text));
        }
    }
    let result = result.unwrap_or(default);
    match is_box {
        true => Some(if result == 0 { "\u{2610}" } else { "\u{2612}" }.to_owned()),
        false => choices.into_iter().nth(result),
    }
}

/// An argument of an instruction.
struct Argument {
    text: String,
    quoted: bool,
}

impl Argument {
    /// The letter of a switch such as `\l`.
    fn switch(&self) -> Option<char> {
        let mut chars = self.text.chars();
        (!self.quoted && chars.next() == Some('\\')).then(|| chars.next().unwrap_or(' ').to_ascii_lowercase())
    }
}

/// The arguments of an instruction: set apart by spaces, or in quotation marks, where a backslash makes the next character
/// an ordinary one.
struct Arguments<'i>(&'i str);

impl Iterator for Arguments<'_> {
    type Item = Argument;

    fn next(&mut self) -> Option<Argument> {
        let rest = self.0.trim_start();
        let quoted = rest.strip_prefix(['"', '\u{201C}']);
        let Some(inside) = quoted else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (argument, rest) = rest.split_at_checked(end)?;
            self.0 = rest;
            return (!argument.is_empty()).then(|| Argument { text: argument.to_owned(), quoted: false });
        };
        let mut text = String::new();
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' | '\u{201D}' => break,
                '\\' => text.extend(chars.next()),
                c => text.push(c),
            }
        }
        self.0 = chars.as_str();
        Some(Argument { text, quoted: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions() {
        let link = |target: &str| Some(Field::Hyperlink(target.to_owned()));
        for (instruction, field) in [
            ("HYPERLINK \"https://example.org/?a=b c\"", link("https://example.org/?a=b c")),
            (" hyperlink mailto:a@example.org ", link("mailto:a@example.org")),
            ("HYPERLINK \"x.htm\" \\l \"part\" \\o \"tip \\\"q\\\"\" \\t \"_blank\"", link("x.htm#part")),
            ("HYPERLINK \\l \"part\"", link("#part")),
            ("HYPERLINK \\o \"tip\" \"file://c:\\\\a\"", link("file://c:\\a")),
            ("HYPERLINK", None),
            ("PAGE \\* MERGEFORMAT", None),
            ("", None),
            ("SYMBOL 74 \\f \"Wingdings\" \\s 11", Some(Field::Symbol { shown: '☺', font: None })),
            ("SYMBOL 0xF04A \\f Wingdings", Some(Field::Symbol { shown: '☺', font: None })),
            ("SYMBOL 233 \\f Arial", Some(Field::Symbol { shown: 'é', font: Some("Arial".to_owned()) })),
            // A number of the ANSI page, of Shift-JIS, of Unicode.
            ("SYMBOL 150 \\a", Some(Field::Symbol { shown: '\u{2013}', font: None })),
            ("SYMBOL 33440 \\j", Some(Field::Symbol { shown: '\u{3042}', font: None })),
            ("SYMBOL 150 \\u", Some(Field::Symbol { shown: '\u{96}', font: None })),
            ("EQ \\f(1,2)", Some(Field::Text("1/2".to_owned()))),
            ("FORMCHECKBOX \\ffres1", Some(Field::Text("\u{2612}".to_owned()))),
            ("FORMCHECKBOX \\ffres25 \\ffdefres0", Some(Field::Text("\u{2610}".to_owned()))),
            ("FORMDROPDOWN \\ffres1 \\choice \"a\" \\choice \"b \\\"c\"", Some(Field::Text("b \"c".to_owned()))),
            ("MACROBUTTON Name Click here", Some(Field::Text("Click here".to_owned()))),
        ] {
            assert_eq!(parse(instruction), field, "{instruction}");
        }
    }
}
