"""What doctor looks at beyond this machine: our public address, the carrier, its clock, our numbers there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import requests
from twilio.request_validator import RequestValidator

from carrier.client import Carrier
from commands.doctor_finding import FAULT, OK, WARNING, Finding
from commands.publishing_checks import checked
from engine.numbers import called_key
from sessions import services
from settings import Settings

TIMEOUT = (5, 10)  # seconds to connect, between two bytes: as in carrier/client.py
SKEW_WARNING, SKEW_FAULT = 2.0, 30.0
# What every number must have at the carrier, and where each leads (reliability page, 3.4).
ADDRESSES = {
    "voice_url": "/ivr/calls",
    "voice_fallback_url": "/ivr/fallback",
    "status_callback": "/ivr/status",
    "sms_url": "/sms/messages",
    "sms_fallback_url": "/sms/fallback",
}


def public_address(settings: Settings) -> Iterator[Finding]:
    """Calls PUBLIC_URL as the carrier would, through every proxy, and once with a wrong signature.

    The event has no effect: no carrier sends the call status 'doctor'. The signature is made by the carrier's
    own library, not by ours.
    """
    url = f"{settings.public_url}/ivr/status"
    form = {"AccountSid": settings.account_sid, "CallSid": "CAdoctor", "CallStatus": "doctor"}
    signature = RequestValidator(settings.auth_token).compute_signature(url, form)
    answer = _post(url, form, signature)
    fault = address_fault(answer)
    if fault:
        yield Finding("address", FAULT, f"{url}, signed, gave {answer}", fault)
        return
    forged = _post(url, form, signature.swapcase())
    if forged != 403:
        text = f"{url}, wrongly signed, gave {forged} instead of 403"
        yield Finding("address", FAULT, text, "stop, and find out who answers there")
    else:
        yield Finding("address", OK, f"{url}, signed, gave {answer}; wrongly signed 403")


def address_fault(answer: int | str) -> str:
    """The way out of what our own address answered to a good signature; '' when that is well.

    >>> address_fault(204), address_fault(502)
    ('', 'does PUBLIC_URL lead to this gateway, and through a proxy that passes POST?')
    """
    if isinstance(answer, str):
        return "is the gateway running, and the proxy before it? Does the name lead here?"
    if answer == 403:
        return "PUBLIC_URL must be exactly what the carrier calls: the log says which URL was checked"
    if answer not in (200, 204):
        return "does PUBLIC_URL lead to this gateway, and through a proxy that passes POST?"
    return ""


def _post(url: str, form: dict[str, str], signature: str) -> int | str:
    """The status of the answer, or why there is none."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url,
                data=form,
                headers={"X-Twilio-Signature": signature},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as fault:
            return type(fault).__name__
        return answer.status_code


def carrier(settings: Settings) -> Iterator[Finding]:
    """Are we let in, and do our clocks agree? Then our numbers, which need both."""
    client = Carrier(settings.account_sid, settings.auth_token, settings.carrier_api_url)
    outcome = client.probe()
    if not outcome.ok:
        text = f"{settings.carrier_api_url} does not let us in: {outcome.message or outcome.http_status}"
        yield Finding(
            "carrier", FAULT, text, "mend TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or CARRIER_API_URL"
        )
        return
    yield Finding("carrier", OK, f"{settings.carrier_api_url} lets us in")
    yield _clock(client.clock_skew())
    yield from _numbers(client, settings)


def _clock(skew: float | None) -> Finding:
    if skew is None:
        return Finding("clock", WARNING, "the carrier tells no time, so ours was not compared", "timedatectl")
    text = f"{abs(skew):.0f} s {'behind' if skew > 0 else 'before'} the carrier's clock"
    if abs(skew) <= SKEW_WARNING:
        return Finding("clock", OK, "agrees with the carrier's")
    return Finding("clock", FAULT if abs(skew) > SKEW_FAULT else WARNING, text, "timedatectl set-ntp true")


def _numbers(client: Carrier, settings: Settings) -> Iterator[Finding]:
    outcome = client.numbers()
    if not outcome.ok:
        yield Finding(
            "numbers",
            FAULT,
            f"our numbers cannot be listed: {outcome.message}",
            "try again; see the carrier's console",
        )
        return
    wrong = [finding for number in outcome.data for finding in number_faults(number, settings)]
    yield from wrong
    owned = {called_key(str(number["phone_number"])) for number in outcome.data}
    flows, _ = checked(services.read_folders(settings.flows))
    for flow in flows:
        spellings = {number.spelling for number in (*flow.voice_numbers, *flow.text_numbers)}
        if not owned & {called_key(spelling) for spelling in spellings}:
            text = f"none of {flow.id}'s numbers is in the account"
            yield Finding("numbers", WARNING, text, "buy or port one, or mend `numbers:` in its flow.yaml")
    if not wrong:
        yield Finding("numbers", OK, f"{len(outcome.data)} numbers, all five addresses of each are ours")


def number_faults(number: dict[str, object], settings: Settings) -> Iterator[Finding]:
    """What is wrong with a number's addresses at the carrier. A fragment with retry settings (#rc=2) is
    allowed.
    """
    for name, path in ADDRESSES.items():
        given = str(number.get(name) or "")
        should_be = settings.public_url + path
        if given.partition("#")[0] == should_be:
            continue
        what = f"is {given!r}" if given else "is not set"
        level = WARNING if _elsewhere_on_purpose(name, given) else FAULT
        yield Finding("numbers", level, f"{number['phone_number']}: {name} {what}", f"set it to {should_be}")


def _elsewhere_on_purpose(name: str, given: str) -> bool:
    """A fallback that stands outside us (a TwiML Bin, a second gateway) is wise: it answers when we do
    not.
    """
    return "fallback" in name and urlsplit(given).scheme == "https"


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("address", public_address),
    ("carrier", carrier),
)
