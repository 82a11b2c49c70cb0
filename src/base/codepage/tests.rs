//! Tests over all code pages.

use std::borrow::Cow;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// (code page, text, bytes) both ways. The bytes by Python 3.11's codecs: `cp437` and so on, `mac_roman`, `koi8_r`, `koi8_u`,
/// `iso8859_2` and so on, `cp037`, `cp273`, `johab`, `euc_jp`, `gb2312`, `euc_kr`, `gb18030`, `iso2022_jp`, `iso2022_jp_ext`, `iso2022_kr`, `hz`, `utf_7`...
#[rustfmt::skip]
const BOTH: &[(u32, &str, &[u8])] = &[
    (37, "Größe {5}", b"\xC7\x99\xCC\x59\x85\x40\xC0\xF5\xD0"),
    (500, "Größe [5]!", b"\xC7\x99\xCC\x59\x85\x40\x4A\xF5\x5A\x4F"),
    (875, "Αναφορά έτους", b"\x41\xAA\x8A\xBD\xAC\xAE\xB1\x40\xB2\xBB\xAC\xBC\xBA"),
    (1026, "Işık çağrı", b"\xC9\x6A\x79\x92\x40\xC0\x81\xD0\x99\x79"),
    (1140, "Größe 5 €", b"\xC7\x99\xCC\x59\x85\x40\xF5\x40\x9F"),
    (20273, "Größe {Übermut}", b"\xC7\x99\x6A\xA1\x85\x40\x43\x5A\x82\x85\x99\x94\xA4\xA3\xDC"),
    (20424, "\u{5D3}\u{5D5}\u{5D7} 1", b"\x44\x46\x48\x40\xF1"),
    (1361, "한국어 똠방각하 ㄱㅏㄳ 韓國 ①가", b"\xD0\x65\x8A\x82\xB4\xE1\x20\x99\xB1\xA4\x77\x88\x62\xD0\x61\x20\x88\x41\x84\x61\x84\x44\x20\xF7\xDB\xE2\xD0\x20\xDC\xE7\x88\x61"),
    (708, "\u{62A}\u{642}\u{631}\u{64A}\u{631}", b"\xCA\xE2\xD1\xEA\xD1"),
    (437, "Çüéâ£░█αß√■", b"\x80\x81\x82\x83\x9C\xB0\xDB\xE0\xE1\xFB\xFE"),
    (720, "ابتéâ", b"\x9F\xA0\xA2\x82\x83"),
    (737, "Αθήνα", b"\x80\x9F\xE3\xA4\x98"),
    (775, "Žąļ ėūĮ", b"\xCF\xD0\xEB \xD3\xD7\xBD"),
    (850, "Ünïcødé ®½╬", b"\x9An\x8Bc\x9Bd\x82 \xA9\xAB\xCE"),
    (852, "Łódź, Příště", b"\x9D\xA2d\xAB, P\xFD\xA1\xE7t\xD8"),
    (855, "Љубљана", b"\x91\xE7\xA2\x90\xA0\xD4\xA0"),
    (857, "Şişli ĞğıİÇ", b"\x9Ei\x9Fli \xA6\xA7\x8D\x98\x80"),
    (858, "10 € ñ", b"10 \xD5 \xA4"),
    (860, "São João", b"S\x84o Jo\x84o"),
    (861, "Þórður Æð", b"\x8D\xA2r\x8Cur \x92\x8C"),
    (862, "שלום", b"\x99\x8C\x85\x8D"),
    (863, "Québec Ê", b"Qu\x82bec \x92"),
    (864, "ﺍﺏ", b"\xC7\xA9"),
    (865, "Ærø på ¤", b"\x92r\x9B p\x86 \xAF"),
    (866, "Привет, ёжик №", b"\x8F\xE0\xA8\xA2\xA5\xE2, \xF1\xA6\xA8\xAA \xFC"),
    (869, "Ελλάδα", b"\xA8\xE5\xE5\x9B\xDD\xD6"),
    (874, "สวัสดี €", b"\xCA\xC7\xD1\xCA\xB4\xD5 \x80"),
    (932, "日本語テキスト ①ｱｲｳ", b"\x93\xFA\x96{\x8C\xEA\x83e\x83L\x83X\x83g \x87@\xB1\xB2\xB3"),
    (936, "中文简体 镕", b"\xD6\xD0\xCE\xC4\xBC\xF2\xCC\xE5 \xE9F"),
    (936, "朱镕基", b"\xD6\xEC\xE9F\xBB\xF9"),
    (949, "한국어 똠방각하", b"\xC7\xD1\xB1\xB9\xBE\xEE \x8Cc\xB9\xE6\xB0\xA2\xC7\xCF"),
    (950, "中文繁體", b"\xA4\xA4\xA4\xE5\xC1c\xC5\xE9"),
    (1250, "Příliš žluťoučký €", b"P\xF8\xEDli\x9A \x9Elu\x9Dou\xE8k\xFD \x80"),
    (1251, "Съешь ещё №", b"\xD1\xFA\xE5\xF8\xFC \xE5\xF9\xB8 \xB9"),
    (1252, "“naïve” — €5", b"\x93na\xEFve\x94 \x97 \x805"),
    (1253, "Καλημέρα €", b"\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1 \x80"),
    (1254, "İıĞğŞş €", b"\xDD\xFD\xD0\xF0\xDE\xFE \x80"),
    (1255, "שלום ₪", b"\xF9\xEC\xE5\xED \xA4"),
    (1256, "سلام گچ", b"\xD3\xE1\xC7\xE3 \x90\x8D"),
    (1257, "Āžuolė ņ", b"\xC2\xFEuol\xEB \xF2"),
    (1258, "Việt ₫", b"Vi\xEA\xF2t \xFE"),
    (10001, "日本語 ｶﾅ…", b"\x93\xFA\x96{\x8C\xEA \xB6\xC5\xFF"),
    (10002, "中文", b"\xA4\xA4\xA4\xE5"),
    (10003, "한국어", b"\xC7\xD1\xB1\xB9\xBE\xEE"),
    (10004, "\u{645}\u{631}\u{62D}\u{628}\u{627}\u{61F} é", b"\xE5\xD1\xCD\xC8\xC7\xBF \x8E"),
    (10005, "\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{20AA}5", b"\xF9\xEC\xE5\xED \xA65"),
    (10021, "\u{E44}\u{E17}\u{E22} \u{E19}\u{E49}\u{E33}", b"\xE4\xB7\xC2 \xB9\xE9\xD3"),
    (10008, "中文 ü", b"\xD6\xD0\xCE\xC4 \x80"),
    (10006, "Ελλάδα", b"\xB6\xEC\xEC\xC0\xE4\xE1"),
    (10010, "Ștefan ăîș", b"\xAFtefan \xBE\x94\xBF"),
    (10029, "Příloha čísel", b"P\xDE\x92loha \x8B\x92sel"),
    (10079, "Þórður Ýmir", b"\xDE\x97r\xDDur \xA0mir"),
    (10081, "Işık Ğöş", b"I\xDF\xDDk \xDA\x9A\xDF"),
    (10082, "Čašica đžć", b"\xC8a\xB9ica \xF0\xBE\xE6"),
    (10000, "Ångström ∞", b"\x81ngstr\x9Am \xB0"),
    (20866, "Привет ё", b"\xF0\xD2\xC9\xD7\xC5\xD4 \xA3"),
    (21866, "Їжак ґ", b"\xB7\xD6\xC1\xCB \xAD"),
    (28591, "Grüße ÿ", b"Gr\xFC\xDFe \xFF"),
    (28592, "Łódź", b"\xA3\xF3d\xBC"),
    (28595, "Мир", b"\xBC\xD8\xE0"),
    (28597, "Αθήνα", b"\xC1\xE8\xDE\xED\xE1"),
    (28599, "ĞİŞğış", b"\xD0\xDD\xDE\xF0\xFD\xFE"),
    (28601, "ไทย", b"\xE4\xB7\xC2"),
    (28605, "€ŠšŽžŒœŸ", b"\xA4\xA6\xA8\xB4\xB8\xBC\xBD\xBE"),
    (51932, "日本語 ｶﾅ", b"\xC6\xFC\xCB\xDC\xB8\xEC \x8E\xB6\x8E\xC5"),
    (51936, "中文", b"\xD6\xD0\xCE\xC4"),
    (51949, "한국어", b"\xC7\xD1\xB1\xB9\xBE\xEE"),
    (54936, "中文 😀 ÿ", b"\xD6\xD0\xCE\xC4 \x949\xFC6 \x810\x8B7"),
    (50220, "日本語 abc テスト", b"\x1B$BF|K\\8l\x1B(B abc \x1B$B%F%9%H\x1B(B"),
    (50221, "a ｱｲｳ 日本", b"a \x1B(I123\x1B(B \x1B$BF|K\\\x1B(B"),
    (50225, "한국어 text 한글", b"\x1B$)C\x0EGQ19>n\x0F text \x0EGQ1[\x0F"),
    (50225, "plain", b"plain"),
    (50225, "한글\n둘째 줄\n", b"\x1B$)C\x0EGQ1[\x0F\n\x0E5QB0\x0F \x0EAY\x0F\n"),
    (52936, "中文 a~b 汉字\n第二行", b"~{VPND~} a~~b ~{::WV~}\n~{5Z6~PP~}"),
    (65000, "Hi Mom ☺!", b"Hi Mom +Jjo!"),
    (65000, "A≢Α.", b"A+ImIDkQ."),
    (65000, "日本語", b"+ZeVnLIqe-"),
    (65000, "1 + 1 = 2 \\ ~ 😀é+x-y", b"1 +- 1 = 2 +AFw +AH4 +2D3eAADpACs-x-y"),
    (65000, "é-é/é", b"+AOk--+AOk-/+AOk-"),
    (65001, "日本😀", b"\xE6\x97\xA5\xE6\x9C\xAC\xF0\x9F\x98\x80"),
    (1200, "A日😀", b"A\x00\xE5e=\xD8\x00\xDE"),
    (1201, "A日😀", b"\x00Ae\xE5\xD8=\xDE\x00"),
    (12000, "A日😀", b"A\x00\x00\x00\xE5e\x00\x00\x00\xF6\x01\x00"),
    (12001, "A日😀", b"\x00\x00\x00A\x00\x00e\xE5\x00\x01\xF6\x00"),
];

