"""Whether other programs find in what winmail writes what was in the source. Called by interop.sh, which installs them.

Every stream that can be read is written anew in canonical form, with each set of legacy attributes. Each peer then has to find every
file that is attached to the message, byte for byte. Streams that winmail made itself (--own) are also given to them as they are.

What a peer cannot do because of a bug of its own is told by `known_bug`, from what the peer says or writes, and counted apart.
"""

import argparse
import collections
import hashlib
import io
import json
import logging
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

LEGACY = ["none", "exchange", "outlook"]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def run(*args):
    return subprocess.run([str(arg) for arg in args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)


class Files:
    """What a peer found: the sum of each file, and what it said."""

    def __init__(self, files, log):
        self.sums = {sha(data) for data in files}
        self.log = log


def folder(path):
    return [file.read_bytes() for file in path.rglob("*") if file.is_file()]


def with_tnef(stream, out):
    result = run("tnef", "--number-backups", "-f", stream, "-C", out)
    return Files(folder(out), result.stdout.decode("latin-1"))


def with_ytnef(stream, out):
    result = run("ytnef", "-f", out, stream)
    return Files(folder(out), result.stdout.decode("latin-1"))


def with_tnefparse(stream, _out):
    from tnefparse import TNEF

    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger("tnefparse").addHandler(handler)
    found = []

    def walk(message):
        for attachment in message.attachments:
            data = attachment.data
            if isinstance(data, (bytes, bytearray)):
                found.append(bytes(data))
            elif data is not None:
                walk(data)

    def late(*_):
        raise TimeoutError("60 seconds")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    try:
        walk(TNEF(stream.read_bytes(), do_checksum=True))
    except Exception as error:
        log.write(f"{type(error).__name__}: {error}\n")
    finally:
        signal.alarm(0)
        logging.getLogger("tnefparse").removeHandler(handler)
    return Files(found, log.getvalue())


PEERS = {"tnef": with_tnef, "ytnef": with_ytnef, "tnefparse": with_tnefparse}


def known_bug(peer, legacy, stream, data, found):
    """The bug of the peer's own that keeps it from finding `data`; None if there is none that is known."""
    said = lambda text: text in found.log
    if not data:
        return "leaves out an attachment of no bytes"
    if peer == "tnef":
        # mapi_attr.c takes a value of no bytes, which the property types allow, for a broken file.
        if said("mapi_attr_read: Assertion `v' failed") or said("mapi_attr_read: Assertion `v->len != 0' failed"):
            return "aborts at a property whose value has no bytes"
        # rtf.c wants the container to be as long as its header says; some writers pad it, and some samples are damaged there.
        if said("compr_size + 4 == len"):
            return "aborts at a PidTagRtfCompressed with bytes behind it"
        if said("szMAPI_BINARY) || (a->type == szMAPI_OBJECT)"):
            return "aborts at a PidTagAttachDataBinary of another type"
        if said("File name too long"):
            return "stops at an attachment whose name is longer than file systems take"
    elif peer == "ytnef":
        # Level and id of attAttachData; an object is in a property.
        if legacy == "none" or b"\x02\x0f\x80\x06\x00" not in stream:
            return "takes attachment data out of attAttachData only, and pure encapsulation has none"
        if said("invalid alloc size 0 "):
            return "stops at a property whose value has no bytes"
        if said("invalid alloc size"):
            return "stops at a value that it finds too long"
        lines = [line for line in found.log.splitlines() if ":" not in line]
        if len(set(lines)) < len(lines):
            return "writes attachments of one name into one file"
        if said("Field with size of 0"):
            return "stops at an attribute without data"
        if data.startswith(b"\x78\x9f\x3e\x22"):
            return "takes an attached winmail.dat apart and does not write it"
        # PidNameKeywords of two texts alone does it; tnef, tnefparse and the specification agree about its encoding.
        if said("ERROR Parsing MAPI block") and any(bytes([kind, 0x10]) in stream for kind in (0x1E, 0x1F)):
            return "stops at a property of several texts"
        if any("Error writing" in line and "/ to disk" in line for line in found.log.splitlines()):
            return "cannot write an attachment whose name is empty"
    elif peer == "tnefparse":
        kept = data.rstrip(b"\0")
        if not kept or sha(kept) in found.sums:
            return "cuts zeros off the end of values in property lists"
        # Its loop ends where 12 bytes are left; an attribute of one byte takes as many.
        if len(data) == 1 and stream[-7:-2] == b"\1\0\0\0" + data:
            return "leaves out an attribute of one byte at the end"
        if said("startswith first arg must be str"):
            return "takes PidTagAttachDataObject for bytes whatever its type"
        if said("not enough values to unpack"):
            return "cannot read a property whose value has no bytes"
        if said("ordinal not in range"):
            return "takes 8-bit text for ASCII"
        if said("unknown encoding"):
            return "stops at a code page that Python has under another name"
        if said("Wrong TNEF signature"):
            return "stops at an embedded message that is none"
    return None


class Count:
    def __init__(self):
        self.streams = self.looked_for = self.failed = 0
        self.known = collections.Counter()

    def compare(self, peer, legacy, name, stream, wanted, found):
        for file, data in wanted:
            self.looked_for += 1
            if sha(data) in found.sums:
                continue
            bug = known_bug(peer, legacy, stream, data, found)
            if bug:
                self.known[f"{peer} {bug}"] += 1
            else:
                self.failed += 1
                last = found.log.strip().splitlines()[-1:]
                print(f"FAIL: {peer} does not find {file} of {name} ({legacy}): {' '.join(last)}")


def wanted_of(winmail, stream, _):
    """The files that are attached to the message itself, as their bytes stand in the stream: what `extract` takes apart or makes of them
    (the forks of a Macintosh file, the page of a link) no peer makes. Embedded messages and OLE objects are taken apart in as many ways
    as there are programs."""
    result = run(winmail, "dump", "--json", stream)
    try:
        pieces = json.loads(result.stdout)[0]["messages"][0]["pieces"]
    except (ValueError, KeyError, IndexError):
        return []
    parts = []
    for piece in pieces:
        name = piece.get("name")
        if name == "attAttachRendData":
            value = piece.get("value") or {}
            parts.append({"ole": isinstance(value, dict) and value.get("type") == 2, "name": f"attachment {len(parts)}"})
        elif not parts:
            continue
        elif name == "attAttachData":
            parts[-1]["data"] = bytes.fromhex(piece.get("hex", ""))
        elif name == "attAttachTitle":
            value = piece.get("value") or {}
            parts[-1]["name"] = (value.get("text") if isinstance(value, dict) else None) or parts[-1]["name"]
        elif name == "attAttachment":
            for one in piece.get("properties", []):
                if one.get("tag") == "0x37010102" and isinstance(one.get("value"), dict):
                    parts[-1].setdefault("data", bytes.fromhex(one["value"].get("hex", "")))
                if one.get("tag") == "0x37050003" and one.get("value") in (5, 6):
                    parts[-1]["ole"] = True
    return [(part["name"], part["data"]) for part in parts if "data" in part and not part["ole"]]


def streams_of(paths):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".tnef", ".dat") and file.is_file())
        else:
            yield path


