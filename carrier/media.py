"""Fetching the sound of a recording.

The address is made of the configured carrier, our account and a checked Sid, never taken from what anybody
told us. Credentials go to that carrier only. Where it redirects to, everything is looked at again: https, every
address public, no credentials (fault list, E1 and E2). The sound goes out in pieces as it comes; whether it is
whole is known at the end, by its length and by its own header.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi

from carrier import addresses

_SID = re.compile(r"RE[0-9a-f]{32}")
_ODD = re.compile(r"[^\x21-\x7e]|\\")
_PORTS = {"https": 443, "http": 80}
_REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 3
PIECE = 65_536
HEAD = 4_096  # bytes in which a WAV has told what it is
# PCM, A-law, mu-law, and the form in which those are called by a long name: twilio.com/docs/voice/api/recording.
_SOUNDS = {1: "PCM", 6: "A-law", 7: "mu-law", 0xFFFE: "extensible"}
_OPEN = (0, 0xFFFFFFFF)  # lengths that a WAV written while it was heard has in its header

LATER = "later"  # it may work another time
NOT_READY = "not_ready"  # the carrier does not have it, or not yet
ODD = "odd"  # something came that is no whole sound: a few tries are enough
NEVER = "never"


class NotFetched(Exception):
    """No whole sound came. ``kind`` is one of the above; the text is for an operator."""

    def __init__(self, kind: str, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.kind, self.retry_after = kind, retry_after


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, between two bytes and for the whole; bytes; bytes a second after ``patience`` seconds.

    120 MB is an hour of two channels of 16 bit at 8,000 Hz.
    """

    connect: float = 5.0
    read: float = 10.0
    whole: float = 300.0
    most_bytes: int = 120_000_000
    slowest: float = 1_000.0
    patience: float = 15.0


@dataclass(frozen=True)
class Fetched:
    """What came: the number of bytes, their SHA-256, and "wav" or "mp3"."""

    size: int
    sha256: str
    format: str


@dataclass(frozen=True)
class _Place:
    scheme: str
    host: str
    port: int
    target: str
    addresses: tuple[str, ...]
    ours: bool  # the configured carrier itself: it gets our credentials

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


