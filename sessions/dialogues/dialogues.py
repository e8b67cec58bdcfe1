"""Text dialogues with people: what an agent does with one. Mobile phones, commands and the console all come through here.

    told = dialogues.answer(gateway, db, agent, contact, "Rabu buka pukul 08.00.", now)

A dialogue is a contact of the desk (kind text) whose id is the robot's session. Each function runs in the caller's
transaction; what is refused is said and changes nothing. Writers see the service's number and agents see none:
words that hold the agent's own number are not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desk.access import SECRET
from desk.agents import Agent
from desk.routing import Contact, Desk
from desk.routing.contacts import DIALOGUE, OFFERED, TALKING
from desk.routing.events import DECLINED, Accepted, Ended, Event, Missed, Returned
from desk.routing.sheet import Sheet
from engine.flow import Flow
from engine.phrases import PHRASES
from sessions.agents import agent_cases, ringing
from sessions.agents.agent_cases import BY_TEXT
from sessions.cases import case_rows
from sessions.cases.case_rules import rules_for
from sessions.cases.case_tells import by_day
from sessions.desk import desk, desk_rules, desk_told
from sessions.dialogues import texts
from sessions.gateway import Gateway
from store import cases, opt_outs
from store import dialogues as rows
from store import flows as published
from store import sessions as stored_sessions
from store.cases import CaseRow
from store.library import Connection
from store.sessions import SessionRow
from store.times import instant, plus, text

HIGHEST_TIER = 4
ANSWER = "dialogue"  # marks an agent's words among what we sent
LIVE_SECONDS = (
    3600  # who wrote within the hour is awake; later, an answer waits until the quiet hours are over
)


@dataclass(frozen=True)
class Told:
    """What came of it: a code of desk/dialogue_words.py and its facts. ``ok``: was it done?"""

    ok: bool
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialogue:
    """One dialogue in one transaction, in the hands of this agent."""

    gateway: Gateway
    db: Connection
    agent: Agent
    held: Contact
    now: str

    @property
    def ticket(self) -> str:
        return ringing.ticket_of(self.db, self.held.id)

    @property
    def case(self) -> CaseRow | None:
        return cases.load(self.db, self.ticket)

    @property
    def session(self) -> SessionRow | None:
        return stored_sessions.load(self.db, self.held.id)

    @property
    def flow(self) -> Flow | None:
        return self.gateway.services.current(self.held.need.service)

    def happen(self, event: Event) -> Desk:
        return desk.happen(self.gateway, self.db, event, self.now)

    def done(self, code: str, **facts: object) -> Told:
        return Told(True, code, {"tiket": self.ticket or self.held.id, **facts})

    def not_done(self, code: str, **facts: object) -> Told:
        return Told(False, code, {"tiket": self.ticket or self.held.id, **facts})

    def answers(self) -> list[str]:
        """What was answered so far, as far as it may have arrived."""
        return rows.arrived(self.db, self.held.id, self.held.number, ANSWER)


# -- looking


def of_writer(gateway: Gateway, db: Connection, service: str, number: str) -> Contact | None:
    """The dialogue of this number that waits for a person or is with one; None when the robot has the writer."""
    for held in desk.look(gateway, db).contacts.values():
        if held.kind == DIALOGUE and held.number == number and held.need.service == service:
            return held
    return None


def in_hand(gateway: Gateway, db: Connection, agent: str) -> list[Contact]:
    """Dialogues that are offered to the agent or are the agent's, oldest first."""
    held = desk.look(gateway, db).contacts.values()
    return [each for each in held if each.kind == DIALOGUE and each.agent == agent]


def find(gateway: Gateway, db: Connection, named: str) -> Contact | None:
    """The dialogue of this id or ticket that is at the desk; None when there is none."""
    for held in desk.look(gateway, db).contacts.values():
        if held.kind == DIALOGUE and named in (held.id, ringing.ticket_of(db, held.id)):
            return held
    return None


def agent(gateway: Gateway, db: Connection, id: str) -> Agent | None:
    """The agent of the roster; None when there is none of that id."""
    return desk.look(gateway, db).roster.agents.get(id)


