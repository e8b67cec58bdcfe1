"""Turn -> TwiML: the only module that writes XML.

Twilio's rules kept here: well-formed XML (error 12100), at most 64 kB (11750), Say pieces of at most 3,000 characters (13521 for
the Polly voices), verbs nested only where they may be. Control characters and lone surrogates, which XML 1.0 cannot hold, are
dropped: they come from texts, caller names and reference tables, and one of them would leave the caller with an error message.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitReturn,
    AwaitTalk,
    Choose,
    Music,
    Prompt,
    Rescue,
    Speak,
    Turn,
)

MAX_BYTES = 64_000  # Twilio refuses documents over 64 kB; we stay below whatever it counts
MAX_SAY = 3_000  # characters in one Say, the least of Twilio's limits for the voices that we use
# A spoken menu choice. The silence that ends a recording is also how long it waits for the first word; longest: what
# audio/choices.py listens to is shorter.
CHOICE_SECONDS, CHOICE_SILENCE, EVERY_KEY = 4, 2, "1234567890*#"
MUSIC_SECONDS = 10  # length of audio/music/waiting.wav
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_PLAIN = re.compile(
    "[^\t\n\r\x20!#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # nor the four of _ENTITIES
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_HEARD_VERB = re.compile(
    r"<(Say|Play)\b.*?</\1>", re.DOTALL
)  # in what we wrote ourselves: a text holds no "<"
_LOCALE = re.compile(r"\b([a-z]{2,3}-[A-Z]{2})\b")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class Desk:
    """What the rendering of one call needs beside the turn: its addresses, voices and recorded prompts.

    ``url`` makes the address that answers this turn: url("keys"). ``recorded`` gives the address of the recording of a step
    in a language, or None. ``voices`` maps a language to one of Twilio's voices.
    """

    url: Callable[[str], str]
    voices: Mapping[str, str]
    recorded: Callable[[str, str], str | None]
    music: str
    recordings: str
    choices: str
    legs: str
    talks: str = ""  # told of the recording of a talk
    time_limit: int = 3600
    caller_id: str = ""
    speech: bool = False  # may the carrier's recognition hear the caller?


def clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold.

    >>> clean("a\\x00b\\x1b\\ud800c\\ufffe")
    'abc'
    """
    return _NOT_XML.sub("", text)


def escape(text: str) -> str:
    """Text for an element or an attribute.

    >>> escape('Wati & <Budi> "X"')
    'Wati &amp; &lt;Budi&gt; &quot;X&quot;'
    """
    return _NOT_PLAIN.sub(lambda found: _ENTITIES.get(found[0], ""), text)


def element(tag: str, inner: str = "", **attributes: str | int | bool | None) -> str:
    """One element; attributes that are None are left out; inner is XML already."""
    written = "".join(f' {name}="{_value(value)}"' for name, value in attributes.items() if value is not None)
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else escape(value)


def document(*verbs: str) -> str:
    """The whole answer."""
    return f"{_HEAD}<Response>{''.join(verbs)}</Response>"


def locale(voice: str, language: str) -> str:
    """The language tag of a voice.

    >>> locale("Google.id-ID-Wavenet-A", "id"), locale("Polly.Joanna", "en"), locale("", "jv")
    ('id-ID', 'en-US', 'jv')
    """
    found = _LOCALE.search(voice)
    return found[1] if found else {"en": "en-US", "id": "id-ID"}.get(language, language)


def pieces(text: str, most: int = MAX_SAY) -> list[str]:
    """The text in pieces that one Say may hold, cut at sentences, then at spaces, then anywhere.

    >>> pieces("Satu. Dua tiga.", 8)
    ['Satu.', 'Dua', 'tiga.']
    """
    text = text.strip()
    cut = []
    while len(text) > most:
        at = text.rfind(". ", 0, most) + 1 or text.rfind(" ", 0, most + 1)
        at = at if at > 0 else most
        cut.append(text[:at].strip())
        text = text[at:].strip()
    return [*cut, text] if text else cut


def say(text: str, language: str, voices: Mapping[str, str]) -> str:
    """One Say for each piece of the text."""
    return _say(text, language, voices.get(language, ""))


@lru_cache(maxsize=2048)  # most words of a service are the same for every caller
def _say(text: str, language: str, voice: str) -> str:
    tag = locale(voice, language)
    return "".join(
        element("Say", escape(piece), language=tag, voice=voice or None) for piece in pieces(clean(text))
    )


