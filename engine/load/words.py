"""Texts for contacts: every language there, placeholders known, and the lines of a menu found in its words."""

import re
from collections.abc import Iterable, Mapping

from engine.flow import Words
from engine.load.faults import Faults, shorten, suggestion
from engine.load.reading import VARIABLE, Reader, plain
from engine.load.yaml_nodes import Node, Table, Text

FORMATS = ("digits", "rupiah", "usd", "date", "time", "count")  # {name:digits}
ALWAYS_KNOWN = frozenset({"layanan", "jam", "nomor", "hari_ini", "tiket"})
PHRASE_ONLY = frozenset(
    {"posisi", "menit", "waktu", "kode", "tanggal", "jawaban", "dokumen"}
)  # given by the house where it says its own phrases

_BRACES = re.compile(r"\{([^{}]*)\}")
_LINE = r"\b(?:Untuk|Jika|Apabila|Bila|For|To|If)\s+((?:(?!\b(?:tekan|press)\b).)+?),?\s+(?:silakan\s+)?(?:tekan|press)\s+"
_SPOKEN_KEYS = {"*": r"(?:\*|bintang|star)", "#": r"(?:#|pagar|hash)"}


def read_words(
    node: Node, about: str, languages: tuple[str, ...], faults: Faults, *, own: bool = True
) -> Words:
    """`{id: …, en: …}`, or one text where the service has one language.

    ``own``: the service's own file; shared pieces may have languages that this service does not speak.
    """
    faults.as_words(node)
    if isinstance(node, Text):
        return _one_text(node, about, languages, faults)
    if not isinstance(node, Table):
        plain(node, about, faults)
        return {}
    words = {}
    for language, inner in node.entries.items():
        if language in languages:
            words[language] = plain(inner, f"{about} in '{language}'", faults)
        elif own or not re.fullmatch(r"[a-z]{2,3}", language):
            faults.unknown(node.keys[language], "unknown-language", "the language", language, languages)
    for language in languages:
        if language not in words:
            way_out = f"Add '{language}: …' beside the others"
            faults.add(node.place, "missing-language", f"{about} has no words in '{language}'", way_out)
    return words


def _one_text(node: Text, about: str, languages: tuple[str, ...], faults: Faults) -> Words:
    value = plain(node, about, faults)
    if len(languages) > 1 and value:
        wanted = ", ".join(f"{language}: …" for language in languages)
        what = f"{about} is one text, but the service speaks {' and '.join(languages)}"
        faults.add(node.place, "missing-language", what, f"Write {{{wanted}}}")
    return dict.fromkeys(languages, value)


def placeholders(text: str) -> list[tuple[str, str]]:
    """(name, format) of every placeholder that is written rightly.

    >>> placeholders("Laporan {tiket:digits}: {status}")
    [('tiket', 'digits'), ('status', '')]
    """
    found = (inner.partition(":") for inner in _BRACES.findall(text))
    return [(name, form) for name, _, form in found]


def check_placeholders(node: Node | None, known: frozenset[str] | None, faults: Faults) -> None:
    """Note every placeholder in these texts that nobody fills, or that is not written as one.

    ``known`` is None when a table could not be read: then nobody can say which names there are.
    """
    if isinstance(node, Table):
        for inner in node.entries.values():
            check_placeholders(inner, known, faults)
    if not isinstance(node, Text):
        return
    if re.search(r"[{}]", _BRACES.sub("", node.value)):
        way_out = "Placeholders are {name} or {name:digits}; a brace cannot be spoken"
        faults.add(
            node.place, "bad-placeholder", f"a brace without its partner in '{shorten(node.value)}'", way_out
        )
    for name, form in placeholders(node.value):
        if not VARIABLE.match(name):
            way_out = "Placeholders are {name} or {name:digits}, in small letters, without blanks"
            faults.add(node.place, "bad-placeholder", f"'{{{shorten(name)}}}' is no placeholder", way_out)
        elif known is not None and name not in known:
            faults.unknown(node.place, "unknown-variable", "the variable", name, known)
        elif form not in ("", *FORMATS) or (not form and f"{{{name}:}}" in node.value):
            way_out = suggestion(form, FORMATS) if form else "Delete the colon"
            faults.add(
                node.place, "bad-placeholder", f"'{{{name}:{shorten(form)}}}' has an unknown format", way_out
            )


def label(words: Words, key: str) -> Words:
    """The line of a text's numbered list, found in the menu's words, for each language that has it.

    >>> label({"id": "Untuk uang rusak, tekan 1. Untuk kembali, tekan bintang.", "en": "For damaged money, press 1."}, "1")
    {'id': 'Uang rusak', 'en': 'Damaged money'}
    """
    pattern = re.compile(
        _LINE + _SPOKEN_KEYS.get(key, re.escape(key)) + r"(?![0-9])", re.IGNORECASE | re.DOTALL
    )
    found = {}
    for language, text in words.items():
        for part in _sentences(text):
            match = pattern.search(part)
            if match:
                line = " ".join(match[1].split())
                found[language] = line[:1].upper() + line[1:]
                break
    return found


def _sentences(text: str) -> list[str]:
    """Pieces that end with a full stop and a blank, so that one option's words never run into the next one's."""
    return re.split(r"(?<=[.;!?])\s+", text)


def service_names(reader: Reader, languages: tuple[str, ...]) -> Words:
    """`service:`, the one text that may stay the same in every language."""
    node = reader.need("service")
    if node is None:
        return dict.fromkeys(languages, "")
    if isinstance(node, Text):
        return dict.fromkeys(languages, plain(node, "'service:'", reader.faults))
    return read_words(node, "'service:'", languages, reader.faults)


def missing_phrases(
    languages: Iterable[str], own: Mapping[str, Words], house: Mapping[str, Words]
) -> dict[str, list[str]]:
    """Language -> phrases that neither the house nor the flow has words for."""
    missing: dict[str, list[str]] = {}
    for language in languages:
        for name, words in house.items():
            if language not in words and language not in own.get(name, {}):
                missing.setdefault(language, []).append(name)
    return missing
