//! Which Windows code page 8-bit text has of which only the language ([MS-LCID]) or the charset for mail is known.

use super::CodePage;

impl CodePage {
    /// The ANSI code page of a locale, as Windows has it; `None` for zero.
    #[must_use]
    pub fn of_locale(locale: u32) -> Option<CodePage> {
        let (language, sublanguage) = (locale & 0x3FF, locale >> 10 & 0x3F);
        Some(CodePage(match (language, sublanguage) {
            (0, _) => return None,
            // Serbian and Bosnian in Cyrillic, Azeri and Uzbek in Cyrillic.
            (0x1A, 3 | 7 | 8 | 10 | 12) | (0x2C | 0x43, 2) => 1251,
            (0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24 | 0x42, _) => 1250,
            (0x02 | 0x19 | 0x22 | 0x23 | 0x28 | 0x2F | 0x3F | 0x40 | 0x44 | 0x50 | 0x6D | 0x85, _) => 1251,
            (0x08, _) => 1253,
            (0x1F | 0x2C | 0x43, _) => 1254,
            (0x0D, _) => 1255,
            (0x01 | 0x20 | 0x29 | 0x80 | 0x8C, _) => 1256,
            (0x25..=0x27, _) => 1257,
            (0x2A, _) => 1258,
            (0x1E, _) => 874,
            (0x11, _) => 932,
            (0x12, _) => 949,
            // Taiwan, Hong Kong, Macao.
            (0x04, 1 | 3 | 5) => 950,
            (0x04, _) => 936,
            _ => 1252,
        }))
    }

    /// The Windows code page of the language that a charset for mail is of: 932 for ISO-2022-JP, 1251 for KOI8-R. `None` where it is of
    /// none, as UTF-8.
    #[must_use]
    pub fn windows_family(self) -> Option<CodePage> {
        Some(CodePage(match self.0 {
            own @ (874 | 932 | 936 | 949 | 950 | 1250..=1258) => own,
            50220..=50222 | 51932 | 20932 => 932,
            50225 | 51949 => 949,
            52936 | 51936 | 54936 | 20936 | 50227 => 936,
            20950 | 50229 | 51950 => 950,
            20127 | 28591 | 28605 => 1252,
            28592 => 1250,
            28595 | 20866 | 21866 => 1251,
            28597 => 1253,
            28599 => 1254,
            28598 | 38598 => 1255,
            28596 => 1256,
            28594 | 28603 => 1257,
            _ => return None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_have_the_pages_of_windows() {
        // [MS-LCID]: ja-JP, ru-RU, de-DE, zh-TW, zh-CN, zh-HK, pl-PL, sr-Cyrl-CS, sr-Latn-CS, hr-HR, az-Cyrl, tr-TR.
        let pages = [
            (1041, 932),
            (1049, 1251),
            (1031, 1252),
            (1028, 950),
            (2052, 936),
            (3076, 950),
            (1045, 1250),
            (3098, 1251),
            (2074, 1250),
            (1050, 1250),
            (2092, 1251),
            (1055, 1254),
        ];
        for (locale, page) in pages {
            assert_eq!(CodePage::of_locale(locale), Some(CodePage(page)), "{locale}");
        }
        assert_eq!(CodePage::of_locale(0), None);
    }

    #[test]
    fn charsets_of_mail_have_a_family() {
        for (charset, page) in [(50220, 932), (28591, 1252), (28592, 1250), (20866, 1251), (1251, 1251), (950, 950)] {
            assert_eq!(CodePage(charset).windows_family(), Some(CodePage(page)), "{charset}");
        }
        assert_eq!(CodePage::UTF_8.windows_family(), None);
        for page in (0..66_000).filter_map(|number| CodePage(number).windows_family()) {
            assert!(page.is_supported() && !page.is_wide());
        }
    }
}
