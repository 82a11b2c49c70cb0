#!/usr/bin/env python3
"""What Apache POI, msgconvert and file(1) say of the .msg that winmail writes: the same subject, text, recipients and attachments.

    tools/msg_readers.py target/debug/winmail [FILE ...]

FILEs are TNEF or .msg (which goes by TNEF, so that it is written anew); default: tnef, msg and items/msg of $WINMAIL_CORPUS, else
../shared/corpus. Needs libapache-poi-java and default-jdk-headless, libemail-outlook-message-perl with libemail-address-perl, file. Prints
each disagreement; exits with their number, at most 100. Beside extract-msg, olefile and msgreader: `tools/msg_peers.py`.
"""

import email
import email.policy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
JARS = ":".join(f"/usr/share/java/{name}.jar" for name in
                ("poi", "poi-scratchpad", "commons-collections4", "commons-math3", "commons-codec", "commons-compress", "commons-logging"))
# The subject was changed after the mail came: msgconvert takes that of the header.
HEADERS = {"bbottema-simple_sent.msg"}


def run(*command, text=False):
    return subprocess.run([str(part) for part in command], capture_output=True, check=False, text=text)


def words(text):
    return (text or "").split("\0")[0].split()


def written(program, files, folder):
    """(original, facts by `list` of it, its plain text if it has one, whether text stands behind a NUL, path) for each that can be written."""
    for number, file in enumerate(files):
        listed = run(program, "list", "--json", file).stdout
        try:
            facts = json.loads(listed)[0]["message"]
        except (ValueError, IndexError, KeyError):
            continue
        source = file
        if file.read_bytes()[:4] == bytes.fromhex("d0cf11e0"):
            source = folder / f"{number}.dat"
            source.write_bytes(run(program, "convert", "--to", "tnef", "--bare", file, "-o", "-").stdout)
        target = folder / f"{number}.msg"
        target.write_bytes(run(program, "convert", "--to", "msg", source, "-o", "-").stdout)
        codes = {one["code"] for one in json.loads(run(program, "check", "--json", file).stdout)[0]["diagnostics"]}
        yield file, facts, plain_text(program, file), "text-behind-nul" in codes, target


def raw_subject(mail):
    found = re.search(rb"(?mi)^Subject: (.*(?:\r?\n[ \t].*)*)", mail)
    return found[1].decode("latin-1") if found else ""


def plain_text(program, file):
    """PidTagBody of the message itself, or None."""
    for line in run(program, "dump", "--property", "PidTagBody", file).stdout.decode().split("\n")[1:]:
        cells = line.split("\t")
        if cells[1:2] == ["message"]:
            return re.sub(r"\\([rnt\\])", lambda at: {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}[at[1]], cells[7])
    return None


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", HERE.parent / "../shared/corpus"))
    files = [pathlib.Path(name) for name in sys.argv[2:]]
    files = files or sorted(file for folder in ("tnef", "msg", "items/msg") for file in (root / folder).iterdir() if file.is_file())
    said, counts = [], {"written": 0, "read by POI": 0, "texts": 0, "read by msgconvert": 0, "known to file(1)": 0}
    with tempfile.TemporaryDirectory() as scratch:
        made = list(written(program, files, pathlib.Path(scratch)))
        counts["written"] = len(made)
        def ask_poi(paths):
            return run("java", "-cp", JARS, HERE / "MsgByPoi.java", *paths).stdout.decode().split("\n")[:-1]

        poi = ask_poi([target for *_, target in made])
        if len(poi) != len(made):
            said.append(f"POI: {len(poi)} lines for {len(made)} files")
        for (file, facts, plain, behind, target), line in zip(made, poi):
            name = file.name
            subject, *rest = line.split("\t")
            if subject == "error":
                # What it refuses as it came is not to be had from it.
                if file.suffix != ".msg" or not ask_poi([file])[0].startswith("error"):
                    said.append(f"{name}: POI: {rest}")
                continue
            counts["read by POI"] += 1
            # It shows what stands behind a NUL as well.
            if not behind and words(subject) != words(facts["subject"]):
                said.append(f"{name}: POI: subject {subject!r}, {facts['subject']!r}")
            if plain is not None and not behind:
                counts["texts"] += 1
                if words(rest[0]) != words(plain):
                    said.append(f"{name}: POI: text {rest[0]!r:.80}, {plain!r:.80}")
            if int(rest[1]) != len(facts["recipients"]):
                said.append(f"{name}: POI: {rest[1]} recipients, {len(facts['recipients'])}")
            sizes = rest[2].split()
            if len(sizes) != len(facts["attachments"]):
                said.append(f"{name}: POI: {len(sizes)} attachments, {len(facts['attachments'])}")
            for size, one in zip(sizes, facts["attachments"]):
                if size != "-" and one["what"] in ("file", "inline file") and int(size) != one["size"]:
                    said.append(f"{name}: POI: {one['name']}: {size} bytes, {one['size']}")
        for file, facts, _, behind, target in made:
            name = file.name
            found = run("msgconvert", "--outfile", "-", target)
            if found.returncode != 0 or not found.stdout:
                if b"Unknown encoding 'CP" in found.stderr:
                    continue  # a code page that Perl does not know
                said.append(f"{name}: msgconvert: {found.stderr.decode(errors='replace').strip()[:200]}")
                continue
            counts["read by msgconvert"] += 1
            mail = email.message_from_bytes(found.stdout, policy=email.policy.default)
            try:
                subject = str(mail["Subject"] or "")
            except Exception:  # noqa: BLE001: what the standard library cannot parse of what msgconvert wrote
                continue
            if "\ufffd" in subject:  # it writes letters of Latin 1 as bytes
                subject = raw_subject(found.stdout)
            # Where there is a header, its subject counts for it.
            if not behind and name not in HEADERS and "".join(words(subject)) != "".join(words(facts["subject"])):
                said.append(f"{name}: msgconvert: subject {subject!r}, {facts['subject']!r}")
        for file, *_, target in made:
            name = file.name
            if "Outlook" in run("file", "--brief", target, text=True).stdout:
                counts["known to file(1)"] += 1
            else:
                said.append(f"{name}: file: {run('file', '--brief', target, text=True).stdout.strip()}")
    print("\n".join(said))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return min(len(said), 100)


if __name__ == "__main__":
    sys.exit(main())
