"""GET /metrics: what Prometheus asks for every half minute (prometheus.io/docs/instrumenting/exposition_formats).

Everything is read from the database at the moment it is asked, so that one process tells of all of them, and a restart of any
loses nothing. No label holds a number, a name, an agent or a contact. Names and alert rules: docs/runbook.md, Metrics.
"""

from __future__ import annotations

import hmac
import ipaddress
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from desk.agents import STATES
from desk.routing.contacts import WAITING
from sessions.agents import staff
from sessions.condition import LAST_BACKUP
from sessions.console import dead_letters
from sessions.gateway import Gateway
from store import meta, outbox, times, transcripts, vitals
from web.tools import Tools

_LANES = {
    "sms": "texts",
    "lookup": "lookups",
    "email": "mails",
}  # jobs/worker.py; whatever else is owed is about calls
# Says that the question came through a proxy, and so perhaps from anywhere.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """The page, for who has METRICS_TOKEN; without one, for this machine alone."""
    routes = Blueprint("metrics", __name__)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Vitals(gateway))

    @routes.get("/metrics")
    def metrics() -> Response:
        token = str(getattr(gateway.settings, "metrics_token", ""))
        if not (_brings(token) if token else _is_here()):
            abort(403)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return routes


def _brings(token: str) -> bool:
    scheme, _, brought = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(brought.strip().encode(), token.encode())


