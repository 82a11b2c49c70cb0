//! The documented rules as a table, and what must hold whatever is set.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::decide::{AttachmentEncoding, Format, NativeBody, decide};
use super::recipient::RecipientSettings;
use super::sender::SenderContactSettings;
use super::setting::SettingValue;
use super::*;

/// One rule: where it is documented, what is set (`where.setting=value`), and what must come out (`question=answer`).
type Row = (&'static str, &'static str, &'static str);

const TNEF: &str = "TNEF conversion options in Exchange Online; Remote domains, 'Use rich-text format'";
const CONTACT: &str = "Set-MailContact, UseMapiRichTextFormat and UsePreferMessageFormat";
const ENCODING: &str = "Message format and transmission, order of precedence";
const CONTENT: &str = "Set-RemoteDomain, ContentType";
const CHARSET: &str = "Set-RemoteDomain, CharacterSet and NonMimeCharacterSet";
const COVERAGE: &str = "Set-RemoteDomain, RequiredCharsetCoverage: the organization's preferred character set";
const WRAP: &str = "Set-RemoteDomain, LineWrapSize; Outlook, wrap text";
const OOF: &str = "Set-RemoteDomain, AllowedOOFType";
const REPLIES: &str = "Remote domains in Exchange Online, automatic messages";
const NAMES: &str = "Set-RemoteDomain, DisplaySenderName and UseSimpleDisplayName";
const OUTLOOK: &str = "Outlook, change the message format";

const ROWS: &[Row] = &[
    // TNEF: remote domain > recipient > sender.
    (TNEF, "", "tnef=false by=default"),
    (TNEF, "domain.TNEFEnabled=true", "tnef=true by=domain format=TNEF"),
    (TNEF, "domain.TNEFEnabled=true native=plain-text", "tnef=true by=domain"),
    (TNEF, "domain.TNEFEnabled=false native=rich-text", "tnef=false by=domain encoding=MIME_HTML+text"),
    (TNEF, "domain.TNEFEnabled= native=rich-text sender.InternetMessageFormat=RichText", "tnef=true by=sender"),
    (TNEF, "domain.TNEFEnabled=true recipient.UseMapiRichTextFormat=Never", "tnef=true by=domain"),
    (TNEF, "domain.TNEFEnabled=false recipient.UseMapiRichTextFormat=Always", "tnef=false by=domain"),
    (TNEF, "domain.TNEFEnabled=false native=rich-text sender.InternetMessageFormat=RichText", "tnef=false by=domain"),
    (TNEF, "domain.TNEFEnabled=true native=rich-text sender.InternetMessageFormat=ConvertToHtml", "tnef=true by=domain"),
    (TNEF, "domain.TNEFEnabled=false rich=true", "tnef=false by=domain"),
    (CONTACT, "recipient.UseMapiRichTextFormat=Always", "tnef=true by=recipient"),
    (CONTACT, "recipient.UseMapiRichTextFormat=Never native=rich-text", "tnef=false by=recipient encoding=MIME_text"),
    (CONTACT, "recipient.UseMapiRichTextFormat=UseDefaultSettings", "tnef=false by=default"),
    (CONTACT, "recipient.UseMapiRichTextFormat=UseDefaultSettings domain.TNEFEnabled=true", "tnef=true by=domain"),
    (CONTACT, "recipient.UseMapiRichTextFormat=Always rich=false", "tnef=true by=recipient"),
    (
        CONTACT,
        "recipient.UseMapiRichTextFormat=Never native=rich-text sender.InternetMessageFormat=RichText",
        "tnef=false by=recipient",
    ),
    (CONTACT, "recipient.UseMapiRichTextFormat=Never contact.InternetRecipientFormat=RichText", "tnef=false by=recipient"),
    (OUTLOOK, "rich=true", "tnef=true by=message"),
    (OUTLOOK, "rich=false contact.InternetRecipientFormat=RichText", "tnef=false by=message"),
    (OUTLOOK, "contact.InternetRecipientFormat=RichText", "tnef=true by=contact"),
    (
        OUTLOOK,
        "contact.InternetRecipientFormat=PlainTextOnly native=rich-text sender.InternetMessageFormat=RichText",
        "tnef=false by=contact encoding=MIME_text",
    ),
    (
        OUTLOOK,
        "contact.InternetRecipientFormat=LetOutlookDecide native=rich-text sender.InternetMessageFormat=RichText",
        "tnef=true by=sender",
    ),
    (OUTLOOK, "native=rich-text", "tnef=false by=default encoding=MIME_HTML+text"),
    (OUTLOOK, "native=rich-text sender.InternetMessageFormat=ConvertToHtml", "tnef=false by=sender encoding=MIME_HTML+text"),
    (OUTLOOK, "native=rich-text sender.InternetMessageFormat=ConvertToPlainText", "tnef=false by=sender encoding=MIME_text"),
    (OUTLOOK, "native=html sender.InternetMessageFormat=RichText", "tnef=false by=default encoding=MIME_HTML+text"),
    (OUTLOOK, "native=plain-text sender.InternetMessageFormat=RichText", "tnef=false by=default encoding=MIME_text"),
    (OUTLOOK, "native=html sender.InternetMessageFormat=ConvertToPlainText", "encoding=MIME_HTML+text"),
    // Inside.
    (TNEF, "inside native=rich-text", "tnef=true by=organization stnef=true"),
    (TNEF, "inside native=rich-text sender.InternetMessageFormat=ConvertToPlainText", "tnef=true by=organization"),
    (
        TNEF,
        "domain.IsInternal=true native=rich-text sender.InternetMessageFormat=ConvertToHtml",
        "tnef=true by=domain stnef=false",
    ),
    (TNEF, "domain.IsInternal=true domain.TNEFEnabled=false", "tnef=false by=domain"),
    (TNEF, "domain.IsInternal=false", "tnef=false by=default"),
    (TNEF, "domain.TNEFEnabled=true", "stnef=false"),
    // Encoding: recipient (if preferred) > sender > remote domain.
    (CONTENT, "native=html", "encoding=MIME_HTML+text"),
    (CONTENT, "native=plain-text", "encoding=MIME_text"),
    (CONTENT, "domain.ContentType=MimeHtmlText native=html", "encoding=MIME_HTML+text"),
    (CONTENT, "domain.ContentType=MimeHtmlText native=rich-text", "encoding=MIME_HTML+text"),
    (CONTENT, "domain.ContentType=MimeHtmlText native=plain-text", "encoding=MIME_text"),
    (CONTENT, "domain.ContentType=MimeText native=html", "encoding=MIME_text"),
    (CONTENT, "domain.ContentType=MimeText native=rich-text", "encoding=MIME_text"),
    (CONTENT, "domain.ContentType=MimeText native=plain-text", "encoding=MIME_text"),
    (CONTENT, "domain.ContentType=MimeHtml native=html", "encoding=MIME_HTML"),
    (CONTENT, "domain.ContentType=MimeHtml native=rich-text", "encoding=MIME_HTML"),
    (CONTENT, "domain.ContentType=MimeHtml native=plain-text", "encoding=MIME_HTML"),
    (
        ENCODING,
        "domain.ContentType=MimeText native=rich-text sender.InternetMessageFormat=ConvertToHtml",
        "encoding=MIME_HTML+text",
    ),
    (ENCODING, "domain.ContentType=MimeHtml contact.InternetRecipientEncoding=MimeText", "encoding=MIME_text"),
    (ENCODING, "domain.ContentType=MimeText contact.InternetRecipientEncoding=MimeTextAndHtml", "encoding=MIME_HTML+text"),
    (ENCODING, "domain.ContentType=MimeText contact.InternetRecipientEncoding=MimeHtml", "encoding=MIME_HTML"),
    (ENCODING, "contact.InternetRecipientEncoding=UuEncode", "encoding=plain_text_with_UUENCODE attachments=UuEncode"),
    (ENCODING, "contact.InternetRecipientEncoding=BinHex", "encoding=plain_text_with_UUENCODE attachments=BinHex"),
    (
        ENCODING,
        "domain.ContentType=MimeHtml native=plain-text sender.UuencodePlainText=true",
        "encoding=plain_text_with_UUENCODE attachments=UuEncode",
    ),
    (ENCODING, "native=plain-text sender.UuencodePlainText=false", "encoding=MIME_text"),
    (ENCODING, "native=html sender.UuencodePlainText=true", "encoding=MIME_HTML+text"),
    (
        ENCODING,
        "domain.IsInternal=true domain.ContentType=MimeText contact.InternetRecipientEncoding=MimeHtml",
        "encoding=MIME_text",
    ),
    (CONTACT, "prefer recipient.MessageBodyFormat=Text", "encoding=MIME_text"),
    (CONTACT, "prefer recipient.MessageBodyFormat=Html", "encoding=MIME_HTML"),
    (CONTACT, "prefer recipient.MessageBodyFormat=TextAndHtml domain.ContentType=MimeText", "encoding=MIME_HTML+text"),
    (
        CONTACT,
        "prefer recipient.MessageFormat=Mime recipient.MessageBodyFormat=Text domain.ContentType=MimeHtml",
        "encoding=MIME_text",
    ),
    (
        CONTACT,
        "prefer recipient.MessageFormat=Text recipient.MessageBodyFormat=Text",
        "encoding=plain_text_with_UUENCODE attachments=BinHex",
    ),
    (
        CONTACT,
        "prefer recipient.MessageFormat=Text recipient.MessageBodyFormat=Text recipient.MacAttachmentFormat=UuEncode",
        "attachments=UuEncode",
    ),
    ("[MS-OXCMAIL] 2.1.3.4.2", "", "attachments=AppleDouble"),
    ("Set-MailContact, MacAttachmentFormat: the default is BinHex", "prefer", "attachments=BinHex"),
    (CONTACT, "prefer recipient.MacAttachmentFormat=AppleSingle", "attachments=AppleSingle"),
    (CONTACT, "prefer recipient.MacAttachmentFormat=AppleDouble", "attachments=AppleDouble"),
    (CONTACT, "prefer recipient.MessageBodyFormat=Html contact.InternetRecipientEncoding=UuEncode", "encoding=MIME_HTML"),
    (CONTACT, "prefer recipient.MessageBodyFormat=Text domain.TNEFEnabled=true", "tnef=true encoding=MIME_text format=TNEF"),
    (
        CONTACT,
        "recipient.MessageFormat=Text recipient.MessageBodyFormat=Text recipient.MacAttachmentFormat=UuEncode",
        "encoding=MIME_HTML+text attachments=AppleDouble",
    ),
    (
        CONTACT,
        "recipient.UsePreferMessageFormat=false recipient.MessageBodyFormat=Html domain.ContentType=MimeText",
        "encoding=MIME_text",
    ),
    // Character set: message, sender > remote domain.
    (CHARSET, "", "charset="),
    (CHARSET, "domain.CharacterSet=koi8-r", "charset=koi8-r"),
    (CHARSET, "domain.CharacterSet=koi8-r charset=utf-8", "charset=utf-8"),
    (CHARSET, "domain.CharacterSet=koi8-r charset=x-klingon", "charset=koi8-r"),
    (CHARSET, "domain.CharacterSet=koi8-r sender.PreferredCharset=big5", "charset=big5"),
    (CHARSET, "charset=utf-8 sender.PreferredCharset=big5", "charset=utf-8"),
    (CHARSET, "domain.CharacterSet=koi8-r sender.PreferredCharset=", "charset=koi8-r"),
    (CHARSET, "domain.NonMimeCharacterSet=big5", "charset="),
    (
        CHARSET,
        "domain.NonMimeCharacterSet=big5 domain.CharacterSet=koi8-r contact.InternetRecipientEncoding=UuEncode",
        "charset=big5",
    ),
    (CHARSET, "on-premises star", "charset=iso-8859-1"),
    (CHARSET, "on-premises star domain.CharacterSet=", "charset="),
    (CHARSET, "on-premises", "charset="),
    (CHARSET, "star", "charset="),
    (
        "Set-RemoteDomain, PreferredInternetCodePageForShiftJis",
        "charset=shift_jis domain.PreferredInternetCodePageForShiftJis=50221",
        "shift-jis=50221",
    ),
    (
        "Set-RemoteDomain, PreferredInternetCodePageForShiftJis",
        "charset=utf-8 domain.PreferredInternetCodePageForShiftJis=50221",
        "shift-jis=Undefined",
    ),
    (COVERAGE, "domain.CharacterSet=koi8-r domain.RequiredCharsetCoverage=60", "coverage=60"),
    (COVERAGE, "on-premises star domain.RequiredCharsetCoverage=60", "coverage=60"),
    (COVERAGE, "domain.CharacterSet=koi8-r", "coverage="),
    (COVERAGE, "domain.RequiredCharsetCoverage=60", "coverage="),
    (COVERAGE, "domain.CharacterSet=koi8-r domain.RequiredCharsetCoverage=60 charset=koi8-r", "coverage="),
    (COVERAGE, "domain.CharacterSet=koi8-r domain.RequiredCharsetCoverage=60 sender.PreferredCharset=big5", "coverage="),
    ("Set-RemoteDomain, ByteEncoderTypeFor7BitCharsets", "domain.ByteEncoderTypeFor7BitCharsets=UseBase64", "bytes=UseBase64"),
    // Wrapping.
    (WRAP, "", "wrap=unlimited"),
    (WRAP, "domain.LineWrapSize=0", "wrap=0"),
    (WRAP, "domain.LineWrapSize=132", "wrap=132"),
    (WRAP, "domain.LineWrapSize=unlimited", "wrap=unlimited"),
    (WRAP, "domain.LineWrapSize=100 sender.WrapPlainText=76 native=plain-text", "wrap=76"),
    (WRAP, "domain.LineWrapSize=100 sender.WrapPlainText=76 native=html", "wrap=100"),
    (WRAP, "domain.LineWrapSize=100 sender.WrapPlainText=76 native=plain-text domain.IsInternal=true", "wrap=100"),
    // Replies: external, internal, of old clients.
    (OOF, "", "oof=sent,dropped,dropped"),
    (OOF, "domain.AllowedOOFType=External", "oof=sent,dropped,dropped"),
    (OOF, "domain.AllowedOOFType=ExternalLegacy", "oof=sent,dropped,sent"),
    (OOF, "domain.AllowedOOFType=InternalLegacy", "oof=dropped,sent,sent"),
    (OOF, "domain.AllowedOOFType=None", "oof=dropped,dropped,dropped"),
    (REPLIES, "", "reply=sent forward=sent report=sent ndr=sent diagnostics=sent meeting=dropped"),
    (REPLIES, "star", "reply=sent forward=sent meeting=dropped"),
    (REPLIES, "on-premises star", "reply=dropped forward=dropped report=sent ndr=sent meeting=dropped"),
    (REPLIES, "on-premises", "reply=sent forward=sent"),
    (REPLIES, "domain.AutoReplyEnabled=false", "reply=dropped forward=sent report=sent ndr=sent oof=sent,dropped,dropped"),
    (REPLIES, "domain.AutoForwardEnabled=false", "reply=sent forward=dropped report=sent ndr=sent"),
    (REPLIES, "domain.DeliveryReportEnabled=false", "reply=sent forward=sent report=dropped ndr=sent"),
    (REPLIES, "domain.NDREnabled=false", "reply=sent forward=sent report=sent ndr=dropped diagnostics=dropped"),
    (REPLIES, "domain.MeetingForwardNotificationEnabled=true", "meeting=sent"),
    (REPLIES, "on-premises domain.NDRDiagnosticInfoEnabled=false", "ndr=sent diagnostics=dropped"),
    (REPLIES, "on-premises domain.NDRDiagnosticInfoEnabled=true domain.NDREnabled=false", "ndr=dropped diagnostics=dropped"),
    (REPLIES, "domain.NDRDiagnosticInfoEnabled=false", "diagnostics=sent"),
    (REPLIES, "inside", "reply=sent forward=sent report=sent ndr=sent meeting=sent oof=dropped,sent,sent"),
    // Names.
    (NAMES, "", "name=display_name"),
    (NAMES, "domain.DisplaySenderName=true", "name=display_name"),
    (NAMES, "domain.DisplaySenderName=false", "name=address_only"),
    (NAMES, "domain.UseSimpleDisplayName=true", "name=simple_display_name"),
    (NAMES, "domain.UseSimpleDisplayName=false", "name=display_name"),
];

/// What a row sets.
#[derive(Clone)]
struct Setup {
    edition: Edition,
    domain: RemoteDomain,
    inside: bool,
    recipient: RecipientSettings,
    sender: SenderSettings,
    contact: SenderContactSettings,
    native: NativeBody,
    charset: Option<String>,
    rich: Option<bool>,
}

impl Setup {
    fn new(star: bool) -> Self {
        let named = || RemoteDomain::new("Contoso", DomainPattern::parse("contoso.com").unwrap());
        Setup {
            edition: Edition::ExchangeOnline,
            domain: if star { RemoteDomain::built_in() } else { named() },
            inside: false,
            recipient: RecipientSettings::default(),
            sender: SenderSettings::default(),
            contact: SenderContactSettings::default(),
            native: NativeBody::Html,
            charset: None,
            rich: None,
        }
    }

    fn parse(words: &str) -> Self {
        let mut setup = Setup::new(words.split_whitespace().any(|word| word == "star"));
        for word in words.split_whitespace() {
            setup.word(word);
        }
        setup
    }

    fn word(&mut self, word: &str) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match (name, name.split_once('.')) {
            (_, Some(("domain", name))) => {
                self.domain.settings.store(RemoteDomainSetting::from_name(name).unwrap(), value).unwrap();
            }
            (_, Some(("recipient", name))) => self.recipient.store(RecipientSetting::from_name(name).unwrap(), value).unwrap(),
            (_, Some(("sender", name))) => self.sender.store(SenderSetting::from_name(name).unwrap(), value).unwrap(),
            (_, Some(("contact", name))) => self.contact.store(SenderContactSetting::from_name(name).unwrap(), value).unwrap(),
            ("native", _) => self.native = NativeBody::parse(value).unwrap(),
            ("charset", _) => self.charset = Some(value.to_owned()),
            ("rich", _) => self.rich = Some(value.parse().unwrap()),
            ("prefer", _) => self.recipient.use_prefer_message_format = Some(true),
            ("inside", _) => self.inside = true,
            ("on-premises", _) => self.edition = Edition::OnPremises,
            ("star", _) => {}
            other => panic!("{other:?}"),
        }
    }

    fn delivery(&self) -> Delivery<'_> {
        Delivery {
            edition: self.edition,
            domain: (!self.inside).then_some(&self.domain),
            from: "jane@fabrikam.com".into(),
            address: "bob@contoso.com",
            kind: None,
            recipient: Some(&self.recipient),
            sender: self.sender.clone(),
            contact: Some(&self.contact),
            message: MessageFacts { native: self.native, charset: self.charset.as_deref(), send_rich: self.rich },
        }
    }
}

