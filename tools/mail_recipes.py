#!/usr/bin/env python3
"""Runs the recipes of docs/filter.md, word for word, in the programs that they are for.

    sudo tools/mail_recipes.py [--winmail PROGRAM] [--mails FOLDER] [exim] [sieve] [procmail] [maildrop] [mutt] [neomutt]

Without names all are run. Mails go in on loopback or standard input and come out of a mailbox: each as `winmail filter` makes it,
without winmail.dat where that says nothing else; while the filter exits with 1 or 75, is killed, has a full disk or is not there,
none is lost. mutt and neomutt run under tmux, and what they show is read off the screen.

Needs root, python3, tmux (for mutt) and Debian with apt. Packages that are not installed are downloaded and unpacked, not
installed, as Exim and Postfix exclude each other. All of it happens in namespaces of its own, on a file system in memory laid over
/usr and /etc: nothing is left behind, no port is used outside, and nothing leaves the machine but the download.
"""

import argparse
import contextlib
import difflib
import email
import email.policy
import glob
import os
import pathlib
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = {
    "exim": ["exim4-daemon-light"],
    "sieve": ["dovecot-core", "dovecot-sieve", "dovecot-lmtpd"],
    "procmail": ["procmail"],
    "maildrop": ["maildrop"],
    "mutt": ["mutt"],
    "neomutt": ["neomutt"],
}
HEADINGS = {
    "exim": "## Exim",
    "sieve": "## Dovecot Sieve",
    "procmail": "## procmail",
    "maildrop": "## maildrop",
    "mutt": "## mutt and neomutt",
    "neomutt": "## mutt and neomutt",
}
WORK = pathlib.Path(os.environ.get("WINMAIL_RECIPES", "/nonexistent"))  # a file system in memory
PROGRAM = "/usr/bin/winmail"  # as the recipes name it


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


# Outside: packages, and the way in.


