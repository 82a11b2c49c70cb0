//! Streams in what is encoded around them. What is encoded here is encoded by `mail-builder`.

use mail_builder::encoders::{base64::base64_encode_mime, quoted_printable::quoted_printable_encode};

use super::*;

const ENCODINGS: [&str; 2] = ["base64", "quoted-printable"];

fn encode(encoding: &str, bytes: &[u8], line_end: &str) -> String {
    let mut out = Vec::new();
    match encoding {
        "base64" => base64_encode_mime(bytes, &mut out, false).unwrap(),
        _ => quoted_printable_encode(bytes, &mut out, true).unwrap(),
    };
    String::from_utf8(out).unwrap().replace("\r\n", line_end)
}

/// A mail of one text, which is encoded.
fn text_mail(encoding: &str, text: &[u8], line_end: &str) -> String {
    let header = format!(
        "From: a\nSubject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: {encoding}\nX-Last: 1\n\n"
    );
    header.replace('\n', line_end) + &encode(encoding, text, line_end)
}

/// The decoded bytes of the parts of a type.
pub(super) fn bytes_of(mail: &str, content_type: &str) -> Vec<Vec<u8>> {
    let structure = Structure::of(mail.as_bytes(), &Limits::default());
    let parts = structure.entities.iter().filter(|entity| entity.content_type == content_type);
    parts.map(|entity| entity.encoding.decode(&mail.as_bytes()[entity.body.clone()]).into_owned()).collect()
}