fn answer(decision: &Decision<'_>, delivery: &str) -> String {
    let text = match delivery {
        "tnef" => decision.tnef.value.to_string(),
        "by" => match decision.tnef.winner().unwrap().source {
            Source::Organization => "organization",
            Source::RemoteDomain(_) => "domain",
            Source::Recipient(_) => "recipient",
            Source::Message => "message",
            Source::SenderContact(_) => "contact",
            Source::Sender => "sender",
            Source::Default => "default",
        }
        .to_owned(),
        "format" => decision.format().text(),
        "encoding" => decision.encoding.value.text(),
        "attachments" => decision.attachments.value.text(),
        "charset" => decision.charset.value.text(),
        "shift-jis" => decision.shift_jis.value.text(),
        "coverage" => decision.coverage.value.text(),
        "bytes" => decision.byte_encoder.value.text(),
        "wrap" => decision.wrap.value.text(),
        "oof" => decision.out_of_office.each_ref().map(|answer| answer.value.text()).join(","),
        "reply" => decision.automatic_reply.value.text(),
        "forward" => decision.automatic_forward.value.text(),
        "report" => decision.delivery_report.value.text(),
        "ndr" => decision.non_delivery_report.value.text(),
        "diagnostics" => decision.ndr_diagnostics.value.text(),
        "meeting" => decision.meeting_forward_notification.value.text(),
        "name" => decision.sender_name.value.text(),
        "stnef" => decision.stnef.value.to_string(),
        other => panic!("{other}"),
    };
    text.replace(' ', "_")
}

