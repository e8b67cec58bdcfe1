"""What was recorded: words that seek in the sound, the sound with a tone for what is masked, and both as they were for a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wsgi import FileWrapper

from desk.access import HEAR, OPEN, may
from sessions.cases import case_desk, records
from sessions.cases.case_rows import case_of
from sessions.cases.records import Person, Refused
from sessions.gateway import Gateway
from sessions.translations import in_language
from store import recordings, transcripts
from store.cases import CaseRow
from store.transcripts import TranscriptRow
from store.vault import VaultFault
from web.tools import Tools
from web.words import language
from web.work.person import required

Page = str | tuple[str, int] | Response
UNSURE = "low"  # the label of a line that should be listened to (jobs/wording.py)
_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}


@dataclass(frozen=True)
class Line:
    """One line of a transcript. ``words`` are (where in the sound, word): reckoned from where the line begins and ends."""

    start: float
    leg: int
    unsure: bool
    words: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Told:
    """One recording as it stands on the page of its case. ``sound``: is there a copy that this person may hear at once?"""

    sid: str
    at: str
    seconds: int
    state: str
    sound: bool
    may_open: bool
    may_hear: bool
    lines: tuple[Line, ...]
    text: str
    corrected_by: str
    confidence: str
    legs: bool


def register(routes: Blueprint, gateway: Gateway, tools: Tools) -> None:
    """/work/recordings/RE…"""

    @routes.get("/recordings/<sid>/sound", endpoint="sound")
    def sound(sid: str) -> Response:
        person, row = required(gateway), transcript_of(gateway, sid)
        try:
            return audio(records.sound(gateway, person, row), "wav")
        except (Refused, VaultFault):
            abort(404)

    @routes.post("/recordings/<sid>/hear", endpoint="hear")
    def hear(sid: str) -> Response:
        person, found = required(gateway), recordings.load(gateway.store.read(), sid)
        if found is None:
            abort(404)
        try:
            file = records.original_sound(gateway, person, sid, request.form.get("reason", ""))
        except (Refused, VaultFault) as fault:
            return Response(
                in_language(str(fault), language()), 422, content_type="text/plain; charset=utf-8"
            )
        return audio(file, found.format or "wav")

    @routes.post("/recordings/<sid>/words", endpoint="words")
    def words(sid: str) -> Page:
        person, row = required(gateway), transcript_of(gateway, sid)
        try:
            shown = records.show(gateway, person, row, original=True, reason=request.form.get("reason", ""))
        except (Refused, VaultFault) as fault:
            return render_template("work/words.html", row=row, fault=str(fault)), 422
        return render_template("work/words.html", row=row, original=shown.original, fault="")

    @routes.post("/recordings/<sid>/correct", endpoint="correct")
    def correct(sid: str) -> Page:
        person, row = required(gateway), transcript_of(gateway, sid)
        written = request.form.get("text", "")
        try:
            records.correct(gateway, person, row, written, tools.understanding)
        except (Refused, VaultFault, ValueError) as fault:
            return render_template("work/words.html", row=row, written=written, fault=str(fault)), 422
        there = (
            url_for("work.case", ticket=row.ticket, done="corrected") if row.ticket else url_for("work.inbox")
        )
        return redirect(there, 303)


def of_case(gateway: Gateway, person: Person, row: CaseRow) -> list[Told]:
    """The recordings of a case as this person may see and hear them."""
    matter, db = case_of(row).matter, gateway.store.read()
    may_open, may_hear = may(person.asker, matter, OPEN).ok, may(person.asker, matter, HEAR).ok
    found = []
    for one in case_desk.recorded(db, row):
        kept, written = one.row, one.transcript
        lines = lines_of(written) if written is not None else ()
        found.append(
            Told(
                sid=kept.sid, at=kept.created_at, seconds=kept.duration or 0,
                state=one.work.state if one.work is not None else kept.state,
                sound=written is not None and bool(kept.file) and transcripts.for_everybody(written),
                may_open=may_open and written is not None, may_hear=may_hear and bool(kept.file), lines=lines,
                text=written.masked if written is not None else "",
                corrected_by=(written.corrected_by or "") if written is not None else "",
                confidence=written.confidence if written is not None else "",
                legs=len({line.leg for line in lines}) > 1,
            )
        )  # fmt: skip
    return found


def lines_of(row: TranscriptRow) -> tuple[Line, ...]:
    """The masked lines with a place in the sound for each word. A text that a person wrote has no places."""
    return tuple(
        Line(each["start"], each["leg"], each["label"] == UNSURE, _placed(each))
        for each in json.loads(row.lines)
    )


def _placed(line: dict[str, Any]) -> tuple[tuple[float, str], ...]:
    """Each word where it stands by its share of the line: the words' own times are sealed with what was heard."""
    text, start, end = line["text"], line["start"], line["end"]
    placed, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        placed.append((round(start + (end - start) * at / max(len(text), 1), 2), word))
        at += len(word)
    return tuple(placed)


def transcript_of(gateway: Gateway, sid: str) -> TranscriptRow:
    """What was written down of a recording; 404 for none."""
    row = transcripts.load(gateway.store.read(), sid)
    return row if row is not None else abort(404)


def audio(file: BinaryIO, format: str) -> Response:
    """A sound in which the browser may seek; it is kept nowhere."""
    size = file.seek(0, 2)
    file.seek(0)
    answer = Response(
        FileWrapper(file),
        content_type=_TYPES.get(format, "application/octet-stream"),
        direct_passthrough=True,
    )
    answer.call_on_close(file.close)
    return answer.make_conditional(request, accept_ranges=True, complete_length=size)
