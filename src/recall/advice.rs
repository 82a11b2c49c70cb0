//! What to do where a condition is not met or not known: data, whose sentence `Display` makes, and the commands that do it.

use std::fmt;

use crate::policy::export::shell;

/// What keeps the key where mail passes a signature service. Sources: VENDOR; the vendor's messageRecallFix.ps1, whose rules except
/// messages with the two header fields.
const OFF_CONNECTOR: &str = "keep TNEF for the organization's own domains (condition 6); or keep internal mail off the connector; \
    or sign in Outlook (client-side signatures) where recall matters. In any case keep recall mails off it: except messages with the \
    header X-MS-Exchange-Generated-Message-Source or X-MS-Exchange-RecallReportGenerated from the rule that sends mail there";

/// Advice. `Display` says it in a sentence; [`Advice::commands`] are what an administrator would type.
///
/// ```
/// use winmail::recall::Advice;
///
/// let advice = Advice::KeepTnef { domain: "fabrikam.com".to_owned(), remote_domain: Some("Fabrikam".to_owned()) };
/// assert_eq!(advice.commands(), ["Set-RemoteDomain -Identity 'Fabrikam' -TNEFEnabled $true"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Advice {
    /// Give a copy that can be read.
    GiveReadableCopy,
    /// Give the copy of the message that the recall asks for.
    FindTheMessage,
    /// Internal mail passes no connector: find what made the message anew.
    FindWhatMadeItAnew,
    /// Keep recall mails, or all internal mail, off the connector.
    KeepOffConnector,
    /// Read the key in the mailbox.
    ReadKeyInMailbox {
        /// Whether the file has no key, which saving it may have lost.
        lost: bool,
    },
    /// Say who sender and recipient are.
    NamePeople,
    /// Say who the sender is in the organization.
    NameSender,
    /// Say which domains are the organization's.
    NameDomains,
    /// The recall cannot work: ask the recipient to delete the message.
    AskRecipient,
    /// Classic recall leaves what has been read, cloud recall takes it.
    CloudRecallTakesRead,
    /// Let cloud recall take what has been read.
    RecallReadMessages,
    /// Look into the mailbox whether the message has been read.
    LookWhetherRead,
    /// Look into the mailbox where both messages are.
    LookForFolders,
    /// A rule or the recipient moved one of the two.
    Moved,
    /// The message is protected: cloud recall, or revoke access.
    RevokeAccess,
    /// Keep TNEF for a domain.
    KeepTnef {
        /// The recipient's domain.
        domain: String,
        /// The remote domain to change; `None` where `Default` applies, which holds for everybody else too.
        remote_domain: Option<String>,
    },
    /// Give the settings of the remote domains.
    GiveSettings {
        /// The recipient's domain, if it is known.
        domain: Option<String>,
    },
    /// Ask Exchange Online for the settings of cloud recall.
    AskForCloudRecall,
    /// Turn cloud recall on.
    TurnOnCloudRecall,
}

impl Advice {
    /// The command lines for the Exchange Management Shell, in their order. Empty where there is nothing to type.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        match self {
            Advice::KeepTnef { domain, remote_domain } => {
                let set = |name: &str| format!("Set-RemoteDomain -Identity {} -TNEFEnabled $true", shell(name));
                match remote_domain {
                    Some(name) => vec![set(name)],
                    None => vec![format!("New-RemoteDomain -Name {0} -DomainName {0}", shell(domain)), set(domain)],
                }
            }
            Advice::RecallReadMessages => vec!["Set-OrganizationConfig -RecallReadMessagesEnabled $true".to_owned()],
            Advice::TurnOnCloudRecall => vec!["Set-OrganizationConfig -MessageRecallEnabled $true".to_owned()],
            Advice::AskForCloudRecall => {
                vec!["Get-OrganizationConfig | Format-List MessageRecallEnabled,RecallReadMessagesEnabled".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Advice::GiveReadableCopy => "give a copy that can be read",
            Advice::FindTheMessage => "give the copy of the message that the recall asks for; compare_request finds it",
            Advice::FindWhatMadeItAnew => {
                "internal mail passes no connector: look for what made the message anew on its way (Get-TransportRule, the hops below)"
            }
            Advice::KeepOffConnector => OFF_CONNECTOR,
            Advice::ReadKeyInMailbox { lost: true } => {
                "the mailbox's own copy may have a key that the file lost when it was saved: read PR_SEARCH_KEY there (MFCMAPI), or \
                 save the message as Outlook does"
            }
            Advice::ReadKeyInMailbox { lost: false } => "find out with MFCMAPI which PR_SEARCH_KEY the mailbox has",
            Advice::NamePeople => "say who they are (Environment::sender, Environment::recipient)",
            Advice::NameSender => "say who the sender is in the organization (Environment::sender)",
            Advice::NameDomains => {
                "say which domains are the organization's (Environment::accepted_domains, Case::policy)"
            }
            Advice::AskRecipient => {
                "nothing can be done: ask the recipient to delete the message. Exchange Online of 2026 can recall from another tenant \
                 that allows it (Set-CrossTenantRecallConfiguration, off unless it is set)"
            }
            Advice::CloudRecallTakesRead => {
                "classic recall leaves it; cloud recall takes it where RecallReadMessagesEnabled is not false"
            }
            Advice::RecallReadMessages => {
                return write!(f, "{}, for recalls to come", self.commands().join("; "));
            }
            Advice::LookWhetherRead => "look into the mailbox (Mailbox::read)",
            Advice::LookForFolders => "look into the mailbox (Mailbox::folder, Mailbox::recall_folder)",
            Advice::Moved => {
                "a rule or the recipient moved one of the two; classic recall fails then, cloud recall does not need it"
            }
            Advice::RevokeAccess => {
                "classic recall cannot take it, and says SUPPORT, no recall can; cloud recall does since October 2024, says CODETWO. \
                 Else revoke access to the message (Purview Message Encryption, track and revoke)"
            }
            Advice::GiveSettings { domain } => {
                let domain = domain.as_deref().unwrap_or("the organization's domains");
                return write!(
                    f,
                    "give the settings (Case::policy): where internal mail leaves Exchange, TNEFEnabled of the remote domain for {domain} \
                     must be true"
                );
            }
            Advice::KeepTnef { .. } | Advice::AskForCloudRecall | Advice::TurnOnCloudRecall => {
                return f.write_str(&self.commands().join("; "));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PowerShell takes typographic quotes for plain ones, so that a name with one must not end the literal.
    #[test]
    fn names_stay_literals_in_commands() {
        let advice = Advice::KeepTnef { domain: "x.example".to_owned(), remote_domain: Some("O\u{2019}Brien; rm".to_owned()) };
        assert_eq!(advice.commands(), ["Set-RemoteDomain -Identity 'O\u{2019}\u{2019}Brien; rm' -TNEFEnabled $true"]);
        let new = Advice::KeepTnef { domain: "x.example".to_owned(), remote_domain: None };
        assert_eq!(
            new.to_string(),
            "New-RemoteDomain -Name 'x.example' -DomainName 'x.example'; Set-RemoteDomain -Identity 'x.example' -TNEFEnabled $true"
        );
    }
}
