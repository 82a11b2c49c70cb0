"""Inputs: the samples of the repository, and mails made of them by Python's own package."""

import email.message
import email.policy
import os
import pathlib
import signal

import pytest

# What a shell starts behind its back ignores interrupts, and so would the processes that are tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

TESTDATA = pathlib.Path(__file__).resolve().parents[3] / "testdata"
SAMPLES = sorted(TESTDATA.glob("*.dat"))
assert len(SAMPLES) > 100, f"no samples in {TESTDATA}"
#: With those that once broke something.
INPUTS = SAMPLES + sorted(path for path in (TESTDATA / "malformed").rglob("*") if path.is_file())
#: Real and hostile files, where they are.
CORPUS = pathlib.Path(os.environ.get("WINMAIL_CORPUS", TESTDATA / "../../shared/corpus"))
if CORPUS.is_dir():
    found = sorted(path for folder in ("tnef", "eml", "msg") for path in (CORPUS / folder).iterdir() if path.is_file())
    assert found, f"nothing in {CORPUS}"
    INPUTS += found
else:
    print(f"no corpus at {CORPUS}: its files are left out")


def sample(name):
    """The bytes of a sample."""
    return (TESTDATA / name).read_bytes()


@pytest.fixture
def quarter():
    """The sample that the README uses."""
    return sample("winmail.dat")


@pytest.fixture
def mail(quarter):
    """A mail that carries it."""
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"] = "Jane <jane@example.org>"
    made["To"] = "joe@example.org"
    made["Subject"] = "Figures of the third quarter"
    made["Message-ID"] = "<1@example.org>"
    made["Date"] = "Tue, 14 Nov 2023 22:13:20 +0000"
    made.set_content("see winmail.dat")
    made.add_attachment(quarter, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return made.as_bytes()
