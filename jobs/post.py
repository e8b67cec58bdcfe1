"""The one way out for mail: SMTP with TLS, one message at a time, within limits, and never twice by accident.

What fails before the server was given the message is tried again; what is not known to have been taken is UNKNOWN
(jobs/mails.py, decision 0016).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from carrier.client import Outcome
from carrier.errors import DONE, PERMANENT, RETRY, UNKNOWN

SECONDS = 10.0  # for each answer of the server
STARTTLS, TLS, PLAIN = SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True)
class Post:
    """A mail server. ``port`` is asked for at each message: the emulator's mailbox has another one after a restart."""

    host: str
    port: Callable[[], int]
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """One attempt. Raises nothing: what became of it is in the outcome."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return Outcome(False, RETRY, message=f"{self.host}: {_told(fault)}")
        try:
            refused = self._offered(server, to)
            return refused or self._given(server, message)
        finally:
            _leave(server)

    def probe(self) -> str:
        """Does the server let us in? Why not, '' when it does. Nothing is sent."""
        try:
            _leave(self._connected())
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return _told(fault)
        return ""

    def _connected(self) -> smtplib.SMTP:
        """Raises OSError, SMTPException."""
        context = ssl.create_default_context()
        if self.security == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port(), timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port(), timeout=SECONDS)
        try:
            if self.security == STARTTLS:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _offered(self, server: smtplib.SMTP, to: str) -> Outcome | None:
        """Does the server take mail from us, to them? Nothing of the message has gone yet."""
        try:
            for code, said in (server.mail(self.sender), server.rcpt(to)):
                if code >= 400:
                    return _refused(code, said)
        except (OSError, smtplib.SMTPException) as fault:
            return Outcome(False, RETRY, message=f"{self.host}: {_told(fault)}")
        return None

    def _given(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            code, said = server.data(message.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as fault:  # refused before the first line
            return _refused(fault.smtp_code, fault.smtp_error)
        except (OSError, smtplib.SMTPException) as fault:
            return Outcome(False, UNKNOWN, message=f"{self.host}: no answer to the message: {_told(fault)}")
        return Outcome(True, DONE, http_status=code) if code < 400 else _refused(code, said)


def written(
    sender: str, to: str, heading: str, body: str, file: tuple[str, bytes], id: str, at: datetime
) -> EmailMessage:  # fmt: skip
    """The message. ``file``: (name, PDF); ``id``: the same for every attempt, so that a second copy can be known as one.

    Raises ValueError for a heading or an address that would be two lines.
    """
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, heading
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id}@{sender.partition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    message.set_content(body)
    name, content = file
    message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def _refused(code: int, said: bytes | str) -> Outcome:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # What the server says may quote the address: the code says enough.
    kind = PERMANENT if 500 <= code < 600 else RETRY
    first = words.partition(" ")[0]
    detail = f" {first}" if first[:1].isdigit() else ""
    return Outcome(False, kind, http_status=code, message=f"the mail server refuses it: {code}{detail}")


def _told(fault: Exception) -> str:
    code = getattr(fault, "smtp_code", "")
    return f"{type(fault).__name__} {code}".strip()


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