class _Deadline:
    """The end of everything about one recording. Limits between bytes know nothing of who drips them."""

    def __init__(self, whole: float) -> None:
        self._whole, self._began = whole, time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def passed(self) -> bool:
        return self.seconds() >= self._whole

    def told(self, fault: Exception | None = None) -> str:
        """What stopped us, in a word or two."""
        if self.passed():
            return f" (it took longer than {self._whole:g} seconds)"
        return type(fault).__name__ if fault else ""

    @contextmanager
    def over(self, sock: socket.socket) -> Iterator[None]:
        """Cuts the connection when the time is up, whatever waits for it."""
        timer = threading.Timer(max(0.0, self._whole - self.seconds()), _cut, (sock,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True)
class Media:
    """The recordings of one account. ``inside``: hosts ("host" or "host:port") that may be redirected to
    although they are not public, over http too. Safe for several threads.
    """

    account_sid: str
    token: str = field(repr=False)
    api_url: str
    inside: tuple[str, ...] = ()
    limits: Limits = Limits()

    def fetch(
        self, sid: str, into: Callable[[bytes], object], beat: Callable[[], object] = lambda: None
    ) -> Fetched:
        """Gives a recording's sound to ``into``, piece by piece. Raises NotFetched, then what was given is void.

        ``beat`` is called between pieces; what it and ``into`` raise goes on to the caller.
        """
        if not _SID.fullmatch(sid):
            raise NotFetched(NEVER, f"{sid[:70]!r} is not the Sid of a recording")
        deadline = _Deadline(self.limits.whole)
        place = self._carrier(f"/2010-04-01/Accounts/{self.account_sid}/Recordings/{sid}.wav")
        for _ in range(MOST_REDIRECTS + 1):
            with self._asked(place, deadline) as answer:
                if answer.status not in _REDIRECTS:
                    _accept(answer)
                    return self._take(answer, deadline, into, beat)
                location = answer.headers.get("Location", "")
            place = self._elsewhere(place, location)
        raise NotFetched(LATER, f"the carrier redirects this recording more than {MOST_REDIRECTS} times")

    # -- where

    def _carrier(self, target: str) -> _Place:
        parts = urlsplit(self.api_url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        return _Place(parts.scheme, host, port, parts.path.rstrip("/") + target, (host,), True)

    def _elsewhere(self, here: _Place, location: str) -> _Place:
        """The place that the carrier redirects to, if we may go there. Raises NotFetched."""
        parts, port = _read(f"{here.scheme}://{_netloc(here)}{here.target}", location)
        host = parts.hostname or ""
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if (parts.scheme, host, port) == self._carrier("").origin:
            return _Place(parts.scheme, host, port, target, (host,), True)
        try:
            if f"{host}:{port}" in self.inside or (host in self.inside and port == _PORTS[parts.scheme]):
                found = addresses.resolved(host, port)
            elif parts.scheme != "https":
                raise NotFetched(NEVER, "the carrier redirects this recording to a place without TLS")
            else:
                found = addresses.checked(host, port)
        except addresses.PlaceInside as fault:
            raise NotFetched(
                NEVER, f"the carrier redirects this recording to a place inside: {fault}"
            ) from None
        except addresses.NoAddress as fault:
            raise NotFetched(LATER, f"the carrier redirects this recording, and {fault}") from None
        return _Place(parts.scheme, host, port, target, tuple(found[:3]), False)

    # -- what

    @contextmanager
    def _asked(self, place: _Place, deadline: _Deadline) -> Iterator[HTTPResponse]:
        headers = {
            "Host": _netloc(place), "Accept": "audio/*", "Accept-Encoding": "identity", "User-Agent": "Sambung",
        }  # fmt: skip
        if place.ours:
            account = base64.b64encode(f"{self.account_sid}:{self.token}".encode()).decode()
            headers["Authorization"] = f"Basic {account}"
        connection = HTTPConnection(place.host, place.port)
        with self._connected(place) as connection.sock, deadline.over(connection.sock):
            try:
                connection.request("GET", place.target, headers=headers)
                answer = connection.getresponse()
            except (OSError, HTTPException, ValueError) as fault:
                raise NotFetched(LATER, f"no answer from {place.host}: {deadline.told(fault)}") from fault
            with answer:
                yield answer

    def _connected(self, place: _Place) -> socket.socket:
        """A connection to one of the addresses that were looked at, with the certificate of the host."""
        fault: Exception | None = None
        for address in place.addresses:
            try:
                plain = socket.create_connection((address, place.port), self.limits.connect)
            except (OSError, ValueError) as one:
                fault = one
                continue
            try:
                sock = (
                    _context().wrap_socket(plain, server_hostname=place.host)
                    if place.scheme == "https"
                    else plain
                )
            except (OSError, ValueError) as one:
                plain.close()
                fault = one
                continue
            sock.settimeout(self.limits.read)
            return sock
        raise NotFetched(LATER, f"no connection to {place.host}: {type(fault).__name__}") from fault

    def _take(
        self,
        answer: HTTPResponse,
        deadline: _Deadline,
        into: Callable[[bytes], object],
        beat: Callable[[], object],
    ) -> Fetched:
        size, digest, head = 0, hashlib.sha256(), b""
        while piece := _piece(answer, deadline):
            size += len(piece)
            if len(head) < HEAD:
                head += piece[: HEAD - len(head)]
                _kind(head, sure=False)
            self._within(size, deadline.seconds())
            digest.update(piece)
            into(piece)
            beat()
        promised = answer.headers.get("Content-Length", "")
        if not size or deadline.passed() or (promised.isdigit() and int(promised) != size):
            # A connection that is cut in its headers looks like an answer without a body.
            words = f"the recording came short: {size} of {promised or 'some'} bytes"
            raise NotFetched(LATER, f"{words}{deadline.told()}")
        format = _kind(head, sure=True)
        if format == "wav":
            _whole_wav(head, size)
        return Fetched(size, digest.hexdigest(), format)

    def _within(self, size: int, seconds: float) -> None:
        limits = self.limits
        if size > limits.most_bytes:
            raise NotFetched(NEVER, f"the recording is larger than {limits.most_bytes:,} bytes")
        if seconds > limits.patience and size < limits.slowest * seconds:
            raise NotFetched(LATER, f"the recording came too slowly: {size} bytes in {seconds:.0f} seconds")


def _read(here: str, location: str) -> tuple[SplitResult, int]:
    """Where a redirect leads, and the port. Raises NotFetched for what is no plain http(s) address."""
    try:
        url = urljoin(here, location)
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        if _ODD.search(url) or len(url) > 8_000 or "@" in parts.netloc or not parts.hostname:
            raise ValueError
    except (ValueError, KeyError):
        raise NotFetched(NEVER, "the carrier redirects this recording to what is no address") from None
    return parts, port


def _netloc(place: _Place) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == _PORTS[place.scheme] else f"{host}:{place.port}"


def _accept(answer: HTTPResponse) -> None:
    """Raises NotFetched unless a sound begins here."""
    status = answer.status
    if status in (404, 410):
        raise NotFetched(NOT_READY, f"the carrier does not have this recording (HTTP {status})")
    if status in (401, 403):
        raise NotFetched(LATER, f"the carrier does not accept our account or token here (HTTP {status})")
    if status == 429 or status >= 500 or status == 408:
        given = answer.headers.get("Retry-After", "")
        wait = min(float(given), 3600.0) if given.isascii() and given.isdigit() else None
        raise NotFetched(LATER, f"a fault at the carrier (HTTP {status})", wait)
    if status != 200:
        raise NotFetched(NEVER, f"refused by the carrier (HTTP {status})")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched(ODD, "the recording came compressed, which we did not ask for")


def _piece(answer: HTTPResponse, deadline: _Deadline) -> bytes:
    try:
        return answer.read1(PIECE)
    except (OSError, HTTPException, ValueError) as fault:
        raise NotFetched(LATER, f"the recording was cut off: {deadline.told(fault)}") from fault


def _kind(head: bytes, *, sure: bool) -> str:
    """ "wav" or "mp3" by the first bytes; "" while they are too few. Raises NotFetched.

    >>> _kind(b"RIFF....WAVE", sure=True), _kind(b"ID3....", sure=True), _kind(b"RI", sure=False)
    ('wav', 'mp3', '')
    """
    if len(head) >= 12 or sure:
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return "wav"
        if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6)):
            return "mp3"
        shown = "a web page" if head.lstrip()[:1] == b"<" else "no WAV and no MP3"
        raise NotFetched(ODD, f"what came is {shown}")
    return ""


def _whole_wav(head: bytes, size: int) -> None:
    """Raises NotFetched for a WAV that is shorter than it says, or that holds what is no telephone sound."""
    promised = int.from_bytes(head[4:8], "little")
    if promised not in _OPEN and promised + 8 > size:
        raise NotFetched(
            ODD, f"the recording is cut off: {size} bytes of the {promised + 8} that it says it has"
        )
    at = 12
    while at + 8 <= len(head):
        name, length = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"fmt ":
            sort, channels = (int.from_bytes(head[at + 8 + n : at + 10 + n], "little") for n in (0, 2))
            if sort in _SOUNDS and channels in (1, 2):
                return
            raise NotFetched(
                ODD, f"the recording is no telephone sound: WAV of sort {sort}, {channels} channels"
            )
        at += 8 + length + length % 2
    raise NotFetched(ODD, "the recording is a WAV that does not say what it holds")
