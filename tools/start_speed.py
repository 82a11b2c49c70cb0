#!/usr/bin/env python3
"""How long whole processes take on a small file: `winmail list` beside `tnef -t` and /bin/true, one after the other, many times.

usage: tools/start_speed.py [FILE [ROUNDS]]      WINMAIL=target/release/winmail

Of each the least and the median of the time on the wall, and the processor time of the fastest tenth, which other work on the machine
changes least.
"""
import os
import shutil
import statistics
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
file = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../testdata/winmail.dat")
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 500
winmail = os.environ.get("WINMAIL", os.path.join(here, "../target/release/winmail"))
commands = {"winmail list": [winmail, "list", file], "tnef -t": ["tnef", "-t", file], "true": ["true"]}
commands = {name: command for name, command in commands.items() if shutil.which(command[0])}
if "winmail list" not in commands:
    sys.exit(f"{winmail} is not there: cargo build --release")
nowhere = os.open(os.devnull, os.O_WRONLY)
taken = {name: [] for name in commands}
for _ in range(rounds):
    for name, command in commands.items():
        start = time.perf_counter()
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])
        _, status, usage = os.wait4(child, 0)
        took = time.perf_counter() - start
        if status:
            sys.exit(f"{command}: status {status}")
        taken[name].append((took, usage.ru_utime + usage.ru_stime))
for name, times in taken.items():
    wall, processor = (sorted(column) for column in zip(*times))
    tenth = statistics.mean(processor[: max(1, len(processor) // 10)])
    print(f"{name:13} {wall[0] * 1e3:5.2f} ms best, {statistics.median(wall) * 1e3:5.2f} ms median, {tenth * 1e3:5.2f} ms of processor time")
