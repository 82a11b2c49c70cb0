//! A mail with its TNEF parts replaced by what is in them ([MS-OXCMAIL] 2.2.3), and not a byte of it changed elsewhere.
//!
//! ```text
//! multipart/mixed                    multipart/mixed           header, boundary, other parts: as they were
//!   text/plain                         multipart/alternative
//!   application/ms-tnef      ->          text/plain            byte for byte the old part
//!                                        text/html             of the stream
//!                                      image/png ...           the attachments of the stream
//! ```
//!
//! # Which body the reader sees
//!
//! The body of the stream wins over the text beside it ([MS-OXCMAIL] 2.2.3): both become alternatives of each other, so that what
//! a gateway added to the text is still there. Where the stream has no body of its own, or none but a text that the mail shows
//! already, the text stays alone. Where the text is blank, the stream's bodies take its place. Where neither holds (the mail's own
//! body is something else), both are shown: a doubled body is better than a lost one.
//!
//! # What is left alone
//!
//! Parts in something signed or encrypted; streams that cannot be read; streams that belong to another mail
//! (X-MS-TNEF-Correlator); all of a mail whose structure exceeds a limit. A stream that was read with errors is converted, and
//! kept beside what was found in it; so is one whose point MIME cannot carry: a meeting, a contact, a task.
mod body;
mod encoded;
mod job;
mod plan;
mod splice;
#[cfg(test)]
mod tests;

use super::find::{Place, Unseen, find};

pub use plan::{Action, Changed, FilterOptions, Filtered, Outcome, Reason, Refusal};

use plan::Job;

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
    let found = find(mail, &options.read.limits);
    if found.parts.is_empty() {
        let refused = found.unseen().map(|why| match why {
            Unseen::Limit => Refusal::Structure,
            why => Refusal::Unseen(why),
        });
        return Filtered { refused, ..Filtered::default() };
    }
    let refused = match (found.incomplete, found.parts.len() > options.max_parts) {
        (true, _) => Some(Refusal::Structure),
        (_, true) => Some(Refusal::TooMany),
        _ => None,
    };
    if refused.is_some() {
        return Filtered { refused, ..Filtered::default() };
    }
    let mut job = Job::new(mail, &found, options);
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
        job.parts(parts, &mut outcomes);
    }
    let mut filtered = Filtered { outcomes, ..Filtered::default() };
    match job.finish() {
        Ok(mail) => filtered.mail = mail,
        Err(refusal) => filtered.refused = Some(refusal),
    }
    filtered
}
