//! The dump for people: a line an attribute and a line a property, columns aligned.

use std::io::{self, Write};

use crate::read;
use crate::style::{Shown, Style};
use winmail::Report;
use winmail::base::HexPairs;
use winmail::mapi::{PropTag, PropValue, String8, dictionary};
use winmail::tnef::{
    AttrId, Attribute, AttributeValue, ChecksumState, Framing, Header, Level, Piece, PropertyList, PropertyPiece, PropertyRef,
    RecipientTable, Row,
};
use winmail::{Code, Severity};
use winmail::{Message, Recipient};

use super::structure;
use super::value::{Rendered, Renderer, counted};
use winmail::message::embedded::Embedded;

/// The longest name that a list's columns are laid out for; longer ones push their line's columns to the right.
const NAME_MAX: usize = 40;
/// Width of the longest attribute name.
const ATTRIBUTE_NAME: usize = 26;
/// Columns that a level of the tree is indented by.
const STEP: usize = 2;
/// Bytes of an attribute before its data, and of a list or table before its first property or row.
const ATTRIBUTE_HEAD: usize = 9;
const COUNT: usize = 4;

/// What to show, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    pub(super) style: Style,
    /// Every byte as well.
    pub(super) hex: bool,
    /// Values are not cut.
    pub(super) full: bool,
}

/// Prints a message and the nested ones.
pub(super) fn print(name: &str, message: &Message<'_>, report: &Report, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let Options { style, hex, full } = options;
    let bytes = message.source().len();
    writeln!(out, "{}: {bytes} bytes, {}", style.bold(name), headline(message))?;
    let digits = format!("{bytes:x}").len().max(4);
    let mut printer = Printer { out, style, hex, full, digits };
    let head =
        format!("{:<w$}  lvl  {:<ATTRIBUTE_NAME$} {:>8}  value", "offset", "attribute", "bytes", w = digits.saturating_add(2));
    writeln!(printer.out, "{}", style.dim(head))?;
    printer.message(message, 0)?;
    if let Some(defects) = read::defect_count(report) {
        writeln!(printer.out, "{}", style.yellow(format!("{defects}: `winmail check` shows them")))?;
    }
    Ok(())
}

/// What the message is.
pub(super) fn headline(message: &Message<'_>) -> String {
    let kind = message.kind().describe();
    match message.subject() {
        Some(subject) if !subject.is_empty() => format!("{kind} \"{}\"", Shown(&subject)),
        _ => kind.to_owned(),
    }
}

/// The message that is being printed.
struct Context<'m> {
    message: &'m Message<'m>,
    embedded: Embedded<'m>,
    /// The message's recipients of which no row was printed yet.
    recipients: std::slice::Iter<'m, Recipient<'m>>,
    indent: usize,
    renderer: Renderer,
}

impl<'m> Context<'m> {
    /// The bytes of the stream from `offset` on.
    fn wire(&self, offset: u64, length: u64) -> &'m [u8] {
        let from = offset.checked_sub(self.message.offset()).and_then(|from| usize::try_from(from).ok());
        let range = from.zip(usize::try_from(length).ok()).and_then(|(from, length)| Some(from..from.checked_add(length)?));
        range.and_then(|range| self.message.source().get(range)).unwrap_or_default()
    }
}

/// The columns of a property list.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    name: usize,
    prop_type: usize,
    properties: usize,
}

impl Columns {
    fn of<'a>(properties: impl Iterator<Item = PropertyRef<'a>>) -> Self {
        let mut columns = Columns::default();
        for property in properties {
            columns.name = columns.name.max(label(&property).chars().count());
            columns.prop_type = columns.prop_type.max(property.tag().prop_type().to_string().len());
            columns.properties = columns.properties.saturating_add(1);
        }
        columns.name = columns.name.min(NAME_MAX);
        columns
    }
}

/// The name of a property: the specification's, else set and number or string, else the id.
fn label(property: &PropertyRef<'_>) -> String {
    match (dictionary::canonical_name(property.tag(), property.name().as_ref()), property.name()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(name)) => Shown(&name.set_and_name()).to_string(),
        (None, None) => property.tag().id().to_string(),
    }
}

