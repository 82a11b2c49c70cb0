//! Change the subject and sign the body; nothing else changes, PR_SEARCH_KEY least of all:
//! `cargo run --example edit -- IN OUT`.

use winmail::message::edit::{BodyEdit, Place};
use winmail::{Message, ReadOptions, WriteOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(output)) = (args.next(), args.next()) else { return Err("usage: edit IN OUT".into()) };
    let bytes = std::fs::read(input)?;
    let mut message = Message::read(&bytes, &ReadOptions::lenient())?;
    message.set_subject("Changed on the way");
    let forms = message.edit_body(&BodyEdit::html(Place::Append, "<p>Signed by the gateway</p>"))?;
    std::fs::write(output, message.to_tnef(&WriteOptions::mirror())?)?;
    println!("body forms changed: {forms:?}; search key: {:?}", message.search_key());
    Ok(())
}
