#!/usr/bin/env python3
"""Whole archives through `winmail convert`: nothing lost, nothing twice, flags and times kept, killed runs gone on with.

usage: archive.py PROGRAM [--mails 3000] [--large 100000] [--beside OTHER] [--folder DIR]
The first part makes a Maildir++ (every 10th mail carries winmail.dat) and takes it to a Maildir, to an mbox and back; Python's mailbox and,
where it is installed, mutt read what is made. The second makes many mails of different sizes, kills the
conversion to mbox and ends it by SIGTERM, goes on, looks whether each mail is there once, and measures time and memory. With --beside a folder
of 10,000 mails becomes .eml files by another version of the program too, in turns. Linux; no network."""
import argparse, base64, collections, email.utils, glob, hashlib, mailbox, os, random, re, shutil, signal, subprocess, sys, tempfile, time

FLAGS = ["", "S", "RS", "FS", "FRS", "ST", "DS", "PS"]
BODY = "Line {n} of the text.\n\nFrom here on it is quoted.\n>From there on twice.\n" + "words and more words in a line of usual length\n" * 20


def mail(n):
    when = email.utils.formatdate(1_600_000_000 + n, usegmt=True)
    return (f"Return-Path: <sender{n % 97}@example.org>\nFrom: Sender <sender{n % 97}@example.org>\nTo: r@example.org\n"
            f"Subject: Mail {n}\nDate: {when}\nMessage-ID: <{n}@example.org>\n\n" + BODY.format(n=n)).encode()


def carriers(exe, numbers, base):
    """-> {number: the mail as Outlook sends it, with winmail.dat}"""
    plain, made = f"{base}/plain", f"{base}/carrying"
    os.makedirs(plain)
    for n in numbers:
        open(f"{plain}/{n}.eml", "wb").write(mail(n))
    subprocess.run([exe, "convert", plain, "-o", made, "--to", "tnef"], capture_output=True, check=True)
    found = {n: open(f"{made}/{n}.eml", "rb").read() for n in numbers}
    shutil.rmtree(plain), shutil.rmtree(made)
    return found


def make_maildir(exe, root, count):
    """-> {message id: (digest or None, flags, is new, time, folder)}"""
    carrying = carriers(exe, range(0, count, 10), os.path.dirname(root))
    facts = {}
    for folder in ["", ".Sent", ".Archive.2025", ".Archive.2025.Q1"]:
        for part in ["cur", "new", "tmp"]:
            os.makedirs(f"{root}/{folder}/{part}", exist_ok=True)
    for n in range(count):
        folder = ["", ".Sent", ".Archive.2025", ".Archive.2025.Q1"][n % 4]
        bytes_ = carrying.get(n) or mail(n)
        is_new = n % 13 == 0
        flags = "" if is_new else FLAGS[n % len(FLAGS)]
        name = f"{1_600_000_000 + n}.M{n}P1.host,S={len(bytes_)}"
        path = f"{root}/{folder}/" + (f"new/{name}" if is_new else f"cur/{name}:2,{flags}")
        open(path, "wb").write(bytes_)
        os.utime(path, (1_600_000_000 + n, 1_600_000_000 + n))
        digest = None if n % 10 == 0 else hashlib.sha256(bytes_).hexdigest()
        facts[f"<{n}@example.org>"] = (digest, flags, is_new, 1_600_000_000 + n, folder)
    return facts


def read_maildir(root, folders):
    found = {}
    for folder in folders:
        for part in ["cur", "new"]:
            for name in os.listdir(f"{root}/{folder}/{part}"):
                path = f"{root}/{folder}/{part}/{name}"
                bytes_ = open(path, "rb").read()
                ident = re.search(rb"(?im)^Message-ID: (<.*>)", bytes_).group(1).decode()
                assert ident not in found, f"{ident} twice"
                flags = name.split(":2,")[1] if ":2," in name else ""
                found[ident] = (hashlib.sha256(bytes_).hexdigest(), flags, part == "new", int(os.stat(path).st_mtime), folder, b"ms-tnef" in bytes_)
    return found


