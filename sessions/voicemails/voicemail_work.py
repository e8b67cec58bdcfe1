"""Messages as work: the router puts them to agents, as it does calls, until somebody has seen to them.

    the sound is here         offered from LISTEN_SECONDS later on, to who may hear the sound as it was; at once where nothing
                              writes down (SPEECH=no)
    written down, or not      offered at once; where there is a masked copy, to everybody who may see the case
    nothing was said          not offered
    somebody has the case     not offered any more, whoever took it by whatever way

One contact of the desk for each case, ``vm:<ticket>``: further messages join it. Docs: decision 0028.
"""

from datetime import datetime, timedelta

from desk.access import ANSWER, CANCEL, CLOSE, REFUSE, SECRET, TAKE
from desk.agents import LEVELS, VOICE
from desk.caseload.model import ANSWERED, ENDED
from desk.routing import Contact, contact
from desk.routing.contacts import LEAST_PRIORITY, OFFERED, VOICEMAIL, WAITING, voicemail_of
from desk.routing.events import Arrived, Gone
from engine.flow import Queue
from sessions.desk import desk
from sessions.gateway import Gateway
from store import cases, transcripts, voicemails
from store.cases import CaseRow
from store.library import Connection
from store.times import instant
from store.voicemails import VoicemailRow

LISTEN_SECONDS = 900  # so long a message may be written down before people listen to it instead
_WRITTEN = ("done", "listen")
_SEEN_TO = (TAKE, ANSWER, CLOSE, CANCEL, REFUSE)


def sound_is_here(gateway: Gateway, db: Connection, recording: str, ticket: str, now: str) -> None:
    """A message of this case is safe here."""
    voicemails.put(db, recording, ticket, now)
    offer(gateway, db, ticket, now)


def offer(gateway: Gateway, db: Connection, ticket: str, now: str) -> None:
    """The desk knows of the case's messages as they are now; of none when there are none that anybody has to hear."""
    case, messages = cases.load(db, ticket), voicemails.unheard(db, ticket)
    if case is None or not messages or case.status in (ANSWERED, *ENDED):
        _withdraw(gateway, db, ticket, now)
    elif desk.works_on(desk.look(gateway, db), case.service, VOICE):
        desk.happen(gateway, db, Arrived(_wish(gateway, db, case, messages)), now)


def case_moved(gateway: Gateway, db: Connection, ticket: str, action: str, who: str, now: str) -> None:
    """Something was done with the case. Whoever takes or ends it has its messages before them."""
    if not voicemails.unheard(db, ticket):
        return
    held = desk.look(gateway, db).contacts.get(voicemail_of(ticket))
    if held is not None and held.state not in (WAITING, OFFERED):
        return  # the agent who does it has just heard them
    if action in _SEEN_TO:
        voicemails.seen_to(db, ticket, who, now)
    offer(gateway, db, ticket, now)


def _withdraw(gateway: Gateway, db: Connection, ticket: str, now: str) -> None:
    held = desk.look(gateway, db).contacts.get(voicemail_of(ticket))
    if held is not None and held.state in (WAITING, OFFERED):
        desk.happen(gateway, db, Gone(held.id), now)


def _wish(gateway: Gateway, db: Connection, case: CaseRow, messages: list[VoicemailRow]) -> Contact:
    """What is asked of who hears them: what the case asks, and leave to hear."""
    skill = case.skill or "umum"
    last = case.agent or ""
    return contact(
        voicemail_of(case.ticket),
        VOICEMAIL,
        instant(messages[0].at),
        service=case.service,
        skill=skill,
        level=_level(gateway, case.service, skill),
        language=case.language or "id",
        tier=_least_tier(db, case, messages),
        classification=case.classification or "PUBLIK",
        unit=case.unit or "",
        priority=case.priority or LEAST_PRIORITY,
        number=case.contact or "",
        last_agent=last,
        last_agent_at=instant(messages[-1].at) if last else None,
        not_before=_not_before(gateway, messages),
    )


def _level(gateway: Gateway, service: str, skill: str) -> int:
    """The level that the service's queues for this skill ask for; where they differ, the highest."""
    flow = gateway.services.current(service)
    steps = flow.steps.values() if flow is not None else ()
    return max(
        (LEVELS.get(step.level, 1) for step in steps if isinstance(step, Queue) and step.skill == skill),
        default=1,
    )


def _least_tier(db: Connection, case: CaseRow, messages: list[VoicemailRow]) -> int:
    """Below it nobody may hear all of them (desk.access): what no unit owns is for the back office, RAHASIA for its unit."""
    least = max(1, case.tier or 1)
    if case.classification == SECRET:
        return max(least, 3 if case.unit else 4)
    rows = [transcripts.load(db, message.recording) for message in messages]
    if all(row is not None and transcripts.for_everybody(row) for row in rows):
        return least
    return max(least, 3 if case.unit else 2)


def _not_before(gateway: Gateway, messages: list[VoicemailRow]) -> datetime | None:
    """Until then they may be written down; None when that is done, or nobody does it."""
    waiting = [message.at for message in messages if message.state not in _WRITTEN]
    if not waiting or not gateway.settings.speech:
        return None
    return instant(max(waiting)) + timedelta(seconds=LISTEN_SECONDS)