def _mine(
    gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str, *states: str
) -> Dialogue | Told:
    held = desk.look(gateway, db).contacts.get(contact)
    if held is None or held.kind != DIALOGUE or held.agent != agent.id:
        return Told(False, "not_yours", {"tiket": ringing.ticket_of(db, contact) or contact})
    found = Dialogue(gateway, db, agent, held, now)
    if held.state not in states:
        return found.not_done("take_first", number=rows.number(db, agent.id, contact))
    return found


# -- what an agent does


def take(gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str) -> Told:
    """The agent takes what was offered, and the case with it. Taken twice it is taken once."""
    found = _mine(gateway, db, agent, contact, now, OFFERED, TALKING)
    if isinstance(found, Told):
        return found
    if found.held.state == OFFERED:
        found.happen(Accepted(found.held.offer))
        agent_cases.taken(gateway, db, contact, agent, now, BY_TEXT)
    return found.done("took")


def answer(
    gateway: Gateway, db: Connection, agent: Agent, contact: str, words: str, now: str, *, canned: str = ""
) -> Told:
    """The words go to the writer from the service's number: at once in a live dialogue, else not in the quiet hours."""
    found = _mine(gateway, db, agent, contact, now, TALKING)
    if isinstance(found, Told):
        return found
    fault = _unsendable(found, words)
    session, flow = found.session, found.flow
    if fault or session is None or flow is None:
        return found.not_done(fault or "not_yours")
    at = now if _live(found) else by_day(flow, now)
    if not _send(found, flow, session, words, ANSWER, at):
        return found.not_done("limited")
    _answered(found, canned)
    return found.done("answered" if at == now else "answered_later")


def canned(gateway: Gateway, db: Connection, agent: Agent, contact: str, key: str, now: str) -> Told:
    """One of the service's canned answers, in the writer's language."""
    found = _mine(gateway, db, agent, contact, now, TALKING)
    if isinstance(found, Told):
        return found
    answers = canned_answers(gateway, db, found.held.need.service, found.held.need.language, found.ticket)
    words = answers.get(key.removeprefix("#").lower())
    if words is None:
        return found.not_done("no_key", key=key, keys=", ".join(f"#{name}" for name in answers) or "-")
    return answer(gateway, db, agent, contact, words, now, canned=key)


def canned_answers(
    gateway: Gateway, db: Connection, service: str, language: str, ticket: str
) -> dict[str, str]:
    """The service's canned answers by their keys, in this language and with this ticket put in."""
    flow = gateway.services.current(service)
    if flow is None:
        return {}
    filled = {}
    for key, words in _canned(gateway, db, flow).items():
        said = words.get(language) or words.get(flow.language) or next(iter(words.values()))
        filled[key] = said.replace("{tiket}", ticket).replace("{layanan}", _service(flow, language))
    return filled


def release(gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str, why: str = "") -> Told:
    """Back into the queue with the place kept; what was only offered is declined."""
    found = _mine(gateway, db, agent, contact, now, OFFERED, TALKING)
    if isinstance(found, Told):
        return found
    told = found.done("declined" if found.held.state == OFFERED else "released")
    if found.held.state == OFFERED:
        found.happen(Missed(found.held.offer, DECLINED))
        return told
    _note(found, "dialogue put back", why or BY_TEXT)
    found.happen(Returned(contact, "released", wrap_up=False, aside=True))
    return told


def escalate(gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str, why: str = "") -> Told:
    """To the next tier, with the case and the place in the queue. It may wait there, but somebody must work there."""
    found = _mine(gateway, db, agent, contact, now, TALKING)
    if isinstance(found, Told):
        return found
    tier = max(found.held.need.tier, agent.tier) + 1
    seen = desk.look(gateway, db)
    able = Sheet(seen, instant(now), desk.laws_of(seen)).able(found.held.need._replace(tier=tier))
    if tier > HIGHEST_TIER or not any(able.values()):
        return found.not_done("no_tier")
    told = found.done("escalated", tingkat=tier)
    agent_cases.passed_on(gateway, db, found.held, agent, tier, now, why or BY_TEXT)
    found.happen(Returned(contact, "escalated", {"tier": tier}))
    return told


