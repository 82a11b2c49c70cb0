#!/bin/bash
# Runs `winmail filter` as a content filter of a real Postfix on loopback: mails in by SMTP, out of a Maildir.
#
#   sudo apt-get install postfix python3
#   sudo tools/postfix_filter.sh [path to winmail] [folder of mails]
#
# With MANY=10000 (a number of mails) tools/postfix_many.py follows; with ONLY_MANY=1 besides, it alone.
#
# What it shows: every mail arrives, changed or not; none is lost while the filter fails in any of five ways; each arrives once the
# filter works again. The configuration stands in a mount namespace of its own: the system's Postfix is not touched, and nothing
# leaves the machine. Needs root, for Postfix and the namespace.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
winmail=${1:-$here/target/release/winmail}
mails=${2:-${WINMAIL_CORPUS:-$here/../shared/corpus}/eml}

if [ "$(id -u)" != 0 ] || ! command -v postfix >/dev/null || ! command -v python3 >/dev/null; then
    echo "needs root, Debian's postfix and python3" >&2
    exit 2
fi
[ -x "$winmail" ] && [ -n "$(ls "$mails"/*.eml 2>/dev/null)" ] || { echo "no program at $winmail or no mails in $mails" >&2; exit 2; }

if [ -z "${IN_NAMESPACE:-}" ]; then
    IN_NAMESPACE=1 exec unshare --mount "$0" "$winmail" "$mails"
fi

