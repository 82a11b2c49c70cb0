//! Styles: declarations that only say how something looks.
//!
//! A style sheet is read by the outline of CSS (CSS Syntax 3): rules with blocks, declarations with values, strings, brackets. A
//! declaration stays if nothing in it is an escape and every function is of a list; `url(...)` becomes `none`, so that the colours of
//! a shorthand stay. Rules that import go, and so do those whose selector has an escape (`v\:*`, which is for old Office).

/// Functions that load nothing. In the order of the alphabet.
const FUNCTIONS: &[&str] = &[
    "calc",
    "clamp",
    "counter",
    "counters",
    "hsl",
    "hsla",
    "linear-gradient",
    "matrix",
    "max",
    "min",
    "not",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "radial-gradient",
    "rect",
    "repeat",
    "rgb",
    "rgba",
    "rotate",
    "scale",
    "translate",
];

/// Properties that run or load something in some browser.
const REFUSED: &[&str] = &["-moz-binding", "behavior", "src"];

/// Rules that hold rules.
const NESTED: &[&str] = &["@media", "@supports", "@keyframes", "@-webkit-keyframes", "@-moz-keyframes", "@layer"];

/// How deep rules may stand in rules.
const DEPTH: usize = 8;

/// Writes a style sheet without what loads or runs something.
pub(super) fn sheet(css: &str, out: &mut String) {
    let css = plain(css);
    let mut open = 0usize;
    let mut rest = css.as_str();
    while !rest.is_empty() {
        let end = end_of(rest, &['{', ';', '}']);
        let (head, after) = split(rest, end);
        let prelude = head.trim();
        match after.chars().next() {
            Some('{') => {
                let body = after.get(1..).unwrap_or_default();
                let is_nested = NESTED.iter().any(|known| begins(prelude, known));
                if is_nested && open < DEPTH && is_harmless(prelude) {
                    out.extend([prelude, "{\n"]);
                    open = open.saturating_add(1);
                    rest = body;
                    continue;
                }
                let close = block_end(body);
                let (block, behind) = split(body, close);
                rest = behind.get(1..).unwrap_or_default();
                let mut inner = String::new();
                if !is_nested && !prelude.is_empty() && is_harmless(prelude) {
                    declarations(block, &mut inner);
                }
                if !inner.is_empty() {
                    out.extend([prelude, " {", &inner, "}\n"]);
                }
            }
            Some('}') => {
                if open > 0 {
                    open = open.saturating_sub(1);
                    out.push_str("}\n");
                }
                rest = after.get(1..).unwrap_or_default();
            }
            // A statement such as @import.
            _ => rest = after.get(1..).unwrap_or_default(),
        }
    }
    out.extend(std::iter::repeat_n("}\n", open));
}

/// Writes the declarations that only say how something looks.
pub(super) fn declarations(css: &str, out: &mut String) {
    let css = plain(css);
    let mut rest = css.as_str();
    while !rest.is_empty() {
        let (declaration, after) = split(rest, end_of(rest, &[';', '{', '}']));
        // What has a block of its own is no declaration.
        if after.starts_with('{') {
            let body = after.get(1..).unwrap_or_default();
            rest = split(body, block_end(body)).1.get(1..).unwrap_or_default();
            continue;
        }
        rest = after.get(1..).unwrap_or_default();
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let (name, value) = (name.trim(), value.trim());
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_name || REFUSED.iter().any(|refused| name.eq_ignore_ascii_case(refused)) {
            continue;
        }
        if let Some(value) = harmless(value) {
            if !out.is_empty() {
                out.push(';');
            }
            out.extend([name, ":", &value]);
        }
    }
}

/// A value, with `none` for what would be loaded; `None` if it is not understood.
fn harmless(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        let (token, behind) = match c {
            '"' | '\'' => split(rest, string_end(rest)),
            c if c.is_alphanumeric() || c == '-' || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
                split(rest, end.unwrap_or(rest.len()))
            }
            _ => split(rest, c.len_utf8()),
        };
        if !is_harmless(token) {
            return None;
        }
        if behind.starts_with('(') && c.is_alphanumeric() || behind.starts_with('(') && c == '-' {
            let name = token.to_ascii_lowercase();
            if name == "url" {
                let inner = behind.get(1..).unwrap_or_default();
                let end = end_of(inner, &[')']);
                rest = split(inner, end).1.get(1..).unwrap_or_default();
                out.push_str("none");
                continue;
            }
            if FUNCTIONS.binary_search(&name.as_str()).is_err() {
                return None;
            }
        }
        out.push_str(token);
        rest = behind;
    }
    Some(out)
}

/// Whether nothing in it ends the style or hides what it is. A string with `url(` in it loads nothing for readers of CSS; whoever looks for
/// addresses with less care than they finds none.
fn is_harmless(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    !text.contains(['\\', '<', '{', '}', '\0']) && !["javascript:", "url("].iter().any(|refused| lower.contains(refused))
}

