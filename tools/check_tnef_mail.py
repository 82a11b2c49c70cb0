#!/usr/bin/env python3
"""Mails that go into TNEF and come back, judged by Python's `email`.

    tools/check_tnef_mail.py WINMAIL [MAIL...]

Makes mails of many shapes with Python's `email`, converts them with `winmail convert --to tnef` (a mail with winmail.dat, a mail
that is the stream, the stream alone) and from there with `--to eml`, and compares what a reader of the last one finds with what
stood in the first: subject, addresses, date, ids, text, HTML, attachments with names, types, Content-IDs and SHA-256. MAIL: real
mails to compare in the same way; those that carry TNEF are first made a mail without it.

Prints a line for each difference, and a last one with the counts. The exit code is 1 if there is a difference.
"""

import email
import email.headerregistry
import email.policy
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from datetime import datetime, timezone

POLICY = email.policy.default
WORDS = ["report", "Übergrößenträger", "日本語", "naïve", "€ 5", "a \"quoted\" name", "mean: \\ slash", "Ω", "x" * 70, "=?not?"]


def words(rng, most=6):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def person(rng):
    # Names that Python writes so that Python itself reads them back: not those with quotes, or with what only looks encoded.
    names = ["Jane", "Übergrößenträger", "日本語", "naïve", "€ 5", "Ω", "x" * 70]
    name = rng.choice(["Doe, J", " ".join(rng.choice(names) for _ in range(rng.randint(1, 3)))])
    return email.headerregistry.Address(name, f"user{rng.randint(0, 99)}", "example.org")


