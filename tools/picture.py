#!/usr/bin/env python3
"""Draws what `winmail FILE` prints, as README.md shows it.

    tools/picture.py target/debug/winmail > docs/winmail.svg

`cli/tests/it/first_tasks.rs` fails where the picture shows anything else than the program prints.
"""

import html
import os
import pathlib
import subprocess
import sys

WIDTH, LINE, LEFT, TOP = 720, 19, 20, 58
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "testdata"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    environment = {**os.environ, "TZ": "UTC", "NO_COLOR": "1"}
    printed = subprocess.run([program, "winmail.dat"], cwd=FOLDER, env=environment, capture_output=True, text=True, check=True).stdout
    lines = ["$ winmail winmail.dat", *printed.rstrip("\n").split("\n")]
    height = TOP + LINE * len(lines)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">')
    print("<title>What winmail prints of a winmail.dat</title>")
    print(f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#1e222a"/>')
    for number, color in enumerate(("#e0605a", "#e0b04a", "#5fb05a")):
        print(f'<circle cx="{LEFT + 4 + 20 * number}" cy="20" r="6" fill="{color}"/>')
    print('<g font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" fill="#d8dee9" xml:space="preserve">')
    for number, line in enumerate(lines):
        if line:
            style = ' fill="#8fbcbb"' if number == 0 else ""
            print(f'<text x="{LEFT}" y="{TOP + LINE * number}"{style}>{html.escape(line, quote=False)}</text>')
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
