"""How far along a call, a message or a recording is.

Carriers' words in an order, so that late news changes nothing.

Callbacks come late, twice, in any order or never. Each word has a rank and only a higher rank is believed, so
the final state is the same whatever the order. The ends of a thing share a level (the tens: 4 of a call, 5 of
a message; reliability page, 3.2); should a carrier ever report two different ends, the units decide, alike
for every order.
"""

UNKNOWN = -1

CALL = {
    "queued": 0,
    "initiated": 10,
    "ringing": 20,
    "in-progress": 30,
    "answered": 30,
    "canceled": 40,
    "no-answer": 41,
    "busy": 42,
    "failed": 43,
    "completed": 44,
}
CALL_ENDED = 40

MESSAGE = {
    "accepted": 0,
    "receiving": 0,
    "scheduled": 10,
    "queued": 20,
    "sending": 30,
    "sent": 40,
    "canceled": 50,
    "failed": 51,
    "undelivered": 52,
    "partially_delivered": 53,
    "received": 54,
    "delivered": 55,
    "read": 60,
}
MESSAGE_ENDED = 50

RECORDING = {
    "in-progress": 0,
    "paused": 10,
    "processing": 15,
    "absent": 20,
    "failed": 21,
    "completed": 22,
}
RECORDING_ENDED = 20

# The one word of those that share a rank.
_PLAIN = {"answered": "in-progress", "receiving": "accepted"}


def plain(status: str) -> str:
    """The word we keep for a carrier's.

    ``answered`` is what callbacks ask for, ``in-progress`` what they say.
    """
    return _PLAIN.get(status, status)


def first(one: str | None, other: str | None) -> str | None:
    """Of two accounts of one thing the known one.

    Of two that differ, which a carrier never gives, always the same.
    """
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def greatest(one: int | None, other: int | None) -> int | None:
    """The greater; None only if both are."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other)


def least(one: str | None, other: str | None) -> str | None:
    """The earlier of two times; None only if both are."""
    return first(one, other)
