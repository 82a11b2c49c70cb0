//! `winmail filter`: a mail in, the same mail with its TNEF part replaced out; made to stand in a mail route.
//!
//! Whatever goes wrong with the TNEF, the mail comes out as it went in. Nothing is written before all of it is read and
//! converted. The exit code speaks to a mail system: 0 if a whole mail was written, changed or not, with what could not be converted
//! said on standard error; 75 (EX_TEMPFAIL of sysexits.h) if not, so that the mail is kept and tried again. A mail is not worse
//! for a part that stays unreadable, so that this is no failure.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use winmail::convert::mime::filter::{Action, FilterOptions, Filtered, Outcome, Reason, filter};
use winmail::{Code, Severity};

use super::style::Shown;
use super::{EXIT_OK, Streams, failure, foreign, memory};
use winmail::base::size;

/// The mail was not written, or not whole: it is to be kept and tried again. EX_TEMPFAIL of sysexits.h.
pub const EXIT_TEMPORARY: u8 = 75;

/// Arguments of `winmail filter`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Exit codes: 0 a whole mail was written, changed or not; what could not be converted stays in it and is named on standard error.\n\
75 the mail could not be read or written whole: keep it and try again. 2 wrong usage, nothing was read.\n\n\
Nothing is written before all of the mail is read. Signed and encrypted parts are never touched, and a mail without TNEF comes out \
byte for byte. DKIM signatures over the body of a changed mail no longer hold: filter behind their check.\n\n\
procmail:  :0 fw\n           | winmail filter\n\n\
docs/filter.md has recipes for Postfix, Exim, maildrop, Sieve and mutt.")]
pub struct FilterArgs {
    /// Keep the TNEF part too, behind what was found in it
    #[arg(long)]
    keep_original: bool,
    /// Put in attachments alone; the mail's own body stays as it is
    #[arg(long)]
    attachments_only: bool,
    /// Leave mails alone whose TNEF has no attachments
    #[arg(long)]
    only_with_attachments: bool,
    /// Convert TNEF that says that it belongs to another mail
    #[arg(long)]
    ignore_correlator: bool,
    /// Leave mails alone that have a DKIM or ARC signature, which a change may break
    #[arg(long)]
    leave_signed: bool,
    /// Add a header field to changed mails, as in 'X-Converted: yes'
    #[arg(long, value_name = "NAME: VALUE", value_parser = header_field)]
    add_header: Vec<String>,
    /// Pass larger mails through as they are
    #[arg(long, value_name = "SIZE", value_parser = size::parse, default_value = "256MiB")]
    max_size: u64,
}

/// A header field ([RFC 5322] 2.2) on one line.
fn header_field(text: &str) -> Result<String, String> {
    let Some((name, value)) = text.split_once(':') else {
        return Err("a header field is a name, a colon and a value".to_owned());
    };
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!("{name:?} is no name of a header field"));
    }
    if !value.bytes().all(|b| b == b' ' || b == b'\t' || b.is_ascii_graphic()) {
        return Err("the value may hold no line ends and nothing but ASCII".to_owned());
    }
    if text.len() > 998 {
        return Err("a line of a mail holds at most 998 bytes".to_owned());
    }
    Ok(text.to_owned())
}

impl FilterArgs {
    fn options(&self) -> FilterOptions {
        let mut options = FilterOptions::default();
        options.keep_original = self.keep_original;
        options.attachments_only = self.attachments_only;
        options.only_with_attachments = self.only_with_attachments;
        options.ignore_correlator = self.ignore_correlator;
        options.leave_signed = self.leave_signed;
        options.add_fields = self.add_header.clone();
        options
    }
}

/// Filters a mail; the result is the exit code. Failures of the writers are in it.
pub fn run(args: &FilterArgs, streams: &mut Streams<'_>) -> u8 {
    let options = args.options();
    let limit = memory::limit().map(|limit| (limit, memory::longest(limit, 1))).filter(|(_, longest)| *longest < args.max_size);
    if let Some((limit, longest)) = limit {
        let why = format!(" ({} of memory are not enough for more)", size::format(limit));
        return run_with(longest, &why, &|mail| filter(mail, &options), streams);
    }
    run_with(args.max_size, "", &|mail| filter(mail, &options), streams)
}

