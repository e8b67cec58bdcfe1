"""Mass texts of a centre: once to each number, never to who has refused them, by day, and never without the way to refuse.

Permenkominfo 1/2009 Art. 18-19 (domain page 0.7): who sends to many must offer a way to refuse and may not send after a refusal;
the legal ground is recorded, nobody is woken between 20.00 and 08.00. They go out slowly, so that answers do not wait behind them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from carrier import guard
from engine.flow import Flow
from sessions.cases.case_tells import by_day
from sessions.cases.records import LEAST_REASON, Person
from sessions.dialogues import texts
from sessions.gateway import Gateway
from store import audit, opt_outs, outbox
from store.times import plus, text

PAUSE_SECONDS = (
    0.2  # between two: fifty thousand take three hours, and the answers of those three hours go in between
)
BATCH = 500  # numbers in one transaction: calls go on meanwhile
# The words of a refusal as replies of this house write them; "Tanpa cara berhenti" is no way to refuse.
WAY_OUT = re.compile(r"\b(STOP|BERHENTI|UNREG)\b")


class NotSent(Exception):
    """Nothing went out: why, and the way out."""


@dataclass(frozen=True)
class Sent:
    """What became of a list: ``owed`` numbers in order; how many stood there twice, refused such texts, had it already; lines that
    are no number to text; ``first``: when the first may go out, ISO 8601 UTC ('' when none is owed).
    """

    owed: tuple[str, ...]
    repeated: int
    refused: int
    already: int
    unusable: tuple[str, ...]
    first: str = ""


def send(
    gateway: Gateway, flow: Flow, person: Person, numbers: Iterable[str], body: str, ground: str
) -> Sent:
    """Owes the text to all that may have it. Raises NotSent, with a line in the audit, before anything is owed.

    The same text of the same centre goes to a number once a day, however often the command is given: who was interrupted
    gives it again.
    """
    now = text(gateway.clock())
    fault = _fault(gateway, person, body, ground)
    if fault:
        with gateway.store.write() as db:
            audit.write(
                db, at=now, who=person.name, action="broadcast_refused", subject=flow.id, detail=json.dumps({"why": fault})
            )  # fmt: skip
        raise NotSent(fault)
    told = _Telling(gateway, flow, body, now)
    lines = iter(numbers)
    while batch := tuple(islice(lines, BATCH)):
        told.batch(batch)
    detail = {"ground": ground, "owed": len(told.owed), "refused": told.refused, "text": body}
    with gateway.store.write() as db:
        audit.write(
            db, at=now, who=person.name, action="broadcast", subject=flow.id, detail=json.dumps(detail, ensure_ascii=False)
        )  # fmt: skip
    return Sent(tuple(told.owed), told.repeated, told.refused, told.already, tuple(told.unusable), told.first)


def _fault(gateway: Gateway, person: Person, body: str, ground: str) -> str:
    if person.asker.role != "supervisor":
        return f"mass texts are for supervisors, not for {person.asker.role} (--role supervisor)"
    if not WAY_OUT.search(body):
        return "a mass text names the word that ends them (wajib memuat cara berhenti), for example: Berhenti: balas STOP"
    if not texts.whole(gateway, body):
        return "longer than two text parts: shorten it"
    if len(ground.strip()) < LEAST_REASON:
        return f"the ground is recorded, in {LEAST_REASON} characters or more: who has agreed, or which law says so"
    return ""


class _Telling:
    """One list on its way into the outbox."""

    def __init__(self, gateway: Gateway, flow: Flow, body: str, now: str) -> None:
        self._gateway, self._flow, self._body, self._now = gateway, flow, body, now
        settings = gateway.settings
        self._rules = guard.Rules(prefixes=settings.dial_prefixes, denied=settings.dial_denied)
        self._name = hashlib.sha256(f"{flow.id}\0{body}\0{now[:10]}".encode()).hexdigest()[:16]
        self._seen: set[str] = set()
        self._next = by_day(flow, now)
        self.owed: list[str] = []
        self.unusable: list[str] = []
        self.repeated = self.refused = self.already = 0
        self.first = ""

    def batch(self, lines: Iterable[str]) -> None:
        with self._gateway.store.write() as db:
            for number in self._numbers(lines):
                if opt_outs.since(db, self._flow.id, number):
                    self.refused += 1
                elif outbox.load(db, id := f"bc-{self._name}-{number}") is not None:
                    self.already += 1
                elif texts.send(
                    self._gateway, db, self._flow, to=number, body=self._body, template="", cause=f"bc-{self._name}",
                    now=self._now, kind=texts.BROADCAST, not_before=self._next, id=id,
                ):  # fmt: skip
                    self.owed.append(number)
                    self.first = self.first or self._next
                    self._next = by_day(self._flow, plus(self._next, PAUSE_SECONDS))

    def _numbers(self, lines: Iterable[str]) -> Iterator[str]:
        """Each number once, in one spelling: 0812…, 62812… and +62812… are the same telephone."""
        for line in lines:
            written = line.strip()
            decision = guard.may_text(f"+{written}" if written.startswith("62") else written, self._rules)
            if not decision.ok:
                self.unusable.append(written)
            elif decision.number in self._seen:
                self.repeated += 1
            else:
                self._seen.add(decision.number)
                yield decision.number
