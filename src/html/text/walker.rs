//! From pieces of HTML to lines of text.

use std::borrow::Cow;
use std::fmt::Write;

use super::flow::Flow;
use super::list::{List, bullet};
use super::style::{Style, value};
use super::table::Table;
use crate::base::{steps, symbol_font};
use crate::html::references::{Where, decoded};
use crate::html::{Piece, Pieces, Tag};

/// How many tables stand in each other as tables.
const TABLES_MAX: usize = 16;
/// How many open elements an end tag is compared with.
const OPEN_MAX: usize = 100;
/// How much of a link's text is compared with its address.
const LINK_TEXT_MAX: usize = 2000;

/// Elements that have no content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that change the text in them, and nothing else; they may end in any order.
const INLINE: [&str; 30] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
];

/// Elements with an empty line above and below.
const SPACED: [&str; 13] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "menu", "dir", "dl", "pre"];

/// Elements that begin a line.
const BLOCKS: [&str; 28] = [
    "address",
    "article",
    "aside",
    "body",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "head",
    "header",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "option",
    "optgroup",
    "section",
    "summary",
    "textarea",
    "xmp",
];

/// What the end of an element does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    None,
    Link,
    List,
    Item,
    Quotation,
    Table,
    /// A table that is too deep.
    DeepTable,
    Cell,
    /// The reading of a character (`rt`).
    Reading,
    QuotationMark,
}

/// An element that is open.
struct Open<'h> {
    name: &'h str,
    effect: Effect,
    hidden: bool,
    /// The line ends that are due at its start and at its end.
    lines: u8,
    /// How text outside of it is read.
    outside: Looks,
}

/// How text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Looks {
    /// The symbol font.
    font: Option<&'static str>,
    preformatted: bool,
}

/// A link: open, or closed and its target not shown yet, as the next one may go on with it.
struct Link {
    target: String,
    /// The text so far.
    text: String,
    closed: bool,
}

/// A table that is open, with the cell that is open in it and the columns that this one spans.
struct OpenTable {
    table: Table,
    cell: Option<(Flow, usize)>,
}

#[derive(Default)]
struct Walker<'h> {
    open: Vec<Open<'h>>,
    looks: Looks,
    /// How many hidden elements are open.
    hidden: usize,
    /// What is hidden is shown.
    shows_all: bool,
    /// Whether text was left out.
    has_hidden: bool,
    link: Option<Link>,
    lists: Vec<List>,
    document: Flow,
    tables: Vec<OpenTable>,
    /// Tables that are too deep.
    deeper: usize,
}

/// The text of HTML; `None` if all of it is hidden.
pub(super) fn text(html: &str, shows_all: bool) -> Option<String> {
    let mut walker = Walker { shows_all, ..Walker::default() };
    let mut raw = "";
    for piece in Pieces::new(html) {
        match piece {
            Piece::Text(text) => walker.text(&decoded(text, Where::Text)),
            Piece::Raw(text) if raw.eq_ignore_ascii_case("textarea") => walker.preformatted(&decoded(text, Where::Text)),
            Piece::Raw(text) if raw.eq_ignore_ascii_case("xmp") => walker.preformatted(text),
            Piece::Raw(_) | Piece::Declaration(_) => {}
            Piece::Tag(tag) => {
                raw = tag.name;
                if tag.closing { walker.end(tag) } else { walker.start(tag) }
            }
        }
    }
    while let Some(open) = walker.open.pop() {
        walker.leave(open);
    }
    walker.close_link();
    let text = walker.document.finish();
    (!text.is_empty() || !walker.has_hidden).then_some(text)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The target of a link as text; `None` where it leads nowhere outside of the mail.
fn shown_target(target: &str) -> Option<String> {
    const INTERNAL: [&str; 6] = ["cid:", "mid:", "#", "data:", "about:", "javascript:"];
    let mut shown = String::new();
    let is_blank = |c: char| c.is_control() || c.is_whitespace();
    for c in target.trim_matches(is_blank).chars() {
        match c {
            // As the URL Standard has it (4.4): these are no part of an address, and other controls are.
            '\t' | '\n' | '\r' => {}
            c if is_blank(c) || matches!(c, '<' | '>') => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(shown, "%{byte:02X}");
                }
            }
            c => shown.push(c),
        }
    }
    let starts = |start: &str| shown.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    (!shown.is_empty() && !INTERNAL.iter().any(|start| starts(start))).then_some(shown)
}

