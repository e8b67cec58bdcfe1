"""ask: collects a value and checks its format. A secret one lives for this turn only."""

from engine.events import Event, Keys, Said, Silence, Typed
from engine.flow import BACK, Ask, Exit
from engine.identifiers import FORMATS
from engine.steps.asking import Move, after_no_match, after_silence
from engine.turn import AwaitKeys
from engine.visit import Visit


def enter(visit: Visit, ask: Ask) -> Move:
    """Ask for the value."""
    visit.remember(ask)
    return _ask(visit, ask)


def resume(visit: Visit, ask: Ask, event: Event) -> Move:
    """Take the value if it has the right form."""
    match event:
        case Keys(digits="*") if BACK_KEY in visit.flow.everywhere:
            return visit.flow.everywhere[BACK_KEY]
        case Keys(digits=raw) | Typed(body=raw) | Said(words=raw):
            return _take(visit, ask, raw)
        case Silence():
            return after_silence(visit, ask.silence) or _ask(visit, ask)
        case _:
            return _ask(visit, ask)


BACK_KEY = "*"
SIZED = ("digits", "number")  # formats of which an ask says how long they are


def read(format_name: str, raw: str, least: int, most: int) -> str | None:
    """The value in its normal form, or None when it has not the format or not the length."""
    value = FORMATS[format_name].parse(raw)
    if value is None:
        return None
    if format_name in SIZED and not least <= len(value) <= (most or len(value)):
        return None
    return value


def _take(visit: Visit, ask: Ask, raw: str) -> Move:
    if not raw:
        return after_silence(visit, ask.silence) or _ask(visit, ask)
    value = read(ask.format, raw, ask.least, ask.most)
    if value is None:
        return after_no_match(visit, ask.no_match, "bad_value") or _ask(visit, ask)
    visit.keep(ask.variable, value, secret=ask.secret)
    return ask.options.get(value, ask.then)


def _ask(visit: Visit, ask: Ask) -> Move:
    visit.say_step(ask, ask.words)
    if ask.format == "yes_no":
        return AwaitKeys(1, "", ask.seconds, options=("1", "2", *_back(visit)), answer="yes_no")
    # No number of digits ends the input: callers who are told to press '#' do, and it would answer the next question.
    return AwaitKeys(0, "#", ask.seconds, answer=ask.format, secret=ask.secret)


def _back(visit: Visit) -> tuple[str, ...]:
    way: Exit | None = visit.flow.everywhere.get(BACK_KEY)
    return (BACK_KEY,) if way is not None and way.to == BACK else ()
