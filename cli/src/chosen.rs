//! Which files of a message are wanted: patterns as shells have them, of names.

/// The patterns, and what they met.
#[derive(Debug, Default)]
pub struct Chosen {
    patterns: Vec<Pattern>,
    /// Without patterns, whether bodies are wanted too.
    pub bodies: bool,
    /// Names that were there, for whoever asked for another one.
    seen: Vec<String>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    met: bool,
}

/// So many names are said.
const MOST_NAMES: usize = 30;

impl Chosen {
    /// Everything without patterns; else what one of them says.
    pub fn new(patterns: Vec<String>, bodies: bool) -> Self {
        Chosen { patterns: patterns.into_iter().map(|text| Pattern { text, met: false }).collect(), bodies, seen: Vec::new() }
    }

    /// Whether there are patterns.
    pub fn is_limited(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Whether a file of this name is wanted. `is_body`: a form of the body, or the item as a calendar or card.
    pub fn takes(&mut self, name: &str, is_body: bool) -> bool {
        if self.seen.len() < MOST_NAMES {
            self.seen.push(name.to_owned());
        }
        if self.patterns.is_empty() {
            return self.bodies || !is_body;
        }
        let mut taken = false;
        for pattern in &mut self.patterns {
            if matches(&pattern.text, name) {
                pattern.met = true;
                taken = true;
            }
        }
        taken
    }

    /// The patterns that met nothing.
    pub fn missed(&self) -> Vec<&str> {
        self.patterns.iter().filter(|pattern| !pattern.met).map(|pattern| pattern.text.as_str()).collect()
    }

    /// The names that were there.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }
}

/// `*` is any text, `?` any character; the case of letters does not count.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut at, mut of) = (0usize, 0usize);
    // Where the last star is, and up to where it reaches.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(at) {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of = of.saturating_add(1);
            }
            Some(wanted) if wanted == c || *wanted == '?' => {
                of = of.saturating_add(1);
                at = at.saturating_add(1);
            }
            _ => {
                let Some((back, reach)) = star else { return false };
                let reach = reach.saturating_add(1);
                star = Some((back, reach));
                of = back.saturating_add(1);
                at = reach;
            }
        }
    }
    pattern.get(of..).unwrap_or_default().iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_shells() {
        for (pattern, name) in [
            ("a.pdf", "A.PDF"),
            ("*.pdf", "a.b.pdf"),
            ("*", ""),
            ("?.txt", "ä.txt"),
            ("a*b*c", "axxbyyc"),
            ("**", "x"),
            ("(1)*", "(1).txt"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a.pdf", "a.pdfx"), ("*.pdf", "a.pdf.exe"), ("?", ""), ("?", "ab"), ("", "a"), ("a*b", "ac")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(200), &"a".repeat(150)));
    }

    #[test]
    fn without_patterns_all_is_wanted_or_all_files() {
        let mut all = Chosen::new(Vec::new(), true);
        assert!(all.takes("a", false) && all.takes("body.txt", true));
        let mut files = Chosen::new(Vec::new(), false);
        assert!(files.takes("a", false) && !files.takes("body.txt", true));
        let mut some = Chosen::new(vec!["*.txt".to_owned(), "b".to_owned()], true);
        assert!(!some.takes("a", false) && some.takes("body.txt", true));
        assert_eq!((some.missed(), some.seen().len()), (vec!["b"], 2));
    }
}
