//! HTML: the text is replaced and the values of attributes that people fill in; tags, style sheets and what only lays out stay.

use super::slots::{Form, Slot};

/// Attributes whose values are the page's and not its author's.
const KEPT: &[&str] = &[
    "class",
    "width",
    "height",
    "align",
    "valign",
    "border",
    "cellpadding",
    "cellspacing",
    "bgcolor",
    "color",
    "face",
    "size",
    "lang",
    "xml:lang",
    "dir",
    "type",
    "http-equiv",
    "charset",
    "colspan",
    "rowspan",
    "rel",
    "target",
    "link",
    "vlink",
    "alink",
    "text",
    "hspace",
    "vspace",
    "clear",
    "nowrap",
    "start",
    "shape",
    "coords",
    "media",
    "language",
    "leftmargin",
    "topmargin",
    "marginwidth",
    "marginheight",
    "id",
];

/// Takes the freedom from places that are markup. Numeric references become places of their own.
pub(super) fn mark(slots: &mut [Slot], order: &[usize], bytes: &[u8]) {
    references(slots, order, bytes);
    let text: Vec<char> = order.iter().map(|at| slots.get(*at)).map(|slot| slot.map_or('\0', shown)).collect();
    for (at, kept) in order.iter().zip(kept(&text)) {
        if let Some(slot) = slots.get_mut(*at).filter(|_| kept) {
            slot.free = false;
        }
    }
}

/// What the markup sees of a place: of a reference nothing that could be markup.
fn shown(slot: &Slot) -> char {
    match slot.form {
        Form::Decimal | Form::Hexadecimal => 'x',
        _ => slot.c,
    }
}

/// Makes `&#228;` one place: the digits. What stands around them is kept.
fn references(slots: &mut [Slot], order: &[usize], bytes: &[u8]) {
    let c = |slots: &[Slot], at: usize| order.get(at).and_then(|at| slots.get(*at)).map_or('\0', |slot| slot.c);
    let mut at = 0usize;
    while at < order.len() {
        let next = at.saturating_add(1);
        if c(slots, at) != '&' || c(slots, next) != '#' {
            at = next;
            continue;
        }
        let hex = matches!(c(slots, at.saturating_add(2)), 'x' | 'X');
        let start = at.saturating_add(if hex { 3 } else { 2 });
        let is_digit = |c: char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let mut end = start;
        while end.saturating_sub(start) < 8 && is_digit(c(slots, end)) {
            end = end.saturating_add(1);
        }
        let digits: String = (start..end).map(|at| c(slots, at)).collect();
        let number = u32::from_str_radix(&digits, if hex { 16 } else { 10 }).ok().and_then(char::from_u32);
        let first = order.get(start).and_then(|at| slots.get(*at)).map(|slot| slot.at);
        // Only where they stand one behind the other.
        let together = first.is_some_and(|first| bytes.get(first..).is_some_and(|rest| rest.starts_with(digits.as_bytes())));
        for place in order.get(at..end).unwrap_or_default() {
            if let Some(slot) = slots.get_mut(*place) {
                slot.free = false;
            }
        }
        if let (Some(number), true) = (number.filter(|number| number.is_alphabetic()), together) {
            if let Some(slot) = order.get(start).and_then(|at| slots.get_mut(*at)) {
                let form = if hex { Form::Hexadecimal } else { Form::Decimal };
                *slot = Slot { c: number, free: true, len: digits.len(), form, ..*slot };
            }
        }
        at = end.max(next);
    }
}