#[test]
fn the_documented_rules_hold() {
    for (source, set, expected) in ROWS {
        let setup = Setup::parse(set);
        let delivery = setup.delivery();
        let decision = decide(&delivery);
        for pair in expected.split_whitespace() {
            let (name, value) = pair.split_once('=').unwrap();
            assert_eq!(answer(&decision, name), value, "{name} for [{set}] ({source})\n{:#?}", decision.tnef);
        }
    }
}

#[test]
fn every_setting_has_a_row_or_does_not_bear_on_a_message() {
    // What is kept, shown and written back, and decides nothing that is asked here.
    let silent = [
        "IsCoexistenceDomain",
        "MessageCountThreshold",
        "SmtpDaneMandatoryModeEnabled",
        "TargetDeliveryDomain",
        "TrustedMailInboundEnabled",
        "TrustedMailOutboundEnabled",
    ];
    let has_row = |place: &str, name: &str| ROWS.iter().any(|(_, set, _)| set.contains(&format!("{place}.{name}=")));
    for setting in RemoteDomainSetting::ALL {
        assert_ne!(has_row("domain", setting.as_str()), silent.contains(&setting.as_str()), "{}", setting.as_str());
    }
    for setting in RecipientSetting::ALL {
        assert!(has_row("recipient", setting.as_str()), "{}", setting.as_str());
    }
    for setting in SenderSetting::ALL {
        assert!(has_row("sender", setting.as_str()), "{}", setting.as_str());
    }
    for setting in SenderContactSetting::ALL {
        assert!(has_row("contact", setting.as_str()), "{}", setting.as_str());
    }
}

