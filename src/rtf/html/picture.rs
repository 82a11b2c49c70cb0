//! Pictures, `{\pict\pngblip\picwgoal... 89504e47...}`, and embedded objects' data: Rich Text Format Specification 1.9.1, "Pictures",
//! "Objects".

use crate::base::input::{le_u16, le_u32, peek};
use crate::base::output::Emit;
use crate::rtf::token::hex_digit;

/// A picture or an object's data being read.
#[derive(Debug, Default)]
pub(super) struct Picture {
    kind: Kind,
    /// `\picw`, `\pich`: pixels, or 1/100 mm in metafiles.
    width: i32,
    height: i32,
    /// `\picwgoal`, `\pichgoal`: twips.
    goal_width: i32,
    goal_height: i32,
    /// Percent.
    scale_x: Option<i32>,
    scale_y: Option<i32>,
    bytes: Vec<u8>,
    /// What the picture shows, in words.
    description: String,
    /// The first digit of a byte whose second has not come.
    half: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Unknown,
    Png,
    Jpeg,
    Gif,
    /// A bitmap with its file header.
    BitmapFile,
    Emf,
    Wmf,
    /// A bitmap without its file header.
    Dib,
    /// A device-dependent bitmap.
    Bitmap,
    MacPict,
}

impl Kind {
    /// Media type and file extension.
    fn media(self) -> (&'static str, &'static str) {
        match self {
            Kind::Png => ("image/png", "png"),
            Kind::Jpeg => ("image/jpeg", "jpg"),
            Kind::Emf => ("image/emf", "emf"),
            Kind::Wmf => ("image/wmf", "wmf"),
            Kind::Gif => ("image/gif", "gif"),
            Kind::Dib | Kind::BitmapFile => ("image/bmp", "bmp"),
            Kind::MacPict => ("image/x-pict", "pct"),
            Kind::Unknown | Kind::Bitmap => ("application/octet-stream", "bin"),
        }
    }
}

/// A finished picture.
pub(super) struct Finished {
    pub(super) mime: &'static str,
    pub(super) extension: &'static str,
    pub(super) bytes: Vec<u8>,
    /// CSS pixels.
    pub(super) size: Option<(i64, i64)>,
    /// Whether browsers show it.
    pub(super) shown: bool,
    /// What it shows, in words.
    pub(super) description: String,
}

impl Picture {
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) {
        let number = parameter.unwrap_or(0);
        match name {
            "pngblip" => self.kind = Kind::Png,
            "jpegblip" => self.kind = Kind::Jpeg,
            "emfblip" => self.kind = Kind::Emf,
            "wmetafile" => self.kind = Kind::Wmf,
            "dibitmap" => self.kind = Kind::Dib,
            "wbitmap" => self.kind = Kind::Bitmap,
            "macpict" => self.kind = Kind::MacPict,
            "picw" => self.width = number,
            "pich" => self.height = number,
            "picwgoal" => self.goal_width = number,
            "pichgoal" => self.goal_height = number,
            "picscalex" => self.scale_x = parameter,
            "picscaley" => self.scale_y = parameter,
            _ => {}
        }
    }

    /// Hexadecimal digits; anything else between them is ignored.
    pub(super) fn hex(&mut self, text: &str) {
        for digit in text.bytes().filter_map(hex_digit) {
            match self.half.take() {
                None => self.half = Some(digit),
                Some(high) => self.bytes.push(high << 4 | digit),
            }
        }
    }

    /// A property ([MS-ODRAW] 2.3.4.17, wzDescription).
    pub(super) fn property(&mut self, name: &str, value: &str) {
        if name.trim() == "wzDescription" {
            value.trim().clone_into(&mut self.description);
        }
    }

    /// `\bin`.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// `None` if there are no bytes.
    pub(super) fn finish(self) -> Option<Finished> {
        if self.bytes.is_empty() {
            return None;
        }
        // What the bytes are counts more than what they are said to be.
        let kind = match self.bytes.as_slice() {
            [0x89, b'P', b'N', b'G', ..] => Kind::Png,
            [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
            [b'G', b'I', b'F', b'8', ..] => Kind::Gif,
            [b'B', b'M', ..] if self.kind == Kind::Unknown => Kind::BitmapFile,
            bytes if self.kind == Kind::Unknown && bytes.get(40..44).is_some_and(|mark| mark == b" EMF") => Kind::Emf,
            _ => self.kind,
        };
        let size = self.size();
        let (mime, extension) = kind.media();
        let shown = matches!(kind, Kind::Png | Kind::Jpeg | Kind::Gif | Kind::Dib | Kind::BitmapFile);
        let bytes = if kind == Kind::Dib && !self.bytes.starts_with(b"BM") { bitmap_file(&self.bytes) } else { self.bytes };
        Some(Finished { mime, extension, bytes, size, shown, description: self.description })
    }

    fn size(&self) -> Option<(i64, i64)> {
        let side = |goal: i32, natural: i32, scale: Option<i32>| {
            let pixels = if goal > 0 {
                i64::from(goal) / 15
            } else if matches!(self.kind, Kind::Wmf | Kind::Emf | Kind::MacPict) {
                i64::from(natural).saturating_mul(96) / 2540
            } else {
                i64::from(natural)
            };
            let scale = scale.filter(|scale| (1..=10_000).contains(scale)).unwrap_or(100);
            let pixels = pixels.saturating_mul(i64::from(scale)) / 100;
            (1..=20_000).contains(&pixels).then_some(pixels)
        };
        Some((side(self.goal_width, self.width, self.scale_x)?, side(self.goal_height, self.height, self.scale_y)?))
    }
}

/// A BMP file of a device-independent bitmap: BITMAPFILEHEADER before it ([MS-WMF] 2.2.2.9 for the bitmap).
fn bitmap_file(dib: &[u8]) -> Vec<u8> {
    const FILE_HEADER: u32 = 14;
    let long = |at: usize| dib.get(at..).and_then(|bytes| peek(le_u32, bytes)).unwrap_or(0);
    let bits = dib.get(14..).and_then(|bytes| peek(le_u16, bytes)).unwrap_or(0);
    let header = long(0);
    // Colours: as many as biClrUsed says, or as the depth allows; three masks for BI_BITFIELDS.
    let colors = match (long(32), bits) {
        (0, bits @ 1..=8) => 1u32 << bits,
        (used, _) => used.min(256),
    };
    let masks = if long(16) == 3 && header == 40 { 12 } else { 0 };
    let offset = FILE_HEADER.saturating_add(header).saturating_add(masks).saturating_add(colors.saturating_mul(4));
    let size = u32::try_from(dib.len()).unwrap_or(u32::MAX).saturating_add(FILE_HEADER);
    let mut file = b"BM".to_vec();
    file.emit_u32(size);
    file.emit_u32(0);
    file.emit_u32(offset);
    file.emit_bytes(dib);
    file
}
