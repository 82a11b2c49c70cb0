//! `--html`: one page for a ticket, with all of an explanation in it. It loads nothing and runs nothing, prints well, and follows the
//! reader's choice of light or dark. Colour never stands alone: each mark has its word.

pub mod policy;
pub mod recall;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use winmail::message::html::escape;

use crate::output_dir;
use crate::style::Shown;

/// Where the page goes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PageArgs {
    /// Also write a page for a ticket, with everything in one HTML file; "-" writes it to standard output instead of the text
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Replace the file of --html if it is there
    #[arg(long, short, requires = "html")]
    force: bool,
}

impl PageArgs {
    /// Whether a page is asked for.
    pub fn is_wanted(&self) -> bool {
        self.html.is_some()
    }

    /// Whether the page takes the place of the text.
    pub fn is_instead(&self) -> bool {
        self.html.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// Writes the page.
    ///
    /// # Errors
    /// Those of the file or of standard output.
    pub fn write(&self, page: &str, out: &mut dyn io::Write) -> io::Result<()> {
        match &self.html {
            None => Ok(()),
            Some(_) if self.is_instead() => out.write_all(page.as_bytes()),
            Some(path) => output_dir::write_file(path, self.force, |file| file.write_all(page.as_bytes())),
        }
    }
}

/// What a mark says of the thing beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubt,
    Plain,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Doubt => "doubt",
            Tone::Plain => "plain",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Tone::Good => "\u{2713}",
            Tone::Bad => "\u{2715}",
            Tone::Doubt => "?",
            Tone::Plain => "\u{2013}",
        }
    }
}

/// Foreign text as HTML: nothing in it is markup, no character turns the writing direction.
pub(crate) fn text(text: &str) -> String {
    escape(&Shown(text).to_string())
}

/// A name like `AutoForwardEnabled` with places where a line may break.
fn breakable(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut small = false;
    for c in html.chars() {
        if small && c.is_ascii_uppercase() {
            out.push_str("<wbr>");
        }
        small = c.is_ascii_lowercase();
        out.push(c);
    }
    out
}

/// A page that is being written. The methods that take `&str` take text, those that take `html` take markup.
pub(crate) struct Page {
    html: String,
    /// Parts that scroll in themselves so far: each has a name of its own.
    regions: usize,
}

const STYLE: &str = include_str!("ticket.css");

