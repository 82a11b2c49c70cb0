//! Compressed RTF: any input decompresses within its bounds, and what is compressed comes back.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::lzfu(data));
