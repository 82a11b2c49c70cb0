//! A winmail.dat as the mail that it was: `cargo run --example to_eml --features mime -- FILE > mail.eml`.

use std::io::Write;

use winmail::convert::mime::{MimeOptions, write};
use winmail::{Message, ReadOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: to_eml FILE")?;
    let bytes = std::fs::read(file)?;
    let message = Message::read(&bytes, &ReadOptions::lenient())?;
    let mail = write(&message, &MimeOptions::default())?;
    std::io::stdout().lock().write_all(&mail.bytes)?;
    for defect in message.report().diagnostics().iter().chain(mail.report.diagnostics()) {
        eprintln!("{defect}");
    }
    Ok(())
}
