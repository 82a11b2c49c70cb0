//! What a record is, by its properties, and what it becomes.
//!
//! | property | object |
//! |---|---|
//! | DomainType | accepted domain |
//! | DomainName | remote domain |
//! | AutoForwardingMode | outbound spam policy |
//! | HostedOutboundSpamFilterPolicy | the rule of one |
//! | AutoReplyState | automatic replies of a mailbox |
//! | ExternalDelayDsnEnabled, MessageRecallEnabled, ... | the organization |
//! | ForwardingSmtpAddress, ExternalOofOptions | mailbox |
//! | ExternalEmailAddress, RecipientTypeDetails | mail contact, mail user |

use super::super::address::{address_in, address_key};
use super::super::domain::{DomainPattern, PatternKind};
use super::super::organization::{MailboxSetting, MailboxSettings, OrganizationSetting, OutboundSpamPolicy, OutboundSpamSetting};
use super::super::policy_set::{Policy, RecipientRecord};
use super::super::recipient::{RecipientKind, RecipientSetting, RecipientSettings};
use super::super::remote_domain::{Edition, RemoteDomain, RemoteDomainSetting};
use super::imported::{Imported, LeftOut};
use super::numbers;
use super::record::{Fault, Property, Record};

/// The commands whose exports are read.
pub(super) const CMDLETS: &str = "Get-RemoteDomain, Get-AcceptedDomain, Get-MailContact, Get-MailUser, \
    Get-HostedOutboundSpamFilterPolicy, Get-HostedOutboundSpamFilterRule, Get-TransportConfig, Get-OrganizationConfig, \
    Get-MailboxAutoReplyConfiguration and Get-Mailbox";

pub(super) fn one(policy: &mut Policy, record: &Record, number: usize, imported: &mut Imported) -> Result<(), Fault> {
    let is = |kind: &str| record.kind.as_deref() == Some(kind);
    let has = |name: &str| record.has(name);
    if is("AcceptedDomain") || has("DomainType") {
        return accepted_domain(policy, record, number, imported);
    }
    // Where a name was made smaller by a Select, the record of a remote domain has at least this one.
    if is("RemoteDomain") || has("DomainName") {
        let domain = remote_domain(record, policy.edition)?;
        let untouched = *policy.domains.default_domain() == RemoteDomain::built_in();
        if domain.is_built_in() && untouched { policy.domains.replace_default(domain) } else { policy.domains.insert(domain) }
            .map_err(|error| record.fault("DomainName", error.to_string()))?;
        imported.remote_domains = imported.remote_domains.saturating_add(1);
        return Ok(());
    }
    if has("AutoForwardingMode") || has("HostedOutboundSpamFilterPolicy") {
        return outbound_spam(policy, record, imported);
    }
    // The first one is what servers have, which have none of the others.
    let organization = [
        "MailTipsAllTipsEnabled",
        "ExternalDelayDsnEnabled",
        "MessageRecallEnabled",
        "MessageRecallMaxRecallableAge",
        "ConvertDisclaimerWrapperToEml",
    ];
    if is("TransportConfig") || is("OrganizationConfig") || organization.iter().any(|name| has(name)) {
        for Property { name, value, .. } in &record.properties {
            let Some(setting) = OrganizationSetting::from_name(name) else { continue };
            let text = value.as_deref().unwrap_or_default();
            // Those of recall have a meaning without a value; of the others an empty one says nothing.
            match policy.organization.store(setting, text) {
                Ok(()) => {}
                Err(_) if text.is_empty() => {}
                Err(error) => return Err(record.fault(name, error.to_string())),
            }
        }
        imported.others = imported.others.saturating_add(1);
        return Ok(());
    }
    let mailbox = ["AutoReplyState", "ForwardingSmtpAddress", "ExternalOofOptions"].iter().any(|name| has(name));
    if mailbox && record.text("ExternalEmailAddress").is_none() {
        return self::mailbox(policy, record, number, imported);
    }
    recipient(policy, record, number, imported)
}

fn leave_out(imported: &mut Imported, record: &Record, number: usize, reason: impl Into<String>) {
    imported.left_out.push(LeftOut { record: number, line: record.line, reason: reason.into() });
}

fn accepted_domain(policy: &mut Policy, record: &Record, number: usize, imported: &mut Imported) -> Result<(), Fault> {
    let names = ["DomainName", "Name", "Identity"];
    let written = names.into_iter().find_map(|name| record.text(name));
    let written = written.ok_or_else(|| record.fault("DomainName", "the accepted domain has no DomainName"))?;
    if record.text("DomainType").is_some_and(|kind| kind.eq_ignore_ascii_case("ExternalRelay")) {
        leave_out(
            imported,
            record,
            number,
            format!("{written}: of an external relay domain nobody has a mailbox in the organization"),
        );
        return Ok(());
    }
    let children = record.text("MatchSubDomains").is_some_and(|text| text.trim_start_matches('$').eq_ignore_ascii_case("true"));
    let pattern = if children && !written.starts_with('*') { format!("*.{written}") } else { written.to_owned() };
    let pattern = DomainPattern::parse(&pattern).map_err(|error| record.fault("DomainName", format!("{written:?}: {error}")))?;
    if *pattern.kind() == PatternKind::All {
        return Err(record.fault("DomainName", "an accepted domain cannot be *: nobody would be outside"));
    }
    if !policy.accepted_domains.contains(&pattern) {
        policy.accepted_domains.push(pattern);
    }
    imported.accepted_domains = imported.accepted_domains.saturating_add(1);
    Ok(())
}

