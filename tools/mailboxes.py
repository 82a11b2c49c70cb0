#!/usr/bin/env python3
"""Mailboxes in five languages, end to end: filter, to TNEF and back, judged by Python's `email` and shown in mutt.

usage: tools/mailboxes.py [PROGRAM] [--mutt]      PROGRAM: target/debug/winmail
needs: Python 3.9; for --mutt also mutt and tmux.

For each character set, under each label that senders use, a mail is made: subject, names and file names as encoded words, by RFC 2231 and raw;
the text in that set; beside it a winmail.dat whose 8-bit strings are in the set's Windows page. Every fact must be the same after
`filter`, after `convert --to eml`, and after `convert --to tnef` and back. With --mutt the mailbox that `convert --to mbox` makes is opened in
mutt, whose index must show every subject. Exit code 1 if a fact is missing.
"""
import base64
import codecs
import email
import email.policy
import quopri
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Python codec, labels that senders write, Windows code page for the stream.
SETS = {
    "Russian": [
        ("cp1251", ["windows-1251", "cp1251", "WINDOWS-1251"], 1251),
        ("koi8-r", ["koi8-r", "KOI8-R"], 20866),
        ("cp866", ["cp866", "ibm866"], 866),
        ("mac-cyrillic", ["x-mac-cyrillic"], 10007),
        ("iso8859-5", ["iso-8859-5"], 28595),
        ("utf-8", ["utf-8", "UTF8"], 65001),
    ],
    "Japanese": [
        ("iso2022_jp", ["iso-2022-jp", "ISO-2022-JP"], 50220),
        ("cp932", ["shift_jis", "windows-31j", "cp932"], 932),
        ("euc_jp", ["euc-jp"], 51932),
    ],
    "Czech": [("cp1250", ["windows-1250", "cp1250"], 1250), ("iso8859-2", ["iso-8859-2", "latin2"], 28592), ("mac-latin2", ["x-mac-ce"], 10029)],
    "Hebrew": [("cp1255", ["windows-1255"], 1255), ("iso8859-8", ["iso-8859-8", "iso-8859-8-i"], 28598)],
    "Thai": [("cp874", ["windows-874", "tis-620"], 874)],
}
TEXTS = {
    "Russian": ("Отчёт за третий квартал", "Жанна Щукина", "Смета и чертежи.txt", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
    "Japanese": ("第三四半期の報告書を送ります", "山田太郎", "見積書.txt", "いろはにほへと ちりぬるを わかよたれそ つねならむ"),
    "Czech": ("Zpráva za třetí čtvrtletí", "Jiří Dvořák", "Příloha čísel.txt", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    "Hebrew": ("דוח הרבעון השלישי", "שרה כהן", "נספח.txt", "דג סקרן שט בים מאוכזב ולפתע מצא חברה"),
    "Thai": ("รายงานไตรมาสที่สาม", "สมชาย ใจดี", "เอกสารแนบ.txt", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า"),
}
# Labels that senders write and Python does not know.
ALIASES = {"x_mac_cyrillic": "mac-cyrillic", "windows_31j": "cp932", "iso_8859_8_i": "iso8859-8", "x_mac_ce": "mac-latin2", "windows_874": "cp874"}
codecs.register(lambda name: codecs.lookup(ALIASES[key]) if (key := name.lower().replace("-", "_")) in ALIASES else None)
# Of .рф, as A-labels and as it is typed.
DOMAIN = {"Russian": "xn--e1afmkfd.xn--p1ai"}


def attribute(level, number, data):
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def stream(language, codec, page):
    """A TNEF stream of 8-bit attributes in the code page."""
    subject, _, name, text = TEXTS[language]
    raw = lambda words: words.encode(codec) + b"\0"
    out = struct.pack("<IH", 0x223E9F78, 7)
    out += attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    out += attribute(1, 0x00069007, struct.pack("<II", page, 0))
    out += attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    out += attribute(1, 0x00018004, raw(subject))
    out += attribute(1, 0x0002800C, raw(text))
    out += attribute(2, 0x00069002, struct.pack("<HIHHHH", 1, 0xFFFFFFFF, 0, 0, 0, 0))
    out += attribute(2, 0x00018010, raw(name))
    out += attribute(2, 0x0006800F, f"content of {page}\n".encode())
    return out


def word(text, codec, label, encoding):
    """An encoded word; for B in two pieces where the set allows it."""
    if encoding == "Q":
        data = quopri.encodestring(text.encode(codec), quotetabs=True, header=True).decode().replace("=\n", "").replace("?", "=3F")
        return f"=?{label}?Q?{data}?="
    half = len(text) // 2
    return "\r\n ".join(f"=?{label}?B?{base64.b64encode(part.encode(codec)).decode()}?=" for part in (text[:half], text[half:]))


def mail(language, codec, label, page, number):
    subject, name, filename, text = TEXTS[language]
    # Q has no meaning for pages that shift: what senders write is B.
    encoding = "B" if codec == "iso2022_jp" or number % 2 else "Q"
    domain = DOMAIN.get(language, "example.org")
    tail = "".join(f"%{byte:02X}" for byte in filename.encode(codec))
    wire = base64.encodebytes(stream(language, codec, page)).decode().replace("\n", "\r\n")
    note = base64.encodebytes((text + "\r\n").encode(codec)).decode().replace("\n", "\r\n")
    return (
        f"From: {word(name, codec, label, encoding)} <sender@{domain}>\r\nTo: {word(name, codec, label, 'B')} <reader@example.net>\r\n"
        f"Subject: {word(subject, codec, label, encoding)}\r\nMessage-ID: <{page}.{number}.{label}@{language}.example>\r\n"
        f"Date: Mon, 5 Oct 2026 09:30:{number % 60:02} +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        f"--x\r\nContent-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: base64\r\n\r\n{note}\r\n"
        f"--x\r\nContent-Type: application/octet-stream; name*={label}''{tail}\r\nContent-Disposition: attachment;\r\n"
        f" filename*={label}''{tail}\r\n\r\nbeside\r\n"
        f"--x\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{wire}\r\n--x--\r\n"
    ).encode("ascii")


def facts(raw):
    """What a reader sees: subject, names with addresses, file names, texts."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    # Python puts a blank between encoded words of an address that are neighbours.
    people = ["".join(str(message[field]).split()) for field in ("From", "To") if message[field]]
    parts = [part for part in message.walk() if not part.is_multipart()]
    names = sorted(filter(None, (part.get_filename() for part in parts)))
    texts = [part.get_content() for part in parts if part.get_content_type() == "text/plain" and not part.get_filename()]
    return str(message["Subject"]), people, names, "\n".join(texts)


def missing(raw, language):
    subject, name, filename, text = TEXTS[language]
    found_subject, people, names, texts = facts(raw)
    gone = []
    if found_subject != subject:
        gone.append(f"subject {found_subject!r}")
    if sum(name.replace(" ", "") in one for one in people) != 2:
        gone.append(f"names {people}")
    if language in DOMAIN and not any("xn--p1ai" in one or ".рф" in one for one in people):
        gone.append(f"domain {people}")
    if sum(one == filename for one in names) < 2:
        gone.append(f"file names {names}")
    if text not in texts:
        gone.append(f"text {texts!r}")
    if "winmail.dat" in names:
        gone.append("winmail.dat is still there")
    return gone


def run(program, *words, data=None):
    return subprocess.run([program, *map(str, words)], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def in_mutt(mbox, subjects):
    """The index of mutt, taken from a terminal of 200 columns."""
    session = "winmail-mailboxes"
    tmux = ["tmux", "-L", session]
    command = f"LC_ALL=C.UTF-8 mutt -n -F /dev/null -e 'set index_format=\"%s\"; set sort=mailbox-order; set read_inc=0; set folder=/tmp; set record=\"\"' -R -f {mbox}"
    subprocess.run([*tmux, "-u", "new-session", "-d", "-x", "200", "-y", "60", command], check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "HOME": str(mbox.parent)})
    time.sleep(3)
    shown = subprocess.run([*tmux, "capture-pane", "-p"], stdout=subprocess.PIPE, check=True).stdout.decode()
    subprocess.run([*tmux, "kill-server"], check=False)
    absent = [subject for subject in set(subjects) if subject not in shown]
    print(f"mutt shows {len(set(subjects)) - len(absent)} of {len(set(subjects))} subjects")
    if absent:
        print(shown)
    return len(absent)


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    program = Path(words[0] if words else "target/debug/winmail").resolve()
    faults = mails = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        box, subjects = folder / "in", []
        box.mkdir()
        for language, sets in SETS.items():
            for codec, labels, page in sets:
                for label in labels:
                    raw = mail(language, codec, label, page, mails)
                    path = box / f"{mails:03}.eml"
                    path.write_bytes(raw)
                    subjects.append(TEXTS[language][0])
                    mails += 1
                    filtered = run(program, "filter", data=raw).stdout
                    made = run(program, "convert", path, "--to", "eml", "-o", "-").stdout
                    tnef = folder / "carried.tnef"
                    tnef.unlink(missing_ok=True)
                    run(program, "convert", path, "--to", "tnef", "-o", tnef)
                    back = run(program, "convert", tnef, "--to", "eml", "-o", "-").stdout if tnef.exists() else b""
                    for way, result in (("filter", filtered), ("convert --to eml", made), ("to TNEF and back", back)):
                        gone = missing(result, language) if result else ["nothing came out"]
                        if gone:
                            faults += 1
                            print(f"{language}, {label}, {way}: {'; '.join(gone)}")
        print(f"{mails} mails, three ways each: {faults} with something missing")
        if "--mutt" in sys.argv:
            mbox = folder / "all.mbox"
            run(program, "convert", box, "--to", "mbox", "-o", mbox)
            faults += in_mutt(mbox, subjects)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
