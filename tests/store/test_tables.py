"""Sessions, inbox, cases, queue, flows and the small tables: what each function promises, on a real file."""

import pytest

from store import audit, cases, flows, inbox, limits, lookups, meta, opt_outs, sessions
from store.library import sqlite3

NOW = "2026-03-11T02:00:00.000Z"
LATER = "2026-03-11T02:05:00.000Z"


@pytest.fixture
def db(db_store):
    with db_store.write() as connection:
        yield connection


def _begin(db, id="CA1", **more):
    given = {"service": "hello", "version": "v1", "channel": "voice", "contact": "+628", "called": "131"}
    sessions.begin(db, id, language="id", at=NOW, **{**given, **more})


# Sessions


def test_a_session_is_found_as_it_was_saved(db):
    assert sessions.load(db, "CA1") is None
    _begin(db)
    sessions.save(db, "CA1", turn=1, state='{"step":"main"}', language="en", at=LATER)
    row = sessions.load(db, "CA1")
    assert (row.turn, row.state, row.language) == (1, '{"step":"main"}', "en")
    assert (row.started_at, row.updated_at, row.ended_at, row.outcome) == (NOW, LATER, None, None)


def test_a_session_begins_once(db):
    _begin(db)
    with pytest.raises(sqlite3.IntegrityError):
        _begin(db)


def test_an_end_stays_whatever_comes_after_it(db):
    _begin(db)
    sessions.save(db, "CA1", turn=2, state="{}", language="id", at=NOW, ended_at=NOW, outcome="hung up")
    sessions.save(db, "CA1", turn=3, state="{}", language="id", at=LATER, ended_at=LATER, outcome="answered")
    sessions.save(db, "CA1", turn=4, state="{}", language="id", at=LATER)
    row = sessions.load(db, "CA1")
    assert (row.turn, row.ended_at, row.outcome) == (4, NOW, "hung up")


def test_a_repeated_webhook_finds_its_answer_byte_for_byte(db):
    _begin(db)
    answer = '<?xml version="1.0"?><Response><Say>Sèlamat "pagi" 🌄\n</Say></Response>'
    sessions.keep_turn(db, "CA1", 0, event='{"heard":"started"}', step="main", answer=answer, at=NOW)
    sessions.keep_turn(db, "CA1", 1, event="{}", step="hours", answer="", at=LATER)
    assert (sessions.answer(db, "CA1", 0), sessions.answer(db, "CA1", 1)) == (answer, "")
    assert sessions.answer(db, "CA1", 2) is None
    assert [(turn.n, turn.step) for turn in sessions.turns(db, "CA1")] == [(0, "main"), (1, "hours")]


def test_a_turn_is_taken_once_and_only_in_a_session(db):
    _begin(db)
    turn = {"event": "{}", "step": "main", "answer": "", "at": NOW}
    sessions.keep_turn(db, "CA1", 0, **turn)
    with pytest.raises(sqlite3.IntegrityError):
        sessions.keep_turn(db, "CA1", 0, **turn)
    with pytest.raises(sqlite3.IntegrityError):
        sessions.keep_turn(db, "CA2", 0, **turn)


def test_a_text_goes_on_with_the_contacts_open_dialogue_and_with_no_other(db):
    _begin(db, "call")
    _begin(db, "old", channel="text")
    sessions.save(db, "old", turn=1, state="{}", language="id", at=NOW, ended_at=NOW, outcome="done")
    _begin(db, "other service", channel="text", service="bicara131")
    assert sessions.live_text_session(db, "hello", "+628") is None
    _begin(db, "open", channel="text")
    assert sessions.live_text_session(db, "hello", "+628").id == "open"
    assert sessions.live_text_session(db, "hello", "+629") is None


def test_the_sweep_finds_sessions_that_nobody_ended(db):
    for id in ("stuck", "ended", "lively"):
        _begin(db, id)
    sessions.save(db, "ended", turn=1, state="{}", language="id", at=NOW, ended_at=NOW, outcome="done")
    sessions.save(db, "lively", turn=1, state="{}", language="id", at=LATER)
    assert [row.id for row in sessions.live(db, LATER)] == ["stuck"]


