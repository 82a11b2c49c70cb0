//! Structure: attachments of every kind, nesting, and many or much of something.

use std::io::{self, Read, Write};

use winmail::Result;
use winmail::base::LegacyAttributes;
use winmail::mapi::{AttachMethod, PropId, PropTag, PropType, PropValue, RecipientType, tags};
use winmail::message::Content;
use winmail::tnef::ATTACH_ENCODING_MAC_BINARY;
use winmail::tnef::{AttrId, PropertyListWriter};
use winmail::{Attachment, Message};

use super::mail::{PNG, winmail};
use super::recipe::{Recipe, Stream, binary, item, list, number, recipient, rend_data, text, time, written};

/// A mail in a mail in a mail, and beside them another.
pub(super) fn nested(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut middle = item(recipe, "IPM.Note", "middle");
    middle.attachments.push(Attachment::from_message(item(recipe, "IPM.Note", "innermost")));
    middle.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    let mut outer = item(recipe, "IPM.Note", "outer");
    outer.attachments.push(Attachment::from_message(middle));
    outer.attachments.push(Attachment::from_message(item(recipe, "IPM.Task", "another")));
    written(&outer, LegacyAttributes::Exchange)
}

/// Mails nested in mails, as many levels as the size says.
pub(super) fn deep(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut stream = Stream::mail()?.message(AttrId::SUBJECT, b"level 0\0")?.into_bytes();
    for level in 1..=recipe.size {
        let object = winmail::mapi::Object { interface: Some(winmail::mapi::Object::IMESSAGE), data: stream.into() };
        let properties = list(&[(tags::ATTACH_METHOD, number(5)), (tags::ATTACH_DATA_OBJECT, PropValue::Object(object))])?;
        stream = Stream::mail()?
            .message(AttrId::SUBJECT, format!("level {level}\0").as_bytes())?
            .part(AttrId::ATTACH_REND_DATA, &rend_data())?
            .part(AttrId::ATTACHMENT, &properties)?
            .into_bytes();
    }
    Ok(stream)
}

/// A compound file of one sector: enough to be recognised.
fn compound_file(recipe: &Recipe) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.extend([0; 16]);
    // Version 3, little-endian, sectors of 512 bytes, mini sectors of 64.
    bytes.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    bytes.resize(512, 0);
    bytes.extend(recipe.bytes(1, 512));
    bytes
}

/// An OLE object with its picture, shown in the text; and an OLE 1 stream.
pub(super) fn ole(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Objects");
    message.properties.set(tags::BODY, "Here:  .\r\n");
    let mut storage = Attachment::from_storage("Worksheet", compound_file(recipe));
    storage.properties.set(tags::RENDERING_POSITION, number(6));
    storage.properties.set(
        tags::ATTACH_RENDERING,
        binary(b"\x01\x00\x09\x00\x00\x03\x0C\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00".as_slice()),
    );
    message.attachments.push(storage);
    let mut stream = Attachment::new(AttachMethod::STORAGE, Content::Bytes(recipe.bytes(2, 100).into()));
    stream.properties.set(tags::DISPLAY_NAME, "Picture");
    message.attachments.push(stream);
    written(&message, LegacyAttributes::Exchange)
}

/// A MacBinary file: header, data fork, resource fork, each padded to 128 bytes.
pub(super) fn mac_binary(recipe: &Recipe) -> Result<Vec<u8>> {
    let (data, resources) = (b"data fork of the file\r".as_slice(), recipe.bytes(1, 40));
    let mut header = vec![0u8, 9];
    header.extend(b"notes.txt");
    header.resize(65, 0);
    header.extend(b"TEXTttxt");
    header.resize(83, 0);
    header.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    header.extend(u32::try_from(resources.len()).unwrap_or(0).to_be_bytes());
    header.resize(128, 0);
    let padded = |fork: &[u8]| {
        let mut fork = fork.to_vec();
        fork.resize(fork.len().next_multiple_of(128), 0);
        fork
    };
    let mut message = item(recipe, "IPM.Note", "From a Mac");
    let mut attachment = Attachment::from_bytes("notes.txt", [header, padded(data), padded(&resources)].concat());
    attachment.properties.set(tags::ATTACH_ENCODING, binary(ATTACH_ENCODING_MAC_BINARY));
    message.attachments.push(attachment);
    written(&message, LegacyAttributes::Exchange)
}

/// Attachments without contents: links to files, and a file of no bytes.
pub(super) fn links(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Links");
    for (method, path) in
        [(AttachMethod::BY_REFERENCE, "\\\\server\\share\\plan.doc"), (AttachMethod::BY_REFERENCE_ONLY, "C:\\plan.doc")]
    {
        let mut attachment = Attachment::new(method, Content::None);
        attachment.properties.set(tags::ATTACH_LONG_PATHNAME, path);
        attachment.properties.set(tags::ATTACH_LONG_FILENAME, "plan.doc");
        message.attachments.push(attachment);
    }
    message.attachments.push(Attachment::from_bytes("empty.txt", &b""[..]));
    written(&message, LegacyAttributes::Exchange)
}

