#!/usr/bin/env python3
"""Hostile containers out of sound ones: time and memory of the program for each.

    tools/msg_hostile.py PROGRAM [FILE.msg ...]   # default: small files of msg and items/msg of $WINMAIL_CORPUS, else ../shared/corpus

Each file is changed in one place or in all of a kind: fields of the header, numbers of FAT, DIFAT and mini FAT (loops, places outside, chains
that share sectors), entries of the directory (lengths, starts, trees that loop, names that are there twice), entries of property lists (sizes
that lie, types that are others, ids out of range). Some are made large: 16 MiB whose every stream claims all of it. The program runs `check`,
`list`, `dump`, `body` and `extract` on each. Fails where one takes more than LIMIT_TIME seconds of processor time, more than LIMIT_MEMORY
bytes (the program and the file in it included), or ends by a signal or a panic.
"""

import json
import os
import pathlib
import random
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

LIMIT_TIME = 0.1
LIMIT_MEMORY = 64 << 20
SOURCES = 6
FREE, END, FAT, DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
VERBS = [["check"], ["list", "--json"], ["dump"], ["body"], ["extract"]]


class Container:
    """A sound compound file of version 3, with the places of what it is made of."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.size = 1 << self.u16(30)
        self.fat_places = []
        for at in range(76, 512, 4):
            sector = self.u32(at)
            if sector < DIFAT:
                self.fat_places += [(sector + 1) * self.size + n for n in range(0, self.size, 4)]
        self.directory = self.chain(self.u32(48))
        self.entries = [(s + 1) * self.size + n for s in self.directory for n in range(0, self.size, 128)]
        self.entries = [at for at in self.entries if at + 128 <= len(self.data) and self.data[at + 66]]
        self.minis = [(s + 1) * self.size + n for s in self.chain(self.u32(60)) for n in range(0, self.size, 4)]

    def u16(self, at):
        return struct.unpack_from("<H", self.data, at)[0]

    def u32(self, at):
        return struct.unpack_from("<I", self.data, at)[0]

    def chain(self, sector):
        found = []
        while sector < DIFAT and len(found) < 100_000:
            found.append(sector)
            sector = self.u32(self.fat_places[sector]) if sector < len(self.fat_places) else END
        return found

    def put(self, changes):
        out = bytearray(self.data)
        for at, value in changes:
            if at + 4 <= len(out):
                struct.pack_into("<I", out, at, value & 0xFFFFFFFF)
        return bytes(out)


def header(c, rng):
    values = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFA, DIFAT, FAT, END, FREE, len(c.data) // c.size]
    for at in range(24, 512, 4):
        if at < 80 or rng.random() < 0.1:
            for value in rng.sample(values, 3):
                yield f"header {at} = {value:#x}", c.put([(at, value)])
    yield "header: every FAT sector is the first", c.put([(at, c.u32(76)) for at in range(76, 512, 4)])
    yield "header: the FAT is everywhere", c.put([(at, n) for n, at in enumerate(range(76, 512, 4))])
    yield "DIFAT: a sector that names itself", c.put([(68, 0), (72, 0x7FFFFFFF)] + [(c.size + n, 0) for n in range(0, c.size, 4)])


def tables(c, rng):
    for name, places in (("FAT", c.fat_places), ("mini FAT", c.minis)):
        if not places:
            continue
        yield f"{name}: each follows itself", c.put([(at, n) for n, at in enumerate(places)])
        yield f"{name}: each follows the first", c.put([(at, 0) for at in places])
        yield f"{name}: two and two", c.put([(at, n ^ 1) for n, at in enumerate(places)])
        yield f"{name}: one chain of all", c.put([(at, n + 1) for n, at in enumerate(places)])
        yield f"{name}: backwards", c.put([(at, (n - 1) & 0xFFFFFFFF) for n, at in enumerate(places)])
        for value in (FREE, END, FAT, DIFAT, 0x7FFFFFFF, 0xFFFFFFFA):
            yield f"{name}: all {value:#x}", c.put([(at, value) for at in places])
        for _ in range(20):
            chosen = rng.sample(places, min(len(places), 8))
            yield f"{name}: some", c.put([(at, rng.choice([0, 1, 2, FREE, END, rng.randrange(len(places))])) for at in chosen])


def directory(c, rng):
    fields = {"left": 68, "right": 72, "child": 76, "start": 116, "length": 120}
    count = len(c.entries)
    for field, offset in fields.items():
        for value in (0, 1, count - 1, count + 7, 0x7FFFFFFF, 0xFFFFFFFA, FREE, END):
            yield f"directory: every {field} {value:#x}", c.put([(at + offset, value) for at in c.entries])
        yield f"directory: every {field} its own number", c.put([(at + offset, n) for n, at in enumerate(c.entries)])
    longest = max(c.entries, key=lambda at: c.u32(at + 120))
    claim = [(116, c.u32(longest + 116)), (120, c.u32(longest + 120))]
    yield "directory: every stream is the longest", c.put([(at + o, v) for at in c.entries[1:] for o, v in claim])
    out = bytearray(c.data)
    for at in c.entries[1:]:
        out[at : at + 66] = c.data[c.entries[-1] : c.entries[-1] + 66]
    yield "directory: all have one name", bytes(out)
    for kind in (0, 1, 2, 5, 9):
        out = bytearray(c.data)
        for at in c.entries:
            out[at + 66] = kind
        yield f"directory: all are of kind {kind}", bytes(out)
    for length in (0, 1, 63, 66, 0xFFFF):
        out = bytearray(c.data)
        for at in c.entries:
            struct.pack_into("<H", out, at + 64, length)
        yield f"directory: names of {length} bytes", bytes(out)
    for _ in range(30):
        out = bytearray(c.data)
        for at in rng.sample(c.entries, min(len(c.entries), 5)):
            offset = rng.choice(list(fields.values()))
            struct.pack_into("<I", out, at + offset, rng.choice([0, 1, FREE, rng.randrange(count), 0x7FFFFFFF]))
        yield "directory: some", bytes(out)


def lists(c, rng):
    """Entries that look like those of property lists, wherever they stand: a tag, flags of 6 or 7, a value."""
    places = [at for at in range(512, len(c.data) - 16, 8) if c.u32(at + 4) in (2, 6, 7) and c.u32(at) > 0xFFFF]
    if not places:
        return
    for name, at_value, values in (
        ("sizes", 8, [0, 1, 0x7FFFFFFF, FREE]),
        ("tags", 0, [0, FREE, 0x0FFF0102, 0x80001F10, 0xFFFE101F, 0x3701000D, 0x3701000D ^ 0x10]),
    ):
        for value in values:
            yield f"lists: all {name} {value:#x}", c.put([(at + at_value, value) for at in places])
    yield "lists: all are multi-valued", c.put([(at, c.u32(at) | 0x1000) for at in places])
    yield "lists: all ids have names", c.put([(at, c.u32(at) | 0x80000000) for at in places])
    for _ in range(10):
        chosen = rng.sample(places, min(len(places), 6))
        yield "lists: some", c.put([(at, rng.randrange(1 << 32)) for at in chosen])


def cut(c, rng):
    for _ in range(6):
        yield "cut", bytes(c.data[: rng.randrange(len(c.data))])
    yield "cut behind the header", bytes(c.data[:512])
    yield "zeros behind it", bytes(c.data) + bytes(1 << 20)


def large(template):
    """16 MiB: many entries whose streams claim the whole file, in the trees of which every entry is deeper than the one before."""
    size, sectors = 512, (16 << 20) // 512
    for shape in ("shared", "storages", "recipients", "names"):
        entries = 40_000
        directory = entries * 128 // size
        fat_sectors = sectors * 4 // size + 1
        fat = [FAT] * fat_sectors
        fat += [n + 1 for n in range(len(fat), len(fat) + directory - 1)] + [END]
        start = len(fat)
        fat += [n + 1 for n in range(start, sectors - 1)] + [END]
        difat_needed = max(0, fat_sectors - 109)
        out = bytearray(template[:512])
        struct.pack_into("<HH", out, 24, 0x3E, 3)
        struct.pack_into("<HH", out, 30, 9, 6)
        struct.pack_into("<IIII", out, 40, 0, min(fat_sectors, 109), fat_sectors, 0)
        struct.pack_into("<IIIII", out, 56, 4096, END, 0, END if not difat_needed else sectors - 2, difat_needed)
        for n in range(109):
            struct.pack_into("<I", out, 76 + 4 * n, n if n < fat_sectors else FREE)
        body = bytearray(sectors * size)
        struct.pack_into(f"<{len(fat)}I", body, 0, *fat)
        if difat_needed:
            # Two sectors at the end hold the numbers of the rest.
            rest = list(range(109, fat_sectors))
            for sector, part in ((sectors - 2, rest[:127]), (sectors - 1, rest[127:])):
                struct.pack_into(f"<{len(part)}I", body, sector * size, *part)
                struct.pack_into("<I", body, sector * size + 508, sectors - 1 if sector == sectors - 2 else END)
        for n in range(entries):
            at = fat_sectors * size + n * 128
            kind, length = 2, (sectors - start) * size
            if n == 0:
                name, kind, length = "Root Entry", 5, 0
            elif n == 1:
                name, length = "__properties_version1.0", 64
            elif shape == "shared":
                name = f"__substg1.0_{0x1000 + n:04X}0102"
            elif shape == "storages":
                name, kind = f"__attach_version1.0_#{n:08X}", 1
            elif shape == "recipients":
                name, kind = f"__recip_version1.0_#{n:08X}", 1
            else:
                name = "__nameid_version1.0" if n == 2 else "__substg1.0_00030102"
                kind = 1 if n == 2 else 2
            units = name.encode("utf-16le") + b"\0\0"
            body[at : at + len(units)] = units
            struct.pack_into("<HBB", body, at + 64, len(units), kind, 1)
            child = 1 if n == 0 else FREE
            struct.pack_into("<III", body, at + 68, FREE, n + 1 if 0 < n < entries - 1 else FREE, child)
            struct.pack_into("<IQ", body, at + 116, start if kind == 2 else 0, length if kind == 2 else 0)
        yield f"16 MiB: {shape}", bytes(out + body)


class Runner:
    """Runs the program out of a small process: a child's peak of memory begins with that of what it was forked of."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            self.lines = theirs.makefile("rw")
            for line in self.lines:
                print(json.dumps(self.measured(json.loads(line))), file=self.lines, flush=True)
            os._exit(0)
        theirs.close()
        self.lines = ours.makefile("rw")

    @staticmethod
    def measured(command):
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = 0
        wrong = os.WIFSIGNALED(status) or b"panicked" in said or os.waitstatus_to_exitcode(status) not in (0, 1, 2, 3)
        return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, said[-200:].decode(errors="replace") if wrong else ""

    def run(self, program, verb, path, out):
        command = [program, *verb, str(path)]
        if verb[0] == "extract":
            command += ["-o", str(out), "-f"]
        print(json.dumps(command), file=self.lines, flush=True)
        return json.loads(self.lines.readline())


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = str(pathlib.Path(sys.argv[1]).resolve())
    runner = Runner()
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", pathlib.Path(__file__).resolve().parents[1] / "../shared/corpus"))
    files = [pathlib.Path(name) for name in sys.argv[2:]]
    if not files:
        found = sorted(file for folder in ("msg", "items/msg") for file in (root / folder).glob("*.msg"))
        sound = [file for file in found if "clusterfuzz" not in file.name and 10_000 < file.stat().st_size < 200_000]
        files = sound[:: max(1, len(sound) // SOURCES)][:SOURCES]
    rng = random.Random(20)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    worst, failed, count = {}, [], 0

    def cases():
        for file in files:
            container = Container(file.read_bytes())
            for kind in (header, tables, directory, lists, cut):
                yield from ((f"{file.name}: {name}", data) for name, data in kind(container, rng))
        yield from large(files[0].read_bytes())

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path = folder / "hostile.msg"
        path.write_bytes(b"")
        base = min(runner.run(program, verb, path, folder / "out")[1] for verb in VERBS)
        for name, data in cases():
            path.write_bytes(data)
            count += 1
            for verb in VERBS:
                shutil.rmtree(folder / "out", ignore_errors=True)
                used, memory, wrong = runner.run(program, verb, path, folder / "out")
                for key, value in (("seconds", used), ("bytes", memory)):
                    if value > worst.get((verb[0], key), (0, ""))[0]:
                        worst[verb[0], key] = (value, name)
                if wrong or used > LIMIT_TIME or memory > LIMIT_MEMORY:
                    failed.append(f"{verb[0]}: {name}: {used * 1000:.0f} ms, {memory >> 20} MiB {wrong}".strip())
    print(f"{count} files of {len(files)} sound ones, {len(VERBS)} verbs each; for an empty file {base / (1 << 20):.1f} MiB are seen")
    for (verb, key), (value, name) in sorted(worst.items()):
        shown = f"{value * 1000:.0f} ms" if key == "seconds" else f"{value / (1 << 20):.1f} MiB"
        print(f"{verb:8} most {key:8}{shown:>10}  {name}")
    print("\n".join(failed) or "all within 100 ms and 64 MiB")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
