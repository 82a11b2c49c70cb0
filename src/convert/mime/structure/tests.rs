//! Which bytes are which part, of mails sound and broken; and that parts never overlap.

use proptest::prelude::*;

use super::*;

fn limits() -> Limits {
    Limits::default()
}

/// Section, type and text of each part.
fn parts(mail: &str) -> Vec<(String, String, String)> {
    let structure = Structure::of(mail.as_bytes(), &limits());
    assert!(!structure.incomplete);
    let part = |(index, entity): (usize, &Entity)| {
        (structure.section(index), entity.content_type.clone(), mail[entity.whole.clone()].to_owned())
    };
    structure.entities.iter().enumerate().map(part).collect()
}

fn check(mail: &str, expected: &[(&str, &str, &str)]) {
    let owned = |(a, b, c): &(&str, &str, &str)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned());
    assert_eq!(parts(mail), expected.iter().map(owned).collect::<Vec<_>>());
    // The same with CR LF.
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let owned = |(a, b, c): &(&str, &str, &str)| ((*a).to_owned(), (*b).to_owned(), crlf(c));
    assert_eq!(parts(&crlf(mail)), expected.iter().map(owned).collect::<Vec<_>>());
}

#[test]
fn only_whole_lines_of_a_body_are_delimiters() {
    let mail =
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--\n-\n --b\nx--b\n\r--b\n--bb\n--b\n\n--b\n\n--b--\n--b\n\ny";
    let found = Structure::of(mail, &Limits::default());
    let bodies: Vec<&[u8]> = found.entities.iter().skip(1).map(|entity| &mail[entity.body.clone()]).collect();
    assert_eq!(bodies, [&b"--\n-\n --b\nx--b\n\r--b\n--bb"[..], b"", b""]);
}

#[test]
fn a_mail_of_one_part() {
    for mail in ["", "Subject: x\n", "Subject: x\n\nbody\n", "\nbody", "no header\n", "Subject: x\nno field\n", "\n\n\n"] {
        check(mail, &[("", "text/plain", mail)]);
    }
    let mail = b"From x Mon Jan 1\r\nSubject: x\r\n\r\nbody";
    let structure = Structure::of(mail, &limits());
    assert_eq!(structure.entities[0].header, 0..30);
    assert_eq!(structure.entities[0].body, 32..36);
    // No empty line: the body begins with the line that is no field.
    let structure = Structure::of(b"Subject: x\n folded\nbody: no, a b: field\nb c d\n", &limits());
    assert_eq!(structure.entities[0].body, 40..46);
    let structure = Structure::of(b"Subject: x\nbody, not: a field\n", &limits());
    assert_eq!(structure.entities[0].body, 11..30);
}

#[test]
fn a_multipart() {
    let mail = "Content-Type: multipart/mixed; boundary=\"a b\"\n\npreamble\n--a b\n\none\n\n--a b  \nContent-Type: image/PNG\n\ntwo\n--a b--\nepilogue\n";
    check(
        mail,
        &[("", "multipart/mixed", mail), ("1", "text/plain", "\none\n"), ("2", "image/png", "Content-Type: image/PNG\n\ntwo")],
    );
    // The closing delimiter is missing, and the last line end.
    let mail = "Content-Type: multipart/mixed;\n\tboundary=a\n\n--a\n\none\n--a\n\ntwo";
    check(mail, &[("", "multipart/mixed", mail), ("1", "text/plain", "\none"), ("2", "text/plain", "\ntwo")]);
    // Parts without anything, without an empty line, without a body.
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\nX: y\n--a\n\n--a\nno header\n--a--";
    check(
        mail,
        &[
            ("", "multipart/mixed", mail),
            ("1", "text/plain", ""),
            ("2", "text/plain", "X: y"),
            ("3", "text/plain", ""),
            ("4", "text/plain", "no header"),
        ],
    );
}

#[test]
fn only_whole_lines_are_delimiters() {
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n--ab\nx --a\n --a\n-- a\n--a-\n--a---\n---a\n";
    check(mail, &[("", "multipart/mixed", mail)]);
    // An unquoted boundary with characters that ask for quotes, as some write it.
    let mail = "Content-Type: multipart/mixed; boundary=----=_Part_0_1.2\n\n------=_Part_0_1.2\n\nx\n------=_Part_0_1.2--\n";
    check(mail, &[("", "multipart/mixed", mail), ("1", "text/plain", "\nx")]);
}

