//! Mails: bodies in every form, and what people send by mail.

use winmail::Attachment;
use winmail::Result;
use winmail::base::LegacyAttributes;
use winmail::mapi::blob::VerbStream;
use winmail::mapi::{Object, PropTag, PropValue, RecipientType, SearchKey, String8, named, tags};
use winmail::rtf::{encapsulate, lzfu};
use winmail::tnef::{AttrId, NameAndAddress, PropertyListWriter, Trp};

use super::recipe::{Recipe, Stream, binary, date, hex_text, item, list, number, recipient, table, text, time, written};

/// A PNG of one grey pixel.
pub(super) const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44,
    0xAE, 0x42, 0x60, 0x82,
];

const HTML: &str = "<html><head><meta charset=\"utf-8\"></head><body><p>Dear all,</p><p>please find the figures of the \
    third quarter attached. The <b>caf\u{e9}</b> did well.</p><p><img src=\"cid:logo@example.org\" alt=\"\"></p>\
    <p>Jane</p></body></html>";

/// The file that the mail has attached.
pub(super) const CSV: &[u8] = b"month,revenue\r\nJuly,1200\r\nAugust,1350\r\nSeptember,1410\r\n";

/// A mail as Exchange writes it: HTML, an attachment, an inline picture, keywords.
pub(super) fn winmail(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut properties = PropertyListWriter::new();
    for (tag, value) in [
        (tags::MESSAGE_CLASS, text("IPM.Note")),
        (tags::SUBJECT, text("Figures of the third quarter")),
        (tags::CLIENT_SUBMIT_TIME, PropValue::Time(time(9, 30))),
        (tags::SENDER_NAME, text("Jane Doe")),
        (tags::SENDER_ADDRESS_TYPE, text("SMTP")),
        (tags::SENDER_EMAIL_ADDRESS, text("jane@example.org")),
        (tags::SEARCH_KEY, binary(recipe.key(1))),
        (tags::INTERNET_CODEPAGE, number(65001)),
        (tags::HTML, binary(HTML.as_bytes())),
        (tags::INTERNET_MESSAGE_ID, text("<figures@example.org>")),
    ] {
        properties.push(tag, None, &value)?;
    }
    let keywords = PropValue::Multiple(vec![text("Finance"), text("Quarter")]);
    properties.push(PropTag(0x8000_101F), Some(&named::KEYWORDS.to_name()), &keywords)?;
    properties.push(PropTag(0x8001_000B), Some(&named::PRIVATE.to_name()), &PropValue::Boolean(false))?;
    let csv = list(&[
        (tags::ATTACH_METHOD, number(1)),
        (tags::ATTACH_LONG_FILENAME, text("Quartal \u{dc}bersicht.csv")),
        (tags::ATTACH_MIME_TAG, text("text/csv")),
    ])?;
    let logo = list(&[
        (tags::ATTACH_METHOD, number(1)),
        (tags::ATTACH_LONG_FILENAME, text("logo.png")),
        (tags::ATTACH_MIME_TAG, text("image/png")),
        (tags::ATTACH_CONTENT_ID, text("logo@example.org")),
        (tags::ATTACH_FLAGS, number(4)),
    ])?;
    let stream = Stream::mail()?
        .message(AttrId::PRIORITY, &2u16.to_le_bytes())?
        .message(AttrId::DATE_SENT, &date(9, 30))?
        .message(AttrId::MESSAGE_ID, &hex_text(&recipe.key(1)))?
        .message(AttrId::MSG_PROPS, &properties.into_bytes())?
        .attachment(b"QUARTA~1.CSV\0", Some(CSV), &csv)?
        .attachment(b"logo.png\0", Some(PNG), &logo)?;
    Ok(stream.into_bytes())
}

/// A mail whose attachment is another one, forwarded, with its recipients.
pub(super) fn forward(recipe: &Recipe) -> Result<Vec<u8>> {
    let properties = list(&[
        (tags::MESSAGE_CLASS, text("IPM.Note")),
        (tags::SUBJECT, text("Fwd: Lunch?")),
        (tags::SEARCH_KEY, binary(recipe.key(2))),
        (tags::BODY, text("See below.\r\n")),
    ])?;
    let object = Object { interface: Some(Object::IMESSAGE), data: lunch(recipe)?.into() };
    let attachment = list(&[
        (tags::ATTACH_METHOD, number(5)),
        (tags::DISPLAY_NAME, text("Lunch?")),
        (tags::ATTACH_DATA_OBJECT, PropValue::Object(object)),
    ])?;
    let stream = Stream::mail()?.message(AttrId::MSG_PROPS, &properties)?.attachment(b"Lunch?\0", None, &attachment)?;
    Ok(stream.into_bytes())
}

/// A message with legacy attributes, as Outlook writes them for embedded ones.
fn lunch(recipe: &Recipe) -> Result<Vec<u8>> {
    let string8 = |bytes: &'static [u8]| String8(bytes.into());
    let who = NameAndAddress { display_name: string8(b"Ren\xE9 Example\0"), address: string8(b"SMTP:rene@example.net\0") };
    let mut from = Vec::new();
    // A short name has a block.
    Trp { trpid: 4, who }.emit(&mut from).unwrap_or_default();
    let row = list(&[
        (tags::RECIPIENT_TYPE, number(1)),
        (tags::DISPLAY_NAME, text("Jane Doe")),
        (tags::ADDRESS_TYPE, text("SMTP")),
        (tags::EMAIL_ADDRESS, text("jane@example.org")),
        (tags::SEARCH_KEY, binary(SearchKey::address("SMTP", "jane@example.org").bytes())),
    ])?;
    let stream = Stream::mail()?
        .message(AttrId::FROM, &from)?
        .message(AttrId::SUBJECT, b"Lunch?\0")?
        .message(AttrId::DATE_SENT, &date(9, 30))?
        .message(AttrId::DATE_RECD, &date(9, 30))?
        .message(AttrId::MESSAGE_STATUS, &[0x20])?
        .message(AttrId::BODY, b"Twelve at the caf\xE9?\r\n\0")?
        .message(AttrId::MESSAGE_ID, &hex_text(&recipe.key(3)))?
        .message(AttrId::RECIP_TABLE, &table(&[row]))?
        .message(AttrId::MSG_PROPS, &list(&[(tags::IMPORTANCE, number(1))])?)?;
    Ok(stream.into_bytes())
}

