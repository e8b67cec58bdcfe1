"""A queue hands its checklist over in the case, and the next queue its own, or none."""

from __future__ import annotations

import json
from collections.abc import Callable

from engine.events import Keys
from sessions.gateway import Gateway
from store import cases
from tests.acts.conftest import DESK, FLOW
from tests.gateways import Caller

TWO = FLOW.replace("handover: pemilik, then", "handover: pemilik, message: lain, then")


def test_the_list_of_the_first_queue_is_not_asked_for_by_the_next(gateway_of: Callable[..., Gateway]) -> None:
    gateway = gateway_of(TWO, desk=DESK)
    caller = Caller(gateway, "CA" + "7" * 32)
    assert handover(gateway) == "pemilik"
    caller.hear(Keys("2"))
    assert handover(gateway) is None


def handover(gateway: Gateway) -> str | None:
    (row,) = cases.of_session(gateway.store.read(), "CA" + "7" * 32)
    found: str | None = json.loads(row.fields).get("handover")
    return found
