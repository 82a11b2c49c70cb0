//! The message as it leaves: one for each group of recipients that need the same form.
//!
//! What [`decide`](super::decide()) says is done with the conversions of [`crate::convert::mime`]: the stream that a mail carries
//! is kept or one is made, or the message becomes MIME or plain text, in the character set and at the width decided. Recipients
//! in the header stay as they are; which of them gets which mail is for the envelope to say, so that all see the same header.
//!
//! Not done, because MIME as it is written here has one way only: the transfer encoding of 7-bit text
//! (ByteEncoderTypeFor7BitCharsets), RequiredCharsetCoverage (what a set lacks goes in UTF-8), and BinHex and AppleSingle
//! (Macintosh files go as AppleDouble).

use crate::base::{CodePage, ReadOptions, Report, Result};
use crate::convert::mime::{self, AttachmentForm, BodyForms, Carrier, CarryOptions, MimeOptions, carry};
use crate::mapi::{PropValue, named, tags};
use crate::message::{BodyKind, Message};
use crate::rtf::deencapsulate::{Encapsulation, encapsulation};

use super::decide::{Decision, Format, MessageFacts, NativeBody, SenderName};
use super::policy_set::Policy;
use super::remote_domain::{LineWrap, ShiftJisCodePage};

/// A mail for some of the recipients.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outgoing<'p> {
    /// For whom: addresses as they were given, in their order.
    pub recipients: Vec<&'p str>,
    /// Why it has this form: the decision for the first of them. All of them have the same form, perhaps for other reasons.
    pub decision: Decision<'p>,
    /// The mail, with CR LF line ends.
    pub mail: Vec<u8>,
}

/// What of a decision shows in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    format: Format,
    stnef: bool,
    charset: Option<u32>,
    wrap: Option<u8>,
    sender_name: SenderName,
}

impl Form {
    fn of(decision: &Decision<'_>) -> Self {
        let format = decision.format();
        let charset = decision.charset.value.map(|charset| match (charset.name(), decision.shift_jis.value) {
            ("shift_jis", ShiftJisCodePage::Iso2022Jp) => 50220,
            ("shift_jis", ShiftJisCodePage::Esc2022Jp) => 50221,
            ("shift_jis", ShiftJisCodePage::Sio2022Jp) => 50222,
            _ => charset.code_page(),
        });
        let wrap = match decision.wrap.value {
            LineWrap::Unlimited | LineWrap::At(0) => None,
            LineWrap::At(width) => Some(width),
        };
        Form { format, stnef: decision.stnef.value, charset, wrap, sender_name: decision.sender_name.value }
    }

    fn mime(&self, read: &ReadOptions) -> MimeOptions {
        let bodies = match self.format {
            Format::MimeHtml => BodyForms::Html,
            Format::MimeText | Format::Plain => BodyForms::Text,
            Format::MimeHtmlText | Format::Tnef => BodyForms::HtmlAndText,
        };
        let attachments = if self.format == Format::Plain { AttachmentForm::Uuencode } else { AttachmentForm::Mime };
        MimeOptions {
            bodies,
            attachments,
            line_wrap: self.wrap,
            charset: self.charset.map(CodePage).filter(|page| page.is_supported()).unwrap_or(CodePage::UTF_8),
            // Else the name that is to go would come back with the header that the message once had.
            transport_headers: self.sender_name == SenderName::DisplayName,
            limits: read.limits.clone(),
            ..MimeOptions::default()
        }
    }
}

