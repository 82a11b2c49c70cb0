//! Calendars and cards as lines (RFC 5545 3.1, RFC 6350 3.2), read from the bytes that are about to be written.

/// A line: `NAME;PARAMETER=value:value`.
#[derive(Debug)]
pub(super) struct Line {
    /// The name in capital letters.
    pub(super) name: String,
    /// Parameters; their names in capital letters.
    parameters: Vec<(String, String)>,
    /// The value as it stands.
    pub(super) value: String,
}

/// What stands between BEGIN and END, without what is in it.
#[derive(Debug)]
pub(super) struct Component {
    /// `VEVENT`.
    pub(super) name: String,
    /// Which one it is in.
    pub(super) parent: Option<usize>,
    pub(super) lines: Vec<Line>,
}

impl Line {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The value as text.
    pub(super) fn text(&self) -> String {
        unescaped(&self.value)
    }

    fn parse(line: &str) -> Option<Line> {
        let mut quoted = false;
        let mut parts = Vec::new();
        let mut from = 0usize;
        let mut value = None;
        for (at, c) in line.char_indices() {
            match c {
                '"' => quoted = !quoted,
                ';' | ':' if !quoted => {
                    parts.push(line.get(from..at)?);
                    from = at.saturating_add(1);
                    if c == ':' {
                        value = line.get(from..);
                        break;
                    }
                }
                _ => {}
            }
        }
        let mut parts = parts.into_iter();
        let name = parts.next()?.to_ascii_uppercase();
        let parameters = parts.filter_map(|part| part.split_once('=')).map(|(name, value)| {
            let value = value.trim_matches('"').replace("^n", "\n").replace("^'", "\"").replace("^^", "^");
            (name.to_ascii_uppercase(), value)
        });
        Some(Line { name, parameters: parameters.collect(), value: value?.to_owned() })
    }
}

/// A text without its backslashes.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}

/// The components of a calendar or a card, in the order of their beginnings.
pub(super) fn components(text: &str) -> Vec<Component> {
    let mut out: Vec<Component> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut line = String::new();
    let mut rest = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).peekable();
    while let Some(start) = rest.next() {
        line.clear();
        line.push_str(start);
        while let Some(more) = rest.next_if(|next| next.starts_with([' ', '\t'])) {
            line.push_str(more.get(1..).unwrap_or_default());
        }
        let Some(parsed) = Line::parse(&line) else { continue };
        match parsed.name.as_str() {
            "BEGIN" => {
                let parent = open.last().copied();
                open.push(out.len());
                out.push(Component { name: parsed.value.trim().to_ascii_uppercase(), parent, lines: Vec::new() });
            }
            "END" => {
                open.pop();
            }
            _ => {
                if let Some(component) = open.last().and_then(|&at| out.get_mut(at)) {
                    component.lines.push(parsed);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_parameters_and_components() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;CN=\"Doe: J^'\";ROLE=X:mailto:j\r\n @x.org\r\nSUMMARY:a\\, b\\n\r\n\
                    BEGIN:VALARM\r\nEND:VALARM\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let found = components(text);
        let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.parent)).collect();
        assert_eq!(names, [("VCALENDAR", None), ("VEVENT", Some(0)), ("VALARM", Some(1))]);
        let [attendee, summary, uid] = &found[1].lines[..] else { panic!("{found:?}") };
        assert_eq!((attendee.parameter("CN"), attendee.value.as_str()), (Some("Doe: J\""), "mailto:j@x.org"));
        assert_eq!((summary.text().as_str(), uid.value.as_str()), ("a, b\n", "1"));
    }
}
