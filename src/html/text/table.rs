//! Tables as text: columns where everything fits a line, else rows and paragraphs.

use super::wrap::width;

/// How wide a table with columns may be.
const COLUMNS_MAX: usize = 76;
/// Between two columns.
const GAP: &str = "  ";

/// A table that is open.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Row>,
    /// It has headings or a border: its cells are data.
    pub(super) is_data: bool,
}

/// A row: its cells with the column in which each begins.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<(usize, String)>,
    next: usize,
}

impl Table {
    pub(super) fn new(is_data: bool) -> Self {
        Table { rows: Vec::new(), is_data }
    }

    /// The next row.
    pub(super) fn row(&mut self) {
        if self.rows.last().is_none_or(|row| row.next > 0) {
            self.rows.push(Row::default());
        }
    }

    /// The next cell of the row, `span` columns wide.
    pub(super) fn cell(&mut self, text: String, span: usize) {
        if self.rows.is_empty() {
            self.row();
        }
        let Some(row) = self.rows.last_mut() else { return };
        if !text.is_empty() {
            row.cells.push((row.next, text));
        }
        row.next = row.next.saturating_add(span.max(1));
    }

    /// The lines of the table.
    pub(super) fn lines(self) -> String {
        let columns = self.columns();
        let mut out = String::new();
        let mut after_paragraphs = false;
        for row in self.rows.iter().filter(|row| !row.cells.is_empty()) {
            if !out.is_empty() {
                out.push('\n');
            }
            let is_paragraphs = columns.is_none() && !row.is_line(self.is_data);
            if !out.is_empty() && (is_paragraphs || after_paragraphs) && row.cells.iter().any(|(_, text)| text.contains('\n')) {
                out.push('\n');
            }
            after_paragraphs = is_paragraphs;
            match &columns {
                Some(columns) => row.push_columns(columns, &mut out),
                None if is_paragraphs => row.push_paragraphs(&mut out),
                None => row.push_line(if self.is_data { "\t" } else { GAP }, &mut out),
            }
        }
        out
    }

    /// The columns and how wide each is; `None` if the cells do not stand beside each other.
    fn columns(&self) -> Option<Vec<(usize, usize)>> {
        let mut widths = std::collections::BTreeMap::<usize, usize>::new();
        let mut has_columns = false;
        for row in &self.rows {
            has_columns |= row.cells.len() > 1;
            for (column, text) in &row.cells {
                let is_last = row.cells.last().is_some_and(|(last, _)| last == column);
                let width = width(text);
                if text.contains('\n') || width > COLUMNS_MAX {
                    return None;
                }
                let known = widths.entry(*column).or_default();
                // What nothing follows may go beyond its column, as headings over all of them do.
                *known = (*known).max(if is_last && row.cells.len() == 1 { 0 } else { width });
            }
        }
        let total = widths.values().fold(0usize, |sum, width| sum.saturating_add(*width).saturating_add(GAP.len()));
        (has_columns && total <= COLUMNS_MAX.saturating_add(GAP.len())).then(|| widths.into_iter().collect())
    }
}

impl Row {
    /// Whether its cells stand on one line.
    fn is_line(&self, is_data: bool) -> bool {
        let length = self.cells.iter().fold(0usize, |sum, (_, text)| sum.saturating_add(text.len()).saturating_add(GAP.len()));
        self.cells.iter().all(|(_, text)| !text.contains('\n')) && (is_data || length <= COLUMNS_MAX)
    }

    fn push_columns(&self, columns: &[(usize, usize)], out: &mut String) {
        let mut cells = self.cells.iter().peekable();
        for (column, wanted) in columns {
            let Some((_, text)) = cells.next_if(|(at, _)| at == column) else {
                if cells.peek().is_some() && *wanted > 0 {
                    out.extend(std::iter::repeat_n(' ', wanted.saturating_add(GAP.len())));
                }
                continue;
            };
            out.push_str(text);
            if cells.peek().is_some() {
                out.extend(std::iter::repeat_n(' ', wanted.saturating_sub(width(text)).saturating_add(GAP.len())));
            }
        }
    }

    fn push_line(&self, gap: &str, out: &mut String) {
        for (number, (_, text)) in self.cells.iter().enumerate() {
            if number > 0 {
                out.push_str(gap);
            }
            out.push_str(text);
        }
    }

    fn push_paragraphs(&self, out: &mut String) {
        let mut had_lines = false;
        for (number, (_, text)) in self.cells.iter().enumerate() {
            let has_lines = text.contains('\n');
            if number > 0 {
                out.push_str(if has_lines || had_lines { "\n\n" } else { "\n" });
            }
            had_lines = has_lines;
            out.push_str(text);
        }
    }
}
