#!/usr/bin/env python3
"""Is a calendar read in time in proportion to its length, whatever is in it?

usage: tools/calendar_growth.py [PROGRAM]      PROGRAM: target/release/winmail

Packs eleven hostile shapes in two sizes, one eight times the other, and prints the processor seconds of the best of three runs. Exit code 1
where the larger one takes more than 24 times as long, or a process does not end by itself.
"""
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

EVENT = "BEGIN:VEVENT\nUID:1\nDTSTART:20240503T100000Z\n{}END:VEVENT\n"
SHAPES = {
    "unknown lines": lambda n: 'X-A;B=C;D="e":f\n' * n,
    "nested alarms": lambda n: "BEGIN:VALARM\n" * n,
    "quoted-printable": lambda n: "NOTE;QUOTED-PRINTABLE:" + "=41=\n" * n + "\n",
    "folded escapes": lambda n: "DESCRIPTION:" + "\\n\n " * n + "\n",
    "attendees": lambda n: "".join(f"ATTENDEE;CN=a{i}:mailto:a{i}@example.org\n" for i in range(n)),
    "dates added": lambda n: "".join(f"RDATE:2024{i % 12 + 1:02}{i % 28 + 1:02}T000000Z\n" for i in range(n)),
    "dates left out": lambda n: "RRULE:FREQ=DAILY\n" + "".join(f"EXDATE:{2000 + i // 300}{i % 12 + 1:02}{i % 28 + 1:02}T100000Z\n" for i in range(n)),
    "files": lambda n: "ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJD\n" * n,
    "categories": lambda n: "".join(f"CATEGORIES:c{i}\n" for i in range(n)),
    "events": lambda n: "END:VEVENT\n" + "".join(f"BEGIN:VEVENT\nUID:{i}\nDTSTART:20240503T100000Z\nEND:VEVENT\n" for i in range(n)) + "BEGIN:VEVENT\n",
    "versions of an instance": lambda n: "RRULE:FREQ=DAILY\nEND:VEVENT\n" + "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20240503T100000Z\nDTSTART:20240503T110000Z\nEND:VEVENT\n" * n + "BEGIN:VEVENT\n",
}


def seconds(program, path, out):
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        run = subprocess.run([program, "pack", path, "-o", out, "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        if run.returncode < 0 or run.returncode > 3:
            return None
        best = took if best is None else min(best, took)
    return best


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/winmail"
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in.ics", Path(folder) / "out.dat"
        for name, shape in SHAPES.items():
            took = []
            for size in (5_000, 40_000):
                path.write_text("BEGIN:VCALENDAR\n" + EVENT.format(shape(size)) + "END:VCALENDAR\n")
                took.append(seconds(program, path, out))
            small, large = took
            wrong = None in took or large > 24 * max(small, 0.01)
            bad += wrong
            print(f"{name:25} {small} s, {large} s{'   <- grows faster than its input' if wrong else ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
