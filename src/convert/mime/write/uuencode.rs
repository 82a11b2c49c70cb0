//! UUENCODE: files behind the text of a body, for readers that know no MIME ([MS-OXCMAIL] 2.1.3.4; POSIX `uuencode`).
//!
//! ```text
//! begin 644 name
//! M...                lines of up to 45 bytes: their number, and 4 characters for 3 bytes
//! `
//! end
//! ```

/// Appends a file. The name is in ASCII, as nothing says what else it could be in.
pub(super) fn encode(name: &str, data: &[u8], out: &mut String) {
    const LINE: usize = 45;
    let name: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    out.push_str(&format!("begin 644 {}\r\n", if name.is_empty() { "attachment" } else { &name }));
    for line in data.chunks(LINE) {
        out.push(digit(u8::try_from(line.len()).unwrap_or(0)));
        for chunk in line.chunks(3) {
            let byte = |at: usize| chunk.get(at).copied().unwrap_or(0);
            let (one, two, three) = (byte(0), byte(1), byte(2));
            for value in [one >> 2, (one << 4) | (two >> 4), (two << 2) | (three >> 6), three] {
                out.push(digit(value & 0x3F));
            }
        }
        out.push_str("\r\n");
    }
    out.push_str("`\r\nend\r\n");
}

/// Six bits; a grave accent stands for 0, since blanks at the ends of lines get lost.
fn digit(value: u8) -> char {
    if value == 0 { '`' } else { char::from(value.saturating_add(0x20)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_45_bytes() {
        let mut out = String::new();
        encode("cat.txt", b"Cat", &mut out);
        assert_eq!(out, "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n");
        out.clear();
        encode("caf\u{e9}\r\nx", &[0; 46], &mut out);
        let zeros = "`".repeat(60);
        assert_eq!(out, format!("begin 644 caf___x\r\nM{zeros}\r\n!````\r\n`\r\nend\r\n"));
    }
}
