#!/usr/bin/env python3
"""Outlook's .msg beside other programs: what winmail reads of samples is what extract-msg reads, and what winmail writes is opened by
extract-msg, olefile and @kenjiuno/msgreader with the same subject, recipients, texts and attachments. Property by property: `tools/msg_lists.py`.

    tools/msg_peers.py target/debug/winmail [FOLDER ...]

FOLDERs hold .msg and TNEF; default: msg, items/msg and tnef of $WINMAIL_CORPUS, else ../shared/corpus. Needs PyPI's extract-msg (which
brings olefile); with NODE_PATH leading to npm's @kenjiuno/msgreader that is asked, too. Prints each disagreement; the exit code is their
number, at most 100. Disagreements that are not ours are named in KNOWN, with the reason.
"""

import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile

import extract_msg
import olefile

logging.disable(logging.CRITICAL)

# (file, fact): why the other program is the one that is wrong, or why both are right.
KNOWN = {
    # Signed mails are taken apart by extract-msg; here the signed mail is the one attachment that it is.
    ("bbottema-S_MIME_test_message_signed.msg", "attachments"),
    ("bbottema-S_MIME_test_message_signed.msg", "size of "),
    # 8-bit text: extract-msg takes windows-1252, or PidTagInternetCodepage, which is not that of the text.
    ("msgreaderjs-contactAnsi.msg", "subject"),
    ("msgreaderjs-nonUnicodeCP932.msg", "subject"),
    ("msgreaderjs-nonUnicodeCP932.msg", "text"),
    ("poi-chinese-traditional.msg", "subject"),
    ("poi-chinese-traditional.msg", "text"),
    # The storage of the recipient is in a tree that is damaged, and extract-msg gives up before it.
    ("poi-clusterfuzz-testcase-minimized-POIHSMFFuzzer-4735011465854976.msg", "recipients"),
    # One of the two storages is empty, which is no attachment.
    ("poi-clusterfuzz-testcase-minimized-POIHSMFFuzzer-4735011465854976.msg", "attachments"),
}

REFUSES = ("RTF compression", "CRC is invalid", "Support for MSG type", "Could not recognize MSG class type")

NODE = """
const { default: MsgReader } = require('@kenjiuno/msgreader');
const fs = require('fs');
for (const file of process.argv.slice(1)) {
  let found;
  try {
    const data = new MsgReader(fs.readFileSync(file)).getFileData();
    found = { subject: data.subject ?? null, recipients: (data.recipients ?? []).length, attachments: (data.attachments ?? []).length,
      body: data.body ?? null, error: data.error ?? null };
  } catch (error) { found = { error: String(error) }; }
  console.log(JSON.stringify(found));
}
"""


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, check=False)


def ours(program, file):
    made = run(program, "list", "--json", file)
    try:
        message = json.loads(made.stdout)[0].get("message")
    except (ValueError, IndexError):
        return None
    if message is not None:
        body = run(program, "body", "--text", file)
        message["plain"] = body.stdout.decode("utf-8", "replace")
    return message


def words(text):
    return text.split("\0")[0].split()


def clean(text):
    return (text or "").split("\0")[0].strip()


def theirs(file):
    """Subject, number of recipients, names of attachments by extract-msg; None if it cannot open the file."""
    try:
        with extract_msg.openMsg(str(file), errorBehavior=extract_msg.enums.ErrorBehavior.SUPPRESS_ALL, delayAttachments=False) as msg:
            attachments = []
            for attachment in msg.attachments:
                data = attachment.data if isinstance(attachment.data, bytes) else None
                attachments.append((clean(attachment.longFilename or attachment.shortFilename), None if data is None else len(data)))
            plain = msg.getStringStream("__substg1.0_1000") if msg.exists("__substg1.0_1000001F") or msg.exists("__substg1.0_1000001E") else None
            return {"subject": clean(msg.subject), "recipients": len(msg.recipients), "attachments": attachments, "plain": plain}
    except Exception as error:  # noqa: BLE001: whatever it does not open is not compared
        return {"error": f"{type(error).__name__}: {error}"}


