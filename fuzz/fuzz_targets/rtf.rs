//! RTF: what it carries, its text, its HTML.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::rtf(data));
