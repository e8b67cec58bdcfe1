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
    key = f"work.what_{re.sub(r'[^a-z]+', '_', event.what.lower()).strip('_')}"
    return t(key) if key in words() else event.what