#[test]
fn a_text_is_encoded_again_without_the_stream() {
    let block = uuencoded(&stream(None, None, &[FILE]));
    for encoding in ENCODINGS {
        for line_end in ["\n", "\r\n"] {
            let text = format!("Hall\u{f6}, = \nFrom here on\n{block}\n-- \nbye").replace('\n', line_end);
            let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            let out = replaced(&text_mail(encoding, &latin, line_end));
            let seen: Vec<_> = leaves(&out).into_iter().map(|(kind, text)| (kind, text.replace("\r\n", "\n"))).collect();
            let expected = [("text/plain", "Hall\u{f6}, = \nFrom here on\n\n-- \nbye"), ("application/octet-stream", "contents")];
            assert_eq!(seen, expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
            let kept = text.replace(&block.replace('\n', line_end), "");
            assert_eq!(
                bytes_of(&out, "text/plain"),
                [kept.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>()]
            );
            assert!(out.starts_with(&format!(
                "From: a{line_end}Subject: x{line_end}MIME-Version: 1.0{line_end}Content-Type: multipart/mixed;"
            )));
            let header = format!("--\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: {encoding}\n\n");
            assert!(out.contains(header.trim_start_matches('-').replace('\n', line_end).as_str()), "{out}");
            assert!(line_end == "\r\n" || !out.contains('\r'));
        }
    }
}

#[test]
fn two_streams_in_a_text_and_a_rich_body() {
    let blocks = uuencoded(&stream(None, Some(HTML), &[FILE])) + &uuencoded(&stream(None, None, &[("b.bin", b"more")]));
    for encoding in ENCODINGS {
        let part = text_mail(encoding, format!("The rich body\n{blocks}").as_bytes(), "\n");
        let part = part.split_once("Subject: x\n").unwrap().1;
        let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n--a\n{part}\n--a\n\nanother\n--a--\n");
        let (out, actions) = run(&mail, &FilterOptions::default());
        assert_eq!(actions, [Action::Replaced, Action::Replaced]);
        check(
            &out,
            &[
                ("text/plain", "The rich body"),
                ("text/html", "<html><body><p>The <b>rich</b> body</p></body></html>"),
                ("application/octet-stream", "contents"),
                ("application/octet-stream", "more"),
                ("text/plain", "another"),
            ],
        );
        assert!(out.ends_with("\n--a\n\nanother\n--a--\n"));
        // What is kept is kept as it stands.
        let keeping = FilterOptions { keep_original: true, ..FilterOptions::default() };
        let (out, actions) = run(&mail, &keeping);
        assert_eq!(actions, [Action::Kept(Reason::Wanted), Action::Kept(Reason::Wanted)]);
        assert!(out.contains(part.split_once("\n\n").unwrap().1.trim_end()), "{out}");
    }
}

#[test]
fn what_cannot_be_encoded_again_stays() {
    let block = uuencoded(&stream(None, None, &[FILE]));
    let text = text_mail("base64", format!("Hello\n{block}").as_bytes(), "\n") + "\n-- \nYou are on a list\n";
    assert_eq!(run(&text, &FilterOptions::default()), (text.clone(), vec![Action::Left(Reason::EncodedText)]));
    let inner = exchange("The text.", &stream(None, None, &[FILE]));
    let message = around_message("base64", &inner, "\n").replacen("\n--a--", "\n[cut]\n--a--", 1);
    assert_eq!(run(&message, &FilterOptions::default()), (message.clone(), vec![Action::Left(Reason::EncodedMessage)]));
}

/// A mail that forwards another one, encoded.
fn around_message(encoding: &str, inner: &str, line_end: &str) -> String {
    let header = format!(
        "Subject: Fwd\nContent-Type: multipart/mixed; boundary=\"a\"\n\n--a\n\nsee below\n--a\nContent-Type: message/rfc822\n\
         Content-Transfer-Encoding: {encoding}\n\n"
    );
    header.replace('\n', line_end)
        + &encode(encoding, inner.as_bytes(), line_end)
        + &"\n--a--\nEpilogue.\n".replace('\n', line_end)
}

#[test]
fn an_encoded_message_is_filtered_inside() {
    let inner = exchange("The text.", &stream(None, Some(HTML), &[FILE])).replacen("--a\n", "--inner\n", 1);
    let inner = inner.replace("--a", "--inner").replace("boundary=\"a\"", "boundary=\"inner\"");
    for encoding in ENCODINGS {
        for line_end in ["\n", "\r\n"] {
            let inner = inner.replace('\n', line_end);
            let mail = around_message(encoding, &inner, line_end);
            assert_eq!(leaves(&mail).len(), 2, "mail-parser reads it as we do");
            let (out, actions) =
                run(&mail, &FilterOptions { add_fields: vec!["X-Done: 1".to_owned()], ..FilterOptions::default() });
            assert_eq!(actions, [Action::Replaced]);
            // What the message in it becomes by itself, and nothing else.
            let alone = replaced(&inner);
            assert_eq!(bytes_of(&out, "message/rfc822"), [alone.into_bytes()]);
            let start = mail.find(&format!("{encoding}{line_end}{line_end}")).unwrap();
            let expected = mail[..start].replacen("boundary=\"a\"", &format!("boundary=\"a\"{line_end}X-Done: 1"), 1);
            assert!(out.starts_with(&expected), "{out}");
            assert!(out.ends_with(&"\n--a--\nEpilogue.\n".replace('\n', line_end)));
            let parsed = MessageParser::new().parse(out.as_bytes()).unwrap();
            let mut there = Vec::new();
            contents(&parsed, &mut there);
            assert!(there.contains(&b"contents".to_vec()));
            // Without TNEF nothing is changed.
            let plain = around_message(encoding, &"Subject: y\n\nnothing = here\n".replace('\n', line_end), line_end);
            assert_eq!(run(&plain, &FilterOptions::default()), (plain.clone(), vec![]));
            // Nor where it is signed.
            let signed = mail.replace("multipart/mixed; boundary=\"a\"", "multipart/signed; boundary=\"a\"");
            assert_eq!(run(&signed, &FilterOptions::default()), (signed.clone(), vec![Action::Left(Reason::Signed)]));
        }
    }
}

#[test]
fn encoded_messages_nest_and_are_bounded() {
    let part = tnef_part(&stream(None, None, &[FILE]));
    let mut mail = format!("Subject: x\n{part}");
    for depth in 1..=5 {
        mail = format!(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}",
            encode("base64", mail.as_bytes(), "\n")
        );
        let filtered = filter(mail.as_bytes(), &FilterOptions::default());
        if depth == 5 {
            assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::Structure)));
            return;
        }
        let mut out = filtered.mail.unwrap().to_vec();
        for _ in 0..depth {
            let body = out.split(|&b| b == b'\n').skip_while(|line| !line.is_empty()).collect::<Vec<_>>().concat();
            out = BASE64_STANDARD.decode(body).unwrap();
        }
        check(&String::from_utf8(out).unwrap(), &[("application/octet-stream", "contents")]);
    }
    // All streams count together.
    let many = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{part}\n").repeat(51));
    let twice = "--a\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n".to_owned()
        + &encode("base64", many.as_bytes(), "\n");
    let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n{twice}\n{twice}\n--a--\n");
    let filtered = filter(mail.as_bytes(), &FilterOptions::default());
    assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::TooMany)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The text around a stream is there, byte for byte.
    #[test]
    fn the_text_around_stays(
        before in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'=')], 1..200),
        after in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'=')], 0..200),
        which in 0usize..2,
        crlf in any::<bool>(),
    ) {
        let line_end = if crlf { "\r\n" } else { "\n" };
        let block = uuencoded(&stream(None, None, &[FILE]));
        // A letter, so that the text is no blank one, which is left out.
        let text = [b"x", before.as_slice(), b"\n", block.as_bytes(), after.as_slice()].concat();
        let mail = text_mail(ENCODINGS[which], &text, line_end);
        let found = find(mail.as_bytes(), &Limits::default());
        prop_assert_eq!(found.parts.len(), 1);
        // Line ends in quoted-printable are the mail's.
        let decoded = found.structure.entities[0].encoding.decode(&mail.as_bytes()[found.structure.entities[0].body.clone()]).into_owned();
        let range = found.parts[0].in_text.clone();
        let kept = [&decoded[..range.start], &decoded[range.end..]].concat();
        let (out, actions) = run(&mail, &FilterOptions::default());
        prop_assert_eq!(actions, [Action::Replaced]);
        prop_assert_eq!(bytes_of(&out, "text/plain"), [kept]);
    }
}
