//! What the bytes of the fonts Symbol and Wingdings show, as Unicode: bullets, arrows, ticks, Greek letters.
//!
//! Symbol: Adobe's Symbol encoding with the Adobe Glyph List (Greek letters as letters, the pieces of brackets as the Unicode
//! characters made for them), and the euro sign of Windows' font. Wingdings: the characters that Unicode 7 took in for it
//! (ISO/IEC 10646, working group 2, N4384), but for arrows and ticks older ones that look alike and that every font has.

/// The character that `byte` shows in the symbol font `name`; `None` for other fonts and where there is none.
pub(crate) fn to_unicode(name: &str, byte: u8) -> Option<char> {
    let table = if name.eq_ignore_ascii_case("Symbol") {
        &SYMBOL
    } else if name.eq_ignore_ascii_case("Wingdings") {
        &WINGDINGS
    } else {
        return None;
    };
    let at = usize::from(byte.checked_sub(0x20)?);
    // Rows of 32 characters.
    let row = table.get(at.checked_div(32)?)?;
    row.chars().nth(at.checked_rem(32)?).filter(|c| *c != NONE)
}

/// Where a font has nothing.
const NONE: char = '\u{FFFD}';

#[rustfmt::skip]
const SYMBOL: [&str; 7] = [
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼\u{FFFD}",
    "",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵",
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\u{FFFD}⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\u{FFFD}",
];

#[rustfmt::skip]
const WINGDINGS: [&str; 7] = [
    " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭📁📂📄🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍",
    "🖎✌👌👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉",
    "♊♋♌♍♎♏♐♑♒♓🙰🙵●🔾■□🞐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷 ",
    "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•",
    "▪⚪🞆🞈◉◎🔿▪◻🟂✦★✶✴✹✵⯐⌖⟡⌑⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘",
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮜➢⮙⮛⮈⮊⮉⮋←",
    "→↑↓↖↗↙↘⬅➡⬆⬇🡼🡽🡿🡾⇦⇨⇧⇩⬄⇳⬀⬁⬃⬂🢬🢭✘✔☒☑⊞",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_32_characters() {
        for row in SYMBOL.iter().chain(&WINGDINGS) {
            assert!(matches!(row.chars().count(), 0 | 32), "{row}");
        }
    }

    #[test]
    fn what_mails_have_most() {
        // Charts of the two fonts: bullet, arrow, alpha; square, tick, smile, circled zero.
        for (name, byte, c) in [
            ("Symbol", 0xB7, Some('•')),
            ("Symbol", 0xAE, Some('→')),
            ("symbol", b'a', Some('α')),
            ("Symbol", 0xFF, None),
            ("Symbol", 0x85, None),
            ("Wingdings", 0xA7, Some('▪')),
            ("Wingdings", 0xFC, Some('✔')),
            ("Wingdings", b'J', Some('☺')),
            ("Wingdings", 0x80, Some('⓪')),
            ("Wingdings", 0xD8, Some('➢')),
            ("Wingdings", 0x1F, None),
            ("Arial", 0xB7, None),
        ] {
            assert_eq!(to_unicode(name, byte), c, "{name} {byte:02X}");
        }
    }
}
