//! Print the body as HTML, wherever it is: in a property, inside RTF, or made of RTF: `cargo run --example body -- FILE`.

use winmail::{Message, ReadOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: body FILE")?;
    let bytes = std::fs::read(file)?;
    let message = Message::read(&bytes, &ReadOptions::lenient())?;
    match message.html()? {
        Some(html) => println!("{}", html.text),
        None => match message.text()? {
            Some(text) => println!("{}", text.text),
            None => println!("There is no body."),
        },
    }
    Ok(())
}
