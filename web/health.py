"""GET /health: is this process able to serve? For load balancers and the curious: yes or no and why, nothing else.

A process that can read and not write hears callers and forgets them: so a line is really written, every five seconds at most.
"""

import json
import shutil
import time

from flask import Blueprint, Response

from sessions.deadline import Late
from sessions.gateway import Gateway
from store import NotStored, meta
from store.times import text

EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 2.0
FULL_BYTES = 1_000_000  # less is gone with the next webhooks
FULL = ": the disk is full. Remove INSTANCE/ballast, then make room (docs/runbook.md, Database)"


class Writing:
    """Can this process write? Asked by writing, and remembered for some seconds."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._asked = float("-inf")
        self._fault = ""

    def fault(self) -> str:
        """Why not, '' when it can."""
        if time.monotonic() - self._asked >= EVERY_SECONDS:
            self._asked = time.monotonic()
            try:
                self._gateway.deadline.run(self._try, seconds=PATIENCE_SECONDS)
                self._fault = ""
            except (NotStored, Late):
                self._fault = "the database cannot be written" + self._full()
        return self._fault

    def _full(self) -> str:
        """The commonest reason, with its way out."""
        free = shutil.disk_usage(self._gateway.settings.instance).free
        return FULL if free < FULL_BYTES else ""

    def _try(self) -> None:
        with self._gateway.store.write() as db:
            meta.put(db, "health", text(self._gateway.clock()))


def blueprint(gateway: Gateway) -> Blueprint:
    """200 {"status": "ok", ...} when calls can be taken and kept; 503 with the reason when not."""
    routes = Blueprint("health", __name__)
    writing = Writing(gateway)

    @routes.get("/health")
    def health() -> Response:
        faults = []
        try:
            gateway.store.read().execute("SELECT 1 FROM sessions LIMIT 1").fetchall()
        except NotStored:
            faults.append("the database cannot be read")
        if fault := writing.fault():
            faults.append(fault)
        if not gateway.services.services():
            faults.append("no service is published")
        told = {
            "status": "fault" if faults else "ok",
            "faults": faults,
            "services": {flow.id: flow.version for flow in gateway.services.services()},
            "spooled": gateway.spool.count(),
        }
        body = json.dumps(told)
        return Response(body + "\n", status=503 if faults else 200, content_type="application/json")

    return routes
