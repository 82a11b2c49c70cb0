//! The page's background, `{\*\background{\shp{\*\shpinst{\sp{\sn fillColor}{\sv 255}}...}}}`: Rich Text Format Specification 1.9.1,
//! "Document Formatting Properties", "Drawing Objects"; [MS-ODRAW] 2.3.7 for the properties. Text may be white and need it.

use super::color;

use crate::base::wire::Wire;

/// The fill of the background.
#[derive(Debug, Default)]
pub(super) struct Background {
    /// The property being read.
    pub(super) name: String,
    pub(super) value: String,
    kind: u32,
    color: Option<[u8; 3]>,
    other: Option<[u8; 3]>,
}

/// Values of `fillType`: gradients from corner to corner, from the centre, along a line.
const CENTERED: [u32; 2] = [5, 6];
const LINEAR: [u32; 3] = [4, 7, 8];

impl Background {
    pub(super) fn start_property(&mut self) {
        self.name.clear();
        self.value.clear();
    }

    pub(super) fn end_property(&mut self) {
        let Ok(number) = self.value.trim().parse::<u32>() else { return };
        match self.name.trim() {
            "fillType" => self.kind = number,
            "fillColor" => self.color = rgb(number),
            "fillBackColor" => self.other = rgb(number),
            _ => {}
        }
    }

    /// CSS declarations, each with a semicolon.
    pub(super) fn css(&self) -> String {
        let Some(first) = self.color.map(color::css) else { return String::new() };
        let gradient = match self.other.map(color::css) {
            Some(other) if CENTERED.contains(&self.kind) => format!("background-image:radial-gradient({other},{first});"),
            Some(other) if LINEAR.contains(&self.kind) => format!("background-image:linear-gradient({first},{other});"),
            _ => String::new(),
        };
        format!("background-color:{first};{gradient}")
    }
}

/// An OfficeArtCOLORREF of the plain kind: red in the lowest byte. Others name a scheme or system colour.
fn rgb(number: u32) -> Option<[u8; 3]> {
    let [red, green, blue, flags] = number.le_bytes();
    (flags == 0).then_some([red, green, blue])
}
