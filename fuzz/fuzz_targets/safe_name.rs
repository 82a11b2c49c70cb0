//! File names: whatever the sender wrote, one harmless component of a path.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::safe_name(data));
