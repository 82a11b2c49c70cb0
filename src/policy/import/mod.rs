//! What administrators can export: `Get-RemoteDomain`, `Get-MailContact`, `Get-MailUser` through `ConvertTo-Json`,
//! `Export-Csv` and `Export-Clixml`.
//!
//! Every format becomes the same thing, records of (property, value), and records become settings in one place. Tolerated:
//! UTF-8 and UTF-16 with or without a byte order mark; the `#TYPE` line of Windows PowerShell; one object where JSON
//! otherwise has an array; enumerations as their name, as the object that wraps it, or as their number where that is
//! published. Properties that are no settings (ids, dates, the many of a contact) are passed over.

mod clixml;
mod csv;
mod json;
mod numbers;
mod record;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use super::domain::{DomainPattern, PatternKind};
use super::file::SettingsError;
use super::policy_set::{Policy, RecipientRecord};
use super::recipient::{RecipientKind, RecipientSetting, RecipientSettings};
use super::remote_domain::{Edition, RemoteDomain, RemoteDomainSetting};

use record::{Fault, Property, Record};

/// The formats of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// `ConvertTo-Json`
    Json,
    /// `Export-Csv`
    Csv,
    /// `Export-Clixml`
    Clixml,
}

/// What an import found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Remote domains.
    pub remote_domains: usize,
    /// Mail contacts and mail users.
    pub recipients: usize,
    /// Recipients that have none of the settings, and were left out.
    pub without_settings: usize,
}

/// The format that the text looks like.
#[must_use]
pub fn guess(bytes: &[u8]) -> ExportFormat {
    let text = decode(bytes);
    match text.trim_start().chars().next() {
        Some('{' | '[') => ExportFormat::Json,
        Some('<') => ExportFormat::Clixml,
        _ => ExportFormat::Csv,
    }
}

/// Text in the encoding of its byte order mark; without one UTF-16 is known by its zero bytes.
fn decode(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0, b, ..] if *b != 0 => UTF_16BE,
        [b, 0, ..] if *b != 0 => UTF_16LE,
        _ => UTF_8,
    };
    // A byte order mark wins over the guess.
    encoding.decode(bytes).0.into_owned()
}

/// Adds what an export holds to a policy.
///
/// # Errors
/// [`SettingsError`] with line or record, and what is allowed; the policy is as it was then.
pub fn import(policy: &mut Policy, file: &str, bytes: &[u8], format: Option<ExportFormat>) -> Result<Imported, SettingsError> {
    let text = decode(bytes);
    let records = match format.unwrap_or_else(|| guess(bytes)) {
        ExportFormat::Json => json::records(&text),
        ExportFormat::Csv => csv::records(&text),
        ExportFormat::Clixml => clixml::records(&text),
    };
    let records = records.map_err(|fault| SettingsError {
        file: file.to_owned(),
        line: fault.line,
        record: None,
        message: fault.message,
    })?;
    let mut new = policy.clone();
    let mut imported = Imported::default();
    for (index, record) in records.iter().enumerate() {
        one(&mut new, record, &mut imported).map_err(|fault| SettingsError {
            file: file.to_owned(),
            line: fault.line,
            record: Some(index.saturating_add(1)),
            message: fault.message,
        })?;
    }
    *policy = new;
    Ok(imported)
}

