//! What administrators can export: `Get-RemoteDomain`, `Get-AcceptedDomain`, `Get-MailContact`, `Get-MailUser`,
//! `Get-HostedOutboundSpamFilterPolicy` and its rules, `Get-TransportConfig`, `Get-OrganizationConfig`,
//! `Get-MailboxAutoReplyConfiguration` and `Get-Mailbox`, as people have it.
//!
//! Every format becomes the same thing, records of (property, value), and records become settings in one place. Formats:
//! `ConvertTo-Json` and what the REST service answers, also several objects one after the other; `Export-Csv`, also after Excel;
//! `Export-Clixml`; the text of `Format-List` and `Format-Table`; Microsoft365DSC. Tolerated: UTF-8, UTF-16 and Windows-1252 with or
//! without a byte order mark; the `#TYPE` line of Windows PowerShell; one object where JSON otherwise has an array; enumerations as their
//! name, as the object that wraps it, or as their number where that is published. Properties that are no settings (ids, dates, the many
//! of a contact) are passed over. A setting that an export does not have is not known, and not a default.

mod clixml;
mod console;
mod csv;
mod decode;
mod imported;
mod json;
mod kinds;
mod numbers;
mod record;

use super::file::SettingsError;
use super::policy_set::Policy;

use record::Fault;

pub use imported::{Imported, LeftOut};

/// The formats of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ExportFormat {
    /// `ConvertTo-Json`, and the answers of the REST service.
    Json,
    /// `Export-Csv`
    Csv,
    /// `Export-Clixml`
    Clixml,
    /// The text of `Format-List`.
    FormatList,
    /// The text of `Format-Table`.
    FormatTable,
    /// Microsoft365DSC.
    Dsc,
}

/// The format that the text looks like.
#[must_use]
pub fn guess(bytes: &[u8]) -> ExportFormat {
    decode::decode(bytes).map_or(ExportFormat::Csv, |decoded| guess_text(&decoded.text))
}

fn guess_text(text: &str) -> ExportFormat {
    let mut chars = text.trim_start().chars();
    match chars.next() {
        Some('{') => ExportFormat::Json,
        // And not the prompt of the shell: [PS] C:\>
        Some('[') if chars.find(|c| !c.is_whitespace()).is_none_or(|c| matches!(c, '{' | '[' | ']' | '"' | '0'..='9')) => {
            ExportFormat::Json
        }
        Some('<') => ExportFormat::Clixml,
        _ if console::is_dsc(text) => ExportFormat::Dsc,
        _ if csv::is_csv(text) => ExportFormat::Csv,
        _ if console::is_list(text) => ExportFormat::FormatList,
        _ if console::is_table(text) => ExportFormat::FormatTable,
        _ => ExportFormat::Csv,
    }
}

/// Adds what an export holds to a policy.
///
/// # Errors
/// [`SettingsError`] with line or record, and what is allowed; also for a file that holds no record at all. The policy is as it was then.
///
/// ```
/// use winmail::policy::{Edition, MessageFacts, Policy, import};
///
/// // What people paste: `Get-RemoteDomain | Format-List`.
/// let export = b"Name        : Contoso\nDomainName  : contoso.com\nTNEFEnabled : True\n";
/// let mut policy = Policy::new(Edition::ExchangeOnline);
/// import::import(&mut policy, "domains.txt", export, None)?;
/// assert!(policy.decide("jane@fabrikam.com", "bob@contoso.com", MessageFacts::default())?.tnef.value);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import(policy: &mut Policy, file: &str, bytes: &[u8], format: Option<ExportFormat>) -> Result<Imported, SettingsError> {
    let wrong = |record: Option<usize>| {
        move |fault: Fault| SettingsError { file: file.to_owned(), line: fault.line, record, message: fault.message }
    };
    let decoded = decode::decode(bytes).map_err(wrong(None))?;
    let text = decoded.text.trim_start_matches('\u{feff}');
    let records = records(format.unwrap_or_else(|| guess_text(text)), text).map_err(wrong(None))?;
    let mut new = policy.clone();
    let mut imported = Imported::default();
    if decoded.guessed {
        imported
            .notes
            .push("the file does not say its encoding and is not UTF-8: read as Windows-1252, which is a guess".to_owned());
    }
    for (index, record) in records.iter().enumerate() {
        let number = index.saturating_add(1);
        kinds::one(&mut new, record, number, &mut imported).map_err(wrong(Some(number)))?;
    }
    if imported.records() == 0 {
        let what = if text.trim().is_empty() { "the file is empty" } else { "the file holds no record" };
        let message = format!("{what}: allowed are exports of {}", kinds::CMDLETS);
        return Err(SettingsError { file: file.to_owned(), line: None, record: None, message });
    }
    *policy = new;
    Ok(imported)
}

/// An object of an export, whatever command it is of.
#[derive(Debug, Clone)]
pub struct Exported(record::Record);

impl Exported {
    /// The value of a property, by name without regard to case; `None` where it has none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// The line on which the object begins, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }
}

/// The objects of an export of any command.
///
/// # Errors
/// [`SettingsError`] where the file has another format.
pub fn objects(file: &str, bytes: &[u8]) -> Result<Vec<Exported>, SettingsError> {
    let wrong = |fault: Fault| SettingsError::new(file, fault.line, fault.message);
    let decoded = decode::decode(bytes).map_err(wrong)?;
    let text = decoded.text.trim_start_matches('\u{feff}');
    Ok(records(guess_text(text), text).map_err(wrong)?.into_iter().map(Exported).collect())
}

fn records(format: ExportFormat, text: &str) -> Result<Vec<record::Record>, Fault> {
    match format {
        ExportFormat::Json => json::records(text),
        ExportFormat::Csv => csv::records(text),
        ExportFormat::Clixml => clixml::records(text),
        ExportFormat::FormatList => console::list(text),
        ExportFormat::FormatTable => console::table(text),
        ExportFormat::Dsc => console::dsc(text),
    }
}

/// The edition that an export is from, where one of its records says so: objects of Exchange Online have distinguished names and
/// organization ids in `OUTLOOK.COM`, or were fetched from there.
#[must_use]
pub fn edition(bytes: &[u8]) -> Option<super::Edition> {
    let text = decode::decode(bytes).ok()?.text.to_ascii_lowercase();
    let online =
        ["dc=outlook,dc=com", ".prod.outlook.com", "outlook.office365.com", "exchangelabs", "onmicrosoft.com", "exoremotedomain"];
    if online.iter().any(|sign| text.contains(sign)) {
        return Some(super::Edition::ExchangeOnline);
    }
    // On a server the organization stands in the directory's own forest.
    let server = text.contains("cn=microsoft exchange,cn=services,cn=configuration");
    server.then_some(super::Edition::OnPremises)
}

#[cfg(test)]
mod tests;
