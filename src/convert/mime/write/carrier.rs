//! The mail around a TNEF stream ([MS-OXCMAIL] 2.1.3.4.3): the header of the message, and a plain text beside the stream or none.

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::{ReadOptions, Report, Result};
use crate::convert::mime::parameter::Parameterized;
use crate::convert::mime::words;
use crate::message::Message;

use super::encoding::TransferEncoding;
use super::part::{Part, Serializer};
use super::{BodyForms, MimeOptions, Writer};

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
    let text = writer.bodies(message)?.text.unwrap_or_default();
    let mut stream = Part::data(&content_type, Cow::Borrowed(tnef), TransferEncoding::Base64);
    Parameterized::new("Content-Disposition", "attachment").with("filename", "winmail.dat").write(&mut stream.header);
    let root = Part::multipart_of("mixed", Vec::new(), vec![writer.text_part(&text)?, stream]);
    let (header, body) = Serializer::new(&mail, &root).split(&root);
    mail.reserve_exact(header.len().saturating_add(body.len()).saturating_add(2));
    mail.extend_from_slice(&header);
    mail.extend_from_slice(b"\r\n");
    mail.extend_from_slice(&body);
    Ok(mail)
}
