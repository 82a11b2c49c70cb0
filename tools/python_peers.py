#!/usr/bin/env python3
"""The Python package beside those that its users may come from: what is found, and how long it takes.

    tools/python_peers.py [CORPUS]

CORPUS has folders `tnef`, `eml`, `msg` and `rtf`; default: $WINMAIL_CORPUS, else ../shared/corpus. Needs the wheel, and from PyPI tnefparse,
compressed-rtf and RTFDE, each of which is left out where it is missing. TNEF in mails is taken out by Python's own package, so that both
sides get the same bytes. Each reading is done by each side until it has taken some time, and the best time of one counts: processor
time, so that a busy machine matters less. The exit code is 1 if an attachment is missing that tnefparse finds, or
a body that `winmail body` finds.
"""

import contextlib
import email
import io
import logging
import os
import pathlib
import resource
import statistics
import sys
import time
import warnings

import winmail_tnef
from winmail_tnef import Message, rtf

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

SIGNATURE = b"\x78\x9f\x3e\x22"


def quietly(work, *arguments):
    """What a call returns, or the exception that it raises; whatever it prints is lost."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return work(*arguments), None
        except Exception as error:  # noqa: BLE001: what does not read is counted
            return None, error


def best(work, *arguments):
    """The shortest of several runs in seconds of processor time; of as many as fit into a tenth of a second, three at least."""
    times = []
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        while len(times) < 3 or sum(times) < 0.1 and len(times) < 50:
            start = time.process_time_ns()
            work(*arguments)
            times.append((time.process_time_ns() - start) / 1e9)
    return min(times)


def survived(work, *arguments):
    """Whether a call ends, tried in a process of its own with 10 s and 4 GB: some of them need all the memory that there is."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        _, error = quietly(work, *arguments)
        os._exit(isinstance(error, MemoryError))
    return os.waitpid(child, 0)[1] == 0


def streams(corpus):
    """The TNEF streams of the corpus: name and bytes."""
    for path in sorted((corpus / "tnef").iterdir()):
        if path.is_file():
            yield path.name, path.read_bytes()
    for path in sorted((corpus / "eml").glob("*.eml")):
        for part in email.message_from_bytes(path.read_bytes()).walk():
            data = part.get_payload(decode=True) if not part.is_multipart() else None
            if data and data.startswith(SIGNATURE):
                yield path.name, data


def own_touched(data):
    """As a user takes the data: without a copy."""
    return [(one.name, one.data) for one in Message.from_bytes(data).attachments]


def is_in(theirs, own):
    """Whether contents are there, with or without an interface id in front, or more of them."""
    return own.startswith((theirs, theirs[16:] or theirs)) or bool(own) and own in theirs


def all_of(theirs):
    """The data of tnefparse's attachments at every depth."""
    found = []
    for one in theirs.attachments:
        found.append(bytes(one.data or b""))
        if getattr(one, "embed", None) is not None:
            found += all_of(one.embed)
    return found