def generated(rng, number, depth=0):
    mail = EmailMessage(policy=POLICY)
    mail["From"] = person(rng)
    mail["To"] = [person(rng) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.5:
        mail["Cc"] = [person(rng) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        mail["Reply-To"] = person(rng)
    mail["Subject"] = rng.choice(["", "RE: ", "AW: "]) + words(rng)
    mail["Message-ID"] = f"<{number}.{depth}@example.org>"
    if rng.random() < 0.5:
        mail["In-Reply-To"] = "<parent@example.org>"
        mail["References"] = " ".join(f"<{n}@example.org>" for n in range(rng.randint(1, 30)))
    mail["Date"] = format_datetime(datetime.fromtimestamp(rng.randint(10**9, 2 * 10**9), timezone.utc))
    if rng.random() < 0.3:
        mail["X-Custom-Field"] = words(rng)
    text = "\r\n".join(words(rng, 12) for _ in range(rng.randint(1, 8))) + "\r\n"
    charset = rng.choice(["utf-8", "utf-16", "iso-2022-jp", "koi8-r", "windows-1252", "us-ascii"])
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    # HTML alone gets a text beside it, which is no difference at the top only.
    shape = rng.choice([0, 1, 2, 3] if depth == 0 else [0, 2, 3])
    cte = {"us-ascii": "7bit", "utf-16": "base64"}.get(charset, rng.choice(["base64", "quoted-printable"]))
    if shape != 1:
        mail.set_content(text, charset=charset, cte=cte)
    if shape > 0:
        image = shape == 3
        picture = '<img src="cid:pic@x">' if image else ""
        html = f"<html><body><p>{text}</p>{picture}</body></html>\r\n"
        if shape == 1:
            mail.set_content(html, subtype="html", charset="utf-8", cte="base64")
        else:
            mail.add_alternative(html, subtype="html", charset="utf-8", cte="base64")
        if image:
            part = mail.get_payload()[-1]
            part.add_related(rng.randbytes(200), "image", "png", cid="<pic@x>", filename="pic.png", disposition="inline")
    for file in range(rng.randint(0, 3)):
        name = f"{words(rng, 2)} {file}.pdf".replace('"', "").replace("\\", "").replace(":", "").replace("?", "")
        mail.add_attachment(rng.randbytes(rng.randint(0, 3000)), "application", "pdf", filename=name)
    if depth < 2 and rng.random() < 0.3:
        mail.add_attachment(generated(rng, number, depth + 1))
    return mail


def facts(mail):
    """What a person would call the contents."""
    out = []
    for name in ("From", "To", "Cc", "Reply-To"):
        if mail[name] is not None:
            # Python puts a blank between encoded words of a name where RFC 2047 6.2 has none.
            out.append((name, [("".join(a.display_name.split()), a.addr_spec) for a in mail[name].addresses]))
    for name in ("Subject", "Message-ID", "In-Reply-To", "References", "X-Custom-Field"):
        if mail[name] is not None:
            out.append((name, " ".join(str(mail[name]).split())))
    if mail["Date"] is not None:
        try:
            out.append(("Date", parsedate_to_datetime(mail["Date"]).timestamp()))
        except ValueError:
            out.append(("Date", None))
    bodies, files = {}, []

    def leaves(part, top):
        if part.get_content_type() == "message/rfc822" and not top:
            files.append(("mail", facts(part.get_payload(0))))
        elif part.is_multipart():
            for child in part.get_payload():
                leaves(child, False)
        elif part.get_content_type() in ("text/plain", "text/html") and not part.get_filename() and part.get_content_type() not in bodies:
            bodies[part.get_content_type()] = "\n".join(part.get_content().split())
        else:
            data = part.get_payload(decode=True)
            cid = (part["Content-ID"] or "").strip("<> ")
            files.append((part.get_filename(), part.get_content_type(), cid, hashlib.sha256(data).hexdigest()))

    leaves(mail, True)
    # Beside HTML a writer makes a text where there was none.
    out.append(("html", bodies.get("text/html")))
    out.append(("text", bodies.get("text/plain")))
    out.append(("files", sorted(map(repr, files))))
    return out


def convert(winmail, source, target, *options):
    run = subprocess.run([winmail, "convert", source, "-o", target, "-q", "--report", "json", *options], capture_output=True, text=True)
    if run.returncode not in (0, 3):
        print(run.stdout, run.stderr, sep="\n")


def main():
    winmail, real = sys.argv[1], sys.argv[2:]
    rng = random.Random(7)
    differences = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "in").mkdir()
        for number in range(200):
            made = b"=?utf-8?q?=2C?="
            # Python encodes the comma between two addresses where a line ends there, and does not find the second again.
            while b"=?utf-8?q?=2C?=" in made:
                made = generated(rng, number).as_bytes(policy=POLICY.clone(linesep="\r\n"))
            (folder / "in" / f"made-{number:03}.eml").write_bytes(made)
        for path in real:
            (folder / "in" / f"real-{pathlib.Path(path).name}").write_bytes(pathlib.Path(path).read_bytes())
        # Without TNEF: those that carry none stay as they are.
        convert(winmail, folder / "in", folder / "plain", "--to", "eml")
        for form, ending in (("--mail", "eml"), ("--stnef", "eml"), ("--bare", "tnef")):
            name = form.strip("-")
            convert(winmail, folder / "plain", folder / name, "--to", "tnef", form)
            convert(winmail, folder / name, folder / f"{name}-back", "--to", "eml")
            for source in sorted((folder / "plain").iterdir()):
                back = folder / f"{name}-back" / source.name
                if not back.exists():
                    print(f"{source.name} {form}: lost")
                    differences += 1
                    continue
                one = email.message_from_bytes(source.read_bytes(), policy=POLICY)
                other = email.message_from_bytes(back.read_bytes(), policy=POLICY)
                defects = [d for part in other.walk() for d in part.defects]
                compared += 1
                for was, now in zip_facts(facts(one), facts(other)):
                    if was[0] == "text" and was[1] is None:
                        continue
                    if was != now:
                        differences += 1
                        print(f"{source.name} {form}: {was[0]}\n  was {str(was[1])[:600]}\n  now {str(now[1])[:600]}")
                if defects:
                    differences += 1
                    print(f"{source.name} {form}: {defects}")
    print(f"{compared} mails compared, {differences} differences")
    return 1 if differences or not compared else 0


def zip_facts(one, other):
    other = dict(other)
    for name, value in one:
        yield (name, value), (name, other.get(name))


if __name__ == "__main__":
    sys.exit(main())
