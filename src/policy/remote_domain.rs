//! A remote domain: every setting of `Set-RemoteDomain`, with Exchange's names, values and defaults.
//!
//! Source: the reference of `Set-RemoteDomain` and "Remote domains in Exchange Online". Where the two disagree the overview
//! holds: meeting-forward notifications are off, and Exchange Online has no character set in the built-in record.
//!
//! A setting that is not set has the default of its edition and kind of record. Nothing is inherited: a new record starts
//! with the defaults for new records and not with a copy of `Default`.

use std::collections::BTreeSet;

use super::charset::Charset;
use super::domain::{DomainPattern, PatternKind};
use super::setting::{BadValue, SettingValue, is_null, settings, words};

/// The most characters of a record's name.
pub const MAX_NAME: usize = 64;

words! {
    /// Edition of Exchange, whose defaults hold.
    pub enum Edition {
        /// The cloud service.
        ExchangeOnline = "ExchangeOnline",
        /// Exchange Server.
        OnPremises = "OnPremises",
    }

    /// Out-of-office replies that may go to the domain.
    pub enum AllowedOofType {
        /// Those that are written for people outside. The default.
        External = "External",
        /// Those for people outside, and those of old clients, which do not say for whom.
        ExternalLegacy = "ExternalLegacy",
        /// Those for people inside, and those of old clients.
        InternalLegacy = "InternalLegacy",
        /// None.
        None = "None",
    }

    /// Form in which bodies leave.
    pub enum ContentType {
        /// HTML with its text; a plain-text original stays plain text. The default.
        MimeHtmlText = "MimeHtmlText",
        /// Plain text, whatever the original is.
        MimeText = "MimeText",
        /// HTML, whatever the original is.
        MimeHtml = "MimeHtml",
    }

    /// TNEFEnabled: `true`, `false` or no value.
    pub enum TnefEnabled {
        /// Always TNEF.
        Always = "true" | "$true" | "Always",
        /// Never TNEF.
        Never = "false" | "$false" | "Never",
        /// As the recipient's settings have it, then the sender's. The default; written as an empty value.
        FollowUserSettings = "" | "$null" | "FollowUserSettings",
    }

    /// Transfer encoding of text in 7-bit character sets. The numbers are those of the organization-wide setting.
    pub enum ByteEncoder {
        /// 7bit for HTML and plain text.
        Use7Bit = "Use7Bit" | "0",
        /// Quoted-printable for both.
        UseQp = "UseQP" | "1",
        /// Base64 for both.
        UseBase64 = "UseBase64" | "2",
        /// Quoted-printable; plain text as 7bit where its lines are wrapped.
        UseQpHtmlDetectTextPlain = "UseQPHtmlDetectTextPlain" | "5",
        /// Base64; plain text as 7bit where its lines are wrapped.
        UseBase64HtmlDetectTextPlain = "UseBase64HtmlDetectTextPlain" | "6",
        /// Quoted-printable for HTML, 7bit for plain text.
        UseQpHtml7BitTextPlain = "UseQPHtml7BitTextPlain" | "13",
        /// Base64 for HTML, 7bit for plain text.
        UseBase64Html7BitTextPlain = "UseBase64Html7BitTextPlain" | "14",
        /// No value: quoted-printable for both. The default.
        Undefined = "Undefined" | "" | "$null",
    }

    /// Form of ISO-2022-JP that replaces shift_jis.
    pub enum ShiftJisCodePage {
        /// None: shift_jis stays. The default.
        Undefined = "Undefined" | "" | "$null" | "0",
        /// iso-2022-jp, half-width katakana as full-width.
        Iso2022Jp = "50220" | "Iso2022Jp",
        /// With one byte kana by escape.
        Esc2022Jp = "50221" | "Esc2022Jp",
        /// With one byte kana by shift-out.
        Sio2022Jp = "50222" | "Sio2022Jp",
    }

    /// A content transfer encoding.
    pub enum TransferEncoding {
        /// As it is.
        SevenBit = "7bit",
        /// Quoted-printable.
        QuotedPrintable = "quoted-printable",
        /// Base64.
        Base64 = "base64",
    }
}

