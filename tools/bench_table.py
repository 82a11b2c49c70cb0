#!/usr/bin/env python3
"""Writes the tables of benches/README.md: each row by its command.

    tools/bench_table.py                 # which rows there are
    tools/bench_table.py WORD...         # runs the rows whose command has one of these words, and writes what came of them
    tools/bench_table.py --criterion     # writes the rows of `cargo bench` from what is in target/criterion, without running it

A row that is not run keeps what the page says. $WINMAIL is the program [target/release/winmail]; $CORPUS the folder of streams that
tools/table_cost.py takes. The time of a bench is its median.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "benches/README.md"
SHORT = "--warm-up-time 1 --measurement-time 3 --noplot"


@dataclass
class Row:
    what: str
    command: str
    #: The id of a bench, or a pattern whose group in the last match of the command's output is the figure.
    ours: str
    #: The same for what stands beside it, with its name.
    beside: tuple[str, str] | None = None
    #: What could be had at best or was asked for, and why it is not had.
    limit: str = ""


def bench(name, what, ours, beside=None, limit=""):
    # The bench of writing makes its messages with the samples of the tools, whose package it is in.
    package = "-p winmail-tools " if name == "write" else ""
    return Row(what, f"cargo bench {package}--bench {name}", ours, beside, limit)


QUESTIONS = {
    "How long does it take to read a winmail.dat?": [
        bench("read", "8 KB, every attribute and property, checksums verified, without the model", "view/message/8KB",
              limit="libytnef takes 9.9 us; the sum over the bytes and branches on types of properties are what is left"),
        bench("read", "8 KB into a `Message`", "model/message/8KB",
              limit="3 us were asked for; each value is looked at once, and 23 pieces of memory are asked for"),
        bench("read", "20,000 properties, without the model", "view/properties/20000", limit="some 15 ns a property: tag, type and length are read, and the bytes are summed"),
        bench("read", "20,000 properties into a `Message`", "model/properties/20000", limit="1 ms"),
        bench("read", "20,000 recipients of 8 properties, without the model", "view/recipients/20000", limit="the same for 160,000 properties"),
        bench("read", "20,000 recipients into a `Message`", "model/recipients/20000", limit="12 ms"),
        bench("read", "200 attachments of 50 KB into a `Message`", "model/attachments/200", limit="their bytes are summed, and not copied"),
        bench("read", "64 messages within each other", "model/nested/64", limit="each is a message of its own, with its properties"),
        bench("read", "the checksum of 64 MiB", "checksum/sum/64MiB", ("a copy of them", "checksum/memcpy/64MiB"), "memory"),
    ],
    "How long does it take to write one?": [
        bench("write", "a message with an attachment of 8 MiB, as it was read", "mirror/big/8388608", ("a copy of it", "memcpy/big/8388608"),
              "memory; the stream is read again, checksums included, before it is copied"),
        bench("write", "20,000 properties, one of them changed", "edited/many-properties/20000", ("a copy of the stream", "memcpy/many-properties/20000"),
              "each property is compared with that of the stream, and its bytes copied"),
        bench("write", "20,000 properties, anew", "canonical/many-properties/20000", ("a copy of the stream", "memcpy/many-properties/20000"),
              "each value is looked at, and each name for its id"),
        Row("`pack` of a file of 256 MiB: parts of the speed of cp", "tools/write_speed.sh 256M 4", r"pack has ([\d.]+) of cp's speed",
            limit="half was asked for; each byte is summed and written"),
    ],
    "How fast are bodies?": [
        bench("rtf", "unpacking 8 MB of compressed RTF", "rtf/decompress/winmail/8MB", ("crate compressed-rtf", "rtf/decompress/compressed-rtf/8MB"),
              "10 times the crate was asked for; each token depends on the one before it"),
        bench("rtf", "unpacking 3 KB, 200 messages in turn", "rtf/decompress/winmail/200x3KB",
              ("crate compressed-rtf", "rtf/decompress/compressed-rtf/200x3KB"),
              "10 times the crate was asked for"),
        bench("html", "text of a newsletter of 1 MB of HTML", "text of HTML/text/1000000", limit="character by character: tags, entities and the widths of tables"),
        bench("html", "HTML of 100 KB of rich text", "rich text/to_html", limit="a run of text is written with the styles that change at it"),
        bench("html", "text of 100 KB of rich text", "rich text/to_text", limit="each control word is looked up"),
    ],
    "How long does an Outlook file take?": [
        Row("every value of the corpus' .msg read", "cargo bench --features msg --bench msg", "msg/read/samples", ("crate msg_parser", "msg/read/samples/msg_parser"),
            "3 times the crate were asked for"),
    ],
    "How long does a decision take?": [
        bench("policy", "1,000 recipients over 5,000 domains", "decide/1000-recipients/5000", limit="5 us a recipient; each answer keeps the settings that led to it"),
        Row("`policy explain` with 20,000 domains and 20,000 contacts (s)", "tools/policy_speed.py $WINMAIL", r"explain .* 20,000: ([\d.]+) s",
            limit="1 s; reading the file is most of it"),
    ],
    "How long does the program take?": [
        Row("`list` of a small file (ms, best)", "tools/start_speed.py testdata/winmail.dat 300", r"winmail list, copied +([\d.]+) ms best",
            ("tnef -t", r"tnef -t +([\d.]+) ms best"), "page faults of the loader: 170 more than `tnef` has"),
        Row("`list` of 20,000 recipients (ms, best)", "tools/start_speed.py --recipients 20000 40", r"winmail list, copied +([\d.]+) ms best",
            ("tnef -t, which passes over the table", r"tnef -t +([\d.]+) ms best"),
            "1.5 times `tnef` was asked for; 160,000 properties are read into memory, and 20,000 lines written"),
        Row("`extract` of an attachment of 256 MiB: times as long as cp", "tools/extract_speed.sh 256M", r"extract FILE takes ([\d.]+) times",
            limit="1.2 were asked for"),
        Row("`filter` of a mail of 25 MB: processor time, in that of `base64 -d` of its part", "tools/filter_speed.sh", r"median of processor time ([\d.]+)",
            limit="1.3 were asked for; what is made is decoded again and compared with what came in"),
        Row("100,000 mails into an mbox, mails a second", "tools/archive.py $WINMAIL --mails 0 --large 100000", r"then (\d+) mails a second",
            ("Python's mailbox.mbox, which converts nothing", r"converts nothing: (\d+) mails a second"),
            "a copy; each mail is parsed, and digested for the journal"),
    ],
    "What do a million mails cost in Python?": [
        Row("mails a second and core into Parquet", "tools/table_cost.py 10000 $CORPUS", r"(\d+) mails and \d+ MB a second and core",
            limit="2,000 were asked for"),
    ],
}


def cells_of_page():
    """The figures that the page has, by what they are of."""
    found = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 5:
            found[cells[0].lstrip("| ")] = cells[1], cells[2]
    return found


def estimates():
    """The medians of all benches that were run, in nanoseconds, by their ids."""
    found = {}
    for file in (ROOT / "target/criterion").rglob("new/benchmark.json"):
        median = json.loads((file.parent / "estimates.json").read_text())["median"]["point_estimate"]
        found[json.loads(file.read_text())["full_id"]] = median
    return found


def duration(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def measured(row, output):
    """What a row's command came to: its figure, and that of what stands beside it."""
    def figure(source):
        if row.command.startswith("cargo bench"):
            return duration(medians[source]) if source in (medians := estimates()) else None
        matches = re.findall(source, output)
        return matches[-1] if matches else None
    beside = row.beside and figure(row.beside[1])
    return figure(row.ours), f"{row.beside[0]}: {beside}" if beside else ""


