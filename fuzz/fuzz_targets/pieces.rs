//! The view tier: every byte accounted for, nothing panics. Once with the checksums as they are, once with right ones.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    winmail_fuzz::pieces(data);
    winmail_fuzz::pieces(&winmail_fuzz::with_right_checksums(data));
    winmail_fuzz::property_list(data);
});
