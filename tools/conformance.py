#!/usr/bin/env python3
"""Asks a program that extracts TNEF for the facts of the conformance suite (testdata/facts, described in docs/conformance.md).

usage: conformance.py [--list] winmail|tnef|ytnef|tnefparse|'COMMAND with {file} and {folder}'

The program gets each testdata/NAME.dat and an empty folder, and has to write the attached files there. For each sample that has
attached files this says how many of them came out byte for byte, and how many under their name; and for every sample whether the program
ended by itself within ten seconds. Exit code 0: all files of all sound samples came out and nothing crashed; else 1."""
import argparse
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTDATA = ROOT / "testdata"
KNOWN = {
    "winmail": f"{ROOT}/target/release/winmail extract {{file}} -o {{folder}}",
    "tnef": "tnef --number-backups -f {file} -C {folder}",
    "ytnef": "ytnef -f {folder} {file}",
    "tnefparse": f"{sys.executable} {__file__} --tnefparse {{file}} {{folder}}",
}


def with_tnefparse(file, folder):
    from tnefparse import TNEF

    stream = TNEF(pathlib.Path(file).read_bytes(), do_checksum=False)
    for number, attachment in enumerate(stream.attachments):
        name = pathlib.PurePath(str(attachment.long_filename() or attachment.name or number)).name or str(number)
        (pathlib.Path(folder) / name).write_bytes(attachment.data or b"")


def run(command, file, folder):
    """-> None, or how it failed"""
    words = [word.format(file=file, folder=folder) for word in shlex.split(command)]
    try:
        ended = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=10)
    except subprocess.TimeoutExpired:
        return "does not end"
    return f"killed by signal {-ended.returncode}" if ended.returncode < 0 else None


def main():
    if sys.argv[1:2] == ["--tnefparse"]:
        return with_tnefparse(sys.argv[2], sys.argv[3])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="a line for each sample that is not whole")
    parser.add_argument("program")
    args = parser.parse_args()
    command = KNOWN.get(args.program, args.program)
    facts = [json.loads(path.read_text()) for path in sorted((TESTDATA / "facts").glob("*.json"))]
    if not facts:
        sys.exit("testdata/facts holds no facts")
    rows = {True: [0, 0, 0, 0], False: [0, 0, 0, 0]}
    failures = []
    for fact in facts:
        if fact["schema"] != "winmail-conformance/1":
            sys.exit(f"{fact['file']}: schema {fact['schema']!r} is not known here")
        stream = TESTDATA / fact["file"]
        if hashlib.sha256(stream.read_bytes()).hexdigest() != fact["sha256"]:
            sys.exit(f"{fact['file']} is not the file that the facts are of")
        wanted = [one for one in fact["message"]["attachments"] if one["kind"] == "file" and one.get("size")]
        with tempfile.TemporaryDirectory() as folder:
            failed = run(command, stream, folder)
            found = {}
            for path in pathlib.Path(folder).rglob("*"):
                if path.is_file():
                    found.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), set()).add(path.name)
        if failed:
            failures.append(f"{fact['file']}: {failed}")
        row = rows[fact["sound"]]
        whole = [one for one in wanted if one["sha256"] in found]
        named = [one for one in whole if one["name"] in found[one["sha256"]]]
        row[0] += len(wanted)
        row[1] += len(whole)
        row[2] += len(named)
        row[3] += len(whole) == len(wanted)
        if args.list and len(named) < len(wanted):
            print(f"{fact['file']}: {len(wanted)} files, {len(whole)} whole, {len(named)} under their names")
    for sound, (wanted, whole, named, _) in sorted(rows.items(), reverse=True):
        print(f"{'sound' if sound else 'damaged'} samples: {wanted} files, {whole} whole, {named} under their names")
    for failure in failures:
        print(failure)
    sys.exit(1 if failures or rows[True][1] < rows[True][0] else 0)


main()
