//! What a message is, by its class ([MS-OXPROPS] and the specifications of the single kinds).

/// Kind of a message, by its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum MessageKind {
    /// A mail.
    Mail,
    /// A mail that is signed or encrypted by S/MIME.
    SecureMail,
    /// A mail that rights management protects.
    ProtectedMail,
    /// A meeting request.
    MeetingRequest,
    /// A meeting cancellation.
    MeetingCancellation,
    /// An acceptance of a meeting.
    MeetingAccepted,
    /// A refusal of a meeting.
    MeetingDeclined,
    /// A tentative acceptance of a meeting.
    MeetingTentative,
    /// Another message about a meeting: notification, forward notice.
    MeetingNotice,
    /// An appointment.
    Appointment,
    /// A contact.
    Contact,
    /// A distribution list.
    DistributionList,
    /// A task.
    Task,
    /// A task request, or an answer to one.
    TaskRequest,
    /// A note.
    Note,
    /// A journal entry.
    Journal,
    /// A post in a folder.
    Post,
    /// A delivery report.
    DeliveryReport,
    /// A non-delivery report.
    NonDeliveryReport,
    /// A read receipt.
    ReadReceipt,
    /// A receipt that says that the message was deleted unread.
    NonReadReceipt,
    /// A request to recall a message.
    Recall,
    /// A report about a recall.
    RecallReport,
    /// An out-of-office reply.
    OutOfOffice,
    /// Something else, or a message without a class.
    Other,
}