/// With any conversion, which may panic. `why` says why mails may be no larger.
fn run_with(max_size: u64, why: &str, convert: &dyn for<'m> Fn(&'m [u8]) -> Filtered<'m>, streams: &mut Streams<'_>) -> u8 {
    let mut mail = Vec::new();
    if let Err(error) = streams.stdin.take(max_size.saturating_add(1)).read_to_end(&mut mail) {
        note(streams, format_args!("the mail cannot be read: {}", failure::words(&error)));
        return EXIT_TEMPORARY;
    }
    if u64::try_from(mail.len()).map_or(true, |length| length > max_size) {
        note(streams, format_args!("larger than {}{why}, passed through as it is", size::format(max_size)));
        let passed = foreign::write(streams, &mail).and_then(|()| pass_rest(streams));
        return finish(passed.and_then(|()| streams.out.flush()), streams);
    }
    // A defect of ours must not cost anybody a mail. Nothing that is changed inside is used afterwards.
    let filtered = catch_unwind(AssertUnwindSafe(|| convert(&mail))).unwrap_or_else(|_| {
        note(streams, format_args!("conversion failed by a defect of this program; the mail stays as it is"));
        Filtered::default()
    });
    for outcome in &filtered.outcomes {
        if let Some(text) = remark(outcome) {
            note(streams, format_args!("{}: {}", Shown(&outcome.part), Shown(&text)));
        }
    }
    if let Some(refusal) = filtered.refused {
        note(streams, format_args!("{refusal}; it stays as it is"));
    }
    if filtered.breaks_signature {
        note(streams, format_args!("the mail was changed and has a DKIM or ARC signature, which may not hold any more"));
    }
    let written = match &filtered.mail {
        Some(changed) if streams.out_is_terminal => {
            let mut mail = Vec::new();
            changed.write_to(&mut mail).and_then(|()| foreign::write(streams, &mail))
        }
        Some(changed) => changed.write_to(streams.out),
        None => foreign::write(streams, &mail),
    };
    finish(written.and_then(|()| streams.out.flush()), streams)
}

/// What is left of standard input to standard output.
fn pass_rest(streams: &mut Streams<'_>) -> io::Result<()> {
    if !streams.out_is_terminal {
        return io::copy(streams.stdin, streams.out).map(drop);
    }
    let mut piece = vec![0; 64 << 10];
    loop {
        match streams.stdin.read(&mut piece)? {
            0 => return Ok(()),
            read => foreign::write(streams, piece.get(..read).unwrap_or_default())?,
        }
    }
}

fn finish(written: io::Result<()>, streams: &mut Streams<'_>) -> u8 {
    match written {
        Ok(()) => EXIT_OK,
        // A closed pipe too: whoever was to take the mail has not got it.
        Err(error) => {
            note(streams, format_args!("the mail cannot be written: {}", failure::words(&error)));
            EXIT_TEMPORARY
        }
    }
}

/// What is worth saying of a stream.
fn remark(outcome: &Outcome) -> Option<String> {
    if let Some(Reason::Incomplete(_)) = outcome.reason() {
        return Some(format!("{}: {}", Code::ConversionIncomplete, outcome.action));
    }
    if outcome.action != Action::Replaced {
        return Some(outcome.action.to_string());
    }
    let worst = outcome.report.diagnostics().iter().find(|diagnostic| diagnostic.severity() == Severity::Error)?;
    Some(format!("{}: {}: {}", outcome.action, worst.code.info().name, worst.detail))
}

