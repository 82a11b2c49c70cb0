//! What serde makes of the maps of settings: lists, in an order that does not change, as JSON has texts alone for keys.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use super::file::RecordKey;
use super::{MailboxSettings, SenderContactSettings};

#[derive(Serialize)]
struct Contact<'a> {
    /// Missing where the settings are those of every sender.
    sender: Option<&'a str>,
    contact: &'a str,
    settings: &'a SenderContactSettings,
}

/// What senders have set for contacts.
pub(super) fn contacts<S: Serializer>(
    contacts: &BTreeMap<(String, String), SenderContactSettings>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(contacts.iter().map(|((sender, contact), settings)| Contact {
        sender: Some(sender.as_str()).filter(|sender| !sender.is_empty()),
        contact,
        settings,
    }))
}

#[derive(Serialize)]
struct Mailbox<'a> {
    address: &'a str,
    settings: &'a MailboxSettings,
}

/// Mailboxes in the order in which they came.
pub(super) fn mailboxes<S: Serializer>(mailboxes: &[(String, MailboxSettings)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(mailboxes.iter().map(|(address, settings)| Mailbox { address, settings }))
}

#[derive(Serialize)]
struct Line<'a> {
    record: &'a RecordKey,
    line: usize,
}

/// Records in the order of their lines.
pub(super) fn lines<S: Serializer>(lines: &HashMap<RecordKey, usize>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut all: Vec<Line<'_>> = lines.iter().map(|(record, line)| Line { record, line: *line }).collect();
    all.sort_by_cached_key(|one| (one.line, format!("{:?}", one.record)));
    serializer.collect_seq(all)
}

#[cfg(test)]
mod tests {
    use super::super::file;

    #[test]
    fn a_settings_file_becomes_json() {
        let text = "[[remote_domain]]\nName = \"C\"\nDomainName = \"contoso.com\"\nTNEFEnabled = false\n\
            [[recipient]]\nAddress = \"bob@contoso.com\"\nKind = \"MailUser\"\n\
            [[contact]]\nAddress = \"eve@contoso.com\"\nInternetRecipientFormat = \"PlainTextOnly\"\n\
            [[outbound_spam_policy]]\nName = \"Default\"\n\
            [[mailbox]]\nAddress = \"jane@fabrikam.com\"\n";
        let json = serde_json::to_value(file::read("policy.toml", text).unwrap()).unwrap();
        let policy = &json["policy"];
        assert_eq!(policy["domains"]["others"][0]["name"], "C");
        assert_eq!(policy["contacts"][0]["contact"], "eve@contoso.com");
        assert_eq!(policy["mailboxes"][0]["address"], "jane@fabrikam.com");
        assert!(policy.as_object().unwrap().keys().all(|key| !key.starts_with("by_")), "{policy}");
        assert!(
            json["lines"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["record"]["recipient"] == "bob@contoso.com" && one["line"] == 5),
            "{json}"
        );
    }
}
