//! Settings as a TOML file, and as command lines for the Exchange Management Shell.

use std::fmt::Write;

use super::edit::toml_value;
use super::organization::{MailboxSetting, OrganizationSetting, OutboundSpamSetting};
use super::policy_set::Policy;
use super::recipient::{RecipientSetting, RecipientSettings};
use super::remote_domain::{RemoteDomain, RemoteDomainSetting, RemoteDomainSettings};
use super::setting::SettingValue;

/// The policy's remote domains and recipients as a settings file, which [`read`](super::file::read) reads back.
///
/// Sender settings have no export that they could come from, and are not written.
#[must_use]
pub fn toml(policy: &Policy) -> String {
    let mut out = format!(
        "# Exported by winmail. What is not set has the default of the edition.\nedition = {}\n",
        quoted(policy.edition.as_str())
    );
    if !policy.accepted_domains.is_empty() {
        let domains: Vec<String> = policy.accepted_domains.iter().map(|domain| quoted(domain.as_str())).collect();
        out.push_str(&format!("accepted_domains = [{}]\n", domains.join(", ")));
    }
    for domain in policy.domains.iter() {
        if *domain == RemoteDomain::built_in() {
            continue;
        }
        out.push_str(&format!(
            "\n[[remote_domain]]\nName = {}\nDomainName = {}\n",
            quoted(&domain.name),
            quoted(domain.pattern().as_str())
        ));
        if let Some(known) = domain.known() {
            let known: Vec<String> = known.map(|setting| quoted(setting.as_str())).collect();
            out.push_str(&format!(
                "# The export had these settings; the others are not known.\nKnown = [{}]\n",
                known.join(", ")
            ));
        }
        for (setting, text) in set(&domain.settings) {
            out.push_str(&format!("{} = {}\n", setting.as_str(), toml_value(&text)));
        }
    }
    for recipient in policy.recipients() {
        let (kind, address) = (recipient.kind.as_str(), quoted(&recipient.address));
        out.push_str(&format!("\n[[recipient]]\nKind = {}\nAddress = {address}\n", quoted(kind)));
        if !recipient.aliases.is_empty() {
            let aliases: Vec<String> = recipient.aliases.iter().map(|alias| quoted(alias)).collect();
            out.push_str(&format!("Aliases = [{}]\n", aliases.join(", ")));
        }
        for (setting, text) in set_of_recipient(&recipient.settings) {
            out.push_str(&format!("{} = {}\n", setting.as_str(), toml_value(&text)));
        }
    }
    let line =
        |name: &str, text: Option<String>| text.map(|text| format!("{name} = {}\n", toml_value(&text))).unwrap_or_default();
    let organization: String =
        OrganizationSetting::ALL.iter().map(|one| line(one.as_str(), policy.organization.text(*one))).collect();
    if !organization.is_empty() {
        out.push_str(&format!("\n[organization]\n{organization}"));
    }
    for spam in policy.outbound_spam_policies() {
        out.push_str(&format!("\n[[outbound_spam_policy]]\nName = {}\n", quoted(&spam.name)));
        out.extend(OutboundSpamSetting::ALL.iter().map(|one| line(one.as_str(), spam.settings.text(*one))));
    }
    for (address, settings) in policy.mailboxes() {
        out.push_str(&format!("\n[[mailbox]]\nAddress = {}\n", quoted(address)));
        out.extend(MailboxSetting::ALL.iter().map(|one| line(one.as_str(), settings.text(*one))));
    }
    out
}

/// The policy as command lines: `New-RemoteDomain`, `Set-RemoteDomain`, `Set-MailContact`, `Set-MailUser`.
///
/// Exchange takes name and domain first and the settings in a second step. IsInternal stands before AllowedOOFType, which
/// would otherwise be changed by it. What bears on the sender's Outlook has no command.
///
/// ```
/// use winmail::policy::{export, file};
///
/// let settings = "[[remote_domain]]\nName = \"Contoso\"\nDomainName = \"contoso.com\"\nTNEFEnabled = false\n";
/// let commands = export::commands(&file::read("policy.toml", settings)?.policy);
/// assert!(commands.contains("Set-RemoteDomain") && commands.contains("-TNEFEnabled $false"), "{commands}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn commands(policy: &Policy) -> String {
    let mut out = String::new();
    for domain in policy.domains.iter() {
        if !domain.is_built_in() {
            let (name, pattern) = (shell(&domain.name), shell(domain.pattern().as_str()));
            out.push_str(&format!(
                "if (-not (Get-RemoteDomain -Identity {name} -ErrorAction SilentlyContinue)) \
                 {{ New-RemoteDomain -Name {name} -DomainName {pattern} }}\n"
            ));
        }
        let mut settings = set(&domain.settings);
        settings.sort_by_key(|(setting, _)| *setting != RemoteDomainSetting::IsInternal);
        let mut line = String::new();
        let internal =
            settings.iter().find(|(setting, _)| *setting == RemoteDomainSetting::IsInternal).map(|(_, text)| text.clone());
        for (setting, text) in settings.iter().filter(|(setting, _)| *setting != RemoteDomainSetting::IsInternal) {
            line.push_str(&argument(setting.as_str(), text));
        }
        let identity = shell(&domain.name);
        if let Some(internal) = internal {
            out.push_str(&format!("Set-RemoteDomain -Identity {identity}{}\n", argument("IsInternal", &internal)));
        }
        if !line.is_empty() {
            out.push_str(&format!("Set-RemoteDomain -Identity {identity}{line}\n"));
        }
    }
    for recipient in policy.recipients() {
        let line: String =
            set_of_recipient(&recipient.settings).iter().map(|(setting, text)| argument(setting.as_str(), text)).collect();
        if !line.is_empty() {
            out.push_str(&format!("Set-{} -Identity {}{line}\n", recipient.kind, shell(&recipient.address)));
        }
    }
    out
}

