"""Messages as rows of five tables, schema version 1 (docs/table.md), with nothing but Python."""

import json
import os
import typing

from winmail_tnef._native import table_rows

__all__ = ["NAMES", "SCHEMA_VERSION", "files", "lines", "rows"]

#: The tables.
NAMES = ("messages", "attachments", "properties", "recipients", "diagnostics")

#: Counts up when a column changes its meaning.
SCHEMA_VERSION = 1


_Path = typing.Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
_Buffer = typing.Union[bytes, bytearray, memoryview]


def files(paths: typing.Iterable[_Path]) -> typing.Iterator[str]:
    """The files that are named, and those in the folders that are named, at every depth and in the order of their names.

    Links in folders are not followed. A folder that cannot be listed is given as it is, so that reading it says why.
    """
    for path in paths:
        levels = [iter([os.fsdecode(path)])]
        while levels:
            name = next(levels[-1], None)
            if name is None:
                levels.pop()
            elif len(levels) > 1 and os.path.islink(name):
                continue
            elif not os.path.isdir(name):
                # What is named is read even if it is no file: that says so.
                if len(levels) == 1 or os.path.isfile(name):
                    yield name
            else:
                try:
                    names = sorted(os.listdir(name), key=os.fsencode)
                except OSError:
                    yield name
                else:
                    levels.append(iter([os.path.join(name, inner) for inner in names]))


def opened(path: _Path, data: typing.Optional[_Buffer] = None) -> typing.Tuple[str, _Buffer, typing.Optional[str]]:
    """What an input is called, what it holds, and why it cannot be opened, or None."""
    # A name in no encoding is shown, as the program shows it; the file is opened by the name that it has.
    name = os.fsencode(path).decode("utf-8", "replace")
    if data is not None:
        return name, data, None
    try:
        with open(path, "rb") as file:
            return name, file.read(), None
    except (OSError, ValueError) as error:
        return name, b"", getattr(error, "strerror", None) or str(error)


def lines(path: _Path, data: typing.Optional[_Buffer] = None, **keywords: typing.Any) -> typing.Dict[str, bytes]:
    """The rows of the messages in one input as lines of JSON: a dict of bytes, by the names of the tables.

    ``data`` is what the input holds, for what is no file. A file that cannot be opened is a row of ``messages`` with ``error``.
    Keywords as with ``Message.open``.
    """
    return table_rows(*opened(path, data), **keywords)


def rows(
    path: _Path, data: typing.Optional[_Buffer] = None, **keywords: typing.Any
) -> typing.Dict[str, typing.List[typing.Dict[str, typing.Any]]]:
    """The rows of the messages in one input: a dict of lists of dicts, by the names of the tables."""
    found = lines(path, data, **keywords)
    return {name: [json.loads(line) for line in found[name].splitlines()] for name in NAMES}
