"""The dial guard: may this number be called or texted?  A pure decision.

What was dialled so far is passed in.

Toll fraud is the costliest fault a telephone system has: somebody makes it call a range whose owner shares
the takings. Number types alone do not help: satellite phones are "mobile", and the Dominican Republic is "+1"
(reliability page, H1). So only what the allow-list names is dialled: +62 mobile and fixed lines by default,
and listed agents.

Every way out passes here: <Dial> in TwiML, calls and texts from the outbox, an agent's click.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

HOME = "ID"
LONGEST_CALL = (
    14_400  # the carrier ends any call after four hours: twilio.com/docs/voice/twiml/dial#timelimit
)

_FIXED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.VOIP)
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# ASCII only: phonenumbers also reads letters, full-width and Arabic digits, extensions and ";phone-context=".
_WRITTEN = re.compile(r"[+(]?[0-9][0-9 ().-]{4,30}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation permits. Prefixes are E.164 with "+"; agents are exact numbers, sip: or client.

    Addresses.

    A prefix that is a bare country code means the main country of that code: "+1" is the United States, not
    the Caribbean nor Canada. Caps are calls or texts already made in the last hour, the last day, and by this
    flow in the last hour; None is no cap, 0 permits nothing. ``time_limit`` in seconds.
    """

    prefixes: tuple[str, ...] = ("+62",)
    denied: tuple[str, ...] = ("+62809",)
    agents: frozenset[str] = frozenset()
    per_hour: int | None = None
    per_day: int | None = None
    per_flow: int | None = None
    time_limit: int = 3600


@dataclass(frozen=True, slots=True)
class Made:
    """How many calls (or texts) have been made already, by whoever counts them."""

    hour: int = 0
    day: int = 0
    flow: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """``number``: what to dial, E.164 or an agent's address; "" when refused. ``reason``: why not.

    "" when permitted.

    ``time_limit``: the seconds after which the call must be cut; it goes onto every call without exception.
    """

    ok: bool
    number: str
    reason: str
    time_limit: int


def may_call(
    to: str, rules: Rules, made: Made | None = None, *,
    keyed: bool = False, keyed_allowed: bool = False, time_limit: int | None = None,
) -> Decision:  # fmt: skip
    """May this be called?  ``keyed``: the digits come from a caller.

    Then the flow must say ``keyed_allowed``.
    """
    limit = min(time_limit or rules.time_limit, rules.time_limit, LONGEST_CALL)
    return _decide(to, rules, made or Made(), _FIXED + _MOBILE, keyed and not keyed_allowed, max(limit, 1))


def may_text(
    to: str, rules: Rules, made: Made | None = None, *, keyed: bool = False, keyed_allowed: bool = False
) -> Decision:
    """May this be texted?  The same rules, but for a line that can receive texts."""
    return _decide(to, rules, made or Made(), _MOBILE, keyed and not keyed_allowed, 0)


def _decide(
    to: str, rules: Rules, made: Made, types: tuple[int, ...], keyed: bool, time_limit: int
) -> Decision:
    number = e164(to)
    reason = ""
    if keyed:
        reason = "the digits come from the caller, and this step of the flow does not permit that"
    elif to in rules.agents:
        number = to
    elif not number:
        reason = "not a telephone number: +, country and number in plain digits, nothing after it"
    else:
        reason = _forbidden(number, rules, types)
    reason = reason or _denied(number, rules) or _used_up(rules, made)
    return Decision(not reason, "" if reason else number, reason, time_limit)


def e164(written: str) -> str:
    """+628123456789 for any spelling of it, also the national one with 0.

    "" for whatever is no telephone number.

    >>> e164("0812-3456-7890"), e164("+62 (812) 3456 7890"), e164("131"), e164("+6281234567890,,9")
    ('+6281234567890', '+6281234567890', '', '')
    """
    found = _parsed(written)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if found else ""


def _parsed(written: str) -> phonenumbers.PhoneNumber | None:
    if not _WRITTEN.fullmatch(written):
        return None
    if not written.startswith("+") and not re.match(r"\(?0[1-9]", written):
        return None  # a national number begins with one 0; 00, 001 and 007 would be calls abroad
    try:
        found = phonenumbers.parse(written, HOME)
    except NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None


def _forbidden(number: str, rules: Rules, types: tuple[int, ...]) -> str:
    """Why a real number that is no agent's may not be dialled; "" if it may."""
    found = phonenumbers.parse(number)
    if number in rules.agents:
        return ""
    if not any(_within(number, found, prefix) for prefix in rules.prefixes):
        return "no permitted prefix covers this number (DIAL_PREFIXES)"
    if phonenumbers.number_type(found) not in types:
        return "this kind of number is not permitted: special, premium or shared cost, or no line for this"
    return ""


def _within(number: str, found: phonenumbers.PhoneNumber, prefix: str) -> bool:
    if not number.startswith(prefix):
        return False
    code = found.country_code or 0
    if prefix != f"+{code}":
        return len(prefix) > len(f"+{code}")
    # Several countries share +1, +7, +39, +44...: the bare code means its main one.
    main = phonenumbers.region_code_for_country_code(code)
    return bool(phonenumbers.region_code_for_number(found) == main)


def _denied(number: str, rules: Rules) -> str:
    # An agent's number is no way around this: who listed it may have been a fraudster too.
    if any(number.startswith(prefix) for prefix in rules.denied):
        return "a denied prefix covers this number (DIAL_DENIED)"
    return ""


def _used_up(rules: Rules, made: Made) -> str:
    for cap, count, words in (
        (rules.per_hour, made.hour, "this hour's"),
        (rules.per_day, made.day, "this day's"),
        (rules.per_flow, made.flow, "this flow's"),
    ):
        if cap is not None and count >= cap:
            return f"{words} cap of {cap} is used up"
    return ""
