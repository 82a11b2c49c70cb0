#!/usr/bin/env python3
"""Writes src/base/codepage/ebcdic_pages.rs: what each EBCDIC page of Windows has other than page 37.

    python3 tools/ebcdic_pages.py > src/base/codepage/ebcdic_pages.rs

The characters are those of Python's codecs, which are made of Microsoft's and Unicode's mapping files; of Java where Python has no codec;
of glibc's iconv where neither has one. Java is asked for a second opinion of Python's, and differs in the two control codes for
the end of a line only (and in a sign of page 20424). Needed: Python, `java`, `iconv`.
"""
import subprocess
import tempfile
from pathlib import Path

UNDEFINED = "\ufffd"

#: Name of the table, number, source, and the name that the source has for it.
PAGES = [
    ("INTERNATIONAL", 500, "python", "cp500"),
    ("LATIN_2", 870, "java", "IBM870"),
    ("GREEK", 875, "python", "cp875"),
    ("TURKISH", 1026, "python", "cp1026"),
    ("OPEN_SYSTEMS", 1047, "java", "IBM1047"),
    ("US_EURO", 1140, "python", "cp1140"),
    ("GERMANY_EURO", 1141, "java", "IBM01141"),
    ("DENMARK_EURO", 1142, "java", "IBM01142"),
    ("FINLAND_EURO", 1143, "java", "IBM01143"),
    ("ITALY_EURO", 1144, "java", "IBM01144"),
    ("SPAIN_EURO", 1145, "java", "IBM01145"),
    ("BRITAIN_EURO", 1146, "java", "IBM01146"),
    ("FRANCE_EURO", 1147, "java", "IBM01147"),
    ("INTERNATIONAL_EURO", 1148, "java", "IBM01148"),
    ("ICELAND_EURO", 1149, "java", "IBM01149"),
    ("GERMANY", 20273, "java", "IBM273"),
    ("DENMARK", 20277, "java", "IBM277"),
    ("FINLAND", 20278, "java", "IBM278"),
    ("ITALY", 20280, "java", "IBM280"),
    ("SPAIN", 20284, "java", "IBM284"),
    ("BRITAIN", 20285, "java", "IBM285"),
    ("KATAKANA", 20290, "java", "IBM290"),
    ("FRANCE", 20297, "java", "IBM297"),
    ("ARABIC", 20420, "java", "IBM420"),
    ("GREEK_423", 20423, "glibc", "IBM423"),
    ("HEBREW", 20424, "python", "cp424"),
    ("THAI", 20838, "java", "IBM-Thai"),
    ("ICELAND", 20871, "java", "IBM871"),
    ("RUSSIAN", 20880, "glibc", "IBM880"),
    ("TURKISH_905", 20905, "glibc", "IBM905"),
    ("SERBIAN", 21025, "java", "Cp1025"),
]

JAVA = """
public class Pages { public static void main(String[] names) throws Exception { for (String name : names) { StringBuilder line =
new StringBuilder(); for (int b = 0; b < 256; b++) { String s = new String(new byte[]{(byte) b}, java.nio.charset.Charset.forName(name));
line.append(s.length() == 1 ? Integer.toHexString(s.charAt(0)) : "fffd").append(' '); } System.out.println(line); } } }
"""


def by_java(names):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "Pages.java")
        source.write_text(JAVA)
        lines = subprocess.run(["java", source, *names], capture_output=True, text=True, check=True).stdout.splitlines()
    return {name: [chr(int(code, 16)) for code in line.split()] for name, line in zip(names, lines)}


def by_glibc(name):
    found = []
    for byte in range(256):
        made = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=bytes([byte]), capture_output=True)
        text = made.stdout.decode() if made.returncode == 0 else ""
        found.append(text if len(text) == 1 else UNDEFINED)
    return found


def by_python(name):
    found = [bytes([byte]).decode(name, "replace") for byte in range(256)]
    # SUB is 0x3F; Microsoft's file of page 875 fills the places that have no character with it.
    return [UNDEFINED if c == "\x1a" and byte != 0x3F else c for byte, c in enumerate(found)]


def shown(c):
    return repr(c) if c.isascii() and c.isprintable() and c not in "'\\" else f"'\\u{{{ord(c):x}}}'"


def rows(pairs):
    line = "   "
    for pair in pairs:
        if len(line) + len(pair) > 128:
            print(line)
            line = "   "
        line += f" {pair},"
    print(line)


def main():
    java = by_java([name for _, _, source, name in PAGES if source == "java"])
    us = by_python("cp037")
    print("//! What each EBCDIC page has other than page 37. Written by tools/ebcdic_pages.py, whose head says where it is from: U+FFFD stands")
    print("//! where a page has no character.\n")
    print("use super::single_byte::Replaced;\n\n/// Code page 37, US and Canada.\n#[rustfmt::skip]\npub(super) const US: [char; 256] = [")
    rows(map(shown, us))
    print("];")
    for table, number, source, name in PAGES:
        page = {"java": java.get, "python": by_python, "glibc": by_glibc}[source](name)
        # NEL and LF as Microsoft has them; Java has two of LF, or has them the other way round.
        page = [*page]
        page[0x15], page[0x25] = us[0x15], us[0x25]
        other = [f"(0x{byte:02X}, {shown(c)})" for byte, c in enumerate(page) if c != us[byte]]
        print(f"\n/// Code page {number}.\n#[rustfmt::skip]\npub(super) const {table}: &Replaced = &[")
        rows(other)
        print("];")


main()
