//! What a signature is around (RFC 1847): the first part of `multipart/signed`, which [MS-OXOSMIME] keeps whole in one attachment.

/// The part that is signed, as a mail of its own; `None` of anything else.
pub fn content(data: &[u8]) -> Option<&[u8]> {
    let (header, body) = halves(data)?;
    let header = String::from_utf8_lossy(header).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let field = header.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    })?;
    let mut parameters = field.split(';').map(str::trim);
    if !parameters.next()?.eq_ignore_ascii_case("multipart/signed") {
        return None;
    }
    let boundary = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    if boundary.is_empty() {
        return None;
    }
    let mark = format!("--{boundary}");
    let (_, after) = line_of(body, mark.as_bytes(), 0)?;
    let (end, _) = line_of(body, mark.as_bytes(), after)?;
    let part = body.get(after..end)?;
    // The line end before a boundary is the boundary's.
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    Some(part.strip_suffix(b"\r").unwrap_or(part))
}

/// Header and body: what stands before and behind the first empty line.
fn halves(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = |mark: &[u8]| data.windows(mark.len()).position(|found| found == mark).map(|at| (at, at.saturating_add(mark.len())));
    let (end, start) = [at(b"\r\n\r\n"), at(b"\n\n")].into_iter().flatten().min()?;
    Some((data.get(..end)?, data.get(start..)?))
}

/// Where the first line from `from` on begins that starts with `mark`, and where the next one does.
fn line_of(body: &[u8], mark: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    for line in body.get(from..)?.split_inclusive(|byte| *byte == b'\n') {
        let next = at.saturating_add(line.len());
        if line.starts_with(mark) {
            return Some((at, next));
        }
        at = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_is_what_is_signed() {
        let data = b"MIME-Version: 1.0\r\nContent-Type: multipart/signed;\r\n\tprotocol=\"application/pkcs7-signature\"; Boundary=\"=_b\"\r\n\r\n\
            This is signed.\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nHello\r\n\r\n--=_b\r\nContent-Type: application/pkcs7-signature\r\n\r\nAA\r\n--=_b--\r\n";
        assert_eq!(content(data).unwrap(), b"Content-Type: text/plain\r\n\r\nHello\r\n");
        let lines: Vec<u8> = data.iter().copied().filter(|byte| *byte != b'\r').collect();
        assert_eq!(content(&lines).unwrap(), b"Content-Type: text/plain\n\nHello\n");
        for other in [
            &b""[..],
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b",
            b"Content-Type: multipart/signed\n\n",
            &data[..150],
        ] {
            assert_eq!(content(other), None);
        }
    }
}