def attachments(winmail, peers, own, others, work):
    count = Count()
    for is_own, stream in [(True, path) for path in streams_of(own)] + [(False, path) for path in streams_of(others)]:
        source = work / "source"
        shutil.rmtree(source, ignore_errors=True)
        wanted = wanted_of(winmail, stream, source)
        if not wanted:
            continue
        count.streams += 1
        # Damage is made on purpose; what peers make of it is their own affair.
        forms = [("as it is", stream)] if is_own and run(winmail, "check", stream).returncode == 0 else []
        for legacy in LEGACY:
            out = work / f"{legacy}.tnef"
            result = run(winmail, "edit", stream, "-o", out, "--force", "--canonical", "--legacy", legacy)
            if result.returncode not in (0, 3):
                count.failed += 1
                print(f"FAIL: {stream.name} cannot be written ({legacy}): {result.stdout.decode(errors='replace').strip()}")
                continue
            forms.append((legacy, out))
        for form, path in forms:
            for peer in peers:
                out = work / "peer"
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                count.compare(peer, form, stream.name, path.read_bytes(), wanted, PEERS[peer](path, out))
    print(f"attachments: {count.streams} streams, {', '.join(peers)}: {count.looked_for} files looked for, {count.failed} not found")
    for bug, times in sorted(count.known.items()):
        print(f"  {times} not found because of a bug of its own: {bug}")
    return count.streams > 0 and count.failed == 0


def rich_text(winmail, paths, work):
    """What winmail compresses, compressed-rtf decompresses, and the other way round."""
    try:
        import compressed_rtf
    except ImportError:
        print("compressed RTF: compressed-rtf is not there and is left out")
        return True
    texts = [b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", b"{\\rtf1 " + b"WXYZ" * 2000 + b"}"]
    for path in paths:
        for file in sorted(pathlib.Path(path).rglob("*.rtf")):
            texts.append(file.read_bytes())
    failed = 0
    plain, packed = work / "text.rtf", work / "text.lzfu"
    for number, text in enumerate(texts):
        plain.write_bytes(text)
        for mode in [[], ["--dense"], ["--outlook"], ["--store"]]:
            ours = subprocess.run([winmail, "rtf", "compress", *mode, plain], stdout=subprocess.PIPE, check=True).stdout
            # It puts the NUL at the end, which some texts have, away.
            if compressed_rtf.decompress(ours).rstrip(b"\0") != text.rstrip(b"\0"):
                failed += 1
                print(f"FAIL: compressed-rtf does not read text {number} as winmail compresses it ({mode})")
        packed.write_bytes(compressed_rtf.compress(text, compressed=True))
        theirs = subprocess.run([winmail, "rtf", "decompress", packed], stdout=subprocess.PIPE).stdout
        if theirs != text:
            failed += 1
            print(f"FAIL: winmail does not read text {number} as compressed-rtf compresses it")
    print(f"compressed RTF: {len(texts)} texts in 4 modes and back, {failed} not the same")
    return failed == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--winmail", required=True)
    parser.add_argument("--own", action="append", default=[], help="streams or folders of streams that winmail made")
    parser.add_argument("--rtf", action="append", default=[], help="folders of RTF")
    parser.add_argument("others", nargs="*", help="streams or folders of streams")
    args = parser.parse_args()
    peers = [peer for peer in ("tnef", "ytnef") if shutil.which(peer)]
    try:
        import tnefparse  # noqa: F401

        peers.append("tnefparse")
    except ImportError:
        pass
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        good = rich_text(args.winmail, args.rtf, work)
        if peers:
            good &= attachments(args.winmail, peers, args.own, args.others, work)
        else:
            print("attachments: no peer is there, nothing is compared")
    sys.exit(0 if good else 1)


main()
