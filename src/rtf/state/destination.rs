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
    /// `\formfield` in it: what a field of a form is set to.
    FormField,
    /// `\ffl` in that: a choice.
    FormChoice,
    /// `\footnote`.
    Note,
    /// `\pn`, and the text before and behind the numbers that it asks for.
    Numbering,
    NumberingBefore,
    NumberingAfter,
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
    /// `\picprop`: the properties of a picture.
    PictureProperties,
    /// `\sn` and `\sv` in a background or a picture: the name and the value of a property.
    PropertyName,
    PropertyValue,
    /// `\*\bkmkstart`: the name of a place.
    Bookmark,
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
    let readable = rich || purpose == Purpose::ReadableText;
    Some(match name {
        "fonttbl" => FontTable,
        "htmltag" if star && purpose == Purpose::Html => HtmlTag,
        "colortbl" if rich => ColorTable,
        "fldinst" if purpose != Purpose::Html => FieldInstruction,
        "formfield" if current == FieldInstruction => FormField,
        "ffl" if current == FormField => FormChoice,
        "footnote" if readable => Note,
        "pn" if readable => Numbering,
        "pntxtb" if current == Numbering => NumberingBefore,
        "pntxta" if current == Numbering => NumberingAfter,
        // Equations: their runs are text, what they look like is not.
        "moMath" | "moMathPara" if readable => return None,
        name if readable && name.starts_with('m') && name.ends_with("Pr") => Skip,
        "listtext" | "pntext" => {
            if purpose == Purpose::Html {
                Skip
            } else {
                ListText
            }
        }
        "listtable" | "listoverridetable" if readable => ListTable,
        "leveltext" if current == ListTable => LevelText,
        // Parts of the list table that are text of no interest.
        "leveltext" | "levelnumbers" | "listname" | "liststylename" | "listpicture" => Skip,
        "pict" if rich => Picture,
        "bkmkstart" if rich => Bookmark,
        "bkmkstart" => Skip,
        "objdata" if rich => ObjectData,
        "upr" if current == Body => AnsiHalf,
        "ud" if current == AnsiHalf => Body,
        // Containers of what is shown, behind a star so that old readers skip them.
        "shppict" | "nesttableprops" => return None,
        "background" if rich => Background,
        "picprop" if current == Picture => PictureProperties,
        "shpinst" | "shpgrp" | "sp" if current == Background => return None,
        "sp" if current == PictureProperties => return None,
        "sn" if matches!(current, Background | PictureProperties) => PropertyName,
        "sv" if matches!(current, Background | PictureProperties) => PropertyValue,
        "shpinst" | "shpgrp" | "sp" | "sv" => Shape,
        "do" if star => Shape,
        "shptxt" | "dptxbxtext" => Body,
        // What old readers show instead of the containers, and what is no text at all.
        "nonshppict" | "nonesttables" | "shprslt" | "sn" => Skip,
        "colortbl" | "stylesheet" | "info" | "pict" | "fldinst" | "listtable" | "listoverridetable" | "filetbl" | "revtbl"
        | "rsidtbl" | "generator" | "template" | "header" | "headerf" | "headerl" | "headerr" | "footer" | "footerf"
        | "footerl" | "footerr" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc" | "aftncn" | "xe" | "tc" | "tcn"
        | "rxe" | "txe" | "bkmkend" | "objclass" | "objname" | "objdata" | "objtime" | "private" | "falt" | "panose"
        | "fname" | "fontemb" | "fontfile" | "latentstyles" | "mhtmltag" | "xmlnstbl" | "themedata" | "datastore"
        | "colorschememapping" | "wgrffmtfilter" | "userprops" | "docvar" | "pnseclvl" => Skip,
        // OpenOffice puts the star before words that are no destinations and change nothing but looks.
        _ if star && !is_formatting(name) => Skip,
        _ => return None,
    })
}

/// Whether a word is a known one for the looks of text. A star before it says nothing.
fn is_formatting(name: &str) -> bool {
    const WORDS: [&str; 66] = [
        "ab",
        "af",
        "afs",
        "ai",
        "alang",
        "b",
        "caps",
        "cb",
        "cchs",
        "cf",
        "chcbpat",
        "cs",
        "dbch",
        "dn",
        "ds",
        "embo",
        "expnd",
        "expndtw",
        "f",
        "fi",
        "fs",
        "hich",
        "highlight",
        "i",
        "impr",
        "intbl",
        "kerning",
        "lang",
        "langfe",
        "langfenp",
        "langnp",
        "li",
        "lin",
        "loch",
        "ltrch",
        "ltrpar",
        "noproof",
        "nosupersub",
        "outl",
        "par",
        "pard",
        "plain",
        "qc",
        "qj",
        "ql",
        "qr",
        "ri",
        "rin",
        "rtlch",
        "rtlpar",
        "s",
        "sa",
        "sb",
        "scaps",
        "shad",
        "sl",
        "slmult",
        "strike",
        "striked",
        "sub",
        "super",
        "ts",
        "ul",
        "uld",
        "ulnone",
        "up",
    ];
    WORDS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_before_a_word_of_looks_changes_nothing() {
        for name in ["cs", "af", "up", "loch", "ul"] {
            assert_eq!(of_word(name, true, Purpose::Rich, Destination::Body), None, "{name}");
        }
        assert_eq!(of_word("unknown", true, Purpose::Rich, Destination::Body), Some(Destination::Skip));
    }
}