def compare_tnef(corpus):
    try:
        from tnefparse import TNEF
    except ImportError:
        print("tnefparse: not installed")
        return 0

    def other(data, checksum=False):
        return TNEF(data, do_checksum=checksum)

    def other_touched(data, checksum=False):
        return [(one.long_filename(), one.data) for one in other(data, checksum).attachments]

    counts = dict.fromkeys(("streams", "errors", "errors_other", "files", "files_other", "html", "html_other", "text", "text_other", "killed_other", "program", "other"), 0)
    missing, ratios, totals = [], [], [0.0, 0.0, 0.0]
    for name, data in streams(corpus):
        counts["streams"] += 1
        mine, error = quietly(Message.from_bytes, data)
        counts["errors"] += error is not None
        if error is not None and not isinstance(error, winmail_tnef.WinmailError):
            missing.append(f"{name}: {error!r}")
        theirs, failed = quietly(other, data) if survived(other, data) else (None, "killed")
        counts["killed_other"] += failed == "killed"
        counts["errors_other"] += failed is not None
        found = [bytes(one.data) for one in mine.all_attachments()] if mine is not None else []
        counts["files"] += len(found)
        if mine is not None:
            counts["html"] += bool(quietly(lambda: mine.html)[0])
            counts["text"] += bool(quietly(lambda: mine.text)[0])
        for form, options in (("text", []), ("html", ["--html"])):
            if winmail_tnef.run(["body", *options, "-"], data)[1].strip():
                counts["program"] += 1
                if mine is None or not getattr(mine, form):
                    missing.append(f"{name}: a body that the program finds is not here, {form}")
        if theirs is not None:
            listed = quietly(all_of, theirs)[0] or []
            counts["files_other"] += len(listed)
            counts["html_other"] += bool(quietly(lambda: theirs.htmlbody)[0])
            counts["text_other"] += bool(quietly(lambda: theirs.body)[0])
            # Of a message or an object the other has the interface id in front, and of an object that was cut only what is there; we
            # make it as long as its sectors.
            lost = [one for one in listed if one and not any(is_in(one, inner) for inner in found)]
            if lost and name.startswith("fuzz-"):
                counts["other"] += len(lost)
            elif lost:
                missing.append(f"{name}: {len(lost)} attachments of tnefparse are not here")
        if mine is not None and theirs is not None and quietly(other_touched, data)[1] is None:
            own, without, checked = best(own_touched, data), best(other_touched, data), best(other_touched, data, True)
            totals = [total + one for total, one in zip(totals, (own, without, checked))]
            ratios.append(without / own)
    print("found in {streams} streams: attachments {files} : {files_other}, HTML {html} : {html_other}, text {text} : {text_other}, "
          "errors {errors} : {errors_other} (tnefparse, "
          "{killed_other} of them out of time or memory)".format(**counts))
    print(f"attachments of tnefparse that we read otherwise in what a fuzzer made: {counts['other']}")
    bodies = (counts["html"] + counts["text"]) / max(counts["html_other"] + counts["text_other"], 1)
    print(f"bodies: {bodies:.1f} times as many as tnefparse; {counts['program']} are what `winmail body` and `body --html` find")
    print(f"time for attachments, of {len(ratios)} streams that both read: {totals[0] * 1e3:.1f} ms; tnefparse {totals[1] * 1e3:.1f} ms "
          f"without checksums ({totals[1] / totals[0]:.1f} times in total, {statistics.median(ratios):.1f} times in the median), "
          f"{totals[2] * 1e3:.1f} ms with ({totals[2] / totals[0]:.1f} times in total)")
    for line in missing:
        print("  missing:", line)
    return len(missing)


def compressed(corpus):
    """Compressed RTF: the bodies of the streams."""
    for name, data in streams(corpus):
        message, _ = quietly(Message.from_bytes, data)
        body = message.properties.get("PidTagRtfCompressed") if message is not None else None
        if body:
            yield name, body


def compare_rtf(corpus):
    bodies = list(compressed(corpus))
    try:
        import compressed_rtf
    except ImportError:
        print("compressed-rtf: not installed")
    else:
        own = other = back = back_other = 0.0
        both = differ = failed = 0
        for name, body in bodies:
            plain, error = quietly(rtf.decompress, body)
            theirs, refused = quietly(compressed_rtf.decompress, body)
            failed += refused is not None and error is None
            if error is not None or refused is not None:
                continue
            both += 1
            differ += plain != theirs
            own, other = own + best(rtf.decompress, body), other + best(compressed_rtf.decompress, body)
            back, back_other = back + best(rtf.compress, plain), back_other + best(compressed_rtf.compress, plain, True)
        print(f"compressed RTF, {both} of {len(bodies)} bodies that both read ({failed} that only we read, {differ} read differently): "
              f"decompress {other / own:.0f} times as fast as compressed-rtf, compress {back_other / back:.0f} times")
    try:
        from RTFDE.deencapsulate import DeEncapsulator
    except ImportError:
        print("RTFDE: not installed")
        return

    def deencapsulate(plain):
        tree = DeEncapsulator(plain)
        tree.deencapsulate()
        return tree.html if tree.content_type == "html" else tree.plain_text

    texts = [(name, quietly(rtf.decompress, body)[0]) for name, body in bodies]
    texts += [(path.name, path.read_bytes()) for path in sorted((corpus / "rtf").glob("*.rtf"))]
    carrying = [(name, plain) for name, plain in texts if plain and quietly(rtf.carries, plain)[0]]
    own = other = 0.0
    both = failed = 0
    for name, plain in carrying:
        work = rtf.to_html if rtf.carries(plain) == "html" else rtf.to_text
        if quietly(deencapsulate, plain)[1] is not None:
            failed += 1
            continue
        both += 1
        own, other = own + best(work, plain), other + best(deencapsulate, plain)
    print(f"HTML and text in RTF, {both} of {len(carrying)} texts that both read ({failed} that only we read): {other / own:.0f} times as fast as RTFDE")


def main():
    root = pathlib.Path(__file__).resolve().parents[1]
    default = os.environ.get("WINMAIL_CORPUS", root / "../shared/corpus")
    corpus = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default)
    print(f"winmail-tnef {winmail_tnef.__version__}, Python {sys.version.split()[0]}")
    missing = compare_tnef(corpus)
    compare_rtf(corpus)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
