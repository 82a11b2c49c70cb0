//! Tab stops: `\txN` and what precedes it, `\deftabN`. Rich Text Format Specification 1.9.1, "Tabs".
//!
//! HTML has no tab stops. Where a paragraph sets some, or hangs, what stands before a tab gets a box as wide as the way to the
//! stop, so that what follows begins where it shall; text before a stop to the right or to the centre and the text that it
//! aligns share a box that is drawn apart. How wide text is only the browser knows: which stop a tab goes to is estimated,
//! and a box grows with its text. All other tabs are left to `tab-size`.

use super::character::points;

/// Longest length in twips: 22 inches, Word's largest page.
pub(super) const MAX_TWIPS: i32 = 31_680;

/// Twips between the stops of a document that says nothing.
pub(super) const DEFAULT_TAB: i32 = 720;

/// Stops that a paragraph keeps.
const MAX_STOPS: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Left,
    Center,
    /// Also for `\tqdec`: numbers mostly have the same number of decimals.
    Right,
}

/// CSS of the line that leads to a stop.
type Leader = Option<&'static str>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Stop {
    /// Twips from the margin.
    at: u16,
    kind: Kind,
    leader: Leader,
}

/// The stops of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stops {
    stops: [Stop; MAX_STOPS],
    count: u8,
    /// What the next `\tx` is.
    next: Stop,
}

impl Stops {
    /// Applies a control word; whether it was one of these.
    pub(super) fn word(&mut self, name: &str, number: i32) -> bool {
        match name {
            "tqr" | "tqdec" => self.next.kind = Kind::Right,
            "tqc" => self.next.kind = Kind::Center,
            "tldot" | "tlmdot" => self.next.leader = Some("1px dotted"),
            "tlhyph" => self.next.leader = Some("1px dashed"),
            "tlul" => self.next.leader = Some("1px solid"),
            "tlth" => self.next.leader = Some("2px solid"),
            "tleq" => self.next.leader = Some("3px double"),
            // A bar is drawn, but is no stop.
            "tb" => self.next = Stop::default(),
            "tx" => {
                let stop = Stop { at: u16::try_from(number.clamp(0, MAX_TWIPS)).unwrap_or(0), ..std::mem::take(&mut self.next) };
                if let Some(place) = self.stops.get_mut(usize::from(self.count)) {
                    *place = stop;
                    self.count = self.count.saturating_add(1);
                }
            }
            _ => return false,
        }
        true
    }

    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.count > 0
    }

    /// The first one behind a place.
    fn after(&self, twips: i32) -> Option<Stop> {
        let set = self.stops.iter().take(usize::from(self.count));
        set.filter(|stop| i32::from(stop.at) > twips).min_by_key(|stop| stop.at).copied()
    }
}

/// A tab in the HTML of a paragraph; no element is open there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tab {
    pub(super) at: usize,
    /// Size of the text before it, in half points.
    pub(super) size: u16,
}

/// Where lines of a paragraph begin, and where tabs take them, in twips.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    pub(super) first: i32,
    pub(super) left: i32,
    pub(super) stops: Stops,
    pub(super) default: i32,
}

/// What ends a line, as [`Inline`](super::inline::Inline) writes it.
const BREAK: &str = "<br>\n";

impl Lines {
    fn stop_after(&self, twips: i32) -> Stop {
        let hanging = u16::try_from(self.left).ok().filter(|left| self.first < self.left && i32::from(*left) > twips);
        let hanging = hanging.map(|at| Stop { at, ..Stop::default() });
        let set = self.stops.after(twips).into_iter().chain(hanging).min_by_key(|stop| stop.at);
        set.unwrap_or_else(|| {
            let step = self.default.max(20);
            let at = twips.checked_div(step).unwrap_or(0).saturating_add(1).saturating_mul(step).clamp(0, MAX_TWIPS);
            Stop { at: u16::try_from(at).unwrap_or(u16::MAX), ..Stop::default() }
        })
    }