#[test]
fn decodes_and_encodes_by_every_family() {
    for (page, text, bytes) in BOTH {
        let page = CodePage(*page);
        let decoded = page.decode(bytes).unwrap();
        assert_eq!((&*decoded.text, decoded.malformed), (*text, false), "{page}");
        assert_eq!(page.encode(text).unwrap(), Encoded { bytes: bytes.to_vec(), unmappable: 0 }, "{page}");
    }
}

/// Every supported code page.
fn supported() -> impl Iterator<Item = CodePage> {
    static PAGES: LazyLock<Vec<CodePage>> =
        LazyLock::new(|| (0..=u32::from(u16::MAX)).map(CodePage).filter(|page| page.is_supported()).collect());
    PAGES.iter().copied()
}

#[test]
fn what_is_supported() {
    // Counted in Microsoft's list: what the families above have of it, and 951 and 21010.
    assert_eq!(supported().count(), 124);
    // EBCDIC with pairs, ISCII, ISO-2022-CN, T.61 and numbers that mean nothing.
    for page in [0, 1, 20924, 50930, 50227, 57002, 20261, 65002, u32::MAX].map(CodePage) {
        assert!(!page.is_supported());
        assert_eq!(page.decode(b"abc"), None);
        assert_eq!(page.encode("abc"), None);
        let kept = page.decode_or_latin1(b"caf\xE9\x81");
        assert_eq!((&*kept.text, kept.malformed), ("café\u{81}", true));
    }
}

