//! The stream reader against the slice reader, and against itself with another split. The input's last ten bytes say which.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((input, held, sizes, read)) = winmail_fuzz::with_split(data) else { return };
    winmail_fuzz::stream_reader(input, held, sizes, read);
    winmail_fuzz::stream_reader(&winmail_fuzz::with_right_checksums(input), held, sizes, read);
});
