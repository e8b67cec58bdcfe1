"""Drafts of prompts by espeak-ng: of what has no recording, and of drafts whose words have changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from audio.espeak import VoiceFault, espeak
from audio.shelf import DRAFT, MISSING, Shelf
from audio.sound import wav_bytes
from audio.takes import edited
from audio.wanted import Wanted

Owed = tuple[Shelf, Wanted]


def undrafted(shelf: Shelf, listed: Iterable[Wanted]) -> list[Owed]:
    """What a draft is owed of. A person's recording is never among them."""
    states = ((one, shelf.state(one)) for one in listed)
    return [
        (shelf, one)
        for one, state in states
        if state.made == MISSING or (state.made == DRAFT and state.outdated)
    ]


def draft(owed: Iterable[Owed], step: Callable[[str], object]) -> list[str]:
    """Makes them; ``step`` is told of each. Gives what could not be said, a line each. Raises OSError."""
    troubles: list[str] = []
    with espeak() as voice:
        for shelf, one in owed:
            try:
                shelf.put(one, wav_bytes(edited(voice.say(one.spoken, one.language))), DRAFT)
            except VoiceFault as fault:
                troubles.append(f"{one.service}/{one.key}: {fault}")
            step(one.key)
    return troubles
