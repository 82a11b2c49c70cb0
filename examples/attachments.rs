//! Save the attachments of a winmail.dat: `cargo run --example attachments -- FILE FOLDER`.
//!
//! File names come from the sender: they are made safe, and nothing is overwritten. The program's `extract` does more.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use winmail::safe_name::sanitize;
use winmail::{Message, ReadOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(file), Some(folder)) = (args.next(), args.next()) else { return Err("usage: attachments FILE FOLDER".into()) };
    let bytes = std::fs::read(file)?;
    let message = Message::read(&bytes, &ReadOptions::lenient())?;
    for (number, attachment) in message.attachments.iter().enumerate() {
        let name = sanitize(&format!("{number}-{}", attachment.file_name().unwrap_or_default()), "attachment");
        let path = Path::new(&folder).join(name.as_str());
        OpenOptions::new().write(true).create_new(true).open(&path)?.write_all(attachment.data())?;
        println!("{}: {} bytes", path.display(), attachment.data().len());
    }
    for defect in message.report().diagnostics() {
        eprintln!("{defect}");
    }
    Ok(())
}
