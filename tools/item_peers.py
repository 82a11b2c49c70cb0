#!/usr/bin/env python3
"""What ytnef and KTNEF make of items, beside winmail: in how many results which fact stands.

usage: tools/item_peers.py [PROGRAM [FOLDER]]    PROGRAM: target/debug/winmail; FOLDER: ../shared/corpus/items/tnef
needs: ytnef (Debian: ytnef-tools); for KTNEF g++, pkg-config, libkf5tnef-dev, libkf5calendarcore-dev, qtbase5-dev. What is missing is left out.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

FACTS = {
    "result": r"^BEGIN:(VEVENT|VTODO|VJOURNAL|VCARD)",
    "start or due": r"^(DTSTART|DUE)",
    "zone": r"^BEGIN:VTIMEZONE",
    "series": r"^RRULE",
    "instances": r"^(RECURRENCE-ID|EXDATE)",
    "place": r"^LOCATION[^:\n]*: *[^ \n]",
    "text": r"^(DESCRIPTION|NOTE)[^:\n]*: *[^ \n]",
    "people": r"^(ATTENDEE|ORGANIZER)",
    "UID": r"^UID",
    "reminder": r"^BEGIN:VALARM",
    "name": r"^(FN|N)[:;]",
    "e-mail": r"^EMAIL",
    "telephone": r"^TEL",
}
KTNEF = """
#include <KTNEF/Formatter>
#include <QFile>
#include <QTextStream>
#include <QCoreApplication>
int main(int count, char **words) {
    QCoreApplication app(count, words);
    QFile file(QString::fromLocal8Bit(words[1]));
    file.open(QIODevice::ReadOnly);
    QTextStream(stdout) << KTnef::msTNEFToVPart(file.readAll());
}
"""
KINDS = [("contact", "IPM.Contact"), ("task", "IPM.Task"), ("note", "IPM.StickyNote"), ("appointment", "IPM.")]


def output(*words):
    made = subprocess.run([str(word) for word in words], capture_output=True, timeout=60)
    return made.stdout.decode("utf-8", "replace")


def of_ytnef(file):
    with tempfile.TemporaryDirectory() as folder:
        output("ytnef", "-f", folder, file)
        made = [path for path in Path(folder).rglob("*") if path.suffix in (".ics", ".vcf", ".vcs", ".vcard")]
        return "\n".join(path.read_text("utf-8", "replace") for path in made)


def ktnef(folder):
    """The program, if it can be built."""
    source, program = Path(folder, "ktnef.cpp"), Path(folder, "ktnef")
    source.write_text(KTNEF)
    try:
        flags = output("pkg-config", "--cflags", "--libs", "Qt5Core", "Qt5Gui").split()
        includes = [f"-I/usr/include/KF5{part}" for part in ("", "/KTNEF", "/KCalendarCore")]
        subprocess.run(["g++", "-std=c++17", "-fPIC", source, "-o", program, *flags, *includes, "-lKF5Tnef"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return program


def main():
    winmail = sys.argv[1] if len(sys.argv) > 1 else "target/debug/winmail"
    folder = sys.argv[2] if len(sys.argv) > 2 else "../shared/corpus/items/tnef"
    counts = {}
    with tempfile.TemporaryDirectory() as work:
        built = ktnef(work)
        programs = {"winmail": lambda file: "\n".join(output(winmail, "convert", file, "--to", to, "-o", "-") for to in ("ics", "vcf"))}
        if shutil.which("ytnef"):
            programs["ytnef"] = of_ytnef
        if built:
            programs["KTNEF"] = lambda file: output(built, file)
        print("programs:", ", ".join(programs))
        for file in sorted(Path(folder).glob("*.tnef")):
            found = json.loads(output(winmail, "list", "--json", file) or "null")
            name = re.search(r"\"class\": ?\"([^\"]*)\"", json.dumps(found))
            kind = next((kind for kind, start in KINDS if name and name.group(1).startswith(start)), None)
            if kind is None or name.group(1) in ("IPM.Note", "IPM.Post"):
                continue
            for program, run in programs.items():
                text = run(file).replace("\r", "")
                count = counts.setdefault((kind, program), Counter())
                count["files"] += 1
                count.update(fact for fact, pattern in FACTS.items() if re.search(pattern, text, re.MULTILINE))
    for (kind, program), count in sorted(counts.items()):
        print(f"{kind:12} {program:8}", ", ".join(f"{fact} {count[fact]}" for fact in ("files", *FACTS) if count[fact]))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
