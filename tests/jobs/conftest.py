"""A worker on a real database, against a carrier over real HTTP, on a clock that runs as fast as a test
needs.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import store
from carrier.client import Carrier
from carrier.guard import Rules
from jobs import sweeps, worker
from jobs.plan import Plan
from store import outbox, times
from tests.carrier.stub import Answer, stub
from tests.gateways import gateway_of

__all__ = ["gateway_of"]

ACCOUNT = "AC" + "1" * 32
ALERTS = "/v1/Alerts"
OURS, THEIRS = "+62150131", "+6281234567890"


class Clock:
    """Time that passes ``speed`` times as fast; ``skip`` jumps ahead."""

    def __init__(self, speed=1.0):
        self.speed, self._began, self._ahead = speed, time.monotonic(), timedelta()
        self._start = datetime.now(UTC)

    def __call__(self):
        passed = timedelta(seconds=(time.monotonic() - self._began) * self.speed)
        return self._start + passed + self._ahead

    def skip(self, seconds):
        self._ahead += timedelta(seconds=seconds)


class Ledger:
    """A carrier that keeps what it accepted and shows it in its lists.

    ``weather`` gives the next fault, or "".
    """

    def __init__(self, weather=lambda arrival: ""):
        self.weather = weather
        self.ours = ""  # how the carrier writes our number, if otherwise than we do
        self.texts, self.calls = [], []

    def __call__(self, arrival):
        kept, name = (self.texts, "messages") if "/Messages" in arrival.path else (self.calls, "calls")
        if arrival.method == "GET" and arrival.path.endswith(f"/Accounts/{ACCOUNT}.json"):
            return Answer(200, {"sid": ACCOUNT, "status": "active"})
        if arrival.method == "GET":
            wanted = {key.lower(): value[0] for key, value in arrival.query.items()}
            shown = [each for each in kept if each.get("to") == wanted.get("to")]
            return Answer(200, {name: shown[::-1], "next_page_uri": None})
        weather = self.weather(arrival)
        if isinstance(weather, Answer) and not weather.fault:
            return weather
        if weather != "lost":
            kept.append(self._accepted(arrival, "SM" if name == "messages" else "CA", len(kept)))
        if isinstance(weather, Answer):
            return weather
        return Answer(fault="reset") if weather == "lost" else Answer(201, kept[-1])

    def _accepted(self, arrival, prefix, number):
        form = {name.lower(): value for name, value in arrival.form.items()}
        form["from"] = self.ours or form["from"]
        sid = f"{prefix}{number:032x}"
        return {"sid": sid, "status": "queued", "direction": "outbound-api", **form}

    @property
    def bodies(self):
        return [each["body"] for each in self.texts]


class Bench:
    """What a test needs of a worker: put rows, run it until all is settled, look at the rows."""

    def __init__(self, opened, found, clock, **wishes):
        self.store, self.stub, self.clock = opened, found, clock
        carrier = Carrier(ACCOUNT, "t" * 32, found.url, connect=0.5, read=wishes.pop("read", 1.0))
        wished = {"texts_per_second": None, "lease_seconds": 3600.0} | wishes
        self.plan = Plan("https://x.id", Rules(), Rules(), **wished)
        self.tools = worker.tools_for(opened, carrier, self.plan, clock)
        self.worker = None

    def owe(self, kind="sms", target=THEIRS, order=True, **payload):
        if kind == "sms":
            payload = {
                "from": OURS,
                "to": target,
                "body": "Halo",
                "service": "kp",
                "class": "service",
            } | payload
        elif kind == "call":
            payload = {"from": OURS, "to": target, "url": "https://x.id/a"} | payload
        order_key = f"{kind}:{payload.get('to', target)}" if order and kind in ("sms", "call") else None
        with self.store.write() as db:
            return outbox.put(
                db, kind=kind, target=target, payload=json.dumps(payload), now=self.now(), order_key=order_key
            )  # fmt: skip

    def now(self):
        return times.text(self.clock())

    def row(self, id):
        return outbox.load(self.store.read(), id)

    @property
    def arrivals(self):
        """What reached the carrier, but for the worker's asking for alerts."""
        return [each for each in self.stub.arrivals if each.path != ALERTS]

    def states(self):
        return sorted(state for (state,) in self.store.read().execute("SELECT state FROM outbox"))

    @contextmanager
    def running(self, handlers=None, **more):
        self.worker = worker.Worker(self.tools, handlers, sweeps.sweeps(self.tools, **more))
        thread = threading.Thread(target=self.worker.run, daemon=True)
        thread.start()
        try:
            yield self.worker
        finally:
            self.worker.stop()
            thread.join(20)
            assert not thread.is_alive()

    def work(self, seconds=20.0, handlers=None, **more):
        """Runs the worker until nothing is owed any more."""
        with self.running(handlers, **more):
            until(lambda: not self.open_rows(), seconds)

    def open_rows(self):
        return [state for state in self.states() if state in ("queued", "sending", "uncertain")]

    def in_a_hurry(self, chance=0.01):
        self.tools = replace(self.tools, chance=lambda: chance)
        return self


def until(true, seconds=10.0):
    """Waits until it is so; fails the test when it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def opened(tmp_path):
    found = store.connect(tmp_path / "sambung.db")
    yield found
    found.close()


@pytest.fixture
def bench(opened, monkeypatch):
    """A function: a worker on this test's database, against a carrier that answers like this. Clocks of tests run fast, and so
    rows of unknown outcome are looked for more often than once in a real second.
    """
    monkeypatch.setattr(worker, "UNCERTAIN_SECONDS", 0.05)
    with stub(lambda arrival: Answer(500)) as found:

        def make(answer, speed=1.0, alerts=(), **wishes):
            def with_alerts(arrival):
                if arrival.path == ALERTS:
                    return Answer(200, {"alerts": list(alerts), "meta": {"key": "alerts"}})
                return answer(arrival)

            found.answer = with_alerts
            return Bench(opened, found, Clock(speed), **wishes)

        yield make
