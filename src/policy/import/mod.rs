//! What administrators can export: `Get-RemoteDomain`, `Get-MailContact`, `Get-MailUser` through `ConvertTo-Json`,
//! `Export-Csv` and `Export-Clixml`.
//!
//! Every format becomes the same thing, records of (property, value), and records become settings in one place. Tolerated:
//! UTF-8 and UTF-16 with or without a byte order mark; the `#TYPE` line of Windows PowerShell; one object where JSON
//! otherwise has an array; enumerations as their name or as the object that wraps it. Properties
//! that are no settings (ids, dates, the many of a contact) are passed over.

mod clixml;
mod csv;
mod json;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use super::domain::{DomainPattern, PatternKind};
use super::file::SettingsError;
use super::policy_set::{Policy, RecipientRecord};
use super::recipient::{RecipientKind, RecipientSetting, RecipientSettings};
use super::remote_domain::{Edition, RemoteDomain, RemoteDomainSetting};

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

/// An object that was exported: its properties with their values, `None` for null.
#[derive(Debug, Clone, Default)]
struct Record {
    /// The line on which it begins, where the format has one.
    line: Option<usize>,
    properties: Vec<(String, Option<String>)>,
}

impl Record {
    fn has(&self, name: &str) -> bool {
        self.properties.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        value.as_deref().filter(|text| !text.is_empty())
    }
}

/// Why an export cannot be read, before it has a name.
struct Fault {
    line: Option<usize>,
    message: String,
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
        one(&mut new, record, &mut imported).map_err(|message| SettingsError {
            file: file.to_owned(),
            line: record.line,
            record: Some(index.saturating_add(1)),
            message,
        })?;
    }
    *policy = new;
    Ok(imported)
}

fn one(policy: &mut Policy, record: &Record, imported: &mut Imported) -> Result<(), String> {
    if record.has("DomainName") {
        let domain = remote_domain(record, policy.edition)?;
        let untouched = *policy.domains.default_domain() == RemoteDomain::built_in();
        if domain.is_built_in() && untouched { policy.domains.replace_default(domain) } else { policy.domains.insert(domain) }
            .map_err(|error| error.to_string())?;
        imported.remote_domains = imported.remote_domains.saturating_add(1);
        return Ok(());
    }
    let kind = match record.text("RecipientTypeDetails").or_else(|| record.text("RecipientType")) {
        Some(text) if text.contains("Contact") => RecipientKind::MailContact,
        Some(text) if text.contains("User") => RecipientKind::MailUser,
        _ if record.has("ExternalEmailAddress") => RecipientKind::MailContact,
        _ => {
            return Err(
                "neither a remote domain (DomainName) nor a mail contact or mail user (ExternalEmailAddress): allowed are \
                 exports of Get-RemoteDomain, Get-MailContact and Get-MailUser"
                    .to_owned(),
            );
        }
    };
    let mut settings = RecipientSettings::default();
    for (name, value) in &record.properties {
        if let (Some(setting), Some(text)) = (RecipientSetting::from_name(name), value.as_deref().filter(|v| !v.is_empty())) {
            settings.store(setting, text).map_err(|error| error.to_string())?;
        }
    }
    if settings == RecipientSettings::default() {
        imported.without_settings = imported.without_settings.saturating_add(1);
        return Ok(());
    }
    settings.check().map_err(str::to_owned)?;
    let address = record
        .text("ExternalEmailAddress")
        .or_else(|| record.text("PrimarySmtpAddress"))
        .or_else(|| record.text("WindowsEmailAddress"))
        .ok_or("the recipient has no ExternalEmailAddress")?;
    let address = match address.split_once(':') {
        Some((kind, address)) if kind.eq_ignore_ascii_case("smtp") => address,
        Some((kind, _)) => return Err(format!("{kind} addresses are not handled: allowed is SMTP:name@domain")),
        None => address,
    };
    // As a settings file wants it, so that what is imported can be written and read.
    if !address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
        return Err(format!("{address:?} is no address: expected name@domain"));
    }
    if !policy.add_recipient(RecipientRecord { kind, address: address.to_owned(), settings }) {
        return Err(format!("another recipient has the address {address}"));
    }
    imported.recipients = imported.recipients.saturating_add(1);
    Ok(())
}

fn remote_domain(record: &Record, edition: Edition) -> Result<RemoteDomain, String> {
    let written = record.text("DomainName").ok_or("DomainName is empty: allowed is contoso.com, *.contoso.com or *")?;
    let pattern = DomainPattern::parse(written).map_err(|error| format!("DomainName {written:?}: {error}"))?;
    let name = match record.text("Name").or_else(|| record.text("Identity")) {
        Some(name) => name.to_owned(),
        None if *pattern.kind() == PatternKind::All => "Default".to_owned(),
        None => written.to_owned(),
    };
    let mut domain = RemoteDomain::new(name, pattern);
    for (property, value) in &record.properties {
        let Some(setting) = RemoteDomainSetting::from_name(property) else { continue };
        // Null is no value where a setting may have none, and "not exported" elsewhere.
        let text = value.as_deref().unwrap_or_default();
        match domain.settings.store(setting, text) {
            Ok(()) => {}
            Err(_) if text.is_empty() => {}
            Err(error) => return Err(error.to_string()),
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