def same(facts, found, with_folder, what):
    assert len(facts) == len(found), (what, len(facts), len(found))
    for ident, (digest, flags, is_new, when, folder) in facts.items():
        got = found[ident]
        assert digest is None or got[0] == digest, (what, ident, "bytes differ")
        assert not got[5], (what, ident, "winmail.dat is still there")
        assert (got[1], got[2], got[3]) == (flags, is_new, when), (what, ident, got, flags, is_new, when)
        assert not with_folder or got[4] == folder, (what, ident, got[4], folder)
    print(f"{what}: {len(found)} mails, bytes, flags and times as they were")


def run(*args):
    p = subprocess.run(args, capture_output=True)
    sys.stdout.write("  " + p.stdout.decode().replace("\n", "\n  ").rstrip() + "\n")
    assert p.returncode == 0, (p.returncode, p.stderr.decode()[-2000:])


def mutt_count(box):
    if not shutil.which("mutt"):
        return None
    rc = tempfile.NamedTemporaryFile("w", suffix=".rc")
    # Without a folder of its own it asks whether to make one.
    rc.write(f'set folder="{tempfile.gettempdir()}"\n')
    rc.write('set header_cache=""\nset copy=no\nset quit=yes\nset status_format="COUNT %m END"\npush "<exit>"\n')
    rc.flush()
    # Without a terminal it does not start; `script` lends one.
    command = f"env TERM=xterm mutt -n -F {rc.name} -R -f {box}"
    shown = subprocess.run(["script", "-qec", command, "/dev/null"], stdin=subprocess.DEVNULL, capture_output=True, timeout=300).stdout
    found = re.findall(rb"COUNT (\d+) END", shown)
    return int(found[-1]) if found else None


def small(exe, base, count):
    source = f"{base}/Maildir"
    facts = make_maildir(exe, source, count)
    folders = ["", ".Sent", ".Archive.2025", ".Archive.2025.Q1"]
    run(exe, "convert", source, "-o", f"{base}/copy", "--to", "maildir")
    same(facts, read_maildir(f"{base}/copy", folders), True, "Maildir to Maildir")
    run(exe, "convert", source, "-o", f"{base}/all.mbox", "--to", "mbox")
    run(exe, "convert", f"{base}/all.mbox", "-o", f"{base}/back", "--to", "maildir")
    same(facts, read_maildir(f"{base}/back", [""]), False, "Maildir to mbox to Maildir")
    # Other programs.
    box = mailbox.mbox(f"{base}/all.mbox", create=False)
    seen = collections.Counter()
    for message in box:
        ident = message["Message-ID"]
        seen[ident] += 1
        flags = facts[ident][1]
        expected = {letter for own, letter in zip("SRFTD", "RAFDT") if own in flags} | (set() if facts[ident][2] else {"O"})
        assert set(message.get_flags()) == expected, (ident, message.get_flags(), expected)
        date = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(facts[ident][3]))
        assert message.get_from().split(" ", 1)[1] == date, (ident, message.get_from(), date)
    assert len(seen) == count and set(seen.values()) == {1}
    print(f"Python's mailbox.mbox: {count} mails, each once, flags and dates right")
    total = 0
    top = mailbox.Maildir(f"{base}/copy", create=False)
    for part in [top] + [top.get_folder(name) for name in top.list_folders()]:
        for message in part:
            total += 1
            ident = message["Message-ID"]
            assert set(message.get_flags()) == set(facts[ident][1]), ident
            assert message.get_subdir() == ("new" if facts[ident][2] else "cur"), ident
            assert int(message.get_date()) == facts[ident][3], ident
    assert total == count, (total, count)
    print(f"Python's mailbox.Maildir: {total} mails in {1 + len(top.list_folders())} folders, flags and dates right")
    inbox = sum(fact[4] == "" for fact in facts.values())
    for name, expected in [("all.mbox", count), ("copy", inbox), ("copy/.Sent", sum(fact[4] == ".Sent" for fact in facts.values()))]:
        seen = mutt_count(f"{base}/{name}")
        assert seen in (None, expected), (name, seen, expected)
        print(f"mutt, {name}:", "not installed" if seen is None else f"{seen} mails")


