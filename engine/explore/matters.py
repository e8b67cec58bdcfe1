"""What of a session can change where a contact goes. Everything else is not told apart, so that exploring ends soon."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.advance import begin
from engine.explore.live import CONSENT, QUESTIONS, Live, proof, read_by
from engine.flow import (
    ALWAYS,
    BACK,
    REPEAT,
    Branch,
    Callback,
    Exit,
    Flow,
    Lookup,
    Menu,
    Queue,
    Step,
    TextOut,
    Verify,
)
from engine.load.words import placeholders
from engine.session import Session
from engine.words_of import exits_of

SOME_DAY = date(2026, 3, 11)  # an ordinary Wednesday
PHONE = "+6281200000001"
# Known in every contact; see Visit.value.
ALWAYS_KNOWN = frozenset({"layanan", "jam", "nomor", "hari_ini", "posisi", "menit", "isi"})
MOST_STRAYS = 2  # the second text in a row that fits nothing is treated like the third


@dataclass(frozen=True)
class Matters:
    """What of a session can change where the contact goes, so that everything else is not told apart."""

    values: frozenset[str]  # variables and case fields whose value counts
    filled: frozenset[str]  # variables of which only counts whether they are there
    subjects: frozenset[str]  # variables by which look-ups that need a proof are asked
    consent: bool  # does any way hear the recording notice, so that some may not?
    history: frozenset[str]  # steps from which `back` or `repeat` is reached before another question is
    live: Live


def what_matters(flow: Flow) -> Matters:
    branched = {step.by for step in flow.steps.values() if isinstance(step, Branch)}
    if "segment" in branched:
        branched.add("caller_segment")
    filled: set[str] = set()
    subjects: set[str] = set()
    for step in flow.steps.values():
        filled |= read_by(step)
        if isinstance(step, Lookup) and step.needs:
            subjects |= {name for text in step.query.values() for name, _ in placeholders(text)}
    for template in flow.templates.values():
        filled |= {name for text in template.words.values() for name, _ in placeholders(text)}
    filled -= branched | set(flow.constants) | ALWAYS_KNOWN
    consent = any(step.notice or (isinstance(step, Menu) and step.spoken) for step in flow.steps.values())
    return Matters(
        frozenset(branched), frozenset(filled), frozenset(subjects), consent, _need_history(flow), Live(flow)
    )


def _need_history(flow: Flow) -> frozenset[str]:
    """Questions remember themselves; every other step must know which came last if it can lead back to it."""
    passing = {name: step for name, step in flow.steps.items() if not isinstance(step, QUESTIONS)}
    found = {
        name for name, step in passing.items() if any(way.to in (BACK, REPEAT) for way in exits_of(step))
    }
    while True:
        more = {name for name, step in passing.items() if any(way.to in found for way in exits_of(step))}
        if more <= found:
            return frozenset(found)
        found |= more


def needs_number(step: Step) -> bool:
    """Does it make a difference here whether we know the contact's number, and whether texts reach it?"""
    if isinstance(step, Queue):
        return bool(step.text_after)
    return isinstance(step, TextOut | Callback) or "nomor" in read_by(step)


def has_days(step: Step) -> bool:
    """Is this step, or a way out of it, not there every day?"""
    periods = [step.between, *(way.between for way in _dated(step))]
    return any(period != ALWAYS for period in periods) or (isinstance(step, Branch) and step.by == "date")


def days(flow: Flow) -> tuple[date, ...]:
    """Days of which at least one lies in every period between two dates of the flow."""
    found: set[date] = set()
    for step in flow.steps.values():
        periods = [step.between, *(way.between for way in _dated(step))]
        for period in periods:
            if period.start:
                found |= {period.start - timedelta(days=1), period.start}
            if period.end:
                found |= {period.end, period.end + timedelta(days=1)}
        if isinstance(step, Branch) and step.by == "date":
            named = [date.fromisoformat(value) for value in step.exits if _is_day(value)]
            found |= {
                day + timedelta(days=near) for day in named for near in (-1, 0, 1)
            }  # and not on that day
    return _one_a_period(found)


def _one_a_period(found: set[date]) -> tuple[date, ...]:
    return tuple(sorted(found)) or (SOME_DAY,)


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _dated(step: Step) -> Iterator[Exit]:
    yield from getattr(step, "keys", {}).values()
    if isinstance(step, Branch):
        yield from step.exits.values()


def beginnings(flow: Flow) -> Iterator[tuple[Session, tuple[str, ...]]]:
    """Every session before its first event: each channel that has a number, texts in each language."""
    if flow.voice_numbers:
        yield begin(flow, channel="voice", contact=PHONE), ()
    if flow.text_numbers:
        for language in flow.languages:
            told = () if language == flow.language else (f"({language})",)
            yield begin(flow, channel="text", contact=PHONE, language=language), told


def normal(flow: Flow, session: Session) -> Session:
    """Without what only makes two contacts different: how long they took, whether we know their number.

    Facts and failures belong to the verify step where they arose; it forgets them when it is entered again.
    """
    proving = isinstance(flow.steps.get(session.step), Verify)
    return session.but(
        visits=0,
        secret={},
        facts=session.facts if proving else {},
        failures=session.failures if proving else 0,
        contact=PHONE,
        can_text=True,
        strays=min(session.strays, MOST_STRAYS),
        returns=_inside(session),
    )


def _inside(session: Session) -> tuple[str, ...]:
    """Where `return` leads from here: nowhere outside a piece, and each `run` counts once."""
    if "/" not in session.step:
        return ()
    returns = session.returns
    return tuple(name for at, name in enumerate(returns) if name not in returns[at + 1 :])


def filled(session: Session, matters: Matters) -> frozenset[str]:
    """The variables that have a value which somebody will still say."""
    live = matters.live.at(session.channel, session.step)
    return frozenset(name for name in matters.filled & live if session.variables.get(name))


def values(session: Session, matters: Matters, live: frozenset[str]) -> tuple[Any, ...]:
    """Variables, case fields and proofs that somebody will still go by. A proof counts for the values it was given for."""
    variables, case = session.variables, session.case
    return (
        tuple((name, variables[name]) for name in sorted(matters.values & live) if name in variables),
        tuple((name, case[name]) for name in sorted(matters.values & live) if name in case),
        tuple(
            (level, *(name for name in sorted(matters.subjects) if variables.get(name) == subject))
            for level, subject in sorted(session.proved.items())
            if proof(level) in live
        ),
    )


def opening_key(session: Session, matters: Matters) -> tuple[Any, ...]:
    """Two sessions with the same key go the same ways by every keyword and topic."""
    return (session.language, session.strays, *values(session, matters, matters.live.openings))


def key_of(session: Session, matters: Matters) -> tuple[Any, ...]:
    """Two sessions with the same key go the same ways. The number of the turn and old history are left out."""
    if session.ended:
        return (session.channel, session.ended, session.step, session.language)
    live = matters.live.at(session.channel, session.step)
    return (
        session.channel,
        session.language,
        session.step,
        session.phase,
        session.silences,
        session.no_matches,
        session.failures,
        session.strays,
        tuple(session.facts),
        session.history[-1:] if session.step in matters.history else (),
        session.returns,
        matters.consent and CONSENT in live and session.language in session.consent,
        *values(session, matters, live),
    )
