//! Messages out of nothing: written or refused, read, written again the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::write(data));
