"""One pass through the steps of a flow within one turn: what was said and is owed so far, and what values are known."""

import re
from functools import lru_cache
from typing import Any

from engine.flow import CASE_FIELDS, Exit, Flow, Step, Words
from engine.lexicon import lexicon
from engine.phrases import PHRASES
from engine.session import HISTORY_LENGTH, Session
from engine.spoken import spoken, written
from engine.turn import Effect, EnterQueue, Music, Prompt, SetCase, Speak, Wait
from engine.world import World

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([a-z]+))?\}")


@lru_cache(maxsize=8192)
def parts_of(template: str) -> tuple[str | tuple[str, str], ...]:
    """A text cut at its placeholders.

    >>> parts_of("Laporan {tiket:digits} kami terima.")
    ('Laporan ', ('tiket', 'digits'), ' kami terima.')
    """
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        if match.start() > end:
            parts.append(template[end : match.start()])
        parts.append((match[1], match[2] or ""))
        end = match.end()
    if end < len(template):
        parts.append(template[end:])
    return tuple(parts)


@lru_cache(maxsize=8192)
def _speakable(text: str, language: str) -> str:
    return lexicon(text, language)


class Visit:
    """The turn being made. Steps call it to speak, owe, set and remember; nobody else keeps one."""

    def __init__(self, flow: Flow, session: Session, world: World) -> None:
        self.flow = flow
        self.session = session
        self.world = world
        self.prompts: list[Prompt] = []
        self.effects: list[Effect] = []
        self.ways: list[tuple[str, Exit]] = []  # step left, exit taken
        self.waiting: Wait | None = None

    # --- the session ---

    def change(self, **fields: Any) -> None:
        """Go on with a session that differs in these fields."""
        self.session = self.session.but(**fields)

    def remember(self, step: Step) -> None:
        """This step is a question that '*' may lead back to."""
        history = self.session.history
        if not history or history[-1] != step.name:
            self.change(history=(*history, step.name)[-HISTORY_LENGTH:])

    def assign(self, values: Any) -> None:
        """Apply a `set:`: language, case fields, variables."""
        if not values:
            return
        case = {name: value for name, value in values.items() if name in CASE_FIELDS}
        variables = {
            name: value for name, value in values.items() if name not in CASE_FIELDS and name != "language"
        }
        if case:
            self.change(case={**self.session.case, **case})
            if self.session.ticket:
                self.owe(SetCase(case))
        if variables:
            self.change(variables={**self.session.variables, **variables})
        if "language" in values:
            self.change(language=values["language"])

    def keep(self, variable: str, value: str, *, secret: bool = False) -> None:
        """What the contact gave; a secret lives for this turn only."""
        if secret:
            self.change(secret={**self.session.secret, variable: value})
        else:
            self.change(variables={**self.session.variables, variable: value})

    def opened(self, ticket: str) -> None:
        """The contact's case is open: its number can be said from now on."""
        if ticket:
            self.keep("tiket", ticket)
            self.change(ticket=ticket)

    # --- values ---

    def value(self, name: str) -> str:
        """What a placeholder stands for: '' when nothing is known under that name."""
        session = self.session
        if name in session.secret:
            return session.secret[name]
        if name in session.variables:
            return session.variables[name]
        if name in self.flow.constants:
            return self.flow.constants[name]
        return self._known(name)

    def _known(self, name: str) -> str:
        language = self.session.language
        match name:
            case "layanan":
                return self.flow.service.get(language, self.flow.id)
            case "nomor":
                return self.session.contact
            case "hari_ini":
                return self.world.today.isoformat()
            case "jam":
                return self.world.hours_in_words(next(iter(self.flow.hours), ""), language)
            case "posisi":
                return str(self.world.place(self._entering())[0])
            case "menit":
                return str(self.world.place(self._entering())[1])
            case _:
                return ""

    def _entering(self) -> EnterQueue | None:
        """The queue that this very turn enters: its row is written when the turn is over."""
        return next((owed for owed in reversed(self.effects) if isinstance(owed, EnterQueue)), None)

    def fill(self, template: str, language: str = "") -> str:
        """The template with its values as this channel says them: spoken on the telephone, written in a text."""
        language = language or self.session.language
        voice = self.session.channel == "voice"
        said = []
        for part in parts_of(template):
            if isinstance(part, str):
                said.append(_speakable(part, language) if voice else part)
            elif voice:
                said.append(_speakable_value(self._said(part[0]), part[1], language, self._zone()))
            else:
                said.append(written(self._said(part[0]), part[1], language, self._zone()))
        return "".join(said)

    def _said(self, name: str) -> str:
        """A value in a sentence. An empty one, as of a keyword that came by itself, is as missing as one that is not there."""
        return self.value(name) or (self.flow.constants[name] if name in self.flow.constants else "")

    def _zone(self) -> str:
        return ZONES.get(self.flow.timezone, "WIB")

    def plain(self, template: str) -> str:
        """The template with its values as they are: for look-ups and notes, never for ears."""
        return "".join(part if isinstance(part, str) else self.value(part[0]) for part in parts_of(template))

    # --- prompts and effects ---

    def say(
        self, words: Words | None, *, step: str = "", every_language: bool = False, whole: bool = False
    ) -> None:
        """Speak these words in the contact's language (or in all); ``whole``: no key interrupts them."""
        if not words:
            return
        languages = self.flow.languages if every_language else (self.session.language,)
        for language in languages:
            template = words.get(language) or words.get(self.flow.language, "")
            fixed = "{" not in template
            text = self.fill(template, language)
            if text.strip():
                self.prompts.append(Speak(text, language, step if fixed else "", whole))

    def say_step(self, step: Step, words: Words | None) -> None:
        """Speak a step's own words, or its written ones in a text."""
        if self.session.channel == "text" and step.written is not None:
            words = step.written
        everywhere = step.every_language and self.session.channel == "voice"
        self.say(words, step=step.name, every_language=everywhere, whole=bool(step.notice))
        if step.notice:
            heard = self.flow.languages if step.every_language else (self.session.language,)
            self.change(consent=tuple(dict.fromkeys((*self.session.consent, *heard))))

    def phrase(self, name: str) -> None:
        """Speak one of the house's own phrases (engine/phrases.py), or the flow's wording of it."""
        words = self.flow.phrases.get(name) or PHRASES[name]
        self.say(words, step=f"phrase-{name}", whole=name == "notice")

    def music(self, seconds: int) -> None:
        """Play something while the contact waits."""
        self.prompts.append(Music(seconds))

    def owe(self, effect: Effect) -> None:
        """Something to be done in the same transaction."""
        self.effects.append(effect)


@lru_cache(maxsize=2048)
def _speakable_value(value: str, form: str, language: str, zone: str) -> str:
    said = spoken(value, form, language, zone)
    return said if form else lexicon(said, language)
