"""Every text that a step can say and every exit that it has, for those who look at a flow rather than run it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from engine.flow import Exit, Menu, Step, Tries, Verify, Words


def words_of(step: Step) -> Iterator[Words]:
    """The step's own words, those of its tries and those of its keys."""
    words = getattr(step, "words", None)
    if isinstance(step, Verify):
        yield from step.words.values()
    elif words:
        yield words
    if step.written:
        yield step.written
    for name in ("silence", "no_match"):
        tries = getattr(step, name, None)
        if isinstance(tries, Tries) and tries.say:
            yield tries.say
    if isinstance(step, Menu):
        for way in step.keys.values():
            yield from _of_key(way)


def _of_key(way: Exit) -> Iterator[Words]:
    for words in (way.say, way.label):
        if words:
            yield words


def exits_of(step: Step) -> Iterator[Exit]:
    """All exits: named ones, those of keys, answers and tries."""
    for part in fields(step):
        value = getattr(step, part.name)
        if isinstance(value, Exit):
            yield value
        elif isinstance(value, Tries):
            yield value.exit
        elif isinstance(value, Mapping):
            yield from (way for way in value.values() if isinstance(way, Exit))
