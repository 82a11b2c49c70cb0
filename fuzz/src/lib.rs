//! What the fuzz targets share: the checks, as plain functions over bytes, so that a finding can be replayed by a unit test.
//!
//! Each function panics when a promise of the library is broken.

mod change;
mod html;
mod items;
mod mail;
mod mime;
mod model;
mod msg;
mod names;
mod settings;
mod streams;
mod structures;
mod view;
mod write;

pub use change::{edit, redact};
pub use html::safe_html;
pub use items::{ics_read, items, vcf_read};
pub use mail::filter;
pub use mime::mime;
pub use model::{lzfu, message, rtf};
pub use msg::{msg_read, msg_roundtrip};
pub use names::safe_name;
pub use settings::policy_import;
pub use streams::{
    Seen, SeenProperty, Splitting, property_stream, property_streams, seen_in_slice, seen_in_stream, stream_reader,
};
pub use structures::structures;
pub use view::{pieces, property_list};
pub use write::{pack, write};

use winmail::tnef::checksum;

/// How to split, taken from the end of the input: the rest of it, what is held, sizes of reads, size of the caller's buffer.
pub fn with_split(data: &[u8]) -> Option<(&[u8], u64, &[u8], usize)> {
    let (input, how) = data.split_at(data.len().checked_sub(10)?);
    Some((input, u64::from(how[9]) * 16, &how[1..9], usize::from(how[0])))
}

/// Makes checksums right, so that a fuzzer need not guess them: as far as declared lengths lead from attribute to attribute.
pub fn with_right_checksums(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let mut position = 6usize;
    while let Some(header) = bytes.get(position..position + 9) {
        let length = u32::from_le_bytes([header[5], header[6], header[7], header[8]]) as usize;
        let data = position + 9;
        let Some(end) = data.checked_add(length).filter(|end| end + 2 <= bytes.len()) else { break };
        let sum = checksum(&bytes[data..end]).to_le_bytes();
        bytes[end..end + 2].copy_from_slice(&sum);
        position = end + 2;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use winmail::tnef::ChecksumState;

    use super::*;

    const STREAM: &[u8] = b"\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\xFF\xFF\
        \x02\x0F\x80\x06\x00\x02\x00\x00\x00HiXX";

    /// `fuzz/`, also where `tests/replay.rs` has taken these modules in.
    pub(super) fn crate_folder() -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        if folder.ends_with("fuzz") { folder.to_owned() } else { folder.join("../fuzz") }
    }

    #[test]
    fn the_checks_hold_for_a_small_stream() {
        let fixed = with_right_checksums(STREAM);
        assert!(matches!(seen_in_slice(&fixed)[1], Seen::Attribute(1, 0x0008_9006, 6, 4, _, _, ChecksumState::Match)));
        for input in [STREAM, &fixed, &[]] {
            pieces(input);
            stream_reader(input, 0, &[1, 0, 3], 1);
            property_streams(input, 0, &[1, 0, 3], 1);
        }
    }
}
