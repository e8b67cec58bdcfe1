"""menu: offers keys by telephone, a numbered list by text; words where the carrier, a recording or the text brings them.

A spoken choice is recorded only after the notice in the contact's language, only where somebody listens now, and once for each
time that the menu is entered: what was not understood is asked for by keys, and counts as nobody's failure. Phases:

    '' or "keys"      keys only; "keys" once speech was not understood here
    "listening"       keys, and a tone for the voice
    "hearing"         the house was asked what was said; "wait" once the caller was told so
"""

from collections.abc import Mapping

from engine.events import Answered, Event, Keys, Said, Silence, Spoken, Tick, Typed
from engine.flow import Exit, Menu
from engine.steps.asking import Move, after_no_match, after_silence
from engine.turn import AwaitAnswer, AwaitChoice, AwaitKeys, Choose
from engine.visit import Visit

# Below this the carrier's recognition is a guess: VoiceXML's default confidencelevel, and a wrong turn costs more than
# a question.
LEAST_CONFIDENCE = 0.5
KEYS, LISTENING, HEARING, WAIT = "keys", "listening", "hearing", "wait"
PATIENCE_SECONDS = 4  # for what was said; then keys are asked for
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
        case Spoken(recording=recording) if visit.session.phase == LISTENING:
            visit.change(phase=HEARING, recording=recording)
            return _ask_what_was_said(visit, menu)
        case Answered() | Tick() if visit.session.phase in (HEARING, WAIT):
            return _hear(visit, menu, event)
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


def _ask_what_was_said(visit: Visit, menu: Menu) -> Move:
    question = Choose(visit.session.recording, phrases(visit, menu))
    return AwaitAnswer(question, PATIENCE_SECONDS)


def _hear(visit: Visit, menu: Menu, event: Event) -> Move:
    """What the house has understood; while it listens, the caller is told so once."""
    match event:
        case Tick() | Answered(outcome="waiting"):
            if visit.session.phase == HEARING:
                visit.change(phase=WAIT)
                visit.phrase("one_moment")
            return _ask_what_was_said(visit, menu)
        case Answered(outcome="chosen", fields=fields):
            chosen = _exit_of(visit, menu, fields.get("key", ""))
            if chosen:
                visit.change(recording="")
                return chosen
    visit.change(phase=KEYS, recording="")
    visit.phrase("not_understood")
    return _offer(visit, menu)


def phrases(visit: Visit, menu: Menu) -> dict[str, tuple[str, ...]]:
    """What each key may be called by: the menu's words, and the number on the key."""
    numbers = dict(enumerate(NUMBER_WORDS.get(visit.session.language, ())))
    called = {}
    for key in (*open_keys(visit, menu), *visit.flow.everywhere):
        number = (numbers[int(key)],) if key.isdecimal() and int(key) in numbers else ()
        if words := tuple(dict.fromkeys((*menu.spoken.get(key, ()), *number))):
            called[key] = words
    return called


def _may_listen(visit: Visit, menu: Menu, keys: tuple[str, ...]) -> bool:
    """Only keys of one sign: any key ends a recording, and no second one could follow."""
    session = visit.session
    spoken = any(menu.spoken.get(key) for key in keys)
    usual = session.channel == "voice" and session.phase != KEYS and all(len(key) == 1 for key in keys)
    return spoken and usual and session.language in session.consent and visit.world.hears(session.language)


def _offer(visit: Visit, menu: Menu) -> Move:
    own = open_keys(visit, menu)
    if visit.session.channel == "text":
        _list(visit, menu, own)
    else:
        visit.say_step(menu, menu.words)
        for way in own.values():
            visit.say(way.say)
    keys = tuple(dict.fromkeys((*own, *visit.flow.everywhere)))
    if _may_listen(visit, menu, keys):
        visit.phrase("say_or_press")
        visit.change(phase=LISTENING)
        return AwaitChoice(menu.seconds, keys)
    if visit.session.phase == LISTENING:
        visit.change(phase="")
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
