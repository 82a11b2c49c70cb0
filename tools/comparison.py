#!/usr/bin/env python3
"""What winmail and the programs that people use today make of the same files: the table of README.md, each cell of it measured.

    tools/comparison.py WINMAIL [--check PAGE]

Extracts from inputs that this script makes, and from samples of `testdata`, with winmail, Debian's `tnef` and `ytnef`, and PyPI's
`tnefparse`. A program that is missing is left out. Prints the table; with --check it compares the rows with those of PAGE, and the exit
code is 1 where a cell is another one. Cells that depend on the machine (milliseconds, sizes) are not compared.
"""

import os
import pathlib
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTDATA = ROOT / "testdata"


def attribute(level, number, data):
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def stream(*files):
    """A stream with these files, (name, content), by [MS-OXTNEF] 2.1.3."""
    made = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    made += attribute(1, 0x00069007, struct.pack("<II", 1252, 0)) + attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    for name, content in files:
        made += attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        made += attribute(2, 0x00018010, name.encode("latin-1") + b"\0") + attribute(2, 0x0006800F, content)
    return made


class Run:
    """What a program wrote: the files by their paths from the folder that it was to write to, and the exit code."""

    def __init__(self, program, source):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "deep" / "out"
            folder.mkdir(parents=True)
            file = pathlib.Path(scratch) / "input" / ("sample.msg" if source[:4] == b"\xd0\xcf\x11\xe0" else "winmail.dat")
            file.parent.mkdir()
            file.write_bytes(source)
            commands = {
                "winmail": [WINMAIL, "extract", file, "-o", folder, "-q"],
                "tnef": ["tnef", "--save-body", "-C", folder, file],
                "ytnef": ["ytnef", "-f", folder, file],
                "tnefparse": [TNEFPARSE, "-a", "-b", "-hb", "-rb", "-p", folder, file],
            }
            started = time.perf_counter()
            try:
                self.code = subprocess.run(commands[program], capture_output=True, timeout=60, cwd=folder).returncode
            except subprocess.TimeoutExpired:
                self.code = -1
            self.seconds = time.perf_counter() - started
            found = [path for path in pathlib.Path(scratch).rglob("*") if path.is_file() and path != file]
            self.files = {os.path.relpath(path, folder): path.read_bytes() for path in found}

    def has(self, *contents):
        return all(content in self.files.values() for content in contents)

    def named(self, pattern):
        return any(re.fullmatch(pattern, name) for name in self.files)


def sample(name):
    return (TESTDATA / f"{name}.dat").read_bytes()


def outlook_message():
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "a.msg"
        subprocess.run([WINMAIL, "convert", TESTDATA / "winmail.dat", "--to", "msg", "-o", out, "-q"], check=True)
        return out.read_bytes()


TWO = stream(("a.txt", b"the first"), ("b.txt", b"the second"))
#: The length of the first file is one too large, as a mail system leaves it that took a byte.
DAMAGED = TWO.replace(struct.pack("<II", 0x0006800F, 9), struct.pack("<II", 0x0006800F, 10), 1)

#: What is asked, the input, and the answer.
ROWS = [
    ("Files under their long names", lambda: sample("winmail"),
     lambda run: run.named("Quartal Übersicht.csv") and run.named("logo.png")),
    ("Two files of one name: both are written", lambda: stream(("a.txt", b"one"), ("a.txt", b"two")),
     lambda run: run.has(b"one", b"two")),
    ("A file named `../evil.txt` stays in the folder", lambda: stream(("../evil.txt", b"evil")),
     lambda run: not any(name.startswith("../") for name in run.files)),
    ("The body in HTML, where rich text carries it", lambda: sample("rtf-html"),
     lambda run: any(b"<html" in content.lower() and b"{\\rtf" not in content for content in run.files.values())),
    ("Files of a message within the message", lambda: sample("nested"), lambda run: run.named(r"(.*/)?a\.txt")),
    ("A meeting as iCalendar", lambda: sample("meeting-request"), lambda run: run.named(r".*\.ics")),
    ("A contact as vCard", lambda: sample("contact"), lambda run: run.named(r".*\.(vcf|vcard)")),
    ("A wrong length: the files are found all the same", lambda: DAMAGED, lambda run: run.has(b"the first", b"the second")),
    ("A stream that is cut: the exit code says so", lambda: TWO[:-8], lambda run: run.code != 0),
    ("Outlook's own file, `.msg`", outlook_message, lambda run: run.named("logo.png")),
]


def milliseconds(program):
    """The median of whole processes on a stream of 200 bytes."""
    return statistics.median(Run(program, TWO).seconds for _ in range(21)) * 1000


def kilobytes(program):
    """The program and the libraries of its own."""
    if program == "tnefparse":
        return None
    path = pathlib.Path(WINMAIL if program == "winmail" else shutil.which(program)).resolve()
    linked = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    own = re.findall(r"=> (\S*lib(?:ytnef|tnef)\S*)", linked)
    return sum(pathlib.Path(file).resolve().stat().st_size for file in [path, *own]) // 1024


def rows(programs):
    for question, source, judge in ROWS:
        source = source()
        yield question, ["yes" if judge(Run(program, source)) else "no" for program in programs], True
    yield "In Debian", ["no" if program == "winmail" else "yes" for program in programs], True
    yield "Time of a process on a small file (ms)", [f"{milliseconds(program):.0f}" for program in programs], False
    sizes = [kilobytes(program) for program in programs]
    yield "Size of the program (KB)", ["Python" if size is None else str(size) for size in sizes], False


def main():
    programs = ["winmail"] + [name for name in ("tnef", "ytnef") if shutil.which(name)]
    programs += ["tnefparse"] if pathlib.Path(TNEFPARSE).exists() else []
    page = pathlib.Path(sys.argv[3]).read_text() if sys.argv[2:3] == ["--check"] else None
    wrong = 0
    print("| | " + " | ".join(programs) + " |\n|" + "---|" * (len(programs) + 1))
    for question, cells, is_fixed in rows(programs):
        line = f"| {question} | " + " | ".join(cells) + " |"
        print(line)
        if page is not None and is_fixed and len(programs) == 4 and line not in page.splitlines():
            print(f"  {sys.argv[3]} says otherwise", file=sys.stderr)
            wrong += 1
    return 1 if wrong else 0


WINMAIL = str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else sys.exit(__doc__)
TNEFPARSE = str(pathlib.Path(sys.executable).parent / "tnefparse")
sys.exit(main())
