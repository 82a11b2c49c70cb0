//! Which facts are missing in what is there.

use super::digest::Digest;
use super::fact::{Fact, Needle, OwnPart, OwnWords, Section};
#[cfg(feature = "items")]
use super::item_needle::ItemNeedle;
use super::loss::{Loss, LossCode};
use super::mail::said;
use super::shelf::Shelf;
use super::words::{Said, Word, hash};

/// How many words may stand between two words of a text that follow each other: the targets of links that a program shows.
const GAP: usize = 24;
/// How often each word may be compared, all texts taken together.
const LOOKS: u64 = 64;
/// How many losses are named.
const LOSSES_MAX: usize = 100;

/// A loss, and the stream that it is of.
pub(super) struct Missing {
    /// Which stream of the mail; `None` where the mail itself says it.
    pub(super) stream: Option<usize>,
    /// The loss.
    pub(super) loss: Loss,
}

/// The facts that are missing; `mail` is what came in.
pub(super) fn missing(mail: &[u8], sections: &[Section], shelf: &Shelf) -> Vec<Missing> {
    let own = sections.iter().flat_map(|section| &section.facts).map(|fact| match &fact.needle {
        Needle::Text(words) => words.len(),
        _ => 1,
    });
    let there = shelf.texts.iter().map(Vec::len);
    let words = own.chain(there).fold(0u64, |sum, count| sum.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)));
    let mut check = Check { mail, shelf, looks: words.saturating_mul(LOOKS).saturating_add(1 << 20) };
    let mut out = Vec::new();
    for section in sections {
        if section.whole.is_some_and(|whole| shelf.files.contains(&whole)) {
            continue;
        }
        let mut add = |code, subject: &str, range| {
            let loss = Loss::new(code, subject.to_owned(), &section.part, range);
            out.push(Missing { stream: section.stream, loss });
        };
        if section.is_full {
            add(LossCode::Uncounted, "it holds more facts than are counted", None);
        }
        let lost = section.facts.iter().filter(|fact| !check.is_there(fact)).take(LOSSES_MAX);
        lost.for_each(|fact| add(fact.code, &fact.subject, fact.range.clone()));
    }
    out
}

struct Check<'s> {
    mail: &'s [u8],
    shelf: &'s Shelf,
    looks: u64,
}

