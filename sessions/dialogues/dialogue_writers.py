"""A writer whose dialogue waits for a person, or is with one: what the robot still does, and what is for the people.

nobody has taken it    an answer to the robot's own question -> the robot
                       a keyword with all that it takes and no words of the writer's own ("STATUS CO-…") -> the robot
                       STATUS, BATAL, BANTUAN alone -> answered here
                       anything else -> the dialogue, and once an hour the writer is told that it is there
an agent has taken it  everything is for the agent
"""

import re
from collections.abc import Callable

from desk.access import CANCEL
from desk.caseload.model import Done
from desk.routing import Contact
from desk.routing.contacts import TALKING
from desk.routing.events import Gone
from engine.advance import begin
from engine.events import Event, Keys, Keyword, Typed
from engine.flow import Flow
from engine.phrases import PHRASES
from engine.session import Session
from engine.session import from_json as session_from_json
from sessions.agents import ringing
from sessions.cases import case_work
from sessions.desk import desk, waiting
from sessions.dialogues import dialogue_phones, texts
from sessions.gateway import Gateway
from store import limits
from store import sessions as rows
from store.library import Connection
from store.times import instant, plus, text

TOLD_AFTER_SECONDS = 600  # the robot's own reply has told as much until then
Understand = Callable[[Flow, Session, str], Event]
_WORD = re.compile(r"[#\w]+")
_ALONE = re.compile(r"\W*(\w+)\W*")
STATUS, HELP, WITHDRAW = frozenset({"STATUS"}), frozenset({"BANTUAN", "HELP"}), frozenset({"BATAL", "CANCEL"})


def for_robot(
    db: Connection,
    flow: Flow,
    held: Contact,
    called: str,
    body: str,
    understand: Understand,
    silent_since: str,
) -> bool:
    """Is this text the robot's to answer? ``silent_since``: a question that was asked before is not waited for any more."""
    if held.state == TALKING:
        return False
    row = rows.live_text_session(db, flow.id, held.number)
    asked = row is not None and row.updated_at > silent_since
    session = (
        session_from_json(row.state)
        if row is not None and asked
        else begin(flow, channel="text", contact=held.number, called=called)
    )
    event = understand(flow, session, body)
    return (asked and isinstance(event, Keys | Typed)) or (
        isinstance(event, Keyword) and _whole(flow, event, body)
    )


def _whole(flow: Flow, event: Keyword, body: str) -> bool:
    """A keyword as it is spelt, with all that it takes. One that takes the writer's own words would open another case."""
    spec, alone = flow.keywords[event.name], _alone(body)
    first = _WORD.match(body.strip())
    spelt = first is not None and first[0].upper() in {spec.name, *spec.aliases}
    given = all(event.fields.get(name) for name in spec.takes) if spec.takes else bool(alone)
    return spelt and given and not event.wrong and not spec.rest_as and alone not in STATUS | HELP


def _alone(body: str) -> str:
    """The only word of a text in capitals; '' when there are several."""
    only = _ALONE.fullmatch(body)
    return only[1].upper() if only else ""


def wrote(
    gateway: Gateway, db: Connection, flow: Flow, held: Contact, called: str, body: str, now: str
) -> None:
    """A text for the dialogue, or about it."""
    word = _alone(body)
    if held.state == TALKING or not word:
        _join(gateway, db, flow, held, called, body, now)
    elif word in WITHDRAW and _withdrawn(gateway, db, held, now):
        _say(gateway, db, flow, held, called, "dialogue_withdrawn", body, now)
    elif word in STATUS | HELP:
        _say(gateway, db, flow, held, called, "dialogue_waits", body, now)
    else:
        _join(gateway, db, flow, held, called, body, now)


def _join(
    gateway: Gateway, db: Connection, flow: Flow, held: Contact, called: str, body: str, now: str
) -> None:
    dialogue_phones.joined(gateway, db, held, body, now)
    waits = held.state != TALKING and plus(now, -TOLD_AFTER_SECONDS) >= text(held.arrived_at)
    if waits and limits.add_and_count(db, "dialogue_told", held.id, now[:13]) == 1:
        _say(gateway, db, flow, held, called, "dialogue_added", body, now)


def _withdrawn(gateway: Gateway, db: Connection, held: Contact, now: str) -> bool:
    """The case is cancelled and nobody is asked any more. What is RAHASIA is withdrawn to a person only (desk.access)."""
    ticket = ringing.ticket_of(db, held.id)
    done = case_work.act(gateway, db, ticket, CANCEL, case_work.ROBOTS, "withdrawn by text", now, talk=True)
    if not isinstance(done, Done):
        return False
    desk.happen(gateway, db, Gone(held.id), now)
    return True


def _say(
    gateway: Gateway, db: Connection, flow: Flow, held: Contact, called: str, phrase: str, body: str, now: str
) -> None:
    language = held.need.language if held.need.language in flow.languages else flow.language
    words = flow.phrases.get(phrase) or PHRASES[phrase]
    position, _ = waiting.place_at(desk.look(gateway, db), held.id, None, instant(now))
    facts = {
        "tiket": ringing.ticket_of(db, held.id),
        "posisi": str(position),
        "layanan": flow.service.get(language, flow.id),
    }
    said = words.get(language) or words[flow.language]
    for name, value in facts.items():
        said = said.replace(f"{{{name}}}", value)
    texts.send(
        gateway, db, flow, to=texts.address(held.number, called), body=said, template=phrase, cause=held.id,
        now=now, from_number=called, kind="reply", reply_to=body,
    )  # fmt: skip
