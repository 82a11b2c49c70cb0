import typing
from winmail_tnef._native import Loss, Outcome

class Mail(bytes):
    changed: bool
    outcomes: typing.Tuple[Outcome, ...]
    losses: typing.Tuple[Loss, ...]
    refused: typing.Optional[str]
    breaks_signature: bool
    def __new__(
        cls,
        data: bytes,
        *,
        changed: bool = True,
        outcomes: typing.Tuple[Outcome, ...] = (),
        losses: typing.Tuple[Loss, ...] = (),
        refused: typing.Optional[str] = None,
        breaks_signature: bool = False,
    ) -> Mail: ...
