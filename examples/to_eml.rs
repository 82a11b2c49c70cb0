//! A winmail.dat as the mail that it was: `cargo run --example to_eml --features mime -- FILE > mail.eml`.

use std::io::Write;

use winmail::convert::mime::write::{MimeOptions, write};
use winmail::{Message, ReadOptions, Report};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: to_eml FILE")?;
    let bytes = std::fs::read(file)?;
    let mut report = Report::new();
    let message = Message::read(&bytes, &ReadOptions::lenient(), &mut report)?;
    let mail = write(&message, &MimeOptions::default(), &mut report)?;
    std::io::stdout().lock().write_all(&mail)?;
    for defect in report.diagnostics() {
        eprintln!("{defect}");
    }
    Ok(())
}
