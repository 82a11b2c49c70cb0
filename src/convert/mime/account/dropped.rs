//! What a conversion may drop: the one list of it. Whatever is not named here is looked for.

/// A kind of thing that no reader misses, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// Its name, by which its test finds it.
    pub name: &'static str,
    /// Reason why it may be dropped.
    pub why: &'static str,
}

/// Everything that may be dropped.
pub const DROPPED: &[Dropped] = &[
    Dropped { name: "case", why: "a word in other letters is the same word" },
    Dropped { name: "punctuation", why: "programs exchange quotes, dashes, and lines that are drawn with characters" },
    Dropped { name: "white-space", why: "lines are broken anew, also within words of scripts without blanks" },
    Dropped { name: "invisible-characters", why: "soft hyphens and joiners show nothing" },
    Dropped { name: "markup", why: "tags are not read; the targets of links in them are looked for by themselves" },
    Dropped {
        name: "hidden-elements",
        why: "style sheets, scripts, titles, islands of XML and what stands for frames are no text of the body",
    },
    Dropped { name: "comments", why: "no reader sees them, conditional ones of one word processor included" },
    Dropped { name: "list-labels", why: "the numbers of lists are made anew by who shows the list" },
    Dropped { name: "internal-links", why: "names of pictures within the mail change with the mail" },
    Dropped { name: "body-fields", why: "Content- fields and MIME-Version describe how the mail is made up" },
    Dropped { name: "repeated-attributes", why: "where the property list has a fact, the list counts ([MS-OXTNEF] 2.1.3.4)" },
    Dropped { name: "outer-header", why: "the header of the mail says who sent a stream in it to whom, and its subject" },
    Dropped { name: "other-addresses", why: "of the addresses of one person one is enough, that of the received header too" },
    Dropped { name: "blind-copies", why: "nobody who gets the mail is to learn of them, unless it is asked for" },
    Dropped { name: "unasked-bodies", why: "who asks for attachments alone has the text of the mail" },
    Dropped { name: "icons", why: "the metafile of a file that is there in full is but its icon" },
];

/// Elements whose contents nobody reads.
const HIDDEN: [&str; 7] = ["style", "script", "title", "xml", "iframe", "noembed", "noframes"];

/// Elements that do not end a word.
const INLINE: [&str; 30] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr",
];

/// Beginnings of links that lead nowhere outside of the mail.
const INTERNAL: [&str; 7] = ["cid:", "mid:", "#", "data:", "about:", "javascript:", "blocked::"];

/// Whether the contents of an element are dropped.
pub(super) fn is_hidden(element: &str) -> bool {
    HIDDEN.iter().any(|known| known.eq_ignore_ascii_case(element))
}

/// Whether a tag may stand within a word.
pub(super) fn is_inline(element: &str) -> bool {
    INLINE.iter().any(|known| known.eq_ignore_ascii_case(element))
}

/// Whether a character shows nothing and separates nothing.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Whether a link, in lower case, leads nowhere outside of the mail.
pub(super) fn is_internal(link: &str) -> bool {
    INTERNAL.iter().any(|start| link.starts_with(start))
}

/// Whether the first word of a line is the label of a list if a point or a bracket follows: `12.`, `b)`, `iv.`.
pub(super) fn is_label(word: &str) -> bool {
    let roman = |byte: u8| matches!(byte, b'i' | b'v' | b'x');
    word.len() == 1
        || word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit())
        || word.len() <= 4 && word.bytes().all(roman)
}

/// Whether a field says how the mail is made up, and nothing else.
pub(super) fn is_body_field(name: &[u8]) -> bool {
    let start = |prefix: &[u8]| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    name.eq_ignore_ascii_case(b"MIME-Version")
        || start(b"Content-") && ![&b"Content-Class"[..], b"Content-Language"].iter().any(|kept| name.eq_ignore_ascii_case(kept))
}