#[test]
fn the_chain_names_what_won_and_what_it_overrode() {
    let setup = Setup::parse("domain.TNEFEnabled=false recipient.UseMapiRichTextFormat=Always rich=true");
    let delivery = setup.delivery();
    let decision = decide(&delivery);
    let steps: Vec<_> = decision.tnef.chain.iter().map(|s| (s.source.to_string(), s.setting, s.outcome)).collect();
    assert_eq!(
        steps,
        [
            ("remote domain Contoso".to_owned(), "TNEFEnabled", StepOutcome::Won),
            ("recipient bob@contoso.com".to_owned(), "UseMapiRichTextFormat", StepOutcome::Overridden),
            ("message".to_owned(), "send rich info", StepOutcome::Overridden),
            ("default".to_owned(), "InternetMessageFormat", StepOutcome::Overridden),
        ]
    );
    assert_eq!(decision.tnef.overridden().count(), 3);
}

/// Words for rows that are made up: a value of every setting that has values to choose from.
fn any_words() -> impl Strategy<Value = Vec<String>> {
    let mut words =
        vec!["native=rich-text", "native=plain-text", "charset=utf-8", "charset=shift_jis", "rich=true", "rich=false"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
    words.extend(["inside", "on-premises", "star", "prefer"].map(str::to_owned));
    for (_, set, _) in ROWS {
        words.extend(set.split_whitespace().map(str::to_owned));
    }
    proptest::collection::vec(proptest::sample::select(words), 0..8)
}

fn all_chains<'d>(decision: &'d Decision<'_>) -> Vec<(&'static str, &'d [ChainStep<'d>])> {
    vec![
        ("tnef", &decision.tnef.chain),
        ("encoding", &decision.encoding.chain),
        ("attachments", &decision.attachments.chain),
        ("charset", &decision.charset.chain),
        ("shift-jis", &decision.shift_jis.chain),
        ("coverage", &decision.coverage.chain),
        ("bytes", &decision.byte_encoder.chain),
        ("wrap", &decision.wrap.chain),
        ("name", &decision.sender_name.chain),
        ("oof", &decision.out_of_office[0].chain),
        ("oof", &decision.out_of_office[1].chain),
        ("oof", &decision.out_of_office[2].chain),
        ("reply", &decision.automatic_reply.chain),
        ("forward", &decision.automatic_forward.chain),
        ("report", &decision.delivery_report.chain),
        ("ndr", &decision.non_delivery_report.chain),
        ("diagnostics", &decision.ndr_diagnostics.chain),
        ("meeting", &decision.meeting_forward_notification.chain),
        ("stnef", &decision.stnef.chain),
    ]
}

