"""Text dialogues on agents' own mobile phones: what they are told, and what their texts do (desk/dialogues.py reads them).

All goes through the service's number, so that neither side sees the other's. What a writer wrote is masked; of what
is RAHASIA, and of what the agent may not see, no word leaves the house.
"""

import json
import re

from desk import dialogues as wording
from desk import redaction
from desk.access import SECRET, SEE, Matter, may
from desk.agents import Agent
from desk.dialogue_words import say
from desk.routing import Contact, Roster
from desk.routing import effects as owed
from desk.routing.contacts import OFFERED, TALKING
from desk.routing.events import FAILED, Missed
from engine.flow import Flow
from engine.numbers import contact_key
from sessions.agents import agent_cases, agent_proofs, ringing
from sessions.desk import desk, desk_told
from sessions.desk.desk import Happening
from sessions.dialogues import dialogues, texts
from sessions.dialogues.dialogues import Told
from sessions.gateway import Gateway
from sessions.moments import zone_of
from store import cases, limits
from store import dialogues as rows
from store import sessions as stored_sessions
from store.library import Connection
from store.outbox import OutboxRow
from store.times import instant, plus, text

REMEMBERED_SECONDS = 3600  # a number is not given again for so long
HELPED = 3  # of the same unclear text in ten minutes; then it is a machine that answers
_SPACE = re.compile(r"\s+")


def agent_of(gateway: Gateway, db: Connection, number: str) -> Agent | None:
    """The agent whose telephone in the roster this is; None for everybody else."""
    roster = desk.look(gateway, db).roster
    kept: tuple[Roster, dict[str, str]] | None = gateway.kept.get("phones")
    if kept is None or kept[0] is not roster:
        phones = {contact_key(agent.phone).key: agent.id for agent in roster.agents.values() if agent.phone}
        kept = gateway.kept["phones"] = (roster, phones)
    return roster.agents.get(kept[1].get(number, ""))


# -- effects of the desk


def offer(happening: Happening, effect: owed.Offer) -> None:
    """The agent has a text about it. Who has no telephone sees it in the terminal, until the lease ends."""
    agent, held = happening.desk.roster.agents.get(effect.agent), happening.contact(effect.contact)
    if agent is None or held is None:
        happening.further.append(Missed(effect.offer, FAILED))
        return
    known = rows.of_agent(happening.db, agent.id, plus(happening.now, -REMEMBERED_SECONDS))
    number = wording.free_number(
        {row.number for row in known}, {row.number for row in known if row.ended_at is None}
    )
    rows.give(happening.db, agent.id, held.id, number, happening.now)
    _tell_of(happening, agent, held, "offered", number)


def taken(happening: Happening, effect: owed.Connect) -> None:
    """All that was written goes to the agent, and how to answer it."""
    agent, held = happening.desk.roster.agents.get(effect.agent), happening.contact(effect.contact)
    if agent is not None and held is not None:
        _tell_of(happening, agent, held, "taken", rows.number(happening.db, agent.id, held.id))


def is_over(happening: Happening, agent: str, contact: str) -> None:
    """The agent has it no more, and its number is for nobody."""
    rows.end(happening.db, agent, contact, happening.now)


def ran_out(happening: Happening, effect: owed.EndTalk) -> None:
    """Nothing was heard for its longest time: what was answered so far was the answer."""
    agent, held = happening.desk.roster.agents.get(effect.agent), happening.contact(effect.contact)
    if agent is None or held is None:
        return
    said = rows.arrived(happening.db, held.id, held.number, dialogues.ANSWER)
    disposition = "answered" if said else "follow_up"
    agent_cases.disposed(
        happening.gateway, happening.db, held.id, agent, disposition, happening.now, agent_cases.BY_TEXT,
        "\n".join(said),
    )  # fmt: skip
    _tell_of(happening, agent, held, "ended", rows.number(happening.db, agent.id, held.id))


def _tell_of(happening: Happening, agent: Agent, held: Contact, code: str, number: int) -> None:
    gateway, db, now = happening.gateway, happening.db, happening.now
    flow = gateway.services.current(held.need.service)
    if flow is None:
        return
    case = cases.load(db, ringing.ticket_of(db, held.id))
    language = agent.languages[0]
    several = len({row.number for row in rows.of_agent(db, agent.id, plus(now, -REMEMBERED_SECONDS))}) > 1
    facts = {
        "number": number,
        "layanan": flow.service.get(language, flow.id),
        "topik": (case.topic if case else None) or held.need.skill,
        "tiket": case.ticket if case else held.id,
        "menit": max(0, round((instant(now) - held.arrived_at).total_seconds() / 60)),
        "awalan": f"{number} " if several else "",
    }
    words = content(db, agent, held, language)
    _send(gateway, db, flow, held, agent, _fitted(gateway, code, language, facts, words), now)


