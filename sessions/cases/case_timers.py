"""The timer of a case: whatever has passed happens, once, and the timer is set for what comes next.

The row is the truth: a timer that rings twice, late or after its case was changed finds nothing to do.
"""

from desk.caseload.deadlines import run_out
from sessions.cases import case_rows, case_work
from sessions.cases.case_rules import rules_for
from sessions.gateway import Gateway
from store import cases
from store.library import Connection
from store.timers import TimerRow
from store.times import instant, text


def ring(gateway: Gateway, db: Connection, timer: TimerRow) -> None:
    """What jobs/timers.py calls, in the transaction in which the timer goes away."""
    row = cases.load(db, timer.subject)
    if row is None:
        return
    now = text(gateway.clock())
    rules = rules_for(gateway, row.service, row.function or "", row.topic or "")
    case = case_rows.case_of(row)
    case_work.keep(gateway, db, row, run_out(case, instant(now), rules), rules, now, who="clock")