proptest! {
    /// Exactly one step of each chain has won, it is the first that says anything, and every later one is overridden.
    #[test]
    fn explanation_and_decision_agree(words in any_words()) {
        let setup = Setup::parse(&words.join(" "));
        let delivery = setup.delivery();
        for (name, chain) in all_chains(&decide(&delivery)) {
            let said: Vec<StepOutcome> = chain
                .iter()
                .map(|step| step.outcome)
                .filter(|outcome| matches!(outcome, StepOutcome::Won | StepOutcome::Overridden))
                .collect();
            prop_assert_eq!(said.first(), Some(&StepOutcome::Won), "{}", name);
            prop_assert!(said.iter().skip(1).all(|outcome| *outcome == StepOutcome::Overridden), "{}", name);
        }
    }
}

/// Every setting with every value that it can have, or some where there are many, as words for [`Setup`].
fn every_word() -> Vec<String> {
    let values = |name: &str, allowed: &str| -> Vec<String> {
        let values: &[&str] = match name {
            "CharacterSet" | "NonMimeCharacterSet" | "PreferredCharset" => &["", "koi8-r", "shift_jis"],
            "LineWrapSize" | "WrapPlainText" => &["unlimited", "76"],
            "RequiredCharsetCoverage" => &["", "60"],
            "MessageCountThreshold" => &["5"],
            "TNEFEnabled" => &["true", "false", ""],
            _ if allowed == "true or false" => &["true", "false"],
            _ => return allowed.split(", ").map(str::to_owned).collect(),
        };
        values.iter().map(|&value| value.to_owned()).collect()
    };
    let domain = RemoteDomainSetting::ALL.iter().map(|one| ("domain", one.as_str(), one.allowed()));
    let recipient = RecipientSetting::ALL.iter().map(|one| ("recipient", one.as_str(), one.allowed()));
    let sender = SenderSetting::ALL.iter().map(|one| ("sender", one.as_str(), one.allowed()));
    let contact = SenderContactSetting::ALL.iter().map(|one| ("contact", one.as_str(), one.allowed()));
    let mut words = Vec::new();
    for (place, name, allowed) in domain.chain(recipient).chain(sender).chain(contact) {
        words.extend(values(name, &allowed).into_iter().map(|value| format!("{place}.{name}={value}")));
    }
    words.extend(["charset=utf-8", "charset=shift_jis", "charset=x-klingon", "rich=true", "rich=false"].map(str::to_owned));
    words
}

