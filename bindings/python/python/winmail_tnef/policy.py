"""What Exchange lets out, in which format, for whom, and why: ``winmail policy explain``."""

import dataclasses
import typing

from winmail_tnef._program import Argument, asked, option

__all__ = ["Answer", "Decision", "Setting", "explain"]


@dataclasses.dataclass(frozen=True)
class Setting:
    """A setting that was asked: whose it is, its name and value, and whether it won."""

    source: str
    setting: str
    value: str
    outcome: str
    note: str


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer, and the settings that were asked for it, in the order of their rank."""

    value: str
    chain: typing.Tuple[Setting, ...]
    documented_in: typing.Optional[str]

    @property
    def winner(self) -> typing.Optional[Setting]:
        """The setting that decided."""
        return next((setting for setting in self.chain if setting.outcome == "won"), None)


@dataclasses.dataclass(frozen=True)
class Decision:
    """What becomes of a message to one recipient. ``answers`` has what was decided, by topic: "tnef", "encoding" ..."""

    sender: str
    recipient: str
    delivered_to: str
    remote_domain: typing.Optional[str]
    format: str
    answers: typing.Mapping[str, Answer]
    raw: typing.Mapping[str, typing.Any] = dataclasses.field(repr=False, compare=False)


def explain(
    policy: Argument,
    message: typing.Optional[Argument] = None,
    *,
    sender: typing.Optional[str] = None,
    recipients: typing.Union[str, typing.Iterable[str]] = (),
    native: typing.Optional[str] = None,
    charset: typing.Optional[str] = None,
    send_rich: typing.Optional[bool] = None,
) -> typing.List[Decision]:
    """The decision for each recipient, by the settings in the file ``policy``.

    ``message`` is the path of a mail or of TNEF; what the keywords say counts more than what it says.
    """
    arguments: typing.List[Argument] = ["policy", "explain", "--json", "--policy", policy]
    arguments += option("--from", sender)
    for recipient in [recipients] if isinstance(recipients, str) else recipients:
        arguments += ["--to", recipient]
    arguments += option("--native", native) + option("--charset", charset) + option("--send-rich", send_rich)
    if message is not None:
        arguments += ["--", message]
    return [_decision(found) for found in asked(arguments, (0, 3))]


def _decision(found: typing.Mapping[str, typing.Any]) -> Decision:
    answers = {
        topic: Answer(answer["value"], tuple(Setting(**step) for step in answer["chain"]), answer.get("documented_in"))
        for topic, answer in found["answers"].items()
    }
    return Decision(
        sender=found["from"],
        recipient=found["to"],
        delivered_to=found["delivered_to"],
        remote_domain=found["remote_domain"],
        format=found["format"],
        answers=answers,
        raw=found,
    )
