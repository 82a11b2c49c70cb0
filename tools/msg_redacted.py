#!/usr/bin/env python3
"""Asks PyPI's olefile and extract-msg what is left of the texts of a .msg when `winmail redact` has been there.

    tools/msg_redacted.py PROGRAM [FOLDER ...]     # default: msg and items/msg of $WINMAIL_CORPUS, else ../shared/corpus

Words are those that extract-msg shows of the original: subject, bodies as text, sender, recipients, names of attachments, texts attached. They
are looked for in every byte of the result, as 8-bit text and as UTF-16 from even and odd places, so also in sectors that no stream has, and in
its rich text, decompressed. olefile must find no issue that it does not find in the original, and streams of the same lengths.
"""

import logging
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import extract_msg
import olefile

logging.disable(logging.CRITICAL)

# What redaction keeps by design, and what markup and containers are made of.
KEPT = set(
    """http https mailto smtp file docx html jpeg pptx tiff xlsx hyperlink page includepicture recipients unknown attach content message
    properties version nameid recip entry root type class header keywords transfer encoding microsoft office exchange outlook image
    text plain application appointment contact signed smime times""".split()
)


def words(text):
    return {word for word in re.findall(r"[^\W\d_]{5,}", text.lower())} - KEPT


def opened(path):
    return extract_msg.openMsg(str(path), errorBehavior=extract_msg.enums.ErrorBehavior.SUPPRESS_ALL)


def asked(item, name):
    try:
        return getattr(item, name, None)
    except Exception:  # noqa: BLE001: damaged values
        return None


def texts(msg):
    found = set()
    for name in ("subject", "body", "sender", "to", "cc"):
        value = asked(msg, name)
        found |= words(value) if isinstance(value, str) else set()
    for recipient in asked(msg, "recipients") or []:
        for name in ("name", "email"):
            found |= words(asked(recipient, name) or "")
    for attachment in asked(msg, "attachments") or []:
        data = asked(attachment, "data")
        if isinstance(data, bytes) and b"\0" not in data and not data.startswith(b"{\\rtf"):
            try:
                found |= words(data.decode("utf-8"))
            except UnicodeDecodeError:
                pass
        elif hasattr(data, "recipients"):
            found |= texts(data)
        for name in ("longFilename", "shortFilename"):
            found |= words(os.path.splitext(asked(attachment, name) or "")[0])
    return found


def rich(msg):
    """Rich text and HTML, of attached messages too."""
    found = [asked(msg, "rtfBody") or b"", asked(msg, "htmlBody") or b""]
    for attachment in asked(msg, "attachments") or []:
        data = asked(attachment, "data")
        if hasattr(data, "recipients"):
            found += rich(data)
    return found


def markup(parts):
    """Words of control words, tags and style sheets."""
    found = set()
    for part in parts:
        text = part.decode("latin-1")
        found |= words(" ".join(re.findall(r"\\[a-z]+", text)))
        found |= words(" ".join(re.findall(r"<[^>]*>", text)))
        found |= words(" ".join(re.findall(r"(?is)<style.*?</style>", text)))
    return found


def everything(path):
    data = path.read_bytes()
    parts = [data.decode("latin-1"), data.decode("utf-8", "replace")]
    parts += [data[start:].decode("utf-16-le", "replace") for start in (0, 1)]
    found = set().union(*(words(part) for part in parts))
    try:
        with opened(path) as msg:
            for part in rich(msg):
                found |= words(part.decode("latin-1")) | words(part.decode("utf-8", "replace"))
    except Exception:  # noqa: BLE001: what it refuses it refuses before as well
        pass
    return found


def streams(path):
    with olefile.OleFileIO(str(path)) as ole:
        sizes = sorted(ole.get_size(entry) for entry in ole.listdir())
        return sizes, [str(issue) for _, issue in ole.parsing_issues]


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", pathlib.Path(__file__).resolve().parents[1] / "../shared/corpus"))
    folders = [pathlib.Path(folder) for folder in sys.argv[2:]] or [root / "msg", root / "items/msg"]
    done, looked, bad = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.msg"
        for file in sorted(file for folder in folders for file in folder.iterdir()):
            ran = subprocess.run([program, "redact", str(file), "-o", str(out), "-f", "--to", "msg"], capture_output=True)
            if ran.returncode:
                print(f"{file.name}: not redacted: {ran.stderr.decode().strip()}")
                bad += 1
                continue
            try:
                with opened(file) as msg:
                    wanted, plain = texts(msg), markup(rich(msg))
            except Exception:  # noqa: BLE001: damaged files that it does not open
                continue
            done += 1
            left = sorted(word for word in wanted & everything(out) if not any(word in whole for whole in plain))
            looked += len(wanted - plain)
            try:
                before, after = streams(file), streams(out)
                same = before == after
            except Exception as error:  # noqa: BLE001
                same = f"{error}" == "not an OLE2 structured storage file"
            if left or not same:
                print(f"{file.name}: {'streams differ; ' if not same else ''}left: {left}")
                bad += 1
    print(f"{done} files, {looked} words looked for, {bad} with something to say")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
