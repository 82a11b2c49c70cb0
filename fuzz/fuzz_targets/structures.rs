//! Recurrences, zones, global object ids, members of lists, entry ids: refused, or written as they were read.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::structures(data));
