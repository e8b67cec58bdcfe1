"""What a case says of itself, in the words of whoever looks."""

from __future__ import annotations

import re

from desk.caseload.deadlines import holder
from desk.caseload.model import ANSWERED, DOCUMENTS, OTHER_PARTY, VALIDATING
from sessions.cases.case_rows import case_of
from store.cases import CaseEvent, CaseRow
from web.words import t, words


def owes(row: CaseRow) -> str:
    """Who owes what; '' when the case has ended."""
    case = case_of(row)
    if not case.open:
        return ""
    if case.status == DOCUMENTS:
        return t("work.owes_documents")
    if case.status == OTHER_PARTY:
        return t("work.owes_party", party=case.party)
    if case.status == VALIDATING:
        return t("work.owes_check", who="T4" if case.tier == 4 else "T1/T2")
    if case.status == ANSWERED:
        return t("work.owes_close") if case.confirmed_at else t("work.owes_confirm")
    return t("work.owes_answer", who=holder(case))


def happened(event: CaseEvent) -> str:
    """What a line of the history says, in our words where we have them."""
    return told(event.what)


def told(what: str) -> str:
    """The same of its bare words, which may end in what they are about: ``priority 2``, ``talk ended: answered``."""
    if what.split() and all(f"work.part_{name}" in words() for name in what.split()):
        return t("work.what_known", what=", ".join(t(f"work.part_{name}") for name in what.split()))
    for pattern, key in _ABOUT:
        if found := re.fullmatch(pattern, what):
            return t(key, about=short("end", found[1]))
    return short("what", what)


def short(kind: str, what: str) -> str:
    """The word ``work.KIND_WHAT``; without one, what was written."""
    key = f"work.{kind}_{re.sub(r'[^a-z]+', '_', what.lower()).strip('_')}"
    return t(key) if key in words() else what


_ABOUT = (
    (r"talk ended: (\w+)", "work.what_talk_ended"),
    (r"talk passed on to tier (\d)", "work.what_talk_passed_on"),
    (r"callback (\w+)", "work.what_callback"),
    (r"priority (\d)", "work.what_priority"),
    (r"topic (.+)", "work.what_topic"),
)