/// How a row of the table matches a class.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// The class, or the class with something behind a dot.
    Class(&'static str),
    /// `REPORT.` of any class, with this ending.
    Report(&'static str),
}

/// In this order: the first that matches counts.
const TABLE: &[(Rule, MessageKind)] = &[
    (Rule::Report(".NDR"), MessageKind::NonDeliveryReport),
    (Rule::Report(".DR"), MessageKind::DeliveryReport),
    (Rule::Report(".IPNRN"), MessageKind::ReadReceipt),
    (Rule::Report(".IPNNRN"), MessageKind::NonReadReceipt),
    (Rule::Class("IPM.Outlook.Recall"), MessageKind::Recall),
    (Rule::Class("IPM.Recall.Report"), MessageKind::RecallReport),
    (Rule::Class("IPM.Schedule.Meeting.Request"), MessageKind::MeetingRequest),
    (Rule::Class("IPM.Schedule.Meeting.Canceled"), MessageKind::MeetingCancellation),
    (Rule::Class("IPM.Schedule.Meeting.Resp.Pos"), MessageKind::MeetingAccepted),
    (Rule::Class("IPM.Schedule.Meeting.Resp.Neg"), MessageKind::MeetingDeclined),
    (Rule::Class("IPM.Schedule.Meeting.Resp.Tent"), MessageKind::MeetingTentative),
    (Rule::Class("IPM.Schedule.Meeting"), MessageKind::MeetingNotice),
    (Rule::Class("IPM.Appointment"), MessageKind::Appointment),
    (Rule::Class("IPM.Contact"), MessageKind::Contact),
    (Rule::Class("IPM.DistList"), MessageKind::DistributionList),
    (Rule::Class("IPM.TaskRequest"), MessageKind::TaskRequest),
    (Rule::Class("IPM.Task"), MessageKind::Task),
    (Rule::Class("IPM.StickyNote"), MessageKind::Note),
    (Rule::Class("IPM.Activity"), MessageKind::Journal),
    (Rule::Class("IPM.Post"), MessageKind::Post),
    (Rule::Class("IPM.Note.SMIME"), MessageKind::SecureMail),
    (Rule::Class("IPM.Note.Secure"), MessageKind::SecureMail),
    (Rule::Class("IPM.Note.rpmsg"), MessageKind::ProtectedMail),
    (Rule::Class("IPM.Note.Rules.OofTemplate"), MessageKind::OutOfOffice),
    (Rule::Class("IPM.Note"), MessageKind::Mail),
];

impl MessageKind {
    /// Whether it is an item of a calendar, an address book, a task list, a journal or a pile of notes, whose contents are properties.
    #[cfg(feature = "mime")]
    pub(crate) fn is_item(self) -> bool {
        matches!(
            self,
            MessageKind::MeetingRequest
                | MessageKind::MeetingCancellation
                | MessageKind::MeetingAccepted
                | MessageKind::MeetingDeclined
                | MessageKind::MeetingTentative
                | MessageKind::MeetingNotice
                | MessageKind::Appointment
                | MessageKind::Contact
                | MessageKind::DistributionList
                | MessageKind::Task
                | MessageKind::TaskRequest
                | MessageKind::Journal
                | MessageKind::Note
        )
    }

    /// The kind that a MAPI message class stands for; case does not count.
    #[must_use]
    pub fn of_class(class: &str) -> Self {
        if class.eq_ignore_ascii_case("IPM") {
            return MessageKind::Mail;
        }
        let starts = |prefix: &str| class.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let ends = |suffix: &str| {
            let at = class.len().checked_sub(suffix.len());
            at.and_then(|at| class.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        let matches = |rule: &Rule| match rule {
            Rule::Class(name) => starts(name) && matches!(class.as_bytes().get(name.len()), None | Some(b'.')),
            Rule::Report(suffix) => starts("REPORT.") && ends(suffix),
        };
        TABLE.iter().find(|(rule, _)| matches(rule)).map_or(MessageKind::Other, |(_, kind)| *kind)
    }

    /// A few words for people: `meeting request`.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            MessageKind::Mail => "mail",
            MessageKind::SecureMail => "signed or encrypted mail (S/MIME)",
            MessageKind::ProtectedMail => "rights-protected mail",
            MessageKind::MeetingRequest => "meeting request",
            MessageKind::MeetingCancellation => "meeting cancellation",
            MessageKind::MeetingAccepted => "meeting accepted",
            MessageKind::MeetingDeclined => "meeting declined",
            MessageKind::MeetingTentative => "meeting tentatively accepted",
            MessageKind::MeetingNotice => "meeting notice",
            MessageKind::Appointment => "appointment",
            MessageKind::Contact => "contact",
            MessageKind::DistributionList => "distribution list",
            MessageKind::Task => "task",
            MessageKind::TaskRequest => "task request",
            MessageKind::Note => "note",
            MessageKind::Journal => "journal entry",
            MessageKind::Post => "post",
            MessageKind::DeliveryReport => "delivery report",
            MessageKind::NonDeliveryReport => "non-delivery report",
            MessageKind::ReadReceipt => "read receipt",
            MessageKind::NonReadReceipt => "deleted-unread receipt",
            MessageKind::Recall => "recall request",
            MessageKind::RecallReport => "recall report",
            MessageKind::OutOfOffice => "out-of-office reply",
            MessageKind::Other => "message",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_their_subclasses() {
        let table = [
            ("IPM.Note", MessageKind::Mail),
            ("ipm.note", MessageKind::Mail),
            ("IPM.Note.Custom.Form", MessageKind::Mail),
            ("IPM.Notes", MessageKind::Other),
            ("IPM.Note.SMIME.MultipartSigned", MessageKind::SecureMail),
            ("IPM.Note.rpmsg.Microsoft.Voicemail", MessageKind::ProtectedMail),
            ("IPM.Schedule.Meeting.Resp.Neg", MessageKind::MeetingDeclined),
            ("IPM.Schedule.Meeting.Notification.Forward", MessageKind::MeetingNotice),
            ("IPM.TaskRequest.Accept", MessageKind::TaskRequest),
            ("Report.IPM.Note.IPNRN", MessageKind::ReadReceipt),
            ("REPORT.IPM.Note.NDR", MessageKind::NonDeliveryReport),
            ("REPORT.IPM.Schedule.Meeting.Request.DR", MessageKind::DeliveryReport),
            ("IPM.Outlook.Recall", MessageKind::Recall),
            ("IPM.Recall.Report.Failure", MessageKind::RecallReport),
            ("", MessageKind::Other),
            ("\u{e4}\u{f6}", MessageKind::Other),
        ];
        for (class, kind) in table {
            assert_eq!(MessageKind::of_class(class), kind, "{class}");
        }
    }
}