/// Whether the text of a link says where it leads.
fn says(text: &str, target: &str) -> bool {
    let text = text.trim();
    let same = |target: &str| text.eq_ignore_ascii_case(target);
    let mail = target.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).and_then(|_| target.get(7..));
    same(target) || target.strip_suffix('/').is_some_and(same) || mail.is_some_and(same)
}

impl<'h> Walker<'h> {
    /// Where text goes: the innermost cell, else the document.
    fn flow(&mut self) -> &mut Flow {
        match self.tables.iter_mut().rev().find_map(|open| open.cell.as_mut()) {
            Some((flow, _)) => flow,
            None => &mut self.document,
        }
    }

    /// Whether a table is open and none of its cells.
    fn is_between_cells(&self) -> bool {
        self.tables.last().is_some_and(|open| open.cell.is_none())
    }

    fn open_cell(&mut self, span: usize) {
        self.close_cell();
        if let Some(open) = self.tables.last_mut() {
            open.cell = Some((Flow::default(), span));
        }
    }

    fn close_cell(&mut self) {
        self.flush_link();
        if let Some(open) = self.tables.last_mut() {
            if let Some((flow, span)) = open.cell.take() {
                open.table.cell(flow.finish(), span);
            }
        }
    }

    fn end_table(&mut self) {
        self.close_cell();
        let Some(open) = self.tables.pop() else { return };
        let lines = open.table.lines();
        if !lines.is_empty() {
            let space = if lines.contains('\n') { 2 } else { 1 };
            let flow = self.flow();
            flow.block(space);
            flow.push_lines(&lines);
            flow.block(space);
        }
    }

    fn start_link(&mut self, tag: Tag<'_>) -> Effect {
        let Some(target) = value(tag, "href").and_then(|target| shown_target(&target)) else { return Effect::None };
        if let Some(link) = self.link.as_mut().filter(|link| link.target == target) {
            link.closed = false;
            return Effect::Link;
        }
        self.close_link();
        self.link = Some(Link { target, text: String::new(), closed: false });
        Effect::Link
    }

    /// Shows the target of the link that is closed.
    fn flush_link(&mut self) {
        if let Some(link) = self.link.take_if(|link| link.closed) {
            if !says(&link.text, &link.target) {
                self.flow().push_to_line(&format!("<{}>", link.target));
            }
        }
    }

    fn close_link(&mut self) {
        if let Some(link) = &mut self.link {
            link.closed = true;
        }
        self.flush_link();
    }

