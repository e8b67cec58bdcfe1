"""Webhooks: signed as Twilio signs, sent with its time limits and retries, in two ways.

``fetch`` waits for the answer (TwiML). ``notify`` sends in the background, in order per lane (status
callbacks, receipts).
Rules: twilio.com/docs/usage/webhooks/webhooks-security (signature), …/webhooks-connection-overrides (limits,
retries,
I-Twilio-Idempotency-Token), /docs/api/errors/11200 and 11205.
"""

import base64
import http.client
import queue
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from twilio.request_validator import RequestValidator
from urllib3.util import wait_for_read

from carrier.emulator.faults import FaultOrder, Faults
from carrier.emulator.overrides import Overrides, split
from carrier.emulator.twiml import Fault

_LANES = 4
_REDIRECTS = 10
_MAX_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; ``url`` is where it came from after redirects."""

    status: int
    content_type: str
    body: bytes
    url: str


Sent = tuple[str, str, bytes | None, dict[str, str]]
"""Method, target, body, headers."""


class _Plain(http.client.HTTPConnection):
    """Closes itself when its thread is gone: a connection belongs to a thread."""

    def __del__(self) -> None:
        self.close()


class _Secure(http.client.HTTPSConnection):
    def __del__(self) -> None:
        self.close()


class _Failed(Exception):
    """One try that brought no answer: ``kind`` is ``ct`` (no connection) or ``rt`` (no answer in time)."""

    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


class Webhooks:
    """Sends webhooks for one account. ``on_fault(Fault, url, about)`` hears of notifications that failed."""

    def __init__(self, auth_token: str, faults: Faults, on_fault: Callable[[Fault, str, str], None]):
        self._signer = RequestValidator(auth_token)
        self._faults = faults
        self._on_fault = on_fault
        self._local = threading.local()
        self._lanes: list[queue.Queue[tuple[str, str, Mapping[str, str], str]]] = []
        self._lanes_lock = threading.Lock()
        self._pending = 0

    def fetch(self, url: str, method: str, params: Mapping[str, str]) -> Answer:
        """The answer to a webhook that must be answered. Raises Fault 11200 (bad status) or 11205 (nothing
        came in time).
        """
        bare, limits = split(url)
        order = self._faults.take("webhook", bare)
        if order and order.do == "drop":
            raise Fault(11205, f"no connection to {bare} (a fault on demand)")
        if order and order.do == "delay":
            time.sleep(order.seconds)
        token = str(uuid.uuid4())
        answer = self._try(bare, method, params, limits, token, order)
        if order and order.do == "repeat":
            for _ in range(order.copies):
                answer = self._try(bare, method, params, limits, token, None)
        if not 200 <= answer.status < 300:
            raise Fault(11200, f"{method} {bare} was answered with HTTP status {answer.status}")
        return answer

    def notify(self, lane: str, url: str, method: str, params: Mapping[str, str]) -> None:
        """Send soon; what comes back is not read. Notifications of one lane (a call, a message) go in the
        order given.
        """
        with self._lanes_lock:
            if not self._lanes:
                self._start_lanes()
            self._pending += 1
        self._lanes[hash(lane) % _LANES].put((url, method, dict(params), lane))

    def settle(self, seconds: float = 5.0) -> bool:
        """Wait until all notifications given so far are sent. False when some still wait after ``seconds``."""
        until = time.monotonic() + seconds
        while self._pending and time.monotonic() < until:
            time.sleep(0.005)
        return not self._pending

    def _start_lanes(self) -> None:
        for n in range(_LANES):
            lane: queue.Queue[tuple[str, str, Mapping[str, str], str]] = queue.Queue()
            self._lanes.append(lane)
            threading.Thread(target=self._run_lane, args=(lane,), name=f"webhooks-{n}", daemon=True).start()

    def _run_lane(self, lane: "queue.Queue[tuple[str, str, Mapping[str, str], str]]") -> None:
        held: list[tuple[str, str, Mapping[str, str], str]] = []
        while True:
            try:
                item = lane.get(timeout=0.5 if held else None)
            except queue.Empty:
                self._send_all(held)
                continue
            order = self._faults.take("webhook", item[0])
            if order and order.do == "reorder":
                held.append(item)
                continue
            self._send_notification(item, order)
            self._send_all(held)

    def _send_all(self, held: list[tuple[str, str, Mapping[str, str], str]]) -> None:
        while held:
            self._send_notification(held.pop(), None)

    def _send_notification(
        self, item: tuple[str, str, Mapping[str, str], str], order: FaultOrder | None
    ) -> None:
        url, method, params, about = item
        try:
            if order and order.do == "drop":
                return
            if order and order.do == "delay":
                time.sleep(order.seconds)
            bare, limits = split(url)
            token = str(uuid.uuid4())
            copies = order.copies if order and order.do == "repeat" else 0
            for _ in range(1 + copies):
                answer = self._try(bare, method, params, limits, token, order)
            if not 200 <= answer.status < 300:
                raise Fault(11200, f"{method} {bare} was answered with HTTP status {answer.status}")
        except Fault as fault:
            self._on_fault(fault, url, about)
        finally:
            with self._lanes_lock:
                self._pending -= 1

    def _try(
        self,
        url: str,
        method: str,
        params: Mapping[str, str],
        limits: Overrides,
        token: str,
        order: FaultOrder | None,
    ) -> Answer:
        """First try and retries. A status that is not retried comes back as it is; Fault 11205 when no try
        was answered.
        """
        until = time.monotonic() + limits.total
        last = ""
        for attempt in range(1 + limits.retries):
            final = attempt == limits.retries
            try:
                answer = self._follow(url, method, params, limits, token, until)
                if order and order.do == "lose" and attempt == 0:
                    raise _Failed("rt", "its answer was lost (a fault on demand)")
            except _Failed as failed:
                last = str(failed)
                if final or not limits.again(failed.kind) or time.monotonic() >= until:
                    break
                continue
            if final or answer.status < 400 or not limits.again(f"{answer.status // 100}xx"):
                return answer
        raise Fault(11205, f"{method} {url}: {last}")

    def _follow(
        self, url: str, method: str, params: Mapping[str, str], limits: Overrides, token: str, until: float
    ) -> Answer:
        """One try, HTTP redirects followed: 307 and 308 keep the method, all others become GET."""
        for _ in range(_REDIRECTS):
            answer, location = self._send(url, method, params, limits, token, until)
            if not location or answer.status not in (301, 302, 303, 307, 308):
                return answer
            url = urljoin(url, location)
            if answer.status not in (307, 308):
                method, params = "GET", {}
        raise Fault(11215, f"{url} redirects more than {_REDIRECTS} times")

    def _send(
        self, url: str, method: str, params: Mapping[str, str], limits: Overrides, token: str, until: float
    ) -> tuple[Answer, str]:
        if method == "GET" and params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        parts = urlsplit(url)
        signed = dict(params) if method == "POST" else {}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Twilio-Signature": self._signer.compute_signature(url, signed),
            "I-Twilio-Idempotency-Token": token,
        }
        if parts.username:
            credentials = f"{parts.username}:{parts.password or ''}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(credentials).decode()
        body = urlencode(signed).encode() if method == "POST" else None
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            response, content = self._exchange(parts, (method, target, body, headers), limits, until)
        except (OSError, http.client.HTTPException) as fault:
            raise _Failed("rt", f"no whole answer in time ({type(fault).__name__}: {fault})") from None
        answer = Answer(response.status, response.headers.get("Content-Type") or "", content, url)
        return answer, response.headers.get("Location") or ""

    def _exchange(
        self, parts: SplitResult, request: Sent, limits: Overrides, until: float
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Request and whole answer. A kept connection that the server closes at that very moment is made anew
        once.
        """
        while True:
            connection, kept = self._connection(parts, limits, until)
            try:
                connection.sock.settimeout(max(0.05, min(limits.read, until - time.monotonic())))
                connection.request(*request)
                response = connection.getresponse()
                return response, response.read(_MAX_ANSWER)
            except (OSError, http.client.HTTPException) as fault:
                connection.close()
                if not (kept and isinstance(fault, (ConnectionResetError, BrokenPipeError))):
                    raise

    def _connection(
        self, parts: SplitResult, limits: Overrides, until: float
    ) -> tuple[http.client.HTTPConnection, bool]:
        """An open connection, and whether it is this thread's own kept one. Raises _Failed("ct")."""
        pool: dict[tuple[str, str], http.client.HTTPConnection] = self._local.__dict__.setdefault("pool", {})
        spot = (parts.scheme, parts.netloc)
        kept = pool.get(spot)
        if kept is not None and kept.sock is not None:
            # A server that closed an idle connection makes it readable; a request sent then would be lost.
            if not wait_for_read(kept.sock, timeout=0):
                return kept, True
            kept.close()
        host = parts.hostname or ""
        timeout = max(0.05, min(limits.connect, until - time.monotonic()))
        try:
            if parts.scheme == "https":
                fresh: http.client.HTTPConnection = _Secure(
                    host, parts.port, timeout=timeout, context=ssl.create_default_context()
                )
            elif parts.scheme == "http":
                fresh = _Plain(host, parts.port, timeout=timeout)
            else:
                raise Fault(
                    11100,
                    f"{parts.geturl()!r} is no URL that can be called: it must begin with http:// or https://",
                )
            fresh.connect()
            fresh.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise _Failed("ct", f"no connection ({fault})") from None
        pool[spot] = fresh
        return fresh, False
