//! Walk every attribute and property without a copy: `cargo run --example properties -- FILE`.

use winmail::mapi::{PropValue, dictionary};
use winmail::tnef::{AttributeValue, Reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: properties FILE")?;
    let bytes = std::fs::read(file)?;
    for attribute in Reader::new(&bytes)?.attributes() {
        let attribute = attribute?;
        println!("{:>8} {} {} bytes", attribute.offset(), attribute.id(), attribute.data().len());
        if let AttributeValue::Properties(list) = attribute.value()? {
            for property in list.iter() {
                let property = property?;
                let name = dictionary::lookup_tag(property.tag()).map_or("?", |entry| entry.best_name());
                let value = match property.value() {
                    PropValue::String(text) => format!("{:?}", text.to_text()),
                    PropValue::Binary(bytes) => format!("{} bytes", bytes.len()),
                    value => format!("{value:?}"),
                };
                println!("{:>8}   {} {name} = {value}", property.offset(), property.tag());
            }
        }
    }
    Ok(())
}
