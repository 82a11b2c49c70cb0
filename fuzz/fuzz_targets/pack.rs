//! JSON in: packed or refused; and streams through the JSON of their dump and back.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::pack(data));
