//! Which names some file system takes for one: Unicode's caseless matching.

use unicode_normalization::UnicodeNormalization;

use super::{SafeName, is_default_ignorable};

impl SafeName {
    /// Returns what all of this name's numbered forms have in common, as a [`collision_key`]. Names that share it share one counter, also
    /// those that only differ where a long stem is cut; numbered forms of names that do not share it do not meet.
    #[must_use]
    pub fn series_key(&self) -> String {
        let (stem, extension) = self.numbering_parts();
        key(&format!("{stem}/{extension}"))
    }
}

/// Names with equal keys may be one file on some file system.
///
/// The key follows Unicode's compatibility caseless match (D146: normalisation and full case folding, twice) without the default ignorable
/// code points. That is coarser than any one file system, on purpose: HFS+ and APFS compare normalised and caseless, HFS+ and
/// ext4 with casefold skip ignorable characters, ZFS may be set to NFKC, NTFS has a table of its own and no normalisation. A key
/// too coarse costs a needless ` (2)`; one too fine costs a file.
#[must_use]
pub fn collision_key(name: &SafeName) -> String {
    key(&name.0)
}

fn key(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { folded(text) }
}

/// The key of any text; of ASCII that is lower case.
fn folded(text: &str) -> String {
    // Case folding is to lower case after upper case, because the standard library has no folding; the second round takes the
    // capital sharp s, whose lower case has an upper case of two letters.
    // Composed first: decomposed, a mark may stand before the iota subscript, whose upper case is a letter and stays behind it.
    text.nfkc().filter(|&c| !is_default_ignorable(c)).nfkc().flat_map(fold).nfkd().flat_map(fold).nfkd().collect()
}

fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sanitize;
    use super::super::tests::nasty;
    use super::*;

    #[test]
    fn the_key_of_ascii_is_that_of_any_text() {
        let all: String = (0..=127u8).map(char::from).collect();
        assert_eq!(key(&all), folded(&all));
        assert_eq!(key("Straße"), folded("STRASSE"));
    }

    #[test]
    fn keys_of_what_some_file_system_holds_for_one_name() {
        let key = |name: &str| collision_key(&sanitize(name, "x"));
        for (one, other) in [
            ("README", "readme"),
            ("döcument.pdf", "DO\u{308}CUMENT.PDF"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "straße"),
            ("ΣΑΣ", "σας"),
            ("\u{212A}.txt", "k.txt"),
            ("ﬁle", "file"),
            ("ﬀ", "FF"),
            ("한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"),
            ("می\u{200C}خواهم", "میخواهم"),
            ("❤\u{FE0F}.png", "❤.png"),
            ("\u{1E9B}\u{0323}", "ṩ"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("a", "ä"), ("a.txt", "a_txt"), ("a b", "ab"), ("е", "e")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn a_mark_before_an_iota_subscript_does_not_split_keys() {
        // Found by the property below: decomposed, the mark comes first; in upper case, the iota is a letter before it.
        let name = "\u{1fc2}\u{7eb}";
        assert_eq!(key(&name.to_uppercase()), key(name));
        assert_eq!(key(&name.nfd().collect::<String>()), key(name));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn keys_ignore_case_and_normalisation(name in prop_oneof![nasty(), any::<String>()]) {
            let key = |text: &str| key(text);
            let safe = sanitize(&name, "x").into_string();
            let expected = key(&safe);
            prop_assert_eq!(key(&safe.to_lowercase()), expected.clone());
            prop_assert_eq!(key(&safe.to_uppercase()), expected.clone());
            prop_assert_eq!(key(&safe.nfc().collect::<String>()), expected.clone());
            prop_assert_eq!(key(&safe.nfd().collect::<String>()), expected.clone());
            prop_assert_eq!(key(&safe.nfkc().collect::<String>()), expected);
        }
    }
}
