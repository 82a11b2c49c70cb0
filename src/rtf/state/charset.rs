//! Code pages of RTF text: of the document (`\ansicpg`, `\ansi`, `\mac`, `\pc`, `\pca`) and of a font (`\fcharset`, `\cpg`).
//! Rich Text Format Specification 1.9.1, "Character Set" and "Font Table"; [MS-OXRTFEX] 2.1.3.

use crate::base::CodePage;

/// How the bytes of a font are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FontCharset {
    /// By the document's code page.
    #[default]
    Document,
    /// By this code page.
    Page(CodePage),
    /// They are numbers of pictures in a symbol font.
    Symbol,
}

/// The code page that a character set word names.
pub(crate) fn of_word(name: &str) -> Option<CodePage> {
    Some(CodePage(match name {
        "ansi" => 1252,
        "mac" => 10000,
        "pc" => 437,
        "pca" => 850,
        _ => return None,
    }))
}

/// What `\fcharset` says.
pub(crate) fn of_fcharset(charset: i32) -> FontCharset {
    let page = match charset {
        0 => 1252,
        2 => return FontCharset::Symbol,
        77 => 10000,
        78 => 10001,
        79 => 10003,
        80 => 10008,
        81 => 10002,
        83 => 10005,
        84 => 10004,
        85 => 10006,
        86 => 10081,
        87 => 10021,
        88 => 10029,
        89 => 10007,
        128 => 932,
        129 => 949,
        130 => 1361,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        // Word for Mac's for all fonts of a document.
        256 => return FontCharset::Document,
        // Some writers put the number of a code page here. Character sets have 8 bits.
        page if page > 255 => return of_cpg(page),
        _ => return FontCharset::Document,
    };
    FontCharset::Page(CodePage(page))
}

/// What `\cpg` says.
pub(super) fn of_cpg(page: i32) -> FontCharset {
    match page_number(page) {
        Some(42) => FontCharset::Symbol,
        Some(0) | None => FontCharset::Document,
        Some(page) => FontCharset::Page(CodePage(page)),
    }
}

/// The code page of a font that Windows lists by its character set, `Arial Cyr`.
pub(super) fn of_font_name(name: &str) -> Option<CodePage> {
    const ENDS: [(&str, u32); 8] = [
        (" cyr", 1251),
        (" ce", 1250),
        (" greek", 1253),
        (" tur", 1254),
        (" baltic", 1257),
        (" (hebrew)", 1255),
        (" (arabic)", 1256),
        (" (vietnamese)", 1258),
    ];
    let name = name.trim_end().to_ascii_lowercase();
    ENDS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, page)| CodePage(*page))
}

/// The number of a code page. Outlook writes it as a signed 16-bit number: 65001 is -535.
pub(super) fn page_number(parameter: i32) -> Option<u32> {
    let number = if (-32_768..0).contains(&parameter) { parameter.checked_add(65_536)? } else { parameter };
    u32::try_from(number).ok()
}

/// The code page of bytes, where the document names one that bytes cannot have: UTF-16 (seen with `\ansicpg1200`) is 1252.
pub(super) fn of_bytes(page: CodePage) -> CodePage {
    if page.is_wide() { CodePage::WINDOWS_1252 } else { page }
}
