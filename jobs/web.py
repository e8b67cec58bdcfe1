"""The one way out over HTTP to systems that are not the carrier: a short GET for JSON, to listed hosts only.

The host must be listed, its addresses are looked at before anything is sent (carrier/addresses.py), redirects are
not followed, and an answer may take 3.5 seconds and 64 kB (security contract, line 15).
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

import certifi
import urllib3

from carrier import addresses

CONNECT_SECONDS, READ_SECONDS = 1.0, 2.5
MOST_BYTES = 65_536


class NotFetched(Exception):
    """Nothing that we could use came; its text is why, for an operator."""


def get_json(url: str, hosts: tuple[str, ...]) -> tuple[int, Any]:
    """(HTTP status, JSON value or None) of an address. ``hosts``: "host" or "host:port" as in LOOKUP_HOSTS.

    None is what an empty answer holds. Raises NotFetched for everything else that can go wrong.
    """
    deadline = time.monotonic() + CONNECT_SECONDS + READ_SECONDS
    parts, port = _permitted(url, hosts)
    host = parts.hostname or ""
    try:
        address = (addresses.resolved if addresses.named_inside(host) else addresses.checked)(host, port)[0]
    except addresses.PlaceInside as fault:
        raise NotFetched(f"{fault}. List that address, if it is meant") from None
    except addresses.NoAddress as fault:
        raise NotFetched(str(fault)) from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pool = _pool(parts.scheme, host, address, port)
    try:
        answer = pool.urlopen(
            "GET", target, headers={"Host": parts.netloc, "Accept": "application/json", "User-Agent": "Sambung"},
            redirect=False, retries=False, preload_content=False, assert_same_host=False,
        )  # fmt: skip
        body = _read(answer, deadline)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
        raise NotFetched(f"{host}: no answer: {type(fault).__name__}") from fault
    finally:
        pool.close()
    return answer.status, _json(host, answer.status, body)


def _permitted(url: str, hosts: tuple[str, ...]) -> tuple[Any, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise NotFetched("the address of this look-up is not http(s)://host/...") from None
    host = parts.hostname or ""
    plain = {"https": 443, "http": 80}[parts.scheme] == port
    if "@" in parts.netloc or not (f"{host}:{port}" in hosts or (plain and host in hosts)):
        raise NotFetched(f"{host}:{port} is not listed in LOOKUP_HOSTS")
    return parts, port


def _pool(scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
    limits = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=limits)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=limits, server_hostname=host, assert_hostname=host,
        cert_reqs="CERT_REQUIRED", ca_certs=certifi.where(),
    )  # fmt: skip


def _read(answer: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    """The body. A server that drips a byte a second meets no read limit: the deadline is for the whole."""
    body = b""
    try:
        while piece := answer.read1(8_192):
            body += piece
            if len(body) > MOST_BYTES:
                raise ValueError("too large")
            if time.monotonic() > deadline:
                raise ValueError("too slow")
    finally:
        answer.close()
    return body


def _json(host: str, status: int, body: bytes) -> Any:
    if not body.strip() or status >= 300:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NotFetched(f"{host}: the answer is not JSON") from None
