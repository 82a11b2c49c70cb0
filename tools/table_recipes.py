#!/usr/bin/env python3
"""Runs every recipe of docs/at-scale.md as it stands there, and checks what it prints.

    tools/table_recipes.py [MAILS [STREAMS]]

Makes a folder `mails` of MAILS mails (default 1000) around the TNEF streams in the folder STREAMS (default: testdata), one in a hundred of
them no mail at all; what the recipes must print comes from the program's NDJSON of it. A recipe whose engine is not installed is left out,
and the last line says so. PySpark needs a Java runtime. The exit code is 1 if one prints something else.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from table_engines import ROOT, mails, streams_in
from winmail_tnef import run, table

PAGE = ROOT / "docs/at-scale.md"


def recipes():
    """The heading and the text of each block of Python of the page."""
    heading = ""
    for found in re.finditer(r"^## ([^\n]+)$|^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        if found[1]:
            heading = found[1]
        else:
            yield heading, found[2]


def expected(rows):
    """What the recipes print, in their order."""
    outermost = {row["message_id"]: row["error"] is None for row in rows["messages"] if row["parent"] is None}
    files = [row["sha256"] for row in rows["attachments"] if row["kind"] == "file"]
    joined = []
    for readable in sorted(set(outermost.values())):
        keys = {key for key, value in outermost.items() if value == readable}
        hashes = {row["sha256"] for row in rows["attachments"] if row["message_id"] in keys}
        joined.append((readable, len(keys), len(hashes - {None})))
    bad = sum(row["error"] is not None for row in rows["messages"])
    return [
        {name: len(rows[name]) for name in table.NAMES},
        len(rows["messages"]),
        joined,
        sum(row["name"] == "PidTagLastModificationTime" for row in rows["properties"]),
        (len(files), len(set(files))),
        f"{bad} {sum(row['bytes_lost'] for row in rows['messages'])}",
        f"{len(rows['messages'])} {bad} {len(set(files))}",
        len(rows["messages"]),
    ]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    streams = streams_in(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "testdata")
    wrong, left_out = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "mails").mkdir()
        for name, mail in mails(count, streams):
            (folder / "mails" / name).write_bytes(mail)
        code, out, errors = run(["table", str(folder / "mails"), "-o", str(folder / "ndjson")])
        assert code == 1, errors
        print(out.decode().strip())
        rows = {name: [json.loads(line) for line in open(folder / "ndjson" / f"{name}.ndjson", "rb")] for name in table.NAMES}
        facts = expected(rows)
        bad = sum(row["error"] is not None for row in rows["messages"])
        assert count // 100 <= bad < count <= facts[-1], facts
        found = list(recipes())
        assert len(found) == len(facts), f"{PAGE.name} has {len(found)} recipes, {len(facts)} are known"
        environment = {**os.environ, "MAILS": (folder / "mails").as_uri(), "PYSPARK_PYTHON": sys.executable}
        for (heading, text), fact in zip(found, facts):
            (folder / "recipe.py").write_text(text, "utf-8")
            start = time.monotonic()
            done = subprocess.run([sys.executable, "recipe.py"], cwd=folder, env=environment, capture_output=True, text=True)
            took = time.monotonic() - start
            missing = re.search(r"^ModuleNotFoundError: No module named '(\w+)'", done.stderr, re.MULTILINE)
            if missing:
                left_out.append(f"{heading} ({missing[1]})")
                continue
            said = done.stdout.strip()
            if done.returncode == 0 and said == str(fact):
                print(f"{heading}: {said}: right, in {took:.1f} s")
            else:
                wrong += 1
                print(f"{heading}: wrong, expected {fact}, printed {said}\n{done.stderr[-4000:]}")
    print(f"not installed: {', '.join(left_out)}" if left_out else "nothing left out")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
