//! Destinations: groups whose text is not the document's text. Rich Text Format Specification 1.9.1, "Destinations";
//! [MS-OXRTFEX] 2.1.3.

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Destination {
    /// Into the document.
    #[default]
    Body,
    /// Nowhere.
    Skip,
    /// `\fonttbl`.
    FontTable,
    /// `\*\htmltag`: the original HTML.
    HtmlTag,
    /// `\colortbl`.
    ColorTable,
    /// `\fldinst`: what a field is.
    FieldInstruction,
    /// `\listtext` and `\pntext`: the bullet or number as text.
    ListText,
    /// `\listtable`, `\listoverridetable` and what is in them.
    ListTable,
    /// `\leveltext` in it.
    LevelText,
    /// `\pict`.
    Picture,
    /// `\objdata`: an embedded object.
    ObjectData,
    /// A drawing: only pictures and text boxes in it are shown.
    Shape,
    /// `\*\background`: a drawing behind everything.
    Background,
    /// `\sn` and `\sv` in a background: the name and the value of a property.
    PropertyName,
    PropertyValue,
    /// `\upr`: its ANSI half, which is not shown, as its Unicode half (`\*\ud`) is.
    AnsiHalf,
}

/// What the RTF is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The HTML in it: `\htmlrtf` and `\*\htmltag` count.
    Html,
    /// The plain text it was made of, character by character: `\htmlrtf` counts.
    Text,
    /// Its text as one reads it: symbol fonts become Unicode.
    ReadableText,
    /// Its looks.
    Rich,
}

/// The destination that a control word opens; `None` if it opens none, and the group goes on as it is.
pub(super) fn of_word(name: &str, star: bool, purpose: Purpose, current: Destination) -> Option<Destination> {
    use Destination::*;
    let rich = purpose == Purpose::Rich;
    Some(match name {
        "fonttbl" => FontTable,
        "htmltag" if star && purpose == Purpose::Html => HtmlTag,
        "colortbl" if rich => ColorTable,
        "fldinst" if purpose != Purpose::Html => FieldInstruction,
        "listtext" | "pntext" => {
            if purpose == Purpose::Html {
                Skip
            } else {
                ListText
            }
        }
        "listtable" | "listoverridetable" if rich || purpose == Purpose::ReadableText => ListTable,
        "leveltext" if current == ListTable => LevelText,
        // Parts of the list table that are text of no interest.
        "leveltext" | "levelnumbers" | "listname" | "liststylename" | "listpicture" => Skip,
        "pict" if rich => Picture,
        "objdata" if rich => ObjectData,
        "upr" if current == Body => AnsiHalf,
        "ud" if current == AnsiHalf => Body,
        // Containers of what is shown, behind a star so that old readers skip them.
        "shppict" | "nesttableprops" => return None,
        "background" if rich => Background,
        "shpinst" | "shpgrp" | "sp" if current == Background => return None,
        "sn" if current == Background => PropertyName,
        "sv" if current == Background => PropertyValue,
        "shpinst" | "shpgrp" | "sp" | "sv" => Shape,
        "shptxt" => Body,
        // What old readers show instead of the containers, and what is no text at all.
        "nonshppict" | "nonesttables" | "shprslt" | "sn" => Skip,
        "colortbl" | "stylesheet" | "info" | "pict" | "fldinst" | "listtable" | "listoverridetable" | "filetbl" | "revtbl"
        | "rsidtbl" | "generator" | "template" | "header" | "headerf" | "headerl" | "headerr" | "footer" | "footerf"
        | "footerl" | "footerr" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc" | "aftncn" | "xe" | "tc" | "tcn"
        | "rxe" | "txe" | "bkmkstart" | "bkmkend" | "objclass" | "objname" | "objdata" | "objtime" | "private" | "falt"
        | "panose" | "fname" | "fontemb" | "fontfile" | "latentstyles" | "mhtmltag" => Skip,
        _ if star => Skip,
        _ => return None,
    })
}
