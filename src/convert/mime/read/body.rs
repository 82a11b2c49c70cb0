//! The body of a mail as properties ([MS-OXCMAIL] 2.2.3.3): PidTagBody, PidTagHtml with PidTagInternetCodepage,
//! PidTagNativeBody, and PidTagRtfCompressed where it is asked for.
//!
//! HTML stays in the character set in which it came where PidTagInternetCodepage can say which; else it becomes UTF-8.

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::input::len64;
use crate::base::{CodePage, Result};
use crate::convert::mime::flowed;
use crate::convert::mime::undeclared::without_mark;
use crate::mapi::{PropValue, named, tags};
use crate::message::{Message, html};
use crate::rtf::encapsulate;
use crate::rtf::lzfu::{self, Mode};

use super::entity::Entity;
use super::options::Reader;
use super::place::Placed;
use super::tnef;

/// PidTagNativeBody: the form in which the sender wrote.
const NATIVE_TEXT: i32 = 1;
const NATIVE_HTML: i32 = 3;

/// Sets the body; the result is its HTML.
pub(super) fn read(
    reader: &Reader<'_>,
    ctx: &mut Ctx<'_>,
    placed: &Placed<'_, '_>,
    message: &mut Message<'static>,
) -> Result<Option<String>> {
    let mut text: Option<String> = None;
    let mut page_of_text = None;
    for entity in &placed.text {
        let mut data = entity.decoded(ctx)?;
        if placed.uuencoded.is_some_and(|taken| std::ptr::eq(taken, *entity)) {
            data = Cow::Owned(tnef::without_stream(&data));
        }
        let (page, mut decoded) = decode(ctx, entity, &data)?;
        if entity.media.is("text", "plain") && parameter_is(entity, "format", "flowed") {
            decoded = flowed::unflowed(&decoded, parameter_is(entity, "delsp", "yes"));
            // So that it is written like that again.
            message.properties.set_named(&named::CONTENT_TYPE, "text/plain; format=flowed");
        }
        page_of_text.get_or_insert(page);
        match &mut text {
            Some(text) => text.push_str(&decoded),
            None => text = Some(decoded),
        }
    }
    let mut markup = None;
    if let Some(entity) = placed.html {
        let data = entity.decoded(ctx)?;
        markup = Some(set_html(ctx, entity, &data, message)?);
        body_fields(entity, message);
    } else if let Some(page) = page_of_text {
        message.properties.set(tags::INTERNET_CODEPAGE, code_page_value(page));
    }
    if text.is_none() && reader.options.make_text {
        text = markup.as_deref().map(crate::message::text_of_html);
    }
    if let Some(text) = &text {
        // A NUL would end it.
        let text: Cow<'_, str> = if text.contains('\0') { text.replace('\0', "").into() } else { text.as_str().into() };
        message.properties.set(tags::BODY, &*text);
    }
    let native = match (&markup, &text) {
        (Some(_), _) => Some(NATIVE_HTML),
        (None, Some(_)) => Some(NATIVE_TEXT),
        (None, None) => None,
    };
    if let Some(native) = native {
        message.properties.set(tags::NATIVE_BODY, PropValue::Integer32(native));
    }
    if reader.options.make_rtf {
        set_rtf(ctx, markup.as_deref(), text.as_deref(), message)?;
    }
    Ok(markup)
}

/// PidTagRtfCompressed that carries the HTML or the text.
pub(in crate::convert::mime) fn set_rtf(
    ctx: &mut Ctx<'_>,
    markup: Option<&str>,
    text: Option<&str>,
    message: &mut Message<'_>,
) -> Result<()> {
    let rtf = match (markup, text) {
        (Some(markup), _) => encapsulate::from_html(markup),
        (None, Some(text)) => encapsulate::from_text(text),
        (None, None) => return Ok(()),
    };
    ctx.budget.spend_output(len64(&rtf));
    let compressed = lzfu::compress(&rtf, Mode::Reference)?;
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(compressed.into()));
    message.properties.set(tags::RTF_IN_SYNC, PropValue::Boolean(true));
    Ok(())
}

