#!/usr/bin/env python3
"""Peak memory of the library with large attachments: a stream that a message keeps, and one that is streamed.

    tools/memory_peaks.py [MIB_KEPT [MIB_STREAMED]]

Makes streams of 200 and 1024 MiB, lets `examples/kept` and `examples/list` read them, and prints the peak of each beside the size.
Fails if a kept stream takes more than 1.1 times its size, or a streamed one more than 16 MiB.
"""
import os, resource, struct, subprocess, sys, tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def attribute(level, id, data):
    yield struct.pack("<BII", level, id, sum(map(len, data)))
    total = 0
    for piece in data:
        total += sum(piece[:1]) * len(piece) if len(set(piece[:16])) == 1 and len(piece) > 1 << 16 else sum(piece)
        yield piece
    yield struct.pack("<H", total & 0xFFFF)


def write(path, mib):
    with open(path, "wb") as out:
        out.write(struct.pack("<IH", 0x223E9F78, 1))
        for part in [
            attribute(1, 0x00089006, [struct.pack("<I", 0x10000)]),
            attribute(1, 0x00069007, [struct.pack("<II", 1252, 0)]),
            attribute(2, 0x00069002, [struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)]),
            attribute(2, 0x00018010, [b"large.bin\0"]),
            attribute(2, 0x0006800F, [b"\x07" * (1 << 20)] * mib),
        ]:
            for piece in part:
                out.write(piece)
    return os.path.getsize(path)


def peak(command):
    """Bytes of the largest resident set, and what the command printed."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command}: status {status}")
    return usage.ru_maxrss * 1024, out.decode()


def main():
    kept, streamed = (int(value) for value in (sys.argv[1:] + ["200", "1024"][len(sys.argv) - 1:])[:2])
    subprocess.run(["cargo", "build", "--quiet", "--release", "--examples"], cwd=ROOT, check=True)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "winmail.dat")
        for name, mib, limit in [("kept", kept, lambda size: 1.1 * size), ("list", streamed, lambda size: 16 << 20)]:
            size = write(path, mib)
            used, out = peak([os.path.join(ROOT, "target/release/examples", name), path])
            bad = used > limit(size) or str(mib << 20) not in out
            failed |= bad
            print(f"{name}: stream {size / 2**20:.1f} MiB, peak {used / 2**20:.1f} MiB{'  FAILED' if bad else ''}: {out.strip()}")
    sys.exit(failed)


main()