fn one(policy: &mut Policy, record: &Record, imported: &mut Imported) -> Result<(), Fault> {
    if record.has("DomainName") {
        let domain = remote_domain(record, policy.edition)?;
        let untouched = *policy.domains.default_domain() == RemoteDomain::built_in();
        if domain.is_built_in() && untouched { policy.domains.replace_default(domain) } else { policy.domains.insert(domain) }
            .map_err(|error| record.fault("DomainName", error.to_string()))?;
        imported.remote_domains = imported.remote_domains.saturating_add(1);
        return Ok(());
    }
    let details = record.text("RecipientTypeDetails").map(|text| numbers::named("RecipientTypeDetails", text).unwrap_or(text));
    let kind = match details.or_else(|| record.text("RecipientType")) {
        Some(text) if text.contains("Contact") => RecipientKind::MailContact,
        Some(text) if text.contains("User") => RecipientKind::MailUser,
        _ if record.has("ExternalEmailAddress") => RecipientKind::MailContact,
        _ => {
            let message = "neither a remote domain (DomainName) nor a mail contact or mail user (ExternalEmailAddress): allowed \
                           are exports of Get-RemoteDomain, Get-MailContact and Get-MailUser";
            return Err(Fault { line: record.line, message: message.to_owned() });
        }
    };
    let mut settings = RecipientSettings::default();
    for Property { name, value, .. } in &record.properties {
        if let (Some(setting), Some(text)) = (RecipientSetting::from_name(name), value.as_deref().filter(|v| !v.is_empty())) {
            let text = numbers::named(name, text).map_err(|message| record.fault(name, message))?;
            settings.store(setting, text).map_err(|error| record.fault(name, error.to_string()))?;
        }
    }
    if settings == RecipientSettings::default() {
        imported.without_settings = imported.without_settings.saturating_add(1);
        return Ok(());
    }
    settings.check().map_err(|message| record.fault("MessageFormat", message))?;
    let (property, address) = ["ExternalEmailAddress", "PrimarySmtpAddress", "WindowsEmailAddress"]
        .into_iter()
        .find_map(|property| Some((property, record.text(property)?)))
        .ok_or_else(|| record.fault("ExternalEmailAddress", "the recipient has no ExternalEmailAddress"))?;
    let address = match address.split_once(':') {
        Some((kind, address)) if kind.eq_ignore_ascii_case("smtp") => address,
        Some((kind, _)) => {
            return Err(record.fault(property, format!("{kind} addresses are not handled: allowed is SMTP:name@domain")));
        }
        None => address,
    };
    // As a settings file wants it, so that what is imported can be written and read.
    if !address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
        return Err(record.fault(property, format!("{address:?} is no address: expected name@domain")));
    }
    if !policy.add_recipient(RecipientRecord { kind, address: address.to_owned(), settings }) {
        return Err(record.fault(property, format!("another recipient has the address {address}")));
    }
    imported.recipients = imported.recipients.saturating_add(1);
    Ok(())
}

fn remote_domain(record: &Record, edition: Edition) -> Result<RemoteDomain, Fault> {
    let fault = |message: String| record.fault("DomainName", message);
    let empty = || fault("DomainName is empty: allowed is contoso.com, *.contoso.com or *".to_owned());
    let written = record.text("DomainName").ok_or_else(empty)?;
    let pattern = DomainPattern::parse(written).map_err(|error| fault(format!("DomainName {written:?}: {error}")))?;
    let name = match record.text("Name").or_else(|| record.text("Identity")) {
        Some(name) => name.to_owned(),
        None if *pattern.kind() == PatternKind::All => "Default".to_owned(),
        None => written.to_owned(),
    };
    let mut domain = RemoteDomain::new(name, pattern);
    for Property { name, value, .. } in &record.properties {
        let Some(setting) = RemoteDomainSetting::from_name(name) else { continue };
        // Null is no value where a setting may have none, and "not exported" elsewhere.
        let text = value.as_deref().unwrap_or_default();
        let text = numbers::named(name, text).map_err(|message| record.fault(name, message))?;
        match domain.settings.store(setting, text) {
            Ok(()) => {}
            Err(_) if text.is_empty() => {}
            Err(error) => return Err(record.fault(name, error.to_string())),
        }
        // What is the default anyway says nothing, and would only fill files.
        let default = RemoteDomain::new("", domain.pattern().clone()).effective(setting, edition);
        if domain.settings.text(setting).is_some_and(|own| own == default) {
            domain.settings.unset(setting);
        }
    }
    Ok(domain)
}

#[cfg(test)]
mod tests;