impl ByteEncoder {
    /// The encoding of HTML.
    #[must_use]
    pub fn html(self) -> TransferEncoding {
        match self {
            ByteEncoder::Use7Bit => TransferEncoding::SevenBit,
            ByteEncoder::UseQp
            | ByteEncoder::UseQpHtmlDetectTextPlain
            | ByteEncoder::UseQpHtml7BitTextPlain
            | ByteEncoder::Undefined => TransferEncoding::QuotedPrintable,
            ByteEncoder::UseBase64 | ByteEncoder::UseBase64HtmlDetectTextPlain | ByteEncoder::UseBase64Html7BitTextPlain => {
                TransferEncoding::Base64
            }
        }
    }

    /// The encoding of plain text, whose lines are wrapped or not.
    #[must_use]
    pub fn plain(self, wrapped: bool) -> TransferEncoding {
        match self {
            ByteEncoder::Use7Bit | ByteEncoder::UseQpHtml7BitTextPlain | ByteEncoder::UseBase64Html7BitTextPlain => {
                TransferEncoding::SevenBit
            }
            ByteEncoder::UseQpHtmlDetectTextPlain | ByteEncoder::UseBase64HtmlDetectTextPlain if wrapped => {
                TransferEncoding::SevenBit
            }
            _ => self.html(),
        }
    }
}

/// The width that text is wrapped at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum LineWrap {
    /// Not at all. The default.
    Unlimited,
    /// At so many characters, at most 132.
    At(u8),
}

impl LineWrap {
    /// The widest line.
    pub const MAX: u8 = 132;
}

impl SettingValue for LineWrap {
    fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("unlimited") {
            return Some(LineWrap::Unlimited);
        }
        text.parse().ok().filter(|&width| width <= LineWrap::MAX).map(LineWrap::At)
    }

    fn text(&self) -> String {
        match self {
            LineWrap::Unlimited => "unlimited".to_owned(),
            LineWrap::At(width) => width.to_string(),
        }
    }

    fn allowed() -> String {
        "unlimited or 0 to 132".to_owned()
    }
}

/// Percentage of the characters that must fit the preferred character set for it to be kept. The default is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Coverage(pub Option<u8>);

impl SettingValue for Coverage {
    fn parse(text: &str) -> Option<Self> {
        if is_null(text) {
            return Some(Coverage(None));
        }
        text.parse().ok().filter(|&percent: &u8| percent <= 100).map(|percent| Coverage(Some(percent)))
    }

    fn text(&self) -> String {
        self.0.map(|percent| percent.to_string()).unwrap_or_default()
    }

    fn allowed() -> String {
        "empty or 0 to 100".to_owned()
    }
}

