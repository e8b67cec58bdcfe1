"""May this agent do this act for this contact now? Every reason why not is a code; the first that holds is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk.access import SECRET
from desk.acts.model import Act, Checklist, Refusal, proved_at
from desk.agents import LEVELS, Agent
from desk.caseload.model import ESCALATED, IN_WORK, Case
from desk.routing import Need, laws

_ABLE = (laws.of_service, laws.skilled, laws.certified, laws.cleared, laws.trained)


@dataclass(frozen=True)
class Standing:
    """What is known at the moment of the wish. ``agent`` is None for somebody who is on no roster; ``proved``: level ->
    subject; ``wanted``: the subject that the agent names, '' for the one that was proved; ``done``: when this act was asked for
    in this contact before, '' when it was not.
    """

    agent: Agent | None
    case: Case
    day: date
    proved: dict[str, str]
    ticked: frozenset[str]
    wanted: str = ""
    done: str = ""


def judge(act: Act, checklist: Checklist, standing: Standing) -> Refusal | None:
    """None when it may be done. That it was done already is told before whose data it is about."""
    return (
        _of_the_agent(act, standing)
        or _of_the_case(standing)
        or (Refusal("once", {"at": standing.done}) if standing.done else None)
        or _of_the_proof(act, standing)
        or _of_the_list(checklist, standing)
    )


def _of_the_agent(act: Act, standing: Standing) -> Refusal | None:
    agent = standing.agent
    if agent is None:
        return Refusal("roster")
    need = Need(standing.case.service, act.skill, LEVELS.get(act.level, 1), classification=act.classification)
    for law in _ABLE:
        refused = law(agent, need, standing.day)
        if refused is not None:
            return Refusal(refused.code, refused.facts)
    return None


def _of_the_case(standing: Standing) -> Refusal | None:
    case = standing.case
    if case.classification == SECRET:
        return Refusal("secret")
    if standing.done:
        return None  # told next: a case that the act has answered is in nobody's work any more
    if case.status not in (IN_WORK, ESCALATED) or standing.agent is None or case.agent != standing.agent.id:
        return Refusal("not_yours", {"agent": case.agent or "-", "status": case.status})
    return None


def _of_the_proof(act: Act, standing: Standing) -> Refusal | None:
    proved = proved_at(standing.proved, act.auth_level)
    if not proved:
        return Refusal("auth_level", {"level": act.auth_level})
    if standing.wanted and standing.wanted != proved:
        return Refusal("subject")
    return None


def _of_the_list(checklist: Checklist, standing: Standing) -> Refusal | None:
    missing = checklist.missing(standing.ticked)
    return Refusal("checklist", {"items": missing}) if missing else None
