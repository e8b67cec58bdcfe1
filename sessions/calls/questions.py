"""The house answers what the engine asks: one function for each question. Look-ups over HTTP are left to a job.

Proofs are counted in the database, so that limits hold over calls, workers and restarts (domain page 0.5, fault list H4). An
unknown subject, a wrong fact and a locked subject cost the same work and get the same words.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.events import Answered
from engine.flow import Source
from engine.phrases import PHRASES
from engine.session import Session
from engine.turn import CheckCode, Choose, LookUp, OpenCase, Prove, Question, SendCode
from sessions import matching
from sessions.calls import choices
from sessions.cases import cases
from sessions.dialogues import texts
from sessions.scene import Scene
from store import audit, limits, lookups, outbox, verification
from store import cases as stored_cases
from store.ids import new_id
from store.times import plus

CODE_SECONDS = 600  # a one-time code is valid for ten minutes (domain page 0.5)


def answer(scene: Scene, question: Question, session: Session) -> Answered | None:
    """The answer for the contact as it stands now, or None when a job will bring it."""
    return HANDLERS[type(question)](replace(scene, session=session), question)


# --- look-ups ---


def look_up(scene: Scene, question: LookUp) -> Answered | None:
    """Ask a table or the cases at once; leave HTTP to a job."""
    source = scene.flow.sources[question.source]
    if question.limit_a_day and _over_limit(scene, question):
        return Answered("limited")
    if source.kind == "cases":
        return _case(scene, question.query)
    if source.kind == "table":
        outcome, row = matching.look(source, question.query, near=question.near)
        return Answered(outcome, dict(row))
    _ask_job(scene, source, question)
    return None


def _over_limit(scene: Scene, question: LookUp) -> bool:
    who = scene.gateway.keyed(
        "lookup", scene.flow.id, question.source, scene.session.contact or scene.session_id
    )
    day = cases.local(scene.flow, scene.now).date().isoformat()
    bucket = f"lookup:{scene.flow.id}:{question.source}"
    return limits.add_and_count(scene.db, bucket, who, day) > question.limit_a_day


def _case(scene: Scene, query: Mapping[str, str]) -> Answered:
    found = stored_cases.find(scene.db, scene.flow.id, query.get("tiket", ""))
    if found is None:
        return Answered("none")
    due = found.due_at or ""
    fields = {
        "tiket": found.ticket,
        "status": cases.status_in_words(found.status, scene.session.language),
        "tanggal": cases.local(scene.flow, due).date().isoformat() if due else "",
        "keadaan": cases.condition(found.status),
    }
    return Answered("found", fields)


def _ask_job(scene: Scene, source: Source, question: LookUp) -> None:
    """A job asks; the contact's next poll (or the reply to the text) finds the answer under this session and turn."""
    pending = lookups.latest(scene.db, scene.session_id)
    if pending is not None and pending.state == "waiting" and pending.source == source.name:
        return
    id = new_id()
    query = json.dumps(dict(question.query), ensure_ascii=False)
    lookups.ask(
        scene.db,
        id=id,
        session_id=scene.session_id,
        turn=scene.session.turn,
        source=source.name,
        query=query,
        at=scene.now,
    )
    payload = {
        "lookup": id,
        "url": source.url,
        "query": dict(question.query),
        "gives": list(source.gives),
        "service": scene.flow.id,
    }
    outbox.put(
        scene.db,
        kind="lookup",
        target=source.name,
        payload=json.dumps(payload, ensure_ascii=False),
        now=scene.now,
        cause=scene.session_id,
    )


# --- proofs ---


def prove(scene: Scene, question: Prove) -> Answered:
    """Do the facts belong to one subject? Locked and limited subjects are checked all the same, and refused."""
    subject, caller = _subject(scene, question.facts), _caller(scene)
    right = _facts_fit(scene, question)
    outcome = verification.attempt(
        scene.db,
        service=scene.flow.id,
        subject_hash=subject,
        caller_hash=caller,
        session_id=scene.session_id,
        right=right,
        now=scene.now,
    ).outcome
    audit.write(
        scene.db,
        at=scene.now,
        who=caller,
        action=f"verify_{question.level}_{outcome}",
        subject=subject,
        detail=json.dumps({"session": scene.session_id}),
    )
    return Answered({"right": "ok", "wrong": "wrong"}.get(outcome, "locked"))


