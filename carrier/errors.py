"""What the carrier's error codes mean: what becomes of the message or call, and words for people.

Data, not logic: an operator's question "why did this text not arrive" is answered from here. Sources:
Twilio's error dictionary (twilio.com/docs/api/errors/<code>), the receipts' ErrorCode, and what gateways in
production do with them. Twilio splits codes over time (2024: 21265 to 21268, 21635, 21659 to 21661 out of
21211, 21606 and 21614), so what is not listed falls back on its HTTP status, and never on a guess
that would send again.
"""

from __future__ import annotations

from typing import NamedTuple

DONE = "done"
RETRY = "retry"  # it was certainly not done, and may work later
PERMANENT = "permanent"  # it will never work as it is: dead letter, no second try
OPTED_OUT = "opted_out"  # the recipient said STOP at the carrier: block the number here too
STOP_CARRIER = "stop_carrier"  # nothing will work (account, token, money): stop, and call a person
UNKNOWN = "unknown"  # it may have been done: look before doing it again

KINDS = (DONE, RETRY, PERMANENT, OPTED_OUT, STOP_CARRIER, UNKNOWN)


class Meaning(NamedTuple):
    """``kind``: one of KINDS. ``words``: for an operator. ``alarm``: one of our people must act."""

    kind: str
    words: str
    alarm: bool = False


