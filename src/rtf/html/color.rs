//! The colour table, `{\colortbl;\red255\green0\blue0;}`: Rich Text Format Specification 1.9.1, "Color Table". Entry 0 is mostly
//! empty: the reader's own colour.

/// A colour; `None` is the reader's own.
pub(super) type Color = Option<[u8; 3]>;

/// The colours of a document.
#[derive(Debug, Default)]
pub(super) struct ColorTable {
    colors: Vec<Color>,
    current: Color,
}

impl ColorTable {
    /// A control word inside the table.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) {
        let value = u8::try_from(parameter.unwrap_or(0).clamp(0, 255)).unwrap_or(0);
        let [red, green, blue] = self.current.unwrap_or_default();
        self.current = match name {
            "red" => Some([value, green, blue]),
            "green" => Some([red, value, blue]),
            "blue" => Some([red, green, value]),
            _ => self.current,
        };
    }

    /// Text inside the table: semicolons end entries.
    pub(super) fn text(&mut self, text: &str) {
        for _ in text.chars().filter(|c| *c == ';') {
            self.colors.push(self.current.take());
        }
    }

    /// The colour with a number. 0 is the reader's own, whatever the table says: Word and RichEdit hold it so.
    pub(super) fn color(&self, number: u16) -> Color {
        if number == 0 {
            return None;
        }
        self.colors.get(usize::from(number)).copied().flatten()
    }
}

/// `#rrggbb`.
pub(super) fn css([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
