"""The way to the carrier emulator's telephones: JSON and sounds under ``/phone/``, over HTTP on this machine."""

import http.client
import json
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

from urllib3.util import wait_for_read


class Unreachable(ConnectionError):
    """No emulator answers at this URL."""


class PhoneError(Exception):
    """The emulator answered that this cannot be done."""


class NotThere(PhoneError):
    """There is no such call, number or sound at the emulator."""


def emulator_url(port: int) -> str:
    """Where the emulator of ``make run`` is: EMULATOR_PORT on this machine."""
    return f"http://127.0.0.1:{port}"


class _Connection(http.client.HTTPConnection):
    """Closes itself when nobody has it any more."""

    def __del__(self) -> None:
        self.close()


class Line:
    """JSON over kept connections, one per thread: a walk presses tens of thousands of keys."""

    def __init__(self, url: str, timeout: float = 120.0) -> None:
        parts = urlsplit(url)
        self.url = url
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._timeout = timeout
        self._local = threading.local()

    def ask(self, method: str, path: str, wish: Any = None, *, raw: bytes | None = None) -> dict[str, Any]:
        """The JSON answer. Raises Unreachable, or PhoneError with the emulator's own words."""
        body = raw if raw is not None else (json.dumps(wish).encode() if wish is not None else None)
        return dict(json.loads(self.fetch(method, path, body)))

    def fetch(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The bytes of an answer: a sound, or JSON. Raises as ``ask`` does."""
        try:
            connection = self._connection()
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as fault:
            self._local.connection = None
            raise Unreachable(f"no carrier emulator answers at {self.url} ({fault})") from None
        if response.status != 200:
            told = json.loads(answer)
            raise (NotThere if response.status == 404 else PhoneError)(str(told.get("error", told)))
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is not None and kept.sock is not None and not wait_for_read(kept.sock, timeout=0):
            return kept
        fresh = _Connection(*self._address, timeout=self._timeout)
        fresh.connect()
        fresh.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._local.connection = fresh
        return fresh