CODES: dict[int, Meaning] = {
    # -- our account: nothing works until somebody acts
    10001: Meaning(STOP_CARRIER, "our account is not active", alarm=True),
    20003: Meaning(STOP_CARRIER, "the carrier does not accept our account or token", alarm=True),
    20005: Meaning(STOP_CARRIER, "our account is suspended or closed", alarm=True),
    20008: Meaning(STOP_CARRIER, "test credentials are in use, which reach nobody", alarm=True),
    20151: Meaning(STOP_CARRIER, "the carrier could not authenticate us", alarm=True),
    30002: Meaning(STOP_CARRIER, "our account was suspended between accepting and sending", alarm=True),
    # -- the carrier is busy: the same again, later
    10004: Meaning(RETRY, "too many calls at once for our account"),
    20429: Meaning(RETRY, "too many requests at once; the carrier did nothing"),
    20500: Meaning(RETRY, "a fault at the carrier"),
    20503: Meaning(RETRY, "the carrier is not available for the moment"),
    21611: Meaning(RETRY, "the queue of the sending number is full"),
    30001: Meaning(RETRY, "the queue of the sending number overflowed"),
    30017: Meaning(RETRY, "the mobile network is congested"),
    30022: Meaning(RETRY, "the mobile network's rate for our sender is used up"),
    63012: Meaning(RETRY, "the messaging service has a fault of its own"),
    63018: Meaning(RETRY, "the messaging service's rate for our sender is used up"),
    # -- the recipient does not want it
    21610: Meaning(OPTED_OUT, "the recipient has said STOP"),
    # -- the request itself: a fault of ours
    20001: Meaning(PERMANENT, "the carrier does not know one of the parameters", alarm=True),
    20004: Meaning(PERMANENT, "the carrier does not offer this method", alarm=True),
    20006: Meaning(PERMANENT, "our account may not use this", alarm=True),
    20404: Meaning(PERMANENT, "the carrier does not know this call, message or recording"),
    21201: Meaning(PERMANENT, "the number to call is missing"),
    21205: Meaning(PERMANENT, "our address for this call is not a valid URL", alarm=True),
    21206: Meaning(PERMANENT, "the digits to send after the answer are not valid"),
    21212: Meaning(PERMANENT, "our calling number is not valid", alarm=True),
    21213: Meaning(PERMANENT, "our calling number is missing", alarm=True),
    21218: Meaning(PERMANENT, "the application of this call is not valid", alarm=True),
    21220: Meaning(PERMANENT, "the call is over, or not yet answered: it cannot be redirected"),
    21602: Meaning(PERMANENT, "the text is empty"),
    21603: Meaning(PERMANENT, "our sending number is missing", alarm=True),
    21604: Meaning(PERMANENT, "the recipient's number is missing"),
    21605: Meaning(PERMANENT, "the text is too long"),
    21609: Meaning(PERMANENT, "our address for receipts is not a valid URL", alarm=True),
    21617: Meaning(PERMANENT, "the text is longer than 1,600 characters"),
    21618: Meaning(PERMANENT, "the text has characters that cannot be sent"),
    21619: Meaning(PERMANENT, "the text is empty and has no picture"),
    21620: Meaning(PERMANENT, "the address of the picture is not valid"),
    # -- our number or our permissions: somebody must change them
    10002: Meaning(PERMANENT, "a trial account cannot do this", alarm=True),
    21203: Meaning(PERMANENT, "calls abroad are not switched on for our account", alarm=True),
    21210: Meaning(PERMANENT, "our calling number is not verified", alarm=True),
    21215: Meaning(PERMANENT, "calls to this country are not permitted to our account", alarm=True),
    21216: Meaning(PERMANENT, "the carrier blocks calls to this number", alarm=True),
    21219: Meaning(PERMANENT, "a trial account may only call verified numbers", alarm=True),
    21408: Meaning(PERMANENT, "texts to this country are not permitted to our account", alarm=True),
    21606: Meaning(PERMANENT, "our number cannot send texts to this recipient", alarm=True),
    21608: Meaning(PERMANENT, "a trial account may only text verified numbers", alarm=True),
    21615: Meaning(PERMANENT, "texts to this country are not switched on for our account", alarm=True),
    21659: Meaning(PERMANENT, "our sending number is not one of the carrier's", alarm=True),
    21660: Meaning(PERMANENT, "our sending number belongs to another account", alarm=True),
    21661: Meaning(PERMANENT, "our sending number cannot send texts", alarm=True),
    21703: Meaning(PERMANENT, "the messaging service has no numbers to send from", alarm=True),
    13227: Meaning(PERMANENT, "calls to this country or range are not permitted to our account", alarm=True),
    32205: Meaning(PERMANENT, "calls to this range are not permitted to our account", alarm=True),
    30018: Meaning(PERMANENT, "the network there wants our sender registered first", alarm=True),
    30023: Meaning(PERMANENT, "our daily limit at the network is used up", alarm=True),
    30024: Meaning(PERMANENT, "our number is not set up at the network there", alarm=True),
    30032: Meaning(PERMANENT, "our toll-free number is not verified", alarm=True),
    30034: Meaning(PERMANENT, "our number is not registered for application messages", alarm=True),
    30037: Meaning(PERMANENT, "sending is switched off for our account or service", alarm=True),
    63001: Meaning(PERMANENT, "the messaging service does not accept our sender", alarm=True),
    63007: Meaning(PERMANENT, "the messaging service does not know our sender", alarm=True),
    # -- the recipient's number
    13223: Meaning(PERMANENT, "the number to dial is not written as a number"),
    13224: Meaning(PERMANENT, "this number does not exist, or the carrier does not call it"),
    13225: Meaning(PERMANENT, "the carrier does not call this number"),
    21202: Meaning(PERMANENT, "this is a premium number"),
    21211: Meaning(PERMANENT, "this is not a telephone number"),
    21214: Meaning(PERMANENT, "this number cannot be reached"),
    21217: Meaning(PERMANENT, "this does not look like a telephone number"),
    21265: Meaning(PERMANENT, "this is a short code, which cannot receive texts from us"),
    21266: Meaning(PERMANENT, "sender and recipient are the same number"),
    21268: Meaning(PERMANENT, "this is a premium or information number"),
    21421: Meaning(PERMANENT, "this is not a telephone number"),
    21612: Meaning(PERMANENT, "this number cannot be reached from ours"),
    21614: Meaning(PERMANENT, "this is not a mobile number"),
    21635: Meaning(PERMANENT, "this is a landline, which cannot receive texts"),
    30003: Meaning(PERMANENT, "the phone is switched off or out of reach"),
    30005: Meaning(PERMANENT, "nobody has this number"),
    30006: Meaning(PERMANENT, "a landline, or a network that cannot be reached"),
    63003: Meaning(PERMANENT, "the recipient does not use this messaging service"),
    63024: Meaning(PERMANENT, "the recipient cannot receive this kind of message"),
    # -- stopped on the way
    30004: Meaning(PERMANENT, "the recipient or the network blocks us"),
    30007: Meaning(PERMANENT, "filtered by the carrier or the network as unwanted", alarm=True),
    30008: Meaning(PERMANENT, "not delivered; the network does not say why"),
    30036: Meaning(PERMANENT, "the message grew too old before it could be delivered"),
    30039: Meaning(PERMANENT, "the carrier saw two machines answering each other", alarm=True),
    30450: Meaning(PERMANENT, "blocked by the carrier's protection against SMS pumping", alarm=True),
    63005: Meaning(PERMANENT, "the messaging service refused the content"),
    63016: Meaning(PERMANENT, "outside the 24 hours in which free text may be sent; a template is needed"),
    # -- alerts about our own webhooks: nothing to send again, but somebody must look
    11200: Meaning(PERMANENT, "our address did not answer the carrier properly", alarm=True),
    11205: Meaning(PERMANENT, "our address could not be reached, or took too long", alarm=True),
    11750: Meaning(PERMANENT, "our answer was larger than 64 kB", alarm=True),
    12100: Meaning(PERMANENT, "our answer was not well-formed TwiML", alarm=True),
    12200: Meaning(PERMANENT, "our answer has a verb or attribute that TwiML does not have", alarm=True),
    12300: Meaning(PERMANENT, "our answer had the wrong content type", alarm=True),
    13521: Meaning(PERMANENT, "our answer asked for more to be said than the carrier speaks", alarm=True),
}


def meaning(code: int | None, http_status: int | None) -> Meaning:
    """What an error answer means. The code decides when it is listed, else the HTTP status; never raises."""
    if code in CODES:
        return CODES[code]
    status = http_status or 0
    if status == 401:
        return Meaning(STOP_CARRIER, "the carrier does not accept our account or token", alarm=True)
    if status == 429:
        return Meaning(RETRY, "too many requests at once; the carrier did nothing")
    if status in (408, 502, 504):
        # Somebody in between gave up waiting: the request may have arrived all the same.
        return Meaning(UNKNOWN, f"no answer from the carrier itself (HTTP {status})")
    if status >= 500:
        return Meaning(RETRY, f"a fault at the carrier (HTTP {status})")
    if 300 <= status < 400:
        return Meaning(
            PERMANENT, f"the carrier's address redirects (HTTP {status}): CARRIER_API_URL", alarm=True
        )
    shown = f"code {code}" if code else f"HTTP {http_status}"
    return Meaning(PERMANENT, f"refused by the carrier ({shown})")


def words(code: int | None) -> str:
    """One line about a code for a page or a log: ``21610: the recipient has said STOP``; "" for None."""
    if code is None:
        return ""
    return f"{code}: {CODES[code].words if code in CODES else 'not in our table'}"
