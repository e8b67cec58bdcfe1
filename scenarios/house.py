"""What a service answers and remembers between the contacts of one test, without a database: cases, proofs, limits.

What sessions/calls/questions.py says of rows, with the same rules for what fits (sessions.matching, `same` of that file). The
stage over HTTP has the real one; tests/flow_tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.caseload.clocks import begin
from desk.caseload.model import Case
from engine.events import Answered
from engine.flow import Flow
from engine.session import Session
from engine.turn import CheckCode, Choose, LookUp, OpenCase, Prove, Question, SendCode
from scenarios.script import CaseStands
from sessions import matching
from sessions.calls import questions
from sessions.cases import case_rows
from sessions.cases.case_rules import rules_of
from sessions.cases.cases import CHANNELS, condition, status_in_words
from sessions.dialogues.texts import LOOP_SECONDS, LOOP_TIMES
from store.cases import UNANNOUNCED_FROM
from store.verification import FAILURES

CODE = "123456"  # the one-time code that is texted in a test


@dataclass
class House:
    """The memory of one test."""

    flow: Flow
    cases: dict[str, dict[str, str]] = field(default_factory=dict)  # ticket -> fields
    given: dict[str, tuple[str, Mapping[str, str]]] = field(
        default_factory=dict
    )  # HTTP source -> outcome, fields
    failures: dict[str, int] = field(default_factory=dict)  # subject -> wrong proofs
    asked: dict[tuple[str, str, str], int] = field(default_factory=dict)  # source, contact, day -> look-ups
    codes: dict[str, str] = field(default_factory=dict)  # number -> code
    texted: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)  # number, words -> when
    counters: dict[tuple[str, bool], int] = field(default_factory=dict)

    def answer(self, question: Question, session: Session, now: datetime) -> Answered:
        """The answer for the contact as it stands now; ``now`` in the service's zone."""
        match question:
            case LookUp():
                return self._look_up(question, session, now)
            case Prove():
                return self._proof(question)
            case SendCode():
                return self._send_code(question)
            case CheckCode(code=code):
                right = code in self.codes.values()
                return Answered("ok" if right else "wrong")
            case OpenCase(fields=fields, status=status, note=note):
                return Answered("opened", {"tiket": self.open_or_join(session, fields, status, note, now)})
            case Choose():
                return Answered("failed")  # nobody listens to sounds here
        raise AssertionError(f"nobody answers {question}")

    # --- look-ups ---

    def _look_up(self, question: LookUp, session: Session, now: datetime) -> Answered:
        source = self.flow.sources[question.source]
        key = (source.name, session.contact, now.date().isoformat())
        if question.limit_a_day:
            self.asked[key] = self.asked.get(key, 0) + 1
            if self.asked[key] > question.limit_a_day:
                return Answered("limited")
        if source.kind == "cases":
            return self._case_of(question.query.get("tiket", ""), session)
        if source.kind == "table":
            outcome, row = matching.look(source, question.query, near=question.near)
            return Answered(outcome, dict(row))
        outcome, fields = self.given.get(source.name, ("failed", {}))
        return Answered(outcome, dict(fields))

    def find(self, ticket: str) -> str:
        """The ticket of a case by its digits; '' when there is none."""
        digits = matching.digits(ticket)
        return next((known for known in self.cases if digits and matching.digits(known) == digits), "")

    def _case_of(self, ticket: str, session: Session) -> Answered:
        found = self.cases.get(self.find(ticket))
        if found is None:
            return Answered("none")
        fields = {
            "tiket": found["tiket"],
            "status": status_in_words(found["status"], session.language),
            "tanggal": found.get("due", ""),
            "keadaan": condition(found["status"]),
        }
        return Answered("found", fields)

    # --- proofs ---

    def _proof(self, question: Prove) -> Answered:
        subject = next(iter(question.facts.values()), "")
        right = self._fits(question)
        if self.failures.get(subject, 0) >= FAILURES:
            return Answered("locked")
        if right:
            self.failures.pop(subject, None)
            return Answered("ok")
        self.failures[subject] = self.failures.get(subject, 0) + 1
        return Answered("wrong")

    def _fits(self, question: Prove) -> bool:
        if question.subject == "cases":
            found = self.cases.get(self.find(question.facts.get("tiket", "")))
            last = matching.digits(found["contact"])[-4:] if found else ""
            return bool(last) and last == question.facts.get("nomor_terdaftar", "")
        row = self._row(question.subject, question.facts)
        given = list(question.facts.items())[1:]
        return row is not None and all(
            questions.same(fact, value, row.get(fact, "")) for fact, value in given
        )

    def _row(self, table: str, facts: Mapping[str, str]) -> Mapping[str, str] | None:
        first = next(iter(facts))
        return matching.find(self.flow.sources[table], {first: facts[first]})

    def _send_code(self, question: SendCode) -> Answered:
        number = (self._row(question.subject, question.facts) or {}).get("ponsel", "")
        if not number:
            return Answered("failed")
        self.codes[number] = CODE
        return Answered("sent")

    def may_text(self, number: str, reply_to: str, now: datetime) -> bool:
        """False for the same text in answer to the same words, so many times in so short a time: two machines are talking."""
        since = now - timedelta(seconds=LOOP_SECONDS)
        before = [at for at in self.texted.get((number, reply_to), []) if at > since]
        if len(before) >= LOOP_TIMES:
            return False
        self.texted[number, reply_to] = [*before, now]
        return True

    # --- cases ---

    def stand(self, case: CaseStands) -> str:
        """A case of before; gives its ticket."""
        ticket = self._number(case.day.replace("-", ""), unannounced=False)
        self.cases[ticket] = {
            "tiket": ticket,
            "contact": case.contact,
            "status": case.status,
            "due": case.due,
        }
        return ticket

    def open_or_join(
        self,
        session: Session,
        fields: Mapping[str, str],
        status: str,
        note: str,
        now: datetime,
        *,
        alone: bool = False,
    ) -> str:
        """The ticket of this contact's case. ``alone``: the robot served the contact, nobody is told the number."""
        ticket = session.ticket
        if ticket not in self.cases:
            ticket = self._number(now.strftime("%Y%m%d"), unannounced=alone)
            self.cases[ticket] = {
                "tiket": ticket,
                "contact": session.contact,
                "language": session.language,
                "channel": CHANNELS[session.channel],
                "status": status,
                "due": self._due(ticket, session, fields, status, now),
            }
        self.change(ticket, {**fields, **({"note": note} if note else {})})
        return ticket

    def _due(
        self, ticket: str, session: Session, fields: Mapping[str, str], status: str, now: datetime
    ) -> str:
        """The day by which a case that is opened now is to be answered (sessions.cases.case_work.started); '' without a limit."""
        rules = rules_of(self.flow, fields.get("function", ""), fields.get("topic", ""))
        opened = Case(ticket, self.flow.id, status, now, now, channel=CHANNELS[session.channel])
        due = case_rows.told(begin(opened, now, rules), rules)
        return due.astimezone(now.tzinfo).date().isoformat() if due else ""

    def change(self, ticket: str, fields: Mapping[str, str]) -> None:
        """Fields of a case have new values; a note is put under the one of before."""
        case = self.cases.get(ticket)
        if case is not None:
            note = "\n".join(filter(None, (case.get("note", ""), fields.get("note", ""))))
            case.update({name: value for name, value in fields.items() if value})
            if note:
                case["note"] = note

    def _number(self, day: str, *, unannounced: bool) -> str:
        key = (day, unannounced)
        self.counters[key] = self.counters.get(key, 0) + 1
        number = self.counters[key] + (UNANNOUNCED_FROM if unannounced else 0)
        return f"{self.flow.prefix}-{day}-{number:04d}"
