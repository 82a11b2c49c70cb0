//! Print names and sizes of all attachments, whatever the size of the file: `cargo run --example list -- FILE`.

use winmail::{ReadOptions, message::MessageStream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::fs::File::open(std::env::args_os().nth(1).ok_or("usage: list FILE")?)?;
    let mut stream = MessageStream::open(file, &ReadOptions::lenient())?;
    while let Some(attachment) = stream.next_attachment()? {
        println!("{:?} {} {}", attachment.path(), attachment.size(), attachment.file_name().unwrap_or_default());
    }
    stream.report().diagnostics().iter().for_each(|defect| eprintln!("{defect}"));
    Ok(())
}
