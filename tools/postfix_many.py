#!/usr/bin/env python3
"""Many mails through a Postfix that filters with `winmail filter`, while the filter is killed, its disk is full, its memory is limited.

`MANY=10000 tools/postfix_filter.sh` runs it behind its own test: postfix_many.py WORK MAILS, with Postfix at work in the folder WORK.
Each mail must arrive once, and be what one run of the filter makes of it; no filter may end by a signal that nobody sent."""
import base64, difflib, email, glob, os, random, smtplib, subprocess, sys, time

work, count = sys.argv[1], int(sys.argv[2])
program = work + "/bin/winmail"
streams = [open(path, "rb").read() for path in sorted(glob.glob(os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + "/testdata/*.dat"))]
streams = [stream for stream in streams if 200 < len(stream) < 40_000]


def mail(run, number, size=None):
    """A mail; every third one carries a stream. `size` is that of a file in bytes."""
    rng = random.Random(f"{run} {number}")
    head = f"X-Run: {run}-{number}\nFrom: s@example.test\nTo: reader@example.test\nSubject: Mail {number}\nDate: Mon, 30 Nov 2026 10:00:00 +0000\nMessage-ID: <{run}.{number}@example.test>\n"
    text = f"Text of mail {number}.\n" + "words and more words in a line of usual length\n" * rng.randint(1, 60)
    if size is None and number % 3:
        return (head + "\n" + text).encode()
    head += "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + text
    part = "--b\nContent-Type: {}\nContent-Transfer-Encoding: base64\n\n{}"
    parts = part.format("application/ms-tnef; name=winmail.dat", base64.encodebytes(streams[number % len(streams)]).decode())
    if size:
        block = base64.encodebytes(rng.randbytes(57 * 1000)).decode()
        parts += part.format("application/octet-stream; name=file.bin", block * (size // len(block)))
    return (head + parts + "--b--\n").encode()


def wrapper(lines):
    """The recipe of docs/filter.md, with something that goes wrong; exit codes of signals are written down."""
    path = work + "/bin/winmail-filter"
    with open(path + ".new", "w") as out:
        out.write("#!/bin/bash\n" + lines + f"""
mail=$(mktemp) || exit 75
trap 'rm -f "$mail"' EXIT
(eval "$before"; exec {program} filter) > "$mail"
code=$?
[ $code -gt 128 ] && echo $code >> {work}/data/signals
[ $code = 0 ] || exit 75
/usr/sbin/sendmail -G -i "$@" < "$mail"
""")
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)


def arrived():
    return os.listdir(work + "/mail/reader/new") if os.path.isdir(work + "/mail/reader/new") else []


def queued():
    return subprocess.run(["postqueue", "-j"], capture_output=True, check=True).stdout.count(b'"queue_name"')


def send(mails):
    with smtplib.SMTP("127.0.0.1", 2525, timeout=300) as smtp:
        for data in mails:
            smtp.sendmail("sender@example.test", ["reader@example.test"], data.replace(b"\n", b"\r\n"))


def settle(until, what, seconds=1800):
    """Waits until nothing changes any more; `until` says what is left in the queue."""
    ends = time.time() + seconds
    while time.time() < ends:
        if until():
            return
        time.sleep(0.5)
    subprocess.run(["tail", "-20", work + "/log"])
    sys.exit("timed out: " + what)


def deferred_only():
    out = subprocess.run(["postqueue", "-j"], capture_output=True, check=True).stdout
    return out.count(b'"queue_name": "deferred"') == out.count(b'"queue_name"')


def signals():
    path = work + "/data/signals"
    found = open(path).read().split() if os.path.exists(path) else []
    open(path, "w").close()
    os.chmod(path, 0o666)
    return found


def body(data):
    return data.split(b"\n\n", 1)[1].rstrip(b"\n")


def check(run, mails, limited=False):
    """Each of these mails has arrived once, as one run of the filter has it."""
    found, changed = {}, 0
    for name in arrived():
        data = open(f"{work}/mail/reader/new/{name}", "rb").read()
        mark = email.message_from_bytes(data[:4096]).get("X-Run", "")
        assert mark, "a mail that nobody sent"
        if mark.startswith(run + "-"):
            number = int(mark.rsplit("-", 1)[1])
            assert number not in found, f"{mark} arrived twice"
            found[number] = body(data)
    assert len(found) == len(mails), f"{len(mails) - len(found)} of {len(mails)} mails are lost"
    for number, sent in enumerate(mails):
        alone = subprocess.run([program, "filter"], input=sent, capture_output=True, check=True).stdout
        ways = [alone, sent] if limited else [alone]
        if found[number] not in [body(one) for one in ways]:
            lines = difflib.unified_diff(*[repr(one)[2:-1].split("\\n") for one in (body(alone), found[number])], "alone", "arrived", n=1, lineterm="")
            sys.exit(f"{run}-{number} is not what the filter makes of it:\n" + "\n".join(line[:200] for line in list(lines)[:40]))
        changed += found[number] != body(sent)
    return changed


def main():
    os.chmod(work + "/data", 0o777)
    signals()
    began = time.time()
    # One filter in 20 is killed before it writes, one while it writes.
    wrapper("case $((RANDOM % 20)) in 0) before='kill -9 $BASHPID';; 1) before='timeout -s KILL 0.002 cat > /dev/null; kill -9 $BASHPID';; *) before=;; esac")
    mails = [mail("killed", number) for number in range(count)]
    send(mails)
    rounds = 0
    while queued():
        settle(deferred_only, "mails whose filter was killed")
        subprocess.run(["postqueue", "-f"], check=True)
        rounds += 1
        assert rounds < 60
        time.sleep(1)
    killed = len(signals())
    assert killed > count // 40, killed
    settle(lambda: len(arrived()) >= count, "delivery")
    changed = check("killed", mails)
    print(f"{count} mails, {killed} filters killed, {rounds} rounds of the queue: each arrived once, {changed} changed, in {time.time() - began:.0f} s", flush=True)

    # A small file system for what the filter makes: mails that do not fit wait.
    small = work + "/small"
    os.makedirs(small, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k,mode=1777", "tmpfs", small], check=True)
    try:
        wrapper(f"export TMPDIR={small}")
        mails = [mail("full", number, size=500_000 if number % 5 == 0 else None) for number in range(max(50, count // 20))]
        send(mails)
        settle(lambda: queued() >= len(mails) // 5 and deferred_only(), "mails that do not fit")
        waiting = queued()
        subprocess.run(["mount", "-o", "remount,size=200m", small], check=True)
        subprocess.run(["postqueue", "-f"], check=True)
        settle(lambda: not queued(), "mails that fit now")
        assert not signals() and not os.listdir(small)
        print(f"{len(mails)} mails, {waiting} waited for a full file system: each arrived once, {check('full', mails)} changed", flush=True)
    finally:
        subprocess.run(["umount", small], check=True)

    # Limits of memory: large mails pass as they are, and no filter ends by a signal.
    for limit in (100, 200, 400):
        wrapper(f"before='ulimit -v {limit * 1024}'")
        run = f"memory{limit}"
        mails = [mail(run, number, size=mega << 20) for number, mega in enumerate((1, 5, 25, 100, 200))]
        send(mails)
        settle(lambda: not queued(), "large mails", 900)
        found = signals()
        assert not found, found
        print(f"{limit} MB of memory, mails of 1, 5, 25, 100 and 200 MB: each arrived once, {check(run, mails, True)} changed, no signal", flush=True)
    assert "status=bounced" not in open(work + "/log").read()


main()
