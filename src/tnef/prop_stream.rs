//! A property list of any length in constant memory ([MS-OXTNEF] 2.1.3.4): for attAttachment, one of whose properties
//! (PidTagAttachDataObject) may hold gigabytes.
//!
//! Properties that fit the window ([`WINDOW`] bytes, or [`Limits::held`] if that is less) come whole, as do longer ones with
//! several values of up to [`Limits::held`] bytes. A longer value that is one of its property comes as an [`io::Read`]. The
//! pieces are those of [`PropertyList::pieces`] wherever the list is undamaged, and wherever it ends within the window. Damage
//! further from the end costs the rest of the list, because only its end tells where it goes on.

use std::fmt;
use std::io::{self, Read};

use uuid::Uuid;

use crate::base::Offset;
use crate::base::diag::{Code, Severity};
use crate::base::error::{Error, Result};
use crate::base::input::{Cursor, le_u32, len64, length, padding, peek};
use crate::base::lookahead::Lookahead;
use crate::base::options::{Compliance, ReadOptions};
use crate::mapi::{PropName, PropTag, PropType};

#[cfg(doc)]
use crate::{base::Limits, tnef::PropertyList};

use super::prop_value::{self, Size};
use super::props::{self, PropertyPiece, PropertyPieces, PropertyRef, Unreadable};
use super::stream::{LostBytes, WINDOW};

/// The smallest window: a named property with an interface id.
const MIN_WINDOW: usize = 64;

