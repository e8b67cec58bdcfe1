"""What was given up is seen masked, tried again once however often one asks, or let go; and the audit has who and why."""

import json

import pytest

import app
from sessions.console import dead_letters
from sessions.console.dead_letters import Refused
from store import audit, outbox, timers
from tests.gateways import NOW, gateway_of
from tests.sessions.test_records import FLOW

__all__ = ["gateway_of"]
WHY, WHO = "the token was renewed", "shell:test"


@pytest.fixture
def gateway(gateway_of):
    """An installation with a text, a call of unknown outcome and a timer that are dead, and two events that were put aside."""
    gateway = gateway_of(FLOW)
    body = json.dumps({"to": "+6281234567890", "body": "Kode Anda PIN 482913, hubungi 081234567890."})
    with gateway.store.write() as db:
        for id, kind, error in (
            ("TEXT", "sms", "21211 no such number"),
            ("CALL", "call", "unknown outcome: decide"),
        ):
            outbox.put(db, kind=kind, target="+6281234567890", payload=body, now=NOW, id=id, cause="CA1")
            db.execute("UPDATE outbox SET state = 'dead', last_error = ? WHERE id = ?", (error, id))
        timers.arm(db, kind="case", subject="CO-1", at=NOW)
        db.execute("UPDATE timers SET state = 'dead', last_error = 'no such flow', attempts = 12")
    for name in ("01A.4.json", "01B.4.json"):
        event = {
            "path": "/sms/messages",
            "form": {"MessageSid": "SM1", "From": "+6281234567890", "Body": "tolong"},
        }
        (gateway.spool.poison / name).write_text(json.dumps({"order": "SM1", "event": event}))
    return gateway


def lines(gateway, subject):
    return [
        (row.action, json.loads(row.detail)["reason"])
        for row in audit.of_subject(gateway.store.read(), subject)
    ]


def test_all_are_listed_without_numbers_and_secrets(gateway):
    found = dead_letters.letters(gateway)
    assert [(letter.where, letter.kind) for letter in found if letter.where != "outbox"] == [
        ("timer", "case"), ("spool", "/sms/messages"), ("spool", "/sms/messages")
    ]  # fmt: skip
    assert {letter.id: letter.unsure for letter in found[:2]} == {"TEXT": False, "CALL": True}
    told = str([(letter, dead_letters.content(gateway, letter)) for letter in found])
    assert "81234567890" not in told and "482913" not in told and "tolong" in told


def test_one_is_tried_again_once_however_often_one_asks(gateway):
    dead_letters.replay(gateway, "TEXT", who=WHO, reason=WHY)
    row = outbox.load(gateway.store.read(), "TEXT")
    assert (row.state, row.attempts) == ("queued", 0)
    with pytest.raises(Refused, match="whether it was dealt with already"):
        dead_letters.replay(gateway, "TEXT", who=WHO, reason=WHY)
    assert lines(gateway, "TEXT") == [("dead_letter_replayed", WHY)]


def test_what_may_have_gone_out_is_only_tried_again_by_who_is_sure(gateway):
    with pytest.raises(Refused, match="two calls are worse than none"):
        dead_letters.replay(gateway, "CALL", who=WHO, reason=WHY)
    assert outbox.load(gateway.store.read(), "CALL").state == "dead" and lines(gateway, "CALL") == []
    dead_letters.replay(gateway, "CALL", who=WHO, reason=WHY, sure=True)
    assert outbox.load(gateway.store.read(), "CALL").state == "queued"


def test_a_timer_and_an_event_are_tried_again_from_the_first_attempt(gateway):
    (timer,) = timers.dead(gateway.store.read())
    dead_letters.replay(gateway, timer.id, who=WHO, reason=WHY)
    assert timers.load(gateway.store.read(), kind="case", subject="CO-1").attempts == 0
    dead_letters.replay(gateway, "01A.4", who=WHO, reason=WHY)
    assert gateway.spool.count() == 1 and (gateway.spool.folder / "01A.0.json").exists()
    assert [path.name for path in gateway.spool.poisoned()] == ["01B.4.json"]


def test_what_is_let_go_is_gone_and_its_line_stays(gateway):
    (timer,) = timers.dead(gateway.store.read())
    for id in ("CALL", timer.id, "01B.4"):
        dead_letters.drop(gateway, id, who=WHO, reason="rung back by hand")
        assert lines(gateway, id) == [("dead_letter_dropped", "rung back by hand")]
    assert {letter.id for letter in dead_letters.letters(gateway)} == {"TEXT", "01A.4"}
    assert outbox.load(gateway.store.read(), "CALL").state == "cancelled"


@pytest.mark.parametrize("id", ["none", "../poison/01A.4", "/etc/passwd", ""])
def test_nothing_is_done_without_a_reason_or_to_what_is_none(gateway, id):
    with pytest.raises(Refused, match="reason"):
        dead_letters.replay(gateway, "TEXT", who=WHO, reason=" ok ")
    with pytest.raises(Refused, match="no dead letter"):
        dead_letters.drop(gateway, id, who=WHO, reason=WHY)
    assert len(dead_letters.letters(gateway)) == 5


def test_the_command_lists_shows_and_tries_all_again_but_what_is_unsure(gateway, monkeypatch, capsys):
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    assert app.main(["deadletters"]) == 0
    assert "MAY HAVE GONE OUT" in (out := capsys.readouterr().out) and out.endswith("5 dead letters\n")
    assert app.main(["deadletters", "show", "TEXT"]) == 0
    assert "+6281******890" in (out := capsys.readouterr().out) and "482913" not in out
    assert app.main(["deadletters", "replay", "all", "--reason", WHY]) == 1
    told = capsys.readouterr()
    assert told.out.count("again ") == 4 and "CALL may have gone out" in told.err
    assert app.main(["deadletters", "drop", "CALL", "--reason", "rung back by hand"]) == 0
    assert app.main(["deadletters", "list"]) == 0 and capsys.readouterr().out.endswith("0 dead letters\n")
