//! File names that cannot hurt.
//!
//! The names of attachments come from whoever sent the mail. [`sanitize`] makes of any text one component of a path that is
//! harmless on every system, so that a folder extracted on Linux may be copied to Windows or macOS, and [`SafeName`] is the
//! only kind of name that the program writes to. An ordinary name stays byte for byte what it
//! was: blanks inside, umlauts, CJK, emoji, parentheses; NFC and NFD forms are compared (`collision_key`, feature `file-names`), never changed.
//!
//! | in the name                                            | becomes                                                       |
//! |--------------------------------------------------------|---------------------------------------------------------------|
//! | `/` and `\`                                            | only the last component counts: `C:\dir\a.txt` is `a.txt`     |
//! | `< > : " \| ? *` (Windows), noncharacters              | `_` each                                                      |
//! | C0, C1, DEL, line and paragraph separators             | one `_` a run; nothing at the ends                            |
//! | bidi marks and overrides, other invisible characters   | nothing                                                       |
//! | ZWJ, ZWNJ, variation selectors, emoji tags             | kept where a script or an emoji needs them, else nothing      |
//! | blanks at both ends, dots at the end                   | nothing                                                       |
//! | a dash or a dot in front                               | `_` before it: `_-rf`, `_.bashrc`                             |
//! | a DOS device, with or without extension                | `_` before it: `_NUL.txt`                                     |
//! | more than 255 bytes of UTF-8                           | the stem is cut between characters, the extension stays       |
//! | nothing left (`..` too)                                | the fallback                                                  |
//!
//! Decided here: a file that was asked for shall be seen, hence `_.bashrc` and not a hidden file; a `~` in front is harmless to
//! a program that gets the name as it is, and Office writes such names (`~$letter.docx`), so it stays. ZWJ and ZWNJ belong to
//! the spelling of Persian and of Indic languages and join emoji, so they stay directly after a visible character outside ASCII;
//! among ASCII letters they only disguise a name. Device names are those of Microsoft's "Naming Files, Paths, and Namespaces",
//! with the superscript digits that Windows takes for digits, and `CLOCK$` and the console's two.
//!
//! ```
//! use winmail::safe_name::sanitize;
//!
//! assert_eq!(sanitize("../../etc/passwd", "file").as_str(), "passwd");
//! assert_eq!(sanitize("NUL.txt", "file").as_str(), "_NUL.txt");
//! ```

use std::fmt;
use std::path::Path;

#[cfg(feature = "file-names")]
mod collision;

#[cfg(feature = "file-names")]
pub use collision::collision_key;

/// The longest name in bytes: ext4, XFS, Btrfs, ZFS and UFS count bytes of UTF-8; NTFS, APFS and exFAT count 255 units of at
/// least one byte each.
pub const MAX_BYTES: usize = 255;

/// The longest ending that counts as an extension, in bytes with its dot. Longer ones are text with a dot in it.
const MAX_EXTENSION_BYTES: usize = 33;

/// Bytes kept free for ` (N)` in a numbered name; N is an u32. Always all of them, so that where a stem is cut does not depend
/// on the number.
const NUMBER_BYTES: usize = 13;

/// The fallback of the fallback.
const LAST_RESORT: &str = "unnamed";

/// One component of a path that is a harmless file name on every system. Made by [`sanitize`] only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeName(String);

impl SafeName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The name with ` (number)` before its extension. A long stem is cut so far that every number fits.
    #[must_use]
    pub fn numbered(&self, number: u32) -> SafeName {
        let (stem, extension) = self.numbering_parts();
        SafeName(format!("{stem} ({number}){extension}"))
    }

    fn numbering_parts(&self) -> (&str, &str) {
        let (stem, extension) = split_extension(&self.0);
        (cut_stem(stem, MAX_BYTES.saturating_sub(NUMBER_BYTES).saturating_sub(extension.len())), extension)
    }
}

