"""Messages of cases that somebody has to hear: who has seen to each, and when."""

from typing import NamedTuple

from store.library import Connection


class VoicemailRow(NamedTuple):
    """One message whose sound is here. ``state``: what became of writing it down, '' when that is not owed."""

    recording: str
    ticket: str
    at: str
    state: str


def put(db: Connection, recording: str, ticket: str, at: str) -> None:
    """A message of this case is to be heard. One that is known already stays as it is."""
    db.execute(
        "INSERT INTO voicemails (recording, ticket, at) VALUES (?, ?, ?) ON CONFLICT (recording) DO NOTHING",
        (recording, ticket, at),
    )


def unheard(db: Connection, ticket: str) -> list[VoicemailRow]:
    """The messages of a case that nobody has seen to, oldest first. Those in which nothing was said are none."""
    rows = db.execute(
        "SELECT v.recording, v.ticket, v.at, COALESCE(t.state, '') FROM voicemails AS v"
        " LEFT JOIN transcribings AS t ON t.recording = v.recording"
        " WHERE v.ticket = ? AND v.seen_at IS NULL AND COALESCE(t.state, '') <> 'empty' ORDER BY v.at, v.recording",
        (ticket,),
    )
    return [VoicemailRow._make(row) for row in rows]


def seen_to(db: Connection, ticket: str, who: str, now: str) -> None:
    """Somebody has the case, or has heard its messages: nobody else is asked to."""
    db.execute(
        "UPDATE voicemails SET seen_by = ?, seen_at = ? WHERE ticket = ? AND seen_at IS NULL",
        (who, now, ticket),
    )