settings! {
    /// Settings of a remote domain; `None` is "not set".
    pub struct RemoteDomainSettings, pub enum RemoteDomainSetting {
        /// Which out-of-office replies may go to the domain.
        allowed_oof_type, AllowedOofType = "AllowedOOFType": AllowedOofType,
        /// Whether messages that client programs forward are delivered.
        auto_forward_enabled, AutoForwardEnabled = "AutoForwardEnabled": bool,
        /// Whether replies that client rules make are delivered.
        auto_reply_enabled, AutoReplyEnabled = "AutoReplyEnabled": bool,
        /// Transfer encoding of text in 7-bit character sets.
        byte_encoder, ByteEncoderTypeFor7BitCharsets = "ByteEncoderTypeFor7BitCharsets": ByteEncoder,
        /// Character set of MIME messages that name none.
        character_set, CharacterSet = "CharacterSet": Option<Charset>,
        /// Character set of plain-text messages that name none.
        non_mime_character_set, NonMimeCharacterSet = "NonMimeCharacterSet": Option<Charset>,
        /// How bodies leave.
        content_type, ContentType = "ContentType": ContentType,
        /// Whether delivery reports of clients may go out.
        delivery_report_enabled, DeliveryReportEnabled = "DeliveryReportEnabled": bool,
        /// Whether From shows the sender's display name.
        display_sender_name, DisplaySenderName = "DisplaySenderName": bool,
        /// Whether the record stands for the own organization in Exchange Online.
        is_coexistence_domain, IsCoexistenceDomain = "IsCoexistenceDomain": bool,
        /// Whether transport treats the recipients as internal.
        is_internal, IsInternal = "IsInternal": bool,
        /// The width that text is wrapped at.
        line_wrap_size, LineWrapSize = "LineWrapSize": LineWrap,
        /// Whether organizers outside learn that their meeting was forwarded.
        meeting_forward_notification_enabled, MeetingForwardNotificationEnabled = "MeetingForwardNotificationEnabled": bool,
        /// For monitoring only, on-premises.
        message_count_threshold, MessageCountThreshold = "MessageCountThreshold": i32,
        /// Whether non-delivery reports hold the diagnostic section. On-premises only.
        ndr_diagnostic_info_enabled, NdrDiagnosticInfoEnabled = "NDRDiagnosticInfoEnabled": bool,
        /// Whether non-delivery reports may go out.
        ndr_enabled, NdrEnabled = "NDREnabled": bool,
        /// Which form of ISO-2022-JP replaces shift_jis.
        shift_jis_code_page, PreferredInternetCodePageForShiftJis = "PreferredInternetCodePageForShiftJis": ShiftJisCodePage,
        /// How much of the text must fit the preferred character set.
        required_charset_coverage, RequiredCharsetCoverage = "RequiredCharsetCoverage": Coverage,
        /// Whether DANE is mandatory for the domain. Bears on delivery, not on the message.
        smtp_dane_mandatory_mode_enabled, SmtpDaneMandatoryModeEnabled = "SmtpDaneMandatoryModeEnabled": bool,
        /// Whether the domain is that of the target addresses of mail users.
        target_delivery_domain, TargetDeliveryDomain = "TargetDeliveryDomain": bool,
        /// Whether messages leave as TNEF.
        tnef_enabled, TnefEnabled = "TNEFEnabled": TnefEnabled,
        /// Whether mail from the domain skips content and recipient filtering.
        trusted_mail_inbound_enabled, TrustedMailInboundEnabled = "TrustedMailInboundEnabled": bool,
        /// Whether mail to the domain skips content and recipient filtering.
        trusted_mail_outbound_enabled, TrustedMailOutboundEnabled = "TrustedMailOutboundEnabled": bool,
        /// Whether From shows the sender's simple display name.
        use_simple_display_name, UseSimpleDisplayName = "UseSimpleDisplayName": bool,
    }
}

impl RemoteDomainSettings {
    /// The defaults, every one set except where the documentation has none.
    ///
    /// `built_in` is the record `Default` for `*`.
    #[must_use]
    pub fn defaults(edition: Edition, built_in: bool) -> Self {
        let built_in_on_premises = built_in && edition == Edition::OnPremises;
        let charset = built_in_on_premises.then(|| Charset::from_name("iso-8859-1")).flatten();
        RemoteDomainSettings {
            allowed_oof_type: Some(AllowedOofType::External),
            auto_forward_enabled: Some(!built_in_on_premises),
            auto_reply_enabled: Some(!built_in_on_premises),
            byte_encoder: Some(ByteEncoder::Undefined),
            character_set: Some(charset),
            non_mime_character_set: Some(charset),
            content_type: Some(ContentType::MimeHtmlText),
            delivery_report_enabled: Some(true),
            display_sender_name: Some(true),
            is_coexistence_domain: Some(false),
            is_internal: Some(false),
            line_wrap_size: Some(LineWrap::Unlimited),
            meeting_forward_notification_enabled: Some(false),
            message_count_threshold: Some(i32::MAX),
            ndr_diagnostic_info_enabled: Some(true),
            ndr_enabled: Some(true),
            shift_jis_code_page: Some(ShiftJisCodePage::Undefined),
            required_charset_coverage: Some(Coverage(None)),
            smtp_dane_mandatory_mode_enabled: Some(false),
            target_delivery_domain: Some(false),
            tnef_enabled: Some(TnefEnabled::FollowUserSettings),
            trusted_mail_inbound_enabled: Some(false),
            trusted_mail_outbound_enabled: Some(false),
            use_simple_display_name: Some(false),
        }
    }

