"""Whether a recall will find its message, and if not, why: ``winmail recall explain``."""

import dataclasses
import os
import typing

from winmail_tnef._program import Argument, asked, option

__all__ = ["Condition", "Diagnosis", "explain"]


@dataclasses.dataclass(frozen=True)
class Condition:
    """One of the seven conditions: whether it is met, what shows that, and what would."""

    number: int
    condition: str
    verdict: str
    weight: str
    evidence: typing.Tuple[str, ...]
    remedy: typing.Optional[str]


@dataclasses.dataclass(frozen=True)
class Diagnosis:
    """What becomes of one delivered copy. ``outcome`` is None where it cannot be told; ``possible`` says what may be."""

    name: str
    error: typing.Optional[str]
    outcome: typing.Optional[str]
    likely: typing.Optional[str]
    possible: typing.Tuple[str, ...]
    depends_on: typing.Tuple[str, ...]
    conclusion: str
    conditions: typing.Tuple[Condition, ...]
    raw: typing.Mapping[str, typing.Any] = dataclasses.field(repr=False, compare=False)


def explain(
    recall: Argument,
    delivered: typing.Union[Argument, typing.Iterable[Argument]],
    *,
    original: typing.Optional[Argument] = None,
    policy: typing.Optional[Argument] = None,
    environment: typing.Optional[Argument] = None,
    trace: typing.Optional[Argument] = None,
    sender: typing.Optional[str] = None,
    recipient: typing.Optional[str] = None,
    accepted_domains: typing.Iterable[str] = (),
    mailbox: typing.Optional[str] = None,
    read: typing.Optional[bool] = None,
    folder: typing.Optional[str] = None,
    recall_folder: typing.Optional[str] = None,
    cloud_recall: typing.Optional[bool] = None,
    recall_read: typing.Optional[bool] = None,
) -> typing.List[Diagnosis]:
    """A diagnosis for each delivered copy.

    The messages, ``policy``, ``environment`` and ``trace`` are paths; the other keywords say what is known besides (docs/recall.md).
    """
    arguments: typing.List[Argument] = ["recall", "explain", "--json", "--recall", recall]
    for copy in [delivered] if isinstance(delivered, (str, os.PathLike)) else delivered:
        arguments += ["--delivered", copy]
    arguments += option("--original", original) + option("--policy", policy)
    arguments += option("--environment", environment) + option("--trace", trace)
    arguments += option("--from", sender) + option("--to", recipient)
    for domain in accepted_domains:
        arguments += ["--accepted-domain", domain]
    arguments += option("--mailbox", mailbox)
    if read is not None:
        arguments.append("--read" if read else "--unread")
    arguments += option("--folder", folder) + option("--recall-folder", recall_folder)
    arguments += option("--cloud-recall", cloud_recall) + option("--recall-read", recall_read)
    return [_diagnosis(found) for found in asked(arguments, (0, 4, 5, 6, 7, 8, 1))["delivered"]]


def _diagnosis(found: typing.Mapping[str, typing.Any]) -> Diagnosis:
    conditions = tuple(
        Condition(
            row["number"], row["condition"], row["verdict"], row["weight"], tuple(row["evidence"]), row.get("remedy")
        )
        for row in found.get("conditions") or ()
    )
    return Diagnosis(
        name=found["name"],
        error=found.get("error"),
        outcome=found.get("outcome"),
        likely=found.get("likely"),
        possible=tuple(found.get("possible") or ()),
        depends_on=tuple(found.get("depends_on") or ()),
        conclusion=found.get("conclusion") or "",
        conditions=conditions,
        raw=found,
    )
