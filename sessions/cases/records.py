"""What was written down, for people: shown, opened with a reason, corrected, searched for. Every door asks desk.access.

Masked words are for everybody who may see the case. The words as they were heard are opened with a reason, and the
audit keeps who, when and why; what was refused is kept there too.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from desk import redaction
from desk.access import CORRECT, HEAR, OPEN, SEARCH, SECRET, SEE, Asker, Decision, Matter, may
from sessions.gateway import Gateway
from sessions.voicemails import voicemails
from sessions.voicemails.voicemails import Understanding
from store import audit, recordings, search, transcripts
from store import cases as stored
from store.ids import new_id
from store.library import Connection
from store.recordings import RecordingRow
from store.search import Hit
from store.times import text
from store.transcripts import Correction, TranscriptRow

LEAST_REASON = 8  # characters: "tes" tells nobody anything a year later
NOT_HERE = "its sound is not here"
MOST_TEXT = 20_000  # characters of a correction; a message of two minutes has 2,000


class Refused(Exception):
    """This asker may not, or has not said why. The text is for a person."""


@dataclass(frozen=True)
class Person:
    """Who does it, for the audit, and in which role."""

    name: str
    asker: Asker


@dataclass(frozen=True)
class Shown:
    """A transcript as this person may see it. ``original`` is None unless it was opened."""

    row: TranscriptRow
    original: str | None = None


def matter_of(db: Connection, ticket: str | None, service: str) -> Matter:
    """Class and unit as the case has them now; a recording without a case is nobody's yet."""
    case = stored.load(db, ticket) if ticket else None
    if case is None:
        return Matter(service)
    return Matter(case.service, case.classification or "", case.unit or "")


def of(gateway: Gateway, subject: str) -> list[TranscriptRow]:
    """The transcripts of a recording or of a ticket; [] when there are none."""
    db = gateway.store.read()
    row = transcripts.load(db, subject)
    return [row] if row else transcripts.of_ticket(db, subject)


def show(
    gateway: Gateway, person: Person, row: TranscriptRow, *, original: bool = False, reason: str = ""
) -> Shown:
    """Masked, or with ``original`` the words as they were heard or corrected. Raises Refused, VaultFault."""
    action = OPEN if original else SEE
    require(gateway, person, row, action, reason)
    return Shown(row, _original(gateway, row) if original else None)


def require(gateway: Gateway, person: Person, row: TranscriptRow, action: str, reason: str = "") -> None:
    """Goes on if this person may. What is sealed, and every refusal, leaves a line in the audit first."""
    matter = matter_of(gateway.store.read(), row.ticket, row.service)
    _require(gateway, person, row.recording, matter, action, reason)


def _require(
    gateway: Gateway, person: Person, recording: str, matter: Matter, action: str, reason: str
) -> None:  # fmt: skip
    reason = " ".join(reason.split())
    decision = may(person.asker, matter, action)
    fault = _fault(decision, reason)
    if fault or decision.needs_reason:
        told = {"reason": reason, "role": person.asker.role, "unit": person.asker.unit, "refused": fault}
        with gateway.store.write() as db:
            audit.write(
                db,
                at=text(gateway.clock()),
                who=person.name,
                action=f"transcript_{action}{'_refused' if fault else ''}",
                subject=recording,
                detail=_json(told),
            )
    if fault:
        raise Refused(fault)


def _json(told: dict[str, str]) -> str:
    """Without what is empty."""
    return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False)


def _fault(decision: Decision, reason: str) -> str:
    if not decision.ok:
        return decision.why
    if decision.needs_reason and len(reason) < LEAST_REASON:
        return f"a reason of {LEAST_REASON} characters or more is needed: who reads it later must understand"
    return ""


def _original(gateway: Gateway, row: TranscriptRow) -> str:
    """What a person last wrote of the original, else what the machine heard, and below it as one writes it."""
    for correction in reversed(transcripts.corrections(gateway.store.read(), row.recording)):
        if correction.basis == "original":
            return str(json.loads(gateway.vault.read(correction.sealed))["after"])
    heard = json.loads(gateway.vault.read(row.sealed))
    return (
        f"{heard['text']}\n\n{heard['reading']}" if heard["reading"] != heard["text"] else str(heard["text"])
    )


def sound(
    gateway: Gateway, person: Person, row: TranscriptRow, *, original: bool = False, reason: str = ""
) -> BinaryIO:
    """What was recorded, to be read and closed: with a tone for what is masked, or as it was. Raises Refused, VaultFault."""
    if original:
        require(gateway, person, row, HEAR, reason)
        return _recorded(gateway, row)
    require(gateway, person, row, SEE)
    if row.bleeped:
        return gateway.vault.open(row.bleeped)
    if not transcripts.for_everybody(row):
        raise Refused("there is no copy that everybody may hear: the original needs --original and a reason")
    return _recorded(gateway, row)


def _recorded(gateway: Gateway, row: TranscriptRow) -> BinaryIO:
    recording = recordings.load(gateway.store.read(), row.recording)
    if recording is None:
        raise Refused(NOT_HERE)
    return _plain(gateway, recording)


def _plain(gateway: Gateway, recording: RecordingRow) -> BinaryIO:
    if not recording.file:
        raise Refused(NOT_HERE)
    return gateway.vault.open(recording.file)