    /// Does what `Set-RemoteDomain` does: stores the value, and changes the setting that is coupled to it. The result is
    /// the coupled setting, if it was changed.
    ///
    /// AllowedOOFType := InternalLegacy makes IsInternal true; IsInternal := false makes AllowedOOFType ExternalLegacy.
    ///
    /// # Errors
    /// [`BadValue`]; nothing is changed then.
    pub fn set(&mut self, setting: RemoteDomainSetting, text: &str) -> Result<Option<RemoteDomainSetting>, BadValue> {
        self.store(setting, text)?;
        match setting {
            RemoteDomainSetting::AllowedOofType if self.allowed_oof_type == Some(AllowedOofType::InternalLegacy) => {
                let old = self.is_internal.replace(true);
                Ok((old != Some(true)).then_some(RemoteDomainSetting::IsInternal))
            }
            RemoteDomainSetting::IsInternal if self.is_internal == Some(false) => {
                let old = self.allowed_oof_type.replace(AllowedOofType::ExternalLegacy);
                Ok((old != Some(AllowedOofType::ExternalLegacy)).then_some(RemoteDomainSetting::AllowedOofType))
            }
            _ => Ok(None),
        }
    }
}

/// A remote domain: name, pattern, what is set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RemoteDomain {
    /// The unique name of the record, at most 64 characters.
    pub name: String,
    pattern: DomainPattern,
    /// Settings.
    pub settings: RemoteDomainSettings,
    known: Option<BTreeSet<RemoteDomainSetting>>,
}

impl RemoteDomain {
    /// A new record without settings.
    #[must_use]
    pub fn new(name: impl Into<String>, pattern: DomainPattern) -> Self {
        RemoteDomain { name: name.into(), pattern, settings: RemoteDomainSettings::default(), known: None }
    }

    /// Marks these settings as the known ones, besides those that are set: the others were not in the export that it is
    /// from, and whether they have their defaults is not known.
    #[must_use]
    pub fn with_known(mut self, settings: impl IntoIterator<Item = RemoteDomainSetting>) -> Self {
        self.known = Some(settings.into_iter().collect());
        self
    }

    /// The settings that are known to have their defaults where they are not set; `None` for all.
    #[must_use]
    pub fn known(&self) -> Option<impl Iterator<Item = RemoteDomainSetting>> {
        self.known.as_ref().map(|known| known.iter().copied())
    }

    /// Returns whether a setting is set, or known to have its default.
    #[must_use]
    pub fn is_known(&self, setting: RemoteDomainSetting) -> bool {
        self.known.as_ref().is_none_or(|known| known.contains(&setting)) || self.settings.text(setting).is_some()
    }

    /// The built-in record `Default` for `*`.
    #[must_use]
    pub fn built_in() -> Self {
        RemoteDomain::new("Default", DomainPattern::all())
    }

    /// Returns which domains the record is for. Cannot be changed, as in Exchange.
    #[must_use]
    pub fn pattern(&self) -> &DomainPattern {
        &self.pattern
    }