def download(names, folder):
    """The packages that are not installed, with what they need."""
    wanted = [package for name in names for package in PACKAGES[name]]
    simulated = run("apt-get", "install", "-s", "--no-install-recommends", *wanted, capture_output=True, text=True).stdout
    missing = [line.split()[1] for line in simulated.splitlines() if line.startswith("Inst ")]
    if missing:
        run("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *missing, cwd=folder, stdout=subprocess.DEVNULL)


def enter(arguments, names):
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("needs root and Debian's apt")
    if {"mutt", "neomutt"} & set(names) and not shutil.which("tmux"):
        sys.exit("mutt is looked at in tmux, which is not installed")
    with tempfile.TemporaryDirectory(prefix="winmail-recipes-") as folder:
        # Servers that give up root look in.
        os.chmod(folder, 0o755)
        packages = folder + "/packages"
        os.mkdir(packages)
        download(names, packages)
        # With a process namespace of its own, servers end with it.
        inside = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
        inside += [sys.executable, __file__, "--inside", packages, "--winmail", arguments.winmail, "--mails", arguments.mails, *names]
        sys.exit(subprocess.run(inside, env={**os.environ, "WINMAIL_RECIPES": folder + "/work"}).returncode)


# Inside: a machine that has the packages, and users for the servers.


def prepare(packages, winmail):
    WORK.mkdir()
    run("mount", "-t", "tmpfs", "-o", "mode=755", "none", WORK)
    root = WORK / "root"
    for name in ["usr/lib", "usr/sbin", "usr/bin", "etc"]:
        (root / name).mkdir(parents=True)
    for name in ["lib", "bin", "sbin"]:
        (root / name).symlink_to("usr/" + name)
    for package in sorted(glob.glob(packages + "/*.deb")):
        unpacked = run("dpkg-deb", "--fsys-tarfile", package, capture_output=True).stdout
        run("tar", "-x", "--keep-directory-symlink", "-C", root, input=unpacked)
    shutil.copy(winmail, root / "usr/bin/winmail")
    users = pathlib.Path("/etc/passwd").read_text()
    groups = pathlib.Path("/etc/group").read_text()
    for number, name in enumerate(["Debian-exim", "dovecot", "dovenull"], 61001):
        if not re.search(f"^{name}:", users, re.M):
            users += f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n"
            groups += f"{name}:x:{number}:\n"
    users += f"reader:x:61010:61010::{WORK}/home:/bin/sh\n"
    groups += "reader:x:61010:\n"
    (root / "etc/passwd").write_text(users)
    (root / "etc/group").write_text(groups)
    for name in ["usr", "etc"]:
        for kind in ["upper", "lay"]:
            (WORK / kind / name).mkdir(parents=True)
        layers = f"lowerdir={root}/{name}:/{name},upperdir={WORK}/upper/{name},workdir={WORK}/lay/{name}"
        run("mount", "-t", "overlay", "overlay", "-o", layers, "/" + name)
    run("ldconfig")
    run("ip", "link", "set", "lo", "up")
    clean_home()


def clean_home():
    home = WORK / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    shutil.chown(home, "reader", "reader")
    return home


def recipe(name):
    """The indented blocks under a heading of docs/filter.md."""
    text = (HERE / "docs/filter.md").read_text().split("\n" + HEADINGS[name], 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", text, re.M)
    return [re.sub("^    ", "", block, flags=re.M) for block in blocks]


def read_mails(folder):
    mails = []
    for path in sorted(glob.glob(folder + "/*.eml")):
        data = pathlib.Path(path).read_bytes()
        if data.startswith(b"From "):
            data = data.split(b"\n", 1)[1]
        # What mail systems carry ends with a line end and has one kind of them.
        mails.append((os.path.basename(path), data.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"))
    assert mails, "no mails in " + folder
    mails.append(("without TNEF", b"Subject: none\nContent-Type: text/plain\n\nhello\n"))
    return mails


def marked(turn, number, data):
    return b"X-Test: %d-%d\n" % (turn, number) + data


def boxed(box):
    """What is in a Maildir, by turn and number."""
    found = {}
    for path in glob.glob(f"{box}/new/*") + glob.glob(f"{box}/cur/*"):
        data = pathlib.Path(path).read_bytes().replace(b"\r\n", b"\n")
        mark = email.message_from_bytes(data).get("X-Test")
        assert mark, "a mail that nobody sent, a bounce perhaps:\n" + data.decode("latin-1")[:2000]
        turn, number = map(int, mark.split("-"))
        found.setdefault((turn, number), []).append(data)
    return found


def body(data):
    return data.split(b"\n\n", 1)[1].rstrip(b"\n")


def fields(data):
    return [field for field in email.message_from_bytes(data).items() if field[0].lower().startswith(("content-", "x-", "mime-"))]


def same(name, found, wanted):
    if found != wanted:
        difference = difflib.unified_diff(wanted.decode("latin-1").splitlines(), found.decode("latin-1").splitlines(), lineterm="", n=1)
        sys.exit(f"{name} is not what the filter makes of it:\n" + "\n".join(line[:120] for line in list(difference)[:30]))


def check(box, mails, turn, filtered=True, line_end=b"\n"):
    """Every mail of a turn is there once, as the filter makes it of lines that end so, or as it was."""
    found = boxed(box)
    gone = 0
    for number, (name, data) in enumerate(mails):
        copies = found.get((turn, number), [])
        assert len(copies) == 1, f"{name} was delivered {len(copies)} times"
        sent = marked(turn, number, data)
        lines = sent.replace(b"\n", line_end)
        alone = subprocess.run([PROGRAM, "filter"], input=lines, capture_output=True, check=True) if filtered else None
        want = alone.stdout.replace(b"\r\n", b"\n") if filtered else sent
        same(name, body(copies[0]), body(want))
        # Servers add fields of their own.
        missing = [field for field in fields(want) if field not in fields(copies[0])]
        assert not missing, f"{name} lost {missing}"
        if filtered:
            is_gone = b"ms-tnef" not in copies[0] and b"winmail.dat" not in copies[0]
            assert is_gone or alone.stderr, name + " still has winmail.dat, and nobody said why"
            gone += is_gone and (b"ms-tnef" in data or b"winmail.dat" in data)
    assert gone or not filtered
    what = f"{gone} of them without the winmail.dat they had" if filtered else "as they were"
    print(f"  turn {turn}: {len(mails)} mails in, {len(mails)} out, {what}")


def install(content):
    """Another program in the filter's place, or none."""
    if content is None:
        os.remove(PROGRAM)
        return
    pathlib.Path(PROGRAM + ".new").write_bytes(content)
    os.chmod(PROGRAM + ".new", 0o755)
    # Replaced whole, as the old one may be running.
    os.rename(PROGRAM + ".new", PROGRAM)


FAILURES = {
    "it exits with 1": b"#!/bin/sh\ncat\nexit 1\n",
    "it exits with 75": b"#!/bin/sh\ncat\nexit 75\n",
    "it is killed while it writes": b"#!/bin/sh\nhead -c 100\nkill -9 $$\n",
    "the disk is full": b'#!/bin/sh\nexec /usr/bin/winmail.real "$@" > /dev/full\n',
    "it is not there": None,
}


@contextlib.contextmanager
def broken(script):
    """The filter fails for a while."""
    whole = pathlib.Path(PROGRAM).read_bytes()
    install(script)
    try:
        yield
    finally:
        install(whole)


def wait(condition, what, log=None):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    if log:
        print(log.read_text()[-4000:])
    sys.exit("timed out: " + what)


def listens(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def send(client, mails, turn):
    with client as server:
        for number, (_, data) in enumerate(mails):
            lines = marked(turn, number, data).replace(b"\n", b"\r\n")
            server.sendmail("sender@example.test", ["reader@example.test"], lines)


def kept(what, mails, turn):
    print(f"  turn {turn}: {what}: {len(mails)} mails kept in the queue, none delivered, none bounced")


# The recipes.


def exim(mails):
    (block,) = recipe("exim")
    for kind in ["Maildir", "mbox"]:
        box = clean_home() / "box"
        place = f"maildir_format\n  create_directory\n  directory = {box}" if kind == "Maildir" else f"file = {box}.mbox"
        assert "  ..." in block
        spool = WORK / ("exim-" + kind)
        spool.mkdir()
        shutil.chown(spool, "Debian-exim", "Debian-exim")
        pathlib.Path("/etc/exim4").mkdir(exist_ok=True)
        pathlib.Path("/etc/exim4/exim4.conf").write_text(
            f"primary_hostname = mx.example.test\nspool_directory = {spool}\nlog_file_path = {spool}/log-%s\n"
            "local_interfaces = 127.0.0.1\ndaemon_smtp_ports = 2525\ntls_advertise_hosts =\n"
            "acl_smtp_rcpt = accept\nacl_smtp_data = accept\nkeep_environment =\n"
            "begin acl\naccept:\n  accept\n"
            "begin routers\nall:\n  driver = accept\n  transport = local_delivery\n"
            f"begin transports\n{block.replace('  ...', '  user = reader' + chr(10) + '  ' + place)}\n"
            "begin retry\n* * F,1h,1h\n"
        )
        log = spool / "log-main"

        def delivered(turn):
            if kind == "mbox":
                shutil.rmtree(box, ignore_errors=True)
                (box / "new").mkdir(parents=True)
                text = pathlib.Path(f"{box}.mbox").read_bytes() if os.path.exists(f"{box}.mbox") else b""
                for at, mail in enumerate(re.split(rb"(?m)^From sender@example\.test .*\n", text)[1:]):
                    (box / "new" / str(at)).write_bytes(mail.replace(b"\n>From ", b"\nFrom "))
            return [key for key in boxed(box) if key[0] == turn]

        def queued():
            return run("exim4", "-bp", capture_output=True).stdout.count(b"<sender@example.test>")

        # It repeats its log there.
        server = subprocess.Popen(["exim4", "-bdf"], stderr=subprocess.DEVNULL)
        try:
            wait(lambda: listens(2525), "Exim")
            print(f"Exim into a {kind}")
            send(smtplib.SMTP("127.0.0.1", 2525, timeout=30), mails, 0)
            wait(lambda: not queued() and len(delivered(0)) == len(mails), "delivery", log)
            check(box, mails, 0)
            for turn, (what, script) in enumerate(FAILURES.items(), 1):
                already = log.read_text().count(" defer (")
                with broken(script):
                    send(smtplib.SMTP("127.0.0.1", 2525, timeout=30), mails, turn)
                    wait(lambda: log.read_text().count(" defer (") - already >= len(mails), "deferral when " + what, log)
                    assert queued() == len(mails) and not delivered(turn), "mail was not kept though the filter failed"
                kept(what, mails, turn)
                run("exim4", "-qff", stderr=subprocess.DEVNULL)
                wait(lambda: not queued() and len(delivered(turn)) == len(mails), "second delivery", log)
                check(box, mails, turn)
        finally:
            server.terminate()
            server.wait()
        assert " ** " not in log.read_text(), "something was bounced"


def sieve(mails):
    config, script = recipe("sieve")
    box = clean_home() / "box"
    (place,) = re.findall(r"sieve_before = (.*)", config)
    (programs,) = re.findall(r"sieve_filter_bin_dir = (.*)", config)
    for folder in [pathlib.Path(place).parent, pathlib.Path(programs)]:
        folder.mkdir(parents=True, exist_ok=True)
    (pathlib.Path(programs) / "winmail").symlink_to(PROGRAM)
    pathlib.Path(place).write_text(script)
    log = WORK / "dovecot.log"
    settings = WORK / "dovecot.conf"
    settings.write_text(
        f"protocols = lmtp\nbase_dir = {WORK}/dovecot\nlog_path = {log}\nssl = no\nlisten = 127.0.0.1\n"
        f"mail_location = maildir:{box}\nfirst_valid_uid = 1000\npostmaster_address = postmaster@example.test\n"
        f"userdb {{\n  driver = static\n  args = uid=reader gid=reader home={box.parent} allow_all_users=yes\n}}\n"
        "passdb {\n  driver = static\n  args = nopassword=y\n}\n"
        "service lmtp {\n  inet_listener lmtp {\n    address = 127.0.0.1\n    port = 2424\n  }\n}\n"
        f"protocol lmtp {{\n  mail_plugins = sieve\n}}\n{config}"
    )
    run("sievec", "-c", settings, place)
    server = subprocess.Popen(["dovecot", "-F", "-c", settings])
    try:
        wait(lambda: listens(2424), "Dovecot")
        print("Dovecot by LMTP")
        send(smtplib.LMTP("127.0.0.1", 2424), mails, 0)
        check(box, mails, 0, line_end=b"\r\n")
        for turn, (what, failing) in enumerate(FAILURES.items(), 1):
            with broken(failing):
                send(smtplib.LMTP("127.0.0.1", 2424), mails, turn)
            print(f"  turn {turn}: {what}")
            check(box, mails, turn, filtered=False)
    finally:
        server.terminate()
        server.wait()


def deliver(command, mails, turn):
    """A mail system's local delivery: exit codes."""
    codes = set()
    for number, (_, data) in enumerate(mails):
        done = subprocess.run(command, input=marked(turn, number, data), capture_output=True, cwd="/")
        codes.add(done.returncode)
    return codes


def procmail(mails):
    (block,) = recipe("procmail")
    home = clean_home()
    box = home / "box"
    rules = home / ".procmailrc"
    rules.write_text(f"DEFAULT={box}/\nLOGFILE={home}/log\n{block}")
    shutil.chown(rules, "reader", "reader")
    print("procmail")
    command = ["procmail", "-d", "reader"]
    assert deliver(command, mails, 0) == {0}
    check(box, mails, 0)
    for turn, (what, script) in enumerate(FAILURES.items(), 1):
        with broken(script):
            assert deliver(command, mails, turn) == {0}
        print(f"  turn {turn}: {what}")
        check(box, mails, turn, filtered=False)


def maildrop(mails):
    (block,) = recipe("maildrop")
    home = clean_home()
    box = home / "box"
    rules = home / ".mailfilter"
    rules.write_text(f'DEFAULT="{box}"\n{block}')
    rules.chmod(0o600)
    for folder in [box, box / "new", box / "cur", box / "tmp"]:
        folder.mkdir()
        shutil.chown(folder, "reader", "reader")
    shutil.chown(rules, "reader", "reader")
    print("maildrop")
    command = ["maildrop", "-d", "reader"]
    assert deliver(command, mails, 0) == {0}
    check(box, mails, 0)
    for turn, (what, script) in enumerate(FAILURES.items(), 1):
        with broken(script):
            codes = deliver(command, mails, turn)
            assert codes == {75}, codes
            assert not [key for key in boxed(box) if key[0] == turn]
        kept(what, mails, turn)
        assert deliver(command, mails, turn) == {0}
        check(box, mails, turn)


class Screen:
    """A program on a terminal that is as long as a mail."""

    def __init__(self, command, home):
        self.tmux = ["tmux", "-S", str(WORK / "tmux"), "-f", "/dev/null"]
        environment = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        run(*self.tmux, "new-session", "-d", "-x", "150", "-y", "250", *command, env=environment, cwd=home)

    def text(self):
        return subprocess.run([*self.tmux, "capture-pane", "-p", "-J"], capture_output=True, text=True).stdout

    def keys(self, *keys):
        run(*self.tmux, "send-keys", *keys)

    def wait_for(self, *words):
        for _ in range(100):
            shown = self.text()
            if all(word in shown for word in words):
                return shown
            time.sleep(0.1)
        shown = "\n".join(line for line in shown.splitlines() if line.strip())
        sys.exit(f"not on the screen: {words}\n{shown}")

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], capture_output=True)


def mutt(mails, program="mutt"):
    mailcap, settings = recipe("mutt")
    assert mailcap == (HERE / "tools/dist/winmail.mailcap").read_text(), "docs/filter.md and tools/dist/winmail.mailcap differ"
    print(program)
    shown = 0
    for name, data in mails:
        mail = email.message_from_bytes(data)
        if not any("ms-tnef" in part.get_content_type() for part in mail.walk()):
            continue
        home = clean_home()
        for folder in ["cur", "new", "tmp"]:
            (home / "box" / folder).mkdir(parents=True)
        (home / "box/new/1").write_bytes(data)
        opened = home / "opened"
        # What a desktop has: a program for pictures.
        (home / ".mailcap").write_text(mailcap + f"image/jpeg; cp %s {opened}\n")
        (home / ".muttrc").write_text("set mailcap_path=~/.mailcap folder=~/box\n" + settings)
        listed = subprocess.run([PROGRAM, "list", home / "box/new/1"], capture_output=True, text=True).stdout
        words = re.findall(r'^  attachment  "([^"\\]+)"', listed, re.M) or re.findall(r"^  class +(.*)", listed, re.M)
        text = subprocess.run([PROGRAM, "body", "--text", home / "box/new/1"], capture_output=True, text=True).stdout
        words += [line.strip() for line in text.splitlines() if 10 < len(line.strip()) < 60 and line.isascii()][:1]
        files = home / "files"
        subprocess.run([PROGRAM, "extract", home / "box/new/1", "-o", files], capture_output=True)
        screen = Screen([program, "-n", "-F", home / ".muttrc", "-f", home / "box"], home)
        try:
            screen.wait_for("1 ")
            screen.keys("Enter")
            # What is inside, in the text of the mail.
            screen.wait_for("Autoview using winmail list", *words)
            shown += 1
            picture = [path for path in files.glob("*") if path.suffix == ".jpg"] if files.is_dir() else []
            if picture:
                screen.keys("i", "W")
                screen.wait_for(".cache/winmail")
                screen.keys("Enter", "v")
                screen.wait_for("image/jpeg", *(path.name for path in picture))
                screen.keys("/", "image/jpeg", "Enter", "Enter")
                wait(opened.exists, "the picture that is opened")
                assert opened.read_bytes() in [path.read_bytes() for path in picture], name + ": another picture was opened"
                print(f"  {name}: {', '.join(words)} listed; the picture, opened from the converted mail, is the one inside")
            else:
                print(f"  {name}: {', '.join(words)} shown")
        finally:
            screen.close()
    assert shown


def neomutt(mails):
    mutt(mails, "neomutt")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="RECIPE", help=", ".join(PACKAGES))
    parser.add_argument("--winmail", default=str(HERE / "target/release/winmail"))
    corpus = os.environ.get("WINMAIL_CORPUS", str(HERE / "../shared/corpus"))
    parser.add_argument("--mails", default=corpus + "/eml")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    names = arguments.names or list(PACKAGES)
    if unknown := set(names) - set(PACKAGES):
        parser.error(f"no recipe for {', '.join(unknown)}")
    if not os.access(arguments.winmail, os.X_OK):
        parser.error("no program at " + arguments.winmail)
    if not arguments.inside:
        enter(arguments, names)
    prepare(arguments.inside, arguments.winmail)
    mails = read_mails(arguments.mails)
    for name in names:
        globals()[name](mails)
    print("all recipes work: " + ", ".join(names))


if __name__ == "__main__":
    main()
