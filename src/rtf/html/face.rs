//! The face of most of the text: what a document's `body` says, so that single words need not.

use std::collections::HashMap;

use super::character::{self, Character};
use super::inline;
use crate::base::context::Ctx;
use crate::base::{Compliance, ReadOptions, Report};
use crate::rtf::state::{Destination, Event, Purpose, Reader};

/// Font and size in half points.
pub(super) type Face = (Option<i32>, u16);

/// The font and size that most of the text has, and the CSS of the font: what need not be said of every word, and what the
/// numbers of lists should have.
pub(super) fn most_used(rtf: &[u8], options: &ReadOptions) -> (Face, String) {
    // What is wrong is reported by the reading that counts.
    let options = ReadOptions { compliance: Compliance::Lenient, ..options.clone() };
    let mut report = Report::new();
    let mut ctx = Ctx::new(&options, &mut report);
    let mut used: HashMap<Face, usize> = HashMap::new();
    let mut stack = Vec::new();
    let mut look = Character::default();
    let mut best = ((None, character::DEFAULT_SIZE), 0, String::new());
    let Ok(mut reader) = Reader::new(rtf, Purpose::Rich, &mut ctx) else { return (best.0, best.2) };
    while let Ok(Some(event)) = reader.next(&mut ctx) {
        match event {
            Event::Open => stack.push(look),
            Event::Close(_) => look = stack.pop().unwrap_or_default(),
            Event::Word(name, parameter) => {
                look.word(name, parameter);
            }
            Event::Text(text) if reader.group().destination == Destination::Body && !reader.group().hidden => {
                let face = (reader.current_font(), look.half_points());
                let count = used.entry(face).or_default();
                *count = count.saturating_add(text.trim().len());
                if *count > best.1 {
                    let css = if face == best.0 && best.1 > 0 { best.2 } else { font_css(&reader, face.0) };
                    best = (face, *count, css);
                }
            }
            _ => {}
        }
    }
    (best.0, best.2)
}

fn font_css(reader: &Reader<'_>, font: Option<i32>) -> String {
    font.and_then(|number| reader.font(number)).and_then(inline::family).unwrap_or_default()
}
