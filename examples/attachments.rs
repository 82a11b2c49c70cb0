//! Save the attachments of a winmail.dat: `cargo run --example attachments -- FILE FOLDER`.
//!
//! File names come from the sender. This takes only their last part and never overwrites; the program's `extract` does more.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use winmail::{Message, ReadOptions, Report};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(file), Some(folder)) = (args.next(), args.next()) else { return Err("usage: attachments FILE FOLDER".into()) };
    let bytes = std::fs::read(file)?;
    let mut report = Report::new();
    let message = Message::read(&bytes, &ReadOptions::lenient(), &mut report)?;
    for (number, attachment) in message.attachments.iter().enumerate() {
        let name = attachment.file_name().unwrap_or_default();
        let name: String = name.chars().map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c }).collect();
        let path = Path::new(&folder).join(format!("{number}-{}", name.trim_matches(['.', ' '])));
        OpenOptions::new().write(true).create_new(true).open(&path)?.write_all(attachment.data())?;
        println!("{}: {} bytes", path.display(), attachment.data().len());
    }
    for defect in report.diagnostics() {
        eprintln!("{defect}");
    }
    Ok(())
}
