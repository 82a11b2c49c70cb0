//! Items as iCalendar and vCard.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::items(data));
