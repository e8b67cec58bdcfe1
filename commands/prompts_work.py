"""What `prompts` does: drafts by a voice, takes from a folder."""

from __future__ import annotations

import difflib
import wave
from pathlib import Path

from audio.espeak import VoiceFault, espeak
from audio.faults import SoundFault
from audio.levels import FLOOR, Flaw, Measured, flaws, measure
from audio.shelf import DRAFT, MISSING, TAKE, Shelf
from audio.sound import TELEPHONE_RATE, read, wav_bytes
from audio.takes import edited
from audio.wanted import Wanted
from commands.progress import Bar

SOUNDS = {".wav", ".mp3", ".flac", ".ogg", ".aiff", ".aif", ".m4a"}
STUDIO_RATE = 48_000  # takes are read at this rate: where a microphone was too loud can still be seen


def heard(path: Path, one: Wanted) -> tuple[Measured, tuple[Flaw, ...]]:
    """How the recording that callers hear sounds, and what is wrong with it."""
    try:
        sound = read(path, rate=TELEPHONE_RATE)
    except SoundFault as fault:
        return Measured(0, FLOOR, FLOOR, 0, 0, 0, 0), (Flaw("unreadable", fault.what, "record it again"),)
    measured = measure(sound.legs[0], TELEPHONE_RATE)
    found = list(flaws(measured, one.spoken))
    if not telephonic(path):
        found.insert(0, Flaw("format", "not 8,000 Hz, mono, 16 bit PCM", "import it: that converts it"))
    return measured, tuple(found)


def telephonic(path: Path) -> bool:
    """Is it 8,000 Hz, mono, 16 bit PCM? Carriers make something else of other kinds, each in its own way."""
    try:
        with wave.open(str(path)) as file:
            return (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (TELEPHONE_RATE, 1, 2)
    except (wave.Error, EOFError):  # wave knows no format but PCM
        return False


def draft_missing(services: dict[str, list[Wanted]], prompts: Path) -> list[str]:
    """A draft for everything that has no recording, or a draft of other words. Gives what could not be said."""
    owed = []
    for service, listed in services.items():
        shelf = Shelf(prompts, service)
        states = ((one, shelf.state(one)) for one in listed)
        owed += [
            (shelf, one)
            for one, state in states
            if state.made == MISSING or (state.made == DRAFT and state.outdated)
        ]
    troubles: list[str] = []
    with espeak() as voice, Bar("drafts", len(owed)) as bar:
        for shelf, one in owed:
            try:
                shelf.put(one, wav_bytes(edited(voice.say(one.spoken, one.language))), DRAFT)
            except VoiceFault as fault:
                troubles.append(f"{one.service}/{one.key}: {fault}")
            bar.step(one.key)
    return troubles


def take_in(folder: Path, services: dict[str, list[Wanted]], prompts: Path, *, replace: bool) -> list[str]:
    """Every take of the folder into its place. Gives what stayed outside, and why; the others go in.

    Raises NotADirectoryError when there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: no such folder")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS and path.is_file())
    if not files:
        return [f"{folder}: no recordings here ({', '.join(sorted(SOUNDS))})"]
    shelves = {service: Shelf(prompts, service) for service in services}
    troubles: list[str] = []
    with Bar("takes", len(files)) as bar:
        for path in files:
            name = path.relative_to(folder).with_suffix("").as_posix()
            trouble = _take(path, name, services, shelves, replace)
            troubles += [f"{path}: {trouble}"] if trouble else []
            bar.step(name)
    return troubles


def _take(
    path: Path, name: str, services: dict[str, list[Wanted]], shelves: dict[str, Shelf], replace: bool
) -> str:
    """Takes one recording in; "" or why it stayed outside."""
    fits = fitting(name, services)
    if len(fits) != 1:
        return _unplaced(name, fits, services)
    one, shelf = fits[0], shelves[fits[0].service]
    try:
        take = read(path, rate=STUDIO_RATE)
    except SoundFault as fault:
        return str(fault)
    raw = measure(take.legs[0], STUDIO_RATE)
    made = edited(take)
    bad = [flaw for flaw in flaws(raw, "") if flaw.code in ("silent", "clipped")]
    bad += flaws(measure(made.legs[0], TELEPHONE_RATE), one.spoken)
    if bad:
        return "; ".join(f"{flaw.code}: {flaw.what}; {flaw.way_out}" for flaw in bad[:2])
    sound = wav_bytes(made)
    if shelf.state(one).made == TAKE and not replace and shelf.path(one).read_bytes() != sound:
        return (
            f"{one.service}/{one.key} has a person's recording already; --replace puts this one in its place"
        )
    shelf.put(one, sound, TAKE)
    return ""


def fitting(name: str, services: dict[str, list[Wanted]]) -> list[Wanted]:
    """Which recordings a take of this name can be: SERVICE/LANGUAGE/STEP, LANGUAGE/STEP or STEP."""
    everything = [one for listed in services.values() for one in listed]
    for spelling in (lambda one: f"{one.service}/{one.key}", lambda one: one.key, lambda one: one.step):
        fits = [one for one in everything if spelling(one) == name]
        if fits:
            return fits
    return []


def _unplaced(name: str, fits: list[Wanted], services: dict[str, list[Wanted]]) -> str:
    if fits:
        places = ", ".join(f"{one.service}/{one.key}" for one in fits[:4])
        return f"may be {places}; name the service and --language, or the take SERVICE/LANGUAGE/STEP"
    names = {one.step for listed in services.values() for one in listed}
    near = difflib.get_close_matches(name.rsplit("/", 1)[-1], names, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"no step plays '{name}'{hint}; the list of `python app.py prompts` has the names"