/// PidTagBodyContentId and PidTagBodyContentLocation.
fn body_fields(entity: &Entity<'_>, message: &mut Message<'static>) {
    if let Some(id) = entity.content_id() {
        message.properties.set(tags::BODY_CONTENT_ID, id.as_str());
    }
    if let Some(field) = entity.field("Content-Location") {
        message.properties.set(tags::BODY_CONTENT_LOCATION, field.unfolded().as_str());
    }
}

fn code_page_value(page: CodePage) -> PropValue<'static> {
    PropValue::Integer32(i32::try_from(page.0).unwrap_or(0))
}

/// The character set that a part declares; `None` if it declares none that is known.
fn declared(ctx: &mut Ctx<'_>, entity: &Entity<'_>) -> Result<Option<CodePage>> {
    let Some(name) = entity.media.parameter("charset") else { return Ok(None) };
    let found = CodePage::from_name(name.trim().trim_matches(['"', '\''])).filter(|page| page.is_supported());
    if found.is_none() {
        ctx.defect(Code::MimeUnknownCharset, entity.offset, 0, format!("the character set {name:?} is not known"))?;
    }
    Ok(found)
}

fn parameter_is(entity: &Entity<'_>, name: &str, value: &str) -> bool {
    entity.media.parameter(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
}

/// Plain text, and the code page in which it was.
fn decode(ctx: &mut Ctx<'_>, entity: &Entity<'_>, data: &[u8]) -> Result<(CodePage, String)> {
    let ascii = is_plain_ascii(data);
    let page = match declared(ctx, entity)? {
        // What claims to be ASCII and is not is what everything else is that claims nothing.
        Some(page) if ascii || !is_ascii_name(entity) => page,
        _ => entity.pages.page(data),
    };
    let (page, data) = without_mark(page, data);
    let decoded = page.decode_or_latin1(data);
    if decoded.malformed {
        undecodable(ctx, entity, page)?;
    }
    Ok((page, decoded.text.into_owned()))
}

/// Whether bytes are ASCII and nothing else: escapes of ISO-2022 are ASCII too.
fn is_plain_ascii(data: &[u8]) -> bool {
    data.is_ascii() && !data.contains(&0x1B)
}

fn is_ascii_name(entity: &Entity<'_>) -> bool {
    entity
        .media
        .parameter("charset")
        .is_some_and(|name| name.eq_ignore_ascii_case("us-ascii") || name.eq_ignore_ascii_case("ascii"))
}

fn undecodable(ctx: &mut Ctx<'_>, entity: &Entity<'_>, page: CodePage) -> Result<()> {
    let length = len64(entity.body);
    ctx.defect(Code::MimeUndecodableText, entity.body_offset, length, format!("code page {page} cannot decode all of the text"))
}

/// Sets PidTagHtml and PidTagInternetCodepage; the result is the HTML as text.
fn set_html(ctx: &mut Ctx<'_>, entity: &Entity<'_>, data: &[u8], message: &mut Message<'static>) -> Result<String> {
    let page = match declared(ctx, entity)? {
        Some(page) if is_plain_ascii(data) || !is_ascii_name(entity) => Some(page),
        _ => html::meta_charset(data).filter(|page| page.is_fit_for_strings()),
    };
    let page = page.unwrap_or_else(|| entity.pages.page(data));
    let (page, data) = without_mark(page, data);
    let decoded = page.decode_or_latin1(data);
    if decoded.malformed {
        undecodable(ctx, entity, page)?;
    }
    let text = decoded.text.into_owned();
    let (page, bytes) = if !page.extends_ascii() { (CodePage::UTF_8, text.as_bytes().to_vec()) } else { (page, data.to_vec()) };
    message.properties.set(tags::HTML, PropValue::Binary(bytes.into()));
    message.properties.set(tags::INTERNET_CODEPAGE, code_page_value(page));
    Ok(text)
}
