//! What becomes of a message for one recipient, and why.
//!
//! Precedence, from "TNEF conversion options" and "Content conversion" of Exchange:
//!
//! | question | strongest | then | weakest |
//! |---|---|---|---|
//! | TNEF | remote domain TNEFEnabled | recipient UseMapiRichTextFormat | sender |
//! | encoding | recipient, with UsePreferMessageFormat | sender | remote domain ContentType |
//! | character set | message, sender | remote domain | the text |
//! | wrapping | - | sender (plain text) | remote domain LineWrapSize |
//!
//! Whether TNEF and which encoding are independent questions. Inside the organization rich text stays, and none of the
//! sender's internet formats applies. Summary TNEF (one binary body) is for servers of one organization and never leaves it.

use std::borrow::Cow;

use super::address::domain_of;
use super::charset::Charset;
use super::recipient::{
    MacAttachmentFormat, MessageBodyFormat, MessageFormat, RecipientKind, RecipientSettings, UseMapiRichTextFormat,
};
use super::remote_domain::{
    AllowedOofType, ByteEncoder, ContentType, Coverage, Edition, LineWrap, RemoteDomain, RemoteDomainSetting,
    RemoteDomainSettings, ShiftJisCodePage, TnefEnabled,
};
use super::resolved::{Chain, Resolved, Source};
use super::sender::{
    InternetMessageFormat, InternetRecipientEncoding, InternetRecipientFormat, SenderContactSettings, SenderSettings,
};
use super::setting::{SettingValue, words};

words! {
    /// The body that a message was written with.
    pub enum NativeBody {
        /// HTML
        Html = "html",
        /// Rich text
        RichText = "rich-text",
        /// Plain text
        PlainText = "plain-text",
    }

    /// The form in which a message leaves.
    pub enum Format {
        /// Text and winmail.dat; inside the organization, TNEF as servers have it.
        Tnef = "TNEF",
        /// MIME with HTML, and its plain text beside it.
        MimeHtmlText = "MIME HTML+text",
        /// MIME with HTML.
        MimeHtml = "MIME HTML",
        /// MIME with plain text.
        MimeText = "MIME text",
        /// Plain text without MIME, attachments within it as UUENCODE (or BinHex, see [`Decision::attachments`]).
        Plain = "plain text with UUENCODE",
    }

    /// Fate of a message that the system makes by itself.
    pub enum Verdict {
        /// It goes out.
        Sent = "sent",
        /// It is made and then dropped, with no error to anyone.
        Dropped = "dropped",
    }

    /// Display name in From, beside the address.
    pub enum SenderName {
        /// The display name.
        DisplayName = "display name",
        /// The simple display name; the address where the sender has none.
        SimpleDisplayName = "simple display name",
        /// Nothing.
        None = "address only",
    }

    /// Form of attachments in a message that is neither TNEF nor free of them.
    pub enum AttachmentEncoding {
        /// Attachments of the Macintosh as BinHex.
        BinHex = "BinHex",
        /// UUENCODE in plain text.
        UuEncode = "UuEncode",
        /// Attachments of the Macintosh as AppleSingle.
        AppleSingle = "AppleSingle",
        /// Attachments of the Macintosh as AppleDouble.
        AppleDouble = "AppleDouble",
    }
}

/// Facts of the message on which a decision depends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MessageFacts<'p> {
    /// The body that it was written with.
    pub native: NativeBody,
    /// The character set that it names.
    pub charset: Option<&'p str>,
    /// Answer of the message about TNEF for this recipient: PidLidUseTnef, PidTagSendRichInfo, the flag of a one-off entry id.
    pub send_rich: Option<bool>,
}

impl<'p> MessageFacts<'p> {
    /// Sets the body that the message was written with.
    #[must_use]
    pub fn with_native(mut self, native: NativeBody) -> Self {
        self.native = native;
        self
    }

    /// Sets the character set that the message names.
    #[must_use]
    pub fn with_charset(mut self, charset: impl Into<Option<&'p str>>) -> Self {
        self.charset = charset.into();
        self
    }

