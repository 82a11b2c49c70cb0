//! Safe HTML: whatever the sender wrote, nothing in it runs, loads or asks.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::safe_html(data));