def prompts(turn_prompts: tuple[Prompt, ...], desk: Desk) -> str:
    """What is heard: recordings where they exist, else the voice; music while waiting."""
    heard = []
    for prompt in turn_prompts:
        if isinstance(prompt, Music):
            heard.append(
                element("Play", escape(desk.music), loop=max(1, -(-prompt.seconds // MUSIC_SECONDS)))
            )
        else:
            heard.append(_speak(prompt, desk))
    return "".join(heard)


def _speak(prompt: Speak, desk: Desk) -> str:
    recording = desk.recorded(prompt.step, prompt.language) if prompt.step else None
    if recording:
        return element("Play", escape(recording))
    return say(prompt.text, prompt.language, desk.voices)


def render(turn: Turn, desk: Desk, rescue: Callable[[str], str]) -> str:
    """The answer to the carrier. ``rescue`` gives the emergency's verbs for a language.

    When there is too much to hear for one document the caller hears how it begins, and is asked all the same: a bare Redirect or
    Hangup would fit, and be silence.
    """
    keys_from = 1 + max((i for i, each in enumerate(turn.prompts) if _is_whole(each)), default=-1)
    before, heard = prompts(turn.prompts[:keys_from], desk), prompts(turn.prompts[keys_from:], desk)
    answer = _answer(turn, before, heard, desk, rescue)
    if len(answer.encode()) <= MAX_BYTES:
        return answer
    around = _answer(turn, "", "", desk, rescue)
    heard = before + heard
    room = MAX_BYTES - len(around.encode()) - len("</Gather>")  # an empty Gather is written without its end
    return _answer(turn, "", _beginning(heard, room), desk, rescue)


def _is_whole(prompt: Prompt) -> bool:
    return isinstance(prompt, Speak) and prompt.whole


def _beginning(heard: str, room: int) -> str:
    """The first verbs of what is heard, as many as have room: a number of bytes."""
    kept = []
    for verb in _HEARD_VERB.finditer(heard):
        room -= len(verb[0].encode())
        if room < 0:
            break
        kept.append(verb[0])
    return "".join(kept)


def _answer(turn: Turn, before: str, heard: str, desk: Desk, rescue: Callable[[str], str]) -> str:
    """``before`` is heard to its end; what is ``heard`` can be interrupted where keys are waited for."""
    asked = _asked(turn, heard, desk)
    if asked:
        return document(before, *asked)
    heard = before + heard
    match turn.wait:
        case AwaitRecording() as wait:
            return document(heard, _record(wait, desk), _redirect(desk, "silence"))
        case AwaitDial() as wait:
            number = element(
                "Number", escape(wait.number), statusCallback=desk.legs, statusCallbackEvent="completed"
            )
            return document(heard, _dial(number, desk, seconds=wait.seconds, limit=wait.limit))
        case AwaitTalk() as wait:
            room = conference(wait.room, desk.talks if wait.recorded else "")
            return document(heard, _dial(room, desk, seconds=0, limit=desk.time_limit))
        case AwaitReturn():
            return document(heard, _redirect(desk, "tick"))
        case Rescue():
            return document(heard, rescue(turn.session.language))
        case AwaitAnswer():
            return document(heard, element("Pause", length=1), _redirect(desk, "tick"))
        case _:
            return document(heard, element("Hangup"))


def _asked(turn: Turn, heard: str, desk: Desk) -> tuple[str, ...]:
    """The verbs of a wait in which keys interrupt what is heard; () for any other."""
    match turn.wait:
        case AwaitKeys() as wait:
            spoken = locale(desk.voices.get(turn.session.language, ""), turn.session.language)
            return _gather(wait, heard, desk, spoken), _redirect(desk, "silence")
        case AwaitChoice() as wait:
            return *_choice(wait, heard, desk), _redirect(desk, "silence")
        case AwaitPerson() | AwaitAnswer(question=Choose()):
            return _one_key(heard, desk), _redirect(desk, "tick")
        case _:
            return ()


def _gather(wait: AwaitKeys, heard: str, desk: Desk, language: str) -> str:
    speech = desk.speech and bool(wait.words)
    return element(
        "Gather",
        heard,
        input="dtmf speech" if speech else "dtmf",
        numDigits=wait.most or None,
        timeout=wait.seconds or 5,
        finishOnKey=wait.finish,  # '' makes every key input, so that '*' and '#' reach a menu
        speechTimeout="auto" if speech else None,
        language=language if speech else None,  # without it the carrier listens for American English
        hints=",".join(wait.words)[:500] if speech else None,
        action=desk.url("keys"),
        method="POST",
    )


def _one_key(heard: str, desk: Desk, seconds: int = 1) -> str:
    """Words or music that any key interrupts, then so many seconds for one."""
    return element(
        "Gather",
        heard,
        input="dtmf",
        numDigits=1,
        timeout=seconds,
        finishOnKey="",
        action=desk.url("keys"),
        method="POST",
    )


def _choice(wait: AwaitChoice, heard: str, desk: Desk) -> tuple[str, str, str]:
    """Keys while we speak; after the tone a voice, or a key, which ends the recording and comes with it; then keys again.

    An empty recording asks no action, and a trimmed one of a key alone may be empty: it is not trimmed.
    """
    recording = element(
        "Record",
        action=desk.url("spoken"),
        method="POST",
        maxLength=CHOICE_SECONDS,
        timeout=CHOICE_SILENCE,
        finishOnKey=EVERY_KEY,
        playBeep=True,
        trim="do-not-trim",
        recordingStatusCallback=desk.choices,
        recordingStatusCallbackEvent="completed",
    )
    rest = max(1, wait.seconds - CHOICE_SILENCE - 1)
    return _one_key(heard, desk), recording, _one_key("", desk, rest)


def _record(wait: AwaitRecording, desk: Desk) -> str:
    return element(
        "Record",
        action=desk.url("recording"),
        method="POST",
        maxLength=wait.seconds,
        timeout=wait.silence,
        finishOnKey=wait.finish,
        playBeep=True,
        recordingStatusCallback=desk.recordings,
        recordingStatusCallbackEvent="completed absent",
    )


def _dial(inner: str, desk: Desk, *, seconds: int, limit: int) -> str:
    return element(
        "Dial",
        inner,
        action=desk.url("dial"),
        method="POST",
        timeout=seconds or None,
        timeLimit=min(limit, desk.time_limit),
        callerId=desk.caller_id or None,
    )


def conference(room: str, recorded: str = "") -> str:
    """The room of one talk. It ends when either of the two leaves it; ``recorded`` is told of its recording, '' records nothing."""
    return element(
        "Conference",
        escape(room),
        beep=False,
        endConferenceOnExit=True,
        record="record-from-start" if recorded else None,
        recordingStatusCallback=recorded or None,
        recordingStatusCallbackEvent="completed absent" if recorded else None,
    )


def _redirect(desk: Desk, heard: str) -> str:
    return element("Redirect", escape(desk.url(heard)), method="POST")


# --- the emergency: what a caller hears when something inside has failed; needs no database and no flow ---


def emergency(
    apology: str,
    language: str,
    voices: Mapping[str, str],
    agents: tuple[str, ...],
    dialled: str,
    time_limit: int,
) -> str:
    """Apology, then the emergency agents (all rung at once). ``dialled`` is asked when the ringing ends."""
    spoken = say(apology, language, voices)
    if not agents:
        return spoken + element("Redirect", escape(dialled), method="POST")
    rung = "".join(element("Number", escape(agent)) for agent in agents)
    return spoken + element("Dial", rung, action=dialled, method="POST", timeout=20, timeLimit=time_limit)


def voicemail(words: str, language: str, voices: Mapping[str, str], recorded: str, recordings: str) -> str:
    """A message without a flow: words, tone, and thanks at ``recorded``."""
    return document(
        say(words, language, voices),
        element(
            "Record",
            action=recorded,
            method="POST",
            maxLength=120,
            timeout=5,
            finishOnKey="#",
            playBeep=True,
            recordingStatusCallback=recordings,
            recordingStatusCallbackEvent="completed absent",
        ),
        element("Redirect", escape(recorded), method="POST"),
    )


def farewell(words: str, language: str, voices: Mapping[str, str]) -> str:
    """A last sentence and the end of the call."""
    return document(say(words, language, voices), element("Hangup"))


EMPTY = document("")  # <Response></Response>: an answer to a text, whose reply goes through the outbox
