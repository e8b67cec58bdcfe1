"""Callbacks: a caller hangs up and keeps the place. One for each number; each ends, by a talk, its tries or its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from desk.routing.contacts import CALL, CALLBACK, DIALLING, OFFERED, Contact
from desk.routing.rules import Rules


def of_number(contacts: Iterable[Contact], number: str, service: str) -> str:
    """The callback that this number has with the service already; '' when none. Withheld numbers are never the same."""
    if not number:
        return ""
    same = (
        contact.id
        for contact in contacts
        if contact.kind == CALLBACK and contact.number == number and contact.need.service == service
    )
    return next(same, "")


def with_limits(contact: Contact, rules: Rules, at: datetime) -> Contact:
    """A contact as it enters the queue: a callback has an end, and whatever is no call is reminded of."""
    if contact.kind == CALL:
        return contact
    remind_at = contact.remind_at or at + timedelta(seconds=rules.remind_seconds)
    expires_at = contact.expires_at
    if contact.kind == CALLBACK and expires_at is None:
        expires_at = at + timedelta(seconds=rules.callback_seconds)
    return replace(contact, remind_at=remind_at, expires_at=expires_at)


def live(contacts: Iterable[Contact]) -> list[Contact]:
    """Callbacks that an agent holds now. Each holds an agent of its own, so there are never more than free agents were."""
    return [
        contact for contact in contacts if contact.kind == CALLBACK and contact.state in (OFFERED, DIALLING)
    ]
