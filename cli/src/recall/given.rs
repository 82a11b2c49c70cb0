//! What people say of the environment on the command line; a file has more, and flags win over it.

use std::io::Read;
use std::path::{Path, PathBuf};

use winmail::policy::{DomainPattern, Policy, file};
use winmail::recall::Environment;
use winmail::recall::{MailboxKind, MessageTrace, Switch};

use super::super::files;
use super::super::read;

/// The largest file of settings that is read.
const MAX_FILE: u64 = 256 << 20;

/// Flags about the environment.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "What is known besides the messages")]
pub(super) struct GivenArgs {
    /// Settings of the remote domains: the file of `winmail policy`
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// What is known of the organization: TOML, see docs/recall.md
    #[arg(long, alias = "surroundings", value_name = "FILE")]
    environment: Option<PathBuf>,
    /// The message trace of Exchange Online: an export of Get-MessageTraceV2 or Get-MessageTraceDetailV2
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// The sender's address
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// The address of the recipient whose mailbox it is about
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// A domain of the organization; may be given several times
    #[arg(long, value_name = "DOMAIN", value_parser = accepted)]
    accepted_domain: Vec<DomainPattern>,
    /// The recipient's mailbox: ExchangeOnline, Exchange (a server of the organization's own) or Other
    #[arg(long, value_name = "KIND", value_parser = kind)]
    mailbox: Option<MailboxKind>,
    /// The message has been read
    #[arg(long, conflicts_with = "unread")]
    read: bool,
    /// The message has not been read
    #[arg(long)]
    unread: bool,
    /// The folder in which the message lies
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// The folder in which the recall request arrived
    #[arg(long, value_name = "NAME")]
    recall_folder: Option<String>,
    /// MessageRecallEnabled of Get-OrganizationConfig: true, false, or default where it shows nothing
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    cloud_recall: Option<Switch>,
    /// RecallReadMessagesEnabled of Get-OrganizationConfig: true, false, or default where it shows nothing
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    recall_read: Option<Switch>,
    /// Whether mail between people inside leaves Exchange on its way (signatures, archiving, filtering)
    #[arg(long, value_name = "BOOL")]
    connector: Option<bool>,
}

fn accepted(text: &str) -> Result<DomainPattern, String> {
    let pattern = DomainPattern::parse(text).map_err(|error| error.to_string())?;
    if *pattern.kind() == winmail::policy::PatternKind::All {
        return Err("with * nobody would be outside".to_owned());
    }
    Ok(pattern)
}

fn kind(text: &str) -> Result<MailboxKind, String> {
    MailboxKind::parse(text).ok_or_else(|| "allowed is ExchangeOnline, Exchange, Other".to_owned())
}

fn switch(text: &str) -> Result<Switch, String> {
    Switch::parse(text).ok_or_else(|| "allowed is true, false, default".to_owned())
}

impl GivenArgs {
    /// What the files and the flags say together.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn read(&self, stdin: &mut dyn Read) -> Result<(Environment, Option<Policy>), String> {
        let policy = match &self.policy {
            Some(path) => {
                let (name, text) = text(path, stdin)?;
                Some(file::read(&name, &text).map_err(|error| error.to_string())?.policy)
            }
            None => None,
        };
        let mut all = match &self.environment {
            Some(path) => {
                let (name, text) = text(path, stdin)?;
                Environment::read(&name, &text).map_err(|error| error.to_string())?
            }
            None => Environment::default(),
        };
        // An import of Get-OrganizationConfig says what recall does, too.
        if let Some(organization) = policy.as_ref().map(|policy| &policy.organization) {
            let fill = |known: Switch, text: &Option<String>| match (known, text) {
                (Switch::NotKnown, Some(text)) => Switch::parse(text).unwrap_or(Switch::NotKnown),
                _ => known,
            };
            all.message_recall_enabled = fill(all.message_recall_enabled, &organization.message_recall_enabled);
            all.recall_read_messages_enabled = fill(all.recall_read_messages_enabled, &organization.recall_read_messages_enabled);
            let age = organization.message_recall_max_recallable_age.as_deref().and_then(winmail::recall::time_span);
            all.max_recallable_age = all.max_recallable_age.or(age);
        }
        all.edition = all.edition.or(policy.as_ref().map(|policy| policy.edition));
        all.accepted_domains.extend(self.accepted_domain.iter().cloned());
        if let Some(path) = &self.trace {
            let name = read::display_name(path);
            let bytes = files::read(path, stdin, MAX_FILE).map_err(|error| format!("{name}: {}", read::unreadable(&error)))?;
            all.trace = Some(MessageTrace::read(&name, &bytes).map_err(|error| error.to_string())?);
        }
        all.sender = self.from.clone().or(all.sender);
        all.recipient = self.to.clone().or(all.recipient);
        all.connector = self.connector.or(all.connector);
        all.message_recall_enabled = self.cloud_recall.unwrap_or(all.message_recall_enabled);
        all.recall_read_messages_enabled = self.recall_read.unwrap_or(all.recall_read_messages_enabled);
        // What a flag says holds for the mailbox that is asked about, whatever the file says of it.
        let read = if self.read { Some(true) } else { self.unread.then_some(false) };
        let mailboxes = all.mailboxes.iter_mut().chain(std::iter::once(&mut all.any_mailbox));
        for mailbox in mailboxes {
            mailbox.kind = self.mailbox.or(mailbox.kind);
            mailbox.read = read.or(mailbox.read);
            mailbox.folder = self.folder.clone().or_else(|| mailbox.folder.take());
            mailbox.recall_folder = self.recall_folder.clone().or_else(|| mailbox.recall_folder.take());
        }
        Ok((all, policy))
    }
}

fn text(path: &Path, stdin: &mut dyn Read) -> Result<(String, String), String> {
    let name = read::display_name(path);
    let bytes = files::read(path, stdin, MAX_FILE).map_err(|error| format!("{name}: {}", read::unreadable(&error)))?;
    let text = file::decode(&name, &bytes).map_err(|error| error.to_string())?;
    // Windows editors put a byte order mark before UTF-8.
    Ok((name, text.trim_start_matches('\u{feff}').to_owned()))
}
