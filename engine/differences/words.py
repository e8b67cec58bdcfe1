"""How a difference is said: values in quotes, long texts cut to where they part."""

from collections.abc import Iterator, Mapping

LONGEST = 100  # characters of a text that are shown
_AROUND = 24  # characters that are shown before the place where two long texts part


def shown(value: object) -> str:
    """A value as somebody would write it.

    >>> shown("pajak"), shown(("a", "b")), shown(True), shown("")
    ("'pajak'", "'a', 'b'", 'yes', 'nothing')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) or "nothing"
    return f"'{value}'" if value not in ("", None) else "nothing"


def instead(before: str, after: str) -> str:
    """'"…" instead of "…"' for two texts, each cut to where they differ when it is long."""
    start = _common(before, after)
    start = max(0, before.rfind(" ", 0, max(0, start - _AROUND)) + 1)
    return f"{_cut(after, start)} instead of {_cut(before, start)}"


def _common(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _cut(text: str, start: int) -> str:
    text = " ".join(text.split()) if len(text) <= LONGEST else text
    if len(text) <= LONGEST:
        return f'"{text}"'
    part = text[start : start + LONGEST]
    return f'"{"…" if start else ""}{part}{"…" if start + LONGEST < len(text) else ""}"'


def word_lines(
    about: str, verb: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> Iterator[str]:
    """A line for each language whose words changed. ``verb``: 'says', 'is written'."""
    before, after = before or {}, after or {}
    for language in dict.fromkeys((*before, *after)):
        old, new = before.get(language), after.get(language)
        if old == new:
            continue
        if not old:
            yield f"{about}: {verb} in {language} now: {_cut(new or '', 0)}"
        elif not new:
            yield f"{about}: {verb} nothing in {language} any more (was: {_cut(old, 0)})"
        else:
            yield f"{about}: {verb} in {language} now: {instead(old, new)}"
