#!/usr/bin/env python3
"""Sums up fuzzing: a row a target out of libFuzzer's logs.

usage: fuzz/tally.py [--write] LOG...

A LOG holds one or more runs, of one or more targets: what `fuzz/run.sh` prints, or what a target's program does. Where neither says
which target it is, the log's name does, up to its first dot (`edit.log`, `edit.2.log`). A run that was stopped counts up to the last number that it printed.

`cov` is the most edges of the program that one run has reached, of those that it has; the program holds all of the library, the
command line and what they depend on, of which a target is after a part. `fuzz/coverage.sh` says which lines that are.

--write puts the table into fuzz/README.md, between the two marks there.
"""
import argparse
import collections
import os
import pathlib
import re

TARGET = re.compile(r"^== (\w+) for \d+ s|Running `\S*/release/(\w+) ")
SEED = re.compile(r"^INFO: Seed: \d+")
EDGES = re.compile(r"^INFO: Loaded \d+ PC tables \((\d+) PCs\)")
STATUS = re.compile(r"^#(\d+):?\s.*?cov: (\d+) ft: (\d+)")
DONE = re.compile(r"^Done (\d+) runs in (\d+) second")
EXECUTED = re.compile(r"^stat::number_of_executed_units: (\d+)")
RATE = re.compile(r"exec/s: (\d+)")
FINDING = re.compile(r"Test unit written to (\S+)")
MARKS = ("<!-- made by fuzz/tally.py -->", "<!-- end -->")


class Target:
    def __init__(self):
        self.executions = self.seconds = self.runs = self.edges = self.cov = self.features = 0
        self.findings = []


def read(path, targets):
    name, run = path.name.split(".")[0], None

    def close():
        if run:
            target = targets[run["name"]]
            target.runs += 1
            target.executions += run["executions"]
            # Of a run that was stopped the time is not printed: what its last speed says.
            target.seconds += run["seconds"] or run["executions"] // max(run["rate"], 1)

    for line in path.open(encoding="utf-8", errors="replace"):
        if found := TARGET.search(line):
            name = found[1] or found[2]
        elif SEED.match(line):
            close()
            run = {"name": name, "executions": 0, "seconds": 0, "rate": 0, "edges": 0}
        elif run is None:
            continue
        elif found := EDGES.match(line):
            run["edges"] = int(found[1])
        elif found := STATUS.match(line):
            run["executions"] = max(run["executions"], int(found[1]))
            target = targets[run["name"]]
            # Programs differ in their edges, by how they were built: both numbers are those of one run.
            if int(found[2]) > target.cov:
                target.cov, target.edges = int(found[2]), run["edges"]
            target.features = max(target.features, int(found[3]))
            if rate := RATE.search(line):
                run["rate"] = int(rate[1])
        elif found := DONE.match(line):
            run["seconds"] = int(found[2])
        elif found := EXECUTED.match(line):
            run["executions"] = int(found[1])
        elif found := FINDING.search(line):
            targets[run["name"]].findings.append(os.path.basename(found[1]))
    close()


def table(targets):
    lines = [
        "| target | executions | hours | runs | edges reached | features | inputs written as findings |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    total = Target()
    for name, target in sorted(targets.items()):
        share = f"{target.cov:,} of {target.edges:,}" if target.edges else f"{target.cov:,}"
        hours = target.seconds / 3600
        lines.append(
            f"| `{name}` | {target.executions:,} | {hours:.2f} | {target.runs} | {share} | {target.features:,} | {len(target.findings)} |"
        )
        total.executions += target.executions
        total.seconds += target.seconds
        total.runs += target.runs
        total.findings += target.findings
    lines.append(f"| all | {total.executions:,} | {total.seconds / 3600:.2f} | {total.runs} | | | {len(total.findings)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("log", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    targets = collections.defaultdict(Target)
    for log in args.log:
        read(log, targets)
    if not targets:
        parser.error("no run of libFuzzer in these logs")
    made = table(targets)
    if not args.write:
        print(made)
        return
    readme = pathlib.Path(__file__).with_name("README.md")
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0], 1)
    after = rest.split(MARKS[1], 1)[1]
    readme.write_text(f"{before}{MARKS[0]}\n\n{made}\n\n{MARKS[1]}{after}", encoding="utf-8")


main()
