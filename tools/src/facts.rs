//! The conformance suite: writes `testdata/facts/NAME.json` for each `testdata/NAME.dat`: `cargo xtask facts`.
//!
//! The facts are what any reader of TNEF can be asked: docs/conformance.md is the schema. They come from reading the samples here;
//! `tools/conformance.py` asks other programs for the same facts, and the sample's entry in the generator says independently how
//! many attachments it has and what is damaged.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::Digest;
use winmail::ReadOptions;
use winmail::mapi::Object;
use winmail::message::{Body, Content};
use winmail::{Attachment, Message};
use winmail_tools::sample::{SHAPES, Shape};

/// The name and version of the schema.
const SCHEMA: &str = "winmail-conformance/1";

/// Nested messages are described so deep. What lies deeper is for `attachments` of a reader that goes there.
const DEPTH: usize = 3;

type Result<T> = std::result::Result<T, String>;

/// Writes the facts of every sample.
pub fn run() -> Result<()> {
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for (path, text) in all()? {
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/facts")
}

/// The path and the contents of each file.
fn all() -> Result<Vec<(PathBuf, String)>> {
    SHAPES.iter().map(|shape| Ok((folder().join(shape.name).with_extension("json"), facts(shape)?))).collect()
}

fn facts(shape: &Shape) -> Result<String> {
    let mut bytes = Vec::new();
    shape.write(0, None, &mut bytes).map_err(|error| format!("{}: {error}", shape.name))?;
    let message = Message::read(&bytes, &ReadOptions::lenient()).map_err(|error| error.to_string())?;
    // What the recipe says of itself must be what is found.
    if message.attachments.len() != shape.attachments {
        return Err(format!(
            "{}: {} attachments where its recipe says {}",
            shape.name,
            message.attachments.len(),
            shape.attachments
        ));
    }
    let value = json!({
        "schema": SCHEMA,
        "file": format!("{}.dat", shape.name),
        "about": shape.about,
        "sha256": sha256(&bytes),
        "sound": shape.codes.is_empty(),
        "diagnostics": shape.codes.iter().map(|code| code.name()).collect::<Vec<_>>(),
        "message": message_facts(&message, DEPTH),
    });
    let text = serde_json::to_string_pretty(&value).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

fn message_facts(message: &Message<'_>, depth: usize) -> Value {
    json!({
        "class": message.class(),
        "code_page": message.code_page().0,
        "subject": message.subject(),
        "bodies": message.bodies().iter().map(body).collect::<Vec<_>>(),
        "recipients": message.recipients.iter().map(|recipient| json!({
            "type": recipient.recipient_type().map(|kind| kind.to_string()),
            "name": recipient.display_name(),
            "address": recipient.smtp_address().or_else(|| recipient.address()),
        })).collect::<Vec<_>>(),
        "attachments": message.attachments.iter().map(|one| attachment(one, depth)).collect::<Vec<_>>(),
    })
}

fn body(body: &Body<'_>) -> Value {
    match body {
        Body::Text(text) => json!({ "form": "text", "text": text }),
        Body::HtmlText(text) => json!({ "form": "html", "text": text }),
        Body::Html { bytes, code_page } => json!({
            "form": "html", "size": bytes.len(), "sha256": sha256(bytes), "code_page": code_page.map(|page| page.0),
        }),
        Body::RtfCompressed(bytes) => json!({ "form": "rtf", "size": bytes.len(), "sha256": sha256(bytes) }),
        other => json!({ "form": format!("{:?}", other.kind()) }),
    }
}

fn attachment(one: &Attachment<'_>, depth: usize) -> Value {
    let name = one.file_name();
    match &one.content {
        Content::Message(message) if depth > 0 => {
            json!({ "kind": "message", "name": name, "message": message_facts(message, depth.saturating_sub(1)) })
        }
        Content::Message(_) => json!({ "kind": "message", "name": name }),
        Content::Object(object) => json!({
            "kind": if object.interface == Some(Object::ISTORAGE) { "ole" } else { "object" },
            "name": name, "size": object.data.len(), "sha256": sha256(&object.data),
        }),
        Content::Bytes(bytes) => json!({ "kind": "file", "name": name, "size": bytes.len(), "sha256": sha256(bytes) }),
        _ => json!({ "kind": "none", "name": name }),
    }
}

fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_those_of_the_samples() {
        if !folder().is_dir() {
            println!("skipped: the package stands alone, without testdata/facts");
            return;
        }
        let all = all().unwrap();
        for (path, expected) in &all {
            let found = fs::read_to_string(path).unwrap_or_default();
            assert!(found == *expected, "{} is stale: cargo xtask facts", path.display());
        }
        assert_eq!(fs::read_dir(folder()).unwrap().count(), all.len(), "a file is left over: cargo xtask facts");
    }
}
