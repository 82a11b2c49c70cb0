"""Messages as Arrow record batches and Parquet files; needs pyarrow. The schema is that of docs/table.md, version 1."""

import os
import typing

import pyarrow
import pyarrow.parquet

from winmail_tnef._native import TableBatches
from winmail_tnef.table import NAMES, SCHEMA_VERSION, _Buffer, _Path, files, opened

__all__ = ["NAMES", "SCHEMAS", "SCHEMA_VERSION", "batches", "to_parquet"]

_TEXT = pyarrow.string()
_INTEGER = pyarrow.int64()
_TIME = pyarrow.timestamp("us", "UTC")
_BYTES = pyarrow.binary()


def _schema(**columns: typing.Any) -> typing.Any:
    metadata = {"winmail.table.version": str(SCHEMA_VERSION)}
    return pyarrow.schema(list(columns.items()), metadata)


#: The schema of each table.
SCHEMAS: typing.Dict[str, typing.Any] = {
    "messages": _schema(
        message_id=_TEXT,
        file=_TEXT,
        format=_TEXT,
        sha256=_TEXT,
        parent=_TEXT,
        parent_seq=_INTEGER,
        **{"class": _TEXT},
        subject=_TEXT,
        sender_name=_TEXT,
        sender_address=_TEXT,
        internet_message_id=_TEXT,
        sent=_TIME,
        received=_TIME,
        search_key=_BYTES,
        conversation_index=_BYTES,
        code_page=_INTEGER,
        native_body=_TEXT,
        text=_TEXT,
        html=_TEXT,
        attachments=_INTEGER,
        recipients=_INTEGER,
        bytes_lost=_INTEGER,
        error=_TEXT,
    ),
    "attachments": _schema(
        message_id=_TEXT,
        seq=_INTEGER,
        kind=_TEXT,
        name=_TEXT,
        mime_type=_TEXT,
        content_id=_TEXT,
        inline=pyarrow.bool_(),
        method=_INTEGER,
        size=_INTEGER,
        sha256=_TEXT,
        nested_message_id=_TEXT,
    ),
    "properties": _schema(
        message_id=_TEXT,
        owner=_TEXT,
        owner_seq=_INTEGER,
        tag=_INTEGER,
        name=_TEXT,
        guid=_TEXT,
        id_or_name=_TEXT,
        type=_TEXT,
        position=_INTEGER,
        value_text=_TEXT,
        value_int=_INTEGER,
        value_real=pyarrow.float64(),
        value_bool=pyarrow.bool_(),
        value_time=_TIME,
        value_binary=_BYTES,
        size=_INTEGER,
        offset=_INTEGER,
    ),
    "recipients": _schema(
        message_id=_TEXT, seq=_INTEGER, kind=_TEXT, name=_TEXT, address=_TEXT, address_type=_TEXT, smtp=_TEXT
    ),
    "diagnostics": _schema(
        message_id=_TEXT,
        seq=_INTEGER,
        code=_TEXT,
        severity=_TEXT,
        offset=_INTEGER,
        length=_INTEGER,
        path=_TEXT,
        detail=_TEXT,
    ),
}

#: How many bytes make a batch.
_BATCH = 16 << 20


def _record_batches(tables: typing.Any) -> typing.Dict[str, typing.Any]:
    """The record batches over the bytes of columns, which are not looked at."""
    found = {}
    for (name, schema), columns in zip(SCHEMAS.items(), tables):
        arrays = []
        # A table without a row has no columns.
        for field, (rows, has_value, ends, values) in zip(schema, columns or [(0, None, None, b"")] * len(schema)):
            if has_value is None:
                arrays.append(pyarrow.nulls(rows, field.type))
                continue
            buffers = [has_value, values] if ends is None else [has_value, ends, values]
            arrays.append(pyarrow.Array.from_buffers(field.type, rows, list(map(pyarrow.py_buffer, buffers))))
        found[name] = pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
    return found


_Inputs = typing.Iterable[typing.Union[_Path, typing.Tuple[str, _Buffer]]]


def batches(paths: _Inputs, *, batch_bytes: int = _BATCH, **keywords: typing.Any) -> typing.Iterator[typing.Dict[str, typing.Any]]:
    """The rows of all messages in files and folders: a dict of record batches after the other, by the names of the tables.

    ``paths`` are paths, or pairs of a name and bytes. Memory does not grow with their number. Keywords as with ``Message.open``.
    """
    writer = TableBatches(batch_bytes)
    for path, data in _inputs(paths):
        for tables in writer.add(*opened(path, data), **keywords):
            yield _record_batches(tables)
    for tables in writer.rest():
        yield _record_batches(tables)


def _inputs(paths: _Inputs) -> typing.Iterator[typing.Tuple[_Path, typing.Optional[_Buffer]]]:
    for path in paths:
        if isinstance(path, tuple):
            yield path
        else:
            yield from ((file, None) for file in files([path]))


def to_parquet(
    paths: _Inputs, out: typing.Union[str, "os.PathLike[str]"], *, compression: str = "zstd", **keywords: typing.Any
) -> typing.Dict[str, int]:
    """Writes the five tables as Parquet files, ``out/messages.parquet`` and so on; returns the number of rows of each.

    ``paths`` and keywords as with ``batches``. The files appear when all is read.
    """
    os.makedirs(out, exist_ok=True)
    counts = dict.fromkeys(NAMES, 0)
    partial = {name: os.path.join(out, f".{name}.parquet.part") for name in NAMES}
    writers: typing.Dict[str, typing.Any] = {}
    try:
        for name in NAMES:
            writers[name] = pyarrow.parquet.ParquetWriter(partial[name], SCHEMAS[name], compression=compression)
        for found in batches(paths, **keywords):
            for name, batch in found.items():
                counts[name] += batch.num_rows
                writers[name].write_batch(batch)
        for writer in writers.values():
            writer.close()
        for name in NAMES:
            os.replace(partial[name], os.path.join(out, f"{name}.parquet"))
    finally:
        for name, writer in writers.items():
            writer.close()
            if os.path.exists(partial[name]):
                os.remove(partial[name])
    return counts
