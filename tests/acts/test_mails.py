"""What became of a mail, whatever failed on its way: sent once, or the agent knows why not, and the secret nowhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pypdf
import pytest

from jobs import mails
from jobs.mails import Mailing
from jobs.post import Post, written
from sessions import chores
from sessions.cases import acts
from store import audit, outbox
from tests.acts.conftest import MAIL, SECRET, SUBJECT, Counter
from tests.carrier.stub import Answer


def opens(file: bytes, password: str) -> str:
    reader = pypdf.PdfReader(io.BytesIO(file))
    assert reader.decrypt(password)
    return reader.pages[0].extract_text()


def test_a_mail_goes_to_the_address_on_file_and_the_case_is_answered(counter: Counter) -> None:
    asked = counter.asked()
    assert counter.deliver().state == "sent"
    (mail,) = counter.mailbox.mails()
    assert (mail.to, mail.subject) == ((MAIL,), "Laporan CO-20260311-0001")
    assert mail.id == f"<{asked.id}@contoh.id>" and mail.body.strip() == "Salam dari Layanan Contoh."
    assert opens(mail.files[0][2], asked.password) == f"Kode: {SECRET}"
    (act,) = counter.acts()
    assert (act.state, act.sealed, act.address) == ("sent", "", "w***@contoh.id")
    assert counter.status() == "dijawab"
    (came,) = counter.system.arrivals
    assert came.path == f"/{SUBJECT}"


def test_a_system_that_is_down_loses_nothing_and_the_agent_sees_why(counter: Counter) -> None:
    asked = counter.asked()
    counter.system.answer = lambda arrival: Answer(503)
    row = counter.deliver()
    assert (row.state, row.attempts, row.last_error) == ("queued", 0, "HTTP 503")
    assert counter.acts()[0].reason == "HTTP 503" and counter.history()[-1] == "act waits"
    assert counter.claim() is None
    counter.system.answer = lambda arrival: Answer(200, {"kode": SECRET, "surel": MAIL})
    counter.ahead += timedelta(seconds=30)
    assert counter.deliver().state == "sent"
    assert opens(counter.mailbox.mails()[0].files[0][2], asked.password)


def test_after_four_hours_it_is_given_up_and_may_be_asked_for_again_with_another_password(
    counter: Counter,
) -> None:
    first = counter.asked()
    counter.system.answer = lambda arrival: Answer(503)
    counter.ahead += timedelta(hours=4)
    dead = counter.deliver()
    assert dead.state == "dead" and counter.acts()[0].state == "failed" and counter.status() == "ditangani"
    second = counter.do()
    assert isinstance(second, acts.Asked) and second.password != first.password
    # The old letter is let go: nobody can revive it and send a second mail.
    assert counter.row(dead.id).state == "cancelled"
    assert [act.sealed != "" for act in counter.acts()] == [False, True]


def test_a_dead_letter_that_is_revived_opens_with_the_password_that_was_told(counter: Counter) -> None:
    asked = counter.asked()
    counter.system.answer = lambda arrival: Answer(503)
    counter.ahead += timedelta(hours=4)
    dead = counter.deliver()
    counter.system.answer = lambda arrival: Answer(200, {"kode": SECRET, "surel": MAIL})
    with counter.tools.store.write() as db:
        assert outbox.revive(db, dead.id, now=counter.tools.now())
    assert counter.deliver().state == "sent"
    assert opens(counter.mailbox.mails()[0].files[0][2], asked.password)


def test_the_password_of_a_file_that_was_given_up_goes_after_a_month(counter: Counter) -> None:
    counter.asked()
    counter.system.answer = lambda arrival: Answer(503)
    counter.ahead += timedelta(hours=4)
    counter.deliver()
    chores.forget(counter.gateway)
    assert counter.acts()[0].sealed
    counter.ahead += timedelta(days=31)
    chores.forget(counter.gateway)
    assert counter.acts()[0].sealed == ""


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"kode": SECRET}),
        Answer(200, {"kode": SECRET, "surel": "tidak ada"}),
        Answer(200, {"kode": SECRET, "surel": "a@b.id\r\nBcc: c@d.id"}),
        Answer(404),
    ],
)
def test_without_an_address_nothing_is_sent_and_nothing_is_owed(counter: Counter, answer: Answer) -> None:
    counter.asked()
    counter.system.answer = lambda arrival: answer
    assert counter.deliver().state == "sent"
    (act,) = counter.acts()
    assert (act.state, act.sealed) == ("no_address", "") and counter.mailbox.mails() == []
    assert counter.status() == "ditangani" and counter.history()[-1] == "act not done"
    assert isinstance(counter.do(), acts.Asked)  # once the address was mended where it is kept


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"surel": MAIL}, "has no kode"), ({"surel": MAIL, "kode": "Ω42"}, "cannot hold the letter U+03A9")],
)
def test_a_secret_that_does_not_come_or_cannot_be_written_is_never_replaced(
    counter: Counter, fields: dict[str, str], why: str
) -> None:
    counter.asked()
    counter.system.answer = lambda arrival: Answer(200, fields)
    row = counter.deliver()
    assert row.state == "dead" and why in (row.last_error or "") and counter.mailbox.mails() == []


def test_a_refused_address_is_given_up_at_once_without_being_told(
    counter: Counter, breaking: Callable[[str], Post]
) -> None:
    counter.asked()
    row = counter.deliver(breaking("550"))
    assert (row.state, row.last_error) == ("dead", "the mail server refuses it: 550 5.1.1")
    assert counter.acts()[0].state == "failed"


def test_a_busy_server_or_none_is_tried_again(counter: Counter, breaking: Callable[[str], Post]) -> None:
    counter.asked()
    row = counter.deliver(breaking("451"))
    assert row.state == "queued" and row.attempts == 1
    counter.ahead += timedelta(minutes=1)
    gone = Post("127.0.0.1", lambda: 9, "none", "kami@contoh.id")
    assert counter.deliver(gone).last_error == "127.0.0.1: ConnectionRefusedError"
    counter.ahead += timedelta(minutes=5)
    assert counter.deliver().state == "sent"


def test_an_unknown_outcome_is_sent_once_more_as_the_same_message_and_then_left_to_a_person(
    counter: Counter, breaking: Callable[[str], Post]
) -> None:
    counter.asked()
    post = breaking("hang up")
    assert counter.deliver(post).state == "uncertain"
    counter.ahead += timedelta(seconds=31)
    assert counter.reconcile().state == "queued"
    again = counter.deliver(post)
    assert again.state == "uncertain"
    counter.ahead += timedelta(seconds=31)
    assert counter.reconcile().state == "dead" and counter.acts()[0].state == "failed"
    actions = [line.action for line in audit.of_subject(counter.tools.store.read(), again.id)]
    assert sorted(actions) == ["sent_again", "unknown_outcome"]


def test_both_copies_have_one_id_and_one_password(counter: Counter, breaking: Callable[[str], Post]) -> None:
    asked = counter.asked()
    counter.deliver(breaking("hang up"))
    counter.ahead += timedelta(seconds=31)
    counter.reconcile()
    assert counter.deliver().state == "sent"
    (mail,) = counter.mailbox.mails()
    assert mail.id == f"<{asked.id}@contoh.id>" and opens(mail.files[0][2], asked.password)


def test_a_worker_that_dies_before_the_fence_leaves_it_to_the_next(counter: Counter) -> None:
    counter.asked()
    assert counter.claim("dead") is not None
    assert counter.claim("other") is None
    counter.ahead += timedelta(seconds=121)
    assert counter.deliver(owner="other").state == "sent"
    assert len(counter.mailbox.mails()) == 1


def test_a_worker_that_dies_after_the_fence_is_an_unknown_outcome(counter: Counter) -> None:
    counter.asked()
    row = counter.claim("dead")
    assert row is not None
    with counter.tools.store.write() as db:
        outbox.sending(db, row.id, owner="dead", now=counter.tools.now())
    counter.ahead += timedelta(seconds=121)
    with counter.tools.store.write() as db:
        assert outbox.expire(db, counter.tools.now()) == 1
    counter.ahead += timedelta(seconds=31)
    assert counter.reconcile().state == "queued"
    assert counter.deliver().state == "sent" and len(counter.mailbox.mails()) == 1


def test_a_worker_that_comes_back_late_changes_nothing(counter: Counter) -> None:
    counter.asked()
    late = counter.claim("late")
    assert late is not None
    counter.ahead += timedelta(seconds=121)
    other = counter.claim("other")
    assert other is not None
    mailing = Mailing(counter.gateway, counter.post)
    mails.deliver(counter.tools, mailing, late, "late")  # the other has it now
    assert counter.mailbox.mails() == []
    mails.deliver(counter.tools, mailing, other, "other")
    mails.deliver(counter.tools, mailing, late, "late")  # and has sent it
    assert len(counter.mailbox.mails()) == 1 and counter.status() == "dijawab"


def test_nothing_of_secret_address_and_subject_is_owed_or_kept(counter: Counter) -> None:
    asked = counter.asked()
    counter.deliver()
    db = counter.tools.store.read()
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    kept = {name: str(db.execute(f"SELECT * FROM {name}").fetchall()) for name in tables}
    found = [
        (name, word) for name, rows in kept.items() for word in (SECRET, MAIL, asked.password) if word in rows
    ]
    assert found == []
    assert [name for name, rows in kept.items() if SUBJECT in rows] == ["sessions"]


def test_the_message_is_one_that_mail_programs_read(counter: Counter) -> None:
    raw = written(
        "a@b.id",
        "c@d.id",
        "Laporan – 1",
        "Isi\nrahasia",
        ("x.pdf", b"%PDF"),
        "01",
        datetime(2026, 3, 11, tzinfo=UTC),
    ).as_bytes()
    message = message_from_bytes(raw, policy=default)
    assert message["Subject"] == "Laporan – 1" and message["Auto-Submitted"] == "auto-generated"
    with pytest.raises(ValueError):
        written("a@b.id", "c@d.id\r\nBcc: e@f.id", "x", "y", ("x.pdf", b""), "01", datetime.now(UTC))
