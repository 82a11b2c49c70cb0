#!/usr/bin/env python3
"""Text of HTML beside w3m and lynx: `tools/html_text.py target/release/winmail FOLDER...`

For each HTML part of a mail (.eml) and each HTML body of a stream in the folders: the words that one of the two shows and
`winmail body --text` does not, and the links that are not in the text. The exit code is 1 if there are any that no reason below
explains. The names of picture files are always left out: both browsers show them for pictures without a description, which readers
of mail do not see.
"""

import email
import fnmatch
import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


#: File name, words that it may not have, and why each body that was looked at is right without them.
REASONS = [
    ("active.dat", "refresh 9 sec http h invalid", "lynx tells of <meta http-equiv=refresh>, which is no text"),
    ("redact-html.dat", "zebrowski", "lynx shows the contents of CDATA, which in HTML is a comment"),
    ("fuzz-pauldreik-*.tnef", "j", "a smiley in Wingdings: the text has the sign, the browsers the letter"),
    ("fuzz-pauldreik-db0aa2134693.tnef", "jh span", "the same, with a broken end tag in that font behind it"),
    ("fuzz-pauldreik-db0aa2134693.tnef", "specjalista", "control characters within the word, which the browsers leave out and the text keeps"),
]


def excused(path, markup):
    pictures = re.findall(r"""\bsrc\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", markup, re.I)
    found = words(" ".join(pictures))
    for name, these, _ in REASONS:
        if fnmatch.fnmatch(path.name, name):
            found |= words(these)
    return found


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


def in_address(found):
    """As browsers write it in an address: tabs and ends of lines fall out."""
    return "" if found[0] in "\t\r\n" else f"%{ord(found[0]):02X}"


def main():
    winmail, folders = sys.argv[1], sys.argv[2:]
    count = explained = different = lost = 0
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
            browsers_only, missing = missing, missing - excused(path, markup)
            explained += bool(browsers_only) and not missing
            flat = re.sub(r"\s+", "", text).lower()
            shape = lambda link: re.sub(r"[\x00-\x20\x7f]", in_address, link).rstrip("/").lower()
            gone = [link for link in links(markup) if shape(link) not in flat and shape(link).removeprefix("mailto:") not in flat]
            different, lost = different + bool(missing), lost + bool(gone)
            if missing or gone:
                print(path, "words:", *sorted(missing)[:20], "links:", *gone[:4])
    print(f"{count} bodies, {explained} with other words for a reason, {different} without one, {lost} with links that are lost")
    sys.exit(1 if different or lost or not count else 0)


main()
