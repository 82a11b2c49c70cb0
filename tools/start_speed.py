#!/usr/bin/env python3
"""How long whole processes take on a small file: `winmail list` beside `tnef -t` and /bin/true, one after the other, many times.

usage: tools/start_speed.py [FILE [ROUNDS]]      WINMAIL=target/release/winmail[:OTHER...]
       tools/start_speed.py --recipients COUNT [ROUNDS]      a stream with so many recipients, made for it

Of each the least and the median of the time on the wall, the processor time of the fastest tenth, which other work on the machine
changes least, and the page faults of the last run, which it does not change. A file that the linker has just written is mapped in
smaller pieces than one that was copied, as installed programs are: up to 0.3 ms a start. So each program is measured as it is and as
a copy.
"""
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time



def with_recipients(count):
    """A TNEF stream with a recipient table: rows of eight properties ([MS-OXTNEF] 2.1.3.5.3)."""

    def text(tag, value):
        data = (value + "\0").encode("utf-16-le")
        return struct.pack("<III", tag, 1, len(data)) + data + bytes(-len(data) % 4)

    table = struct.pack("<I", count)
    for number in range(count):
        address = f"person{number}@example.org"
        table += struct.pack("<III", 8, 0x0C150003, 1) + text(0x3001001F, f"Person Number {number}") + text(0x3002001F, "SMTP")
        table += text(0x3003001F, address) + text(0x39FE001F, address)
        table += struct.pack("<IIIIIHH", 0x0FFE0003, 6, 0x39000003, 0, 0x3A40000B, 0, 0)
    stream = struct.pack("<IH", 0x223E9F78, 1)
    attributes = [(0x00089006, struct.pack("<I", 0x10000)), (0x00069007, struct.pack("<II", 1252, 0)), (0x00078008, b"IPM.Note\0"), (0x00069004, table)]
    for attribute, data in attributes:
        stream += struct.pack("<BII", 1, attribute, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return stream


here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]
if arguments[:1] == ["--recipients"]:
    made = tempfile.NamedTemporaryFile(suffix=".tnef")
    made.write(with_recipients(int(arguments[1])))
    made.flush()
    arguments[:2] = [made.name]
file = arguments[0] if arguments else os.path.join(here, "../testdata/winmail.dat")
rounds = int(arguments[1]) if len(arguments) > 1 else 1000
programs = os.environ.get("WINMAIL", os.path.join(here, "../target/release/winmail")).split(":")
folder = tempfile.TemporaryDirectory()
commands = {}
for number, program in enumerate(programs):
    if not shutil.which(program):
        sys.exit(f"{program} is not there: cargo build --release")
    with open(program, "rb") as source, open(os.path.join(folder.name, f"winmail{number}"), "wb") as copy:
        # Not copy_file_range, which may share the blocks.
        copy.write(source.read())
    os.chmod(copy.name, 0o755)
    which = f" {number + 1}" if len(programs) > 1 else ""
    commands[f"winmail list{which}"] = [program, "list", file]
    commands[f"winmail list{which}, copied"] = [copy.name, "list", file]
commands |= {name: name.split() + [file] for name in ["tnef -t"] if shutil.which("tnef")}
commands["true"] = ["true"]
nowhere = os.open(os.devnull, os.O_WRONLY)
taken = {name: [] for name in commands}
faults = {}
for _ in range(rounds):
    for name, command in commands.items():
        start = time.perf_counter()
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])
        _, status, usage = os.wait4(child, 0)
        took = time.perf_counter() - start
        if status:
            sys.exit(f"{command}: status {status}")
        taken[name].append((took, usage.ru_utime + usage.ru_stime))
        faults[name] = usage.ru_minflt
for name, times in taken.items():
    wall, processor = (sorted(column) for column in zip(*times))
    tenth = statistics.mean(processor[: max(1, len(processor) // 10)])
    print(
        f"{name:22} {wall[0] * 1e3:5.2f} ms best, {statistics.median(wall) * 1e3:5.2f} ms median, {tenth * 1e3:5.2f} ms of processor time, "
        f"{faults[name]:3} page faults"
    )
