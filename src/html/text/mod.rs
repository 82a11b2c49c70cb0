//! The text that a reader of HTML sees: for people who read mail as text, and for programs that search it.
//!
//! | HTML | text |
//! |---|---|
//! | a link | its text, and `<address>` behind it where that says more |
//! | a picture | `[alt]` |
//! | a list | `* `, or the numbers and letters that it asks for |
//! | a table | columns if they fit, else a line for each row; a table that only lays out is paragraphs |
//! | a quotation | lines with `> ` |
//! | what its style hides | nothing, unless there is nothing else |
//! | text in Symbol, Wingdings and the like | the characters that these show |
//!
//! It is made in one pass over the pieces of the HTML. Tables are as deep as [`TABLES_MAX`]; deeper ones are paragraphs.

mod flow;
mod list;
mod style;
mod table;
mod walker;
mod wrap;

/// The text that a reader of `html` sees, in lines as long as its paragraphs, or of at most `width` columns. Lines end with LF but for
/// the last one, which has no end.
pub(crate) fn of_html(html: &str, width: Option<usize>) -> String {
    let text = walker::text(html, false).filter(|text| !text.is_empty());
    let text = text.or_else(|| walker::text(html, true)).unwrap_or_default();
    match width {
        Some(width) => wrap::wrapped(&text, width.max(WIDTH_MIN)),
        None => text,
    }
}

/// The narrowest lines.
const WIDTH_MIN: usize = 20;

#[cfg(test)]
mod tests;
