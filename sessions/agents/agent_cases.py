"""What a talk or a text dialogue does to its case: taken, passed on, answered, or left with the agent for a follow-up.

A refusal stops no talk: the case stays where it is, its history and the audit say why, and its clocks run on.
"""

from desk.access import ANSWER, CANCEL, CLOSE, ESCALATE, SECRET, TAKE
from desk.agents import Agent
from desk.caseload.life import STARTS
from desk.caseload.model import ANSWERED, Actor, Done
from desk.routing import Contact, Desk
from desk.routing.sheet import Sheet
from sessions.agents import ringing
from sessions.cases import case_work
from sessions.desk import desk
from sessions.gateway import Gateway
from store import agent_acts, cases
from store import desk as desk_rows
from store.library import Connection
from store.times import instant

BY_TELEPHONE, BY_TEXT = "by telephone", "by text"
UNIT_TIER = 3


def taken(
    gateway: Gateway, db: Connection, contact: str, agent: Agent, now: str, why: str = BY_TELEPHONE
) -> None:
    """Agent and contact are talking: the case is this agent's. One that waits for somebody else's answer stays there."""
    row = cases.load(db, ringing.ticket_of(db, contact))
    if row is not None and row.status in STARTS[TAKE]:
        case_work.act(gateway, db, row.ticket, TAKE, _actor(agent), why, now)


def passed_on(
    gateway: Gateway,
    db: Connection,
    held: Contact,
    agent: Agent,
    tier: int,
    now: str,
    why: str = BY_TELEPHONE,
) -> None:
    """The contact goes to another tier, and its case before it. The line is written also when the case may not go."""
    ticket = ringing.ticket_of(db, held.id)
    if not ticket:
        return
    unit = _unit(desk.look(gateway, db), held, tier, now) if tier == UNIT_TIER else ""
    case_work.act(gateway, db, ticket, ESCALATE, _actor(agent), why, now, tier=tier, unit=unit)
    cases.add_event(db, ticket, at=now, who=agent.id, what=f"talk passed on to tier {tier}", why=why)


def disposed(
    gateway: Gateway, db: Connection, contact: str, agent: Agent, disposition: str, now: str,
    why: str = BY_TELEPHONE, words: str = "",
) -> None:  # fmt: skip
    """The talk is over. ``answered`` closes the case: the caller has heard the answer, or read it (``words``). ``other``:
    nothing was asked.

    ``follow_up`` leaves it with the agent, and so does whatever is RAHASIA: that is answered in writing.
    """
    desk_rows.tell_agent(
        db, at=now, agent=agent.id, what="disposed", contact=contact, detail={"disposition": disposition}
    )
    row = cases.load(db, ringing.ticket_of(db, contact))
    if row is None or row.agent != agent.id or row.classification == SECRET or disposition == "follow_up":
        return
    # What an act of the agent has answered, or is about to, waits for the contact to say that it came.
    if row.status == ANSWERED or agent_acts.pending(db, row.ticket):
        return
    actor = _actor(agent)
    told = {"talk": True, "text": words} if words else {"talk": True, "spoken": True}
    if disposition == "other":
        case_work.act(gateway, db, row.ticket, CANCEL, actor, f"nothing to answer, {why}", now, **told)
        return
    done = case_work.act(gateway, db, row.ticket, ANSWER, actor, why, now, **told)
    # A unit's own people answer; closing is for tier 1, 2 and 4, who find the case among what they owe.
    if isinstance(done, Done) and done.case.status == ANSWERED and agent.tier != UNIT_TIER:
        case_work.act(gateway, db, row.ticket, CLOSE, actor, why, now, **told)


def _actor(agent: Agent) -> Actor:
    return Actor(agent.id, agent.asker)


def _unit(seen: Desk, held: Contact, tier: int, now: str) -> str:
    """The unit that the case goes to: the one asked for, or the only one whose people could take the contact; else ''."""
    if held.need.unit:
        return held.need.unit
    able = Sheet(seen, instant(now), desk.laws_of(seen)).able(held.need._replace(tier=tier))
    units = {seen.roster.agents[agent].unit for agent in able.get(tier, ())}
    return units.pop() if len(units) == 1 else ""
