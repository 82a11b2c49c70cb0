//! File names: what `winmail::safe_name` promises in the table of its module.

use std::path::{Component, Path};

use winmail::safe_name::{MAX_BYTES, collision_key, sanitize};

/// Whatever the name (up to the first NUL) and the fallback, the result is one harmless component of a path; a safe name stays.
pub fn safe_name(input: &[u8]) {
    let mut parts = input.splitn(2, |&byte| byte == 0);
    let [name, fallback] = [parts.next(), parts.next()].map(|part| String::from_utf8_lossy(part.unwrap_or_default()));
    check(&name, &fallback);
    let units: Vec<u16> = input.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    check(&String::from_utf16_lossy(&units), "");
}

fn check(name: &str, fallback: &str) {
    let safe = sanitize(name, fallback);
    let text = safe.as_str();
    assert!(!text.is_empty() && text.len() <= MAX_BYTES, "{} bytes of {name:?}", text.len());
    let folder = Path::new("/folder");
    assert_eq!(folder.join(text).parent(), Some(folder), "{text:?}");
    assert!(Path::new(text).components().eq([Component::Normal(text.as_ref())]), "{text:?}");
    for c in text.chars() {
        assert!(!"/\\<>:\"|?*".contains(c) && !c.is_control(), "{text:?}");
        // Line ends, bidi marks and overrides, byte order mark, soft hyphen, zero width blank and word joiner.
        let hidden =
            matches!(c, '\u{2028}' | '\u{2029}' | '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{AD}')
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}');
        assert!(!hidden && u32::from(c) & 0xFFFE != 0xFFFE, "{text:?}");
    }
    assert!(!text.starts_with(['-', '.']) && !text.ends_with('.') && text.trim() == text, "{text:?}");
    let base = text.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let port = base.strip_prefix("COM").or(base.strip_prefix("LPT")).is_some_and(|port| {
        matches!(port, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "\u{B9}" | "\u{B2}" | "\u{B3}")
    });
    assert!(!port && !["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(&&*base), "{text:?}");
    let again = sanitize(text, "another");
    assert_eq!(again, safe, "a safe name stays");
    // Names that differ in ASCII case alone are one file on some file systems. Not a device in either case, hence safe as well.
    let upper = sanitize(&text.to_ascii_uppercase(), "another");
    assert_eq!(collision_key(&upper), collision_key(&safe), "{text:?}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checks_hold_for_hostile_names() {
        for name in ["", "..", "../../etc/passwd", "C:\\a\\con.txt", "-rf .. ", "a\u{202E}gpj.exe", "\0\0", "COM\u{B9}.x"] {
            super::safe_name(name.as_bytes());
        }
        super::safe_name(&[b'x'; 2000]);
    }
}
