//! attAttachRendData: how an attachment shows in the text, and the start of its attributes ([MS-OXTNEF] 2.1.3.3.15).
//!
//! ```text
//! u16  type       0 null, 1 file, 2 OLE object, 3 picture
//! u32  position   in the text; 0xFFFFFFFF not rendered there
//! u16  width      32 typical; 0xFFFF for OLE objects and pictures
//! u16  height     the same
//! u32  flags      1: attAttachData is MacBinary
//! ```

use nom::Parser;

use crate::base::input::{Nom, le_u16, le_u32};
use crate::base::output::Emit;

bitflags::bitflags! {
    /// The flags of a RENDDATA.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct RendFlags: u32 {
        /// MAC_BINARY: the data is a MacBinary file; the plain file is its data fork.
        const MAC_BINARY = 0x0000_0001;
        const _ = !0;
    }
}

/// The type of a RENDDATA. Every value is representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttachType(pub u16);

impl AttachType {
    /// atypNull.
    pub const NULL: AttachType = AttachType(0);
    /// atypFile.
    pub const FILE: AttachType = AttachType(1);
    /// atypOle.
    pub const OLE: AttachType = AttachType(2);
    /// atypPicture.
    pub const PICTURE: AttachType = AttachType(3);

    /// The name in the headers, `atypFile`, if it is known.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            AttachType::NULL => Some("atypNull"),
            AttachType::FILE => Some("atypFile"),
            AttachType::OLE => Some("atypOle"),
            AttachType::PICTURE => Some("atypPicture"),
            _ => None,
        }
    }
}

/// RENDDATA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RendData {
    /// File, OLE object or picture.
    pub attach_type: AttachType,
    /// PidTagRenderingPosition.
    pub position: u32,
    /// Width in dialog units.
    pub width: u16,
    /// Height in dialog units.
    pub height: u16,
    /// Flags.
    pub flags: RendFlags,
}

impl RendData {
    /// Bytes of a RENDDATA.
    pub const LENGTH: usize = 14;
    /// A position that says: not rendered in the text.
    pub const NOT_RENDERED: u32 = 0xFFFF_FFFF;

    /// Reads a RENDDATA; `None` if there are fewer than 14 bytes.
    #[must_use]
    pub fn parse(data: &[u8]) -> Option<Self> {
        fn rend_data(input: &[u8]) -> Nom<'_, RendData> {
            (le_u16, le_u32, le_u16, le_u16, le_u32)
                .map(|(attach_type, position, width, height, flags)| RendData {
                    attach_type: AttachType(attach_type),
                    position,
                    width,
                    height,
                    flags: RendFlags::from_bits_retain(flags),
                })
                .parse(input)
        }
        rend_data(data).ok().map(|(_, value)| value)
    }

    /// Appends the 14 bytes.
    pub fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u16(self.attach_type.0);
        out.emit_u32(self.position);
        out.emit_u16(self.width);
        out.emit_u16(self.height);
        out.emit_u32(self.flags.bits());
    }
}

impl Default for RendData {
    /// A file that is not rendered in the text.
    fn default() -> Self {
        RendData {
            attach_type: AttachType::FILE,
            position: RendData::NOT_RENDERED,
            width: 32,
            height: 32,
            flags: RendFlags::empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_bytes() {
        let ole =
            RendData { attach_type: AttachType::OLE, position: 7, width: 0xFFFF, height: 0xFFFF, flags: RendFlags::MAC_BINARY };
        let table: [(RendData, &[u8]); 2] = [
            (RendData::default(), &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 32, 0, 32, 0, 0, 0, 0, 0]),
            (ole, &[2, 0, 7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0]),
        ];
        for (value, bytes) in table {
            assert_eq!(RendData::parse(bytes), Some(value));
            let mut out = Vec::new();
            value.emit(&mut out);
            assert_eq!(out, bytes);
            assert_eq!(RendData::parse(&bytes[..13]), None);
        }
    }
}
