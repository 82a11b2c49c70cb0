//! Messages out of .msg or TNEF, written as .msg and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::msg_roundtrip(data));
