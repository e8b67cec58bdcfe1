"""When something inside fails the call still goes on: apology in the caller's language, emergency agents, voicemail.

Needs no database and no flow file: the words are the house's own, the agents are in the settings. The same answers are written as
plain files (``write_files``), for a second place to serve when we cannot answer at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.flow import Flow
from engine.phrases import PHRASES
from ivr import twiml

VOICES: Mapping[str, str] = {"id": "Google.id-ID-Wavenet-A", "en": "Google.en-US-Neural2-F"}


@dataclass(frozen=True)
class Emergency:
    """Built once at start. ``base`` is the public URL."""

    base: str
    agents: tuple[str, ...]
    time_limit: int

    def verbs(self, language: str, voices: Mapping[str, str] = VOICES) -> str:
        """The verbs that end a turn which cannot go on by itself."""
        words, spoken = _words("sorry", language)
        dialled = f"{self.base}/ivr/emergency/dialled?language={spoken}"
        return twiml.emergency(words, spoken, {**VOICES, **voices}, self.agents, dialled, self.time_limit)

    def answer(self, language: str) -> str:
        """The whole answer: apology, agents, voicemail."""
        return twiml.document(self.verbs(language))

    def after_agents(self, language: str, dial_status: str) -> str:
        """Nobody answered: a message. Somebody did: the call is over."""
        if dial_status == "completed":
            return twiml.document(twiml.element("Hangup"))
        words, spoken = _words("emergency_message", language)
        recorded = f"{self.base}/ivr/emergency/recorded?language={spoken}"
        return twiml.voicemail(words, spoken, VOICES, recorded, f"{self.base}/ivr/recordings")

    def thanks(self, language: str) -> str:
        """The message is kept."""
        words, spoken = _words("emergency_thanks", language)
        return twiml.farewell(words, spoken, VOICES)

    def not_in_service(self, language: str) -> str:
        """A call that is not ours at all (another account's, on a number we do not serve)."""
        words, spoken = _words("not_in_service", language)
        return twiml.farewell(words, spoken, VOICES)


def _words(phrase: str, language: str) -> tuple[str, str]:
    """The phrase and the language it is in: the caller's if we have it, else Indonesian."""
    known = PHRASES[phrase]
    spoken = language if language in known else "id"
    return known[spoken], spoken


def write_files(emergency: Emergency, flows: Sequence[Flow], folder: Path) -> list[Path]:
    """One file for each service and language, for a TwiML Bin, a second machine or a proxy to serve when we are down."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for flow in flows:
        for language in flow.languages:
            path = folder / f"{flow.id}.{language}.xml"
            draft = path.with_suffix(".part")
            draft.write_text(emergency.answer(language), encoding="utf-8")
            draft.replace(path)
            written.append(path)
    return written
