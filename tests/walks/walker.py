"""One path of a walk: a call from dialling to its last key, on the terminal telephone, over HTTP. And what must be true of it."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carrier.phone import Call, Phone, PhoneError
from engine.flow import Flow, Queue
from engine.phrases import PHRASES
from scenarios.wire import tone
from sessions.services import read_folders
from store.library import sqlite3
from tests.walks.choices import (
    CUT,
    EMPTY,
    LEFT,
    SHORT,
    SILENCE,
    Facts,
    Stop,
    choices,
    keyed,
    offered_in_words,
    stop_of,
)
from tests.walks.documents import Documents, lint_of_the_vendor

Path_ = tuple[str, ...]  # choices from dialling on

# How a path can end well, and where it may stand when its keys are spent.
ENDINGS = ("goodbye", "call-back promised", "message left", "in a person's queue", "still asking")
TAXPAYERS = (
    20_000  # rows added to the copy of the reference table: each may prove itself five times in an hour
)
_PATIENCE = 10.0


@dataclass(frozen=True)
class Outfit:
    """What a walker takes along: the house it walks in, the service, and how its telephone shows itself."""

    emulator_url: str
    database: str
    flows: str
    service: str
    withheld: bool = False
    lint: bool = True


@dataclass
class Walked:
    """What one call found. ``state`` is the session without what differs from call to call; ``trail`` its way back."""

    path: Path_
    state: str = ""
    trail: tuple[str, ...] = ()
    choices: Path_ = ()
    step: str = ""
    ending: str = ""
    faults: list[str] = field(default_factory=list)
    documents: int = 0
    names: frozenset[str] = frozenset()
    presses: int = 0


def npwp_of(serial: int) -> str:
    """A tax number that add_taxpayers wrote."""
    return f"7{serial % TAXPAYERS:014}"


def add_taxpayers(flows: Path) -> None:
    """Give every service with a table of taxpayers so many more that no walk runs into the limits of one of them."""
    for table in flows.glob("*/data/wajib_pajak.csv"):
        first, *_ = table.read_text().splitlines()
        known = {"tanggal_lahir": "1985-03-12", "surel": "budi", "jalan": "Jalan Contoh"}
        with table.open("a") as out:
            for serial in range(TAXPAYERS):
                row = {"npwp": npwp_of(serial), **known}
                out.write(",".join(row.get(name, "contoh") for name in first.split(",")) + "\n")


class Walker:
    """Walks paths, one call for each. One in every process."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        folders = {folder.id: folder for folder in read_folders(Path(outfit.flows))}
        self.flow: Flow = folders[outfit.service].load()
        self._documents = Documents(lint_of_the_vendor() if outfit.lint else None)
        self._db = sqlite3.connect(f"file:{outfit.database}?mode=ro", uri=True, timeout=10)

    def close(self) -> None:
        self._db.close()

    def walk(self, path: Path_, serial: int) -> Walked:
        """Dial, do what the path says, look, hang up."""
        found = Walked(path)
        number = "anonymous" if self._outfit.withheld else f"+62899{serial:08}"
        facts = self._facts(path, serial)
        try:
            call = Phone(self._outfit.emulator_url, number).dial(self.flow.voice_numbers[0].spelling)
            self._act(call, path, facts, found)
            self._look(call, facts, found)
        except (PhoneError, LookupError, ConnectionError) as broken:
            found.faults.append(f"the walk broke off: {broken!r}")
        return found

    # --- what the caller knows ---

    def _facts(self, path: Path_, serial: int) -> Facts:
        """A caller who is going to enter a case's number has a case: opened by text, from another telephone."""
        npwp = npwp_of(serial)
        if not any(choice == "<ticket>" for choice in path):
            return Facts(npwp=npwp)
        owner = f"+62898{serial:08}"
        keyword = next(
            name
            for name, spec in self.flow.keywords.items()
            if isinstance(self.flow.steps.get(spec.then.to), Queue)
        )
        Phone(self._outfit.emulator_url, owner).text(self.flow.text_numbers[0].spelling, f"{keyword} contoh")
        ((ticket,),) = self._eventually("SELECT ticket FROM cases WHERE contact = ?", owner)
        return Facts(ticket="".join(c for c in ticket if c.isdigit()), last4=owner[-4:], npwp=npwp)

    # --- walking ---

    def _act(self, call: Call, path: Path_, facts: Facts, found: Walked) -> None:
        self._hear(call, found)
        for done, choice in enumerate(path, 1):
            stop = self._stop(call)
            if stop.state == "ended":
                raise LookupError(f"the call was over after {done - 1} of {len(path)} keys")
            self._do(call, stop, choice, facts)
            found.presses += 1
            self._hear(call, found)
            if choice in stop.session.get("options", ()) and self._no_match(call, stop):
                found.faults.append(f"key {choice} is offered and answered with 'not available'")
            if not call.heard and choice != CUT:
                found.faults.append(f"silence after {choice} at {stop.session.get('step')}")

    def _do(self, call: Call, stop: Stop, choice: str, facts: Facts) -> None:
        if choice == SILENCE:
            call.silence()
        elif choice in (LEFT, CUT):
            call.record(tone(3), ended_by="hangup" if choice == CUT else "")
        elif choice == SHORT:
            call.record(tone(1))
        else:
            call.press(keyed(choice, stop, facts))

    def _no_match(self, call: Call, stop: Stop) -> bool:
        phrase = self.flow.phrases.get("no_match") or PHRASES["no_match"]
        return any(phrase.get(stop.session["language"], "?") in heard.text for heard in call.heard)

    def _hear(self, call: Call, found: Walked) -> None:
        """What must be true of everything heard since the last key."""
        sorry = PHRASES["sorry"].values()
        for heard in call.heard:
            if any(words in heard.text for words in sorry):
                found.faults.append("the emergency's apology")
            if heard.kind == "carrier":
                found.faults.append(f"the carrier itself spoke: {heard.text}")
            if heard.kind == "say" and re.search(r"[{}]", heard.text):
                found.faults.append(f"a brace is spoken: {heard.text[:80]}")

    # --- looking ---

    def _look(self, call: Call, facts: Facts, found: Walked) -> None:
        """The end of the path: where the call is, and whether all of it was right."""
        found.faults += [f"alert {alert['error_code']}: {alert['alert_text']}" for alert in call.alerts]
        names = []
        for document in call.documents:
            name, faults = self._documents.check(document)
            names.append(name)
            found.faults += faults
        found.documents, found.names = len(names), frozenset(names)
        stop = self._stop(call)
        said = " ".join(heard.text for heard in call.heard if heard.kind == "say")
        found.step = str(stop.session.get("step", ""))
        found.choices = choices(self.flow, stop, said)
        self._keys_in_words(stop, said, found)
        found.state, found.trail = _without_chance(stop.session, facts, call)
        found.ending = self._ending(call, stop)
        if not found.ending:
            found.faults.append(
                f"no good end: {call.state} by {call.ended_by or 'nobody'} at {stop.session.get('step')}"
            )
        if call.state != "ended":
            call.hang_up()

    def _keys_in_words(self, stop: Stop, said: str, found: Walked) -> None:
        if not stop.session.get("options") or stop.session.get("answer"):
            return
        taken = set(stop.session["options"])
        untaken = [key for key in offered_in_words(said) if key not in taken]
        if untaken:
            found.faults.append(f"said and not taken at {stop.session['step']}: {' '.join(untaken)}")

    def _ending(self, call: Call, stop: Stop) -> str:
        """One of ENDINGS; '' when the path has come to no good end."""
        said = {heard.text for heard in call.transcript}
        if call.state == "ended":
            if call.ended_by == "caller":
                return "message left" if self._kept(call) else ""
            if not stop.session.get("ended") == "goodbye" or not call.transcript:
                return ""
            if self._said("callback_ok", said):
                return "call-back promised"
            return "message left" if self._kept(call, now=True) else "goodbye"
        if stop.waits_for_people:
            return "in a person's queue"
        return "still asking" if stop.asks and found_question(call) else ""

    def _said(self, phrase: str, said: set[str]) -> bool:
        begin = {
            words.partition("{")[0] for words in (self.flow.phrases.get(phrase) or PHRASES[phrase]).values()
        }
        return any(text.startswith(tuple(begin)) for text in said)

    def _kept(self, call: Call, *, now: bool = False) -> bool:
        """Did what was spoken become a message for people?"""
        sql = "SELECT 1 FROM recordings WHERE session_id = ? AND step IS NOT NULL"
        rows = self._db.execute(sql, (call.sid,)).fetchall() if now else self._eventually(sql, call.sid)
        return bool(rows)

    def _stop(self, call: Call) -> Stop:
        row = self._db.execute("SELECT state FROM sessions WHERE id = ?", (call.sid,)).fetchone()
        if row is None:
            raise LookupError("the call has no session")
        return stop_of(self.flow, call.state, json.loads(row[0]))

    def _eventually(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        deadline = time.monotonic() + _PATIENCE
        while not (rows := self._db.execute(sql, values).fetchall()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return rows


def found_question(call: Call) -> bool:
    """Were there words (not only music) before the question that the call rests at?"""
    return any(heard.kind in ("say", "play") and heard.text for heard in call.heard)


_CHANCE = ("turn", "visits", "waiting_since", "history", "recording", "recorded_seconds", "contact")
_CASE = re.compile(r"\b[A-Z]{2,8}-\d{8}-\d{4,}\b")


def _without_chance(session: Mapping[str, Any], facts: Facts, call: Call) -> tuple[str, tuple[str, ...]]:
    """The session as it decides what comes next: numbers of this call and counters left out, the way back apart."""
    kept = {name: value for name, value in session.items() if name not in _CHANCE}
    text = json.dumps({**kept, "rests": call.state}, sort_keys=True)
    for mine, name in ((facts.ticket, "<ticket>"), (facts.npwp, "<npwp>"), (call.from_, "<phone>")):
        if mine:
            text = text.replace(mine, name)
    return _CASE.sub("<case>", text), tuple(session.get("history", ()))


__all__ = ["EMPTY", "ENDINGS", "Outfit", "Walked", "Walker", "add_taxpayers"]