    /// Sets the answer of the message about TNEF for the recipient.
    #[must_use]
    pub fn with_send_rich(mut self, send_rich: impl Into<Option<bool>>) -> Self {
        self.send_rich = send_rich.into();
        self
    }
}

impl Default for MessageFacts<'_> {
    fn default() -> Self {
        MessageFacts { native: NativeBody::Html, charset: None, send_rich: None }
    }
}

/// All that bears on the decision.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Delivery<'p> {
    /// The edition whose defaults hold.
    pub edition: Edition,
    /// The remote domain that applies; `None` for a recipient in an accepted domain of the organization.
    pub domain: Option<&'p RemoteDomain>,
    /// The sender's address; empty for nobody.
    pub from: Cow<'p, str>,
    /// The address that mail goes to: that of the mail contact or mail user, if the recipient is one.
    pub address: &'p str,
    /// The kind of the recipient, where it is a mail contact or mail user.
    pub kind: Option<RecipientKind>,
    /// The settings of the mail contact or mail user, if the recipient is one.
    pub recipient: Option<&'p RecipientSettings>,
    /// The sender's settings.
    pub sender: SenderSettings,
    /// The sender's settings for this recipient.
    pub contact: Option<&'p SenderContactSettings>,
    /// The message.
    pub message: MessageFacts<'p>,
}

/// Decision: what becomes of the message, and which automatic messages may go the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Decision<'p> {
    /// Says whether it leaves as TNEF. [`Decision::format`] follows it.
    pub tnef: Resolved<'p, bool>,
    /// The form without TNEF; independent of whether TNEF is used.
    pub encoding: Resolved<'p, Format>,
    /// Encoding of attachments.
    pub attachments: Resolved<'p, AttachmentEncoding>,
    /// The character set; `None` is "by the text".
    pub charset: Resolved<'p, Option<Charset>>,
    /// The form of ISO-2022-JP that stands in for shift_jis, as a code page, where `charset` is that.
    pub shift_jis: Resolved<'p, ShiftJisCodePage>,
    /// Percentage of the text that must fit the remote domain's set for the set to be kept; all of it where nothing is set. A set that the message
    /// or its sender names is kept for a text that has nothing else.
    pub coverage: Resolved<'p, Coverage>,
    /// Transfer encoding of 7-bit text.
    pub byte_encoder: Resolved<'p, ByteEncoder>,
    /// The width that text is wrapped at.
    pub wrap: Resolved<'p, LineWrap>,
    /// Name that From shows.
    pub sender_name: Resolved<'p, SenderName>,
    /// Out-of-office replies: for people outside, for people inside, of old clients that do not say for whom.
    pub out_of_office: [Resolved<'p, Verdict>; 3],
    /// Replies that client rules make.
    pub automatic_reply: Resolved<'p, Verdict>,
    /// Forwarding by inbox rules and by the user's own option. What administrators set up (forwarding of a mailbox,
    /// transport rules) is not governed by it; Exchange Online's outbound spam policy is a second gate.
    pub automatic_forward: Resolved<'p, Verdict>,
    /// Delivery reports that the recipient asked for.
    pub delivery_report: Resolved<'p, Verdict>,
    /// Non-delivery reports. No other setting stops them.
    pub non_delivery_report: Resolved<'p, Verdict>,
    /// The diagnostic section of non-delivery reports.
    pub ndr_diagnostics: Resolved<'p, Verdict>,
    /// Says whether an organizer outside is told that somebody forwarded the meeting.
    pub meeting_forward_notification: Resolved<'p, Verdict>,
    /// Says whether summary TNEF is possible.
    pub stnef: Resolved<'p, bool>,
}

impl Decision<'_> {
    /// The form in which the message leaves.
    #[must_use]
    pub fn format(&self) -> Format {
        if self.tnef.value { Format::Tnef } else { self.encoding.value }
    }
}

