"""Messages as rows of five tables, schema version 1 (docs/table.md), with nothing but Python."""

import json
import os

from winmail_tnef._native import table_rows

__all__ = ["NAMES", "SCHEMA_VERSION", "files", "lines", "rows"]

#: The tables.
NAMES = ("messages", "attachments", "properties", "recipients", "diagnostics")

#: Counts up when a column changes its meaning.
SCHEMA_VERSION = 1


def files(paths):
    """The files that are named, and those in the folders that are named, at every depth and in the order of their names."""
    for path in paths:
        path = os.fspath(path)
        if not os.path.isdir(path):
            yield path
            continue
        entries = sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name))
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from files([entry.path])
            elif entry.is_file():
                yield entry.path


def lines(path, data=None, **keywords):
    """The rows of the messages in one input as lines of JSON: a dict of bytes, by the names of the tables.

    ``data`` is what the input holds, for what is no file. A file that cannot be opened is a row of ``messages`` with ``error``.
    Keywords as with ``Message.open``.
    """
    name = os.fspath(path)
    if data is None:
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            return table_rows(name, b"", error.strerror or str(error), **keywords)
    return table_rows(name, data, **keywords)


def rows(path, data=None, **keywords):
    """The rows of the messages in one input: a dict of lists of dicts, by the names of the tables."""
    found = lines(path, data, **keywords)
    return {name: [json.loads(line) for line in found[name].splitlines()] for name in NAMES}
