"""What has happened at the desk as lines of its two histories (store/desk.py names the words). Reports read nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from desk.agents import AVAILABLE, BREAK, OFFLINE
from desk.routing import Contact, Desk
from desk.routing import effects as owed
from desk.routing import events as heard
from desk.routing.contacts import CALL, CONSULT, DIALLING, DIALOGUE, OFFERED, TALKING, WAITING, contact_of
from store import desk as rows
from store.library import Connection
from store.times import instant

Detail = dict[str, Any]


def tell(
    db: Connection,
    before: Desk,
    after: Desk,
    event: heard.Event,
    effects: tuple[owed.Effect, ...],
    now: str,
    why: str,
) -> None:
    """The lines of one decision."""
    teller = Teller(db, before, after, now, event.contact if isinstance(event, heard.Arrived) else None)
    teller.arrivals()
    teller.departure(event, why)
    teller.presence()
    if isinstance(event, heard.WrappedUp):
        rows.tell_agent(db, at=now, agent=event.agent, what="wrapped_up")
    for effect in effects:
        line = LINES.get(type(effect))
        if line is not None:
            line(teller, effect)


class Teller:
    """Writes the lines of one decision."""

    def __init__(
        self, db: Connection, before: Desk, after: Desk, now: str, came: Contact | None = None
    ) -> None:
        self.db, self.before, self.after, self.now = db, before, after, now
        self.came = came  # it may be sent away at once: then it is neither before nor after

    def contact(self, id: str, what: str, **detail: object) -> None:
        """A line about a contact; nothing when it was never at the desk, or is only what one agent asks another."""
        known = self.after.contacts.get(id) or self.before.contacts.get(id)
        if known is None and self.came is not None and self.came.id == id:
            known = self.came
        if known is not None and known.kind != CONSULT:
            tell_contact(self.db, known, what, self.now, detail)

    def agent(self, agent: str, what: str, contact: str = "", **detail: object) -> None:
        """A line about an agent."""
        rows.tell_agent(self.db, at=self.now, agent=agent, what=what, contact=contact, detail=detail)

    def arrivals(self) -> None:
        if self.came is not None and self.came.id not in {**self.before.contacts, **self.after.contacts}:
            self.contact(self.came.id, "arrived")
        for id, contact in self.after.contacts.items():
            known = self.before.contacts.get(id)
            if known is None:
                self.contact(id, "arrived")
            elif known.state == DIALLING and contact.state == TALKING:
                self.contact(id, "callback_reached", agent=contact.agent)
            elif (
                known.state in (OFFERED, DIALLING, TALKING)
                and contact.state == WAITING
                and contact.tries > known.tries
            ):
                self.contact(id, "callback_missed", agent=known.agent, tries=contact.tries)

    def departure(self, event: heard.Event, why: str) -> None:
        if isinstance(event, heard.Gone):
            known = self.before.contacts.get(event.contact)
            if known is not None and known.state in (WAITING, OFFERED) and known.kind in (CALL, DIALOGUE):
                self.contact(event.contact, why or "abandoned")
        elif isinstance(event, heard.Returned):
            known = self.before.contacts.get(event.contact)
            if known is not None and known.state == TALKING:
                self.contact(
                    event.contact, "transferred", agent=known.agent, why=event.why, **dict(event.need)
                )

        elif isinstance(event, heard.HandedOver):
            known, now = self.before.contacts.get(event.contact), self.after.contacts.get(event.contact)
            if known is not None and now is not None and now.agent != known.agent:
                self.contact(event.contact, "transferred", agent=known.agent, why="handed_over")

    def presence(self) -> None:
        for agent, post in self.after.posts.items():
            before = self.before.post(agent)
            if post is before or post.presence == before.presence:
                continue
            if post.presence == AVAILABLE:
                self.agent(agent, "signed_in" if before.presence == OFFLINE else "available")
            else:
                self.agent(agent, {OFFLINE: "signed_out", BREAK: "break"}[post.presence], reason=post.reason)


def tell_contact(db: Connection, contact: Contact, what: str, now: str, detail: Mapping[str, object]) -> None:
    """A line about this contact, with the seconds since it arrived."""
    need = contact.need
    waited = max(0, round((instant(now) - contact.arrived_at).total_seconds()))
    rows.tell_contact(
        db,
        at=now,
        contact=contact.id,
        service=need.service,
        skill=need.skill,
        tier=need.tier,
        channel=need.channel,
        what=what,
        detail={"kind": contact.kind, "waited": waited, **detail},
    )


def _offered(teller: Teller, effect: owed.Offer) -> None:
    teller.contact(effect.contact, "offered", agent=effect.agent)
    teller.agent(effect.agent, "offered", effect.contact)


def _missed(teller: Teller, effect: owed.StopRinging) -> None:
    if effect.why in heard.MISSES:
        teller.agent(effect.agent, f"missed_{effect.why}", effect.contact)


def _answered(teller: Teller, effect: owed.Connect) -> None:
    agent = teller.after.roster.agents.get(effect.agent)
    tier = {"tier": agent.tier} if agent is not None else {}
    teller.contact(effect.contact, "answered", agent=effect.agent, **tier)
    teller.agent(effect.agent, "accepted", effect.contact)


def _taken_over(teller: Teller, effect: owed.TakenOver) -> None:
    teller.agent(effect.agent, "released", contact_of(effect.consult), disposition="", wrap_up_until="")
    _answered(teller, owed.Connect(effect.contact, effect.agent, effect.offer))


def _called(teller: Teller, effect: owed.CallContact) -> None:
    known = teller.before.contacts.get(effect.contact)
    if (
        known is not None and known.state == TALKING
    ):  # a message was heard, and its caller is rung: one piece of work
        _talked(teller, known, effect.agent, "rung back")
        return
    teller.agent(effect.agent, "accepted", effect.contact)


def _talked(teller: Teller, known: Contact, agent: str, disposition: str) -> None:
    talked = round((instant(teller.now) - (known.since or known.arrived_at)).total_seconds())
    teller.contact(known.id, "talk_ended", agent=agent, disposition=disposition, talked=talked)


def _released(teller: Teller, effect: owed.Released) -> None:
    until = effect.wrap_up_until.isoformat() if effect.wrap_up_until else ""
    known = teller.before.contacts.get(effect.contact)
    if known is not None and known.state == TALKING:
        _talked(teller, known, effect.agent, effect.disposition)
    teller.agent(
        effect.agent, "released", effect.contact, disposition=effect.disposition, wrap_up_until=until
    )


def _left(teller: Teller, effect: owed.Exit) -> None:
    if effect.exit == owed.UNREACHED:
        teller.contact(effect.contact, "callback_missed")
    teller.contact(effect.contact, f"exit_{effect.exit}")


def _callback(teller: Teller, effect: owed.CallbackKept) -> None:
    kept = teller.after.contacts.get(effect.contact)
    until = kept.expires_at.isoformat() if kept is not None and kept.expires_at is not None else ""
    teller.contact(effect.contact, "callback_asked", until=until)


LINES: Mapping[type, Callable[[Teller, Any], None]] = {
    owed.Offer: _offered,
    owed.StopRinging: _missed,
    owed.Connect: _answered,
    owed.TakenOver: _taken_over,
    owed.CallContact: _called,
    owed.Released: _released,
    owed.Exit: _left,
    owed.CallbackKept: _callback,
}
