"""A way as a script that `python app.py call NUMBER --script FILE` (or `text`) plays.

What the contact does are its lines; what the house must answer meanwhile stands in comments, because no telephone does that.
"""

from collections.abc import Iterator, Sequence

from engine.events import (
    Event,
    HungUp,
    Keys,
    Keyword,
    Recorded,
    Silence,
    Spoken,
    Started,
    Topic,
    Typed,
    Unmatched,
)
from engine.explore import Passage
from engine.flow import Flow
from engine.turn import AwaitKeys, Speak

MESSAGE, SPOKEN = "pesan.wav", "pilihan.wav"  # sounds that whoever plays the script has beside it
LONGEST = 60  # letters of what is expected to be heard
_USUAL = ("open", "free", "soon", "keys only")  # answers of a house in office hours, not worth a line


def script(flow: Flow, way: Sequence[Passage], heading: str) -> list[str]:
    """The lines of the script. The last expects the words to which the way leads, where they are always the same."""
    text = bool(way) and way[0].turn.session.channel == "text"
    lines = [f"# {heading}", *(f"# {need}" for need in needs(way))]
    for passage in way:
        lines += _text_lines(flow, passage) if text else _call_lines(passage)
    return [*lines, *([] if text else _expected(way))]


def needs(way: Sequence[Passage]) -> list[str]:
    """What must be true of the house: 'hours petugas: closed'."""
    asked = dict.fromkeys(fact for passage in way for fact in passage.facts if fact[1] not in _USUAL)
    told = [f"{question}: {answer}" for question, answer in asked]
    days = [
        one for passage in way for one in passage.heard if one.startswith(("(on ", "(landline", "(number"))
    ]
    return [*told, *(day.strip("()") for day in dict.fromkeys(days))]


def _call_lines(passage: Passage) -> Iterator[str]:
    event = passage.event
    match event:
        case Keys(digits=digits):
            yield digits + _finish(passage, digits)
        case Silence():
            yield "silence"
        case Recorded(seconds=seconds, hung_up=hung_up):
            yield f"record {MESSAGE}{' hangup' if hung_up else ''}" if seconds else "silence"
        case Spoken():
            yield f"say {SPOKEN}"
        case HungUp():
            yield "hang up"
        case _:
            yield from _told(passage)


def _finish(passage: Passage, digits: str) -> str:
    """The key that ends what is keyed in, where it does not end by its length."""
    wait = passage.before.turn.wait if passage.before is not None else None
    if not isinstance(wait, AwaitKeys):
        return ""
    return wait.finish if len(digits) != wait.most else ""


def _text_lines(flow: Flow, passage: Passage) -> Iterator[str]:
    event = passage.event
    match event:
        case Keyword(name=name, fields=fields):
            yield " ".join((name, *filter(None, fields.values())))
        case Keys(digits=words) | Typed(body=words) | Unmatched(body=words):
            yield words
        case Topic(name=name):
            yield flow.topics[name][0][0]
        case Started():
            yield "halo"
        case _:
            yield from _told(passage)


def _told(passage: Passage) -> Iterator[str]:
    if not _begins(passage.event):
        yield from (f"# {told}" for told in passage.heard)


def _begins(event: Event) -> bool:
    return isinstance(event, Started)


def _expected(way: Sequence[Passage]) -> list[str]:
    for prompt in reversed(way[-1].turn.prompts if way else ()):
        if isinstance(prompt, Speak) and prompt.step:
            return [
                f"expect {prompt.text[:LONGEST].rsplit(' ', 1)[0] if len(prompt.text) > LONGEST else prompt.text}"
            ]
    return []
