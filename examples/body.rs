//! Print the body as HTML, wherever it is: in a property, inside RTF, or made of RTF: `cargo run --example body -- FILE`.

use winmail::{Message, ReadOptions, Report};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: body FILE")?;
    let bytes = std::fs::read(file)?;
    let (options, mut report) = (ReadOptions::lenient(), Report::new());
    let message = Message::read(&bytes, &options, &mut report)?;
    match message.html(&options, &mut report)? {
        Some(html) => println!("{}", html.text),
        None => match message.text(&options, &mut report)? {
            Some(text) => println!("{}", text.text),
            None => println!("There is no body."),
        },
    }
    Ok(())
}
