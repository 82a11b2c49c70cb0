#!/usr/bin/env python3
"""Text of HTML beside w3m and lynx: `tools/html_text.py target/release/winmail FOLDER...`

For each HTML part of a mail (.eml) and each HTML body of a stream in the folders: the words that one of the two shows and
`winmail body --text` does not, and the links that are not in the text. Words that differ and should: the names of pictures without a
description, which lynx and w3m show, and letters that stand for signs in a symbol font.
"""

import email
import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def words(text):
    return set(re.findall(r"[^\W_]+", text.lower()))


def bodies(winmail, folders):
    files = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())
    for path in files:
        if path.suffix == ".eml":
            for part in email.message_from_bytes(path.read_bytes()).walk():
                if part.get_content_type() == "text/html":
                    data, charset = part.get_payload(decode=True), part.get_content_charset() or "utf-8"
                    try:
                        yield path, data.decode(charset, "replace")
                    except LookupError:
                        yield path, data.decode("latin-1")
        elif path.suffix in (".tnef", ".dat"):
            made = subprocess.run([winmail, "body", "--html", path], capture_output=True)
            if made.returncode in (0, 3) and b"<" in made.stdout:
                yield path, made.stdout.decode("utf-8", "replace")


def links(markup):
    found = re.findall(r'<(?:a|area)\s[^>]*?href\s*=\s*("[^"]*"|[^\s">]+)', markup, re.I)
    found = (html.unescape(link.strip('"')).strip() for link in found)
    return [link for link in found if link and not re.match(r"(cid:|mid:|#|data:|about:|javascript:)", link, re.I)]


def main():
    winmail, folders = sys.argv[1], sys.argv[2:]
    count = different = lost = 0
    with tempfile.TemporaryDirectory() as work:
        page, stream = os.path.join(work, "page.html"), os.path.join(work, "page.tnef")
        browsers = [
            ["w3m", "-dump", "-T", "text/html", "-I", "utf-8", "-O", "utf-8", "-cols", "2000", page],
            ["lynx", "-dump", "-nolist", "-force_html", "-assume_charset=utf-8", "-display_charset=utf-8", "-width=990", page],
        ]
        for path, markup in bodies(winmail, folders):
            Path(page).write_text(markup, encoding="utf-8", errors="replace")
            subprocess.run([winmail, "pack", "--html", page, "-o", stream, "--force"], check=True, capture_output=True)
            text = subprocess.run([winmail, "body", "--text", stream], capture_output=True).stdout.decode("utf-8")
            count += 1
            missing = set()
            for browser in browsers:
                shown = subprocess.run(browser, capture_output=True).stdout.decode("utf-8", "replace")
                missing |= words(shown) - words(text)
            flat = re.sub(r"\s+", "", text).lower()
            shape = lambda link: re.sub(r"\s+", "", link.replace(" ", "%20")).rstrip("/").lower()
            gone = [link for link in links(markup) if shape(link) not in flat and shape(link).removeprefix("mailto:") not in flat]
            different, lost = different + bool(missing), lost + bool(gone)
            if missing or gone:
                print(path, "words:", *sorted(missing)[:20], "links:", *gone[:4])
    print(f"{count} bodies, {different} with other words, {lost} with links that are lost")


main()
