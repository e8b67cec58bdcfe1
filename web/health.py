"""GET /health: is this process able to serve? For load balancers and the curious: yes or no and why, nothing else."""

import json

from flask import Blueprint, Response

from sessions.gateway import Gateway
from store import NotStored


def blueprint(gateway: Gateway) -> Blueprint:
    """200 {"status": "ok", ...} when calls can be taken and kept; 503 with the reason when not."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> Response:
        faults = []
        try:
            gateway.store.read().execute("SELECT 1 FROM sessions LIMIT 1").fetchall()
        except NotStored:
            faults.append("the database cannot be read")
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