fn set(settings: &RemoteDomainSettings) -> Vec<(RemoteDomainSetting, String)> {
    RemoteDomainSetting::ALL.iter().filter_map(|&setting| Some((setting, settings.text(setting)?))).collect()
}

fn set_of_recipient(settings: &RecipientSettings) -> Vec<(RecipientSetting, String)> {
    RecipientSetting::ALL.iter().filter_map(|&setting| Some((setting, settings.text(setting)?))).collect()
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn argument(setting: &str, text: &str) -> String {
    let value = match (bool::parse(text), text) {
        (Some(value), _) => format!("${value}"),
        (None, "") => "$null".to_owned(),
        (None, text) if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => text.to_owned(),
        (None, text) => shell(text),
    };
    let mut out = String::new();
    // Writing into a String does not fail.
    let _ = write!(out, " -{setting} {value}");
    out
}

/// A literal of PowerShell: single quotes, doubled inside. PowerShell takes the typographic ones for the same.
pub(crate) fn shell(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    const FILE: &str = "edition = \"OnPremises\"\naccepted_domains = [\"fabrikam.com\"]\n\
        [[remote_domain]]\nDomainName = \"*\"\nCharacterSet = \"\"\n\
        [[remote_domain]]\nName = \"O'Brien\\n\"\nDomainName = \"*.contoso.com\"\nAllowedOOFType = \"None\"\nIsInternal = false\n\
        TNEFEnabled = false\nLineWrapSize = 78\nPreferredInternetCodePageForShiftJis = \"50221\"\n\
        [[recipient]]\nKind = \"MailUser\"\nAddress = \"bob@contoso.com\"\nAliases = [\"b@c.d\"]\nUsePreferMessageFormat = true\n\
        [organization]\nMessageRecallEnabled = \"\"\nExternalDelayDsnEnabled = false\n\
        [[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"Off\"\n\
        [[outbound_spam_policy]]\nName = \"Some\"\nFrom = [\"a@b.c\", \"d@e.f\"]\n\
        [[mailbox]]\nAddress = \"x@y.z\"\nAutoReplyState = \"Enabled\"\nForwardingSmtpAddress = \"q@r.s\"\n\
        [[remote_domain]]\nDomainName = \"part.example\"\nKnown = [\"TNEFEnabled\"]\n";

    #[test]
    fn a_file_is_written_and_read_back() {
        let policy = file::read("p", FILE).unwrap().policy;
        let again = file::read("p", &toml(&policy)).unwrap_or_else(|error| panic!("{error}\n{}", toml(&policy))).policy;
        assert!(again.domains.iter().eq(policy.domains.iter()));
        assert_eq!(again.recipients(), policy.recipients());
        assert_eq!((again.edition, &again.accepted_domains), (policy.edition, &policy.accepted_domains));
        assert_eq!(again.organization, policy.organization);
        assert_eq!(again.outbound_spam_policies(), policy.outbound_spam_policies());
        assert!(again.mailboxes().eq(policy.mailboxes()));
    }

    #[test]
    fn command_lines_are_literal() {
        let policy = file::read("p", FILE).unwrap().policy;
        assert_eq!(
            commands(&policy),
            "Set-RemoteDomain -Identity 'Default' -CharacterSet $null\n\
             if (-not (Get-RemoteDomain -Identity 'O''Brien\n' -ErrorAction SilentlyContinue)) \
             { New-RemoteDomain -Name 'O''Brien\n' -DomainName '*.contoso.com' }\n\
             Set-RemoteDomain -Identity 'O''Brien\n' -IsInternal $false\n\
             Set-RemoteDomain -Identity 'O''Brien\n' -AllowedOOFType None -LineWrapSize 78 \
             -PreferredInternetCodePageForShiftJis 50221 -TNEFEnabled $false\n\
             if (-not (Get-RemoteDomain -Identity 'part.example' -ErrorAction SilentlyContinue)) \
             { New-RemoteDomain -Name 'part.example' -DomainName 'part.example' }\n\
             Set-MailUser -Identity 'bob@contoso.com' -UsePreferMessageFormat $true\n"
        );
        assert_eq!(shell("a\u{2019}; rm"), "'a\u{2019}\u{2019}; rm'");
    }
}
