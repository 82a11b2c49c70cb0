//! A mail with its TNEF parts replaced by what is in them ([MS-OXCMAIL] 2.2.3), and not a byte of it changed elsewhere; and a mail
//! made of a stream alone. Both follow one law: everything that came in is in what goes out, or the stream is kept, and it is said.
//!
//! ```text
//! multipart/mixed                    multipart/mixed           header, boundary, other parts: as they were
//!   text/plain                         multipart/alternative
//!   application/ms-tnef      ->          text/plain            byte for byte the old part
//!                                        text/html             of the stream
//!                                      image/png ...           the attachments of the stream
//! ```
//!
//! # Which texts the reader sees
//!
//! The texts of the mail and the body of the stream are compared by what they say: words, whatever the markup. Where they say the
//! same, the text beside the stream and the stream's HTML become alternatives of each other. Where the text is blank, or all that
//! it says stands in the stream, the stream's bodies take its place; where the stream's body is blank, or the mail shows it
//! already, the texts stay alone. Where neither holds (a covering note, a warning banner), all are shown in their order: a doubled
//! body is better than a lost one. A text that stands in the part itself, behind the base64, is a text of the mail.
//!
//! # What is left alone
//!
//! Parts in something signed or encrypted; streams that cannot be read; all of a mail whose structure exceeds a limit. A stream
//! that was read with errors is converted, and kept beside what was found in it; so is one that holds what no mail can express: a
//! recall, voting buttons, a form, be it in a message within it; and, without the feature `items`, a meeting, a contact, a task. With
//! it, such an item becomes a calendar among the alternatives of the text, or a card; its stream stays if it says something that
//! these cannot. Of a stream that belongs to another mail (X-MS-TNEF-Correlator) the attachments are put in, and it stays.
//!
//! # Nothing is lost
//!
//! What was made is compared with what came in ([`super::account`]), which knows nothing of what was planned here. Where a fact is
//! missing, the mail is converted again with the stream kept, and what was missing is said in [`Filtered::losses`].
//!
//! # Twice is once
//!
//! What is made beside a stream that stays is compared with the parts that are there, and not put in again.

mod encoded;
mod item;
mod job;
mod keep;
mod plan;
mod shown;
mod splice;
#[cfg(test)]
mod tests;
mod texts;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::{Code, Report, Result};
use crate::message::Message;

use super::account::{Ledger, Loss};
use super::find::{Found, Place, Protection, TnefPart, Unseen, find, protection};
use super::item::ItemPart;
use super::structure::{Structure, fields};
use super::write;

use encoded::encoded_again;
use job::{Edit, Job};

pub(crate) use item::item_of_mail;
pub(super) use shown::Body;

pub use plan::{Action, Anew, Changed, FilterOptions, Filtered, OnLoss, Outcome, Reason, Refusal};

/// How many streams within each other are opened. Real ones have one in one.
const STREAMS_DEPTH: usize = 4;

/// Replaces the TNEF parts of a mail by what is in them.
///
/// Never fails: what cannot be converted is left as it is, and said in [`Filtered::outcomes`].
///
/// ```
/// use winmail::convert::mime::filter::{FilterOptions, filter};
///
/// let mail = b"Subject: no TNEF in here\n\nhello\n";
/// assert!(filter(mail, &FilterOptions::default()).mail.is_none());
/// ```
#[must_use]
pub fn filter<'a>(mail: &'a [u8], options: &FilterOptions) -> Filtered<'a> {
    let (mut filtered, opened) = once(mail, options);
    let Some(changed) = filtered.mail.as_ref().filter(|_| opened) else { return filtered };
    if let Some(again) = streams_within(changed.to_vec(), options, &mut filtered.outcomes, &mut filtered.losses) {
        filtered.mail = Some(Changed { pieces: vec![Cow::Owned(again)] });
    }
    filtered
}