/// What must be known of a message to decide: its body, its character set, what it says of TNEF. `charset` is where the name of
/// the set is kept.
#[must_use]
pub fn facts<'c>(message: &Message<'_>, options: &ReadOptions, charset: &'c mut Option<String>) -> MessageFacts<'c> {
    *charset = message
        .properties
        .integer(tags::INTERNET_CODEPAGE)
        .and_then(|page| u32::try_from(page).ok())
        .and_then(|page| CodePage(page).name())
        .map(str::to_owned);
    let native = match message.native_body() {
        Some(BodyKind::Html) => NativeBody::Html,
        Some(BodyKind::Text) | None => NativeBody::PlainText,
        Some(BodyKind::Rtf) => {
            let rtf = message.rtf(options, &mut Report::new()).ok().flatten().unwrap_or_default();
            match encapsulation(&rtf) {
                Encapsulation::Html => NativeBody::Html,
                Encapsulation::Text => NativeBody::PlainText,
                Encapsulation::None => NativeBody::RichText,
            }
        }
    };
    let use_tnef = match message.properties.named(&named::USE_TNEF) {
        Some(PropValue::Boolean(value)) => Some(*value),
        _ => None,
    };
    let send_rich = use_tnef.or_else(|| message.properties.boolean(tags::SEND_RICH_INFO));
    MessageFacts { native, charset: charset.as_deref(), send_rich }
}

/// The mails that a message becomes: one for each form that some recipient needs, in the order of the first recipients.
///
/// `original` is the mail that the message came in, if it came in one that carries TNEF: where TNEF may leave, it goes out as it
/// is. PR_SEARCH_KEY stays wherever TNEF goes.
///
/// # Errors
/// Unencodable if a stream is to be made of a message that no stream can hold.
pub fn apply<'p>(
    policy: &'p Policy,
    from: &str,
    to: &'p [String],
    message: &Message<'_>,
    facts: &MessageFacts<'p>,
    original: Option<&[u8]>,
    options: &ReadOptions,
    report: &mut Report,
) -> Result<Vec<Outgoing<'p>>> {
    let mut groups: Vec<(Form, Outgoing<'p>)> = Vec::new();
    for recipient in to {
        let decision = policy.decide(from, recipient, facts.clone());
        let form = Form::of(&decision);
        match groups.iter_mut().find(|(other, _)| *other == form) {
            Some((_, group)) => group.recipients.push(recipient),
            None => groups.push((form, Outgoing { recipients: vec![recipient], decision, mail: Vec::new() })),
        }
    }
    let mut outgoing = Vec::with_capacity(groups.len());
    for (form, mut group) in groups {
        group.mail = mail(&form, message, original, options, report)?;
        outgoing.push(group);
    }
    Ok(outgoing)
}

fn mail(
    form: &Form,
    message: &Message<'_>,
    original: Option<&[u8]>,
    options: &ReadOptions,
    report: &mut Report,
) -> Result<Vec<u8>> {
    let mut message = message.clone();
    if form.sender_name != SenderName::DisplayName {
        show_sender(&mut message, form.sender_name);
    }
    if form.format != Format::Tnef {
        return mime::write(&message, &form.mime(options), report);
    }
    match original.filter(|_| form.sender_name == SenderName::DisplayName && !form.stnef) {
        Some(original) => Ok(original.to_vec()),
        None => {
            let carrier = if form.stnef { Carrier::Stnef } else { Carrier::Mail };
            carry(&message, &CarryOptions::new(carrier).with_mime(form.mime(options)), report)
        }
    }
}

/// Puts the simple display name in the place of the display name, or the address where there is none or none is to be shown.
fn show_sender(message: &mut Message<'_>, shown: SenderName) {
    let groups = [
        (tags::SENDER_NAME, tags::SENDER_SIMPLE_DISPLAY_NAME, tags::SENDER_SMTP_ADDRESS, tags::SENDER_EMAIL_ADDRESS),
        (
            tags::SENT_REPRESENTING_NAME,
            tags::SENT_REPRESENTING_SIMPLE_DISPLAY_NAME,
            tags::SENT_REPRESENTING_SMTP_ADDRESS,
            tags::SENT_REPRESENTING_EMAIL_ADDRESS,
        ),
    ];
    for (name, simple, smtp, address) in groups {
        let text = |tag| message.properties.str(tag).filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned);
        if text(name).is_none() {
            continue;
        }
        let simple = text(simple).filter(|_| shown == SenderName::SimpleDisplayName);
        if let Some(new) = simple.or_else(|| text(smtp)).or_else(|| text(address)) {
            message.properties.set(name, new.as_str());
        }
    }
}