struct Printer<'p> {
    out: &'p mut dyn Write,
    style: Style,
    hex: bool,
    full: bool,
    /// Of offsets.
    digits: usize,
}

impl Printer<'_> {
    /// The start of a line: offset and indentation.
    fn start(&mut self, offset: u64, indent: usize) -> io::Result<()> {
        let digits = self.digits;
        write!(self.out, "{}  {:indent$}", self.style.dim(format_args!("0x{offset:0digits$x}")), "")
    }

    /// A line that goes on with what the last one said.
    fn go_on(&mut self, indent: usize) -> io::Result<()> {
        let columns = self.digits.saturating_add(4).saturating_add(indent);
        write!(self.out, "{:columns$}", "")
    }

    /// A defect of what the line before shows.
    fn defect(&mut self, indent: usize, text: impl AsRef<str>) -> io::Result<()> {
        self.go_on(indent.saturating_add(STEP))?;
        writeln!(self.out, "{}", self.style.red(format_args!("! {}", Shown(text.as_ref()))))
    }

    /// A remark on what the line before shows: no defect, or one without consequence.
    fn remark(&mut self, indent: usize, text: impl AsRef<str>) -> io::Result<()> {
        self.go_on(indent.saturating_add(STEP))?;
        writeln!(self.out, "{}", self.style.dim(format_args!("- {}", Shown(text.as_ref()))))
    }

    /// Bytes as `--hex` shows them.
    fn bytes(&mut self, offset: u64, bytes: &[u8], indent: usize) -> io::Result<()> {
        if self.hex { self.dump(offset, bytes, indent) } else { Ok(()) }
    }

    /// Sixteen bytes a line, and the ASCII characters that they are.
    fn dump(&mut self, offset: u64, bytes: &[u8], indent: usize) -> io::Result<()> {
        let mut at = offset;
        for row in bytes.chunks(16) {
            self.start(at, indent.saturating_add(STEP))?;
            let mut line = String::with_capacity(80);
            for index in 0..16 {
                if index == 8 {
                    line.push(' ');
                }
                match row.get(index) {
                    Some(byte) => {
                        line.push_str(&format!("{byte:02x} "));
                    }
                    None => line.push_str("   "),
                }
            }
            line.push_str(" |");
            line.extend(row.iter().map(|byte| if matches!(byte, 0x20..=0x7E) { char::from(*byte) } else { '.' }));
            line.push('|');
            writeln!(self.out, "{}", self.style.dim(line))?;
            at = at.saturating_add(16);
        }
        Ok(())
    }

    fn message(&mut self, message: &Message<'_>, indent: usize) -> io::Result<()> {
        let mut context = Context {
            message,
            embedded: Embedded::of(message),
            recipients: message.recipients.iter(),
            indent,
            renderer: Renderer { code_page: message.code_page(), full: self.full },
        };
        for piece in message.pieces() {
            match piece {
                Piece::Header(header) => self.header(&context, &header, piece.wire_length())?,
                Piece::Lost(lost) => self.lost(lost.code, None, lost.offset, lost.bytes, indent)?,
                Piece::Attribute(attribute) => self.attribute(&mut context, &attribute.as_read(), attribute.id())?,
            }
        }
        Ok(())
    }

    fn header(&mut self, context: &Context<'_>, header: &Header, length: u64) -> io::Result<()> {
        self.start(header.offset, context.indent)?;
        let key = header.key.map_or_else(|| "no key".to_owned(), |key| format!("key 0x{key:04x}"));
        let name = self.style.cyan(format_args!("{:<ATTRIBUTE_NAME$}", "signature, key")).to_string();
        writeln!(self.out, "     {name} {length:>8}  0x{:08x}, {key}", header.signature)?;
        self.bytes(header.offset, context.wire(header.offset, length), context.indent)
    }

    fn lost(&mut self, code: Code, tag: Option<PropTag>, offset: u64, bytes: &[u8], indent: usize) -> io::Result<()> {
        self.start(offset, indent)?;
        let what = tag.map_or_else(String::new, |tag| format!(" at tag {tag}"));
        let line = format!("lost: {}, {code}{what}: {}", counted(bytes.len()), first(bytes));
        let line = if code.severity() == Severity::Info { self.style.dim(line) } else { self.style.red(line) };
        writeln!(self.out, "{line}")?;
        self.bytes(offset, bytes, indent)
    }

    fn attribute(&mut self, context: &mut Context<'_>, attribute: &Attribute<'_>, id_in_stream: AttrId) -> io::Result<()> {
        let indent = context.indent;
        self.start(attribute.offset(), indent)?;
        let level = match attribute.level() {
            Level::MESSAGE => "msg ".to_owned(),
            Level::ATTACHMENT => "att ".to_owned(),
            Level(other) => format!("0x{other:02x}"),
        };
        let name = attribute.id().to_string();
        let name = self.style.bold(format_args!("{name:<ATTRIBUTE_NAME$}")).to_string();
        write!(self.out, "{level} {name} {:>8}  ", attribute.data().len())?;

        let value = attribute.value();
        let found = context.embedded.in_attribute(attribute).filter(|_| attribute.id() == AttrId::ATTACH_DATA);
        let mut columns = Columns::default();
        let head = match &value {
            Ok(AttributeValue::Properties(list)) => {
                columns = Columns::of(list.pieces().filter_map(|piece| match piece {
                    PropertyPiece::Property(property) => Some(property),
                    PropertyPiece::Lost { .. } => None,
                }));
                writeln!(self.out, "{}", count_line(columns.properties, list.declared_count(), "property", "properties"))?;
                ATTRIBUTE_HEAD.saturating_add(COUNT)
            }
            Ok(AttributeValue::Recipients(table)) => {
                let rows = table.rows().filter(|row| matches!(row, Row::Properties { .. })).count();
                writeln!(self.out, "{}", count_line(rows, table.declared_count(), "row", "rows"))?;
                ATTRIBUTE_HEAD.saturating_add(COUNT)
            }
            _ if found.is_some() => {
                let found = found.as_ref();
                writeln!(self.out, "{}", found.map_or_else(String::new, |found| headline(found.message)))?;
                ATTRIBUTE_HEAD.saturating_add(found.map_or(0, |found| found.before.len()))
            }
            Ok(value) => {
                let is_class = matches!(attribute.id().name(), Some("attMessageClass" | "attOriginalMessageClass"));
                let rendered = context.renderer.attribute(value, is_class);
                self.rendered(rendered, "", attribute.data_offset(), indent)?;
                usize::MAX
            }
            Err(_) => {
                writeln!(self.out, "{}", first(attribute.data()))?;
                usize::MAX
            }
        };
        self.attribute_notes(attribute, id_in_stream, indent)?;
        if let Ok(AttributeValue::Text(text)) = &value {
            self.behind_nul(text, indent)?;
        }

        let wire = context.wire(attribute.offset(), attribute.wire_length());
        let (head, _) = wire.split_at_checked(head).unwrap_or((wire, &[]));
        self.bytes(attribute.offset(), head, indent)?;
        match &value {
            Ok(AttributeValue::Properties(list)) => self.list(context, list, columns, indent.saturating_add(STEP))?,
            Ok(AttributeValue::Recipients(table)) => self.table(context, table, indent.saturating_add(STEP))?,
            _ => match found {
                Some(found) => self.message(found.message, indent.saturating_add(STEP).saturating_add(STEP))?,
                None => return Ok(()),
            },
        }
        // The checksum stands behind what was printed piece by piece.
        let tail = attribute.data_offset().saturating_add(crate::len64(attribute.data()));
        let end = attribute.offset().saturating_add(attribute.wire_length());
        self.bytes(tail, context.wire(tail, end.saturating_sub(tail)), indent)
    }

    /// What is not as it should be with an attribute.
    fn attribute_notes(&mut self, attribute: &Attribute<'_>, id_in_stream: AttrId, indent: usize) -> io::Result<()> {
        let (declared, found) = (attribute.declared_length(), attribute.data().len());
        let framing = match attribute.framing() {
            Framing::Declared => None,
            Framing::Repaired => Some(format!("{declared} bytes declared; the checksum says that the data ends here")),
            Framing::LineEndsCollapsed => Some(format!("{declared} bytes declared; the checksum says that CRs were removed")),
            Framing::Estimated => Some(format!("{declared} bytes declared; taken up to the next attribute")),
            Framing::Truncated => Some(format!("{declared} bytes declared; the stream ends after {found}")),
            other => Some(format!("{declared} bytes declared; {}", other.name())),
        };
        let checksum = match attribute.checksum_state() {
            ChecksumState::Match => None,
            // What does not fit is the length, and that is said already.
            _ if matches!(attribute.framing(), Framing::LineEndsCollapsed | Framing::Truncated) => None,
            state => Some(state.to_string()),
        };
        let id = (id_in_stream != attribute.id()).then(|| format!("id is {id_in_stream}, without the type word"));
        let level = attribute.id().level().filter(|level| *level != attribute.level());
        let level = level.map(|level| format!("level byte is {}, belongs to {level}", attribute.level().0));
        let size = match (attribute.value(), attribute.expected_length()) {
            (Err(error), _) => Some(error.message().to_owned()),
            (Ok(_), Some(expected)) if expected != found => Some(format!("{expected} bytes expected")),
            _ => None,
        };
        for note in [framing, checksum, id, level, size].into_iter().flatten() {
            self.defect(indent, note)?;
        }
        Ok(())
    }

    /// A value, and after its line `aside`. `offset` is where its bytes stand.
    fn rendered(&mut self, rendered: Rendered<'_>, aside: &str, offset: u64, indent: usize) -> io::Result<()> {
        let aside = self.style.dim(aside);
        match rendered {
            Rendered::Line(line) => writeln!(self.out, "{line}{aside}"),
            Rendered::Text(line, text) => {
                writeln!(self.out, "{line}{aside}")?;
                for line in text.split_inclusive('\n') {
                    self.go_on(indent.saturating_add(STEP))?;
                    writeln!(self.out, "\"{}\"", Shown(line))?;
                }
                Ok(())
            }
            Rendered::Bytes(line, data) => {
                writeln!(self.out, "{line}{aside}")?;
                // Else they are shown with all other bytes.
                if self.hex { Ok(()) } else { self.dump(offset, data, indent) }
            }
        }
    }

    /// Says that a text is followed by bytes that no reader shows.
    fn behind_nul(&mut self, text: &String8<'_>, indent: usize) -> io::Result<()> {
        let rest = text.0.get(text.text_bytes().len()..).unwrap_or_default();
        match rest.iter().position(|byte| *byte != 0).and_then(|at| rest.get(at..)) {
            Some(hidden) => self.defect(indent, format!("{} bytes behind the text's NUL: {}", hidden.len(), first(hidden))),
            None => Ok(()),
        }
    }

    fn list(&mut self, context: &mut Context<'_>, list: &PropertyList<'_>, columns: Columns, indent: usize) -> io::Result<()> {
        for piece in list.pieces() {
            match piece {
                PropertyPiece::Property(property) => self.property(context, &property, columns, indent)?,
                PropertyPiece::Lost { code, tag, bytes, offset } => self.lost(code, tag, offset, bytes, indent)?,
            }
        }
        Ok(())
    }

    fn table(&mut self, context: &mut Context<'_>, table: &RecipientTable<'_>, indent: usize) -> io::Result<()> {
        let mut number = 0usize;
        for row in table.rows() {
            match row {
                Row::Properties { list, offset, .. } => {
                    self.start(offset, indent)?;
                    let who = context.recipients.next().map_or_else(String::new, recipient_words);
                    let columns = Columns::of(list.iter().flatten());
                    let count = count_line(columns.properties, list.declared_count(), "property", "properties");
                    writeln!(self.out, "{}, {count}{who}", self.style.bold(format_args!("row {number}")))?;
                    self.bytes(offset, context.wire(offset, 4), indent)?;
                    for property in list.iter().flatten() {
                        self.property(context, &property, columns, indent.saturating_add(STEP))?;
                    }
                    number = number.saturating_add(1);
                }
                Row::Lost { bytes, offset } => self.lost(Code::InvalidRowCount, None, offset, bytes, indent)?,
            }
        }
        Ok(())
    }

    fn property(
        &mut self,
        context: &mut Context<'_>,
        property: &PropertyRef<'_>,
        columns: Columns,
        indent: usize,
    ) -> io::Result<()> {
        let value = property.value();
        let (tag, offset) = (property.tag(), property.offset());
        self.start(offset, indent)?;
        let name = self.style.cyan(format_args!("{:<w$}", label(property), w = columns.name)).to_string();
        let prop_type = tag.prop_type().to_string();
        write!(self.out, "{name}  {tag} {prop_type:<w$}  ", w = columns.prop_type)?;

        // The name that the wire has, where the line starts with the specification's for it.
        let aside = property.name().filter(|name| name.canonical_name().is_some());
        let aside = aside.map(|name| format!("  {}", Shown(&name.set_and_name()))).unwrap_or_default();
        let found = context.embedded.in_property(property, &value);
        match (&found, context.renderer.property(property, &value)) {
            (Some(found), _) => {
                let interface = match &value {
                    PropValue::Object(object) => object.interface_name().unwrap_or("object"),
                    _ => "bytes",
                };
                writeln!(self.out, "{interface}, {} bytes: {}", found.message.source().len(), headline(found.message))?;
            }
            (None, rendered) => {
                let at = match &rendered {
                    Rendered::Bytes(_, bytes) => property.offset_of(bytes),
                    _ => offset,
                };
                self.rendered(rendered, &aside, at, indent)?;
            }
        }
        if let (PropValue::Binary(bytes), true) = (&value, context.renderer.full) {
            let name = dictionary::canonical_name(property.tag(), property.name().as_ref()).unwrap_or_default();
            for line in structure::lines(name, bytes) {
                self.go_on(indent.saturating_add(STEP))?;
                writeln!(self.out, "{}", Shown(&line))?;
            }
        }
        self.property_notes(property, &value, indent)?;

        let Some(found) = found else {
            return self.bytes(offset, property.wire(), indent);
        };
        let start = found.message.offset();
        let end = start.saturating_add(crate::len64(found.message.source()));
        let behind = offset.saturating_add(crate::len64(property.wire())).saturating_sub(end);
        self.bytes(offset, context.wire(offset, start.saturating_sub(offset)), indent)?;
        self.message(found.message, indent.saturating_add(STEP))?;
        self.bytes(end, context.wire(end, behind), indent)
    }

    /// What is not as it should be with a property.
    fn property_notes(&mut self, property: &PropertyRef<'_>, value: &PropValue<'_>, indent: usize) -> io::Result<()> {
        if property.is_truncated() {
            self.defect(indent, "the list ends inside the value")?;
        }
        match property.count() {
            Some(count) if count != 1 && !property.tag().prop_type().is_multiple() => {
                self.defect(indent, format!("{count} values where there must be 1"))?;
            }
            _ => {}
        }
        if !property.padding_is_zero() {
            self.remark(indent, "padding is not zero")?;
        }
        match value {
            PropValue::String(text) if !text.is_valid() => self.defect(indent, "not valid UTF-16"),
            PropValue::String8(text) => self.behind_nul(text, indent),
            PropValue::String(text) => {
                let mut behind =
                    text.0.chunks(2).skip_while(|unit| *unit != [0, 0]).skip_while(|unit| *unit == [0, 0]).peekable();
                match behind.peek() {
                    Some(_) => self.defect(indent, format!("{} UTF-16 units behind the text's NUL", behind.count())),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// The first bytes of some.
fn first(bytes: &[u8]) -> HexPairs<'_> {
    HexPairs { bytes, max: 16 }
}

/// `5 properties`, and what is declared if that is another number.
fn count_line(found: usize, declared: u32, one: &str, many: &str) -> String {
    let what = if found == 1 { one } else { many };
    if usize::try_from(declared) == Ok(found) {
        format!("{found} {what}")
    } else {
        format!("{found} {what}, {declared} declared")
    }
}

/// `: To "Jane" <jane@example.com>`.
fn recipient_words(recipient: &Recipient<'_>) -> String {
    let kind = recipient.recipient_type().map(|kind| kind.to_string()).unwrap_or_default();
    let name = recipient.display_name().unwrap_or_default();
    let address = recipient.smtp_address().or_else(|| recipient.address()).unwrap_or_default();
    format!(": {kind} \"{}\" <{}>", Shown(&name), Shown(&address))
}
