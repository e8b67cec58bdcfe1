"""What agents may do for a contact besides answering: checklists that they tick, and acts that a service declares."""

from desk.acts.judging import Standing, judge
from desk.acts.model import LEVELS, Act, Checklist, Declared, Refusal, proved_at
from desk.acts.words import REFUSALS, told

__all__ = [
    "LEVELS",
    "REFUSALS",
    "Act",
    "Checklist",
    "Declared",
    "Refusal",
    "Standing",
    "judge",
    "proved_at",
    "told",
]