/// Decides.
#[must_use]
pub fn decide<'p>(delivery: &Delivery<'p>) -> Decision<'p> {
    let asked = Asked {
        q: delivery,
        defaults: RemoteDomainSettings::defaults(delivery.edition, delivery.domain.is_some_and(RemoteDomain::is_built_in)),
    };
    let tnef = asked.tnef();
    let encoding = asked.encoding();
    let attachments = asked.attachments(&encoding);
    let format = if tnef.value { Format::Tnef } else { encoding.value };
    let charset = asked.charset(encoding.value);
    Decision {
        shift_jis: asked.shift_jis(charset.value),
        coverage: asked.coverage(&charset),
        byte_encoder: asked.plain(
            RemoteDomainSetting::ByteEncoderTypeFor7BitCharsets,
            |s| s.byte_encoder,
            ByteEncoder::Undefined,
        ),
        wrap: asked.wrap(format),
        sender_name: asked.sender_name(),
        out_of_office: [
            asked.out_of_office(&[AllowedOofType::External, AllowedOofType::ExternalLegacy], false),
            asked.out_of_office(&[AllowedOofType::InternalLegacy], true),
            asked.out_of_office(&[AllowedOofType::ExternalLegacy, AllowedOofType::InternalLegacy], true),
        ],
        automatic_reply: asked.gate(RemoteDomainSetting::AutoReplyEnabled, |s| s.auto_reply_enabled),
        automatic_forward: asked.gate(RemoteDomainSetting::AutoForwardEnabled, |s| s.auto_forward_enabled),
        delivery_report: asked.gate(RemoteDomainSetting::DeliveryReportEnabled, |s| s.delivery_report_enabled),
        non_delivery_report: asked.gate(RemoteDomainSetting::NdrEnabled, |s| s.ndr_enabled),
        ndr_diagnostics: asked.ndr_diagnostics(),
        meeting_forward_notification: asked
            .gate(RemoteDomainSetting::MeetingForwardNotificationEnabled, |s| s.meeting_forward_notification_enabled),
        stnef: asked.stnef(),
        tnef,
        encoding,
        attachments,
        charset,
    }
}

const INSIDE: &str = "the recipient is in an accepted domain of the organization";
const PREFERRED: &str = "the recipient's formats hold before those of sender and remote domain";
const DROPPED: &str = "made, then dropped with no error to anyone";

struct Asked<'q, 'p> {
    q: &'q Delivery<'p>,
    defaults: RemoteDomainSettings,
}

