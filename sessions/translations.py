"""Findings, refusals and differences in the language of whoever reads them.

The English sentence stands where it is decided, once; sessions/indonesian/*.yaml has its Indonesian beside its pattern, with the
values of the sentence by name (`<n>` and `<m>` are numbers). A sentence that no pattern fits stays English: better read in English
than not at all.

    in_language("the step 'utma' does not exist", "id")   ->   "langkah 'utma' tidak ada"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from engine.check import Finding
from engine.load.faults import Faults
from engine.load.yaml_nodes import Table, Text, read_yaml

ENGLISH, INDONESIAN = LANGUAGES = ("en", "id")
FOLDER = Path(__file__).parent / "indonesian"
WAYS = "ways.yaml"  # of what contacts do: put in wherever it stands
LONGEST = 2000  # characters of a sentence that is looked at
_DEEPEST = 6  # of sentences within sentences
_VALUE = re.compile(r"<([a-z_]+)>")
_LINE = re.compile(r"(?P<at>\S+:\d+:\d+ [a-z0-9-]+(?: \(warning\))?): (?P<told>.+)", re.DOTALL)
_FAILED = re.compile(
    r"(?P<at>\S+\.yaml:\d+:\d+ [^:\n]+): (?P<told>.+)", re.DOTALL
)  # a test by its name, which may be any words
_SIDES = {
    "    expected  ": "    mestinya  ",
    "    found     ": "    ternyata  ",
}  # of a test; what follows is heard, and stays
_GOES = "How a caller gets there: "
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_JOINED = re.compile(r"(, | or | and )")
_NUMBERS = {"n": r"\d+", "m": r"\d+"}
_JOINS = {" or ": " atau ", " and ": " dan "}


class WrongPatterns(Exception):
    """A file of patterns that cannot be read."""


@dataclass(frozen=True)
class Pattern:
    """An English sentence with its values by name, and its Indonesian. ``bare`` are values that may be translated themselves."""

    english: str
    indonesian: str
    fits: re.Pattern[str]
    bare: frozenset[str]
    weight: int  # letters that are no value: the heavier fits better

    def put(self, values: Mapping[str, str]) -> str:
        return _VALUE.sub(lambda hole: values[hole[1]], self.indonesian)


def in_language(sentence: str, language: str) -> str:
    """The sentence, or the whole line of a finding, in ``id``; as it is in any other language."""
    if language != INDONESIAN or len(sentence) > LONGEST:
        return sentence
    line = _LINE.fullmatch(sentence)
    if line:
        return f"{line['at'].replace('(warning)', '(peringatan)')}: {_sentences(line['told'])}"
    for english, indonesian in _SIDES.items():
        if sentence.startswith(english):
            return indonesian + sentence.removeprefix(english)
    told = _told(sentence, 0)
    if told is None and (failed := _FAILED.fullmatch(sentence)):
        return f"{failed['at']}: {_sentences(failed['told'])}"
    return told or sentence


def finding_in(finding: Finding, language: str) -> Finding:
    """A finding with its words in this language."""
    if language != INDONESIAN:
        return finding
    what, way_out = in_language(finding.what, language), in_language(finding.way_out, language)
    return replace(finding, what=what, way_out=way_out, way=_way(finding.way))


def _sentences(told: str) -> str:
    """What is wrong, the way out, and how one gets there: 'what. Way out. How a caller gets there: 1 3'."""
    said, goes, way = told.partition(_GOES)
    said = said.strip()
    whole = _parted(said) or _whole(said) or said
    return f"{whole} Cara sampai ke sana: {_way(way)}" if goes else whole  # fmt: skip


def _parted(said: str) -> str:
    """Two sentences that each have a pattern; '' where there are none."""
    for end in (at for at in range(len(said)) if said.startswith(". ", at)):
        what, way_out = _whole(said[: end + 1]), _whole(said[end + 2 :])
        if what and way_out:
            return f"{what} {way_out}"
    return ""


def _whole(sentence: str) -> str:
    """A sentence that may end with a full stop; '' when no pattern fits."""
    told = _told(sentence, 0)
    if told is None and sentence.endswith("."):
        told = _told(sentence[:-1], 0)
        return f"{told}." if told else ""
    return told or ""


def _way(way: str) -> str:
    for english, indonesian in _ways():
        way = way.replace(english, indonesian)
    return way


@lru_cache(maxsize=4096)
def _told(sentence: str, depth: int) -> str | None:
    """By the heaviest pattern that fits; None when none does."""
    for pattern in patterns():
        found = pattern.fits.fullmatch(sentence)
        if found:
            return pattern.put(
                {
                    name: _value(value, depth + 1) if name in pattern.bare else value
                    for name, value in found.groupdict().items()
                }
            )
    return None


def _value(value: str, depth: int) -> str:
    """A value that may be a sentence itself, or several of them in a row. What stands in quotes is somebody's own."""
    if depth > _DEEPEST or _QUOTED.fullmatch(value):
        return value
    whole = _told(value, depth)
    if whole is not None:
        return whole
    pieces = _JOINED.split(value)
    if len(pieces) == 1:
        return value
    return "".join(
        _JOINS.get(piece, piece) if at % 2 else _value(piece, depth + 1) for at, piece in enumerate(pieces)
    )


@cache
def patterns() -> tuple[Pattern, ...]:
    """All of them, the heaviest first. Raises WrongPatterns."""
    found = [
        _pattern(*pair)
        for file in sorted(FOLDER.glob("*.yaml"))
        if file.name != WAYS
        for pair in _pairs(file)
    ]
    return tuple(sorted(found, key=lambda pattern: -pattern.weight))


@cache
def _ways() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_pairs(FOLDER / WAYS), key=lambda pair: -len(pair[0])))


def _pairs(file: Path) -> list[tuple[str, str]]:
    faults = Faults()
    table = read_yaml(file.name, file.read_bytes(), faults)
    if not isinstance(table, Table):
        raise WrongPatterns("; ".join(map(str, faults.found)) or f"{file.name}: is no table of sentences")
    return [(key, node.value) for key, node in table.entries.items() if isinstance(node, Text)]


def _pattern(english: str, indonesian: str) -> Pattern:
    parts = _VALUE.split(english)
    literals, names = parts[::2], parts[1::2]
    fits, bare = re.escape(literals[0]), set()
    for name, before, after in zip(names, literals, literals[1:], strict=False):
        quote = before[-1:] if before[-1:] in ("'", '"') else ""
        fits += f"(?P<{name}>{_NUMBERS.get(name) or (f'[^{quote}]+?' if quote else '.+?')}){re.escape(after)}"
        if not quote and before[-1:] != "{":
            bare.add(name)
    return Pattern(english, indonesian, re.compile(fits, re.DOTALL), frozenset(bare), sum(map(len, literals)))
