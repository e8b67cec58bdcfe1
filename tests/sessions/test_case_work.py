"""Work on cases through the one way in: rows, history, audit, texts to the caller."""

import json

import pytest

from desk.access import Asker
from engine.events import Keys, Recorded
from engine.phrases import PHRASES
from sessions.cases import case_views, case_work, cases
from sessions.cases.records import Person, Refused
from sms.segments import is_gsm, measure
from store import audit, opt_outs, timers, times
from store import cases as stored
from tests.gateways import Caller
from tests.sessions.caseflow import FLOW, NOW, UNIT, act, bodies, events, opened, people


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


def load(gateway, ticket):
    return stored.load(gateway.store.read(), ticket)


def test_a_case_that_a_caller_opens_has_its_clocks_and_its_timer(gateway):
    caller = Caller(gateway, "CA" + "1" * 32)
    caller.hear(Keys("1"), Recorded("RE" + "1" * 32, 9))
    (case,) = stored.of_session(gateway.store.read(), caller.call)
    assert case.due_first == case.due_at == case.due_answer == "2026-03-12T09:00:00.000Z"
    timer = timers.load(gateway.store.read(), kind="case", subject=case.ticket)
    assert timer is not None and times.instant(timer.at) < times.instant(case.due_first)


def test_the_article_s_own_example_from_tier_1_to_the_unit_and_back_to_the_caller(gateway):
    ticket = opened(gateway, channel="sms", classification="PUBLIK")
    assert load(gateway, ticket).due_first == "2026-03-11T04:15:00.000Z"  # within the hour
    act(gateway, ticket, "take", "T1")
    act(gateway, ticket, "escalate", "T1", why="prices in dollars", tier=3, unit=UNIT)
    case = load(gateway, ticket)
    assert (case.status, case.tier, case.unit, case.due_answer) == (
        "dieskalasi", 3, UNIT, "2026-04-01T09:00:00.000Z",
    )  # fmt: skip
    act(gateway, ticket, "take", "T3")
    act(gateway, ticket, "answer", "T3", text="Harga hanya dalam Rupiah.")
    assert load(gateway, ticket).answer_source == UNIT and "Harga" not in " ".join(bodies(gateway))
    act(gateway, ticket, "validate", "T2")
    assert bodies(gateway)[-1] == f"Laporan {ticket}: Harga hanya dalam Rupiah. Belum puas? Ketik PETUGAS."
    act(gateway, ticket, "confirm", "T1")
    act(gateway, ticket, "close", "T1")
    assert load(gateway, ticket).status == "ditutup" and load(gateway, ticket).closed_at == NOW
    assert timers.load(gateway.store.read(), kind="case", subject=ticket) is None
    told = [(event.who, event.what) for event in events(gateway, ticket)]
    assert [what for _, what in told if what != "owner told by text"] == [
        "dibuka", "taken", "escalated", "taken", "answer given", "answer checked", "confirmed by the caller", "closed",
    ]  # fmt: skip
    assert ("s1", "answer given") in told and ("ani", "closed") in told


def test_the_history_says_from_where_to_where_by_whom_and_why(gateway):
    ticket = opened(gateway)
    act(gateway, ticket, "take", "T1")
    act(gateway, ticket, "escalate", "T1", why="beyond tier 1", tier=3, unit=UNIT)
    event = events(gateway, ticket)[-1]
    assert (event.who, event.what, event.why) == ("ani", "escalated", "beyond tier 1")
    assert json.loads(event.detail) == {
        "act": "escalate", "role": "T1", "from": "ditangani", "to": "dieskalasi", "tier_from": "T1", "tier_to": "T3",
        "unit": UNIT,
    }  # fmt: skip


def test_a_refusal_changes_nothing_and_stands_in_the_audit_and_the_log(gateway, caplog):
    ticket = opened(gateway)
    before = load(gateway, ticket)
    refusal = act(gateway, ticket, "close", "T1", refused=True)
    assert str(refusal) == "a case that is baru cannot close. Allowed now: take, cancel"
    act(gateway, ticket, "answer", "T3 other", refused=True)
    assert load(gateway, ticket) == before and len(events(gateway, ticket)) == 1
    (second, first) = audit.of_subject(gateway.store.read(), ticket)
    assert (first.who, first.action) == ("ani", "case_close_refused")
    assert json.loads(second.detail)["unit"] == "bi.pk" and "with T1" in json.loads(second.detail)["refused"]
    assert caplog.text.count("an action on a case was refused") == 2


def test_an_action_on_no_case_is_refused(gateway):
    refusal = act(gateway, "CO-20260311-9999", "take", "T1", refused=True)
    assert "there is no case" in str(refusal)