#[test]
fn ascii_is_borrowed() {
    for page in supported() {
        let decoded = page.decode(b"Hello, World").unwrap();
        if !page.extends_ascii() {
            assert_ne!(decoded.text, "Hello, World", "{page}");
            continue;
        }
        assert!(matches!(decoded.text, Cow::Borrowed("Hello, World")), "{page}");
        assert!(!decoded.malformed);
        assert_eq!(page.encode("Hello, World").unwrap(), Encoded { bytes: b"Hello, World".to_vec(), unmappable: 0 }, "{page}");
    }
}

#[test]
fn wide_pages_are_the_four_and_an_alias() {
    let wide: Vec<u32> = supported().filter(|page| page.is_wide()).map(|page| page.0).collect();
    assert_eq!(wide, [1200, 1201, 12000, 12001, 21010]);
}

#[test]
fn names() {
    for (page, name, shown) in [
        (1252, Some("windows-1252"), "1252 (windows-1252)"),
        (936, Some("gb2312"), "936 (gb2312)"),
        (37, Some("IBM037"), "37 (IBM037)"),
        (1200, Some("utf-16le"), "1200 (utf-16le)"),
        (951, None, "951"),
        (4711, None, "4711"),
    ] {
        assert_eq!(CodePage(page).name(), name);
        assert_eq!(CodePage(page).to_string(), shown);
    }
}