def test_the_webhooks_path_uses_an_index_for_every_statement(db_store):
    seen = []
    with db_store.write() as db:
        _begin(db)
        db.set_trace_callback(seen.append)
        sessions.load(db, "CA1")
        sessions.save(db, "CA1", turn=1, state="{}", language="id", at=LATER)
        sessions.keep_turn(db, "CA1", 1, event="{}", step="main", answer="", at=LATER)
        sessions.answer(db, "CA1", 1)
        sessions.live_text_session(db, "hello", "+628")
        sessions.last_of_contact(db, "hello", "+628")
        inbox.first_time(db, account="AC", key="k", kind="call", received_at=NOW)
        db.set_trace_callback(None)
        statements = [text for text in seen if text.startswith(("SELECT", "UPDATE", "INSERT"))]
        plans = [row[3] for text in statements for row in db.execute(f"EXPLAIN QUERY PLAN {text}")]
    assert len(statements) == 7
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


# Inbox


def test_a_webhook_is_new_once_and_then_gets_the_first_answer(db):
    webhook = {"account": "AC1", "key": "sms:SM1", "kind": "sms", "received_at": NOW}
    assert inbox.first_time(db, **webhook, fields='{"Body":"INFO"}') is None
    inbox.set_answer(db, account="AC1", key="sms:SM1", answer="<Response/>")
    assert [inbox.first_time(db, **webhook) for _ in range(2)] == ["<Response/>"] * 2
    assert inbox.retries(db, account="AC1", key="sms:SM1") == 2
    assert inbox.retries(db, account="AC1", key="sms:SM2") is None


def test_the_same_key_of_another_account_is_another_webhook(db):
    for account in ("AC1", "AC2"):
        assert inbox.first_time(db, account=account, key="k", kind="sms", received_at=NOW) is None


def test_old_webhooks_are_forgotten_a_few_at_a_time(db):
    for number in range(5):
        inbox.first_time(db, account="AC", key=f"old {number}", kind="sms", received_at=NOW)
    inbox.first_time(db, account="AC", key="new", kind="sms", received_at=LATER)
    assert [inbox.purge(db, LATER, limit=3) for _ in range(3)] == [3, 2, 0]
    assert inbox.first_time(db, account="AC", key="new", kind="sms", received_at=LATER) == ""


# Cases


def _open(db, service="bicara131", prefix="BI", day="2026-03-11", **fields):
    return cases.open_case(db, service=service, prefix=prefix, local_date=day, now=NOW, **fields)


def test_tickets_count_from_one_for_each_centre_and_day(db):
    assert [_open(db), _open(db)] == ["BI-20260311-0001", "BI-20260311-0002"]
    assert _open(db, day="2026-03-12") == "BI-20260312-0001"
    assert _open(db, service="kring_pajak", prefix="KP") == "KP-20260311-0001"


def test_the_ten_thousandth_ticket_of_a_day_has_a_digit_more(db):
    db.execute("INSERT INTO ticket_counters VALUES ('BI', '20260311', 9999)")
    assert _open(db) == "BI-20260311-10000"
    assert cases.find(db, "bicara131", "2026031110000").number == 10000


@pytest.mark.parametrize(
    "said",
    [
        "BI-20260311-0001",
        "bi-20260311-0001",
        "BI 20260311 0001",
        "bi202603110001",
        "202603110001",
        "#2026 0311 0001",
    ],
)
def test_a_ticket_is_found_as_people_say_and_key_it(db, said):
    _open(db)
    assert cases.find(db, "bicara131", said).ticket == "BI-20260311-0001"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "BI",
        "0001",
        "202603110002",
        "KP-20260311-0001",
        "99999999999999999999999999",
        "٢٠٢٦٠٣١١٠٠٠١",
        "'; DROP TABLE cases",
    ],
)
def test_what_is_no_ticket_of_ours_finds_nothing(db, said):
    _open(db)
    assert cases.find(db, "bicara131", said) is None


def test_a_ticket_of_another_service_is_not_found(db):
    _open(db, service="kring_pajak", prefix="KP")
    assert cases.find(db, "bicara131", "202603110001") is None
    assert cases.find(db, "bicara131", "KP-20260311-0001") is None


def test_a_case_keeps_what_it_is_told_and_refuses_fields_it_has_not(db):
    ticket = _open(db, contact="+628", session_id="CA1", function="pengaduan", priority=2)
    assert cases.set_fields(db, ticket, now=LATER, status="antre", tier=1, fields='{"isi":"robek"}')
    row = cases.load(db, ticket)
    assert (row.status, row.tier, row.function, row.fields) == ("antre", 1, "pengaduan", '{"isi":"robek"}')
    assert (row.opened_at, row.updated_at) == (NOW, LATER)
    assert not cases.set_fields(db, "BI-1", now=LATER, status="antre")
    with pytest.raises(ValueError, match=r"no settable field colour.*Way out"):
        cases.set_fields(db, ticket, now=LATER, colour="red")
    with pytest.raises(ValueError, match="ticket"):
        _open(db, ticket="BI-20260311-0007")
    assert [case.ticket for case in cases.of_session(db, "CA1")] == [ticket]
    assert [case.ticket for case in cases.of_contact(db, "bicara131", "+628")] == [ticket]