def to_robot(gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str, why: str = "") -> Told:
    """The robot answers the writer's next text. A case without any answer had nothing for people in it."""
    found = _mine(gateway, db, agent, contact, now, TALKING)
    if isinstance(found, Told):
        return found
    told, said = found.done("to_robot"), found.answers()
    _note(found, "dialogue back to the robot", why or BY_TEXT)
    _over(found, "robot", "answered" if said else "other", said, why)
    session, flow = found.session, found.flow
    if session is not None and flow is not None and not opt_outs.since(db, flow.id, found.held.number):
        language = found.held.need.language
        words = flow.phrases.get("back_to_robot") or PHRASES["back_to_robot"]
        notice = (words.get(language) or words[flow.language]).replace("{layanan}", _service(flow, language))
        _send(found, flow, session, notice, "back_to_robot", by_day(flow, now))
    return told


def close(gateway: Gateway, db: Connection, agent: Agent, contact: str, now: str, why: str = "") -> Told:
    """It is over. What was answered closes the case; without an answer the case stays with the agent."""
    found = _mine(gateway, db, agent, contact, now, TALKING)
    if isinstance(found, Told):
        return found
    said = found.answers()
    told = found.done("closed" if said else "kept")
    disposition = "answered" if said else "follow_up"
    _over(found, disposition, disposition, said, why)
    return told


def _over(found: Dialogue, ended: str, disposition: str, said: list[str], why: str) -> None:
    found.happen(Ended(found.held.id, ended))
    words = "\n".join(said)
    agent_cases.disposed(
        found.gateway, found.db, found.held.id, found.agent, disposition, found.now, why or BY_TEXT, words
    )


# -- sending


def _unsendable(found: Dialogue, words: str) -> str:
    """Why these words may not go to the writer; '' when they may."""
    case = found.case
    if found.held.need.classification == SECRET or (case is not None and case.classification == SECRET):
        return "secret"
    if not words.strip():
        return "no_words"
    own = _digits(found.agent.phone)[-9:]
    if len(own) >= 8 and own in _digits(words):
        return "own_number"
    return "" if texts.whole(found.gateway, words) else "too_long"


def _digits(written: str) -> str:
    return "".join(char for char in written if char.isdigit())


def _live(found: Dialogue) -> bool:
    """Has the writer written within the hour?"""
    came = rows.came_in(found.db, found.held.id, plus(found.now, -LIVE_SECONDS))
    return bool(came) or text(found.held.arrived_at) >= plus(found.now, -LIVE_SECONDS)


def _send(found: Dialogue, flow: Flow, session: SessionRow, words: str, template: str, at: str) -> bool:
    return texts.send(
        found.gateway, found.db, flow, to=texts.address(session.contact, session.called), body=words,
        template=template, cause=found.held.id, now=found.now, from_number=session.called, kind="reply",
        not_before=at,
    )  # fmt: skip


def _answered(found: Dialogue, key: str) -> None:
    """The histories of contact and case have it; the first answer stops the case's first clock."""
    desk_told.tell_contact(
        found.db, found.held, "replied", found.now, {"agent": found.agent.id, "canned": key}
    )
    row = found.case
    if row is None:
        return
    if row.first_at is None:
        rules = rules_for(found.gateway, row.service, row.function or "", row.topic or "")
        answered = replace(case_rows.case_of(row), first_at=instant(found.now))
        case_rows.save(found.db, answered, rules, found.now)
    _note(found, "answered by text", f"#{key}" if key else "")


def _note(found: Dialogue, what: str, why: str = "") -> None:
    if found.ticket:
        cases.add_event(found.db, found.ticket, at=found.now, who=found.agent.id, what=what, why=why)


def _canned(gateway: Gateway, db: Connection, flow: Flow) -> desk_rules.Canned:
    try:
        return desk_rules.canned(published.load(db, flow.version) or {}, flow.timezone)
    except desk_rules.RuleFaults:
        return {}


def _service(flow: Flow, language: str) -> str:
    return flow.service.get(language) or next(iter(flow.service.values()), flow.id)