impl<'p> Asked<'_, 'p> {
    fn domain_source(&self) -> Source<'p> {
        self.q.domain.map_or(Source::Organization, |domain| Source::RemoteDomain(&domain.name))
    }

    /// A setting of the remote domain. One that is not set and that the export did not hold is not known.
    fn domain_step<T>(
        &self,
        chain: &mut Chain<'p, T>,
        setting: &'static str,
        set: impl Into<Cow<'static, str>>,
        value: Option<T>,
        note: &'static str,
    ) {
        let set = set.into();
        let known =
            || RemoteDomainSetting::from_name(setting).zip(self.q.domain).is_none_or(|(one, domain)| domain.is_known(one));
        if value.is_some() || !set.is_empty() || known() {
            chain.step(self.domain_source(), setting, set, value, note);
        } else {
            chain.not_known(self.domain_source(), setting, note);
        }
    }

    fn is_internal(&self) -> bool {
        self.q.domain.is_none_or(RemoteDomain::is_internal)
    }

    fn tnef(&self) -> Resolved<'p, bool> {
        let q = self.q;
        let mut chain = Chain::new();
        if q.domain.is_none() {
            chain.step(
                Source::Organization,
                "accepted domain",
                domain_of(q.address).to_owned(),
                Some(true),
                "rich text stays inside the organization",
            );
        }
        if let Some(domain) = q.domain {
            let set = domain.settings.tnef_enabled;
            let (value, note) = match set {
                Some(TnefEnabled::Always) => (Some(true), "always TNEF"),
                Some(TnefEnabled::Never) => (Some(false), "never TNEF"),
                _ => (None, "follows the settings of recipient and sender"),
            };
            self.domain_step(&mut chain, "TNEFEnabled", text(set.as_ref()), value, note);
        }
        if let Some(recipient) = q.recipient {
            let set = recipient.use_mapi_rich_text_format;
            let (value, note) = match set {
                Some(UseMapiRichTextFormat::Always) => (Some(true), "TNEF for every message"),
                Some(UseMapiRichTextFormat::Never) => (Some(false), "no TNEF, rich text becomes plain text"),
                _ => (None, "the remote domain decides, then the sender"),
            };
            chain.step(Source::Recipient(q.address), "UseMapiRichTextFormat", text(set.as_ref()), value, note);
        }
        if q.domain.is_some_and(RemoteDomain::is_internal) {
            let (setting, set) = self.internal_by();
            chain.step(self.domain_source(), setting, set, Some(true), "internal recipients keep rich text");
        } else {
            self.join_internal(&mut chain);
        }
        let internal = self.is_internal();
        // "PidLidUseTnef Canonical Property" says that it is for POP3 and SMTP accounts, and not with Exchange.
        let note =
            "PidTagSendRichInfo or the flag of a one-off entry id; PidLidUseTnef, of which it is doubtful that Exchange asks it";
        chain.step(
            Source::Message,
            "send rich info",
            q.message.send_rich.map(|v| v.to_string()).unwrap_or_default(),
            q.message.send_rich,
            note,
        );
        if let Some(set) = q.contact.and_then(|contact| contact.internet_recipient_format) {
            let source = Source::SenderContact(q.address);
            let value = match set {
                InternetRecipientFormat::RichText => Some(true),
                InternetRecipientFormat::PlainTextOnly => Some(false),
                InternetRecipientFormat::LetOutlookDecide => None,
            };
            self.sender_step(&mut chain, source, "InternetRecipientFormat", set.as_str(), value, internal);
        }
        let rich = q.message.native == NativeBody::RichText;
        if let Some(set) = q.sender.internet_message_format {
            let value = Some(set == InternetMessageFormat::RichText);
            if rich {
                self.sender_step(&mut chain, Source::Sender, "InternetMessageFormat", set.as_str(), value, internal);
            } else {
                chain.skip(Source::Sender, "InternetMessageFormat", set.as_str(), "only for messages written as rich text");
            }
        }
        chain.finish(Source::Default, "InternetMessageFormat", "ConvertToHtml", false, "Outlook converts rich text to HTML")
    }

    /// The setting that makes the remote domain internal, or keeps it from that.
    fn internal_by(&self) -> (&'static str, String) {
        let by = self.q.domain.and_then(|domain| Some((domain, domain.internal_by()?)));
        by.map_or(("IsInternal", String::new()), |(domain, by)| (by.as_str(), domain.settings.text(by).unwrap_or_default()))
    }

    /// Names that setting in the chain of an answer that hangs on it.
    fn join_internal<T>(&self, chain: &mut Chain<'p, T>) {
        if self.q.domain.is_some_and(|domain| domain.internal_by().is_some()) {
            let (setting, set) = self.internal_by();
            let note = if self.is_internal() { "internet formats do not apply to internal recipients" } else { "not internal" };
            chain.join(self.domain_source(), setting, set, note);
        }
    }

    /// A setting of the sender's Outlook: it does not bear on recipients inside the organization.
    fn sender_step<T>(
        &self,
        chain: &mut Chain<'p, T>,
        source: Source<'p>,
        setting: &'static str,
        set: &'static str,
        value: Option<T>,
        internal: bool,
    ) {
        if internal {
            chain.skip(source, setting, set, "internet formats do not apply to internal recipients");
        } else {
            chain.step(source, setting, set, value, "");
        }
    }

    fn encoding(&self) -> Resolved<'p, Format> {
        let q = self.q;
        let native = q.message.native;
        let internal = self.is_internal();
        let mut chain = Chain::new();
        if let Some(recipient) = q.recipient {
            let source = || Source::Recipient(q.address);
            let (format, body, _) = recipient.formats();
            if recipient.use_prefer_message_format == Some(true) {
                chain.join(source(), "UsePreferMessageFormat", "true", PREFERRED);
                match format {
                    MessageFormat::Text => chain.step(source(), "MessageFormat", "Text", Some(Format::Plain), ""),
                    MessageFormat::Mime => {
                        let value = match body {
                            MessageBodyFormat::Text => Format::MimeText,
                            MessageBodyFormat::Html => Format::MimeHtml,
                            MessageBodyFormat::TextAndHtml => Format::MimeHtmlText,
                        };
                        chain.step(source(), "MessageBodyFormat", body.as_str(), Some(value), "");
                    }
                }
            } else {
                let unused = "ignored while UsePreferMessageFormat is false";
                if let Some(set) = recipient.message_format {
                    chain.skip(source(), "MessageFormat", set.as_str(), unused);
                }
                if let Some(set) = recipient.message_body_format {
                    chain.skip(source(), "MessageBodyFormat", set.as_str(), unused);
                }
            }
            if recipient.use_mapi_rich_text_format == Some(UseMapiRichTextFormat::Never) && native == NativeBody::RichText {
                let note = "rich text becomes plain text";
                chain.step(source(), "UseMapiRichTextFormat", "Never", Some(Format::MimeText), note);
            }
        }
        let asked = q.contact.is_some_and(|c| c.internet_recipient_encoding.is_some() || c.internet_recipient_format.is_some());
        let sender = q.sender.internet_message_format.is_some() || q.sender.uuencode_plain_text.is_some();
        if asked || sender {
            self.join_internal(&mut chain);
        }
        if let Some(contact) = q.contact {
            let source = || Source::SenderContact(q.address);
            if let Some(set) = contact.internet_recipient_encoding {
                let value = match set {
                    InternetRecipientEncoding::MimeText => Format::MimeText,
                    InternetRecipientEncoding::MimeTextAndHtml => Format::MimeHtmlText,
                    InternetRecipientEncoding::MimeHtml => Format::MimeHtml,
                    InternetRecipientEncoding::UuEncode | InternetRecipientEncoding::BinHex => Format::Plain,
                };
                self.sender_step(&mut chain, source(), "InternetRecipientEncoding", set.as_str(), Some(value), internal);
            }
            if let Some(set) = contact.internet_recipient_format {
                let value = (set == InternetRecipientFormat::PlainTextOnly).then_some(self.sender_plain());
                self.sender_step(&mut chain, source(), "InternetRecipientFormat", set.as_str(), value, internal);
            }
        }
        if let Some(set) = q.sender.internet_message_format {
            let value = match set {
                InternetMessageFormat::ConvertToHtml => Some(Format::MimeHtmlText),
                InternetMessageFormat::ConvertToPlainText => Some(self.sender_plain()),
                InternetMessageFormat::RichText => None,
            };
            if native == NativeBody::RichText {
                self.sender_step(&mut chain, Source::Sender, "InternetMessageFormat", set.as_str(), value, internal);
            } else {
                chain.skip(Source::Sender, "InternetMessageFormat", set.as_str(), "only for messages written as rich text");
            }
        }
        if let Some(set) = q.sender.uuencode_plain_text {
            let (value, set) = (set.then_some(Format::Plain), if set { "true" } else { "false" });
            // Plain text that a setting before this one asks for is encoded as this one says.
            if matches!(chain.won(), Some("InternetRecipientFormat" | "InternetMessageFormat")) {
                chain.join(Source::Sender, "UuencodePlainText", set, "how the sender's plain text is encoded");
            } else if native == NativeBody::PlainText {
                self.sender_step(&mut chain, Source::Sender, "UuencodePlainText", set, value, internal);
            }
        }
        let body = |set: ContentType| match (set, native) {
            (ContentType::MimeText, _) | (ContentType::MimeHtmlText, NativeBody::PlainText) => Format::MimeText,
            (ContentType::MimeHtmlText, _) => Format::MimeHtmlText,
            (ContentType::MimeHtml, _) => Format::MimeHtml,
        };
        if let Some(domain) = q.domain {
            let set = domain.settings.content_type;
            self.domain_step(&mut chain, "ContentType", text(set.as_ref()), set.map(body), "");
        }
        let default = ContentType::MimeHtmlText;
        chain.finish(Source::Default, "ContentType", default.as_str(), body(default), "plain text stays plain text")
    }

    /// Plain text as the sender sends it.
    fn sender_plain(&self) -> Format {
        if self.q.sender.uuencode_plain_text == Some(true) { Format::Plain } else { Format::MimeText }
    }

    fn attachments(&self, encoding: &Resolved<'p, Format>) -> Resolved<'p, AttachmentEncoding> {
        let q = self.q;
        let mut chain = Chain::new();
        if let Some(recipient) = q.recipient {
            let source = Source::Recipient(q.address);
            let (_, _, mac) = recipient.formats();
            if recipient.use_prefer_message_format == Some(true) {
                let value = match mac {
                    MacAttachmentFormat::BinHex => AttachmentEncoding::BinHex,
                    MacAttachmentFormat::UuEncode => AttachmentEncoding::UuEncode,
                    MacAttachmentFormat::AppleSingle => AttachmentEncoding::AppleSingle,
                    MacAttachmentFormat::AppleDouble => AttachmentEncoding::AppleDouble,
                };
                chain.join(source.clone(), "UsePreferMessageFormat", "true", PREFERRED);
                chain.step(source, "MacAttachmentFormat", mac.as_str(), Some(value), "");
            } else if let Some(set) = recipient.mac_attachment_format {
                chain.skip(source, "MacAttachmentFormat", set.as_str(), "ignored while UsePreferMessageFormat is false");
            }
        }
        if let Some(set) = q.contact.and_then(|contact| contact.internet_recipient_encoding) {
            let value = match set {
                InternetRecipientEncoding::UuEncode => Some(AttachmentEncoding::UuEncode),
                InternetRecipientEncoding::BinHex => Some(AttachmentEncoding::BinHex),
                _ => None,
            };
            let source = Source::SenderContact(q.address);
            self.join_internal(&mut chain);
            self.sender_step(&mut chain, source, "InternetRecipientEncoding", set.as_str(), value, self.is_internal());
        }
        if let Some(step) = encoding.winner().filter(|_| encoding.value == Format::Plain) {
            let note = "plain text has its attachments as UUENCODE";
            return chain.finish(step.source.clone(), step.setting, step.value.clone(), AttachmentEncoding::UuEncode, note);
        }
        let note = "what [MS-OXCMAIL] 2.1.3.4.2 wants where nobody asks for another";
        chain.finish(Source::Default, "MacAttachmentFormat", "AppleDouble", AttachmentEncoding::AppleDouble, note)
    }

    fn charset(&self, encoding: Format) -> Resolved<'p, Option<Charset>> {
        let q = self.q;
        let mut chain = Chain::new();
        if let Some(named) = q.message.charset {
            match Charset::from_name(named) {
                Some(charset) => chain.step(Source::Message, "charset", charset.name(), Some(Some(charset)), "never replaced"),
                None => {
                    let note = "not a character set that Exchange sends; a valid one replaces it";
                    chain.skip(Source::Message, "charset", named.to_owned(), note);
                }
            }
        }
        if let Some(set) = q.sender.preferred_charset {
            let note = if set.is_none() { "Outlook chooses by the text" } else { "" };
            chain.step(Source::Sender, "PreferredCharset", set.text(), set.map(Some), note);
        }
        let (used, unused) = if encoding == Format::Plain {
            (RemoteDomainSetting::NonMimeCharacterSet, RemoteDomainSetting::CharacterSet)
        } else {
            (RemoteDomainSetting::CharacterSet, RemoteDomainSetting::NonMimeCharacterSet)
        };
        let of = |settings: &RemoteDomainSettings, setting| match setting {
            RemoteDomainSetting::NonMimeCharacterSet => settings.non_mime_character_set,
            _ => settings.character_set,
        };
        if let Some(domain) = q.domain {
            if let Some(Some(charset)) = of(&domain.settings, unused) {
                let note = if encoding == Format::Plain { "for MIME only" } else { "for plain text without MIME only" };
                chain.skip(self.domain_source(), unused.as_str(), charset.name(), note);
            }
            let set = of(&domain.settings, used);
            let note = if set == Some(None) { "set to no character set" } else { "" };
            // No value is a value: it switches the default of the record off.
            self.domain_step(&mut chain, used.as_str(), text(set.as_ref()), set, note);
            let default = of(&self.defaults, used).flatten();
            return chain.finish(Source::Default, used.as_str(), default.text(), default, "without a set, by the text");
        }
        chain.finish(Source::Default, used.as_str(), "", None, "by the text")
    }

    fn shift_jis(&self, charset: Option<Charset>) -> Resolved<'p, ShiftJisCodePage> {
        let setting = RemoteDomainSetting::PreferredInternetCodePageForShiftJis;
        if charset.is_some_and(|charset| charset.name() == "shift_jis") {
            return self.plain(setting, |s| s.shift_jis_code_page, ShiftJisCodePage::Undefined);
        }
        let mut chain = Chain::new();
        if let Some(set) = self.q.domain.and_then(|domain| domain.settings.shift_jis_code_page) {
            chain.skip(self.domain_source(), setting.as_str(), set.as_str(), "only where the character set is shift_jis");
        }
        chain.finish(Source::Default, setting.as_str(), "Undefined", ShiftJisCodePage::Undefined, "")
    }

    fn coverage(&self, charset: &Resolved<'p, Option<Charset>>) -> Resolved<'p, Coverage> {
        let setting = RemoteDomainSetting::RequiredCharsetCoverage;
        let note = match charset.winner().map(|step| &step.source) {
            _ if charset.value.is_none() => "there is no character set to keep",
            Some(Source::Message | Source::Sender) => "only for the set of the remote domain",
            _ => return self.plain(setting, |s| s.required_charset_coverage, Coverage(None)),
        };
        let mut chain = Chain::new();
        if let Some(set @ Coverage(Some(_))) = self.q.domain.and_then(|domain| domain.settings.required_charset_coverage) {
            chain.skip(self.domain_source(), setting.as_str(), set.text(), note);
        }
        chain.finish(Source::Default, setting.as_str(), "", Coverage(None), "")
    }

    fn wrap(&self, format: Format) -> Resolved<'p, LineWrap> {
        let q = self.q;
        let mut chain = Chain::new();
        if let Some(set) = q.sender.wrap_plain_text {
            self.join_internal(&mut chain);
            if matches!(format, Format::MimeText | Format::Plain) && !self.is_internal() {
                chain.step(Source::Sender, "WrapPlainText", set.text(), Some(set), "");
            } else {
                chain.skip(Source::Sender, "WrapPlainText", set.text(), "only for plain text to people outside");
            }
        }
        if let Some(domain) = q.domain {
            let set = domain.settings.line_wrap_size;
            self.domain_step(&mut chain, "LineWrapSize", text(set.as_ref()), set, "");
        }
        chain.finish(Source::Default, "LineWrapSize", "unlimited", LineWrap::Unlimited, "")
    }

    fn sender_name(&self) -> Resolved<'p, SenderName> {
        let mut chain = Chain::new();
        if let Some(domain) = self.q.domain {
            let set = domain.settings.display_sender_name;
            let value = (set == Some(false)).then_some(SenderName::None);
            self.domain_step(&mut chain, "DisplaySenderName", text(set.as_ref()), value, "");
            let set = domain.settings.use_simple_display_name;
            let value = (set == Some(true)).then_some(SenderName::SimpleDisplayName);
            let note = "without a simple display name the address is used";
            self.domain_step(&mut chain, "UseSimpleDisplayName", text(set.as_ref()), value, note);
        }
        chain.finish(Source::Default, "DisplaySenderName", "true", SenderName::DisplayName, "")
    }

    /// A question that the remote domain alone answers.
    fn plain<T: SettingValue + Copy>(
        &self,
        setting: RemoteDomainSetting,
        of: impl Fn(&RemoteDomainSettings) -> Option<T>,
        inside: T,
    ) -> Resolved<'p, T> {
        let mut chain = Chain::new();
        let mut default = inside;
        if let Some(domain) = self.q.domain {
            let set = of(&domain.settings);
            self.domain_step(&mut chain, setting.as_str(), text(set.as_ref()), set, "");
            default = of(&self.defaults).unwrap_or(inside);
        }
        chain.finish(Source::Default, setting.as_str(), default.text(), default, "")
    }

    /// Whether an automatic message may pass.
    fn gate(&self, setting: RemoteDomainSetting, of: impl Fn(&RemoteDomainSettings) -> Option<bool>) -> Resolved<'p, Verdict> {
        let mut chain = Chain::new();
        let Some(domain) = self.q.domain else {
            return chain.finish(
                Source::Organization,
                "accepted domain",
                domain_of(self.q.address).to_owned(),
                Verdict::Sent,
                INSIDE,
            );
        };
        let note = |allowed: Option<bool>| if allowed == Some(false) { DROPPED } else { "" };
        let set = of(&domain.settings);
        self.domain_step(&mut chain, setting.as_str(), text(set.as_ref()), set.map(verdict), note(set));
        let default = of(&self.defaults);
        let value = verdict(default.unwrap_or(true));
        chain.finish(Source::Default, setting.as_str(), text(default.as_ref()), value, note(default))
    }

    fn out_of_office(&self, allowing: &[AllowedOofType], inside: bool) -> Resolved<'p, Verdict> {
        let mut chain = Chain::new();
        let Some(domain) = self.q.domain else {
            let value = verdict(inside);
            return chain.finish(Source::Organization, "accepted domain", domain_of(self.q.address).to_owned(), value, INSIDE);
        };
        let passes = |set: AllowedOofType| verdict(allowing.contains(&set));
        let note = |set: Option<AllowedOofType>| match set {
            Some(set) if passes(set) == Verdict::Dropped => DROPPED,
            _ => "",
        };
        let set = domain.settings.allowed_oof_type;
        self.domain_step(&mut chain, "AllowedOOFType", text(set.as_ref()), set.map(passes), note(set));
        let default = AllowedOofType::External;
        chain.finish(Source::Default, "AllowedOOFType", default.as_str(), passes(default), note(Some(default)))
    }

    fn ndr_diagnostics(&self) -> Resolved<'p, Verdict> {
        let setting = RemoteDomainSetting::NdrDiagnosticInfoEnabled;
        let mut chain = Chain::new();
        if let Some(domain) = self.q.domain {
            let set = domain.settings.ndr_diagnostic_info_enabled;
            if domain.settings.ndr_enabled == Some(false) {
                self.domain_step(&mut chain, "NDREnabled", "false", Some(Verdict::Dropped), "the whole report is dropped");
            }
            if self.q.edition == Edition::ExchangeOnline {
                if set.is_some() {
                    chain.skip(self.domain_source(), setting.as_str(), text(set.as_ref()), "on-premises only");
                }
            } else {
                let note = "false takes the diagnostic section and the servers' headers out";
                self.domain_step(&mut chain, setting.as_str(), text(set.as_ref()), set.map(verdict), note);
            }
        }
        chain.finish(Source::Default, setting.as_str(), "true", Verdict::Sent, "")
    }

    fn stnef(&self) -> Resolved<'p, bool> {
        let inside = self.q.domain.is_none();
        let note = if inside { "between servers of one organization" } else { "summary TNEF never leaves the organization" };
        Chain::new().finish(Source::Organization, "summary TNEF", "", inside, note)
    }
}

fn verdict(allowed: bool) -> Verdict {
    if allowed { Verdict::Sent } else { Verdict::Dropped }
}

fn text<T: SettingValue>(value: Option<&T>) -> String {
    value.map(SettingValue::text).unwrap_or_default()
}