/// Which characters of HTML are kept.
fn kept(text: &[char]) -> Vec<bool> {
    let mut kept = vec![false; text.len()];
    let mut keep = |from: usize, to: usize| {
        if let Some(part) = kept.get_mut(from..to.min(text.len())) {
            part.fill(true);
        }
    };
    let find = |from: usize, wanted: &str| {
        let wanted: Vec<char> = wanted.chars().collect();
        let rest = text.get(from..).unwrap_or_default();
        let same = |window: &[char]| window.iter().zip(&wanted).all(|(one, other)| one.eq_ignore_ascii_case(other));
        rest.windows(wanted.len()).position(same).map(|at| from.saturating_add(at))
    };
    let is = |at: usize, wanted: &str| {
        let rest = text.get(at..).unwrap_or_default();
        rest.len() >= wanted.len() && rest.iter().zip(wanted.chars()).all(|(one, other)| one.eq_ignore_ascii_case(&other))
    };
    let mut at = 0usize;
    while let Some(c) = text.get(at) {
        let next = at.saturating_add(1);
        at = match c {
            '<' if is(at, "<!--[if") || is(at, "<![") || is(at, "<!doctype") || is(at, "<?") => {
                let end = find(at, ">").map_or(text.len(), |end| end.saturating_add(1));
                keep(at, end);
                end
            }
            '<' if text.get(next).is_some_and(|c| c.is_ascii_alphabetic() || *c == '/') => {
                let end = tag(text, at, &mut keep);
                if is(at, "<style") {
                    let close = find(end, "</style").unwrap_or(text.len());
                    style(text, end, close, &mut keep);
                    close
                } else {
                    end
                }
            }
            '&' => {
                let name = text.get(next..).unwrap_or_default().iter().take(10).take_while(|c| c.is_ascii_alphanumeric()).count();
                let end = next.saturating_add(name);
                if name > 0 && text.get(end) == Some(&';') {
                    keep(at, end);
                    end
                } else {
                    next
                }
            }
            _ => next,
        };
    }
    kept
}

/// Marks a style sheet: all but comments and addresses.
fn style(text: &[char], from: usize, to: usize, keep: &mut impl FnMut(usize, usize)) {
    let mut start = from;
    let mut end = None;
    for at in from..to {
        let rest = text.get(at..to).unwrap_or_default();
        let is = |wanted: &str| {
            rest.len() >= wanted.len() && rest.iter().zip(wanted.chars()).all(|(one, other)| one.eq_ignore_ascii_case(&other))
        };
        match end {
            None if is("/*") || is("url(") => {
                let (mark, length) = if is("/*") { ("*/", 2) } else { (")", 4) };
                keep(start, at.saturating_add(length));
                end = Some(mark);
            }
            Some(mark) if is(mark) => (start, end) = (at, None),
            _ => {}
        }
    }
    if end.is_none() {
        keep(start, to);
    }
}

