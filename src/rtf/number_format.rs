//! Numbers of lists as `\levelnfc` says (MSONFC, [MS-OSHARED] 2.2.1.3): digits, letters, signs that are counted through.

/// How a number is written.
#[derive(Debug, Clone, Copy)]
enum Format {
    /// In these digits, from nought to nine.
    Digits([char; 10]),
    /// The sign at its place, and from the first one again behind the last.
    Series(&'static str),
    /// The sign at its place; digits beyond the last.
    Signs { first: char, last: u32 },
    /// In Chinese characters with one for ten, hundred and thousand.
    Counting,
}

const FULLWIDTH: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];
const IDEOGRAPHS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The formats that need a table, by number.
const FORMATS: [(i32, Format); 16] = [
    (10, Format::Digits(IDEOGRAPHS)),
    (11, Format::Counting),
    (12, Format::Series("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ")),
    (13, Format::Series("ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ")),
    (14, Format::Digits(FULLWIDTH)),
    (18, Format::Signs { first: '①', last: 20 }),
    (19, Format::Digits(FULLWIDTH)),
    (20, Format::Series("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン")),
    (21, Format::Series("イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン")),
    (24, Format::Series("가나다라마바사아자차카타파하")),
    (25, Format::Series("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")),
    (26, Format::Signs { first: '⒈', last: 20 }),
    (27, Format::Signs { first: '⑴', last: 20 }),
    (28, Format::Signs { first: '①', last: 10 }),
    (30, Format::Series("甲乙丙丁戊己庚辛壬癸")),
    (31, Format::Series("子丑寅卯辰巳午未申酉戌亥")),
];

/// Writes a number as `\levelnfc` says. Numbers in words are written in digits, as are those of scripts that are not here.
pub(super) fn push_number(text: &mut String, number: u32, format: i32) {
    match format {
        1 if (1..4000).contains(&number) => text.push_str(&roman(number).to_uppercase()),
        2 if (1..4000).contains(&number) => text.push_str(&roman(number)),
        3 => push_letters(text, number, b'A'),
        4 => push_letters(text, number, b'a'),
        5 | 7 => {
            let ending = match (number % 100, number % 10) {
                (11..=13, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            text.push_str(&format!("{number}{ending}"));
        }
        22 => text.push_str(&format!("{number:02}")),
        // A bullet, or nothing.
        23 | 255 => {}
        _ => match FORMATS.iter().find(|(known, _)| *known == format) {
            Some((_, signs)) => push_signs(text, number, *signs),
            None => text.push_str(&number.to_string()),
        },
    }
}

fn push_signs(text: &mut String, number: u32, format: Format) {
    let place = number.checked_sub(1);
    match format {
        Format::Digits(digits) => text.extend(digits_of(number, &digits)),
        Format::Counting => text.push_str(&counted(number)),
        Format::Series(signs) => {
            let count = u32::try_from(signs.chars().count()).unwrap_or(u32::MAX);
            let at = place.and_then(|place| place.checked_rem(count)).and_then(|at| usize::try_from(at).ok());
            match at.and_then(|at| signs.chars().nth(at)) {
                Some(sign) => text.push(sign),
                None => text.push_str(&number.to_string()),
            }
        }
        Format::Signs { first, last } => {
            let sign = place.filter(|_| number <= last).and_then(|place| char::from_u32(u32::from(first).checked_add(place)?));
            match sign {
                Some(sign) => text.push(sign),
                None => text.push_str(&number.to_string()),
            }
        }
    }
}

/// A number in the decimal system with other digits.
fn digits_of<'d>(number: u32, digits: &'d [char; 10]) -> impl Iterator<Item = char> + 'd {
    let decimal = number.to_string();
    let places: Vec<usize> = decimal.bytes().map(|byte| usize::from(byte.wrapping_sub(b'0'))).collect();
    places.into_iter().filter_map(|place| digits.get(place).copied())
}

/// As one counts in Japanese: a one before ten, hundred and thousand is not said. From ten thousand on in digits.
fn counted(number: u32) -> String {
    if !(1..10_000).contains(&number) {
        return digits_of(number, &IDEOGRAPHS).collect();
    }
    let mut text = String::new();
    let mut rest = number;
    for (unit, sign) in [(1000u32, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest.checked_div(unit).unwrap_or_default();
        rest = rest.checked_rem(unit).unwrap_or_default();
        if digit > 1 || (digit == 1 && unit == 1) {
            text.extend(digits_of(digit, &IDEOGRAPHS));
        }
        if digit > 0 {
            text.push_str(sign);
        }
    }
    text
}

/// a to z, aa to zz, aaa and so on.
fn push_letters(text: &mut String, number: u32, first: u8) {
    let Some(index) = number.checked_sub(1).filter(|index| *index < 26 * 10) else {
        text.push_str(&number.to_string());
        return;
    };
    let letter = char::from(first.saturating_add(u8::try_from(index % 26).unwrap_or(0)));
    text.extend((0..=index / 26).map(|_| letter));
}

/// In small Roman digits.
fn roman(mut number: u32) -> String {
    let mut text = String::new();
    for (digits, worth) in ROMAN {
        while let Some(rest) = number.checked_sub(worth) {
            text.push_str(digits);
            number = rest;
        }
    }
    text
}

/// Roman digits and pairs of them, by worth.
pub(super) const ROMAN: [(&str, u32); 13] = [
    ("m", 1000),
    ("cm", 900),
    ("d", 500),
    ("cd", 400),
    ("c", 100),
    ("xc", 90),
    ("l", 50),
    ("xl", 40),
    ("x", 10),
    ("ix", 9),
    ("v", 5),
    ("iv", 4),
    ("i", 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_levelnfc_says() {
        for (format, number, expected) in [
            (0, 12, "12"),
            (1, 1949, "MCMXLIX"),
            (2, 4, "iv"),
            (2, 4000, "4000"),
            (3, 26, "Z"),
            (4, 28, "bb"),
            (4, 0, "0"),
            (5, 1, "1st"),
            (5, 112, "112th"),
            (5, 22, "22nd"),
            (22, 7, "07"),
            (23, 7, ""),
            (255, 7, ""),
            (10, 12, "一二"),
            (10, 20, "二〇"),
            (11, 1, "一"),
            (11, 12, "十二"),
            (11, 30, "三十"),
            (11, 2118, "二千百十八"),
            (11, 0, "〇"),
            (12, 2, "ｲ"),
            (12, 47, "ｱ"),
            (13, 2, "ﾛ"),
            (14, 10, "１０"),
            (18, 20, "⑳"),
            (18, 21, "21"),
            (18, 0, "0"),
            (20, 46, "ン"),
            (21, 1, "イ"),
            (24, 3, "다"),
            (25, 14, "ㅎ"),
            (26, 1, "⒈"),
            (27, 2, "⑵"),
            (28, 11, "11"),
            (30, 10, "癸"),
            (31, 12, "亥"),
            (33, 4, "4"),
        ] {
            let mut text = String::new();
            push_number(&mut text, number, format);
            assert_eq!(text, expected, "{format} {number}");
        }
    }
}
