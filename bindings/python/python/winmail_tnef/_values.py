"""What the native half makes of Python's own classes."""

import datetime
import decimal
import uuid

#: 1601-01-01, from which FILETIME counts.
_START = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)


def time(filetime):
    """A FILETIME as an aware datetime to the microsecond; the number itself where Python has no such date."""
    try:
        return _START + datetime.timedelta(microseconds=filetime // 10)
    except OverflowError:
        return filetime


def currency(number):
    """A currency value, which counts ten-thousandths."""
    return decimal.Decimal(number).scaleb(-4)


def guid(text):
    """A GUID."""
    return uuid.UUID(text)


def read(path):
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


class Mail(bytes):
    """A mail, and what became of the TNEF that it is made of.

    ``changed``: whether anything was; ``outcomes``: what became of each stream; ``losses``: what would have been missing, for which
    the stream was kept; ``refused``: why the mail was left alone as a whole, or None; ``breaks_signature``: it was changed and has a
    DKIM or ARC signature, which may not hold any more.
    """

    def __new__(cls, data, *, changed=True, outcomes=(), losses=(), refused=None, breaks_signature=False):
        mail = super().__new__(cls, data)
        mail.changed = changed
        mail.outcomes = outcomes
        mail.losses = losses
        mail.refused = refused
        mail.breaks_signature = breaks_signature
        return mail
