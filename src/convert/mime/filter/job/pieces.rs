//! What is made of a stream: bodies, attachments, a calendar; each counted against the limit of what the mail may become.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::base::{Limits, ReadOptions};
use crate::convert::mime::filter::plan::Reason;
use crate::convert::mime::filter::shown::{Bodies, Body, Shown};
use crate::convert::mime::filter::splice::{self, Piece};
use crate::convert::mime::structure::EntityKind;
use crate::convert::mime::transfer::trim_line_ends;
use crate::convert::mime::write::{BodyForms, ItemSource, MimeOptions, entities_with, item_entity};

use super::{Conversion, Item, Job};

impl<'m, 'a> Job<'m, 'a> {
    /// The texts that the message which a part is in shows.
    pub(super) fn shown(&mut self, index: usize) -> Rc<Vec<Shown>> {
        let root = self.structure().message_of(index);
        if let Some(known) = self.texts.get(&root) {
            return Rc::clone(known);
        }
        let found = Rc::new(Shown::of_message(self.mail, self.structure(), root, |part| self.is_stream(part)));
        self.texts.insert(root, Rc::clone(&found));
        found
    }

    /// What becomes of the stream's body, beside the texts that the mail shows. `neighbour` is the text that it can be joined with.
    pub(super) fn plan(&self, conversion: &Conversion<'a>, own: &[&Shown], neighbour: Option<usize>) -> Bodies {
        let is_blank = own.iter().all(|text| text.is_blank());
        // A body that nothing else shows is put in all the same.
        if conversion.is_foreign() || self.options.attachments_only && !is_blank {
            return Bodies::LeftOut;
        }
        self.body(conversion).beside(own, neighbour)
    }

    pub(super) fn body(&self, conversion: &Conversion<'a>) -> Body {
        Body::of(&conversion.message, &self.reading(), &self.options.mime)
    }

    fn reading(&self) -> ReadOptions {
        let mut limits: Limits = self.options.read.limits.clone();
        limits.output = self.output;
        self.options.read.clone().with_limits(limits)
    }

    /// The parts that a stream becomes; of one that stays those that are not beside it already.
    pub(super) fn pieces(&self, conversion: &mut Conversion<'a>, bodies: BodyForms, place: Item) -> Result<Vec<Piece>, Reason> {
        // The wanted bodies, as far as a choice was made.
        let bodies = match bodies {
            BodyForms::None | BodyForms::Html => bodies,
            _ => self.options.mime.bodies,
        };
        // Attachments alone of a message that has none are an empty text, which nobody needs among other parts.
        let mut made = Vec::new();
        let item = match (&conversion.item, place) {
            (None, _) => ItemSource::None,
            (Some(_), _) if conversion.has_calendar => ItemSource::Elsewhere,
            (Some(item), Item::Outside) if item.is_calendar() => ItemSource::Elsewhere,
            (Some(item), _) => ItemSource::Given(Box::new(item.clone())),
        };
        let has_item = matches!(item, ItemSource::Given(_));
        if bodies != BodyForms::None || has_item || conversion.has_attachments() {
            made = entities_with(&conversion.message, bodies, item, &self.mime(), &mut conversion.report)
                .map_err(|error| Reason::Failed(error.to_string()))?;
        }
        let made: Vec<Piece> = made.into_iter().map(Piece::Made).collect();
        Ok(if conversion.keep.is_some() { self.new_ones(made) } else { made })
    }

    /// The calendar of an item as a part of its own, unless it stands beside the stream already.
    pub(super) fn calendar(&self, conversion: &Conversion<'a>) -> Option<Piece> {
        let item = conversion.item.as_ref().filter(|item| item.is_calendar() && !conversion.has_calendar)?;
        let made = vec![Piece::Made(item_entity(item.clone()))];
        let mut made = if conversion.keep.is_some() { self.new_ones(made) } else { made };
        made.pop()
    }

    /// The pieces that do not stand in the mail as they are. Files are the same wherever they are shown, so that their bytes count
    /// alone.
    fn new_ones(&self, made: Vec<Piece>) -> Vec<Piece> {
        /// By how much the numbers in boundaries may lengthen a part.
        const NUMBERS: usize = 256;
        let files = made.iter().filter_map(Piece::file).map(|body| splice::with_line_ends(body.to_vec(), self.line_end));
        let files: HashSet<Vec<u8>> = files.map(|body| trim_line_ends(&body).to_vec()).collect();
        let wholes: Vec<Vec<u8>> = made.iter().map(|piece| piece.to_bytes(self.line_end)).collect();
        let lengths: BTreeSet<usize> = wholes.iter().map(Vec::len).collect();
        let is_near = |length: usize| {
            let near = length.saturating_sub(NUMBERS)..=length.saturating_add(NUMBERS);
            lengths.range(near).next().is_some()
        };
        let mut there: HashSet<Cow<'_, [u8]>> = HashSet::new();
        let mut there_as_file: HashSet<&[u8]> = HashSet::new();
        for entity in &self.found.structure.entities {
            let (whole, body) = (self.bytes(entity.whole.clone()), trim_line_ends(self.bytes(entity.body.clone())));
            if is_near(whole.len()) {
                there.insert(splice::without_numbers(trim_line_ends(whole)));
            }
            if entity.kind == EntityKind::Leaf && files.contains(body) {
                there_as_file.insert(body);
            }
        }
        let is_new = |piece: &Piece, whole: &Vec<u8>| {
            let file = piece.file().map(|body| splice::with_line_ends(body.to_vec(), self.line_end));
            !there.contains(&splice::without_numbers(trim_line_ends(whole)))
                && !file.is_some_and(|body| there_as_file.contains(trim_line_ends(&body)))
        };
        let both = made.into_iter().zip(&wholes);
        both.filter(|(piece, whole)| is_new(piece, whole)).map(|(piece, _)| piece).collect()
    }

    pub(super) fn mime(&self) -> MimeOptions {
        let mut options = self.options.mime.clone();
        options.limits.output = self.output;
        options
    }

    /// What is made of the streams of a mail counts together.
    pub(super) fn spend(&mut self, pieces: &[Piece]) -> Result<(), Reason> {
        let total = pieces.iter().map(Piece::len).fold(0usize, usize::saturating_add);
        // The attachments are bytes that the mail holds; what the bodies were blown up to is what counts.
        let total = u64::try_from(total.saturating_sub(self.mail.len().saturating_mul(2))).unwrap_or(u64::MAX);
        self.output = self.output.checked_sub(total).ok_or_else(|| Reason::Failed("limit of output reached".to_owned()))?;
        Ok(())
    }
}