    fn text(&mut self, text: &str) {
        let is_space = text.bytes().all(|byte| byte.is_ascii_whitespace());
        if self.hidden > 0 {
            self.has_hidden |= !is_space;
            return;
        }
        if self.is_between_cells() {
            if is_space {
                return;
            }
            self.open_cell(1);
        }
        if !is_space {
            self.flush_link();
        }
        let text: Cow<'_, str> = match self.looks.font {
            Some(font) => text.chars().map(|c| symbol_font::shown(font, c)).collect::<String>().into(),
            None => text.into(),
        };
        if let Some(link) = self.link.as_mut().filter(|link| !link.closed && link.text.len() < LINK_TEXT_MAX) {
            link.text.push_str(&text);
        }
        match self.looks.preformatted {
            true => self.flow().push_preformatted(&text),
            false => self.flow().push(&text),
        }
    }

    /// Text of a form, with its lines.
    fn preformatted(&mut self, text: &str) {
        let outside = self.looks;
        self.looks.preformatted = true;
        self.text(text);
        self.looks = outside;
    }

    fn block(&mut self, lines: u8) {
        if lines > 0 && !self.is_between_cells() {
            self.flow().block(lines);
        }
    }

    fn open_level(&mut self, first: Option<String>, rest: &str) {
        self.flush_link();
        if self.is_between_cells() {
            self.open_cell(1);
        }
        self.flow().open_level(first, rest);
    }

    fn start(&mut self, tag: Tag<'h>) {
        if is_one_of(&VOID, tag.name) {
            return self.void(tag);
        }
        // Elements of Office's own have no content if they say so.
        if tag.is_empty_element() && tag.name.contains(':') {
            return;
        }
        let style = Style::of(tag);
        self.imply_ends(tag);
        let outside = self.looks;
        // What stands around readings for programs that do not know them.
        let hidden = style.hidden && !self.shows_all || tag.is("rp");
        if hidden {
            self.hidden = self.hidden.saturating_add(1);
        }
        if let Some(font) = &style.font {
            self.looks.font = symbol_font::known(font);
        }
        self.looks.preformatted |= style.preformatted || tag.is("pre") || tag.is("listing");
        let lines = match tag.name {
            "p" | "P" if style.is_tight => 1,
            name if is_one_of(&SPACED, name) => 2,
            name if is_one_of(&BLOCKS, name) => 1,
            _ => 0,
        };
        let (effect, lines) = if self.hidden > 0 { (Effect::None, 0) } else { self.begin(tag, &style, lines) };
        self.open.push(Open { name: tag.name, effect, hidden, lines, outside });
    }

    /// Begins an element that is shown.
    fn begin(&mut self, tag: Tag<'h>, style: &Style, lines: u8) -> (Effect, u8) {
        match tag.name.to_ascii_lowercase().as_str() {
            "a" => (self.start_link(tag), 0),
            "ul" | "ol" | "menu" | "dir" => {
                let lines = if self.lists.is_empty() { 2 } else { 1 };
                self.block(lines);
                let list = List::of(tag, style, self.lists.len());
                self.lists.push(list);
                (Effect::List, lines)
            }
            "li" => {
                self.block(1);
                let mark = match self.lists.last_mut() {
                    Some(list) => list.mark(tag, style),
                    None => Some(format!("{} ", bullet(0))),
                };
                let rest = " ".repeat(mark.as_ref().map_or(0, |mark| mark.chars().count()));
                self.open_level(mark, &rest);
                (Effect::Item, 1)
            }
            "blockquote" => {
                self.block(2);
                self.open_level(None, "> ");
                (Effect::Quotation, 2)
            }
            "table" if self.tables.len() >= TABLES_MAX => {
                self.deeper = self.deeper.saturating_add(1);
                self.block(1);
                (Effect::DeepTable, 1)
            }
            "table" => {
                self.flush_link();
                if self.is_between_cells() {
                    self.open_cell(1);
                }
                let border = value(tag, "border").is_some_and(|border| !matches!(border.trim(), "" | "0"));
                self.tables.push(OpenTable { table: Table::new(border), cell: None });
                (Effect::Table, 0)
            }
            "tr" | "td" | "th" | "caption" if self.deeper > 0 || self.tables.is_empty() => {
                self.block(1);
                (Effect::None, 1)
            }
            name @ ("tr" | "caption") => {
                self.close_cell();
                if let Some(open) = self.tables.last_mut() {
                    open.table.row();
                }
                if name == "tr" {
                    return (Effect::None, 0);
                }
                self.open_cell(1);
                (Effect::Cell, 0)
            }
            name @ ("td" | "th") => {
                let span = value(tag, "colspan").and_then(|span| span.trim().parse().ok()).unwrap_or(1usize);
                self.open_cell(span.min(1000));
                if let Some(open) = self.tables.last_mut().filter(|_| name == "th") {
                    open.table.is_data = true;
                }
                (Effect::Cell, 0)
            }
            "q" => {
                self.text("\u{201c}");
                (Effect::QuotationMark, 0)
            }
            "rt" => {
                self.text("(");
                (Effect::Reading, 0)
            }
            _ => {
                self.block(lines);
                (Effect::None, lines)
            }
        }
    }

    fn void(&mut self, tag: Tag<'_>) {
        if self.hidden > 0 {
            return;
        }
        match tag.name.to_ascii_lowercase().as_str() {
            "br" => {
                if let Some(link) = &mut self.link {
                    link.text.push(' ');
                }
                if !self.is_between_cells() {
                    self.flow().line_break();
                }
            }
            "hr" => {
                self.block(1);
                self.text(&"-".repeat(40));
                self.block(1);
            }
            "img" if Style::of(tag).hidden && !self.shows_all => {}
            "img" => {
                let alt = value(tag, "alt").unwrap_or_default();
                let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
                if !alt.is_empty() {
                    self.text(&format!("[{alt}]"));
                }
            }
            "area" => {
                let text = value(tag, "alt").unwrap_or_default();
                if let Some(target) = value(tag, "href").and_then(|target| shown_target(&target)) {
                    self.block(1);
                    self.text(&text);
                    self.flow().push_to_line(&format!("<{target}>"));
                    self.block(1);
                }
            }
            "input" => {
                let kind = value(tag, "type").unwrap_or_default().to_ascii_lowercase();
                let checked = tag.attributes().any(|attribute| attribute.name.eq_ignore_ascii_case("checked"));
                match kind.as_str() {
                    "checkbox" | "radio" => self.text(if checked { "[x]" } else { "[ ]" }),
                    "hidden" | "password" | "image" | "file" => {}
                    _ => {
                        let text = value(tag, "value").unwrap_or_default();
                        if !text.trim().is_empty() {
                            self.text(&format!("[{}]", text.trim()));
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: Tag<'h>) {
        if tag.is("br") {
            return self.void(tag);
        }
        let is_inline = is_one_of(&INLINE, tag.name);
        // Up to where an element may be that the tag ends.
        let barrier: &[&str] = match tag.name.to_ascii_lowercase().as_str() {
            "table" => &[],
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" => &["table"],
            "li" => &["table", "td", "th", "ul", "ol", "menu", "dir"],
            _ => &["table", "td", "th", "caption"],
        };
        let mut found = None;
        for (number, open) in self.open.iter().enumerate().rev().take(OPEN_MAX) {
            steps::count(1);
            if open.name.eq_ignore_ascii_case(tag.name) {
                found = Some(number);
                break;
            }
            if is_one_of(barrier, open.name) {
                break;
            }
        }
        match found {
            Some(number) if is_inline => self.leave_out(number),
            Some(number) => {
                while self.open.len() > number {
                    if let Some(open) = self.open.pop() {
                        self.leave(open);
                    }
                }
            }
            // A paragraph that was not opened is an empty one.
            None if tag.is("p") => self.block(2),
            None => {}
        }
    }

    /// Ends what the start of an element ends, though no tag says so.
    fn imply_ends(&mut self, tag: Tag<'_>) {
        let (ended, barrier): (&[&str], &[&str]) = match tag.name.to_ascii_lowercase().as_str() {
            "li" => (&["li"], &["ul", "ol", "menu", "dir", "table", "td", "th"]),
            "dd" | "dt" => (&["dd", "dt"], &["dl", "table", "td", "th"]),
            "option" | "optgroup" => (&["option"], &["select", "table", "td", "th"]),
            "td" | "th" => (&["td", "th", "caption"], &["table", "tr"]),
            "tr" | "tbody" | "thead" | "tfoot" => (&["tr", "td", "th", "caption", "tbody", "thead", "tfoot"], &["table"]),
            "rt" | "rp" => (&["rt", "rp"], &["ruby", "table", "td", "th"]),
            name if is_one_of(&SPACED, name) || is_one_of(&BLOCKS, name) || matches!(name, "table" | "blockquote") => {
                (&["p"], &["table", "td", "th", "div", "li", "blockquote"])
            }
            _ => return,
        };
        let is_row = matches!(ended.first(), Some(&"tr"));
        let mut found = None;
        for (number, open) in self.open.iter().enumerate().rev().take(OPEN_MAX) {
            steps::count(1);
            if is_one_of(ended, open.name) {
                found = Some(number);
                if !is_row {
                    break;
                }
            } else if is_one_of(barrier, open.name) {
                break;
            }
        }
        while found.is_some_and(|number| self.open.len() > number) {
            if let Some(open) = self.open.pop() {
                self.leave(open);
            }
        }
    }

    fn leave(&mut self, open: Open<'h>) {
        self.looks = open.outside;
        if open.hidden {
            self.hidden = self.hidden.saturating_sub(1);
        }
        match open.effect {
            Effect::None => {}
            Effect::Link => {
                if let Some(link) = &mut self.link {
                    link.closed = true;
                }
            }
            Effect::List => _ = self.lists.pop(),
            Effect::Item | Effect::Quotation => {
                self.flush_link();
                self.block(open.lines);
                self.flow().close_level();
            }
            Effect::Table => self.end_table(),
            Effect::DeepTable => self.deeper = self.deeper.saturating_sub(1),
            Effect::Cell => self.close_cell(),
            Effect::Reading => self.text(")"),
            Effect::QuotationMark => self.text("\u{201d}"),
        }
        self.block(open.lines);
    }

    /// Ends an element while others that were opened in it go on, with the looks outside of it.
    fn leave_out(&mut self, number: usize) {
        let open = self.open.remove(number);
        let inside = self.open.get(number).map_or(self.looks, |next| next.outside);
        let (outside, looks) = (open.outside, self.looks);
        self.leave(open);
        let goes_on = |looks: Looks| if looks == inside { outside } else { looks };
        self.looks = goes_on(looks);
        for later in self.open.iter_mut().skip(number) {
            later.outside = goes_on(later.outside);
        }
    }
}
