//! The message model: reading, bodies in every form, names, and that strict reading never knows more than lenient does.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::message(data));
