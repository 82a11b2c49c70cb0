//! The message as it leaves: one for each group of recipients that need the same form.
//!
//! What [`decide`](super::decide()) says is done with the conversions of [`crate::convert::mime`]: the stream that a mail carries
//! is kept or one is made, or the message becomes MIME or plain text, in the character set and at the width decided. Recipients
//! in the header stay as they are; which of them gets which mail is for the envelope to say, so that all see the same header.
//!
//! Where no character set is decided, it is chosen by the text, as US-ASCII or UTF-8. What a set does not have goes in UTF-8, unless
//! RequiredCharsetCoverage lets it go; then it is a diagnostic.

use std::collections::HashSet;

use crate::base::{CodePage, ReadOptions, Report, Result, WriteOptions};
use crate::convert::mime::account::{self, Loss};
use crate::convert::mime::{
    self, AttachmentForm, BodyForms, EncapsulateOptions, MacFileForm, MimeOptions, SevenBitText, TnefForm, Written, encapsulate,
};
use crate::mapi::{EntryId, OneOffFlags, PropValue, named, tags};
use crate::message::{BodyKind, Message, Recipient};
use crate::rtf::deencapsulate::{Encapsulation, encapsulation};

use super::decide::{AttachmentEncoding, Decision, Format, MessageFacts, NativeBody, SenderName};
use super::policy_set::Policy;
use super::remote_domain::{LineWrap, ShiftJisCodePage, TransferEncoding};

/// A mail for some of the recipients.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Outgoing<'p> {
    /// For whom: addresses as they were given, in their order.
    pub recipients: Vec<&'p str>,
    /// Reason why it has this form: the decision for the first of them. All of them have the same form, perhaps for other reasons.
    pub decision: Decision<'p>,
    /// The mail, with CR LF line ends.
    pub mail: Vec<u8>,
    /// Facts that could not be written as they are.
    pub report: Report,
    /// Facts of the message that this mail has not, in whatever form: voting buttons, the key of a recall, a link in HTML where text alone may
    /// leave. Empty where TNEF leaves.
    pub losses: Vec<Loss>,
}

/// What of a decision shows in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    format: Format,
    stnef: bool,
    charset: CodePage,
    /// Percent.
    coverage: u8,
    /// Of HTML and of plain text in a 7-bit set.
    seven_bit: (SevenBitText, SevenBitText),
    mac_files: MacFileForm,
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
        // What is not ASCII goes in UTF-8.
        let charset = charset.map(CodePage).filter(|page| page.is_supported()).unwrap_or(CodePage::US_ASCII);
        let coverage = decision.coverage.value.0.unwrap_or(100);
        let wrap = match decision.wrap.value {
            LineWrap::Unlimited | LineWrap::At(0) => None,
            LineWrap::At(width) => Some(width),
        };
        let encoder = decision.byte_encoder.value;
        let seven_bit = (seven_bit(encoder.html()), seven_bit(encoder.plain(wrap.is_some())));
        let mac_files = match decision.attachments.value {
            AttachmentEncoding::BinHex => MacFileForm::BinHex,
            AttachmentEncoding::AppleSingle => MacFileForm::AppleSingle,
            AttachmentEncoding::AppleDouble | AttachmentEncoding::UuEncode => MacFileForm::AppleDouble,
        };
        let (stnef, sender_name) = (decision.stnef.value, decision.sender_name.value);
        Form { format, stnef, charset, coverage, seven_bit, mac_files, wrap, sender_name }
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
            mac_files: self.mac_files,
            // Unlimited: lines as long as their paragraphs, and no soft ends of lines either.
            line_wrap: Some(self.wrap.unwrap_or(0)),
            charset: self.charset,
            charset_coverage: self.coverage,
            seven_bit_html: self.seven_bit.0,
            seven_bit_text: self.seven_bit.1,
            // Else the name that is to go would come back with the header that the message once had.
            transport_headers: self.sender_name == SenderName::DisplayName,
            limits: read.limits.clone(),
            ..MimeOptions::default()
        }
    }
}

fn seven_bit(encoding: TransferEncoding) -> SevenBitText {
    match encoding {
        TransferEncoding::SevenBit => SevenBitText::SevenBit,
        TransferEncoding::QuotedPrintable => SevenBitText::QuotedPrintable,
        TransferEncoding::Base64 => SevenBitText::Base64,
    }
}

