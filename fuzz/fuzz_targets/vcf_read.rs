//! Cards of others as items.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::vcf_read(data));
