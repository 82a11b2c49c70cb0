//! Pieces of the source and new attributes, put together in the order of the output.

use super::*;

/// A part of the output.
#[derive(Debug)]
enum Output<'m> {
    /// A piece of the source as it is, by its number.
    Piece(usize),
    /// New bytes.
    New(Rope<'m>),
}

/// Which of the pieces between two attachments to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    All,
    /// Those that belong to the message.
    Message,
    /// The others.
    Part,
}

/// How much damage of the source is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repair {
    None,
    /// Lengths and checksums.
    Frames,
    /// What belongs to no attribute is left out, too.
    Everything,
}

impl<'m> Mirror<'m, '_> {
    /// The bytes of a piece, up to the next one.
    fn wire(&self, number: usize) -> &'m [u8] {
        let message = self.message;
        let at = |number: usize| {
            let offset = match self.pieces.get(number)? {
                Piece::Header(header) => header.offset,
                Piece::Attribute(attribute) => attribute.offset(),
                Piece::Lost(lost) => lost.offset,
            };
            usize::try_from(offset.checked_sub(message.offset)?).ok()
        };
        let start = at(number).unwrap_or(0);
        let end = number.checked_add(1).and_then(at).unwrap_or(message.source.len());
        message.source.get(start..end).unwrap_or_default()
    }

    /// Puts everything together.
    pub(super) fn finish(mut self, groups: Vec<Group<'m>>) -> Result<Rope<'m>> {
        let outputs = self.outputs(groups)?;
        self.write(&outputs)
    }

    /// The pieces and new attributes in the order of the output.
    fn outputs(&mut self, groups: Vec<Group<'m>>) -> Result<Vec<Output<'m>>> {
        let (total, tail) = (self.pieces.len(), self.tail);
        let starts = self.starts.clone();
        let mut out = Vec::new();
        self.copy(&mut out, 0..starts.first().copied().unwrap_or(tail), None, What::All)?;
        out.extend(std::mem::take(&mut self.message_end).into_iter().map(Output::New));
        // New attachments in the order of the model; what is between the attachments of the source stays with the one before.
        let kept: Vec<usize> =
            groups.iter().filter_map(|group| if let Group::Source(part) = group { Some(*part) } else { None }).collect();
        let ascending = kept.windows(2).all(|pair| matches!(pair, [one, two] if one < two));
        let mut next = 0;
        let what = if ascending { What::All } else { What::Part };
        if !ascending {
            // What belongs to the message keeps its order, since the last of several counts.
            for part in 0..starts.len() {
                self.copy(&mut out, self.range(part), Some(part), What::Message)?;
            }
        }
        for group in groups {
            match group {
                Group::Source(part) => {
                    for gone in next..part {
                        if ascending {
                            self.copy(&mut out, self.range(gone), Some(gone), what)?;
                        }
                    }
                    next = part.saturating_add(1);
                    self.copy(&mut out, self.range(part), Some(part), what)?;
                    let end = self.part_end.remove(&part).unwrap_or_default();
                    out.extend(end.into_iter().map(Output::New));
                }
                Group::New(rope) => out.push(Output::New(rope)),
            }
        }
        let mut rest: Vec<usize> =
            if ascending { (next..starts.len()).collect() } else { self.removed.iter().copied().collect() };
        rest.sort_unstable();
        for gone in rest {
            self.copy(&mut out, self.range(gone), Some(gone), what)?;
        }
        self.copy(&mut out, tail..total, None, What::All)?;
        Ok(out)
    }

    /// Copies a range of pieces with what becomes of them.
    fn copy(&mut self, out: &mut Vec<Output<'m>>, range: std::ops::Range<usize>, part: Option<usize>, what: What) -> Result<()> {
        let gone = part.is_some_and(|part| self.removed.contains(&part));
        let mut previous_gone = false;
        for number in range {
            let mut index = 0;
            while let Some((before, _)) = self.before.get(index) {
                if *before == number {
                    out.push(Output::New(self.before.remove(index).1));
                } else {
                    index = index.saturating_add(1);
                }
            }
            let owner = self.attribute(number).map(|(_, owner)| owner);
            if matches!((what, owner), (What::Part, Some(None))) || (what == What::Message && owner != Some(None)) {
                continue;
            }
            if gone {
                // With an attachment goes the damage within it, but not what belongs to the message or was not read.
                let is_lost = matches!(self.pieces.get(number), Some(Piece::Lost(_)));
                if owner == Some(part) || (is_lost && previous_gone) {
                    previous_gone = true;
                    continue;
                }
                previous_gone = false;
            }
            let action = self.actions.get_mut(number).map(|action| std::mem::replace(action, Action::Copy));
            match (action, self.pieces.get(number)) {
                (Some(Action::Drop), _) => {}
                (Some(Action::Data(data)), Some(Piece::Attribute(attribute))) => {
                    let name = attribute.id();
                    let framed = data.framed(attribute.level(), name);
                    out.push(Output::New(framed?));
                }
                _ => out.push(Output::Piece(number)),
            }
        }
        Ok(())
    }

    /// The output in one rope. Where the source is damaged, what its parts are depends on what stands around them, so the output
    /// is read again, and repaired as far as it must be for its attributes to be found.
    fn write(&self, outputs: &[Output<'m>]) -> Result<Rope<'m>> {
        let rope = self.joined(outputs, Repair::None)?;
        let damaged = self.pieces.iter().any(|piece| match piece {
            Piece::Header(header) => header.signature != SIGNATURE || header.key.is_none(),
            Piece::Attribute(attribute) => is_damaged(attribute),
            Piece::Lost(_) => true,
        });
        if !damaged {
            return Ok(rope);
        }
        if rope.is_deferred() {
            // It cannot be read again.
            return self.joined(outputs, Repair::Everything);
        }
        let wanted = self.wanted(outputs);
        if attributes_of(&rope.to_bytes()) == wanted {
            return Ok(rope);
        }
        let rope = self.joined(outputs, Repair::Frames)?;
        if attributes_of(&rope.to_bytes()) == wanted {
            return Ok(rope);
        }
        self.joined(outputs, Repair::Everything)
    }

    /// The attributes of the output.
    fn wanted(&self, outputs: &[Output<'m>]) -> Vec<(Level, AttrId, u64, u16)> {
        let mut all = Vec::new();
        for output in outputs {
            match output {
                Output::New(new) => all.extend(attributes_of(&[&SIGNATURE.to_le_bytes()[..], &[0, 0], &new.to_bytes()].concat())),
                Output::Piece(number) => {
                    if let Some(Piece::Attribute(attribute)) = self.pieces.get(*number) {
                        all.push(summary(attribute));
                    }
                }
            }
        }
        all
    }

    fn joined(&self, outputs: &[Output<'m>], repair: Repair) -> Result<Rope<'m>> {
        let mut rope = Rope::default();
        let mut outputs = outputs.iter().peekable();
        while let Some(output) = outputs.next() {
            let number = match output {
                Output::New(new) => {
                    rope.append(new.clone());
                    continue;
                }
                Output::Piece(number) => *number,
            };
            let follower = number.checked_add(1).filter(|next| *next < self.pieces.len());
            let as_before = match (outputs.peek(), follower) {
                (None, None) => true,
                (Some(Output::Piece(next)), Some(follower)) => *next == follower,
                _ => false,
            };
            match self.pieces.get(number) {
                Some(Piece::Header(_)) if self.key.is_some() => {
                    rope.own().emit_u32(SIGNATURE);
                    rope.own().emit_u16(self.key.unwrap_or(1));
                }
                // Where the stream ends behind the signature, what follows it now would be taken for the key.
                Some(Piece::Header(header)) if header.key.is_none() && !as_before => {
                    rope.own().emit_u32(header.signature);
                    rope.own().emit_u16(self.options.key.unwrap_or(1));
                }
                Some(Piece::Header(header)) if repair != Repair::None => {
                    rope.own().emit_u32(SIGNATURE);
                    rope.own().emit_u16(header.key.unwrap_or(1));
                }
                Some(Piece::Attribute(attribute))
                    // An attribute at the end of a cut stream would swallow what follows it now.
                    if (!as_before && is_open(attribute)) || (repair != Repair::None && is_damaged(attribute)) =>
                {
                    let mut data = Rope::default();
                    data.borrow(attribute.data());
                    rope.append(data.framed(attribute.level(), attribute.id())?);
                }
                Some(Piece::Lost(_)) if repair == Repair::Everything => {}
                _ => rope.borrow(self.wire(number)),
            }
        }
        Ok(rope)
    }
}

/// What makes out an attribute: level, id, length and sum of the data.
fn summary(attribute: &Attribute<'_>) -> (Level, AttrId, u64, u16) {
    (attribute.level(), attribute.id(), len64(attribute.data()), checksum(attribute.data()))
}

fn attributes_of(stream: &[u8]) -> Vec<(Level, AttrId, u64, u16)> {
    let attributes = Reader::pieces(stream).filter_map(|piece| match piece {
        Piece::Attribute(attribute) => Some(summary(&attribute)),
        _ => None,
    });
    attributes.collect()
}

fn is_damaged(attribute: &Attribute<'_>) -> bool {
    attribute.framing() != Framing::Declared || attribute.checksum_state() != ChecksumState::Match
}

/// Whether the stream ends inside the attribute.
fn is_open(attribute: &Attribute<'_>) -> bool {
    attribute.framing() == Framing::Truncated || attribute.stored_checksum().is_none()
}