/// The answers from which an answer is drawn: whether TNEF leaves and in which encoding decide what is asked at all.
fn drawn_from(name: &str) -> &'static [&'static str] {
    match name {
        "attachments" | "charset" => &["encoding"],
        "wrap" => &["tnef", "encoding"],
        "shift-jis" | "coverage" => &["charset", "encoding"],
        _ => &[],
    }
}

/// The answers to a setup: each with its name, its value, and the settings that decided it, those behind the answers that it is drawn
/// from included; and every setting that was looked at for it.
fn decided(setup: &Setup) -> Vec<Decided> {
    let delivery = setup.delivery();
    let decision = decide(&delivery);
    let chains = all_chains(&decision);
    let steps = |name: &str| -> Vec<&ChainStep<'_>> {
        let names = || std::iter::once(name).chain(drawn_from(name).iter().copied());
        names()
            .flat_map(|name| chains.iter().filter(move |(known, _)| *known == name))
            .flat_map(|(_, chain)| chain.iter())
            .collect()
    };
    let mut all: Vec<Decided> = Vec::with_capacity(chains.len());
    for &(name, _) in &chains {
        if all.iter().all(|known| known.name != name) {
            let looked_at = steps(name);
            let deciding = looked_at.iter().filter(|step| matches!(step.outcome, StepOutcome::Won | StepOutcome::Joined));
            let deciding = deciding.map(|step| word_of(step)).collect();
            let looked_at = looked_at.iter().map(|step| word_of(step)).collect();
            all.push(Decided { name, value: answer(&decision, name), deciding, looked_at });
        }
    }
    all
}

