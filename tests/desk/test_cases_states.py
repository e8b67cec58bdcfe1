"""Every state, action and tier: what becomes of the case, or that it is refused with words and a true list of what is allowed."""

import itertools
from dataclasses import replace

import pytest

from desk.access import ACTS, may_act
from desk.caseload.deadlines import deadlines, owed
from desk.caseload.life import act as take_action
from desk.caseload.life import allowed
from desk.caseload.model import ENDED, STATES, Done, Refusal, Wish
from tests.desk.caseworld import ACTORS, NOW, RULES, at, do, opened, standing

# From a state (line) an action (column) leads to the state named; "=" stays, "back" is where waiting began, "." is refused.
WAYS = """
                     take       escalate   ask_documents        documents_came wait                party_answered answer             validate send_back  confirm close   reopen extend cancel     refuse
baru                 ditangani  .          .                    .              .                   .              .                  .        .          .       .       .      .      dibatalkan .
dijawab_mandiri      .          .          .                    .              .                   .              .                  .        .          .       .       baru   .      .          .
antre                ditangani  .          .                    .              .                   .              .                  .        .          .       .       .      .      dibatalkan .
ditangani            =          dieskalasi menunggu_kelengkapan .              menunggu_pihak_lain .              dijawab            .        .          .       .       .      =      dibatalkan .
dieskalasi           =          =          menunggu_kelengkapan .              menunggu_pihak_lain .              jawaban_divalidasi .        .          .       .       .      =      dibatalkan ditolak_dikecualikan
menunggu_kelengkapan .          .          .                    back           .                   .              .                  .        .          .       .       .      .      dibatalkan .
menunggu_pihak_lain  .          .          .                    .              .                   back           .                  .        .          .       .       .      =      dibatalkan .
jawaban_divalidasi   .          .          .                    .              .                   .              .                  dijawab  dieskalasi .       .       .      .      dibatalkan .
dijawab              .          .          .                    .              .                   .              .                  .        .          =       ditutup baru   .      .          .
ditutup              .          .          .                    .              .                   .              .                  .        .          .       .       baru   .      .          .
ditolak_dikecualikan .          .          .                    .              .                   .              .                  .        .          .       .       baru   .      .          .
dibatalkan           .          .          .                    .              .                   .              .                  .        .          .       .       baru   .      .          .
"""


def ways() -> dict[tuple[str, str], str]:
    head, *rows = [line.split() for line in WAYS.splitlines() if line.strip()]
    return {(row[0], act): cell for row in rows for act, cell in zip(head, row[1:], strict=True)}


CELLS = ways()
COMBINATIONS = list(itertools.product(STATES, ACTS, (1, 2, 3, 4), ("PUBLIK", "RAHASIA")))


def test_the_table_has_every_state_and_action():
    assert {state for state, _ in CELLS} == set(STATES) and {act for _, act in CELLS} == set(ACTS)


def case_for(state: str, act: str, tier: int, classification: str):
    case = standing(state, tier, classification)
    return replace(case, confirmed_at=NOW) if act == "close" else case


@pytest.mark.parametrize("role", ACTORS)
def test_an_action_leads_where_the_table_says_or_is_refused(role):
    for state, act, tier, classification in COMBINATIONS:
        case = case_for(state, act, tier, classification)
        there = CELLS[(state, act)]
        may = may_act(ACTORS[role].asker, case.matter, act).ok
        done = do(case, act, role)
        if may and there != ".":
            assert isinstance(done, Done), (state, act, tier, role, str(done))
            assert done.case.status == {"=": state, "back": "dieskalasi"}.get(there, there)
            assert done.events and done.events[-1].detail["act"] == act
        else:
            assert isinstance(done, Refusal) and len(done.why) > 10
            assert act not in done.allowed


@pytest.mark.parametrize("role", ACTORS)
def test_what_a_refusal_calls_allowed_can_be_done(role):
    for state, tier, classification in itertools.product(STATES, (1, 2, 3, 4), ("PUBLIK", "RAHASIA")):
        for act in allowed(standing(state, tier, classification), ACTORS[role]):
            case = case_for(state, act, tier, classification)
            assert isinstance(do(case, act, role), Done), (state, act, tier, role)


def test_every_open_state_is_owed_by_somebody_and_every_ended_one_by_nobody():
    for state in STATES:
        case = standing(state, 2)
        assert bool(owed(case)) == (state not in ENDED)
        assert bool(deadlines(case, RULES)) == (state not in ENDED), state


# -- what an action needs besides


def refused(case, act: str, role: str, **more: object) -> str:
    done = do(case, act, role, **more)
    assert isinstance(done, Refusal)
    return str(done)