impl AsRef<str> for SafeName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<Path> for SafeName {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl fmt::Display for SafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Makes a harmless file name of `name`, or of `fallback` where nothing is left of it. The module's table says how.
///
/// ```
/// use winmail::safe_name::sanitize;
/// assert_eq!(sanitize("Untitled Attachment", "attachment").as_str(), "Untitled Attachment");
/// assert_eq!(sanitize("../../.bashrc", "attachment").as_str(), "_.bashrc");
/// assert_eq!(sanitize("..", "attachment").as_str(), "attachment");
/// ```
#[must_use]
pub fn sanitize(name: &str, fallback: &str) -> SafeName {
    SafeName(clean(name).or_else(|| clean(fallback)).unwrap_or_else(|| LAST_RESORT.to_owned()))
}

/// The name without what the module's table forbids; `None` if nothing is left.
fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).find(|component| !component.is_empty())?;
    let visible = |c: char| !is_blank(c) && !matches!(class(c), Class::Break | Class::Drop);
    let last = last.trim_start_matches(|c| !visible(c)).trim_end_matches(|c| c == '.' || !visible(c));
    let replaced = replace_characters(last);
    // Dropping a character may have laid a blank or a dot bare.
    let mut name = cut(trim_end(replaced.trim_start_matches(is_blank)), MAX_BYTES);
    if name.is_empty() {
        return None;
    }
    // After cutting, which may leave "CON" of "CON", many blanks and a word.
    if name.starts_with(['-', '.']) || is_device(&name) {
        name = format!("_{}", cut(&name, MAX_BYTES.saturating_sub(1)));
    }
    Some(name)
}

fn replace_characters(text: &str) -> String {
    let mut out = String::new();
    let mut previous = None;
    let mut in_break = false;
    for c in text.chars() {
        let class = class(c);
        let push = match class {
            Class::Keep => Some(c),
            Class::Replace => Some('_'),
            Class::Break if !in_break => Some('_'),
            Class::Joiner if previous.is_some_and(takes_joiner) => Some(c),
            Class::Selector if previous.is_some_and(|base| takes_selector(base, c)) => Some(c),
            Class::Tag if previous.is_some_and(takes_tag) => Some(c),
            _ => None,
        };
        if let Some(c) = push {
            out.push(c);
            previous = Some(c);
            in_break = class == Class::Break;
        }
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Keep,
    /// Becomes `_`.
    Replace,
    /// A control or a line's end: a run of them becomes one `_`.
    Break,
    /// ZWNJ, ZWJ.
    Joiner,
    /// Changes the look of the character before it.
    Selector,
    /// Spells the region of a flag emoji.
    Tag,
    /// Cannot be seen.
    Drop,
}

fn class(c: char) -> Class {
    match c {
        '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => Class::Replace,
        '\u{2028}' | '\u{2029}' => Class::Break,
        '\u{200C}' | '\u{200D}' => Class::Joiner,
        // Combining grapheme joiner, Khmer inherent vowels, Mongolian and general variation selectors.
        '\u{034F}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' => Class::Selector,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Class::Selector,
        '\u{E0020}'..='\u{E007F}' => Class::Tag,
        // Interlinear annotation.
        '\u{FFF9}'..='\u{FFFB}' => Class::Drop,
        c if is_noncharacter(c) => Class::Replace,
        c if c.is_control() => Class::Break,
        c if is_default_ignorable(c) && !is_blank(c) => Class::Drop,
        _ => Class::Keep,
    }
}

fn takes_joiner(base: char) -> bool {
    !base.is_ascii() && !is_blank(base) && class(base) != Class::Joiner
}

fn takes_selector(base: char, selector: char) -> bool {
    // U+FE0F makes keycap emoji of ASCII digits; no other selector goes with ASCII.
    let keycap = selector == '\u{FE0F}' && (base.is_ascii_digit() || base == '#');
    let other = !base.is_ascii() && !is_blank(base) && !matches!(class(base), Class::Joiner | Class::Selector);
    keycap || other
}

fn takes_tag(base: char) -> bool {
    base == '\u{1F3F4}' || class(base) == Class::Tag
}

/// What looks like nothing at the end of a name: white space, the fillers of Hangul, the empty Braille cell.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

fn is_noncharacter(c: char) -> bool {
    let value = u32::from(c);
    value & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&value)
}

/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt; the ranges are the same since Unicode 6).
fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether Windows takes the name for a device: what stands before the first dot, without the blanks at its end.
fn is_device(name: &str) -> bool {
    const DEVICES: [&str; 7] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];
    let base = name.split('.').next().unwrap_or(name).trim_end_matches(is_blank);
    let port = |kind: &str| {
        base.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind))
            && base.get(kind.len()..).is_some_and(|rest| {
                let mut rest = rest.chars();
                matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
            })
    };
    DEVICES.iter().any(|device| base.eq_ignore_ascii_case(device)) || port("COM") || port("LPT")
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c| c == '.' || is_blank(c))
}