    /// The HTML of a paragraph with its tabs.
    pub(super) fn lay_out(&self, content: &str, tabs: &[Tab]) -> String {
        let mut html = String::new();
        let mut at = self.first.max(0);
        let mut begin = 0usize;
        let mut tabs = tabs.iter().peekable();
        while let Some(tab) = tabs.next() {
            let mut before = content.get(begin..tab.at).unwrap_or_default();
            begin = tab.at.max(begin);
            if let Some((lines, last)) = before.rsplit_once(BREAK) {
                html.push_str(lines);
                html.push_str(BREAK);
                (before, at) = (last, self.left.max(0));
            }
            let stop = self.stop_after(at.saturating_add(width(before, tab.size)));
            let place = i32::from(stop.at);
            if stop.kind == Kind::Left && stop.leader.is_none() {
                // One space at least, where the text is wider than it was thought to be.
                let way = points(place.saturating_sub(at).max(0), 20);
                html.push_str(&format!("<span style=\"{BOX};min-width:{way}\">{before}&nbsp;</span>"));
                at = place;
                continue;
            }
            let rest = content.get(begin..tabs.peek().map_or(content.len(), |next| next.at)).unwrap_or_default();
            let aligned = match stop.kind {
                Kind::Left => "",
                _ => rest.split_once(BREAK).map_or(rest, |(line, _)| line),
            };
            begin = begin.saturating_add(aligned.len());
            let end = match stop.kind {
                Kind::Center => place.saturating_add(width(aligned, tab.size) / 2),
                _ => place,
            };
            let way = points(end.saturating_sub(at).max(0), 20);
            let line = stop.leader.map_or(String::new(), |leader| format!(";border-bottom:{leader}"));
            html.push_str(&format!("<span style=\"{FLEX};width:{way}\">"));
            // An empty one would have no line of letters for the others to stand on.
            if !before.is_empty() {
                html.push_str(&format!("<span>{before}</span>"));
            }
            html.push_str(&format!("<span style=\"flex:1{line}\">&nbsp;</span><span>{aligned}</span></span>"));
            at = end;
        }
        html.push_str(content.get(begin..).unwrap_or_default());
        html
    }
}

/// A box in a line; what a paragraph is indented by is not for its lines.
pub(super) const BOX: &str = "display:inline-block;text-indent:0";
const FLEX: &str = "display:inline-flex;text-indent:0";

/// The HTML of a paragraph whose tabs are left to the browser.
pub(super) fn left_to_the_browser(content: &str, tabs: &[Tab]) -> String {
    let mut html = String::new();
    let mut begin = 0usize;
    for tab in tabs {
        html.push_str(content.get(begin..tab.at).unwrap_or_default());
        super::escape::push_text(&mut html, "\t", &mut false);
        begin = tab.at;
    }
    html.push_str(content.get(begin..).unwrap_or_default());
    html
}

/// How wide HTML is, about, in twips: a character is half as wide as it is high, those of the Far East as wide.
fn width(html: &str, half_points: u16) -> i32 {
    let (mut halves, mut in_tag, mut in_entity) = (0i32, false, false);
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            '&' => (in_entity, halves) = (true, halves.saturating_add(1)),
            ';' if in_entity => in_entity = false,
            _ if in_entity => {}
            '\u{2E80}'..='\u{FFEF}' => halves = halves.saturating_add(2),
            _ => halves = halves.saturating_add(1),
        }
    }
    halves.saturating_mul(i32::from(half_points)).saturating_mul(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_about_right() {
        for (html, twips) in [("", 0), ("<b>ab</b>&amp;", 3 * 120), ("中", 240), ("a<br>\n", 240)] {
            assert_eq!(width(html, 24), twips, "{html}");
        }
    }

    #[test]
    fn a_tab_goes_to_the_next_stop() {
        let mut stops = Stops::default();
        for (name, number) in [("tqr", 0), ("tldot", 0), ("tx", 9000), ("tx", 2000), ("tb", 100)] {
            assert!(stops.word(name, number));
        }
        let lines = Lines { first: 0, left: 1000, stops, default: 720 };
        let stop = |twips| {
            let stop = lines.stop_after(twips);
            (stop.at, stop.kind, stop.leader.is_some())
        };
        assert_eq!(stop(0), (1000, Kind::Left, false));
        assert_eq!(stop(1000), (2000, Kind::Left, false));
        assert_eq!(stop(2000), (9000, Kind::Right, true));
        assert_eq!(stop(9000), (9360, Kind::Left, false));
        assert_eq!(stop(i32::MAX), (31_680, Kind::Left, false));
    }
}
