"""Who may what: every role, class, unit and action against a table written down by hand."""

from itertools import product

import pytest

from desk.access import ACTIONS, ROLES, Asker, Decision, Matter, may

OURS, THEIRS, NOBODY = "unit-a", "unit-b", ""
MASKED = {"see", "search", "correct"}
ALL = set(ACTIONS)

# (role, who owns the case as seen by a T3 of unit-a) -> what is allowed for ordinary classes, and for RAHASIA
TABLE: dict[tuple[str, str], tuple[set[str], set[str]]] = {
    ("T1", OURS): (MASKED, set()),
    ("T1", THEIRS): (MASKED, set()),
    ("T1", NOBODY): (MASKED, set()),
    ("T2", OURS): (MASKED, set()),
    ("T2", THEIRS): (MASKED, set()),
    ("T2", NOBODY): (MASKED | {"open", "hear"}, set()),
    ("T3", OURS): (ALL, ALL),
    ("T3", THEIRS): (MASKED, set()),
    ("T3", NOBODY): (MASKED, set()),
    ("T4", OURS): (ALL, ALL),
    ("T4", THEIRS): (ALL, ALL),
    ("T4", NOBODY): (ALL, ALL),
    ("supervisor", OURS): (MASKED | {"export"}, set()),
    ("supervisor", THEIRS): (MASKED | {"export"}, set()),
    ("supervisor", NOBODY): (MASKED | {"export"}, set()),
}


@pytest.mark.parametrize(("role", "owner"), list(TABLE))
def test_every_role_may_what_the_table_says(role: str, owner: str) -> None:
    ordinary, secret = TABLE[role, owner]
    for action, classification in product(ACTIONS, ("PUBLIK", "TERBATAS", "INTERNAL", "", "RAHASIA")):
        wanted = action in (secret if classification == "RAHASIA" else ordinary)
        decision = may(Asker(role, OURS), Matter("s", classification, owner), action)
        assert decision.ok is wanted, (role, classification, owner, action)
        assert decision.why


def test_the_table_knows_every_role() -> None:
    assert {role for role, _ in TABLE} == set(ROLES)


def test_what_is_sealed_or_taken_away_needs_a_reason() -> None:
    found = {action for action in ACTIONS if may(Asker("T4"), Matter("s"), action).needs_reason}
    assert found == {"open", "hear", "export"}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_into_another_service(role: str) -> None:
    asker = Asker(role, OURS, frozenset({"ours"}))
    assert may(asker, Matter("ours", "TERBATAS", OURS), "see").ok
    assert not any(may(asker, Matter("theirs", "PUBLIK", OURS), action).ok for action in ACTIONS)


def test_tier_one_hears_of_a_secret_matter_only_whose_it_is() -> None:
    assert may(Asker("T1"), Matter("s", "RAHASIA", "DKSP"), "see") == Decision(False, "escalated to DKSP")


@pytest.mark.parametrize(
    ("role", "action"), [("", "see"), ("admin", "see"), ("t4", "open"), ("T4", "delete")]
)
def test_what_nobody_thought_of_is_refused(role: str, action: str) -> None:
    assert not may(Asker(role), Matter("s"), action).ok


def test_a_unit_without_a_name_owns_nothing() -> None:
    assert not may(Asker("T3", ""), Matter("s", "RAHASIA", ""), "open").ok