def _facts_fit(scene: Scene, question: Prove) -> bool:
    if question.subject == "cases":
        return _ticket_fits(scene, question.facts)
    row = _row(scene, question.subject, question.facts)
    given = list(question.facts.items())[1:]
    fits = [same(fact, value, (row or {}).get(fact, "")) for fact, value in given]
    return row is not None and all(fits)


def _ticket_fits(scene: Scene, facts: Mapping[str, str]) -> bool:
    found = stored_cases.find(scene.db, scene.flow.id, facts.get("tiket", ""))
    registered = (found.contact or "") if found else ""
    last = "".join(c for c in registered if c.isdigit())[-4:]
    return hmac.compare_digest(last.encode(), facts.get("nomor_terdaftar", "").encode()) and len(last) == 4


def _row(scene: Scene, table: str, facts: Mapping[str, str]) -> Mapping[str, str] | None:
    first = next(iter(facts))
    return matching.find(scene.flow.sources[table], {first: facts[first]})


def same(fact: str, given: str, kept: str) -> bool:
    """Is this fact right? Compared in a time that does not depend on how much of it is right."""
    if fact == "surel":
        given, kept = given.partition("@")[0].casefold(), kept.partition("@")[0].casefold()
    elif fact == "jalan":
        given, kept = matching.fold(given), matching.fold(kept)
    elif fact in ("nomor_terdaftar",):
        kept = matching.digits(kept)[-4:]
    elif fact == "tanggal_lahir":
        kept = _ddmmyy(kept)
        given = _ddmmyy(given)
    return bool(kept) and hmac.compare_digest(given.encode(), kept.encode())


def _ddmmyy(date: str) -> str:
    """A date of birth as six keys: 1985-03-12, 12-03-1985 and 120385 are 120385."""
    parts = [part for part in date.replace("/", "-").split("-") if part]
    if len(parts) == 3:
        year_first = len(parts[0]) == 4
        year, day = (parts[0], parts[2]) if year_first else (parts[2], parts[0])
        return f"{day:0>2}{parts[1]:0>2}{year[-2:]}"
    digits = matching.digits(date)
    return digits[:4] + digits[-2:] if len(digits) == 8 else digits


def _subject(scene: Scene, facts: Mapping[str, str]) -> str:
    return scene.gateway.keyed("subject", scene.flow.id, next(iter(facts.values()), ""))


def _caller(scene: Scene) -> str:
    return scene.gateway.keyed("caller", scene.session.contact or scene.session_id)


def send_code(scene: Scene, question: SendCode) -> Answered:
    """Text a code to the number on file, never to the one that calls."""
    row = _row(scene, question.subject, question.facts)
    number = (row or {}).get("ponsel", "")
    if not number:
        return Answered("failed")
    code = verification.new_code()
    verification.issue_code(
        scene.db,
        session_id=scene.session_id,
        subject_hash=_subject(scene, question.facts),
        code_hash=_code_hash(scene, code),
        expires_at=plus(scene.now, CODE_SECONDS),
    )
    language = scene.session.language
    words = (scene.flow.phrases.get("code_text") or PHRASES["code_text"]).get(
        language, PHRASES["code_text"]["en"]
    )
    sent = texts.send(
        scene.gateway,
        scene.db,
        scene.flow,
        to=number,
        body=words.replace("{kode}", code),
        template="code",
        cause=scene.session_id,
        now=scene.now,
    )
    return Answered("sent" if sent else "failed")


def check_code(scene: Scene, question: CheckCode) -> Answered:
    """Three tries within ten minutes."""
    outcome = verification.try_code(
        scene.db,
        session_id=scene.session_id,
        subject_hash=_subject(scene, question.facts),
        code_hash=_code_hash(scene, question.code),
        now=scene.now,
    )
    return Answered({"right": "ok", "wrong": "wrong"}.get(outcome, "locked"))


def _code_hash(scene: Scene, code: str) -> str:
    return scene.gateway.keyed("code", scene.session_id, hashlib.sha256(code.encode()).hexdigest())


# --- cases ---


def open_case(scene: Scene, question: OpenCase) -> Answered:
    """Open the contact's case, or join the one that is open."""
    ticket = cases.open_or_join(
        scene.gateway,
        scene.db,
        scene.flow,
        scene.session_id,
        scene.session,
        question.fields,
        status=question.status,
        note=question.note,
        now=scene.now,
    )
    return Answered("opened", {"tiket": ticket})


HANDLERS: dict[type, Callable[[Scene, Any], Answered | None]] = {
    LookUp: look_up,
    Prove: prove,
    SendCode: send_code,
    CheckCode: check_code,
    OpenCase: open_case,
    Choose: choices.ask,
}
