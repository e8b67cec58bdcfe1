"""Cases over the API: the inbox's own lists, a case as its page shows it."""

from __future__ import annotations

from sessions.cases import case_work
from store import cases, users
from store.times import text
from tests.web.api.programs import program
from tests.web.browser import CAST
from tests.web.examples import work


def planted(console, count: int, note: str = "uang robek 081234567890", **more) -> list[str]:
    """Cases of a service, newest last."""
    now = text(console.gateway.clock())
    with console.gateway.store.write() as db:
        made = [
            cases.open_case(
                db, service="hello", prefix="HL", local_date="2026-03-11", now=now, status="antre", channel="sms",
                contact="+6281299900077", language="id", note=note, **more,
            )
            for _ in range(count)
        ]  # fmt: skip
        for ticket in made:
            case_work.started(console.gateway, db, ticket, now)
    return made


def test_pages_follow_each_other_without_gap_or_repeat(console):
    made, page, seen = planted(console, 5), None, []
    one = program(console, "supervisor", "read")
    while True:
        status, told = one.asks("/cases", service="hello", limit=2, **({"page": page} if page else {}))
        assert status == 200
        seen += [line["ticket"] for line in told["cases"]]
        page = told["next"]
        if page is None:
            break
    assert len(seen) == len(set(seen)) and set(made) <= set(seen)


def test_a_case_is_masked_and_says_what_may_be_done(console):
    (ticket,) = planted(console, 1)
    status, told = program(console, "agent", "read").asks(f"/cases/{ticket}")
    assert status == 200 and told["line"]["ticket"] == ticket and "take" in told["allowed"]
    assert "081234567890" not in str(told) and not told["opened"]


def test_the_owning_unit_alone_sees_what_is_secret(console):
    (ticket,) = planted(console, 1, classification="RAHASIA", unit="bi.dpu")
    status, told = program(console, "agent", "read").asks(f"/cases/{ticket}")
    assert status == 403 and told["detail"] == "eskalasi ke bi.dpu"
    _, told = program(console, "agent", "read").asks("/cases", service="hello", whose="all", limit=100)
    line = next(line for line in told["cases"] if line["ticket"] == ticket)
    assert line["instead"] and line["service"] is None and line["topic"] is None


def test_a_recording_comes_with_its_masked_words(console):
    status, told = program(console, "agent", "read").asks(f"/cases/{work.ticket(console)}")
    assert status == 200 and [one["id"] for one in told["recordings"]] == [work.SID]


def test_who_is_on_no_roster_sees_none(console):
    with console.gateway.store.write() as db:
        users.change(db, users.of_login(db, CAST["agent2"][0]).id, agent="")
    status, told = program(console, "agent2", "read").asks("/cases")
    with console.gateway.store.write() as db:
        users.change(db, users.of_login(db, CAST["agent2"][0]).id, agent="bayu")
    assert status == 403 and told["type"].endswith("no_roster")


def test_words_are_in_the_language_that_is_asked_for(console):
    ways = {
        language: program(console, "agent", "read", language=language).asks("/cases/BI-1")[1]
        for language in ("id", "en", "fr")
    }
    assert ways["id"]["title"] == ways["fr"]["title"] == "Itu tidak ada"
    assert ways["en"]["title"] == "There is no such thing" and ways["en"]["instance"] == "/api/v1/cases/BI-1"