#[test]
fn nesting() {
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n\
        --a\nContent-Type: multipart/alternative; boundary=ab\n\n--ab\n\none\n--ab\n\ntwo\n--ab--\n\n\
        --a\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: y\n\nz\n--d--\n\
        --a--\n";
    let message = "Subject: x\nContent-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: y\n\nz\n--d--";
    let inner = "Content-Type: multipart/alternative; boundary=ab\n\n--ab\n\none\n--ab\n\ntwo\n--ab--\n";
    check(
        mail,
        &[
            ("", "multipart/mixed", mail),
            ("1", "multipart/alternative", inner),
            ("1.1", "text/plain", "\none"),
            ("1.2", "text/plain", "\ntwo"),
            ("2", "message/rfc822", &format!("Content-Type: message/rfc822\n\n{message}")),
            ("2", "multipart/digest", message),
            ("2.1", "message/rfc822", "\nSubject: y\n\nz"),
            ("2.1", "text/plain", "Subject: y\n\nz"),
        ],
    );
    let structure = Structure::of(mail.as_bytes(), &limits());
    assert_eq!((0..8).map(|at| structure.message_of(at)).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 5, 5, 7]);
    // The inner closing delimiter is missing: the outer one closes.
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n";
    check(
        mail,
        &[
            ("", "multipart/mixed", mail),
            ("1", "multipart/mixed", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none"),
            ("1.1", "text/plain", "\none"),
            ("2", "text/plain", "\ntwo"),
        ],
    );
    // Parts behind the closing delimiter do not count, in the inner multipart too.
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n--a--\n\n--a\n\nnone\n";
    check(mail, &[("", "multipart/mixed", mail)]);
    // An encoded message is no message to walk in.
    let mail = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: x\n\ny\n";
    check(mail, &[("", "message/rfc822", mail)]);
}

#[test]
fn the_first_of_two_fields_counts() {
    let mail = "Content-Type: text/html\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n";
    check(mail, &[("", "text/html", mail)]);
    let structure = Structure::of(
        b"content-transfer-encoding : BASE64\nContent-Transfer-Encoding: 8bit\nContent-type: image/PNG (a comment)\n\n",
        &limits(),
    );
    assert_eq!(structure.entities[0].encoding, TransferEncoding::Base64);
    assert_eq!(structure.entities[0].content_type, "image/png");
    assert!(structure.entities[0].other_types.is_empty());
    let mail = ["Text/HTML", "text/html; a=b", "none", "Image/PNG"].map(|kind| format!("Content-Type: {kind}\n")).concat();
    let structure = Structure::of(format!("{mail}\n").as_bytes(), &limits());
    assert_eq!(structure.entities[0].other_types, ["none", "image/png"]);
    let structure = Structure::of(format!("{}\n", mail.repeat(1000)).as_bytes(), &limits());
    assert!(structure.entities[0].other_types.len() <= OTHER_TYPES_MAX);
}

