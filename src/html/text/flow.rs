//! Lines while they are filled: white space, breaks, and what stands before each line.

use crate::base::steps;

/// A level of what stands before lines: the mark of an item, the sign of a quotation.
#[derive(Debug, Clone, Default)]
struct Level {
    /// Before the first line, as long as that is not begun.
    first: Option<String>,
    /// Before all others.
    rest: String,
}

/// How many levels are shown; deeper ones stand below the last.
const LEVELS_MAX: usize = 12;

/// No-break space: it is a blank that stays.
const NO_BREAK: char = '\u{A0}';

/// The lines of a document or of a cell.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    /// Where the line at hand begins, behind what stands before it.
    line: usize,
    /// The line ends that are due before the next character.
    breaks: u8,
    /// A blank is due before the next character of the line.
    blank: bool,
    levels: Vec<Level>,
    /// Levels that are not shown.
    deeper: usize,
}

impl Flow {
    /// Characters whose white space is one blank, however much.
    pub(super) fn push(&mut self, text: &str) {
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}') {
                self.blank = true;
            } else if c != '\u{AD}' {
                self.character(c);
            }
        }
    }

    /// Characters whose white space counts.
    pub(super) fn push_preformatted(&mut self, text: &str) {
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\r' | '\n' => {
                    if c == '\r' {
                        rest.next_if_eq(&'\n');
                    }
                    self.line_break();
                }
                ' ' => self.character(NO_BREAK),
                c => self.character(c),
            }
        }
    }

    fn character(&mut self, c: char) {
        if self.breaks > 0 || self.text.is_empty() {
            self.begin_line();
        }
        if std::mem::take(&mut self.blank) && self.text.len() > self.line {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// What belongs to the line at hand, even if its end is due: the target of a link.
    pub(super) fn push_to_line(&mut self, text: &str) {
        let has_line = self.text.len() > self.line;
        let (breaks, blank) = (self.breaks, self.blank);
        if has_line {
            (self.breaks, self.blank) = (0, !self.text.ends_with([' ', NO_BREAK]));
        }
        text.chars().for_each(|c| self.character(c));
        if has_line {
            (self.breaks, self.blank) = (breaks, blank);
        }
    }

    /// Ends the line at hand, and one that is empty too.
    pub(super) fn line_break(&mut self) {
        self.blank = false;
        self.breaks = self.breaks.saturating_add(1).min(2);
    }

    /// A new line begins; with `lines` of 2 an empty one stands before it.
    pub(super) fn block(&mut self, lines: u8) {
        self.blank = false;
        self.breaks = self.breaks.max(lines);
    }

    fn begin_line(&mut self) {
        self.end_line();
        for level in &mut self.levels {
            match level.first.take() {
                Some(first) => self.text.push_str(&first),
                None => self.text.push_str(&level.rest),
            }
        }
        self.line = self.text.len();
        self.blank = false;
    }

    /// Ends the line at hand as often as that is due.
    fn end_line(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        let line = self.text.get(self.line..).unwrap_or_default();
        let is_blank = line.chars().all(|c| c == NO_BREAK || c.is_whitespace());
        steps::count(line.len());
        if is_blank {
            // What stands before an empty line, goes too.
            let start = self.text.rfind('\n').map_or(0, |end| end.saturating_add(1));
            self.text.truncate(start);
        } else {
            let kept = self.text.trim_end_matches([' ', NO_BREAK]).len();
            self.text.truncate(kept);
            self.text.push('\n');
        }
        // One empty line at most, and none at the top.
        if (breaks > 1 || is_blank) && !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self.line = self.text.len();
    }

    /// Whole lines, as they are.
    pub(super) fn push_lines(&mut self, lines: &str) {
        for line in lines.lines() {
            if line.is_empty() {
                self.block(2);
                continue;
            }
            self.block(1);
            self.begin_line();
            self.text.push_str(line);
        }
        self.block(1);
    }

    /// From here on lines have `first` and then `rest` before them.
    pub(super) fn open_level(&mut self, first: Option<String>, rest: &str) {
        if self.levels.len() < LEVELS_MAX {
            self.levels.push(Level { first, rest: rest.to_owned() });
        } else {
            self.deeper = self.deeper.saturating_add(1);
        }
    }

    /// Undoes the last [`Flow::open_level`].
    pub(super) fn close_level(&mut self) {
        match self.deeper.checked_sub(1) {
            Some(deeper) => self.deeper = deeper,
            None => _ = self.levels.pop(),
        }
    }

    /// The lines, without empty ones at the end and without an end of the last one.
    pub(super) fn finish(mut self) -> String {
        self.breaks = 1;
        self.end_line();
        let length = self.text.trim_end().len();
        self.text.truncate(length);
        if self.text.contains(NO_BREAK) { self.text.replace(NO_BREAK, " ") } else { self.text }
    }
}
