"""A service that was rolled back, while `run` publishes whatever is saved."""

import shutil

import pytest

import store
from app import ROOT
from commands.publishing_watch import Publisher
from sessions.publishing import publishing
from settings import load
from store import flows

NOW = "2026-03-11T03:15:00.000Z"


@pytest.fixture
def place(tmp_path):
    shutil.copytree(ROOT / "flows" / "hello", tmp_path / "flows" / "hello")
    environ = {"INSTANCE": str(tmp_path / "instance"), "FLOWS": str(tmp_path / "flows")}
    return load(environ, ROOT, make_credentials=True)


def edit(place, old, new):
    flow = place.flows / "hello" / "flow.yaml"
    flow.write_text(flow.read_text().replace(old, new))


def test_neither_an_edit_nor_a_restart_ends_a_rollback(place):
    running = Publisher(place)
    assert running.publish() == []
    edit(place, "Selamat datang", "Apa kabar")
    assert running.publish_changes().startswith("published: hello")
    opened = store.connect(place.database)
    with opened.write() as db:
        old = publishing.previous(db, "hello")
        publishing.roll_back(db, "hello", old, who="budi", why="salah", now=NOW)
    edit(place, "Apa kabar", "Selamat pagi")
    assert running.publish_changes() == ""
    again = Publisher(place)
    assert again.publish() == []
    assert flows.current(opened.read(), "hello") == old
    assert "held" in again.notes()[0] and "budi: salah" in again.notes()[0]
    opened.close()


def test_by_command_only_an_empty_database_takes_the_folder_over(place):
    by_command = load(
        {"INSTANCE": str(place.instance), "FLOWS": str(place.flows), "PUBLISH": "by_command"},
        ROOT,
        make_credentials=True,
    )
    assert Publisher(by_command).publish() == []
    edit(by_command, "Selamat datang", "Apa kabar")
    again = Publisher(by_command)
    assert again.publish() == []
    assert again.notes() == ["edited and not published: hello. `python app.py diff SERVICE` tells how"]
    edit(by_command, "Apa kabar", "Selamat pagi")
    assert again.publish_changes() == ""


def test_a_draft_ends_by_itself(place):
    assert Publisher(place).publish() == []
    opened = store.connect(place.database)
    with opened.write() as db:
        version = flows.current(db, "hello")
        flows.open_draft(
            db, service="hello", version=version, numbers=["+628"], until=NOW, at=NOW, who="budi"
        )
    assert flows.drafts(opened.read(), "2026-03-11T03:14:59.999Z").keys() == {"hello"}
    assert flows.drafts(opened.read(), NOW) == {}
    opened.close()
