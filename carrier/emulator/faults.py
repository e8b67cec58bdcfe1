"""Faults on demand: what may go wrong between the carrier and us, asked for through ``/phone/faults``.

A fault is ``{"on": "webhook" | "rest" | "media", "do": …, "match": part of the URL, "times": how often (0:
until taken away)}``.

* webhook: ``repeat`` (``copies``), ``delay`` (``seconds``), ``drop`` (never sent), ``lose`` (sent, its answer
  is lost), ``reorder`` (a
  notification waits until the next one has gone).
* rest: ``status`` (``status``, ``code``), ``timeout`` (``seconds``, then the connection closes), ``reset``
  (closed before anything is
  done), ``lose`` (done, but the answer never comes: the outcome is unknown to the caller).
* media: ``status`` 404 for a recording that is not there yet, ``timeout`` and ``reset`` as above, ``cut`` (half of it,
  then the connection closes), ``page`` (a web page in its place), ``redirect`` (to ``to``).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KINDS: Mapping[str, frozenset[str]] = {
    "webhook": frozenset({"repeat", "delay", "drop", "lose", "reorder"}),
    "rest": frozenset({"status", "timeout", "reset", "lose"}),
    "media": frozenset({"status", "timeout", "reset", "cut", "page", "redirect"}),
}


@dataclass(slots=True)
class FaultOrder:
    """One order for trouble. ``left`` counts down; None means until it is taken away."""

    on: str
    do: str
    match: str = ""
    left: int | None = 1
    seconds: float = 1.0
    copies: int = 1
    status: int = 500
    code: int = 20500
    to: str = ""


class Faults:
    """The orders in force. An order fits when its ``match`` is part of the URL; the first that fits is used
    up.
    """

    def __init__(self) -> None:
        self._orders: list[FaultOrder] = []
        self._lock = threading.Lock()

    def take(self, on: str, url: str) -> FaultOrder | None:
        """The trouble due for this request, counted as used; None when all goes well."""
        if not self._orders:  # the hot path has no lock
            return None
        with self._lock:
            for order in self._orders:
                if order.on == on and order.match in url:
                    if order.left is not None:
                        order.left -= 1
                        if order.left <= 0:
                            self._orders.remove(order)
                    return order
        return None

    def add(self, wish: Mapping[str, Any]) -> FaultOrder:
        """A new order. ValueError names what is wrong with the wish and what there is."""
        on, do = str(wish.get("on", "")), str(wish.get("do", ""))
        if do not in _KINDS.get(on, ()):
            choices = "; ".join(f"{kind}: {', '.join(sorted(dos))}" for kind, dos in _KINDS.items())
            raise ValueError(
                f"fault on={on!r} do={do!r} is not one that the emulator can make. There is {choices}."
            )
        times = int(wish.get("times", 1))
        order = FaultOrder(
            on=on,
            do=do,
            match=str(wish.get("match", "")),
            left=times or None,
            seconds=float(wish.get("seconds", 1.0)),
            copies=int(wish.get("copies", 1)),
            status=int(wish.get("status", 404 if on == "media" else 500)),
            to=str(wish.get("to", "")),
            code=int(wish.get("code", 20429 if wish.get("status") == 429 else 20500)),
        )
        with self._lock:
            self._orders.append(order)
        return order

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def show(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{name: getattr(order, name) for name in FaultOrder.__slots__} for order in self._orders]