/// Marks a tag from its `<`, and returns the place behind its `>`.
fn tag(text: &[char], start: usize, keep: &mut impl FnMut(usize, usize)) -> usize {
    let skip = |from: usize, wanted: &dyn Fn(char) -> bool| {
        let rest = text.get(from..).unwrap_or_default();
        from.saturating_add(rest.iter().take_while(|c| wanted(**c)).count())
    };
    let name = |from: usize, to: usize| -> String {
        text.get(from..to).unwrap_or_default().iter().map(char::to_ascii_lowercase).collect()
    };
    let is_name = |c: char| !c.is_whitespace() && !matches!(c, '>' | '=' | '"' | '\'' | '/' | '<');
    let mut at = skip(start.saturating_add(1), &|c| c == '/');
    let end = skip(at, &is_name);
    let is_meta = name(at, end) == "meta";
    keep(start, end);
    at = end;
    // Of meta elements the programs' own keep their contents.
    let mut is_program = false;
    while let Some(c) = text.get(at) {
        match c {
            '>' => return at.saturating_add(1),
            // A tag that is not closed.
            '<' => return at,
            c if !is_name(*c) => {
                at = at.saturating_add(1);
                continue;
            }
            _ => {}
        }
        let end = skip(at, &is_name);
        let attribute = name(at, end);
        keep(at, end);
        at = skip(end, &char::is_whitespace);
        if text.get(at) != Some(&'=') {
            continue;
        }
        at = skip(at.saturating_add(1), &char::is_whitespace);
        let (from, to, behind) = match text.get(at) {
            Some(quote @ ('"' | '\'')) => {
                let from = at.saturating_add(1);
                let to = skip(from, &|c| c != *quote);
                (from, to, to.saturating_add(1))
            }
            _ => {
                let to = skip(at, &|c| !c.is_whitespace() && c != '>');
                (at, to, to)
            }
        };
        let value = name(from, to);
        is_program |= attribute == "http-equiv" || ["generator", "progid", "viewport", "originator"].contains(&value.as_str());
        if attribute == "style" {
            style(text, from, to, keep);
        }
        let layout = KEPT.contains(&attribute.as_str()) || attribute.starts_with("xmlns");
        if layout || (is_meta && (attribute == "name" || (attribute == "content" && is_program))) {
            keep(from, to);
        }
        at = behind;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::pseudonym::Pseudonyms;
    use super::super::slots::{Coder, Encoding, Places};
    use super::*;
    use crate::base::CodePage;

    fn replaced(html: &str) -> String {
        let mut bytes = html.as_bytes().to_vec();
        let mut coders = [Coder::new(Encoding::Page(CodePage::UTF_8))];
        let mut slots = coders[0].slots(&bytes);
        let order: Vec<usize> = (0..slots.len()).collect();
        mark(&mut slots, &order, &bytes);
        let mut names = Pseudonyms::collector(1).replacer();
        Places { bytes: &mut bytes, coders: &mut coders, units: &[] }.replace(&slots, &mut names);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn text_goes_and_markup_stays() {
        // The HTML, and the parts of it that are still there; "Jane" never is.
        let table: [(&str, &[&str]); 10] = [
            ("<p class=\"MsoNormal\">Jane</p>", &["<p class=\"MsoNormal\">", "</p>"]),
            ("<a href=\"mailto:jane@x.com\" target=_blank>Jane</a>", &["<a href=\"mailto:", ".com\" target=_blank>"]),
            ("<style><!-- p.Note {font:Arial} --></style>Jane", &["<style><!-- p.Note {font:Arial} --></style>"]),
            ("<!--[if gte mso 9]><xml>Jane</xml><![endif]--><o:p>", &["<!--[if gte mso 9]><xml>", "</xml><![endif]--><o:p>"]),
            (
                "<style>p {a:url(Jane.gif);b:c} /* Jane */ i {}</style>",
                &["<style>p {a:url(", ".gif);b:c} /* ", " */ i {}</style>"],
            ),
            ("<p style='color:red;background:url(jane.png)'>", &["<p style='color:red;background:url(", ".png)'>"]),
            ("a &amp; Jane&nbsp;<", &[" &amp; ", "&nbsp;<"]),
            (
                "<meta name=Generator content=\"Word 15\"><meta name=author content=\"Jane\">",
                &["content=\"Word 15\"><meta name="],
            ),
            ("<img alt='Jane' src=\"cid:jane001.png@01D\" width=10>", &["<img alt='", " src=\"cid:", ".png@", "\" width=10>"]),
            ("<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><title>Jane", &["<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><title>"]),
        ];
        for (html, kept) in table {
            let out = replaced(html);
            assert_eq!(out.len(), html.len());
            assert!(kept.iter().all(|part| out.contains(part)), "{out}");
            assert!(!out.to_lowercase().contains("jane"), "{out}");
        }
    }

    #[test]
    fn numeric_references_are_characters() {
        let out = replaced("&#1055;&#1088;&#x438; &#160;&#60;b&#62;");
        assert_eq!(out.len(), "&#1055;&#1088;&#x438; &#160;&#60;b&#62;".len());
        assert!(out.starts_with("&#10") && out.contains("; &#160;&#60;") && out.ends_with("&#62;"), "{out}");
        assert!(!out.contains("1055") && !out.contains("1088") && !out.contains("x438"), "{out}");
    }
}
