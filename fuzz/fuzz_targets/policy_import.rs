//! Exports of Exchange and settings files: refused with nothing changed, or written and read back the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::policy_import(data));