fn begins(prelude: &str, word: &str) -> bool {
    prelude.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Without comments and the marks of HTML's.
fn plain(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("/*") {
        let (before, comment) = split(rest, at);
        out.push_str(before);
        out.push(' ');
        let end = comment.get(2..).and_then(|inner| inner.find("*/")).map_or(comment.len(), |end| end.saturating_add(4));
        rest = split(comment, end).1;
    }
    out.push_str(rest);
    out.replace("<!--", " ").replace("-->", " ")
}

fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Where one of the characters is, outside of strings and round and square brackets.
fn end_of(text: &str, wanted: &[char]) -> usize {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open || c == '\n' => quote = None,
            (Some(_), _) => {}
            (None, c) if depth == 0 && wanted.contains(&c) => return at,
            // A bracket that nothing closes ends with the block.
            (None, '{' | '}') if wanted.contains(&c) => return at,
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => depth = depth.saturating_add(1),
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// Where the block ends whose `{` stands before the text.
fn block_end(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0usize;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at = at.saturating_add(end_of(rest, &['{', '}']));
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            None => return text.len(),
            Some('{') => depth = depth.saturating_add(1),
            Some(_) if depth == 0 => return at,
            Some(_) => depth = depth.saturating_sub(1),
        }
        at = at.saturating_add(1);
    }
}

/// How long the string is that begins here.
fn string_end(text: &str) -> usize {
    let quote = text.chars().next();
    let end = text.char_indices().skip(1).find(|(_, c)| Some(*c) == quote || *c == '\n');
    end.map_or(text.len(), |(at, c)| at.saturating_add(c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(css: &str) -> String {
        let mut out = String::new();
        sheet(css, &mut out);
        out
    }

    #[test]
    fn lists_are_in_order() {
        assert!(FUNCTIONS.is_sorted());
    }

    #[test]
    fn rules_of_word_stay() {
        let css = "<!-- /* Font */ @font-face {font-family:Calibri; panose-1:2 15;}\np.MsoNormal, li.MsoNormal {margin:0cm;\n mso-style-name:\"x;y}\"; color:rgb(1, 2,3)}\n\
            @page WordSection1 {size:612.0pt 792.0pt;} a:link {color:blue !important}\n@media (max-width:600px) { .a > b {width:calc(100% - 2px)} } -->";
        assert_eq!(
            made(css),
            "@font-face {font-family:Calibri;panose-1:2 15}\np.MsoNormal, li.MsoNormal {margin:0cm;color:rgb(1, 2,3)}\n\
            @page WordSection1 {size:612.0pt 792.0pt}\na:link {color:blue !important}\n@media (max-width:600px){\n.a > b {width:calc(100% - 2px)}\n}\n"
        );
    }

    #[test]
    fn nothing_is_loaded_or_run() {
        for css in [
            "@import url(http://a);",
            "@import 'http://a';",
            "@IMPORT\thttp://a;p{}",
            "v\\:* {behavior:url(#default#VML);}",
            "p {width:expression(alert(1))}",
            "p {-moz-binding:url(http://a)}",
            "p {behavior:url(a.htc)}",
            "p {background:\\75rl(http://a)}",
            "p {background:u\\rl(http://a)}",
            "p {background-image:image-set('http://a' 1x)}",
            "@font-face {src:url(http://a)}",
            "@font-face {src:local(x)}",
            "p {x:javascript:alert(1)}",
            "p {background:src('http://a')}",
            "p {w:exp/**/ression(1)}",
            "p { background: image(\"http://a\") }",
            "@namespace url(http://a);",
            "p{content:'</style>'}",
            "p{content:'a;b:URL(http://a)'}",
        ] {
            assert_eq!(made(css), "", "{css}");
        }
        for (css, expected) in [
            ("p{background:#fff url('http://a;)}') no-repeat;color:red}", "p {background:#fff none no-repeat;color:red}\n"),
            ("p{background:URL( http://a )}b{c:d", "p {background:none}\nb {c:d}\n"),
            ("p{a:url(http://a", "p {a:none}\n"),
            ("p{a:'x", "p {a:'x}\n"),
            ("@media x{p{a:b}", "@media x{\np {a:b}\n}\n"),
            ("}p{a:b}", "p {a:b}\n"),
        ] {
            assert_eq!(made(css), expected, "{css}");
        }
        let deep = format!("{}p{{a:b}}{}", "@media x{".repeat(10_000), "}".repeat(10_000));
        assert!(made(&deep).len() < 200);
    }

    #[test]
    fn declarations_of_an_attribute() {
        let mut out = String::new();
        declarations("color:red;background:url(http://a); x ; width : 1px;font-family:\"Segoe UI\",Arial;a{b:c};d:e", &mut out);
        assert_eq!(out, "color:red;background:none;width:1px;font-family:\"Segoe UI\",Arial;d:e");
    }
}