def compare(file, own, other, said):
    name = file.name.removesuffix(".msg.msg") + ".msg" if file.name.endswith(".msg.msg") else file.name

    def differ(fact, one, two):
        if one != two and (name, fact) not in KNOWN:
            said.append(f"{name}: {fact}: winmail {one!r}, other {two!r}")

    differ("subject", clean(own["subject"]), clean(other["subject"]))
    differ("recipients", len(own["recipients"]), other["recipients"])
    differ("attachments", len(own["attachments"]), len(other["attachments"]))
    for one, two in zip(own["attachments"], other["attachments"]):
        if two[1] is not None and one["what"] in ("file", "inline file"):
            differ("size of " + (one["name"] or ""), one["size"], two[1])
    # What both have as plain text; where there is none, each makes one of HTML or RTF in its own way.
    if words(other["plain"] or "") and (text := own.get("plain")) is not None:
        differ("text", words(text), words(other["plain"]))


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", pathlib.Path(__file__).resolve().parents[1] / "../shared/corpus"))
    folders = [pathlib.Path(folder) for folder in sys.argv[2:]] or [root / "msg", root / "items/msg", root / "tnef"]
    said, counts = [], {"read": 0, "not opened by extract-msg": 0, "written": 0, "asked of msgreader": 0}
    with tempfile.TemporaryDirectory() as scratch:
        written = []
        for file in sorted(file for folder in folders for file in folder.iterdir() if file.is_file()):
            own = ours(program, file)
            if own is None:
                continue
            is_msg = file.read_bytes()[:8] == bytes.fromhex("d0cf11e0a1b11ae1")
            if is_msg:
                other = theirs(file)
                if "error" in other:
                    counts["not opened by extract-msg"] += 1
                else:
                    counts["read"] += 1
                    compare(file, own, other, said)
            # A .msg that is converted into one stays as it is; by TNEF it is written anew.
            source = file
            if is_msg:
                source = pathlib.Path(scratch) / f"{file.name}.dat"
                made = run(program, "convert", "--to", "tnef", "--bare", file, "-o", "-")
                if not made.stdout:
                    said.append(f"{file.name}: not converted to TNEF: {made.stderr.decode()}")
                    continue
                source.write_bytes(made.stdout)
            made = run(program, "convert", "--to", "msg", source, "-o", "-")
            if not made.stdout:
                said.append(f"{file.name}: not converted: {made.stderr.decode()}")
                continue
            target = pathlib.Path(scratch) / f"{file.name}.msg"
            target.write_bytes(made.stdout)
            counts["written"] += 1
            with olefile.OleFileIO(str(target)) as container:
                if container.parsing_issues:
                    said.append(f"{file.name}: olefile: {container.parsing_issues}")
            again = ours(program, target)
            other = theirs(target)
            if "error" in other:
                # Damaged rich text is kept as it is, and it gives up at once; it has no reader for recalls.
                if "error" not in (theirs(file) if is_msg else {}) and not any(reason in other["error"] for reason in REFUSES):
                    said.append(f"{file.name}: written, and not opened by extract-msg: {other['error']}")
            else:
                compare(target, again, other, said)
                differ = [fact for fact in ("subject", "class") if own[fact] and clean(own[fact]) != clean(again[fact])]
                if differ or len(own["attachments"]) != len(again["attachments"]):
                    said.append(f"{file.name}: changed by writing: {differ}")
            written.append((target, again))
        if os.environ.get("NODE_PATH"):
            for start in range(0, len(written), 50):
                some = written[start:start + 50]
                found = run("node", "-e", NODE, *[target for target, _ in some]).stdout.decode().splitlines()
                for (target, own), line in zip(some, found):
                    other = json.loads(line)
                    counts["asked of msgreader"] += 1
                    if other.get("error"):
                        said.append(f"{target.name}: msgreader: {other['error']}")
                        continue
                    if clean(own["subject"]) != clean(other["subject"]):
                        said.append(f"{target.name}: msgreader: subject {own['subject']!r}, {other['subject']!r}")
                    for fact in ("recipients", "attachments"):
                        if len(own[fact]) != other[fact]:
                            said.append(f"{target.name}: msgreader: {fact} {len(own[fact])}, {other[fact]}")
    print("\n".join(said))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return min(len(said), 100)


if __name__ == "__main__":
    sys.exit(main())
