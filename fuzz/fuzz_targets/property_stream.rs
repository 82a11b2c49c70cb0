//! The streaming walk over property lists against the one over slices: over the input as a list, and over the lists of the
//! input as a TNEF stream. The input's last ten bytes say how it is split.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((input, held, sizes, read)) = winmail_fuzz::with_split(data) else { return };
    winmail_fuzz::property_streams(input, held, sizes, read);
});
