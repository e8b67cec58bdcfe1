"""The words that callers of a service are likely to use, taken from what the service itself says: its menus, topics and names.

A recogniser that has been shown a word hears it more often: "QRIS" and not "kris", "Coretax" and not "kortek". They go
to the engine with every recording. Whisper is not shown them: all other words got worse (docs/decisions/0020).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.flow import Flow, Menu
from engine.words_of import words_of as texts_of

MOST = 40  # words and phrases; more of them crowd out the ones that matter
_NAME = re.compile(
    r"\b[A-Z][^\W\d_-]*(?:-[A-Z][^\W\d_-]*)*(?: [A-Z][^\W\d_-]*(?:-[A-Z][^\W\d_-]*)*)*\b(?!-)"
)  # words with capitals
_OFFER = re.compile(r"(?:untuk|for) (.+?),? (?:tekan|press)\b", re.IGNORECASE)  # what a key of a menu is for
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")


def words_of(flow: Flow, language: str, corrected: Iterable[str] = ()) -> tuple[str, ...]:
    """The service's own words and phrases in ``language``, the most telling first, at most MOST, none twice.

    First what people corrected in earlier transcripts (``corrected``), then the service's name, acronyms and names (capitals
    inside a sentence), then what the keys of its menus offer and what menus and topics listen for. Nothing for a language that
    the flow does not speak.
    """
    if language not in flow.languages:
        return ()
    said = list(_said(flow, language))
    chosen: dict[str, str] = {}
    for word in (
        *corrected,
        re.sub(
            r"\d+", "", _in(flow.service, language)
        ),  # a number in the prompt makes a recogniser write digits
        *_names(said),
        *_offered(said),
        *_listened_for(flow, said),
    ):
        plain = " ".join(word.split())
        if plain:
            chosen.setdefault(plain.casefold(), plain)
    return tuple(chosen.values())[:MOST]


def _said(flow: Flow, language: str) -> Iterator[str]:
    """Everything the service speaks, without what is filled in later. Texts are left out: their keywords are never spoken."""
    for step in flow.steps.values():
        for words in texts_of(step):
            if words is not step.written:
                yield _PLACEHOLDER.sub(" ", _in(words, language))


def _names(said: list[str]) -> list[str]:
    """What is written with a capital inside a sentence or in capitals: acronyms first, then the most frequent."""
    counted: Counter[str] = Counter()
    for text in said:
        for sentence in _SENTENCE.split(text):
            first, _, rest = sentence.partition(" ")
            counted.update(_NAME.findall(f"{first if first.isupper() else ''} {rest}"))
    return sorted(counted, key=lambda name: (not name.isupper(), -counted[name], name))


def _offered(said: list[str]) -> Iterator[str]:
    """'uang rusak atau cacat' of 'Untuk uang rusak atau cacat, tekan 1.'"""
    for text in said:
        yield from _OFFER.findall(text)


def _listened_for(flow: Flow, said: list[str]) -> Iterator[str]:
    """The words of menus and topics. They carry no language, so a language gets those that its own texts contain."""
    own = set(re.findall(r"\w+", " ".join(said).casefold()))
    menus = [
        words for step in flow.steps.values() if isinstance(step, Menu) for words in step.spoken.values()
    ]
    topics = [words for words, _ in flow.topics.values()]
    for words in menus + topics:
        yield from (word for word in words if all(part in own for part in word.casefold().split()))


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language, "")
