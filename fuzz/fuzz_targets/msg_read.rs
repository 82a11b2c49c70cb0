//! Outlook's .msg: read or refused, and containers copied.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| winmail_fuzz::msg_read(data));
