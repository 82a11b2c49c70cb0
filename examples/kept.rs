//! A message that keeps its stream, read on another thread: `cargo run --example kept -- FILE`.
//!
//! `Message::from_vec` copies nothing: values, attachments and nested messages are ranges of the one buffer.

use winmail::{Message, ReadOptions};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let file = std::env::args_os().nth(1).ok_or("usage: kept FILE")?;
    let reading = std::thread::spawn(move || -> Result<Message<'static>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Message::from_vec(std::fs::read(file)?, &ReadOptions::lenient())?)
    });
    let message = reading.join().map_err(|_| "reading ended early")??;
    for attachment in &message.attachments {
        println!("{}: {} bytes", attachment.file_name().unwrap_or_default(), attachment.data().len());
    }
    Ok(())
}
