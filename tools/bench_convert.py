#!/usr/bin/env python3
"""Mails per second of `winmail convert`, with one job and with one for each core, beside ytnef where it is installed.

    tools/bench_convert.py WINMAIL STREAM [MAILS]

Makes MAILS (default 10,000) small mails that carry the TNEF file STREAM, each with other headers, converts them to eml and text,
and prints elapsed time, time of the processors, mails per second, and cores: those that were used on average, and those that
threads ran on or waited for, which is what would be used on a machine that has nothing else to do. ytnef gets the bare streams, all in one process each, as it
has no other way; tnefparse, where Python has it, parses them in one process.
"""

import base64
import glob
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def waited(process):
    """Seconds that each thread of a process ran and waited for a core, until it ends; None where the system does not say."""
    seen = {}
    while process.poll() is None:
        for file in glob.glob(f"/proc/{process.pid}/task/*/schedstat"):
            try:
                ran, waited, _ = open(file).read().split()
                seen[file] = (int(ran) + int(waited)) / 1e9
            except (OSError, ValueError):
                pass  # The thread has ended.
        time.sleep(0.01)
    return sum(seen.values()) or None


def measured(title, count, command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, shell=isinstance(command, str))
        wanted = None if isinstance(command, str) else waited(process)
        process.wait()
        elapsed = time.monotonic() - start
        out.seek(0)
        said = (out.read().strip().splitlines() or [""])[-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # A script that starts processes has no threads of interest.
    cores = f"{cpu / elapsed:4.2f} cores used" + (f", {wanted / elapsed:4.2f} wanted" if wanted else "")
    print(f"{title:34} {elapsed:7.2f} s  cpu {cpu:7.2f} s  {count / elapsed:7.0f} mails/s  {cores}  {said}", flush=True)


def main():
    winmail, stream = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes()
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    text = base64.encodebytes(stream).decode()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        mails = folder / "in"
        mails.mkdir()
        for number in range(count):
            (mails / f"{number:05}.eml").write_text(
                f"From: Jane <jane{number}@example.org>\nTo: joe@example.org\nSubject: Mail {number}\n"
                f"Date: Tue, 14 Nov 2023 22:13:20 +0000\nMessage-ID: <{number}@example.org>\nMIME-Version: 1.0\n"
                "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee attachment.\n--b\n"
                'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
                f"{text}\n--b--\n"
            )
        cores = os.cpu_count()
        print(f"{count} mails of {(mails / '00000.eml').stat().st_size} bytes, {cores} cores")
        for to in ("eml", "text"):
            for jobs in sorted({1, cores}):
                out = folder / f"{to}-{jobs}"
                command = [winmail, "convert", mails, "-o", out, "--to", to, "--jobs", str(jobs)]
                # What comes out stays until the end: ext4 does not like to make files where some were just deleted.
                measured(f"winmail convert --to {to} --jobs {jobs}", count, command)
        bare = folder / "winmail.dat"
        bare.write_bytes(stream)
        if shutil.which("ytnef"):
            (folder / "ytnef").mkdir()
            loop = f"for n in $(seq {count}); do ytnef -F -f {folder}/ytnef {bare}; done"
            measured("ytnef, a process a stream", count, loop)
        loop = f"from tnefparse import TNEF\nd = open({str(bare)!r}, 'rb').read()\nfor n in range({count}): TNEF(d).body"
        if subprocess.run([sys.executable, "-c", "import tnefparse"], capture_output=True).returncode == 0:
            measured("tnefparse, one process", count, [sys.executable, "-c", loop])


if __name__ == "__main__":
    main()
