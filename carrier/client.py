"""The carrier's REST interface: Twilio's own client, with time limits and without exceptions.

Twilio's client waits for ever, follows what it is told and raises; this one waits (5 s, 10 s), never follows
a redirect with our credentials, and gives every call's end as an Outcome. The HTTP underneath is ours, so
that the carrier's address can be another: a compatible carrier's, or the emulator's (CARRIER_API_URL).

Only jobs/ and commands/ call this, never a webhook: what a webhook owes the carrier is a row in the outbox.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from carrier import errors
from carrier.errors import DONE, PERMANENT, RETRY, UNKNOWN

log = logging.getLogger("sambung.carrier")

TWILIO_API = "https://api.twilio.com"
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one call to the carrier ended.

    ``kind``: one of carrier.errors.KINDS; ``ok`` is kind == "done". ``sid``: of what was made or changed, ""
    if nothing. ``code``: the carrier's error code; ``retry_after``: seconds it asked us to wait; both None if
    it said nothing. ``message``: words for people. ``data``: what a fetch or a list found, None otherwise.
    """

    ok: bool
    kind: str
    sid: str = ""
    code: int | None = None
    http_status: int | None = None
    retry_after: float | None = None
    message: str = ""
    alarm: bool = False
    data: Any = field(default=None, repr=False)