/// The name in at most `max` bytes: its stem is cut, its extension stays.
fn cut(name: &str, max: usize) -> String {
    let (stem, extension) = split_extension(name);
    if name.len() <= max {
        return name.to_owned();
    }
    format!("{}{extension}", cut_stem(stem, max.saturating_sub(extension.len())))
}

fn cut_stem(stem: &str, max: usize) -> &str {
    if stem.len() <= max {
        return stem;
    }
    let mut end = max;
    while !stem.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    trim_end(stem.get(..end).unwrap_or_default())
}

/// The name up to its extension, and the extension with its dot; an empty one if the name has none.
fn split_extension(name: &str) -> (&str, &str) {
    let none = (name, "");
    let Some((stem, extension)) = name.rfind('.').and_then(|dot| name.split_at_checked(dot)) else { return none };
    let text = extension.get(1..).unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+');
    if stem.is_empty() || text.is_empty() || extension.len() > MAX_EXTENSION_BYTES || !text.chars().all(plain) {
        return none;
    }
    (stem, extension)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn safe(name: &str) -> String {
        sanitize(name, "attachment").into_string()
    }

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "Untitled Attachment",
            "208225_(5_seconds)_Voice_Mail.mp3",
            "döcument.pdf",
            "do\u{308}cument.pdf",
            "AUTOEXEC.BAT",
            "ZAPPA_~2.JPG",
            "boot.ini",
            "報告書 最終版.docx",
            "отчёт.xlsx",
            "دعوة اجتماع.ics",
            "תוכנית.pdf",
            // Persian with ZWNJ, Malayalam with ZWJ at the end of a word, Sinhala with ZWJ.
            "می\u{200C}خواهم.txt",
            "അവന\u{0D4D}\u{200D}.txt",
            "ශ්\u{200D}රී.txt",
            "family 👨\u{200D}👩\u{200D}👧.jpg",
            "👩🏽\u{200D}❤\u{FE0F}\u{200D}👨🏻.png",
            "step 1\u{FE0F}\u{20E3}.png",
            "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}.png",
            "葛\u{E0100}.txt",
            "~$letter.docx",
            "a..b",
            "name with (parens) [brackets] {braces} & 100% #1, it's $5; a=b+c@d!^`.txt",
            "no\u{A0}break.txt",
            "archive.tar.gz",
            "\u{FFFD}.txt",
            "console.txt",
            "COM10",
            "COMA",
            "NULL",
            "com.txt",
            "private \u{E000}\u{F8FF}.txt",
            "x",
        ] {
            assert_eq!(safe(name), name);
        }
        let longest = format!("{}.txt", "x".repeat(251));
        assert_eq!((safe(&longest), longest.len()), (longest.clone(), 255));
    }

    #[test]
    fn hostile_names() {
        for (name, expected) in [
            // Paths.
            ("../evil.txt", "evil.txt"),
            ("..\\..\\evil.txt", "evil.txt"),
            ("/etc/passwd", "passwd"),
            ("C:\\dir\\a.txt", "a.txt"),
            ("C:a.txt", "C_a.txt"),
            ("C:", "C_"),
            ("C:\\", "C_"),
            ("\\\\server\\share\\a.txt", "a.txt"),
            ("\\\\?\\C:\\a.txt", "a.txt"),
            ("\\\\.\\CON", "_CON"),
            ("\\\\.\\PhysicalDrive0", "PhysicalDrive0"),
            ("a/b", "b"),
            ("a/b/", "b"),
            ("a/b\\c", "c"),
            ("a\\b/c", "c"),
            ("~/.ssh/authorized_keys", "authorized_keys"),
            ("/", "attachment"),
            ("", "attachment"),
            (".", "attachment"),
            ("..", "attachment"),
            ("...", "attachment"),
            ("a/..", "attachment"),
            ("a/. .", "attachment"),
            (".. ", "attachment"),
            (" ..", "attachment"),
            ("\u{202E}..", "attachment"),
            (".\u{200B}.", "attachment"),
            ("\u{200C}..\u{200D}", "attachment"),
            ("\0", "attachment"),
            ("   ", "attachment"),
            ("\u{3000}\u{3164}\u{2800}", "attachment"),
            ("\u{FE0F}\u{E0100}", "attachment"),
            // Hidden files, options.
            (".bashrc", "_.bashrc"),
            ("...a", "_...a"),
            ("._resource", "_._resource"),
            (".git", "_.git"),
            (".g\u{200C}it", "_.git"),
            (". a", "_. a"),
            ("-rf", "_-rf"),
            ("--output=x", "_--output=x"),
            ("-", "_-"),
            ("\u{200E}-rf", "_-rf"),
            (" -rf", "_-rf"),
            // Characters.
            ("a:b", "a_b"),
            ("file.txt:stream:$DATA", "file.txt_stream_$DATA"),
            ("<>:\"|?*", "_______"),
            ("evil.exe\0.txt", "evil.exe_.txt"),
            ("a.txt\0\0", "a.txt"),
            ("a\r\n\tb.txt", "a_b.txt"),
            ("a\u{1B}[31mb", "a_[31mb"),
            ("a\u{7F}b\u{9B}c", "a_b_c"),
            ("a\u{2028}b\u{2029}c", "a_b_c"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("\u{2066}a\u{2069}\u{200F}\u{061C}b", "ab"),
            ("\u{FEFF}a.txt", "a.txt"),
            ("a\u{200B}b\u{AD}c\u{2060}d", "abcd"),
            ("e\u{200D}x\u{200C}e", "exe"),
            ("a\u{FE0F}b", "ab"),
            ("a\u{E0041}\u{E0042}b", "ab"),
            ("a\u{FFFE}b\u{FFFF}c\u{FDD0}d\u{1FFFF}", "a_b_c_d_"),
            ("می\u{200C}\u{200C}\u{200D}خ", "می\u{200C}خ"),
            // Ends.
            ("a.txt.", "a.txt"),
            ("a.txt. . .", "a.txt"),
            ("  a.txt  ", "a.txt"),
            ("a.txt\u{3000}", "a.txt"),
            ("\u{A0}a", "a"),
            ("a. \u{200D}", "a"),
            ("a.exe::", "a.exe__"),
            // Devices.
            ("CON", "_CON"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("NUL .txt", "_NUL .txt"),
            ("NUL. txt", "_NUL. txt"),
            ("NUL ", "_NUL"),
            ("AUX.", "_AUX"),
            ("prn.x", "_prn.x"),
            ("COM1", "_COM1"),
            ("COM0.x", "_COM0.x"),
            ("com¹", "_com¹"),
            ("LPT³.txt", "_LPT³.txt"),
            ("lpt9", "_lpt9"),
            ("LPT0", "_LPT0"),
            ("CONIN$", "_CONIN$"),
            ("conout$.txt", "_conout$.txt"),
            ("CLOCK$", "_CLOCK$"),
            ("C\u{200B}ON", "_CON"),
            ("\u{202A}NUL", "_NUL"),
            ("dir/AUX", "_AUX"),
            ("_NUL", "_NUL"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn fallbacks_are_sanitized_too() {
        assert_eq!(sanitize("..", "../message-1.eml").as_str(), "message-1.eml");
        assert_eq!(sanitize("..", "NUL").as_str(), "_NUL");
        assert_eq!(sanitize("..", "").as_str(), "unnamed");
        assert_eq!(sanitize("a", "b").as_str(), "a");
    }

    #[test]
    fn long_names_keep_their_extension() {
        assert_eq!(safe(&format!("{}.pdf.exe", "x".repeat(400))), format!("{}.exe", "x".repeat(251)));
        assert_eq!(safe(&"x".repeat(400)), "x".repeat(255));
        // "é" has two bytes, 251 is odd: the half one goes.
        assert_eq!(safe(&format!("{}.txt", "é".repeat(200))), format!("{}.txt", "é".repeat(125)));
        assert_eq!(safe(&"😀".repeat(100)), "😀".repeat(63));
        // No extension: too long, or with a blank.
        assert_eq!(safe(&format!("a.{}", "x".repeat(400))), format!("a.{}", "x".repeat(253)));
        assert_eq!(safe(&format!("{}. b", "x".repeat(400))), "x".repeat(255));
        // Cutting lays a blank, a dot or a device bare.
        assert_eq!(safe(&format!("ab{}c", ". ".repeat(200))), "ab");
        assert_eq!(safe(&format!("CON{}x.txt", " ".repeat(300))), "_CON.txt");
        assert_eq!(safe(&format!(".{}x.txt", " ".repeat(300))), "_.txt");
        assert_eq!(safe(&format!(".{}x", " ".repeat(300))), "attachment");
        assert_eq!(safe(&format!("-{}.txt", "x".repeat(300))), format!("_-{}.txt", "x".repeat(249)));
    }

    #[test]
    fn numbers_stand_before_the_extension() {
        for (name, expected) in [
            ("a.txt", "a (2).txt"),
            ("a", "a (2)"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("Report v1.2 final", "Report v1.2 final (2)"),
            ("_.bashrc", "_ (2).bashrc"),
            ("a (2).txt", "a (2) (2).txt"),
        ] {
            assert_eq!(sanitize(name, "x").numbered(2).as_str(), expected);
        }
        let long = sanitize(&format!("{}.txt", "x".repeat(251)), "x");
        assert_eq!(long.numbered(u32::MAX).as_str(), format!("{} (4294967295).txt", "x".repeat(238)));
        assert_eq!(long.numbered(2).as_str(), format!("{} (2).txt", "x".repeat(238)));
    }

    /// Says what is wrong with a name on any system; written apart from the code above, from the documents it follows.
    fn wrong_with(name: &str) -> Option<&'static str> {
        let mut components = Path::new(name).components();
        if !matches!((components.next(), components.next()), (Some(Component::Normal(n)), None) if n == name) {
            return Some("not one normal component");
        }
        if name.bytes().any(|b| b < 0x20 || b == 0x7F || b"/\\<>:\"|?*".contains(&b)) {
            return Some("a character that Windows forbids");
        }
        if name.chars().any(|c| {
            let c = c as u32;
            matches!(c, 0x80..=0x9F | 0x61C | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2066..=0x2069 | 0xFEFF)
        }) {
            return Some("a control or bidi character");
        }
        if name.len() > 255 || name.is_empty() {
            return Some("its length");
        }
        if name.starts_with([' ', '.', '-']) || name.ends_with([' ', '.']) || name.trim() != name {
            return Some("its ends");
        }
        let upper = name.to_ascii_uppercase();
        let stem = upper.split_once('.').map_or(upper.as_str(), |(stem, _)| stem).trim_end();
        let devices = "CON PRN AUX NUL CONIN$ CONOUT$ CLOCK$ COM0 COM1 COM2 COM3 COM4 COM5 COM6 COM7 COM8 COM9 COM¹ COM² COM³ \
                       LPT0 LPT1 LPT2 LPT3 LPT4 LPT5 LPT6 LPT7 LPT8 LPT9 LPT¹ LPT² LPT³";
        if devices.split(' ').any(|device| device == stem) {
            return Some("a device");
        }
        None
    }

    pub(super) fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            proptest::sample::select(vec![
                "/",
                "\\",
                ".",
                "..",
                " ",
                "-",
                ":",
                "\0",
                "CON",
                "nul",
                "COM1",
                "LPT²",
                "COM",
                "¹",
                "a",
                "é",
                "e\u{301}",
                "文",
                "😀",
                "\u{200D}",
                "\u{200C}",
                "\u{202E}",
                "\u{FEFF}",
                "\u{200B}",
                "\u{FE0F}",
                "\u{E0067}",
                "🏴",
                "\u{3000}",
                "\u{3164}",
                "\u{2028}",
                "\n",
                "\u{85}",
                "\u{FFFF}",
                "_",
                "~",
                "(2)",
                ".txt",
                ".exe",
                "\u{1160}",
                "1",
            ])
            .prop_map(str::to_owned),
            proptest::char::any().prop_map(String::from),
            (proptest::sample::select(vec![" ", ".", "x", "é", "文", "😀", "\u{3000}"]), 1usize..280)
                .prop_map(|(unit, times)| unit.repeat(times)),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn any_name_becomes_harmless(name in prop_oneof![nasty(), any::<String>()], fallback in nasty(), number: u32) {
            let safe = sanitize(&name, &fallback);
            prop_assert_eq!(wrong_with(safe.as_str()), None, "{:?}", safe);
            prop_assert_eq!(&sanitize(safe.as_str(), ""), &safe, "not idempotent");
            let numbered = safe.numbered(number);
            prop_assert_eq!(wrong_with(numbered.as_str()), None, "{:?}", numbered);
            prop_assert_eq!(&sanitize(numbered.as_str(), ""), &numbered, "not idempotent");
        }
    }
}
