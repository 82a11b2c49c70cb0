"""The program: as a function, as a script, and what ends it."""

import os
import pathlib
import signal
import subprocess
import sys
import sysconfig

import pytest
from conftest import TESTDATA

import winmail_tnef
from winmail_tnef import WinmailError, policy, recall

SCRIPTS = [pathlib.Path(sysconfig.get_path("scripts")) / name for name in ("winmail", "winmail-tnef")]
COMMANDS = [[str(path)] for path in SCRIPTS] + [[sys.executable, "-m", "winmail_tnef"]]


@pytest.mark.parametrize("command", COMMANDS, ids=["winmail", "winmail-tnef", "module"])
def test_it_extracts(command, tmp_path):
    done = subprocess.run([*command, "extract", TESTDATA / "winmail.dat", "-o", tmp_path / "out"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "out" / "Quartal Übersicht.csv").stat().st_size == 55


def test_exit_codes_and_output():
    command = COMMANDS[-1]
    assert subprocess.run([*command, "check", TESTDATA / "damaged.dat"], capture_output=True).returncode == 3
    assert subprocess.run([*command, "list", "absent"], capture_output=True).returncode == 1
    wrong = subprocess.run([*command, "no-such-verb"], capture_output=True)
    assert wrong.returncode == 2 and b"Usage: winmail" in wrong.stderr
    version = subprocess.run([*command, "--version"], capture_output=True)
    assert version.stdout.decode().split() == ["winmail", winmail_tnef.__version__]
    plain = b"Subject: x\n\nhi"
    passed = subprocess.run([*command, "filter"], input=plain, capture_output=True)
    assert (passed.returncode, passed.stdout) == (0, plain)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_it_can_be_interrupted():
    # It reads until the end of its input, inside of the native half: what no pipe holds has been read there.
    running = subprocess.Popen([*COMMANDS[-1], "filter"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    running.stdin.write(b"Subject: x\n\n" + b"x" * (4 << 20))
    running.stdin.flush()
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == -signal.SIGINT
    running.stdin.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupts_stay_those_of_python(tmp_path):
    out = tmp_path / "out"
    assert winmail_tnef.run(["convert", "--to", "eml", str(TESTDATA / "winmail.dat"), "-o", str(out)])[0] == 0
    # The program itself would end at the second.
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_what_ignores_interrupts_goes_on_doing_so():
    ignore = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", ignore, *COMMANDS[-1], "filter"]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    mail = b"Subject: x\n\n" + b"x" * (4 << 20)
    running.stdin.write(mail)
    running.stdin.flush()
    running.send_signal(signal.SIGINT)
    assert running.communicate(timeout=30)[0] == mail
    assert running.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX")
def test_names_that_are_no_utf8(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"\xff.dat")
    with open(path, "wb") as file:
        file.write((TESTDATA / "winmail.dat").read_bytes())
    done = subprocess.run([*COMMANDS[-1], "list", path], capture_output=True)
    assert done.returncode == 0 and b"logo.png" in done.stdout
    assert winmail_tnef.Message.open(path).subject == "Figures of the third quarter"


def test_as_a_function():
    code, out, err = winmail_tnef.run(["list", str(TESTDATA / "winmail.dat")])
    assert (code, err) == (0, "") and "Figures of the third quarter" in out.decode()
    code, out, err = winmail_tnef.run(["body", "-"], stdin=(TESTDATA / "winmail.dat").read_bytes())
    assert code == 0 and out
    assert winmail_tnef.run(["list", "absent"])[0] == 1


def test_policy(tmp_path):
    settings = tmp_path / "policy.toml"
    settings.write_text('edition = "ExchangeOnline"\naccepted_domains = ["fabrikam.com"]\n')
    (decision,) = policy.explain(settings, sender="alice@fabrikam.com", recipients=["bob@contoso.com"])
    assert (decision.recipient, decision.remote_domain) == ("bob@contoso.com", "Default")
    assert decision.answers["tnef"].value == "false"
    assert decision.answers["tnef"].winner.setting == "InternetMessageFormat"
    with pytest.raises(AttributeError):
        decision.format = "TNEF"
    with pytest.raises(WinmailError):
        policy.explain(tmp_path / "absent.toml", sender="a@example.org", recipients="b@example.org")


def test_recall(tmp_path):
    original = TESTDATA / "winmail.dat"
    request = tmp_path / "recall.dat"
    assert winmail_tnef.run(["recall", "request", str(original), "-o", str(request)])[0] == 0
    (found,) = recall.explain(request, original, original=original)
    key = next(row for row in found.conditions if row.condition == "same-search-key")
    assert (key.number, key.verdict) == (1, "met")
    assert len(found.conditions) == 7 and found.conclusion
    (other,) = recall.explain(request, [TESTDATA / "read-receipt.dat"])
    assert next(row for row in other.conditions if row.number == 1).verdict == "not-met"
    with pytest.raises(WinmailError):
        recall.explain(tmp_path / "absent", original)
