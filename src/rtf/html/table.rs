//! Tables: `\trowd`, `\cellx`, `\cell`, `\row`. Rich Text Format Specification 1.9.1, "Table Definitions".
//!
//! Rows are independent in RTF: each says where its cells end. HTML wants columns, so the edges of all rows make the columns,
//! and a cell spans as many as lie between its edges. Merged cells (`\clmgf`, `\clmrg`, `\clvmgf`, `\clvmrg`) become one.

use std::collections::HashMap;

use super::character::points;
use super::color::{self, ColorTable};
use super::paragraph::borders;

/// How a cell is defined, up to its `\cellx`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CellDefinition {
    /// Its right edge in twips.
    right: i32,
    pub(super) borders: u8,
    background: u16,
    vertical_align: Option<&'static str>,
    /// `\clmrg`: belongs to the cell before.
    joins_left: bool,
    /// `\clvmgf`, `\clvmrg`.
    joins_below: bool,
    joins_above: bool,
}

/// How a row is defined: `\trowd` and what follows.
#[derive(Debug, Clone, Default)]
pub(super) struct RowDefinition {
    left: i32,
    cells: Vec<CellDefinition>,
    /// The cell whose `\cellx` has not come.
    pub(super) current: CellDefinition,
}

impl RowDefinition {
    /// Applies a control word; whether it was one of these.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) -> bool {
        let number = parameter.unwrap_or(0);
        match name {
            "trowd" => *self = RowDefinition::default(),
            "trleft" => self.left = number,
            "cellx" => {
                let cell = std::mem::take(&mut self.current);
                self.cells.push(CellDefinition { right: number, ..cell });
            }
            "clmgf" => self.current.joins_left = false,
            "clmrg" => self.current.joins_left = true,
            "clvmgf" => self.current.joins_below = true,
            "clvmrg" => self.current.joins_above = true,
            "clcbpat" => self.current.background = u16::try_from(number).unwrap_or(0),
            "clvertalt" => self.current.vertical_align = Some("top"),
            "clvertalc" => self.current.vertical_align = Some("middle"),
            "clvertalb" => self.current.vertical_align = Some("bottom"),
            _ => return false,
        }
        true
    }
}

/// A row that has ended: the HTML of its cells, and of the definition what these need.
struct Row {
    cells: Vec<String>,
    left: i32,
    definitions: Vec<CellDefinition>,
}

/// A table under construction.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    /// The cells of the row that has not ended.
    cells: Vec<String>,
}

/// A cell in its place.
struct Placed {
    html: String,
    definition: CellDefinition,
    left: i32,
    right: i32,
    rows: usize,
    /// A cell above has it.
    absorbed: bool,
}

/// Edges closer than this many twips are one: a tenth of an inch's quarter, what rounding makes of them.
const SAME_EDGE: i32 = 36;
/// Twips of a cell that says no edge.
const DEFAULT_WIDTH: i32 = 1440;

impl Table {
    /// A cell has ended.
    pub(super) fn end_cell(&mut self, html: String) {
        self.cells.push(html);
    }

    /// A row has ended.
    pub(super) fn end_row(&mut self, definition: &RowDefinition) {
        let cells = std::mem::take(&mut self.cells);
        if !cells.is_empty() {
            let definitions = definition.cells.iter().take(cells.len()).copied().collect();
            self.rows.push(Row { cells, left: definition.left, definitions });
        }
    }

