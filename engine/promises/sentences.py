"""What a service promises to every contact, as promises.yaml says it in sentences. All frozen, all plain.

A sentence speaks of *things* that happen to a contact (a person, a message, a step) and promises how near they are, in which
order they come, or that they never come.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # engine.flow has promises
    from engine.flow import Place

KEYS, SECONDS = "keys", "seconds"
OPEN, CLOSED = "open", "closed"
EVERYWHERE, START = "everywhere", "the start"

# Kinds of things; STEP, PROOF, LOOKUP and CLASS have a name: of the step, the level, the source, the class.
PERSON, MESSAGE, CALLBACK, TEXT, CASE = "a person", "a message", "a call back", "a text", "a case"
GOODBYE, END, RECORDING, NOTICE = "goodbye", "the end", "a recording", "the notice"
STEP, PROOF, LOOKUP, CLASS = "step", "proof", "look-up", "class"


@dataclass(frozen=True)
class Thing:
    """Something that happens to a contact. ``words`` are the author's own."""

    kind: str
    name: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One sentence. ``channel``: voice, text or '' for both; ``when``: OPEN, CLOSED or ''; ``each_language``: in every one."""

    words: str
    place: "Place"
    channel: str = ""
    when: str = ""
    each_language: bool = False


@dataclass(frozen=True, kw_only=True)
class Within(Promise):
    """From a place (EVERYWHERE, START or a step) one of the goals is had within so many keys or seconds."""

    start: str
    goals: tuple[Thing, ...]
    most: int
    unit: str
    but: tuple[str, ...] = ()  # steps that EVERYWHERE leaves out


@dataclass(frozen=True, kw_only=True)
class Never(Promise):
    """Never ``thing``, or never before (after) another has come."""

    thing: Thing
    before: Thing | None = None
    after: Thing | None = None


@dataclass(frozen=True, kw_only=True)
class Reached(Promise):
    """There is a way to this thing."""

    thing: Thing


@dataclass(frozen=True, kw_only=True)
class Listens(Promise):
    """Nobody listens longer than so many seconds before something can be pressed."""

    most: int
