"""How much there is of what, for whoever watches over the installation: numbers only, read from the rows as they are.

Each function costs milliseconds on a database of a year: what is asked often goes by an index, and what grows without end is
counted for the last minutes only.
"""

from collections.abc import Mapping

from store import times
from store.library import Connection

RECENT_SECONDS = 300  # what "of late" means below

Counts = Mapping[tuple[str, ...], int]


def webhooks(db: Connection, now: str) -> Counts:
    """Webhooks taken of late: (kind, ``new`` or ``repeated``) -> how many. A repeat got the answer of the first time."""
    rows = db.execute(
        "SELECT kind, COUNT(*), COALESCE(SUM(retries), 0) FROM inbox"
        " WHERE received_at > ? AND kind <> 'api' GROUP BY kind",  # acts of programs stand there too
        (times.plus(now, -RECENT_SECONDS),),
    )
    found: dict[tuple[str, ...], int] = {}
    for kind, new, repeated in rows:
        found[kind, "new"], found[kind, "repeated"] = new, repeated
    return found


def contacts_live(db: Connection) -> Counts:
    """Calls and text sessions that go on now: (service, channel) -> how many."""
    return _counts(
        db, "SELECT service, channel, COUNT(*) FROM sessions WHERE ended_at IS NULL GROUP BY service, channel"
    )


def contacts_begun(db: Connection, now: str) -> Counts:
    """Calls and text sessions that began of late: (service, channel) -> how many."""
    return _counts(
        db,
        "SELECT service, channel, COUNT(*) FROM sessions WHERE started_at > ? GROUP BY service, channel",
        times.plus(now, -RECENT_SECONDS),
    )


def texts_under_way(db: Connection) -> Counts:
    """Texts of which the last word of the carrier is not known yet: (direction, status) -> how many."""
    return _counts(
        db,
        "SELECT COALESCE(direction, ''), COALESCE(status, ''), COUNT(*) FROM messages WHERE final_at IS NULL GROUP BY 1, 2",
    )


def desk_events(db: Connection, now: str) -> Counts:
    """What happened to contacts at the desk of late: (service, what) -> how many (store/desk.py lists what)."""
    return _counts(
        db,
        "SELECT service, what, COUNT(*) FROM contact_events WHERE at > ? GROUP BY service, what",
        times.plus(now, -RECENT_SECONDS),
    )


def offers(db: Connection, now: str) -> Counts:
    """What became of offers to agents of late: (``offered``, ``accepted`` or ``missed_...``,) -> how many."""
    return _counts(
        db,
        "SELECT what, COUNT(*) FROM agent_events WHERE at > ?"
        " AND (what IN ('offered', 'accepted') OR what LIKE 'missed%') GROUP BY what",
        times.plus(now, -RECENT_SECONDS),
    )


def recordings(db: Connection) -> Counts:
    """Recordings: (state,) -> how many."""
    return _counts(db, "SELECT state, COUNT(*) FROM recordings GROUP BY state")


def timers(db: Connection, now: str) -> Counts:
    """Timers: (``due``, ``later`` or ``dead``,) -> how many."""
    return _counts(
        db,
        "SELECT CASE WHEN state = 'dead' THEN 'dead' WHEN at <= ? THEN 'due' ELSE 'later' END, COUNT(*) FROM timers GROUP BY 1",
        now,
    )


def cases_open(db: Connection, now: str) -> Counts:
    """Cases that are owed an answer: (service, tier, ``late`` or ``in_time``) -> how many."""
    return _counts(
        db,
        "SELECT service, 'T' || COALESCE(tier, 1), CASE WHEN due_answer < ? THEN 'late' ELSE 'in_time' END, COUNT(*)"
        " FROM cases WHERE status NOT IN ('ditutup', 'dijawab_mandiri', 'ditolak_dikecualikan', 'dibatalkan')"
        " GROUP BY 1, 2, 3",
        now,
    )


def alarms(db: Connection) -> dict[str, bool]:
    """Every alarm that was ever looked for, and whether it stands."""
    rows = db.execute("SELECT name, value <> '' FROM meta WHERE name LIKE 'alarm\\_%' ESCAPE '\\'")
    found = {name.removeprefix("alarm_"): bool(stands) for name, stands in rows}
    stopped = db.execute("SELECT value <> '' FROM meta WHERE name = 'carrier_stopped'").fetchone()
    return {**found, "carrier_stopped": bool(stopped and stopped[0])}


def _counts(db: Connection, sql: str, *values: str) -> Counts:
    return {tuple(map(str, row[:-1])): int(row[-1]) for row in db.execute(sql, values)}
