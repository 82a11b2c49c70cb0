//! What is contradictory, shadowed, dangerous or pointless in a policy: each with the record, the setting and the remedy.

use crate::base::steps;

use super::address::domain_of;
use super::charset::Charset;
use super::domain::PatternKind;
use super::organization::AutoForwardingMode;
use super::policy_set::Policy;
use super::recipient::UseMapiRichTextFormat;
use super::remedy::OWN_DOMAIN;
use super::remote_domain::{
    AllowedOofType, Coverage, Edition, RemoteDomain, RemoteDomainSetting, RemoteDomainSettings, ShiftJisCodePage, TnefEnabled,
};
use super::setting::words;
use super::{RecordKey, decide};

words! {
    /// Kind of a fault.
    pub enum FaultKind {
        /// Two settings cannot both mean what they say.
        Contradictory = "contradictory",
        /// A setting never takes effect, as another stands before it.
        Shadowed = "shadowed",
        /// Mail is lost, or unreadable for its recipients.
        Dangerous = "dangerous",
        /// Right for some, and worth knowing.
        Notable = "notable",
        /// A setting changes nothing.
        Pointless = "pointless",
    }
}

/// A fault of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PolicyFault {
    /// Of what kind.
    pub kind: FaultKind,
    /// A stable name in kebab case.
    pub code: &'static str,
    /// The record or setting; [`PolicyFile::line`](super::file::PolicyFile::line) has its line.
    pub key: RecordKey,
    /// Fault.
    pub message: String,
    /// Remedy.
    pub remedy: &'static str,
}

/// Every fault, in the order of the records.
///
/// ```
/// use winmail::policy::{FaultKind, check, file};
///
/// // Forwarding to everybody: anybody who gets into a mailbox can send all its mail away.
/// let settings = "edition = \"OnPremises\"\n[[remote_domain]]\nName = \"Default\"\nDomainName = \"*\"\nAutoForwardEnabled = true\n";
/// let policy = file::read("policy.toml", settings)?.policy;
/// assert!(check(&policy).iter().any(|fault| fault.kind == FaultKind::Dangerous));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(policy: &Policy) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    for domain in policy.domains.iter() {
        Domain { policy, domain, faults: &mut faults }.check();
    }
    recipients(policy, &mut faults);
    faults
}

struct Domain<'p> {
    policy: &'p Policy,
    domain: &'p RemoteDomain,
    faults: &'p mut Vec<PolicyFault>,
}

