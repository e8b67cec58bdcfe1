"""The life of a case (domain page 0.6): what each action needs, and what it makes of the case.

    baru -> antre -> ditangani -> dieskalasi -> jawaban_divalidasi -> dijawab -> ditutup
    from ditangani and dieskalasi: menunggu_kelengkapan (the clock stands still) and menunggu_pihak_lain (it runs), and back
    ends: ditutup, dijawab_mandiri, ditolak_dikecualikan, dibatalkan; back from an end only by reopening

What a unit answers is checked by tier 1 or 2, by another person than wrote it, before the caller hears it; what T1 answers
itself goes out at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from desk import access
from desk.caseload.deadlines import run_out, without_stale_reminders
from desk.caseload.model import (
    ANSWERED,
    DOCUMENTS,
    ENDED,
    ESCALATED,
    IN_WORK,
    NEW,
    OTHER_PARTY,
    QUEUED,
    VALIDATING,
    Actor,
    Case,
    Done,
    Refusal,
    Scene,
    Wish,
)
from desk.caseload.moves import ACTIONS
from desk.caseload.needs import NEEDS
from desk.caseload.rules import Rules

_WORKED_ON = frozenset({IN_WORK, ESCALATED})
# From which states each action starts; all else is refused.
STARTS: Mapping[str, frozenset[str]] = {
    access.TAKE: frozenset({NEW, QUEUED, IN_WORK, ESCALATED}),
    access.ESCALATE: _WORKED_ON,
    access.ASK_DOCUMENTS: _WORKED_ON,
    access.DOCUMENTS_CAME: frozenset({DOCUMENTS}),
    access.WAIT: _WORKED_ON,
    access.PARTY_ANSWERED: frozenset({OTHER_PARTY}),
    access.ANSWER: _WORKED_ON,
    access.VALIDATE: frozenset({VALIDATING}),
    access.SEND_BACK: frozenset({VALIDATING}),
    access.CONFIRM: frozenset({ANSWERED}),
    access.CLOSE: frozenset({ANSWERED}),
    access.REOPEN: frozenset({ANSWERED, *ENDED}),
    access.EXTEND: frozenset({IN_WORK, ESCALATED, OTHER_PARTY}),
    access.CANCEL: frozenset({NEW, QUEUED, IN_WORK, ESCALATED, DOCUMENTS, OTHER_PARTY, VALIDATING}),
    access.REFUSE: frozenset({ESCALATED}),
}
# Actions that change what somebody was promised, or that send work to others: they say why.
_REASONED = frozenset(
    {access.ESCALATE, access.SEND_BACK, access.REOPEN, access.EXTEND, access.CANCEL, access.REFUSE}
)


def act(case: Case, wish: Wish, actor: Actor, now: datetime, rules: Rules) -> Done | Refusal:
    """The case after the action, with its history and what the caller is told; or why not, and what is allowed."""
    # What has passed by now has happened, whether a worker has seen it or not.
    passed = run_out(case, now, rules)
    case = passed.case
    scene = Scene(case, wish, actor, now, rules)
    fault = _fault(scene)
    if fault:
        return Refusal(fault, allowed(case, actor))
    done = ACTIONS[wish.act](scene)
    after = without_stale_reminders(done.case, now, rules)
    event = done.events[0]
    detail = {
        "act": wish.act,
        "role": actor.asker.role,
        **({"from": case.status, "to": after.status} if case.status != after.status else {}),
        **({"tier_from": f"T{case.tier}", "tier_to": f"T{after.tier}"} if case.tier != after.tier else {}),
        **({"unit": after.unit} if after.unit else {}),
        **event.detail,
    }
    # Of what is RAHASIA the caller is told nothing by text: PPID answers in writing (domain page 0.5).
    events = (*passed.events, replace(event, detail=detail))
    return Done(after, events, "" if scene.secret else done.tell, passed.alarms)


def allowed(case: Case, actor: Actor) -> tuple[str, ...]:
    """The actions that this actor may take with the case as it is; what they need besides is not asked here."""
    return tuple(
        name
        for name in access.ACTS
        if case.status in STARTS[name] and access.may_act(actor.asker, case.matter, name).ok
    )


def _fault(scene: Scene) -> str:
    """Why not; '' when it may be done."""
    case, wish = scene.case, scene.wish
    decision = access.may_act(scene.actor.asker, case.matter, wish.act)
    if not decision.ok:
        return decision.why
    if case.status not in STARTS[wish.act]:
        return f"a case that is {case.status} cannot {wish.act.replace('_', ' ')}"
    if wish.act in _REASONED and not wish.why.strip():
        return f"{wish.act.replace('_', ' ')} needs a reason (alasan wajib diisi)"
    return NEEDS[wish.act](scene) if wish.act in NEEDS else ""
