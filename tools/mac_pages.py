#!/usr/bin/env python3
"""Writes the tables of src/base/codepage/mac.rs from the codecs of Python and Perl, which are made of Apple's mapping files.

usage: tools/mac_pages.py > TABLES, then put between the marks of mac.rs
"""
import subprocess
import unicodedata

PAGES = [
    ("ARABIC", 10004, "MacArabic"),
    ("HEBREW", 10005, "MacHebrew"),
    ("GREEK", 10006, "mac_greek"),
    ("ROMANIAN", 10010, "mac_romanian"),
    ("THAI", 10021, "MacThai"),
    ("CENTRAL_EUROPEAN", 10029, "mac_latin2"),
    ("ICELANDIC", 10079, "mac_iceland"),
    ("TURKISH", 10081, "mac_turkish"),
    ("CROATIAN", 10082, "mac_croatian"),
]

#: One character for what Apple's files write as two.
COMPOSED = {"\u05f2\u05b7": "\ufb1f"}


def by_perl(codec):
    """The upper half of a page that only Perl's Encode has. Apple's marks of shape (U+F860 to U+F87F, private) are left out; what is
    not one character is undefined."""
    program = 'use Encode; binmode STDOUT, ":utf8"; print decode($ARGV[0], chr($_), sub { "" }), "\n" for 128 .. 255'
    lines = subprocess.run(["perl", "-e", program, codec], capture_output=True, text=True, check=True).stdout.split("\n")[:128]
    bare = ["".join(c for c in line if not 0xF860 <= ord(c) <= 0xF8FE) for line in lines]
    bare = [COMPOSED.get(text, text) for text in bare]
    return [text if len(text) == 1 else "\ufffd" for text in bare]


def hides_itself(c):
    """Whether it joins what stands before it, or turns the direction of a line of source."""
    return unicodedata.category(c).startswith("M") or unicodedata.bidirectional(c) in ("R", "AL", "AN")


for name, number, codec in PAGES:
    print(f"\n/// Code page {number}.\npub(super) const {name}: Upper = [")
    upper = by_perl(codec) if codec.startswith("Mac") else [bytes([byte]).decode(codec) for byte in range(0x80, 0x100)]
    for row in range(0, 128, 16):
        chars = upper[row:row + 16]
        shown = [f"'\\u{{{ord(c):x}}}'" if not c.isprintable() or c.isspace() or ord(c) >= 0xE000 or hides_itself(c) else "'\\\\'" if c == "\\" else "'\\''" if c == "'" else f"'{c}'" for c in chars]
        print("    " + ", ".join(shown) + ",")
    print("];")