def test_what_raises_leaves_case_history_timer_and_text_as_they_were(gateway):
    ticket = opened(gateway, channel="sms", classification="PUBLIK", status="ditangani")
    before = (load(gateway, ticket), events(gateway, ticket), bodies(gateway))
    with pytest.raises(ZeroDivisionError), gateway.store.write() as db:
        case_work.act(gateway, db, ticket, "answer", people()["T1"], "", NOW, text="Ya.")
        raise ZeroDivisionError
    assert (load(gateway, ticket), events(gateway, ticket), bodies(gateway)) == before


# -- what the caller is told


@pytest.mark.parametrize("classification", ["TERBATAS", "INTERNAL", "", "RAHASIA"])
def test_no_word_of_what_is_not_public_is_texted(gateway, classification):
    ticket = opened(
        gateway, channel="sms", classification=classification, status="ditangani", unit=UNIT, tier=3
    )
    role = "T4" if classification == "RAHASIA" else "T3"
    with gateway.store.write() as db:
        stored.set_fields(db, ticket, now=NOW, status="dieskalasi")
    act(gateway, ticket, "ask_documents", role, text="Kartu keluarga Wati")
    act(gateway, ticket, "documents_came", role)
    secret = {"why": "letter S-1/2026"} if classification == "RAHASIA" else {"text": "Wati terlambat"}
    act(gateway, ticket, "answer", role, **secret)
    act(gateway, ticket, "validate", "T4")
    said = bodies(gateway)
    assert "Wati" not in " ".join(said)
    if classification == "RAHASIA":
        assert said == []
    else:
        assert said[-1] == (
            f"Laporan {ticket} sudah dijawab. Untuk mendengar jawabannya, hubungi Contoh dan sebutkan nomor laporan Anda."
        )


def test_who_cannot_hear_is_not_told_to_call(gateway):
    ticket = opened(gateway, channel="sms", status="ditangani", fields='{"accessibility": "tuli"}')
    act(gateway, ticket, "ask_documents", "T1", text="Kartu keluarga Wati")
    act(gateway, ticket, "documents_came", "T1")
    act(gateway, ticket, "answer", "T1", text="Wati terlambat")
    assert [body.partition(". ")[2] for body in bodies(gateway)[-2:]] == [
        f"Dokumen apa: ketik PETUGAS spasi {ticket}.",
        f"Untuk membaca jawabannya, ketik PETUGAS spasi {ticket}.",
    ]


def test_documents_are_named_with_their_day(gateway):
    ticket = opened(gateway, channel="sms", classification="PUBLIK", status="ditangani")
    act(gateway, ticket, "ask_documents", "T1", text="KTP, kronologi")
    assert bodies(gateway)[-1] == (
        f"Laporan {ticket} memerlukan dokumen paling lambat 16-04-2026: KTP, kronologi. Petugas: ketik PETUGAS."
    )
    assert load(gateway, ticket).paused_since == NOW


def test_a_long_answer_is_not_cut_but_told_to_be_there(gateway):
    ticket = opened(gateway, channel="sms", classification="PUBLIK", status="ditangani")
    act(gateway, ticket, "answer", "T1", text="Uang rusak diganti. " * 30)
    assert bodies(gateway)[-1].startswith(f"Laporan {ticket} sudah dijawab.")


def test_english_cases_are_told_in_english(gateway):
    ticket = opened(
        gateway, channel="sms", classification="PUBLIK", status="dieskalasi", tier=3, unit=UNIT, language="en"
    )
    act(gateway, ticket, "extend", "T3", why="legal study")
    assert (
        bodies(gateway)[-1].startswith("Sorry, the reply to report")
        and "legal study" not in bodies(gateway)[-1]
    )


def test_a_landline_is_told_by_a_person_and_the_history_says_so(gateway):
    ticket = opened(
        gateway, contact="+622150000001", classification="PUBLIK", status="dieskalasi", tier=3, unit=UNIT
    )
    act(gateway, ticket, "extend", "T3", why="legal study")
    assert bodies(gateway) == []
    last = events(gateway, ticket)[-1]
    assert (last.what, last.why) == ("owner to be told by telephone", "no text can be sent to this number")


def test_who_wants_no_texts_gets_only_answers_to_texts_of_their_own(gateway):
    asked = opened(gateway, channel="sms", classification="PUBLIK", status="ditangani")
    called = opened(gateway, channel="telepon", classification="PUBLIK", status="ditangani")
    with gateway.store.write() as db:
        opt_outs.add(db, "contoh", "+6281200000001", since=NOW, source="STOP")
    for ticket in (asked, called):
        act(gateway, ticket, "answer", "T1", text="Ya.")
        act(gateway, ticket, "confirm", "T1")
        act(gateway, ticket, "close", "T1")
    assert bodies(gateway) == [f"Laporan {asked}: Ya. Belum puas? Ketik PETUGAS."]
    assert "wants no texts" in events(gateway, called)[-1].why


