"""The REST API, so far as we call it, in the shapes of the official client: routing, errors, pages.

Each resource has a module ``rest_…`` with a ``table`` of what it answers.
Rules: twilio.com/docs/usage/twilios-response (errors, paging), …/usage/api.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from carrier.emulator.exchange import Exchange
from carrier.emulator.server import Reply, Request, Route, as_json, error

Handler = Callable[..., Reply]
Table = Sequence[tuple[str, str, Handler]]
"""Method, pattern below the account with named groups, handler(request, **groups)."""

_ACCOUNT = re.compile(r"/2010-04-01/Accounts/(?P<account>AC[0-9a-zA-Z_-]+)(?P<rest>/.*|\.json)$")
_PAGE_SIZE = 50


class RestError(Exception):
    """An error of the API: HTTP status, Twilio's code, its words."""

    def __init__(self, status: int, code: int, message: str):
        super().__init__(message)
        self.status = status
        self.code = code


def not_found(path: str) -> RestError:
    return RestError(404, 20404, f"The requested resource {path} was not found")


def routes(exchange: Exchange) -> Route:
    """One callable for all REST requests that passed authentication."""
    from carrier.emulator import (
        rest_calls,
        rest_conferences,
        rest_messages,
        rest_numbers,
        rest_queues,
        rest_recordings,
    )

    parts = (rest_calls, rest_messages, rest_recordings, rest_numbers, rest_queues, rest_conferences)
    table = [
        (method, re.compile(pattern + "$"), handler)
        for part in parts
        for method, pattern, handler in part.table(exchange)
    ]

    def answer(request: Request) -> Reply:
        try:
            return _dispatch(exchange, table, request)
        except RestError as wrong:
            return as_json(error(wrong.status, wrong.code, str(wrong)), wrong.status)

    return answer


def _dispatch(
    exchange: Exchange, table: Sequence[tuple[str, re.Pattern[str], Handler]], request: Request
) -> Reply:
    if request.path == "/v1/Alerts":
        return _alerts(exchange)
    match = _ACCOUNT.match(request.path)
    if match is None or match["account"] != exchange.account_sid:
        raise not_found(request.path)
    if match["rest"] == ".json":
        return _account(exchange)
    methods = set()
    for method, pattern, handler in table:
        if found := pattern.match(match["rest"]):
            if method == request.method:
                return handler(request, **found.groupdict())
            methods.add(method)
    if methods:
        raise RestError(405, 20004, "Method not allowed")
    raise not_found(request.path)


def page(
    request: Request, base: str, name: str, items: Sequence[Any], show: Callable[[Any], dict[str, Any]]
) -> Reply:
    """One page of a list, with the fields a client follows: next_page_uri is null on the last."""
    size = max(1, min(1000, int(request.query.get("PageSize", _PAGE_SIZE))))
    number = max(0, int(request.query.get("Page", 0)))
    start = number * size
    part = list(items[start : start + size])
    rest = {
        key: value for key, value in request.query.items() if key not in ("Page", "PageSize", "PageToken")
    }

    def uri(n: int) -> str:
        return f"{base}?{urlencode({**rest, 'PageSize': size, 'Page': n})}"

    return as_json(
        {
            name: [show(item) for item in part],
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + len(part) - 1 if part else start,
            "uri": uri(number),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(number - 1) if number else None,
            "next_page_uri": uri(number + 1) if start + size < len(items) else None,
        }
    )


def on_day(query: Mapping[str, str], name: str, moment: str) -> bool:
    """Does a moment (ISO, UTC) pass the filters ``Name=``, ``Name<`` and ``Name>``? ``=`` means that day.

    ``StartTime>=2026-11-24`` arrives as the parameter ``StartTime>`` with the value ``2026-11-24``; both
    bounds are inclusive.
    """
    exact, before, after = query.get(name), query.get(f"{name}<"), query.get(f"{name}>")
    if exact and moment[:10] != exact[:10]:
        return False
    if before and moment[: len(before)] > before:
        return False
    return not (after and moment[: len(after)] < after)


def is_number(text: str) -> bool:
    """E.164, or a SIP or client address."""
    return bool(re.fullmatch(r"\+[1-9]\d{6,14}|(client|sip|sips|whatsapp):.+", text))


def _account(exchange: Exchange) -> Reply:
    return as_json(
        {
            "sid": exchange.account_sid,
            "friendly_name": "Carrier emulator",
            "status": "active",
            "type": "Full",
            "owner_account_sid": exchange.account_sid,
            "uri": f"/2010-04-01/Accounts/{exchange.account_sid}.json",
            "subresource_uris": {},
        }
    )


def _alerts(exchange: Exchange) -> Reply:
    """The debugger's list: twilio.com/docs/usage/monitor-alert."""
    base = "https://monitor.twilio.com/v1/Alerts"
    alerts = [
        {**alert, "account_sid": exchange.account_sid, "url": f"{base}/{alert['sid']}"}
        for alert in reversed(exchange.alerts)
    ]
    meta = {
        "page": 0,
        "page_size": len(alerts),
        "first_page_url": base,
        "previous_page_url": None,
        "next_page_url": None,
    }
    return as_json({"alerts": alerts, "meta": {**meta, "url": base, "key": "alerts"}})
