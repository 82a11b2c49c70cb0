//! What a message trace of Exchange Online says of a message: `Get-MessageTraceV2`, a row a recipient with its status, and
//! `Get-MessageTraceDetailV2`, a row an event, as `Export-Csv` or `ConvertTo-Json` writes them.
//!
//! An administrator gets it without the mailbox. It says whether the message was delivered and whether it left Exchange on its way; of
//! keys, of what was read and of folders it says nothing.

use std::fmt;

use crate::policy::SettingsError;
use crate::policy::import;

/// A row of a message trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TraceEvent {
    /// The Message-ID, with its angle brackets.
    pub message_id: Option<String>,
    /// For which recipient; rows of details have none.
    pub recipient: Option<String>,
    /// The status for the recipient (Delivered, Failed, Quarantined...), or the event (Receive, Send external, Deliver...).
    pub event: String,
    /// Time, as it is written there.
    pub date: Option<String>,
    /// More of it.
    pub detail: Option<String>,
}

impl fmt::Display for TraceEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.event)?;
        if let Some(recipient) = &self.recipient {
            write!(f, " for {recipient}")?;
        }
        if let Some(date) = &self.date {
            write!(f, " on {date}")?;
        }
        self.detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

/// A message trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MessageTrace {
    /// Its rows, in their order.
    pub events: Vec<TraceEvent>,
}

impl MessageTrace {
    /// Reads an export; `file` is its name for messages.
    ///
    /// # Errors
    /// [`SettingsError`] where it is no export, or one of something else.
    pub fn read(file: &str, bytes: &[u8]) -> Result<MessageTrace, SettingsError> {
        let mut trace = MessageTrace::default();
        for object in import::objects(file, bytes)? {
            let text = |names: &[&str]| names.iter().find_map(|name| object.text(name)).map(str::to_owned);
            let Some(event) = text(&["Status", "Event"]) else {
                let message = "no message trace: expected MessageId with Status or Event, as Get-MessageTraceV2 and \
                               Get-MessageTraceDetailV2 have them";
                return Err(SettingsError::new(file, object.line(), message));
            };
            trace.events.push(TraceEvent {
                message_id: text(&["MessageId"]),
                recipient: text(&["RecipientAddress"]),
                event,
                date: text(&["Received", "Date"]),
                detail: text(&["Detail"]),
            });
        }
        Ok(trace)
    }

    /// The rows of a message: those with its Message-ID, and of these those for the recipient or for no recipient.
    #[must_use]
    pub fn events_of(&self, message_id: &str, recipient: Option<&str>) -> Vec<&TraceEvent> {
        fn bare(id: &str) -> &str {
            id.trim().trim_matches(['<', '>'])
        }
        let same = |event: &&TraceEvent| event.message_id.as_deref().is_some_and(|id| bare(id) == bare(message_id));
        let to = |event: &&TraceEvent| match (event.recipient.as_deref(), recipient) {
            (Some(one), Some(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
            _ => true,
        };
        self.events.iter().filter(same).filter(to).collect()
    }
}

impl TraceEvent {
    /// Returns whether the row says that the message left Exchange.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.event.eq_ignore_ascii_case("Send external")
    }

    /// Returns whether the row says that the message did not get into the mailbox as mail.
    #[must_use]
    pub fn is_not_delivered(&self) -> bool {
        ["Failed", "Fail", "Quarantined", "FilteredAsSpam", "Pending"].iter().any(|one| self.event.eq_ignore_ascii_case(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_found() {
        let csv = "\"MessageId\",\"Received\",\"RecipientAddress\",\"Status\"\r\n\"<1@f.example>\",\"10/5/2026\",\"bob@f.example\",\"Delivered\"\r\n\
            \"<1@f.example>\",\"10/5/2026\",\"eve@f.example\",\"Quarantined\"\r\n\"<2@f.example>\",\"\",\"bob@f.example\",\"Failed\"\r\n";
        let trace = MessageTrace::read("t.csv", csv.as_bytes()).unwrap();
        let rows: Vec<String> = trace.events_of("<1@f.example>", Some("BOB@f.example")).iter().map(ToString::to_string).collect();
        assert_eq!(rows, ["Delivered for bob@f.example on 10/5/2026"]);
        assert!(trace.events_of("1@f.example", Some("eve@f.example")).iter().all(|event| event.is_not_delivered()));
        let json = r#"[{"MessageId": "<1@f.example>", "Event": "Send external", "Detail": "to sig.example", "Date": null}]"#;
        let trace = MessageTrace::read("t.json", json.as_bytes()).unwrap();
        assert!(trace.events_of("<1@f.example>", Some("bob@f.example")).iter().any(|event| event.is_outside()));
        for (wrong, line) in [("Name,DomainName\na,b\n", Some(2)), ("{}", Some(1))] {
            assert_eq!(MessageTrace::read("t", wrong.as_bytes()).unwrap_err().line, line, "{wrong}");
        }
    }
}