#[test]
fn labels() {
    for (label, page) in [
        (" UTF-8\r\n", 65001),
        ("utf8", 65001),
        ("iso-8859-1", 28591),
        ("ISO_8859-1:1987", 28591),
        ("l1", 28591),
        ("us-ascii", 20127),
        ("ANSI_X3.4-1968", 20127),
        ("x-cp1252", 1252),
        ("latin5", 28599),
        ("windows-1254", 1254),
        ("sjis", 932),
        ("Windows-31J", 932),
        ("gbk", 936),
        ("cp936", 936),
        ("gb2312", 936),
        ("euc-kr", 51949),
        ("KS_C_5601-1987", 949),
        ("windows-949", 949),
        ("big5", 950),
        ("EUC-JP", 51932),
        ("x-euc-jp", 51932),
        ("iso-2022-jp", 50220),
        ("iso-2022-kr", 50225),
        ("hz-gb-2312", 52936),
        ("UTF-7", 65000),
        ("cp850", 850),
        ("IBM437", 437),
        ("dos-720", 720),
        ("koi8-r", 20866),
        ("koi", 20866),
        ("utf-16", 1200),
        ("utf-16be", 1201),
        ("unicodeFFFE", 1201),
        ("tis-620", 874),
        ("macintosh", 10000),
        ("866", 866),
        ("logical", 38598),
        ("visual", 28598),
        ("din_66003", 20106),
        ("ibm037", 37),
        ("cp273", 20273),
        ("IBM-1025", 21025),
        ("ASMO-708", 708),
        ("cp1361", 1361),
        // As senders, PHP and IANA write them.
        ("csWindows31J", 932),
        ("SJIS-win", 932),
        ("eucJP-win", 51932),
        ("iso8859_15", 28605),
        ("ISO_8859_2", 28592),
        ("iso-2022-jp-2", 50220),
        ("x-utf-8", 65001),
        ("UTF_8", 65001),
        ("x-windows-1251", 1251),
        ("utf8mb4", 65001),
        ("uhc", 949),
    ] {
        assert_eq!(CodePage::from_name(label), Some(CodePage(page)), "{label}");
    }
    for label in [
        "",
        " ",
        "klingon",
        "cp",
        "cp+850",
        "cp4711",
        "replacement",
        "cs",
        "x-",
        "x-cs",
        "_",
        "iso-2022-cn",
        "x-user-defined",
        "cp99999999999",
    ] {
        assert_eq!(CodePage::from_name(label), None, "{label}");
    }
}

#[test]
fn what_does_not_fit_becomes_a_question_mark() {
    for page in supported() {
        let encoded = page.encode("a\u{10FFFD}?b").unwrap();
        if page.is_wide() || matches!(page.0, 54936 | 65000 | 65001) {
            assert_eq!(encoded.unmappable, 0, "{page}");
        } else if !page.extends_ascii() {
            // The letters of EBCDIC are where they are in all of its pages but that of katakana.
            let small = if page.0 == 20290 { [0x62, 0x63] } else { [0x81, 0x82] };
            assert_eq!(encoded, Encoded { bytes: vec![small[0], 0x6F, 0x6F, small[1]], unmappable: 1 }, "{page}");
        } else {
            assert_eq!(encoded, Encoded { bytes: b"a??b".to_vec(), unmappable: 1 }, "{page}");
        }
    }
}

