//! What stands for a word, a number or a key: the same for the same, everywhere in a file.
//!
//! The replacement is drawn from a keyed hash of what it replaces, so that it says nothing about it to those who do not know
//! the seed. Letters stay letters of their script and case, digits digits. No word of the file is the replacement of another
//! one, since a reader could not tell it from the file's own.

use std::collections::HashSet;
use std::hash::Hasher;

use crate::base::wire::Wire;

/// Words that say nothing about anybody, and that a file is looked at for: address types, schemes and the like, ends of
/// domains, file extensions, fields of RTF, beginnings of subjects, parts of X.500 names.
pub(super) const KEPT: &[&str] = &[
    "http",
    "https",
    "ftp",
    "mailto",
    "tel",
    "cid",
    "file",
    "smtp",
    "ex",
    "x",
    "fax",
    "com",
    "org",
    "net",
    "www", //
    "bmp",
    "csv",
    "dat",
    "doc",
    "docx",
    "eml",
    "emz",
    "exe",
    "gif",
    "gz",
    "htm",
    "html",
    "ics",
    "jpeg",
    "jpg",
    "msg",
    "p7m",
    "p7s",
    "pdf",
    "png",
    "ppt",
    "pptx",
    "rtf",
    "tif",
    "tiff",
    "txt",
    "vcf",
    "vcs",
    "wmf",
    "wmz",
    "xls",
    "xlsx",
    "xml",
    "zip", //
    "hyperlink",
    "page",
    "includepicture",
    "embed",
    "mergeformat",
    "aw",
    "fw",
    "fwd",
    "re",
    "wg",
    "o",
    "ou",
    "cn",
    "recipients",
];

/// The longest stretch of letters that is one word. Longer ones are no words, and cost no more this way.
pub(super) const LONGEST: usize = 64;

/// Replacements by a seed.
#[derive(Debug)]
pub(super) struct Pseudonyms {
    seed: u64,
    words: HashSet<String>,
    /// Whether words are only collected and nothing is replaced.
    collecting: bool,
}

impl Pseudonyms {
    /// To go through the file once with, for its words.
    pub(super) fn collector(seed: u64) -> Self {
        Pseudonyms { seed, words: HashSet::new(), collecting: true }
    }

    /// To replace with, once the words are known.
    pub(super) fn replacer(self) -> Self {
        Pseudonyms { collecting: false, ..self }
    }

    pub(super) fn is_collecting(&self) -> bool {
        self.collecting
    }

    // SipHash 2-4 by name, which the standard library's other hasher does not promise.
    #[allow(deprecated)]
    fn hash(&self, purpose: u8, number: u64, bytes: &[u8]) -> u64 {
        let mut hasher = std::hash::SipHasher::new_with_keys(self.seed, u64::read_le(*b"winmail\0"));
        hasher.write(&[purpose]);
        hasher.write(&number.le_bytes());
        hasher.write(bytes);
        hasher.finish()
    }

    /// Replaces a word. `fits` says whether a character can stand at a place.
    pub(super) fn word(&mut self, word: &[char], fits: &mut dyn FnMut(usize, char) -> bool) -> Vec<char> {
        let folded = fold(word);
        if KEPT.contains(&folded.as_str()) {
            return word.to_vec();
        }
        if self.collecting {
            if word.len() > 2 {
                self.words.insert(folded);
            }
            return word.to_vec();
        }
        let mut replaced = Vec::new();
        for attempt in 0..32 {
            let drawn = self.hash(b'w', attempt, folded.as_bytes());
            replaced.clear();
            for (place, c) in word.iter().enumerate() {
                let number = self.hash(b'c', u64::try_from(place).unwrap_or(u64::MAX), &drawn.le_bytes());
                replaced.push(letter(*c, number, &mut |candidate| fits(place, candidate)));
            }
            if !self.words.contains(&fold(&replaced)) {
                break;
            }
        }
        replaced
    }

