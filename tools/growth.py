#!/usr/bin/env python3
"""How the time of each verb grows with its input: shapes that a hostile sender would choose, in two sizes.

    cargo build --release && tools/growth.py [--verbs check,list] [--shapes atts,named] [N]

Prints the processor seconds of each verb for N (10,000 unless told) and 2 N parts of a shape. The work is linear if the second is about
twice the first; above three times, and above 0.3 s, the line is marked and the exit code is 1.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from struct import pack

MSG_PROPS, RECIP_TABLE, ATTACHMENT, REND_DATA, TITLE, DATA, PRIORITY = (
    0x69003, 0x69004, 0x69005, 0x69002, 0x18010, 0x6800F, 0x4800D)


def attribute(level, number, data):
    return pack("<BII", level, number, len(data)) + data + pack("<H", sum(data) & 0xFFFF)


def padded(data):
    return data + bytes(-len(data) % 4)


def properties(all_of_them):
    return pack("<I", len(all_of_them)) + b"".join(all_of_them)


def integer(number, value):
    return pack("<HHI", 3, number, value)


def text(number, value):
    return pack("<HHII", 0x1E, number, 1, len(value)) + padded(value)


def named(number, name):
    name = (name + "\0").encode("utf-16le")
    return pack("<HH", 3, number) + bytes(16) + pack("<II", 1, len(name)) + padded(name) + pack("<I", 5)


def each(make, n):
    """What is made out of each number, in a row."""
    return b"".join(make(k) for k in range(n))


HEAD = pack("<IH", 0x223E9F78, 1) + attribute(1, 0x89006, pack("<I", 0x10000))
REND = attribute(2, REND_DATA, bytes(14))
NORMAL = attribute(1, PRIORITY, b"\1\0")

SHAPES = {
    "unknown attributes": lambda n: each(lambda k: attribute(1, 0x61000 + k % 3000, b"ab"), n),
    "one attribute often": lambda n: NORMAL * n,
    "one property often": lambda n: attribute(1, MSG_PROPS, properties([integer(0x6600, k) for k in range(n)])),
    "properties": lambda n: attribute(1, MSG_PROPS, properties([integer(0x1000 + k % 0x7000, k) for k in range(n)])),
    "named properties": lambda n: attribute(
        1, MSG_PROPS, properties([named(0x8000 + k % 0x7FFE, f"name{k}") for k in range(n)])),
    "property lists": lambda n: each(lambda k: attribute(1, MSG_PROPS, properties([integer(0x6600, k)])), n),
    "junk between attributes": lambda n: (b"junkjunk" + NORMAL) * n,
    "lengths beyond the end": lambda n: pack("<BII", 1, PRIORITY, 0x7FFFFFFF) * n,
    "lengths up to the end": lambda n: each(lambda k: pack("<BII", 1, MSG_PROPS, 13 * (n - k)) + b"\1\0", n),
    "values beyond the end": lambda n: attribute(1, MSG_PROPS, pack("<I", n) + pack("<HHII", 0x102, 0x6600, 1, 0x7FFFFFFF) * n),
    "unknown types": lambda n: attribute(1, MSG_PROPS, pack("<I", n) + pack("<HHI", 0x77, 0x6600, 1) * n),
    "many values": lambda n: attribute(1, MSG_PROPS, properties([pack("<HHI", 0x1003, 0x6600, n) + pack("<I", 7) * n])),
    "many strings": lambda n: attribute(1, MSG_PROPS, properties([pack("<HHI", 0x101E, 0x6600, n) + pack("<II", 2, 0x61) * n])),
    "empty attachments": lambda n: REND * n,
    "attachments of one name": lambda n: (REND + attribute(2, TITLE, b"a.txt\0") + attribute(2, DATA, b"x")) * n,
    "inline attachments": lambda n: each(
        lambda k: REND + attribute(2, TITLE, b"a.png\0")
        + attribute(2, ATTACHMENT, properties([text(0x3712, b"cid%d\0" % k)])) + attribute(2, DATA, b"x"), n),
    "unknown attributes of an attachment": lambda n: REND + each(lambda k: attribute(2, 0x61000 + k % 3000, b"ab"), n),
    "recipients": lambda n: attribute(
        1, RECIP_TABLE, pack("<I", n) + properties([integer(0xC15, 1), text(0x3001, b"x\0")]) * n),
    "empty recipients": lambda n: attribute(1, RECIP_TABLE, pack("<I", n) + bytes(4 * n)),
    "zeros": lambda n: bytes(10 * n),
    "signatures": lambda n: pack("<I", 0x223E9F78) * n,
}

VERBS = {
    "check": ["check", "IN"],
    "list": ["list", "IN"],
    "dump": ["dump", "--json", "IN"],
    "extract": ["extract", "IN", "-f", "-o", "OUT"],
    "convert": ["convert", "IN", "--to", "eml", "-f", "-o", "OUT"],
    "edit": ["edit", "IN", "--set", "PR_SUBJECT=x", "-f", "-o", "OUT.dat"],
    "redact": ["redact", "IN", "-f", "-o", "OUT.dat"],
}


def seconds(command):
    """Processor time of a command, and whether it said what the input was."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if code not in (0, 3):
        sys.exit(f"{' '.join(command)}: exit code {code}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winmail", default=os.path.join(os.path.dirname(__file__), "../target/release/winmail"))
    parser.add_argument("--verbs", default=",".join(VERBS))
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("n", nargs="?", type=int, default=10_000)
    args = parser.parse_args()
    grows = 0
    with tempfile.TemporaryDirectory() as folder:
        for shape in args.shapes.split(","):
            files = []
            for n in (args.n, 2 * args.n):
                files.append(os.path.join(folder, f"{n}.dat"))
                with open(files[-1], "wb") as file:
                    file.write(HEAD + SHAPES[shape](n))
            for verb in args.verbs.split(","):
                names = lambda file: {"IN": file, "OUT": f"{folder}/out", "OUT.dat": f"{folder}/out.dat"}
                times = [seconds([args.winmail] + [names(file).get(word, word) for word in VERBS[verb]]) for file in files]
                bad = times[1] > 3 * times[0] and times[1] > 0.3
                grows += bad
                print(f"{shape:36} {verb:8} {times[0]:6.2f} s {times[1]:6.2f} s{'  more than linear' if bad else ''}", flush=True)
    print(f"{grows} of these grow more than linearly")
    return 1 if grows else 0


if __name__ == "__main__":
    sys.exit(main())