def run(command):
    environment = {"WINMAIL": str(ROOT / "target/release/winmail"), "CORPUS": str(ROOT / "../shared/corpus/tnef"), **os.environ}
    words = [os.path.expandvars(word) if word[0] != "$" else environment[word[1:]] for word in shlex.split(command)]
    if words[0] == "cargo":
        words += ["--", *SHORT.split()]
    else:
        words[0] = str(ROOT / words[0])
        words = [sys.executable, *words] if words[0].endswith(".py") else words
    print("+", *words, flush=True)
    return subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    words = sys.argv[1:]
    cells = cells_of_page()
    outputs = {}
    for rows in QUESTIONS.values():
        for row in rows:
            is_bench = row.command.startswith("cargo bench")
            if words == ["--criterion"]:
                wanted = is_bench
            else:
                wanted = any(word in row.command for word in words)
                if wanted and row.command not in outputs:
                    outputs[row.command] = run(row.command)
            if wanted:
                ours, beside = measured(row, outputs.get(row.command, ""))
                if ours:
                    cells[row.what] = ours, beside
                elif not is_bench:
                    sys.exit(f"no figure of {row.what!r} in what {row.command} prints")
    text = PAGE.read_text()
    head, tail = text.split("<!-- tables -->\n")[0], text.split("<!-- end -->\n")[1]
    made = f"Median times, and figures of the scripts, {time.strftime('%Y-%m-%d')}.\n\n" if words else ""
    if not words:
        made = re.search(r"<!-- tables -->\n(Median.*\n\n)?", text).group(1) or ""
    for question, rows in QUESTIONS.items():
        made += f"### {question}\n\n| | winmail | beside it | limit, and why | command |\n|---|---|---|---|---|\n"
        for row in rows:
            ours, beside = cells.get(row.what, ("not measured", ""))
            made += f"| {row.what} | {ours} | {beside} | {row.limit} | `{row.command}` |\n"
        made += "\n"
    PAGE.write_text(f"{head}<!-- tables -->\n{made}<!-- end -->\n{tail}")
    if not words:
        print(*sorted({row.command for rows in QUESTIONS.values() for row in rows}), sep="\n")


main()