impl Domain<'_> {
    fn fault(
        &mut self,
        kind: FaultKind,
        code: &'static str,
        setting: Option<RemoteDomainSetting>,
        message: String,
        remedy: &'static str,
    ) {
        let name = self.domain.name.clone();
        let key = match setting {
            Some(setting) => RecordKey::RemoteDomainSetting(name, setting),
            None => RecordKey::RemoteDomain(name),
        };
        self.faults.push(PolicyFault { kind, code, key, message, remedy });
    }

    fn check(&mut self) {
        use FaultKind::{Contradictory, Dangerous, Notable, Pointless};
        use RemoteDomainSetting as S;
        let (domain, policy) = (self.domain, self.policy);
        let set = &domain.settings;
        let name = domain.name.as_str();
        if set.allowed_oof_type == Some(AllowedOofType::InternalLegacy) && set.is_internal == Some(false) {
            let message = format!("{name}: AllowedOOFType InternalLegacy makes the domain internal, and IsInternal is false");
            let remedy = "set IsInternal to true, or AllowedOOFType to ExternalLegacy";
            self.fault(Contradictory, "internal-replies-to-outsiders", Some(S::AllowedOofType), message, remedy);
        }
        if set.tnef_enabled == Some(TnefEnabled::Always) && domain.is_built_in() {
            let message = format!("{name}: everybody outside gets TNEF, and who does not use Outlook sees only winmail.dat");
            let remedy = "take TNEFEnabled out of the record for *, and set it for the domains of partners with Outlook";
            self.fault(Dangerous, "rich-text-for-everyone", Some(S::TnefEnabled), message, remedy);
        }
        if set.tnef_enabled == Some(TnefEnabled::Never) && domain.is_internal() {
            let message =
                format!("{name}: the domain is internal, and without TNEF recall, voting and tracking do not work there");
            let remedy = "set TNEFEnabled to true, or take it out: internal recipients keep rich text";
            self.fault(Dangerous, "no-rich-text-inside", Some(S::TnefEnabled), message, remedy);
        }
        if set.ndr_enabled == Some(false) {
            let message =
                format!("{name}: non-delivery reports are dropped, and senders there never learn that mail did not arrive");
            self.fault(Dangerous, "no-delivery-failures", Some(S::NdrEnabled), message, "take NDREnabled out");
            if set.ndr_diagnostic_info_enabled == Some(true) {
                let message = format!("{name}: NDRDiagnosticInfoEnabled has no effect while NDREnabled is false");
                let remedy = "take NDRDiagnosticInfoEnabled out, or set NDREnabled to true";
                self.fault(Pointless, "diagnostics-without-reports", Some(S::NdrDiagnosticInfoEnabled), message, remedy);
            }
        }
        if policy.edition == Edition::ExchangeOnline {
            let on_premises = [
                (S::NdrDiagnosticInfoEnabled, set.ndr_diagnostic_info_enabled.is_some()),
                (S::MessageCountThreshold, set.message_count_threshold.is_some()),
            ];
            for (setting, _) in on_premises.into_iter().filter(|(_, is_set)| *is_set) {
                let message = format!("{name}: {} is for servers on-premises only", setting.as_str());
                self.fault(Pointless, "on-premises-only", Some(setting), message, "take the setting out");
            }
        }
        if domain.is_built_in() {
            self.everybody();
        }
        if set.tnef_enabled == Some(TnefEnabled::Always) && !domain.is_built_in() && !domain.is_internal() && !self.is_own() {
            let message = format!("{name}: who does not use Outlook there sees only winmail.dat");
            let remedy = "set TNEFEnabled to false unless everybody there uses Outlook, or leave it out for users to choose";
            self.fault(Notable, "rich-text-for-partner", Some(S::TnefEnabled), message, remedy);
        }
        if set.tnef_enabled == Some(TnefEnabled::Never) && !domain.is_internal() && self.is_own() {
            let message = format!(
                "{name}: the domain is the organization's own; mail that leaves through a connector and comes back loses TNEF there, \
                 and with it recall, voting and tracking. {OWN_DOMAIN}"
            );
            let remedy = "set TNEFEnabled to true if mail leaves and comes back, else remove the record";
            self.fault(Dangerous, "no-rich-text-for-own-domain", Some(S::TnefEnabled), message, remedy);
        }
        if domain.is_built_in() && (set.trusted_mail_inbound_enabled == Some(true) || domain.is_internal()) {
            let setting = if domain.is_internal() { S::IsInternal } else { S::TrustedMailInboundEnabled };
            let message = format!("{name}: all the world is trusted or internal ({})", setting.as_str());
            self.fault(Dangerous, "trusts-everyone", Some(setting), message, "set it for the domains that are meant only");
        }
        if set.display_sender_name == Some(false) && set.use_simple_display_name == Some(true) {
            let message = format!("{name}: UseSimpleDisplayName has no effect while DisplaySenderName is false");
            let remedy = "take one of the two out";
            self.fault(Contradictory, "name-shown-and-hidden", Some(S::UseSimpleDisplayName), message, remedy);
        }
        let shift_jis = [set.character_set, set.non_mime_character_set].into_iter().flatten().flatten();
        let replaces = set.shift_jis_code_page.is_some_and(|page| page != ShiftJisCodePage::Undefined);
        if replaces && shift_jis.clone().count() > 0 && shift_jis.clone().all(|charset| charset.name() != "shift_jis") {
            let message = format!("{name}: the character sets of the domain are not shift_jis, which alone is replaced");
            let remedy = "take PreferredInternetCodePageForShiftJis out, unless messages name shift_jis themselves";
            self.fault(Pointless, "nothing-to-replace", Some(S::PreferredInternetCodePageForShiftJis), message, remedy);
        }
        self.coverage();
        for &setting in RemoteDomainSetting::ALL {
            let Some(own) = set.text(setting) else { continue };
            let default = RemoteDomain::new("", domain.pattern().clone()).effective(setting, policy.edition);
            if own == default && !(setting == S::IsInternal && set.allowed_oof_type == Some(AllowedOofType::InternalLegacy)) {
                let message = format!("{name}: {} is {own:?}, which is its default", setting.as_str());
                self.fault(
                    Pointless,
                    "default-value",
                    Some(setting),
                    message,
                    "take the setting out, if it is not there as a reminder",
                );
            }
        }
        self.reached();
    }

    /// Whether the record is for a domain of the organization's own.
    fn is_own(&self) -> bool {
        let (PatternKind::Exact(own) | PatternKind::Subtree(own)) = self.domain.pattern().kind() else { return false };
        self.policy.accepted_domains.iter().any(|accepted| accepted.matches(own))
    }

    /// What the record for `*` lets out to everybody.
    fn everybody(&mut self) {
        use FaultKind::{Dangerous, Notable};
        use RemoteDomainSetting as S;
        let (set, name) = (&self.domain.settings, self.domain.name.as_str());
        if set.trusted_mail_outbound_enabled == Some(true) {
            let message = format!("{name}: mail to everybody outside skips content and recipient filtering");
            let remedy = "set TrustedMailOutboundEnabled for the domains that are meant only";
            self.fault(Dangerous, "trusts-everyone-outbound", Some(S::TrustedMailOutboundEnabled), message, remedy);
        }
        let default_mode = self.policy.outbound_spam_policies().iter().find(|policy| policy.is_default());
        let mode = default_mode.and_then(|policy| policy.settings.auto_forwarding_mode);
        let on_premises = self.policy.edition == Edition::OnPremises;
        // Exchange Online lets none out unless both let it; servers have one gate, which is closed unless it is opened.
        let forwards = set.auto_forward_enabled != Some(false) && self.domain.is_known(S::AutoForwardEnabled);
        let open =
            if on_premises { set.auto_forward_enabled == Some(true) } else { forwards && mode == Some(AutoForwardingMode::On) };
        if open {
            let message = format!("{name}: everybody may forward mail automatically to any address outside");
            let remedy = if on_premises {
                "set AutoForwardEnabled to false, and to true for the domains that are meant only"
            } else {
                "set AutoForwardEnabled of the record for * to false, and to true for the domains that are meant; or AutoForwardingMode to Off"
            };
            self.fault(Dangerous, "forwards-to-everyone", Some(S::AutoForwardEnabled), message, remedy);
        }
        match set.allowed_oof_type {
            Some(AllowedOofType::ExternalLegacy) => {
                let message =
                    format!("{name}: replies of old clients, which may be meant for people inside, go to everybody outside");
                let remedy = "set AllowedOOFType to External";
                self.fault(Dangerous, "legacy-replies-to-everyone", Some(S::AllowedOofType), message, remedy);
            }
            Some(AllowedOofType::InternalLegacy) => {
                let message = format!("{name}: out-of-office replies that are meant for people inside go to everybody outside");
                let remedy = "set AllowedOOFType to External";
                self.fault(Dangerous, "internal-replies-to-everyone", Some(S::AllowedOofType), message, remedy);
            }
            Some(AllowedOofType::None) => {
                let message =
                    format!("{name}: nobody outside gets an out-of-office reply, whatever people set up, and nobody is told");
                let remedy = "set AllowedOOFType to External, if that is not meant";
                self.fault(Notable, "no-out-of-office-replies", Some(S::AllowedOofType), message, remedy);
            }
            _ => {}
        }
    }

    /// Whether there is a character set that RequiredCharsetCoverage keeps, and what that costs.
    fn coverage(&mut self) {
        let Some(Coverage(Some(percent))) = self.domain.settings.required_charset_coverage else { return };
        let setting = RemoteDomainSetting::RequiredCharsetCoverage;
        let name = self.domain.name.as_str();
        let defaults = RemoteDomainSettings::defaults(self.policy.edition, self.domain.is_built_in());
        let set = &self.domain.settings;
        let sets: Vec<Charset> =
            [set.character_set.or(defaults.character_set), set.non_mime_character_set.or(defaults.non_mime_character_set)]
                .into_iter()
                .filter_map(Option::flatten)
                .collect();
        // Those of Unicode have everything.
        let limited = sets.iter().find(|charset| !["utf-7", "utf-8", "gb18030"].contains(&charset.name()));
        if sets.is_empty() {
            let message = format!("{name}: RequiredCharsetCoverage keeps the character set of the domain, which has none");
            self.fault(FaultKind::Pointless, "coverage-of-nothing", Some(setting), message, "set CharacterSet, or take it out");
        } else if let Some(charset) = limited.filter(|_| percent < 100) {
            let message = format!(
                "{name}: plain text goes in {charset} with up to {} percent of its characters lost",
                100u8.saturating_sub(percent)
            );
            let remedy = "take RequiredCharsetCoverage out, or set CharacterSet to utf-8";
            self.fault(FaultKind::Dangerous, "characters-lost", Some(setting), message, remedy);
        }
    }

    /// Whether any address gets to the record.
    fn reached(&mut self) {
        let (PatternKind::Exact(own) | PatternKind::Subtree(own)) = self.domain.pattern().kind() else { return };
        let exact = matches!(self.domain.pattern().kind(), PatternKind::Exact(_));
        for accepted in &self.policy.accepted_domains {
            // A subtree below an accepted domain is reached by none only where the accepted domain is a subtree, too.
            let covers = accepted.matches(own) && (exact || matches!(accepted.kind(), PatternKind::Subtree(_)));
            // One that says TNEF always is there for mail that leaves through a connector and comes back: recall needs it. One that says
            // never has a fault of its own.
            let for_connectors = matches!(self.domain.settings.tnef_enabled, Some(TnefEnabled::Always | TnefEnabled::Never));
            if covers && !for_connectors {
                let message = format!(
                    "{}: {} is reached only by mail that leaves through a connector, as {accepted} is the organization's own. {OWN_DOMAIN}",
                    self.domain.name,
                    self.domain.pattern()
                );
                let remedy = "remove the record, unless mail between people inside leaves Exchange and comes back";
                self.fault(FaultKind::Shadowed, "never-reached", None, message, remedy);
            }
        }
        let next = self.policy.domains.matching(own).find(|other| other.pattern() != self.domain.pattern());
        if let Some(parent) = next.filter(|parent| parent.settings == self.domain.settings && !parent.is_built_in()) {
            let wider = matches!(parent.pattern().kind(), PatternKind::Subtree(_));
            if wider
                && parent.pattern().matches(own)
                && self.domain.pattern().kind() != parent.pattern().kind()
                && (exact || !same_root(parent, own))
            {
                let message = format!("{}: says the same as {} ({})", self.domain.name, parent.name, parent.pattern());
                self.fault(FaultKind::Pointless, "same-as-parent", None, message, "remove the record");
            }
        }
    }
}

