//! Redaction: the same shape with other contents, and the same each time.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::redact(data));
