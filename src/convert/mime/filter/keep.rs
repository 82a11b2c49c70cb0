//! What a mail cannot express, so that the stream stays: what items say that no calendar or card has, voting buttons, forms.

use crate::base::diag::Severity;
use crate::base::{Code, Report};
use crate::convert::mime::find::may_hold_tnef;
use crate::convert::mime::item::ItemPart;
use crate::mapi::blob::VerbStream;
use crate::mapi::name::NameKind;
use crate::mapi::sets::{PS_INTERNET_HEADERS, PSETID_COMMON};
use crate::mapi::{PropValue, named, tags};
use crate::message::kind::MessageKind;
use crate::message::{Body, Content, Message, html};

use super::plan::{FilterOptions, Reason};

/// Classes below IPM.Note that are mails, and whose fields header fields carry ([MS-OXCMAIL] 2.1.3.2).
const MAIL_CLASSES: [&str; 8] = [
    "IPM.Note.SMIME",
    "IPM.Note.Secure",
    "IPM.Note.rpmsg",
    "IPM.Note.Rules",
    "IPM.Note.Microsoft.Fax",
    "IPM.Note.Microsoft.Missed.Voice",
    "IPM.Note.Microsoft.Conversation.Voice",
    "IPM.Note.Microsoft.Voicemail",
];

/// Why a stream is kept although it is converted; `None` if it is not. `report` is that of reading it.
///
/// `item` is the calendar or card of the message, if it has one.
pub(super) fn reason(message: &Message<'_>, item: Option<&ItemPart>, report: &Report, options: &FilterOptions) -> Option<Reason> {
    if options.keep_original {
        return Some(Reason::Wanted);
    }
    // Of two contents, or two texts, a mail has one, and of a text what stands before its NUL.
    if report.worst() == Some(Severity::Error)
        || [Code::ConflictingContent, Code::ConflictingBody, Code::TextBehindNul].iter().any(|&code| report.contains(code))
    {
        return Some(Reason::Damaged);
    }
    unexpressed(message, item)
}

/// Whether a message has attachments, at any depth, that are streams themselves, or mails, which may hold some.
pub(super) fn holds_streams(message: &Message<'_>) -> bool {
    message.attachments.iter().any(|attachment| match &attachment.content {
        Content::Message(inner) => holds_streams(inner),
        Content::Bytes(bytes) => may_hold_tnef(bytes),
        _ => false,
    })
}

/// Why a mail made of the message would not be all of it; `None` if it is. Messages at every depth count.
fn unexpressed(message: &Message<'_>, item: Option<&ItemPart>) -> Option<Reason> {
    if let Some(reason) = of_its_own(message, item) {
        return Some(reason);
    }
    // As deep as reading went.
    let mut open = vec![message];
    while let Some(message) = open.pop() {
        for attachment in &message.attachments {
            let Content::Message(inner) = &attachment.content else { continue };
            // The calendar of a series has its changed instances.
            if attachment.is_instance() && message.kind().is_item() {
                continue;
            }
            match of_its_own(inner, ItemPart::of(inner).as_ref()) {
                Some(Reason::Properties(kind)) => return Some(Reason::Inner(kind)),
                Some(reason) => return Some(reason),
                None => open.push(inner),
            }
        }
    }
    None
}

fn of_its_own(message: &Message<'_>, item: Option<&ItemPart>) -> Option<Reason> {
    if is_undecodable(message) || hides_text(message) || has_damaged_rtf(message) {
        return Some(Reason::Damaged);
    }
    let kind = message.kind();
    if kind.is_item() {
        let Some(item) = item else { return Some(Reason::Properties(kind)) };
        if let Some(what) = item.lost(message) {
            return Some(Reason::Beyond(kind, what));
        }
    }
    if matches!(kind, MessageKind::Recall | MessageKind::RecallReport) {
        return Some(Reason::Properties(kind));
    }
    if asks_for_a_vote(message) {
        return Some(Reason::Voting);
    }
    let class = message.class().unwrap_or_default();
    let below = |of: &&str| {
        let start = class.get(..of.len()).is_some_and(|start| start.eq_ignore_ascii_case(of));
        start && matches!(class.as_bytes().get(of.len()), None | Some(b'.'))
    };
    let is_form = match kind {
        MessageKind::Mail => !["IPM", "IPM.Note"].iter().any(|plain| class.eq_ignore_ascii_case(plain)) && !class.is_empty(),
        MessageKind::Other => !class.is_empty(),
        _ => false,
    };
    (is_form && !MAIL_CLASSES.iter().any(below) && has_fields(message)).then(|| Reason::Form(class.into_owned()))
}

/// Whether HTML has bytes that its character set does not have: what is made of it says less than they do.
fn is_undecodable(message: &Message<'_>) -> bool {
    message.bodies().iter().any(|body| match body {
        Body::Html { bytes, code_page } => {
            html::decode_with(message.read_options(), bytes, *code_page, message.code_page()).malformed
        }
        _ => false,
    })
}

/// Whether compressed RTF is damaged: what comes out of it may not be what went in.
fn has_damaged_rtf(message: &Message<'_>) -> bool {
    match message.rtf() {
        Ok(found) => found.is_some_and(|found| found.report.worst() == Some(Severity::Error)),
        Err(_) => true,
    }
}

/// Whether the plain text goes on behind the NUL that ends it: no reader shows that, and no mail has it.
fn hides_text(message: &Message<'_>) -> bool {
    let hidden = match message.properties.get(tags::BODY) {
        Some(PropValue::String8(text)) => text.behind_nul(),
        Some(PropValue::String(text)) => text.behind_nul(),
        _ => &[],
    };
    hidden.iter().any(|byte| *byte != 0)
}

/// Whether a message has properties that a form defines: with a name of its own, in no set of mail's.
fn has_fields(message: &Message<'_>) -> bool {
    message.properties.iter().any(|property| {
        let Some(name) = &property.name else { return false };
        let of_mail = name.set == PS_INTERNET_HEADERS || name.set == PSETID_COMMON && matches!(name.kind, NameKind::Lid(_));
        !of_mail
    })
}

/// Voting buttons: PidLidVerbStream with other verbs than those of every message. What cannot be read may have some.
fn asks_for_a_vote(message: &Message<'_>) -> bool {
    match message.properties.named(&named::VERB_STREAM) {
        Some(PropValue::Binary(bytes)) => VerbStream::parse(bytes).map_or(true, |verbs| verbs.votes().next().is_some()),
        _ => false,
    }
}
