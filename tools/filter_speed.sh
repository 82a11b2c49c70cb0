#!/bin/sh
# Filters a mail of some 25 MB with one TNEF part, beside `base64 -d` of the same part, in one run. The ratio of processor time is
# the one to look at on a machine that does something else too.
# Usage: [TURNS=15] tools/filter_speed.sh [path to winmail]   (default target/release/winmail)
# The last line is the median of the turns.
set -eu
winmail=${1:-target/release/winmail}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A stream as small as they come, with one attachment of 18 MiB of noise ([MS-OXTNEF] 2.1.3).
python3 - "$work" <<'PY'
import base64, random, struct, sys
work = sys.argv[1]
data = random.Random(5).randbytes(18 << 20)
def attribute(level, id, value):
    return struct.pack("<BII", level, id, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
stream = struct.pack("<IH", 0x223E9F78, 1)
stream += attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
stream += attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
stream += attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
stream += attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0))
stream += attribute(2, 0x0006800F, data)
stream += attribute(2, 0x00018010, b"noise.bin\0")
text = base64.encodebytes(stream)
open(work + "/part.b64", "wb").write(text)
open(work + "/noise.bin", "wb").write(data)
open(work + "/mail.eml", "wb").write(
    b"From: a@example.org\nTo: b@example.org\nSubject: speed\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n"
    b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + text + b"\n--b--\n")
PY

"$winmail" filter < "$work/mail.eml" > "$work/out.eml"
python3 - "$work" <<'PY'
import email, email.policy, sys
work = sys.argv[1]
mail = email.message_from_binary_file(open(work + "/out.eml", "rb"), policy=email.policy.default)
files = [part.get_content() for part in mail.iter_attachments()]
assert open(work + "/noise.bin", "rb").read() in files, "the attachment is not in the output"
PY

turn=0
while [ "$turn" -lt "${TURNS:-15}" ]; do
    turn=$((turn + 1))
    python3 - "$winmail" "$work" <<'PY'
import resource, subprocess, sys, time
winmail, work = sys.argv[1:]
def seconds(command):
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before, start = used(), time.monotonic()
    subprocess.run(["sh", "-c", command], check=True)
    return time.monotonic() - start, used() - before
plain, plain_cpu = seconds(f"cat {work}/part.b64 | base64 -d > /dev/null")
copy, _ = seconds(f"cat {work}/part.b64 | base64 -d | base64 > /dev/null")
filtered, filtered_cpu = seconds(f"cat {work}/mail.eml | {winmail} filter > /dev/null")
print(
    f"base64 -d {plain:.3f} s   base64 -d | base64 {copy:.3f} s   winmail filter {filtered:.3f} s   ratio {filtered / plain:.2f}"
    f"   of processor time {filtered_cpu:.3f} / {plain_cpu:.3f} s = {filtered_cpu / plain_cpu:.2f}"
)
PY
done | tee "$work/turns"
awk '{ print $NF }' "$work/turns" | sort -n | awk '{ all[NR] = $1 } END { print "median of processor time", all[int((NR + 1) / 2)] }'

