//! `winmail policy collect`: a PowerShell script that reads what bears on mail and writes it into a folder.

use super::super::{EXIT_OK, Streams};
use super::Outcome;

/// Arguments of `winmail policy collect`.
#[derive(Debug, Clone, clap::Args)]
pub struct CollectArgs {}

/// Every command reads. What a server does not have, or somebody may not see, is passed over with a warning. `-Depth` is what lists of
/// addresses need; the encoding is UTF-8 in both PowerShells.
const SCRIPT: &str = r#"# Writes what bears on mail into the folder winmail-policy. Every command only reads.
# Run it in the Exchange Management Shell, or after Connect-ExchangeOnline; then: winmail policy import winmail-policy -o policy.toml
$folder = New-Item -ItemType Directory -Force -Path (Join-Path (Get-Location) 'winmail-policy')
function Save($name, [scriptblock]$command) {
    try {
        $objects = @(& $command)
        $objects | Export-Csv -NoTypeInformation -Encoding UTF8 -Path (Join-Path $folder "$name.csv")
        Write-Host "${name}: $($objects.Count)"
    } catch { Write-Warning "${name}: $($_.Exception.Message)" }
}
$recipient = 'PrimarySmtpAddress', 'ExternalEmailAddress', @{ n = 'EmailAddresses'; e = { $_.EmailAddresses -join ' ' } },
    'RecipientTypeDetails', 'UseMapiRichTextFormat', 'UsePreferMessageFormat', 'MessageFormat', 'MessageBodyFormat', 'MacAttachmentFormat'
$rule = 'HostedOutboundSpamFilterPolicy', 'State', 'Priority', @{ n = 'From'; e = { $_.From -join ' ' } },
    @{ n = 'SenderDomainIs'; e = { $_.SenderDomainIs -join ' ' } }, @{ n = 'FromMemberOf'; e = { $_.FromMemberOf -join ' ' } }
Save 'remote-domains' { Get-RemoteDomain }
Save 'accepted-domains' { Get-AcceptedDomain }
Save 'mail-contacts' { Get-MailContact -ResultSize Unlimited | Select-Object $recipient }
Save 'mail-users' { Get-MailUser -ResultSize Unlimited | Select-Object $recipient }
Save 'outbound-spam-rules' { Get-HostedOutboundSpamFilterRule | Sort-Object Priority | Select-Object $rule }
Save 'outbound-spam-policies' { Get-HostedOutboundSpamFilterPolicy | Select-Object Name, AutoForwardingMode, IsDefault }
Save 'transport' { Get-TransportConfig }
Save 'organization' { Get-OrganizationConfig }
Save 'mailboxes' { Get-Mailbox -ResultSize Unlimited | Select-Object PrimarySmtpAddress, ForwardingSmtpAddress, ForwardingAddress, DeliverToMailboxAndForward, ExternalOofOptions }
Save 'automatic-replies' { Get-Mailbox -ResultSize Unlimited | ForEach-Object { $address = $_.PrimarySmtpAddress
    Get-MailboxAutoReplyConfiguration -Identity "$($_.Guid)" | Select-Object @{ n = 'PrimarySmtpAddress'; e = { $address } }, AutoReplyState, ExternalAudience } }
"#;

pub(super) fn run(_: &CollectArgs, streams: &mut Streams<'_>) -> Outcome {
    write!(streams.out, "{SCRIPT}")?;
    Ok(EXIT_OK)
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    /// Nothing in the script changes anything but the folder.
    #[test]
    fn the_script_only_reads() {
        let verbs =
            SCRIPT.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|word| word.contains('-') && word.len() > 4);
        let allowed = [
            "New-Item",
            "Join-Path",
            "Write-Host",
            "Write-Warning",
            "Select-Object",
            "Sort-Object",
            "ForEach-Object",
            "Export-Csv",
            "Connect-ExchangeOnline",
            "winmail-policy",
        ];
        let mut seen = 0;
        for verb in verbs.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
            assert!(verb.starts_with("Get-") || allowed.contains(&verb), "{verb}");
            seen += 1;
        }
        assert!(seen > 20);
        for line in SCRIPT.lines() {
            assert!(line.is_ascii() && !line.contains('\t'));
        }
    }
}