impl Page {
    pub(crate) fn new(title: &str) -> Page {
        let title = text(title);
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        );
        Page { html, regions: 0 }
    }

    /// The answer, in a sentence.
    pub(crate) fn verdict(&mut self, tone: Tone, said: &str) {
        self.html.push_str(&format!(
            "<p class=\"verdict {}\"><span class=\"mark\" aria-hidden=\"true\">{}</span> <span>{}</span></p>\n",
            tone.class(),
            tone.mark(),
            text(said)
        ));
    }

    /// Begins a part of the page; what comes belongs to it.
    pub(crate) fn part(&mut self, heading: &str) {
        self.heading(2, heading);
    }

    pub(crate) fn section(&mut self, heading: &str) {
        self.heading(3, heading);
    }

    fn heading(&mut self, level: u8, heading: &str) {
        let _ = writeln!(self.html, "<h{level}>{}</h{level}>", text(heading));
    }

    pub(crate) fn paragraph(&mut self, said: &str) {
        let _ = writeln!(self.html, "<p>{}</p>", text(said));
    }

    pub(crate) fn list<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        self.html.push_str("<ul>\n");
        for line in lines {
            let _ = writeln!(self.html, "<li>{}</li>", text(line.as_ref()));
        }
        self.html.push_str("</ul>\n");
    }

    /// Begins steps one under another, each with a mark.
    pub(crate) fn steps(&mut self) {
        self.html.push_str("<ol class=\"steps\">\n");
    }

    /// A step: what it is, the word beside its mark, and lines about it.
    pub(crate) fn step<T: AsRef<str>>(&mut self, tone: Tone, what: &str, word: &str, lines: impl IntoIterator<Item = T>) {
        let _ = write!(
            self.html,
            "<li class=\"{}\"><span class=\"mark\" aria-hidden=\"true\">{}</span><div><p><strong>{}</strong> <em>{}</em></p>",
            tone.class(),
            tone.mark(),
            text(what),
            text(word)
        );
        for line in lines {
            if !line.as_ref().is_empty() {
                let _ = write!(self.html, "<p>{}</p>", text(line.as_ref()));
            }
        }
        self.html.push_str("</div></li>\n");
    }

    pub(crate) fn end_steps(&mut self) {
        self.html.push_str("</ol>\n");
    }

    /// Commands to copy: a click chooses the whole block.
    pub(crate) fn commands<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        let lines: Vec<String> = lines.into_iter().map(|line| text(line.as_ref())).collect();
        if !lines.is_empty() {
            self.regions = self.regions.saturating_add(1);
            let _ = writeln!(
                self.html,
                "<pre tabindex=\"0\" role=\"region\" aria-label=\"commands {}\"><code>{}</code></pre>",
                self.regions,
                lines.join("\n")
            );
        }
    }

    /// A table that scrolls in itself where the page is narrow. The first cell of a row is its heading.
    pub(crate) fn table(&mut self, caption: &str, head: &[&str], rows: &[Vec<Cell>]) {
        self.regions = self.regions.saturating_add(1);
        let (id, caption) = (self.regions, text(caption));
        let _ = write!(
            self.html,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"t{id}\"><table><caption id=\"t{id}\">{caption}</caption>\n<thead><tr>"
        );
        for cell in head {
            let _ = write!(self.html, "<th scope=\"col\">{}</th>", breakable(&text(cell)));
        }
        self.html.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.html.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let (tag, scope) = if at == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
                let mark = if matches!(cell.tone, Tone::Bad | Tone::Doubt) {
                    format!("<span class=\"mark\">{}</span> ", if cell.tone == Tone::Bad { "\u{26a0}\u{fe0e}" } else { "?" })
                } else {
                    String::new()
                };
                let _ = write!(self.html, "<{tag}{scope} class=\"{}\">{mark}{}</{tag}>", cell.tone.class(), text(&cell.text));
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody></table></div>\n");
    }

    /// Begins a route: places in their order, and what lies between them.
    pub(crate) fn route(&mut self) {
        self.html.push_str("<ol class=\"route\">\n");
    }

    /// A place of a route, with the key above it.
    pub(crate) fn place(&mut self, name: &str, what: &str, key: &str, tone: Tone) {
        let _ = writeln!(
            self.html,
            "<li class=\"place {}\"><p class=\"key\">{}</p><p class=\"box\"><strong>{}</strong><br>{}</p></li>",
            tone.class(),
            text(key),
            text(name),
            text(what)
        );
    }

    /// A server between two places.
    pub(crate) fn server(&mut self, name: &str, what: &str, tone: Tone) {
        let _ = writeln!(
            self.html,
            "<li class=\"server {}\"><p class=\"box\"><strong>{}</strong><br>{}</p></li>",
            tone.class(),
            text(name),
            text(what)
        );
    }

    /// What became of the key between two places.
    pub(crate) fn leg(&mut self, tone: Tone, said: &str) {
        let _ = writeln!(
            self.html,
            "<li class=\"leg {}\"><p><span class=\"mark\" aria-hidden=\"true\">{}</span> {}</p></li>",
            tone.class(),
            tone.mark(),
            text(said)
        );
    }

    pub(crate) fn end_route(&mut self) {
        self.html.push_str("</ol>\n");
    }

    pub(crate) fn end(mut self) -> String {
        let _ = write!(
            self.html,
            "</main>\n<footer><p>Made by winmail {}. The page holds everything; it loads nothing.</p></footer>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION")
        );
        self.html
    }
}

/// A cell of a table.
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub(crate) fn new<'t>(text: impl Into<Cow<'t, str>>, tone: Tone) -> Cell {
        Cell { text: text.into().into_owned(), tone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_is_markup() {
        let evil = "</style><script>\u{202e}\"'&amp;";
        assert_eq!(text(evil), "&lt;/style&gt;&lt;script&gt;\\u{202e}&quot;'&amp;amp;");
        let mut page = Page::new(evil);
        page.verdict(Tone::Bad, evil);
        page.part(evil);
        page.section(evil);
        page.paragraph(evil);
        page.list([evil]);
        page.steps();
        page.step(Tone::Plain, evil, evil, [evil]);
        page.end_steps();
        page.commands([evil]);
        page.table(evil, &[evil], &[vec![Cell::new(evil, Tone::Bad)]]);
        page.route();
        page.place(evil, evil, evil, Tone::Good);
        page.server(evil, evil, Tone::Good);
        page.leg(Tone::Good, evil);
        page.end_route();
        let html = page.end();
        assert_eq!(html.matches("</style>").count(), 1);
        assert!(!html.contains("<script") && !html.contains('\u{202e}'));
        assert_eq!(html.matches("&lt;script&gt;").count(), 20, "each place shows it");
    }
}
