"""The exceptions."""


class WinmailError(ValueError):
    """What went wrong. The subclass says who must act.

    ``code`` is the name of the defect (docs/diagnostics.md), or None; ``offset`` its place in the input in bytes, or None;
    ``path`` the way to the structure; ``diagnostics`` what was found before it.
    """

    def __init__(self, message, *, code=None, offset=None, path="", diagnostics=()):
        super().__init__(message)
        self.code = code
        self.offset = offset
        self.path = path
        self.diagnostics = tuple(diagnostics)


class MalformedError(WinmailError):
    """The input is not what it should be. Ask whoever made it, or read it without ``strict``."""


class LimitError(WinmailError):
    """A limit was reached. Raise the limit, or refuse the input."""


class UnsupportedError(WinmailError):
    """The input uses something that is not handled."""


class UnencodableError(WinmailError):
    """The message holds something that the output has no place for."""
