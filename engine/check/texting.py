"""Rules about words that texts begin with or answer with."""

from collections.abc import Iterator

from engine.check.finding import WARNING, Finding, Rule, finding
from engine.explore import Exploration
from engine.flow import Menu
from engine.load.head import RESERVED_WORDS

LEAST_LETTERS = 4  # shorter keywords always resemble each other


def similar_keywords(exploration: Exploration) -> Iterator[Finding]:
    """Two keywords that one typing mistake turns into each other: the contact would get the other's answer."""
    flow = exploration.flow
    words = [(word, spec) for spec in flow.keywords.values() for word in (spec.name, *spec.aliases)]
    for index, (word, spec) in enumerate(words):
        known = [other for other, earlier in words[:index] if earlier is not spec]
        for other in (*known, *sorted(RESERVED_WORDS)):
            if min(len(word), len(other)) >= LEAST_LETTERS and one_typo_apart(word, other):
                what = f"the keywords '{other}' and '{word}' are one typing mistake apart"
                way_out = f"Rename '{word}'"
                yield finding(flow, spec.place, "similar-keywords", what, way_out, severity=WARNING)


def one_typo_apart(one: str, other: str) -> bool:
    """A letter more, a letter less, another letter, or two exchanged.

    >>> one_typo_apart("STATUS", "STATSU"), one_typo_apart("KPP", "KTP"), one_typo_apart("RUSAK", "RUPIAH")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    exchanged = a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or exchanged


def stop_words(exploration: Exploration) -> Iterator[Finding]:
    """STOP and its kin are understood before anything else, so as an answer or a topic they are never heard."""
    flow = exploration.flow
    for name, (topic_words, way) in flow.topics.items():
        for word in topic_words:
            if word.upper() in RESERVED_WORDS:
                what = (
                    f"'{word}' of the topic '{name}' always stops or starts texts, so it never names a topic"
                )
                yield finding(flow, way.place, "stop-word", what, "Leave it out")
    for menu in flow.steps.values():
        if isinstance(menu, Menu):
            yield from _in_menu(exploration, menu)


def _in_menu(exploration: Exploration, menu: Menu) -> Iterator[Finding]:
    for key, words in menu.spoken.items():
        for word in words:
            if word.upper() in RESERVED_WORDS:
                what = f"'{word}' for key {key} of '{menu.name}' always stops or starts texts: who writes it is signed off"
                to = exploration.entered.get(menu.name)
                place = menu.keys[key].place
                yield finding(exploration.flow, place, "stop-word", what, "Choose another word", to)


RULES: tuple[Rule, ...] = (similar_keywords, stop_words)
