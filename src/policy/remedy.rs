//! What would change a decision, as commands for the Exchange Management Shell, and what that is not known could still change it.

use super::decide::{Decision, Delivery, Format};
use super::export::shell;
use super::gates::{Automatic, GateKind, Gates, Passage};
use super::policy_set::Policy;
use super::recipient::RecipientKind;
use super::resolved::Source;

/// A change, and the command that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Remedy {
    /// Effect of the change.
    pub effect: String,
    /// The command lines. A setting of somebody's Outlook has none.
    pub commands: Vec<String>,
    /// Warning; may be empty.
    pub caution: &'static str,
}

impl Remedy {
    fn new(effect: impl Into<String>, commands: Vec<String>, caution: &'static str) -> Self {
        Remedy { effect: effect.into(), commands, caution }
    }
}

impl std::fmt::Display for Remedy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.effect, self.commands.join("; "))?;
        if !self.caution.is_empty() {
            write!(f, " ({})", self.caution)?;
        }
        Ok(())
    }
}

/// Microsoft's pages on remote domains for the organization's own domains disagree with what signature services ask for.
pub(crate) const OWN_DOMAIN: &str = "Exchange Server refuses a remote domain for an accepted domain, and the documentation of Exchange 2013 \
    says so; Exchange Online takes one, and signature services ask for one";

impl Policy {
    /// Returns what would change the form in which the message leaves and which automatic messages go the same way, the most asked first.
    #[must_use]
    pub fn remedies<'p>(&'p self, delivery: &Delivery<'p>, decision: &Decision<'p>, gates: &[Gates<'p>]) -> Vec<Remedy> {
        let mut all = Vec::new();
        form(delivery, decision, &mut all);
        for one in gates {
            all.extend(automatic(delivery, one));
        }
        all
    }

    /// Returns what is not known here and could still decide about the form: settings that the export did not hold, and those of Outlook, which
    /// no export holds. Empty where something that is set decides before them.
    #[must_use]
    pub fn undecided<'p>(&'p self, delivery: &Delivery<'p>, decision: &Decision<'p>) -> Vec<String> {
        let mut all = Vec::new();
        let Some(domain) = delivery.domain else { return all };
        if let Some(step) = decision.tnef.unknown() {
            all.push(format!("{} of remote domain {}: not in the export (Get-RemoteDomain)", step.setting, domain.name));
        }
        let by_default = decision.tnef.winner().is_none_or(|step| step.source == Source::Default);
        if !by_default {
            return all;
        }
        if delivery.recipient.is_none() {
            all.push(
                "UseMapiRichTextFormat, if the recipient is a mail contact or mail user that is not in the exports".to_owned(),
            );
        }
        if delivery.sender.internet_message_format.is_none() {
            all.push("the sender's Outlook: the format of rich text messages to the Internet".to_owned());
        }
        if delivery.contact.is_none() {
            all.push(
                "the sender's contact in Outlook: the Internet format of the e-mail address (Outlook 2010 and older)".to_owned(),
            );
        }
        if delivery.message.send_rich.is_none() {
            all.push("the message: Outlook may ask for TNEF for this recipient, from its cache of addresses".to_owned());
        }
        all
    }
}

/// Commands that set something for the remote domain of the recipient's domain alone: for `Default` a record of its own is made.
fn for_domain(delivery: &Delivery<'_>, arguments: &str) -> Vec<String> {
    let Some(domain) = delivery.domain else { return Vec::new() };
    if !domain.is_built_in() {
        return vec![format!("Set-RemoteDomain -Identity {} {arguments}", shell(&domain.name))];
    }
    let own = shell(super::domain_of(delivery.address));
    vec![format!("New-RemoteDomain -Name {own} -DomainName {own}"), format!("Set-RemoteDomain -Identity {own} {arguments}")]
}