/// Plain text with characters of more than one script.
pub(super) fn plain_text(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Plain text");
    message.properties.set(
        tags::BODY,
        "One line.\r\nCaf\u{e9}, \u{416}\u{443}\u{440}\u{43d}\u{430}\u{43b}, \u{65e5}\u{672c}\u{8a9e}, \u{1F600}.\r\n",
    );
    written(&message, LegacyAttributes::Exchange)
}

fn with_rtf(recipe: &Recipe, subject: &str, rtf: &[u8], mode: lzfu::Mode) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", subject);
    message.properties.set(tags::RTF_COMPRESSED, binary(lzfu::compress(rtf, mode)?));
    message.properties.set(tags::RTF_IN_SYNC, PropValue::Boolean(true));
    written(&message, LegacyAttributes::Exchange)
}

const RTF: &[u8] = b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\froman\\fcharset204 Times;}}\
    {\\colortbl ;\\red255\\green0\\blue0;}\\pard\\f0\\fs20 Dear {\\b all},\\par the caf\\'e9 did {\\cf1 well}.\\par\
    {\\f1 \\'c6\\'f3\\'f0\\'ed\\'e0\\'eb} \\u8364?\\par {\\field{\\*\\fldinst HYPERLINK \"https://example.org/\"}{\\fldrslt a link}}\\par}";

/// Rich text that was never HTML.
pub(super) fn rtf(recipe: &Recipe) -> Result<Vec<u8>> {
    with_rtf(recipe, "Rich text", RTF, lzfu::Mode::Reference)
}

/// Rich text in an uncompressed container.
pub(super) fn rtf_uncompressed(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Rich text, not compressed");
    let size = |more: usize| u32::try_from(RTF.len().saturating_add(more)).unwrap_or(u32::MAX).to_le_bytes();
    let container = [&size(12)[..], &size(0), b"MELA", &[0; 4], RTF].concat();
    message.properties.set(tags::RTF_COMPRESSED, binary(container));
    written(&message, LegacyAttributes::Exchange)
}

/// HTML that is carried by rich text.
pub(super) fn rtf_html(recipe: &Recipe) -> Result<Vec<u8>> {
    with_rtf(recipe, "HTML in rich text", &encapsulate::from_html(HTML), lzfu::Mode::Reference)
}

/// Plain text that is carried by rich text.
pub(super) fn rtf_text(recipe: &Recipe) -> Result<Vec<u8>> {
    with_rtf(recipe, "Text in rich text", &encapsulate::from_text("Twelve at the caf\u{e9}?\r\n"), lzfu::Mode::Reference)
}

/// All three bodies.
pub(super) fn all_bodies(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Three bodies");
    message.properties.set(tags::BODY, "Twelve at the caf\u{e9}?\r\n");
    message.properties.set(tags::HTML, binary("<p>Twelve at the <b>caf\u{e9}</b>?</p>".as_bytes()));
    message.properties.set(tags::INTERNET_CODEPAGE, number(65001));
    let rtf = encapsulate::from_html("<p>Twelve at the <b>caf\u{e9}</b>?</p>");
    message.properties.set(tags::RTF_COMPRESSED, binary(lzfu::compress(&rtf, lzfu::Mode::Reference)?));
    message.properties.set(tags::NATIVE_BODY, number(3));
    written(&message, LegacyAttributes::Exchange)
}

/// A signed mail: all of it in an attachment.
pub(super) fn signed(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note.SMIME.MultipartSigned", "Signed");
    let mime = b"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b\r\n\r\n\
        --b\r\n\r\nHello\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMAA=\r\n--b--\r\n";
    let mut attachment = Attachment::from_bytes("smime.p7m", &mime[..]);
    attachment.properties.set(tags::ATTACH_MIME_TAG, "multipart/signed");
    message.attachments.push(attachment);
    written(&message, LegacyAttributes::Exchange)
}

/// A mail with voting buttons.
pub(super) fn voting(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "Pizza or pasta?");
    message.recipients.push(recipient(RecipientType::TO, "Joe", "joe@example.net"));
    let verbs = VerbStream::of_votes(&["Pizza", "Pasta"]).to_bytes()?;
    message.properties.set_named(&named::VERB_STREAM, binary(verbs));
    written(&message, LegacyAttributes::Outlook)
}

/// An out-of-office reply.
pub(super) fn out_of_office(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note.Rules.OofTemplate.Microsoft", "Automatic reply: Lunch?");
    message.properties.set(tags::BODY, "I am out of the office.\r\n");
    written(&message, LegacyAttributes::Exchange)
}

/// A request to recall a message.
pub(super) fn recall(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Outlook.Recall", "Recall: Figures of the third quarter");
    message.properties.set(tags::BODY, "Jane Doe would like to recall the message, \"Figures of the third quarter\".\r\n");
    message.properties.set(tags::PARENT_KEY, binary(recipe.key(1)));
    message.properties.set(tags::SEARCH_KEY, binary(recipe.key(4)));
    written(&message, LegacyAttributes::Exchange)
}
