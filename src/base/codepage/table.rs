//! The table of code pages: numbers, names, and how each is decoded. Numbers and names are those of the Windows code page
//! identifiers; the few others are marked.

use encoding_rs::{self as e, Encoding};
use oem_cp::OEMCPHashMap;
use oem_cp::code_table as t;
use oem_cp::code_table_type::TableType::{self, Complete, Incomplete};

use super::ebcdic_pages as ebcdic;
use super::iso2022_jp::HalfwidthKana;
use super::mac::{self, Upper};
use super::mac_wide::{self, Wide};
use super::single_byte::{GERMAN, NORWEGIAN, Replaced, SWEDISH};
use super::unicode::Endian;

use Codec::{
    Ebcdic, Hz, Iso2022Jp, Iso2022Kr, IsoOver, Johab, Mac, MacWide, Oem, SevenBit, Unsupported, Utf7, Utf16, Utf32, Whatwg,
};

/// A code page that is known.
pub(super) struct Page {
    pub(super) number: u32,
    /// Empty where there is none.
    pub(super) name: &'static str,
    pub(super) codec: Codec,
}

/// How a code page is decoded and encoded.
pub(super) enum Codec {
    /// Not at all.
    Unsupported,
    /// As the WHATWG Encoding Standard has it.
    Whatwg(&'static Encoding),
    /// An ISO 8859 part: as the Windows page named, less what that has at 0x80-0x9F.
    IsoOver(&'static Encoding),
    /// An OEM page: upper half, and the way back.
    Oem(TableType, &'static OEMCPHashMap<char, u8>),
    /// ASCII with some characters replaced.
    SevenBit(&'static Replaced),
    /// A page of the Macintosh: its upper half.
    Mac(&'static Upper),
    /// EBCDIC: what it has other than page 37.
    Ebcdic(&'static Replaced),
    Johab,
    /// A double-byte set of the Macintosh.
    MacWide(&'static Wide),
    Utf16(Endian),
    Utf32(Endian),
    Utf7,
    Iso2022Jp(HalfwidthKana),
    Iso2022Kr,
    Hz,
}

/// The code page of a number.
pub(super) fn find(number: u32) -> Option<&'static Page> {
    PAGES.binary_search_by_key(&number, |page| page.number).ok().and_then(|at| PAGES.get(at))
}

/// The number of the code page that a charset name or label means. White space around it is the caller's.
///
/// In this order: [`ALIASES`]; the names of the table; `cp` and the like with a number of the table; the labels of the WHATWG
/// Encoding Standard. Other names are tried with hyphens for low lines, and without the `cs` or `x-` before it: `iso8859_15`,
/// `csWindows31J`, `x-utf-8`.
pub(super) fn find_name(name: &str) -> Option<u32> {
    let find = |name: &str| find_exact(name).or_else(|| find_numbered(name)).or_else(|| find_label(name));
    find(name).or_else(|| {
        // No name is longer.
        let plain = Some(name).filter(|name| name.len() <= 40)?.to_ascii_lowercase().replace('_', "-");
        let bare = plain.strip_prefix("x-").or_else(|| plain.strip_prefix("cs"));
        find(&plain).or_else(|| find(bare?))
    })
}

fn find_exact(name: &str) -> Option<u32> {
    if name.is_empty() {
        return None;
    }
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, number)| *number);
    alias.or_else(|| PAGES.iter().find(|page| page.name.eq_ignore_ascii_case(name)).map(|page| page.number))
}

/// What is written before the number of a code page to name it.
const PREFIXES: [&str; 12] = ["cp", "cp-", "cp_", "x-cp", "windows-", "windows", "win-", "win", "ibm", "ibm-", "dos-", "ms"];

/// `cp850`, `windows-936` and the like; `cp273`, as EBCDIC pages are called that Windows counts from 20000 on.
fn find_numbered(name: &str) -> Option<u32> {
    let digits_at = name.find(|c: char| c.is_ascii_digit())?;
    let (prefix, digits) = name.split_at_checked(digits_at)?;
    if !PREFIXES.iter().any(|known| known.eq_ignore_ascii_case(prefix)) {
        return None;
    }
    // `parse` alone would take a sign.
    let number = if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<u32>().ok()? } else { return None };
    let is_ebcdic = |page: &&Page| matches!(page.codec, Ebcdic(_));
    let ebcdic = || number.checked_add(20_000).and_then(find).filter(is_ebcdic);
    find(number).or_else(ebcdic).map(|page| page.number)
}

/// The code page that has the name of the encoding a WHATWG label means, or else the first that has the encoding.
fn find_label(label: &str) -> Option<u32> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    // The standard takes these Windows pages for ISO ones. The labels that do mean Windows all have its number, and
    // `find_numbered` has taken them.
    if encoding == e::WINDOWS_1252 {
        return Some(28591);
    }
    if encoding == e::WINDOWS_1254 {
        return Some(28599);
    }
    let has_it = |page: &&Page| matches!(page.codec, Whatwg(other) if other == encoding);
    find_exact(encoding.name()).or_else(|| PAGES.iter().find(has_it).map(|page| page.number))
}

/// Names that are neither in the table nor WHATWG labels, or that those would take for something else. `euc-jp` is in the table
/// twice.
static ALIASES: &[(&str, u32)] = &[
    ("ansi_x3.4-1968", 20127),
    ("ascii", 20127),
    ("big5-eten", 950),
    ("big5-hkscs", 951),
    ("csiso2022kr", 50225),
    ("din_66003", 20106),
    ("euc-jp", 51932),
    ("eucjp", 51932),
    ("eucjp-ms", 51932),
    ("eucjp-win", 51932),
    ("euckr", 51949),
    ("gb2312-80", 936),
    ("iso-2022-jp-1", 50220),
    ("iso-2022-jp-2", 50220),
    ("iso-2022-jp-3", 50220),
    ("iso-2022-jp-ms", 50220),
    ("iso-8859-8-e", 28598),
    ("iso646-us", 20127),
    ("iso8859-11", 28601),
    ("iso885911", 28601),
    ("koi8r", 20866),
    ("koi8u", 21866),
    ("ns_4551-1", 20108),
    ("sen_850200_b", 20107),
    ("sjis-win", 932),
    ("tis-620", 874),
    ("uhc", 949),
    ("unicode-1-1-utf-7", 65000),
    ("unicodefffe", 1201),
    ("utf-16", 1200),
    ("utf-32", 12000),
    ("utf7", 65000),
    ("utf8mb4", 65001),
    ("windows31j", 932),
];

/// Sorted by number. Without a name: 951 (Big5 with HKSCS, as a patch to Windows had it) and 21010 (UTF-16 in old files),
/// which are not in Microsoft's list.
#[rustfmt::skip]
static PAGES: &[Page] = &[
    page(37, "IBM037", Ebcdic(&[])),
    page(437, "IBM437", Oem(Complete(&t::DECODING_TABLE_CP437), &t::ENCODING_TABLE_CP437)),
    page(500, "IBM500", Ebcdic(ebcdic::INTERNATIONAL)),
    page(708, "ASMO-708", Whatwg(e::ISO_8859_6)),
    page(720, "DOS-720", Oem(Complete(&t::DECODING_TABLE_CP720), &t::ENCODING_TABLE_CP720)),
    page(737, "ibm737", Oem(Complete(&t::DECODING_TABLE_CP737), &t::ENCODING_TABLE_CP737)),
    page(775, "ibm775", Oem(Complete(&t::DECODING_TABLE_CP775), &t::ENCODING_TABLE_CP775)),
    page(850, "ibm850", Oem(Complete(&t::DECODING_TABLE_CP850), &t::ENCODING_TABLE_CP850)),
    page(852, "ibm852", Oem(Complete(&t::DECODING_TABLE_CP852), &t::ENCODING_TABLE_CP852)),
    page(855, "IBM855", Oem(Complete(&t::DECODING_TABLE_CP855), &t::ENCODING_TABLE_CP855)),
    page(857, "ibm857", Oem(Incomplete(&t::DECODING_TABLE_CP857), &t::ENCODING_TABLE_CP857)),
    page(858, "IBM00858", Oem(Complete(&t::DECODING_TABLE_CP858), &t::ENCODING_TABLE_CP858)),
    page(860, "IBM860", Oem(Complete(&t::DECODING_TABLE_CP860), &t::ENCODING_TABLE_CP860)),
    page(861, "ibm861", Oem(Complete(&t::DECODING_TABLE_CP861), &t::ENCODING_TABLE_CP861)),
    page(862, "DOS-862", Oem(Complete(&t::DECODING_TABLE_CP862), &t::ENCODING_TABLE_CP862)),
    page(863, "IBM863", Oem(Complete(&t::DECODING_TABLE_CP863), &t::ENCODING_TABLE_CP863)),
    page(864, "IBM864", Oem(Incomplete(&t::DECODING_TABLE_CP864), &t::ENCODING_TABLE_CP864)),
    page(865, "IBM865", Oem(Complete(&t::DECODING_TABLE_CP865), &t::ENCODING_TABLE_CP865)),
    page(866, "cp866", Whatwg(e::IBM866)),
    page(869, "ibm869", Oem(Complete(&t::DECODING_TABLE_CP869), &t::ENCODING_TABLE_CP869)),
    page(870, "IBM870", Ebcdic(ebcdic::LATIN_2)),
    page(874, "windows-874", Whatwg(e::WINDOWS_874)),
    page(875, "cp875", Ebcdic(ebcdic::GREEK)),
    page(932, "shift_jis", Whatwg(e::SHIFT_JIS)),
    page(936, "gb2312", Whatwg(e::GBK)),
    page(949, "ks_c_5601-1987", Whatwg(e::EUC_KR)),
    page(950, "big5", Whatwg(e::BIG5)),
    page(951, "", Whatwg(e::BIG5)),
    page(1026, "IBM1026", Ebcdic(ebcdic::TURKISH)),
    page(1047, "IBM01047", Ebcdic(ebcdic::OPEN_SYSTEMS)),
    page(1140, "IBM01140", Ebcdic(ebcdic::US_EURO)),
    page(1141, "IBM01141", Ebcdic(ebcdic::GERMANY_EURO)),
    page(1142, "IBM01142", Ebcdic(ebcdic::DENMARK_EURO)),
    page(1143, "IBM01143", Ebcdic(ebcdic::FINLAND_EURO)),
    page(1144, "IBM01144", Ebcdic(ebcdic::ITALY_EURO)),
    page(1145, "IBM01145", Ebcdic(ebcdic::SPAIN_EURO)),
    page(1146, "IBM01146", Ebcdic(ebcdic::BRITAIN_EURO)),
    page(1147, "IBM01147", Ebcdic(ebcdic::FRANCE_EURO)),
    page(1148, "IBM01148", Ebcdic(ebcdic::INTERNATIONAL_EURO)),
    page(1149, "IBM01149", Ebcdic(ebcdic::ICELAND_EURO)),
    page(1200, "utf-16le", Utf16(Endian::Little)),
    page(1201, "utf-16be", Utf16(Endian::Big)),
    page(1250, "windows-1250", Whatwg(e::WINDOWS_1250)),
    page(1251, "windows-1251", Whatwg(e::WINDOWS_1251)),
    page(1252, "windows-1252", Whatwg(e::WINDOWS_1252)),
    page(1253, "windows-1253", Whatwg(e::WINDOWS_1253)),
    page(1254, "windows-1254", Whatwg(e::WINDOWS_1254)),
    page(1255, "windows-1255", Whatwg(e::WINDOWS_1255)),
    page(1256, "windows-1256", Whatwg(e::WINDOWS_1256)),
    page(1257, "windows-1257", Whatwg(e::WINDOWS_1257)),
    page(1258, "windows-1258", Whatwg(e::WINDOWS_1258)),
    page(1361, "Johab", Johab),
    page(10000, "macintosh", Whatwg(e::MACINTOSH)),
    page(10001, "x-mac-japanese", MacWide(&mac_wide::JAPANESE)),
    page(10002, "x-mac-chinesetrad", MacWide(&mac_wide::TRADITIONAL_CHINESE)),
    page(10003, "x-mac-korean", MacWide(&mac_wide::KOREAN)),
    page(10004, "x-mac-arabic", Mac(&mac::ARABIC)),
    page(10005, "x-mac-hebrew", Mac(&mac::HEBREW)),
    page(10006, "x-mac-greek", Mac(&mac::GREEK)),
    page(10007, "x-mac-cyrillic", Whatwg(e::X_MAC_CYRILLIC)),
    page(10008, "x-mac-chinesesimp", MacWide(&mac_wide::SIMPLIFIED_CHINESE)),
    page(10010, "x-mac-romanian", Mac(&mac::ROMANIAN)),
    page(10017, "x-mac-ukrainian", Whatwg(e::X_MAC_CYRILLIC)),
    page(10021, "x-mac-thai", Mac(&mac::THAI)),
    page(10029, "x-mac-ce", Mac(&mac::CENTRAL_EUROPEAN)),
    page(10079, "x-mac-icelandic", Mac(&mac::ICELANDIC)),
    page(10081, "x-mac-turkish", Mac(&mac::TURKISH)),
    page(10082, "x-mac-croatian", Mac(&mac::CROATIAN)),
    page(12000, "utf-32le", Utf32(Endian::Little)),
    page(12001, "utf-32be", Utf32(Endian::Big)),
    page(20000, "x-Chinese_CNS", Unsupported),
    page(20001, "x-cp20001", Unsupported),
    page(20002, "x_Chinese-Eten", Unsupported),
    page(20003, "x-cp20003", Unsupported),
    page(20004, "x-cp20004", Unsupported),
    page(20005, "x-cp20005", Unsupported),
    page(20105, "x-IA5", SevenBit(&[])),
    page(20106, "x-IA5-German", SevenBit(&GERMAN)),
    page(20107, "x-IA5-Swedish", SevenBit(&SWEDISH)),
    page(20108, "x-IA5-Norwegian", SevenBit(&NORWEGIAN)),
    page(20127, "us-ascii", SevenBit(&[])),
    page(20261, "x-cp20261", Unsupported),
    page(20269, "x-cp20269", Unsupported),
    page(20273, "IBM273", Ebcdic(ebcdic::GERMANY)),
    page(20277, "IBM277", Ebcdic(ebcdic::DENMARK)),
    page(20278, "IBM278", Ebcdic(ebcdic::FINLAND)),
    page(20280, "IBM280", Ebcdic(ebcdic::ITALY)),
    page(20284, "IBM284", Ebcdic(ebcdic::SPAIN)),
    page(20285, "IBM285", Ebcdic(ebcdic::BRITAIN)),
    page(20290, "IBM290", Ebcdic(ebcdic::KATAKANA)),
    page(20297, "IBM297", Ebcdic(ebcdic::FRANCE)),
    page(20420, "IBM420", Ebcdic(ebcdic::ARABIC)),
    page(20423, "IBM423", Ebcdic(ebcdic::GREEK_423)),
    page(20424, "IBM424", Ebcdic(ebcdic::HEBREW)),
    page(20833, "x-EBCDIC-KoreanExtended", Unsupported),
    page(20838, "IBM-Thai", Ebcdic(ebcdic::THAI)),
    page(20866, "koi8-r", Whatwg(e::KOI8_R)),
    page(20871, "IBM871", Ebcdic(ebcdic::ICELAND)),
    page(20880, "IBM880", Ebcdic(ebcdic::RUSSIAN)),
    page(20905, "IBM905", Ebcdic(ebcdic::TURKISH_905)),
    page(20924, "IBM00924", Unsupported),
    page(20932, "EUC-JP", Whatwg(e::EUC_JP)),
    page(20936, "x-cp20936", Whatwg(e::GBK)),
    page(20949, "x-cp20949", Whatwg(e::EUC_KR)),
    page(21010, "", Utf16(Endian::Little)),
    page(21025, "cp1025", Ebcdic(ebcdic::SERBIAN)),
    page(21866, "koi8-u", Whatwg(e::KOI8_U)),
    page(28591, "iso-8859-1", IsoOver(e::WINDOWS_1252)),
    page(28592, "iso-8859-2", Whatwg(e::ISO_8859_2)),
    page(28593, "iso-8859-3", Whatwg(e::ISO_8859_3)),
    page(28594, "iso-8859-4", Whatwg(e::ISO_8859_4)),
    page(28595, "iso-8859-5", Whatwg(e::ISO_8859_5)),
    page(28596, "iso-8859-6", Whatwg(e::ISO_8859_6)),
    page(28597, "iso-8859-7", Whatwg(e::ISO_8859_7)),
    page(28598, "iso-8859-8", Whatwg(e::ISO_8859_8)),
    page(28599, "iso-8859-9", IsoOver(e::WINDOWS_1254)),
    page(28600, "iso-8859-10", Whatwg(e::ISO_8859_10)),
    page(28601, "iso-8859-11", IsoOver(e::WINDOWS_874)),
    page(28603, "iso-8859-13", Whatwg(e::ISO_8859_13)),
    page(28604, "iso-8859-14", Whatwg(e::ISO_8859_14)),
    page(28605, "iso-8859-15", Whatwg(e::ISO_8859_15)),
    page(28606, "iso-8859-16", Whatwg(e::ISO_8859_16)),
    page(29001, "x-Europa", Unsupported),
    page(38598, "iso-8859-8-i", Whatwg(e::ISO_8859_8_I)),
    page(50220, "iso-2022-jp", Iso2022Jp(HalfwidthKana::Widen)),
    page(50221, "csISO2022JP", Iso2022Jp(HalfwidthKana::Escape)),
    page(50222, "iso-2022-jp", Iso2022Jp(HalfwidthKana::ShiftOut)),
    page(50225, "iso-2022-kr", Iso2022Kr),
    page(50227, "x-cp50227", Unsupported),
    page(51932, "euc-jp", Whatwg(e::EUC_JP)),
    page(51936, "EUC-CN", Whatwg(e::GBK)),
    page(51949, "euc-kr", Whatwg(e::EUC_KR)),
    page(52936, "hz-gb-2312", Hz),
    page(54936, "GB18030", Whatwg(e::GB18030)),
    page(57002, "x-iscii-de", Unsupported),
    page(57003, "x-iscii-be", Unsupported),
    page(57004, "x-iscii-ta", Unsupported),
    page(57005, "x-iscii-te", Unsupported),
    page(57006, "x-iscii-as", Unsupported),
    page(57007, "x-iscii-or", Unsupported),
    page(57008, "x-iscii-ka", Unsupported),
    page(57009, "x-iscii-ma", Unsupported),
    page(57010, "x-iscii-gu", Unsupported),
    page(57011, "x-iscii-pa", Unsupported),
    page(65000, "utf-7", Utf7),
    page(65001, "utf-8", Whatwg(e::UTF_8)),
];

const fn page(number: u32, name: &'static str, codec: Codec) -> Page {
    Page { number, name, codec }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_without_doubles() {
        assert!(PAGES.is_sorted_by(|a, b| a.number < b.number));
        assert!(ALIASES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn aliases_lead_to_known_pages() {
        for (alias, number) in ALIASES {
            assert!(find(*number).is_some(), "{alias}");
        }
    }

    #[test]
    fn a_name_leads_back_to_its_page() {
        for page in PAGES.iter().filter(|page| !page.name.is_empty()) {
            let expected = match page.number {
                20932 => 51932, // both euc-jp
                50222 => 50220, // both iso-2022-jp
                number => number,
            };
            assert_eq!(find_name(page.name), Some(expected), "{}", page.name);
        }
    }
}
