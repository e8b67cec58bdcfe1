"""Nested settings compared: hours, limits of cases, the desk's rules. Each leaf that differs is a line with its path."""

from collections.abc import Iterator, Mapping

from engine.differences.words import shown


def tree_lines(about: str, before: object, after: object) -> Iterator[str]:
    """Lines such as "hours 'kantor': mon-fri is now '08:00-15:00' instead of '08:00-16:00'".

    >>> list(tree_lines("desk.yaml", {"tiers": {2: 30}}, {"tiers": {2: 60, 3: 90}}))
    ['desk.yaml: tiers.2 is now 60 instead of 30', 'desk.yaml: tiers.3 is new: 90']
    """
    yield from _lines(about, "", before, after)


def _lines(about: str, path: str, before: object, after: object) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            below = f"{path}.{key}" if path else str(key)
            if key not in before:
                yield f"{about}: {below} is new: {shown(after[key])}"
            elif key not in after:
                yield f"{about}: {below} is gone (was {shown(before[key])})"
            else:
                yield from _lines(about, below, before[key], after[key])
    else:
        yield f"{about}: {path + ' ' if path else ''}is now {shown(after)} instead of {shown(before)}"