work=$(mktemp -d /tmp/winmail-postfix.XXXXXX)
chmod 755 "$work"
finish() {
    postfix stop >/dev/null 2>&1 || true
    umount /etc/postfix 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

mkdir -p "$work"/{etc,queue,data,mail,bin}
cp "$winmail" "$work/bin/winmail"
cp -r /etc/postfix/. "$work/etc"
chown postfix "$work/data"
chown nobody "$work/mail"

# The recipe of docs/filter.md.
cat > "$work/bin/winmail-filter" <<SH
#!/bin/sh
mail=\$(mktemp) || exit 75
trap 'rm -f "\$mail"' EXIT
$work/bin/winmail filter > "\$mail" || exit 75
/usr/sbin/sendmail -G -i "\$@" < "\$mail"
SH
chmod 755 "$work"/bin/*

cat > "$work/etc/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $work/queue
data_directory = $work/data
maillog_file = $work/log
maillog_file_prefixes = $work
myhostname = mx.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:9
virtual_mailbox_domains = example.test
virtual_mailbox_base = $work/mail
virtual_mailbox_maps = static:reader/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
bounce_queue_lifetime = 1h
minimal_backoff_time = 1h
maximal_backoff_time = 1h
message_size_limit = 0
virtual_mailbox_limit = 0
alias_maps =
local_recipient_maps =
CF
sed -i -E '/^smtp +inet/d; s/^([a-z].*[[:space:]])y([[:space:]]+[0-9-]+[[:space:]]+[0-9?-]+[[:space:]]+[a-z])/\1n\2/' "$work/etc/master.cf"
cat >> "$work/etc/master.cf" <<CF
127.0.0.1:2525 inet n - n - - smtpd
  -o content_filter=winmail:dummy
winmail unix - n n - 2 pipe
  flags=Rq user=nobody null_sender=
  argv=$work/bin/winmail-filter -f \${sender} -- \${recipient}
CF
mount --bind "$work/etc" /etc/postfix
postfix check
postfix start >/dev/null

cat > "$work/test.py" <<'PY'
import email, email.policy, glob, os, smtplib, subprocess, sys, time
work, folder = sys.argv[1:]
program = work + "/bin/winmail"
whole = open(program, "rb").read()
names = sorted(glob.glob(folder + "/*.eml"))
mails = []
for name in names:
    data = open(name, "rb").read()
    if data.startswith(b"From "):
        data = data.split(b"\n", 1)[1]
    # SMTP has whole lines alone.
    mails.append((os.path.basename(name), data.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"))

def install(content):
    # Replaced whole, as the old one may be running.
    with open(program + ".new", "wb") as out:
        out.write(content)
    os.chmod(program + ".new", 0o755)
    os.rename(program + ".new", program)

def send(turn):
    with smtplib.SMTP("127.0.0.1", 2525, timeout=30) as smtp:
        for number, (name, data) in enumerate(mails):
            marked = b"X-Test: %d-%d\n" % (turn, number) + data
            smtp.sendmail("sender@example.test", ["reader@example.test"], marked.replace(b"\n", b"\r\n"))

def queued():
    out = subprocess.run(["postqueue", "-j"], capture_output=True, check=True).stdout
    return [line for line in out.splitlines() if line.strip()]

def delivered(turn):
    found = {}
    for path in glob.glob(work + "/mail/reader/new/*"):
        data = open(path, "rb").read()
        mark = email.message_from_bytes(data).get("X-Test", "")
        if mark.startswith("%d-" % turn):
            found.setdefault(int(mark.split("-")[1]), []).append(data)
        elif not mark:
            sys.exit("a mail that nobody sent was delivered, a bounce perhaps:\n" + data.decode("latin-1")[:2000])
    return found

def wait(condition, what):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    subprocess.run(["tail", "-40", work + "/log"])
    sys.exit("timed out: " + what)

def check(turn):
    wait(lambda: len(delivered(turn)) == len(mails) and not queued(), "delivery of turn %d" % turn)
    converted = 0
    for number, copies in delivered(turn).items():
        name, sent = mails[number]
        assert len(copies) == 1, name + " was delivered more than once"
        got = copies[0]
        # What the filter says by itself of the same mail is what must have arrived; Postfix adds fields in front.
        marked = b"X-Test: %d-%d\n" % (turn, number) + sent
        alone = subprocess.run([program, "filter"], input=marked, capture_output=True, check=True)
        def body(data):
            return data.split(b"\n\n", 1)[1].rstrip(b"\n")
        if body(got) != body(alone.stdout):
            sys.exit("%s is not what the filter makes of it:\n%r\n%r" % (name, body(got), body(alone.stdout)))
        gone = b"ms-tnef" not in got and b"winmail.dat" not in got
        assert gone or alone.stderr, name + " still has winmail.dat, and nobody said why"
        converted += gone
        if not gone:
            print("  %s: %s" % (name, alone.stderr.decode().strip()))
    print("turn %d: %d mails in, %d out, %d without winmail.dat" % (turn, len(mails), len(mails), converted))
    assert converted > 0

send(0)
check(0)

real = "exec %s.real \"$@\"" % program
with open(program + ".real", "wb") as out:
    out.write(whole)
os.chmod(program + ".real", 0o755)
failures = {
    "it exits with 1": b"#!/bin/sh\nexit 1\n",
    "it exits with 75": b"#!/bin/sh\ncat\nexit 75\n",
    "it is killed while it writes": b"#!/bin/sh\nhead -c 100\nkill -9 $$\n",
    "the disk is full": ("#!/bin/sh\n%s > /dev/full\n" % real).encode(),
    "it is not there": None,
}
for turn, (what, script) in enumerate(failures.items(), 1):
    if script is None:
        os.remove(program)
    else:
        install(script)
    send(turn)
    wait(lambda: sum(b'"queue_name": "deferred"' in line for line in queued()) == len(mails), "deferral when " + what)
    assert not delivered(turn), "mail was delivered though the filter failed"
    print("turn %d: %s: %d mails kept in the queue, none delivered, none bounced" % (turn, what, len(mails)))
    install(whole)
    subprocess.run(["postqueue", "-f"], check=True)
    check(turn)
log = open(work + "/log").read()
assert "status=bounced" not in log
print("no mail was lost, doubled or bounced")
PY
[ -n "${ONLY_MANY:-}" ] || python3 "$work/test.py" "$work" "$mails"
[ -z "${MANY:-}" ] || python3 "$here/tools/postfix_many.py" "$work" "$MANY"
