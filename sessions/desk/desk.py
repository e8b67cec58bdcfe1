"""The desk in the database: one event, one decision, its rows and what it owes, all in the caller's transaction.

    happen(gateway, db, event, now)     inside a ``store.write()`` block
    look(gateway, db, now)              the desk as it stands, for whoever only wants to know

A process keeps the desk in memory, and uses it only while the database still has the version that it was loaded at: a version is
a new id at each write, so that neither another process nor a transaction that was rolled back can be mistaken for it.

Without any agent in the roster nobody is offered anything and nobody is sent away: the desk then only keeps who waits, in
order, and the flow's own longest wait ends it.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desk.routing import Contact, Desk, Laws, Roster, Rules, changes, decide, plain
from desk.routing import rules as rule_book
from desk.routing.events import Arrived, Event, RosterChanged, RulesChanged, Tick
from sessions.desk import desk_rules, desk_told
from sessions.gateway import Gateway
from store import desk as rows
from store import flows as published
from store import timers
from store.library import Connection
from store.times import text

# Nobody is to be asked: who waits is kept in order, and that is all.
UNSTAFFED = Laws(steps=(), looks=())
_WAKE = "desk"


@dataclass
class Kept:
    """The desk as a process remembers it. ``version`` and ``roster_version`` are those it was loaded at."""

    version: str = ""
    desk: Desk = field(default_factory=Desk)
    roster_version: str = ""
    roster: Roster = field(default_factory=Roster)


Owed = Callable[["Happening", Any], None]


@dataclass
class Happening:
    """One event with what follows from it: effects may bring further events, which are decided after it."""

    gateway: Gateway
    db: Connection
    now: str
    further: deque[Event] = field(default_factory=deque)
    event: Event = field(default_factory=Tick)
    desk: Desk = field(default_factory=Desk)
    before: Desk = field(default_factory=Desk)

    def contact(self, id: str) -> Contact | None:
        """The contact, also one that has just left the desk, or was sent away in the moment in which it came."""
        held = self.desk.contacts.get(id) or self.before.contacts.get(id)
        came = self.event.contact if isinstance(self.event, Arrived) else None
        return held or (came if came is not None and came.id == id else None)


def happen(gateway: Gateway, db: Connection, event: Event, now: str, *, why: str = "") -> Desk:
    """Decide on the event, write what changed, apply what is owed. ``why``: of a contact that has gone, for its history."""
    from sessions.desk import desk_effects  # it speaks of happening too

    kept = _kept(gateway, db)
    happening = Happening(gateway, db, now, deque([event]), desk=kept.desk, before=kept.desk)
    _take_over_rules(happening)
    while happening.further:
        event = happening.event = happening.further.popleft()
        before = happening.before = happening.desk
        after, owed = decide(before, event, _moment(now), _laws(before, event))
        happening.desk = after
        _write(gateway, db, before, after, event)
        desk_told.tell(db, before, after, event, owed, now, why)
        for effect in owed:
            desk_effects.HANDLERS[type(effect)](happening, effect)
        why = ""
    return happening.desk


def wake(gateway: Gateway, db: Connection) -> None:
    """The moment has come at which something changes by itself. The alarm is set anew whatever was decided: without it the
    desk would sleep for ever.
    """
    moment = gateway.clock()
    after = happen(gateway, db, Tick(), text(moment))
    if after.wake is not None and after.wake <= moment:
        _set_alarm(db, moment + timedelta(seconds=1))
    else:
        _set_alarm(db, after.wake)


def look(gateway: Gateway, db: Connection) -> Desk:
    """The desk as it stands in this transaction. Only to be read."""
    return _kept(gateway, db).desk


def at_next(gateway: Gateway, db: Connection) -> Desk:
    """The desk by the rules of its next decision: what was published since the last one counts already. Only to be read."""
    return replace(look(gateway, db), rules=_published_rules(gateway, db))


def staffed(desk: Desk) -> bool:
    """Has anybody been imported? Without a roster the desk only keeps who waits."""
    return bool(desk.roster.agents)


def works_on(desk: Desk, service: str, channel: str) -> bool:
    """Has the roster anybody of this service who works on this channel?"""
    return any(
        agent.channels.get(channel, 0) and (not agent.services or service in agent.services)
        for agent in desk.roster.agents.values()
    )


def laws_of(desk: Desk) -> Laws:
    """The rules that count at this desk."""
    return Laws() if staffed(desk) else UNSTAFFED


def suppose(desk: Desk, event: Event, now: datetime) -> Desk:
    """The desk if this happened; nothing is written."""
    return decide(desk, event, now, laws_of(desk))[0]


def _laws(desk: Desk, event: Event) -> Laws:
    if isinstance(event, RosterChanged):
        return Laws() if event.agents else UNSTAFFED
    return laws_of(desk)


def _moment(now: str) -> datetime:
    return datetime.fromisoformat(now)


# -- memory and rows


def _kept(gateway: Gateway, db: Connection) -> Kept:
    version = rows.version(db)
    kept: Kept | None = gateway.kept.get("desk")
    if kept is None or kept.version != version:
        kept = gateway.kept["desk"] = _load(db, version, kept)
    return kept


def _load(db: Connection, version: str, known: Kept | None) -> Kept:
    meta = rows.meta(db)
    roster_version = meta.get(rows.ROSTER, "")
    if known is not None and known.roster_version == roster_version:
        roster = known.roster  # who is able to do what has been worked out already
    else:
        roster = Roster(plain.to_agent(json.loads(row)) for row in rows.agents(db))
    desk = Desk(
        roster=roster,
        posts={agent: plain.to_post(json.loads(row)) for agent, row in rows.posts(db).items()},
        contacts={id: plain.to_contact(json.loads(row)) for id, row in rows.contacts(db).items()},
        rules=_rules_from(meta.get("rules", "{}")),
        paces={(s, skill, c): pace for s, skill, c, pace in json.loads(meta.get("paces", "[]"))},
        offers=int(meta.get("offers", "0")),
        seen_at=_maybe(meta.get("seen_at", "")),
        wake=_maybe(meta.get("wake", "")),
    )
    return Kept(version, desk, roster_version, roster)


def _maybe(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _write(gateway: Gateway, db: Connection, before: Desk, after: Desk, event: Event) -> None:
    if isinstance(event, RosterChanged):
        rows.replace_agents(
            db, ((agent.id, json.dumps(plain.from_agent(agent))) for agent in after.roster.agents.values())
        )
    changed, meta = changes(before, after), _meta(before, after)
    if not (changed.contacts or changed.posts or meta or isinstance(event, RosterChanged)):
        return
    meta["seen_at"] = after.seen_at.isoformat() if after.seen_at else ""
    version = rows.write(
        db,
        contacts={
            id: (contact.need.service, _json(plain.from_contact(contact))) if contact else None
            for id, contact in changed.contacts.items()
        },
        posts={
            agent: _json(plain.from_post(post)) if post else None for agent, post in changed.posts.items()
        },
        meta=meta,
    )
    if after.wake != before.wake:
        _set_alarm(db, after.wake)
    known: Kept = gateway.kept["desk"]
    roster_version = (
        rows.meta(db).get(rows.ROSTER, "") if after.roster is not before.roster else known.roster_version
    )
    gateway.kept["desk"] = Kept(version, after, roster_version, after.roster)


def _meta(before: Desk, after: Desk) -> dict[str, str]:
    meta = {}
    if after.offers != before.offers:
        meta["offers"] = str(after.offers)
    if after.wake != before.wake:
        meta["wake"] = after.wake.isoformat() if after.wake else ""
    if after.paces != before.paces:
        meta["paces"] = json.dumps([[*key, pace] for key, pace in after.paces.items()])
    if after.rules != before.rules:
        meta["rules"] = _json({service: rule_book.plain(rules) for service, rules in after.rules.items()})
    return meta


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _set_alarm(db: Connection, wake: datetime | None) -> None:
    if wake is None:
        timers.cancel(db, kind=_WAKE, subject="wake")
    else:
        # Stored times have milliseconds: rounded down they would come too early, and change nothing.
        timers.arm(db, kind=_WAKE, subject="wake", at=text(wake + timedelta(milliseconds=1)))


# -- rules: read again at every decision


def _take_over_rules(happening: Happening) -> None:
    """Rules that were published meanwhile count before the event is decided."""
    rules = _published_rules(happening.gateway, happening.db)
    if rules != dict(happening.desk.rules):
        happening.further.appendleft(RulesChanged(rules))


def _published_rules(gateway: Gateway, db: Connection) -> dict[str, Rules]:
    current = published.all_current(db)
    return {service: _rules_of(gateway, db, service, version) for service, version in current.items()}


def _rules_of(gateway: Gateway, db: Connection, service: str, version: str) -> Rules:
    """The rules of a published version; the house's own when it cannot be read any more."""
    known: dict[str, Rules] = gateway.kept.setdefault("rules", {})
    if version not in known:
        flow = gateway.flow_of(service, version)
        zone = flow.timezone if flow else Rules().zone
        try:
            known[version] = desk_rules.read(published.load(db, version) or {}, zone)
        except desk_rules.RuleFaults:
            known[version] = Rules(zone=zone)
    return known[version]


def _rules_from(written: str) -> dict[str, Rules]:
    return {service: rule_book.read(row, service) for service, row in json.loads(written).items()}
