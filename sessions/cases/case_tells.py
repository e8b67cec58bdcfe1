"""What a case's owner is told by text when something happens to it: words of the house, within two SMS parts.

Only what is PUBLIK is told as it is; of everything else the text says that there is news, and where to hear it. Of what is
RAHASIA nothing is sent at all (domain page 0.5). Who refused texts (STOP) gets those only that answer a text of their own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from carrier import guard
from desk.access import PUBLIC, SECRET
from desk.caseload.model import Case
from desk.caseload.needs import DEAF
from engine.flow import Flow
from engine.phrases import PHRASES
from indonesia.names import MONTHS
from sessions.cases.case_rules import hours_for
from sessions.dialogues import texts
from sessions.gateway import Gateway
from store import opt_outs
from store.cases import CaseRow
from store.library import Connection
from store.times import instant, text

QUIET_FROM, QUIET_UNTIL = 20, 8  # the hours in which nobody is woken by a text (domain page 0.7)
# These carry words of people; they have a second phrase without them, and a third for who cannot telephone to hear them.
_WORDED = {"answered": "jawaban", "documents": "dokumen"}
_REPLIES = frozenset({"answered", "documents"})


def tell(
    gateway: Gateway, db: Connection, flow: Flow | None, row: CaseRow, case: Case, what: str, words: str, now: str
) -> str:  # fmt: skip
    """Owes the text; gives '' when it is owed, else why the owner has to be told in another way."""
    if case.classification == SECRET:
        return "RAHASIA is told in writing only"
    fault = _unreachable(gateway, db, flow, row, what)
    if fault or flow is None or row.contact is None:
        return fault
    language = row.language or flow.language
    body = _body(gateway, flow, row, case, what, words, language)
    sent = texts.send(
        gateway, db, flow, to=row.contact, body=body, template=f"case_{what}", cause=row.session_id or row.ticket,
        now=now, not_before=by_day(flow, now),
    )  # fmt: skip
    return "" if sent else "a limit for texts is reached"


def _unreachable(gateway: Gateway, db: Connection, flow: Flow | None, row: CaseRow, what: str) -> str:
    if flow is None:
        return "the service is gone"
    settings = gateway.settings
    rules = guard.Rules(prefixes=settings.dial_prefixes, denied=settings.dial_denied)
    if not row.contact or not guard.may_text(row.contact, rules).ok:
        return "no text can be sent to this number"
    asked = row.channel == "sms" and what in _REPLIES
    if not asked and opt_outs.since(db, row.service, row.contact):
        return "the caller wants no texts that were not asked for"
    return ""


def _body(
    gateway: Gateway, flow: Flow, row: CaseRow, case: Case, what: str, words: str, language: str
) -> str:
    """The words themselves when they are for everybody and fit; else that there is something to hear."""
    filled = {
        "tiket": row.ticket,
        "layanan": _in(flow.service, language),
        "tanggal": _day(flow, row, language),
    }
    if words and what in _WORDED and case.classification == PUBLIC:
        whole = _fill(
            flow, f"case_{what}_words", language, {**filled, _WORDED[what]: " ".join(words.split())}
        )
        if not gateway.fit(whole, 2).endswith("...") or whole.endswith("..."):
            return whole
    deaf = what in _WORDED and case.accessibility == DEAF
    return _fill(flow, f"case_{what}_written" if deaf else f"case_{what}", language, filled)


def _fill(flow: Flow, phrase: str, language: str, values: Mapping[str, str]) -> str:
    body = _in(flow.phrases.get(phrase) or PHRASES[phrase], language)
    for name, value in values.items():
        body = body.replace("{" + name + "}", value)
    return body


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()))


def _day(flow: Flow, row: CaseRow, language: str) -> str:
    """The day that was promised, or on which it ended, as one writes it: 13-04-2026, 13 April 2026; '' when none was."""
    moment = row.closed_at or row.due_at
    if not moment:
        return ""
    day = instant(moment).astimezone(hours_for(flow).tz)
    return f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}" if language == "en" else f"{day:%d-%m-%Y}"


def by_day(flow: Flow, now: str) -> str:
    """When the text may go: now, or in the morning."""
    local = instant(now).astimezone(hours_for(flow).tz)
    if QUIET_UNTIL <= local.hour < QUIET_FROM:
        return now
    morning = local.replace(hour=QUIET_UNTIL, minute=0, second=0, microsecond=0)
    return text(morning if local.hour < QUIET_UNTIL else _tomorrow(morning))


def _tomorrow(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
