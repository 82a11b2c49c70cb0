//! The character sets that CharacterSet and NonMimeCharacterSet of a remote domain accept.
//!
//! Source: the parameter descriptions of `Set-RemoteDomain` (38 names), kept as
//! `tools/tables/remote_domain_charsets.tsv`; a test compares. The admin center offers the same list without utf-7.

use std::fmt;

/// A character set that Exchange accepts in a remote domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Charset {
    name: &'static str,
    code_page: u32,
}

impl Charset {
    /// The set of that name, without regard to case. `None` where Exchange does not accept it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(name, code_page)| Charset { name, code_page })
    }

    /// Every set, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Charset> {
        ALL.iter().map(|&(name, code_page)| Charset { name, code_page })
    }

    /// The name as the settings spell it: `iso-8859-1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The Windows code page: 28591.
    #[must_use]
    pub fn code_page(self) -> u32 {
        self.code_page
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

const ALL: [(&str, u32); 38] = [
    ("big5", 950),
    ("din_66003", 20106),
    ("euc-jp", 51932),
    ("euc-kr", 51949),
    ("gb18030", 54936),
    ("gb2312", 936),
    ("hz-gb-2312", 52936),
    ("iso-2022-jp", 50220),
    ("iso-2022-kr", 50225),
    ("iso-8859-1", 28591),
    ("iso-8859-2", 28592),
    ("iso-8859-3", 28593),
    ("iso-8859-4", 28594),
    ("iso-8859-5", 28595),
    ("iso-8859-6", 28596),
    ("iso-8859-7", 28597),
    ("iso-8859-8", 28598),
    ("iso-8859-9", 28599),
    ("iso-8859-13", 28603),
    ("iso-8859-15", 28605),
    ("koi8-r", 20866),
    ("koi8-u", 21866),
    ("ks_c_5601-1987", 949),
    ("ns_4551-1", 20108),
    ("sen_850200_b", 20107),
    ("shift_jis", 932),
    ("utf-7", 65000),
    ("utf-8", 65001),
    ("windows-1250", 1250),
    ("windows-1251", 1251),
    ("windows-1252", 1252),
    ("windows-1253", 1253),
    ("windows-1254", 1254),
    ("windows-1255", 1255),
    ("windows-1256", 1256),
    ("windows-1257", 1257),
    ("windows-1258", 1258),
    ("windows-874", 874),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_published_one() {
        let Some(table) = crate::mapi::corpus::table("remote_domain_charsets.tsv") else { return };
        let mut rows = 0;
        for (row, charset) in table.lines().skip(1).zip(Charset::all()) {
            let mut cells = row.split('\t');
            assert_eq!(cells.next(), Some(charset.name()));
            assert_eq!(cells.next().map(str::parse), Some(Ok(charset.code_page())));
            rows += 1;
        }
        assert_eq!((rows, table.lines().count()), (ALL.len(), ALL.len() + 1));
    }

    #[test]
    fn names_are_found_without_regard_to_case_and_others_are_not() {
        assert_eq!(Charset::from_name("ISO-8859-1").map(Charset::code_page), Some(28591));
        assert_eq!(Charset::from_name("utf-8").map(Charset::code_page), Some(65001));
        for unknown in ["", "utf8", "latin1", "iso-8859-16", "utf-8 "] {
            assert_eq!(Charset::from_name(unknown), None, "{unknown}");
        }
    }
}