#[test]
fn flags_malformed_input_of_every_multi_byte_page() {
    // A lead byte at the end.
    for page in [932, 936, 949, 950, 951, 1361, 20932, 51932, 51936, 51949, 54936, 65001].map(CodePage) {
        let decoded = page.decode(b"a\xE3").unwrap();
        assert_eq!((&*decoded.text, decoded.malformed), ("a\u{FFFD}", true), "{page}");
    }
}

#[test]
fn flags_bytes_without_a_character() {
    // The undefined bytes of these pages by Python; the C1 controls that Windows has besides are not among them.
    for (page, byte) in [(857, 0xE7), (874, 0xDB), (1253, 0xD2), (1255, 0xD9), (1257, 0xA1), (28596, 0xA1), (28601, 0xFF)] {
        let decoded = CodePage(page).decode(&[byte]).map(|d| (d.text.into_owned(), d.malformed));
        assert_eq!(decoded, Some(("\u{FFFD}".to_owned(), true)), "{page}");
    }
}

/// Bytes of which many mean something to one of the encodings.
fn telling_bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling =
        prop::sample::select(&b"\x1B$()BIJC@\x0E\x0F~{}+-/A0!\x7F\n\r \0\x80\x81\x8E\x8F\xA1\xD8\xDC\xE3\xF0\xFE\xFF"[..]);
    prop::collection::vec(prop_oneof![telling, any::<u8>()], 0..40)
}

proptest! {
    #[test]
    fn any_bytes_decode_and_what_is_flagged_nowhere_has_no_replacement(bytes in telling_bytes()) {
        for page in supported() {
            let decoded = page.decode(&bytes).unwrap();
            // GB18030, UTF-7 and the Unicode pages can write U+FFFD itself.
            if !page.is_wide() && !matches!(page.0, 54936 | 936 | 20936 | 51936 | 65000 | 65001) {
                prop_assert!(decoded.malformed || !decoded.text.contains('\u{FFFD}'), "{page}");
            }
        }
    }

    #[test]
    fn any_text_encodes_to_valid_bytes(text in any::<String>()) {
        for page in supported() {
            let encoded = page.encode(&text).unwrap();
            let decoded = page.decode(&encoded.bytes).unwrap();
            prop_assert!(!decoded.malformed, "{page} {:02X?}", encoded.bytes);
            prop_assert!(encoded.unmappable <= text.chars().count());
        }
    }

    #[test]
    fn text_of_any_page_comes_back(bytes in telling_bytes()) {
        for page in supported() {
            let text = page.decode(&bytes).unwrap().text;
            let encoded = page.encode(&text).unwrap();
            // 50220 widens half-width katakana.
            if encoded.unmappable == 0 && page != CodePage::ISO_2022_JP {
                prop_assert_eq!(&page.decode(&encoded.bytes).unwrap().text, &text, "{}", page);
            }
        }
    }

    #[test]
    fn unicode_comes_back(text in any::<String>()) {
        for page in [CodePage::UTF_8, CodePage::UTF_7, CodePage::UTF_16LE, CodePage::UTF_16BE, CodePage::UTF_32LE, CodePage::UTF_32BE, CodePage::GB18030] {
            let encoded = page.encode(&text).unwrap();
            let comes_back = encoded.unmappable == 0;
            // What GB18030 does not have is one private-use character, U+E5E5.
            let excused = page == CodePage::GB18030 && text.contains('\u{E5E5}');
            prop_assert!(comes_back || excused);
            if comes_back {
                prop_assert_eq!(&page.decode(&encoded.bytes).unwrap().text, &text, "{}", page);
            }
        }
    }
}

#[test]
fn seven_bit_pages_write_no_byte_above_127() {
    let seven: Vec<u32> = (0..=65001).filter(|page| CodePage(*page).is_seven_bit()).collect();
    assert_eq!(seven, [20105, 20106, 20107, 20108, 20127, 50220, 50221, 50222, 50225, 52936, 65000]);
    for page in seven {
        assert!(CodePage(page).encode("A \u{65e5}\u{672c}\u{ff71} \u{d55c} \u{c4} \u{20ac}").unwrap().bytes.is_ascii(), "{page}");
    }
}
