//! What came in, written down before the conversion lets go of it, and compared with what goes out.

use std::collections::BTreeSet;

use crate::base::ReadOptions;
use crate::convert::mime::find::{TnefPart, find};
use crate::convert::mime::structure::Structure;

use super::check::missing;
use super::fact::Section;
use super::loss::Loss;
use super::mail::{self, Asked};
use super::shelf::Shelf;
use super::stream::{self, Reading};

/// The facts of a mail, and of the streams in it, that are missing in another mail that was made of it. Each stream that is still
/// there byte for byte has all of its facts there; streams that were files in a stream, and were opened, are missed.
///
/// ```
/// use winmail::ReadOptions;
/// use winmail::convert::mime::account::{LossCode, losses};
///
/// let mail = b"From: jane@example.org\nSubject: Figures\n\nOne hundred.\n";
/// assert!(losses(mail, mail, &ReadOptions::lenient()).is_empty());
/// let made = b"From: jane@example.org\nSubject: Figures\n\nOne thousand.\n";
/// assert_eq!(losses(mail, made, &ReadOptions::lenient())[0].code, LossCode::Text);
/// ```
#[must_use]
pub fn losses(mail: &[u8], made: &[u8], read: &ReadOptions) -> Vec<Loss> {
    let found = find(mail, &read.limits);
    Ledger::of_mail(mail, &found.structure, &found.parts, read, false, true, Vec::new()).balance(made).losses
}

/// Compares a stream that came without a mail with what was made of it: who sent it to whom, and its subject, are looked for too; blind copies are not.
#[must_use]
pub fn losses_of_stream(stream: &[u8], made: &[u8], read: &ReadOptions) -> Vec<Loss> {
    Ledger::of_stream(stream, read, false).balance(made).losses
}

/// The facts of a mail, or of a stream that came alone.
pub(in crate::convert::mime) struct Ledger<'m> {
    mail: &'m [u8],
    sections: Vec<Section>,
}

/// What is missing.
#[derive(Debug, Default)]
pub(in crate::convert::mime) struct Balance {
    /// The losses, in the order of the parts.
    pub(in crate::convert::mime) losses: Vec<Loss>,
    /// The streams that they are of, by number.
    pub(in crate::convert::mime) streams: BTreeSet<usize>,
    /// Whether something of the mail itself is missing, whatever stream took its place.
    pub(in crate::convert::mime) is_own: bool,
}

impl<'m> Ledger<'m> {
    /// The facts of a mail and of the streams in it. `bodies` says whether those of the streams are asked for, `replaced` are the names of header fields that the caller replaces.
    pub(in crate::convert::mime) fn of_mail(
        mail: &'m [u8],
        structure: &Structure,
        parts: &[TnefPart<'_>],
        read: &ReadOptions,
        bcc: bool,
        bodies: bool,
        replaced: Vec<&str>,
    ) -> Self {
        Ledger { mail, sections: mail::facts(mail, structure, parts, &Asked { read, bcc, bodies, replaced }) }
    }

    /// The facts of a stream that came alone: its header counts too.
    pub(in crate::convert::mime) fn of_stream(stream: &[u8], read: &ReadOptions, bcc: bool) -> Ledger<'static> {
        let mut section = Section { part: "the stream".to_owned(), stream: Some(0), ..Section::default() };
        stream::facts(stream, &Reading { options: read, bcc, has_header: false, has_bodies: true }, &mut section);
        Ledger { mail: &[], sections: vec![section] }
    }

    /// What of it is missing in a mail.
    pub(in crate::convert::mime) fn balance(&self, made: &[u8]) -> Balance {
        let shelf = Shelf::of(made);
        let mut balance = Balance::default();
        for missing in missing(self.mail, &self.sections, &shelf) {
            balance.streams.extend(missing.stream);
            balance.is_own |= missing.stream.is_none();
            balance.losses.push(missing.loss);
        }
        balance
    }
}
