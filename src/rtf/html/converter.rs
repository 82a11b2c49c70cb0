//! Events of the RTF reader become HTML: the state between them, and what each does.

use super::background::Background;
use super::character::{self, Character};
use super::color::ColorTable;
use super::escape;
use super::face::Face;
use super::inline::{Context, Inline};
use super::list::{self, LEVELS, Marker, OpenLists};
use super::paragraph::{self, Paragraph};
use super::picture::Picture;
use super::rendered::{Part, RenderedHtml};
use super::table::{self, RowDefinition, Table};
use super::tabs::{self, Tab};
use crate::base::context::Ctx;
use crate::base::{Code, Offset, Report, Result};
use crate::rtf::field::{self, Field};
use crate::rtf::list_table::ListTable;
use crate::rtf::numbering::Numbering;
use crate::rtf::output::limit_reached;
use crate::rtf::state::{Destination, Event, Group, Reader};

/// Stands for an attachment's place until the document is complete. No text gives it: `<` is escaped.
const PLACE: &str = "<!--objattph-->";

/// A stretch of HTML that paragraphs are appended to: the document, or a cell.
#[derive(Default)]
struct Flow {
    html: String,
    lists: OpenLists,
}

/// What groups save beside what the reader does.
#[derive(Debug, Clone, Copy, Default)]
struct Format {
    character: Character,
    paragraph: Paragraph,
}

/// A field that is open.
struct OpenField {
    depth: usize,
    instruction: String,
    /// Its link's number.
    link: u32,
    /// What is shown if there is no result.
    shown: Option<Field>,
    /// How much of the paragraph preceded it.
    start: usize,
}

/// Whose borders `\brdr...` words describe.
#[derive(Debug, Clone, Copy, Default)]
enum BorderOf {
    #[default]
    Nothing,
    Paragraph(u8),
    Cell(u8),
}

/// Turns events into HTML.
#[derive(Default)]
pub(super) struct Converter {
    format: Format,
    stack: Vec<Format>,
    colors: ColorTable,
    list_table: ListTable,
    inline: Inline,
    /// The tabs of the current paragraph that go to its stops.
    tabs: Vec<Tab>,
    /// `\deftab`.
    default_tab: Option<i32>,
    /// Some tabs are left to the browser.
    plain_tabs: bool,
    /// The document, and a cell for every table that is open.
    flow: Flow,
    tables: Vec<(Flow, Table)>,
    row: RowDefinition,
    borders: BorderOf,
    /// The name of the bookmark that starts.
    bookmark: String,
    /// The list text of the current paragraph.
    marker: String,
    fields: Vec<OpenField>,
    /// Footnotes, which stand at the end.
    notes: Vec<String>,
    numbering: Numbering,
    links: Vec<String>,
    picture: Option<Picture>,
    parts: Vec<Part>,
    /// What most of the text has.
    base: Face,
    /// CSS of `body`.
    body_css: String,
    background: Background,
    /// Bytes made so far.
    made: Offset,
    /// The limit was reached.
    pub(super) full: bool,
}

impl Converter {
    /// With the face that most of the text has, and its CSS.
    pub(super) fn new((base, body_css): (Face, String)) -> Self {
        Converter { base, body_css, ..Converter::default() }
    }

