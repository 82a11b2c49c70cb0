//! Sizes as people write and read them: `64MiB` on the command line, `61.5 KiB` in a listing.
//!
//! Units are those of GNU coreutils, without regard to case: `KiB`, `MiB`, … and the bare letters `k`, `M`, … are powers of
//! 1024; `kB`, `MB`, … are powers of 1000.

use std::fmt;

const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

/// Reason why a text is no size.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SizeError {
    /// Not digits, perhaps with a decimal point, and a unit.
    Malformed,
    /// More bytes than an `u64` counts.
    TooLarge,
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SizeError::Malformed => "expected a size such as 64MiB, 1.5G, 500k or 65536",
            SizeError::TooLarge => "the size is too large",
        })
    }
}

impl std::error::Error for SizeError {}

/// Reads a size in bytes: a number, and a unit with or without blanks before it. Parts of a byte are dropped.
///
/// # Errors
/// [`SizeError`] says what is wrong.
pub fn parse(text: &str) -> Result<u64, SizeError> {
    let text = text.trim();
    let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(number_end).ok_or(SizeError::Malformed)?;
    let unit = unit_bytes(unit.trim_start()).ok_or(SizeError::Malformed)?;
    let (whole, fraction) = match number.split_once('.') {
        // Of less than a billionth there is nothing left in any unit that a limit is given in.
        Some((whole, fraction)) if (1..=9).contains(&fraction.len()) => (whole, fraction),
        None => (number, "0"),
        Some(_) => return Err(SizeError::Malformed),
    };
    if whole.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SizeError::Malformed);
    }
    let whole: u64 = whole.parse().map_err(|_| SizeError::TooLarge)?;
    // At most nine digits, as the match above has it.
    let billionths: u128 = format!("{fraction:0<9}").parse().map_err(|_| SizeError::Malformed)?;
    let part = billionths.saturating_mul(u128::from(unit)).checked_div(1_000_000_000).unwrap_or(0);
    let bytes = u128::from(whole).saturating_mul(u128::from(unit)).saturating_add(part);
    u64::try_from(bytes).map_err(|_| SizeError::TooLarge)
}

fn unit_bytes(unit: &str) -> Option<u64> {
    let mut letters = unit.chars().map(|c| c.to_ascii_lowercase());
    let exponent = match letters.next() {
        None => return Some(1),
        Some('b') => 0,
        Some('k') => 1,
        Some('m') => 2,
        Some('g') => 3,
        Some('t') => 4,
        Some(_) => return None,
    };
    let base: u64 = match (exponent, letters.next(), letters.next(), letters.next()) {
        (0, None, ..) => 1,
        (1.., None, ..) | (1.., Some('i'), Some('b'), None) => 1024,
        (1.., Some('b'), None, _) => 1000,
        _ => return None,
    };
    base.checked_pow(exponent)
}

/// A number for people, with commas between thousands: `100,000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size for people: `1 byte`, `1000 bytes`, `61.5 KiB`, `64 MiB`. One decimal, rounded, except where it is exact without.
#[must_use]
pub fn format(bytes: u64) -> String {
    if bytes < 1024 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    let mut unit: u64 = 1024;
    let last = UNITS.len().saturating_sub(1);
    for (index, name) in UNITS.iter().enumerate() {
        if bytes.checked_rem(unit) == Some(0) && (index == last || bytes / 1024 < unit) {
            return format!("{} {name}", bytes.checked_div(unit).unwrap_or_default());
        }
        let doubled = u128::from(bytes).saturating_mul(20).saturating_add(u128::from(unit));
        let tenths = doubled.checked_div(u128::from(unit).saturating_mul(2)).unwrap_or_default();
        if index == last || tenths < 10 * 1024 {
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
        unit = unit.saturating_mul(1024);
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (100_000, "100,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("0", 0),
            ("65536", 65536),
            ("65536B", 65536),
            ("1b", 1),
            ("500k", 500 * 1024),
            ("500K", 500 * 1024),
            ("500kB", 500_000),
            ("500KiB", 500 * 1024),
            ("64MiB", 64 << 20),
            ("64 MiB", 64 << 20),
            (" 64mib ", 64 << 20),
            ("1M", 1 << 20),
            ("1MB", 1_000_000),
            ("1G", 1 << 30),
            ("1GB", 1_000_000_000),
            ("2TiB", 2 << 40),
            ("1.5G", 3 << 29),
            ("0.5k", 512),
            ("1.25kB", 1250),
            ("0.1k", 102),
            ("1.9", 1),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_size() {
        for text in
            ["", "k", "MiB", "-1", "+1", "1.", ".5", "1..5", "1.2.3", "1x", "1kk", "1ki", "1Bi", "1 k B", "1e3", "0x10", "1,5k"]
        {
            assert_eq!(parse(text), Err(SizeError::Malformed), "{text:?}");
        }
        for text in ["18446744073709551616", "16777216T", "99999999999999999999999999999999999999999"] {
            assert_eq!(parse(text), Err(SizeError::TooLarge), "{text:?}");
        }
    }

    #[test]
    fn sizes_are_shown() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1025, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (62_976, "61.5 KiB"),
            (63_000, "61.5 KiB"),
            (64 << 20, "64 MiB"),
            ((1 << 20) - 1, "1.0 MiB"),
            (1023 << 10, "1023 KiB"),
            (1 << 20, "1 MiB"),
            (1025 << 10, "1.0 MiB"),
            (1 << 30, "1 GiB"),
            (1 << 40, "1 TiB"),
            (5 << 50, "5120 TiB"),
            (u64::MAX, "16777216.0 TiB"),
        ] {
            assert_eq!(format(bytes), text, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read(bytes: u64) {
            let text = format(bytes);
            if let Some(number) = text.strip_suffix(" bytes") {
                prop_assert_eq!(number.parse::<u64>(), Ok(bytes));
            } else if bytes < u64::MAX - (1 << 40) {
                let back = parse(&text).unwrap();
                // Half a tenth of the unit, which is at most a twentieth of the value.
                prop_assert!(back.abs_diff(bytes) <= bytes / 20, "{} {}", text, back);
            }
        }
    }
}