fn outbound_spam(policy: &mut Policy, record: &Record, imported: &mut Imported) -> Result<(), Fault> {
    let names = ["HostedOutboundSpamFilterPolicy", "Name", "Identity"];
    let name = names.into_iter().find_map(|name| record.text(name));
    let name = name.ok_or_else(|| record.fault("Name", "the outbound spam policy has no Name"))?;
    let mut one = OutboundSpamPolicy::new(name);
    let is_rule = record.has("HostedOutboundSpamFilterPolicy");
    for Property { name, value, .. } in &record.properties {
        let Some(setting) = OutboundSpamSetting::from_name(name) else { continue };
        let text = value.as_deref().unwrap_or_default().trim_matches(['{', '}']).trim();
        // A rule alone says for whom it is; what a policy has under that name is of other things.
        let of_rule = !matches!(setting, OutboundSpamSetting::AutoForwardingMode | OutboundSpamSetting::IsDefault);
        if text.is_empty() || is_rule != of_rule {
            continue;
        }
        one.settings.store(setting, text).map_err(|error| record.fault(name, error.to_string()))?;
    }
    policy.add_outbound_spam_policy(one);
    imported.others = imported.others.saturating_add(1);
    Ok(())
}

fn mailbox(policy: &mut Policy, record: &Record, number: usize, imported: &mut Imported) -> Result<(), Fault> {
    let names = ["PrimarySmtpAddress", "WindowsEmailAddress", "UserPrincipalName", "MailboxOwnerId", "Identity"];
    let Some(address) = names.into_iter().find_map(|name| address_in(record.text(name)?)) else {
        let reason = "the mailbox has no address: put its PrimarySmtpAddress into the export";
        leave_out(imported, record, number, reason);
        return Ok(());
    };
    let mut settings = MailboxSettings::default();
    for Property { name, value, .. } in &record.properties {
        let (Some(setting), Some(text)) = (MailboxSetting::from_name(name), value.as_deref().filter(|text| !text.is_empty()))
        else {
            continue;
        };
        let text = if setting == MailboxSetting::ForwardingSmtpAddress { address_in(text).unwrap_or(text) } else { text };
        settings.store(setting, text).map_err(|error| record.fault(name, error.to_string()))?;
    }
    policy.add_mailbox(address, settings);
    imported.others = imported.others.saturating_add(1);
    Ok(())
}

fn recipient(policy: &mut Policy, record: &Record, number: usize, imported: &mut Imported) -> Result<(), Fault> {
    let details = record.text("RecipientTypeDetails").map(|text| numbers::named("RecipientTypeDetails", text).unwrap_or(text));
    let kind = match details.or_else(|| record.text("RecipientType")) {
        _ if record.kind.as_deref() == Some("MailContact") => RecipientKind::MailContact,
        Some(text) if text.contains("Contact") => RecipientKind::MailContact,
        Some(text) if text.contains("User") => RecipientKind::MailUser,
        _ if record.has("ExternalEmailAddress") => RecipientKind::MailContact,
        _ => {
            let seen: Vec<&str> = record.properties.iter().map(|property| property.name.as_str()).take(6).collect();
            let message = format!(
                "neither a remote domain (DomainName), nor a mail contact or mail user (ExternalEmailAddress), nor another object that \
                 bears on mail; it has {}. Allowed are exports of {CMDLETS}",
                if seen.is_empty() { "no properties".to_owned() } else { seen.join(", ") }
            );
            return Err(Fault { line: record.line, message });
        }
    };
    let mut settings = RecipientSettings::default();
    for Property { name, value, .. } in &record.properties {
        if let (Some(setting), Some(text)) = (RecipientSetting::from_name(name), value.as_deref().filter(|v| !v.is_empty())) {
            let text = numbers::named(name, text).map_err(|message| record.fault(name, message))?;
            settings.store(setting, text).map_err(|error| record.fault(name, error.to_string()))?;
        }
    }
    let names = ["ExternalEmailAddress", "PrimarySmtpAddress", "WindowsEmailAddress"];
    let given = names.into_iter().find_map(|property| Some((property, record.text(property)?)));
    // A mailbox of the organization's own, as Get-Recipient lists it among the others: mail to it stays inside.
    if details.is_some_and(|text| text.ends_with("Mailbox")) && record.text("ExternalEmailAddress").is_none() {
        imported.without_settings = imported.without_settings.saturating_add(1);
        return Ok(());
    }
    let others = aliases(record, given.map(|(_, address)| address).unwrap_or_default());
    if settings == RecipientSettings::default() && others.is_empty() {
        imported.without_settings = imported.without_settings.saturating_add(1);
        return Ok(());
    }
    settings.check().map_err(|message| record.fault("MessageFormat", message))?;
    let (property, written) =
        given.ok_or_else(|| record.fault("ExternalEmailAddress", "the recipient has no ExternalEmailAddress"))?;
    let Some(address) = address_in(written) else {
        if let Some((kind, _)) = written.split_once(':').filter(|(kind, _)| !kind.eq_ignore_ascii_case("smtp")) {
            leave_out(imported, record, number, format!("{written}: a {kind} address, to which no remote domain applies"));
            return Ok(());
        }
        return Err(record.fault(property, format!("{written:?} is no address: expected name@domain")));
    };
    if !policy.add_recipient(RecipientRecord::new(kind, address).with_aliases(others).with_settings(settings)) {
        leave_out(imported, record, number, format!("{address}: another recipient has the address"));
        return Ok(());
    }
    imported.recipients = imported.recipients.saturating_add(1);
    Ok(())
}