def test_a_case_has_a_story_in_order(db):
    ticket = _open(db)
    cases.add_event(db, ticket, at=NOW, who="ivr", what="opened")
    cases.add_event(db, ticket, at=LATER, who="ani", what="escalated to tier 2", why="asked for")
    assert [(event.who, event.what) for event in cases.events(db, ticket)] == [
        ("ivr", "opened"),
        ("ani", "escalated to tier 2"),
    ]
    with pytest.raises(sqlite3.IntegrityError):
        cases.add_event(db, "BI-1", at=NOW, who="ivr", what="opened")


# Flows


def test_a_published_flow_becomes_current_and_the_old_version_stays(db):
    assert (flows.current(db, "hello"), flows.load(db, "v1")) == (None, None)
    flows.publish(db, service="hello", version="v1", files={"flow.yaml": "salam: Halo"}, at=NOW)
    flows.publish(db, service="hello", version="v2", files={"flow.yaml": "salam: Hai"}, at=LATER)
    assert flows.all_current(db) == {"hello": "v2"}
    assert flows.load(db, "v1") == {"flow.yaml": "salam: Halo"}
    flows.make_current(db, service="hello", version="v1", at=LATER)
    assert flows.current(db, "hello") == "v1"
    assert [row.version for row in flows.versions(db, "hello")] == ["v2", "v1"]
    flows.publish(db, service="hello", version="v2", files={}, at=LATER)
    assert flows.load(db, "v2") == {"flow.yaml": "salam: Hai"}
    with pytest.raises(sqlite3.IntegrityError):
        flows.make_current(db, service="hello", version="v3", at=LATER)


# The small ones


def test_an_opt_out_holds_for_its_service_until_it_is_taken_back(db):
    assert opt_outs.add(db, "hello", "+628", since=NOW, source="STOP")
    assert not opt_outs.add(db, "hello", "+628", since=LATER, source="21610")
    assert (opt_outs.since(db, "hello", "+628"), opt_outs.since(db, "bicara131", "+628")) == (NOW, None)
    assert opt_outs.remove(db, "hello", "+628")
    assert not opt_outs.remove(db, "hello", "+628")
    assert opt_outs.since(db, "hello", "+628") is None


def test_counts_add_up_in_their_window_and_key(db):
    assert [limits.add_and_count(db, "sms", "+628", "2026-03-11T02") for _ in range(3)] == [1, 2, 3]
    assert limits.add_and_count(db, "sms", "+628", "2026-03-11T03", n=5) == 5
    assert limits.count(db, "sms", "+629", "2026-03-11T02") == 0
    assert limits.purge(db, "2026-03-11T03") == 1
    assert limits.count(db, "sms", "+628", "2026-03-11T03") == 5


def test_the_same_text_to_the_same_contact_is_noticed(db):
    text = {"service": "hello", "contact": "+628", "body_hash": "h"}
    for at in (NOW, LATER):
        limits.remember_text(db, **text, at=at)
    assert limits.times_sent(db, **text, since=NOW) == 2
    assert limits.times_sent(db, **text, since=LATER) == 1
    assert limits.times_sent(db, service="hello", contact="+628", body_hash="other", since=NOW) == 0


def test_the_first_outcome_of_a_look_up_stays(db):
    lookups.ask(db, id="L1", session_id="CA1", turn=3, source="rates", query='{"code":"EUR"}', at=NOW)
    assert lookups.load(db, "L1").state == "waiting"
    assert lookups.answered(db, "L1", result='{"rate":"17500"}', at=LATER)
    assert not lookups.failed(db, "L1", result='"too late"', at=LATER)
    assert (lookups.latest(db, "CA1").result, lookups.latest(db, "CA1").state) == ('{"rate":"17500"}', "done")
    assert (lookups.latest(db, "CA2"), lookups.load(db, "L2")) == (None, None)


def test_who_did_what_is_told_newest_first(db):
    for action in ("publish", "rollback"):
        audit.write(db, at=NOW, who="budi", action=action, subject="flow hello")
    audit.write(db, at=NOW, who="budi", action="login", subject="budi")
    assert [row.action for row in audit.of_subject(db, "flow hello")] == ["rollback", "publish"]
    assert audit.latest(db, 1)[0].action == "login"


def test_meta_remembers_the_last_value(db):
    assert meta.get(db, "name") is None
    meta.put(db, "name", "one")
    meta.put(db, "name", "two")
    assert meta.get(db, "name") == "two"
