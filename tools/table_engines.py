#!/usr/bin/env python3
"""The tables of docs/table.md in engines that exist: the queries of the docs, by DuckDB and Polars, and whether their counts are right.

    tools/table_engines.py [MAILS [STREAMS]]

Makes MAILS mails (default 1000) around the TNEF streams in the folder STREAMS (default: testdata), one in a hundred of them no mail at all;
writes them as Parquet with the Python package and as NDJSON with the program that is in it, and asks each engine that is installed. Says
how long making the tables took, in processor time. The exit code is 1 if a count is wrong.
"""

import base64
import collections
import json
import pathlib
import resource
import sys
import tempfile
import time

from winmail_tnef import arrow, run, table

ROOT = pathlib.Path(__file__).resolve().parents[1]

#: Those of the docs: a name, the query, and what it must give of the rows that Python has.
QUERIES = {
    "messages": ("select count(*) from messages", lambda rows: len(rows["messages"])),
    "bad": ("select count(*) from messages where error is not null", lambda rows: sum(row["error"] is not None for row in rows["messages"])),
    "join": (
        "select count(*) from messages m join properties p using (message_id) where p.name = 'PidTagLastModificationTime' "
        "and p.owner = 'message' and p.value_time is not null",
        lambda rows: sum(
            row["name"] == "PidTagLastModificationTime" and row["owner"] == "message" and row["value_time"] is not None
            for row in rows["properties"]
        ),
    ),
    "unique files": (
        "select count(distinct sha256) from attachments where kind = 'file'",
        lambda rows: len({row["sha256"] for row in rows["attachments"] if row["kind"] == "file"} - {None}),
    ),
}


def streams_in(folder):
    """The TNEF streams among the files of a folder."""
    streams = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    return [stream for stream in streams if stream.startswith(b"\x78\x9f\x3e\x22")]


def mails(count, streams):
    """Mails, each with a stream in it, and the same in each run."""
    texts = [base64.encodebytes(stream).decode() for stream in streams]
    for number in range(count):
        if number % 100 == 99:
            yield f"{number}.eml", b"%PDF-1.7 is no mail"
            continue
        head = (
            f"From: Jane <jane{number % 7}@example.org>\nTo: joe@example.org\nSubject: mail {number}\nMessage-ID: <{number}@example.org>\n"
            "MIME-Version: 1.0\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        )
        yield f"{number}.eml", (head + texts[number % len(texts)]).encode()


def duckdb_answers(folder, ending):
    import duckdb

    connection = duckdb.connect()
    for name in table.NAMES:
        options = ", maximum_object_size=268435456" if ending == "ndjson" else ""
        reader = "read_json" if ending == "ndjson" else "read_parquet"
        connection.execute(f"create view {name} as select * from {reader}('{folder}/{name}.{ending}'{options})")
    return {name: connection.execute(query).fetchall()[0][0] for name, (query, _) in QUERIES.items()}


def polars_answers(folder, ending):
    import polars

    read = polars.scan_ndjson if ending == "ndjson" else polars.scan_parquet
    options = {"infer_schema_length": None} if ending == "ndjson" else {}
    tables = {name: read(folder / f"{name}.{ending}", **options) for name in table.NAMES}
    context = polars.SQLContext(tables)
    return {name: context.execute(query).collect().item() for name, (query, _) in QUERIES.items()}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    streams = streams_in(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "testdata")
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "in").mkdir()
        size = 0
        for name, mail in mails(count, streams):
            (scratch / "in" / name).write_bytes(mail)
            size += len(mail)
        print(f"{count} mails, {len(streams)} different streams, {size / 1e6:.0f} MB")
        start = time.process_time()
        counts = arrow.to_parquet([scratch / "in"], scratch / "parquet")
        took = time.process_time() - start
        written = sum(path.stat().st_size for path in (scratch / "parquet").iterdir())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"Parquet: {took:.1f} s of processor time, {count / took:.0f} mails a second; {written / 1e6:.2f} MB; {json.dumps(counts)}; "
              f"at most {memory:.0f} MB of memory so far")
        start = time.process_time()
        code, out, _ = run(["table", str(scratch / "in"), "-o", str(scratch / "ndjson")])
        took = time.process_time() - start
        print(f"NDJSON: {took:.1f} s of processor time, {count / took:.0f} mails a second; {out.decode().strip()}")
        wrong += code != 1
        rows = collections.defaultdict(list)
        for name in table.NAMES:
            with open(scratch / "ndjson" / f"{name}.ndjson", "rb") as file:
                rows[name] = [json.loads(line) for line in file]
        expected = {name: fact(rows) for name, (_, fact) in QUERIES.items()}
        assert expected["bad"] >= count // 100 and all(expected.values()), expected
        for engine, answers in (("duckdb", duckdb_answers), ("polars", polars_answers)):
            for ending in ("parquet", "ndjson"):
                start = time.perf_counter()
                try:
                    found = answers(scratch / ending, ending)
                except ImportError:
                    print(f"{engine}: not installed")
                    break
                right = found == expected
                wrong += not right
                print(f"{engine}, {ending}: {found} in {time.perf_counter() - start:.2f} s: {'right' if right else f'wrong, expected {expected}'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
