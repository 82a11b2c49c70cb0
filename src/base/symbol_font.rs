//! What the bytes of symbol fonts show, as Unicode: bullets, arrows, ticks, Greek letters.
//!
//! Symbol: Adobe's Symbol encoding with the Adobe Glyph List (Greek letters as letters, the pieces of brackets as the Unicode
//! characters made for them), and the euro sign of Windows' font. Wingdings: the characters that Unicode 7 took in for it
//! (ISO/IEC 10646, working group 2, N4384), but for arrows and ticks older ones that look alike and that every font has. Webdings,
//! Wingdings 2 and Wingdings 3: the same document. Zapf Dingbats: Unicode's block of that name, which was made of it.

use super::CodePage;

/// The character that `byte` shows in the symbol font `name`; `None` for other fonts and where there is none.
pub(crate) fn to_unicode(name: &str, byte: u8) -> Option<char> {
    let (_, table) = FONTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let at = usize::from(byte.checked_sub(0x20)?);
    // Rows of 32 characters.
    let row = table.get(at.checked_div(32)?)?;
    row.chars().nth(at.checked_rem(32)?).filter(|c| *c != NONE)
}

/// The fonts that are known.
const FONTS: [(&str, &[&str; 7]); 9] = [
    ("symbol", &SYMBOL),
    ("wingdings", &WINGDINGS),
    ("webdings", &WEBDINGS),
    ("wingdings 2", &WINGDINGS_2),
    ("wingdings 3", &WINGDINGS_3),
    ("zapfdingbats", &ZAPF_DINGBATS),
    ("zapf dingbats", &ZAPF_DINGBATS),
    ("itc zapf dingbats", &ZAPF_DINGBATS),
    ("monotype sorts", &ZAPF_DINGBATS),
];

/// The font of this name, if it is a symbol font that is known.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    FONTS.iter().map(|(known, _)| *known).find(|known| known.eq_ignore_ascii_case(name))
}

/// What a character of text in a symbol font shows: its byte is that of windows-1252, or that of the private use area of the font.
pub(crate) fn shown(font: &str, c: char) -> char {
    let byte = match u32::from(c) {
        code @ 0xF020..=0xF0FF => u8::try_from(code & 0xFF).ok(),
        code @ 0..=0xFF => u8::try_from(code).ok(),
        _ => {
            let encoded = CodePage::WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).filter(|encoded| encoded.unmappable == 0);
            encoded.and_then(|encoded| encoded.bytes.first().copied())
        }
    };
    // A blank stays what it is.
    byte.filter(|_| !c.is_whitespace()).and_then(|byte| to_unicode(font, byte)).unwrap_or(c)
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

#[rustfmt::skip]
const WEBDINGS: [&str; 7] = [
    " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳",
    "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫",
    "⮔✔🚲⬜🛡📦🛱⬛🚑🛈🛩🛰🟈🕴⬤🛥🚔🗘🗙❓🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲\u{FFFD}",
    "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻",
    "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻",
    "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫",
    "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦🗧🛪🐿🐦🐟🐕🐈🛬🙮🙭🙯🗺🌍🌏🌎🕊",
];

#[rustfmt::skip]
const WINGDINGS_2: [&str; 7] = [
    " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙",
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑🗴✓🗵☑⮽☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺",
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿\u{FFFD}",
    "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩⋅🞄⦁●○🞅🞇🞉⊙⦿🞌",
    "🞍◾■□🞑🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁",
    "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺",
    "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒✹🟃🟇✯🟍🟔⯌⯍※⁂\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
];

#[rustfmt::skip]
const WINGDINGS_3: [&str; 7] = [
    " ⭠⭢⭡⭣⭦⭧⭩⭨⭰⭲⭱⭳⭶⭸⭻⭽⭤⭥⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧",
    "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥",
    "🢦🢧🢨🢩🢪🢫🡐🡒🡑🡓🡔🡕🡗🡖🡘🡙▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁\u{FFFD}",
    "🞃⯅⯆⯇⯈⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅",
    "🠇🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽",
    "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷",
    "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕🢗\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
];

#[rustfmt::skip]
const ZAPF_DINGBATS: [&str; 7] = [
    " ✁✂✃✄☎✆✇✈✉☛☞✌✍✎✏✐✑✒✓✔✕✖✗✘✙✚✛✜✝✞✟",
    "✠✡✢✣✤✥✦✧★✩✪✫✬✭✮✯✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿",
    "❀❁❂❃❄❅❆❇❈❉❊❋●❍■❏❐❑❒▲▼◆❖◗❘❙❚❛❜❝❞\u{FFFD}",
    "",
    "\u{FFFD}❡❢❣❤❥❦❧♣♦♥♠①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽❾❿",
    "➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓➔→↔↕➘➙➚➛➜➝➞➟",
    "➠➡➢➣➤➥➦➧➨➩➪➫➬➭➮➯\u{FFFD}➱➲➳➴➵➶➷➸➹➺➻➼➽➾\u{FFFD}",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_32_characters() {
        for row in FONTS.iter().flat_map(|(_, rows)| rows.iter()) {
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
            // The tree of many a signature; ticks and crosses.
            ("Webdings", b'P', Some('\u{1F3DE}')),
            ("Webdings", b'a', Some('\u{2714}')),
            ("Wingdings 2", b'P', Some('\u{2713}')),
            ("Wingdings 2", b'O', Some('\u{1F5F4}')),
            ("Wingdings 3", b'p', Some('\u{25B2}')),
            ("ZapfDingbats", b'4', Some('\u{2714}')),
            ("Monotype Sorts", b'l', Some('\u{25CF}')),
        ] {
            assert_eq!(to_unicode(name, byte), c, "{name} {byte:02X}");
        }
    }
}