/// Makes a mail of a stream that came without one. What no mail can express keeps the stream, as `winmail.dat` beside what was
/// converted.
///
/// ```
/// use winmail::convert::mime::filter::{FilterOptions, anew};
/// use winmail::{Message, WriteOptions, mapi::tags};
///
/// let mut message = Message::new("IPM.Note");
/// message.properties.set(tags::SUBJECT, "Figures");
/// let made = anew(&message.to_tnef(&WriteOptions::default())?, &FilterOptions::default())?;
/// assert!(made.mail.starts_with(b"Subject: Figures\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// Those of reading the stream.
pub fn anew(stream: &[u8], options: &FilterOptions) -> Result<Anew> {
    let message = Message::read(stream, &options.read)?;
    let mut report = message.report().clone();
    let mut keep = keep::reason(&message, ItemPart::of(&message).as_ref(), &report, options);
    let beside = keep.is_some().then_some(stream);
    let mut mail = write::write_beside(&message, beside, &options.mime, &mut report)?;
    let mut losses = Vec::new();
    if options.on_loss != OnLoss::Unchecked && keep.is_none() {
        losses = Ledger::of_stream(stream, &options.read, options.mime.bcc).balance(&mail).losses;
        if let Some(first) = losses.first() {
            say(&losses, &mut report, options);
            if options.on_loss == OnLoss::Keep {
                keep = Some(Reason::Incomplete(first.to_string()));
                mail = write::write_beside(&message, Some(stream), &options.mime, &mut Report::new())?;
            }
        }
    }
    let action = keep.map_or(Action::Replaced, Action::Kept);
    let outcome = Outcome { part: "the stream".to_owned(), range: 0..stream.len(), action, report };
    let mut outcomes = vec![outcome];
    let holds = keep::holds_streams(&message);
    let again = if holds { streams_within(mail.clone(), options, &mut outcomes, &mut losses) } else { None };
    Ok(Anew { mail: again.unwrap_or(mail), outcomes, losses })
}

/// Says what is missing in the report of a stream.
fn say(losses: &[Loss], report: &mut Report, options: &FilterOptions) {
    for loss in losses {
        // It is a fault of the conversion, and strict reading of the stream does not end for it.
        let _ = report.add(Code::ConversionIncomplete, loss.to_string(), &options.read);
    }
}

/// Opens the streams that were files in a stream, in the mail made of that; `None` if there are none.
fn streams_within(
    mut mail: Vec<u8>,
    options: &FilterOptions,
    outcomes: &mut Vec<Outcome>,
    losses: &mut Vec<Loss>,
) -> Option<Vec<u8>> {
    let mut changed = false;
    // The key of a stream within another one is that of the mail that it once came in.
    let has_foreign = outcomes.iter().any(|outcome| outcome.reason() == Some(&Reason::OtherMail));
    let ignore_correlator = options.ignore_correlator || !has_foreign;
    let options = FilterOptions { add_fields: Vec::new(), ignore_correlator, ..options.clone() };
    for _ in 1..STREAMS_DEPTH {
        let (filtered, opened) = once(&mail, &options);
        losses.extend(filtered.losses);
        let Some(again) = filtered.mail.map(Changed::into_vec) else { break };
        let done = filtered.outcomes.into_iter().filter(|outcome| !matches!(outcome.action, Action::Left(_)));
        // They stand nowhere in the mail that came in.
        outcomes.extend(done.map(|outcome| Outcome { range: 0..0, ..outcome }));
        (mail, changed) = (again, true);
        if !opened {
            break;
        }
    }
    changed.then_some(mail)
}

