"""Verbs of the program whose JSON becomes objects."""

import json
import os
import typing

from winmail_tnef._errors import WinmailError
from winmail_tnef._native import run


Argument = typing.Union[str, "os.PathLike[str]"]


def asked(arguments: typing.Iterable[Argument], good: typing.Container[int]) -> typing.Any:
    """What the program prints as JSON; an exit code that is not in ``good`` raises what it says."""
    code, out, err = run([os.fspath(argument) for argument in arguments])
    if code not in good:
        raise WinmailError(err.strip() or f"the program ended with code {code}")
    try:
        return json.loads(out)
    except ValueError:
        # Nothing was printed, as what was asked for could not be read.
        raise WinmailError(err.strip() or f"the program ended with code {code}") from None


def option(name: str, value: typing.Union[Argument, bool, None]) -> typing.List[str]:
    """An option and its value; nothing where the value is None."""
    if value is None:
        return []
    return [name, str(value).lower() if isinstance(value, bool) else os.fspath(value)]