    pub(super) fn event(&mut self, event: Event<'_>, reader: &Reader<'_>, ctx: &mut Ctx<'_>) -> Result<()> {
        let group = reader.group();
        let before = self.inline.html.len();
        if let Some(field) = self.fields.last_mut() {
            field::append_event(&mut field.instruction, &event, group.destination);
        }
        self.numbering.event(&event, group.destination);
        match event {
            Event::Open => self.stack.push(self.format),
            Event::Close(closed) => self.close(closed, reader, ctx)?,
            Event::Destination(Destination::Picture | Destination::ObjectData) => self.picture = Some(Picture::default()),
            Event::Destination(Destination::ListText) => self.marker.clear(),
            Event::Destination(Destination::Bookmark) => self.bookmark.clear(),
            Event::Destination(Destination::PropertyName) => self.background.start_property(),
            Event::Destination(Destination::Note) if !group.hidden => {
                self.notes.push(String::new());
                self.body_text(&format!("[{}]", self.notes.len()), reader);
            }
            Event::Destination(_) => {}
            // At the start of a line a space behind it must not collapse, should nothing be put there.
            Event::Attachment if self.inline.html.is_empty() => self.inline.html.push_str(PLACE),
            Event::Attachment => self.inline.raw(PLACE),
            Event::Binary(bytes) => {
                if let Some(picture) = &mut self.picture {
                    picture.binary(bytes);
                }
            }
            Event::Text(text) => self.text(&text, group, reader),
            Event::Char(c) => self.text(c.encode_utf8(&mut [0; 4]), group, reader),
            Event::Word(name, parameter) => self.word(name, parameter, group, reader),
        }
        self.made += Offset::from(self.inline.html.len()) - before;
        if self.made > ctx.budget.output().into() && !self.full {
            self.full = true;
            limit_reached(reader.offset(), ctx)?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str, group: Group, reader: &Reader<'_>) {
        match group.destination {
            Destination::Body if !group.hidden => self.body_text(text, reader),
            Destination::ListText => field::append(&mut self.marker, text),
            Destination::Bookmark => field::append(&mut self.bookmark, text),
            Destination::Note if !group.hidden => self.note(text),
            Destination::ColorTable => self.colors.text(text),
            Destination::LevelText => self.list_table.level_text(text),
            Destination::PropertyName => field::append(&mut self.background.name, text),
            Destination::PropertyValue => field::append(&mut self.background.value, text),
            Destination::Picture | Destination::ObjectData => {
                if let Some(picture) = &mut self.picture {
                    picture.hex(text);
                }
            }
            _ => {}
        }
    }

    /// Appends to the last note.
    fn note(&mut self, text: &str) {
        if let Some(note) = self.notes.last_mut() {
            field::append(note, text);
        }
    }

    fn body_text(&mut self, text: &str, reader: &Reader<'_>) {
        let mut look = self.format.character;
        look.font = reader.current_font();
        let font = look.font.and_then(|number| reader.font(number));
        let context = Context { colors: &self.colors, links: &self.links, base: self.base };
        self.inline.text(text, look, font, &context);
    }

    fn word(&mut self, name: &str, parameter: Option<i32>, group: Group, reader: &Reader<'_>) {
        match group.destination {
            Destination::ColorTable => return self.colors.word(name, parameter),
            Destination::ListTable => return self.list_table.word(name, parameter),
            Destination::Note if matches!(name, "par" | "line") => return self.note("\n"),
            Destination::Note if name == "tab" => return self.note(" "),
            Destination::ListText if name == "tab" => return self.marker.push('\t'),
            Destination::Picture => {
                if let Some(picture) = &mut self.picture {
                    picture.word(name, parameter);
                }
                return;
            }
            Destination::Body => {}
            _ => return,
        }
        if self.border_word(name) || self.format.character.word(name, parameter) || self.format.paragraph.word(name, parameter) {
            return;
        }
        if self.row.word(name, parameter) {
            return;
        }
        match name {
            "field" => self.fields.push(OpenField {
                depth: reader.depth(),
                instruction: String::new(),
                link: 0,
                shown: None,
                start: self.inline.html.len(),
            }),
            "fldrslt" => self.format.character.link = self.fields.last().map_or(0, |field| field.link),
            "deftab" => self.default_tab = parameter,
            "tab" if !group.hidden => self.tab(reader),
            "line" | "softline" if !group.hidden => {
                if self.lines().is_some() {
                    self.inline.close();
                }
                self.inline.line_break();
            }
            "par" => self.end_paragraph(reader),
            "sect" | "page" if !self.inline.html.is_empty() => self.end_paragraph(reader),
            "cell" => self.end_cell(1, reader),
            "nestcell" => self.end_cell(self.format.paragraph.depth().max(2), reader),
            "row" => self.end_row(1, reader),
            "nestrow" => self.end_row(self.format.paragraph.depth().max(2), reader),
            _ => {}
        }
    }

    /// Where tabs take the lines of the paragraph, unless that is left to the browser.
    fn lines(&self) -> Option<tabs::Lines> {
        self.format.paragraph.lines(self.default_tab.unwrap_or(tabs::DEFAULT_TAB))
    }

    fn tab(&mut self, reader: &Reader<'_>) {
        if self.lines().is_some() {
            self.inline.segment();
            self.made += TAB_COST;
            self.tabs.push(Tab { at: self.inline.html.len(), size: self.format.character.half_points() });
        } else {
            self.plain_tabs = true;
            self.body_text("\t", reader);
        }
    }

    /// Words of borders; whether it was one.
    fn border_word(&mut self, name: &str) -> bool {
        let side = |name: &str| match name {
            "t" => Some(1),
            "r" => Some(2),
            "b" => Some(4),
            "l" => Some(8),
            _ => None,
        };
        if name == "box" {
            self.borders = BorderOf::Paragraph(paragraph::ALL_SIDES);
            return true;
        }
        if let Some(side) = name.strip_prefix("clbrdr").and_then(side) {
            self.borders = BorderOf::Cell(side);
            return true;
        }
        if name.starts_with("trbrdr") {
            self.borders = BorderOf::Nothing;
            return true;
        }
        let Some(kind) = name.strip_prefix("brdr") else { return false };
        if let Some(side) = side(kind) {
            self.borders = BorderOf::Paragraph(side);
            return true;
        }
        let on = match kind {
            // Attributes of a line, none of which draws it.
            "w" | "cf" | "sp" | "sh" | "frame" | "btw" | "bar" => return true,
            "none" | "nil" | "tbl" => false,
            _ => true,
        };
        match self.borders {
            BorderOf::Nothing => {}
            BorderOf::Paragraph(sides) => self.format.paragraph.set_borders(sides, on),
            BorderOf::Cell(sides) => {
                let cell = &mut self.row.current;
                cell.borders = if on { cell.borders | sides } else { cell.borders & !sides };
            }
        }
        true
    }

    fn close(&mut self, closed: Group, reader: &Reader<'_>, ctx: &mut Ctx<'_>) -> Result<()> {
        if let Some(outer) = self.stack.pop() {
            self.format = outer;
        }
        let left = |destination| closed.destination == destination && reader.group().destination != destination;
        if left(Destination::Picture) || left(Destination::ObjectData) {
            self.end_picture(left(Destination::ObjectData), ctx)?;
        }
        if left(Destination::Bookmark) {
            self.anchor();
        }
        if left(Destination::FieldInstruction) {
            self.end_instruction(reader.offset(), ctx)?;
        }
        if left(Destination::PropertyValue) {
            match &mut self.picture {
                Some(picture) => picture.property(&self.background.name, &self.background.value),
                None => self.background.end_property(),
            }
        }
        while self.fields.last().is_some_and(|field| field.depth > reader.depth()) {
            let Some(field) = self.fields.pop() else { break };
            let empty = self.inline.html.len() == field.start;
            match field.shown.filter(|_| empty) {
                Some(Field::Symbol { shown, .. }) => self.body_text(shown.encode_utf8(&mut [0; 4]), reader),
                Some(Field::Text(text)) => self.body_text(&text, reader),
                Some(Field::Ruby { base, reading }) => self.ruby(&base, &reading),
                Some(Field::Hyperlink(_)) | None => {}
            }
        }
        Ok(())
    }

    /// The place that a bookmark names, but for those that Word and Outlook set for themselves.
    fn anchor(&mut self) {
        let name = std::mem::take(&mut self.bookmark);
        let name = name.trim();
        if name.is_empty() || ["_GoBack", "_Mail", "OLE_LINK"].iter().any(|own| name.starts_with(own)) {
            return;
        }
        let mut html = String::from("<a id=\"");
        escape::push_attribute(&mut html, name);
        html.push_str("\"></a>");
        self.inline.close();
        self.inline.raw(&html);
    }

    /// Characters with their reading.
    fn ruby(&mut self, base: &str, reading: &str) {
        let mut html = String::from("<ruby>");
        escape::push_text(&mut html, base, &mut false);
        html.push_str("<rp>(</rp><rt>");
        escape::push_text(&mut html, reading, &mut false);
        html.push_str("</rt><rp>)</rp></ruby>");
        self.inline.raw(&html);
    }

    fn end_instruction(&mut self, offset: u64, ctx: &mut Ctx<'_>) -> Result<()> {
        let Some(field) = self.fields.last_mut() else { return Ok(()) };
        match field::parse(&field.instruction) {
            Some(Field::Hyperlink(target)) => match escape::safe_link(&target) {
                Some(safe) => {
                    self.links.push(safe.into_owned());
                    field.link = u32::try_from(self.links.len()).unwrap_or(0);
                }
                None => {
                    let scheme: String = target.chars().take(40).collect();
                    ctx.defect(Code::RtfLinkRemoved, offset, 0, format!("link to {scheme:?}"))?;
                }
            },
            shown => field.shown = shown,
        }
        Ok(())
    }

    fn end_picture(&mut self, object: bool, ctx: &mut Ctx<'_>) -> Result<()> {
        let Some(finished) = self.picture.take().and_then(Picture::finish) else { return Ok(()) };
        self.made += finished.bytes.len();
        if self.made > ctx.budget.output().into() {
            // The caller says so.
            return Ok(());
        }
        let number = self.parts.len().saturating_add(1);
        let (mime, name) = if object {
            ("application/x-oleobject", format!("object{number}.ole"))
        } else {
            (finished.mime, format!("image{number}.{}", finished.extension))
        };
        let content_id = format!("{name}@rtf");
        if !object {
            let size = finished.size.map_or(String::new(), |(width, height)| format!(" width=\"{width}\" height=\"{height}\""));
            let mut alt = String::new();
            escape::push_attribute(&mut alt, &finished.description);
            if alt.is_empty() && !finished.shown {
                alt.clone_from(&name);
            }
            let html = format!("<img src=\"cid:{content_id}\"{size} alt=\"{alt}\">");
            let look = self.format.character;
            if look.link > 0 {
                let context = Context { colors: &self.colors, links: &self.links, base: self.base };
                self.inline.linked(&html, look, None, &context);
            } else {
                self.inline.raw(&html);
            }
        }
        self.parts.push(Part { content_id, mime, name, bytes: finished.bytes });
        Ok(())
    }

    /// The flow that paragraphs at a depth of tables go to. Opens and ends tables as needed.
    fn flow_at(&mut self, depth: usize) -> &mut Flow {
        while self.tables.len() > depth {
            self.end_table();
        }
        while self.tables.len() < depth {
            self.tables.push(Default::default());
        }
        self.flow()
    }

    fn flow(&mut self) -> &mut Flow {
        self.tables.last_mut().map_or(&mut self.flow, |(cell, _)| cell)
    }

    fn end_table(&mut self) {
        let Some((mut cell, mut table)) = self.tables.pop() else { return };
        self.made += CELL_COST;
        // What the last row left open.
        cell.lists.end(&mut cell.html);
        if !cell.html.is_empty() {
            table.end_cell(cell.html);
        }
        table.end_row(&self.row);
        let mut html = String::new();
        table.finish(&self.colors, &mut html);
        let flow = self.flow();
        flow.lists.end(&mut flow.html);
        flow.html.push_str(&html);
    }

    fn end_paragraph(&mut self, reader: &Reader<'_>) {
        self.paragraph_at(self.format.paragraph.depth(), reader);
    }

    /// Ends the paragraph into the flow at a depth.
    fn paragraph_at(&mut self, depth: usize, reader: &Reader<'_>) {
        self.inline.close();
        let mut content = std::mem::take(&mut self.inline).html;
        let tabs = std::mem::take(&mut self.tabs);
        let paragraph = self.format.paragraph;
        let mut marker = std::mem::take(&mut self.marker);
        let counted = if paragraph.list > 0 && !(content.is_empty() && marker.is_empty()) {
            self.list_table.next(paragraph.list, paragraph.list_level.unwrap_or(0), reader)
        } else {
            None
        };
        // Only what has text is numbered.
        let numbered = if content.is_empty() || paragraph.list > 0 { None } else { self.numbering.mark() };
        if let Some(mark) = numbered.filter(|_| marker.trim().is_empty()) {
            marker = mark;
        }
        // No level is the first one; but writers of finished marks tell levels by indents, too.
        let mut level = paragraph.list_level.map(i32::from).filter(|_| paragraph.list > 0);
        if let Some(mark) = counted.filter(|_| marker.trim().is_empty()) {
            marker = mark.text;
            level = level.or(Some(0));
        }
        // Levels and indents are never mixed in a list: where one item says its level, those that say none are of the first.
        let lists = &mut self.flow_at(depth).lists;
        if level.is_some() {
            lists.become_levels();
        } else if paragraph.list > 0 && lists.has_levels() {
            level = Some(0);
        }
        let is_within = level.is_some_and(|level| level > 0) && lists.has_levels();
        let indent = level.unwrap_or(paragraph.left.max(0).saturating_add(LEVELS));
        let list = if marker.trim().is_empty() {
            None
        } else {
            let expected = self.flow_at(depth).lists.expected(indent);
            list::marker(&marker, expected).or(is_within.then_some(Marker::Text))
        };
        let lines = self.lines();
        if !tabs.is_empty() {
            content = match lines.filter(|_| list.is_none()) {
                Some(lines) => lines.lay_out(&content, &tabs),
                None => {
                    self.plain_tabs = true;
                    tabs::left_to_the_browser(&content, &tabs)
                }
            };
        }
        // Counted already.
        let before = content.len();
        let hanging = lines.map_or(0, |lines| lines.left.saturating_sub(lines.first));
        let css = paragraph.css(&self.colors, list.is_none());
        let css = css.strip_suffix(';').unwrap_or(&css).to_owned();
        let flow = self.flow_at(depth);
        let made = flow.html.len();
        match list {
            Some(Marker::Text) => {
                let mut text = String::new();
                escape::push_text(&mut text, marker.trim(), &mut false);
                flow.item(indent, Marker::Text, &css, &format!("{text}&nbsp;{content}"));
            }
            Some(marker) => flow.item(indent, marker, &css, &content),
            None => flow.paragraph(&css, paragraph.right_to_left, (marker.trim(), hanging), &content),
        }
        let grown = Offset::from(flow.html.len()) - made - before;
        self.made += grown;
    }

    fn end_cell(&mut self, depth: usize, reader: &Reader<'_>) {
        let flow = self.flow_at(depth);
        let empty = flow.html.is_empty();
        self.inline.close();
        // The mark of a cell's end ends a paragraph; an empty one only if the cell has no other.
        if !self.inline.html.is_empty() || !self.marker.is_empty() {
            self.paragraph_at(depth, reader);
        } else if empty {
            self.flow_at(depth).html.push_str(table::EMPTY_CELL);
        }
        if let Some((cell, table)) = self.tables.last_mut() {
            let mut cell = std::mem::take(cell);
            cell.lists.end(&mut cell.html);
            table.end_cell(cell.html);
        }
        self.made += CELL_COST;
    }

    fn end_row(&mut self, depth: usize, reader: &Reader<'_>) {
        // A row without cells does not count.
        if self.tables.len() < depth {
            return;
        }
        self.flow_at(depth);
        if !self.inline.html.is_empty() {
            self.end_cell(depth, reader);
        }
        if let Some((_, table)) = self.tables.last_mut() {
            table.end_row(&self.row);
        }
    }

    /// Ends what is open.
    pub(super) fn finish(mut self, reader: &Reader<'_>, ctx: &mut Ctx<'_>) -> RenderedHtml {
        // A cut picture.
        if !self.full {
            // Only a limit could make this fail, and the text is more than a report of it.
            let _ = self.end_picture(false, ctx);
        }
        if !self.inline.html.is_empty() || !self.marker.is_empty() {
            self.end_paragraph(reader);
        }
        self.flow_at(0);
        self.flow.lists.end(&mut self.flow.html);
        for (number, note) in self.notes.iter().enumerate() {
            self.flow.html.push_str(&format!("<div>[{}] ", number.saturating_add(1)));
            for (number, line) in note.trim().split('\n').enumerate() {
                self.flow.html.push_str(if number > 0 { "<br>\n" } else { "" });
                escape::push_text(&mut self.flow.html, line, &mut true);
            }
            self.flow.html.push_str("</div>\n");
        }
        let (_, size) = self.base;
        let mut style = String::new();
        escape::push_attribute(&mut style, &self.body_css);
        style.push_str(&self.background.css());
        let size = character::points(i32::from(size), 2);
        let tab_size = if self.plain_tabs {
            let twips = self.default_tab.unwrap_or(tabs::DEFAULT_TAB).clamp(20, tabs::MAX_TWIPS);
            format!(";tab-size:{}", character::points(twips, 20))
        } else {
            String::new()
        };
        let head = format!(
            "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n</head>\n<body style=\"{style}font-size:{size}{tab_size}\">\n"
        );
        // Attachments' places are taken out, so that nothing but HTML stays.
        let mut html = head;
        let mut attachment_places = Vec::new();
        for (at, piece) in self.flow.html.split(PLACE).enumerate() {
            if at > 0 {
                attachment_places.push(html.len());
            }
            html.push_str(piece);
        }
        html.push_str("</body>\n</html>\n");
        ctx.budget.spend_output(self.made.get());
        RenderedHtml { html, parts: self.parts, attachment_places, report: Report::new() }
    }
}

/// Bytes of HTML that a tab takes, about.
const TAB_COST: usize = 128;

/// Bytes of HTML that a cell or a table takes besides its text, about.
const CELL_COST: usize = 128;

impl Flow {
    /// Appends a paragraph that is in no list.
    /// With its mark, and how far the mark hangs.
    fn paragraph(&mut self, css: &str, right_to_left: bool, (marker, hanging): (&str, i32), content: &str) {
        self.lists.end(&mut self.html);
        self.html.push_str("<div");
        if right_to_left {
            self.html.push_str(" dir=\"rtl\"");
        }
        if !css.is_empty() {
            self.html.push_str(&format!(" style=\"{css}\""));
        }
        self.html.push('>');
        if !marker.is_empty() && hanging > 0 {
            self.html.push_str(&format!("<span style=\"{};min-width:{}\">", tabs::BOX, character::points(hanging, 20)));
            escape::push_text(&mut self.html, marker, &mut false);
            self.html.push_str("&nbsp;</span>");
        } else if !marker.is_empty() {
            escape::push_text(&mut self.html, marker, &mut false);
            self.html.push_str("&emsp;");
        }
        self.html.push_str(if content.is_empty() { "<br>" } else { content });
        self.html.push_str("</div>\n");
    }

    /// Appends an item of a list.
    fn item(&mut self, indent: i32, marker: Marker, css: &str, content: &str) {
        self.lists.item(&mut self.html, indent, marker, css);
        self.html.push_str(content);
    }
}
