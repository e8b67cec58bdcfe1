"""A whole gateway for one test, in this process: webhooks over HTTP, signatures, SQLite file, job worker, carrier emulator.

What `python app.py run` starts as processes are threads here, so that all of them share a clock that the test moves. The
composition root gives what only it may put together (Parts).
"""

from __future__ import annotations

import json
import logging
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

import store
from carrier.emulator import numbers as service_numbers
from carrier.emulator.calls import Call
from carrier.emulator.exchange import Exchange
from carrier.emulator.server import Server
from engine.flow import Flow
from engine.numbers import contact_key
from jobs.worker import Worker
from scenarios.script import CaseStands
from scenarios.systems import Systems, answering
from sessions.gateway import Gateway
from sessions.moments import zone_of
from sessions.services import COMMON, Folder
from store import audit, cases, flows, outbox, timers
from store.times import text

SETTLE_SECONDS = 15.0
PORTS = 20_000, 32_000
LOOK_SECONDS = 0.005
QUIET = 5  # looks in a row at which nothing was owed
ENVIRON = {
    "BIND": "127.0.0.1", "SPEECH": "no", "MENU_SPEECH": "carrier", "SMS_PER_HOUR": "100000", "SMS_PER_DAY": "1000000",
    "SMS_PREFIX_PER_HOUR": "1000000", "LOG_LEVEL": "ERROR",
}  # fmt: skip


class Stuck(Exception):
    """The gateway does not come to rest; the words say what it still owes."""


@dataclass(frozen=True)
class Parts:
    """What app.py and commands/ put together: settings of an environment, the web application, the job worker, numbers."""

    settings: Callable[[Mapping[str, str]], Any]
    create_app: Callable[[Any, Callable[[], datetime]], Any]
    worker_of: Callable[[Gateway], Worker]
    numbers_of: Callable[[list[str], str], list[dict[str, str]]]


class Clock:
    """The moment of a test: it stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Running:
    """A gateway that answers. ``emulator_url``: where telephones are."""

    gateway: Gateway
    exchange: Exchange
    emulator_url: str
    clock: Clock
    systems: Systems

    def settle(self) -> None:
        """Wait until all that is due now is done. Raises Stuck."""
        end, quiet = time.monotonic() + SETTLE_SECONDS, 0
        while quiet < QUIET:
            self.exchange.texts.settle(1.0)
            self.exchange.webhooks.settle(1.0)
            owed = self._owed()
            quiet = 0 if owed else quiet + 1
            if time.monotonic() > end:
                raise Stuck(f"the gateway still owes {owed} after {SETTLE_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)

    def case_stands(self, flow: Flow, case: CaseStands) -> None:
        """A case of before, as the next of its day."""
        due = datetime.fromisoformat(f"{case.due}T16:00") if case.due else None
        with self.gateway.store.write() as db:
            cases.open_case(
                db,
                prefix=flow.prefix,
                local_date=case.day,
                service=flow.id,
                now=text(self.clock()),
                contact=contact_key(case.contact).key,
                language=flow.language,
                channel="telepon",
                status=case.status,
                due_at=text(due.replace(tzinfo=zone_of(flow.timezone))) if due else None,
            )

    def _owed(self) -> str:
        db, now = self.gateway.store.read(), text(self.clock())
        due = outbox.next_due(db)
        if due is not None and due <= now:
            return "texts or calls"
        if db.execute(
            "SELECT 1 FROM outbox WHERE lease_until IS NOT NULL AND state IN ('queued', 'sending')"
        ).fetchone():
            return "texts or calls under way"
        next_timer = timers.next_at(db)
        if next_timer is not None and next_timer <= now:
            return "timers"
        return "words on a line" if any(map(_busy, list(self.exchange.calls.values()))) else ""


def _busy(call: Call) -> bool:
    """Is something happening on this line just now?"""
    return call.lock.locked() or bool(call.mailbox)


def _hush() -> None:
    """What a gateway tells its operator is nothing to whoever reads what came of a test."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for name in ("sambung", "carrier"):
        quiet = logging.getLogger(name)
        if not quiet.handlers:
            quiet.addHandler(logging.NullHandler())
            quiet.propagate = False


class _Quiet(WSGIRequestHandler):
    """Webhooks are answered over connections that stay; what comes in is not told on the terminal."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def running(folder: Folder, parts: Parts, moment: datetime, *, jobs: bool = True) -> Iterator[Running]:
    """A gateway with this one service, in a folder that is thrown away afterwards. Without ``jobs`` what is owed stays owed."""
    _hush()
    port, emulator_port, systems_port = _free_ports(3)
    with tempfile.TemporaryDirectory(prefix="flow-test-") as place, answering(systems_port) as systems:
        environ = {
            **ENVIRON,
            # One level down: keys and anchors lie beside an instance, and are thrown away with it here.
            "INSTANCE": f"{place}/instance",
            "AUDIO": f"{place}/audio",
            "PORT": str(port),
            "EMULATOR_PORT": str(emulator_port),
            "LOOKUP_HOSTS": systems.host,
        }
        settings = parts.settings(environ)
        clock = Clock(moment)
        made = store.connect(settings.database, audit_key=audit.key_of(settings.secret_key))
        _published(made, systems.asked_by(folder), text(moment))
        made.close()
        exchange = _exchange(folder, settings, parts)
        emulator = Server(("127.0.0.1", emulator_port), exchange)
        app = parts.create_app(settings, clock)
        gateway: Gateway = app.extensions["gateway"]
        web = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        worker = parts.worker_of(gateway)
        threads = _started(emulator, web, *((worker,) if jobs else ()))
        try:
            yield Running(gateway, exchange, f"http://127.0.0.1:{emulator_port}", clock, systems)
        finally:
            worker.stop()
            for server in (web, emulator):
                server.shutdown()
                server.server_close()
            for thread in threads:
                thread.join(10)
            gateway.close()


def _published(made: store.Store, folder: Folder, now: str) -> None:
    """The service is current without having been proved: its tests may be part of that."""
    files = {name: data.decode() for name, data in folder.files.items()}
    files |= {COMMON + name: data.decode() for name, data in folder.common.items()}
    with made.write() as db:
        flows.publish(db, service=folder.id, version=folder.load().version, files=files, at=now)


def _exchange(folder: Folder, settings: Any, parts: Parts) -> Exchange:
    flow = folder.load()
    spellings = dict.fromkeys(number.spelling for number in (*flow.voice_numbers, *flow.text_numbers))
    state = settings.instance / "emulator"
    exchange = Exchange(settings.account_sid, settings.auth_token, Path(state), settings.carrier_api_url)
    for entry in parts.numbers_of(list(spellings), settings.public_url):
        exchange.numbers.put(service_numbers.from_json(json.loads(json.dumps(entry))), keep=False)
    return exchange


def _started(emulator: Server, web: BaseWSGIServer, *workers: Worker) -> list[threading.Thread]:
    jobs: list[Callable[[], None]] = [
        lambda: emulator.serve_forever(poll_interval=0.02),
        lambda: web.serve_forever(poll_interval=0.02),
        *(worker.run for worker in workers),
    ]
    threads = [threading.Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, below those that the kernel gives to outgoing connections by itself."""
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            one = socket.socket()
            try:
                one.bind(("127.0.0.1", random.SystemRandom().randrange(*PORTS)))
            except OSError:
                one.close()
                continue
            held.append(one)
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
