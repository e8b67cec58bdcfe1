"""Vosk's own site: which models it has, and one of them fetched, counted and compared with its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from audio.faults import ModelFault

SITE = "https://alphacephei.com/vosk/models/"
LIST = "model-list.json"

_TIMEOUT = (10, 60)  # seconds to connect, and between two pieces
_PIECE = 256 * 1024
_MOST_OF_LIST = 4 * 1024 * 1024
_BY_HAND = "fetch the archive elsewhere and install it: python app.py models install ARCHIVE --language xx"


@dataclass(frozen=True)
class Offer:
    """One model on the site's list. ``md5`` is all that the site publishes: against accidents, not against malice."""

    name: str
    language: str
    size: int
    kind: str  # small, big ...
    md5: str
    url: str


def offers(site: str = SITE) -> list[Offer]:
    """Every model that the site still recommends. Raises ModelFault without internet or with an odd list."""
    address = urljoin(site, LIST)
    _allowed(address)
    try:
        with requests.get(address, timeout=_TIMEOUT, stream=True, allow_redirects=False) as answer:
            answer.raise_for_status()
            if answer.status_code != 200:
                raise ModelFault(f"{address} answers {answer.status_code}", _BY_HAND)
            listed = _json(answer)
    except requests.RequestException as problem:
        raise ModelFault(f"{address} cannot be reached ({_short(problem)})", _BY_HAND) from None
    try:
        if not isinstance(listed, list):
            raise TypeError("a list of models is a list")
        return [_offer(each, site) for each in listed if each["obsolete"] != "true"]
    except (KeyError, TypeError, ValueError):
        raise ModelFault(f"{address} is not the list of models that it was", _BY_HAND) from None


def choose(offered: list[Offer], language: str, name: str | None = None) -> Offer:
    """The named model, or the small one of the language. Site's languages are like ko, cn, en-us."""
    fitting = [offer for offer in offered if offer.language.split("-")[0] == language]
    if name:
        fitting = [offer for offer in offered if offer.name == name]
    chosen = next((offer for offer in fitting if name or offer.kind == "small"), None)
    if chosen is not None:
        return chosen
    if fitting:
        names = ", ".join(offer.name for offer in fitting)
        raise ModelFault(f"the site has no small model for {language}", f"choose one with --name: {names}")
    languages = ", ".join(sorted({offer.language for offer in offered}))
    raise ModelFault(
        f"the site has no model {name}" if name else f"the site has no model for {language}",
        f"it has: {languages}",
    )


def fetch(offer: Offer, target: Path, step: Callable[[int], None]) -> None:
    """Writes the archive to ``target``, at most as long as the list says. Raises ModelFault; a part may remain."""
    _allowed(offer.url)
    digest, written = hashlib.md5(usedforsecurity=False), 0
    try:
        with (
            requests.get(offer.url, timeout=_TIMEOUT, stream=True, allow_redirects=False) as answer,
            open(target, "wb") as file,
        ):
            answer.raise_for_status()
            for piece in answer.iter_content(_PIECE):
                written += len(piece)
                if written > offer.size:
                    break
                digest.update(piece)
                file.write(piece)
                step(len(piece))
    except requests.RequestException as problem:
        raise ModelFault(f"{offer.url} broke off ({_short(problem)})", "try again, or " + _BY_HAND) from None
    except OSError as problem:
        raise ModelFault(
            f"{target} cannot be written ({problem.strerror})", "see to room and rights"
        ) from None
    if written != offer.size or digest.hexdigest() != offer.md5.lower():
        raise ModelFault(
            f"{offer.url} is not what the site's list promises: {written:,} bytes", "try again later"
        )


def _allowed(address: str) -> None:
    """Encrypted, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise ModelFault(f"{address} is not an https address", "a site of models needs https")


def _json(answer: requests.Response) -> Any:
    body = b""
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) > _MOST_OF_LIST:
            raise ModelFault(f"{answer.url} is longer than a list of models", _BY_HAND)
    try:
        return requests.compat.json.loads(body)
    except ValueError:
        raise ModelFault(f"{answer.url} is not the list of models that it was", _BY_HAND) from None


def _offer(fields: dict[str, Any], site: str) -> Offer:
    url = str(fields["url"])
    if urlsplit(url).netloc != urlsplit(site).netloc:
        raise ValueError(f"{url} leads to another site")
    return Offer(
        str(fields["name"]),
        str(fields["lang"]),
        int(fields["size"]),
        str(fields["type"]),
        str(fields["md5"]),
        url,
    )


def _short(problem: requests.RequestException) -> str:
    """Requests tells whole chains of causes; people need one of three."""
    if problem.response is not None:
        return f"it answers {problem.response.status_code}"
    return "no answer in time" if isinstance(problem, requests.Timeout) else "no connection"