/// Returns what must be known of a message to decide: its body, its character set, what it says of TNEF. `charset` is where the name of
/// the set is kept.
#[must_use]
pub fn facts<'c>(message: &Message<'_>, charset: &'c mut Option<String>) -> MessageFacts<'c> {
    *charset = message.properties.page(tags::INTERNET_CODEPAGE).and_then(CodePage::name).map(str::to_owned);
    let native = match message.native_body() {
        Some(BodyKind::Html) => NativeBody::Html,
        Some(BodyKind::Text) | None => NativeBody::PlainText,
        Some(BodyKind::Rtf) => {
            let rtf = message.rtf().ok().flatten().map(|rtf| rtf.bytes).unwrap_or_default();
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

/// Adds to the facts what the message's row of that recipient says of TNEF: PidTagSendRichInfo, else the flag of a one-off entry id
/// ([MS-OXCDATA] 2.2.5.1). What the row says counts more than what the message says. A flag that is not set says nothing, as
/// programs that know nothing of it leave it so.
#[must_use]
pub fn facts_for<'c>(message: &Message<'_>, facts: &MessageFacts<'c>, address: &str) -> MessageFacts<'c> {
    let is_it = |row: &&Recipient<'_>| row.smtp_address().is_some_and(|own| own.trim().eq_ignore_ascii_case(address.trim()));
    let row = message.recipients.iter().find(is_it);
    let said = row.and_then(|row| {
        let refused = match row.properties.bytes(tags::ENTRY_ID).map(EntryId::parse) {
            Some(EntryId::OneOff(id)) => id.flags.contains(OneOffFlags::NO_RICH_INFO),
            _ => false,
        };
        row.properties.boolean(tags::SEND_RICH_INFO).or(refused.then_some(false))
    });
    MessageFacts { send_rich: said.or(facts.send_rich), ..facts.clone() }
}

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Submission<'s, 'p> {
    /// The sender's address.
    pub from: &'s str,
    /// The recipients' addresses.
    pub to: &'p [String],
    /// The message.
    pub message: &'s Message<'s>,
    /// Facts known of it: [`facts`], unless the caller knows better. What a recipient's row says is asked as well.
    pub facts: MessageFacts<'p>,
    /// The mail that the message came in, if it came in one that carries TNEF: where TNEF may leave, it goes out as it is.
    pub original: Option<&'s [u8]>,
}

/// The mails that a message becomes: one for each form that some recipient needs, in the order of the first recipients.
/// PR_SEARCH_KEY stays wherever TNEF goes.
///
/// # Errors
/// Unencodable if a stream is to be made of a message that no stream can hold; Malformed where sender or recipient is no address.
pub fn apply<'p>(policy: &'p Policy, submission: &Submission<'_, 'p>, options: &ReadOptions) -> Result<Vec<Outgoing<'p>>> {
    let mut groups: Vec<(Form, Outgoing<'p>)> = Vec::new();
    for recipient in submission.to {
        let decision = policy.decide(submission.from, recipient, facts_for(submission.message, &submission.facts, recipient))?;
        let form = Form::of(&decision);
        match groups.iter_mut().find(|(other, _)| *other == form) {
            Some((_, group)) => group.recipients.push(recipient),
            None => {
                let (mail, report, losses) = (Vec::new(), Report::new(), Vec::new());
                groups.push((form, Outgoing { recipients: vec![recipient], decision, mail, report, losses }));
            }
        }
    }
    let mut outgoing: Vec<Outgoing<'p>> = Vec::with_capacity(groups.len());
    for (form, mut group) in groups {
        let written = mail(&form, submission, options)?;
        (group.mail, group.report) = (written.bytes, written.report);
        // Forms that differ in what this message does not have, files of a Macintosh say, are one.
        let format = form.format;
        match outgoing.iter_mut().find(|other| other.decision.format() == format && other.mail == group.mail) {
            Some(other) => {
                let both: HashSet<&str> = other.recipients.iter().chain(&group.recipients).copied().collect();
                other.recipients = submission.to.iter().map(String::as_str).filter(|one| both.contains(one)).collect();
            }
            None => outgoing.push(group),
        }
    }
    for one in outgoing.iter_mut().filter(|one| one.decision.format() != Format::Tnef) {
        one.losses = losses(submission, &one.mail, options)?;
    }
    Ok(outgoing)
}

/// The facts of the message that are missing in a mail made of it. What the message came in is asked: the mail, the stream, else a stream
/// that holds all of it.
fn losses(submission: &Submission<'_, '_>, mail: &[u8], options: &ReadOptions) -> Result<Vec<Loss>> {
    if let Some(original) = submission.original {
        return Ok(account::losses(original, mail, options));
    }
    let source = submission.message.source();
    let made = if source.is_empty() { submission.message.to_tnef(&WriteOptions::canonical())? } else { Vec::new() };
    Ok(account::losses_of_stream(if source.is_empty() { &made } else { source }, mail, options))
}

fn mail(form: &Form, submission: &Submission<'_, '_>, options: &ReadOptions) -> Result<Written> {
    let mut message = submission.message.clone();
    if form.sender_name != SenderName::DisplayName {
        show_sender(&mut message, form.sender_name);
    }
    if form.format != Format::Tnef {
        return mime::write(&message, &form.mime(options));
    }
    match submission.original.filter(|_| form.sender_name == SenderName::DisplayName && !form.stnef) {
        Some(original) => Ok(Written { bytes: original.to_vec(), report: Report::new() }),
        None => {
            let carrier = if form.stnef { TnefForm::Stnef } else { TnefForm::Mail };
            encapsulate(&message, &EncapsulateOptions::new(carrier).with_mime(form.mime(options)))
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
