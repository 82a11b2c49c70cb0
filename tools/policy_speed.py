#!/usr/bin/env python3
"""Times `winmail policy` on settings of 5,000 and 20,000 domains and as many contacts.

usage: tools/policy_speed.py [PROGRAM]      PROGRAM: target/release/winmail

Prints the processor time of the fastest of five runs and the largest memory, for check, explain and set; the times must grow no faster
than the file. Exit code 1 if one takes a second or more, or more than eight times as long for four times as much.
"""
import resource
import subprocess
import sys
import tempfile
from pathlib import Path


def settings(count):
    lines = ['accepted_domains = ["own.example"]']
    for number in range(count):
        lines += ["[[remote_domain]]", f'Name = "D{number}"', f'DomainName = "*.d{number}.example"', 'CharacterSet = "utf-8"']
        lines += [f"TNEFEnabled = {'true' if number % 2 else 'false'}"]
    for number in range(count):
        lines += ["[[recipient]]", f'Address = "p{number}@d{number}.example"', 'UseMapiRichTextFormat = "Always"']
    return "\n".join(lines) + "\n"


def seconds(command):
    best = None
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = took if best is None else min(best, took)
    return best


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/winmail"
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for count in (5_000, 20_000):
            files[count] = Path(folder) / f"{count}.toml"
            files[count].write_text(settings(count))
        verbs = {
            "check": lambda path: ["check", "-p", path],
            "explain": lambda path: ["explain", "-p", path, "--from", "a@own.example", "--to", "p4999@x.d4999.example"],
            "set": lambda path: ["set", "-p", path, "D7", "LineWrapSize=77"],
        }
        for name, words in verbs.items():
            few, many = (seconds([program, "policy", *words(str(path))]) for path in files.values())
            print(f"{name:8} 5,000: {few:.3f} s   20,000: {many:.3f} s   ratio {many / max(few, 0.001):.1f}")
            bad |= many >= 1 or many > 8 * max(few, 0.01)
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