/// File names that do harm if they are believed, and several of one name.
pub(super) fn file_names(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Names");
    let long = "n".repeat(300);
    let names = [
        "../../etc/passwd",
        "C:\\Windows\\system.ini",
        "/etc/passwd",
        "..",
        "",
        "a/b.txt",
        "CON",
        "aux.txt",
        "a\u{202e}txt.exe",
        "x\u{1b}[2J.txt",
        "line\r\nbreak.txt",
        "trailing. ",
        "same.txt",
        "same.txt",
        "SAME.TXT",
        &long,
        "\u{65e5}\u{672c}.txt",
        "a:b?.txt",
        "-rf",
    ];
    for (number, name) in (0u64..).zip(names) {
        message.attachments.push(Attachment::from_bytes(name, recipe.bytes(number, 8)));
    }
    written(&message, LegacyAttributes::Exchange)
}

/// An inline picture that is hidden and one that stands in the text.
pub(super) fn inline(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Pictures");
    message.properties.set(tags::HTML, binary(b"<p><img src=\"cid:one@x\"><img src=\"cid:two@x\"></p>".as_slice()));
    message.properties.set(tags::INTERNET_CODEPAGE, number(65001));
    for (name, id) in [("one.png", "one@x"), ("two.png", "two@x")] {
        let mut picture = Attachment::from_bytes(name, PNG);
        picture.properties.set(tags::ATTACH_CONTENT_ID, id);
        picture.properties.set(tags::ATTACH_MIME_TAG, "image/png");
        if name == "one.png" {
            picture.properties.set(tags::ATTACHMENT_HIDDEN, PropValue::Boolean(true));
        } else {
            picture.properties.set(tags::ATTACH_FLAGS, number(4));
        }
        message.attachments.push(picture);
    }
    written(&message, LegacyAttributes::Exchange)
}

/// As many properties as the size says.
pub(super) fn many_properties(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut numbers = recipe.numbers(1);
    let mut properties = PropertyListWriter::new();
    properties.push(tags::SUBJECT, None, &text("Many properties"))?;
    // Ids that no specification gives a meaning, and behind them named ones.
    let ids = (0x6800u16..0x7C00).map(|id| (PropId(id), None));
    let set = winmail::mapi::sets::PSETID_COMMON;
    let named = (0x8000u16..0xFFFE).map(|id| {
        let name = winmail::mapi::NamedTag::lid(set, u32::from(id).wrapping_add(0x1_0000), PropType::NULL).to_name();
        (PropId(id), Some(name))
    });
    for (id, name) in ids.chain(named).take(recipe.count()) {
        let drawn = numbers.draw();
        let value = match drawn % 4 {
            0 => number(i32::try_from(drawn.wrapping_shr(40)).unwrap_or(0)),
            1 => text(&format!("text {}", drawn.wrapping_shr(50))),
            2 => binary(drawn.to_le_bytes()),
            _ => PropValue::Time(time(9, u16::try_from(drawn.wrapping_shr(32) % 60).unwrap_or(0))),
        };
        let prop_type = value.prop_type().unwrap_or(PropType::NULL);
        properties.push(PropTag::new(id, prop_type), name.as_ref(), &value)?;
    }
    Ok(Stream::mail()?.message(AttrId::MSG_PROPS, &properties.into_bytes())?.into_bytes())
}

/// As many recipients as the size says.
pub(super) fn many_recipients(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Many recipients");
    let roles = [RecipientType::TO, RecipientType::CC, RecipientType::BCC];
    for (number, role) in (0..recipe.size).zip(roles.into_iter().cycle()) {
        message.recipients.push(recipient(role, &format!("Person {number}"), &format!("person{number}@example.org")));
    }
    written(&message, LegacyAttributes::Exchange)
}

/// As many attachments as the size says.
pub(super) fn many_attachments(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Many attachments");
    for number in 0..recipe.size {
        message.attachments.push(Attachment::from_bytes(&format!("file {number}.bin"), recipe.bytes(number, 100)));
    }
    written(&message, LegacyAttributes::Exchange)
}

/// A mail with the streams of mails as files, which are to stay files.
pub(super) fn tnef_files(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "winmail.dat as a file");
    message.attachments.push(Attachment::from_bytes("winmail.dat", winmail(recipe)?));
    written(&message, LegacyAttributes::Exchange)
}

/// Bytes without end: some thousand are drawn and repeated, as drawing each would take longer than writing it.
struct Repeated {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let from = self.bytes.get(self.at..).unwrap_or_default();
        let length = from.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), from.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(length);
        if self.at >= self.bytes.len() {
            self.at = 0;
        }
        Ok(length)
    }
}

/// An attachment of as many bytes as the size says, which never are in memory.
pub(super) fn big(recipe: &Recipe, out: &mut dyn Write) -> Result<()> {
    let mut message: Message<'_> = item(recipe, "IPM.Note", "Big");
    message.attachments.push(Attachment::deferred("big.bin", recipe.size));
    let options = winmail::WriteOptions::canonical().with_key(0x1234);
    message.write_tnef_with(&options, out, &mut |_| Ok(Box::new(Repeated { bytes: recipe.bytes(1, 65_521), at: 0 })))
}