/// The addresses that a recipient is found by besides the one that mail goes to.
fn aliases(record: &Record, external: &str) -> Vec<String> {
    let own = address_in(external).map(address_key);
    let mut all: Vec<String> = Vec::new();
    let texts = ["PrimarySmtpAddress", "WindowsEmailAddress", "EmailAddresses"].into_iter().filter_map(|name| record.text(name));
    for word in texts.flat_map(|text| text.split([' ', ',', ';', '{', '}', '\n', '\r', '\t'])) {
        let Some(address) = address_in(word) else { continue };
        let key = address_key(address);
        if Some(&key) != own.as_ref() && !all.iter().any(|known| address_key(known) == key) {
            all.push(address.to_owned());
        }
    }
    all
}

fn remote_domain(record: &Record, edition: Edition) -> Result<RemoteDomain, Fault> {
    let fault = |message: String| record.fault("DomainName", message);
    let empty = || fault("DomainName is empty: allowed is contoso.com, *.contoso.com or *".to_owned());
    let written = record.text("DomainName").ok_or_else(empty)?;
    let pattern = DomainPattern::parse(written).map_err(|error| fault(format!("DomainName {written:?}: {error}")))?;
    let name = match record.text("Name").or_else(|| record.text("Identity")) {
        // In Exchange it has no other name.
        _ if *pattern.kind() == PatternKind::All => "Default".to_owned(),
        Some(name) => name.to_owned(),
        None => written.to_owned(),
    };
    if name.contains(char::REPLACEMENT_CHARACTER) {
        let message =
            format!("Name {name:?}: characters were lost before the export came here; export it again as UTF-8 (-Encoding UTF8)");
        return Err(record.fault("Name", message));
    }
    let mut domain = RemoteDomain::new(name, pattern);
    let mut known = Vec::new();
    for Property { name, value, .. } in &record.properties {
        let Some(setting) = RemoteDomainSetting::from_name(name) else { continue };
        known.push(setting);
        // Null is no value where a setting may have none, and "not exported" elsewhere.
        let text = value.as_deref().unwrap_or_default();
        let text = numbers::named(name, text).map_err(|message| record.fault(name, message))?;
        match domain.settings.store(setting, text) {
            Ok(()) => {}
            Err(_) if text.is_empty() => {}
            Err(_) if text.ends_with("...") || text.ends_with('\u{2026}') => {
                let message =
                    format!("{name} is cut short ({text:?}): the console was too narrow; use Format-List or Export-Csv");
                return Err(record.fault(name, message));
            }
            Err(error) => return Err(record.fault(name, error.to_string())),
        }
        // What is the default anyway says nothing, and would only fill files.
        let default = RemoteDomain::new("", domain.pattern().clone()).effective(setting, edition);
        if domain.settings.text(setting).is_some_and(|own| own == default) {
            domain.settings.unset(setting);
        }
    }
    // Exports of whole objects have all settings that decide; one of some is what a Select left.
    let whole = DECIDING.iter().all(|setting| known.contains(setting));
    Ok(if whole { domain } else { domain.with_known(known) })
}

/// Settings that every edition's export of whole objects has.
const DECIDING: &[RemoteDomainSetting] = &[
    RemoteDomainSetting::AllowedOofType,
    RemoteDomainSetting::AutoForwardEnabled,
    RemoteDomainSetting::AutoReplyEnabled,
    RemoteDomainSetting::CharacterSet,
    RemoteDomainSetting::ContentType,
    RemoteDomainSetting::DeliveryReportEnabled,
    RemoteDomainSetting::IsInternal,
    RemoteDomainSetting::MeetingForwardNotificationEnabled,
    RemoteDomainSetting::NdrEnabled,
    RemoteDomainSetting::TnefEnabled,
];
