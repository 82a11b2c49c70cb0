#!/usr/bin/env python3
"""Are the calendars of others the same after winmail has made items of them and calendars of these again?

usage: tools/calendar_round_trip.py [PROGRAM] [FILE.ics...]     PROGRAM: target/release/winmail by default

FILE: by default the calendars of the corpus. Each goes through `convert --to tnef --bare` and back through `convert --to ics`, item by item
where it has several. The instances of every event, within ten years of its first one, are expanded by Python's recurring-ical-events on both
sides (`pip install icalendar recurring-ical-events`). A file is *whole* if nothing is said and all instances are there, *with losses* if what
is missing is said, *refused* if winmail makes no item of it, *unread* if Python cannot read it, and *wrong* if something is missing that
nothing says. Exit code 1 if one is wrong."""
import collections, datetime as dt, glob, os, subprocess, sys, tempfile, zoneinfo

import icalendar
import recurring_ical_events

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPUS = os.environ.get("WINMAIL_CORPUS", os.path.join(HERE, "../shared/corpus"))
exe = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "target/release/winmail"))
files = sys.argv[2:] or sorted(glob.glob(os.path.join(CORPUS, "items/ics/*.ic*")))
MOST = 400


def key(value, zone):
    """A time in UTC, a day as it is; what is in no zone is taken as UTC."""
    if not isinstance(value, dt.datetime): return value.isoformat()
    value = value.replace(tzinfo=zone) if value.tzinfo is None else value
    return value.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%MZ")


def instances(data):
    found = collections.Counter()
    for calendar in icalendar.Calendar.from_ical(data, multiple=True):
        name = str(calendar.get("X-WR-TIMEZONE", "UTC"))
        try: zone = zoneinfo.ZoneInfo(name)
        except Exception: zone = dt.timezone.utc
        for event in calendar.walk("VEVENT"):
            if "DTSTART" not in event: continue
            start = event["DTSTART"].dt
            first = dt.date(start.year, start.month, start.day)
            if event.get("RECURRENCE-ID") is not None: continue
            one = icalendar.Calendar()
            for zone_part in calendar.walk("VTIMEZONE"): one.add_component(zone_part)
            uid = event.get("UID")
            for other in calendar.walk("VEVENT"):
                if other is event or (uid and other.get("UID") == uid and other.get("RECURRENCE-ID") is not None): one.add_component(other)
            query = recurring_ical_events.of(one)
            for n, occurrence in enumerate(query.between(first - dt.timedelta(days=400), first + dt.timedelta(days=3650))):
                if n >= MOST: break
                end = occurrence.get("DTEND") or occurrence.get("DTSTART")
                found[(str(occurrence.get("SUMMARY", "")).strip(), key(occurrence["DTSTART"].dt, zone), key(end.dt, zone))] += 1
    return found


def run(*args):
    return subprocess.run([exe, *args], capture_output=True, timeout=120)


counts, wrong = collections.Counter(), []
with tempfile.TemporaryDirectory() as work:
    for path in files:
        name = os.path.basename(path)
        stream = os.path.join(work, "item.tnef")
        made = run("convert", path, "--to", "tnef", "--bare", "--notes", "-f", "-o", stream)
        if not os.path.exists(stream):
            counts["refused"] += 1
            print(f"refused: {name}: {made.stderr.decode(errors='replace').strip().splitlines()[:1]}")
            continue
        told = made.stdout + made.stderr
        out = os.path.join(work, "out")
        back = run("extract", stream, "-o", out)
        texts = [open(found, "rb").read() for found in glob.glob(os.path.join(out, "**/*.ics"), recursive=True)]
        if not texts: texts = [run("convert", stream, "--to", "ics", "-o", "-", "-q").stdout]
        subprocess.run(["rm", "-rf", stream, out])
        try: before = instances(open(path, "rb").read())
        except Exception as error:
            counts["unread"] += 1
            print(f"unread: {name}: {type(error).__name__}: {error}"[:150])
            continue
        try: after = sum((instances(text) for text in texts if text), collections.Counter())
        except Exception as error:
            counts["wrong"] += 1
            wrong.append(f"{name}: what came back: {type(error).__name__}: {error}"[:200])
            continue
        missing, more = before - after, after - before
        said = made.returncode == 3 or b"calendar-" in told or b"line " in told
        if not missing and not more: counts["with losses" if said else "whole"] += 1
        elif said: counts["with losses, instances among them"] += 1
        else:
            counts["wrong"] += 1
            wrong.append(f"{name}: {sum(missing.values())} missing, {sum(more.values())} more: {list(missing)[:2]} for {list(more)[:2]}")
for line in wrong: print("wrong:", line[:400])
for name, count in counts.most_common(): print(f"{name}: {count}")
sys.exit(1 if wrong or not counts else 0)
