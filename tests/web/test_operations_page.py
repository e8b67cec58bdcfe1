"""Operations on pages: what doctor, deadletters and backup do, with a reason that stays; auditors look on."""

from __future__ import annotations

import json
import time

from sessions.console import dead_letters
from store import audit, meta
from tests.web.examples.operations import letter
from web.background import Background


def post(console, who: str, path: str, **form: str):
    client = console.client(who)
    return client.post(path, data={"csrf": client.form_token, **form}, headers={"Origin": console.url})


def waits_until(true, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def test_a_dead_letter_is_let_go_with_a_reason_that_stays(busy_console, busy_pages):
    id = letter(busy_console, "01LETGO")
    busy_pages.expect("422")
    page = busy_pages.of("administrator", "/operations/dead-letters", language="en")
    page.get_by_role("link", name=id).click()
    page.get_by_text("the carrier refused it").wait_for()
    assert "+6281377770002" not in page.content(), "masked"
    drop = page.get_by_role("region", name="Let go")
    drop.get_by_label("Reason").fill("tes")
    drop.get_by_role("button").click()
    page.get_by_text("A reason of 8 characters or more").wait_for()
    assert drop.get_by_label("Reason").input_value() == "tes"
    drop.get_by_label("Reason").fill("rung back by hand")
    drop.get_by_role("button").click()
    page.get_by_text("It is let go.").wait_for()
    assert id not in [one.id for one in dead_letters.letters(busy_console.gateway)]
    line = audit.latest(busy_console.gateway.store.read(), 1)[0]
    assert (line.who, line.action, line.subject) == ("adi", "dead_letter_dropped", id)
    assert json.loads(line.detail)["reason"] == "rung back by hand"


def test_what_may_have_gone_out_is_tried_again_only_by_who_has_looked(busy_console):
    id = letter(busy_console, "01UNSURE", why="unknown outcome: the connection broke")
    path = f"/operations/dead-letters/{id}/replay"
    refused = post(busy_console, "administrator", path, reason="the carrier is back")
    assert refused.status_code == 422 and "mungkin sudah terkirim" in refused.get_data(as_text=True)
    assert (
        post(busy_console, "administrator", path, reason="the carrier is back", sure="yes").status_code == 303
    )
    assert (
        post(busy_console, "administrator", path, reason="the carrier is back", sure="yes").status_code == 404
    )


def test_auditors_look_and_do_nothing(busy_console):
    id = letter(busy_console, "01LOOKEDAT")
    page = busy_console.client("auditor").get(f"/operations/dead-letters/{id}").get_data(as_text=True)
    assert "the carrier refused it" in page and "<textarea" not in page
    assert (
        post(busy_console, "auditor", f"/operations/dead-letters/{id}/drop", reason="long enough").status_code
        == 403
    )
    assert post(busy_console, "auditor", "/operations/backup").status_code == 403


def test_a_backup_is_made_and_listed(busy_console):
    client = busy_console.client("administrator")
    before = client.get("/operations/state").get_data(as_text=True)
    assert post(busy_console, "administrator", "/operations/backup").status_code == 303
    waits_until(lambda: meta.get(busy_console.gateway.store.read(), "last_backup"))
    waits_until(lambda: "sambung-" in client.get("/operations/state").get_data(as_text=True))
    assert "sambung-" not in before
    made = [
        line for line in audit.latest(busy_console.gateway.store.read(), 20) if line.action == "backup_made"
    ]
    assert [line.who for line in made] == ["adi"]


def test_doctor_looks_at_this_machine_and_outside_only_when_asked(busy_console):
    client = busy_console.client("administrator")
    client.get("/operations/doctor")
    waits_until(lambda: "SQLite" in client.get("/operations/doctor/findings").get_data(as_text=True))
    assert "<strong>address</strong>" not in client.get("/operations/doctor/findings").get_data(as_text=True)
    post(busy_console, "administrator", "/operations/doctor", outside="yes")
    waits_until(
        lambda: "<strong>address</strong>" in client.get("/operations/doctor/findings").get_data(as_text=True)
    )
    assert "tag bad" in client.get("/operations/doctor/findings").get_data(as_text=True), (
        "nobody answers there"
    )
    assert "apakah gateway dan proksi di depannya berjalan?" in client.get(
        "/operations/doctor/findings"
    ).get_data(as_text=True)


def test_what_fails_in_a_thread_is_told_and_the_next_may_begin(busy_console):
    work: Background[str] = Background("test", busy_console.gateway.clock)
    assert work.start(lambda: str(1 // 0))
    waits_until(lambda: work.since is None)
    assert "division" in work.fault and work.result is None
    assert work.start(lambda: "done")
    waits_until(lambda: work.since is None)
    assert (work.fault, work.result) == ("", "done")
