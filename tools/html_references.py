#!/usr/bin/env python3
"""Writes src/html/references.txt: the named character references of the HTML standard, which Python has from there.

A line for each name, in order: the name, a comma if it needs no semicolon or else a blank, its code points in hexadecimal.
"""

from html.entities import html5
from pathlib import Path

bare = {name for name in html5 if not name.endswith(";")}
lines = []
for name in sorted(name[:-1] for name in html5 if name.endswith(";")):
    codes = "+".join(f"{ord(c):X}" for c in html5[name + ";"])
    lines.append(f"{name}{',' if name in bare else ' '}{codes}\n")
(Path(__file__).parent.parent / "src/html/references.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