fn form(delivery: &Delivery<'_>, decision: &Decision<'_>, all: &mut Vec<Remedy>) {
    let (Some(domain), Some(step)) = (delivery.domain, decision.tnef.winner()) else { return };
    let own = super::domain_of(delivery.address);
    let cmdlet = delivery.kind.map(|kind| match kind {
        RecipientKind::MailContact => "Set-MailContact",
        RecipientKind::MailUser => "Set-MailUser",
    });
    let identity = shell(delivery.address);
    if decision.tnef.value {
        match (&step.source, cmdlet) {
            (Source::RemoteDomain(name), _) => all.push(Remedy::new(
                if domain.is_built_in() {
                    "no TNEF (winmail.dat) for anybody whom no other remote domain is for".to_owned()
                } else {
                    format!("no TNEF (winmail.dat) for {}", domain.pattern())
                },
                vec![format!("Set-RemoteDomain -Identity {} -TNEFEnabled $false", shell(name))],
                if domain.is_internal() { "recall, voting and tracking need TNEF" } else { "" },
            )),
            (Source::Recipient(_), Some(cmdlet)) => {
                let commands = vec![format!("{cmdlet} -Identity {identity} -UseMapiRichTextFormat Never")];
                all.push(Remedy::new("no TNEF (winmail.dat) for this recipient", commands, ""));
            }
            _ => {}
        }
        if !matches!(step.source, Source::RemoteDomain(_)) {
            let caution =
                "takes about an hour in Exchange Online; nothing that Outlook or the recipient's record says counts then";
            all.push(Remedy::new(format!("no TNEF for anybody at {own}"), for_domain(delivery, "-TNEFEnabled $false"), caution));
        }
        return;
    }
    match &step.source {
        Source::RemoteDomain(name) if step.setting == "TNEFEnabled" => all.push(Remedy::new(
            "TNEF where sender or recipient asks for it ($true: always)",
            vec![format!("Set-RemoteDomain -Identity {} -TNEFEnabled $null", shell(name))],
            "",
        )),
        Source::Default => {
            let caution = "until then what is not known here may still decide";
            all.push(Remedy::new(
                format!("never TNEF (winmail.dat) for {own}, for certain"),
                for_domain(delivery, "-TNEFEnabled $false"),
                caution,
            ));
        }
        _ => {}
    }
    if decision.format() != Format::MimeText && decision.format() != Format::Plain {
        // Where the recipient's formats hold, ContentType does not.
        let by_recipient = decision.encoding.winner().is_some_and(|step| matches!(step.source, Source::Recipient(_)));
        match cmdlet.filter(|_| by_recipient) {
            Some(cmdlet) => all.push(Remedy::new(
                "plain text alone for this recipient",
                vec![format!("{cmdlet} -Identity {identity} -UsePreferMessageFormat $true -MessageBodyFormat Text")],
                "",
            )),
            None => {
                all.push(Remedy::new(format!("plain text alone for {own}"), for_domain(delivery, "-ContentType MimeText"), ""))
            }
        }
    }
}

fn automatic(delivery: &Delivery<'_>, gates: &Gates<'_>) -> Vec<Remedy> {
    let mut all = Vec::new();
    for gate in gates.gates.iter().filter(|gate| gate.passage == Passage::Blocked) {
        let message = gates.message;
        let effect = format!("{message} passes: {}", gate.kind);
        let own = shell(&delivery.from);
        let remedy = match (gate.kind, gate.setting) {
            (GateKind::RemoteDomain, "AllowedOOFType") => {
                Remedy::new(effect, for_domain(delivery, "-AllowedOOFType External"), "")
            }
            (GateKind::RemoteDomain, setting) => Remedy::new(effect, for_domain(delivery, &format!("-{setting} $true")), ""),
            (GateKind::OutboundSpamPolicy, _) => Remedy::new(
                effect,
                vec![
                    "New-HostedOutboundSpamFilterPolicy -Name 'Forwarding allowed' -AutoForwardingMode On".to_owned(),
                    format!(
                        "New-HostedOutboundSpamFilterRule -Name 'Forwarding allowed' -HostedOutboundSpamFilterPolicy 'Forwarding allowed' \
                         -From {own}"
                    ),
                ],
                "for this sender alone; keep AutoForwardEnabled of the remote domain for * off and allow the partners that are meant",
            ),
            (GateKind::Mailbox, "ExternalAudience") => {
                let command = format!("Set-MailboxAutoReplyConfiguration -Identity {own} -ExternalAudience All");
                Remedy::new(effect, vec![command], "")
            }
            (GateKind::Mailbox, "AutoReplyState") => {
                let command = format!("Set-MailboxAutoReplyConfiguration -Identity {own} -AutoReplyState Enabled");
                Remedy::new(effect, vec![command], "ask the owner")
            }
            (GateKind::Mailbox, "ExternalOofOptions") => {
                Remedy::new(effect, vec![format!("Set-Mailbox -Identity {own} -ExternalOofOptions External")], "")
            }
            (GateKind::Organization, "ExternalDelayDsnEnabled") => {
                Remedy::new(effect, vec!["Set-TransportConfig -ExternalDelayDsnEnabled $true".to_owned()], "")
            }
            _ => continue,
        };
        // What is off by default, and is meant to be, is not a fault to be cured.
        let wanted = !(message == Automatic::MeetingForwardNotification || matches!(gate.setting, "AutoReplyState"));
        if wanted && !all.contains(&remedy) {
            all.push(remedy);
        }
    }
    all
}
