//! S/MIME ([MS-OXCMAIL] 2.2.3.5, [MS-OXOSMIME]): a signed or encrypted mail keeps what was signed or encrypted in one attachment.
//!
//! | mail | class | attachment |
//! |---|---|---|
//! | multipart/signed | IPM.Note.SMIME.MultipartSigned | `multipart/signed`, no name: the Content- fields, an empty line, the body |
//! | application/pkcs7-mime | IPM.Note.SMIME | `smime.p7m`: the PKCS #7, decoded |
//!
//! Beside it, the text of what is signed is the body, so that programs that know no S/MIME show it. Not one byte of the attachment
//! differs from the mail.

use crate::base::Offset;
use crate::base::Result;
use crate::base::context::Ctx;
use crate::base::input::len64;
use crate::mapi::{AttachMethod, PropValue, named, tags};
use crate::message::{Attachment, Content, Message};

use super::attachment;
use super::body;
use super::entity::{Entity, Kind};
use super::options::Reader;
use super::place;

/// The class of a clear-signed mail.
pub(in crate::convert::mime) const SIGNED: &str = "IPM.Note.SMIME.MultipartSigned";
/// The class of one that is encrypted, or signed so that only S/MIME shows it.
pub(in crate::convert::mime) const OPAQUE: &str = "IPM.Note.SMIME";

/// Reads a mail that is signed or encrypted as a whole; false for other mails.
pub(super) fn read(reader: &Reader<'_>, ctx: &mut Ctx<'_>, entity: &Entity<'_>, message: &mut Message<'static>) -> Result<bool> {
    let value = entity.field("Content-Type").map(|field| field.unfolded()).unwrap_or_default();
    if entity.media.is("multipart", "signed") {
        let Kind::Multipart(parts) = &entity.kind else { return Ok(false) };
        message.properties.set(tags::MESSAGE_CLASS, SIGNED);
        if let Some(content) = parts.first() {
            let mut placed = place::place(content);
            placed.attachments.clear();
            body::read(reader, ctx, &placed, message)?;
        }
        let data = mime_entity(entity);
        ctx.budget.spend_output(len64(&data));
        let mut made = Attachment::new(AttachMethod::BY_VALUE, Content::Bytes(data.into()));
        made.properties.set(tags::ATTACH_MIME_TAG, "multipart/signed");
        message.attachments.push(made);
        return Ok(true);
    }
    if entity.media.is("multipart", "encrypted") {
        // By this the two parts are put together again (RFC 3156).
        message.properties.set_named(&named::CONTENT_TYPE, PropValue::from(value.as_str()));
        return Ok(false);
    }
    if entity.media.is("message", "partial") || entity.media.is("message", "external-body") {
        // By this the piece stays a piece, and what is elsewhere is found there (RFC 2046, 5.2.2 and 5.2.3).
        message.properties.set_named(&named::CONTENT_TYPE, PropValue::from(value.as_str()));
        return Ok(false);
    }
    if entity.media.is("application", "pkcs7-mime") || entity.media.is("application", "x-pkcs7-mime") {
        message.properties.set(tags::MESSAGE_CLASS, OPAQUE);
        message.properties.set_named(&named::CONTENT_TYPE, PropValue::from(value.as_str()));
        let data = entity.decoded(ctx)?.into_owned();
        let mut made = attachment::file(entity, data, false);
        if made.file_name().is_none() {
            made.properties.set(tags::ATTACH_LONG_FILENAME, "smime.p7m");
            made.properties.set(tags::ATTACH_EXTENSION, ".p7m");
        }
        message.attachments.push(made);
        return Ok(true);
    }
    Ok(false)
}

/// The fields of the header that say what the body is, an empty line, the body: byte for byte what the mail has.
fn mime_entity(entity: &Entity<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity((Offset::of(entity.header) + entity.body.len()).index());
    let mut keeping = false;
    for line in entity.header.split_inclusive(|byte| *byte == b'\n') {
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            keeping = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"Content-"));
        }
        if keeping {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(if entity.header.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
    out.extend_from_slice(entity.body);
    out
}