def test_nobody_is_woken_by_a_text(gateway):
    ticket = opened(gateway, channel="sms", classification="PUBLIK", status="ditangani")
    night = "2026-03-11T14:30:00.000Z"  # 21.30 WIB
    act(gateway, ticket, "answer", "T1", text="Ya.", now=night)
    ((due,),) = gateway.store.read().execute("SELECT not_before FROM outbox WHERE kind = 'sms'").fetchall()
    assert due == "2026-03-12T01:00:00.000Z"  # 08.00 WIB


def test_every_text_about_a_case_fits_two_parts_in_both_languages(gateway):
    longest = {
        "tiket": "KP-20260311-100001",
        "layanan": "Kring Pajak 1500200",
        "tanggal": "30 September 2026",
    }
    for name, words in PHRASES.items():
        if name.startswith("case_") and not name.endswith("_words"):
            for body in words.values():
                for key, value in longest.items():
                    body = body.replace("{" + key + "}", value)
                assert is_gsm(body) and measure(body).parts <= 2, name


# -- coming back, looking


def test_a_closed_case_opens_again_only_when_it_is_reopened(gateway):
    ticket = opened(gateway, status="ditangani")
    act(gateway, ticket, "answer", "T1", text="Ya.", spoken=True)
    act(gateway, ticket, "close", "T1")
    for name in ("take", "answer", "escalate", "extend"):
        act(gateway, ticket, name, "T4", why="again", text="x", tier=3, unit=UNIT, refused=True)
    act(gateway, ticket, "reopen", "T1", why="not content")
    case = load(gateway, ticket)
    assert (case.status, case.closed_at) == ("baru", None)
    assert timers.load(gateway.store.read(), kind="case", subject=ticket) is not None


def test_tier_1_is_shown_of_what_is_secret_only_where_it_went(gateway):
    ticket = opened(gateway, classification="RAHASIA", unit=UNIT, tier=3, note="pelapor Wati 081234567890")
    assert case_views.shown(gateway, people()["T1"], ticket) == "eskalasi ke bi.dpu"
    (line,) = case_views.listed(gateway, people()["T1"])
    assert (line.row, line.instead) == (None, "eskalasi ke bi.dpu")
    assert audit.of_subject(gateway.store.read(), ticket)[0].action == "case_see_refused"
    unit = case_views.shown(gateway, people()["T3"], ticket)
    assert not isinstance(unit, str) and "Wati" in unit.note and "081234567890" not in unit.note


def test_the_original_is_for_its_unit_with_a_reason_that_the_audit_keeps(gateway):
    ticket = opened(gateway, classification="TERBATAS", unit=UNIT, tier=3, note="hubungi 081234567890")
    seen = case_views.shown(gateway, people()["T1"], ticket)
    assert not isinstance(seen, str) and "081234567890" not in seen.note
    for role, reason in (("T1", "caller asked to be rung"), ("T3", "short")):
        with pytest.raises(Refused):
            case_views.shown(gateway, people()[role], ticket, original=True, reason=reason)
    opened_up = case_views.shown(
        gateway, people()["T3"], ticket, original=True, reason="caller asked to be rung"
    )
    assert not isinstance(opened_up, str) and "081234567890" in opened_up.note
    assert [row.action for row in audit.of_subject(gateway.store.read(), ticket)] == [
        "case_open", "case_open_refused", "case_open_refused",
    ]  # fmt: skip


def test_lists_are_by_urgency_then_by_what_is_due_and_only_of_one_s_services(gateway):
    later = opened(gateway, priority=2)
    first = opened(gateway, priority=1)
    due = opened(gateway, status="dieskalasi", tier=3, unit=UNIT)
    found = [line.ticket for line in case_views.listed(gateway, people()["T1"])]
    assert found == [first, later, due]
    other = Person("x", Asker("T1", services=frozenset({"kring_pajak"})))
    assert case_views.listed(gateway, other) == []
    assert [line.ticket for line in case_views.listed(gateway, people()["T1"], unit=UNIT)] == [due]


def test_the_owner_of_a_case_hears_its_state_in_words(gateway):
    assert {cases.condition(status) for status in ("baru", "dieskalasi", "jawaban_divalidasi")} == {
        "berjalan"
    }
    assert cases.condition("menunggu_kelengkapan") == "kelengkapan"
    assert {cases.condition(status) for status in ("dijawab", "ditutup", "dibatalkan")} == {"selesai"}
