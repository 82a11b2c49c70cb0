#!/usr/bin/env python3
"""Are the calendars and cards that winmail writes read by others: Python's icalendar and vobject, npm's ical.js?

usage: tools/item_judges.py [PROGRAM] [FILE...]     PROGRAM: target/release/winmail by default

FILE: items in TNEF or .msg; by default those of the corpus. Each is written as .ics or .vcf (3.0 and 4.0), taken out of the mail that
`convert --to eml` makes of it, and read by each program that is there: `pip install icalendar vobject`, `npm install ical.js` in the
current folder. Exit code 1 if one of them refuses a file."""
import email, email.policy, glob, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPUS = os.environ.get("WINMAIL_CORPUS", os.path.join(HERE, "../shared/corpus"))
exe = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "target/release/winmail"))
files = sys.argv[2:] or sorted(glob.glob(os.path.join(CORPUS, "items/tnef/*.tnef")) + glob.glob(os.path.join(CORPUS, "items/msg/*.msg")))
judges = {}
try:
    import icalendar
    def by_icalendar(data):
        calendar = icalendar.Calendar.from_ical(data)
        for component in calendar.walk():
            assert not component.errors, component.errors
    judges["icalendar"] = ("ics", by_icalendar)
except ImportError: print("icalendar is not there")
try:
    import vobject
    def by_vobject(data):
        for one in vobject.readComponents(data.decode()):
            if one.name == "VCARD": one.validate(raiseException=True)
    judges["vobject (calendars)"] = ("ics", by_vobject)
    judges["vobject (cards 3.0)"] = ("vcf", by_vobject)
except ImportError: print("vobject is not there")
SCRIPT = """const I = require('ical.js').default ?? require('ical.js'); const text = require('fs').readFileSync(0, 'utf8');
const root = new I.Component(I.parse(text)); let n = 0;
for (const e of root.getAllSubcomponents('vevent')) { const v = new I.Event(e); if (v.isRecurring()) { const i = v.iterator(); while (n++ < 50 && i.next()); } else v.startDate; }
if (!root.getFirstPropertyValue('version')) process.exit(1);"""
if subprocess.run(["node", "-e", "require('ical.js')"], capture_output=True).returncode == 0:
    def by_ical_js(data):
        done = subprocess.run(["node", "-e", SCRIPT], input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode().strip().splitlines()[-4:]
    judges["ical.js (calendars)"] = ("ics", by_ical_js)
    judges["ical.js (cards 3.0)"] = ("vcf", by_ical_js)
    judges["ical.js (cards 4.0)"] = ("vcf4", by_ical_js)
else: print("ical.js is not there")

counts, bad = {name: 0 for name in judges}, 0
with tempfile.TemporaryDirectory() as work:
    for path in files:
        made = []
        for form, more in (("ics", []), ("vcf", []), ("vcf4", ["--vcard", "4.0"])):
            done = subprocess.run([exe, "convert", path, "--to", form[:3], *more, "-o", "-", "-q"], capture_output=True)
            if done.stdout.startswith(b"BEGIN:"): made.append((form, done.stdout))
        done = subprocess.run([exe, "convert", path, "--to", "eml", "-o", "-", "-q"], capture_output=True)
        for part in email.message_from_bytes(done.stdout, policy=email.policy.default).walk():
            form = {"text/calendar": "ics", "text/vcard": "vcf"}.get(part.get_content_type())
            if form: made.append((form, part.get_payload(decode=True)))
        for form, data in made:
            for name, (wanted, judge) in judges.items():
                if wanted != form: continue
                counts[name] += 1
                try: judge(data)
                except Exception as error:
                    bad += 1
                    print(f"{name}: {os.path.basename(path)} ({form}): {type(error).__name__}: {error}"[:300])
for name, count in counts.items(): print(f"{name}: {count} files")
sys.exit(1 if bad or not judges else 0)
