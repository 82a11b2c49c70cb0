//! The mail around a TNEF stream ([MS-OXCMAIL] 2.1.3.4.3): the header of the message, and a plain text beside the stream or none.

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::{ReadOptions, Report, Result};
use crate::convert::mime::parameter::Parameterized;
use crate::convert::mime::words;
use crate::message::Message;

use super::encoding::TransferEncoding;
use super::options::{BodyForms, MimeOptions};
use super::part::{Part, Serializer};
use super::writer::Writer;

/// The mail of `message` that carries `tnef`, under the text of X-MS-TNEF-Correlator. `binary`: without a plain text, and the
/// stream as it is (STNEF).
pub(in crate::convert::mime) fn carrier(
    message: &Message<'_>,
    tnef: &[u8],
    correlator: &str,
    binary: bool,
    options: &MimeOptions,
    report: &mut Report,
) -> Result<Vec<u8>> {
    let options = MimeOptions { bodies: BodyForms::Text, ..options.clone() };
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    // What MIME has no place for is in the stream, so that nothing is to be said.
    let mut unsaid = Report::new();
    let mut writer = Writer::new(&options, Ctx::new(&read, &mut unsaid));
    let mut mail = writer.header(message)?;
    words::field("X-MS-TNEF-Correlator", correlator, &mut mail);
    let content_type = Parameterized::new("Content-Type", "application/ms-tnef").with("name", "winmail.dat");
    if binary {
        content_type.write(&mut mail);
        mail.extend_from_slice(b"Content-Transfer-Encoding: binary\r\n\r\n");
        mail.extend_from_slice(tnef);
        return Ok(mail);
    }
    let mut writer = Writer::new(&options, Ctx::new(&read, report));
    let bodies = writer.bodies(message)?;
    let text = bodies.text.unwrap_or_default();
    let root = Part::multipart_of("mixed", Vec::new(), vec![writer.text_part(&text, bodies.lines)?, stream_part(tnef)]);
    Ok(Serializer::new(&mail, &root).mail(mail, &root))
}

/// A mail's parts with the stream behind them that they were made of.
pub(super) fn with_stream<'m>(mut root: Box<Part<'m>>, tnef: &'m [u8]) -> Box<Part<'m>> {
    match root.mixed_children() {
        Some(children) => children.push(stream_part(tnef)),
        None => return Box::new(Part::multipart_of("mixed", Vec::new(), vec![*root, stream_part(tnef)])),
    }
    root
}

fn stream_part(tnef: &[u8]) -> Part<'_> {
    let content_type = Parameterized::new("Content-Type", "application/ms-tnef").with("name", "winmail.dat");
    let mut stream = Part::data(&content_type, Cow::Borrowed(tnef), TransferEncoding::Base64);
    Parameterized::new("Content-Disposition", "attachment").with("filename", "winmail.dat").write(&mut stream.header);
    stream
}
