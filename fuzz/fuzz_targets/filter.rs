//! The mail filter: a mail is never lost. Either it stays as it is, or every attachment is in the output.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::filter(data));
