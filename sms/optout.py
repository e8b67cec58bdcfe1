"""STOP, START and HELP: the words that a sender of bulk texts must honour before anything else is understood.

Only a whole message counts: "Can you stop by tomorrow?" is chatter. Where Twilio keeps the list itself it
says so in OptOutType and has answered already; then nothing more may be sent. Permenkominfo 1/2009 Art.
18-19.
"""

from __future__ import annotations

from dataclasses import dataclass

from sms.normalise import clean, without_lead_ins, without_tails
from sms.typos import one_slip

STOP, START, HELP = "stop", "start", "help"
# STOPALL, UNSUBSCRIBE and OPTOUT are among Twilio's own words: the carrier blocks after them, so we must
# know, too.
_WORDS = {
    **dict.fromkeys(("STOP", "BERHENTI", "UNREG", "STOPALL", "UNSUBSCRIBE", "OPTOUT"), STOP),
    **dict.fromkeys(("START", "MULAI", "UNSTOP"), START),
    **dict.fromkeys(("HELP", "BANTUAN"), HELP),
}
# "Berenti" clearly means it. MULAI has no such grace: Mulia is a name.
_FORGIVEN = "BERHENTI"
# Room for every polite word around it; a longer message is about something else.
LONGEST = 200


@dataclass(frozen=True)
class OptOut:
    """``action``: stop, start or help. ``by_carrier``: the carrier has answered already, so we send
    nothing.
    """

    action: str
    by_carrier: bool


def read(body: str, opt_out_type: str | None = None) -> OptOut | None:
    """What a message says about receiving messages; None when it says nothing about that.

    ``opt_out_type`` is Twilio's OptOutType (STOP, START, HELP), which wins over the words: a service may
    have words of its own there.
    """
    told = (opt_out_type or "").strip().lower()
    if told in (STOP, START, HELP):
        return OptOut(told, True)
    if len(body) > LONGEST:
        return None
    for rest in without_lead_ins(clean(body)):
        whole = without_tails(rest).strip(" #.*/,;:!?-'\"()").upper()
        if whole in _WORDS:
            return OptOut(_WORDS[whole], False)
        if one_slip(whole, _FORGIVEN):
            return OptOut(STOP, False)
    return None
