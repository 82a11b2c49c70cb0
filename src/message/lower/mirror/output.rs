//! Pieces of the source and new attributes, put together in the order of the output.

use super::*;

/// A part of the output.
#[derive(Debug)]
enum Output<'m> {
    /// A piece of the source as it is, by its number.
    Piece(usize),
    /// The attribute with the number, made anew.
    Changed(usize, Rope<'m>),
    /// New attributes: of an attachment of the source, by its number, or of the message or a whole new attachment.
    New(Option<usize>, Rope<'m>),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Repair {
    None,
    /// An attachment without attAttachRendData gets one.
    Starts,
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
            Some(Offset::from(offset).checked_sub(message.offset.into())?.index())
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
        out.extend(std::mem::take(&mut self.message_end).into_iter().map(|new| Output::New(None, new)));
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
                    out.extend(end.into_iter().map(|new| Output::New(Some(part), new)));
                }
                Group::New(rope) => out.push(Output::New(None, rope)),
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
                    out.push(Output::New(part, self.before.remove(index).1));
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
                    let framed = data.framed(attribute.level(), attribute.id());
                    out.push(Output::Changed(number, framed?));
                }
                _ => out.push(Output::Piece(number)),
            }
        }
        Ok(())
    }

    /// The output in one rope. Where the source is damaged, what its parts are depends on what stands around them, so the output
    /// is read again, and repaired as far as it must be for its attributes to be found and to belong where they belonged.
    fn write(&self, outputs: &[Output<'m>]) -> Result<Rope<'m>> {
        let starts = self.bare_starts(outputs);
        let rope = self.joined(outputs, &starts, Repair::None)?;
        let damaged = self.pieces.iter().any(|piece| match piece {
            Piece::Header(header) => header.signature != SIGNATURE || header.key.is_none(),
            Piece::Attribute(attribute) => is_damaged(attribute),
            Piece::Lost(_) => true,
        });
        let headed = self.pieces.iter().any(|piece| matches!(piece, Piece::Header(_)));
        if !damaged && headed && starts.is_empty() {
            return Ok(rope);
        }
        if rope.is_deferred() {
            // It cannot be read again.
            return self.joined(outputs, &starts, Repair::Everything);
        }
        let fits = |rope: &Rope<'_>, repair| {
            let bytes = rope.to_bytes();
            let found = attributes_of(&bytes);
            // Without attributes only the signature says that it is a stream.
            let is_stream = !found.is_empty() || bytes.starts_with(&SIGNATURE_BYTES);
            is_stream && found == self.wanted(outputs, &starts, repair)
        };
        if fits(&rope, Repair::None) {
            return Ok(rope);
        }
        for repair in [Repair::Starts, Repair::Frames, Repair::Everything] {
            let rope = self.joined(outputs, &starts, repair)?;
            if fits(&rope, repair) {
                return Ok(rope);
            }
        }
        let message = "what is damaged in the stream would hide the change; canonical writing makes everything anew";
        Err(Error::new(ErrorKind::Unencodable, message))
    }

    /// The numbers of the outputs with which an attachment starts, though they are no attAttachRendData.
    fn bare_starts(&self, outputs: &[Output<'m>]) -> HashSet<usize> {
        let mut starts = HashSet::new();
        // Attachments that a limit kept from being read are known by the rule alone.
        let mut grouping = Grouping::default();
        let of_source: Vec<bool> = self
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Attribute(attribute) => part_attribute(attribute).is_some_and(|attribute| grouping.starts(&attribute)),
                Piece::Lost(_) => {
                    grouping.lost();
                    false
                }
                Piece::Header(_) => false,
            })
            .collect();
        let mut current = None;
        for (index, output) in outputs.iter().enumerate() {
            let (part, is_start) = match output {
                Output::Piece(number) | Output::Changed(number, _) => {
                    let attribute = match self.pieces.get(*number) {
                        Some(Piece::Attribute(attribute)) => part_attribute(attribute),
                        _ => None,
                    };
                    let Some(attribute) = attribute else { continue };
                    let part = match self.owners.get(*number) {
                        Some(Owner::Part(part)) => Some(*part),
                        _ => None,
                    };
                    let starts = part.map_or_else(|| of_source.get(*number) == Some(&true), |part| current != Some(part));
                    (part, starts && attribute.id() != AttrId::ATTACH_REND_DATA)
                }
                Output::New(Some(part), _) => (Some(*part), current != Some(*part)),
                Output::New(None, _) => (None, false),
            };
            if is_start {
                starts.insert(index);
            }
            current = part;
        }
        starts
    }

    /// The attributes that are to be found in the output.
    fn wanted(&self, outputs: &[Output<'m>], starts: &HashSet<usize>, repair: Repair) -> Vec<Summary> {
        let alone = |new: &[u8]| attributes_of(&[&SIGNATURE_BYTES[..], &[0, 0], new].concat());
        let mut all = Vec::new();
        for (index, output) in outputs.iter().enumerate() {
            let mends = repair >= Repair::Starts && starts.contains(&index);
            if mends {
                all.extend(alone(&self.start(output)));
            }
            let at = all.len();
            let by_itself = match output {
                Output::New(part, new) => {
                    all.extend(alone(&new.to_bytes()));
                    part.is_none() && all.get(at).is_some_and(|first| first.starts)
                }
                Output::Piece(number) | Output::Changed(number, _) => {
                    let Some(Piece::Attribute(attribute)) = self.pieces.get(*number) else { continue };
                    match output {
                        Output::Changed(_, new) => all.extend(alone(&new.to_bytes())),
                        _ => all.push(Summary::new(attribute, false)),
                    }
                    part_attribute(attribute).is_some_and(|attribute| attribute.id() == AttrId::ATTACH_REND_DATA)
                }
            };
            if let Some(first) = all.get_mut(at) {
                first.starts = by_itself || (starts.contains(&index) && !mends);
            }
        }
        all
    }

    /// An attAttachRendData for an attachment of the source that starts with this output.
    fn start(&self, output: &Output<'m>) -> Vec<u8> {
        let part = match output {
            Output::Piece(number) | Output::Changed(number, _) => self.owners.get(*number).copied(),
            Output::New(part, _) => part.map(Owner::Part),
        };
        let origin = match part {
            Some(Owner::Part(part)) => self.message.layout.parts.get(part),
            _ => None,
        };
        let attachment = self.message.attachments.iter().find(|attachment| attachment.origin.as_ref() == origin);
        let rend = attachment.filter(|_| origin.is_some()).map(canonical::rend_data).unwrap_or_default();
        let mut data = Vec::new();
        rend.emit(&mut data);
        let mut attribute = Vec::new();
        // Framing a few bytes cannot fail.
        if let Ok(framed) = Rope::from(data).framed(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA) {
            attribute = framed.to_bytes();
        }
        attribute
    }

    fn joined(&self, outputs: &[Output<'m>], starts: &HashSet<usize>, repair: Repair) -> Result<Rope<'m>> {
        let mut rope = Rope::default();
        let is_header =
            |output: &Output<'_>| matches!(output, Output::Piece(n) if matches!(self.pieces.get(*n), Some(Piece::Header(_))));
        if repair >= Repair::Frames && !outputs.iter().any(is_header) {
            rope.own().emit_u32(SIGNATURE);
            rope.own().emit_u16(self.options.key.unwrap_or(1));
        }
        let mut outputs = outputs.iter().enumerate().peekable();
        while let Some((index, output)) = outputs.next() {
            if repair >= Repair::Starts && starts.contains(&index) {
                rope.own().extend(self.start(output));
            }
            let number = match output {
                Output::New(_, new) | Output::Changed(_, new) => {
                    rope.append(new.clone());
                    continue;
                }
                Output::Piece(number) => *number,
            };
            let follower = number.checked_add(1).filter(|next| *next < self.pieces.len());
            let as_before = match (outputs.peek(), follower) {
                (None, None) => true,
                (Some((_, Output::Piece(next))), Some(follower)) => *next == follower,
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
                Some(Piece::Header(header)) if repair >= Repair::Frames => {
                    rope.own().emit_u32(SIGNATURE);
                    rope.own().emit_u16(header.key.unwrap_or(1));
                }
                Some(Piece::Attribute(attribute))
                    // An attribute at the end of a cut stream would swallow what follows it now.
                    if (!as_before && is_open(attribute)) || (repair >= Repair::Frames && is_damaged(attribute)) =>
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

/// What makes out an attribute: level, id, length and sum of the data, and whether an attachment starts with it.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    level: Level,
    id: AttrId,
    length: u64,
    sum: u16,
    starts: bool,
}

impl Summary {
    fn new(attribute: &Attribute<'_>, starts: bool) -> Self {
        let data = attribute.data();
        Summary { level: attribute.level(), id: attribute.id(), length: len64(data), sum: checksum(data), starts }
    }
}

fn attributes_of(stream: &[u8]) -> Vec<Summary> {
    let mut grouping = Grouping::default();
    let attributes = Reader::pieces(stream).filter_map(|piece| match piece {
        Piece::Attribute(attribute) => {
            let starts = part_attribute(&attribute).is_some_and(|attribute| grouping.starts(&attribute));
            Some(Summary::new(&attribute, starts))
        }
        Piece::Lost(_) => {
            grouping.lost();
            None
        }
        Piece::Header(_) => None,
    });
    attributes.collect()
}

/// The attribute under its full id, if it is one of an attachment.
fn part_attribute<'m>(attribute: &Attribute<'m>) -> Option<Attribute<'m>> {
    let attribute = full_id(*attribute);
    let level = attribute.id().level().unwrap_or(attribute.level());
    Some(attribute).filter(|attribute| level == Level::ATTACHMENT && attribute.id() != AttrId::NULL)
}

fn is_damaged(attribute: &Attribute<'_>) -> bool {
    attribute.framing() != Framing::Declared || attribute.checksum_state() != ChecksumState::Match
}

/// Whether the stream ends inside the attribute.
fn is_open(attribute: &Attribute<'_>) -> bool {
    attribute.framing() == Framing::Truncated || attribute.stored_checksum().is_none()
}
