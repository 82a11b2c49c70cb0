#!/usr/bin/env python3
"""Writes the tables of src/base/codepage/mac.rs from Python's codecs, which are made of Apple's mapping files.

usage: tools/mac_pages.py > TABLES, then put between the marks of mac.rs
"""
PAGES = [
    ("GREEK", 10006, "mac_greek"),
    ("ROMANIAN", 10010, "mac_romanian"),
    ("CENTRAL_EUROPEAN", 10029, "mac_latin2"),
    ("ICELANDIC", 10079, "mac_iceland"),
    ("TURKISH", 10081, "mac_turkish"),
    ("CROATIAN", 10082, "mac_croatian"),
]

for name, number, codec in PAGES:
    print(f"\n/// Code page {number}.\npub(super) const {name}: Upper = [")
    for row in range(0x80, 0x100, 16):
        chars = [bytes([byte]).decode(codec) for byte in range(row, row + 16)]
        shown = [f"'\\u{{{ord(c):x}}}'" if not c.isprintable() or c.isspace() or ord(c) >= 0xE000 else f"'{c}'" for c in chars]
        print("    " + ", ".join(shown) + ",")
    print("];")