/// Whether a record is for the tree below exactly that domain.
fn same_root(domain: &RemoteDomain, own: &str) -> bool {
    matches!(domain.pattern().kind(), PatternKind::Subtree(root) | PatternKind::Exact(root) if root == own)
}

fn recipients(policy: &Policy, faults: &mut Vec<PolicyFault>) {
    for record in policy.recipients() {
        steps::count(1);
        let address = &record.address;
        let key = || RecordKey::Recipient(address.clone());
        let set = &record.settings;
        let domain = policy.domains.find(domain_of(address));
        if policy.is_inside(address) {
            faults.push(PolicyFault {
                kind: FaultKind::Shadowed,
                code: "recipient-inside",
                key: key(),
                message: format!("{address}: recipients in accepted domains keep rich text whatever is set"),
                remedy: "remove the record, or give the address outside the organization",
            });
            continue;
        }
        let says = match set.use_mapi_rich_text_format {
            Some(UseMapiRichTextFormat::Always) => Some(true),
            Some(UseMapiRichTextFormat::Never) => Some(false),
            _ => None,
        };
        // The remote domain is asked first.
        let decision = decide::decide(&policy.delivery_of("", address, decide::MessageFacts::default()));
        let overridden = decision.tnef.overridden().any(|step| step.setting == "UseMapiRichTextFormat");
        if let Some(says) = says.filter(|_| overridden) {
            let same = says == decision.tnef.value;
            faults.push(PolicyFault {
                kind: if same { FaultKind::Pointless } else { FaultKind::Shadowed },
                code: if same { "rich-text-said-twice" } else { "rich-text-overridden" },
                key: key(),
                message: format!(
                    "{address}: UseMapiRichTextFormat is never asked, as the remote domain {} has TNEFEnabled",
                    domain.name
                ),
                remedy: "take TNEFEnabled out of the remote domain, or UseMapiRichTextFormat out of the recipient",
            });
        }
        let formats = set.message_format.is_some() || set.message_body_format.is_some() || set.mac_attachment_format.is_some();
        let differs = set.formats() != super::RecipientSettings::default().formats();
        if formats && differs && set.use_prefer_message_format != Some(true) {
            faults.push(PolicyFault {
                kind: FaultKind::Pointless,
                code: "formats-ignored",
                key: key(),
                message: format!("{address}: the formats are ignored while UsePreferMessageFormat is false"),
                remedy: "set UsePreferMessageFormat to true, or take the formats out",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn faults(text: &str) -> Vec<(&'static str, &'static str, Option<usize>)> {
        let file = file::read("p", text).unwrap();
        check(&file.policy).iter().map(|fault| (fault.kind.as_str(), fault.code, file.line(&fault.key))).collect()
    }

    /// No step looks through all records for each: neither reading, nor checking, nor a question.
    #[test]
    fn large_files_are_read_checked_and_asked_in_linear_time() {
        use std::fmt::Write;
        steps::assert_linear("records", 250, |count| {
            let mut text = String::new();
            for number in 0..count {
                let name = format!("Name = \"D{number}\"\nDomainName = \"d{number}.example\"\nTNEFEnabled = true");
                writeln!(text, "[[remote_domain]]\n{name}\n").unwrap();
                writeln!(text, "[[recipient]]\nAddress = \"a@d{number}.example\"\nUseMapiRichTextFormat = \"Never\"\n").unwrap();
            }
            let file = file::read("p", &text).unwrap();
            let faults = check(&file.policy);
            assert_eq!(faults.len(), 2 * count);
            assert!(faults.iter().all(|fault| file.line(&fault.key).is_some()));
            for number in 0..count {
                let recipient = format!("a@d{number}.example");
                assert!(file.policy.decide("x@y.example", &recipient, Default::default()).unwrap().tnef.value);
            }
        });
    }

    /// (file, the faults with kind and line)
    #[test]
    fn faults_are_found_with_their_lines() {
        const STAR: &str = "[[remote_domain]]\nDomainName = \"*\"\n";
        const NAMED: &str = "[[remote_domain]]\nDomainName = \"contoso.com\"\n";
        for (head, tail, expected) in [
            ("", "", vec![]),
            (STAR, "TNEFEnabled = true", vec![("dangerous", "rich-text-for-everyone", Some(3))]),
            (NAMED, "TNEFEnabled = true", vec![("notable", "rich-text-for-partner", Some(3))]),
            (STAR, "TrustedMailOutboundEnabled = true", vec![("dangerous", "trusts-everyone-outbound", Some(3))]),
            (STAR, "AllowedOOFType = \"None\"", vec![("notable", "no-out-of-office-replies", Some(3))]),
            (STAR, "AllowedOOFType = \"ExternalLegacy\"", vec![("dangerous", "legacy-replies-to-everyone", Some(3))]),
            (STAR, "[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"Automatic\"", vec![]),
            (
                "[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"On\"\n",
                "",
                vec![("dangerous", "forwards-to-everyone", None)],
            ),
            (
                "edition = \"OnPremises\"\n[[remote_domain]]\nDomainName = \"*\"\n",
                "AutoForwardEnabled = true",
                vec![("dangerous", "forwards-to-everyone", Some(4))],
            ),
            ("edition = \"OnPremises\"\n", "", vec![]),
            (
                "accepted_domains = [\"contoso.com\"]\n[[remote_domain]]\nDomainName = \"contoso.com\"\n",
                "TNEFEnabled = false",
                vec![("dangerous", "no-rich-text-for-own-domain", Some(4))],
            ),
            (NAMED, "IsInternal = true\nTNEFEnabled = false", vec![("dangerous", "no-rich-text-inside", Some(4))]),
            (NAMED, "NDREnabled = false", vec![("dangerous", "no-delivery-failures", Some(3))]),
            (NAMED, "MessageCountThreshold = 5", vec![("pointless", "on-premises-only", Some(3))]),
            (STAR, "TrustedMailInboundEnabled = true", vec![("dangerous", "trusts-everyone", Some(3))]),
            (
                NAMED,
                "DisplaySenderName = false\nUseSimpleDisplayName = true",
                vec![("contradictory", "name-shown-and-hidden", Some(4))],
            ),
            (
                NAMED,
                "PreferredInternetCodePageForShiftJis = 50221\nCharacterSet = \"utf-8\"",
                vec![("pointless", "nothing-to-replace", Some(3))],
            ),
            (NAMED, "RequiredCharsetCoverage = 60", vec![("pointless", "coverage-of-nothing", Some(3))]),
            (NAMED, "RequiredCharsetCoverage = 60\nCharacterSet = \"koi8-r\"", vec![("dangerous", "characters-lost", Some(3))]),
            (NAMED, "RequiredCharsetCoverage = 100\nCharacterSet = \"koi8-r\"", vec![]),
            (NAMED, "RequiredCharsetCoverage = 60\nCharacterSet = \"utf-8\"", vec![]),
            (NAMED, "LineWrapSize = \"unlimited\"", vec![("pointless", "default-value", Some(3))]),
            (
                NAMED,
                "AllowedOOFType = \"InternalLegacy\"\nIsInternal = false",
                vec![("contradictory", "internal-replies-to-outsiders", Some(3))],
            ),
            (NAMED, "AllowedOOFType = \"InternalLegacy\"\nIsInternal = true", vec![]),
            (
                "accepted_domains = [\"*.contoso.com\"]\n[[remote_domain]]\nDomainName = \"a.contoso.com\"\n",
                "LineWrapSize = 78",
                vec![("shadowed", "never-reached", Some(2))],
            ),
            (
                "accepted_domains = [\"*.contoso.com\"]\n[[remote_domain]]\nDomainName = \"a.contoso.com\"\n",
                "TNEFEnabled = true",
                vec![],
            ),
            (
                "[[remote_domain]]\nDomainName = \"*.b.c\"\nTNEFEnabled = true\n",
                "[[remote_domain]]\nDomainName = \"a.b.c\"\nTNEFEnabled = true",
                vec![
                    ("notable", "rich-text-for-partner", Some(3)),
                    ("notable", "rich-text-for-partner", Some(6)),
                    ("pointless", "same-as-parent", Some(4)),
                ],
            ),
            (
                "[[remote_domain]]\nDomainName = \"*.b.c\"\nTNEFEnabled = true\n",
                "[[remote_domain]]\nDomainName = \"a.b.c\"\nTNEFEnabled = false",
                vec![("notable", "rich-text-for-partner", Some(3))],
            ),
            (
                NAMED,
                "TNEFEnabled = false\n[[recipient]]\nAddress = \"b@contoso.com\"\nUseMapiRichTextFormat = \"Always\"",
                vec![("shadowed", "rich-text-overridden", Some(4))],
            ),
            (
                NAMED,
                "TNEFEnabled = true\n[[recipient]]\nAddress = \"b@contoso.com\"\nUseMapiRichTextFormat = \"Always\"",
                vec![("notable", "rich-text-for-partner", Some(3)), ("pointless", "rich-text-said-twice", Some(4))],
            ),
            (
                "",
                "[[recipient]]\nAddress = \"b@c.d\"\nMessageBodyFormat = \"Html\"",
                vec![("pointless", "formats-ignored", Some(1))],
            ),
            (
                "accepted_domains = [\"c.d\"]\n",
                "[[recipient]]\nAddress = \"b@c.d\"\nUseMapiRichTextFormat = \"Never\"",
                vec![("shadowed", "recipient-inside", Some(2))],
            ),
        ] {
            let text = format!("{head}{tail}\n");
            assert_eq!(faults(&text), expected, "{text}");
        }
    }
}
