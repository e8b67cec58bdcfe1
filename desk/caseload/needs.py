"""What an action needs besides the right actor and state; each function gives the fault, '' when there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk import access
from desk.caseload.model import IN_WORK, Scene

DEAF = "tuli"


def _needs_of_escalate(scene: Scene) -> str:
    case, wish, role = scene.case, scene.wish, scene.actor.asker.role
    targets = {"T1": (2, 3), "T2": (3, 4), "T3": (2, 3, 4), "T4": (2, 3), "supervisor": (2, 3, 4)}[role]
    if wish.tier not in targets:
        return (
            f"{role} passes a case on to {' or '.join(f'T{tier}' for tier in targets)}, not to T{wish.tier}"
        )
    if wish.tier == 3 and not (wish.unit or case.unit):
        return "tier 3 is a unit: name it"
    if wish.tier == case.tier and (wish.unit or case.unit) == case.unit:
        return f"the case is with {case.unit or f'T{case.tier}'} already"
    return ""


def _needs_of_documents(scene: Scene) -> str:
    return "" if (scene.wish.text or scene.wish.why).strip() else "name the documents that the caller owes"


def _needs_of_wait(scene: Scene) -> str:
    return "" if scene.wish.party.strip() else "name the party whose answer is waited for"


def _needs_of_answer(scene: Scene) -> str:
    if scene.secret:
        if scene.wish.spoken:
            return "what is RAHASIA is never said on the telephone: answer in writing"
        if scene.wish.text:
            return "what is RAHASIA is answered in writing: give the letter's number as reason, and no answer here"
        return "" if scene.wish.why.strip() else "give the letter's number as reason"
    # What was said in a talk is in the talk: nobody writes it down a second time.
    if not scene.wish.text.strip() and not (
        scene.wish.spoken and (scene.wish.talk or scene.case.status == IN_WORK)
    ):
        return "an answer needs words"
    return _deaf(scene)


def _needs_of_validate(scene: Scene) -> str:
    if scene.actor.name == scene.case.answered_by and scene.actor.asker.role != "T4":
        return f"{scene.actor.name} wrote this answer: another person checks it"
    return ""


def _needs_of_confirm(scene: Scene) -> str:
    return "the caller has confirmed already" if scene.case.confirmed_at else _deaf(scene)


def _deaf(scene: Scene) -> str:
    if scene.wish.spoken and scene.case.accessibility == DEAF:
        return "the caller is deaf: this case is answered in writing and never by telephone"
    return ""


def _needs_of_close(scene: Scene) -> str:
    return "" if scene.case.confirmed_at else "the caller has not confirmed yet: confirm comes before closing"


def _needs_of_extend(scene: Scene) -> str:
    case = scene.case
    if case.extended:
        return "a case is extended only once (hanya satu kali)"
    if scene.rules.get("extension") is None or case.due_answer is None:
        return "the service grants no extension for this case"
    if scene.now >= case.due_answer:
        return "it is too late to extend: the case was due"
    return ""


NEEDS: Mapping[str, Callable[[Scene], str]] = {
    access.ESCALATE: _needs_of_escalate,
    access.ASK_DOCUMENTS: _needs_of_documents,
    access.WAIT: _needs_of_wait,
    access.ANSWER: _needs_of_answer,
    access.VALIDATE: _needs_of_validate,
    access.CONFIRM: _needs_of_confirm,
    access.CLOSE: _needs_of_close,
    access.EXTEND: _needs_of_extend,
}