def content(db: Connection, agent: Agent, held: Contact, language: str) -> str:
    """What the writer wants, masked, as far as this agent may see it on a mobile phone."""
    case = cases.load(db, ringing.ticket_of(db, held.id))
    if not _may_read(agent, held, case):
        return say("hidden", language, {})
    later = [line.body for line in rows.came_in(db, held.id, text(held.arrived_at))]
    said = [*([case.note] if case is not None and case.note else []), *later]
    return _masked(" / ".join(said))


def _may_read(agent: Agent, held: Contact, case: cases.CaseRow | None) -> bool:
    secret = held.need.classification == SECRET or (case is not None and case.classification == SECRET)
    classification = (case.classification if case is not None else None) or held.need.classification
    unit = (case.unit if case is not None else None) or held.need.unit
    return not secret and may(agent.asker, Matter(held.need.service, classification, unit), SEE).ok


def _masked(words: str) -> str:
    return _SPACE.sub(" ", redaction.mask(words)).strip()


def _fitted(gateway: Gateway, code: str, language: str, facts: dict[str, object], words: str) -> str:
    """The whole text within two parts: the writer's words are cut, never the house's."""
    body = say(code, language, {**facts, "isi": words})
    while words and not texts.whole(gateway, body):
        words = words[: max(0, len(words) - 20)].rstrip(" .")
        body = say(code, language, {**facts, "isi": f"{words}.." if words else ""})
    return body


def _send(
    gateway: Gateway, db: Connection, flow: Flow, held: Contact, agent: Agent, body: str, now: str
) -> None:
    """To the agent's telephone, from the number that the writer wrote to (over an app: the service's first number)."""
    sender = _sender(stored_sessions.load(db, held.id))
    if agent.phone:
        texts.send(
            gateway, db, flow, to=agent.phone, body=body, template="", cause=held.id, now=now,
            from_number=sender, kind="agent",
        )  # fmt: skip


def _sender(session: stored_sessions.SessionRow | None) -> str:
    called = session.called if session is not None else ""
    return "" if called.startswith("whatsapp:") else called


def not_delivered(gateway: Gateway, db: Connection, sent: OutboxRow, now: str) -> None:
    """The carrier could not bring an agent's answer to its writer: its case has a line, and who gave it is told once."""
    told, contact = json.loads(sent.payload), sent.cause or ""
    flow = gateway.services.current(told.get("service", ""))
    if told.get("template") != dialogues.ANSWER or flow is None:
        return
    ticket = ringing.ticket_of(db, contact)
    if ticket:
        cases.add_event(db, ticket, at=now, who="carrier", what="answer not delivered")
    agent = desk.look(gateway, db).roster.agents.get(rows.last_agent(db, contact))
    if agent is None or not agent.phone:
        return
    body = say("undelivered", agent.languages[0], {"tiket": ticket or contact})
    session = stored_sessions.load(db, contact)
    texts.send(
        gateway, db, flow, to=agent.phone, body=body, template="", cause=contact, now=now,
        from_number=_sender(session), kind="agent",
    )  # fmt: skip


# -- what comes in


def joined(gateway: Gateway, db: Connection, held: Contact, body: str, now: str) -> None:
    """Another text of a writer who waits or talks: no robot answers it; an agent who talks has it at once, masked."""
    desk_told.tell_contact(db, held, "joined", now, {"agent": held.agent} if held.agent else {})
    ticket = ringing.ticket_of(db, held.id)
    if ticket:
        cases.add_event(db, ticket, at=now, who="contact", what="text received")
    agent = desk.look(gateway, db).roster.agents.get(held.agent)
    flow = gateway.services.current(held.need.service)
    if held.state != TALKING or agent is None or flow is None:
        return
    language = agent.languages[0]
    shown = _may_read(agent, held, cases.load(db, ticket))
    words = _masked(body) if shown else say("hidden", language, {})
    facts: dict[str, object] = {"number": rows.number(db, agent.id, held.id)}
    _send(gateway, db, flow, held, agent, _fitted(gateway, "forwarded", language, facts, words), now)


