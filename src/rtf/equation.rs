//! Equations that are fields, `EQ \f(1,2)`: their text. [ECMA-376] part 1, 17.16.5.19. Word writes the readings of Chinese characters
//! (phonetic guides) as such.

/// What an equation shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Equation {
    /// Text.
    Text(String),
    /// Characters and how they are read.
    Ruby { base: String, reading: String },
}

/// How deep equations stand in each other.
const DEPTH_MAX: usize = 16;

/// A part of an equation.
#[derive(Debug, Default)]
struct Part {
    text: String,
    /// It is raised above the line: `\s\up`.
    raised: bool,
    /// Its only content is a reading over characters.
    ruby: Option<(String, String)>,
}

/// The equation of an instruction, behind its name.
pub(super) fn parse(instruction: &str) -> Equation {
    let mut parser = Parser { rest: instruction.trim_start(), depth: 0 };
    let part = parser.part(false);
    match part.ruby {
        Some((base, reading)) => Equation::Ruby { base, reading },
        None => Equation::Text(part.text.trim().to_owned()),
    }
}

struct Parser<'i> {
    rest: &'i str,
    depth: usize,
}

impl<'i> Parser<'i> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'i str {
        let length = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        taken
    }

    /// Up to the end, or, as an argument, to its comma or bracket, which stay.
    fn part(&mut self, is_argument: bool) -> Part {
        let mut part = Part::default();
        let mut brackets = 0usize;
        loop {
            match self.rest.chars().next() {
                None => return part,
                Some(',' | ';') if is_argument && brackets == 0 => return part,
                Some(')') if is_argument && brackets == 0 => return part,
                Some('\\') => {
                    self.next();
                    let element = self.element();
                    part.raised = element.raised && part.text.is_empty();
                    part.ruby = element.ruby.filter(|_| part.text.trim().is_empty());
                    part.text.push_str(&element.text);
                }
                Some(c) => {
                    self.next();
                    brackets = match c {
                        '(' => brackets.saturating_add(1),
                        ')' => brackets.saturating_sub(1),
                        _ => brackets,
                    };
                    part.ruby = part.ruby.filter(|_| c.is_whitespace());
                    part.text.push(c);
                }
            }
        }
    }

    /// What a backslash begins.
    fn element(&mut self) -> Part {
        let text = |text: &str| Part { text: text.to_owned(), ..Part::default() };
        let name = match self.rest.chars().next() {
            Some('*') => {
                // How the result looks: `\* MERGEFORMAT`.
                self.next();
                self.take_while(char::is_whitespace);
                if self.rest.starts_with('"') {
                    self.next();
                    self.take_while(|c| c != '"');
                    self.next();
                } else {
                    self.take_while(|c| !c.is_whitespace() && c != '\\');
                }
                self.take_while(char::is_whitespace);
                return Part::default();
            }
            Some(c) if c.is_ascii_alphabetic() => self.take_while(|c| c.is_ascii_alphabetic()).to_ascii_lowercase(),
            Some(c) => {
                self.next();
                return text(c.encode_utf8(&mut [0; 4]));
            }
            None => return Part::default(),
        };
        let mut raised = false;
        // Options, some with a number or a character.
        while !self.rest.is_empty() && !self.rest.starts_with('(') {
            let option = self.take_while(|c| c != '(' && c != '\\').to_ascii_lowercase();
            raised |= option.trim_start().starts_with("up");
            if self.rest.starts_with('\\') {
                self.next();
                // `\bc\(`
                if let Some(c @ ('(' | ')' | '{' | '}' | '[' | ']' | '\\')) = self.rest.chars().next() {
                    self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
                }
            } else {
                break;
            }
        }
        let arguments = self.arguments();
        let texts: Vec<&str> = arguments.iter().map(|argument| argument.text.trim()).collect();
        match (name.as_str(), texts.as_slice()) {
            ("f", [above, below]) => text(&format!("{above}/{below}")),
            ("r", [of]) => text(&format!("\u{221A}{of}")),
            ("r", [power, of]) => text(&format!("{power}\u{221A}{of}")),
            ("o", [reading, base]) if arguments.first().is_some_and(|first| first.raised) => Part {
                text: format!("{base}({reading})"),
                raised: false,
                ruby: Some(((*base).to_owned(), (*reading).to_owned())),
            },
            ("o" | "s" | "x" | "b" | "d", texts) => Part { text: texts.concat(), raised, ruby: None },
            ("i", [from, to, of]) => text(&format!("\u{222B}{from}..{to} {of}")),
            (_, texts) => text(&texts.join(", ")),
        }
    }

    fn arguments(&mut self) -> Vec<Part> {
        let mut arguments = Vec::new();
        if !self.rest.starts_with('(') || self.depth >= DEPTH_MAX {
            return arguments;
        }
        self.next();
        self.depth = self.depth.saturating_add(1);
        loop {
            arguments.push(self.part(true));
            match self.next() {
                Some(',' | ';') => {}
                _ => break,
            }
        }
        self.depth = self.depth.saturating_sub(1);
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_and_their_text() {
        for (instruction, text) in [
            (r"\f(1,2)", "1/2"),
            (r"\r(3,x)", "3\u{221A}x"),
            (r"x\s\up 4(2)+1", "x2+1"),
            (r"\b\bc\{(\f(a;b))", "a/b"),
            (r"\l(a,b)", "a, b"),
            (r"\f(\f(1,2),3", "1/2/3"),
            (r"", ""),
            (r"\", ""),
        ] {
            assert_eq!(parse(instruction), Equation::Text(text.to_owned()), "{instruction}");
        }
        let ruby = Equation::Ruby { base: "\u{6f22}".to_owned(), reading: "\u{304b}\u{3093}".to_owned() };
        let guide = "\\* jc2 \\* \"Font:MS Mincho\" \\* hps10 \\o\\ad(\\s\\up 9(\u{304b}\u{3093}),\u{6f22})";
        assert_eq!(parse(guide), ruby);
        let deep = r"\f(".repeat(100_000);
        parse(&deep);
    }
}