def _is_here() -> bool:
    """Asked on this machine and not through a proxy: by the peer, by what proxies add, and by the name it was asked under."""
    host = request.host.rpartition(":")[0].strip("[]") or request.host
    return (
        _loopback(request.remote_addr or "")
        and not any(name in request.headers for name in _FORWARDED)
        and (host == "localhost" or _loopback(host))
    )


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Vitals(Collector):
    """Asks the database whenever it is collected."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[GaugeMetricFamily]:
        began = time.perf_counter()
        for part in (_traffic, _desk, _owed, _speech, _machine):
            yield from part(self._gateway)
        yield _single(
            "sambung_scrape_seconds", "How long asking for all of this took.", time.perf_counter() - began
        )


def _traffic(gateway: Gateway) -> Iterator[GaugeMetricFamily]:
    db, now = gateway.store.read(), times.text(gateway.clock())
    late = f"in the last {vitals.RECENT_SECONDS} seconds"
    yield _many(
        "sambung_webhooks_recent", f"Webhooks taken {late}.", ("kind", "result"), vitals.webhooks(db, now)
    )
    yield _many(
        "sambung_contacts_live",
        "Calls and text sessions under way.",
        ("service", "channel"),
        vitals.contacts_live(db),
    )
    yield _many(
        "sambung_contacts_begun_recent",
        f"Calls and text sessions that began {late}.",
        ("service", "channel"),
        vitals.contacts_begun(db, now),
    )
    yield _many(
        "sambung_texts_under_way",
        "Texts whose last status is not known yet.",
        ("direction", "status"),
        vitals.texts_under_way(db),
    )
    yield _many(
        "sambung_cases_open",
        "Cases that are owed an answer.",
        ("service", "tier", "limit"),
        vitals.cases_open(db, now),
    )


def _desk(gateway: Gateway) -> Iterator[GaugeMetricFamily]:
    db, now = gateway.store.read(), times.text(gateway.clock())
    lengths = {(flow.id, WAITING): 0 for flow in gateway.services.services()}
    oldest = {(flow.id,): 0.0 for flow in gateway.services.services()}
    for queued in staff.queue(gateway):
        service, state = queued.contact.need.service, queued.contact.state
        lengths[service, state] = lengths.get((service, state), 0) + 1
        if state == WAITING:
            oldest[service,] = max(oldest.get((service,), 0.0), queued.waited.total_seconds())
    yield _many("sambung_queue_contacts", "Contacts at the desk.", ("service", "state"), lengths)
    yield _many(
        "sambung_queue_oldest_wait_seconds", "How long who waits longest has waited.", ("service",), oldest
    )
    agents = {(state,): 0 for state in STATES}
    for standing in staff.standings(gateway):
        agents[standing.state,] = agents.get((standing.state,), 0) + 1
    yield _many("sambung_agents", "Agents of the roster.", ("state",), agents)
    late = f"in the last {vitals.RECENT_SECONDS} seconds"
    yield _many(
        "sambung_offers_recent", f"What became of offers to agents {late}.", ("what",), vitals.offers(db, now)
    )
    yield _many(
        "sambung_desk_events_recent",
        f"What happened to contacts at the desk {late}.",
        ("service", "what"),
        vitals.desk_events(db, now),
    )


def _owed(gateway: Gateway) -> Iterator[GaugeMetricFamily]:
    db, now = gateway.store.read(), times.text(gateway.clock())
    depth, lanes = (
        outbox.counts(db),
        {(lane, "waiting"): 0 for lane in ("texts", "calls", "lookups", "mails")},
    )
    for (kind, state), count in depth.items():
        if state != "dead":
            lane = (_LANES.get(kind, "calls"), "waiting" if state == "queued" else state)
            lanes[lane] = lanes.get(lane, 0) + count
    lanes |= {
        ("recordings", state): count
        for (state,), count in vitals.recordings(db).items()
        if state in ("held", "waiting")
    }
    lanes |= {
        ("timers", state): count for (state,), count in vitals.timers(db, now).items() if state != "dead"
    }
    yield _many("sambung_outbox_rows", "What is owed to the carrier.", ("kind", "state"), depth)
    yield _single(
        "sambung_outbox_oldest_seconds",
        "How long what is due longest has been due.",
        _age(outbox.oldest_due(db, now), now),
    )
    yield _many("sambung_jobs", "Jobs of the worker that are not done yet.", ("lane", "state"), lanes)
    dead = {(where,): 0 for where in (dead_letters.OUTBOX, dead_letters.TIMER, dead_letters.SPOOL)}
    for letter in dead_letters.letters(gateway, 10_000):
        dead[letter.where,] += 1
    yield _many("sambung_dead_letters", "What was given up and waits for a person.", ("where",), dead)
    yield _single("sambung_spool_events", "Events that wait for the database.", gateway.spool.count())
    yield _single(
        "sambung_spool_oldest_seconds",
        "How long the oldest of them has waited.",
        gateway.spool.oldest_seconds() or 0,
    )


def _speech(gateway: Gateway) -> Iterator[GaugeMetricFamily]:
    db, now = gateway.store.read(), times.text(gateway.clock())
    states = {(state,): count for state, count in transcripts.counts(db).items()}
    waiting = transcripts.oldest_waiting(db)
    yield _many("sambung_recordings", "Recordings.", ("state",), vitals.recordings(db))
    yield _many(
        "sambung_transcripts",
        "Recorded messages to be written down.",
        ("state",),
        {("waiting",): 0, **states},
    )
    yield _single(
        "sambung_transcripts_oldest_seconds",
        "How long the oldest that waits has waited.",
        _age(waiting and waiting[0], now),
    )


def _machine(gateway: Gateway) -> Iterator[GaugeMetricFamily]:
    db, database = gateway.store.read(), gateway.store.path
    disk = shutil.disk_usage(gateway.settings.instance)
    yield _many(
        "sambung_disk_bytes",
        "The disk of INSTANCE.",
        ("what",),
        {("free",): disk.free, ("total",): disk.total},
    )
    files = {("database",): _size(database), ("log",): _size(database.with_name(database.name + "-wal"))}
    yield _many("sambung_database_bytes", "The database and the log beside it.", ("file",), files)
    stands = {(name,): float(value) for name, value in vitals.alarms(db).items()}
    yield _many("sambung_alarm", "1 while the alarm stands (docs/runbook.md, Alarms).", ("name",), stands)
    last = meta.get(db, LAST_BACKUP)
    at = times.instant(last).timestamp() if last else 0.0
    yield _single(
        "sambung_backup_timestamp_seconds", "When the last backup was made, Unix time; 0 for never.", at
    )
    yield _single(
        "sambung_clock_offset_seconds", "By how much CLOCK runs ahead; 0 outside tests.", _ahead(gateway)
    )


def _ahead(gateway: Gateway) -> float:
    return float(round((gateway.clock() - datetime.now(UTC)).total_seconds()))


def _many(
    name: str, meaning: str, labels: Iterable[str], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=list(labels))
    for key in sorted(values):
        family.add_metric(list(key), values[key])
    return family


def _single(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(since: str | None, now: str) -> float:
    return max(0.0, (times.instant(now) - times.instant(since)).total_seconds()) if since else 0.0


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