@pytest.mark.parametrize("act", ["escalate", "cancel", "extend"])
def test_what_changes_a_promise_or_another_s_work_needs_a_reason(act):
    assert "alasan wajib diisi" in refused(standing("dieskalasi", 3), act, "T3", why="  ", tier=4)


def test_a_case_is_passed_on_upwards_and_a_unit_has_a_name():
    mine = standing("ditangani")
    assert "T1 passes a case on to T2 or T3, not to T4" in refused(mine, "escalate", "T1", tier=4)
    assert "tier 3 is a unit: name it" in refused(replace(mine, unit=""), "escalate", "T1", tier=3, unit="")
    assert "is with bi.dpu already" in refused(standing("dieskalasi", 3), "escalate", "T4", tier=3)


def test_whoever_wrote_an_answer_does_not_check_it():
    case = replace(standing("jawaban_divalidasi", 2), answered_by="budi")
    assert "another person checks it" in refused(case, "validate", "T2")
    assert isinstance(do(case, "validate", "T1"), Done)


def test_closing_comes_after_the_caller_s_confirmation():
    assert "confirm comes before closing" in refused(standing("dijawab"), "close", "T1")
    confirmed = replace(standing("dijawab"), confirmed_at=NOW)
    assert "confirmed already" in refused(confirmed, "confirm", "T1")


def test_a_deaf_caller_is_never_answered_nor_asked_by_telephone():
    case = replace(standing("ditangani"), accessibility="tuli")
    assert "deaf" in refused(case, "answer", "T1", spoken=True)
    assert "deaf" in refused(replace(case, status="dijawab"), "confirm", "T1", spoken=True)
    assert isinstance(do(case, "answer", "T1"), Done)


def test_an_answer_and_a_party_have_words():
    assert "needs words" in refused(standing("ditangani"), "answer", "T1", text=" ")
    assert isinstance(do(standing("ditangani"), "answer", "T1", text="", spoken=True), Done)
    assert "needs words" in refused(standing("dieskalasi", 3), "answer", "T3", text="", spoken=True)
    talked = do(standing("dieskalasi", 3), "answer", "T3", text="", spoken=True, talk=True)
    assert isinstance(talked, Done)
    assert (talked.case.status, talked.case.confirmed_at, talked.tell) == ("dijawab", NOW, "")
    assert "name the party" in refused(standing("ditangani"), "wait", "T1", party="")
    assert "name the documents" in refused(standing("ditangani"), "ask_documents", "T1", text="", why="")


def test_the_content_of_what_is_secret_is_not_kept_in_the_case():
    secret = standing("dieskalasi", 3, "RAHASIA")
    assert "answered in writing" in refused(secret, "answer", "T3", text="Ya, benar.")
    assert "never said on the telephone" in refused(
        secret, "answer", "T3", why="S-12", text="", spoken=True, talk=True
    )
    done = do(secret, "answer", "T3", why="letter S-12/2026")
    assert isinstance(done, Done)
    assert (done.case.status, done.case.tier, done.case.answer) == ("jawaban_divalidasi", 4, "")
    validated = do(done.case, "validate", "T4")
    assert isinstance(validated, Done) and validated.tell == ""


def test_who_was_told_in_the_talk_gets_no_text_about_it():
    confirmed = replace(standing("dijawab"), confirmed_at=NOW)
    for case, act in ((confirmed, "close"), (standing("ditangani"), "cancel")):
        told, talked = do(case, act, "T1"), do(case, act, "T1", spoken=True, talk=True)
        assert isinstance(told, Done) and isinstance(talked, Done)
        assert (told.tell, talked.tell) == ("closed", "")


def test_an_extension_is_granted_once_and_in_time():
    case = standing("dieskalasi", 3)
    done = do(case, "extend", "T3")
    assert isinstance(done, Done) and done.tell == "extended"
    assert "hanya satu kali" in refused(done.case, "extend", "T3")
    late = do(case, "extend", "T3", at("2026-03-12 16:00"))
    assert isinstance(late, Refusal) and "too late" in late.why
    nowhere = replace(RULES, limits={k: v for k, v in RULES.limits.items() if k != "extension"})
    assert "grants no extension" in str(do(case, "extend", "T3", limits=nowhere))


def test_an_unknown_action_is_refused_and_not_an_error():
    done = do(opened(), "take", "T1")
    assert isinstance(done, Done)
    refusal = take_action(done.case, Wish("delete"), ACTORS["T4"], NOW, RULES)
    assert isinstance(refusal, Refusal) and "no rule" in refusal.why
