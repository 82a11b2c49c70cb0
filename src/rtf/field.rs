//! Fields, `{\field{\*\fldinst HYPERLINK "https://example.org/"}{\fldrslt here}}`: what their instructions say. Rich Text
//! Format Specification 1.9.1, "Fields"; [ECMA-376] part 1, 17.16.5, for the instructions.

use super::symbol_font;

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
}

/// Longest instruction that is kept: URLs in use have some thousand characters.
const MAX_INSTRUCTION: usize = 64 << 10;

/// Appends to an instruction.
pub(super) fn append(instruction: &mut String, text: &str) {
    if instruction.len().saturating_add(text.len()) <= MAX_INSTRUCTION {
        instruction.push_str(text);
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
        while let Some(argument) = arguments.next() {
            if argument.switch() == Some('f') {
                font = arguments.next().map(|font| font.text);
            }
        }
        let known = font.as_deref().and_then(|font| symbol_font::to_unicode(font, u8::try_from(code & 0xFFF).ok()?));
        return Some(match known {
            Some(shown) => Field::Symbol { shown, font: None },
            None => Field::Symbol { shown: char::from_u32(code)?, font },
        });
    }
    None
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
        ] {
            assert_eq!(parse(instruction), field, "{instruction}");
        }
    }
}
