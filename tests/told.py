"""What the desk writes down, written by hand: contacts and agents of a made-up month in a real database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.ids import new_id
from store.library import Connection
from store.times import text

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(day: str, clock: str = "09:00:00", seconds: float = 0) -> datetime:
    """A moment in Jakarta, and so many seconds later."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=JAKARTA) + timedelta(seconds=seconds)


class Writer:
    """Writes lines of both histories, as sessions/desk/desk_told.py does; kept until ``done``."""

    def __init__(self, db: Connection, service: str = "contoh", skill: str = "umum") -> None:
        self._db, self._service, self._skill = db, service, skill
        self._contacts: list[tuple[Any, ...]] = []
        self._agents: list[tuple[Any, ...]] = []

    def contact(
        self, id: str, moment: datetime, what: str, tier: int = 1, channel: str = "voice", **detail: Any
    ) -> None:
        detail.setdefault("kind", "call")
        skill = detail.pop("skill", self._skill)
        service = detail.pop("service", self._service)
        line = (new_id(), text(moment), id, service, skill, tier, channel, what, json.dumps(detail))
        self._contacts.append(line)

    def agent(self, agent: str, moment: datetime, what: str, contact: str = "", **detail: Any) -> None:
        self._agents.append((new_id(), text(moment), agent, what, contact, json.dumps(detail)))

    def answered(
        self,
        id: str,
        moment: datetime,
        agent: str,
        wait: float,
        talk: float,
        hold: float = 0,
        acw: float = 0,
        tier: int = 1,
    ) -> None:
        """A whole call, from the queue to the end of the work after it."""
        later = [
            moment + timedelta(seconds=seconds)
            for seconds in (wait, wait + 1, wait + 1 + hold, wait + talk + hold)
        ]
        self.contact(id, moment, "arrived")
        self.contact(id, later[0], "answered", agent=agent, tier=tier)
        if hold:
            self.contact(id, later[1], "hold", agent=agent)
            self.contact(id, later[2], "resumed", agent=agent)
        self.contact(id, later[3], "talk_ended", agent=agent)
        self.agent(agent, later[0], "accepted", id)
        until = (later[3] + timedelta(seconds=acw)).isoformat() if acw else ""
        self.agent(agent, later[3], "released", id, wrap_up_until=until)

    def roster(self, agents: Iterable[dict[str, Any]]) -> None:
        self._db.executemany(
            "INSERT INTO agents VALUES (?, ?)", [(row["id"], json.dumps(row)) for row in agents]
        )

    def session(
        self, id: str, moment: datetime, *, outcome: str | None = "goodbye", state: dict[str, Any] | None = None,
        contact: str = "", service: str = "", channel: str = "voice",
    ) -> None:  # fmt: skip
        ended = text(moment + timedelta(seconds=30)) if outcome else None
        self._db.execute(
            "INSERT INTO sessions VALUES (?, ?, 'v', ?, ?, '131', 'id', 1, ?, ?, ?, ?, ?)",
            (id, service or self._service, channel, contact, json.dumps(state or {}), text(moment), text(moment), ended, outcome),
        )  # fmt: skip

    def done(self) -> None:
        self._db.executemany("INSERT INTO contact_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._contacts)
        self._db.executemany("INSERT INTO agent_events VALUES (?, ?, ?, ?, ?, ?)", self._agents)
        self._contacts, self._agents = [], []