    /// Replaces a number: each digit by a digit, the first by zero only if it is zero.
    pub(super) fn number(&self, digits: &[char]) -> Vec<char> {
        if self.collecting {
            return digits.to_vec();
        }
        let text: String = digits.iter().collect();
        let drawn = self.hash(b'n', 0, text.as_bytes());
        let digit = |(place, c): (usize, &char)| {
            let number = self.hash(b'd', u64::try_from(place).unwrap_or(u64::MAX), &drawn.le_bytes());
            let zero = zero_of(*c).unwrap_or('0');
            let value = match u32::from(*c).wrapping_sub(u32::from(zero)) {
                0 if place == 0 => 0,
                _ if place == 0 => number.wrapping_rem(9).wrapping_add(1),
                _ => number.wrapping_rem(10),
            };
            let value = u32::try_from(value).unwrap_or(0);
            char::from_u32(u32::from(zero).wrapping_add(value)).unwrap_or(*c)
        };
        digits.iter().enumerate().map(digit).collect()
    }

    /// Replaces bytes that are no text. Zeros and 0xFF stay, since they are mostly padding; all others get their high bit, so
    /// that no letters come out of it.
    pub(super) fn opaque(&self, bytes: &[u8]) -> Vec<u8> {
        if self.collecting {
            return bytes.to_vec();
        }
        let drawn = self.hash(b'k', 0, bytes).le_bytes();
        let stream = (0u64..).flat_map(|number| self.hash(b'b', number, &drawn).le_bytes());
        let replaced = |(byte, random): (&u8, u8)| match *byte {
            0 | 0xFF => *byte,
            _ => 0x80 | (random.wrapping_rem(0x7E)),
        };
        bytes.iter().zip(stream).map(replaced).collect()
    }
}

/// The zero of the digits that `c` belongs to.
pub(super) fn zero_of(c: char) -> Option<char> {
    ['0', '\u{660}', '\u{6F0}', '\u{966}', '\u{FF10}']
        .into_iter()
        .find(|zero| (0..10).contains(&u32::from(c).wrapping_sub(u32::from(*zero))))
}

fn fold(word: &[char]) -> String {
    word.iter().flat_map(|c| c.to_lowercase()).collect()
}

/// Letters that all code pages of a script have.
fn pool(c: char) -> Option<&'static str> {
    Some(match c {
        'a'..='z' => "abcdefghijklmnopqrstuvwxyz",
        '\u{AA}'..='\u{24F}' => "äéöü",
        'α'..='ω' | 'ά'..='ώ' => "αβγδεζηθικλμνξοπρστυφχψω",
        'а'..='я' | 'ё'..='ћ' => "абвгдежзийклмнопрстуфхцчшщыьэюя",
        'א'..='ת' => "אבגדהוזחטיכלמנסעפצקרשת",
        '\u{621}'..='\u{64A}' => "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        '\u{E01}'..='\u{E2E}' => "กขคงจฉชซฐณดตถทธนบปผฝพฟมยรลวศสหอ",
        'ぁ'..='ん' => "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ",
        'ァ'..='ヶ' => "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ",
        '\u{FF71}'..='\u{FF9D}' => "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎ",
        '\u{4E00}'..='\u{9FFF}' => "一二三四五六七八九十日月火水木金土山川上下左右大中小天地人子女手口耳目力田石竹米",
        '가'..='힣' => "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허",
        _ => return None,
    })
}