/// Replaces the parts of a mail, but not the streams within them; says whether there may be any.
fn once<'a>(mail: &'a [u8], options: &FilterOptions) -> (Filtered<'a>, bool) {
    let found = find(mail, &options.read.limits);
    let refusing = |refused| (Filtered { refused, ..Filtered::default() }, false);
    if found.parts.is_empty() {
        return refusing(found.unseen().map(|why| match why {
            Unseen::Limit => Refusal::Structure,
            why => Refusal::Unseen(why),
        }));
    }
    let signed = has_signature(mail, &found.structure);
    match (found.incomplete, found.parts.len() > options.max_parts) {
        (true, _) => return refusing(Some(Refusal::Structure)),
        (_, true) => return refusing(Some(Refusal::TooMany)),
        _ if signed && options.leave_signed => return refusing(Some(Refusal::Signature)),
        _ => {}
    }
    let (mut filtered, opened) = accounted(mail, found, options);
    filtered.breaks_signature = signed && filtered.mail.is_some();
    (filtered, opened)
}

/// Converts the streams that were found, and looks for what is missing.
fn accounted<'a>(mail: &'a [u8], found: Found<'a>, options: &FilterOptions) -> (Filtered<'a>, bool) {
    let (mut filtered, opened) = converted(mail, &found, options, &BTreeMap::new());
    if options.on_loss == OnLoss::Unchecked {
        return (filtered, opened);
    }
    let Some(changed) = filtered.mail.take() else { return (filtered, opened) };
    let replaced = options.add_fields.iter().map(|field| field.split(':').next().unwrap_or_default().trim_end()).collect();
    let ledger = Ledger::of_mail(
        mail,
        &found.structure,
        &found.parts,
        &options.read,
        options.mime.bcc,
        !options.attachments_only,
        replaced,
    );
    // The streams are as large as the mail: they are not held while what was made is looked at.
    let parts: Vec<String> = found.parts.iter().map(TnefPart::describe).collect();
    drop(found);
    let made = changed.into_vec();
    let balance = ledger.balance(&made);
    if balance.losses.is_empty() || options.on_loss == OnLoss::Warn {
        report_losses(&balance.losses, &parts, &mut filtered.outcomes, options);
        filtered.mail = Some(Changed { pieces: vec![Cow::Owned(made)] });
        filtered.losses = balance.losses;
        return (filtered, opened);
    }
    drop(made);
    // Of a text of the mail itself nobody knows which stream took its place.
    let streams = (0..parts.len()).filter(|number| balance.is_own || balance.streams.contains(number));
    let first_of = |number: usize| {
        let part = parts.get(number);
        balance.losses.iter().find(|loss| Some(&loss.part) == part).or(balance.losses.first()).map(ToString::to_string)
    };
    let incomplete = streams.map(|number| (number, first_of(number).unwrap_or_default())).collect();
    let found = find(mail, &options.read.limits);
    let (mut again, mut opened) = converted(mail, &found, options, &incomplete);
    report_losses(&balance.losses, &parts, &mut again.outcomes, options);
    let made = again.mail.take().map(Changed::into_vec);
    match made {
        Some(made) if ledger.balance(&made).losses.is_empty() => {
            again.mail = Some(Changed { pieces: vec![Cow::Owned(made)] });
        }
        Some(_) => {
            let first = balance.losses.first().map(ToString::to_string).unwrap_or_default();
            for outcome in &mut again.outcomes {
                outcome.action = Action::Left(Reason::Incomplete(first.clone()));
            }
            (again.refused, opened) = (Some(Refusal::Incomplete), false);
        }
        None => opened = false,
    }
    again.losses = balance.losses;
    (again, opened)
}

/// Says what is missing with the stream that it is of, else with the first one.
fn report_losses(losses: &[Loss], parts: &[String], outcomes: &mut [Outcome], options: &FilterOptions) {
    for loss in losses {
        let number = parts.iter().position(|part| *part == loss.part).unwrap_or(0);
        if let Some(outcome) = outcomes.get_mut(number) {
            say(std::slice::from_ref(loss), &mut outcome.report, options);
        }
    }
}