def for_telephone(gateway: Gateway, db: Connection, asker: Asker, recording: str) -> str:
    """What of a message may be played to this agent on a telephone: SEE the masked copy, HEAR the sound as it was, '' nothing.

    Of what is RAHASIA nothing: no word of it leaves the house (decision 0024). As it was only where there is no masked copy.
    """
    found = recordings.load(db, recording)
    if found is None:
        return ""
    matter, row = matter_of_recording(gateway, db, found), transcripts.load(db, recording)
    if matter.classification == SECRET:
        return ""
    if row is not None and transcripts.for_everybody(row) and may(asker, matter, SEE).ok:
        return SEE
    return HEAR if may(asker, matter, HEAR).ok else ""


def played(gateway: Gateway, person: Person, recording: str, reason: str) -> BinaryIO:
    """The sound of a message for a telephone, to be read and closed. Raises Refused, VaultFault; sealed sound is audited."""
    db = gateway.store.read()
    found, row = recordings.load(db, recording), transcripts.load(db, recording)
    how = for_telephone(gateway, db, person.asker, recording)
    if found is None or not how:
        raise Refused("this message is not played on a telephone")
    if how == SEE and row is not None:
        return sound(gateway, person, row)
    _require(gateway, person, recording, matter_of_recording(gateway, db, found), HEAR, reason)
    return _plain(gateway, found)


def matter_of_recording(gateway: Gateway, db: Connection, recording: RecordingRow) -> Matter:
    """Whose a recording is, written down or not."""
    found = voicemails.origin(gateway, db, recording)
    return matter_of(db, found.ticket, found.service)


def original_sound(gateway: Gateway, person: Person, recording: str, reason: str) -> BinaryIO:
    """A recording as it was, written down or not, to be read and closed. Raises Refused, VaultFault; the audit keeps both ways."""
    db = gateway.store.read()
    found = recordings.load(db, recording)
    if found is None:
        raise Refused(NOT_HERE)
    _require(gateway, person, recording, matter_of_recording(gateway, db, found), HEAR, reason)
    return _plain(gateway, found)


# -- correcting


def correct(
    gateway: Gateway, person: Person, row: TranscriptRow, written: str, how: Understanding, *,
    original: bool = False, reason: str = "",
) -> TranscriptRow:  # fmt: skip
    """A person's version takes the machine's place; both are kept, sealed. Gives the transcript as it is shown now.

    It is masked like any other text. Raises Refused, VaultFault, and ValueError for a text that is none.
    """
    written = written.strip()
    if not written or len(written) > MOST_TEXT:
        raise ValueError(f"a correction has 1 to {MOST_TEXT:,} characters, this one {len(written):,}")
    require(gateway, person, row, CORRECT)
    before = show(gateway, person, row, original=original, reason=reason).original or row.masked
    masked = redaction.mask(written)
    correction = _sealed(gateway, person, row, "original" if original else "masked", before, written, masked)
    hidden = Counter(span.kind for span in redaction.find(written))
    now = correction.at
    with gateway.store.write() as db:
        shown = transcripts.correct(db, row, correction, masked=masked, hidden=json.dumps(hidden))
        recording = recordings.load(db, row.recording)
        search.put_transcript(db, shown, recording.session_id if recording else None, now)
        if row.ticket:
            flow = gateway.services.current(row.service)
            voicemails.corrected(db, row.ticket, flow, written, row.language, how, who=person.name, now=now)
    return shown


def _sealed(
    gateway: Gateway, person: Person, row: TranscriptRow, basis: str, before: str, after: str, masked: str
) -> Correction:  # fmt: skip
    """The correction, with its two texts in the vault."""
    id = new_id()
    name = f"{row.recording}-{id}.json"
    said = {"before": before, "after": after, "language": row.language, "basis": basis}
    gateway.vault.put(name, json.dumps(said, ensure_ascii=False).encode())
    new_words = json.dumps(sorted(_words(masked) - _words(before)), ensure_ascii=False)
    now = text(gateway.clock())
    return Correction(id, row.recording, row.service, row.language, now, person.name, basis, name, new_words)


def _words(said: str) -> set[str]:
    """Words of three letters or more, small; what holds a figure, a mask or a mark is none."""
    return {word.casefold() for word in re.findall(r"(?<![\w*@.\[-])[^\W\d_]{3,}(?![\w*@\]])", said)}


# -- searching


def find(gateway: Gateway, person: Person, words: str, limit: int = 50) -> list[Hit]:
    """What this person may see among everything with these words, best first. The audit keeps that it was looked for."""
    told = {"words": redaction.mask(words), "role": person.asker.role, "unit": person.asker.unit}
    with gateway.store.write() as db:
        now = text(gateway.clock())
        audit.write(db, at=now, who=person.name, action="searched", subject="search", detail=_json(told))
    return list(islice(_allowed(gateway, person, words), limit))


def _allowed(gateway: Gateway, person: Person, words: str) -> Iterator[Hit]:
    """Hits that may be seen; that there are others is not told."""
    for hit in search.find(gateway.store.read(), words):
        matter = Matter(hit.service or "", hit.classification or "", hit.unit or "")
        if may(person.asker, matter, SEARCH).ok:
            yield hit


def index_what_changed(gateway: Gateway, most: int = 500) -> int:
    """Notes and texts that were written lately, masked, into the index; how many."""
    found = search.unindexed(gateway.store.read(), most)
    if found:
        masked = [redaction.mask(each.body) for each in found]
        with gateway.store.write() as db:
            for each, body in zip(found, masked, strict=True):
                search.index(db, each, body)
    return len(found)