#[test]
fn limits_are_kept() {
    let mail: String = (0..1000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let structure = Structure::of(mail.as_bytes(), &limits());
    assert!(structure.incomplete);
    assert_eq!(structure.entities.len(), 101);
    assert_eq!(structure.section(100).matches('1').count(), 100);
    let mail = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\n".repeat(1000));
    let structure = Structure::of(mail.as_bytes(), &Limits { attachments: 10, ..limits() });
    assert!(structure.incomplete);
    assert_eq!(structure.entities.len(), 11);
    assert!(!Structure::of(mail.as_bytes(), &limits()).incomplete);
    assert_eq!(Structure::of(mail.as_bytes(), &limits()).entities.len(), 1001);
    // A parameter of a hundred thousand pieces is put together in time that is linear in their number.
    let pieces: String = (0..100_000).map(|n| format!(" boundary*{n}=a;")).collect();
    let mail = format!("Content-Type: multipart/mixed;{pieces}\n\n--{}\nA: b\n\none", "a".repeat(100_000));
    let structure = Structure::of(mail.as_bytes(), &limits());
    assert_eq!(structure.entities.len(), 2);
    assert_eq!(&mail[structure.entities[1].body.clone()], "one");
}

#[test]
fn pages_of_headers() {
    // A part, the page that its header is read in.
    let text = |charset: &str| format!("Content-Type: text/plain; charset={charset}\n\nx\n");
    let file = "Content-Type: image/png\n\nx\n".to_owned();
    let table: [(&[String], &[Option<u32>]); 6] = [
        (&[text("windows-1251"), file.clone()], &[Some(1251), Some(1251), Some(1251)]),
        (&[file.clone(), text("koi8-r")], &[Some(20866), Some(20866), Some(20866)]),
        (&[text("us-ascii"), text("\"CP1250\"")], &[Some(1250), Some(1250), Some(1250)]),
        (&[text("koi8-r"), text("big5")], &[Some(20866), Some(20866), Some(950)]),
        (&[text("utf-8"), file.clone()], &[None, None, None]),
        // A message in it speaks for itself, if it says something.
        (
            &[
                text("koi8-r"),
                format!("Content-Type: message/rfc822\n\n{}", text("shift_jis")),
                format!("Content-Type: message/rfc822\n\n{}", text("utf-8")),
            ],
            &[Some(20866), Some(20866), Some(20866), Some(932), Some(20866), Some(20866)],
        ),
    ];
    for (parts, expected) in table {
        let parts: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
        let mail = format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
        let structure = Structure::of(mail.as_bytes(), &limits());
        let found: Vec<_> = structure.entities.iter().map(|entity| entity.text_page.map(|page| page.0)).collect();
        assert_eq!(found, expected, "{mail}");
    }
}

#[test]
fn boundaries_outside_ascii() {
    for boundary in ["\u{e4}".as_bytes(), b"\xE4", b"\"\xE4 \xF6\""] {
        let bare: Vec<u8> = boundary.iter().copied().filter(|byte| *byte != b'"').collect();
        let mail =
            [b"Content-Type: multipart/mixed; boundary=", boundary, b"\n\n--", &bare, b"\n\none\n--", &bare, b"--\n"].concat();
        let structure = Structure::of(&mail, &limits());
        assert_eq!(structure.entities.len(), 2, "{boundary:?}");
        assert_eq!(&mail[structure.entities[1].body.clone()], b"one");
    }
}

#[test]
fn fields_in_order() {
    let header = b"A: 1\r\n 2\r\nnone\r\n\tof it\r\nB :\r\n\xFF: x\nc:3";
    let found: Vec<_> = fields(header, 0..header.len()).collect();
    let of = |name: &'static [u8], value: &'static [u8], range| Field { name, value, range };
    assert_eq!(found, [of(b"A", b" 1\r\n 2\r\n", 0..10), of(b"B", b"\r\n", 24..29), of(b"c", b"3", 34..37)]);
    assert_eq!(unfolded(b" a\r\n\tb \r\n"), b"a\tb");
}

/// Pieces that mails are made of, whole and broken.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Content-Type: multipart/mixed; boundary=a\n",
        "Content-Type: multipart/signed; boundary=\"aa\"\n",
        "Content-Type: message/rfc822\n",
        "Content-Type: multipart/digest; boundary=b\n",
        "Content-Type: application/ms-tnef\n",
        "Content-Transfer-Encoding: base64\n",
        "Subject: x\n\ty\n",
        "\n",
        "\r\n",
        "--a\n",
        "--a\r\n",
        "--a--\n",
        "--aa\n",
        "--aa--",
        "--b\n",
        "--b--\r\n",
        "From x\n",
        "text",
        "\n\n",
        "begin 644 winmail.dat\n#0V%T\nend\n",
        ":",
        " ",
        "-",
        "\r",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn ranges_nest_and_follow_each_other(mail in pieces(), depth in 0usize..6, parts in 0usize..6) {
        for limits in [limits(), Limits { depth, ..limits() }, Limits { attachments: parts, ..limits() }] {
            let structure = Structure::of(mail.as_bytes(), &limits);
            prop_assert_eq!(structure.entities[0].whole.clone(), 0..mail.len());
            let mut ends = vec![0; structure.entities.len()];
            for (index, entity) in structure.entities.iter().enumerate() {
                let (header, body, whole) = (entity.header.clone(), entity.body.clone(), entity.whole.clone());
                prop_assert!(whole.start == header.start && header.start <= header.end && header.end <= body.start);
                prop_assert!(body.start <= body.end && body.end == whole.end && whole.end <= mail.len());
                // Between header and body stands the empty line or nothing.
                prop_assert!(["", "\n", "\r\n"].contains(&&mail[header.end..body.start]), "{:?}", entity);
                prop_assert!(!entity.content_type.is_empty());
                if let Some(parent) = entity.parent {
                    prop_assert!(parent < index);
                    let around = structure.entities[parent].body.clone();
                    prop_assert!(around.start <= whole.start && whole.end <= around.end.max(whole.start));
                    prop_assert!(ends[parent] <= whole.start);
                    ends[parent] = whole.end;
                    prop_assert!(structure.entities[parent].kind != EntityKind::Leaf);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_handled(mail in prop::collection::vec(any::<u8>(), 0..300), field in any::<bool>()) {
        let mail = if field { [b"Content-Type:", &mail[..]].concat() } else { mail };
        let structure = Structure::of(&mail, &limits());
        prop_assert_eq!(structure.entities[0].whole.clone(), 0..mail.len());
    }
}
