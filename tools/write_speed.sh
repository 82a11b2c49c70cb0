#!/bin/sh
# Writes a message with one attachment of SIZE (default 256M) and copies the attachment with cp, in turns, ROUNDS times (default 5):
# the best time of each, their ratio, and the peak memory of the writer. Both flush nothing to the disk.
#
#   tools/write_speed.sh [SIZE [ROUNDS]]      WINMAIL=target/release/winmail  TMPDIR=/tmp
set -eu
size=${1:-256M}
rounds=${2:-5}
winmail=${WINMAIL:-target/release/winmail}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
head -c "$size" /dev/urandom > "$folder/file.bin"
python3 - "$winmail" "$folder" "$rounds" <<'PYTHON'
import os, resource, subprocess, sys, time

winmail, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
source, copy, stream = (os.path.join(folder, name) for name in ("file.bin", "copy.bin", "winmail.dat"))
best = {}
peak = 0
for _ in range(rounds):
    for name, command, output in (
        ("cp", ["cp", "--reflink=never", source, copy], copy),
        ("pack", [winmail, "pack", "--subject", "speed", "--attach", source, "-o", stream], stream),
    ):
        if os.path.exists(output):
            os.remove(output)
        start = time.monotonic()
        child = subprocess.Popen(command)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.monotonic() - start
        if status:
            sys.exit(f"{command}: status {status}")
        best[name] = min(best.get(name, took), took)
        if name == "pack":
            peak = max(peak, usage.ru_maxrss)
size = os.path.getsize(source)
for name, took in best.items():
    print(f"{name:5} {took:7.3f} s {size / took / 2**20:8.0f} MiB/s")
print(f"pack has {best['cp'] / best['pack']:.2f} of cp's speed; peak memory {peak / 1024:.1f} MiB")
PYTHON