struct Decided {
    name: &'static str,
    value: String,
    deciding: Vec<String>,
    looked_at: Vec<String>,
}

/// What a step stands for, as a word without its value.
fn word_of(step: &ChainStep<'_>) -> String {
    match &step.source {
        Source::RemoteDomain(_) => format!("domain.{}", step.setting),
        Source::Recipient(_) => format!("recipient.{}", step.setting),
        Source::SenderContact(_) => format!("contact.{}", step.setting),
        Source::Sender => format!("sender.{}", step.setting),
        Source::Message if step.setting == "charset" => "charset".to_owned(),
        Source::Message => "rich".to_owned(),
        Source::Organization | Source::Default => String::new(),
    }
}

/// Every setting with every value, and what was answered before.
struct Exhausted {
    circumstances: &'static str,
    words: Vec<String>,
    /// The values of the answers, by the settings.
    values: HashMap<Vec<usize>, Vec<String>>,
    /// Setting and answer, where the setting was ever looked at for the answer.
    bears: HashSet<(String, &'static str)>,
}

impl Exhausted {
    fn name(&self, word: usize) -> &str {
        self.words[word].split_once('=').map_or("", |(name, _)| name)
    }

    /// Whether the settings are for one answer in which they could meet.
    fn meet(&self, set: &[usize]) -> bool {
        let one = |name: &'static str| set.iter().all(|&word| self.bears.contains(&(self.name(word).to_owned(), name)));
        [
            "tnef",
            "encoding",
            "attachments",
            "charset",
            "shift-jis",
            "coverage",
            "bytes",
            "wrap",
            "name",
            "oof",
            "ndr",
            "diagnostics",
        ]
        .into_iter()
        .any(one)
    }

