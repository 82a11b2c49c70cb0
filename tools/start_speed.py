#!/usr/bin/env python3
"""How long whole processes take on a small file: `winmail list` beside `tnef -t` and /bin/true, one after the other, many times.

usage: tools/start_speed.py [FILE [ROUNDS]]      WINMAIL=target/release/winmail[:OTHER...]

Of each the least and the median of the time on the wall, the processor time of the fastest tenth, which other work on the machine
changes least, and the page faults of the last run, which it does not change. A file that the linker has just written is mapped in
smaller pieces than one that was copied, as installed programs are: up to 0.3 ms a start. So each program is measured as it is and as
a copy.
"""
import os
import shutil
import statistics
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
file = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../testdata/winmail.dat")
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
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
