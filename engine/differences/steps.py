"""Two versions of one step. What a field holds decides how its change is said, so a new field of a step needs nothing here."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from engine.differences.words import instead, shown, word_lines
from engine.flow import Between, Exit, Step, TextOut, Tries

Renamed = Mapping[str, str]
_SILENT = ("name", "place")
# Fields that are called otherwise in the file.
_KEYS = {
    "exits": "",
    "keys": "",
    "options": "",
    "otherwise_exit": "else",
    "variable": "as",
    "source": "lookup",
    "query": "with",
    "classification": "class",
    "limit_a_day": "limit",
    "by": "branch",
    "spoken": "words",
    "template": "text",
    "first": "run",
    "number": "transfer",
    "skill": "skill",
    "between": "the days",
    "every_language": "spoken in every language",
}
_WORDS = {"words": "says", "written": "is written", "say": "says"}


def kind_of(step: Step) -> str:
    """The key that such a step begins with in the file."""
    return "text" if isinstance(step, TextOut) else type(step).__name__.lower()


def step_lines(before: Step, after: Step, renamed: Renamed) -> Iterator[str]:
    """Every difference, named by the step as it is called now."""
    about = f"{kind_of(after)} '{after.name}'"
    if type(before) is not type(after):
        yield f"{about}: is now a {kind_of(after)} instead of a {kind_of(before)}"
        return
    for one in fields(after):
        if one.name not in _SILENT:
            yield from _field(about, one.name, getattr(before, one.name), getattr(after, one.name), renamed)


def _field(about: str, name: str, before: object, after: object, renamed: Renamed) -> Iterator[str]:
    key = _KEYS.get(name, name)
    if before == after:
        return
    if name in _WORDS:
        yield from _words(about, _WORDS[name], before, after)
    elif isinstance(before, Exit | None) and isinstance(after, Exit | None):
        yield from exit_lines(about, key, before, after, renamed)
    elif isinstance(before, Tries) and isinstance(after, Tries):
        yield from _tries(about, key, before, after, renamed)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mapping(about, key, before, after, renamed)
    elif isinstance(before, Between) and isinstance(after, Between):
        yield f"{about}: exists {_days(after)} instead of {_days(before)}"
    elif name == "otherwise" or name == "first":
        if renamed.get(str(before), before) != after:
            yield f"{about}: {key} is now {shown(after)} instead of {shown(before)}"
    elif name in ("note",):
        yield f"{about}: {key} is now {instead(str(before), str(after))}"
    else:
        yield f"{about}: {key} is now {shown(after)} instead of {shown(before)}"


def _words(about: str, verb: str, before: object, after: object) -> Iterator[str]:
    """Words by language, or (verify) words by fact and language."""
    old = before if isinstance(before, Mapping) else {}
    new = after if isinstance(after, Mapping) else {}
    if any(isinstance(one, Mapping) for one in (*old.values(), *new.values())):
        for fact in dict.fromkeys((*old, *new)):
            yield from word_lines(f"{about}, {fact}", verb, old.get(fact), new.get(fact))
    else:
        yield from word_lines(about, verb, old, new)


def _mapping(
    about: str, key: str, before: Mapping[str, object], after: Mapping[str, object], renamed: Renamed
) -> Iterator[str]:
    """Keys of a menu, answers of a branch, what is set or asked with."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, Exit | None) and isinstance(new, Exit | None):
            yield from exit_lines(about, f"{key} {name}".strip(), old, new, renamed)
        elif old is None or new is None:
            yield f"{about}: {key} {name} " + (
                f"is gone (was {shown(old)})" if new is None else f"is new: {shown(new)}"
            )
        else:
            yield f"{about}: {key} {name} is now {shown(new)} instead of {shown(old)}"


def exit_lines(
    about: str, key: str, before: Exit | None, after: Exit | None, renamed: Renamed
) -> Iterator[str]:
    """One way out: where it leads, what it sets, when it exists, how it is announced."""
    if before is None or after is None:
        if after is not None:
            yield f"{about}: {key} is new and goes to '{after.to}'"
        elif before is not None:
            yield f"{about}: {key} is gone (went to '{before.to}')"
        return
    if renamed.get(before.to, before.to) != after.to:
        yield f"{about}: {key} now goes to '{after.to}' instead of '{before.to}'"
    if before.set != after.set:
        yield f"{about}: {key} now sets {shown(after.set)} instead of {shown(before.set)}"
    if before.between != after.between:
        yield f"{about}: {key} exists {_days(after.between)} instead of {_days(before.between)}"
    yield from word_lines(f"{about}, {key}", "says", before.say, after.say)
    if before.label != after.label and before.say == after.say:
        yield from word_lines(f"{about}, {key}", "is listed in a text", before.label, after.label)


def _tries(about: str, key: str, before: Tries, after: Tries, renamed: Renamed) -> Iterator[str]:
    if before.tries != after.tries:
        yield f"{about}: {key} asks {_times(after.tries)} instead of {_times(before.tries)}"
    yield from exit_lines(about, key, before.exit, after.exit, renamed)
    yield from word_lines(f"{about}, {key}", "says", before.say, after.say)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _days(days: Between) -> str:
    match days:
        case Between(None, None):
            return "always"
        case Between(start, None):
            return f"from {start} on"
        case Between(None, end):
            return f"until {end}"
    return f"from {days.start} to {days.end}"
