"""Random lives of a case, with a clock that only goes forward; what must hold whatever people do.

A book beside the case keeps, in its own way, how long the clock stood and what limit was given.
"""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desk.access import ACTS
from desk.caseload.deadlines import deadlines, owed, run_out
from desk.caseload.life import act, allowed
from desk.caseload.model import ENDED, Done, Wish
from desk.caseload.worktime import seconds_between
from tests.desk.caseworld import ACTORS, HOURS, NOW, RULES, UNIT, opened, wish

PAUSES = (0, 1, 59, 3600, 5 * 3600, 30 * 3600, 5 * 24 * 3600, 30 * 24 * 3600)


class Life(RuleBasedStateMachine):
    """One case."""

    @initialize(
        channel=st.sampled_from(["telepon", "sms"]),
        classification=st.sampled_from(["PUBLIK", "TERBATAS", "RAHASIA"]),
        status=st.sampled_from(["baru", "antre"]),
    )
    def open(self, channel, classification, status):
        self.now = NOW
        self.case = opened(channel=channel, classification=classification, status=status, unit=UNIT)
        self.history, self.ran_out = 0, []
        self.book_limit()

    def book_limit(self):
        """A new limit was given now: what it is worth, and that the clock has not stood since."""
        self.limit_from, self.stood = self.now, 0.0
        self.worth = seconds_between(HOURS, self.now, self.case.due_answer) if self.case.due_answer else None

    @rule(seconds=st.sampled_from(PAUSES))
    def time_passes(self, seconds):
        before, then = self.now, self.now + timedelta(seconds=seconds)
        if self.case.paused_since and self.case.paused_since < self.case.due_answer:
            # A limit that had passed before is not given back by a pause.
            self.stood += seconds_between(HOURS, before, then)
        self.now = then

    @rule()
    def a_worker_looks(self):
        self.take(run_out(self.case, self.now, RULES), self.case)

    @rule(name=st.sampled_from(ACTS), role=st.sampled_from(sorted(ACTORS)), bare=st.booleans())
    def somebody_tries(self, name, role, bare):
        self.acts(Wish(name) if bare else wish(name, self.case, role), role)

    @rule(choice=st.integers(0, 99))
    def somebody_does_what_may_be_done(self, choice):
        ways = [(name, role) for role, actor in sorted(ACTORS.items()) for name in allowed(self.case, actor)]
        # Most lives would end at once if ending them were as likely as the rest.
        ways = [way for way in ways if way[0] not in ("cancel", "refuse")] or ways
        if ways:
            name, role = ways[choice % len(ways)]
            self.acts(wish(name, self.case, role), role)

    def acts(self, asked, role):
        before = self.case
        done = act(before, asked, ACTORS[role], self.now, RULES)
        if not isinstance(done, Done):
            assert self.case == before
            return
        assert done.events, "a change without a line of history"
        self.take(done, before, asked.act)
        checked = before.status != self.case.status == "jawaban_divalidasi"
        if asked.act in ("reopen", "extend") or self.case.reached != before.reached or checked:
            self.book_limit()

    def take(self, done, before, name=""):
        if done.case.status != before.status or done.case.agent != before.agent:
            assert done.events
        if before.status == "ditutup" and done.case.status != "ditutup":
            assert name == "reopen"
        if before.status in ENDED and done.case.status != before.status:
            assert name == "reopen"
        if before.breached_at is None and done.case.breached_at and not name:
            assert before.paused_since is None, "late while papers were owed"
        if done.case.classification == "RAHASIA":
            assert done.case.answer == "" and (not name or done.tell == "")
        self.ran_out += [
            (event.detail["deadline"], event.detail["due"])
            for event in done.events
            if "deadline" in event.detail
        ]
        self.history += len(done.events)
        self.case = done.case

    @invariant()
    def what_ran_out_did_so_once(self):
        assert len(set(self.ran_out)) == len(self.ran_out)

    @invariant()
    def an_open_case_is_owed_by_somebody(self):
        assert bool(owed(self.case)) == (self.case.status not in ENDED)
        waiting = {one.at for one in deadlines(self.case, RULES)}
        asked = self.case.status == "dijawab" and self.case.confirmed_at
        late = self.case.breached_at or any(deadline for deadline, _ in self.ran_out)
        assert waiting or not self.case.open or asked or late, "nothing will ever happen to this case"

    @invariant()
    def nothing_is_left_to_run_out_after_a_look(self):
        looked = run_out(self.case, self.now, RULES).case
        assert all(one.at > self.now for one in deadlines(looked, RULES))
        assert run_out(looked, self.now, RULES).events == ()

    @precondition(lambda self: not self.case.paused_since and self.case.due_answer and self.worth)
    @invariant()
    def time_that_was_paused_does_not_count(self):
        """From when the limit was given to when it ends: its worth, and the time that the clock stood, no more and no less."""
        if self.case.due_answer <= self.limit_from or not self.case.open:
            return
        whole = seconds_between(HOURS, self.limit_from, self.case.due_answer)
        assert abs(whole - self.worth - self.stood) < 1, (whole, self.worth, self.stood)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
