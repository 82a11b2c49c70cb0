#!/usr/bin/env python3
"""How long PyPI's extract-msg takes for the files of the bench `msg/read/samples`: every stream read, bodies and attachments asked for.

    tools/msg_speed.py [FOLDER ...]      # default: msg and items/msg of $WINMAIL_CORPUS, else ../shared/corpus

The bench (`cargo bench --features msg --bench msg`) prints the time of one pass over the same files.
"""

import logging
import os
import pathlib
import sys
import time

import extract_msg

logging.disable(logging.CRITICAL)


def total(msg):
    count = 0
    for path in msg.listDir():
        count += len(msg.getStream(path, prefix=False) or b"")
    for ask in ("subject", "body", "htmlBody", "rtfBody", "recipients"):
        try:
            count += len(getattr(msg, ask, None) or "")
        except Exception:  # noqa: BLE001: damaged bodies
            pass
    for attachment in msg.attachments:
        count += len(attachment.data) if isinstance(attachment.data, bytes) else 1
    return count


def main():
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", pathlib.Path(__file__).resolve().parents[1] / "../shared/corpus"))
    folders = [pathlib.Path(folder) for folder in sys.argv[1:]] or [root / "msg", root / "items/msg"]
    files = [file for folder in folders for file in sorted(folder.iterdir())]
    opened, start, processor = 0, time.perf_counter(), time.process_time()
    for file in files:
        try:
            with extract_msg.openMsg(str(file), errorBehavior=extract_msg.enums.ErrorBehavior.SUPPRESS_ALL) as msg:
                total(msg)
                opened += 1
        except Exception:  # noqa: BLE001: those that it refuses cost it less
            pass
    passed, used = time.perf_counter() - start, time.process_time() - processor
    print(f"extract-msg {extract_msg.__version__}: {opened} of {len(files)} files in {passed:.2f} s, {used:.2f} s of processor time")


if __name__ == "__main__":
    main()
