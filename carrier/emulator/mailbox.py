"""A mailbox that takes every mail and delivers none: real SMTP on a free port of this machine, beside the telephones.

At which port it listens stands in ``mailbox.port`` of the emulator's folder: the worker looks there for each mail.
"""

import asyncio
import base64
import email
import email.policy
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

_KEPT = 1_000
_MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Mail:
    """One mail as it came, numbered from 1. ``files``: (name, content type, bytes)."""

    position: int
    at: str
    sender: str
    to: tuple[str, ...]
    id: str
    subject: str
    body: str
    files: tuple[tuple[str, str, bytes], ...]

    def view(self) -> dict[str, Any]:
        """As JSON tells it; files in base64."""
        files = [
            {"name": name, "type": kind, "bytes": len(content), "base64": base64.b64encode(content).decode()}
            for name, kind, content in self.files
        ]
        told = {
            "position": self.position,
            "at": self.at,
            "from": self.sender,
            "to": list(self.to),
            "id": self.id,
        }
        return {**told, "subject": self.subject, "body": self.body, "files": files}


class Mailbox:
    """Takes mail from ``start`` on, in a thread of its own, until the process ends."""

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._taken = 0

    def start(self, state: Path) -> int:
        """Listens on a free port, which it also writes into the folder; gives the port."""
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="mailbox", daemon=True).start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(loop), loop)
        port = listening.result(10)
        (state / "mailbox.port").write_text(f"{port}\n")
        return port

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> int:
        def session() -> SMTP:
            return SMTP(self, hostname="mailbox.localhost", data_size_limit=_MOST_BYTES, loop=loop)

        server = await loop.create_server(session, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        """A whole message came (aiosmtpd calls this by name)."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.take(envelope.mail_from or "", [str(to) for to in envelope.rcpt_tos], raw)
        return "250 kept, and delivered to nobody"

    def take(self, sender: str, to: list[str], raw: bytes) -> None:
        """Keeps one message, read."""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
        with self._lock:
            self._taken += 1
            self._mails.append(
                Mail(
                    self._taken,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    sender,
                    tuple(to),
                    str(message.get("Message-ID", "")),
                    str(message.get("Subject", "")),
                    body.get_content() if body is not None else "",
                    _files(message),
                )
            )

    def mails(self, after: int = 0) -> list[Mail]:
        """Those that came after a position, the oldest first."""
        with self._lock:
            return [mail for mail in self._mails if mail.position > after]


def _files(message: Message) -> tuple[tuple[str, str, bytes], ...]:
    found = []
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_disposition() == "attachment" and isinstance(content, bytes):
            found.append((part.get_filename() or "", part.get_content_type(), content))
    return tuple(found)
