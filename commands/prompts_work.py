"""What `prompts` does: drafts by a voice, takes from a folder."""

from __future__ import annotations

import difflib
from pathlib import Path

from audio.drafting import draft, undrafted
from audio.faults import SoundFault
from audio.shelf import TAKE, Shelf
from audio.sound import read
from audio.taking import STUDIO_RATE, taken
from audio.wanted import Wanted
from commands.progress import Bar

SOUNDS = {".wav", ".mp3", ".flac", ".ogg", ".aiff", ".aif", ".m4a"}


def draft_missing(services: dict[str, list[Wanted]], prompts: Path) -> list[str]:
    """A draft for everything that has no recording, or a draft of other words. Gives what could not be said."""
    owed = [
        each for service, listed in services.items() for each in undrafted(Shelf(prompts, service), listed)
    ]
    with Bar("drafts", len(owed)) as bar:
        return draft(owed, bar.step)


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
    made = taken(take, one.spoken)
    if made.flaws:
        return "; ".join(f"{flaw.code}: {flaw.what}; {flaw.way_out}" for flaw in made.flaws[:2])
    if shelf.state(one).made == TAKE and not replace and shelf.path(one).read_bytes() != made.sound:
        return (
            f"{one.service}/{one.key} has a person's recording already; --replace puts this one in its place"
        )
    shelf.put(one, made.sound, TAKE)
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