    /// The table as HTML; nothing if it has no rows.
    pub(super) fn finish(self, colors: &ColorTable, html: &mut String) {
        let mut rows: Vec<Vec<Placed>> = self.rows.into_iter().map(place).collect();
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return;
        }
        join_rows(&mut rows);
        let edges = edges(&rows);
        let column = |edge: i32| edges.partition_point(|known| known.saturating_add(SAME_EDGE) <= edge);
        html.push_str("<table style=\"border-collapse:collapse\">\n");
        for row in rows {
            html.push_str("<tr>");
            let mut at = 0usize;
            for cell in row {
                let (left, right) = (column(cell.left), column(cell.right));
                if let Some(gap) = left.checked_sub(at).filter(|gap| *gap > 0 && at == 0) {
                    html.push_str(&format!("<td{}></td>", span("colspan", gap)));
                }
                at = right;
                if cell.absorbed {
                    continue;
                }
                let columns = right.saturating_sub(left).max(1);
                html.push_str(&format!("<td{}{}", span("colspan", columns), span("rowspan", cell.rows)));
                html.push_str(&format!(" style=\"{}\">{}</td>", cell_css(&cell, colors), cell.html));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table>\n");
    }
}

/// Gives the cells of a row their edges, and joins those that belong together.
fn place(row: Row) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::with_capacity(row.cells.len());
    let mut left = row.left.clamp(-MAX_EDGE, MAX_EDGE);
    for (at, html) in row.cells.into_iter().enumerate() {
        let definition = row.definitions.get(at).copied();
        let right = definition.map_or(left.saturating_add(DEFAULT_WIDTH), |cell| cell.right.clamp(-MAX_EDGE, MAX_EDGE));
        let right = right.max(left.saturating_add(SAME_EDGE));
        let definition = definition.unwrap_or_default();
        match placed.last_mut().filter(|_| definition.joins_left) {
            Some(before) => {
                before.right = right;
                before.html.push_str(if html == EMPTY_CELL { "" } else { &html });
            }
            None => placed.push(Placed { html, definition, left, right, rows: 1, absorbed: false }),
        }
        left = right;
    }
    placed
}

/// Farthest edge in twips: 22 inches is Word's widest page; a row may have more cells than fit.
const MAX_EDGE: i32 = 1_000_000_000;

/// What an empty cell holds.
pub(super) const EMPTY_CELL: &str = "<br>";

/// Joins cells over rows.
fn join_rows(rows: &mut [Vec<Placed>]) {
    // Row and cell where a joined cell began, by its left edge.
    let mut open: HashMap<i32, (usize, usize)> = HashMap::new();
    for row in 0..rows.len() {
        let count = rows.get(row).map_or(0, Vec::len);
        for at in 0..count {
            let Some(cell) = rows.get_mut(row).and_then(|cells| cells.get_mut(at)) else { continue };
            let left = cell.left;
            if !cell.definition.joins_above {
                open.remove(&left);
                if cell.definition.joins_below {
                    open.insert(left, (row, at));
                }
                continue;
            }
            let Some((first_row, first_cell)) = open.get(&left).copied() else { continue };
            cell.absorbed = true;
            let html = std::mem::take(&mut cell.html);
            if let Some(first) = rows.get_mut(first_row).and_then(|cells| cells.get_mut(first_cell)) {
                first.rows = row.saturating_sub(first_row).saturating_add(1);
                if html != EMPTY_CELL {
                    first.html.push_str(&html);
                }
            }
        }
    }
}

/// The edges of all cells, sorted; those that are nearly the same are one.
fn edges(rows: &[Vec<Placed>]) -> Vec<i32> {
    let mut edges: Vec<i32> = rows.iter().flatten().flat_map(|cell| [cell.left, cell.right]).collect();
    edges.sort_unstable();
    let mut distinct: Vec<i32> = Vec::new();
    for edge in edges {
        if distinct.last().is_none_or(|last| edge >= last.saturating_add(SAME_EDGE)) {
            distinct.push(edge);
        }
    }
    distinct
}

fn span(attribute: &str, count: usize) -> String {
    // 1000 is the most that HTML takes.
    if count > 1 { format!(" {attribute}=\"{}\"", count.min(1000)) } else { String::new() }
}

fn cell_css(cell: &Placed, colors: &ColorTable) -> String {
    let width = cell.right.saturating_sub(cell.left).min(MAX_WIDTH);
    let mut css = format!("width:{};padding:0 5.4pt;", points(width, 20));
    css.push_str(&format!("vertical-align:{};", cell.definition.vertical_align.unwrap_or("top")));
    if let Some(color) = colors.color(cell.definition.background) {
        css.push_str(&format!("background-color:{};", color::css(color)));
    }
    css.push_str(&borders(cell.definition.borders));
    css.pop();
    css
}

/// Widest cell in twips: Word's widest page.
const MAX_WIDTH: i32 = 31_680;