/// Converts the streams that were found; those in `incomplete` are kept.
fn converted<'a>(
    mail: &'a [u8],
    found: &Found<'_>,
    options: &FilterOptions,
    incomplete: &BTreeMap<usize, String>,
) -> (Filtered<'a>, bool) {
    let mut job = Job::new(mail, found, options, incomplete);
    let mut outcomes = Vec::new();
    let mut at = 0usize;
    while let Some(first) = found.parts.get(at) {
        // The files in one text, or all in one encoded message, change it together.
        let together = match first.place {
            Place::UuBlock | Place::EncodedUuBlock | Place::EncodedMessage => {
                found.parts.iter().skip(at).take_while(|part| part.entity == first.entity).count()
            }
            Place::Part => 1,
        };
        let parts = found.parts.get(at..at.saturating_add(together)).unwrap_or_default();
        at = at.saturating_add(together.max(1));
        match first.place {
            Place::EncodedMessage => encoded_message(&mut job, parts, &mut outcomes),
            _ => job.parts(parts, &mut outcomes),
        }
    }
    let opened = job.holds_streams;
    let mut filtered = Filtered { outcomes, ..Filtered::default() };
    match job.finish() {
        Ok(mail) => filtered.mail = mail,
        Err(refusal) => filtered.refused = Some(refusal),
    }
    (filtered, opened)
}

/// Whether the header of a mail has a signature over the body.
fn has_signature(mail: &[u8], structure: &Structure) -> bool {
    let Some(root) = structure.entities.first() else { return false };
    fields(mail, root.header.clone()).any(|field| field.is("DKIM-Signature") || field.is("ARC-Message-Signature"))
}

/// Filters a message that is encoded, and encodes it again.
fn encoded_message<'a>(job: &mut Job<'_, 'a>, parts: &'a [TnefPart<'a>], outcomes: &mut Vec<Outcome>) {
    let left = |part: &TnefPart<'_>, reason| job::outcome(part, Action::Left(reason), Report::new());
    let Some(index) = parts.first().map(|part| part.entity) else { return };
    let Some(here) = job.entity(index) else { return };
    let protected = match protection(job.structure(), index) {
        Some(Protection::Signed) => Some(Reason::Signed),
        Some(Protection::Encrypted) => Some(Reason::Encrypted),
        None => None,
    };
    if let Some(reason) = protected {
        outcomes.extend(parts.iter().map(|part| left(part, reason.clone())));
        return;
    }
    let old = job.bytes(here.body.clone());
    let message = here.encoding.decode(old);
    // The fields are the outer mail's.
    let mut options = FilterOptions { add_fields: Vec::new(), ..job.options.clone() };
    options.mime.limits.output = job.output;
    let filtered = filter(&message, &options);
    let changed = filtered.mail.map(|mail| mail.to_vec());
    let body = changed.as_ref().map(|changed| encoded_again(here.encoding, changed, old, job.line_end));
    let as_message = changed.as_ref().and_then(|changed| job.as_message(index, changed));
    let reason = match (&body, filtered.refused) {
        (_, None) if as_message.is_some() => None,
        (_, Some(refusal)) => Some(Reason::Failed(refusal.to_string())),
        (Some(None), None) => Some(Reason::EncodedMessage),
        _ => None,
    };
    if let Some(reason) = reason {
        outcomes.extend(parts.iter().map(|part| left(part, reason.clone())));
        return;
    }
    // The same streams, by their place in this mail.
    let found = parts.iter().zip(filtered.outcomes);
    outcomes.extend(found.map(|(part, outcome)| job::outcome(part, outcome.action, outcome.report)));
    if let Some(edit) = as_message {
        job.edits.push(edit);
        return;
    }
    if let (Some(changed), Some(Some(body))) = (changed, body) {
        let grown = changed.len().saturating_sub(job.mail.len().saturating_mul(2));
        job.output = job.output.saturating_sub(u64::try_from(grown).unwrap_or(u64::MAX));
        job.edits.push(Edit { range: here.body.clone(), chunks: vec![body] });
    }
}
