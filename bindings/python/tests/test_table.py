"""Tables: the same rows from Python, as Arrow and as Parquet, as from the program."""

import json
import os
import signal
import subprocess
import sys

import pytest
from conftest import INPUTS, SAMPLES, TESTDATA

from winmail_tnef import run, table


def test_the_rows_are_those_of_the_program(tmp_path):
    out = tmp_path / "out"
    inputs = [str(path) for path in SAMPLES[:20]]
    code, _, err = run(["table", *inputs, "-o", str(out)])
    assert code in (0, 1), err
    found = {name: b"" for name in table.NAMES}
    for path in inputs:
        for name, text in table.lines(path).items():
            found[name] += text
    for name in table.NAMES:
        assert found[name] == (out / f"{name}.ndjson").read_bytes()


def test_rows_of_what_is_no_file(mail):
    rows = table.rows("s3://bucket/1.eml", mail)
    (message,) = rows["messages"]
    assert message["message_id"] == "s3://bucket/1.eml#0"
    assert message["sender_address"] == "jane@example.org"
    # The last is the mail's own text, which the stream does not say.
    assert [row["name"] for row in rows["attachments"]] == ["Quartal Übersicht.csv", "logo.png", None]


def test_what_cannot_be_read_is_a_row(tmp_path):
    (row,) = table.rows(tmp_path / "absent")["messages"]
    assert row["error"] and row["format"] == "none"
    (row,) = table.rows("x", b"%PDF-1.7")["messages"]
    assert "PDF" in row["error"]


def test_folders_are_walked(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("a.dat", "b/c/d.dat", "e.dat"):
        (tmp_path / name).write_bytes(b"x")
    assert [path[len(str(tmp_path)) + 1 :] for path in table.files([tmp_path])] == ["a.dat", "b/c/d.dat", "e.dat"]


@pytest.mark.skipif(os.name != "posix", reason="links and names of POSIX")
def test_no_file_ends_a_batch(tmp_path):
    (tmp_path / "a").mkdir()
    odd = os.path.join(os.fsencode(tmp_path), b"a", b"\xff.dat")
    with open(odd, "wb") as file:
        file.write((TESTDATA / "winmail.dat").read_bytes())
    for link in ("folder", "around", "nowhere"):
        os.symlink(tmp_path if link != "nowhere" else "absent", tmp_path / "a" / link)
    os.mkfifo(tmp_path / "a" / "pipe")
    # Deeper than Python calls itself.
    deep = [f"{tmp_path}/a{'/d' * level}" for level in range(1, 1100)]
    for folder in deep:
        os.mkdir(folder)
    try:
        (only,) = table.files([tmp_path / "a"])
        assert os.fsencode(only) == odd
        (row,) = table.rows(only)["messages"]
        assert row["file"].endswith("a/\ufffd.dat") and row["error"] is None
        assert table.rows(odd)["messages"] == [row]
        for name in ("a\0b", tmp_path):
            (bad,) = table.rows(name)["messages"]
            assert bad["error"] and bad["format"] == "none"
        code, _, _ = run(["table", str(tmp_path / "a"), "-o", str(tmp_path / "out")])
        assert code == 0
        assert json.loads((tmp_path / "out" / "messages.ndjson").read_bytes()) == row
    finally:
        # pytest cannot remove folders that are so deep.
        for folder in reversed(deep):
            os.rmdir(folder)


def test_every_input_is_rows_as_arrow():
    arrow = pytest.importorskip("winmail_tnef.arrow", reason="pyarrow is not installed", exc_type=ImportError)
    seen = set()
    for found in arrow.batches((path.name, path.read_bytes()) for path in INPUTS):
        assert set(found) == set(table.NAMES)
        seen.update(key.as_py().partition("#")[0] for key in found["messages"]["message_id"])
    assert seen == {path.name for path in INPUTS}


WRITER = """
import itertools, sys
from winmail_tnef import arrow
data = open(sys.argv[1], "rb").read()
def forever():
    for number in itertools.count():
        if number == 100:
            print("running", flush=True)
        yield str(number), data
arrow.to_parquet(forever(), sys.argv[2])
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_is_refused_leaves_the_batch(mail):
    from winmail_tnef._native import TableBatches

    writer, alone = TableBatches(1 << 30), TableBatches(1 << 30)
    assert writer.add("1.eml", mail) == alone.add("1.eml", mail) == []
    for data, keywords in ((7, {}), (mail, {"no_such_keyword": 1})):
        with pytest.raises(TypeError):
            writer.add("2.eml", data, **keywords)
    (batch,) = writer.rest()
    assert [batch] == alone.rest() and batch[0][0][0] >= 1


def test_a_batch_can_be_interrupted(tmp_path):
    pytest.importorskip("winmail_tnef.arrow", reason="pyarrow is not installed", exc_type=ImportError)
    command = [sys.executable, "-c", WRITER, TESTDATA / "winmail.dat", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"running\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert said.rstrip().endswith(b"KeyboardInterrupt")
    assert list(tmp_path.iterdir()) == []


def test_parquet_has_the_same_rows(tmp_path):
    arrow = pytest.importorskip("winmail_tnef.arrow", reason="pyarrow is not installed", exc_type=ImportError)
    import pyarrow.parquet

    assert set(arrow.SCHEMAS) == set(table.NAMES)
    counts = arrow.to_parquet([TESTDATA / path.name for path in SAMPLES], tmp_path, batch_bytes=100_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.parquet" for name in table.NAMES)
    for name in table.NAMES:
        expected = [row for path in SAMPLES for row in table.rows(path)[name]]
        read = pyarrow.parquet.read_table(tmp_path / f"{name}.parquet")
        assert read.num_rows == counts[name] == len(expected)
        assert read.column_names == list(expected[0])
        for row, fact in zip(read.to_pylist(), expected):
            for column, value in row.items():
                if isinstance(value, bytes):
                    value = value.hex()
                elif hasattr(value, "isoformat"):
                    value = value.strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)
                assert value == fact[column], (name, column)
    json.dumps(counts)