impl Check<'_> {
    fn is_there(&mut self, fact: &Fact) -> bool {
        let shelf = self.shelf;
        match &fact.needle {
            Needle::Text(words) => self.is_said(words),
            Needle::File(ways) => {
                let has = |digest: &Digest| shelf.files.contains(digest) || shelf.lines.contains(digest);
                ways.iter().any(|way| way.iter().all(has))
            }
            Needle::Part(part) => self.has_part(part),
            Needle::Link(link) => {
                shelf.links.contains(link) || {
                    let words = Said::of_text(link).words;
                    self.is_said(&words) || shelf.attached.iter().any(|text| self.stands_in(&words, text))
                }
            }
            Needle::Person { addresses, name } => self.is_known(addresses, name),
            Needle::Subject(words) => shelf.subjects.iter().any(|subject| self.stands_in(words, subject)),
            Needle::Field(digest) => shelf.fields.contains(digest),
            Needle::Key(digest) => shelf.keys.contains(digest),
            #[cfg(feature = "items")]
            Needle::Item(needle) => self.is_in_item(needle),
            Needle::Stream => false,
        }
    }

    /// Whether somebody is named, in a header, or in a calendar or card.
    fn is_known(&mut self, addresses: &[String], name: &[Word]) -> bool {
        let shelf = self.shelf;
        let found = hash(name);
        #[cfg(feature = "items")]
        let (others, names, more) = (&shelf.items.addresses, &shelf.items.names, &shelf.items.people);
        #[cfg(not(feature = "items"))]
        let (others, names, more) = (&shelf.addresses, &shelf.names, &shelf.people);
        let has_address = |address: &String| shelf.addresses.contains(address) || others.contains(address);
        (addresses.is_empty() || addresses.iter().any(has_address))
            && (name.is_empty()
                || shelf.names.contains(&found)
                || names.contains(&found)
                || shelf.people.iter().chain(more).any(|person| self.stands_in(name, person)))
    }

    /// Whether a calendar or card says it.
    #[cfg(feature = "items")]
    fn is_in_item(&mut self, needle: &ItemNeedle) -> bool {
        let shelf = self.shelf;
        let items = &shelf.items;
        match needle {
            ItemNeedle::Words { fields, words } => {
                items.has_text(fields, words) || items.texts(fields).any(|text| self.stands_in(words, text))
            }
            ItemNeedle::Person { addresses, name, state } => {
                let answers = |state: &&'static str| {
                    let own = addresses.iter().any(|address| items.answers.contains(&(address.clone(), (*state).to_owned())));
                    own || items.named_answers.contains(&(hash(name), (*state).to_owned()))
                };
                self.is_known(addresses, name) && state.as_ref().is_none_or(answers)
            }
            _ => items.has(needle),
        }
    }

    /// Whether a text is shown.
    fn is_said(&mut self, words: &[Word]) -> bool {
        let shelf = self.shelf;
        if shelf.hashes.contains(&hash(words)) || shelf.texts.iter().any(|text| self.stands_in(words, text)) {
            return true;
        }
        shelf.mails.iter().any(|texts| {
            let texts = texts.iter().filter_map(|number| shelf.texts.get(*number));
            // Together they are as long as the mail, so that this costs as much as a look at all of them.
            let length = texts.clone().map(Vec::len).fold(0usize, usize::saturating_add);
            let Some(left) = self.looks.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) else { return false };
            self.looks = left;
            let joined: Vec<Word> = texts.flatten().copied().collect();
            self.stands_in(words, &joined)
        })
    }

    /// Whether a part of the mail that came in is still there: as it stands, decoded, or by its words.
    fn has_part(&mut self, part: &OwnPart) -> bool {
        if self.shelf.raw.contains(&part.raw) {
            return true;
        }
        let [data, lines] = part.data.unwrap_or_else(|| part.digests(self.mail));
        let is_there = self.shelf.files.contains(&data) || self.shelf.lines.contains(&lines);
        is_there
            || match &part.words {
                OwnWords::None => false,
                OwnWords::Here(words) => self.is_said(words),
                OwnWords::Later(entity) => {
                    let body = self.mail.get(part.body.clone()).unwrap_or_default();
                    let words = said(self.mail, entity, &part.encoding.decode(body)).words;
                    self.is_said(&words)
                }
            }
    }

    /// Whether the words stand in a text, one behind the other, with not much between them.
    fn stands_in(&mut self, words: &[Word], text: &[Word]) -> bool {
        let Some(first) = words.iter().position(|word| !word.may_miss()) else { return true };
        let Some((head, rest)) = words.get(first..).and_then(<[Word]>::split_first) else { return true };
        for (at, word) in text.iter().enumerate() {
            let Some(left) = self.looks.checked_sub(1) else { return false };
            self.looks = left;
            if word.is(*head) && self.follows(rest, text.get(at.saturating_add(1)..).unwrap_or_default()) {
                return true;
            }
        }
        false
    }

    /// Whether the words follow here.
    fn follows(&mut self, words: &[Word], mut text: &[Word]) -> bool {
        for word in words {
            let near = if word.may_miss() { 1 } else { GAP.saturating_add(1) };
            let found = text.iter().take(near).position(|other| other.is(*word));
            let spent = found.map_or(near, |at| at.saturating_add(1));
            let Some(left) = self.looks.checked_sub(u64::try_from(spent).unwrap_or(u64::MAX)) else { return false };
            self.looks = left;
            match found {
                Some(at) => text = text.get(at.saturating_add(1)..).unwrap_or_default(),
                None if word.may_miss() => {}
                None => return false,
            }
        }
        true
    }
}
