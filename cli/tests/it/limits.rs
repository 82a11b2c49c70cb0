//! The program at the limits of reading.

use winmail_tools::sample::SHAPES;

/// Messages within each other, far more than are read.
fn nested() -> Vec<u8> {
    let mut stream = Vec::new();
    SHAPES.iter().find(|shape| shape.name == "deep").unwrap().write(0, Some(300), &mut stream).unwrap();
    stream
}

/// The program's verbs walk nested messages too, on what a main thread has where it has least (1 MiB, Windows).
#[test]
fn every_verb_takes_the_deepest_nesting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep.dat");
    std::fs::write(&file, nested()).unwrap();
    let file = file.to_str().unwrap().to_owned();
    let out = folder.path().join("out").to_str().unwrap().to_owned();
    for verb in
        [&["list"][..], &["check"], &["dump"], &["dump", "--json"], &["body"], &["extract", "--body", "html", "-o", out.as_str()]]
    {
        let args: Vec<String> =
            ["winmail"].iter().chain(verb).map(ToString::to_string).chain(["--max-depth=100000".into(), file.clone()]).collect();
        let work = move || {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let mut streams =
                winmail_cli::Streams { stdin: &mut std::io::empty(), out: &mut out, err: &mut err, out_is_terminal: false };
            let code = winmail_cli::run(args.iter().map(Into::into), &mut streams);
            (code, args, String::from_utf8_lossy(&err).into_owned())
        };
        let (code, args, err) = std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
        // Nested too deep is a defect; there is no text body to print.
        let expected = if verb[0] == "body" { 1 } else { 3 };
        assert_eq!(code, expected, "{args:?}: {err}");
    }
}

/// What a limit kept from being read is said with the flag that sets it.
#[test]
fn a_limit_is_named_by_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("deep.dat");
    std::fs::write(&deep, nested()).unwrap();
    let mail = folder.path().join("mail.eml");
    let parts = "--x\n\nx\n".repeat(9);
    std::fs::write(&mail, format!("Subject: x\nContent-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n")).unwrap();
    for (args, file, expected) in [
        (&["check", "--max-depth", "2"][..], &deep, "limit of nesting (2) reached: --max-depth, in "),
        (&["check", "--max-depth", "2"], &deep, "is handed out as bytes (--max-depth)"),
        (&["check", "--max-attributes", "7"], &deep, "limit of attributes (7) reached: --max-attributes"),
        (&["check", "--max-attachments", "1", "--strict"], &deep, "limit of attachments (1) reached: --max-attachments at byte "),
        (&["list", "--max-attachments", "2"], &mail, "than the limits allow: --max-attachments, --max-depth"),
    ] {
        let args: Vec<_> = ["winmail"].iter().chain(args).map(Into::into).chain([file.clone().into_os_string()]).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams =
            winmail_cli::Streams { stdin: &mut std::io::empty(), out: &mut out, err: &mut err, out_is_terminal: false };
        winmail_cli::run(args.clone(), &mut streams);
        let said = String::from_utf8([out, err].concat()).unwrap();
        assert!(said.contains(expected) && !said.contains("Limits::"), "{args:?}: {said}");
    }
}

/// What decompression may make is a limit of the run: many messages in one, each with a body below it, are together above it.
#[test]
fn bodies_of_all_messages_count_together() {
    use winmail::mapi::{PropValue, tags};
    use winmail::rtf::lzfu::{Mode, compress};
    use winmail::{Attachment, Message, WriteOptions};

    let rtf = [b"{\\rtf1 ".as_slice(), &b"words ".repeat(10_000), b"}"].concat();
    let mut message = Message::new("IPM.Note");
    for _ in 0..10 {
        let mut inner = Message::new("IPM.Note");
        let packed = compress(&rtf, Mode::Reference).unwrap();
        inner.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(packed.into()));
        message.attachments.push(Attachment::from_message(inner));
    }
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.dat"), folder.path().join("out"));
    std::fs::write(&input, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
    let run = |limit: &'static str| {
        let args = ["extract", input, "-o", out, "-f", "--body", "rtf", "--max-output", limit];
        crate::support::winmail(args.map(std::ffi::OsString::from))
    };
    let whole = run("700k");
    assert_eq!((whole.code, whole.err.as_str()), (0, ""));
    let cut = run("150k");
    assert_eq!(cut.code, 3, "{}", cut.err);
    assert!(cut.err.contains("more than 150 KiB already; --max-output raises that"), "{}", cut.err);
    let written = cut.out.lines().filter(|line| line.contains("body.rtf")).count();
    assert!((2..5).contains(&written), "{}", cut.out);
    assert_eq!(crate::support::winmail(["check", "--max-output", "150k", input]).code, 3);
    assert_eq!(crate::support::winmail(["check", input]).code, 0);
}
