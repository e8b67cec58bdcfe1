"""What an action makes of a case; one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from desk import access
from desk.caseload import worktime
from desk.caseload.clocks import begin, capped, due_at, with_limit
from desk.caseload.model import (
    ANSWERED,
    CANCELLED,
    CLOSED,
    DOCUMENTS,
    ESCALATED,
    IN_WORK,
    NEW,
    OTHER_PARTY,
    QUEUED,
    REFUSED,
    VALIDATING,
    Done,
    Event,
    Scene,
)

_UNIT_LIMITS = {2: "back_office", 3: "unit"}


def _done(scene: Scene, what: str, tell: str = "", why: str = "", **changed: Any) -> Done:
    case = replace(scene.case, **changed)
    return Done(case, (Event(what, why or scene.wish.why),), tell)


def _take(scene: Scene) -> Done:
    case = scene.case
    talking = case.status == QUEUED and case.channel == "telepon"
    status = ESCALATED if case.status == ESCALATED else IN_WORK
    since = case.since if case.status == status else scene.now
    first = case.first_at or (scene.now if talking else None)
    tier = max(case.tier, 1)
    return _done(
        scene, "taken", status=status, agent=scene.actor.name, since=since, first_at=first, tier=tier
    )


def _escalate(scene: Scene) -> Done:
    case, wish, now = scene.case, scene.wish, scene.now
    unit = wish.unit or case.unit if wish.tier == 3 else case.unit
    passed = _done(
        scene, "escalated", "passed_on" if case.channel == "sms" and case.first_at is None else "",
        status=ESCALATED, tier=wish.tier, unit=unit, agent="", since=now, first_at=case.first_at or now,
    )  # fmt: skip
    if wish.tier in case.reached or wish.tier < max(case.reached, default=1):
        return passed
    reached = replace(passed.case, reached=case.reached | {wish.tier})
    return replace(passed, case=with_limit(reached, scene.rules, _UNIT_LIMITS.get(wish.tier, ""), now))


def _ask_documents(scene: Scene) -> Done:
    case, now = scene.case, scene.now
    left = worktime.seconds_between(scene.rules.hours, now, case.due_answer) if case.due_answer else 0
    return _done(
        scene, "documents asked for", "documents", scene.wish.text or scene.wish.why, status=DOCUMENTS,
        back_to=case.status, since=now, paused_since=now, left=left, agent=scene.actor.name,
        first_at=case.first_at or now,
    )  # fmt: skip


def _documents_came(scene: Scene) -> Done:
    case, now, hours = scene.case, scene.now, scene.rules.hours
    stood = worktime.seconds_between(hours, case.paused_since, now) if case.paused_since else 0
    came = _done(
        scene, "documents came", status=case.back_to, back_to="", since=now, paused_since=None,
        paused_seconds=case.paused_seconds + stood, complete_since=now,
    )  # fmt: skip
    if case.due_answer is None or case.left <= 0:
        return came
    due = worktime.later(hours, now, case.left)
    return replace(came, case=replace(came.case, due_answer=capped(came.case, scene.rules, due), left=0))


def _wait(scene: Scene) -> Done:
    why = scene.wish.why or scene.wish.party
    return _done(
        scene, "waiting for another party", "", why, status=OTHER_PARTY, back_to=scene.case.status,
        since=scene.now, party=scene.wish.party, agent=scene.actor.name,
    )  # fmt: skip


def _party_answered(scene: Scene) -> Done:
    return _done(
        scene, "the other party answered", status=scene.case.back_to, back_to="", since=scene.now, party=""
    )


def _answer(scene: Scene) -> Done:
    case, wish, now, role = scene.case, scene.wish, scene.now, scene.actor.asker.role
    source = case.unit if case.tier == 3 and role == "T3" else role
    given = {"answer": wish.text, "answer_source": source, "answered_by": scene.actor.name}
    # What the caller has heard in a talk needs no checking any more.
    if case.status == IN_WORK or wish.talk:
        heard = now if wish.spoken or wish.talk else None
        return _done(
            scene, "answered", "" if wish.spoken or wish.talk else "answered", status=ANSWERED, since=now, answered_at=now,
            first_at=case.first_at or now, confirmed_at=heard, agent=scene.actor.name, **given,
        )  # fmt: skip
    tier = 4 if scene.secret else 2
    checked = _done(scene, "answer given", status=VALIDATING, tier=tier, agent="", since=now, **given)
    given_limit = scene.rules.get("validate")
    if given_limit is None or case.due_answer is None or now > case.due_answer:
        return checked
    # The unit was in time: checking has its own limit (10 + 2 working days, domain page 1.2).
    due = max(case.due_answer, worktime.due(scene.rules.hours, given_limit, now))
    moved = (
        due_at(checked.case, scene.rules, due, now, by_days=case.by_days)
        if due > case.due_answer
        else checked.case
    )
    return replace(checked, case=moved)


def _validate(scene: Scene) -> Done:
    now = scene.now
    return _done(
        scene,
        "answer checked",
        "answered",
        status=ANSWERED,
        since=now,
        answered_at=now,
        first_at=scene.case.first_at or now,
    )


def _send_back(scene: Scene) -> Done:
    source = scene.case.answer_source
    tier = int(source[1]) if source in ("T2", "T4") else 3
    return _done(
        scene, "answer sent back", status=ESCALATED, tier=tier, agent="", since=scene.now, answer="",
        answer_source="", answered_by="",
    )  # fmt: skip


def _confirm(scene: Scene) -> Done:
    return _done(scene, "confirmed by the caller", confirmed_at=scene.now)


def _close(scene: Scene) -> Done:
    # Who was told in the talk needs no text about it.
    tell = "" if scene.wish.talk else "closed"
    return _done(scene, "closed", tell, status=CLOSED, since=scene.now, closed_at=scene.now, agent="")


def _reopen(scene: Scene) -> Done:
    tier = 2 if scene.secret else 1
    opened = _done(
        scene, "opened again", status=NEW, tier=tier, agent="", answered_at=None, confirmed_at=None,
        closed_at=None, first_at=None, answer="", answer_source="", answered_by="", extended=False,
        paused_since=None, left=0, back_to="", party="", marks=frozenset(),
    )  # fmt: skip
    return replace(opened, case=begin(opened.case, scene.now, scene.rules))


def _extend(scene: Scene) -> Done:
    case, given = scene.case, scene.rules.get("extension")
    assert case.due_answer is not None and given is not None, "_needs_of_extend"
    due = capped(case, scene.rules, worktime.longer(scene.rules.hours, given, case.due_answer))
    span = case.span + worktime.seconds_between(scene.rules.hours, case.due_answer, due)
    return _done(scene, "extended", "extended", due_answer=due, span=span, extended=True)


def _cancel(scene: Scene) -> Done:
    return _done(
        scene, "cancelled", "" if scene.wish.talk else "closed", status=CANCELLED, since=scene.now, closed_at=scene.now, agent="",
        paused_since=None,
    )  # fmt: skip


def _refuse(scene: Scene) -> Done:
    return _done(scene, "refused", "refused", status=REFUSED, since=scene.now, closed_at=scene.now, agent="")


ACTIONS: Mapping[str, Callable[[Scene], Done]] = {
    access.TAKE: _take,
    access.ESCALATE: _escalate,
    access.ASK_DOCUMENTS: _ask_documents,
    access.DOCUMENTS_CAME: _documents_came,
    access.WAIT: _wait,
    access.PARTY_ANSWERED: _party_answered,
    access.ANSWER: _answer,
    access.VALIDATE: _validate,
    access.SEND_BACK: _send_back,
    access.CONFIRM: _confirm,
    access.CLOSE: _close,
    access.REOPEN: _reopen,
    access.EXTEND: _extend,
    access.CANCEL: _cancel,
    access.REFUSE: _refuse,
}