def sized(n):
    """A mail among many: most are short, some are long, a few have a large file; every 10th is to carry a stream of testdata."""
    rng = random.Random(n)
    kind = rng.random()
    when = email.utils.formatdate(1_600_000_000 + n, usegmt=True)
    head = (f"From: Sender <sender{n % 97}@example.org>\nTo: r@example.org\nSubject: Mail {n}\nDate: {when}\n"
            f"Message-ID: <{n}@example.org>\nMIME-Version: 1.0\n")
    lines = rng.randint(5, 40) if kind < 0.6 else rng.randint(40, 200) if kind < 0.9 else 20
    text = BODY.format(n=n) + f"line of mail {n} with words and more words in it\n" * lines
    if n % 10 and kind < 0.98:
        return (head + "\n" + text).encode()
    if n % 10:
        file = "application/octet-stream; name=file.bin", rng.randbytes(rng.randint(20_000, 400_000))
    else:
        file = "application/ms-tnef; name=winmail.dat", STREAMS[n // 10 % len(STREAMS)]
    encoded = base64.encodebytes(file[1]).decode()
    return (head + f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}--b\nContent-Type: {file[0]}\n"
            f"Content-Transfer-Encoding: base64\n\n{encoded}--b--\n").encode()


STREAMS = []


def find_streams(exe):
    """The samples of testdata in which `check` finds nothing."""
    own = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata")
    for path in sorted(glob.glob(f"{own}/*.dat")):
        if os.path.getsize(path) < 40_000 and subprocess.run([exe, "check", path], capture_output=True).returncode == 0:
            STREAMS.append(open(path, "rb").read())
    assert len(STREAMS) > 20, len(STREAMS)


