"""A gateway on a real database with a service made for the test, a caller without a telephone, and what callers leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import store
from app import ROOT, open_gateway
from engine.events import Event
from sessions.calls import turns
from sessions.gateway import Gateway
from sessions.services import Folder, publish
from settings import load
from store import audit, recordings, sessions, transcripts

NOW = "2026-03-11T03:15:00.000Z"
# The gateway's clock begins at NOW, give or take a second: what is to be due at once was due before.
EARLIER, LATER = "2026-03-11T03:00:00.000Z", "2099-01-01T00:00:00.000Z"


def silent(flow, turn, session_id) -> str:
    """What a channel answers matters nothing here."""
    return ""


class Caller:
    """A call to the one service of the gateway: ``hear`` gives the next event."""

    def __init__(self, gateway: Gateway, call: str, contact: str = "+6281234567890") -> None:
        self.gateway, self.call = gateway, call
        flow = gateway.services.services()[0]
        arrival = turns.Arrival(call, flow, flow.voice_numbers[0], contact, True, "131")
        turns.begin_call(gateway, arrival, silent)

    def hear(self, *events: Event) -> "Caller":
        for event in events:
            turn = turn_of(self.gateway, self.call)
            turns.take_turn(self.gateway, self.call, turn, event, silent)
        return self


def turn_of(gateway: Gateway, call: str) -> int:
    row = sessions.load(gateway.store.read(), call)
    assert row is not None
    return row.turn


def fetched(gateway: Gateway, sid: str, sound: bytes, *, owed: bool = True) -> None:
    """The recording's sound is here, as the job that fetches leaves it."""
    with gateway.store.write() as db:
        recordings.note(db, sid, at=NOW, status="completed")
        found = recordings.claim(db, now=LATER, owner="fetch", limit=100)
        file = next(row.file for row, _ in found if row.sid == sid)
    gateway.vault.put(file, sound)
    with gateway.store.write() as db:
        recordings.keep(
            db, sid, owner="fetch", now=NOW, file=file, size=len(sound), sha256="0" * 64, format="wav"
        )  # fmt: skip
        if owed:
            transcripts.owe(db, sid, now=EARLIER)


@pytest.fixture
def gateway_of(tmp_path: Path) -> Iterator:
    """A function: the gateway of an installation whose only service has this flow.yaml."""
    opened: list[Gateway] = []

    def make(flow: str, texts: str = "", desk: str = "") -> Gateway:
        settings = load(
            {"INSTANCE": str(tmp_path / "instance"), "CLOCK": "2026-03-11T10:15+07:00"},
            ROOT,
            make_credentials=True,
        )
        made = store.connect(settings.database, audit_key=audit.key_of(settings.secret_key))
        given = {"flow.yaml": flow, "texts.yaml": texts, "desk.yaml": desk}
        files = {name: content.encode() for name, content in given.items() if content}
        publish(made, [Folder("contoh", files, {})], NOW)
        made.close()
        opened.append(open_gateway(settings))
        return opened[-1]

    yield make
    for gateway in opened:
        gateway.close()
