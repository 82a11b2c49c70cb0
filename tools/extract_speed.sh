#!/bin/sh
# Takes an attachment of SIZE (default 256M) out of a message and copies it with cp, in turns, ROUNDS times (default 5), from a file
# and from standard input: the best time of each, the ratio, and the peak memory. Neither flushes anything to the disk.
#
#   tools/extract_speed.sh [SIZE [ROUNDS]]      WINMAIL=target/release/winmail  TMPDIR=/tmp
set -eu
size=${1:-256M}
rounds=${2:-5}
winmail=${WINMAIL:-target/release/winmail}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
head -c "$size" /dev/urandom > "$folder/file.bin"
"$winmail" pack --subject speed --attach "$folder/file.bin" -o "$folder/winmail.dat"
python3 - "$winmail" "$folder" "$rounds" <<'PYTHON'
import filecmp, os, statistics, subprocess, sys, time

winmail, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
source, stream, copy, out = (os.path.join(folder, name) for name in ("file.bin", "winmail.dat", "copy.bin", "out"))
times = {}
peak = 0
extracted = os.path.join(out, "file.bin")
for _ in range(rounds):
    for name, command, made in (
        ("cp", ["cp", "--reflink=never", source, copy], copy),
        ("extract FILE", [winmail, "extract", "-q", "-o", out, stream], extracted),
        ("cp", ["cp", "--reflink=never", source, copy], copy),
        ("extract -", [winmail, "extract", "-q", "-o", out, "-"], extracted),
    ):
        if os.path.exists(made):
            os.remove(made)
        stdin = open(stream, "rb") if command[-1] == "-" else subprocess.DEVNULL
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if status:
            sys.exit(f"{command}: status {status}")
        times.setdefault(name, []).append((took, usage.ru_utime + usage.ru_stime))
        if name != "cp":
            peak = max(peak, usage.ru_maxrss)
if not filecmp.cmp(source, extracted, shallow=False):
    sys.exit("what was extracted is not what was packed")
size = os.path.getsize(source)
best = {name: [min(column) for column in zip(*all_times)] for name, all_times in times.items()}
for name, (took, processor) in best.items():
    middle = statistics.median(entry[0] for entry in times[name])
    print(f"{name:13} {took:6.3f} s best, {middle:6.3f} s median, {processor:6.3f} s of processor time {size / took / 2**20:6.0f} MiB/s")
for name in ("extract FILE", "extract -"):
    ratio, processor = (mine / copied for mine, copied in zip(best[name], best["cp"]))
    print(f"{name} takes {ratio:.2f} times as long as cp, and {processor:.2f} times the processor time")
print(f"peak memory {peak / 1024:.1f} MiB")
PYTHON