/// Piece of a property list that comes next.
#[derive(Debug)]
#[non_exhaustive]
pub enum PropertyEvent<'a, R> {
    /// A property, whole.
    Property(PropertyRef<'a>),
    /// A property with one long value.
    Value(ValueReader<'a, R>),
    /// Bytes that no property could be read from.
    Lost(LostBytes),
}

/// Walks a property list of any length in constant memory.
///
/// ```
/// use winmail::{ReadOptions, tnef::{PropertyEvent, PropertyStream}};
///
/// # let data = &[1u8, 0, 0, 0, 3, 0, 0x17, 0, 2, 0, 0, 0][..];
/// let mut list = PropertyStream::new(data, 0, &ReadOptions::lenient());
/// while let Some(event) = list.next_event()? {
///     match event {
///         PropertyEvent::Property(property) => println!("{}", property.tag()),
///         PropertyEvent::Value(mut value) => drop(std::io::copy(&mut value, &mut std::io::sink())?),
///         _ => {}
///     }
/// }
/// # Ok::<(), winmail::Error>(())
/// ```
pub struct PropertyStream<R> {
    input: Lookahead<R>,
    window: usize,
    held: usize,
    strict: bool,
    state: State,
    /// Properties that are still declared.
    left: u32,
    value: Option<Value>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Before the count.
    Start,
    /// Between two properties.
    Body,
    /// Between two properties, with all of the rest in the buffer. The number is what searches may still look at.
    Tail(usize),
    /// In bytes that are lost to the end of the list.
    Skipping(Code, Offset),
    Done,
}

/// A value that is being handed out.
#[derive(Debug, Clone, Copy)]
struct Value {
    left: Offset,
    padding: usize,
    length: Offset,
    offset: u64,
}

impl Value {
    /// Counts what was read.
    fn count(&mut self, read: usize) {
        self.left -= read;
        self.length += read;
    }
}

/// A decision, without the bytes.
enum Step {
    /// A property of so many bytes; if it is cut, whether others follow it.
    Property(usize, Option<bool>),
    Value(Head),
    Lost(LostBytes),
    End,
}

/// A property up to its one value.
struct Head {
    tag: PropTag,
    name: Option<PropName<'static>>,
    interface: Option<Uuid>,
    /// Bytes of the head, interface included.
    taken: usize,
    /// Declared length of the value, without the interface.
    length: u32,
    padding: usize,
}

impl<R: Read> PropertyStream<R> {
    /// A walk over the list that `inner` reads up to its end, and that stands at `offset` of the outermost input. Nothing is
    /// read yet.
    pub fn new(inner: R, offset: u64, options: &ReadOptions) -> Self {
        let held = Offset::from(options.limits.held).index();
        PropertyStream {
            input: Lookahead::new(inner, offset),
            window: held.clamp(MIN_WINDOW, WINDOW),
            held: held.max(MIN_WINDOW),
            strict: options.compliance == Compliance::Strict,
            state: State::Start,
            left: 0,
            value: None,
        }
    }

    /// Returns what comes next; `None` at the end. A value that was not read to its end is skipped.
    ///
    /// # Errors
    /// Io; the call can be repeated after it. Malformed if there are not even the four bytes of the count; with strict options
    /// also at the first defect of severity *error*. The walk has ended then.
    pub fn next_event(&mut self) -> Result<Option<PropertyEvent<'_, R>>> {
        if self.value.is_some() {
            self.finish_value()?;
        }
        let step = loop {
            let step = match self.state {
                State::Start => self.start()?,
                State::Body => self.body()?,
                State::Tail(steps) => self.tail(steps),
                State::Skipping(code, start) => {
                    self.input.drain(Offset::MAX, |_, _| {})?;
                    self.state = State::Done;
                    let length = (self.input.place() - start).get();
                    Some(Step::Lost(LostBytes { code, offset: start.get(), length }))
                }
                State::Done => Some(Step::End),
            };
            if let Some(step) = step {
                break step;
            }
        };
        let offset = self.input.offset();
        match step {
            Step::Property(taken, cut) => {
                if cut.is_some() {
                    self.defect(Code::PropertyTruncated, offset)?;
                }
                let mut cursor = Cursor::new(self.input.take(taken), offset);
                let property = match cut {
                    Some(followed) => props::cut_property(&mut cursor, followed),
                    None => props::property(&mut cursor).ok(),
                };
                // It was read from the same bytes before.
                Ok(property.map(PropertyEvent::Property))
            }
            Step::Value(head) => {
                let Head { tag, name, interface, taken, length, padding } = head;
                self.input.take(taken);
                self.value = Some(Value { left: length.into(), padding, length: Offset::START, offset });
                Ok(Some(PropertyEvent::Value(ValueReader { list: self, tag, name, interface, length, taken, offset })))
            }
            Step::Lost(lost) => {
                self.defect(lost.code, lost.offset)?;
                Ok(Some(PropertyEvent::Lost(lost)))
            }
            Step::End => {
                self.state = State::Done;
                Ok(None)
            }
        }
    }

    fn start(&mut self) -> Result<Option<Step>> {
        let offset = self.input.offset();
        let look = self.input.look(4)?;
        let Some(count) = peek(le_u32, look.bytes) else {
            let message = format!("{} bytes are no property list", look.bytes.len());
            self.state = State::Done;
            return Err(Error::malformed(Code::PropertyTruncated, offset, message));
        };
        self.left = count;
        self.input.take(4);
        self.state = State::Body;
        Ok(None)
    }

    fn body(&mut self) -> Result<Option<Step>> {
        // Padding at the end of what is looked at is not mistaken for missing: there is room for it.
        let size = (Offset::from(self.window) + 4).index();
        let start = self.input.place();
        let left = self.left;
        let look = self.input.look(size)?;
        if !look.open {
            return Ok(self.enter_tail());
        }
        if left == 0 {
            self.state = State::Skipping(Code::TrailingPropertyBytes, start);
            return Ok(None);
        }
        let unreadable = match whole(look.bytes) {
            Ok(taken) => return Ok(Some(self.counted(Step::Property(taken, None)))),
            Err(unreadable) => unreadable,
        };
        if unreadable.code == Code::PropertyTruncated {
            if let Some(head) = head(look.bytes) {
                return Ok(Some(self.counted(Step::Value(head))));
            }
            let look = self.input.look((Offset::from(self.held) + 4).index())?;
            if !look.open {
                return Ok(self.enter_tail());
            }
            if let Ok(taken) = whole(look.bytes) {
                return Ok(Some(self.counted(Step::Property(taken, None))));
            }
        }
        self.state = State::Skipping(unreadable.code, start);
        Ok(None)
    }

    fn counted(&mut self, step: Step) -> Step {
        self.left = self.left.saturating_sub(1);
        step
    }

    fn enter_tail(&mut self) -> Option<Step> {
        self.state = State::Tail(props::search_steps(self.input.buffered().len()));
        None
    }

    /// What comes next if all of the rest is in the buffer: what [`PropertyPieces`] says.
    fn tail(&mut self, steps: usize) -> Option<Step> {
        let cursor = Cursor::at(self.input.buffered(), self.input.place());
        let mut pieces = PropertyPieces::resume(cursor, self.left, steps);
        let piece = pieces.next();
        let (left, steps) = pieces.progress();
        let step = match piece {
            Some(PropertyPiece::Property(property)) => {
                let taken = property.wire().len();
                let followed = taken < cursor.rest().len();
                Step::Property(taken, property.is_truncated().then_some(followed))
            }
            Some(PropertyPiece::Lost { code, bytes, offset, .. }) => {
                let lost = LostBytes { code, offset, length: len64(bytes) };
                let taken = bytes.len();
                self.input.take(taken);
                Step::Lost(lost)
            }
            None => Step::End,
        };
        self.left = left;
        self.state = State::Tail(steps);
        Some(step)
    }

    /// Reads what is left of the value that is being handed out, and its padding.
    fn finish_value(&mut self) -> Result<ValueEnd> {
        if let Some(value) = &mut self.value {
            self.input.drain(value.left, |read, _| value.count(read))?;
        }
        let nothing = Value { left: Offset::START, padding: 0, length: Offset::START, offset: 0 };
        let value = self.value.unwrap_or(nothing);
        let padding = self.input.look(value.padding)?.bytes.len();
        self.input.take(padding);
        self.value = None;
        let truncated = value.left > Offset::START;
        if truncated {
            self.defect(Code::PropertyTruncated, value.offset)?;
        }
        Ok(ValueEnd { length: value.length.get(), truncated })
    }

    /// A defect: where reading is strict, the end.
    fn defect(&mut self, code: Code, offset: u64) -> Result<()> {
        if self.strict && code.severity() == Severity::Error {
            self.state = State::Done;
            return Err(Error::malformed(code, offset, "a property list is damaged"));
        }
        Ok(())
    }
}

