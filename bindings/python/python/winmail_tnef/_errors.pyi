import typing
from winmail_tnef._native import Diagnostic

class WinmailError(ValueError):
    code: typing.Optional[str]
    offset: typing.Optional[int]
    path: str
    diagnostics: typing.Tuple[Diagnostic, ...]
    def __init__(
        self,
        message: str,
        *,
        code: typing.Optional[str] = None,
        offset: typing.Optional[int] = None,
        path: str = "",
        diagnostics: typing.Iterable[Diagnostic] = (),
    ) -> None: ...

class MalformedError(WinmailError): ...
class LimitError(WinmailError): ...
class UnsupportedError(WinmailError): ...
class UnencodableError(WinmailError): ...
