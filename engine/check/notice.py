"""Recording: nobody is recorded before the notice in their language, and whoever announces it does it for everybody.

The engine says the notice before each message and records a talk or a spoken choice only after one in the contact's language.
So a missing notice leaves talks unrecorded for some callers, and a notice whose words do not say so lets us record others
who never knew.
"""

import re
from collections.abc import Iterator

from engine.check.finding import WARNING, Finding, Rule, at, finding
from engine.explore import Exploration
from engine.flow import Place, Queue, Record, Say, Step, Words
from engine.phrases import PHRASES
from engine.turn import AwaitRecording, AwaitTalk

# How a language says that something is recorded; other languages are not judged.
_RECORDED = {"id": re.compile(r"rekam", re.IGNORECASE), "en": re.compile(r"record", re.IGNORECASE)}
_OF_US = {
    "id": re.compile(r"\b(?:percakapan|panggilan|pembicaraan|telepon)\b[^.]*\bdirekam\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:calls?|conversations?|talks?)\b[^.]*\brecorded\b", re.IGNORECASE),
}


def notices_that_say_nothing(exploration: Exploration) -> Iterator[Finding]:
    """`notice: recording` at words that do not speak of recording: people would be recorded without having been told."""
    flow = exploration.flow
    for step in flow.steps.values():
        if step.notice:
            yield from _silent(exploration, step.place, _words(step), f"the notice '{step.name}'")
    if "notice" in flow.phrases:
        yield from _silent(
            exploration, Place("flow.yaml", 1, 1), flow.phrases["notice"], "the phrase 'notice'"
        )


def _silent(exploration: Exploration, place: Place, words: Words, about: str) -> Iterator[Finding]:
    for language in exploration.flow.languages:
        pattern = _RECORDED.get(language)
        if pattern and not pattern.search(words.get(language, "")):
            what = f"{about} does not say in '{language}' that the call is recorded"
            example = PHRASES["notice"].get(language, "")
            yield finding(
                exploration.flow, place, "notice-without-words", what, f'Say it, for example: "{example}"'
            )


def _words(step: Step) -> Words:
    words = getattr(step, "words", None)
    return words if words and not isinstance(next(iter(words.values())), dict) else {}


def talks_without_notice(exploration: Exploration) -> Iterator[Finding]:
    """Others hear the notice, this caller gets to a person or to the tone without it in the language they chose."""
    flow = exploration.flow
    if not any(step.notice for step in flow.steps.values()):
        return
    seen: set[tuple[str, str]] = set()
    for situation in exploration.situations:
        session, wait = situation.session, situation.turn.wait
        if not isinstance(wait, AwaitTalk | AwaitRecording) or session.language in session.consent:
            continue
        if (session.step, session.language) not in seen:
            seen.add((session.step, session.language))
            what = f"at '{session.step}' callers talk who have not heard in '{session.language}' that the call is recorded"
            way_out = (
                "Put the step with 'notice: recording' before it in every language ('spoken: every language')"
            )
            yield finding(*at(exploration, session.step), "notice-missed", what, way_out, situation.way)


def notices_not_marked(exploration: Exploration) -> Iterator[Finding]:
    """Words that say the call is recorded, at a step that is not marked: nothing is recorded, and messages say it again."""
    for step in exploration.flow.steps.values():
        if step.notice or isinstance(step, Record | Queue) or not isinstance(step, Say):
            continue
        for language, pattern in _OF_US.items():
            if pattern.search(step.words.get(language, "")):
                what = (
                    f"the step '{step.name}' says that the call is recorded, but is not marked as the notice"
                )
                way = exploration.entered.get(step.name)
                flow, place = exploration.flow, step.place
                way_out = "Add 'notice: recording', or leave the sentence out"
                yield finding(flow, place, "notice-not-marked", what, way_out, way, severity=WARNING)
                break


RULES: tuple[Rule, ...] = (notices_that_say_nothing, talks_without_notice, notices_not_marked)
