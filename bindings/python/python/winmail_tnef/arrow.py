"""Messages as Arrow record batches and Parquet files; needs pyarrow. The schema is that of docs/table.md, version 1."""

import io
import os

import pyarrow
import pyarrow.json
import pyarrow.parquet

from winmail_tnef.table import NAMES, SCHEMA_VERSION, files, lines

__all__ = ["NAMES", "SCHEMAS", "SCHEMA_VERSION", "batches", "to_parquet"]

_TEXT = pyarrow.string()
_INTEGER = pyarrow.int64()
_TIME = pyarrow.timestamp("us", "UTC")
_BYTES = pyarrow.binary()


def _schema(**columns):
    metadata = {"winmail.table.version": str(SCHEMA_VERSION)}
    return pyarrow.schema(list(columns.items()), metadata)


#: The schema of each table.
SCHEMAS = {
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

#: How many bytes of JSON make a batch.
_BATCH = 16 << 20


def _record_batch(name, text):
    """Lines of JSON as one record batch."""
    schema = SCHEMAS[name]
    if not text:
        return pyarrow.RecordBatch.from_pylist([], schema)
    # Bytes are digits in JSON.
    read = pyarrow.schema([(field.name, _TEXT if field.type == _BYTES else field.type) for field in schema])
    longest = max(len(line) for line in text.splitlines())
    table = pyarrow.json.read_json(
        io.BytesIO(text),
        read_options=pyarrow.json.ReadOptions(block_size=max(1 << 20, 2 * longest)),
        parse_options=pyarrow.json.ParseOptions(explicit_schema=read, unexpected_field_behavior="error"),
    )
    columns = []
    for field in schema:
        column = table.column(field.name).combine_chunks()
        if field.type == _BYTES:
            column = pyarrow.array([None if value is None else bytes.fromhex(value) for value in column.to_pylist()], _BYTES)
        columns.append(column)
    return pyarrow.RecordBatch.from_arrays(columns, schema=schema)


def batches(paths, *, batch_bytes=_BATCH, **keywords):
    """The rows of all messages in files and folders: a dict of record batches after the other, by the names of the tables.

    ``paths`` are paths, or pairs of a name and bytes. Memory does not grow with their number. Keywords as with ``Message.open``.
    """
    held = {name: bytearray() for name in NAMES}
    for path, data in _inputs(paths):
        for name, text in lines(path, data, **keywords).items():
            held[name] += text
        if sum(map(len, held.values())) >= batch_bytes:
            yield {name: _record_batch(name, bytes(text)) for name, text in held.items()}
            held = {name: bytearray() for name in NAMES}
    if any(held.values()):
        yield {name: _record_batch(name, bytes(text)) for name, text in held.items()}


def _inputs(paths):
    for path in paths:
        if isinstance(path, tuple):
            yield path
        else:
            yield from ((file, None) for file in files([path]))


def to_parquet(paths, out, *, compression="zstd", **keywords):
    """Writes the five tables as Parquet files, ``out/messages.parquet`` and so on; returns the number of rows of each.

    ``paths`` and keywords as with ``batches``. The files appear when all is read.
    """
    os.makedirs(out, exist_ok=True)
    counts = dict.fromkeys(NAMES, 0)
    partial = {name: os.path.join(out, f".{name}.parquet.part") for name in NAMES}
    writers = {}
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
