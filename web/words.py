"""The words of the pages: web/words/NOUN.yaml, each word in Indonesian and English.

    take: {id: Ambil, en: Take}

is `t("work.take")` when it stands in work.yaml. Values are put in by name: `t("work.waits", minutes=3)`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import g, has_request_context

from engine.check import Finding
from engine.load.faults import Faults
from engine.load.yaml_nodes import Node, Table, Text, read_yaml
from sessions.translations import finding_in, in_language

LANGUAGES = ("id", "en")
FOLDER = Path(__file__).parent / "words"


class WrongWords(Exception):
    """A file of words that cannot be read, or a word without both languages. The console does not start."""


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every word by NOUN.KEY: its text by language. Raises WrongWords."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        faults = Faults()
        table = read_yaml(file.name, file.read_bytes(), faults)
        if not isinstance(table, Table):
            raise WrongWords("; ".join(map(str, faults.found)) or f"{file.name}: is no table of words")
        for key, node in table.entries.items():
            found[f"{file.stem}.{key}"] = _texts(node)
    return found


def _texts(node: Node) -> dict[str, str]:
    """The languages of a word. Raises WrongWords."""
    entries = node.entries if isinstance(node, Table) else {}
    texts = {name: text.value for name, text in entries.items() if isinstance(text, Text) and text.value}
    if set(texts) != set(LANGUAGES):
        place = f"{node.place.file}:{node.place.line}"
        raise WrongWords(f"{place}: a word needs its text in {' and '.join(LANGUAGES)}: {{id: ..., en: ...}}")
    return texts


def t(key: str, **values: Any) -> str:
    """The text of a word in the language of whoever looks. Raises KeyError: a test finds a word that is missing."""
    return told(key, language(), **values)


def told(key: str, language: str, **values: Any) -> str:
    """The text of a word in a language.

    >>> told("console.sign_out", "en")
    'Sign out'
    """
    text = words()[key][language]
    return text.format(**values) if values else text


def translated(told: str | Finding) -> str | Finding:
    """A finding, or the sentence of one, of a refusal or a difference, in the language of whoever looks."""
    return in_language(told, language()) if isinstance(told, str) else finding_in(told, language())


def language() -> str:
    """The language of whoever looks: their own choice, else Indonesian."""
    return str(g.get("language", LANGUAGES[0])) if has_request_context() else LANGUAGES[0]


def for_scripts(*keys: str) -> dict[str, str]:
    """Words for a script of the page, as `{{ words_of("work.take") | tojson }}` hands them over in a data block."""
    return {key: t(key) for key in keys}
