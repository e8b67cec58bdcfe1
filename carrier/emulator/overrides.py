"""Connection overrides: the fragment of a webhook URL, as in
``https://…/voice#rc=2&rp=ct,5xx&ct=2000&rt=4500&tt=14500``.

Rules: twilio.com/docs/usage/webhooks/webhooks-connection-overrides. The fragment is never sent and never
signed.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urldefrag

_POLICIES = frozenset({"ct", "rt", "4xx", "5xx", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How one URL is called. Times in seconds; ``retries`` of 0–5 after the first try; ``policy`` says for
    which failures.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def again(self, failure: str) -> bool:
        """Is a failure of this kind (``ct``, ``rt``, ``4xx``, ``5xx``) one that is tried again?"""
        return failure in self.policy or "all" in self.policy


@lru_cache(maxsize=4096)
def split(url: str) -> tuple[str, Overrides]:
    """The URL to request and sign, and how to request it. Values out of range are as if absent (Twilio's
    error 11243 and kin).
    """
    bare, fragment = urldefrag(url)
    if not fragment:
        return bare, Overrides()
    given = dict(parse_qsl(fragment))
    return bare, Overrides(
        connect=_within(given.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_within(given.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_within(given.get("tt"), 100, 15_000, 15_000) / 1000,
        retries=_within(given.get("rc"), 0, 5, 1),
        policy=frozenset(given.get("rp", "ct").split(",")) & _POLICIES or frozenset({"ct"}),
    )


def _within(value: str | None, least: int, most: int, default: int) -> int:
    return int(value) if value and value.isdecimal() and least <= int(value) <= most else default