def measured(exe, source, out, stops=()):
    """Converts to mbox; `stops` are a signal and the size of the file in which it is sent. -> exit code, seconds, peak in KiB, what it said"""
    began = time.time()
    p = subprocess.Popen([exe, "convert", source, "-o", out, "--to", "mbox"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak, stops = 0, list(stops)
    while p.poll() is None:
        try:
            peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{p.pid}/status").read()).group(1)))
        except (OSError, AttributeError):
            pass
        if stops and os.path.exists(out + ".part") and os.path.getsize(out + ".part") > stops[0][1]:
            p.send_signal(stops.pop(0)[0])
        time.sleep(0.02)
    seconds = time.time() - began
    out, err = (stream.read().decode().strip() for stream in (p.stdout, p.stderr))
    print(f"  exit code {p.returncode}, {seconds:.1f} s, {peak / 1024:.0f} MiB at most: {(out or err or 'no word').splitlines()[-1]}")
    return p.returncode, seconds, peak, out + err


def leftovers(base):
    """Files that a run made for itself and did not take away."""
    return [name for _, _, names in os.walk(base) for name in names if name.endswith((".tmp", ".part"))]


def mails_of(path):
    """The digest and the id of each mail of an mbox; the line `From ` begins one, as mboxrd quotes it in texts."""
    def one(lines):
        bytes_ = b"".join(lines)
        return hashlib.sha256(bytes_).hexdigest(), re.search(rb"(?im)^Message-ID: (<.*>)", bytes_).group(1)
    lines = []
    for line in open(path, "rb"):
        if line.startswith(b"From ") and lines:
            yield one(lines)
            lines = []
        lines.append(line)
    yield one(lines)


def large(exe, base, count):
    find_streams(exe)
    source, out = f"{base}/many", f"{base}/many.mbox"
    os.makedirs(source)
    size = few_size = few = 0
    for n in range(count):
        bytes_ = sized(n)
        folder = f"{source}/{n // 1000:03}"
        os.makedirs(folder, exist_ok=True)
        open(f"{folder}/{n:06}.eml", "wb").write(bytes_)
        size += len(bytes_)
        if n < max(1000, count // 4):
            few, few_size = n + 1, few_size + len(bytes_)

    fourth = f"{base}/fourth"
    os.makedirs(fourth)
    for name in sorted(os.listdir(source))[: max(1, few // 1000)]:
        shutil.copytree(f"{source}/{name}", f"{fourth}/{name}")
    began = time.time()
    beside = mailbox.mbox(f"{base}/beside.mbox")
    for path in sorted(glob.glob(f"{fourth}/*/*.eml")):
        beside.add(open(path, "rb").read())
    beside.close()
    seconds = time.time() - began
    print(f"Python's mailbox.mbox, which converts nothing: {few / seconds:.0f} mails a second, {few_size / 1e6 / seconds:.1f} MB/s")
    print(f"{few} mails, {few_size / 1e6:.0f} MB:")
    _, few_seconds, few_peak, _ = measured(exe, fourth, f"{base}/fourth.mbox")
    print(f"{count} mails, {size / 1e6:.0f} MB, in one run:")
    code, seconds, peak, _ = measured(exe, source, f"{base}/whole.mbox")
    assert code == 0, code
    print(f"  {few / few_seconds:.0f} mails a second, {few_size / 1e6 / few_seconds:.1f} MB/s, peak {few_peak / 1024:.1f} MiB; "
          f"then {count / seconds:.0f} mails a second, {size / 1e6 / seconds:.1f} MB/s, peak {peak / 1024:.1f} MiB")
    assert peak < 1.25 * few_peak, "memory grows with the number of mails"
    assert seconds / count < 1.5 * few_seconds / few, "time grows faster than the number of mails"
    made = os.path.getsize(f"{base}/whole.mbox")
    print("killed in the first third, ended in the second, and gone on with:")
    code, *_ = measured(exe, source, out, [(signal.SIGKILL, made // 3)])
    assert code == -signal.SIGKILL, code
    assert not os.path.exists(out)
    code, *_, said = measured(exe, source, out, [(signal.SIGTERM, 2 * made // 3)])
    assert code not in (0, -signal.SIGTERM) and "goes on from there" in said, (code, said)
    assert not os.path.exists(out)
    code, *_ = measured(exe, source, out)
    assert code == 0, code
    whole, parts = list(mails_of(f"{base}/whole.mbox")), list(mails_of(out))
    assert whole == parts, "the two differ"
    digests, idents = collections.Counter(one for one, _ in parts), collections.Counter(ident for _, ident in parts)
    assert len(parts) == len(digests) == len(idents) == count, (len(parts), len(digests), len(idents), count)
    assert not leftovers(base), leftovers(base)
    print(f"complete, mail by mail what one run makes: {count} message ids and digests, each once; no temporary file left")
    code, *_ = measured(exe, source, out)
    assert code == 0 and os.path.getsize(out) == made


def beside(exe, other, base, count=10_000):
    """Both programs make .eml of one folder of mails, three times in turns; the best of each counts."""
    if not STREAMS:
        find_streams(exe)
    source = f"{base}/flat"
    os.makedirs(source)
    size = 0
    for n in range(count):
        bytes_ = sized(n)
        open(f"{source}/{n:06}.eml", "wb").write(bytes_)
        size += len(bytes_)
    best = {exe: 1e9, other: 1e9}
    for _ in range(3):
        for program in best:
            out = f"{base}/beside"
            began = time.time()
            found = subprocess.run([program, "convert", source, "--to", "eml", "-o", out], capture_output=True)
            best[program] = min(best[program], time.time() - began)
            written = sum(name.endswith(".eml") for name in os.listdir(out))
            assert found.returncode in (0, 3) and written == count, (program, found.returncode, written, found.stderr[-500:])
            shutil.rmtree(out)
    for program, seconds in best.items():
        print(f"{program}: {count} mails to eml: {count / seconds:.0f} mails, {size / seconds / 1e6:.1f} MB a second")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--beside")
    parser.add_argument("--folder")
    args = parser.parse_args()
    exe = os.path.abspath(args.program)
    with tempfile.TemporaryDirectory(dir=args.folder) as base:
        if args.mails:
            small(exe, base, args.mails)
        if args.large:
            large(exe, base, args.large)
        if args.beside:
            beside(exe, os.path.abspath(args.beside), base)


if __name__ == "__main__":
    main()
