"""Inputs: the samples of the repository, and mails made of them by Python's own package."""

import email.message
import email.policy
import pathlib

import pytest

TESTDATA = pathlib.Path(__file__).resolve().parents[3] / "testdata"
SAMPLES = sorted(TESTDATA.glob("*.dat"))
assert len(SAMPLES) > 100, f"no samples in {TESTDATA}"
#: With those that once broke something.
INPUTS = SAMPLES + sorted(path for path in (TESTDATA / "malformed").rglob("*") if path.is_file())


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