fn note(streams: &mut Streams<'_>, text: std::fmt::Arguments<'_>) {
    // A mail is not held up because nobody takes the note.
    let _ = writeln!(streams.err, "winmail: {text}");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;

    /// Exit code, standard output, standard error.
    fn run(args: &[&str], stdin: &mut dyn Read) -> (u8, Vec<u8>, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdin, out: &mut out, err: &mut err, out_is_terminal: false };
        let code = crate::run(["winmail", "filter"].iter().chain(args).map(Into::into), &mut streams);
        (code, out, String::from_utf8(err).unwrap())
    }

    fn mail() -> Vec<u8> {
        use base64::Engine as _;
        let shape = winmail_tools::sample::SHAPES.iter().find(|shape| shape.name == "winmail").unwrap();
        let mut stream = Vec::new();
        shape.write(0, None, &mut stream).unwrap();
        let text = base64::prelude::BASE64_STANDARD.encode(stream);
        format!("Subject: x\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n")
            .into_bytes()
    }

    #[test]
    fn a_mail_goes_through() {
        let (code, out, err) = run(&["--add-header", "X-Converted: yes"], &mut mail().as_slice());
        assert_eq!((code, err.as_str()), (EXIT_OK, ""));
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("Subject: x\r\n") && text.contains("\r\nX-Converted: yes\r\n\r\n") && !text.contains("ms-tnef"));
        let plain = b"Subject: x\n\nhi";
        assert_eq!(run(&[], &mut plain.as_slice()), (EXIT_OK, plain.to_vec(), String::new()));
        assert_eq!(run(&[], &mut io::empty()), (EXIT_OK, Vec::new(), String::new()));
    }

    #[test]
    fn what_cannot_be_converted_goes_through_with_a_note() {
        let broken = b"Content-Type: application/ms-tnef\n\nnothing".as_slice();
        let (code, out, err) = run(&[], &mut { broken });
        assert_eq!((code, out.as_slice()), (EXIT_OK, broken));
        assert!(err.starts_with("winmail: the body: left as it is: ") && err.lines().count() == 1, "{err}");
        // Larger than wanted, and endless beyond what is held in memory.
        let large = [mail(), vec![b'x'; 1 << 20]].concat();
        let (code, out, err) = run(&["--max-size", "1k"], &mut large.as_slice());
        assert_eq!((code, out == large), (EXIT_OK, true));
        assert_eq!(err, "winmail: larger than 1 KiB, passed through as it is\n");
    }

    #[test]
    fn a_panic_costs_no_mail() {
        let mail = mail();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stdin = mail.as_slice();
        let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
        let code = run_with(u64::MAX, "", &|_| panic!("on purpose"), &mut streams);
        assert_eq!((code, out), (EXIT_OK, mail));
        assert!(String::from_utf8(err).unwrap().contains("the mail stays as it is"));
    }

    /// Takes some bytes and no more.
    struct Full(usize, io::ErrorKind);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.min(bytes.len()) {
                0 => Err(self.1.into()),
                taken => {
                    self.0 -= taken;
                    Ok(taken)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.0 == 0 { Err(self.1.into()) } else { Ok(()) }
        }
    }

    #[test]
    fn what_is_not_written_whole_is_to_be_tried_again() {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            for room in [0, 10, 500] {
                for input in [mail(), b"Subject: x\n\nhi".repeat(100)] {
                    for args in [&["filter"][..], &["filter", "--max-size", "5"]] {
                        let mut out = Full(room, kind);
                        let mut err = Vec::new();
                        let mut stdin = input.as_slice();
                        let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
                        let args = ["winmail"].iter().chain(args).map(Into::into);
                        assert_eq!(crate::run(args, &mut streams), EXIT_TEMPORARY);
                        assert!(String::from_utf8(err).unwrap().contains("cannot be written"));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_read_whole_is_not_written() {
        struct Cut;
        impl Read for Cut {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(5))
            }
        }
        let (code, out, err) = run(&[], &mut mail().chain(Cut));
        assert_eq!((code, out.len()), (EXIT_TEMPORARY, 0));
        assert!(err.contains("cannot be read") && !err.contains("os error"), "{err}");
    }

    #[test]
    fn fields_are_checked() {
        for bad in ["no field", ": x", "A b: c", "A: b\nC: d", "A: \u{e4}"] {
            assert_eq!(run(&["--add-header", bad], &mut io::empty()).0, crate::EXIT_USAGE, "{bad}");
        }
    }

    /// Every stream and mail of the corpus: whatever is wrong with it, a whole mail comes out.
    #[test]
    fn real_samples() {
        let corpus = std::env::var_os("WINMAIL_CORPUS")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), std::path::PathBuf::from);
        if !corpus.is_dir() {
            println!("skipped: no corpus at {}", corpus.display());
            return;
        }
        let mut count = 0;
        for kind in ["tnef", "eml"] {
            for entry in std::fs::read_dir(corpus.join(kind)).unwrap() {
                let path = entry.unwrap().path();
                let bytes = std::fs::read(&path).unwrap();
                let mail = match kind {
                    "tnef" => [b"X-A: b\nContent-Type: application/ms-tnef\n\n".as_slice(), &bytes].concat(),
                    _ => bytes,
                };
                let (code, out, err) = run(&[], &mut mail.as_slice());
                assert_eq!(code, EXIT_OK, "{}", path.display());
                assert!(!err.contains("defect of this program"), "{}", path.display());
                let header = mail.iter().position(|&b| b == b'\n').unwrap();
                assert_eq!(out[..header], mail[..header], "{}", path.display());
                if out == mail {
                    assert!(err.contains("left as it is") || err.contains("stays as it is"), "{}: {err}", path.display());
                }
                count += 1;
            }
        }
        assert!(count > 0);
    }
}
