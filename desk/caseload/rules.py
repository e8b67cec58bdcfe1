"""A service's limits. ``Rules`` is made from plain words, as flows write them (docs/flows.md, Cases).

Names of limits: ``first`` a first answer to a text, ``callback`` to a voicemail or a wish to be called, ``answer`` the whole
case while tier 1 has it, ``back_office`` once tier 2 has it, ``unit`` once a unit has it, ``distribute`` until a complaint
is with its unit, ``extension`` how much longer, once, ``absolute`` by the calendar from the complete file on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk.caseload.worktime import Limit, limit
from desk.hours import Hours

FUNCTIONS = ("pertanyaan", "pengaduan", "informasi")
LIMITS = ("first", "callback", "answer", "back_office", "unit", "distribute", "extension", "absolute")
# The steps of a case that somebody has to take, whatever it is about (domain page 0.6; validation and confirmation 1.2).
STEPS = ("take_over_reminder", "take_over", "pass_on", "acknowledge", "validate", "confirm")
DEFAULTS: Mapping[str, str] = {
    "first": "next working day",
    "callback": "next working day",
    "answer": "next working day",
    "unit": "10 working days",
    "take_over_reminder": "20 working minutes",
    "take_over": "30 working minutes",
    "pass_on": "4 working hours",
    "acknowledge": "1 working day",
    "validate": "2 working days",
    "confirm": "1 working day",
    "documents": "20 working days",
    "documents_reminder": "10 working days",
    "other_party": "10 working days",
}


@dataclass(frozen=True)
class Rules:
    """Limits by name for one case, and the hours in which they run."""

    hours: Hours
    limits: Mapping[str, Limit] = field(default_factory=dict)
    documents_reminders: tuple[Limit, ...] = ()
    other_party_reminders: tuple[Limit, ...] = ()

    def get(self, name: str) -> Limit | None:
        """The limit of this name; None where the service has none."""
        return self.limits.get(name)


def rules(
    hours: Hours,
    words: Mapping[str, str],
    documents_reminders: tuple[str, ...] = (DEFAULTS["documents_reminder"],),
    other_party_reminders: tuple[str, ...] = (),
) -> Rules:
    """Rules from their words, with what every service has where ``words`` says nothing. Raises ValueError."""
    given = {name: limit(text) for name, text in {**DEFAULTS, **words}.items()}
    return Rules(
        hours,
        given,
        tuple(limit(text) for text in documents_reminders),
        tuple(limit(text) for text in other_party_reminders),
    )
