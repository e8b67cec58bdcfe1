"""Steps that only changed their name: told as that, not as one removed and one added."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

from engine.flow import Exit, Place, Step

Steps = Mapping[str, Step]


def renamed_steps(before: Steps, after: Steps) -> dict[str, str]:
    """Old name -> new name, where one removed and one added step are alike but for names, and no other pair is.

    What leads to a removed or an added step counts as alike here: the steps behind may have been renamed as well.
    """
    gone = [step for name, step in before.items() if name not in after]
    new = [step for name, step in after.items() if name not in before]
    loose = {step.name for step in (*gone, *new)}
    by_content: dict[object, tuple[list[str], list[str]]] = {}
    for side, steps in enumerate((gone, new)):
        for step in steps:
            by_content.setdefault(_content(step, loose), ([], []))[side].append(step.name)
    return {old[0]: new[0] for old, new in by_content.values() if len(old) == len(new) == 1}


def _content(value: object, loose: Iterable[str]) -> object:
    """The value as something that can be compared and hashed, without places and the names in question."""
    if isinstance(value, Place):
        return None
    if isinstance(value, Exit) and value.to in loose:
        return (
            "exit",
            _content(value.set, loose),
            _content(value.say, loose),
            _content(value.between, loose),
        )
    if isinstance(value, Mapping):
        return tuple((key, _content(one, loose)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(_content(one, loose) for one in value)
    if is_dataclass(value):
        kept = (
            (one.name, _content(getattr(value, one.name), loose))
            for one in fields(value)
            if not (isinstance(value, Step) and one.name == "name")
        )
        return (type(value).__name__, *kept)
    return None if isinstance(value, str) and value in loose else value
