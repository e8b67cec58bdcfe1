"""What an agent may do, and every reason why not, with the way out and a line in the audit."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from desk.acts import REFUSALS, Checklist
from engine.session import Session, to_json
from sessions import chores
from sessions.cases import acts
from sessions.cases.acts import Asked, NoAct, Refused
from store import audit, cases, sessions, timers
from store.times import instant
from tests.acts.conftest import CONTACT, SUBJECT, TICKET, Counter
from tests.carrier.stub import Answer


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("ani", "level", "has akun at level 1, 2 is asked for"),
        ("cici", "certificate", "certificate for akun ended on 2026-03-10"),
        ("dodi", "skill", "does not have the skill akun"),
        ("edi", "classification", "may not see information of class TERBATAS"),
        ("nobody", "roster", "agents of the roster only"),
    ],
)
def test_only_whom_the_roster_lets(counter: Counter, name: str, code: str, told: str) -> None:
    counter.tick("nik", "nama")
    done = counter.do(name)
    assert isinstance(done, Refused) and done.code == code and told in done.why


def test_only_who_has_the_case(counter: Counter) -> None:
    counter.tick("nik", "nama")
    counter.case(agent="ani")
    done = counter.do()
    assert isinstance(done, Refused) and done.code == "not_yours" and "Take it first" in done.why
    counter.case(agent="budi", classification="RAHASIA")
    secret = counter.do()
    assert isinstance(secret, Refused) and secret.code == "secret"


def test_only_with_the_whole_list_and_what_is_missing_is_named(counter: Counter) -> None:
    counter.tick("nik")
    done = counter.do(language="id")
    assert done == Refused("checklist", "Daftar periksa belum lengkap: Nama. Tanyakan dan centang dahulu")
    refused = counter.tick("nik", "nama", name="ani")
    assert isinstance(refused, Refused) and refused.code == "not_yours"


def test_only_for_whom_the_contact_was_proved_to_be(counter: Counter) -> None:
    counter.tick("nik", "nama")
    other = counter.do(subject="3174061203850002")
    assert isinstance(other, Refused) and other.code == "subject"
    _proved(counter, {"L1": SUBJECT})
    weak = counter.do()
    assert isinstance(weak, Refused) and weak.code == "auth_level" and "level L2" in weak.why
    _proved(counter, {"L3": SUBJECT})
    assert isinstance(counter.do(subject=SUBJECT), Asked)


def _proved(counter: Counter, proved: dict[str, str]) -> None:
    state = to_json(Session(channel="voice", language="id", proved=proved))
    with counter.gateway.store.write() as db:
        sessions.save(db, CONTACT, turn=0, state=state, language="id", at="2026-03-11T03:16:00.000Z")


def test_once_a_contact_whoever_it_is_about(counter: Counter) -> None:
    counter.asked()
    again = counter.do(subject="3174061203850002")
    assert isinstance(again, Refused) and again.code == "once"
    assert "satu panggilan satu permohonan" in again.why and "10:1" in again.why


def test_without_a_mail_server_nothing_is_promised(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.tick("nik", "nama")
    monkeypatch.setattr(type(counter.gateway.settings), "mails", property(lambda settings: False))
    done = counter.do()
    assert isinstance(done, Refused) and done.code == "mail"


def test_an_unknown_name_is_told_with_those_that_there_are(counter: Counter) -> None:
    with pytest.raises(NoAct, match="no act 'kirimm'; there are: kirim"):
        acts.do(counter.gateway, counter.person(), TICKET, "kirimm", "en")
    with pytest.raises(NoAct, match="no item 'ktp'; there are: nik, nama"):
        counter.tick("ktp")
    with pytest.raises(NoAct, match="no case CO-1"):
        acts.view(counter.gateway, counter.person(), "CO-1", "en")


def test_the_audit_has_every_wish_with_the_subject_as_a_hash(counter: Counter) -> None:
    counter.do()
    counter.asked()
    lines = [line for line in audit.latest(counter.gateway.store.read()) if "act_kirim" in line.action]
    assert [(line.who, line.action) for line in lines] == [
        ("budi", "act_kirim"),
        ("budi", "act_kirim_refused"),
    ]
    assert {line.subject for line in lines} == {counter.gateway.keyed("subject", "contoh", SUBJECT)}
    assert [json.loads(line.detail)["case"] for line in lines] == [TICKET, TICKET]
    kept = str([tuple(line) for line in lines])
    assert SUBJECT not in kept


def test_the_desk_sees_list_and_act_and_others_see_nothing_of_what_is_secret(counter: Counter) -> None:
    counter.tick("nik")
    view = acts.view(counter.gateway, counter.person(), TICKET, "en")
    assert view is not None and view.ticked == {"nik"} and view.missing == ("nama",)
    assert "Name" in view.acts[0].refused and view.acts[0].last is None
    counter.case(classification="RAHASIA")
    assert acts.view(counter.gateway, counter.person(), TICKET, "en") is None


def test_late_is_told_from_the_complete_list_on(counter: Counter) -> None:
    counter.tick("nik")
    assert due(counter) is None
    counter.tick("nik", "nama")
    timer = due(counter)
    assert timer is not None
    assert abs((instant(timer.at) - counter.gateway.clock()).total_seconds() - 1800) < 30
    assert ring(counter, timer) == ("act is late", "kirim: not asked for")
    counter.do()
    assert ring(counter, timer) == ("act is late", "kirim: on its way")
    counter.system.answer = lambda arrival: Answer(503)
    counter.ahead += timedelta(hours=4)
    counter.deliver()
    assert ring(counter, timer) == ("act is late", "kirim: given up after 4 hours: HTTP 503")


def test_what_is_sent_or_cannot_be_sent_is_not_late(counter: Counter) -> None:
    counter.asked()
    timer = due(counter)
    assert timer is not None
    counter.system.answer = lambda arrival: Answer(404)
    counter.deliver()
    assert due(counter) is None
    counter.do()
    counter.system.answer = lambda arrival: Answer(200, {"kode": "1", "surel": "a@contoh.id"})
    counter.deliver()
    assert ring(counter, timer)[0] != "act is late" and counter.status() == "dijawab"


def due(counter: Counter) -> timers.TimerRow | None:
    return timers.load(counter.gateway.store.read(), kind=acts.TIMER, subject=f"{TICKET}/kirim")


def ring(counter: Counter, timer: timers.TimerRow) -> tuple[str, str]:
    """The newest line of the case once this timer has rung."""
    with counter.gateway.store.write() as db:
        chores.timers(counter.gateway, lambda *turn: "")[acts.TIMER](db, timer)
        last = cases.events(db, TICKET)[-1]
    return last.what, last.why


@pytest.mark.parametrize(
    ("must", "least", "ticked", "missing"),
    [
        (frozenset("ab"), 2, "ab", ()),
        (frozenset("ab"), 2, "a", ("b",)),
        (frozenset(), 2, "ac", ()),
        (frozenset(), 2, "a", ("b", "c")),
        (frozenset("a"), 1, "bc", ("a",)),
        (frozenset(), 0, "", ()),
    ],
)
def test_what_is_missing_of_a_list(
    must: frozenset[str], least: int, ticked: str, missing: tuple[str, ...]
) -> None:
    assert Checklist("x", {}, {"a": {}, "b": {}, "c": {}}, must, least).missing(frozenset(ticked)) == missing


def test_every_refusal_has_both_languages() -> None:
    assert all({"id", "en"} == set(words) for words in REFUSALS.values())
