//! Edits: the change is there, the rest and the search key stay. The last 24 bytes of the input say what is changed.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::edit(data));
