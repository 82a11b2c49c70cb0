"""Read TNEF (winmail.dat), Outlook's .msg and mails that carry TNEF; turn them into mail and back.

    >>> from winmail_tnef import Message
    >>> message = Message.open("winmail.dat")
    >>> message.attachments[0].data

The submodules are ``rtf`` (RTF, compressed or not), ``policy`` (what Exchange lets out, and why), ``recall`` (whether a recall finds
its message) and ``table`` (messages as rows). ``run`` is the whole program.
"""

from winmail_tnef import rtf
from winmail_tnef._errors import (
    LimitError,
    MalformedError,
    UnencodableError,
    UnsupportedError,
    WinmailError,
)
from winmail_tnef._native import (
    Attachment,
    Body,
    Diagnostic,
    Loss,
    Message,
    Outcome,
    Properties,
    Property,
    Recipient,
    __version__,
    filter_mail,
    mails,
    run,
    streams,
)
from winmail_tnef._values import Mail

__all__ = [
    "Attachment",
    "Body",
    "Diagnostic",
    "LimitError",
    "Loss",
    "Mail",
    "MalformedError",
    "Message",
    "Outcome",
    "Properties",
    "Property",
    "Recipient",
    "UnencodableError",
    "UnsupportedError",
    "WinmailError",
    "__version__",
    "filter_mail",
    "mails",
    "rtf",
    "run",
    "streams",
]