/// A letter in the place of `c`: of its script and case, and one that fits; `c` itself if there is none.
fn letter(c: char, number: u64, fits: &mut dyn FnMut(char) -> bool) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let upper = lower != c;
    let cased = |candidate: char| if upper { candidate.to_uppercase().next().unwrap_or(candidate) } else { candidate };
    let drawn = usize::try_from(number >> 8).unwrap_or(0);
    if let Some(pool) = pool(lower) {
        // All letters of a pool take as many bytes as each other.
        let width = pool.chars().next().map_or(1, char::len_utf8);
        let skipped = drawn.checked_rem(pool.len().checked_div(width).unwrap_or(0)).unwrap_or(0);
        let (front, behind) = pool.split_at_checked(skipped.saturating_mul(width)).unwrap_or_default();
        let found = behind.chars().chain(front.chars()).map(cased).find(|c| fits(*c));
        if let Some(found) = found {
            return found;
        }
    }
    // Its neighbours: one of the same block of 64.
    let block = u32::from(c) & !0x3F;
    let start = u32::try_from(drawn & 0x3F).unwrap_or(0);
    let neighbours = (0..64).filter_map(|n: u32| char::from_u32(block | (start.wrapping_add(n) & 0x3F)));
    let mut alike = neighbours.filter(|found| *found != c && found.is_alphabetic() && found.is_uppercase() == c.is_uppercase());
    if let Some(found) = alike.find(|found| fits(*found)) {
        return found;
    }
    ('a'..='z').cycle().skip(drawn % 26).take(26).map(cased).find(|found| fits(*found)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replacer(words: &[&str]) -> Pseudonyms {
        let mut names = Pseudonyms::collector(7);
        for word in words {
            names.word(&word.chars().collect::<Vec<_>>(), &mut |_, _| true);
        }
        names.replacer()
    }

    fn word(names: &mut Pseudonyms, word: &str) -> String {
        names.word(&word.chars().collect::<Vec<_>>(), &mut |_, _| true).into_iter().collect()
    }

    #[test]
    fn the_same_word_has_the_same_replacement_whatever_its_case() {
        let mut names = replacer(&["jane"]);
        let (lower, mixed, upper) = (word(&mut names, "jane"), word(&mut names, "Jane"), word(&mut names, "JANE"));
        assert_eq!(mixed.to_lowercase(), lower);
        assert_eq!(upper, lower.to_uppercase());
        assert_ne!(lower, "jane");
        assert_ne!(lower, word(&mut names, "janet")[..4]);
        assert_eq!(word(&mut names, "Smtp"), "Smtp");
        // Another seed, another replacement.
        assert_ne!(word(&mut Pseudonyms::collector(8).replacer(), "jane"), lower);
    }

    #[test]
    fn letters_stay_in_their_script() {
        let mut names = replacer(&[]);
        for (text, class) in [("Größe", "Latin"), ("Привет", "Cyrillic"), ("日本語", "Han"), ("こんにちは", "Kana")]
        {
            let replaced = word(&mut names, text);
            assert_eq!(replaced.chars().count(), text.chars().count());
            for (old, new) in text.chars().zip(replaced.chars()) {
                assert_eq!(old.len_utf8(), new.len_utf8(), "{class} {old} {new}");
                assert_eq!(old.is_uppercase(), new.is_uppercase(), "{class} {old} {new}");
            }
        }
    }

    #[test]
    fn the_letters_of_a_pool_are_equally_long() {
        let pools: HashSet<&str> = ('a'..='\u{FFFF}').filter_map(pool).collect();
        assert_eq!(pools.len(), 12);
        for pool in pools {
            let width = pool.chars().next().unwrap().len_utf8();
            assert!(pool.chars().all(|c| c.len_utf8() == width), "{pool}");
        }
    }

    #[test]
    fn no_replacement_is_a_word_of_the_file() {
        // Every word of three letters but a few: those that are left are taken.
        let all: Vec<String> = ('a'..='z')
            .flat_map(|a| ('a'..='z').flat_map(move |b| ('a'..='y').map(move |c| [a, b, c].iter().collect::<String>())))
            .collect();
        let mut names = replacer(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let found = ["abc", "def", "ghi"].map(|text| word(&mut names, text));
        assert!(found.iter().filter(|text| text.ends_with('z')).count() >= 2, "{found:?}");
    }

    #[test]
    fn numbers_and_keys_keep_their_shape() {
        let names = replacer(&[]);
        let digits: Vec<char> = "0049123".chars().collect();
        let replaced = names.number(&digits);
        assert!(replaced[0] == '0' && replaced.iter().all(char::is_ascii_digit) && replaced != digits, "{replaced:?}");
        assert_eq!(replaced, names.number(&digits));
        let key = [0, 1, 2, 0xFF, b'a', b'b', b'c', b'd', 9, 10];
        let replaced = names.opaque(&key);
        assert_eq!((replaced[0], replaced[3], replaced.len()), (0, 0xFF, 10));
        assert!(replaced.iter().all(|byte| *byte == 0 || *byte >= 0x80));
        assert_ne!(replaced, names.opaque(&[0, 1, 2, 0xFF, b'a', b'b', b'c', b'd', 9, 11]));
    }
}