    /// Returns whether this is the built-in record.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        *self.pattern.kind() == PatternKind::All
    }

    /// The value that holds: what is set, else the default. Empty for "no value".
    #[must_use]
    pub fn effective(&self, setting: RemoteDomainSetting, edition: Edition) -> String {
        let default = || RemoteDomainSettings::defaults(edition, self.is_built_in()).text(setting);
        self.settings.text(setting).or_else(default).unwrap_or_default()
    }

    /// The setting that makes transport treat the recipients as internal, or keeps it from that: IsInternal, or without it
    /// AllowedOOFType, whose InternalLegacy implies it. `None` where neither says anything.
    #[must_use]
    pub fn internal_by(&self) -> Option<RemoteDomainSetting> {
        let implied = self.settings.allowed_oof_type == Some(AllowedOofType::InternalLegacy);
        match self.settings.is_internal {
            Some(false) if !implied => None,
            Some(_) => Some(RemoteDomainSetting::IsInternal),
            None => implied.then_some(RemoteDomainSetting::AllowedOofType),
        }
    }

    /// Returns whether transport treats the recipients as internal. InternalLegacy implies it where IsInternal is not set.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.settings.is_internal.unwrap_or(self.settings.allowed_oof_type == Some(AllowedOofType::InternalLegacy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (setting, on-premises new, on-premises `*`, online new, online `*`), from the reference of Set-RemoteDomain and the
    /// overview of remote domains in Exchange Online.
    const DEFAULTS: &[(&str, &str, &str, &str, &str)] = &[
        ("AllowedOOFType", "External", "External", "External", "External"),
        ("AutoForwardEnabled", "true", "false", "true", "true"),
        ("AutoReplyEnabled", "true", "false", "true", "true"),
        ("ByteEncoderTypeFor7BitCharsets", "Undefined", "Undefined", "Undefined", "Undefined"),
        ("CharacterSet", "", "iso-8859-1", "", ""),
        ("NonMimeCharacterSet", "", "iso-8859-1", "", ""),
        ("ContentType", "MimeHtmlText", "MimeHtmlText", "MimeHtmlText", "MimeHtmlText"),
        ("DeliveryReportEnabled", "true", "true", "true", "true"),
        ("DisplaySenderName", "true", "true", "true", "true"),
        ("IsCoexistenceDomain", "false", "false", "false", "false"),
        ("IsInternal", "false", "false", "false", "false"),
        ("LineWrapSize", "unlimited", "unlimited", "unlimited", "unlimited"),
        ("MeetingForwardNotificationEnabled", "false", "false", "false", "false"),
        ("MessageCountThreshold", "2147483647", "2147483647", "2147483647", "2147483647"),
        ("NDRDiagnosticInfoEnabled", "true", "true", "true", "true"),
        ("NDREnabled", "true", "true", "true", "true"),
        ("PreferredInternetCodePageForShiftJis", "Undefined", "Undefined", "Undefined", "Undefined"),
        ("RequiredCharsetCoverage", "", "", "", ""),
        ("SmtpDaneMandatoryModeEnabled", "false", "false", "false", "false"),
        ("TargetDeliveryDomain", "false", "false", "false", "false"),
        ("TNEFEnabled", "", "", "", ""),
        ("TrustedMailInboundEnabled", "false", "false", "false", "false"),
        ("TrustedMailOutboundEnabled", "false", "false", "false", "false"),
        ("UseSimpleDisplayName", "false", "false", "false", "false"),
    ];

    #[test]
    fn defaults_are_exchanges() {
        assert_eq!(DEFAULTS.len(), RemoteDomainSetting::ALL.len());
        let new = RemoteDomain::new("new", DomainPattern::parse("contoso.com").unwrap());
        let star = RemoteDomain::built_in();
        for &(name, server_new, server_star, online_new, online_star) in DEFAULTS {
            let setting = RemoteDomainSetting::from_name(name).unwrap();
            assert_eq!(setting.as_str(), name);
            assert_eq!(new.effective(setting, Edition::OnPremises), server_new, "{name}");
            assert_eq!(star.effective(setting, Edition::OnPremises), server_star, "{name}");
            assert_eq!(new.effective(setting, Edition::ExchangeOnline), online_new, "{name}");
            assert_eq!(star.effective(setting, Edition::ExchangeOnline), online_star, "{name}");
        }
    }

    #[test]
    fn values_are_read_and_others_refused() {
        for (name, good, bad) in [
            ("AllowedOOFType", &["external", "ExternalLegacy", "InternalLegacy", "None"][..], &["", "All"][..]),
            ("AutoForwardEnabled", &["True", "$false"], &["", "1", "yes"]),
            ("CharacterSet", &["", "$null", "UTF-8"], &["utf8", "latin1"]),
            ("LineWrapSize", &["0", "78", "132", "Unlimited"], &["133", "-1", "", "1.5"]),
            ("MessageCountThreshold", &["0", "2147483647"], &["2147483648", ""]),
            ("PreferredInternetCodePageForShiftJis", &["50220", "Esc2022Jp", "Undefined"], &["932"]),
            ("RequiredCharsetCoverage", &["", "0", "100"], &["101", "60%"]),
            ("TNEFEnabled", &["true", "False", "", "$null", "Never"], &["maybe"]),
        ] {
            let setting = RemoteDomainSetting::from_name(name).unwrap();
            for text in good {
                let mut settings = RemoteDomainSettings::default();
                settings.store(setting, text).unwrap_or_else(|error| panic!("{error}"));
                let shown = settings.text(setting).unwrap();
                let mut again = RemoteDomainSettings::default();
                again.store(setting, &shown).unwrap();
                assert_eq!(again, settings, "{name} {text}");
            }
            for text in bad {
                let mut settings = RemoteDomainSettings::default();
                let error = settings.store(setting, text).unwrap_err();
                assert_eq!((error.setting, error.value.as_str()), (name, *text));
                assert_eq!(settings, RemoteDomainSettings::default(), "nothing half applied");
            }
        }
    }

    #[test]
    fn out_of_office_and_internal_are_coupled() {
        let mut settings = RemoteDomainSettings::default();
        let coupled = settings.set(RemoteDomainSetting::AllowedOofType, "InternalLegacy");
        assert_eq!((coupled, settings.is_internal), (Ok(Some(RemoteDomainSetting::IsInternal)), Some(true)));
        let coupled = settings.set(RemoteDomainSetting::IsInternal, "false");
        assert_eq!(coupled, Ok(Some(RemoteDomainSetting::AllowedOofType)));
        assert_eq!(settings.allowed_oof_type, Some(AllowedOofType::ExternalLegacy));
        assert_eq!(settings.set(RemoteDomainSetting::IsInternal, "true"), Ok(None), "not documented, so nothing");
    }

    /// (value, HTML, plain text, plain text in wrapped lines)
    #[test]
    fn byte_encoders_are_those_of_the_table() {
        for (text, html, plain, wrapped) in [
            ("Use7Bit", "7bit", "7bit", "7bit"),
            ("UseQP", "quoted-printable", "quoted-printable", "quoted-printable"),
            ("UseBase64", "base64", "base64", "base64"),
            ("UseQPHtmlDetectTextPlain", "quoted-printable", "quoted-printable", "7bit"),
            ("UseBase64HtmlDetectTextPlain", "base64", "base64", "7bit"),
            ("UseQPHtml7BitTextPlain", "quoted-printable", "7bit", "7bit"),
            ("UseBase64Html7BitTextPlain", "base64", "7bit", "7bit"),
            ("Undefined", "quoted-printable", "quoted-printable", "quoted-printable"),
        ] {
            let encoder = ByteEncoder::parse(text).unwrap();
            assert_eq!(encoder.html().as_str(), html, "{text}");
            assert_eq!(encoder.plain(false).as_str(), plain, "{text}");
            assert_eq!(encoder.plain(true).as_str(), wrapped, "{text}");
        }
    }
}
