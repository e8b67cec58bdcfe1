"""A gateway on a real database with a service made for the test, and a caller who talks to it without a telephone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import store
from app import ROOT, open_gateway
from engine.events import Event
from sessions import turns
from sessions.gateway import Gateway
from sessions.services import Folder, publish
from settings import load

NOW = "2026-03-11T03:15:00.000Z"


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
            turn = store_turn(self.gateway, self.call)
            turns.take_turn(self.gateway, self.call, turn, event, silent)
        return self


def store_turn(gateway: Gateway, call: str) -> int:
    from store import sessions

    row = sessions.load(gateway.store.read(), call)
    assert row is not None
    return row.turn


@pytest.fixture
def gateway_of(tmp_path: Path) -> Iterator:
    """A function: the gateway of an installation whose only service has this flow.yaml."""
    opened: list[Gateway] = []

    def make(flow: str, texts: str = "") -> Gateway:
        settings = load(
            {"INSTANCE": str(tmp_path / "instance"), "CLOCK": "2026-03-11T10:15+07:00"},
            ROOT,
            make_credentials=True,
        )
        made = store.connect(settings.database)
        files = {"flow.yaml": flow.encode(), **({"texts.yaml": texts.encode()} if texts else {})}
        publish(made, [Folder("contoh", files, {})], NOW)
        made.close()
        opened.append(open_gateway(settings))
        return opened[-1]

    yield make
    for gateway in opened:
        gateway.store.close()
