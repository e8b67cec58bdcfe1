"""menu: offers keys by telephone, a numbered list by text; words where the carrier or the text brings them."""

from collections.abc import Mapping

from engine.events import Event, Keys, Said, Silence, Typed
from engine.flow import Exit, Menu
from engine.steps.asking import Move, after_no_match, after_silence
from engine.turn import AwaitKeys
from engine.visit import Visit

# Below this the carrier's recognition is a guess: VoiceXML's default confidencelevel, and a wrong turn costs more than
# a question.
LEAST_CONFIDENCE = 0.5
NUMBER_WORDS = {
    "id": "kosong satu dua tiga empat lima enam tujuh delapan sembilan".split(),
    "en": "zero one two three four five six seven eight nine".split(),
}


def enter(visit: Visit, menu: Menu) -> Move:
    """Offer the keys that exist today."""
    visit.remember(menu)
    return _offer(visit, menu)


def resume(visit: Visit, menu: Menu, event: Event) -> Move:
    """Go where the key leads."""
    match event:
        case Keys(digits=digits):
            chosen = _exit_of(visit, menu, digits)
        case Typed(body=body):
            chosen = _exit_of(visit, menu, body.strip()) or _by_words(visit, menu, body)
        case Said(words=words, confidence=confidence):
            unsure = 0 <= confidence < LEAST_CONFIDENCE
            chosen = None if unsure else _by_words(visit, menu, words)
        case Silence():
            return after_silence(visit, menu.silence) or _offer(visit, menu)
        case _:
            return _offer(visit, menu)
    return chosen or after_no_match(visit, menu.no_match) or _offer(visit, menu)


def open_keys(visit: Visit, menu: Menu) -> Mapping[str, Exit]:
    """The menu's own keys that exist today."""
    return {key: way for key, way in menu.keys.items() if way.between.holds(visit.world.today)}


def _exit_of(visit: Visit, menu: Menu, digits: str) -> Exit | None:
    own = open_keys(visit, menu)
    return own.get(digits) or visit.flow.everywhere.get(digits)


def _by_words(visit: Visit, menu: Menu, words: str) -> Exit | None:
    said = " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())
    for key, way in open_keys(visit, menu).items():
        accepted = menu.spoken.get(key, ())
        if said in accepted or any(f" {word} " in f" {said} " for word in accepted):
            return way
    numbers = NUMBER_WORDS.get(visit.session.language, [])
    return _exit_of(visit, menu, str(numbers.index(said))) if said in numbers else None


def _offer(visit: Visit, menu: Menu) -> Move:
    own = open_keys(visit, menu)
    if visit.session.channel == "text":
        _list(visit, menu, own)
    else:
        visit.say_step(menu, menu.words)
        for way in own.values():
            visit.say(way.say)
    keys = tuple(dict.fromkeys((*own, *visit.flow.everywhere)))
    words = tuple(word for key in own for word in menu.spoken.get(key, ()))
    return AwaitKeys(max(map(len, keys), default=1), "", menu.seconds, options=keys, words=words)


def _list(visit: Visit, menu: Menu, own: Mapping[str, Exit]) -> None:
    """The numbered list of a text; a menu whose options have no labels sends its words."""
    if menu.written is not None:
        visit.say_step(menu, menu.words)
        return
    if not all(way.label for way in own.values()):
        visit.say_step(menu, menu.words)
        return
    language, first = visit.session.language, visit.flow.language
    lines = []
    for key, way in own.items():
        label = way.label or {}
        lines.append(f"{key} {label.get(language) or label.get(first, '')}")
    visit.say({language: "\n".join(lines)})
    visit.phrase("menu_hint")
