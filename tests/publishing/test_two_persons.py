"""PUBLISH_PERSONS=2: what contacts hear is changed by two persons, not by one (security line 30)."""

import shutil

import pytest

import store
from sessions.publishing import publishing
from sessions.services import publish, read_folders
from settings import load
from store import audit
from tests.house import ROOT, command


@pytest.fixture
def environ(tmp_path):
    """An installation whose service has been edited since it was published."""
    shutil.copytree(ROOT / "flows" / "hello", tmp_path / "flows" / "hello")
    wishes = {
        "INSTANCE": str(tmp_path / "instance"),
        "FLOWS": str(tmp_path / "flows"),
        "PUBLISH": "by_command",
    }
    settings = load(wishes, ROOT, make_credentials=True)
    made = store.connect(settings.database, audit_key=audit.key_of(settings.secret_key))
    publish(made, read_folders(settings.flows), "2026-03-11T03:00:00.000Z")
    made.close()
    flow = tmp_path / "flows" / "hello" / "flow.yaml"
    flow.write_text(flow.read_text().replace("Selamat datang.", "Apa kabar."))
    for test in (flow.parent / "tests").glob("*.yaml"):
        test.unlink()
    return {**wishes, "PUBLISH_PERSONS": "2"}


def test_the_second_account_publishes_and_another_name_of_the_first_does_not(environ, monkeypatch):
    monkeypatch.setattr("commands.publishing_words.account", lambda: "shell:rina")
    for name in ("rina", "budi"):
        assert "another person has to publish" in command(environ, "publish", "hello", "--as", name, code=1)
    monkeypatch.setattr("commands.publishing_words.account", lambda: "shell:budi")
    assert "hello: published" in command(environ, "publish", "hello")


def test_one_person_is_enough_unless_told_and_two_need_publishing_by_command(environ):
    assert "hello: published" in command({**environ, "PUBLISH_PERSONS": "1"}, "publish", "hello")
    told = command({**environ, "PUBLISH": "on_save"}, "publish", "hello", code=2)
    assert "PUBLISH_PERSONS is 2, and whoever saves a file publishes" in told


def test_what_was_asked_for_holds_for_a_day_and_for_that_content_alone(tmp_path):
    opened = store.connect(tmp_path / "gateway.db", audit_key=b"k")

    def alone(version: str, who: str, at: str) -> list[str]:
        with opened.write() as db:
            return publishing.second(db, {"hello": version}, who=who, now=at)

    assert alone("v1", "rina", "2026-03-11T03:00:00.000Z") == ["hello"]
    assert alone("v1", "rina", "2026-03-11T03:01:00.000Z") == ["hello"]
    assert alone("v2", "sinta", "2026-03-11T04:00:00.000Z") == ["hello"]  # the folder was edited in between
    assert alone("v1", "sinta", "2026-03-12T02:59:00.000Z") == []
    assert alone("v1", "adi", "2026-03-14T03:00:00.000Z") == ["hello"]  # too late
    assert {line.action for line in audit.of_subject(opened.read(), "flow:hello")} == {"flow_publish_asked"}
    opened.close()
