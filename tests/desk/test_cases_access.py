"""Not all information is for the public: every role, class and action, written out.

The tables below are what the domain page says (0.5, and the tables of each centre), by hand; the code must agree cell by cell.
"""

import pytest

from desk.access import ACTIONS, ACTS, Asker, Matter, may, may_act

UNIT = "bi.dpu"
ASKERS = {
    "T0": Asker("T0"),
    "T1": Asker("T1"),
    "T2": Asker("T2"),
    "T3 own": Asker("T3", UNIT),
    "T3 other": Asker("T3", "bi.pk"),
    "T4": Asker("T4"),
    "supervisor": Asker("supervisor"),
}
OPEN_CLASSES = ("", "PUBLIK", "TERBATAS", "INTERNAL")

# What is seen of a case that has a unit. Masked words are for every desk; words and sound as they came for its unit and T4.
SIGHT = {
    "open": """
                see search open hear correct export
    T0           .    .     .    .     .       .
    T1           x    x     .    .     x       .
    T2           x    x     .    .     x       .
    T3 own       x    x     x    x     x       x
    T3 other     x    x     .    .     x       .
    T4           x    x     x    x     x       x
    supervisor   x    x     .    .     x       x
    """,
    "RAHASIA": """
                see search open hear correct export
    T0           .    .     .    .     .       .
    T1           .    .     .    .     .       .
    T2           .    .     .    .     .       .
    T3 own       x    x     x    x     x       x
    T3 other     .    .     .    .     .       .
    T4           x    x     x    x     x       x
    supervisor   .    .     .    .     .       .
    """,
}
# Who works on it. A digit is the tier that has the case: 12 means, when T1 or T2 has it; * always; . never.
WORK = {
    "open": """
                take escalate ask_documents documents_came wait party_answered answer validate send_back confirm close reopen extend cancel refuse
    T0           .     .          .             *           .         .           .       .        .         .      .      *      .      *      .
    T1           1     1          1             *           1         *           1       *        *         *      *      *      .      1      .
    T2          12    12         12             *          12         *          12       *        *         *      *      *      *     12      .
    T3 own       3     3          3             *           3         *           3       .        .         .      .      *      *      3      *
    T3 other     .     .          .             .           .         .           .       .        .         .      .      .      .      .      .
    T4           *     *          *             *           *         *           *       *        *         *      *      *      *      *      *
    supervisor   .     *          .             *           .         *           .       .        .         .      .      *      *      *      .
    """,
    "RAHASIA": """
                take escalate ask_documents documents_came wait party_answered answer validate send_back confirm close reopen extend cancel refuse
    T0           .     .          .             *           .         .           .       .        .         .      .      *      .      .      .
    T1           .     1          .             .           .         .           .       .        .         .      .      .      .      .      .
    T2          12    12          .             .           .         .           .       .        .         .      .      .      .      .      .
    T3 own       3     3          3             *           3         *           3       .        .         *      *      *      *      3      *
    T3 other     .     .          .             .           .         .           .       .        .         .      .      .      .      .      .
    T4           *     *          *             *           *         *           *       *        *         *      *      *      *      *      *
    supervisor   .     .          .             .           .         .           .       .        .         .      .      .      .      .      .
    """,
}


def cells(table: str) -> dict[tuple[str, str], str]:
    """(asker, action) -> cell."""
    head, *rows = [line for line in table.splitlines() if line.strip()]
    found = {}
    for row in rows:
        name = next(name for name in sorted(ASKERS, key=len, reverse=True) if row.strip().startswith(name))
        marks = row.strip()[len(name) :].split()
        found |= {(name, action): mark for action, mark in zip(head.split(), marks, strict=True)}
    return found


def classes(group: str) -> tuple[str, ...]:
    return OPEN_CLASSES if group == "open" else (group,)


def test_the_tables_leave_nothing_out():
    assert {action for _, action in cells(SIGHT["open"])} == set(ACTIONS)
    assert {action for _, action in cells(WORK["open"])} == set(ACTS)
    assert {name for name, _ in cells(WORK["RAHASIA"])} == set(ASKERS)


@pytest.mark.parametrize("group", SIGHT)
def test_who_may_see_search_hear_correct_and_export_what(group):
    for classification in classes(group):
        for (name, action), mark in cells(SIGHT[group]).items():
            decision = may(ASKERS[name], Matter("bicara131", classification, UNIT), action)
            assert decision.ok == (mark == "x"), (classification, name, action, decision.why)


@pytest.mark.parametrize("group", WORK)
def test_who_may_do_what_with_a_case(group):
    for classification in classes(group):
        for (name, act), mark in cells(WORK[group]).items():
            for tier in (0, 1, 2, 3, 4):
                decision = may_act(ASKERS[name], Matter("bicara131", classification, UNIT, tier), act)
                expected = mark == "*" or str(max(tier, 1)) in mark
                assert decision.ok == expected, (classification, name, act, tier, decision.why)
                assert decision.why


def test_nobody_below_the_owning_unit_learns_or_answers_anything_secret():
    secret = Matter("bicara131", "RAHASIA", UNIT, 3)
    for action in ACTIONS:
        assert {name for name, asker in ASKERS.items() if may(asker, secret, action).ok} == {"T3 own", "T4"}
    assert {name for name, asker in ASKERS.items() if may_act(asker, secret, "answer").ok} == {"T3 own", "T4"}


def test_a_secret_case_without_a_unit_is_t4_s_alone_until_it_is_passed_on():
    for asker in ASKERS.values():
        assert may(asker, Matter("bicara131", "RAHASIA"), "see").ok == (asker.role == "T4")


def test_a_case_of_another_service_is_nobody_s():
    asker = Asker("T4", services=frozenset({"kring_pajak"}))
    assert not may_act(asker, Matter("bicara131", "PUBLIK", UNIT), "take").ok
    assert not may(asker, Matter("bicara131", "PUBLIK", UNIT), "see").ok


def test_an_unknown_role_or_action_is_refused():
    assert may_act(Asker("T9"), Matter("bicara131"), "take").why == "no rule for T9 and take"
    assert not may_act(Asker("T4"), Matter("bicara131"), "delete").ok
