#!/usr/bin/env python3
"""Property lists of .msg beside other readers, property by property: recipients, attachments and embedded messages with them.

    tools/msg_lists.py target/debug/winmail [FOLDER ...]

FOLDERs hold .msg; default: msg and items/msg of $WINMAIL_CORPUS, else ../shared/corpus. Needs PyPI's olefile; with NODE_PATH leading to
npm's @kenjiuno/msgreader that is asked as well. Three questions:

1. Does `winmail dump --json` list the tags, names and values that the streams have? The streams are read here, by olefile alone.
2. Does msgreader find the same named properties?
3. Is a .msg that became TNEF and a .msg again the same, value by value? Both are read here; names count, not the numbers that
   stand for them in one file, and text counts as text, whatever it was encoded in.

Damaged files, which olefile finds an issue with, are counted and left out. Prints each disagreement; exits with their number, at most
100. Those that have a reason are in EXCUSED.
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import uuid

import olefile

# [MS-OXMSG] 2.4.1, table of fixed lengths; what is not here stands in a stream.
FIXED = {0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 2, 0x0014: 8, 0x0040: 8}
MULTIPLE_FIXED = {0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1014, 0x1040, 0x1048}
SETS = {1: uuid.UUID("00020328-0000-0000-c000-000000000046"), 2: uuid.UUID("00020329-0000-0000-c000-000000000046")}

# What one container says and the other need not, or says elsewhere: identifier, and whether it may be added, be gone, or differ.
IMPLIED = {
    0x340D: ("added differs", "PidTagStoreSupportMask says whether text is Unicode"),
    0x0E07: ("added", "PidTagMessageFlags, without which Outlook opens no .msg"),
    0x3707: ("added", "the title of an embedded message, which TNEF has as attAttachTitle"),
}
# Names of header fields are stored in lower case ([MS-OXPROPS], PS_INTERNET_HEADERS; docs/outlook-files.md).
HEADERS = "00020386-0000-0000-c000-000000000046"
# (file, identifier): why the file is right and so are we.
EXCUSED = {
    ("aspose-Message-2.msg", 0x1000): "UTF-16 in a stream of 8-bit text: no reader shows what is behind a NUL, and `check` says so",
    ("asposej-message.msg", 0x1000): "the same file",
}
# msgreader writes one byte of a set's identifier with three digits in poi-bug66335.msg.
THEIRS = {("00020329-0000-0000-c000-000000000046", 9002), ("00020329-00000-0000-c000-00000000046", 9002)}

NODE = """
const { default: MsgReader } = require('@kenjiuno/msgreader');
const fs = require('fs');
for (const file of process.argv.slice(1)) {
  let names = null;
  try {
    const reader = new MsgReader(fs.readFileSync(file));
    reader.parserConfig = { includeRawProps: true };
    names = (reader.getFileData().rawProps ?? []).filter((one) => one.propertyTag >= '8')
      .map((one) => [one.propertySet ?? null, one.propertyLid ?? null, one.propertyName ?? null]);
  } catch (error) { names = String(error); }
  console.log(JSON.stringify(names));
}
"""


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, check=False)


class File:
    """A .msg, by olefile: no knowledge of ours is in it."""

    def __init__(self, path):
        self.ole = olefile.OleFileIO(str(path))
        self.streams = {tuple(path) for path in self.ole.listdir(streams=True, storages=False)}
        self.storages = {tuple(path) for path in self.ole.listdir(streams=False, storages=True)}
        self.names = self.named()

    def read(self, *path):
        return self.ole.openstream(list(path)).read() if path in self.streams else None

    def named(self):
        guids, entries, strings = (self.read("__nameid_version1.0", f"__substg1.0_000{number}0102") or b"" for number in (2, 3, 4))
        found = {}
        for number in range(len(entries) // 8):
            ident, index = struct.unpack_from("<IH", entries, number * 8)
            guid = index >> 1
            known = SETS.get(guid) or uuid.UUID(bytes_le=guids[(guid - 3) * 16:(guid - 2) * 16].ljust(16, b"\0"))
            name = ident
            if index & 1:
                length = struct.unpack_from("<I", strings, ident)[0]
                name = strings[ident + 4:ident + 4 + length].decode("utf-16-le")
            found[0x8000 + number] = (str(known), name)
        return found

    def bag(self, at, header, page):
        """{(identifier or name, type): value} of the list in storage `at`."""
        data = self.read(*at, "__properties_version1.0") or b""
        found = {}
        for start in range(header, len(data) - 15, 16):
            kind, ident = struct.unpack_from("<HH", data, start)
            value = data[start + 8:start + 16]
            if kind in FIXED:
                value = value[:FIXED[kind]]
                if kind == 0x000B:
                    value = bytes([int(any(value))])
            elif kind == 0x000D:
                value = None
            else:
                name = f"__substg1.0_{ident:04X}{kind:04X}"
                value = self.read(*at, name)
                if value is None and tuple(at) + (name,) not in self.storages:
                    continue  # listed without its stream
                if kind in (0x101E, 0x101F, 0x1102):
                    width = 8 if kind == 0x1102 else 4
                    value = tuple(self.text(self.read(*at, f"{name}-{row:08X}") or b"", kind & 0xFFF, page) for row in range(len(value) // width))
                else:
                    value = self.text(value, kind, page)
            # 8-bit text and Unicode are one type of value.
            kind = {0x001E: 0x001F, 0x101E: 0x101F}.get(kind, kind)
            found[(self.name(ident), kind)] = value
        # A stream that no entry of the list speaks of is a value all the same.
        for stream in self.streams:
            if stream[:-1] == at and stream[-1].startswith("__substg1.0_") and len(stream[-1]) == 20:
                ident, kind = int(stream[-1][12:16], 16), int(stream[-1][16:], 16)
                if kind in (0x001E, 0x001F, 0x0102):
                    found.setdefault((self.name(ident), 0x001F if kind == 0x001E else kind), self.text(self.read(*stream), kind, page))
        return found

    def name(self, ident):
        found = self.names.get(ident, ident) if ident >= 0x8000 else ident
        return (found[0], found[1].lower()) if not isinstance(found, int) and found[0] == HEADERS else found

    @staticmethod
    def text(value, kind, page):
        if kind == 0x001F:
            return value.decode("utf-16-le", "surrogatepass").rstrip("\0")
        if kind == 0x001E:
            return value.decode(page, "replace").rstrip("\0")
        return value

    def tree(self, page, at=(), header=32):
        message = {"own": self.bag(at, header, page), "recipients": [], "attachments": []}
        below = sorted(storage for storage in self.storages if len(storage) == len(at) + 1 and storage[:len(at)] == at)
        for storage in below:
            if storage[-1].startswith("__recip_version1.0_"):
                message["recipients"].append(self.bag(storage, 8, page))
            elif storage[-1].startswith("__attach_version1.0_"):
                bag = self.bag(storage, 8, page)
                nested = storage + ("__substg1.0_3701000D",)
                inner = self.tree(page, nested, 24) if nested + ("__properties_version1.0",) in self.streams else None
                message["attachments"].append((bag, inner))
        return message


def listed(entry):
    """The same shape of keys out of `winmail dump --json`."""

    def keys(properties):
        found = {}
        for one in properties:
            if one["value"] is None:
                continue  # listed, and without its stream
            tag = int(one["tag"], 16)
            kind = {0x001E: 0x001F, 0x101E: 0x101F}.get(tag & 0xFFFF, tag & 0xFFFF)
            named = one["named"]
            ident = (named["set"], named.get("lid") if "lid" in named else next(value for key, value in named.items() if key != "set")) if named else tag >> 16
            if named and ident[0] == HEADERS:
                ident = (ident[0], ident[1].lower())
            found[(ident, kind)] = one["value"]
        return found

    message = {"own": keys(entry["properties"]), "recipients": [], "attachments": []}
    for one in entry.get("recipients") or []:
        message["recipients"].append(keys(one["properties"]))
    for one in entry.get("attachments") or []:
        message["attachments"].append((keys(one["properties"]), listed(one["message"]) if "message" in one else None))
    return message


def pairs(one, two, place="message"):
    """(place, bag, bag) for two trees of one shape, and a sentence where the shapes differ."""
    yield place, one["own"], two["own"]
    for part in ("recipients", "attachments"):
        if len(one[part]) != len(two[part]):
            yield f"{place}: {len(one[part])} and {len(two[part])} {part}", {}, {}
            continue
        for number, (first, second) in enumerate(zip(one[part], two[part])):
            where = f"{place}, {part[:-1]} {number}"
            if part == "recipients":
                yield where, first, second
            else:
                yield where, first[0], second[0]
                if (first[1] is None) != (second[1] is None):
                    yield f"{where}: a message in one of them only", {}, {}
                elif first[1] is not None:
                    yield from pairs(first[1], second[1], where)


def show(key):
    ident, kind = key
    return f"{ident:04X}/{kind:04X}" if isinstance(ident, int) else f"{ident[0][:8]}:{ident[1]}/{kind:04X}"


def same_value(shown, value, kind):
    """Whether what `dump --json` shows is what the stream holds, for types that both have plainly."""
    if kind == 0x0003:
        return shown == struct.unpack("<i", value)[0]
    if kind == 0x0002:
        return shown == struct.unpack("<h", value)[0]
    if kind == 0x000B:
        return shown == bool(value[0])
    if kind == 0x001F and isinstance(shown, str):
        return shown == value
    if kind == 0x0102 and isinstance(shown, dict) and "hex" in shown and "length" in shown:
        return shown["length"] == len(value)
    return True


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    root = pathlib.Path(os.environ.get("WINMAIL_CORPUS", pathlib.Path(__file__).resolve().parents[1] / "../shared/corpus"))
    folders = [pathlib.Path(folder) for folder in sys.argv[2:]] or [root / "msg", root / "items/msg"]
    said, sound = [], []
    counts = {"compared with dump": 0, "properties": 0, "compared with msgreader": 0, "named": 0, "through TNEF and back": 0, "left out as damaged": 0}
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(file for folder in folders for file in folder.iterdir() if file.is_file()):
            try:
                file = File(path)
                if file.ole.parsing_issues:
                    raise ValueError("damaged")
                dump = json.loads(run(program, "dump", "--json", path).stdout)[0]
                page = f"cp{dump['code_page']}"
                tree = file.tree({"cp65001": "utf-8", "cp20127": "ascii"}.get(page, page))
            except Exception:  # noqa: BLE001: fuzzed containers fail in olefile in many ways
                counts["left out as damaged"] += 1
                continue
            sound.append(path)
            own = listed(dump["message"])
            counts["compared with dump"] += 1
            for place, first, second in pairs(tree, own):
                counts["properties"] += len(first)
                if not first and not second and ":" in place:
                    said.append(f"{path.name}: dump: {place}")
                for key in {key for key in first.keys() ^ second.keys() if key[0] != 0x3701}:
                    said.append(f"{path.name}: dump: {place}: {show(key)} only in {'the file' if key in first else 'the dump'}")
                for key in first.keys() & second.keys():
                    if first[key] is not None and (path.name, key[0]) not in EXCUSED and not same_value(second[key], first[key], key[1]):
                        said.append(f"{path.name}: dump: {place}: {show(key)}: {first[key]!r:.60}, {second[key]!r:.60}")
            middle, last = pathlib.Path(scratch) / "a.dat", pathlib.Path(scratch) / "a.msg"
            middle.write_bytes(run(program, "convert", "--to", "tnef", "--bare", path, "-o", "-").stdout)
            last.write_bytes(run(program, "convert", "--to", "msg", middle, "-o", "-").stdout)
            again = File(last)
            counts["through TNEF and back"] += 1
            for place, first, second in pairs(tree, again.tree("cp1252")):
                if not first and not second and ":" in place:
                    said.append(f"{path.name}: back: {place}")
                for key in first.keys() | second.keys():
                    change = "added" if key not in first else "gone" if key not in second else "differs"
                    if first.get(key) != second.get(key) and change not in IMPLIED.get(key[0], ("",))[0].split():
                        said.append(f"{path.name}: back: {place}: {show(key)}: {first.get(key)!r:.60}, {second.get(key)!r:.60}")
        if os.environ.get("NODE_PATH"):
            for start in range(0, len(sound), 40):
                some = sound[start:start + 40]
                for path, line in zip(some, run("node", "-e", NODE, *some).stdout.decode().splitlines()):
                    other = json.loads(line)
                    if isinstance(other, str):
                        said.append(f"{path.name}: msgreader: {other}")
                        continue
                    counts["compared with msgreader"] += 1
                    # It gives names that are text without the set that they are of.
                    other = {(one[0].lower(), int(one[1], 16)) if one[2] is None else one[2].lower() for one in other if one[0] or one[2]}
                    own = {ident for ident, _ in File(path).bag((), 32, "cp1252") if not isinstance(ident, int)}
                    own = {ident if isinstance(ident[1], int) else ident[1].lower() for ident in own}
                    counts["named"] += len(own)
                    for ident in (other ^ own) - THEIRS:
                        said.append(f"{path.name}: msgreader: {ident} only {'there' if ident in other else 'here'}")
    print("\n".join(said))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return min(len(said), 100)


if __name__ == "__main__":
    sys.exit(main())