def from_agent(
    gateway: Gateway, db: Connection, agent: Agent, flow: Flow, sender: str, called: str, body: str, now: str
) -> None:
    """A text from an agent's telephone. What is not done, or has no other sign, is answered with one text."""
    hand, over = _hand(gateway, db, agent, now)
    if agent_proofs.proved_until(db, agent, now) is None:
        told = _proving(gateway, db, agent, flow, hand, body, now)
    else:
        told = _asked_for(gateway, db, agent, hand, over, body, now)
    if not told.code or (told.ok and told.code in ("took", "answered")):
        return  # taking has its own text, and an answer goes without saying
    if not told.ok and told.code != agent_proofs.ASKED and _repeated(gateway, db, agent, body, now):
        return
    texts.send(
        gateway, db, flow, to=texts.address(sender, called), body=say(told.code, agent.languages[0], told.facts),
        template="", cause=f"agent:{agent.id}", now=now, from_number=called, kind="agent",
    )  # fmt: skip


def _proving(
    gateway: Gateway,
    db: Connection,
    agent: Agent,
    flow: Flow,
    hand: list[wording.InHand],
    body: str,
    now: str,
) -> Told:
    """A telephone that is not proved yet. Who has proved it takes the only offer: its lease must not end over a code."""
    code, facts = agent_proofs.prove(gateway, db, agent, body, now)
    until = agent_proofs.proved_until(db, agent, now)
    if code != agent_proofs.PROVED or until is None:
        return Told(False, code, facts)
    offered = [each for each in hand if not each.taken]
    if len(offered) == 1:
        return dialogues.take(gateway, db, agent, offered[0].contact, now)
    at = until.astimezone(zone_of(flow.timezone)).strftime("%H.%M")
    return Told(True, code, {"sampai": at, "daftar": _listed(db, hand) or "-"})


def _asked_for(
    gateway: Gateway, db: Connection, agent: Agent, hand: list[wording.InHand], over: frozenset[int], body: str,
    now: str,
) -> Told:  # fmt: skip
    wish = wording.read(body, hand, over)
    if isinstance(wish, wording.Unclear):
        return Told(False, wish.code, {**wish.facts, "contoh": hand[0].number if hand else 1})
    if wish.act == wording.HELP:
        return Told(False, "help", {"daftar": _listed(db, hand) or "-"})
    return _done(gateway, db, agent, wish, now)


def _hand(
    gateway: Gateway, db: Connection, agent: Agent, now: str
) -> tuple[list[wording.InHand], frozenset[int]]:
    """The agent's dialogues by their numbers, and the numbers of those that are over."""
    held = {each.id: each for each in dialogues.in_hand(gateway, db, agent.id)}
    known = rows.of_agent(db, agent.id, plus(now, -REMEMBERED_SECONDS))
    hand = [
        wording.InHand(row.number, row.contact, held[row.contact].state != OFFERED)
        for row in known
        if row.contact in held and row.ended_at is None
    ]
    return hand, frozenset(row.number for row in known) - {each.number for each in hand}


def _listed(db: Connection, hand: list[wording.InHand]) -> str:
    return ", ".join(
        f"{each.number} {ringing.ticket_of(db, each.contact)}{'' if each.taken else ' (?)'}" for each in hand
    )


def _done(gateway: Gateway, db: Connection, agent: Agent, wish: wording.Wish, now: str) -> Told:
    match wish.act:
        case wording.TAKE:
            return dialogues.take(gateway, db, agent, wish.contact, now)
        case wording.SAY:
            return dialogues.answer(gateway, db, agent, wish.contact, wish.words, now)
        case wording.CANNED:
            return dialogues.canned(gateway, db, agent, wish.contact, wish.words, now)
        case wording.RELEASE:
            return dialogues.release(gateway, db, agent, wish.contact, now)
        case wording.ESCALATE:
            return dialogues.escalate(gateway, db, agent, wish.contact, now)
        case wording.ROBOT:
            return dialogues.to_robot(gateway, db, agent, wish.contact, now)
        case _:
            return dialogues.close(gateway, db, agent, wish.contact, now)


def _repeated(gateway: Gateway, db: Connection, agent: Agent, body: str, now: str) -> bool:
    """Does a machine answer our help with the same words again and again?"""
    key = gateway.keyed("agent text", agent.id, body)
    return limits.add_and_count(db, "agent_help", key, now[:15]) > HELPED