/// The length of the property that `bytes`, which are not all there is, start with.
fn whole(bytes: &[u8]) -> std::result::Result<usize, Unreadable> {
    let mut cursor = Cursor::new(bytes, 0);
    let property = props::property(&mut cursor)?;
    if cursor.rest().is_empty() {
        // Its padding may be behind what is here.
        return Err(Unreadable { code: Code::PropertyTruncated, tag: Some(property.tag()) });
    }
    Ok(property.wire().len())
}

/// The property that `bytes` start with, up to its value, if it has one and that is counted.
fn head(bytes: &[u8]) -> Option<Head> {
    let mut at = Cursor::new(bytes, 0);
    let tag = at.parse(props::tag)?;
    if prop_value::size(tag.prop_type()) != Size::Counted || tag.prop_type().is_multiple() {
        return None;
    }
    let name = if tag.id().is_named() { Some(at.parse(props::name)?.into_owned()) } else { None };
    let (count, declared) = at.parse((le_u32, le_u32))?;
    if count != 1 {
        return None;
    }
    let mut value = declared;
    let mut interface = None;
    if tag.prop_type() == PropType::OBJECT {
        if let Some(rest) = declared.checked_sub(16) {
            interface = Some(Uuid::from_bytes_le(at.take_array()?));
            value = rest;
        }
    }
    let taken = at.place().index();
    Some(Head { tag, name, interface, taken, length: value, padding: padding(length(declared)) })
}

impl<R> fmt::Debug for PropertyStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertyStream")
            .field("offset", &self.input.offset())
            .field("state", &self.state)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// The long value of a property as it comes from the stream: of a PtypObject, what follows its interface id. Ends where the
/// value does, or where the list is cut.
///
/// It need not be read to its end, nor finished, for the walk to go on.
pub struct ValueReader<'a, R> {
    list: &'a mut PropertyStream<R>,
    tag: PropTag,
    name: Option<PropName<'static>>,
    interface: Option<Uuid>,
    length: u32,
    taken: usize,
    offset: u64,
}

/// Facts known at the end of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValueEnd {
    /// Number of its bytes, without an interface id.
    pub length: u64,
    /// Says whether the list ended inside it.
    pub truncated: bool,
}

impl<R> ValueReader<'_, R> {
    /// The tag. Where [`ValueReader::name`] is set, its id is a placeholder.
    #[must_use]
    pub fn tag(&self) -> PropTag {
        self.tag
    }

    /// The name of a named property.
    #[must_use]
    pub fn name(&self) -> Option<&PropName<'static>> {
        self.name.as_ref()
    }

    /// The interface id of a PtypObject.
    #[must_use]
    pub fn interface(&self) -> Option<Uuid> {
        self.interface
    }

    /// The declared length in bytes, without an interface id.
    #[must_use]
    pub fn declared_length(&self) -> u32 {
        self.length
    }

    /// Offset of the tag in the outermost input.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Offset of the value in the outermost input.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        (Offset::from(self.offset) + self.taken).get()
    }
}

impl<R: Read> ValueReader<'_, R> {
    /// Reads on to the end of the value.
    ///
    /// # Errors
    /// Io. With strict options also Malformed if the list ends inside the value.
    pub fn finish(self) -> Result<ValueEnd> {
        self.list.finish_value()
    }
}

impl<R: Read> Read for ValueReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(value) = &mut self.list.value else { return Ok(0) };
        let read = self.list.input.read(out, value.left)?;
        value.count(read);
        Ok(read)
    }
}

impl<R> fmt::Debug for ValueReader<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueReader").field("tag", &self.tag).field("offset", &self.offset).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
