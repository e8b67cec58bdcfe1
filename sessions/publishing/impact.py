"""Who is under way while a service changes: calls and dialogues, by version and step. Each stays on the version it began with."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from store import sessions as rows
from store.library import Connection


@dataclass(frozen=True)
class UnderWay:
    """One call or dialogue that goes on."""

    version: str
    channel: str
    step: str


def under_way(db: Connection, service: str) -> list[UnderWay]:
    """Every one of the service."""
    return [
        UnderWay(version, channel, json.loads(state).get("step", ""))
        for version, channel, state in rows.under_way(db, service)
    ]


def impact(
    sessions: list[UnderWay],
    removed: Collection[str],
    changed: Collection[str],
    renamed: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Sentences such as "2 callers are on 'q_pajak', which this removes". Names of steps are those of before."""
    if not sessions:
        yield "nobody is under way"
        return
    yield f"{counted(sessions)} under way, who end on the version they began with"
    at: dict[str, list[UnderWay]] = {}
    for session in sessions:
        at.setdefault(session.step, []).append(session)
    for step, there in sorted(at.items()):
        what = "removes" if step in removed else "changes" if step in changed else ""
        what = what or ("renames" if step in (renamed or {}) else "")
        if what:
            yield f"{counted(there)} on '{step}', which this {what}"


def counted(sessions: list[UnderWay]) -> str:
    """'2 callers and 1 texter are', for the beginning of a sentence."""
    count = Counter("texter" if session.channel == "text" else "caller" for session in sessions)
    parts = [f"{number} {word}{'s' if number > 1 else ''}" for word, number in sorted(count.items())]
    return f"{' and '.join(parts)} {'is' if sum(count.values()) == 1 else 'are'}"
