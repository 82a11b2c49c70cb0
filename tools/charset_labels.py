#!/usr/bin/env python3
"""Charset labels with a text and its bytes, by Python's codecs: tests/it/charset_labels.tsv.

    python3 tools/charset_labels.py > tests/it/charset_labels.tsv

The labels are those of the WHATWG Encoding Standard 4.2, the MIME names of the Windows code page identifiers, and aliases that
senders of mail use. Where Python has no codec (most of EBCDIC), glibc's iconv makes the bytes. Left out are those that none of them or
this library can decode (EBCDIC with pairs, ISCII, most of the Macintosh), and x-user-defined, which no mail is in.
"""

import subprocess

LATIN = "Größe café 1"
CZECH = "Žluťoučký kůň"
BALTIC = "Šašlykas ųžą"
CYRILLIC = "Отчёт за год"
GREEK = "Αναφορά έτους"
TURKISH = "Işık çağrı ğ"
HEBREW = "דוח שנתי"
ARABIC = "تقرير سنوي"
THAI = "รายงานประจำปี"
VIETNAMESE = "Đường phố"
JAPANESE = "日本語の報告"
SIMPLIFIED = "年度报告"
TRADITIONAL = "年度報告書"
KOREAN = "연간 보고서"

# Codec of Python, text, labels.
ROWS = [
    ("ascii", "Report 1", "ansi_x3.4-1968 ascii us-ascii iso646-us"),
    ("cp1252", "“Größe” – 5 €", "cp1252 cp-1252 windows-1252 x-cp1252"),
    ("latin-1", LATIN, "cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1"),
    ("iso8859-2", CZECH, "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"),
    ("iso8859-3", "Ĉiuĵaŭde", "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"),
    ("iso8859-4", BALTIC, "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"),
    ("iso8859-5", CYRILLIC, "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"),
    (
        "iso8859-6",
        ARABIC,
        "arabic csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6"
        " iso88596 iso_8859-6 iso_8859-6:1987",
    ),
    (
        "iso8859-7",
        GREEK,
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987"
        " sun_eu_greek",
    ),
    (
        "iso8859-8",
        HEBREW,
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988"
        " visual csiso88598i iso-8859-8-i logical",
    ),
    ("iso8859-9", TURKISH, "csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5"),
    ("iso8859-10", "Þórður ŋ", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"),
    ("iso8859-11", THAI, "iso-8859-11 iso8859-11 iso885911"),
    ("iso8859-13", BALTIC, "iso-8859-13 iso8859-13 iso885913"),
    ("iso8859-14", "Ŵyth ŷd", "iso-8859-14 iso8859-14 iso885914"),
    ("iso8859-15", "Œuvre 5 €", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"),
    ("iso8859-16", "Știință", "iso-8859-16"),
    ("cp874", THAI, "dos-874 tis-620 windows-874 cp874"),
    ("cp1250", CZECH, "cp1250 windows-1250 x-cp1250 win-1250"),
    ("cp1251", CYRILLIC, "cp1251 windows-1251 x-cp1251 cp-1251 win-1251 windows1251"),
    ("cp1253", GREEK, "cp1253 windows-1253 x-cp1253"),
    ("cp1254", TURKISH, "cp1254 windows-1254 x-cp1254"),
    ("cp1255", HEBREW, "cp1255 windows-1255 x-cp1255"),
    ("cp1256", ARABIC, "cp1256 windows-1256 x-cp1256"),
    ("cp1257", BALTIC, "cp1257 windows-1257 x-cp1257"),
    ("cp1258", "Đông 5 ₫", "cp1258 windows-1258 x-cp1258"),
    ("koi8-r", CYRILLIC, "cskoi8r koi koi8 koi8-r koi8_r koi8r cp20866"),
    ("koi8-u", "Звіт їжака", "koi8-ru koi8-u koi8u cp21866"),
    ("mac-roman", LATIN, "csmacintosh mac macintosh x-mac-roman"),
    ("mac-cyrillic", CYRILLIC, "x-mac-cyrillic x-mac-ukrainian"),
    ("cp437", LATIN, "cp437 ibm437 IBM437"),
    ("cp720", ARABIC, "DOS-720 cp720"),
    ("cp737", "Αναφορά", "ibm737 cp737"),
    ("cp775", BALTIC, "ibm775 cp775"),
    ("cp850", LATIN, "ibm850 cp850 dos-850"),
    ("cp852", CZECH, "ibm852 cp852 dos-852"),
    ("cp855", CYRILLIC, "IBM855 cp855"),
    ("cp857", "Işık çağrı", "ibm857 cp857"),
    ("cp858", "Größe 5 €", "IBM00858 cp858"),
    ("cp860", "Relatório ção", "IBM860 cp860"),
    ("cp861", "Þórður", "ibm861 cp861"),
    ("cp862", HEBREW, "DOS-862 cp862"),
    ("cp863", "Été à côté", "IBM863 cp863"),
    ("cp865", "Årsrapport ø", "IBM865 cp865"),
    ("cp866", CYRILLIC, "866 cp866 csibm866 ibm866 cp-866 dos-866"),
    ("cp869", "Αναφορά", "ibm869 cp869"),
    ("cp932", JAPANESE, "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cp932"),
    ("gbk", SIMPLIFIED, "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk cp936 x-cp20936 EUC-CN"),
    ("gb18030", SIMPLIFIED + " €", "gb18030 cp54936"),
    ("big5", TRADITIONAL, "big5 cn-big5 csbig5 x-x-big5 cp950"),
    ("big5hkscs", "香港嘅報告", "big5-hkscs"),
    (
        "cp949",
        KOREAN,
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 cp949 x-cp20949",
    ),
    ("euc-jp", JAPANESE, "cseucpkdfmtjapanese euc-jp x-euc-jp cp51932"),
    ("iso2022-jp", JAPANESE, "csiso2022jp iso-2022-jp cp50220"),
    ("iso2022-kr", KOREAN, "csiso2022kr iso-2022-kr"),
    ("hz", SIMPLIFIED, "hz-gb-2312"),
    ("utf-7", CYRILLIC, "utf-7 unicode-1-1-utf-7"),
    ("utf-8", "日本語 ✓ Ё", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"),
    ("utf-16-le", CYRILLIC, "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"),
    ("utf-16", CYRILLIC, "utf-16"),
    ("utf-16-be", CYRILLIC, "unicodefffe utf-16be"),
    ("utf-32-le", CYRILLIC, "utf-32 utf-32le"),
    ("utf-32-be", CYRILLIC, "utf-32be"),
    ("iso8859-6", ARABIC, "ASMO-708 cp708"),
    ("johab", KOREAN, "Johab cp1361"),
    ("cp037", LATIN, "IBM037 cp037 cp37"),
    ("cp273", "Größe {Übermut}", "IBM273 cp273"),
    ("cp424", HEBREW, "IBM424 cp424"),
    ("cp500", LATIN, "IBM500 cp500"),
    ("cp875", GREEK, "cp875"),
    ("cp1026", TURKISH, "IBM1026 cp1026"),
    ("cp1140", "Größe 5 €", "IBM01140 IBM1140 cp1140"),
    ("iconv:IBM870", CZECH, "IBM870 cp870"),
    ("iconv:IBM1047", LATIN, "IBM01047 IBM-1047"),
    *((f"iconv:IBM{page}", "Größe {5} €", f"IBM0{page} cp{page}") for page in range(1141, 1150)),
    *((f"iconv:IBM{page}", "Größe {5}", f"IBM{page} cp{page}") for page in (277, 280, 284, 285, 297)),
    ("iconv:IBM278", "Pääskynen 5", "IBM278"),
    ("iconv:IBM871", "Ísöld æ", "IBM871"),
    ("iconv:IBM290", "REPORT 1", "IBM290"),
    ("iconv:IBM420", "report 1", "IBM420"),
    ("iconv:IBM423", "Αναφορα", "IBM423"),
    ("iconv:IBM9030", THAI, "IBM-Thai"),
    ("iconv:IBM880", "Отчет за год", "IBM880"),
    ("iconv:IBM905", TURKISH, "IBM905"),
    ("iconv:IBM1025", "Отчет за год", "cp1025 IBM-1025"),
]


def encoded(codec, text):
    if not codec.startswith("iconv:"):
        data = text.encode(codec)
        assert data.decode(codec) == text, (codec, text)
        return data
    command = ["iconv", "-f", "UTF-8", "-t", codec.removeprefix("iconv:")]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


def main():
    print("# Written by tools/charset_labels.py: label, text, and its bytes in hexadecimal.")
    for codec, text, labels in ROWS:
        data = encoded(codec, text)
        for label in labels.split():
            print(f"{label}\t{text}\t{data.hex()}")


if __name__ == "__main__":
    main()
