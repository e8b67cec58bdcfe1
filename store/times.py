"""Instants as the database keeps them: ISO 8601 text, UTC, milliseconds, so that text order is time order."""

from datetime import UTC, datetime, timedelta


def text(instant: datetime) -> str:
    """``2026-03-11T02:05:09.120Z``. Raises ValueError for a naive datetime.

    A time without a zone is nobody's time.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone. Way out: datetime.now(UTC)")
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def instant(stored: str) -> datetime:
    """A stored time as an aware datetime in UTC."""
    return datetime.fromisoformat(stored)


def plus(stored: str, seconds: float) -> str:
    """The stored time that many seconds later (earlier when negative)."""
    return text(instant(stored) + timedelta(seconds=seconds))
