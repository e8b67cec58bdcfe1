"""/metrics: what Prometheus can read, from the rows as they are; for this machine or who has the token, and without persons."""

from __future__ import annotations

import dataclasses
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

import app
from sessions.agents import staff
from store import cases, inbox, meta, outbox, sessions, times
from tests.web.browser import ROSTER, prepared
from web.metrics import Vitals

NOW = "2026-03-11T03:15:00.000Z"
HERE = {"base_url": "http://127.0.0.1:8020", "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}


@pytest.fixture(scope="module")
def settings(tmp_path_factory, free_port):
    return prepared(tmp_path_factory.mktemp("metrics"), free_port())


@pytest.fixture(scope="module")
def console(settings):
    made = app.create_console(settings)
    yield made
    made.extensions["gateway"].close()


@pytest.fixture(scope="module")
def console_with_token(settings):
    made = app.create_console(dataclasses.replace(settings, metrics_token="s3cret-s3cret-s3cret"))
    yield made
    made.extensions["gateway"].close()


def values(console) -> dict[tuple[str, ...], float]:
    answer = console.test_client().get("/metrics", **HERE)
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value  # labels by name, as they are written
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_the_rows_say_is_told(console):
    gateway = console.extensions["gateway"]
    staff.import_roster(gateway, ROSTER, "test")
    now = times.text(gateway.clock())
    with gateway.store.write() as db:
        for key in ("a", "b"):
            inbox.first_time(db, account="AC", key=key, kind="sms", received_at=now)
        inbox.first_time(db, account="AC", key="a", kind="sms", received_at=now)
        for id, state in (("1", "queued"), ("2", "dead")):
            outbox.put(db, kind="sms", target="+6281234567890", payload="{}", now=times.plus(now, -90), id=id)
            db.execute("UPDATE outbox SET state = ? WHERE id = ?", (state, id))
        sessions.begin(
            db, "CA1", service="bicara131", version="v", channel="voice", contact="+6281234567890",
            called="131", language="id", at=now,
        )  # fmt: skip
        cases.open_case(
            db,
            service="bicara131",
            prefix="BI",
            local_date="2026-03-11",
            now=now,
            tier=2,
            due_answer=times.plus(now, -1),
        )
        meta.put(db, "alarm_outbox_late", "{}")
        meta.put(db, "last_backup", "2026-03-11T00:00:00.000Z")
    found = values(console)
    assert found["sambung_webhooks_recent", "sms", "new"] == 2
    assert found["sambung_webhooks_recent", "sms", "repeated"] == 1
    assert (
        found["sambung_contacts_live", "voice", "bicara131"]
        == found["sambung_contacts_begun_recent", "voice", "bicara131"]
        == 1
    )
    assert found["sambung_cases_open", "late", "bicara131", "T2"] == 1
    assert found["sambung_agents", "offline"] == 2 and found["sambung_agents", "available"] == 0
    assert found["sambung_queue_contacts", "bicara131", "waiting"] == 0
    assert found["sambung_outbox_rows", "sms", "queued"] == found["sambung_jobs", "texts", "waiting"] == 1
    assert 89 < found["sambung_outbox_oldest_seconds",] < 200
    assert found["sambung_dead_letters", "outbox"] == 1 and found["sambung_dead_letters", "spool"] == 0
    assert found["sambung_alarm", "outbox_late"] == 1 and found["sambung_alarm", "carrier_stopped"] == 0
    assert found["sambung_disk_bytes", "free"] > 0 and found["sambung_database_bytes", "database"] > 0
    assert found["sambung_backup_timestamp_seconds",] == times.instant("2026-03-11T00:00:00.000Z").timestamp()
    assert found["sambung_scrape_seconds",] < 2


def test_no_person_stands_in_it(console):
    gateway = console.extensions["gateway"]
    staff.import_roster(gateway, ROSTER, "test")
    told = console.test_client().get("/metrics", **HERE).text
    assert not [
        word for word in ("ani", "Lestari", "bayu", "62811") if f'"{word}' in told or f'{word}"' in told
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, 200),
        ({"base_url": "http://localhost:8020"}, 200),
        ({"environ_base": {"REMOTE_ADDR": "::1"}, "base_url": "http://[::1]:8020"}, 200),
        ({"environ_base": {"REMOTE_ADDR": "10.0.0.7"}}, 403),
        ({"headers": {"X-Forwarded-For": "10.0.0.7"}}, 403),
        ({"headers": {"Forwarded": "for=10.0.0.7"}}, 403),
        ({"base_url": "http://konsol.example.go.id"}, 403),
    ],
)
def test_without_a_token_it_is_for_this_machine_alone(console, asked, code):
    assert console.test_client().get("/metrics", **{**HERE, **asked}).status_code == code


@pytest.mark.parametrize(
    ("brought", "code"),
    [
        ("", 403),
        ("Bearer wrong", 403),
        ("Basic s3cret-s3cret-s3cret", 403),
        ("Bearer s3cret-s3cret-s3cret", 200),
    ],
)
def test_with_a_token_it_is_for_who_brings_it_from_wherever(console_with_token, brought, code):
    client = console_with_token.test_client()
    for address in ("127.0.0.1", "10.0.0.7"):
        headers = {"Authorization": brought} if brought else {}
        asked = client.get(
            "/metrics", headers=headers, base_url=HERE["base_url"], environ_base={"REMOTE_ADDR": address}
        )
        assert asked.status_code == code
    assert client.post("/metrics", base_url=HERE["base_url"]).status_code == 405


def test_every_name_is_explained_in_the_runbook_and_no_other(console):
    page = (app.ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"sambung_[a-z_]+", page))
    assert {family.name for family in Vitals(console.extensions["gateway"]).collect()} == explained