    /// Takes each of the settings away that is said not to decide an answer; the answer must stay.
    fn check(&mut self, set: &[usize]) {
        let chosen: Vec<&str> = set.iter().map(|&at| self.words[at].as_str()).collect();
        let answers = decided(&Setup::parse(&format!("{} {}", self.circumstances, chosen.join(" "))));
        for (place, &word) in set.iter().enumerate() {
            let rest: Vec<usize> = set.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, word)| *word).collect();
            for (one, other) in answers.iter().zip(&self.values[&rest]) {
                let decides = one.deciding.iter().any(|own| own == self.name(word));
                assert!(
                    decides || one.value == *other,
                    "{}: {} is not named for [{}] {chosen:?}, and without it {} is {other}",
                    one.name,
                    self.words[word],
                    self.circumstances,
                    one.value
                );
            }
        }
        for one in &answers {
            self.bears.extend(one.looked_at.iter().map(|setting| (setting.clone(), one.name)));
        }
        if set.len() < 3 {
            self.values.insert(set.to_vec(), answers.into_iter().map(|one| one.value).collect());
        }
    }
}

/// A setting that neither won nor joined can be taken away, and the answer stays: all settings with all values by themselves, in pairs,
/// and in threes that meet in an answer. Nothing is drawn by chance.
#[test]
fn what_did_not_win_changes_nothing() {
    let (mut pairs, mut threes) = (0, 0);
    for circumstances in ["native=html", "native=rich-text", "native=plain-text", "star on-premises", "inside"] {
        let words = every_word();
        let count = words.len();
        let mut all = Exhausted { circumstances, words, values: HashMap::new(), bears: HashSet::new() };
        all.check(&[]);
        for one in 0..count {
            all.check(&[one]);
        }
        for one in 0..count {
            for two in (one + 1..count).filter(|&two| all.name(two) != all.name(one)).collect::<Vec<_>>() {
                all.check(&[one, two]);
                pairs += 1;
            }
        }
        for one in 0..count {
            for two in (one + 1..count).filter(|&two| all.name(two) != all.name(one)).collect::<Vec<_>>() {
                if !all.meet(&[one, two]) {
                    continue;
                }
                for three in (two + 1..count).filter(|&three| all.name(three) != all.name(two)).collect::<Vec<_>>() {
                    if all.meet(&[one, two, three]) {
                        all.check(&[one, two, three]);
                        threes += 1;
                    }
                }
            }
        }
    }
    assert!(pairs > 10_000 && threes > 10_000, "{pairs} pairs, {threes} threes");
}

/// The contact's setting names no form of attachments, but it is what keeps the mail from being uuencoded.
#[test]
fn what_a_contact_asks_for_is_behind_the_form_and_the_attachments() {
    let words = ["sender.UuencodePlainText=true", "native=plain-text"];
    let alone = Setup::parse(&words.join(" "));
    assert_eq!(decide(&alone.delivery()).attachments.value, AttachmentEncoding::UuEncode);
    let asked = Setup::parse(&[&words[..], &["contact.InternetRecipientEncoding=MimeText"]].concat().join(" "));
    let decision = decide(&asked.delivery());
    assert_eq!((decision.encoding.value, decision.attachments.value), (Format::MimeText, AttachmentEncoding::AppleDouble));
}
