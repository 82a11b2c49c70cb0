//! Facts: what came in, each with what finds it again.

use std::ops::Range;

use crate::base::input::len64;
use crate::convert::mime::structure::Entity;
use crate::convert::mime::transfer::TransferEncoding;
use crate::mapi::{PropId, Property, PropertyBag, Source};

use super::digest::Digest;
#[cfg(feature = "items")]
use super::item_needle::ItemNeedle;
use super::loss::LossCode;
use super::words::{Said, Word, normal_link};

/// How many facts of a mail are counted. What is beyond cannot be vouched for.
pub(super) const FACTS_MAX: usize = 200_000;
/// How much of a text names it.
const SUBJECT_MAX: usize = 60;

/// What is looked for.
#[derive(Debug)]
pub(super) enum Needle {
    /// A text: its words, one behind the other.
    Text(Vec<Word>),
    /// A file: all digests of one of these lists.
    File(Vec<Vec<Digest>>),
    /// A part of the mail that came in: as it stands, or by what it holds. What is cut out of a text is no part of it.
    Part(OwnPart),
    /// The target of a link, normalised; or its words in a text.
    Link(String),
    /// Somebody, by one of these addresses in lower case, and by name.
    Person {
        /// The addresses; none where the person has none.
        addresses: Vec<String>,
        /// The name's words.
        name: Vec<Word>,
    },
    /// A subject, in a header.
    Subject(Vec<Word>),
    /// A header field, by name and value.
    Field(Digest),
    /// A key, in a field of a report.
    Key(Digest),
    /// What an item says, in its calendar or card.
    #[cfg(feature = "items")]
    Item(ItemNeedle),
    /// What only the stream can say.
    Stream,
}

/// A part of the mail that came in.
#[derive(Debug)]
pub(super) struct OwnPart {
    /// Its body as it stands.
    pub(super) raw: Digest,
    /// The same in the mail.
    pub(super) body: Range<usize>,
    /// How it is written.
    pub(super) encoding: TransferEncoding,
    /// The digests of what it holds, and of its lines, where it is not to be decoded later.
    pub(super) data: Option<[Digest; 2]>,
    /// What it says, if it is text, which may be written anew.
    pub(super) words: OwnWords,
}

/// The words of a part of the mail that came in.
#[derive(Debug)]
pub(super) enum OwnWords {
    /// It is no text.
    None,
    /// Its words, without the streams in it.
    Here(Vec<Word>),
    /// Nobody has to know them where the part is there as it stood.
    Later(Box<Entity>),
}

impl OwnPart {
    /// The digests of what it holds, and of its lines.
    pub(super) fn digests(&self, mail: &[u8]) -> [Digest; 2] {
        let body = mail.get(self.body.clone()).unwrap_or_default();
        if self.encoding == TransferEncoding::Base64 {
            return [Digest::of_decoded(self.encoding, body); 2];
        }
        let data = self.encoding.decode(body);
        [Digest::of(&data), Digest::of_lines(&data)]
    }
}

/// A fact.
#[derive(Debug)]
pub(super) struct Fact {
    /// Which kind it is.
    pub(super) code: LossCode,
    /// What is looked for.
    pub(super) needle: Needle,
    /// What it is, for people.
    pub(super) subject: String,
    /// Where it stands.
    pub(super) range: Option<Range<u64>>,
}

/// The facts of a stream, or of the mail around the streams.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The part, for people.
    pub(super) part: String,
    /// Which stream of the mail it is; `None` of the mail itself.
    pub(super) stream: Option<usize>,
    /// The stream as a whole: where it is still there, so are its facts.
    pub(super) whole: Option<Digest>,
    /// The facts.
    pub(super) facts: Vec<Fact>,
    /// Whether there were more than are counted.
    pub(super) is_full: bool,
}

impl Section {
    /// Adds a fact.
    pub(super) fn add(&mut self, code: LossCode, needle: Needle, subject: &str, range: Option<Range<u64>>) {
        if self.facts.len() >= FACTS_MAX {
            self.is_full = true;
            return;
        }
        self.facts.push(Fact { code, needle, subject: shortened(subject), range });
    }

    /// Adds a text that says something, and its links.
    pub(super) fn add_text(&mut self, said: Said, text: &str, range: Option<Range<u64>>) {
        let mut links: Vec<String> = said.links.iter().cloned().collect();
        links.sort();
        if !said.is_blank() {
            self.add(LossCode::Text, Needle::Text(said.words), text, range.clone());
        }
        for link in links {
            self.add_link(&link, range.clone());
        }
    }

    /// Adds a link.
    pub(super) fn add_link(&mut self, link: &str, range: Option<Range<u64>>) {
        self.add(LossCode::Link, Needle::Link(normal_link(link)), link, range);
    }
}

/// Where a property stands.
pub(super) fn place(set: &PropertyBag<'_>, id: PropId) -> Option<Range<u64>> {
    let property = set.by_id(id)?;
    range_of(property)
}

/// The same of a property at hand: from its start on, as long as its value is.
pub(super) fn range_of(property: &Property<'_>) -> Option<Range<u64>> {
    let (Source::List { offset } | Source::Attribute { offset }) = property.source else { return None };
    let length = property.value.as_bytes().map_or(0, len64);
    Some(offset..offset.saturating_add(length))
}

/// The first words of a text, on one line.
pub(super) fn shortened(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control()).take(SUBJECT_MAX));
        if out.chars().count() >= SUBJECT_MAX {
            break;
        }
    }
    match out.char_indices().nth(SUBJECT_MAX) {
        Some((at, _)) => format!("{}...", out.get(..at).unwrap_or_default()),
        None => out,
    }
}

/// A property in words.
pub(super) fn describe(property: &Property<'_>) -> String {
    match &property.name {
        Some(name) => name.canonical_name().map_or_else(|| name.to_string(), str::to_owned),
        None => property.tag.to_string(),
    }
}
