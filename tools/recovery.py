#!/usr/bin/env python3
"""What is left of attachments after damage: `winmail extract` beside Debian's tnef and ytnef and PyPI's tnefparse.

usage: tools/recovery.py [options] FILE...

Each FILE is damaged in each of the ways below, one damaged copy after the other, and each program gets the same copy, as a
process with a time limit, in a folder of its own. The same arguments make the same copies.

  cut      the file ends at a byte
  byte     one byte is changed (XOR 0xFF)
  cr       one CR is dropped; and once all CRs that stand before an LF
  zeroed   512 bytes are zero
  lost     512 bytes are missing

An attachment is the data of an attAttachData (level 2) of the undamaged file, unless that is the text which stands in for an
embedded message, and besides whatever any of the programs writes for the undamaged file and stands in it as a whole value with
its length in front (64 bytes or more: embedded messages and objects, and what is in them). It is recovered where a file with its
very bytes is written, whatever the name; an embedded message or object with its interface id or without. It can be expected
where the damage does not touch its bytes, and for `cut` where it ends before the cut. The table shows the share of those that
can be expected; a miss is any attachment that another program wrote and winmail did not, expected or not.

The peers: apt install tnef ytnef-tools; python3 -m venv V && V/bin/pip install tnefparse==1.4.0 (pass --tnefparse V/bin/tnefparse).
Exit code 1 if there is a miss.

With --properties it is the MAPI properties that count: of those that a program shows of the undamaged file (`winmail dump --json`,
`tnefparse --dump`, `ytnefprint`; Debian's tnef shows none), the share that it still shows with the same value, whether the damage
touches them or not. What a program shows differs, so that each is measured by itself; how many that are stands in the first row.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

KINDS = ["none", "cut", "byte", "cr", "zeroed", "lost"]
BLOCK = 512
# What Exchange writes as attAttachData of an attachment whose contents are elsewhere: nobody's file.
PLACEHOLDER = b"This attachment is a MAPI 1.0 embedded message and is not supported by this mail system."
# An embedded message or object may be written with its 16-byte interface id or without.
MAGIC = (b"\x78\x9f\x3e\x22", b"\xd0\xcf\x11\xe0")


def arguments():
    parser = argparse.ArgumentParser(description="Recovery of attachments from damaged TNEF, beside other programs.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--winmail", default="target/release/winmail")
    parser.add_argument("--tnefparse", default="tnefparse")
    parser.add_argument("--programs", default="winmail,tnef,ytnef,tnefparse")
    parser.add_argument("--kinds", default=",".join(KINDS), help="of " + ", ".join(KINDS))
    parser.add_argument("--step", type=int, default=1, help="damage every N-th byte (or CR, or block) [1]")
    parser.add_argument("--cases", type=int, default=20, help="at most so many copies per file and kind, spread evenly; 0: all [20]")
    parser.add_argument("--timeout", type=float, default=20, help="seconds a process may take [20]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--properties", action="store_true", help="measure properties instead of attachments")
    parser.add_argument("--keep", metavar="DIR", help="write damaged files with a miss there")
    return parser.parse_args()


def attach_data(data):
    """Ranges of the values of attAttachData at level 2, by declared lengths alone."""
    at = 6
    while at + 9 <= len(data):
        length = int.from_bytes(data[at + 5 : at + 9], "little")
        if data[at] == 2 and data[at + 1 : at + 5] == b"\x0f\x80\x06\x00" and at + 9 + length <= len(data):
            yield at + 9, at + 9 + length
        at += 9 + length + 2


def evenly(places, args):
    places = list(places)[:: args.step]
    if args.cases and len(places) > args.cases:
        places = [places[i * len(places) // args.cases] for i in range(args.cases)]
    return places


def values(data, content):
    """Where it stands in one piece, with its length in front, perhaps with an interface id between."""
    at = data.find(content)
    while at >= 0:
        lengths = data[at - 4 : at] if at >= 4 else b"", data[at - 20 : at - 16] if at >= 20 else b""
        if lengths[0] == len(content).to_bytes(4, "little") or lengths[1] == (len(content) + 16).to_bytes(4, "little"):
            yield at, at + len(content)
        at = data.find(content, at + 1)


def damaged(data, kind, args):
    """(what was done, copy, whether a range of the original is untouched)"""
    if kind == "none":
        yield "undamaged", data, lambda _start, _end: True
    elif kind == "cut":
        for at in evenly(range(len(data)), args):
            yield f"cut at {at}", data[:at], lambda start, end, at=at: end <= at
    elif kind == "byte":
        for at in evenly(range(len(data)), args):
            copy = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
            yield f"byte {at}", copy, lambda start, end, at=at: not start <= at < end
    elif kind == "cr":
        yield "all CRs before LF", data.replace(b"\r\n", b"\n"), lambda start, end: b"\r\n" not in data[start : end + 1]
        for at in evenly((m.start() for m in re.finditer(b"\r", data)), args):
            yield f"CR at {at}", data[:at] + data[at + 1 :], lambda start, end, at=at: not start <= at < end
    else:
        for at in evenly(range(0, len(data), BLOCK), args):
            end_of_block = min(at + BLOCK, len(data))
            filler = bytes(end_of_block - at) if kind == "zeroed" else b""
            copy = data[:at] + filler + data[end_of_block:]
            yield f"{kind} {at}..{end_of_block}", copy, lambda start, end, a=at, b=end_of_block: end <= a or b <= start


def digest(data):
    return hashlib.sha256(data).hexdigest()


def run(command, copy, timeout):
    """Contents of all files that are written, and how it ended. Three folders deep, for those who climb out."""
    top = tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        source, work = os.path.join(top, "in"), os.path.join(top, "a", "b", "c")
        os.makedirs(work)
        with open(source, "wb") as out:
            out.write(copy)
        try:
            done = subprocess.run(
                [part.replace("{f}", source) for part in command],
                cwd=work, timeout=timeout, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            end = "killed" if done.returncode < 0 else "ok" if done.returncode == 0 else "refused"
        except subprocess.TimeoutExpired:
            end = "timeout"
        contents = []
        for folder, _, names in os.walk(os.path.join(top, "a")):
            for name in names:
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        contents.append(file.read())
                except OSError:
                    pass
        return [content[16:] if content[16:20] in MAGIC else content for content in contents], end
    finally:
        shutil.rmtree(top, ignore_errors=True)


def shown_by_winmail(text):
    def walk(node):
        if isinstance(node, dict):
            if node.get("piece") == "property" and "tag" in node:
                what = node.get("value") if "value" in node else node.get("values", node.get("hex"))
                yield node["tag"], json.dumps(node.get("named")), json.dumps(what)
            for child in node.values():
                yield from walk(child)
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)

    return walk(json.loads(text))


def shown_by_tnefparse(text):
    def walk(node):
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            for name, child in node.items():
                if name.startswith("MAPI_") or not isinstance(child, (dict, list)):
                    yield name, json.dumps(child)
                else:
                    yield from walk(child)

    return (item for item in walk(json.loads(text)) if item[0].startswith("MAPI_"))


def shown_by_ytnefprint(text):
    return re.findall(r"Code: \[(.*?)\]\s*(?:\n.*?)?\n?\s*Size: (.*)", text)


def properties(args):
    """The table of --properties."""
    programs = {
        "winmail": ([os.path.abspath(args.winmail), "dump", "--json", "-"], shown_by_winmail),
        "tnefparse": ([args.tnefparse, "--dump"], shown_by_tnefparse),
        "ytnefprint": (["ytnefprint"], shown_by_ytnefprint),
    }

    def shown(program, copy):
        command, parse = program
        with tempfile.NamedTemporaryFile(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as file:
            if command[-1] != "-":
                file.write(copy)
                file.flush()
                command = [*command, file.name]
            try:
                done = subprocess.run(command, input=copy, timeout=args.timeout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                return collections.Counter(parse(done.stdout.decode("utf-8", "replace")))
            except (subprocess.TimeoutExpired, ValueError):
                return collections.Counter()

    count = collections.Counter()
    kinds = args.kinds.split(",")
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for path in args.files:
            with open(path, "rb") as file:
                data = file.read()
            whole = {name: shown(program, data) for name, program in programs.items()}
            for kind in kinds:

                def case(made):
                    return {name: (whole[name] & shown(program, made[1])).total() for name, program in programs.items()}

                for found in pool.map(case, damaged(data, kind, args)):
                    count[kind, "copies"] += 1
                    for name in programs:
                        count[kind, name] += found[name]
                        count[kind, "of", name] += whole[name].total()
    print("| damage | copies | " + " | ".join(programs) + " |")
    print("|---|---:|" + "---:|" * len(programs))
    print("| properties of the undamaged files | | " + " | ".join(str(count["none", "of", name]) for name in programs) + " |")
    for kind in kinds:
        shares = [f"{100 * count[kind, name] / max(count[kind, 'of', name], 1):.1f} %" for name in programs]
        print(f"| {kind} | {count[kind, 'copies']} | " + " | ".join(shares) + " |")
    return 0


def main():
    args = arguments()
    if args.properties:
        return properties(args)
    commands = {
        "winmail": [os.path.abspath(args.winmail), "extract", "-q", "--body", "none", "-o", ".", "{f}"],
        "tnef": ["tnef", "-K", "--ignore-encode", "--ignore-cruft", "-C", ".", "-f", "{f}"],
        "ytnef": ["ytnef", "-f", ".", "{f}"],
        "tnefparse": [args.tnefparse, "-a", "-p", ".", "{f}"],
    }
    commands = {name: commands[name] for name in args.programs.split(",")}
    for command in commands.values():
        if not shutil.which(command[0]):
            sys.exit(f"{command[0]} is not there")
    kinds = args.kinds.split(",")
    count = collections.Counter()
    misses = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for path in args.files:
            with open(path, "rb") as file:
                data = file.read()
            truth = collections.defaultdict(list)
            for start, end in attach_data(data):
                if end > start and not data.startswith(PLACEHOLDER, start):
                    truth[digest(data[start:end])].append((start, end))
            for contents, _ in pool.map(lambda command: run(command, data, args.timeout), commands.values()):
                for content in contents:
                    if len(content) >= 64 and digest(content) not in truth and not content.startswith(PLACEHOLDER):
                        truth[digest(content)] += values(data, content)
            truth = {key: ranges for key, ranges in truth.items() if ranges}
            if not truth:
                print(f"{path}: no attachment", file=sys.stderr)
                continue
            for kind in kinds:

                def case(made):
                    what, copy, untouched = made
                    wrote = {}
                    for name, command in commands.items():
                        contents, end = run(command, copy, args.timeout)
                        wrote[name] = ({digest(content) for content in contents} & truth.keys(), end)
                    expected = {key for key, ranges in truth.items() if any(untouched(*r) for r in ranges)}
                    return what, copy, expected, wrote

                for what, copy, expected, wrote in pool.map(case, damaged(data, kind, args)):
                    count[kind, "copies"] += 1
                    count[kind, "expected"] += len(expected)
                    for name, (found, end) in wrote.items():
                        count[kind, name] += len(expected & found)
                        count["end", name, end] += 1
                        for key in found - wrote["winmail"][0] if "winmail" in wrote else ():
                            misses.append((path, what, name, truth[key][0]))
                            if args.keep:
                                os.makedirs(args.keep, exist_ok=True)
                                keep = f"{os.path.basename(path)}-{what}.dat".replace(" ", "-")
                                with open(os.path.join(args.keep, keep), "wb") as out:
                                    out.write(copy)
    print("| damage | copies | attachments | " + " | ".join(commands) + " |")
    print("|---|---:|---:|" + "---:|" * len(commands))
    for kind in kinds + ["all but none"]:
        some = [k for k in kinds if k != "none"] if kind == "all but none" else [kind]
        total = {what: sum(count[k, what] for k in some) for what in ["copies", "expected", *commands]}
        shares = [f"{100 * total[name] / max(total['expected'], 1):.1f} %" for name in commands]
        print(f"| {kind} | {total['copies']} | {total['expected']} | " + " | ".join(shares) + " |")
    print()
    for name in commands:
        print(f"{name}: " + ", ".join(f"{end} {count['end', name, end]}" for end in ["ok", "refused", "killed", "timeout"]))
    print(f"\n{len(misses)} missed by winmail")
    for path, what, name, (start, end) in misses:
        print(f"  {path}: {what}: {name} wrote the attachment at {start}..{end}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
