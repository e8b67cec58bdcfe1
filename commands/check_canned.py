"""Findings about canned answers: an agent who sends one has no time to shorten it, and what does not fit is not sent at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from commands.check_texts import REPLY_PARTS, longest
from engine.check import WARNING, Finding, finding
from engine.flow import Flow, Place
from engine.load.faults import Faults
from engine.load.words import placeholders
from engine.load.yaml_nodes import Table, Text, read_yaml
from sessions.desk.desk_rules import CANNED, CANNED_FILLS, FILE
from sms.segments import foreign, parts


def canned_findings(flow: Flow, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is too long after its longest fill, cannot be filled or cannot be written, by key and language.

    ``files``: of a service whose rules can be read (sessions/desk/desk_rules.py).
    """
    root = read_yaml(FILE, files[FILE].decode(), Faults()) if FILE in files else None
    table = root.entries.get(CANNED) if isinstance(root, Table) else None
    for key, words in table.entries.items() if isinstance(table, Table) else ():
        for language, said in words.entries.items() if isinstance(words, Table) else ():
            if isinstance(said, Text):
                about = f"the canned answer '{key}' ({language})"
                yield from _answer(flow, said.place, about, language, said.value)


def _answer(flow: Flow, place: Place, about: str, language: str, words: str) -> Iterator[Finding]:
    if language not in flow.languages:
        what = f"{about} is in a language that the service does not speak"
        yield finding(flow, place, "unknown-language", what, f"Write {' or '.join(flow.languages)}")
    filled = words
    for name, _ in placeholders(words):
        if name not in CANNED_FILLS:
            fills = " and ".join(f"{{{each}}}" for each in CANNED_FILLS)
            what = f"{about} has '{{{name}}}', which nothing fills: the writer would read the braces"
            yield finding(flow, place, "bad-placeholder", what, f"Only {fills} are filled here")
        filled = filled.replace(f"{{{name}}}", longest(flow, name, language))
    needed = parts(filled)
    if needed > REPLY_PARTS:
        what = f"{about} takes {needed} SMS parts, {REPLY_PARTS} are allowed: it would never be sent"
        yield finding(flow, place, "text-too-long", what, "Shorten it")
    if strange := foreign(words):
        told = ", ".join(f"'{one}' becomes '{other}'" for one, other in sorted(strange.items()))
        what = f"{about} has characters that SMS does not have: {told}"
        yield finding(flow, place, "not-gsm", what, "Write the plain character", severity=WARNING)
