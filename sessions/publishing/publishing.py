"""Who publishes what, and when: versions put in place of others, taken back, held there, and opened to test numbers.

Everything here happens in the transaction of the caller, with its line in the audit (subject: FLOW and the service's name).
Webhook workers see it within a second (sessions/services.py). What contacts would notice is told by sessions/publishing/impact.py.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from store import audit
from store import flows as rows
from store.library import Connection
from store.times import plus

if TYPE_CHECKING:  # services.publish is the way in for a whole folder of services
    from sessions.services import Folder

PIECES = "common"  # no service: its line in the audit is everybody's
FLOW = "flow:"
SECONDED_WITHIN = 24 * 3600  # seconds


class Stale(Exception):
    """Somebody published in the meantime: what was shown before is no longer what would happen."""


class NeedsAnother(Stale):
    """Two persons have to publish (PUBLISH_PERSONS), and this is the first of them for this content."""


def second(db: Connection, versions: Mapping[str, str], *, who: str, now: str) -> list[str]:
    """Which of these (service -> version) nobody else has asked for within a day. That this person asks is written down.

    Called in a transaction of its own: what is asked for stays when the publication is refused. One person is one account:
    the names that are given beside an account of the machine tell nobody apart.
    """
    alone = []
    for service, version in versions.items():
        asked = [line for line in history(db, service) if line.action == "flow_publish_asked"]
        fresh = [line for line in asked if line.at >= plus(now, -SECONDED_WITHIN)]
        same = [line for line in fresh if json.loads(line.detail).get("version") == version]
        if all(_account(line.who) == _account(who) for line in same):
            alone.append(service)
        _audit(db, "flow_publish_asked", service, who, now, version=version)
    return alone


def _account(who: str) -> str:
    """The account of who acts at a terminal, "budi (shell:op)", else the login of the console."""
    return who.rpartition("(")[2].removesuffix(")")


def put(db: Connection, folder: "Folder", version: str, *, who: str, now: str) -> bool:
    """Make the folder's content current. It ends a hold and a draft. False when it was current already and nothing ended."""
    ended = release(db, folder.id, who=who, now=now)
    ended = end_draft(db, folder.id, who=who, now=now, why="published") or ended
    before = rows.current(db, folder.id)
    if before == version:
        return ended
    rows.publish(db, service=folder.id, version=version, files=folder.stored(), at=now, who=who)
    _audit(db, "flow_published", folder.id, who, now, version=version, before=before or "")
    return True


def unchanged_since(db: Connection, seen: Mapping[str, str | None]) -> None:
    """Raises Stale when one of these services has another version than was seen."""
    for service, version in seen.items():
        if rows.current(db, service) != version:
            raise Stale(f"{service}: somebody published in the meantime. Look at the difference again")


def withdraw(db: Connection, service: str, *, who: str, now: str, held: bool = False) -> bool:
    """New contacts no longer reach the service. False when it was not published.

    ``held``: only a publication by command brings it back.
    """
    before = rows.current(db, service)
    rows.release(db, service=service)
    end_draft(db, service, who=who, now=now, why="withdrawn")
    if not rows.retire(db, service=service):
        return False
    if held:
        rows.hold(db, service=service, at=now, who=who, why="withdrawn")
    _audit(db, "flow_withdrawn", service, who, now, before=before or "")
    return True


def roll_back(db: Connection, service: str, version: str, *, who: str, why: str, now: str) -> None:
    """An old version again, and held there until somebody publishes the service by command."""
    before = rows.current(db, service)
    rows.make_current(db, service=service, version=version, at=now)
    rows.hold(db, service=service, at=now, who=who, why=why)
    _audit(db, "flow_rolled_back", service, who, now, version=version, before=before or "", why=why)


def release(db: Connection, service: str, *, who: str, now: str) -> bool:
    """The end of a hold. False when there was none."""
    if not rows.release(db, service=service):
        return False
    _audit(db, "flow_released", service, who, now)
    return True


def open_draft(
    db: Connection, folder: "Folder", version: str, *, numbers: Iterable[str], until: str, who: str, now: str
) -> None:
    """The folder's content for these contacts alone. The numbers of test telephones are persons': the audit counts them."""
    rows.keep(db, service=folder.id, version=version, files=folder.stored())
    numbers = frozenset(numbers)
    rows.open_draft(
        db, service=folder.id, version=version, numbers=numbers, until=until, at=now, who=who
    )  # fmt: skip
    _audit(
        db, "flow_draft_opened", folder.id, who, now, version=version, numbers=str(len(numbers)), until=until
    )


def end_draft(db: Connection, service: str, *, who: str, now: str, why: str) -> bool:
    """Test numbers get the published version again. False when there was no draft, or it had run out."""
    open_ = service in rows.drafts(db, now)
    if rows.end_draft(db, service=service) and open_:
        _audit(db, "flow_draft_ended", service, who, now, why=why)
        return True
    return False


def previous(db: Connection, service: str) -> str | None:
    """The version that was published before the one that is current; None when there is none."""
    published = [row.version for row in rows.versions(db, service) if row.published_at]
    current = rows.current(db, service)
    before = published[published.index(current) + 1 :] if current in published else published
    return before[0] if before else None


def history(db: Connection, service: str) -> list[audit.AuditRow]:
    """What was done to a service, and to the pieces that all services share, the newest first."""
    lines = [*audit.of_subject(db, FLOW + service), *audit.of_subject(db, FLOW + PIECES)]
    return sorted(lines, key=lambda line: line.n or 0, reverse=True)


def _audit(db: Connection, action: str, service: str, who: str, now: str, **detail: str) -> None:
    audit.write(db, at=now, who=who, action=action, subject=FLOW + service, detail=json.dumps(detail))
