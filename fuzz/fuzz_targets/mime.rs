//! Mail there and back: structure, reading, writing, carrying as TNEF; no file is lost on the way.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::mime(data));