class _Http(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """The HTTP under Twilio's client: time limits, another address, no redirects, the last answer's headers
    kept."""

    def __init__(self, api_url: str, connect: float, read: float) -> None:
        super().__init__(log, False)
        self._api = api_url.rstrip("/")
        self._timeout = (connect, read)
        self._local = threading.local()
        self.skew: float | None = None

    @property
    def session(self) -> requests.Session:
        """A session per thread: requests does not promise that one can be shared."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            # No proxy and no .netrc out of the environment: only settings.py reads it, and credentials are
            # ours.
            self._local.session.trust_env = False
        session: requests.Session = self._local.session
        return session

    @property
    def last(self) -> requests.Response | None:
        """This thread's last answer, None if the last request got none."""
        return getattr(self._local, "last", None)

    def address(self, url: str) -> str:
        """The URL with the configured carrier instead of Twilio: credentials never go anywhere else."""
        if self._api == TWILIO_API:
            return url
        parts = urlsplit(url)
        return self._api + parts.path + (f"?{parts.query}" if parts.query else "")

    def request(  # type: ignore[no-untyped-def]
        self,
        method,
        url,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ) -> Response:
        """As twilio.http.HttpClient.request, whose arguments these are; ``timeout`` and redirects are ours to
        say."""
        self._local.last = None
        answer = self.session.request(
            method.upper(), self.address(url), params=params, data=data, headers=headers, auth=auth,
            timeout=self._timeout, allow_redirects=False,
        )  # fmt: skip
        self._local.last = answer
        self._note_clock(answer)
        return Response(answer.status_code, answer.text, answer.headers)

    def _note_clock(self, answer: requests.Response) -> None:
        try:
            theirs = parsedate_to_datetime(answer.headers["Date"])
            self.skew = (theirs - datetime.now(UTC)).total_seconds()
        except (KeyError, ValueError, TypeError):
            pass  # a carrier that tells no time: the skew stays as it was


class Carrier:
    """One account at one carrier. Safe for several threads. No method raises.

    ``api_url`` None means Twilio. ``connect`` and ``read`` are seconds: for a connection, and between two
    bytes.
    """

    def __init__(
        self, account_sid: str, token: str, api_url: str | None = None, connect: float = 5, read: float = 10
    ) -> None:
        self.account_sid = account_sid
        self._token = token
        self._api = (api_url or TWILIO_API).rstrip("/")
        self._timeout = (connect, read)
        self._http = _Http(self._api, connect, read)
        # An environment of its own: otherwise TWILIO_EDGE or TWILIO_REGION would move the address unseen.
        self._client = Client(account_sid, token, http_client=self._http, environment={"sambung": "1"})

    # -- texts

    def send_text(self, from_: str, to: str, body: str, status_callback: str | None = None) -> Outcome:
        """Sends one text. UNKNOWN when it may have been accepted though no answer came."""
        given = _given(status_callback=status_callback)
        return self._make(lambda: self._client.messages.create(to=to, from_=from_, body=body, **given))

    def list_messages(
        self, to: str, from_: str | None = None, after: datetime | None = None, limit: int = 50
    ) -> Outcome:
        """Messages to (and from) a number since ``after``, newest first; ``data`` is a list of dicts."""
        wanted = _given(to=to, from_=from_, date_sent_after=after)
        return self._read(
            lambda: [_plain(each) for each in self._client.messages.list(limit=limit, **wanted)]
        )

    def fetch_message(self, sid: str) -> Outcome:
        return self._read(lambda: _plain(self._client.messages(_sid(sid)).fetch()))

    # -- calls

    def place_call(
        self, to: str, from_: str, url: str, status_callback: str | None = None,
        timeout: int = 30, time_limit: int = 3600, fallback_url: str | None = None, **more: Any,
    ) -> Outcome:  # fmt: skip
        """Places a call. ``timeout``: seconds of ringing. ``time_limit``: seconds after which it is cut,
        always set.

        ``more`` goes to the carrier as it is (machine_detection, send_digits...).
        """
        given = _given(status_callback=status_callback, fallback_url=fallback_url, **more)
        if status_callback:
            given["status_callback_event"] = ["initiated", "ringing", "answered", "completed"]
        return self._make(
            lambda: self._client.calls.create(
                to=to, from_=from_, url=url, timeout=timeout, time_limit=time_limit, **given
            )
        )

    def redirect_call(self, sid: str, url: str) -> Outcome:
        """A call in progress fetches its next TwiML from ``url``. Doing it twice is doing it once."""
        return self._change(lambda: self._client.calls(_sid(sid)).update(url=url, method="POST"))

    def end_call(self, sid: str) -> Outcome:
        """Hangs up. A call that is over already is ``done`` too: that is what was wanted."""
        outcome = self._change(lambda: self._client.calls(_sid(sid)).update(status="completed"))
        if outcome.code in (20404, 21220):
            return Outcome(True, DONE, sid=sid, http_status=outcome.http_status, message=outcome.message)
        return outcome

    def fetch_call(self, sid: str) -> Outcome:
        return self._read(lambda: _plain(self._client.calls(_sid(sid)).fetch()))

    def list_calls(
        self, to: str | None = None, from_: str | None = None, after: datetime | None = None,
        status: str | None = None, limit: int = 50,
    ) -> Outcome:  # fmt: skip
        """Calls, newest first, filtered by whatever is given; ``data`` is a list of dicts."""
        wanted = _given(to=to, from_=from_, start_time_after=after, status=status)
        return self._read(lambda: [_plain(each) for each in self._client.calls.list(limit=limit, **wanted)])

    # -- conferences

    def list_conferences(self, name: str, limit: int = 50) -> Outcome:
        """Conferences of this name, the newest first; ``data`` is a list of dicts, with ``status``."""
        return self._read(
            lambda: [_plain(each) for each in self._client.conferences.list(friendly_name=name, limit=limit)]
        )

    def turn_recording(self, conference: str, status: str) -> Outcome:
        """What is recorded in this conference is "paused" (silence from now on) or "in-progress" again; ``data`` has its status.

        Code 20404: nothing is being recorded. Doing it twice is doing it once, so "no answer" is RETRY.
        """
        given = {"pause_behavior": "silence"} if status == "paused" else {}
        return self._read(
            lambda: _plain(
                self._client.conferences(_sid(conference))
                .recordings("Twilio.CURRENT")
                .update(status=status, **given)
            )
        )

    # -- recordings

    def list_recordings(self, after: datetime, limit: int = 1000) -> Outcome:
        """What was recorded since ``after``, newest first; ``data`` is a list of dicts. The sound: carrier/media.py."""
        return self._read(
            lambda: [
                _plain(each)
                for each in self._client.recordings.list(
                    date_created_after=after, limit=limit, page_size=1000
                )
            ]
        )

    def delete_recording(self, sid: str) -> Outcome:
        """Deletes the carrier's copy. One that is gone already is ``done``."""
        outcome = self._change(lambda: self._client.recordings(_sid(sid)).delete())
        return Outcome(True, DONE, sid=sid) if outcome.code == 20404 else outcome

    # -- about the account

    def probe(self) -> Outcome:
        """Are we let in?  Costs nothing and changes nothing; ``data`` has the account's status."""
        return self._read(lambda: _plain(self._client.api.accounts(self.account_sid).fetch()))

    def numbers(self, limit: int = 200) -> Outcome:
        """Our numbers with their webhook addresses; ``data`` is a list of dicts."""
        return self._read(
            lambda: [_plain(each) for each in self._client.incoming_phone_numbers.list(limit=limit)]
        )

    def alerts(self, after: datetime, limit: int = 50) -> Outcome:
        """What the carrier complained about since ``after``; ``data`` is a list of dicts."""
        return self._read(
            lambda: [
                _plain(each) for each in self._client.monitor.v1.alerts.list(start_date=after, limit=limit)
            ]
        )

    def clock_skew(self) -> float | None:
        """Seconds by which the carrier's clock is ahead of ours, by its last answer; None before the first
        one.

        The Date header has whole seconds, so anything within one second is no skew.
        """
        return self._http.skew

    # -- how a call ends

    def _make(self, call: Callable[[], Any]) -> Outcome:
        """Something new at the carrier: done twice is two of it, so "no answer" is UNKNOWN."""
        return self._guarded(lambda: Outcome(True, DONE, sid=call().sid or ""), making=True)

    def _change(self, call: Callable[[], Any]) -> Outcome:
        """Something that may be done twice, so "no answer" is RETRY."""
        return self._guarded(lambda: Outcome(True, DONE, sid=getattr(call(), "sid", "") or ""), making=False)

    def _read(self, call: Callable[[], Any]) -> Outcome:
        return self._guarded(lambda: _found(call()), making=False)

    def _guarded(self, call: Callable[[], Outcome], *, making: bool) -> Outcome:
        started = time.monotonic()
        outcome = self._outcome(call, making)
        if not outcome.ok:
            took = round((time.monotonic() - started) * 1000)
            log.warning(
                "carrier: %s %s (%s, %d ms)", outcome.kind, outcome.message, outcome.http_status, took
            )
        return outcome

    def _outcome(self, call: Callable[[], Outcome], making: bool) -> Outcome:
        no_answer = UNKNOWN if making else RETRY
        try:
            return call()
        except (TwilioRestException, TwilioServiceException) as refusal:
            return self._refused(refusal.status, refusal.code, making)
        except requests.exceptions.RequestException as fault:
            kind = RETRY if _never_sent(fault) else no_answer
            return Outcome(False, kind, message=f"no answer from the carrier: {type(fault).__name__}")
        except _BadSid as fault:
            return Outcome(False, PERMANENT, message=str(fault))
        except (TwilioException, ValueError, TypeError, AttributeError, LookupError, OSError) as fault:
            # A 2xx that is no JSON, or JSON that is no message: it may well have been done.
            log.warning("carrier: an answer that cannot be read: %r", fault)
            status = self._http.last.status_code if self._http.last is not None else None
            return Outcome(
                False, no_answer, http_status=status, message="the carrier's answer cannot be read"
            )
        except Exception:
            log.exception("carrier: a fault of our own")
            return Outcome(False, no_answer, message="a fault of our own while calling the carrier")

    def _refused(self, status: int | None, code: object, making: bool) -> Outcome:
        number = code if isinstance(code, int) and code != status else None
        found = errors.meaning(number, status)
        kind = RETRY if found.kind == UNKNOWN and not making else found.kind
        wait = _retry_after(self._http.last.headers if self._http.last is not None else {})
        shown = f"{number}: {found.words}" if number else found.words
        return Outcome(False, kind, "", number, status, wait, shown, found.alarm)


class _BadSid(ValueError):
    pass


def _sid(sid: str) -> str:
    if not _SID.fullmatch(sid):
        raise _BadSid(f"{sid[:70]!r} is not a SID")
    return sid


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(instance: Any) -> dict[str, Any]:
    """An instance of Twilio's client as a dict of what it knows, without its private parts."""
    known = {name: value for name, value in vars(instance).items() if not name.startswith("_")}
    # "from" is a word of Python's: messages keep it as from_, calls as _from.
    return known | {"from": known.pop("from_", None) or getattr(instance, "_from", None)}


def _found(data: Any) -> Outcome:
    return Outcome(True, DONE, sid=(data.get("sid") or "") if isinstance(data, dict) else "", data=data)


def _never_sent(fault: requests.exceptions.RequestException) -> bool:
    """Did this fail before a byte of the request left us?  Then nothing can have been done."""
    if isinstance(fault, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = fault.args[0] if fault.args else None
    return isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the carrier asks us to wait (Retry-After as seconds or as a date), None if it does not; at most
    an hour."""
    given = (headers.get("Retry-After") or "").strip()
    if not given:
        return None
    try:
        seconds = float(given) if given.isascii() and given[0].isdigit() else None
        if seconds is None:
            seconds = (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), 3600.0)
