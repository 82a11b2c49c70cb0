#!/usr/bin/env python3
"""What it costs to make tables of many mails: processor time, memory as their number grows, and one process beside two.

    tools/table_cost.py [MAILS [STREAMS]]

Makes MAILS mails (default 10000) around the TNEF streams in the folder STREAMS (default: the folder `tnef` of $WINMAIL_CORPUS, else of
../shared/corpus), one in a hundred of them no mail at all, and writes them as Parquet with the Python package: all of them, and a quarter
of them; then half of them by one process, and the same half by two. A process of its own does each, so that its memory is its own. The
exit code is 1 if rows are missing, or if four times the mails take more than a tenth and 32 MiB more memory.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from table_engines import ROOT, mails, streams_in

#: What each process runs: the numbers of its mails, and what it says.
WORK = """
import json, os, resource, sys, time
from winmail_tnef import arrow
source, out, start, stop, step = sys.argv[1:]
paths = [os.path.join(source, f"{number}.eml") for number in range(int(start), int(stop), int(step))]
arrow.to_parquet([paths[0]], out)
before, begun, started = resource.getrusage(resource.RUSAGE_SELF), time.process_time(), time.time()
counts = arrow.to_parquet(paths, out)
print(json.dumps({"mails": len(paths), "bytes": sum(map(os.path.getsize, paths)), "seconds": time.process_time() - begun, "counts": counts,
                  "started": started, "ended": time.time(),
                  "first": before.ru_maxrss / 1024, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def begin(source, out, start, stop, step=1):
    """A process that writes the tables of these mails."""
    arguments = [source, out, start, stop, step]
    return subprocess.Popen([sys.executable, "-c", WORK, *map(str, arguments)], stdout=subprocess.PIPE)


def ended(*running):
    """What they said, and how long it took from the first to the last."""
    said = [json.loads(one.communicate()[0]) for one in running]
    return said, max(one["ended"] for one in said) - min(one["started"] for one in said)


def described(one):
    written = f"{one['counts']['messages']} messages, {one['counts']['attachments']} attachments, {one['counts']['properties']} properties"
    return (f"{one['mails']} mails, {one['bytes'] / 1e6:.0f} MB: {one['seconds']:.1f} s of processor time, {one['mails'] / one['seconds']:.0f} "
            f"mails and {one['bytes'] / one['seconds'] / 1e6:.0f} MB a second and core; {written}; at most {one['peak']:.0f} MiB of memory, "
            f"{one['first']:.0f} after the first mail")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    corpus = pathlib.Path(os.environ.get("WINMAIL_CORPUS", ROOT / "../shared/corpus"))
    streams = streams_in(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else corpus / "tnef")
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        source, out = pathlib.Path(scratch, "in"), pathlib.Path(scratch, "out")
        source.mkdir()
        for name, mail in mails(count, streams):
            (source / name).write_bytes(mail)
        print(f"{len(streams)} different streams; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        ((few,), _), ((all_of_them,), _) = ended(begin(source, out, 0, count // 4)), ended(begin(source, out, 0, count))
        print(described(few))
        print(described(all_of_them))
        size = sum(path.stat().st_size for path in out.iterdir())
        print(f"Parquet: {size / 1e6:.2f} MB")
        if all_of_them["counts"]["messages"] < count:
            wrong.append("messages are missing")
        if all_of_them["peak"] > 1.1 * few["peak"] + 32:
            wrong.append("memory grows with the number of mails")

        # The same mails by one and by two, in turns, as other things may run beside them.
        half, alone, together, efforts = count // 2, [], [], []
        for _ in range(3):
            (one,), wall = ended(begin(source, out, 0, half))
            alone.append(wall)
            both, wall = ended(begin(source, out, 0, half, 2), begin(source, f"{out}2", 1, half, 2))
            together.append(wall)
            efforts.append(sum(each["seconds"] for each in both) / one["seconds"])
            for table, rows in one["counts"].items():
                if sum(each["counts"][table] for each in both) != rows:
                    wrong.append(f"two processes wrote other {table} than one")
        print(f"{half} mails, the best of three: one process {min(alone):.1f} s, two {min(together):.1f} s, {min(alone) / min(together):.2f} times "
              f"as fast; processor time of both {min(efforts):.2f} times that of the one")
    for line in wrong:
        print("wrong:", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
